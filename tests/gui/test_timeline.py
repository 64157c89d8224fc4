"""The timeline, worked with the mouse and the keyboard."""

import json
import random
import time
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import count
from math import ceil

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

import poseforge
from poseforge import library
from poseforge.gui import theme
from poseforge.gui.easing import kind_title
from poseforge.gui.presets import MIME, set_favourite, stroke_frame
from poseforge.gui.readout import Saying
from poseforge.gui.timeline_menus import legend
from poseforge.gui.timeline_paint import HEADER, RULER, blend_places, header_parts, keys_at, uncovered
from poseforge.gui.timeline_rows import KeyTable, chosen_in, rows_of
from poseforge.gui.timescale import Scale, tick_step
from poseforge.quality import Finding
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import KINDS, Curve, Interval, Key
from poseforge.timeline.project import Marker, PointTrack, Project, RigTrack, of_sequence, resting
from samples import make_motion, make_project, make_sequence

NONE, CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(make_window):
    """A window on a project of 120 frames: two tracks of gestures, of which one is keyed, and one of points."""
    keyed = {"left_index_1": keyed_at(10, 20, 40), "left_wrist": keyed_at(20, 60)}
    project = Project(
        120,
        tracks=(
            PointTrack("points", "Points", base=make_sequence(120)),
            RigTrack("lower", "Lower", keys=keyed),
            RigTrack("upper", "Upper"),
        ),
        markers=(Marker(100, "end"),),
    )
    project = edits.add_clip(project, "upper", make_motion(24), 30, name="nod", blend=4, id="nod")
    window = make_window(project)
    window.session.select(track="upper")
    window.timeline.fit()
    settle(window)
    return window


def keyed_at(*frames: int) -> Curve:
    return Curve(tuple(Key(frame, (0.01 * frame, 0.0, 0.0), Interval("linear")) for frame in frames))


def settle(window) -> None:
    QApplication.processEvents()


def row(window, label: str):
    window.timeline._settle()
    return next(row for row in window.timeline.rows if row.label == label)


def clip_of(window, id: str = "nod"):
    return window.session.project.clip(id)[1]


def place_of(window, label: str, frame: float) -> QPoint:
    """A place in a row, at a time."""
    rect = window.timeline.view.row_rect(row(window, label))
    return QPoint(round(window.timeline.view.x(frame)), rect.center().y())


def key_place(window, label: str, frame: int) -> QPoint:
    frames, xs, y = keys_at(window.timeline.view, row(window, label), frame, frame)
    return QPoint(round(xs[frames.tolist().index(frame)]), round(y))


def drag(window, start: QPoint, end: QPoint, keys=NONE, release: bool = True, moving=None) -> None:
    port = window.timeline.viewport()
    QTest.mousePress(port, LEFT, keys, start)
    for share in (0.3, 0.7, 1.0):
        at = start + (end - start) * share
        move(port, at, keys if moving is None else moving)
    if release:
        QTest.mouseRelease(port, LEFT, keys if moving is None else moving, end)


def move(port, place: QPoint, keys) -> None:
    """With the button and keys held, which QTest.mouseMove leaves out."""
    at = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, at, port.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, keys)
    QApplication.sendEvent(port, event)


def steps(window) -> int:
    return len(window.session.history.undo_labels)


# the picture


@pytest.mark.parametrize("seed", range(4))
def test_what_is_painted_again_equals_what_is_painted_anew(opened, seed):
    session, timeline, rng = opened.session, opened.timeline, random.Random(seed)
    names = count()

    def add_track(project):
        id = f"t{next(names)}"
        track = RigTrack(id, rng.choice(("Gestures", "Performer")))
        place = rng.randrange(len(project.tracks) + 1)
        return replace(project, tracks=(*project.tracks[:place], track, *project.tracks[place:]))

    def add_clip(project):
        track = rng.choice([track.id for track in project.tracks if isinstance(track, RigTrack)])
        name = f"c{next(names)}"
        return edits.add_clip(project, track, make_motion(24), rng.choice((0, 10, 30)), name=name, blend=4, id=name)

    def drop_track(project):
        gone = rng.choice(project.tracks)
        left = tuple(track for track in project.tracks if track is not gone)
        return replace(project, tracks=left) if any(isinstance(track, RigTrack) for track in left) else project

    def drop_clips(project):
        return replace(project, tracks=tuple(replace(track, clips=track.clips[1:]) for track in project.tracks))

    changes = (add_track, add_clip, drop_track, drop_clips)
    wanted = (
        lambda: session.preview(rng.choice(changes)),
        lambda: session.preview(rng.choice(changes)),
        lambda: session.apply("Change", rng.choice(changes)),
        session.cancel,
        session.undo,
        session.redo,
        lambda: session.select(track=rng.choice(session.project.tracks).id),
    )
    for _ in range(60):
        rng.choice(wanted)()
        if rng.random() < 0.3:
            timeline._hit(QPoint(HEADER + 50, RULER + 10))  # the mouse comes before the painting
        settle(opened)
        shown = timeline._board.toImage()
        timeline._repaint_all()
        settle(opened)
        assert shown == timeline._board.toImage()


