"""Whether poses fit a reference picture, told before an animation costs hours: a score, and what is wrong in plain words.

The score is the mean of what is well of each aspect, weighed by how much it spoils EchoMimicV2's pictures: it goes on from the
picture and draws hands alone, so their size and where they begin count most, then the shoulders they hang from. The mean is the
geometric one: what is wholly wrong is not made up for by all that is well. A deviation as large as its tolerance halves what an
aspect counts. What the mean has above POOR stands only in part where a hand points another way or leaves the picture wholly: by
the root of the product of what each of them lets stand, for everybody sees that at once, however well the rest fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.fitting import estimate, fit
from poseforge.proportions import (
    ARM_BONES,
    HAND_JOINTS,
    SIDES,
    Proportions,
    hand_path,
    inside,
    measure,
    median,
    metres,
    on_canvas_of,
    resting,
    seen_paths,
)
from poseforge.quality import GIVE_SHAPE, NO_HANDS, NOBODY, Finding, runs
from poseforge.sequence import PoseSequence

Floats = NDArray[np.float64]
Paths = dict[str, Floats]
"""Joint -> (T, 2) its places in pixels."""

_LOW = 0.8
"""An aspect that keeps less of its worth than this, at half its tolerance, is worth a sentence."""

_LEAST = 0.02
"""What an aspect counts at least."""

_CUT = 1 / 3
"""A hand of which a larger share is outside the canvas has left it."""

_GONE = 0.8
"""Of one with so much outside, hardly anything is drawn."""

_LIMB = (0.5, 1.2)
"""How long an arm's bones may look, of what the picture's person has: the longer of the two at least, for both do not point to
the camera at once, and each at most, for what is held out to the camera looks larger.
"""

_MOST_STRETCHES = 4
"""Stretches of frames that are named in one sentence."""

_WHOLE_HAND = 34
"""What a hand counts that is not there: as much as all that would be looked at of it."""

_CROWN = 0.75
"""The top of the head is about so many times the distance from the chin to the nose's root above that root."""


@dataclass(frozen=True)
class Fitness:
    """How well poses fit a picture.

    Attributes:
        score: 0 to 100; 100 for the very same pose. EchoMimicV2's own pictures and poses have
            50 to 64 together, which the model bears; once fitted, 67 to 83, for most of their hands point another way.
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
    """One thing that is looked at: what it counts, the share of it that is well, and what to say if that is little; and how
    much of what a score has above POOR it lets stand.
    """

    weight: float
    share: float
    code: str
    message: str
    advice: str
    joint: str | None = None
    standing: float = 1.0

    @property
    def counted(self) -> float:
        """What it adds to the mean: not nothing, so that many wrongs are worse than one."""
        return max(self.share, _LEAST)


POOR = 50
"""A score below this is worth a word before anything is rendered: EchoMimicV2's own pairs have this and more."""

GOOD = 80
"""From this score on little is to be gained; between the two the model bears it, but a fit makes it better."""

FITTING = "fit the poses to the picture: poseforge align"
"""The advice of what `fitting` mends."""


def judge(picture: PoseSequence, sequence: PoseSequence) -> Fitness:
    """How well a 2D sequence fits the pose in a picture, on a canvas of the same shape. Of several frames the median counts.

    InvalidValue for canvases of different shapes and for 3D points.
    """
    target = on_canvas_of(picture, sequence)
    if not sequence.present.any():
        return Fitness(0, (Finding("warning", "nobody", NOBODY, "take other poses"),))
    ours, theirs = measure(sequence), measure(target)
    here, there = seen_paths(sequence), seen_paths(target)
    height = sequence.size[1]
    aspects = [*_body(ours, theirs, height), *_head_room(there, height), *_hand_size(ours, theirs)]
    aspects += _anything_drawn(here, sequence.size)
    for side in SIDES:
        if all(np.isnan(_points_of(paths, side)).all() for paths in (here, there)):
            continue  # they agree
        aspects += _hand_shown(there, side, sequence.size)
        aspects += _hand(here, there, ours, theirs, side, sequence.size)
        aspects += _arm_length(here, theirs, side)
    poor = sorted((one for one in aspects if one.share < _LOW), key=lambda one: one.weight * np.log(one.counted))
    findings = tuple(Finding("warning", one.code, one.message, one.advice, joint=one.joint) for one in poor)
    return Fitness(_score(aspects), findings)


