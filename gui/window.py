"""The main window: what lies where. It makes the session and the panels, and knows nothing of what they do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QActionGroup, QCloseEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from poseforge.takes import Take
from poseforge.timeline.project import Project, resting

from . import commands
from .actions import VIEW, Actions
from .animate import Animate
from .canvas import Canvas
from .checks import Checks
from .curves import CurveEditor
from .detecting import Detecting
from .documents import Documents
from .guide import Guide
from .inspector import Inspector
from .job_list import JobList
from .library import Library
from .map_view import MapView
from .picture_poses import PicturePoses
from .player import Player
from .presets import in_language
from .readout import Saying
from .recording import Recording
from .reference import Reference
from .result_view import ResultView
from .session import Session
from .settings import settings
from .text import LANGUAGES, noop, spoken, tr, use_language
from .theme import current, use_theme
from .timeline import Timeline
from .transport import Transport

_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_LAYOUT = 2
"""Counts up when docks come or go, so that an old layout is not laid over a new window."""

_SECONDS = {"hint": 12, "warning": 30, "error": 60}
"""How long the status bar says something; about a drag, as long as that goes on."""


class Window(QMainWindow):
    """The editor of one project.

    Attributes:
        session, commands: what is open, and what can be done.
        player: the clock.
        documents, reference, picture_poses, guide: files; speech, picture and video; fitting to the picture; help.
        detecting, recording: poses from videos and pictures; from a camera.
        canvas, map_view, result, timeline, curves, inspector, library, checks, animate, jobs: the panels.
        heir: the window that has taken its place.
    """

    def __init__(self, project: Project | None = None) -> None:
        super().__init__()
        self.setObjectName("poseforge")
        self.heir: Window | None = None
        self.session = Session(project or in_language(resting()))
        self.commands = Actions(self)
        self.player = Player(self.session, self.commands)
        self.jobs = JobList(self.session, self.commands)
        self.canvas = Canvas(self.session, self.commands)
        self.map_view = MapView(self.session, self.commands)
        self.timeline = Timeline(self.session, self.commands, self.player)
        self.transport = Transport(self.session, self.commands, self.player)
        self.curves = CurveEditor(self.session, self.commands)
        self.inspector = Inspector(self.session, self.commands)
        self.library = Library(self.session, self.commands)
        self.checks = Checks(self.session, self.commands)
        self.reference = Reference(self.session, self.commands, self.player, self)
        self.picture_poses = PicturePoses(self.session, self.commands, self.jobs, self.canvas.stage, self)
        self.picture_poses.searched.connect(self.reference.show_search)
        self.documents = Documents(self.session, self.commands, self.jobs, self)
        self.detecting = Detecting(self.session, self.commands, self.jobs, self.documents, self)
        self.recording = Recording(self.session, self.commands, self.documents, self)
        self.result = ResultView(self.session)
        self.animate = Animate(self.session, self.commands, self.jobs, lambda: self.documents.path)
        self.animate.chosen.connect(self._show_take)
        self.animate.begun.connect(self._make_room)  # now, for when it is made somebody may be about to click
        self.guide = Guide(self.session, self.commands, self, self.documents.show_new)
        commands.connect(self.session, self.commands)
        self.setCentralWidget(self.canvas)
        self._docks = self._laid_out()
        self._first_layout = self.saveState(_LAYOUT)
        self._fill_menu_bar()
        self._say()
        self.restore()
        self._keys = _TypingFirst(self)

    def _laid_out(self) -> dict[str, QDockWidget]:
        self.setDockNestingEnabled(True)
        self.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)
        self.setCorner(Qt.Corner.BottomRightCorner, _BOTTOM)
        docks = {
            "library": self._dock("library", noop("Library"), self.library, _LEFT),
            "map": self._dock("map", noop("Pose map"), self.map_view, _RIGHT),
            "result": self._dock("result", noop("Result"), self.result, _RIGHT),
            "inspector": self._dock("inspector", noop("Inspector"), self.inspector, _RIGHT),
            "checks": self._dock("checks", noop("Checks"), self.checks, _RIGHT),
            "animate": self._dock("animate", noop("Animate"), self.animate, _RIGHT),
            "jobs": self._dock("jobs", noop("Jobs"), self.jobs, _RIGHT),
            "transport": self._dock("transport", noop("Transport"), self.transport, _BOTTOM),
            "timeline": self._dock("timeline", noop("Timeline"), self.timeline, _BOTTOM),
            "curves": self._dock("curves", noop("Curves"), self.curves, _BOTTOM),
        }
        docks["transport"].setTitleBarWidget(QWidget(docks["transport"]))
        self.splitDockWidget(docks["transport"], docks["timeline"], Qt.Orientation.Vertical)
        self.tabifyDockWidget(docks["timeline"], docks["curves"])
        self.splitDockWidget(docks["map"], docks["result"], Qt.Orientation.Horizontal)
        for name in ("checks", "animate", "jobs"):
            self.tabifyDockWidget(docks["inspector"], docks[name])
        for name, panel in (
            ("inspector", self.inspector), ("checks", self.checks), ("animate", self.animate), ("curves", self.curves),
        ):  # fmt: skip
            docks[name].visibilityChanged.connect(panel.refresh)  # the others came before it, or went
        docks["timeline"].raise_()
        docks["inspector"].raise_()
        docks["result"].hide()  # until there is one
        _proportion(self, docks)
        return docks

    def _dock(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(tr(title), self)
        dock.setObjectName(name)
        dock.setProperty("title", title)
        dock.setWidget(panel)
        self.addDockWidget(area, dock)
        return dock

    def _fill_menu_bar(self) -> None:
        self._menus = self.commands.fill_menus(self.menuBar())
        panels = QMenu(tr("Panels"), self)
        for dock in self._docks.values():
            panels.addAction(dock.toggleViewAction())
        panels.addSeparator()
        panels.addAction(tr("As at first"), self.reset_layout)
        languages, either = QMenu(tr("Language"), self), QActionGroup(self)
        for code, name in LANGUAGES.items():
            language = languages.addAction(name, partial(self.choose_language, code))
            language.setCheckable(True)
            language.setChecked(code == spoken())
            either.addAction(language)
        self._menus[VIEW].addSeparator()
        self._menus[VIEW].addMenu(panels)
        self._menus[VIEW].addMenu(languages)
        self.documents.fill_recent(self._menus)
        self.commands["theme"].setChecked(current.theme.name == "light")
        self.commands.on("theme", self._choose_theme)
        self.commands.on("quit", self.close)

    def _choose_theme(self) -> None:
        name = "light" if self.commands["theme"].isChecked() else "dark"
        settings().setValue("theme", name)
        use_theme(name)

    def choose_language(self, language: str) -> None:
        """Speak another language: a window that does takes the place of this one, with the work as it is."""
        settings().setValue("language", language)
        if self.jobs.unfinished:
            self.session.tell("hint", tr("The language changes when the jobs are done and PoseForge is started again."))
            return
        use_language(language)
        self._leave()
        if self.documents.path is None:  # the names in it were given, not chosen
            self.session.retell(in_language)
        self.heir = Window()
        self.heir.show()
        self.heir.session.take_over(self.session)
        self.heir.documents.take_over(self.documents)
        self.heir.jobs.take_over(self.jobs)
        self.documents.close()
        self.hide()
        self.deleteLater()

    def _say(self) -> None:
        """The status bar: what was told, and what a drag will do."""
        self._message = Saying(self)
        self.statusBar().addWidget(self._message, 1)
        self.session.told.connect(self._tell)
        self.session.offered.connect(lambda offer: self._message.offer(*offer))
        self.session.history_changed.connect(self._name_window)
        self._name_window()

    def _tell(self, severity: str, message: str) -> None:
        color = {"warning": current.theme.warning, "error": current.theme.error}.get(severity, "")
        self._message.say(message, color, 0 if self.session.dragging else _SECONDS[severity])

    def _name_window(self) -> None:
        self.setWindowModified(not self.session.history.saved)
        self.setWindowTitle(f"{self.documents.title}[*] - PoseForge")

    def _show_take(self, take: Take | None) -> None:
        self.result.show_take(take)
        if take:
            self._make_room()

    def _make_room(self) -> None:
        """Have a place for a take beside the pose map."""
        dock = self._docks["result"]
        if dock.isHidden():
            dock.show()
            self.resizeDocks([self._docks["map"], dock], [280, 280], Qt.Orientation.Horizontal)
            self.resizeDocks([dock, self._docks["inspector"]], [300, 400], Qt.Orientation.Vertical)

    def reset_layout(self) -> None:
        """Lay the docks out as they are for a new user."""
        self.restoreState(self._first_layout, _LAYOUT)
        _proportion(self, self._docks)
        QTimer.singleShot(0, self, self._tidy_tabs)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        QTimer.singleShot(0, self, self._tidy_tabs)

    def _tidy_tabs(self) -> None:
        """Hide the tab bars that Qt leaves behind of layouts that came before: below no dock, or where a later one is."""
        free = {(dock.x(), dock.y() + dock.height()) for dock in self._docks.values() if dock.isVisible()}
        for bar in reversed(self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)):
            if bar.isVisible():
                bar.setVisible((bar.x(), bar.y()) in free)
                free.discard((bar.x(), bar.y()))

    def restore(self) -> None:
        """Lay the docks out as they were left."""
        own = settings()
        geometry, state = own.value("window/geometry"), own.value("window/state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            self.restoreGeometry(geometry)
            self.restoreState(state, _LAYOUT)
        else:
            self.resize(QSize(1440, 900).boundedTo(self.screen().availableSize()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self.documents.may_close() or not self.jobs.may_close():
            event.ignore()
            return
        self._leave()
        self.documents.close()
        event.accept()

    def _leave(self) -> None:
        """Remember the layout, and let go of the sound device, the camera and the worker."""
        own = settings()
        own.setValue("window/geometry", self.saveGeometry())
        own.setValue("window/state", self.saveState(_LAYOUT))
        self.player.close()
        self.recording.close()
        self.jobs.close_worker()


def _proportion(window: QMainWindow, docks: dict[str, QDockWidget]) -> None:
    """Give the docks the sizes that suit a window of the usual size."""
    window.resizeDocks([docks["library"], docks["map"]], [220, 300], Qt.Orientation.Horizontal)
    window.resizeDocks([docks["timeline"]], [240], Qt.Orientation.Vertical)
    window.resizeDocks([docks["map"], docks["inspector"]], [300, 400], Qt.Orientation.Vertical)


class _TypingFirst(QObject):
    """Lets whoever types or goes through a list have the keys that would be shortcuts of the window elsewhere, and no more:
    Qt's fields of text also claim such as Ctrl+E and Ctrl+K, to move and delete as Emacs does.
    """

    _EDITS = tuple(
        key for key in QKeySequence.StandardKey if key.name in ("Copy", "Cut", "Paste", "Undo", "Redo", "SelectAll")
        or key.name.startswith(("MoveToNextWord", "MoveToPreviousWord", "SelectNextWord", "SelectPreviousWord"))
    )  # fmt: skip
    _MOVES = frozenset(
        (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
    )  # fmt: skip

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        for place in (window, *window.findChildren(QDockWidget)):  # a key that nobody wants comes up to them; a dock may float
            place.installEventFilter(self)
        self._window = window
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, now: QWidget | None) -> None:
        """Hear of a key before the field that has the focus does."""
        if isinstance(old, _FIELDS):
            old.removeEventFilter(self)
        if isinstance(now, _FIELDS) and (now.window() is self._window or isinstance(now.window(), QDockWidget)):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focus = QApplication.focusWidget()
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            typing = isinstance(focus, _FIELDS)
            moving = isinstance(focus, QAbstractItemView | QAbstractSlider | QComboBox)
            if plain and ((typing and event.text()) or ((typing or moving) and event.key() in self._MOVES)):
                event.accept()
                return True
            if typing and not plain and self._is_shortcut(event):
                return True  # not accepted: it becomes the window's
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            focus = QApplication.focusWidget()
            unused = isinstance(focus, _FIELDS) and watched is not focus
            if unused:  # whoever typed goes back to posing
                self._window.canvas.stage.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _is_shortcut(self, event: QKeyEvent) -> bool:
        """Whether a key with Ctrl or Alt is one of the window's, and none that a field of text needs."""
        keys = QKeySequence(event.keyCombination())
        known = any(keys in action.shortcuts() for _, action in self._window.commands)
        return known and not any(event.matches(key) for key in self._EDITS)
