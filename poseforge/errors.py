"""What PoseForge raises, all of it one family.

    PoseForgeError
    +-- InvalidValue (ValueError)        a value was built or asked for with arguments that do not fit
    +-- FormatError (ValueError)         a file does not hold what its format promises
    |   +-- UnsafeFile                   a file that asks for more than data: code, absurd sizes
    +-- UnknownFormat (ValueError)       no format, or several, for a path
    +-- FileProblem (OSError)            a path is missing, taken, or cannot be written
    |   +-- Taken                        a path at which something lies that is replaced if one allows it
    +-- MissingDependency (ImportError)  an optional package is needed for this
    +-- NotEnoughMemory (MemoryError)    this way of doing it does not fit; the message names another
    +-- Cancelled                        somebody did not want it any more

Every message is one line for a person: which file, what was found, what was expected, what to do.
"""

from __future__ import annotations

from os import PathLike, fspath


class PoseForgeError(Exception):
    """The base of everything PoseForge raises on purpose."""


class InvalidValue(PoseForgeError, ValueError):
    """Arguments that do not make a valid value."""


class FormatError(PoseForgeError, ValueError):
    """A file that does not hold what its format promises.

    `path` names the file, `problem` says what was found and what was expected, `advice` (may be empty) what to do, `code` in
    one word what kind of problem it is.
    """

    code = "damaged"

    def __init__(self, path: str | PathLike[str], problem: str, advice: str = "", code: str = "") -> None:
        self.path = fspath(path)
        self.problem = problem
        self.advice = advice
        self.code = code or self.code
        super().__init__(f"{self.path}: {problem}" + (f" {advice}" if advice else ""))


class UnsafeFile(FormatError):
    """A file that asks for more than data: code to run, memory out of proportion, nesting without end."""

    code = "unsafe"


class UnknownFormat(PoseForgeError, ValueError):
    """No format is known for a path, or several are and none is certain."""


class FileProblem(PoseForgeError, OSError):
    """A path that is missing, already taken, or cannot be written."""


class Taken(FileProblem):
    """A path at which something lies that is replaced if one allows it; the message leaves open how."""


class MissingDependency(PoseForgeError, ImportError):
    """An optional package is needed; the message holds the command that installs it."""


class NotEnoughMemory(PoseForgeError, MemoryError):
    """Memory was short; the message says what to try instead, and `plan` names it where it is a way to do the same in less."""

    def __init__(self, message: str, plan: str = "") -> None:
        self.plan = plan
        super().__init__(message)


class Cancelled(PoseForgeError):
    """Work that was given up half-way because somebody asked for it; nothing half-written is left."""


def in_words(error: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(error, PoseForgeError):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory for this; try fewer frames or a smaller size"
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return f"something that should not happen: {error!r:.200}"
