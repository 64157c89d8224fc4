"""Computing beside the window: of what was asked for, only the latest counts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal

from poseforge.errors import PoseForgeError

Result = TypeVar("Result")


class Background(QObject):
    """One computation at a time, on immutable values, in another thread.

    What is asked for while one runs waits for it; of several that wait only the latest is done, and a result that nobody
    wants any more is dropped.
    """

    _done = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._running: tuple[Any, ...] | None = None
        self._waiting: tuple[Any, ...] | None = None
        self._wanted = False
        self._done.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._waiting is not None or (self._running is not None and self._wanted)

    def run(
        self, work: Callable[[], Result], then: Callable[[Result], object], refused: Callable[[str], object] = lambda _: None
    ) -> None:
        """Have `work` done, and its result given to `then` in the window's thread, or what it refused with to `refused`."""
        self._waiting = (work, then, refused)
        if self._running is None:
            self._next()

    def drop(self) -> None:
        """Want nothing of what was asked for."""
        self._waiting, self._wanted = None, False

    def _next(self) -> None:
        self._running, self._waiting, self._wanted = self._waiting, None, True
        if self._running:
            work = self._running[0]
            QThreadPool.globalInstance().start(lambda: self._do(work))

    def _do(self, work: Callable[[], object]) -> None:
        outcome: object
        try:
            outcome = work()
        except Exception as error:
            outcome = error
        with suppress(RuntimeError):  # the window is gone
            self._done.emit((outcome,))  # in a tuple, for Qt would convert some values

    def _deliver(self, result: tuple[Any]) -> None:
        assert self._running is not None
        (outcome,), (_, then, refused) = result, self._running
        wanted = self._wanted and self._waiting is None
        self._next()
        if isinstance(outcome, PoseForgeError | OSError):
            if wanted:
                refused(str(outcome))
        elif isinstance(outcome, Exception):
            raise outcome
        elif wanted:
            then(outcome)
