"""Draft: what a window tries before it is applied, with steps of its own to undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Step(Generic[Value]):
    label: str
    value: Value
    merge: object


class Draft(Generic[Value]):
    """A value that is tried. `changed` is called with it after each step, and when one is undone or done again.

    Attributes:
        value: as it is now.
    """

    def __init__(self, value: Value, changed: Callable[[Value], object]) -> None:
        self.value, self._changed = value, changed
        self._done: list[_Step[Value]] = []
        self._undone: list[_Step[Value]] = []

    def apply(self, label: str, value: Value, merge: object = None) -> None:
        """Try another value, as a step called `label`; steps in a row with the same `merge` that is not None are one."""
        if value == self.value:
            return
        if not (self._done and merge is not None and self._done[-1].merge == merge and not self._undone):
            self._done.append(_Step(label, self.value, merge))
        self._undone.clear()
        self._set(value)

    def undo(self) -> None:
        """Go one step back, if there is one."""
        self._travel(self._done, self._undone)

    def redo(self) -> None:
        """Go one step forth again, if there is one."""
        self._travel(self._undone, self._done)

    def begin(self, value: Value) -> None:
        """Begin anew with a value, without a step and without a word."""
        self._done, self._undone, self.value = [], [], value

    @property
    def undo_labels(self) -> tuple[str, ...]:
        """The steps that can be undone, the next one first."""
        return tuple(step.label for step in reversed(self._done))

    @property
    def redo_labels(self) -> tuple[str, ...]:
        """The steps that can be done again, the next one first."""
        return tuple(step.label for step in reversed(self._undone))

    def _travel(self, back: list[_Step[Value]], forth: list[_Step[Value]]) -> None:
        if back:
            step = back.pop()
            forth.append(_Step(step.label, self.value, None))
            self._set(step.value)

    def _set(self, value: Value) -> None:
        self.value = value
        self._changed(value)
