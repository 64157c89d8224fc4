"""Human3.6M: arrays of its 17 or 32 joints, and the JSON family that many readers of the data set share. Read only.

Arrays (.npy, .npz) are (T, 17 or 32, 2 or 3), one person. 2D are pixels, or fractions 0..1 or -1..1, which their range tells.
3D are in any unit, with y or z up or down, as the body tells; the person is filmed from the front. Of the archives into which
VideoPose3D packs all subjects, `positions_3d` {subject: {action: joints}} or `positions_2d` {subject: {action: [joints for each
camera]}}, one is read; nothing in them is run.

JSON comes as three files of one subject:
- ``*_joint_3d.json`` {action: {subaction: {frame: 17 x 3}}}, millimetres of the room;
- ``*_camera.json`` beside it {camera: {R, t, f, c}}: R x + t leads into the camera's axes, f and c are pixels;
- ``*_data.json`` {images: [{id, width, height, action_idx, subaction_idx, cam_idx, frame_idx}], annotations: [{image_id,
  keypoints_img 17 x 2 or 3}]}, or ``keypoints_cam`` 17 x 3 with ``cam_param`` {f, c} in the image or the camera's file.

Of 32 joints 17 move: VideoPose3D's choice, which drops 4, 5, 9, 10, 11, 16, 20-24, 28-31. The tenth joint, which the data set
calls neck or nose, lies at the front of the head and counts as the nose. Cameras 1 and 4 film 1000 x 1002 pixels, 2 and 3
1000 x 1000.

Order: MMPose's h36m.py, for 32 joints VideoPose3D's h36m_dataset.py; JSON as the 3DMPPE and Pose2Mesh readers describe it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import detections
from poseforge.camera import MeasuredCamera
from poseforge.errors import FormatError, InvalidValue, UnsafeFile
from poseforge.formats import Format, People
from poseforge.framing import FRAMINGS, View, framed, upright
from poseforge.options import check, one_of
from poseforge.pickles import PickleError, Template
from poseforge.records import (
    array_names,
    chosen,
    declared_shapes,
    numbers,
    ordered,
    read_array,
    read_arrays,
    read_dump,
    read_objects,
)
from poseforge.sequence import SIZE, PoseSequence
from poseforge.skeleton import catalogue

MAX_FRAMES = 200_000
"""More than an hour at the data set's rate."""

MAX_PLACE = 1e6
"""A kilometre in millimetres; what is farther is no place."""

FPS = Fraction(50)
"""The data set's frame rate."""

_SKELETON = catalogue["h36m-17"]
_MOVING = [i for i in range(32) if i not in {4, 5, 9, 10, 11, 16, *range(20, 25), *range(28, 32)}]
_SHAPES = ((-1, 17, 2), (-1, 17, 3), (-1, 32, 2), (-1, 32, 3))
_SHOULDERS = 0.44
"""Metres between the shoulders to which bodies in any unit are brought: the built-in performer's."""

_LEAST = 1e-6
_PACKED = ("positions_3d", "positions_2d")
MAX_CAMERA_BYTES = 2**20
_SQUARE_CAMERAS = ("2", "3")
_NESTED = re.compile(rb'\{"[^"]{1,20}":\{"[^"]{1,20}":\{"\d{1,9}":\[\[-?\d')


@dataclass(frozen=True)
class Options:
    """What the files do not say, and which part of them is read.

    Attributes:
        size: (width, height) of the canvas in pixels; None takes the camera's or the file's.
        fps: frames per second.
        subject: which subject of an archive of VideoPose3D's; None takes the first.
        action: which action, as the file calls it; for an .npz the name of the array. None takes the first.
        subaction: which take of the action; None takes the first.
        camera: which camera of the ``*_camera.json``, or 1 to 4 in VideoPose3D's 2D archives; None takes the first, if there is
            one.
        framing: auto, half_body, full_body or hands: films 3D joints from the front, with none of the cameras.
    """

    size: tuple[int, int] | None = None
    fps: Fraction = FPS
    subject: str | None = None
    action: str | None = None
    subaction: str | None = None
    camera: str | None = None
    framing: str | None = one_of(None, *FRAMINGS)

    def __post_init__(self) -> None:
        check(self)


def read(path: Path, options: Any = None) -> People:
    """The one person in a file. Raises FormatError."""
    options = options or Options()
    if path.is_dir():
        raise FormatError(path, "is a folder; expected an .npy, .npz or .json file of Human3.6M.")
    if path.suffix.lower() == ".json":
        record = read_dump(path)
        annotated = isinstance(record, dict) and "annotations" in record
        return _annotated(path, record, options) if annotated else _world(path, record, options)
    packed = next((name for name in _PACKED if name in array_names(path)), None)
    if packed:
        return _unpacked(path, packed, options)
    joints = _joints(path, "the array", _array(path, options))
    return _flat(joints, options) if joints.shape[2] == 2 else filmed(path, joints, options)


