"""Speech, picture, video, gestures for speech, length: all of it ordinary steps to undo."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from poseforge import align, formats, library
from poseforge.gesturing import stroke_of
from poseforge.gui.retime_dialog import timed
from poseforge.gui.text import use_language
from poseforge.media import write_frames
from poseforge.projects import link_media
from poseforge.timeline import edits
from poseforge.timeline.project import Clip, Marker, PointTrack, RigTrack, of_sequence, resting
from samples import make_project, make_sequence


def write_speech(path, seconds: float = 6.0, silent: bool = False):
    """Syllables of a voice-like sound, four a second, with a pause in the middle."""
    rate = 16_000
    time = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 20))
    beat = np.clip(np.sin(2 * np.pi * 3 * time), 0, 1) ** 2 * ((time % 3) < 2.2)
    sound = 0.2 * voice * beat + np.random.default_rng(0).normal(0, 1e-4, len(time))
    soundfile.write(path, np.zeros(len(time)) if silent else np.clip(sound, -1, 1), rate)
    return path


def load_speech(window, qtbot, path) -> None:
    window.reference.choose_path = lambda title, suffixes: str(path)
    window.commands["load_audio"].trigger()
    qtbot.waitUntil(lambda: window.session.project.audio is not None)


def test_speech_is_loaded_as_a_step_and_filling_is_offered(window, qtbot, tmp_path) -> None:
    said = []
    window.session.told.connect(lambda severity, text: said.append(text))
    load_speech(window, qtbot, write_speech(tmp_path / "说话 talk.wav"))
    assert any("6.0" in text and "Fill" in text for text in said)
    window.session.undo()
    assert window.session.project.audio is None


def test_a_file_without_sound_is_told_and_changes_nothing(window, qtbot, tmp_path) -> None:
    (tmp_path / "no.wav").write_text("no sound")
    before = window.session.project
    with qtbot.waitSignal(window.session.told) as told:
        window.reference.load_audio(tmp_path / "no.wav")
    assert told.args[0] == "error"
    assert window.session.project is before


@pytest.mark.parametrize("way", ["loop", "ping_pong", "idle"])
def test_the_project_is_filled_to_the_speech(make_window, qtbot, tmp_path, way) -> None:
    window = make_window(of_sequence(make_sequence(40)))
    load_speech(window, qtbot, write_speech(tmp_path / "talk.wav"))
    window.commands["fill"].trigger()
    qtbot.waitUntil(lambda: window.reference.dialog is not None)
    dialog = window.reference.dialog
    assert dialog.isModal()  # so that nothing is exported in the meantime
    dialog.ways[way].click()
    dialog.accept()
    qtbot.waitUntil(lambda: window.session.project.length == 144)
    assert isinstance(window.session.project.tracks[-1], RigTrack if way == "idle" else PointTrack)
    window.session.undo()
    assert window.session.project.length == 40


def test_a_project_that_ends_with_its_speech_is_not_filled(make_window, qtbot, tmp_path) -> None:
    window = make_window(of_sequence(make_sequence(144)))
    load_speech(window, qtbot, write_speech(tmp_path / "talk.wav"))
    told = []
    window.session.told.connect(lambda severity, message: told.append(message))
    window.commands["fill"].trigger()
    qtbot.waitUntil(lambda: "The project ends with the speech already: there is nothing to fill." in told)
    assert window.reference.dialog is None


def test_filling_and_gestures_need_a_speech(window, qtbot) -> None:
    for id in ("fill", "autogesture"):
        with qtbot.waitSignal(window.session.told) as told:
            window.commands[id].trigger()
        assert "speech" in told.args[1]


@pytest.fixture
def gesturing(window, qtbot, tmp_path):
    """The window of gestures for a speech of 12 seconds, with the first ones made."""
    load_speech(window, qtbot, write_speech(tmp_path / "talk.wav", 12))
    window.commands["autogesture"].trigger()
    qtbot.waitUntil(lambda: len(window.session.project.tracks) == 2)
    return window.reference.dialog


def strokes(window) -> list:
    return [(clip.name, clip.start) for clip in window.session.project.tracks[-1].clips if stroke_of(clip) is not None]


def test_gestures_are_made_anew_in_one_step(gesturing, window, qtbot) -> None:
    session = window.session
    first = strokes(window)
    assert {name for name, _ in first} <= {gesture.title for gesture in library.gestures().values()}
    assert session.project.length == 288
    before = session.project
    gesturing.another.click()
    qtbot.waitUntil(lambda: session.project is not before)
    assert strokes(window) != first
    before = session.project
    gesturing.style_box.setCurrentIndex(2)
    qtbot.waitUntil(lambda: session.project is not before)
    assert len(session.project.tracks) == 2
    assert session.history.undo_labels[0] == "Gestures for the speech"
    session.undo()
    assert len(session.project.tracks) == 1
    assert session.project.length == 240


def test_the_project_ends_with_a_shorter_speech_and_is_long_again_without(window, qtbot, tmp_path) -> None:
    session = window.session
    session.apply("Mark", lambda project: replace(project, markers=(Marker(20, "a"), Marker(200, "b"))))
    load_speech(window, qtbot, write_speech(tmp_path / "talk.wav", 4.3))
    window.commands["autogesture"].trigger()
    qtbot.waitUntil(lambda: len(session.project.tracks) == 2)
    assert (session.project.length, len(session.project.markers)) == (104, 1)
    dialog = window.reference.dialog
    dialog.longer.click()
    qtbot.waitUntil(lambda: session.project.length == 240)
    assert [marker.frame for marker in session.project.markers] == [20, 200]
    assert len(session.project.tracks) == 2
    dialog.longer.click()
    qtbot.waitUntil(lambda: session.project.length == 104)
    dialog.accept()
    assert session.project.length == 104
    session.undo()
    assert (session.project.length, len(session.project.markers)) == (240, 2)


def test_gestures_can_be_compared_and_taken_away(gesturing, window, qtbot) -> None:
    session = window.session
    gesturing.before.click()
    assert session.dragging
    assert len(session.project.tracks) == 1
    gesturing.before.click()
    assert len(session.project.tracks) == 2
    gesturing.before.click()
    gesturing.buttons.button(gesturing.buttons.StandardButton.Cancel).click()
    assert not session.dragging
    assert len(session.history.project.tracks) == 1


def test_a_change_ends_the_comparison_and_keeping_keeps(gesturing, window, qtbot) -> None:
    gesturing.before.click()
    window.session.apply("Add", lambda project: edits.add_track(project, PointTrack("mine")))
    assert not gesturing.before.isChecked()
    gesturing.buttons.button(gesturing.buttons.StandardButton.Ok).click()
    assert len(window.session.project.tracks) == 3


def test_cancelling_leaves_the_gestures_of_another_time(gesturing, window, qtbot) -> None:
    gesturing.accept()
    kept = window.session.project
    window.commands["autogesture"].trigger()
    qtbot.waitUntil(lambda: window.reference.dialog is not None and window.reference.dialog is not gesturing)
    window.reference.dialog.reject()
    assert window.session.project is kept


def test_the_clips_that_gestures_keep_clear_of_are_counted(gesturing, window, qtbot) -> None:
    assert gesturing.clear_of.isHidden()
    wave = library.gesture("wave_right").motion()
    clips = tuple(Clip(f"mine-{start}", wave, start, 20) for start in (0, 100))
    window.session.apply("Add", lambda project: edits.add_track(project, RigTrack("mine", "Mine", clips=clips)))
    assert not gesturing.clear_of.isHidden()
    assert gesturing.clear_of.text().endswith(": 2")
    gesturing.another.click()
    qtbot.waitUntil(lambda: window.session.project.tracks[-1].id != "mine")
    assert gesturing.clear_of.text().endswith(": 2")  # what was made here does not count


def test_gestures_leave_names_alone(window, qtbot, tmp_path) -> None:
    clip = Clip("mine-1", library.gesture("present_right").motion(), 0, 20, name="beat_both")
    named = RigTrack("mine", "Gestures", clips=(clip,))
    window.session.apply("Add", lambda project: edits.add_track(project, named))
    load_speech(window, qtbot, write_speech(tmp_path / "talk.wav", 12))
    use_language("zh_CN")
    try:
        window.commands["autogesture"].trigger()
        qtbot.waitUntil(lambda: len(window.session.project.tracks) == 3)
    finally:
        use_language("en")
    mine, made = window.session.project.tracks[1:]
    assert (mine.name, mine.clips[0].name) == ("Gestures", "beat_both")
    assert made.name != "Gestures"


def test_edits_made_meanwhile_are_kept(gesturing, window, qtbot) -> None:
    session = window.session
    session.apply("Add", lambda project: edits.add_track(project, PointTrack("mine")))
    gesturing.another.click()
    qtbot.waitUntil(
        lambda: session.history.undo_labels[0] == "Gestures for the speech" and not session.project.track("mine").clips
    )
    assert sorted(type(track).__name__ for track in session.project.tracks) == ["PointTrack", "RigTrack", "RigTrack"]


def test_gestures_that_are_there_stay_until_something_is_chosen(gesturing, window, qtbot) -> None:
    gesturing.accept()
    before = window.session.project
    window.commands["autogesture"].trigger()
    again = window.reference.dialog
    assert again is not gesturing
    assert window.session.project is before
    again.another.click()
    qtbot.waitUntil(lambda: window.session.project is not before)
    assert len(window.session.project.tracks) == 2


def test_no_speech_is_said_in_words(window, qtbot, tmp_path) -> None:
    load_speech(window, qtbot, write_speech(tmp_path / "still.wav", silent=True))
    window.commands["autogesture"].trigger()
    qtbot.waitUntil(lambda: window.reference.dialog is not None)
    assert "No speech" in window.reference.dialog.status.text()
    assert not window.reference.dialog.another.isEnabled()


def make_picture(path, size=(400, 200)):
    Image.new("RGB", size, "red").save(path)
    return path


@pytest.fixture
def pictured(window, qtbot, tmp_path):
    """The window with the panel of a picture of 400 x 200."""
    path = make_picture(tmp_path / "人.png")
    window.reference.choose_path = lambda title, suffixes: str(path)
    window.commands["load_picture"].trigger()
    qtbot.waitUntil(lambda: window.reference.panel is not None and window.reference.panel.fits["cover"].isEnabled())
    return window


def test_why_the_pose_is_not_found_is_said_where_it_was_asked_for(pictured, qtbot, monkeypatch) -> None:
    panel = pictured.reference.panel
    panel.pose_buttons[0].click()
    assert not panel.pose_buttons[0].isEnabled()
    assert panel.pose_state.text().startswith("Looking for the person")
    qtbot.waitUntil(lambda: panel.pose_buttons[0].isEnabled(), timeout=60_000)
    assert pictured.jobs.rows[0].last.text in panel.pose_state.text()
    assert pictured.jobs.rows[0].last.kind == "failed"
    panel.show_search(False, "why " * 100)
    qtbot.waitUntil(lambda: panel.pose_state.height() >= panel.pose_state.heightForWidth(panel.pose_state.width()))


def test_a_picture_covers_the_canvas_and_is_moved_by_numbers(pictured, qtbot) -> None:
    session, panel = pictured.session, pictured.reference.panel
    assert session.project.picture.box == pytest.approx((-0.5, 0, 1.5, 1))
    panel.wide.setValue(100)
    panel.left.setValue(10)
    panel.top.setValue(20)
    assert session.project.picture.box == pytest.approx((0.1, 0.2, 1.1, 0.7))
    assert session.history.undo_labels == ("Place the picture", "Load reference picture")
    panel.fits["height"].click()
    assert session.project.picture.box == pytest.approx((-0.5, 0, 1.5, 1))
    session.undo()
    assert panel.left.value() == pytest.approx(10)
    panel.buttons.button(QDialogButtonBox.StandardButton.Close).click()
    assert not panel.isVisible()


def test_a_picture_is_cropped_by_the_pose_found_in_it(pictured, qtbot, tmp_path) -> None:
    session, panel = pictured.session, pictured.reference.panel
    before = session.project.picture.box
    assert not panel.fits["crop"].isEnabled()
    found = replace(make_sequence(1, low=0.4, high=0.6), size=(400, 200))
    formats.write_poses(found, tmp_path / "found", "openpose")
    pictured.picture_poses.choose_path = lambda: str(tmp_path / "found")
    qtbot.mouseClick(panel.pose_buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(panel.fits["crop"].isEnabled)
    panel.fits["crop"].click()
    assert session.project.picture.box != before
    box = align.crop_box(formats.read_poses(tmp_path / "found"))
    left, top, right, bottom = session.project.picture.box
    assert (right - left, bottom - top) == pytest.approx((400 / box.side, 200 / box.side))
    assert (left, top) == pytest.approx((-box.left / box.side, -box.top / box.side))


def test_a_broken_picture_is_told(window, qtbot, tmp_path) -> None:
    (tmp_path / "no.png").write_bytes(b"\x89PNG no")
    with qtbot.waitSignal(window.session.told) as told:
        window.reference.load_picture(tmp_path / "no.png")
    assert "no.png" in told.args[1]
    assert window.session.project.picture is None


def test_a_video_is_loaded(window, qtbot, tmp_path) -> None:
    write_frames(np.zeros((5, 32, 32, 3), np.uint8), tmp_path / "film.mp4", Fraction(24))
    window.reference.choose_path = lambda title, suffixes: str(tmp_path / "film.mp4")
    window.commands["load_video"].trigger()
    qtbot.waitUntil(lambda: window.session.project.video is not None)


def test_a_missing_file_is_told_and_located(window, qtbot, tmp_path) -> None:
    path = write_speech(tmp_path / "talk.wav", 1)
    media = link_media(path)
    path.rename(tmp_path / "moved.wav")
    with qtbot.waitSignal(window.session.told, check_params_cb=lambda severity, text: severity == "warning") as told:
        window.session.replace_project(resting(10))
        window.session.apply("Link", lambda project: replace(project, audio=media))
    assert "talk.wav" in told.args[1]
    window.commands["media"].trigger()
    row = window.reference.panel.rows["audio"]
    qtbot.waitUntil(lambda: row.choose.text() == "Locate…")
    window.reference.choose_path = lambda title, suffixes: str(tmp_path / "moved.wav")
    row.choose.click()
    qtbot.waitUntil(lambda: "moved.wav" in window.session.project.audio.path)
    qtbot.waitUntil(lambda: row.choose.text() == "Choose…")
    row.start.setValue(12)
    assert window.session.project.audio.start == 12
    row.remove.click()
    assert window.session.project.audio is None


def test_the_length_is_changed_by_stretching_or_at_the_end(window, qtbot) -> None:
    window.commands["retime"].trigger()
    dialog = window.reference.dialog
    dialog.seconds.setValue(5)
    assert dialog.frames.value() == 120
    dialog.accept()
    qtbot.waitUntil(lambda: window.session.project.length == 120)
    window.commands["retime"].trigger()
    dialog = window.reference.dialog
    dialog.fps.setValue(30)
    assert dialog.frames.value() == 150
    dialog.accept()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert (window.session.project.length, window.session.project.fps) == (150, 30)
    assert window.session.history.undo_labels == ("Length and rate", "Length and rate")


def test_stretching_moves_the_content_and_cropping_does_not() -> None:
    project = make_project()
    stretched = timed(project, project.fps, 120, stretch=True)
    assert stretched.clip("one")[1].start == 10
    longer = timed(project, project.fps, 120, stretch=False)
    assert longer.clip("one")[1].start == 5
    assert timed(project, project.fps, 30, stretch=False).length == 30
    assert timed(project, project.fps, 60, stretch=True) is project


def test_a_locked_track_keeps_the_length_and_the_dialog_says_so(window, qtbot) -> None:
    window.session.apply("Lock", lambda project: edits.set_track(project, project.tracks[0].id, locked=True))
    window.commands["retime"].trigger()
    dialog = window.reference.dialog
    dialog.stretch.click()
    dialog.frames.setValue(100)
    dialog.accept()
    qtbot.waitUntil(lambda: "locked" in dialog.problem.text())
    assert dialog.isVisible()