def test_tracks_that_do_not_fit_can_be_scrolled_to(opened):
    bar = opened.timeline.verticalScrollBar()
    assert not bar.maximum()
    for i in range(40):
        opened.session.apply("Add", partial(edits.add_track, track=RigTrack(f"t{i}")))
    settle(opened)
    assert bar.isVisible()
    assert bar.maximum()


# clips


def test_a_clip_is_named_where_no_later_one_covers_it(opened):
    clip = clip_of(opened)

    def at(start, length):
        return replace(clip, start=start, length=length)

    assert uncovered(at(10, 20), []) == (10, 30)
    assert uncovered(at(10, 20), [at(25, 20), at(40, 5)]) == (10, 25)
    assert uncovered(at(10, 20), [at(10, 5), at(12, 6)]) == (18, 30)
    begin, end = uncovered(at(10, 20), [at(10, 30)])
    assert begin == end


def test_a_clip_hides_those_below_it_and_shows_that_it_is_mirrored(opened):
    session, timeline = opened.session, opened.timeline

    def picture():
        settle(opened)
        rect = timeline.view.clip_rect(row(opened, "Upper"), clip_of(opened)).toAlignedRect().adjusted(4, 2, -4, -2)
        return timeline.grab(rect.translated(timeline.viewport().pos())).toImage()

    def over(**what):
        below = replace(clip, id="below", name="Another name", **what)
        upper = replace(session.project.track("upper"), clips=(below, clip))
        session.apply("Put", lambda project: replace(project, tracks=(*project.tracks[:-1], upper)))
        return picture()

    clip, alone = clip_of(opened), picture()
    hatched = over()
    assert hatched != alone
    assert over(mirrored=True) == hatched  # of what is below, neither the name nor the sign
    session.apply("Mirror", lambda project: edits.mirror_clip(project, "nod"))
    assert picture() != hatched


def said(opened) -> str:
    """What the status bar says."""
    return opened.statusBar().findChild(Saying).accessibleName()


def test_a_clip_is_dragged_in_time_previewed_and_applied_once(opened) -> None:
    session, before = opened.session, opened.session.project
    drag(opened, place_of(opened, "Upper", 42), place_of(opened, "Upper", 62), SHIFT, release=False)
    assert session.dragging
    assert clip_of(opened).start == pytest.approx(50, abs=1)
    assert session.history.project is before
    clip = clip_of(opened)
    assert said(opened) == f"Frames {clip.start} to {clip.end - 1} ({clip.length})"
    QTest.mouseRelease(opened.timeline.viewport(), LEFT, SHIFT, place_of(opened, "Upper", 62))
    assert not session.dragging
    assert steps(opened) == 1
    assert clip_of(opened).start == pytest.approx(50, abs=1)
    assert session.clip == "nod"
    session.undo()
    assert session.project is before


def test_escape_ends_a_drag_and_nothing_has_changed(opened) -> None:
    before = opened.session.project
    drag(opened, place_of(opened, "Upper", 42), place_of(opened, "Upper", 70), release=False)
    assert opened.session.project is not before
    opened.timeline.setFocus()
    QTest.keyClick(opened.timeline, Qt.Key.Key_Escape)
    assert opened.session.project is before
    QTest.mouseRelease(opened.timeline.viewport(), LEFT, NONE, place_of(opened, "Upper", 70))
    assert opened.session.project is before
    assert steps(opened) == 0


def test_a_drag_that_is_cancelled_by_others_ends(opened) -> None:
    before = opened.session.project
    drag(opened, place_of(opened, "Upper", 42), place_of(opened, "Upper", 70), release=False)
    opened.commands["select_none"].trigger()
    drag_on = place_of(opened, "Upper", 80)
    move(opened.timeline.viewport(), drag_on, NONE)
    QTest.mouseRelease(opened.timeline.viewport(), LEFT, NONE, drag_on)
    assert opened.session.project is before


def test_a_clip_goes_to_another_track_of_its_kind_only(opened) -> None:
    grab = place_of(opened, "Upper", 42)
    drag(opened, grab, QPoint(grab.x(), place_of(opened, "Points", 42).y()))
    assert opened.session.project.clip("nod")[0].id == "upper"
    drag(opened, grab, QPoint(grab.x(), place_of(opened, "Lower", 42).y()))
    assert opened.session.project.clip("nod")[0].id == "lower"


