"""Edits of the pose at a frame: moving, turning and scaling joints and whole hands, mirroring, hiding.

On a rig track a joint is moved by turning bones, within the limits. On a point track fingers and arms keep the length of
their bones in the picture, and all geometry is done in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.ik import bend, reach
from poseforge.rig import Rig, angles_about
from poseforge.rotations import inverse, matrices, of_matrices, product, quaternions
from poseforge.sequence import PoseSequence
from poseforge.skeleton import FINGERS, wholebody_134
from poseforge.timeline.bake import bake, joints_at, life_at, points_at, pose_at, shown_joints
from poseforge.timeline.curves import Curve, Interval, Key
from poseforge.timeline.edits.aiming import CLOSE, Aim
from poseforge.timeline.edits.corrections import clip_of, confined, mirrored_joint, speaks
from poseforge.timeline.edits.fingers import SPREAD, SPREADS, finger_to, hand_joints, heading, rotated
from poseforge.timeline.edits.tracks import point_track, rig_track, unlocked, with_curves
from poseforge.timeline.project import TRANSLATION, PointTrack, Project, RigTrack, Track, part_joints, whole

Floats = NDArray[np.float64]
FARTHEST = 32
"""Canvases from the corner: no pose is farther, and a place in pixels is."""

_PLANE = np.array([1, 1j])
"""Makes a complex number of x and y: a quotient of two is a turn with a scale."""

Pose = Mapping[str, tuple[float, ...]]
"""Joint -> angles in radians on a rig track, a place on the canvas on a point track."""

SIDES = ("left", "right")


def checked_side(side: str) -> str:
    """A side. InvalidValue if it is none."""
    if side not in SIDES:
        raise InvalidValue(f"side {side!r:.40}; expected left or right")
    return side


def checked_joints(project: Project, track: Track, joints: Iterable[str]) -> tuple[str, ...]:
    """Joints that can be keyed on a track, each once. InvalidValue for a name that its skeleton lacks."""
    if isinstance(joints, str):
        raise InvalidValue(f"joints {joints!r:.40}; expected a list of names")
    known = {*project.rig.skeleton.joints, TRANSLATION} if isinstance(track, RigTrack) else set(wholebody_134.joints)
    chosen = tuple(dict.fromkeys(joints))
    for joint in chosen:
        if joint not in known and joint not in wholebody_134:
            raise InvalidValue(f"there is no joint {joint!r:.40}")
    return chosen


def joints_of(project: Project, track: Track) -> tuple[str, ...]:
    """The joints that a track may speak for, in the order of its skeleton."""
    rig = project.rig if isinstance(track, RigTrack) else None
    mine = part_joints(track.part, rig)
    known = (*rig.skeleton.joints, TRANSLATION) if rig else wholebody_134.joints
    return tuple(joint for joint in known if joint in mine)


def pose_values(project: Project, track: Track, frame: int) -> Pose:
    """What a track shows at a frame, joint by joint: with what lies below it on a rig track, alone on a point track.

    Asked again of the same objects it answers at once, for an edit and what shows its result ask several times in a row.
    """
    global _latest
    frame, latest = whole(frame, "a frame"), _latest
    if latest is None or latest[0] is not project or latest[1] is not track or latest[2] != frame:
        _latest = latest = project, track, frame, MappingProxyType(_shown_pose(project, track, frame))
    return latest[3]


_latest: tuple[Project, Track, int, Pose] | None = None


def _shown_pose(project: Project, track: Track, frame: int) -> dict[str, tuple[float, ...]]:
    if isinstance(track, RigTrack):
        rig = project.rig
        opaque = project if track.weight == 1 else project.with_track(replace(track, weight=1.0))
        turns, translation = pose_at(opaque, frame, track.id)
        angles = angles_about(rig.axes, turns)
        values = {joint: tuple(angles[i].tolist()) for i, joint in enumerate(rig.skeleton.joints)}
        return values | {TRANSLATION: tuple(translation.tolist())}
    assert isinstance(track, PointTrack)
    (points,) = points_at(project, track, np.array([frame]))
    return {joint: tuple(points[i].tolist()) for i, joint in enumerate(wholebody_134.joints) if not np.isnan(points[i, 0])}


def write_pose(project: Project, track: Track, frame: int, pose: Pose) -> Project:
    """Key joints so that the track shows a pose at a frame: as offsets over what a clip or a base gives, else as keys.

    A rig's angles go no farther beyond their limits than they are. A change over a clip belongs to that clip: also of a joint
    that it does not move, unless this has keys of its own or would not be seen.
    InvalidValue for a joint that the track does not speak for, or a point that is missing there.
    """
    frame = whole(frame, "a frame")
    outside = set(pose) - set(joints_of(project, track))
    if outside:
        part = "all joints of its skeleton" if track.part == "all" else f"the {track.part.replace('_', ' ')}"
        raise InvalidValue(f"track {track.name or track.id!r} is for {part}, not for {min(outside)!r}")
    now = pose_values(project, track, frame)
    changes: dict[str, dict[str, Curve]] = {"offsets": {}}
    for joint, wanted in pose.items():
        if joint not in now:
            raise InvalidValue(f"{joint.replace('_', ' ')} is missing at frame {frame}; fill the gap first")
        if len(wanted) != track.size or not np.isfinite(wanted).all():
            raise InvalidValue(f"{joint.replace('_', ' ')} at {wanted!r:.60}; expected {track.size} finite numbers")
        layer = _layer(project, track, joint, frame)
        curve = getattr(track, layer).get(joint)
        target = limited(project, joint, wanted, now[joint]) if isinstance(track, RigTrack) else wanted
        if layer == "offsets":
            if clip := clip_of(track, joint, frame):
                curve = confined(curve, clip, track.size)
            old = curve.value(frame) if curve else (0.0,) * track.size
            target = tuple(o + w - n for o, w, n in zip(old, target, now[joint], strict=True))
        elif curve and joint != TRANSLATION:
            target = (*target[:2], _nearest_turn(target[2], curve.value(frame)[2]))
        made = curve.with_key(frame, target) if curve else Curve.constant(target, frame)
        changes.setdefault(layer, {})[joint] = made
    return project.with_track(with_curves(track, **changes))


def write_points(project: Project, track: PointTrack, frames: NDArray[np.intp], places: Mapping[str, Floats]) -> Project:
    """`write_pose` of points at many frames at once: joint -> places (T, 2) at ascending frames (T,). Where that is NaN, a
    point goes with its neighbours in time.
    """
    now = points_at(project, track, frames)
    changes = {}
    for joint, wanted in places.items():
        told = np.flatnonzero(~np.isnan(wanted[:, 0]))
        if not len(told):
            continue
        at = frames[told]
        curve = track.offsets.get(joint) or Curve.constant([0.0] * track.size, int(at[0]))
        values = (curve.at(at) + wanted[told] - now[told, wholebody_134.index(joint)]).tolist()
        for clip in track.clips:
            if speaks(clip, joint) and ((clip.start <= at) & (at < clip.end)).any():
                curve = confined(curve, clip, track.size)
        keys = dict(zip(at.tolist(), values, strict=True))
        last = int(at[-1])
        curve = curve.with_key(int(at[0]), values[0]).with_key(last, values[-1])  # which keeps the ways to and from them
        made = {key.frame: key for key in curve.keys}
        made |= {frame: Key(frame, tuple(value)) for frame, value in keys.items() if frame != last}
        changes[joint] = curve.with_keys(made[frame] for frame in sorted(made))
    return project.with_track(with_curves(track, offsets=changes))


def set_pose(project: Project, track: str, frame: int, pose: Pose) -> Project:
    """Give joints the angles (radians) or places (fractions of the canvas) that a track shall show at a frame, as far as the
    limits go.
    """
    return write_pose(project, unlocked(project, track), frame, pose)


def _layer(project: Project, track: Track, joint: str, frame: int) -> str:
    """Where a track keys a joint at a frame: as an offset over a base or a clip, else as a key of its own."""
    if not isinstance(track, RigTrack):
        return "offsets"
    clip = clip_of(track, joint, frame)
    if clip and speaks(clip, joint):
        return "offsets"
    if joint in track.keys:
        return "keys"
    seen = (clip or joint in track.offsets) and joint in shown_joints(project, frame, track.id)
    return "offsets" if seen else "keys"


def limited(project: Project, joint: str, angles: tuple[float, ...], now: tuple[float, ...]) -> tuple[float, ...]:
    """Angles of a rig's joint, brought inside its limits or at least no farther out than `now`."""
    if joint == TRANSLATION:
        return angles
    low, high = project.rig.limits[project.rig.skeleton.index(joint)].T
    return tuple(map(_within, angles, low.tolist(), high.tolist(), now))


