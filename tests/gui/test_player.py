"""The clock, the sound, and the row of controls."""

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from poseforge.audio import Audio
from poseforge.gui.sound import Heard, Run, rendered
from poseforge.projects import link_media
from poseforge.quality import Finding
from poseforge.timeline.project import resting


@pytest.fixture
def beeps(tmp_path):
    """Two seconds with three vowels, and silence between them."""
    rate = 16_000
    wave = 0.001 * np.random.default_rng(0).standard_normal(2 * rate)
    at = np.arange(int(0.25 * rate)) / rate
    vowel = sum(np.sin(2 * np.pi * pitch * at + pitch) / (1 + abs(pitch - 700) / 200) for pitch in range(140, 3000, 140))
    for second in (0.3, 0.9, 1.5):
        wave[int(second * rate) : int(second * rate) + len(at)] += 0.1 * vowel * np.hanning(len(at))
    path = tmp_path / "beeps.wav"
    soundfile.write(path, wave.astype(np.float32), rate)
    return path


def with_sound(window, qtbot, path, start: int = 0):
    media = link_media(path, start)
    window.session.apply("Load", lambda project: replace(project, audio=media))
    qtbot.waitUntil(lambda: bool(window.player.sound.heard and window.player.sound.heard.speech))


def test_playing_keeps_time_and_stops_at_the_out_point(window, qtbot) -> None:
    session, player = window.session, window.player
    session.apply("Range", lambda project: replace(project, range=(3, 14)))
    seen = []
    session.frame_changed.connect(seen.append)
    session.seek(14)
    began = time.perf_counter()
    with qtbot.waitSignal(player.playing_changed):
        QTest.keyClick(window, Qt.Key.Key_Space)
    assert player.playing
    assert window.commands["play"].isChecked()
    qtbot.waitUntil(lambda: not player.playing)
    assert time.perf_counter() - began == pytest.approx(12 / 24, abs=0.15)
    assert session.frame == 14
    assert seen[1] == 3
    assert seen[1:] == sorted(seen[1:])
    assert not window.commands["play"].isChecked()


def test_looping_begins_again_until_it_is_stopped(window, qtbot) -> None:
    session, player = window.session, window.player
    session.apply("Range", lambda project: replace(project, range=(2, 4)))
    window.commands["loop"].trigger()
    player.set_speed(2.0)
    seen = []
    session.frame_changed.connect(seen.append)
    player.play()
    qtbot.waitUntil(lambda: seen.count(4) > 2)
    player.stop()
    assert {*seen} == {2, 3, 4}
    assert not player.playing


def test_going_elsewhere_plays_on_from_there(window, qtbot) -> None:
    window.player.play()
    window.session.seek(100)
    qtbot.waitUntil(lambda: window.session.frame == 102)
    window.session.apply("Range", lambda project: replace(project, range=(0, 101)))
    qtbot.waitUntil(lambda: not window.player.playing)
    assert window.session.frame == 101


def test_without_a_device_it_is_said_once_and_played_silently(window, qtbot, beeps) -> None:
    pytest.importorskip("sounddevice", exc_type=(ImportError, OSError))
    import sounddevice

    if any(device["max_output_channels"] for device in sounddevice.query_devices()):
        pytest.skip("there is a sound device")
    told = []
    window.session.told.connect(lambda severity, message: told.append(message))
    with_sound(window, qtbot, beeps)
    told.clear()
    window.player.scrub(9)
    assert told == []
    for _ in range(2):
        window.player.play()
        qtbot.waitUntil(lambda: window.session.frame > 2)
        window.player.stop()
        window.session.seek(0)
    assert told == ["There is no sound device: playing silently."]


def test_a_run_goes_on_loops_and_ends() -> None:
    once = Run(1.0, 3.0, 2.0)
    assert once.at(np.array([0.0, 0.5])).tolist() == [2.0, 2.5]
    assert once.over(once.at(np.array([1.0]))[0])
    loop = Run(1.0, 3.0, 2.0, speed=2.0, loop=True)
    assert loop.at(np.array([0.0, 0.25, 0.5, 1.0, 1.5])).tolist() == [2.0, 2.5, 1.0, 2.0, 1.0]


