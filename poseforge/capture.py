"""Capture: the pictures of a source, through a detector, become sequences of poses, one for each person.

    take = capture.take(pictures, detector)         what was detected, picture by picture
    people = take.people("largest")                 followed from picture to picture, chosen, cleaned

Decoding, detection and what is done here go on at the same time. What is done is kept in chunks, if there is a folder for them,
so that work that was interrupted goes on from there; a source that ends early leaves what it gave.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import detect, filters
from poseforge.align import FILMED, fit_box, fitted
from poseforge.converting import Report
from poseforge.detect import Detector, Person
from poseforge.detections import MAX_FRAMES, Options, chosen, sequences
from poseforge.errors import InvalidValue, Taken
from poseforge.files import keep_apart, writing_file
from poseforge.formats import DEFAULT, losses, write_poses, writer
from poseforge.quality import HANDS, NO_HANDS, VISIBLE, has_hands, runs
from poseforge.records import write_arrays
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134
from poseforge.sources import Pictures, Shot, Source, open_source

Tell = Callable[[int, int], None]
"""Told how many pictures are done, and of how many; 0 if nobody knows. Whatever it raises ends the work."""

BRIDGED = "bridged"
"""In `frame_meta` of what was cleaned: (T, K) which joints were not seen but filled in from before and after."""

_BATCH = 8
"""Pictures that a detector is given at once: enough to keep its threads busy, few enough for a bar that moves."""

_CHUNK = 240
"""Pictures, ten seconds, after which what was found is written down, and a detector begins anew. Many a detector follows people
from picture to picture and never again finds the very same once it was interrupted; so it is always interrupted here, and work
that goes on comes to the same poses as work that was never stopped. A multiple of `_BATCH`.
"""

_RUN_IN = 1
"""Pictures before a chunk that a detector which begins anew sees once more, so that it has found hands that go on. To begin
anew and to see them takes MediaPipe 1.6 % of its time; with more its bodies come no nearer to those it would have followed.
"""

_GHOST = 0.1
"""The share of the pictures up to which a body without hands or a face is a detector's mistake."""

_FEW = 0.9
"""The share of the frames below which it is told in how many of them a hand is."""

_SURE = np.concatenate([wholebody_134.group(part) for part in (*HANDS, "face")])

_ALONE_S = 1.0
"""How long nobody must be there to be worth telling."""


@dataclass(frozen=True)
class Take:
    """What a detector found in each of T pictures.

    Attributes:
        frames: the people in each, (134, 3) pixels and confidence.
        seconds: when each picture was taken, after the first.
        size, fps: of the pictures.
        source: what they were taken of and by what, in words.
        problem: why the source ended early; empty if it did not.
    """

    frames: list[list[Person]]
    seconds: list[float]
    size: tuple[int, int]
    fps: Fraction
    source: str = ""
    problem: str = ""

    @property
    def somebody(self) -> bool:
        """Whether anybody was seen: hands or a face, or a body for more than a moment, which detectors see in walls as well."""
        people = [person for some in self.frames for person in some]
        sure = any((person[_SURE, 2] >= VISIBLE).any() for person in people)
        return sure or sum(map(bool, self.frames)) > _GHOST * len(self.frames)

    def first(self, count: int) -> Take:
        """No more than so many pictures of it."""
        return replace(self, frames=self.frames[:count], seconds=self.seconds[:count])

    def people(self, who: str = "largest", clean: bool = True) -> tuple[PoseSequence, ...]:
        """One sequence per person on the hub's skeleton, of those that `detections.chosen` chooses. InvalidValue if nobody is
        there, or no such person.

        Cleaned, places are those at the clock's ticks rather than when the nearest picture was taken; exchanged hands are put
        right, outliers and noise removed, and what was lost for less than 0.3 s is filled in, less certain than its neighbours
        and marked in `frame_meta` as `BRIDGED`.
        """
        if not self.somebody:
            ended = f" {self.problem}" if self.problem else ""
            raise InvalidValue(
                f"{self.source}: nobody was seen, so nothing is kept (pictures looked at: {len(self.frames)}); is it the right "
                f"source, and does it show head, shoulders and hands, large enough and in good light?{ended}"
            )
        alone = max(map(len, self.frames)) == 1
        ids = [[0] * len(people) for people in self.frames] if alone else None
        options = Options(size=self.size, fps=self.fps)
        found = chosen(sequences(self.frames, wholebody_134, self.source, options, ids, unit="pixels"), who)
        if self.problem:
            found = tuple(replace(person, meta={**person.meta, "note": self.problem}) for person in found)
        return tuple(_cleaned(person, np.array(self.seconds)) for person in found) if clean else found

    def notes(self, people: tuple[PoseSequence, ...]) -> Iterator[str]:
        """What is worth knowing of the take, and of those who were made of it, a line each."""
        if self.problem:
            yield f"{self.problem} What could be read is kept."
        for first, last in runs(~np.any([person.present.any(axis=1) for person in people], axis=0)):
            if (last - first + 1) / self.fps >= _ALONE_S:
                yield f"nobody from {float(first / self.fps):.1f} to {float((last + 1) / self.fps):.1f} s"
        for number, person in enumerate(people):
            for hand in HANDS:
                bridged = np.asarray(person.frame_meta.get(BRIDGED, np.zeros_like(person.present)))[
                    :, person.skeleton.group(hand)
                ]
                if count := int(bridged.any(axis=1).sum()):
                    who = f"person {number}: " if len(people) > 1 else ""
                    yield (
                        f"{who}the {hand.replace('_', ' ')} is filled in for {count} {'frame' if count == 1 else 'frames'} "
                        "in which it was not seen"
                    )
            if has_hands(people):
                yield from _notes(person, f"person {number}: " if len(people) > 1 else "")
        if not has_hands(people):
            yield NO_HANDS


