"""Sizes, rates and times as people write them, in commands and in scripts."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil

from poseforge.errors import InvalidValue
from poseforge.sequence import checked_fps


def parse_size(text: str) -> tuple[int, int]:
    """Width and height in pixels. Raises InvalidValue, as all here do."""
    sides = re.fullmatch(r"([1-9][0-9]{0,5})[xX]([1-9][0-9]{0,5})", text.strip())
    if not sides:
        raise InvalidValue(f"size {reprlib.repr(text)}: write width and height in pixels, as 1280x720")
    return int(sides[1]), int(sides[2])


def parse_fps(text: str) -> Fraction:
    """Frames per second."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}|/0*[1-9][0-9]{0,8})?", text.strip()):
        raise InvalidValue(f"fps {reprlib.repr(text)}: write a number, as 30 or 29.97 or 30000/1001")
    return checked_fps(text.strip())


def parse_count(text: str) -> int:
    """A whole number of something: 3. InvalidValue names what is none."""
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise InvalidValue(f"number {reprlib.repr(text)}: write a whole number, as 3")
    return int(text)


PARSERS: Mapping[str, Callable[[str], object]] = {"size": parse_size, "fps": parse_fps, "every": parse_count}
"""The options of formats and detectors that are no mere words, and how their texts are read."""


def parse_option(name: str, text: str) -> object:
    """The value of an option of a format or a detector: a size, a rate, a number, true or false, or the text itself."""
    return PARSERS[name](text) if name in PARSERS else {"true": True, "false": False}.get(text, text)


def parse_time(text: str, fps: Fraction) -> int:
    """Frames of a time: seconds with an s, or frames."""
    match = re.fullmatch(r"([0-9]{1,7})|([0-9]{1,6}(?:\.[0-9]{1,6})?) *s", text.strip())
    if not match:
        raise InvalidValue(f"time {reprlib.repr(text)}: write seconds as 2.5 s, or frames as 60")
    return int(match[1]) if match[1] else round(Fraction(match[2]) * fps)


def timecode(frame: int, fps: Fraction) -> str:
    """A frame as minutes, seconds and frames: 00:03+12; with hours if there are any. A second begins with the first frame at or
    after it, so that codes never go back at rates that are not whole.
    """
    seconds = int(Fraction(abs(frame)) / fps)
    rest = abs(frame) - ceil(seconds * fps)
    hours, minutes = divmod(seconds // 60, 60)
    code = f"{minutes:02}:{seconds % 60:02}+{rest:02}"
    return ("-" if frame < 0 else "") + (f"{hours}:{code}" if hours else code)
