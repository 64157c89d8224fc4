"""Filters: a sequence cleaned, smoothed, completed or brought to another rate, as a new sequence.

All work on 2D and 3D points of any skeleton. Most take `joints`, names of those to change (all if None), and `frames`, a slice,
range or list of those to change (all if None); other joints and frames are looked at, but stay as they are to the last bit.
Times are in seconds and frequencies in Hz, whatever the frame rate. Lengths are in canvas widths, for 3D points in metres:
what fills EchoMimicV2's canvas is about a metre wide, so one figure serves both.

A point that is there, but below `quality.VISIBLE`, is a guess that no map shows: it counts as missing and is filled in.
Confidence stays honest: a rejected point becomes missing, a filled one has `FILLED` times its less certain neighbour's
confidence, smoothing leaves it as it is. Smoothers never bridge a gap and invent no point: each run of frames in which a joint
is present is filtered by itself. All raise InvalidValue for unknown joints, frames that are not there and impossible numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil, floor, isfinite, pi
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from poseforge.denoise import denoise as denoise_curves
from poseforge.errors import InvalidValue
from poseforge.quality import VISIBLE, runs, seen
from poseforge.sequence import PoseSequence, checked_fps, chosen_frames, per_joint

Frames = slice | range | Sequence[int] | None
Joints = Iterable[str] | None
Points = NDArray[np.float64]

FILLED = 0.75
"""A filled point's confidence, as a share of its less certain neighbour's; it is never below `quality.VISIBLE`."""

NOISE_FLOOR = 0.001
"""Noise that is left alone, in canvas widths: EchoMimicV2's own hands hold 0.0005 to 0.0013."""

OUTLIER = 0.02
"""A point nearer than this to its neighbours' median, in canvas widths, is no outlier: no point in EchoMimicV2's own sequences
is rejected with it, up to 2 in 1,000 with half of it.
"""

FEW = 5
"""Joints below which a part has no movement in common that its median could tell."""


def reject_outliers(
    sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, reach: float = 0.125, sigmas: float = 4
) -> PoseSequence:
    """Points far off their path become missing: the Hampel identifier (Hampel 1974; Pearson et al. 2016).

    A point's deviation is its distance, in any coordinate, from the median of the frames up to `reach` seconds before and after
    it. It is rejected if that exceeds `sigmas` times 1.4826 times the window's median absolute deviation (for normal noise: as
    many standard deviations) and `OUTLIER`. What half the joints of its part deviate by is taken off first, for a moving hand
    would hide a joint that is off; where that common deviation itself is an outlier, the whole part is rejected. Too few
    neighbours reject nothing.
    """
    _positive(sigmas, "sigmas")
    half = min(round(_positive(reach, "reach") * float(sequence.fps)), len(sequence))
    wide = np.pad(_lengths(sequence), ((half, half), (0, 0), (0, 0)), constant_values=np.nan)
    points, inside = sequence.points.copy(), _rows(sequence, frames)
    for part in _parts(sequence, _indices(sequence, joints)):
        for start in range(0, len(sequence), 256):  # at 1000 frames per second all windows at once would fill the memory
            rows = np.arange(start, min(start + 256, len(sequence)))
            windows = sliding_window_view(wide[start : rows[-1] + 2 * half + 1][:, part], 2 * half + 1, axis=0)
            off = _off_path(windows, sigmas) & inside[rows][:, None]
            points[np.ix_(rows, part)] = np.where(off[..., None], np.nan, points[np.ix_(rows, part)])
    return sequence.with_points(points)


