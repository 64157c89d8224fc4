"""What can be dragged on the timeline, each with what it changes: clips, keys, marks, tracks.

A drag turns a place into plain values, and values into an edit of the project as it was when the drag began. So the same place
always gives the same result, and the edit that was previewed last is the one that is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.timeline import edits
from poseforge.timeline.project import Clip, Marker, Project, Track

from .session import Edit
from .text import tr

Chosen = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Place:
    """Where the mouse is: the time in frames, the track under it and its place from the bottom, how many frames near counts as
    on, and the pixels it has come since the drag began.
    """

    frame: float
    track: Track | None = None
    rank: int | None = None
    reach: float = 0.0
    way: tuple[int, int] = (0, 0)


class Snaps:
    """The frames that drags keep to when they are near: playhead, clips' ends, markers, beats, in and out point."""

    def __init__(self, project: Project, frame: int, beats: list[int], but: str | None = None) -> None:
        first, last = project.range or (0, project.length - 1)
        ends = [end for track in project.tracks for clip in track.clips if clip.id != but for end in (clip.start, clip.end)]
        marks = [marker.frame for marker in project.markers]
        self.frames: NDArray[np.int64] = np.unique([0, frame, first, last + 1, project.length, *ends, *marks, *beats])

    def near(self, frame: float, reach: float) -> int | None:
        """The nearest of them within reach."""
        i = int(np.abs(self.frames - frame).argmin())
        return int(self.frames[i]) if abs(self.frames[i] - frame) <= reach else None


class Drag:
    """One drag.

    Attributes:
        label: what the step is called.
        start: the values that change nothing.
        guide: the frame that the last place kept to, if it did.
        off: how far into that frame what is dragged lies: edges at its beginning, keys in its middle.
    """

    label = ""
    start: Any = None
    guide: int | None = None
    off = 0.0

    def values(self, place: Place) -> Any:
        raise NotImplementedError

    def edit(self, values: Any) -> Edit:
        raise NotImplementedError

    def said(self, values: Any) -> str:
        """Where what is dragged is by now, for the status bar."""
        return tr("Frame {frame}", frame=values)

    def chosen(self, values: Any) -> Chosen | None:
        """The keys that are selected afterwards, if that changes."""
        return None


def _span(start: int, end: int) -> str:
    """A clip's frames, and how many they are."""
    return tr("Frames {first} to {last} ({count})", first=start, last=end - 1, count=end - start)


class _Snapping(Drag):
    snaps: Snaps

    def snapped(self, frame: float, reach: float) -> int:
        """A frame that the mouse means."""
        self.guide = self.snaps.near(frame, reach) if reach else None
        return round(frame) if self.guide is None else self.guide


class MoveClip(_Snapping):
    """To another frame, and to another track of its kind."""

    def __init__(self, clip: Clip, track: Track, grabbed: float, snaps: Snaps) -> None:
        self.label = tr("Move the clip")
        self.clip, self.track, self.grabbed, self.snaps = clip, track, grabbed, snaps
        self.start = clip.start, track.id

    def values(self, place: Place) -> tuple[int, str]:
        clip = self.clip
        wanted = clip.start + place.frame - self.grabbed
        begin, end = (self.snaps.near(at, place.reach) if place.reach else None for at in (wanted, wanted + clip.length))
        near_begin = begin is not None and (end is None or abs(begin - wanted) <= abs(end - wanted - clip.length))
        self.guide = begin if near_begin else end
        start = round(wanted) if self.guide is None else self.guide - (0 if near_begin else clip.length)
        there = place.track
        fits = there is not None and type(there) is type(self.track) and not there.locked
        return max(start, min(clip.start, 0)), there.id if fits and there else self.track.id

    def edit(self, values: tuple[int, str]) -> Edit:
        return lambda project: edits.move_clip(project, self.clip.id, *values)

    def said(self, values: tuple[int, str]) -> str:
        return _span(values[0], values[0] + self.clip.length)


class TrimClip(_Snapping):
    """Its first or its last frame; what it plays at a frame stays."""

    def __init__(self, clip: Clip, at_start: bool, snaps: Snaps) -> None:
        self.label = tr("Trim the clip")
        self.clip, self.at_start, self.snaps = clip, at_start, snaps
        self.start = clip.start if at_start else clip.end

    def values(self, place: Place) -> int:
        frame = self.snapped(place.frame, place.reach)
        if self.at_start:
            return min(max(frame, min(self.clip.start, 0)), self.clip.end - 1)
        return max(frame, self.clip.start + 1)

    def edit(self, values: int) -> Edit:
        ends = {"start": values} if self.at_start else {"end": values}
        return lambda project: edits.trim_clip(project, self.clip.id, **ends)

    def said(self, values: int) -> str:
        return _span(values, self.clip.end) if self.at_start else _span(self.clip.start, values)


class StretchClip(TrimClip):
    """The same movement in more or fewer frames."""

    def __init__(self, clip: Clip, at_start: bool, snaps: Snaps) -> None:
        super().__init__(clip, at_start, snaps)
        self.label = tr("Stretch the clip")

    def edit(self, values: int) -> Edit:
        start, end = (values, self.clip.end) if self.at_start else (self.clip.start, values)
        return lambda project: edits.stretch_clip(project, self.clip.id, end - start, start)


class ExtendClip(TrimClip):
    """The same movement again and again."""

    def __init__(self, clip: Clip, snaps: Snaps) -> None:
        super().__init__(clip, False, snaps)
        self.label = tr("Loop the clip")

    def edit(self, values: int) -> Edit:
        way = "loop" if self.clip.extend == "hold" else self.clip.extend
        return lambda project: edits.extend_clip(project, self.clip.id, values - self.clip.start, way)


