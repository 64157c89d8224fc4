"""A user's own body model, SMPL-X, SMPL-H or MANO: its joints and the few points of its surface that a pose needs.

The model files are licensed to their users and never part of PoseForge; a path to one replaces the built-in performer where
exact joints are wanted. What a pose needs of the surface is finger tips, toes, heels, nose, eyes, ears and the marks of the
face, so pose correctives and skinning are evaluated for those vertices alone, over all frames at once.

Model: Loper et al., *SMPL* (2015), equations 2 to 10; Romero et al., *Embodied Hands* (2017); Pavlakos et al., *Expressive Body
Capture* (2019). Order of the points, vertex ids and the choice of the contour: the public smplx package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poseforge.errors import FormatError, InvalidValue, UnsafeFile
from poseforge.performer import performer
from poseforge.pickles import PickleError, Template
from poseforge.records import numbers, read_arrays, read_bytes
from poseforge.rig import Motion, Rig
from poseforge.rotations import angle_of, dot, matrices, quaternions
from poseforge.sequence import SIZE, PoseSequence
from poseforge.skeleton import SMPLX_PARENTS, Skeleton, catalogue, wholebody_134

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

HAND_NUMBERS = 45
"""Of a hand's 15 joints, in radians; fewer are coefficients of the model's principal components."""

_TIPS = tuple(f"{finger}_4" for finger in ("thumb", "index", "middle", "ring", "little"))
_MARKS = (
    *("nose", "right_eye", "left_eye", "right_ear", "left_ear"),
    *(f"{side}_{part}" for side in ("left", "right") for part in ("big_toe", "small_toe", "heel")),
    *(f"{side}_{tip}" for side in ("left", "right") for tip in _TIPS),
)
_LANDMARKS = tuple(f"face_{i:02d}" for i in range(17, 68))
_CONTOUR = tuple(f"face_{i:02d}" for i in range(17))
_WIDEST = 39
"""Degrees of a turned head, beyond which the contour stays the same."""

_CHUNK = 1024
_MOST = 1e4
"""No length in metres and no other number of a model is greater."""


@dataclass(frozen=True)
class _Kind:
    """One family of models: its joints, how many vertices its mesh has, and which of them are the marks."""

    title: str
    skeleton: Skeleton
    marks: tuple[str, ...]
    size: int
    vertices: tuple[int, ...]


def _part(name: str, joints: Sequence[str]) -> Skeleton:
    """Some of SMPL-X's joints as a skeleton of their own."""
    whole, place = catalogue["smplx-55"], {joint: i for i, joint in enumerate(joints)}
    bones = [(whole.joints[a], whole.joints[b]) for a, b in whole.bones]
    groups = [(part, [whole.joints[i] for i in members]) for part, members in whole.groups]
    return Skeleton(
        name,
        tuple(joints),
        tuple((place[a], place[b]) for a, b in bones if a in place and b in place),
        tuple((part, tuple(place[joint] for joint in members if joint in place)) for part, members in groups),
    )


def _hand(side: str) -> Skeleton:
    joints = catalogue["smplx-55"].joints
    return _part(f"mano-{side}", [f"{side}_wrist", *(joints[25:40] if side == "left" else joints[40:])])


_KINDS = {
    55: _Kind(
        "SMPL-X", catalogue["smplx-55"], _MARKS, 10475,
        (9120, 9929, 9448, 616, 6, 5770, 5780, 8846, 8463, 8474, 8635,
         5361, 4933, 5058, 5169, 5286, 8079, 7669, 7794, 7905, 8022),
    ),
    52: _Kind(
        "SMPL-H", _part("smplh-52", [*catalogue["smplx-55"].joints[:22], *catalogue["smplx-55"].joints[25:]]), _MARKS, 6890,
        (332, 6260, 2800, 4071, 583, 3216, 3226, 3387, 6617, 6624, 6787,
         2746, 2319, 2445, 2556, 2673, 6191, 5782, 5905, 6016, 6133),
    ),
    16: _Kind("MANO", _hand("right"), tuple(f"right_{tip}" for tip in _TIPS), 778, (744, 320, 443, 554, 671)),
}  # fmt: skip
"""By the number of joints. A left MANO differs in its names alone."""


def _first_expression(directions: int) -> int:
    """Where among SMPL-X's shape directions those of expressions begin: large files have 300 + 100, older ones 10 + 10."""
    return 300 if directions >= 400 else 10


