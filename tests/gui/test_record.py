"""Recording in the editor, from test pictures that stand for a camera: real processes, real files."""

import os
import signal
import sys
import types
from itertools import pairwise

import numpy as np
import pytest
from films import make_film
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from poseforge import recording, sources
from poseforge.gui.live import recordings_folder
from poseforge.gui.live_view import pose_of
from poseforge.render import render
from poseforge.timeline.bake import bake
from poseforge.timeline.edits.clips import fitted

LEFT = Qt.MouseButton.LeftButton
LIVE = "lavfi:testsrc2=size=96x64:rate=24"
WAIT_MS = 30_000


@pytest.fixture(autouse=True)
def no_camera(monkeypatch, tmp_path):
    """Whatever hangs on the machine that runs the tests."""
    monkeypatch.setattr(sources, "_NODES", tmp_path / "no cameras")


@pytest.fixture
def dialog(window, qtbot, detectors):
    """The window for recording, watching test pictures, without a countdown."""
    return opened(window, qtbot)


def opened(window, qtbot, place=LIVE):
    window.commands["record"].trigger()
    dialog = window.recording.dialog
    dialog.detector.choose("pointing")
    dialog.countdown.setValue(0)
    if place:
        dialog.place.setEditText(place)
        QTest.keyClick(dialog.place.lineEdit(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: dialog.view.image is not None, timeout=WAIT_MS)
    return dialog


def take(dialog, qtbot, seconds=0.5) -> None:
    """Record for so long, and wait until the take is listed."""
    before = dialog.takes.count()
    qtbot.mouseClick(dialog.record_button, LEFT)
    folder = dialog.recorded
    assert folder
    qtbot.waitUntil(lambda: dialog.elapsed.text() >= f"00:{seconds:04.1f}", timeout=WAIT_MS)
    qtbot.mouseClick(dialog.record_button, LEFT)
    assert dialog.recorded is None
    qtbot.waitUntil(lambda: dialog.takes.count() == before + 1, timeout=WAIT_MS)
    assert recording.read(folder).problem == ""


def test_takes_go_onto_a_track_in_one_step(window, qtbot, dialog) -> None:
    session = window.session
    session.seek(12)
    take(dialog, qtbot)
    take(dialog, qtbot)
    first, second = (dialog.takes.take_at(row).poses for row in range(2))
    assert len(first) >= 11
    dialog.takes.selectAll()
    qtbot.mouseClick(dialog.track_button, LEFT)
    track = session.project.tracks[-1]
    assert [clip.start for clip in track.clips] == [12, 12 + len(first)]
    assert [clip.length for clip in track.clips] == [len(first), len(second)]
    assert session.track == track.id
    shown = bake(session.project, [12]).joint("neck")[0]
    np.testing.assert_allclose(shown, fitted(first, session.project.size).joint("neck")[0], atol=1e-9)
    assert len(session.history.undo_labels) == 1
    session.undo()
    assert len(session.project.tracks) == 1


def test_a_take_becomes_a_project(window, qtbot, dialog) -> None:
    take(dialog, qtbot)
    poses = dialog.takes.take_at(0).poses
    qtbot.mouseClick(dialog.new_button, LEFT)
    assert (window.session.project.length, window.session.project.size) == (len(poses), (768, 768))  # as the map showed
    shown = bake(window.session.project, [0]).joint("left_wrist")
    np.testing.assert_allclose(shown, fitted(poses[:1], (768, 768)).joint("left_wrist"))
    assert not dialog.isVisible()
    assert window.documents.title == "Take 1"
    assert window.isWindowModified()


def test_space_counts_down_records_and_stops(window, qtbot, dialog) -> None:
    dialog.countdown.setValue(1)
    dialog.record_button.setFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    assert (dialog.view.count, dialog.recorded, dialog.record_button.text()) == (1, None, "Cancel")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)  # thinks better of it
    assert (dialog.view.count, dialog.record_button.text()) == (0, "Record")
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.recorded is not None, timeout=WAIT_MS)
    assert dialog.view.recording
    qtbot.waitUntil(lambda: dialog.elapsed.text() > "00:00.2", timeout=WAIT_MS)
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.takes.count() == 1, timeout=WAIT_MS)
    assert not dialog.view.recording


