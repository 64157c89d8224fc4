"""What a crash leaves: the editor saves by itself, and finds what an editor that died had saved.

Every editor with unsaved work has a folder of its own among those of `state_folder()`, so that none writes over another's, and
a file's folder need not be writable:

    unsaved/ID/lock                 held while the editor lives
    unsaved/ID/open.json            {"path": the project's file, or null, "name": what it is called without one}
    unsaved/ID/project.poseforge    the work
"""

from __future__ import annotations

import json
import shutil
import uuid
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolBar, QWidget

from poseforge.projects import SUFFIX, open_project, save_project
from poseforge.timeline.project import Project

from .background import aside
from .session import Session
from .settings import state_folder
from .text import tr
from .theme import STEP

EVERY_MS = 20_000

_LOCK, _OPEN, _PROJECT = "lock", "open.json", f"project{SUFFIX}"


@dataclass(frozen=True)
class Lost:
    """Work that an editor had not saved when it died.

    Attributes:
        path: the project's file; None if it has none.
        name: what it is called without a file; "" if it has no name.
        when: the time of the autosave.
        folder, lock: that editor's.
    """

    path: Path | None
    name: str
    when: datetime
    folder: Path
    lock: QLockFile

    def work(self) -> Project:
        """The project as it was. Raises a PoseForgeError."""
        return open_project(self.folder / _PROJECT)

    def discard(self) -> None:
        """Remove it for good."""
        self.lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)


def lost_work() -> list[Lost]:
    """What editors that died have left, the youngest first. Nobody else is offered it until its lock is released."""
    found = []
    for folder in (state_folder() / "unsaved").glob("*"):
        lock = _locked(folder)
        if lock:
            lost = _lost(folder, lock)
            if lost:
                found.append(lost)
            else:
                lock.unlock()
                shutil.rmtree(folder, ignore_errors=True)
    return sorted(found, key=lambda lost: lost.when, reverse=True)


def _locked(folder: Path) -> QLockFile | None:
    """The lock of an editor's folder, if nobody alive holds it."""
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)  # only the death of its owner makes it stale
    return lock if lock.tryLock(0) else None


def _lost(folder: Path, lock: QLockFile) -> Lost | None:
    """What is in a folder, unless the project's file is younger: it was saved, and death came right after."""
    try:
        known = json.loads((folder / _OPEN).read_text(encoding="utf-8"))
        when = (folder / _PROJECT).stat().st_mtime
        path = Path(known["path"]) if known["path"] else None
        if path and path.is_file() and path.stat().st_mtime >= when:
            return None
        return Lost(path, str(known.get("name", "")), datetime.fromtimestamp(when), folder, lock)
    except (OSError, ValueError, LookupError, TypeError):
        return None


class Autosave(QObject):
    """Saves what is open every few seconds if it has changed."""

    saved = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.path: Path | None = None
        self.name = ""
        self._folder: Path | None = None
        self._lock: QLockFile | None = None
        self._last: Project | None = None
        self._writing: Future[None] | None = None
        timer = QTimer(self, interval=EVERY_MS)
        timer.timeout.connect(self._when_idle)
        timer.start()

    def follow(self, path: Path | None, name: str = "") -> None:
        """Another file is open from now on, or work without one but with a name, and all is saved or given up: what was saved
        by itself is dropped.
        """
        self.path, self.name = path, name
        self.wait()
        self._last = self._writing = None
        if self._lock:
            self._lock.unlock()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = self._lock = None

    def wait(self) -> None:
        """Let what is being written be written."""
        if self._writing:
            self._writing.exception()

    def adopt(self, lost: Lost) -> None:
        """Go on with what another editor has left: it stays until this work is saved."""
        self._folder, self._lock = lost.folder, lost.lock

    def _when_idle(self) -> None:
        if not self.session.dragging and not QApplication.mouseButtons().value:
            self.save_now()

    def save_now(self) -> None:
        """Save by itself what is not saved, on another thread, unless that is going on."""
        history = self.session.history
        if history.saved or history.project is self._last or (self._writing and not self._writing.done()):
            return
        project, known = history.project, {"path": str(self.path) if self.path else None, "name": self.name}

        def failed(problem: str) -> None:
            self.session.tell("warning", tr("Unsaved work cannot be kept safe: {problem}", problem=problem))

        try:
            folder = self._own_folder()
        except OSError as error:
            failed(str(error))
            return
        self._last = project  # tried once, so that a full disk is not told of every few seconds

        def write() -> None:
            save_project(project, folder / _PROJECT)
            (folder / _OPEN).write_text(json.dumps(known), encoding="utf-8")

        self._writing = aside(self, write, lambda _: self.saved.emit(), failed)

    def _own_folder(self) -> Path:
        if self._folder is None:
            folder = state_folder() / "unsaved" / uuid.uuid4().hex
            folder.mkdir(parents=True)
            self._folder, self._lock = folder, _locked(folder)
        return self._folder


class RecoveryBar(QToolBar):
    """A line above the canvas: work of an editor that died, and what shall become of it."""

    opened = Signal()
    discarded = Signal()

    def __init__(self, lost: Lost, parent: QWidget) -> None:
        super().__init__(tr("Recovered work"), parent)
        self.setObjectName("recovered")
        self.setMovable(False)
        self.lost = lost
        name = lost.path.name if lost.path else lost.name or tr("New project")
        text = tr("Recovered work of {time}: {name}", time=_time(lost.when), name=name)
        inside = QWidget(self)
        layout = QHBoxLayout(inside)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        label = QLabel(text, inside)
        label.setToolTip(str(lost.path or ""))
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout.addWidget(label, 1)
        self.open_button = QPushButton(tr("Open it"), inside)
        self.discard_button = QPushButton(tr("Discard it"), inside)
        for button, signal in ((self.open_button, self.opened), (self.discard_button, self.discarded)):
            button.setAccessibleName(f"{button.text()}: {text}")
            button.clicked.connect(signal)
            layout.addWidget(button)
        self.addWidget(inside)


def _time(when: datetime) -> str:
    """A time of today by its hour, an older one by its day as well."""
    return f"{when:%H:%M}" if when.date() == datetime.now().date() else f"{when:%Y-%m-%d %H:%M}"
