"""A person as the editor draws it: bones and joints in the colors of their sides, wherever a painter paints."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from poseforge.skeleton import wholebody_134

from .theme import colors, pen_color

GROUPS = ("body", "hands", "face")
"""What is shown, hidden and locked together."""

LOW = 0.3
"""The confidence below which a joint is drawn hollow, as pose maps leave it out or draw it dimly."""

_GUESSED = 0.25
"""How opaque bones to such joints are: what a detector only guessed, as legs outside the picture, nobody shall believe."""

_EDGE = 2.4
"""How much wider than a bone its edge is."""

_CAP = Qt.PenCapStyle.SquareCap
"""How bones end: under their joints, and five times as fast as round ends."""

Floats = NDArray[np.float64]


def group_of(joint: str) -> str:
    """The one of GROUPS that a hub joint belongs to."""
    index = wholebody_134.index(joint)
    return next(name for name in GROUPS if index in group_indices(name))


@lru_cache
def group_indices(name: str) -> frozenset[int]:
    """The places in the hub of the joints of one of GROUPS."""
    parts = {"body": ("body", "feet"), "hands": ("left_hand", "right_hand"), "face": ("face",)}[name]
    return frozenset(int(i) for part in parts for i in wholebody_134.group(part))


def shown_mask(groups: Collection[str]) -> NDArray[np.bool_]:
    """(134,) the joints of some of GROUPS."""
    mask = np.zeros(len(wholebody_134), dtype=bool)
    for name in groups:
        mask[list(group_indices(name))] = True
    return mask


def paint_points(
    painter: QPainter,
    points: Floats,
    confidence: Floats | None = None,
    *,
    width: float = 2.0,
    alpha: float = 1.0,
    color: str = "",
    joints: bool = True,
    canvas: QRectF | None = None,
    edge: str = "",
) -> None:
    """Paint a person whose hub joints are at `points` (134, 2) in the painter's units, NaN where one is not drawn.

    Without `confidence` (134,) all joints are filled; with it those of low confidence are hollow, and the bones to them faint.
    Without `joints` only bones and the face are drawn, as in a ghost. Bones to joints farther than half of `canvas` away from
    it are not drawn: such joints are mistakes. `edge` is a color around bones, so that they are told from a photograph.
    """
    there = ~np.isnan(points[:, 0])
    low = [False] * len(points) if confidence is None else (confidence < LOW).tolist()
    if canvas is not None:
        corner, side = np.array([canvas.left(), canvas.top()]), np.array([canvas.width(), canvas.height()])
        near = (there & ((points >= corner - side / 2) & (points <= corner + 1.5 * side)).all(axis=1)).tolist()
    else:
        near = there.tolist()
    places = [QPointF(x, y) for x, y in np.nan_to_num(points, nan=0.0).tolist()]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part, bones, members, tiny in _parts():
        shade = pen_color(color or colors().part(part), alpha)
        thin = width * (0.6 if tiny else 1.0)
        seen = [(a, b) for a, b in bones if near[a] and near[b]]
        guesses = [QLineF(places[a], places[b]) for a, b in seen if low[a] or low[b]]
        lines = [QLineF(places[a], places[b]) for a, b in seen if not (low[a] or low[b])]
        if guesses:
            painter.setPen(QPen(pen_color(color or colors().part(part), alpha * _GUESSED), thin * 0.6))
            painter.drawLines(guesses)
        painter.setPen(QPen(shade, thin, Qt.PenStyle.SolidLine, _CAP))
        if lines:
            if edge:
                pen = painter.pen()
                painter.setPen(QPen(pen_color(edge, alpha), thin + _EDGE, Qt.PenStyle.SolidLine, _CAP))
                painter.drawLines(lines)
                painter.setPen(pen)
            painter.drawLines(lines)
        if joints or part == "face":
            present = [i for i in members if there[i]]
            size = width * (1.4 if part == "face" else 1.8 if tiny else 3.0)
            _dots(painter, [places[i] for i in present], size, shade)
            _dots(painter, [places[i] for i in present if low[i]], size - max(thin, 1.2), QColor(colors().window))
    painter.restore()


def _dots(painter: QPainter, places: list[QPointF], size: float, color: QColor) -> None:
    if places:
        painter.setPen(QPen(color, size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(places)


@lru_cache
def _parts() -> list[tuple[str, list[tuple[int, int]], list[int], bool]]:
    """(part, its bones, its joints, whether it is fine) from the back to the front; a bone is of the side of its outer end."""
    names = wholebody_134.joints
    hands = group_indices("hands")
    made: dict[tuple[str, bool], tuple[list[tuple[int, int]], list[int]]] = {
        ("face", True): ([], []), ("body", False): ([], []), ("left", False): ([], []), ("right", False): ([], []),
        ("left", True): ([], []), ("right", True): ([], []),
    }  # fmt: skip

    def of(joint: int) -> tuple[str, bool]:
        side = next((side for side in ("left", "right", "face") if names[joint].startswith(side)), "body")
        return side, side == "face" or joint in hands

    for joint in range(len(names)):
        made[of(joint)][1].append(joint)
    for a, b in wholebody_134.bones:
        made[of(b)][0].append((a, b))
    return [(part, bones, members, fine) for (part, fine), (bones, members) in made.items()]
