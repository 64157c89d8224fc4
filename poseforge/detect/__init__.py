"""Detection: pictures in, people out. One interface over every family of detectors, one module for each.

A detector is announced as a `Kind` in the entry-point group `poseforge.detectors`, whose first members are our own, so that
another package's detector serves the command line and the editor like ours. Nothing heavy is imported and no model is loaded
before a detector is opened, and none is downloaded here: `poseforge.models` does that when it is asked to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue, MissingDependency
from poseforge.plugins import announced

GROUP = "poseforge.detectors"
DEFAULT = "mediapipe"

Picture = NDArray[np.uint8]
"""(H, W, 3) RGB."""
Person = NDArray[np.float64]
"""(134, 3) of the hub's joints: x and y in pixels of the picture, from its upper left corner, and confidence. A joint that was
not found is NaN, NaN, 0."""


class Detector(Protocol):
    """Finds people in pictures. It may follow them from picture to picture: give it those of one film in order.

    Attributes:
        engine: what it computes on, in a few words for people: "CPU", "NVIDIA GPU (CUDA)".
    """

    engine: str

    def people(self, pictures: Sequence[Picture]) -> list[list[Person]]:
        """The people in each of some pictures of one size that follow one another, those nearest to the centre of attention
        first: the largest. Raises PoseForgeError where the engine fails.
        """

    def restart(self) -> None:
        """Forget what was seen: what comes is another film."""

    def close(self) -> None:
        """Give back what it holds: memory, a graphics card."""


@dataclass(frozen=True)
class Kind:
    """A family of detectors.

    Attributes:
        name, title: for machines and for people.
        options: a frozen dataclass of its options, each with a default.
        open: options -> a detector that is ready. Raises MissingDependency or FileProblem, with what to do.
        missing: why it cannot be opened here, with what to do, in a sentence; empty if it can. Loads nothing.
    """

    name: str
    title: str
    options: type
    open: Callable[[Any], Detector]
    missing: Callable[[], str]


@cache
def kinds() -> dict[str, Kind]:
    """Every installed kind by name. A plug-in that cannot be loaded is named in a warning and left out."""
    return announced(GROUP, "detector")


def get(name: str) -> Kind:
    """The kind of that name. InvalidValue if there is none."""
    try:
        return kinds()[name]
    except KeyError:
        raise InvalidValue(f"no detector {name!r:.40}; there are {', '.join(kinds()) or 'none installed'}") from None


def opened(name: str, options: Mapping[str, Any]) -> Detector:
    """A detector of the kind that is called so, ready. Raises MissingDependency, with what to do, or InvalidValue for options
    it has not.
    """
    kind = get(name)
    if problem := kind.missing():
        raise MissingDependency(problem)
    known = [field.name for field in fields(kind.options)]
    for one in options:
        if one not in known:
            raise InvalidValue(f"detector {kind.name} has no option {one!r:.40}; it has {', '.join(known) or 'none'}")
    return kind.open(kind.options(**options))
