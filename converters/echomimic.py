"""EchoMimicV2 pose folders: ``0.npy`` .. ``N-1.npy``, each a pickled dict, all for one canvas of 768x768 pixels.

A frame holds, for n people, ``bodies`` {``candidate`` (18n, 2), ``subset`` (n, 18), ``score`` (n, 18)}, ``hands`` (2n, 21, 2)
with the left hands of all people before the right ones, ``hands_score`` (2n, 21), ``faces`` (n, 68, 2), ``faces_score``
(n, 68), ``num`` (the frame's number), and ``draw_pose_params`` [h, w, row_begin, row_end, col_begin, col_end]: points are
fractions of a patch of h x w pixels, which is pasted into those rows and columns. Counts of bodies, hands and faces may differ.

Read and written back, every number, type, shape and key of every frame is what it was: `frame_meta` carries what a
PoseSequence has no place for. A missing joint is written as (-1, -1) with score 0, which the official renderer skips.

Layout: EchoMimicV2's `infer.py`, its notebook and its shipped sequences.
"""

from __future__ import annotations

import ast
import os
import re
import reprlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import pickles, pickling
from poseforge.align import CANVAS, placement, placement_problem, shared_placements
from poseforge.detections import MAX_PEOPLE
from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile
from poseforge.files import writing_folder
from poseforge.formats import Format, Inspection, People
from poseforge.quality import Finding
from poseforge.records import declared_shapes
from poseforge.sequence import FPS, PoseSequence
from poseforge.skeleton import wholebody_134

from .dwpose import dictionaries

MAX_FRAME_BYTES = 2**20
"""A frame of one person takes about 4 kB; what exceeds this is no frame."""

MAX_PLACE = 32.0
"""Places farther out than this many canvases are no poses; OpenCV's fixed-point drawing overflows soon after."""

MAX_SCORE = 1e6

BODY, FACE = slice(0, 18), slice(24, 92)
LEFT, RIGHT = slice(92, 113), slice(113, 134)
SUBSET_THRESHOLD = 0.3
"""DWPose lists a body joint in `subset` if its score is above this."""

_FRAME_NAME = re.compile(r"(0|[1-9]\d{0,8})\.npy")
_WRAPPER = {"descr": "|O", "fortran_order": False, "shape": ()}
_HEADER = b"\x93NUMPY\x01\x00v\x00" + str(_WRAPPER).replace("}", ", }").ljust(117).encode() + b"\n"
_RECENT = 8
"""How many of the latest templates a frame is compared with: a sequence has one or two, an odd one as many as frames."""

_AGAIN = "Copy or export it again."
_ARRAYS: dict[str, tuple[int, ...]] = {  # trailing lengths; the first one counts people or their hands
    "candidate": (2,),
    "subset": (18,),
    "score": (18,),
    "hands": (21, 2),
    "hands_score": (21,),
    "faces": (68, 2),
    "faces_score": (68,),
}
_BODIES = ("candidate", "subset", "score")
_REQUIRED = ("bodies", "hands", "hands_score", "faces", "faces_score", "draw_pose_params")


@dataclass(frozen=True)
class _Layout:
    """How a frame was stored: its keys in order, the arrays' number types, the kind of `draw_pose_params`, and foreign keys."""

    keys: tuple[str, ...] = (*_REQUIRED[:5], "num", "draw_pose_params")
    body_keys: tuple[str, ...] = _BODIES
    dtypes: dict[str, np.dtype[Any]] = field(default_factory=dict)
    params_like: Any = ()
    foreign: dict[str, Any] = field(default_factory=dict)
    foreign_body: dict[str, Any] = field(default_factory=dict)


