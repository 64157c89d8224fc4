"""How large a person appears in 2D poses, and where their hands rest: what tells whether poses and a picture belong together.

Lengths are pixels of the canvas. A limb that points to the camera looks short, so lengths are told by what is seen longest,
with the performer's proportions as the least; over time the median frame counts, which no outlier moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.performer import performer
from poseforge.quality import VISIBLE
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence
from poseforge.skeleton import FINGERS, wholebody_134

Floats = NDArray[np.float64]

SIDES = ("left", "right")

HAND_JOINTS = {side: tuple(wholebody_134.joints[i] for i in wholebody_134.group(f"{side}_hand")) for side in SIDES}

_HEAD_SPANS = (
    ("face_36", "face_45"), ("face_00", "face_16"), ("face_27", "face_08"), ("left_eye", "right_eye"),
    ("left_ear", "right_ear"),
)  # fmt: skip
_FINGERS = tuple((f"{side}_hand_root", *(f"{side}_{finger}_{i}" for i in range(1, 5))) for side in SIDES for finger in FINGERS)
ARM_BONES = (("shoulder", "elbow"), ("elbow", "wrist"))

_LIKE = 0.07
"""Canvas heights: places of a hand that are nearer to each other are the same place of rest, about a palm's breadth."""

_SAME = _LIKE / 2
"""The same for the place where a hand begins, which shall be met more closely."""

_LINGERS = 0.3
"""The share of a hand's most frequent place that makes another a place where it rests, too."""

_MOST_FRAMES = 400
"""Frames among which the resting place is looked for; of longer sequences evenly chosen ones."""


_SAME_SHAPE = 0.01
"""Relative: canvases whose proportions differ less are of one shape, but for rounding to pixels."""


@dataclass(frozen=True, eq=False)
class Proportions:
    """A person's measures in pixels; NaN for what is not seen.

    Attributes:
        neck: (2,) the middle of the shoulder line.
        shoulders, tilt: the shoulder line's length, and its turn from the level in degrees clockwise.
        nose: (2,) from the neck to the nose.
        head: (5,) distances between points of the head.
        arm, hand: how large the arms and the hands are, in pixels to a metre of the performer's.
    """

    neck: Floats
    shoulders: float
    tilt: float
    nose: Floats
    head: Floats
    arm: float
    hand: float

    @property
    def neck_length(self) -> float:
        """The distance of the nose from the neck."""
        return _length(np.linalg.norm(self.nose[None], axis=1))

    @property
    def build(self) -> float:
        """Pixels to a metre of the performer's shoulder line."""
        return self.shoulders / metres("left_shoulder", "right_shoulder")


def measure(sequence: PoseSequence) -> Proportions:
    """The measures of the person in a 2D sequence, in its median frame. InvalidValue for 3D points."""
    paths = seen_paths(sequence)
    line = paths["left_shoulder"] - paths["right_shoulder"]
    level = median(line)
    arms = [_span(paths, f"{side}_{a}", f"{side}_{b}") for side in SIDES for a, b in ARM_BONES]
    fingers = [_along(paths, joints) for joints in _FINGERS]
    return Proportions(
        neck=median(neck_path(paths)),
        shoulders=_length(np.linalg.norm(line, axis=1)),
        tilt=float(np.degrees(np.arctan2(level[1], level[0]))),
        nose=median(paths["nose"] - neck_path(paths)),
        head=np.array([_length(np.linalg.norm(paths[a] - paths[b], axis=1)) for a, b in _HEAD_SPANS]),
        arm=_length(_longest(arms)),
        hand=_length(_longest(fingers)),
    )


def all_paths(sequence: PoseSequence, least: float = -np.inf) -> dict[str, Floats]:
    """Hub joint -> (T, 2) its places in pixels, NaN where it is missing or its confidence less than asked for. InvalidValue for
    3D points.
    """
    hub = to_hub(sequence)
    pixels = np.where((hub.confidence >= least)[..., None], hub.pixels(), np.nan)
    return {name: pixels[:, i] for i, name in enumerate(wholebody_134.joints)}


def seen_paths(sequence: PoseSequence) -> dict[str, Floats]:
    """`all_paths` of what is well seen."""
    return all_paths(sequence, VISIBLE)


def on_canvas_of(picture: PoseSequence, sequence: PoseSequence) -> PoseSequence:
    """A picture's pose in the pixels of a sequence's canvas. InvalidValue if the two canvases have different shapes."""
    (width, height), (across, down) = picture.size, sequence.size
    if not same_shape(picture.size, sequence.size):
        raise InvalidValue(
            f"a picture of {width}x{height} pixels and poses on a canvas of {across}x{down}; bring both onto one canvas"
        )
    return replace(picture, size=sequence.size)


