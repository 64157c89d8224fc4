"""Edits that fit what is on the timeline to a reference picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from poseforge.align import CANVAS, Box, fitted
from poseforge.camera import Camera
from poseforge.errors import InvalidValue
from poseforge.fitting import Fit, fit
from poseforge.performer import Build, Performer, of_build
from poseforge.rig import Rig
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake
from poseforge.timeline.edits.tracks import all_unlocked, point_track
from poseforge.timeline.project import Clip, PointTrack, Project, RigTrack

ENOUGH = 400
"""Frames that tell how poses fit; of longer ones so many are looked at."""


def fit_sample(
    project: Project, track: str | None = None, clip: str | None = None, within: tuple[int, int] | None = None
) -> PoseSequence:
    """Evenly chosen frames of a project, of a track alone or of a clip alone: what a Fit of it is estimated and judged by.
    `within` says the first and the last frame that count.
    """
    frames = fit_frames(project, clip, within)
    if track is not None:
        project = replace(project, tracks=(project.track(track),))
    elif clip is not None:
        owner, one = project.clip(clip)
        alone = replace(owner, base=None, clips=(one,)) if isinstance(owner, PointTrack) else replace(owner, clips=(one,))
        project = replace(project, tracks=(alone,))
    return bake(project, frames)


def fit_frames(project: Project, clip: str | None = None, within: tuple[int, int] | None = None) -> NDArray[np.intp]:
    """The frames of a project that `fit_sample` chooses, of all of it or of a clip. InvalidValue for a clip outside of it."""
    first, last = within or (0, project.length - 1)
    if clip is not None:
        one = project.clip(clip)[1]
        first, last = max(one.start, first), min(one.end - 1, last)
    if last < first:
        raise InvalidValue("this clip lies outside the project")
    return np.unique(np.linspace(first, last, min(ENOUGH, last - first + 1)).round().astype(np.intp))


def crop_canvas(project: Project, box: Box) -> Project:
    """A project on EchoMimicV2's canvas, which shows a square of the canvas that it had."""
    all_unlocked(project)
    tracks = tuple(_cropped(track, project, box) if isinstance(track, PointTrack) else track for track in project.tracks)
    (width, height), camera = project.size, project.camera
    across, down = camera.center
    center = (across * width - box.left) / box.side, (down * height - box.top) / box.side
    seen = replace(camera, center=center, focal=camera.focal * height / box.side, size=CANVAS)
    return replace(project, tracks=tracks, camera=seen)


def _cropped(track: PointTrack, project: Project, box: Box) -> PointTrack:
    def shown(sequence: PoseSequence) -> PoseSequence:
        (one,) = fitted([replace(sequence, size=project.size)], box)
        return replace(one, size=CANVAS)

    def of_clip(clip: Clip) -> Clip:
        assert isinstance(clip.source, PoseSequence)
        source = shown(clip.source.mirrored()).mirrored() if clip.mirrored else shown(clip.source)
        return replace(clip, source=source)

    scale = (project.size[0] / box.side, project.size[1] / box.side)
    offsets = {joint: curve.multiplied(scale) for joint, curve in track.offsets.items()}
    return replace(track, base=track.base and shown(track.base), clips=tuple(map(of_clip, track.clips)), offsets=offsets)


def fit_clip(project: Project, id: str, how: Fit) -> Project:
    """Fit the points that a clip plays."""
    owner, clip = project.clip(id)
    point_track(project, owner.id)
    return project.with_track(replace(owner, clips=tuple(_fitted(one, how) if one is clip else one for one in owner.clips)))


def fit_track(project: Project, id: str, how: Fit) -> Project:
    """Fit all that a point track holds: its base and its clips; its offsets grow with the scale."""
    return project.with_track(_fitted_track(point_track(project, id), how))


def fit_project(project: Project, how: Fit) -> Project:
    """Fit a whole project: its point tracks, and the performer by its build and by the camera, which moves and scales it whole.
    The performer is not tilted and keeps its own rest; over points it follows their shoulders and wrists.
    """
    all_unlocked(project)
    tracks = tuple(_fitted_track(track, how) if isinstance(track, PointTrack) else track for track in project.tracks)
    performs = any(isinstance(track, RigTrack) for track in project.tracks)
    if not performs:
        return replace(project, tracks=tracks)
    return replace(project, tracks=tracks, camera=_moved(project.camera, how), rig=_grown(project.rig, how))


def _grown(rig: Rig, how: Fit) -> Rig:
    """A performer with the limbs of a Fit; any other rig as it is."""
    if not isinstance(rig, Performer):
        return rig
    return of_build(rig.build.times(Build(how.shoulders, how.neck, how.head, how.arms, how.hands)))


def _fitted_track(track: PointTrack, how: Fit) -> PointTrack:
    clips = tuple(_fitted(clip, how) for clip in track.clips)
    offsets = {joint: curve.multiplied((how.scale, how.scale)) for joint, curve in track.offsets.items()}
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
