"""Poses around the frame that is looked at, for onion skin and trails: baked a few at a time, when there is time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Project

Floats = NDArray[np.float64]

BATCH = 8
"""Frames baked together: about 2 ms in a large project."""

_KEPT = 512

REACH = 24
"""Frames before and after over which trails go."""


class Neighbours:
    """The hub points of frames of one project, until there is another."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._points: dict[int, Floats] = {}
        self._keys: list[int] | None = None

    def points(self, project: Project, frame: int) -> Floats | None:
        """(134, 2) the points at a frame, if they are there by now."""
        self._turn_to(project)
        return self._points.get(frame)

    def fetch(self, project: Project, frames: Iterable[int]) -> bool:
        """Bake the next few of some frames. False if all were there already."""
        self._turn_to(project)
        missing = [frame for frame in frames if frame not in self._points][:BATCH]
        if not missing:
            return False
        while len(self._points) > _KEPT - len(missing):
            del self._points[next(iter(self._points))]
        self._points |= dict(zip(missing, bake(project, missing).points, strict=True))
        return True

    def around(self, project: Project, frame: int, before: int, after: int, every: int) -> list[int]:
        """The frames of an onion skin, the farthest first: so many before and after, every n-th, or keys for 0."""
        if every:
            found = [frame - every * i for i in range(before, 0, -1)] + [frame + every * i for i in range(after, 0, -1)]
        else:
            self._turn_to(project)
            if self._keys is None:
                self._keys = sorted({key for track in project.tracks if track.enabled for key in edits.key_frames(track)})
            low, high = bisect_left(self._keys, frame), bisect_right(self._keys, frame)
            found = self._keys[max(low - before, 0) : low] + self._keys[high : high + after][::-1]
        return [one for one in found if 0 <= one < project.length]

    def _turn_to(self, project: Project) -> None:
        if project is not self._project:
            self._project, self._points, self._keys = project, {}, None


def trail(project: Project, frame: int) -> list[int]:
    """The frames of a trail."""
    return [one for one in range(frame - REACH, frame + REACH + 1) if 0 <= one < project.length]
