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
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poseforge.errors import InvalidValue
from poseforge.sequence import FPS, SIZE, PoseSequence, checked_fps, chosen_frames, frozen
from poseforge.skeleton import Skeleton, wholebody_134

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation


@dataclass(frozen=True, eq=False)
class Rig:
    """A joint tree.

    Attributes:
        skeleton: the J joints.
        parents: (J,) the parent of each, before its children; -1 for the root.
        offsets: (J, 3) metres from the parent in the rest pose.
        axes: (J, 3, 3) unit vectors flex, abduct and twist of each joint.
        limits: (J, 3, 2) radians, the least and the greatest angle about each axis.
        landmarks: points of the hub skeleton that ride on a joint: name -> (joint, offset in metres).
    """

    skeleton: Skeleton
    parents: tuple[int, ...]
    offsets: NDArray[np.float64]
    axes: NDArray[np.float64]
    limits: NDArray[np.float64]
    landmarks: Mapping[str, tuple[int, tuple[float, float, float]]]

    def __post_init__(self) -> None:
        joints = len(self.skeleton)
        shapes = {"offsets": (joints, 3), "axes": (joints, 3, 3), "limits": (joints, 3, 2)}
        for name, shape in shapes.items():
            array = frozen(getattr(self, name))
            if array.shape != shape or not np.isfinite(array).all():
                raise InvalidValue(f"rig {name} of shape {array.shape}; expected finite numbers of shape {shape}")
            object.__setattr__(self, name, array)
        if len(self.parents) != joints or any(not -1 <= parent < i for i, parent in enumerate(self.parents)):
            raise InvalidValue("a rig whose parents do not come before their children")
        object.__setattr__(self, "landmarks", MappingProxyType(dict(self.landmarks)))

    @cached_property
    def _hub(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Which hub joints the rig has, the joint each rides on, and where."""
        rows = []
        for i, name in enumerate(wholebody_134.joints):
            if name in self.landmarks:
                joint, offset = self.landmarks[name]
                rows.append((i, joint, offset))
            elif name in self.skeleton:
                rows.append((i, self.skeleton.index(name), (0.0, 0.0, 0.0)))
        places, joints, offsets = zip(*rows, strict=True)
        return np.array(places), np.array(joints), np.array(offsets, dtype=np.float64)

    def world(self, motion: Motion) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Every joint's place (T, J, 3) in metres and orientation (T, J, 3, 3) in the world."""
        local = rotation_matrices(motion.rotations)
        turned = np.empty_like(local)
        places = np.empty(local.shape[:3])
        for joint, parent in enumerate(self.parents):
            if parent < 0:
                turned[:, joint] = local[:, joint]
                places[:, joint] = motion.translation + self.offsets[joint]
            else:
                turned[:, joint] = turned[:, parent] @ local[:, joint]
                places[:, joint] = places[:, parent] + turned[:, parent] @ self.offsets[joint]
        return places, turned

    def forward(self, motion: Motion) -> PoseSequence:
        """The hub joints of a motion in 3D, in metres: what a camera looks at. Confidence is 1; what the rig lacks is missing.

        The neck is the middle of the shoulders, as in DWPose.
        """
        if motion.rig is not self:
            raise InvalidValue("a motion of another rig")
        places, turned = self.world(motion)
        hub, joints, offsets = self._hub
        points = np.full((len(motion), len(wholebody_134), 3), np.nan)
        points[:, hub] = places[:, joints] + np.einsum("tjab,jb->tja", turned[:, joints], offsets)
        index = wholebody_134.index
        points[:, index("neck")] = (points[:, index("left_shoulder")] + points[:, index("right_shoulder")]) / 2
        confidence = np.isfinite(points[..., 0]).astype(np.float64)
        return PoseSequence(points, confidence, fps=motion.fps, size=SIZE, meta=motion.meta)

    def angles(self, rotations: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., J, 3) flex, abduct and twist in radians of (..., J, 3) rotation vectors."""
        twist_axis = self.axes[:, 2]
        turns = _turns(rotations)
        quaternion = np.asarray(turns.as_quat()).reshape(*rotations.shape[:-1], 4)  # scalar last
        along = np.einsum("...jk,jk->...j", quaternion[..., :3], twist_axis)
        twist = 2 * np.arctan2(along, quaternion[..., 3])
        twist = np.asarray((twist + np.pi) % (2 * np.pi) - np.pi)  # a whole turn more is the same rotation
        swing = turned(rotations, -twist[..., None] * twist_axis)
        flex = np.einsum("...jk,jk->...j", swing, self.axes[:, 0])
        abduct = np.einsum("...jk,jk->...j", swing, self.axes[:, 1])
        return np.stack([flex, abduct, twist], axis=-1)

    def rotations(self, angles: ArrayLike) -> NDArray[np.float64]:
        """(..., J, 3) rotation vectors of (..., J, 3) angles in radians: the inverse of `angles`."""
        given = np.asarray(angles, dtype=np.float64)
        swing = np.einsum("...ja,jak->...jk", given[..., :2], self.axes[:, :2])
        return turned(swing, given[..., 2:] * self.axes[:, 2])

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

    def __getitem__(self, frames: slice | Sequence[int] | NDArray[np.intp]) -> Motion:
        """Some of the frames as a motion: a slice or a list of indices."""
        frames = chosen_frames(frames)
        return replace(self, rotations=self.rotations[frames], translation=self.translation[frames])

    def mirrored(self) -> Motion:
        """The movement in a mirror: left and right exchanged. Twice is the very same numbers."""
        rotations = self.rotations[:, self.rig.skeleton.mirror] * (1.0, -1.0, -1.0)
        return replace(self, rotations=rotations, translation=self.translation * (-1.0, 1.0, 1.0))


def blend(start: NDArray[np.float64], end: NDArray[np.float64], share: ArrayLike) -> NDArray[np.float64]:
    """Rotation vectors on the shortest way from `start` to `end` (..., 3), at `share` 0 to 1 (broadcast over ...): slerp."""
    start, end = np.broadcast_arrays(start, end)
    way = (_turns(start).inv() * _turns(end)).as_rotvec().reshape(start.shape)
    step = way * np.asarray(share, dtype=np.float64)[..., None]
    return turned(np.broadcast_to(start, step.shape), step)


def turned(second: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rotation vectors (..., 3) of the turn `first` followed by the turn `second`."""
    return np.asarray((_turns(second) * _turns(first)).as_rotvec()).reshape(first.shape)


def rotation_matrices(rotations: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 3, 3) matrices of (..., 3) rotation vectors."""
    return np.asarray(_turns(rotations).as_matrix()).reshape(*rotations.shape, 3)


def _turns(rotations: NDArray[np.float64]) -> Rotation:
    """(..., 3) rotation vectors as one flat stack of rotations."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_rotvec(np.array(rotations).reshape(-1, 3))  # a copy: SciPy refuses read-only arrays