def _notes(person: PoseSequence, who: str) -> Iterator[str]:
    """In how many frames each hand is, if either is in few."""
    total = len(person)
    counts = [int(person.present[:, person.skeleton.group(hand)].any(axis=1).sum()) for hand in HANDS]
    if min(counts) < _FEW * total:
        yield f"{who}of {total} frames, the left hand is in {counts[0]}, the right one in {counts[1]}"


def _crowd_notes(people: tuple[PoseSequence, ...], who: str, format: str) -> Iterator[str]:
    """What those who asked for everybody do not expect."""
    if who == "all" and len(people) == 1:
        yield "everybody was asked for, and one person was found; MediaPipe looks for one, DWPose for several"
    if format == DEFAULT and len(people) > 1:
        yield f"{len(people)} people are in each frame, and EchoMimicV2 animates one; keep one: --person largest"


def _cleaned(person: PoseSequence, seconds: NDArray[np.float64]) -> PoseSequence:
    """The default clean-up of `filters.clean`, but hands are judged, and filled in, from their wrists: films of hands are full
    of quick ones that are lost in their blur, while the arm is still seen.
    """
    hands = [wholebody_134.joints[i] for hand in HANDS for i in wholebody_134.group(hand)]
    others = [name for name in wholebody_134.joints if name not in hands]

    def mended(seen: PoseSequence) -> PoseSequence:
        return filters.fill_gaps(_with_quick_hands(filters.reject_outliers(seen, joints=hands), seen), joints=hands)

    done = filters.swap_repair(filters.retime(person, seconds))
    done = filters.from_wrists(filters.clean(done, joints=others), mended)
    done = filters.denoise(done, joints=hands)
    return replace(done, frame_meta={**done.frame_meta, BRIDGED: done.present & ~person.present})


def _with_quick_hands(judged: PoseSequence, seen: PoseSequence) -> PoseSequence:
    """With the hands that were rejected as a whole in two frames or more between those that were not: a mistake lasts for one,
    a quick turn of the hand for some.
    """
    points = judged.points.copy()
    for hand in HANDS:
        joints = wholebody_134.group(hand)
        before, after = (sequence.present[:, joints].sum(axis=1) for sequence in (seen, judged))
        rejected = (before > 0) & (after <= before / 2)
        for first, last in runs(rejected | (before == 0)):
            frames = np.arange(first, last + 1)[rejected[first : last + 1]]
            if len(frames) > 1:
                points[np.ix_(frames, joints)] = seen.points[np.ix_(frames, joints)]
    return seen.with_points(points)


