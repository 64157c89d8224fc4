"""Repairs: what mends a finding of `quality`, and where in a project it has to be mended.

A finding is about the poses that a project bakes to; it can be mended where these come from a track's base. What a clip or a
performer's keys show is not a detector's mistake, and is changed where it was made.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from poseforge import filters
from poseforge.errors import InvalidValue
from poseforge.quality import HANDS, Finding, check_poses, seen
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.edits.corrections import speaks
from poseforge.timeline.project import Clip, PointTrack, Project, RigTrack, Track, part_joints

JITTER = 0.001
"""What noise removal moves points by in the mean, in canvas widths, from which on a hand is said to jitter: it moves made
gestures by nothing, EchoMimicV2's own hands by up to 0.0006, and hands with noise of 0.002 by 0.0017.
"""

LONGEST_GAP = 1.0
"""Seconds a hand may be lost for that its way can be made up; what it did in a longer time nobody knows."""

AROUND = 0.1
"""Seconds before and after a jump that are looked at, and made anew where no outlier explains it."""

CODES = frozenset({"jump", "jitter", "hand-lost", "swap", "score", "black", "empty-end"})
"""The findings that can be mended."""


class Origin(NamedTuple):
    """Where a project's poses come from: the track, and the clip on it if it is one."""

    track: Track
    clip: Clip | None = None


def check_jitter(sequence: PoseSequence) -> tuple[Finding, ...]:
    """A warning for each hand that jitters as detectors' hands do."""
    found = []
    for hand in HANDS:
        joints = sequence.skeleton.group(hand)
        calm = filters.denoise(sequence, joints=[sequence.skeleton.joints[i] for i in joints])
        if jittered(sequence, calm, joints):
            message = f"the {hand.replace('_', ' ')} jitters"
            found.append(Finding("warning", "jitter", message, "remove the jitter", 0, len(sequence) - 1, joint=hand))
    return tuple(found)


def jittered(sequence: PoseSequence, calm: PoseSequence, joints: NDArray[np.intp]) -> bool:
    """Whether joints jitter as detectors' hands do, told by what is left without their noise."""
    moved = ((calm.pixels() - sequence.pixels()) / sequence.size[0])[:, joints]
    known = moved[~np.isnan(moved)]
    return bool(known.size) and float(np.sqrt((known**2).mean())) > JITTER


def check_end(sequence: PoseSequence) -> tuple[Finding, ...]:
    """A warning if nobody is there any more in the last frames."""
    shown = np.flatnonzero(sequence.present.any(axis=1))
    if not len(shown) or shown[-1] == len(sequence) - 1:
        return ()
    first, last = int(shown[-1]) + 1, len(sequence) - 1
    message = f"nobody is there in the last {last - first + 1} frame(s)"
    return (Finding("warning", "empty-end", message, "shorten the project, or put poses there", first, last),)


def joints_of(finding: Finding) -> tuple[str, ...]:
    """The hub joints that a finding is about."""
    parts = HANDS if finding.joint is None else (finding.joint,)
    return tuple(
        name
        for part in parts
        for name in ([part] if part in wholebody_134 else [wholebody_134.joints[i] for i in wholebody_134.group(part)])
    )


def origin(project: Project, finding: Finding) -> Origin | None:
    """Where the uppermost of what is shown of a finding's joints at its first frame comes from. None if from nowhere."""
    joints, frame = set(joints_of(finding)), finding.frame or 0
    for track in reversed(project.tracks):
        if not track.enabled or not track.weight or not joints & part_joints(track.part):
            continue
        clip = track.clip_at(frame)
        if clip is not None and (clip.joints is None or isinstance(track, RigTrack) or joints & clip.joints):
            return Origin(track, clip)
        if isinstance(track, RigTrack) and (track.keys or track is project.tracks[0]):
            return Origin(track)
        if isinstance(track, PointTrack) and track.base is not None and frame < len(track.base):
            return Origin(track)
    return None


class Cut(NamedTuple):
    """An end of a clip at which it comes or goes at once, or nearly so."""

    clip: Clip
    ends: bool


