"""From another program's joints to a rig: whose they are, what they are called, how large a unit is, and which way is up.

A joint tree from elsewhere has its own names, unit and axes, and its rest pose need not stand. What is known of people tells
the rest: they are 1.2 to 2.3 m tall, stand with the head up for most of the time, and have their left on one side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.joint_names import AUTO, NameMap, Naming, rename
from poseforge.options import check, one_of
from poseforge.performer import HEIGHT, performer
from poseforge.rig import Motion, Rig
from poseforge.rotations import inverse, matrices, of_matrices, product, rotation_vectors
from poseforge.skeleton import FINGERS, Skeleton, wholebody_134

UNITS = {"m": 1.0, "cm": 0.01, "mm": 0.001, "inch": 0.0254}
_STATURE = (1.2, 2.3)
"""Metres within which people stand: what tells the unit."""

_HIGH = ("head", "neck", "left_shoulder", "right_shoulder", "spine_3")
_LOW = ("left_ankle", "right_ankle", "left_knee", "right_knee", "left_hip", "right_hip", "pelvis")
_LIMBS = tuple(
    tuple(f"{side}_{joint}" for joint in limb)
    for limb in (("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist"))
    for side in ("left", "right")
)
_Z_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""From a world whose z points up to ours, whose y does."""

_LOOKED_AT = 200
"""Frames that tell which way is up."""

_STILL = 1e-4
"""The share of a body's height that a joint may move in its parent's frame and still counts as fixed."""

_SMALLEST = 1e-6
"""A body that is not larger in any unit has no size."""

_NAMED = 8
"""Unknown names that are told."""

_UPRIGHT = 0.7
"""The cosine up to which a rest pose stands along an axis."""

Floats = NDArray[np.float64]
_Landmarks = dict[str, tuple[int, tuple[float, float, float]]]


@dataclass(frozen=True)
class Hints:
    """What a file of joints does not say. Raises InvalidValue for what there is not.

    Attributes:
        unit: m, cm, mm, inch, or the metres of one unit; auto takes the one in which the person is 1.2 to 2.3 m tall, and if
            there is none makes the person as tall as the built-in performer.
        up: the axis that points up: y, z, or auto, along which the person stands most of the time.
        rest: hierarchy, the pose of the file's skeleton, or first_frame, for files whose first frame is the T-pose.
        names: what the joints are called: auto, the id of a map (cmu, mixamo ...), or a JSON file, which goes before auto's.
    """

    unit: str | float = one_of(AUTO, AUTO, *UNITS, other="METRES")
    up: str = one_of(AUTO, AUTO, "y", "z")
    rest: str = one_of("hierarchy", "hierarchy", "first_frame")
    names: str = one_of(AUTO, AUTO, other="MAP")

    def __post_init__(self) -> None:
        check(self)
        if self.unit not in (AUTO, *UNITS):
            try:
                metres = float(self.unit)
            except (TypeError, ValueError):
                metres = 0.0
            if not 1e-6 <= metres <= 1e3:
                raise InvalidValue(f"unit {self.unit!r:.40}; there are {AUTO}, {', '.join(UNITS)}, or the metres of one unit")


@dataclass
class Body:
    """Joints in the file's own unit and axes.

    Attributes:
        names, parents: of the J joints, each after its parent, -1 for a root; one root's joints stand together.
        offsets: (J, 3) from the parent in the rest pose, in which all frames equal the world's.
        tips: the ends of bones on which no joint sits: (joint, offset).
        turns: (T, J, 4) quaternions in the parent's frame.
        moves: joint -> (T, 3) its place in its parent's frame, of those that move there.
    """

    names: list[str]
    parents: list[int]
    offsets: Floats
    tips: list[tuple[int, Floats]]
    turns: Floats
    moves: dict[int, Floats]


