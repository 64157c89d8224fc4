"""Grips on the canvas that fit poses to a picture: at the neck, the nose, the shoulders and the wrists of what is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from poseforge.fitting import LARGEST, SMALLEST, Fit, scaled_about
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134

from .figure import paint_points
from .session import Session
from .stage import Stage
from .text import noop, tr
from .theme import STEP, colors, current

_SIDE = 4 * STEP
_LEAST = 8.0
"""Pixels of the screen from what a grip is dragged about: nearer, and a ratio says nothing."""


@dataclass(frozen=True)
class Grip:
    """What a grip does: the joint it is at, the joint it is dragged about, the number of the Fit, and what to say of it."""

    joint: str
    about: str
    number: str
    title: str


GRIPS = (
    Grip("neck", "", "shift", noop("Drag: moves the whole person")),
    Grip("nose", "neck", "scale", noop("Drag: the whole person larger or smaller")),
    *(
        Grip(f"{side}_shoulder", "neck", "shoulders", noop("Drag: the shoulders wider or narrower"))
        for side in ("left", "right")
    ),
    *(Grip(f"{side}_wrist", f"{side}_shoulder", "arms", noop("Drag: longer or shorter arms")) for side in ("left", "right")),
)


class FitGrips(QObject):
    """The grips, which are there while they are shown.

    Attributes:
        grips: joint -> the widget that is dragged.
        ghost: the person as they will be.
    """

    begun = Signal()
    moved = Signal(object)
    """What makes the Fit of now of the one when the drag began."""

    def __init__(self, session: Session, stage: Stage) -> None:
        super().__init__(stage)
        self.session, self.stage = session, stage
        self.ghost = _Ghost(stage)
        self.grips = {grip.joint: _Handle(grip, self) for grip in GRIPS}
        self._shown = False
        session.project_changed.connect(self.place)
        session.frame_changed.connect(lambda _: self.place())
        stage.view_changed.connect(self.place)

    def show(self, shown: bool) -> None:
        self._shown = shown
        self.place()

    def foreshadow(self, pose: PoseSequence | None) -> None:
        """Show at once where the person of this frame will be, until what is shown is that; None ends it."""
        if pose is not self.ghost.pose:
            self.ghost.pose = pose
            self.ghost.setGeometry(self.stage.rect())
            self.ghost.setVisible(pose is not None)
            self.ghost.update()
            self.place()

    def at(self, joint: str) -> QPointF:
        """Where a joint is on the stage; not a number if it is missing."""
        pose = self.ghost.pose or self.session.pose()
        point = pose.points[0, wholebody_134.index(joint)]
        return QPointF(*self.stage.view.to_screen(np.asarray(point)).tolist())

    def place(self) -> None:
        """Bring every grip to its joint; one whose joint is missing is hidden."""
        for joint, handle in self.grips.items():
            at = self.at(joint) if self._shown else QPointF(np.nan, np.nan)
            there = self._shown and at.x() == at.x() and self.stage.rect().contains(at.toPoint())
            if there and not handle.held:
                handle.move((at - QPointF(_SIDE / 2, _SIDE / 2)).toPoint())
            handle.setVisible(there or (self._shown and handle.held))


class _Ghost(QWidget):
    """Lines over the stage, which lets the mouse through."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.pose: PoseSequence | None = None
        self._stage = stage
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self.pose is not None:
            places = self._stage.view.to_screen(self.pose.points[0])
            paint_points(QPainter(self), places, width=1.5, color=colors().accent, joints=False)


class _Handle(QWidget):
    def __init__(self, grip: Grip, grips: FitGrips) -> None:
        super().__init__(grips.stage)
        self.grip, self._grips = grip, grips
        self.held = False
        self._from = self._about = QPointF()
        self.setFixedSize(_SIDE, _SIDE)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setToolTip(tr(grip.title))
        self.setAccessibleName(tr(grip.title))
        self.hide()
        current.changed.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.held = True
            self._from = self._at(event)
            self._about = self._grips.at(self.grip.about) if self.grip.about else QPointF()
            self._grips.begun.emit()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.held:
            at = self._at(event)
            self.move((at - QPointF(_SIDE / 2, _SIDE / 2)).toPoint())
            self._grips.moved.emit(self._change(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.held = False
        self._grips.place()
        self.update()

    def _at(self, event: QMouseEvent) -> QPointF:
        return QPointF(self.mapToParent(QPoint(0, 0))) + event.position()

    def _change(self, at: QPointF) -> _Change:
        view, way = self._grips.stage.view, at - self._from
        shift = (way.x() / (view.size[0] * view.scale), way.y() / (view.size[1] * view.scale))
        before, now = (
            max(hypot(place.x() - self._about.x(), place.y() - self._about.y()), _LEAST) for place in (self._from, at)
        )
        return _Change(self.grip.number, shift, now / before, view.to_canvas(self._about))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors().text), 1.5))
        painter.setBrush(QColor(colors().accent if self.held or self.underMouse() else colors().panel))
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.drawEllipse(box) if self.grip.number == "shift" else painter.drawRect(box)


@dataclass(frozen=True)
class _Change:
    """What a drag does to a Fit: one of its numbers, by a way on the canvas, or by a ratio about a place of the canvas."""

    number: str
    shift: tuple[float, float]
    ratio: float
    about: tuple[float, float]

    def __call__(self, how: Fit) -> Fit:
        if self.number == "shift":
            return replace(how, shift=(how.shift[0] + self.shift[0], how.shift[1] + self.shift[1]))
        if self.number == "scale":
            return scaled_about(how, self.about, self.ratio)
        value = min(max(getattr(how, self.number) * self.ratio, SMALLEST), LARGEST)
        return replace(how, **{self.number: value})
