"""Frames and pixels: what part of a project's time is seen, and how large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_FRAMES = 10_000
"""At least so many frames can be seen at once."""

_MARGIN = 12
"""Pixels left of the first and right of the last frame when all is fitted."""


@dataclass
class Scale:
    """A stretch of time `width` pixels wide.

    Attributes:
        width: pixels.
        length: frames of the project.
        per_frame: pixels to a frame.
        left: pixels that lie left of what is seen, from the first frame on.
    """

    width: int = 100
    length: int = 1
    per_frame: float = 4.0
    left: int = 0
    fitted: bool = True
    """Whether all is shown, and shall be when the length or the width changes."""

    @overload
    def x(self, frame: float) -> float: ...
    @overload
    def x(self, frame: Floats) -> Floats: ...
    def x(self, frame: float | Floats) -> float | Floats:
        """Where a frame begins."""
        return frame * self.per_frame - self.left

    def frame(self, x: float) -> float:
        """The time at a place, in frames."""
        return (x + self.left) / self.per_frame

    @property
    def visible(self) -> tuple[int, int]:
        """The first and the last frame of which anything is seen, whether or not the project has them."""
        return math.floor(self.frame(0)), math.ceil(self.frame(self.width))

    @property
    def farthest(self) -> int:
        """The largest `left`: half of what is seen may be beyond the end."""
        return max(round(self.length * self.per_frame - self.width / 2), 0)

    @property
    def nearest(self) -> int:
        """The smallest `left`."""
        return -_MARGIN

    def fit(self) -> None:
        """Show all."""
        self.fitted = True
        self.per_frame = max(self.width - 2 * _MARGIN, 1) / max(self.length, 1)
        self.left = self.nearest

    def resize(self, width: int, length: int) -> None:
        """Keep to another width of the window or length of the project."""
        self.width, self.length = max(width, 1), length
        if self.fitted:
            self.fit()
        else:
            self.scroll(self.left)

    def zoom(self, factor: float, x: float) -> None:
        """Enlarge so that what is at `x` stays there: from `MOST_FRAMES` frames, or all there are, to a single one."""
        self.show(self.per_frame * factor, self.frame(x), x)

    def show(self, per_frame: float, at: float, x: float = 0.0) -> None:
        """Show so many pixels to a frame, within the same limits, with a time at `x`."""
        least = (self.width - 2 * _MARGIN) / max(self.length, MOST_FRAMES)
        self.per_frame = min(max(per_frame, least), float(self.width))
        self.fitted = False
        self.scroll(round(at * self.per_frame - x))

    def scroll(self, left: int) -> None:
        self.left = max(self.nearest, min(left, self.farthest))

    def reveal(self, frame: int) -> bool:
        """Scroll by a page if a frame is not seen. Whether that was needed."""
        x = self.x(frame)
        if 0 <= x <= self.width - min(self.per_frame, self.width):
            return False
        self.fitted = False
        before = self.left
        self.scroll(round(frame * self.per_frame - self.width * 0.1))
        return self.left != before


def tick_step(per_frame: float, fps: Fraction, room: float) -> tuple[Fraction, int]:
    """How far apart the named ticks of a ruler are, in frames, with `room` pixels to a name; and into how many parts each
    stretch is divided.
    """
    frames = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 3), (8, 4), (10, 5), (12, 4), (15, 3), (20, 4), (30, 3))
    steps = [(Fraction(n), parts) for n, parts in frames if n < fps and fps % n == 0]  # so that every second has a name
    seconds = ((1, 4), (2, 4), (5, 5), (10, 5), (15, 3), (30, 3), (60, 4), (120, 4), (300, 5), (600, 5), (1800, 6), (3600, 4))
    steps += [(second * fps, parts) for second, parts in seconds]
    return next((step for step in steps if step[0] * per_frame >= room), steps[-1])
