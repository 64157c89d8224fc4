"""The canvas: selecting, dragging, the view, what is shown beside the person."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter
from PySide6.QtTest import QTest

from poseforge import library
from poseforge.gui.figure import paint_points
from poseforge.gui.picking import chain, hand, whole
from poseforge.gui.presets import MIME
from poseforge.media import write_frames
from poseforge.projects import link_media
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import of_sequence, resting
from samples import make_project

LEFT, NONE, SHIFT, CONTROL, ALT = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def window(make_window):
    return make_window(resting(60))


@pytest.fixture
def stage(window):
    return window.canvas.stage


@pytest.fixture
def points_window(make_window):
    """A detected pose: points, none of them missing but the feet."""
    return make_window(of_sequence(bake(resting(30))))


def test_bones_to_joints_far_away_are_not_drawn_and_edges_lie_around_the_others(qapp) -> None:
    points = np.full((134, 2), np.nan)
    elbow, wrist = wholebody_134.index("left_elbow"), wholebody_134.index("left_wrist")
    canvas = QRectF(50, 50, 100, 100)

    def inked(place: tuple[float, float], edge: str = "") -> int:
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        points[elbow], points[wrist] = (100, 100), place
        paint_points(painter, points, canvas=canvas, edge=edge, joints=False)
        painter.end()
        return sum(image.pixel(120, y) != 0xFF000000 for y in range(200))

    assert inked((199, 100)) > 0
    assert inked((210, 100)) == 0
    assert inked((199, 100), "#FFFFFF") > inked((199, 100))


def at(stage, joint: str) -> QPoint:
    x, y = stage.points()[wholebody_134.index(joint)]
    return QPoint(round(x), round(y))


def drag(stage, start: QPoint, by: QPoint, end: bool = True, modifiers=NONE) -> None:
    QTest.mousePress(stage, LEFT, modifiers, start)
    for i in range(1, 5):
        QTest.mouseMove(stage, start + by * i / 4)
    if end:
        QTest.mouseRelease(stage, LEFT, modifiers, start + by)


def place(session, joint: str, frame: int | None = None) -> np.ndarray:
    return session.pose(frame).joint(joint)[0]


def test_a_click_selects_the_nearest_joint_and_modifiers_add_and_toggle(stage, window) -> None:
    QTest.mouseClick(stage, LEFT, NONE, at(stage, "right_elbow") + QPoint(4, 3))
    assert window.session.joints == {"right_elbow"}
    QTest.mouseClick(stage, LEFT, SHIFT, at(stage, "left_elbow"))
    assert window.session.joints == {"right_elbow", "left_elbow"}
    QTest.mouseClick(stage, LEFT, CONTROL, at(stage, "right_elbow"))
    assert window.session.joints == {"left_elbow"}
    QTest.mouseClick(stage, LEFT, NONE, QPoint(8, 8))
    assert window.session.joints == frozenset()


def test_a_double_click_selects_the_finger_and_a_triple_click_the_hand(stage, window) -> None:
    tip = at(stage, "right_index_4")
    QTest.mouseDClick(stage, LEFT, NONE, tip)
    assert window.session.joints == {f"right_index_{i}" for i in range(1, 5)}
    QTest.mousePress(stage, LEFT, NONE, tip)
    QTest.mouseRelease(stage, LEFT, NONE, tip)
    assert window.session.joints == hand("right")


def test_every_joint_has_a_chain_and_a_whole_that_hold_it() -> None:
    for joint in wholebody_134.joints:
        assert joint in chain(joint)
        assert chain(joint) & whole(joint)


def test_a_box_selects_what_is_inside(stage, window) -> None:
    window.commands["show_body"].setChecked(False)
    low, high = np.nanmin(stage.points()[92:113], axis=0), np.nanmax(stage.points()[92:113], axis=0)
    begin, end = QPoint(int(high[0]) + 20, int(high[1]) + 20), QPoint(int(low[0]) - 5, int(low[1]) - 5)
    drag(stage, begin, end - begin)
    assert {joint for joint in window.session.joints if joint.startswith("left")} == hand("left") - {"left_wrist"}


def test_a_drag_is_shown_at_once_and_is_one_step(stage, window) -> None:
    session, before = window.session, window.session.project
    was = place(session, "right_wrist")
    drag(stage, at(stage, "right_wrist"), QPoint(20, -40), end=False)
    assert session.dragging
    assert session.history.undo_labels == ()
    shown = place(session, "right_wrist")
    assert shown == pytest.approx(was + np.array([20, -40]) / stage.view.scale / 768, abs=2e-3)
    QTest.mouseRelease(stage, LEFT, NONE, at(stage, "right_wrist"))
    assert len(session.history.undo_labels) == 1
    assert place(session, "right_wrist") == pytest.approx(shown)
    session.undo()
    assert session.project is before


def test_escape_takes_a_drag_back(stage, window) -> None:
    session, before = window.session, window.session.project
    drag(stage, at(stage, "right_wrist"), QPoint(20, -40), end=False)
    QTest.keyClick(stage, Qt.Key.Key_Escape)
    assert session.project is before
    QTest.mouseMove(stage, at(stage, "right_wrist") + QPoint(50, 50))
    QTest.mouseRelease(stage, LEFT, NONE, at(stage, "right_wrist"))
    assert session.project is before
    assert session.history.undo_labels == ()
    assert session.joints == {"right_wrist"}


def test_several_selected_joints_move_together(points_window) -> None:
    session, stage = points_window.session, points_window.canvas.stage
    session.select(joints=["nose", "neck"])
    was = [place(session, joint) for joint in ("nose", "neck", "left_elbow")]
    drag(stage, at(stage, "neck"), QPoint(10, 12))
    by = np.array([10, 12]) / stage.view.scale / 768
    for joint, old, way in zip(("nose", "neck", "left_elbow"), was, (by, by, 0), strict=True):
        assert place(session, joint) == pytest.approx(old + way, abs=1e-6)


def test_the_ring_turns_a_hand_about_its_wrist_and_the_corner_scales_it(points_window) -> None:
    session, stage = points_window.session, points_window.canvas.stage
    session.select(joints=hand("right"))
    handles = stage.handles()
    root, tip = place(session, "right_hand_root"), place(session, "right_middle_4")
    top = (handles.centre - QPointF(0, handles.radius)).toPoint()
    drag(stage, top, handles.centre.toPoint() + QPoint(round(handles.radius), 0) - top)
    turned = place(session, "right_middle_4")
    assert place(session, "right_hand_root") == pytest.approx(root)
    assert turned - root == pytest.approx([-(tip - root)[1], (tip - root)[0]], abs=3e-3)
    corner = stage.handles().corner.toPoint()
    drag(stage, corner, corner - stage.handles().centre.toPoint())
    assert place(session, "right_middle_4") - root == pytest.approx(2 * (turned - root), rel=0.05)
    assert len(session.history.undo_labels) == 2


def test_a_performers_hand_has_no_corner_for_its_bones_keep_their_length(stage, window) -> None:
    window.session.select(joints=hand("left"))
    assert not stage.handles().scales


def test_exact_values_are_typed(points_window, qtbot) -> None:
    session, stage = points_window.session, points_window.canvas.stage
    session.select(joints=["nose"])
    was = place(session, "nose")
    QTest.mouseMove(stage, at(stage, "nose"))
    points_window.commands["grab"].trigger()
    QTest.mouseMove(stage, QPoint(300, 300))
    QTest.keyClicks(stage, "15,-3")
    assert session.dragging
    QTest.keyClick(stage, Qt.Key.Key_Return)
    assert place(session, "nose") == pytest.approx(was + np.array([15, -3]) / 768)
    session.select(joints=hand("left"))
    points_window.commands["tool_rotate"].trigger()
    QTest.keyClicks(stage, "90")
    QTest.keyClick(stage, Qt.Key.Key_Return)
    assert len(session.history.undo_labels) == 2
    root, tip = place(session, "left_hand_root", 0), place(session, "left_middle_4", 0)
    session.undo()
    before = place(session, "left_middle_4", 0)
    assert tip - root == pytest.approx([-(before - root)[1], (before - root)[0]])
    assert points_window.commands["tool_move"].isChecked()


def test_a_tool_stays_where_nothing_is_pointed_at(stage, window) -> None:
    window.session.select(joints=["left_elbow"])
    window.commands["tool_rotate"].trigger()
    assert stage.drag is None
    assert stage.tool == "rotate"
    before = place(window.session, "left_wrist")
    drag(stage, at(stage, "left_elbow"), QPoint(0, 30))
    assert np.linalg.norm(place(window.session, "left_wrist") - before) > 0.01


def test_a_digit_during_a_drag_gives_no_hand_shape(stage, window, qtbot) -> None:
    window.session.select(joints=hand("right"))
    QTest.mouseMove(stage, at(stage, "right_middle_4"))
    window.activateWindow()
    window.commands["tool_rotate"].trigger()
    QTest.keyClick(stage, Qt.Key.Key_3)
    assert stage.drag.typed == "3"
    QTest.keyClick(stage, Qt.Key.Key_Escape)
    assert window.session.history.undo_labels == ()


def test_what_a_drag_will_do_is_told(stage, window, qtbot) -> None:
    with qtbot.waitSignal(window.session.told) as told:
        QTest.mouseMove(stage, at(stage, "left_wrist"))
    assert told.args[0] == "hint"
    assert stage.hovered == "left_wrist"


def test_a_drag_beyond_the_reach_of_an_arm_says_so(stage, window, qtbot) -> None:
    window.session.select(joints=["left_wrist"])
    heard = []
    window.session.told.connect(lambda severity, text: heard.append(text))
    start = at(stage, "left_wrist")
    QTest.mousePress(stage, LEFT, NONE, start)
    for way in (QPoint(0, -5), QPoint(0, -10)):
        QTest.mouseMove(stage, start + way)
    assert "type pixels" in heard[-1]
    QTest.mouseMove(stage, start + QPoint(0, -4000))
    assert "as far as" in heard[-1]
    QTest.mouseRelease(stage, LEFT, NONE, start)


def test_what_is_named_is_what_lies_under_the_mouse_after_a_zoom(stage, window) -> None:
    QTest.mouseMove(stage, at(stage, "left_wrist"))
    window.session.select(joints=["right_index_1"])
    window.commands["hand_view"].setChecked(True)
    assert stage.hovered != "left_wrist"


def test_locked_and_hidden_groups_are_out_of_reach(stage, window) -> None:
    window.canvas.locks["hands"].setChecked(True)
    window.commands["show_face"].setChecked(False)
    QTest.mouseClick(stage, LEFT, NONE, at(stage, "right_index_4"))
    assert window.session.joints == frozenset()
    assert np.isnan(stage.points()[wholebody_134.index("face_30"), 0])
    assert not np.isnan(stage.points()[wholebody_134.index("right_index_4"), 0])


def test_the_wheel_zooms_at_the_mouse_and_the_view_pans_and_fits(stage, window, qtbot) -> None:
    mouse = at(stage, "right_wrist")
    scale = stage.view.scale
    stage.zoom(1.5, QPointF(mouse))
    assert stage.view.scale == pytest.approx(1.5 * scale)
    assert (at(stage, "right_wrist") - mouse).manhattanLength() <= 1  # both are whole pixels
    drag(stage, QPoint(5, 5), QPoint(30, 10), modifiers=CONTROL)
    QTest.mouseMove(stage, QPoint(35, 15))
    window.commands["fit"].trigger()
    assert stage.view.scale == pytest.approx(scale)
    assert window.canvas.zoom.text() == f"{scale * 100:.0f} %"


def test_a_close_up_holds_the_wrist_still_and_ends_where_it_began(make_window) -> None:
    gesture = next(g for g in library.gestures().values() if "right_elbow" in g.keys)
    window = make_window(edits.add_clip(resting(60), "performer", gesture.motion(), 0, joints=gesture.joints))
    session, stage = window.session, window.canvas.stage
    state = stage.view.state
    window.commands["hand_view"].trigger()
    assert stage.view.scale > 2 * state[0]
    wrist, was = at(stage, "right_hand_root"), place(session, "right_hand_root")
    session.seek(gesture.stroke)
    assert np.linalg.norm(place(session, "right_hand_root") - was) > 0.05
    assert (at(stage, "right_hand_root") - wrist).manhattanLength() <= 1
    drag(stage, at(stage, "right_index_4"), QPoint(15, 15))
    assert (at(stage, "right_hand_root") - wrist).manhattanLength() <= 1
    window.commands["hand_view"].trigger()
    assert stage.view.state == state


def test_missing_joints_are_listed_and_can_be_selected(make_window, qtbot) -> None:
    window = make_window(make_project())
    window.session.apply("Hide", lambda p: edits.set_visible(p, "over", ["right_ring_4"], 0, False))
    canvas = window.canvas
    window.session.seek(25)  # the nose is hidden from frame 20 on
    qtbot.waitUntil(canvas.missing.isVisible)
    canvas.missing.click()
    assert "nose" in window.session.joints
    assert not {"left_ankle", "left_heel"} & window.session.joints


def test_ghosts_and_trails_are_baked_a_few_at_a_time(stage, window, qtbot) -> None:
    window.session.seek(30)
    window.session.select(joints=["right_wrist"])
    plain = stage.grab().toImage()
    for id in ("onion", "trails"):
        window.commands[id].setChecked(True)
    qtbot.waitUntil(lambda: not stage.scene.incomplete and stage.grab().toImage() != plain)
    window.canvas.every.setValue(0)
    window.canvas.before.setValue(5)
    assert (stage.scene.every, stage.scene.before) == (0, 5)
    stage.grab()


def test_ghosts_stand_on_keys_or_every_few_frames(stage) -> None:
    project = make_project()
    around = stage.scene._neighbours.around
    assert around(project, 30, 2, 1, 4) == [22, 26, 34]
    keys = sorted({frame for track in project.tracks for frame in edits.key_frames(track)})
    found = around(project, 30, 2, 1, 0)
    assert found == [frame for frame in keys if frame < 30][-2:] + [frame for frame in keys if frame > 30][:1]


def test_a_picture_and_a_film_lie_behind(window, stage, qtbot, tmp_path) -> None:
    Image.fromarray(np.full((40, 30, 3), (250, 10, 10), dtype=np.uint8)).save(tmp_path / "red.png")
    write_frames(
        [np.full((64, 64, 3), 20 * i, dtype=np.uint8) for i in range(12)], tmp_path / "film.mp4", window.session.project.fps
    )
    picture, film = link_media(tmp_path / "red.png"), link_media(tmp_path / "film.mp4", start=2)

    def shade() -> tuple[int, int, int]:
        at = stage.view.rect.topLeft().toPoint() + QPoint(6, 6)
        return stage.grab().toImage().pixelColor(at).getRgb()[:3]

    window.session.apply("Film", lambda p: replace(p, video=film))
    window.session.seek(7)
    qtbot.waitUntil(lambda: max(abs(c - 100) for c in shade()) < 6)
    window.session.seek(10)
    qtbot.waitUntil(lambda: max(abs(c - 160) for c in shade()) < 6)
    window.session.apply("Picture", lambda p: replace(p, picture=picture))
    qtbot.waitUntil(lambda: shade() == (250, 10, 10))
    window.commands["show_picture"].setChecked(False)
    assert shade() != (250, 10, 10)


def test_a_picture_is_as_opaque_as_is_wanted(window, stage, qtbot, tmp_path) -> None:
    Image.new("RGB", (8, 8), (250, 10, 10)).save(tmp_path / "red.png")
    picture = link_media(tmp_path / "red.png")
    window.session.apply("Picture", lambda p: replace(p, picture=picture))
    spot = stage.view.to_screen(np.array([0.02, 0.02])).tolist()

    def red() -> int:
        return stage.grab().toImage().pixelColor(round(spot[0]), round(spot[1])).red()

    qtbot.waitUntil(lambda: red() == 250)
    window.canvas.picture_opacity.setValue(30)
    assert 40 < red() < 150


def test_guesses_of_a_detector_are_faint_and_say_so(make_window) -> None:
    poses = bake(resting(3))
    knee = poses.skeleton.index("left_knee")
    points, confidence = poses.points.copy(), poses.confidence.copy()
    points[:, knee], confidence[:, knee] = (0.8, 0.1), 1.0

    def shade(confidence) -> int:
        window = make_window(of_sequence(poses.with_points(points, confidence)))
        for id in ("show_hands", "show_face"):
            window.commands[id].setChecked(False)
        stage = window.canvas.stage
        hip, end = stage.view.to_screen(window.session.pose().points[0, [poses.skeleton.index("left_hip"), knee]])
        x, y = end + 0.15 * (hip - end)
        line = [stage.grab().toImage().pixelColor(round(x) + dx, round(y)).blue() for dx in (-1, 0, 1)]
        assert ("guess" in stage._named("left_knee")) == (confidence[0, knee] < 0.3)
        return max(line)

    sure = shade(confidence)
    confidence[:, knee] = 0.1
    assert shade(confidence) < sure - 50


def test_a_picture_that_is_gone_is_told_of_once(window, stage, qtbot, tmp_path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "gone.png")
    picture = link_media(tmp_path / "gone.png")
    (tmp_path / "gone.png").unlink()
    with qtbot.waitSignal(window.session.told, check_params_cb=lambda severity, text: severity == "warning"):
        window.session.apply("Picture", lambda p: replace(p, picture=picture))
        stage.grab()
    with qtbot.assertNotEmitted(window.session.told):
        stage.grab()


def test_the_map_on_the_canvas_lies_where_the_hands_are(window, stage) -> None:
    window.canvas.opacity.setValue(100)
    for id in ("show_hands", "show_body", "show_face"):
        window.commands[id].setChecked(False)
    window.commands["show_map"].setChecked(True)
    window.commands["guides"].setChecked(True)
    pose = window.session.pose()
    x, y = stage.view.to_screen(pose.joint("right_middle_4")[0])
    assert stage.grab().toImage().pixelColor(round(x), round(y)).red() > 150


def drop(stage, record: dict, at: QPointF) -> bool:
    data = QMimeData()
    data.setData(MIME, json.dumps(record).encode())
    enter = QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, LEFT, NONE)
    stage.dragEnterEvent(enter)
    stage.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, LEFT, NONE))
    return enter.isAccepted()


def test_a_hand_shape_goes_to_the_hand_it_is_dropped_on(stage, window) -> None:
    session = window.session
    left, right = session.pose().points[0, 92:113], session.pose().points[0, 113:134]
    assert drop(stage, {"kind": "hands", "id": "fist"}, QPointF(at(stage, "left_middle_4")))
    assert np.abs(session.pose().points[0, 92:113] - left).max() > 0.01
    assert session.pose().points[0, 113:134] == pytest.approx(right)
    assert len(session.history.undo_labels) == 1


def test_a_gesture_is_placed_at_the_current_frame(stage, window) -> None:
    session, id = window.session, next(iter(library.gestures()))
    session.seek(12)
    drop(stage, {"kind": "gestures", "id": id}, QPointF(50, 50))
    track, clip = session.project.clip(session.clip)
    assert (track.id, clip.start, clip.joints) == ("performer", 12, library.gesture(id).joints)
    session.apply("Lock", lambda p: edits.set_track(p, "performer", locked=True))
    drop(stage, {"kind": "gestures", "id": id}, QPointF(50, 50))
    assert len(session.project.tracks) == 2
    before = session.project
    assert drop(stage, {"kind": "gestures", "id": "no-such"}, QPointF(50, 50))
    assert session.project is before
    assert not drop(stage, {"kind": "poems", "id": "x"}, QPointF(50, 50))


def test_coordinates_are_shown_in_fractions_and_pixels(stage, window) -> None:
    middle = stage.view.rect.center().toPoint()
    QTest.mouseMove(stage, middle)
    assert window.canvas.place.text().startswith("x 0.5")
    pixels = window.canvas.place.text().partition("  ")[2].split(", ")
    assert [abs(int(number) - 384) <= 1 for number in pixels] == [True, True]


def test_alt_shows_the_start_of_a_drag(stage, window) -> None:
    drag(stage, at(stage, "right_wrist"), QPoint(0, -80), end=False)
    plain = stage.grab().toImage()
    QTest.keyPress(stage, Qt.Key.Key_Alt, ALT)
    assert stage.grab().toImage() != plain
    QTest.keyRelease(stage, Qt.Key.Key_Alt)
    assert stage.grab().toImage() == plain
    QTest.keyClick(stage, Qt.Key.Key_Escape)


def test_an_undo_in_between_ends_a_drag(stage, window) -> None:
    session = window.session
    drag(stage, at(stage, "right_wrist"), QPoint(0, -30))
    moved = session.project
    drag(stage, at(stage, "right_wrist"), QPoint(0, -30), end=False)
    session.undo()
    QTest.mouseMove(stage, QPoint(100, 100))
    QTest.mouseRelease(stage, LEFT, NONE, QPoint(100, 100))
    assert not session.dragging
    session.redo()
    assert session.project is moved


def test_what_plays_stops_where_it_is_taken_hold_of(make_window, qtbot) -> None:
    window = make_window(library.performance([library.gesture("wave_right")]))
    stage, session = window.canvas.stage, window.session
    session.seek(20)
    window.player.play()
    qtbot.waitUntil(lambda: session.frame > 25)
    stage.grab()
    seen, fingertip = session.frame, at(stage, "right_index_4")
    session.seek(seen + 6)  # as the clock does before it is painted
    drag(stage, fingertip, QPoint(12, 0), end=False)
    assert not window.player.playing
    assert (session.frame, session.joints) == (seen, {"right_index_4"})
    assert session.dragging
    QTest.mouseRelease(stage, LEFT, NONE, fingertip + QPoint(12, 0))
    assert session.history.undo_labels[0].startswith("Move")
    assert session.frame == seen


def test_moving_the_view_lets_it_play(window, stage) -> None:
    window.player.play()
    drag(stage, QPoint(20, 20), QPoint(12, 0), modifiers=CONTROL)
    assert window.player.playing
    window.player.stop()
