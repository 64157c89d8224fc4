"""OpenPose JSON: a folder of ``*_keypoints.json``, one per frame, or a single file of one or many frames.

A frame is {"people": [{"pose_keypoints_2d", "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d"}]} with
flat x, y, confidence triples (version 1.0 has no ``_2d`` in the names); a missing point is 0, 0, 0 and an array may be empty,
null or absent. 75 body numbers are BODY_25, 54 are COCO-18, 45 are MPI-15; a face has 70 points (68 without pupils), a hand
21. Sides are the person's own. ``person_id`` is -1 unless OpenPose tracked people. Coordinates are pixels, or with
`--keypoint_scale` fractions of 0..1 or -1..1, which their range tells. Neither canvas nor frame rate are stored.

Dialects: ControlNet and ComfyUI add ``canvas_width`` and ``canvas_height``, hold a list of frames in one file, and know only
1 and 0 for a confidence, since their reader leaves out what is below 1; their "animals" are passed over. Such a list may stand
in a list for each frame, or as a text in JSON. The older editor of
stable-diffusion-webui writes {"width", "height", "keypoints": [[x, y] ...]}, 18 points a person; the newer one keeps hands
and faces to choose from as {"left_hand": [[x, y, 1] ...], "right_hand", "face"}.

Layout: OpenPose's output documentation and its list of MPI's parts; the dialects as the public editors write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PEOPLE, Options, sequences, sound_size
from poseforge.errors import FormatError, InvalidValue
from poseforge.files import writing_file, writing_folder
from poseforge.formats import Format, People
from poseforge.records import in_order, numbers, read_dump
from poseforge.sequence import MAX_SIDE
from poseforge.skeleton import Skeleton, catalogue

MAX_BYTES = 128 * 2**20
MAX_FRAMES = 200_000
_SUFFIX = "_keypoints.json"
_OURS = re.compile(r".*_\d{12}_keypoints\.json")
_BODIES = {54: catalogue["openpose-130"], 75: catalogue["openpose-137"], 45: catalogue["openpose-127"]}
_PARTS = {"face_keypoints": 70, "hand_left_keypoints": 21, "hand_right_keypoints": 21}
_BODY = "pose_keypoints"
_FACE_68 = 204
_LIBRARY = {"face": "face_keypoints", "left_hand": "hand_left_keypoints", "right_hand": "hand_right_keypoints"}
_VERSION = 1.3

_FRAME = re.compile(rb'"?\s*(\[\s*){0,2}\{\s*"(version|people|canvas_width|canvas_height|animals|part_candidates)"')
_EDITOR = re.compile(rb'\s*\{\s*"(width|height|keypoints)"')
_HANDS = re.compile(rb'\s*\{\s*"(left_hand|right_hand|face)"\s*:\s*\[\s*\[[^],]*,[^],]*,\s*1(\.0)?\s*\]')

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Person:
    """A person in a frame: the parts that the file holds as flat x, y, confidence triples, and who the file says it is."""

    file: Path
    parts: dict[str, list[float]]
    identity: int | None = None


@dataclass(frozen=True)
class _Frame:
    people: list[_Person]
    canvas: tuple[int, int] | None
    animals: bool = False


def read(path: Path, options: Any = None) -> People:
    """The people in OpenPose's frames. Raises FormatError for the first frame that is not sound."""
    files, note = _files(path)
    frames = [frame for file in files for frame in _frames(file)]
    if len(frames) > MAX_FRAMES:
        raise FormatError(path, f"holds {len(frames):,} frames; at most {MAX_FRAMES:,} are read.", code="shape")
    people = [person for frame in frames for person in frame.people]
    if not people and any(frame.animals for frame in frames):
        note = "nobody is in these frames, only animals, which are not read"
    skeleton = _skeleton(people)
    values = _values(people, skeleton)
    there = ~np.isnan(values[..., 0]).all(axis=1)
    ends = np.cumsum([0, *(len(frame.people) for frame in frames)]).tolist()
    seen = [[i for i in range(a, b) if there[i]] for a, b in pairwise(ends)]
    canvas = next((frame.canvas for frame in frames if frame.canvas), None)
    rows = [[values[i] for i in indices] for indices in seen]
    return sequences(rows, skeleton, "openpose", options or Options(), _identities(people, seen), canvas, note=note)


def _files(path: Path) -> tuple[list[Path], str]:
    """A file itself; of a folder the files with OpenPose's names, and a note on others, or all JSON files if none has one."""
    if path.is_file():
        return [path], ""
    files = [entry for entry in path.iterdir() if entry.name.endswith(".json") and entry.is_file()]
    named = [entry for entry in files if entry.name.endswith(_SUFFIX)]
    if not files:
        raise FormatError(path, f"holds no *{_SUFFIX} files.")
    others = sorted(entry.name for entry in set(files) - set(named)) if named else []
    note = f"left out of {path.name}: {', '.join(others[:3])}{' ...' if others[3:] else ''}, for want of {_SUFFIX}"
    return in_order(path, named or files), note if others else ""