def motions(body: Body, hints: Hints, fps: Fraction, meta: Mapping[str, Any]) -> tuple[Motion, ...]:
    """The movement of each person, with a rig of its own in metres, y up, which at rest stands and faces the viewer.

    A root with shoulders is a person; others hang on the first person's root. Joints have PoseForge's names where the map of
    names knows them. `meta` is extended by what was guessed (`names`, `unit`, `metres_per_unit`, `up`), which joints the map
    knows (`mapped`) and does not (`unmapped`), which points ride on the head as on the built-in performer (`approximated`),
    which joints do not belong to the body (`left_out`), and what a rig cannot hold (`lost`). Raises as `joint_names.rename`.
    """
    roots = [joint for joint, parent in enumerate(body.parents) if parent < 0]
    parts = [range(start, end) for start, end in zip(roots, [*roots[1:], len(body.parents)], strict=True)]
    shoulders = {"left_shoulder", "right_shoulder"}
    people = [part for part in parts if shoulders <= set(rename([body.names[i] for i in part], hints.names).names)]
    people = people or parts[:1]
    first, others = people[0], [part for part in parts if part not in people]
    for part in others:
        _hang(body, part.start, first.start)
    chosen = [[*first, *(joint for part in others for joint in part)], *(list(part) for part in people[1:])]
    return tuple(_person(_taken(body, joints), hints, fps, meta) for joints in chosen)


def _hang(body: Body, joint: int, root: int) -> None:
    """Make a root the child of another, where it is."""
    back = inverse(body.turns[:, root])
    apart = body.moves.get(joint, body.offsets[joint]) - body.moves.get(root, body.offsets[root])
    body.moves[joint] = _applied(matrices(back), apart)
    body.turns[:, joint] = product(back, body.turns[:, joint])
    body.parents[joint] = root


def _taken(body: Body, joints: list[int]) -> Body:
    """Some of the joints, the first of which becomes the root."""
    place = {joint: i for i, joint in enumerate(joints)}
    return Body(
        [body.names[i] for i in joints],
        [-1, *(place[body.parents[i]] for i in joints[1:])],
        body.offsets[joints],
        [(place[joint], offset) for joint, offset in body.tips if joint in place],
        body.turns[:, joints],
        {place[joint]: moves for joint, moves in body.moves.items() if joint in place},
    )


def _rooted(body: Body, known: list[bool]) -> list[int]:
    """Make the lowest joint that has all known ones below it the root, and give the joints that stay.

    What is above it are reference points that carry the body about.
    """
    within = list(known)
    for joint in range(len(known) - 1, 0, -1):
        within[body.parents[joint]] |= within[joint]
    top = 0
    while not known[top]:
        carrying = [joint for joint, parent in enumerate(body.parents) if parent == top and within[joint]]
        if len(carrying) != 1:
            break
        top = carrying[0]
    if top == 0:
        return list(range(len(known)))
    turn, place, joint = body.turns[:, top], body.moves.get(top, body.offsets[top]), body.parents[top]
    while joint >= 0:
        place = _applied(matrices(body.turns[:, joint]), place) + body.moves.get(joint, body.offsets[joint])
        turn, joint = product(body.turns[:, joint], turn), body.parents[joint]
    body.turns[:, top], body.moves[top], body.offsets[top] = turn, place, 0.0
    below = {top}
    for joint, parent in enumerate(body.parents):
        if parent in below:
            below.add(joint)
    return sorted(below)


def _applied(turned: Floats, vectors: Floats) -> Floats:
    """Vectors (..., 3) turned by matrices (..., 3, 3)."""
    return np.asarray((turned @ vectors[..., None])[..., 0])


