"""Commands on a reference picture and poses: align, rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from poseforge.cli.terminal import (
    AsJson,
    From,
    Overwrite,
    People,
    Settings,
    app,
    counted,
    err,
    out,
    print_json,
    progress,
    read,
    read_options,
    write,
)
from poseforge.detect import DEFAULT, Picture, get
from poseforge.errors import InvalidValue, PoseForgeError, UnknownFormat
from poseforge.files import keep_apart, writing_file
from poseforge.sequence import PoseSequence

if TYPE_CHECKING:
    from poseforge.fitness import Fitness, Ranked

ReferencePicture = Annotated[
    Path, typer.Argument(metavar="PICTURE", help="The reference picture.", show_default=False, readable=False)
]
PoseFile = Annotated[
    Path | None, typer.Option("--pose", metavar="FILE", help="The pose in the picture, in any format, else it is detected.")
]
DetectorName = Annotated[str, typer.Option("--detector", metavar="NAME", help="What detects the pose in the picture.")]


_BAR = 0.02
"""Of a picture's side: a black bar that is worth telling."""

_OUTSIDE = "hand-outside"

_WORSE = 5
"""Points by which poses fit so much less well than before that single findings tell nothing."""


@app.command()
def align(
    picture: ReferencePicture,
    source: Annotated[Path, typer.Argument(metavar="POSES", help="A pose file or folder.", show_default=False)],
    target: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write the poses; the picture lies beside them.", show_default=False)
    ],
    way: Annotated[
        str,
        typer.Option(
            metavar="HOW", help="fit: the poses come to the person in the picture. crop: both cut as EchoMimicV2 does."
        ),
    ] = "fit",
    to: Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="The format to write, else told by OUT.")] = None,
    pose: PoseFile = None,
    detector: DetectorName = DEFAULT,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Make a reference picture and poses belong together, both on EchoMimicV2's canvas, and say how well they do."""
    from poseforge.align import on_canvas
    from poseforge.fitness import judge
    from poseforge.formats import writer
    from poseforge.media import write_picture
    from poseforge.pairing import framed, pair

    known = writer(target, to)
    beside = target.with_name(f"{target.stem}-{picture.stem}.png")
    for place in (picture, source):
        keep_apart(place, target)
        keep_apart(place, beside)
    shown = _picture(picture)
    seen = _pose(picture, shown, pose, detector)
    poses = _foremost(read(source, from_, option), source)
    made = pair(shown, seen, poses, way)
    with writing_file(beside, overwrite) as fresh:  # neither is there without the other
        write_picture(made.picture, fresh, overwrite=True)
        write((made.poses,), target, known, overwrite)
    before, after = judge(framed(seen)[1], on_canvas(poses)), judge(made.pose, made.poses)
    out.print(f"{counted(len(poses), 'frame')} written to {escape(str(target))}, the picture to {escape(str(beside))}")
    out.print(f"fits the picture: {before.score} of 100 before, {after.score} now")
    left, top, side = framed(seen, way)[0]
    beyond = max(-left, -top, left + side - shown.shape[1], top + side - shown.shape[0])
    if way == "crop" and (after.score < before.score - _WORSE or beyond > _BAR * side):
        why = "they fit less well than before" if after.score < before.score - _WORSE else "the picture has black bars"
        out.print(f"[yellow]note[/yellow] {why}: --way crop is for poses made from the same picture; use --way fit")
    else:
        _tell(after, way, {finding.joint for finding in before.findings if finding.code == _OUTSIDE})


