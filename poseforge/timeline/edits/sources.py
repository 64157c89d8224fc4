"""Edits that bring in what was made elsewhere."""

from __future__ import annotations

from dataclasses import replace

from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.timeline.edits.clips import add_clip, fitted
from poseforge.timeline.edits.time import set_length
from poseforge.timeline.edits.tracks import add_track, new_id
from poseforge.timeline.project import PointTrack, Project, RigTrack, Track


def add_source(project: Project, source: Motion | PoseSequence, frame: int = 0, name: str = "") -> Project:
    """A movement or a sequence from a frame on, on a track of its own above the others. The project grows if it must.

    Points at the project's rate from frame 0 on become the track's base, whose frames can be cleaned; all else is a clip. If
    the uppermost track is for points and holds nothing yet, the new one takes its place; a project that held no more than
    that, and no sound, ends with the source.
    """
    waiting = bool(project.tracks) and _blank(project.tracks[-1])
    fills = waiting and len(project.tracks) == 1 and project.audio is None
    id = project.tracks[-1].id if waiting else new_id(project, "track")
    project = replace(project, tracks=project.tracks[:-1]) if waiting else project
    if isinstance(source, PoseSequence) and frame == 0 and source.fps == project.fps and len(source):
        made = add_track(project, PointTrack(id, name, base=replace(fitted(source, project.size), size=project.size)))
        end = len(source)
    else:
        made = add_track(project, RigTrack(id, name) if isinstance(source, Motion) else PointTrack(id, name))
        made = add_clip(made, id, source, frame, name=name, blend=0)
        end = made.track(id).clips[0].end
    return set_length(made, end if fills else max(project.length, end))


def _blank(track: Track) -> bool:
    """Whether a track for points is as it was made: nothing on it, nothing set."""
    return track == PointTrack(track.id, track.name)
