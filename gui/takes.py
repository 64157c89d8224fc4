"""Takes of a camera: a list of them, and how they come into a project."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from poseforge import recording
from poseforge.errors import InvalidValue
from poseforge.projects import link_media
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.edits.clips import fitted
from poseforge.timeline.project import Media, Project, of_sequence

from .background import aside
from .opening import thumbnail
from .presets import in_language
from .text import tr
from .theme import STEP, colors
from .told import told

_THUMBNAIL = 80
_SOUND = "sound-*.wav"
_NUMBER = Qt.ItemDataRole.UserRole + 1


def sound_file(take: Path, now: float) -> Path:
    """Where the sound of a take is written that begins at a moment, in seconds of `time.time`."""
    return take / f"sound-{now:.3f}.wav"


@dataclass(frozen=True)
class Recorded:
    """A take as it was read.

    Attributes:
        folder: where it lies.
        name: what it is called.
        poses: the largest person, cleaned.
        problem: why it ended before anybody wanted that.
        sound: what was heard; None if nothing was.
        lead: seconds that the sound began before the first picture.
    """

    folder: Path
    name: str
    poses: PoseSequence
    problem: str = ""
    sound: Path | None = None
    lead: float = 0.0


def read(folder: Path, name: str) -> Recorded:
    """Raises a PoseForgeError if nobody is in it."""
    take = recording.read(folder)
    (poses,) = take.people()
    sound = next(iter(folder.glob(_SOUND)), None)
    began = recording.began(folder)
    lead = began - float(sound.stem.partition("-")[2]) if sound and began else 0.0
    return Recorded(folder, name, poses, take.problem, sound, lead)


def onto(project: Project, takes: Sequence[Recorded], frame: int) -> Project:
    """A project with takes one after another on a track of their own, from a frame on."""
    if not takes:
        raise InvalidValue(tr("Choose a take first."))
    project = edits.add_source(project, takes[0].poses, frame, takes[0].name)
    return _followed(project, takes, project.tracks[-1].id, frame)


def as_project(takes: Sequence[Recorded], canvas: tuple[int, int]) -> Project:
    """A project of takes one after another, on a canvas of (width, height), as high as it."""
    first = replace(fitted(takes[0].poses, canvas), size=canvas)
    return _followed(in_language(of_sequence(first)), takes, "poses", 0)


def _followed(project: Project, takes: Sequence[Recorded], track: str, frame: int) -> Project:
    """A project with all but the first of some takes after it."""
    at = frame + _frames(takes[0], project.fps)
    for take in takes[1:]:
        project = edits.add_clip(project, track, take.poses, at, name=take.name, blend=0)
        at += _frames(take, project.fps)
    return replace(project, length=max(project.length, at))


def _frames(take: Recorded, fps: Fraction) -> int:
    return max(round(len(take.poses) / take.poses.fps * fps), 1)


def with_sound(project: Project, take: Recorded, sound: Media, frame: int) -> Project:
    """A project whose speech is the sound of a take that begins at a frame."""
    return replace(project, audio=replace(sound, start=frame - round(take.lead * float(project.fps))))


def kept_sound(take: Recorded, folder: Path, stem: str) -> Media:
    """A copy of a take's sound in a folder where it stays, under a name that is free there. Raises OSError."""
    assert take.sound
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (place := folder / f"{stem}-{number}.wav").exists():
        number += 1
    shutil.copyfile(take.sound, place)
    return link_media(place)


class TakeList(QListWidget):
    """Takes with a picture, a name that can be changed, and their length. Those that are discarded can be brought back until
    they are swept.
    """

    added = Signal(object)
    """The folder of a take that can be used from now on."""
    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.discarded: list[QListWidgetItem] = []
        self._number = 0
        self.setAccessibleName(tr("Takes"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self.setGridSize(QSize(_THUMBNAIL + 14 * STEP, _THUMBNAIL + 10 * STEP))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.SelectedClicked)
        self.setMinimumHeight(_THUMBNAIL + 12 * STEP)
        self.setMaximumHeight(2 * _THUMBNAIL + 18 * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if not self.count():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(colors().secondary))
            inside = self.viewport().rect().adjusted(4 * STEP, 0, -4 * STEP, 0)
            words = tr("What you record will be listed here: to be played, renamed, discarded, or put on the timeline.")
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    def add(self, folder: Path) -> None:
        """Read a take and list it."""
        self._number += 1
        name = tr("Take {number}", number=self._number)
        aside(self, partial(read, folder, name), partial(self._add, self._number), self.failed.emit)

    def _add(self, number: int, take: Recorded) -> None:
        seconds = tr("{seconds} s", seconds=f"{float(len(take.poses) / take.poses.fps):.1f}")
        item = QListWidgetItem(_labelled(thumbnail(take.poses), seconds), take.name)
        item.setData(Qt.ItemDataRole.UserRole, take)
        item.setData(_NUMBER, number)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setToolTip("\n".join(filter(None, (seconds, told(take.problem), tr("F2 renames it")))))
        rows = (row for row in range(self.count()) if self.item(row).data(_NUMBER) > number)  # a long take is read for longer
        self.insertItem(next(rows, self.count()), item)
        self.setCurrentItem(item)
        self.added.emit(take.folder)

    @property
    def chosen(self) -> list[Recorded]:
        """The selected takes in their order, under the names that they have by now."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        return [self.take_at(row) for row in rows]

    def take_at(self, row: int) -> Recorded:
        item = self.item(row)
        take: Recorded = item.data(Qt.ItemDataRole.UserRole)
        return replace(take, name=item.text())

    def discard(self) -> None:
        """Take the selected ones out of the list."""
        for item in self.selectedItems():
            self.discarded.append(self.takeItem(self.row(item)))

    def bring_back(self) -> None:
        """List those again that were discarded."""
        for item in self.discarded:
            self.addItem(item)
        self.discarded = []

    def sweep(self) -> None:
        """Remove what was discarded for good."""
        for item in self.discarded:
            take: Recorded = item.data(Qt.ItemDataRole.UserRole)
            shutil.rmtree(take.folder, ignore_errors=True)
        self.discarded = []


def _labelled(picture: QIcon, words: str) -> QIcon:
    """A picture with a word in its lower corner."""
    pixmap = picture.pixmap(QSize(_THUMBNAIL, _THUMBNAIL))
    painter = QPainter(pixmap)
    metrics = painter.fontMetrics()
    inside = pixmap.deviceIndependentSize().toSize()
    width, height = metrics.horizontalAdvance(words) + 2 * STEP, metrics.height()
    painter.fillRect(inside.width() - width, inside.height() - height, width, height, QColor(0, 0, 0, 170))
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(inside.width() - width + STEP, inside.height() - metrics.descent(), words)
    painter.end()
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)  # else it is tinted, and nobody is seen in it
    return made
