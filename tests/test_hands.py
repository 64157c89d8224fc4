"""FreiHAND and InterHand2.6M: orders, cameras, valid marks, and what is wrong with a file."""

import json
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import find

LENS = np.array([[480.0, 0, 112], [0, 470.0, 110], [0, 0, 1]])


def metres(count: int = 3, seed: int = 0) -> np.ndarray:
    """(N, 21, 3) points before FreiHAND's camera."""
    return np.random.default_rng(seed).random((count, 21, 3)) * (0.2, 0.2, 0.1) + (-0.1, -0.1, 0.7)


def freihand(folder: Path, xyz: np.ndarray, lenses: object = None) -> Path:
    path = folder / "training_xyz.json"
    path.write_text(json.dumps(xyz.tolist()))
    if lenses is not None:
        (folder / "training_K.json").write_text(json.dumps(lenses))
    return path


@pytest.mark.parametrize("hand", ["left", "right"])
def test_freihand_is_seen_through_its_matrices(tmp_path, hand) -> None:
    xyz = metres()
    lenses = LENS + np.diag([1.0, 2.0, 0]) * np.arange(3)[:, None, None]
    path = freihand(tmp_path, xyz, lenses.tolist())
    assert find(path).name == "hands"
    (person,) = poseforge.read_poses(path, hand=hand)
    for joint, i in {"hand_root": 0, "thumb_4": 4, "index_1": 5, "ring_2": 14, "little_4": 20}.items():
        x, y, z = xyz[:, i].T
        fx, fy = lenses[:, 0, 0], lenses[:, 1, 1]
        expected = np.stack([fx * x / z + 112, fy * y / z + 110], axis=1)
        np.testing.assert_allclose(person.joint(f"{hand}_{joint}") * 224, expected)
    assert (person.size, len(person), person.present.sum()) == ((224, 224), 3, 63)
    assert person.confidence.sum() == 63


def test_plain_arrays_and_lists_are_pixels_or_fractions(tmp_path) -> None:
    pixels = 10 + np.random.default_rng(1).random((4, 21, 2)) * (600, 400)
    pixels[2, 7] = np.nan
    np.save(tmp_path / "a.npy", pixels)
    np.save(tmp_path / "b.npy", (pixels / (640, 480)).astype(np.float32))
    assert find(tmp_path / "a.npy").name == find(tmp_path / "b.npy").name == "hands"
    (one,), (two,) = (poseforge.read_poses(tmp_path / name) for name in ("a.npy", "b.npy"))
    assert one.size == (640, 480)
    np.testing.assert_allclose(one.joint("right_middle_3"), pixels[:, 11] / (640, 480))
    np.testing.assert_allclose(two.points, one.points, rtol=1e-6)
    assert not one.present[2, one.skeleton.index("right_index_3")]
    assert one.confidence[2].sum() == 20
    (tmp_path / "c.json").write_text(json.dumps(pixels[:2].tolist()))
    (three,) = poseforge.read_poses(tmp_path / "c.json", size=(640, 480))
    np.testing.assert_array_equal(three.points, one.points[:2])


def test_3d_without_matrices_is_seen_from_afar(tmp_path) -> None:
    np.save(tmp_path / "a.npy", metres())
    (person,) = poseforge.read_poses(tmp_path / "a.npy")
    shown = person.points[:, person.skeleton.group("right_hand")]
    assert 0.09 < shown.min() < shown.max() < 0.91
    assert np.isclose(np.ptp(shown.reshape(-1, 2), axis=0).max(), 0.8)
    flat = metres()[..., :2]
    np.testing.assert_allclose(np.diff(shown, axis=1) / np.diff(flat, axis=1), 0.8 / np.ptp(flat.reshape(-1, 2), axis=0).max())


def interhand(folder: Path, frames: int = 12) -> tuple[Path, np.ndarray]:
    """A capture of two hands, one camera upright and one on its side; the points of the room, millimetres."""
    world = np.random.default_rng(3).random((frames, 42, 3)) * 200 + (-100, -100, 900)
    valid = np.ones((frames, 42, 1), dtype=bool)
    valid[1, 3] = False
    listed = {
        str(5 * t): {"world_coord": world[t].tolist(), "joint_valid": valid[t].tolist(), "hand_type": "interacting"}
        for t in reversed(range(frames))
    }
    path = folder / "InterHand2.6M_val_joint_3d.json"
    other = {"7": {"world_coord": (world[0] + 5).tolist(), "joint_valid": [1] * 42}}
    path.write_text(json.dumps({"12": other, "2": listed}))
    turn = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
    cameras = {
        "campos": {"400": [10.0, 20.0, 30.0], "401": [0.0, 5.0, 0.0]},
        "camrot": {"400": np.eye(3).tolist(), "401": turn.tolist()},
        "focal": {"400": [1270.0, 1280.0], "401": [1260.0, 1250.0]},
        "princpt": {"400": [250.0, 170.0], "401": [160.0, 255.0]},
    }
    (folder / "InterHand2.6M_val_camera.json").write_text(json.dumps({"2": cameras, "12": cameras}))
    return path, world