def _unpacked(path: Path, name: str, options: Options) -> People:
    """The person of one action of one subject in VideoPose3D's archive."""
    subjects = _plain(path, name)
    subject = chosen(path, "subject", subjects, options.subject)
    action = chosen(path, "action", subjects[subject], options.action)
    found, camera = subjects[subject][action], ""
    if isinstance(found, list):
        cameras = {str(i): joints for i, joints in enumerate(found, 1)}
        camera = chosen(path, "camera", cameras, options.camera)
        found = cameras[camera]
        _check_order(path)
    joints = _joints(path, f"subject {subject}, action {action}", found)
    if joints.shape[2] == 3:
        return filmed(path, joints, options)
    return _flat(joints, options, (1000, 1000) if camera in _SQUARE_CAMERAS else (1000, 1002))


def _plain(path: Path, name: str) -> Any:
    content = read_objects(path, name)
    try:
        return Template(content).read(content)
    except PickleError as error:
        problem = UnsafeFile if error.unsafe else FormatError
        raise problem(path, f"holds {name} that are no plain data: {error}.", "Save one sequence as an .npy file.") from None


def _check_order(path: Path) -> None:
    """Refuse other people's joints in VideoPose3D's layout: COCO's first joint on the left is 1, Human3.6M's is 4."""
    about = _plain(path, "metadata") if "metadata" in array_names(path) else None
    sides = about.get("keypoints_symmetry") if isinstance(about, dict) else None
    if isinstance(sides, list) and sides and isinstance(sides[0], list) and sides[0][:1] == [1]:
        raise FormatError(
            path, "holds COCO's joints.", "Save them as an array of COCO-WholeBody or as COCO's JSON.", code="shape"
        )


def _array(path: Path, options: Options) -> NDArray[Any]:
    """The one array of an .npy file, or of an archive the one that is named or the first that fits."""
    if path.suffix.lower() != ".npz":
        return read_array(path)
    arrays = {name: array for name, array in read_arrays(path).items() if array.ndim == 3 and array.shape[1] in (17, 32)}
    if not arrays:
        problem = "holds no array of 17 or 32 joints."
        raise FormatError(path, problem, "Save one sequence as an .npy file.", code="shape")
    return arrays[chosen(path, "array", arrays, options.action)]


def _joints(path: Path, what: str, values: Any) -> NDArray[np.float64]:
    """(T, 17, 2 or 3) joints of an array or lists. What is not a number is missing."""
    joints = numbers(path, what, values, *_SHAPES, most=MAX_PLACE, holes=True)
    if not 1 <= len(joints) <= MAX_FRAMES:
        raise FormatError(path, f"{what} has {len(joints):,} frames; expected 1 to {MAX_FRAMES:,}.", code="shape")
    joints[np.isnan(joints).any(axis=2)] = np.nan
    return joints[:, _MOVING] if joints.shape[1] == 32 else joints


def _flat(joints: NDArray[np.float64], options: Options, size: tuple[int, int] | None = None) -> People:
    """The person of 2D joints (T, 17, 2) in pixels or fractions."""
    rows = np.concatenate([joints, np.ones((*joints.shape[:2], 1))], axis=2)
    canvas = detections.Options(options.size, options.fps)
    return detections.sequences([[row] for row in rows], _SKELETON, "h36m", canvas, [[0]] * len(rows), size)


def filmed(path: Path, joints: NDArray[np.float64], options: Options) -> People:
    """The person of 3D joints (T, 17, 3), in any unit and with any axis up, from the front."""
    left, right = (joints[:, _SKELETON.index(f"{side}_shoulder")] for side in ("left", "right"))
    apart = np.linalg.norm(left - right, axis=1)
    if not (apart > _LEAST).any():
        raise FormatError(path, "cannot be filmed: nowhere are both shoulders.", code="shape")
    try:
        places = upright(joints, _SKELETON) * (_SHOULDERS / np.median(apart[apart > _LEAST]))
    except InvalidValue as error:
        raise FormatError(path, f"cannot be filmed: {error}.", code="shape") from None
    return framed([_person(places, options, SIZE)], View(options.framing or FRAMINGS[0], options.size or SIZE))


def _person(points: NDArray[np.float64], options: Options, size: tuple[int, int]) -> PoseSequence:
    confidence = np.where(np.isnan(points[..., 0]), 0.0, 1.0)
    return PoseSequence(points, confidence, _SKELETON, options.fps, size, {"source": "h36m"})


