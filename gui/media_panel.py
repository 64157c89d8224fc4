"""Speech, picture and video of the project at a glance: where their files are, when they begin, where the picture lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseforge import align
from poseforge.timeline.project import MAX_FRAMES, Media, Project

from .actions import Actions
from .buttons import button_box
from .session import Session
from .text import noop, tr
from .theme import STEP, colors

Kind = Literal["audio", "picture", "video"]
TITLES: dict[Kind, str] = {"audio": noop("Speech"), "picture": noop("Picture"), "video": noop("Video")}


def set_media(project: Project, kind: Kind, media: Media | None) -> Project:
    """The project with another speech, picture or video, or with none."""
    return replace(project, **{kind: media})  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Row:
    name: QLabel
    state: QLabel
    start: QSpinBox
    choose: QPushButton
    remove: QPushButton


class MediaPanel(QDialog):
    """A window beside the editor's, which stays usable.

    Attributes:
        rows: the fields of each kind.
        left, top, wide: where the picture lies, in percent of the canvas.
        fits: buttons that place the picture: "cover", "height", "crop".
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        choose: dict[Kind, Callable[[], object]],
        crop: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self._problems: dict[Kind, str] = {}
        self._picture_size: tuple[int, int] | None = None
        self._search = False, ""
        self._crop = crop
        self.setWindowTitle(tr("Speech, picture and video"))
        self.setWhatsThis(tr("The files that this project refers to. They stay where they are."))
        self.rows = {kind: self._row(kind, choose[kind]) for kind in TITLES}
        column = QVBoxLayout(self)
        column.setSpacing(3 * STEP)
        column.addLayout(self._table())
        column.addWidget(self._placing())
        column.addWidget(self._posing(actions))
        column.addStretch(1)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        session.project_changed.connect(self.show_project)
        session.picture_pose_changed.connect(self.show_project)
        self.show_project()

    def _row(self, kind: Kind, choose: Callable[[], object]) -> _Row:
        title = tr(TITLES[kind])
        start = QSpinBox(self)
        start.setRange(-MAX_FRAMES, MAX_FRAMES)
        start.setAccessibleName(tr("{what}: first frame", what=title))
        start.valueChanged.connect(partial(self._begin, kind))
        state = QLabel(self)
        state.setWordWrap(True)
        load, remove = QPushButton(tr("Choose…"), self), QPushButton(tr("Remove"), self)
        load.setAccessibleName(tr("{what}: choose a file", what=title))
        remove.setAccessibleName(tr("{what}: remove", what=title))
        for button in (load, remove):
            button.setAutoDefault(False)
        load.clicked.connect(choose)
        remove.clicked.connect(partial(self._remove, kind))
        return _Row(QLabel(self), state, start, load, remove)

    def _table(self) -> QGridLayout:
        table = QGridLayout()
        table.setSpacing(2 * STEP)
        table.setColumnStretch(1, 1)
        table.setColumnMinimumWidth(1, 50 * STEP)
        for i, (kind, row) in enumerate(self.rows.items()):
            table.addWidget(QLabel(tr(TITLES[kind]), self), 2 * i, 0)
            table.addWidget(row.name, 2 * i, 1)
            if kind != "picture":
                table.addWidget(QLabel(tr("from frame"), self), 2 * i, 2)
                table.addWidget(row.start, 2 * i, 3)
            row.start.setVisible(kind != "picture")
            table.addWidget(row.choose, 2 * i, 4)
            table.addWidget(row.remove, 2 * i, 5)
            table.addWidget(row.state, 2 * i + 1, 1, 1, 5)
        return table

    def _placing(self) -> QGroupBox:
        self.placing = QGroupBox(tr("Where the picture lies"), self)
        self.left, self.top, self.wide = (QDoubleSpinBox(self) for _ in range(3))
        fields = QHBoxLayout()
        fields.setSpacing(2 * STEP)
        for name, field, low, high in (
            (tr("Left"), self.left, -1000, 1000), (tr("Top"), self.top, -1000, 1000), (tr("Width"), self.wide, 1, 2000),
        ):  # fmt: skip
            field.setRange(low, high)
            field.setSuffix(" %")
            field.setDecimals(1)
            field.setSingleStep(0.5)
            field.setAccessibleName(name)
            field.valueChanged.connect(self._place)
            fields.addWidget(QLabel(name, self))
            fields.addWidget(field, 1)
        buttons = QHBoxLayout()
        self.fits = {
            "cover": QPushButton(tr("Cover the canvas"), self),
            "height": QPushButton(tr("Fit the height"), self),
            "crop": QPushButton(tr("Crop as EchoMimicV2 does"), self),
        }
        self.fits["crop"].setToolTip(tr("Needs the pose in this picture."))
        for name, button in self.fits.items():
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._fit, name))
            buttons.addWidget(button)
        column = QVBoxLayout(self.placing)
        column.setSpacing(2 * STEP)
        column.addLayout(fields)
        column.addLayout(buttons)
        return self.placing

    def _posing(self, actions: Actions) -> QGroupBox:
        self.posing = QGroupBox(tr("The person in the picture"), self)
        self.pose_state = QLabel(self)
        self.pose_state.setWordWrap(True)
        self.pose_state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QHBoxLayout()
        self.pose_buttons = [
            QPushButton(text, self) for text in (tr("Find the pose"), tr("From a file…"), tr("Fit to the picture…"))
        ]
        for button, id in zip(self.pose_buttons, ("find_pose", "give_pose", "fit_picture"), strict=True):
            button.setAutoDefault(False)
            button.setToolTip(actions[id].toolTip())
            button.clicked.connect(actions[id].trigger)
            buttons.addWidget(button)
        column = QVBoxLayout(self.posing)
        column.setSpacing(2 * STEP)
        column.addWidget(self.pose_state)
        column.addLayout(buttons)
        return self.posing

    def report(self, kind: Kind, problem: str, picture_size: tuple[int, int] | None) -> None:
        """Say what is wrong with a file, "" for nothing, and the (width, height) of the picture, if it could be read."""
        self._problems[kind] = problem
        self._picture_size = picture_size
        self.show_project()

    def show_search(self, on: bool, problem: str) -> None:
        """Say whether the person in the picture is being looked for, or why they were not found."""
        self._search = on, problem
        self.show_project()

    def event(self, event: QEvent) -> bool:
        """Words may take lines of their own."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))
        return done

    def show_project(self) -> None:
        """Show the files of the project as it is now."""
        project = self.session.project
        for kind, row in self.rows.items():
            media: Media | None = getattr(project, kind)
            problem = self._problems.get(kind, "") if media else ""
            path = media.path if media else ""
            row.name.setText(path.replace("\\", "/").rpartition("/")[2] if media else tr("none"))
            row.name.setToolTip(path)
            row.name.setStyleSheet("" if media else f"color: {colors().secondary}")
            row.state.setText(problem)
            row.state.setVisible(bool(problem))
            row.state.setStyleSheet(f"color: {colors().warning}")
            row.choose.setText(tr("Locate…") if problem else tr("Choose…"))
            row.remove.setEnabled(media is not None)
            row.start.setEnabled(media is not None)
            with QSignalBlocker(row.start):
                row.start.setValue(media.start if media else 0)
        self.placing.setEnabled(project.picture is not None)
        self.posing.setEnabled(project.picture is not None)
        known = self.session.picture_pose is not None
        self._show_pose_state(known)
        if project.picture:
            left, top, right, _ = project.picture.box
            for field, value in ((self.left, left), (self.top, top), (self.wide, right - left)):
                with QSignalBlocker(field):
                    field.setValue(value * 100)
        for way, button in self.fits.items():
            button.setEnabled(self._picture_size is not None and (way != "crop" or known))

    def _show_pose_state(self, known: bool) -> None:
        looking, problem = self._search
        if looking:
            words, color = tr("Looking for the person in the picture… This takes a few seconds."), colors().secondary
        elif problem:
            words, color = problem, colors().warning
        elif known:
            words, color = tr("Their pose is known."), colors().ok
        else:
            words, color = tr("Their pose is not known yet."), colors().secondary
        self.pose_state.setText(words)
        self.pose_state.setStyleSheet(f"color: {color}")
        self.pose_buttons[0].setEnabled(not looking)

    def _begin(self, kind: Kind, frame: int) -> None:
        media: Media | None = getattr(self.session.project, kind)
        if media:
            moved = replace(media, start=frame)
            label = tr("Move: {what}", what=tr(TITLES[kind]))
            self.session.apply(label, lambda project: set_media(project, kind, moved), merge=("media", kind))

    def _remove(self, kind: Kind) -> None:
        self.session.apply(tr("Remove: {what}", what=tr(TITLES[kind])), lambda project: set_media(project, kind, None))

    def _place(self) -> None:
        picture = self.session.project.picture
        if picture:
            left, top, right, bottom = picture.box
            wide = self.wide.value() / 100
            high = wide * (bottom - top) / (right - left)
            x, y = self.left.value() / 100, self.top.value() / 100
            self.place((x, y, x + wide, y + high), merge="picture box")

    def place(self, box: align.Edges, merge: object = None) -> None:
        """Put the picture somewhere on the canvas."""

        def edit(project: Project) -> Project:
            return project if project.picture is None else replace(project, picture=replace(project.picture, box=box))

        self.session.apply(tr("Place the picture"), edit, merge)

    def _fit(self, way: str) -> None:
        if way == "crop":
            self._crop()
        elif self._picture_size:
            fit = align.covering if way == "cover" else align.as_high
            self.place(fit(self._picture_size, self.session.project.size))
