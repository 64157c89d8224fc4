"""Skeletons: which joints a pose has, in which order, and how they hang together.

People use names, arrays use indices; a `Skeleton` is where the two meet. Left and right are always the person's own.
`wholebody_134`, the hub, has DWPose's order; everything that goes from one skeleton to another goes through it.

Orders: OpenPose 18, 25, face 70 and hand 21 from OpenPose's output documentation, MPI-15 from its list of pose parts, COCO-17
and COCO-WholeBody-133 from the data set's format description, 134 from DWPose, SMPL-X 55 from the joint names of the public
smplx package, the 68 face points from the iBUG 300-W mark-up, Halpe 26 and 136 from the data set's description, ViTPose 25
from the joint names that easy_ViTPose writes into its files, 33 body landmarks from MediaPipe's pose documentation, 17 joints
as most readers of Human3.6M order them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue

FINGERS = ("thumb", "index", "middle", "ring", "little")


@dataclass(frozen=True)
class Skeleton:
    """The joints of a pose.

    Attributes:
        name: how the skeleton is called in files and on the command line.
        joints: K different names, in the order of the arrays.
        bones: pairs of joint indices that are drawn as lines.
        groups: parts of the body, each with the indices of its joints, in drawing order.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...] = ()
    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.joints)) != len(self.joints):
            raise InvalidValue(f"skeleton {self.name}: a joint name appears twice")
        indices = [i for bone in self.bones for i in bone] + [i for _, group in self.groups for i in group]
        if indices and not 0 <= min(indices) <= max(indices) < len(self.joints):
            raise InvalidValue(f"skeleton {self.name}: a bone or group names a joint it does not have")

    def __len__(self) -> int:
        return len(self.joints)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.joints)}

    def index(self, joint: str) -> int:
        """The place of a joint. InvalidValue if the skeleton has none of that name."""
        try:
            return self._places[joint]
        except KeyError:
            raise InvalidValue(f"skeleton {self.name} has no joint {joint!r}") from None

    def __contains__(self, joint: object) -> bool:
        return joint in self._places

    def group(self, name: str) -> NDArray[np.intp]:
        """The indices of a part's joints; empty if the skeleton lacks the part."""
        return np.array(dict(self.groups).get(name, ()), dtype=np.intp)

    def without(self, joint: str) -> Skeleton:
        """The skeleton that lacks a joint, and the bones to it. InvalidValue if there is none of that name."""
        gone = self.index(joint)
        place = {i: i - (i > gone) for i in range(len(self)) if i != gone}
        return Skeleton(
            f"{self.name} without {joint}",
            tuple(name for name in self.joints if name != joint),
            tuple((place[a], place[b]) for a, b in self.bones if gone not in (a, b)),
            tuple((part, tuple(place[i] for i in group if i != gone)) for part, group in self.groups),
        )

    @cached_property
    def mirror(self) -> NDArray[np.intp]:
        """(K,) for each joint its counterpart on the other side of the body, itself on the midline."""
        return np.array([self._places.get(_mirrored(name), i) for i, name in enumerate(self.joints)], dtype=np.intp)


def _mirrored(name: str) -> str:
    for side, other in (("left_", "right_"), ("right_", "left_")):
        if name.startswith(side):
            return other + name.removeprefix(side)
    if name.startswith("face_"):
        return f"face_{_FACE_MIRROR[int(name.removeprefix('face_'))]:02d}"
    return name


def _face_mirror() -> tuple[int, ...]:
    swaps = {i: 16 - i for i in range(17)}  # jaw
    swaps |= {17 + i: 26 - i for i in range(10)}  # brows
    swaps |= {31 + i: 35 - i for i in range(5)}  # nostrils
    for a, b in ((36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)):  # eyes
        swaps |= {a: b, b: a}
    swaps |= {48 + i: 54 - i for i in range(7)} | {55 + i: 59 - i for i in range(5)}  # outer lips
    swaps |= {60 + i: 64 - i for i in range(5)} | {65: 67, 67: 65}  # inner lips
    return tuple(swaps.get(i, i) for i in range(68))


_FACE_MIRROR = _face_mirror()
_FACE = tuple(f"face_{i:02d}" for i in range(68))


def _hand(prefix: str = "") -> tuple[str, ...]:
    return (f"{prefix}hand_root", *(f"{prefix}{finger}_{i}" for finger in FINGERS for i in range(1, 5)))