def _within(angle: float, low: float, high: float, now: float) -> float:
    return min(max(angle, min(low, now)), max(high, now))


def _nearest_turn(twist: float, near: float) -> float:
    """The same twist by whole turns, nearest to another: so that a body that turns on does not spin back."""
    return twist + 2 * np.pi * round((near - twist) / (2 * np.pi))


def move_joint(
    project: Project, track: str, joint: str, frame: int, place: tuple[float, float], aim: Aim | None = None
) -> Project:
    """Bring a hub joint to a place of the canvas, as far as bones and limits let it.

    A wrist takes its hand along and the elbow follows; a fingertip bends its finger; a knuckle turns the hand. On a point
    track joints of the trunk and the face move alone. A drag, which asks again and again of one project, passes the same `aim`.
    """
    owner = unlocked(project, track)
    (joint,) = checked_joints(project, owner, [joint])
    if np.shape(place) != (2,) or not (np.abs(np.asarray(place, dtype=np.float64)) <= FARTHEST).all():
        raise InvalidValue(f"a place {place!r:.60}; expected two fractions of the canvas, not pixels")
    whole_hand = joint.endswith("hand_root") and owner.part.endswith("hand") and isinstance(owner, PointTrack)
    if joint.endswith("hand_root") and not whole_hand:
        joint = joint.replace("hand_root", "wrist")
    wanted = np.array(place, dtype=np.float64)

    def tried(goal: Floats) -> tuple[Project, Floats, bool]:
        """The project with that aim, by how much it misses, and whether that is near enough."""
        moved = _moved(project, owner, joint, frame, (float(goal[0]), float(goal[1])))
        error = wanted - bake(moved, [frame]).joint(joint)[0]
        there = bool(np.linalg.norm(error) < CLOSE)
        if aim and there:
            aim.learn(wanted - error, goal)
        return moved, error, there

    if aim and (learnt := aim.goal(wanted)) is not None:
        moved, _, there = tried(learnt)
        if there:
            return moved
        aim.forget()
    best, least, goal = project, np.inf, _aimed(project, owner, joint, frame, wanted)
    for _ in range(6):  # weight, breath, and where the arm hangs come after the pose: aim so that the result is right
        moved, error, there = tried(goal)
        distance = float(np.linalg.norm(error))
        if not distance < least:
            break
        settled = there or distance > 0.9 * least or _held_back(moved, owner, joint, frame, goal)
        best, least, goal = moved, distance, goal + error
        if settled:
            break
    return moved if best is project else best