def test_the_preview_is_a_mirror_and_the_map_is_exact(window, qtbot, dialog) -> None:
    seen = []
    dialog.camera.shown.connect(lambda path, known: seen.append((path, known)))
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)
    dialog.camera.close()
    path, known = seen[-1]
    dialog.view.show_picture(path, known)
    pose = pose_of(known)
    dialog.map.show_pose(pose)
    exact = render(fitted(pose, window.session.project.size))[0]
    np.testing.assert_array_equal(dialog.map._map.pixels(dialog.map._pose), exact)
    assert exact.any()
    mirrored = dialog.view.grab().toImage()
    qtbot.mouseClick(dialog.mirror, LEFT)
    assert not dialog.view.mirrored
    plain = dialog.view.grab().toImage()
    assert mirrored != plain
    straight = dialog.map.grab().toImage()
    qtbot.mouseClick(dialog.mirror, LEFT)
    assert dialog.map.mirrored
    assert dialog.map.grab().toImage() != straight  # it goes with the preview
    qtbot.mouseClick(dialog.mirror, LEFT)
    assert dialog.map._pose.joint("left_wrist")[0, 0] > dialog.map._pose.joint("right_wrist")[0, 0]


def test_a_source_that_ends_keeps_the_take_and_says_so(window, qtbot, dialog) -> None:
    dialog.place.setEditText(f"{LIVE}:duration=1.5")
    dialog.watch()
    qtbot.waitUntil(lambda: dialog.view.image is not None, timeout=WAIT_MS)
    qtbot.mouseClick(dialog.record_button, LEFT)
    qtbot.waitUntil(lambda: dialog.takes.count() == 1, timeout=WAIT_MS)
    assert dialog.recorded is None
    assert "kept" in dialog.state.text()
    assert dialog.view.message.startswith("The source ended. ⟳")
    assert dialog.takes.take_at(0).problem == recording.ENDED
    assert not dialog.record_button.isEnabled()
    qtbot.mouseClick(dialog.again_button, LEFT)
    qtbot.waitUntil(lambda: dialog.view.image is not None, timeout=WAIT_MS)


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_what_was_taken_outlives_the_process_and_is_there_another_time(window, qtbot, dialog) -> None:
    qtbot.mouseClick(dialog.record_button, LEFT)
    folder = dialog.recorded
    qtbot.waitUntil(lambda: (folder / "0.npz").exists(), timeout=WAIT_MS)
    os.kill(dialog.camera._worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: dialog.takes.count() == 1, timeout=WAIT_MS)
    assert dialog.takes.take_at(0).problem == recording.BROKEN_OFF
    assert len(dialog.takes.take_at(0).poses) >= 48
    assert "SIGKILL" in dialog.state.text()
    dialog.close()
    again = opened(window, qtbot, "")
    assert again is not dialog
    qtbot.waitUntil(lambda: again.takes.count() == 1, timeout=WAIT_MS)


def test_closing_the_window_keeps_the_take_that_is_on(window, qtbot, dialog) -> None:
    qtbot.mouseClick(dialog.record_button, LEFT)
    folder = dialog.recorded
    qtbot.waitUntil(lambda: dialog.elapsed.text() > "00:00.2", timeout=WAIT_MS)
    window.session.mark_saved()
    window.close()
    assert recording.over(folder)
    assert recording.read(folder).frames


def test_takes_are_played_renamed_discarded_and_brought_back(window, qtbot, dialog) -> None:
    take(dialog, qtbot)
    item = dialog.takes.item(0)
    item.setText("Hello")
    assert dialog.takes.chosen[0].name == "Hello"
    qtbot.mouseClick(dialog.play_button, LEFT)
    assert dialog.play_button.text() == "Stop"
    assert dialog.view.poses
    qtbot.waitUntil(lambda: dialog.play_button.text() == "Play", timeout=WAIT_MS)
    folder = dialog.takes.take_at(0).folder
    qtbot.mouseClick(dialog.discard_button, LEFT)
    assert dialog.takes.count() == 0
    qtbot.mouseClick(dialog.back_button, LEFT)
    assert dialog.takes.take_at(0).name == "Hello"
    dialog.takes.item(0).setSelected(True)
    qtbot.mouseClick(dialog.discard_button, LEFT)
    dialog.close()
    assert not folder.exists()
    assert list(recordings_folder().iterdir())


