"""The command line: `poseforge ...` and `python -m poseforge ...`.

Exit codes: 0 well; 1 `check` found errors, or `doctor` something broken; 2 the input or the arguments cannot be used.
Results go to the standard output, progress and errors to the standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from poseforge import __version__
from poseforge.errors import InvalidValue, PoseForgeError

app = typer.Typer(
    help="Make, open, check and preview hand and body pose sequences for EchoMimicV2.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Item = TypeVar("Item")

Source = Annotated[Path, typer.Argument(metavar="PATH", help="A pose file or folder.", show_default=False)]
From = Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="The format to read, if it cannot be told.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("-o", "--option", metavar="NAME=VALUE", help="What the file does not say: size=1280x720, fps=30."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


@app.command()
def info(path: Source, from_: From = None, option: Settings = None, as_json: AsJson = False) -> None:
    """Say what a pose file or folder holds."""
    from poseforge.formats import find

    known = find(path, from_)
    people = _read(path, known.name, option)
    facts: dict[str, Any] = {
        "path": str(path),
        "format": known.name,
        "frames": len(people[0]),
        "fps": float(people[0].fps),
        "seconds": round(people[0].duration, 3),
        "size": list(people[0].size),
        "people": [_describe(person) for person in people],
    }
    if as_json:
        return _print_json(facts)
    out.print(f"[bold]{escape(str(path))}[/bold]: {known.title}")
    size = f"{facts['size'][0]}x{facts['size'][1]}" + (" (guessed)" if people[0].meta.get("canvas_guessed") else "")
    out.print(
        f"{facts['frames']} frames, {facts['seconds']:g} s at {facts['fps']:g} fps, canvas {size}, {len(people)} person(s)"
    )
    table = Table("person", "part", "in frames", "median score", "x", "y", box=None, header_style="dim")
    for number, person in enumerate(facts["people"]):
        for part, row in person["parts"].items():
            ranges = [f"{low:.2f} to {high:.2f}" for low, high in (row["x"], row["y"])]
            table.add_row(str(number), part.replace("_", " "), f"{row['frames']}", f"{row['median_score']:.2f}", *ranges)
        if person["placements"] and person["placements"] != [[768, 768, 0, 768, 0, 768]]:
            out.print(f"person {number}: draw_pose_params {', '.join(map(str, person['placements'][:3]))}")
    out.print(table)


def _describe(person: Any) -> dict[str, Any]:
    """What one sequence holds, part by part."""
    import numpy as np

    parts = {}
    for part, indices in person.skeleton.groups:
        present = person.present[:, list(indices)]
        if present.any():
            places = person.points[:, list(indices)][present]
            parts[part] = {
                "frames": int(present.any(axis=1).sum()),
                "median_score": round(float(np.median(person.confidence[:, list(indices)][present])), 4),
                "x": [round(float(edge), 4) for edge in (places[:, 0].min(), places[:, 0].max())],
                "y": [round(float(edge), 4) for edge in (places[:, 1].min(), places[:, 1].max())],
            }
    stored = person.frame_meta.get("draw_pose_params")
    placements = np.unique(np.asarray(stored), axis=0).tolist() if stored is not None else []
    return {"skeleton": person.skeleton.name, "parts": parts, "placements": placements}


@app.command()
def check(
    path: Source,
    from_: From = None,
    option: Settings = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find what would stop or spoil an EchoMimicV2 run.

    Exit code 0 without errors, 1 with errors (with --strict also warnings), 2 if something cannot be read.
    """
    from poseforge.formats import find
    from poseforge.quality import check_poses

    known = find(path, from_)
    if known.check:
        inspection = known.check(path)
        findings, people, readable = inspection.findings, inspection.people, inspection.readable
    else:
        findings, people, readable = (), _read(path, known.name, option), True
    findings += check_poses(people)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        _print_json(
            {"path": str(path), "format": known.name, "readable": readable, "errors": errors,
             "warnings": len(findings) - errors, "findings": [asdict(finding) for finding in findings]}
        )  # fmt: skip
    else:
        for finding in findings:
            out.print(_sentence(finding, several=len(people) > 1))
        out.print(f"{escape(str(path))}: {errors} error(s), {len(findings) - errors} warning(s)")
    if not readable:
        raise typer.Exit(2)
    if errors or (strict and findings):
        raise typer.Exit(1)


