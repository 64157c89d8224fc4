"""Commands that make poses: demo, and the editor."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from poseforge import installing
from poseforge.cli.terminal import Overwrite, app, counted, out, progress
from poseforge.errors import FileProblem


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
    from poseforge.timeline.bake import bake

    names = chain(["poseforge-demo"], (f"poseforge-demo-{number}" for number in count(2)))
    folder = target or next(Path(name) for name in names if not Path(name).exists())
    gestures = [library.gesture(name) for name in library.DEMO]
    poses = bake(library.performance(gestures))
    write_poses(poses, folder / "pose", "echomimic", overwrite)
    write_frames(progress(iter_render(poses), "rendering", len(poses)), folder / "pose.mp4", poses.fps, overwrite)
    write_picture(contact_sheet(poses), folder / "sheet.png", overwrite)
    titles = ", ".join(gesture.name["en"].lower() for gesture in gestures)
    out.print(f"{counted(len(poses), 'frame')} ({poses.duration:.1f} s): {titles}")
    out.print(f"  EchoMimicV2 folder  {escape(str(folder / 'pose'))}")
    out.print(f"  video               {escape(str(folder / 'pose.mp4'))}")
    out.print(f"  contact sheet       {escape(str(folder / 'sheet.png'))}")


@app.command()
def edit(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A project, or poses in any format.", show_default=False)
    ] = None,
) -> None:
    """Open the editor."""
    if not find_spec("PySide6"):
        raise FileProblem(f"the editor needs Qt: {installing.command('gui')}")
    try:
        editor = import_module("poseforge.gui.app")
    except ImportError as error:
        raise FileProblem(f"the editor cannot start ({error}); poseforge doctor says what is missing") from None
    if path is not None and not path.exists():
        raise FileProblem(f"{path}: no such file or folder")
    raise typer.Exit(editor.main(path))


def has_screen() -> bool:
    """Whether a window can be shown: there is Qt, and something to show it on."""
    shown = sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return bool(shown and find_spec("PySide6") and find_spec("pyqtgraph"))