def _aimed(project: Project, track: Track, joint: str, frame: int, place: Floats) -> Floats:
    """(2,) where a track's own pose should have a joint for it to be seen at a place: as its limb is seen now, which may have
    been moved, turned and scaled about the joint that it hangs from.
    """
    if not isinstance(track, RigTrack):
        return place
    root = _carriers(joint)[-1]
    ends = [wholebody_134.index(name) for name in (joint, root if root in wholebody_134 else joint)]
    own = project.camera.canvas(joints_at(project, frame, track.id)[ends]) * project.size @ _PLANE
    seen = bake(project, [frame]).points[0, ends] * project.size @ _PLANE
    limb = seen[0] - seen[1]
    turn = (own[0] - own[1]) / limb if abs(limb) > 1 else 1.0  # of a pixel
    goal = own[0] + turn * (place * project.size @ _PLANE - seen[0])
    return np.array([goal.real, goal.imag]) / project.size if np.isfinite(goal) else place


def _held_back(moved: Project, track: Track, joint: str, frame: int, goal: Floats) -> bool:
    """Whether bones or limits keep a joint from where a track was asked to have it: aiming farther is of no use then."""
    if track.weight < 1:
        return False
    index = wholebody_134.index(joint)
    if isinstance(track, RigTrack):
        own = moved.camera.canvas(joints_at(moved, frame, track.id)[index])
    else:
        own = points_at(moved, point_track(moved, track.id), np.array([frame]))[0, index]
    return float(np.linalg.norm(own - goal)) > CLOSE