def _score(aspects: list[_Aspect]) -> int:
    weights = np.array([one.weight for one in aspects])
    logs = np.log([one.counted for one in aspects])
    score = float(100 * np.exp(weights @ logs / weights.sum()))
    standing = np.sqrt(np.prod([one.standing for one in aspects]))
    return int(min(score, POOR + (score - POOR) * standing) + 1e-6)  # rounded down: 100 is nothing to be seen


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
        yield _Aspect(10, _well(np.log(width), 0.15), "shoulder-width", message, FITTING)
    if np.isfinite(size):
        message = f"the head is {_percent(size)} % {'larger' if size >= 1 else 'smaller'} than in the picture"
        yield _Aspect(5, _well(np.log(size), 0.15), "head-size", message, FITTING)
    neck, head = (ours.neck - theirs.neck) / height, (ours.neck + ours.nose - theirs.neck - theirs.nose) / height
    if np.isfinite(neck).all():
        message = f"the shoulders are {_aside(neck)} than in the picture"
        yield _Aspect(15, _well(float(np.linalg.norm(neck)), 0.08), "shoulder-place", message, FITTING)
    if np.isfinite(head).all():
        message = f"the head is {_aside(head)} than in the picture"
        yield _Aspect(10, _well(float(np.linalg.norm(head)), 0.08), "head-place", message, FITTING)


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
        yield _Aspect(16, _well(np.log(ratio), 0.3), "hand-size", message, FITTING, "hands")
    elif np.isnan(ours.hand):
        yield _Aspect(16, 0.0, "no-hand", NO_HANDS, GIVE_SHAPE, "hands")


def _anything_drawn(here: Paths, size: tuple[int, int]) -> Iterator[_Aspect]:
    """Whether there is a hand on the canvas: of those that are outside but for a fifth hardly anything is drawn."""
    seen = np.stack([inside(_points_of(here, side), size).mean(axis=1) > 1 - _GONE for side in SIDES])  # missing is not inside
    empty, frames = int((~seen.any(axis=0)).sum()), seen.shape[1]
    if empty:
        message = f"in {_share_of(empty, frames)} % of the frames the model sees nothing: both hands are outside or missing"
        yield _Aspect(2 * _WHOLE_HAND * empty / frames, _well(empty / frames, 0.2), "nothing-drawn", message, FITTING, "hands")


def _hand_shown(there: Paths, side: str, size: tuple[int, int]) -> Iterator[_Aspect]:
    """Whether the picture shows a hand."""
    hand = _points_of(there, side)
    message = f"the {side} hand cannot be seen in the picture, so the model has to invent it"
    advice = "take another picture, in which it can be seen"
    yield _Aspect(6, float(inside(hand, size).any()), "hand-hidden", message, advice, f"{side}_hand")


def _hand(
    here: Paths, there: Paths, ours: Proportions, theirs: Proportions, side: str, size: tuple[int, int]
) -> Iterator[_Aspect]:
    """Whether a hand of the poses can be seen, and is as the picture has it when they begin and end."""
    hand, joint = _points_of(here, side), f"{side}_hand"
    known = ~np.isnan(hand[..., 0])
    frames, seen = len(known), known.any(axis=1)
    if not seen.any():
        message = f"the {side} hand is in no frame of the poses"
        yield _Aspect(_WHOLE_HAND, 0.1, "hand-missing", message, GIVE_SHAPE, joint)
        return
    yield from _hand_place(hand_path(here, side), median(hand_path(there, side)), side, size)
    apart = float(np.linalg.norm(_middle(here, side) / ours.hand - _middle(there, side) / theirs.hand))
    if np.isfinite(apart):
        message = f"the {side} hand begins pointing another way than in the picture"
        advice = "turn it in the editor, or take poses whose hands begin as in the picture"
        share = _well(apart, 0.1)
        yield _Aspect(8, share, "hand-turned", message, advice, joint, standing=0.3 + 0.7 * share)
    gone = frames - int(seen.sum())
    message = f"the {side} hand is missing in {_share_of(gone, frames)} % of the frames"
    yield _Aspect(8, _well(gone / frames, 0.2), "hand-lost", message, "fill the gaps: poseforge clean", joint)
    yield _hand_outside(known, known & ~inside(hand, size), side)


