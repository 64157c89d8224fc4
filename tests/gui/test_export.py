"""Exports and conversions from the editor, written by a real worker."""

import os
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import numpy as np
import pytest
from PySide6.QtCore import Qt

from poseforge.converting import Conversion
from poseforge.formats import get, read_poses, write_poses
from poseforge.gui.batch_dialog import conversions
from poseforge.gui.export_tabs import read_again
from poseforge.media import read_frames
from poseforge.projects import save_project
from poseforge.render import render
from poseforge.timeline.project import of_sequence, resting
from samples import make_project, make_sequence

WAIT_MS = 30_000


@pytest.fixture
def export(make_window, qtbot):
    """Open the dialog for a project, and wait until its poses are known."""

    def open_dialog(project):
        window = make_window(project)
        window.commands["export"].trigger()
        dialog = window.documents.dialog
        qtbot.waitUntil(lambda: dialog.poses is not None, timeout=WAIT_MS)
        return window, dialog

    return open_dialog


def carried_out(qtbot, window, dialog, target: Path):
    """Write to a target, and wait for the end of the job."""
    before = len(window.jobs.rows)
    dialog.target.setText(str(target))
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.jobs.rows) > before and window.jobs.rows[0].over, timeout=WAIT_MS)
    return window.jobs.rows[0]


def test_exported_maps_are_the_previews_bytes(export, qtbot, tmp_path) -> None:
    window, dialog = export(resting(12))
    preview = [render(window.session.pose(frame))[0] for frame in range(12)]
    assert dialog.poses_tab.format.name == "echomimic"
    row = carried_out(qtbot, window, dialog, tmp_path / "我的 poses 🙂")
    assert row.last.kind == "done", row.detail.text()
    np.testing.assert_array_equal(render(read_poses(tmp_path / "我的 poses 🙂")), preview)
    qtbot.waitUntil(lambda: "compared: 12 frames, points within 0.00 pixels" in row.detail.text(), timeout=WAIT_MS)


def test_it_goes_beside_the_project_or_where_the_projects_last_one_went(make_window, qtbot, tmp_path) -> None:
    window = make_window()
    places = [tmp_path / "项目 one 🙂" / "谈话 talk 🙂.poseforge", tmp_path / "other" / "b.poseforge"]
    for place in places:
        place.parent.mkdir()
        save_project(resting(6), place)

    def opened(place: Path):
        window.documents.open_path(place)
        qtbot.waitUntil(lambda: window.documents.path == place)
        window.commands["export"].trigger()
        dialog = window.documents.dialog
        qtbot.waitUntil(lambda: dialog.poses is not None, timeout=WAIT_MS)
        return dialog

    dialog = opened(places[0])
    beside = places[0].with_suffix("")
    assert dialog.target.text() == str(beside)
    row = carried_out(qtbot, window, dialog, beside)
    assert row.last.kind == "done", row.detail.text()
    assert len(read_poses(beside)[0]) == 6
    (tmp_path / "导出 to 🙂").mkdir()
    row = carried_out(qtbot, window, opened(places[0]), tmp_path / "导出 to 🙂" / "动作 🙂")
    assert row.last.kind == "done", row.detail.text()
    dialog = opened(places[1])
    assert dialog.target.text() == str(places[1].with_suffix(""))
    dialog.reject()
    dialog = opened(places[0])
    assert dialog.target.text() == str(tmp_path / "导出 to 🙂" / "谈话 talk 🙂")
    dialog.reject()
    rmtree(tmp_path / "导出 to 🙂")
    assert opened(places[0]).target.text() == str(places[0].parent / "谈话 talk 🙂-2")


def test_what_will_be_lost_and_is_wrong_is_told_before(export) -> None:
    _, dialog = export(make_project())
    assert dialog.findings
    assert dialog.checked.text()
    assert dialog.export_button.text() == "Export anyway"
    dialog.poses_tab.choose("openpose-list")
    assert "confidence" in dialog.told.text()
    dialog.poses_tab.choose("npz")
    assert "Not kept" not in dialog.told.text()


def test_the_range_is_exported(export, qtbot, tmp_path) -> None:
    window, dialog = export(make_project())
    dialog.poses_tab.choose("npz")
    row = carried_out(qtbot, window, dialog, tmp_path / "part")
    assert row.place == tmp_path / "part.npz"
    (poses,) = read_poses(tmp_path / "part.npz")
    assert len(poses) == 48  # 3 to 50
    np.testing.assert_array_equal(poses.points[0], window.session.pose(3).points[0])


def test_what_is_there_is_replaced_only_when_said_so(export, qtbot, tmp_path) -> None:
    write_poses(make_sequence(2), tmp_path / "there.npz", "npz")
    window, dialog = export(of_sequence(make_sequence(5)))
    dialog.poses_tab.choose("npz")
    dialog.target.setText(str(tmp_path / "there.npz"))
    assert dialog.export_button.text() == "Replace"
    assert "there.npz" in dialog.problem.text()
    row = carried_out(qtbot, window, dialog, tmp_path / "there.npz")
    assert row.last.kind == "done", row.detail.text()
    assert len(read_poses(tmp_path / "there.npz")[0]) == 5


