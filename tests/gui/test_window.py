"""The window as a whole: actions, theme, layout."""

import pytest
from PySide6.QtWidgets import QDockWidget

from poseforge.gui import theme
from poseforge.gui.actions import TABLE
from poseforge.gui.theme import THEMES, contrast


@pytest.mark.parametrize("look", THEMES.values(), ids=lambda look: look.name)
@pytest.mark.parametrize("color", ["text", "secondary", "warning", "error", "ok"])
def test_text_is_readable(look, color) -> None:
    for ground in (look.window, look.panel, look.raised):
        assert contrast(getattr(look, color), ground) >= 4.5, (look.name, color, ground)
    assert contrast(look.on_accent, look.accent) >= 4.5


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


def test_panels_that_were_closed_or_moved_come_back(window) -> None:
    library, inspector = (window.findChild(QDockWidget, name) for name in ("library", "inspector"))
    library.setFloating(True)
    inspector.close()
    window.reset_layout()
    assert not library.isFloating()
    assert not inspector.isHidden()
