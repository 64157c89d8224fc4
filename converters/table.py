"""Tables of points as CSV: long, a row for each joint, or wide, a row for each person in each frame.

    # poseforge size=1280x720 fps=30000/1001 frames=120 people=1 rows=9840
    frame,person,joint,x,y,confidence
    0,0,left_wrist,812.25,404.5,0.93

A wide table has the columns ``frame``, ``person`` and for every joint ``NAME_x``, ``NAME_y``, ``NAME_c``. x and y are pixels,
or fractions, which their range tells; joints have the hub's names. A missing joint has no row, or empty cells. Frames and
people count from 0. The first line may say any of the five things, or be left out; with its ``rows`` a table that was cut short
can be told. A table that names both shoulders but never a neck has a skeleton without one, so that retargeting puts it there.

Read are also: columns in any order and letter case, with others between; tables without ``frame`` (long: one frame, wide: one
for each row of a person), ``person`` (one person) or confidence (1); tabs and semicolons between cells, with decimal commas;
a byte-order mark; people by name; frames that begin at another number, where the first line does not tell how many there are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PEOPLE, FileOptions, check_claim, sequences, sound_size
from poseforge.errors import FormatError, InvalidValue
from poseforge.files import writing_file
from poseforge.formats import Format, People
from poseforge.records import read_bytes
from poseforge.sequence import FPS, MAX_SIDE
from poseforge.skeleton import wholebody_134
from poseforge.units import parse_fps, parse_size

MAX_BYTES = 256 * 2**20
MAX_FRAME = 10**9
MAX_ROOM = 5 * 10**7
"""Joints, in all frames and people together: a few rows with large numbers must not ask for all memory."""

_JOINTS = wholebody_134.joints
_CONFIDENCE = ("confidence", "c", "score")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAID = re.compile(r"\b(size|fps|frames|people|rows)=(\S+)")
_NECKLESS = wholebody_134.without("neck")
_SHOULDERS = {"left_shoulder", "right_shoulder"}

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class _Heading:
    """What the first line says; 0 frames, people or rows if it does not."""

    size: tuple[int, int] | None = None
    fps: Fraction = FPS
    frames: int = 0
    people: int = 0
    rows: int = 0


@dataclass(frozen=True)
class _Table:
    """The cells of a table by the names of its columns, in lower case."""

    heading: _Heading
    columns: dict[str, tuple[str, ...]]
    rows: int
    decimal_comma: bool

    @property
    def long(self) -> bool:
        return {"joint", "x", "y"} <= self.columns.keys()


def read_long(path: Path, options: Any = None) -> People:
    """The people in a table with a row for each joint. Raises FormatError if it is none."""
    table = _table(path)
    if not table.long:
        _known_joints(path, table)
        raise FormatError(path, "has a row for each frame, not for each joint.", "Read it as csv-wide.", code="shape")
    return _read(path, table, options or FileOptions())


def read_wide(path: Path, options: Any = None) -> People:
    """The people in a table with a row for each person in each frame. Raises FormatError if it is none."""
    table = _table(path)
    if table.long:
        raise FormatError(path, "has a row for each joint, not for each frame.", "Read it as csv.", code="shape")
    return _read(path, table, options or FileOptions())


def _read(path: Path, table: _Table, chosen: FileOptions) -> People:
    heading = table.heading
    people, frames = _people(table), _frames(path, table)
    shape = (max(heading.people, int(people.max()) + 1), max(heading.frames, int(frames.max()) + 1))
    check_claim(path, shape[1], table.rows)
    if shape[0] > MAX_PEOPLE or shape[0] * shape[1] * len(_JOINTS) > MAX_ROOM:
        raise FormatError(path, f"has {shape[1]:,} frames of {shape[0]:,} people, too many to be read.", code="shape")
    values = np.full((*shape, len(_JOINTS), 3), np.nan)
    cells = people * shape[1] + frames
    if table.long:
        joints = _joints(path, table)
        values[people, frames, joints] = _triples(path, table, "")
        cells = cells * len(_JOINTS) + joints
        named = {_JOINTS[place] for place in np.unique(joints)}
    else:
        known = _known_joints(path, table)
        for place, joint in known:
            values[people, frames, place] = _triples(path, table, f"{joint}_")
        named = {joint for _, joint in known}
    skeleton = wholebody_134
    if "neck" not in named and named >= _SHOULDERS:
        skeleton, values = _NECKLESS, np.delete(values, wholebody_134.index("neck"), axis=2)
    rate = chosen.at(heading.fps)
    rows = [list(values[:, t]) for t in range(shape[1])]
    notes = []
    if table.rows < heading.rows:
        notes.append(
            f"{path.name} holds {table.rows:,} of the {heading.rows:,} rows that its first line states; if nobody has taken "
            "them out, it was cut short"
        )
    again = table.rows - len(np.unique(cells))
    if again:
        notes.append(f"{path.name} says {again:,} times again what it has said; of such rows the last one counts")
    return sequences(rows, skeleton, "csv", rate, [range(shape[0])] * shape[1], heading.size, note="; ".join(notes))


def _text(content: bytes, errors: str = "strict") -> str:
    """Text in UTF-8, or in UTF-16 with a mark at its beginning, as Excel saves it."""
    return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig", errors)


def _table(path: Path) -> _Table:
    try:
        text = _text(read_bytes(path, MAX_BYTES))
    except UnicodeDecodeError as error:
        raise FormatError(path, f"is not text in UTF-8 ({error.reason} at {error.start}).", "Export it again.") from None
    said, header, body = _split(text)
    if "rows" in said and not text.endswith("\n"):
        advice = "Export it again, or end the line if that is all of it."
        raise FormatError(path, "ends within a line, as a file that was cut short.", advice, code="shape")
    separator = max(",;\t", key=header.count)
    names = [name.strip().strip('"').lower() for name in header.split(separator)]
    try:
        rows = [row for row in csv.reader(io.StringIO(body, newline=""), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise FormatError(path, f"is not a table ({error}).") from None
    for row in rows:
        if len(row) != len(names):
            found = f"a row of {len(row)} cells ({separator.join(row):.40})"
            raise FormatError(path, f"has {found}; expected {len(names)}, as in the line of names.", code="shape")
    if not rows:
        raise FormatError(path, "has no rows; expected a line of names and rows below it.", code="shape")
    return _Table(_heading(path, said), dict(zip(names, zip(*rows, strict=True), strict=True)), len(rows), separator != ",")


def _split(text: str) -> tuple[dict[str, str], str, str]:
    """What the lines with # at the top say, the line of names, and the rest."""
    said: dict[str, str] = {}
    while text.startswith("#"):
        line, _, text = text.partition("\n")
        said |= dict(_SAID.findall(line))
    header, _, body = text.partition("\n")
    return said, header.strip("\r"), body


