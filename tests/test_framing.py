"""Where the camera stands."""

import json
from dataclasses import replace

import numpy as np
import pytest

from poseforge.errors import FormatError, InvalidValue
from poseforge.framing import View, filmed, framed, upright
from poseforge.performer import performer
from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.skeleton import Skeleton
from samples import make_motion, make_sequence


def turned(motion: Motion, yaw: float) -> Motion:
    """The same with the whole body turned about the vertical."""
    rotations = np.array(motion.rotations)
    rotations[:, 0] = (0, yaw, 0)
    return Motion(rotations, motion.translation, motion.rig, motion.fps)


@pytest.mark.parametrize("yaw", [0.0, 1.2, -2.8])
def test_half_body_is_framed_as_echomimic_does_wherever_the_person_looks(yaw: float) -> None:
    rig = performer()
    still = Motion(np.tile(rig.stance, (5, 1, 1)), np.full((5, 3), 3.0), rig)
    (seen,) = filmed([turned(still, yaw)])
    np.testing.assert_allclose(seen.joint("neck"), [[0.5, 0.45]] * 5, atol=0.01)
    assert np.allclose(seen.joint("left_shoulder")[:, 0] - seen.joint("right_shoulder")[:, 0], 0.46, atol=0.01)


def test_full_body_is_all_in_the_picture() -> None:
    rig = performer()
    (seen,) = filmed([Motion(np.zeros((3, 55, 3)), np.zeros((3, 3)), rig)], View("full_body"))
    assert seen.present[:, seen.skeleton.index("left_ankle")].all()
    assert np.nanmax(seen.points[..., 1]) < 1


def test_the_camera_stands_still() -> None:
    motion = make_motion(20)
    moved = Motion(motion.rotations, motion.translation + np.linspace(0, 0.2, 20)[:, None] * (1, 0, 0), motion.rig)
    (still,), (away,) = filmed([motion]), filmed([moved])
    assert np.ptp(away.joint("neck")[:, 0]) > np.ptp(still.joint("neck")[:, 0]) + 0.05


def test_what_cannot_be_framed_is_told() -> None:
    with pytest.raises(InvalidValue, match="half_body, full_body"):
        filmed([make_motion(2)], View("close"))
    with pytest.raises(InvalidValue, match="nobody"):
        filmed([])


def test_a_hand_alone_fills_the_picture() -> None:
    motion = make_motion(5)
    whole = motion.rig.forward(motion)
    hand = np.full_like(whole.points, np.nan)
    places = whole.skeleton.group("left_hand")
    hand[:, places] = whole.points[:, places]
    (seen,) = framed([whole.with_points(hand)])
    assert seen.present.sum() == 5 * 21
    known = seen.points[:, places]
    assert known.min() > 0
    assert known.max() < 1
    assert np.ptp(known, axis=(0, 1)).max() > 0.75
    with pytest.raises(InvalidValue, match="nothing is there"):
        framed([whole.with_points(np.full_like(whole.points, np.nan))])