class Kept:
    """What is done of a take, in the chunks of a folder. Those that `take` writes have `_CHUNK` pictures each.

    Attributes:
        frames, seconds: as of a `Take`.
        start: the tick from which a source is to be opened to go on.
    """

    def __init__(self, folder: Path) -> None:
        """Read what is there; a chunk that is damaged, and those after it, are done again."""
        self.folder = folder
        self.frames: list[list[Person]] = []
        self.seconds: list[float] = []
        self._chunks = 0
        while (chunk := _read_chunk(folder / f"{self._chunks}.npz")) is not None:
            self.frames += chunk[0]
            self.seconds += chunk[1]
            self._chunks += 1
        self.start = max(0, len(self.frames) - _RUN_IN)

    def add(self, frames: list[list[Person]], seconds: list[float]) -> None:
        """Write down what is new."""
        people = np.array([person for some in frames for person in some]).reshape(-1, len(wholebody_134), 3)
        counts = np.array([len(some) for some in frames], dtype=np.int64)
        with writing_file(self.folder / f"{self._chunks}.npz", overwrite=True) as beside:
            write_arrays(beside, {"people": people, "counts": counts, "seconds": seconds})
        self._chunks += 1

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _read_chunk(path: Path) -> tuple[list[list[Person]], list[float]] | None:
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            people, counts, seconds = (file[name] for name in ("people", "counts", "seconds"))
        shapes = people.shape == (counts.sum(), len(wholebody_134), 3) and seconds.shape == counts.shape
        if not shapes or people.dtype != np.float64:
            return None
        ends = np.cumsum(counts)
        return [list(people[end - count : end]) for end, count in zip(ends, counts, strict=True)], seconds.tolist()
    except Exception:  # whatever a kill has left of a file: it is made again
        return None


def _nobody_told(*_: object) -> None:
    pass


def take(
    pictures: Pictures,
    detector: Detector,
    tell: Tell = _nobody_told,
    kept: Kept | None = None,
    enough: Callable[[int], bool] = lambda done: False,
) -> Take:
    """Detect people in pictures until the source ends, or it is `enough` of so many.

    With `kept` the pictures are those from its start on, and each chunk of them is kept there as soon as it is done, whatever
    ends the work. Raises what the source or the detector raise, and InvalidValue if there is no end to the pictures.
    """
    frames, seconds = (list(kept.frames), list(kept.seconds)) if kept else ([], [])
    coming = iter(pictures)
    before = list(islice(coming, len(frames) - kept.start)) if kept else []
    for shots, people in detected(coming, detector, before, chunk=_CHUNK if kept else None):
        frames += people
        seconds += [moment for _, moment in shots]
        if kept and len(frames) % _CHUNK == 0:
            kept.add(frames[-_CHUNK:], seconds[-_CHUNK:])
        tell(len(frames), max(pictures.total, len(frames)) if pictures.total else 0)
        if len(frames) > MAX_FRAMES:
            raise InvalidValue(f"{pictures.source.place}: has more than {MAX_FRAMES:,} frames; take it in parts")
        if enough(len(frames)):
            pictures.stop()
    tell(len(frames), len(frames))
    return Take(frames, seconds, pictures.size, pictures.source.fps, pictures.source.place, pictures.problem)


def detected(
    shots: Iterator[Shot], detector: Detector, before: Sequence[Shot] = (), chunk: int | None = None
) -> Iterator[tuple[list[Shot], list[list[Person]]]]:
    """The shots batch by batch with the people in each. At the first one, and after each chunk of so many if there are chunks,
    the detector begins anew, with the shots just `before`.
    """
    done = 0
    while batch := list(islice(shots, _BATCH)):
        if done == 0 or (chunk and done % chunk == 0):
            detector.restart()
            look = _Look(detector)
            look.people(before)
        yield batch, look.people(batch)
        before = batch[-_RUN_IN:]
        done += len(batch)


