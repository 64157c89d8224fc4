"""What is wrong with a sequence: findings, each with frame, joint, severity and what to do.

An *error* stops the official EchoMimicV2 run or makes it draw something else than the file says; a *warning* is what looks
bad. Errors come from the formats, which know their files; the warnings here hold for poses of any origin.

Thresholds: the fastest wrist of EchoMimicV2's own eight sequences moves 0.11 of the canvas per frame at 24 fps and its
largest detector jump is 0.18, its highest score 1.22; both are left room.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from poseforge.retarget import to_hub
from poseforge.sequence import FPS, PoseSequence

JUMP = 0.2
"""Canvas widths within 1/24 s: farther is no movement but a detector's mistake."""

VISIBLE = 0.3
"""The confidence below which DWPose's users hold a point for lost."""

HIGHEST_SCORE = 2.0

CUT = 0.3
"""The share of a hand's frames in which its larger part may be outside; it is 0.24 in one of EchoMimicV2's own sequences."""

MAP = 768
"""Pixels along the longer side of the map that EchoMimicV2 draws hands into."""

SMALL = 40
"""Pixels of such a map below which hands are too small. In EchoMimicV2's own sequences a hand is 120 to 170 pixels tall or wide
most of the time, and never below 80; half of that is still taken, and is five cells of the latent picture that a map becomes.
"""

HANDS = ("left_hand", "right_hand")


NOBODY = "nobody is in any frame, so there is nothing to animate"

NO_HANDS = "there are no hands in these frames, and EchoMimicV2 draws nothing else"

GIVE_SHAPE = (
    "take a source that has it, or give it a hand shape: in the editor's hand panel in all frames, or with a shape: line "
    "in a script for poseforge compose"
)
"""What to do about a hand that is in no frame."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        severity: "error" or "warning".
        code: what kind, one word for machines.
        message, advice: what was found, and what to do about it.
        frame, last: the first and the last frame concerned; None if it concerns the whole.
        person: which of several people, from 0; None if it concerns all.
        joint: the joint or part concerned, if one is.
    """

    severity: Literal["error", "warning"]
    code: str
    message: str
    advice: str
    frame: int | None = None
    last: int | None = None
    person: int | None = 0
    joint: str | None = None

    @property
    def frames(self) -> range:
        """The frames concerned; empty if it concerns the whole."""
        return range(self.frame, (self.frame if self.last is None else self.last) + 1) if self.frame is not None else range(0)

    def follows(self, other: Finding) -> bool:
        """Whether this is the same kind of thing as `other`, in the frames right after it."""
        alike = (self.severity, self.code, self.person, self.joint) == (other.severity, other.code, other.person, other.joint)
        return alike and bool(self.frames) and bool(other.frames) and self.frames[0] == other.frames[-1] + 1


def seen(sequence: PoseSequence) -> NDArray[np.bool_]:
    """(T, K) where a joint is seen: it has a place, and a score at which the model's map shows it. All else is missing, here as
    in filters and figures.
    """
    return np.asarray(sequence.present & (sequence.confidence >= VISIBLE))


def has_hands(people: Iterable[PoseSequence]) -> bool:
    """Whether there is anything in the frames that EchoMimicV2 draws."""
    hands = [person.present[:, person.skeleton.group(hand)] for person in people for hand in ("left_hand", "right_hand")]
    return any(present.any() for present in hands)


def check_poses(people: tuple[PoseSequence, ...], unread: Collection[int] = ()) -> tuple[Finding, ...]:
    """Warnings about the hands of `people`: jumps, scores, hands outside the canvas, lost, swapped or drawn black; an error if
    nobody is there at all.

    `unread` are frames that are missing because they could not be read, in which no hand counts as lost.
    """
    found: list[Finding] = []
    if sum(map(len, people)) > len(unread) and not any(person.present.any() for person in people):
        return (Finding("error", "nobody", NOBODY, "take a source that shows somebody", person=None),)
    for number, person in enumerate(people):
        if person.points.shape[2] == 2:
            found += _check_person(to_hub(person), number, np.isin(np.arange(len(person)), list(unread)))
    drawn = sum(has_hands([person]) for person in people)
    if drawn > 1:
        found.append(
            Finding("warning", "people", f"the hands of {drawn} people are drawn, and EchoMimicV2 animates one",
                    "keep one: poseforge convert --person largest", person=None)
        )  # fmt: skip
    return tuple(found)


def _check_person(person: PoseSequence, number: int, unread: NDArray[np.bool_]) -> Iterator[Finding]:
    for hand in HANDS:
        joints = person.skeleton.group(hand)
        points, confidence = person.points[:, joints], person.confidence[:, joints]
        yield from _lost(~seen(person)[:, joints].any(axis=1), hand, number, unread)
        yield from _outside(points, hand, number)
        widths = person.pixels()[:, joints] / person.size[0]
        yield from _jumps(widths, confidence, hand, number, float(FPS / person.fps))
        yield from _scores(points, confidence, hand, number)
    yield from _swapped(person, number)
    yield from _small(person, number)


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches of True in (T,) `flags`, each as its first and last index."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(start), int(end) - 1) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _words(hand: str) -> str:
    return hand.replace("_", " ")


