"""Edits that bring in what was made elsewhere."""

from __future__ import annotations

from dataclasses import replace

from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.timeline.edits.clips import add_clip, fitted
from poseforge.timeline.edits.tracks import add_track, new_id
from poseforge.timeline.project import PointTrack, Project, RigTrack


def add_source(project: Project, source: Motion | PoseSequence, frame: int = 0, name: str = "") -> Project:
    """A movement or a sequence from a frame on, on a track of its own above the others. The project grows if it must.

    Points at the project's rate from frame 0 on become the track's base, whose frames can be cleaned; all else is a clip.
    """
    id = new_id(project, "track")
    if isinstance(source, PoseSequence) and frame == 0 and source.fps == project.fps and len(source):
        made = add_track(project, PointTrack(id, name, base=replace(fitted(source, project.size), size=project.size)))
        return replace(made, length=max(project.length, len(source)))
    made = add_track(project, RigTrack(id, name) if isinstance(source, Motion) else PointTrack(id, name))
    made = add_clip(made, id, source, frame, name=name, blend=0)
    return replace(made, length=max(project.length, made.track(id).clips[0].end))
