"""Camera: from points in space to the canvas."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.sequence import SIZE, PoseSequence

NEAREST = 0.05


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks along -z, as a person in front of the performer does.

    Attributes:
        position: (x, y, z) of the pinhole in metres.
        focal: focal length in canvas heights.
        center: where on the canvas the optical axis meets it, in fractions.
        size: (width, height) of the canvas in pixels.
    """

    position: tuple[float, float, float]
    focal: float
    center: tuple[float, float] = (0.5, 0.5)
    size: tuple[int, int] = SIZE

    def project(self, sequence: PoseSequence) -> PoseSequence:
        """A 3D sequence as this camera sees it, in fractions of the canvas. What is nearer than 5 cm or behind is missing.

        Raises InvalidValue for 2D points.
        """
        if sequence.points.shape[2] != 3:
            raise InvalidValue("a camera projects 3D points; these are 2D already")
        x, y, z = np.moveaxis(sequence.points - np.array(self.position), -1, 0)
        depth = np.where(-z > NEAREST, -z, np.nan)
        height_over_width = self.size[1] / self.size[0]
        across = self.center[0] + self.focal * height_over_width * x / depth
        down = self.center[1] - self.focal * y / depth
        points = np.stack([across, down], axis=-1)
        confidence = np.where(np.isnan(depth), 0.0, sequence.confidence)
        return replace(sequence, points=points, confidence=confidence, size=self.size)
