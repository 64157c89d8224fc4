"""Findings, their repairs, filters and the comparison, clicked in the real window."""

import ast
import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QDockWidget, QDoubleSpinBox, QPushButton

from poseforge import filters, library, quality, repairs, write_poses
from poseforge.align import placed
from poseforge.formats import write_motion
from poseforge.gui import checks, filters_dialog
from poseforge.gui.compare_dialog import CompareDialog, comparable
from poseforge.gui.filters_dialog import FILTERS, LABELS, FiltersDialog
from poseforge.gui.presets import hold_shape
from poseforge.gui.shape_dialog import ShapeDialog
from poseforge.gui.theme import colors
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import RigTrack, of_sequence, resting


@pytest.fixture
def good():
    return bake(library.performance([library.gesture("wave_right")], alive=None))


def spoiled(sequence):
    """A jump, a lost hand, a hand outside the picture."""
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    left, right = (sequence.skeleton.group(f"{side}_hand") for side in ("left", "right"))
    points[70, left] -= 0.3
    points[10:16, right], confidence[10:16, right] = np.nan, 0
    points[90:95, right] += 2
    points[89:96, left] = points[89:90, left]
    return sequence.with_points(points, confidence)


@pytest.fixture
def panel(make_window, good, qtbot):
    panel = make_window(of_sequence(spoiled(good))).checks
    panel.session.track = "poses"
    panel.show_and_check()
    qtbot.waitUntil(lambda: panel.list.count() > 0)
    return panel


def click(qtbot, panel, code: str) -> quality.Finding:
    row, finding = next((i, one) for i, one in enumerate(panel.session.findings) if one.code == code)
    item = panel.list.item(row)
    panel.list.scrollToItem(item)
    place = panel.list.visualItemRect(item).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return finding


def test_a_click_goes_to_the_frame_and_selects_the_joints(panel, qtbot) -> None:
    finding = click(qtbot, panel, "hand-lost")
    assert panel.session.frame == 10
    assert panel.session.joints == set(repairs.joints_of(finding)) == {j for j in panel.session.joints if "right" in j}
    assert panel.repair_button.isEnabled()
    click(qtbot, panel, "hand-outside")
    assert not panel.repair_button.isEnabled()
    assert "move the hand" in panel.note.text().lower()


def test_enter_does_the_same(panel, qtbot) -> None:
    panel.list.setCurrentRow(next(i for i, one in enumerate(panel.session.findings) if one.code == "jump"))
    panel.list.setFocus()
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert panel.session.frame == 69


def test_a_repair_is_one_step_and_what_was_before_can_be_seen(panel, qtbot) -> None:
    before = panel.session.project
    click(qtbot, panel, "hand-lost")
    qtbot.mouseClick(panel.repair_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.session.project is not before)
    after = panel.session.project
    assert len(panel.session.history.undo_labels) == 1
    assert not np.isnan(panel.session.pose(12).joint("right_index_4")).any()
    qtbot.waitUntil(lambda: "hand-lost" not in {one.code for one in panel.session.findings})
    qtbot.mouseClick(panel.before_button, Qt.MouseButton.LeftButton)
    assert panel.session.project is before
    qtbot.mouseClick(panel.before_button, Qt.MouseButton.LeftButton)
    assert panel.session.project is after
    qtbot.mouseClick(panel.before_button, Qt.MouseButton.LeftButton)
    panel.session.undo()
    assert not panel.before_button.isChecked()
    assert panel.session.project is before
    qtbot.waitUntil(lambda: "hand-lost" in {one.code for one in panel.session.findings})


def test_repair_all_is_one_step(panel, qtbot) -> None:
    qtbot.mouseClick(panel.repair_all_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.session.history.undo_labels) == 1)
    qtbot.waitUntil(lambda: not {one.code for one in panel.session.findings} & {"hand-lost"})
    assert "hand-outside" in {one.code for one in panel.session.findings}


def test_what_a_clip_shows_is_not_repaired_and_says_why(panel, good, qtbot) -> None:
    panel.session.apply("Clip", lambda project: edits.add_clip(project, "poses", good, 5, name="wave", id="c"))
    finding = quality.Finding("warning", "hand-lost", "lost", "fill", 10, 15, joint="right_hand")
    assert not checks.mendable(panel.session.project, finding)
    assert "wave" in checks.advice(panel.session.project, finding)
    panel.session.apply("Lock", lambda project: edits.set_track(project, "poses", locked=True))
    assert "locked" in checks.advice(panel.session.project, finding)