def _moved(project: Project, track: Track, joint: str, frame: int, place: tuple[float, float]) -> Project:
    if isinstance(track, RigTrack):
        return _move_on_rig(project, track, joint, frame, place)
    return _move_points(project, point_track(project, track.id), joint, frame, place)


def _move_on_rig(project: Project, track: RigTrack, joint: str, frame: int, place: tuple[float, float]) -> Project:
    rig, camera, life = project.rig, project.camera, life_at(project, frame)
    turns, translation = pose_at(project, frame, track.id)
    turns = product(turns, life)  # it is moved as it is seen
    eye, ray = np.array(camera.position), camera.ray(place)
    side, _, bare = joint.partition("_")
    if bare == "wrist":
        now = joints_at(project, frame, track.id)[wholebody_134.index(joint)]
        moved = reach(rig, turns, translation, side, eye + ray * (eye[2] - now[2]))
        chain = [rig.skeleton.index(name) for name in _arm(side)]
    else:
        chain = [rig.skeleton.index(name) for name in _chain(joint)]
        point = joints_at(project, frame, track.id)[wholebody_134.index(joint)]
        places, turned = rig.placed(turns[None], translation[None])
        offset = turned[0, chain[0]].T @ (point - places[0, chain[0]])
        limits = _drag_limits(rig, chain, angles_about(rig.axes[chain], turns[chain]))
        moved = bend(rig, turns, translation, (chain[0], offset), chain, eye, ray, limits)
    angles = angles_about(rig.axes[chain], product(moved[chain], inverse(life[chain]))).tolist()
    return write_pose(project, track, frame, {rig.skeleton.joints[i]: tuple(own) for i, own in zip(chain, angles, strict=True)})


def _drag_limits(rig: Rig, chain: list[int], now: Floats) -> Floats:
    """(n, 3, 2) how far the joints of a chain turn when they are dragged: fingers spread as hands do, or as far as now."""
    limits = np.array(rig.limits[chain])
    for i, joint in enumerate(chain):
        finger, _, number = rig.skeleton.joints[joint].partition("_")[2].partition("_")
        if finger in FINGERS and number == "1":
            aside = np.sort(np.radians(np.multiply(SPREADS, SPREAD[finger])))
            limits[i, 1] = np.clip(limits[i, 1], min(aside[0], now[i, 1]), max(aside[1], now[i, 1]))
    return limits


def _chain(joint: str) -> tuple[str, ...]:
    """The rig's joints that turn when a hub joint is dragged, from it inward."""
    side, _, bare = joint.partition("_")
    finger, _, number = bare.rpartition("_")
    if side in SIDES and finger in FINGERS:
        if number == "1":
            return (f"{side}_wrist",)
        return tuple(f"{side}_{finger}_{i}" for i in range(int(number) - 1, 0, -1))
    inner = {"elbow": ("shoulder",), "shoulder": ("collar",), "knee": ("hip",), "ankle": ("knee", "hip")}
    if side in SIDES and bare in inner:
        return tuple(f"{side}_{name}" for name in inner[bare])
    if side in SIDES and bare in ("big_toe", "small_toe", "heel"):
        return (f"{side}_ankle",)
    if joint == "neck":
        return ("spine_3", "spine_2", "spine_1")
    return ("pelvis",) if bare == "hip" else ("head", "neck")


def keyed_joints(project: Project, track: str, joints: Iterable[str]) -> tuple[str, ...]:
    """What a track keys to move some hub joints: themselves on a point track, on a performer the bones that carry them."""
    owner = project.track(track)
    wanted = checked_joints(project, owner, joints)
    mine = joints_of(project, owner)
    if not isinstance(owner, RigTrack):
        return tuple(joint for joint in mine if joint in wanted)
    bones = {bone for joint in wanted for bone in _carriers(joint)}
    return tuple(joint for joint in mine if joint in bones)


def _carriers(joint: str) -> tuple[str, ...]:
    side, _, bare = joint.partition("_")
    return _arm(side) if bare in ("wrist", "hand_root") else _chain(joint)


def _arm(side: str) -> tuple[str, ...]:
    return f"{side}_wrist", f"{side}_elbow", f"{side}_shoulder"