def test_ends_trim_stretch_and_loop(opened) -> None:
    view = opened.timeline.view
    rect = view.clip_rect(row(opened, "Upper"), clip_of(opened))
    end, start = (
        QPoint(round(rect.right()) - 2, round(rect.bottom()) - 3),
        QPoint(round(rect.left()) + 2, round(rect.bottom()) - 3),
    )
    way = QPoint(round(10 * view.scale.per_frame), 0)
    drag(opened, end, end - way, NONE)
    assert clip_of(opened).end == pytest.approx(44, abs=1)
    assert clip_of(opened).rate == 1
    opened.session.undo()
    drag(opened, start, start + way, NONE)
    assert (clip_of(opened).start, clip_of(opened).first) == (pytest.approx(40, abs=1), pytest.approx(10, abs=1))
    opened.session.undo()
    drag(opened, end, end + way, CTRL)
    assert clip_of(opened).length == pytest.approx(34, abs=1)
    assert clip_of(opened).rate < 1
    opened.session.undo()
    drag(opened, start, start - way, CTRL)
    assert (clip_of(opened).end, clip_of(opened).length) == (54, pytest.approx(34, abs=1))
    opened.session.undo()
    drag(opened, end, end + 2 * way, ALT)
    assert clip_of(opened).extend == "loop"
    assert clip_of(opened).length == pytest.approx(44, abs=1)


def test_blends_are_dragged_by_their_handles(opened) -> None:
    view = opened.timeline.view
    rect = view.clip_rect(row(opened, "Upper"), clip_of(opened))
    into, out = blend_places(view, rect, clip_of(opened))
    top, way = round(rect.top()) + 4, round(5 * view.scale.per_frame)
    drag(opened, QPoint(round(into), top), QPoint(round(into) + way, top), SHIFT)
    assert clip_of(opened).blend_in == pytest.approx(9, abs=1)
    drag(opened, QPoint(round(out), top), QPoint(round(out) + 10 * way, top), SHIFT)
    assert clip_of(opened).blend_out == 0


def test_drags_snap_to_marks_unless_shift_is_held(opened) -> None:
    opened.session.seek(80)
    near = 80 + 3 / opened.timeline.view.scale.per_frame
    grab = place_of(opened, "Upper", 42)
    by = QPoint(round((near - 30) * opened.timeline.view.scale.per_frame), 0)
    drag(opened, grab, grab + by, release=False)
    assert clip_of(opened).start == 80
    assert opened.timeline._drag.guide == 80
    QTest.mouseRelease(opened.timeline.viewport(), LEFT, NONE, grab + by)
    opened.session.undo()
    far = QPoint(round((95 - 54) * opened.timeline.view.scale.per_frame), 0)
    drag(opened, grab, grab + far + QPoint(round(4.4 * opened.timeline.view.scale.per_frame), 0))
    assert clip_of(opened).end == 100  # the marker


def test_a_locked_track_refuses_and_says_so(opened, qtbot) -> None:
    parts = header_parts(opened.timeline.view.row_rect(row(opened, "Upper")))
    QTest.mouseClick(opened.timeline.viewport(), LEFT, NONE, parts["lock"].center())
    assert opened.session.project.track("upper").locked
    before = opened.session.project
    with qtbot.waitSignal(opened.session.told, check_params_cb=lambda severity, text: severity == "warning"):
        drag(opened, place_of(opened, "Upper", 42), place_of(opened, "Upper", 60))
    assert opened.session.project is before


def test_a_clip_is_named_where_it_stands(opened) -> None:
    QTest.mouseDClick(opened.timeline.viewport(), LEFT, NONE, place_of(opened, "Upper", 42))
    editor = opened.timeline.viewport().findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "hello ")
    editor.insert("你好")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert clip_of(opened).name == "hello 你好"
    assert opened.session.history.undo_labels == ("Name the clip",)


def test_clips_and_keys_are_moved_and_chosen_by_keyboard(opened) -> None:
    opened.commands["next_clip"].trigger()
    assert (opened.session.clip, opened.session.frame) == ("nod", 30)
    for _ in range(3):
        opened.commands["clip_later"].trigger()
    assert clip_of(opened).start == 33
    assert steps(opened) == 1
    opened.session.select(track="lower", keys={"left_wrist": frozenset({60})})
    opened.commands["clip_earlier"].trigger()
    assert opened.session.project.track("lower").keys["left_wrist"].frames.tolist() == [20, 59]
    assert opened.session.keys == {"left_wrist": frozenset({59})}


# tracks


def test_headers_switch_weigh_name_and_order_tracks(opened) -> None:
    port, session = opened.timeline.viewport(), opened.session
    parts = header_parts(opened.timeline.view.row_rect(row(opened, "Upper")))
    QTest.mouseClick(port, LEFT, NONE, parts["enable"].center())
    assert not session.project.track("upper").enabled
    weight = parts["weight"].center()
    drag(opened, weight, weight - QPoint(40, 0))
    assert session.project.track("upper").weight == pytest.approx(0.6)
    name = parts["name"].center()
    bottom = QPoint(name.x(), place_of(opened, "Points", 0).y())
    drag(opened, name, bottom, release=False)
    settle(opened)
    move(port, bottom + QPoint(0, 2), NONE)
    QTest.mouseRelease(port, LEFT, NONE, bottom)
    assert [track.id for track in session.project.tracks] == ["upper", "points", "lower"]
    session.undo()
    QTest.mouseDClick(port, LEFT, NONE, name)
    editor = port.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Top")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.project.track("upper").name == "Top"


