"""What stands in the rows of the timeline: tracks, and below an open one the keys of its parts and of the selected joints."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from poseforge.timeline import edits
from poseforge.timeline.curves import Curve
from poseforge.timeline.project import Project, RigTrack, Track, part_joints

from .joint_titles import joint_title
from .text import noop, tr
from .theme import ROW, TRACK, WAVEFORM

PART_NAMES = {
    "all": noop("All"),
    "body": noop("Body"),
    "left_hand": noop("Left hand"),
    "right_hand": noop("Right hand"),
    "face": noop("Face"),
}

WAYS = ("hold", "linear", "smooth", "bezier", "minimum_jerk", "ease", "mixed")
"""The ways between keys as they are told apart in the timeline: the eases are one, and `mixed` is several at once."""

_MOST_ROWS = 256

_NUMBER = {way: number for number, way in enumerate(WAYS)}
_EASE, MIXED = _NUMBER["ease"], _NUMBER["mixed"]


@dataclass(frozen=True, eq=False)
class Row:
    """One row.

    Attributes:
        kind: "sound", "track", or "keys" of some joints of a track.
        top, height: pixels, from the top of all rows.
        label: its name.
        depth: how far it is indented.
        track: the track it belongs to; None for a sound.
        curves: the joint and the layer of each curve whose keys it shows, and the curve.
    """

    kind: str
    top: int
    height: int
    label: str
    depth: int = 0
    track: Track | None = None
    curves: tuple[tuple[str, str, Curve], ...] = ()

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def part(self) -> str:
        """The part of the body whose color it has."""
        joints = {joint for joint, _, _ in self.curves}
        if self.kind == "keys" and joints:
            sides = {joint.partition("_")[0] for joint in joints}
            return next(iter(sides)) if len(sides) == 1 else "body"
        return self.track.part if self.track else ""


def rows_of(project: Project, opened: Collection[str], joints: Iterable[str]) -> list[Row]:
    """The rows from the top down: the sound, then the tracks, the uppermost first."""
    rows: list[Row] = []
    top = 0

    def add(kind: str, height: int, *more: object) -> None:
        nonlocal top
        rows.append(Row(kind, top, height, *more))  # type: ignore[arg-type]
        top += height

    if project.audio:
        add("sound", WAVEFORM, tr("Speech"))
    for track in reversed(project.tracks):
        curves = _curves(track)
        add("track", TRACK, track.name or track.id, 0, track, curves)
        if track.id in opened:
            add("keys", ROW, tr("All keys"), 1, track, curves)
            for part, members in _by_part(curves).items():
                add("keys", ROW, tr(PART_NAMES[part]), 1, track, members)
            for joint in _keyed(project, track, joints):
                mine = tuple(entry for entry in curves if entry[0] == joint)
                if mine:
                    add("keys", ROW, joint_title(joint), 2, track, mine)
    return rows


def _curves(track: Track) -> tuple[tuple[str, str, Curve], ...]:
    layers = {"keys": track.keys} if isinstance(track, RigTrack) else {}
    named: dict[str, Mapping[str, Curve]] = {**layers, "offsets": track.offsets, "visible": track.visible}
    return tuple((joint, layer, curve) for layer, curves in named.items() for joint, curve in curves.items())


@cache
def _part_of(joint: str) -> str:
    """The part that a joint's keys are shown under; a wrist turns with its hand."""
    if joint.endswith("_wrist"):
        return joint.replace("wrist", "hand")
    return next((part for part in ("left_hand", "right_hand", "face") if joint in part_joints(part)), "body")


def _by_part(curves: Iterable[tuple[str, str, Curve]]) -> dict[str, tuple[tuple[str, str, Curve], ...]]:
    """The curves of each part that has any."""
    found: dict[str, list[tuple[str, str, Curve]]] = {}
    for entry in curves:
        found.setdefault(_part_of(entry[0]), []).append(entry)
    return {part: tuple(found[part]) for part in PART_NAMES if part in found}


def _keyed(project: Project, track: Track, joints: Iterable[str]) -> list[str]:
    """The joints by which a track moves the selected ones, and those themselves, which may be hidden."""
    chosen = sorted(joints)
    return list(dict.fromkeys([*edits.keyed_joints(project, track.id, chosen), *chosen]))


