"""A camera seen from the editor: its pictures, and the takes that are asked for. A process of its own does the work, beside the
one for exports, so that neither waits for the other.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, Signal

from poseforge import recording
from poseforge.jobs import Event, Request, hide_shown, prepare
from poseforge.worker import Worker

from .settings import state_folder
from .told import told

LOCK = "lock"

_GRACE_S = 2.0
"""How long a camera may take to close: whoever closes the window waits for it."""


def recordings_folder() -> Path:
    """Where recordings lie, a folder for each time that a camera was opened."""
    return state_folder() / "recordings"


class Camera(QObject):
    """Whatever is open; nothing at first.

    Attributes:
        folder: of the recording that goes on; None if there is none.
        take: the take that is on; None if there is none.
    """

    shown = Signal(object, object)
    """(the file of a picture, what is known of it as `poseforge.recording` tells): the newest, and none of those before."""
    ended = Signal(str)
    """Nothing comes any more: why, empty if it was closed."""

    _heard = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.take: Path | None = None
        self._worker: Worker | None = None
        self._request: Request | None = None
        self._lock: QLockFile | None = None
        self._newest: Event | None = None
        self._heard.connect(self._hear)

    @property
    def folder(self) -> Path | None:
        return self._request.folder if self._request else None

    def open(self, arguments: Mapping[str, Any]) -> None:
        """Show another source from now on: arguments of a job that records. Raises a PoseForgeError."""
        self.close()
        request = prepare(recordings_folder(), "record", arguments)
        self._lock = QLockFile(str(request.folder / LOCK))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        self._request, self._newest = request, None
        self._worker = self._worker or Worker(_GRACE_S)
        self._worker.submit(request, partial(self._listen, request))

    def begin(self) -> Path:
        """Begin a take. Raises OSError."""
        assert self._request
        self.take = recording.begin(self._request.folder)
        return self.take

    def end(self) -> None:
        """End the take."""
        if self.take:
            recording.end(self.take)
            self.take = None

    def close(self) -> None:
        """Show no more; a take that is on is kept."""
        request, self._request, self.take = self._request, None, None
        if request is None:
            return
        with suppress(OSError):  # somebody has removed it
            recording.end(request.folder)
        if self._worker and self._newest is None:  # it still opens, which may take long
            self._worker.cancel(request)
        self._unlock()

    def quit(self) -> None:
        """Close it, and end the process."""
        self.close()
        if self._worker:
            self._worker.close()
            self._worker = None

    def _unlock(self) -> None:
        if self._lock:
            self._lock.unlock()

    def _listen(self, request: Request, event: Event) -> None:
        """On the worker's thread. Of pictures only the newest is worth telling."""
        if event.kind == "shown" and request is self._request:
            self._newest = event
        self._heard.emit((request, event))

    def _hear(self, heard: tuple[Request, Event]) -> None:
        request, event = heard
        if request is not self._request:
            return
        if event is self._newest:
            known = event.result or {}
            self.shown.emit(request.folder / str(known["picture"]), known)
        elif event.last:
            self._request, self.take = None, None
            self._unlock()
            problem = event.text if event.kind == "failed" else str((event.result or {}).get("problem", ""))
            self.ended.emit(told(problem))


def old_takes(but: Path | None) -> list[Path]:
    """The takes in all recordings that no editor makes, the oldest first. What else a recording has left is removed."""
    found: list[Path] = []
    for folder in sorted(recordings_folder().glob("[0-9]*-record")):
        lock = QLockFile(str(folder / LOCK))
        lock.setStaleLockTime(0)
        if folder != but and lock.tryLock(0):
            hide_shown(folder)
            lock.unlock()
            takes = recording.takes(folder)
            found += takes
            if not takes:
                shutil.rmtree(folder, ignore_errors=True)
    return found
