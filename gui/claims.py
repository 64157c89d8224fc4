"""Which editor has a project's file open: a second one is told, and none saves over what another has saved unasked.

An open file is marked by a lock in `state_folder()`; one whose process is dead counts for nothing, so a crash blocks nobody.
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
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        self._lock.setStaleLockTime(0)  # only the death of its owner makes it stale
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
