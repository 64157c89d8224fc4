"""Edits of time: a project's length and rate, and moving everything on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.sequence import PoseSequence, checked_fps
from poseforge.timeline.bake import resampled
from poseforge.timeline.curves import Curve
from poseforge.timeline.edits.tracks import all_unlocked, layers
from poseforge.timeline.project import Clip, PointTrack, Project, Track


def retime(project: Project, length: int) -> Project:
    """Play the whole project in another number of frames: all clips, keys and bases are stretched alike. Audio stays."""
    all_unlocked(project)
    return _scaled(project, Fraction(length, project.length), length)


def set_fps(project: Project, fps: Fraction | int | float | str) -> Project:
    """Give a project another frame rate; everything keeps its place in seconds."""
    all_unlocked(project)
    rate = checked_fps(fps)
    factor = rate / project.fps
    audio = project.audio and replace(project.audio, start=round(project.audio.start * factor))
    return replace(_scaled(project, factor, max(round(project.length * factor), 1)), fps=rate, audio=audio)


def _scaled(project: Project, factor: Fraction, length: int) -> Project:
    def clip(one: Clip) -> Clip:
        return replace(
            one, start=round(one.start * factor), length=max(round(one.length * factor), 1), rate=one.rate / factor,
            blend_in=round(one.blend_in * factor), blend_out=round(one.blend_out * factor),
        )  # fmt: skip

    def base(one: PoseSequence) -> PoseSequence:
        frames = max(round(len(one) * factor), 1)
        slower = Clip("base", one, 0, frames, rate=Fraction(1) / factor)
        return replace(resampled(one, slower, frames), fps=one.fps * factor)

    tracks = tuple(
        _with(track, clip, lambda curve: curve.retimed(lambda frame: round(frame * factor)), base) for track in project.tracks
    )
    inside = project.range and (round(project.range[0] * factor), min(round(project.range[1] * factor), length - 1))
    return replace(project, tracks=tracks, length=length, range=inside)


def _with(
    track: Track,
    clip: Callable[[Clip], Clip],
    curve: Callable[[Curve], Curve],
    base: Callable[[PoseSequence], PoseSequence],
) -> Track:
    """A track with all that is on it changed."""
    made: dict[str, Any] = {
        layer: {joint: curve(one) for joint, one in getattr(track, layer).items()} for layer in layers(track)
    }
    if isinstance(track, PointTrack) and track.base is not None and len(track.base):
        made["base"] = base(track.base)
    return replace(track, clips=tuple(clip(one) for one in track.clips), **made)


def shift(project: Project, by: int) -> Project:
    """Move everything by a number of frames; the length stays. A base that is moved later begins with missing frames."""
    all_unlocked(project)

    def base(one: PoseSequence) -> PoseSequence:
        if by <= 0:
            return one[min(-by, len(one)) :]
        lead = one[np.zeros(by, dtype=np.intp)]
        return _joined(lead.with_points(np.full_like(lead.points, np.nan)), one)

    tracks = tuple(
        _with(
            track,
            lambda clip: replace(clip, start=clip.start + by),
            lambda curve: curve.retimed(lambda frame: frame + by),
            base,
        )
        for track in project.tracks
    )
    return replace(project, tracks=tracks)


def crop(project: Project, first: int, last: int) -> Project:
    """Keep the frames from `first` to `last`, which come to lie at 0. What is shown in them stays."""
    if not 0 <= first <= last < project.length:
        raise InvalidValue(f"frames {first} to {last}; the project has 0 to {project.length - 1}")
    moved = shift(project, -first)
    length = last - first + 1
    tracks = []
    for track in moved.tracks:
        kept = tuple(clip for clip in track.clips if clip.end > 0 and clip.start < length)
        base = getattr(track, "base", None)
        tracks.append(replace(track, clips=kept, **({"base": base[:length]} if base is not None else {})))
    audio = project.audio and replace(project.audio, start=project.audio.start - first)
    return replace(moved, tracks=tuple(tracks), length=length, range=None, audio=audio)


def insert_time(project: Project, frame: int, count: int) -> Project:
    """Ripple: move everything from a frame on by `count` frames. Clips across it are cut, and a base holds its pose there."""
    all_unlocked(project)
    if not 0 <= frame <= project.length or count < 1:
        raise InvalidValue(f"{count} frames at {frame}; the project has 0 to {project.length}")

    def base(one: PoseSequence) -> PoseSequence:
        if frame >= len(one):
            return one
        return one[[*range(frame), *([frame] * count), *range(frame, len(one))]]

    tracks = tuple(_rippled(track, frame, frame, count, base) for track in project.tracks)
    return replace(project, tracks=tracks, length=project.length + count, range=None)


def remove_time(project: Project, first: int, last: int) -> Project:
    """Ripple: remove the frames from `first` to `last` on all tracks, and move what follows to them."""
    all_unlocked(project)
    if not 0 <= first <= last < project.length or last - first + 1 == project.length:
        raise InvalidValue(f"frames {first} to {last} cannot be removed of 0 to {project.length - 1}")

    def base(one: PoseSequence) -> PoseSequence:
        return one[[i for i in range(len(one)) if not first <= i <= last]]

    gone = last - first + 1
    tracks = tuple(_rippled(track, first, last + 1, -gone, base) for track in project.tracks)
    return replace(project, tracks=tracks, length=project.length - gone, range=None)


def _rippled(track: Track, head_end: int, tail_start: int, by: int, base: Callable[[PoseSequence], PoseSequence]) -> Track:
    """A track of which the frames from `head_end` to before `tail_start` are gone, and the rest is moved."""
    clips: list[Clip] = []
    for clip in track.clips:
        if clip.end <= head_end:
            clips.append(clip)
        elif clip.start >= tail_start:
            clips.append(replace(clip, start=clip.start + by))
        else:
            cut = clip.start < head_end and clip.end > tail_start
            if clip.start < head_end:
                clips.append(replace(clip, length=head_end - clip.start, blend_out=0))
            if clip.end > tail_start:
                late = max(tail_start, clip.start)
                tail = replace(
                    clip, start=late + by, length=clip.end - late, first=clip.first + (late - clip.start) * clip.rate
                )
                clips.append(replace(tail, id=f"{clip.id}'" if cut else clip.id, blend_in=0 if cut else clip.blend_in))

    def curve(one: Curve) -> Curve:
        if len(one.keys) == 1:
            return one
        pinned = one.pinned(head_end - 1).pinned(tail_start)  # what is kept looks as it did
        kept = Curve(tuple(key for key in pinned.keys if not head_end <= key.frame < tail_start))
        return kept.retimed(lambda frame: frame + by if frame >= tail_start else frame)

    made: dict[str, Any] = {
        layer: {joint: curve(one) for joint, one in getattr(track, layer).items()} for layer in layers(track)
    }
    if isinstance(track, PointTrack) and track.base is not None:
        made["base"] = base(track.base)
    return replace(track, clips=tuple(clips), **made)


def _joined(first: PoseSequence, second: PoseSequence) -> PoseSequence:
    """Two cuts of one sequence, one after the other."""
    meta = {}
    for name, values in first.frame_meta.items():
        other = second.frame_meta[name]
        both = isinstance(values, np.ndarray) and isinstance(other, np.ndarray)
        meta[name] = np.concatenate([values, other]) if both else (*values, *other)
    return replace(
        first,
        points=np.concatenate([first.points, second.points]),
        confidence=np.concatenate([first.confidence, second.confidence]),
        frame_meta=meta,
    )
