"""Hand data sets: FreiHAND and InterHand2.6M. Read only.

FreiHAND's order is OpenPose's; all its hands are right ones.
- ``*_xyz.json`` is a list of 21 x 3 metres before the camera, with ``*_K.json`` beside it, one 3 x 3 matrix per hand that leads
  to pixels of 224 x 224 pictures.
- Arrays (.npy) or JSON lists (N, 21, 2) are pixels, or fractions 0..1 or -1..1, which their range tells; (N, 21, 3) without
  matrices is seen from afar along its third axis, and fills the canvas.

InterHand2.6M is ``*_joint_3d.json`` {capture: {frame: {world_coord 42 x 3, joint_valid 42}}} in millimetres, with
``*_camera.json`` {capture: {campos, camrot, focal, princpt: {camera: ..}}} beside it: camrot (x - campos) leads into the
camera's axes. Fingers begin at their tips, thumb 4 to 1, and the wrist is 20; the right hand is 0-20, the left 21-41. Pictures
are 512 x 334 pixels, or 334 x 512 from cameras that lie on their side, which their optical center tells.

Layout: FreiHAND's README and its view_samples.py; InterHand2.6M's README and dataset.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import detections
from poseforge.camera import MeasuredCamera
from poseforge.errors import FormatError
from poseforge.formats import Format, People
from poseforge.options import check, one_of
from poseforge.records import chosen, declared_shapes, numbers, ordered, read_array, read_dump
from poseforge.sequence import FPS, SIZE, PoseSequence
from poseforge.skeleton import catalogue

MAX_FRAMES = 500_000
"""Several times the 130,240 pictures of FreiHAND."""

MAX_PLACE = 1e6
"""A kilometre in millimetres; what is farther is no place."""

MAX_CAMERA_BYTES = 64 * 2**20

_SKELETON = catalogue["hands-42"]
_FREIHAND_SIZE = (224, 224)
_INTERHAND_SIZES = ((512, 334), (334, 512))
_TIP_FIRST = [20, *(4 * finger + 3 - i for finger in range(5) for i in range(4))]
_INTERHAND = [*(21 + i for i in _TIP_FIRST), *_TIP_FIRST]
"""For each joint of the skeleton, left hand first, its place in InterHand2.6M's order."""

_FILLED = 0.8
"""The share of the canvas that hands without a camera fill."""

_POINT = rb"\[[-+.eE0-9]{1,40},[-+.eE0-9]{1,40}(?:,[-+.eE0-9]{1,40})?\]"
_LISTED = re.compile(rb"\[\[" + _POINT + rb"(?:," + _POINT + rb"){20}\]")


@dataclass(frozen=True)
class Options:
    """What the files do not say, and which part of them is read.

    Attributes:
        size: (width, height) of the pictures in pixels; None takes the data set's.
        fps: frames per second.
        hand: left or right: whose FreiHAND's hands are.
        capture: which capture of InterHand2.6M; None takes the first.
        camera: which of its cameras; None takes the first.
    """

    size: tuple[int, int] | None = None
    fps: Fraction = FPS
    hand: str = one_of("right", "left", "right")
    capture: str | None = None
    camera: str | None = None

    def __post_init__(self) -> None:
        check(self)


def read(path: Path, options: Any = None) -> People:
    """The one person whose hands a file holds. Raises FormatError."""
    options = options or Options()
    if path.is_dir():
        raise FormatError(path, "is a folder; expected a .json or .npy file of hands.")
    if path.suffix.lower() == ".npy":
        return _one_hand(path, read_array(path), options)
    record = read_dump(path)
    return _interhand(path, record, options) if isinstance(record, dict) else _one_hand(path, record, options)


def _one_hand(path: Path, values: Any, options: Options) -> People:
    """The person of hands (N, 21, 2 or 3), one after the other."""
    hands = numbers(path, "the hands", values, (-1, 21, 2), (-1, 21, 3), most=MAX_PLACE, holes=True)
    _count(path, len(hands))
    hands[np.isnan(hands).any(axis=2)] = np.nan
    stem = path.stem.removesuffix("_xyz")
    matrices = path.with_name(f"{stem}_K.json")
    if hands.shape[2] == 2:
        rows = np.full((len(hands), len(_SKELETON), 3), np.nan)
        rows[:, _SKELETON.group(f"{options.hand}_hand")] = np.concatenate([hands, np.ones((len(hands), 21, 1))], axis=2)
        canvas = detections.Options(options.size, options.fps)
        return detections.sequences([[row] for row in rows], _SKELETON, "hands", canvas, [[0]] * len(rows))
    size = options.size or _FREIHAND_SIZE
    if stem == path.stem or not matrices.is_file():
        return (_person(_from_afar(path, hands), options.hand, options, options.size or SIZE),)
    lenses = _numbers(matrices, "the list", read_dump(matrices, MAX_CAMERA_BYTES), (len(hands), 3, 3))
    size = options.size or _FREIHAND_SIZE
    camera = MeasuredCamera(np.eye(3), np.zeros(3), lenses[:, [0, 1], [0, 1]], lenses[:, :2, 2], size)
    return (_person(camera.canvas(hands), options.hand, options, size),)


