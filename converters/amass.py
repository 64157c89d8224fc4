"""AMASS: movements of SMPL-H and SMPL-X as .npz.

`poses` is (T, 72) of SMPL (root 3, body 69, no fingers), (T, 156) of SMPL-H (root 3, body 63, hands 90) or (T, 165) of SMPL-X
(root 3, body 63, jaw 3, eyes 6, hands 90), with `trans` (T, 3), `betas`, `gender` and `mocap_framerate` or `mocap_frame_rate`;
the *_stageii files repeat the poses as `root_orient`, `pose_body`, `pose_jaw`, `pose_eye`, `pose_hand`. Angles are rotation
vectors in radians, lengths metres. AMASS's world has z up; recordings in its layout with y up exist as well, and are told by
how the person stands. Zero is the flat hand.

Layout: AMASS's own notebooks and the readers of other projects.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from poseforge.bodies import HAND_NUMBERS
from poseforge.errors import FormatError, InvalidValue
from poseforge.files import writing_file
from poseforge.formats import Format
from poseforge.performer import performer
from poseforge.records import array_names, read_arrays, write_arrays
from poseforge.rig import Motion
from poseforge.skeleton import wholebody_134

from .smpl import (
    FACE_END,
    KEEPS,
    RATES,
    SKELETON,
    UPS,
    Floats,
    Options,
    Take,
    betas_of,
    expression_of,
    motion_reader,
    rate_of,
    reader,
    rows,
    sound,
    text_of,
)
from .smplx import NAMES

_PARTS = {"root_orient": 3, "pose_body": 63, "pose_jaw": 3, "pose_eye": 6, "pose_hand": 90}
_FAMILIES = {24: "SMPL", 52: "SMPL-H", 55: "SMPL-X"}
"""The model by its number of joints."""

_BODY_END = 22


def _takes(path: Path) -> list[Take]:
    names = {"poses", *_PARTS, "trans", "betas", "gender", "expressions", "expression", "up_axis", *RATES}
    found = read_arrays(path, names)
    poses = _poses(path, found)
    count = len(poses)
    angles = poses.reshape(count, -1, 3)
    face = angles[:, _BODY_END:FACE_END] if angles.shape[1] == len(SKELETON) else np.zeros((count, 3, 3))
    fingers = angles[:, -30:] if angles.shape[1] > FACE_END else angles[:, :0]
    hands = fingers.reshape(count, -1, HAND_NUMBERS)
    up = text_of(found.get("up_axis"))
    take = Take(
        path,
        "amass",
        _FAMILIES[angles.shape[1]],
        angles[:, 0],
        np.concatenate([angles[:, 1:_BODY_END], face], axis=1),
        dict(zip(("left", "right"), np.moveaxis(hands, 1, 0), strict=False)),
        rows(path, "trans", found.get("trans", np.zeros(3)), count, 3),
        betas_of(path, found),
        expression_of(path, found.get("expressions", found.get("expression")), count),
        rate_of(path, found),
        flat=True,
        up=up if up in UPS else "",
        gender=text_of(found.get("gender")),
    )
    return [take]


def _poses(path: Path, found: Mapping[str, Any]) -> Floats:
    """(T, 72), (T, 156) or (T, 165) angles."""
    if "poses" in found:
        shapes = [shape for joints in _FAMILIES for shape in ((-1, 3 * joints), (-1, joints, 3))]
        poses = sound(path, "poses", found["poses"], *shapes)
    elif {"root_orient", "pose_body"} <= set(found):
        count = len(np.atleast_1d(found["root_orient"]))
        parts = {name: found.get(name, np.zeros((count, size))) for name, size in _PARTS.items()}
        poses = np.concatenate([sound(path, name, parts[name], (count, size)) for name, size in _PARTS.items()], axis=1)
    else:
        inside = ", ".join(sorted(array_names(path)))[:200] or "nothing"
        advice = "Take the file with poses beside it, as *_poses.npz or *_stageii.npz."
        raise FormatError(path, f"holds no movement but {inside}; expected an array 'poses'.", advice, code="shape")
    if not len(poses):
        raise FormatError(path, "has no frames.", code="shape")
    return poses.reshape(len(poses), -1)


def write_motion(motion: Motion, path: Path, overwrite: bool) -> None:
    """Write a movement on the performer's topology in AMASS's layout of SMPL-X, with y up. Raises InvalidValue."""
    if motion.rig.skeleton != SKELETON or not len(motion):
        raise InvalidValue(f"{path}: AMASS's layout holds movements of SMPL-X's 55 joints, of at least one frame")
    poses = np.asarray(motion.rotations).reshape(len(motion), -1)
    parts = np.split(poses, np.cumsum(list(_PARTS.values()))[:-1], axis=1)
    arrays = {
        "poses": poses,
        **dict(zip(_PARTS, parts, strict=True)),
        "trans": motion.translation,
        "betas": np.zeros(16),
        "num_betas": np.array(16),
        "gender": np.array("neutral"),
        "surface_model_type": np.array("smplx"),
        "mocap_frame_rate": np.array(float(motion.fps)),
        "mocap_time_length": np.array(float(len(motion) / motion.fps)),
        "up_axis": np.array("y"),
        **({"lost": np.array(motion.meta["lost"])} if motion.meta.get("lost") else {}),
    }
    with writing_file(path, overwrite) as beside:
        write_arrays(beside, arrays)


def sniff(path: Path) -> bool:
    """By the names of the arrays. Shapes without movement count, so that the reader can say what they are."""
    names = array_names(path) if path.is_file() else frozenset()
    if names & NAMES:
        return False
    moves = "poses" in names and bool(names & {"trans", "mocap_framerate", "mocap_frame_rate"})
    return moves or {"root_orient", "pose_body"} <= names or {"betas", "gender"} <= names


FORMAT = Format(
    name="amass",
    title="AMASS (SMPL-H, SMPL-X)",
    suffixes=(".npz",),
    skeleton=wholebody_134,
    keeps=KEEPS,
    read=reader(_takes),
    read_motion=motion_reader(_takes),
    write_motion=write_motion,
    rig=performer,
    sniff=sniff,
    options=Options,
)
