"""For every format a small file made by hand from its published layout, without our writers: one asymmetric person, three
frames, one named joint missing in the last.

Formats of points hold MARKS; formats of rotations a person at rest whose left elbow is bent in frame 1 and whose left index
finger in frame 2, by a radian that lifts what hangs on it.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from samples import save_frames

SIZE = (640, 480)
FRAMES = 3
MARKS = {
    "nose": (0.5, 0.2),
    "left_shoulder": (0.62, 0.42),
    "right_shoulder": (0.37, 0.4),
    "left_wrist": (0.81, 0.3),
    "right_wrist": (0.3, 0.75),
    "left_index_4": (0.86, 0.22),
    "right_little_4": (0.25, 0.85),
}
LEVELS = {joint: 0.4 + 0.05 * i for i, joint in enumerate(MARKS)}
STEP = (0.01, 0.02)
"""How far everything moves from frame to frame."""


@dataclass(frozen=True)
class Exemplar:
    """A file that `make` writes into an empty folder and gives the path of.

    Attributes:
        joints: those of MARKS that the format holds.
        lost: the one that is missing in the last frame; of rotations one that the file lacks, if any.
        options: what the file does not say.
        turns: whether it holds rotations.
        dialects: of what else the format is written as, to be damaged too.
    """

    make: Callable[[Path], Path]
    joints: tuple[str, ...] = tuple(MARKS)
    lost: str = "left_wrist"
    options: Mapping[str, object] = field(default_factory=dict)
    turns: bool = False
    dialects: tuple[Callable[[Path], Path], ...] = ()


def place(joint: str, frame: int) -> tuple[float, float]:
    """Where a joint is, in fractions of the canvas."""
    (x, y), (across, down) = MARKS[joint], STEP
    return x + across * frame, y + down * frame


def person(count: int, places: dict[str, int], lost: str = "left_wrist", size: tuple[int, int] = SIZE) -> np.ndarray:
    """(3, K, 3) x, y in pixels and confidence of `count` points: MARKS where `places` says, the others about the middle, zeros
    where one is missing."""
    values = np.empty((FRAMES, count, 3))
    for t in range(FRAMES):
        values[t, :, 0] = 0.45 + np.arange(count) / count / 10
        values[t, :, 1:] = 0.5
        for joint, i in places.items():
            values[t, i] = *place(joint, t), LEVELS[joint]
    values[..., :2] *= size
    if lost in places:
        values[-1, places[lost]] = 0
    return values


def nan(values: np.ndarray) -> np.ndarray:
    """The same with NaN for what is missing."""
    return np.where((values == 0).all(axis=-1, keepdims=True), np.nan, values)


def indices(body: str, left: int, right: int) -> dict[str, int]:
    """The places of MARKS: of the nose, the shoulders and the wrists, left before right, and of hands that begin somewhere."""
    return dict(zip(MARKS, (*map(int, body.split()), left + 8, right + 20), strict=True))


COCO_BODY = "0 5 6 9 10"
OPENPOSE_BODY = "0 5 2 7 4"
COCO = indices(COCO_BODY, 91, 112)
DWPOSE = indices(OPENPOSE_BODY, 92, 113)


def as_json(path: Path, record: object) -> Path:
    path.write_text(json.dumps(record))
    return path


def alphapose_row(values: np.ndarray, image: int | str = "0.jpg", **more: object) -> dict:
    return {"image_id": image, "category_id": 1, "keypoints": values.ravel().tolist(), "score": 2.9,
            "box": [1.0, 2.0, 3.0, 4.0]} | more  # fmt: skip


def alphapose(folder: Path) -> Path:
    rows = [alphapose_row(values, f"{t}.jpg") for t, values in enumerate(person(136, indices(COCO_BODY, 94, 115)))]
    return as_json(folder / "alphapose-results.json", rows)


def alphapose_open(folder: Path) -> Path:
    frames = person(18, {})[:, None]
    record = {
        f"{t}.jpg": {"version": "AlphaPose v0.3", "people": [{"pose_keypoints_2d": x.ravel().tolist()} for x in people]}
        for t, people in enumerate(frames)
    }
    return as_json(folder / "open.json", record)


def alphapose_folder(folder: Path) -> Path:
    for t, values in enumerate(person(18, {})):
        as_json(folder / f"{t}.json", {"version": "AlphaPose v0.3", "bodies": [{"joints": values.ravel().tolist()}]})
    return folder


COCO_PARTS = {"keypoints": slice(0, 17), "foot_kpts": slice(17, 23), "face_kpts": slice(23, 91),
              "lefthand_kpts": slice(91, 112), "righthand_kpts": slice(112, 133)}  # fmt: skip


def coco_row(values: np.ndarray, image: int | str = 0, **more: object) -> dict:
    parts = {key: values[part].ravel().tolist() for key, part in COCO_PARTS.items() if part.start < len(values)}
    return {"image_id": image, "category_id": 1, **parts, **more}


def coco_annotations(rows: list[dict], pictures: int = 1, **info: object) -> dict:
    images = [{"id": t, "file_name": f"v{t}.jpg", "width": 640, "height": 480} for t in range(pictures)]
    return {"info": info, "images": images, "annotations": rows}


def coco(folder: Path) -> Path:
    rows = [coco_row(values, t, track_id=1) for t, values in enumerate(person(133, COCO))]
    return as_json(folder / "notes.json", coco_annotations(rows, FRAMES, fps=30))


def coco_results(folder: Path) -> Path:
    return as_json(folder / "results.json", [coco_row(values, t) for t, values in enumerate(person(17, {}))])


def table_long(folder: Path) -> Path:
    lines = ["# poseforge size=640x480 fps=30", "frame,person,joint,x,y,confidence"]
    for t, values in enumerate(person(len(MARKS), {joint: i for i, joint in enumerate(MARKS)})):
        lines += [f"{t},0,{joint},{x},{y},{c}" for joint, (x, y, c) in zip(MARKS, values.tolist(), strict=True) if c]
    (folder / "long.csv").write_text("\n".join(lines) + "\n")
    return folder / "long.csv"


def table_wide(folder: Path) -> Path:
    lines = ["# poseforge size=640x480 fps=30", "frame," + ",".join(f"{joint}_{axis}" for joint in MARKS for axis in "xyc")]
    for t, values in enumerate(person(len(MARKS), {joint: i for i, joint in enumerate(MARKS)})):
        lines.append(",".join([str(t), *(str(cell or "") for cell in values.ravel().tolist())]))
    (folder / "wide.csv").write_text("\n".join(lines) + "\n")
    return folder / "wide.csv"


def dwpose(folder: Path) -> Path:
    values = person(134, DWPOSE)[:, None]
    np.savez_compressed(folder / "dw.npz", keypoints=values[..., :2], scores=values[..., 2], size=SIZE, fps=(30, 1))
    return folder / "dw.npz"


def dwpose_array(folder: Path) -> Path:
    np.save(folder / "dw.npy", nan(person(134, DWPOSE)))
    return folder / "dw.npy"


def dwpose_dictionaries(folder: Path) -> Path:
    """What DWPose makes of three pictures."""
    frames = [
        {
            "bodies": {"candidate": x[:18, :2], "subset": np.arange(18.0)[None], "score": x[None, :18, 2]},
            "hands": np.stack([x[92:113, :2], x[113:, :2]]),
            "hands_score": np.stack([x[92:113, 2], x[113:, 2]]),
            "faces": x[None, 24:92, :2],
            "faces_score": x[None, 24:92, 2],
        }
        for x in person(134, DWPOSE, size=(1, 1))
    ]
    np.save(folder / "dictionaries.npy", np.array(frames, dtype=object), allow_pickle=True)
    return folder / "dictionaries.npy"


def echomimic(folder: Path) -> Path:
    values = person(134, DWPOSE, size=(1, 1))
    values[(values == 0).all(axis=-1)] = -1, -1, 0
    frames = [
        {
            "bodies": {"candidate": x[:18, :2], "subset": np.arange(18.0)[None], "score": x[None, :18, 2]},
            "hands": np.stack([x[92:113, :2], x[113:, :2]]),
            "hands_score": np.stack([x[92:113, 2], x[113:, 2]]),
            "faces": x[None, 24:92, :2],
            "faces_score": x[None, 24:92, 2],
            "num": t,
            "draw_pose_params": [768, 768, 0, 768, 0, 768],
        }
        for t, x in enumerate(values)
    ]
    return save_frames(folder / "pose", frames)


def h36m(folder: Path) -> Path:
    places = {"nose": 9, "left_shoulder": 11, "right_shoulder": 14, "left_wrist": 13, "right_wrist": 16}
    np.save(folder / "h36m.npy", nan(person(17, places))[..., :2])
    return folder / "h36m.npy"


def h36m_world(folder: Path) -> Path:
    frames = {str(t): np.insert(values[:, :2], 2, 5000, axis=1).tolist() for t, values in enumerate(person(17, {}))}
    camera = {"R": np.eye(3).tolist(), "t": [0.0, 0.0, 0.0], "f": [1145.0, 1144.0], "c": [512.5, 515.5]}
    as_json(folder / "subject1_camera.json", {"1": camera})
    return as_json(folder / "subject1_joint_3d.json", {"2": {"1": frames}})


def h36m_packed(folder: Path) -> Path:
    """As VideoPose3D packs subjects."""
    joints = {"S1": {"Walking 1": [person(17, {})[..., :2]] * 4}}
    np.savez_compressed(folder / "data_2d.npz", positions_2d=np.array(joints, dtype=object))
    return folder / "data_2d.npz"


INTERHAND_SIZE = (512, 334)


def hands(folder: Path) -> Path:
    """InterHand2.6M, in whose order fingers begin at their tips and the right hand comes first; the camera looks along z."""
    places = {"left_index_4": 21 + 4, "right_little_4": 16}
    pixels = person(42, places, "left_index_4", INTERHAND_SIZE)
    world = np.insert((pixels[..., :2] - (256, 167)) * 900 / 1000, 2, 900, axis=-1)
    frames = {
        str(5 * t): {"world_coord": world[t].tolist(), "joint_valid": (pixels[t, :, 2:] > 0).tolist()} for t in range(FRAMES)
    }
    of = {"campos": [0.0, 0.0, 0.0], "camrot": np.eye(3).tolist(), "focal": [1000.0, 1000.0], "princpt": [256.0, 167.0]}
    as_json(folder / "val_camera.json", {"0": {name: {"400": value} for name, value in of.items()}})
    return as_json(folder / "val_joint_3d.json", {"0": frames})


def freihand(folder: Path) -> Path:
    as_json(folder / "training_K.json", [[[480.0, 0, 112], [0, 470.0, 110], [0, 0, 1]]] * FRAMES)
    xyz = np.insert(person(21, {}, size=(1, 1))[..., :2] - 0.5, 2, 0.7, axis=-1)
    return as_json(folder / "training_xyz.json", xyz.tolist())


def hands_array(folder: Path) -> Path:
    np.save(folder / "hands.npy", person(21, {})[..., :2])
    return folder / "hands.npy"


def mediapipe(folder: Path) -> Path:
    def marks(values: np.ndarray, visible: bool = False) -> list[dict[str, float]]:
        return [{"x": x, "y": y, "z": 0.1} | ({"visibility": c} if visible else {}) for x, y, c in values.tolist()]

    values = person(33 + 21 + 21, indices("0 11 12 15 16", 33, 54), size=(1, 1), lost="")
    frames = [
        {
            "pose_landmarks": marks(x[:33], True),
            "left_hand_landmarks": marks(x[33:54]) if t < FRAMES - 1 else None,
            "right_hand_landmarks": marks(x[54:]),
        }
        for t, x in enumerate(values)
    ]
    return as_json(folder / "holistic.json", frames)


def mediapipe_lines(folder: Path) -> Path:
    frames = json.loads(mediapipe(folder).read_text())
    (folder / "holistic.json").write_text("\n".join(map(json.dumps, frames)))
    return folder / "holistic.json"


def mediapipe_text(folder: Path) -> Path:
    rows = "".join(f"landmark {{\n  x: {x}\n  y: {y}\n}}\n" for x, y, _ in person(21, {}, size=(1, 1))[0].tolist())
    (folder / "hand.pbtxt").write_text(f'landmarks {{\n{rows}}}\nclassifications {{ classification {{ label: "Left" }} }}\n')
    return folder / "hand.pbtxt"


def mmpose_video(*frames: list[dict], first: int = 0) -> list[dict]:
    return [{"frame_id": t, "instances": people} for t, people in enumerate(frames, first)]


def mmpose(folder: Path) -> Path:
    people = [
        [{"keypoints": x[:, :2].tolist(), "keypoint_scores": x[:, 2].tolist(), "bbox": [[0.0, 0.0, 640.0, 480.0]]}]
        for x in person(133, COCO)
    ]
    return as_json(folder / "video.json", mmpose_video(*people))


def mmpose_lifted(folder: Path) -> Path:
    people = [[{"keypoints": x.tolist(), "keypoint_scores": [1.0] * 17}] for x in person(17, {}, size=(1, 1))]
    return as_json(folder / "lifted.json", mmpose_video(*people))


def archive(folder: Path) -> Path:
    values = nan(person(len(MARKS), {joint: i for i, joint in enumerate(MARKS)}, size=(1, 1)))
    skeleton = {"name": "mine", "joints": list(MARKS), "bones": [[0, 1]], "groups": [["body", [0, 1, 2, 3, 4]]]}
    entry = {"skeleton": skeleton, "fps": [30, 1], "size": SIZE, "meta": {}, "frame_meta": {}, "arrays": {}}
    record = json.dumps({"version": 1, "people": [entry]}).encode()
    arrays = {"points_0": values[..., :2], "confidence_0": np.nan_to_num(values[..., 2])}
    np.savez(folder / "poses.npz", poseforge=np.frombuffer(record, np.uint8), **arrays)
    return folder / "poses.npz"


def openpose_frame(values: np.ndarray, body: int) -> dict:
    """A frame of one person: body, face of 70 points, hands."""
    edges = np.cumsum([body, 70, 21])
    parts = dict(zip(("pose", "face", "hand_left", "hand_right"), np.split(values, edges), strict=True))
    found = {f"{name}_keypoints_2d": part.ravel().tolist() for name, part in parts.items()}
    return {"version": 1.3, "people": [{"person_id": [-1], **found}], "canvas_width": 640, "canvas_height": 480}


def openpose(folder: Path) -> Path:
    (folder / "clip").mkdir()
    for t, values in enumerate(person(25 + 70 + 42, indices(OPENPOSE_BODY, 95, 116))):
        as_json(folder / "clip" / f"clip_{t:012d}_keypoints.json", openpose_frame(values, 25))
    return folder / "clip"


def openpose_list(folder: Path) -> Path:
    frames = [openpose_frame(values, 18) for values in person(18 + 70 + 42, indices(OPENPOSE_BODY, 88, 109))]
    return as_json(folder / "list.json", frames)


def pose_text(value: str) -> bytes:
    return struct.pack("<H", len(value)) + value.encode()


def pose_header(version: float, components: dict[str, list[str]], layout: str, size: tuple[int, int] = (400, 200)) -> bytes:
    content = struct.pack("<f4H", version, *size, 7, len(components))
    for name, points in components.items():
        content += pose_text(name) + pose_text(layout) + struct.pack("<3H", len(points), 1, 2)
        content += b"".join(map(pose_text, points)) + struct.pack("<2H6H", 0, 1, *range(6))
    return content


def pose_file(
    path: Path,
    version: float,
    components: dict[str, list[str]],
    values: np.ndarray,
    layout: str = "XYZC",
    size: tuple[int, int] = (400, 200),
) -> Path:
    """(T, P, K, 3) x, y, confidence in any version of the layout."""
    frames, people = values.shape[:2]
    content = pose_header(version, components, layout, size)
    deep = np.insert(values, [2] * (len(layout) - 3), np.float32(9), axis=-1).astype("<f4")
    if version == 0:
        content += struct.pack("<2H", 25, frames)
        for frame in deep:
            content += struct.pack("<H", people) + b"".join(struct.pack("<h", -1) + one.tobytes() for one in frame)
    else:
        content += struct.pack("<3H", 25, 0, people) if version < 0.15 else struct.pack("<fIH", 29.97, frames, people)
        content += deep[..., :-1].tobytes() + deep[..., -1].tobytes()
    path.write_bytes(content)
    return path


def pose(folder: Path) -> Path:
    components = {
        "POSE_LANDMARKS": ["NOSE", "LEFT_SHOULDER", "RIGHT_SHOULDER", "LEFT_WRIST", "RIGHT_WRIST"],
        "LEFT_HAND_LANDMARKS": ["WRIST", "INDEX_FINGER_TIP"],
        "RIGHT_HAND_LANDMARKS": ["PINKY_TIP"],
    }
    values = person(8, dict(zip(MARKS, (0, 1, 2, 3, 4, 6, 7), strict=True)))
    return pose_file(folder / "signs.pose", 0.2, components, values[:, None], size=SIZE)


def pose_0(folder: Path) -> Path:
    return pose_file(folder / "signs.pose", 0.0, {"pose_keypoints_2d": ["LWrist", "RWrist"]}, person(2, {})[:, None], "XYC")


def pose_1(folder: Path) -> Path:
    return pose_file(folder / "signs.pose", 0.1, {"face_keypoints_2d": ["FB_0", "FP_68"]}, person(2, {})[:, None])


def project(folder: Path) -> Path:
    values = nan(person(134, DWPOSE, size=(1, 1)))
    arrays = {}
    for name, array in {"points": values[..., :2], "confidence": np.nan_to_num(values[..., 2])}.items():
        stream = io.BytesIO()
        np.save(stream, array)
        arrays[name] = (hashlib.sha256(stream.getvalue()).hexdigest(), stream.getvalue())
    source = {name: key for name, (key, _) in arrays.items()}
    source |= {"skeleton": "wholebody-134", "size": SIZE, "frame_meta": {}, "fps": "30", "meta": {}}
    track = {"id": "poses", "kind": "points", "name": "Poses", "part": "all", "enabled": True, "locked": False, "weight": 1.0,
             "clips": [], "offsets": {}, "visible": {}, "base": "source-1"}  # fmt: skip
    camera = {"position": [0.0, 1.26, 1.8], "focal": 1.8, "center": [0.5, 0.5], "size": SIZE, "margin": 0.25}
    record = {"poseforge": "0.1.0", "schema": 1, "fps": "30", "length": FRAMES, "camera": camera, "alive": None, "range": None,
              "audio": None, "picture": None, "meta": {}, "tracks": [track], "sources": {"source-1": source}}  # fmt: skip
    with zipfile.ZipFile(folder / "film.poseforge", "w") as file:
        file.writestr("project.json", json.dumps(record))
        for key, content in arrays.values():
            file.writestr(f"arrays/{key}.npy", content)
    return folder / "film.poseforge"


def vitpose(folder: Path) -> Path:
    """The row before the column."""
    frames = [{"0": values[:, [1, 0, 2]].tolist()} for values in person(133, COCO)]
    return as_json(folder / "vit.json", {"keypoints": frames})


def amass(folder: Path) -> Path:
    """SMPL-H in a world with z up: root, body (left elbow 18), hands (left index 22)."""
    poses = np.zeros((FRAMES, 156))
    poses[:, 0] = np.pi / 2
    poses[1, 3 * 18 + 2] = poses[2, 3 * 22 + 2] = 1
    trans = np.tile([1.0, 2.0, 0.9], (FRAMES, 1))
    np.savez(folder / "walk_poses.npz", poses=poses, trans=trans, betas=np.zeros(16), gender="female", mocap_framerate=30.0)
    return folder / "walk_poses.npz"


def smplx(folder: Path) -> Path:
    """The body without its root, so that the left elbow is 17; the left hand by itself."""
    body, left, right = np.zeros((FRAMES, 63)), np.zeros((FRAMES, 45)), np.zeros((FRAMES, 45))
    body[1, 3 * 17 + 2] = left[2, 2] = 1
    arrays = {"body_pose": body, "left_hand_pose": left, "right_hand_pose": right, "transl": np.zeros((FRAMES, 3))}
    np.savez(folder / "smplx.npz", **arrays, global_orient=np.zeros((FRAMES, 3)), betas=np.zeros((1, 10)), fps=30.0)
    return folder / "smplx.npz"


def smplx_pickle(folder: Path) -> Path:
    frame = {"body_pose": np.zeros((1, 63)), "betas": np.zeros((1, 10)), "transl": np.zeros((1, 3))}
    (folder / "smplx.pkl").write_bytes(pickle.dumps([frame] * FRAMES))
    return folder / "smplx.pkl"


def smplx_folder(folder: Path) -> Path:
    for t, i in ((1, 0), (1, 1), (2, 0)):
        np.savez(
            folder / f"{t:05d}_{i}.npz", body_pose=np.zeros((21, 3)), global_orient=np.zeros((1, 3)), betas=np.zeros((1, 10))
        )
    return folder


def smpl_tracks(folder: Path) -> Path:
    person = {"global_orient": np.eye(3)[None], "body_pose": np.tile(np.eye(3), (23, 1, 1)), "betas": np.zeros(10)}
    frames = {f"{t:06d}.jpg": {"tid": [4], "smpl": [person], "camera": [np.array([0.0, 0.1, 30.0])]} for t in range(FRAMES)}
    (folder / "tracks.pkl").write_bytes(pickle.dumps(frames))
    return folder / "tracks.pkl"


def smpl_people(folder: Path) -> Path:
    person = {"pose": np.zeros((2, 72)), "trans": np.zeros((2, 3)), "frame_ids": np.array([0, 2])}
    (folder / "people.pkl").write_bytes(pickle.dumps({0: person, 7: person}))
    return folder / "people.pkl"


def mano(folder: Path) -> Path:
    np.savez(folder / "mano.npz", hand_pose=np.zeros((FRAMES, 45)), global_orient=np.zeros((FRAMES, 3)))
    return folder / "mano.npz"


def bvh_limb(names: str, offsets: str, channels: str = "CHANNELS 3 Zrotation Xrotation Yrotation") -> str:
    """A chain of joints, the last with an End Site."""
    *places, tip = offsets.split(";")
    text = "".join(f"JOINT {n}\n{{\nOFFSET {o}\n{channels}\n" for n, o in zip(names.split(","), places, strict=True))
    return text + f"End Site\n{{\nOFFSET {tip}\n}}\n" + "}\n" * len(places)


def bvh_person(prefix: str = "", root: str = "Hips") -> str:
    """A T-pose in centimetres with one finger, larger on the left."""
    p = prefix
    text = f"ROOT {p}{root}\n{{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation\n"
    text += bvh_limb(f"{p}LeftUpLeg,{p}LeftLeg,{p}LeftFoot", "10 -5 0;0 -42 0;0 -42 0;0 -5 15")
    text += bvh_limb(f"{p}RightUpLeg,{p}RightLeg,{p}RightFoot", "-10 -5 0;0 -42 0;0 -42 0;0 -5 15")
    spine = f"JOINT {p}Spine\n{{\nOFFSET 0 20 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
    spine += bvh_limb(f"{p}Neck,{p}Head", "0 32 0;0 8 1;0 20 0")
    arm = "{0}Arm,{0}ForeArm,{0}Hand,{0}HandIndex1,{0}HandIndex2,{0}HandIndex3"
    left, right = (",".join(p + name for name in arm.format(side).split(",")) for side in ("Left", "Right"))
    spine += bvh_limb(left, "20 30 0;30 0 0;25 0 0;9 0 2;4 0 0;2 0 0;2 0 0")
    spine += bvh_limb(right, "-20 30 0;-29 0 0;-25 0 0;-8 0 2;-4 0 0;-2 0 0;-1 0 0")
    return text + spine + "}\n}\n"


BVH_JOINTS = 22
BVH_REST = [0.0, 95.0, 0.0] + [0.0] * 3 * BVH_JOINTS
"""A row of `bvh_person`: the root's place and turn, then left leg, right leg, spine, neck, head, left arm (the tenth) ..."""


