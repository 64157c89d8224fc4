"""OpenPose JSON: a folder of ``*_keypoints.json``, one per frame, or a single such file. Read only.

A frame is {"people": [{"pose_keypoints_2d", "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d"}]} with
flat x, y, confidence triples; a missing point is 0, 0, 0 and an array may be empty, null or absent. 75 body numbers are
BODY_25, 54 are COCO-18; a face has 70 points, a hand 21. Sides are the person's own. The canvas is not stored, except by the
ControlNet editors as ``canvas_width`` and ``canvas_height``; nor is the frame rate. Coordinates are pixels, or with
`--keypoint_scale` fractions of 0..1 or -1..1, which their range tells.

Layout: OpenPose's output documentation; ControlNet's dialect as its editors write it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PEOPLE
from poseforge.errors import FileProblem, FormatError
from poseforge.formats import Format, People
from poseforge.sequence import FPS, PoseSequence
from poseforge.skeleton import Skeleton, catalogue

MAX_FILE_BYTES = 4 * 2**20
_SUFFIX = "_keypoints.json"
_BODIES = {54: catalogue["openpose-130"], 75: catalogue["openpose-137"]}
_PARTS = {"face_keypoints_2d": 70, "hand_left_keypoints_2d": 21, "hand_right_keypoints_2d": 21}
_MPI = 45
_NAMED_PICTURES = re.compile(rb'\s*\{\s*"[^"]*"\s*:\s*\{')
"""AlphaPose's `--format open` begins so: frames like OpenPose's under the names of their pictures, all in one file."""

_VIDEO_SIZES = (
    (640, 480), (480, 640), (768, 768), (1280, 720), (720, 1280), (1920, 1080), (1080, 1920), (3840, 2160), (2160, 3840),
)  # fmt: skip
_MAX_PIXEL = 100_000
_LARGEST_FRACTION = 2.0
"""Whole sequences within this many canvases are fractions: nobody stands on the first two pixels."""

_MANY = 0.1
"""The share of negative coordinates from which they are taken for -1..1."""


@dataclass(frozen=True)
class Options:
    """What the files do not say.

    Attributes:
        size: (width, height) of the pictures in pixels; None takes the file's canvas, or the smallest usual video size
            that holds every point.
        fps: frames per second.
    """

    size: tuple[int, int] | None = None
    fps: Fraction = FPS


def read(path: Path, options: Any = None) -> People:
    """The people in OpenPose's frames, in the order of each file. Raises FormatError for the first frame that is not sound."""
    chosen: Options = options or Options()
    files = _files(path)
    frames = [_frame(file) for file in files]
    people = [frame.people for frame in frames]
    skeleton = _skeleton(people, files)
    count = max(1, *(len(some) for some in people))
    values = np.zeros((count, len(files), len(skeleton), 3))
    for t, some in enumerate(people):
        for i, parts in enumerate(some):
            values[i, t] = _joined(parts, skeleton)
    missing = (values == 0).all(axis=-1)
    points, confidence = values[..., :2], values[..., 2]
    points[missing] = np.nan
    canvas, guessed = _canvas(frames, points, chosen.size)
    fractions = _fractions(points, canvas)
    meta = {"source": "openpose", "canvas_guessed": guessed}
    return tuple(
        PoseSequence(fractions[i], confidence[i], skeleton, chosen.fps, canvas, meta) for i in range(count)
    )  # fmt: skip


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = [entry for entry in path.iterdir() if entry.name.endswith(_SUFFIX) and entry.is_file()]
    if not files:
        raise FormatError(path, f"holds no *{_SUFFIX} files.")
    return sorted(
        files, key=lambda file: [int(part) if i % 2 else part for i, part in enumerate(re.split(r"([0-9]+)", file.name))]
    )


@dataclass(frozen=True)
class _Frame:
    """One file: each person's parts as (n, 3) arrays, empty ones left out, and the canvas if it is stored."""

    people: list[dict[str, NDArray[np.float64]]]
    canvas: tuple[int, int] | None