@dataclass(frozen=True, eq=False)
class Keys:
    """The keys of a row, one to a frame: (N,) frames ascending, the number in `WAYS` of the way after each, and whether one was
    set on purpose. What only keeps an edit from being felt elsewhere, an offset of nothing, was not.
    """

    frames: NDArray[np.int64]
    ways: NDArray[np.int8]
    meant: NDArray[np.bool_]

    def within(self, first: int, last: int) -> Keys:
        """The keys between two frames, and one on either side."""
        begin, end = np.searchsorted(self.frames, (first, last + 1))
        part = slice(max(int(begin) - 1, 0), int(end) + 1)
        return Keys(self.frames[part], self.ways[part], self.meant[part])


class KeyTable:
    """The keys of curves as arrays, made once for each curve. A row whose keys lie as before has the very same ones, whatever
    became of their values: that is most of a drag.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[int, str], tuple[Curve, Keys]] = {}
        self._alike: dict[tuple[bytes, ...], Keys] = {}
        self._rows: dict[tuple[object, ...], tuple[tuple[Keys, ...], Keys]] = {}

    def of(self, row: Row, first: int, last: int) -> Keys:
        """The keys of a row between two frames, and those next to them."""
        parts = tuple([self._one(layer, curve) for _, layer, curve in row.curves])
        name = (first, last, *map(id, parts))
        if name not in self._rows:
            if len(self._rows) > _MOST_ROWS:  # the mouse asks for many small stretches
                self._rows.clear()
            self._rows[name] = parts, _merged([part.within(first, last) for part in parts])
        return self._rows[name][1]

    def _one(self, layer: str, curve: Curve) -> Keys:
        name = (id(curve), layer)
        if name not in self._made:
            frames = np.frombuffer(curve.frames, np.int32).astype(np.int64)
            ways = np.array([_NUMBER.get(key[2][0], _EASE) for key in curve.keys], np.int8)
            meant = np.ones(len(frames), np.bool_)
            if layer == "offsets":
                meant = np.array([any(key[1]) for key in curve.keys], np.bool_)
            same = (frames.tobytes(), ways.tobytes(), meant.tobytes())
            keys = self._alike.setdefault(same, Keys(frames, ways, meant))
            self._made[name] = curve, keys  # the curve is kept, so that its id stays its own
        return self._made[name][1]

    def forget(self, rows: Iterable[Row]) -> None:
        """Keep only what these rows show."""
        kept = {(id(curve), layer) for row in rows for _, layer, curve in row.curves}
        self._made = {name: entry for name, entry in self._made.items() if name in kept}
        if len(self._alike) > len(self._made) + _MOST_ROWS:
            alive = {id(keys) for _, keys in self._made.values()}
            self._alike = {same: keys for same, keys in self._alike.items() if id(keys) in alive}


def _merged(parts: Sequence[Keys]) -> Keys:
    """Keys of several curves as one row: at a frame they are meant if one is, and mixed if their ways differ."""
    at = np.concatenate([part.frames for part in parts])
    if not len(at):
        return parts[0]
    ways, meant = np.concatenate([part.ways for part in parts]), np.concatenate([part.meant for part in parts])
    low = int(at.min())
    span = int(at.max()) - low + 1
    if span < 8 * len(at):  # many: by counting, which is faster than sorting
        there = np.zeros(span, np.bool_)
        there[at - low] = True
        frames, place = np.flatnonzero(there) + low, (np.cumsum(there) - 1)[at - low]
    else:
        frames, place = np.unique(at, return_inverse=True)
    found = np.zeros((len(WAYS), len(frames)), np.bool_)
    found[ways, place] = True
    one = found.sum(axis=0) == 1
    any_meant = np.zeros(len(frames), np.bool_)
    any_meant[place[meant]] = True
    return Keys(frames.astype(np.int64), np.where(one, found.argmax(axis=0), MIXED).astype(np.int8), any_meant)


def frames_of(row: Row, chosen: Mapping[str, Collection[int]]) -> NDArray[np.int64]:
    """The frames of a row at which any key is among the chosen ones."""
    sets = [chosen[joint] for joint in {joint for joint, _, _ in row.curves} & chosen.keys()]
    if not sets:
        return np.empty(0, np.int64)
    return np.array(sorted(set().union(*sets)), np.int64)


def chosen_in(row: Row, first: int, last: int) -> dict[str, frozenset[int]]:
    """The keys of a row between two frames, by joint, as they are selected."""
    found: dict[str, frozenset[int]] = {}
    for joint, _, curve in row.curves:
        frames = np.frombuffer(curve.frames, np.int32)
        begin, end = np.searchsorted(frames, (first, last + 1))
        if begin < end:
            found[joint] = found.get(joint, frozenset()) | frozenset(frames[begin:end].tolist())
    return found
