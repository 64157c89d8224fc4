"""The palette: every command, found by a few of its letters."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from .actions import Action, Actions
from .icons import SIZES
from .text import tr
from .theme import RADIUS, ROW, STEP, colors

_MOVES = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown))
_WIDTH, _ROWS = 560, 12


def fitness(wanted: str, text: str) -> float:
    """How well a text answers to some letters: 0 if one is missing or out of order, most if it begins with them, more if they
    are words of it than if they are in some.
    """
    wanted, text = wanted.casefold().strip(), text.casefold()
    words = bool(re.search(rf"\b{re.escape(wanted)}\b", text))
    wanted = wanted.replace(" ", "")
    whole = text.replace(" ", "").find(wanted)
    if not wanted:
        return 4.0
    if whole >= 0:
        return 3.0 + (whole == 0) + 0.5 * words
    at, near = -1, 0.0
    for letter in wanted:
        before, at = at, text.find(letter, at + 1)
        if at < 0:
            return 0.0
        near += at == before + 1 or (at > 0 and text[at - 1] == " ")
    return 1.0 + near / len(wanted)


def shown_name(entry: Action, action: QAction) -> str:
    """What a command is called now, without the name of the step that undo would take."""
    return action.text() if entry.id.startswith("shape_") else tr(entry.text)


def keys_of(action: QAction) -> str:
    """Its shortcuts as the system writes them."""
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


def icon_of(action: QAction) -> QIcon:
    """Its icon, or an empty one as wide, so that names stand below each other."""
    if not action.icon().isNull():
        return action.icon()
    empty = QPixmap(SIZES[0], SIZES[0])
    empty.fill(Qt.GlobalColor.transparent)
    return QIcon(empty)


class Palette(QFrame):
    """A field over all commands that can be given now: arrows choose, Enter gives it, Esc or a click beside it leaves."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self._actions, self._window = actions, window
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.hide()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find a command…"))
        self.search.setAccessibleName(tr("Find a command"))
        self.search.textChanged.connect(self._find)
        self.search.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        column.setSpacing(2 * STEP)
        column.addWidget(self.search)
        column.addWidget(self.list)

    def pop_up(self) -> None:
        """Show it at the top of the window, empty."""
        theme = colors()
        self.setStyleSheet(
            f"#palette {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: {RADIUS}px; }}"
        )
        room = self._window.size()
        self.resize(min(_WIDTH, room.width() - 8 * STEP), min((_ROWS + 2) * (ROW + STEP), room.height() - 24 * STEP))
        self.move((room.width() - self.width()) // 2, 12 * STEP)
        self._before = QApplication.focusWidget()
        self.search.clear()
        self._find()
        self.show()
        self.raise_()
        self.search.setFocus()

    def _find(self) -> None:
        wanted = self.search.text()
        found: list[tuple[float, int, Action, QAction]] = []
        for entry, action in self._actions:
            if entry.id == "palette" or not action.isEnabled():
                continue
            names = (shown_name(entry, action), entry.text, entry.hint, tr(entry.hint) if entry.hint else "")
            fits = [fitness(wanted, name) - (number > 1) * 2.5 for number, name in enumerate(names) if name]
            if max(fits) > 0:
                found.append((-max(fits), len(found), entry, action))
        self.list.clear()
        for _, _, entry, action in sorted(found):
            menu = entry.menu.removeprefix("-")
            item = QTreeWidgetItem([shown_name(entry, action), tr(menu) if menu else "", keys_of(action)])
            item.setData(0, Qt.ItemDataRole.UserRole, entry.id)
            item.setIcon(0, icon_of(action))
            item.setToolTip(0, action.toolTip())
            if action.isCheckable() and action.isChecked():
                item.setText(0, tr("{command} (on)", command=item.text(0)))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self.list.resizeColumnToContents(1)
        self.list.resizeColumnToContents(2)
        self.list.setColumnWidth(0, max(200, self.width() - 10 * STEP - self.list.columnWidth(1) - self.list.columnWidth(2)))
        self.list.setCurrentIndex(self.list.model().index(0, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                QApplication.sendEvent(self.list, event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._leave()
                return True
        return super().eventFilter(watched, event)

    def _leave(self) -> None:
        """Give the focus back to where it was."""
        self.hide()
        if self._before and isValid(self._before):
            self._before.setFocus()

    def _run(self) -> None:
        item = self.list.currentItem()
        self._leave()
        if item:
            self._actions[item.data(0, Qt.ItemDataRole.UserRole)].trigger()
