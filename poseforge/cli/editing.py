"""Commands that change poses in time, or make them of several: compose, autogesture, retime, mirror, loop, concat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.markup import escape

from poseforge.cli.terminal import (
    POSES,
    From,
    Overwrite,
    People,
    Settings,
    app,
    counted,
    err,
    out,
    read,
    write,
)
from poseforge.errors import FileProblem, InvalidValue
from poseforge.files import keep_apart
from poseforge.sequence import PoseSequence
from poseforge.units import parse_fps, parse_time

if TYPE_CHECKING:
    from poseforge.timeline.project import Project

Target = Annotated[Path, typer.Argument(metavar="OUT", help="Where to write, as for convert; .poseforge keeps all editable.")]
To = Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="The format to write, else told by OUT as for convert.")]
Length = Annotated[str | None, typer.Option("--length", metavar="TIME", help="The new length: '20 s', or frames as 480.")]
Sound = Annotated[Path | None, typer.Option("--audio", help="As long as this sound.")]
Seed = Annotated[int, typer.Option(min=0, help="Another number gives another choice of gestures.")]


@app.command()
def compose(
    script: Annotated[Path, typer.Argument(metavar="SCRIPT.yaml", help="What to play when.", show_default=False)],
    target: Target,
    to: To = None,
    overwrite: Overwrite = False,
) -> None:
    """Make poses of a script: gestures, pose files and hand shapes at their times, to the length of a sound.

    A script is a few lines of YAML:

        audio: speech.wav
        clips:
          - gesture: wave_right
            at: 0.5 s
        autogesture: natural
    """
    from poseforge.script import read_script

    _write_made(read_script(script, target), target, to, overwrite)


@app.command("autogesture")
def autogesture_command(
    audio: Annotated[Path, typer.Argument(metavar="AUDIO", help="Speech: a sound or a video.", show_default=False)],
    target: Target,
    style: Annotated[str, typer.Option(help="calm, natural or lively.")] = "natural",
    seed: Seed = 0,
    fps: Annotated[str, typer.Option(metavar="NUMBER", help="Frames per second; EchoMimicV2 wants 24.")] = "24",
    to: To = None,
    overwrite: Overwrite = False,
) -> None:
    """Make gestures for speech: their strokes fall on stressed syllables, and hands rest in pauses."""
    from poseforge.audio import read_audio
    from poseforge.gesturing import autogesture
    from poseforge.projects import link_media
    from poseforge.speech import analyse
    from poseforge.timeline.project import resting

    keep_apart(audio, target)
    sound = read_audio(audio)
    rate = parse_fps(fps)
    speech = analyse(sound)
    project = replace(resting(max(round(sound.duration * rate), 1), rate), audio=link_media(audio), alive=seed)
    project = autogesture(project, speech, style, seed)
    if not len(speech.beats):
        err.print("[yellow]note[/yellow]: no speech was found in this sound; the hands rest")
    _write_made(project, target, to, overwrite)


@app.command()
def retime(
    source: Annotated[Path, POSES],
    target: Target,
    speed: Annotated[float | None, typer.Option(min=0.01, max=100, help="2 plays twice as fast.")] = None,
    seconds: Length = None,
    fps: Annotated[str | None, typer.Option(metavar="NUMBER", help="Another rate; the movement keeps its seconds.")] = None,
    audio: Sound = None,
    to: To = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Play poses faster or slower, to a length, or at another frame rate."""
    from poseforge.timeline import edits

    if sum(given is not None for given in (speed, seconds, fps, audio)) != 1:
        raise InvalidValue("retime: give one of --speed, --length, --fps and --audio")

    def changed(project: Project) -> Project:
        if fps is not None:
            return edits.set_fps(project, parse_fps(fps))
        if speed is not None:
            return edits.retime(project, max(round(project.length / Fraction(str(speed))), 1))
        return edits.retime(project, _length(seconds, audio, project))

    _change(source, target, to, from_, option, overwrite, changed)


