"""COCO and COCO-WholeBody JSON: annotations of pictures, and lists of results.

Annotations are {"images": [{"id", "file_name", "width", "height"}], "annotations": [{"image_id", "keypoints", "foot_kpts",
"face_kpts", "lefthand_kpts", "righthand_kpts"}]} with flat x, y, v triples in pixels of 17 body, 6 foot, 68 face and twice 21
hand joints; plain COCO has "keypoints" alone. The pictures, in the order of their names, are the frames and state the canvas.
A joint with v = 0 is missing, and so is a part with "face_valid" (...) false; a v of 1 or 2 says that somebody marked the
joint, which is confidence 1, and a smaller one is a confidence. "track_id" tells people apart; without one, annotations without
any joint, as those of crowds, are left out.

Results are a list of {"image_id", "category_id", "keypoints", ..., "score"} in which v is a confidence; 0, 0, 0 is missing.

Annotations are written, since they alone hold the canvas. Since confidences do not end at 1, v is the confidence itself there,
which "info" says with "visibility": "confidence"; it also holds the frame rate "fps", a number or a text like "30000/1001". A
missing joint is 0, 0, 0. Frames are called 000000.png and so on.

Layout: COCO's page on data formats, and the description of the format that COCO-WholeBody publishes.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PEOPLE, MAX_PIXEL, FileOptions, Options, by_frame, sequences
from poseforge.errors import FormatError, InvalidValue
from poseforge.files import writing_file
from poseforge.formats import Format, People
from poseforge.records import natural, numbers, read_dump
from poseforge.sequence import FPS, MAX_SIDE, checked_fps
from poseforge.skeleton import catalogue

from . import alphapose

_BODY, _WHOLE = catalogue["coco-17"], catalogue["coco-wholebody-133"]
_PARTS = {"foot": 6, "face": 68, "lefthand": 21, "righthand": 21}
"""Joints by part, in the order in which they follow the body's."""

_ELSEWHERE = {78: "Halpe-26", 399: "AlphaPose's 133 in one list", 408: "Halpe-136"}
_RATE = re.compile(r"[0-9]{1,9}(/[0-9]{1,9})?")
_NUMBERED_ROW = re.compile(rb'"image_id"\s*:\s*[0-9]')

Record = dict[str, Any]
Floats = NDArray[np.float64]


def read(path: Path, options: Any = None) -> People:
    """The people in annotations or results, of `coco-wholebody-133` if one has more than a body, else of `coco-17`.

    Raises FormatError for what is neither, for pictures of different sizes, and where nobody has keypoints.
    """
    chosen: FileOptions = options or FileOptions()
    record = read_dump(path)
    if isinstance(record, dict):
        return _annotations(path, record, chosen)
    rows = _rows(path, record, "list of results")
    places = {name: t for t, name in enumerate(sorted({row["image_id"] for row in rows}, key=lambda name: natural(str(name))))}
    values = _values(path, rows)
    values[(values == 0).all(axis=-1)] = np.nan
    return _people(path, rows, values, places, chosen.at(FPS), None, list(places))


def _annotations(path: Path, record: Record, chosen: FileOptions) -> People:
    rows = _rows(path, record.get("annotations"), "list 'annotations'")
    places, sizes = _pictures(path, record.get("images"))
    if len(sizes) > 1 and not chosen.size:
        one, two = sorted(sizes)[:2]
        raise FormatError(
            path,
            f"has pictures of {one[0]}x{one[1]} and {two[0]}x{two[1]} pixels; expected those of one video.",
            "Give the size that all shall have, or keep the pictures of one size.",
            code="shape",
        )
    stray = next((row["image_id"] for row in rows if row["image_id"] not in places), None)
    if stray is not None:
        raise FormatError(path, f"has an annotation of picture {stray!r:.40}, which is not in 'images'.", code="shape")
    info: Record = stored if isinstance(stored := record.get("info"), dict) else {}
    values = _values(path, rows)
    if info.get("visibility") == "confidence":
        values[(values == 0).all(axis=-1)] = np.nan
    else:
        values[values[..., 2] <= 0] = np.nan
        values[..., 2] = np.minimum(values[..., 2], 1)
    fps = chosen.fps or _fps(path, info.get("fps"))
    names = [] if "fps" in info else [image.get("file_name") for image in record["images"]]
    return _people(path, rows, values, places, chosen.at(fps), next(iter(sizes), None), names)


