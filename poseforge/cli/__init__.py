"""The command line: `poseforge ...` and `python -m poseforge ...`.

Exit codes: 0 well; 1 `check` found errors, or `doctor` something broken; 2 the input or the arguments cannot be used.
Results go to the standard output, notes, progress and errors to the standard error.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape

from poseforge import __version__
from poseforge.cli import aligning, animating, capturing, cleaning, editing, fetching, library, making, poses
from poseforge.cli.terminal import app, err, out
from poseforge.errors import PoseForgeError, Taken, in_words

__all__ = [
    "aligning",
    "animating",
    "app",
    "capturing",
    "cleaning",
    "editing",
    "fetching",
    "library",
    "main",
    "making",
    "poses",
]


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        if making.has_screen():
            making.edit()
        print(context.get_help())


def main() -> None:
    """Run the command line and exit. Whatever is wrong with the input is one line on the standard error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")  # a console that cannot show a name must not end the work
    try:
        app()
    except Taken as error:
        sys.exit(_fail(f"{error} with --overwrite"))
    except (PoseForgeError, MemoryError, OSError) as error:
        sys.exit(_fail(in_words(error)))


def _fail(message: str) -> int:
    err.print(f"[red]error[/red]: {escape(' '.join(message.split()))}")
    return 2
