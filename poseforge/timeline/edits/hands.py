"""Edits of hands: curl and spread of fingers, the wrist, whole hand shapes.

Curl 0 is a straight finger and 1 a fist's; spread 0 is fingers side by side and 1 an open hand. On a point track curl, spread
and yaw bend fingers in the picture, toward the side to which the hand bends already, and bones keep their length there; a
shape brings the foreshortening of its own, and the hand keeps its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import degrees

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.filters import fill_gaps
from poseforge.performer import performer
from poseforge.quality import VISIBLE, seen
from poseforge.rig import turns_about
from poseforge.rotations import quaternions, unit
from poseforge.skeleton import FINGERS, wholebody_134
from poseforge.timeline.bake import bake, points_at
from poseforge.timeline.edits.clips import SEAM
from poseforge.timeline.edits.corrections import speaks
from poseforge.timeline.edits.fingers import (
    APART,
    FIST,
    SPREAD,
    STRAIGHT,
    bends_of,
    chains_of,
    curl_and_spread,
    hand_joints,
    heading,
    rotated,
    sense_of,
    unrolled,
)
from poseforge.timeline.edits.keys import keep_range
from poseforge.timeline.edits.poses import (
    SIDES,
    checked_side,
    in_pixels,
    joints_of,
    pose_values,
    turn_hand,
    write_pixels,
    write_points,
    write_pose,
)
from poseforge.timeline.edits.tracks import point_track, unlocked
from poseforge.timeline.project import PointTrack, Project, RigTrack, whole

Floats = NDArray[np.float64]

TELLING = {"curl": (-0.6, 1.6), "spread": (-2.5, 3.5)}
"""What a finger in a picture can be read as. Beyond it points at the camera, or the detector was wrong, and no number tells."""

_ARM_GAP_S = 1.0
"""Seconds between two frames that show a wrist in which its way can be made up."""

_FINGER_JOINTS = tuple(f"{finger}_{i}" for finger in FINGERS for i in (1, 2, 3))


@dataclass(frozen=True)
class HandPose:
    """A hand as sliders show it: finger -> curl and spread; the wrist in degrees, None where a hand of points has none.

    roll turns the palm up, pitch bends it toward the palm, yaw toward the thumb. On a point track yaw is the hand's angle in
    the picture, clockwise from the forearm.
    """

    curl: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    roll: float | None = None
    pitch: float | None = None
    yaw: float | None = None


def hand_pose(project: Project, track: str, side: str, frame: int) -> HandPose:
    """The hand that a track shows at a frame. Fingers that are missing are left out, and on a point track what cannot be told
    from how they look in the picture.
    """
    owner = project.track(track)
    checked_side(side)
    now = pose_values(project, owner, frame)
    if not isinstance(owner, RigTrack):
        return _telling(_points_pose(in_pixels(project, now), side))
    curl, spread = {}, {}
    for finger in FINGERS:
        flex = np.degrees([now[f"{side}_{finger}_{i}"][0] for i in (1, 2, 3)])
        curl[finger] = float(np.mean((flex - STRAIGHT[finger]) / (FIST[finger] - STRAIGHT[finger])))
        spread[finger] = float(np.degrees(now[f"{side}_{finger}_1"][1]) / SPREAD[finger])
    wrist, elbow = (np.degrees(now[f"{side}_{joint}"]) for joint in ("wrist", "elbow"))
    return HandPose(curl, spread, float(elbow[2]), float(wrist[0]), float(wrist[1]))


def pose_hand(project: Project, track: str, side: str, frame: int, pose: HandPose) -> Project:
    """Set what `pose` gives of a hand at a frame; the rest stays. InvalidValue for roll or pitch of a hand of points."""
    owner = unlocked(project, track)
    checked_side(side)
    if not {*pose.curl, *pose.spread} <= {*FINGERS}:
        raise InvalidValue(f"finger {min({*pose.curl, *pose.spread} - {*FINGERS})!r:.40}; there are {', '.join(FINGERS)}")
    if not isinstance(owner, RigTrack):
        return _pose_points(project, track, side, frame, pose)
    now = pose_values(project, owner, frame)
    shown = hand_pose(project, track, side, frame)
    angles = {name: list(now[name]) for name in now if name.startswith(side)}
    changed = set()
    for finger, curl in pose.curl.items():
        more = np.radians(FIST[finger] - STRAIGHT[finger]) * (curl - shown.curl[finger])  # each joint keeps its own
        for i in (1, 2, 3):
            angles[f"{side}_{finger}_{i}"][0] += float(more[i - 1])
            changed.add(f"{side}_{finger}_{i}")
    for finger, spread in pose.spread.items():
        angles[f"{side}_{finger}_1"][1] = float(np.radians(SPREAD[finger] * spread))
        changed.add(f"{side}_{finger}_1")
    for joint, axis, value in (("elbow", 2, pose.roll), ("wrist", 0, pose.pitch), ("wrist", 1, pose.yaw)):
        if value is not None:
            angles[f"{side}_{joint}"][axis] = float(np.radians(value))
            changed.add(f"{side}_{joint}")
    return write_pose(project, owner, frame, {name: tuple(angles[name]) for name in changed})


def apply_shape(
    project: Project,
    track: str,
    side: str,
    frame: int,
    shape: Mapping[str, tuple[float, float, float]],
    directions: tuple[tuple[float, float, float], tuple[float, float, float]] | None = None,
) -> Project:
    """Give a hand a shape: joint without its side ("index_1") -> flex, abduct and twist in degrees.

    Args:
        directions: where the fingers and the palm shall point, x outward from the body, y up, z to the viewer; None leaves
            the hand as it is turned. A hand of points cannot be turned that way.

    A hand of points takes the shape as its palm is turned and at its size; its knuckles stay where they are, and so do fingers
    of which the shape does not give all three joints. One that a detector missed is put on its wrist, along the forearm, and
    what is missing of one that is seen is added. What is only guessed, below `quality.VISIBLE`, is missing.
    """
    owner = unlocked(project, track)
    checked_side(side)
    for joint, angles in shape.items():
        if joint not in _FINGER_JOINTS or np.shape(angles) != (3,) or not np.isfinite(angles).all():
            raise InvalidValue(f"shape: {joint!r:.40} at {angles!r:.60}; expected finger joints with three angles in degrees")
    if not isinstance(owner, RigTrack):
        return _shape_points(project, track, side, frame, shape)
    pose = {f"{side}_{joint}": tuple(np.radians(angles).tolist()) for joint, angles in shape.items()}
    if directions:
        outward = 1.0 if side == "left" else -1.0
        if any(np.shape(way) != (3,) or not np.any(way) for way in directions):
            raise InvalidValue(f"directions {directions!r:.80}; expected two, of three numbers each")
        fingers, palm = (unit(np.array(direction) * (outward, 1.0, 1.0)) for direction in directions)
        if not np.isfinite([fingers, palm]).all() or np.linalg.norm(np.cross(fingers, palm)) < 1e-3:
            raise InvalidValue("fingers and palm must point in two directions at an angle")
        palm = unit(palm - fingers * (palm @ fingers))
        goal = np.stack([fingers, palm, np.cross(fingers, palm)], axis=1)
        rest = np.array([[outward, 0.0, 0.0], [0.0, -1.0, 0.0], np.cross((outward, 0.0, 0.0), (0.0, -1.0, 0.0))]).T
        project = turn_hand(project, track, side, frame, goal @ rest.T, onto=True)
    return write_pose(project, project.track(track), frame, pose)


def hold_shape(
    project: Project, track: str, side: str, first: int, last: int, shape: Mapping[str, tuple[float, float, float]]
) -> Project:
    """Give a hand of points a shape from one frame to another, as `apply_shape` does at each of them; it comes and goes within
    a seam around them, and nothing else changes. A wrist that is missing, too, is made up as `wrists` says; the hand stays
    missing where there is none. InvalidValue where that is everywhere.
    """
    checked_side(side)
    first, last = whole(first, "a frame"), whole(last, "a frame")
    frames = np.arange(first, last + 1)
    project = _with_arm(project, track, side, frames)
    detected = point_track(project, track)
    project = _put_on(project, detected, side, frames, shape)
    owner = point_track(project, track)
    palm, placed = _shaped(detected, side, points_at(project, owner, frames) * project.size, project.size, shape)
    if not palm.any():
        raise InvalidValue(f"the {side} hand is missing from frame {first} to {last}; fill the gap first")
    bent = [f"{side}_{finger}_{i}" for finger in FINGERS for i in (2, 3, 4) if f"{finger}_1" in shape]
    made = keep_range(project, track, bent, max(first - SEAM, 0), min(last + SEAM, max(project.length - 1, last + 1)))
    mine = {*joints_of(project, owner)}
    places = {joint: pixels / project.size for joint, pixels in placed.items() if joint in mine}
    return write_points(made, point_track(made, track), frames, places)


def wrists(project: Project, track: str, side: str, first: int, last: int) -> NDArray[np.bool_]:
    """In which frames there is a wrist that `hold_shape` can put a hand on: seen, or made up from the frames before and after
    a short gap, or held where it is missing at the beginning or the end.
    """
    frames = np.arange(first, last + 1)
    wrist = bake(_with_arm(project, track, side, frames), frames).joint(f"{side}_wrist")
    return np.asarray(~np.isnan(wrist[:, 0]))


def _with_arm(project: Project, track: str, side: str, frames: NDArray[np.intp]) -> Project:
    """A project in which a track's base has a wrist and an elbow in some frames where no wrist is to be seen."""
    owner = point_track(project, track)
    arm = [f"{side}_wrist", f"{side}_elbow"]
    if owner.base is None or not {*arm} <= {*joints_of(project, owner)}:
        return project
    rows = frames[(frames >= 0) & (frames < len(owner.base))]
    rows = rows[~seen(bake(project, rows))[:, wholebody_134.index(arm[0])]] if len(rows) else rows
    if not len(rows):
        return project
    filled = fill_gaps(owner.base, joints=arm, limit=_ARM_GAP_S, ends=True)
    grid = np.ix_(rows, np.array([wholebody_134.index(joint) for joint in arm], dtype=np.intp))
    points, confidence = owner.base.points.copy(), owner.base.confidence.copy()
    points[grid], confidence[grid] = filled.points[grid], filled.confidence[grid]
    return project.with_track(replace(owner, base=owner.base.with_points(points, confidence)))


