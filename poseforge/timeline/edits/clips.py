"""Edits of clips. What corrects a clip goes with it, see `corrections`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Any

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.timeline.curves import Curve
from poseforge.timeline.edits.corrections import Corrections, given, reversed_in_time, speaks, stretched, taken, trimmed
from poseforge.timeline.edits.keys import mirrored_keys, skeleton_of
from poseforge.timeline.edits.poses import joints_of
from poseforge.timeline.edits.tracks import add_track, new_id, unlocked
from poseforge.timeline.project import Clip, Extend, PointTrack, Project, RigTrack, Track, part_joints, whole

SEAM = 6
"""Frames in which one clip becomes the next unless said otherwise: a quarter of a second."""

RETURN = 2 * SEAM
"""Frames in which hands go back where nothing takes them over any more."""

_TAKEN_OVER = 0.95
"""How much of a clip must be covered where it ends so that its end is not seen."""


def add_clip(
    project: Project,
    track: str,
    source: Motion | PoseSequence,
    start: int,
    *,
    name: str = "",
    joints: Iterable[str] | None = None,
    mirrored: bool = False,
    blend: int = SEAM,
    id: str | None = None,
) -> Project:
    """Place a movement or a sequence at a frame, at its own speed.

    A sequence of another canvas is scaled to this one's height and centred. `joints` are those it speaks for; `blend` the
    frames at both ends in which it comes from and goes to what lies below.
    """
    rate = source.fps / project.fps
    length = max(round(len(source) / rate), 1)
    if blend < 0:
        raise InvalidValue(f"a blend of {blend} frames; expected 0 or more")
    if isinstance(source, PoseSequence):
        source = fitted(source, project.size)
    half = min(blend, length // 2)
    clip = Clip(
        id or new_id(project, "clip"), source, start, length, Fraction(0), rate, mirrored=mirrored,
        blend_in=half, blend_out=half, joints=None if joints is None else frozenset(joints), name=name,
    )  # fmt: skip
    owner = unlocked(project, track)
    return project.with_track(replace(owner, clips=(*owner.clips, clip)))


def append_clip(project: Project, track: str, source: Motion | PoseSequence, *, seam: int = SEAM, **how: Any) -> Project:
    """Place a clip after the last one on a track so that the two overlap for a seam, in which one becomes the other. The
    project grows if it must.
    """
    owner = unlocked(project, track)
    if not owner.clips:
        longer = add_clip(project, track, source, 0, blend=0, **how)
    else:
        last = max(owner.clips, key=lambda clip: clip.end)
        if seam < 0:
            raise InvalidValue(f"a seam of {seam} frames; expected 0 or more")
        seam = min(seam, last.length - 1)
        longer = add_clip(project, track, source, last.end - seam, blend=seam, **how)
        added = next(clip for clip in longer.track(track).clips if clip.id not in {one.id for one in owner.clips})
        longer = _changed(longer, added.id, blend_in=min(seam, added.length))
        same = last.joints is not None and last.mirrored == added.mirrored and last.joints <= (added.joints or frozenset())
        covers = added.joints is None or same
        longer = _changed(longer, last.id, blend_out=0 if covers else seam)
    end = max(clip.end for clip in longer.track(track).clips)
    return replace(longer, length=max(longer.length, end))


def place_clip(
    project: Project,
    source: Motion | PoseSequence,
    start: int,
    track: str | None = None,
    *,
    title: str = "",
    joints: Iterable[str] | None = None,
    **how: Any,
) -> Project:
    """Place a clip where it is seen: on the given track if that can hold it, else on the uppermost that can, else on a new one,
    called `title`, above all. The project grows if it must.
    """
    kind = RigTrack if isinstance(source, Motion) else PointTrack
    wanted = None if joints is None else frozenset(joints)
    end = start + max(round(len(source) * project.fps / source.fps), 1)
    fit = [
        one.id
        for place, one in enumerate(project.tracks, 1)
        if isinstance(one, kind) and one.enabled and not one.locked
        and _speaks_for(project, one, wanted) and not _covered(project.tracks[place:], start, end)
    ]  # fmt: skip
    home = track if track in fit else fit[-1] if fit else None
    if home is None:
        home = new_id(project, "track")
        project = add_track(project, kind(home, title))
    placed = add_clip(project, home, source, start, joints=wanted, **how)
    return replace(placed, length=max(placed.length, *(clip.end for clip in placed.track(home).clips)))


def _speaks_for(project: Project, track: Track, joints: frozenset[str] | None) -> bool:
    if track.part == "all":
        return True
    return joints is not None and joints <= part_joints(track.part, project.rig if isinstance(track, RigTrack) else None)


def _covered(above: Iterable[Track], start: int, end: int) -> bool:
    """Whether whole poses of points lie over some of the frames."""
    covers = [track for track in above if isinstance(track, PointTrack) and track.enabled and track.part == "all"]
    return any(
        (track.base is not None and len(track.base) > start)
        or any(clip.joints is None and clip.start < end and clip.end > start for clip in track.clips)
        for track in covers
    )


def fitted(sequence: PoseSequence, size: tuple[int, int]) -> PoseSequence:
    """A sequence on a canvas of another shape: the same height, in the middle."""
    if sequence.size[0] * size[1] == sequence.size[1] * size[0]:
        return sequence
    narrower = (sequence.size[0] / sequence.size[1]) / (size[0] / size[1])
    points = np.array(sequence.points)
    points[..., 0] = 0.5 + (points[..., 0] - 0.5) * narrower
    return replace(sequence, points=points, size=size)


def remove_clip(project: Project, id: str) -> Project:
    """Remove a clip, and what corrects it."""
    return _removed(project, id)[0]


def _removed(project: Project, id: str) -> tuple[Project, Corrections]:
    """A project without a clip, and what corrected it."""
    owner, clip = _open(project, id)
    rest, corrections = taken(owner, clip)
    return project.with_track(replace(rest, clips=tuple(one for one in rest.clips if one.id != id))), corrections


def replace_clip(
    project: Project,
    id: str,
    source: Motion | PoseSequence,
    start: int | None = None,
    length: int | None = None,
    *,
    name: str = "",
    joints: Iterable[str] | None = None,
) -> Project:
    """Play something else in a clip's place, whole: at the same frame unless another is given, at its own speed or in `length`
    frames, mirrored and blended as the clip was. What corrected the old movement is gone with it. The project stays as long as
    it is, and what would go on beyond its end is cut off. Clips whose joints the old one took over and the new one does not
    blend out by themselves, as the new one does where it is not taken over as the old was.
    """
    owner, clip = _open(project, id)
    start = clip.start if start is None else start
    how: dict[str, Any] = {"name": name, "joints": joints, "mirrored": clip.mirrored}
    made = add_clip(remove_clip(project, id), owner.id, source, start, id=id, **how)
    if length is not None:
        made = stretch_clip(made, id, length)
    limit = max(project.length, clip.end)
    if start < limit < made.clip(id)[1].end:
        made = trim_clip(made, id, end=limit)
    half = made.clip(id)[1].length // 2
    made = _changed(made, id, blend_in=min(clip.blend_in, half), blend_out=min(clip.blend_out, half), ease=clip.ease)
    kept = {one.id for one in owner.clips if _breaks_off(owner, one)}
    for one in made.track(owner.id).clips:
        if one.id not in kept and _breaks_off(made.track(owner.id), one):
            made = blend_clip(made, one.id, out=min(RETURN, one.length // 2))
    return made


def _breaks_off(track: Track, clip: Clip) -> bool:
    """Whether a clip ends without a blend, and something that it moves is not taken over by a clip that lies over it."""
    if clip.blend_out:
        return False
    last = np.array([clip.end - 1])
    over = [one for one in track.clips[track.clips.index(clip) + 1 :] if one.start < clip.end < one.end]
    over = [one for one in over if float(one.share(last)[0]) >= _TAKEN_OVER]
    return any(not any(speaks(one, joint) for one in over) for joint in clip.skeleton_joints if speaks(clip, joint))


def move_clip(project: Project, id: str, start: int, track: str | None = None) -> Project:
    """Move a clip to a frame, and to another track of its kind."""
    owner, clip = _open(project, id)
    if track in (None, owner.id):
        return _changed(project, id, dict, start=start)
    target = unlocked(project, str(track))
    project, corrections = _removed(project, id)
    moved = replace(clip, start=start)
    return _corrected(project, replace(target, clips=(*target.clips, moved)), moved, corrections)


def trim_clip(project: Project, id: str, start: int | None = None, end: int | None = None) -> Project:
    """Move a clip's edges and the blends there; what it shows at a frame stays. `end` is the frame after its last."""
    _, clip = _open(project, id)
    start = clip.start if start is None else start
    end = clip.end if end is None else end
    if start >= end:
        raise InvalidValue(f"clip {id!r} would have no frame left")
    first = clip.first + (start - clip.start) * clip.rate
    cuts = {"cut_in": clip.cut_in if start == clip.start else 0, "cut_out": clip.cut_out if end == clip.end else 0}
    begin, length = start - clip.start, end - start
    kept = partial(trimmed, first=begin, end=begin + length)
    return _changed(project, id, kept, start=start, length=length, first=first, **cuts)


