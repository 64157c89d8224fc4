"""Where pictures come from: a video, a picture, a folder of pictures, a camera, one of FFmpeg's test patterns.

Whatever it is gives upright RGB pictures of one size on the project's clock: at each tick the picture nearest to it, and when
that was. So a rate that varies, as telephones film, does no harm. Pictures are decoded ahead on a thread of their own, a few at
a time, so that detection need not wait and a film never lies in memory as a whole.

A source that ends before its end, a damaged film or a camera that is unplugged, ends the pictures and says why in
`Pictures.problem`: what came before it is good.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, islice
from math import floor, inf
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import FileProblem, FormatError, InvalidValue
from poseforge.media import PICTURES, is_picture, picture_frames, read_picture, turned
from poseforge.records import in_order
from poseforge.sequence import FPS, checked_fps

Picture = NDArray[np.uint8]
Shot = tuple[Picture, float]
"""A picture, and the seconds after the first one at which it was taken. The very same array again if no newer one was there."""

LAVFI = "lavfi:"
CAMERA = "camera:"

_AHEAD = 8
"""Pictures that wait at most: a third of a second, in which no film takes long to decode."""

_AHEAD_LIVE = 2
"""Of a camera: what is seen shall be now."""

_PATIENCE_S = 0.1
"""How long a thread waits before it looks whether anybody still wants its pictures."""


@dataclass(frozen=True)
class Source:
    """What pictures are taken of.

    Attributes:
        place: a path, ``camera:0`` (or the camera's name), or ``lavfi:`` and one of FFmpeg's sources, as testsrc2=size=640x360.
        fps: of the pictures that come out.
        region: (left, top, width, height) of the upright picture in pixels, if only that part is wanted.
        mirrored: whether it is a mirror image, as of a front camera: it is turned back, so that left is the person's own.
        first, last: the seconds between which it is looked at; None for its end.
    """

    place: str
    fps: Fraction = FPS
    region: tuple[int, int, int, int] | None = None
    mirrored: bool = False
    first: float = 0.0
    last: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", os.fspath(self.place))
        object.__setattr__(self, "fps", checked_fps(self.fps))
        if self.region is not None and not (
            len(self.region) == 4 and all(type(side) is int and side >= 0 for side in self.region) and min(self.region[2:]) > 0
        ):
            raise InvalidValue(f"region {self.region!r:.60}; expected left, top, width and height in pixels")
        if not 0 <= self.first < (inf if self.last is None else self.last):
            raise InvalidValue(f"from {self.first} to {self.last} s; expected two moments, the earlier one first")

    @property
    def begin(self) -> int:
        """The tick of the source that is its first here."""
        return round(self.first * self.fps)

    @property
    def live(self) -> bool:
        """Whether it goes on whoever looks."""
        return self.place.startswith(CAMERA)

    @property
    def path(self) -> Path | None:
        """The file or folder, if it is one."""
        return None if self.place.startswith((CAMERA, LAVFI)) else Path(self.place)


def open_source(source: Source, start: int = 0) -> Pictures:
    """Begin to take pictures, from tick `start` after the source's first second on.

    FileProblem if there is nothing at the place or a camera cannot be opened, FormatError if it holds no pictures, InvalidValue
    if the region or the first second lies outside.
    """
    path, start = source.path, source.begin + start
    if path is None:
        return Pictures(source, _Stream(source, start), start)
    if not path.exists():
        raise FileProblem(f"{path}: no such file or folder")
    if path.is_dir():
        return Pictures(source, _Files(source, path, start), start)
    if path.suffix.lower() in PICTURES or is_picture(path):
        return Pictures(source, _Picture(source, path), start)
    return Pictures(source, _Stream(source, start), start)


class Pictures:
    """The pictures of a source as they come, a tick after the other; close it, or use it as a context, and the source is free.

    Attributes:
        source: what they are taken of.
        size: (width, height) of every picture.
        total: about how many there are from the source's first second on; 0 if nobody knows.
        missed: how many a camera gave that nobody had time for.
        problem: why it ended early, in words; empty as long as nothing is wrong.
    """

    def __init__(self, source: Source, reader: _Stream | _Files | _Picture, start: int) -> None:
        self.source, self.missed, self.problem = source, 0, ""
        self._reader = reader
        self._end = inf if source.last is None else max(round(source.last * source.fps), source.begin + 1)
        self._queue: Queue[tuple[Picture, float, int] | None] = Queue(_AHEAD_LIVE if source.live else _AHEAD)
        self._stop, self._enough = Event(), Event()
        self._error: Exception | None = None
        self._thread = Thread(target=self._work, args=(start,), name="poseforge-pictures", daemon=True)
        try:
            self.size, self.total = self._view(reader.size), self._ticks(reader.total)
        except InvalidValue:
            reader.close()
            raise
        self._thread.start()

    def __iter__(self) -> Iterator[Shot]:
        """The pictures that are left. Raises what stopped the source if none came at all."""
        while not self._stop.is_set():
            try:
                shot = self._queue.get(timeout=_PATIENCE_S)
            except Empty:
                continue
            if shot is None:
                break
            picture, seconds, ticks = shot
            for _ in range(ticks):
                yield picture, seconds
        if self._error:
            raise self._error

    def stop(self) -> None:
        """Let the source end here: what was taken still comes."""
        self._enough.set()

    def close(self) -> None:
        """Take no more pictures, and give back the file or the camera."""
        self._stop.set()
        self._thread.join()

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _view(self, size: tuple[int, int]) -> tuple[int, int]:
        """The size of what is looked at, of an upright picture of a size."""
        if self.source.region is None:
            return size
        left, top, width, height = self.source.region
        if left + width > size[0] or top + height > size[1]:
            place = f"{width}x{height} pixels from {left},{top}"
            raise InvalidValue(f"{self.source.place}: has {size[0]}x{size[1]} pixels, beyond which {place} reach")
        return width, height

    def _ticks(self, total: int) -> int:
        """How many of so many ticks are looked at."""
        begin = self.source.begin
        if 0 < total <= begin:
            length = float(total / self.source.fps)
            raise InvalidValue(f"{self.source.place}: is over after {length:.1f} s, before its part begins")
        if total == 0:
            return 0 if self._end == inf else int(self._end) - begin
        return int(min(total, self._end)) - begin

    def _work(self, start: int) -> None:
        """Put picture after picture into the queue; on a thread."""
        some, waiting, tick = False, 0, start
        before = float(self.source.begin / self.source.fps)
        try:
            for frame, ticks in _on_ticks(self._reader.frames(), self.source.fps, start, self._reader.period):
                ticks = int(min(ticks, self._end - tick))
                tick += ticks
                if self._put((self._cut(frame.picture()), frame.seconds - before, ticks + waiting)):
                    some, waiting = True, 0
                else:
                    waiting += ticks
                    self.missed += 1
                if self._stop.is_set() or self._enough.is_set() or tick >= self._end:
                    break
            else:
                self.problem = self._reader.problem
            if not some and not self._enough.is_set():
                raise FormatError(self.source.place, f"holds no picture that can be read. {self.problem}".strip())
        except Exception as error:  # it comes through where the pictures are used
            if some and isinstance(error, FormatError):
                self.problem = error.problem
            else:
                self._error = error
        finally:
            self._reader.close()
            while not self._put(None) and not self._stop.is_set():
                pass

    def _put(self, shot: tuple[Picture, float, int] | None) -> bool:
        """Whether somebody took it. A camera does not wait: what nobody has time for is missed."""
        hurry = self.source.live and shot is not None
        while not self._stop.is_set():
            try:
                self._queue.put(shot, not hurry, _PATIENCE_S)
                return True
            except Full:
                if hurry:
                    break
        return False

    def _cut(self, picture: Picture) -> Picture:
        if self.source.region is not None:
            left, top, width, height = self.source.region
            picture = picture[top : top + height, left : left + width]
        return np.ascontiguousarray(picture[:, ::-1] if self.source.mirrored else picture)


@dataclass(frozen=True, eq=False)
class _Frame:
    """Something that a picture can be made of, and when it was taken, in seconds."""

    seconds: float
    picture: Callable[[], Picture]


def _on_ticks(frames: Iterator[_Frame], fps: Fraction, start: int, period: float) -> Iterator[tuple[_Frame, int]]:
    """The frames that are nearest to a tick, from tick `start` on, and to how many; the last one lasts for a `period`."""
    tick, held = start, None
    for frame in chain(frames, [None]):
        if held is not None and frame is not None and frame.seconds <= held.seconds:
            continue  # a clock that goes back
        if held is not None:
            until = (held.seconds + frame.seconds) / 2 if frame else held.seconds + period / 2
            count = floor(until * fps + _TIE) + 1 - tick
            if count > 0:
                yield held, count
                tick += count
        held = frame


_TIE = 1e-6
"""Of a tick: a frame just between two is the earlier one's."""


class _Files:
    """Pictures in the files of a folder, one for each tick; what cannot be read is passed over.

    Attributes, here and of the others:
        size: (width, height) of the upright pictures.
        total: about how many ticks there are; 0 if that is not known.
        period: seconds that a picture lasts.
        problem: why they ended early, or what is missing.
    """

    problem = ""

    def __init__(self, source: Source, path: Path, start: int) -> None:
        found = [entry for entry in path.iterdir() if entry.suffix.lower() in PICTURES and entry.is_file()]
        if not found:
            raise FormatError(path, f"holds no pictures ({', '.join(PICTURES)}).")
        self._files = in_order(path, found)
        self._start, self._fps = start, source.fps
        self.total, self.period = len(self._files), float(1 / source.fps)
        self.size = self._first_size()

    def _first_size(self) -> tuple[int, int]:
        """Of the first picture that can be read; if there is none, raises what is wrong with the first."""
        problem: FormatError | None = None
        for file in self._files:
            try:
                height, width = read_picture(file).shape[:2]
            except FormatError as error:
                problem = problem or error
            else:
                return width, height
        assert problem is not None
        raise problem

    def frames(self) -> Iterator[_Frame]:
        damaged = []
        for i, file in enumerate(self._files[self._start :], self._start):
            try:
                picture = read_picture(file)
            except FormatError:
                damaged.append(file.name)
                continue
            height, width = picture.shape[:2]
            if (width, height) != self.size:
                self.problem = f"{file.name} has {width}x{height} pixels, those before {self.size[0]}x{self.size[1]}."
                return
            yield _shown(float(i / self._fps), picture)
        if damaged:
            self.problem = f"Pictures that cannot be read were passed over: {len(damaged)}, the first is {damaged[0]}."

    def close(self) -> None:
        pass


class _Picture:
    """A picture, for a tick; or one that moves, as GIF, WebP, PNG and AVIF may."""

    problem = ""

    def __init__(self, source: Source, path: Path) -> None:
        self._coming = picture_frames(path)
        seen = list(islice(self._coming, 2))
        self._decoded = chain(seen, self._coming)
        self.total, self.period = (0, seen[0][1]) if len(seen) > 1 else (1, float(1 / source.fps))
        self.size = seen[0][0].shape[1], seen[0][0].shape[0]

    def frames(self) -> Iterator[_Frame]:
        seconds = 0.0
        for picture, lasts in self._decoded:
            yield _shown(seconds, picture)
            seconds += lasts

    def close(self) -> None:
        pass


def _shown(seconds: float, picture: Picture) -> _Frame:
    return _Frame(seconds, lambda: picture)


class _Stream:
    """A video, a camera or a test pattern, decoded frame by frame."""

    def __init__(self, source: Source, start: int) -> None:
        """Open it and decode the first frame."""
        self._source, self.problem, self._damaged = source, "", 0
        self._container = _opened(source)
        try:
            if not self._container.streams.video:
                raise FormatError(source.place, "holds no pictures, only sound or text.")
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            rate = self._stream.average_rate or source.fps
            self.period = float(1 / rate)
            self._begin = self._beginning()
            self._length = self._seconds_long()
            self.total = max(1, round(self._length * source.fps)) if self._length else 0
            if start and self._begin is not None:
                self._seek(self._begin + float(start / source.fps) - self.period)
            self._decoded = self._decode()
            first = next(self._decoded, None)
            if first is None:
                raise FormatError(source.place, f"holds no picture that can be read. {self.problem}".strip())
        except Exception:
            self._container.close()
            raise
        if self._begin is None:
            self._begin = first.time or 0.0
        self._decoded = chain([first], self._decoded)
        wider = self._stream.sample_aspect_ratio or 1
        self._coded = {"width": round(first.width * wider), "height": first.height}
        height, width = self._picture(first).shape[:2]
        self.size = width, height

    def frames(self) -> Iterator[_Frame]:
        last = 0.0
        for number, frame in enumerate(self._decoded):
            last = number * self.period if frame.time is None else frame.time - self._begin
            yield _Frame(last, partial(self._picture, frame))
        if self._source.live:
            self.problem = self.problem or "The camera stopped."
        elif not self.problem and last + max(_SHORT_S, 2 * self.period) < self._length:
            self.problem = f"It ends after {last:.1f} of {self._length:.1f} s."
        if self._damaged:
            self.problem = f"{self._damaged} damaged places were passed over. {self.problem}".strip()

    def _decode(self) -> Iterator[Any]:
        """The frames as FFmpeg gives them, without what cannot be decoded, as far as anything can be read."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
            except BlockingIOError:  # macOS' cameras have nothing yet
                sleep(self.period / 4)
                continue
            except (av.FFmpegError, OSError, ValueError) as error:
                self.problem = f"It cannot be read any further ({_why(error)})."
                return
            try:
                yield from packet.decode()
            except EOFError:
                return
            except (av.FFmpegError, OSError, ValueError):
                self._damaged += 1

    def _picture(self, frame: Any) -> Picture:
        picture = np.asarray(frame.to_ndarray(format="rgb24", **self._coded), dtype=np.uint8)
        return turned(picture, frame)

    def _seconds_long(self) -> float:
        """How long the film says it is; 0 if it does not."""
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        length = (self._container.duration or 0) / 1e6  # FFmpeg's clock for whole files
        if "matroska" in self._container.format.name:  # which counts from its clock's zero, not from the first picture
            length -= self._begin or 0.0
        return max(length, 0.0)

    def _beginning(self) -> float | None:
        """When the first frame is shown, by the clock of a file that can be searched."""
        if self._source.path is None or self._stream.start_time is None or self._stream.time_base is None:
            return None
        return float(self._stream.start_time * self._stream.time_base)

    def _seek(self, seconds: float) -> None:
        """Go to a frame at or before a time that can be decoded alone; what cannot go is read from its beginning."""
        import av

        with suppress(av.FFmpegError, OSError, ValueError):
            self._container.seek(int(seconds / self._stream.time_base), stream=self._stream)

    def close(self) -> None:
        self._container.close()


_SHORT_S = 0.5
"""A film whose pictures end so much before what it says is broken off: sound is often a little longer."""


def _opened(source: Source) -> Any:
    import av

    place = source.place
    try:
        if source.place.startswith(LAVFI):
            return av.open(source.place.removeprefix(LAVFI), format="lavfi")
        if source.live:
            place, kind, options = _camera(source.place.removeprefix(CAMERA))
            return av.open(place, format=kind, options=options, timeout=(_CAMERA_S, _CAMERA_S))
        return av.open(place)
    except (av.FFmpegError, OSError, ValueError) as error:
        if source.live:
            advice = "is it plugged in, allowed, and used by nobody else?"
            raise FileProblem(f"{source.place} ({place}): cannot be opened ({_why(error)}); {advice}") from None
        if isinstance(error, PermissionError):
            raise FileProblem(f"{place}: may not be read") from None
        raise FormatError(place, f"is no picture or video that can be read ({_why(error)}).") from None


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


_CAMERA_S = 10.0
"""A camera that says nothing for so long is gone."""


def _camera(name: str) -> tuple[str, str, dict[str, str]]:
    """How FFmpeg calls a camera, by its number or its own name: the device, the kind of devices, and what to ask of it."""
    import av

    if sys.platform == "win32":
        if name.isdecimal():
            found = [device.name for device in av.enumerate_input_devices("dshow") if "video" in device.media_types]
            if int(name) >= len(found):
                raise FileProblem(f"camera {name}: there are {len(found)}: {', '.join(found) or 'none'}")
            name = found[int(name)]
        return f"video={name}", "dshow", {}
    if sys.platform == "darwin":
        return f"{name}:none", "avfoundation", {"framerate": "30"}
    return f"/dev/video{name}" if name.isdecimal() else name, "v4l2", {}


def cameras() -> list[tuple[str, str]]:
    """The cameras that are there: the place of each, as a `Source` has it, and its name."""
    import av

    kind = {"win32": "dshow", "darwin": "avfoundation"}.get(sys.platform)
    if kind is None:
        nodes = [node for node in _NODES.glob("video*") if _line(node / "index") == "0"]  # others are a camera's second view
        numbers = sorted(int(node.name.removeprefix("video")) for node in nodes)
        return [(f"{CAMERA}{number}", _line(_NODES / f"video{number}" / "name")) for number in numbers]
    try:
        devices = av.enumerate_input_devices(kind)
    except (av.FFmpegError, OSError, ValueError):
        return []
    names = [device.description or device.name for device in devices if "video" in device.media_types]
    return [(f"{CAMERA}{number}", name) for number, name in enumerate(names)]


_NODES = Path("/sys/class/video4linux")
"""What Linux knows of its cameras."""


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
