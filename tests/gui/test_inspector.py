"""The inspector: hands by sliders and shapes, joints, clips, tracks and the project in numbers."""

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QWidget

from poseforge import library
from poseforge.gui.actions import Actions
from poseforge.gui.bars import Bar
from poseforge.gui.inspector import Inspector
from poseforge.gui.session import Session
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.edits.fingers import hand_joints
from poseforge.timeline.edits.poses import pose_values
from poseforge.timeline.project import Clip, PointTrack, RigTrack, of_sequence, resting
from samples import make_motion, make_project

LEFT = Qt.MouseButton.LeftButton


def still(length: int = 60):
    return edits.set_track(resting(length), "performer", name="Performer")


def points():
    return of_sequence(bake(still(6)))


@pytest.fixture
def open_inspector(qtbot, home):
    def make(project) -> Inspector:
        holder = QWidget()
        inspector = Inspector(Session(project), Actions(holder))
        qtbot.addWidget(holder)
        qtbot.addWidget(inspector)
        inspector.resize(320, 1600)
        with qtbot.waitActive(inspector):
            inspector.show()
            inspector.activateWindow()
        return inspector

    return make


def check(qtbot, form, name: str) -> None:
    box = form.editor(name).findChild(QCheckBox)
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))


def curl(inspector: Inspector, side: str, finger: str = "index") -> float:
    session = inspector.session
    return edits.hand_pose(session.project, session.track, side, session.frame).curl[finger]