def standing(joints: tuple[str, ...] = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")) -> PoseSequence:
    """Three frames of somebody who faces the viewer, of few joints and without a neck."""
    places = {"left_shoulder": (0.2, 1.4, 0), "right_shoulder": (-0.2, 1.4, 0), "left_hip": (0.1, 0.9, 0),
              "right_hip": (-0.1, 0.9, 0)}  # fmt: skip
    points = np.tile([places[joint] for joint in joints], (3, 1, 1)).astype(float)
    return PoseSequence(points, np.ones(points.shape[:2]), Skeleton("few", joints))


def test_points_in_space_are_framed_as_motions_are() -> None:
    motion = make_motion(5)
    assert framed([motion.rig.forward(motion)]) == filmed([motion])


def test_a_neck_is_between_the_shoulders_where_there_is_none() -> None:
    person = standing()
    (seen,) = framed([person])
    np.testing.assert_allclose(seen.joint("left_shoulder"), [(0.73, 0.45)] * 3)
    np.testing.assert_allclose(seen.joint("right_shoulder"), [(0.27, 0.45)] * 3)
    gone = np.array(person.points)
    gone[1] = np.nan
    (seen,) = framed([person.with_points(gone)])
    assert seen.present.all(axis=1).tolist() == [True, False, True]


@pytest.mark.parametrize("up", ["y", "-y", "z", "-z"])
def test_up_is_told_by_the_body(up: str) -> None:
    person = standing()
    x, y, z = np.moveaxis(person.points, -1, 0)
    turned = {"y": (x, y, z), "-y": (x, -y, -z), "z": (x, -z, y), "-z": (x, z, -y)}[up]
    np.testing.assert_allclose(upright(np.stack(turned, axis=-1), person.skeleton), person.points)


def test_who_has_no_shoulders_or_is_flat_cannot_be_framed() -> None:
    person = standing()
    nobody = person.with_points(np.full_like(person.points, np.nan))
    with pytest.raises(InvalidValue, match="nothing is there"):
        framed([nobody])
    with pytest.raises(InvalidValue, match="up"):
        upright(nobody.points, person.skeleton)
    with pytest.raises(InvalidValue, match="2D"):
        framed([make_sequence(2)])


def test_the_camera_goes_back_until_hands_are_seen() -> None:
    rig = performer()
    for rotations in (np.zeros((4, 55, 3)), np.tile(rig.stance, (4, 1, 1))):
        motion = Motion(rotations, np.zeros((4, 3)), rig)
        (near,), (seen,) = filmed([motion], View("half_body")), filmed([motion])
        hands = seen.points[:, [*seen.skeleton.group("left_hand"), *seen.skeleton.group("right_hand")]]
        assert ((hands > 0) & (hands < 1)).all()
        np.testing.assert_allclose(seen.joint("neck"), near.joint("neck"), atol=0.01)
    np.testing.assert_array_equal(seen.points, near.points)  # hands before the belly are in view from near


def test_a_camera_goes_along_with_who_walks_and_does_not_jump() -> None:
    motion = make_motion(120)
    away = np.linspace(0, 6, 120)[:, None] * (0.6, 0, 0.8)
    (stays,) = filmed([motion])
    (walks,) = filmed([Motion(motion.rotations, motion.translation + away, motion.rig)])
    np.testing.assert_allclose(walks.points, stays.points, atol=0.02)
    quick = np.abs(np.diff(walks.joint("neck"), axis=0)).max()
    assert quick < np.abs(np.diff(stays.joint("neck"), axis=0)).max() + 0.005


def test_the_hands_alone_can_fill_the_picture() -> None:
    (seen,) = filmed([make_motion(5)], View("hands"))
    places = [i for side in ("left", "right") for i in seen.skeleton.group(f"{side}_hand")]
    spans = np.ptp(seen.points[:, places].reshape(-1, 2), axis=0)
    assert 0.6 < spans.max() <= 0.91
    assert 0 < seen.points[:, places].min() < seen.points[:, places].max() < 1
    handless = seen.skeleton.group("body")
    points = np.full((1, 134, 3), np.nan)
    points[:, handless] = np.arange(54.0).reshape(18, 3)
    with pytest.raises(InvalidValue, match="nobody's hands"):
        framed([PoseSequence(points, np.where(np.isnan(points[..., 0]), 0.0, 1.0))], View("hands"))


def test_parallels_stay_parallel_in_an_orthographic_view() -> None:
    names = ("left_shoulder", "right_shoulder", "nose", "left_eye")
    places = np.array([[[0.2, 0.0, 0], [-0.2, 0, 0], [0.1, 0.2, 0.3], [0.1, 0.2, -0.3]]])
    person = PoseSequence(places, np.ones((1, 4)), Skeleton("a", names, ()))
    (near,) = framed([person], View("half_body"))
    (flat,) = framed([person], View("half_body", projection="orthographic"))
    assert np.abs(near.joint("nose") - near.joint("left_eye")).min() > 0.02
    np.testing.assert_allclose(flat.joint("nose"), flat.joint("left_eye"), atol=1e-5)
    width = flat.joint("left_shoulder")[0, 0] - flat.joint("right_shoulder")[0, 0]
    assert width == pytest.approx(0.46, abs=0.01)


def test_who_looks_away_may_be_left_so() -> None:
    motion = turned(make_motion(3), np.pi)
    (seen,) = filmed([motion], View(facing=False))
    assert (seen.joint("left_shoulder")[:, 0] < seen.joint("right_shoulder")[:, 0]).all()


ASIDE = np.array([[0.0, 0, -1], [0, -1, 0], [-1, 0, 0]])
"""The axes of a camera at +x that looks along -x: right is -z, down is -y."""


PINHOLE = "PINHOLE 640 480 500 600 320 240"


def colmap(folder, pictures: list[str], model: str = PINHOLE):
    folder.mkdir()
    (folder / "cameras.txt").write_text(f"# Camera list\n7 {model}\n")
    lines = "".join(f"{i} 0.5 -0.5 0.5 -0.5 {shift} 7 {name}\n1.0 2.0 -1\n" for i, (name, shift) in enumerate(pictures))
    (folder / "images.txt").write_text("# Image list\n" + lines)
    return folder


@pytest.fixture
def person() -> PoseSequence:
    places = np.array([[[0.3, 0.1, 0.2]], [[0.3, 0.1, -0.2]]])
    return PoseSequence(places, np.ones((2, 1)), Skeleton("a", ("nose",), ()))


def test_measured_cameras_are_read_from_matrices(tmp_path, person) -> None:
    file = tmp_path / "camera.json"
    lens = [[500, 0, 320], [0, 600, 240], [0, 0, 1]]
    file.write_text(json.dumps({"K": lens, "R": ASIDE.tolist(), "t": [0, 0, 3], "size": [640, 480]}))
    (seen,) = framed([person], View(camera=file))
    depth = 3 - 0.3
    np.testing.assert_allclose(seen.joint("nose")[:, 0], ((500 * -0.2 / depth + 320) / 640, (500 * 0.2 / depth + 320) / 640))
    np.testing.assert_allclose(seen.joint("nose")[:, 1], (600 * -0.1 / depth + 240) / 480)
    assert seen.size == (640, 480)


def test_measured_cameras_are_read_from_colmap(tmp_path, person) -> None:
    still = colmap(tmp_path / "still", [("a.png", "0 0 3")])
    moving = colmap(tmp_path / "moving", [("10.png", "0 1 3"), ("9.png", "0 0 3")])
    (seen,), (again,) = framed([person], View(camera=still)), framed([person], View(camera=moving))
    turn = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])  # of the quaternion w 0.5, x -0.5, y 0.5, z -0.5
    x, y, z = person.points[0, 0] @ turn.T + (0, 0, 3)
    np.testing.assert_allclose(seen.joint("nose")[0], ((500 * x / z + 320) / 640, (600 * y / z + 240) / 480))
    np.testing.assert_allclose(again.joint("nose")[0], seen.joint("nose")[0])
    assert again.joint("nose")[1, 1] > seen.joint("nose")[1, 1] + 0.1


