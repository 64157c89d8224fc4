"""What the timeline shows: a ruler and rows, painted into a picture of which only that is painted again that changed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QPolygon, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from poseforge.quality import Finding
from poseforge.timeline.project import PointTrack, Project, RigTrack

from .player import Player
from .remembered import number
from .session import Session
from .text import tr
from .theme import FOCUS, ROW, STEP, WAVEFORM, colors, current
from .timeline_drags import Chosen
from .timeline_paint import HEADER, RULER, View, paint_row, paint_ruler
from .timeline_rows import KeyTable, Row, rows_of

_HANDLE = 6
"""Half the width of the playhead's handle."""

_FARTHEST = 100_000
"""Pixels that one may have scrolled down."""

_PLAIN = (int, float, str, bool, type(None), tuple, Fraction)


class Board(QAbstractScrollArea):
    """The rows, which part of them is seen, and the playhead, which is drawn over them.

    Attributes:
        view: what is shown.
        rows: from the top down.
    """

    def __init__(self, session: Session, player: Player) -> None:
        super().__init__()
        self.session = session
        self.player = player
        self.view = View(session.project, player.sound, KeyTable())
        self.rows: list[Row] = []
        self._board = QPixmap()
        self._painted: dict[int, list[object]] = {}
        """What was painted at a height: everything it depends on."""
        self._stale = True
        """Whether the rows have to be made anew."""
        self._dirty = True
        """Whether the picture has to be painted again: rows are also made anew for the mouse, before they are painted."""
        self._history = session.history
        self._playhead = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(FOCUS)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(RULER + WAVEFORM + 2 * ROW)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        session.project_changed.connect(self._refresh_later)
        session.selection_changed.connect(self._refresh_later)
        session.frame_changed.connect(self._follow_frame)
        player.sound.changed.connect(self._repaint_all)
        current.changed.connect(self._repaint_all)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(900, 260)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Mark what is wrong on the ruler."""
        self.view.findings = findings
        self._refresh_later()

    def fit(self) -> None:
        """Show the whole project."""
        self.view.scale.fit()
        self._refresh_later()

    def zoom(self, factor: float) -> None:
        """Enlarge about the playhead."""
        self.view.scale.zoom(factor, self.view.scale.x(self.session.frame + 0.5))
        self._refresh_later()

    def view_state(self) -> dict[str, Any]:
        """What is seen of the project: values of JSON."""
        scale = self.view.scale
        zoom = None if scale.fitted else [scale.per_frame, scale.frame(0)]
        return {"zoom": zoom, "scroll": self.view.scroll, "opened": sorted(self.view.opened)}

    def restore_view(self, state: dict[str, Any]) -> None:
        """See it so again."""
        self._settle()
        view, opened, zoom = self.view, state.get("opened"), state.get("zoom")
        if isinstance(opened, list):
            view.opened = frozenset(track.id for track in view.project.tracks if track.id in opened)
        if isinstance(zoom, list) and len(zoom) == 2:
            per_frame, first = number(zoom[0], 0, view.scale.width), number(zoom[1], -view.project.length, view.project.length)
            if per_frame is not None and first is not None:
                view.scale.show(per_frame, first)
        else:
            view.scale.fit()
        view.scroll = round(number(state.get("scroll"), 0, _FARTHEST) or 0)
        self._refresh_later()

    def _chosen(self) -> Chosen:
        """The keys that are shown as selected."""
        return self.session.keys

    def _may_scroll(self) -> bool:
        """Whether the view may follow the playhead."""
        return True

    def _follow_frame(self, frame: int) -> None:
        if self.isVisible() and self._may_scroll() and self.view.scale.reveal(frame):
            self._refresh_later()
        self._update_playhead()

    def _refresh_later(self) -> None:
        self._stale = self._dirty = True
        self.viewport().update()

    def _repaint_all(self) -> None:
        self._painted.clear()
        self._refresh_later()

    def _update_playhead(self) -> None:
        for x in (self._playhead, round(self.view.x(self.session.frame + 0.5))):
            self.viewport().update(QRect(x - _HANDLE - 1, 0, 2 * _HANDLE + 3, self.viewport().height()))

    def _settle(self) -> None:
        """Bring the rows and what is seen of them up to date."""
        session, view = self.session, self.view
        if session.history is not self._history:  # another project
            self._history, view.opened, view.scroll = session.history, frozenset(), 0
            view.scale.fit()
        view.project, view.track, view.clip = session.project, session.track, session.clip
        view.chosen = self._chosen()
        self.rows = rows_of(view.project, view.opened, session.joints)
        view.keys.forget(self.rows)
        size = self.viewport().size()
        view.width, view.height = size.width(), size.height()
        view.scale.resize(view.width - HEADER, view.project.length)
        self._set_bars()
        self._stale = False

    def _set_bars(self) -> None:
        scale, total = self.view.scale, self.rows[-1].bottom if self.rows else 0
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        room = max(self.viewport().height() - RULER, 1)
        for bar, low, high, page, value in (
            (across, scale.nearest, scale.farthest, scale.width, scale.left),
            (down, 0, max(total - room, 0), room, self.view.scroll),
        ):
            bar.blockSignals(True)
            bar.setRange(low, high)
            bar.setPageStep(page)
            bar.setSingleStep(ROW)
            bar.setValue(value)
            bar.blockSignals(False)
        self.view.scroll = down.value()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        self.view.scale.left = self.horizontalScrollBar().value()
        self.view.scale.fitted &= not dx
        self.view.scroll = self.verticalScrollBar().value()
        self._refresh_later()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._refresh_later()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        way, keys, scale = event.angleDelta(), event.modifiers(), self.view.scale
        if keys & Qt.KeyboardModifier.ControlModifier:
            scale.zoom(1.25 ** (way.y() / 120), event.position().x() - HEADER)
        else:
            down = self.verticalScrollBar()
            sideways = way.x() or (way.y() if keys & Qt.KeyboardModifier.ShiftModifier or not down.maximum() else 0)
            if sideways:
                scale.fitted = False
                scale.scroll(scale.left - sideways)
            else:
                self.view.scroll = max(0, min(self.view.scroll - way.y() // 2, down.maximum()))
        event.accept()
        self._refresh_later()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        ratio = self.devicePixelRatioF()
        if self._stale:
            self._settle()
        if self._dirty or self._board.devicePixelRatioF() != ratio:
            self._paint_board(ratio)
            self._dirty = False
        painter = QPainter(self.viewport())
        area = event.rect()
        painter.drawPixmap(area, self._board, QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio,
                                                     area.height() * ratio).toRect())  # fmt: skip
        self._paint_over(painter)
        painter.end()

    def _paint_board(self, ratio: float) -> None:
        """Paint again what has changed."""
        size = self.viewport().size() * ratio
        if self._board.size() != size or self._board.devicePixelRatioF() != ratio:
            self._board = QPixmap(size)
            self._board.setDevicePixelRatio(ratio)
            self._painted.clear()
        view, project, scale = self.view, self.view.project, self.view.scale
        painter = QPainter(self._board)
        painter.setFont(self.font())
        common: list[object] = [scale.left, scale.per_frame, project.length, project.fps, project.range]
        if self._changed(0, [*common, project.markers, view.findings]):
            paint_ruler(painter, view)
        bottom, places = RULER, {-1, 0}
        for row in self.rows:
            rect = view.row_rect(row)
            if rect.bottom() < RULER or rect.top() > view.height:
                continue
            bottom, place = rect.bottom() + 1, max(rect.top(), RULER)
            places.add(place)
            if self._changed(place, [*common, *self._depends(row)]):
                paint_row(painter, view, row)
        if self._changed(-1, [*common, bottom, self._is_empty(project)]):
            self._paint_below(painter, QRect(0, bottom, view.width, view.height - bottom))
        painter.end()
        for gone in self._painted.keys() - places:  # something else is painted there now
            del self._painted[gone]

    def _changed(self, place: int, now: list[object]) -> bool:
        """Whether what is painted at a place depends on anything else than when it was painted."""
        before = self._painted.get(place)
        self._painted[place] = now
        if before is None or len(before) != len(now):
            return True
        return any(a is not b and (type(a) not in _PLAIN or a != b) for a, b in zip(before, now, strict=True))

    def _depends(self, row: Row) -> list[object]:
        """What a row's look depends on, beside the view: seen by identity but for plain values."""
        view, track = self.view, row.track
        if track is None:
            return [row.kind, row.top - view.scroll, view.sound.heard, view.sound.problem, view.project.audio]
        mine = track.id == view.track
        base = track.base if isinstance(track, PointTrack) else None
        return [
            row.kind, row.top - view.scroll, row.label, row.depth, track.enabled, track.locked, track.weight, track.color, base,
            row.part, mine, track.id in view.opened, view.chosen if mine and view.chosen else None,
            *(track.clips if row.kind == "track" else ()), view.clip if mine else None,
            view.keys.of(row, *view.scale.visible) if row.curves else None,
        ]  # fmt: skip

    def _is_empty(self, project: Project) -> bool:
        """Whether nothing happens yet."""
        return not any(
            track.clips or track.offsets or (isinstance(track, RigTrack) and track.keys)
            or (isinstance(track, PointTrack) and track.base)
            for track in project.tracks
        )  # fmt: skip

    def _paint_below(self, painter: QPainter, area: QRect) -> None:
        painter.fillRect(area, QColor(colors().window))
        if self._is_empty(self.view.project):
            painter.setPen(QColor(colors().secondary))
            words = tr("Drag a gesture from the library to here, or bend a finger on the canvas: it is keyed at the playhead.")
            if not any(isinstance(track, RigTrack) for track in self.view.project.tracks):
                words = tr(
                    "Drop a file of poses here, or choose one with File > Import poses. Gestures can be dragged here, too."
                )
            room = area.adjusted(HEADER + 2 * STEP, STEP, -2 * STEP, -STEP)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    def _paint_over(self, painter: QPainter) -> None:
        """What moves over the rows: here the playhead."""
        painter.setClipRect(QRect(HEADER, 0, self.view.width - HEADER, self.view.height))
        x = self._playhead = round(self.view.x(self.session.frame + 0.5))
        color = QColor(colors().error)
        painter.fillRect(QRect(x, 0, 1, self.view.height), color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygon([QPoint(x + dx, y) for dx, y in ((-5, 0), (6, 0), (6, 6), (0, 12), (-5, 6))]))
