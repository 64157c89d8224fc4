"""Parameters of SMPL-X and MANO as estimators write them: .npz, .npy or .pkl.

`global_orient`, `body_pose` (21 joints, or SMPL's 23), `left_hand_pose` and `right_hand_pose` (15 joints or principal
components), `jaw_pose`, `leye_pose`, `reye_pose`, `expression`, `betas` and `transl`, stacked over the frames or as a list with
a dictionary for each, as rotation vectors in radians or as rotation matrices. MANO's `hand_pose` with `global_orient`, or with
the wrist's three numbers before its own, is a hand alone, whose side `is_right`, `right` or `handedness` tell, for each row as
HaMeR and WiLoR find hands. They give matrices of every hand as if it were a right one; angles are the hand's own. TalkSHOW
writes (T, 265) rows: jaw, left eye, right eye, root, body 63, left hand 45, right hand 45, expression 100. Hands are counted
from the model's mean hand, as the smplx package does.

Layouts: the smplx package's documentation, TalkSHOW's and HaMeR's published code. Nothing in a pickle is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.bodies import HAND_NUMBERS
from poseforge.errors import FormatError, UnsafeFile
from poseforge.formats import Format
from poseforge.pickles import PickleError, Template
from poseforge.records import array_names, read_arrays, read_bytes, read_npy
from poseforge.rotations import of_matrices, rotation_vectors
from poseforge.skeleton import wholebody_134

from .smpl import (
    KEEPS,
    RATES,
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
)

_TALKSHOW = {"jaw_pose": 3, "leye_pose": 3, "reye_pose": 3, "global_orient": 3, "body_pose": 63, "left_hand_pose": 45,
             "right_hand_pose": 45, "expression": 100}  # fmt: skip
_TALKSHOW_FPS = Fraction(30)
_SPELLINGS = {
    name: tuple(prefix + spelling for spelling in (name, *others) for prefix in ("", "smplx_"))
    for name, others in {
        "global_orient": ("root_orient", "root_pose"),
        "body_pose": (),
        "left_hand_pose": ("lhand_pose",),
        "right_hand_pose": ("rhand_pose",),
        "hand_pose": ("mano_pose",),
        "jaw_pose": (),
        "leye_pose": (),
        "reye_pose": (),
        "expression": ("expressions", "expr"),
        "betas": ("shape",),
        "transl": ("trans",),
        "is_right": ("right", "handedness"),
    }.items()
}
"""Of each parameter the smplx package's name, and others that estimators give it."""

NAMES = frozenset(("body_pose", "smplx_body_pose", "hand_pose", "mano_pose"))
"""One of these is in every file."""


def _take(path: Path) -> Take:
    record, flat_rows = _record(path)
    fps = _TALKSHOW_FPS if flat_rows else rate_of(path, record)
    named = {name: record[spelling] for name, spelling in _spelled(record).items()}
    if "body_pose" not in named:
        return _hand_alone(path, named, fps)
    body = _body(path, named["body_pose"])
    count = len(body)
    root = _turns(path, "global_orient", named.get("global_orient", np.zeros(3)), 1, count)
    face = [_turns(path, name, named.get(name, np.zeros(3)), 1, count) for name in ("jaw_pose", "leye_pose", "reye_pose")]
    sides = {side: named.get(f"{side}_hand_pose", np.zeros(HAND_NUMBERS)) for side in ("left", "right")}
    return Take(
        path,
        "talkshow" if flat_rows else "smplx",
        "SMPL-X",
        root[:, 0],
        np.concatenate([body, *face], axis=1),
        {side: _hand(path, f"{side}_hand_pose", values, count) for side, values in sides.items()},
        rows(path, "transl", named.get("transl", np.zeros(3)), count, 3),
        betas_of(path, named),
        expression_of(path, named.get("expression"), count),
        fps,
        flat=False,
    )


