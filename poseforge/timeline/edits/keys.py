"""Edits of keys: where they are in time, how the way between them goes, copying and pasting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import Any, Literal

from poseforge.errors import InvalidValue
from poseforge.skeleton import Skeleton, wholebody_134
from poseforge.timeline.curves import Curve, Handles, Interval, Key
from poseforge.timeline.edits.corrections import mirrored_joint, speaks
from poseforge.timeline.edits.poses import checked_joints, joints_of, limited, pose_values, write_pose
from poseforge.timeline.edits.tracks import layers, unlocked, with_curves
from poseforge.timeline.project import TRANSLATION, Project, RigTrack, Track, whole

Selection = Mapping[str, Collection[int]]
"""Keys by joint and frame. On a joint with keys in several layers they move together."""


def key_pose(project: Project, track: str, frame: int, joints: Iterable[str] | None = None) -> Project:
    """Key the pose as it is at a frame: of some joints, or of all that the track speaks for."""
    owner = unlocked(project, track)
    chosen = joints_of(project, owner) if joints is None else checked_joints(project, owner, joints)
    values = pose_values(project, owner, frame)
    return write_pose(project, owner, frame, {joint: values[joint] for joint in chosen if joint in values})


def insert_keys(project: Project, track: str, joints: Iterable[str], frame: int) -> Project:
    """Key curves where they are at a frame: no frame changes."""
    return _on_curves(project, track, joints, lambda curve: curve.inserted(frame))


def keep_range(project: Project, track: str, joints: Iterable[str], first: int, last: int) -> Project:
    """Key what is there at the borders of a range, so that edits inside it change nothing outside."""
    first, last = whole(first, "a frame"), whole(last, "a frame")
    if last <= first:
        raise InvalidValue(f"frames {first} to {last}; expected the last after the first")
    owner = unlocked(project, track)
    chosen = checked_joints(project, owner, joints)
    project = _on_curves(project, track, chosen, lambda curve: curve.pinned(first).pinned(last))
    owner = project.track(track)
    still = Curve.constant([0.0] * owner.size, first).inserted(last)
    keyed = owner.keys if isinstance(owner, RigTrack) else {}
    mine = joints_of(project, owner)
    fresh = {
        joint: still
        for joint in chosen
        if joint not in owner.offsets
        and (joint not in keyed or any(clip.start <= last and clip.end > first and speaks(clip, joint) for clip in owner.clips))
        and joint in mine
    }
    return project.with_track(with_curves(owner, offsets=fresh))


def move_keys(project: Project, track: str, keys: Selection, by: int) -> Project:
    """Move keys in time. Where one meets another, the moved one stays."""
    return _move(project, track, keys, lambda frame: frame + by)


def scale_keys(project: Project, track: str, keys: Selection, pivot: int, factor: float | Fraction) -> Project:
    """Move keys so that their distance from a frame is multiplied; frames are rounded."""
    if not (isfinite(factor) and 0 < factor <= 1000):
        raise InvalidValue(f"keys cannot be scaled in time by {factor}; give a factor above 0, up to 1000")
    return _move(project, track, keys, lambda frame: pivot + round((frame - pivot) * factor))


def delete_keys(project: Project, track: str, keys: Selection) -> Project:
    """Delete keys. A joint without keys is free again."""

    def change(joint: str, curve: Curve) -> Curve | None:
        return curve.without(keys[joint])

    return _on_selected(project, track, keys, change)


def set_keys(
    project: Project, track: str, layer: Literal["keys", "offsets"], values: Mapping[str, Mapping[int, Sequence[float]]]
) -> Project:
    """Change the values of keys that are there, joint -> frame -> numbers; how the curve goes on after them stays.

    The angles of a performer's keys go no farther beyond their limits than they are. InvalidValue where there is no such key.
    """
    owner = unlocked(project, track)
    made = {}
    for joint, wanted in values.items():
        curve: Curve | None = getattr(owner, layer, {}).get(joint)
        if curve is None or not all(map(curve.key, wanted)):
            raise InvalidValue(f"{joint.replace('_', ' ')} has no key at one of the frames {sorted(wanted)}")
        keys = list(curve.keys)
        for i, key in enumerate(keys):
            if key.frame in wanted:
                given = tuple(map(float, wanted[key.frame]))
                keys[i] = key._replace(values=limited(project, joint, given, key.values) if layer == "keys" else given)
        made[joint] = curve.with_keys(keys)
    return project.with_track(with_curves(owner, **{layer: made}))


def set_interpolation(project: Project, track: str, keys: Selection, kind: str) -> Project:
    """Set how the way after keys goes: one of curves.KINDS. A Bezier way begins with the handles of the smooth one."""

    def change(joint: str, curve: Curve) -> Curve:
        return curve.with_intervals(frozenset(keys[joint]), kind)

    return _on_selected(project, track, keys, change, skip=("visible",))


def set_handles(project: Project, track: str, joint: str, frame: int, handles: Iterable[Handles]) -> Project:
    """Set the handles of the Bezier way after a key; their shares of time are kept within 0 and 1."""
    kept = tuple((min(max(a, 0.0), 1.0), b, min(max(c, 0.0), 1.0), d) for a, b, c, d in handles)

    owner = unlocked(project, track)
    curves = (getattr(owner, layer).get(joint) for layer in layers(owner) if layer != "visible")
    if not any(curve and curve.key(frame) for curve in curves):
        raise InvalidValue(f"{joint} has no key at frame {frame}")

    def change(_: str, curve: Curve) -> Curve:
        return curve.with_handles(frame, kept) if curve.key(frame) else curve

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
            layer: dict(mirrored_keys(joint, keys, layer, skeleton) for joint, keys in members.items())
            for layer, members in self.curves.items()
        }
        pose = {
            mirrored_joint(joint, skeleton): _flip(joint, values, skeleton) if self.rig else (1 - values[0], values[1])
            for joint, values in self.pose.items()
        }
        return Copied(self.rig, curves, pose)


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


def mirrored_keys(joint: str, keys: tuple[Key, ...], layer: str, skeleton: Skeleton) -> tuple[str, tuple[Key, ...]]:
    """The counterpart of a joint in a mirror, and what its keys are there: twice is the identity."""
    if layer == "visible":
        return mirrored_joint(joint, wholebody_134), keys
    flipped = (
        key._replace(values=_flip(joint, key.values, skeleton), after=_flip_interval(joint, key.after, skeleton))
        for key in keys
    )
    return mirrored_joint(joint, skeleton), tuple(flipped)


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
    """Paste at a frame, or flipped: left for right. Points that are missing there stay so; a performer's angles stay within
    their limits. InvalidValue if a track of the other kind was copied from, or of another part.
    """
    owner = unlocked(project, track)
    frame = whole(frame, "a frame")
    if copied.rig != isinstance(owner, RigTrack):
        raise InvalidValue(f"track {owner.name or track!r} cannot take what was copied: one holds points, one a performer")
    if flipped:
        copied = copied.flipped(skeleton_of(project, owner))
    mine = {*joints_of(project, owner)}
    for layer, members in copied.curves.items():
        changes = {}
        if layer != "visible" and not set(members) <= mine:
            raise InvalidValue(f"track {owner.name or track!r} is not for {min(set(members) - mine)!r}")
        for joint, keys in members.items():
            old = getattr(owner, layer).get(joint)
            merged = {key.frame: key for key in (old.keys if old else ())}
            merged |= {key.frame + frame: key._replace(frame=key.frame + frame) for key in keys}
            ordered = (merged[at] for at in sorted(merged))
            changes[joint] = old.with_keys(ordered) if old else Curve(tuple(ordered))
        owner = with_curves(owner, **{layer: changes})
    project = project.with_track(owner)
    there = pose_values(project, owner, frame) if copied.pose else {}
    pose = {joint: values for joint, values in copied.pose.items() if joint in there}
    return write_pose(project, owner, frame, pose) if pose else project


def skeleton_of(project: Project, track: Track) -> Skeleton:
    """The skeleton whose joints a track keys."""
    return project.rig.skeleton if isinstance(track, RigTrack) else wholebody_134


def _on_curves(project: Project, track: str, joints: Iterable[str], change: Callable[[Curve], Curve]) -> Project:
    owner = unlocked(project, track)
    chosen = set(checked_joints(project, owner, joints))
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
    return _on_selected(project, track, keys, lambda joint, curve: curve.moved(keys[joint], change))


def key_frames(track: Track) -> list[int]:
    """The frames at which a track has any key, ascending: what "next key" jumps to."""
    return sorted({frame for layer in layers(track) for curve in getattr(track, layer).values() for frame in curve.frames})


def mirror_track(project: Project, id: str) -> Project:
    """Exchange left and right in all that is on a track. Twice is the identity."""
    track = unlocked(project, id)
    skeleton = skeleton_of(project, track)
    made: dict[str, Any] = {}
    for layer in layers(track):
        mirrored = (mirrored_keys(joint, curve.keys, layer, skeleton) for joint, curve in getattr(track, layer).items())
        made[layer] = {joint: Curve(keys) for joint, keys in mirrored}
    clips = tuple(replace(clip, mirrored=not clip.mirrored) for clip in track.clips)
    part = {"left_hand": "right_hand", "right_hand": "left_hand"}.get(track.part, track.part)
    base = getattr(track, "base", None)
    if base is not None:
        made["base"] = base.mirrored()
    return project.with_track(replace(track, clips=clips, part=part, **made))