PLACES = {
    "right_thumb_4": 0, "right_thumb_1": 3, "right_index_4": 4, "right_little_1": 19, "right_hand_root": 20,
    "left_thumb_4": 21, "left_middle_2": 31, "left_little_4": 37, "left_hand_root": 41,
}  # fmt: skip


def test_interhand_is_seen_by_its_cameras(tmp_path) -> None:
    path, world = interhand(tmp_path)
    assert find(path).name == "hands"
    (person,) = poseforge.read_poses(path)
    assert (person.size, len(person)) == ((512, 334), 12)
    for joint, i in PLACES.items():
        x, y, z = (world[:, i] - (10, 20, 30)).T
        known = np.arange(12) != (1 if i == 3 else -1)
        expected = np.stack([1270 * x / z + 250, 1280 * y / z + 170], axis=1)[known]
        np.testing.assert_allclose(person.pixels()[known, person.skeleton.index(joint)], expected)
    assert np.argwhere(~person.present).tolist() == [[1, person.skeleton.index("right_thumb_1")]]
    assert person.confidence[1].sum() == 41
    (turned,) = poseforge.read_poses(path, camera="401")
    x, y, z = (world[:, 20] - (0, 5, 0)).T
    np.testing.assert_allclose(turned.joint("right_hand_root")[:, 0] * 334, 1260 * y / z + 160)
    np.testing.assert_allclose(turned.joint("right_hand_root")[:, 1] * 512, -1250 * x / z + 255)
    assert len(poseforge.read_poses(path, capture=12)[0]) == 1


def test_what_is_not_there_is_told(tmp_path) -> None:
    path, _ = interhand(tmp_path)
    with pytest.raises(FormatError, match="no capture '3'; there are 2, 12"):
        poseforge.read_poses(path, capture="3")
    with pytest.raises(FormatError, match="no camera '5'; there are 400, 401"):
        poseforge.read_poses(path, camera="5")
    with pytest.raises(InvalidValue, match="left, right"):
        poseforge.read_poses(path, hand="both")
    (tmp_path / "InterHand2.6M_val_camera.json").unlink()
    with pytest.raises(FormatError, match="into one folder"):
        poseforge.read_poses(path)


FRAME = {"world_coord": [[1, 2, 3]] * 42, "joint_valid": [1] * 42}
WRONG = {
    "no JSON": "{",
    "nothing": "[]",
    "a number": "3",
    "20 points": json.dumps(metres(1)[:, :20].tolist()),
    "text": '[[["a", "b"]]]',
    "far": json.dumps(np.full((1, 21, 2), 1e30).tolist()),
    "a point": json.dumps(np.full((1, 21, 3), 0.5).tolist()),
    "no frames": '{"1": {}}',
    "a frame no object": '{"1": {"0": [1]}}',
    "41 joints": json.dumps({"1": {"0": FRAME | {"world_coord": [[1, 2, 3]] * 41}}}),
    "41 marks": json.dumps({"1": {"0": FRAME | {"joint_valid": [1] * 41}}}),
    "marks of text": json.dumps({"1": {"0": FRAME | {"joint_valid": ["yes"] * 42}}}),
    "no marks": json.dumps({"1": {"0": {"world_coord": FRAME["world_coord"]}}}),
    "no cameras": json.dumps({"1": {"0": FRAME}}),
    "deep nesting": "[" * 100_000,
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_json_is_refused_by_name(tmp_path, content) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(bad, "hands")
    assert caught.value.path == str(bad)


@pytest.mark.parametrize("lenses", [[LENS.tolist()], "no", [[[1e300] * 3] * 3] * 3, {"a": 1}])
def test_wrong_matrices_are_refused_by_name(tmp_path, lenses) -> None:
    path = freihand(tmp_path, metres(), lenses)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path)
    assert caught.value.path.endswith("training_K.json")


@pytest.mark.parametrize("part", ["campos", "camrot", "focal", "princpt"])
@pytest.mark.parametrize("wrong", [None, 3, {}, {"400": ["a"]}, {"400": [[1]]}])
def test_wrong_cameras_are_refused_by_name(tmp_path, part, wrong) -> None:
    path, _ = interhand(tmp_path, 2)
    file = tmp_path / "InterHand2.6M_val_camera.json"
    cameras = json.loads(file.read_text())
    cameras["2"][part] = wrong
    file.write_text(json.dumps(cameras))
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path)
    assert caught.value.path == str(file)