def split_clip(project: Project, id: str, frame: int, new: str | None = None) -> Project:
    """Cut a clip in two before a frame; what is shown stays. Only where the cut lies under another clip, which began before it,
    does the part after it come to lie over that.
    """
    owner, clip = _open(project, id)
    if not clip.start < frame < clip.end:
        raise InvalidValue(f"frame {frame} is not inside clip {id!r} ({clip.start} to {clip.end - 1})")
    done, left = frame - clip.start, clip.end - frame
    head = replace(clip, length=done, cut_out=clip.cut_out + left)
    tail = replace(
        clip, id=new or new_id(project, "clip"), start=frame, length=left,
        first=clip.first + done * clip.rate, cut_in=clip.cut_in + done,
    )  # fmt: skip
    rest, corrections = taken(owner, clip)
    place = next(i for i, one in enumerate(rest.clips) if one.id == id)
    parts = (*rest.clips[:place], head, tail, *rest.clips[place + 1 :])  # the tail below a clip that starts with it
    project = _corrected(project, replace(rest, clips=parts), head, trimmed(corrections, 0, done))
    return _corrected(project, project.track(owner.id), tail, trimmed(corrections, done, clip.length))


def stretch_clip(project: Project, id: str, length: int, start: int | None = None) -> Project:
    """Play a clip's same part in another number of frames, its blends in proportion; from the same frame on unless another is
    given.
    """
    _, clip = _open(project, id)
    if whole(length, "a length") < 1:
        raise InvalidValue(f"clip {id!r} cannot last {length} frames")
    factor = Fraction(length, clip.length)
    blends = {name: round(getattr(clip, name) * factor) for name in ("blend_in", "blend_out", "cut_in", "cut_out")}
    start = clip.start if start is None else start
    kept = partial(stretched, length=length)
    return _changed(project, id, kept, start=start, length=length, rate=clip.rate / factor, **blends)