def _from_afar(path: Path, hands: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 21, 2) hands in 3D as seen along the third axis, all of them within a square canvas."""
    flat = hands[..., :2]
    known = flat[~np.isnan(flat[..., 0])]
    extent = float(np.ptp(known, axis=0).max()) if len(known) else 0.0
    if extent < 1e-9:
        raise FormatError(path, "holds hands without any extent.", code="shape")
    middle = (known.min(axis=0) + known.max(axis=0)) / 2
    return np.asarray(0.5 + (flat - middle) * (_FILLED / extent))


def _person(points: NDArray[np.float64], hand: str, options: Options, size: tuple[int, int]) -> PoseSequence:
    """Somebody with one hand (T, 21, 2), or with both (T, 42, 2)."""
    places = np.full((len(points), len(_SKELETON), 2), np.nan)
    places[:, _SKELETON.group(f"{hand}_hand") if hand else slice(None)] = points
    confidence = np.where(np.isnan(places[..., 0]), 0.0, 1.0)
    return PoseSequence(places, confidence, _SKELETON, options.fps, size, {"source": "hands"})


def _interhand(path: Path, record: dict[str, Any], options: Options) -> People:
    """The person of one capture of InterHand2.6M, as one camera sees it."""
    capture = chosen(path, "capture", record, options.capture)
    names = ordered(path, "frame", record[capture])
    _count(path, len(names))
    frames = [record[capture][name] for name in names]
    if not all(isinstance(frame, dict) for frame in frames):
        raise FormatError(path, "has a frame that is no object.", code="shape")
    what = f"'world_coord' of capture {capture}"
    joints = _numbers(path, what, [frame.get("world_coord") for frame in frames], (-1, 42, 3))
    valid = _valid(path, [frame.get("joint_valid") for frame in frames])
    stem = path.stem.removesuffix("_joint_3d")
    file = path.with_name(f"{stem}_camera.json")
    if stem == path.stem or not file.is_file():
        raise FormatError(path, f"has no {file.name} beside it, which holds the cameras.", "Put both into one folder.")
    cameras = read_dump(file, MAX_CAMERA_BYTES)
    chosen(file, "capture", cameras, capture)
    stated = cameras[capture] if isinstance(cameras[capture], dict) else {}
    camera = chosen(file, "camera", stated.get("campos"), options.camera)
    place, turn, focal, center = (
        _numbers(file, f"{name!r} of camera {camera}", _entry(stated.get(name), camera), shape)
        for name, shape in (("campos", (3,)), ("camrot", (3, 3)), ("focal", (2,)), ("princpt", (2,)))
    )
    size = options.size or min(_INTERHAND_SIZES, key=lambda size: float(np.abs(center - np.array(size) / 2).sum()))
    points = MeasuredCamera(turn, -turn @ place, focal, center, size).canvas(np.where(valid[..., None], joints, np.nan))
    return (_person(points[:, _INTERHAND], "", options, size),)


def _valid(path: Path, values: list[Any]) -> NDArray[np.bool_]:
    """(T, 42) whether joints are valid, from 42 or 42 x 1 booleans or numbers."""
    try:
        marks = np.asarray(values).astype(np.float64)
        return np.asarray(marks.reshape(len(values), 42) > 0)
    except (TypeError, ValueError, OverflowError):
        raise FormatError(path, "'joint_valid' is not one mark for each of 42 joints.", code="shape") from None


def _entry(among: Any, name: str) -> Any:
    return among.get(name) if isinstance(among, dict) else None


def _numbers(path: Path, what: str, values: Any, *shapes: tuple[int, ...]) -> NDArray[np.float64]:
    return numbers(path, what, values, *shapes, most=MAX_PLACE)


def _count(path: Path, count: int) -> None:
    if not 1 <= count <= MAX_FRAMES:
        raise FormatError(path, f"holds {count:,} hands; expected 1 to {MAX_FRAMES:,}.", code="shape")


def sniff(path: Path) -> bool:
    """Arrays or lists of 21 points, or JSON with InterHand2.6M's fields."""
    if path.is_dir():
        return False
    if any(len(shape) == 3 and shape[1] == 21 and shape[2] in (2, 3) for shape in declared_shapes(path)):
        return True
    with open(path, "rb") as file:
        start = file.read(2**16).translate(None, b" \t\r\n")
    return bool(_LISTED.match(start)) or (start.startswith(b"{") and b'"world_coord"' in start)


FORMAT = Format(
    name="hands",
    title="FreiHAND and InterHand2.6M hands",
    suffixes=(".json", ".npy"),
    skeleton=_SKELETON,
    keeps=("left_hand", "right_hand"),
    read=read,
    sniff=sniff,
    options=Options,
)
