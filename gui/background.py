"""Computing aside: work on immutable values on another thread, whose result is brought to the window's own."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from poseforge.errors import PoseForgeError

from .text import tr
from .told import told

Made = TypeVar("Made")
Failed = Callable[[str], object]

_pool = ThreadPoolExecutor(2, thread_name_prefix="poseforge-aside")
_waiting: set[_Return] = set()


class _Return(QObject):
    """The way back to the window's thread. While it is waited for, nothing else need keep it alive."""

    _arrived = Signal(object)

    def __init__(self, owner: QObject, then: Callable[[Any], object], failed: Failed) -> None:
        super().__init__()
        self._owner, self._then, self._failed = owner, then, failed
        self._arrived.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def end(self, future: Future[Any]) -> None:
        self._arrived.emit((future,))  # in a tuple, for Qt would convert some values

    def _arrive(self, end: tuple[Future[Any]]) -> None:
        _waiting.discard(self)
        (future,) = end
        if future.cancelled() or not isValid(self._owner):
            return
        error = future.exception()
        if error is None:
            self._then(future.result())
        else:
            self._failed(in_words(error))


def aside(
    owner: QObject, work: Callable[[], Made], then: Callable[[Made], object], failed: Failed = lambda _: None
) -> Future[Made]:
    """Do some work on another thread; `then` gets what it made, or `failed` what went wrong in words, on this thread.

    Neither is called once `owner` is gone, or if the future was cancelled. The future ends before either is called.
    """
    way = _Return(owner, then, failed)
    _waiting.add(way)
    future = _pool.submit(work)
    future.add_done_callback(way.end)
    return future


class Latest:
    """One piece of work at a time. Of several that wait only the latest is done, and a result that nobody wants any more is
    dropped.
    """

    def __init__(self, owner: QObject) -> None:
        self._owner = owner
        self._next: Callable[[], Future[Any]] | None = None
        self._running = self._wanted = False

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._next is not None or (self._running and self._wanted)

    def run(self, work: Callable[[], Made], then: Callable[[Made], object], failed: Failed = lambda _: None) -> None:
        """As `aside`, after what runs now."""
        self._next = partial(aside, self._owner, work, partial(self._deliver, then), partial(self._deliver, failed))
        if not self._running:
            self._begin()

    def drop(self) -> None:
        """Want nothing of what was asked for."""
        self._next, self._wanted = None, False

    def _begin(self) -> None:
        begin, self._next = self._next, None
        self._running = self._wanted = begin is not None
        if begin:
            begin()

    def _deliver(self, to: Callable[[Any], object], made: object) -> None:
        wanted = self._wanted and self._next is None
        self._begin()
        if wanted:
            to(made)


def in_words(error: BaseException) -> str:
    """What went wrong, in a sentence for people."""
    if isinstance(error, PoseForgeError):
        return told(str(error))
    if isinstance(error, MemoryError):
        return tr("There is not enough memory for this.")
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    traceback.print_exception(error)
    return tr("Something that should not happen: {error}", error=repr(error)[:200])