def fill_gaps(
    sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, limit: float = 0.3, ends: bool = False
) -> PoseSequence:
    """Gaps of up to `limit` seconds with both ends known, filled by Akima's curve (1970) through the known points.

    It goes on with the velocity on both sides without swinging out: in gaps of 3 to 10 frames cut into EchoMimicV2's hands it
    erred less than straight lines, the monotone cubic and the cubic spline.

    With `ends`, what is missing at the beginning and the end, however long, is held: as it is first and last known, a hand as
    it is on its wrist, so that it goes with the arm.
    """
    longest = floor(_positive(limit, "limit", zero=True) * float(sequence.fps) + 1e-9)
    inside, shown = _rows(sequence, frames), seen(sequence)
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    for joint in _indices(sequence, joints):
        known = shown[:, joint]
        if known.sum() < 2 or known.all():
            continue
        times = np.flatnonzero(known)
        curve = _curve(times, sequence.points[times, joint])
        for first, last in runs(~known):
            if first < times[0] or last > times[-1] or last - first + 1 > longest:
                continue
            gap = np.arange(first, last + 1)[inside[first : last + 1]]
            points[gap, joint] = curve(gap)
            confidence[gap, joint] = max(VISIBLE, FILLED * sequence.confidence[[first - 1, last + 1], joint].min())
    if ends:
        _hold_ends(sequence, _indices(sequence, joints), inside, points, confidence)
    return sequence.with_points(points, confidence)


def _hold_ends(
    sequence: PoseSequence, chosen: NDArray[np.intp], inside: NDArray[np.bool_], points: Points, confidence: Points
) -> None:
    """Give points and confidence what joints miss before they are first known and after they last are."""
    skeleton, shown = sequence.skeleton, seen(sequence)
    carried = {
        int(joint): skeleton.index(f"{side}_wrist")
        for side in ("left", "right")
        for joint in skeleton.group(f"{side}_hand")
        if f"{side}_wrist" in skeleton
    }
    for joint in sorted(chosen.tolist(), key=lambda joint: carried.get(joint, joint) != joint):  # wrists first
        times = np.flatnonzero(shown[:, joint])
        if not len(times):
            continue
        for gap, known in ((np.arange(times[0]), times[0]), (np.arange(times[-1] + 1, len(sequence)), times[-1])):
            gap = gap[inside[gap]]
            wrist = points[:, carried.get(joint, joint)]
            points[gap, joint] = points[known, joint] + np.nan_to_num(wrist[gap] - wrist[known])
            confidence[gap, joint] = max(VISIBLE, FILLED * sequence.confidence[known, joint])


def denoise(
    sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, floor: float = NOISE_FLOOR
) -> PoseSequence:
    """Without a detector's noise, as strong as the noise is: sequences with less than `floor` stay as they are.

    The noise of each part of the body is estimated from all its joints together, and what noise cannot explain is kept, so
    quick strokes stay quick. A joint alone tells the two apart badly: name whole parts. How: see `poseforge.denoise`.
    """
    _positive(floor, "floor", zero=True)
    scale = _scale(sequence)

    def smooth(run: Points) -> Points:
        places = run * scale
        calm = denoise_curves(places, float(sequence.fps), floor)
        return np.where(calm == places, run, calm / scale)

    return _smoothed(sequence, joints, frames, smooth)


def one_euro(
    sequence: PoseSequence,
    *,
    joints: Joints = None,
    frames: Frames = None,
    min_cutoff: float = 2.0,
    beta: float = 10.0,
    speed_cutoff: float = 1.0,
) -> PoseSequence:
    """The 1 Euro filter (Casiez, Roussel & Vogel, CHI 2012): for live use, since it looks back only, and so lags a little.

    A low-pass filter whose cutoff is `min_cutoff` Hz at rest and rises by `beta` Hz for each canvas width per second of speed,
    the speed itself being low-passed at `speed_cutoff` Hz. The paper filters single values; here the speed is the joint's, so
    that all its coordinates lag alike.
    """
    for value, name in ((min_cutoff, "min_cutoff"), (speed_cutoff, "speed_cutoff")):
        _positive(value, name)
    _positive(beta, "beta", zero=True)
    fps, scale = float(sequence.fps), _scale(sequence)

    def share(cutoff: Any) -> Any:
        return 1 / (1 + fps / (2 * pi * cutoff))

    def smooth(run: Points) -> Points:
        done, velocity = run.copy(), np.zeros_like(run[0])
        for t in range(1, len(run)):
            velocity = velocity + share(speed_cutoff) * ((run[t] - run[t - 1]) * fps - velocity)
            speed = np.linalg.norm(velocity * scale, axis=1, keepdims=True)
            done[t] = done[t - 1] + share(min_cutoff + beta * speed) * (run[t] - done[t - 1])
        return done

    return _smoothed(sequence, joints, frames, smooth)


