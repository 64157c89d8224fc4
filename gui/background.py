"""Pure computing beside the window: on another thread, its result delivered on the window's own."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from poseforge.errors import PoseForgeError

Result = TypeVar("Result")
Problem = PoseForgeError | OSError


class Background(QObject):
    """Work on immutable values for one owner, one piece after the other. What comes after the owner is gone is dropped."""

    _done = Signal(object)

    def __init__(self, owner: QObject) -> None:
        super().__init__()  # without a parent: work that is still running keeps it alive
        self._owner = weakref.ref(owner)
        self._thread = ThreadPoolExecutor(1)
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], Result], then: Callable[[Result], object], failed: Callable[[Problem], object]
    ) -> Future[Result]:
        """Do `work` on the other thread, then call `then` with its result or `failed` with its problem on this one. What has
        not begun can be cancelled.
        """
        future = self._thread.submit(work)
        future.add_done_callback(lambda done: self._done.emit((done, then, failed)))
        return future

    def _deliver(self, outcome: tuple[Future[object], Callable[[object], object], Callable[[Problem], object]]) -> None:
        future, then, failed = outcome
        owner = self._owner()
        if owner is None or not isValid(owner) or future.cancelled():
            return
        try:
            result = future.result()
        except (PoseForgeError, OSError) as error:
            failed(error)
        else:
            then(result)
