"""What the core says, in the user's language: the message is English with values in it, so its template is found again.

The templates stand in ``translations/core_LOCALE.json`` with their translations, as "there is no joint {1}";
``tools/author_core_words.py`` finds them in the core's code. A value may be a message itself, a message may follow a path and a
colon, and several may follow one another. What fits no template is shown as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from .text import spoken, tr

_LONGEST = 1000
"""Characters of a message that is looked at."""

_DEEPEST = 3
"""How many messages may lie in one another."""

_CODE = re.compile("`([^`]*)`")
_SENTENCES, _NOTES, _ABOUT = re.compile(r"(?<=\.) "), re.compile("; "), re.compile(r"(?<=[:：。])\s*")
"""Between two sentences, between two notes, and after what a message is about."""


def told(message: str) -> str:
    """A message of the core, or one in which such a message stands at the end, in the user's language. What the terminal shows
    as `code` is quoted.
    """
    return _CODE.sub(r"“\1”", _in_language(message))


def _in_language(message: str) -> str:
    if not _templates(spoken()) or len(message) > _LONGEST or not message.strip():
        return message
    found = _translated(spoken(), message, 0)
    return found[1] if found else tr(message)


@lru_cache(maxsize=1000)
def _translated(language: str, message: str, depth: int) -> tuple[int, str] | None:
    """The translation that the most letters of a message speak for, and how many; None if none does."""
    ways = [] if depth > _DEEPEST else [*_whole(language, message, depth), *_divided(language, message, depth)]
    return max(ways, default=None)


def _whole(language: str, message: str, depth: int) -> Iterator[tuple[int, str]]:
    for template in _templates(language):
        values = template.values(message)
        if values is not None:
            inner = [_translated(language, value, depth + 1) for value in values]
            shown = [known[1] if known else tr(value) for known, value in zip(inner, values, strict=True)]
            yield template.letters + sum(known[0] for known in inner if known), template.filled(shown)


def _divided(language: str, message: str, depth: int) -> Iterator[tuple[int, str]]:
    sentence = _translated(language, message[:-1], depth + 1) if message.endswith(".") else None
    if sentence:
        yield sentence[0], f"{sentence[1]}。"
    for seam in (_SENTENCES, _NOTES, _ABOUT):
        for cut in seam.finditer(message):
            rest = _translated(language, message[cut.end() :], depth + 1)
            if rest is None:
                continue
            head = None if seam is _ABOUT else _translated(language, message[: cut.start()], depth + 1)
            if seam is _ABOUT:  # one, if one does: a path that it is about may hold colons, too
                about = message[: cut.start()]
                yield rest[0] - 1, f"{about.removesuffix(':')}：{rest[1]}" if about.endswith(":") else f"{about}{rest[1]}"
            elif head:
                yield head[0] + rest[0], head[1] + ("；" if seam is _NOTES else "") + rest[1]


class _Template:
    """A message with holes, and its translation.

    Attributes:
        letters: how many characters are its own.
    """

    def __init__(self, source: str, translation: str) -> None:
        self._parts = re.split(r"\{\d+\}", source)
        self._translation = re.split(r"\{(\d+)\}", translation)
        self._longest = max(self._parts, key=len)
        self.letters = sum(map(len, self._parts))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self._parts)), re.DOTALL)

    def values(self, message: str) -> list[str] | None:
        """What stands in its holes; None if it is another message."""
        if self._longest not in message:
            return None
        match = self._pattern.fullmatch(message)
        return [*match.groups()] if match else None

    def filled(self, values: list[str]) -> str:
        """The translation with values in its holes."""
        return "".join(values[int(part) - 1] if i % 2 else part for i, part in enumerate(self._translation))


@cache
def _templates(language: str) -> list[_Template]:
    table = files("poseforge.gui") / "translations" / f"core_{language}.json"
    known = json.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
    return [_Template(source, translation) for source, translation in known.items() if translation]
