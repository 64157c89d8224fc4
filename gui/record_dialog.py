"""Recording: one sees oneself with the skeleton, counts down, takes, looks at the takes and puts them onto the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import time
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from poseforge import recording, sources
from poseforge.errors import PoseForgeError
from poseforge.sequence import PoseSequence
from poseforge.timeline.project import Project

from .choosing import ask_file
from .detectors import DetectorChoice
from .icons import icon
from .live import Camera, old_takes
from .live_view import LiveMap, LiveView, pose_of
from .microphone import Microphone
from .opening import VIDEOS
from .settings import settings
from .takes import Recorded, TakeList, sound_file
from .text import tr
from .theme import STEP, colors, current, tabular
from .told import told

Put = Callable[[Sequence[Recorded], bool, bool], bool]
"""Told the takes that are wanted, whether in a new project, and whether with their sound; whether that was done."""

_SECOND_MS = 1000


class RecordDialog(QDialog):
    """A window beside the editor's. What it records is kept until it is discarded, whatever happens.

    Attributes:
        camera: where pictures come from.
        place: the camera, or a video, or one of FFmpeg's test pictures after ``lavfi:``.
        recorded: the take that is on; None if there is none.
    """

    def __init__(self, project: Project, put: Put, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Record"))
        self.setWhatsThis(tr("Poses from a camera, live. Only the poses are kept, and the sound if you wish; no picture is."))
        self._fps, self._put = project.fps, put
        self.recorded: Path | None = None
        self._waiting: list[Path] = []
        self._left = self._missed = 0
        self._film = False
        self._playing: PoseSequence | None = None
        self._at = 0
        self.camera = Camera(self)
        self.microphone = Microphone(self)
        self.view, self.map = LiveView(self), LiveMap(project.size, self)
        self.takes = TakeList(self)
        self._make_choices()
        self._make_controls()
        self._lay_out()
        self._countdown = QTimer(self, interval=_SECOND_MS)
        self._countdown.timeout.connect(self._count)
        self._player = QTimer(self, interval=round(1000 / float(project.fps)))
        self._player.setTimerType(Qt.TimerType.PreciseTimer)
        self._player.timeout.connect(self._step)
        self._connect()
        current.changed.connect(self._draw)
        self._draw()
        self._show_state()

    def _make_choices(self) -> None:
        self.place = QComboBox(self)
        self.place.setEditable(True)
        self.place.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.place.setAccessibleName(tr("Picture from"))
        self.place.setToolTip(
            tr("A camera; or write the path of a video: it is played over and over, and from its beginning for a take")
        )
        self._find_cameras()
        self.again_button = QToolButton(self)
        self.again_button.setToolTip(tr("Look for cameras, and open what is chosen again"))
        self.again_button.setAccessibleName(tr("Open again"))
        self.film_button = QToolButton(self)
        self.film_button.setToolTip(tr("Play a video instead of a camera…"))
        self.film_button.setAccessibleName(tr("Choose a video"))
        line = self.place.lineEdit()
        assert line
        line.setPlaceholderText(tr("No camera was found; plug one in, or choose a video"))
        self.detector = DetectorChoice(self)
        self.mirror = QCheckBox(tr("Show me as in a mirror"), self)
        self.mirror.setChecked(settings().value("record/mirror", True, bool) is True)
        self.mirror.setToolTip(tr("In the preview and its pose map only: left stays left in the poses"))
        self.view.mirrored = self.map.mirrored = self.mirror.isChecked()

    def _make_controls(self) -> None:
        self.record_button = QPushButton(self)
        self.countdown = QSpinBox(self)
        self.countdown.setRange(0, 30)
        self.countdown.setValue(int(str(settings().value("record/countdown", 3))))
        self.countdown.setSuffix(tr(" s"))
        self.countdown.setAccessibleName(tr("Countdown"))
        self.countdown.setToolTip(tr("Time to get ready"))
        self.sound = QCheckBox(tr("Sound"), self)
        self.sound.setToolTip(tr("Record what the microphone hears, too"))
        self.level = QProgressBar(self)
        self.level.setRange(0, 100)
        self.level.setTextVisible(False)
        self.level.setFixedHeight(2 * STEP)
        self.level.setAccessibleName(tr("Level"))
        self.elapsed, self.state = QLabel(self), QLabel(self)
        self.elapsed.setFont(tabular())
        self.state.setWordWrap(True)
        self.play_button = QPushButton(tr("Play"), self)
        self.discard_button = QPushButton(tr("Discard"), self)
        self.back_button = QPushButton(tr("Bring back"), self)
        self.speech = QCheckBox(tr("Its sound becomes the speech"), self)
        self.speech.setChecked(True)
        self.track_button = QPushButton(tr("Put on a track at the playhead"), self)
        self.new_button = QPushButton(tr("Into a new project"), self)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        top = QFormLayout()
        top.setHorizontalSpacing(4 * STEP)
        camera = QHBoxLayout()
        camera.setSpacing(2 * STEP)
        camera.addWidget(self.place, 1)
        camera.addWidget(self.film_button)
        camera.addWidget(self.again_button)
        top.addRow(tr("Picture from"), camera)
        top.addRow(tr("Detector"), self.detector)
        views = QHBoxLayout()
        views.setSpacing(2 * STEP)
        views.addWidget(self.view, 5)
        views.addWidget(self.map, 3)
        controls = QHBoxLayout()
        controls.setSpacing(3 * STEP)
        controls.addWidget(self.record_button)
        controls.addWidget(QLabel(tr("Countdown"), self))
        controls.addWidget(self.countdown)
        controls.addWidget(self.sound)
        controls.addWidget(self.level)
        controls.addStretch(1)
        controls.addWidget(self.mirror)
        controls.addWidget(self.elapsed)
        below = QHBoxLayout()
        below.setSpacing(2 * STEP)
        for button in (self.play_button, self.discard_button, self.back_button):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.speech)
        below.addWidget(self.track_button)
        below.addWidget(self.new_button)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * STEP)
        layout.addLayout(top)
        layout.addLayout(views, 1)
        layout.addLayout(controls)
        layout.addWidget(self.state)
        layout.addWidget(self.takes)
        layout.addLayout(below)

    def _connect(self) -> None:
        self.camera.shown.connect(self._see)
        self.camera.ended.connect(self._ended)
        self.microphone.changed.connect(self._hear)
        self.again_button.clicked.connect(self._open_again)
        self.film_button.clicked.connect(self._choose_film)
        self.place.activated.connect(lambda _: self.watch())
        line = self.place.lineEdit()
        assert line
        line.returnPressed.connect(self.watch)
        self.detector.changed.connect(self.watch)
        self.mirror.toggled.connect(lambda mirrored: settings().setValue("record/mirror", mirrored))
        self.mirror.toggled.connect(self._mirror)
        self.sound.toggled.connect(self._listen)
        self.record_button.clicked.connect(self.toggle)
        self.play_button.clicked.connect(self.play)
        self.discard_button.clicked.connect(self._discard)
        self.back_button.clicked.connect(self._bring_back)
        self.track_button.clicked.connect(lambda: self._hand_over(new=False))
        self.new_button.clicked.connect(lambda: self._hand_over(new=True))
        self.takes.itemSelectionChanged.connect(self._show_state)
        self.takes.itemDoubleClicked.connect(self.play)
        self.takes.failed.connect(self._say)
        QShortcut(QKeySequence(Qt.Key.Key_Space), self).activated.connect(self._space)

    # -- the camera

    def begin(self) -> None:
        """Show the first camera, if there is one, and the takes of other times."""
        for take in old_takes(self.camera.folder):
            self.takes.add(take)
        self.watch()

    def watch(self) -> None:
        """Show the source that is chosen or written."""
        self._stop_all()
        place = self._place()
        self._film = bool(place) and sources.Source(place).path is not None
        self._mirror()
        self.camera.close()
        if not place or self.detector.missing:
            unable = tr("Nothing can be recorded with this detector; why is said above.")
            advice = tr("Choose a camera above, or a video. ⟳ looks for cameras again.")
            self.view.say(unable if self.detector.missing else advice)
            self._show_state()
            return
        self.view.say(tr("Opening {name}…", name=self.place.currentText()))
        self._say("")
        try:
            arguments: dict[str, Any] = {"source": place, "detector": self.detector.name, "fps": str(self._fps)}
            self.camera.open(arguments)
        except (PoseForgeError, OSError) as error:
            self.view.say(told(str(error)))
        self._show_state()

    def choose_film(self) -> str:
        """Ask for a video; "" for none."""
        kinds = f"{tr('Videos')} ({' '.join(f'*{suffix}' for suffix in VIDEOS)});;{tr('All files')} (*)"
        return ask_file(self, tr("Video"), "videos", kinds, self.place.currentText())

    def _choose_film(self) -> None:
        chosen = self.choose_film()
        if chosen:
            self.place.setEditText(chosen)
            self.watch()

    def _open_again(self) -> None:
        text = self.place.currentText()
        self._find_cameras()
        if text:
            self.place.setCurrentIndex(self.place.findText(text))
            self.place.setEditText(text)
        self.watch()

    def _find_cameras(self) -> None:
        self.place.clear()
        for place, name in sources.cameras():
            self.place.addItem(name or place, place)

    def _place(self) -> str:
        """What is chosen, or else what is written: a path is that of a file here."""
        text, index = self.place.currentText().strip(), self.place.currentIndex()
        if index >= 0 and text == self.place.itemText(index):
            return str(self.place.itemData(index))
        path = sources.Source(text).path
        return text if path is None or not text else str(path.absolute())

    def _see(self, picture: Path, known: dict[str, Any]) -> None:
        if self._waiting and known["take"] != self._waiting[0].name:
            self._list_ready()
        if self.recorded is None and not self._countdown.isActive():
            self._missed = known["missed"]
        if self.recorded and known["take"] != self.recorded.name and recording.over(self.recorded):
            self.stop()
            self._say(tr("The video is over, and the take with it."), problem=False)
        self._show_time(known)
        if self._playing is None:
            if self.view.message:  # it is the first: the detector works
                self.view.message = ""
                self.detector.keep()
            self.view.show_picture(picture, known)
            self.map.show_pose(pose_of(known))
        self._show_state()

    def _show_time(self, known: dict[str, Any]) -> None:
        on = self.recorded is not None
        seconds = known["taken"] / float(self._fps) if on else 0.0
        missed = known["missed"] - self._missed
        text = _time(seconds)
        self.elapsed.setText(f"{text} · {tr('{count} dropped', count=missed)}" if missed else text)
        self.elapsed.setToolTip(tr("Pictures for which the detector had no time; the clock stays right."))

    def _ended(self, problem: str) -> None:
        """The camera was unplugged, a film is over, or the process died: what was taken is there."""
        was_on = self.recorded is not None
        self._stop_all()
        self._list_ready()
        self.view.say(tr("{problem} ⟳ above opens it again.", problem=problem) if problem else "")
        self.map.show_pose(None)
        self._say(tr("{problem} What was recorded is kept.", problem=problem) if was_on else problem)
        self._show_state()

    # -- takes

    def _space(self) -> None:
        focus = self.focusWidget()
        idle = self.recorded is None and not self._countdown.isActive()
        if idle and isinstance(focus, QAbstractButton) and focus is not self.record_button:
            focus.click()
        else:
            self.toggle()

    def toggle(self) -> None:
        """Begin a take after the countdown, end the one that is on, or think better of it."""
        if self._countdown.isActive():
            self._stop_countdown()
        elif self.recorded:
            self.stop()
        elif self.camera.folder:
            self._stop_playing()
            self._left = self.countdown.value()
            settings().setValue("record/countdown", self._left)
            if self._left:
                self.view.count = self._left
                self._countdown.start()
                self.view.update()
            else:
                self._begin()
        self._show_state()

    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self.view.count = self._left
            self.view.update()
        else:
            self._stop_countdown()
            self._begin()
        self._show_state()

    def _stop_countdown(self) -> None:
        self._countdown.stop()
        self.view.count = 0
        self.view.update()

    def _begin(self) -> None:
        if self.camera.folder is None:
            return
        try:
            self.recorded = self.camera.begin()
            self.elapsed.setText(_time(0))
            self.view.recording = True
            if self.sound.isChecked() and self.microphone.is_open:
                self.microphone.begin(sound_file(self.recorded, time()))
        except OSError as error:
            self._say(str(error))

    def stop(self) -> None:
        """End the take; it is listed as soon as all of it is written."""
        if self.recorded:
            self.microphone.end()
            self.camera.end()
            self._waiting.append(self.recorded)
            self.recorded = None
            self.view.recording = False
            self.view.update()
            self._show_state()

    def _list_ready(self) -> None:
        waiting, self._waiting = self._waiting, []
        for take in waiting:
            self.takes.add(take)

    def _stop_all(self) -> None:
        self._stop_countdown()
        self._stop_playing()
        self.stop()

    def play(self) -> None:
        """Show the chosen take in the place of the camera, or no longer."""
        if self._playing is not None:
            self._stop_playing()
        elif self.takes.chosen and self.recorded is None:
            self._playing, self._at = self.takes.chosen[0].poses, 0
            self._player.start()
            self._step()
        self._show_state()

    def _step(self) -> None:
        if self._playing is None or self._at >= len(self._playing):
            self._stop_playing()
            self._show_state()
            return
        pose = self._playing[self._at : self._at + 1]
        self.view.show_pose(pose)
        self.map.show_pose(pose)
        self._at += 1

    def _stop_playing(self) -> None:
        self._playing = None
        self._player.stop()
        self.view.show_pose(None)

    def _discard(self) -> None:
        self._stop_playing()
        self.takes.discard()
        self._show_state()

    def _bring_back(self) -> None:
        self.takes.bring_back()
        self._show_state()

    def _hand_over(self, new: bool) -> None:
        chosen = self.takes.chosen
        if chosen and self._put(chosen, new, self.speech.isChecked() and self.speech.isEnabled()):
            if new:
                self.close()
            else:
                self._say(tr("On the timeline: {names}", names=", ".join(take.name for take in chosen)), problem=False)

    # -- sound

    def _listen(self, wanted: bool) -> None:
        if not wanted:
            self.microphone.close()
        elif not self.microphone.open():
            self.sound.setChecked(False)
            self._say(self.microphone.problem)
        self._show_state()

    def _hear(self) -> None:
        self.level.setValue(round(100 * min(self.microphone.level, 1.0)))

    # -- what is shown

    def _mirror(self) -> None:
        """A camera is a mirror if one likes; a film shows what it shows."""
        self.mirror.setEnabled(not self._film)
        self.view.mirrored = self.map.mirrored = self.mirror.isChecked() and not self._film
        self.view.update()
        self.map.update()

    def _say(self, message: str, problem: bool = True) -> None:
        self.state.setText(message)  # it keeps its line when there is nothing to say: no button moves away from the mouse
        self.state.setStyleSheet(f"color: {colors().warning if problem else colors().secondary}")

    def _draw(self) -> None:
        self.record_button.setIcon(icon("record", colors().error))
        self.again_button.setIcon(icon("loop"))
        self.film_button.setIcon(icon("film"))

    def _show_state(self) -> None:
        counting, on = self._countdown.isActive(), self.recorded is not None
        text = tr("Cancel") if counting else tr("Stop") if on else tr("Record")
        self.record_button.setText(text)
        self.record_button.setToolTip(tr("{what} (Space)", what=text))
        live = self.camera.folder is not None and bool(self.view.image or self._playing or on or counting)
        self.record_button.setEnabled(live)
        chosen = self.takes.chosen
        for button in (self.discard_button, self.track_button, self.new_button):
            button.setEnabled(bool(chosen) and not on)
        self.play_button.setEnabled((bool(chosen) or self._playing is not None) and not on)
        self.play_button.setText(tr("Stop") if self._playing is not None else tr("Play"))
        self.back_button.setVisible(bool(self.takes.discarded))
        self.speech.setEnabled(any(take.sound for take in chosen))
        self.level.setVisible(self.sound.isChecked())
        for widget in (self.place, self.film_button, self.again_button, self.detector, self.sound, self.countdown):
            widget.setEnabled(not on and not counting)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.leave()
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc ends the countdown or the take, and only then closes the window."""
        if self._countdown.isActive() or self.recorded:
            self.toggle()
        else:
            self.leave()
            super().reject()

    def leave(self) -> None:
        """Let go of the camera and the microphone; a take that is on is kept."""
        self._stop_all()
        self.microphone.close()
        self.camera.quit()
        self.takes.sweep()


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{seconds % 60:04.1f}"
