"""The pose map: the exact picture that the model gets for the frame that is looked at."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QVBoxLayout, QWidget

from poseforge.errors import PoseForgeError
from poseforge.media import write_picture
from poseforge.render import render, styles
from poseforge.sequence import SIZE, PoseSequence

from .actions import Actions
from .choosing import ask_target
from .session import Session
from .text import tr
from .theme import STEP, colors, current
from .told import told

STYLE = "echomimic"
"""The style of the model that PoseForge is made for."""


class MapOf:
    """The map of one pose in one style, drawn when it is asked for and kept as long as both are the same objects."""

    def __init__(self, style: str = STYLE) -> None:
        self.style = style
        self._drawn: tuple[PoseSequence, str, NDArray[np.uint8], QImage] | None = None

    def pixels(self, pose: PoseSequence) -> NDArray[np.uint8]:
        """(768, 768, 3) RGB. Raises what `render` raises."""
        return self._of(pose)[2]

    def image(self, pose: PoseSequence) -> QImage:
        """The same bytes as a picture of Qt's."""
        return self._of(pose)[3]

    def lit(self, pose: PoseSequence) -> QRect:
        """What of the picture is not black: a small part of most."""
        drawn = self.pixels(pose).reshape(SIZE[1], -1)
        rows = np.flatnonzero(drawn.view(np.uint64).any(axis=1))  # eight bytes at a time
        if not len(rows):
            return QRect()
        columns = np.flatnonzero(drawn[rows[0] : rows[-1] + 1].any(axis=0)) // 3
        return QRect(QPoint(int(columns[0]), int(rows[0])), QPoint(int(columns[-1]), int(rows[-1])))

    def _of(self, pose: PoseSequence) -> tuple[PoseSequence, str, NDArray[np.uint8], QImage]:
        if self._drawn is None or self._drawn[0] is not pose or self._drawn[1] != self.style:
            pixels = render(pose, self.style, SIZE)[0]
            image = QImage(pixels.data, *SIZE, 3 * SIZE[0], QImage.Format.Format_RGB888)
            self._drawn = (pose, self.style, pixels, image)
        return self._drawn


class MapView(QWidget):
    """Shows the map at every change, also while something is dragged; draws it only when it is seen."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self.setWhatsThis(
            tr("The picture that the model sees at this frame, to the byte. What is not in it, the model does not know of.")
        )
        self.styles = QComboBox(self)
        self.styles.setAccessibleName(tr("Style of the pose map"))
        self.styles.setToolTip(tr("How the map is drawn: each model was taught with its own"))
        for name in sorted(styles(), key=lambda name: (name != STYLE, name)):
            title = tr(styles()[name].title)
            self.styles.addItem(re.split("[:：]", title)[0], name)  # the model; what it draws is told by the tooltip
            self.styles.setItemData(self.styles.count() - 1, title, Qt.ItemDataRole.ToolTipRole)
        self.styles.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.surface = _Surface(session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self.styles)
        layout.addWidget(self.surface, 1)
        self.styles.currentIndexChanged.connect(self._choose_style)
        self.surface.customContextMenuRequested.connect(self._offer)
        session.project_changed.connect(self.surface.update)
        session.frame_changed.connect(lambda _: self.surface.update())

    def picture(self) -> NDArray[np.uint8]:
        """(768, 768, 3) RGB: the bytes that are shown. Raises InvalidValue where a map cannot be drawn."""
        return self.surface.map.pixels(self.session.pose())

    def _choose_style(self) -> None:
        self.surface.map.style = str(self.styles.currentData())
        self.surface.update()

    def _offer(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(tr("Save this picture…"), self.save_picture)
        menu.popup(self.surface.mapToGlobal(at))

    def save_picture(self) -> None:
        """Write the map as a PNG where the user says."""
        path = self.ask_path(f"{self.styles.currentData()}_{self.session.frame:05d}.png")
        if path:
            try:
                write_picture(self.picture(), path, overwrite=True)
            except (PoseForgeError, OSError) as error:
                self.session.tell("error", str(error))
            else:
                self.session.tell("hint", tr("Saved as {name}.", name=path.name))

    def ask_path(self, name: str) -> Path | None:
        """Where a picture shall be written; None if the user thinks better of it."""
        chosen = ask_target(self, tr("Save this picture"), "exports", name, tr("Pictures (*.png)"))
        return Path(os.path.splitext(chosen)[0] + ".png") if chosen else None


class _Surface(QWidget):
    """The map, as large as it fits: smaller by averaging, larger with every pixel a square."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.map = MapOf()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Pose map"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        current.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(284, 284)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors().panel))
        pose = self.session.pose()
        try:
            image = self.map.image(pose)
        except PoseForgeError as error:
            painter.setPen(QColor(colors().warning))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, told(str(error)))
            return
        side = min(self.width(), self.height())
        corner, scale = QPointF((self.width() - side) / 2, (self.height() - side) / 2), side / SIZE[0]
        painter.fillRect(QRectF(corner, QSizeF(side, side)), Qt.GlobalColor.black)
        pixels = scale * self.devicePixelRatioF()
        part, box = _averaged(image, self.map.lit(pose), max(int(1 / pixels), 1).bit_length() - 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pixels < 1)
        place = QRectF(corner + QPointF(box.topLeft()) * scale, QSizeF(box.size()) * scale)
        painter.drawImage(place, part)


def _averaged(image: QImage, lit: QRect, halvings: int) -> tuple[QImage, QRect]:
    """The part of a map that is lit, with its sides halved by averaging, and where in the map it is."""
    block = 2**halvings
    left, top = (max(at - block, 0) // block * block for at in (lit.left(), lit.top()))
    right, bottom = (min((at // block + 2) * block, side) for at, side in zip((lit.right(), lit.bottom()), SIZE, strict=True))
    box = QRect(left, top, right - left, bottom - top)
    part = image.copy(box).convertToFormat(QImage.Format.Format_RGB32)
    return part.scaled(box.size() / block, mode=Qt.TransformationMode.SmoothTransformation), box