@dataclass(frozen=True, eq=False)
class BodyModel:
    """A model file, cut down to what poses need: J joints and N vertices.

    Attributes:
        path, title: of the file, and which family it is.
        skeleton: the J joints, in the order of the family's own arrays.
        names: the K points in the order of the smplx package, by the hub's names: joints, vertices, marks of the face.
        hands: of each side the mean pose (45,) in radians and the principal components (45, 45), where the file has them.
        joints, vertices: (J, 3) and (N, 3) metres in the rest pose.
        joint_shapes, vertex_shapes: (J, 3, S) and (N, 3, S) what a shape does to them.
        joint_looks, vertex_looks: the same for E coefficients of expressions.
        correctives: (9 (J - 1), N, 3) what bent joints do to the vertices.
        weights: (N, J) how much a vertex follows each joint.
        marks, landmarks, contours: which vertices the points are: (M,); (51, 3) corners; (79, 17, 3) corners, a row for each
            degree that the head is turned.
        landmark_shares, contour_shares: how near a point is to each of its corners.
    """

    path: Path
    title: str
    skeleton: Skeleton
    names: tuple[str, ...]
    hands: Mapping[str, tuple[Floats, Floats]]
    joints: Floats
    joint_shapes: Floats
    joint_looks: Floats
    vertices: Floats
    vertex_shapes: Floats
    vertex_looks: Floats
    correctives: Floats
    weights: Floats
    marks: Places
    landmarks: Places
    landmark_shares: Floats
    contours: Places
    contour_shares: Floats

    @cached_property
    def parents(self) -> tuple[int, ...]:
        whole = catalogue["smplx-55"]
        above = [SMPLX_PARENTS[whole.index(name)] for name in self.skeleton.joints]
        names = [whole.joints[parent] if parent >= 0 else "" for parent in above]
        return tuple(self.skeleton.index(name) if name in self.skeleton else -1 for name in names)

    def hand_pose(self, side: str, pose: Floats, flat: bool) -> Floats:
        """(T, 15, 3) rotation vectors of a hand from (T, n) numbers: 45 in radians, or fewer coefficients.

        Without `flat` they are counted from the model's mean hand. FormatError if the file lacks what that takes.
        """
        if pose.shape[1] == HAND_NUMBERS and flat:
            return pose.reshape(-1, 15, 3)
        if side not in self.hands:
            raise FormatError(self.path, f"has no mean pose and components of the {side} hand.", "Give another model file.")
        mean, components = self.hands[side]
        angles = pose if pose.shape[1] == HAND_NUMBERS else pose @ components[: pose.shape[1]]
        return np.asarray(angles if flat else angles + mean).reshape(-1, 15, 3)

    def shaped(self, betas: ArrayLike = ()) -> Body:
        """The body of a shape. Coefficients beyond those the model has count nothing."""
        given = np.asarray(betas, dtype=np.float64).ravel()[: self.joint_shapes.shape[2]]
        joints = self.joints + self.joint_shapes[..., : len(given)] @ given
        vertices = self.vertices + self.vertex_shapes[..., : len(given)] @ given
        return Body(self, joints, vertices)


