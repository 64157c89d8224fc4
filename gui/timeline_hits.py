"""What lies under the mouse on the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont

from poseforge.timeline.project import Clip

from .text import noop
from .timeline_paint import HEADER, RULER, View, blend_places, flags, header_parts, keys_at, small_keys
from .timeline_rows import Row, frames_of

NEAR = 6
"""Pixels around an edge or a key that still mean it."""

_NARROW = 20
"""Pixels: a clip narrower than that can be moved only."""

HINTS = {
    "ruler": noop("Drag to go through the frames; double-click shows all of them; Ctrl and the wheel zoom."),
    "sound": noop("Drag to hear the speech where you are."),
    "in": noop("Drag the in point: the first frame that is played and exported."),
    "out": noop("Drag the out point: the last frame that is played and exported."),
    "marker": noop("Drag the marker; double-click names it."),
    "finding": noop("Click to go to what was found."),
    "clip": noop("Drag the clip in time or to another track; double-click names it; Shift lets it snap to nothing."),
    "clip_start": noop("Drag to trim; with Ctrl to stretch."),
    "clip_end": noop("Drag to trim; with Ctrl to stretch; with Alt to loop."),
    "blend_in": noop("Drag to set how many frames the clip takes to come in."),
    "blend_out": noop("Drag to set how many frames the clip takes to go out."),
    "key": noop("Drag the selected keys in time; Ctrl adds to the selection."),
    "border": noop("Drag with Alt to spread or gather the selected keys in time."),
    "row": noop("Drag a box around keys to select them."),
    "header": noop("Drag the track over or under others; double-click names it."),
    "expand": noop("Show or hide the keys of this track."),
    "weight": noop("Drag to set how much the track covers what lies below it."),
    "enable": noop("Switch the track on or off."),
    "lock": noop("Lock the track against changes."),
}
"""What a drag or a click there will do."""

_SIDEWAYS = Qt.CursorShape.SizeHorCursor
CURSORS = dict.fromkeys(
    ("in", "out", "clip_start", "clip_end", "blend_in", "blend_out", "border", "weight", "marker"), _SIDEWAYS
) | dict.fromkeys(("expand", "enable", "lock", "finding"), Qt.CursorShape.PointingHandCursor)


@dataclass(frozen=True, eq=False)
class Hit:
    """What is there.

    Attributes:
        zone: one of `HINTS`, or "" for nothing.
        frame: the time there.
        row, clip: of a row, and of a clip in it.
        index: which marker or finding.
        key: the frame of a key.
    """

    zone: str = ""
    frame: float = 0.0
    row: Row | None = None
    clip: Clip | None = None
    index: int = 0
    key: int = 0


def row_at(view: View, rows: Sequence[Row], y: float) -> Row | None:
    """The row at a height."""
    at = y - RULER + view.scroll
    return next((row for row in rows if row.top <= at < row.bottom), None) if y >= RULER else None


def hit_at(view: View, rows: Sequence[Row], place: QPoint, font: QFont, alt: bool = False) -> Hit:
    """What is at a place; `alt`, whether the border of the selected keys is meant."""
    frame = view.frame(place.x())
    if place.y() < RULER:
        return _on_ruler(view, place, frame, font) if place.x() >= HEADER else Hit()
    row = row_at(view, rows, place.y())
    if row is None:
        return Hit(frame=frame)
    if place.x() < HEADER:
        return Hit(_on_header(view, row, place), frame, row)
    if row.kind == "sound":
        return Hit("sound", frame, row)
    at = partial(Hit, frame=frame, row=row)
    if alt:
        border = _border(view, row, place.x())
        if border is not None:
            return at("border", key=border)
    key = _key(view, row, place)
    if key is not None:
        return at("key", key=key)
    for clip in reversed(row.track.clips if row.track and row.kind == "track" else ()):
        zone = _on_clip(view, row, clip, place)
        if zone:
            return at(zone, clip=clip)
    return at("row")


def _on_ruler(view: View, place: QPoint, frame: float, font: QFont) -> Hit:
    first, end = view.bounds
    if place.y() >= RULER / 2:
        for i, flag in reversed([*flags(view, font)]):
            if flag.contains(place):
                return Hit("marker", frame, index=i)
        for i, finding in enumerate(view.findings):
            if finding.frame is not None and place.y() >= RULER - 12:
                left, right = view.x(finding.frames[0]), view.x(finding.frames[-1] + 1)
                if left - NEAR <= place.x() <= max(right, left + NEAR):
                    return Hit("finding", frame, index=i)
        for zone, x, inward in (("in", view.x(first), 1), ("out", view.x(end), -1)):
            if -NEAR / 2 <= (place.x() - x) * inward <= NEAR + 2:
                return Hit(zone, frame)
    return Hit("ruler", frame)


def _on_header(view: View, row: Row, place: QPoint) -> str:
    if row.kind != "track":
        return ""
    parts = header_parts(view.row_rect(row))
    return next((part for part in ("expand", "weight", "enable", "lock") if parts[part].contains(place)), "header")


def _on_clip(view: View, row: Row, clip: Clip, place: QPoint) -> str:
    rect = view.clip_rect(row, clip)
    if not rect.adjusted(-1, 0, 1, 0).contains(place):
        return ""
    if rect.width() < _NARROW:
        return "clip"
    if place.y() <= rect.top() + NEAR + 2 and rect.width() >= 32:
        into, out = blend_places(view, rect, clip)
        for zone, x in (("blend_in", max(into, rect.left() + 4)), ("blend_out", min(out, rect.right() - 4))):
            if abs(place.x() - x) <= NEAR:
                return zone
    if place.x() <= rect.left() + NEAR:
        return "clip_start"
    return "clip_end" if place.x() >= rect.right() - NEAR else "clip"


def _key(view: View, row: Row, place: QPoint) -> int | None:
    """The frame of the key at a place."""
    first, last = (round(view.frame(place.x() + way)) for way in (-NEAR * 2, NEAR * 2))
    if not row.curves:
        return None
    frames, xs, y = keys_at(view, row, first - 1, last)
    if not len(xs) or abs(place.y() - y) > (NEAR / 2 if small_keys(row) else NEAR):
        return None
    nearest = int(np.abs(xs - place.x()).argmin())
    return int(frames[nearest]) if abs(xs[nearest] - place.x()) <= NEAR else None


def _border(view: View, row: Row, x: float) -> int | None:
    """The first or the last selected frame of a row, if it is near."""
    if row.track is None or row.track.id != view.track:
        return None
    chosen = frames_of(row, view.chosen)
    ends = [int(chosen[i]) for i in (0, -1)] if len(chosen) > 1 else []
    return next((frame for frame in ends if abs(view.x(frame + 0.5) - x) <= 2 * NEAR), None)
