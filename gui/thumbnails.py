"""Small moving pictures of presets and sequences: hands drawn large, in the colors of the theme, made beside the window."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from poseforge import library
from poseforge.quality import VISIBLE
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134

from .background import aside
from .theme import Theme, colors, current, pen_color

RATE = 12
"""Frames per second of a moving thumbnail."""

_LONGEST = 60
"""Frames of one."""

_AWAY = 0.6
"""Of how far hands go from rest: there they mean something."""

_FILMS, _STILLS, _WAITING = 100, 300, 60

_LEGS = {f"{side}_{joint}" for side in ("left", "right") for joint in ("knee", "ankle")}
_BODY = {int(joint) for joint in wholebody_134.group("body")} - {wholebody_134.index(joint) for joint in _LEGS}
_BODY_BONES = [(a, b) for a, b in wholebody_134.bones if a in _BODY and b in _BODY]
_FACE = wholebody_134.group("face")[:17]
_HANDS = {side: wholebody_134.group(f"{side}_hand") for side in ("left", "right")}
_UPPER = [*_BODY, *_FACE.tolist(), *_HANDS["left"].tolist(), *_HANDS["right"].tolist()]
_PALM = (0, 1, 5, 9, 13, 17)

Points = NDArray[np.float64]


class Film(NamedTuple):
    """What a thumbnail shows.

    Attributes:
        points: (T, 134, 2) in fractions of its square.
        rate: frames per second.
        still: the frame that is shown while it does not move.
    """

    points: Points
    rate: float
    still: int


def shape_film(shape: library.HandShape, side: str = "right") -> Film:
    """A hand shape, held up by a hand."""
    points = library.held_up(shape).points
    if side == "left":
        points = (1, 0) + points[:, wholebody_134.mirror] * (-1, 1)
    return Film(_around(points, points[:, _HANDS[side]], 0.55), 1.0, 0)


def gesture_film(gesture: library.Gesture, whole: bool = False) -> Film:
    """A gesture, around the hands that make it while they are away from rest, or the whole of who makes it."""
    step = _step(gesture.length, float(gesture.fps))
    frames = [*range(0, gesture.length, step)]
    still = min(round(gesture.stroke / step), len(frames) - 1)
    frames[still] = gesture.stroke
    points = library.close_up(gesture, frames).points
    if whole:
        return Film(_around(points, points[:, _UPPER], 0.3), float(gesture.fps) / step, still)
    away = library.reach(gesture, frames)
    sides = [side for side in _HANDS if f"{side} arm" in gesture.parts] or [*_HANDS]
    hands = points[away >= _AWAY * away.max()][:, np.concatenate([_HANDS[side] for side in sides])]
    return Film(_around(points, hands, 0.3), float(gesture.fps) / step, still)


def sequence_film(sequence: PoseSequence) -> Film:
    """The first seconds of a sequence, around the hands that move; around the person where there are none."""
    step = max(round(float(sequence.fps) / RATE), 1)
    points = sequence.points[::step][:_LONGEST] * sequence.size
    points[sequence.confidence[::step][:_LONGEST] < VISIBLE] = np.nan
    hands = [points[:, joints] for joints in _HANDS.values() if np.isfinite(points[:, joints]).any()]
    ways = [float(np.ptp(_middles(hand), axis=0).max()) for hand in hands]
    moving = [hand for hand, way in zip(hands, ways, strict=True) if way >= max(ways) / 4]
    seen = np.concatenate(moving, axis=1) if moving else points[:, [*_BODY]]
    return Film(_around(points, seen, 1e-6), float(sequence.fps) / step, len(points) // 2)


def _middles(hand: Points) -> Points:
    """The middle of a hand (T, 21, 2) in each frame in which something of it is seen."""
    return np.asarray(np.nanmean(hand[np.isfinite(hand).any(axis=(1, 2))], axis=1))


def _around(points: Points, seen: Points, least: float) -> Points:
    """Points as fractions of the square around those that shall be seen, which is not smaller than `least`."""
    if np.isnan(seen).all():
        return np.full_like(points, np.nan)
    low, high = np.nanmin(seen, axis=(0, 1)), np.nanmax(seen, axis=(0, 1))
    side = max(float((high - low).max()) * 1.15, least)
    return np.asarray((points - (low + high - side) / 2) / side)


def _step(frames: int, fps: float) -> int:
    return max(round(fps / RATE), ceil(frames / _LONGEST), 1)


def draw(painter: QPainter, rect: QRectF, points: Points, theme: Theme) -> None:
    """Draw one frame (134, 2) into a square."""
    painter.save()
    painter.setClipRect(rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    places = points * rect.width() + (rect.left(), rect.top())
    line = QPen(pen_color(theme.body, 0.55), max(rect.width() / 45, 1.2))
    line.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(line)
    for a, b in _BODY_BONES:
        if np.isfinite(places[[a, b]]).all():
            painter.drawLine(QPointF(*places[a].tolist()), QPointF(*places[b].tolist()))
    face = places[_FACE]
    if np.isfinite(face).all():
        painter.setPen(QPen(QColor(theme.face), max(rect.width() / 70, 1.0)))
        painter.drawPolyline(_polygon(face))
    for side, joints in _HANDS.items():
        _draw_hand(painter, places[joints], QColor(theme.part(side)), QColor(theme.raised))
    painter.restore()


def _draw_hand(painter: QPainter, places: Points, color: QColor, ground: QColor) -> None:
    """A palm and five fingers, each with an edge, so that crossed ones are told apart."""
    shown = np.isfinite(places).all(axis=1)
    if not shown.any():
        return
    reach = np.linalg.norm(np.nanmax(places, axis=0) - np.nanmin(places, axis=0))
    width = max(float(reach) * 0.055, 1.2)
    palm = pen_color(color.name(), 0.4)
    if shown[[*_PALM]].all():
        painter.setPen(QPen(palm, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(palm)
        painter.drawPolygon(_polygon(places[[*_PALM]]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for finger in range(5, 0, -1):
        joints = [*range(4 * finger - 3, 4 * finger + 1)]
        chain = _polygon(places[joints][shown[joints]])
        for ink, wide in ((ground, width * 1.6), (color, width)):
            painter.setPen(QPen(ink, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(chain)


def _polygon(places: Points) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in places.tolist()])


def drawn(film: Film, frame: int, side: int, ratio: float, theme: Theme) -> QImage:
    """One frame of a film as a picture `side` pixels wide on a screen with `ratio` of its own to each. On any thread."""
    image = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw(painter, QRectF(0, 0, side, side), film.points[frame], theme)
    painter.end()
    return image


Key = tuple[str, str]
"""(kind, id) of what is shown."""


class Thumbnails(QObject):
    """Films and stills, made when they are first asked for, the last asked for first; the oldest are forgotten.

    Attributes:
        problems: why something could not be made.
        busy: whether something is being made.
    """

    ready = Signal(object)
    """The key of what has been made, or has turned out to be damaged."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._films: OrderedDict[Key, Film] = OrderedDict()
        self._stills: OrderedDict[tuple[Key, int, float], QPixmap] = OrderedDict()
        self._wanted: OrderedDict[tuple[Key, int, float], Callable[[], Film]] = OrderedDict()
        self.busy = False
        self.problems: dict[Key, str] = {}
        current.changed.connect(self._stills.clear)

    def film(self, key: Key) -> Film | None:
        """The film, if it has been made."""
        return self._films.get(key)

    def still(self, key: Key, make: Callable[[], Film], side: int, ratio: float) -> QPixmap | None:
        """The picture, if it has been drawn; otherwise `ready` tells when it has been. `make` runs on another thread."""
        wanted = (key, side, ratio)
        if wanted in self._stills:
            self._stills.move_to_end(wanted)
            return self._stills[wanted]
        if key not in self.problems:
            self._wanted[wanted] = make
            self._wanted.move_to_end(wanted)
            while len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            self._make_next()
        return None

    def forget(self, key: Key) -> None:
        """Make it anew when it is asked for again: its file has changed."""
        self._films.pop(key, None)
        self.problems.pop(key, None)
        for still in [still for still in self._stills if still[0] == key]:
            del self._stills[still]

    def _make_next(self) -> None:
        if self.busy or not self._wanted:
            return
        self.busy = True
        wanted, make = self._wanted.popitem(last=True)
        key, side, ratio = wanted
        known, theme = self._films.get(key), colors()

        def work() -> tuple[Film, QImage]:
            film = known or make()
            return film, drawn(film, film.still, side, ratio, theme)

        def then(made: tuple[Film, QImage]) -> None:
            film, image = made
            _keep(self._films, key, film, _FILMS)
            if theme is colors():
                _keep(self._stills, wanted, QPixmap.fromImage(image), _STILLS)
            over()

        def failed(problem: str) -> None:
            self.problems[key] = problem
            over()

        def over() -> None:
            self.busy = False
            self.ready.emit(key)
            self._make_next()

        aside(self, work, then, failed)


Name = TypeVar("Name")
Value = TypeVar("Value")


def _keep(cache: OrderedDict[Name, Value], name: Name, value: Value, most: int) -> None:
    cache[name] = value
    cache.move_to_end(name)
    while len(cache) > most:
        cache.popitem(last=False)
