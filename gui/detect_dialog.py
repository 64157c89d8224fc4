"""Poses from a video or picture: what is looked at, by which detector, and where the poses go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
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
    QVBoxLayout,
    QWidget,
)

from poseforge.align import CANVAS
from poseforge.audio import iter_sound
from poseforge.errors import PoseForgeError
from poseforge.media import PICTURES
from poseforge.sequence import FPS
from poseforge.sources import Source, open_source
from poseforge.timeline.project import Project

from .background import aside
from .buttons import button_box
from .choosing import ask_file, ask_folder
from .detectors import DetectorChoice
from .opening import VIDEOS
from .region import Region, RegionPicker
from .text import noop, tr
from .theme import STEP, colors

_WHO = (("largest", noop("The largest person")), ("centre", noop("Who is in the middle")), ("all", noop("I choose afterwards")))
_WAIT_MS = 300
"""After the last key in the line of the source before its first picture is read."""


@dataclass(frozen=True)
class First:
    """The first picture of a source, its (width, height), how many seconds the source lasts, 0 if nobody knows, and whether it
    has sound.
    """

    image: QImage
    size: tuple[int, int]
    seconds: float
    sound: bool


@dataclass(frozen=True)
class Wanted:
    """What shall be detected and what becomes of it.

    Attributes:
        place: of the source.
        size: (width, height) of its pictures.
        region, first, last, mirrored: as of a `Source`.
        detector, person, clean: as of a `Detection`.
        fps: of the poses.
        canvas: of a new project; that of a project which is there.
        frame: of the project at which they begin, on a track of its own; None for a new project.
        behind: whether the video or picture is shown behind the person; `sound`: whether its sound becomes the speech.
    """

    place: str
    size: tuple[int, int]
    region: Region | None
    first: float
    last: float | None
    mirrored: bool
    detector: str
    person: str
    clean: bool
    fps: Fraction
    canvas: tuple[int, int]
    frame: int | None
    behind: bool
    sound: bool

    @property
    def path(self) -> Path:
        return Path(self.place)

    @property
    def is_film(self) -> bool:
        return not self.path.is_dir() and not self.is_picture

    @property
    def is_picture(self) -> bool:
        return self.path.suffix.lower() in PICTURES

    def arguments(self) -> dict[str, Any]:
        """Of a job that detects."""
        return {
            "source": self.place, "target": "poses.npz", "detector": self.detector, "person": self.person, "clean": self.clean,
            "fps": str(self.fps), "region": list(self.region) if self.region else None, "mirrored": self.mirrored,
            "first": self.first, "last": self.last,
        }  # fmt: skip


def first_picture(place: str) -> First:
    """Look into a source. Raises what `open_source` raises."""
    with open_source(Source(place)) as pictures:
        picture, _ = next(iter(pictures))
        height, width, _ = picture.shape
        image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        return First(image, (width, height), float(pictures.total / pictures.source.fps), _has_sound(place))


def _has_sound(place: str) -> bool:
    with suppress(PoseForgeError), closing(iter_sound(place, 16_000, "mono")) as blocks:
        return next(blocks, None) is not None
    return False


class DetectDialog(QDialog):
    """Asks for all of it; `go` is told a `Wanted` once the user says so."""

    def __init__(self, project: Project, frame: int, go: Callable[[Wanted], object], parent: QWidget, place: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Poses from a video or picture"))
        self.setWhatsThis(tr("A detector looks at every picture and finds body, hands and face of the people in it."))
        self._project, self._frame, self._go = project, frame, go
        self.first: First | None = None
        self._looked = 0
        self.place = QLineEdit(place, self)
        self.place.setAccessibleName(tr("Video, picture or folder"))
        self.place.setPlaceholderText(tr("A video, a picture or a folder of pictures"))
        self.picture = RegionPicker(self)
        self.begin, self.end = self._second(tr("First second")), self._second(tr("Last second"))
        self.end.setSpecialValueText(tr("end"))
        self.mirrored = QCheckBox(tr("It is a mirror image, as front cameras make them"), self)
        self.detector = DetectorChoice(self)
        self.who = QComboBox(self)
        for name, words in _WHO:
            self.who.addItem(tr(words), name)
        self.clean = QCheckBox(tr("Clean up outliers, jitter, short gaps and exchanged hands"), self)
        self.clean.setChecked(True)
        self.new = QRadioButton(tr("A new project for EchoMimicV2: the middle, 768 x 768"), self)
        self.whole = QRadioButton(tr("A new project of the size of these pictures"), self)
        self.track = QRadioButton(tr("A track of this project, from frame {frame} on", frame=frame), self)
        self.behind = QCheckBox(tr("Show it behind the person"), self)
        self.sound = QCheckBox(tr("Its sound becomes the speech"), self)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.detect_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.detect_button.setText(tr("Detect"))
        self.new.setChecked(True)
        self.behind.setChecked(True)
        self.sound.setChecked(True)
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self.look)
        self.place.textChanged.connect(self._soon)
        for box in (self.mirrored, self.behind, self.new, self.whole):
            box.toggled.connect(self._tell)
        self.detector.changed.connect(self._tell)
        self.picture.changed.connect(self._tell)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.look()

    def _second(self, name: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setRange(0, 360_000)
        box.setDecimals(2)
        box.setSuffix(tr(" s"))
        box.setAccessibleName(name)
        return box

    def _lay_out(self) -> None:
        file, folder = QPushButton(tr("File…"), self), QPushButton(tr("Folder…"), self)
        file.clicked.connect(lambda: self._browse(self.choose_file()))
        folder.clicked.connect(lambda: self._browse(self.choose_folder()))
        source, part = QHBoxLayout(), QHBoxLayout()
        for widget in (self.place, file, folder):
            source.addWidget(widget, 1 if widget is self.place else 0)
            if isinstance(widget, QPushButton):
                widget.setAutoDefault(False)
        part.setSpacing(2 * STEP)
        for box, words in ((self.begin, tr("from")), (self.end, tr("to"))):
            part.addWidget(QLabel(words, self))
            part.addWidget(box, 1)
        form = QFormLayout()
        form.setHorizontalSpacing(4 * STEP)
        form.setVerticalSpacing(2 * STEP)
        rows: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            (tr("Seconds"), part), ("", self.mirrored), (tr("Detector"), self.detector), (tr("Who"), self.who),
            ("", self.clean), (tr("Put it into"), self.new), ("", self.whole), ("", self.track),
            ("", self.behind), ("", self.sound),
        )  # fmt: skip
        for text, field in rows:
            form.addRow(text, field)
        self.who.setAccessibleName(tr("Who"))
        left = QVBoxLayout()
        hint = QLabel(tr("Drag a rectangle to look at that part only."), self)
        hint.setStyleSheet(f"color: {colors().secondary}")
        hint.setWordWrap(True)
        left.addWidget(self.picture, 1)
        left.addWidget(hint)
        both = QHBoxLayout()
        both.setSpacing(4 * STEP)
        both.addLayout(left, 1)
        both.addLayout(form)
        layout = QVBoxLayout(self)
        layout.setSpacing(3 * STEP)
        layout.addLayout(source)
        layout.addLayout(both, 1)
        layout.addWidget(self.told)
        layout.addWidget(self.buttons)

    def choose_file(self) -> str:
        """Ask for a video or a picture; "" for none."""
        known = " ".join(f"*{suffix}" for suffix in (*VIDEOS, *PICTURES))
        kinds = f"{tr('Videos and pictures')} ({known});;{tr('All files')} (*)"
        return ask_file(self, tr("Video or picture"), "videos", kinds, self.place.text())

    def choose_folder(self) -> str:
        """Ask for a folder of pictures; "" for none."""
        return ask_folder(self, tr("Folder of pictures"), "videos", self.place.text())

    def _browse(self, chosen: str) -> None:
        if chosen:
            self.place.setText(chosen)
            self.look()

    def _soon(self) -> None:
        self.first = None
        self._tell()
        self._timer.start()

    def look(self) -> None:
        """Show the first picture of the source."""
        self._timer.stop()
        self._looked += 1
        number, place = self._looked, self.place.text().strip()
        self.first = None
        self.picture.show_picture(None, tr("Reading {name}…", name=Path(place).name) if place else "")
        if place:
            aside(
                self,
                lambda: first_picture(place),
                lambda first: self._show(first) if number == self._looked else None,
                lambda problem: self._show(None, problem) if number == self._looked else None,
            )
        self._tell()

    def _show(self, first: First | None, problem: str = "") -> None:
        self.first = first
        self.picture.show_picture(first.image if first else None, problem)
        if first and first.seconds:
            for box in (self.begin, self.end):
                box.setMaximum(first.seconds)
        self._tell()

    def _tell(self) -> None:
        """What can be chosen, and whether all is there that is needed."""
        wanted = self.wanted()
        film = wanted is not None and wanted.is_film
        for box in (self.begin, self.end):
            box.setEnabled(film)
        self.behind.setEnabled(wanted is not None and not wanted.path.is_dir() and not self.mirrored.isChecked())
        self.behind.setToolTip(tr("A mirror image would not lie under its poses.") if self.mirrored.isChecked() else "")
        heard = film and self.first is not None and self.first.sound
        self.sound.setEnabled(heard and (not self.track.isChecked() or self._project.audio is None))
        self.sound.setToolTip(tr("This video has no sound.") if film and not heard else "")
        self.told.setText(self._summary(wanted))
        self.told.setStyleSheet(f"color: {colors().secondary}")
        self.detect_button.setEnabled(wanted is not None and not self.detector.missing)

    def _summary(self, wanted: Wanted | None) -> str:
        if wanted is None or self.first is None:
            return ""
        width, height = wanted.region[2:] if wanted.region else wanted.size
        size = f"{width}x{height}"
        if wanted.is_film and self.first.seconds:
            return tr("{size} pixels, {seconds} s long", size=size, seconds=f"{self.first.seconds:.1f}")
        return tr("{size} pixels", size=size)

    def wanted(self) -> Wanted | None:
        """What is chosen; None as long as there is nothing to look at."""
        place, first = self.place.text().strip(), self.first
        if first is None:
            return None
        begin, end = self.begin.value(), self.end.value()
        new, region = not self.track.isChecked(), self.picture.region
        seen = region[2:] if region else first.size
        wanted = Wanted(
            place=str(Path(place).absolute()),
            size=first.size,
            region=region,
            first=begin,
            last=end if end > begin else None,
            mirrored=self.mirrored.isChecked(),
            detector=self.detector.name,
            person=str(self.who.currentData()),
            clean=self.clean.isChecked(),
            fps=FPS if new else self._project.fps,
            canvas=seen if self.whole.isChecked() else CANVAS if new else self._project.size,
            frame=None if new else self._frame,
            behind=self.behind.isChecked() and self.behind.isEnabled(),
            sound=self.sound.isChecked() and self.sound.isEnabled(),
        )
        return wanted if wanted.is_film else replace(wanted, first=0.0, last=None)

    def accept(self) -> None:
        wanted = self.wanted()
        if wanted is None or self.detector.missing:
            return
        self.detector.keep()
        super().accept()
        self._go(wanted)
