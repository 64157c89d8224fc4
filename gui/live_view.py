"""What a camera sees with the skeleton drawn over it, and the exact pose map of the same moment beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from poseforge.errors import PoseForgeError
from poseforge.quality import has_hands
from poseforge.sequence import PoseSequence
from poseforge.timeline.edits.clips import fitted

from .figure import paint_points
from .map_view import MapOf
from .text import tr
from .theme import DARK, STEP, colors, current


def pose_of(known: dict[str, Any]) -> PoseSequence | None:
    """The largest person of a live picture as a sequence of one frame; None if nobody is there."""
    if not known["people"]:
        return None
    person = np.array(known["people"][0], dtype=np.float64)
    width, height = known["size"]
    person[person[:, 2] == 0] = np.nan, np.nan, 0
    return PoseSequence(person[None, :, :2] / (width, height), person[None, :, 2], size=(width, height))


class LiveView(QWidget):
    """Shows a picture, a person, or a word; as in a mirror if `mirrored`.

    Attributes:
        count: a number that is shown large, of a countdown; 0 for none.
        recording: whether a take is on.
        message: what is said where there is no picture.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.poses: Sequence[PoseSequence] = ()
        self.mirrored, self.recording, self.count, self.message = True, False, 0, ""
        self.setMinimumSize(80 * STEP, 60 * STEP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("What the camera sees"))
        current.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(140 * STEP, 100 * STEP)

    def show_picture(self, path: Path, known: dict[str, Any]) -> None:
        """Show a live picture; one whose file is gone by now is left out."""
        image = QImage(str(path))
        if not image.isNull():
            self.image = image
        pose = pose_of(known)
        self.poses = [pose] if pose else []
        self.update()

    def show_pose(self, pose: PoseSequence | None) -> None:
        """Show a person alone, or nothing."""
        self.image, self.poses = None, [pose] if pose else []
        self.update()

    def say(self, message: str) -> None:
        """Show a word and nothing else."""
        self.message = message
        self.show_pose(None)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(colors().window))
        size = self.image.size() if self.image else QSize(*self.poses[0].size) if self.poses else QSize()
        if size.isEmpty():
            painter.setPen(QColor(colors().secondary))
            inside = self.rect().adjusted(4 * STEP, 4 * STEP, -4 * STEP, -4 * STEP)
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message)
        else:
            fitting = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            corner = QPointF((self.width() - fitting.width()) / 2, (self.height() - fitting.height()) / 2)
            self._paint(painter, QRectF(corner.x(), corner.y(), fitting.width(), fitting.height()))
        if self.count:
            self._paint_count(painter)
        if self.recording:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors().error))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawEllipse(QRectF(3 * STEP, 3 * STEP, 4 * STEP, 4 * STEP))

    def _paint(self, painter: QPainter, place: QRectF) -> None:
        if self.image:
            painter.save()
            if self.mirrored:
                painter.translate(2 * place.center().x(), 0)
                painter.scale(-1, 1)
            painter.drawImage(place, self.image)
            painter.restore()
        for pose in self.poses:
            shares = pose.points[0].copy()
            if self.mirrored:
                shares[:, 0] = 1 - shares[:, 0]
            points = shares * (place.width(), place.height()) + (place.x(), place.y())
            paint_points(painter, points, pose.confidence[0])

    def _paint_count(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(self.height() // 3, 1))
        font.setBold(True)
        painter.setFont(font)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 110))
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self.count))


class LiveMap(QWidget):
    """The pose map of a person on a canvas of the project's shape: what a model will see, as in a mirror if `mirrored`."""

    def __init__(self, canvas: tuple[int, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.mirrored = True
        self._canvas, self._map = canvas, MapOf()
        self._pose: PoseSequence | None = None
        self.setMinimumSize(40 * STEP, 40 * STEP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Pose map"))
        self.setToolTip(
            tr("The picture that the model will see of this moment. Here it is mirrored if the preview is; what is recorded "
               "never is.")
        )  # fmt: skip
        current.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(70 * STEP, 70 * STEP)

    def show_pose(self, pose: PoseSequence | None) -> None:
        self._pose = fitted(pose, self._canvas) if pose else None
        self.update()

    def image(self) -> QImage | None:
        """What is shown; None for nobody."""
        try:
            return self._map.image(self._pose) if self._pose else None
        except PoseForgeError:  # far outside of the canvas
            return None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(colors().panel))
        side = min(self.width(), self.height())
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.fillRect(place, QColor(0, 0, 0))
        image = self.image()
        if image:
            painter.drawImage(place, image.flipped(Qt.Orientation.Horizontal) if self.mirrored else image)
        if self._pose is None or not has_hands([self._pose]):
            painter.setPen(QColor(DARK.secondary))
            word = tr("No hand is seen")
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, word)
