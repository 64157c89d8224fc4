"""DWPose and RTMPose as arrays: what their Python code returns, saved as .npz or .npy.

An .npz holds ``keypoints`` (T, P, K, 2) and ``scores`` (T, P, K), an .npy x, y and score in one array (T, P, K, 3): T frames, P
people, K = 133 points of COCO-WholeBody or the 134 that DWPose makes of them. One person needs no P: (T, K, ...), and one
picture of one person is (K, ...); one picture of several is (P, K, ...), which the option ``rows`` tells. Coordinates are
pixels or fractions. A missing point is NaN, (-1, -1), or (0, 0) with score 0. Scores are not probabilities and may exceed 1.

PoseForge writes 134 points and adds ``size`` (width, height), ``fps`` (numerator, denominator) and ``person_ids`` (P,), which
says that each place in P is one person; people in other files are followed from frame to frame.

Layout: what DWPose and rtmlib return per picture, stacked; points as in DWPose's wholebody detector.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PEOPLE, FileOptions, sequences
from poseforge.errors import FormatError, InvalidValue
from poseforge.files import writing_file
from poseforge.formats import Format, People
from poseforge.options import one_of
from poseforge.records import array_names, numbers, read_array, read_arrays
from poseforge.sequence import MAX_FPS, MAX_SIDE, MIN_FPS
from poseforge.skeleton import catalogue, wholebody_134

_SKELETONS = {133: catalogue["coco-wholebody-133"], 134: wholebody_134}
_HEADER = re.compile(rb"\x93NUMPY.*'descr': *'[<>|=][fiu].*[( ]13[34], [23]\)", re.DOTALL)

_FINEST = 10**9
"""The largest denominator of a rate: both numbers are exact in a float64."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options(FileOptions):
    """What the files do not say.

    Attributes:
        size, fps: as of `detections.FileOptions`.
        rows: what the rows of a three-dimensional array are: frames of one person, or people in one frame.
    """

    rows: str = one_of("frames", "frames", "people")


def read(path: Path, options: Any = None) -> People:
    """The people in an array, (T, P, K) points. Raises FormatError if it is none of those above."""
    chosen: Options = options or Options()
    arrays = read_arrays(path) if zipfile.is_zipfile(path) else {"keypoints": read_array(path)}
    values = _values(path, arrays)
    if values.ndim == 3:
        values = values[None] if chosen.rows == "people" else values[:, None]
    elif values.ndim == 2:
        values = values[None, None]
    if values.shape[1] > MAX_PEOPLE:
        raise FormatError(path, f"holds {values.shape[1]:,} people a frame; at most {MAX_PEOPLE} are read.", code="shape")
    named = "person_ids" in arrays
    ids = [range(values.shape[1])] * len(values) if named else None
    there = ~np.isnan(values[..., 0]).all(axis=2) | named
    frames = [list(people[known]) for people, known in zip(values, there, strict=True)]
    rate = chosen.at(None if chosen.fps else _fps(path, arrays))
    return sequences(frames, _SKELETONS[values.shape[2]], "dwpose", rate, ids, _size(path, arrays))


def _values(path: Path, arrays: dict[str, NDArray[Any]]) -> Floats:
    """(..., K, 3) x, y and score, NaN where missing."""
    if "keypoints" not in arrays:
        raise FormatError(path, "has no array 'keypoints'; expected it, and 'scores'.", code="shape")
    shapes = [(*lead, joints, 3 - flat) for joints in _SKELETONS for flat in (0, 1) for lead in ((-1, -1), (-1,), ())]
    points = numbers(path, "'keypoints'", arrays["keypoints"], *shapes, holes=True)
    if (np.abs(points[..., :2]) >= MAX_SIDE).any():
        raise FormatError(path, f"'keypoints' holds places of {MAX_SIDE:,} and more, outside of every picture.", code="number")
    if "scores" in arrays:
        scores = numbers(path, "'scores'", arrays["scores"], points.shape[:-1], holes=True)
    else:
        scores = points[..., 2] if points.shape[-1] == 3 else np.ones(points.shape[:-1])
    values: Floats = np.concatenate([points[..., :2], scores[..., None]], axis=-1)
    values[(values[..., :2] == -1).all(axis=-1) | (values == 0).all(axis=-1) | np.isnan(values).any(axis=-1)] = np.nan
    return values


def _size(path: Path, arrays: dict[str, NDArray[Any]]) -> tuple[int, int] | None:
    if "size" not in arrays:
        return None
    width, height = numbers(path, "'size'", arrays["size"], (2,)).tolist()
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise FormatError(path, f"'size' is {width:g} x {height:g}; expected pixels, 1 to {MAX_SIDE:,}.", code="number")
    return int(width), int(height)


def _fps(path: Path, arrays: dict[str, NDArray[Any]]) -> Fraction | None:
    if "fps" not in arrays:
        return None
    above, below = (int(number) for number in numbers(path, "'fps'", arrays["fps"], (2,)))
    if below <= 0 or not MIN_FPS <= Fraction(above, below) <= MAX_FPS:
        raise FormatError(path, f"'fps' is {above}/{below}; expected {float(MIN_FPS):g} to {MAX_FPS}.", code="number")
    return Fraction(above, below)


def write(people: People, path: Path, overwrite: bool = False) -> None:
    """Write an .npz of ``keypoints`` in pixels and ``scores``, as above; missing points are (0, 0) with score 0. Raises
    FileProblem, and InvalidValue for what is not in 2D.
    """
    if any(person.points.shape[2] != 2 for person in people):
        raise InvalidValue(f"{path}: DWPose's arrays hold 2D points; project the 3D ones with a Camera first")
    size = np.array(people[0].size)
    points = np.stack([person.points for person in people], axis=1)
    with writing_file(path, overwrite) as beside, beside.open("wb") as file:
        np.savez_compressed(
            file,
            keypoints=np.nan_to_num(points * size),
            scores=np.stack([person.confidence for person in people], axis=1),
            size=size,
            fps=np.array(people[0].fps.limit_denominator(_FINEST).as_integer_ratio()),
            person_ids=np.arange(len(people)),
        )


def sniff(path: Path) -> bool:
    """An .npz of keypoints and scores."""
    return path.is_file() and {"keypoints", "scores"} <= array_names(path)


def sniff_array(path: Path) -> bool:
    """An .npy of two or three numbers for each of 133 or 134 points."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _HEADER.match(file.read(256)) is not None


FORMAT = Format(
    name="dwpose",
    title="DWPose and RTMPose arrays",
    suffixes=(".npz",),
    skeleton=wholebody_134,
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "fps", "size", "people"),
    read=read,
    write=write,
    sniff=sniff,
    options=Options,
)

ARRAY = replace(
    FORMAT,
    name="dwpose-npy",
    title="DWPose and RTMPose array (.npy)",
    suffixes=(".npy",),
    keeps=(),
    write=None,
    sniff=sniff_array,
)