def test_an_opened_track_shows_its_parts_and_the_selected_joints(opened) -> None:
    parts = header_parts(opened.timeline.view.row_rect(row(opened, "Lower")))
    opened.session.select(joints=["left_index_4", "right_index_4"])
    QTest.mouseClick(opened.timeline.viewport(), LEFT, NONE, parts["expand"].center())
    settle(opened)
    labels = [one.label for one in opened.timeline.rows]
    at = labels.index("Lower")
    assert labels[at + 1 : at + 4] == ["All keys", "Left hand", "left index finger 1"]
    QTest.mouseClick(opened.timeline.viewport(), LEFT, NONE, parts["expand"].center())
    settle(opened)
    assert "All keys" not in [one.label for one in opened.timeline.rows]


# keys


def test_a_key_is_clicked_and_dragged_with_all_under_it(opened) -> None:
    QTest.mouseClick(opened.timeline.viewport(), LEFT, NONE, key_place(opened, "Lower", 20))
    assert opened.session.keys == {"left_index_1": frozenset({20}), "left_wrist": frozenset({20})}
    assert opened.session.track == "lower"
    grab = key_place(opened, "Lower", 20)
    end = grab + QPoint(round(7 * opened.timeline.view.scale.per_frame), 0)
    drag(opened, grab, end, SHIFT, release=False)
    assert said(opened) == "Frame 27 (+7)"
    QTest.mouseRelease(opened.timeline.viewport(), LEFT, SHIFT, end)
    keys = opened.session.project.track("lower").keys
    assert keys["left_index_1"].frames.tolist() == [10, 27, 40]
    assert keys["left_wrist"].frames.tolist() == [27, 60]
    assert opened.session.keys == {"left_index_1": frozenset({27}), "left_wrist": frozenset({27})}
    assert steps(opened) == 1


def test_keys_are_not_dragged_before_the_first_frame(opened) -> None:
    grab = key_place(opened, "Lower", 10)
    drag(opened, grab, grab - QPoint(round(15 * opened.timeline.view.scale.per_frame), 0), SHIFT)
    assert opened.session.project.track("lower").keys["left_index_1"].frames.tolist() == [0, 20, 40]


def test_a_box_selects_keys_and_ctrl_adds_one(opened) -> None:
    view = opened.timeline.view
    top, bottom = view.row_rect(row(opened, "Lower")).top() + 1, view.row_rect(row(opened, "Lower")).bottom() - 1
    drag(opened, QPoint(round(view.x(15)), top), QPoint(round(view.x(45)), bottom))
    assert opened.session.keys == {"left_index_1": frozenset({20, 40}), "left_wrist": frozenset({20})}
    QTest.mouseClick(opened.timeline.viewport(), LEFT, CTRL, key_place(opened, "Lower", 60))
    assert opened.session.keys["left_wrist"] == {20, 60}
    QTest.mouseClick(opened.timeline.viewport(), LEFT, CTRL, key_place(opened, "Lower", 60))
    assert opened.session.keys["left_wrist"] == {20}
    opened.commands["delete"].trigger()
    assert opened.session.project.track("lower").keys["left_index_1"].frames.tolist() == [10]


def test_alt_at_the_border_of_the_selection_scales_in_time(opened) -> None:
    view = opened.timeline.view
    opened.session.select(track="lower", keys={"left_index_1": frozenset({10, 20, 40})})
    grab = key_place(opened, "Lower", 40)
    end = QPoint(round(view.x(70)) + round(grab.x() - view.x(40)), grab.y())
    drag(opened, grab, end, ALT, moving=ALT | SHIFT)
    assert opened.session.project.track("lower").keys["left_index_1"].frames.tolist() == [10, 30, 70]
    assert opened.session.keys == {"left_index_1": frozenset({10, 30, 70})}


def entries(menu) -> dict:
    found = {}
    for action in menu.actions():
        if action.menu():
            found |= entries(action.menu())
        elif action.text():
            found[action.text()] = action
    return found


@pytest.mark.parametrize("kind", ["hold", "bezier", "quint_in_out"])
def test_the_menu_of_a_key_sets_its_interpolation(opened, kind) -> None:
    menu = opened.timeline.menu_at(key_place(opened, "Lower", 20))
    entries(menu)[kind_title(kind)].trigger()
    curves = opened.session.project.track("lower").keys
    assert {curves[joint].key(20).after.kind for joint in curves} == {kind}
    assert curves["left_index_1"].key(10).after.kind == "linear"
    menu.deleteLater()


