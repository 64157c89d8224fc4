"""Edits of keys: where they are in time, how the way between them goes, copying and pasting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.skeleton import Skeleton, wholebody_134
from poseforge.timeline.curves import Curve, Handles, Interval, Key
from poseforge.timeline.edits.poses import joints_of, pose_values, write_pose
from poseforge.timeline.edits.tracks import layers, unlocked, with_curves
from poseforge.timeline.project import TRANSLATION, Project, RigTrack, Track

Selection = Mapping[str, Collection[int]]
"""Keys by joint and frame. On a joint with keys in several layers they move together."""


def key_pose(project: Project, track: str, frame: int, joints: Iterable[str] | None = None) -> Project:
    """Key the pose as it is at a frame: of some joints, or of all that the track speaks for."""
    owner = unlocked(project, track)
    chosen = joints_of(project, owner) if joints is None else tuple(joints)
    values = pose_values(project, owner, frame)
    return write_pose(project, owner, frame, {joint: values[joint] for joint in chosen if joint in values})


def insert_keys(project: Project, track: str, joints: Iterable[str], frame: int) -> Project:
    """Key curves where they are at a frame: no frame changes."""
    return _on_curves(project, track, joints, lambda curve: curve.inserted(frame))


def keep_range(project: Project, track: str, joints: Iterable[str], first: int, last: int) -> Project:
    """Key what is there at the borders of a range, so that edits inside it change nothing outside."""
    owner = unlocked(project, track)
    chosen = tuple(joints)
    project = _on_curves(project, track, chosen, lambda curve: curve.pinned(first).pinned(last))
    owner = project.track(track)
    keyed = owner.keys if isinstance(owner, RigTrack) else {}
    still = Curve.constant([0.0] * owner.size, first).inserted(last)
    fresh = {joint: still for joint in chosen if joint not in owner.offsets and joint not in keyed}
    return project.with_track(with_curves(owner, offsets=fresh))


def move_keys(project: Project, track: str, keys: Selection, by: int) -> Project:
    """Move keys in time. Where one meets another, the moved one stays."""
    return _move(project, track, keys, lambda frame: frame + by)


def scale_keys(project: Project, track: str, keys: Selection, pivot: int, factor: float | Fraction) -> Project:
    """Move keys so that their distance from a frame is multiplied; frames are rounded."""
    if factor <= 0:
        raise InvalidValue(f"keys cannot be scaled in time by {factor}; give a factor above 0")
    return _move(project, track, keys, lambda frame: pivot + round((frame - pivot) * factor))


def delete_keys(project: Project, track: str, keys: Selection) -> Project:
    """Delete keys. A joint without keys is free again."""

    def change(joint: str, curve: Curve) -> Curve | None:
        return curve.without(keys[joint])

    return _on_selected(project, track, keys, change)


def set_interpolation(project: Project, track: str, keys: Selection, kind: str) -> Project:
    """Set how the way after keys goes: one of curves.KINDS. A Bezier way begins with the handles of the smooth one."""

    def change(joint: str, curve: Curve) -> Curve:
        for frame in keys[joint]:
            if curve.key(frame):
                curve = curve.with_interval(frame, kind)
        return curve

    return _on_selected(project, track, keys, change, skip=("visible",))


def set_handles(project: Project, track: str, joint: str, frame: int, handles: Iterable[Handles]) -> Project:
    """Set the handles of the Bezier way after a key; their shares of time are kept within 0 and 1."""
    kept = tuple((min(max(a, 0.0), 1.0), b, min(max(c, 0.0), 1.0), d) for a, b, c, d in handles)

    def change(_: str, curve: Curve) -> Curve:
        if not curve.key(frame):
            raise InvalidValue(f"{joint} has no key at frame {frame}")
        return curve.with_interval(frame, "bezier", kept)

    return _on_selected(project, track, {joint: (frame,)}, change, skip=("visible",))


@dataclass(frozen=True)
class Copied:
    """What was copied: keys of curves by layer and joint, or one pose; frames count from the first."""

    rig: bool
    curves: Mapping[str, Mapping[str, tuple[Key, ...]]]
    pose: Mapping[str, tuple[float, ...]]

    def flipped(self, skeleton: Skeleton) -> Copied:
        """The same with left and right exchanged. Twice is the identity."""
        curves = {
            layer: {
                mirrored_joint(joint, skeleton if layer != "visible" else wholebody_134): tuple(
                    key._replace(values=_flip(joint, key.values, skeleton), after=_flip_interval(joint, key.after, skeleton))
                    if layer != "visible"
                    else key
                    for key in keys
                )
                for joint, keys in members.items()
            }
            for layer, members in self.curves.items()
        }
        pose = {
            mirrored_joint(joint, skeleton): _flip(joint, values, skeleton) if self.rig else (1 - values[0], values[1])
            for joint, values in self.pose.items()
        }
        return Copied(self.rig, curves, pose)


def mirrored_joint(joint: str, skeleton: Skeleton) -> str:
    """The joint on the other side, itself on the midline."""
    return joint if joint == TRANSLATION else skeleton.joints[skeleton.mirror[skeleton.index(joint)]]


def _signs(joint: str, size: int, skeleton: Skeleton) -> tuple[float, ...]:
    """What a mirror does to the numbers of a key: equal angles of two sides are mirrored poses already."""
    if joint == TRANSLATION or size == 2:
        return (-1.0, 1.0, 1.0)[:size]
    return (1.0, 1.0, 1.0) if mirrored_joint(joint, skeleton) != joint else (1.0, -1.0, -1.0)


def _flip(joint: str, values: tuple[float, ...], skeleton: Skeleton) -> tuple[float, ...]:
    return tuple(value * sign for value, sign in zip(values, _signs(joint, len(values), skeleton), strict=True))


def _flip_interval(joint: str, interval: Interval, skeleton: Skeleton) -> Interval:
    if not interval.handles:
        return interval
    signs = _signs(joint, len(interval.handles), skeleton)
    handles = tuple((a, b * s, c, d * s) for (a, b, c, d), s in zip(interval.handles, signs, strict=True))
    return interval._replace(handles=handles)


def mirrored_curve(joint: str, curve: Curve, skeleton: Skeleton) -> Curve:
    """A curve of a joint as the curve of its counterpart in a mirror."""
    return Curve(
        tuple(
            key._replace(values=_flip(joint, key.values, skeleton), after=_flip_interval(joint, key.after, skeleton))
            for key in curve.keys
        )
    )


def copy_keys(project: Project, track: str, keys: Selection) -> Copied:
    """Copy keys as they are."""
    owner = project.track(track)
    start = min((frame for frames in keys.values() for frame in frames), default=0)
    copied: dict[str, dict[str, tuple[Key, ...]]] = {}
    for layer in layers(owner):
        for joint, curve in getattr(owner, layer).items():
            chosen = tuple(key._replace(frame=key.frame - start) for key in curve.keys if key.frame in keys.get(joint, ()))
            if chosen:
                copied.setdefault(layer, {})[joint] = chosen
    return Copied(isinstance(owner, RigTrack), copied, {})


def copy_pose(project: Project, track: str, frame: int, joints: Iterable[str] | None = None) -> Copied:
    """Copy the pose that is seen on a track at a frame, whatever it comes from."""
    owner = project.track(track)
    values = pose_values(project, owner, frame)
    chosen = joints_of(project, owner) if joints is None else tuple(joints)
    return Copied(isinstance(owner, RigTrack), {}, {joint: values[joint] for joint in chosen if joint in values})


def paste(project: Project, track: str, copied: Copied, frame: int, flipped: bool = False) -> Project:
    """Paste at a frame, or flipped: left for right. InvalidValue if a track of the other kind was copied from."""
    owner = unlocked(project, track)
    if copied.rig != isinstance(owner, RigTrack):
        raise InvalidValue(f"track {owner.name or track!r} cannot take what was copied: one holds points, one a performer")
    if flipped:
        copied = copied.flipped(skeleton_of(project, owner))
    for layer, members in copied.curves.items():
        changes = {}
        for joint, keys in members.items():
            old = getattr(owner, layer).get(joint)
            merged = {key.frame: key for key in (old.keys if old else ())}
            merged |= {key.frame + frame: key._replace(frame=key.frame + frame) for key in keys}
            changes[joint] = Curve(tuple(merged[at] for at in sorted(merged)))
        owner = with_curves(owner, **{layer: changes})
    project = project.with_track(owner)
    return write_pose(project, owner, frame, copied.pose) if copied.pose else project


def skeleton_of(project: Project, track: Track) -> Skeleton:
    """The skeleton whose joints a track keys."""
    return project.rig.skeleton if isinstance(track, RigTrack) else wholebody_134


def _on_curves(project: Project, track: str, joints: Iterable[str], change: Callable[[Curve], Curve]) -> Project:
    owner = unlocked(project, track)
    chosen = set(joints)
    made = {
        layer: {joint: change(curve) for joint, curve in getattr(owner, layer).items() if joint in chosen}
        for layer in layers(owner)
        if layer != "visible"
    }
    return project.with_track(with_curves(owner, **made))


def _on_selected(
    project: Project,
    track: str,
    keys: Selection,
    change: Callable[[str, Curve], Curve | None],
    skip: Collection[str] = (),
) -> Project:
    owner = unlocked(project, track)
    made: dict[str, dict[str, Curve | None]] = {}
    for layer in layers(owner):
        if layer not in skip:
            curves = getattr(owner, layer)
            made[layer] = {joint: change(joint, curves[joint]) for joint in keys if joint in curves}
    return project.with_track(with_curves(owner, **made))


def _move(project: Project, track: str, keys: Selection, change: Callable[[int], int]) -> Project:
    def moved(joint: str, curve: Curve) -> Curve:
        chosen = set(keys[joint])
        still = {key.frame: key for key in curve.keys if key.frame not in chosen}
        gone = {change(key.frame): key for key in curve.keys if key.frame in chosen}
        merged = still | {frame: key._replace(frame=frame) for frame, key in gone.items()}
        return Curve(tuple(merged[frame] for frame in sorted(merged)))

    return _on_selected(project, track, keys, moved)


def frames_of(track: Track) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The frames at which a track has any key, ascending: what "next key" jumps to."""
    found = {frame for layer in layers(track) for curve in getattr(track, layer).values() for frame in curve.frames}
    return np.array(sorted(found), dtype=np.intp)


def mirrored_track(project: Project, track: Track) -> Track:
    """A track with left and right exchanged in all that is on it. Twice is the identity."""
    skeleton = skeleton_of(project, track)
    made: dict[str, Any] = {}
    for layer in layers(track):
        joints = wholebody_134 if layer == "visible" else skeleton
        made[layer] = {
            mirrored_joint(joint, joints): curve if layer == "visible" else mirrored_curve(joint, curve, joints)
            for joint, curve in getattr(track, layer).items()
        }
    clips = tuple(replace(clip, mirrored=not clip.mirrored) for clip in track.clips)
    part = {"left_hand": "right_hand", "right_hand": "left_hand"}.get(track.part, track.part)
    base = getattr(track, "base", None)
    if base is not None:
        made["base"] = base.mirrored()
    return replace(track, clips=clips, part=part, **made)
