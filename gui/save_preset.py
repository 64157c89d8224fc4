"""Saving what is selected as a preset of the user's own."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from poseforge import library
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.timeline.project import RigTrack

from .buttons import button_box
from .presets import selected_sides
from .session import Session
from .text import spoken, tr
from .theme import STEP, colors
from .thumbnails import Film, drawn, gesture_film, shape_film
from .told import told

_PICTURE = 160
Saved = library.HandShape | library.Gesture


class SavePreset(QDialog):
    """The name of a preset, with its picture; another language's name, tags and id are folded away. What is wrong is said
    inside.

    Attributes:
        names, tags: fields by language, "en" and "zh"; tags are divided by commas.
        more: shows what is folded away.
        id: the id, made of the English name until the user writes another.
        problem: what is wrong.
    """

    kind: library.Kind
    saved = Signal(str, str)
    """Kind and id of the preset that has been saved."""

    def __init__(self, session: Session, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(title)
        self.names = {"en": QLineEdit(self), "zh": QLineEdit(self)}
        self.tags = {"en": QLineEdit(self), "zh": QLineEdit(self)}
        self.id = QLineEdit(self)
        self.replaces = QCheckBox(tr("Replace my preset of this id"), self)
        self.picture = QLabel(self)
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self._own_id = False
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setSpacing(2 * STEP)
        self.form = form
        form.addRow(self.picture, self.about)
        mine, other = ("zh", "en") if spoken().startswith("zh") else ("en", "zh")
        form.addRow(tr("Name"), self.names[mine])
        self.names[mine].setAccessibleName(tr("Name"))
        self.more = QCheckBox(tr("More: name in another language, tags, id"), self)
        form.addRow(self.more)
        named = {"en": tr("English name"), "zh": tr("Chinese name")}[other]
        folded = (named, self.names[other]), (tr("English tags"), self.tags["en"]), (tr("Chinese tags"), self.tags["zh"])
        for label, field in (*folded, (tr("Id"), self.id)):
            field.setAccessibleName(label)
            form.addRow(label, field)
            form.setRowVisible(field, False)
        for field in self.tags.values():
            field.setPlaceholderText(tr("divided by commas"))
        self.more.toggled.connect(partial(self._unfold, [self.names[other], *self.tags.values(), self.id]))
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Cancel)
        column = QVBoxLayout(self)
        column.setSpacing(2 * STEP)
        column.addLayout(form)
        for widget in (self.replaces, self.problem, self.buttons):
            column.addWidget(widget)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)
        for field in self.names.values():
            field.textChanged.connect(self._suggest)
        self.id.textEdited.connect(self._write_id)
        self.id.textChanged.connect(self._look)
        self._suggest()

    def made(self, id: str, name: str) -> Saved:
        """The preset, with a name and no tags. Raises PoseForgeError."""
        raise NotImplementedError

    def film(self, made: Saved) -> Film:
        """Its picture."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show what would be saved."""
        try:
            film = self.film(self.made("preview", "preview"))
        except PoseForgeError as error:
            self._tell(told(str(error)))
            return
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(QPixmap.fromImage(drawn(film, film.still, _PICTURE, ratio, colors())))
        self._tell("")

    def _unfold(self, fields: list[QLineEdit], shown: bool) -> None:
        for field in fields:
            self.form.setRowVisible(field, shown)
        self.adjustSize()

    def _describe(self, what: str, missing: str) -> None:
        """Say what would be saved, and what could have been selected for something else."""
        self.about.setText(f"{what}\n\n{missing}" if missing else what)

    def _suggest(self) -> None:
        if not self._own_id:
            self.id.setText(suggested_id(self.names["en"].text(), self.kind))

    def _write_id(self, text: str) -> None:
        self._own_id = bool(text)

    def _look(self) -> None:
        taken = _own_file(self.kind, self.id.text()) is not None
        self.replaces.setVisible(taken)
        self.replaces.setChecked(False)

    def save(self) -> None:
        """Save it, or say why it cannot be."""
        try:
            path = self._saved()
        except (PoseForgeError, OSError) as error:
            self._tell(told(str(error)))
            return
        self.saved.emit(self.kind, path.stem)
        self.accept()

    def _saved(self) -> Path:
        name = {language: field.text().strip() for language, field in self.names.items() if field.text().strip()}
        if not name:
            raise InvalidValue(tr("Give it a name."))
        tags = {language: _words(field.text()) for language, field in self.tags.items()}
        made = replace(
            self.made(self.id.text().strip(), next(iter(name.values()))), name=name, tags={k: v for k, v in tags.items() if v}
        )
        overwrite = self.replaces.isChecked()
        if isinstance(made, library.Gesture):
            return library.save_gesture(made, overwrite)
        return library.save_hand_shape(made, overwrite)

    def _tell(self, problem: str) -> None:
        self.problem.setStyleSheet(f"color: {colors().error}")
        self.problem.setText(problem)