def test_every_interpolation_has_a_name_of_its_own() -> None:
    assert len({kind_title(kind) for kind in KINDS}) == len(KINDS)
    assert all(name in legend() for name in map(kind_title, ("hold", "linear", "smooth", "bezier", "minimum_jerk")))


def test_the_menu_of_a_clip_mirrors_reverses_splits_and_removes(opened) -> None:
    opened.session.seek(40)
    for text, expected in (
        ("Mirror", lambda: clip_of(opened).mirrored),
        ("Play backwards", lambda: clip_of(opened).rate == -1),
        ("Go back and forth", lambda: clip_of(opened).extend == "ping_pong"),
        ("Split the clip", lambda: len(opened.session.project.track("upper").clips) == 2),
        ("Delete", lambda: len(opened.session.project.track("upper").clips) == 1),
    ):
        menu = opened.timeline.menu_at(place_of(opened, "Upper", 36))
        entries(menu)[text].trigger()
        assert expected(), text
        menu.deleteLater()


# the ruler


def test_the_ruler_scrubs_within_the_project(opened) -> None:
    drag(opened, QPoint(round(opened.timeline.view.x(10)), 5), QPoint(round(opened.timeline.view.x(77.5)), 5))
    assert opened.session.frame == 77
    assert steps(opened) == 0
    drag(opened, QPoint(round(opened.timeline.view.x(10)), 5), QPoint(HEADER - 50, 5))
    assert opened.session.frame == 0


def test_in_and_out_are_dragged(opened) -> None:
    view = opened.timeline.view
    drag(opened, QPoint(round(view.x(0)) + 2, RULER - 6), QPoint(round(view.x(20)) + 2, RULER - 6))
    drag(opened, QPoint(round(view.x(120)) - 2, RULER - 6), QPoint(round(view.x(90)) - 2, RULER - 6))
    assert opened.session.project.range == (pytest.approx(20, abs=1), pytest.approx(89, abs=1))


def test_markers_are_dragged_named_and_deleted(opened) -> None:
    view, port = opened.timeline.view, opened.timeline.viewport()
    flag = QPoint(round(view.x(100)) + 4, RULER - 8)
    drag(opened, flag, flag - QPoint(round(12 * view.scale.per_frame), 0), SHIFT)
    assert opened.session.project.markers == (Marker(88, "end"),)
    flag = QPoint(round(view.x(88)) + 4, RULER - 8)
    QTest.mouseDClick(port, LEFT, NONE, flag)
    editor = port.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "bow")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert opened.session.project.markers == (Marker(88, "bow"),)
    menu = opened.timeline.menu_at(flag)
    entries(menu)["Delete"].trigger()
    menu.deleteLater()
    assert opened.session.project.markers == ()


def test_findings_are_marked_told_and_gone_to(opened) -> None:
    jump = Finding("warning", "jump", "the left hand jumps", "smooth it", 50, 53, joint="left_hand")
    opened.session.set_findings([jump], opened.session.project)
    settle(opened)
    place = QPoint(round(opened.timeline.view.x(51)), RULER - 3)
    color = QColor(opened.timeline.grab().toImage().pixel(place))
    assert color.name() == theme.colors().warning.lower()
    assert "jumps" in opened.timeline.tip_at(place)
    QTest.mouseClick(opened.timeline.viewport(), LEFT, NONE, place)
    assert opened.session.frame == 50
    assert "left_thumb_4" in opened.session.joints


# zoom


def wheel(window, place: QPoint, turn: int, keys=NONE) -> None:
    port = window.timeline.viewport()
    event = QWheelEvent(
        QPointF(place), port.mapToGlobal(QPointF(place)), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)
    settle(window)


def test_the_wheel_zooms_at_the_cursor_from_everything_to_one_frame(opened) -> None:
    view, place = opened.timeline.view, place_of(opened, "Upper", 60)
    for turn in (120, 120, -120):
        before = view.frame(place.x())
        wheel(opened, place, turn, CTRL)
        assert view.frame(place.x()) == pytest.approx(before, abs=0.2)
    for _ in range(40):
        wheel(opened, place, 120, CTRL)
    assert view.scale.per_frame == view.scale.width
    for _ in range(80):
        wheel(opened, place, -120, CTRL)
    assert view.scale.width / view.scale.per_frame >= 10_000
    QTest.mouseDClick(opened.timeline.viewport(), LEFT, NONE, QPoint(600, 5))
    assert view.x(0) >= HEADER
    assert view.x(120) <= view.width
    wheel(opened, place, 480, CTRL)
    left = view.scale.left
    wheel(opened, place, -120, SHIFT)
    assert view.scale.left == left + 120