def rest_hand(project: Project, track: str, side: str, frame: int) -> Project:
    """Give a hand the fingers of the performer at rest, and on a rig track its wrist."""
    owner = unlocked(project, track)
    rig = project.rig if isinstance(owner, RigTrack) else performer()
    angles = rig.angles(rig.stance)
    at_rest = {name: tuple(angles[rig.skeleton.index(f"{side}_{name}")].tolist()) for name in (*_FINGER_JOINTS, "wrist")}
    wrist = at_rest.pop("wrist")
    shape = {name: (degrees(flex), degrees(abduct), degrees(twist)) for name, (flex, abduct, twist) in at_rest.items()}
    project = apply_shape(project, track, side, frame, shape)
    return (
        write_pose(project, project.track(track), frame, {f"{side}_wrist": wrist}) if isinstance(owner, RigTrack) else project
    )


def mirror_hand(project: Project, track: str, source: str, frame: int) -> Project:
    """Make the other hand the mirror image of one, at the wrist where it is."""
    owner = unlocked(project, track)
    checked_side(source)
    other = "left" if source == "right" else "right"
    now = pose_values(project, owner, frame)
    if isinstance(owner, RigTrack):
        pose = {f"{other}_{name}": now[f"{source}_{name}"] for name in (*_FINGER_JOINTS, "wrist")}
        if f"{other}_elbow" in joints_of(project, owner):
            pose[f"{other}_elbow"] = (*now[f"{other}_elbow"][:2], now[f"{source}_elbow"][2])
        return write_pose(project, owner, frame, pose)
    pixels = in_pixels(project, now)
    root, onto = pixels.get(f"{source}_hand_root"), pixels.get(f"{other}_hand_root")
    if root is None or onto is None:
        raise InvalidValue(f"both wrists must be there at frame {frame} to mirror a hand; fill the gap first")
    moved = {}
    for name in hand_joints(source):
        twin = f"{other}{name.removeprefix(source)}"
        if name in pixels and twin in pixels:
            moved[twin] = onto + (pixels[name] - root) * (-1, 1)
    return write_pixels(project, point_track(project, track), frame, moved)


