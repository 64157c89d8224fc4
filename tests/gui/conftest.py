"""A window for every test that asks for one, on no screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="needs Qt and its system libraries (docs/install.md)", exc_type=ImportError)

from PySide6.QtCore import QCoreApplication, QEvent
from shiboken6 import isValid

from poseforge.gui.app import make_app
from poseforge.gui.text import use_language
from poseforge.gui.window import Window
from poseforge.timeline.project import Project


@pytest.fixture(scope="session")
def qapp_cls():
    """The application as the editor makes it, in English."""

    def make(arguments):
        app = make_app()
        use_language("en")
        return app

    return make


@pytest.fixture
def language(qapp):
    """Choose a language for what is made next."""
    yield use_language
    use_language("en")


@pytest.fixture
def make_window(qtbot, home):
    """Make windows of the editor, each with a project of its own; they are closed without asking."""
    made: list[Window] = []

    def make(project: Project | None = None) -> Window:
        window = Window(project)
        made.append(window)
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in made:
        if not isValid(window):  # another has taken its place
            continue
        window.session.mark_saved()
        window.jobs.ask_to_stop = lambda number: True
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window) -> Window:
    return make_window()