def _lost(gone: NDArray[np.bool_], hand: str, number: int, unread: NDArray[np.bool_]) -> Iterator[Finding]:
    if gone.all() and not unread.all():
        yield Finding(
            "warning", "no-hand", f"the {_words(hand)} is in no frame",
            GIVE_SHAPE, person=number, joint=hand,
        )  # fmt: skip
        return
    for first, last in runs(gone & ~unread):
        yield Finding(
            "warning", "hand-lost", f"the {_words(hand)} is lost for {last - first + 1} frame(s)",
            "fill the gap or hide the hand on purpose", first, last, number, hand,
        )  # fmt: skip


def _outside(points: NDArray[np.float64], hand: str, number: int) -> Iterator[Finding]:
    present = ~np.isnan(points[..., 0])
    inside = present & (points > 0).all(axis=2) & (points < 1).all(axis=2)
    for first, last in runs(present.any(axis=1) & ~inside.any(axis=1)):
        yield Finding(
            "warning", "hand-outside", f"the {_words(hand)} is wholly outside the canvas for {last - first + 1} frame(s)",
            "move it into the picture, or leave it if the hand should not be seen", first, last, number, hand,
        )  # fmt: skip
    cut = inside.any(axis=1) & (inside.sum(axis=1) < 0.5 * present.sum(axis=1))
    for first, last in runs(cut) if cut.sum() > CUT * present.any(axis=1).sum() else ():
        yield Finding(
            "warning", "hand-cut",
            f"more than half of the {_words(hand)} is outside the canvas for {last - first + 1} frame(s)",
            "frame the person from farther away", first, last, number, hand,
        )  # fmt: skip


def _jumps(
    points: NDArray[np.float64], confidence: NDArray[np.float64], hand: str, number: int, pace: float
) -> Iterator[Finding]:
    """Jumps of any joint of a hand between neighbouring frames in which it is seen. `points` in canvas widths, `pace` the
    length of a frame in units of 1/24 s.
    """
    shown = np.where((confidence >= VISIBLE)[..., None], points, np.nan)
    steps = np.linalg.norm(np.diff(shown, axis=0), axis=2)
    far = np.nan_to_num(steps) > JUMP * pace
    for first, last in runs(far.any(axis=1)):
        size = float(np.nanmax(steps[first : last + 1]))
        yield Finding(
            "warning", "jump", f"the {_words(hand)} jumps {size:.2f} of the canvas between two frames",
            "smooth it, or check the source around it", first, last + 1, number, hand,
        )  # fmt: skip


def _scores(points: NDArray[np.float64], confidence: NDArray[np.float64], hand: str, number: int) -> Iterator[Finding]:
    absurd = (confidence < 0) | (confidence > HIGHEST_SCORE)
    for first, last in runs(absurd.any(axis=1)):
        part = confidence[first : last + 1]
        worst = float(part[absurd[first : last + 1]][0])
        yield Finding(
            "warning", "score", f"a score of {worst:g} on the {_words(hand)}; detectors give 0 to about 1.2",
            "set it between 0 and 1", first, last, number, hand,
        )  # fmt: skip
    black = (confidence == 0) & (points > 0).all(axis=2) & (points < 1).all(axis=2)
    for first, last in runs(black.any(axis=1)):
        yield Finding(
            "warning", "black", f"{int(black[first].sum())} joint(s) of the {_words(hand)} have score 0 but a place "
            "in the canvas; they are drawn black over other strokes", "give a score, or hide them by a negative place",
            first, last, number, hand,
        )  # fmt: skip


def _swapped(person: PoseSequence, number: int) -> Iterator[Finding]:
    """Hands at the other arm's wrist: both roots clearly nearer to the wrong wrist than to the right one."""
    left_root, right_root = (person.pixels()[:, person.skeleton.index(f"{side}_hand_root")] for side in ("left", "right"))
    left_wrist, right_wrist = (person.pixels()[:, person.skeleton.index(f"{side}_wrist")] for side in ("left", "right"))
    straight = np.linalg.norm(left_root - left_wrist, axis=1) + np.linalg.norm(right_root - right_wrist, axis=1)
    crossed = np.linalg.norm(left_root - right_wrist, axis=1) + np.linalg.norm(right_root - left_wrist, axis=1)
    for first, last in runs(crossed < 0.5 * straight):  # NaN compares as False
        yield Finding(
            "warning", "swap", f"left and right hand are exchanged for {last - first + 1} frame(s)",
            "swap them back", first, last, number,
        )  # fmt: skip


def _small(person: PoseSequence, number: int) -> Iterator[Finding]:
    """Hands that are too small to be told apart in the map, in most frames that show one."""
    shown = np.where(seen(person)[..., None], person.pixels(), np.nan)
    hands = [shown[:, person.skeleton.group(hand)] for hand in HANDS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # frames without a hand
        extents = np.stack([np.nanmax(hand, axis=1) - np.nanmin(hand, axis=1) for hand in hands])
        size = float(np.nanmedian(np.nanmax(extents, axis=(0, 2)))) * MAP / max(person.size)
    if size < SMALL:  # NaN compares as False
        yield Finding(
            "warning", "hands-small", f"the hands are only {size:.0f} pixels tall in the map",
            "frame the person closer: poseforge convert --fit crop, or Fit to the picture in the editor", person=number,
        )  # fmt: skip
