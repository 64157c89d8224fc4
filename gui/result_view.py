"""The result: a take at the frame that is looked at, beside the pose map that it was made from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from poseforge.projects import link_media
from poseforge.takes import Take
from poseforge.timeline.project import Media

from .backdrop import Backdrop
from .background import aside
from .session import Session
from .text import tr
from .theme import STEP, colors, current


class ResultView(QWidget):
    """Shows one take along the timeline; nothing where it has no frame.

    Attributes:
        take: the one that is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.take: Take | None = None
        self._media: Media | None = None
        self._frames = Backdrop(self)
        self._scaled: tuple[QImage, QSize, QImage] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        self.setAccessibleName(tr("Result"))
        self.setWhatsThis(
            tr("The take that is chosen in the Animate panel, at the frame of the timeline: beside the pose map one sees what "
               "became of each pose.")
        )  # fmt: skip
        self._frames.changed.connect(self.update)
        self._frames.failed.connect(partial(session.tell, "error"))
        session.frame_changed.connect(lambda _: self.update())
        session.project_changed.connect(self.update)
        current.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(284, 284)

    def show_take(self, take: Take | None) -> None:
        """Show another take, or none."""
        self.take, self._media = take, None
        self._frames.let_go()
        self.update()
        if take:
            aside(self, partial(link_media, take.video), partial(self._show, take), partial(self.session.tell, "error"))

    def _show(self, take: Take, media: Media) -> None:
        if take is self.take:
            self._media = media
            self.update()

    def picture(self) -> QImage | None:
        """What is seen at this frame; None if nothing is, or not yet."""
        second = self.take.second(self.session.frame) if self.take else None
        return self._frames.frame(self._media, self.session.frame, second) if self._media and second is not None else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors().panel))
        image = self.picture()
        if image is None:
            painter.setPen(QColor(colors().secondary))
            room = self.rect().adjusted(2 * STEP, 2 * STEP, -2 * STEP, -2 * STEP)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words())
            return
        ratio = self.devicePixelRatioF()
        size = image.size().scaled(self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        shown = QSizeF(size) / ratio
        corner = QPointF((self.width() - shown.width()) / 2, (self.height() - shown.height()) / 2)
        painter.drawImage(QRectF(corner, shown), self._at(image, size), QRectF(QRect(0, 0, size.width(), size.height())))

    def _words(self) -> str:
        if self.take is None:
            return tr("Choose a take in the Animate panel.")
        first, last = self.take.frames
        if not first <= self.session.frame <= last:
            return tr("This take shows frames {first} to {last}.", first=first, last=last)
        return tr("Reading…")

    def _at(self, image: QImage, size: QSize) -> QImage:
        """The picture with as many pixels as the screen has for it."""
        if self._scaled is None or self._scaled[0] is not image or self._scaled[1] != size:
            smaller = size.width() < image.width()
            how = Qt.TransformationMode.SmoothTransformation if smaller else Qt.TransformationMode.FastTransformation
            self._scaled = (image, size, image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how))
        return self._scaled[2]
