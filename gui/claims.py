"""Which editor has a project's file open, and which makes a take: a second one is told, and none saves over what another has
saved unasked.

An open file is marked by a lock in `state_folder()`, a take by one in its folder; a lock whose process is dead counts for
nothing, so a crash blocks nobody.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile

from poseforge.files import real_path

from .settings import state_folder

Stamp = tuple[int, int] | None
"""When a file was changed and its size; None if there is none."""


def stamp(path: Path) -> Stamp:
    """By what one sees whether somebody else has written a file."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


class Claim:
    """A project's file that an editor has open.

    Attributes:
        path: the file.
        known: as it was when it was read or written here.
        shared: whether another editor has it open.
    """

    def __init__(self, path: Path, known: Stamp) -> None:
        self.path, self.known = path, known
        folder = state_folder() / "open"
        folder.mkdir(exist_ok=True)
        self._real = real_path(path)
        name = hashlib.sha256(str(self._real).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._lock = _lock(folder / f"{name}.lock")
        self.shared = not self._lock.tryLock(0) and self._lock.error() == QLockFile.LockError.LockFailedError

    @property
    def changed(self) -> bool:
        """Whether the file is another than the one that was read or written here."""
        return stamp(self.path) not in (None, self.known)

    def is_for(self, path: Path) -> bool:
        """Whether a path leads to the file."""
        return real_path(path) == self._real

    def release(self) -> None:
        """The file is open here no more."""
        self._lock.unlock()


class AtWork:
    """Folders of jobs that wait or run here, so that no other editor takes them for interrupted."""

    def __init__(self) -> None:
        self._locks: dict[Path, QLockFile] = {}

    def mark(self, folder: Path, busy: bool) -> None:
        """Say whether a folder's job waits or runs."""
        if not busy:
            lock = self._locks.pop(folder, None)
            if lock:
                lock.unlock()
        elif folder not in self._locks:
            self._locks[folder] = _lock(folder / _AT_WORK)
            self._locks[folder].tryLock(_MOMENT_MS)


def at_work_elsewhere(folder: Path) -> bool:
    """Whether a folder's job waits or runs in another editor, or in this one. Holds nothing."""
    return (folder / _AT_WORK).exists() and not _lock(folder / _AT_WORK).tryLock(0)


_AT_WORK = "at-work.lock"

_MOMENT_MS = 100
"""Somebody may be looking."""


def _lock(place: Path) -> QLockFile:
    """A lock that nothing but the death of its owner makes stale."""
    lock = QLockFile(str(place))
    lock.setStaleLockTime(0)
    return lock
