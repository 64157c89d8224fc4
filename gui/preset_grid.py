"""A grid of presets with moving thumbnails: what is in it, how it is drawn, hovered, starred and dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QElapsedTimer,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from poseforge import library
from poseforge.fitness import Ranked

from .icons import icon
from .presets import MIME, mime_data
from .ranking import score_color
from .text import tr
from .theme import RADIUS, STEP, colors, current
from .thumbnails import RATE, Film, Thumbnails, draw
from .told import told

Index = QModelIndex | QPersistentModelIndex

_REASONS = 3
"""Why a sequence fits badly, in its tooltip."""

_CELL, _SIGN = 84, 20
"""Pixels: the width that a cell has at least, and that of its star."""

ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One thing to choose.

    Attributes:
        kind, id: as in `presets.MIME`.
        name, tags: in the user's language.
        make: makes its film.
        preset: None for a sequence.
        path: its file, if it is the user's own.
        problem: why it cannot be used.
    """

    kind: str
    id: str
    name: str
    make: Callable[[], Film] | None = None
    tags: tuple[str, ...] = ()
    preset: library.Preset | None = None
    path: Path | None = None
    problem: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.id


class Entries(QAbstractListModel):
    """What the grid shows, and which of it is a favourite or has a key."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.thumbnails = thumbnails
        self.entries: list[Entry] = []
        self.stars: frozenset[tuple[str, str]] = frozenset()
        self.digits: dict[tuple[str, str], int] = {}
        self.ranks: dict[tuple[str, str], Ranked] = {}

    def show(self, entries: Iterable[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def mark(self, stars: frozenset[tuple[str, str]], digits: dict[tuple[str, str], int]) -> None:
        """Say what is a favourite, and which hand shapes lie on the keys 1 to 9."""
        self.stars, self.digits = stars, digits
        if self.entries:
            self.dataChanged.emit(self.index(0), self.index(len(self.entries) - 1))

    def rank(self, ranks: dict[tuple[str, str], Ranked]) -> None:
        """Say how well they fit the reference picture."""
        self.ranks = ranks
        if self.entries:
            self.dataChanged.emit(self.index(0), self.index(len(self.entries) - 1))

    def problem(self, entry: Entry) -> str:
        """Why it cannot be used, as far as that is known."""
        return entry.problem or self.thumbnails.problems.get(entry.key, "")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._tip(entry)
        return None

    def _tip(self, entry: Entry) -> str:
        lines = [entry.name]
        if entry.tags:
            lines.append(" · ".join(entry.tags))
        if entry.key in self.digits:
            lines.append(tr("Key {digit}", digit=self.digits[entry.key]))
        ranked = self.ranks.get(entry.key)
        if ranked:
            scores = {"score": ranked.now.score, "fitted": ranked.fitted.score}
            lines.append(tr("Fits the picture: {score} of 100, and {fitted} once it is fitted", **scores))
            lines += [told(finding.message) for finding in ranked.now.findings[:_REASONS]]
        problem = self.problem(entry)
        return problem or "\n".join(lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        usable = index.isValid() and not self.problem(self.entries[index.row()])
        return flags | Qt.ItemFlag.ItemIsDragEnabled if usable else flags

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        entry = self.entries[indexes[0].row()]
        return mime_data(entry.kind, entry.id)


class Grid(QListView):
    """The grid. It tells what is wished and does nothing to the project.

    Attributes:
        entries: what is in it.
        hovered: the row under the mouse, -1 for none; it moves `since` then.
    """

    chosen = Signal(object)
    """An `Entry` to add: a double click, or Enter."""
    starred = Signal(object)
    """An `Entry` that shall be a favourite, or one no more."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.thumbnails = thumbnails
        self.entries = Entries(thumbnails)
        self.setModel(self.entries)
        self.setItemDelegate(_Cell(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(tr("Presets"))
        self.hovered = -1
        self.since = QElapsedTimer()
        self._beat = QTimer(self)
        self._beat.setInterval(1000 // RATE)
        self._beat.timeout.connect(self._move)
        self.doubleClicked.connect(lambda index: self.chosen.emit(self.entry(index)))
        self.entered.connect(self._hover)
        self.viewportEntered.connect(self._leave)
        thumbnails.ready.connect(self._redraw)
        self.entries.modelAboutToBeReset.connect(self._leave)
        current.changed.connect(self.viewport().update)

    def entry(self, index: Index) -> Entry:
        entry: Entry = index.data(ENTRY)
        return entry

    @property
    def shown_frame(self) -> int | None:
        """The frame of the hovered thumbnail; None where nothing moves."""
        film = self.thumbnails.film(self.entries.entries[self.hovered].key) if self.hovered >= 0 else None
        if film is None or len(film.points) < 2:
            return None
        return int(self.since.elapsed() * film.rate / 1000) % len(film.points)

    def _hover(self, index: QModelIndex) -> None:
        if index.row() != self.hovered:
            self._leave()
            self.hovered = index.row()
            self.since.start()
            self._beat.start()
            self.update(index)

    def _leave(self) -> None:
        last, self.hovered = self.hovered, -1
        self._beat.stop()
        if last >= 0:
            self.update(self.entries.index(last))

    def _move(self) -> None:
        if not self.isVisible():
            self._leave()
        elif self.shown_frame is not None:
            self.update(self.entries.index(self.hovered))

    def _redraw(self, key: tuple[str, str]) -> None:
        for row, entry in enumerate(self.entries.entries):
            if entry.key == key:
                self.update(self.entries.index(row))

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        self._leave()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        width = self.viewport().width() - 1
        across = max(width // _CELL, 1)
        side = width // across
        self.setGridSize(QSize(side, side + 2 * self.fontMetrics().height() + STEP))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.indexAt(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton
        if left and index.isValid() and self.star_rect(index).contains(event.position().toPoint()):
            self.starred.emit(self.entry(index))
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.star_rect(index).contains(event.position().toPoint()):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.entry(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def star_rect(self, index: Index) -> QRect:
        """Where its star is."""
        cell = self.visualRect(self.entries.index(index.row()))
        return QRect(cell.right() - STEP - _SIGN, cell.top() + STEP, _SIGN, _SIGN)

    def drag(self) -> QDrag | None:
        """What is dragged from the grid: the selected preset, with its picture in hand."""
        chosen = [index for index in self.selectedIndexes() if index.flags() & Qt.ItemFlag.ItemIsDragEnabled]
        if not chosen:
            return None
        drag = QDrag(self)
        drag.setMimeData(self.entries.mimeData(chosen))
        picture = self.picture(chosen[0], self.gridSize().width())
        if picture:
            drag.setPixmap(picture)
            drag.setHotSpot(QRectF(QPointF(), picture.deviceIndependentSize()).center().toPoint())
        return drag

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        drag = self.drag()
        if drag:
            self._leave()
            drag.exec(Qt.DropAction.CopyAction)

    def picture(self, index: Index, side: int) -> QPixmap | None:
        """The still thumbnail, if it has been made."""
        entry = self.entry(index)
        if entry.make is None:
            return None
        return self.thumbnails.still(entry.key, entry.make, side - 4 * STEP, self.devicePixelRatioF())


class _Cell(QStyledItemDelegate):
    """Draws a thumbnail over its name."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self.grid = grid

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return self.grid.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, entry = colors(), self.grid.entry(index)
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        cell = cell.adjusted(STEP // 2, STEP // 2, -STEP // 2, -STEP // 2)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = self.grid.hovered == index.row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = selected and self.grid.hasFocus()
        edge = theme.accent if selected else theme.secondary if hovered else theme.raised
        painter.setPen(QPen(QColor(edge), 2 if focused else 1))
        painter.setBrush(QColor(theme.raised))
        picture = QRect(cell.left(), cell.top(), cell.width(), cell.width())
        painter.drawRoundedRect(QRectF(picture).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        self._draw_film(painter, picture, index, hovered)
        self._draw_signs(painter, picture, index, entry, hovered or selected)
        name = QRect(cell.left(), picture.bottom() + STEP // 2, cell.width(), cell.bottom() - picture.bottom())
        painter.setPen(QColor(theme.text))
        _draw_name(painter, name, entry.name)
        painter.restore()

    def _draw_film(self, painter: QPainter, picture: QRect, index: Index, hovered: bool) -> None:
        entry = self.grid.entry(index)
        if self.grid.entries.problem(entry):
            icon("warning", colors().warning).paint(painter, picture)
            return
        frame, film = self.grid.shown_frame if hovered else None, self.grid.thumbnails.film(entry.key)
        side = self.grid.gridSize().width() - 4 * STEP
        place = QRect(0, 0, side, side)
        place.moveCenter(picture.center())
        if frame is not None and film is not None:
            draw(painter, QRectF(place), film.points[frame], colors())
            return
        still = self.grid.picture(index, self.grid.gridSize().width())
        if still:
            painter.drawPixmap(place.topLeft(), still)

    def _draw_signs(self, painter: QPainter, picture: QRect, index: Index, entry: Entry, near: bool) -> None:
        theme, model = colors(), self.grid.entries
        starred = entry.key in model.stars
        if starred or near:
            sign = icon("starred" if starred else "star", theme.accent if starred else theme.secondary)
            sign.paint(painter, self.grid.star_rect(index).adjusted(2, 2, -2, -2))
        if entry.key in model.ranks:
            _draw_score(painter, picture, model.ranks[entry.key].now.score)
        if entry.key in model.digits:
            painter.setPen(QColor(theme.secondary))
            corner = picture.adjusted(2 * STEP, STEP, 0, 0)
            painter.drawText(corner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, str(model.digits[entry.key]))


def _draw_score(painter: QPainter, picture: QRect, score: int) -> None:
    """How well it fits the reference picture, in the lower left corner."""
    theme, text = colors(), str(score)
    metrics = QFontMetrics(painter.font())
    chip = QRect(0, 0, metrics.horizontalAdvance(text) + 2 * STEP, metrics.height())
    chip.moveBottomLeft(picture.bottomLeft() + QPoint(STEP, -STEP))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(QRectF(chip), RADIUS, RADIUS)
    painter.setPen(QColor(score_color(score)))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _draw_name(painter: QPainter, place: QRect, name: str) -> None:
    """A name on two lines at most."""
    metrics = QFontMetrics(painter.font())
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    if max(map(metrics.horizontalAdvance, name.split()), default=0) > place.width():
        flags |= Qt.TextFlag.TextWrapAnywhere  # a word that no line has room for
    if metrics.boundingRect(place, int(flags), name).height() > place.height():
        name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, 2 * place.width() - 16)
    painter.drawText(place, int(flags), name)
