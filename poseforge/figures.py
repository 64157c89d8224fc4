"""Figures of merit: how calm, complete and repeatable one sequence is, and how far two are apart.

Lengths are measured in canvas widths (2D) or metres (3D); where a figure is in percent of the canvas, 3D gives centimetres,
since what fills EchoMimicV2's canvas is about a metre wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.quality import runs, seen
from poseforge.sequence import PoseSequence

CURVE_SECONDS, CURVE_ORDER = 0.3, 2
"""The smooth curve that jitter and flicker are measured against: a parabola over 0.3 s, 7 frames at 24 fps (Savitzky & Golay
1964). EchoMimicV2's calm hands deviate from it by 0.08 to 0.23 % of the canvas, its fast ones by 0.4 to 0.65 %.
"""


@dataclass(frozen=True)
class Figures:
    """One sequence in figures; NaN where there is nothing to measure. What no map shows (`quality.seen`) is missing.

    Attributes:
        jitter: mean distance of points from a smooth curve through their neighbours, in % of the canvas; quick strokes count.
        largest_jump: the farthest a point moves between neighbouring frames, in canvas widths.
        missing: share of points that are missing, 0 to 1.
        outside: share of the points that are seen that lie outside the canvas, 0 to 1; NaN in 3D.
        bone_flicker: mean deviation of hand bones' lengths from a smooth curve, in % of their mean length.
        loop_gap: the largest distance of a point between the first and the last frame, in canvas widths.
        hkc: hand keypoint confidence: the mean confidence of the hands' points over all frames, a missing one counting 0.
            High where hands are well seen.
        hkv: hand keypoint variance: the standard deviation over time of each coordinate of each hand point, averaged over
            coordinates and points, in pixels of the canvas (3D: mm). High where hands move much.

    HKC and HKV come from CyberHost (Lin et al. 2024) and EchoMimicV2 (Meng et al. 2024), where they judge hands that a detector
    found in generated videos. Both name them without a formula or code, so this is a reading of the words: compare figures of
    one detector and canvas, not with the papers' tables.
    """

    jitter: float
    largest_jump: float
    missing: float
    outside: float
    bone_flicker: float
    loop_gap: float
    hkc: float
    hkv: float


@dataclass(frozen=True)
class Distance:
    """How far the same points of two sequences are apart; mean over joints and frames in which both have them.

    Attributes:
        mpjpe: mean per joint position error, in pixels (2D) or mm (3D).
        pa_mpjpe: the same after each frame of the second was turned, scaled and moved onto the first (Procrustes alignment).
            NaN if no frame has more points than the alignment itself could absorb.
        mpjpe_percent, pa_mpjpe_percent: both in % of the canvas width (3D: cm).
        points: how many points were compared.
    """

    mpjpe: float
    pa_mpjpe: float
    mpjpe_percent: float
    pa_mpjpe_percent: float
    points: int


def figures(sequence: PoseSequence, joints: Iterable[str] | None = None) -> Figures:
    """`sequence` in figures, over `joints`; if none are named, over its hands, or everything if it has no point of a hand.

    HKC, HKV and bone flicker are always those of the hands among the joints. Raises InvalidValue for unknown joints.
    """
    hands, confidence = _hands(sequence), sequence.confidence
    sequence = sequence.with_points(np.where(seen(sequence)[..., None], sequence.points, np.nan))
    if joints is None:
        chosen = hands if sequence.present[:, hands].any() else np.arange(len(sequence.skeleton))
    else:
        chosen = np.array([sequence.skeleton.index(name) for name in joints], dtype=np.intp)
    hands = np.intersect1d(hands, chosen)
    places, present = _lengths(sequence)[:, chosen], sequence.present[:, chosen]
    steps = np.linalg.norm(np.diff(places, axis=0), axis=2)
    ends = np.linalg.norm(places[-1:] - places[:1], axis=2)
    inside = (sequence.points[:, chosen] >= 0) & (sequence.points[:, chosen] <= 1)
    flat = sequence.points.shape[2] == 2
    deviation = np.linalg.norm(places - _smooth(places, present, float(sequence.fps)), axis=2)
    return Figures(
        jitter=100 * _mean(deviation),
        largest_jump=_largest(steps),
        missing=_mean(~present),
        outside=_mean(~inside.all(axis=2)[present]) if flat else float("nan"),
        bone_flicker=_flicker(sequence, hands),
        loop_gap=_largest(ends),
        hkc=_mean(confidence[:, hands]),
        hkv=_mean(_deviation_in_time(sequence.pixels()[:, hands] if flat else 1000 * sequence.points[:, hands])),
    )


def compare(a: PoseSequence, b: PoseSequence) -> Mapping[str, Distance]:
    """How far `b` is from `a`: by part of the body, and in "all" over everything, in the joints of the same name.

    Each part is aligned by itself for its PA-MPJPE, as is usual for hands and faces. Alignment is least squares with rotation,
    scale and translation, without mirroring (Umeyama 1991).

    Raises InvalidValue if the two differ in length, rate, canvas (2D) or dimensions, or have no point in common.
    """
    _comparable(a, b)
    names = [name for name in a.skeleton.joints if name in b.skeleton]
    there = {name: b.skeleton.index(name) for name in names}
    parts = {part: [a.skeleton.joints[i] for i in members] for part, members in a.skeleton.groups}
    found = {}
    all_ours, all_theirs = _units(a), _units(b)
    for part, members in {"all": names, **parts}.items():
        shared = [name for name in members if name in there]
        ours = all_ours[:, [a.skeleton.index(name) for name in shared]]
        theirs = all_theirs[:, [there[name] for name in shared]]
        both = ~np.isnan(ours[..., 0]) & ~np.isnan(theirs[..., 0])
        if both.any():
            found[part] = _distance(ours, theirs, both, 100 / a.size[0] if a.points.shape[2] == 2 else 0.1)
    if not found:
        raise InvalidValue("no joint is present in both sequences in the same frame; there is nothing to compare")
    return found


def _comparable(a: PoseSequence, b: PoseSequence) -> None:
    dimensions = a.points.shape[2], b.points.shape[2]
    if dimensions[0] != dimensions[1]:
        raise InvalidValue(f"points in {dimensions[0]}D and {dimensions[1]}D; project the 3D ones with a Camera first")
    if a.fps != b.fps:
        raise InvalidValue(f"{float(a.fps):g} and {float(b.fps):g} frames per second; resample one of the sequences")
    if len(a) != len(b):
        raise InvalidValue(f"{len(a)} and {len(b)} frames; give both the same number (poseforge loop --length cuts the longer)")
    if dimensions[0] == 2 and a.size != b.size:
        sizes = " and ".join(f"{width}x{height}" for width, height in (a.size, b.size))
        raise InvalidValue(f"canvases of {sizes} pixels; compare poses on the same canvas")


def _distance(a: NDArray[np.float64], b: NDArray[np.float64], both: NDArray[np.bool_], percent: float) -> Distance:
    """The figures for (T, K, D) places in pixels or mm, of which `both` are known twice; `percent` of the canvas per unit."""
    enough = both.sum(axis=1) > a.shape[2]
    aligned = np.linalg.norm(a[enough] - _onto(a[enough], b[enough], both[enough]), axis=2)
    plain, best = _mean(np.linalg.norm(a - b, axis=2)), _mean(aligned)
    return Distance(plain, best, plain * percent, best * percent, int(both.sum()))


def _onto(target: NDArray[np.float64], points: NDArray[np.float64], both: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(T, K, D) `points`, turned, scaled and moved frame by frame as near to `target` as that brings those of them that both
    have (Umeyama 1991).
    """
    count = both.sum(axis=1)[:, None, None]
    goal, own = (np.where(both[..., None], places, 0) for places in (target, points))
    middles = [places.sum(axis=1, keepdims=True) / count for places in (goal, own)]
    goal, own = (np.where(both[..., None], places - middle, 0) for places, middle in zip((goal, own), middles, strict=True))
    left, strengths, right = np.linalg.svd(goal.swapaxes(1, 2) @ own)
    signs = np.ones_like(strengths)
    signs[:, -1] = np.where(np.linalg.det(left @ right) < 0, -1, 1)
    size = (own**2).sum(axis=(1, 2))
    scale = np.divide((strengths * signs).sum(axis=1), size, out=np.zeros(len(size)), where=size > 0)
    turn = (left * signs[:, None]) @ right
    return np.asarray(middles[0] + scale[:, None, None] * (points - middles[1]) @ turn.swapaxes(1, 2))