def _frame(file: Path) -> _Frame:
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= MAX_FILE_BYTES else b""
    except OSError as error:
        raise FileProblem(f"{file}: cannot be read ({error.strerror})") from error
    if size > MAX_FILE_BYTES:
        raise FormatError(file, f"has {size:,} bytes; a frame of OpenPose never exceeds {MAX_FILE_BYTES:,}.")
    try:
        record = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise FormatError(file, f"is not valid JSON ({error}).", "Export the frame again.") from None
    if not isinstance(record, dict) or not isinstance(record.get("people"), list):
        raise FormatError(file, "is not a frame of OpenPose; expected an object with a list 'people'.", code="shape")
    if len(record["people"]) > MAX_PEOPLE:
        raise FormatError(file, f"holds {len(record['people'])} people; at most {MAX_PEOPLE} are read.", code="shape")
    width: Any = record.get("canvas_width")
    height: Any = record.get("canvas_height")
    stored = type(width) is int and type(height) is int and 0 < width <= _MAX_PIXEL and 0 < height <= _MAX_PIXEL
    return _Frame([_person(person, file) for person in record["people"]], (width, height) if stored else None)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _person(person: Any, file: Path) -> dict[str, NDArray[np.float64]]:
    if not isinstance(person, dict):
        raise FormatError(file, f"has a person that is a {type(person).__name__}; expected an object.", code="shape")
    parts = {}
    for name in ("pose_keypoints_2d", *_PARTS):
        numbers = person.get(name)
        if not numbers:
            continue
        try:
            if not isinstance(numbers, list) or not {int, float} >= set(map(type, numbers)):
                raise TypeError
            flat = np.asarray(numbers, dtype=np.float64)
        except (TypeError, OverflowError):
            raise FormatError(file, f"'{name}' holds something else than numbers.", code="shape") from None
        wanted = (3 * _PARTS[name],) if name in _PARTS else tuple(_BODIES)
        if flat.ndim != 1 or len(flat) not in wanted:
            what = "MPI-15, which PoseForge does not read" if flat.shape == (_MPI,) else f"{flat.shape} numbers"
            raise FormatError(file, f"'{name}' has {what}; expected {' or '.join(map(str, wanted))} numbers.", code="shape")
        if not (np.abs(flat) <= _MAX_PIXEL).all():
            raise FormatError(
                file, f"'{name}' holds {flat[np.abs(flat).argmax()]:g}, which is no place in a picture.", code="number"
            )
        parts[name] = flat.reshape(-1, 3)
    return parts


def _skeleton(people: list[list[dict[str, NDArray[np.float64]]]], files: list[Path]) -> Skeleton:
    """The one body model that all frames use."""
    found: dict[int, Path] = {}
    for some, file in zip(people, files, strict=True):
        for parts in some:
            if "pose_keypoints_2d" in parts:
                found.setdefault(parts["pose_keypoints_2d"].size, file)
    if len(found) > 1:
        raise FormatError(found[54], f"has COCO-18 bodies, but {found[75].name} has BODY_25; expected one model in all frames.")
    return _BODIES[next(iter(found), 54)]


def _joined(parts: dict[str, NDArray[np.float64]], skeleton: Skeleton) -> NDArray[np.float64]:
    """(K, 3) one person's parts in the order of the skeleton, zeros where a part is absent."""
    body = len(skeleton) - sum(_PARTS.values())
    rows = [parts.get("pose_keypoints_2d", np.zeros((body, 3)))]
    rows += [parts.get(name, np.zeros((count, 3))) for name, count in _PARTS.items()]
    return np.concatenate(rows)


def _canvas(frames: list[_Frame], points: NDArray[np.float64], size: tuple[int, int] | None) -> tuple[tuple[int, int], bool]:
    """The canvas, and whether it had to be guessed."""
    if size:
        return size, False
    for frame in frames:
        if frame.canvas:
            return frame.canvas, False
    width, height = (float(np.nanmax(points[..., axis], initial=0)) for axis in (0, 1))
    if _scaled(points):
        return (768, 768), True
    fitting = [video for video in _VIDEO_SIZES if width <= video[0] and height <= video[1]]
    return min(fitting, key=lambda video: video[0] * video[1], default=(int(width) + 1, int(height) + 1)), True


def _fractions(points: NDArray[np.float64], canvas: tuple[int, int]) -> NDArray[np.float64]:
    """Fractions of the canvas, from pixels, 0..1 or -1..1, whichever `--keypoint_scale` was. A few points may lie outside."""
    if not _scaled(points):
        return points / np.array(canvas, dtype=np.float64)
    negative = (points < 0).sum() / max(1, np.isfinite(points).sum())
    return (points + 1) / 2 if negative > _MANY else points


def _scaled(points: NDArray[np.float64]) -> bool:
    """Whether the coordinates are too small for pixels."""
    return bool(np.nanmax(np.abs(points), initial=0) <= _LARGEST_FRACTION)


def sniff(path: Path) -> bool:
    """A folder with ``*_keypoints.json``, or a JSON file with people that have ``pose_keypoints_2d``."""
    if path.is_dir():
        return any(entry.name.endswith(_SUFFIX) for entry in path.iterdir())
    with open(path, "rb") as file:
        start = file.read(2**16)
    return b'"people"' in start and b"keypoints_2d" in start and not _NAMED_PICTURES.match(start)


FORMAT = Format(
    name="openpose",
    title="OpenPose JSON",
    suffixes=(".json",),
    skeleton=catalogue["openpose-137"],
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "people"),
    read=read,
    sniff=sniff,
    options=Options,
)
