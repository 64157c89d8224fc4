"""Edits of tracks, and what all edits of one track go through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from poseforge.errors import InvalidValue
from poseforge.timeline.project import PointTrack, Project, RigTrack, Track

Kind = TypeVar("Kind", bound=Track)


def add_track(project: Project, track: Track, place: int | None = None) -> Project:
    """Add a track at a place from the bottom, by default on top."""
    place = len(project.tracks) if place is None else place
    return replace(project, tracks=(*project.tracks[:place], track, *project.tracks[place:]))


def remove_track(project: Project, id: str) -> Project:
    """Remove a track with all that is on it."""
    unlocked(project, id)
    return replace(project, tracks=tuple(track for track in project.tracks if track.id != id))


def move_track(project: Project, id: str, place: int) -> Project:
    """Move a track to a place from the bottom."""
    track = unlocked(project, id)
    rest = [one for one in project.tracks if one.id != id]
    rest.insert(place, track)
    return replace(project, tracks=tuple(rest))


def set_track(
    project: Project,
    id: str,
    name: str | None = None,
    part: str | None = None,
    enabled: bool | None = None,
    locked: bool | None = None,
    weight: float | None = None,
    color: str | None = None,
) -> Project:
    """Change properties of a track; those not given stay. A locked one can only be unlocked."""
    given = {"name": name, "part": part, "enabled": enabled, "locked": locked, "weight": weight, "color": color}
    changes = {key: value for key, value in given.items() if value is not None}
    track = project.track(id) if set(changes) <= {"locked"} else unlocked(project, id)
    return project.with_track(replace(track, **changes)) if changes else project  # type: ignore[arg-type]


def unlocked(project: Project, id: str) -> Track:
    """A track that may be changed. InvalidValue if it is locked or there is none."""
    track = project.track(id)
    if track.locked:
        raise InvalidValue(f"track {track.name or id!r} is locked; unlock it to change it")
    return track


def all_unlocked(project: Project) -> None:
    """InvalidValue if some track is locked: for edits that move them all."""
    for track in project.tracks:
        unlocked(project, track.id)


def rig_track(project: Project, id: str) -> RigTrack:
    """A rig track that may be changed."""
    track = unlocked(project, id)
    if not isinstance(track, RigTrack):
        raise InvalidValue(f"track {track.name or id!r} holds points, not a performer")
    return track


def point_track(project: Project, id: str) -> PointTrack:
    """A point track that may be changed."""
    track = unlocked(project, id)
    if not isinstance(track, PointTrack):
        raise InvalidValue(f"track {track.name or id!r} holds a performer, not points")
    return track


def new_id(project: Project, stem: str, also: Iterable[str] = ()) -> str:
    """A name that no track or clip has yet, nor any of `also`."""
    taken = {*also} | {track.id for track in project.tracks} | {clip.id for track in project.tracks for clip in track.clips}
    return next(id for id in (f"{stem}-{number}" for number in count(1)) if id not in taken)


def layers(track: Track) -> Iterable[str]:
    """The names of a track's fields that hold curves."""
    return ("keys", "offsets", "visible") if isinstance(track, RigTrack) else ("offsets", "visible")


def with_curves(track: Kind, **changes: dict[str, Any]) -> Kind:
    """A track with some curves of its layers set, or removed where None."""
    made: dict[str, Any] = {}
    for layer, curves in changes.items():
        merged = {**getattr(track, layer), **curves}
        made[layer] = {joint: curve for joint, curve in merged.items() if curve is not None}
    return replace(track, **made)
