"""What people come for, from the first click to the file: each test is one way through the whole editor."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from poseforge import library
from poseforge.align import fit_box, fitted
from poseforge.figures import figures
from poseforge.filters import denoise, fill_gaps
from poseforge.formats import read_poses, write_poses
from poseforge.gesturing import stroke_of
from poseforge.gui.filters_dialog import FILTERS, FiltersDialog
from poseforge.gui.library import TABS
from poseforge.gui.timeline_paint import header_parts, keys_at
from poseforge.render import render
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import resting

LEFT, NONE, ALT, CTRL = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
WAIT_MS = 30_000


# What a hand does


def drag(widget, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, LEFT, NONE, start)
    for share in (0.3, 0.7, 1.0):
        at = QPointF(start + (end - start) * share)
        moved = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, NONE)
        QApplication.sendEvent(widget, moved)
    QTest.mouseRelease(widget, LEFT, NONE, end)


def drop_from_library(window, kind: str, id: str, frame: float, label: str, keys=NONE) -> None:
    """Take a preset where the library shows it, and let it go on a row of the timeline."""
    panel = window.library
    panel.tabs.setCurrentIndex([*TABS].index(kind))
    entries = panel.grid.entries
    data = entries.mimeData([entries.index([entry.id for entry in entries.entries].index(id))])
    port, place = window.timeline.viewport(), place_of(window, label, frame)
    for event in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
        at = QPointF(place) if event is QDropEvent else place
        QApplication.sendEvent(port, event(at, Qt.DropAction.CopyAction, data, LEFT, keys))


def row(window, label: str):
    QApplication.processEvents()
    window.timeline._settle()
    return next(row for row in window.timeline.rows if row.label == label)


def place_of(window, label: str, frame: float) -> QPoint:
    found, view = row(window, label), window.timeline.view
    return QPoint(round(view.x(frame)), view.row_rect(found).center().y())


def joint_at(stage, joint: str) -> QPoint:
    x, y = stage.points()[wholebody_134.index(joint)]
    return QPoint(round(x), round(y))


def use_filter(window, qtbot, function) -> None:
    """Choose a filter in the dialog, wait for what it makes, apply it."""
    window.commands["filters"].trigger()
    dialog = window.findChild(FiltersDialog)
    dialog.list.setCurrentRow(next(i for i, one in enumerate(FILTERS) if one.function is function))
    qtbot.waitUntil(lambda: dialog.apply_button.isEnabled(), timeout=WAIT_MS)
    qtbot.mouseClick(dialog.apply_button, LEFT)
    dialog.close()


def exported(window, qtbot, target: Path):
    """Export for EchoMimicV2 by the dialog and the worker, and read it again."""
    window.commands["export"].trigger()
    dialog = window.documents.dialog
    qtbot.waitUntil(lambda: dialog.poses is not None, timeout=WAIT_MS)
    dialog.target.setText(str(target))
    before = len(window.jobs.rows)
    qtbot.mouseClick(dialog.export_button, LEFT)
    qtbot.waitUntil(lambda: len(window.jobs.rows) > before and window.jobs.rows[0].over, timeout=WAIT_MS)
    row = window.jobs.rows[0]
    assert row.last.kind == "done", row.detail.text()
    (poses,) = read_poses(target)
    return poses


def speak(window, qtbot, path: Path, seconds: float) -> None:
    """Load a speech: syllables of a voice-like sound, three a second."""
    rate = 16_000
    time = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 20))
    beat = np.clip(np.sin(2 * np.pi * 3 * time), 0, 1) ** 2
    soundfile.write(path, np.clip(0.2 * voice * beat, -1, 1), rate)
    load_speech(window, qtbot, path)


def load_speech(window, qtbot, path: Path) -> None:
    window.reference.choose_path = lambda title, suffixes: str(path)
    window.commands["load_audio"].trigger()
    qtbot.waitUntil(lambda: window.session.project.audio is not None, timeout=WAIT_MS)


def fill(window, qtbot, way: str) -> None:
    window.commands["fill"].trigger()
    qtbot.waitUntil(lambda: window.reference.dialog is not None, timeout=WAIT_MS)
    before = window.session.project
    window.reference.dialog.ways[way].click()
    window.reference.dialog.accept()
    qtbot.waitUntil(lambda: window.session.project is not before, timeout=WAIT_MS)


# The ways


def test_an_own_gesture_from_the_wizard_to_the_models_maps(window, qtbot, tmp_path) -> None:
    window.commands["new"].trigger()
    wizard = window.documents.dialog
    wizard.seconds.setValue(5.5)
    qtbot.mouseClick(wizard.buttons.button(wizard.buttons.StandardButton.Ok), LEFT)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)  # the wizard was, and keys go to whatever is
    session, stage, timeline = window.session, window.canvas.stage, window.timeline
    states = [session.project]

    def step() -> None:
        assert session.project is not states[-1]
        states.append(session.project)

    drop_from_library(window, "gestures", "wave_right", 24.5, "Performer")
    step()
    _, clip = session.project.clip(session.clip)
    assert (clip.start, clip.name, session.project.length) == (24, "Wave", 132)

    QTest.keyClick(window, Qt.Key.Key_M)
    step()
    assert session.project.clip(clip.id)[1].mirrored

    QTest.mouseClick(timeline.viewport(), LEFT, NONE, QPoint(round(timeline.view.x(62.5)), 8))
    assert session.frame == 62
    before = session.pose().joint("left_index_4")[0]
    tip = joint_at(stage, "left_index_4")
    drag(stage, tip, tip + QPoint(-30, 35))
    step()
    assert np.abs(session.pose().joint("left_index_4")[0] - before).max() > 0.01

    parts = header_parts(timeline.view.row_rect(row(window, "Performer")))
    QTest.mouseClick(timeline.viewport(), LEFT, NONE, parts["expand"].center())
    keys = row(window, "All keys")
    frames, xs, y = keys_at(timeline.view, keys, 62, 62)
    key = QPoint(round(xs[frames.tolist().index(62)]), round(y))
    drag(timeline.viewport(), key, key + QPoint(round(10 * timeline.view.scale.per_frame), 0))
    step()
    moved = {frame for curve in session.project.tracks[0].offsets.values() for frame in curve.frames}
    assert 62 not in moved
    assert moved & {71, 72, 73}

    for state in reversed(states[:-1]):
        window.commands["undo"].trigger()
        assert session.project is state
    assert not window.commands["undo"].isEnabled()
    for state in states[1:]:
        window.commands["redo"].trigger()
        assert session.project is state

    poses = exported(window, qtbot, tmp_path / "我的 wave 👋")
    assert len(poses) == session.project.length
    for frame in range(len(poses)):
        session.seek(frame)
        np.testing.assert_array_equal(window.map_view.picture(), render(poses[frame : frame + 1])[0])


def clean_and_fill(window, qtbot, tmp_path, folder: Path, load) -> None:
    """Import by a file of the folder, close the loop, remove jitter, fill to a speech, export."""
    session = window.session
    window.documents.choose_open = lambda title: next(iter(sorted(folder.iterdir())))
    tracks = len(session.project.tracks)
    window.commands["import"].trigger()
    qtbot.waitUntil(lambda: len(session.project.tracks) > tracks, timeout=WAIT_MS)
    base = session.project.tracks[-1].base
    assert len(base) == len([*folder.iterdir()])
    window.commands["close_loop"].trigger()
    use_filter(window, qtbot, denoise)
    cleaned = session.history.project.tracks[-1].base
    assert figures(cleaned).loop_gap < figures(base).loop_gap
    assert figures(cleaned).jitter < figures(base).jitter
    assert session.history.undo_labels[:2] == ("Filter: Remove jitter", "Close the loop")
    load()
    fill(window, qtbot, "loop")
    poses = exported(window, qtbot, tmp_path / "filled")
    assert len(poses) == session.project.length
    session.seek(len(poses) - 1)
    np.testing.assert_array_equal(window.map_view.picture(), render(poses[-1:])[0])


def test_a_sequence_is_cleaned_looped_and_filled(window, qtbot, tmp_path) -> None:
    wave = bake(library.performance([library.gesture("wave_right")], alive=None))[:60]
    noise = np.random.default_rng(0).normal(0, 0.002, wave.points.shape)
    write_poses(wave.with_points(wave.points + noise), tmp_path / "detected 挥手", "echomimic")
    clean_and_fill(window, qtbot, tmp_path, tmp_path / "detected 挥手", lambda: speak(window, qtbot, tmp_path / "talk.wav", 12))
    assert window.session.project.length == 288


def test_the_sequence_good_is_cleaned_looped_and_filled_to_its_sound(window, qtbot, tmp_path, shared) -> None:
    data = shared / "data" / "echomimic_v2"
    sound = data / "audio" / "good.wav"
    clean_and_fill(window, qtbot, tmp_path, data / "pose" / "good", lambda: load_speech(window, qtbot, sound))
    assert window.session.project.length == pytest.approx(soundfile.info(sound).duration * 24, abs=1)


def test_gestures_for_a_speech_one_of_which_is_replaced(window, qtbot, tmp_path) -> None:
    session = window.session
    picture = tmp_path / "人 像.png"
    Image.new("RGB", (400, 400), "gray").save(picture)
    window.reference.choose_path = lambda title, suffixes: str(picture)
    window.commands["load_picture"].trigger()
    qtbot.waitUntil(lambda: session.project.picture is not None)
    speak(window, qtbot, tmp_path / "talk.wav", 8)
    window.commands["autogesture"].trigger()
    qtbot.waitUntil(lambda: len(session.project.tracks) == 2, timeout=WAIT_MS)
    qtbot.mouseClick(window.reference.dialog.buttons.button(window.reference.dialog.buttons.StandardButton.Ok), LEFT)

    track = session.project.tracks[-1]
    old = next(clip for clip in track.clips if stroke_of(clip) is not None)
    stroke = stroke_of(old)
    drop_from_library(window, "gestures", "thumbs_up_right", old.start + old.length / 2, track.name, ALT)
    new = session.project.clip(old.id)[1]
    gesture = library.gesture("thumbs_up_right")
    assert (new.name, new.length) == (gesture.title, old.length)
    assert new.start + gesture.stroke * new.length / gesture.length == pytest.approx(stroke, abs=0.5)
    assert len(session.project.track(track.id).clips) == len(track.clips)
    assert len(exported(window, qtbot, tmp_path / "out")) == 192  # as long as the speech


def test_a_menu_of_the_library_replaces_the_selected_clip(window, qtbot) -> None:
    session, panel = window.session, window.library
    drop_from_library(window, "gestures", "wave_right", 24.5, "Performer")
    id = session.clip
    entry = next(entry for entry in panel.grid.entries.entries if entry.id == "clap_both")
    (replace,) = (action for action in panel.menu(entry).actions() if action.text() == "In place of Wave")
    replace.trigger()
    assert session.project.clip(id)[1].source.meta["gesture"] == "clap_both"
    session.apply("Lock", lambda project: edits.set_track(project, "performer", locked=True))
    assert not any("In place" in action.text() for action in panel.menu(entry).actions())


def test_a_film_is_detected_and_exported(window, qtbot, tmp_path, shared) -> None:
    pytest.importorskip("mediapipe")
    session = window.session
    window.documents.drop([shared / "data" / "video" / "signer.mp4"])
    dialog = window.detecting.dialog
    qtbot.waitUntil(lambda: dialog.first is not None, timeout=WAIT_MS)
    qtbot.mouseClick(dialog.whole, LEFT)
    qtbot.mouseClick(dialog.detect_button, LEFT)
    qtbot.waitUntil(lambda: session.project.video is not None, timeout=2 * WAIT_MS)
    assert session.project.size == (540, 720)
    hand = bake(session.project).present[:, wholebody_134.group("right_hand")].any(axis=1)
    assert hand.sum() > 10
    poses = exported(window, qtbot, tmp_path / "手语 signer")
    whole = (bake(session.project),)
    (boxed,) = fitted(whole, fit_box(whole, "letterbox"))  # what the dialog suggests for a canvas that is not square
    assert (len(poses), poses.size) == (len(boxed), (768, 768))
    np.testing.assert_array_equal(render(poses), render(boxed))
    assert render(poses).any(axis=(1, 2, 3)).sum() == hand.sum()


def test_a_take_of_a_test_picture_is_put_on_a_track_and_exported(window, qtbot, tmp_path, detectors) -> None:
    session = window.session
    window.commands["record"].trigger()
    dialog = window.recording.dialog
    dialog.detector.choose("pointing")
    dialog.countdown.setValue(1)
    dialog.place.setEditText("lavfi:testsrc2=size=128x128:rate=24")
    QTest.keyClick(dialog.place.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.record_button.isEnabled, timeout=WAIT_MS)
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.elapsed.text() > "00:01.0", timeout=WAIT_MS)
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.takes.count() == 1, timeout=WAIT_MS)
    taken = dialog.takes.take_at(0).poses
    qtbot.mouseClick(dialog.track_button, LEFT)
    dialog.close()
    poses = exported(window, qtbot, tmp_path / "out")
    assert len(poses) == session.project.length
    hands = [*wholebody_134.group("left_hand"), *wholebody_134.group("right_hand")]
    np.testing.assert_allclose(poses.points[10, hands], taken.points[10, hands], atol=1e-9)
    session.seek(10)
    np.testing.assert_array_equal(window.map_view.picture(), render(poses[10:11])[0])


def test_a_folder_of_openpose_whose_left_hand_is_replaced(window, qtbot, tmp_path) -> None:
    session = window.session
    made = bake(library.performance([library.gesture("wave_right")], alive=None))[:72]
    points, confidence = made.points.copy(), made.confidence.copy()
    lost = wholebody_134.group("right_hand")
    points[40:44, lost], confidence[40:44, lost] = np.nan, 0
    write_poses(made.with_points(points, confidence), tmp_path / "开放 pose", "openpose")
    window.documents.choose_open = lambda title: next(iter(sorted((tmp_path / "开放 pose").iterdir())))
    window.commands["open"].trigger()
    qtbot.waitUntil(lambda: session.project.length == 72, timeout=WAIT_MS)

    before = bake(session.project)
    stage = window.canvas.stage
    QTest.mouseClick(stage, LEFT, NONE, joint_at(stage, "left_middle_4"))
    for frame, mark in ((20, "set_in"), (53, "set_out")):
        session.seek(frame)
        window.commands[mark].trigger()
    drop_from_library(window, "hands", "fist", 30.5, "Poses")
    qtbot.waitUntil(lambda: bool(session.project.tracks[-1].offsets), timeout=WAIT_MS)
    window.commands["clear_range"].trigger()
    window.commands["select_none"].trigger()  # else the filter is confined to what is selected
    use_filter(window, qtbot, fill_gaps)
    after = exported(window, qtbot, tmp_path / "out")
    left, right = (list(wholebody_134.group(f"{side}_hand")) for side in ("left", "right"))
    outside = [*range(14), *range(60, 72)]
    np.testing.assert_allclose(after.points[outside][:, left], before.points[outside][:, left], atol=1e-6)
    assert np.linalg.norm(after.points[35, left] - before.points[35, left], axis=1).max() > 0.02
    np.testing.assert_allclose(after.points[35, left[0]], before.points[35, left[0]], atol=1e-3)  # it stays on its arm
    assert np.isnan(before.points[41, right]).all()
    assert not np.isnan(after.points[:, right]).any()


def test_ten_thousand_frames_are_scrubbed_zoomed_dragged_and_undone(make_window, qtbot) -> None:
    project = edits.add_clip(resting(10_000), "performer", library.gesture("wave_right").motion(), 5000, id="wave")
    window = make_window(project)
    session, timeline, port = window.session, window.timeline, window.timeline.viewport()
    before = session.project
    row(window, "Performer")
    for frame in (100, 9000, 5040):
        QTest.mouseClick(port, LEFT, NONE, QPoint(round(timeline.view.x(frame + 0.5)), 8))
        assert session.frame == pytest.approx(frame, abs=5)
    for _ in range(12):
        at = QPointF(timeline.view.x(5040), 30)
        wheel = (QPoint(0, 0), QPoint(0, 240), Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(port, QWheelEvent(at, port.mapToGlobal(at), *wheel))
        QApplication.processEvents()
    per_frame = timeline.view.scale.per_frame
    assert per_frame > 4
    start = place_of(window, "Performer", 5040.5)
    drag(port, start, start + QPoint(round(12 * per_frame), 0))
    assert session.project.clip("wave")[1].start == pytest.approx(5012, abs=8)
    stage = window.canvas.stage
    wrist = joint_at(stage, "right_wrist")
    drag(stage, wrist, wrist + QPoint(20, -30))
    assert len(session.history.undo_labels) == 2
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert session.project is before
