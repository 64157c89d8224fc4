"""A report of a problem: a zip with versions, settings and the log, and nothing that is private."""

from __future__ import annotations

import getpass
import platform
import re
import zipfile
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from poseforge import __version__, doctor

from . import log
from .background import Latest
from .choosing import ask_target
from .session import Session
from .settings import settings
from .text import tr
from .theme import STEP, tabular

_LINES = 300
_PATH = re.compile(r"""(?<![\w.])(?:[A-Za-z]:[\\/]|\\\\|~[\\/]|/)[^\s:"'<>|*?,;()]+(?:[\\/ ][^\s:"'<>|*?,;()]+)*""")
_QUOTED = re.compile(r"""(["'])((?:[A-Za-z]:[\\/]|\\\\|~[\\/]|/)[^"'\n]*)\1""")
_CODE = re.compile(r"[\\/](?:poseforge|gui|converters|site-packages|lib[\\/]python[\d.]+)[\\/][\w\\/.-]*\.py$")
_PLAIN = re.compile(r"[\w+ .,#@-]{0,60}")


def without_names(text: str, names: Iterable[str] = ()) -> str:
    """A text without places of files and names of people. Of the program's own files the name stays, and rather too much goes
    than too little.
    """

    def place(path: str) -> str:
        return f".../{Path(path.replace(chr(92), '/')).name}" if _CODE.search(path) else "(path)"

    text = _QUOTED.sub(lambda found: f"{found[1]}{place(found[2])}{found[1]}", text)
    text = _PATH.sub(lambda found: place(found[0]), text)
    for name in names:
        if len(name) > 1:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "(name)", text)
    return text


def private_names() -> list[str]:
    """What the user and the machine are called."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    found = {user, Path.home().name, platform.node()}
    return sorted(found - {"", "root", "home", "localhost"}, key=len, reverse=True)


def screens() -> str:
    """How large the screens are."""
    found = QGuiApplication.screens()
    return ", ".join(f"{one.size().width()}x{one.size().height()} at {one.devicePixelRatio():g}" for one in found)


def versions() -> str:
    """PoseForge, Python, Qt, the system, what `doctor` says, and all packages."""
    lines = [
        f"PoseForge {__version__}",
        f"Qt {qVersion()} on {QGuiApplication.platformName()}",
        f"{platform.system()} {platform.release()} {platform.machine()}, {platform.python_implementation()} "
        f"{platform.python_version()}",
        "",
        *(f"{found.name}: {found.state}: {found.seen}" for found in doctor.diagnose()),
        "",
        *sorted({f"{package.metadata['Name']} {package.version}" for package in distributions()}, key=str.casefold),
    ]
    return "\n".join(lines)


def plain_settings() -> str:
    """The settings that are plain words and numbers; what could hold a path or a name is left out."""
    own = settings()
    lines = []
    for key in sorted(own.allKeys()):
        value = own.value(key)
        simple = isinstance(value, str | int | float | bool) and _PLAIN.fullmatch(str(value))
        known = re.fullmatch(r"(keys|window|tour)/\w+|theme|language", key)
        lines.append(f"{key} = {value}" if simple and known else f"{key.split('/')[0]}/... (left out)")
    return "\n".join(dict.fromkeys(lines))


def contents(screens: str) -> dict[str, str]:
    """The files of a report, by name."""
    names = private_names()
    made = {
        "versions.txt": f"{versions()}\n\nscreens: {screens}",
        "settings.txt": plain_settings(),
        "log.txt": "\n".join(log.last_lines(_LINES)),
    }
    return {name: without_names(text, names) + "\n" for name, text in made.items()}


class ReportDialog(QDialog):
    """Shows what a report would hold, word for word, and writes it where the user says."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(tr("Report a problem"))
        self._files: dict[str, str] = {}
        intro = QLabel(
            tr(
                "This writes a zip file that helps to find a fault. It holds exactly what you see below: versions, settings "
                "and the log. No poses, no pictures, no sound; places of files and names are left out. Nothing is sent."
            )
        )
        intro.setWordWrap(True)
        self.tabs = QTabWidget()
        self.note = QLabel(tr("Collecting…"))
        self.note.setWordWrap(True)
        self.save_button = QPushButton(tr("Save the report…"))
        self.save_button.setDefault(True)
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self.save)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.note, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        column.setSpacing(3 * STEP)
        column.addWidget(intro)
        column.addWidget(self.tabs, 1)
        column.addLayout(buttons)
        self.resize(680, 520)
        self._background = Latest(self)
        seen = screens()
        self._background.run(lambda: contents(seen), self._fill)

    def _fill(self, files: dict[str, str]) -> None:
        self._files = files
        for name, text in files.items():
            page = QPlainTextEdit(text)
            page.setReadOnly(True)
            page.setFont(tabular())
            page.setAccessibleName(name)
            self.tabs.addTab(page, name)
        self.note.setText("")
        self.save_button.setEnabled(True)

    def ask(self) -> str:
        """Where to write, or nothing."""
        name = f"poseforge-report-{__version__}.zip"
        return ask_target(self, tr("Save the report"), "exports", name, tr("Zip files (*.zip)"))

    def save(self) -> None:
        """Write the report where the user says."""
        chosen = self.ask()
        if not chosen:
            return
        path = Path(chosen)
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in self._files.items():
                    archive.writestr(name, text)
        except OSError as error:
            self.note.setText(tr("{name} cannot be written: {why}", name=path.name, why=error.strerror or str(error)))
            return
        self.session.tell("hint", tr("The report was saved as {name}.", name=path))
        self.accept()
