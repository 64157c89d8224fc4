"""The curve editor: what it draws of the project, and what dragging does to it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from poseforge.gui.actions import Actions
from poseforge.gui.curve_lines import drawn, lines_of, peaks
from poseforge.gui.curves import CurveEditor
from poseforge.gui.session import Session
from poseforge.timeline import edits
from poseforge.timeline.curves import KINDS, Curve, Interval, Key
from poseforge.timeline.project import of_sequence, resting
from samples import make_project, make_sequence

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
JOINT = "left_index_1"


def keyed(kind: str = "linear"):
    """A finger with three keys, of which each is at another flex and abduct."""
    handles = tuple((0.3, 0.1, 0.7, -0.1) for _ in range(3)) if kind == "bezier" else ()
    keys = (
        Key(10, (0.2, 0.0, 0.0), Interval(kind, handles=handles)),
        Key(30, (1.0, 0.2, 0.0), Interval(kind, handles=handles)),
        Key(60, (0.4, -0.2, 0.0)),
    )
    project = resting(100)
    return project.with_track(replace(project.tracks[0], keys={JOINT: Curve(keys)}))


@pytest.fixture
def open_editor(qtbot, home):
    def make(project, joints=("left_index_2",)) -> CurveEditor:
        session = Session(project)
        holder = QWidget()
        editor = CurveEditor(session, Actions(holder))
        qtbot.addWidget(holder)
        qtbot.addWidget(editor)
        editor.resize(1000, 400)
        session.select(joints=joints)
        editor.show()
        qtbot.waitExposed(editor)
        return editor

    return make


def spot(editor: CurveEditor, frame: float, degrees: float) -> QPoint:
    return editor.plot.place(frame, degrees).toPoint()


def drag(qtbot, editor: CurveEditor, start: QPoint, end: QPoint, modifier=NONE, release: bool = True) -> None:
    viewport = editor.plot.viewport()
    qtbot.mousePress(viewport, LEFT, modifier, start)
    for share in (0.5, 1.0):
        qtbot.mouseMove(viewport, start + (end - start) * share)
    if release:
        qtbot.mouseRelease(viewport, LEFT, modifier, end)


def curve(editor: CurveEditor) -> Curve:
    return editor.session.project.track("performer").keys[JOINT]


def flex(radians: float) -> float:
    return float(np.degrees(radians))


def test_selected_joints_are_drawn_in_degrees(open_editor) -> None:
    editor = open_editor(keyed())
    assert [(line.id.joint, line.id.component) for line in editor.plot.lines] == [(JOINT, 0), (JOINT, 1), (JOINT, 2)]
    frames, values = editor.plot._items[0].getData()
    at = float(np.interp(20, frames, values))
    assert at == pytest.approx(flex(0.6), abs=0.5)
    editor.session.select(joints=["nose"])
    assert editor.plot.lines == []
    assert editor.hint.text()


def test_the_first_keys_are_seen_in_an_editor_that_was_opened_empty(open_editor) -> None:
    editor = open_editor(resting(100), joints=["left_index_2"])
    editor.session.apply("Keys", lambda _: keyed())
    (first, last), (low, high) = editor.plot.getPlotItem().getViewBox().viewRange()
    assert first <= 10 < 60 <= last
    assert low <= np.degrees(0.2) < np.degrees(1.0) <= high


def test_what_goes_beyond_the_view_is_brought_into_it_unless_the_user_chose_the_view(open_editor) -> None:
    editor = open_editor(keyed())
    view, session = editor.plot.getPlotItem().getViewBox(), editor.session
    high = view.viewRange()[1][1]
    session.apply("Bend", lambda now: edits.set_pose(now, "performer", 30, {JOINT: (1.5, 0.2, 0.0)}))
    seen = view.viewRange()[1]
    assert seen[1] >= np.degrees(1.5) > high
    QApplication.sendEvent(
        editor.plot.viewport(),
        QWheelEvent(
            QPointF(spot(editor, 30, 40)), QPointF(0, 0), QPoint(0, 0), QPoint(0, 480), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    chosen = view.viewRange()
    assert chosen[1][1] < np.degrees(1.5)
    session.apply("Bend", lambda now: edits.set_pose(now, "performer", 60, {JOINT: (1.4, 0.2, 0.0)}))
    assert view.viewRange() == chosen


def test_a_key_is_dragged_in_time_and_value_in_one_step(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    session = editor.session
    drag(qtbot, editor, spot(editor, 30, flex(1.0)), spot(editor, 40, flex(0.7)), release=False)
    assert session.dragging
    assert session.history.undo_labels == ()
    qtbot.mouseRelease(editor.plot.viewport(), LEFT, NONE, spot(editor, 40, flex(0.7)))
    assert curve(editor).frames.tolist() == [10, 40, 60]
    assert curve(editor).key(40).values == pytest.approx((0.7, 0.2, 0.0), abs=0.03)
    assert session.keys == {JOINT: frozenset({40})}
    assert len(session.history.undo_labels) == 1


def test_escape_ends_a_drag(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    before = editor.session.project
    end = spot(editor, 40, flex(0.7))
    drag(qtbot, editor, spot(editor, 30, flex(1.0)), end, release=False)
    editor.session.cancel()
    qtbot.mouseMove(editor.plot.viewport(), end + QPoint(20, 20))
    qtbot.mouseRelease(editor.plot.viewport(), LEFT, NONE, end)
    assert editor.session.project is before


def test_shift_keeps_a_drag_straight(open_editor) -> None:
    editor = open_editor(keyed())
    viewport, start = editor.plot.viewport(), spot(editor, 30, flex(1.0))
    end = start + QPoint(25, 70)
    QTest.mousePress(viewport, LEFT, NONE, start)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(end), viewport.mapToGlobal(QPointF(end)), Qt.MouseButton.NoButton, LEFT, SHIFT
    )
    QApplication.sendEvent(viewport, moved)
    QTest.mouseRelease(viewport, LEFT, NONE, end)
    assert curve(editor).frames.tolist() == [10, 30, 60]
    assert curve(editor).key(30).values[0] < 0.9


def test_a_box_selects_keys_which_move_together(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    drag(qtbot, editor, spot(editor, 25, 100), spot(editor, 65, flex(0.3)))
    assert editor.session.keys == {JOINT: frozenset({30, 60})}
    drag(qtbot, editor, spot(editor, 30, flex(1.0)), spot(editor, 35, flex(0.9)))
    assert curve(editor).frames.tolist() == [10, 35, 65]
    assert curve(editor).key(65).values[0] == pytest.approx(0.3, abs=0.03)
    qtbot.mouseClick(editor.plot.viewport(), LEFT, NONE, spot(editor, 80, 100))
    assert editor.session.keys == {}


def test_a_handle_is_dragged(open_editor, qtbot) -> None:
    editor = open_editor(keyed("bezier"))
    before = curve(editor)
    knob = spot(editor, 10 + 0.3 * 20, flex(0.3))
    drag(qtbot, editor, knob, spot(editor, 20, flex(0.9)))
    handles = curve(editor).key(10).after.handles
    assert handles[0][:2] == pytest.approx((0.5, 0.7), abs=0.03)
    assert handles[0][2:] == before.key(10).after.handles[0][2:]
    assert handles[1] == before.key(10).after.handles[1]
    assert editor.session.history.undo_labels == ("Move a handle",)


def test_easing_is_chosen_for_the_selected_keys(open_editor) -> None:
    editor = open_editor(keyed())
    editor.session.select(track="performer", keys={JOINT: frozenset({10})})
    editor.easing.actions()[0].trigger()
    assert curve(editor).key(10).after.kind == "hold"
    kinds = set()
    for action in [
        *editor.easing.actions(),
        *(one for menu in editor.easing.actions() if menu.menu() for one in menu.menu().actions()),
    ]:
        if action.menu() is None and not action.isSeparator():
            action.trigger()
            kinds.add(curve(editor).key(10).after.kind)
    assert kinds == set(KINDS)


def test_a_double_click_adds_a_key_where_the_curve_is(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    before = curve(editor).value(20)
    qtbot.mouseDClick(editor.plot.viewport(), LEFT, NONE, spot(editor, 20, flex(before[0])))
    assert curve(editor).key(20).values == pytest.approx(before)


def test_the_playhead_is_dragged(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    editor.session.seek(45)
    assert editor.plot._playhead.value() == 45
    drag(qtbot, editor, spot(editor, 45, 5), spot(editor, 52, 5))
    assert editor.session.frame == 52
    assert editor.session.history.undo_labels == ()


def test_normalised_lines_are_as_high_as_each_other_and_can_be_dragged(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    editor.normalised.click()
    for item in editor.plot._items[:2]:
        values = item.getData()[1]
        assert (values.min(), values.max()) == pytest.approx((0, 1), abs=0.05)
    drag(qtbot, editor, spot(editor, 30, 1.0), spot(editor, 30, 0.5))
    assert curve(editor).key(30).values[0] == pytest.approx(0.6, abs=0.03)


def test_lines_are_chosen_in_the_list(open_editor) -> None:
    editor = open_editor(keyed())
    group = editor.tree.topLevelItem(0)
    group.child(1).setCheckState(0, Qt.CheckState.Unchecked)
    assert [line.id.component for line in editor.plot.lines] == [0, 2]
    editor.session.apply("Pose", lambda project: edits.delete_keys(project, "performer", {JOINT: [30]}))
    assert [line.id.component for line in editor.plot.lines] == [0, 2]
    group.setCheckState(0, Qt.CheckState.Unchecked)
    assert editor.plot.lines == []


def test_f_fits_and_the_wheel_zooms_in_time(open_editor, qtbot) -> None:
    editor = open_editor(keyed())
    view = editor.plot._view
    view.setXRange(500, 600)
    editor.plot.setFocus()
    qtbot.keyClick(editor.plot, Qt.Key.Key_F)
    (first, last), _ = view.viewRange()
    assert first < 10
    assert 60 < last < 80


def test_offsets_of_points_lie_over_their_base(open_editor) -> None:
    project = of_sequence(make_sequence(20))
    project = edits.move_joint(project, "poses", "nose", 4, (0.5, 0.5))
    project = edits.move_joint(project, "poses", "nose", 12, (0.4, 0.5))
    editor = open_editor(project, ["nose"])
    assert [line.title for line in editor.plot.lines] == ["Across", "Down"]
    assert sum(item.isVisible() for item in editor.plot._bases) == 2
    np.testing.assert_allclose(editor.plot.lines[0].values, [key.values[0] for key in project.tracks[0].offsets["nose"].keys])


def test_dense_curves_are_thinned_and_keep_their_extremes() -> None:
    values = np.random.default_rng(1).normal(size=10_000)
    frames, shown = peaks(np.arange(10_000), values, 0, 9999, 400)
    assert len(frames) == len(shown) <= 500
    assert (shown.min(), shown.max()) == (values.min(), values.max())
    dense = Curve(tuple(Key(i, (float(value), 0.0, 0.0)) for i, value in enumerate(values)))
    project = resting(10_000)
    project = project.with_track(replace(project.tracks[0], keys={JOINT: dense}))
    lines = lines_of(project, "performer", ["left_index_2"])
    assert all(len(x) <= 500 for x, _ in drawn(lines, 0, 9999, 400))
    (x, y) = drawn(lines, 100, 110, 41)[0]
    assert y[np.flatnonzero(x == 105)[0]] == pytest.approx(np.degrees(values[105]))


def test_every_layer_is_drawn_and_what_did_not_change_is_kept() -> None:
    project = make_project()
    lines = lines_of(project, "gesture", ["right_hand_root"])
    assert {(line.id.layer, line.id.joint) for line in lines} == {("offsets", "right_wrist")}
    again = lines_of(edits.set_track(project, "hand", name="x"), "gesture", ["right_hand_root"], lines)
    assert all(one is two for one, two in zip(lines, again, strict=True))
