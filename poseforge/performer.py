"""The built-in performer: an adult of average build, from published measurements only.

Body: segment lengths as shares of height from Drillis & Contini (1966), as reprinted in Winter, *Biomechanics and Motor
Control of Human Movement*. Half shoulder width 0.129, hip height 0.530, shoulder height 0.818, half hip width 0.0955, upper
arm 0.186, forearm 0.146, thigh 0.245, shank 0.246, ankle height 0.039, foot 0.152, eyes 0.936.
Hands: bone lengths in millimetres from radiographs of 66 adults, Buryanov & Kotiuk, *Proportions of Hand Segments*, Int. J.
Morphol. 28 (2010); the carpus is what these leave of an average hand length.
Ranges of motion: the tables of the American Academy of Orthopaedic Surgeons, for fingers with the active ranges they list.
The face is a plain oval of our own drawing, laid out by the 68-point mark-up at average adult size.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from weakref import WeakValueDictionary

import numpy as np

from poseforge.camera import Camera
from poseforge.errors import InvalidValue
from poseforge.rig import Rig, turns_about
from poseforge.rotations import rotation_vectors
from poseforge.skeleton import FINGERS, SMPLX_PARENTS, catalogue

HEIGHT = 1.70
"""Metres, between the averages of women and men."""

CARPUS = 0.018
_FINGER_BONES_MM = {  # metacarpal, proximal, middle, distal with the soft tip; the thumb has no middle one
    "thumb": (46.2, 31.6, 27.4),
    "index": (68.1, 39.8, 22.4, 19.6),
    "middle": (64.6, 44.6, 26.3, 21.4),
    "ring": (58.0, 41.4, 25.7, 21.3),
    "little": (53.7, 32.7, 18.1, 19.7),
}
_KNUCKLE_SIDE_MM = {"index": 27, "middle": 7, "ring": -12, "little": -29}
"""Distance of each knuckle from the hand's axis toward the thumb: about a knuckle's breadth, 20 mm, apart."""

_THUMB_ROOT = (0.022, -0.008, 0.022)
_THUMB_DIRECTION = np.array([0.72, -0.32, 0.62]) / np.linalg.norm([0.72, -0.32, 0.62])
_THUMB_BENDS_TOWARD = (0.45, -0.40, -0.80)
"""The left thumb at rest points forward and a little down; bending, it moves across the palm to the little finger's root."""

