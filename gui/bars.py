"""Bar: a number that is dragged, stepped or typed, and shown as a bar. Narrower than a slider with a field beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QLineEdit, QWidget

from .text import tr
from .theme import FOCUS, RADIUS, ROW, STEP, colors, current, pen_color, tabular

FILL = 0.35
"""How opaque the color is that lies below a number."""

_FINE = 0.1
"""How much slower a drag with Shift goes."""


class _Line(QLineEdit):
    """Where a number is typed. Enter ends it, and does not begin it anew in the bar below."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class Bar(QAbstractSlider):
    """A number between `low` and `high`; what is shown can lie beyond.

    A drag tells `dragged` all along and `released` at its end; arrows, the wheel and what is typed after a double click or
    Enter tell `stepped`. A bar changes by itself only what it shows; who listens says with `show_value` what became of it.

    Attributes:
        mark: a sign that stands before the number: "→".
    """

    dragged = Signal(float)
    released = Signal()
    stepped = Signal(float)

    def __init__(
        self, name: str, low: float, high: float, step: float, digits: int = 2, unit: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.low, self.high, self.step, self.digits, self.unit = low, high, step, digits, unit
        self.number: float | None = None
        self.color = self.mark = ""
        self._grabbed: tuple[float, float] | None = None
        self._line: _Line | None = None
        self._reason = ""
        self.setRange(self._whole(low), self._whole(high))
        self.setAccessibleName(name)
        self.setFocusPolicy(FOCUS)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setFont(tabular())
        self._tip()
        current.changed.connect(self.update)

    def _whole(self, number: float) -> int:
        return round(number * 10.0**self.digits)

    def _tip(self) -> None:
        self.setToolTip(self._reason or tr("Drag, with Shift finely; double-click to type a number"))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(24 * STEP, ROW)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(14 * STEP, ROW)

    def set_range(self, low: float, high: float) -> None:
        """Other bounds."""
        if (low, high) != (self.low, self.high):
            self.low, self.high = low, high
            self.blockSignals(True)
            self.setRange(self._whole(low), self._whole(high))
            self.blockSignals(False)
            self.update()

    def show_value(self, number: float | None, reason: str = "") -> None:
        """Show a number, or none and why there is none."""
        if reason != self._reason:
            self._reason = reason
            self._tip()
        if (number is None) == self.isEnabled():
            self.setEnabled(number is not None)
        before, self.number = self.text, number
        if self.text != before:
            self._close_line()  # what is typed was meant for the other number
            self.setValue(self._whole(number or 0.0))
            self.update()

    def let_go(self) -> None:
        """End a drag that was cancelled elsewhere."""
        self._grabbed = None

    @property
    def text(self) -> str:
        """What is written in it."""
        if self.number is None:
            return "–"
        written = f"{self.number:.{self.digits}f}"
        return (written.removeprefix("-") if not float(written) else written) + self.unit

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.number is not None:
            self._grabbed = event.position().x(), self.number
            self._moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._grabbed is None or self.number is None:
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        way = (event.position().x() - self._grabbed[0]) / max(self.width(), 1) * (self.high - self.low)
        number = self._near(self.number + way * (_FINE if fine else 1.0))
        self._grabbed = event.position().x(), number
        if number != self.number:
            self._moved = True
            self.show_value(number)
            self.dragged.emit(number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        grabbed, self._grabbed = self._grabbed, None
        if grabbed is not None and self._moved:
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.type()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus() and event.angleDelta().y():
            self._step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        steps = {key.Key_Left: -1, key.Key_Down: -1, key.Key_Right: 1, key.Key_Up: 1, key.Key_PageDown: -10, key.Key_PageUp: 10}
        pressed = key(event.key())
        if pressed in steps:
            self._step(steps[pressed])
        elif pressed in (key.Key_Return, key.Key_Enter):
            self.type()
        elif pressed == key.Key_Escape and self._line is not None:
            self._close_line()
        else:
            event.ignore()

    def _step(self, steps: int) -> None:
        if self.number is not None:
            self.stepped.emit(self._near(self.number + steps * self.step))

    def _near(self, number: float) -> float:
        """A number within the bounds, or where it already is beyond them, no farther."""
        now = self.number or 0.0
        return min(max(number, min(self.low, now)), max(self.high, now))

    def type(self) -> None:
        """Let the number be typed."""
        if self.number is None or self._line is not None:
            return
        self._grabbed = None
        self._line = _Line(f"{self.number:.{self.digits}f}", self)
        self._line.setAccessibleName(self.accessibleName())
        self._line.setGeometry(self.rect())
        self._line.editingFinished.connect(self._typed)
        self._line.show()
        self._line.selectAll()
        self._line.setFocus()

    def _typed(self) -> None:
        line = self._close_line()
        if line is None:
            return
        try:
            number = self._near(float(line.text().replace(",", ".").removesuffix(self.unit or "\0")))
        except ValueError:
            return
        if number == number and number != self.number:
            self.stepped.emit(number)

    def _close_line(self) -> QLineEdit | None:
        line, self._line = self._line, None
        if line is not None:
            if line.hasFocus():
                self.setFocus()
            line.hide()
            line.deleteLater()
        return line

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        theme = colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        painter.setPen(QPen(pen_color(theme.accent if self.hasFocus() else theme.line)))
        painter.setBrush(pen_color(theme.raised))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        zero = self._x(min(max(0.0, self.low), self.high))
        if self.number is not None:
            at = self._x(min(max(self.number, self.low), self.high))
            shade = self.color or theme.accent
            painter.setBrush(pen_color(shade, FILL))
            painter.drawRect(QRectF(min(zero, at), box.top() + 1, abs(at - zero), box.height() - 2))
            painter.setBrush(pen_color(shade))
            painter.drawRect(QRectF(at - 1, box.top() + 1, 2, box.height() - 2))
        painter.setBrush(pen_color(theme.secondary, 0.6))
        painter.drawRect(QRectF(zero - 0.5, box.bottom() - STEP, 1, STEP))
        painter.setPen(pen_color(theme.text if self.isEnabled() else theme.secondary))
        inside, middle = box.adjusted(2 * STEP, 0, -2 * STEP, 0), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | middle, self.text)
        if self.mark:
            painter.setPen(pen_color(theme.secondary))
            painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, self.mark)

    def _x(self, number: float) -> float:
        return 1 + (number - self.low) / max(self.high - self.low, 1e-9) * (self.width() - 2)
