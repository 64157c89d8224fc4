"""AlphaPose JSON. Read only.

A list with a row for every person in every picture: {"image_id": the picture's name, "category_id", "keypoints", "score",
"box", "idx"}. Keypoints are flat x, y, confidence triples in pixels, whose number tells the skeleton: 51 COCO, 78 Halpe-26,
399 COCO-WholeBody, 408 Halpe-136. Pictures are in the order of their names. Frames of a video are called 0.jpg, 1.jpg, ...;
those in which nobody was found have no row, and are missing frames here. "idx" is who it is, a number or a list of numbers;
without tracking everybody has the same, and people are followed by where they are.

`--format open` and `--format cmu` write {picture: {"version", "people": [{"pose_keypoints_2d"}]}} and {picture: {"version",
"bodies": [{"joints"}]}} with the 18 joints of OpenPose, or a folder of {"version", "bodies"} with a file for each picture.

Confidences end at 1 with some models and at 6 with others. The largest of the file tells: from 1.5 on all are divided by 6,
below they stay, and what then exceeds 1 is 1. Neither the canvas nor the frame rate is stored.

Layout: AlphaPose's page on its output, what its `write_json` writes, and the description of Halpe-FullBody.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from poseforge.detections import MAX_PIXEL, Options, by_frame, check_claim, sequences
from poseforge.errors import FormatError
from poseforge.formats import Format, People
from poseforge.records import in_order, natural, numbers, read_dump
from poseforge.skeleton import catalogue

_SKELETONS = {3 * len(catalogue[name]): catalogue[name] for name in ("coco-17", "halpe-26", "coco-wholebody-133", "halpe-136")}
_OPENPOSE = {54: catalogue["openpose-18"]}
_PEOPLE = {"people": "pose_keypoints_2d", "bodies": "joints"}
"""The key of a picture's people, and theirs of the keypoints, with `--format open` and `--format cmu`."""

_TO_SIX = 1.5
"""A confidence that ends at 1 may overshoot a little, and one that ends at 6 is above this for somebody."""

_VIDEO_FRAME = re.compile(r"(0|[1-9][0-9]{0,8})\.jpg")
_NAMED_ROW = re.compile(rb'"image_id"\s*:\s*"')
_WHOLE_ROW = re.compile(rb'"keypoints"\s*:\s*\[((?:[^\],]*,){398}|(?:[^\],]*,){77}|(?:[^\],]*,){407})[^\],]*\]')
"""Keypoints that COCO's results cannot hold."""
_BODIES = re.compile(rb'\s*\{\s*"version"\s*:[^\[{]*"bodies"\s*:')
_PICTURES = re.compile(rb'\s*\{\s*"[^"]*"\s*:\s*\{\s*"version"\s*:[^\[{]*"(people|bodies)"')

Record = dict[str, Any]


def read(path: Path, options: Any = None) -> People:
    """The people in AlphaPose's list of rows, in the one file of `--format open` or `cmu`, or in a folder of a file a picture.

    Raises FormatError for what is neither, for keypoints of several skeletons or of none that is known, and for an empty list.
    """
    record = _folder(path) if path.is_dir() else read_dump(path)
    known = _OPENPOSE if isinstance(record, dict) else _SKELETONS
    rows = _named(path, record) if isinstance(record, dict) else record
    if not isinstance(rows, list) or not rows:
        raise FormatError(path, "holds nobody; expected AlphaPose's list of people.", code="shape")
    if not all(isinstance(row, dict) and isinstance(row.get("image_id"), int | str) for row in rows):
        raise FormatError(path, "has a row that is no object with an 'image_id'.", code="shape")
    lengths = {len(row["keypoints"]) if isinstance(row.get("keypoints"), list) else 1 for row in rows}
    if len(lengths) > 1 or not lengths <= set(known):
        found = " and ".join(map(str, sorted(lengths)[:2]))
        wanted = ", ".join(map(str, known))
        raise FormatError(path, f"has rows whose 'keypoints' are {found} numbers; expected one of {wanted}.", code="shape")
    skeleton = known[lengths.pop()]
    flat = numbers(path, "'keypoints'", [row["keypoints"] for row in rows], (-1, 3 * len(skeleton)), most=MAX_PIXEL, holes=True)
    values = flat.reshape(-1, len(skeleton), 3)
    if np.nanmax(values[..., 2], initial=0) >= _TO_SIX:
        values[..., 2] /= 6
    values[..., 2] = np.minimum(values[..., 2], 1)
    values[(values == 0).all(axis=-1)] = np.nan
    count, at = _places([str(row["image_id"]) for row in rows])
    check_claim(path, count, len(at))
    frames = by_frame(path, count, at, values)
    ids = by_frame(path, count, at, [_identity(row.get("idx")) for row in rows])
    return sequences(frames, skeleton, "alphapose", options or Options(), ids)


def _folder(path: Path) -> Record:
    """The pictures of `--format open` or `cmu` in a file each, whose names but for the suffix are theirs."""
    files = in_order(path, (file for file in path.glob("*.json") if file.is_file()))
    if not files:
        raise FormatError(path, "holds no .json files.")
    return {f"{file.stem}.jpg": read_dump(file) for file in files}


def _named(path: Path, pictures: Record) -> list[Record]:
    """The rows of `--format open` and `cmu`."""
    rows = []
    for name, picture in pictures.items():
        key = next((key for key in _PEOPLE if isinstance(picture, dict) and isinstance(picture.get(key), list)), None)
        if key is None or not all(isinstance(person, dict) for person in picture[key]):
            raise FormatError(path, f"has no list of people under {name!r:.40}; expected 'people' or 'bodies'.", code="shape")
        rows += [{"image_id": name, "keypoints": person.get(_PEOPLE[key])} for person in picture[key]]
    return rows


def _places(names: list[str]) -> tuple[int, list[int]]:
    """The number of frames, and the frame of each row: of a video by number, else by the order of the names."""
    numbered = [_VIDEO_FRAME.fullmatch(name) for name in names]
    if all(numbered):
        at = [int(match[1]) for match in numbered if match]
        return max(at) + 1, at
    place = {name: t for t, name in enumerate(sorted(set(names), key=natural))}
    return len(place), [place[name] for name in names]


def _identity(idx: Any) -> float | str | None:
    """Who a row is about: of the several that were merged into one person, the first."""
    while isinstance(idx, list):
        idx = idx[0] if idx else None
    return idx if isinstance(idx, int | float | str) and idx == idx else None  # NaN is nobody


def sniff(path: Path) -> bool:
    """A JSON file that begins with a row whose picture has a name or whose keypoints COCO has not, or with a named picture of
    `--format open` or `cmu`; a folder that begins with a picture of `cmu`."""
    if path.is_dir():
        files = sorted(file for file in path.glob("*.json") if file.is_file())
        return any(_BODIES.match(_start(file)) is not None for file in files[:1])
    start = _start(path)
    if start.lstrip().startswith(b"["):
        found = _NAMED_ROW.search(start) or (b'"image_id"' in start and _WHOLE_ROW.search(start))
        return b'"keypoints"' in start and b'_kpts"' not in start and bool(found)
    return _PICTURES.match(start) is not None


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2**16)


FORMAT = Format(
    name="alphapose",
    title="AlphaPose JSON",
    suffixes=(".json",),
    skeleton=catalogue["halpe-136"],
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "people"),
    read=read,
    sniff=sniff,
    options=Options,
)
