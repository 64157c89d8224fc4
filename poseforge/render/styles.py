"""Styles: what a pose map shows and how, as records in presets/styles."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from poseforge.errors import InvalidValue


@dataclass(frozen=True)
class BodyStyle:
    """Limbs as ellipses of that half width in pixels, dimmed by a factor, then joints as discs."""

    half_width: int
    dim: float
    radius: int


@dataclass(frozen=True)
class HandStyle:
    """Bones as lines of that width in pixels, then joints as discs; drawn with the canvas's short side at `short_side` pixels
    and resized, or at the canvas's own size if None."""

    width: int
    radius: int
    short_side: int | None = None


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
    """

    name: str
    title: str
    weighted: bool
    threshold: float
    swap: bool
    body: BodyStyle | None = None
    hands: HandStyle | None = None
    face: FaceStyle | None = None


_PARTS: dict[str, type] = {"body": BodyStyle, "hands": HandStyle, "face": FaceStyle}


@cache
def styles() -> dict[str, Style]:
    """The built-in styles by name."""
    folder = files("poseforge.presets") / "styles"
    records = [json.loads(entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".json")]
    return {record["name"]: _style(record) for record in sorted(records, key=lambda record: str(record["name"]))}


def _style(record: dict[str, Any]) -> Style:
    parts = {part: kind(**record[part]) for part, kind in _PARTS.items() if part in record}
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
