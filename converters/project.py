"""PoseForge's own project files, as poses: reading bakes all tracks into one sequence, writing makes a project on top of it."""

from __future__ import annotations

from pathlib import Path

from poseforge.formats import Format, People
from poseforge.projects import SUFFIX, open_project, save_project
from poseforge.skeleton import wholebody_134
from poseforge.timeline.bake import bake
from poseforge.timeline.project import of_sequence


def read(path: Path, options: None) -> People:
    """What the project shows. Raises as `open_project`."""
    return (bake(open_project(path)),)


def write(people: People, path: Path, overwrite: bool) -> None:
    """A project with the first person's sequence for its base."""
    save_project(of_sequence(people[0]), path, overwrite)


def sniff(path: Path) -> bool:
    """Whether a file is a zip that begins with a project's record."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(64)
    return start.startswith(b"PK") and b"project.json" in start


FORMAT = Format(
    name="project",
    title="PoseForge project",
    suffixes=(SUFFIX,),
    skeleton=wholebody_134,
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "fps", "size"),
    read=read,
    write=write,
    sniff=sniff,
)