def _frames(file: Path) -> list[_Frame]:
    """The frames in a file: one, or a list of them or of lists of them."""
    value = read_dump(file, MAX_BYTES)
    listed = value if isinstance(value, list) else [value]
    records = [record for one in listed for record in (one if isinstance(one, list) else [one])]
    if not records:
        raise FormatError(file, "is an empty list; expected a frame of OpenPose, or a list of them.", code="shape")
    return [_frame(record, file) for record in records]


def _frame(record: Any, file: Path) -> _Frame:
    if isinstance(record, dict):
        if isinstance(record.get("people"), list):
            people = [person for entry in record["people"] if (person := _person(entry, file)).parts]
            if len(people) > MAX_PEOPLE:
                raise FormatError(file, f"holds {len(people):,} people; at most {MAX_PEOPLE} are read.", code="shape")
            canvas = sound_size(record.get("canvas_width"), record.get("canvas_height"))
            return _Frame(people, canvas, bool(record.get("animals")))
        if "keypoints" in record:
            return _Frame(_drawn(record["keypoints"], file), sound_size(record.get("width"), record.get("height")))
        if not _LIBRARY.keys().isdisjoint(record):
            return _Frame([_chosen(record, file)], None)
    raise FormatError(file, "is not a frame of OpenPose; expected an object with a list 'people'.", code="shape")


def _person(entry: Any, file: Path) -> _Person:
    if not isinstance(entry, dict):
        raise FormatError(file, f"has a person that is a {type(entry).__name__}; expected an object.", code="shape")
    parts = {}
    for name in (_BODY, *_PARTS):
        row = entry.get(f"{name}_2d") or entry.get(name)
        if not row:
            continue
        if not isinstance(row, list) or not {int, float} >= set(map(type, row)):
            raise FormatError(file, f"'{name}_2d' holds something else than numbers.", code="shape")
        parts[name] = row
    identity = entry.get("person_id")
    if isinstance(identity, list) and len(identity) == 1:
        identity = identity[0]
    return _Person(file, parts, identity if type(identity) is int and identity >= 0 else None)


def _drawn(points: Any, file: Path) -> list[_Person]:
    """The people of the older editor, whose points are all there."""
    places = numbers(file, "'keypoints'", points, (-1, 2), (-1, 18, 2)).reshape(-1, 2)
    if len(places) % 18 or len(places) > 18 * MAX_PEOPLE:
        raise FormatError(file, f"'keypoints' are {len(places)} points; expected 18 a person.", code="shape")
    triples = np.insert(places, 2, 1.0, axis=1).reshape(-1, 54)
    return [_Person(file, {_BODY: row}) for row in triples.tolist()]


def _chosen(record: dict[str, Any], file: Path) -> _Person:
    """The hands and the face that an editor keeps to choose from, as a person without a body."""
    given = {name: record[key] for key, name in _LIBRARY.items() if record.get(key)}
    return _Person(file, {name: numbers(file, f"'{name}'", rows, (-1, 3)).ravel().tolist() for name, rows in given.items()})


def _skeleton(people: list[_Person]) -> Skeleton:
    """The one body model that all frames use."""
    found: dict[int, Path] = {}
    for person in people:
        if _BODY in person.parts:
            found.setdefault(len(person.parts[_BODY]), person.file)
    for size, file in found.items():
        if size not in _BODIES:
            wanted = ", ".join(map(str, sorted(_BODIES)))
            raise FormatError(file, f"'{_BODY}_2d' has {size} numbers; expected one of {wanted}.", code="shape")
    if len(found) > 1:
        (size, file), (other, second) = list(found.items())[:2]
        raise FormatError(
            second, f"has bodies of {other} numbers, but {file.name} of {size}; expected one model in all frames."
        )
    return _BODIES[next(iter(found), 54)]


def _values(people: list[_Person], skeleton: Skeleton) -> Floats:
    """(N, K, 3) everybody's joints in the order of the skeleton, NaN where missing."""
    values = np.full((len(people), len(skeleton), 3), np.nan)
    start = 0
    for name, count in {_BODY: len(skeleton) - sum(_PARTS.values()), **_PARTS}.items():
        holders = [i for i, person in enumerate(people) if name in person.parts]
        if holders:
            values[holders, start : start + count] = _triples([people[i] for i in holders], name, count)
        start += count
    values[(values == 0).all(axis=-1) | np.isnan(values).any(axis=-1)] = np.nan
    return values


def _triples(people: list[_Person], name: str, count: int) -> Floats:
    """(N, count, 3) one part of all who have it, converted at once; if that fails, one by one to find who is wrong."""
    rows = [_with_pupils(person.parts[name]) if count == 70 else person.parts[name] for person in people]
    try:
        return _checked(people[0].file, name, rows, (-1, 3 * count)).reshape(-1, count, 3)
    except FormatError:
        for person, row in zip(people, rows, strict=True):
            _checked(person.file, name, row, (3 * count,))
        raise


