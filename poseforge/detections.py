"""From what detectors write, frame by frame, to one sequence per person: who is who, and on which canvas."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import FormatError, InvalidValue
from poseforge.options import check
from poseforge.sequence import FPS, MAX_SIDE, SIZE, PoseSequence, checked_fps
from poseforge.skeleton import Skeleton

MAX_PEOPLE = 32
"""More in one frame is no performance but a file that wants memory: every person has room in every frame."""

MAX_FRAMES = 500_000
"""Nearly six hours at 24 frames per second; what claims more has a frame number gone wrong."""

_UNSEEN, _SPARSE = 10_000, 100
"""Frames that a file may claim without anybody in them: minutes of film, and as many as this for each that it holds."""

MAX_PIXEL = MAX_SIDE - 1
"""Coordinates beyond the largest canvas are no places in a picture."""

_MOST_NUMBERS = 2**27
"""Of all people together: of a sequence so long that not everybody has room, those who are seen longest are kept."""

_VIDEO_SIZES = (
    (640, 480), (480, 640), (768, 768), (1280, 720), (720, 1280), (1920, 1080), (1080, 1920), (3840, 2160), (2160, 3840),
)  # fmt: skip
_LARGEST_FRACTION = 2.0
"""Whole sequences within this many canvases are fractions: nobody stands on the first two pixels."""

_MANY = 0.1
"""The share of negative coordinates from which they are taken for -1..1."""

_SHAPELESS = (
    "places are fractions of a picture whose shape the files do not say; unless it was square, people come out too wide or too "
    "narrow without -o size=WIDTHxHEIGHT"
)
_FORGOTTEN = 48
"""Frames after which a person who comes back is another one."""

_FARTHEST = 0.6
"""How far people go in a frame, in their own sizes; farther is somebody else."""

Floats = NDArray[np.float64]
Item = TypeVar("Item")


@dataclass(frozen=True)
class FileOptions:
    """What a file may not say, or may say wrongly.

    Attributes:
        size: (width, height) of the pictures in pixels; None takes the file's canvas, or the smallest usual video size
            that holds every point.
        fps: frames per second; None takes the file's, or 24.
    """

    size: tuple[int, int] | None = None
    fps: Fraction | None = None

    def __post_init__(self) -> None:
        """Raises InvalidValue for a size that is no two whole numbers, a rate that is none, or a word that is not known."""
        check(self)
        if self.fps is not None:
            object.__setattr__(self, "fps", checked_fps(self.fps))
        if self.size is not None and not (isinstance(self.size, tuple) and len(self.size) == 2 and sound_size(*self.size)):
            raise InvalidValue(f"size {self.size!r:.40}; expected (width, height) in pixels")

    def at(self, fps: Fraction | None) -> Options:
        """The same for `sequences`, at the rate that the file states unless another was asked for."""
        return Options(self.size, self.fps or fps or FPS)


@dataclass(frozen=True)
class Options(FileOptions):
    """What the files of detectors do not say: attributes as of `FileOptions`."""

    fps: Fraction = FPS


def sound_size(width: Any, height: Any) -> tuple[int, int] | None:
    """The two sides of a picture, if that is what they are."""
    sound = all(type(side) is int and 0 < side <= MAX_SIDE for side in (width, height))
    return (width, height) if sound else None


def stated_size(record: Any) -> tuple[int, int] | None:
    """The (width, height) of the picture that an object of JSON states, under the names that are usual."""
    for prefix in ("", "image_", "frame_", "video_") if isinstance(record, dict) else ():
        size = sound_size(record.get(f"{prefix}width"), record.get(f"{prefix}height"))
        if size:
            return size
    return None


def sequences(
    frames: Sequence[Sequence[Floats]],
    skeleton: Skeleton,
    source: str,
    options: Options,
    ids: Sequence[Sequence[Hashable]] | None = None,
    size: tuple[int, int] | None = None,
    unit: Literal["pixels", "fractions"] | None = None,
    note: str = "",
) -> tuple[PoseSequence, ...]:
    """One sequence per person of frames that hold people as (K, 3) arrays x, y, confidence; missing points are NaN.

    Coordinates are of the `unit` that the source states, or else pixels, or fractions 0..1 or -1..1, which their range tells.
    `ids` are the identities that the source gives; without them, and if somebody has none (None) or two in a frame share one,
    people are followed by where they are. `size` is the canvas that the file states.
    `meta` holds the `source`, whether the canvas had to be guessed, and the reader's `note` if it has one to tell. At least one
    person, missing if nobody is there.
    """
    values = _together(frames, len(skeleton), ids)
    points, confidence = values[..., :2], np.where(np.isnan(values[..., 0]), 0.0, values[..., 2])
    size = options.size or size
    canvas = size or (SIZE if unit == "fractions" else _guessed_canvas(points))
    if unit is None:
        scaled = _fractions(points, canvas)
    else:
        scaled = points / np.array(canvas, dtype=np.float64) if unit == "pixels" else points
    if size is None and (unit == "fractions" or _scaled(points)) and not np.isnan(points).all():
        note = "; ".join(filter(None, (note, _SHAPELESS)))
    meta = {"source": source, "canvas_guessed": size is None} | ({"note": note} if note else {})
    return tuple(
        PoseSequence(places, level, skeleton, options.fps, canvas, meta)
        for places, level in zip(scaled, confidence, strict=True)
    )


def chosen(people: Sequence[PoseSequence], who: str) -> tuple[PoseSequence, ...]:
    """One of several people: by number from 0, the `largest`, or the one nearest to the `centre`; `all` keeps them.

    Raises InvalidValue if there is no such person.
    """
    if who == "all":
        return tuple(people)
    if who.isdecimal() and int(who) < len(people):
        return (people[int(who)],)
    if who not in ("largest", "centre", "center"):
        if len(people) == 1:
            raise InvalidValue(f"person {who!r:.40} of 1; expected 0, largest, centre or all")
        raise InvalidValue(f"person {who!r:.40} of {len(people)}; expected 0 to {len(people) - 1}, largest, centre or all")
    pixels = [person.points[..., :2] * person.size for person in people]
    if who == "largest":
        rated = [np.nan_to_num(_sizes(points)).sum() for points in pixels]  # large, and for long
    else:
        middle = np.array(people[0].size) / 2
        rated = [-_mean(np.linalg.norm(points - middle, axis=-1)) for points in pixels]
    return (people[int(np.argmax(rated))],)


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.inf


def _sizes(points: Floats) -> Floats:
    """(T,) the larger side of what is seen of a person in each frame, NaN where nothing is."""
    low, high = np.where(np.isnan(points), np.inf, points).min(axis=1), np.where(np.isnan(points), -np.inf, points).max(axis=1)
    return np.where(np.isinf(low[:, 0]), np.nan, (high - low).max(axis=1))


def check_claim(path: Path, count: int, found: int) -> None:
    """FormatError for a number of frames that a file claims but holds next to nothing of: every frame takes memory."""
    most = _UNSEEN + _SPARSE * found
    if count > most:
        problem = f"claims over {most:,} frames and holds {found:,} poses; expected consecutive frame numbers."
        raise FormatError(path, problem, code="number")


def by_frame(path: Path, count: int, at: Iterable[int], items: Iterable[Item]) -> list[list[Item]]:
    """What belongs to each of `count` frames, of items whose frames are `at`. FormatError for more frames, or more items in
    one, than anybody performs."""
    if count > MAX_FRAMES:
        raise FormatError(path, f"claims over {MAX_FRAMES:,} frames; expected consecutive frame numbers.", code="number")
    frames: list[list[Item]] = [[] for _ in range(count)]
    for t, item in zip(at, items, strict=True):
        frames[t].append(item)
    most = max((len(frame) for frame in frames), default=0)
    if most > MAX_PEOPLE:
        raise FormatError(path, f"holds {most} people in one frame; at most {MAX_PEOPLE} are read.", code="shape")
    return frames


def _together(frames: Sequence[Sequence[Floats]], joints: int, ids: Sequence[Sequence[Hashable]] | None) -> Floats:
    """(P, T, K, 3) the people of all frames, each in a row of its own, in the order in which they appear."""
    if ids is None or any(None in names or len(set(names)) < len(names) for names in ids):
        ids = _followed(frames)
    rows: dict[Hashable, list[int]] = {}
    for t, names in enumerate(ids):
        for name in names:
            rows.setdefault(name, []).append(t)
    room = max(1, min(MAX_PEOPLE, _MOST_NUMBERS // max(1, 3 * joints * len(frames))))
    longest = set(sorted(rows, key=lambda name: -len(rows[name]))[:room])
    kept = [name for name in rows if name in longest]
    place = {name: i for i, name in enumerate(kept)}
    result = np.full((max(len(kept), 1), len(frames), joints, 3), np.nan)
    for t, (people, names) in enumerate(zip(frames, ids, strict=True)):
        for person, name in zip(people, names, strict=True):
            if name in place:
                result[place[name], t] = person
    result[np.isnan(result).any(axis=-1)] = np.nan
    return result


def _followed(frames: Sequence[Sequence[Floats]]) -> list[list[int]]:
    """Identities by nearness: each continues the one who was nearest in the frames before, all together at least cost."""
    from scipy.optimize import linear_sum_assignment

    last: dict[int, tuple[int, Floats]] = {}
    ids: list[list[int]] = []
    count = 0
    for t, given in enumerate(frames):
        people = [np.where(np.isnan(person).any(axis=1, keepdims=True), np.nan, person) for person in given]
        live = [name for name, (seen, _) in last.items() if t - seen <= _FORGOTTEN]
        names = [-1] * len(people)
        if live and people:
            costs = np.array([[_apart(last[name][1], person) for name in live] for person in people])
            for i, j in zip(*linear_sum_assignment(costs), strict=True):
                if costs[i, j] < _FARTHEST * (t - last[live[j]][0]):
                    names[i] = live[j]
        for i, person in enumerate(people):
            if names[i] < 0:
                names[i], count = count, count + 1
            if not np.isnan(person[:, 0]).all():
                last[names[i]] = (t, person)
        ids.append(names)
    return ids


def _apart(one: Floats, other: Floats) -> float:
    """How far two people are apart, in sizes of a person: by the joints both have, else by the middles of what they have."""
    both = ~(np.isnan(one[:, 0]) | np.isnan(other[:, 0]))
    known = one[~np.isnan(one[:, 0]), :2], other[~np.isnan(other[:, 0]), :2]
    if not len(known[0]) or not len(known[1]):
        return 1e3
    size = max(float(np.ptp(points, axis=0).max()) for points in known) or 1.0
    if both.any():
        return float(np.linalg.norm(one[both, :2] - other[both, :2], axis=1).mean()) / size
    return float(np.linalg.norm(known[0].mean(axis=0) - known[1].mean(axis=0))) / size


def _guessed_canvas(points: Floats) -> tuple[int, int]:
    """The smallest usual video size that holds every point."""
    if _scaled(points):
        return SIZE
    width, height = (float(np.nanmax(points[..., axis], initial=0)) for axis in (0, 1))
    fitting = [video for video in _VIDEO_SIZES if width <= video[0] and height <= video[1]]
    return min(fitting, key=lambda video: video[0] * video[1], default=(int(width) + 1, int(height) + 1))


def _fractions(points: Floats, canvas: tuple[int, int]) -> Floats:
    """Fractions of the canvas, from pixels, 0..1 or -1..1. A few points may lie outside."""
    if not _scaled(points):
        return np.asarray(points / np.array(canvas, dtype=np.float64))
    negative = (points < 0).sum() / max(1, np.isfinite(points).sum())
    return np.asarray((points + 1) / 2) if negative > _MANY else points


def _scaled(points: Floats) -> bool:
    """Whether the coordinates are too small for pixels."""
    return bool(np.nanmax(np.abs(points), initial=0) <= _LARGEST_FRACTION)
