"""Where the canvas lies on the screen: zoom and way, and the two directions between fractions of the canvas and pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

Floats = NDArray[np.float64]

LEAST, MOST = 0.05, 40.0
"""Screen pixels per canvas pixel."""

MARGIN = 24
"""Pixels around the canvas when it fits."""


class View:
    """The transform of one canvas.

    Attributes:
        size: (width, height) of the canvas in its own pixels.
        scale: screen pixels per canvas pixel.
        origin: where the canvas's left upper corner is on the screen.
        fitted: whether the whole canvas is in view, and shall be when the window changes.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.scale = 1.0
        self.origin = QPointF(0, 0)
        self.fitted = True

    @property
    def state(self) -> tuple[float, float, float]:
        """What tells two views apart."""
        return self.scale, self.origin.x(), self.origin.y()

    @property
    def rect(self) -> QRectF:
        """The canvas on the screen."""
        return QRectF(self.origin, QSizeF(self.size[0] * self.scale, self.size[1] * self.scale))

    def fit(self, room: QSizeF) -> None:
        """Show the whole canvas in the middle of the room there is."""
        width, height = max(room.width() - 2 * MARGIN, 1), max(room.height() - 2 * MARGIN, 1)
        self.scale = _within(min(width / self.size[0], height / self.size[1]))
        drawn = QPointF(self.size[0] * self.scale, self.size[1] * self.scale)
        self.origin = (QPointF(room.width(), room.height()) - drawn) / 2
        self.fitted = True

    def zoom(self, factor: float, at: QPointF) -> None:
        """Zoom, with the place under a point of the screen held still."""
        wanted = _within(self.scale * factor)
        self.origin = at - (at - self.origin) * (wanted / self.scale)
        self.scale = wanted
        self.fitted = False

    def pan(self, by: QPointF) -> None:
        """Shift by screen pixels."""
        self.origin += by
        self.fitted = False

    def show(self, box: tuple[float, float, float, float], room: QSizeF) -> None:
        """Bring a box of the canvas (left, top, right, bottom in fractions) into the middle, as large as there is room."""
        width, height = (box[2] - box[0]) * self.size[0], (box[3] - box[1]) * self.size[1]
        self.scale = _within(min(room.width() / max(width, 1e-6), room.height() / max(height, 1e-6)))
        middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
        self.hold(middle, QPointF(room.width() / 2, room.height() / 2))
        self.fitted = False

    def hold(self, place: Floats, at: QPointF) -> None:
        """Shift so that a place of the canvas is at a point of the screen."""
        x, y = self.to_screen(place).tolist()
        self.origin += at - QPointF(x, y)

    def to_screen(self, places: Floats) -> Floats:
        """Places (..., 2) in fractions of the canvas as screen pixels."""
        return np.asarray(places * (np.array(self.size) * self.scale) + (self.origin.x(), self.origin.y()))

    def to_canvas(self, point: QPointF) -> tuple[float, float]:
        """A point of the screen in fractions of the canvas."""
        way = (point - self.origin) / self.scale
        return way.x() / self.size[0], way.y() / self.size[1]


def _within(scale: float) -> float:
    return min(max(scale, LEAST), MOST)
