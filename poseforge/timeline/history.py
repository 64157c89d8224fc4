"""History: the projects that were, so that every edit can be undone.

It keeps whole projects; what two of them share is stored once, so a step costs what it changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from poseforge.timeline.curves import Curve, Key
from poseforge.timeline.project import Project

LIMIT = 64 * 2**20
"""Bytes of steps that are kept unless another limit is given."""


@dataclass(frozen=True)
class _Step:
    label: str
    before: Project
    after: Project
    merge: object
    size: int


class History:
    """The current project, and the way to it.

    Attributes:
        project: as it is now. Undo and redo give back the very objects that were applied.
        limit: bytes; beyond it the oldest steps are forgotten, but never the last one.
    """

    def __init__(self, project: Project, limit: int = LIMIT, saved: bool = True) -> None:
        """`saved` tells whether the project is kept elsewhere, so that it is not lost with this history."""
        self.project = project
        self.limit = limit
        self._saved = project if saved else None
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    def apply(self, label: str, project: Project, merge: object = None) -> None:
        """Make `project` the current one, as a step called `label`.

        A step with the same `merge` key as the one before, unless None or saved in between, joins it: nudges become one step.
        The key must name all that the edit touches. What was undone is forgotten. A project that is the current one is no step.
        """
        if project is self.project:
            return
        before = self.project
        joins = merge is not None and not self._undone and self.project is not self._saved
        if joins and self._done and self._done[-1].merge == merge:
            before = self._done.pop().before
        self._done.append(_Step(label, before, project, merge, added_bytes(project, before)))
        self._undone.clear()
        self.project = project
        while len(self._done) > 1 and self.size > self.limit:
            self._done.pop(0)

    def undo(self) -> Project:
        """Go one step back, if there is one."""
        if self._done:
            self._undone.append(self._done.pop())
            self.project = self._undone[-1].before
        return self.project

    def redo(self) -> Project:
        """Go one step forth again, if there is one."""
        if self._undone:
            self._done.append(self._undone.pop())
            self.project = self._done[-1].after
        return self.project

    @property
    def undo_labels(self) -> tuple[str, ...]:
        """The steps that can be undone, the next one first."""
        return tuple(step.label for step in reversed(self._done))

    @property
    def redo_labels(self) -> tuple[str, ...]:
        """The steps that can be done again, the next one first."""
        return tuple(step.label for step in reversed(self._undone))

    @property
    def size(self) -> int:
        """Bytes that the steps keep beside the current project, about."""
        return sum(step.size for step in (*self._done, *self._undone))

    @property
    def saved(self) -> bool:
        """Whether the current project is the one that was saved last."""
        return self.project is self._saved

    def mark_saved(self) -> None:
        """Remember the current project as the saved one."""
        self._saved = self.project


def added_bytes(new: Any, old: Any) -> int:
    """Bytes that `new` needs beside `old`, about: what the two share by identity is free."""
    if new is old:
        return 0
    if isinstance(new, Curve):
        return _added_keys(new, old.keys if isinstance(old, Curve) else ())
    if isinstance(new, np.ndarray):
        return int(new.nbytes)
    if is_dataclass(new):
        same = type(new) is type(old)
        parts = (added_bytes(getattr(new, f.name), getattr(old, f.name) if same else None) for f in fields(new))
        return 200 + 100 * len(fields(new)) + sum(parts)
    if isinstance(new, Mapping):
        known = old if isinstance(old, Mapping) else {}
        return 100 + 100 * len(new) + sum(added_bytes(value, known.get(name)) for name, value in new.items())
    if isinstance(new, tuple):
        return 56 + 8 * len(new) + _added_items(new, old if isinstance(old, tuple) else ())
    return 40


def _added_keys(new: Curve, old: tuple[Key, ...]) -> int:
    """The same for the keys of a curve. There may be a hundred thousand in a step, all of one make: they are counted."""
    keys, ways = {*map(id, old)}, {id(key.after) for key in old}
    fresh = [key for key in new.keys if id(key) not in keys]
    handles = sum(len(way.handles) for way in {id(key.after): key.after for key in fresh if id(key.after) not in ways}.values())
    # a pointer to each key and its packed frame; a key, its numbers, and the handles of its way
    return 400 + 12 * len(new.keys) + len(fresh) * (190 + 32 * len(new.keys[0].values)) + 200 * handles


def _added_items(new: tuple[Any, ...], old: tuple[Any, ...]) -> int:
    """The same for the items of tuples, among which a few may be new or moved."""
    shared = {id(item) for item in old}
    partners = {getattr(item, "id", None): item for item in old}
    return sum(added_bytes(item, partners.get(getattr(item, "id", 0))) for item in new if id(item) not in shared)