def _sides(names: str) -> tuple[str, ...]:
    return tuple(f"{side}_{name}" for name in names.split() for side in ("left", "right"))


_OPENPOSE_ARMS = "nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist".split()
_OPENPOSE_LEGS = "right_hip right_knee right_ankle left_hip left_knee left_ankle".split()
_OPENPOSE_FACE = "right_eye left_eye right_ear left_ear".split()
_OPENPOSE_18 = (*_OPENPOSE_ARMS, *_OPENPOSE_LEGS, *_OPENPOSE_FACE)
_FEET = tuple(f"{side}_{part}" for side in ("left", "right") for part in ("big_toe", "small_toe", "heel"))
_BODY_25 = (*_OPENPOSE_ARMS, "mid_hip", *_OPENPOSE_LEGS, *_OPENPOSE_FACE, *_FEET)
_MPI_15 = ("head_top", *_OPENPOSE_ARMS[1:], *_OPENPOSE_LEGS, "chest")
_COCO_17 = ("nose", *_sides("eye ear shoulder elbow wrist hip knee ankle"))
_HALPE_BODY = (*_COCO_17, "head_top", "neck", "mid_hip")
_HALPE_FEET = _sides("big_toe small_toe heel")
_VITPOSE_BODY = ("nose", *_sides("eye ear"), "neck", *_sides("shoulder elbow wrist hip"), "mid_hip", *_sides("knee ankle"))
_MEDIAPIPE_33 = (
    "nose left_eye_inner left_eye left_eye_outer right_eye_inner right_eye right_eye_outer left_ear right_ear left_mouth "
    "right_mouth"
).split()
_MEDIAPIPE_33 += _sides("shoulder elbow wrist pinky index thumb hip knee ankle heel big_toe")
_H36M_17 = (
    "mid_hip right_hip right_knee right_ankle left_hip left_knee left_ankle spine thorax nose head_top "
    "left_shoulder left_elbow left_wrist right_shoulder right_elbow right_wrist"
).split()
_SMPLX_HAND = ("index", "middle", "little", "ring", "thumb")
_SMPLX_55 = (
    "pelvis left_hip right_hip spine_1 left_knee right_knee spine_2 left_ankle right_ankle spine_3 left_foot right_foot neck "
    "left_collar right_collar head left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist "
    "jaw left_eye right_eye"
).split()
_SMPLX_55 += [f"{side}_{finger}_{i}" for side in ("left", "right") for finger in _SMPLX_HAND for i in (1, 2, 3)]
SMPLX_PARENTS = (
    -1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 15, 15, 15,
    *(20 if i % 3 == 0 else 24 + i for i in range(15)),
    *(21 if i % 3 == 0 else 39 + i for i in range(15)),
)  # fmt: skip
"""(55,) the parent of each SMPL-X joint, -1 for the root."""

_BODY_BONES = (
    "neck-right_shoulder neck-left_shoulder right_shoulder-right_elbow right_elbow-right_wrist left_shoulder-left_elbow "
    "left_elbow-left_wrist neck-right_hip right_hip-right_knee right_knee-right_ankle neck-left_hip left_hip-left_knee "
    "left_knee-left_ankle neck-nose nose-right_eye right_eye-right_ear nose-left_eye left_eye-left_ear"
).split()
"""OpenPose's 17 limbs, in its drawing order."""

_MPI_BONES = ["head_top-neck", *_BODY_BONES[:6], "neck-chest", "chest-right_hip", *_BODY_BONES[7:9]]
_MPI_BONES += ["chest-left_hip", *_BODY_BONES[10:12]]
_COCO_BONES = (
    "left_shoulder-right_shoulder left_shoulder-left_elbow left_elbow-left_wrist right_shoulder-right_elbow "
    "right_elbow-right_wrist left_shoulder-left_hip right_shoulder-right_hip left_hip-right_hip left_hip-left_knee "
    "left_knee-left_ankle right_hip-right_knee right_knee-right_ankle nose-left_eye nose-right_eye left_eye-left_ear "
    "right_eye-right_ear"
).split()
_H36M_BONES = (
    "mid_hip-right_hip right_hip-right_knee right_knee-right_ankle mid_hip-left_hip left_hip-left_knee left_knee-left_ankle "
    "mid_hip-spine spine-thorax thorax-nose nose-head_top thorax-left_shoulder left_shoulder-left_elbow left_elbow-left_wrist "
    "thorax-right_shoulder right_shoulder-right_elbow right_elbow-right_wrist"
).split()
_FOOT_BONES = [f"{s}_ankle-{s}_{part}" for s in ("left", "right") for part in ("big_toe", "small_toe", "heel")]
_HALPE_BONES = [*_COCO_BONES, "neck-head_top", "neck-mid_hip"]