def test_what_is_fitted_stays_so_when_the_project_grows(opened) -> None:
    opened.session.apply("Grow", lambda project: replace(project, length=1000))
    settle(opened)
    assert opened.timeline.view.x(1000) <= opened.timeline.view.width


def test_the_view_follows_the_playhead(make_window) -> None:
    window = make_window(resting(5000))
    settle(window)
    window.timeline.view.scale.zoom(40, 0)
    window.session.seek(4000)
    settle(window)
    assert HEADER <= window.timeline.view.x(4000) <= window.timeline.view.width


def test_ticks_have_room_and_stand_at_whole_seconds() -> None:
    for per_frame in (0.01, 0.1, 1, 5, 30, 300):
        step, _ = tick_step(per_frame, Fraction(24), 70)
        assert step * per_frame >= 70
        assert 24 % step == 0 or step % 24 == 0
    assert tick_step(8, Fraction(25), 20)[0] == 5
    scale = Scale(width=1000, length=300)
    scale.fit()
    assert scale.frame(scale.x(123.0)) == pytest.approx(123)


# drops


def drop(window, kind: str, id: str, place: QPoint, keys=NONE) -> bool:
    data = QMimeData()
    data.setData(MIME, json.dumps({"kind": kind, "id": id}).encode())
    port, at = window.timeline.viewport(), QPointF(place)
    buttons = (Qt.DropAction.CopyAction, data, LEFT, keys)
    enter = QDragEnterEvent(place, *buttons)
    QApplication.sendEvent(port, enter)
    if enter.isAccepted():
        QApplication.sendEvent(port, QDropEvent(at, *buttons))
    return enter.isAccepted()


def test_a_gesture_is_dropped_at_the_frame_under_the_mouse(window) -> None:
    settle(window)
    row_at_start = window.timeline.view.row_rect(window.timeline.rows[0])
    assert drop(window, "gestures", "wave_right", QPoint(round(window.timeline.view.x(24.5)), row_at_start.center().y()))
    (clip,) = window.session.project.tracks[0].clips
    gesture = library.gesture("wave_right")
    assert (clip.start, clip.length, clip.joints) == (24, gesture.length, gesture.joints)
    assert window.session.clip == clip.id
    assert steps(window) == 1


def test_a_hand_shape_becomes_a_clip_of_a_performer(opened) -> None:
    opened.session.select(joints=["left_index_4"])
    assert drop(opened, "hands", "fist", place_of(opened, "Upper", 80.5))
    clip = opened.session.project.track("upper").clips[-1]
    assert clip.start == 80
    assert clip.joints == {f"left_{joint}" for joint in library.hand_shape("fist").angles}


def test_a_hand_of_points_holds_a_shape_for_a_second_or_from_in_to_out(opened, qtbot) -> None:
    session = opened.session
    session.replace_project(of_sequence(bake(resting(120))))
    opened.timeline.fit()
    settle(opened)
    session.select(joints=["left_index_4"])

    def changed() -> list[int]:
        apart = np.abs(bake(session.project).joint("left_index_4") - before).max(axis=1)
        return [frame for frame in range(120) if apart[frame] > 1e-9]

    before = bake(session.project).joint("left_index_4")
    assert drop(opened, "hands", "fist", place_of(opened, "Poses", 30.5))
    qtbot.waitUntil(lambda: steps(opened) == 1)
    assert changed() == list(range(25, 59))  # with seams of six frames
    assert all(joint.startswith("left") for joint in session.project.tracks[0].offsets)
    session.undo()
    assert changed() == []
    session.apply("Range", lambda project: replace(project, range=(60, 90)))
    settle(opened)
    assert drop(opened, "hands", "fist", place_of(opened, "Poses", 70.5))
    qtbot.waitUntil(lambda: steps(opened) == 2)
    assert changed() == list(range(55, 96))


def test_a_gesture_takes_the_place_of_a_clip_with_alt(opened) -> None:
    session, heard = opened.session, []
    session.told.connect(lambda severity, text: heard.append(text))
    assert drop(opened, "gestures", "wave_right", place_of(opened, "Upper", 40), ALT)
    assert "With Alt" in heard[0]
    (clip,) = session.project.track("upper").clips
    wave = library.gesture("wave_right")
    assert (clip.id, clip.start, clip.length, clip.name) == ("nod", 30, ceil(wave.length / 1.5), wave.title)
    assert "cannot be as short as nod was" in heard[-1]
    assert session.clip == "nod"
    assert steps(opened) == 1
    assert drop(opened, "gestures", "clap_both", place_of(opened, "Upper", 60), ALT)
    fitted, clap = clip_of(opened), library.gesture("clap_both")
    assert fitted.length == clip.length != clap.length
    assert stroke_frame(fitted) == pytest.approx(30 + wave.stroke / 1.5, abs=1)  # both mean what they mean at the same frame
    assert heard[-1] == f"Clap in place of Wave: frames {fitted.start} to {fitted.end - 1}."


