"""Writing so that nothing is lost or half-written: beside, flushed, then renamed."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from poseforge.errors import FileProblem, Taken

_PREFIX = ".poseforge-"
_STALE_S = 60
_TRIES, _PAUSE_S = 20, 0.02
"""How often a file is put in the place of one that somebody may be reading, and the seconds between."""
_FRAME = re.compile(r"[0-9]+\.npy", re.IGNORECASE)
"""What EchoMimicV2 calls a frame; other arrays are files by themselves."""


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _umask()
"""Read once: reading sets it, which another thread must not meet."""


def real_path(path: str | os.PathLike[str]) -> Path:
    """Where a path leads: a link stays a link, and what it points to is written."""
    try:
        return Path(os.path.realpath(path))
    except (ValueError, OSError) as error:
        raise FileProblem(f"{os.fspath(path)!r:.200}: is no path ({error})") from None


def own_home() -> Path | None:
    """The folder that $POSEFORGE_HOME names for all that is the user's own; None without it."""
    home = os.environ.get("POSEFORGE_HOME")
    return real_path(home) if home else None


def own_data() -> Path:
    """Where the user's own presets and models lie: in $POSEFORGE_HOME, else the system's folder for such data."""
    from platformdirs import user_data_path

    return own_home() or user_data_path("poseforge", appauthor=False)


