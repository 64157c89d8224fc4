"""Slow work as values: a request goes in, events come out, and everything a job is lies in one folder.

    request.json      what is wanted: the kind of the job, its arguments, whose version asked
    poses.npz         what it is made of, where that was no file yet; or project.poseforge
    log.txt           what was printed meanwhile, if a worker ran it
    outcome.json      the last event: such a job is finished

`run` does the work in this process, for tests and commands; `poseforge.worker` does the same in another one. So a job can be
done again, and its folder is a whole report of what went wrong. Paths in a request are relative to the folder.

A kind of job is a function in `KINDS`: it takes a `Job` and the request's arguments, values of JSON, and imports what is heavy
when it is called. Whatever goes on for long is wrapped in `Job.watched`, which tells of the progress and ends it if asked to.
"""

from __future__ import annotations

import json
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from itertools import count
from math import exp
from os import fspath
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from poseforge import __version__, animating
from poseforge.errors import Cancelled, FileProblem, FormatError, InvalidValue, NotEnoughMemory, in_words
from poseforge.files import clear_leftovers, keep_apart, writing_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from poseforge.converting import Conversion
    from poseforge.sequence import PoseSequence
    from poseforge.sources import Source as Place
    from poseforge.timeline.project import Project

    Source = Project | PoseSequence | Sequence[PoseSequence]

LOG = "log.txt"
_REQUEST, OUTCOME = "request.json", "outcome.json"

_MEMORY_S = 10.0
"""Speed is what was done in about this time: longer, and an estimate is slow to learn; shorter, and it flickers."""

_SHOWN_S = 0.05
"""Between two live pictures at least."""

_SHOWN_FILES = 4
"""In which live pictures lie in turn: whoever is told of one has time to read it until it is another."""

_SHOWN_SIDE = 640
"""Pixels of the longer side of a live picture at most."""

Item = TypeVar("Item")
Result = dict[str, Any]
LAST = ("done", "failed", "cancelled")
"""The kinds of events after which none comes."""


@dataclass(frozen=True)
class Event:
    """What a job tells while it runs.

    Attributes:
        kind: one of those; each job ends with one of `LAST`.
        done, total: of a progress, in steps; never fewer than before, and equal at the end.
        text: what is going on, a note, or why it failed, in words for a person.
        detail: of a progress, where exactly it is, in words that change with every step.
        result: values of JSON: of a job that is done, what was made; of one that failed for want of memory, the "plan" to try;
            of a live picture that is shown, the name of its file in the job's folder as "picture", and what is known of it.
    """

    kind: Literal["progress", "note", "shown", "done", "failed", "cancelled"]
    text: str = ""
    done: int = 0
    total: int = 0
    result: Result | None = None
    detail: str = ""

    @property
    def last(self) -> bool:
        return self.kind in LAST


Tell = Callable[[Event], None]


def _nobody(event: Event) -> None:
    pass


@dataclass(frozen=True)
class Request:
    """A job that is wanted: its kind, a key of `KINDS`, its arguments, and its folder, an absolute path."""

    kind: str
    arguments: Mapping[str, Any]
    folder: Path


