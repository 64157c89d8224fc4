"""Files with the suffix .pose: every version, both sources of points, and what is wrong with a file."""

import struct
from fractions import Fraction

import numpy as np
import pytest
from exemplars import pose_file
from exemplars import pose_header as header

import poseforge
from poseforge.errors import FormatError
from poseforge.formats import find, get
from poseforge.retarget import to_hub

HOLISTIC = {
    "POSE_LANDMARKS": [
        "NOSE",
        "LEFT_SHOULDER",
        "RIGHT_SHOULDER",
        "LEFT_WRIST",
        "RIGHT_WRIST",
        "MOUTH_LEFT",
        "RIGHT_FOOT_INDEX",
    ],
    "FACE_LANDMARKS": ["0", "17", "172", "58", "467", "288"],
    "LEFT_HAND_LANDMARKS": ["WRIST", "THUMB_CMC", "INDEX_FINGER_TIP", "PINKY_MCP"],
    "RIGHT_HAND_LANDMARKS": ["WRIST", "THUMB_TIP"],
    "POSE_WORLD_LANDMARKS": ["NOSE", "LEFT_WRIST"],
}
JOINTS = (
    "nose left_shoulder right_shoulder left_wrist right_wrist left_mouth right_big_toe - - - - - - "
    "left_hand_root left_thumb_1 left_index_4 left_little_1 right_hand_root right_thumb_4"
).split()
PLACES = {joint: [i] for i, joint in enumerate(JOINTS) if joint != "-"} | {"face_04": [9, 10], "face_51": [7], "face_57": [8]}
"""Of 397, which face_12 needs beside 288, there is nothing."""
OPENPOSE = {
    "pose_keypoints_2d": ["LWrist", "RWrist", "MidHip"],
    "face_keypoints_2d": ["FB_0", "FLI_67", "FP_68", "FP_69"],
    "hand_left_keypoints_2d": ["BASE", "T_STT", "P_DIP"],
    "hand_right_keypoints_2d": ["M_CMC"],
}


def points_of(components: dict[str, list[str]], frames: int = 3, people: int = 1) -> np.ndarray:
    """(T, P, K, 3) x, y, confidence: pixels of people who stand apart and move a little."""
    random = np.random.default_rng(5)
    count = sum(map(len, components.values()))
    body = 5 + random.random((people, count, 2)) * 50 + 140 * np.arange(people)[:, None, None]
    places = body + random.random((frames, people, count, 2))
    return np.concatenate([places, 0.25 + random.random((frames, people, count, 1)) / 2], axis=-1).astype("<f4")


@pytest.mark.parametrize(("version", "fps"), [(0.0, 25), (0.1, 25), (0.2, Fraction(2997, 100))])
def test_every_version_is_read(tmp_path, version, fps) -> None:
    values = points_of(HOLISTIC)
    path = pose_file(tmp_path / "a.pose", version, HOLISTIC, values)
    assert find(path).name == "pose"
    assert get("pose").sniff(path)
    (person,) = poseforge.read_poses(path)
    assert set(person.skeleton.joints) == set(PLACES)
    assert (person.size, person.fps) == ((400, 200), fps)
    for joint, places in PLACES.items():
        expected = values[:, 0, places].mean(axis=1)
        np.testing.assert_allclose(person.joint(joint), expected[:, :2] / (400, 200), rtol=1e-6)
        np.testing.assert_allclose(person.confidence[:, person.skeleton.index(joint)], expected[:, 2], rtol=1e-6)
    assert [person.skeleton.joints[i] for i in person.skeleton.group("face")] == ["face_04", "face_51", "face_57"]
    assert person.skeleton.joints[person.skeleton.mirror[person.skeleton.index("left_wrist")]] == "right_wrist"
    np.testing.assert_array_equal(to_hub(person).joint("left_little_1"), person.joint("left_little_1"))
    given_options = poseforge.read_poses(path, size=(800, 200), fps=Fraction(12))[0]
    assert (given_options.size, given_options.fps) == ((800, 200), 12)