def _points_pose(pixels: Mapping[str, Floats], side: str) -> HandPose:
    chains = chains_of(pixels, side)
    sense = sense_of(chains, side)
    curl, spread = {}, {}
    for finger, chain in chains.items():
        curl[finger], spread[finger] = curl_and_spread(finger, sense * bends_of(chain))
    return HandPose(curl, spread, yaw=_yaw(pixels, side))


def _telling(pose: HandPose) -> HandPose:
    """Of a hand in a picture what a slider can say; the spread of a finger that is no finger's bend is none either."""
    curl, spread = (
        {finger: number for finger, number in values.items() if low <= number <= high}
        for values, (low, high) in ((pose.curl, TELLING["curl"]), (pose.spread, TELLING["spread"]))
    )
    return replace(pose, curl=curl, spread={finger: number for finger, number in spread.items() if finger in curl})


def _yaw(pixels: Mapping[str, Floats], side: str) -> float | None:
    root, knuckle = pixels.get(f"{side}_hand_root"), pixels.get(f"{side}_middle_1")
    if root is None or knuckle is None:
        return None
    elbow = pixels.get(f"{side}_elbow")
    forearm = heading(root - elbow) if elbow is not None else -np.pi / 2
    turn = heading(knuckle - root) - forearm
    return float(np.degrees((turn + np.pi) % (2 * np.pi) - np.pi))


