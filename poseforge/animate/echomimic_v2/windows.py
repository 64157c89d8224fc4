"""Which frames are predicted together: a video is longer than what the motion modules look at, so each step goes through it in
windows that overlap, and a frame's prediction is the mean of those of its windows.

From one step to the next the borders of the windows move, so that no frame always lies at one. On a *ring*, as the official
pipeline has it, the windows wrap around from the last frame to the first. A *line* does not: its windows begin and end with the
video, which suits one whose end does not look like its beginning.
"""

from __future__ import annotations

from math import ceil, log2
from typing import Literal, get_args

from poseforge.errors import InvalidValue

Schedule = Literal["ring", "line"]

SHIFT = 3
"""Frames by which the borders move with each step, whatever the overlap is."""


def windows(
    frames: int, size: int, overlap: int, step: int = 0, schedule: Schedule = "ring", stride: int = 1
) -> list[list[int]]:
    """The frames of each window at a step: as many lists of `size` as there are windows, or one of all frames if they are no
    more than that. Every frame is in at least one.

    With a `stride` of 2 there are windows of every second frame, too, with 3 also of every fourth, and so on, as long as one
    does not go around the ring twice.

    Raises InvalidValue unless there are frames, the overlap is less than the size, and a stride of more than 1 is on a ring.
    """
    if frames < 1 or step < 0 or not 0 <= overlap < size:
        raise InvalidValue(f"{frames} frames in windows of {size} that overlap by {overlap}; expected less overlap than size")
    if schedule not in get_args(Schedule):
        raise InvalidValue(f"windows on a {schedule!r:.40}; expected {' or '.join(get_args(Schedule))}")
    if stride < 1 or (schedule == "line" and stride > 1):
        raise InvalidValue(f"windows with a stride of {stride} on a {schedule}; expected 1, or more on a ring")
    shift, length = SHIFT * step, min(size, frames)
    if schedule == "line":
        last, apart = frames - length, size - overlap
        borders = range(-(shift % apart), last + apart, apart)
        return [[start + i for i in range(length)] for start in sorted({min(max(border, 0), last) for border in borders})]
    if frames <= size:
        return [[(shift + i) % frames for i in range(length)]]
    return [
        [(start + shift + i * skip) % frames for i in range(length)]
        for skip in (2**kind for kind in range(min(stride, ceil(log2(frames / size)) + 1)))
        for start in range(0, frames, size * skip - overlap)
    ]