class _Look:
    """A detector that does not look again at a picture that is there again."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._last: Shot | None = None
        self._known: list[Person] = []

    def people(self, shots: Sequence[Shot]) -> list[list[Person]]:
        """The people in each of some shots that follow one another."""
        lasts = [self._last, *shots]
        fresh = [shot for last, shot in zip(lasts, shots, strict=False) if last is None or shot[0] is not last[0]]
        found = iter(self._detector.people([picture for picture, _ in fresh]) if fresh else [])
        people = []
        for shot in shots:
            if self._last is None or shot[0] is not self._last[0]:
                self._known = next(found)
            people.append(self._known)
            self._last = shot
        return people


@dataclass(frozen=True)
class Detection:
    """From a source to a file of poses.

    Attributes:
        source: what is looked at.
        target, to: the path that is written, and the name of its format, else told by the path.
        detector, options: the name of a kind of detectors, and its options.
        person: which of several people, as in `detections.chosen`.
        fit: how they come onto EchoMimicV2's canvas, one of `align.FITS`; None is `align.FILMED` for its own format, and leaves
            the canvas as it is for others.
        clean: whether to clean, as `Take.people` does.
        overwrite: whether the target may be replaced.
    """

    source: Source
    target: Path
    to: str | None = None
    detector: str = detect.DEFAULT
    options: Mapping[str, Any] = field(default_factory=dict)
    person: str = "largest"
    fit: str | None = None
    clean: bool = True
    overwrite: bool = False

    def open(self) -> Detector:
        """The detector, ready. Raises what `detect.opened` raises."""
        return detect.opened(self.detector, self.options)

    def check(self) -> None:
        """Raise what would stand in the way of writing, before the work is done."""
        writer(self.target, self.to)
        if self.source.path:
            keep_apart(self.source.path, self.target)
        taken = any(self.target.iterdir()) if self.target.is_dir() else self.target.exists()
        if taken and not self.overwrite:
            raise Taken(f"{self.target}: exists; choose another name, or have it replaced")

    @property
    def kept(self) -> Path | None:
        """The folder beside the target where what is done is kept until it is written; None for a source that does not wait."""
        path = self.source.path
        if path is None:
            return None
        state = path.stat() if path.exists() else None
        what = (path.resolve(), state and (state.st_size, state.st_mtime_ns), replace(self.source, place=""))
        how = (self.detector, sorted(self.options.items()))
        where = (self.target.absolute(), self.to)  # others that look at it at the same time have chunks of their own
        key = hashlib.sha256(repr((what, how, where)).encode()).hexdigest()[:16]
        return self.target.absolute().parent / f".poseforge-{key}.chunks"

    def run(self, tell: Tell = _nobody_told, note: Callable[[str], object] = _nobody_told) -> Report:
        """Detect and write. What was done of the very same before is not done again, of which `note` hears. Raises a
        PoseForgeError.
        """
        self.check()
        folder = self.kept
        kept = Kept(folder) if folder else None
        if kept and kept.frames:
            message = f"goes on at {len(kept.frames) / float(self.source.fps):.1f} s, where it was interrupted"
            note(message)
        with open_source(self.source, kept.start if kept else 0) as pictures, closing(self.open()) as detector:
            taken = take(pictures, detector, tell, kept)
        if kept and not taken.somebody:
            kept.remove()
        report = self.write(taken)
        if kept:
            kept.remove()
        return report

    def write(self, taken: Take) -> Report:
        """Make sequences of what was taken, and write them."""
        taken = replace(taken, source=f"{detect.get(self.detector).title}: {Path(taken.source).name or taken.source}")
        people = taken.people(self.person, self.clean)
        format = writer(self.target, self.to)
        notes = tuple(taken.notes(people)) + tuple(_crowd_notes(people, self.person, format.name))
        fit = self.fit or (FILMED if format.name == DEFAULT else None)
        if fit:
            people = fitted(people, fit_box(people, fit))
        lost = tuple(loss for loss in losses(people, format) if loss != "feet")  # which EchoMimicV2 has no use for
        write_poses(people, self.target, self.to, self.overwrite)
        return Report(len(people[0]), len(people), lost, notes)
