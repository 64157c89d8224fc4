"""Authors the built-in gestures: writes presets/gestures/*.json.

    python tools/author_gestures.py

Key poses are given as a person would direct an actor: where on the canvas the wrist is, how far in front of the body, where
fingers and palm point, what shape the fingers take. Two-bone inverse kinematics turns that into joint angles, which is all
that the JSON files hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion
from poseforge.skeleton import FINGERS

RIG = performer()
SKELETON = RIG.skeleton
OUT = Path(__file__).parent.parent / "presets" / "gestures"

Vector = tuple[float, float, float]
Shape = dict[str, tuple[float, float, float]]


def shape(**fingers: tuple[float, float, float, float]) -> Shape:
    """Finger -> (knuckle flex, spread toward the thumb, middle flex, tip flex) as joint -> angles."""
    angles: Shape = {}
    for finger, (first, spread, second, third) in fingers.items():
        angles[f"{finger}_1"] = (first, spread, 0.0)
        angles[f"{finger}_2"] = (second, 0.0, 0.0)
        angles[f"{finger}_3"] = (third, 0.0, 0.0)
    return angles


RELAXED = shape(
    thumb=(8, 6, 12, 14), index=(20, 3, 30, 10), middle=(25, 0, 36, 13), ring=(30, -2, 41, 16), little=(34, -6, 45, 19)
)
OPEN = shape(thumb=(-8, 2, 4, 2), index=(2, 8, 5, 4), middle=(3, 1, 6, 4), ring=(4, -7, 7, 5), little=(5, -17, 8, 6))
CURLED = {"middle": (84, 0, 98, 60), "ring": (86, -1, 100, 62), "little": (88, -3, 98, 62)}
ONE = shape(thumb=(28, 22, 34, 35), index=(2, 2, 4, 3), **CURLED)
TWO = shape(thumb=(33, 22, 37, 36), index=(3, 10, 4, 3), middle=(3, -9, 4, 3), ring=CURLED["ring"], little=CURLED["little"])
THREE = shape(thumb=(40, 20, 42, 38), index=(3, 12, 5, 3), middle=(3, 0, 5, 3), ring=(5, -12, 6, 4), little=(80, -4, 92, 58))
THUMB_UP = shape(thumb=(-18, 44, -6, -8), index=(82, -4, 100, 62), **CURLED)


@dataclass
class Pose:
    """Where an arm is: the wrist on the canvas and its distance toward the viewer, hand directions, elbow hint, fingers."""

    wrist: tuple[float, float]
    depth: float
    fingers: Vector
    palm: Vector
    shape: Shape
    elbow: Vector = (0.9, -1.0, -0.25)  # outward, down, back; x is outward on either side


def unit(vector: np.ndarray | Vector) -> np.ndarray:
    return np.asarray(vector, dtype=float) / np.linalg.norm(vector)


def to_world(place: tuple[float, float], z: float) -> np.ndarray:
    """The point at distance z in front of the body that the camera sees at a place of the canvas."""
    depth = HALF_BODY.position[2] - z
    x = (place[0] - HALF_BODY.center[0]) * depth / HALF_BODY.focal + HALF_BODY.position[0]
    return np.array([x, HALF_BODY.position[1] - (place[1] - HALF_BODY.center[1]) * depth / HALF_BODY.focal, z])


def frame_of(along: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The orthonormal frame (columns) of a direction and a second one, made orthogonal to it."""
    first = unit(along)
    second = unit(normal - first * (normal @ first))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def solve(side: str, pose: Pose, base: dict[str, tuple[float, float, float]]) -> dict[str, tuple[float, float, float]]:
    """The angles in degrees of one arm and hand in a pose."""
    outward = 1.0 if side == "left" else -1.0
    still = np.zeros((1, len(SKELETON), 3))
    for joint, angles in base.items():
        still[0, SKELETON.index(joint)] = np.radians(angles)
    places, turned = RIG.world(Motion(RIG.rotations(still), np.zeros((1, 3)), RIG))
    shoulder = places[0, SKELETON.index(f"{side}_shoulder")]
    collar = turned[0, SKELETON.index(f"{side}_collar")]
    upper = RIG.offsets[SKELETON.index(f"{side}_elbow")]
    fore = RIG.offsets[SKELETON.index(f"{side}_wrist")]
    a, b = np.linalg.norm(upper), np.linalg.norm(fore)
    target = to_world(pose.wrist, pose.depth)
    reach = target - shoulder
    distance = min(np.linalg.norm(reach), 0.995 * (a + b))
    toward = unit(reach)
    hint = np.array([pose.elbow[0] * outward, pose.elbow[1], pose.elbow[2]])
    aside = unit(hint - toward * (hint @ toward))
    along = (a * a - b * b + distance * distance) / (2 * distance)
    elbow = shoulder + toward * along + aside * np.sqrt(max(a * a - along * along, 0))
    u, f = unit(elbow - shoulder), unit(shoulder + toward * distance - elbow)
    flex_axis = RIG.axes[SKELETON.index(f"{side}_elbow"), 0]
    humerus = frame_of(u, np.cross(u, f)) @ frame_of(upper, flex_axis).T
    flex = np.arccos(np.clip(u @ f, -1, 1))
    forearm = humerus @ Rotation.from_rotvec(flex * flex_axis).as_matrix()
    rest_hand = frame_of(np.array([outward, 0, 0]), np.array([0, -1.0, 0]))
    hand = frame_of(np.array(pose.fingers), np.array(pose.palm)) @ rest_hand.T
    relative = Rotation.from_matrix(forearm.T @ hand)
    twist_axis = RIG.axes[SKELETON.index(f"{side}_elbow"), 2]
    x, y, z, w = relative.as_quat()
    twist = 2 * np.arctan2(np.array([x, y, z]) @ twist_axis, w)
    twist = (twist + np.pi / 2) % (2 * np.pi) - np.pi / 2
    swing = Rotation.from_rotvec(-twist * twist_axis) * relative
    rotations = np.zeros((1, len(SKELETON), 3))
    rotations[0, SKELETON.index(f"{side}_shoulder")] = Rotation.from_matrix(collar.T @ humerus).as_rotvec()
    rotations[0, SKELETON.index(f"{side}_wrist")] = swing.as_rotvec()
    angles = np.degrees(RIG.angles(rotations))[0]
    solved = {joint: tuple(angles[SKELETON.index(joint)]) for joint in (f"{side}_shoulder", f"{side}_wrist")}
    solved[f"{side}_elbow"] = (np.degrees(flex), 0.0, np.degrees(twist))
    solved |= {f"{side}_{joint}": values for joint, values in pose.shape.items()}
    return solved