@dataclass(frozen=True, eq=False)
class Body:
    """A body model in one shape: rest places of `joints` (J, 3) and `vertices` (N, 3) in metres."""

    model: BodyModel
    joints: Floats
    vertices: Floats

    @cached_property
    def rig(self) -> Rig:
        """The rig of these joints. Points of the surface ride on the joint that they follow most."""
        model, stand_in = self.model, performer()
        alike = [stand_in.skeleton.index(name) for name in model.skeleton.joints]
        rest, rides = self._rest()
        riders = {
            name: (int(joint), tuple((place - self.joints[joint]).tolist()))
            for name, place, joint in zip(model.names[len(self.joints) :], rest, rides, strict=True)
        }
        for side in ("left", "right"):
            if f"{side}_wrist" in model.skeleton:
                riders[f"{side}_hand_root"] = (model.skeleton.index(f"{side}_wrist"), (0.0, 0.0, 0.0))
        return Rig(
            model.skeleton,
            model.parents,
            self._offsets(self.joints),
            stand_in.axes[alike],
            stand_in.limits[alike],
            riders,
            stand_in.stance[alike],
        )

    def points(self, motion: Motion, expression: Floats | None = None, contour: bool = True) -> Floats:
        """(T, K, 3) metres of the model's `names`, of a motion of this body's `rig` and (T, E) coefficients of expressions.

        Without `contour` the last 17 points of SMPL-X, which move along the face as the head turns, are left out.
        """
        if motion.rig is not self.rig:
            raise InvalidValue("a motion of another rig than this body's")
        known = self.model.joint_looks.shape[2]
        looks = None if expression is None else np.asarray(expression, dtype=np.float64)[:, :known]
        if looks is not None and (len(looks) != len(motion) or not looks.size):
            raise InvalidValue(f"expressions of shape {looks.shape} for {len(motion)} frames")
        parts = []
        for start in range(0, max(len(motion), 1), _CHUNK):
            frames = slice(start, start + _CHUNK)
            parts.append(self._points(motion[frames], None if looks is None else looks[frames], contour))
        return np.concatenate(parts)

    def hub(self, motion: Motion, expression: Floats | None = None) -> PoseSequence:
        """The hub joints in metres with confidence 1; what the model lacks is missing. The neck is the middle of the shoulders,
        an eye is its surface and not its centre.
        """
        found = self.points(motion, expression)
        place = {name: i for i, name in enumerate(self.model.names)}  # of points of one name the last: the surface
        place |= {f"{side}_hand_root": place[f"{side}_wrist"] for side in ("left", "right") if f"{side}_wrist" in place}
        names = [name for name in wholebody_134.joints if name in place and name != "neck"]
        points = np.full((len(motion), len(wholebody_134), 3), np.nan)
        index = wholebody_134.index
        points[:, [index(name) for name in names]] = found[:, [place[name] for name in names]]
        points[:, index("neck")] = (points[:, index("left_shoulder")] + points[:, index("right_shoulder")]) / 2
        confidence = np.isfinite(points[..., 0]).astype(np.float64)
        return PoseSequence(points, confidence, fps=motion.fps, size=SIZE, meta=motion.meta)

    def _offsets(self, joints: Floats) -> Floats:
        """(..., J, 3) from each joint's parent, of rest places."""
        parents = np.array(self.model.parents)
        return np.asarray(joints - np.where((parents < 0)[:, None], 0.0, joints[..., parents, :]))

    def _rest(self) -> tuple[Floats, Places]:
        """The points of the surface in the rest pose, and the joint that each follows most."""
        model = self.model
        corners = [model.landmarks, *model.contours[:1]]
        shares = [model.landmark_shares, *model.contour_shares[:1]]
        places, follows = [self.vertices[model.marks]], [model.weights[model.marks]]
        for triangles, share in zip(corners, shares, strict=True):
            places.append(_mixed(self.vertices[triangles], share))
            follows.append(_mixed(model.weights[triangles], share))
        return np.concatenate(places), np.concatenate(follows).argmax(axis=1)

    def _points(self, motion: Motion, looks: Floats | None, contour: bool) -> Floats:
        model = self.model
        joints, vertices = self.joints[None], self.vertices[None]
        if looks is not None:
            count = looks.shape[1]
            joints = joints + np.moveaxis(model.joint_looks[..., :count] @ looks.T, -1, 0)
            vertices = vertices + np.moveaxis(model.vertex_looks[..., :count] @ looks.T, -1, 0)
        turns = quaternions(motion.rotations)
        places, turned = self.rig.placed(turns, motion.translation, None if looks is None else self._offsets(joints))
        skin = _Skin(model, matrices(turns[:, 1:]) - np.eye(3), turned, places - dot(turned, joints[..., None, :]), vertices)
        corners = len(model.marks)
        seen = skin.at(np.concatenate([model.marks, model.landmarks.ravel()]))
        parts = [places, seen[:, :corners]]
        if model.landmarks.size:
            parts.append(_mixed(seen[:, corners:].reshape(len(seen), *model.landmarks.shape, 3), model.landmark_shares))
        if contour and model.contours.size:
            rim = np.empty((len(motion), len(_CONTOUR), 3))
            rows = _contour_rows(turned[:, model.skeleton.index("neck")])
            for row in np.unique(rows):
                frames = np.flatnonzero(rows == row)
                triangles = model.contours[row]
                around = skin.of(frames).at(triangles.ravel()).reshape(len(frames), *triangles.shape, 3)
                rim[frames] = _mixed(around, model.contour_shares[row])
            parts.append(rim)
        return np.concatenate(parts, axis=1)


