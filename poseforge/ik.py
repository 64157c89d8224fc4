"""Inverse kinematics: where a hand or a fingertip shall be, and the joint angles that bring it there, within the limits.

An arm is solved in closed form: the law of cosines gives the elbow up to a turn about the line from shoulder to wrist, and
of those turns the one is taken that keeps to the limits and stays nearest to the arm as it was. Other chains are solved by
cyclic coordinate descent (Wang & Chen, IEEE Trans. Robotics and Automation 7, 1991), clamped joint by joint.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from poseforge.rig import Rig, angles_about, turns_about
from poseforge.rotations import angle_of, cross, dot, inverse, matrices, of_matrices, product, quaternions, unit

Floats = NDArray[np.float64]

_SWIVELS = np.radians(np.arange(-180, 180, 5))
_STRETCH = 0.999
"""An arm that is quite straight would have no plane in which it bends."""

_CLOSE = 1e-5
"""Metres."""


def reach(
    rig: Rig,
    turns: Floats,
    translation: Floats,
    side: str,
    target: Floats,
    hand: Floats | None = None,
    elbow: Floats | None = None,
) -> Floats:
    """Bring a wrist to a place: the pose (J, 4) with another shoulder, elbow and wrist.

    Args:
        turns, translation: the pose, quaternions (J, 4) and the root's way (3,) in metres.
        side: "left" or "right".
        target: (3,) metres. Out of reach, the arm stretches toward it.
        hand: (3, 3) the hand's orientation in the world; by default it stays as it is, so the hand moves like a solid.
        elbow: (3,) the direction in which the elbow points from the shoulder; by default as it is.
    """
    index = [rig.skeleton.index(f"{side}_{joint}") for joint in ("shoulder", "elbow", "wrist")]
    shoulder, middle, wrist = index
    places, turned = (values[0] for values in rig.placed(turns[None], translation[None]))
    hand = turned[wrist] if hand is None else hand
    hint = places[middle] - places[shoulder] if elbow is None else elbow
    upper, flex = rig.offsets[middle], rig.axes[middle, 0]
    lengths = float(np.linalg.norm(upper)), float(np.linalg.norm(rig.offsets[wrist]))
    elbows, wrist_place = _elbows(places[shoulder], target, *lengths, hint)
    up = unit(elbows - places[shoulder])
    fore = unit(wrist_place - elbows)
    bend = np.arccos(np.clip(dot(up, fore), -1, 1))
    humerus = _frames(up, cross(up, fore)) @ _frames(upper, flex).T
    forearm = humerus @ matrices(quaternions(bend[:, None] * flex))
    relative = of_matrices(forearm.swapaxes(1, 2) @ hand)
    axis = rig.axes[middle, 2]
    roll = 2 * angle_of(relative[:, :3] @ axis, relative[:, 3])
    centre = rig.limits[middle, 2].mean()
    roll = (roll - centre + np.pi) % (2 * np.pi) - np.pi + centre  # of all whole turns the one nearest to the limits
    swing = product(quaternions(-roll[:, None] * axis), relative)
    collar = turned[rig.parents[shoulder]]
    angles = np.stack(
        [
            angles_about(rig.axes[shoulder], of_matrices(collar.T @ humerus)),
            np.stack([bend, np.zeros_like(bend), roll], axis=-1),
            angles_about(rig.axes[wrist], swing),
        ],
        axis=1,
    )
    low, high = rig.limits[index, :, 0], rig.limits[index, :, 1]
    inside = np.clip(angles, low, high)
    excess = np.abs(inside - angles).sum(axis=2) @ (3.0, 3.0, 1.0)  # a wrist that gives way turns the hand, no more
    best = np.argmin(excess + 0.1 * np.abs(_SWIVELS))
    result = turns.copy()
    result[index] = turns_about(rig.axes[index], inside[best])
    return result


def _elbows(shoulder: Floats, target: Floats, a: float, b: float, hint: Floats) -> tuple[Floats, Floats]:
    """(S, 3) the elbow for every swivel about the line from the shoulder to the wrist, and (3,) the wrist."""
    way = target - shoulder
    distance = float(np.clip(np.linalg.norm(way), abs(a - b) + 1e-3, _STRETCH * (a + b)))
    toward = unit(way) if np.linalg.norm(way) > 1e-9 else np.array([0.0, -1.0, 0.0])
    aside = hint - toward * (hint @ toward)
    if np.linalg.norm(aside) < 1e-6:
        aside = cross(toward, np.array([0.0, 0.0, 1.0])) + 1e-6
    aside = unit(aside - toward * (aside @ toward))
    across = cross(toward, aside)
    along = (a * a - b * b + distance**2) / (2 * distance)
    radius = np.sqrt(max(a * a - along * along, 0.0))
    circle = np.cos(_SWIVELS)[:, None] * aside + np.sin(_SWIVELS)[:, None] * across
    return shoulder + toward * along + circle * radius, shoulder + toward * distance


def _frames(along: Floats, normal: Floats) -> Floats:
    """(..., 3, 3) orthonormal frames, as columns, of a direction and a second one."""
    first = unit(along)
    second = unit(normal - first * dot(normal, first)[..., None])
    return np.stack([first, second, cross(first, second)], axis=-1)


def bend(
    rig: Rig,
    turns: Floats,
    translation: Floats,
    effector: tuple[int, Floats],
    chain: Sequence[int],
    eye: Floats,
    ray: Floats,
    limits: Floats,
    rounds: int = 16,
) -> Floats:
    """Turn the joints of a chain until a point is seen in a direction: the pose (J, 4) after it.

    Args:
        turns, translation: the pose, quaternions (J, 4) and the root's way (3,) in metres.
        effector: the joint that carries the point, and where on it, in metres.
        chain: the joints that may turn, from the point inward.
        eye, ray: (3,) where it is seen from, and the direction in which it shall be seen.
        limits: (n, 3, 2) how far each joint of the chain may turn.
    """
    result = turns.copy()
    ray = unit(ray)
    places, turned = (values[0] for values in rig.placed(result[None], translation[None]))
    point = places[effector[0]] + turned[effector[0]] @ effector[1]
    left = np.inf
    for _ in range(rounds):
        before, left = left, _beside(point, eye, ray)
        if left > 0.98 * before:
            break  # as far as it goes
        for number, joint in enumerate(chain):
            if _beside(point, eye, ray) < _CLOSE:
                return result
            arm = point - places[joint]
            goal = _on_ray(places[joint], point, eye, ray) - places[joint]
            if np.linalg.norm(arm) < 1e-9 or np.linalg.norm(goal) < 1e-9:
                continue
            parent = rig.parents[joint]
            frame = of_matrices(turned[parent]) if parent >= 0 else np.array([0.0, 0.0, 0.0, 1.0])
            wanted = product(product(inverse(frame), _between(unit(arm), unit(goal))), product(frame, result[joint]))
            angles = angles_about(rig.axes[joint], wanted)
            result[joint] = turns_about(rig.axes[joint], np.clip(angles, limits[number, :, 0], limits[number, :, 1]))
            turn = matrices(product(frame, result[joint])) @ turned[joint].T
            for outer in (*chain[:number], joint):  # what hangs on the joint turns with it, and nothing else moves
                places[outer] = places[joint] + turn @ (places[outer] - places[joint])
                turned[outer] = turn @ turned[outer]
            point = places[joint] + turn @ arm
    return result


def _beside(point: Floats, eye: Floats, ray: Floats) -> float:
    """How far a point is from a ray, whose direction has length 1."""
    way = point - eye
    return float(np.linalg.norm(way - ray * (way @ ray)))


def _on_ray(centre: Floats, point: Floats, eye: Floats, ray: Floats) -> Floats:
    """The place on a ray that is as far from a centre as a point is, of two the one nearer to it; else the nearest place."""
    foot = eye + ray * ((centre - eye) @ ray)
    left = np.sum((point - centre) ** 2) - np.sum((foot - centre) ** 2)
    if left <= 0:
        return np.asarray(foot)
    ends = [foot + ray * np.sqrt(left), foot - ray * np.sqrt(left)]
    return np.asarray(min(ends, key=lambda end: float(np.sum((end - point) ** 2))))


def _between(start: Floats, end: Floats) -> Floats:
    """The shortest turn from one direction to another, as a quaternion."""
    (a, b, c), (x, y, z) = start.tolist(), end.tolist()  # np.cross takes longer than all the rest
    return unit(np.array([b * z - c * y, c * x - a * z, a * y - b * x, max(1 + a * x + b * y + c * z, 1e-9)]))