def _pose_points(project: Project, track: str, side: str, frame: int, pose: HandPose) -> Project:
    if pose.roll is not None or pose.pitch is not None:
        raise InvalidValue("a hand of points turns in the picture only: give its yaw")
    owner = point_track(project, track)
    pixels = in_pixels(project, pose_values(project, owner, frame))
    chains, now = chains_of(pixels, side), _points_pose(pixels, side)
    sense = sense_of(chains, side)
    moved: dict[str, Floats] = {}
    for finger in {*pose.curl, *pose.spread}:
        if finger not in chains:
            raise InvalidValue(f"the {side} {finger} finger is missing at frame {frame}; fill the gap first")
        curl = max(pose.curl.get(finger, now.curl[finger]), min(now.curl[finger], 0.0)) - now.curl[finger]  # bends no other way
        spread = pose.spread.get(finger, now.spread[finger]) - now.spread[finger]
        bends = bends_of(chains[finger]) * sense
        if finger in pose.curl:
            bends += (FIST[finger] - STRAIGHT[finger]) * curl
        bends[0] += APART[finger] * spread
        placed = unrolled(chains[finger], np.radians(bends * sense))
        moved |= {f"{side}_{finger}_{i}": placed[i] for i in range(2, 5)}
    if pose.yaw is not None and now.yaw is not None:
        root, turn = pixels[f"{side}_hand_root"], np.radians(pose.yaw - now.yaw)
        hand = {name: moved.get(name, pixels[name]) for name in hand_joints(side) if name in pixels}
        moved = {name: root + rotated(place - root, turn) for name, place in hand.items()}
    return write_pixels(project, owner, frame, moved)


_PALM = ("hand_root", "thumb_1", "index_1", "middle_1", "ring_1", "little_1")


def _shape_points(
    project: Project, track: str, side: str, frame: int, shape: Mapping[str, tuple[float, float, float]]
) -> Project:
    detected, frames = point_track(project, track), np.array([whole(frame, "a frame")])
    project = _put_on(project, detected, side, frames, shape)
    owner = point_track(project, track)
    pixels = points_at(project, owner, frames) * project.size
    palm, placed = _shaped(detected, side, pixels, project.size, shape)
    if not palm[0]:
        raise InvalidValue(f"the {side} palm is missing at frame {frame}; fill the gap first")
    moved = {
        joint: place[0]
        for joint, place in placed.items()
        if not (np.isnan(place).any() or np.allclose(place, pixels[:, wholebody_134.index(joint)]))
    }
    return write_pixels(project, owner, frame, moved) if moved else project


def _shaped(
    track: PointTrack, side: str, pixels: Floats, size: tuple[int, int], shape: Mapping[str, tuple[float, float, float]]
) -> tuple[NDArray[np.bool_], dict[str, Floats]]:
    """The performer's hand in the shape, turned and scaled as the palm in pictures (T, 134, 2) is, finger by finger at its
    knuckle: in which pictures (T,) the palm is seen well enough to tell, and joint -> places (T, 2), NaN where it cannot be.
    """
    model = _model_hand(side, shape)
    palm, views = _palm_views(track, side, pixels, size, model)
    placed = {}
    for finger in FINGERS:
        if not all(f"{finger}_{i}" in shape for i in (1, 2, 3)):
            continue
        knuckle = f"{side}_{finger}_1"
        for name in (f"{side}_{finger}_{i}" for i in (2, 3, 4)):
            missing = np.isnan(pixels[:, wholebody_134.index(name)])
            at = pixels[:, wholebody_134.index(knuckle)] + views @ (model[name] - model[knuckle])
            placed[name] = np.where(missing, np.nan, at)
    return palm, placed


