"""Whether poses fit a reference picture, told before an animation costs hours: a score, and what is wrong in plain words.

The score is the share of what was looked at that is well, weighed by how much it spoils EchoMimicV2's pictures: it draws hands
alone, so their size and place count most, then the shoulders they hang from. A deviation as large as its tolerance halves what
an aspect counts; EchoMimicV2's own pictures and poses are mostly within theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.fitting import estimate, fit
from poseforge.proportions import SIDES, Proportions, hand_path, measure, median, on_canvas_of, resting, seen_paths
from poseforge.quality import NO_HANDS, Finding
from poseforge.sequence import PoseSequence

Floats = NDArray[np.float64]

_LOW = 0.8
"""An aspect that keeps less of its worth than this, at half its tolerance, is worth a sentence."""

_CROWN = 0.75
"""The top of the head is about so many times the distance from the chin to the nose's root above that root."""


@dataclass(frozen=True)
class Fitness:
    """How well poses fit a picture.

    Attributes:
        score: 0 to 100. EchoMimicV2's own pictures and poses have 71 to 89 together, which the model bears; once fitted, 99.
        findings: what is wrong, the worst first.
    """

    score: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Ranked:
    """A sequence among others: its name, how it fits as it is, and how it would once it is fitted."""

    name: str
    now: Fitness
    fitted: Fitness


class _Aspect(NamedTuple):
    """One thing that is looked at: what it counts, the share of it that is well, and what to say if that is little."""

    weight: float
    share: float
    code: str
    message: str
    advice: str
    joint: str | None = None


POOR = 60
"""A score below this is worth a word before anything is rendered: EchoMimicV2's own pairs have 71 and more."""

_FIT = "fit the poses to the picture: poseforge align"


def judge(picture: PoseSequence, sequence: PoseSequence) -> Fitness:
    """How well a 2D sequence fits the pose in a picture, on a canvas of the same shape. Of several frames the median counts.

    InvalidValue for canvases of different shapes and for 3D points.
    """
    target = on_canvas_of(picture, sequence)
    ours, theirs = measure(sequence), measure(target)
    here, there = seen_paths(sequence), seen_paths(target)
    height = sequence.size[1]
    aspects = [*_body(ours, theirs, height), *_head_room(there, height), *_hand_size(ours, theirs)]
    for side in SIDES:
        aspects += [*_hand_place(here, there, side, height), *_hand_seen(here, there, side, sequence)]
    worth = sum(aspect.weight for aspect in aspects)
    score = round(100 * sum(aspect.weight * aspect.share for aspect in aspects) / worth) if worth else 0
    poor = sorted((one for one in aspects if one.share < _LOW), key=lambda one: one.weight * (one.share - 1))
    return Fitness(score, tuple(Finding("warning", one.code, one.message, one.advice, joint=one.joint) for one in poor))


def rank(picture: PoseSequence, sequences: Mapping[str, PoseSequence]) -> list[Ranked]:
    """Sequences by name, by how well they fit a picture as they are, the best first. Raises as `judge`."""
    ranked = [Ranked(name, judge(picture, one), judge(picture, _fitted(picture, one))) for name, one in sequences.items()]
    return sorted(ranked, key=lambda one: (-one.now.score, -one.fitted.score, one.name))


def _fitted(picture: PoseSequence, sequence: PoseSequence) -> PoseSequence:
    """A sequence as it would be once it is fitted; as it is, if it has nothing to be fitted by."""
    try:
        return fit(sequence, estimate(picture, sequence))
    except InvalidValue:
        return sequence


def _well(deviation: float, tolerance: float) -> float:
    return float(1 / (1 + (deviation / tolerance) ** 2))


def _body(ours: Proportions, theirs: Proportions, height: int) -> Iterator[_Aspect]:
    """Shoulders and head: how large, and where."""
    width, size = ours.shoulders / theirs.shoulders, float(np.exp(median(np.log(ours.head / theirs.head))))
    if np.isfinite(width):
        message = f"the shoulders are {_percent(width)} % {'wider' if width >= 1 else 'narrower'} than in the picture"
        yield _Aspect(10, _well(np.log(width), 0.15), "shoulder-width", message, _FIT)
    if np.isfinite(size):
        message = f"the head is {_percent(size)} % {'larger' if size >= 1 else 'smaller'} than in the picture"
        yield _Aspect(5, _well(np.log(size), 0.15), "head-size", message, _FIT)
    neck, head = (ours.neck - theirs.neck) / height, (ours.neck + ours.nose - theirs.neck - theirs.nose) / height
    if np.isfinite(neck).all():
        message = f"the shoulders are {_aside(neck)} than in the picture"
        yield _Aspect(15, _well(float(np.linalg.norm(neck)), 0.08), "shoulder-place", message, _FIT)
    if np.isfinite(head).all():
        message = f"the head is {_aside(head)} than in the picture"
        yield _Aspect(10, _well(float(np.linalg.norm(head)), 0.08), "head-place", message, _FIT)