def _units(sequence: PoseSequence) -> NDArray[np.float64]:
    """(T, K, D) pixels, or mm."""
    return sequence.pixels() if sequence.points.shape[2] == 2 else 1000 * sequence.points


def _lengths(sequence: PoseSequence) -> NDArray[np.float64]:
    """(T, K, D) canvas widths, or metres."""
    return sequence.pixels() / sequence.size[0] if sequence.points.shape[2] == 2 else sequence.points


def _hands(sequence: PoseSequence) -> NDArray[np.intp]:
    hands = [joint for name, members in sequence.skeleton.groups if name.endswith("hand") for joint in members]
    return np.array(hands, dtype=np.intp)


def _flicker(sequence: PoseSequence, hands: NDArray[np.intp]) -> float:
    bones = np.array([bone for bone in sequence.skeleton.bones if np.isin(bone, hands).all()], dtype=np.intp).reshape(-1, 2)
    places = _lengths(sequence)
    sizes = np.linalg.norm(places[:, bones[:, 1]] - places[:, bones[:, 0]], axis=2)
    change = np.abs(sizes - _smooth(sizes, ~np.isnan(sizes), float(sequence.fps)))
    usual = _mean(sizes)
    return 100 * _mean(change) / usual if usual > 0 else float("nan")


def _smooth(values: NDArray[np.float64], present: NDArray[np.bool_], fps: float) -> NDArray[np.float64]:
    """(T, N, ...) the smooth curve that goes with `values`, run by run; NaN in runs too short to have one."""
    from scipy.signal import savgol_filter

    window = 2 * round((CURVE_SECONDS * fps - 1) / 2) + 1
    window = max(window, CURVE_ORDER + 3)  # slower sequences: the shortest window that is no interpolation
    curve = np.full_like(values, np.nan)
    for number in range(values.shape[1]):
        for first, last in runs(present[:, number]):
            if last - first + 1 >= window:
                run = values[first : last + 1, number]
                curve[first : last + 1, number] = savgol_filter(run, window, CURVE_ORDER, axis=0)
    return curve


def _deviation_in_time(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(K, D) the standard deviation of each coordinate over the frames in which it is known."""
    known = ~np.isnan(places)
    count = np.maximum(known.sum(axis=0), 1)
    middle = np.where(known, places, 0).sum(axis=0) / count
    squares = np.where(known, places - middle, 0) ** 2
    return np.where(known.any(axis=0), np.sqrt(squares.sum(axis=0) / count), np.nan)


def _mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _largest(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if known.size else float("nan")