def _person(body: Body, hints: Hints, fps: Fraction, meta: Mapping[str, Any]) -> Motion:
    naming = rename(body.names, hints.names)
    known = set(naming.mapped.values())
    kept = _rooted(body, [name in known for name in naming.names])
    told: dict[str, Any] = {
        "names": naming.map.id,
        "mapped": dict(naming.mapped),
        "unmapped": [naming.names[i] for i in kept if naming.names[i] not in known],
        "left_out": [name for i, name in enumerate(body.names) if i not in set(kept)],
    }
    body, names = _taken(body, kept), [naming.names[i] for i in kept]
    root = np.broadcast_to(body.moves.pop(0, body.offsets[0]), (len(body.turns), 3))
    lost = [*meta.get("lost", ()), *_fixed(body, names)]
    some = slice(None, None, -(-len(root) // _LOOKED_AT))
    places, orientations = _rig(names, body.parents, body.offsets).placed(body.turns[some], root[some])
    up = hints.up if hints.up != AUTO else _upward(names, places)
    world = _Z_UP if up == "z" else np.eye(3)

    rest = orientations[0] if hints.rest == "first_frame" else np.tile(np.eye(3), (len(names), 1, 1))
    above = np.maximum(body.parents, 0)
    standing = _standing(names, _resting(_rig(names, body.parents, _applied(rest[above], body.offsets))))
    rest = (world if standing is None else standing) @ rest
    offsets = _applied(rest[above], body.offsets)
    offsets[0] = world @ body.offsets[0]
    aside = of_matrices(rest)
    turns = product(product(aside[above], body.turns), inverse(aside))
    turns[:, 0] = product(product(of_matrices(world), body.turns[:, 0]), inverse(aside[0]))
    tips = {joint: rest[joint] @ offset for joint, offset in body.tips if offset.any()}

    tall = _stature(_rig(names, body.parents, offsets), tips)
    unit, metres = _unit(tall, hints.unit, naming.map)
    landmarks = _tips(names, {joint: offset * metres for joint, offset in tips.items()})
    face = _face(names, tall * metres / HEIGHT) if standing is not None else {}
    told |= {"unit": unit, "metres_per_unit": metres, "up": up, "rest": hints.rest}
    told |= {"approximated": list(face), "lost": lost}
    notes = [*lost, *_unknown(naming)]
    told |= {"note": "; ".join(notes)} if notes else {}
    rig = _rig(names, body.parents, offsets * metres, landmarks | face)
    return Motion(rotation_vectors(turns), (root @ world.T - offsets[0]) * metres, rig, fps, {**meta, **told})


def _unknown(naming: Naming) -> Iterator[str]:
    """What to tell of names that are not known, if some of them may be those of arms, head or hands."""
    known = set(naming.mapped.values())
    unknown = [name for name in naming.names if name not in known]
    sides = ("left", "right")
    fingers = [f"{side}_{finger}_{joint}" for side in sides for finger in FINGERS for joint in (1, 2, 3)]
    parts = {
        "arms": known >= {f"{side}_{joint}" for side in sides for joint in ("shoulder", "elbow", "wrist")},
        "head": "head" in known,
        "hands": sum(finger in known for finger in fingers) > len(fingers) / 2,
    }
    lacking = " and ".join(part for part, there in parts.items() if not there)
    if lacking and unknown:
        some = f"{', '.join(unknown[:_NAMED])}{' ...' if len(unknown) > _NAMED else ''}"
        yield (
            f"{len(unknown)} of {len(naming.names)} joint names are not known ({some}), and {lacking} are missing, or most of "
            "them; if those names are theirs, say so with -o names=MAP, a JSON file"
        )


def _fixed(body: Body, names: list[str]) -> list[str]:
    """Put joints that move in their parents' frames where they mostly are, and tell which moved how far off."""
    lost = []
    reach = float(np.abs(body.offsets).sum(axis=0).max()) or 1.0
    for joint, moves in body.moves.items():
        body.offsets[joint] = np.median(moves, axis=0)
        off = float(np.linalg.norm(moves - body.offsets[joint], axis=1).max())
        if off > _STILL * reach:
            lost.append(f"{names[joint]} moves in its parent's frame, up to {off:.3g} units; it is kept where it mostly is")
    return lost


def _rig(names: list[str], parents: list[int], offsets: Floats, landmarks: _Landmarks | None = None) -> Rig:
    """A rig that bends every way."""
    joints = len(names)
    limits = np.tile((-np.pi, np.pi), (joints, 3, 1))
    axes = np.tile(np.eye(3), (joints, 1, 1))
    bones = tuple((parent, joint) for joint, parent in enumerate(parents) if parent >= 0)
    return Rig(
        Skeleton("foreign", tuple(names), bones), tuple(parents), offsets, axes, limits, landmarks or {}, np.zeros((joints, 3))
    )


def _resting(rig: Rig) -> Floats:
    """(J, 3) the joints' places in the rest pose."""
    return np.asarray(rig.placed(np.tile((0.0, 0.0, 0.0, 1.0), (1, len(rig.parents), 1)), np.zeros((1, 3)))[0][0])


def _middle(names: list[str], places: Floats, wanted: tuple[str, ...], most: int) -> Floats:
    """(..., 3) the middle of the first few joints that there are; NaN without any."""
    found = [names.index(name) for name in wanted if name in names][:most]
    return np.asarray(places[..., found, :].mean(axis=-2)) if found else np.full((*places.shape[:-2], 3), np.nan)


def _upward(names: list[str], places: Floats) -> str:
    """The axis along which the body mostly stands; y if that cannot be told."""
    way = _middle(names, places, _HIGH, 1) - _middle(names, places, _LOW, 2)
    length = np.linalg.norm(way, axis=-1, keepdims=True)
    _, y, z = np.abs((way / np.where(length > 0, length, 1)).mean(axis=0))
    return "z" if z > y else "y"


def _standing(names: list[str], places: Floats) -> Floats | None:
    """(3, 3) the quarter turns that make a rest pose (J, 3) stand upright with its left toward +x; None if it cannot stand."""
    up = _middle(names, places, _HIGH, 1) - _middle(names, places, _LOW, 2)
    pairs = [
        (names.index(f"left_{j}"), names.index(f"right_{j}"))
        for j in ("shoulder", "hip")
        if {f"left_{j}", f"right_{j}"} <= set(names)
    ]
    left = np.sum([places[a] - places[b] for a, b in pairs], axis=0) if pairs else np.full(3, np.nan)
    rows = []
    for way in (left, up):
        length = np.linalg.norm(way)
        along = int(np.argmax(np.abs(way)))
        if not length > 0 or abs(way[along]) < _UPRIGHT * length:
            return None
        rows.append(np.sign(way[along]) * np.eye(3)[along])
    if rows[0] @ rows[1]:
        return None
    return np.array([*rows, np.cross(*rows)])


def _stature(rig: Rig, tips: dict[int, Floats]) -> float:
    """How tall the body is in its unit, by its limbs; without any, the largest extent of the rest pose."""
    model = performer()
    places, usual = _resting(rig), _resting(model)
    own = theirs = 0.0
    for joints in _LIMBS:
        for a, b in pairwise(joints):
            if a in rig.skeleton and b in rig.skeleton:
                index, whole = rig.skeleton.index, model.skeleton.index
                own += float(np.linalg.norm(places[index(a)] - places[index(b)]))
                theirs += float(np.linalg.norm(usual[whole(a)] - usual[whole(b)]))
    if own > 0:
        return HEIGHT * own / theirs
    ends = [places, *(places[joint, None] + offset for joint, offset in tips.items())]
    return float(np.ptp(np.concatenate(ends), axis=0).max())


def _unit(tall: float, given: str | float, map: NameMap) -> tuple[str, float]:
    """The unit of a body that is so tall, and its metres."""
    if given in UNITS:
        return str(given), UNITS[str(given)]
    if given != AUTO:
        return "given", float(given)
    known = dict(UNITS)
    if map.metres_per_unit:
        known[map.id] = map.metres_per_unit
    for unit, metres in known.items():
        if _STATURE[0] <= tall * metres <= _STATURE[1]:
            return unit, metres
    return "unknown", HEIGHT / tall if tall > _SMALLEST else 1.0


def _tips(names: list[str], tips: dict[int, Floats]) -> _Landmarks:
    """The ends of bones: finger tips and toes as the hub calls them, others by their joint, and the roots of hands that have
    fingers.
    """
    found: _Landmarks = {}
    for joint, offset in tips.items():
        side, _, part = names[joint].partition("_")
        finger = part[:-2] if part[-2:] in ("_1", "_2", "_3") and part[:-2] in FINGERS else ""
        tip = f"{side}_{finger}_4" if finger else f"{side}_big_toe" if part in ("foot", "ankle") else ""
        if tip not in wholebody_134 or tip in names or tip in found:
            tip = f"{names[joint]}_end"
        found[tip] = (joint, (float(offset[0]), float(offset[1]), float(offset[2])))
    for side in ("left", "right"):
        if f"{side}_wrist" in names and any(f"{side}_{finger}_1" in names for finger in FINGERS):
            found[f"{side}_hand_root"] = (names.index(f"{side}_wrist"), (0.0, 0.0, 0.0))
    return found


def _face(names: list[str], size: float) -> _Landmarks:
    """Hub points of the head that the file has not, where the built-in performer has them, on a head of this size."""
    if "head" not in names:
        return {}
    rig = performer()
    joints = len(rig.parents)
    places = rig.hub_points(np.tile((0.0, 0.0, 0.0, 1.0), (1, joints, 1)), np.zeros((1, 3)))[0]
    center = _resting(rig)[rig.skeleton.index("head")]
    points = [f"{side}_{part}" for part in ("eye", "ear") for side in ("left", "right")] + ["nose"]
    points += [name for name in wholebody_134.joints if name.startswith("face_")]
    found: _Landmarks = {}
    for name in points:
        if name not in names:
            x, y, z = (places[wholebody_134.index(name)] - center) * size
            found[name] = (names.index("head"), (float(x), float(y), float(z)))
    return found