def _sentence(finding: Any, several: bool) -> str:
    where = ""
    if finding.frame is not None:
        where = (
            f"frame {finding.frame}" if finding.last in (None, finding.frame) else f"frames {finding.frame} to {finding.last}"
        )
        where = f"{where}: "
    who = f"person {finding.person}: " if several else ""
    color = "red" if finding.severity == "error" else "yellow"
    text = escape(f"{where}{who}{finding.message}; {finding.advice}")
    return f"[{color}]{finding.severity}[/{color}] {text} [dim]({finding.code})[/dim]"


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="A pose file or folder.", show_default=False)],
    target: Annotated[Path, typer.Argument(help="Where to write.", show_default=False)],
    to: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="The format to write: see `poseforge formats`.")
    ] = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Read poses in one format and write them in another."""
    from poseforge.formats import find, get, losses, write_poses

    people = _read(source, find(source, from_).name, option)
    if to:
        for loss in losses(people, get(to)):
            err.print(f"[yellow]not kept[/yellow]: {escape(loss)}")
    write_poses(people, target, to, overwrite)
    out.print(f"{len(people[0])} frames of {len(people)} person(s) written to {escape(str(target))}")


@app.command()
def render(
    source: Annotated[Path, typer.Argument(help="A pose file or folder.", show_default=False)],
    target: Annotated[
        Path,
        typer.Argument(
            help=".mp4, .webp, .gif: a video; .png: a contact sheet; without suffix: a folder of PNG.", show_default=False
        ),
    ],
    style: Annotated[str, typer.Option(help="echomimic (as the model sees it), dwpose or openpose.")] = "echomimic",
    size: Annotated[str, typer.Option(metavar="WxH", help="Pixels of a map.")] = "768x768",
    frames: Annotated[
        str | None, typer.Option(metavar="FIRST:LAST", help="Some frames only, 0-based, the last included.")
    ] = None,
    label: Annotated[
        int | None, typer.Option(metavar="FRAME", help="Into a .png: this frame with its joints numbered.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="With --label: names instead of numbers.")] = False,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw the pose maps: a video, pictures, a contact sheet, or one labelled frame."""
    from poseforge.formats import find
    from poseforge.media import write_frames, write_picture
    from poseforge.render import contact_sheet, get_style, iter_render, labelled

    look = get_style(style)
    pixels = _size(size)
    people = _read(source, find(source, from_).name, option)
    if label is not None and target.suffix.lower() != ".png":
        raise InvalidValue(f"{target}: a labelled frame is a picture; give a name that ends with .png")
    chosen = people if frames is None else tuple(person[_range(frames, len(person))] for person in people)
    if label is not None:
        write_picture(labelled(people, label, names), target, overwrite)
    elif target.suffix.lower() == ".png":
        write_picture(contact_sheet(chosen, look), target, overwrite)
    else:
        maps = _track(iter_render(chosen, look, pixels), "rendering", len(chosen[0]))
        write_frames(maps, target, chosen[0].fps, overwrite)
    out.print(f"written to {escape(str(target))}")


