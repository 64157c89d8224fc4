"""From one rig to another."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import poseforge
from poseforge.errors import InvalidValue
from poseforge.framing import centred
from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion, Rig
from poseforge.rotations import matrices, quaternions
from poseforge.skeleton import FINGERS, Skeleton
from poseforge.transfer import transfer
from samples import make_motion

SIDES = ("left", "right")
ARMS = [[f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")] for side in SIDES]
LEGS = [[f"{side}_{joint}" for joint in ("hip", "knee", "ankle", "foot")] for side in SIDES]
HANDS = [[f"{side}_{finger}_{i}" for i in (1, 2, 3, 4)] for side in SIDES for finger in FINGERS]


def points(motion: Motion) -> dict[str, np.ndarray]:
    """Joints and landmarks by name."""
    places, turned = motion.rig.world(motion)
    found = {name: places[:, joint] + turned[:, joint] @ place for name, (joint, place) in motion.rig.landmarks.items()}
    return found | {name: places[:, i] for i, name in enumerate(motion.rig.skeleton.joints)}


def largest_angle(one: Motion, other: Motion, chains: list[list[str]]) -> tuple[float, int]:
    """Degrees between the bones of two movements at most, and how many bones both have."""
    a, b = points(one), points(other)
    worst, count = 0.0, 0
    for start, end in (bone for chain in chains for bone in pairwise(chain)):
        if {start, end} <= a.keys() & b.keys():
            u, v = a[end] - a[start], b[end] - b[start]
            angle = np.arctan2(np.linalg.norm(np.cross(u, v), axis=1), (u * v).sum(axis=1))
            worst, count = max(worst, float(np.degrees(angle.max()))), count + 1
    return worst, count


def posed_rest(rig: Rig, rotations: np.ndarray) -> Rig:
    """The same body with another rest pose."""
    _, turned = rig.placed(quaternions(rotations)[None], np.zeros((1, 3)))
    above = [turned[0, parent] if parent >= 0 else np.eye(3) for parent in rig.parents]
    offsets = np.array([turn @ offset for turn, offset in zip(above, rig.offsets, strict=True)])
    landmarks = {name: (joint, tuple(turned[0, joint] @ place)) for name, (joint, place) in rig.landmarks.items()}
    return replace(rig, offsets=offsets, landmarks=landmarks)


def test_an_equal_rig_moves_equally() -> None:
    motion = make_motion(6)
    same = transfer(motion, replace(motion.rig))
    np.testing.assert_allclose(same.rotations, motion.rotations, atol=1e-12)
    np.testing.assert_allclose(same.translation, motion.translation, atol=1e-12)
    assert same.fps == motion.fps


def test_rest_poses_are_brought_into_agreement() -> None:
    """The same body with an A-pose for its rest: what it does is the same to the last finger."""
    motion = make_motion(6)
    rig = motion.rig
    rest = np.zeros((55, 3))
    other = {
        "left_shoulder": (0, 0, -0.8),
        "right_shoulder": (0, 0, 0.7),
        "left_elbow": (0, -0.3, 0),
        "left_wrist": (-1.2, 0, 0),
        "right_index_1": (0, 0, 0.4),
        "left_hip": (0, 0, 0.2),
    }
    for joint, rotation in other.items():
        rest[rig.skeleton.index(joint)] = rotation
    moved = transfer(motion, posed_rest(rig, rest))
    before, after = points(motion), points(moved)
    for name in [name for chain in ARMS + LEGS + HANDS for name in chain] + ["nose", "face_08"]:
        np.testing.assert_allclose(after[name], before[name], atol=1e-9, err_msg=name)


def test_size_scales_the_way_and_feet_stay_on_the_ground() -> None:
    motion = make_motion(6)
    half = replace(motion.rig, offsets=motion.rig.offsets / 2)
    small = transfer(motion, half)
    np.testing.assert_allclose(points(small)["left_ankle"], points(motion)["left_ankle"] / 2, atol=1e-12)


def test_what_the_source_lacks_keeps_the_stance() -> None:
    full = performer()
    kept = [i for i, name in enumerate(full.skeleton.joints) if i < 22]
    few = Rig(Skeleton("few", full.skeleton.joints[:22]), full.parents[:22], full.offsets[kept], full.axes[kept],
              full.limits[kept], {}, full.stance[kept])  # fmt: skip
    motion = Motion(make_motion(3).rotations[:, :22], np.zeros((3, 3)), few)
    onto = transfer(motion, full)
    np.testing.assert_allclose(onto.rotations[:, :22], motion.rotations, atol=1e-12)
    np.testing.assert_allclose(onto.rotations[:, 22:], np.tile(full.stance[22:], (3, 1, 1)), atol=1e-12)
    strange = replace(few, skeleton=Skeleton("strange", tuple(f"j{i}" for i in range(22))))
    with pytest.raises(InvalidValue, match="strange"):
        transfer(Motion(motion.rotations, motion.translation, strange), full)


@pytest.mark.parametrize("name", ["bvh_test1", "bvh_test3_fingers", "cmu_12_01_walk", "wave_hello"])
def test_bones_of_real_people_keep_their_directions(shared, name) -> None:
    (motion,) = poseforge.read_motion(shared / "data" / "bvh" / f"{name}.bvh")
    moved = transfer(motion, performer())
    for chains in (ARMS, LEGS, HANDS):
        angle, count = largest_angle(motion, moved, chains)
        assert angle < 1e-6
        assert count >= (4 if chains is not HANDS else 30 if "fingers" in name else 0)
    middle = [[f"{side}_wrist", f"{side}_middle_1"] for side in SIDES]
    assert largest_angle(motion, moved, middle)[0] < 3


def test_a_file_becomes_a_pose_in_echomimics_frame(shared, tmp_path) -> None:
    (motion,) = poseforge.read_motion(shared / "data" / "bvh" / "wave_hello.bvh")
    mine = centred(transfer(motion, performer()))
    seen = HALF_BODY.project(mine.rig.forward(mine))
    np.testing.assert_allclose(np.median(seen.joint("neck"), axis=0), (0.5, 0.45), atol=0.06)
    assert (seen.joint("left_shoulder") - seen.joint("right_shoulder"))[:, 0].min() > 0.3
    poseforge.write_poses(seen[:3], tmp_path / "pose")
    assert len(poseforge.read_poses(tmp_path / "pose")[0]) == 3


def test_whoever_is_centred_faces_the_viewer_where_the_rig_stands() -> None:
    motion = make_motion(9)
    turn = quaternions((0.0, 2.0, 0.0))
    rotations = np.array(motion.rotations)
    rotations[:, 0] = (0.0, 2.0, 0.0)
    away = Motion(rotations, motion.translation @ matrices(turn).T + (3.0, 1.0, -2.0), motion.rig)
    back = centred(away)
    across = points(back)["left_shoulder"] - points(back)["right_shoulder"]
    assert abs(across.mean(axis=0)[2]) < 1e-3
    np.testing.assert_allclose(np.median(points(back)["pelvis"], axis=0), motion.rig.offsets[0], atol=1e-12)