_LEFT_AXES: dict[str, tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]] = {
    # flex, abduct, twist; limbs of the left side, and the middle of the body
    "trunk": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),  # forward, to the left, turn left
    "collar": ((0, -1, 0), (0, 0, 1), (-1, 0, 0)),  # forward, up, roll back
    "arm": ((0, -1, 0), (0, 0, 1), (-1, 0, 0)),  # forward, up, palm forward and up
    "hand": ((0, 0, -1), (0, -1, 0), (-1, 0, 0)),  # toward the palm, toward the thumb
    "leg": ((-1, 0, 0), (0, 0, 1), (0, 1, 0)),  # forward, outward, toes outward
    "knee": ((1, 0, 0), (0, 0, 1), (0, 1, 0)),  # heel backward
}
_LIMITS_DEG: dict[str, tuple[str, tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    # which axes, then the ranges of flex, abduct and twist; the arm's zero is the T-pose; an elbow's twist is supination
    "pelvis": ("trunk", (-180, 180), (-180, 180), (-180, 180)),
    "spine_1": ("trunk", (-10, 30), (-12, 12), (-12, 12)),
    "spine_2": ("trunk", (-10, 25), (-12, 12), (-15, 15)),
    "spine_3": ("trunk", (-10, 25), (-12, 12), (-15, 15)),
    "neck": ("trunk", (-30, 25), (-22, 22), (-40, 40)),
    "head": ("trunk", (-30, 25), (-23, 23), (-40, 40)),
    "jaw": ("trunk", (-2, 30), (-6, 6), (-6, 6)),
    "eye": ("trunk", (-30, 30), (0, 0), (-40, 40)),
    "collar": ("collar", (-20, 30), (-12, 35), (-10, 10)),
    "shoulder": ("arm", (-50, 140), (-95, 100), (-95, 95)),
    "elbow": ("arm", (0, 150), (-3, 3), (-90, 95)),
    "wrist": ("hand", (-75, 85), (-35, 28), (-3, 3)),
    "hip": ("leg", (-20, 125), (-30, 45), (-45, 45)),
    "knee": ("knee", (-3, 135), (-3, 3), (-10, 10)),
    "ankle": ("leg", (-50, 22), (-20, 30), (-15, 15)),
    "foot": ("leg", (-40, 50), (-5, 5), (-5, 5)),
    "finger_1": ("hand", (-30, 95), (-25, 25), (-12, 12)),
    "finger_2": ("hand", (-3, 118), (-2, 2), (-3, 3)),
    "finger_3": ("hand", (-5, 82), (-2, 2), (-3, 3)),
    "thumb_1": ("hand", (-25, 55), (-30, 50), (-50, 50)),
    "thumb_2": ("hand", (-10, 70), (-12, 12), (-8, 8)),
    "thumb_3": ("hand", (-15, 90), (-2, 2), (-3, 3)),
}

_STANCE_DEG: dict[str, tuple[float, float, float]] = {
    # hands together before the belly, as EchoMimicV2's people rest: flex, abduct and twist; the two arms are no exact mirrors
    "spine_3": (2, 0, 0), "neck": (4, 0, 0), "head": (-3, 0, 0), "hip": (0, -2, 0), "collar": (6, -5, 0),
    "left_shoulder": (12.0, -64.2, -40.5), "left_elbow": (79.1, 0, -3.6), "left_wrist": (21.3, 13.4, 0),
    "right_shoulder": (17.5, -64.3, -34.1), "right_elbow": (75.7, 0, -0.8), "right_wrist": (25.3, 14.0, 0),
    "index_1": (20, 3, 0), "index_2": (30, 0, 0), "index_3": (10, 0, 0),
    "middle_1": (25, 0, 0), "middle_2": (36, 0, 0), "middle_3": (13, 0, 0),
    "ring_1": (30, -2, 0), "ring_2": (41, 0, 0), "ring_3": (16, 0, 0),
    "little_1": (34, -6, 0), "little_2": (45, 0, 0), "little_3": (19, 0, 0),
    "thumb_1": (8, 6, 0), "thumb_2": (12, 0, 0), "thumb_3": (14, 0, 0),
}  # fmt: skip

_SKELETON = catalogue["smplx-55"]

HALF_BODY = Camera(position=(0.0, 1.26, 1.80), focal=1.80 / 0.97, center=(0.5, 0.565), margin=0.25)
"""EchoMimicV2's framing of the performer: neck near y 0.45, shoulders near x 0.27 and 0.73, hands in front of the belly."""


SLIGHTEST, STOUTEST = 0.05, 20.0
"""What a measure of a build may be."""


@dataclass(frozen=True)
class Build:
    """How a performer differs from the adult of average build: each measure is so many times the average.

    Attributes:
        shoulders: width of the shoulder line.
        neck: distance of the nose from the middle of the shoulders.
        head, hands: their size.
        arms: length of upper arms and forearms.
    """

    shoulders: float = 1.0
    neck: float = 1.0
    head: float = 1.0
    arms: float = 1.0
    hands: float = 1.0

    def __post_init__(self) -> None:
        """Raises InvalidValue for what is no ratio, or one out of bounds."""
        for name, ratio in asdict(self).items():
            if not isinstance(ratio, int | float) or not SLIGHTEST <= ratio <= STOUTEST:
                raise InvalidValue(
                    f"a performer's {name} of {ratio!r:.40}; expected {SLIGHTEST:g} to {STOUTEST:g} times the usual"
                )
            object.__setattr__(self, name, float(ratio))

    def times(self, other: Build) -> Build:
        """The build of one who differs from this one as another differs from the average."""
        return Build(**{one.name: getattr(self, one.name) * getattr(other, one.name) for one in fields(Build)})


@dataclass(frozen=True, eq=False)
class Performer(Rig):
    """The built-in rig, of a build. Its joints, their axes and limits are the same for every build."""

    build: Build = field(default_factory=Build)


@cache
def performer() -> Performer:
    """The built-in rig of average build, with the topology of SMPL-X's 55 joints."""
    offsets = _offsets()
    axes, limits = [], []
    for name in _SKELETON.joints:
        joint_axes, joint_limits = _movement(name)
        axes.append(joint_axes)
        limits.append(joint_limits)
    stance = [
        _STANCE_DEG.get(name, _STANCE_DEG.get(name.removeprefix("left_").removeprefix("right_"), (0.0, 0.0, 0.0)))
        for name in _SKELETON.joints
    ]
    return Performer(
        _SKELETON,
        SMPLX_PARENTS,
        np.array([offsets[name] for name in _SKELETON.joints]),
        np.array(axes),
        np.radians(np.array(limits, dtype=np.float64)),
        {name: (_SKELETON.index(joint), place) for name, (joint, place) in _landmarks().items()},
        rotation_vectors(turns_about(np.array(axes), np.radians(stance))),
    )


_known: WeakValueDictionary[Build, Performer] = WeakValueDictionary()


def of_build(build: Build) -> Performer:
    """The performer of a build: one object for equal builds, as long as anybody holds it."""
    if build == Build():
        return performer()
    return _known.get(build) or _known.setdefault(build, _built(build))


def _built(build: Build) -> Performer:
    usual = performer()
    offsets = np.array(usual.offsets)
    landmarks = dict(usual.landmarks)
    for i, name in enumerate(_SKELETON.joints):
        bare = name.removeprefix("left_").removeprefix("right_")
        if bare in ("collar", "shoulder"):
            offsets[i, 0] *= build.shoulders
        else:
            offsets[i] *= _ratio(build, _SKELETON.joints[max(usual.parents[i], 0)], bare)
    for name, (joint, place) in usual.landmarks.items():
        x, y, z = (np.array(place) * _ratio(build, _SKELETON.joints[joint], "")).tolist()
        landmarks[name] = joint, (x, y, z)
    head, nose = _SKELETON.index("head"), usual.landmarks["nose"][1][1]
    up = offsets[_SKELETON.index("neck"), 1] + usual.offsets[head, 1] + nose - _shoulder_height(usual)
    offsets[head, 1] += (build.neck - 1) * up - (build.head - 1) * nose  # the head grows about the nose
    return replace(usual, offsets=offsets, landmarks=landmarks, build=build)


def _ratio(build: Build, parent: str, bare: str) -> float:
    """How much longer a bone is that goes out from a joint."""
    if bare in ("elbow", "wrist"):
        return build.arms
    if parent in ("head", "jaw"):
        return build.head
    return build.hands if any(part in parent for part in ("wrist", *FINGERS)) else 1.0


def _shoulder_height(rig: Rig) -> float:
    """Metres from where the neck and the collars begin up to the shoulders."""
    return float(sum(rig.offsets[_SKELETON.index(name), 1] for name in ("left_collar", "left_shoulder")))


def _mirror(place: tuple[float, ...]) -> tuple[float, float, float]:
    return -place[0], place[1], place[2]


def _offsets() -> dict[str, tuple[float, float, float]]:
    """Metres from each joint's parent in the rest pose."""
    h = HEIGHT
    trunk = (0.818 - 0.530) * h  # hips to shoulders
    middle = {
        "pelvis": (0.0, 0.530 * h, 0.0),
        "spine_1": (0.0, 0.18 * trunk, -0.01),
        "spine_2": (0.0, 0.27 * trunk, 0.0),
        "spine_3": (0.0, 0.27 * trunk, 0.0),
        "neck": (0.0, 0.34 * trunk, -0.01),
        "head": (0.0, 0.0347 * h, 0.02),
        "jaw": (0.0, -0.012, 0.015),
    }
    left = {
        "left_collar": (0.025, 0.22 * trunk, 0.01),
        "left_shoulder": (0.129 * h - 0.025, 0.06 * trunk, -0.01),
        "left_elbow": (0.186 * h, 0.0, 0.0),
        "left_wrist": (0.146 * h, 0.0, 0.0),
        "left_hip": (0.0955 * h, 0.0, 0.0),
        "left_knee": (0.0, -0.245 * h, 0.0),
        "left_ankle": (0.0, -0.246 * h, 0.0),
        "left_foot": (0.0, -0.039 * h + 0.02, 0.6 * 0.152 * h),
        "left_eye": (0.031, 0.936 * h - 0.870 * h, 0.075),
    }
    for finger in FINGERS:
        root, *bones = (length / 1000 for length in _FINGER_BONES_MM[finger])
        if finger == "thumb":
            places = [np.array(_THUMB_ROOT), _THUMB_DIRECTION * root, _THUMB_DIRECTION * bones[0]]
        else:
            side = _KNUCKLE_SIDE_MM[finger] / 1000
            reach = CARPUS + np.sqrt(root**2 - (0.6 * side) ** 2)  # metacarpals fan out from a narrower carpus
            places = [np.array([reach, 0.0, side]), np.array([bones[0], 0.0, 0.0]), np.array([bones[1], 0.0, 0.0])]
        for i, place in enumerate(places, 1):
            left[f"left_{finger}_{i}"] = (float(place[0]), float(place[1]), float(place[2]))
    right = {name.replace("left_", "right_"): _mirror(place) for name, place in left.items()}
    return middle | left | right


def _movement(name: str) -> tuple[list[list[float]], tuple[tuple[int, int], ...]]:
    """A joint's axes and its limits in degrees."""
    bare = name.removeprefix("left_").removeprefix("right_")
    kind = bare if bare in _LIMITS_DEG else f"finger_{bare[-1]}"
    family, *limits = _LIMITS_DEG[kind]
    axes = np.array(_LEFT_AXES[family], dtype=np.float64)
    if bare.startswith("thumb"):
        flex = np.cross(_THUMB_DIRECTION, _THUMB_BENDS_TOWARD)
        flex /= np.linalg.norm(flex)
        axes = np.array([flex, np.cross(flex, _THUMB_DIRECTION), -_THUMB_DIRECTION])
    if name.startswith("right_"):
        axes = axes * (1, -1, -1)  # a mirrored axis of rotation
    return axes.tolist(), tuple(limits)


def _landmarks() -> dict[str, tuple[str, tuple[float, float, float]]]:
    """Hub points that ride on a joint: finger tips, toes, ears and the face."""
    found: dict[str, tuple[str, tuple[float, float, float]]] = {}
    left: dict[str, tuple[str, tuple[float, float, float]]] = {
        "left_big_toe": ("left_foot", (-0.012, -0.01, 0.4 * 0.152 * HEIGHT)),
        "left_small_toe": ("left_foot", (0.035, -0.01, 0.3 * 0.152 * HEIGHT)),
        "left_heel": ("left_ankle", (0.0, -0.035, -0.045)),
        "left_ear": ("head", (0.073, 0.098, -0.01)),
        "left_hand_root": ("left_wrist", (0.0, 0.0, 0.0)),
    }
    for finger in FINGERS:
        tip = _FINGER_BONES_MM[finger][-1] / 1000
        along = _THUMB_DIRECTION if finger == "thumb" else np.array([1.0, 0.0, 0.0])
        place = along * tip
        left[f"left_{finger}_4"] = (f"left_{finger}_3", (float(place[0]), float(place[1]), float(place[2])))
    for name, (joint, place) in left.items():
        found[name] = (joint, place)
        found[name.replace("left_", "right_")] = (joint.replace("left_", "right_"), _mirror(place))
    for i, (x, y, z) in enumerate(_face_mm()):
        rides = "jaw" if 5 <= i <= 11 or 55 <= i <= 59 or 65 <= i <= 67 else "head"
        lift = 12.0 if rides == "jaw" else 0.0
        back = -15.0 if rides == "jaw" else 0.0
        found[f"face_{i:02d}"] = (rides, (x / 1000, (y + lift) / 1000, (z + back) / 1000))
    found["nose"] = found["face_30"]
    return found


def _face_mm() -> list[tuple[float, float, float]]:
    """The 68 face points in millimetres from the head joint: x to the person's left, y up, z forward."""
    eye = (0.936 - 0.870) * HEIGHT * 1000
    points: list[tuple[float, float, float]] = []
    for i in range(17):  # jaw from the right ear down to the chin and up to the left ear
        turn = np.pi * i / 16
        points.append((-70 * np.cos(turn), eye - 4 - 110 * np.sin(turn) ** 0.9, 10 + 72 * np.sin(turn)))
    brow = [(-58, 18, 66), (-48, 26, 76), (-37, 28, 84), (-25, 26, 88), (-14, 22, 90)]
    points += [(x, eye + y, z) for x, y, z in brow]
    points += [(-x, eye + y, z) for x, y, z in reversed(brow)]
    points += [(0, eye + y, z) for y, z in ((2, 90), (-12, 97), (-26, 104), (-40, 110))]  # bridge of the nose
    points += [(x, eye + y, z) for x, y, z in ((-15, -50, 92), (-8, -53, 96), (0, -55, 98), (8, -53, 96), (15, -50, 92))]
    right_eye = [(-45, 0, 70), (-36, 6, 76), (-26, 6, 77), (-17, -1, 75), (-26, -5, 76), (-36, -5, 75)]
    points += [(x, eye + y, z) for x, y, z in right_eye]
    points += [(-right_eye[i][0], eye + right_eye[i][1], right_eye[i][2]) for i in (3, 2, 1, 0, 5, 4)]
    lips = [(-25, -77, 82), (-15, -72, 91), (-5, -69, 95), (0, -70, 96), (5, -69, 95), (15, -72, 91), (25, -77, 82),
            (15, -84, 90), (7, -88, 93), (0, -89, 94), (-7, -88, 93), (-15, -84, 90)]  # fmt: skip
    inner = [
        (-20, -77, 84),
        (-8, -76, 91),
        (0, -76, 92),
        (8, -76, 91),
        (20, -77, 84),
        (8, -79, 91),
        (0, -79, 92),
        (-8, -79, 91),
    ]
    points += [(x, eye + y, z) for x, y, z in lips + inner]
    return [(float(x), float(y), float(z)) for x, y, z in points]
