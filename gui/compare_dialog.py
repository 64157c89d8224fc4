"""Compare: the open project beside a file of poses, frame by frame and in figures."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from poseforge import filters, read_poses
from poseforge.align import placed
from poseforge.camera import Camera
from poseforge.errors import InvalidValue
from poseforge.figures import Distance, compare
from poseforge.quality import VISIBLE
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Project

from .background import Latest
from .choosing import ask_file, ask_folder
from .session import Session
from .text import noop, tr
from .theme import STEP, colors, current, pen_color, tabular

PARTS = {
    "all": noop("Everything"), "body": noop("Body"), "feet": noop("Feet"), "face": noop("Face"),
    "left_hand": noop("Left hand"), "right_hand": noop("Right hand"),
}  # fmt: skip

_SIDE_PX = 260


class Stick(QWidget):
    """One or two poses as lines on a canvas."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._poses: tuple[tuple[PoseSequence, bool], ...] = ()
        current.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(_SIDE_PX, _SIDE_PX)

    def show_poses(self, *poses: tuple[PoseSequence, bool]) -> None:
        """Show the first frames of sequences, each in the colors of its parts, or faintly, as what one compares with."""
        self._poses = poses
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        theme, painter = colors(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self._poses[0][0].size if self._poses else (1, 1)
        scale = min(self.width() / width, self.height() / height)
        area = QRectF(0, 0, width * scale, height * scale)
        area.moveCenter(QRectF(self.rect()).center())
        painter.fillRect(area, QColor(theme.raised))
        painter.setClipRect(area)
        for pose, plain in self._poses:
            places = pose.points[0] * (area.width(), area.height()) + (area.x(), area.y())
            seen = pose.present[0] & (pose.confidence[0] >= VISIBLE)
            for a, b in wholebody_134.bones:
                if seen[a] and seen[b]:
                    color = theme.secondary if plain else theme.part(wholebody_134.joints[b])
                    style = Qt.PenStyle.DashLine if plain else Qt.PenStyle.SolidLine
                    painter.setPen(QPen(pen_color(color, 0.9), 1.5, style))
                    painter.drawLine(QPointF(*places[a]), QPointF(*places[b]))
        painter.end()


Edges = tuple[float, float, float, float]


def comparable(ours: PoseSequence, theirs: PoseSequence) -> tuple[PoseSequence, PoseSequence, Edges]:
    """Both over the frames that both have, theirs at our rate and on our canvas, and where theirs lies on it: in its own
    proportions, as large as it fits or so that none of ours stays free, whichever brings the poses nearer.
    """
    if theirs.fps != ours.fps:
        theirs = filters.resample(theirs, ours.fps)
    length = min(len(ours), len(theirs))
    ours, theirs = ours[:length], theirs[:length]
    scales = [one / other for one, other in zip(ours.size, theirs.size, strict=True)]
    best, least = theirs, np.inf
    for scale in dict.fromkeys((min(scales), max(scales))):
        x, y = (scale * other / one / 2 for one, other in zip(ours.size, theirs.size, strict=True))
        laid = placed(theirs, (0.5 - x, 0.5 - y, 0.5 + x, 0.5 + y), ours.size)
        away = np.linalg.norm((laid.points - ours.points) * ours.size, axis=2)
        distance = float(np.mean(away[~np.isnan(away)])) if (~np.isnan(away)).any() else 0.0
        if distance < least:
            best, least, edges = laid, distance, (0.5 - x, 0.5 - y, 0.5 + x, 0.5 + y)
    return ours, best, edges


def first_person(path: Path, camera: Camera) -> PoseSequence:
    """The first person of a file on the canvas, where it has 3D points as a camera sees them. InvalidValue if there is none."""
    people = read_poses(path)
    if not people or not len(people[0]):
        raise InvalidValue(tr("{name} holds no person.", name=path.name))
    person = people[0] if people[0].points.shape[2] == 2 else camera.project(people[0])
    return to_hub(person)


class CompareDialog(QDialog):
    """The project's poses, those of a file, and both over one another at the session's frame; their distances in a table."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(tr("Compare with a file"))
        self.theirs: PoseSequence | None = None
        self._of: Project | None = None
        self._edges: Edges = (0.0, 0.0, 1.0, 1.0)
        self._reading, self._measuring = Latest(self), Latest(self)
        self._build()
        session.frame_changed.connect(self._show_frame)
        session.project_changed.connect(self._project_changed)

    def _build(self) -> None:
        self.ours_view, self.theirs_view = Stick(tr("The project")), Stick(tr("The file"))
        self.both_view = Stick(tr("One over the other"))
        views = QHBoxLayout()
        views.setSpacing(2 * STEP)
        self.file_name = QLabel(tr("The file"))
        for title, view in (
            (QLabel(tr("The project")), self.ours_view),
            (self.file_name, self.theirs_view),
            (QLabel(tr("Both, the file dashed")), self.both_view),
        ):
            column = QVBoxLayout()
            column.addWidget(title)
            column.addWidget(view, 1)
            views.addLayout(column, 1)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Frame"))
        self.slider.setToolTip(tr("The frame that is shown, here and in the editor"))
        self.slider.valueChanged.connect(self.session.seek)
        self.frame = QLabel()
        self.frame.setFont(tabular())
        scrubbing = QHBoxLayout()
        scrubbing.setSpacing(2 * STEP)
        scrubbing.addWidget(self.slider, 1)
        scrubbing.addWidget(self.frame)
        self.over = QLabel()
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName(tr("Distances"))
        self.table.setHorizontalHeaderLabels(
            [tr("Part"), tr("Distance, pixels"), tr("Distance, % of the canvas"), tr("Shape alone, % of the canvas")]
        )
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setToolTip(tr("The shape alone: after the file's pose was turned, scaled and moved onto the project's"))
        self.note = QLabel()
        self.note.setWordWrap(True)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        column.addLayout(views, 2)
        column.addLayout(scrubbing)
        column.addWidget(self.over)
        column.addWidget(self.table, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._invitation())
        self.pages.addWidget(shown)
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        buttons = self._choices()
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        column.setSpacing(3 * STEP)
        column.addWidget(self.pages, 1)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self.resize(960, 720)

    def _invitation(self) -> QWidget:
        """What is shown before there is anything to compare with."""
        text = tr(
            "Compare the project with other poses: what it was made from, or the same scene by another detector. "
            "You see both at every frame, and how far they are apart.\n\nChoose a file or a folder below."
        )
        label = QLabel(text)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setMargin(12 * STEP)
        return label

    def _choices(self) -> QHBoxLayout:
        """The buttons that choose what to compare with."""
        row = QHBoxLayout()
        for text, choose in ((tr("A file…"), self.choose), (tr("A folder…"), self.choose_folder)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(choose)
            row.addWidget(button)
        return row

    def ask(self) -> str:
        """The path of a file, or nothing."""
        return ask_file(self, tr("Compare with a file"), "poses")

    def ask_folder(self) -> str:
        """The path of a folder, or nothing."""
        return ask_folder(self, tr("Compare with a folder"), "poses")

    def choose(self) -> None:
        """Let the user choose a file, and compare with it."""
        path = self.ask()
        if path:
            self.open(Path(path))

    def choose_folder(self) -> None:
        """Let the user choose a folder of poses, and compare with it."""
        path = self.ask_folder()
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:  # type: ignore[override]
        """Compare with the first person in a file or folder."""
        if path.suffix == ".npy" and path.stem.isdigit():
            path = path.parent  # one frame of a folder
        self.note.setText(tr("Reading {name}…", name=path.name))

        def done(theirs: PoseSequence) -> None:
            self.theirs = theirs
            self.pages.setCurrentIndex(1)
            self.note.setText(tr("Measuring…"))
            self.file_name.setText(path.name)
            self._measure()
            self._show_frame()

        camera = self.session.project.camera
        self._reading.run(lambda: first_person(path, camera), done, self.note.setText)

    def _project_changed(self) -> None:
        if self.isVisible():
            self._show_frame()
            if self.session.history.project is not self._of:
                self._measure()

    def _measure(self) -> None:
        theirs, project = self.theirs, self.session.history.project
        if theirs is None:
            return
        self._of = project

        def work() -> tuple[tuple[int, int], Edges, Mapping[str, Distance]]:
            ours = bake(project)
            one, other, edges = comparable(ours, theirs)
            return (len(ours), len(theirs)), edges, compare(one, other)

        self._measuring.run(work, lambda found: self._tell(*found), self.note.setText)

    def _tell(self, lengths: tuple[int, int], edges: Edges, distances: Mapping[str, Distance]) -> None:
        self._edges = edges
        self._show_frame()
        self.over.setText(tr("On average over all {count} frames that both have:", count=min(lengths)))
        self.table.setRowCount(len(distances))
        for row, (part, found) in enumerate(distances.items()):
            self.table.setItem(row, 0, QTableWidgetItem(tr(PARTS[part])))
            for column, value in enumerate((found.mpjpe, found.mpjpe_percent, found.pa_mpjpe_percent), 1):
                item = QTableWidgetItem("–" if isnan(value) else f"{value:.2f}")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        ours, theirs = lengths
        notes = []
        if ours != theirs:
            words = tr("The project has {ours} frames, the file {theirs}; the rest is left out.", ours=ours, theirs=theirs)
            notes.append(words)
        if not np.allclose(edges, (0, 0, 1, 1)):
            notes.append(tr("The canvases differ in shape: the file is laid over the project in its own proportions."))
        self.note.setText("\n".join(notes))

    def _show_frame(self) -> None:
        if not self.isVisible() or self.theirs is None:
            return
        ours, frame, last = self.session.pose(), self.session.frame, self.session.project.length - 1
        with QSignalBlocker(self.slider):
            self.slider.setMaximum(last)
            self.slider.setValue(frame)
        self.frame.setText(tr("Frame {frame} of 0 to {last}", frame=frame, last=last))
        at = min(round(frame * self.theirs.fps / ours.fps), len(self.theirs) - 1)
        alone = self.theirs[at : at + 1]
        theirs = placed(alone, self._edges, ours.size)
        self.ours_view.show_poses((ours, False))
        self.theirs_view.show_poses((alone, False))
        self.both_view.show_poses((theirs, True), (ours, False))
