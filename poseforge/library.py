"""Presets as values: gestures of the built-in performer, and the small movements that keep a held pose alive.

A gesture is a JSON file of key poses: for each joint it moves, frames with the joint's flex, abduct and twist in degrees
(`Rig.angles`). Between keys a joint turns on the shortest way with the speed profile of minimum jerk (Flash & Hogan, J.
Neurosci. 5, 1985), which is how people move an arm. Joints without keys stay as in the gesture `rest`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.camera import Camera
from poseforge.errors import FormatError, InvalidValue
from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion, Rig, blend, turned
from poseforge.sequence import FPS, PoseSequence, checked_fps
from poseforge.skeleton import FINGERS

REST = "rest"
DEMO = ("wave_right", "count_123_right", "thumbs_up_right")

UNSEEN = 0.25
"""How far outside the picture, in canvases, joints of EchoMimicV2's own sequences still have places."""

Vector = tuple[float, float, float]
Key = tuple[int, float, float, float]

FINGER_JOINTS = tuple(f"{finger}_{i}" for finger in FINGERS for i in (1, 2, 3))


@dataclass(frozen=True)
class HandShape:
    """What the fingers of one hand form, for either side.

    Attributes:
        id: its name in scripts.
        name, tags: words for people, by language ("en", "zh").
        angles: for each of the 15 finger joints, as "index_1", its flex, abduct (toward the thumb) and twist in degrees.
        fingers, palm: where fingers and palm point when the shape is shown: x outward on either side, y up, z to the viewer.
    """

    id: str
    name: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]
    angles: Mapping[str, Vector]
    fingers: Vector
    palm: Vector


@dataclass(frozen=True)
class Gesture:
    """A keyed movement that begins and ends at rest.

    Attributes:
        id: its name in scripts.
        name, tags: words for people, by language ("en", "zh").
        parts: what it moves, as "right arm".
        length: frames at `fps`.
        stroke: the frame at which the gesture means what it means.
        keys: joint -> (frame, flex, abduct, twist) in ascending order, degrees.
    """

    id: str
    name: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...]
    length: int
    stroke: int
    keys: Mapping[str, tuple[Key, ...]]
    fps: Fraction = FPS

    def __post_init__(self) -> None:
        skeleton = performer().skeleton
        checked_fps(self.fps)
        if not (isinstance(self.length, int) and isinstance(self.stroke, int) and 0 <= self.stroke < self.length):
            raise InvalidValue(f"gesture {self.id}: stroke {self.stroke} outside its {self.length} frames")
        for joint, keys in self.keys.items():
            frames = [key[0] for key in keys]
            if (
                joint not in skeleton
                or not frames
                or frames != sorted(set(frames))
                or not 0 <= frames[0] <= frames[-1] < self.length
            ):
                raise InvalidValue(
                    f"gesture {self.id}: joint {joint!r} is unknown or has keys out of order or out of its frames"
                )
            if not np.isfinite([key[1:] for key in keys]).all():
                raise InvalidValue(f"gesture {self.id}: joint {joint!r} has an angle that is no number")

    def motion(self) -> Motion:
        """The gesture as the built-in performer moves."""
        rig = performer()
        rest = np.zeros((len(rig.skeleton), 3)) if self.id == REST else gesture(REST).motion().rotations[0]
        rotations = np.tile(rest, (self.length, 1, 1))
        for joint, keys in self.keys.items():
            rotations[:, rig.skeleton.index(joint)] = _between(rig, joint, keys, self.length)
        return Motion(rotations, np.zeros((self.length, 3)), rig, self.fps, {"gesture": self.id})


def _between(rig: Rig, joint: str, keys: Sequence[Key], length: int) -> NDArray[np.float64]:
    """(length, 3) rotation vectors of one joint through its keys.

    Swing and twist are turned apart: a forearm rolls while its elbow bends, and a hinge stays a hinge between keys.
    """
    place = rig.skeleton.index(joint)
    poses = np.radians([key[1:] for key in keys])
    frames = np.array([key[0] for key in keys])
    at = np.clip(np.arange(length), frames[0], frames[-1])
    before = np.clip(np.searchsorted(frames, at, side="right") - 1, 0, max(len(keys) - 2, 0))
    after = np.minimum(before + 1, len(keys) - 1)
    share = minimum_jerk((at - frames[before]) / np.maximum(frames[after] - frames[before], 1))
    swings = poses[:, :2] @ rig.axes[place, :2]
    twist = poses[before, 2] + (poses[after, 2] - poses[before, 2]) * share
    return turned(blend(swings[before], swings[after], share), twist[:, None] * rig.axes[place, 2])


