"""Which joints are meant: the nearest, those in a box, the chain one belongs to, all of its hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from poseforge.skeleton import wholebody_134
from poseforge.timeline.edits.fingers import hand_joints

Floats = NDArray[np.float64]

REACH = 12
"""Pixels from a joint within which it is meant."""

_JOINTS = wholebody_134.joints
_FACE = ((0, 17), (17, 22), (22, 27), (27, 36), (36, 42), (42, 48), (48, 68))
"""Jaw, brows, nose, eyes and mouth, by the 68-point mark-up."""

_LIMBS = tuple(
    tuple(f"{side}_{name}" for name in limb)
    for side in ("left", "right")
    for limb in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle", "big_toe", "small_toe", "heel"), ("eye", "ear"))
)
HEAD = ("nose", "neck", "left_eye", "right_eye", "left_ear", "right_ear")


def nearest(points: Floats, at: QPointF, reach: float = REACH) -> str | None:
    """The joint nearest to a point, both in pixels; None if none is within reach. Where two lie on one place, the body's."""
    away = np.hypot(points[:, 0] - at.x(), points[:, 1] - at.y())
    if np.isnan(away).all():
        return None
    best = int(np.nanargmin(away))
    return _JOINTS[best] if away[best] <= reach else None


def inside(points: Floats, box: QRectF) -> frozenset[str]:
    """The joints in a box, both in pixels."""
    (left, right), (top, bottom) = (box.left(), box.right()), (box.top(), box.bottom())
    x, y = points.T
    return frozenset(_JOINTS[i] for i in np.flatnonzero((x >= left) & (x <= right) & (y >= top) & (y <= bottom)))


def chain(joint: str) -> frozenset[str]:
    """The finger, limb or feature of the face that a joint belongs to."""
    side, _, bare = joint.partition("_")
    finger, _, number = bare.rpartition("_")
    if side == "face":
        first, last = next((a, b) for a, b in _FACE if a <= int(bare) < b)
        return frozenset(f"face_{i:02d}" for i in range(first, last))
    if bare == "hand_root":
        return hand(side)
    if number.isdigit():
        return frozenset(f"{side}_{finger}_{i}" for i in range(1, 5))
    return frozenset(next((limb for limb in _LIMBS if joint in limb), HEAD))


def whole(joint: str) -> frozenset[str]:
    """The hand at the end of which, or on which, a joint lies; all of the face; else all of the body."""
    side, _, bare = joint.partition("_")
    if side == "face":
        return frozenset(_JOINTS[i] for i in wholebody_134.group("face"))
    if side in ("left", "right") and (bare in ("shoulder", "elbow", "wrist") or joint in hand(side)):
        return hand(side)
    return frozenset(_JOINTS[i] for i in wholebody_134.group("body"))


def hand(side: str) -> frozenset[str]:
    """The joints of a hand, and its wrist."""
    return frozenset((*hand_joints(side), f"{side}_wrist"))


def hand_of(joints: frozenset[str]) -> str:
    """The side of the one hand in which all of some joints lie; "" if there is no such hand."""
    return next((side for side in ("left", "right") if joints and joints <= hand(side)), "")
