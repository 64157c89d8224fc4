"""Whatever is clicked, dragged, typed and chosen, nothing breaks, and all of it can be undone."""

from random import Random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QMainWindow,
    QMenu,
    QMessageBox,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from poseforge import library
from poseforge.gui.window import Window
from poseforge.timeline.project import PointTrack, Project
from samples import make_project

STEPS = 1000
LEAVING = {"quit", "what_is"}
"""What ends the window, or takes the mouse away from it."""

KEYS = [*(Qt.Key(ord(letter)) for letter in "ABCDEFGHIJKLMNOPRSTUVWXYZ"), *map(Qt.Key, range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)),
        Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_Left,
        Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End]  # fmt: skip
"""All but Q, which quits."""
MODIFIERS = [Qt.KeyboardModifier.NoModifier] * 4 + [
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
]  # fmt: skip
DOCKING = (QTabBar, QDockWidget, QMainWindow)
"""What Qt itself undocks when it is dragged, which its platform without a screen does not survive."""

BUTTONS = [Qt.MouseButton.LeftButton] * 5 + [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton]


@pytest.fixture
def nobody_answers(monkeypatch) -> None:
    """Dialogs that would wait for somebody are closed at once."""
    monkeypatch.setattr(QDialog, "exec", lambda self: QDialog.DialogCode.Rejected)
    monkeypatch.setattr(QMenu, "exec", lambda *args: None)
    for name in ("question", "warning", "information", "critical"):
        monkeypatch.setattr(QMessageBox, name, lambda *args, **named: QMessageBox.StandardButton.Cancel)


class Monkey:
    """Does one random thing after another to a window and to what it opens."""

    def __init__(self, window: Window, seed: int) -> None:
        self.window = window
        self.random = Random(seed)
        self.patience = QTimer(window, interval=20)
        self.patience.timeout.connect(self.close_popup)  # a button's menu waits in a loop of its own
        self.patience.start()
        self.ways = (
            [self.act] * 3 + [self.drag] * 4 + [self.click] * 3 + [self.type] * 3 + [self.wheel, self.resize, self.close]
        )

    def step(self) -> None:
        self.random.choice(self.ways)()
        QApplication.processEvents()

    def place(self) -> tuple[QWidget, QPoint]:
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        widgets = [one for top in tops for one in (top, *top.findChildren(QWidget)) if one.isVisible() and one.isEnabled()]
        widget = self.random.choice(widgets)
        return widget, QPoint(self.random.randrange(max(widget.width(), 1)), self.random.randrange(max(widget.height(), 1)))

    def act(self) -> None:
        actions = [action for entry, action in self.window.commands if entry.id not in LEAVING and action.isEnabled()]
        self.random.choice(actions).trigger()

    def click(self) -> None:
        widget, at = self.place()
        press = self.random.choice([QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick])
        press(widget, self.random.choice(BUTTONS), self.random.choice(MODIFIERS), at)

    def drag(self) -> None:
        widget, at = self.place()
        if isinstance(widget, DOCKING):
            return
        button, modifier = self.random.choice(BUTTONS), self.random.choice(MODIFIERS)
        QTest.mousePress(widget, button, modifier, at)
        for _ in range(self.random.randrange(6)):
            at += QPoint(self.random.randrange(-60, 61), self.random.randrange(-60, 61))
            QApplication.processEvents()
            if not (isValid(widget) and widget.isVisible()):  # a press may close what was pressed
                return
            QTest.mouseMove(widget, at)
        if self.random.random() < 0.1:
            QTest.keyClick(widget, Qt.Key.Key_Escape)
        if isValid(widget) and widget.isVisible():
            QTest.mouseRelease(widget, button, modifier, at)

    def type(self) -> None:
        widget = QApplication.focusWidget() or self.window
        QTest.keyClick(widget, self.random.choice(KEYS), self.random.choice(MODIFIERS))

    def wheel(self) -> None:
        widget, at = self.place()
        turn = QPoint(0, self.random.choice([-120, 120]))
        there = QPointF(widget.mapToGlobal(at))
        event = QWheelEvent(
            QPointF(at), there, QPoint(), turn, Qt.MouseButton.NoButton, self.random.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def resize(self) -> None:
        self.window.resize(self.random.randrange(600, 1800), self.random.randrange(400, 1100))

    def close_popup(self) -> None:
        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if popup and popup is not self.window:
            popup.close()

    def close(self) -> None:
        for top in QApplication.topLevelWidgets():
            if top is not self.window and top.isVisible():
                top.close()


def talking() -> Project:
    return library.performance([library.gesture(name) for name in library.DEMO])


def still() -> Project:
    return Project(1, tracks=(PointTrack("a"),))


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "make"), [(1, talking), (2, make_project), (3, still), (4, talking), (5, make_project)])
def test_a_monkey_breaks_nothing(make_window, nobody_answers, seed, make) -> None:
    window = make_window(make())
    session = window.session
    monkey = Monkey(window, seed)
    for _ in range(STEPS):
        monkey.step()
    session.cancel()
    history = session.history
    last, steps = session.project, len(history.undo_labels)
    while history.undo_labels:
        session.undo()
    first = session.project
    for _ in range(steps):
        session.redo()
    assert session.project is last
    for _ in range(steps):
        session.undo()
    assert session.project is first