class _Frames:
    """Frames of one template: the same keys, shapes and types, so that they are checked and stacked together."""

    def __init__(self, template: pickles.Template, first: dict[str, Any], path: Path) -> None:
        self.template = template
        self.first = _checked_structure(first, path)
        self.numbers: list[int] = []
        self.frames: list[dict[str, Any]] = []
        self._stacks: dict[str, NDArray[Any]] = {}

    @cached_property
    def layout(self) -> _Layout:
        return _layout(self.first)

    def stack(self, name: str) -> NDArray[Any]:
        """The array `name` of all frames, (frames, ...)."""
        if name not in self._stacks:
            holders = [frame["bodies"] for frame in self.frames] if name in _BODIES else self.frames
            self._stacks[name] = np.array([holder[name] for holder in holders])
        return self._stacks[name]

    def drop(self, numbers: Collection[int]) -> None:
        """Leave some frames out."""
        if numbers:
            kept = [i for i, number in enumerate(self.numbers) if number not in numbers]
            self.frames, self.numbers = [self.frames[i] for i in kept], [self.numbers[i] for i in kept]
            self._stacks.clear()

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many bodies, pairs of hands and faces each frame holds."""
        return len(self.first["bodies"]["subset"]), len(self.first["hands"]) // 2, len(self.first["faces"])


def _entries(folder: Path) -> tuple[list[int], list[str]]:
    """The frame numbers in a folder, ascending, and the names of everything else in it."""
    try:
        with os.scandir(folder) as entries:
            found = [(_FRAME_NAME.fullmatch(entry.name), entry.is_file(), entry.name) for entry in entries]
    except OSError as error:
        raise FileProblem(f"{folder}: cannot be listed ({error.strerror})") from error
    numbers = sorted(int(match[1]) for match, is_file, _ in found if match and is_file)
    strays = sorted(name for match, is_file, name in found if not (match and is_file))
    return numbers, strays


def _load(path: Path, groups: list[_Frames]) -> tuple[dict[str, Any], _Frames]:
    """One frame file, and the group of frames it belongs to (added to `groups` if new). Raises FormatError, UnsafeFile."""
    try:
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FRAME_BYTES:
                raise UnsafeFile(path, f"{size:,} bytes; a pose frame has about 4,000 and never over {MAX_FRAME_BYTES:,}.")
            raw = file.read()
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror})") from error
    content = raw[len(_HEADER) :] if raw.startswith(_HEADER) else _after_header(raw, path)
    for group in groups[:_RECENT]:
        if group.template.matches(content):
            return group.template.read(content), group  # type: ignore[return-value]
    try:
        template = pickles.Template(content)
        frame = template.read(content)
    except pickles.PickleError as error:
        kind = UnsafeFile if error.unsafe else FormatError
        advice = "Do not trust where it came from." if error.unsafe else _AGAIN
        raise kind(path, f"is damaged: {error}." if not error.unsafe else f"is unsafe: {error}.", advice) from None
    if not template.wrapped and isinstance(frame, dict):
        problem = "holds a bare dict, on which EchoMimicV2 stops; expected one inside an array, as np.save writes it."
        raise FormatError(path, problem, code="shape")
    if not isinstance(frame, dict):
        raise FormatError(path, f"holds a {type(frame).__name__}; expected a dict with {', '.join(_REQUIRED)}.", code="shape")
    groups.insert(0, _Frames(template, frame, path))
    return frame, groups[0]


def _after_header(raw: bytes, path: Path) -> bytes:
    """The bytes behind the .npy header, which must announce one pickled object."""
    if not raw:
        raise FormatError(path, "is empty.", _AGAIN)
    if raw[:6] != b"\x93NUMPY" or len(raw) < 12:
        raise FormatError(path, f"begins with {raw[:6]!r}; expected a NumPy .npy file.", _AGAIN)
    width = 2 if raw[6] == 1 else 4
    end = 8 + width + int.from_bytes(raw[8 : 8 + width], "little")
    text = raw[8 + width : end]
    if end > len(raw) or len(text) > 1000:
        raise FormatError(path, "ends within its header or has an absurd one.", _AGAIN)
    try:
        header = ast.literal_eval(text.decode("latin1").strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise FormatError(path, "has a damaged .npy header.", _AGAIN) from None
    if not isinstance(header, dict) or header.get("descr") not in ("|O", "O") or header.get("shape") != ():
        shape = header.get("shape") if isinstance(header, dict) else None
        raise FormatError(
            path, f"holds a plain array of shape {shape}; expected a pickled dict with {', '.join(_REQUIRED)}.", code="shape"
        )
    return raw[end:]


def _checked_structure(frame: dict[str, Any], path: Path) -> dict[str, Any]:
    """`frame` if its keys, shapes and types are those of a pose frame. Raises FormatError."""
    bodies: Any = frame.get("bodies")
    missing = [key for key in _REQUIRED if key not in frame]
    if isinstance(bodies, dict):
        missing += [f"bodies.{key}" for key in _BODIES if key not in bodies]
    elif not missing:
        raise FormatError(
            path, f"'bodies' is a {type(bodies).__name__}; expected a dict with {', '.join(_BODIES)}.", code="shape"
        )
    if missing:
        raise FormatError(path, f"lacks {', '.join(missing)}, which EchoMimicV2 reads.", code="shape")
    counts: dict[str, float] = {}
    for name, shape in _ARRAYS.items():
        array = bodies[name] if name in _BODIES else frame[name]
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
            raise FormatError(path, f"'{name}' is a {_kind(array)}; expected an array of numbers.", code="shape")
        if array.ndim != len(shape) + 1 or array.shape[1:] != shape:
            people = {"candidate": "18 per person", "hands": "2 per person", "hands_score": "2 per person"}.get(name, "people")
            raise FormatError(
                path, f"'{name}' has shape {array.shape}; expected ({people}, {', '.join(map(str, shape))}).", code="shape"
            )
        counts[name] = len(array) / {"candidate": 18, "hands": 2, "hands_score": 2}.get(name, 1)
    for first, *others in (("candidate", "subset", "score"), ("hands", "hands_score"), ("faces", "faces_score")):
        if counts[first] % 1 or any(counts[other] != counts[first] for other in others):
            raise FormatError(
                path, f"'{first}' counts {counts[first]:g} people and {others} count others; expected the same.", code="shape"
            )
    if max(counts.values()) > MAX_PEOPLE:
        raise FormatError(path, f"holds {max(counts.values()):g} people; at most {MAX_PEOPLE} are read.", code="shape")
    return frame


def _kind(value: object) -> str:
    return f"{value.dtype} array" if isinstance(value, np.ndarray) else type(value).__name__


def _layout(frame: dict[str, Any]) -> _Layout:
    bodies, params = frame["bodies"], frame["draw_pose_params"]
    arrays = {name: bodies[name] if name in _BODIES else frame[name] for name in _ARRAYS}
    known = (*_REQUIRED, "num")
    return _Layout(
        keys=tuple(frame),
        body_keys=tuple(bodies),
        dtypes={name: array.dtype for name, array in arrays.items()},
        params_like=params,
        foreign={key: value for key, value in frame.items() if key not in known},
        foreign_body={key: value for key, value in bodies.items() if key not in _BODIES},
    )


def _params(frame: dict[str, Any], path: Path) -> tuple[int, ...]:
    """`draw_pose_params` as six ints. Raises FormatError if EchoMimicV2 could not place the patch with them."""
    values = frame["draw_pose_params"]
    entries = values.tolist() if isinstance(values, np.ndarray) and values.dtype.kind in "iu" else values
    if not isinstance(entries, (list, tuple)) or len(entries) != 6:
        problem = "is not a list of six whole numbers [h, w, rows from, to, columns from, to]"
    elif not all(issubclass(kind, (int, np.integer)) and kind is not bool for kind in set(map(type, entries))):
        problem = f"{reprlib.repr(list(entries))} has entries that are not whole numbers; slicing would fail"
    else:
        params = tuple(int(value) for value in entries)
        problem = placement_problem(params)
        if not problem:
            return params
        problem = f"{list(params)} {problem}"
    advice = "Write the sequence again with a placement inside the canvas."
    raise FormatError(path, f"'draw_pose_params' {problem}.", advice, code="placement")


def _check_numbers(group: _Frames, folder: Path) -> Iterator[tuple[int, FormatError]]:
    """The frames of a group with numbers that are not finite or absurdly far out."""
    for name in _ARRAYS:
        values = group.stack(name).astype(np.float64, copy=False)  # the absolute of the least integer is no integer
        most = MAX_PLACE if name in ("candidate", "hands", "faces") else MAX_SCORE
        bad = ~(np.abs(values) <= most)  # also true for NaN
        if bad.any():
            for at in np.flatnonzero(bad.reshape(len(values), -1).any(axis=1)):
                worst = values[at][bad[at]][0]
                what = "is not a finite number" if not np.isfinite(worst) else "is absurdly far out"
                advice = "Export it again, or put a copy of a neighbouring frame in its place."
                number = group.numbers[at]
                problem = FormatError(
                    folder / f"{number}.npy", f"'{name}' holds {worst:g}, which {what}.", advice, code="number"
                )
                yield number, problem


def _people(groups: list[_Frames], params: dict[int, tuple[int, ...]], total: int) -> People:
    """The people of the frames, with every frame from 0 to `total` - 1 that no group holds missing."""
    count = max((max(group.counts) for group in groups), default=0) or 1
    points = np.full((count, total, 134, 2), np.nan)
    confidence = np.zeros((count, total, 134))
    subset = np.full((count, total, 18), np.nan)
    parts = np.zeros((count, total, 3), dtype=bool)
    layouts: list[Any] = [_Layout()] * total
    numbers: list[Any] = list(range(total))
    for group in groups:
        at = np.array(group.numbers, dtype=np.intp)
        bodies, pairs, faces = group.counts
        places = group.stack("candidate").reshape(len(at), bodies, 18, 2)
        hands, hand_scores = group.stack("hands"), group.stack("hands_score")
        stacked = {name: group.stack(name) for name in ("score", "subset", "faces", "faces_score")}
        for person in range(bodies):
            points[person, at, BODY], confidence[person, at, BODY] = places[:, person], stacked["score"][:, person]
            subset[person, at] = stacked["subset"][:, person]
        for person in range(pairs):
            for side, row in ((LEFT, person), (RIGHT, pairs + person)):
                points[person, at, side], confidence[person, at, side] = hands[:, row], hand_scores[:, row]
        for person in range(faces):
            points[person, at, FACE] = stacked["faces"][:, person]
            confidence[person, at, FACE] = stacked["faces_score"][:, person]
        for part, number in enumerate(group.counts):
            parts[:number, at, part] = True
        for i, frame in zip(group.numbers, group.frames, strict=True):
            layouts[i] = _layout(frame) if group.layout.foreign or group.layout.foreign_body else group.layout
            numbers[i] = frame.get("num", i)
    points[(points == -1).all(axis=-1) & (confidence == 0)] = np.nan
    full = placement(CANVAS)
    shared: dict[str, Any] = {
        "draw_pose_params": np.array([params.get(i, full) for i in range(total)], dtype=np.intp).reshape(total, 6),
        "echomimic": tuple(layouts),
    }
    if any(type(number) is not int or number != i for i, number in enumerate(numbers)):
        shared["num"] = tuple(numbers)
    height, width = (int(side) for side in shared["draw_pose_params"][0, :2]) if total else CANVAS
    return tuple(
        PoseSequence(
            points[person],
            confidence[person],
            fps=FPS,
            size=(width, height),
            frame_meta=shared | {"parts": parts[person]} | _odd_subset(subset[person], confidence[person], person),
        )
        for person in range(count)
    )


def _listed(confidence: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    """(..., 18) DWPose's `subset` of the person in `row`: each joint's number if its score is high enough, else -1."""
    return np.where(confidence[..., BODY] > SUBSET_THRESHOLD, 18.0 * row + np.arange(18), -1.0)


def _odd_subset(subset: NDArray[np.float64], confidence: NDArray[np.float64], row: int) -> dict[str, NDArray[np.float64]]:
    """`subset` as frame_meta where it is not what the scores say, else nothing.

    (T, 134) the stored numbers, and beside them the number that each joint then had: mirrored or among other people, a joint
    that was listed under its own number is so again.
    """
    own = np.broadcast_to(18.0 * row + np.arange(18), subset.shape)
    if (np.isnan(subset).all(axis=1) | (subset == _listed(confidence, row)).all(axis=1)).all():
        return {}
    wide = np.full((2, len(subset), 134), np.nan)
    wide[0, :, BODY], wide[1, :, BODY] = subset, own
    return {"subset": wide[0], "subset_own": wide[1]}


def _scan(
    folder: Path, numbers: list[int]
) -> tuple[list[_Frames], dict[int, tuple[int, ...]], dict[int, FormatError | FileProblem]]:
    """Every frame of `numbers` that is sound, in groups, with its placement; and what is wrong with the others."""
    groups: list[_Frames] = []
    params: dict[int, tuple[int, ...]] = {}
    problems: dict[int, FormatError | FileProblem] = {}
    for number in numbers:
        path = folder / f"{number}.npy"
        try:
            frame, group = _load(path, groups)
            params[number] = _params(frame, path)
        except (FormatError, FileProblem) as error:
            problems[number] = error
            continue
        group.numbers.append(number)
        group.frames.append(frame)
    for group in groups:
        wrong = dict(_check_numbers(group, folder)) if group.numbers else {}
        problems |= wrong
        group.drop(wrong)
    return [group for group in groups if group.numbers], params, problems


def read(path: Path, options: object = None) -> People:
    """The people in a pose folder, or in a single frame file. Raises FormatError for the first frame that is not sound, for a
    gap in the numbering, and for a folder without frames; other files in the folder are passed over.
    """
    if path.is_file():
        return _read_single(path)
    numbers, _ = _entries(path)
    if not numbers:
        raise FormatError(path, "holds no frames; expected 0.npy, 1.npy, ...")
    gap = _gaps(numbers)
    if gap:
        raise FormatError(path, f"{gap[0][0]}.npy is missing; expected 0.npy to {numbers[-1]}.npy.", "See `poseforge check`.")
    groups, params, problems = _scan(path, numbers)
    if problems:
        raise problems[min(problems)]
    return _people(groups, params, len(numbers))


def _read_single(path: Path) -> People:
    groups: list[_Frames] = []
    frame, group = _load(path, groups)
    params = _params(frame, path)
    group.numbers, group.frames = [0], [frame]
    for _, problem in _check_numbers(group, path.parent):
        raise FormatError(path, problem.problem, problem.advice, problem.code)
    return _people([group], {0: params}, 1)


def _gaps(numbers: list[int]) -> list[tuple[int, int]]:
    """The stretches of frame numbers missing from 0 to the last, each as its first and last."""
    gaps = []
    expected = 0
    for number in numbers:
        if number > expected:
            gaps.append((expected, number - 1))
        expected = number + 1
    return gaps


_UNDECODED = ("damaged", "unsafe", "unreadable")


def check(path: Path) -> Inspection:
    """Everything that stops or falsifies an EchoMimicV2 run with this folder or frame file, frame by frame."""
    if path.is_file():
        return _check_single(path)
    numbers, strays = _entries(path)
    findings = []
    for name in strays:
        message = f"{name!r} is no frame, but EchoMimicV2 counts it as one and then misses a file"
        findings.append(Finding("error", "stray", message, "move it out of the folder"))
    if not numbers:
        findings.append(Finding("error", "empty", "the folder holds no frames", "expected 0.npy, 1.npy, ..."))
        return Inspection(tuple(findings), (), readable=False)
    for first, last in _gaps(numbers):
        name = f"{first}.npy is" if first == last else f"{first}.npy to {last}.npy are"
        advice = "bring them back, or number the others from 0 without gaps"
        findings.append(Finding("error", "gap", f"{name} missing", advice, first, last))
    groups, params, problems = _scan(path, numbers)
    findings += [_finding(number, problems[number]) for number in sorted(problems)]
    readable = not any(finding.code in _UNDECODED for finding in findings)
    total = numbers[-1] + 1
    sane = total <= 10 * len(numbers) + 1000  # a lone 999999999.npy must not become a sequence of that length
    return Inspection(tuple(findings), _people(groups, params, total) if groups and sane else (), readable)


def _check_single(path: Path) -> Inspection:
    try:
        return Inspection((), read(path), readable=True)
    except (FormatError, FileProblem) as error:
        finding = _finding(0, error)
        return Inspection((finding,), (), finding.code not in _UNDECODED)


def _finding(number: int, problem: FormatError | FileProblem) -> Finding:
    if isinstance(problem, FileProblem):
        return Finding("error", "unreadable", str(problem), "check the file's permissions", number, number)
    message = f"{Path(problem.path).name} {problem.problem.rstrip('.')}"
    advice = (problem.advice or _AGAIN).rstrip(".")
    return Finding("error", problem.code, message, advice[0].lower() + advice[1:], number, number)


def write(people: People, path: Path, overwrite: bool = False) -> None:
    """Write a pose folder, complete or not at all. Raises FileProblem if the folder is taken and may not be replaced, and
    InvalidValue for 3D points, an empty sequence, or a place farther out than readers accept.
    """
    if path.suffix.lower() in FORMAT.suffixes:
        raise InvalidValue(f"{path}: a pose sequence is a folder of {path.suffix} files; give a name without it")
    for person in people:
        if person.points.shape[2] != 2:
            raise InvalidValue(f"{path}: EchoMimicV2 holds 2D points; project the 3D ones with a Camera first")
        if not len(person):
            raise InvalidValue(f"{path}: a sequence without frames cannot be written")
        if (np.abs(person.points) > MAX_PLACE).any() or (np.abs(person.confidence) > MAX_SCORE).any():
            raise InvalidValue(
                f"{path}: a joint is over {MAX_PLACE:g} canvases away, or its score over {MAX_SCORE:g}; remove it first"
            )
    if len(people) > MAX_PEOPLE:
        raise InvalidValue(f"{path}: {len(people)} people; at most {MAX_PEOPLE} are written")
    params = shared_placements(people)
    places = [np.nan_to_num(person.points, nan=-1.0) for person in people]  # missing ones are (-1, -1)
    with writing_folder(path, overwrite, ours=lambda name: _FRAME_NAME.fullmatch(name) is not None) as folder:
        for i in range(len(people[0])):
            content = _HEADER + pickling.dumps(_frame(people, places, i, params[i]))
            (folder / f"{i}.npy").write_bytes(content)


def _frame(people: People, places: list[NDArray[np.float64]], i: int, params: tuple[int, ...]) -> dict[str, Any]:
    """Frame i of people at `places`, (T, 134, 2) each, as the dict that EchoMimicV2 reads."""
    meta = people[0].frame_meta
    layout: _Layout = meta["echomimic"][i] if "echomimic" in meta else _Layout()
    with_body, with_hands, with_face = (_holders(people, i, part) for part in range(3))
    arrays = {
        "candidate": [own[i, BODY] for own in places[: len(with_body)]],
        "subset": [_subset(person, i, row)[None] for row, person in enumerate(with_body)],
        "score": [person.confidence[i : i + 1, BODY] for person in with_body],
        "hands": [own[i : i + 1, side] for side in (LEFT, RIGHT) for own in places[: len(with_hands)]],
        "hands_score": [person.confidence[i : i + 1, side] for side in (LEFT, RIGHT) for person in with_hands],
        "faces": [own[i : i + 1, FACE] for own in places[: len(with_face)]],
        "faces_score": [person.confidence[i : i + 1, FACE] for person in with_face],
    }
    joined = {
        name: _typed(np.concatenate(rows) if rows else np.zeros((0, *_ARRAYS[name])), layout.dtypes.get(name))
        for name, rows in arrays.items()
    }
    bodies = {key: joined[key] if key in _BODIES else layout.foreign_body[key] for key in layout.body_keys}
    number = meta["num"][i] if "num" in meta else i
    values = joined | layout.foreign | {"bodies": bodies, "num": number, "draw_pose_params": _like(params, layout.params_like)}
    return {key: values[key] for key in layout.keys}


_PART_JOINTS = (BODY, slice(92, 134), FACE)


def _holders(people: People, i: int, part: int) -> People:
    """Who has rows for a part in frame i: everyone up to the last who holds it, so that rows keep telling people apart."""
    return people[: max((row + 1 for row, person in enumerate(people) if _holds(person, i, part)), default=0)]


def _holds(person: PoseSequence, i: int, part: int) -> bool:
    """Whether frame i has rows for a part (body, hands, face) of a person: it had when read, or has points now."""
    had = person.frame_meta.get("parts")
    return had is None or bool(had[i][part]) or bool(person.present[i, _PART_JOINTS[part]].any())


def _subset(person: PoseSequence, i: int, row: int) -> NDArray[np.float64]:
    listed = _listed(person.confidence[i], row)
    if "subset" in person.frame_meta:
        stored, own = (np.asarray(person.frame_meta[name])[i, BODY] for name in ("subset", "subset_own"))
        listed = np.where(np.isnan(stored), listed, np.where(stored == own, 18.0 * row + np.arange(18), stored))
    return listed


def _typed(values: NDArray[Any], dtype: np.dtype[Any] | None) -> NDArray[Any]:
    """`values` in the type they were read in, if that still holds them exactly."""
    if dtype is None or dtype == values.dtype:
        return values
    cast = values.astype(dtype)
    return cast if np.array_equal(cast, values) else values


def _like(params: tuple[int, ...], example: Any) -> Any:
    """`params` as the list, tuple or array of the integer types that they were read as, where those can hold them."""
    if isinstance(example, np.ndarray):
        return _typed(np.array(params), example.dtype)
    entries = [
        _typed(np.array(value), was.dtype)[()] if isinstance(was, np.generic) else value
        for was, value in zip_longest(example, params)
    ]
    return tuple(entries) if example and isinstance(example, tuple) else entries


def sniff(path: Path) -> bool:
    """A folder with a ``0.npy`` or any other numbered frame, or an ``.npy`` file by name or header but no array of numbers and
    none of DWPose's dictionaries, which lack EchoMimicV2's place on the canvas."""
    if path.is_dir():
        with os.scandir(path) as entries:
            return any(_FRAME_NAME.fullmatch(entry.name) for entry in entries)
    with open(path, "rb") as file:
        start = file.read(2**16)
    announced = start.startswith(b"\x93NUMPY") or path.suffix.lower() == ".npy"
    return announced and not declared_shapes(path) and not dictionaries(start)


FORMAT = Format(
    name="echomimic",
    title="EchoMimicV2 pose folder",
    suffixes=(".npy",),
    skeleton=wholebody_134,
    keeps=("body", "face", "left_hand", "right_hand", "confidence", "people"),
    read=read,
    write=write,
    sniff=sniff,
    check=check,
    folder=True,
)
