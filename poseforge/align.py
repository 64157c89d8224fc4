"""Where a pose stands on the model's canvas.

EchoMimicV2 pastes a patch of h x w pixels, drawn from a frame's points, into rows and columns of a canvas of 768 x 768. Its
six `draw_pose_params` are [h, w, row_begin, row_end, col_begin, col_end].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.retarget import to_hub
from poseforge.sequence import SIZE, PoseSequence

CANVAS = SIZE
"""(width, height) of the canvas that EchoMimicV2's placements refer to."""

MIN_SIDE = 8
MAX_ASPECT = 16
"""A patch thinner than this is drawn on a canvas of hundreds of megabytes, since its short side is scaled to 800 pixels."""

Placement = tuple[int, int, int, int, int, int]


def placement(size: tuple[int, int], canvas: tuple[int, int] = CANVAS) -> Placement:
    """The placement of a (width, height) picture as large as it fits on a canvas, centred, with its proportions kept."""
    width, height = size
    scale = min(canvas[0] / width, canvas[1] / height)
    columns = min(canvas[0], max(1, round(width * scale)))
    rows = min(canvas[1], max(1, round(height * scale)))
    top, left = (canvas[1] - rows) // 2, (canvas[0] - columns) // 2
    return rows, columns, top, top + rows, left, left + columns


def placement_problem(params: Sequence[int]) -> str:
    """Why a placement on EchoMimicV2's canvas cannot be drawn, as the end of a sentence; empty if it can."""
    rows, columns, top, bottom, left, right = params
    if rows < MIN_SIDE or columns < MIN_SIDE:
        return f"makes a patch of {columns}x{rows} pixels, smaller than {MIN_SIDE}x{MIN_SIDE}"
    if max(rows, columns) > MAX_ASPECT * min(rows, columns):
        return f"makes a patch of {columns}x{rows} pixels, thinner than 1:{MAX_ASPECT}"
    if bottom - top != rows or right - left != columns:
        return f"does not add up: a patch of {columns}x{rows} pixels for {right - left} columns and {bottom - top} rows"
    if top < 0 or left < 0 or bottom > CANVAS[1] or right > CANVAS[0]:
        return f"points outside the canvas of {CANVAS[0]}x{CANVAS[1]} pixels"
    return ""


def placements(person: PoseSequence, size: tuple[int, int] = CANVAS) -> list[Placement]:
    """The placement of each frame on a map of (width, height): the `draw_pose_params` that the sequence carries, with
    EchoMimicV2's canvas as large as it fits on the map, or else the sequence's own canvas. InvalidValue if one cannot be drawn.
    """
    if "draw_pose_params" not in person.frame_meta:
        problem = placement_problem(placement(person.size))
        if problem:
            raise InvalidValue(f"a canvas of {person.size[0]}x{person.size[1]} pixels {problem}")
        return [placement(person.size, size)] * len(person)
    stored = np.asarray(person.frame_meta["draw_pose_params"])
    if not len(person):
        return []
    if stored.ndim != 2 or stored.shape[1] != 6 or stored.dtype.kind not in "iu":
        raise InvalidValue(
            f"draw_pose_params of shape {stored.shape} and type {stored.dtype}; expected 6 whole numbers a frame"
        )
    different, which = np.unique(stored, axis=0, return_inverse=True)
    made = []
    for rows, columns, top, bottom, left, right in different.tolist():
        problem = placement_problem((rows, columns, top, bottom, left, right))
        if problem:
            raise InvalidValue(f"a placement {[rows, columns, top, bottom, left, right]} that {problem}")
        made.append(_scaled((rows, columns, top, bottom, left, right), size))
    return [made[i] for i in which.ravel()]


def shared_placements(people: Sequence[PoseSequence], size: tuple[int, int] = CANVAS) -> list[Placement]:
    """The placements of people who share a map. InvalidValue if theirs differ."""
    first, *others = (placements(person, size) for person in people)
    if any(other != first for other in others):
        raise InvalidValue("people of different canvases or placements cannot share one file or picture")
    return first


class Box(NamedTuple):
    """A square of the source picture, in pixels; it may reach beyond its edges."""

    left: int
    top: int
    side: int


FITS = ("letterbox", "height", "crop", "stretch")
"""letterbox: the whole picture, as large as it fits; height: its middle, as high as the canvas; crop: the square that
EchoMimicV2 cuts out; stretch: distorted to fill.
"""

FILMED = "height"
"""How people in front of a camera come onto EchoMimicV2's canvas unless somebody says otherwise, on the command line as in the
editor: as large as EchoMimicV2 frames them, whatever stands beside them.
"""

_ABOVE, _BELOW = 0.25 * 0.65, 0.25 * 0.05
"""EchoMimicV2's margins, of the height from the top of the face to the lowest arm joint."""


def crop_box(people: Sequence[PoseSequence]) -> Box:
    """The square that EchoMimicV2 cuts out of a video for its first person, the same for all frames: from above the highest
    face point to below the lowest of the first seven body joints, around the mean neck. InvalidValue if a part is never seen.

    The rule is that of EchoMimicV2's preparation notebook.
    """
    hub = to_hub(people[0])
    pixels = hub.points * hub.size
    face, arms, neck = pixels[:, hub.skeleton.group("face"), 1], pixels[:, :7, 1], hub.joint("neck")[:, 0] * hub.size[0]
    if np.isnan(face).all() or np.isnan(arms).all() or np.isnan(neck).all():
        raise InvalidValue("no crop without a face, arms and a neck; choose another way to fit (letterbox, stretch)")
    top, bottom = float(np.nanmin(face)), float(np.nanmax(arms))
    if bottom <= top:
        raise InvalidValue("no crop for a person who is upside down; choose another way to fit (letterbox, stretch)")
    height = bottom - top
    above, below = top - _ABOVE * height, bottom + _BELOW * height
    side = max(round(below - above), MIN_SIDE)
    return Box(round(float(np.nanmean(neck)) - side / 2), round(above), side)