def extend_clip(project: Project, id: str, length: int, extend: Extend = "loop") -> Project:
    """Let a clip last for a number of frames at its own speed: repeating the part it plays, to and fro, or holding its end."""
    _, clip = _open(project, id)
    ends = clip.first, clip.first + (clip.length - 1) * clip.rate
    low, high = max(floor(min(ends)), 0), min(ceil(max(ends)), len(clip.source) - 1)
    kept = partial(trimmed, first=0, end=length)
    if clip.extend == "hold" and low < high:  # what was trimmed off is not to come back
        source, first = clip.source[low : high + 1], clip.first - low
        return _changed(project, id, kept, length=length, extend=extend, source=source, first=first, cut_out=0)
    return _changed(project, id, kept, length=length, extend=extend, cut_out=0)


def reverse_clip(project: Project, id: str) -> Project:
    """Play a clip's same part backwards. Twice is the identity."""
    _, clip = _open(project, id)
    first = clip.first + (clip.length - 1) * clip.rate
    blends = {"blend_in": clip.blend_out, "blend_out": clip.blend_in, "cut_in": clip.cut_out, "cut_out": clip.cut_in}
    return _changed(project, id, reversed_in_time, first=first, rate=-clip.rate, **blends)


def mirror_clip(project: Project, id: str) -> Project:
    """Exchange left and right in a clip. Twice is the identity."""
    owner, clip = _open(project, id)
    skeleton = skeleton_of(project, owner)

    def mirrored(corrections: Corrections) -> Corrections:
        other = (mirrored_keys(joint, curve.keys, "offsets", skeleton) for joint, curve in corrections.items())
        return {joint: Curve(keys) for joint, keys in other}

    return _changed(project, id, mirrored, mirrored=not clip.mirrored)