def _move_points(project: Project, track: PointTrack, joint: str, frame: int, place: tuple[float, float]) -> Project:
    now = pose_values(project, track, frame)
    pixels = in_pixels(project, now)
    if joint not in pixels:
        raise InvalidValue(f"{joint.replace('_', ' ')} is missing at frame {frame}; fill the gap first")
    goal = np.multiply(place, project.size, dtype=np.float64)
    side, _, bare = joint.partition("_")
    finger, _, number = bare.rpartition("_")
    if bare == "wrist":
        moved = _arm_to(pixels, side, goal)
    elif side in SIDES and finger in FINGERS and number != "1" and f"{side}_{finger}_1" in pixels:
        moved = finger_to(pixels, side, finger, int(number) - 1, goal)
    elif bare == "hand_root":
        moved = {name: pixels[name] + goal - pixels[joint] for name in hand_joints(side) if name in pixels}
    elif side in SIDES and finger in FINGERS and f"{side}_hand_root" in pixels:
        root = pixels[f"{side}_hand_root"]
        turn = heading(goal - root) - heading(pixels[joint] - root)
        moved = {name: root + rotated(pixels[name] - root, turn) for name in hand_joints(side) if name in pixels}
    else:
        moved = {joint: goal}
    return write_pixels(project, track, frame, moved)


def in_pixels(project: Project, pose: Pose) -> dict[str, Floats]:
    """The places of a point track's pose in pixels of the canvas."""
    return {name: np.multiply(value, project.size, dtype=np.float64) for name, value in pose.items()}


def write_pixels(project: Project, track: PointTrack, frame: int, pixels: Mapping[str, Floats]) -> Project:
    """Key places in pixels, of those joints that the track speaks for."""
    mine = set(joints_of(project, track))
    pose = {name: tuple((place / project.size).tolist()) for name, place in pixels.items() if name in mine}
    return write_pose(project, track, frame, pose)


def _arm_to(pixels: Mapping[str, Floats], side: str, goal: Floats) -> dict[str, Floats]:
    """Two bones in the picture, which bend to the side they bend to now; the hand is shifted along."""
    wrist, elbow, shoulder = (f"{side}_{name}" for name in ("wrist", "elbow", "shoulder"))
    result = {wrist: goal}
    if elbow in pixels and shoulder in pixels:
        root, middle, end = pixels[shoulder], pixels[elbow], pixels[wrist]
        a, b = float(np.linalg.norm(middle - root)), float(np.linalg.norm(end - middle))
        way = goal - root
        distance = float(np.clip(np.linalg.norm(way), abs(a - b) + 1e-6, a + b - 1e-6))
        toward = way / max(float(np.linalg.norm(way)), 1e-9)
        along = (a * a - b * b + distance**2) / (2 * distance)
        bent = (end - root)[0] * (middle - root)[1] - (end - root)[1] * (middle - root)[0]
        aside = np.array([-toward[1], toward[0]]) * (1 if bent >= 0 else -1)
        result[elbow] = root + toward * along + aside * np.sqrt(max(a * a - along * along, 0.0))
        result[wrist] = root + toward * distance
    shift = result[wrist] - pixels[wrist]
    return result | {name: pixels[name] + shift for name in hand_joints(side) if name in pixels}


def shift_joints(project: Project, track: str, joints: Iterable[str], frame: int, by: tuple[float, float]) -> Project:
    """Move joints together by a way on the canvas; on a rig track whole hands, whose arms follow."""
    owner = unlocked(project, track)
    chosen = checked_joints(project, owner, joints)
    if isinstance(owner, RigTrack):
        seen = bake(project, [frame])
        for side in _sides_of(chosen, track):
            place = seen.joint(f"{side}_wrist")[0] + by
            project = move_joint(project, track, f"{side}_wrist", frame, (float(place[0]), float(place[1])))
        return project
    return _map_points(project, track, chosen, frame, lambda pixels: pixels + np.array(by) * project.size)


def _sides_of(joints: tuple[str, ...], track: str) -> list[str]:
    """The sides of whole hands, named by any of their joints."""
    sides = [side for side in SIDES if any(name in (*hand_joints(side), f"{side}_wrist") for name in joints)]
    if not sides or any(not name.startswith(SIDES) for name in joints):
        raise InvalidValue(
            f"track {track!r} holds a performer: whole hands are moved and turned there, other joints one by one"
        )
    return sides