def _heading(path: Path, said: dict[str, str]) -> _Heading:
    try:
        size = parse_size(said["size"]) if "size" in said else None
        if size and not sound_size(*size):
            raise ValueError(f"a canvas of {said['size']} pixels")
        return _Heading(
            size,
            parse_fps(said["fps"]) if "fps" in said else FPS,
            int(said.get("frames", 0)),
            int(said.get("people", 0)),
            int(said.get("rows", 0)),
        )
    except ValueError as error:
        raise FormatError(path, f"begins with a line that cannot be understood ({error!s:.100}).", code="number") from None


def _people(table: _Table) -> Indices:
    """(rows,) whose row it is: numbers in their order, names in the order in which they appear."""
    names = table.columns.get("person", ("0",) * table.rows)
    order = list(dict.fromkeys(names))
    if all(re.fullmatch(r"[0-9]{1,9}", name) for name in order):
        order.sort(key=int)
        if int(order[-1]) < table.heading.people:
            return np.array([int(name) for name in names], dtype=np.intp)
    place = {name: i for i, name in enumerate(order)}
    return np.array([place[name] for name in names], dtype=np.intp)


def _frames(path: Path, table: _Table) -> Indices:
    """(rows,) the frame of each row, from 0."""
    if "frame" in table.columns:
        found = _numbers(path, table, "frame", MAX_FRAME)
        if (found != np.round(found)).any():
            raise FormatError(path, "has a frame that is no whole number.", code="number")
        inside = found.min() >= 0 and found.max() < table.heading.frames
        return (found - (0 if inside else found.min())).astype(np.intp)
    frames = np.zeros(table.rows, dtype=np.intp)
    if not table.long:
        people = _people(table)
        for person in range(people.max() + 1):
            rows = np.flatnonzero(people == person)
            frames[rows] = np.arange(len(rows))
    return frames


def _joints(path: Path, table: _Table) -> Indices:
    """(rows,) the joint of each row."""
    place = {name: i for i, name in enumerate(_JOINTS)}
    names = [name.strip().lower() for name in table.columns["joint"]]
    strange = next((name for name in names if name not in place), None)
    if strange is not None:
        raise FormatError(path, f"has a joint {strange!r:.40}; expected the names of {wholebody_134.name}.", code="shape")
    return np.array([place[name] for name in names], dtype=np.intp)


def _known_joints(path: Path, table: _Table) -> list[tuple[int, str]]:
    """The joints that a wide table has columns of."""
    known = [(i, joint) for i, joint in enumerate(_JOINTS) if {f"{joint}_x", f"{joint}_y"} <= table.columns.keys()]
    if not known:
        wanted = "joint, x and y, or left_wrist_x, left_wrist_y and the like"
        raise FormatError(path, f"has columns {', '.join(table.columns):.80}; expected {wanted}.", code="shape")
    return known


