"""MediaPipe: parts and people, whose hand is whose, the 68 points of the mesh, text, and what is wrong with a file."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from exemplars import SIZE
from exemplars import as_json as save

import poseforge
from poseforge.errors import FormatError
from poseforge.formats import find
from poseforge.landmarks import FACE_68
from poseforge.retarget import to_hub
from poseforge.skeleton import catalogue


def marks(count: int, seed: int, visibility: bool = False, at: tuple[float, float] = (0.5, 0.5)) -> list[dict[str, float]]:
    random = np.random.default_rng(seed)
    rows = random.random((count, 4)).round(6)
    return [
        {"x": at[0] + 0.1 * x, "y": at[1] + 0.1 * y, "z": z} | ({"visibility": 0.4 + v / 2} if visibility else {})
        for x, y, z, v in rows.tolist()
    ]


def holistic(seed: int = 0) -> dict:
    return {
        "pose_landmarks": marks(33, seed, True),
        "face_landmarks": marks(478, seed + 1),
        "left_hand_landmarks": marks(21, seed + 2),
        "right_hand_landmarks": marks(21, seed + 3),
    }


def place(mark: dict[str, float]) -> list[float]:
    return [mark["x"], mark["y"]]


BODY = {
    "nose": 0, "left_eye": 2, "right_eye": 5, "left_ear": 7, "left_mouth": 9, "left_shoulder": 11, "right_elbow": 14,
    "left_wrist": 15, "right_wrist": 16, "left_pinky": 17, "right_index": 20, "left_thumb": 21, "left_hip": 23,
    "right_ankle": 28, "left_heel": 29, "left_big_toe": 31, "right_big_toe": 32,
}  # fmt: skip


def test_joints_stand_at_their_names(tmp_path) -> None:
    record = holistic()
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", record), "mediapipe")
    for joint, i in BODY.items():
        assert person.joint(joint)[0].tolist() == place(record["pose_landmarks"][i]), joint
        confidence = person.confidence[0, person.skeleton.index(joint)]
        assert confidence == record["pose_landmarks"][i]["visibility"]
    for side in ("left", "right"):
        hand = record[f"{side}_hand_landmarks"]
        assert person.joint(f"{side}_hand_root")[0].tolist() == place(hand[0])
        assert person.joint(f"{side}_little_4")[0].tolist() == place(hand[20])
        assert person.confidence[0, person.skeleton.index(f"{side}_thumb_2")] == 1
    face = record["face_landmarks"]
    for point, i in {0: 127, 8: 152, 16: 356, 30: 4, 36: 33, 45: 263, 48: 61, 54: 291, 66: 14}.items():
        np.testing.assert_allclose(person.joint(f"face_{point:02d}")[0], place(face[i]), rtol=1e-12)
    np.testing.assert_allclose(person.joint("face_27")[0], np.mean([place(face[6]), place(face[168])], axis=0))


def test_the_hub_gets_a_neck(tmp_path) -> None:
    record = holistic()
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", record))
    middle = np.mean([place(record["pose_landmarks"][i]) for i in (11, 12)], axis=0)
    np.testing.assert_allclose(to_hub(person).joint("neck")[0], middle)


def mirrored(place: int) -> int:
    """The landmark that MediaPipe's canonical face model has on the other side. Its vertices are those of the right half and
    the middle, up to 247, then the mirror images of the right half in the same order."""
    middle = {0, 1, 2, *range(4, 7), *range(8, 20), 94, 151, 152, 164, 168, 175, 195, 197, 199, 200}
    right = [i for i in range(248) if i not in middle]
    if place in middle:
        return place
    return 248 + right.index(place) if place < 248 else right[place - 248]


def test_the_table_of_the_face_is_symmetric() -> None:
    assert (mirrored(33), mirrored(61), mirrored(356)) == (263, 291, 127)
    mirror = catalogue["face-68"].mirror
    for point, places in enumerate(FACE_68):
        assert {mirrored(i) for i in places} == set(FACE_68[mirror[point]]), point


WAYS = {
    "a list of frames": lambda frames: frames,
    "under frames": lambda frames: {"frames": frames, "fps": 30},
    "camel case": lambda frames: [
        {"".join(word.title() if i else word for i, word in enumerate(key.split("_"))): value for key, value in frame.items()}
        for frame in frames
    ],
    "short keys": lambda frames: [{key.removesuffix("_landmarks"): value for key, value in frame.items()} for frame in frames],
    "in messages": lambda frames: [{key: {"landmark": value} for key, value in frame.items()} for frame in frames],
    "lists of numbers": lambda frames: [
        {key: [list(mark.values()) for mark in value] for key, value in frame.items()} for frame in frames
    ],
    "lists of people": lambda frames: [{key: [value] for key, value in frame.items()} for frame in frames],
    "by frame": lambda frames: {"2.jpg": frames[1], "10.jpg": frames[2], "1.jpg": frames[0]},
    "by frame under frames": lambda frames: {"fps": 30, "frames": {f"frame_{t}": frame for t, frame in enumerate(frames)}},
    "pixels": lambda frames: {
        "width": 640,
        "height": 480,
        "frames": [
            {key: [mark | {"x": 640 * mark["x"], "y": 480 * mark["y"]} for mark in value] for key, value in frame.items()}
            for frame in frames
        ],
    },
    "worlds beside": lambda frames: [frame | {"pose_world_landmarks": marks(33, 99)} for frame in frames],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_way_to_write_frames_is_the_same(tmp_path, way) -> None:
    frames = [holistic(seed) for seed in (0, 10, 20)]
    (expected,) = poseforge.read_poses(save(tmp_path / "a.json", frames), "mediapipe", size=SIZE)
    (person,) = poseforge.read_poses(save(tmp_path / "b.json", way(frames)), size=SIZE)
    np.testing.assert_allclose(person.points, expected.points)
    np.testing.assert_array_equal(person.confidence, expected.confidence)
    assert (len(person), person.size) == (3, expected.size)


def test_a_line_may_be_a_frame(tmp_path) -> None:
    frames = [holistic(seed) for seed in (0, 10, 20)]
    (expected,) = poseforge.read_poses(save(tmp_path / "a.json", frames))
    for name in ("b.jsonl", "b.json", "b.ndjson"):
        (tmp_path / name).write_text("\n".join(map(json.dumps, frames)) + "\n\n")
        assert poseforge.read_poses(tmp_path / name) == (expected,)
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, frames))[:-5])
    with pytest.raises(FormatError, match=r"b\.jsonl: has in line 3"):
        poseforge.read_poses(tmp_path / "b.jsonl")


@pytest.mark.parametrize(("count", "joint", "at"), [(33, "left_wrist", 15), (21, "left_index_4", 8)])
def test_landmarks_without_a_name_are_known_by_their_number(tmp_path, count, joint, at) -> None:
    frames = [[mark | {"x": mark["x"] + 0.2} for mark in marks(count, seed)] for seed in (1, 2)]
    for record, places in ((frames, [place(frame[at]) for frame in frames]), (frames[0], [place(frames[0][at])])):
        (person,) = poseforge.read_poses(save(tmp_path / "a.json", record))
        assert person.joint(joint).tolist() == places
    listed = [list(mark.values()) for mark in frames[1]]
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", listed), "mediapipe")
    assert person.joint(joint).tolist() == [place(frames[1][at])]


def test_pixels_need_a_size_and_a_stray_landmark_is_none(tmp_path) -> None:
    pixels = {"pose_landmarks": [mark | {"x": 640 * mark["x"], "y": 480 * mark["y"]} for mark in marks(33, 1)]}
    path = save(tmp_path / "a.json", pixels)
    with pytest.raises(FormatError, match=r"pixels, say how large"):
        poseforge.read_poses(path)
    (person,) = poseforge.read_poses(path, size=SIZE)
    np.testing.assert_allclose(person.joint("left_wrist")[0], place(marks(33, 1)[15]))
    stray = holistic()
    stray["pose_landmarks"][3]["x"] = 300
    with pytest.raises(FormatError, match="holds 300"):
        poseforge.read_poses(save(path, stray), size=SIZE)


def test_a_landmark_without_a_number_is_missing(tmp_path) -> None:
    record = holistic()
    record["pose_landmarks"][15]["x"] = float("nan")
    record["left_hand_landmarks"][8]["y"] = float("-inf")
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", record))
    missing = [person.skeleton.index(joint) for joint in ("left_wrist", "left_index_4")]
    np.testing.assert_array_equal(np.flatnonzero(~person.present[0]), missing)
    assert person.joint("right_wrist")[0].tolist() == place(record["pose_landmarks"][16])


def test_a_folder_is_in_the_order_of_its_numbers(tmp_path) -> None:
    for number in (10, 9, 100):
        save(tmp_path / f"frame{number}.json", holistic(number))
    (tmp_path / "README.md").write_text("poses")
    assert find(tmp_path).name == "mediapipe"
    (person,) = poseforge.read_poses(tmp_path, fps=Fraction(30))
    assert person.fps == 30
    assert person.joint("nose").tolist() == [place(holistic(number)["pose_landmarks"][0]) for number in (9, 10, 100)]


def test_what_is_missing_is_missing(tmp_path) -> None:
    empty = dict.fromkeys(holistic())
    zeros = {"pose_landmarks": marks(33, 1, True), "left_hand_landmarks": [[0, 0, 0]] * 21, "right_hand_landmarks": []}
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", [empty, zeros, None, holistic(1)]), "mediapipe")
    assert person.present.any(axis=1).tolist() == [False, True, False, True]
    assert person.present[1].sum() == 33
    assert not person.confidence[1, person.skeleton.group("left_hand")].any()


def test_far_points_stay_fractions_and_the_canvas_may_be_stated(tmp_path) -> None:
    record = holistic() | {"image_width": 1920, "image_height": 1080}
    record["pose_landmarks"][27] |= {"x": -3.5, "y": 4.25}
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", record), "mediapipe")
    assert person.joint("left_ankle")[0].tolist() == [-3.5, 4.25]
    assert (person.size, person.meta["canvas_guessed"]) == ((1920, 1080), False)
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", holistic()), "mediapipe")
    assert (person.size, person.meta["canvas_guessed"]) == ((768, 768), True)


def hand_at(x: float) -> list[dict[str, float]]:
    return marks(21, int(100 * x), at=(x, 0.5))


def sides(path: Path, **options: object) -> tuple[float, float]:
    """Where the left and the right hand are."""
    (person,) = poseforge.read_poses(path, "mediapipe", **options)
    return tuple(float(person.joint(f"{side}_hand_root")[0, 0]) for side in ("left", "right"))


def test_hands_go_to_the_wrists_of_the_pose_whatever_their_labels_say(tmp_path) -> None:
    pose = marks(33, 0, True)
    pose[15] |= {"x": 0.2, "y": 0.5}
    pose[16] |= {"x": 0.8, "y": 0.5}
    wrong = [[{"category_name": "Right"}], [{"category_name": "Left"}]]
    record = {"pose_landmarks": [pose], "hand_landmarks": [hand_at(0.2), hand_at(0.8)], "handedness": wrong}
    left, right = sides(save(tmp_path / "a.json", record))
    assert (left, right) == (hand_at(0.2)[0]["x"], hand_at(0.8)[0]["x"])
    alone = record | {"hand_landmarks": [hand_at(0.8)]}
    left, right = sides(save(tmp_path / "a.json", alone))
    assert np.isnan(left)
    assert right == hand_at(0.8)[0]["x"]


TASKS = {"handedness": [[{"categoryName": "Left", "score": 0.9}], [{"categoryName": "Right"}]], "landmarks": 0}
SOLUTION = {"multi_handedness": [{"classification": [{"label": "Right"}]}, {"classification": [{"label": "Left"}]}]}
PLAIN = {"handednesses": ["Left", "Right"]}


@pytest.mark.parametrize("labels", [TASKS, SOLUTION, PLAIN], ids=["tasks", "solution", "plain"])
@pytest.mark.parametrize("swapped", [False, True])
def test_without_a_pose_labels_tell(tmp_path, labels, swapped) -> None:
    record = labels | {"landmarks": [hand_at(0.3), hand_at(0.7)]}
    left, right = sides(save(tmp_path / "a.json", record), mirrored=swapped)
    assert (left < right) != swapped


def test_mirrored_is_said_on_the_command_line(tmp_path, run) -> None:
    save(tmp_path / "a.json", PLAIN | {"hand_landmarks": [hand_at(0.3), hand_at(0.7)]})
    for said, side in (("false", 0.3), ("true", 0.7)):
        code, _, _ = run("convert", "a.json", f"poses-{said}", "-o", f"mirrored={said}")
        assert code == 0
        (person,) = poseforge.read_poses(tmp_path / f"poses-{said}")
        assert person.joint("left_hand_root")[0, 0] == hand_at(side)[0]["x"]
    code, _, errors = run("convert", "a.json", "poses", "-o", "mirrored=perhaps")
    assert code != 0
    assert "true or false" in errors


def test_hands_without_believable_labels_face_the_viewer(tmp_path) -> None:
    for record in (
        {"hand_landmarks": [hand_at(0.2), hand_at(0.8)]},
        {"hand_landmarks": [hand_at(0.8), hand_at(0.2)], "handedness": ["Left", "Left"]},
    ):
        left, right = sides(save(tmp_path / "a.json", record))
        assert left > 0.5 > right
    assert np.isnan(sides(save(tmp_path / "a.json", {"hand_landmarks": [hand_at(0.8)]}))[1])


def test_a_fast_hand_stays_one_person(tmp_path) -> None:
    frames = [{"left_hand": hand_at(x)} for x in (0.1, 0.8, 0.1, 0.8)]
    (person,) = poseforge.read_poses(save(tmp_path / "a.json", frames), "mediapipe")
    assert person.present.any(axis=1).all()


def test_people_keep_their_faces_and_hands(tmp_path) -> None:
    poses = [marks(33, i, True, (x, 0.5)) for i, x in enumerate((0.1, 0.7))]
    record = {
        "poseLandmarks": poses,
        "faceLandmarks": [marks(468, 7, at=(0.7, 0.5)), marks(468, 8, at=(0.1, 0.5))],
        "handLandmarks": [hand_at(0.7)],
    }
    people = poseforge.read_poses(save(tmp_path / "a.json", [record, record]), "mediapipe")
    assert len(people) == 2
    for person, x in zip(people, (0.1, 0.7), strict=True):
        assert abs(person.joint("nose")[0, 0] - x) <= 0.1
        assert abs(person.joint("face_30")[1, 0] - x) <= 0.1
    assert not people[0].present[:, people[0].skeleton.group("left_hand")].any()
    assert people[1].present[:, [people[1].skeleton.index(f"{side}_hand_root") for side in ("left", "right")]].any()


def text(name: str, rows: list[dict[str, float]]) -> str:
    inner = "".join("landmark {\n" + "".join(f"  {k}: {v}\n" for k, v in row.items()) + "}\n" for row in rows)
    return f"{name} {{\n{inner}}}\n" if name else inner


def test_printed_messages_are_read(tmp_path) -> None:
    poses = [marks(33, 1, True), marks(33, 2, True)]
    path = tmp_path / "a.txt"
    path.write_text("".join(text("", pose) for pose in poses))
    assert find(path).name == "mediapipe"
    (person,) = poseforge.read_poses(path)
    assert person.joint("left_wrist").tolist() == [place(pose[15]) for pose in poses]
    parts = text("pose_landmarks", poses[0]) + text("left_hand_landmarks", hand_at(0.3)) + text("world_landmarks", poses[1])
    path.write_text("# a result\n" + parts)
    (person,) = poseforge.read_poses(path)
    assert person.joint("left_wrist")[0].tolist() == place(poses[0][15])
    assert person.joint("left_index_1")[0].tolist() == place(hand_at(0.3)[5])
    assert person.confidence[0, 15] == poses[0][15]["visibility"]


def test_real_hands_have_the_side_that_their_shape_has(shared) -> None:
    for name in ("fist", "pointing_up", "thumb_up", "victory"):
        (person,) = poseforge.read_poses(shared / f"data/mediapipe/{name}_landmarks.pbtxt")
        assert person.present[0, person.skeleton.group("right_hand")].all()
        assert not person.present[0, person.skeleton.group("left_hand")].any()
    np.testing.assert_allclose(person.joint("right_hand_root")[0], [0.5164316, 0.804093])


def test_a_real_pose_is_read(shared) -> None:
    (person,) = poseforge.read_poses(shared / "data/mediapipe/pose_landmarks.pbtxt")
    np.testing.assert_allclose(person.joint("nose")[0], [0.46507242, 0.41610304])
    assert person.confidence[0, 0] == 0.99998844
    assert person.joint("left_shoulder")[0, 0] != person.joint("right_shoulder")[0, 0]
    np.testing.assert_allclose(person.joint("right_big_toe")[0], [0.30121577, 0.94473803])


WRONG = {
    "no JSON": "{",
    "no frames": '{"frames": []}',
    "frames no list": '{"frames": 3}',
    "a frame no object": "[3]",
    "no landmarks": '{"people": []}',
    "a part no list": '{"pose_landmarks": 3}',
    "20 points": json.dumps({"left_hand": marks(20, 1)}),
    "no x": json.dumps({"left_hand": [{"y": 1}] * 21}),
    "mixed": json.dumps({"left_hand": [{"x": 1, "y": 1}] * 20 + [[1, 1]]}),
    "text for numbers": json.dumps({"left_hand": [{"x": "1", "y": 1}] * 21}),
    "text in lists": json.dumps({"left_hand": [["a", "b"]] * 21}),
    "five numbers": json.dumps({"left_hand": [[1, 2, 3, 4, 5]] * 21}),
    "pixels": json.dumps({"left_hand": [[300, 200]] * 21}),
    "a huge number": json.dumps({"left_hand": [[10**400, 1]] * 21}),
    "not finite": '{"left_hand": [[1e999, 1]' + ", [1, 1]" * 20 + "]}",
    "33 people": json.dumps({"hands": [[[0.5, 0.5]] * 21] * 33}),
    "deep nesting": "[" * 100_000,
    "half a character": b'{"pose_landmarks": [{"\xff\xfe"',
    "frames without end": "[" + "null," * 100_000 + "null]",
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_json_is_refused_by_name(tmp_path, content) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(bad, "mediapipe")
    assert caught.value.path == str(bad)


@pytest.mark.parametrize(
    "content",
    [
        "hello",
        "landmark {\n x: 0.5\n",
        "}\n" + text("", marks(33, 1)),
        text("", marks(32, 1)),
        text("", marks(33, 1)).replace("x: ", "x: a", 1),
        "landmark: 3",
        "landmark: 3\n" + text("", marks(33, 1)),
        "a {" * 50 + "}" * 50,
    ],
)
def test_wrong_text_is_refused_by_name(tmp_path, content) -> None:
    bad = tmp_path / "bad.pbtxt"
    bad.write_text(content)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(bad)
    assert caught.value.path == str(bad)
