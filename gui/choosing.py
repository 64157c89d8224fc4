"""Files and folders that are asked for in the system's dialogs, which begin where such a file was found last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from .settings import settings


def last_folder(purpose: str) -> Path:
    """Where a file for a purpose was chosen last, else the user's documents, else the user's own folder."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    known = [Path(str(settings().value(f"folders/{purpose}", "") or documents)), Path(documents)]
    return next((folder for folder in known if folder.is_dir()), Path.home())


def remember_folder(purpose: str, folder: Path) -> None:
    """Say where a file for a purpose was found."""
    settings().setValue(f"folders/{purpose}", str(folder.absolute()))


def _kept(purpose: str, chosen: str, folder: Path) -> str:
    if chosen:
        remember_folder(purpose, folder)
    return chosen


def _start(purpose: str, now: str) -> str:
    """Where a dialog begins: at what is chosen now, if that is anywhere."""
    return now if now and Path(now).is_absolute() and Path(now).parent.is_dir() else str(last_folder(purpose))


def ask_file(parent: QWidget, title: str, purpose: str, kinds: str = "", now: str = "") -> str:
    """Ask for a file for a purpose, as "pictures"; "" for none."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, _start(purpose, now), kinds)
    return _kept(purpose, chosen, Path(chosen).parent)


def ask_folder(parent: QWidget, title: str, purpose: str, now: str = "") -> str:
    """Ask for a folder; "" for none."""
    chosen = QFileDialog.getExistingDirectory(parent, title, _start(purpose, now))
    return _kept(purpose, chosen, Path(chosen))


def ask_target(parent: QWidget, title: str, purpose: str, suggested: str, kinds: str = "") -> str:
    """Ask for a file to write, of which a name may be all that is suggested; "" for none. That it replaces another is asked."""
    place = suggested if Path(suggested).is_absolute() else str(last_folder(purpose) / suggested)
    chosen, _ = QFileDialog.getSaveFileName(parent, title, place, kinds)
    return _kept(purpose, chosen, Path(chosen).parent)