def test_a_drop_over_a_clip_is_announced_and_seen(opened) -> None:
    session, heard = opened.session, []
    session.told.connect(lambda severity, text: heard.append(text))
    at = place_of(opened, "Upper", 80.5)
    assert drop(opened, "gestures", "wave_right", at)
    assert "overlaps" not in "".join(heard)  # the nod ends before
    assert drop(opened, "gestures", "clap_both", place_of(opened, "Upper", 40.5))
    assert "overlaps nod, Wave" in heard[-3]
    assert heard[-1].endswith("overlaps nod, Wave.")
    settle(opened)
    view, clap = opened.timeline.view, clip_of(opened, session.clip)
    rect = view.clip_rect(row(opened, "Upper"), clap)
    image = opened.timeline.viewport().grab().toImage()

    def shades(first: float, last: float) -> int:
        line = [QPoint(x, round(rect.top()) + 4) for x in range(round(view.x(first)), round(view.x(last)))]
        return len({image.pixel(place) for place in line})

    assert shades(46, 53) > shades(56, 62)  # hatched where the nod is hidden until frame 54


def test_a_clip_is_replaced_from_its_own_menu(opened) -> None:
    session = opened.session
    set_favourite("gestures", "clap_both", True)
    menu = opened.timeline.menu_at(place_of(opened, "Upper", 40))
    (replace_by,) = [action.menu() for action in menu.actions() if action.text() == "Replace by"]
    assert [action.text() for action in replace_by.actions() if action.text()] == ["Clap", "All gestures"]
    everything = replace_by.actions()[-1].menu()
    assert len(everything.actions()) == len(library.gestures())
    replace_by.actions()[0].trigger()
    assert clip_of(opened).name == "Clap"
    assert steps(opened) == 1
    session.undo()
    set_favourite("gestures", "clap_both", False)
    session.apply("Lock", lambda project: edits.set_track(project, "upper", locked=True))
    settle(opened)
    locked = opened.timeline.menu_at(place_of(opened, "Upper", 40))
    assert "Replace by" not in [action.text() for action in locked.actions()]


def test_the_corner_between_the_scroll_bars_looks_as_they_do(opened) -> None:
    timeline = opened.timeline
    try:
        for name in theme.THEMES:
            theme.use_theme(name)
            settle(opened)
            image, port = timeline.grab().toImage(), timeline.viewport().geometry()
            across = range(port.right() + 1, image.width())
            corner = {image.pixel(x, y) for x in across for y in range(port.bottom() + 1, image.height())}
            assert corner == {image.pixel(port.right() - 2, image.height() - 1)}
    finally:
        theme.use_theme("dark")


@pytest.mark.parametrize("per_frame", [0.7, 3.3, 9.1, 40.0])
def test_a_key_lies_around_the_playheads_line(opened, per_frame) -> None:
    timeline = opened.timeline
    timeline.view.scale.show(per_frame, 0)
    for frame in (10, 20, 40):
        opened.session.seek(frame)
        timeline.view.scale.reveal(frame)
        frames, xs, _ = keys_at(timeline.view, row(opened, "Lower"), frame, frame)
        timeline.viewport().grab()
        assert timeline._playhead + 0.5 == xs[frames.tolist().index(frame)]


