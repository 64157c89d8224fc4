"""Computing aside: work on immutable values on a thread of its own, whose result is brought to the window's thread."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from poseforge.errors import PoseForgeError

from .text import tr

Made = TypeVar("Made")

_pool = ThreadPoolExecutor(2, thread_name_prefix="poseforge-aside")
_waiting: set[_Return] = set()


class _Return(QObject):
    """The way back to the window's thread."""

    _arrived = Signal(object, object)

    def __init__(self, owner: QObject, then: Callable[[Any], object], failed: Callable[[str], object]) -> None:
        super().__init__()
        self._owner, self._then, self._failed = owner, then, failed
        self._arrived.connect(self._arrive)

    def carry_out(self, work: Callable[[], object]) -> None:
        try:
            self._arrived.emit(work(), None)
        except Exception as error:  # whatever it is, somebody waits for it
            self._arrived.emit(None, error)

    def _arrive(self, made: object, error: Exception | None) -> None:
        _waiting.discard(self)
        if not isValid(self._owner):
            return
        if error is None:
            self._then(made)
        else:
            self._failed(in_words(error))


def aside(
    owner: QObject, work: Callable[[], Made], then: Callable[[Made], object], failed: Callable[[str], object]
) -> Future[None]:
    """Do some work on another thread; `then` gets what it made, or `failed` what went wrong in words, on this thread.

    Neither is called once `owner` is gone. The future ends when the work does, before either of them is called.
    """
    way = _Return(owner, then, failed)
    _waiting.add(way)
    return _pool.submit(way.carry_out, work)


def in_words(error: Exception) -> str:
    """What went wrong, in a sentence for people."""
    if isinstance(error, PoseForgeError):
        return str(error)
    if isinstance(error, MemoryError):
        return tr("There is not enough memory for this.")
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    traceback.print_exception(error)
    return tr("Something that should not happen: {error}", error=repr(error)[:200])
