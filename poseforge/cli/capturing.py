"""Commands that make poses of pictures: detect, record."""

from __future__ import annotations

import shlex
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from poseforge.cli.terminal import Bars, Overwrite, app, counted, err, named, out
from poseforge.errors import Cancelled, InvalidValue, PoseForgeError
from poseforge.units import parse_fps

if TYPE_CHECKING:
    from poseforge.capture import Detection
    from poseforge.converting import Report
    from poseforge.jobs import Event, Request

To = Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="The format to write, else told by OUT as for convert.")]
Detector = Annotated[str, typer.Option("--detector", metavar="NAME", help="mediapipe (one person), dwpose (several).")]
Settings = Annotated[
    list[str] | None, typer.Option("-o", "--option", metavar="NAME=VALUE", help="Of the detector: confidence=0.3.")
]
Person = Annotated[
    str, typer.Option("--person", metavar="WHO", help="Of several people: a number from 0, largest, centre or all.")
]
Rate = Annotated[str, typer.Option("--fps", metavar="NUMBER", help="Frames per second of the poses.")]
Fit = Annotated[
    str | None,
    typer.Option(
        "--fit",
        metavar="HOW",
        help="Onto EchoMimicV2's canvas: height (the middle, as high as it; the default of its format), letterbox, crop (as "
        "EchoMimicV2 does) or stretch.",
    ),
]
Raw = Annotated[bool, typer.Option("--raw", help="As detected: no outliers, gaps, noise or exchanged hands are repaired.")]
Region = Annotated[
    str | None, typer.Option("--region", metavar="LEFT,TOP,WIDTH,HEIGHT", help="Look at this part of the pictures only.")
]
Mirrored = Annotated[bool, typer.Option("--mirrored", help="The pictures are mirror images, as front cameras make them.")]


@app.command()
def detect(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Videos, pictures or folders of pictures.", show_default=False)
    ],
    target: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write; of several sources a folder for all.", show_default=False)
    ],
    to: To = None,
    detector: Detector = "mediapipe",
    option: Settings = None,
    person: Person = "largest",
    fps: Rate = "24",
    fit: Fit = None,
    raw: Raw = False,
    region: Region = None,
    mirrored: Mirrored = False,
    jobs: Annotated[int, typer.Option(min=1, help="Of several sources: how many at a time.")] = 1,
    overwrite: Overwrite = False,
) -> None:
    """Find the pose in videos and pictures. What was interrupted goes on where it was when the same command is given again."""
    how: dict[str, Any] = {
        "to": to, "detector": detector, "options": _options(option), "person": person, "fps": str(parse_fps(fps)), "fit": fit,
        "clean": not raw, "region": _region(region), "mirrored": mirrored, "overwrite": overwrite,
    }  # fmt: skip
    targets = [target] if len(sources) == 1 else _targets(sources, target, to)
    skipped = [path for path in targets if len(sources) > 1 and path.exists() and not overwrite]
    wanted = [
        {"source": _absolute(source), "target": str(path.absolute()), **how}
        for source, path in zip(sources, targets, strict=True)
        if path not in skipped
    ]
    outcomes: list[_Outcome] = []
    try:
        _detect(wanted, jobs, outcomes)
    except KeyboardInterrupt:
        if len(sources) > 1:
            _tell(outcomes)
        done = f" after {len(skipped) + len(outcomes)} of {len(sources)}" if len(sources) > 1 else ""
        err.print(f"stopped{done}; the same command goes on from there")
        raise typer.Exit(130) from None
    if len(sources) == 1 and (error := outcomes[0].error):
        raise error
    for path in skipped:
        err.print(f"[yellow]note[/yellow]: {escape(str(path))}: exists and is left alone; --overwrite makes it again")
    _tell(outcomes)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


def _tell(outcomes: Sequence[_Outcome]) -> None:
    """What came of each."""
    for outcome in outcomes:
        if outcome.error:
            err.print(f"[red]failed[/red]: {escape(str(outcome.error))}")
            continue
        several = f"{Path(outcome.result['written']).name}: " if len(outcomes) > 1 else ""
        _tell_of((), outcome.result["lost"], several)
        people = counted(outcome.result["people"], "person", "people")
        written = escape(outcome.result["written"])
        out.print(f"{counted(outcome.result['frames'], 'frame')} of {people} written to {written}")


