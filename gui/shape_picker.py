"""The hand shapes as pictures; a click forms the hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from poseforge import library

from .presets import give_shape, hold_shape, shapes_on_keys, shown_name
from .session import Session
from .text import tr
from .theme import RADIUS, STEP, colors, current, pen_color
from .thumbnails import Thumbnails, shape_film

_PICTURE = 13 * STEP
_CELL = QSize(17 * STEP, _PICTURE + 9 * STEP)
_ID = Qt.ItemDataRole.UserRole
_ROWS = 3.5
"""Rows that are seen at once: half of the last one says that there are more."""


class ShapePicker(QListView):
    """A grid of hand shapes for the hands that `sides` gives, those on the number keys first. A shape is for the frames that
    `span` gives, or else the current one.
    """

    def __init__(
        self, session: Session, sides: Callable[[], Sequence[str]], span: Callable[[], tuple[int, int] | None]
    ) -> None:
        super().__init__()
        self.session = session
        self.sides, self.span = sides, span
        self._thumbnails = Thumbnails(self)
        self._thumbnails.ready.connect(lambda _: self.viewport().update())
        self._shapes: dict[str, library.HandShape] = {}
        self._entries = QStandardItemModel(self)
        self.setModel(self._entries)
        self.setItemDelegate(_Picture(self._thumbnails, self._shapes, self._side, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(_CELL)
        self.setMouseTracking(True)
        self.setFixedHeight(round(_ROWS * _CELL.height()))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Hand shapes"))
        self.clicked.connect(self._give)
        self.activated.connect(self._give)
        current.changed.connect(self.viewport().update)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        self._fill()
        super().showEvent(event)

    def _fill(self) -> None:
        shapes, keys = library.hand_shapes(), shapes_on_keys()
        others = sorted((id for id in shapes if id not in keys), key=lambda one: shown_name(shapes[one]))
        order = [*(id for id in keys if id in shapes), *others]
        if order == [*self._shapes]:
            return
        self._shapes.clear()
        self._entries.clear()
        for id in order:
            self._shapes[id] = shapes[id]
            item = QStandardItem(shown_name(shapes[id]))
            item.setData(id, _ID)
            name = shown_name(shapes[id])
            item.setToolTip(tr("{name} (key {number})", name=name, number=keys.index(id) + 1) if id in keys else name)
            self._entries.appendRow(item)

    def _side(self) -> str:
        """The hand that the pictures show."""
        return "left" if [*self.sides()] == ["left"] else "right"

    def _give(self, index: QModelIndex) -> None:
        shape, span = self._shapes[index.data(_ID)], self.span()
        if span:
            hold_shape(self.session, shape, self.sides(), *span)
        else:
            give_shape(self.session, shape, self.sides())


class _Picture(QStyledItemDelegate):
    """Paints a shape with its name below; its picture is made when it is first seen."""

    def __init__(
        self, thumbnails: Thumbnails, shapes: dict[str, library.HandShape], side: Callable[[], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.thumbnails, self.shapes, self.side = thumbnails, shapes, side

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        return _CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        theme, place, state = colors(), QRectF(option.rect), option.state
        id = index.data(_ID)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over, focus = state & state.State_MouseOver, state & state.State_HasFocus
        if over or focus:
            painter.setPen(pen_color(theme.accent) if focus else Qt.PenStyle.NoPen)
            painter.setBrush(pen_color(theme.raised))
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        ratio = painter.device().devicePixelRatioF()
        side = self.side()
        picture = self.thumbnails.still((side, id), partial(shape_film, self.shapes[id], side), _PICTURE, ratio)
        if picture is not None:
            painter.drawPixmap(round(place.center().x() - _PICTURE / 2), round(place.top() + STEP), picture)
        painter.setPen(pen_color(theme.text))
        words = place.adjusted(1, _PICTURE + STEP, -1, 0)
        painter.setFont(_small(option.font))
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, str(index.data()))
        painter.restore()


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 0.88)
    return made
