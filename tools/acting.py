"""Acting: from what a director says to the angles of an arm.

A pose says where the wrist is on the canvas, how far in front of the body, where fingers and palm point, and what shape the
fingers take. Two-bone inverse kinematics makes angles of it; of all the places where the elbow may then be, the one near the
wished direction at which the joints are most at ease is taken.

Movements between poses are broken down: in-between poses on an arc, the hand turning a little after the wrist has left. If
every joint simply went from pose to pose, hands would rise edge-on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.spatial.transform import Rotation

from poseforge import library
from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion
from poseforge.timeline.curves import minimum_jerk

RIG = performer()
SKELETON = RIG.skeleton

Vector = tuple[float, float, float]
Angles = dict[str, Vector]
Key = tuple[int, float, float, float] | tuple[int, float, float, float, str]
Keys = dict[str, list[Key]]


@dataclass(frozen=True)
class Pose:
    """Where an arm is. For all directions x is outward, on either side; y is up, z toward the viewer.

    Attributes:
        wrist: how far outward from the picture's middle and how far down, in fractions of the canvas.
        depth: metres in front of the body.
        fingers, palm: where they point.
        shape: the id of the hand's shape.
        elbow: where it would like to point, seen from the middle of the arm.
        collar: the shoulder girdle's flex and lift in degrees.
        arc: how far the way to this pose bulges, outward and down in canvases and forward in metres.
    """

    wrist: tuple[float, float]
    depth: float
    fingers: Vector
    palm: Vector
    shape: str = "relaxed"
    elbow: Vector = (0.9, -1.0, -0.25)
    collar: tuple[float, float] = (6, -5)
    arc: Vector = (0.025, 0.0, 0.04)


Moment = tuple[int, Pose]

STANCE = np.degrees(RIG.angles(RIG.stance))


def stance(joint: str) -> Vector:
    """The angles in degrees of a joint at rest."""
    flex, abduct, twist = (round(float(value), 1) + 0.0 for value in STANCE[SKELETON.index(joint)])
    return flex, abduct, twist


BODY: Angles = {joint: stance(joint) for joint in ("spine_3", "neck", "head")}
"""Trunk and head at rest."""

REST = {
    "right": Pose((0.174, 0.872), 0.258, (-0.93, -0.22, 0.25), (0.20, -0.15, -0.95)),
    "left": Pose((0.170, 0.876), 0.222, (-0.93, -0.24, 0.25), (0.20, -0.15, -0.95)),
}
ARM = ("collar", "shoulder", "elbow", "wrist")
LAG = {"shoulder": -1, "collar": -1, "wrist": 1, "middle": 1, "ring": 1, "little": 2}
"""Frames by which a joint follows the elbow: from the shoulder outward, and finger after finger."""


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def frame_of(along: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The orthonormal frame (columns) of a direction and a second one, made orthogonal to it."""
    first = unit(along)
    second = unit(normal - first * (normal @ first))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def mix(a: Pose, b: Pose, share: float, turn: float | None = None) -> Pose:
    """The pose on the way from a to b: the wrist at `share` of the arc, the hand at `turn` of its shortest turn."""
    first, last = (Rotation.from_matrix(frame_of(np.array(p.fingers), np.array(p.palm))) for p in (a, b))
    way = (first.inv() * last).as_rotvec()
    hand = (first * Rotation.from_rotvec(way * (share if turn is None else turn))).as_matrix()

    def between(x: tuple[float, ...], y: tuple[float, ...]) -> np.ndarray:
        return np.array(x) + (np.array(y) - np.array(x)) * share

    bulge = np.array(b.arc) * 4 * share * (1 - share)
    wrist = between(a.wrist, b.wrist) + bulge[:2]
    return replace(
        b if share >= 0.5 else a,
        wrist=tuple(wrist),
        depth=float(between((a.depth,), (b.depth,))[0] + bulge[2]),
        fingers=tuple(hand[:, 0]),
        palm=tuple(hand[:, 1]),
        elbow=tuple(between(a.elbow, b.elbow)),
        collar=tuple(between(a.collar, b.collar)),
        arc=b.arc,
    )