def played(clip: Clip, first: int | None = None, last: int | None = None) -> range:
    """The frames of its source that a clip shows, or those that it shows from one frame of the project to another."""
    start = clip.start if first is None else max(first, clip.start)
    end = clip.end if last is None else min(last + 1, clip.end)
    at = clip.source_frames(np.arange(start, end))
    if not len(at):
        return range(0)
    return range(floor(at.min()), min(ceil(at.max()), len(clip.source) - 1) + 1)


def change_clip(project: Project, id: str, change: Callable[[PoseSequence], PoseSequence]) -> Project:
    """Put a filter's result in the place of those points that a clip plays: cleaning as an edit. The rest of its source, which
    another trim may show, stays as it is. The project itself if nothing changes.
    """
    _, clip = _open(project, id)
    source = clip.source
    if not isinstance(source, PoseSequence):
        raise InvalidValue(f"clip {clip.name or id!r} moves a performer and has no points to change")
    shown = slice(played(clip).start, played(clip).stop)
    new = change(source[shown])
    if new == source[shown]:
        return project
    points, confidence = source.points.copy(), source.confidence.copy()
    points[shown], confidence[shown] = new.points, new.confidence
    return _changed(project, id, source=source.with_points(points, confidence))


def rename_clip(project: Project, id: str, name: str) -> Project:
    """Call a clip something else; this is for people, its id stays."""
    return _changed(project, id, name=name)


def blend_clip(project: Project, id: str, into: int | None = None, out: int | None = None, ease: str | None = None) -> Project:
    """Set in how many frames a clip comes from and goes to what lies below, and how."""
    _, clip = _open(project, id)
    return _changed(
        project, id, ease=ease or clip.ease,
        blend_in=clip.blend_in if into is None else into, cut_in=clip.cut_in if into is None else 0,
        blend_out=clip.blend_out if out is None else out, cut_out=clip.cut_out if out is None else 0,
    )  # fmt: skip


def _open(project: Project, id: str) -> tuple[Any, Clip]:
    owner, clip = project.clip(id)
    return unlocked(project, owner.id), clip


def _changed(
    project: Project, id: str, corrected: Callable[[Corrections], Corrections] | None = None, **changes: Any
) -> Project:
    """A project with a clip changed. `corrected` makes its new corrections of the old ones; without it they stay."""
    owner, clip = _open(project, id)
    made = replace(clip, **changes)
    rest, corrections = taken(owner, clip) if corrected else (owner, {})
    rest = replace(rest, clips=tuple(made if one.id == id else one for one in rest.clips))
    return _corrected(project, rest, made, corrected(corrections) if corrected else {})


def _corrected(project: Project, track: Track, clip: Clip, corrections: Corrections) -> Project:
    """A project with a track, on which a clip is corrected in those joints that the track is for."""
    mine = joints_of(project, track) if corrections else ()
    kept = {joint: curve for joint, curve in corrections.items() if joint in mine}
    return project.with_track(given(track, clip, kept))