def savitzky_golay(
    sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, window: float = 0.3, order: int = 2
) -> PoseSequence:
    """Each point from the polynomial of `order` fitted to the frames within `window` seconds around it (Savitzky & Golay 1964).

    The window is the nearest odd number of frames, in shorter runs what fits; one of no more than `order` frames changes
    nothing.
    """
    if not 0 <= order <= 10:
        raise InvalidValue(f"an order of {order}; expected 0 to 10")
    length = _odd(_positive(window, "window") * float(sequence.fps))
    return _smoothed(sequence, joints, frames, lambda run: _polynomial(run, length, order))


def gaussian(sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, sigma: float = 0.05) -> PoseSequence:
    """Each point as the mean of its neighbours, weighted by a normal curve with a standard deviation of `sigma` seconds.

    Simple and soft: it rounds quick strokes. At 4 standard deviations, or the length of the run, the curve is cut off.
    """
    from scipy.ndimage import convolve1d

    spread = _positive(sigma, "sigma") * float(sequence.fps)

    def smooth(run: Points) -> Points:
        reach = min(ceil(4 * spread), len(run) - 1)
        weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / spread) ** 2)
        # Beyond the ends the run goes on turned about its end point, which keeps place and velocity there.
        wide = np.pad(run, ((reach, reach), (0, 0), (0, 0)), mode="reflect", reflect_type="odd")
        return np.asarray(convolve1d(wide, weights / weights.sum(), axis=0)[reach : reach + len(run)])

    return _smoothed(sequence, joints, frames, smooth)


def butterworth(sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, cutoff: float = 6.0) -> PoseSequence:
    """Zero-phase low-pass of 4th order at `cutoff` Hz, biomechanics' habit: a 2nd-order Butterworth filter there and back.

    Each pass has its cutoff at `cutoff` / 0.802, so that both together are 3 dB down at `cutoff` (Winter 2009).
    A cutoff that the frame rate cannot hold changes nothing.
    """
    from scipy.signal import butter, sosfiltfilt

    corrected, fps = _positive(cutoff, "cutoff") / 0.802, float(sequence.fps)
    if corrected >= fps / 2:
        return sequence
    sections = butter(2, corrected, fs=fps, output="sos")

    def smooth(run: Points) -> Points:
        return np.asarray(sosfiltfilt(sections, run, axis=0, padlen=min(round(3 * fps / corrected), len(run) - 1)))

    return _smoothed(sequence, joints, frames, smooth)


SMOOTHERS: dict[str, Callable[..., PoseSequence]] = {
    "auto": denoise,
    "savgol": savitzky_golay,
    "gaussian": gaussian,
    "butterworth": butterworth,
    "one-euro": one_euro,
}
"""The smoothers by the names that `clean` and the command line know."""


def swap_repair(sequence: PoseSequence, *, frames: Frames = None) -> PoseSequence:
    """Left and right hands that the detector exchanged, exchanged back with their confidence; wrists and elbows, too.

    Over all frames the labels are chosen that together cost least: joints stay near where they were in the frame before, hand
    roots near the body's wrists, elbows near their shoulders. Wrists near the other elbow are no mistake: arms may be folded.
    Hands are relabelled only if that halves their distances. Where nothing else tells, the rarer labelling is the mistake. The
    cheapest path is found by dynamic programming (Viterbi 1967).

    What is kept per joint in `frame_meta` moves along. Skeletons without two hands stay as they are.
    """
    skeleton = sequence.skeleton
    hands = [skeleton.group(f"{side}_hand") for side in ("left", "right")]
    if not len(hands[0]) or not len(hands[1]):
        return sequence
    chain = [hands, *(_pair(sequence, name) for name in ("wrist", "elbow"))]
    seen = np.flatnonzero(sequence.present[:, np.concatenate(hands)].any(axis=1))
    if not len(seen):
        return sequence
    places, inside = _lengths(sequence)[seen], _rows(sequence, frames)
    links = _links(sequence, places)
    swapped = _cheapest(links, [_apart(places[1:], sides, places[:-1], sides, doubt=2) for sides in chain])
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    notes = {name: np.array(values) for name, values in sequence.frame_meta.items() if per_joint(values, sequence)}
    for exchanged, sides in zip(swapped.T, chain, strict=True):
        rows = np.intersect1d(seen[exchanged], np.flatnonzero(inside))[:, None]
        both = np.concatenate(sides)
        for values in (points, confidence, *notes.values()):
            values[rows, both] = values[rows, skeleton.mirror[both]]
    return replace(sequence, points=points, confidence=confidence, frame_meta={**sequence.frame_meta, **notes})