def test_what_is_heard_is_the_sound_in_its_place() -> None:
    sound = Audio(np.linspace(-1, 1, 1000, dtype=np.float32), 8000)
    elapsed = np.arange(2000) / 8000
    heard = rendered(sound, 0.05, Run(0.0, 0.15, 0.0), elapsed, 0.5)
    assert not heard[:400].any()
    np.testing.assert_allclose(heard[401:1199], sound.samples[1:799] / 2, atol=1e-6)
    assert not heard[1200:].any()
    fast = rendered(sound, 0.0, Run(0.0, 1.0, 0.0, speed=2.0), elapsed[:400], 1.0)
    np.testing.assert_allclose(fast, sound.samples[:800:2], atol=1e-6)


def test_the_outline_of_a_long_sound_leaves_nothing_out() -> None:
    samples = np.zeros(80_000, np.float32)
    samples[12_345], samples[70_001] = 0.9, -0.8
    sound = Audio(samples, 8000)
    from poseforge.audio import peaks

    heard = Heard(sound, None, peaks(sound, 2000, 0.0, 10.0))
    for bins in (7, 100, 20_000):
        outline = heard.peaks(bins, 0.0, 10.0)
        assert (outline.min(), outline.max()) == (np.float32(-0.8), np.float32(0.9))
        assert outline[:, 1].argmax() == int(12_345 / 80_000 * bins)


def test_speech_is_found_where_the_sound_begins(window, qtbot, beeps) -> None:
    with_sound(window, qtbot, beeps, start=24)
    beats = window.player.sound.beats
    assert len(beats) == 3
    assert beats[0] == pytest.approx(24 + 0.3 * 24, abs=4)


def test_a_sound_that_is_gone_is_told_and_blocks_nothing(window, qtbot, beeps) -> None:
    media = link_media(beeps)
    beeps.unlink()
    with qtbot.waitSignal(window.session.told, check_params_cb=lambda severity, text: "beeps.wav" in text):
        window.session.apply("Load", lambda project: replace(project, audio=media))
    qtbot.waitUntil(lambda: "beeps.wav" in window.player.sound.problem)
    window.session.undo()
    assert window.player.sound.problem == ""


def type_in(box, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_numbers_are_typed_and_shown(make_window) -> None:
    window = make_window(resting(2000))
    session, transport = window.session, window.transport
    type_in(transport.frame, "1471")
    assert session.frame == 1471
    assert transport.code.text() == "01:01+07"
    type_in(transport.first, "10")
    type_in(transport.last, "99")
    assert session.project.range == (10, 99)
    session.undo()
    assert transport.last.value() == 1999
    session.seek(12)
    assert transport.frame.value() == 12


def test_the_rate_changes_and_everything_keeps_its_second(window, qtbot) -> None:
    fps = window.transport.fps
    fps.setFocus()
    fps.setCurrentIndex(fps.findData("30"))
    fps.activated.emit(fps.currentIndex())
    qtbot.waitUntil(lambda: (window.session.project.fps, window.session.project.length) == (Fraction(30), 300))
    window.session.undo()
    assert fps.currentText() == "24 fps"


def test_findings_are_counted_and_gone_to(window, qtbot) -> None:
    session = window.session
    session.set_findings([
        Finding("warning", "jump", "the left hand jumps", "smooth it", 30, 31, joint="left_hand"),
        Finding("error", "no-hand", "no hand", "add one"),
        Finding("warning", "jump", "the right hand jumps", "smooth it", 90, joint="right_index_4"),
    ], session.project)  # fmt: skip
    assert window.transport.findings.text() == "Findings: 3"
    window.commands["next_finding"].trigger()
    assert session.frame == 30
    assert "left_index_4" in session.joints
    window.commands["next_finding"].trigger()
    assert session.frame == 90
    assert session.joints == {"right_index_4"}
    window.commands["next_finding"].trigger()
    assert session.frame == 30  # round and round
    window.commands["previous_finding"].trigger()
    assert session.frame == 90
    window.commands["previous_finding"].trigger()
    assert session.frame == 30


def test_volume_and_mute(window, qtbot, beeps) -> None:
    transport = window.transport
    assert not transport.volume.isEnabled()
    with_sound(window, qtbot, beeps)
    transport.volume.setValue(40)
    assert window.player.volume == pytest.approx(0.4)
    qtbot.mouseClick(transport.mute, Qt.MouseButton.LeftButton)
    assert window.player.muted
    transport.volume.setValue(60)
    assert not window.player.muted
