"""What options say of themselves, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from poseforge.errors import InvalidValue
from poseforge.formats import registry
from poseforge.options import Described, check, described, one_of


@dataclass(frozen=True)
class Some:
    size: tuple[int, int] = (768, 512)
    fps: Fraction = Fraction(30000, 1001)
    way: str | None = one_of(None, "in", "out")
    unit: str = one_of("m", "m", "cm", other="METRES")
    turned: bool = False
    take: str | None = None

    def __post_init__(self) -> None:
        check(self)


def test_options_say_what_they_take() -> None:
    assert described(Some) == [
        Described("size", "WIDTHxHEIGHT", "768x512"),
        Described("fps", "NUMBER", "29.97"),
        Described("way", "in, out", ""),
        Described("unit", "m, cm, METRES", "m"),
        Described("turned", "true, false", "false"),
        Described("take", "NAME", ""),
    ]
    assert described(None) == []
    assert replace(Some(), way="in", unit="0.3").way == "in"
    with pytest.raises(InvalidValue, match="way 'up'; there are in, out"):
        Some(way="up")
    with pytest.raises(InvalidValue, match="turned 'no'; expected true or false"):
        Some(turned="no")


@pytest.mark.parametrize("known", [known for known in registry().values() if known.options], ids=lambda known: known.name)
def test_every_format_refuses_other_words_than_it_names(known) -> None:
    for one in described(known.options):
        words = one.values.split(", ")
        for word in (word for word in words if word.islower() and word not in ("true", "false")):
            known.options(**{one.name: word})
        if len(words) > 1 and all(word.islower() for word in words):
            with pytest.raises(InvalidValue, match=one.name):
                known.options(**{one.name: "nonsense"})
