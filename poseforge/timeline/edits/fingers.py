"""Fingers: what curl and spread mean in degrees, and how a finger lies in a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    chain = np.array([pixels[name] for name in names])
    if finger not in chains:
        return dict(zip(names[1:], _swung(chain, number, goal, lambda swung: swung)[1:], strict=True))
    root, now, tries = chains[finger][0], bends_of(chains[finger]), []
    for sense in (sense_of(chains, side), -sense_of(chains, side)):  # as the hand bends; the other way where that misses

        def kept(swung: Floats, sense: float = sense) -> Floats:
            low, high = np.minimum(_BENDS[:, 0], sense * now), np.maximum(_BENDS[:, 1], sense * now)
            bends = np.clip(sense * bends_of([root, *swung]), low, high)
            return np.array(unrolled([root, *swung], np.radians(sense * bends))[1:])

        tries.append(_swung(chain, number, goal, kept))
    best = min(tries, key=lambda swung: round(float(np.linalg.norm(swung[number] - goal))))
    return dict(zip(names[1:], best[1:], strict=True))


def _swung(chain: Floats, number: int, goal: Floats, kept: Callable[[Floats], Floats]) -> Floats:
    """A chain (n, 2) with one of its points brought near a goal; `kept` brings it back to what it can be."""
    chain = chain.copy()
    for _ in range(32):
        for i in range(number - 1, -1, -1):
            turn = heading(goal - chain[i]) - heading(chain[number] - chain[i])
            chain[i + 1 :] = chain[i] + rotated((chain[i + 1 :] - chain[i]).T, turn).T
        chain = kept(chain)
    return chain


def curl_and_spread(finger: str, bends: Floats) -> tuple[float, float]:
    """What a finger's bends (3,) in a picture, in degrees toward where the hand bends, are."""
    full = FIST[finger] - STRAIGHT[finger]
    curl = float(np.mean((bends[1:] - STRAIGHT[finger][1:]) / full[1:]))
    return curl, float((bends[0] - STRAIGHT[finger][0] - full[0] * curl) / APART[finger])