def from_wrists(sequence: PoseSequence, filter: Callable[[PoseSequence], PoseSequence]) -> PoseSequence:
    """What a filter makes of a sequence in which the hands are seen from the body's wrists, so that a swing of the arm is no
    movement of theirs: a hand that is quick but where its wrist is is no outlier, and one that was lost is filled in there.

    A wrist that is missing, below `quality.VISIBLE` or off its path goes straight from where it was to where it will be. Hands
    whose wrist is never seen are seen from where they are.
    """
    skeleton, points = sequence.skeleton, sequence.points.copy()
    paths: dict[str, Points] = {}
    for side in ("left", "right"):
        wrist = f"{side}_wrist"
        if wrist not in skeleton:
            continue
        path = reject_outliers(sequence, joints=[wrist]).joint(wrist)
        seen = ~np.isnan(path[:, 0]) & (sequence.confidence[:, skeleton.index(wrist)] >= VISIBLE)
        if seen.any():
            frames = np.arange(len(sequence))
            paths[side] = np.stack([np.interp(frames, frames[seen], values[seen]) for values in path.T], axis=1)
            points[:, skeleton.group(f"{side}_hand")] -= paths[side][:, None]
    done = filter(sequence.with_points(points))
    points = done.points.copy()
    for side, path in paths.items():
        points[:, skeleton.group(f"{side}_hand")] += path[:, None]
    return done.with_points(points)


def steady_bones(sequence: PoseSequence, *, joints: Joints = None, frames: Frames = None, window: float = 0.5) -> PoseSequence:
    """Hands whose bones keep their length: from the wrist outward, each joint is put at that length from its parent, in the
    direction where it was, so that errors do not add up along a finger (a forward pass of FABRIK, Aristidou & Lasenby 2011).

    In 3D a bone gets its median length. In 2D it shortens when it points at the viewer, so its length follows a parabola fitted
    to `window` seconds around each frame (Savitzky & Golay 1964): flicker goes, foreshortening stays. Wrists stay, and so does
    a joint without its parent.
    """
    skeleton, scale = sequence.skeleton, _scale(sequence)
    length = _odd(_positive(window, "window") * float(sequence.fps))
    fingers = {int(joint) for name, _ in skeleton.groups if name.endswith("hand") for joint in skeleton.group(name)}
    chosen, inside = set(_indices(sequence, joints).tolist()), _rows(sequence, frames)
    points = sequence.points.copy()
    for parent, child in skeleton.bones:  # parents come first
        sizes = np.linalg.norm((sequence.points[:, child] - sequence.points[:, parent]) * scale, axis=1)
        both = ~np.isnan(sizes)
        if child not in fingers & chosen or not both.any():
            continue
        steady = np.full_like(sizes, np.median(sizes[both]))
        if sequence.points.shape[2] == 2:
            for first, last in runs(both):
                steady[first : last + 1] = _polynomial(sizes[first : last + 1], length, 2)
        bone = (sequence.points[:, child] - points[:, parent]) * scale
        reach = np.linalg.norm(bone, axis=1)
        moved = inside & (reach > 0) & (steady > 0)
        points[moved, child] = points[moved, parent] + bone[moved] * (steady[moved] / reach[moved])[:, None] / scale
    return sequence.with_points(points)


