"""From file to file: one, or many at a time."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from fractions import Fraction
from glob import escape, glob, has_magic
from itertools import takewhile
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from poseforge.align import fit_box, fitted
from poseforge.detections import chosen
from poseforge.errors import FileProblem, InvalidValue, PoseForgeError
from poseforge.files import clear_leftovers, keep_apart
from poseforge.filters import resample
from poseforge.formats import (
    find,
    get,
    losses,
    motion_losses,
    notes,
    read_motion,
    read_poses,
    write_motion,
    write_poses,
    writer,
)
from poseforge.media import fit_media
from poseforge.quality import NO_HANDS, has_hands
from poseforge.sequence import FPS

DONE = ".poseforge-done.jsonl"
"""In the folder of a batch: of what each target is made, a line when it is begun, and one with what came of it."""


@dataclass(frozen=True)
class Conversion:
    """What shall be converted to what.

    Attributes:
        source, target: paths.
        from_, to: names of formats; None tells them from the paths.
        options: of the format that is read.
        person: which of several people, as in `detections.chosen`.
        fit: how they come onto EchoMimicV2's canvas, one of `align.FITS`; None leaves the canvas as it is.
        fps: the rate of what is written, in whose time the movement stays the same; None is that of the source, or
            EchoMimicV2's if the target does not say any.
        overwrite: whether the target may be replaced.
        media: a picture or a video of the same canvas that is fitted as well, beside the target.
    """

    source: Path
    target: Path
    from_: str | None = None
    to: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    person: str = "all"
    fit: str | None = None
    fps: Fraction | None = None
    overwrite: bool = False
    media: Path | None = None

    def run(self) -> Report:
        """Convert. Movements stay movements if both formats hold them. Raises a PoseForgeError."""
        keep_apart(self.source, self.target)
        source, target = find(self.source, self.from_), writer(self.target, self.to)
        if source.read_motion and target.write_motion:
            motions = read_motion(self.source, source.name, **self.options)
            write_motion(motions[0], self.target, target.name, self.overwrite)
            others = [f"{len(motions) - 1} more people"] * (len(motions) > 1)
            note = motions[0].meta.get("note")
            return Report(len(motions[0]), 1, (*others, *motion_losses(motions[0], target)), (str(note),) if note else ())
        people = chosen(read_poses(self.source, source.name, **self.options), self.person)
        told = [*notes(people), *(() if has_hands(people) else (NO_HANDS,))]
        before, rate = people[0].fps, self.fps or (people[0].fps if "fps" in target.keeps else FPS)
        if rate != before:
            people = tuple(resample(person, rate) for person in people)
            told.append(
                f"from {float(before):g} to {float(rate):g} frames per second; --fps {float(before):g} keeps every frame"
            )
        if self.fit:
            box = fit_box(people, self.fit)
            if self.fit == "crop" and len(people) > 1:
                told.append(f"the crop follows person 0 of {len(people)}; --person writes and follows another alone")
            if self.media:
                made = fit_media(self.media, box, self.target, people[0].size, self.overwrite)
                told.append(f"{self.media.name} is fitted in the same way: {made}")
            people = fitted(people, box)
        elif self.media:
            raise InvalidValue(f"{self.media}: is fitted as the poses are, so say how with --fit")
        write_poses(people, self.target, target.name, self.overwrite)
        return Report(len(people[0]), len(people), tuple(losses(people, target)), tuple(told))


@dataclass(frozen=True)
class Report:
    """What was converted: frames, people, what the format could not keep, and what had to be assumed."""

    frames: int
    people: int
    lost: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: a report, or an error, or neither if it had been done before."""

    conversion: Conversion
    report: Report | None = None
    error: str = ""


def is_pattern(source: Path) -> bool:
    """Whether a path is a pattern such as ``takes/**/*.json``, and not a file of that very name."""
    return has_magic(str(source)) and not source.exists()


def matching(pattern: Conversion) -> list[Conversion]:
    """A conversion like `pattern` of everything that its source fits, into its target, a folder that repeats the tree below
    the pattern's fixed part.

    Sources that differ by suffix alone keep it in the target's name. Raises FileProblem if nothing fits.
    """
    parts, folder = pattern.source.parts, pattern.target.resolve()
    fixed = Path(*takewhile(bool, map(_literal, parts)))
    fitting = map(Path, sorted(glob(str(pattern.source), recursive=True)))
    found = [path for path in fitting if folder not in path.resolve().parents]
    if not found:
        raise FileProblem(f"{pattern.source}: nothing fits this pattern")
    names = [path.relative_to(fixed) for path in found]
    bare = Counter(name.with_suffix("") for name in names)
    known = get(pattern.to) if pattern.to else None
    suffix = "" if known is None or known.folder else known.suffixes[0]
    conversions = []
    for path, name in zip(found, names, strict=True):
        short = name.stem if bare[name.with_suffix("")] == 1 else name.name.replace(".", "-")
        conversions.append(replace(pattern, source=path, target=pattern.target / name.with_name(short + suffix)))
    return conversions


