"""The pose map beside the canvas: the bytes that the model gets."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from poseforge.render import render
from poseforge.skeleton import wholebody_134
from poseforge.timeline.bake import bake
from poseforge.timeline.project import of_sequence, resting
from samples import make_project, make_sequence


def test_the_picture_is_what_an_export_draws(make_window) -> None:
    window = make_window(make_project())
    maps = render(bake(window.session.project))
    for frame in (0, 12, 33, 59):
        window.session.seek(frame)
        np.testing.assert_array_equal(window.map_view.picture(), maps[frame])


def test_every_style_can_be_chosen(make_window) -> None:
    window = make_window(resting(5))
    view = window.map_view
    for index in range(view.styles.count()):
        view.styles.setCurrentIndex(index)
        np.testing.assert_array_equal(view.picture(), render(window.session.pose(), view.styles.itemData(index))[0])


def test_it_follows_a_drag(make_window) -> None:
    window = make_window(resting(5))
    stage, before = window.canvas.stage, window.map_view.picture()
    shown = window.map_view.surface.grab().toImage()
    x, y = stage.points()[wholebody_134.index("right_wrist")]
    start = QPoint(round(x), round(y))
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(stage, start - QPoint(0, 60))
    assert window.session.dragging
    assert (window.map_view.picture() != before).any()
    assert window.map_view.surface.grab().toImage() != shown
    QTest.keyClick(stage, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(window.map_view.picture(), before)


def test_it_is_saved_as_it_is(make_window, tmp_path, monkeypatch) -> None:
    window = make_window(resting(5))
    monkeypatch.setattr(window.map_view, "ask_path", lambda name: tmp_path / name)
    window.map_view.save_picture()
    (made,) = tmp_path.glob("*.png")
    np.testing.assert_array_equal(np.asarray(Image.open(made)), window.map_view.picture())


def test_what_cannot_be_saved_is_told(make_window, tmp_path, monkeypatch, qtbot) -> None:
    window = make_window(resting(5))
    (tmp_path / "file").touch()
    monkeypatch.setattr(window.map_view, "ask_path", lambda name: tmp_path / "file" / name)
    with qtbot.waitSignal(window.session.told) as told:
        window.map_view.save_picture()
    assert told.args[0] == "error"


def test_a_map_that_cannot_be_drawn_says_why(make_window) -> None:
    params = np.tile([900, 900, 0, 900, 0, 900], (4, 1))
    sequence = make_sequence(4)
    window = make_window(of_sequence(replace(sequence, frame_meta={"draw_pose_params": params})))
    assert not window.map_view.surface.grab().isNull()
    window.commands["show_map"].setChecked(True)
    assert not window.canvas.stage.grab().isNull()
    with pytest.raises(ValueError, match="canvas"):
        window.map_view.picture()
