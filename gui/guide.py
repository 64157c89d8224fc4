"""Help: the palette, the sheet of shortcuts, the tour, what is this, reports of problems, and about."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QObject, Qt, qVersion
from PySide6.QtWidgets import QApplication, QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWhatsThis, QWidget

from poseforge import __version__
from poseforge.timeline.project import Project

from . import log
from .actions import Actions
from .palette import Palette
from .report import ReportDialog
from .session import Session
from .settings import settings
from .shortcuts import Shortcuts
from .text import tr
from .theme import STEP
from .tour import Tour, sample

_SEEN = "tour/seen"

CREDITS = (
    ("PySide6", "PySide6-Essentials", "LGPL-3.0"),
    ("pyqtgraph", "pyqtgraph", "MIT"),
    ("NumPy", "numpy", "BSD-3-Clause"),
    ("SciPy", "scipy", "BSD-3-Clause"),
    ("OpenCV", "opencv-contrib-python", "Apache-2.0"),
    ("Pillow", "pillow", "MIT-CMU"),
    ("PyAV, FFmpeg, x264", "av", "BSD-3-Clause, LGPL-2.1, GPL-2.0"),
    ("sounddevice", "sounddevice", "MIT"),
)
"""(library, its package, its licence), as NOTICE tells at length."""


class Guide(QObject):
    """Carries out the actions of the menu of help."""

    def __init__(self, session: Session, actions: Actions, window: QWidget, show: Callable[[Project], object]) -> None:
        """`show` opens a project that has no file."""
        super().__init__(window)
        self.session = session
        self._show_sample = show
        self.tour: Tour | None = None
        self._actions, self._window = actions, window
        self._first = session.project
        self._palette: Palette | None = None
        for id, handler in {
            "palette": self.show_palette,
            "shortcuts": self.show_shortcuts,
            "what_is": self.what_is,
            "tour": self.start_tour,
            "report": self.show_report,
            "about": self.show_about,
        }.items():
            actions.on(id, handler)
        log.caught.exception.connect(self._tell)

    def _tell(self, what: str) -> None:
        words = tr("Something went wrong: {what}. Your work is not lost; please use Help > Report a problem.", what=what)
        self.session.tell("error", words)

    def what_is(self) -> None:
        """Let the user click on what they want explained: what has no text of its own says what its tooltip does. Again, it
        ends that.
        """
        if QWhatsThis.inWhatsThisMode():
            QWhatsThis.leaveWhatsThisMode()
            return
        for widget in QApplication.allWidgets():
            if widget.toolTip() and widget.whatsThis() in ("", widget.property("explained")):
                widget.setProperty("explained", widget.toolTip())
                widget.setWhatsThis(widget.toolTip())
        QWhatsThis.enterWhatsThisMode()

    def show_palette(self) -> None:
        if self._palette is None:
            self._palette = Palette(self._actions, self._window)
        self._palette.pop_up()

    def show_shortcuts(self) -> None:
        self._show(Shortcuts(self._actions, self._window))

    def show_report(self) -> None:
        self._show(ReportDialog(self.session, self._window))

    def show_about(self) -> None:
        self._show(About(self._window))

    def _show(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def welcome(self) -> None:
        """Start the tour for whoever has never seen it and has nothing open yet."""
        if not settings().value(_SEEN) and self._untouched:
            self.start_tour()

    @property
    def _untouched(self) -> bool:
        """Whether what is open is what the editor began with, or the sample as it was."""
        return self.session.history.saved and self.session.project is self._first

    def start_tour(self) -> None:
        """Take the tour: on a sample if all that is open is saved, else on what is open."""
        settings().setValue(_SEEN, "yes")
        if self.tour:
            self.tour.end()
        on_sample = self.session.history.saved
        if on_sample:
            self._first = sample()
            self._show_sample(self._first)
            self.session.seek(24)
        self.tour = Tour(self.session, self._actions, self._window, self._ended, on_sample)

    def _ended(self) -> None:
        self.tour = None


class About(QDialog):
    """Versions, the licence, and on whose work PoseForge stands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About PoseForge"))
        title = QLabel(f"PoseForge {__version__}")
        title.setStyleSheet("font-size: 16pt; font-weight: 600")
        words = QLabel(
            tr(
                "Hand and body pose sequences for EchoMimicV2, made by hand.\n"
                "Free software under the Apache License 2.0, with no warranty."
            )
        )
        words.setWordWrap(True)
        made = QLabel(tr("Python {python}, Qt {qt}, on {system}", python=platform.python_version(), qt=qVersion(),
                         system=f"{platform.system()} {platform.machine()}"))  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * STEP)
        grid.addWidget(QLabel(tr("It is built on:")), 0, 0, 1, 3)
        for row, (name, package, licence) in enumerate(CREDITS, 1):
            for column, text in enumerate((name, _version(package), licence)):
                grid.addWidget(QLabel(text), row, column)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 4 * STEP)
        lines.setSpacing(3 * STEP)
        for label in (title, words, made):
            lines.addWidget(label)
        lines.addLayout(grid)
        lines.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"