def test_what_is_missing_is_said(window, qtbot, dialog) -> None:
    dialog.detector.choose("lacking")
    said = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()] + [dialog.view.message]
    assert ["pip install lacking" in words for words in said].count(True) == 1
    assert not dialog.record_button.isEnabled()
    dialog.detector.choose("pointing")
    dialog.place.setEditText("no such film.mp4")
    dialog.watch()
    qtbot.waitUntil(lambda: "no such file" in dialog.view.message, timeout=WAIT_MS)
    assert dialog.camera.folder is None


class FakeStream:
    """A sound device that hears a loud tone."""

    samplerate = 8000.0

    def __init__(self, channels, dtype, callback) -> None:
        self.callback = callback

    def start(self) -> None:
        self.hear()

    def hear(self) -> None:
        self.callback(np.full((800, 1), 0.5, np.float32), 800, None, None)

    def close(self) -> None:
        pass


def test_sound_becomes_the_speech(window, qtbot, dialog, monkeypatch) -> None:
    module = types.ModuleType("sounddevice")
    module.InputStream = FakeStream
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    qtbot.mouseClick(dialog.sound, LEFT)
    qtbot.waitUntil(lambda: dialog.level.value() > 30, timeout=WAIT_MS)
    qtbot.mouseClick(dialog.record_button, LEFT)
    for _ in range(10):
        dialog.microphone._stream.hear()
    qtbot.waitUntil(lambda: dialog.elapsed.text() > "00:00.3", timeout=WAIT_MS)
    qtbot.mouseClick(dialog.record_button, LEFT)
    qtbot.waitUntil(lambda: dialog.takes.count() == 1, timeout=WAIT_MS)
    assert dialog.speech.isEnabled()
    window.session.seek(24)
    qtbot.mouseClick(dialog.track_button, LEFT)
    audio = window.session.project.audio
    assert audio is not None
    assert 24 - 48 < audio.start <= 24
    folder = dialog.takes.take_at(0).folder
    assert str(folder) not in audio.path  # it stays when the take is discarded
    qtbot.waitUntil(lambda: window.player.sound.heard is not None, timeout=WAIT_MS)
    assert window.player.sound.heard.audio.duration == pytest.approx(1.0, abs=0.2)


def test_without_a_sound_device_it_says_so(dialog, qtbot, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    qtbot.mouseClick(dialog.sound, LEFT)
    assert not dialog.sound.isChecked()
    assert "sound" in dialog.state.text()


def test_a_film_is_played_over_and_over_and_a_take_ends_with_it(window, qtbot, detectors, tmp_path) -> None:
    film = make_film(tmp_path / "我的 film.mp4", [round(i * 1000 / 24) for i in range(30)])
    dialog = opened(window, qtbot, str(film))
    seen = []
    dialog.camera.shown.connect(lambda path, known: seen.append(known["seconds"]))
    qtbot.waitUntil(lambda: any(later < sooner for sooner, later in pairwise(seen)), timeout=WAIT_MS)  # again
    assert dialog.record_button.isEnabled()
    qtbot.mouseClick(dialog.record_button, LEFT)
    qtbot.waitUntil(lambda: dialog.takes.count() == 1, timeout=WAIT_MS)
    assert dialog.recorded is None
    assert (len(dialog.takes.take_at(0).poses), dialog.takes.take_at(0).problem) == (30, "")
    assert "over" in dialog.state.text()
    before = len(seen)
    qtbot.waitUntil(lambda: len(seen) > before + 3, timeout=WAIT_MS)


def test_an_empty_list_says_what_will_be_there(window, qtbot) -> None:
    dialog = opened(window, qtbot, "")
    empty = dialog.takes.grab().toImage()
    middle = [empty.pixelColor(x, empty.height() // 2 + y) for x in range(empty.width()) for y in range(-8, 9)]
    assert any(color.lightness() > 120 for color in middle)
