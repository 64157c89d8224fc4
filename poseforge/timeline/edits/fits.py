"""Edits that fit what is on the timeline to a reference picture."""

from __future__ import annotations

from dataclasses import replace

from poseforge.camera import Camera
from poseforge.fitting import Fit, fit
from poseforge.sequence import PoseSequence
from poseforge.timeline.edits.tracks import all_unlocked, point_track
from poseforge.timeline.project import Clip, PointTrack, Project, RigTrack


def fit_clip(project: Project, id: str, how: Fit) -> Project:
    """Fit the points that a clip plays."""
    owner, clip = project.clip(id)
    point_track(project, owner.id)
    return project.with_track(replace(owner, clips=tuple(_fitted(one, how) if one is clip else one for one in owner.clips)))


def fit_track(project: Project, id: str, how: Fit) -> Project:
    """Fit all that a point track holds: its base and its clips; its offsets grow with the scale."""
    return project.with_track(_fitted_track(point_track(project, id), how))


def fit_project(project: Project, how: Fit) -> Project:
    """Fit a whole project: its point tracks, and the performer by the camera, which moves and scales it as the whole is. The
    performer keeps its own proportions and its own rest; over points it follows their shoulders and wrists.
    """
    all_unlocked(project)
    tracks = tuple(_fitted_track(track, how) if isinstance(track, PointTrack) else track for track in project.tracks)
    performs = any(isinstance(track, RigTrack) for track in project.tracks)
    return replace(project, tracks=tracks, camera=_moved(project.camera, how) if performs else project.camera)


def _fitted_track(track: PointTrack, how: Fit) -> PointTrack:
    clips = tuple(_fitted(clip, how) for clip in track.clips)
    offsets = {joint: curve.multiplied(how.scale) for joint, curve in track.offsets.items()}
    return replace(track, base=track.base and fit(track.base, how), clips=clips, offsets=offsets)


def _fitted(clip: Clip, how: Fit) -> Clip:
    """A clip of points, fitted as it is seen: a mirrored one is mirrored after its source is played."""
    assert isinstance(clip.source, PoseSequence)
    source = fit(clip.source.mirrored(), how).mirrored() if clip.mirrored else fit(clip.source, how)
    return replace(clip, source=source)


def _moved(camera: Camera, how: Fit) -> Camera:
    """A camera that sees everything scaled about the canvas's middle, and moved."""
    x, y = (0.5 + how.scale * (place - 0.5) + way for place, way in zip(camera.center, how.shift, strict=True))
    return replace(camera, center=(x, y), focal=camera.focal * how.scale)
