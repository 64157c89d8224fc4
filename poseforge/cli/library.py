"""Commands on the preset library: list, show, sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from poseforge.cli.terminal import AsJson, Overwrite, app, counted, err, out, print_json, progress
from poseforge.errors import InvalidValue

if TYPE_CHECKING:
    from poseforge.library import Gesture, HandShape, Kind

library_app = typer.Typer(help="Find and see the hand shapes and gestures.", no_args_is_help=True)
app.add_typer(library_app, name="library")

Hands = Annotated[bool, typer.Option("--hands", help="Hand shapes only.")]
Gestures = Annotated[bool, typer.Option("--gestures", help="Gestures only.")]


def _found(hands: bool, gestures: bool, text: str) -> list[tuple[Kind, HandShape | Gesture]]:
    """The presets that are asked for; what is wrong with the user's files is told beside."""
    from poseforge import library

    for problem in library.problems():
        err.print(f"[yellow]left out[/yellow]: {escape(str(problem))}")
    found: list[tuple[Kind, HandShape | Gesture]] = []
    if hands or not gestures:
        found += [("hands", shape) for shape in library.search(library.hand_shapes().values(), text)]
    if gestures or not hands:
        found += [("gestures", gesture) for gesture in library.search(library.gestures().values(), text)]
    return found


def _named(id: str, hands: bool, gestures: bool) -> HandShape | Gesture:
    """The gesture of that id if there is one, else the hand shape."""
    from poseforge import library

    if hands or (not gestures and id not in library.gestures() and id in library.hand_shapes()):
        return library.hand_shape(id)
    return library.gesture(id)


def _facts(kind: Kind, preset: HandShape | Gesture) -> dict[str, Any]:
    from poseforge import library

    own = library.user_folder(kind) / f"{preset.id}.json"
    facts: dict[str, Any] = {"kind": kind, "id": preset.id, "name": dict(preset.name), "tags": dict(preset.tags)}
    if isinstance(preset, library.Gesture):
        facts |= {"parts": preset.parts, "tempo": preset.tempo, "fps": float(preset.fps)}
        facts |= {"frames": preset.length, "stroke": preset.stroke, "joints": list(preset.keys)}
    return facts | {"file": str(own) if own.is_file() else None}


@library_app.command("list")
def list_(
    search: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Words of the id, the name or the tags, in English or Chinese.")
    ] = "",
    hands: Hands = False,
    gestures: Gestures = False,
    as_json: AsJson = False,
) -> None:
    """List the hand shapes and gestures, built-in and your own."""
    found = _found(hands, gestures, search)
    if as_json:
        return print_json([_facts(kind, preset) for kind, preset in found])
    for kind, title in (("hands", "Hand shapes"), ("gestures", "Gestures")):
        rows = [preset for its_kind, preset in found if its_kind == kind]
        if rows:
            out.print(f"[bold]{title}[/bold] ({len(rows)})")
        for preset in rows:
            names = ", ".join(preset.name.values())
            tags = ", ".join(tag for tags in preset.tags.values() for tag in tags)
            out.print(f"  {preset.id:<20} {escape(names)}  [dim]{escape(tags)}[/dim]")
    if not found:
        out.print(f"nothing has the words {escape(search)!r} in its id, name or tags")


@library_app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="A hand shape or gesture, as `library list` names it.")],
    target: Annotated[
        Path | None,
        typer.Argument(metavar="[OUT]", help="A picture (.png); of a gesture also a video: .mp4, .webp, .gif or a folder."),
    ] = None,
    hands: Hands = False,
    gestures: Gestures = False,
    overwrite: Overwrite = False,
) -> None:
    """Say what a preset is, and draw it as EchoMimicV2 sees it."""
    from poseforge import library
    from poseforge.media import write_frames, write_picture
    from poseforge.render import contact_sheet, iter_render, render
    from poseforge.timeline.bake import bake

    preset = _named(id, hands, gestures)
    facts = _facts("gestures" if isinstance(preset, library.Gesture) else "hands", preset)
    out.print(f"[bold]{preset.id}[/bold]: {escape(', '.join(preset.name.values()))}")
    out.print(f"  tags    {escape(', '.join(tag for tags in preset.tags.values() for tag in tags))}")
    if isinstance(preset, library.Gesture):
        seconds = preset.length / float(preset.fps)
        out.print(f"  moves   {', '.join(preset.parts) or 'nothing'} ({counted(len(preset.keys), 'joint')})")
        out.print(f"  length  {counted(preset.length, 'frame')}, {seconds:.2f} s; the stroke is at frame {preset.stroke}")
    out.print(f"  from    {escape(facts['file'] or 'PoseForge')}")
    if target is None:
        return
    picture = target.suffix.lower() == ".png"
    if isinstance(preset, library.HandShape):
        if not picture:
            raise InvalidValue(f"{target}: a hand shape does not move; write it to a .png")
        write_picture(render(library.held_up(preset))[0], target, overwrite)
    else:
        poses = bake(library.performance([preset]))
        if picture:
            write_picture(contact_sheet(poses), target, overwrite)
        else:
            write_frames(progress(iter_render(poses), "rendering", len(poses)), target, poses.fps, overwrite)
    out.print(f"written to {escape(str(target))}")


@library_app.command()
def sheet(
    target: Annotated[Path, typer.Argument(metavar="OUT.png", help="The picture to write.", show_default=False)],
    hands: Hands = False,
    gestures: Gestures = False,
    search: Annotated[str, typer.Option(metavar="TEXT", help="Only what has these words, as in `library list`.")] = "",
    overwrite: Overwrite = False,
) -> None:
    """Draw hand shapes, and gestures at their strokes, side by side with their names."""
    from poseforge import library
    from poseforge.media import write_picture
    from poseforge.render import gallery

    if target.suffix.lower() != ".png":
        raise InvalidValue(f"{target}: a sheet is a picture; write it to a .png")
    found = _found(hands, gestures, search)
    if not found:
        raise InvalidValue(f"nothing has the words {search!r} in its id, name or tags; poseforge library list shows all")
    pictures = [
        (
            preset.id,
            library.close_up(preset, [preset.stroke]) if isinstance(preset, library.Gesture) else library.held_up(preset),
        )
        for _, preset in found
    ]
    write_picture(gallery(pictures), target, overwrite)
    out.print(f"{counted(len(found), 'preset')} drawn to {escape(str(target))}")
