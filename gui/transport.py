"""The transport: play and step, where one is, what is played and how."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QSpinBox, QToolButton, QWidget

from poseforge.timeline import edits
from poseforge.units import parse_fps, timecode

from .actions import Actions
from .icons import icon
from .player import SPEEDS, Player
from .readout import Readout
from .session import Session
from .text import tr
from .theme import STEP, TOOL, current, tabular

RATES = ("12", "15", "24", "25", "30", "50", "60", "24000/1001", "30000/1001")


class Transport(QWidget):
    """One row of controls above the timeline."""

    def __init__(self, session: Session, actions: Actions, player: Player) -> None:
        super().__init__()
        self.session = session
        self.commands = actions
        self.player = player
        self.setWhatsThis(tr("Plays the project, says which frame is shown, and sets what is played and how fast."))
        self.setFixedHeight(TOOL + STEP)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, STEP // 2)
        row.setSpacing(STEP)
        for id in ("go_in", "previous_frame", "play", "next_frame", "go_out"):
            button = actions.button(id, self)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            row.addWidget(button)
        self._add_place(row)
        self._add_range(row)
        self._add_manner(row)
        row.addStretch(1)
        self._add_findings(row)
        self._add_sound(row)
        session.project_changed.connect(self._show_project)
        session.frame_changed.connect(self._show_frame)
        session.findings_changed.connect(self._show_findings)
        session.history_changed.connect(self._show_findings)
        player.playing_changed.connect(self._show_frame)
        player.sound.changed.connect(self._show_sound)
        current.changed.connect(self._show_findings)
        current.changed.connect(self._show_sound)
        self._show_project()
        self._show_findings()
        self._show_sound()

    def _add_place(self, row: QHBoxLayout) -> None:
        self.code = Readout("00:00:00+00", self)
        self.code.setToolTip(tr("Minutes, seconds and frames"))
        self.frame = self._number(tr("Frame"), tr("The frame that is shown; type one to go there"))
        self.frame.valueChanged.connect(self.session.seek)
        self.length = QLabel(self)
        self.length.setFont(tabular())
        row.addSpacing(2 * STEP)
        for widget in (self.code, self.frame, self.length):
            row.addWidget(widget)

    def _add_range(self, row: QHBoxLayout) -> None:
        self.first = self._number(tr("In point"), tr("The first frame that is played and exported"))
        self.last = self._number(tr("Out point"), tr("The last frame that is played and exported"))
        self.first.valueChanged.connect(lambda frame: self._set_range(frame, max(frame, self.player.bounds[1])))
        self.last.valueChanged.connect(lambda frame: self._set_range(min(frame, self.player.bounds[0]), frame))
        row.addSpacing(2 * STEP)
        for widget in (QLabel(tr("In"), self), self.first, QLabel(tr("Out"), self), self.last):
            row.addWidget(widget)

    def _add_manner(self, row: QHBoxLayout) -> None:
        self.fps = QComboBox(self)
        self.fps.setAccessibleName(tr("Frames per second"))
        self.fps.setToolTip(tr("Frames per second; everything keeps its place in seconds"))
        self.fps.activated.connect(self._set_fps)
        self.speed = QComboBox(self)
        self.speed.setAccessibleName(tr("Speed"))
        self.speed.setToolTip(tr("How fast it is played here; the project stays as it is"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}x", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.activated.connect(lambda i: self.player.set_speed(SPEEDS[i]))
        loop = self.commands.button("loop", self)
        loop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        auto_key = self.commands.button("auto_key", self)
        row.addSpacing(2 * STEP)
        for widget in (self.fps, self.speed, loop, auto_key):
            row.addWidget(widget)

    def _add_findings(self, row: QHBoxLayout) -> None:
        self._findings_shown: tuple[object, ...] = ()
        self.findings = QToolButton(self)
        self.findings.setAutoRaise(True)
        self.findings.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.findings.setToolTip(self.commands["check"].toolTip())
        self.findings.clicked.connect(self.commands["check"].trigger)
        row.addWidget(self.findings)

    def _add_sound(self, row: QHBoxLayout) -> None:
        self.mute = QToolButton(self)
        self.mute.setAutoRaise(True)
        self.mute.setCheckable(True)
        self.mute.setIconSize(QSize(16, 16))
        self.mute.setAccessibleName(tr("Mute"))
        self.mute.setToolTip(tr("Mute the sound"))
        self.mute.toggled.connect(self._set_muted)
        self.volume = QSlider(Qt.Orientation.Horizontal, self)
        self.volume.setRange(0, 100)
        self.volume.setValue(100)
        self.volume.setMaximumWidth(20 * STEP)
        self.volume.setAccessibleName(tr("Volume"))
        self.volume.setToolTip(tr("Volume"))
        self.volume.valueChanged.connect(self._set_volume)
        row.addWidget(self.mute)
        row.addWidget(self.volume)

    def _number(self, name: str, tip: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setFont(tabular())
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setKeyboardTracking(False)
        box.setRange(0, 99999)  # for its width; the project's length follows
        box.setMinimumWidth(box.sizeHint().width())
        box.setAccessibleName(name)
        box.setToolTip(tip)
        return box

    def _show_project(self) -> None:
        project = self.session.project
        first, last = self.player.bounds
        for box, value in ((self.frame, self.session.frame), (self.first, first), (self.last, last)):
            box.blockSignals(True)
            box.setRange(0, project.length - 1)
            box.setValue(value)
            box.blockSignals(False)
        self.length.setText(f"/ {project.length}")
        rates = [*RATES, *([str(project.fps)] if str(project.fps) not in RATES else [])]
        if [self.fps.itemData(i) for i in range(self.fps.count())] != rates:
            self.fps.clear()
            for rate in rates:
                self.fps.addItem(tr("{rate} fps", rate=f"{float(parse_fps(rate)):.5g}"), rate)
        self.fps.setCurrentIndex(rates.index(str(project.fps)))
        self._show_frame()

    def _show_frame(self) -> None:
        self.frame.blockSignals(True)
        self.frame.setValue(self.session.frame)
        self.frame.blockSignals(False)
        self.code.setText(timecode(self.session.frame, self.session.project.fps))

    def _show_findings(self) -> None:
        """How many there are. Of a project that was edited since: the old ones if there are any, but not that all is well."""
        findings = self.session.findings
        known = bool(findings) or self.session.checked is self.session.history.project
        if (known, findings, current.theme) == self._findings_shown:
            return
        self._findings_shown = (known, findings, current.theme)
        color = current.theme.error if any(one.severity == "error" for one in findings) else current.theme.warning
        self.findings.setIcon(icon("warning", color) if findings else icon("ok") if known else QIcon())
        self.findings.setText(tr("Findings: {count}", count=len(findings)) if known else tr("Findings: not checked yet"))
        self.findings.setAccessibleName(self.findings.text())

    def _show_sound(self) -> None:
        there = self.player.sound.heard is not None
        for widget in (self.mute, self.volume):
            widget.setEnabled(there)
        self.mute.setIcon(icon("muted" if self.player.muted else "sound"))

    def _set_range(self, first: int, last: int) -> None:
        self.session.apply(tr("Set in and out"), lambda project: replace(project, range=(first, last)), merge="range")

    def _set_fps(self, index: int) -> None:
        rate = parse_fps(self.fps.itemData(index))
        if rate != self.session.project.fps:
            self.session.apply_aside(tr("Set the frame rate"), lambda project: edits.set_fps(project, rate))
            self._show_project()  # until it is done

    def _set_volume(self, percent: int) -> None:
        self.player.volume = percent / 100
        self.mute.setChecked(False)

    def _set_muted(self, muted: bool) -> None:
        self.player.muted = muted
        self._show_sound()
