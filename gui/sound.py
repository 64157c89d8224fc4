"""The project's sound: read and analysed off the window's thread, and heard through the sound device if there is one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThreadPool, Signal

from poseforge.audio import Audio, peaks, read_audio
from poseforge.errors import PoseForgeError
from poseforge.projects import media_path
from poseforge.speech import Speech, analyse
from poseforge.timeline.project import Media

from .session import Session
from .text import tr
from .told import told

Floats = NDArray[np.float64]

PEAKS_PER_S = 200
"""The outline that is made once, of which those at lower zoom are gathered."""


@dataclass(frozen=True, eq=False)
class Heard:
    """A sound as it was read.

    Attributes:
        audio: its samples.
        speech: where a voice speaks, and its beats; None until that is known.
        outline: (N, 2) lowest and highest sample, `PEAKS_PER_S` to a second.
    """

    audio: Audio
    speech: Speech | None
    outline: NDArray[np.float32]

    def peaks(self, bins: int, start: float, end: float) -> NDArray[np.float32]:
        """(bins, 2) the outline from one second to another, no sample left out, however long the sound is."""
        if bins > (end - start) * PEAKS_PER_S / 2:
            return peaks(self.audio, bins, start, end)
        edges = np.linspace(start, end, bins + 1) * PEAKS_PER_S
        places = np.clip(edges.astype(np.intp), 0, len(self.outline))
        made = np.zeros((bins, 2), np.float32)
        inside = places[:-1] < places[1:]
        if inside.any():
            first = places[:-1][inside]
            upto = self.outline[: places[-1]]
            made[inside, 0] = np.minimum.reduceat(upto[:, 0], first)
            made[inside, 1] = np.maximum.reduceat(upto[:, 1], first)
        return made


class Sound(QObject):
    """What is known of the project's sound by now.

    Attributes:
        heard: the sound; None while it is read, or if there is none or none that can be read.
        problem: why it cannot be read; empty if it can.
    """

    changed = Signal()
    _answered = Signal(object, object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.heard: Heard | None = None
        self.problem = ""
        self._file: tuple[str, str] | None = None
        self._pool = QThreadPool(self)
        self._answered.connect(self._take)
        session.project_changed.connect(self._follow)
        self._follow()

    @property
    def state(self) -> str:
        """What to say in place of a sound that is not heard."""
        return self.problem or tr("Reading the sound…")

    @property
    def start(self) -> float:
        """The second of the project at which the sound begins."""
        media = self.session.project.audio
        return float(media.start / self.session.project.fps) if media else 0.0

    @property
    def beats(self) -> list[int]:
        """The frames of the project nearest to the beats of the speech."""
        if self.heard is None or self.heard.speech is None:
            return []
        fps = float(self.session.project.fps)
        return [round((beat + self.start) * fps) for beat in self.heard.speech.beats.tolist()]

    def _follow(self) -> None:
        """Read what the project now refers to, unless it is the same file."""
        media = self.session.project.audio
        file = (media.path, media.sha256) if media else None
        if file == self._file:
            return
        self._file, self.heard, self.problem = file, None, ""
        if media:
            self._pool.start(partial(self._read, media))
        self.changed.emit()

    def _read(self, media: Media) -> None:
        """On another thread: first what can be drawn and heard, then what a voice does in it."""
        try:
            audio = read_audio(media_path(media))
            bins = max(round(audio.duration * PEAKS_PER_S), 1)
            heard = Heard(audio, None, peaks(audio, bins, 0.0, bins / PEAKS_PER_S))
            self._answered.emit(media, heard)
            self._answered.emit(media, replace(heard, speech=analyse(audio)))
        except (PoseForgeError, OSError, MemoryError) as error:
            self._answered.emit(media, told(str(error)) or tr("The sound does not fit into memory."))

    def _take(self, media: Media, result: Heard | str) -> None:
        if (media.path, media.sha256) != self._file:
            return  # another sound was chosen meanwhile
        if isinstance(result, str):
            self.problem = result
            self.session.tell("warning", result)
        else:
            self.heard = result
        self.changed.emit()

    def close(self) -> None:
        """Wait for a reading to end: it must not outlive the application."""
        self._pool.clear()
        self._pool.waitForDone()


@dataclass(frozen=True)
class Run:
    """A way through the project's time, in seconds of it: from `start` up to `last` at a speed, and from `first` again."""

    first: float
    last: float
    start: float
    speed: float = 1.0
    loop: bool = False

    def at(self, elapsed: Floats) -> Floats:
        """Where it has come after some real seconds; beyond the last second once it is over."""
        place = self.start + elapsed * self.speed
        if not self.loop:
            return place
        return np.asarray(np.where(place < self.last, place, self.first + (place - self.first) % (self.last - self.first)))

    def over(self, place: float) -> bool:
        return place >= self.last


def rendered(sound: Audio, begins: float, run: Run, elapsed: Floats, volume: float) -> NDArray[np.float32]:
    """(N,) what is heard of a sound that begins at a second of the project, at some real seconds of a run."""
    places = run.at(elapsed)
    at = (places - begins) * sound.rate
    left = np.floor(at).astype(np.int64)
    audible = (left >= 0) & (left < len(sound) - 1) & (places < run.last)
    left = np.where(audible, left, 0)
    samples = sound.samples
    values = samples[left] + (samples[np.minimum(left + 1, len(sound) - 1)] - samples[left]) * (at - left)
    return np.where(audible, np.clip(values * volume, -1, 1), 0).astype(np.float32)


Voice = Callable[[Floats], NDArray[np.float32]]


class _Spoken:
    """A voice, how much of it was given to the device, and when it is heard: written by the device's thread."""

    def __init__(self, voice: Voice, delay: float) -> None:
        self.voice = voice
        self.given = 0
        self.anchor = (time.perf_counter() + delay, 0.0)


class Speaker:
    """The sound device, which is the clock while it plays. Raises OSError on `start` if there is none.

    It stays open between one voice and the next, since opening it takes longer than a frame may; PortAudio asks for samples on
    a thread of its own.
    """

    def __init__(self) -> None:
        self._stream: Any = None
        self._spoken: _Spoken | None = None

    def start(self, voice: Voice) -> None:
        """Play what `voice` gives for seconds counted from now on."""
        if self._stream is None:
            self._stream = self._opened()
        self._spoken = _Spoken(voice, self._stream.latency)

    def _opened(self) -> Any:
        try:
            import sounddevice

            rate = float(sounddevice.query_devices(kind="output")["default_samplerate"])

            def fill(out: NDArray[np.float32], count: int, times: Any, status: object) -> None:
                spoken = self._spoken
                if spoken is None:
                    out.fill(0)
                    return
                delay = max(times.outputBufferDacTime - times.currentTime, 0.0)
                spoken.anchor = time.perf_counter() + delay, spoken.given / rate
                out[:, 0] = spoken.voice((spoken.given + np.arange(count)) / rate)
                spoken.given += count

            stream = sounddevice.OutputStream(rate, channels=1, dtype="float32", callback=fill)
            stream.start()
        except Exception as error:  # no package, no PortAudio, no device: each fails in its own way
            raise OSError(str(error)) from None
        return stream

    def elapsed(self) -> float:
        """Seconds of the voice that have been heard."""
        if self._spoken is None:
            return 0.0
        when, heard = self._spoken.anchor
        return max(heard + time.perf_counter() - when, 0.0)

    def stop(self) -> None:
        """Be silent."""
        self._spoken = None

    def close(self) -> None:
        """Let go of the device."""
        self.stop()
        if self._stream is not None:
            self._stream.close()
            self._stream = None
