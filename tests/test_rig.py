"""Rig, Motion and camera: rotations, limits, proportions, framing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from poseforge.camera import MeasuredCamera
from poseforge.errors import InvalidValue
from poseforge.performer import HALF_BODY, HEIGHT, performer
from poseforge.rig import Motion

RIG = performer()
JOINTS = len(RIG.skeleton)
moderate = hnp.arrays(np.float64, (2, JOINTS, 3), elements=st.floats(-1.5, 1.5))


def motion(rotations: np.ndarray) -> Motion:
    return Motion(rotations, np.zeros((len(rotations), 3)), RIG)


@given(moderate)
def test_angles_and_rotations_are_inverse(angles: np.ndarray) -> None:
    np.testing.assert_allclose(RIG.angles(RIG.rotations(angles)), angles, atol=1e-9)


@given(moderate)
def test_bones_keep_their_length(angles: np.ndarray) -> None:
    places, _ = RIG.world(motion(RIG.rotations(angles)))
    for joint, parent in enumerate(RIG.parents):
        if parent >= 0:
            lengths = np.linalg.norm(places[:, joint] - places[:, parent], axis=1)
            np.testing.assert_allclose(lengths, np.linalg.norm(RIG.offsets[joint]), atol=1e-12)


@given(moderate)
def test_clamping_obeys_the_limits_and_changes_nothing_twice(angles: np.ndarray) -> None:
    clamped = RIG.clamped(motion(RIG.rotations(2 * angles)))
    inside = RIG.angles(clamped.rotations)
    assert (inside >= RIG.limits[..., 0] - 1e-7).all()
    assert (inside <= RIG.limits[..., 1] + 1e-7).all()
    assert np.array_equal(RIG.clamped(clamped).rotations, clamped.rotations) or np.allclose(
        RIG.clamped(clamped).rotations, clamped.rotations, atol=1e-7
    )


def test_legal_motion_is_left_alone() -> None:
    rest = np.zeros((1, JOINTS, 3))
    assert np.array_equal(RIG.clamped(motion(rest)).rotations, rest)


@given(moderate)
def test_a_mirrored_motion_projects_to_the_mirrored_poses(angles: np.ndarray) -> None:
    moved = motion(RIG.rotations(angles * 0.5))
    np.testing.assert_array_equal(moved.mirrored().mirrored().rotations, moved.rotations)
    np.testing.assert_allclose(
        RIG.forward(moved.mirrored()).points, RIG.forward(moved).mirrored().points, atol=1e-9
    )  # fmt: skip


@given(moderate)
def test_equal_angles_are_mirrored_poses(angles: np.ndarray) -> None:
    swapped = angles[:, RIG.skeleton.mirror]
    limb = [i for i, name in enumerate(RIG.skeleton.joints) if name.startswith(("left_", "right_"))]
    mirrored = motion(RIG.rotations(angles)).mirrored().rotations
    np.testing.assert_allclose(mirrored[:, limb], RIG.rotations(swapped)[:, limb], atol=1e-9)


def test_positive_angles_bend_the_way_people_do() -> None:
    """Flexing an elbow brings the hand forward, a finger toward the palm, the trunk toward the viewer; raising lifts."""

    def moved(joint: str, axis: int, degrees: float, watch: str) -> np.ndarray:
        angles = np.zeros((1, JOINTS, 3))
        angles[0, RIG.skeleton.index(joint), axis] = np.radians(degrees)
        still = RIG.forward(motion(np.zeros((1, JOINTS, 3))))
        return (RIG.forward(motion(RIG.rotations(angles))).joint(watch) - still.joint(watch))[0]

    for side in ("left", "right"):
        assert moved(f"{side}_elbow", 0, 60, f"{side}_wrist")[2] > 0.1
        assert moved(f"{side}_shoulder", 1, 40, f"{side}_wrist")[1] > 0.1
        assert moved(f"{side}_index_1", 0, 60, f"{side}_index_4")[1] < -0.02
        assert moved(f"{side}_wrist", 0, 40, f"{side}_middle_4")[1] < -0.05
        assert moved(f"{side}_knee", 0, 60, f"{side}_ankle")[2] < -0.1
        assert moved(f"{side}_collar", 1, 20, f"{side}_shoulder")[1] > 0.02
        outward = 1 if side == "left" else -1
        assert moved(f"{side}_hip", 1, 30, f"{side}_knee")[0] * outward > 0.1
        thumb = moved(f"{side}_thumb_2", 0, 60, f"{side}_thumb_4")
        assert thumb[2] < 0  # across the palm, away from the thumb's own side
    assert moved("spine_1", 0, 20, "nose")[2] > 0.05
    assert moved("jaw", 0, 20, "face_08")[1] < -0.01


def test_the_performer_has_published_proportions() -> None:
    length = {name: np.linalg.norm(RIG.offsets[RIG.skeleton.index(name)]) for name in RIG.skeleton.joints}
    assert length["left_elbow"] == pytest.approx(0.186 * HEIGHT)
    assert length["right_wrist"] == pytest.approx(0.146 * HEIGHT)
    assert length["left_knee"] == pytest.approx(0.245 * HEIGHT)
    assert length["left_middle_2"] == pytest.approx(0.0446)
    assert length["right_index_3"] == pytest.approx(0.0224)
    assert length["left_thumb_2"] == pytest.approx(0.0462)
    places, _ = RIG.world(motion(np.zeros((1, JOINTS, 3))))
    shoulders = places[0, [RIG.skeleton.index("left_shoulder"), RIG.skeleton.index("right_shoulder")]]
    np.testing.assert_allclose(shoulders[:, 0], [0.129 * HEIGHT, -0.129 * HEIGHT])
    np.testing.assert_allclose(shoulders[:, 1], 0.818 * HEIGHT)


def test_the_camera_projects_like_a_pinhole() -> None:
    still = RIG.forward(motion(np.zeros((1, JOINTS, 3))))
    seen = HALF_BODY.project(still)
    x, y, z = still.joint("left_shoulder")[0]
    depth = HALF_BODY.position[2] - z
    expected = (0.5 + HALF_BODY.focal * x / depth, HALF_BODY.center[1] - HALF_BODY.focal * (y - HALF_BODY.position[1]) / depth)
    np.testing.assert_allclose(seen.joint("left_shoulder")[0], expected)
    behind = Motion(np.zeros((1, JOINTS, 3)), np.array([[0.0, 0.0, 5.0]]), RIG)
    assert not HALF_BODY.project(RIG.forward(behind)).present.any()
    with pytest.raises(InvalidValue):
        HALF_BODY.project(seen)


def test_a_measured_camera_sees_what_is_before_it() -> None:
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    places = np.array([[[100.0, 200, 3000], [100, 200, -3000], [1e6, 0, 3000], [0, 0, 0]]])
    shift, focal, center = np.array([10.0, 20, 1000]), np.array([900.0, 800]), np.array([500.0, 400])
    (seen,) = MeasuredCamera(turn, shift, focal, center, (1000, 500)).canvas(places)
    x, y, z = -200 + 10, 100 + 20, 4000
    np.testing.assert_allclose(seen[0], ((900 * x / z + 500) / 1000, (800 * y / z + 400) / 500))
    assert np.isnan(seen[1:3]).all()
    np.testing.assert_allclose(seen[3], ((9 + 500) / 1000, (16 + 400) / 500))


def test_wrong_motions_are_refused() -> None:
    with pytest.raises(InvalidValue):
        motion(np.zeros((1, 3, 3)))
    with pytest.raises(InvalidValue):
        motion(np.full((1, JOINTS, 3), np.nan))
    with pytest.raises(InvalidValue):
        Motion(np.zeros((2, JOINTS, 3)), np.zeros((1, 3)), RIG)
