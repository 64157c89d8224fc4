"""What the curve editor draws: the curves of a track as lines of numbers that people read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from poseforge.timeline import edits
from poseforge.timeline.curves import Curve, sample
from poseforge.timeline.project import TRANSLATION, PointTrack, Project, RigTrack

from .joint_panel import ANGLES, WAY
from .joint_titles import joint_title
from .text import noop, tr

Floats = NDArray[np.float64]
Layer = Literal["keys", "offsets"]

_PLACES = (noop("Across"), noop("Down"))
_DEGREES = 180 / np.pi


class LineId(NamedTuple):
    """Which line: a component of a joint's curve in a layer of the track."""

    layer: Layer
    joint: str
    component: int


@dataclass(frozen=True, eq=False)
class Line:
    """One component of a curve.

    Attributes:
        id: which.
        curve: whose component it is.
        factor: what its numbers are multiplied with to be read: angles are degrees.
    """

    id: LineId
    curve: Curve
    factor: float

    @property
    def title(self) -> str:
        """The component's name."""
        rig = len(self.curve.keys[0].values) == 3
        names = (WAY if self.id.joint == TRANSLATION else ANGLES) if rig else _PLACES
        return tr(names[self.id.component])

    @property
    def unit(self) -> str:
        """What its numbers count."""
        if len(self.curve.keys[0].values) == 2:
            return tr("Shares of the canvas")
        return tr("Metres") if self.id.joint == TRANSLATION else tr("Degrees")

    @cached_property
    def frames(self) -> NDArray[np.intp]:
        """(N,) the frames of the keys."""
        return np.array(self.curve.frames, dtype=np.intp)

    @cached_property
    def values(self) -> Floats:
        """(N,) the values of the keys."""
        component = self.id.component
        return self.factor * np.array([key.values[component] for key in self.curve.keys])

    @cached_property
    def handled(self) -> NDArray[np.intp]:
        """The numbers of the keys that go on by handles."""
        return np.array([i for i, key in enumerate(self.curve.keys[:-1]) if key.after.kind == "bezier"], dtype=np.intp)

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value of a key, never the same."""
        low, high = float(self.values.min()), float(self.values.max())
        return (low, high) if high > low else (low - 1, high + 1)


def lines_of(project: Project, track: str, joints: Collection[str], before: Iterable[Line] = ()) -> list[Line]:
    """The lines of what a track keys for some hub joints, or of all its curves if none are given. Those of `before` whose curve
    is the same are given back, with what is known of them.
    """
    owner = project.track(track)
    keyed = edits.keyed_joints(project, track, joints) if joints else None
    known = {line.id: line for line in before}
    lines = []
    layers: tuple[Layer, ...] = ("keys", "offsets") if isinstance(owner, RigTrack) else ("offsets",)
    for layer in layers:
        curves = getattr(owner, layer)
        for joint in curves if keyed is None else keyed:
            if joint not in curves:
                continue
            factor = _DEGREES if isinstance(owner, RigTrack) and joint != TRANSLATION else 1.0
            for component in range(owner.size):
                id = LineId(layer, joint, component)
                old = known.get(id)
                same = old is not None and old.curve is curves[joint]
                lines.append(old if old is not None and same else Line(id, curves[joint], factor))
    return lines


def line_group(line: Line) -> str:
    """Under what a line stands in the list: its joint, and whether it only corrects what a clip shows."""
    name = joint_title(line.id.joint)
    corrects = line.id.layer == "offsets" and line.factor != 1.0
    return tr("{joint}, correction", joint=name) if corrects else name


def drawn(lines: list[Line], first: float, last: float, count: int) -> list[tuple[Floats, Floats]]:
    """For each line about `count` frames from `first` to `last` and its values there. Where keys are denser than that, the
    least and the greatest of neighbours.
    """
    frames = np.linspace(first, last, count)
    curves = list({id(line.curve): line.curve for line in lines if not _dense(line, first, last, count)}.values())
    sampled: dict[int, Floats] = {}
    for size in {len(curve.keys[0].values) for curve in curves}:
        alike = [curve for curve in curves if len(curve.keys[0].values) == size]
        sampled |= {id(curve): values for curve, values in zip(alike, sample(alike, frames), strict=True)}
    return [
        (frames, sampled[id(line.curve)][:, line.id.component] * line.factor)
        if id(line.curve) in sampled
        else peaks(line.frames, line.values, first, last, count)
        for line in lines
    ]


def _dense(line: Line, first: float, last: float, count: int) -> bool:
    low, high = np.searchsorted(line.frames, (first, last))
    return bool(high - low > count / 2)


def peaks(frames: NDArray[np.intp], values: Floats, first: float, last: float, count: int) -> tuple[Floats, Floats]:
    """What is between two frames of a dense row of values, thinned so that its extremes stay."""
    low, high = max(int(np.searchsorted(frames, first)) - 1, 0), int(np.searchsorted(frames, last)) + 1
    frames, values = frames[low:high], values[low:high]
    step = len(frames) // max(count // 2, 1)
    if step < 2:
        return frames.astype(np.float64), values
    whole = len(frames) // step * step
    blocks = values[:whole].reshape(-1, step)
    with np.errstate(invalid="ignore"):
        pairs = np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1).ravel()
    return np.repeat(frames[:whole:step], 2).astype(np.float64), pairs


def base_of(project: Project, track: str, line: Line) -> Floats | None:
    """(T,) what a point track's base does under a line, around its mean."""
    owner = project.track(track)
    if not isinstance(owner, PointTrack) or owner.base is None or not len(owner.base):
        return None
    values = owner.base.joint(line.id.joint)[:, line.id.component]
    return np.asarray(values - np.nanmean(values)) if np.isfinite(values).any() else None
