"""Camera: from points in space to the canvas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import index as as_index

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.sequence import MAX_SIDE, SIZE, PoseSequence

NEAREST = 0.05
FARTHEST = 10.0
"""Canvases; what a measured camera would see farther outside its picture is not seen."""


@dataclass(frozen=True, eq=False)
class MeasuredCamera:
    """A camera whose place and lens are known, by one row of numbers, or by one for each of the frames.

    Attributes:
        rotation, shift: (..., 3, 3) and (..., 3), from the world to the camera's axes x right, y down, z forward, in any unit.
        focal, center: (..., 2) pixels of its pictures.
        size: (width, height) of its pictures in pixels.
    """

    rotation: NDArray[np.float64]
    shift: NDArray[np.float64]
    focal: NDArray[np.float64]
    center: NDArray[np.float64]
    size: tuple[int, int]

    def canvas(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """(T, K, 2) fractions of the canvas of places (T, K, 3); NaN for what is not seen."""
        before = places @ np.swapaxes(self.rotation, -1, -2) + self.shift[..., None, :]
        depth = np.where(before[..., 2:] > NEAREST * 1e-4, before[..., 2:], np.nan)
        pixels = before[..., :2] / depth * self.focal[..., None, :] + self.center[..., None, :]
        seen = pixels / np.array(self.size, dtype=np.float64)
        seen[(np.abs(seen - 0.5) > FARTHEST).any(axis=-1)] = np.nan
        return np.asarray(seen)

    def project(self, sequence: PoseSequence) -> PoseSequence:
        """A 3D sequence as this camera sees it. Raises InvalidValue if it was measured in another number of frames."""
        measured = len(self.shift) if self.shift.ndim > 1 else len(sequence)
        if measured != len(sequence):
            raise InvalidValue(f"a camera measured in {measured} frames cannot film {len(sequence)}")
        return _seen(sequence, self.canvas(sequence.points), self.size)


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks along -z, as a person in front of the performer does.

    Attributes:
        position: (x, y, z) of the pinhole in metres.
        focal: focal length in canvas heights.
        center: where on the canvas the optical axis meets it, in fractions.
        size: (width, height) of the canvas in pixels.
        margin: how far outside the picture, in canvases, a joint still has a place; farther ones are missing, as they are to
            a detector. None keeps them all.
    """

    position: tuple[float, float, float]
    focal: float
    center: tuple[float, float] = (0.5, 0.5)
    size: tuple[int, int] = SIZE
    margin: float | None = None

    def __post_init__(self) -> None:
        """Raises InvalidValue for what is no number, a focal length of nothing, or a canvas of no size."""
        try:
            position, center = tuple(map(float, self.position)), tuple(map(float, self.center))
            focal, margin = float(self.focal), None if self.margin is None else float(self.margin)
            size = tuple(as_index(side) for side in self.size)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValue("a camera with something else than numbers") from None
        numbers = [*position, *center, focal, margin or 0.0]
        if (len(position), len(center), len(size)) != (3, 2, 2) or not np.isfinite(numbers).all():
            raise InvalidValue("a camera needs a position (x, y, z), a center (x, y), and a size (width, height), all finite")
        if not focal > 0 or not all(1 <= side <= MAX_SIDE for side in size) or (margin or 0.0) < 0:
            raise InvalidValue(
                f"a camera of focal length {focal:g} and canvas {size}; expected more than 0, and 1 to {MAX_SIDE}"
            )
        fixed = {"position": position, "center": center, "focal": focal, "margin": margin, "size": size}
        for name, value in fixed.items():
            object.__setattr__(self, name, value)

    def canvas(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 2) fractions of the canvas of places (..., 3) in metres; NaN where nothing is seen."""
        x, y, z = np.moveaxis(places - np.array(self.position), -1, 0)
        depth = np.where(-z > NEAREST, -z, np.nan)
        height_over_width = self.size[1] / self.size[0]
        across = self.center[0] + self.focal * height_over_width * x / depth
        seen = np.stack([across, self.center[1] - self.focal * y / depth], axis=-1)
        if self.margin is not None:
            outside = (seen < -self.margin) | (seen > 1 + self.margin)
            seen[outside.any(axis=-1)] = np.nan
        return np.asarray(seen)

    def ray(self, place: tuple[float, float]) -> NDArray[np.float64]:
        """(3,) the direction, one metre deep, in which this camera sees a place of the canvas."""
        height_over_width = self.size[1] / self.size[0]
        across = (place[0] - self.center[0]) / (self.focal * height_over_width)
        return np.array([across, (self.center[1] - place[1]) / self.focal, -1.0])

    def project(self, sequence: PoseSequence) -> PoseSequence:
        """A 3D sequence as this camera sees it, in fractions of the canvas. What is nearer than 5 cm, behind, or beyond the
        margin is missing.

        Raises InvalidValue for 2D points.
        """
        if sequence.points.shape[2] != 3:
            raise InvalidValue("a camera projects 3D points; these are 2D already")
        return _seen(sequence, self.canvas(sequence.points), self.size)


def _seen(sequence: PoseSequence, points: NDArray[np.float64], size: tuple[int, int]) -> PoseSequence:
    confidence = np.where(np.isnan(points[..., 0]), 0.0, sequence.confidence)
    return replace(sequence, points=points, confidence=confidence, size=size)
