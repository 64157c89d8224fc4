"""A picture on which a part can be chosen by drawing a rectangle."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from .text import tr
from .theme import STEP, colors, current

_LEAST = 0.04
"""Of the picture's sides that a region must have: less is a click, which takes the region away."""

Region = tuple[int, int, int, int]


class RegionPicker(QWidget):
    """Shows a picture as large as it fits.

    Attributes:
        image: the picture; None if there is none.
        message: what to say in its place.
        region: (left, top, width, height) of its pixels that were chosen; None for all of it.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.message = ""
        self.region: Region | None = None
        self._from: QPointF | None = None
        self.setMinimumSize(72 * STEP, 60 * STEP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("First picture"))
        self.setToolTip(tr("Drag a rectangle to look at that part only; a click takes it away."))
        current.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(96 * STEP, 72 * STEP)

    def show_picture(self, image: QImage | None, message: str = "") -> None:
        """Show another picture, all of it, or a word in its place."""
        self.image, self.message, self.region = image, message, None
        self.setCursor(Qt.CursorShape.CrossCursor if image else Qt.CursorShape.ArrowCursor)
        self.changed.emit()
        self.update()

    def place(self) -> QRectF:
        """Where the picture lies."""
        assert self.image is not None
        fitting = QSize(self.image.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - fitting.width()) / 2, (self.height() - fitting.height()) / 2, fitting.width(), fitting.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        look = colors()
        painter.fillRect(self.rect(), QColor(look.window))
        if self.image is None:
            painter.setPen(QColor(look.secondary))
            inside = self.rect().adjusted(2 * STEP, 2 * STEP, -2 * STEP, -2 * STEP)
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message)
            return
        place = self.place()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.image)
        if self.region:
            chosen = self._shown(self.region)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 140))
            for side in (
                QRectF(place.topLeft(), QPointF(place.right(), chosen.top())),
                QRectF(QPointF(place.left(), chosen.bottom()), place.bottomRight()),
                QRectF(QPointF(place.left(), chosen.top()), chosen.bottomLeft()),
                QRectF(chosen.topRight(), QPointF(place.right(), chosen.bottom())),
            ):
                painter.drawRect(side)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look.accent), 2))
            painter.drawRect(chosen)

    def _shown(self, region: Region) -> QRectF:
        assert self.image is not None
        place, (left, top, width, height) = self.place(), region
        factor = place.width() / self.image.width()
        return QRectF(place.left() + left * factor, place.top() + top * factor, width * factor, height * factor)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.image and event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()
            self._choose(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.image and self._from is not None:
            place = self.place()
            factor = self.image.width() / place.width()
            ends = [(point - place.topLeft()) * factor for point in (self._from, event.position())]
            drawn = QRectF(*ends).normalized().toRect().intersected(QRect(0, 0, self.image.width(), self.image.height()))
            large = drawn.width() > _LEAST * self.image.width() and drawn.height() > _LEAST * self.image.height()
            self._choose((drawn.x(), drawn.y(), drawn.width(), drawn.height()) if large else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.region:
            self._choose(None)
        else:
            super().keyPressEvent(event)

    def _choose(self, region: Region | None) -> None:
        if region != self.region:
            self.region = region
            self.changed.emit()
            self.update()
