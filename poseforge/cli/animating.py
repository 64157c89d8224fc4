"""The command that makes a person move: animate."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from poseforge.cli.terminal import From, Overwrite, Source, app, counted, err, out, parse_range, read, read_options
from poseforge.errors import FormatError, InvalidValue, PoseForgeError
from poseforge.units import parse_size

if TYPE_CHECKING:
    from poseforge.cli.terminal import People
    from poseforge.jobs import Event
    from poseforge.sequence import PoseSequence

UNFINISHED = ".unfinished"
"""What the folder beside a video is called after it, in which steps are kept until it is done."""


@app.command()
def animate(
    source: Source,
    image: Annotated[Path, typer.Option(metavar="FILE", help="The picture of the person.")],
    audio: Annotated[Path, typer.Option(metavar="FILE", help="The speech, from the first frame of PATH on.")],
    target: Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="The .mp4 to write.")],
    variant: Annotated[
        str | None, typer.Option(help="standard (30 steps), or accelerated (6 steps, other weights).", show_default=False)
    ] = None,
    frames: Annotated[
        str | None,
        typer.Option(metavar="FIRST:LAST", help="Some frames of PATH, from 0, the last included; :99, 24: or 24:99."),
    ] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Pixels, multiples of 8; 768x768.")] = None,
    steps: Annotated[int | None, typer.Option(metavar="N", help="Of the sampler; few of them for a preview.")] = None,
    guidance: Annotated[float | None, typer.Option(metavar="G", help="2.5, or 1 for none, as accelerated has it.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Of the noise; another one gives another take.")] = None,
    every: Annotated[int | None, typer.Option(metavar="N", help="Only each such frame, for a preview.")] = None,
    schedule: Annotated[
        str | None, typer.Option(help="ring, or line: windows do not go on from the end to the beginning.", show_default=False)
    ] = None,
    precision: Annotated[str | None, typer.Option(help="float32, float16 or bfloat16.", show_default=False)] = None,
    like: Annotated[
        Path | None, typer.Option(metavar="VIDEO", help="With the settings of an earlier video; other options change them.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The weights, if not in the folder of models.", show_default=False)
    ] = None,
    device: Annotated[str | None, typer.Option(help="cuda, mps or cpu; else the best there is.", show_default=False)] = None,
    plan: Annotated[
        str | None,
        typer.Option(help="fast, even, lean or least: each takes less memory; else what fits.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and what it takes, and leave.")] = False,
    from_: From = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="What the file does not say: size=1280x720, fps=24."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Make the person in a picture speak and move: a video with sound, by EchoMimicV2.

    What is stopped goes on when the same command is given again.
    """
    if target.suffix.lower() != ".mp4":
        raise InvalidValue(f"{target}: a video with sound is written to .mp4")
    chosen = {
        "variant": variant, "steps": steps, "guidance": guidance, "seed": seed, "every": every, "schedule": schedule,
        "precision": precision, "size": list(parse_size(size)) if size else None,
    }  # fmt: skip
    settings = _changed(settings_of(like) if like else {}, {name: value for name, value in chosen.items() if value is not None})
    part, more = slice(0, None), False
    if frames or dry_run:
        people = read(source, from_, option)
        part = parse_range(frames, len(people[0])) if frames else part
        more = part.stop is not None and part.stop < len(people[0])
    arguments = {
        "source": str(source.absolute()), "target": str(target.absolute()), "image": str(image.absolute()),
        "audio": str(audio.absolute()), "settings": settings, "first": part.start,
        "last": part.stop - 1 if part.stop else None, "weights": str(weights.absolute()) if weights else None,
        "device": device, "plan": plan, "from_": from_, "options": read_options(option), "overwrite": overwrite,
    }  # fmt: skip
    if dry_run:
        return _outline(tuple(person[part] for person in people), arguments, more)
    _make(target, arguments)


def settings_of(video: Path) -> dict[str, Any]:
    """The settings that a video was made with. FormatError if nothing of the kind is in it."""
    from poseforge.media import about_video

    try:
        return dict(json.loads(about_video(video))["arguments"]["settings"])
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(video, "does not say how it was made; it is not from `poseforge animate`.") from None


