"""Edits of time: a project's length and rate, and moving everything on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.sequence import PoseSequence, checked_fps
from poseforge.timeline.clips import resampled
from poseforge.timeline.curves import Curve
from poseforge.timeline.edits.corrections import Corrections, given, stretched, taken, trimmed
from poseforge.timeline.edits.tracks import all_unlocked, layers, new_id
from poseforge.timeline.project import MAX_FRAMES, Clip, PointTrack, Project, Track, whole


def set_length(project: Project, length: int) -> Project:
    """Let a project last for a number of frames. What lies beyond its end is kept unseen, but for markers and in and out."""
    length = _frames(length, "the new length", 1)
    markers = tuple(marker for marker in project.markers if marker.frame < length)
    inside = project.range if project.range and project.range[1] < length else None
    return replace(project, length=length, markers=markers, range=inside)


def retime(project: Project, length: int) -> Project:
    """Play the whole project in another number of frames: all clips, keys and bases are stretched alike. A sound stays."""
    all_unlocked(project)
    length = _frames(length, "the new length", 1)
    return _scaled(project, Fraction(length, project.length), length, project.fps)


def set_fps(project: Project, fps: Fraction | int | float | str) -> Project:
    """Give a project another frame rate; everything keeps its place in seconds."""
    all_unlocked(project)
    rate = checked_fps(fps)
    factor = rate / project.fps
    audio, video = (one and replace(one, start=round(one.start * factor)) for one in (project.audio, project.video))
    length = _frames(round(project.length * factor) or 1, "the new length", 1)
    return replace(_scaled(project, factor, length, rate), audio=audio, video=video)


def _frames(number: int, what: str, least: int = -MAX_FRAMES) -> int:
    """A number of frames within bounds, before anything is made of that size."""
    if not least <= whole(number, what) <= MAX_FRAMES:
        raise InvalidValue(f"{what} is {number}; expected {least} to {MAX_FRAMES} frames")
    return whole(number, what)


def _scaled(project: Project, factor: Fraction, length: int, fps: Fraction) -> Project:
    def clips(one: Clip) -> Iterable[_Piece]:
        start, end = round(one.start * factor), round(one.end * factor)  # so that what met still meets
        rate = one.rate / factor
        counts = {name: round(getattr(one, name) * factor) for name in ("blend_in", "blend_out", "cut_in", "cut_out")}
        first = one.first + (start - one.start * factor) * rate
        made = replace(one, start=start, length=max(end - start, 1), first=first, rate=rate, **counts)
        yield made, partial(stretched, length=made.length)

    def base(one: PoseSequence) -> PoseSequence:
        frames = max(round(len(one) * factor), 1)
        slower = Clip("base", one, 0, frames, rate=Fraction(1) / factor)
        return replace(resampled(one, slower, frames), fps=fps)

    def curve(one: Curve) -> Curve:
        return one.retimed(lambda frame: round(frame * factor))

    tracks = tuple(_carried(track, clips, curve, base) for track in project.tracks)
    inside = project.range and (
        min(round(project.range[0] * factor), length - 1), min(round(project.range[1] * factor), length - 1)
    )  # fmt: skip
    markers = tuple(replace(marker, frame=min(round(marker.frame * factor), length - 1)) for marker in project.markers)
    return replace(project, tracks=tracks, length=length, range=inside, markers=markers, fps=fps)


def _changed(
    track: Track,
    clips: Callable[[Clip], Iterable[Clip]],
    curve: Callable[[Curve], Curve],
    base: Callable[[PoseSequence], PoseSequence],
) -> Track:
    """A track with all that is on it changed."""
    made: dict[str, Any] = {
        layer: {joint: curve(one) for joint, one in getattr(track, layer).items()} for layer in layers(track)
    }
    if isinstance(track, PointTrack) and track.base is not None and len(track.base):
        made["base"] = base(track.base)
    return replace(track, clips=tuple(new for one in track.clips for new in clips(one)), **made)


_Piece = tuple[Clip, Callable[[Corrections], Corrections]]
"""What becomes of a clip or of a part of it, and of what corrects it there."""


def _carried(
    track: Track,
    clips: Callable[[Clip], Iterable[_Piece]],
    curve: Callable[[Curve], Curve],
    base: Callable[[PoseSequence], PoseSequence],
) -> Track:
    """A track with all that is on it changed, where what corrects a clip goes with it and not with the other offsets."""
    bare, corrections = track, {}
    for clip in reversed(track.clips):
        bare, corrections[clip.id] = taken(bare, clip)
    made = _changed(bare, lambda clip: [new for new, _ in clips(clip)], curve, base)
    for clip in track.clips:
        for new, change in clips(clip):
            made = given(made, new, change(corrections[clip.id]))
    return made


def shift(project: Project, by: int) -> Project:
    """Move everything by a number of frames, the sound, too; the length stays. A base that is moved later begins with missing
    frames, one that is moved earlier loses its first.
    """
    all_unlocked(project)
    by = _frames(by, "the way")

    def base(one: PoseSequence) -> PoseSequence:
        if by <= 0:
            return one[min(-by, len(one)) :]
        lead = one[np.zeros(min(by, project.length), dtype=np.intp)]
        return _joined(lead.with_points(np.full_like(lead.points, np.nan)), one)

    tracks = tuple(
        _changed(
            track,
            lambda clip: [replace(clip, start=clip.start + by)],
            lambda curve: curve.retimed(lambda frame: frame + by),
            base,
        )
        for track in project.tracks
    )
    return _moved_marks(replace(project, tracks=tracks), lambda frame: frame + by)


def _moved_marks(project: Project, change: Callable[[int], int]) -> Project:
    """A project whose sound, film and marks have moved, too; marks that are outside now are dropped."""
    audio, video = (one and replace(one, start=change(one.start)) for one in (project.audio, project.video))
    moved = (replace(marker, frame=change(marker.frame)) for marker in project.markers)
    markers = tuple(marker for marker in moved if 0 <= marker.frame < project.length)
    inside = project.range and (change(project.range[0]), change(project.range[1]))
    if inside and not 0 <= inside[0] <= inside[1] < project.length:
        inside = None
    return replace(project, audio=audio, video=video, markers=markers, range=inside)


def crop(project: Project, first: int, last: int) -> Project:
    """Keep the frames from `first` to `last`, which come to lie at 0. What is shown in them stays, but for breath and drift,
    which go by the time.
    """
    first, last = whole(first, "a frame"), whole(last, "a frame")
    if not 0 <= first <= last < project.length:
        raise InvalidValue(f"frames {first} to {last}; the project has 0 to {project.length - 1}")
    moved = shift(project, -first)
    length = last - first + 1
    tracks = []
    for track in moved.tracks:
        kept = tuple(clip for clip in track.clips if clip.end > 0 and clip.start < length)
        for clip in track.clips:
            track = track if clip in kept else taken(track, clip)[0]
        base = getattr(track, "base", None)
        tracks.append(replace(track, clips=kept, **({"base": base[:length]} if base is not None else {})))
    inside = moved.range if moved.range and moved.range[1] < length else None
    markers = tuple(marker for marker in moved.markers if marker.frame < length)
    return replace(moved, tracks=tuple(tracks), length=length, range=inside, markers=markers)


def insert_time(project: Project, frame: int, count: int) -> Project:
    """Ripple: move everything from a frame on by `count` frames. Clips across it are cut, and a base holds its pose there."""
    all_unlocked(project)
    frame, count = whole(frame, "a frame"), _frames(count, "the time", 1)
    _frames(project.length + count, "the new length", 1)
    if not 0 <= frame <= project.length:
        raise InvalidValue(f"{count} frames at {frame}; the project has 0 to {project.length}")

    def base(one: PoseSequence) -> PoseSequence:
        if frame >= len(one):
            return one
        return one[[*range(frame), *([frame] * count), *range(frame, len(one))]]

    longer = replace(project, length=project.length + count)
    return _rippled(longer, frame, frame, count, base)


def remove_time(project: Project, first: int, last: int) -> Project:
    """Ripple: remove the frames from `first` to `last` on all tracks, and move what follows to them."""
    all_unlocked(project)
    first, last = whole(first, "a frame"), whole(last, "a frame")
    if not 0 <= first <= last < project.length or last - first + 1 == project.length:
        raise InvalidValue(f"frames {first} to {last} cannot be removed of 0 to {project.length - 1}")

    def base(one: PoseSequence) -> PoseSequence:
        return one[[i for i in range(len(one)) if not first <= i <= last]]

    gone = last - first + 1
    stays = tuple(marker for marker in project.markers if not first <= marker.frame <= last)
    rippled = _rippled(replace(project, range=None, markers=stays), first, last + 1, -gone, base)
    inside = project.range and tuple(frame - gone if frame > last else min(frame, first) for frame in project.range)
    length = project.length - gone
    kept = (inside[0], inside[1]) if inside and inside[1] < length else None
    return replace(rippled, length=length, range=kept)


def _rippled(
    project: Project, head_end: int, tail_start: int, by: int, base: Callable[[PoseSequence], PoseSequence]
) -> Project:
    """A project of which the frames from `head_end` to before `tail_start` are gone, and the rest is moved."""
    cut = [
        clip for track in project.tracks for clip in track.clips if clip.start < head_end and clip.end > tail_start
    ]  # fmt: skip
    names: dict[str, str] = {}
    for clip in cut:
        names[clip.id] = new_id(project, clip.id, {*names.values()})

    def clips(clip: Clip) -> Iterable[_Piece]:
        if clip.end <= head_end:
            yield clip, dict
            return
        if clip.start < head_end:
            done = head_end - clip.start
            head = replace(clip, length=done, cut_out=clip.cut_out + clip.end - head_end)
            yield head, partial(trimmed, first=0, end=done)
        if clip.end > tail_start:
            late = max(tail_start, clip.start)
            gone = late - clip.start
            tail = replace(
                clip, id=names.get(clip.id, clip.id), start=late + by, length=clip.end - late,
                first=clip.first + gone * clip.rate, cut_in=clip.cut_in + gone,
            )  # fmt: skip
            yield tail, partial(trimmed, first=gone, end=clip.length)

    def moved(frame: int) -> int:
        return frame + by if frame >= tail_start else min(frame, max(head_end - 1, 0)) if by < 0 else frame

    def curve(one: Curve) -> Curve:
        if len(one.keys) == 1:
            return one.retimed(moved)
        pinned = one.pinned(head_end - 1).pinned(tail_start)  # what is kept looks as it did
        kept = Curve(tuple(key for key in pinned.keys if not head_end <= key.frame < tail_start))
        return kept.retimed(lambda frame: frame + by if frame >= tail_start else frame)

    tracks = tuple(_carried(track, clips, curve, base) for track in project.tracks)
    return _moved_marks(replace(project, tracks=tracks), moved)


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
