"""Parameters of SMPL-X and MANO as estimators write them: .npz, .npy or .pkl.

`global_orient`, `body_pose` (21 joints, or SMPL's 23), `left_hand_pose` and `right_hand_pose` (15 joints or principal
components), `jaw_pose`, `leye_pose`, `reye_pose`, `expression`, `betas` and `transl`, stacked over the frames or as a list
with a dictionary for each, as rotation vectors in radians or as rotation matrices. MANO's `hand_pose` with `global_orient`, or
with the wrist's three numbers before its own, is a hand alone, whose side `is_right`, `right` or `handedness` tell, for each
row as HaMeR and WiLoR find hands. They give matrices of every hand as if it were a right one; angles are the hand's own.
`poses` (T, 72 or 24 x 3) are SMPL's root and body in one. TalkSHOW writes (T, 265) rows: jaw, left eye, right eye, root,
body 63, left hand 45, right hand 45, expression 100. Hands are counted from the model's mean hand, as the smplx package does.

Several people over time are a folder with an .npz for each person in each frame, as SMPLer-X writes them (00001_0.npz: frame,
person); a dictionary of frames with lists `smpl` and `tid`, as PHALP and 4D-Humans write it; or one of people with `pose`,
`trans` and `frame_ids`, as WHAM writes it. Who is not in a frame is missing there. GVHMR's `smpl_params_global` and AIST++'s
`smpl_poses`, `smpl_trans`, `smpl_scaling` (60 frames per second) are one person. Bodies of 23 joints and no hands have no
fingers.

Layouts: the smplx package's documentation, and the published code of the projects named. Nothing in a pickle is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.bodies import HAND_NUMBERS
from poseforge.detections import MAX_PEOPLE
from poseforge.errors import FormatError, UnsafeFile
from poseforge.formats import Format
from poseforge.pickles import PickleError, Template
from poseforge.records import array_names, natural, read_arrays, read_bytes, read_npy
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
_TALKSHOW_FPS = 30
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
        "transl": ("trans_world", "trans", "smpl_trans"),
        "poses": ("pose_world", "smpl_poses", "pose"),
        "is_right": ("right", "handedness"),
    }.items()
}
"""Of each parameter the smplx package's name, and others that estimators give it."""

NAMES = frozenset(("body_pose", "smplx_body_pose", "hand_pose", "mano_pose", "smpl_poses", "pose_world"))
"""One of these is in every file."""

_WANTED = {*(key for keys in _SPELLINGS.values() for key in keys), "smpl_scaling", "frame_ids", *RATES}
_COMPRESSED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x04\x22\x4d\x18")
"""How zlib, gzip, bzip2, xz and lz4 begin."""

_UNSEEN, _SPARSE = 10_000, 100
"""Frames that a file may claim without anybody in them, for all people together, and as many as this for each pose."""

_MOST_DIGITS, _LEAST = 9, 1e-9
_GVHMR = ("smpl_params_global", "smpl_params_incam")
_DANCE_FPS = Fraction(60)
"""Of AIST++, whose files do not say it."""

_FRAME_FILE = re.compile(r"(?P<name>.*?)(?P<frame>[0-9]+)(?:_(?P<person>[0-9]{1,3}))?\.npz")

Record = Mapping[str, Any]
Frames = Sequence[int] | None
"""The frames in which a person is; None for all."""


def _takes(path: Path) -> list[Take]:
    people = _folder(path) if path.is_dir() else _people(path, _value(path))
    takes = [_take(path, record) for record, _ in people]
    at = [_frames(path, frames, len(take.root)) for (_, frames), take in zip(people, takes, strict=True)]
    first, last = min(int(frames[0]) for frames in at), max(int(frames[-1]) for frames in at)
    count, found = last - first + 1, sum(map(len, at))
    if count * len(takes) > _UNSEEN + _SPARSE * found:
        problem = f"claims {count:,} frames of {len(takes)} people and holds {found:,} poses."
        raise FormatError(path, problem, "Number the frames one after the other.", code="number")
    times = np.arange(first, last + 1)
    return [_over(take, frames, times) for take, frames in zip(takes, at, strict=True)]