def resample(sequence: PoseSequence, fps: object) -> PoseSequence:
    """The same movement at another rate: frame i at i / `fps` seconds, as far as the original goes.

    Places lie on Akima's curve (1970) through each run of present frames, confidence between its two neighbours; between a
    present and a missing frame a joint is missing. What `frame_meta` holds comes from the nearest frame.
    """
    rate = checked_fps(fps)
    if not len(sequence) or rate == sequence.fps:
        return replace(sequence, fps=rate)
    step = sequence.fps / rate
    count = (len(sequence) - 1) / step
    times = np.array([float(i * step) for i in range(floor(count) + 1)])
    before = np.floor(times).astype(int)
    after = np.minimum(np.ceil(times).astype(int), len(sequence) - 1)
    share = (times - before)[:, None]
    points = np.full((len(times), *sequence.points.shape[1:]), np.nan)
    for joint in range(len(sequence.skeleton)):
        for first, last in runs(sequence.present[:, joint]):
            here = (first <= times) & (times <= last)
            points[here, joint] = _curve(np.arange(first, last + 1), sequence.points[first : last + 1, joint])(times[here])
    confidence = (1 - share) * sequence.confidence[before] + share * sequence.confidence[after]
    confidence[np.isnan(points[..., 0])] = 0
    nearest = sequence[np.floor(times + 0.5).astype(np.intp)]
    return replace(nearest, points=points, confidence=confidence, fps=rate)


def retime(sequence: PoseSequence, seconds: NDArray[np.float64]) -> PoseSequence:
    """The same movement where it was at each frame's own moment, of frames that were taken at other moments.

    `seconds` (T,) says when, never going back; frames of one moment are the same picture again. Places lie on Akima's curve
    (1970) through each run of present frames, at its ends they stay. Confidence stays that of the frame.
    """
    if seconds.shape != (len(sequence),) or (np.diff(seconds) < 0).any() or not np.isfinite(seconds).all():
        raise InvalidValue(f"moments of shape {seconds.shape}; expected {len(sequence)} that never go back")
    ticks = np.arange(len(sequence)) / float(sequence.fps)
    fresh = np.diff(seconds, prepend=-np.inf) > 0
    points = sequence.points.copy()
    for joint in range(len(sequence.skeleton)):
        for first, last in runs(sequence.present[:, joint]):
            run = np.arange(first, last + 1)
            own = run[fresh[run] | (run == first)]
            at = np.clip(ticks[run], seconds[first], seconds[last])
            points[run, joint] = _curve(seconds[own], sequence.points[own, joint])(at)
    return sequence.with_points(points)


def close_loop(sequence: PoseSequence, *, joints: Joints = None, duration: float = 0.5) -> PoseSequence:
    """The last `duration` seconds led toward the first frame, so that the sequence can be repeated without a jump.

    The gap between the last frame and the first is shared out by the minimum-jerk curve (Flash & Hogan 1985), as if the first
    frame followed the last; the movement on the way is kept. Joints missing in the first or the last frame stay.
    """
    count = min(round(_positive(duration, "duration") * float(sequence.fps)), len(sequence) - 1)
    if count < 1:
        return sequence
    chosen = _indices(sequence, joints)
    gap = np.nan_to_num(sequence.points[0, chosen] - sequence.points[-1, chosen])
    share = np.arange(1, count + 1)[:, None, None] / (count + 1)
    points = sequence.points.copy()
    points[-count:, chosen] += gap * share**3 * (10 - 15 * share + 6 * share**2)
    return sequence.with_points(points)


def clean(
    sequence: PoseSequence,
    *,
    joints: Joints = None,
    frames: Frames = None,
    smooth: str = "auto",
    fill: float = 0.3,
    ends: bool = False,
    swap: bool = True,
) -> PoseSequence:
    """The default clean-up of a detected sequence: exchanged hands put right, outliers rejected, gaps filled, noise removed.

    Steps: `swap_repair` (unless `swap` is False, or `joints` are named), `reject_outliers`, `fill_gaps` up to `fill` seconds
    and, with `ends`, at the beginning and the end, and the smoother named `smooth` in `SMOOTHERS`, or "off". Joints that the
    detector only guesses, whose median confidence is below `quality.VISIBLE` (legs below the picture), stay as they are: there
    is no path to clean.
    """
    if smooth != "off" and smooth not in SMOOTHERS:
        raise InvalidValue(f"no smoother is called {smooth!r}; there are {', '.join(SMOOTHERS)} and off")
    if swap and joints is None:
        sequence = swap_repair(sequence, frames=frames)
    indices = _indices(sequence, joints)
    scores = np.where(sequence.present, sequence.confidence, np.nan)[:, indices]
    seen = [sequence.skeleton.joints[i] for i, score in zip(indices, _median(scores.T), strict=True) if score >= VISIBLE]
    sequence = reject_outliers(sequence, joints=seen, frames=frames)
    sequence = fill_gaps(sequence, joints=seen, frames=frames, limit=fill, ends=ends)
    return SMOOTHERS[smooth](sequence, joints=seen, frames=frames) if smooth != "off" else sequence