def fit_box(people: Sequence[PoseSequence], how: str) -> Box | None:
    """The square of the source picture that EchoMimicV2's canvas shows in one of FITS, None for all of it, stretched.

    Raises InvalidValue for an unknown way, or as `crop_box`.
    """
    if how not in FITS:
        raise InvalidValue(f"fit {how!r:.40}; there are {', '.join(FITS)}")
    if how == "stretch":
        return None
    if how == "crop":
        return crop_box(people)
    width, height = people[0].size
    side = max(width, height) if how == "letterbox" else height
    return Box((width - side) // 2, (height - side) // 2, side)


Edges = tuple[float, float, float, float]
"""Left, top, right and bottom in fractions of a canvas; what reaches beyond 0 to 1 is not seen."""

WHOLE: Edges = (0.0, 0.0, 1.0, 1.0)
"""All of a canvas."""


def edges(values: Sequence[Any] | None) -> Edges:
    """Edges from values of JSON; all of a canvas if there are none. InvalidValue for others."""
    if values is None:
        return WHOLE
    if len(values) == 4 and all(isinstance(edge, (int, float)) and abs(edge) <= 100 for edge in values):
        left, top, right, bottom = values
        if left < right and top < bottom:
            return float(left), float(top), float(right), float(bottom)
    raise InvalidValue(f"a picture at {values!r:.60}; expected left, top, right and bottom in fractions of the canvas")


def covering(size: tuple[int, int], canvas: tuple[int, int] = CANVAS) -> Edges:
    """Where a picture of (width, height) lies so that it just covers a canvas, with its proportions kept: centred from left to
    right, and with its upper edge at the canvas's, for there are people's heads.
    """
    scale = max(canvas[0] / size[0], canvas[1] / size[1])
    across, down = size[0] * scale / canvas[0], size[1] * scale / canvas[1]
    return (1 - across) / 2, 0.0, (1 + across) / 2, down


def as_high(size: tuple[int, int], canvas: tuple[int, int] = CANVAS, region: tuple[int, int, int, int] | None = None) -> Edges:
    """Where a picture of (width, height) lies so that it, or a region (left, top, width, height) of it, is as high as a canvas,
    centred, with its proportions kept.
    """
    left, top, width, height = region or (0, 0, *size)
    scale = canvas[1] / height
    x, y = canvas[0] / 2 - (left + width / 2) * scale, -top * scale
    return x / canvas[0], y / canvas[1], (x + size[0] * scale) / canvas[0], (y + size[1] * scale) / canvas[1]


def showing(box: Box, size: tuple[int, int], canvas: tuple[int, int] = CANVAS) -> Edges:
    """Where a picture of (width, height) lies so that a square of it is as large as it fits on a canvas, centred."""
    _, _, top, _, left, right = placement(CANVAS, canvas)
    scale = (right - left) / box.side
    x, y = left - box.left * scale, top - box.top * scale
    return x / canvas[0], y / canvas[1], (x + size[0] * scale) / canvas[0], (y + size[1] * scale) / canvas[1]


def placed(pose: PoseSequence, edges: Edges, canvas: tuple[int, int] = CANVAS) -> PoseSequence:
    """The pose in a picture, in fractions of a canvas on which the picture lies at `edges`."""
    left, top, right, bottom = edges
    return replace(pose, points=pose.points * (right - left, bottom - top) + (left, top), size=canvas)


def fitted(people: Sequence[PoseSequence], box: Box | None) -> tuple[PoseSequence, ...]:
    """People on the square canvas that a box cuts out of theirs, or stretched onto EchoMimicV2's; a placement that they carried
    is replaced.
    """
    return tuple(_onto(person, box) for person in people)


def _onto(person: PoseSequence, box: Box | None) -> PoseSequence:
    kept = {name: values for name, values in person.frame_meta.items() if name != "draw_pose_params"}
    if box is None:
        return replace(person, frame_meta=kept, size=CANVAS)
    points = (person.points * person.size - (box.left, box.top)) / box.side
    return replace(person, points=points, size=(box.side, box.side), frame_meta=kept)


def on_canvas(person: PoseSequence) -> PoseSequence:
    """A person on EchoMimicV2's canvas, where the placement that they carry, or else that of their own canvas, shows them.

    InvalidValue for 3D points, and as `placements`.
    """
    if person.points.shape[2] != 2:
        raise InvalidValue("these are 3D points; project them with a Camera first")
    if not len(person):
        return replace(person, size=CANVAS)
    shown = np.array(placements(person), dtype=np.float64)[:, None]
    points = (person.points * shown[..., [1, 0]] + shown[..., [4, 2]]) / CANVAS
    kept = {name: values for name, values in person.frame_meta.items() if name != "draw_pose_params"}
    return replace(person, points=points, size=CANVAS, frame_meta=kept)


def _scaled(params: Placement, size: tuple[int, int]) -> Placement:
    if size == CANVAS:
        return params
    _, _, *edges = params
    height, _, down, _, across, _ = placement(CANVAS, size)
    scale = height / CANVAS[1]
    top, bottom, left, right = (
        round(edge * scale) + start for edge, start in zip(edges, (down, down, across, across), strict=True)
    )
    top, left = min(top, size[1] - 1), min(left, size[0] - 1)
    bottom, right = max(bottom, top + 1), max(right, left + 1)
    return bottom - top, right - left, top, bottom, left, right