def _triples(path: Path, table: _Table, prefix: str) -> Floats:
    """(rows, 3) x, y and confidence of one joint, or of the joint of each row."""
    level = next((f"{prefix}{name}" for name in _CONFIDENCE if f"{prefix}{name}" in table.columns), None)
    x, y = (_numbers(path, table, f"{prefix}{axis}") for axis in "xy")
    confidence = np.nan_to_num(_numbers(path, table, level)) if level else np.ones(table.rows)
    return np.stack([x, y, confidence], axis=1)


def _numbers(path: Path, table: _Table, name: str, most: int = MAX_SIDE) -> Floats:
    """(rows,) a column of numbers up to `most`, NaN where a cell is empty."""
    texts = [text.replace(",", ".") for text in table.columns[name]] if table.decimal_comma else table.columns[name]
    try:
        found = np.array([float(text or "nan") for text in texts])
    except ValueError as error:
        raise FormatError(path, f"has something else than a number in column {name!r} ({error!s:.80}).") from None
    if (np.abs(found) >= most).any():
        raise FormatError(path, f"has {found[np.nanargmax(np.abs(found))]:g} in column {name!r}; expected less than {most:,}.")
    return found


def sniff_long(path: Path) -> bool:
    """Text whose line of names has a joint, x and y."""
    return {"joint", "x", "y"} <= _first_names(path)


def sniff_wide(path: Path) -> bool:
    """Text whose line of names has x and y of a joint, and is of no long table."""
    names = _first_names(path)
    return not {"joint", "x", "y"} <= names and any({f"{joint}_x", f"{joint}_y"} <= names for joint in _JOINTS)


def _first_names(path: Path) -> set[str]:
    """The names of columns with which a file begins, if it does."""
    if not path.is_file():
        return set()
    with path.open("rb") as file:
        start = _text(file.read(2**16), "replace")
    return set(re.split(r'[,;\t" ]+', _split(start)[1].lower()))


def write_long(people: People, path: Path, overwrite: bool = False) -> None:
    """Write a row for each joint that is there, in pixels. Raises FileProblem, and InvalidValue for what is not in 2D."""
    places = _pixels(people, path)
    there = np.stack([person.present for person in people], axis=1)
    t, i, k = np.nonzero(there)
    x, y = (places[i, t, k, axis].tolist() for axis in (0, 1))
    levels = np.stack([person.confidence for person in people])[i, t, k].tolist()
    names = [_JOINTS[place] for place in k]
    rows = zip(t.tolist(), i.tolist(), names, x, y, levels, strict=True)
    _save(path, overwrite, people, ("frame", "person", "joint", "x", "y", "confidence"), rows, len(names))


def write_wide(people: People, path: Path, overwrite: bool = False) -> None:
    """Write a row for each person in each frame, in pixels, empty where joints are missing. Raises as `write_long`."""
    places = _pixels(people, path)
    levels = np.stack([person.confidence for person in people])[..., None]
    cells = np.concatenate([places, np.where(np.isnan(places[..., :1]), np.nan, levels)], axis=-1).reshape(
        *places.shape[:2], -1
    )
    names = ("frame", "person", *(f"{joint}_{axis}" for joint in _JOINTS for axis in "xyc"))
    rows = (
        (t, i, *("" if cell != cell else cell for cell in cells[i, t].tolist()))
        for t in range(places.shape[1])
        for i in range(len(people))
    )
    _save(path, overwrite, people, names, rows, places.shape[1] * len(people))


def _pixels(people: People, path: Path) -> Floats:
    """(P, T, K, 2) the places of everybody on the first one's canvas."""
    if any(person.points.shape[2] != 2 for person in people):
        raise InvalidValue(f"{path}: a table holds 2D points; project the 3D ones with a Camera first")
    if not len(people[0]):
        raise InvalidValue(f"{path}: a sequence without frames cannot be written")
    return np.stack([person.points for person in people]) * np.array(people[0].size, dtype=np.float64)


def _save(path: Path, overwrite: bool, people: People, names: Sequence[str], rows: Iterator[Sequence[Any]], count: int) -> None:
    (width, height), fps = people[0].size, people[0].fps.limit_denominator(10**5)  # as far as parse_fps reads
    with writing_file(path, overwrite) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        counts = f"frames={len(people[0])} people={len(people)} rows={count}"
        file.write(f"# poseforge size={width}x{height} fps={fps} {counts}\n")
        for lost in people[0].meta.get("lost", ()):
            file.write(f"# not kept: {lost}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


_KEEPS = ("body", "feet", "face", "left_hand", "right_hand", "confidence", "fps", "size", "people")
LONG = Format(
    name="csv",
    title="CSV table, a row for each joint",
    suffixes=(".csv",),
    skeleton=wholebody_134,
    keeps=_KEEPS,
    read=read_long,
    write=write_long,
    sniff=sniff_long,
    options=FileOptions,
)
WIDE = replace(
    LONG, name="csv-wide", title="CSV table, a row for each frame", read=read_wide, write=write_wide, sniff=sniff_wide
)
