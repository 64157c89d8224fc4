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

from poseforge.errors import FormatError, InvalidValue
from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion
from poseforge.sequence import FPS, PoseSequence, checked_fps
from poseforge.timeline import curves
from poseforge.timeline.life import living

REST = "rest"
DEMO = ("wave_right", "count_123_right", "thumbs_up_right")

Key = tuple[int, float, float, float]


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
        rig, frames = performer(), np.arange(self.length)
        angles = np.tile(rig.angles(rig.stance), (self.length, 1, 1))
        for joint, keys in self.keys.items():
            angles[:, rig.skeleton.index(joint)] = np.radians(_curve(keys).at(frames))
        return Motion(rig.rotations(angles), np.zeros((self.length, 3)), rig, self.fps, {"gesture": self.id})


def _curve(keys: Sequence[Key]) -> curves.Curve:
    return curves.Curve(tuple(curves.Key(key[0], key[1:], curves.Interval("minimum_jerk")) for key in keys))


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


def alive(motion: Motion, seed: int = 0) -> Motion:
    """`motion` with breath and the slow drift of a body that holds still, so that no hold is frozen."""
    rig = motion.rig
    seconds = np.arange(len(motion)) / float(motion.fps)
    return rig.clamped(replace(motion, rotations=rig.rotations(rig.angles(motion.rotations) + living(rig, seconds, seed))))


def as_poses(motion: Motion) -> PoseSequence:
    """A movement of the built-in performer as EchoMimicV2 frames it. What is far below the picture is missing, as it is to a
    detector that sees a half body.
    """
    return HALF_BODY.project(motion.rig.forward(motion))
