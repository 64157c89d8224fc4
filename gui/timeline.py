"""The timeline: the sound, tracks with their clips and keys, and marks, over time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QLineEdit, QMenu, QToolTip

from poseforge.quality import Finding
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.project import Clip

from .actions import Actions
from .checks import advice, words
from .player import Player
from .presets import can_replace, preset_of
from .session import Edit, Session
from .text import tr
from .theme import RADIUS, ROW, STEP, colors, pen_color
from .timeline_board import Board
from .timeline_drags import (
    BlendClip,
    Chosen,
    Drag,
    ExtendClip,
    MoveBound,
    MoveClip,
    MoveKeys,
    MoveMarker,
    MoveTrack,
    Place,
    ScaleKeys,
    SetWeight,
    Snaps,
    StretchClip,
    TrimClip,
    with_marker,
)
from .timeline_drops import Drops
from .timeline_hits import CURSORS, HINTS, Hit, hit_at, row_at
from .timeline_menus import legend, menu_for
from .timeline_paint import HEADER, flags, header_parts
from .timeline_rows import chosen_in, frames_of

SNAP_PX = 8
_MOVED_PX = 3
"""Pixels that the mouse must come before a press is a drag."""


class Timeline(Board):
    """The timeline, worked with the mouse and with keys: what is pressed becomes a drag, which is previewed and then applied as
    one step.
    """

    def __init__(self, session: Session, actions: Actions, player: Player) -> None:
        super().__init__(session, player)
        self.commands = actions
        self.drops = Drops(session, self)
        self._drag: Drag | None = None
        self._values: object = None
        self._pressed: tuple[QPoint, Hit, Qt.KeyboardModifier] | None = None
        self._mode = ""
        """"", "press", "drag", "scrub", "band" or "pan"."""
        self._mouse = QPoint()
        self._zone = ""
        self._drop: QPoint | None = None
        self._editor: QLineEdit | None = None
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Timeline"))
        self.setWhatsThis(
            tr(
                "Here lies what happens when: the speech, and tracks of gestures and poses that lie over one another. "
                "Drag clips and keys in time, drop gestures of the library here."
            )
        )
        session.project_changed.connect(self._follow)
        session.findings_changed.connect(self._follow_findings)
        handlers: dict[str, Callable[[], object]] = {
            "previous_finding": partial(self._step_findings, -1),
            "next_finding": partial(self._step_findings, 1),
            "clip_earlier": partial(self._nudge, -1),
            "clip_later": partial(self._nudge, 1),
            "previous_clip": partial(self._step_clips, -1),
            "next_clip": partial(self._step_clips, 1),
            "fit_timeline": self.fit,
            "zoom_time_in": partial(self.zoom, 1.5),
            "zoom_time_out": partial(self.zoom, 1 / 1.5),
        }
        for id, handler in handlers.items():
            actions.on(id, handler)

    def _follow(self) -> None:
        if self._mode == "drag" and self._drag and self._values != self._drag.start and not self.session.dragging:
            self._end_drag()  # it was cancelled, or something else was done meanwhile

    def _follow_findings(self) -> None:
        self.show_findings(self.session.findings)

    def _chosen(self) -> Chosen:
        moved = self._drag.chosen(self._values) if self._drag and self._mode == "drag" else None
        return super()._chosen() if moved is None else moved

    def _may_scroll(self) -> bool:
        return self._mode not in ("scrub", "pan")

    def _paint_over(self, painter: QPainter) -> None:
        super()._paint_over(painter)
        look = colors()
        if self._drag and self._mode == "drag" and self._drag.guide is not None:
            x = round(self.view.x(self._drag.guide + self._drag.off))
            painter.fillRect(QRect(x, 0, 1, self.view.height), QColor(look.ok))
        if self._mode == "band" and self._pressed:
            painter.setPen(QColor(look.accent))
            painter.setBrush(pen_color(look.accent, 0.15))
            painter.drawRect(QRect(self._pressed[0], self._mouse).normalized())
        if self._drop is not None:
            self._paint_drop(painter, self._drop)

    def _paint_drop(self, painter: QPainter, place: QPoint) -> None:
        look = colors()
        row = row_at(self.view, self.rows, place.y())
        if row is not None and row.track is not None:
            rect = self.view.row_rect(row)
            painter.setPen(QColor(look.accent))
            painter.setBrush(pen_color(look.accent, 0.12))
            painter.drawRoundedRect(rect.adjusted(HEADER, 1, -1, -1), RADIUS, RADIUS)
        painter.fillRect(QRectF(self.view.x(self._frame_at(place.x())), 0, 2, self.viewport().height()), QColor(look.accent))

    # the mouse

    def _hit(self, place: QPoint, alt: bool = False) -> Hit:
        if self._stale:
            self._settle()
        return hit_at(self.view, self.rows, place, self.font(), alt)

    def _frame_at(self, x: float) -> int:
        """The frame that a place means, never before the first."""
        return max(int(self.view.frame(x)), 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        place, keys = event.position().toPoint(), event.modifiers()
        self._mouse = place
        if event.button() == Qt.MouseButton.MiddleButton:
            self._mode, self._pressed = "pan", (place, Hit(), keys)
            return
        if event.button() != Qt.MouseButton.LeftButton or self._mode:
            return
        hit = self._hit(place, bool(keys & Qt.KeyboardModifier.AltModifier))
        self._pressed, self._mode = (place, hit, keys), "press"
        if hit.zone in ("ruler", "sound"):
            self._mode = "scrub"
            self.player.scrub(self._frame_at(place.x()))
        elif hit.zone in ("expand", "enable", "lock"):
            self._mode = ""
            self._switch(hit)
        elif hit.clip is not None:
            self.session.select(clip=hit.clip.id)
        elif hit.zone == "key":
            self._choose_key(hit, keys)
        elif hit.row is not None and hit.row.track is not None and hit.zone in ("header", "weight"):
            self.session.select(track=hit.row.track.id)

    def _switch(self, hit: Hit) -> None:
        assert hit.row is not None
        assert hit.row.track is not None
        track = hit.row.track
        if hit.zone == "expand":
            self.view.opened ^= {track.id}
            self._refresh_later()
        elif hit.zone == "enable":
            label = tr("Switch the track off") if track.enabled else tr("Switch the track on")
            self.session.apply(label, lambda project: edits.set_track(project, track.id, enabled=not track.enabled))
        else:
            label = tr("Unlock the track") if track.locked else tr("Lock the track")
            self.session.apply(label, lambda project: edits.set_track(project, track.id, locked=not track.locked))

    def _choose_key(self, hit: Hit, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Select a key with all that are under it; with Shift or Ctrl beside the others, from which Ctrl takes it away again.
        One that is selected stays so, with the others: it is about to be dragged.
        """
        assert hit.row is not None
        assert hit.row.track is not None
        track, there = hit.row.track.id, chosen_in(hit.row, hit.key, hit.key)
        before = self.session.keys if track == self.session.track else {}
        if hit.key not in frames_of(hit.row, before):
            adding = held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            self.session.select(track=track, keys=_joined(before, there) if adding else there)
        elif held & Qt.KeyboardModifier.ControlModifier:
            left = {joint: frames - there.get(joint, frozenset()) for joint, frames in before.items()}
            self.session.select(keys={joint: frames for joint, frames in left.items() if frames})

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        place = event.position().toPoint()
        if not self._mode:
            self._hover(place, event.modifiers())
            return
        before, self._mouse = self._mouse, place
        assert self._pressed is not None
        if self._mode == "pan":
            self.view.scale.fitted = False
            self.view.scale.scroll(self.view.scale.left + before.x() - place.x())
            self.view.scroll += before.y() - place.y()
            self._refresh_later()
        elif self._mode == "scrub":
            self.player.scrub(self._frame_at(place.x()))
        elif self._mode == "press" and (place - self._pressed[0]).manhattanLength() >= _MOVED_PX:
            self._begin(self._pressed[1], self._pressed[2])
        if self._mode == "band":
            self.viewport().update()
        if self._mode == "drag":
            self._scroll_along(place)
            self._drag_to(place, event.modifiers())

    def _begin(self, hit: Hit, keys: Qt.KeyboardModifier) -> None:
        """Begin to drag what was pressed."""
        self._drag = self._dragged(hit, keys)
        if self._drag is not None:
            self._mode, self._values = "drag", self._drag.start
        elif hit.zone in ("row", ""):
            self._mode = "band"

    def _dragged(self, hit: Hit, keys: Qt.KeyboardModifier) -> Drag | None:
        project, track = self.session.project, hit.row.track if hit.row else None
        snaps = Snaps(project, self.session.frame, self.player.sound.beats, hit.clip.id if hit.clip else None)
        if hit.clip is not None and track is not None:
            if hit.zone in ("blend_in", "blend_out"):
                return BlendClip(hit.clip, hit.zone == "blend_in", snaps)
            if hit.zone in ("clip_start", "clip_end"):
                first = hit.zone == "clip_start"
                if keys & Qt.KeyboardModifier.ControlModifier:
                    return StretchClip(hit.clip, first, snaps)
                extending = not first and keys & Qt.KeyboardModifier.AltModifier
                return ExtendClip(hit.clip, snaps) if extending else TrimClip(hit.clip, first, snaps)
            return MoveClip(hit.clip, track, hit.frame, snaps)
        if hit.zone in ("key", "border") and self.session.track and self.session.keys:
            return self._dragged_keys(hit, snaps)
        if hit.zone == "marker":
            return MoveMarker(project, hit.index, hit.frame, snaps)
        if hit.zone in ("in", "out"):
            return MoveBound(project, hit.zone == "in", snaps)
        if track is not None and hit.zone in ("weight", "header"):
            return SetWeight(track) if hit.zone == "weight" else MoveTrack(project, track)
        return None

    def _dragged_keys(self, hit: Hit, snaps: Snaps) -> Drag:
        track, keys = str(self.session.track), self.session.keys
        if hit.zone == "key":
            return MoveKeys(track, keys, hit.frame, hit.key, snaps)
        frames = [frame for chosen in keys.values() for frame in chosen]
        first, last = min(frames), max(frames)
        pivot, border = (first, last) if abs(hit.key - last) < abs(hit.key - first) else (last, first)
        return ScaleKeys(track, keys, pivot, border, snaps)

    def _drag_to(self, place: QPoint, keys: Qt.KeyboardModifier) -> None:
        """Preview what the drag makes of a place."""
        assert self._drag is not None
        assert self._pressed is not None
        reach = 0.0 if keys & Qt.KeyboardModifier.ShiftModifier else SNAP_PX / self.view.scale.per_frame
        if self._stale:
            self._settle()
        row, way = row_at(self.view, self.rows, place.y()), place - self._pressed[0]
        track = row.track if row else None
        rank = next((i for i, one in enumerate(self.view.project.tracks) if one is track), None)
        values = self._drag.values(Place(self.view.frame(place.x()), track, rank, reach, (way.x(), way.y())))
        if values != self._values:
            before, self._values = self._values, values
            if values == self._drag.start:
                self._values = self._drag.start
                self.session.cancel()
            elif self.session.preview(self._drag.edit(values)):
                self.session.tell("hint", self._drag.said(values))
            else:
                self._values = before
        self.viewport().update()

    def _scroll_along(self, place: QPoint) -> None:
        """Go on when the mouse is dragged beyond an end."""
        scale, beyond = self.view.scale, place.x() - self.view.width if place.x() > self.view.width else place.x() - HEADER
        if place.x() > self.view.width or (place.x() < HEADER and self._pressed and self._pressed[0].x() >= HEADER):
            scale.fitted = False
            scale.scroll(scale.left + beyond)
            self._refresh_later()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        mode, drag, values, pressed = self._mode, self._drag, self._values, self._pressed
        self._end_drag()
        if mode == "drag" and drag is not None:
            self._commit(drag, values)
        elif mode == "band" and pressed is not None:
            adding = bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
            self._choose_in(QRect(pressed[0], event.position().toPoint()).normalized(), pressed[1], adding)
        elif mode == "press" and pressed is not None:
            self._click(pressed[1])
        self._hover(event.position().toPoint(), event.modifiers())

    def _end_drag(self) -> None:
        self._mode, self._drag, self._values, self._pressed = "", None, None, None
        self._refresh_later()

    def _commit(self, drag: Drag, values: object) -> None:
        if values == drag.start:
            self.session.cancel()
            return
        chosen = drag.chosen(values)
        if self.session.apply(drag.label, drag.edit(values)) and chosen is not None:
            self.session.select(keys=dict(chosen))

    def _click(self, hit: Hit) -> None:
        """What a press without a drag means, where it did not select already."""
        if hit.zone == "finding":
            self._show_finding(self.view.findings[hit.index])
        elif hit.zone == "marker":
            self.session.seek(self.session.project.markers[hit.index].frame)
        elif hit.zone in ("row", ""):
            track = hit.row.track.id if hit.row and hit.row.track else None
            self.session.select(track=track, clip="", keys={})

    def _choose_in(self, box: QRect, hit: Hit, adding: bool) -> None:
        """Select the keys in a box, on the track that it was begun on, or else the uppermost in it."""
        first, last = (round(self.view.frame(x) - 0.5) for x in (box.left(), box.right()))
        rows = [row for row in self.rows if row.curves and self.view.row_rect(row).intersects(box)]
        track = hit.row.track.id if hit.row and hit.row.track else next((row.track.id for row in rows if row.track), None)
        keys: Chosen = self.session.keys if adding and track == self.session.track else {}
        for row in rows:
            if row.track is not None and row.track.id == track:
                keys = _joined(keys, chosen_in(row, first, last))
        self.session.select(track=track, clip="", keys=dict(keys))

    def _hover(self, place: QPoint, keys: Qt.KeyboardModifier) -> None:
        hit = self._hit(place, bool(keys & Qt.KeyboardModifier.AltModifier))
        if hit.zone != self._zone:
            self._zone = hit.zone
            self.viewport().setCursor(CURSORS.get(hit.zone, Qt.CursorShape.ArrowCursor))
            if hit.zone:
                self.session.tell("hint", tr(HINTS[hit.zone]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        hit = self._hit(event.position().toPoint())
        if hit.zone in ("clip", "marker", "header"):
            self._name(hit)
        elif hit.zone == "ruler":
            self.fit()
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu_at(event.pos()).popup(event.globalPos())

    def menu_at(self, place: QPoint) -> QMenu:
        """The menu for what is at a place, which is selected first."""
        hit = self._hit(place)
        if hit.clip is not None:
            self.session.select(clip=hit.clip.id)
        elif hit.zone == "key":
            self._choose_key(hit)
        elif hit.row is not None and hit.row.track is not None:
            self.session.select(track=hit.row.track.id)
        menu = menu_for(hit, self.session, self.commands, self._name, self)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    # the keyboard, and what stands in for the mouse

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:  # Esc ends a drag first of all
            event.setAccepted(event.key() == Qt.Key.Key_Escape and bool(self._mode))
            if event.isAccepted():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and self._mode:
            self._end_drag()
            self.session.cancel()
        elif event.key() == Qt.Key.Key_Escape and self._editor:
            editor, self._editor = self._editor, None
            self.setFocus()
            editor.deleteLater()
        else:
            event.ignore()

    def _nudge(self, by: int) -> None:
        """Move the selected keys, or the clip, by frames."""
        session = self.session
        keys, clip, track = session.keys, session.clip, session.track
        if keys and track:
            moved = {joint: frozenset(frame + by for frame in frames) for joint, frames in keys.items()}
            if session.apply(tr("Move keys"), lambda project: edits.move_keys(project, track, keys, by)):
                session.select(keys=moved)
        elif clip:
            start = session.project.clip(clip)[1].start + by
            session.apply(
                tr("Move the clip"), lambda project: edits.move_clip(project, clip, start), merge=("nudge clip", clip)
            )
        else:
            session.tell("hint", tr("Select keys or a clip first."))

    def _step_clips(self, way: int) -> None:
        """Select the next clip on the track."""
        session = self.session
        track = next((track for track in session.project.tracks if track.id == session.track), None)
        ids = [clip.id for clip in track.clips] if track else []
        if not ids:
            session.tell("hint", tr("There is no clip on this track."))
            return
        at = ids.index(session.clip) + way if session.clip in ids else (0 if way > 0 else -1)
        session.select(clip=ids[at % len(ids)])
        session.seek(session.project.clip(ids[at % len(ids)])[1].start)

    def _step_findings(self, way: int) -> None:
        """Go to the next finding in a direction, from the last to the first."""
        now = self.session.frame
        placed = sorted((one for one in self.session.findings if one.frame is not None), key=lambda one: one.frames[0])
        beyond = [one for one in placed if (one.frames[0] - now) * way > 0]
        if placed:  # round and round
            self._show_finding((beyond or placed)[0 if way > 0 else -1])
        elif self.session.findings:
            self.session.tell("hint", tr("No finding is at a frame: see the list under Checks."))
        elif self.session.checked is self.session.history.project:
            self.session.tell("hint", tr("Nothing is wrong with these poses."))
        else:
            self.commands["check"].trigger()

    def _show_finding(self, finding: Finding) -> None:
        if finding.frame is not None:
            self.session.seek(finding.frame)
        if finding.joint:
            group = wholebody_134.group(finding.joint).tolist()
            known = {finding.joint} & set(wholebody_134.joints)
            self.session.select(joints=[wholebody_134.joints[i] for i in group] or known)
        self.session.tell("warning", f"{words(finding)}: {advice(self.session.project, finding)}")

    # names

    def _name(self, hit: Hit) -> None:
        """Let the user type the name of a clip, a marker or a track where it stands."""
        project = self.session.project
        if hit.zone == "marker":
            marker, rect = project.markers[hit.index], dict(flags(self.view, self.font()))[hit.index].toRect()
            rect.setWidth(30 * STEP)
            self._edit_name(
                rect, marker.name, tr("Name the marker"),
                lambda name: lambda project: with_marker(project, hit.index, type(marker)(marker.frame, name)),
            )  # fmt: skip
        elif hit.clip is not None and hit.row is not None:
            clip = hit.clip
            rect = self.view.clip_rect(hit.row, clip).toRect()
            rect = rect.intersected(self.viewport().rect().adjusted(HEADER, 0, 0, 0))
            rect.setWidth(max(rect.width(), 30 * STEP))
            self._edit_name(
                rect, clip.name, tr("Name the clip"), lambda name: lambda project: edits.rename_clip(project, clip.id, name)
            )
        elif hit.row is not None and hit.row.track is not None:
            track = hit.row.track
            self._edit_name(
                header_parts(self.view.row_rect(hit.row))["name"], track.name, tr("Name the track"),
                lambda name: lambda project: edits.set_track(project, track.id, name=name),
            )  # fmt: skip

    def _edit_name(self, rect: QRect, name: str, label: str, named: Callable[[str], Edit]) -> None:
        editor = QLineEdit(name, self.viewport())
        editor.setAccessibleName(label)
        editor.setGeometry(QRect(rect.left(), rect.center().y() - ROW // 2, rect.width(), ROW))
        editor.selectAll()
        self._editor = editor

        def finish() -> None:
            if self._editor is editor:
                self._editor = None
                text = editor.text().strip()
                editor.deleteLater()
                if text != name:
                    self.session.apply(label, named(text))

        editor.editingFinished.connect(finish)
        editor.show()
        editor.setFocus()

    # tooltips and drops

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def tip_at(self, place: QPoint) -> str:
        """What to say about what is at a place."""
        hit = self._hit(place)
        if hit.zone == "finding":
            finding = self.view.findings[hit.index]
            return f"{words(finding)}\n{advice(self.session.project, finding)}"
        if hit.clip is not None:
            clip = hit.clip
            return tr(
                "{name}: frames {first} to {last}, blends of {into} and {out} frames",
                name=clip.name or clip.id, first=clip.start, last=clip.end - 1, into=clip.blend_in, out=clip.blend_out,
            )  # fmt: skip
        if hit.zone == "key" or (hit.zone == "row" and hit.row is not None and hit.row.curves):
            return legend()
        if hit.zone == "header" and hit.row is not None:
            return hit.row.label
        return tr(HINTS[hit.zone]) if hit.zone in ("expand", "enable", "lock", "weight", "in", "out", "marker") else ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        preset = preset_of(event.mimeData())
        if not preset:
            event.ignore()
            return
        self._drop = event.position().toPoint()
        event.acceptProposedAction()
        frame, clip = self._drop_frame(self._drop), self._replaceable(preset[0], self._drop)
        row = row_at(self.view, self.rows, self._drop.y())
        others = self.drops.overlapped(*preset, frame, row.track) if row and row.track else ""
        if clip is not None:
            text = tr("Drop: it begins at frame {frame} and overlaps {others}. With Alt it takes the place of {name}.",
                      frame=frame, others=others, name=clip.name or clip.id)  # fmt: skip
        elif others:
            text = tr("Drop: it begins at frame {frame} and overlaps {others}.", frame=frame, others=others)
        else:
            text = tr("Drop: it begins at frame {frame}.", frame=frame)
        self.session.tell("hint", text)
        self.viewport().update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._drop = None
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        preset = preset_of(event.mimeData())
        self._drop = None
        if preset is None:
            event.ignore()
            return
        event.acceptProposedAction()
        place = event.position().toPoint()
        clip = self._replaceable(preset[0], place)
        if clip is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.drops.replace(clip.id, preset[1])
        else:
            row = row_at(self.view, self.rows, place.y())
            self.drops.drop(*preset, self._drop_frame(place), row.track.id if row and row.track else None)

    def _drop_frame(self, place: QPoint) -> int:
        return min(self._frame_at(max(place.x(), HEADER)), self.session.project.length - 1)

    def _replaceable(self, kind: str, place: QPoint) -> Clip | None:
        """The clip at a place that a preset could take the place of."""
        clip = self._hit(place).clip if kind == "gestures" else None
        return clip if clip and can_replace(self.session, clip.id) else None


def _joined(keys: Chosen, more: Chosen) -> dict[str, frozenset[int]]:
    """Two selections as one."""
    return {joint: keys.get(joint, frozenset()) | more.get(joint, frozenset()) for joint in {**keys, **more}}
