"""Grips on the canvas that fit poses to a picture: at the neck, the nose, the shoulders and the elbows of what is shown, and
where the hands rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from poseforge.fitting import LARGEST, SMALLEST, Fit, scaled_about
from poseforge.proportions import SIDES
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134

from .figure import paint_points
from .session import Session
from .stage import Stage
from .text import noop, tr
from .theme import STEP, colors, current

_SIDE = 6 * STEP
_EDGE = 7
"""By how much a grip is smaller than what takes hold of it: a near miss would move a joint of the pose instead."""

_LEAST = 8.0
"""Pixels of the screen from what a grip is dragged about: nearer, and a ratio says nothing."""


@dataclass(frozen=True)
class Grip:
    """What a grip does: the joint it is at, the joint from which it is pulled along a line, or "" if it goes anywhere, the
    number of the Fit, or the side of the hand that rests there, and what to say of it.
    """

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
    *(
        Grip(f"{side}_elbow", f"{side}_shoulder", "arms", noop("Drag: both arms longer or shorter"))
        for side in ("left", "right")
    ),
    Grip("left_wrist", "", "left", noop("Drag: where the left hand rests, at a frame at which it does")),
    Grip("right_wrist", "", "right", noop("Drag: where the right hand rests, at a frame at which it does")),
)


class FitGrips(QObject):
    """The grips, which are there while they are shown.

    Attributes:
        grips: joint -> the widget that is dragged.
        ghost: the person as they will be.
    """

    begun = Signal()
    moved = Signal(object)
    """The Change that a drag is, since it began."""

    def __init__(self, session: Session, stage: Stage, rest_frame: Callable[[str], int | None]) -> None:
        """`rest_frame` tells the frame at which the hand of a side rests, if there is one."""
        super().__init__(stage)
        self.session, self.stage, self.rest_frame = session, stage, rest_frame
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

    def at(self, joint: str, frame: int | None = None) -> QPointF:
        """Where a joint is on the stage, at the frame that is looked at or another; not a number if it is missing."""
        ghost = self.ghost.pose if frame in (None, self.session.frame) else None
        pose = ghost or self.session.pose(frame)
        point = pose.points[0, wholebody_134.index(joint)]
        return QPointF(*self.stage.view.to_screen(np.asarray(point)).tolist())

    def frame_of(self, grip: Grip) -> int | None:
        """The frame at which a grip is at its joint; None if there is none."""
        return self.rest_frame(grip.number) if grip.number in SIDES else self.session.frame

    def place(self) -> None:
        """Bring every grip to its joint; one whose joint is missing is hidden."""
        for handle in self.grips.values():
            frame = self.frame_of(handle.grip) if self._shown else None
            at = QPointF(np.nan, np.nan) if frame is None else self.at(handle.grip.joint, frame)
            there = at.x() == at.x() and self.stage.rect().contains(at.toPoint())
            if there and not handle.held:
                handle.go(at)
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

    def go(self, at: QPointF) -> None:
        """Be at a place of the stage."""
        self.move((at - QPointF(_SIDE / 2, _SIDE / 2)).toPoint())

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        self._grips.session.tell("hint", self.toolTip())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        frame = self._grips.frame_of(self.grip)
        if event.button() == Qt.MouseButton.LeftButton and frame is not None:
            self.held = True
            self._from = self._at(event)
            self._grips.session.seek(frame)
            self._about = self._grips.at(self.grip.about) if self.grip.about else QPointF()
            self._grips.begun.emit()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.held:
            change = self._change(self._at(event))
            line = self._from - self._about
            self.go(self._about + line * change.ratio if self.grip.about else self._at(event))
            self._grips.moved.emit(change)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.held = False
        self._grips.place()
        self.update()

    def _at(self, event: QMouseEvent) -> QPointF:
        return QPointF(self.mapToParent(QPoint(0, 0))) + event.position()

    def _change(self, at: QPointF) -> Change:
        view, way, line = self._grips.stage.view, at - self._from, self._from - self._about
        shift = (way.x() / (view.size[0] * view.scale), way.y() / (view.size[1] * view.scale))
        before = max(hypot(line.x(), line.y()), _LEAST)
        now = max(QPointF.dotProduct(at - self._about, line) / before, _LEAST)
        return Change(self.grip.number, shift, now / before, view.to_canvas(self._about))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rests = self.grip.number in SIDES
        painter.setPen(QPen(QColor(colors().part(self.grip.number) if rests else colors().text), 2.5 if rests else 1.5))
        painter.setBrush(QColor(colors().accent if self.held or self.underMouse() else colors().panel))
        box = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        painter.drawRect(box) if self.grip.about else painter.drawEllipse(box)


@dataclass(frozen=True)
class Change:
    """What a drag does to one number of a Fit, or to the place where the hand of a side rests: a way in fractions of the
    canvas, or a ratio about a place of it.
    """

    number: str
    shift: tuple[float, float]
    ratio: float
    about: tuple[float, float]

    def of(self, how: Fit) -> Fit:
        """The Fit that it makes of another, unless it is about a hand's rest."""
        if self.number == "shift":
            return replace(how, shift=(how.shift[0] + self.shift[0], how.shift[1] + self.shift[1]))
        if self.number == "scale":
            return scaled_about(how, self.about, self.ratio)
        value = min(max(getattr(how, self.number) * self.ratio, SMALLEST), LARGEST)
        return replace(how, **{self.number: value})
