"""The project's length and frame rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseforge.sequence import MAX_FPS, MIN_FPS
from poseforge.timeline import edits
from poseforge.timeline.project import MAX_FRAMES, Project

from .background import Latest
from .buttons import button_box
from .session import Session
from .text import tr
from .theme import STEP, colors


class RetimeDialog(QDialog):
    """Length in seconds or frames, and frames per second; what is made of it is one step to undo.

    Attributes:
        fps, seconds, frames: the fields; seconds and frames follow each other.
        stretch, end: whether the content is played in that time, or only the end moves.
        problem: what is wrong.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self._making = Latest(self)
        self.setWindowTitle(tr("Length and rate"))
        project = session.project
        self.fps, self.seconds = QDoubleSpinBox(self), QDoubleSpinBox(self)
        self.frames = QSpinBox(self)
        self.fps.setRange(float(MIN_FPS), MAX_FPS)
        self.fps.setDecimals(3)
        self.fps.setValue(float(project.fps))
        self.seconds.setRange(0.001, MAX_FRAMES / float(MIN_FPS))
        self.seconds.setDecimals(3)
        self.frames.setRange(1, MAX_FRAMES)
        self.frames.setValue(project.length)
        self.stretch = QRadioButton(tr("Stretch or squeeze what is there"), self)
        self.end = QRadioButton(tr("Move only the end"), self)
        self.end.setToolTip(tr("A shorter project loses what is after the end; a longer one rests there."))
        self.end.setChecked(True)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {colors().error}")
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        form = QFormLayout()
        form.setSpacing(2 * STEP)
        for label, field in (
            (tr("Frames per second"), self.fps), (tr("Seconds"), self.seconds), (tr("Frames"), self.frames),
        ):  # fmt: skip
            field.setAccessibleName(label)
            form.addRow(label, field)
        column = QVBoxLayout(self)
        column.setSpacing(2 * STEP)
        column.addLayout(form)
        for widget in (self.end, self.stretch, self.problem, self.buttons):
            column.addWidget(widget)
        self.fps.valueChanged.connect(self._follow_rate)
        self.seconds.valueChanged.connect(self._follow_seconds)
        self.frames.valueChanged.connect(self._show_seconds)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._show_seconds()

    def _show_seconds(self) -> None:
        with QSignalBlocker(self.seconds):
            self.seconds.setValue(self.frames.value() / self.fps.value())

    def _follow_seconds(self) -> None:
        with QSignalBlocker(self.frames):
            self.frames.setValue(max(round(self.seconds.value() * self.fps.value()), 1))

    def _follow_rate(self) -> None:
        """Another rate keeps the time."""
        self._follow_seconds()

    def accept(self) -> None:
        """Make the project so, or say why that cannot be."""
        before, rate = self.session.history.project, self.rate
        length, stretch = self.frames.value(), self.stretch.isChecked()

        def done(made: Project) -> None:
            if self.session.history.project is not before:
                fail(tr("The project has changed meanwhile; try again."))
                return
            if made is not before:
                self.session.apply(tr("Length and rate"), lambda _: made)
            super(RetimeDialog, self).accept()

        def fail(problem: str) -> None:
            self.problem.setText(problem)
            self.buttons.setEnabled(True)

        self.buttons.setEnabled(False)
        self._making.run(lambda: timed(before, rate, length, stretch), done, fail)

    def reject(self) -> None:
        self._making.drop()
        super().reject()

    @property
    def rate(self) -> Fraction:
        """Frames per second; those of the project stay exact unless another number is written."""
        now = self.session.history.project.fps
        return now if abs(self.fps.value() - float(now)) < 5e-4 else Fraction(self.fps.text().replace(",", "."))


def timed(project: Project, fps: Fraction, length: int, stretch: bool) -> Project:
    """A project at another rate, then as long as `length` frames: stretched, cut, or with time after its end."""
    made = project if fps == project.fps else edits.set_fps(project, fps)
    if length == made.length:
        return made
    if stretch:
        return edits.retime(made, length)
    return edits.crop(made, 0, length - 1) if length < made.length else replace(made, length=length)