@app.command()
def mirror(
    source: Annotated[Path, POSES],
    target: Target,
    to: To = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Exchange left and right, as in a mirror."""
    keep_apart(source, target)
    _write(tuple(person.mirrored() for person in _hub(source, from_, option)), target, to, overwrite)


@app.command()
def loop(
    source: Annotated[Path, POSES],
    target: Target,
    seconds: Length = None,
    times: Annotated[int | None, typer.Option(min=1, max=10_000, help="How often it is played.")] = None,
    audio: Sound = None,
    how: Annotated[str, typer.Option(help="loop, ping_pong (to and fro) or idle (rest after it).")] = "loop",
    to: To = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Repeat poses until they are long enough; each pass grows out of the last."""
    from poseforge.gesturing import Filling, fill

    if sum(given is not None for given in (seconds, times, audio)) != 1:
        raise InvalidValue("loop: give one of --length, --times and --audio")

    def changed(project: Project) -> Project:
        length = project.length * times if times else _length(seconds, audio, project)
        return fill(project, length, cast(Filling, how))

    _change(source, target, to, from_, option, overwrite, changed)


@app.command()
def concat(
    sources: Annotated[
        list[Path], typer.Argument(metavar="PATH... OUT", help="Pose files, and where to write.", show_default=False)
    ],
    seam: Annotated[
        float, typer.Option(min=0, max=60, help="Seconds in which one becomes the next; they overlap for it.")
    ] = 0.25,
    to: To = None,
    from_: From = None,
    option: Settings = None,
    overwrite: Overwrite = False,
) -> None:
    """Put poses one after another, each grown out of the last."""
    from poseforge.timeline import edits
    from poseforge.timeline.bake import bake
    from poseforge.timeline.project import PointTrack, Project

    *parts, target = sources
    if len(parts) < 2:
        raise InvalidValue("concat: give at least two pose files, and where to write")
    for part in parts:
        keep_apart(part, target)
    people = [_hub(part, from_, option) for part in parts]
    first = people[0][0]
    if len({len(group) for group in people}) > 1:
        raise InvalidValue(f"concat: {', '.join(f'{p} holds {len(g)}' for p, g in zip(parts, people, strict=True))}; "
                           "the number of people must agree")  # fmt: skip
    made = []
    for group in zip(*people, strict=True):
        project = Project(1, first.fps, (PointTrack("poses"),))
        project = replace(project, camera=replace(project.camera, size=first.size))
        for person in group:
            project = edits.append_clip(project, "poses", person, seam=round(seam * first.fps))
        made.append(bake(project))
    _write(tuple(made), target, to, overwrite)


def _length(text: str | None, audio: Path | None, project: Project) -> int:
    """Frames of a time, or of a sound."""
    from poseforge.audio import read_audio

    if audio is not None:
        return max(round(read_audio(audio).duration * project.fps), 1)
    assert text is not None
    length = parse_time(text, project.fps)
    if length < 1:
        raise InvalidValue(f"length {text!r}: expected at least one frame")
    return length


def _hub(source: Path, from_: str | None, option: list[str] | None) -> People:
    from poseforge.retarget import to_hub

    return tuple(to_hub(person) for person in read(source, from_, option))


def _change(
    source: Path,
    target: Path,
    to: str | None,
    from_: str | None,
    option: list[str] | None,
    overwrite: bool,
    edit: Callable[[Project], Project],
) -> None:
    """Read poses, or a project, edit the project of each person, and write them."""
    from poseforge.projects import SUFFIX, open_project
    from poseforge.timeline.bake import bake
    from poseforge.timeline.project import of_sequence

    if not source.exists():
        raise FileProblem(f"{source}: no such file or folder")
    keep_apart(source, target)
    if source.suffix.lower() == SUFFIX and from_ is None:
        return _write_project(edit(open_project(source)), target, to, overwrite)
    people = _hub(source, from_, option)
    made: list[PoseSequence] = [bake(edit(of_sequence(person))) for person in people]
    return _write(tuple(made), target, to, overwrite)


def _write_made(project: Project, target: Path, to: str | None, overwrite: bool) -> None:
    """Write a project that was just made, and say how many gestures were placed for speech and what is wrong with its poses."""
    from poseforge.gesturing import stroke_of
    from poseforge.quality import check_poses
    from poseforge.timeline.bake import bake

    placed = sum(stroke_of(clip) is not None for track in project.tracks for clip in track.clips)
    if placed:
        out.print(f"{counted(placed, 'gesture')} placed on stressed syllables")
    poses = bake(project)
    for finding in check_poses((poses,)):
        where = "" if finding.frame is None else f"frame {finding.frame}: "
        err.print(f"[yellow]{finding.severity}[/yellow]: {where}{escape(finding.message)}")
    _write_project(project, target, to, overwrite, poses)


def _write_project(project: Project, target: Path, to: str | None, overwrite: bool, poses: PoseSequence | None = None) -> None:
    """Write a project: editable, or baked to `poses`, if they are known already."""
    from poseforge.projects import SUFFIX, save_project
    from poseforge.timeline.bake import bake

    if to == "project" and target.suffix.lower() != SUFFIX:
        raise InvalidValue(f"{target}: a project's name ends with {SUFFIX}")
    if project.audio:
        keep_apart(project.audio.path, target)
    if target.suffix.lower() == SUFFIX and to in (None, "project"):
        save_project(project, target, overwrite)
        out.print(f"{counted(project.length, 'frame')} written to {escape(str(target))}")
    else:
        _write((bake(project) if poses is None else poses,), target, to, overwrite)


def _write(people: People, target: Path, to: str | None, overwrite: bool) -> None:
    from poseforge.formats import writer

    write(people, target, writer(target, to), overwrite)
    out.print(f"{counted(len(people[0]), 'frame')} ({people[0].duration:.2f} s) written to {escape(str(target))}")
