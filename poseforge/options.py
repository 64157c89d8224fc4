"""The options of readers: frozen dataclasses whose fields say what they may be."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from poseforge.errors import InvalidValue

_KINDS = (
    ("tuple", "WIDTHxHEIGHT"), ("Fraction", "NUMBER"), ("int", "NUMBER"), ("bool", "true, false"), ("str | Path", "PATH"),
    ("str", "NAME"),
)  # fmt: skip
"""What is written for a type whose annotation begins so."""


@dataclass(frozen=True)
class Described:
    """An option as people write it: its name, the words or the kind of value that it takes, and what stands without it, or
    nothing if the file or the reader tells then.
    """

    name: str
    values: str
    default: str


def one_of(default: str | None, *values: str, other: str = "") -> Any:
    """A field that is one of some words, or something `other`, as METRES, which its class checks by itself."""
    return field(default=default, metadata={"values": values, "other": other})


def check(options: Any) -> None:
    """Raise InvalidValue if a field of a dataclass is none of the words it may be, or not true or false where it must."""
    for one in fields(options):
        given, values = getattr(options, one.name), one.metadata.get("values")
        if values and not one.metadata["other"] and given not in (one.default, *values):
            raise InvalidValue(f"{one.name} {given!r:.40}; there are {', '.join(values)}")
        if one.type == "bool" and not isinstance(given, bool):
            raise InvalidValue(f"{one.name} {given!r:.40}; expected true or false")


def described(options: type | None) -> list[Described]:
    """The options of a reader, in the order of its fields."""
    return [Described(one.name, _values(one), _default(one.default)) for one in (fields(options) if options else ())]


def _values(one: Any) -> str:
    if "values" in one.metadata:
        return ", ".join(filter(None, (*one.metadata["values"], one.metadata["other"])))
    return next(word for kind, word in _KINDS if one.type.startswith(kind))


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, Fraction):
        return f"{float(value):g}"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
