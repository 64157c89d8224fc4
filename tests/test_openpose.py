"""OpenPose JSON: both body models, hands and face, scales, and what is wrong with a file."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poseforge
from poseforge.errors import FormatError, InvalidValue


def triples(count: int, seed: int, scale: tuple[float, float] = (600, 400)) -> list[float]:
    random = np.random.default_rng(seed)
    points = np.concatenate([10 + random.random((count, 2)) * scale, random.random((count, 1))], axis=1)
    return points.ravel().tolist()


def frame(body: int = 25, seed: int = 0, **changes: object) -> dict:
    person = {
        "person_id": [-1],
        "pose_keypoints_2d": triples(body, seed),
        "face_keypoints_2d": triples(70, seed + 1),
        "hand_left_keypoints_2d": triples(21, seed + 2),
        "hand_right_keypoints_2d": triples(21, seed + 3),
    }
    return {"version": 1.3, "people": [person | changes]}


def save(folder: Path, frames: list[dict]) -> Path:
    folder.mkdir(exist_ok=True)
    for i, record in enumerate(frames):
        (folder / f"clip_{i:012d}_keypoints.json").write_text(json.dumps(record))
    return folder


@pytest.mark.parametrize(("body", "joints"), [(25, {"left_ear": 18, "mid_hip": 8, "right_heel": 24}), (18, {"left_ear": 17})])
def test_joints_stand_at_their_names(tmp_path, body, joints) -> None:
    record = frame(body)
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]), size=(640, 480))
    flat = {name: np.reshape(record["people"][0][name], (-1, 3)) for name in record["people"][0] if name != "person_id"}
    for joint, i in (joints | {"nose": 0, "right_wrist": 4, "left_wrist": 7}).items():
        np.testing.assert_allclose(person.joint(joint)[0], flat["pose_keypoints_2d"][i, :2] / (640, 480))
    np.testing.assert_allclose(person.joint("left_middle_2")[0], flat["hand_left_keypoints_2d"][10, :2] / (640, 480))
    np.testing.assert_allclose(person.joint("right_hand_root")[0], flat["hand_right_keypoints_2d"][0, :2] / (640, 480))
    np.testing.assert_allclose(person.joint("face_67")[0], flat["face_keypoints_2d"][67, :2] / (640, 480))
    assert person.confidence[0, 0] == flat["pose_keypoints_2d"][0, 2]


def test_missing_points_are_missing(tmp_path) -> None:
    record = frame(hand_left_keypoints_2d=[], face_keypoints_2d=None)
    record["people"][0]["pose_keypoints_2d"][12:15] = [0, 0, 0]
    del record["people"][0]["hand_right_keypoints_2d"]
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]))
    assert not person.present[0, person.skeleton.index("right_wrist")]
    assert person.present[0, person.skeleton.index("nose")]
    for part in ("left_hand", "right_hand", "face"):
        assert not person.present[:, person.skeleton.group(part)].any()


def test_people_and_frames_may_come_and_go(tmp_path) -> None:
    two = {"people": frame(seed=1)["people"] + frame(seed=5)["people"]}
    people = poseforge.read_poses(save(tmp_path / "p", [frame(), two, {"people": []}]))
    assert [len(person) for person in people] == [3, 3]
    assert people[1].present.any(axis=1).tolist() == [False, True, False]


def test_frames_are_in_the_order_of_their_numbers(tmp_path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "v\u00b2_keypoints.json").write_text(json.dumps(frame(seed=1)))
    for number in (10, 9, 100):
        (folder / f"v{number}_keypoints.json").write_text(json.dumps(frame(seed=number)))
    (person,) = poseforge.read_poses(folder, size=(640, 480))
    expected = [frame(seed=number)["people"][0]["pose_keypoints_2d"][0] / 640 for number in (9, 10, 100, 1)]
    np.testing.assert_allclose(person.joint("nose")[:, 0], expected)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0)])
def test_scaled_keypoints_are_told_by_their_range(tmp_path, low, high) -> None:
    record = frame(18)
    places = {}
    for name, numbers in record["people"][0].items():
        if name != "person_id":
            array = np.reshape(numbers, (-1, 3))
            places[name] = array[:, :2] / (640, 480)
            array[:, :2] = low + (high - low) * places[name]
            record["people"][0][name] = array.ravel().tolist()
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]))
    np.testing.assert_allclose(person.joint("left_elbow")[0], places["pose_keypoints_2d"][6])


def test_a_few_points_outside_do_not_change_the_scale(tmp_path) -> None:
    record = frame(18)
    for name, numbers in record["people"][0].items():
        if name != "person_id":
            array = np.reshape(numbers, (-1, 3))
            array[:, :2] /= (640, 480)
            record["people"][0][name] = array.ravel().tolist()
    expected = record["people"][0]["pose_keypoints_2d"][18]
    record["people"][0]["pose_keypoints_2d"][0:2] = [-0.01, 1.02]
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]))
    assert person.joint("left_elbow")[0, 0] == expected
    assert person.joint("nose")[0].tolist() == [-0.01, 1.02]


def test_the_canvas_is_given_stored_or_guessed(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame()])
    assert poseforge.read_poses(folder)[0].size == (640, 480)
    assert poseforge.read_poses(folder)[0].meta["canvas_guessed"]
    given_size = poseforge.read_poses(folder, size=(1920, 1080), fps=Fraction(30))[0]
    assert (given_size.size, given_size.fps, given_size.meta["canvas_guessed"]) == ((1920, 1080), 30, False)
    stored = save(tmp_path / "q", [frame() | {"canvas_width": 900, "canvas_height": 700}])
    assert poseforge.read_poses(stored)[0].size == (900, 700)


def test_a_single_file_is_one_frame(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame(), frame()])
    (person,) = poseforge.read_poses(next(folder.iterdir()))
    assert len(person) == 1


WRONG = {
    "no JSON": "{",
    "no object": "[1, 2]",
    "no people": '{"version": 1}',
    "people no list": '{"people": 3}',
    "a person no object": '{"people": [3]}',
    "not a number": json.dumps(frame()).replace('"pose_keypoints_2d": [', '"pose_keypoints_2d": [NaN, ', 1),
    "text for numbers": json.dumps(frame(hand_left_keypoints_2d=["a"] * 63)),
    "a nested list": json.dumps(frame(hand_left_keypoints_2d=[[1, 2, 3]] * 21)),
    "an object": json.dumps(frame(hand_left_keypoints_2d={"a": 1})),
    "20 hand points": json.dumps(frame(hand_left_keypoints_2d=[1.0] * 60)),
    "MPI": json.dumps(frame(pose_keypoints_2d=[1.0] * 45)),
    "a far point": json.dumps(frame(hand_left_keypoints_2d=[1e300] * 63)),
    "33 people": json.dumps({"people": [{}] * 33}),
    "numbers as text": json.dumps(frame(hand_left_keypoints_2d=["1"] * 63)),
    "true for a number": json.dumps(frame(hand_left_keypoints_2d=[True] * 63)),
    "a number of 400 digits": json.dumps(frame(hand_left_keypoints_2d=[10**400] + [1.0] * 62)),
    "deep nesting": "[" * 100_000,
    "half a character": b'{"people": [{"\xff\xfe"',
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_files_are_refused_by_name(tmp_path, content) -> None:
    folder = save(tmp_path / "p", [frame()])
    bad = folder / "clip_000000000001_keypoints.json"
    bad.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(folder)
    assert caught.value.path == str(bad)


def test_a_giant_file_is_refused_unread(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame()])
    with open(next(folder.iterdir()), "r+b") as file:
        file.truncate(2**33)
    with pytest.raises(FormatError, match="never exceeds"):
        poseforge.read_poses(folder)


def test_mixed_models_and_wrong_options_are_refused(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame(25), frame(18)])
    with pytest.raises(FormatError, match="one model"):
        poseforge.read_poses(folder)
    with pytest.raises(InvalidValue, match="no option 'colour'"):
        poseforge.read_poses(folder, colour="red")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["people", "pose_keypoints_2d", "x"]), inner),
    max_leaves=6,
)


@given(json_values)
def test_any_json_is_read_or_refused(tmp_path_factory, value: object) -> None:
    path = tmp_path_factory.mktemp("any") / "a.json"
    path.write_text(json.dumps(value))
    try:
        poseforge.read_poses(path, "openpose")
    except FormatError as error:
        assert error.path == str(path)


def test_the_real_sample_reaches_echomimic(shared, tmp_path) -> None:
    people = poseforge.read_poses(shared / "data/openpose/openmmd_sample")
    assert len(people[0]) == 60
    assert people[0].size == (1920, 1080)
    np.testing.assert_allclose(people[0].joint("nose")[0], [951.37 / 1920, 341.375 / 1080])
    poseforge.write_poses(people, tmp_path / "p", "echomimic")
    (back,) = poseforge.read_poses(tmp_path / "p")
    np.testing.assert_allclose(back.joint("left_wrist"), people[0].joint("left_wrist"))
    assert back.frame_meta["draw_pose_params"][0].tolist() == [432, 768, 168, 600, 0, 768]


def test_an_editors_file_is_read(shared) -> None:
    (person,) = poseforge.read_poses(shared / "data/openpose/editor/pose_hand_fixed.json")
    assert person.size == (768, 512)
    np.testing.assert_allclose(person.joint("nose")[0], [367 / 768, 172 / 512])
