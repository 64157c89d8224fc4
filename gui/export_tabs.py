"""What can be made of the poses: files of poses, films of maps, and what other pipelines take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from poseforge.align import FITS, fit_box, fitted
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.exporting import exports
from poseforge.figures import compare
from poseforge.filters import resample
from poseforge.formats import DEFAULT, Format, get, losses, read_poses, registry
from poseforge.render.styles import styles
from poseforge.retarget import to_hub
from poseforge.sequence import FPS, PoseSequence
from poseforge.timeline.project import Project
from poseforge.units import parse_fps, parse_size

from .text import noop, tr
from .theme import ROW, STEP, colors
from .told import told

_KEEPS = {
    "body": noop("body"),
    "feet": noop("feet"),
    "face": noop("face"),
    "left_hand": noop("left hand"),
    "right_hand": noop("right hand"),
    "confidence": noop("how sure each point is"),
    "fps": noop("frame rate"),
    "size": noop("canvas size"),
    "people": noop("several people"),
    "meta": noop("notes of the source"),
}
_FITS = {
    "letterbox": noop("Put whole into EchoMimicV2's square"),
    "height": noop("Its middle, as high as EchoMimicV2's square"),
    "crop": noop("Cut to the square that EchoMimicV2 takes"),
    "stretch": noop("Stretched to fill EchoMimicV2's square"),
}
_FILMS = {
    ".mp4": noop("MP4 film"),
    ".gif": noop("Animated GIF"),
    ".webp": noop("Animated WebP"),
    "": noop("Folder of PNG pictures"),
}

_ID = Qt.ItemDataRole.UserRole

_CLOSE_PERCENT = 0.1
"""Of the canvas: what was written is as it was if its points are this near on average; formats round to pixels."""


@dataclass(frozen=True)
class Making:
    """What shall be made.

    Attributes:
        kind, arguments: of the job, but for the target.
        change: the poses as they are handed to it.
        check: what was written and the poses that were -> whether they agree, and a sentence.
    """

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)
    change: Callable[[PoseSequence], PoseSequence] = lambda poses: poses
    check: Callable[[Path, PoseSequence], tuple[bool, str]] | None = None


class Tab(QWidget):
    """One sort of export. `name` is what it is called, `suffix` that of its target, "" for a folder."""

    changed = Signal()
    name = ""
    suffix = ""

    def notes(self, poses: PoseSequence) -> list[str]:
        """What there is to know before poses are exported so."""
        return []

    def making(self) -> Making:
        """What is chosen. Raises InvalidValue for what cannot be read."""
        raise NotImplementedError

    def _list(self, name: str, entries: Iterable[tuple[str, str, str]]) -> QListWidget:
        """A list to choose from; of each entry its name in the code, its title, and more about it."""
        chooser = QListWidget(self)
        chooser.setAccessibleName(name)
        for id, title, more in entries:
            item = QListWidgetItem(title, chooser)
            item.setData(_ID, id)
            item.setToolTip(more)
            item.setSizeHint(QSize(0, ROW))
        chooser.setCurrentRow(0)
        chooser.currentRowChanged.connect(self.changed)
        return chooser

    def _line(self, placeholder: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setPlaceholderText(placeholder)
        line.textChanged.connect(self.changed)
        return line

    def _laid_out(self, *rows: tuple[str, QWidget], top: QWidget | None = None) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        if top:
            layout.addWidget(top, 1)
        form = QFormLayout()
        form.setVerticalSpacing(2 * STEP)
        for text, widget in rows:
            widget.setAccessibleName(text or widget.accessibleName())
            form.addRow(text, widget) if text else form.addRow(widget)
        layout.addLayout(form)
        if not top:
            layout.addStretch(1)


class PosesTab(Tab):
    """Files of poses, in any format that can be written."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = tr("Poses")
        writers = sorted((known for known in registry().values() if known.write), key=lambda known: known.name != DEFAULT)
        self.formats = self._list(tr("Format"), ((known.name, tr(known.title), _kept(known)) for known in writers))
        self.keeps = QLabel(self)
        self.keeps.setWordWrap(True)
        self.keeps.setStyleSheet(f"color: {colors().secondary}")
        self.fit = QComboBox(self)
        width, height = project.size
        self.fit.addItem(tr("As in the project, {width} x {height}", width=width, height=height), None)
        for fit in FITS:
            self.fit.addItem(tr(_FITS[fit]), fit)
        if width != height:
            self.fit.setCurrentIndex(1)
        self.fit.currentIndexChanged.connect(self.changed)
        self._laid_out(("", self.keeps), (tr("Canvas"), self.fit), top=self.formats)
        self.formats.currentRowChanged.connect(self._describe)
        self._describe()

    @property
    def format(self) -> Format:
        return get(str(self.formats.currentItem().data(_ID)))

    def choose(self, name: str) -> None:
        """Choose a format by its name."""
        for row in range(self.formats.count()):
            if self.formats.item(row).data(_ID) == name:
                self.formats.setCurrentRow(row)

    @property
    def suffix(self) -> str:  # type: ignore[override]
        return "" if self.format.folder else self.format.suffixes[0]

    def _describe(self) -> None:
        self.keeps.setText(_kept(self.format))

    def notes(self, poses: PoseSequence) -> list[str]:
        known = self.format
        notes = [tr("Not kept: {what}", what=told(lost)) for lost in losses((poses,), known) if "frame rate" not in lost]
        if poses.fps != self._rate(known, poses):
            notes.append(tr("From {before} to {after} frames per second", before=f"{float(poses.fps):g}", after=f"{FPS}"))
        return notes

    @staticmethod
    def _rate(known: Format, poses: PoseSequence) -> Any:
        return poses.fps if "fps" in known.keeps else FPS

    def making(self) -> Making:
        known, fit = self.format, self.fit.currentData()

        def change(poses: PoseSequence) -> PoseSequence:
            at_rate = resample(poses, self._rate(known, poses))
            return fitted((at_rate,), fit_box((at_rate,), fit))[0] if fit else at_rate

        check = (lambda place, poses: read_again(place, known, poses)) if known.read else None
        return Making("write", {"to": known.name}, change, check)


