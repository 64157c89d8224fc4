"""What the canvas shows beside the person: its border, EchoMimicV2's framing, trails, the selection, names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from .text import tr
from .theme import RADIUS, STEP, colors, pen_color
from .view import Floats, View

NECK = (0.5, 0.45)
SHOULDERS = 0.46
FACE = (0.12, 0.35)
"""EchoMimicV2's framing, from its official sequences: where the neck is, how wide the shoulders, between which heights the
face; in fractions of the canvas.
"""

_FACE_WIDTH = 0.2
_TICK = 8


def paint_border(painter: QPainter, view: View) -> None:
    """The edge of what the model sees."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors().line), 1))
    painter.drawRect(view.rect)


def paint_guides(painter: QPainter, view: View) -> None:
    """Where EchoMimicV2 expects the body."""
    shade = pen_color(colors().ok, 0.9)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(shade, 1, Qt.PenStyle.DashLine))
    left, right = NECK[0] - SHOULDERS / 2, NECK[0] + SHOULDERS / 2
    ends = view.to_screen(np.array([[left, NECK[1]], [right, NECK[1]], [*NECK]]))
    a, b, neck = (QPointF(x, y) for x, y in ends.tolist())
    painter.drawLine(a, b)
    corners = view.to_screen(np.array([[NECK[0] - _FACE_WIDTH / 2, FACE[0]], [NECK[0] + _FACE_WIDTH / 2, FACE[1]]])).tolist()
    face = QRectF(QPointF(*corners[0]), QPointF(*corners[1]))
    painter.drawRect(face)
    painter.setPen(QPen(shade, 1.5))
    up = QPointF(0, _TICK)
    painter.drawLines([QLineF(a - up, a + up), QLineF(b - up, b + up), QLineF(neck - up, neck + up)])
    painter.setPen(QColor(colors().ok))
    painter.drawText(a + QPointF(0, -_TICK - STEP), tr("shoulders"))
    painter.drawText(neck + QPointF(STEP, _TICK + 3 * STEP), tr("neck"))
    painter.drawText(face.topLeft() - QPointF(0, STEP), tr("face"))


def paint_trail(painter: QPainter, path: list[Floats], color: str, later: bool) -> None:
    """The way of one joint over the screen, NaN where it is missing: a line if it is behind it, dots if it is to come."""
    places = [QPointF(*place.tolist()) for place in path if not np.isnan(place[0])]
    if len(places) > 1:
        painter.setPen(QPen(pen_color(color, 0.8), 1.2, Qt.PenStyle.DotLine if later else Qt.PenStyle.SolidLine))
        painter.drawPolyline(places)
    if places:
        painter.setPen(QPen(pen_color(color, 0.9), 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(places)


def paint_selection(painter: QPainter, points: Floats, chosen: NDArray[np.intp], hovered: int | None) -> None:
    """Rings about the selected joints, and a fainter one about that under the mouse."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = 5.0 if len(chosen) < 8 else 3.5
    painter.setPen(QPen(QColor(colors().text), 0.3 * radius))
    for x, y in points[chosen].tolist():
        if x == x:
            painter.drawEllipse(QPointF(x, y), radius, radius)
    if hovered is not None and not np.isnan(points[hovered, 0]):
        painter.setPen(QPen(QColor(colors().accent), 2))
        painter.drawEllipse(QPointF(*points[hovered].tolist()), 7.0, 7.0)


def paint_box(painter: QPainter, box: QRectF) -> None:
    """The rubber band."""
    painter.setPen(QPen(QColor(colors().accent), 1, Qt.PenStyle.DashLine))
    painter.setBrush(pen_color(colors().accent, 0.12))
    painter.drawRect(box)


def paint_label(painter: QPainter, text: str, at: QPointF, room: QRectF) -> None:
    """A word beside a point, inside the room there is."""
    metrics = QFontMetricsF(painter.font())
    box = metrics.boundingRect(text).adjusted(-2 * STEP, -STEP, 2 * STEP, STEP)
    box.moveBottomLeft(at + QPointF(3 * STEP, -3 * STEP))
    box.moveLeft(min(box.left(), room.right() - box.width()))
    box.moveTop(max(box.top(), room.top()))
    painter.setPen(QPen(QColor(colors().line), 1))
    painter.setBrush(pen_color(colors().raised, 0.95))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setPen(QColor(colors().text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