def _hand_alone(path: Path, named: Mapping[str, Any], fps: Fraction | None) -> Take:
    """MANO's parameters."""
    if "hand_pose" not in named:
        names = ", ".join(sorted(NAMES))
        raise FormatError(path, f"holds no parameters of SMPL-X or MANO; expected one of {names}.", code="shape")
    pose = sound(path, "hand_pose", named["hand_pose"])
    if pose.ndim and pose.shape[-1] == HAND_NUMBERS + 3:  # the wrist's turn before the fingers'
        pose = pose.reshape(-1, HAND_NUMBERS + 3)
        root, pose = pose[:, :3], pose[:, 3:]
    else:
        root = named.get("global_orient", np.zeros(3))
    count = _hand_frames(pose)
    turn, fingers = _turns(path, "global_orient", root, 1, count)[:, 0], _hand(path, "hand_pose", pose, count)
    right = _right(path, named.get("is_right"), count)
    if right is not None and pose.shape[-2:] == (3, 3):
        mirror = np.where(right[:, None], 1.0, (1.0, -1.0, -1.0))
        turn, fingers = turn * mirror, fingers * np.tile(mirror, 15)
    return Take(
        path,
        "mano",
        "MANO",
        turn,
        np.zeros((count, 0, 3)),
        {"hand": fingers},
        rows(path, "transl", named.get("transl", np.zeros(3)), count, 3),
        betas_of(path, named),
        None,
        fps,
        flat=False,
        up="-y",  # as hand estimators give it
        alone=True,
        right=right,
    )


def _right(path: Path, said: Any, count: int) -> NDArray[np.bool_] | None:
    """(count,) which rows are of a right hand, from numbers, truths or words; None if nobody says."""
    if said is None:
        return None
    marks = np.asarray(said).ravel()
    if marks.dtype.kind == "U":
        words = np.char.lower(marks)
        marks = np.where(words == "right", 1, np.where(words == "left", 0, 2))
    if marks.dtype.kind not in "biuf" or marks.size not in (1, count) or not np.isin(marks, (0, 1)).all():
        raise FormatError(path, f"does not tell left from right {count} times: 'is_right' is {marks[:5]}.", code="shape")
    return np.broadcast_to(marks == 1, (count,))


def _spelled(record: Mapping[str, Any]) -> dict[str, str]:
    """Of each parameter that a record has, the name it has there."""
    keys = {name: next((key for key in keys if record.get(key) is not None), "") for name, keys in _SPELLINGS.items()}
    return {name: key for name, key in keys.items() if key}


def _record(path: Path) -> tuple[Mapping[str, Any], bool]:
    """The parameters by their names in the file, and whether they were TalkSHOW's rows."""
    if path.suffix.lower() == ".npz":
        return read_arrays(path, {*(key for keys in _SPELLINGS.values() for key in keys), *RATES}), False
    value = read_npy(path) if path.suffix.lower() == ".npy" else read_bytes(path)
    value = _unpickled(path, value) if isinstance(value, bytes) else value
    if isinstance(value, np.ndarray):
        width = sum(_TALKSHOW.values())
        table = sound(path, "the array", value, (-1, width), (1, -1, width)).reshape(-1, width)
        edges = np.cumsum(list(_TALKSHOW.values()))[:-1]
        return dict(zip(_TALKSHOW, np.split(table, edges, axis=1), strict=True)), True
    if isinstance(value, list):
        return _stacked(path, value), False
    if not isinstance(value, dict):
        raise FormatError(path, f"holds a {type(value).__name__}; expected a dictionary of parameters.", code="shape")
    return value, False


def _unpickled(path: Path, content: bytes) -> Any:
    try:
        return Template(content).read(content)
    except PickleError as error:
        advice = "Save the parameters as plain NumPy arrays, best with numpy.savez(PATH, **parameters)."
        problem = UnsafeFile if error.unsafe else FormatError
        raise problem(path, f"is no pickle of plain data: {error}.", advice) from None


def _stacked(path: Path, frames: list[Any]) -> dict[str, Any]:
    """A list with a dictionary per frame as one dictionary."""
    if not frames or not all(isinstance(frame, dict) for frame in frames):
        raise FormatError(path, "is a list of something else than frames; expected a dictionary for each.", code="shape")
    result = {}
    for name, key in _spelled(frames[0]).items():
        lacking = next((i for i, frame in enumerate(frames) if frame.get(key) is None), None)
        if lacking is not None:
            raise FormatError(
                path, f"frame {lacking} lacks {key!r}, which frame 0 has.", "Fill or cut such frames.", code="shape"
            )
        values = [frame[key] for frame in frames]
        if len({getattr(value, "shape", None) for value in values}) > 1:
            raise FormatError(path, f"{key!r} differs in shape from frame to frame.", code="shape")
        result[name] = np.array(values) if name == "is_right" else sound(path, repr(key), values)
    return result