def test_a_film_and_a_pipeline_are_made(export, qtbot, tmp_path) -> None:
    window, dialog = export(resting(6))
    dialog.tabs.setCurrentWidget(dialog.film_tab)
    dialog.film_tab.size_field.setText("none")
    assert not dialog.export_button.isEnabled()
    assert "none" in dialog.problem.text()
    dialog.film_tab.size_field.setText("256x256")
    row = carried_out(qtbot, window, dialog, tmp_path / "film")
    assert row.last.kind == "done", row.detail.text()
    assert [frame.shape for frame, _ in read_frames(tmp_path / "film.mp4")] == [(256, 256, 3)] * 6

    window.documents.export()
    dialog = window.documents.dialog
    qtbot.waitUntil(lambda: dialog.poses is not None, timeout=WAIT_MS)
    dialog.tabs.setCurrentWidget(dialog.pipeline_tab)
    dialog.pipeline_tab.size_field.setText("256x256")
    row = carried_out(qtbot, window, dialog, tmp_path / "pipeline")
    assert row.last.kind == "done", row.detail.text()
    assert [*(tmp_path / "pipeline").rglob("*.*")]


def test_what_was_written_wrongly_is_noticed(tmp_path) -> None:
    poses = make_sequence(4)
    write_poses(make_sequence(4, seed=2), tmp_path / "a.npz", "npz")
    write_poses(make_sequence(3), tmp_path / "b.npz", "npz")
    write_poses(poses, tmp_path / "c.npz", "npz")
    assert [read_again(tmp_path / f"{name}.npz", get("npz"), poses)[0] for name in "abc"] == [False, False, True]


def test_many_files_are_converted_and_failures_listed(window, qtbot, tmp_path) -> None:
    takes = tmp_path / "takes [1]"
    takes.mkdir()
    for number in range(3):
        write_poses(make_sequence(3, number), takes / f"{number}.npz", "npz")
    (takes / "bad.npz").write_bytes(b"nothing of the kind")
    window.commands["batch"].trigger()
    dialog = window.documents.dialog
    qtbot.keyClicks(dialog.source, str(takes))
    qtbot.keyClicks(dialog.target, str(tmp_path / "out"))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(window.jobs.rows) and window.jobs.rows[0].over, timeout=WAIT_MS)
    row = window.jobs.rows[0]
    assert "3 made, 0 made before, 1 failed" in row.detail.text()
    assert "bad.npz" in row.detail.text()
    assert len(read_poses(tmp_path / "out" / "1")[0]) == 3


def test_a_preview_is_exported_as_it_is_shown_and_that_is_said(make_window, qtbot) -> None:
    window = make_window(resting(12))
    window.session.preview(lambda project: replace(project, length=7))
    window.documents.export()
    dialog = window.documents.dialog
    qtbot.waitUntil(lambda: dialog.poses is not None, timeout=WAIT_MS)
    assert len(dialog.poses) == 7
    assert "not applied yet" in dialog.told.text()
    window.session.cancel()
    window.documents.export()
    qtbot.waitUntil(lambda: window.documents.dialog.poses is not None, timeout=WAIT_MS)
    assert len(window.documents.dialog.poses) == 12
    assert "not applied yet" not in window.documents.dialog.told.text()


def test_a_batch_of_nothing_is_told_in_the_dialog(window, qtbot, tmp_path) -> None:
    window.documents.batch()
    dialog = window.documents.dialog
    dialog.source.setText(str(tmp_path / "*.npz"))
    dialog.target.setText(str(tmp_path / "out"))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(dialog.problem.text()), timeout=WAIT_MS)
    assert "*.npz" in dialog.problem.text()
    assert dialog.isVisible()


def test_a_folder_that_is_poses_is_one_conversion(tmp_path) -> None:
    write_poses(make_sequence(3), tmp_path / "takes" / "one", "echomimic")
    write_poses(make_sequence(3), tmp_path / "takes" / "two", "echomimic")
    one = conversions(Conversion(tmp_path / "takes" / "one", tmp_path / "out", to="npz"))
    assert [conversion.target.name for conversion in one] == ["one.npz"]
    both = conversions(Conversion(tmp_path / "takes", tmp_path / "out", to="npz"))
    assert [conversion.target.name for conversion in both] == ["one.npz", "two.npz"]


def test_a_place_that_cannot_be_written_is_told_before_the_work(export, tmp_path) -> None:
    _, dialog = export(resting(4))
    (tmp_path / "good.wav").write_text("")
    dialog.target.setText(str(tmp_path / "good.wav" / "poses"))
    assert "good.wav is a file, not a folder" in dialog.problem.text()
    assert not dialog.export_button.isEnabled()
    (tmp_path / "mine").mkdir(mode=0o555)
    dialog.target.setText(str(tmp_path / "mine" / "poses"))
    if os.name != "nt":
        assert "nothing may be written into the folder" in dialog.problem.text()
        assert not dialog.export_button.isEnabled()
    dialog.target.setText(str(tmp_path / "new" / "poses"))
    assert dialog.problem.text() == ""
    assert dialog.export_button.isEnabled()