def test_a_jump_between_clips_names_them_and_is_blended_by_a_click(panel, good, qtbot) -> None:
    def cut(project):
        return edits.add_clip(project, "poses", replace(good, points=good.points + 0.3), 30, name="wave", id="c", blend=0)

    panel.session.apply("Clip", cut)
    panel.check()
    qtbot.waitUntil(lambda: any(checks.repairs.cuts(panel.session.project, one) for one in panel.session.findings))
    finding = click(qtbot, panel, "jump")
    assert finding.frames[-1] == 30
    assert "“wave”" in panel.note.text()
    assert panel.repair_button.text() == "Blend the clips"
    qtbot.mouseClick(panel.repair_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.session.project.clip("c")[1].blend_in == edits.RETURN)


@pytest.mark.parametrize("frames", [slice(0, 4), slice(100, None), slice(20, 60)])
def test_what_is_lost_for_good_offers_a_shape_for_its_frames(make_window, good, frames, qtbot) -> None:
    points, confidence = good.points.copy(), good.confidence.copy()
    hand = good.skeleton.group("left_hand")
    points[frames, hand], confidence[frames, hand] = np.nan, 0
    panel = make_window(of_sequence(good.with_points(points, confidence))).checks
    panel.show_and_check()
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    assert panel.note.text() == "Choose a line to give its hand a shape."
    click(qtbot, panel, "hand-lost")
    assert panel.repair_button.text() == "Hand shape…"
    assert not panel.repair_all_button.isEnabled()
    assert "lost" in panel.note.text().lower()
    assert panel.repair_button.toolTip() == panel.note.text()
    assert "hand a shape" in panel.repair_all_button.toolTip()
    qtbot.mouseClick(panel.repair_button, Qt.MouseButton.LeftButton)
    qtbot.waitExposed(panel.shapes)
    lost = range(*frames.indices(len(good)))
    assert [span for span, button in panel.shapes.spans.items() if button.isChecked()] == [(lost[0], lost[-1])]
    panel.shapes.reject()


def test_a_hand_without_a_wrist_is_told_and_the_rest_gets_the_shape(make_window, good, qtbot) -> None:
    points, confidence = good.points.copy(), good.confidence.copy()
    arm = [*good.skeleton.group("left_hand"), good.skeleton.index("left_wrist")]
    points[30:80, arm], confidence[30:80, arm] = np.nan, 0
    panel = make_window(of_sequence(good.with_points(points, confidence))).checks
    panel.show_and_check()
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    finding = click(qtbot, panel, "hand-lost")
    assert "wrist is missing" in panel.note.text()
    assert not panel.repair_button.isEnabled()
    assert checks.wristless(panel.session.project, finding)
    heard = []
    panel.session.told.connect(lambda severity, text: heard.append((severity, text)))
    hold_shape(panel.session, library.hand_shape("fist"), ["left"], 20, 89)
    qtbot.waitUntil(lambda: heard != [] and heard[-1][0] == "warning")
    assert heard[-1][1].startswith("50 of 70 frames could not take the shape")
    assert "30–79" in heard[-1][1]


def test_a_shape_for_many_frames_finds_the_track_that_has_the_hands(make_window, good, qtbot) -> None:
    window = make_window(edits.add_track(of_sequence(good), RigTrack("above")))
    session = window.session
    session.select(track="above")
    window.commands["shape_all"].trigger()
    assert session.track == "poses"
    dialog = window.findChild(ShapeDialog)
    qtbot.waitExposed(dialog)
    dialog.reject()