def _people(
    path: Path,
    rows: list[Record],
    values: Floats,
    places: dict[Any, int],
    options: Options,
    size: tuple[int, int] | None,
    names: list[Any],
) -> People:
    """Sequences of rows with (N, K, 3) values, whose pictures have places in time, and names if that may be doubted."""
    there = ~np.isnan(values).all(axis=(1, 2)) | np.array([_name(row.get("track_id")) is not None for row in rows])
    if not there.any():
        raise FormatError(path, "has no joint in any annotation.", "Boxes alone are no poses.", code="shape")
    rows, values = [row for row, it in zip(rows, there, strict=True) if it], values[there]
    at = [places[row["image_id"]] for row in rows]
    frames = by_frame(path, len(places), at, values)
    ids = by_frame(path, len(places), at, [_name(row.get("track_id")) for row in rows])
    skeleton = _WHOLE if values.shape[1] == len(_WHOLE) else _BODY
    unit: Literal["pixels"] | None = "pixels" if size is not None else None
    return sequences(frames, skeleton, "coco-wholebody", options, ids, size, unit, _doubt(names))


def _doubt(names: list[Any]) -> str:
    """A note on pictures that may be of no video: the last numbers in their names do not go in even steps."""
    numbers = [int(found[-1]) if (found := re.findall("[0-9]{1,18}", str(name))) else 0 for name in names]
    if len(set(np.diff(sorted(numbers)))) == 1 or len(names) < 2:
        return ""
    return (
        f"{len(names)} pictures are taken for the frames of one video, in the order of their names, which do not count evenly"
    )


def _rows(path: Path, rows: Any, what: str) -> list[Record]:
    """The annotations or results that have keypoints."""
    if not isinstance(rows, list):
        raise FormatError(path, f"holds no {what}; expected annotations or results of COCO.", code="shape")
    if not all(isinstance(row, dict) and _name(row.get("image_id")) is not None for row in rows):
        raise FormatError(path, f"has in its {what} what is no object with an 'image_id'.", code="shape")
    keys = ("keypoints", *(f"{part}_kpts" for part in _PARTS))
    found = [row for row in rows if any(row.get(key) for key in keys)]
    if not found:
        raise FormatError(path, f"has no keypoints in its {what}.", "Boxes alone are no poses.", code="shape")
    return found


def _name(value: Any) -> int | str | None:
    """What can be an id: a whole number or a text."""
    return value if isinstance(value, int | str) else None


def _pictures(path: Path, images: Any) -> tuple[dict[Any, int], set[tuple[int, int]]]:
    """The place in time of every picture by its id, and the sizes that are stated."""
    if not isinstance(images, list) or not all(
        isinstance(image, dict) and _name(image.get("id")) is not None for image in images
    ):
        raise FormatError(path, "has no list 'images' of objects with an 'id'.", code="shape")
    ordered = sorted(images, key=lambda image: natural(str(image.get("file_name", image["id"]))))
    places = {image["id"]: t for t, image in enumerate(ordered)}
    if len(places) < len(images):
        raise FormatError(path, "has two pictures with one 'id'.", code="shape")
    stated = [size for image in images if all(size := (image.get("width"), image.get("height")))]
    for size in stated:
        if not all(type(side) is int and 0 < side <= MAX_SIDE for side in size):
            raise FormatError(path, f"has a picture of {size!r:.40} pixels; expected 1 to {MAX_SIDE:,} a side.", code="number")
    return places, set(stated)


def _fps(path: Path, stored: Any) -> Fraction:
    if stored is None:
        return FPS
    try:
        return checked_fps(stored if isinstance(stored, int | float) or _RATE.fullmatch(stored) else None)
    except (InvalidValue, TypeError):
        raise FormatError(path, f"states {stored!r:.40} frames per second.", code="number") from None


def _values(path: Path, rows: list[Record]) -> Floats:
    """(N, K, 3) x, y, v of all rows, zeros for the parts that a row lacks or calls not valid."""
    parts = [_part(path, rows, "keypoints", [bool(row.get("keypoints")) for row in rows], len(_BODY))]
    if any(f"{part}_kpts" in row for row in rows for part in _PARTS):
        for part, count in _PARTS.items():
            key = f"{part}_kpts"
            has = [bool(row.get(key)) and row.get(f"{part}_valid") is not False for row in rows]
            parts.append(_part(path, rows, key, has, count))
    return np.concatenate(parts, axis=1)


def _part(path: Path, rows: list[Record], key: str, has: list[bool], count: int) -> Floats:
    values = np.zeros((len(rows), count, 3))
    chosen = [row for row, it in zip(rows, has, strict=True) if it]
    for row in chosen:
        if not isinstance(row[key], list) or len(row[key]) != 3 * count:
            found = len(row[key]) if isinstance(row[key], list) else 1
            what = f", which is {_ELSEWHERE[found]}: read it as alphapose" if found in _ELSEWHERE else ""
            problem = f"'{key}' of picture {row['image_id']!r:.40} holds {found} values; expected {3 * count}{what}."
            raise FormatError(path, problem, code="shape")
    if chosen:
        flat = numbers(path, f"'{key}'", [row[key] for row in chosen], (-1, 3 * count), most=MAX_PIXEL, holes=True)
        values[np.array(has)] = flat.reshape(-1, count, 3)
    return values