def _with_pupils(row: list[float]) -> list[float]:
    return row + [0.0] * 6 if len(row) == _FACE_68 else row


def _checked(file: Path, name: str, values: Any, shape: tuple[int, ...]) -> Floats:
    array = numbers(file, f"'{name}_2d'", values, shape, holes=True)
    if (np.abs(array) >= MAX_SIDE).any():
        far = array.flat[np.abs(array).argmax()]
        raise FormatError(file, f"'{name}_2d' holds {far:g}, which is no place in a picture.", code="number")
    return array


def _identities(people: list[_Person], seen: list[list[int]]) -> Sequence[Sequence[Hashable]] | None:
    """Who everybody is, if the files tell all people in a frame apart."""
    ids = [[people[i].identity for i in indices] for indices in seen]
    return ids if all(None not in row and len(set(row)) == len(row) for row in ids) else None


def sniff(path: Path) -> bool:
    """A folder with ``*_keypoints.json`` or whose first JSON file is a frame; a file that begins as one of the dialects."""
    if path.is_file():
        return _is_frame(path)
    files = sorted(entry for entry in path.iterdir() if entry.name.endswith(".json") and entry.is_file())
    return any(file.name.endswith(_SUFFIX) for file in files) or (bool(files) and _is_frame(files[0]))


def _is_frame(path: Path) -> bool:
    with open(path, "rb") as file:
        start = file.read(2**16).replace(b'\\"', b'"')  # as in a text of JSON
    if _FRAME.match(start):
        return b'"people"' in start and (b"_keypoints" in start or b'"animals"' in start)
    if _EDITOR.match(start):
        return all(key in start for key in (b'"width"', b'"height"', b'"keypoints"')) and b'"image' not in start
    return _HANDS.match(start) is not None


def write(people: People, path: Path, overwrite: bool = False) -> None:
    """Write a folder of frames as OpenPose names them, complete or not at all: BODY_25, face and hands in pixels, and the
    canvas. People who are not there are left out of a frame. Raises FileProblem, and InvalidValue for what is not in 2D.
    """
    if path.suffix.lower() == ".json":
        raise InvalidValue(f"{path}: OpenPose's frames are a folder of .json files; give a name without it")
    records = _records(people, path, scored=True)
    with writing_folder(path, overwrite, ours=lambda name: _OURS.fullmatch(name) is not None) as folder:
        for i, record in enumerate(records):
            (folder / f"{path.name}_{i:012d}{_SUFFIX}").write_text(json.dumps({"version": _VERSION} | record))


def write_list(people: People, path: Path, overwrite: bool = False) -> None:
    """Write all frames into one file as ComfyUI and ControlNet do: COCO-18, face and hands in pixels, each point's confidence
    1 or 0. Raises as `write`.
    """
    with writing_file(path, overwrite) as beside:
        beside.write_text(json.dumps(list(_records(people, path, scored=False))))


def _records(people: People, path: Path, scored: bool) -> Iterator[dict[str, Any]]:
    """The frames, with confidences as they are, or else 1 where a point is."""
    if any(person.points.shape[2] != 2 for person in people):
        raise InvalidValue(f"{path}: OpenPose's frames hold 2D points; project the 3D ones with a Camera first")
    if not len(people[0]):
        raise InvalidValue(f"{path}: a sequence without frames cannot be written")
    size = people[0].size
    levels = [person.confidence if scored else person.present.astype(np.float64) for person in people]
    triples = [
        np.concatenate([np.nan_to_num(person.points * np.array(size, dtype=np.float64)), level[..., None]], axis=2)
        for person, level in zip(people, levels, strict=True)
    ]
    there = [person.present for person in people]
    body = len(people[0].skeleton) - sum(_PARTS.values())

    def entry(i: int, t: int) -> dict[str, Any]:
        parts: dict[str, Any] = {"person_id": [i]}
        start = 0
        for name, count in {_BODY: body, **_PARTS}.items():
            joints = slice(start, start + count)
            written = name == _BODY or there[i][t, joints].any()
            parts[f"{name}_2d"] = triples[i][t, joints].ravel().tolist() if written else []
            start += count
        return parts

    return (
        {
            "people": [entry(i, t) for i in range(len(people)) if there[i][t].any()],
            "canvas_width": size[0],
            "canvas_height": size[1],
        }
        for t in range(len(people[0]))
    )


FORMAT = Format(
    name="openpose",
    title="OpenPose JSON",
    suffixes=(".json",),
    skeleton=catalogue["openpose-137"],
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "size", "people"),
    read=read,
    write=write,
    sniff=sniff,
    options=Options,
    folder=True,
)

LIST = Format(
    name="openpose-list",
    title="OpenPose JSON in one file (ControlNet, ComfyUI)",
    suffixes=(".json",),
    skeleton=catalogue["openpose-130"],
    keeps=("body", "face", "left_hand", "right_hand", "size", "people"),
    read=read,
    write=write_list,
    options=Options,
)