class SaveHandShape(SavePreset):
    """The selected hand at the current frame. Raises InvalidValue where no track of gestures is."""

    kind = "hands"

    def __init__(self, session: Session, parent: QWidget) -> None:
        self._track = rig_track(session)
        super().__init__(session, tr("Save a hand shape"), parent)
        self.side = QComboBox(self)
        self.side.addItem(tr("Right hand"), "right")
        self.side.addItem(tr("Left hand"), "left")
        self.side.setAccessibleName(tr("Hand"))
        with QSignalBlocker(self.side):
            self.side.setCurrentIndex(1 if selected_sides(session) == ["left"] else 0)
        self.side.currentIndexChanged.connect(self.draw)
        hands = {joint for joint in session.joints if joint.startswith(("left", "right"))}
        self._describe(
            tr("As it is at frame {frame}", frame=session.frame),
            "" if hands else tr("No hand is selected: choose one here."),
        )
        self.form.insertRow(1, tr("Hand"), self.side)
        self._frame, self._project = session.frame, session.project
        self.draw()

    def made(self, id: str, name: str) -> Saved:
        return library.shape_of(self._project, self._track, self.side.currentData(), self._frame, id, name)

    def film(self, made: Saved) -> Film:
        assert isinstance(made, library.HandShape)
        return shape_film(made)


class SaveGesture(SavePreset):
    """The selected clip, or else the frames from in to out point. Raises InvalidValue where no track of gestures is."""

    kind = "gestures"

    def __init__(self, session: Session, parent: QWidget) -> None:
        project = session.project
        if session.clip:
            track, clip = project.clip(session.clip)
            self._track = track.id
            self._range = max(clip.start, 0), min(clip.end, project.length) - 1
        else:
            self._track = rig_track(session)
            self._range = project.range or (0, project.length - 1)
        library.gesture_of(
            project, self._track, self._range[0], self._range[0], "preview", "preview"
        )  # of points there is none
        super().__init__(session, tr("Save a gesture"), parent)
        self._project = project
        first, last = self._range
        seconds = f"{(last - first + 1) / float(project.fps):.1f}"
        self._describe(
            tr("Frames {first} to {last}, {seconds} s", first=first, last=last, seconds=seconds),
            "" if session.clip or project.range else tr("Nothing is selected, so this is the whole project. For a part of it, "
                                                        "select a clip, or set in and out point (I, O)."),
        )  # fmt: skip
        self.draw()

    def made(self, id: str, name: str) -> Saved:
        return library.gesture_of(self._project, self._track, *self._range, id, name)

    def film(self, made: Saved) -> Film:
        assert isinstance(made, library.Gesture)
        return gesture_film(made, whole=True)


def rig_track(session: Session) -> str:
    """The selected track of gestures, else the uppermost. InvalidValue if there is none."""
    tracks = [track.id for track in session.project.tracks if isinstance(track, RigTrack) and track.enabled]
    if not tracks:
        raise InvalidValue(tr("Presets are made of gestures: this project holds only points."))
    return session.track if session.track in tracks else tracks[-1]


def suggested_id(name: str, kind: library.Kind) -> str:
    """An id like a name that is not taken yet."""
    taken = library.hand_shapes() if kind == "hands" else library.gestures()
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:56] or ("my_hand" if kind == "hands" else "my_gesture")
    id, number = plain, 2
    while id in taken:
        id, number = f"{plain}_{number}", number + 1
    return id


def _own_file(kind: library.Kind, id: str) -> Path | None:
    path = library.user_folder(kind) / f"{id.strip()}.json"
    return path if id.strip() and path.is_file() else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split("[,，、;；]", text) if word.strip())