def _smoothed(sequence: PoseSequence, joints: Joints, frames: Frames, smooth: Callable[[Points], Points]) -> PoseSequence:
    """`sequence` with every run (n, k, D) of present frames smoothed, for k joints of a part present in the same ones."""
    chosen, points = _indices(sequence, joints), sequence.points.copy()
    for part in _parts(sequence, chosen):
        patterns, which = np.unique(sequence.present[:, part], axis=1, return_inverse=True)
        for number, pattern in enumerate(patterns.T):
            together = part[which.ravel() == number]
            for first, last in runs(pattern):
                points[first : last + 1, together] = smooth(sequence.points[first : last + 1, together])
    outside = ~_rows(sequence, frames)
    points[outside] = sequence.points[outside]
    return sequence.with_points(points)


def _parts(sequence: PoseSequence, chosen: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """The chosen joints, part by part; those of no part together at the end."""
    rest = chosen
    for _, members in sequence.skeleton.groups:
        part = np.intersect1d(rest, members)
        rest = np.setdiff1d(rest, part)
        if len(part):
            yield part
    if len(rest):
        yield rest


def _off_path(windows: Points, sigmas: float) -> NDArray[np.bool_]:
    """(n, k) which of k joints is an outlier, alone or with all, in the middle of its window (n, k, D, frames)."""
    deviations = windows - _median(windows)[..., None]
    together = _median(deviations.swapaxes(1, 3)).swapaxes(1, 2)[:, None]
    if windows.shape[1] < FEW:
        together = np.zeros_like(together)
    half = windows.shape[3] // 2

    def far(values: Points) -> NDArray[np.bool_]:
        spread = 1.4826 * _median(np.abs(values))
        return np.asarray((np.abs(values[..., half]) > np.maximum(sigmas * spread, OUTLIER)).any(axis=2))

    return far(deviations - together) | far(together)


def _polynomial(run: Points, length: int, order: int) -> Points:
    from scipy.signal import savgol_filter

    length = min(length, _odd(len(run)))
    return np.asarray(savgol_filter(run, length, order, axis=0)) if length > order else run


def _odd(frames: float) -> int:
    """The odd number nearest to `frames`, not above it where two are as near."""
    return 2 * max(0, ceil(frames / 2) - 1) + 1


def _curve(times: NDArray[Any], places: Points) -> Callable[[NDArray[Any]], Points]:
    """Akima's curve through (n, D) `places`; with two a line, with one that place."""
    from scipy.interpolate import Akima1DInterpolator

    if len(times) > 2:
        akima: Callable[[NDArray[Any]], Points] = Akima1DInterpolator(times, places)
        return akima
    return lambda at: np.stack([np.interp(at, times, values) for values in places.T], axis=-1)


def _pair(sequence: PoseSequence, name: str) -> list[NDArray[np.intp]]:
    """The left and the right joint of a name, as lists; both empty if the skeleton lacks one."""
    names = [f"left_{name}", f"right_{name}"]
    known = all(joint in sequence.skeleton for joint in names)
    return [np.array([sequence.skeleton.index(joint)] if known else [], dtype=np.intp) for joint in names]


_LABELLINGS = np.arange(8)
"""The ways in which hands, wrists and elbows can be exchanged between left and right, as bits 4, 2 and 1."""


def _links(sequence: PoseSequence, places: Points) -> Points:
    """(n, 8) what each labelling costs by how far linked joints are apart."""
    hand, wrist, elbow = (_LABELLINGS // weight % 2 for weight in (4, 2, 1))
    at_wrist = _apart(places, _pair(sequence, "hand_root"), places, _pair(sequence, "wrist"), doubt=2)
    # Less doubt than at the wrist, for upper arms are long: an exchanged elbow is hardly twice as far away as it should be.
    at_shoulder = _apart(places, _pair(sequence, "elbow"), places, _pair(sequence, "shoulder"), doubt=1.25)
    rarer = 1e-6 * ((hand != wrist) + 1.0 * (wrist != elbow) + elbow) + 1e-9 * (hand + wrist)  # of two halves, as it was
    return np.asarray(at_wrist[:, (hand != wrist).astype(int)] + at_shoulder[:, elbow] + rarer)


def _apart(here: Points, sides: list[NDArray[np.intp]], there: Points, others: list[NDArray[np.intp]], doubt: float) -> Points:
    """(n, 2) distances of left and right joints `here` to others `there`, as labelled and, times `doubt`, exchanged.

    Of several joints the mean counts; 0 for both where one can be told for fewer sides than the other.
    """

    def total(ends: list[NDArray[np.intp]]) -> tuple[Points, NDArray[Any]]:
        far = [np.linalg.norm(here[:, a] - there[:, b], axis=2) for a, b in zip(sides, ends, strict=True)]
        known = [(~np.isnan(distances)).sum(axis=1) for distances in far]
        means = [np.nansum(d, axis=1) / np.maximum(count, 1) for d, count in zip(far, known, strict=True)]
        return means[0] + means[1], (known[0] > 0).astype(int) + (known[1] > 0)

    if not len(sides[0]) or not len(others[0]):
        return np.zeros((len(here), 2))
    (straight, told), (crossed, also) = total(others), total(others[::-1])
    return np.where((told == also)[:, None], np.stack([straight, doubt * crossed], axis=1), 0)


def _cheapest(links: Points, steps: list[Points]) -> NDArray[np.bool_]:
    """(n, 3) whether hands, wrists and elbows are exchanged along the cheapest path through the eight labellings."""
    bits = _LABELLINGS[:, None] // (4, 2, 1) % 2
    change = (bits[:, None] != bits).astype(int)
    cost, came = links[0], np.zeros((len(links), 8), dtype=int)
    for t in range(1, len(links)):
        reached = cost[:, None] + sum(step[t - 1][change[..., level]] for level, step in enumerate(steps))
        came[t] = reached.argmin(axis=0)
        cost = reached[came[t], _LABELLINGS] + links[t]
    path = np.zeros(len(links), dtype=int)
    path[-1] = cost.argmin()
    for t in range(len(links) - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return np.asarray(bits[path] == 1)


def _median(values: Points) -> Points:
    """Along the last axis, missing values left out; NaN where there is none."""
    ordered, count = np.sort(values, axis=-1), (~np.isnan(values)).sum(axis=-1, keepdims=True)
    if not values.shape[-1]:
        return np.full(values.shape[:-1], np.nan)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    both = (np.take_along_axis(ordered, low, axis=-1) + np.take_along_axis(ordered, high, axis=-1)) / 2
    return np.asarray(both[..., 0])


def _scale(sequence: PoseSequence) -> Points:
    """(D,) what makes canvas widths of fractions; metres stay metres."""
    width, height = sequence.size
    return np.array([1, height / width]) if sequence.points.shape[2] == 2 else np.ones(3)


def _lengths(sequence: PoseSequence) -> Points:
    return np.asarray(sequence.points * _scale(sequence))


def _indices(sequence: PoseSequence, joints: Joints) -> NDArray[np.intp]:
    names = sequence.skeleton.joints if joints is None else joints
    return np.array([sequence.skeleton.index(name) for name in names], dtype=np.intp)


def _rows(sequence: PoseSequence, frames: Frames) -> NDArray[np.bool_]:
    """(T,) which frames are meant."""
    inside = np.zeros(len(sequence), dtype=bool)
    try:
        inside[slice(None) if frames is None else chosen_frames(frames)] = True
    except IndexError:
        raise InvalidValue(f"frames that are not there; there are 0 to {len(sequence) - 1}") from None
    return inside


def _positive(value: float, name: str, zero: bool = False) -> float:
    """`value` if it is a number above 0, or 0 where that makes sense."""
    if not isfinite(value) or value < 0 or (value == 0 and not zero):
        raise InvalidValue(f"{name} of {value}; expected a number {'from' if zero else 'above'} 0")
    return value
