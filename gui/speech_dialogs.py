"""Gestures for the speech, and filling the project to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import ceil

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseforge import gesturing
from poseforge.gesturing import STYLES, Filling
from poseforge.speech import Speech
from poseforge.timeline import edits
from poseforge.timeline.project import Project

from .background import aside
from .buttons import button_box
from .presets import in_language
from .session import Session
from .text import noop, tr
from .theme import STEP, colors

_STYLES = {
    "calm": (noop("Calm"), noop("Few, small gestures: news, lessons, customer service")),
    "natural": (noop("Natural"), noop("As people talk to each other")),
    "lively": (noop("Lively"), noop("Many large gestures: sales, shows, vlogs")),
}

_WAYS: dict[Filling, tuple[str, str]] = {
    "loop": (noop("Again and again"), noop("Best when the end resembles the start")),
    "ping_pong": (noop("To and fro"), noop("Plays backwards and forwards; no jumps")),
    "idle": (noop("At rest"), noop("Hands down, breathing")),
}


def speech_end(project: Project, seconds: float) -> int:
    """The frame after the last of a speech that long."""
    start = project.audio.start if project.audio else 0
    return max(start + ceil(seconds * project.fps), 1)


def ends_together(project: Project, seconds: float) -> bool:
    """Whether a project ends with a speech that long, or a frame before or after it."""
    return abs(speech_end(project, seconds) - project.length) <= 1


class FillDialog(QDialog):
    """How the project shall be filled to the end of the speech.

    Attributes:
        ways: its radio buttons.
    """

    def __init__(self, session: Session, seconds: float, apply: Callable[[Filling, int], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Fill to the speech"))
        self.setWindowModality(Qt.WindowModality.WindowModal)  # nothing is exported that is about to be filled
        self._apply = apply
        self._length = speech_end(session.project, seconds)
        fps = float(session.project.fps)
        times = {"now": f"{session.project.length / fps:.1f}", "goal": f"{self._length / fps:.1f}"}
        column = QVBoxLayout(self)
        column.setSpacing(2 * STEP)
        if self._length > session.project.length:
            text = tr("The project lasts {now} s, the speech ends at {goal} s. What shall come after the end?", **times)
        else:
            text = tr("The speech ends at {goal} s: the project of {now} s will end with it.", **times)
        about = QLabel(text, self)
        about.setWordWrap(True)
        column.addWidget(about)
        self.ways: dict[Filling, QRadioButton] = {}
        group = QButtonGroup(self)
        for way, (name, hint) in _WAYS.items():
            self.ways[way] = QRadioButton(tr(name), self)
            group.addButton(self.ways[way])
            why = QLabel(tr(hint), self)
            why.setIndent(6 * STEP)
            why.setStyleSheet(f"color: {colors().secondary}")
            for widget in (self.ways[way], why):
                widget.setVisible(self._length > session.project.length)
                column.addWidget(widget)
        self.ways["loop"].setChecked(True)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)

    def accept(self) -> None:
        self._apply(next(way for way, button in self.ways.items() if button.isChecked()), self._length)
        super().accept()


class AutogestureDialog(QDialog):
    """Gestures for the speech, made anew with every choice, as one step to undo. The window beside it stays usable.

    Attributes:
        style_box, variation, another, longer: what can be chosen.
        before: shows the project without the gestures while it is ticked.
        clear_of, status: of how many clips they keep clear; what has been made, or why not.
    """

    def __init__(self, session: Session, speech: Speech, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.speech = speech
        self._wanted: object = None
        self._made = False
        self._timed: tuple[int, Project] | None = None
        self._track = next((track.id for track in reversed(session.project.tracks) if _is_made(session.project, track.id)), "")
        self.setWindowTitle(tr("Gestures for the speech"))
        self.setWhatsThis(
            tr("Places gestures on the stressed syllables. They are ordinary clips: move or replace them afterwards.")
        )
        self._lay_out()
        if not len(speech.beats):
            self._say(tr("No speech was found in this sound: no gestures can be placed."), problem=True)
        elif self._track:
            self._say(tr("There are gestures already. Choose a style or another variation to make them anew."))
        else:
            self.make()

    def _lay_out(self) -> None:
        self.style_box = QComboBox(self)
        self.style_box.setAccessibleName(tr("Style"))
        for style in STYLES:
            self.style_box.addItem(tr(_STYLES[style][0]) if style in _STYLES else style, style)
        self.style_box.setCurrentIndex([*STYLES].index("natural"))
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.variation = QSpinBox(self)
        self.variation.setRange(0, 999_999)
        self.variation.setAccessibleName(tr("Variation"))
        self.variation.setToolTip(tr("The same number makes the same gestures again."))
        self.another = QPushButton(tr("Another"), self)
        self.another.setToolTip(tr("Other gestures in the same style"))
        self.longer = QCheckBox(tr("Make the project as long as the speech"), self)
        self.longer.setToolTip(tr("It ends with the speech. What lies beyond is kept: a longer project shows it again."))
        self.longer.setChecked(True)
        self.before = QCheckBox(tr("Compare with before"), self)
        self.before.setToolTip(tr("Shows the project without these gestures while it is ticked"))
        self.clear_of = QLabel(self)
        self.status = QLabel(self)
        for label in (self.clear_of, self.status):
            label.setWordWrap(True)
        self.status.setMinimumWidth(80 * STEP)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        keep = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        keep.setText(tr("Keep"))
        keep.setDefault(True)
        self.another.setAutoDefault(False)
        variations = QHBoxLayout()
        variations.addWidget(self.variation, 1)
        variations.addWidget(self.another)
        form = QFormLayout()
        form.setSpacing(2 * STEP)
        form.addRow(tr("Style"), self.style_box)
        form.addRow("", self.hint)
        form.addRow(tr("Variation"), variations)
        form.addRow("", self.longer)
        form.addRow("", self.before)
        column = QVBoxLayout(self)
        column.setSpacing(3 * STEP)
        for part in (form, self.clear_of, self.status, self.buttons):
            column.addLayout(part) if isinstance(part, QFormLayout) else column.addWidget(part)
        able = bool(len(self.speech.beats))
        for widget in (self.style_box, self.variation, self.another, self.longer, self.before):
            widget.setEnabled(able)
        self.style_box.currentIndexChanged.connect(self.make)
        self.variation.valueChanged.connect(self.make)
        self.another.clicked.connect(lambda: self.variation.setValue((self.variation.value() + 1) % 1_000_000))
        self.longer.toggled.connect(self.make)
        self.before.toggled.connect(self._compare)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.session.history_changed.connect(self._show_made)
        self._describe()

    def _describe(self) -> None:
        style = self.style_box.currentData()
        self.hint.setText(tr(_STYLES[style][1]) if style in _STYLES else "")
        kept = len(gesturing.placed(self.base()))
        self.clear_of.setText(tr("Gestures keep clear of clips that are there already: {count}", count=kept))
        self.clear_of.setVisible(kept > 0)
        for label in (self.hint, self.clear_of):
            label.setStyleSheet(f"color: {colors().secondary}")

    def make(self) -> None:
        """Make gestures as they are chosen now, beside the window, in place of those made before."""
        self._describe()
        self.before.setChecked(False)
        self._say(tr("Making gestures…"))
        base = self.base()
        wanted = self._wanted = (base, self.style_box.currentData(), self.variation.value())
        project = base
        if self.longer.isChecked():
            project = edits.set_length(base, speech_end(base, self.speech.duration))
        work = partial(gesturing.autogesture, project, self.speech, *wanted[1:])

        def then(made: Project) -> None:
            if wanted is not self._wanted:
                return
            if self.base() != base:
                self.make()  # the project has changed meanwhile
            else:
                self._take(made)

        aside(self, work, then, self._fail)

    def base(self) -> Project:
        """The project without the gestures that were made here, and as long as it was before."""
        project = self.session.history.project
        if any(track.id == self._track for track in project.tracks):
            project = edits.remove_track(project, self._track)
        if self._timed is None or project.length != self._timed[0]:
            return project
        length, before = self._timed
        beyond = tuple(marker for marker in before.markers if marker.frame >= length)
        kept = tuple(marker for marker in project.markers if marker.frame < before.length)
        inside = project.range or before.range
        inside = inside if inside and inside[1] < before.length else None
        return replace(project, length=before.length, markers=(*kept, *beyond), range=inside)

    def _take(self, made: Project) -> None:
        base = self.base()
        made = in_language(made, base)
        self._made, self._timed = True, (made.length, base)
        self._track = made.tracks[-1].id
        self.session.apply(tr("Gestures for the speech"), lambda project: made, merge=("autogesture", id(self)))
        strokes = sum(gesturing.stroke_of(clip) is not None for clip in made.tracks[-1].clips)
        if made.length < speech_end(made, self.speech.duration):
            self._say(tr("{count} gestures; the project ends before the speech does.", count=strokes))
        else:
            self._say(tr("{count} gestures on the beats of the speech.", count=strokes))

    def _compare(self, without: bool) -> None:
        base = self.base() if without else None
        if base is not None:
            self.session.preview(lambda project: base)
        else:
            self.session.cancel()

    def _show_made(self) -> None:
        """A change has ended the comparison, or there are other clips."""
        self._describe()
        with QSignalBlocker(self.before):
            self.before.setChecked(self.before.isChecked() and self.session.dragging)

    def _fail(self, problem: str) -> None:
        self._say(problem, problem=True)

    def _say(self, text: str, problem: bool = False) -> None:
        self.status.setStyleSheet(f"color: {colors().warning}" if problem else "")
        self.status.setText(text)

    def reject(self) -> None:
        """Close, and take the gestures that were made here away again."""
        self._wanted = None
        self.before.setChecked(False)
        labels = self.session.history.undo_labels
        if self._made and labels and labels[0] == tr("Gestures for the speech"):
            self.session.undo()
        elif self._made and any(track.id == self._track for track in self.session.history.project.tracks):
            base = self.base()
            self.session.apply(tr("Remove the gestures"), lambda project: base)
        super().reject()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        if self.before.isChecked():
            self.before.setChecked(False)
        super().hideEvent(event)


def _is_made(project: Project, track: str) -> bool:
    """Whether gestures on a track were made for speech: they know where their strokes are."""
    return any("stroke" in clip.source.meta for clip in project.track(track).clips)
