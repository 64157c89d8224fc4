"""The log: what went wrong unexpectedly, in a small file, and told in the window instead of ending it."""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from .settings import state_folder

_BYTES = 256 * 1024


class _Caught(QObject):
    exception = Signal(str)
    """An exception that nobody expected, in one line."""


caught = _Caught()
_logger = logging.getLogger("poseforge.gui")


def path() -> Path:
    """The file that is written now; the one before it ends in .1."""
    return state_folder() / "editor.log"


def install() -> None:
    """From now on, log exceptions that nobody catches, and what Qt says; an exception never closes the window."""
    handler = RotatingFileHandler(path(), maxBytes=_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for old in _logger.handlers[:]:
        _logger.removeHandler(old)
        old.close()
    _logger.addHandler(handler)
    _logger.propagate = False
    logging.raiseExceptions = False  # a full disk must not break the editor
    sys.excepthook = _exception
    threading.excepthook = _in_thread
    qInstallMessageHandler(_qt)


def _exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _logger.error("unexpected", exc_info=(kind, error, trace))
    if sys.__stderr__:  # there is none in a program without a console
        sys.__excepthook__(kind, error, trace)
    caught.exception.emit(f"{kind.__name__}: {error}")


def _in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    _logger.log(_LEVELS[kind], "Qt: %s", message)


def last_lines(count: int) -> list[str]:
    """The newest lines of the log, with those of the file before it."""
    lines: list[str] = []
    for file in (path().with_name(path().name + ".1"), path()):
        if file.is_file():
            lines += file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-count:]
