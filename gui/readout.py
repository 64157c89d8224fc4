"""Words and numbers that change all the time, without a reason for what is around them to be laid out anew."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from .theme import ROW, STEP, colors, tabular


class Readout(QLabel):
    """Numbers, with room for the longest that they can be."""

    def __init__(self, longest: str, parent: QWidget | None = None) -> None:
        super().__init__(longest, parent)
        self.setFont(tabular())
        self.ensurePolished()
        self.setFixedSize(self.sizeHint())
        self.clear()


class Saying(QWidget):
    """One line of words in a color, gone after a while. It is cut off where there is no room; all of it is in the tooltip.

    Attributes:
        button: what can be done about it, with a click that also ends it; hidden if nothing was offered.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text, self._color = "", ""
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.timeout.connect(lambda: self.say(""))
        self._act: Callable[[], object] | None = None
        self.button = QPushButton(self)
        self.button.setStyleSheet(f"min-height: {ROW - 2}px")  # lower than others, as the line is
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._take)
        self.button.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, ROW)

    def say(self, text: str, color: str = "", seconds: int = 0) -> None:
        """Say something else, in the color of text or another, for some seconds or, if none are given, until told otherwise."""
        self._text, self._color = text, color
        self._gone.start(seconds * 1000) if seconds else self._gone.stop()
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.button.hide()
        self.update()

    def offer(self, words: str, act: Callable[[], object]) -> None:
        """Show a button after what was said, as long as that is there."""
        self._act = act
        self.button.setText(words)
        self.button.setAccessibleDescription(self._text)
        self.button.show()
        self._place()

    def _take(self) -> None:
        act, self._act = self._act, None
        self.say("")
        if act:
            act()

    def _place(self) -> None:
        """Put the button after the words, or at the end where they have no room."""
        width = self.button.sizeHint().width()
        words = self.fontMetrics().horizontalAdvance(self._text) + 3 * STEP
        self.button.setGeometry(max(min(words, self.width() - width), 0), 0, width, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setPen(QColor(self._color or colors().text))
        room = self.width() if self.button.isHidden() else self.button.x() - STEP
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
