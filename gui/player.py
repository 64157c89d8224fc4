"""The clock: plays the project at its rate, with its sound."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from .actions import Actions
from .icons import icon
from .session import Session
from .sound import Floats, Run, Sound, Speaker, rendered
from .text import tr
from .theme import current

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0)

_TICK_MS = 5
_SNIPPET_S = 0.08
"""What is heard of each frame that is scrubbed over."""

_IDLE_MS = 5000
"""How long the sound device is held when nothing is heard."""


class Player(QObject):
    """Plays from the in to the out point. The sound device is the clock where there is a sound and a device, else the system's
    is; the frame shown is always the one that is due, so frames are dropped and never late.

    Attributes:
        sound: the project's sound.
        speed: of what is played, 1 is as it will be.
        volume, muted: of the sound, 0 to 1.
    """

    playing_changed = Signal(bool)

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__(actions)
        self.session = session
        self.commands = actions
        self.sound = Sound(session, self)
        self.speed = 1.0
        self.volume = 1.0
        self.muted = False
        self._speaker = Speaker()
        self._silent = False
        """Whether there is no device, which is found out once."""
        self._silence_told = False
        self._run: Run | None = None
        self._elapsed: Callable[[], float] = lambda: 0.0
        self._shown = 0
        self._played: tuple[object, ...] = ()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._speaker.close)
        actions.on("play", self.toggle)
        actions.on("loop", self._again)
        session.project_changed.connect(self._follow)
        session.frame_changed.connect(self._jumped)
        self.sound.changed.connect(self._follow)
        current.changed.connect(self._show_state)

    @property
    def playing(self) -> bool:
        return self._run is not None

    @property
    def bounds(self) -> tuple[int, int]:
        """The first and the last frame that are played."""
        return self.session.project.range or (0, self.session.project.length - 1)

    def toggle(self) -> None:
        self.stop() if self.playing else self.play()

    def play(self) -> None:
        """Play on from the current frame; from the in point if it is at the end, or outside of what is played."""
        first, last = self.bounds
        start = self.session.frame if first <= self.session.frame < last else first
        self._begin(start)
        self._show_state()
        self.playing_changed.emit(True)

    def stop(self) -> None:
        if self.playing:
            self._run = None
            self._timer.stop()
            self._speaker.stop()
            self._idle.start()
            self._show_state()
            self.playing_changed.emit(False)

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self._again()

    def scrub(self, frame: int) -> None:
        """Go to a frame, and let the sound there be heard for a moment."""
        self.stop()
        before = self.session.frame
        self.session.seek(frame)
        if self.session.frame != before and not self._silent:
            second = float(self.session.frame / self.session.project.fps)
            self._speak(Run(second, second + _SNIPPET_S, second))
            self._idle.start()

    def close(self) -> None:
        """Stop, and let go of the sound device."""
        self.stop()
        self._speaker.close()
        self.sound.close()

    def _begin(self, frame: int) -> None:
        """Start the clock at a frame."""
        fps = self.session.project.fps
        first, last = self.bounds
        self._played = self._what()
        self._shown = frame
        self.session.seek(frame)
        run = Run(
            float(first / fps), float((last + 1) / fps), float(frame / fps), self.speed, self.commands["loop"].isChecked()
        )
        self._run = run
        if self._speak(run):
            self._elapsed = self._speaker.elapsed
        else:
            if self._silent and not self._silence_told:
                self._silence_told = True
                self.session.tell("hint", tr("There is no sound device: playing silently."))
            began = time.perf_counter()
            self._elapsed = lambda: time.perf_counter() - began
        self._timer.start()

    def _what(self) -> tuple[object, ...]:
        project = self.session.project
        return project.fps, self.bounds, project.audio, self.sound.heard and self.sound.heard.audio

    def _speak(self, run: Run) -> bool:
        """Have a run heard. False if it is silent."""
        heard, begins = self.sound.heard, self.sound.start
        self._speaker.stop()
        self._idle.stop()
        if heard is None or self._silent:
            return False

        def voice(elapsed: Floats) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
            return rendered(heard.audio, begins, run, elapsed, 0.0 if self.muted else self.volume)

        try:
            self._speaker.start(voice)
        except OSError:
            self._silent = True
            return False
        return True

    def _tick(self) -> None:
        assert self._run is not None
        project = self.session.project
        place = float(self._run.at(np.array([self._elapsed()]))[0])
        first, last = self.bounds
        over = self._run.over(place)
        self._shown = last if over else max(first, min(int(place * project.fps + 1e-6), last))
        self.session.seek(self._shown)
        if over:
            self.stop()

    def _jumped(self, frame: int) -> None:
        """Someone else went to a frame: play on from there, if it is one that is played."""
        if self.playing and frame != self._shown:
            first, last = self.bounds
            self._begin(frame) if first <= frame <= last else self.stop()

    def _follow(self) -> None:
        if self.playing and self._what() != self._played:
            self._again()

    def _again(self) -> None:
        """Play on by what has changed, from where it is."""
        if self.playing:
            first, last = self.bounds
            self._begin(max(first, min(self.session.frame, last)))

    def _show_state(self) -> None:
        action = self.commands["play"]
        action.setChecked(self.playing)
        action.setIcon(icon("pause" if self.playing else "play"))
