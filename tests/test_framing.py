"""Where the camera stands."""

import numpy as np
import pytest

from poseforge.errors import InvalidValue
from poseforge.framing import filmed, framed, upright
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
    (seen,) = filmed([Motion(np.zeros((3, 55, 3)), np.zeros((3, 3)), rig)], "full_body")
    assert seen.present[:, seen.skeleton.index("left_ankle")].all()
    assert np.nanmax(seen.points[..., 1]) < 1


def test_the_camera_stands_still() -> None:
    motion = make_motion(20)
    moved = Motion(motion.rotations, motion.translation + np.linspace(0, 0.2, 20)[:, None] * (1, 0, 0), motion.rig)
    (still,), (away,) = filmed([motion]), filmed([moved])
    assert np.ptp(away.joint("neck")[:, 0]) > np.ptp(still.joint("neck")[:, 0]) + 0.05


def test_what_cannot_be_framed_is_told() -> None:
    with pytest.raises(InvalidValue, match="half_body, full_body"):
        filmed([make_motion(2)], "close")
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
        (near,), (seen,) = filmed([motion], "half_body"), filmed([motion], "auto")
        wrists = np.stack([seen.joint("left_wrist"), seen.joint("right_wrist")])
        assert ((wrists > 0) & (wrists < 1)).all()
        np.testing.assert_allclose(seen.joint("neck"), near.joint("neck"), atol=0.01)
    np.testing.assert_array_equal(seen.points, near.points)  # hands before the belly are in view from near