@app.command()
def rank(
    picture: ReferencePicture,
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="POSES...", help="Pose files and folders, or a folder that holds them.", show_default=False),
    ],
    pose: PoseFile = None,
    detector: DetectorName = DEFAULT,
    from_: From = None,
    option: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Say which of some sequences, or of those in a folder, fits a reference picture best, and why the others do not."""
    from poseforge.fitness import rank as ranked
    from poseforge.pairing import framed

    _, seen = framed(_pose(picture, _picture(picture), pose, detector))
    found = ranked(seen, _readable(sources, from_, option))
    if as_json:
        return print_json([_plain(one) for one in found])
    table = Table("poses", "fits", "once fitted", "what is wrong", box=None, header_style="dim")
    for one in found:
        why = one.now.findings[0].message if one.now.findings else "nothing"
        table.add_row(escape(one.name), str(one.now.score), str(one.fitted.score), escape(why))
    out.print(table)


def _readable(sources: list[Path], format: str | None, settings: list[str] | None) -> dict[str, PoseSequence]:
    """Sequences by name, on EchoMimicV2's canvas. What cannot be read is told."""
    from poseforge.align import on_canvas
    from poseforge.formats import read_poses, registry

    options, found, others = read_options(settings), {}, 0
    entries = [entry for source in sources for entry in _entries(source, format)]
    names = Counter(entry.name for entry in entries)
    suffixes = {suffix for known in registry().values() if known.read for suffix in known.suffixes}
    for entry in progress(entries, "reading", len(entries)):
        try:
            name = entry.name if names[entry.name] == 1 else str(entry)
            found[name] = on_canvas(_foremost(read_poses(entry, format, **options), entry))
        except PoseForgeError as error:
            if isinstance(error, UnknownFormat) and entry not in sources and entry.suffix.lower() not in suffixes:
                others += 1
            else:
                err.print(f"[yellow]left out[/yellow]: {escape(' '.join(str(error).split()))}")
    if others:
        err.print(f"[yellow]note[/yellow]: {counted(others, 'other file or folder', 'other files and folders')} without poses")
    if not found:
        raise InvalidValue(
            f"{', '.join(map(str, sources))}: no poses that can be read; give pose files and folders, or the folder in which "
            "they lie (poseforge detect makes poses of videos and pictures)"
        )
    return found


def _entries(source: Path, format: str | None) -> list[Path]:
    """A pose file or folder, or what lies in a folder of such, but for the pictures that `align` has put beside them."""
    from poseforge.formats import find

    try:
        find(source, format)
    except UnknownFormat:
        if source.is_dir():
            inside = [entry for entry in sorted(source.iterdir()) if not entry.name.startswith(".")]
            names = tuple(f"{entry.stem}-" for entry in inside)
            return [entry for entry in inside if not (entry.suffix == ".png" and entry.stem.startswith(names))]
    return [source]


def _picture(path: Path) -> Picture:
    from poseforge.media import read_picture

    return read_picture(path)


def _pose(picture: Path, shown: Picture, file: Path | None, detector: str) -> PoseSequence:
    """The pose in a picture, one frame in its pixels: from a file, else detected."""
    from poseforge.pairing import pose_in, pose_of

    name = detector if file else get(detector).name
    person = _foremost(read(file, None, None), file) if file else None
    try:
        return pose_of([person], (shown.shape[1], shown.shape[0])) if person else pose_in(shown, name)
    except InvalidValue as error:
        raise InvalidValue(f"{file or picture}: {error}") from None


def _foremost(people: People, path: Path) -> PoseSequence:
    """The largest of some people, and a note if there are others."""
    from poseforge.detections import chosen

    if len(people) > 1:
        err.print(f"[yellow]note[/yellow]: {escape(str(path))} holds {len(people)} people; the largest is taken")
    return chosen(people, "largest")[0]


def _tell(fitness: Fitness, way: str, outside: Collection[str | None]) -> None:
    """What is wrong after an alignment; what it could mend, another way of aligning or a hand has to. `outside` are the hands
    that left the picture before.
    """
    from poseforge.fitness import FITTING

    for finding in fitness.findings:
        mended = "use --way fit" if way == "crop" else "move it by hand in the editor, or take other poses"
        if finding.code == _OUTSIDE and finding.joint not in outside:
            mended = f"it was inside before this fit moved it: {mended}"
        advice = mended if finding.advice == FITTING else finding.advice
        out.print(f"[yellow]{finding.severity}[/yellow] {escape(f'{finding.message}; {advice}')} [dim]({finding.code})[/dim]")


def _plain(one: Ranked) -> dict[str, Any]:
    """A ranked sequence for JSON."""
    findings = [asdict(finding) for finding in one.now.findings]
    return {"poses": one.name, "score": one.now.score, "fitted": one.fitted.score, "findings": findings}