def write(people: People, path: Path, overwrite: bool = False) -> None:
    """Annotations of people of `coco-wholebody-133`, one row each in every frame, whole or not at all.

    Raises InvalidValue for 3D points, an empty sequence, more people than are read, people on different canvases, or a place
    or confidence beyond what is read; FileProblem if the path cannot be written.
    """
    first = people[0]
    if any(person.points.shape[2] != 2 for person in people):
        raise InvalidValue(f"{path}: COCO holds 2D points; project the 3D ones with a Camera first")
    if not len(first):
        raise InvalidValue(f"{path}: a sequence without frames cannot be written")
    if len(people) > MAX_PEOPLE:
        raise InvalidValue(f"{path}: {len(people)} people; at most {MAX_PEOPLE} are written")
    if any(person.size != first.size for person in people):
        raise InvalidValue(f"{path}: people on canvases of different sizes cannot share pictures; place them on one first")
    width, height = first.size
    values = np.nan_to_num(
        np.concatenate([np.array([person.points * (width, height) for person in people]),
                        np.array([person.confidence for person in people])[..., None]], axis=-1)
    )  # fmt: skip
    if (np.abs(values) > MAX_PIXEL).any():
        raise InvalidValue(f"{path}: a joint or its confidence is over {MAX_PIXEL:,} pixels from 0; remove it first")
    present = np.array([person.present for person in people])
    record = {
        "info": {
            "description": "Poses over time, one picture for each frame",
            "fps": first.fps.numerator if first.fps.denominator == 1 else str(first.fps),
            "visibility": "confidence",
            **({"lost": first.meta["lost"]} if "lost" in first.meta else {}),
        },
        "images": [{"id": t, "file_name": f"{t:06d}.png", "width": width, "height": height} for t in range(len(first))],
        "annotations": [
            {"id": t * len(people) + i, "image_id": t, "track_id": i} | _annotation(values[i, t], present[i, t])
            for t in range(len(first))
            for i in range(len(people))
        ],
        "categories": [_CATEGORY],
    }
    with writing_file(path, overwrite) as beside:
        beside.write_text(json.dumps(record, allow_nan=False, separators=(",", ":")), encoding="utf-8")


_CATEGORY = {
    "id": 1,
    "name": "person",
    "supercategory": "person",
    "keypoints": list(_BODY.joints),
    "skeleton": [[a + 1, b + 1] for a, b in _BODY.bones],
}


def _annotation(values: Floats, present: NDArray[np.bool_]) -> Record:
    """One person's row: (133, 3) x, y, v in pixels, and which joints have a place."""
    body = slice(0, len(_BODY))
    box = _box(values, present)
    row: Record = {
        "category_id": 1,
        "iscrowd": 0,
        "bbox": box,
        "area": box[2] * box[3],
        "num_keypoints": int(present[body].sum()),
        "keypoints": values[body].ravel().tolist(),
    }
    start = len(_BODY)
    for part, count in _PARTS.items():
        joints = slice(start, start + count)
        row[f"{part}_kpts"] = values[joints].ravel().tolist()
        row[f"{part}_valid"] = bool(present[joints].any())
        if part != "foot":
            row[f"{part}_box"] = _box(values[joints], present[joints])
        start += count
    return row


def _box(values: Floats, present: NDArray[np.bool_]) -> list[float]:
    """x, y, width and height around the joints that have a place."""
    if not present.any():
        return [0.0, 0.0, 0.0, 0.0]
    points = values[present, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    return [*low.tolist(), *(high - low).tolist()]


def sniff(path: Path) -> bool:
    """A JSON file that begins with pictures or annotations, or with results that have more than a body or numbers for ids."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(2**16).lstrip()
    if start.startswith(b"["):
        numbered = _NUMBERED_ROW.search(start) is not None and not alphapose.sniff(path)
        return b'"keypoints"' in start and (b'_kpts"' in start or numbered)
    pictures = b'"images"' in start and b'"file_name"' in start
    return start.startswith(b"{") and (pictures or (b'"annotations"' in start and b'"keypoints"' in start))


FORMAT = Format(
    name="coco-wholebody",
    title="COCO-WholeBody JSON",
    suffixes=(".json",),
    skeleton=_WHOLE,
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "fps", "size", "people"),
    read=read,
    write=write,
    sniff=sniff,
    options=FileOptions,
)
