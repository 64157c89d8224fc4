"""DWPose and RTMPose as arrays: what their Python code returns, saved as .npz or .npy.

An .npz holds ``keypoints`` (T, P, K, 2) and ``scores`` (T, P, K), an .npy x, y and score in one array (T, P, K, 3): T frames, P
people, K = 133 points of COCO-WholeBody or the 134 that DWPose makes of them. One person needs no P: (T, K, ...), and one
picture of one person is (K, ...); one picture of several is (P, K, ...), which the option ``rows`` tells. Coordinates are
pixels or fractions. A missing point is NaN, (-1, -1), or (0, 0) with score 0. Scores are not probabilities and may exceed 1.

An .npy may also hold the dictionary that DWPose makes of a picture, or a list of them, one for each frame: {"bodies":
{"candidate" (18n, 2), "subset" (n, 18), "score" (n, 18)}, "hands" (2n, 21, 2), left hands first, "hands_score", "faces" (n, 68,
2), "faces_score"} of n people, in fractions of the picture. Nothing in it is run. Scores may lack; then -1 in "subset" says
what is missing.

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
from poseforge.errors import FormatError, InvalidValue, UnsafeFile
from poseforge.files import writing_file
from poseforge.formats import Format, People
from poseforge.options import one_of
from poseforge.pickles import PickleError, Template
from poseforge.records import array_names, numbers, read_arrays, read_npy, write_arrays
from poseforge.sequence import MAX_FPS, MAX_SIDE, MIN_FPS
from poseforge.skeleton import catalogue, wholebody_134

_SKELETONS = {133: catalogue["coco-wholebody-133"], 134: wholebody_134}
_HEADER = re.compile(rb"\x93NUMPY.*'descr': *'[<>|=][fiu].*[( ]13[34], [23]\)", re.DOTALL)

_MOST = 100.0
"""Fractions farther out than this many pictures are no places."""

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
    if zipfile.is_zipfile(path):
        arrays = read_arrays(path)
    else:
        stored = read_npy(path)
        if isinstance(stored, bytes):
            pictures = _pictures(path, stored)
            return sequences(pictures, wholebody_134, "dwpose", chosen.at(None), unit="fractions")
        arrays = {"keypoints": stored}
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


def _pictures(path: Path, content: bytes) -> list[list[Floats]]:
    """The people in each of DWPose's dictionaries, of one picture or of several."""
    try:
        value: Any = Template(content).read(content)
    except PickleError as error:
        problem = UnsafeFile if error.unsafe else FormatError
        raise problem(path, f"is no plain data: {error}.", "Save the points as an array by themselves.") from None
    pictures = value if isinstance(value, list) else [value]
    if not pictures or not all(isinstance(picture, dict) and isinstance(picture.get("bodies"), dict) for picture in pictures):
        raise FormatError(path, "holds Python objects that are no poses; expected DWPose's dictionaries, or an array.")
    if any("draw_pose_params" in picture for picture in pictures):
        raise FormatError(path, "holds frames of EchoMimicV2.", "Keep them in a folder, as 0.npy, 1.npy and so on.")
    return [_picture(path, f"frame {t}", picture) for t, picture in enumerate(pictures)]


def _picture(path: Path, what: str, picture: dict[str, Any]) -> list[Floats]:
    """(134, 3) each person in a dictionary, NaN where missing."""
    bodies = picture["bodies"]
    body = _part(path, f"{what}, bodies", bodies.get("candidate"), bodies.get("score"), 18)
    if bodies.get("score") is None and bodies.get("subset") is not None:
        seen = numbers(path, f"{what}, 'subset'", bodies["subset"], (len(body), 18), holes=True) >= 0
        body[~seen] = np.nan
    hands = _part(path, f"{what}, hands", picture.get("hands"), picture.get("hands_score"), 21)
    faces = _part(path, f"{what}, faces", picture.get("faces"), picture.get("faces_score"), 68)
    pairs = len(hands) // 2
    count = max(len(body), pairs, len(faces))
    if count > MAX_PEOPLE:
        raise FormatError(path, f"{what} holds {count:,} people; at most {MAX_PEOPLE} are read.", code="shape")
    people = np.full((count, len(wholebody_134), 3), np.nan)
    people[: len(body), wholebody_134.group("body")] = body
    people[: len(faces), wholebody_134.group("face")] = faces
    people[:pairs, wholebody_134.group("left_hand")] = hands[:pairs]
    people[:pairs, wholebody_134.group("right_hand")] = hands[pairs : 2 * pairs]
    return [person for person in people if not np.isnan(person).all()]


def _part(path: Path, what: str, places: Any, scores: Any, count: int) -> Floats:
    """(N, count, 3) a part of everybody, 1 where no score is stated."""
    shapes = ((-1, 2), (-1, count, 2))
    points = numbers(path, what, np.zeros((0, count, 2)) if places is None else places, *shapes, most=_MOST, holes=True)
    if points.size % (2 * count):
        raise FormatError(path, f"{what} are {points.size // 2} points; expected {count} for each.", code="shape")
    points = points.reshape(-1, count, 2)
    shape = points.shape[:2]
    levels = np.ones(shape) if scores is None else numbers(path, f"{what}' scores", scores, shape, most=MAX_SIDE, holes=True)
    values: Floats = np.concatenate([points, levels[..., None]], axis=-1)
    values[(points == -1).all(axis=-1) | (values == 0).all(axis=-1) | np.isnan(values).any(axis=-1)] = np.nan
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
    with writing_file(path, overwrite) as beside:
        arrays = {
            "keypoints": np.nan_to_num(points * size),
            "scores": np.stack([person.confidence for person in people], axis=1),
            "size": size,
            "fps": np.array(people[0].fps.limit_denominator(_FINEST).as_integer_ratio()),
            "person_ids": np.arange(len(people)),
        }
        write_arrays(beside, arrays, compressed=True)


def sniff(path: Path) -> bool:
    """An .npz of keypoints and scores."""
    return path.is_file() and {"keypoints", "scores"} <= array_names(path)


def sniff_array(path: Path) -> bool:
    """An .npy of two or three numbers for each of 133 or 134 points, or of DWPose's dictionaries."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(2**16)
    return _HEADER.match(start[:256]) is not None or dictionaries(start)


def dictionaries(start: bytes) -> bool:
    """Whether an .npy that begins so holds DWPose's dictionaries and not EchoMimicV2's, which tell where they are drawn."""
    return start.startswith(b"\x93NUMPY") and b"candidate" in start and b"draw_pose_params" not in start


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
