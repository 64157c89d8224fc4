"""Pose maps as other pipelines want them: which files, how large, how fast, drawn how."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.filters import resample
from poseforge.media import write_frames, write_pictures
from poseforge.render import iter_render
from poseforge.sequence import PoseSequence

Frames = Iterable[NDArray[np.uint8]]


@dataclass(frozen=True)
class Export:
    """What a pipeline wants, as its own programs read it; a record in presets/exports.

    Attributes:
        name, title: for machines and for people.
        style: the name of the drawing style.
        layout, file: a video of that name, or pictures whose names hold the frame's number; {name} is the target's.
        size: (width, height) of the maps in pixels; None takes the canvas's own.
        fps: frames per second; None keeps the source's.
        note: what else the pipeline needs.
    """

    name: str
    title: str
    style: str
    layout: Literal["video", "pictures"]
    file: str
    size: tuple[int, int] | None
    fps: Fraction | None
    note: str


@cache
def exports() -> dict[str, Export]:
    """The pipelines that can be exported for, by name."""
    folder = files("poseforge.presets") / "exports"
    records: list[dict[str, Any]] = [
        json.loads(entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".json")
    ]
    for record in records:
        record["size"] = record["size"] and tuple(record["size"])
        record["fps"] = record["fps"] and Fraction(record["fps"])
    return {record["name"]: Export(**record) for record in sorted(records, key=lambda record: str(record["name"]))}


def export(
    people: Sequence[PoseSequence],
    folder: Path,
    name: str,
    size: tuple[int, int] | None = None,
    overwrite: bool = False,
    watched: Callable[[Frames, int], Frames] = lambda frames, total: frames,
) -> Path:
    """Write what a pipeline wants into a folder, and return the file or folder that it reads.

    `size` stands in for the pipeline's usual one. `watched` may follow the frames as they are drawn, as a progress bar does.
    Raises InvalidValue for an unknown pipeline, and whatever drawing and writing raise.
    """
    if name not in exports():
        raise InvalidValue(f"no pipeline {name!r:.40}; there are {', '.join(exports())}")
    wanted = exports()[name]
    rate = wanted.fps or people[0].fps
    people = [resample(person, rate) for person in people]
    size = size or wanted.size or _even(people[0].size)
    maps = watched(iter_render(people, wanted.style, size), len(people[0]))
    if wanted.layout == "video":
        target = folder / wanted.file.format(name=folder.name)
        write_frames(maps, target, rate, overwrite)
        return target
    below, _, pattern = wanted.file.rpartition("/")
    target = folder / below if below else folder
    write_pictures(maps, target, overwrite, pattern)
    return target


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """Sides that video encoders take."""
    return size[0] + size[0] % 2, size[1] + size[1] % 2