def cuts(project: Project, finding: Finding) -> tuple[Cut, ...]:
    """What makes a hand jump where one clip is cut to another or to what lies below: the ends of clips that move it, without
    blends, on tracks that are not locked.
    """
    if finding.code != "jump" or finding.joint not in HANDS:
        return ()
    side, frames, found = finding.joint.removesuffix("_hand"), finding.frames, []
    for track in project.tracks:
        rigged = isinstance(track, RigTrack)
        mine = part_joints(track.part, project.rig if rigged else None)
        joints = (
            mine & {f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")} if rigged else mine & {*joints_of(finding)}
        )
        for clip in track.clips if track.enabled and not track.locked else ():
            if any(speaks(clip, joint) for joint in joints):
                if frames[0] < clip.start <= frames[-1] and clip.blend_in < min(edits.RETURN, clip.length // 2):
                    found.append(Cut(clip, ends=False))
                if frames[0] < clip.end <= frames[-1] and clip.blend_out < min(edits.RETURN, clip.length // 2):
                    found.append(Cut(clip, ends=True))
    return tuple(found)


def mend(project: Project, finding: Finding) -> Project:
    """Another project without a finding, as an edit of the base it comes from, or of the blends of clips if a jump is between
    these. InvalidValue, with a word why, if it cannot be mended there.
    """
    if found_cuts := cuts(project, finding):
        for clip, ends in found_cuts:
            blend = min(edits.RETURN, clip.length // 2)
            project = edits.blend_clip(project, clip.id, None if ends else blend, blend if ends else None)
        return project
    if finding.code not in CODES:
        raise InvalidValue(f"{finding.message}: there is no repair for it; {finding.advice}")
    if finding.code == "empty-end":
        return edits.set_length(project, finding.frames[0])
    found = origin(project, finding)
    if found is None or found.clip is not None or not isinstance(found.track, PointTrack):
        raise InvalidValue("these frames come from no detected sequence; change the clip or the keys that show them")
    return edits.change_base(project, found.track.id, lambda base: mended(base, finding))


def mended(sequence: PoseSequence, finding: Finding) -> PoseSequence:
    """A hub sequence without a finding about it. InvalidValue, with a word why, if it cannot be mended."""
    joints, frames = joints_of(finding), range(finding.frames.start, min(finding.frames.stop, len(sequence)))
    match finding.code:
        case "jump":
            return _nearby(_calmed, sequence, joints, frames)
        case "jitter":
            return filters.denoise(sequence, joints=joints, frames=frames)
        case "hand-lost":
            return _nearby(_found_again, sequence, joints, frames)
        case "swap":
            return filters.swap_repair(sequence, frames=frames)
        case _:
            return _scored(sequence, joints, frames)


def _nearby(
    change: Callable[[PoseSequence, tuple[str, ...], range], PoseSequence],
    sequence: PoseSequence,
    joints: tuple[str, ...],
    frames: range,
) -> PoseSequence:
    """A change of some frames that needs no more of a long sequence than a second around them."""
    margin = ceil(sequence.fps)
    first, last = max(0, frames.start - margin), min(len(sequence), frames.stop + margin)
    part = change(sequence[first:last], joints, range(frames.start - first, frames.stop - first))
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    points[first:last], confidence[first:last] = part.points, part.confidence
    return sequence.with_points(points, confidence)


def _calmed(sequence: PoseSequence, joints: tuple[str, ...], frames: range) -> PoseSequence:
    """Without a jump: what is off its path is drawn anew; where nothing is, the jump is spread over the frames around it."""
    reach = ceil(AROUND * float(sequence.fps))
    near = range(max(0, frames.start - reach), min(len(sequence), frames.stop + reach))
    limit = len(near) / float(sequence.fps)
    clean = filters.reject_outliers(sequence, joints=joints, frames=near)
    clean = filters.fill_gaps(clean, joints=joints, frames=near, limit=limit)
    if not _jumps(clean, near):
        return clean
    inner = np.arange(max(near.start, 1), min(near.stop, len(sequence) - 1))
    return filters.fill_gaps(_without(sequence, joints, inner), joints=joints, frames=near, limit=limit)


def _jumps(sequence: PoseSequence, frames: range) -> bool:
    return any(finding.code == "jump" for finding in check_poses((sequence[frames],)))


def _found_again(sequence: PoseSequence, joints: tuple[str, ...], frames: range) -> PoseSequence:
    seconds = len(frames) / float(sequence.fps)
    if frames.start == 0 or frames.stop >= len(sequence):
        raise InvalidValue("the hand is lost at the beginning or the end, where nothing tells its way; cut these frames off")
    if seconds > LONGEST_GAP:
        raise InvalidValue(f"the hand is lost for {seconds:.1f} s, too long to guess its way; put a gesture there")
    filled = filters.fill_gaps(sequence, joints=joints, frames=frames, limit=LONGEST_GAP)
    if not seen(filled)[_grid(sequence, joints, np.asarray(frames))].any():
        raise InvalidValue("the hand is not seen right before and after these frames, and nothing tells its way")
    return filled


def _without(sequence: PoseSequence, joints: tuple[str, ...], frames: NDArray[np.intp]) -> PoseSequence:
    """With joints missing in some frames."""
    points = sequence.points.copy()
    points[_grid(sequence, joints, frames)] = np.nan
    return sequence.with_points(points)


def _grid(sequence: PoseSequence, joints: tuple[str, ...], frames: NDArray[np.intp]) -> tuple[NDArray[Any], ...]:
    """What picks joints in some frames out of (T, K) arrays."""
    return np.ix_(frames, np.array([sequence.skeleton.index(joint) for joint in joints], dtype=np.intp))


def _scored(sequence: PoseSequence, joints: tuple[str, ...], frames: range) -> PoseSequence:
    """With scores between 0 and 1, and for points without one that of the joint's other frames, or 1."""
    confidence = sequence.confidence.copy()
    for joint in (sequence.skeleton.index(name) for name in joints):
        own = sequence.confidence[:, joint]
        usual = own[(own > 0) & (own <= 1)]
        scores = np.clip(own[frames.start : frames.stop], 0, 1)
        seen = sequence.present[frames.start : frames.stop, joint]
        lacking = seen & (scores == 0)
        scores[lacking] = np.median(usual) if len(usual) else 1.0
        confidence[frames.start : frames.stop, joint] = scores
    return sequence.with_points(sequence.points, confidence)