def _changed(before: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of an earlier video with others; another variant has steps, guidance and resizing of its own."""
    if before and settings.get("variant", before["variant"]) != before["variant"]:
        before = {name: value for name, value in before.items() if name not in ("steps", "guidance", "resize")}
    return before | settings


def _outline(people: People, arguments: dict[str, Any], more: bool) -> None:
    from poseforge.align import WHOLE
    from poseforge.animate.echomimic_v2.settings import defaults
    from poseforge.animating import import_animation, weights_folder

    animation = import_animation()
    folder = weights_folder(Path(arguments["weights"]) if arguments["weights"] else None)
    take = animation.Take(people, Path(arguments["image"]), Path(arguments["audio"]), arguments["first"], WHOLE, more)
    device = animation.device_of(arguments["device"])
    made = animation.outline(take, defaults(**arguments["settings"]), folder, device, arguments["plan"])
    settings = made.settings
    seconds = float(made.frames / made.fps)
    guided = f"guidance {settings.guidance:g}" if settings.guided else "no guidance"
    out.print(
        f"{counted(made.frames, 'frame')} at {float(made.fps):g} fps, {seconds:.2f} s, {settings.size[0]}x{settings.size[1]}"
    )
    out.print(f"{settings.variant}: {counted(settings.steps, 'step')}, {guided}, seed {settings.seed}, {settings.precision}")
    out.print(f"arithmetic  {made.teraflop:,.0f} TFLOP on {device}")
    rates = " or ".join(f"{_roughly(made.teraflop / rate)} at {rate:g} TFLOP/s ({what})" for what, rate in _RATES.items())
    out.print(f"time        as the device is: about {rates}")
    free = f"; {made.free / 1e9:.1f} GB are free" if made.free else ""
    out.print(f"memory      about {made.memory / 1e9:.1f} GB with the plan {made.plan.name}{free}")
    if made.free and made.free < made.memory:
        err.print("[yellow]note[/yellow]: that may not fit; a smaller size takes less")
    out.print(f"fit         {escape(_fit(people[0], take.picture))}")
    notes = list(made.notes)
    if Path(arguments["target"]).exists():
        notes.append(
            f"{arguments['target']}: exists" + (", is replaced" if arguments["overwrite"] else "; --overwrite replaces it")
        )
    for note in notes:
        err.print(f"[yellow]note[/yellow]: {escape(note)}")
    if made.missing:
        err.print(f"[red]missing[/red]: {escape(made.missing)}")
        raise typer.Exit(1)
    out.print(f"weights     {escape(str(folder))}")


_RATES = {"a fast graphics card": 50.0, "a processor": 0.5}
"""TFLOP/s that such devices may come to."""


def _roughly(seconds: float) -> str:
    """A time that nobody knows well."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 1):.0f} s"


def _fit(poses: PoseSequence, picture: Path) -> str:
    """How well poses fit the person in a picture, if that can be seen here."""
    from poseforge.align import WHOLE, placed
    from poseforge.detect import DEFAULT
    from poseforge.fitness import POOR, judge
    from poseforge.media import read_picture
    from poseforge.pairing import pose_in

    try:
        fitness = judge(placed(pose_in(read_picture(picture), DEFAULT), WHOLE, poses.size), poses)
    except PoseForgeError as error:
        return f"not known: {error}"
    worst = f": {fitness.findings[0].message}" if fitness.findings else ""
    advice = "; poseforge align mends it" if fitness.score < POOR else ""
    return f"the poses fit the picture with {fitness.score} of 100 ({POOR} would do){worst}{advice}"


def _make(target: Path, arguments: dict[str, Any]) -> None:
    from poseforge.jobs import Request, TimeLeft, run

    folder = target.absolute().with_name(target.name + UNFINISHED)
    folder.mkdir(parents=True, exist_ok=True)
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[detail]}")
    left = TimeLeft()
    try:
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
            bar = bars.add_task("reading", total=None, detail="")

            def tell(event: Event) -> None:
                if event.kind == "note":
                    err.print(f"[yellow]note[/yellow]: {escape(event.text)}")
                    return
                seconds = left(event, monotonic())
                rest = f", {_time(seconds)} left" if seconds else ""
                bars.update(
                    bar, description=event.text, completed=event.done, total=event.total or None, detail=event.detail + rest
                )

            made = run(Request("animate", arguments, folder), tell)
    except KeyboardInterrupt:
        err.print("[yellow]stopped[/yellow]: steps that are done are kept; the same command goes on")
        raise typer.Exit(130) from None
    finally:
        _tidy(folder)
    out.print(f"{counted(made['frames'], 'frame')}, written to {escape(str(target))}")


def _tidy(folder: Path) -> None:
    """Remove a folder in which no step is kept, with the picture of what was under way."""
    from poseforge.animate.echomimic_v2.settings import PREVIEW, STATE

    if not (folder / STATE).exists():
        (folder / PREVIEW).unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