BASE: dict[str, tuple[float, float, float]] = {
    "left_collar": (6, -5, 0), "right_collar": (6, -5, 0), "spine_3": (2, 0, 0), "neck": (4, 0, 0), "head": (-3, 0, 0),
    "left_hip": (0, -2, 0), "right_hip": (0, -2, 0),
}  # fmt: skip
REST_RIGHT = Pose((0.318, 0.885), 0.24, (0.74, -0.62, 0.22), (-0.35, -0.45, -0.85), RELAXED)
REST_LEFT = Pose((0.672, 0.898), 0.23, (-0.72, -0.62, 0.24), (0.40, -0.42, -0.85), RELAXED)

LAG = {"shoulder": -1, "elbow": 0, "wrist": 1, "thumb": 0, "index": 0, "middle": 1, "ring": 1, "little": 2}
"""Frames by which a joint follows the arm's keys: from the shoulder outward, and finger after finger."""


def write(id: str, names: tuple[str, str], tags: tuple[list[str], list[str]], parts: list[str], length: int, stroke: int,
          keys: dict[str, list[tuple[int, dict[str, tuple[float, float, float]]]]]) -> None:  # fmt: skip
    """Write one gesture: side -> (frame, angles) becomes joint -> keys, each joint with its own lag."""
    joints: dict[str, list[list[float]]] = {}
    for moments in keys.values():
        for i, (frame, angles) in enumerate(moments):
            for joint, values in angles.items():
                part = joint.split("_")[1] if joint.startswith(("left", "right")) else joint
                lag = 0 if i in (0, len(moments) - 1) else LAG.get(part, 0)
                if part in FINGERS and i == 2:
                    lag -= 2  # the hand has its shape before it means something
                if part in FINGERS and i == len(moments) - 3:
                    lag += 3  # and keeps it while the arm begins to fall
                entry = [frame + lag, *(round(float(value), 1) + 0.0 for value in values)]
                joints.setdefault(joint, []).append(entry)
    record = {
        "id": id, "name": dict(zip(("en", "zh"), names, strict=True)), "tags": dict(zip(("en", "zh"), tags, strict=True)),
        "parts": parts, "fps": 24, "length": length, "stroke": stroke,
    }  # fmt: skip
    lines = [f'  "{joint}": {json.dumps(joints[joint])}' for joint in SKELETON.joints if joint in joints]
    text = json.dumps(record, ensure_ascii=False, indent=1)[:-2] + ',\n "keys": {\n' + ",\n".join(lines) + "\n }\n}\n"
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{id}.json").write_text(text, encoding="utf-8")