@dataclass(frozen=True, eq=False)
class _Skin:
    """Where vertices are in T frames: `bent` (T, J - 1, 3, 3) turns less the identity, `turned` (T, J, 3, 3) and `moved`
    (T, J, 3) joints in the world, `rest` (T or 1, N, 3) vertices.
    """

    model: BodyModel
    bent: Floats
    turned: Floats
    moved: Floats
    rest: Floats

    def of(self, frames: Places) -> _Skin:
        rest = self.rest if len(self.rest) == 1 else self.rest[frames]
        return replace(self, bent=self.bent[frames], turned=self.turned[frames], moved=self.moved[frames], rest=rest)

    def at(self, rows: Places) -> Floats:
        """(T, n, 3) metres of some vertices."""
        count, joints = self.moved.shape[:2]
        correctives = self.model.correctives[:, rows].reshape(-1, 3 * len(rows))
        bent = self.bent.reshape(count, 9 * (joints - 1))
        posed = self.rest[:, rows] + (bent @ correctives).reshape(count, len(rows), 3)
        weights = self.model.weights[rows]
        turned = (weights @ self.turned.reshape(count, joints, 9)).reshape(count, len(rows), 3, 3)
        return dot(turned, posed[..., None, :]) + weights @ self.moved


def _mixed(corners: Floats, shares: Floats) -> Floats:
    """(..., n, D) of corners (..., n, 3, D) and shares (n, 3)."""
    return np.asarray((corners * shares[..., None]).sum(axis=-2))


def _contour_rows(neck: Floats) -> Places:
    """(T,) which row of the contours, of the neck's orientations (T, 3, 3): 0 to 39 degrees to one side, then to the other."""
    aside = np.degrees(angle_of(neck[:, 2, 0], np.hypot(neck[:, 0, 0], neck[:, 1, 0])))
    degrees = np.clip(np.round(aside), -_WIDEST, _WIDEST).astype(np.intp)
    return np.where(degrees < 0, _WIDEST - degrees, degrees)


def body_model(path: str | Path, vertices: Sequence[int] | None = None) -> BodyModel:
    """The model in a file of the official layout, .npz or plain .pkl.

    `vertices` are the ids of the marks where the mesh is another than the published one: nose, eyes, ears, toes, heels and
    finger tips in the order of the smplx package, of MANO the five tips from the thumb. Raises FormatError, UnsafeFile,
    FileProblem.
    """
    place = Path(path)
    array = _arrays(place)
    template = array("v_template", (-1, 3))
    size = len(template)
    regressor = array("J_regressor", *((count, size) for count in _KINDS), (24, size))
    if len(regressor) == 24:
        raise FormatError(place, "is SMPL, which has no fingers.", "Give an SMPL-X, SMPL-H or MANO model.", code="shape")
    kind = _KINDS[len(regressor)]
    joints = regressor @ template
    skeleton, marks = kind.skeleton, kind.marks
    if kind.title == "MANO" and joints[skeleton.index("right_middle_1"), 0] > joints[0, 0]:  # the fingers of a left hand
        skeleton, marks = _hand("left"), tuple(f"left_{tip}" for tip in _TIPS)
    ids = _marks(place, kind, size, vertices)
    names = (*skeleton.joints, *marks)
    landmarks, shares = np.empty((0, 3), dtype=np.intp), np.empty((0, 3))
    contours, contour_shares = np.empty((0, 17, 3), dtype=np.intp), np.empty((0, 17, 3))
    if kind.title == "SMPL-X":
        names = (*names, *_LANDMARKS, *_CONTOUR)
        landmarks, shares = _corners(place, array, "lmk", size, 51)
        contours, contour_shares = _corners(place, array, "dynamic_lmk", size, 2 * _WIDEST + 1, 17)
    kept, places = np.unique(np.concatenate([ids, landmarks.ravel(), contours.ravel()]), return_inverse=True)
    places = places.ravel()
    shapes = array("shapedirs", (size, 3, -1))
    first = _first_expression(shapes.shape[2]) if kind.title == "SMPL-X" else shapes.shape[2]
    joint_shapes = (regressor @ shapes.reshape(size, -1)).reshape(len(joints), 3, -1)
    vertex_shapes = shapes[kept]
    bent = 9 * (len(joints) - 1)
    corners = len(ids) + landmarks.size
    return BodyModel(
        place,
        kind.title,
        skeleton,
        names,
        _hands(skeleton, array),
        joints,
        joint_shapes[..., :first],
        joint_shapes[..., first:],
        template[kept],
        vertex_shapes[..., :first],
        vertex_shapes[..., first:],
        np.ascontiguousarray(np.moveaxis(array("posedirs", (size, 3, bent))[kept], -1, 0)),
        array("weights", (size, len(joints)))[kept],
        places[: len(ids)],
        places[len(ids) : corners].reshape(landmarks.shape),
        shares,
        places[corners:].reshape(contours.shape),
        contour_shares,
    )