def _hand_bones(prefix: str = "") -> list[str]:
    """The 20 bones of a hand, finger by finger from the root, in OpenPose's drawing order."""
    chains = [[f"{prefix}hand_root", *(f"{prefix}{finger}_{i}" for i in range(1, 5))] for finger in FINGERS]
    return [f"{a}-{b}" for chain in chains for a, b in pairwise(chain)]


def _make(name: str, joints: Sequence[str], bones: Sequence[str], **groups: Sequence[str]) -> Skeleton:
    place = {joint: i for i, joint in enumerate(joints)}
    pairs = [bone.split("-") for bone in bones]
    return Skeleton(
        name,
        tuple(joints),
        tuple((place[a], place[b]) for a, b in pairs if a in place and b in place),
        tuple((part, tuple(place[joint] for joint in members)) for part, members in groups.items()),
    )


def _whole(name: str, body: Sequence[str], bones: Sequence[str], feet: Sequence[str], face: Sequence[str]) -> Skeleton:
    left, right = _hand("left_"), _hand("right_")
    return _make(
        name,
        (*body, *feet, *face, *left, *right),
        (*bones, *_FOOT_BONES, *_hand_bones("left_"), *_hand_bones("right_")),
        body=body,
        feet=feet,
        face=face,
        left_hand=left,
        right_hand=right,
    )


def _hands() -> Skeleton:
    left, right = _hand("left_"), _hand("right_")
    bones = _hand_bones("left_") + _hand_bones("right_")
    return _make("hands-42", (*left, *right), bones, left_hand=left, right_hand=right)


_FACE_70 = (*_FACE, "right_pupil", "left_pupil")
_SMPLX_BONES = [f"{_SMPLX_55[p]}-{_SMPLX_55[i]}" for i, p in enumerate(SMPLX_PARENTS) if p >= 0]

wholebody_134 = _whole("wholebody-134", _OPENPOSE_18, _BODY_BONES, _FEET, _FACE)
"""The hub: OpenPose body 0-17, feet 18-23, face 24-91, left hand 92-112, right hand 113-133 (DWPose's order)."""

catalogue: dict[str, Skeleton] = {
    skeleton.name: skeleton
    for skeleton in (
        wholebody_134,
        _make("openpose-18", _OPENPOSE_18, _BODY_BONES, body=_OPENPOSE_18),
        _make("body-25", _BODY_25, [*_BODY_BONES, *_FOOT_BONES], body=_BODY_25[:19], feet=_FEET),
        _whole("openpose-127", _MPI_15, _MPI_BONES, (), _FACE_70),
        _whole("openpose-130", _OPENPOSE_18, _BODY_BONES, (), _FACE_70),
        _whole("openpose-137", _BODY_25[:19], _BODY_BONES, _FEET, _FACE_70),
        _make("coco-17", _COCO_17, _COCO_BONES, body=_COCO_17),
        _whole("coco-wholebody-133", _COCO_17, _COCO_BONES, _FEET, _FACE),
        _make("halpe-26", (*_HALPE_BODY, *_HALPE_FEET), [*_HALPE_BONES, *_FOOT_BONES], body=_HALPE_BODY, feet=_HALPE_FEET),
        _whole("halpe-136", _HALPE_BODY, _HALPE_BONES, _HALPE_FEET, _FACE),
        _make("vitpose-25", (*_VITPOSE_BODY, *_FEET), [*_HALPE_BONES, *_FOOT_BONES], body=_VITPOSE_BODY, feet=_FEET),
        _whole("mediapipe-143", _MEDIAPIPE_33[:29], _COCO_BONES, _MEDIAPIPE_33[29:], _FACE),
        _make("h36m-17", _H36M_17, _H36M_BONES, body=_H36M_17),
        _hands(),
        _make("hand-21", _hand(), _hand_bones(), hand=_hand()),
        _make("face-68", _FACE, (), face=_FACE),
        _make(
            "smplx-55",
            _SMPLX_55,
            _SMPLX_BONES,
            body=_SMPLX_55[:22],
            face=_SMPLX_55[22:25],
            left_hand=_SMPLX_55[25:40],
            right_hand=_SMPLX_55[40:],
        ),
    )
}
"""Every skeleton PoseForge knows, by name."""
