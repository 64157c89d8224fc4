"""Files and folders that are asked for in the system's dialogs, which begin where such a file was found last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from .settings import settings
from .text import tr


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


def _chosen(dialog: QFileDialog) -> str:
    """What is chosen in a dialog; Qt's own, where the desktop has none, has no translation of some of its words."""
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, tr("Look in:"))
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, tr("Files of type:"))
    chosen = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return chosen


def _start(purpose: str, now: str) -> str:
    """Where a dialog begins: at what is chosen now, if that is anywhere."""
    return now if now and Path(now).is_absolute() and Path(now).parent.is_dir() else str(last_folder(purpose))


def ask_file(parent: QWidget, title: str, purpose: str, kinds: str = "", now: str = "") -> str:
    """Ask for a file for a purpose, as "pictures"; "" for none."""
    dialog = QFileDialog(parent, title, _start(purpose, now), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    chosen = _chosen(dialog)
    return _kept(purpose, chosen, Path(chosen).parent)


def ask_folder(parent: QWidget, title: str, purpose: str, now: str = "") -> str:
    """Ask for a folder; "" for none."""
    dialog = QFileDialog(parent, title, _start(purpose, now))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    chosen = _chosen(dialog)
    return _kept(purpose, chosen, Path(chosen))


def ask_target(parent: QWidget, title: str, purpose: str, suggested: str, kinds: str = "") -> str:
    """Ask for a file to write, of which a name may be all that is suggested; "" for none. That it replaces another is asked."""
    place = suggested if Path(suggested).is_absolute() else str(last_folder(purpose) / suggested)
    dialog = QFileDialog(parent, title, place, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chosen = _chosen(dialog)
    return _kept(purpose, chosen, Path(chosen).parent)
