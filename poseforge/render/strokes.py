"""The strokes of pose maps: OpenCV's, the same bytes with every OpenCV from 4.10 on.

All functions draw into an (H, W, 3) uint8 canvas, take whole pixel coordinates (x, y), and clip at its borders. Colours are
in the order of the canvas's channels and may exceed 255, which OpenCV then cuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, degrees, hypot, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.uint8]
Pixel = Sequence[int]
Color = tuple[int, int, int]

_SHIFT = 16
_ONE = 1 << _SHIFT
_FARTHEST = 30_000
"""Fixed-point corners of 16 fractional bits must fit 32 bits."""


def line(canvas: Canvas, start: Pixel, end: Pixel, color: Color, width: int) -> None:
    """A thick line with round ends, as `cv2.line` of OpenCV 4.10 draws it.

    OpenCV 4.13 and later clip a line before they make it thick, which changes it where it crosses the border. Here it is made
    as OpenCV 4.10 makes it: a convex polygon with 16 fractional bits and two discs. Inside the canvas `cv2.line` is the same.
    """
    start, end = _nearer(start, end), _nearer(end, start)
    dx, dy = start[0] - end[0], end[1] - start[1]
    length = sqrt(dx * dx + dy * dy)
    if length:
        half = ((width << (_SHIFT - 1)) + (width & 1) * _ONE * 0.5) / length
        a, b = round(dy * half), round(dx * half)
        (x0, y0), (x1, y1) = ((x << _SHIFT, y << _SHIFT) for x, y in (start, end))
        corners = np.array([(x0 + a, y0 + b), (x0 - a, y0 - b), (x1 - a, y1 - b), (x1 + a, y1 + b)], dtype=np.int32)
        cv2.fillConvexPoly(canvas, corners, color, cv2.LINE_8, _SHIFT)
    radius = ((width << (_SHIFT - 1)) + (_ONE >> 1)) >> _SHIFT
    for x, y in (start, end):
        cv2.circle(canvas, (x, y), radius, color, -1)


def _nearer(point: Pixel, other: Pixel) -> tuple[int, int]:
    """`point`, or where the line to `other` enters the square that fixed-point coordinates can express."""
    far = max(abs(point[0]), abs(point[1]))
    if far <= _FARTHEST:
        return int(point[0]), int(point[1])
    near = min(max(abs(other[0]), abs(other[1])), _FARTHEST)
    share = (_FARTHEST - near) / (far - near) if far > near else 0.0
    x, y = (int(o + (p - o) * share) for p, o in zip(point, other, strict=True))
    return max(-_FARTHEST, min(_FARTHEST, x)), max(-_FARTHEST, min(_FARTHEST, y))


def limb(canvas: Canvas, start: Sequence[float], end: Sequence[float], color: Color, half_width: int) -> None:
    """OpenPose's limb: a filled ellipse between two points, which unlike elsewhere here are not yet whole pixels."""
    (x0, y0), (x1, y1) = start, end
    center = (int((x0 + x1) / 2), int((y0 + y1) / 2))
    axes = (int(hypot(x0 - x1, y0 - y1) / 2), half_width)
    polygon = np.asarray(cv2.ellipse2Poly(center, axes, int(degrees(atan2(y0 - y1, x0 - x1))), 0, 360, 1))
    cv2.fillConvexPoly(canvas, polygon, color)
