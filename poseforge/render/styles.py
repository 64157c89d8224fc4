"""Styles: what a pose map shows and how, as records in presets/styles."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

from poseforge.errors import InvalidValue

Color = tuple[int, int, int]

STEPS = (5, 10, 20, 40, 80, 160, 320)
"""Pixels of length from which a stroke that widens with it is one pixel wider, as in MusePose's drawing."""


@dataclass(frozen=True)
class BodyStyle:
    """Limbs as ellipses of that half width in pixels, dimmed by a factor, then joints as discs.

    Attributes:
        by_length: limbs are the wider the longer they are, from 1 pixel to `half_width`, as MusePose draws them.
        feet: the colours of a left and a right toe that hang on the ankles, as UniAnimate and Wan-Animate draw them; None for
            no feet.
        averaged: the neck is the middle of the shoulders, and neck and toes are as sure as their two are on average, as
            Wan-Animate has them; else the neck is the source's, and a toe as sure as the less sure one, as UniAnimate's.
    """

    half_width: int
    dim: float
    radius: int
    by_length: bool = False
    feet: tuple[Color, Color] | None = None
    averaged: bool = False

    def width_of(self, length: float) -> int:
        """The half width of a limb of that length in pixels."""
        if not self.by_length:
            return self.half_width
        return min(1 + bisect_right(STEPS, length), self.half_width)


@dataclass(frozen=True)
class HandStyle:
    """Bones as lines of that width in pixels, or by their length up to it (`by_length`), then joints as discs."""

    width: int
    radius: int
    by_length: bool = False


@dataclass(frozen=True)
class FaceStyle:
    """Points as grey discs."""

    radius: int


@dataclass(frozen=True)
class Style:
    """How a pose map is drawn; a part that is None is left out.

    Attributes:
        weighted: strokes are dimmed by confidence; otherwise drawn fully from `threshold` on and not at all below it.
        threshold: the confidence from which body limbs (weighted) or anything (not weighted) is drawn.
        swap: first and third channel exchanged, as OpenCV's order is read by some pipelines.
        short_side, width: pixels of the canvas's short side, or of its width, on which is drawn before it is resized.
        times: how much larger than the map is drawn if neither is given.
        per_width: if given, all strokes are as wide as Wan-Animate makes them: one pixel of half width for so many pixels of
            the canvas's short side, less one.
    """

    name: str
    title: str
    weighted: bool
    threshold: float
    swap: bool
    body: BodyStyle | None = None
    hands: HandStyle | None = None
    face: FaceStyle | None = None
    short_side: int | None = None
    width: int | None = None
    times: int = 1
    per_width: int | None = None

    def enlarged(self, shape: tuple[int, int]) -> float:
        """How much larger than a map of (rows, columns) the canvas is on which is drawn."""
        if self.short_side:
            return self.short_side / min(shape)
        return self.width / shape[1] if self.width else self.times

    def drawn_on(self, shape: tuple[int, int]) -> Style:
        """The style with the widths that it has on a canvas of (rows, columns)."""
        if self.per_width is None:
            return self
        wide = max(min(shape) // self.per_width - 1, 1)
        return replace(
            self,
            body=self.body and replace(self.body, half_width=wide, radius=wide),
            hands=self.hands and HandStyle(max(wide // 2, 1), max(wide // 2, 1)),
        )


_PARTS: dict[str, type] = {"body": BodyStyle, "hands": HandStyle, "face": FaceStyle}


@cache
def styles() -> dict[str, Style]:
    """The built-in styles by name."""
    folder = files("poseforge.presets") / "styles"
    records = [json.loads(entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".json")]
    return {record["name"]: _style(record) for record in sorted(records, key=lambda record: str(record["name"]))}


def _style(record: dict[str, Any]) -> Style:
    parts = {part: kind(**record[part]) for part, kind in _PARTS.items() if part in record}
    if "body" in parts and parts["body"].feet:
        left, right = (tuple(color) for color in parts["body"].feet)
        parts["body"] = replace(parts["body"], feet=(left, right))
    plain = {field.name for field in fields(Style)} - set(_PARTS)
    return Style(**{key: value for key, value in record.items() if key in plain}, **parts)


def get_style(name: str | Style) -> Style:
    """A style by name. InvalidValue if there is none."""
    if isinstance(name, Style):
        return name
    try:
        return styles()[name]
    except KeyError:
        raise InvalidValue(f"no style {name!r}; there are {', '.join(styles())}") from None
