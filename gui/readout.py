"""Words and numbers that change all the time, without a reason for what is around them to be laid out anew."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from .theme import colors, tabular


class Readout(QLabel):
    """Numbers, with room for the longest that they can be."""

    def __init__(self, longest: str, parent: QWidget | None = None) -> None:
        super().__init__(longest, parent)
        self.setFont(tabular())
        self.ensurePolished()
        self.setFixedSize(self.sizeHint())
        self.clear()


class Saying(QWidget):
    """One line of words in a color, gone after a while. It is cut off where there is no room; all of it is in the tooltip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text, self._color = "", ""
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.timeout.connect(lambda: self.say(""))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, self.fontMetrics().height())

    def say(self, text: str, color: str = "", seconds: int = 0) -> None:
        """Say something else, in the color of text or another, for some seconds or, if none are given, until told otherwise."""
        self._text, self._color = text, color
        self._gone.start(seconds * 1000) if seconds else self._gone.stop()
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setPen(QColor(self._color or colors().text))
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
