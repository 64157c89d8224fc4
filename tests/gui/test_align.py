"""Poses and the reference picture: the pose in it, fitting by clicks and grips, cutting, the export's warning, the ranking."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLineEdit

from poseforge import formats, library
from poseforge.fitting import Fit, fit
from poseforge.gui.fit_dialog import FitDialog, Part
from poseforge.gui.reference import picture_size
from poseforge.gui.settings import cache_folder
from poseforge.projects import open_project, save_project
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import PointTrack, of_sequence, resting

HOW = Fit((0.06, 0.04), 0.8, 0.0, 1.15, 1.0, 1.0, 1.1, 0.8)
"""What makes the person in the picture of the person who waves."""


@pytest.fixture(scope="module")
def person() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


@pytest.fixture
def files(tmp_path, person):
    """A picture of 384 x 384 pixels, and the pose in it."""
    Image.new("RGB", (384, 384), "gray").save(tmp_path / "人 picture.png")
    pose = replace(fit(person, HOW)[:1], size=(384, 384))
    formats.write_poses([pose], tmp_path / "pose.npz")
    return tmp_path


def load(window, qtbot, files, pose: str = "pose.npz"):
    """Have the picture and its pose loaded."""
    session = window.session
    window.reference.load_picture(files / "人 picture.png")
    qtbot.waitUntil(lambda: session.project.picture is not None)
    window.reference.panel.close()
    window.picture_poses.choose_path = lambda: str(files / pose)
    window.commands["give_pose"].trigger()
    if pose == "pose.npz":
        qtbot.waitUntil(lambda: session.picture_pose is not None)


@pytest.fixture
def posed(make_window, qtbot, files, person):
    window = make_window(of_sequence(person))
    load(window, qtbot, files)
    return window


def settled(dialog) -> bool:
    return not dialog._busy and dialog.before is not None and dialog.after is not None


@pytest.fixture
def dialog(posed, qtbot) -> FitDialog:
    return opened(posed, qtbot)


def opened(window, qtbot) -> FitDialog:
    window.commands["fit_picture"].trigger()
    dialog = window.picture_poses.dialog
    qtbot.waitUntil(lambda: settled(dialog))
    return dialog


def test_a_pose_that_was_given_is_known_again(posed, make_window, qtbot, files) -> None:
    assert posed.session.picture_pose.size == (384, 384)
    assert len(list((cache_folder() / "poses").iterdir())) == 1
    other = make_window()
    other.reference.load_picture(files / "人 picture.png")
    qtbot.waitUntil(lambda: other.session.picture_pose is not None)
    assert other.session.picture_pose == posed.session.picture_pose
    other.session.undo()
    assert other.session.picture_pose is None


def test_a_pose_of_another_picture_is_told(window, qtbot, files, person) -> None:
    formats.write_poses([replace(person[:1], size=(400, 300))], files / "wide.npz")
    said = []
    window.session.told.connect(lambda severity, text: said.append(text))
    load(window, qtbot, files, "wide.npz")
    qtbot.waitUntil(lambda: any("400x300" in text and "384x384" in text for text in said))
    assert window.session.picture_pose is None


def test_a_picture_is_asked_for(window, qtbot) -> None:
    for id in ("fit_picture", "find_pose", "give_pose"):
        with qtbot.waitSignal(window.session.told) as told:
            window.commands[id].trigger()
        assert "picture" in told.args[1]
    assert window.picture_poses.dialog is None


def test_without_a_pose_the_dialog_asks_for_it(window, qtbot, files) -> None:
    window.reference.load_picture(files / "人 picture.png")
    qtbot.waitUntil(lambda: window.session.project.picture is not None)
    window.commands["fit_picture"].trigger()
    dialog = window.picture_poses.dialog
    assert (dialog.unknown.isVisible(), dialog.known.isVisible()) == (True, False)
    window.picture_poses.choose_path = lambda: str(files / "pose.npz")
    qtbot.mouseClick(dialog.give_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(dialog))
    assert (dialog.unknown.isVisible(), dialog.known.isVisible()) == (False, True)
    assert "of 100" in dialog.score.text()


def test_poses_are_fitted_automatically_in_one_step(posed, dialog, qtbot, person) -> None:
    session, before = posed.session, posed.session.history.project
    assert dialog.before.score < 80
    assert "larger" in dialog.findings.text()
    qtbot.mouseClick(dialog.auto, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    assert session.history.project is before
    assert dialog.after.score >= 98
    assert f"before {dialog.before.score}" in dialog.score.text()
    shown = bake(session.project)
    qtbot.mouseClick(dialog.compare, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.compare.height() // 2))
    assert session.project is before
    qtbot.mouseClick(dialog.compare, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.compare.height() // 2))
    assert bake(session.project) == shown
    qtbot.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
    assert bake(session.history.project) == shown
    assert session.history.undo_labels[0] == "Fit to the picture"
    qtbot.waitUntil(lambda: settled(dialog))
    assert dialog.before.score >= 98
    assert not dialog.apply_button.isEnabled()
    session.undo()
    assert session.project is before
    wanted = fit(person, HOW)
    for joint in ("left_shoulder", "right_shoulder", "left_hand_root", "right_hand_root"):
        assert np.linalg.norm(shown.joint(joint)[0] - wanted.joint(joint)[0]) < 0.02


def test_numbers_are_typed_and_reset(posed, dialog, qtbot, person) -> None:
    session = posed.session
    dialog.bars["shift 0"].setFocus()
    for _ in range(10):
        qtbot.keyClick(dialog.bars["shift 0"], Qt.Key.Key_Right)
    qtbot.keyClick(dialog.bars["scale"], Qt.Key.Key_Left)
    assert (dialog.how.shift[0], dialog.how.scale) == (pytest.approx(0.1), pytest.approx(0.99))
    qtbot.keyClick(dialog.bars["left 1"], Qt.Key.Key_Left)
    rest = dialog.how.rests["left"]
    assert (rest.wrist, rest.elbow) == (pytest.approx((0, -0.01)), pytest.approx((0, -0.005)))
    np.testing.assert_allclose(rest.at, person.joint("left_hand_root")[0], atol=0.02)
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    np.testing.assert_allclose(bake(session.project).points, fit(person, dialog.how).points, atol=1e-9)
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.dragging and settled(dialog))
    assert dialog.bars["shift 0"].number == 0


def pull(qtbot, handle, way: QPoint) -> None:
    middle = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    goal = handle.mapToParent(middle) + way
    for share in (0.5, 1.0):  # the handle goes along
        at = handle.mapFromParent(goal - way * (1 - share))
        qtbot.mouseMove(handle, at)
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.mapFromParent(goal))


@pytest.mark.parametrize(
    ("joint", "way", "number"),
    [("neck", (40, -20), "shift"), ("nose", (0, -30), "scale"), ("left_shoulder", (25, 0), "shoulders"),
     ("right_elbow", (-20, 40), "arms")],
)  # fmt: skip
def test_a_grip_follows_the_mouse(posed, dialog, qtbot, joint, way, number) -> None:
    session, stage = posed.session, posed.canvas.stage
    posed.canvas.activateWindow()
    handle = dialog.grips.grips[joint]
    assert handle.isVisible()
    start = dialog.grips.at(joint)
    neck = dialog.grips.at("neck")
    pull(qtbot, handle, QPoint(*way))
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    changed = [name for name in ("shift", "scale", "shoulders", "arms") if getattr(dialog.how, name) != getattr(Fit(), name)]
    assert changed == (["shift", "scale"] if number == "scale" else [number])
    end = dialog.grips.at(joint)
    if number == "shift":
        assert (end - start).toPoint() == QPoint(*way)
        assert dialog.how.shift == pytest.approx((40 / (768 * stage.view.scale), -20 / (768 * stage.view.scale)))
    else:
        assert (dialog.grips.at("neck") - neck).manhattanLength() < 1
        assert getattr(dialog.how, number) > 1.02
    assert session.history.project is not session.project
    assert not handle.held
    dialog.close()
    assert not handle.isVisible()
    assert not session.dragging


def test_the_hand_rests_where_its_grip_is_dragged(posed, dialog, qtbot) -> None:
    session, grips = posed.session, dialog.grips
    handle = grips.grips["right_wrist"]
    session.seek(60)  # where it waves
    qtbot.waitUntil(handle.isVisible)
    assert (grips.at("right_wrist") - QPointF(handle.geometry().center())).manhattanLength() > 50
    other = grips.at("left_wrist")
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    assert session.frame != 60
    start = grips.at("right_wrist")
    assert (start - QPointF(handle.geometry().center())).manhattanLength() < 3
    qtbot.mouseMove(handle, handle.rect().center() + QPoint(30, -40))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    assert (grips.at("right_wrist") - start - QPointF(30, -40)).manhattanLength() < 3
    assert (grips.at("left_wrist") - other).manhattanLength() < 2
    assert (set(dialog.how.rests), dialog.how.arms) == ({"right"}, 1.0)


def test_each_step_is_undone_by_itself_while_the_window_is_open(posed, dialog, qtbot) -> None:
    session, committed = posed.session, posed.session.history.project
    undo, redo = posed.commands["undo"], posed.commands["redo"]
    before = session.history.undo_labels
    for joint in ("neck", "left_shoulder"):
        pull(qtbot, dialog.grips.grips[joint], QPoint(20, 0))
    for _ in range(3):
        qtbot.keyClick(dialog.bars["hands"], Qt.Key.Key_Right)
    assert (dialog.how.hands, undo.text()) == (pytest.approx(1.03), "Undo: Size of the hands")
    qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (dialog.how.hands, dialog.bars["hands"].number) == (1.0, 0.0)
    undo.trigger()
    assert (dialog.how.shoulders, dialog.how.shift[0] > 0) == (1.0, True)
    redo.trigger()
    assert dialog.how.shoulders > 1.02
    undo.trigger()
    undo.trigger()
    assert dialog.how == Fit()
    assert session.history.project is committed
    assert session.undo_labels == before
    dialog.close()
    assert session.redo_labels == ()


def test_a_number_that_was_typed_stays_until_another_is_chosen(dialog, qtbot) -> None:
    bar = dialog.bars["scale"]

    def type_(text: str):
        bar.type()
        line = bar.findChild(QLineEdit)
        line.setText(text)
        return line

    qtbot.keyClick(type_("20"), Qt.Key.Key_Return)
    assert (dialog.how.scale, bar._line) == (pytest.approx(1.2), None)
    type_("50")
    dialog.draft.undo()  # somebody else changes it meanwhile
    assert (dialog.how.scale, bar.number, bar._line) == (1.0, 0.0, None)


def test_a_drag_in_a_long_film_is_shown_before_all_of_it_is_fitted(make_window, qtbot, files, person) -> None:
    long = person[np.arange(1500) % len(person)]
    window = make_window(of_sequence(long))
    load(window, qtbot, files)
    dialog = opened(window, qtbot)
    handle, start = dialog.grips.grips["neck"], dialog.grips.at("neck")
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    qtbot.mouseMove(handle, handle.rect().center() + QPoint(30, 10))
    assert dialog.grips.ghost.isVisible()
    assert (dialog.grips.at("neck") - start).toPoint() == QPoint(30, 10)
    assert not window.session.dragging
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    qtbot.waitUntil(lambda: window.session.dragging and settled(dialog))
    assert not dialog.grips.ghost.isVisible()
    assert (dialog.grips.at("neck") - start).toPoint() == QPoint(30, 10)


def test_a_selected_clip_alone_is_fitted(make_window, qtbot, files, person) -> None:
    project = edits.add_track(of_sequence(person), PointTrack("more", "More"))
    project = edits.add_clip(project, "more", person[:20], 30, blend=0, id="one", name="One")
    window = make_window(project)
    load(window, qtbot, files)
    window.session.select(clip="one")
    dialog = opened(window, qtbot)
    names = [dialog.parts.itemText(i) for i in range(dialog.parts.count())]
    assert names == ["The whole project", "The selected track: More", "The selected clip: One"]
    dialog.parts.setCurrentIndex(2)
    assert dialog.part == Part(clip="one")
    dialog.auto.click()
    qtbot.waitUntil(lambda: window.session.dragging and settled(dialog))
    dialog.apply_button.click()
    assert window.session.project.tracks[0] is project.tracks[0]
    assert window.session.project.clip("one")[1].source != person[:20]


def test_another_edit_meanwhile_is_kept_and_fitted(posed, dialog, qtbot) -> None:
    session = posed.session
    qtbot.keyClick(dialog.bars["shift 1"], Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    session.apply("Rename", lambda project: edits.set_track(project, "poses", name="Mine"))
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    assert session.project.tracks[0].name == "Mine"
    session.cancel()
    assert session.dragging  # what the dialog says is shown as long as it is open
    dialog.apply_button.click()
    assert session.history.undo_labels[:2] == ("Fit to the picture", "Rename")


def test_a_locked_track_is_told(posed, dialog, qtbot) -> None:
    session = posed.session
    session.apply("Lock", lambda project: edits.set_track(project, "poses", locked=True))
    with qtbot.waitSignal(session.told) as told:
        qtbot.keyClick(dialog.bars["shift 1"], Qt.Key.Key_Right)
    assert "locked" in told.args[1]
    qtbot.waitUntil(lambda: not dialog._busy)
    assert not session.dragging


def test_the_performer_gets_the_proportions_of_the_person(window, qtbot, files, tmp_path) -> None:
    load(window, qtbot, files)
    dialog = opened(window, qtbot)
    assert dialog.bars["tilt"].number is None
    dialog.auto.click()
    qtbot.waitUntil(lambda: window.session.dragging and settled(dialog))
    assert dialog.after.score > dialog.before.score + 10
    dialog.apply_button.click()
    build = window.session.project.rig.build
    assert build.hands == pytest.approx(0.8, abs=0.08)
    assert build.shoulders == pytest.approx(1.15, abs=0.08)
    save_project(window.session.project, tmp_path / "mine.poseforge")
    assert open_project(tmp_path / "mine.poseforge") == window.session.project


def test_another_project_is_not_fitted_as_the_last_one_was(posed, dialog, qtbot) -> None:
    qtbot.keyClick(dialog.bars["shift 1"], Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: posed.session.dragging and settled(dialog))
    posed.session.replace_project(resting())
    qtbot.waitUntil(lambda: not dialog._busy)
    assert dialog.how == Fit()
    assert not posed.session.dragging


def test_picture_and_poses_are_cut_as_echomimic_does(posed, dialog, qtbot, files) -> None:
    session, before = posed.session, posed.session.project
    target = files / "cut.png"
    qtbot.keyClick(dialog.bars["scale"], Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    posed.picture_poses.choose_target = lambda suggested: str(target.with_suffix(""))
    qtbot.mouseClick(dialog.crop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.history.project is not before)
    assert session.history.undo_labels[0] == "Cut as EchoMimicV2 does"
    assert dialog.how == Fit()  # what was not applied is not laid on what is cut
    assert picture_size(target) == session.project.size == (768, 768)
    assert session.project.picture.box == (0, 0, 1, 1)
    qtbot.waitUntil(lambda: session.picture_pose is not None)
    with qtbot.waitSignal(session.told) as told:
        dialog.crop_button.click()  # nobody asked whether the file of that name may be replaced
    assert "cut.png" in told.args[1]
    necks = [pose.joint("neck")[0, 0] for pose in (bake(session.project), session.picture_pose)]
    assert necks == pytest.approx([0.5, 0.5], abs=0.01)
    session.undo()
    assert session.project is before
    qtbot.waitUntil(lambda: session.picture_pose is not None and session.picture_pose.size == (384, 384))


def test_cutting_over_the_picture_itself_is_refused(posed, dialog, qtbot, files) -> None:
    posed.picture_poses.choose_target = lambda suggested: str(files / "人 picture.png")
    with qtbot.waitSignal(posed.session.told) as told:
        dialog.crop_button.click()
    assert "picture.png" in told.args[1]
    assert picture_size(files / "人 picture.png") == (384, 384)


def test_an_export_that_does_not_fit_is_warned_of(posed, qtbot) -> None:
    session = posed.session
    posed.commands["export"].trigger()
    dialog = posed.documents.dialog
    qtbot.waitUntil(lambda: dialog.poses is not None)
    assert not dialog.misfit.isVisible()
    dialog.reject()
    session.apply("Away", lambda project: edits.fit_project(project, Fit((0.25, -0.2), 1.4)))
    posed.commands["export"].trigger()
    dialog = posed.documents.dialog
    qtbot.waitUntil(lambda: dialog.misfit.isVisible())
    assert f"{dialog.fitness.score} of 100" in dialog.misfit_text.text()
    dialog.poses_tab.formats.setCurrentRow(1)
    assert not dialog.misfit.isVisible()
    dialog.poses_tab.formats.setCurrentRow(0)
    qtbot.mouseClick(dialog.fit_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert posed.picture_poses.dialog.isVisible()


def test_sequences_are_ranked_by_how_they_fit(posed, qtbot, files, person) -> None:
    folder = files / "takes"
    folder.mkdir()
    for name, how in (("a far", Fit((0.3, 0.2), 1.6)), ("b same", HOW), ("c near", Fit())):
        formats.write_poses([fit(person[::8], how)], folder / f"{name}.npz")
    library_panel = posed.library
    library_panel.tabs.setCurrentIndex(2)
    library_panel.open_folder(folder)
    entries = library_panel.grid.entries
    qtbot.waitUntil(lambda: len(entries.entries) == 3)
    assert [entry.name for entry in entries.entries] == ["a far.npz", "b same.npz", "c near.npz"]
    qtbot.mouseClick(library_panel.by_fit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [entry.name for entry in entries.entries] == ["b same.npz", "c near.npz", "a far.npz"])
    scores = [entries.ranks[entry.key].now.score for entry in entries.entries]
    assert scores == sorted(scores, reverse=True)
    tip = entries.data(entries.index(2), Qt.ItemDataRole.ToolTipRole)
    assert f"{scores[2]} of 100" in tip
    assert "than in the picture" in tip
    qtbot.mouseClick(library_panel.by_fit, Qt.MouseButton.LeftButton)
    assert entries.ranks == {}
    assert entries.entries[0].name == "a far.npz"


def test_the_person_in_the_picture_is_shown_faintly(posed, qtbot) -> None:
    stage = posed.canvas.stage
    before = stage.grab().toImage()
    posed.commands["show_picture_pose"].trigger()
    assert stage.grab().toImage() != before
    posed.commands["show_picture_pose"].trigger()
    assert stage.grab().toImage() == before


def test_from_a_picture_to_an_export_that_fits(make_window, qtbot, shared, tmp_path) -> None:
    """The pose is detected in the worker."""
    pytest.importorskip("mediapipe")
    poses = formats.read_poses(shared / "data" / "echomimic_v2" / "pose" / "03")[0][:48]
    window = make_window(of_sequence(poses))
    session = window.session
    window.reference.load_picture(shared / "data" / "echomimic_v2" / "reference" / "0035.png")
    qtbot.waitUntil(lambda: window.reference.panel is not None and session.project.picture is not None)
    qtbot.mouseClick(window.reference.panel.pose_buttons[2], Qt.MouseButton.LeftButton)
    dialog = window.picture_poses.dialog
    assert not dialog.searching.isVisible()
    qtbot.mouseClick(dialog.find_button, Qt.MouseButton.LeftButton)
    assert (dialog.searching.isVisible(), dialog.find_button.isEnabled()) == (True, False)
    assert "Looking" in dialog.search.text()
    qtbot.waitUntil(lambda: session.picture_pose is not None, timeout=60_000)
    qtbot.waitUntil(lambda: settled(dialog))
    dialog.auto.click()
    qtbot.waitUntil(lambda: session.dragging and settled(dialog))
    assert dialog.after.score > dialog.before.score
    dialog.apply_button.click()
    dialog.close()
    window.commands["export"].trigger()
    export = window.documents.dialog
    qtbot.waitUntil(lambda: export.export_button.isEnabled())
    assert not export.misfit.isVisible()
    export.target.setText(str(tmp_path / "out"))
    export.accept()
    qtbot.waitUntil(lambda: any(row.last.kind == "done" and "out" in row.title for row in window.jobs.rows), timeout=60_000)
    written = formats.read_poses(tmp_path / "out")[0]
    wrists = [wholebody_134.index(f"{side}_hand_root") for side in ("left", "right")]
    np.testing.assert_allclose(written.points[:, wrists], bake(session.project).points[:, wrists], atol=0.01)
