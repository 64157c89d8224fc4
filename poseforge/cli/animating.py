"""The command that makes a person move: animate."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from poseforge.cli.terminal import Bars, From, Overwrite, Source, app, counted, err, out, parse_range, read_options
from poseforge.errors import FormatError, InvalidValue, PoseForgeError
from poseforge.units import parse_size

if TYPE_CHECKING:
    from poseforge.cli.terminal import People
    from poseforge.jobs import Event

UNFINISHED = ".unfinished"
"""What the folder beside a video is called after it, in which steps are kept until it is done."""


@app.command()
def animate(
    source: Source,
    image: Annotated[Path, typer.Option(metavar="FILE", help="The picture of the person.")],
    audio: Annotated[Path, typer.Option(metavar="FILE", help="The speech, from the first frame of PATH on.")],
    target: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="OUT", help="The .mp4 to write.", show_default=False)
    ] = None,
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
        Path | None,
        typer.Option(metavar="VIDEO", help="With the settings and the frames of an earlier video; other options change them."),
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
    from poseforge.formats import notes, read_poses

    _check_place(target, dry_run)
    chosen = {
        "variant": variant, "steps": steps, "guidance": guidance, "seed": seed, "every": every, "schedule": schedule,
        "precision": precision, "size": list(parse_size(size)) if size else None,
    }  # fmt: skip
    earlier, before = made_with(like) if like else (None, {})
    settings = _changed(before, {name: value for name, value in chosen.items() if value is not None})
    options = read_options(option)
    people = read_poses(source, from_, **options)
    total, wanted = len(people[0]), frames or earlier
    part = parse_range(wanted, total) if wanted else slice(0, total)
    shown = tuple(person[part] for person in people)
    arguments = {
        "source": str(source.absolute()), "target": str(target.absolute()) if target else None, "image": str(image.absolute()),
        "audio": str(audio.absolute()), "settings": settings, "first": part.start,
        "last": part.stop - 1 if part.stop < total else None, "weights": str(weights.absolute()) if weights else None,
        "device": device, "plan": plan, "from_": from_, "options": options, "overwrite": overwrite,
    }  # fmt: skip
    if target is None or dry_run:
        _note(*notes(people))
        return _outline(shown, arguments, part.stop < total)
    fit, good = _fit(shown, image)
    if not good:
        _note(fit)
    _make(target, arguments)


def _check_place(target: Path | None, dry_run: bool) -> None:
    if target is None and not dry_run:
        raise InvalidValue("no place for the video; say where to write it: -o OUT.mp4")
    if target and target.suffix.lower() != ".mp4":
        raise InvalidValue(f"{target}: a video with sound is written to .mp4")


def made_with(video: Path) -> tuple[str | None, dict[str, Any]]:
    """The frames that a video was made of, None for all, and its settings. FormatError if nothing of the kind is in it."""
    from poseforge.media import about_video

    try:
        made = json.loads(about_video(video))["arguments"]
        first, last, settings = int(made["first"]), made["last"], dict(made["settings"])
        return (None if first == 0 and last is None else f"{first}:{'' if last is None else int(last)}"), settings
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(video, "does not say how it was made; it is not from `poseforge animate`.") from None


def _note(*texts: str) -> None:
    for text in texts:
        err.print(f"[yellow]note[/yellow]: {escape(text)}")


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
        _note("that may not fit; a smaller size takes less")
    out.print(f"fit         {escape(_fit(people, take.picture)[0])}")
    _note(*made.notes)
    if arguments["target"] and Path(arguments["target"]).exists():
        _note(f"{arguments['target']}: exists" + (", is replaced" if arguments["overwrite"] else "; --overwrite replaces it"))
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


_GAIN = 5
"""Points of a score that a fit must bring to be worth the advice."""


def _fit(people: People, picture: Path) -> tuple[str, bool]:
    """How well poses fit the person in a picture, if that can be seen here, and what would help; and whether that is well."""
    from poseforge.align import WHOLE, placed
    from poseforge.detect import DEFAULT
    from poseforge.fitness import FITTING, GOOD, rank
    from poseforge.media import read_picture
    from poseforge.pairing import pose_in
    from poseforge.quality import NO_HANDS, has_hands

    poses = people[0]
    try:
        seen = placed(pose_in(read_picture(picture), DEFAULT), WHOLE, poses.size)
        (found,) = rank(seen, {"": poses})
    except PoseForgeError as error:
        return f"how well the poses fit the picture is not known: {error}" + (
            "" if has_hands(people) else f"; {NO_HANDS}"
        ), False
    now, fitted = found.now, found.fitted
    told = f"the poses fit the picture with {now.score} of 100 (good from {GOOD})"
    if now.findings:
        told += f": {now.findings[0].message}"
    if now.score >= GOOD:
        return told, True
    if fitted.score >= now.score + _GAIN:
        told += f"; poseforge align makes it {fitted.score}"
    rest = [finding for finding in fitted.findings if finding.advice != FITTING]
    if fitted.score < GOOD and rest:
        told += f"; what stays is that {rest[0].message}: {rest[0].advice}"
    return told, False


def _make(target: Path, arguments: dict[str, Any]) -> None:
    from poseforge.jobs import Request, run

    folder = target.absolute().with_name(target.name + UNFINISHED)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with Bars() as bars, bars.bar("reading") as bar:

            def tell(event: Event) -> None:
                if event.kind == "note":
                    _note(event.text)
                else:
                    bar(event.done, event.total, event.text, event.detail)

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