@app.command()
def demo(
    target: Annotated[Path | None, typer.Argument(metavar="[OUT]", help="A folder; poseforge-demo if not given.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make a sequence of three gestures: an EchoMimicV2 folder, a video and a contact sheet."""
    from poseforge import library
    from poseforge.formats import write_poses
    from poseforge.media import write_frames, write_picture
    from poseforge.render import contact_sheet, iter_render

    folder = target or Path("poseforge-demo")
    replace = overwrite or target is None
    names = ("wave_right", "count_123_right", "thumbs_up_right")
    poses = library.as_poses(library.alive(library.compose([library.gesture(name) for name in names])))
    write_poses(poses, folder / "pose", "echomimic", replace)
    write_frames(_track(iter_render(poses), "rendering", len(poses)), folder / "pose.mp4", poses.fps, replace)
    write_picture(contact_sheet(poses), folder / "sheet.png", replace)
    titles = ", ".join(library.gesture(name).name["en"].lower() for name in names)
    out.print(f"{len(poses)} frames ({poses.duration:.1f} s): {titles}")
    out.print(f"  EchoMimicV2 folder  {escape(str(folder / 'pose'))}")
    out.print(f"  video               {escape(str(folder / 'pose.mp4'))}")
    out.print(f"  contact sheet       {escape(str(folder / 'sheet.png'))}")


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats: what is read and written, and what each keeps."""
    from poseforge.formats import registry

    rows: list[dict[str, Any]] = [
        {
            "name": known.name,
            "title": known.title,
            "reads": known.read is not None,
            "writes": known.write is not None,
            "suffixes": list(known.suffixes),
            "skeleton": known.skeleton.name,
            "keeps": list(known.keeps),
            "options": [field.name for field in fields(known.options)] if known.options else [],
        }
        for known in registry().values()
    ]
    if as_json:
        return _print_json(rows)
    table = Table("name", "format", "direction", "skeleton", "keeps", "options", box=None, header_style="dim")
    for row in rows:
        direction = " and ".join(word for word, has in (("read", row["reads"]), ("write", row["writes"])) if has)
        kept = ", ".join(word.replace("_", " ") for word in row["keeps"])
        table.add_row(row["name"], row["title"], direction, row["skeleton"], kept, ", ".join(row["options"]))
    out.print(table)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what works here, what is missing, and the command that mends it."""
    from poseforge.doctor import diagnose

    rows = list(diagnose())
    if as_json:
        _print_json([asdict(row) for row in rows])
    else:
        marks = {"ok": "[green]ok     [/green]", "missing": "[yellow]missing[/yellow]", "broken": "[red]broken [/red]"}
        for row in rows:
            out.print(f"{marks[row.state]}  {row.name:<15} {escape(row.seen)}")
            if row.mend:
                out.print(f"         {'':<15} [bold]{escape(row.mend)}[/bold]")
    if any(row.state == "broken" for row in rows):
        raise typer.Exit(1)


def _read(path: Path, format: str, settings: list[str] | None) -> tuple[Any, ...]:
    from poseforge.formats import read_poses

    options: dict[str, Any] = {}
    for setting in settings or []:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidValue(f"option {setting!r}: write it as NAME=VALUE")
        options[name] = _size(value) if name == "size" else _fps(value) if name == "fps" else value
    people = read_poses(path, format, **options)
    if people[0].meta.get("canvas_guessed"):
        width, height = people[0].size
        err.print(
            f"[yellow]note[/yellow]: the files do not say how large the picture was; took {width}x{height}, or give -o size=WxH"
        )
    return people


def _size(text: str) -> tuple[int, int]:
    width, x, height = text.lower().partition("x")
    if not (x and width.isascii() and height.isascii() and width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise InvalidValue(f"size {text!r}: write width and height in pixels, as 1280x720")
    return int(width), int(height)


def _fps(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InvalidValue(f"fps {text!r}: write a number, as 30 or 30000/1001") from None


def _range(text: str, total: int) -> slice:
    first, colon, last = text.partition(":")
    try:
        start = int(first or 0)
        end = int(last or total - 1) if colon else start
    except ValueError:
        raise InvalidValue(f"frames {text!r}: write FIRST:LAST, as 0:99") from None
    if not 0 <= start <= end < total:
        raise InvalidValue(f"frames {text!r}: there are 0 to {total - 1}")
    return slice(start, end + 1)


def _track(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The items, with a progress bar on a terminal."""
    yield from track(items, what, total=total, console=err, transient=True, disable=not err.is_terminal)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def main() -> None:
    """Run the command line and exit. Whatever is wrong with the input is one line on the standard error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")  # a console that cannot show a name must not end the work
    try:
        app()
    except PoseForgeError as error:
        sys.exit(_fail(str(error)))
    except BrokenPipeError:  # the reader of our output had enough
        sys.stderr.close()
    except MemoryError:
        sys.exit(_fail("not enough memory for this; try fewer frames or a smaller size"))
    except OSError as error:
        sys.exit(_fail(f"{error.filename or 'a file'}: {error.strerror or error}"))


def _fail(message: str) -> int:
    err.print(f"[red]error[/red]: {escape(' '.join(message.split()))}")
    return 2
