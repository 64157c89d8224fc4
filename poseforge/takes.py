"""Takes: the videos that were made of a project, each with all that made it. A take is the folder of a job of kind "animate",
kept for as long as its owner wants it; one that was interrupted keeps the steps that are done, and the same job goes on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from poseforge.animate.echomimic_v2.settings import (
    MODELS,
    PREVIEW,
    STATE,
    Settings,
    Variant,
    defaults,
    from_record,
    quick,
    suited,
)
from poseforge.errors import FileProblem, PoseForgeError
from poseforge.jobs import OUTCOME, Request, prepare, read_request, revised
from poseforge.media import Film, write_picture
from poseforge.records import read_json
from poseforge.timeline.project import Project

__all__ = [
    "MODELS",
    "PREVIEW",
    "Settings",
    "Take",
    "Variant",
    "defaults",
    "from_record",
    "keep",
    "quick",
    "request",
    "suited",
    "takes",
    "thumbnail",
]

VIDEO, _THUMBNAIL = "take.mp4", "thumbnail.png"

_SIDE = 144
"""Pixels of the longer side of a thumbnail."""


@dataclass(frozen=True)
class Take:
    """A video, or what there is of one.

    Attributes:
        request: the job that makes it.
        result: what came of that; empty where it was interrupted.
        settings: what it was made with.
        made: when, in seconds since 1970.
    """

    request: Request
    result: Mapping[str, Any]
    settings: Settings
    made: float

    @property
    def folder(self) -> Path:
        return self.request.folder

    @property
    def video(self) -> Path:
        return self.folder / VIDEO

    @property
    def frames(self) -> tuple[int, int]:
        """The first and the last frame of the project that it shows."""
        first = int(self.request.arguments["first"])
        shown = int(self.result.get("frames", 0)) * self.settings.every
        last = int(self.request.arguments["last"])
        return first, min(first + shown - 1, last) if shown else last

    def second(self, frame: int) -> float | None:
        """The second of the video that shows a frame of the project; None if it shows another part."""
        first, last = self.frames
        return float((frame - first) / Fraction(self.result["fps"])) if first <= frame <= last else None


def request(
    root: Path,
    project: Project,
    place: str,
    picture: Path,
    sound: tuple[Path, int],
    settings: Settings,
    frames: tuple[int, int],
    box: tuple[float, float, float, float],
    weights: Path | None = None,
) -> Request:
    """A job for a take of a project whose file is at `place`: of some frames, with a picture that lies at `box` on the canvas
    and a sound that begins at a frame. Raises FileProblem.
    """
    arguments = {
        "target": VIDEO, "image": picture.absolute(), "audio": sound[0].absolute(), "start": sound[1], "box": box,
        "settings": settings.record(), "first": frames[0], "last": frames[1], "project": place, "overwrite": True,
        "weights": weights.absolute() if weights else None,
    }  # fmt: skip
    return prepare(root, "animate", arguments, project)


def takes(root: Path, project: str) -> list[Take]:
    """The takes of a project, the latest first. What is no take, or damaged, is passed over."""
    folders = sorted((path for path in root.glob("[0-9]*") if path.is_dir()), reverse=True)
    return [take for folder in folders if (take := _take(folder)) and take.request.arguments["project"] == project]


def _take(folder: Path) -> Take | None:
    try:
        asked = read_request(folder)
        done = (folder / VIDEO).is_file()
        outcome = read_json(folder / OUTCOME) if done else {}
        result = dict(outcome["result"] or {}) if done else {}
        settings = from_record(result["settings"] if done else asked.arguments["settings"])
        take = Take(asked, result, settings, os.stat(folder / (VIDEO if done else STATE)).st_mtime)
        if isinstance(asked.arguments["project"], str) and (not done or take.second(take.frames[0]) is not None):
            return take
    except (PoseForgeError, OSError, KeyError, TypeError, ValueError, AttributeError):
        pass
    return None


def keep(take: Request, project: str) -> None:
    """Have a take belong to a project whose file is there now. Raises FileProblem."""
    revised(take, project=project)


def remove(take: Take) -> None:
    """Remove a take and all that made it. Raises FileProblem."""
    try:
        shutil.rmtree(take.folder)
    except OSError as error:
        raise FileProblem(f"{take.folder}: cannot be removed ({error.strerror or error})") from None


def clear(root: Path) -> None:
    """Remove what came to nothing: jobs that ended without a video, and without a step that another try could go on with."""
    for ended in root.glob(f"[0-9]*/{OUTCOME}"):
        if not any((ended.parent / name).is_file() for name in (VIDEO, STATE)):
            shutil.rmtree(ended.parent, ignore_errors=True)


def thumbnail(take: Take) -> Path:
    """A small picture of the middle of a take, made when it is first asked for. Raises FormatError and FileProblem."""
    place = take.folder / _THUMBNAIL
    if not place.is_file():
        film = Film(take.video)
        try:
            frame = film.at(float(take.result["frames"] * take.settings.every / 2 / Fraction(take.result["fps"])))
        finally:
            film.close()
        step = max(max(frame.shape[:2]) // _SIDE, 1)
        height, width = (side // step * step for side in frame.shape[:2])
        small = frame[:height, :width].reshape(height // step, step, width // step, step, 3).mean((1, 3))
        write_picture(small.round().astype("uint8"), place, overwrite=True)
    return place
