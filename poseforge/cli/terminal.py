"""What the commands share: the application, the two consoles, common arguments, reading and telling."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from poseforge.errors import InvalidValue
from poseforge.sequence import PoseSequence
from poseforge.units import parse_option

if TYPE_CHECKING:
    from poseforge.formats import Format

app = typer.Typer(
    help="Make, open, check and preview hand and body pose sequences for EchoMimicV2.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(soft_wrap=True, highlight=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

_FIRST_S, _FARTHER, _FARTHEST_S = 10.0, 1.5, 600.0
"""Seconds to the first line of progress where there is no terminal, how much longer it takes to each next one, and the most."""

Item = TypeVar("Item")
People = tuple[PoseSequence, ...]

POSES = typer.Argument(metavar="PATH", help="A pose file or folder.", show_default=False, readable=False)
Source = Annotated[Path, POSES]
From = Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="The format to read, if it cannot be told.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("-o", "--option", metavar="NAME=VALUE", help="What the file does not say: size=1280x720, fps=24."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]


def read(path: Path, format: str | None, settings: list[str] | None) -> People:
    from poseforge.formats import notes, read_poses

    people = read_poses(path, format, **read_options(settings))
    for note in notes(people):
        err.print(f"[yellow]note[/yellow]: {escape(note)}")
    return people


def read_options(settings: list[str] | None) -> dict[str, Any]:
    return {name: parse_option(name, value) for name, value in named(settings)}


def named(settings: list[str] | None) -> Iterator[tuple[str, str]]:
    """Names and values of options as they are written."""
    for setting in settings or []:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidValue(f"option {setting!r}: write it as NAME=VALUE")
        yield name, value


def write(people: People, target: Path, known: Format, overwrite: bool) -> None:
    """Write poses, and say what the format does not keep."""
    from poseforge.formats import losses, write_poses

    write_poses(people, target, known.name, overwrite)
    for loss in losses(people, known):
        err.print(f"[yellow]not kept[/yellow]: {escape(loss)}")
    tell_of_hands(people)


def tell_of_hands(people: People) -> None:
    """Say so if there is nothing in the sequence that EchoMimicV2 draws."""
    from poseforge.quality import NO_HANDS, has_hands

    if not has_hands(people):
        err.print(f"[yellow]note[/yellow]: {NO_HANDS}")


def parse_range(text: str, total: int) -> slice:
    match = re.fullmatch(r"([0-9]{0,9})(:?)([0-9]{0,9})", text)
    if not match or text in ("", ":"):
        raise InvalidValue(f"frames {reprlib.repr(text)}: write FIRST:LAST, as 0:99")
    first, colon, last = match.groups()
    start = int(first or 0)
    end = int(last or total - 1) if colon else start
    if end < start:
        raise InvalidValue(f"frames {text!r}: the last comes before the first")
    if end >= total:
        raise InvalidValue(f"frames {text!r}: there are 0 to {total - 1}")
    return slice(start, end + 1)


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


class Tell(Protocol):
    """Hears how much is done, and of how much, 0 if nobody knows; what is going on, and where exactly it is."""

    def __call__(self, done: int, total: int, text: str = "", detail: str = "") -> None: ...


class Bars:
    """Progress of pieces of work, within a context: a bar for each on a terminal, elsewhere a plain line now and then, at
    growing distances.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rest]}")
        self._shown = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._clock, self._pause = clock, _FIRST_S
        self._due = clock() + _FIRST_S

    def __enter__(self) -> Bars:
        self._shown.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._shown.stop()

    @contextmanager
    def bar(self, what: str) -> Iterator[Tell]:
        """What is to be told of the progress of one piece of work; `what` it is stands before it as long as no text is told."""
        from poseforge.jobs import Event, TimeLeft

        number, left = self._shown.add_task(escape(what), total=None, rest=""), TimeLeft()

        def tell(done: int, total: int, text: str = "", detail: str = "") -> None:
            now = self._clock()
            seconds = left(Event("progress", text, done, total), now) if total else None
            parts = f"{100 * done / total:.0f} %" if total else "", detail, f"{_time(seconds)} left" if seconds else ""
            title, rest = escape(text or what), escape(", ".join(filter(None, parts)))
            self._shown.update(number, description=title, completed=done, total=total or None, rest=rest)
            if not err.is_terminal and now >= self._due:
                self._pause = min(self._pause * _FARTHER, _FARTHEST_S)
                self._due = now + self._pause
                err.print(f"{title}: {rest}" if rest else title)

        try:
            yield tell
        finally:
            self._shown.remove_task(number)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def progress(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The items, with word of the progress."""
    with Bars() as bars, bars.bar(what) as tell:
        for done, item in enumerate(items):
            tell(done, total)
            yield item


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
