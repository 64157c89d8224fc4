"""How other programs call the joints of a body: from their names to PoseForge's, by maps in presets/joint_names.

A map is JSON: a title, {joint's name: PoseForge's name}, and, if files of that kind have a unit of their own, its metres.
Capitals, punctuation, the width of letters and a namespace (``mixamorig:``, ``Bip01 ``) do not count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unicodedata import normalize

from poseforge.errors import FormatError, InvalidValue
from poseforge.records import read_json

AUTO = "auto"

_GENERAL = "general"
"""What knows a bit of everything: it comes after those that know their own."""

_MAX_BYTES = 2**20


@dataclass(frozen=True)
class NameMap:
    """What a family of programs calls joints.

    Attributes:
        id, title: for machines and for people.
        joints: name without capitals and punctuation -> PoseForge's name.
        metres_per_unit: of its files, if that is no usual unit.
    """

    id: str
    title: str
    joints: Mapping[str, str]
    metres_per_unit: float | None = None


@dataclass(frozen=True)
class Naming:
    """The joints of one skeleton renamed.

    Attributes:
        map: the map that was used.
        names: for each joint PoseForge's name, or its own where the map knows none; all different.
        mapped: own name -> PoseForge's name, of those the map knows.
    """

    map: NameMap
    names: tuple[str, ...]
    mapped: Mapping[str, str]


@cache
def name_maps() -> Mapping[str, NameMap]:
    """The built-in maps by id. Of two that know as much, the first is taken: what says most of a file comes last."""
    folder = files("poseforge.presets") / "joint_names"
    maps = [_map(e.name[:-5], json.loads(e.read_text("utf-8"))) for e in folder.iterdir() if e.name.endswith(".json")]
    maps.sort(key=lambda known: (known.id == _GENERAL, known.metres_per_unit is not None, known.id))
    return MappingProxyType({known.id: known for known in maps})


def _map(id: str, record: Mapping[str, Any]) -> NameMap:
    joints = {_plain(name): joint for name, joint in record["joints"].items()}
    return NameMap(id, record.get("title", id), MappingProxyType(joints), record.get("metres_per_unit"))


def get_map(name: str) -> NameMap:
    """A built-in map by its id, or one in a JSON file. Raises InvalidValue if there is neither, FormatError for a bad file."""
    known = name_maps().get(name) if isinstance(name, str) else None
    if known:
        return known
    path = Path(name) if isinstance(name, str) else None
    if path is None or path.suffix.lower() != ".json":
        raise InvalidValue(f"no joint names {name!r:.80}; there are {AUTO}, {', '.join(name_maps())}, or give a JSON file")
    record = read_json(path, _MAX_BYTES)
    joints = record.get("joints") if isinstance(record, dict) else None
    if not isinstance(joints, dict) or not all(isinstance(joint, str) and joint for joint in joints.values()):
        raise FormatError(path, 'is no map of joint names; expected {"joints": {"LeftHand": "left_wrist", ...}}.', code="shape")
    return _map(path.stem, {"joints": joints})


def rename(own: Sequence[str], names: str = AUTO) -> Naming:
    """PoseForge's names for the joints of a skeleton, root first, by a map's id, or by the map that knows most of them
    (`auto`); names in a JSON file go before those.

    If two joints have one name in PoseForge, the first in the file gets it. Raises as `get_map`.
    """
    given_map = get_map(names) if names != AUTO else None
    own_map = given_map if given_map not in name_maps().values() else None
    maps = [given_map] if given_map and not own_map else list(name_maps().values())
    bare = [re.split(r"[:|]", name)[-1] for name in own]
    ways = [[_plain(name) for name in bare]]
    prefix = _prefix(bare[1:])
    if prefix:
        ways.append([_plain(name.removeprefix(prefix)) for name in bare])
    found = [(map, [map.joints.get(name) for name in plain]) for map in maps for plain in ways]
    best, targets = max(found, key=lambda pair: len(set(pair[1]) - {None}))
    if own_map:
        best = replace(own_map, metres_per_unit=best.metres_per_unit)
        said = [
            next((own_map.joints[name] for name in same if name in own_map.joints), None) for same in zip(*ways, strict=True)
        ]
        targets = [mine or (None if usual in said else usual) for mine, usual in zip(said, targets, strict=True)]
    given: dict[str, None] = {}
    mapped = {}
    known = {target for target in targets if target}
    for name, target in zip(own, targets, strict=True):
        if target and target not in given:
            given[target] = None
            mapped[name] = target
            continue
        free, count = name or "joint", 1
        while free in given or free in known:
            count += 1
            free = f"{name or 'joint'} {count}"
        given[free] = None
    return Naming(best, tuple(given), MappingProxyType(mapped))


def _plain(name: str) -> str:
    return "".join(letter for letter in normalize("NFKC", name).casefold() if letter.isalnum())


def _prefix(names: Sequence[str]) -> str:
    """What all names begin with, up to the last mark in it."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(min(names, default=""), max(names, default=""), strict=False))
    mark = re.match(r".*[^0-9A-Za-z]", "".join(letter for letter, _ in same), flags=re.DOTALL)
    return mark[0] if mark else ""
