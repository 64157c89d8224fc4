"""PoseSequence: the points of one person over time, as a camera sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from operator import index as as_index
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poseforge.errors import InvalidValue
from poseforge.skeleton import Skeleton, wholebody_134

FPS = Fraction(24)
"""EchoMimicV2's frame rate, and a project's unless it says otherwise."""

SIZE = (768, 768)
"""EchoMimicV2's canvas, (width, height) in pixels."""

MIN_FPS, MAX_FPS = Fraction(1, 100), 1000

MAX_SIDE = 100_000


@dataclass(frozen=True, eq=False)
class PoseSequence:
    """One person's joints over T frames. A value: its arrays are read-only, every change is a new sequence.

    Attributes:
        points: float64 (T, K, D). D = 2: fractions of the canvas, x right, y down, free to leave [0, 1].
            D = 3: metres, x right, y up, z toward the viewer. NaN where a joint is missing.
        confidence: float64 (T, K), as the source gives it (DWPose's exceed 1). 0 where a joint is missing; a joint may also
            have a place and confidence 0.
        skeleton: what the K joints are.
        fps: frames per second.
        size: (width, height) of the canvas in pixels.
        meta: what the source knew about the whole sequence; carried, never interpreted.
        frame_meta: the same per frame: values with T entries each, which follow their frames when the sequence is cut;
            arrays of shape (T, K) follow their joints when it is mirrored, too.

    Raises InvalidValue if shapes do not fit, a number is infinite, or a missing joint has confidence.
    """

    points: NDArray[np.float64]
    confidence: NDArray[np.float64]
    skeleton: Skeleton = wholebody_134
    fps: Fraction = FPS
    size: tuple[int, int] = SIZE
    meta: Mapping[str, Any] = field(default_factory=dict)
    frame_meta: Mapping[str, Sequence[Any] | NDArray[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        points = frozen(self.points)
        confidence = frozen(self.confidence)
        joints = len(self.skeleton)
        if points.ndim != 3 or points.shape[1] != joints or points.shape[2] not in (2, 3):
            raise InvalidValue(f"points of shape {points.shape}; expected (frames, {joints}, 2 or 3)")
        if confidence.shape != points.shape[:2]:
            raise InvalidValue(f"confidence of shape {confidence.shape}; expected {points.shape[:2]}")
        if np.isinf(points).any() or not np.isfinite(confidence).all():
            raise InvalidValue("an infinite point, or a confidence that is not a number")
        missing = np.isnan(points)
        if missing.any():
            gone = missing.any(axis=2)
            if (gone != missing.all(axis=2)).any():
                raise InvalidValue("a joint with some coordinates missing; all or none may be NaN")
            if confidence[gone].any():
                raise InvalidValue("a missing joint with a confidence other than 0")
        fps = checked_fps(self.fps)
        try:
            width, height = (as_index(side) for side in self.size)
        except (TypeError, ValueError):
            raise InvalidValue(f"a canvas of {self.size!r}; expected (width, height) in pixels") from None
        if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
            raise InvalidValue(f"a canvas of {width}x{height} pixels; expected 1 to {MAX_SIDE} a side")
        for name, values in self.frame_meta.items():
            if not isinstance(values, Sized) or len(values) != len(points):
                raise InvalidValue(f"frame_meta {name!r} does not have one entry for each of the {len(points)} frames")
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "confidence", confidence)
        object.__setattr__(self, "size", (width, height))
        object.__setattr__(self, "fps", fps)
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))
        object.__setattr__(
            self, "frame_meta", MappingProxyType({name: _kept(values) for name, values in self.frame_meta.items()})
        )

    def __len__(self) -> int:
        return len(self.points)

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same numbers, skeleton, rate and canvas; `meta` and `frame_meta` do not count."""
        if not isinstance(other, PoseSequence):
            return NotImplemented
        return (
            self.skeleton == other.skeleton
            and self.fps == other.fps
            and self.size == other.size
            and np.array_equal(self.points, other.points, equal_nan=True)
            and np.array_equal(self.confidence, other.confidence)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the end of the last."""
        return float(len(self) / self.fps)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(T, K) where a joint has a place."""
        return np.asarray(~np.isnan(self.points[..., 0]))

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """(K,) the joints that have a place in some frame."""
        return np.asarray(self.present.any(axis=0))

    def joint(self, name: str) -> NDArray[np.float64]:
        """(T, D) the path of one joint."""
        return self.points[:, self.skeleton.index(name)]

    def pixels(self) -> NDArray[np.float64]:
        """(T, K, 2) the points in pixels of the canvas: geometry is done here, since a canvas need not be square."""
        if self.points.shape[2] != 2:
            raise InvalidValue("pixels exist for 2D points only; project them with a Camera first")
        return self.points * np.array(self.size, dtype=np.float64)

    def with_points(self, points: ArrayLike, confidence: ArrayLike | None = None) -> PoseSequence:
        """The same sequence with other numbers of the same shape. Joints that become NaN get confidence 0."""
        places = np.array(frozen(points))
        known = np.array(self.confidence if confidence is None else frozen(confidence))
        if places.shape != self.points.shape or known.shape != self.confidence.shape:
            raise InvalidValue(f"points of shape {places.shape}; expected {self.points.shape} and a confidence for each")
        gone = np.isnan(places).any(axis=2)
        places[gone] = np.nan
        known[gone] = 0
        return replace(self, points=places, confidence=known)

    def __getitem__(self, frames: slice | Sequence[int] | NDArray[np.intp]) -> PoseSequence:
        """Some of the frames, in the order asked for, as a sequence: a slice or a list of indices."""
        frames = chosen_frames(frames)
        cut = self.frame_meta_at(frames)
        return replace(self, points=self.points[frames], confidence=self.confidence[frames], frame_meta=cut)

    def frame_meta_at(self, frames: slice | NDArray[np.intp]) -> dict[str, Any]:
        """What `frame_meta` says of some of the frames."""
        kept = range(len(self))[frames] if isinstance(frames, slice) else frames.tolist()
        return {
            name: values[frames] if isinstance(values, np.ndarray) else tuple(values[i] for i in kept)
            for name, values in self.frame_meta.items()
        }

    def mirrored(self) -> PoseSequence:
        """The person in a mirror: x reflected within the canvas, left and right joints exchanged. Twice is the identity up to
        rounding. A placement on a larger canvas (`draw_pose_params`) stays where it is.
        """
        points = self.points[:, self.skeleton.mirror].copy()
        points[..., 0] = -points[..., 0] if self.points.shape[2] == 3 else 1 - points[..., 0]
        return replace(
            self,
            points=points,
            confidence=self.confidence[:, self.skeleton.mirror],
            frame_meta={
                name: np.asarray(values)[:, self.skeleton.mirror] if per_joint(values, self) else values
                for name, values in self.frame_meta.items()
            },
        )


def chosen_frames(frames: slice | Sequence[int] | NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """A choice of frames as NumPy takes it. InvalidValue for a single number, which would be no sequence, and for masks."""
    if isinstance(frames, slice):
        return frames
    indices = np.asarray(frames)
    if indices.ndim != 1 or (indices.dtype.kind not in "iu" and len(indices)):
        raise InvalidValue("frames are chosen with a slice or a list of numbers; sequence[i:i + 1] is frame i")
    return indices.astype(np.intp)


def per_joint(values: Any, sequence: PoseSequence) -> bool:
    """Whether an entry of `frame_meta` says something about each joint of each frame."""
    return isinstance(values, np.ndarray) and values.shape == sequence.confidence.shape


def checked_fps(fps: object) -> Fraction:
    """A frame rate. InvalidValue if it is no number or out of bounds."""
    try:
        rate: Fraction = Fraction(fps)  # type: ignore[call-overload]
        number = float(rate)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise InvalidValue(f"{fps!r:.40} frames per second; expected a number") from None
    if not MIN_FPS <= rate <= MAX_FPS:
        raise InvalidValue(f"{number:g} frames per second; expected {float(MIN_FPS):g} to {MAX_FPS}")
    return rate


def frozen(values: ArrayLike) -> NDArray[np.float64]:
    """`values` as a float64 array that nobody can change: the very array if it is one already, else a copy. InvalidValue if
    they are not real numbers.
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and immutable(values):
        return values
    try:
        if np.iscomplexobj(values):
            raise TypeError("complex numbers")
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidValue(f"an array that is not of numbers ({error})") from None
    array.flags.writeable = False
    return array


def immutable(array: NDArray[Any]) -> bool:
    """Whether neither an array nor what it is a view of can be written."""
    base: Any = array
    while isinstance(base, np.ndarray):
        if base.flags.writeable:
            return False
        base = base.base
    return base is None or isinstance(base, bytes)


def _kept(values: Sequence[Any] | NDArray[Any]) -> Sequence[Any] | NDArray[Any]:
    """An entry of frame_meta that nobody can change."""
    if not isinstance(values, np.ndarray):
        return tuple(values)
    if not immutable(values):
        values = values.copy()
        values.flags.writeable = False
    return values