def test_keys_over_clips_are_small_and_leave_the_names_alone(opened) -> None:
    session, timeline = opened.session, opened.timeline
    session.seek(0)
    rect = timeline.view.clip_rect(row(opened, "Upper"), clip_of(opened)).toRect()
    before = timeline.viewport().grab(rect).toImage()
    keyed = {"left_index_1": keyed_at(*range(31, 54))}
    session.apply("Keys", lambda project: project.with_track(replace(project.track("upper"), offsets=keyed)))
    settle(opened)
    after = timeline.viewport().grab(rect).toImage()
    changed = [
        y
        for y in range(rect.height())
        if any(before.pixel(x, y) != after.pixel(x, y) for x in range(rect.width() * 2 // 3, rect.width()))
    ]
    assert changed
    assert min(changed) >= rect.height() - 7
    assert key_place(opened, "Upper", 40).y() > timeline.view.clip_rect(row(opened, "Upper"), clip_of(opened)).bottom() - 6
    QTest.mouseClick(timeline.viewport(), LEFT, NONE, key_place(opened, "Upper", 40))
    assert session.keys == {"left_index_1": frozenset({40})}


def test_poses_of_a_file_become_a_clip_on_a_track_of_points(window, qtbot, tmp_path) -> None:
    settle(window)
    poseforge.write_poses(make_sequence(12), tmp_path / "pose 姿势", "echomimic")
    assert drop(window, "sequences", str(tmp_path / "pose 姿势"), QPoint(round(window.timeline.view.x(10.5)), 150))
    qtbot.waitUntil(lambda: len(window.session.project.tracks) == 2)
    track = window.session.project.tracks[-1]
    assert isinstance(track, PointTrack)
    assert [(clip.start, clip.length) for clip in track.clips] == [(10, 12)]


def test_what_cannot_be_dropped_is_refused_or_told(window, qtbot, tmp_path) -> None:
    settle(window)
    before = window.session.project
    assert not drop(window, "other", "wave_right", QPoint(500, 80))
    with qtbot.waitSignal(window.session.told):
        drop(window, "gestures", "no such gesture", QPoint(500, 80))
    with qtbot.waitSignal(window.session.told, check_params_cb=lambda severity, text: severity == "error"):
        drop(window, "sequences", str(tmp_path / "nothing"), QPoint(500, 80))
    assert window.session.project is before


# what is painted


def test_rows_show_each_key_once_and_meant_or_made() -> None:
    project = make_project()
    rows = rows_of(project, {"gesture", "hand"}, ["left_index_4"])
    labels = [row.label for row in rows]
    assert labels[:3] == ["over", "Left hand", "All keys"]
    for row in rows:
        if row.track is None or not row.curves:
            continue
        keys = KeyTable().of(row, -10, 1000)
        expected = sorted({frame for _, _, curve in row.curves for frame in curve.frames})
        assert keys.frames.tolist() == expected
        chosen = chosen_in(row, 0, 1000)
        assert {frame for frames in chosen.values() for frame in frames} == set(expected)
    still = Curve((Key(0, (0.0, 0.0)), Key(9, (0.1, 0.0))))
    project = Project(60, tracks=(PointTrack("a", offsets={"nose": still}),))
    assert KeyTable().of(rows_of(project, (), ())[0], 0, 60).meant.tolist() == [False, True]


def test_only_what_changed_is_painted_again_and_the_same_comes_out(opened) -> None:
    timeline = opened.timeline
    timeline.view.opened = frozenset({"lower", "upper"})
    opened.session.select(joints=["left_index_4"])
    opened.session.apply("Move", lambda project: edits.move_clip(project, "nod", 66))
    opened.session.select(track="lower", keys={"left_wrist": frozenset({60})})
    opened.session.apply("Move", lambda project: edits.move_keys(project, "lower", {"left_wrist": [60]}, 9))
    opened.session.apply("Track", lambda project: edits.set_track(project, "lower", enabled=False))
    opened.session.seek(33)
    settle(opened)
    partly = timeline.grab().toImage()
    timeline._repaint_all()
    settle(opened)
    assert partly == timeline.grab().toImage()
    assert isinstance(partly, QImage)


def test_a_frame_change_paints_no_row_again(opened) -> None:
    settle(opened)
    painted = dict(opened.timeline._painted)
    opened.session.seek(50)
    settle(opened)
    assert all(opened.timeline._painted[place] is now for place, now in painted.items())
    image = opened.timeline.viewport().grab().toImage()
    x = round(opened.timeline.view.x(50.5))
    assert QColor(image.pixel(x, image.height() - 3)).name() == theme.colors().error.lower()


def test_ten_thousand_frames_of_forty_joints_are_painted_at_once(make_window) -> None:
    values = np.random.default_rng(0).normal(size=(10_000, 3)).tolist()
    curve = Curve(tuple(Key(i, tuple(value)) for i, value in enumerate(values)))
    project = resting(10_000)
    joints = project.rig.skeleton.joints[-40:]
    window = make_window(project.with_track(replace(project.tracks[0], keys=dict.fromkeys(joints, curve))))
    window.timeline.view.opened = frozenset({"performer"})
    settle(window)
    taken = []
    for factor in (1, 3, 3, 3, 10):
        wheel(window, QPoint(700, 100), 120, CTRL)
        window.timeline.view.scale.zoom(factor, 100)
        window.timeline._repaint_all()
        begin = time.perf_counter()
        window.timeline.viewport().repaint()
        taken.append(time.perf_counter() - begin)
    assert max(taken) < 0.5  # a loop over all keys would take seconds


def test_another_project_is_shown_as_a_whole(opened) -> None:
    opened.timeline.view.opened = frozenset({"lower"})
    wheel(opened, place_of(opened, "Upper", 60), 1200, CTRL)
    opened.session.replace_project(resting(999))
    settle(opened)
    assert not opened.timeline.view.opened
    assert opened.timeline.view.x(999) <= opened.timeline.view.width


def test_escape_takes_a_name_back_that_was_typed(opened, qtbot) -> None:
    board, before = opened.timeline, opened.session.project
    row = next(row for row in board.rows if row.track is not None)
    place = header_parts(board.view.row_rect(row))["name"].center()
    qtbot.mouseDClick(board.viewport(), LEFT, pos=place)
    editor = board.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "other")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert opened.session.project is before
    qtbot.waitUntil(lambda: board.viewport().findChild(QLineEdit) is None)