def _hand_outside(known: NDArray[np.bool_], outside: NDArray[np.bool_], side: str) -> _Aspect:
    """Whether a hand of which points (T, 21) are known stays in the picture. That it is gone at all is worse than how long."""
    frames, gone = len(known), known.any(axis=1) & (outside == known).all(axis=1)
    out, standing = int((outside.sum(axis=1) > _CUT * known.sum(axis=1)).sum()), float(1 / (1 + np.sqrt(gone.mean() / 0.05)))
    message = f"the {side} hand leaves the picture in {_share_of(out, frames)} % of the frames"
    if gone.any():
        message = f"the {side} hand is wholly outside the picture in the frames {_stretches(gone)}"
    return _Aspect(8, _well(out / frames, 0.2) * standing, "hand-outside", message, FITTING, f"{side}_hand", standing)


def _stretches(flags: NDArray[np.bool_]) -> str:
    """The frames of which something is true (T,): "34-43, 60"."""
    found = [str(first) if first == last else f"{first}-{last}" for first, last in runs(flags)]
    return ", ".join([*found[:_MOST_STRETCHES], *(["..."] if len(found) > _MOST_STRETCHES else [])])


def _hand_place(path: Floats, goal: Floats, side: str, size: tuple[int, int]) -> Iterator[_Aspect]:
    """Whether a hand with a path (T, 2) begins, or else rests, at its place in the picture (2,), and ends there."""
    begins, ends = inside(path[[0, -1]], size)  # what is not known is not inside
    place = path[0] if begins else median(path[resting(path, size)])
    way, joint = (place - goal) / size[1], f"{side}_hand"
    if np.isfinite(way).all():
        message = f"the {side} hand {'begins' if begins else 'rests'} {_aside(way)} than in the picture"
        yield _Aspect(14, _well(float(np.linalg.norm(way)), 0.12), "hand-place", message, FITTING, joint)
    way = (path[-1] - goal) / size[1]
    if ends and np.isfinite(way).all():
        message = f"the {side} hand ends {_aside(way)} than in the picture"
        yield _Aspect(3, _well(float(np.linalg.norm(way)), 0.2), "hand-end", message, FITTING, joint)


def _middle(paths: Paths, side: str) -> Floats:
    """(2,) from the root of a hand to the middle of its points, in the first frame in which they are all seen; else NaN."""
    hand = _points_of(paths, side)
    return median((hand.mean(axis=1) - hand[:, 0])[~np.isnan(hand).any(axis=(1, 2))][:1])


def _arm_length(here: Paths, theirs: Proportions, side: str) -> Iterator[_Aspect]:
    """Whether an arm is one that the person in the picture can have."""
    scale = np.nanmax([theirs.arm, theirs.build, 0])
    ends = [(f"{side}_{a}", f"{side}_{b}") for a, b in ARM_BONES]
    bones = np.stack([np.linalg.norm(here[a] - here[b], axis=1) / metres(a, b) for a, b in ends], axis=1)
    bones = bones[~np.isnan(bones).any(axis=1)]
    if not scale or not len(bones):
        return
    longest = bones.max(axis=1) / scale
    wrong = (longest > _LIMB[1]) | (longest < _LIMB[0])
    worst = float(median(longest[wrong] if wrong.any() else longest))
    message = (
        f"the {side} arm is {_percent(worst)} % {'longer' if worst > 1 else 'shorter'} than the person's "
        f"in {_share_of(int(wrong.sum()), len(wrong))} % of the frames"
    )
    yield _Aspect(6, _well(wrong.mean(), 0.2), "arm-length", message, FITTING, f"{side}_arm")


def _points_of(paths: Paths, side: str) -> Floats:
    """(T, 21, 2) the places of a hand."""
    return np.stack([paths[name] for name in HAND_JOINTS[side]], axis=1)


def _share_of(count: int, frames: int) -> str:
    """A share of the frames in percent, never none for some."""
    return f"{max(100 * count / frames, 1):.0f}"


def _percent(ratio: float) -> str:
    return f"{100 * abs(ratio - 1):.0f}"


def _aside(way: Floats) -> str:
    """A way on the canvas in words: "lower (12 % of the canvas) and farther left (3 %)"."""
    words = [(abs(way[1]), "lower" if way[1] > 0 else "higher"), (abs(way[0]), f"farther {'right' if way[0] > 0 else 'left'}")]
    (size, word), *more = [(size, word) for size, word in words if size >= 0.005] or words[:1]
    if not more:
        return f"{word} ({100 * size:.0f} % of the canvas)"
    return f"{word} ({100 * size:.0f} % of the canvas) and {more[0][1]} ({100 * more[0][0]:.0f} %)"
