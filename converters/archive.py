"""PoseForge's archive: an .npz that keeps sequences of any skeleton, in 2D or 3D, number for number.

For each person i there are float64 arrays ``points_i`` (T, K, D) and ``confidence_i`` (T, K), NaN where a joint is missing.
``poseforge`` holds the bytes of a JSON text: {"version": 1, "people": [{"skeleton": {"name", "joints", "bones", "groups"},
"fps": [numerator, denominator], "size": [width, height], "meta", "frame_meta", "arrays"}]}. Of ``meta`` and ``frame_meta``
there is what JSON can hold; arrays of numbers in ``frame_meta`` are arrays of the archive, which "arrays" names.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import FormatError
from poseforge.files import writing_file
from poseforge.formats import Format, People
from poseforge.records import array_names, parse_json, read_arrays, write_arrays
from poseforge.sequence import PoseSequence
from poseforge.skeleton import Skeleton

_RECORD = "poseforge"
_VERSION = 1


def read(path: Path, options: None = None) -> People:
    """The sequences in an archive, as they were written. Raises FormatError if it is none, or a later version's."""
    arrays = read_arrays(path)
    record = parse_json(path, arrays[_RECORD].tobytes()) if _RECORD in arrays else None
    if not isinstance(record, dict):
        raise FormatError(path, f"has no record {_RECORD!r}; expected an archive that PoseForge wrote.", code="shape")
    if record.get("version") != _VERSION:
        raise FormatError(
            path, f"is of version {record.get('version')!r:.40}; {_VERSION} is read.", "Use a newer PoseForge.", "version"
        )
    try:
        people = tuple(_person(entry, i, arrays) for i, entry in enumerate(record["people"]))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise FormatError(path, f"does not hold sequences as PoseForge writes them ({error!s:.200}).", code="shape") from None
    if not people:
        raise FormatError(path, "holds nobody.", code="shape")
    return people


def _person(entry: dict[str, Any], i: int, arrays: dict[str, NDArray[Any]]) -> PoseSequence:
    said = entry["skeleton"]
    if not all(isinstance(name, str) for name in (said["name"], *said["joints"])):
        raise TypeError("names are not text")
    numerator, denominator = entry["fps"]
    return PoseSequence(
        arrays[f"points_{i}"],
        arrays[f"confidence_{i}"],
        Skeleton(
            said["name"],
            tuple(said["joints"]),
            tuple((a, b) for a, b in said["bones"]),
            tuple((name, tuple(members)) for name, members in said["groups"]),
        ),
        Fraction(numerator, denominator),
        tuple(entry["size"]),
        entry["meta"],
        entry["frame_meta"] | {name: arrays[place] for name, place in entry["arrays"].items()},
    )


def write(people: People, path: Path, overwrite: bool = False) -> None:
    """Write an archive. Raises FileProblem."""
    arrays: dict[str, Any] = {}
    entries = []
    for i, person in enumerate(people):
        arrays |= {f"points_{i}": person.points, f"confidence_{i}": person.confidence}
        kept = [(name, values) for name, values in person.frame_meta.items() if _numeric(values)]
        places = {name: f"frame_meta_{i}_{j}" for j, (name, _) in enumerate(kept)}
        arrays |= {places[name]: values for name, values in kept}
        skeleton = person.skeleton
        entries.append(
            {
                "skeleton": {
                    "name": skeleton.name,
                    "joints": skeleton.joints,
                    "bones": skeleton.bones,
                    "groups": skeleton.groups,
                },
                "fps": person.fps.as_integer_ratio(),
                "size": person.size,
                "meta": {name: value for name, value in person.meta.items() if _in_json(name, value)},
                "frame_meta": {name: values for name, values in person.frame_meta.items() if _in_json(name, values)},
                "arrays": places,
            }
        )
    text = json.dumps({"version": _VERSION, "people": entries}).encode()
    with writing_file(path, overwrite) as beside:
        write_arrays(beside, {_RECORD: np.frombuffer(text, dtype=np.uint8), **arrays}, compressed=True)


def _numeric(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind in "biuf"


def _in_json(name: str, value: Any) -> bool:
    """Whether JSON can hold an entry."""
    try:
        json.dumps({name: value}, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def sniff(path: Path) -> bool:
    """An .npz with PoseForge's record."""
    return path.is_file() and _RECORD in array_names(path)


FORMAT = Format(
    name="npz",
    title="PoseForge archive",
    suffixes=(".npz",),
    skeleton=None,
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "fps", "size", "people", "meta"),
    read=read,
    write=write,
    sniff=sniff,
)