@pytest.mark.parametrize(
    ("text", "told"),
    [("{}", "has no K, R, t, size"), ('{"K": 1, "R": 2, "t": 3, "size": 4}', "K is one number"), ("", "not valid JSON"),
     (json.dumps({"K": np.eye(3).tolist(), "R": (2 * np.eye(3)).tolist(), "t": [0, 0, 1], "size": [9, 9]}), "no rotation"),
     (json.dumps({"K": np.eye(3).tolist(), "R": np.eye(3).tolist(), "t": [0, 0, 1], "size": [-9, 9]}), "-9 x 9 pixels")],
)  # fmt: skip
def test_what_is_no_camera_is_told(tmp_path, person, text, told) -> None:
    (tmp_path / "camera.json").write_text(text)
    with pytest.raises(FormatError, match=told):
        framed([person], View(camera=tmp_path / "camera.json"))


@pytest.mark.parametrize(
    ("pictures", "model", "told"),
    [([], PINHOLE, "no picture"), ([("a.png", "0 0 x")], PINHOLE, "numbers"), ([("a.png", "0 0 3")] * 5, PINHOLE, "5 frames"),
     ([("a.png", "0 0 3")], "OPENCV 640 480 500 600 320 240 0 0 0 0", "Undistort"),
     ([("a.png", "0 0 3")], "PINHOLE 6 4 5 6 7", "3 parameters")],
)  # fmt: skip
def test_what_is_no_model_of_colmap_is_told(tmp_path, person, pictures, model, told) -> None:
    with pytest.raises((FormatError, InvalidValue), match=told):
        framed([person], View(camera=colmap(tmp_path / "model", pictures, model)))


def test_a_measured_camera_that_sees_nobody_is_told(tmp_path, person) -> None:
    file = tmp_path / "camera.json"
    record = {"K": [[500, 0, 320], [0, 600, 240], [0, 0, 1]], "R": ASIDE.tolist(), "size": [640, 480]}
    for way in ([0, 0, -3], [30, 0, 3]):  # behind it, or aside
        file.write_text(json.dumps(record | {"t": way}))
        with pytest.raises(FormatError, match="camera-to-world"):
            framed([person], View(camera=file))


@pytest.mark.parametrize("other", [{"framing": "hands"}, {"size": (64, 64)}, {"projection": "orthographic"}])
def test_a_measured_camera_excludes_a_framing_of_ones_own(other) -> None:
    with pytest.raises(InvalidValue, match="not both"):
        View(camera="camera.json", **other)


@pytest.mark.parametrize("size", [(768, 768), (480, 960)])
@pytest.mark.parametrize("fingers", [True, False])
def test_hands_stay_in_the_picture_in_nearly_all_frames(size: tuple[int, int], fingers: bool) -> None:
    motion = make_motion(40)
    rotations = np.array(motion.rotations)
    rotations[:, motion.rig.skeleton.index("left_shoulder")] = 0  # straight to the side
    rotations[:3, motion.rig.skeleton.index("right_shoulder")] = 0
    person = replace(motion, rotations=rotations).rig.forward(replace(motion, rotations=rotations))
    if not fingers:
        points = np.array(person.points)
        points[:, [i for side in ("left", "right") for i in person.skeleton.group(f"{side}_hand")]] = np.nan
        person = person.with_points(points)
    (seen,) = framed([person], View(size=size))
    for side in ("left", "right"):
        hand = [*seen.skeleton.group(f"{side}_hand"), seen.skeleton.index(f"{side}_wrist")]
        places = seen.points[:, hand]
        inside = (np.isnan(places) | ((places > 0.019) & (places < 0.981))).all(axis=(1, 2))
        assert inside.mean() >= 0.9, side