def _literal(part: str) -> str:
    """The one name that a part of a pattern fits, if it is no pattern or `glob.escape` made it; else nothing."""
    name = re.sub(r"\[([*?[])\]", r"\1", part)
    return name if escape(name) == part or not has_magic(part) else ""


def convert_all(conversions: Sequence[Conversion], folder: Path, jobs: int = 1) -> Generator[Outcome, None, None]:
    """Convert many into a folder, `jobs` at a time in processes of their own, and tell of each as it ends.

    One that fails stops no other. What was made of the same content in the same way before, and is still there as it was made,
    is not made again; what was changed since is a failure, unless it may be overwritten. Stopped at whatever moment, this
    leaves only whole targets. Raises InvalidValue for fewer than one job, FileProblem if a process dies.
    """
    if jobs < 1:
        raise InvalidValue(f"{jobs} jobs; expected 1 or more")
    folder.mkdir(parents=True, exist_ok=True)
    for place in {one.target.parent for one in conversions}:
        clear_leftovers(place)
    done = _done(folder / DONE)
    yield from _run([(one, done.get(str(one.target), ("", "")), folder / DONE) for one in conversions], jobs)


_Task = tuple[Conversion, tuple[str, str], Path]
"""What to convert, the key with which it was begun before and the digest of what was made, and where such are kept."""


def _run(tasks: Sequence[_Task], jobs: int) -> Iterator[Outcome]:
    if jobs == 1:
        yield from map(_attempt, tasks)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        for future in as_completed([pool.submit(_attempt, task) for task in tasks]):
            yield future.result()
    except BrokenProcessPool:
        raise FileProblem("a process that converted died, perhaps for want of memory; what is done is kept: run it again "
                          "with fewer --jobs") from None  # fmt: skip
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Nobody waits for a worker whose parent was killed."""

    def watch() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _attempt(task: _Task) -> Outcome:
    """One conversion, unless it was done before: what was begun is done if it is there, since targets come whole or not; what
    is there is as it was made if its digest is, or if a kill left no time to note one.
    """
    one, (before, made), log = task
    try:
        key = _key(one)
        there = one.target.exists()
        if there and key == before:
            now = _digest(one.target)
            if not made:
                _remember(log, one, key, now)
            if made in ("", now):
                return Outcome(one)
            if not one.overwrite:
                return Outcome(one, error=f"{one.target}: was changed since it was made; --overwrite makes it again")
        if there and before and not one.overwrite:
            same = key.partition("-")[0] == before.partition("-")[0]
            other = "with other options" if same else f"from another content of {one.source.name}"
            return Outcome(one, error=f"{one.target}: was made {other}; --overwrite makes it again")
        if not there:
            _remember(log, one, key)
        report = one.run()
        _remember(log, one, key, _digest(one.target))
        return Outcome(one, report)
    except (PoseForgeError, OSError, MemoryError) as error:
        return Outcome(one, error=str(error) or "not enough memory")


def _remember(log: Path, one: Conversion, key: str, made: str = "") -> None:
    with open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps({"target": str(one.target), "key": key, "made": made}) + "\n")


def _key(one: Conversion) -> str:
    """A digest of what is converted, and after a dash one of how."""
    how = repr((one.from_, one.to, sorted(one.options.items()), one.person, one.fit, one.fps))
    return f"{_digest(one.source)}-{hashlib.sha256(how.encode()).hexdigest()}"


def _digest(place: Path) -> str:
    """A digest of a file, or of all that is in a folder."""
    digest = hashlib.sha256()
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if path.is_file():
            digest.update(path.name.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _done(path: Path) -> dict[str, tuple[str, str]]:
    """Target -> key and digest of what was made before. A line that a kill has cut short says nothing."""
    try:
        lines: Iterable[str] = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    done = {}
    for line in lines:
        try:
            record = json.loads(line)
            done[str(record["target"])] = (str(record["key"]), str(record.get("made", "")))
        except (ValueError, TypeError, KeyError):
            continue
    return done
