"""The editor as a program."""

import os

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from poseforge.gui import app as editor
from poseforge.gui.settings import settings
from poseforge.gui.window import Window


def test_the_editor_starts_with_what_it_is_given_and_ends(qapp, home, tmp_path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(QApplication, "exec", lambda self=None: opened.extend(qapp.topLevelWidgets()) or 0)
    assert editor.main(None) == 0
    (window,) = [one for one in opened if isinstance(one, Window) and one.isVisible()]
    assert window.windowTitle().endswith("PoseForge")
    QTimer.singleShot(0, window.close)
    qapp.processEvents()


@pytest.mark.parametrize("value", ["klingon", ""])
def test_an_unknown_language_or_theme_in_the_settings_does_no_harm(qapp, home, value) -> None:
    settings().setValue("language", value)
    settings().setValue("theme", value)
    assert editor.make_app() is qapp


def test_opencv_does_not_choose_qts_plugins(qapp, home, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/somewhere/cv2/qt/plugins")
    editor.make_app()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