def _world(path: Path, record: Any, options: Options) -> People:
    """The person of ``*_joint_3d.json``."""
    action = chosen(path, "action", record, options.action)
    take = chosen(path, "subaction", record[action], options.subaction)
    frames = record[action][take]
    joints = _joints(path, f"action {action}, subaction {take}", [frames[name] for name in ordered(path, "frame", frames)])
    if joints.shape[2] != 3:
        raise FormatError(path, "holds joints in 2D; expected millimetres of the room.", code="shape")
    camera = None if options.framing else _camera(path, "_joint_3d", options.camera)
    if camera is None:
        return filmed(path, joints, options)
    camera = replace(camera, size=options.size or camera.size)
    return (_person(camera.canvas(joints), options, camera.size),)


def _camera(path: Path, kind: str, name: str | None) -> MeasuredCamera | None:
    """A camera of the file beside; None if there is no such file and none was asked for."""
    stem = path.stem.removesuffix(kind)
    file = path.with_name(f"{stem}_camera.json")
    if stem == path.stem or not file.is_file():
        if name is None:
            return None
        raise FormatError(path, f"has no {file.name} beside it, which would hold camera {name}.", code="missing")
    cameras = read_dump(file, MAX_CAMERA_BYTES)
    name = chosen(file, "camera", cameras, name)
    pose = _part(file, cameras[name], "R", (3, 3)), _part(file, cameras[name], "t", (3,))
    return MeasuredCamera(*pose, *_lens(file, cameras[name]), (1000, 1000 if name in _SQUARE_CAMERAS else 1002))


def _lens(file: Path, camera: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _part(file, camera, "f", (2,)), _part(file, camera, "c", (2,))


def _part(file: Path, camera: Any, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    if not isinstance(camera, dict) or name not in camera:
        raise FormatError(file, f"has a camera without {name!r}.", code="missing")
    array = numbers(file, repr(name), camera[name], shape)
    if np.abs(array).max() > MAX_PLACE:
        raise FormatError(file, f"{name!r} holds {np.abs(array).max():g}, which no camera has.", code="number")
    return array


def _annotated(path: Path, record: dict[str, Any], options: Options) -> People:
    """The person of ``*_data.json``, as one camera saw it."""
    images, annotations = record.get("images"), record.get("annotations")
    if not isinstance(images, list) or not isinstance(annotations, list):
        raise FormatError(path, "has no lists 'images' and 'annotations'.", code="shape")
    by_id = {str(image["id"]): image for image in images if isinstance(image, dict) and "id" in image}
    shown = [note for note in annotations if isinstance(note, dict) and str(note.get("image_id")) in by_id]
    pairs = [(by_id[str(note["image_id"])], note) for note in shown]
    for field, wanted in (("action_idx", options.action), ("subaction_idx", options.subaction), ("cam_idx", options.camera)):
        name = chosen(path, field, {str(image.get(field)): True for image, _ in pairs}, wanted)
        pairs = [(image, note) for image, note in pairs if str(image.get(field)) == name]
    pairs.sort(key=lambda pair: (len(str(pair[0].get("frame_idx"))), str(pair[0].get("frame_idx"))))
    image = pairs[0][0]
    size = options.size or detections.stated_size(image) or (1000, 1002)
    if all("keypoints_img" in note for _, note in pairs):
        joints = _joints(path, "'keypoints_img'", [note["keypoints_img"] for _, note in pairs])
        return _flat(joints[..., :2], options, size)
    joints = _joints(path, "'keypoints_cam'", [note.get("keypoints_cam") for _, note in pairs])
    if joints.shape[2] != 3:
        raise FormatError(path, "'keypoints_cam' is in 2D; expected millimetres before the camera.", code="shape")
    if "cam_param" in image:
        lens = _lens(path, image["cam_param"])
    else:
        camera = _camera(path, "_data", str(image.get("cam_idx")))
        assert camera is not None
        lens = camera.focal, camera.center
    return (_person(MeasuredCamera(np.eye(3), np.zeros(3), *lens, size).canvas(joints), options, size),)


def sniff(path: Path) -> bool:
    """Arrays of 17 or 32 joints and nothing else, or JSON with the nesting or the fields that only this data set has."""
    if path.is_dir():
        return False
    if array_names(path) & set(_PACKED):
        return True
    arrays = [shape for shape in declared_shapes(path) if shape]
    if arrays and all(len(shape) == 3 and shape[1] in (17, 32) and shape[2] in (2, 3) for shape in arrays):
        return True
    with open(path, "rb") as file:
        start = file.read(2**16).translate(None, b" \t\r\n")
    return bool(_NESTED.match(start)) or (b'"subaction_idx"' in start and b'"cam_idx"' in start)


FORMAT = Format(
    name="h36m",
    title="Human3.6M joints",
    suffixes=(".json", ".npy", ".npz"),
    skeleton=_SKELETON,
    keeps=("body",),
    read=read,
    sniff=sniff,
    options=Options,
)
