"""Poses from videos and pictures: what is asked, what the job is told, and where the poses lie in the end."""

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from poseforge import formats
from poseforge.align import on_canvas
from poseforge.capture import Detection
from poseforge.projects import link_media
from poseforge.sources import Source
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Project

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 30_000


def make_film(path, seconds=2, size=(96, 64), sound=False):
    with av.open(str(path), "w") as container:
        film = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        film.width, film.height, film.pix_fmt = *size, "yuv420p"
        voice = container.add_stream("aac", rate=16_000, layout="mono") if sound else None
        for i in range(round(24 * seconds)):
            picture = np.full((size[1], size[0], 3), 4 * i % 255, np.uint8)
            container.mux(film.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(film.encode())
        if voice:
            wave = np.sin(np.arange(round(16_000 * seconds)) / 20, dtype=np.float32)[None]
            frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16_000, 0
            container.mux(voice.encode(frame))
            container.mux(voice.encode())
    return path


@pytest.fixture
def ask(window, qtbot, detectors):
    """Open the dialog for a file, and wait until its first picture is there."""

    def ask(path=None, detector="pointing"):
        if path:
            window.documents.drop([path])
        else:
            window.commands["detect"].trigger()
        dialog = window.detecting.dialog
        dialog.detector.choose(detector)
        if dialog.place.text():
            qtbot.waitUntil(lambda: dialog.first is not None, timeout=WAIT_MS)
        return dialog

    return ask


def detect(window, qtbot, dialog) -> Project:
    """Have it done, and wait for what becomes of it."""
    before = window.session.history.project
    with qtbot.waitSignal(window.jobs.parentWidget().visibilityChanged):  # its progress is seen
        qtbot.mouseClick(dialog.detect_button, LEFT)
    qtbot.waitUntil(lambda: window.jobs.rows[0].over, timeout=WAIT_MS)
    assert window.jobs.rows[0].last.kind == "done", window.jobs.rows[0].detail.text()
    qtbot.waitUntil(lambda: window.session.project is not before or window.detecting.choice is not None, timeout=WAIT_MS)
    return window.session.project


def test_a_dropped_film_becomes_a_project_with_the_film_behind_the_person(window, qtbot, ask, tmp_path) -> None:
    dialog = ask(make_film(tmp_path / "我的 film.mp4", sound=True))
    assert "96x64" in dialog.told.text()
    project = detect(window, qtbot, dialog)
    assert (project.length, project.size, project.fps) == (48, (768, 768), 24)
    assert (project.video.start, project.video.box) == (0, pytest.approx((-0.25, 0, 1.25, 1)))
    assert project.video.path.endswith("我的 film.mp4")
    assert project.audio.sha256 == project.video.sha256
    assert window.documents.title == "我的 film"
    assert window.isWindowModified()  # the film is saved, the poses are not
    assert bake(project).joint("neck")[0, 0] == pytest.approx(0.5, abs=0.05)
    stage = window.canvas.stage
    window.commands["show_video"].setChecked(True)
    qtbot.waitUntil(lambda: len(stage.scene._pictures()) == 1, timeout=WAIT_MS)


def test_the_window_places_a_film_as_the_command_does(window, qtbot, ask, tmp_path) -> None:
    film = make_film(tmp_path / "film.mp4", 1)
    Detection(Source(str(film)), tmp_path / "out", detector="pointing").run()
    by_command = on_canvas(formats.read_poses(tmp_path / "out")[0]).points
    in_window = bake(detect(window, qtbot, ask(film))).points
    known = ~np.isnan(by_command) & ~np.isnan(in_window)
    assert known.any()
    np.testing.assert_allclose(by_command[known], in_window[known], atol=1e-6)


def test_a_part_and_a_region_onto_a_track_at_the_playhead(window, qtbot, ask, tmp_path) -> None:
    session = window.session
    session.seek(30)
    dialog = ask(make_film(tmp_path / "film.mp4"))
    place = dialog.picture.place()
    factor = place.width() / 96
    start, end = (QPointF(place.left() + x * factor, place.top() + y * factor).toPoint() for x, y in ((24, 8), (72, 56)))
    QTest.mousePress(dialog.picture, LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(dialog.picture, (start + end) / 2)
    QTest.mouseMove(dialog.picture, end)
    QTest.mouseRelease(dialog.picture, LEFT, Qt.KeyboardModifier.NoModifier, end)
    left, top, width, height = dialog.picture.region
    assert (left, top, width, height) == pytest.approx((24, 8, 48, 48), abs=2)
    dialog.begin.setValue(0.5)
    dialog.end.setValue(1.5)
    dialog.track.click()
    project = detect(window, qtbot, dialog)
    assert session.history.undo_labels[0] == "Poses from film.mp4"
    (clip,) = project.tracks[-1].clips
    assert (clip.start, clip.length, project.length) == (30, 24, 240)
    assert session.track == project.tracks[-1].id
    assert project.video.start == 30 - 12
    neck = bake(project, [30]).joint("neck")[0]
    box = np.array(project.video.box).reshape(2, 2)
    in_film = (neck - box[0]) / (box[1] - box[0]) * (96, 64)
    assert in_film[0] == pytest.approx(left + width / 2, abs=2)  # the stand-in stands in the middle of what it sees
    session.undo()
    assert session.project.video is None
    assert len(session.project.tracks) == 1


def test_sound_is_offered_only_where_there_is_some(ask, tmp_path) -> None:
    dialog = ask(make_film(tmp_path / "loud.mp4", 1, sound=True))
    assert dialog.sound.isEnabled()
    dialog = ask(make_film(tmp_path / "mute.mp4", 1))
    assert not dialog.sound.isEnabled()
    assert dialog.sound.toolTip() == "This video has no sound."


def test_a_click_takes_the_region_away(ask, qtbot, tmp_path) -> None:
    dialog = ask(make_film(tmp_path / "film.mp4"))
    dialog.picture.region = (10, 10, 20, 20)
    QTest.mouseClick(dialog.picture, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(20, 20))
    assert dialog.picture.region is None
    assert dialog.wanted().region is None


def test_the_reference_video_is_there_already(window, qtbot, ask, tmp_path) -> None:
    film = link_media(make_film(tmp_path / "film.mp4", 3), start=-10)
    window.session.apply("Video", lambda project: replace(project, video=film))
    window.session.seek(100)
    dialog = ask()
    assert dialog.place.text() == film.path
    assert dialog.track.isChecked()
    project = detect(window, qtbot, dialog)
    assert len(project.tracks[-1].base) == 62
    assert project.video.start == -10
    assert project.audio is None  # it has no sound


def test_of_several_one_is_chosen_by_a_picture(window, qtbot, ask, tmp_path) -> None:
    dialog = ask(make_film(tmp_path / "film.mp4", 1), "several")
    dialog.who.setCurrentIndex(dialog.who.findData("all"))
    detect(window, qtbot, dialog)
    choice = window.detecting.choice
    assert choice.people.count() == 2
    assert not choice.people.item(1).icon().isNull()
    before = window.session.history.project
    choice.people.setCurrentRow(1)
    qtbot.mouseClick(choice.buttons.button(choice.buttons.StandardButton.Ok), LEFT)
    project = window.session.project
    assert project is not before
    assert bake(project).joint("neck")[0, 0] == pytest.approx(0.5 + 0.6 * 1.5, abs=0.05)


def test_a_picture_that_is_opened_lies_behind_its_pose(window, qtbot, ask, tmp_path) -> None:
    Image.new("RGB", (60, 90), "gray").save(tmp_path / "人 像.png")
    window.documents.choose_open = lambda title: tmp_path / "人 像.png"
    window.commands["open"].trigger()
    dialog = window.detecting.dialog
    dialog.detector.choose("pointing")
    qtbot.waitUntil(lambda: dialog.first is not None, timeout=WAIT_MS)
    assert not dialog.begin.isEnabled()
    assert not dialog.sound.isEnabled()
    qtbot.mouseClick(dialog.whole, LEFT)
    project = detect(window, qtbot, dialog)
    assert project.size == (60, 90)
    assert project.picture.box == pytest.approx((0, 0, 1, 1))
    assert project.video is None


def test_what_cannot_be_done_is_said_before(window, qtbot, ask, tmp_path) -> None:
    dialog = ask()
    assert not dialog.detect_button.isEnabled()
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    dialog.place.setText(str(tmp_path / "broken.mp4"))
    qtbot.waitUntil(lambda: "broken.mp4" in dialog.picture.message and "can be read" in dialog.picture.message, timeout=WAIT_MS)
    assert not dialog.detect_button.isEnabled()
    dialog.choose_file = lambda: str(make_film(tmp_path / "film.mp4"))
    dialog._browse(dialog.choose_file())
    qtbot.waitUntil(lambda: dialog.first is not None, timeout=WAIT_MS)
    assert dialog.detect_button.isEnabled()
    dialog.detector.choose("lacking")
    assert not dialog.detect_button.isEnabled()
    assert "pip install lacking" in dialog.detector.problem.text()
    dialog.detector.choose("pointing")
    dialog.mirrored.click()
    assert not dialog.wanted().behind
    qtbot.mouseClick(dialog.detect_button, LEFT)
    qtbot.waitUntil(lambda: window.jobs.rows and window.jobs.rows[0].over, timeout=WAIT_MS)
    assert window.jobs.rows[0].request.arguments["mirrored"] is True


def test_a_job_that_is_stopped_leaves_the_project_alone(window, qtbot, ask, tmp_path) -> None:
    before = window.session.history.project
    dialog = ask(make_film(tmp_path / "film.mp4", 20))
    qtbot.mouseClick(dialog.detect_button, LEFT)
    row = window.jobs.rows[0]
    row.cancel()
    qtbot.waitUntil(lambda: row.over, timeout=WAIT_MS)
    assert row.last.kind == "cancelled"
    assert window.session.history.project is before


def test_the_signer_in_a_real_window(window, qtbot, shared, tmp_path) -> None:
    pytest.importorskip("mediapipe")
    window.documents.drop([shared / "data" / "video" / "signer.mp4"])
    dialog = window.detecting.dialog
    qtbot.waitUntil(lambda: dialog.first is not None, timeout=WAIT_MS)
    dialog.end.setValue(1.0)
    project = detect(window, qtbot, dialog)
    assert (project.length, project.size) == (24, (768, 768))
    assert project.fps == Fraction(24)
    poses = bake(project)
    assert (poses.joint("left_shoulder")[:, 0] > poses.joint("right_shoulder")[:, 0]).all()
