"""The picture of the curve editor: lines, keys and handles, and what the mouse does to them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QRubberBand, QWidget

from poseforge.timeline import edits
from poseforge.timeline.project import Project
from poseforge.units import timecode

from .curve_lines import Floats, Line, base_of, drawn, peaks
from .session import Session
from .text import tr
from .theme import colors, current, pen_color
from .timescale import tick_step

_NEAR = 8
"""Pixels from which a key, a handle or the playhead is taken."""

_FAR = 3
"""Pixels after which a press is a drag."""

_TICK = 80
"""Pixels to a named time."""

_DENSE = 10
"""Pixels between keys below which only lines are drawn."""

_BASES = 6
"""Lines up to which the base below them is drawn."""

_HANDLES = 200
_ZOOM = 1.2
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
"""Of the components, in order."""


@dataclass
class _Drag:
    """What the mouse holds."""

    kind: Literal["keys", "handle", "box", "playhead", "pan"]
    start: QPointF
    lines: tuple[Line, ...] = ()
    line: Line | None = None
    key: int = 0
    handle: int = 0
    moved: bool = False
    add: bool = False
    by: int = 0
    edit: Callable[[Project], Project] | None = None


class _Time(pg.AxisItem):  # type: ignore[misc]
    """The frames, named as on the timeline's ruler."""

    def __init__(self, session: Session) -> None:
        super().__init__("bottom")
        self._session = session

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:  # noqa: N802
        step, parts = tick_step(size / max(high - low, 1e-9), self._session.project.fps, _TICK)
        return [(float(step), 0.0), (float(step / parts), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        return [timecode(math.ceil(value), self._session.project.fps).removesuffix("+00") for value in values]


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]
    """The lines of one track.

    The wheel zooms in time, with Ctrl in value, with Shift it moves along; the middle button moves the picture. Keys are drawn
    with their time and value, a drag with Shift keeps to one of the two.
    """

    menu_asked = Signal(QPointF)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False, axisItems={"bottom": _Time(session)})
        self.session = session
        self.track = ""
        self.lines: list[Line] = []
        self.normalised = False
        self._drag: _Drag | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Curves"))
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.getAxis("left").setWidth(64)
        plot.getAxis("left").enableAutoSIPrefix(False)
        self._view = plot.getViewBox()
        self._view.disableAutoRange()
        self._view.setLimits(minXRange=2, minYRange=1e-4)
        self._items: list[pg.PlotCurveItem] = []
        self._bases: list[pg.PlotCurveItem] = []
        self._drawn: dict[int, object] = {}
        self._fitted = False  # and not changed by the user since
        self._keys = pg.ScatterPlotItem(symbol="d", size=9, pxMode=True)
        self._chosen = pg.ScatterPlotItem(symbol="d", size=11, pxMode=True)
        self._stems = pg.PlotCurveItem(connect="pairs")
        self._knobs = pg.ScatterPlotItem(symbol="o", size=7, pxMode=True)
        self._playhead = pg.InfiniteLine(angle=90)
        for depth, item in enumerate((self._stems, self._keys, self._chosen, self._knobs, self._playhead), 10):
            item.setZValue(depth)
            plot.addItem(item)
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self._knob_owners: list[tuple[Line, int, int]] = []
        self._view.sigRangeChanged.connect(lambda *_: self.redraw())
        current.changed.connect(self._dress)
        self._dress()
        self.show_frame(session.frame)

    def _dress(self) -> None:
        theme = colors()
        self.setBackground(theme.panel)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.secondary))
            axis.setStyle(maxTickLevel=0)  # every line of the grid costs
        self.getPlotItem().showGrid(x=True, y=True, alpha=0.15)
        self._playhead.setPen(pg.mkPen(theme.error, width=1))
        self._stems.setPen(pg.mkPen(theme.secondary))
        self._knobs.setBrush(pg.mkBrush(theme.panel))
        self._knobs.setPen(pg.mkPen(theme.text))
        self._chosen.setBrush(pg.mkBrush(theme.text))
        self._chosen.setPen(pg.mkPen(theme.accent, width=1.5))
        self._keys.setPen(None)
        self.redraw()

    def show_frame(self, frame: int) -> None:
        """Move the playhead."""
        self._playhead.setValue(frame)

    def show_lines(self, track: str, lines: list[Line], normalised: bool) -> None:
        """Draw the lines of a track, around them when there are others than before."""
        other = track != self.track or normalised != self.normalised or not self._drawn
        self.track, self.lines, self.normalised = track, lines, normalised
        if self._drag and self._drag.edit and not self.session.dragging:  # cancelled
            self._drag = None
            self._band.hide()
        units = {line.unit for line in lines}
        self.getPlotItem().setLabel("left", units.pop() if len(units) == 1 and not normalised else "")
        if lines and (other or (self._fitted and not self.session.dragging and self._beyond())):
            self.fit()
        self.redraw()

    def _beyond(self) -> bool:
        """Whether lines go higher or lower than what is seen."""
        low, high = self._view.viewRange()[1]
        ends = np.array([self._scaled(line, np.array(line.bounds)) for line in self.lines])
        return bool(ends.min() < low or ends.max() > high)

    def fit(self) -> None:
        """Show all keys of the lines."""
        if not self.lines:
            return
        first = min(int(line.frames[0]) for line in self.lines)
        last = max(int(line.frames[-1]) for line in self.lines)
        if last - first < 10:
            first, last = 0, max(self.session.project.length - 1, 10)
        ends = [self._scaled(line, np.array(line.bounds)) for line in self.lines]
        low, high = min(float(end.min()) for end in ends), max(float(end.max()) for end in ends)
        self._view.setRange(xRange=(first, last), yRange=(low, high), padding=0.08)
        self._fitted = True

    def _scaled(self, line: Line, values: Floats) -> Floats:
        """Values as they are drawn."""
        if not self.normalised:
            return values
        low, high = line.bounds
        return np.asarray((values - low) / (high - low))

    def _raw(self, line: Line, way: float) -> float:
        """A way up the picture in the numbers of a curve."""
        low, high = line.bounds
        return way * ((high - low) if self.normalised else 1.0) / line.factor

    def color(self, line: Line) -> QColor:
        """The color of a line: that of its side, lighter or darker from joint to joint."""
        side = line.id.joint.partition("_")[0]
        joints = list(dict.fromkeys(one.id.joint for one in self.lines if one.id.joint.partition("_")[0] == side))
        shade = QColor(colors().part(line.id.joint))
        place = joints.index(line.id.joint) if line.id.joint in joints else 0
        return shade.lighter((100, 135, 75, 160, 60)[place % 5])

    def redraw(self) -> None:
        """Draw what is seen of the lines."""
        first, last = self._view.viewRange()[0]
        count = max(min(int(self._view.width()), 1000), 50)
        while len(self._items) < len(self.lines):
            self._items.append(self._added(pg.PlotCurveItem(antialias=True), 5))
        seen = (first, last, count, self.normalised, colors())
        stale = [i for i, line in enumerate(self.lines) if self._drawn.get(i) != (line, seen)]
        for i, (frames, values) in zip(stale, drawn([self.lines[i] for i in stale], first, last, count), strict=True):
            line, item = self.lines[i], self._items[i]
            item.setPen(pg.mkPen(self.color(line), width=1, style=STYLES[line.id.component]))
            item.setData(frames, self._scaled(line, values))
            item.show()
            self._drawn[i] = (line, seen)
        for i, item in enumerate(self._items[len(self.lines) :], len(self.lines)):
            item.hide()
            self._drawn.pop(i, None)
        self._draw_bases(first, last, count)
        self._draw_keys(first, last)
        self._draw_handles(first, last)

    def _added(self, item: Any, depth: int) -> Any:
        item.setZValue(depth)
        self.getPlotItem().addItem(item)
        return item

    def _draw_bases(self, first: float, last: float, count: int) -> None:
        shown = 0
        if len(self.lines) <= _BASES and not self.normalised and self.track:
            for line in self.lines:
                base = base_of(self.session.project, self.track, line)
                if base is None:
                    continue
                if shown == len(self._bases):
                    self._bases.append(self._added(pg.PlotCurveItem(connect="finite"), 1))
                item = self._bases[shown]
                item.setPen(pg.mkPen(pen_color(self.color(line).name(), 0.35)))
                item.setData(*peaks(np.arange(len(base)), base, first, last, count))
                item.show()
                shown += 1
        for item in self._bases[shown:]:
            item.hide()

    def _draw_keys(self, first: float, last: float) -> None:
        x: list[Floats] = []
        y: list[Floats] = []
        brushes: list[Any] = []
        picked: list[tuple[float, float]] = []
        apart = self._view.width() / max(last - first, 1)
        by = self._drag.by if self._drag else 0
        for line in self.lines:
            low, high = np.searchsorted(line.frames, (first, last + 1))
            seen = slice(int(low), int(high))
            frames, values = line.frames[seen], self._scaled(line, line.values[seen])
            chosen = {frame + by for frame in self.session.keys.get(line.id.joint, ())}
            if chosen:
                at = np.isin(frames, list(chosen))
                picked += zip(frames[at].tolist(), values[at].tolist(), strict=True)
            if len(frames) and (last - first) / len(frames) * apart >= _DENSE:
                x.append(frames.astype(np.float64))
                y.append(values)
                brushes += [pg.mkBrush(self.color(line))] * len(frames)
        self._keys.setData(
            x=np.concatenate(x) if x else np.empty(0), y=np.concatenate(y) if y else np.empty(0), brush=brushes or None
        )
        self._chosen.setData(x=[at for at, _ in picked], y=[value for _, value in picked])

    def _draw_handles(self, first: float, last: float) -> None:
        stems: list[tuple[float, float]] = []
        self._knob_owners = []
        for line in self.lines:
            low, high = np.searchsorted(line.frames, (first, last))
            seen = line.handled[(line.handled >= int(low) - 1) & (line.handled < high)]
            for i in seen.tolist()[: max(_HANDLES - len(self._knob_owners), 0)]:
                for handle, (root, knob) in enumerate(self._handle_places(line, i)):
                    stems += [root, knob]
                    self._knob_owners.append((line, i, handle))
        places = np.array(stems, dtype=np.float64).reshape(-1, 2)
        self._stems.setData(places[:, 0], places[:, 1])
        self._knobs.setData(x=places[1::2, 0], y=places[1::2, 1])

    def _handle_places(self, line: Line, i: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """The two handles after a key, each with the key that it hangs on, as drawn."""
        before, after = line.curve.keys[i], line.curve.keys[i + 1]
        component, span = line.id.component, after.frame - before.frame
        x1, out, x2, into = before.after.handles[component]
        made = []
        for key, share, more in ((before, x1, out), (after, x2, into)):
            values = np.array([key.values[component], key.values[component] + more]) * line.factor
            root, knob = self._scaled(line, values).tolist()
            made.append(((float(key.frame), root), (before.frame + share * span, knob)))
        return made

    # what the mouse does

    def place(self, frame: float, value: float) -> QPointF:
        """Where a frame and a value, as drawn, are in the viewport."""
        box: QRectF = self._view.sceneBoundingRect()
        (x0, x1), (y0, y1) = self._view.viewRange()
        return QPointF(
            box.left() + (frame - x0) / (x1 - x0) * box.width(), box.bottom() - (value - y0) / (y1 - y0) * box.height()
        )

    def _at(self, place: QPointF) -> tuple[float, float]:
        """The frame and the value at a place of the viewport."""
        box: QRectF = self._view.sceneBoundingRect()
        (x0, x1), (y0, y1) = self._view.viewRange()
        frame = x0 + (place.x() - box.left()) / max(box.width(), 1) * (x1 - x0)
        return frame, y0 + (box.bottom() - place.y()) / max(box.height(), 1) * (y1 - y0)

    def _distances(self, place: QPointF, frames: Any, values: Any) -> Floats:
        x, y = np.asarray(frames, dtype=np.float64), np.asarray(values, dtype=np.float64)
        origin, one = self.place(0, 0), self.place(1, 1)
        across, up = one.x() - origin.x(), one.y() - origin.y()
        return np.asarray(np.hypot(origin.x() + x * across - place.x(), origin.y() + y * up - place.y()))

    def key_at(self, place: QPointF) -> tuple[Line, int] | None:
        """The key nearest to a place of the viewport, if one is near: its line and its number there."""
        found: tuple[float, Line, int] | None = None
        for line in self.lines:
            away = self._distances(place, line.frames, self._scaled(line, line.values))
            i = int(away.argmin())
            if away[i] <= _NEAR and (found is None or away[i] < found[0]):
                found = float(away[i]), line, i
        return found and (found[1], found[2])

    def _knob_at(self, place: QPointF) -> tuple[Line, int, int] | None:
        if not self._knob_owners:
            return None
        away = self._distances(place, *self._knobs.getData())
        i = int(away.argmin())
        return self._knob_owners[i] if away[i] <= _NEAR else None

    def line_at(self, place: QPointF) -> Line | None:
        """The line nearest to a place of the viewport, if one is near."""
        frame, _ = self._at(place)
        best: tuple[float, Line] | None = None
        for line, (_, values) in zip(self.lines, drawn(self.lines, frame, frame, 1), strict=True):
            if not len(values):
                continue
            away = abs(self.place(frame, float(self._scaled(line, values)[0])).y() - place.y())
            if away <= _NEAR and (best is None or away < best[0]):
                best = away, line
        return best and best[1]

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        place = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _Drag("pan", place)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        add = bool(event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        knob, key = self._knob_at(place), self.key_at(place)
        if knob and not (key and key[0].frames[key[1]] in self.session.keys.get(key[0].id.joint, ())):
            line, i, handle = knob
            self._drag = _Drag("handle", place, (), line, i, handle)
        elif key:
            line, i = key
            self._drag = _Drag("keys", place, tuple(self.lines), line, i)
            self._pick(line.id.joint, int(line.frames[i]), add)
        elif self._scrubs(place):
            self._drag = _Drag("playhead", place)
            self.session.seek(round(self._at(place)[0]))
        else:
            self._drag = _Drag("box", place, add=add)

    def _scrubs(self, place: QPointF) -> bool:
        """Whether a press takes the playhead: on it, or on the numbers of the frames below."""
        below = place.y() > self._view.sceneBoundingRect().bottom()
        return below or abs(self.place(self.session.frame, 0).x() - place.x()) <= _NEAR / 2

    def _pick(self, joint: str, frame: int, add: bool) -> None:
        """Select a key, or one more; one that is selected stays so, with all the others."""
        keys = dict(self.session.keys) if self.session.track == self.track else {}
        if frame in keys.get(joint, ()):
            return
        if add:
            keys[joint] = keys.get(joint, frozenset()) | {frame}
        else:
            keys = {joint: frozenset({frame})}
        self.session.select(track=self.track, keys=keys)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        drag, place = self._drag, event.position()
        if drag is None:
            self._hint(place)
            return
        way = place - drag.start
        if not drag.moved and max(abs(way.x()), abs(way.y())) < _FAR:
            return
        drag.moved = True
        if drag.kind == "playhead":
            self.session.seek(round(self._at(place)[0]))
        elif drag.kind == "pan":
            (x0, x1), (y0, y1) = self._view.viewRange()
            before, now = self._at(drag.start), self._at(place)
            dx, dy = before[0] - now[0], before[1] - now[1]
            drag.start = place
            self._view.setRange(xRange=(x0 + dx, x1 + dx), yRange=(y0 + dy, y1 + dy), padding=0)
            self._fitted = False
        elif drag.kind == "box":
            self._band.setGeometry(QRectF(drag.start, place).normalized().toRect())
            self._band.show()
        elif drag.kind == "keys":
            self._move_keys(drag, place, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            self._move_handle(drag, place)

    def _move_keys(self, drag: _Drag, place: QPointF, straight: bool) -> None:
        """Show the selected keys moved in time, and in value those of the component that was taken."""
        line = drag.line
        assert line is not None
        (x, y), (now_x, now_y) = self._at(drag.start), self._at(place)
        by, way = round(now_x - x), now_y - y
        if straight:
            sideways = abs(place.x() - drag.start.x()) > abs(place.y() - drag.start.y())
            by, way = (by, 0.0) if sideways else (0, way)
        track, keys = self.track, dict(self.session.keys)
        wanted: dict[str, dict[str, dict[int, tuple[float, ...]]]] = {}
        for one in drag.lines:
            if one.id.component != line.id.component or one.id.layer != line.id.layer or not way:
                continue
            owner = self.session.history.project.track(track)
            curve = getattr(owner, one.id.layer)[one.id.joint]
            more = self._raw(one, way)
            for frame in keys.get(one.id.joint, ()):
                key = curve.key(frame)
                if key:
                    values = list(key.values)
                    values[one.id.component] += more
                    wanted.setdefault(one.id.layer, {}).setdefault(one.id.joint, {})[frame] = tuple(values)

        def edit(project: Project) -> Project:
            for layer, values in wanted.items():
                project = edits.set_keys(project, track, layer, values)  # type: ignore[arg-type]
            return edits.move_keys(project, track, keys, by) if by else project

        drag.edit, drag.by = edit, by
        self.session.preview(edit)

    def _move_handle(self, drag: _Drag, place: QPointF) -> None:
        line, i = drag.line, drag.key
        assert line is not None
        frame, value = self._at(place)
        before, after = line.curve.keys[i], line.curve.keys[i + 1]
        component = line.id.component
        share = (frame - before.frame) / (after.frame - before.frame)
        hangs_on = (before, after)[drag.handle].values[component]
        more = self._raw(line, value - float(self._scaled(line, np.array([hangs_on * line.factor]))[0]))
        handles = list(before.after.handles)
        one = list(handles[component])
        one[2 * drag.handle : 2 * drag.handle + 2] = [share, more]
        handles[component] = (one[0], one[1], one[2], one[3])
        track, joint = self.track, line.id.joint
        drag.edit = lambda project: edits.set_handles(project, track, joint, before.frame, handles)
        self.session.preview(drag.edit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        drag = self._drag
        if event.button() == Qt.MouseButton.RightButton and drag is None:
            self.menu_asked.emit(event.position())
            return
        if drag is None:
            return
        self._band.hide()
        if drag.edit is not None and self.session.dragging:
            keys = self.session.keys
            drag_edit, drag.edit = drag.edit, None
            label = tr("Move keys") if drag.kind == "keys" else tr("Move a handle")
            if self.session.apply(label, drag_edit) and drag.by:
                moved = {joint: frozenset(frame + drag.by for frame in frames) for joint, frames in keys.items()}
                drag.by = 0
                self.session.select(keys=moved)
        elif drag.kind == "box":
            self._select_box(QRectF(drag.start, event.position()).normalized() if drag.moved else None, drag.add)
        self._drag = None
        self.redraw()

    def _select_box(self, box: QRectF | None, add: bool) -> None:
        """Select the keys in a box of the viewport; none if there is no box."""
        keys: dict[str, frozenset[int]] = dict(self.session.keys) if add else {}
        if box is not None:
            (first, high), (last, low) = self._at(box.topLeft()), self._at(box.bottomRight())
            for line in self.lines:
                values = self._scaled(line, line.values)
                inside = (line.frames >= first) & (line.frames <= last) & (values >= low) & (values <= high)
                if inside.any():
                    keys[line.id.joint] = keys.get(line.id.joint, frozenset()) | frozenset(line.frames[inside].tolist())
        self.session.select(track=self.track or None, keys=keys)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        line = self.line_at(event.position())
        if line is None or self.key_at(event.position()) is not None:
            return
        frame, track, joint = round(self._at(event.position())[0]), self.track, line.id.joint
        if self.session.apply(tr("Add a key"), lambda project: edits.insert_keys(project, track, [joint], frame)):
            self.session.select(track=track, keys={joint: frozenset({frame})})

    def _hint(self, place: QPointF) -> None:
        """The cursor tells what a press would take."""
        taken = self._knob_at(place) or self.key_at(place)
        shape = Qt.CursorShape.PointingHandCursor if taken else Qt.CursorShape.SplitHCursor if self._scrubs(place) else None
        if shape is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(shape)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        angle, self._fitted = event.angleDelta(), False
        (x0, x1), (y0, y1) = self._view.viewRange()
        frame, value = self._at(event.position())
        if angle.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            by = (x1 - x0) * (angle.x() + angle.y()) / -1200
            self._view.setXRange(x0 + by, x1 + by, padding=0)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = _ZOOM ** (-angle.y() / 120)
            self._view.setYRange(value + (y0 - value) * factor, value + (y1 - value) * factor, padding=0)
        else:
            factor = _ZOOM ** (-angle.y() / 120)
            self._view.setXRange(frame + (x0 - frame) * factor, frame + (x1 - frame) * factor, padding=0)
        event.accept()

    def event(self, event: QEvent) -> bool:
        # F fits the curves while they have the focus, not the canvas
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._fits(event):
            event.accept()
            return True
        return bool(super().event(event))

    def _fits(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.NoModifier

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self._fits(event):
            self.fit()
        else:
            event.ignore()