def _tell_of(notes: Sequence[str], lost: Sequence[str], what: str = "") -> None:
    for note in notes:
        err.print(f"[yellow]note[/yellow]: {escape(what + note)}")
    for loss in lost:
        err.print(f"[yellow]not kept[/yellow]: {escape(what + loss)}")


def _absolute(source: str) -> str:
    from poseforge.sources import Source

    path = Source(source).path
    return source if path is None else str(path.absolute())


def _targets(sources: list[str], folder: Path, to: str | None) -> list[Path]:
    """What is written of each of several sources: its own name in the folder. InvalidValue if two have one name."""
    from poseforge.formats import DEFAULT, get

    known = get(to or DEFAULT)
    stems = Counter(Path(source).stem.casefold() for source in sources)  # not every system tells capitals apart
    names = [path.stem if stems[path.stem.casefold()] == 1 else path.name.replace(".", "-") for path in map(Path, sources)]
    twice = [name for name, count in Counter(map(str.casefold, names)).items() if count > 1]
    if twice:
        raise InvalidValue(f"{twice[0]}: several sources have this name; detect them into folders of their own")
    return [folder / (name + ("" if known.folder else known.suffixes[0])) for name in names]


def _options(settings: list[str] | None) -> dict[str, Any]:
    """Options of a detector: numbers, true and false as such, the rest as text."""
    options: dict[str, Any] = {}
    for name, text in named(settings):
        options[name] = {"true": True, "false": False}.get(text, text)
        for kind in (float, int):
            try:
                options[name] = kind(text)
            except ValueError:
                continue
    return options


def _region(text: str | None) -> tuple[int, int, int, int] | None:
    if text is None:
        return None
    numbers = text.split(",")
    if len(numbers) != 4 or not all(number.strip().isdecimal() and len(number) < 9 for number in numbers):
        raise InvalidValue(f"region {text!r:.40}: write left, top, width and height in pixels, as 0,0,640,720")
    left, top, width, height = map(int, numbers)
    return left, top, width, height


@dataclass(frozen=True)
class _Outcome:
    """What came of a source: what was made, or what went wrong."""

    result: dict[str, Any]
    error: PoseForgeError | None = None


def _detect(wanted: list[dict[str, Any]], jobs: int, outcomes: list[_Outcome]) -> None:
    """Do what is wanted, with a bar for each source that is worked on; `outcomes` gets what came of each as it ends."""
    from poseforge.jobs import prepare

    with tempfile.TemporaryDirectory(prefix="poseforge-") as root, ExitStack() as stack:
        bars = stack.enter_context(Bars())
        requests = [prepare(Path(root), "detect", arguments) for arguments in wanted]
        do = _here if jobs == 1 or len(requests) < 2 else stack.enter_context(_elsewhere(min(jobs, len(requests))))

        def work(request: Request) -> None:
            with bars.bar(Path(request.arguments["source"]).name) as bar:

                def tell(event: Event) -> None:
                    if event.kind == "progress":
                        bar(event.done, event.total)
                    elif event.kind == "note":
                        _tell_of([event.text], (), f"{Path(request.arguments['target']).name}: " if len(wanted) > 1 else "")

                try:
                    outcomes.append(_Outcome(do(request, tell)))
                except Cancelled:
                    raise KeyboardInterrupt from None
                except PoseForgeError as error:
                    outcomes.append(_Outcome({}, error))

        if do is _here:
            for request in requests:
                work(request)
            return
        with ThreadPoolExecutor(jobs) as threads:
            futures = [threads.submit(work, request) for request in requests]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                stack.close()
                raise


_Do = Callable[["Request", Callable[["Event"], None]], dict[str, Any]]


def _here(request: Request, tell: Callable[[Event], None]) -> dict[str, Any]:
    from poseforge.jobs import run

    return run(request, tell)


