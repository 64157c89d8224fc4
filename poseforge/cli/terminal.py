"""What the commands share: the application, the two consoles, common arguments, reading and telling."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

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


def progress(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The items, with a progress bar on a terminal."""
    yield from track(items, what, total=total, console=err, transient=True, disable=not err.is_terminal)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