@pytest.mark.parametrize("version", [0.0, 0.1, 0.2])
def test_missing_points_and_openposes_names(tmp_path, version) -> None:
    values = points_of(OPENPOSE)
    values[1, 0, 0, 2] = 0
    values[2] = 0
    (person,) = poseforge.read_poses(pose_file(tmp_path / "a.pose", version, OPENPOSE, values, "XYC"))
    assert set(person.skeleton.joints) == {
        "left_wrist", "right_wrist", "mid_hip", "face_00", "face_67", "right_pupil", "left_pupil",
        "left_hand_root", "left_thumb_1", "left_little_4", "right_middle_1",
    }  # fmt: skip
    assert person.present[:, person.skeleton.index("left_wrist")].tolist() == [True, False, False]
    assert person.present[:, person.skeleton.index("right_wrist")].tolist() == [True, True, False]


def test_people_are_followed(tmp_path) -> None:
    values = points_of(OPENPOSE, 4, 2)
    values[1] = values[1, ::-1].copy()
    one, two = poseforge.read_poses(pose_file(tmp_path / "a.pose", 0.2, OPENPOSE, values, "XYC"))
    assert np.ptp(one.joint("left_wrist"), axis=0).max() < 0.01
    assert (two.joint("left_wrist") > one.joint("left_wrist")).all()


def test_wrong_files_are_refused_by_name(tmp_path) -> None:
    values = points_of(OPENPOSE)
    good = pose_file(tmp_path / "good.pose", 0.2, OPENPOSE, values, "XYC").read_bytes()
    start = len(header(0.2, OPENPOSE, "XYC"))
    infinite = np.array(values)
    infinite[0, 0, 0, 0] = 1e30
    wrong = {
        "too short": good[:-1],
        "without a body": good[:start],
        "half a header": good[:60],
        "another version": struct.pack("<f", 0.3) + good[4:],
        "no version": struct.pack("<f", float("nan")) + good[4:],
        "too many frames": good[:start] + struct.pack("<fIH", 24, 2**32 - 1, 1) + good[start + 10 :],
        "nobody in many frames": good[:start] + struct.pack("<fIH", 24, 150_000, 0),
        "too many people": good[:start] + struct.pack("<fIH", 24, 1, 2**16 - 1) + good[start + 10 :],
        "a crowd": struct.pack("<f", 0.0) + good[4:start] + struct.pack("<3H", 24, 1, 2**16 - 1) + good[start + 10 :],
        "points of one number": header(0.2, OPENPOSE, "C") + good[start:],
        "strange components": header(0.2, {"BIRD": ["BEAK"]}, "XYC") + good[start:],
        "no components": header(0.2, {}, "XYC") + good[start:],
        "a name of bytes": good.replace(b"LWrist", b"\xff\xfe\xff\xfe\xff\xfe"),
        "a point far away": pose_file(tmp_path / "far.pose", 0.2, OPENPOSE, infinite, "XYC").read_bytes(),
    }
    for content in wrong.values():
        (tmp_path / "wrong.pose").write_bytes(content)
        with pytest.raises(FormatError, match=r"wrong\.pose"):
            poseforge.read_poses(tmp_path / "wrong.pose")


def test_a_real_file_is_read(shared) -> None:
    """Version 0.0, of OpenPose: the hands are at the wrists and the person's left is at the picture's right."""
    (person,) = poseforge.read_poses(shared / "data/openpose/openpose.pose")
    assert (len(person), person.size, person.fps) == (93, (1000, 1000), 24)
    for side in ("left", "right"):
        away = np.linalg.norm(person.joint(f"{side}_wrist") - person.joint(f"{side}_hand_root"), axis=1)
        assert np.nanmedian(away) < 0.01
    assert np.nanmin(person.joint("left_shoulder")[:, 0] - person.joint("right_shoulder")[:, 0]) > 0.05
    assert np.nanmedian(np.linalg.norm(person.joint("nose") - person.joint("face_30"), axis=1)) < 0.01
