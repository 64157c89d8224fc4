"""Commands on what detectors leave: clean, compare."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from poseforge.cli.terminal import (
    POSES,
    AsJson,
    From,
    Overwrite,
    Settings,
    app,
    counted,
    out,
    print_json,
    read,
    write,
)
from poseforge.errors import InvalidValue
from poseforge.files import keep_apart
from poseforge.sequence import PoseSequence

if TYPE_CHECKING:
    from poseforge.figures import Distance


@app.command()
def clean(
    source: Annotated[Path, POSES],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write.", show_default=False)],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help="The format to write, else told by OUT as for convert."),
    ] = None,
    smooth: Annotated[
        str,
        typer.Option(metavar="HOW", help="auto (as much as there is jitter), savgol, gaussian, butterworth, one-euro, off."),
    ] = "auto",
    fill: Annotated[float, typer.Option(metavar="SECONDS", help="Fill gaps up to this long; 0 fills none.")] = 0.3,
    hold_ends: Annotated[
        bool, typer.Option("--hold-ends", help="Hold the first and last pose of what is missing at the ends.")
    ] = False,
    no_swap: Annotated[bool, typer.Option("--no-swap", help="Leave exchanged left and right hands.")] = False,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Repair what a detector got wrong: exchanged hands, outliers, gaps, jitter. Shows the hands' figures before and after."""
    from poseforge import filters
    from poseforge.formats import writer

    known = writer(target, to)
    people = read(source, from_, option)
    keep_apart(source, target)
    cleaned = tuple(filters.clean(person, smooth=smooth, fill=fill, ends=hold_ends, swap=not no_swap) for person in people)
    write(cleaned, target, known, overwrite)
    for number, (before, after) in enumerate(zip(people, cleaned, strict=True)):
        if len(people) > 1:
            out.print(f"person {number}")
        out.print(_before_and_after(before, after))
    length = f"{counted(len(people[0]), 'frame')} of {counted(len(people), 'person', 'people')}"
    out.print(f"{length} cleaned and written to {escape(str(target))}")


def _before_and_after(before: PoseSequence, after: PoseSequence) -> Table:
    from poseforge.figures import figures

    old, new = figures(before), figures(after)
    table = Table("", "before", "after", box=None, header_style="dim")
    for words, name, factor, digits in (
        ("jitter and quick strokes, % of the canvas", "jitter", 1, 2),
        ("largest jump, % of the canvas", "largest_jump", 100, 1),
        ("bone flicker, % of the length", "bone_flicker", 1, 1),
        ("missing points, %", "missing", 100, 1),
        ("points outside the canvas, %", "outside", 100, 1),
        ("loop gap, % of the canvas", "loop_gap", 100, 1),
        ("HKC", "hkc", 1, 3),
        ("HKV, pixels", "hkv", 1, 1),
    ):
        table.add_row(words, *(_number(factor * getattr(found, name), digits) for found in (old, new)))
    return table


@app.command()
def compare(
    first: Annotated[Path, POSES],
    second: Annotated[Path, typer.Argument(metavar="OTHER", help="A pose file or folder of the same length.")],
    from_: From = None,
    option: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Say how far two pose files are apart: MPJPE and PA-MPJPE, part by part."""
    from poseforge.figures import compare as distances

    ours, theirs = (read(path, from_, option) for path in (first, second))
    if len(ours) != len(theirs):
        raise InvalidValue(f"{len(ours)} and {counted(len(theirs), 'person', 'people')}; compare files of as many people")
    people = [distances(a, b) for a, b in zip(ours, theirs, strict=True)]
    unit = "px" if ours[0].points.shape[2] == 2 else "mm"
    if as_json:
        rows = [{part: _plain(distance) for part, distance in person.items()} for person in people]
        return print_json({"paths": [str(first), str(second)], "unit": unit, "people": rows})
    titles = (f"MPJPE, {unit}", f"PA-MPJPE, {unit}", "MPJPE, %", "PA-MPJPE, %")
    table = Table("person", "part", *titles, "points", box=None, header_style="dim")
    for number, person in enumerate(people):
        for part, found in person.items():
            numbers = (found.mpjpe, found.pa_mpjpe, found.mpjpe_percent, found.pa_mpjpe_percent)
            table.add_row(str(number), part.replace("_", " "), *(_number(value, 3) for value in numbers), str(found.points))
    out.print(table)


def _plain(distance: Distance) -> dict[str, float | None]:
    """A distance for JSON, which has no NaN."""
    return {name: None if isnan(value) else value for name, value in asdict(distance).items()}


def _number(value: float, digits: int) -> str:
    return "-" if isnan(value) else f"{value:.{digits}f}"
