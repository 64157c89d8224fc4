"""The command line: `poseforge ...` and `python -m poseforge ...`.

Exit codes: 0 well; 1 `check` found errors, or `doctor` something broken; 2 the input or the arguments cannot be used.
Results go to the standard output, notes, progress and errors to the standard error.
"""

from __future__ import annotations

import json
import re
import reprlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from fractions import Fraction
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from poseforge import __version__
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.sequence import SIZE, PoseSequence, checked_fps

if TYPE_CHECKING:
    from poseforge.quality import Finding

app = typer.Typer(
    help="Make, open, check and preview hand and body pose sequences for EchoMimicV2.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(soft_wrap=True, highlight=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

Item = TypeVar("Item")
People = tuple[PoseSequence, ...]

_Poses = typer.Argument(metavar="PATH", help="A pose file or folder.", show_default=False, readable=False)
Source = Annotated[Path, _Poses]
From = Annotated[str | None, typer.Option("--from", metavar="FORMAT", help="The format to read, if it cannot be told.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("-o", "--option", metavar="NAME=VALUE", help="What the file does not say: size=1280x720, fps=24."),
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
    length = f"{_count(facts['frames'], 'frame')}, {facts['seconds']:g} s at {facts['fps']:g} fps"
    out.print(f"{length}, canvas {people[0].size[0]}x{people[0].size[1]}, {_count(len(people), 'person', 'people')}")
    table = Table("person", "part", "in frames", "median score", "x", "y", box=None, header_style="dim")
    for number, person in enumerate(facts["people"]):
        for part, row in person["parts"].items():
            ranges = [f"{low:.2f} to {high:.2f}" for low, high in (row["x"], row["y"])]
            table.add_row(str(number), part.replace("_", " "), f"{row['frames']}", f"{row['median_score']:.2f}", *ranges)
        if person["placements"] and person["placements"] != [[768, 768, 0, 768, 0, 768]]:
            out.print(f"person {number}: draw_pose_params {', '.join(map(str, person['placements'][:3]))}")
    out.print(table)


def _describe(person: PoseSequence) -> dict[str, Any]:
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
                "x": [round(float(edge), 4) + 0.0 for edge in (places[:, 0].min(), places[:, 0].max())],
                "y": [round(float(edge), 4) + 0.0 for edge in (places[:, 1].min(), places[:, 1].max())],
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
    from poseforge.formats import find, make_options
    from poseforge.quality import check_poses

    known = find(path, from_)
    make_options(known, _options(option))
    people: People
    findings: tuple[Finding, ...]
    if known.check:
        inspection = known.check(path)
        findings, people, readable = inspection.findings, inspection.people, inspection.readable
    else:
        findings, people, readable = (), _read(path, known.name, option), True
    findings += check_poses(people, [frame for finding in findings for frame in finding.frames])
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        _print_json(
            {"path": str(path), "format": known.name, "readable": readable, "errors": errors,
             "warnings": len(findings) - errors, "findings": [asdict(finding) for finding in findings]}
        )  # fmt: skip
    else:
        for group in _alike(findings):
            out.print(_sentence(group, several=len(people) > 1))
        fine = "usable" if known.name == "echomimic" else "usable once it is converted to echomimic"
        verdict = "[red]not usable as it is[/red]" if errors else f"[green]{fine}[/green]"
        length = f"{_count(len(people[0]), 'frame')}, {people[0].duration:g} s; " if people else ""
        counts = f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}"
        out.print(f"{escape(str(path))}: {verdict}; {length}{counts}")
    if not readable:
        raise typer.Exit(2)
    if errors or (strict and findings):
        raise typer.Exit(1)


def _alike(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Findings of one kind in frames that follow one another, together."""
    group: list[Finding] = []
    for finding in findings:
        if group and not finding.follows(group[-1]):
            yield group
            group = []
        group.append(finding)
    if group:
        yield group


def _sentence(group: list[Finding], several: bool) -> str:
    """One line for findings that are alike: the first one's words, and how far the others go."""
    first, last = group[0], group[-1].last
    where = ""
    if first.frame is not None:
        where = f"frame {first.frame}: " if last == first.frame else f"frames {first.frame} to {last}: "
    who = f"person {first.person}: " if several else ""
    more = f" (and {len(group) - 1} more like it)" if len(group) > 1 else ""
    color = "red" if first.severity == "error" else "yellow"
    text = escape(f"{where}{who}{first.message}{more}; {first.advice}")
    return f"[{color}]{first.severity}[/{color}] {text} [dim]({first.code})[/dim]"


@app.command()
def convert(
    source: Annotated[Path, _Poses],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write.", show_default=False)],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="The format to write, else told by the suffix of OUT; a name without one is an EchoMimicV2 folder.",
        ),
    ] = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Read poses in one format and write them in another."""
    from poseforge.formats import find, losses, write_poses, writer

    known = writer(target, to)
    people = _read(source, find(source, from_).name, option)
    _keep_out(source, target)
    write_poses(people, target, known.name, overwrite)
    for loss in losses(people, known):
        err.print(f"[yellow]not kept[/yellow]: {escape(loss)}")
    _tell_of_hands(people)
    out.print(
        f"{_count(len(people[0]), 'frame')} of {_count(len(people), 'person', 'people')} written to {escape(str(target))}"
    )


@app.command()
def render(
    source: Annotated[Path, _Poses],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help=".mp4, .webp, .gif: a video; .png: a contact sheet; a name without a dot: a folder of PNG.",
            show_default=False,
        ),
    ],
    style: Annotated[str, typer.Option(help="echomimic (as the model sees it), dwpose or openpose.")] = "echomimic",
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Pixels of a map, 768x768; proportions are kept.")] = None,
    frames: Annotated[
        str | None, typer.Option(metavar="FIRST:LAST", help="Some frames, from 0, the last included; also 10, 10: or :20.")
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
    from poseforge.media import WRITERS, write_frames, write_picture
    from poseforge.render import contact_sheet, get_style, iter_render, labelled

    look, pixels, suffix = get_style(style), _size(size) if size else SIZE, target.suffix.lower()
    if suffix and suffix not in (*WRITERS, ".png"):
        raise InvalidValue(
            f"{target}: write to {', '.join(WRITERS)} (a video), .png (a sheet) or a folder, whose name has no dot"
        )
    if (names or label is not None) and (label is None or suffix != ".png" or frames or style != "echomimic"):
        raise InvalidValue(f"{target}: --label draws one frame into a .png; only --names goes with it")
    if suffix == ".png" and size:
        raise InvalidValue(f"{target}: a sheet has cells of its own size; --size is for videos and folders")
    _keep_out(source, target)
    people = _read(source, find(source, from_).name, option)
    part = _range(frames, len(people[0])) if frames else slice(0, len(people[0]))
    chosen = tuple(person[part] for person in people)
    if label is not None:
        write_picture(labelled(people, label, names), target, overwrite)
    elif suffix == ".png":
        write_picture(contact_sheet(chosen, look, first=part.start), target, overwrite)
    else:
        maps = _track(iter_render(chosen, look, pixels), "rendering", len(chosen[0]))
        write_frames(maps, target, chosen[0].fps, overwrite)
    if label is None and not look.body:
        _tell_of_hands(chosen)
    out.print(f"written to {escape(str(target))}")


@app.command()
def demo(
    target: Annotated[
        Path | None,
        typer.Argument(metavar="[OUT]", help="A folder; if not given, poseforge-demo or the next free name like it."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make a sequence of three gestures: an EchoMimicV2 folder, a video and a contact sheet."""
    from poseforge import library
    from poseforge.formats import write_poses
    from poseforge.media import write_frames, write_picture
    from poseforge.render import contact_sheet, iter_render

    names = chain(["poseforge-demo"], (f"poseforge-demo-{number}" for number in count(2)))
    folder = target or next(Path(name) for name in names if not Path(name).exists())
    gestures = [library.gesture(name) for name in library.DEMO]
    poses = library.as_poses(library.alive(library.compose(gestures)))
    write_poses(poses, folder / "pose", "echomimic", overwrite)
    write_frames(_track(iter_render(poses), "rendering", len(poses)), folder / "pose.mp4", poses.fps, overwrite)
    write_picture(contact_sheet(poses), folder / "sheet.png", overwrite)
    titles = ", ".join(gesture.name["en"].lower() for gesture in gestures)
    out.print(f"{_count(len(poses), 'frame')} ({poses.duration:.1f} s): {titles}")
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
    for row in rows:
        direction = " and ".join(word for word, has in (("read", row["reads"]), ("written", row["writes"])) if has)
        out.print(f"[bold]{row['name']}[/bold]: {row['title']}, {direction}")
        out.print(f"  keeps    {', '.join(word.replace('_', ' ') for word in row['keeps'])}")
        out.print(f"  skeleton {row['skeleton']}")
        if row["options"]:
            out.print(f"  options  {', '.join(f'-o {name}=...' for name in row['options'])}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what works here, what is missing, and the command that mends it."""
    from poseforge.doctor import diagnose

    rows = list(diagnose())
    if as_json:
        _print_json([asdict(row) for row in rows])
    else:
        marks = {"ok": "[green]ok      [/green]", "optional": "[dim]optional[/dim]", "broken": "[red]broken  [/red]"}
        for row in rows:
            out.print(f"{marks[row.state]}  {row.name:<15} {escape(row.seen)}")
            if row.mend:
                out.print(f"{'':<26}[bold]{escape(row.mend)}[/bold]")
    if any(row.state == "broken" for row in rows):
        raise typer.Exit(1)


def _read(path: Path, format: str, settings: list[str] | None) -> People:
    from poseforge.formats import read_poses

    people = read_poses(path, format, **_options(settings))
    if people[0].meta.get("canvas_guessed"):
        (width, height), fps = people[0].size, float(people[0].fps)
        err.print(f"[yellow]note[/yellow]: taken as {width}x{height} pixels at {fps:g} fps, which the files do not say;")
        err.print("      if that is wrong, say -o size=WIDTHxHEIGHT or -o fps=NUMBER")
    return people


def _options(settings: list[str] | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for setting in settings or []:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidValue(f"option {setting!r}: write it as NAME=VALUE")
        options[name] = _size(value) if name == "size" else _fps(value) if name == "fps" else value
    return options


def _keep_out(source: Path, target: Path) -> None:
    """Refuse to write into the very folder that is read: EchoMimicV2 would take the file for a frame."""
    folder = source if source.is_dir() else source.parent if source.suffix.lower() == ".npy" else None
    if folder and folder.resolve() in target.resolve().parents:
        raise InvalidValue(f"{target}: lies in the folder that is read; write it elsewhere")


def _tell_of_hands(people: People) -> None:
    """Say so if there is nothing in the sequence that EchoMimicV2 draws."""
    hands = [person.present[:, person.skeleton.group(hand)] for person in people for hand in ("left_hand", "right_hand")]
    if not any(present.any() for present in hands):
        err.print("[yellow]note[/yellow]: there are no hands in these frames, and EchoMimicV2 draws nothing else")


def _size(text: str) -> tuple[int, int]:
    sides = re.fullmatch(r"([1-9][0-9]{0,5})[xX]([1-9][0-9]{0,5})", text)
    if not sides:
        raise InvalidValue(f"size {reprlib.repr(text)}: write width and height in pixels, as 1280x720")
    return int(sides[1]), int(sides[2])


def _fps(text: str) -> Fraction:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}|/0*[1-9][0-9]{0,8})?", text):
        raise InvalidValue(f"fps {reprlib.repr(text)}: write a number, as 30 or 29.97 or 30000/1001")
    return checked_fps(text)


def _range(text: str, total: int) -> slice:
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


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


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
    except MemoryError:
        sys.exit(_fail("not enough memory for this; try fewer frames or a smaller size"))
    except OSError as error:
        sys.exit(_fail(f"{error.filename or 'a file'}: {error.strerror or error}"))


def _fail(message: str) -> int:
    err.print(f"[red]error[/red]: {escape(' '.join(message.split()))}")
    return 2
