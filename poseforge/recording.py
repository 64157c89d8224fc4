"""Recording: a camera is watched, and while a take is on, what is detected is written down as it goes. The two sides of a
recording, which may be two processes, speak by files in one folder:

    take-001/          somebody wants a take, which begins with the next picture: `begin`
        take.json      the size and the rate, when it began; once it is over, why
        0.npz, ...     what was detected, a few seconds each
        stop           somebody wants its end: `end`
    stop               somebody wants the end of it all: `end` of the folder itself

So a take is as safe as its folder is: whatever dies, all but the last seconds of it can be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

import numpy as np

from poseforge.capture import Kept, Take, detected
from poseforge.detect import Detector, Person, Picture
from poseforge.detections import MAX_FRAMES
from poseforge.errors import Cancelled, FormatError, PoseForgeError
from poseforge.files import writing_file
from poseforge.records import read_json
from poseforge.sources import Pictures, Source, open_source
from poseforge.units import parse_fps

Show = Callable[[Picture, dict[str, Any]], None]
"""Shown each new picture with what is known of it, values of JSON:
    people: (P, 134, 3) of its pixels and confidence, each 0 where a joint was not found;
    size: (width, height) of it; seconds: since the source began; missed: pictures that nobody had time for;
    take: the name of the take that is on, or nothing; taken: how many pictures it has.
Whatever it raises ends the recording.
"""

_STOP, _ABOUT = "stop", "take.json"

_CHUNK = 48
"""Pictures, two seconds, after which what was detected is written down: what a crash may cost."""

BROKEN_OFF = "The recording was broken off."
ENDED = "The source ended."


def begin(folder: Path) -> Path:
    """Have a take begin in a recording's folder. Its own folder."""
    last = max((int(take.name[-3:]) for take in takes(folder)), default=0)
    take = folder / f"take-{last + 1:03d}"
    take.mkdir()
    return take


def end(folder: Path) -> None:
    """Have a take end, or the recording, with what was taken kept."""
    (folder / _STOP).touch()


def takes(folder: Path) -> list[Path]:
    """The takes of a recording, the first one first."""
    return sorted(folder.glob("take-[0-9][0-9][0-9]"))


def over(take: Path) -> bool:
    """Whether a take has been written to its end."""
    about = _about(take)
    return about is not None and about["over"]


def read(take: Path) -> Take:
    """What was recorded; its problem tells if that is less than was wanted. Raises FormatError if it is no take."""
    about = _about(take)
    if about is None:
        raise FormatError(take, "holds no recording that can be read.")
    kept = Kept(take)
    problem = about["problem"] if about["over"] else BROKEN_OFF
    size = int(about["size"][0]), int(about["size"][1])
    return Take(kept.frames, kept.seconds, size, parse_fps(about["fps"]), about["source"], problem)


def began(take: Path) -> float | None:
    """When the first picture of a take came, in seconds as `time.time` tells them; None if that is not known."""
    about = _about(take)
    return about["began"] if about else None


def _about(take: Path) -> dict[str, Any] | None:
    try:
        about = read_json(take / _ABOUT)
        known = {"size": list, "fps": str, "source": str, "began": float, "over": bool, "problem": str}
        fits = isinstance(about, dict) and all(isinstance(about.get(name), kind) for name, kind in known.items())
        return about if fits and len(about["size"]) == 2 else None
    except PoseForgeError:
        return None


def watch(source: Source, detector: Detector, folder: Path, show: Show) -> str:
    """Watch a source, as fast as it goes on, until it ends or somebody wants the end; write down the takes that are asked for.

    A file is played again and again, and from its beginning when a take begins, which ends with it. Returns why the source
    ended; nothing if it did not. Raises what the source, the detector and `show` raise; the take that was on is kept and tells
    of it.
    """
    while True:
        with open_source(source) as pictures:
            detector.restart()
            problem = _played(pictures, detector, folder, show)
        if problem is not None:
            return problem