def _marks(path: Path, kind: _Kind, size: int, given: Sequence[int] | None) -> Places:
    ids = np.array(kind.vertices if given is None else given, dtype=np.intp)
    if given is None and size != kind.size:
        raise FormatError(
            path, f"is an {kind.title} of {size} vertices; the published one has {kind.size}.", "Give that.", code="shape"
        )
    if ids.shape != (len(kind.marks),) or not ((ids >= 0) & (ids < size)).all():
        raise InvalidValue(f"vertices: expected {len(kind.marks)} numbers from 0 to {size - 1}")
    return ids


class _Reader:
    """The arrays of a model file by name, read when they are asked for: together they can be several hundred megabytes."""

    def __init__(self, path: Path, record: Mapping[str, Any] | None) -> None:
        self.path, self.record = path, record

    def __call__(self, name: str, *shapes: tuple[int, ...], optional: bool = False) -> Floats:
        """An array of one of some shapes; an empty one if it is optional and absent."""
        record = read_arrays(self.path, {name}) if self.record is None else self.record
        if name not in record:
            if optional:
                return np.empty(0)
            wanted = "a SMPL-X, SMPL-H or MANO model file with v_template, shapedirs, posedirs, J_regressor, weights"
            raise FormatError(self.path, f"has no array {name!r}; expected {wanted}.", _ADVICE, code="shape")
        found = numbers(self.path, name, record[name], *shapes)
        if found.size and not (np.abs(found) <= _MOST).all() and not name.endswith(("_idx", "f")):
            raise FormatError(self.path, f"{name!r} holds absurdly great numbers.", _ADVICE, code="number")
        return found


_ADVICE = "Give the .npz of the official download."


def _arrays(path: Path) -> _Reader:
    if path.suffix.lower() != ".pkl":
        return _Reader(path, None)
    content = read_bytes(path)
    try:
        record = Template(content).read(content)
    except PickleError as error:
        problem = UnsafeFile if error.unsafe else FormatError
        raise problem(path, f"is no plain pickle: {error}.", _ADVICE) from None
    if not isinstance(record, dict):
        raise FormatError(path, f"holds a {type(record).__name__}; expected a dictionary of arrays.", _ADVICE, code="shape")
    return _Reader(path, record)


def _corners(path: Path, array: Callable[..., Floats], which: str, size: int, *shape: int) -> tuple[Places, Floats]:
    """Points on triangles: the corners (..., 3) and how near each is."""
    faces = array("f", (-1, 3))
    chosen = array(f"{which}_faces_idx", shape)
    if not (((chosen >= 0) & (chosen < len(faces))).all() and ((faces >= 0) & (faces < size)).all()):
        raise FormatError(path, f"'{which}_faces_idx' names triangles or vertices that do not exist.", _ADVICE, code="number")
    corners = faces.astype(np.intp)[chosen.astype(np.intp)]
    return corners, array(f"{which}_bary_coords", (*shape, 3))


def _hands(skeleton: Skeleton, array: Callable[..., Floats]) -> dict[str, tuple[Floats, Floats]]:
    sides = [side for side in ("left", "right") if f"{side}_wrist" in skeleton]
    found = {}
    for side in sides:
        letter = side[0] if len(sides) == 2 else ""
        mean = array(f"hands_mean{letter}", (HAND_NUMBERS,), optional=True)
        components = array(f"hands_components{letter}", (HAND_NUMBERS, HAND_NUMBERS), optional=True)
        if mean.size and components.size:
            found[side] = mean, components
    return found