def right(*moments: tuple[int, Pose]) -> list[tuple[int, dict[str, tuple[float, float, float]]]]:
    return [(frame, solve("right", pose, BASE)) for frame, pose in moments]


def rest() -> None:
    pose = BASE | solve("right", REST_RIGHT, BASE) | solve("left", REST_LEFT, BASE)
    write("rest", ("Rest", "静息"), (["idle", "calm"], ["静止", "平静"]), ["body"], 24, 0, {"body": [(0, pose)]})


def wave() -> None:
    def at(out: float, lift: float = 0.0) -> Pose:
        """A moment of the wave: `out` from -1 (toward the head) to 1 (away from it)."""
        tilt = np.radians(2 - 17 * out)
        return Pose((0.185 - 0.058 * out, 0.445 + 0.014 * abs(out) - lift), 0.20,
                    (np.sin(tilt), np.cos(tilt), 0.12), (0.10, -0.1, 1.0), OPEN, (0.42, -1.0, -0.1))  # fmt: skip

    swings = [(-1.0, 18), (1.0, 25), (-0.95, 32), (0.95, 39), (-0.9, 46), (0.8, 53), (0.0, 59)]
    moments = [
        (0, REST_RIGHT),
        (4, REST_RIGHT),
        *((frame, at(out)) for out, frame in swings),
        (80, REST_RIGHT),
        (88, REST_RIGHT),
    ]
    write("wave_right", ("Wave", "挥手"),
          (["hello", "goodbye", "greeting"], ["你好", "再见", "打招呼"]), ["right arm"], 104, 25,
          {"right": right(*moments)})  # fmt: skip


def count() -> None:
    def at(fingers: Shape, lift: float) -> Pose:
        return Pose((0.255, 0.585 - lift), 0.28, (0.06, 1.0, 0.16), (0.12, -0.16, 1.0), fingers, (0.8, -1.0, -0.2))

    moments = [
        (0, REST_RIGHT), (4, REST_RIGHT), (14, at(ONE, 0.03)), (18, at(ONE, 0.0)), (32, at(ONE, 0.002)),
        (37, at(TWO, 0.034)), (41, at(TWO, 0.004)), (54, at(TWO, 0.006)),
        (59, at(THREE, 0.038)), (63, at(THREE, 0.008)), (80, at(THREE, 0.006)), (97, REST_RIGHT), (106, REST_RIGHT),
    ]  # fmt: skip
    write("count_123_right", ("Count one, two, three", "数一二三"), (["numbers", "list", "three"], ["数字", "列举", "三"]),
          ["right arm"], 110, 18, {"right": right(*moments)})  # fmt: skip


def thumbs_up() -> None:
    def at(push: float) -> Pose:
        return Pose((0.255 - 0.008 * push, 0.60 - 0.025 * push), 0.28 + 0.06 * push,
                    (0.60, 0.10, 0.78), (0.78, 0.0, -0.60), THUMB_UP, (0.8, -1.0, -0.3))  # fmt: skip

    moments = [(0, REST_RIGHT), (4, REST_RIGHT), (14, at(0.0)), (18, at(1.0)), (24, at(0.5)), (48, at(0.55)),
               (67, REST_RIGHT), (75, REST_RIGHT)]  # fmt: skip
    write("thumbs_up_right", ("Thumbs up", "点赞"),
          (["good", "like", "well done"], ["好", "赞", "很棒"]), ["right arm"], 80, 18,
          {"right": right(*moments)})  # fmt: skip


def main() -> None:
    for author in (rest, wave, count, thumbs_up):
        author()


if __name__ == "__main__":
    main()
