"""Fingers: what curl and spread mean in degrees, and how a finger lies in a picture."""

from __future__ import annotations

import cmath
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from poseforge.skeleton import FINGERS, wholebody_134

Floats = NDArray[np.float64]

STRAIGHT = {finger: np.array([2.0, 5.0, 4.0]) for finger in FINGERS} | {"thumb": np.array([-8.0, 4.0, 2.0])}
FIST = {finger: np.array([86.0, 100.0, 62.0]) for finger in FINGERS} | {"thumb": np.array([33.0, 50.0, 45.0])}
"""Degrees of flexion from the knuckle to the tip."""

SPREAD = {"thumb": 30.0, "index": 12.0, "middle": 3.0, "ring": -8.0, "little": -18.0}
"""Degrees toward the thumb at spread 1."""


APART = SPREAD | {"middle": 10.0}
"""The same in a picture, where 3 degrees are within a detector's noise."""

SPREADS = (-1.0, 2.0)
"""How far fingers go aside."""

_BENDS = np.array([(-60.0, 110.0), (-10.0, 120.0), (-10.0, 90.0)])
"""Degrees that the three joints of a finger bend in a picture toward where the hand bends: no zigzag."""

_ROUNDS, _STILL = 32, 1e-3
"""How often a finger is brought nearer at most, and the pixels of a round that is the last."""


def hand_joints(side: str) -> tuple[str, ...]:
    """The 21 hub joints of a hand."""
    return tuple(wholebody_134.joints[i] for i in wholebody_134.group(f"{side}_hand"))


def heading(vector: Floats) -> float:
    """The direction of a vector in the picture: radians clockwise from the right."""
    return float(np.arctan2(vector[1], vector[0]))


def rotated(vector: Floats, angle: float) -> Floats:
    """A vector of the picture, or many (2, N), turned clockwise by radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([cosine * vector[0] - sine * vector[1], sine * vector[0] + cosine * vector[1]])


def chains_of(pixels: Mapping[str, Floats], side: str) -> dict[str, list[Floats]]:
    """Finger -> its root and four points, of the fingers that are all there."""
    chains = {}
    for finger in FINGERS:
        names = [f"{side}_hand_root", *(f"{side}_{finger}_{i}" for i in range(1, 5))]
        if all(name in pixels for name in names):
            chains[finger] = [pixels[name] for name in names]
    return chains


def bends_of(chain: Sequence[Floats]) -> Floats:
    """(3,) degrees by which each bone turns from the one before, clockwise in the picture."""
    headings = [heading(b - a) for a, b in pairwise(chain)]
    turns = np.diff(headings)
    return np.asarray(np.degrees((turns + np.pi) % (2 * np.pi) - np.pi))


def sense_of(chains: Mapping[str, list[Floats]], side: str) -> float:
    """Whether fingers of this hand bend clockwise (1) or the other way (-1) in the picture."""
    bends = [bends_of(chain)[1:].sum() for finger, chain in chains.items() if finger != "thumb"]
    mean = float(np.mean(bends)) if bends else 0.0
    if abs(mean) > 3:
        return float(np.sign(mean))
    return 1.0 if side == "right" else -1.0


def unrolled(chain: Sequence[Floats], bends: Floats) -> list[Floats]:
    """A chain with other turns (3,) between its bones, which keep their lengths; the first bone stays."""
    placed = [chain[0], chain[1]]
    way = heading(chain[1] - chain[0])
    for i, turn in enumerate(bends):
        way += turn
        length = np.linalg.norm(chain[i + 2] - chain[i + 1])
        placed.append(placed[-1] + length * np.array([np.cos(way), np.sin(way)]))
    return placed


def finger_to(pixels: Mapping[str, Floats], side: str, finger: str, number: int, goal: Floats) -> dict[str, Floats]:
    """Turn the bones of a finger about their joints until its point `number`, counted from 0, is at a goal, as far as fingers
    bend or this one does already; what hangs on it follows.
    """
    names = [f"{side}_{finger}_{i}" for i in range(1, 5)]
    if any(name not in pixels for name in names[: number + 1]):
        return {names[number]: goal}
    chains = chains_of(pixels, side)
    names = [name for name in names if name in pixels]
    chain, there = [complex(*pixels[name]) for name in names], complex(*goal)
    if finger not in chains:
        return _placed(names, _swung(chain, number, there, lambda swung: swung))
    root, now, tries = complex(*chains[finger][0]), bends_of(chains[finger]), []
    for sense in (sense_of(chains, side), -sense_of(chains, side)):  # as the hand bends; the other way where that misses
        low, high = np.minimum(_BENDS[:, 0], sense * now), np.maximum(_BENDS[:, 1], sense * now)
        limits = [sorted(pair) for pair in np.radians(sense * np.stack([low, high], axis=1)).tolist()]
        tries.append(_swung(chain, number, there, partial(_bent, root, limits=limits)))
    return _placed(names, min(tries, key=lambda swung: round(abs(swung[number] - there))))


def _placed(names: Sequence[str], chain: Sequence[complex]) -> dict[str, Floats]:
    return {name: np.array([at.real, at.imag]) for name, at in zip(names[1:], chain[1:], strict=True)}


def _bent(root: complex, chain: list[complex], limits: list[list[float]]) -> list[complex]:
    """A chain whose bones turn from the ones before, the first from the one that begins at a root, no farther than limits say:
    clockwise radians. They keep their lengths.
    """
    result, old, way = chain[:1], chain[0] - root, chain[0] - root
    for (a, b), (low, high) in zip(pairwise(chain), limits, strict=False):
        bone = b - a
        turn = cmath.phase(bone / old) if old and bone else 0.0
        way = cmath.rect(abs(bone), cmath.phase(way) + min(max(turn, low), high))
        result.append(result[-1] + way)
        old = bone
    return result


def _swung(chain: list[complex], number: int, goal: complex, kept: Callable[[list[complex]], list[complex]]) -> list[complex]:
    """A chain with one of its points brought near a goal; `kept` brings it back to what it can be. Points of the picture are
    complex numbers here, so that a turn is a product.
    """
    for _ in range(_ROUNDS):
        before, chain = chain, list(chain)
        for i in range(number - 1, -1, -1):
            to, arm = goal - chain[i], chain[number] - chain[i]
            if to and arm:
                turn = to / arm / abs(to / arm)
                chain[i + 1 :] = [chain[i] + (point - chain[i]) * turn for point in chain[i + 1 :]]
        chain = kept(chain)
        if max(abs(a - b) for a, b in zip(before, chain, strict=True)) < _STILL:
            break
    return chain


def curl_and_spread(finger: str, bends: Floats) -> tuple[float, float]:
    """What a finger's bends (3,) in a picture, in degrees toward where the hand bends, are."""
    full = FIST[finger] - STRAIGHT[finger]
    curl = float(np.mean((bends[1:] - STRAIGHT[finger][1:]) / full[1:]))
    return curl, float((bends[0] - STRAIGHT[finger][0] - full[0] * curl) / APART[finger])
