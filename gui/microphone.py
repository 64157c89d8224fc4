"""The microphone: how loud it is, and a sound file of what it hears. Where there is none it says so."""

from __future__ import annotations

import wave
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from .text import tr

_TICK_MS = 50
_FALL = 0.7
"""Of the level that is left a tick later: what was loud can be seen."""


class Microphone(QObject):
    """PortAudio fills a queue on a thread of its own; a timer takes from it, and whatever ends it, the file is whole so far.

    Attributes:
        level: how loud it is, 0 to 1.
        problem: why nothing is heard; empty as long as nothing is wrong.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.level, self.problem = 0.0, ""
        self._stream: Any = None
        self._file: wave.Wave_write | None = None
        self._blocks: deque[NDArray[np.float32]] = deque()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.listen)

    @property
    def is_open(self) -> bool:
        return self._stream is not None

    def open(self) -> bool:
        """Listen to the default device. False, and a `problem`, if there is none."""
        if self._stream is None:
            try:
                self._stream = self._opened()
                self._timer.start()
                self.problem = ""
            except Exception as error:  # no package, no PortAudio, no device: each fails in its own way
                self.problem = tr("There is no sound: {problem}", problem=str(error))
        self.changed.emit()
        return self._stream is not None

    def _opened(self) -> Any:
        import sounddevice

        def hear(block: NDArray[np.float32], count: int, times: Any, status: object) -> None:
            self._blocks.append(block[:, 0].copy())

        stream = sounddevice.InputStream(channels=1, dtype="float32", callback=hear)
        stream.start()
        return stream

    def begin(self, path: Path) -> None:
        """Write what is heard from now on into a WAV file. Raises OSError."""
        self.end()
        self._blocks.clear()
        file = wave.open(str(path), "wb")  # noqa: SIM115 - `end` closes it
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(round(self._stream.samplerate))
        self._file = file

    def end(self) -> None:
        """Write no more."""
        if self._file:
            self.listen()
            with suppress(OSError):
                self._file.close()
            self._file = None

    def listen(self) -> None:
        """Take what was heard since the last time."""
        heard = [self._blocks.popleft() for _ in range(len(self._blocks))]
        samples = np.concatenate(heard) if heard else np.zeros(1, np.float32)
        self.level = max(float(np.abs(samples).max()), self.level * _FALL)
        if self._file and heard:
            try:
                self._file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
            except OSError as error:
                self._file, self.problem = None, tr("The sound could not be written: {problem}", problem=str(error))
        self.changed.emit()

    def close(self) -> None:
        """Let go of the device."""
        self.end()
        self._timer.stop()
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self.level = 0.0
