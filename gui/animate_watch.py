"""An animation while it is made: how far it is, how it begins to look, and what can be done if it ends too soon."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from poseforge.takes import PREVIEW

from .claims import AtWork
from .job_list import JobList, JobRow
from .text import tr
from .theme import STEP, colors, current

_SIDE = 24 * STEP


class Watch(QWidget):
    """Shows the animation that is at work, or else the last one if it came to no end; nothing where there is none."""

    ended = Signal(object)
    """The row of an animation that is over."""

    def __init__(self, jobs: JobList) -> None:
        super().__init__()
        self.jobs = jobs
        self.rows: list[JobRow] = []
        self._at_work = AtWork()
        self.picture, self.state, self.words = (QLabel(self) for _ in range(3))
        self.picture.setFixedSize(_SIDE, _SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.picture.setAccessibleName(tr("How it begins to look"))
        self.picture.setToolTip(tr("How the middle frame begins to look, as far as can be told before the last step"))
        for label in (self.state, self.words):
            label.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(2 * STEP)
        self.bar.setAccessibleName(tr("Progress of the animation"))
        self.stop_button = QPushButton(tr("Stop"), self)
        self.again_button = QPushButton(tr("Go on"), self)
        self.again_button.setToolTip(tr("Steps that are done are kept"))
        self.plan_button = QPushButton(self)
        self.stop_button.clicked.connect(self.stop)
        self.again_button.clicked.connect(self.go_on)
        self.plan_button.clicked.connect(self.try_plan)
        buttons = QHBoxLayout()
        buttons.addWidget(self.stop_button)
        buttons.addStretch(1)  # a second click on what stops it meets nothing else
        for button in (self.plan_button, self.again_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        said = QVBoxLayout()
        said.setSpacing(STEP)
        for part in (self.state, self.words):
            said.addWidget(part)
        said.addStretch(1)
        said.addLayout(buttons)
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(2 * STEP)
        side_by_side.addWidget(self.picture)
        side_by_side.addLayout(said, 1)
        column.addWidget(self.bar)
        column.addLayout(side_by_side)
        current.changed.connect(self.refresh)
        self.refresh()

    @property
    def row(self) -> JobRow | None:
        """What is shown: the first that is not over, else the last one."""
        return next((row for row in self.rows if not row.over), self.rows[-1] if self.rows else None)

    def follow(self, row: JobRow) -> None:
        """Show another animation when its turn comes."""
        self.rows = [known for known in self.rows if not known.over] + [row]
        row.changed.connect(lambda: self._hear(row))
        self.refresh()

    def _hear(self, row: JobRow) -> None:
        if row.request:
            self._at_work.mark(row.request.folder, not row.over)
        if row.last.kind == "done" and row in self.rows:
            self.rows.remove(row)
        elif row not in self.rows and not row.over:  # done again from the list of jobs
            self.rows.append(row)
        if row.over:
            self.ended.emit(row)
        self.refresh()

    @property
    def plan(self) -> str:
        """The plan with less memory that the last one asks for; empty if none."""
        row = self.row
        return str((row.last.result or {}).get("plan", "")) if row and row.last.kind == "failed" else ""

    def stop(self) -> None:
        if self.row:
            self.row.cancel()

    def go_on(self) -> None:
        """Have the last one done again, from the last step that was done."""
        if self.row:
            self.jobs.try_again(self.row)

    def try_plan(self) -> None:
        """Go on with less memory at a time."""
        if self.row and self.plan:
            self.jobs.try_again(self.row, plan=self.plan)

    def refresh(self) -> None:
        """Show how far it is."""
        row = self.row
        self.setVisible(row is not None)
        if row is None:
            return
        self.bar.setVisible(not row.over)
        self.bar.setRange(row.bar.minimum(), row.bar.maximum())
        self.bar.setValue(row.bar.value())
        waiting = sum(not one.over for one in self.rows) - 1
        more = [tr("{count} more wait", count=waiting)] if waiting > 0 else []
        self.state.setText(" · ".join([row.title, row.state.text(), *more]))
        self.state.setStyleSheet(f"color: {colors().error if row.last.kind == 'failed' else colors().text}")
        self.words.setText(row.detail.text())
        self.words.setVisible(bool(row.detail.text()))
        self.stop_button.setVisible(not row.over)
        self.stop_button.setEnabled(not row.unwanted)
        self.stop_button.setText(tr("Stopping…") if row.unwanted else tr("Stop"))
        self.again_button.setVisible(row.over and row.request is not None)
        self.plan_button.setVisible(bool(self.plan))
        self.plan_button.setText(tr("Go on with the plan {plan}", plan=self.plan))
        self._show_picture(row)

    def _show_picture(self, row: JobRow) -> None:
        pixmap = QPixmap()
        if row.request and not row.over:
            with suppress(OSError):  # not there yet
                pixmap.loadFromData((row.request.folder / PREVIEW).read_bytes())
        self.picture.setVisible(not pixmap.isNull())
        if not pixmap.isNull():
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(pixmap.scaled(QSize(_SIDE, _SIDE), keep, smooth))