def same_shape(size: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two canvases (width, height) have the same proportions."""
    return abs(size[0] * other[1] - size[1] * other[0]) <= _SAME_SHAPE * size[0] * other[1]


def neck_path(paths: dict[str, Floats]) -> Floats:
    """(T, 2) the middle of the shoulders, as DWPose's neck is; the neck where they are not both seen."""
    middle = (paths["left_shoulder"] + paths["right_shoulder"]) / 2
    return np.where(np.isnan(middle), paths["neck"], middle)


def hand_path(paths: dict[str, Floats], side: str) -> Floats:
    """(T, 2) where a hand begins: its root, or the arm's wrist in frames without one."""
    root = paths[f"{side}_hand_root"]
    return np.where(np.isnan(root), paths[f"{side}_wrist"], root)


def resting(path: Floats, size: tuple[int, int]) -> NDArray[np.intp]:
    """The frames in which a hand with the path (T, 2) rests on a canvas of (width, height): those at the place where it begins,
    since EchoMimicV2 goes on from the picture; where it ends, if it begins out of sight; else at the lowest where it lingers.
    Empty if it is never seen.
    """
    known = np.flatnonzero(~np.isnan(path[:, 0]))
    for end in (0, -1):
        if len(known) and known[end] in (0, len(path) - 1) and inside(path[known[end]], size):
            return at_place(path, path[known[end]], size)
    return _lingering(path, known, size[1]) if len(known) else known


def inside(places: Floats, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Which of some places (..., 2) are on a canvas of (width, height)."""
    return np.asarray(((places > 0) & (places < size)).all(axis=-1))


def at_place(path: Floats, place: Floats, size: tuple[int, int]) -> NDArray[np.intp]:
    """The frames in which a path (T, 2) is at a place (2,) of a canvas of (width, height)."""
    return _within(path, place, _SAME * size[1])


def _within(path: Floats, place: Floats, reach: float) -> NDArray[np.intp]:
    return np.flatnonzero(np.linalg.norm(path - place, axis=1) < reach)


def _lingering(path: Floats, known: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """The frames in which a hand is at the lowest of the places where it lingers."""
    some = path[known[np.linspace(0, len(known) - 1, min(len(known), _MOST_FRAMES)).round().astype(int)]]
    near = np.linalg.norm(some[:, None] - some[None], axis=2) < _LIKE * height
    often = near.sum(axis=1)
    lingers = often >= _LINGERS * often.max()
    lowest = int(np.argmax(np.where(lingers, some[:, 1], -np.inf)))
    middle = some[int(np.argmax(np.where(near[lowest] & lingers, often, 0)))]
    return _within(path, middle, _LIKE * height)


@cache
def metres(a: str, b: str) -> float:
    """The distance of two hub joints of the performer at rest."""
    rig = performer()
    still = np.tile((0.0, 0.0, 0.0, 1.0), (1, len(rig.parents), 1))
    places = rig.hub_points(still, np.zeros((1, 3)))[0]
    return float(np.linalg.norm(places[wholebody_134.index(a)] - places[wholebody_134.index(b)]))


def _span(paths: dict[str, Floats], a: str, b: str) -> Floats:
    """(T,) pixels to a metre of the performer's between two joints."""
    return np.asarray(np.linalg.norm(paths[a] - paths[b], axis=1) / metres(a, b))


def _along(paths: dict[str, Floats], joints: tuple[str, ...]) -> Floats:
    """(T,) the same along a chain of joints, which bends but does not grow."""
    bones = list(pairwise(joints))
    pixels = [np.linalg.norm(paths[a] - paths[b], axis=1) for a, b in bones]
    return np.asarray(np.sum(pixels, axis=0) / sum(metres(a, b) for a, b in bones))


def _longest(spans: list[Floats]) -> Floats:
    """(T,) the greatest of some lengths in each frame; NaN where none is known."""
    found = np.max(np.nan_to_num(spans), axis=0)
    return np.where(found > 0, found, np.nan)


def _length(lengths: Floats) -> float:
    """The median of lengths (T,); NaN if none is known, or if it is nothing, which no ratio can be made of."""
    found = float(median(lengths))
    return found if found > 0 else np.nan


def median(values: Floats) -> Floats:
    """The median over the frames in which a value (T, ...) is known; NaN if it never is."""
    known = values[~np.isnan(values).any(axis=tuple(range(1, values.ndim)))]
    return np.asarray(np.median(known, axis=0) if len(known) else np.full(values.shape[1:], np.nan))
