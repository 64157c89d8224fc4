"""Where a pose stands on the model's canvas.

EchoMimicV2 pastes a patch of h x w pixels, drawn from a frame's points, into rows and columns of a canvas of 768 x 768. Its
six `draw_pose_params` are [h, w, row_begin, row_end, col_begin, col_end].
"""

from __future__ import annotations

from collections.abc import Sequence

CANVAS = (768, 768)
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


def placement_problem(params: Sequence[int], canvas: tuple[int, int] = CANVAS) -> str:
    """Why a placement cannot be drawn, as the end of a sentence; empty if it can."""
    rows, columns, top, bottom, left, right = params
    if rows < MIN_SIDE or columns < MIN_SIDE:
        return f"makes a patch of {columns}x{rows} pixels, smaller than {MIN_SIDE}x{MIN_SIDE}"
    if max(rows, columns) > MAX_ASPECT * min(rows, columns):
        return f"makes a patch of {columns}x{rows} pixels, thinner than 1:{MAX_ASPECT}"
    if bottom - top != rows or right - left != columns:
        return f"does not add up: a patch of {columns}x{rows} pixels for {right - left} columns and {bottom - top} rows"
    if top < 0 or left < 0 or bottom > canvas[1] or right > canvas[0]:
        return f"points outside the canvas of {canvas[0]}x{canvas[1]} pixels"
    return ""


def scaled(params: Sequence[int], size: tuple[int, int], canvas: tuple[int, int] = CANVAS) -> Placement:
    """A placement for `canvas` on a canvas of another (width, height)."""
    if size == canvas:
        rows, columns, top, bottom, left, right = params
    else:
        _, _, *edges = params
        factors = (size[1] / canvas[1],) * 2 + (size[0] / canvas[0],) * 2
        top, bottom, left, right = (round(edge * factor) for edge, factor in zip(edges, factors, strict=True))
        rows, columns = bottom - top, right - left
    return rows, columns, top, bottom, left, right