def keep_apart(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Refuse to write over what is read, into the very folder, as EchoMimicV2 would take the file for a frame, or where nothing
    can be written, before the work begins. FileProblem.
    """
    read, written = real_path(source), real_path(target)
    refuse_place(written)
    if read == written and read.exists():
        raise FileProblem(f"{target}: is what is read; write elsewhere, so that nothing is lost")
    folder = read if read.is_dir() else read.parent if _FRAME.fullmatch(read.name) else None
    if folder in written.parents:
        raise FileProblem(f"{target}: lies in the folder that is read; write it elsewhere")


def check_target(path: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Refuse at once what `writing_file` would refuse after hours of work. FileProblem."""
    target = real_path(path)
    with _problems(target):
        _refuse_file(target, overwrite)
        refuse_place(target)


def refuse_place(path: str | os.PathLike[str]) -> None:
    """Refuse a path below a file, or in a folder that may not be written to. FileProblem."""
    target = real_path(path)
    with _problems(target):
        place = target.parent
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            raise FileProblem(f"{target}: {place.name} is a file, not a folder; choose another place")
        # an administrator could write there, and Windows means something else by these bits
        protected = os.name != "nt" and not place.stat().st_mode & 0o222
        if protected or not os.access(place, os.W_OK):
            raise FileProblem(f"{target}: nothing may be written into the folder {place}; choose another place")


@contextmanager
def writing_file(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[Path]:
    """A path beside `path` to write to; it becomes `path` when the block ends well and vanishes when not.

    Raises FileProblem if `path` exists and may not be replaced, or cannot be written.
    """
    target = real_path(path)
    with _problems(target):
        _refuse_file(target, overwrite)
        refuse_place(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=target.parent)
        os.close(handle)
    beside = Path(name)
    try:
        with _problems(target):
            yield beside
            _flush(beside)
            beside.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_UMASK)
            _replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _replace(beside: Path, target: Path) -> None:
    """Put a file in another's place. On Windows not while somebody reads that one: the reader is waited for."""
    for _ in range(_TRIES):
        try:
            return os.replace(beside, target)
        except PermissionError:
            time.sleep(_PAUSE_S)
    os.replace(beside, target)


def _refuse_file(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise FileProblem(f"{target}: is a folder; give the name of a file")
    if target.exists() and not target.is_file():
        raise FileProblem(f"{target}: is no file but a device or a pipe; give the name of a file")
    _refuse_protected(target)
    if target.exists() and not overwrite:
        raise Taken(f"{target}: exists; choose another name, or have it replaced")


def _refuse_protected(target: Path) -> None:
    """Refuse what nobody may write, though the system would let an administrator."""
    if target.exists() and not target.stat().st_mode & 0o222:
        raise FileProblem(f"{target}: is write-protected; choose another name or take the protection off")


@contextmanager
def writing_folder(
    path: str | os.PathLike[str], overwrite: bool = False, ours: Callable[[str], bool] = lambda name: False
) -> Iterator[Path]:
    """A new folder beside `path` to fill; it becomes `path` when the block ends well and vanishes when not.

    An existing folder is never mixed with new files. An empty one is used; with `overwrite`, one in which every entry
    satisfies `ours` (the file names this writer makes) is replaced. Raises FileProblem otherwise.
    """
    target = real_path(path)
    _refuse_folder(target, overwrite, ours)
    refuse_place(target)
    with _problems(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=target.parent))
    try:
        with _problems(target):
            yield beside
            _flush_folder(beside)
            beside.chmod(0o777 & ~_UMASK)
            if target.exists():
                _swap(beside, target)
            else:
                os.replace(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refuse_folder(target: Path, overwrite: bool, ours: Callable[[str], bool]) -> None:
    if not target.is_dir():
        if target.exists() or target.is_symlink():
            raise FileProblem(f"{target}: is a file; give the name of a folder")
        return
    with _problems(target):
        _refuse_protected(target)
        entries = sorted(entry.name for entry in target.iterdir())
    strangers = [name for name in entries if not ours(name)]
    if entries and not overwrite:
        raise Taken(f"{target}: exists and is not empty; choose another name, or have it replaced")
    if strangers:
        raise FileProblem(f"{target}: holds {strangers[0]!r}, which is not part of such a folder; nothing was replaced")


def _swap(beside: Path, target: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=target.parent))
    os.replace(target, old / "was")
    try:
        os.replace(beside, target)
    except OSError:
        os.replace(old / "was", target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def clear_leftovers(folder: Path) -> None:
    """Remove what a writer that was killed has left beside its targets: nobody has touched it for a minute, and the process
    that its name tells is gone. A slow writer keeps what it has.
    """
    for entry in folder.glob(f"{_PREFIX}*"):
        try:
            if entry.suffix or time.time() - entry.stat().st_mtime < _STALE_S or _at_work(entry.name):
                continue
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink()
        except OSError:  # somebody else has removed it, or keeps it
            continue


def _at_work(name: str) -> bool:
    """Whether the process that wrote something of that name runs. On Windows nobody can remove what it has open."""
    owner = re.match(re.escape(_PREFIX) + r"([0-9]+)-", name)
    if owner is None or os.name == "nt":
        return False
    try:
        os.kill(int(owner[1]), 0)
    except PermissionError:  # another user's
        return True
    except (OSError, OverflowError):
        return False
    return True


@contextmanager
def holding(lock: Path, busy: str) -> Iterator[None]:
    """Hold a file as a lock, which ends with the process at the latest. FileProblem, saying that it is `busy`, if another
    holds it.
    """
    with open(lock, "ab") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(file.fileno()).st_nlink == 0:  # whoever held it has just removed it
                    raise OSError
        except OSError:
            raise FileProblem(busy) from None
        try:
            yield
        finally:
            if sys.platform != "win32":  # there nobody can remove what is open
                lock.unlink(missing_ok=True)
    if sys.platform == "win32":
        with suppress(OSError):  # another holds it by now
            lock.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Every file of a folder. Linux waits for all that is to be written, which for thousands of files is far quicker."""
    if sys.platform == "linux":
        os.sync()
    else:
        for entry in folder.rglob("*"):
            if entry.is_file():
                _flush(entry)


@contextmanager
def _problems(target: Path) -> Iterator[None]:
    try:
        yield
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(f"{target}: cannot be written ({_in_words(error)})") from error


def _in_words(error: OSError) -> str:
    """Why something cannot be written, for people."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "the disk is full"
    if error.errno == errno.EROFS:
        return "the disk can only be read"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "that is not allowed there, or another program uses it"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long"
    return error.strerror or str(error)