class BlendClip(_Snapping):
    """How long it takes to come in or to go out."""

    def __init__(self, clip: Clip, into: bool, snaps: Snaps) -> None:
        self.label = tr("Blend the clip")
        self.clip, self.into, self.snaps = clip, into, snaps
        self.start = clip.blend_in if into else clip.blend_out

    def values(self, place: Place) -> int:
        frame = self.snapped(place.frame, place.reach)
        clip = self.clip
        wanted = frame - clip.start if self.into else clip.end - frame
        return max(0, min(wanted, clip.length - (clip.blend_out if self.into else clip.blend_in)))

    def edit(self, values: int) -> Edit:
        into, out = (values, None) if self.into else (None, values)
        return lambda project: edits.blend_clip(project, self.clip.id, into, out)

    def said(self, values: int) -> str:
        return tr("{count} frames", count=values)


class MoveKeys(_Snapping):
    """The selected keys in time."""

    start = 0
    off = 0.5

    def __init__(self, track: str, keys: Chosen, grabbed: float, at: int, snaps: Snaps) -> None:
        self.label = tr("Move keys")
        self.track, self.keys, self.grabbed, self.at, self.snaps = track, keys, grabbed, at, snaps
        self.first = min(frame for frames in keys.values() for frame in frames)

    def values(self, place: Place) -> int:
        by = self.snapped(self.at + place.frame - self.grabbed, place.reach) - self.at
        return max(by, min(-self.first, 0))

    def edit(self, values: int) -> Edit:
        return lambda project: edits.move_keys(project, self.track, self.keys, values)

    def said(self, values: int) -> str:
        return tr("Frame {frame} ({by})", frame=self.at + values, by=f"{values:+d}")

    def chosen(self, values: int) -> Chosen:
        return {joint: frozenset(frame + values for frame in frames) for joint, frames in self.keys.items()}


class ScaleKeys(_Snapping):
    """The selected keys in time, from the other end of the selection."""

    off = 0.5

    def __init__(self, track: str, keys: Chosen, pivot: int, border: int, snaps: Snaps) -> None:
        self.label = tr("Scale keys in time")
        self.track, self.keys, self.pivot, self.border, self.snaps = track, keys, pivot, border, snaps
        self.start = border

    def values(self, place: Place) -> int:
        frame = self.snapped(place.frame - self.off, place.reach)
        return max(frame, self.pivot + 1) if self.border > self.pivot else max(min(frame, self.pivot - 1), 0)

    def _factor(self, border: int) -> Fraction:
        return Fraction(border - self.pivot, self.border - self.pivot)

    def edit(self, values: int) -> Edit:
        return lambda project: edits.scale_keys(project, self.track, self.keys, self.pivot, self._factor(values))

    def chosen(self, values: int) -> Chosen:
        factor = self._factor(values)
        return {
            joint: frozenset(self.pivot + round((frame - self.pivot) * factor) for frame in frames)
            for joint, frames in self.keys.items()
        }


class MoveMarker(_Snapping):
    """A marker to another frame."""

    def __init__(self, project: Project, index: int, grabbed: float, snaps: Snaps) -> None:
        self.label = tr("Move the marker")
        self.index, self.snaps, self.last = index, snaps, project.length - 1
        self.start = project.markers[index].frame
        self.off = grabbed - self.start

    def values(self, place: Place) -> int:
        return max(0, min(self.snapped(place.frame - self.off, place.reach), self.last))

    def edit(self, values: int) -> Edit:
        return lambda project: with_marker(project, self.index, replace(project.markers[self.index], frame=values))


def with_marker(project: Project, index: int, marker: Marker | None) -> Project:
    """A project with one of its markers changed, or removed."""
    kept = (*project.markers[:index], *([marker] if marker else []), *project.markers[index + 1 :])
    return replace(project, markers=kept)


class MoveBound(_Snapping):
    """The in or the out point."""

    def __init__(self, project: Project, first: bool, snaps: Snaps) -> None:
        self.label = tr("Set the in point") if first else tr("Set the out point")
        self.first, self.snaps, self.length = first, snaps, project.length
        self.bounds = project.range or (0, project.length - 1)
        self.start = self.bounds[0] if first else self.bounds[1]

    def values(self, place: Place) -> int:
        frame = self.snapped(place.frame, place.reach)
        low, high = self.bounds
        return max(0, min(frame, high)) if self.first else max(low, min(frame - 1, self.length - 1))

    def edit(self, values: int) -> Edit:
        bounds = (values, self.bounds[1]) if self.first else (self.bounds[0], values)
        return lambda project: replace(project, range=None if bounds == (0, project.length - 1) else bounds)


class SetWeight(Drag):
    """How much of what lies below a track covers: a pixel is a hundredth."""

    def __init__(self, track: Track) -> None:
        self.label = tr("Set the weight")
        self.track = track.id
        self.start = round(track.weight * 100)

    def values(self, place: Place) -> int:
        return int(max(0, min(self.start + place.way[0], 100)))

    def edit(self, values: int) -> Edit:
        return lambda project: edits.set_track(project, self.track, weight=values / 100)

    def said(self, values: int) -> str:
        return f"{values} %"


class MoveTrack(Drag):
    """A track over or under others."""

    def __init__(self, project: Project, track: Track) -> None:
        self.label = tr("Move the track")
        self.track = track.id
        self.start = [one.id for one in project.tracks].index(track.id)

    def values(self, place: Place) -> int:
        return self.start if place.rank is None else place.rank

    def edit(self, values: int) -> Edit:
        return lambda project: edits.move_track(project, self.track, values)

    def said(self, values: int) -> str:
        return self.label
