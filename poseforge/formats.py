"""The formats poses are read from and written to, and the four functions everyone uses: read, write, find, losses.

A format is a module with a `FORMAT` record, announced in the entry-point group `poseforge.formats`. Presence is capability:
a record without `write` can only be read. An explicit name beats a suffix, a suffix beats looking inside, and what stays
ambiguous is an error that names the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from poseforge.errors import FileProblem, FormatError, InvalidValue, PoseForgeError, UnknownFormat
from poseforge.plugins import announced
from poseforge.quality import Finding
from poseforge.records import seen
from poseforge.retarget import to_skeleton
from poseforge.rig import Motion, Rig
from poseforge.sequence import FPS, PoseSequence
from poseforge.skeleton import Skeleton, wholebody_134
from poseforge.transfer import transfer

GROUP = "poseforge.formats"
DEFAULT = "echomimic"
PARTS = ("body", "feet", "face", "left_hand", "right_hand")
People = tuple[PoseSequence, ...]


@dataclass(frozen=True)
class Inspection:
    """What a format's `check` found: findings about the file, the people that could be read (frames that could not are
    missing), and whether everything could be decoded at all."""

    findings: tuple[Finding, ...]
    people: People
    readable: bool


@dataclass(frozen=True)
class Format:
    """One file format.

    Attributes:
        name, title: for machines and for people.
        suffixes: of its files, lower case with the dot.
        skeleton: of what is read; a writer is handed this one. None: any.
        keeps: what survives a write and read: parts of the body, "confidence", "fps", "size", "people", "meta".
        read: (path, options) -> one sequence per person.
        write: (people, path, overwrite) -> nothing.
        read_motion: (path, options) -> one motion per person, of a format that holds rotations.
        write_motion: (motion, path, overwrite) -> nothing.
        rig: whose movements alone can be written; others are carried over to it. None for any.
        sniff: whether the file or folder at a path looks like this format.
        check: a closer look at a file than `read` takes, for `quality.check`.
        options: a frozen dataclass of the reader's options, each with a default.
        folder: whether it is written as a folder, whose name has no suffix.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    skeleton: Skeleton | None
    keeps: tuple[str, ...]
    read: Callable[[Path, Any], People] | None = None
    write: Callable[[People, Path, bool], None] | None = None
    read_motion: Callable[[Path, Any], tuple[Motion, ...]] | None = None
    write_motion: Callable[[Motion, Path, bool], None] | None = None
    rig: Callable[[], Rig] | None = None
    sniff: Callable[[Path], bool] | None = None
    check: Callable[[Path], Inspection] | None = None
    options: type | None = None
    folder: bool = False


@cache
def registry() -> dict[str, Format]:
    """Every installed format by name. A plug-in that cannot be loaded is named in a warning and left out."""
    return announced(GROUP, "format")


def get(name: str) -> Format:
    """The format of that name. UnknownFormat if there is none."""
    try:
        return registry()[name]
    except KeyError:
        raise UnknownFormat(f"no format {name!r}; there are {', '.join(registry()) or 'none installed'}") from None


def find(path: str | PathLike[str], format: str | None = None) -> Format:
    """The format to read `path` with. Raises FileProblem if nothing is there, UnknownFormat if no or several formats fit."""
    place = Path(path)
    try:
        if not place.exists():
            raise FileProblem(f"{place}: no such file or folder")
        if not (place.is_file() or place.is_dir()):
            raise FileProblem(f"{place}: neither a file nor a folder")
        return get(format) if format is not None else _guess(place)
    except PoseForgeError:
        raise
    except OSError as error:
        raise FileProblem(f"{place}: cannot be read ({error.strerror})") from error