def _palm_views(
    track: PointTrack, side: str, pixels: Floats, size: tuple[int, int], model: Mapping[str, Floats]
) -> tuple[NDArray[np.bool_], Floats]:
    """In which pictures (T, 134, 2) the palm is seen well enough to tell how it is turned (T,), and the views (T, 2, 3) of the
    performer's hand in which it is seen there, NaN where it is not.
    """
    names = [f"{side}_{name}" for name in _PALM]
    there = ~np.isnan(pixels[:, [wholebody_134.index(name) for name in names], 0])
    palm = there[:, 0] & (there.sum(axis=1) >= 4)
    views = np.full((len(pixels), 2, 3), np.nan)
    largest = _largest(track, side, size, model)
    for pattern in np.unique(there[palm], axis=0):
        rows = np.flatnonzero(palm & (there == pattern).all(axis=1))
        shown = [name for name, is_there in zip(names, pattern, strict=True) if is_there]
        flat = pixels[rows[:, None], [wholebody_134.index(name) for name in shown]]
        views[rows] = _views({name: model[name] for name in shown}, flat, largest)
    return palm, views


def _put_on(
    project: Project, track: PointTrack, side: str, frames: NDArray[np.intp], shape: Mapping[str, tuple[float, float, float]]
) -> Project:
    """A project in which a track's base has what it misses of a hand at some frames, in a shape: as the palm is turned, or,
    where that is missing, too, and the wrist is there, the whole hand, seen flat and going on from the forearm.
    """
    base, root = track.base, f"{side}_hand_root"
    if base is None or root not in joints_of(project, track):
        return project
    mine = (frames >= 0) & (frames < len(base))
    for clip in track.clips:
        if speaks(clip, root):
            mine &= (frames < clip.start) | (frames >= clip.end)
    hand, names = wholebody_134.group(f"{side}_hand"), hand_joints(side)
    frames = frames[mine]
    frames = frames[~seen(base)[np.ix_(frames, hand)].all(axis=1)]
    if not len(frames):
        return project
    lacking = ~seen(base)[np.ix_(frames, hand)]
    own = points_at(project, track, frames) * project.size
    points = np.where(np.isnan(own), bake(project, frames).points * project.size, own)
    own[:, hand] = np.where(lacking[..., None], np.nan, own[:, hand])
    model = _model_hand(side, shape)
    palm, views = _palm_views(track, side, own, project.size, model)
    flat = _along_forearm(points, side) * _hand_scale(track, side, project.size)
    local = np.array([model[name] - model[root] for name in names])
    start = np.where(palm[:, None], own[:, wholebody_134.index(root)], points[:, wholebody_134.index(f"{side}_wrist")])
    placed = (start[:, None] + local @ np.where(palm[:, None, None], views, flat).swapaxes(1, 2)) / project.size
    for i, name in enumerate(names):
        if name in track.offsets:
            placed[:, i] -= track.offsets[name].at(frames)
    added = (lacking | ~palm[:, None]) & ~np.isnan(placed[..., 0])
    if not added.any():
        return project
    grid, new, confidence = np.ix_(frames, hand), base.points.copy(), base.confidence.copy()
    known = base.confidence[:, [i for one in SIDES for i in wholebody_134.group(f"{one}_hand")]]
    known = known[known >= VISIBLE]
    new[grid] = np.where(added[..., None], placed, new[grid])
    confidence[grid] = np.where(added, np.median(known) if len(known) else 1.0, confidence[grid])
    return project.with_track(replace(track, base=base.with_points(new, confidence)))