class FilmTab(Tab):
    """A film of the pose maps."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = tr("Pose-map film")
        self.kind, self.drawn = QComboBox(self), QComboBox(self)
        for suffix, title in _FILMS.items():
            self.kind.addItem(tr(title), suffix)
        for style in styles().values():
            self.drawn.addItem(tr(style.title), style.name)
        self.drawn.setCurrentIndex(self.drawn.findData("echomimic"))
        self.size_field = self._line(f"{project.size[0]}x{project.size[1]}")
        self.rate = self._line(f"{float(project.fps):g}")
        for chooser in (self.kind, self.drawn):
            chooser.currentIndexChanged.connect(self.changed)
        self._own = f"{project.size[0]}x{project.size[1]}"
        self._laid_out(
            (tr("Kind of file"), self.kind), (tr("Drawn for"), self.drawn), (tr("Size"), self.size_field),
            (tr("Frames per second"), self.rate),
        )  # fmt: skip

    @property
    def suffix(self) -> str:  # type: ignore[override]
        return str(self.kind.currentData())

    def making(self) -> Making:
        width, height = parse_size(self.size_field.text() or self._own)
        fps = parse_fps(self.rate.text()) if self.rate.text().strip() else None
        arguments = {"style": self.drawn.currentData(), "size": f"{width}x{height}"}
        return Making("render", arguments, lambda poses: resample(poses, fps) if fps else poses)


class PipelineTab(Tab):
    """What another pipeline takes."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = tr("For another pipeline")
        self.pipelines = self._list(tr("Pipeline"), ((one.name, one.title, told(one.note)) for one in exports().values()))
        self.size_field = self._line(tr("As it usually is"))
        self.image = self._line(tr("A reference picture, if you have one"))
        if project.picture:
            self.image.setText(project.picture.path)
        self.facts = QLabel(self)
        self.facts.setWordWrap(True)
        self.facts.setStyleSheet(f"color: {colors().secondary}")
        self._laid_out(
            ("", self.facts), (tr("Size"), self.size_field), (tr("Reference picture"), self.image), top=self.pipelines
        )  # fmt: skip
        self.pipelines.currentRowChanged.connect(self._describe)
        self._describe()

    @property
    def _export(self) -> Any:
        return exports()[str(self.pipelines.currentItem().data(_ID))]

    def choose(self, name: str) -> None:
        """Choose a pipeline by its name."""
        self.pipelines.setCurrentRow([*exports()].index(name))

    def _describe(self) -> None:
        one = self._export
        file, *numbers = one.facts
        pixels, rate, count = (tr(word) for word in numbers)
        facts = tr("{file}; pixels: {pixels}; frames per second: {rate}; frames at a time: {count}",
                   file=file, pixels=pixels, rate=rate, count=count)  # fmt: skip
        self.facts.setText(f"{facts}\n{told(one.note)}" if one.note else facts)
        self.image.setEnabled(one.reference)

    def making(self) -> Making:
        arguments: dict[str, Any] = {"pipeline": self._export.name}
        if self.size_field.text().strip():
            width, height = parse_size(self.size_field.text())
            arguments["size"] = f"{width}x{height}"
        if self.image.isEnabled() and self.image.text().strip():
            image = Path(self.image.text().strip())
            if not image.is_file():
                raise InvalidValue(tr("{path}: is no picture", path=image))
            arguments["image"] = str(image.absolute())
        return Making("export", arguments)


def _kept(known: Format) -> str:
    return tr(
        "The file holds: {parts}", parts=tr(", ").join(tr(_KEEPS[part]) if part in _KEEPS else part for part in known.keeps)
    )


def read_again(place: Path, known: Format, poses: PoseSequence) -> tuple[bool, str]:
    """Whether a file that was written holds the poses, and a sentence."""
    try:
        names = {one.name for one in fields(known.options)} if known.options else set()
        stated = {name: getattr(poses, name) for name in ("size", "fps") if name in names}
        read = to_hub(read_poses(place, known.name, **stated)[0])
        if "size" not in known.keeps:
            read = replace(read, size=poses.size)
        apart = compare(poses, read)["all"]
    except (PoseForgeError, OSError) as error:
        return False, tr("Read again, it could not be compared: {problem}", problem=told(str(error)))
    if apart.mpjpe_percent > _CLOSE_PERCENT:
        return False, tr("Read again, its points are {pixels} pixels away on average.", pixels=f"{apart.mpjpe:.2f}")
    return True, tr(
        "Read again and compared: {frames} frames, points within {pixels} pixels.",
        frames=len(read),
        pixels=f"{apart.mpjpe:.2f}",
    )
