"""Rig and Motion: how a body is built and how it moves.

A rig is a tree of joints in a rest pose, a T-pose seen from the front: x to the viewer's right (the person's left arm lies
along +x), y up, z toward the viewer, palms down. In the rest pose every joint's frame equals the world's, as in SMPL-X.

Angles. People think of a joint as bending, not as a rotation vector. So each joint has three axes, *flex*, *abduct* and
*twist*, with the twist axis along the bone, and R = exp(flex * F + abduct * A) exp(twist * T): a swing of the bone after a
turn about it. Unlike Euler angles that has no singularity before a swing of 180 degrees. The axes of the right side mirror
those of the left, so equal angles are mirrored poses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poseforge.errors import InvalidValue
from poseforge.rotations import angle_of, dot, matrices, product, quaternions, rotation_vectors
from poseforge.sequence import FPS, SIZE, PoseSequence, checked_fps, chosen_frames, frozen
from poseforge.skeleton import Skeleton, wholebody_134


@dataclass(frozen=True, eq=False)
class Rig:
    """A joint tree.

    Attributes:
        skeleton: the J joints.
        parents: (J,) the parent of each, before its children; -1 for the root.
        offsets: (J, 3) metres from the parent in the rest pose.
        axes: (J, 3, 3) unit vectors flex, abduct and twist of each joint.
        limits: (J, 3, 2) radians, the least and the greatest angle about each axis.
        landmarks: points that ride on a joint, of the hub skeleton or ends of bones: name -> (joint, offset in metres).
        stance: (J, 3) rotation vectors of the pose in which the body stands when nothing moves it.
    """

    skeleton: Skeleton
    parents: tuple[int, ...]
    offsets: NDArray[np.float64]
    axes: NDArray[np.float64]
    limits: NDArray[np.float64]
    landmarks: Mapping[str, tuple[int, tuple[float, float, float]]]
    stance: NDArray[np.float64]

    def __post_init__(self) -> None:
        joints = len(self.skeleton)
        shapes = {"offsets": (joints, 3), "axes": (joints, 3, 3), "limits": (joints, 3, 2), "stance": (joints, 3)}
        for name, shape in shapes.items():
            array = frozen(getattr(self, name))
            if array.shape != shape or not np.isfinite(array).all():
                raise InvalidValue(f"rig {name} of shape {array.shape}; expected finite numbers of shape {shape}")
            object.__setattr__(self, name, array)
        if len(self.parents) != joints or any(not -1 <= parent < i for i, parent in enumerate(self.parents)):
            raise InvalidValue("a rig whose parents do not come before their children")
        object.__setattr__(self, "landmarks", MappingProxyType(dict(self.landmarks)))

    @cached_property
    def _levels(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """The joints by their distance from the root, with their parents: each level is placed at once."""
        depth: list[int] = []
        for parent in self.parents:
            depth.append(0 if parent < 0 else depth[parent] + 1)
        by_depth = [[j for j, d in enumerate(depth) if d == level] for level in range(max(depth) + 1)]
        return [(np.array(joints), np.array([self.parents[j] for j in joints])) for joints in by_depth]

    @cached_property
    def _above(self) -> NDArray[np.float64]:
        """(J, J) 1 where a joint is another or hangs on it: what sums up a chain of bones."""
        above = np.eye(len(self.parents))
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                above[joint] += above[parent]
        return above

    @cached_property
    def riders(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """The K hub joints that the rig has: (K,) which, (K,) the joints they ride on, (K, 3) where on them in metres."""
        rows = []
        for i, name in enumerate(wholebody_134.joints):
            if name in self.landmarks:
                joint, offset = self.landmarks[name]
                rows.append((i, joint, offset))
            elif name in self.skeleton:
                rows.append((i, self.skeleton.index(name), (0.0, 0.0, 0.0)))
        places, joints = (np.array([row[i] for row in rows], dtype=np.intp) for i in (0, 1))
        return places, joints, np.array([offset for _, _, offset in rows], dtype=np.float64).reshape(-1, 3)

    @cached_property
    def movers(self) -> NDArray[np.intp]:
        """(K,) of each hub joint that the rig has the innermost joint whose turn moves it, -1 if none does."""
        _, joints, offsets = self.riders
        return np.where(offsets.any(axis=1), joints, np.array(self.parents)[joints])  # a joint's own turn does not move it

    def inherited(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """(T, J) the greatest of a joint's own value and those of all joints that it hangs on."""
        parents = np.array(self.parents)
        result, above = values, np.where(parents < 0, np.arange(len(parents)), parents)
        for _ in range(len(self._levels).bit_length()):  # each step looks twice as far up
            result, above = np.maximum(result, result[:, above]), above[above]
        return result

    def placed(
        self, turns: NDArray[np.float64], translation: NDArray[np.float64], offsets: NDArray[np.float64] | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Every joint's place (T, J, 3) and orientation (T, J, 3, 3) in the world, of quaternions (T, J, 4).

        `offsets` (T, J, 3) stand in for the rig's own in bodies whose bones change with the frame.
        """
        offsets = self.offsets if offsets is None else offsets
        turned = matrices(turns)
        for joints, parents in self._levels[1:]:
            turned[:, joints] = turned[:, parents] @ turned[:, joints]
        places = dot(turned[:, np.maximum(self.parents, 0)], offsets[..., None, :])
        root = self._levels[0][0]
        places[:, root] = translation[:, None] + offsets[..., root, :]
        return self._above @ places, turned

    def world(self, motion: Motion) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Every joint's place (T, J, 3) in metres and orientation (T, J, 3, 3) in the world."""
        return self.placed(quaternions(motion.rotations), motion.translation)

    def hub_points(self, turns: NDArray[np.float64], translation: NDArray[np.float64]) -> NDArray[np.float64]:
        """(T, 134, 3) the hub joints in metres of quaternions (T, J, 4) and the root's way (T, 3); NaN where the rig lacks one.

        The neck is the middle of the shoulders, as in DWPose.
        """
        places, turned = self.placed(turns, translation)
        points = np.full((len(turns), len(wholebody_134), 3), np.nan)
        hub, joints, offsets = self.riders
        points[:, hub] = places[:, joints]
        aside = offsets.any(axis=1)
        points[:, hub[aside]] += dot(turned[:, joints[aside]], offsets[aside, None])
        index = wholebody_134.index
        points[:, index("neck")] = (points[:, index("left_shoulder")] + points[:, index("right_shoulder")]) / 2
        return points

    def forward(self, motion: Motion) -> PoseSequence:
        """The hub joints of a motion in metres: what a camera looks at. Confidence is 1; what the rig lacks is missing."""
        if motion.rig is not self:
            raise InvalidValue("a motion of another rig")
        points = self.hub_points(quaternions(motion.rotations), motion.translation)
        confidence = np.isfinite(points[..., 0]).astype(np.float64)
        return PoseSequence(points, confidence, fps=motion.fps, size=SIZE, meta=motion.meta)

    def angles(self, rotations: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., J, 3) flex, abduct and twist in radians of (..., J, 3) rotation vectors."""
        return angles_about(self.axes, quaternions(rotations))

    def rotations(self, angles: ArrayLike) -> NDArray[np.float64]:
        """(..., J, 3) rotation vectors of (..., J, 3) angles in radians: the inverse of `angles`."""
        return rotation_vectors(turns_about(self.axes, angles))

    def clamped(self, motion: Motion) -> Motion:
        """`motion` with every angle brought inside the joint limits. Rotations that are inside stay the same numbers."""
        angles = self.angles(motion.rotations)
        inside = np.clip(angles, self.limits[..., 0], self.limits[..., 1])
        outside = (np.abs(inside - angles) > 1e-9).any(axis=-1, keepdims=True)
        return replace(motion, rotations=np.where(outside, self.rotations(inside), motion.rotations))


@dataclass(frozen=True, eq=False)
class Motion:
    """A rig's movement over T frames. A value: its arrays are read-only.

    Attributes:
        rotations: float64 (T, J, 3) rotation vectors in radians, each in its parent's frame.
        translation: float64 (T, 3) metres that the root is moved.
        rig, fps, meta: whose movement, at how many frames per second, and what its source knew besides.
    """

    rotations: NDArray[np.float64]
    translation: NDArray[np.float64]
    rig: Rig
    fps: Fraction = FPS
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rotations, translation = frozen(self.rotations), frozen(self.translation)
        joints = len(self.rig.skeleton)
        if rotations.ndim != 3 or rotations.shape[1:] != (joints, 3):
            raise InvalidValue(f"rotations of shape {rotations.shape}; expected (frames, {joints}, 3)")
        if translation.shape != (len(rotations), 3):
            raise InvalidValue(f"translation of shape {translation.shape}; expected ({len(rotations)}, 3)")
        if not (np.isfinite(rotations).all() and np.isfinite(translation).all()):
            raise InvalidValue("a motion with numbers that are not finite")
        object.__setattr__(self, "rotations", rotations)
        object.__setattr__(self, "translation", translation)
        object.__setattr__(self, "fps", checked_fps(self.fps))
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))

    def __len__(self) -> int:
        return len(self.rotations)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same numbers for the same rig at the same rate; `meta` does not count."""
        if not isinstance(other, Motion):
            return NotImplemented
        return (
            self.rig is other.rig
            and self.fps == other.fps
            and np.array_equal(self.rotations, other.rotations)
            and np.array_equal(self.translation, other.translation)
        )

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def turns(self) -> NDArray[np.float64]:
        """(T, J, 4) the rotations as quaternions."""
        turns = quaternions(self.rotations)
        turns.flags.writeable = False
        return turns

    def __getitem__(self, frames: slice | Sequence[int] | NDArray[np.intp]) -> Motion:
        """Some of the frames as a motion: a slice or a list of indices."""
        frames = chosen_frames(frames)
        return replace(self, rotations=self.rotations[frames], translation=self.translation[frames])

    def mirrored(self) -> Motion:
        """The movement in a mirror: left and right exchanged. Twice is the very same numbers."""
        rotations = self.rotations[:, self.rig.skeleton.mirror] * (1.0, -1.0, -1.0)
        return replace(self, rotations=rotations, translation=self.translation * (-1.0, 1.0, 1.0))


def angles_about(axes: NDArray[np.float64], turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 3) flex, abduct and twist in radians of quaternions (..., 4) about joint axes (..., 3, 3)."""
    along = dot(turns[..., :3], axes[..., 2, :])
    twist = 2 * angle_of(along, turns[..., 3])
    twist = np.asarray((twist + np.pi) % (2 * np.pi) - np.pi)  # a whole turn more is the same rotation
    swing = rotation_vectors(product(turns, quaternions(-twist[..., None] * axes[..., 2, :])))
    return np.concatenate([dot(swing[..., None, :], axes[..., :2, :]), twist[..., None]], axis=-1)


def turns_about(axes: NDArray[np.float64], angles: ArrayLike) -> NDArray[np.float64]:
    """Quaternions (..., 4) of angles (..., 3) about joint axes (..., 3, 3): the inverse of `angles_about`."""
    given = np.asarray(angles, dtype=np.float64)
    swing = given[..., :1] * axes[..., 0, :] + given[..., 1:2] * axes[..., 1, :]
    return product(quaternions(swing), quaternions(given[..., 2:] * axes[..., 2, :]))