_FILMED = frozenset((".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".png", ".jpg", ".jpeg", ".webp", ".gif"))
"""Suffixes of films and pictures."""


def _guess(place: Path) -> Format:
    if place.is_file() and not place.stat().st_size:
        raise FormatError(place, "is empty.", "Export it again.")
    readers = [known for known in registry().values() if known.read]
    suffix = place.suffix.lower()
    candidates = [known for known in readers if suffix in known.suffixes] if place.is_file() else []
    if len(candidates) != 1:
        candidates = [known for known in candidates or readers if known.sniff and known.sniff(place)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = ", ".join(known.name for known in candidates)
        raise UnknownFormat(f"{place}: could be any of {names}; say which with a format name (--from)")
    raise UnknownFormat(
        f"{place}: none of the known formats (poseforge formats lists them); seen was {seen(place)}{_hint(place, readers)}"
    )


def _hint(place: Path, readers: list[Format]) -> str:
    """Where poses are: one folder below, or still to be detected."""
    if place.suffix.lower() in _FILMED:
        return f"; poses are found in it by: poseforge detect {place} OUT"
    below = [entry for entry in sorted(place.iterdir())[:100] if entry.is_dir()] if place.is_dir() else []
    found = [entry for entry in below if any(known.sniff and known.sniff(entry) for known in readers)]
    return f"; did you mean {found[0]}?" if found else ""


def read_poses(path: str | PathLike[str], format: str | None = None, **options: object) -> People:
    """The people in a file or folder of poses, one sequence each.

    `format` names the format; without it the suffix and the contents tell. `options` are the fields of the format's options,
    such as ``fps`` and ``size`` where a format does not store them. Raises a PoseForgeError that names the file.
    """
    place = Path(path)
    known = find(place, format)
    if known.read is None:
        raise UnknownFormat(f"{place}: {known.title} can be written but not read")
    return known.read(place, make_options(known, options))


def read_motion(path: str | PathLike[str], format: str | None = None, **options: object) -> tuple[Motion, ...]:
    """The movements of the people in a file of rotations (BVH, AMASS, SMPL-X ...), each of its own rig.

    `format` and `options` are as for `read_poses`. UnknownFormat if the file holds points instead.
    """
    place = Path(path)
    known = find(place, format)
    if known.read_motion is None:
        raise UnknownFormat(f"{place}: {known.title} holds points, not rotations")
    return known.read_motion(place, make_options(known, options))


def write_motion(motion: Motion, path: str | PathLike[str], format: str | None = None, overwrite: bool = False) -> None:
    """Write a movement to `path` in a format of rotations, whole or not at all; the suffix tells which. Raises a
    PoseForgeError.
    """
    known = writer(path, format)
    if not isinstance(motion, Motion):
        raise InvalidValue(f"a {type(motion).__name__} is no movement; of what read_motion returns, take one person's")
    if known.write_motion is None:
        raise UnknownFormat(f"{path}: {known.title} cannot be written from a movement")
    lost = tuple(motion_losses(motion, known))
    if known.rig and motion.rig.skeleton != known.rig().skeleton:
        motion = transfer(motion, known.rig())
    known.write_motion(replace(motion, meta=_with_losses(motion.meta, lost)), Path(path), overwrite)


def notes(people: Sequence[PoseSequence]) -> Iterator[str]:
    """What had to be assumed when people were read, or is of no use to EchoMimicV2, a line each."""
    meta = people[0].meta
    if meta.get("canvas_guessed"):
        (width, height), fps = people[0].size, float(people[0].fps)
        yield (
            f"taken as {width}x{height} pixels at {fps:g} fps, which the files do not say; if that is wrong, "
            "say -o size=WIDTHxHEIGHT or -o fps=NUMBER"
        )
    if meta.get("note"):
        yield str(meta["note"])


def make_options(known: Format, given: dict[str, Any]) -> object:
    """The format's options record with the `given` fields. InvalidValue names those it does not have."""
    names = [field.name for field in fields(known.options)] if known.options else []
    for name in given:
        if name not in names:
            raise InvalidValue(f"format {known.name} has no option {name!r}; it has {', '.join(names) or 'none'}")
    return known.options(**given) if known.options else None


def write_poses(
    people: PoseSequence | Sequence[PoseSequence],
    path: str | PathLike[str],
    format: str | None = None,
    overwrite: bool = False,
) -> None:
    """Write one person or several to `path`, whole or not at all.

    `format` names the format; without it the suffix of `path` tells, and none means an EchoMimicV2 folder. Joints go by name
    into the format's skeleton. Raises a PoseForgeError if the path is taken and `overwrite` is off, or if the format cannot
    hold the people.
    """
    place = Path(path)
    known = writer(place, format)
    if known.write is None:
        raise UnknownFormat(f"{place}: {known.title} holds rotations; points cannot be written to it")
    several = as_people(people)
    lost = tuple(losses(several, known))
    several = tuple(replace(person, meta=_with_losses(person.meta, lost)) for person in several)
    if known.skeleton:
        several = tuple(to_skeleton(person, known.skeleton) for person in several)
    known.write(several, place, overwrite)


def writer(path: str | PathLike[str], format: str | None = None) -> Format:
    """The format to write `path` in: by name, by suffix (of several formats that have it the one called so), and for a name
    without suffix EchoMimicV2's folder. UnknownFormat if there is none that can be written, or if the suffix is that of other
    formats than the named one.
    """
    place = Path(path)
    suffix = place.suffix.lower()
    if format is None and not suffix:
        format = DEFAULT
    if format is not None:
        known = get(format)
        if known.write is None and known.write_motion is None:
            raise UnknownFormat(f"{place}: {known.title} can be read but not written")
        others = [other.name for other in registry().values() if suffix in other.suffixes]
        if others and suffix not in known.suffixes:
            better = place.with_suffix("" if known.folder else known.suffixes[0])
            raise UnknownFormat(f"{place}: {suffix} is for {', '.join(others)}, not {known.name}; write to {better}")
        return known
    writers = [known for known in registry().values() if known.write or known.write_motion]
    fitting = [known for known in writers if suffix in known.suffixes]
    fitting = [known for known in fitting if known.name == suffix[1:]] or fitting
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(known.name for known in fitting or writers)
    raise UnknownFormat(f"{place}: say which format to write (--to {names}); poseforge render makes videos and pictures")


def as_people(people: PoseSequence | Sequence[PoseSequence]) -> People:
    """One sequence or several as a tuple of at least one. Raises InvalidValue if they differ in length or rate."""
    try:
        several = (people,) if isinstance(people, PoseSequence) else tuple(people or ())
    except TypeError:
        raise InvalidValue(
            f"{type(people).__name__} is no sequence of poses; a project is baked first, bake(project)"
        ) from None
    if not several or not all(isinstance(person, PoseSequence) for person in several):
        raise InvalidValue("no people: one PoseSequence is needed, or several")
    if len({(len(person), person.fps) for person in several}) > 1:
        raise InvalidValue("people of different lengths or frame rates cannot share one file or picture")
    return several


def _with_losses(meta: Mapping[str, Any], lost: tuple[str, ...]) -> dict[str, Any]:
    """What a source knew, and what went missing on the way to a file, "lost", which writers record where the file has room."""
    return {**meta, "lost": (*meta.get("lost", ()), *lost)} if lost else dict(meta)


def motion_losses(motion: Motion, known: Format) -> Iterator[str]:
    """What writing a movement in a format will lose, in words."""
    extra = set(motion.rig.skeleton.joints) - set(known.rig().skeleton.joints) if known.rig else ()
    if extra:
        yield f"the turns of joints that {known.title} does not have: {', '.join(sorted(extra))}"


def losses(people: People, known: Format) -> Iterator[str]:
    """What writing `people` in a format will lose, in words."""
    kept = set(known.keeps)
    if len(people) > 1 and "people" not in kept:
        yield f"{len(people) - 1} of {len(people)} people"
    for part in PARTS:
        places = people[0].skeleton.group(part)
        if part not in kept and any(person.present[:, places].any() for person in people):
            yield part.replace("_", " ")
    levels = (person.confidence for person in people)
    if "confidence" not in kept and any(((level != 0) & (level != 1)).any() for level in levels):
        yield "confidence"
    if "fps" not in kept and people[0].fps != FPS:
        yield f"the frame rate {float(people[0].fps):g}: it will play at {FPS}, faster or slower than it was"
    if not known.skeleton:
        return
    there = {
        joint
        for person in people
        for joint, seen in zip(person.skeleton.joints, person.present.any(axis=0), strict=True)
        if seen
    }
    extra = there - set(known.skeleton.joints) - set(wholebody_134.joints)
    if extra:
        yield f"joints that {known.skeleton.name} does not have: {', '.join(sorted(extra))}"