def _map_points(
    project: Project, track: str, joints: tuple[str, ...], frame: int, change: Callable[[Floats], Floats]
) -> Project:
    owner = point_track(project, track)
    now = pose_values(project, owner, frame)
    names = [name for name in joints if name in now]
    places = np.array([now[name] for name in names], dtype=np.float64).reshape(-1, 2)
    moved = change(np.multiply(places, project.size))
    return write_pixels(project, owner, frame, dict(zip(names, moved, strict=True)))


def _pivot(project: Project, track: str, joints: tuple[str, ...], frame: int) -> Floats:
    """The wrist of a hand, the middle of anything else, in pixels."""
    now = pose_values(project, point_track(project, track), frame)
    for side in SIDES:
        if f"{side}_hand_root" in now and set(joints) <= {*hand_joints(side), f"{side}_wrist"}:
            return np.multiply(now[f"{side}_hand_root"], project.size, dtype=np.float64)
    places = [now[name] for name in joints if name in now]
    if not places:
        raise InvalidValue(f"none of these joints is there at frame {frame}")
    return np.multiply(np.mean(places, axis=0), project.size)


def rotate_joints(
    project: Project,
    track: str,
    joints: Iterable[str],
    frame: int,
    degrees: float,
    pivot: tuple[float, float] | None = None,
) -> Project:
    """Turn joints clockwise in the picture: about a place of the canvas, by default the wrist of a hand or their middle.

    On a rig track a whole hand turns, by its wrist and the roll of its forearm, and other joints with all that hangs on them;
    as far as they go.
    """
    owner, angle = unlocked(project, track), np.radians(degrees)
    chosen = checked_joints(project, owner, joints)
    if isinstance(owner, RigTrack):
        return _rotate_on_rig(project, track, chosen, frame, quaternions([0.0, 0.0, -angle]))
    centre = _pivot(project, track, chosen, frame) if pivot is None else np.multiply(pivot, project.size, dtype=np.float64)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return _map_points(project, track, chosen, frame, lambda pixels: centre + (pixels - centre) @ turn.T)


def turn_hand(project: Project, track: str, side: str, frame: int, turn: Floats, onto: bool = False) -> Project:
    """Turn a performer's hand in the world by a rotation (3, 3), or onto an orientation, its wrist staying where it is."""
    owner = rig_track(project, track)
    rig = project.rig
    turns, translation = pose_at(project, frame, owner.id)
    places, turned = rig.placed(turns[None], translation[None])
    wrist = rig.skeleton.index(f"{side}_wrist")
    hand = turn if onto else turn @ turned[0, wrist]
    moved = angles_about(rig.axes, reach(rig, turns, translation, side, places[0, wrist], hand))
    arm = [rig.skeleton.index(f"{side}_{name}") for name in ("shoulder", "elbow", "wrist")]
    mine = joints_of(project, owner)
    names = [i for i in arm if rig.skeleton.joints[i] in mine]
    return write_pose(project, owner, frame, {rig.skeleton.joints[i]: tuple(moved[i].tolist()) for i in names})


def scale_joints(
    project: Project, track: str, joints: Iterable[str], frame: int, factor: float, pivot: tuple[float, float] | None = None
) -> Project:
    """Scale joints about a place, by default the wrist of a hand or their middle. A performer's bones keep their length."""
    owner = unlocked(project, track)
    chosen = checked_joints(project, owner, joints)
    if isinstance(owner, RigTrack):
        raise InvalidValue(f"track {track!r} holds a performer, whose bones keep their length; scale points instead")
    if not 0 < factor < 100:
        raise InvalidValue(f"a scale of {factor}; expected more than 0 and less than 100")
    centre = _pivot(project, track, chosen, frame) if pivot is None else np.multiply(pivot, project.size, dtype=np.float64)
    return _map_points(project, track, chosen, frame, lambda pixels: centre + (pixels - centre) * factor)