def minimum_jerk(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a movement has come at a share 0..1 of its time: 10 s^3 - 15 s^4 + 6 s^5."""
    return np.asarray(share**3 * (10 - 15 * share + 6 * share**2))


@cache
def gestures() -> dict[str, Gesture]:
    """The built-in gestures by id."""
    folder = files("poseforge.presets") / "gestures"
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)
    made = [read_gesture(entry.read_bytes(), entry.name) for entry in entries]
    return {one.id: one for one in made}


def gesture(id: str) -> Gesture:
    """A gesture by id. InvalidValue if there is none."""
    try:
        return gestures()[id]
    except KeyError:
        raise InvalidValue(f"no gesture {id!r}; there are {', '.join(gestures())}") from None


def read_gesture(content: bytes, name: str) -> Gesture:
    """A gesture from the bytes of its JSON file. Raises FormatError with the file's `name`."""
    try:
        record: dict[str, Any] = json.loads(content)
        known = {field.name for field in fields(Gesture)}
        values = {key: value for key, value in record.items() if key in known}
        values["fps"] = Fraction(record.get("fps", FPS))
        values["tags"] = {language: tuple(words) for language, words in record["tags"].items()}
        values["parts"] = tuple(record["parts"])
        values["keys"] = {
            joint: tuple((int(f), float(a), float(b), float(c)) for f, a, b, c in keys)
            for joint, keys in record["keys"].items()
        }
        return Gesture(**values)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise FormatError(name, f"is not a gesture ({error}).") from None


def compose(parts: Sequence[Gesture]) -> Motion:
    """Gestures one after another as one movement. InvalidValue if there are none or their frame rates differ."""
    if not parts or len({part.fps for part in parts}) > 1:
        raise InvalidValue("gestures of one frame rate are needed, at least one")
    motions = [part.motion() for part in parts]
    return replace(
        motions[0],
        rotations=np.concatenate([motion.rotations for motion in motions]),
        translation=np.concatenate([motion.translation for motion in motions]),
        meta={"gestures": tuple(part.id for part in parts)},
    )


_BREATH_HZ = 0.25
_BREATH_DEG = {"left_collar": (0.0, 0.7), "right_collar": (0.0, 0.7), "spine_3": (-0.35, 0.0), "neck": (0.3, 0.0)}
_DRIFT_DEG = {"shoulder": 0.18, "elbow": 0.25, "wrist": 0.9, "finger": 1.2, "head": 0.6}


def alive(motion: Motion, seed: int = 0) -> Motion:
    """`motion` with breath and the slow drift of a body that holds still, so that no hold is frozen.

    Breath: 0.25 Hz at the collars and the upper spine. Drift: three slow sines per joint with phases from `seed`; about
    0.3 % of EchoMimicV2's canvas at the wrists, as in its recorded sequences. The same seed gives the same numbers.
    """
    rig = motion.rig
    seconds = np.arange(len(motion)) / float(motion.fps)
    random = np.random.default_rng(seed)
    angles = rig.angles(motion.rotations)
    for i, joint in enumerate(rig.skeleton.joints):
        bare = joint.removeprefix("left_").removeprefix("right_")
        kind = "finger" if bare.endswith(("_1", "_2")) and not bare.startswith("spine") else bare
        size = np.radians(_DRIFT_DEG.get(kind, 0.0))
        phases, rates = random.uniform(0, 2 * np.pi, (3, 3)), random.uniform(0.8, 1.2, (3, 3)) * [[0.11], [0.19], [0.31]]
        waves = np.sin(2 * np.pi * rates[..., None] * seconds + phases[..., None]) * np.array([0.5, 0.33, 0.17])[:, None, None]
        axes = 1 if kind == "finger" else 2
        angles[:, i, :axes] += size * waves.sum(axis=0).T[:, :axes]
        breath = np.radians(_BREATH_DEG.get(joint, (0.0, 0.0)))
        angles[:, i, :2] += breath * np.sin(2 * np.pi * _BREATH_HZ * seconds)[:, None]
    return rig.clamped(replace(motion, rotations=rig.rotations(angles)))


def as_poses(motion: Motion) -> PoseSequence:
    """A movement of the built-in performer as EchoMimicV2 frames it. What is far below the picture is missing, as it is to a
    detector that sees a half body.
    """
    seen = HALF_BODY.project(motion.rig.forward(motion))
    unseen = (seen.points < -UNSEEN) | (seen.points > 1 + UNSEEN)
    return seen.with_points(np.where(unseen.any(axis=2, keepdims=True), np.nan, seen.points))


def held_up(shape: HandShape, side: str = "right") -> PoseSequence:
    """One frame of a hand alone, in the directions of its shape and as large as the picture."""
    rig = performer()
    outward = 1.0 if side == "left" else -1.0
    angles = np.zeros((1, len(rig.skeleton), 3))
    for joint, values in shape.angles.items():
        angles[0, rig.skeleton.index(f"{side}_{joint}")] = np.radians(values)
    rotations = rig.rotations(angles)
    rotations[0, rig.skeleton.index(f"{side}_wrist")] = hand_turn(side, shape.fingers, shape.palm)
    hand = rig.forward(Motion(rotations, np.zeros((1, 3)), rig))
    points = hand.points[:, hand.skeleton.group(f"{side}_hand")]
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    distance, size = 0.6, 0.34
    x, y, z = (low + high) / 2
    seen = Camera((x, y, z + distance), distance / size).project(hand)
    others = np.ones((1, len(seen.skeleton), 1), dtype=bool)
    others[:, seen.skeleton.group(f"{side}_hand")] = False
    return seen.with_points(np.where(others, np.nan, seen.points))


def hand_turn(side: str, fingers: Vector, palm: Vector) -> NDArray[np.float64]:
    """The rotation vector (3,) from the rest pose of a hand whose fingers and palm point there, x outward."""
    mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    along, facing = np.array(fingers) * mirror, np.array(palm) * mirror
    along /= np.linalg.norm(along)
    facing -= along * (facing @ along)
    facing /= np.linalg.norm(facing)
    turn = np.stack([along, facing, np.cross(along, facing)], axis=1)
    flat = np.array([[mirror[0], 0, 0], [0, -1.0, 0], [0, 0, -mirror[0]]])
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_matrix(turn @ flat.T).as_rotvec())
