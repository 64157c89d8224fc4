"""A movement from one rig to another: what a joint does in the one, the joint of that name does in the other.

Each joint is oriented in the world as in the source, relative to the rest pose. Where limbs rest in other directions, an A-pose
and a T-pose say, the rest poses are first brought into agreement: limbs by the direction of their bones, hands by their
knuckles. The trunk stands upright at rest in every rig, however its bones are cut, so it needs none of that.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.rig import Motion, Rig
from poseforge.rotations import matrices, of_matrices, quaternions, rotation_vectors

_TRUNK = frozenset(
    "pelvis spine_1 spine_2 spine_3 neck head jaw left_eye right_eye left_collar right_collar".split()
)  # fmt: skip
_KNUCKLES = ("index_1", "middle_1", "ring_1", "little_1")
_LEGS = tuple(tuple(f"{side}_{joint}" for joint in ("hip", "knee", "ankle")) for side in ("left", "right"))
_SHOULDERS = (("left_shoulder", "right_shoulder"),)

_FLAT = 0.05
"""Directions whose second principal length is below this share of the first are one direction, about three degrees wide."""

Floats = NDArray[np.float64]


def transfer(motion: Motion, rig: Rig) -> Motion:
    """`motion` on another rig: the joints both have turn as they did, others stay in the rig's stance.

    The root's way is scaled by the legs, without legs by the shoulders, so that feet stay on the ground. Raises InvalidValue if
    the rigs have no joint in common.
    """
    source = motion.rig
    shared = {name for name in rig.skeleton.joints if name in source.skeleton}
    if not shared:
        raise InvalidValue(f"rigs {source.skeleton.name} and {rig.skeleton.name} have no joint in common")
    here, there = _rest(rig), _rest(source)
    aligned = _aligned(rig, here, there, shared)
    places, turned = source.world(motion)
    stance = matrices(quaternions(rig.stance))
    world = np.empty((len(motion), len(rig.parents), 3, 3))
    for joint, (name, parent) in enumerate(zip(rig.skeleton.joints, rig.parents, strict=True)):
        if name in shared:
            world[:, joint] = turned[:, source.skeleton.index(name)] @ aligned[joint]
        else:
            world[:, joint] = (world[:, parent] if parent >= 0 else np.eye(3)) @ stance[joint]
    parents = np.array(rig.parents)
    above = np.where((parents < 0)[:, None, None], np.eye(3), world[:, np.maximum(parents, 0)])
    rotations = rotation_vectors(of_matrices(above.swapaxes(-1, -2) @ world))
    root = rig.skeleton.joints[0]
    way = places[:, source.skeleton.index(root) if root in source.skeleton else 0]
    translation = way * _scale(here, there) - rig.offsets[0]
    return replace(motion, rotations=rotations, translation=translation, rig=rig)


def _rest(rig: Rig) -> dict[str, Floats]:
    """Where the joints and landmarks are at rest, by name."""
    still = np.tile((0.0, 0.0, 0.0, 1.0), (1, len(rig.parents), 1))
    places = rig.placed(still, np.zeros((1, 3)))[0][0]
    landmarks = {name: places[joint] + offset for name, (joint, offset) in rig.landmarks.items()}
    return landmarks | dict(zip(rig.skeleton.joints, places, strict=True))


def _aligned(rig: Rig, here: dict[str, Floats], there: dict[str, Floats], shared: set[str]) -> Floats:
    """(J, 3, 3) for each joint the turn from its rest in `rig` to its rest in the source."""
    ends: dict[int, list[str]] = {}
    for name, parent in zip(rig.skeleton.joints, rig.parents, strict=True):
        ends.setdefault(parent, []).append(name)
    for name, (joint, _) in rig.landmarks.items():
        ends.setdefault(joint, []).append(name)
    result = np.empty((len(rig.parents), 3, 3))
    for joint, (name, parent) in enumerate(zip(rig.skeleton.joints, rig.parents, strict=True)):
        result[joint] = result[parent] if parent >= 0 and name not in _TRUNK else np.eye(3)
        if name in _TRUNK or name not in shared:
            continue
        found = [end for end in ends.get(joint, []) if end in there]
        if name.endswith("_wrist"):
            found = [end for end in found if end.endswith(_KNUCKLES)]
        elif name.endswith(("_ankle", "_foot")):
            found = [end for end in found if end.endswith(("_foot", "_big_toe"))]
        ways = [(here[end] - here[name], there[end] - there[name]) for end in found]
        ways = [(own, other) for own, other in ways if own.any() and other.any()]
        if ways:
            own, other = (np.array([way / np.linalg.norm(way) for way in side]) for side in zip(*ways, strict=True))
            result[joint] = _turn_between(own @ result[joint].T, other) @ result[joint]
    return result


def _turn_between(own: Floats, other: Floats) -> Floats:
    """(3, 3) the turn that brings directions (N, 3) nearest to others: Kabsch's, for a single one the shortest (Rodrigues)."""
    u, lengths, v = np.linalg.svd(other.T @ own)
    if lengths[1] > _FLAT * lengths[0]:
        return np.asarray(u @ np.diag((1.0, 1.0, np.linalg.det(u @ v))) @ v)
    a, b = (side.mean(axis=0) / np.linalg.norm(side.mean(axis=0)) for side in (own, other))
    axis, cosine = np.cross(a, b), float(a @ b)
    sine = float(np.linalg.norm(axis))
    if sine < 1e-12:
        axis, sine = np.cross(a, np.eye(3)[np.argmin(np.abs(a))]), 0.0
    axis = axis / np.linalg.norm(axis)
    return matrices(quaternions(axis * np.arctan2(sine, cosine)))


def _scale(here: dict[str, Floats], there: dict[str, Floats]) -> float:
    """How much larger the rig is than the source."""
    for chains in (_LEGS, _SHOULDERS):
        bones = [bone for chain in chains for bone in pairwise(chain) if {*bone} <= here.keys() & there.keys()]
        own, other = (sum(float(np.linalg.norm(rest[a] - rest[b])) for a, b in bones) for rest in (here, there))
        if own > 0 and other > 0:
            return own / other
    return 1.0