def _body(path: Path, values: Any) -> Floats:
    """(T, 21, 3) angles of the body's joints; SMPL's last two, which stand for hands, are left out."""
    found = sound(path, "body_pose", values)
    square = found.ndim >= 3 and found.shape[-2:] == (3, 3)
    joints = found.shape[-3] if square else found.shape[-2] if found.shape[-1:] == (3,) and found.ndim > 1 else 0
    joints = joints or (found.shape[-1] // 3 if found.ndim and found.shape[-1] % 3 == 0 else 0)
    if joints not in (21, 23) or not found.size:
        raise FormatError(path, f"body_pose is of shape {found.shape}; expected frames x 63 (or 69) angles.", code="shape")
    return _turns(path, "body_pose", found, joints, found.size // (joints * (9 if square else 3)))[:, :21]


def _turns(path: Path, what: str, values: Any, joints: int, count: int) -> Floats:
    """(count, joints, 3) angles, of angles or rotation matrices, one row for all frames or one for each."""
    found = sound(path, what, values)
    square = found.ndim >= 2 and found.shape[-2:] == (3, 3)
    for given in (count, 1):
        if found.size == 3 * joints * given:
            return np.broadcast_to(found.reshape(given, joints, 3), (count, joints, 3))
        if found.size == 9 * joints * given and square:
            turns = rotation_vectors(of_matrices(_rotations(path, what, found.reshape(given, joints, 3, 3))))
            return np.broadcast_to(turns, (count, joints, 3))
    wanted = f"{count} x {joints} x 3 angles or as many rotation matrices"
    raise FormatError(path, f"{what} is of shape {found.shape}; expected {wanted}.", code="shape")


def _rotations(path: Path, what: str, found: Floats) -> Floats:
    if np.abs(np.swapaxes(found, -1, -2) @ found - np.eye(3)).max() > 0.05:
        raise FormatError(path, f"{what} holds matrices that are no rotations.", code="number")
    return found


def _hand_frames(pose: Floats) -> int:
    """How many frames a hand's numbers are for."""
    if pose.ndim >= 3 and pose.shape[-3:] == (15, 3, 3):
        return pose.size // 135
    if pose.ndim >= 2 and pose.shape[-2:] == (15, 3):
        return pose.size // HAND_NUMBERS
    return len(np.atleast_2d(pose).reshape(-1, pose.shape[-1])) if pose.size else 0


def _hand(path: Path, what: str, values: Any, count: int) -> Floats:
    """(count, n) numbers of a hand: 45 angles, or fewer principal components."""
    found = sound(path, what, values)
    if found.shape[-3:] == (15, 3, 3) or found.shape[-2:] == (15, 3):
        return _turns(path, what, found, 15, count).reshape(count, HAND_NUMBERS)
    width = found.shape[-1] if found.ndim else 0
    if not 0 < width <= HAND_NUMBERS or not count:
        raise FormatError(
            path, f"{what} is of shape {found.shape}; expected frames x 45 angles, or fewer components.", code="shape"
        )
    return rows(path, what, found, count, width)


def sniff(path: Path) -> bool:
    """By the names of the arrays, or of the parameters at the beginning of a pickle."""
    if not path.is_file():
        return False
    if array_names(path) & NAMES:
        return True
    with open(path, "rb") as file:
        start = file.read(2**16)
    return start[:1] == b"\x80" and any(name.encode() in start for name in NAMES)


FORMAT = Format(
    name="smplx",
    title="SMPL-X and MANO parameters",
    suffixes=(".npz", ".pkl"),
    skeleton=wholebody_134,
    keeps=KEEPS,
    read=reader(_take),
    read_motion=motion_reader(_take),
    sniff=sniff,
    options=Options,
)
