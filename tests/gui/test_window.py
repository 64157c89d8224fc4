"""The window as a whole: actions, theme, layout."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QLabel, QLineEdit, QTabBar, QToolButton, QWidget
from shiboken6 import isValid

from poseforge.gui import theme
from poseforge.gui.actions import TABLE
from poseforge.gui.bars import FILL
from poseforge.gui.readout import Saying
from poseforge.gui.text import tr
from poseforge.gui.theme import THEMES, contrast, laid_over
from poseforge.gui.timeline_paint import CLIP_FILL
from poseforge.gui.window import _SECONDS as SECONDS
from poseforge.timeline import edits
from samples import make_project


@pytest.mark.parametrize("look", THEMES.values(), ids=lambda look: look.name)
@pytest.mark.parametrize("color", ["text", "secondary", "warning", "error", "ok"])
def test_text_is_readable(look, color) -> None:
    for ground in (look.window, look.panel, look.raised):
        assert contrast(getattr(look, color), ground) >= 4.5, (look.name, color, ground)
    assert contrast(look.on_accent, look.accent) >= 4.5


@pytest.mark.parametrize("look", THEMES.values(), ids=lambda look: look.name)
@pytest.mark.parametrize("color", ["left", "right", "body", "face", "accent"])
def test_text_is_readable_on_clips_and_bars(look, color) -> None:
    clip = look.panel
    for alpha in CLIP_FILL:
        clip = laid_over(getattr(look, color), clip, alpha)
    bar = laid_over(getattr(look, color), look.raised, FILL)
    for ground in (clip, bar):
        assert contrast(look.text, ground) >= 4.5, (look.name, color, ground)


def test_every_text_that_is_shown_is_readable(window) -> None:
    """The color that each label, button and field has in the end, on the one that is below it."""
    for name in THEMES:
        theme.use_theme(name)
        for widget in window.findChildren(QWidget):
            if isinstance(widget, QLabel | QAbstractButton | QLineEdit) and widget.isEnabled() and widget.isVisible():
                text = widget.palette().color(widget.foregroundRole()).name()
                ground = widget.palette().color(widget.backgroundRole()).name()
                assert contrast(text, ground) >= 4.5, (name, widget, text, ground)
    theme.use_theme("dark")


@pytest.mark.parametrize("look", THEMES.values(), ids=lambda look: look.name)
@pytest.mark.parametrize("color", ["accent", "left", "right", "body", "face"])
def test_what_is_drawn_stands_out(look, color) -> None:
    for ground in (look.window, look.panel, look.raised):
        assert contrast(getattr(look, color), ground) >= 3, (look.name, color, ground)


def test_actions_have_names_of_their_own_and_no_shortcut_twice(window) -> None:
    ids = [entry.id for entry in TABLE]
    assert len(set(ids)) == len(ids)
    keys = [key for entry in TABLE for key in entry.keys.split()]
    assert len(set(keys)) == len(keys)


def test_shortcuts_can_be_changed_for_good(window, make_window) -> None:
    window.commands.set_keys("marker", "Ctrl+M")
    assert [key.toString() for key in make_window().commands["marker"].shortcuts()] == ["Ctrl+M"]


def test_both_themes_can_be_chosen(window) -> None:
    window.commands["theme"].trigger()
    assert theme.colors().name == "light"
    window.commands["theme"].trigger()
    assert theme.colors().name == "dark"


def test_another_language_takes_the_work_along(make_window, tmp_path, qtbot, home) -> None:
    window = make_window(make_project())
    session = window.session
    session.apply(tr("Mirror the clip"), lambda project: edits.move_joint(project, "detected", "nose", 5, (0.5, 0.5)))
    session.seek(7)
    session.select(joints=["left_wrist"])
    window.documents.path = tmp_path / "talk.poseforge"
    window.choose_language("zh_CN")
    heir = window.heir
    assert heir.isVisible()
    assert not window.isVisible()
    assert heir.session.project is session.project
    assert (heir.session.frame, heir.session.joints) == (7, {"left_wrist"})
    assert heir.windowTitle().startswith("talk.poseforge")
    assert heir.menuBar().actions()[0].text() == "文件"
    assert heir.commands["undo"].text() == "撤销：镜像片段"
    qtbot.waitUntil(lambda: not isValid(window))
    heir.documents.autosave.save_now()
    qtbot.waitUntil(lambda: len(list((home / "unsaved").glob("*/project.poseforge"))) == 1)
    heir.session.undo()
    assert heir.session.history.saved
    heir.choose_language("en")
    heir.heir.close()
    qtbot.waitUntil(lambda: not isValid(heir))
    assert not list((home / "unsaved").glob("*"))


def test_names_that_were_given_are_in_the_new_language(make_window, qtbot) -> None:
    window = make_window()
    assert [track.name for track in window.session.project.tracks] == ["Performer"]
    window.session.seek(7)
    window.choose_language("zh_CN")
    heir = window.heir
    assert [track.name for track in heir.session.project.tracks] == ["人物"]
    assert heir.session.frame == 7
    assert heir.session.history.saved
    heir.choose_language("en")
    heir.heir.close()
    qtbot.waitUntil(lambda: not isValid(heir))


def test_docks_leave_no_tabs_behind(make_window, qtbot) -> None:
    before = make_window()
    before.close()
    window = make_window()  # laid out as that one was left

    def rows() -> list[list[str]]:
        bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return sorted([bar.tabText(i) for i in range(bar.count())] for bar in bars if bar.isVisible())

    expected = [["Inspector", "Checks", "Animate", "Jobs"], ["Timeline", "Curves"]]
    qtbot.waitUntil(lambda: rows() == expected)
    for dock in window.findChildren(QDockWidget):
        dock.raise_()
        window.resize(window.width() - 10, window.height() - 10)
        qtbot.waitUntil(lambda: rows() == expected)
    window.reset_layout()
    qtbot.waitUntil(lambda: rows() == expected)


def test_panels_that_were_closed_or_moved_come_back(window) -> None:
    library, inspector = (window.findChild(QDockWidget, name) for name in ("library", "inspector"))
    library.setFloating(True)
    inspector.close()
    window.reset_layout()
    assert not library.isFloating()
    assert not inspector.isHidden()


def test_what_the_status_bar_says_goes_away(window, qtbot, monkeypatch) -> None:
    monkeypatch.setitem(SECONDS, "warning", 1)
    session, said = window.session, window.statusBar().findChild(Saying)
    session.tell("warning", "This hand is missing.")
    assert said.accessibleName() == "This hand is missing."
    qtbot.waitUntil(lambda: said.accessibleName() == "", timeout=3000)
    session.tell("warning", "This hand is missing.")
    window.commands["marker"].trigger()
    assert said.accessibleName() == "Done: Set a marker"
    session.replace_project(session.project)
    assert said.accessibleName() == ""


def test_an_offer_in_the_status_bar_is_not_cut_off(window) -> None:
    window.session.tell("warning", "Load a speech first.", ("Load speech…", lambda: None))
    said = window.statusBar().findChild(Saying)
    assert said.button.isVisible()
    assert said.rect().contains(said.button.geometry())


def test_a_range_that_is_so_already_is_no_step(window) -> None:
    window.session.seek(20)
    for id in ("set_out", "set_out", "set_in", "set_in"):
        window.commands[id].trigger()
    assert window.session.undo_labels == ("Set the in point", "Set the out point")


def test_keys_with_ctrl_work_while_one_types(window, qtbot) -> None:
    """Qt's fields would take Ctrl+E and Ctrl+K for themselves."""
    window.activateWindow()
    search, done = window.library.search, []
    search.setFocus()
    for id in ("export", "palette", "nudge_left", "check", "undo", "select_all", "shape_1", "mirror"):
        window.commands.on(id, partial(done.append, id))
    qtbot.keyClicks(search, "m1")
    for key, modifiers in (
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_F7, Qt.KeyboardModifier.NoModifier),
    ):
        qtbot.keyClick(search, key, modifiers)
    assert done == ["export", "palette", "nudge_left", "check"]
    assert search.text() == "m1"
    qtbot.keyClick(search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert search.selectedText() == "m1"
    qtbot.keyClick(search, Qt.Key.Key_Delete)
    qtbot.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert search.text() == "m1"
    box = window.transport.frame
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert done[4:] == ["export"]


def test_escape_in_a_field_goes_back_to_posing(window, qtbot) -> None:
    window.activateWindow()
    window.library.search.setFocus()
    qtbot.keyClicks(window.library.search, "wave")
    qtbot.keyClick(window.library.search, Qt.Key.Key_Escape)
    assert window.canvas.stage.hasFocus()
    assert window.library.search.text() == "wave"


def test_buttons_tell_in_the_status_bar_what_their_names_do_not(window) -> None:
    hints = {entry.id: tr(entry.hint) for entry in TABLE}
    shown = {button.defaultAction() for button in window.findChildren(QToolButton)} & {action for _, action in window.commands}
    assert len(shown) > 20
    for action in shown:
        assert action.statusTip() == hints[action.objectName()] != "", action.objectName()