def _frames(path: Path, frames: Frames, count: int) -> NDArray[np.intp]:
    """(count,) rising numbers of the frames in which somebody is."""
    if frames is None:
        return np.arange(count)
    numbered = sound(path, "frame_ids", frames, (count,))
    if not count or (numbered < 0).any() or not (np.diff(numbered) > 0).all():
        raise FormatError(path, "has frame numbers of a person that do not rise.", code="number")
    return numbered.astype(np.intp)


def _over(take: Take, frames: NDArray[np.intp], times: NDArray[np.intp]) -> Take:
    """A take at all times, in those between its frames as it was in the one before."""
    if np.array_equal(frames, times):
        return take
    before = np.searchsorted(frames, times, side="right") - 1
    return take.held(np.maximum(before, 0), np.isin(times, frames))


def _take(path: Path, record: Record) -> Take:
    fps = rate_of(path, record)
    named = {name: record[spelling] for name, spelling in _spelled(record).items()}
    if "smpl_poses" in record:
        scale = sound(path, "smpl_scaling", record.get("smpl_scaling", 1), (), (1,))
        named["transl"] = sound(path, "smpl_trans", named.get("transl", np.zeros(3))) / np.maximum(scale, _LEAST)
        fps = fps or _DANCE_FPS
    if "body_pose" not in named and "poses" in named:
        shapes = ((-1, 72), (1, -1, 72), (-1, 24, 3), (-1, 24, 3, 3))
        poses = sound(path, "poses", named["poses"], *shapes)
        poses = poses if poses.shape[-2:] == (3, 3) else poses.reshape(-1, 24, 3)
        named |= {"global_orient": poses[:, :1], "body_pose": poses[:, 1:]}
    if "body_pose" not in named:
        return _hand_alone(path, named, fps)
    body = _body(path, named["body_pose"])
    count = len(body)
    root = _turns(path, "global_orient", named.get("global_orient", np.zeros(3)), 1, count)
    face = [_turns(path, name, named.get(name, np.zeros(3)), 1, count) for name in ("jaw_pose", "leye_pose", "reye_pose")]
    given = {side: named.get(f"{side}_hand_pose") for side in ("left", "right")}
    fingers = any(values is not None for values in given.values())
    sides = {side: np.zeros(HAND_NUMBERS) if values is None else values for side, values in given.items()} if fingers else {}
    return Take(
        path,
        "smplx",
        "SMPL-X" if fingers else "SMPL",
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


def _value(path: Path) -> Any:
    """What a file holds: parameters by their names, a list or a dictionary of such, or an array."""
    if path.suffix.lower() == ".npz":
        return read_arrays(path, _WANTED)
    value = read_npy(path) if path.suffix.lower() == ".npy" else read_bytes(path)
    return _unpickled(path, value) if isinstance(value, bytes) else value


def _people(path: Path, value: Any) -> list[tuple[Record, Frames]]:
    """The parameters of everybody in a file, and when they are there."""
    if isinstance(value, np.ndarray):
        width = sum(_TALKSHOW.values())
        table = sound(path, "the array", value, (-1, width), (1, -1, width)).reshape(-1, width)
        edges = np.cumsum(list(_TALKSHOW.values()))[:-1]
        return [(dict(zip(_TALKSHOW, np.split(table, edges, axis=1), strict=True)) | {"fps": _TALKSHOW_FPS}, None)]
    if isinstance(value, list):
        tracked = any(isinstance(frame, dict) and "smpl" in frame for frame in value)
        return _tracked(path, value) if tracked else [(_stacked(path, value), None)]
    if not isinstance(value, dict):
        raise FormatError(path, f"holds a {type(value).__name__}; expected a dictionary of parameters.", code="shape")
    inside = next((value[name] for name in _GVHMR if isinstance(value.get(name), dict)), None)
    if inside is not None:
        return [(inside, None)]
    if not value or not all(isinstance(entry, dict) for entry in value.values()):
        return [(value, None)]
    if any("smpl" in frame for frame in value.values()):
        return _tracked(path, [value[name] for name in sorted(value, key=natural)])
    _check_people(path, len(value))
    return [(person, person.get("frame_ids")) for person in value.values()]


def _check_people(path: Path, count: int) -> None:
    if count > MAX_PEOPLE:
        raise FormatError(path, f"holds {count} people; at most {MAX_PEOPLE} are read.", "Leave some out.", code="shape")


def _tracked(path: Path, frames: list[Any]) -> list[tuple[Record, Frames]]:
    """The people of frames with `smpl`, a list of parameters, and `tid`, who they are about; the longest seen."""
    found: dict[Any, dict[int, Record]] = {}
    for t, frame in enumerate(frames):
        people = frame.get("smpl") if isinstance(frame, dict) else None
        ids = frame.get("tid") if people is not None else ()
        people, ids = ([] if values is None else values for values in (people, ids))
        if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
            raise FormatError(path, f"frame {t} has no list 'smpl' of people.", code="shape")
        names = [str(name) for name in ids] if isinstance(ids, list) and len(ids) == len(people) else range(len(people))
        places = frame.get("camera") if people else ()
        for i, (name, person) in enumerate(zip(names, people, strict=True)):
            if isinstance(places, list) and len(places) == len(people):  # how far away is only a guess
                person = {**person, "transl": sound(path, "camera", places[i], (3,)) * (1, 1, 0)}
            found.setdefault(name, {})[t] = person
    if not found:
        raise FormatError(path, "has nobody in any frame.", code="empty")
    longest = sorted(found, key=lambda name: -len(found[name]))[:MAX_PEOPLE]
    return [(_stacked(path, list(found[name].values())), list(found[name])) for name in found if name in longest]


def _folder(path: Path) -> list[tuple[Record, Frames]]:
    """The people of files 00001_0.npz: frame, person."""
    names = {file: match for file in path.iterdir() if (match := _FRAME_FILE.fullmatch(file.name)) and file.is_file()}
    if not names:
        raise FormatError(path, "holds no files like 00001_0.npz, of a frame and a person each.")
    takes = sorted({match["name"] for match in names.values()})
    if len(takes) > 1:
        problem = f"holds files of {len(takes)} takes, which begin with {' and '.join(map(repr, takes[:3]))}."
        raise FormatError(path, problem, "Put each into a folder of its own.", code="shape")
    people: dict[int, dict[int, Path]] = {}
    for file, match in names.items():
        if len(match["frame"]) > _MOST_DIGITS:
            raise FormatError(file, "has a name whose number is that of no frame.", code="number")
        people.setdefault(int(match["person"] or 0), {})[int(match["frame"])] = file
    _check_people(path, len(people))
    found: list[tuple[Record, Frames]] = []
    for _, files in sorted(people.items()):
        at = sorted(files)
        found.append((_stacked(path, [read_arrays(files[t], _WANTED) for t in at]), at))
    return found


def _unpickled(path: Path, content: bytes) -> Any:
    advice = "Save the parameters as plain NumPy arrays, best with numpy.savez(PATH, **parameters)."
    if content.startswith(_COMPRESSED) or b"joblib.numpy_pickle" in content[: 2**16]:
        again = "Load it with joblib.load and save what that gives with pickle.dump."
        raise FormatError(path, "was saved by joblib, whose files are programs of its own.", again)
    if content.startswith(b"PK"):
        raise FormatError(path, "is a file of PyTorch, which is a program.", advice)
    try:
        return Template(content).read(content)
    except PickleError as error:
        problem = UnsafeFile if error.unsafe else FormatError
        if "torch." in str(error):
            raise problem(path, "holds tensors of PyTorch, which are programs; nothing was run.", advice) from None
        raise problem(path, f"is no pickle of plain data: {error}.", advice) from None


def _stacked(path: Path, frames: list[Any]) -> dict[str, Any]:
    """A list with a dictionary per frame as one dictionary."""
    if not frames or not all(isinstance(frame, dict) for frame in frames):
        raise FormatError(path, "is a list of something else than frames; expected a dictionary for each.", code="shape")
    result = {}
    for name, key in _spelled(frames[0]).items():
        lacking = next((t for t, frame in enumerate(frames) if frame.get(key) is None), None)
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
    """By the names of the arrays, or of the parameters at the beginning of a pickle, or in the first file of a folder."""
    if path.is_dir():
        files = (file for file in path.iterdir() if _FRAME_FILE.fullmatch(file.name) and file.is_file())
        return any(array_names(file) & NAMES for file in islice(files, 1))
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
    read=reader(_takes),
    read_motion=motion_reader(_takes),
    sniff=sniff,
    options=Options,
)
