"""Clips: what they show at frames inside them, between the frames of what they play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from poseforge.rig import Motion
from poseforge.rotations import dot, unit
from poseforge.sequence import PoseSequence
from poseforge.timeline.project import Clip, Track

Floats = NDArray[np.float64]
Frames = NDArray[np.intp]


def clips_at(track: Track, frames: Frames) -> Iterator[tuple[Clip, Frames, Frames]]:
    """The clips of a track that cover some frames (T,), in order: each with the places of those frames in (T,), and them."""
    if not len(frames):
        return
    low, high = int(frames.min()), int(frames.max())
    for clip in track.clips:
        if clip.start > high:  # they come in order
            break
        if clip.start + clip.length > low:
            rows = np.flatnonzero((frames >= clip.start) & (frames < clip.end))
            if len(rows):
                yield clip, rows, frames[rows]


def resampled(sequence: PoseSequence, at: Clip, length: int) -> PoseSequence:
    """A sequence as a clip of it shows it over a number of frames from 0."""
    frames = np.arange(length)
    points, confidence, _ = shown_points(at, frames)
    kept = sequence[np.clip(np.round(at.source_frames(frames)).astype(np.intp), 0, len(sequence) - 1)]
    return replace(kept, points=points, confidence=confidence)


def shown_points(clip: Clip, frames: Frames) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """What a clip of points shows at frames inside it: points (T, K, 2), confidence (T, K), the joints (K,) it speaks for."""
    source = clip.source
    assert isinstance(source, PoseSequence)
    four, share = _around(clip, frames)
    points, confidence = source.points[four[1]], source.confidence[four[1]]
    if share.any():
        between = share > 0
        near = source.points[four[:, between]]
        straight = near[1] + (near[2] - near[1]) * share[between, None, None]
        curved = _cubic(near, share[between])
        points[between] = np.where(np.isnan(curved), straight, curved)  # missing where one of the two in the middle is
        level = confidence[between] + (source.confidence[four[2, between]] - confidence[between]) * share[between, None]
        confidence[between] = np.where(np.isnan(points[between][..., 0]), 0, level)
    speaks = joint_mask(source.skeleton.joints, clip.joints) & source.known
    if clip.mirrored:
        mirror = source.skeleton.mirror
        points, confidence, speaks = points[:, mirror], confidence[:, mirror], speaks[mirror]
        points[..., 0] = 1 - points[..., 0]
    return points, confidence, speaks


def shown_turns(clip: Clip, frames: Frames, joints: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Quaternions (T, n, 4) of some joints, and the root's way (T, 3), as a clip shows them at frames inside it."""
    source = clip.source
    assert isinstance(source, Motion)
    four, share = _around(clip, frames)
    played = source.rig.skeleton.mirror[joints] if clip.mirrored else joints
    turns, translation = source.turns[four[1][:, None], played], source.translation[four[1]]
    if share.any():
        near = source.turns[four[..., None], played]
        same = dot(near, turns) >= 0  # a quaternion and its negative are one rotation
        turns = unit(_cubic(np.where(same[..., None], near, -near), share))
        translation = _cubic(source.translation[four], share)
    if clip.mirrored:
        turns, translation = turns * (1.0, -1.0, -1.0, 1.0), translation * (-1.0, 1.0, 1.0)
    return turns, translation


def _around(clip: Clip, frames: Frames) -> tuple[Frames, Floats]:
    """(4, T) the source frames around each moment, and (T,) how far it lies from the second to the third."""
    at = clip.source_frames(frames)
    low = np.floor(at + 1e-9).astype(np.intp)
    share = np.where(np.abs(at - low) < 1e-9, 0.0, at - low)
    total = len(clip.source)
    four = low + np.arange(-1, 3)[:, None]
    return (np.mod(four, total) if clip.extend == "loop" else np.clip(four, 0, total - 1)), share


def _cubic(four: Floats, share: Floats) -> Floats:
    """Between the second and the third of four values (4, T, ...), at a share (T,): Catmull & Rom (1974), as weights."""
    s = share.reshape(-1, *(1,) * (four.ndim - 2))
    weights = (-s + 2 * s**2 - s**3, 2 - 5 * s**2 + 3 * s**3, s + 4 * s**2 - 3 * s**3, -(s**2) + s**3)
    return np.asarray(sum(weight * value for weight, value in zip(weights, four, strict=True)) / 2)


@lru_cache(maxsize=256)
def joint_mask(joints: tuple[str, ...], chosen: frozenset[str] | None) -> NDArray[np.bool_]:
    """(K,) which of some joints are among those chosen; all are for None. Read-only."""
    mask = np.array([chosen is None or joint in chosen for joint in joints])
    mask.flags.writeable = False
    return mask
