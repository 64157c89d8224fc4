"""Jobs of the editor, in a real worker process."""

import os
import signal

import pytest
from PySide6.QtCore import Qt

from poseforge.formats import read_poses
from poseforge.gui.text import tr, use_language
from samples import make_sequence

WAIT_MS = 30_000


@pytest.fixture
def jobs(window):
    return window.jobs


def over(row):
    return lambda: row.over


def test_a_job_is_done_and_told(jobs, qtbot, tmp_path) -> None:
    heard = []
    with qtbot.waitSignal(jobs.session.told, check_params_cb=lambda severity, text: text == "Done: Poses", timeout=WAIT_MS):
        row = jobs.submit(
            "write", {"target": str(tmp_path / "动作 out")}, make_sequence(), "Poses", lambda *told: heard.append(told)
        )
        assert jobs.unfinished == [row]
        assert row.cancel_button.isVisibleTo(row)
    assert row.last.kind == "done"
    assert heard == [(jobs, row, row.last)]
    assert row.place == tmp_path / "动作 out"
    assert len(read_poses(row.place)[0]) == 4
    assert row.open_button.isVisibleTo(row)
    assert not jobs.unfinished
    qtbot.mouseClick(row.remove_button, Qt.MouseButton.LeftButton)
    assert jobs.rows == []


def test_what_fails_says_why_and_where_the_log_is(jobs, qtbot, tmp_path) -> None:
    (tmp_path / "taken").write_text("something")
    row = jobs.submit("write", {"target": str(tmp_path / "taken"), "to": "echomimic"}, make_sequence(), "Poses")
    qtbot.waitUntil(over(row), timeout=WAIT_MS)
    assert row.last.kind == "failed"
    assert "taken" in row.detail.text()
    assert "log.txt" in row.detail.text()
    assert row.log_button.isVisibleTo(row)


def test_arguments_that_do_not_fit_fail_before_the_worker(jobs, qtbot) -> None:
    row = jobs.submit("no such kind", {}, None, "Odd")
    qtbot.waitUntil(over(row), timeout=WAIT_MS)
    assert "no such kind" in row.detail.text()
    assert not row.again_button.isVisibleTo(row)


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_the_death_of_the_worker_is_told_and_the_job_can_be_done_again(jobs, qtbot, tmp_path) -> None:
    target = tmp_path / "film.mp4"
    row = jobs.submit("render", {"target": str(target)}, make_sequence(2000), "Film")
    qtbot.waitUntil(lambda: row.last.done > 0 and row.last.text == "rendering", timeout=WAIT_MS)
    os.kill(jobs.worker.pid, signal.SIGKILL)
    qtbot.waitUntil(over(row), timeout=WAIT_MS)
    assert "SIGKILL" in row.detail.text()
    assert not target.exists()
    qtbot.mouseClick(row.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.last.done > 0 and row.last.text == "rendering", timeout=WAIT_MS)
    qtbot.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(over(row), timeout=WAIT_MS)
    assert row.last.kind == "cancelled"
    assert not target.exists()


def test_finished_jobs_go_over_to_the_window_of_another_language(make_window, qtbot, tmp_path) -> None:
    window, heard = make_window(), []
    target = tmp_path / "动作 out.npz"
    window.jobs.submit("write", {"target": str(target)}, make_sequence(), tr("Export {name}", name=target.name))
    target.with_name("taken").write_text("something")
    taken = {"target": str(tmp_path / "taken"), "to": "echomimic"}
    last = window.jobs.submit("write", taken, make_sequence(), "Last", lambda *told: heard.append(told))
    qtbot.waitUntil(over(last), timeout=WAIT_MS)
    window.jobs.rows[1].add_note(
        tr("Read again and compared: {frames} frames, points within {pixels} pixels.", frames=4, pixels="0.01")
    )
    window.choose_language("zh_CN")
    heir = window.heir
    try:
        failed, done = heir.jobs.rows
        assert (failed.title, done.title) == ("Last", "导出 动作 out.npz")
        assert done.place == target
        assert done.detail.text().startswith("已重新读取")
        assert done.state.text() == "完成"
        assert done.open_button.isVisibleTo(done)
        assert "taken" in failed.detail.text()
        (tmp_path / "taken").unlink()
        heard.clear()
        qtbot.mouseClick(failed.again_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(over(failed), timeout=WAIT_MS)
        assert heard == [(heir.jobs, failed, failed.last)]
        assert failed.place == tmp_path / "taken"
    finally:
        heir.close()
        use_language("en")


def test_closing_asks_about_jobs_that_run(window, qtbot, tmp_path) -> None:
    asked = []
    window.jobs.ask_to_stop = lambda number: asked.append(number) or False
    row = window.jobs.submit("render", {"target": str(tmp_path / "film.mp4")}, make_sequence(2000), "Film")
    assert not window.close()
    assert asked == [1]
    row.cancel()
    qtbot.waitUntil(over(row), timeout=WAIT_MS)
    assert window.close()
