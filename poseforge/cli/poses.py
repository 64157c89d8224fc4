"""Commands on pose files: info, check, convert, render, formats, doctor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from poseforge.cli.terminal import (
    POSES,
    AsJson,
    From,
    Overwrite,
    People,
    Settings,
    Source,
    app,
    counted,
    err,
    out,
    parse_range,
    print_json,
    progress,
    read,
    read_options,
    tell_of_hands,
)
from poseforge.errors import InvalidValue
from poseforge.files import keep_apart
from poseforge.sequence import SIZE, PoseSequence
from poseforge.units import parse_fps, parse_size

if TYPE_CHECKING:
    from poseforge.converting import Conversion, Outcome
    from poseforge.quality import Finding


@app.command()
def info(path: Source, from_: From = None, option: Settings = None, as_json: AsJson = False) -> None:
    """Say what a pose file or folder holds."""
    from poseforge.formats import find

    known = find(path, from_)
    people = read(path, known.name, option)
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
        return print_json(facts)
    out.print(f"[bold]{escape(str(path))}[/bold]: {known.title}")
    length = f"{counted(facts['frames'], 'frame')}, {round(facts['seconds'], 2):g} s at {facts['fps']:g} fps"
    out.print(f"{length}, canvas {people[0].size[0]}x{people[0].size[1]}, {counted(len(people), 'person', 'people')}")
    table = Table("person", "part", "in frames", "median score", "x", "y", box=None, header_style="dim")
    for number, person in enumerate(facts["people"]):
        for part, row in person["parts"].items():
            ranges = [f"{low:.2f} to {high:.2f}" for low, high in (row["x"], row["y"])]
            table.add_row(str(number), part.replace("_", " "), f"{row['frames']}", f"{row['median_score']:.2f}", *ranges)
        if person["placements"] and person["placements"] != [[768, 768, 0, 768, 0, 768]]:
            out.print(f"person {number}: draw_pose_params {', '.join(map(str, person['placements'][:3]))}")
    out.print(table)
    for number, person in enumerate(facts["people"]):
        found = person["figures"]
        percent = {name: found[name] and 100 * found[name] for name in ("largest_jump", "loop_gap")}  # of canvas widths
        row = {name: "-" if value is None else f"{value:.3g}" for name, value in (found | percent).items()}
        out.print(
            f"person {number}: of the canvas jitter {row['jitter']} %, largest jump {row['largest_jump']} %, loop gap "
            f"{row['loop_gap']} %; missing {row['missing']}, outside {row['outside']}, bone flicker {row['bone_flicker']} %, "
            f"HKC {row['hkc']}, HKV {row['hkv']}"
        )


def _describe(person: PoseSequence) -> dict[str, Any]:
    """What one sequence holds, part by part."""
    import numpy as np

    from poseforge.figures import figures
    from poseforge.quality import seen

    parts, shown = {}, seen(person)
    for part, indices in person.skeleton.groups:
        present = person.present[:, list(indices)]
        if present.any():
            places = person.points[:, list(indices)][present]
            parts[part] = {
                "frames": int(shown[:, list(indices)].any(axis=1).sum()),
                "median_score": round(float(np.median(person.confidence[:, list(indices)][present])), 4),
                "x": [round(float(edge), 4) + 0.0 for edge in (places[:, 0].min(), places[:, 0].max())],
                "y": [round(float(edge), 4) + 0.0 for edge in (places[:, 1].min(), places[:, 1].max())],
            }
    stored = person.frame_meta.get("draw_pose_params")
    placements = np.unique(np.asarray(stored), axis=0).tolist() if stored is not None else []
    measured = {name: round(value, 5) if isfinite(value) else None for name, value in asdict(figures(person)).items()}
    return {"skeleton": person.skeleton.name, "parts": parts, "placements": placements, "figures": measured}


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
    make_options(known, read_options(option))
    people: People
    findings: tuple[Finding, ...]
    if known.check:
        inspection = known.check(path)
        findings, people, readable = inspection.findings, inspection.people, inspection.readable
    else:
        findings, people, readable = (), read(path, known.name, option), True
    findings += check_poses(people, [frame for finding in findings for frame in finding.frames])
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        print_json(
            {"path": str(path), "format": known.name, "readable": readable, "errors": errors,
             "warnings": len(findings) - errors, "findings": [asdict(finding) for finding in findings]}
        )  # fmt: skip
    else:
        for group in _alike(findings):
            out.print(_sentence(group, several=len(people) > 1))
        fine = "usable" if known.name == "echomimic" else "usable once it is converted to echomimic"
        verdict = "[red]not usable as it is[/red]" if errors else f"[green]{fine}[/green]"
        length = f"{counted(len(people[0]), 'frame')}, {round(people[0].duration, 2):g} s; " if people else ""
        counts = f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}"
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
    who = f"person {first.person}: " if several and first.person is not None else ""
    more = f" (and {len(group) - 1} more like it)" if len(group) > 1 else ""
    color = "red" if first.severity == "error" else "yellow"
    text = escape(f"{where}{who}{first.message}{more}; {first.advice}")
    return f"[{color}]{first.severity}[/{color}] {text} [dim]({first.code})[/dim]"


@app.command(context_settings={"allow_extra_args": True})
def convert(
    context: typer.Context,
    source: Annotated[Path, POSES],
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
    body_model: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Your SMPL-X, SMPL-H or MANO file, for exact joints of AMASS and SMPL-X; -o body_model."
        ),
    ] = None,
    person: Annotated[
        str, typer.Option(metavar="WHO", help="Of several people: a number from 0, largest, centre or all.")
    ] = "all",
    fit: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="Onto EchoMimicV2's canvas: letterbox, height (the middle), crop (as EchoMimicV2 does) or stretch.",
        ),
    ] = None,
    fps: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="The rate to write; EchoMimicV2 gets 24 unless told otherwise.")
    ] = None,
    media: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --fit: a picture or video that is fitted as well, beside OUT.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="With a pattern: how many at a time.")] = 1,
    overwrite: Overwrite = False,
) -> None:
    """Read poses in one format and write them in another.

    PATH may be a pattern in quotes, as "takes/**/*.json": then OUT is a folder, what was done before is left alone, and a
    file that cannot be read stops no other.
    """
    from poseforge.converting import Conversion, is_pattern, matching

    if context.args:
        raise InvalidValue(
            f"{2 + len(context.args)} paths; expected PATH and OUT. A pattern stands in quotes, or the shell makes many paths "
            'of it: poseforge convert "takes/*.json" OUT'
        )
    options = read_options(option) | ({"body_model": body_model} if body_model else {})
    wanted = Conversion(source, target, from_, to, options, person, fit,
                        parse_fps(fps) if fps else None, overwrite, media)  # fmt: skip
    if is_pattern(source):
        if media:
            raise InvalidValue(f"{media}: goes with one conversion, not with a pattern")
        return _convert_all(matching(wanted), target, jobs)
    report = wanted.run()
    for note in report.notes:
        err.print(f"[yellow]note[/yellow]: {escape(note)}")
    for loss in report.lost:
        err.print(f"[yellow]not kept[/yellow]: {escape(loss)}")
    out.print(
        f"{counted(report.frames, 'frame')} of {counted(report.people, 'person', 'people')} written to {escape(str(target))}"
    )


def _convert_all(conversions: list[Conversion], folder: Path, jobs: int) -> None:
    """Convert many, with a line for each failure and a summary. Exit code 1 if something failed."""
    from poseforge.converting import convert_all

    outcomes: list[Outcome] = []
    try:
        for outcome in progress(convert_all(conversions, folder, jobs), "converting", len(conversions)):
            outcomes.append(outcome)
    except KeyboardInterrupt:
        err.print(f"stopped after {len(outcomes)} of {len(conversions)}; run it again to go on")
        raise typer.Exit(130) from None
    failed = [outcome for outcome in outcomes if outcome.error]
    for outcome in failed:
        err.print(f"[red]failed[/red]: {escape(outcome.error)}")
    reports = [outcome.report for outcome in outcomes if outcome.report]
    for told, lines in (("note", [report.notes for report in reports]), ("not kept", [report.lost for report in reports])):
        for line, number in Counter(chain.from_iterable(lines)).items():
            err.print(f"[yellow]{told}[/yellow]: {escape(line)} ({counted(number, 'file')})")
    before = len(outcomes) - len(reports) - len(failed)
    out.print(f"{len(reports)} converted, {before} done before, {len(failed)} failed; in {escape(str(folder))}")
    if failed:
        raise typer.Exit(1)


@app.command()
def render(
    source: Annotated[Path, POSES],
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
    from poseforge.media import WRITERS, write_frames, write_picture
    from poseforge.render import contact_sheet, get_style, iter_render, labelled

    look, pixels, suffix = get_style(style), parse_size(size) if size else SIZE, target.suffix.lower()
    if suffix and suffix not in (*WRITERS, ".png"):
        raise InvalidValue(
            f"{target}: write to {', '.join(WRITERS)} (a video), .png (a sheet) or a folder, whose name has no dot"
        )
    if names and label is None:
        raise InvalidValue("--names: goes with --label FRAME, which draws one frame")
    if label is not None and style != "echomimic":
        raise InvalidValue(f"--label: draws all joints in its own way, not in the style {style}; leave --style out")
    if label is not None and (suffix != ".png" or frames):
        raise InvalidValue(f"{target}: --label draws one frame into a .png; only --names goes with it")
    if suffix == ".png" and size:
        raise InvalidValue(f"{target}: a sheet has cells of its own size; --size is for videos and folders")
    keep_apart(source, target)
    people = read(source, from_, option)
    part = parse_range(frames, len(people[0])) if frames else slice(0, len(people[0]))
    chosen = tuple(person[part] for person in people)
    if label is not None:
        write_picture(labelled(people, label, names), target, overwrite)
    elif suffix == ".png":
        write_picture(contact_sheet(chosen, look, first=part.start), target, overwrite)
    else:
        maps = progress(iter_render(chosen, look, pixels), "rendering", len(chosen[0]))
        write_frames(maps, target, chosen[0].fps, overwrite)
    if label is None and not look.body:
        tell_of_hands(chosen)
    out.print(f"written to {escape(str(target))}")


def _list_exports(wanted: bool) -> None:
    """The pipelines that can be exported for, and leave."""
    if not wanted:
        return
    from poseforge.exporting import exports

    for one in exports().values():
        file, size, rate, frames = one.facts
        out.print(f"[bold]{one.name}[/bold]: {one.title}; {file}; pixels: {size}; fps: {rate}; frames: {frames}")
        out.print(f"  {escape(one.note)}")
    raise typer.Exit


@app.command()
def export(
    source: Annotated[Path, POSES],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write into.", show_default=False)],
    for_: Annotated[str, typer.Option("--for", metavar="PIPELINE", help="For whom; --list names all.")],
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Pixels of a map, if not the pipeline's usual ones.")] = None,
    frames: Annotated[
        str | None,
        typer.Option(
            metavar="FIRST:LAST",
            help="Some frames of PATH, from 0, the last included; 12 is that one alone, :11 the first twelve.",
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="WHO", help="Of several people: a number from 0, largest, centre or all; else whom it usually draws."
        ),
    ] = None,
    image: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The reference picture, which is put where the pipeline looks for it.")
    ] = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List the pipelines and leave.", callback=_list_exports, is_eager=True)
    ] = False,
) -> None:
    """Draw pose maps as another pipeline wants them: wan-animate, musepose, unianimate, vace, controlnet ..."""
    from poseforge.exporting import export, exports

    keep_apart(source, target)
    people = read(source, from_, option)
    if frames:
        part = parse_range(frames, len(people[0]))
        people = tuple(one[part] for one in people)
    made = export(
        people, target, for_, parse_size(size) if size else None, overwrite,
        lambda frames, total: progress(frames, "rendering", total), person, image,
    )  # fmt: skip
    length = f"{counted(made.frames, 'frame')} at {float(made.fps):g} fps, {made.size[0]}x{made.size[1]} pixels"
    out.print(f"{length}, written to {escape(str(made.path))}, for {exports()[for_].title}")
    for note in made.notes:
        err.print(f"[yellow]note[/yellow]: {escape(note)}")


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats: what is read and written, and what each keeps."""
    from poseforge.formats import registry
    from poseforge.options import described

    rows: list[dict[str, Any]] = [
        {
            "name": known.name,
            "title": known.title,
            "reads": known.read is not None,
            "writes": known.write is not None or known.write_motion is not None,
            "motion": known.read_motion is not None,
            "suffixes": list(known.suffixes),
            "skeleton": known.skeleton.name if known.skeleton else "any",
            "keeps": list(known.keeps),
            "options": {one.name: {"values": one.values, "default": one.default} for one in described(known.options)},
        }
        for known in registry().values()
    ]
    if as_json:
        return print_json(rows)
    for row in rows:
        direction = " and ".join(word for word, has in (("read", row["reads"]), ("written", row["writes"])) if has)
        out.print(f"[bold]{row['name']}[/bold]: {row['title']}, {direction}")
        if row["motion"]:
            out.print("  holds    rotations, written from movements only")
        else:
            out.print(f"  keeps    {', '.join(word.replace('_', ' ') for word in row['keeps'])}")
        out.print(f"  skeleton {row['skeleton']}")
        for name, one in row["options"].items():
            default = f" (default {one['default']})" if one["default"] else ""
            out.print(f"  option   -o {name}={escape(one['values'])}{default}")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what works here, what is missing, and the command that mends it."""
    from poseforge.doctor import diagnose

    rows = list(diagnose())
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        marks = {"ok": "[green]ok      [/green]", "optional": "[dim]optional[/dim]", "broken": "[red]broken  [/red]"}
        wide = max(len(row.name) for row in rows)
        for row in rows:
            out.print(f"{marks[row.state]}  {row.name:<{wide}} {escape(row.seen)}")
            if row.mend:
                out.print(f"{'':<{wide + 11}}[bold]{escape(row.mend)}[/bold]")
    if any(row.state == "broken" for row in rows):
        raise typer.Exit(1)
