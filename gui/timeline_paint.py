"""How the timeline is drawn: its ruler, and each kind of row."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from poseforge.quality import Finding
from poseforge.timeline.project import Clip, PointTrack, Project, Track
from poseforge.units import timecode

from .icons import icon
from .presets import stroke_frame
from .sound import Sound
from .theme import RADIUS, STEP, colors, pen_color, tabular
from .timeline_rows import WAYS, Keys, KeyTable, Row, frames_of
from .timescale import Scale, tick_step

CLIP_FILL = 0.16, 0.26
"""How opaque a clip's color is below its name: all of it, and once more where it is not blending."""

HEADER = 216
RULER = 36
_NAMES = 18
"""Pixels of the ruler's upper half, with the time; below are the marks."""

_DIAMOND = 9
_CLOSE = 7
"""Pixels: keys closer than that are drawn as one bar."""

_SMALL, _SMALL_CLOSE = 5, 4
"""The same for keys along the lower edge of clips."""

_TRIANGLE = 5

_SIGN = 14
"""Pixels: the sign of a mirrored clip."""


@dataclass
class View:
    """What the timeline shows just now.

    Attributes:
        project, sound, keys: what is drawn.
        scale, scroll, width, height: which part of it: the area right of the headers, and pixels scrolled down.
        opened: ids of the tracks whose keys are shown.
        track, clip: ids of the selected ones.
        chosen: the selected keys of `track`.
        findings: what is marked on the ruler.
    """

    project: Project
    sound: Sound
    keys: KeyTable
    scale: Scale = field(default_factory=Scale)
    scroll: int = 0
    width: int = 1
    height: int = 1
    opened: frozenset[str] = frozenset()
    track: str | None = None
    clip: str | None = None
    chosen: Mapping[str, Collection[int]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def x(self, frame: float) -> float:
        """Where a frame begins, in the window."""
        return HEADER + self.scale.x(frame)

    def frame(self, x: float) -> float:
        return self.scale.frame(x - HEADER)

    def row_rect(self, row: Row) -> QRect:
        """The whole of a row in the window, its header with it."""
        return QRect(0, RULER + row.top - self.scroll, self.width, row.height)

    def clip_rect(self, row: Row, clip: Clip) -> QRectF:
        rect = self.row_rect(row)
        x = self.x(clip.start)
        return QRectF(x, rect.top() + 2, max(self.x(clip.end) - x - 1, 2), rect.height() - 4)

    @property
    def bounds(self) -> tuple[int, int]:
        """The first frame that is played, and the one after the last."""
        first, last = self.project.range or (0, self.project.length - 1)
        return first, last + 1


def header_parts(rect: QRect) -> dict[str, QRect]:
    """Where the controls in a track's header are."""
    size = 20
    top = rect.top() + (rect.height() - size) // 2
    lock = QRect(HEADER - STEP - size, top, size, size)
    enable = lock.translated(-size - STEP, 0)
    weight = QRect(enable.left() - STEP - 44, top, 44, size)
    expand = QRect(STEP, top, size, size)
    name = QRect(expand.right() + 3 * STEP, rect.top(), weight.left() - expand.right() - 4 * STEP, rect.height())
    return {"expand": expand, "weight": weight, "enable": enable, "lock": lock, "name": name}


def track_color(track: Track) -> QColor:
    return QColor(track.color or colors().part(track.part))


def way_pen(way: str) -> QPen:
    """The line between two keys: its color tells the interpolation, and so does its dash."""
    look = colors()
    color, style, width = {
        "hold": (look.secondary, Qt.PenStyle.SolidLine, 4.0),
        "linear": (look.secondary, Qt.PenStyle.SolidLine, 1.5),
        "smooth": (look.ok, Qt.PenStyle.SolidLine, 1.5),
        "bezier": (look.face, Qt.PenStyle.DashDotLine, 1.5),
        "minimum_jerk": (look.accent, Qt.PenStyle.DashLine, 1.5),
        "ease": (look.warning, Qt.PenStyle.DashLine, 1.5),
        "mixed": (look.line, Qt.PenStyle.SolidLine, 1.5),
    }[way]
    pen = QPen(pen_color(color, 0.6 if way == "hold" else 1.0), width, style)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def paint_ruler(painter: QPainter, view: View) -> None:
    """The time, the in and the out point, markers and findings."""
    look = colors()
    painter.fillRect(QRect(0, 0, view.width, RULER), QColor(look.window))
    painter.setClipRect(QRect(HEADER, 0, view.width - HEADER, RULER))
    first, end = view.bounds
    band = QRectF(view.x(first), _NAMES, view.x(end) - view.x(first), RULER - _NAMES)
    painter.fillRect(band, pen_color(look.accent, 0.22))
    _paint_ticks(painter, view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for finding in view.findings:
        if finding.frame is not None:
            _paint_finding(painter, view, finding)
    for marker in view.project.markers:
        _paint_flag(painter, view.x(marker.frame), marker.name)
    for x, way in ((band.left(), 1), (band.right(), -1)):
        painter.fillRect(QRectF(x - 1, _NAMES, 2, RULER - _NAMES), QColor(look.accent))
        points = [QPointF(x, _NAMES), QPointF(x + way * 8, _NAMES), QPointF(x, _NAMES + 8)]
        path = QPainterPath()
        path.addPolygon(QPolygonF(points))
        painter.fillPath(path, QColor(look.accent))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setClipping(False)
    painter.fillRect(QRect(0, RULER - 1, view.width, 1), QColor(look.line))
    painter.fillRect(QRect(HEADER - 1, 0, 1, RULER), QColor(look.line))


def _paint_ticks(painter: QPainter, view: View) -> None:
    look, scale, fps = colors(), view.scale, view.project.fps
    painter.setFont(tabular())
    room = painter.fontMetrics().horizontalAdvance("00:00+00") + 4 * STEP
    step, parts = tick_step(scale.per_frame, fps, room)
    first, last = scale.visible
    last = min(last, view.project.length)
    lines = []
    for i in range(max(math.floor(first / step), 0), math.floor(last / step) + 1):
        frame = math.ceil(i * step)
        x = round(view.x(frame)) + 0.5
        painter.setPen(QColor(look.secondary))
        name = timecode(frame, fps).removesuffix("+00")
        if x + STEP + painter.fontMetrics().horizontalAdvance(name) <= view.width:
            painter.drawText(QPointF(x + STEP, _NAMES - 5), name)
        lines.append(QLineF(x, 4, x, _NAMES))
        for j in range(1, parts):
            between = math.ceil(i * step + j * step / parts)
            if between <= view.project.length:
                small = round(view.x(between)) + 0.5
                lines.append(QLineF(small, _NAMES - 4, small, _NAMES))
    painter.setPen(QColor(look.line))
    painter.drawLines(lines)


def _paint_flag(painter: QPainter, x: float, name: str) -> None:
    look = colors()
    wide = painter.fontMetrics().horizontalAdvance(name) + 2 * STEP if name else 3 * STEP
    flag = QRectF(x, _NAMES + 1, wide, RULER - _NAMES - 4)
    painter.fillRect(flag, QColor(look.raised))
    painter.fillRect(QRectF(x - 1, _NAMES + 1, 2, RULER - _NAMES - 1), QColor(look.ok))
    painter.fillRect(QRectF(x, _NAMES + 1, wide, 2), QColor(look.ok))
    painter.setPen(QColor(look.text))
    painter.drawText(flag.adjusted(STEP, 1, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)


def _paint_finding(painter: QPainter, view: View, finding: Finding) -> None:
    look = colors()
    color = QColor(look.error if finding.severity == "error" else look.warning)
    x, end = view.x(finding.frames[0]), view.x(finding.frames[-1] + 1)
    painter.fillRect(QRectF(x, RULER - 4, max(end - x, 2), 3), color)
    middle = x + min(view.scale.per_frame, end - x) / 2
    tip = QPolygonF(
        [QPointF(middle, RULER - 12), QPointF(middle + _TRIANGLE, RULER - 4), QPointF(middle - _TRIANGLE, RULER - 4)]
    )
    path = QPainterPath()
    path.addPolygon(tip)
    painter.fillPath(path, color)


def paint_row(painter: QPainter, view: View, row: Row) -> None:
    """A row with its header."""
    look, rect = colors(), view.row_rect(row)
    chosen = row.track is not None and row.kind == "track" and row.track.id == view.track
    painter.fillRect(rect, QColor(look.panel))
    area = QRect(HEADER, rect.top(), view.width - HEADER, rect.height())
    painter.setClipRect(area.intersected(QRect(0, RULER, view.width, view.height)))
    if chosen:
        painter.fillRect(area, pen_color(look.raised, 0.6))
    if row.kind == "sound":
        _paint_sound(painter, view, area)
    else:
        _paint_track(painter, view, row, area)
    _shade_outside(painter, view, area)
    painter.setClipRect(QRect(0, RULER, view.width, view.height))
    if row.kind == "track":
        _paint_header(painter, view, row, rect, chosen)
    else:
        _paint_label(painter, row, rect)
    painter.fillRect(QRect(0, rect.bottom(), view.width, 1), QColor(look.line if row.kind != "keys" else look.raised))
    painter.fillRect(QRect(HEADER - 1, rect.top(), 1, rect.height()), QColor(look.line))
    painter.setClipping(False)


def _shade_outside(painter: QPainter, view: View, area: QRect) -> None:
    """Darken what is not played, more so what is beyond the project."""
    look = colors()
    first, end = view.bounds
    length = view.x(view.project.length)
    for left, right, alpha in (
        (area.left(), view.x(0), 0.7), (view.x(0), view.x(first), 0.4),
        (view.x(end), length, 0.4), (length, area.right() + 1, 0.7),
    ):  # fmt: skip
        left, right = max(left, area.left()), min(right, area.right() + 1)
        if left < right:
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), pen_color(look.window, alpha))


def _paint_track(painter: QPainter, view: View, row: Row, area: QRect) -> None:
    track = row.track
    assert track is not None
    painter.setOpacity(1.0 if track.enabled else 0.4)
    if row.kind == "track":
        base = track.base if isinstance(track, PointTrack) else None
        color = track_color(track)
        if base is not None:
            band = QRectF(view.x(0), area.top() + 2, view.x(len(base)) - view.x(0), area.height() - 4)
            painter.fillRect(band, pen_color(color.name(), 0.14))
        first, last = view.scale.visible
        seen = [clip for clip in track.clips if clip.start <= last and clip.end > first]
        below: list[Clip] = []
        for i, clip in enumerate(seen):
            below = [one for one in below if one.end > clip.start]
            _paint_clip(painter, view, row, clip, color)
            _paint_covered(painter, view, row, clip, below, color)
            below.append(clip)
            _paint_name(painter, view, row, clip, seen[i + 1 :])
    if row.curves:
        _paint_keys(painter, view, row)
    painter.setOpacity(1.0)


def _paint_clip(painter: QPainter, view: View, row: Row, clip: Clip, color: QColor) -> None:
    look, rect = colors(), view.clip_rect(row, clip)
    chosen = clip.id == view.clip
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    opacity = painter.opacity()
    painter.setOpacity(1.0)
    painter.fillPath(shape, QColor(look.panel))  # it covers the clips below
    painter.setOpacity(opacity)
    painter.fillPath(shape, pen_color(color.name(), CLIP_FILL[0]))
    into, out = blend_places(view, rect, clip)
    ramp = QPainterPath()
    ramp.addPolygon(QPolygonF([rect.bottomLeft(), QPointF(into, rect.top()), QPointF(out, rect.top()), rect.bottomRight()]))
    painter.fillPath(shape.intersected(ramp), pen_color(color.name(), CLIP_FILL[1]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_seams(painter, view, rect, clip, color)
    stroke = stroke_frame(clip)
    if stroke is not None:
        x = view.x(stroke + 0.5)
        painter.fillRect(QRectF(x - 1, rect.bottom() - 6, 2, 6), color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(look.text) if chosen else pen_color(color.name(), 0.8), 1.5 if chosen else 1))
    painter.drawPath(shape)
    if rect.width() >= 32:
        painter.setBrush(QColor(look.panel))
        painter.setPen(QPen(color, 1.2))
        for x in (into, out):
            painter.drawEllipse(QPointF(min(max(x, rect.left() + 4), rect.right() - 4), rect.top() + 4), 2.5, 2.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_covered(painter: QPainter, view: View, row: Row, clip: Clip, below: Iterable[Clip], color: QColor) -> None:
    """Hatch a clip where it lies over others, and dash the edges that it hides of them."""
    rect = view.clip_rect(row, clip).adjusted(1, 1, -1, -1)
    edge = QPen(pen_color(color.name(), 0.9), 1, Qt.PenStyle.DashLine)
    for one in below:
        left, right = max(view.x(one.start), rect.left()), min(view.x(one.end) - 1, rect.right())
        painter.fillRect(
            QRectF(left, rect.top(), right - left, rect.height()),
            QBrush(pen_color(color.name(), 0.4), Qt.BrushStyle.BDiagPattern),
        )
        painter.setPen(edge)
        if right < rect.right():
            painter.drawLine(QLineF(right, rect.top(), right, rect.bottom()))


def _paint_name(painter: QPainter, view: View, row: Row, clip: Clip, later: Sequence[Clip]) -> None:
    """A clip's name, behind a sign if it is mirrored, where no later clip covers it, and above the keys."""
    rect = view.clip_rect(row, clip).adjusted(0, 0, 0, -_SMALL if row.curves else 0)
    begin, end = uncovered(clip, later)
    left = max(view.x(begin), rect.left(), HEADER) + 3 * STEP
    right = min(view.x(end) if end < clip.end else rect.right(), view.width) - 2 * STEP
    if clip.mirrored and right - left > _SIGN:
        sign = QRectF(left - STEP, rect.center().y() - _SIGN / 2, _SIGN, _SIGN).toRect()
        _glyph("mirror", colors().text).paint(painter, sign)
        left += _SIGN
    if right - left > 16:
        painter.setPen(QColor(colors().text))
        text = painter.fontMetrics().elidedText(clip.name or clip.id, Qt.TextElideMode.ElideRight, int(right - left))
        painter.drawText(QRectF(left, rect.top(), right - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)


def uncovered(clip: Clip, later: Iterable[Clip]) -> tuple[int, int]:
    """The longest stretch of a clip over which none of the later ones, in order of their start, lies: first frame and end."""
    found, begin = (clip.start, clip.start), clip.start
    for other in later:
        if other.start >= clip.end:
            break
        found = max(found, (begin, other.start), key=lambda stretch: stretch[1] - stretch[0])
        begin = max(begin, other.end)
    return max(found, (begin, clip.end), key=lambda stretch: stretch[1] - stretch[0])


def blend_places(view: View, rect: QRectF, clip: Clip) -> tuple[float, float]:
    """Where a clip's blends end, inside of it."""
    into = min(rect.left() + clip.blend_in * view.scale.per_frame, rect.right())
    return into, max(rect.right() - clip.blend_out * view.scale.per_frame, into)


def _paint_seams(painter: QPainter, view: View, rect: QRectF, clip: Clip, color: QColor) -> None:
    """Where the source of a clip begins again."""
    period = len(clip.source) if clip.extend == "loop" else len(clip.source) - 1
    if clip.extend == "hold" or not period or not clip.rate:
        return
    one = abs(period / float(clip.rate))
    if one * view.scale.per_frame < 8:
        return
    begin = (-float(clip.first) / float(clip.rate)) % one
    painter.setPen(QPen(pen_color(color.name(), 0.7), 1, Qt.PenStyle.DotLine))
    for i in range(int((clip.length - begin) / one) + 1):
        x = view.x(clip.start + begin + i * one)
        if rect.left() + 1 < x < rect.right() - 1:
            painter.drawLine(QLineF(x, rect.top() + 1, x, rect.bottom() - 1))


def small_keys(row: Row) -> bool:
    """Whether a row's keys are drawn small, along the lower edge of its clips, so that these can be seen."""
    return row.kind == "track" and row.track is not None and bool(row.track.clips)


def _on_screen(view: View, row: Row, frames: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Where keys are drawn: around the pixels on which the playhead stands at their frames."""
    rect = view.row_rect(row)
    xs = np.round(HEADER + np.asarray(view.scale.x(frames + 0.5))) + 0.5
    return xs, rect.bottom() - _SMALL / 2 - 1 if small_keys(row) else rect.center().y() + 0.5


def keys_at(view: View, row: Row, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """The keys of a row between two frames and next to them: their frames, and where they are drawn."""
    frames = view.keys.of(row, first, last).frames
    return frames, *_on_screen(view, row, frames)


def _paint_keys(painter: QPainter, view: View, row: Row) -> None:
    first, last = view.scale.visible
    keys = view.keys.of(row, first, last)
    if not len(keys.frames):
        return
    xs, y = _on_screen(view, row, keys.frames)
    small = small_keys(row)
    size, close = (_SMALL, _SMALL_CLOSE) if small else (_DIAMOND, _CLOSE)
    begins = np.concatenate([[0], np.flatnonzero(np.diff(xs) >= close) + 1])
    ends = np.concatenate([begins[1:] - 1, [len(xs) - 1]])
    if not small:
        _paint_ways(painter, xs, keys, begins, ends, y)
    mine = row.track is not None and row.track.id == view.track
    selected = frames_of(row, view.chosen) if mine and view.chosen else np.empty(0, np.int64)
    picked = np.isin(keys.frames, selected)
    color = colors().text if row.part in ("all", "") else colors().part(row.part)
    look, ratio = colors(), painter.device().devicePixelRatioF()
    sprites = {
        (meant, chosen): diamond(color, color if meant else look.panel, look.accent if chosen else "", ratio, size)
        for meant in (True, False)
        for chosen in (True, False)
    }
    half = sprites[True, True].deviceIndependentSize().width() / 2
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        if begin == end:
            sprite = sprites[bool(keys.meant[begin]), bool(picked[begin])]
            painter.drawPixmap(QPointF(xs[begin] - half, y - half), sprite)
        else:
            _paint_bar(painter, xs[begin], xs[end], y, size // 3, pen_color(color, 0.75))
            _paint_picked(painter, xs[begin : end + 1][picked[begin : end + 1]], y, size // 3, close)


def _paint_bar(painter: QPainter, left: float, right: float, y: float, reach: int, color: QColor) -> None:
    painter.fillRect(QRectF(left - reach, y - reach, right - left + 2 * reach, 2 * reach), color)


def _paint_picked(painter: QPainter, xs: NDArray[np.float64], y: float, reach: int, close: int) -> None:
    """The selected keys in a bar of keys."""
    if len(xs):
        breaks = np.flatnonzero(np.diff(xs) >= close)
        begins, ends = np.concatenate([[0], breaks + 1]), np.concatenate([breaks, [len(xs) - 1]])
        for begin, end in zip(xs[begins].tolist(), xs[ends].tolist(), strict=True):
            _paint_bar(painter, begin, end, y, reach, QColor(colors().accent))


def _paint_ways(
    painter: QPainter,
    xs: NDArray[np.float64],
    keys: Keys,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    y: float,
) -> None:
    """The lines from each key, or bar of keys, to the next."""
    before, after = ends[:-1], begins[1:]
    for number, way in enumerate(WAYS):
        mine = np.flatnonzero(keys.ways[before] == number)
        if len(mine):
            painter.setPen(way_pen(way))
            ways = zip(xs[before[mine]].tolist(), xs[after[mine]].tolist(), strict=True)
            painter.drawLines([QLineF(left, y, right, y) for left, right in ways])


@lru_cache(maxsize=128)
def diamond(color: str, filling: str, ring: str, ratio: float, across: int = _DIAMOND) -> QPixmap:
    """A key in a color, with a ring if one is given."""
    size = across + 6
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, reach = size / 2, across / 2
    corners = [(0, -reach), (reach, 0), (0, reach), (-reach, 0)]
    shape = QPolygonF([QPointF(middle + x, middle + y) for x, y in corners])
    if ring:
        painter.setPen(QPen(QColor(ring), across * 0.55, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolygon(shape)
    painter.setPen(QPen(QColor(color), 1.4 if across == _DIAMOND else 1.0))
    painter.setBrush(QColor(filling))
    painter.drawPolygon(shape)
    painter.end()
    return pixmap


def _paint_sound(painter: QPainter, view: View, area: QRect) -> None:
    """The outline of the sound, beats as ticks, pauses shaded; or why there is none."""
    look, sound = colors(), view.sound
    if sound.heard is None:
        painter.setPen(QColor(look.warning if sound.problem else look.secondary))
        painter.drawText(area.adjusted(6 * STEP, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, sound.state)
        return
    fps, heard = float(view.project.fps), sound.heard

    def x(second: float) -> float:
        return view.x((second + sound.start) * fps)

    if heard.speech is not None:
        for begin, end in heard.speech.pauses.tolist():
            painter.fillRect(QRectF(x(begin), area.top(), x(end) - x(begin), area.height()), pen_color(look.window, 0.7))
    left, right = max(math.floor(x(0)), area.left()), min(math.ceil(x(heard.audio.duration)), area.right() + 1)
    if left >= right:
        return
    begin, end = (view.frame(place) / fps - sound.start for place in (left, right))
    outline = heard.peaks(right - left, begin, end)
    middle, reach = area.center().y() + 0.5, area.height() / 2 - 4
    loudest = max(float(np.abs(heard.outline).max()), 1e-3)
    low, high = (middle - outline * (reach / loudest)).T.tolist()
    painter.setPen(QColor(look.secondary))
    painter.drawLines(
        [QLineF(left + i + 0.5, a + 0.5, left + i + 0.5, b - 0.5) for i, (a, b) in enumerate(zip(low, high, strict=True))]
    )
    if heard.speech is not None:
        painter.setPen(QPen(QColor(look.accent), 1.5))
        beats = zip(heard.speech.beats.tolist(), heard.speech.strengths.tolist(), strict=True)
        painter.drawLines([QLineF(x(beat), area.bottom() - 2 - 8 * strong, x(beat), area.bottom()) for beat, strong in beats])


def _paint_label(painter: QPainter, row: Row, rect: QRect) -> None:
    look = colors()
    indent = 3 * STEP + 20 + row.depth * 3 * STEP if row.kind == "keys" else 2 * STEP + 20
    name = QRect(indent, rect.top(), HEADER - indent - 2 * STEP, rect.height())
    painter.setPen(QColor(look.secondary))
    text = painter.fontMetrics().elidedText(row.label, Qt.TextElideMode.ElideRight, name.width())
    painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)
    if row.kind == "sound":
        _glyph("sound", look.secondary).paint(painter, QRect(STEP, rect.center().y() - 10, 20, 20))


def _paint_header(painter: QPainter, view: View, row: Row, rect: QRect, chosen: bool) -> None:
    look, track = colors(), row.track
    assert track is not None
    header = QRect(0, rect.top(), HEADER, rect.height())
    if chosen:
        painter.fillRect(header, QColor(look.raised))
    parts = header_parts(rect)
    name = parts["name"]
    painter.fillRect(QRect(name.left() - 2 * STEP, rect.top() + STEP, STEP, rect.height() - 2 * STEP), track_color(track))
    painter.setPen(QColor(look.text if track.enabled else look.secondary))
    text = painter.fontMetrics().elidedText(row.label, Qt.TextElideMode.ElideRight, name.width())
    painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)
    painter.setPen(QColor(look.secondary))
    painter.drawText(parts["weight"], Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{track.weight:.0%}")
    shown = {
        "expand": ("opened" if track.id in view.opened else "closed", look.secondary),
        "enable": ("eye" if track.enabled else "hidden", look.text if track.enabled else look.secondary),
        "lock": ("lock" if track.locked else "unlock", look.warning if track.locked else look.secondary),
    }
    for part, (name_of_icon, color) in shown.items():
        _glyph(name_of_icon, color).paint(painter, parts[part].adjusted(2, 2, -2, -2))


@lru_cache(maxsize=64)
def _glyph(name: str, color: str) -> QIcon:
    return icon(name, color)


def text_width(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text)


def flags(view: View, font: QFont) -> Iterable[tuple[int, QRectF]]:
    """The place of each marker among the project's, and where its flag is."""
    for i, marker in enumerate(view.project.markers):
        wide = text_width(font, marker.name) + 2 * STEP if marker.name else 3 * STEP
        yield i, QRectF(view.x(marker.frame) - 2, _NAMES, wide + 2, RULER - _NAMES)