def drag(qtbot, bar: Bar, by: int, release: bool = True) -> None:
    start = bar.rect().center()
    qtbot.mousePress(bar, LEFT, pos=start)
    for step in (by // 2, by):
        qtbot.mouseMove(bar, start + QPoint(step, 0))
    if release:
        qtbot.mouseRelease(bar, LEFT, pos=start + QPoint(by, 0))


def typed(qtbot, line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_a_dragged_slider_bends_the_finger_in_one_step(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    session = inspector.session
    session.select(joints=["left_index_3"])
    bar = inspector.hand.bars["curl", "index"]
    before = curl(inspector, "left")
    drag(qtbot, bar, 30, release=False)
    assert session.dragging
    assert curl(inspector, "left") > before + 0.1
    assert session.history.undo_labels == ()
    qtbot.mouseRelease(bar, LEFT, pos=bar.rect().center() + QPoint(30, 0))
    assert len(session.history.undo_labels) == 1
    assert bar.number == pytest.approx(curl(inspector, "left"))
    assert curl(inspector, "right") == pytest.approx(edits.hand_pose(still(), "performer", "right", 0).curl["index"])
    session.undo()
    assert bar.number == pytest.approx(before)


def test_the_numbers_are_those_of_the_hand_that_is_seen(open_inspector, qtbot) -> None:
    project = edits.add_track(of_sequence(bake(still())), RigTrack("above", clips=(Clip("wave", make_motion(10), 40, 10),)))
    project = edits.apply_shape(project, project.tracks[0].id, "right", 2, library.hand_shape("fist").angles)
    inspector = open_inspector(project)
    session, bar = inspector.session, inspector.hand.bars["curl", "ring"]
    session.select(track="above", joints=["right_index_3"])
    session.seek(2)
    inspector.refresh()
    seen = edits.hand_pose(project, project.tracks[0].id, "right", 2).curl["ring"]
    assert bar.number == pytest.approx(seen)
    assert inspector.hand.elsewhere.isHidden()
    drag(qtbot, bar, 20)
    assert session.project.track("above") is project.track("above")
    assert session.project.tracks[0] is not project.tracks[0]
    session.seek(45)
    inspector.refresh()
    assert bar.number == pytest.approx(curl(inspector, "right", "ring"))  # the gesture's


def test_a_track_where_the_hand_is_not_seen_is_named(open_inspector, qtbot) -> None:
    project = edits.add_track(points(), RigTrack("above", "Above"))
    inspector = open_inspector(project)
    inspector.session.select(track="above", joints=["right_index_3"])
    assert not inspector.hand.elsewhere.isHidden()
    assert "Above" in inspector.hand.elsewhere.text()


def test_escape_ends_a_drag(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    bar = inspector.hand.bars["curl", "ring"]
    before = inspector.session.project
    drag(qtbot, bar, 40, release=False)
    inspector.session.cancel()
    qtbot.mouseMove(bar, bar.rect().center() + QPoint(60, 0))
    qtbot.mouseRelease(bar, LEFT, pos=bar.rect().center() + QPoint(60, 0))
    assert inspector.session.project is before


def test_keys_and_wheel_are_one_step_and_only_where_the_focus_is(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    session, bar = inspector.session, inspector.hand.bars["pitch", ""]
    middle = QPointF(bar.rect().center())

    def wheel() -> None:
        event = QWheelEvent(
            middle, bar.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(bar, event)

    before = bar.number
    inspector.hand.bars["roll", ""].setFocus()
    wheel()
    assert bar.number == before
    bar.setFocus()
    wheel()
    qtbot.keyClick(bar, Qt.Key.Key_Up)
    qtbot.keyClick(bar, Qt.Key.Key_PageUp)
    assert bar.number == pytest.approx(before + 12)
    assert len(session.history.undo_labels) == 1
    assert session.frame == 0


def test_a_number_is_typed(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    inspector.session.select(joints=["right_wrist"])
    bar = inspector.hand.bars["yaw", ""]
    qtbot.mouseDClick(bar, LEFT)
    typed(qtbot, bar.findChild(QLineEdit), "-12,5")
    assert edits.hand_pose(inspector.session.project, "performer", "right", 0).yaw == pytest.approx(-12.5)
    qtbot.keyClick(bar, Qt.Key.Key_Return)
    typed(qtbot, next(line for line in bar.findChildren(QLineEdit) if line.isVisible()), "much")
    assert bar.number == pytest.approx(-12.5)
    steps = inspector.session.history.undo_labels
    qtbot.keyClick(bar, Qt.Key.Key_Return)
    line = next(line for line in bar.findChildren(QLineEdit) if line.isVisible())
    qtbot.keyClicks(line, "20")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert inspector.session.history.undo_labels == steps


def test_all_fingers_and_both_hands(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    inspector.hand._change(("curl", "all"), 0.8)
    for side in ("left", "right"):
        assert list(edits.hand_pose(inspector.session.project, "performer", side, 0).curl.values()) == pytest.approx([0.8] * 5)
    assert len(inspector.session.history.undo_labels) == 1


def test_the_side_is_chosen_and_mirrored(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    session = inspector.session
    assert inspector.hand.sides == ["left", "right"]
    assert not inspector.hand.mirror.isEnabled()
    qtbot.mouseClick(inspector.hand.side_buttons["left"], LEFT)
    assert session.joints == {*hand_joints("left")}
    inspector.hand._change(("curl", "little"), 1.0)
    qtbot.mouseClick(inspector.hand.mirror, LEFT)
    assert curl(inspector, "right", "little") == pytest.approx(1.0)
    qtbot.mouseClick(inspector.hand.rest, LEFT)
    assert curl(inspector, "left", "little") == pytest.approx(edits.hand_pose(still(), "performer", "left", 0).curl["little"])


def test_a_hand_is_hidden_and_shown(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    session = inspector.session
    session.select(joints=["left_hand_root"])
    for hidden in (True, False):
        qtbot.mouseClick(inspector.hand.hide_button, LEFT)
        assert np.isnan(session.pose().joint("left_thumb_4")).all() == hidden
    assert not np.isnan(session.pose().joint("right_thumb_4")).any()


def test_a_click_on_a_shape_forms_the_hand(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    session = inspector.session
    session.select(joints=["right_index_1"])
    shapes = inspector.hand.shapes
    model = shapes.model()
    index = next(
        model.index(i, 0) for i in range(model.rowCount()) if model.index(i, 0).data(Qt.ItemDataRole.UserRole) == "fist"
    )
    shapes.scrollTo(index)
    qtbot.mouseClick(shapes.viewport(), LEFT, pos=shapes.visualRect(index).center())
    wanted = library.hand_shape("fist").angles["index_2"]
    shown = pose_values(session.project, session.project.track("performer"), 0)["right_index_2"]
    assert np.degrees(shown) == pytest.approx(wanted, abs=1e-6)
    assert len(session.history.undo_labels) == 1


def test_a_hand_of_points_says_what_it_cannot(open_inspector) -> None:
    inspector = open_inspector(points())
    inspector.session.select(joints=["left_index_4"])
    roll, yaw = inspector.hand.bars["roll", ""], inspector.hand.bars["yaw", ""]
    assert not roll.isEnabled()
    assert "picture" in roll.toolTip()
    assert yaw.isEnabled()
    inspector.session.apply("Lock", lambda project: edits.set_track(project, "poses", locked=True))
    assert not yaw.isEnabled()
    assert "track" in yaw.toolTip()


def test_angles_stay_within_the_limits(open_inspector, qtbot) -> None:
    inspector = open_inspector(still())
    session = inspector.session
    session.select(joints=["left_index_2"])
    assert inspector.joints.joint.currentData() == "left_index_1"
    flex = inspector.joints.angles[0]
    assert (flex.low, flex.high) == pytest.approx((-30, 95))
    qtbot.mouseDClick(flex, LEFT)
    typed(qtbot, flex.findChild(QLineEdit), "400")
    shown = pose_values(session.project, session.project.track("performer"), 0)["left_index_1"]
    assert np.degrees(shown[0]) == pytest.approx(95)
    assert len(session.history.undo_labels) == 1


def test_points_in_fractions_and_pixels(open_inspector, qtbot) -> None:
    inspector = open_inspector(points())
    session = inspector.session
    session.select(joints=["nose"])
    assert inspector.sections["hand"].isHidden()
    x = inspector.joints.pixels[0]
    qtbot.mouseDClick(x, LEFT)
    typed(qtbot, x.findChild(QLineEdit), "192")
    assert session.pose().joint("nose")[0, 0] == pytest.approx(0.25)
    assert inspector.joints.fractions[0].number == pytest.approx(0.25)
    assert "1.00" in inspector.joints.note.text()
    session.apply("Hide", lambda project: edits.set_track(project, "poses", part="left_hand"))
    assert not inspector.joints.fractions[0].isVisible()


def test_a_missing_point_cannot_be_set(open_inspector, qtbot) -> None:
    inspector = open_inspector(make_project())
    session = inspector.session
    session.select(track="detected", joints=["left_thumb_4"])
    session.seek(11)
    qtbot.waitUntil(lambda: not inspector.joints.fractions[0].isEnabled())
    assert "missing" in inspector.joints.note.text()
    session.seek(5)
    qtbot.waitUntil(inspector.joints.fractions[0].isEnabled)


@pytest.mark.parametrize(
    ("name", "text", "seen"),
    [
        ("name", "Hello", lambda clip: clip.name == "Hello"),
        ("start", "9", lambda clip: clip.start == 9),
        ("length", "12", lambda clip: clip.length == 12),
        ("rate", "-0.5", lambda clip: clip.rate == Fraction(-1, 2)),
        ("blend_in", "2", lambda clip: clip.blend_in == 2),
    ],
)
def test_a_clip_is_changed(open_inspector, qtbot, name, text, seen) -> None:
    inspector = open_inspector(make_project())
    session = inspector.session
    session.select(clip="one", joints=())
    typed(qtbot, inspector.clip.form.editor(name).findChild(QLineEdit), text)
    assert seen(session.project.clip("one")[1])
    assert len(session.history.undo_labels) == 1


def test_what_is_refused_is_shown_as_it_was(open_inspector, qtbot) -> None:
    inspector = open_inspector(make_project())
    inspector.session.select(clip="one", joints=())
    line = inspector.clip.form.editor("rate").findChild(QLineEdit)
    with qtbot.waitSignal(inspector.session.told):
        typed(qtbot, line, "0")
    assert line.text() == "1"
    assert inspector.session.history.undo_labels == ()


def test_a_track_is_changed(open_inspector, qtbot) -> None:
    inspector = open_inspector(make_project())
    session = inspector.session
    session.select(track="hand")
    form = inspector.track.form
    typed(qtbot, form.editor("weight").findChild(QLineEdit), "0.5")
    check(qtbot, form, "locked")
    track = session.project.track("hand")
    assert (track.weight, track.locked) == (0.5, True)
    part = form.editor("part").findChild(QComboBox)
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_Up)
    assert session.project.track("hand").part == "left_hand"  # it is locked
    assert part.currentIndex() == 2


def test_the_project_is_changed_and_in_step(open_inspector, qtbot) -> None:
    inspector = open_inspector(make_project())
    session, form = inspector.session, inspector.project.form
    assert form.editor("size").findChild(QLabel).text() == "768 × 768 px"
    typed(qtbot, form.editor("length").findChild(QLineEdit), "30")
    assert (session.project.length, session.project.range) == (30, None)
    check(qtbot, form, "alive")
    assert session.project.alive is None
    session.undo()
    session.undo()
    assert form.editor("length").findChild(QSpinBox).value() == 60
    assert form.editor("range").findChild(QCheckBox).isChecked()
    check(qtbot, form, "range")
    assert session.project.range is None
    check(qtbot, form, "range")
    assert session.project.range == (0, 59)


def test_headings_fold_for_good(open_inspector, qtbot) -> None:
    first = open_inspector(still())
    qtbot.mouseClick(first.sections["track"].header, LEFT)
    assert not first.track.isVisible()
    second = open_inspector(still())
    assert not second.track.isVisible()
    assert second.hand.isVisible()


def test_an_empty_project_and_an_empty_track(open_inspector) -> None:
    inspector = open_inspector(still())
    session = inspector.session
    session.apply("Remove", lambda project: edits.remove_track(project, "performer"))
    session.select(joints=wholebody_134.joints)
    session.apply("Add", lambda project: edits.add_track(project, PointTrack("a")))
    session.seek(5)
    assert not inspector.hand.bars["curl", "index"].isEnabled()


def test_what_is_clicked_comes_into_view_even_if_it_was_selected(make_window, qtbot) -> None:
    project = edits.add_clip(still(), "performer", make_motion(24), 10, name="nod", id="nod")
    window = make_window(project)
    inspector, timeline = window.inspector, window.timeline
    timeline.fit()
    QApplication.processEvents()
    row = next(row for row in timeline.rows if row.label == "Performer")
    on_clip = timeline.view.clip_rect(row, project.clip("nod")[1]).center().toPoint()
    header = timeline.view.row_rect(row).topLeft() + QPoint(60, 8)
    bar = inspector.area.verticalScrollBar()

    def shown(name: str):
        def check() -> None:
            section, room = inspector.sections[name], inspector.area.viewport().height()
            assert not section.isHidden()
            assert 0 <= section.y() - bar.value()
            assert section.geometry().bottom() - bar.value() < room or section.y() == bar.value()

        return check

    window.session.select(joints=wholebody_134.joints)
    for _ in range(2):  # the second time it is selected already
        qtbot.mouseClick(timeline.viewport(), LEFT, pos=on_clip)
        qtbot.waitUntil(shown("clip"))
        assert bar.value() > 0
        bar.setValue(0)
    qtbot.mouseClick(timeline.viewport(), LEFT, pos=header)
    qtbot.waitUntil(shown("track"))
    stage = window.canvas.stage
    for joint, section in (("left_index_4", "hand"), ("nose", "joints")):
        bar.setValue(bar.maximum())
        at = stage.view.to_screen(window.session.pose().joint(joint)[0])
        qtbot.mouseClick(stage, LEFT, pos=QPointF(*at.tolist()).toPoint())
        qtbot.waitUntil(shown(section))


def test_a_hand_that_is_missing_gets_a_shape_at_one_frame_or_in_all(open_inspector, qtbot) -> None:
    project = points()
    lost = project.track("poses").base.points.copy()
    lost[:, wholebody_134.group("left_hand")] = np.nan
    inspector = open_inspector(edits.change_base(project, "poses", lambda base: base.with_points(lost)))
    session, hand = inspector.session, inspector.hand
    session.select(joints=hand_joints("left"))
    hand.refresh()
    index = hand.shapes.model().index(0, 0)
    place = hand.shapes.visualRect(index).center()
    with qtbot.waitSignal(session.offered) as offered:
        qtbot.mouseClick(hand.shapes.viewport(), LEFT, pos=place)
    here = bake(session.project).present[:, wholebody_134.index("left_index_4")]
    assert here.tolist() == [True, *[False] * 5]
    words, act = offered.args[0]
    assert words == "In all frames"
    act()
    qtbot.waitUntil(lambda: bool(bake(session.project).present[:, wholebody_134.group("left_hand")].all()))
    session.undo()
    assert not hand.span_box.isHidden()
    hand.span_box.setCurrentIndex(2)
    qtbot.mouseClick(hand.shapes.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: bool(bake(session.project).present[:, wholebody_134.group("left_hand")].all()))