class _Arm:
    """One arm in a pose, for any place of the elbow on its circle about the line from shoulder to wrist."""

    def __init__(self, side: str, pose: Pose) -> None:
        self.side = side
        mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
        still = np.radians(STANCE)[None]
        still[0, SKELETON.index(f"{side}_collar")] = np.radians((*pose.collar, 0.0))
        places, turned = RIG.world(Motion(RIG.rotations(still), np.zeros((1, 3)), RIG))
        self.girdle = turned[0, SKELETON.index(f"{side}_collar")]
        self.shoulder = places[0, SKELETON.index(f"{side}_shoulder")]
        self.upper, self.fore = (RIG.offsets[SKELETON.index(f"{side}_{joint}")] for joint in ("elbow", "wrist"))
        self.axes, self.limits = ([table[SKELETON.index(f"{side}_{joint}")] for joint in ARM[1:]]
                                  for table in (RIG.axes, np.degrees(RIG.limits)))  # fmt: skip
        away = HALF_BODY.position[2] - pose.depth
        x = mirror[0] * pose.wrist[0] * away / HALF_BODY.focal
        y = HALF_BODY.position[1] - (pose.wrist[1] - HALF_BODY.center[1]) * away / HALF_BODY.focal
        reach = np.array([x, y, pose.depth]) - self.shoulder
        a, b = np.linalg.norm(self.upper), np.linalg.norm(self.fore)
        self.distance = min(float(np.linalg.norm(reach)), 0.995 * (a + b))
        self.toward = unit(reach)
        self.along = (a * a - b * b + self.distance**2) / (2 * self.distance)
        self.radius = np.sqrt(max(a * a - self.along**2, 0))
        hint = np.array(pose.elbow) * mirror
        self.aside = unit(hint - self.toward * (hint @ self.toward))
        flat = frame_of(np.array([mirror[0], 0, 0]), np.array([0, -1.0, 0]))
        self.hand = frame_of(np.array(pose.fingers) * mirror, np.array(pose.palm) * mirror) @ flat.T

    def angles(self, swivel: float) -> np.ndarray:
        """(3, 3) degrees of shoulder, elbow and wrist with the elbow turned by `swivel` radians from the wished place."""
        aside = Rotation.from_rotvec(self.toward * swivel).as_matrix() @ self.aside
        elbow = self.shoulder + self.toward * self.along + aside * self.radius
        u, f = unit(elbow - self.shoulder), unit(self.shoulder + self.toward * self.distance - elbow)
        bend, turn_axis = self.axes[1][0], self.axes[1][2]
        humerus = frame_of(u, np.cross(u, f)) @ frame_of(self.upper, bend).T
        flex = np.arccos(np.clip(u @ f, -1, 1))
        forearm = humerus @ Rotation.from_rotvec(flex * bend).as_matrix()
        relative = Rotation.from_matrix(forearm.T @ self.hand)
        x, y, z, w = relative.as_quat()
        twist = 2 * np.arctan2(np.array([x, y, z]) @ turn_axis, w)
        twist = (twist + np.pi) % (2 * np.pi) - np.pi
        wrist = (Rotation.from_rotvec(-twist * turn_axis) * relative).as_rotvec()
        shoulder = Rotation.from_matrix(self.girdle.T @ humerus).as_quat()
        roll = 2 * np.arctan2(shoulder[:3] @ self.axes[0][2], shoulder[3])
        roll = (roll + np.pi) % (2 * np.pi) - np.pi
        swing = (Rotation.from_quat(shoulder) * Rotation.from_rotvec(-roll * self.axes[0][2])).as_rotvec()
        rows = [[*(self.axes[0][:2] @ swing), roll], [flex, 0.0, twist], [*(self.axes[2][:2] @ wrist), 0.0]]
        return np.degrees(np.array(rows))

    def strain(self, swivel: float) -> float:
        """How uneasy the arm is: joints beyond their limits above all, then a bent wrist, then an elbow off its place."""
        angles = self.angles(swivel)
        low, high = np.array(self.limits)[..., 0], np.array(self.limits)[..., 1]
        beyond = np.maximum(low + 4 - angles, 0) + np.maximum(angles - high + 4, 0)
        beyond[1, 1] = beyond[2, 2] = 0
        return float((beyond**2).sum() / 9 + ((angles[2, :2] / (60, 30)) ** 2).sum() * 0.4 + (swivel / 0.6) ** 2)