@contextmanager
def _elsewhere(count: int) -> Iterator[_Do]:
    """Work in a number of processes, which end with the context: soon, and what they have done is kept."""
    from poseforge.worker import Worker

    idle: SimpleQueue[Worker] = SimpleQueue()
    workers = [Worker() for _ in range(count)]
    for worker in workers:
        idle.put(worker)

    def do(request: Request, tell: Callable[[Event], None]) -> dict[str, Any]:
        events: SimpleQueue[Event] = SimpleQueue()
        worker = idle.get()
        try:
            worker.submit(request, events.put)
            while not (event := events.get()).last:
                tell(event)
        finally:
            idle.put(worker)
        if event.kind == "cancelled":
            raise Cancelled("cancelled")
        if event.kind == "failed":
            raise PoseForgeError(event.text)
        return event.result or {}

    try:
        yield do
    finally:
        for worker in workers:
            worker.close()


@app.command()
def record(
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write the poses.", show_default=False)],
    camera: Annotated[str, typer.Option(metavar="NUMBER", help="Which camera, by its number or its name.")] = "0",
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE", help="Instead of a camera: a video, lavfi: and a source of FFmpeg's, or what a recording left."
        ),
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="How long; else until Ctrl-C.")] = None,
    countdown: Annotated[int, typer.Option(min=0, max=60, metavar="SECONDS", help="Time to get ready.")] = 3,
    to: To = None,
    detector: Detector = "mediapipe",
    option: Settings = None,
    person: Person = "largest",
    fps: Rate = "24",
    fit: Fit = None,
    raw: Raw = False,
    region: Region = None,
    mirrored: Mirrored = False,
    overwrite: Overwrite = False,
) -> None:
    """Record poses from a camera, without sound. Ctrl-C ends the recording and keeps it."""
    from poseforge import recording
    from poseforge.capture import Detection
    from poseforge.sources import CAMERA, Source, open_source

    place = Source(source or f"{CAMERA}{camera}", parse_fps(fps), _region(region), mirrored)
    wanted = Detection(place, target, to, detector, _options(option), person, fit, not raw, overwrite)
    wanted.check()
    limit = round(seconds * place.fps) if seconds else 0
    if place.path and recording.began(place.path) is not None:
        return _keep(wanted, place.path, limit)
    open_source(place).close()  # what is not there is told before anybody waits
    with closing(wanted.open()) as opened:
        for left in range(countdown, 0, -1):
            err.print(f"{left} ...")
            time.sleep(1)
        with open_source(place) as pictures, _interruptible() as interrupted:
            err.print("recording" + ("" if limit else "; Ctrl-C ends it"))
            target.absolute().parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=".poseforge-", suffix=".take", dir=target.absolute().parent))
            failed: PoseForgeError | None = None
            try:
                recording.take_all(pictures, opened, folder, lambda done: interrupted() or 0 < limit <= done)
            except PoseForgeError as error:
                failed = error
    if failed and recording.began(folder) is None:
        shutil.rmtree(folder, ignore_errors=True)
        raise failed
    _keep(wanted, folder, limit, failed)


def _keep(wanted: Detection, folder: Path, limit: int, failed: PoseForgeError | None = None) -> None:
    """Write the take that lies in a folder; it stays there if that cannot be. Raises why, or why the take ended early."""
    from poseforge import recording

    target = wanted.target
    taken = recording.read(folder)
    if limit:
        taken = taken.first(limit)
    try:
        report: Report = wanted.write(taken)
    except PoseForgeError as error:
        if taken.somebody:
            again = f"poseforge record {shlex.quote(str(target))} --source {shlex.quote(str(folder))}"
            raise PoseForgeError(f"{error}; what was recorded is kept, and written by: {again}") from None
        shutil.rmtree(folder, ignore_errors=True)
        raise failed or error from None
    shutil.rmtree(folder, ignore_errors=True)
    _tell_of(report.notes, report.lost)
    people = counted(report.people, "person", "people")
    out.print(f"{counted(report.frames, 'frame')} of {people} written to {escape(str(target))}")
    if failed:
        raise failed


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Within, Ctrl-C interrupts nothing, but is remembered."""
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        yield lambda: bool(seen)
    finally:
        signal.signal(signal.SIGINT, before)
