"""From what detectors write, frame by frame, to one sequence per person: who is who, and on which canvas."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.sequence import FPS, MAX_SIDE, SIZE, PoseSequence
from poseforge.skeleton import Skeleton

MAX_PEOPLE = 32
"""More in one frame is no performance but a file that wants memory: every person has room in every frame."""

MAX_NUMBERS = 2**27
"""What all people together may take, a gigabyte: of long files with many people, those are kept who are there longest."""

_VIDEO_SIZES = (
    (640, 480), (480, 640), (768, 768), (1280, 720), (720, 1280), (1920, 1080), (1080, 1920), (3840, 2160), (2160, 3840),
)  # fmt: skip
_LARGEST_FRACTION = 2.0
"""Whole sequences within this many canvases are fractions: nobody stands on the first two pixels."""

_MANY = 0.1
"""The share of negative coordinates from which they are taken for -1..1."""

_FORGOTTEN = 48
"""Frames after which a person who comes back is another one."""

_FARTHEST = 0.6
"""How far people go in a frame, in their own sizes; farther is somebody else."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options:
    """What the files of detectors do not say.

    Attributes:
        size: (width, height) of the pictures in pixels; None takes the file's canvas, or the smallest usual video size
            that holds every point.
        fps: frames per second.
    """

    size: tuple[int, int] | None = None
    fps: Fraction = FPS


def stated_size(record: Any) -> tuple[int, int] | None:
    """The (width, height) of the picture that an object of JSON states, under the names that are usual."""
    for prefix in ("", "image_", "frame_", "video_") if isinstance(record, dict) else ():
        width, height = record.get(f"{prefix}width"), record.get(f"{prefix}height")
        if type(width) is int and type(height) is int and min(width, height) > 0 and max(width, height) <= MAX_SIDE:
            return width, height
    return None


def sequences(
    frames: Sequence[Sequence[Floats]],
    skeleton: Skeleton,
    source: str,
    options: Options,
    ids: Sequence[Sequence[Hashable]] | None = None,
    size: tuple[int, int] | None = None,
    fractions: bool = False,
) -> tuple[PoseSequence, ...]:
    """One sequence per person of frames that hold people as (K, 3) arrays x, y, confidence; missing points are NaN.

    Coordinates are pixels, or fractions 0..1 or -1..1, which their range tells. `ids` are the identities that the source
    gives; without them people are followed by where they are. `size` is the canvas that the file states. `fractions` are
    coordinates of which the source says that they are fractions 0..1, however far outside the canvas they lie.
    `meta` holds the `source` and whether the canvas had to be guessed. At least one person, missing if nobody is there.
    """
    values = _together(frames, len(skeleton), ids)
    points, confidence = values[..., :2], np.where(np.isnan(values[..., 0]), 0.0, values[..., 2])
    size = options.size or size
    canvas = size or (SIZE if fractions else _guessed_canvas(points))
    scaled = points if fractions else _fractions(points, canvas)
    meta = {"source": source, "canvas_guessed": size is None}
    return tuple(
        PoseSequence(places, level, skeleton, options.fps, canvas, meta)
        for places, level in zip(scaled, confidence, strict=True)
    )


def _together(frames: Sequence[Sequence[Floats]], joints: int, ids: Sequence[Sequence[Hashable]] | None) -> Floats:
    """(P, T, K, 3) the people of all frames, each in a row of its own, in the order in which they appear."""
    if ids is None:
        ids = _followed(frames)
    rows: dict[Hashable, list[int]] = {}
    for t, names in enumerate(ids):
        for name in names:
            rows.setdefault(name, []).append(t)
    room = min(MAX_PEOPLE, max(1, MAX_NUMBERS // (3 * joints * max(1, len(frames)))))
    kept = sorted(sorted(rows, key=lambda name: -len(rows[name]))[:room], key=list(rows).index)
    place = {name: i for i, name in enumerate(kept)}
    result = np.full((max(len(kept), 1), len(frames), joints, 3), np.nan)
    for t, (people, names) in enumerate(zip(frames, ids, strict=True)):
        for person, name in zip(people, names, strict=True):
            if name in place:
                result[place[name], t] = person
    result[np.isnan(result[..., :2]).any(axis=-1)] = np.nan
    return result


def _followed(frames: Sequence[Sequence[Floats]]) -> list[list[int]]:
    """Identities by nearness: each continues the one who was nearest in the frames before, all together at least cost."""
    from scipy.optimize import linear_sum_assignment

    last: dict[int, tuple[int, Floats]] = {}
    ids: list[list[int]] = []
    count = 0
    for t, people in enumerate(frames):
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