def take_all(pictures: Pictures, detector: Detector, take: Path, enough: Callable[[int], bool]) -> None:
    """Write down a take of all pictures until they end, or it is `enough` of so many, in a folder of its own. Raises what the
    source and the detector raise; what was taken until then is kept and tells of it.
    """
    on, problem = _Taking(take, pictures, time()), BROKEN_OFF
    try:
        for shots, people in detected(iter(pictures), detector):
            for (_, seconds), some in zip(shots, people, strict=True):
                on.add(some, seconds)
            if enough(on.count) or on.count >= MAX_FRAMES:
                pictures.stop()
        problem = pictures.problem
    except PoseForgeError as error:
        problem = str(error) or BROKEN_OFF
        raise
    finally:
        on.close(problem)


def _played(pictures: Pictures, detector: Detector, folder: Path, show: Show) -> str | None:
    """Watch a source to its end: why it ended, or None if it shall begin anew."""
    again = pictures.source.path is not None
    start, last, people = monotonic(), None, list[Person]()
    on: _Taking | None = None
    problem = BROKEN_OFF
    try:
        for picture, seconds in pictures:
            if (folder / _STOP).exists():
                problem = ""
                return problem
            fresh = picture is not last
            if fresh and not pictures.source.live:
                sleep(max(0.0, start + seconds - monotonic()))
            arrived = time()
            wanted = _wanted(folder)
            if on and on.folder != wanted:
                on.close("")
                on = None
            if wanted and on is None and again and last is not None:
                return None
            if fresh:
                (people,) = detector.people([picture])
            last = picture
            if wanted and on is None:
                on = _Taking(wanted, pictures, arrived)
            if on:
                on.add(people, seconds)
            if fresh:
                taken = {"take": on.folder.name if on else "", "taken": on.count if on else 0}
                known = {"size": pictures.size, "seconds": seconds, "missed": pictures.missed, **taken}
                show(picture, {"people": [_plain(person) for person in people], **known})
        problem = pictures.problem or ("" if again else ENDED)
        if again and on:
            end(on.folder)
        return problem or None
    except Cancelled:
        problem = "" if (folder / _STOP).exists() else BROKEN_OFF
        raise
    except PoseForgeError as error:
        problem = str(error) or BROKEN_OFF
        raise
    finally:
        if on:
            on.close(problem)


def _wanted(folder: Path) -> Path | None:
    """The take that shall be on."""
    known = takes(folder)
    return known[-1] if known and not (known[-1] / _STOP).exists() else None


def _plain(person: Person) -> list[list[float]]:
    rows: list[list[float]] = np.nan_to_num(person).round(2).tolist()
    return rows


class _Taking:
    """A take that is on."""

    def __init__(self, folder: Path, pictures: Pictures, arrived: float) -> None:
        self.folder, self.count = folder, 0
        self._about = {
            "size": pictures.size, "fps": str(Fraction(pictures.source.fps)), "source": pictures.source.place,
            "began": arrived, "over": False, "problem": "",
        }  # fmt: skip
        self._kept = Kept(folder)
        self._frames: list[list[Person]] = []
        self._seconds: list[float] = []
        self._first: float | None = None
        self._tell()

    def add(self, people: list[Person], seconds: float) -> None:
        if self._first is None:
            self._first = seconds
        self._frames.append(people)
        self._seconds.append(seconds - self._first)
        self.count += 1
        if len(self._frames) == _CHUNK:
            self._write()

    def close(self, problem: str) -> None:
        """Write what is left, and that it is over."""
        self._write()
        self._about |= {"over": True, "problem": problem}
        self._tell()

    def _write(self) -> None:
        if self._frames:
            self._kept.add(self._frames, self._seconds)
            self._frames, self._seconds = [], []

    def _tell(self) -> None:
        with writing_file(self.folder / _ABOUT, overwrite=True) as beside:
            beside.write_text(json.dumps(self._about), encoding="utf-8")
