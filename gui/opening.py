"""Files of all kinds as what the editor holds: a project, people, or movements; and what a file leaves open, asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from poseforge.errors import PoseForgeError
from poseforge.filters import resample
from poseforge.formats import find, get, notes, read_motion, read_poses, registry
from poseforge.framing import centred, framed
from poseforge.projects import SUFFIX, open_project
from poseforge.render import render
from poseforge.retarget import to_hub
from poseforge.rig import Motion
from poseforge.script import read_script
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.project import Project, of_sequence
from poseforge.transfer import transfer

from .background import aside
from .buttons import button_box
from .options_form import OptionsForm
from .presets import in_language
from .text import tr
from .theme import STEP, colors
from .told import told

SCRIPTS = (".yaml", ".yml")
SOUNDS = (".wav", ".mp3", ".m4a", ".flac")
PICTURES = (".png", ".jpg", ".jpeg")
VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v")

_THUMBNAIL = 96
_WAIT_MS = 400
"""After the last change of an option before the file is read again."""


@dataclass(frozen=True)
class Loaded:
    """What was read from a file.

    Attributes:
        path: the file, or the folder.
        project: of a project's file, or of a script.
        people: on the hub, in 2D, of a file of poses.
        motions: of a file of rotations, if they were asked for and the performer can make them.
        format: the name of the format of poses.
        notes: what had to be assumed.
        guessed: whether that was the size or the rate, so that it had better be asked.
    """

    path: Path
    project: Project | None = None
    people: tuple[PoseSequence, ...] = ()
    motions: tuple[Motion, ...] = ()
    format: str = ""
    notes: tuple[str, ...] = ()
    guessed: bool = False

    @property
    def open_questions(self) -> bool:
        """Whether somebody has to choose before this can be shown."""
        return self.guessed or len(self.people) > 1

    def only(self, person: int) -> Loaded:
        """The same with one of the people alone."""
        return replace(self, people=self.people[person : person + 1], motions=self.motions[person : person + 1])

    def as_project(self) -> Project:
        """A project of it, or of its first person."""
        return self.project or in_language(of_sequence(self.people[0]))

    def onto(self, project: Project, frame: int) -> Project:
        """Another project with this on a track of its own from a frame on."""
        name = self.path.stem
        if self.motions:
            return edits.add_source(project, transfer(self.motions[0], project.rig), frame, name)
        if self.project:
            raise PoseForgeError(tr("{name}: is a project; open it instead.", name=self.path.name))
        person = self.people[0]
        return edits.add_source(project, resample(person, project.fps) if frame == 0 else person, frame, name)


def whole(path: Path) -> Path:
    """What a chosen file is a part of: the folder if that is one sequence of poses, which has a file for each frame, else the
    file itself. A dialog for files chooses no folders. Whoever opens it says so, and offers the file alone.
    """
    with suppress(PoseForgeError, OSError):
        if path.is_file() and find(path).folder and find(path.parent).name == find(path).name:
            return path.parent
    return path


def folder_words(folder: Path, frames: int) -> str:
    """What is told where a file was chosen and its folder is opened; frames that are not known yet are 0."""
    if not frames:
        return tr("All files of the folder {name} are opened together, one for each frame.", name=folder.name)
    return tr("All files of the folder {name} are opened together: {count} frames.", name=folder.name, count=frames)


def load(path: Path, format: str | None = None, options: Mapping[str, Any] | None = None, motions: bool = False) -> Loaded:
    """Read a file or a folder; `motions` prefers movements where it holds any. Raises a PoseForgeError or an OSError."""
    suffix = path.suffix.lower()
    if format is None and suffix == SUFFIX:
        return Loaded(path, project=open_project(path))
    if format is None and suffix in SCRIPTS:
        return Loaded(path, project=read_script(path))
    known = find(path, format)
    people = read_poses(path, known.name, **(options or {}))
    flat = people if people[0].points.shape[2] == 2 else framed(people)
    hub = tuple(to_hub(person) for person in flat)
    moved: tuple[Motion, ...] = ()
    if motions and known.read_motion:
        moved = tuple(centred(motion) for motion in read_motion(path, known.name, **(options or {})))
    guessed = bool(people[0].meta.get("canvas_guessed"))
    noted = tuple(notes(people))[guessed:]  # what was guessed is asked instead
    return Loaded(path, None, hub, moved, known.name, noted, guessed)


class OpenDialog(QDialog):
    """Asks what a file does not say: its format, its size and rate, which of several people.

    It is shown with `open`; `chosen` is told what was read in the end, with one person. Of a folder that was opened for one
    `file` in it, `alone` is told if only that is wanted.
    """

    chosen = Signal(object)
    alone = Signal()

    def __init__(
        self,
        path: Path,
        parent: QWidget,
        loaded: Loaded | None = None,
        problem: str = "",
        motions: bool = False,
        file: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open {name}", name=path.name))
        self.path, self.loaded, self._motions = path, loaded, motions
        self._reading = 0
        self.format = QComboBox(self)
        self.format.setAccessibleName(tr("Format"))
        self.format.addItem(tr("Recognized from the file"), None)
        for known in registry().values():
            if known.read:
                self.format.addItem(tr(known.title), known.name)
        if loaded:
            self.format.setCurrentIndex(self.format.findData(loaded.format))
        self.format.currentIndexChanged.connect(self._choose_format)
        self.options = OptionsForm(self.format, self)
        self.options.changed.connect(self._soon)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.people = PeopleList(self)
        self.people.itemDoubleClicked.connect(self.accept)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Open, QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        if file:
            layout.addLayout(self._of_folder(file))
        layout.addWidget(self.options)
        layout.addWidget(self.message)
        self._ask = QLabel(tr("Who shall be shown?"), self)
        layout.addWidget(self._ask)
        layout.addWidget(self.people, 1)
        layout.addWidget(self.buttons)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self.read_again)
        self._choose_options()
        self._show(loaded, problem)

    def _of_folder(self, file: Path) -> QHBoxLayout:
        """What says that the whole folder is opened, and the button for the file alone."""
        frames = len(self.loaded.people[0]) if self.loaded and self.loaded.people else 0
        words = QLabel(folder_words(self.path, frames), self)
        words.setWordWrap(True)
        self.only_button = QPushButton(tr("Only {name}", name=file.name), self)
        self.only_button.setAutoDefault(False)
        self.only_button.clicked.connect(self.reject)
        self.only_button.clicked.connect(self.alone)
        row = QHBoxLayout()
        row.addWidget(words, 1)
        row.addWidget(self.only_button)
        return row

    def _choose_format(self) -> None:
        self._choose_options()
        self.read_again()

    def _choose_options(self) -> None:
        name = self.format.currentData()
        self.options.show_options(get(name).options if name else None)

    def _soon(self) -> None:
        self._ready(False)
        self._timer.start()

    def read_again(self) -> None:
        """Read the file as is chosen now."""
        self._timer.stop()
        self._ready(False)
        try:
            options = self.options.values()
        except PoseForgeError as error:
            self._show(None, told(str(error)))
            return
        self._reading += 1
        number, name = self._reading, self.format.currentData()
        self.message.setText(tr("Reading {name}…", name=self.path.name))
        aside(
            self,
            lambda: load(self.path, name, options, self._motions),
            lambda loaded: self._show(loaded) if number == self._reading else None,
            lambda problem: self._show(None, problem) if number == self._reading else None,
        )

    def _ready(self, ready: bool) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(ready)

    def _show(self, loaded: Loaded | None, problem: str = "") -> None:
        self.loaded = loaded
        several = loaded is not None and len(loaded.people) > 1
        self.people.show_people(loaded.people if loaded else ())
        self.people.setVisible(several)
        self._ask.setVisible(several)
        notes = [told(note) for note in loaded.notes] if loaded else []
        if loaded and loaded.guessed:
            (width, height), fps = loaded.people[0].size, float(loaded.people[0].fps)
            text = tr("The file does not say its size and rate. It was taken as {size} pixels at {fps} frames per second; "
                      "write above what is right.", size=f"{width}x{height}", fps=f"{fps:g}")  # fmt: skip
            notes.insert(0, text)
            self.options.show_guessed({"size": f"{width}x{height}", "fps": f"{fps:g}"})
        self.message.setText(problem or "\n".join(notes))
        self.message.setVisible(bool(self.message.text()))
        self.message.setStyleSheet(f"color: {colors().error if problem else colors().secondary}")
        self._ready(loaded is not None)

    def accept(self) -> None:
        if self.loaded and self.buttons.button(QDialogButtonBox.StandardButton.Open).isEnabled():
            person = max(self.people.currentRow(), 0)
            super().accept()
            self.chosen.emit(self.loaded.only(person) if self.loaded.people else self.loaded)


class PeopleList(QListWidget):
    """Who there is, each by a picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("People in the file"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setIconSize(QSize(_THUMBNAIL, _THUMBNAIL))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSpacing(STEP)

    def show_people(self, people: Sequence[PoseSequence]) -> None:
        self.clear()
        for number, person in enumerate(people):
            seen = int(person.present.any(axis=1).sum())
            one, many = tr("Person {number}, seen in 1 frame"), tr("Person {number}, seen in {frames} frames")
            text = (one if seen == 1 else many).format(number=number + 1, frames=seen)
            self.addItem(QListWidgetItem(thumbnail(person), text))
        self.setCurrentRow(0)


class PeopleDialog(QDialog):
    """Asks which of several people is wanted; `chosen` is told."""

    chosen = Signal(object)

    def __init__(self, people: Sequence[PoseSequence], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Who shall be shown?"))
        self.resize(120 * STEP, 80 * STEP)
        self._all = people
        self.people = PeopleList(self)
        self.people.show_people(people)
        self.people.itemDoubleClicked.connect(self.accept)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.people, 1)
        layout.addWidget(self.buttons)

    def accept(self) -> None:
        super().accept()
        self.chosen.emit(self._all[max(self.people.currentRow(), 0)])


def thumbnail(person: PoseSequence) -> QIcon:
    """A picture of a person where most of them is seen."""
    if not len(person):
        return QIcon()
    at = int(person.present.sum(axis=1).argmax())
    width, height = person.size
    scale = _THUMBNAIL * 2 / max(width, height)
    size = max(round(width * scale), 16), max(round(height * scale), 16)
    drawn = render((person[at : at + 1],), "dwpose", size)[0].copy()
    image = QImage(drawn.data, size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888)
    pixmap = QPixmap.fromImage(image)
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)  # else it is tinted, and nobody is seen in it
    return made
