"""The takes of the project: what was made, when, with which settings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from poseforge import takes
from poseforge.errors import PoseForgeError
from poseforge.takes import Take

from .background import Latest, aside
from .claims import at_work_elsewhere
from .icons import icon
from .session import Session
from .settings import state_folder
from .text import tr
from .theme import STEP, colors, current

_ICON = 16 * STEP
_TAKE, _ELSEWHERE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


def root() -> Path:
    """Where all takes of this user lie."""
    return state_folder() / "takes"


class TakesList(QWidget):
    """Shows the takes of one project, the latest first.

    Attributes:
        project: the project's file; "" as long as it has none.
    """

    chosen = Signal(object)
    """The take that shall be looked at; None if there is none any more."""
    reused = Signal(object)
    """A take whose settings shall be used again."""
    resumed = Signal(object)
    """A take that was interrupted and shall go on."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.project = ""
        self._reading = Latest(self)
        self._busy: Collection[Path] = ()
        self._wanted: Path | None = None
        self.title = QLabel(self)
        self.title.setWordWrap(True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Takes"))
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setWordWrap(True)
        self.list.setMinimumHeight(_ICON + 2 * STEP)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.again_button = QPushButton(tr("Use these settings again"), self)
        self.resume_button = QPushButton(tr("Go on"), self)
        self.resume_button.setToolTip(tr("It was interrupted; steps that are done are kept"))
        self.folder_button = QPushButton(tr("Open the folder"), self)
        self.delete_button = QPushButton(tr("Delete"), self)
        for button, clicked in (
            (self.again_button, lambda: self.reused.emit(self.take)),
            (self.resume_button, lambda: self.resumed.emit(self.take)),
            (self.folder_button, self.open_folder), (self.delete_button, self.delete),
        ):  # fmt: skip
            button.clicked.connect(clicked)
        last = QHBoxLayout()
        for button in (self.resume_button, self.folder_button, self.delete_button):
            last.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        column.addWidget(self.again_button)
        column.addLayout(last)
        current.changed.connect(self._draw)
        self._draw()
        self._show([])

    @property
    def take(self) -> Take | None:
        """The one that is chosen."""
        item = self.list.currentItem()
        return item.data(_TAKE) if item else None

    @property
    def all(self) -> list[Take]:
        return [self.list.item(i).data(_TAKE) for i in range(self.list.count())]

    def _draw(self) -> None:
        self.title.setStyleSheet(f"color: {colors().secondary}")

    def show_project(self, project: str, busy: Collection[Path], wanted: Path | None = None) -> None:
        """Show the takes of a project but those in `busy` folders, and choose the one in the folder that is wanted."""
        if project != self.project:
            self.project = project
            self.list.clear()
        self._busy, self._wanted = busy, wanted or self._wanted
        folder = root()
        self._reading.run(partial(_found, folder, project), self._show, partial(self.session.tell, "error"))

    def _show(self, found: list[tuple[Take, bool]]) -> None:
        shown = [(take, elsewhere) for take, elsewhere in found if take.result or take.folder not in self._busy]
        before = self.take
        keep = self._wanted or (before.folder if before else None)
        self.list.blockSignals(True)
        self.list.clear()
        for take, elsewhere in shown:
            item = QListWidgetItem(icon("film"), _words(take, elsewhere))
            item.setData(_TAKE, take)
            item.setData(_ELSEWHERE, elsewhere)
            item.setToolTip(str(take.folder))
            self.list.addItem(item)
            if take.result:
                aside(self, partial(takes.thumbnail, take), partial(self._picture, take))
            if take.folder == keep:
                self.list.setCurrentItem(item)
                self._wanted = None
        self.list.blockSignals(False)
        self.title.setText("" if shown else tr("Takes will be listed here, with their settings."))
        self.title.setVisible(not shown)
        self.list.setVisible(bool(shown))
        if self.take != before:
            self._choose()
        self._enable()

    def _picture(self, take: Take, place: Path) -> None:
        for i in range(self.list.count()):
            if self.list.item(i).data(_TAKE) == take:
                self.list.item(i).setIcon(QIcon(str(place)))

    def _choose(self) -> None:
        self._enable()
        self.chosen.emit(self.take if self.take and self.take.result else None)

    def _enable(self) -> None:
        take, item = self.take, self.list.currentItem()
        mine = item is not None and not item.data(_ELSEWHERE)
        for button, can in (
            (self.again_button, True), (self.resume_button, mine and take is not None and not take.result),
            (self.folder_button, True), (self.delete_button, mine),
        ):  # fmt: skip
            button.setVisible(self.list.count() > 0)
            button.setEnabled(take is not None and can)

    def open_folder(self) -> None:
        if self.take:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.take.folder)))

    def ask_to_delete(self) -> bool:
        """Ask whether a take may go for good."""
        box = QMessageBox(self.window())
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Delete this take and its video? This cannot be undone."))
        yes = box.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is yes

    def delete(self) -> None:
        """Remove the take that is chosen, if the user means it."""
        take = self.take
        if take and self.ask_to_delete():
            self.chosen.emit(None)  # nobody has the video open
            try:
                takes.remove(take)
            except PoseForgeError as error:
                self.session.tell("error", str(error))
            self.list.setCurrentRow(-1)
            self.show_project(self.project, self._busy)


def _found(root: Path, project: str) -> list[tuple[Take, bool]]:
    """The takes of a project, and of each whether another editor makes it now."""
    return [(take, not take.result and at_work_elsewhere(take.folder)) for take in takes.takes(root, project)]


def _words(take: Take, elsewhere: bool) -> str:
    """A take in two lines."""
    chosen, (first, last) = take.settings, take.frames
    variant = tr("Accelerated") if chosen.variant == "accelerated" else tr("Standard")
    when = f"{datetime.fromtimestamp(take.made):%Y-%m-%d %H:%M}"
    head = when if take.result else tr("{when} · interrupted", when=when)
    if elsewhere:
        head = tr("{when} · is made in another editor", when=when)
    parts = [
        tr("frames {first} to {last}", first=first, last=last), f"{chosen.size[0]} × {chosen.size[1]}", variant,
        tr("{count} steps", count=chosen.steps), tr("seed {number}", number=chosen.seed),
    ]  # fmt: skip
    if chosen.guided:
        parts.append(tr("guidance {number}", number=f"{chosen.guidance:g}"))
    if chosen.every > 1:
        parts.append(tr("one frame in {number}", number=chosen.every))
    return f"{head}\n{' · '.join(parts)}"