def test_the_pictures_of_shapes_show_the_hand_they_are_for(make_window, good, qtbot) -> None:
    window = make_window(of_sequence(good))
    window.session.select(track="poses", joints=["left_hand_root"])
    window.commands["shape_all"].trigger()
    dialog = window.findChild(ShapeDialog)
    qtbot.waitExposed(dialog)

    def colored(side: str) -> bool:
        shown = dialog.shapes.viewport().grab().toImage()
        wanted = QColor(colors().part(side)).rgb()
        return any(shown.pixel(x, y) == wanted for y in range(shown.height()) for x in range(shown.width() // 3))

    qtbot.waitUntil(lambda: colored("left") and not colored("right"))
    dialog.hands["right",].click()
    qtbot.waitUntil(lambda: colored("right") and not colored("left"))
    dialog.reject()


def test_edits_are_checked_by_themselves_while_the_list_is_seen(panel, good, qtbot) -> None:
    panel.session.apply("Good", lambda project: edits.change_base(project, "poses", lambda _: good))
    qtbot.waitUntil(lambda: panel.session.findings == ())
    assert panel.list.count() == 0
    assert "nothing" in panel.summary.text().lower()


def test_another_project_has_no_findings_of_the_old_one(panel, good) -> None:
    panel.session.replace_project(of_sequence(good))
    assert panel.session.findings == ()


def counted(window) -> tuple[str, bool]:
    """What the transport says, and whether there is a tick or a warning beside it."""
    return window.transport.findings.text(), not window.transport.findings.icon().isNull()


def test_what_is_not_checked_is_not_called_good(make_window, good, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(checks, "_IDLE_MS", 10**6)
    window = make_window(of_sequence(good))
    assert counted(window) == ("Findings: not checked yet", False)
    qtbot.mouseClick(window.transport.findings, Qt.MouseButton.LeftButton)
    assert window.findChild(QDockWidget, "checks").isVisible()
    qtbot.waitUntil(lambda: counted(window) == ("Findings: 0", True))
    window.findChild(QDockWidget, "inspector").raise_()
    window.session.apply("Spoil", lambda project: edits.change_base(project, "poses", spoiled))
    assert counted(window) == ("Findings: not checked yet", False)
    window.commands["next_finding"].trigger()
    qtbot.waitUntil(lambda: len(window.session.findings) > 0)
    assert counted(window) == (f"Findings: {len(window.session.findings)}", True)
    window.session.replace_project(of_sequence(good))
    assert counted(window) == ("Findings: not checked yet", False)


def test_short_projects_are_checked_by_themselves_when_nothing_goes_on(make_window, good, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(checks, "_IDLE_MS", 30)
    window = make_window(of_sequence(spoiled(good)))
    qtbot.waitUntil(lambda: len(window.session.findings) > 0)
    window.session.preview(lambda project: edits.change_base(project, "poses", lambda _: good))
    window.session.apply("Good", lambda project: edits.change_base(project, "poses", lambda _: good))
    qtbot.waitUntil(lambda: counted(window) == ("Findings: 0", True))
    monkeypatch.setattr(checks, "_CHEAP", 10)
    window.session.undo()
    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: len(window.session.findings) > 0, timeout=200)


def test_a_long_project_is_not_checked_since_a_short_one_was_to_be(make_window, good, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(checks, "_IDLE_MS", 100)
    window = make_window(of_sequence(good))
    monkeypatch.setattr(checks, "_CHEAP", 10)
    window.session.replace_project(of_sequence(spoiled(good)))
    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: window.session.checked is not None, timeout=400)


def test_a_hand_that_is_nowhere_is_offered_shapes_for_all_frames(make_window, good, qtbot) -> None:
    points, confidence = good.points.copy(), good.confidence.copy()
    left = good.skeleton.group("left_hand")
    points[:, left], confidence[:, left] = np.nan, 0
    panel = make_window(of_sequence(good.with_points(points, confidence))).checks
    panel.show_and_check()
    qtbot.waitUntil(lambda: panel.list.count() > 0)
    click(qtbot, panel, "no-hand")
    assert panel.repair_button.text() == "Hand shape…"
    assert not panel.repair_all_button.isEnabled()
    qtbot.mouseClick(panel.repair_button, Qt.MouseButton.LeftButton)
    dialog = panel.shapes
    qtbot.waitExposed(dialog)
    assert dialog.hands[("left",)].isChecked()
    place = dialog.shapes.visualRect(dialog.shapes.model().index(0, 0)).center()
    qtbot.mouseClick(dialog.shapes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: bool(panel.session.history.undo_labels))
    assert bake(panel.session.project).present[:, left].all()
    qtbot.waitUntil(lambda: not panel.session.findings)


def test_an_end_without_anybody_is_cut_off(make_window, good, qtbot) -> None:
    panel = make_window(edits.set_length(of_sequence(good), 240)).checks
    panel.show_and_check()
    qtbot.waitUntil(lambda: panel.list.count() > 0)
    assert [finding.code for finding in panel.session.findings] == ["empty-end"]
    click(qtbot, panel, "empty-end")
    qtbot.mouseClick(panel.repair_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.session.project.length == len(good))


def test_another_language_keeps_what_was_found(panel) -> None:
    found, window = panel.session.findings, panel.window()
    window.choose_language("zh_CN")
    try:
        assert window.heir.session.findings == found
        assert window.heir.transport.findings.text() == f"发现 {len(found)} 个问题"
        assert window.heir.checks.list.count() == len(found)
    finally:
        window.heir.choose_language("en")
        window.heir.heir.close()


def test_every_code_has_words_and_an_order() -> None:
    tree = ast.parse(Path(quality.__file__).read_text(encoding="utf-8"))
    made = {
        node.args[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    }
    assert made | repairs.CODES == set(checks.WORDS)
    assert set(checks._ORDER) == repairs.CODES


def test_every_filter_and_parameter_has_a_name() -> None:
    public = {
        function
        for name, function in inspect.getmembers(filters, inspect.isfunction)
        if function.__module__ == filters.__name__ and not name.startswith("_")
    }
    assert {one.function for one in FILTERS} == public - {
        filters.resample,
        filters.retime,
        filters.from_wrists,
    }  # not of one sequence alone
    assert {name for one in FILTERS for name in one.parameters} == set(LABELS)
    assert set(filters_dialog.SMOOTHERS) == {*filters.SMOOTHERS, "off"}


def test_the_jitter_that_may_stay_is_in_percent_as_the_table_is(dialog) -> None:
    dialog.list.setCurrentRow([one.function for one in FILTERS].index(filters.denoise))
    field = dialog.fields["floor"]
    assert field.suffix() == " %"
    assert dialog.values()["floor"] == pytest.approx(inspect.signature(filters.denoise).parameters["floor"].default)
    field.setValue(0.5)
    assert dialog.values()["floor"] == pytest.approx(0.005)


@pytest.fixture
def dialog(make_window, good, qtbot):
    noisy = good.with_points(good.points + np.random.default_rng(0).normal(0, 0.003, good.points.shape))
    window = make_window(of_sequence(noisy))
    window.commands["filters"].trigger()
    dialog = window.findChild(FiltersDialog)
    qtbot.waitUntil(lambda: dialog.apply_button.isEnabled())
    return dialog


def choose(qtbot, dialog, function) -> None:
    row = next(i for i, one in enumerate(FILTERS) if one.function is function)
    dialog.list.setCurrentRow(row)
    assert not dialog.apply_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.apply_button.isEnabled())


def test_a_filter_is_previewed_and_applied_as_one_step(dialog, qtbot) -> None:
    session, before = dialog.session, dialog.session.history.project
    choose(qtbot, dialog, filters.denoise)
    assert session.dragging
    assert session.history.project is before
    told = [[float(label.text()) for label in dialog.cells[name]] for name in ("jitter", "largest_jump")]
    assert told[0][1] < told[0][0]
    shown = session.project
    qtbot.mouseClick(dialog.before_button, Qt.MouseButton.LeftButton)
    assert session.project is before
    qtbot.mouseClick(dialog.before_button, Qt.MouseButton.LeftButton)
    assert session.project.track("poses").base is shown.track("poses").base
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert len(session.history.undo_labels) == 1
    assert dialog.told.text().startswith("Applied")
    qtbot.wait(2 * filters_dialog._PAUSE_MS)
    assert not session.dragging
    assert not dialog.apply_button.isEnabled()
    expected = filters.denoise(before.track("poses").base, joints=dialog.joints.itemData(0))
    np.testing.assert_array_equal(session.history.project.track("poses").base.points, expected.points)


def test_a_filter_with_nothing_to_do_says_so_and_is_no_step(make_window, good, qtbot) -> None:
    window = make_window(of_sequence(good))
    window.commands["filters"].trigger()
    dialog = window.findChild(FiltersDialog)
    width = dialog.list.width()
    choose(qtbot, dialog, filters.fill_gaps)
    assert "changes nothing" in dialog.told.text()
    assert dialog.list.width() == width
    with qtbot.waitSignal(window.session.told) as heard:
        qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert heard.args == ["hint", "Filter: Fill gaps: nothing was changed."]
    assert dialog.told.text() == "Nothing was changed."
    assert not window.session.history.undo_labels
    shaken = good.with_points(good.points + np.random.default_rng(0).normal(0, 0.0013, good.points.shape))
    window.session.replace_project(of_sequence(shaken))
    choose(qtbot, dialog, filters.denoise)
    assert "little jitter" in dialog.told.text()


def test_the_joints_that_were_chosen_stay_chosen(dialog, qtbot) -> None:
    dialog.session.select(joints=["left_index_4"])
    assert dialog.joints.currentIndex() == 0
    all_joints = dialog.joints.findText("All joints")
    dialog.joints.setCurrentIndex(all_joints)
    dialog.joints.activated.emit(all_joints)
    qtbot.waitUntil(dialog.apply_button.isEnabled)
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert len(dialog.session.history.undo_labels) == 1
    assert dialog.joints.currentText() == "All joints"


def test_numbers_selection_and_range_reach_the_filter(dialog, qtbot) -> None:
    session = dialog.session
    session.select(joints=["left_index_4"])
    session.apply("Range", lambda project: replace(project, range=(10, 20)))
    dialog.list.setCurrentRow(next(i for i, one in enumerate(FILTERS) if one.function is filters.gaussian))
    field = dialog.fields["sigma"]
    assert isinstance(field, QDoubleSpinBox)
    assert dialog.joints.currentIndex() == 0
    old = session.history.project.track("poses").base
    field.setValue(0.2)
    assert not dialog.apply_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.apply_button.isEnabled())
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    new = session.history.project.track("poses").base
    expected = filters.gaussian(old, joints=["left_index_4"], frames=range(10, 21), sigma=0.2)
    np.testing.assert_array_equal(new.points, expected.points)


def test_closing_the_dialog_leaves_nothing_behind(dialog, qtbot) -> None:
    before = dialog.session.history.project
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.session.project is before
    assert not dialog.session.history.undo_labels


def test_without_a_detected_sequence_the_dialog_says_why(dialog, qtbot) -> None:
    assert isinstance(dialog.fields["smooth"], QComboBox)
    dialog.session.replace_project(library.performance([library.gesture("rest")]))
    qtbot.waitUntil(lambda: "gestures" in dialog.track_note.text())
    assert not dialog.apply_button.isEnabled()


def test_a_clip_anywhere_is_filtered_where_it_is_shown(make_window, good, qtbot) -> None:
    noisy = good.with_points(good.points + np.random.default_rng(0).normal(0, 0.003, good.points.shape))
    project = edits.add_source(of_sequence(good), noisy, 30, "late")
    id = project.tracks[-1].clips[0].id
    project = edits.mirror_clip(edits.trim_clip(project, id, 40, 80), id)
    window = make_window(replace(project, range=(50, 60)))
    window.session.select(joints=["left_index_4"], clip=id)
    window.commands["filters"].trigger()
    dialog = window.findChild(FiltersDialog)
    dialog.list.setCurrentRow(next(i for i, one in enumerate(FILTERS) if one.function is filters.gaussian))
    qtbot.waitUntil(lambda: dialog.apply_button.isEnabled())
    assert "late" in dialog.track_note.text()
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    new = window.session.history.project.clip(id)[1].source
    moved = np.argwhere(np.abs(new.points - noisy.points).max(axis=2) > 0)
    assert {int(joint) for _, joint in moved} == {noisy.skeleton.index("right_index_4")}
    assert {int(frame) for frame, _ in moved} == set(range(20, 31))
    expected = filters.gaussian(noisy[10:50], joints=["right_index_4"], frames=range(10, 21))
    np.testing.assert_array_equal(new.points[10:50], expected.points)
    assert len(window.session.history.undo_labels) == 1


def test_a_loop_that_is_closed_out_of_the_picture_says_so(make_window, good, qtbot) -> None:
    points, hand = good.points[:60].copy(), good.skeleton.group("left_hand")
    away = 1.03 - np.median(points[:17, hand, 1], axis=1)
    points[:17, hand, 1] += away[:, None]
    window = make_window(of_sequence(good[:60].with_points(points)))
    heard = []
    window.session.told.connect(lambda severity, text: heard.append((severity, text)))
    window.commands["close_loop"].trigger()
    qtbot.waitUntil(lambda: heard != [] and heard[-1][0] == "warning")
    assert "Left hand is cut by the border of the picture · frames 0 to 16" in heard[-1][1]
    window.checks.check()
    qtbot.waitUntil(lambda: "hand-cut" in {one.code for one in window.session.findings})
    window.session.seek(20)
    window.commands["next_finding"].trigger()
    assert window.session.frame > 50


def test_the_loop_is_closed(make_window, good, qtbot) -> None:
    window = make_window(of_sequence(good[:60]))
    window.commands["close_loop"].trigger()
    qtbot.waitUntil(lambda: window.session.history.undo_labels != ())
    base = window.session.project.track("poses").base
    assert filters_dialog.figures(base).loop_gap < filters_dialog.figures(good[:60]).loop_gap
    rig = make_window()
    rig.commands["close_loop"].trigger()
    assert not rig.session.history.undo_labels


@pytest.fixture
def compared(make_window, good, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "新 poses"
    write_poses(good.with_points(good.points + 0.01), path, "echomimic")
    window = make_window(of_sequence(good))
    monkeypatch.setattr(CompareDialog, "ask", lambda self: str(path / "0.npy"))
    window.commands["compare"].trigger()
    dialog = window.findChild(CompareDialog)
    dialog.choose()
    qtbot.waitUntil(lambda: dialog.table.rowCount() > 0)
    return dialog


def test_the_comparison_says_what_to_do_before_a_file_is_chosen(make_window, good, tmp_path, monkeypatch, qtbot) -> None:
    write_poses(good[:30], tmp_path / "poses", "echomimic")
    monkeypatch.setattr(CompareDialog, "ask", lambda self: "")
    monkeypatch.setattr(CompareDialog, "ask_folder", lambda self: str(tmp_path / "poses"))
    window = make_window(of_sequence(good[:30]))
    window.commands["compare"].trigger()
    dialog = window.findChild(CompareDialog)
    assert dialog.isVisible()
    assert "Choose a file" in dialog.pages.currentWidget().text()
    assert not dialog.table.isVisible()
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == "A folder…")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.table.isVisible() and dialog.table.rowCount() > 0)
    assert dialog.note.text() == ""


def test_a_file_is_compared_part_by_part_and_frame_by_frame(compared, qtbot) -> None:
    table = {compared.table.item(row, 0).text(): compared.table.item(row, 1).text() for row in range(compared.table.rowCount())}
    assert float(table["Left hand"]) == pytest.approx(0.01 * 768 * 2**0.5, rel=0.01)
    assert compared.over.text() == "On average over all 105 frames that both have:"
    first = compared.both_view.grab().toImage()
    compared.slider.setValue(20)
    assert compared.session.frame == 20
    assert compared.both_view.grab().toImage() != first
    compared.session.seek(40)
    assert compared.slider.value() == 40
    assert compared.both_view.grab().toImage() != first
    compared.session.apply("Shorter", lambda project: edits.crop(project, 0, 49))
    qtbot.waitUntil(lambda: "50" in compared.note.text())


def test_canvases_of_two_shapes_are_compared_in_proportion() -> None:
    ours = replace(bake(resting(3)), size=(1920, 1080))
    banded = placed(ours, (0, 0.21875, 1, 0.78125), (768, 768))  # as wide, with bars above and below
    _, theirs, _ = comparable(ours, banded)
    assert theirs.size == ours.size
    np.testing.assert_allclose(theirs.points, ours.points, atol=1e-9)
    square = bake(resting(3))
    assert comparable(square, square)[2] == (0, 0, 1, 1)


def test_a_bad_file_is_told_and_the_window_lives(compared, tmp_path, monkeypatch, qtbot) -> None:
    bad = tmp_path / "bad.npy"
    bad.write_bytes(b"nothing")
    compared.open(bad)
    qtbot.waitUntil(lambda: "bad.npy" in compared.note.text() and "…" not in compared.note.text())


def test_files_of_rotations_are_compared_as_the_camera_sees_them(compared, tmp_path, qtbot) -> None:
    path = tmp_path / "wave.bvh"
    write_motion(library.gesture("wave_right").motion(), path)
    compared.open(path)
    qtbot.waitUntil(lambda: compared.file_name.text() == "wave.bvh")
    assert compared.theirs.points.shape[2] == 2
    compared.grab()
