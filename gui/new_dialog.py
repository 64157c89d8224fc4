"""A new project: how large, how fast, how long, and who stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseforge.audio import read_audio
from poseforge.errors import PoseForgeError
from poseforge.sequence import FPS, MAX_SIDE
from poseforge.timeline.project import MAX_FRAMES, PointTrack, Project, resting
from poseforge.units import parse_fps

from .background import Latest
from .buttons import button_box
from .choosing import ask_file
from .opening import PICTURES, SOUNDS
from .presets import in_language
from .text import noop, tr
from .theme import STEP, colors

_SIZES = (
    (noop("Square, for EchoMimicV2"), (768, 768)),
    (noop("Small square"), (512, 512)),
    (noop("Upright, 9:16"), (720, 1280)),
    (noop("Wide, 16:9"), (1280, 720)),
)
_RATES = ("24", "25", "30", "50", "60", "24000/1001", "30000/1001")
_SECONDS = 10.0


class NewDialog(QDialog):
    """Asks for all of it at once, with answers that are right for EchoMimicV2 filled in; `project` is what comes of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New project"))
        self.preset = QComboBox(self)
        for name, size in _SIZES:
            self.preset.addItem(f"{tr(name)} ({size[0]} x {size[1]})", size)
        self.preset.addItem(tr("Another size"), None)
        self.width_box, self.height_box = self._side(tr("Width")), self._side(tr("Height"))
        sides = QHBoxLayout()
        sides.setSpacing(2 * STEP)
        sides.addWidget(self.width_box)
        sides.addWidget(QLabel("x", self))
        sides.addWidget(self.height_box)
        sides.addStretch(1)
        self.rate = QComboBox(self)
        self.rate.setEditable(True)
        self.rate.addItems([*_RATES])
        self.seconds = QDoubleSpinBox(self)
        self.seconds.setRange(0.1, 36_000)
        self.seconds.setDecimals(2)
        self.seconds.setValue(_SECONDS)
        self.seconds.setSuffix(tr(" s"))
        self.frames = QLabel(self)
        self.frames.setStyleSheet(f"color: {colors().secondary}")
        self.alive = QRadioButton(tr("A performer at rest, who breathes"), self)
        self.still = QRadioButton(tr("A performer who stands still"), self)
        self.empty = QRadioButton(tr("Nobody: an empty track for poses from files"), self)
        self.alive.setChecked(True)
        self.picture, self.speech = QLineEdit(self), QLineEdit(self)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Create"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(4 * STEP)
        form.setVerticalSpacing(2 * STEP)
        rows: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            (tr("Canvas"), self.preset), ("", sides), (tr("Frames per second"), self.rate), (tr("Length"), self.seconds),
            ("", self.frames), (tr("Begin with"), self.alive), ("", self.still), ("", self.empty),
            (tr("Picture"), self._file(self.picture, tr("Picture"), PICTURES)),
            (tr("Speech"), self._file(self.speech, tr("Speech"), SOUNDS)),
        )  # fmt: skip
        for text, field in rows:
            form.addRow(text, field)
            if text and isinstance(field, QWidget):
                field.setAccessibleName(text)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.rate.currentTextChanged.connect(self._count)
        self.seconds.valueChanged.connect(self._count)
        self._hearing = Latest(self)
        self.speech.textChanged.connect(self._hear)
        self._take_preset()
        self._count()

    def _hear(self) -> None:
        """Make the project as long as a speech that was chosen."""
        path = Path(self.speech.text().strip())
        if path.is_file():
            self._hearing.run(lambda: duration(path), self._heard)

    def _heard(self, seconds: float | None) -> None:
        if seconds:
            self.seconds.setValue(seconds)

    def _side(self, name: str) -> QSpinBox:
        side = QSpinBox(self)
        side.setRange(16, MAX_SIDE)
        side.setAccessibleName(name)
        side.setAlignment(Qt.AlignmentFlag.AlignRight)
        return side

    def _file(self, line: QLineEdit, name: str, suffixes: Sequence[str]) -> QHBoxLayout:
        """A file that may be chosen."""
        line.setAccessibleName(name)
        line.setPlaceholderText(tr("none"))
        button = QPushButton(tr("Choose…"), self)
        button.setAutoDefault(False)
        button.setAccessibleName(tr("{what}: choose a file", what=name))
        button.clicked.connect(lambda: line.setText(self.choose_path(name, suffixes) or line.text()))
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(line, 1)
        row.addWidget(button)
        return row

    def choose_path(self, name: str, suffixes: Sequence[str]) -> str:
        """Ask for a file; "" for none."""
        kinds = f"{name} ({' '.join(f'*{suffix}' for suffix in suffixes)});;{tr('All files')} (*)"
        return ask_file(self, name, "pictures" if suffixes is PICTURES else "sounds", kinds)

    def files(self) -> tuple[Path | None, Path | None]:
        """Picture and speech that were chosen."""
        picture, speech = (Path(text) if (text := line.text().strip()) else None for line in (self.picture, self.speech))
        return picture, speech

    def _take_preset(self) -> None:
        size = self.preset.currentData()
        for side, value in zip((self.width_box, self.height_box), size or (0, 0), strict=True):
            side.setEnabled(size is None)
            if size:
                side.setValue(value)

    @property
    def fps(self) -> Fraction | None:
        """The rate as it is written; None if it is none."""
        try:
            return parse_fps(self.rate.currentText())
        except PoseForgeError:
            return None

    def _length(self, fps: Fraction) -> int:
        return max(round(Fraction(self.seconds.value()) * fps), 1)

    def _count(self) -> None:
        fps = self.fps
        length = self._length(fps) if fps else 0
        sound = 0 < length <= MAX_FRAMES
        text = tr("{count} frames", count=length) if sound else tr("Write the rate as a number, as 24 or 29.97")
        self.frames.setText(text)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(sound)

    def project(self) -> Project:
        """The project that was asked for."""
        fps = self.fps or Fraction(FPS)
        made = in_language(resting(self._length(fps), fps))
        camera = replace(made.camera, size=(self.width_box.value(), self.height_box.value()))
        if self.empty.isChecked():
            return replace(made, camera=camera, alive=None, tracks=(PointTrack("poses", tr("Poses")),))
        return replace(made, camera=camera, alive=made.alive if self.alive.isChecked() else None)


def duration(path: Path) -> float | None:
    """Seconds that a sound lasts; None if it cannot be read."""
    try:
        return read_audio(path).duration
    except (PoseForgeError, OSError):
        return None
