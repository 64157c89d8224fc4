"""The ring that turns a hand, and the corner that scales it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from poseforge.skeleton import wholebody_134

from .drags import Kind, pivot
from .theme import colors, pen_color
from .view import Floats

_GAP, _LEAST = 18, 34
"""Pixels from the outermost joint to the ring, and of its radius at least."""

_HIT = 6
_CORNER = 9
_DIAGONAL = math.sqrt(0.5)


class Handles:
    """Handles around the selected joints.

    Attributes:
        centre, radius: the ring, in pixels of the screen.
        scales: whether there is a corner.
    """

    def __init__(self, centre: QPointF, radius: float, scales: bool) -> None:
        self.centre, self.radius, self.scales = centre, radius, scales

    @classmethod
    def around(cls, points: Floats, joints: frozenset[str], scales: bool) -> Handles | None:
        """Those of joints that are at `points` (134, 2) on the screen; None if none of them is there."""
        middle = pivot(points, joints)
        if np.isnan(middle[0]):
            return None
        places = points[[wholebody_134.index(joint) for joint in joints]]
        away = np.nanmax(np.linalg.norm(places - middle, axis=1))
        return cls(QPointF(*middle.tolist()), max(float(away) + _GAP, _LEAST), scales)

    @property
    def corner(self) -> QPointF:
        """Where the scaling corner is."""
        return self.centre + QPointF(_DIAGONAL, _DIAGONAL) * self.radius

    def hit(self, at: QPointF) -> Kind | None:
        """What a drag from a point would do."""
        way = at - self.corner
        if self.scales and max(abs(way.x()), abs(way.y())) <= _CORNER:
            return "scale"
        way = at - self.centre
        return "rotate" if abs(math.hypot(way.x(), way.y()) - self.radius) <= _HIT else None

    def paint(self, painter: QPainter, held: Kind | None) -> None:
        """Draw them; the one that is held or under the mouse stands out."""
        accent = colors().accent
        painter.setBrush(QColor(0, 0, 0, 0))
        painter.setPen(QPen(pen_color(accent, 1.0 if held == "rotate" else 0.55), 2.5 if held == "rotate" else 1.5))
        painter.drawEllipse(self.centre, self.radius, self.radius)
        painter.drawLine(self.centre - QPointF(4, 0), self.centre + QPointF(4, 0))
        painter.drawLine(self.centre - QPointF(0, 4), self.centre + QPointF(0, 4))
        if self.scales:
            painter.setPen(QPen(QColor(accent), 1.5))
            painter.setBrush(QColor(accent if held == "scale" else colors().panel))
            painter.drawRect(QRectF(self.corner - QPointF(4, 4), self.corner + QPointF(4, 4)))