def _along_forearm(points: Floats, side: str) -> Floats:
    """(T, 2, 3) views of the performer's flat hand in which it goes on from the forearm in pictures (T, 134, 2), its thumb
    inward or up; without an elbow it points up.
    """
    wrist, elbow, neck = (points[:, wholebody_134.index(name)] for name in (f"{side}_wrist", f"{side}_elbow", "neck"))
    outward = 1.0 if side == "left" else -1.0
    way = wrist - elbow
    length = np.linalg.norm(way, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        way = np.where(length > 0, way / length, (0.0, -1.0))
    aside = np.stack([-way[:, 1], way[:, 0]], axis=1)
    inward = np.where(np.isnan(neck[:, 0]), -outward, np.sign(neck[:, 0] - wrist[:, 0]))
    aside = np.where((aside[:, 0] * inward - aside[:, 1] < 0)[:, None], -aside, aside)
    return np.stack([outward * way, np.zeros_like(way), aside], axis=2)


def _hand_scale(track: PointTrack, side: str, size: tuple[int, int]) -> float:
    """Pixels to a metre of a hand that is missing: as that hand is elsewhere, else the other one, else as the forearms or the
    shoulders are, whichever is shortened least. NaN if nothing tells.
    """
    for one in (side, *(other for other in SIDES if other != side)):
        largest = _largest(track, one, size, _model_hand(one, {}))
        if np.isfinite(largest):
            return largest
    assert track.base is not None
    rest = performer().hub_points(quaternions(np.zeros((1, len(performer().skeleton), 3))), np.zeros((1, 3)))[0]
    scales = [float("nan")]
    for a, b in (("left_elbow", "left_wrist"), ("right_elbow", "right_wrist"), ("left_shoulder", "right_shoulder")):
        long = np.linalg.norm((track.base.joint(b) - track.base.joint(a)) * size, axis=1)
        if np.isfinite(long).any():
            real = np.linalg.norm(rest[wholebody_134.index(b)] - rest[wholebody_134.index(a)])
            scales.append(float(np.nanquantile(long, 0.9) / real))
    return float(np.nanmax(scales)) if len(scales) > 1 else scales[0]


def _largest(track: PointTrack, side: str, size: tuple[int, int], model: Mapping[str, Floats]) -> float:
    """Pixels to a metre of a hand where it is seen unshortened: by the longest palms of the track's base. Without one, inf."""
    if track.base is None:
        return float("inf")
    scales = []
    points = np.where(seen(track.base)[..., None], track.base.points * size, np.nan)
    for name in _PALM[2:]:
        bone = points[:, wholebody_134.index(f"{side}_{name}")] - points[:, wholebody_134.index(f"{side}_hand_root")]
        long = np.linalg.norm(bone, axis=1)
        if np.isfinite(long).any():
            real = np.linalg.norm(model[f"{side}_{name}"] - model[f"{side}_hand_root"])
            scales.append(np.nanquantile(long, 0.9) / real)
    return float(np.median(scales)) if scales else float("inf")


def _model_hand(side: str, shape: Mapping[str, tuple[float, float, float]]) -> dict[str, Floats]:
    """The performer's hand in a shape: hub joint -> place in metres, palm down, fingers outward."""
    rig = performer()
    turns = quaternions(np.zeros((len(rig.skeleton), 3)))
    for joint, angles in shape.items():
        index = rig.skeleton.index(f"{side}_{joint}")
        turns[index] = turns_about(rig.axes[index], np.radians(angles))
    points = rig.hub_points(turns[None], np.zeros((1, 3)))[0]
    return {name: points[wholebody_134.index(name)] for name in hand_joints(side)}


def _views(model: Mapping[str, Floats], seen: Floats, largest: float) -> Floats:
    """(T, 2, 3) the views, scaled and without perspective, in which the points of a nearly flat solid are seen at (T, n, 2);
    none larger than `largest`. The first point is the root.

    What is seen of a plane is an affine map; its greater stretch is the scale, its lesser one the scale times the cosine of
    the tilt. Toward which side it tilts is told by what sticks out of the plane (Oberkampf, DeMenthon & Davis, *Iterative
    pose estimation using coplanar feature points*, CVIU 63, 1996).
    """
    names = list(model)
    solid = np.array([model[name] - model[names[0]] for name in names[1:]])
    flat = seen[:, 1:] - seen[:, :1]
    knuckles = ["thumb" not in name for name in names[1:]]
    _, _, axes = np.linalg.svd(solid[knuckles])
    plane, normal = axes[:2], axes[2]
    affine = (np.linalg.pinv(solid[knuckles] @ plane.T) @ flat[:, knuckles]).swapaxes(1, 2)
    left, stretch, right = np.linalg.svd(affine)
    stretch = np.minimum(stretch, largest)
    affine = left * stretch[:, None] @ right
    tilt = np.sqrt(np.maximum(stretch[:, 0] ** 2 - stretch[:, 1] ** 2, 0))
    aside = tilt[:, None, None] * left[:, :, 1, None] * normal
    views = np.stack([affine @ plane + aside, affine @ plane - aside])
    errors = ((views @ solid.T - flat.swapaxes(1, 2)) ** 2).sum(axis=(2, 3))
    return np.asarray(views[errors.argmin(axis=0), np.arange(len(flat))])