def bvh_text(hierarchy: str, rows: list[list[float]], seconds: str = "0.0416667") -> str:
    lines = "\n".join(" ".join(f"{value:g}" for value in row) for row in rows)
    return f"HIERARCHY\n{hierarchy}MOTION\nFrames: {len(rows)}\nFrame Time: {seconds}\n{lines}\n"


def bvh(folder: Path) -> Path:
    rows = [list(BVH_REST) for _ in range(FRAMES)]
    rows[1][6 + 3 * 10] = rows[2][6 + 3 * 12] = 57.2958  # about z: LeftForeArm, LeftHandIndex1
    (folder / "walk.bvh").write_text(bvh_text(bvh_person(), rows, "0.0333333"))
    return folder / "walk.bvh"


BODY_MARKS = tuple(joint for joint in MARKS if not joint.endswith("_4"))
SIZED = {"size": SIZE}
EXEMPLARS = {
    "alphapose": Exemplar(alphapose, options=SIZED, dialects=(alphapose_open, alphapose_folder)),
    "amass": Exemplar(amass, lost="", turns=True),
    "bvh": Exemplar(bvh, lost="left_thumb_2", turns=True),
    "coco-wholebody": Exemplar(coco, dialects=(coco_results,)),
    "csv": Exemplar(table_long),
    "csv-wide": Exemplar(table_wide),
    "dwpose": Exemplar(dwpose),
    "dwpose-npy": Exemplar(dwpose_array, options=SIZED, dialects=(dwpose_dictionaries,)),
    "echomimic": Exemplar(echomimic),
    "h36m": Exemplar(h36m, BODY_MARKS, options=SIZED, dialects=(h36m_world, h36m_packed)),
    "hands": Exemplar(hands, ("left_index_4", "right_little_4"), "left_index_4", dialects=(freihand, hands_array)),
    "mediapipe": Exemplar(mediapipe, lost="left_index_4", dialects=(mediapipe_text, mediapipe_lines)),
    "mmpose": Exemplar(mmpose, options=SIZED, dialects=(mmpose_lifted,)),
    "npz": Exemplar(archive),
    "openpose": Exemplar(openpose),
    "openpose-list": Exemplar(openpose_list),
    "pose": Exemplar(pose, dialects=(pose_0, pose_1)),
    "project": Exemplar(project),
    "smplx": Exemplar(smplx, lost="", turns=True, dialects=(smplx_pickle, smplx_folder, smpl_tracks, smpl_people, mano)),
    "vitpose": Exemplar(vitpose, options=SIZED),
}