def prepare(root: Path, kind: str, arguments: Mapping[str, Any], source: Source | None = None) -> Request:
    """A request with a new folder below `root`.

    Poses or a project that are in memory only are given as `source` and written into the folder. Raises InvalidValue for an
    unknown kind or arguments that JSON does not hold, FileProblem if the folder cannot be written.
    """
    if kind not in KINDS:
        raise InvalidValue(f"no job is called {kind!r:.40}; there are {', '.join(KINDS)}")
    try:
        plain = json.loads(json.dumps(dict(arguments), default=fspath, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidValue(f"arguments of a job that JSON does not hold ({error})") from None
    folder = _new_folder(root, kind)
    try:
        if source is not None:
            plain["source"] = _store(source, folder)
        request = Request(kind, plain, folder)
        _write_request(request)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return request


def revised(request: Request, **changes: Any) -> Request:
    """The same job with other values of some arguments, in the same folder. FileProblem if that cannot be written."""
    request = replace(request, arguments={**request.arguments, **changes})
    _write_request(request)
    return request


def _write_request(request: Request) -> None:
    record = {"poseforge": __version__, "kind": request.kind, "arguments": request.arguments}
    with writing_file(request.folder / _REQUEST, overwrite=True) as beside:
        beside.write_text(json.dumps(record, indent=1), encoding="utf-8")


def _new_folder(root: Path, kind: str) -> Path:
    root = root.absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
        firsts = [entry.name.partition("-")[0] for entry in root.iterdir()]
        numbers = [int(first) for first in firsts if first.isdecimal()]
        for number in count(max(numbers, default=0) + 1):
            folder = root / f"{number:05d}-{kind}"
            with suppress(FileExistsError):  # somebody else's, made just now
                folder.mkdir()
                break
    except OSError as error:
        raise FileProblem(f"{root}: no folder for a job can be made there ({error.strerror or error})") from None
    return folder


def _store(source: Source, folder: Path) -> str:
    """Values as a file in a folder, number for number; its name."""
    from poseforge.formats import write_poses
    from poseforge.projects import SUFFIX, save_project
    from poseforge.timeline.project import Project

    if isinstance(source, Project):
        save_project(source, folder / f"project{SUFFIX}")
        return f"project{SUFFIX}"
    write_poses(source, folder / "poses.npz", "npz")
    return "poses.npz"


def read_request(folder: Path) -> Request:
    """The request that lies in a folder. Raises FileProblem or FormatError."""
    from poseforge.records import read_json

    place = folder.absolute() / _REQUEST
    record = read_json(place)
    if not isinstance(record, dict):
        raise FormatError(place, "is no request for a job; expected an object.")
    kind, arguments = record.get("kind"), record.get("arguments")
    if not isinstance(kind, str) or not isinstance(arguments, dict):
        raise FormatError(place, 'is no request for a job; expected {"kind": text, "arguments": an object}.')
    return Request(kind, arguments, place.parent)


def clear(root: Path, keep: int = 0) -> None:
    """Remove the folders of finished jobs but the last `keep` of them."""
    finished = sorted(place.parent for place in root.glob(f"[0-9]*/{OUTCOME}"))
    for folder in finished[: max(len(finished) - keep, 0)]:
        shutil.rmtree(folder, ignore_errors=True)


def run(request: Request, tell: Tell = _nobody, cancelled: Callable[[], bool] = lambda: False) -> Result:
    """Do a job here and now, and return what was made.

    `tell` hears of progress and notes; as soon as `cancelled` says so, Cancelled is raised. Raises InvalidValue for an unknown
    kind or arguments that do not fit, and whatever the work raises.
    """
    if request.kind not in KINDS:
        raise InvalidValue(f"no job is called {request.kind!r:.40}; there are {', '.join(KINDS)}")
    function = KINDS[request.kind]
    _check(function, request.arguments, f"job {request.kind}", given=1)
    return function(Job(request.folder, tell, cancelled), **request.arguments)


def attempt(request: Request, tell: Tell = _nobody, cancelled: Callable[[], bool] = lambda: False) -> Event:
    """Do a job as `run` does, but make an event of whatever comes out, tell it as the last one, and keep it in the folder. A
    failure's traceback goes to the standard error.
    """
    with suppress(OSError):
        (request.folder / OUTCOME).unlink(missing_ok=True)
    try:
        event = Event("done", result=run(request, tell, cancelled))
    except (Cancelled, KeyboardInterrupt):
        event = Event("cancelled")
    except Exception as error:  # a job may fail in any way, and its worker goes on
        traceback.print_exc()
        further = error.plan if isinstance(error, NotEnoughMemory) else ""
        event = Event("failed", in_words(error), result={"plan": further} if further else None)
    tell(conclude(request, event))
    return event


def conclude(request: Request, event: Event) -> Event:
    """Keep the last event of a job in its folder, if that can be written, and return it."""
    with suppress(FileProblem), writing_file(request.folder / OUTCOME, overwrite=True) as beside:
        beside.write_text(json.dumps(asdict(event), indent=1), encoding="utf-8")
    return event


def _check(function: Callable[..., Any], arguments: Mapping[str, Any], what: str, given: int = 0) -> None:
    """Raise InvalidValue unless a function takes these arguments after the first `given` ones."""
    from inspect import signature
    from typing import get_type_hints

    parameters = dict(list(signature(function).parameters.items())[given:])
    more = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())  # checked by whoever takes them
    hints = get_type_hints(function, localns={"Job": Job})
    for name, value in arguments.items():
        if name in parameters:
            types = _types(hints[name])
            if not isinstance(value, types):
                expected = " or ".join(kind.__name__ for kind in types)
                raise InvalidValue(f"{what}: {name} is {value!r:.40}; expected {expected}")
        elif not more:
            raise InvalidValue(f"{what} has no {name!r:.40}; it has {', '.join(parameters)}")
    for name, parameter in parameters.items():
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD and name not in arguments:
            raise InvalidValue(f"{what} needs {name!r}")


def _types(hint: Any) -> tuple[type, ...]:
    """What a value of JSON may be where a hint stands."""
    from types import UnionType
    from typing import get_args, get_origin

    if isinstance(hint, UnionType):
        return tuple(kind for one in get_args(hint) for kind in _types(one))
    return {float: (float, int), Path: (str,), Fraction: (str,)}.get(hint) or (get_origin(hint) or hint,)


def hide_shown(folder: Path) -> None:
    """Remove what a job has shown: nobody wants to be kept who looks into a camera."""
    for file in folder.glob("*shown-*.jpg"):
        with suppress(OSError):  # on Windows, while somebody reads it
            file.unlink()


class TimeLeft:
    """How long a job will take, from its progress: call it with each event as it comes."""

    def __init__(self) -> None:
        self._last: Event | None = None
        self._steps = self._seconds = self._then = 0.0

    def __call__(self, event: Event, now: float) -> float | None:
        """Seconds that are left after a progress at time `now`, in seconds of any clock; None as long as nobody can tell."""
        if self._last is None or event.text != self._last.text:
            self._steps = self._seconds = 0.0
        else:
            passed = now - self._then
            kept = exp(-passed / _MEMORY_S)
            self._steps = self._steps * kept + event.done - self._last.done
            self._seconds = self._seconds * kept + passed
        self._last, self._then = event, now
        return (event.total - event.done) * self._seconds / self._steps if self._steps > 0 else None


class _Screen:
    """Where a job's live pictures go, one after another."""

    def __init__(self) -> None:
        self._count, self._due = 0, 0.0

    def name(self) -> str:
        """The file of the next one; empty if it is too soon for that."""
        now = monotonic()
        if now < self._due:
            return ""
        self._count, self._due = self._count + 1, now + _SHOWN_S
        return f"shown-{self._count % _SHOWN_FILES}.jpg"


@dataclass(frozen=True)
class Job:
    """What the function of a kind is given: the job's folder, whom to tell, and whether to stop."""

    folder: Path
    tell: Tell
    cancelled: Callable[[], bool]
    _screen: _Screen = field(default_factory=lambda: _Screen())

    def step(self, done: int, total: int, text: str, detail: str = "") -> None:
        """Tell of progress; a total of 0 is one that nobody knows. Raises Cancelled if the job shall end."""
        if self.cancelled():
            raise Cancelled("cancelled")
        self.tell(Event("progress", text, done, total, detail=detail))

    def watched(self, items: Iterable[Item], total: int, text: str) -> Iterator[Item]:
        """The items, each of them a step that is done when the next one is wanted."""
        self.step(0, total, text)
        for done, item in enumerate(items, 1):
            yield item
            self.step(done, total, text)

    def note(self, text: str) -> None:
        self.tell(Event("note", text))

    def show(self, picture: NDArray[np.uint8], result: Result) -> None:
        """Show a live picture (H, W, 3) RGB with what is known of it; one that follows another too soon is left out. Raises
        Cancelled if the job shall end.
        """
        if self.cancelled():
            raise Cancelled("cancelled")
        name = self._screen.name()
        if name:
            from poseforge.media import write_view

            with suppress(PermissionError):  # on Windows, while somebody reads the one that was there
                write_view(picture, self.path(name), _SHOWN_SIDE)
                self.tell(Event("shown", result={"picture": name, **result}))

    def path(self, name: str) -> Path:
        return self.folder / name

    def target(self, name: str) -> Path:
        """Where to write; what somebody who was killed has left beside it is removed."""
        clear_leftovers(self.path(name).parent)
        return self.path(name)

    def people(self, source: str, from_: str | None, options: Mapping[str, Any] | None) -> tuple[PoseSequence, ...]:
        """The poses in a file or a project, with a note of what had to be assumed."""
        from poseforge.formats import notes, read_poses

        self.step(0, 0, "reading")
        people = read_poses(self.path(source), from_, **_options(options))
        for text in notes(people):
            self.note(text)
        return people


def _render(
    job: Job,
    source: str,
    target: str,
    style: str = "echomimic",
    size: str = "768x768",
    from_: str | None = None,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Result:
    """Pose maps in a style: a video, or a folder of pictures."""
    from poseforge.media import write_frames
    from poseforge.render import iter_render
    from poseforge.units import parse_size

    place = job.target(target)
    keep_apart(job.path(source), place)
    people = job.people(source, from_, options)
    maps = iter_render(people, style, parse_size(size))
    write_frames(job.watched(maps, len(people[0]), "rendering"), place, people[0].fps, overwrite)
    return {"written": str(place), "frames": len(people[0])}


def _export(
    job: Job,
    source: str,
    target: str,
    pipeline: str,
    size: str | None = None,
    from_: str | None = None,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    person: str | None = None,
    image: str | None = None,
) -> Result:
    """Pose maps as another pipeline wants them."""
    from poseforge.exporting import export
    from poseforge.units import parse_size

    place = job.target(target)
    keep_apart(job.path(source), place)
    people = job.people(source, from_, options)
    pixels = parse_size(size) if size else None
    picture = job.path(image) if image else None

    def watched(maps: Iterable[Any], total: int) -> Iterable[Any]:
        return job.watched(maps, total, "rendering")

    made = export(people, place, pipeline, pixels, overwrite, watched, person, picture)
    for text in made.notes:
        job.note(text)
    return {"written": str(made.path)}


def _write(job: Job, source: str, target: str, **how: Any) -> Result:
    """Poses in any format: one `Conversion`, whose fields the arguments are."""
    one = _conversion(job, {"source": source, "target": target, **how}, "job write")
    job.target(target)
    job.step(0, 1, "writing")
    report = one.run()
    job.tell(Event("progress", "writing", 1, 1))  # it is done, whoever wants to stop it
    return {"written": str(one.target), **asdict(report)}


def _conversion(job: Job, record: Any, what: str) -> Conversion:
    """A `Conversion` as JSON holds it: the rate is text."""
    from poseforge.converting import Conversion
    from poseforge.units import parse_fps

    if not isinstance(record, dict):
        raise InvalidValue(f"{what} is {record!r:.40}; expected an object")
    _check(Conversion, record, what)
    paths = {name: job.path(record[name]) for name in ("source", "target", "media") if record.get(name) is not None}
    fps = parse_fps(record["fps"]) if record.get("fps") else None
    return Conversion(**record | paths | {"fps": fps, "options": _options(record.get("options"))})


def _convert(job: Job, conversions: list[Any], folder: str, jobs: int = 1) -> Result:
    """Many conversions into a folder, some at a time; one that fails stops no other. The arguments of each are `_write`'s."""
    from poseforge.converting import convert_all

    several = [_conversion(job, record, f"conversion {number}") for number, record in enumerate(conversions)]
    outcomes = []
    with closing(convert_all(several, job.path(folder), jobs)) as running:
        for outcome in job.watched(running, len(several), "converting"):
            report = asdict(outcome.report) if outcome.report else None
            outcomes.append({"target": str(outcome.conversion.target), "report": report, "error": outcome.error})
    return {"outcomes": outcomes}


def _filter(
    job: Job,
    source: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    target: str = "filtered.npz",
    from_: str | None = None,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Result:
    """One of the filters on each person, into an archive that keeps every number."""
    from poseforge import filters
    from poseforge.formats import write_poses

    if name not in FILTERS:
        raise InvalidValue(f"no filter is called {name!r:.40}; there are {', '.join(FILTERS)}")
    function = getattr(filters, name)
    settings = settings or {}
    _check(function, settings, f"filter {name}", given=1)
    place = job.target(target)
    people = job.people(source, from_, options)
    made = [function(person, **settings) for person in job.watched(people, len(people), "filtering")]
    write_poses(made, place, "npz", overwrite)
    return {"written": str(place)}


def _detect(
    job: Job,
    source: str,
    target: str,
    to: str | None = None,
    detector: str = "mediapipe",
    options: Mapping[str, Any] | None = None,
    person: str = "largest",
    fps: str = "24",
    fit: str | None = None,
    clean: bool = True,
    region: list[Any] | None = None,
    mirrored: bool = False,
    first: float = 0.0,
    last: float | None = None,
    overwrite: bool = False,
) -> Result:
    """Poses of the people in a video, a picture or a folder of pictures. Given again after it was cancelled, it goes on."""
    from poseforge.capture import Detection

    place = _place(job, source, fps, mirrored, tuple(region) if region else None, first, last)
    one = Detection(place, job.target(target), to, detector, options or {}, person, fit, clean, overwrite)
    job.step(0, 0, "opening")
    report = one.run(lambda done, total: job.step(done, total, "detecting"), job.note)
    for text in report.notes:
        job.note(text)
    return {"written": str(one.target), **asdict(report)}


_PARTS = 1000
"""Steps of progress that each file has, whatever its size, which may be unknown."""


def _fetch(job: Job, names: list[Any], source: str | None = None) -> Result:
    """Models into the folder of models; what was interrupted is continued."""
    from poseforge import models

    files = dict.fromkeys(file for name in names for file in models.get(name).files)
    for number, file in enumerate(files):

        def tell(done: int, whole: int | None, file: models.ModelFile = file, before: int = number * _PARTS) -> None:
            far = done * _PARTS // whole if whole else 0
            known = f" / {whole / 1e6:,.0f}" if whole else ""
            job.step(before + far, len(files) * _PARTS, "fetching", f"{file.place.name} {done / 1e6:,.0f}{known} MB")

        tell(0, None)
        models.fetch(file, source or models.HUB, tell)
    job.step(len(files) * _PARTS, len(files) * _PARTS, "fetching")
    return {"written": str(models.folder())}


def _record(
    job: Job,
    source: str,
    detector: str = "mediapipe",
    options: Mapping[str, Any] | None = None,
    fps: str = "24",
    mirrored: bool = False,
) -> Result:
    """Watch a camera, show what is detected, and write down the takes that are asked for as `poseforge.recording` tells."""
    from poseforge.detect import opened
    from poseforge.recording import watch

    place = _place(job, source, fps, mirrored)
    job.step(0, 0, "opening")
    with closing(opened(detector, options or {})) as found:
        try:
            return {"problem": watch(place, found, job.folder, job.show)}
        finally:
            hide_shown(job.folder)


def _place(job: Job, source: str, fps: str, mirrored: bool, *rest: Any) -> Place:
    """What pictures are taken of, where the job lies if it is a file."""
    from poseforge.sources import Source
    from poseforge.units import parse_fps

    place = Source(source, parse_fps(fps), rest[0] if rest else None, mirrored, *rest[1:])
    return replace(place, place=str(job.path(source))) if place.path else place


def _options(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Options of a format's reader, with the size and the rate as people write them."""
    from poseforge.units import PARSERS

    return {name: PARSERS[name](str(value)) if name in PARSERS else value for name, value in (given or {}).items()}


FILTERS = (
    "clean", "reject_outliers", "fill_gaps", "denoise", "one_euro", "savitzky_golay", "gaussian", "butterworth",
    "swap_repair", "steady_bones", "resample", "close_loop",
)  # fmt: skip
"""The functions of `poseforge.filters` that a job may name."""

KINDS: Mapping[str, Callable[..., Result]] = {
    "render": _render,
    "export": _export,
    "write": _write,
    "convert": _convert,
    "filter": _filter,
    "detect": _detect,
    "animate": animating.animate,
    "outline": animating.outline,
    "fetch": _fetch,
    "record": _record,
}
"""kind -> the function that does it."""