def _head_room(there: dict[str, Floats], height: int) -> Iterator[_Aspect]:
    """Whether the picture shows the whole head."""
    root, chin = median(there["face_27"])[1], median(there["face_08"])[1]
    room = (root - _CROWN * (chin - root)) / height
    if np.isfinite(room):
        advice = "take a picture with room above the head"
        message = f"the head is cut off by the upper edge of the picture, by about {-100 * min(room, 0):.0f} % of its height"
        yield _Aspect(5, 1.0 if room >= 0 else _well(room, 0.05), "head-room", message, advice)


def _hand_size(ours: Proportions, theirs: Proportions) -> Iterator[_Aspect]:
    ratio = ours.hand / theirs.hand
    if np.isfinite(ratio):
        message = f"the hands are {_percent(ratio)} % {'larger' if ratio >= 1 else 'smaller'} than in the picture"
        yield _Aspect(20, _well(np.log(ratio), 0.3), "hand-size", message, _FIT, "hands")
    elif np.isnan(ours.hand):
        yield _Aspect(20, 0.0, "no-hand", NO_HANDS, "take poses that have hands", "hands")


def _hand_place(here: dict[str, Floats], there: dict[str, Floats], side: str, height: int) -> Iterator[_Aspect]:
    path, goal = hand_path(here, side), median(hand_path(there, side))
    way = (median(path[resting(path, (768,768))]) - goal) / height
    if np.isfinite(way).all():
        message = f"the {side} hand rests {_aside(way)} than in the picture"
        yield _Aspect(8, _well(float(np.linalg.norm(way)), 0.2), "hand-place", message, _FIT, f"{side}_hand")


def _hand_seen(here: dict[str, Floats], there: dict[str, Floats], side: str, sequence: PoseSequence) -> Iterator[_Aspect]:
    """Whether a hand is in the picture, and stays there in the poses."""
    hand = [f"{side}_{name}" for name in ("hand_root", "index_1", "middle_1", "ring_1", "little_1", "middle_4")]
    seen = any(np.isfinite(there[name]).any() and _inside(median(there[name]), sequence.size) for name in hand)
    message = f"the {side} hand cannot be seen in the picture, so the model has to invent it"
    advice = "take another picture, in which it can be seen"
    yield _Aspect(7, float(seen), "hand-hidden", message, advice, f"{side}_hand")
    known = np.stack([~np.isnan(here[name][:, 0]) for name in hand])
    inside = np.stack([_inside(here[name], sequence.size) for name in hand])
    frames = max(len(sequence), 1)
    gone = frames - int(known.any(axis=0).sum())
    message = f"the {side} hand is missing in {100 * gone / frames:.0f} % of the frames"
    yield _Aspect(8, _well(gone / frames, 0.2), "hand-lost", message, "fill the gaps: poseforge clean", f"{side}_hand")
    if known.any():
        out = int(((known & ~inside).sum(axis=0) > 0.5 * known.sum(axis=0)).sum())
        message = f"the {side} hand leaves the picture in {100 * out / frames:.0f} % of the frames"
        yield _Aspect(4, _well(out / frames, 0.2), "hand-outside", message, _FIT, f"{side}_hand")


def _inside(places: Floats, size: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(((places > 0) & (places < size)).all(axis=-1))


def _percent(ratio: float) -> str:
    return f"{100 * abs(ratio - 1):.0f}"


def _aside(way: Floats) -> str:
    """A way on the canvas in words: "lower (12 % of the canvas) and farther left (3 %)"."""
    words = [(abs(way[1]), "lower" if way[1] > 0 else "higher"), (abs(way[0]), f"farther {'right' if way[0] > 0 else 'left'}")]
    (size, word), *more = [(size, word) for size, word in words if size >= 0.005] or words[:1]
    if not more:
        return f"{word} ({100 * size:.0f} % of the canvas)"
    return f"{word} ({100 * size:.0f} % of the canvas) and {more[0][1]} ({100 * more[0][0]:.0f} %)"
