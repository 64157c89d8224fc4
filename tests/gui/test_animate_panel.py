"""The Animate panel, with networks at random and the real worker: what it makes is noise, and all the rest is as it will be."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

pytest.importorskip("torch")
pytest.importorskip("diffusers")

from recordings import write_sound
from tiny_weights import write_tiny_weights

from poseforge import models
from poseforge.fitting import Fit
from poseforge.gui.ranking import score_color
from poseforge.gui.settings import settings
from poseforge.gui.takes_list import root
from poseforge.jobs import Event
from poseforge.media import Film, about_video
from poseforge.projects import link_media
from poseforge.takes import takes
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import resting

WAIT_MS = 120_000
FRAMES = 8
OTHER = "import sys; from pathlib import Path; from poseforge.gui.claims import AtWork, at_work_elsewhere\n"
LOOK = "print(at_work_elsewhere(Path(sys.argv[1])))"
HOLD = "marks = AtWork(); marks.mark(Path(sys.argv[1]), True); print('held', flush=True); sys.stdin.readline()"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_weights(tmp_path_factory.mktemp("weights") / "微 tiny")


@pytest.fixture
def project(tmp_path):
    """A second of rest, with a picture that covers the canvas and reaches beyond it, and a speech that begins at frame 2."""
    pixels = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "人 person.png")
    sound = write_sound(tmp_path / "voice.wav", 1.0)
    picture = replace(link_media(tmp_path / "人 person.png"), box=(-0.2, 0.0, 1.2, 1.0))
    return replace(resting(24), picture=picture, audio=replace(link_media(sound), start=2), range=(0, FRAMES - 1))


@pytest.fixture
def window(make_window, project, tiny):
    settings().setValue("animate/weights", str(tiny))
    window = make_window(project)
    window.commands["animate"].trigger()
    assert window.animate.isVisible()
    for name, number in (("size", 64), ("steps", 2)):
        for box in window.animate.wants.form.editor(name).boxes:
            box.setValue(number)
    return window


def click(button) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def made(window, qtbot, count: int = 1) -> None:
    """Wait until so many takes are listed, and nothing is at work."""
    panel = window.animate
    qtbot.waitUntil(lambda: not window.jobs.unfinished and panel.takes.list.count() == count, timeout=WAIT_MS)
    assert [row.last.kind for row in window.jobs.rows] == ["done"] * len(window.jobs.rows), window.jobs.rows[0].detail.text()


def test_from_a_project_to_a_take_and_its_settings_again(window, qtbot) -> None:
    panel, session = window.animate, window.session
    qtbot.waitUntil(lambda: f"{FRAMES} frames on cpu" in panel.estimate.text(), timeout=WAIT_MS)
    assert panel.weights.missing == ""
    assert not panel.weights.button.isVisible()
    click(panel.wants.dice)
    seed = panel.wants.settings.seed
    assert seed != 3407
    click(panel.run_button)
    assert panel.watch.isVisible()
    assert window.result.isVisible()  # and nothing moves when the take is there
    made(window, qtbot)
    take = panel.takes.take
    assert take.settings.seed == seed
    assert take.settings.size == (64, 64)
    assert take.frames == (0, FRAMES - 1)
    assert "guidance" in about_video(take.video)
    assert not panel.watch.isVisible()
    assert window.result.isVisible()
    film = Film(take.video)
    for frame in (5, 2, 7):
        session.seek(frame)
        seen = film.at(frame / 24)
        qtbot.waitUntil(
            lambda seen=seen: shown(window) is not None and np.abs(shown(window) - seen).max() <= 1, timeout=WAIT_MS
        )
    film.close()
    session.seek(20)
    assert window.result.picture() is None
    click(panel.wants.dice)
    panel.wants.form.editor("steps").boxes[0].setValue(5)
    panel.tabs.setCurrentWidget(panel.takes)
    click(panel.takes.again_button)
    assert panel.wants.settings == take.settings
    assert panel.wants.isVisible()


def test_a_picture_that_cannot_be_read_is_told_beside_dark_buttons(window, qtbot, project) -> None:
    panel, place = window.animate, Path(project.picture.path)
    qtbot.waitUntil(panel.run_button.isEnabled, timeout=WAIT_MS)
    pixels = place.read_bytes()
    place.write_text("no picture")
    panel.wants.form.editor("steps").boxes[0].setValue(3)
    qtbot.waitUntil(lambda: not panel.run_button.isEnabled(), timeout=WAIT_MS)
    assert place.name in panel.notes.text()
    assert panel.run_button.toolTip() == panel.notes.text()
    place.write_bytes(pixels)
    panel.wants.form.editor("steps").boxes[0].setValue(2)
    qtbot.waitUntil(panel.run_button.isEnabled, timeout=WAIT_MS)


def test_weights_in_a_folder_that_is_typed_or_chosen(make_window, project, tiny, qtbot) -> None:
    window = make_window(project)
    panel = window.animate
    window.commands["animate"].trigger()
    for name, number in (("size", 64), ("steps", 1)):
        for box in panel.wants.form.editor(name).boxes:
            box.setValue(number)
    field = panel.wants.place.editor("weights")
    field.ask = lambda: "/elsewhere"
    click(field.widgets[1])
    assert panel.wants.weights == Path("/elsewhere")
    field.line.clear()
    field.line.insert(str(tiny))  # QTest types no Chinese
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert panel.wants.weights == tiny
    qtbot.waitUntil(lambda: panel.weights.missing == "", timeout=WAIT_MS)
    click(panel.run_button)
    made(window, qtbot)
    assert panel.takes.take.request.arguments["weights"] == str(tiny)


def shown(window) -> np.ndarray | None:
    """(H, W, 3) of the take at this frame, if it is there."""
    image = window.result.picture()
    if image is None:
        return None
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].astype(int)


def test_without_weights_the_command_is_shown_and_nothing_is_begun(make_window, project, qtbot) -> None:
    window = make_window(project)
    panel = window.animate
    window.commands["animate"].trigger()
    line = panel.wants.place.editor("weights").line
    line.setFocus()
    QTest.keyClicks(line, "/mod")
    before = [part.geometry() for part in (line, panel.weights, panel.wants)]
    assert panel.weights.missing is None
    qtbot.waitUntil(lambda: bool(panel.weights.missing), timeout=WAIT_MS)
    assert panel.weights.words.text() == "The weights are missing (8.9 GB)."
    details = panel.weights.words.toolTip()
    assert "poseforge models fetch echomimic-v2”" in details
    assert all(file.place.name in details for file in models.missing("echomimic-v2") if file.place.suffix != ".json")
    assert panel.weights.button.isVisible()
    QTest.keyClicks(window.focusWidget(), "els")  # nothing has moved away from who types
    assert line.text() == "/models"
    assert [part.geometry() for part in (line, panel.weights, panel.wants)] == before
    assert not panel.run_button.isEnabled()
    assert not panel.quick_button.isEnabled()
    assert "weights" in panel.run_button.toolTip()
    line.clear()
    window.commands["animate"].trigger()
    assert window.jobs.rows == []
    assert "weights" in panel.run_button.toolTip()
    panel.wants.form.editor("variant").combo.activated.emit(1)
    assert (panel.wants.settings.steps, panel.wants.settings.guidance) == (6, 1.0)
    qtbot.waitUntil(lambda: "echomimic-v2-acc" in panel.weights.words.toolTip(), timeout=WAIT_MS)


def test_how_the_poses_fit_is_told_before_and_follows_the_project(make_window, project, qtbot) -> None:
    window = make_window(project)
    panel, session = window.animate, window.session
    window.commands["animate"].trigger()
    assert "not known" in panel.fit.words.text()
    session.set_picture_pose(bake(project, [0]))  # half as large as the canvas in a picture of 64 x 48
    qtbot.waitUntil(lambda: panel.fit.fitness is not None, timeout=WAIT_MS)
    first = panel.fit.fitness
    assert panel.fit.words.text() == f"Fits the picture: {first.score} of 100"
    assert score_color(first.score) in panel.fit.words.styleSheet()  # as in the window Fit
    assert panel.fit.worst.text() == first.findings[0].message
    session.apply("to the right", lambda project: edits.fit_project(project, Fit(shift=(0.4, 0.0))))
    assert panel.fit.fitness is None  # of other poses
    qtbot.waitUntil(lambda: panel.fit.fitness is not None, timeout=WAIT_MS)
    assert panel.fit.fitness.score < first.score
    session.undo()
    qtbot.waitUntil(lambda: panel.fit.fitness == first, timeout=WAIT_MS)
    click(panel.fit.button)
    assert window.picture_poses.dialog.isVisible()
    panel.wants.use_picture(Path("another.png"))
    assert "another picture" in panel.fit.words.text()
    assert not panel.fit.button.isVisible()


def test_an_estimate_does_not_wait_for_jobs(window, qtbot) -> None:
    panel = window.animate
    panel.wants.form.editor("steps").boxes[0].setValue(1000)
    click(panel.run_button)
    row = panel.watch.row
    qtbot.waitUntil(lambda: "step" in row.last.detail, timeout=WAIT_MS)
    panel.wants.form.editor("steps").boxes[0].setValue(3)
    qtbot.waitUntil(lambda: f"{FRAMES} frames on cpu" in panel.estimate.text(), timeout=WAIT_MS)
    assert not row.over
    assert "fit" not in panel.estimate.text()  # beside another job nobody can tell
    panel.watch.stop()
    qtbot.waitUntil(lambda: "frames on cpu: fits" in panel.estimate.text(), timeout=WAIT_MS)


def test_what_another_editor_makes_is_not_taken_for_interrupted(window, qtbot) -> None:
    panel = window.animate
    panel.wants.form.editor("steps").boxes[0].setValue(1000)
    click(panel.run_button)
    row = panel.watch.row
    qtbot.waitUntil(lambda: panel.watch.picture.isVisible(), timeout=WAIT_MS)

    def seen_elsewhere() -> str:
        run = subprocess.run(
            [sys.executable, "-c", OTHER + LOOK, row.request.folder], capture_output=True, text=True, check=True
        )
        return run.stdout.strip()

    assert seen_elsewhere() == "True"
    panel.watch.stop()
    qtbot.waitUntil(lambda: row.over, timeout=WAIT_MS)
    assert seen_elsewhere() == "False"
    qtbot.waitUntil(lambda: panel.takes.list.count() == 1, timeout=WAIT_MS)
    panel.tabs.setCurrentWidget(panel.takes)
    panel.takes.list.setCurrentRow(0)
    assert panel.takes.resume_button.isEnabled()
    with subprocess.Popen([sys.executable, "-c", OTHER + HOLD, row.request.folder], stdin=-1, stdout=-1) as other:
        other.stdout.readline()
        panel.tabs.setCurrentIndex(0)
        panel.tabs.setCurrentWidget(panel.takes)
        qtbot.waitUntil(lambda: "another editor" in panel.takes.list.item(0).text(), timeout=WAIT_MS)
        assert not panel.takes.resume_button.isEnabled()
        assert not panel.takes.delete_button.isEnabled()
        other.kill()
    panel.tabs.setCurrentIndex(0)
    panel.tabs.setCurrentWidget(panel.takes)
    qtbot.waitUntil(lambda: "interrupted" in panel.takes.list.item(0).text(), timeout=WAIT_MS)


def test_what_is_missing_is_asked_for_first(make_window) -> None:
    window = make_window(resting(12))
    panel = window.animate
    window.commands["animate"].trigger()
    assert not panel.run_button.isEnabled()
    assert "picture" in panel.notes.text()
    panel.wants.form.editor("size").boxes[0].setValue(100)
    assert "multiples of 8" in panel.notes.text()


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_what_died_or_was_short_of_memory_goes_on_where_it_was(window, qtbot) -> None:
    panel, session = window.animate, window.session
    panel.wants.form.editor("steps").boxes[0].setValue(50)  # long enough to be killed before its end
    assert not panel.free_button.isEnabled()  # nothing is kept
    assert not window.commands["free_gpu"].isEnabled()
    click(panel.run_button)
    click(panel.run_button)  # the very same
    assert len(window.jobs.rows) == 1
    click(panel.quick_button)
    assert "1 more wait" in panel.watch.state.text()
    row, made_of = panel.watch.rows
    qtbot.waitUntil(lambda: panel.watch.picture.isVisible() and "step" in row.last.detail, timeout=WAIT_MS)
    os.kill(window.jobs.worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: row.over, timeout=WAIT_MS)
    assert row.last.kind == "failed"
    qtbot.waitUntil(lambda: made_of.over, timeout=WAIT_MS)
    assert made_of.last.kind == "done"
    qtbot.waitUntil(lambda: panel.takes.list.count() == 2, timeout=WAIT_MS)  # the preview, and what was interrupted
    panel.tabs.setCurrentWidget(panel.takes)
    panel.takes.list.setCurrentRow(1)
    assert panel.takes.resume_button.isEnabled()
    assert panel.watch.row is row
    row.show_event(Event("failed", "not enough memory", result={"plan": "least"}))
    began = []
    row.changed.connect(lambda: row.last.total and began.append(row.last.done / row.last.total))
    click(panel.watch.plan_button)
    qtbot.waitUntil(lambda: row.over and row.last.kind == "done", timeout=WAIT_MS)
    assert row.last.result["plan"] == "least"
    assert began[0] > 0  # not from the first step
    qtbot.waitUntil(lambda: all(take.result for take in panel.takes.all), timeout=WAIT_MS)
    session.tell("hint", "")
    window.commands["free_gpu"].trigger()
    assert window.jobs.worker.pid is None
    assert not panel.free_button.isEnabled()


def test_a_stop_is_seen_and_what_goes_on_is_elsewhere(window, qtbot) -> None:
    panel = window.animate
    panel.wants.form.editor("steps").boxes[0].setValue(1000)
    click(panel.run_button)
    (row,) = panel.watch.rows
    assert "seed 3407" in row.title
    qtbot.waitUntil(lambda: "step" in row.last.detail, timeout=WAIT_MS)
    click(panel.watch.stop_button)
    place = panel.watch.stop_button.geometry()
    assert panel.watch.stop_button.text() == "Stopping…"
    assert not panel.watch.stop_button.isEnabled()
    qtbot.waitUntil(lambda: row.over, timeout=WAIT_MS)
    qtbot.waitUntil(panel.watch.again_button.isVisible)
    qtbot.wait(1)  # laid out
    assert not place.intersects(panel.watch.again_button.geometry())
    click(panel.watch.again_button)
    assert panel.watch.stop_button.text() == "Stop"
    click(panel.watch.stop_button)


def test_each_variant_keeps_what_was_set_for_it_and_the_seed_stays(make_window) -> None:
    wants = make_window(resting(12)).animate.wants
    wants.form.editor("seed").boxes[0].setValue(7)
    wants.form.editor("steps").boxes[0].setValue(12)
    for variant, steps, guidance in ((1, 6, 1.0), (0, 12, 2.5), (1, 6, 1.0)):
        wants.form.editor("variant").combo.activated.emit(variant)
        assert (wants.settings.steps, wants.settings.guidance, wants.settings.seed) == (steps, guidance, 7)


def test_takes_follow_the_project_to_its_file_and_can_be_deleted(window, qtbot, tmp_path) -> None:
    panel = window.animate
    click(panel.quick_button)
    made(window, qtbot)
    place = tmp_path / "手势.poseforge"
    window.documents.choose_save = lambda suggested: place
    window.commands["save"].trigger()
    assert [str(place)] == [take.request.arguments["project"] for take in takes(root(), str(place))]
    qtbot.waitUntil(lambda: panel.takes.list.count() == 1)
    window.documents.show_new(resting(12))
    qtbot.waitUntil(lambda: panel.takes.list.count() == 0)
    assert window.result.take is None
    window.documents.open_path(place)
    qtbot.waitUntil(lambda: panel.takes.list.count() == 1)
    assert panel.wants.settings.size == (64, 64)
    panel.tabs.setCurrentWidget(panel.takes)
    panel.takes.list.setCurrentRow(0)
    folder = panel.takes.take.folder
    panel.takes.ask_to_delete = lambda: False
    click(panel.takes.delete_button)
    assert folder.is_dir()
    panel.takes.ask_to_delete = lambda: True
    click(panel.takes.delete_button)
    assert not folder.exists()
    qtbot.waitUntil(lambda: panel.takes.list.count() == 0)


def test_a_take_at_work_follows_the_project_to_its_file_too(window, qtbot, tmp_path) -> None:
    panel, place = window.animate, tmp_path / "talk.poseforge"
    window.documents.choose_save = lambda suggested: place
    click(panel.run_button)
    (row,) = panel.watch.rows
    qtbot.waitUntil(lambda: row.request is not None, timeout=WAIT_MS)
    window.commands["save"].trigger()
    made(window, qtbot)
    assert [take.folder for take in takes(root(), str(place))] == [row.request.folder]


def test_the_editor_starts_without_torch() -> None:
    code = "import sys, poseforge.gui.window; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "diffusers", "transformers", "poseforge.animate.echomimic_v2.pipeline"} & set(run.stdout.split())