def mirror_pose(project: Project, track: str, frame: int, source: Literal["left", "right", "both"] = "both") -> Project:
    """Copy one side of the pose to the other, or exchange the two. Points are mirrored about the neck."""
    owner = unlocked(project, track)
    if source != "both":
        checked_side(source)
    rig = isinstance(owner, RigTrack)
    skeleton = project.rig.skeleton if rig else wholebody_134
    now = pose_values(project, owner, frame)
    axis = now.get("neck", (0.5,))[0]
    mine = joints_of(project, owner)
    pose = {}
    for joint in mine:
        if joint == TRANSLATION:
            continue
        other = mirrored_joint(joint, skeleton)
        wanted = source == "both" or (joint != other and other.startswith(source))
        if not wanted or other not in now or joint not in now:
            continue
        value = now[other]
        if rig:
            pose[joint] = value if joint != other else (value[0], -value[1], -value[2])
        elif joint != other or source == "both":
            pose[joint] = (2 * axis - value[0], value[1])
    return write_pose(project, owner, frame, pose)


def set_visible(
    project: Project, track: str, joints: Iterable[str], frame: int, shown: bool, last: int | None = None
) -> Project:
    """Hide or show hub joints from a frame on, or up to a last one. A hidden joint is missing in the result."""
    owner = unlocked(project, track)
    frame, last = whole(frame, "a frame"), None if last is None else whole(last, "the last frame")
    if last is not None and last < frame:
        raise InvalidValue(f"frames {frame} to {last}; expected the last after the first")
    hold = Interval("hold")
    changes = {}
    for joint in checked_joints(project, owner, joints):
        curve = owner.visible.get(joint) or Curve((Key(min(frame, 0), (1.0,), hold),))
        after = curve.value(last + 1) if last is not None else None
        end = frame if last is None else last
        keys = [key for key in curve.keys if key.frame < frame or (last is not None and key.frame > end)]
        keys.append(Key(frame, (float(shown),), hold))
        if last is not None and after is not None and not any(key.frame == last + 1 for key in keys):
            keys.append(Key(last + 1, after, hold))
        changes[joint] = Curve(tuple(sorted(keys, key=lambda key: key.frame)))
    return project.with_track(with_curves(owner, visible=changes))


def change_base(project: Project, track: str, change: Callable[[PoseSequence], PoseSequence]) -> Project:
    """Put a filter's result in the place of a point track's base: cleaning as an edit. The same project if nothing changes."""
    owner = point_track(project, track)
    if owner.base is None:
        raise InvalidValue(f"track {owner.name or track!r} has no sequence to change")
    changed = change(owner.base)
    return project if changed == owner.base else project.with_track(replace(owner, base=changed))


def _rotate_on_rig(project: Project, track: str, joints: tuple[str, ...], frame: int, turn: Floats) -> Project:
    """Turn whole hands, and the bones on which other joints ride: of a chain only the innermost that is named."""
    rig = project.rig
    hands = [side for side in SIDES if len({*hand_joints(side)} & {*joints}) > 1 or f"{side}_hand_root" in joints]
    for side in hands:
        project = turn_hand(project, track, side, frame, matrices(turn))
    places, carriers, _ = rig.riders
    on = dict(zip(places.tolist(), carriers.tolist(), strict=True))
    turned = {name for side in hands for name in (*hand_joints(side), f"{side}_wrist")}
    chosen = {
        rig.skeleton.index(name) if name in rig.skeleton else on[wholebody_134.index(name)]
        for name in joints
        if name not in turned
    }
    for joint in sorted(chosen):
        parent = rig.parents[joint]
        while parent >= 0 and parent not in chosen:
            parent = rig.parents[parent]
        if parent < 0:
            project = _turn_joint(project, rig_track(project, track), joint, frame, turn)
    return project


def _turn_joint(project: Project, track: RigTrack, joint: int, frame: int, turn: Floats) -> Project:
    """Turn one of a performer's joints, with all that hangs on it, by a quaternion of the world, within its limits."""
    rig = project.rig
    turns, translation = pose_at(project, frame, track.id)
    parent = rig.parents[joint]
    outer = of_matrices(rig.placed(turns[None], translation[None])[1][0, parent]) if parent >= 0 else np.array([0.0, 0, 0, 1])
    local = product(product(inverse(outer), turn), product(outer, turns[joint]))
    name = rig.skeleton.joints[joint]
    return write_pose(project, track, frame, {name: tuple(angles_about(rig.axes[joint], local).tolist())})
