"""Pose maps as other pipelines want them: which files, how large, how fast, drawn how."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import isqrt
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import chosen
from poseforge.errors import InvalidValue
from poseforge.filters import resample
from poseforge.media import WRITERS, read_frames, write_frames, write_picture, write_pictures
from poseforge.render import iter_render
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence

Frames = Iterable[NDArray[np.uint8]]

PROPORTIONS = "the poses must have the proportions and the place of whoever is in the reference picture"
"""What every pipeline that animates a picture asks for."""

_TOLERANCE = 0.05
"""How far the proportions of picture and maps may differ: whole multiples of pixels do not meet them exactly."""


@dataclass(frozen=True)
class Negative:
    """The same poses so that they do not fit, as SteadyDancer's preparation makes them: around the neck, each frame widened by
    one factor and scaled by another, drawn evenly from these ranges.

    Attributes:
        file: as in `Export`.
    """

    file: str
    width: tuple[float, float]
    scale: tuple[float, float]


@dataclass(frozen=True)
class Export:
    """What a pipeline wants, as its own programs read it; a record in presets/exports.

    Attributes:
        name, title: for machines and for people.
        style: the name of the drawing style.
        layout, file: a video of that name, or pictures whose names hold the frame's number; {name} is the target's and
            {picture} the reference picture's, or else the target's.
        size: (width, height) of the maps in pixels; None takes the canvas's own.
        fps: frames per second; None keeps the source's.
        note: what else the pipeline needs.
        multiple: if given, `size` only says the area: the proportions are those of the reference picture, or else of the
            canvas, and both sides multiples of this.
        frames: how many it takes at a time.
        person: who is drawn of several, as in `detections.chosen`.
        reference: whether it animates a picture.
        image: where that picture belongs; None if the pipeline is told its path.
        negative: poses that do not fit, beside the others.
    """

    name: str
    title: str
    style: str
    layout: Literal["video", "pictures"]
    file: str
    size: tuple[int, int] | None
    fps: Fraction | None
    note: str
    multiple: int | None = None
    frames: int | None = None
    person: str = "all"
    reference: bool = True
    image: str | None = None
    negative: Negative | None = None

    @property
    def facts(self) -> tuple[str, str, str, str]:
        """For people: the first file's name, the pixels of a map, frames per second, and how many frames at most."""
        file = self.file.format(0, name="OUT", picture="PICTURE") + (" ..." if self.layout == "pictures" else "")
        size = f"{self.size[0]}x{self.size[1]}" if self.size else "its own"
        pixels, rate = f"area of {size}" if self.multiple else size, f"{float(self.fps):g}" if self.fps else "its own"
        return file, pixels, rate, str(self.frames or "any")

    def map_size(self, proportions: tuple[int, int]) -> tuple[int, int]:
        """(width, height) of maps for a picture or canvas of these `proportions`, even as video encoders want it."""
        across, down = proportions
        if self.size is None:
            return across + across % 2, down + down % 2
        if self.multiple is None:
            return self.size
        area = self.size[0] * self.size[1]
        sides = isqrt(area * across // down), isqrt(area * down // across)
        width, height = (max(side // self.multiple, 1) * self.multiple for side in sides)
        return width, height


@dataclass(frozen=True)
class Exported:
    """The file or folder that the pipeline reads, what is in it, and what there is to know about it, a line each.

    Attributes:
        size: (width, height) of the maps in pixels.
    """

    path: Path
    frames: int
    fps: Fraction
    size: tuple[int, int]
    notes: tuple[str, ...]


@cache
def exports() -> dict[str, Export]:
    """The pipelines that can be exported for, by name."""
    folder = files("poseforge.presets") / "exports"
    records = [json.loads(entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".json")]
    return {record["name"]: _export(record) for record in sorted(records, key=lambda record: str(record["name"]))}


def _export(record: dict[str, Any]) -> Export:
    size, fps, negative = record["size"], record["fps"], record.get("negative")
    if negative:
        negative = Negative(negative["file"], tuple(negative["width"]), tuple(negative["scale"]))
    return Export(**record | {"size": size and tuple(size), "fps": fps and Fraction(fps), "negative": negative})


def export(
    people: Sequence[PoseSequence],
    folder: Path,
    name: str,
    size: tuple[int, int] | None = None,
    overwrite: bool = False,
    watched: Callable[[Frames, int], Frames] = lambda frames, total: frames,
    person: str | None = None,
    image: Path | None = None,
) -> Exported:
    """Write what a pipeline wants into a folder.

    `size` stands in for the pipeline's usual one, `person` (as in `detections.chosen`) for whom it usually draws. `image` is
    the reference picture. `watched` may follow the frames as they are drawn, as a progress bar does. Raises InvalidValue for an
    unknown pipeline, an unknown person, a folder called like a video, or a picture that is not animated, and whatever reading,
    drawing and writing raise.
    """
    if name not in exports():
        raise InvalidValue(f"no pipeline {name!r:.40}; there are {', '.join(exports())}")
    if folder.suffix.lower() in WRITERS:
        raise InvalidValue(f"{folder}: becomes a folder, whatever is in it; give a name without {folder.suffix}")
    wanted = exports()[name]
    if image and not wanted.reference:
        raise InvalidValue(f"{image}: {wanted.title} animates no reference picture; leave it away")
    picture = next(read_frames(image))[0] if image else None
    drawn = chosen(people, person or wanted.person)
    rate = wanted.fps or drawn[0].fps
    drawn = tuple(resample(one, rate) for one in drawn)
    proportions = (picture.shape[1], picture.shape[0]) if picture is not None else drawn[0].size
    size = size or wanted.map_size(proportions)
    stem = image.stem if image else folder.name

    def write(poses: Sequence[PoseSequence], file: str) -> Path:
        maps = watched(iter_render(poses, wanted.style, size), len(poses[0]))
        target = folder / file
        if wanted.layout == "video":
            target = folder / file.format(name=folder.name, picture=stem)
            write_frames(maps, target, rate, overwrite)
            return target
        write_pictures(maps, target.parent, overwrite, target.name)
        return target.parent

    path = write(drawn, wanted.file)
    if wanted.negative:
        write(_unfit(drawn, wanted.negative), wanted.negative.file)
    if picture is not None and wanted.image:
        write_picture(picture, folder / wanted.image, overwrite)
    notes = [*_notes(wanted, people, drawn, person)]
    if picture is not None and abs(proportions[0] * size[1] / (proportions[1] * size[0]) - 1) > _TOLERANCE:
        shapes = " and the maps ".join(f"{width}x{height}" for width, height in (proportions, size))
        notes.append(f"the picture has {shapes} pixels: cut it, or give --size, so that both have the same shape")
    missing = f"add {wanted.image}, the reference picture (--image)" if wanted.image and not image else ""
    return Exported(
        path,
        len(drawn[0]),
        rate,
        size,
        (*notes, *(line for line in (missing, wanted.note, PROPORTIONS * wanted.reference) if line)),
    )


def _notes(wanted: Export, people: Sequence[PoseSequence], drawn: Sequence[PoseSequence], person: str | None) -> Iterator[str]:
    """How what was drawn differs from what was given, and from what the pipeline takes."""
    if len(drawn) < len(people) and person is None:
        yield f"of {len(people)} people the {wanted.person} one is drawn; --person chooses another"
    before, after, count = people[0].fps, drawn[0].fps, len(drawn[0])
    if after != before:
        yield f"from {float(before):g} to {float(after):g} frames per second"
    if wanted.frames and count > wanted.frames:
        yield f"{count} frames, of which {wanted.title} takes {wanted.frames} at a time: export them in parts (--frames)"


def _unfit(people: Sequence[PoseSequence], how: Negative) -> tuple[PoseSequence, ...]:
    """People who do not fit, the same on every machine; where there is no neck, around the middle of the picture."""
    random = np.random.default_rng(0)
    shape = (len(people[0]), 1)
    wider, larger = random.uniform(*how.width, shape), random.uniform(*how.scale, shape)
    factors = np.concatenate([wider * larger, larger], axis=1)[:, None]
    unfit = []
    for one in map(to_hub, people):
        neck = np.nan_to_num(one.joint("neck"), nan=0.5)[:, None]
        unfit.append(one.with_points(neck + (one.points - neck) * factors))
    return tuple(unfit)