def solve(side: str, pose: Pose) -> Angles:
    """The angles of one arm in degrees, within its limits; at rest those of the performer's stance."""
    if replace(pose, arc=REST[side].arc) == REST[side]:
        return {f"{side}_{joint}": stance(f"{side}_{joint}") for joint in ARM}
    arm = _Arm(side, pose)
    swivel = minimize_scalar(arm.strain, bounds=(-1.1, 1.1), method="bounded", options={"xatol": 1e-5}).x
    found = arm.angles(float(swivel))
    limits = np.array(arm.limits)
    legal = np.clip(found, limits[..., 0], limits[..., 1])
    if np.abs(legal - found).max() > 10:
        print(f"  {side} {pose.shape} at {pose.wrist}: {np.round(found - legal, 0).tolist()} beyond the limits")
    rows = [(*pose.collar, 0.0), *(tuple(row) for row in legal)]
    return {f"{side}_{joint}": row for joint, row in zip(ARM, rows, strict=True)}


def arm_keys(side: str, moments: Sequence[Moment]) -> Keys:
    """Keys of the arm: every moment and what lies between. Joints follow one another, but not at rest and at quick turns."""
    last = len(moments) - 1
    shown: list[tuple[int, Pose, bool]] = []
    for i, (frame, pose) in enumerate(moments):
        around = [abs(frame - moments[j][0]) for j in (i - 1, i + 1) if 0 <= j <= last]
        loose = 0 < i < last and max(around) > 5
        if i:
            shown += [(between, way, loose) for between, way in breakdowns(moments[i - 1], (frame, pose))]
        shown.append((frame, pose, loose))
    keys: Keys = {}
    for frame, pose, loose in shown:
        for joint, values in solve(side, pose).items():
            lag = LAG.get(joint.split("_")[1], 0) if loose else 0
            keys.setdefault(joint, []).append((frame + lag, *_rounded(values), "smooth"))
    return keys


def breakdowns(first: Moment, last: Moment) -> list[Moment]:
    """The in-between poses of a movement, none for a small one; the hand turns more evenly than the wrist goes, and later."""
    (start, a), (end, b) = first, last
    travel = float(np.hypot(*np.subtract(a.wrist, b.wrist)))
    turn = np.linalg.norm(np.subtract(a.fingers, b.fingers)) + np.linalg.norm(np.subtract(a.palm, b.palm))
    if max(travel / 0.08, turn / 0.8) < 1 or end - start < 5:
        return []
    count = 3 if end - start > 7 else 2
    found = []
    for frame in (start + round(i / (count + 1) * (end - start)) for i in range(1, count + 1)):
        time = (frame - start) / (end - start)
        late = max(time - 0.1, 0) / 0.9
        share, turned = minimum_jerk(np.array([time, late]))
        found.append((frame, mix(a, b, float(share), float(late + turned) / 2)))
    return found


def finger_keys(side: str, moments: Sequence[Moment]) -> Keys:
    """Keys of the fingers: they have their shape before the arm arrives, and keep it while the arm begins to fall."""
    keys: Keys = {}
    for joint in library.FINGER_JOINTS:
        lag = LAG.get(joint.split("_")[0], 0)
        first = library.hand_shape(moments[0][1].shape).angles[joint]
        entries: list[Key] = [(moments[0][0], *_rounded(first))]
        for (start, a), (end, b) in pairwise(moments):
            if a.shape != b.shape:
                begin = start + lag + (3 if b.shape == "relaxed" and end - start > 8 else 0)
                finish = end + lag - (2 if end - start > 6 else 1)
                begin = max(begin, entries[-1][0] + 1)
                entries.append((begin, *_rounded(library.hand_shape(a.shape).angles[joint])))
                entries.append((max(finish, begin + 1), *_rounded(library.hand_shape(b.shape).angles[joint])))
        keys[f"{side}_{joint}"] = entries
    return keys


def body_keys(moments: Sequence[tuple[int, Angles]]) -> Keys:
    """Keys of head and trunk."""
    return {joint: [(frame, *_rounded((BODY | angles)[joint])) for frame, angles in moments]
            for joint in dict.fromkeys(joint for _, angles in moments for joint in angles)}  # fmt: skip


def _rounded(values: Sequence[float]) -> tuple[float, float, float]:
    flex, abduct, twist = (round(float(value), 1) + 0.0 for value in values)
    return flex, abduct, twist
