"""DWPose's arrays: points, shapes, what is missing, and what is wrong with a file."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge.errors import FormatError, InvalidValue, UnsafeFile
from poseforge.formats import find
from poseforge.sequence import PoseSequence
from samples import make_frame, make_sequence, save_frames


def people_over(frames: int, people: int = 1, joints: int = 134, seed: int = 0) -> np.ndarray:
    """(T, P, K, 3) people who stand apart and move a little, in pixels."""
    random = np.random.default_rng(seed)
    body = 50 + random.random((people, joints, 2)) * 200 + 400 * np.arange(people)[:, None, None]
    places = body + random.normal(size=(frames, people, joints, 2))
    return np.concatenate([places, 0.2 + random.random((frames, people, joints, 1))], axis=-1)


def saved(path: Path, values: np.ndarray) -> Path:
    if path.suffix == ".npy":
        np.save(path, values)
    else:
        np.savez(path, keypoints=values[..., :2], scores=values[..., 2])
    return path


NAMED = {
    133: {"left_wrist": 9, "right_wrist": 10, "face_00": 23, "left_hand_root": 91, "right_little_4": 132},
    134: {"neck": 1, "right_wrist": 4, "left_wrist": 7, "face_00": 24, "left_hand_root": 92, "right_little_4": 133},
}


@pytest.mark.parametrize("joints", NAMED)
@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_joints_stand_at_their_names(tmp_path, joints, name) -> None:
    values = people_over(3, joints=joints)
    path = saved(tmp_path / name, values)
    assert find(path).name == ("dwpose" if name == "a.npz" else "dwpose-npy")
    (person,) = poseforge.read_poses(path, size=(1000, 500))
    for joint, i in NAMED[joints].items():
        np.testing.assert_allclose(person.joint(joint) * (1000, 500), values[:, 0, i, :2])
        np.testing.assert_array_equal(person.confidence[:, person.skeleton.index(joint)], values[:, 0, i, 2])


def dictionary(people: np.ndarray, scored: bool = True) -> dict:
    """What DWPose makes of people (P, 134, 3) in fractions: without scores it lists only what it is sure of."""
    body, hands = people[:, :18], np.concatenate([people[:, 92:113], people[:, 113:]])
    sure = np.where(body[..., 2] > 0.3, np.arange(18.0 * len(people)).reshape(-1, 18), -1)
    record = {"bodies": {"candidate": body[..., :2].reshape(-1, 2), "subset": sure}, "hands": hands[..., :2],
              "faces": people[:, 24:92, :2]}  # fmt: skip
    if scored:
        record["bodies"]["score"] = body[..., 2]
        record |= {"hands_score": hands[..., 2], "faces_score": people[:, 24:92, 2]}
    return record


def test_dictionaries_are_read_by_what_they_hold(tmp_path) -> None:
    values = people_over(3, people=2) / (1280, 720, 1)
    path = tmp_path / "0.npy"
    for content, frames in ((np.array([dictionary(x) for x in values], dtype=object), 3), (dictionary(values[0]), 1)):
        np.save(path, content, allow_pickle=True)
        assert find(path).name == "dwpose-npy"
        people = poseforge.read_poses(path, size=(1280, 720))
        assert [len(person) for person in people] == [frames] * 2
        for i, person in enumerate(people):
            for joint, at in NAMED[134].items():
                np.testing.assert_allclose(person.joint(joint), values[:frames, i, at, :2])
                np.testing.assert_array_equal(person.confidence[:, person.skeleton.index(joint)], values[:frames, i, at, 2])
            assert not person.present[:, 18:24].any()
    assert find(save_frames(tmp_path / "pose", [make_frame()]) / "0.npy").name == "echomimic"


def test_what_dictionaries_do_not_list_is_missing(tmp_path) -> None:
    values = people_over(1)[0] / (1280, 720, 1)
    values[0, 4, 2] = 0.2
    values[0, 100, :2] = -1
    np.save(tmp_path / "a.npy", dictionary(values, scored=False), allow_pickle=True)
    (person,) = poseforge.read_poses(tmp_path / "a.npy")
    expected = np.ones(134)
    expected[[4, 100, *range(18, 24)]] = 0
    expected[:18] *= values[0, :18, 2] > 0.3
    np.testing.assert_array_equal(person.confidence[0], expected)


def test_wrong_dictionaries_are_told(tmp_path) -> None:
    good = dictionary(people_over(1)[0] / (1280, 720, 1))
    for change, problem in (
        ({"bodies": {"candidate": np.zeros((17, 2))}}, "17 points; expected 18"),
        ({"hands": np.full((2, 21, 2), 1e9)}, "hands holds 1e"),
        ({"hands_score": np.ones((1, 21))}, "hands' scores is 1 x 21"),
        ({"faces": "none"}, "faces holds something else"),
        ({"bodies": 3}, "no poses"),
        ({"draw_pose_params": [1]}, "frames of EchoMimicV2"),
        ({"faces": np.zeros((33, 68, 2)), "faces_score": np.ones((33, 68))}, "33 people"),
    ):
        np.save(tmp_path / "a.npy", good | change, allow_pickle=True)
        with pytest.raises(FormatError, match=rf"a\.npy: .*{problem}"):
            poseforge.read_poses(tmp_path / "a.npy", "dwpose-npy")
    np.save(tmp_path / "a.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(UnsafeFile, match="nothing was run"):
        poseforge.read_poses(tmp_path / "a.npy", "dwpose-npy")


def test_every_shape_is_read(tmp_path) -> None:
    values = people_over(5)[:, 0]
    whole = poseforge.read_poses(saved(tmp_path / "whole.npy", values))
    assert [len(person) for person in whole] == [5]
    assert len(poseforge.read_poses(saved(tmp_path / "one.npy", values[0]))[0]) == 1
    crowd = poseforge.read_poses(saved(tmp_path / "crowd.npz", values), rows="people")
    assert [len(person) for person in crowd] == [1] * 5
    (bare,) = poseforge.read_poses(saved(tmp_path / "bare.npy", values[..., :2].astype(np.float32)), size=whole[0].size)
    np.testing.assert_allclose(bare.points, whole[0].points, rtol=1e-6)
    assert (bare.confidence == 1).all()
    with pytest.raises(InvalidValue, match="rows"):
        poseforge.read_poses(tmp_path / "bare.npy", rows="columns")


def test_missing_points_are_missing(tmp_path) -> None:
    values = people_over(2)
    values[0, 0, 4, :2], values[0, 0, 5], values[0, 0, 6], values[1, 0, 7, 2] = np.nan, (-1, -1, 0.2), 0, 0
    (person,) = poseforge.read_poses(saved(tmp_path / "a.npy", values))
    assert np.flatnonzero(~person.present[0]).tolist() == [4, 5, 6]
    assert person.present[1].all()
    assert person.confidence[0, 4:7].tolist() == [0, 0, 0]
    assert person.confidence[1, 7] == 0


def test_people_are_followed_and_empty_places_passed_over(tmp_path) -> None:
    values = people_over(4, people=2)
    values[1] = values[1, ::-1].copy()
    values[3, 1] = 0
    one, two = poseforge.read_poses(saved(tmp_path / "a.npz", values), size=(1000, 1000))
    assert np.ptp(one.joint("nose")[:, 0]) < 0.01
    assert two.present.any(axis=1).tolist() == [True, True, True, False]


def test_what_is_written_comes_back(tmp_path) -> None:
    gone = np.array(make_sequence(3, 1).points)
    gone[1] = np.nan
    gone[2, 92:113] = np.nan
    people = [replace(make_sequence(3, seed).with_points(points), size=(1280, 720), fps=Fraction(30000, 1001))
              for seed, points in ((1, gone), (2, make_sequence(3, 2).points))]  # fmt: skip
    poseforge.write_poses(people, tmp_path / "a.npz", "dwpose")
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["keypoints"].shape == (3, 2, 134, 2)
        np.testing.assert_allclose(arrays["keypoints"][0, 1, 7], people[1].joint("left_wrist")[0] * (1280, 720))
        assert not arrays["keypoints"][1, 0].any()
    back = poseforge.read_poses(tmp_path / "a.npz")
    for person, again in zip(people, back, strict=True):
        np.testing.assert_allclose(again.points, person.points)
        np.testing.assert_array_equal(again.confidence, person.confidence)
        assert (again.size, again.fps) == ((1280, 720), Fraction(30000, 1001))
    assert poseforge.read_poses(tmp_path / "a.npz", fps=Fraction(12), size=(900, 900))[0].fps == 12
    with pytest.raises(InvalidValue, match="2D"):
        poseforge.write_poses(PoseSequence(np.ones((1, 134, 3)), np.ones((1, 134))), tmp_path / "b.npz", "dwpose")
    assert not (tmp_path / "b.npz").exists()


def test_wrong_arrays_are_refused_by_name(tmp_path) -> None:
    good = {"keypoints": np.ones((2, 1, 134, 2)), "scores": np.ones((2, 1, 134))}
    wrong = [
        {"scores": good["scores"]},
        good | {"keypoints": np.ones((2, 1, 135, 2))},
        good | {"keypoints": np.ones((2, 1, 134, 4))},
        good | {"keypoints": np.ones((1, 33, 134, 2)), "scores": np.ones((1, 33, 134))},
        good | {"keypoints": np.full((2, 1, 134, 2), 1e30)},
        good | {"keypoints": np.full((2, 1, 134, 2), np.inf)},
        good | {"keypoints": np.full((2, 1, 134, 2), "1")},
        good | {"keypoints": np.full((2, 1, 134, 2), 1j)},
        good | {"scores": np.ones((2, 134))},
        good | {"size": np.array([0, 5])},
        good | {"size": np.array([3])},
        good | {"fps": np.array([24, 0])},
        good | {"fps": np.array(24)},
    ]
    path = tmp_path / "wrong.npz"
    for arrays in wrong:
        np.savez(path, **arrays)
        with pytest.raises(FormatError, match=r"wrong\.npz"):
            poseforge.read_poses(path, "dwpose")
    np.save(tmp_path / "wrong.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(FormatError, match="objects"):
        poseforge.read_poses(tmp_path / "wrong.npy", "dwpose")
    header = (
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999, 134, 3), }".ljust(117)
        + b"\n"
    )
    (tmp_path / "large.npy").write_bytes(header)
    with pytest.raises(FormatError, match="no whole"):
        poseforge.read_poses(tmp_path / "large.npy")
    (tmp_path / "short.npy").write_bytes(header.replace(b"999999999", b"3" + b" " * 8))
    with pytest.raises(FormatError, match="no whole"):
        poseforge.read_poses(tmp_path / "short.npy")
