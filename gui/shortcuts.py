"""The sheet of shortcuts: every command with its keys, which can be changed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .actions import TABLE, Actions
from .palette import fitness, icon_of, keys_of, shown_name
from .text import tr
from .theme import STEP

_ID = Qt.ItemDataRole.UserRole


class Shortcuts(QDialog):
    """All commands by menu. A double click on a command, and the next keys pressed are its shortcut."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._wanted: tuple[str, str, str] | None = None
        self.setWindowTitle(tr("Shortcuts"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search commands and keys…"))
        self.search.setAccessibleName(tr("Search commands and keys"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.table = QTreeWidget()
        self.table.setAccessibleName(tr("Shortcuts"))
        self.table.setHeaderLabels([tr("Command"), tr("Menu"), tr("Keys")])
        self.table.setRootIsDecorated(False)
        self.table.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self.table.setItemDelegateForColumn(2, _Keys(self))
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.itemDoubleClicked.connect(self.edit)
        self.table.itemActivated.connect(self.edit)
        self.table.currentItemChanged.connect(self._offer)
        self.note = QLabel(tr("Double-click a command, then press its new keys."))
        self.note.setWordWrap(True)
        self.take_button = QPushButton(tr("Use them here instead"))
        self.take_button.clicked.connect(self.take)
        self.take_button.hide()
        self.change_button, self.clear_button = QPushButton(tr("Change…")), QPushButton(tr("No keys"))
        self.reset_button, self.reset_all_button = QPushButton(tr("Reset")), QPushButton(tr("Reset all"))
        close = QPushButton(tr("Close"))
        buttons = QHBoxLayout()
        for button, handler in (
            (self.change_button, self.edit),
            (self.clear_button, self.clear),
            (self.reset_button, self.reset),
            (self.reset_all_button, self.reset_all),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(handler)
            buttons.addWidget(button)
        buttons.addStretch()
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        buttons.addWidget(close)
        told = QHBoxLayout()
        told.addWidget(self.note, 1)
        told.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        column.setSpacing(2 * STEP)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addLayout(told)
        column.addLayout(buttons)
        self.resize(640, 640)
        self._fill()

    def _fill(self) -> None:
        wanted, chosen = self.search.text(), self.chosen
        self.table.clear()
        for entry, action in self._actions:
            menu, name = entry.menu.removeprefix("-"), shown_name(entry, action)
            keys = keys_of(action)
            if wanted and max(fitness(wanted, name), fitness(wanted, entry.text), fitness(wanted, keys)) < 2:
                continue
            item = QTreeWidgetItem([name, tr(menu) if menu else "", keys])
            item.setIcon(0, icon_of(action))
            item.setData(0, _ID, entry.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.table.addTopLevelItem(item)
            if entry.id == chosen:
                self.table.setCurrentItem(item)
        self.table.resizeColumnToContents(1)
        self.table.resizeColumnToContents(2)
        self._offer()

    @property
    def chosen(self) -> str:
        """The id of the current command, or nothing."""
        item = self.table.currentItem()
        return str(item.data(0, _ID)) if item else ""

    def _offer(self) -> None:
        for button in (self.change_button, self.clear_button, self.reset_button):
            button.setEnabled(bool(self.chosen))

    def edit(self) -> None:
        """Let the user press the keys of the current command."""
        item = self.table.currentItem()
        if item:
            self.note.setText(tr("Press the new keys; Esc leaves them."))
            self.take_button.hide()
            self.table.editItem(item, 2)

    def assign(self, id: str, keys: str) -> None:
        """Give a command keys, unless another has them: then it is told, and offered."""
        wanted = QKeySequence(keys)
        for entry, action in self._actions:
            if entry.id != id and wanted in action.shortcuts():
                self._wanted = (id, entry.id, keys)
                shown = wanted.toString(QKeySequence.SequenceFormat.NativeText)
                self.note.setText(tr("“{command}” has {keys} already.", command=shown_name(entry, action), keys=shown))
                self.take_button.show()
                return
        self._set(id, keys)

    def take(self) -> None:
        """Give the keys that were pressed to the command, and take them from the one that had them."""
        if self._wanted:
            id, other, keys = self._wanted
            kept = [key.toString() for key in self._actions[other].shortcuts() if key != QKeySequence(keys)]
            self._actions.set_keys(other, " ".join(kept))
            self._set(id, keys)

    def clear(self) -> None:
        """Take its keys from the current command."""
        self._set(self.chosen, "")

    def reset(self) -> None:
        """Give the current command the keys it came with; told if another has them now."""
        entry = next(entry for entry in TABLE if entry.id == self.chosen)
        if entry.keys and len(entry.keys.split()) == 1:
            self.assign(entry.id, entry.keys)
        else:
            self._set(entry.id, entry.keys)

    def reset_all(self) -> None:
        """Give all commands the keys they came with."""
        for entry in TABLE:
            if [QKeySequence(key) for key in entry.keys.split()] != self._actions[entry.id].shortcuts():
                self._actions.set_keys(entry.id, entry.keys)
        self._told(tr("All shortcuts are as they came."))

    def _set(self, id: str, keys: str) -> None:
        self._actions.set_keys(id, keys)
        self._told(tr("Changed. The new keys work at once."))

    def _told(self, words: str) -> None:
        self._wanted = None
        self.take_button.hide()
        self.note.setText(words)
        self._fill()


class _Keys(QStyledItemDelegate):
    """Takes the keys pressed for a command."""

    def __init__(self, sheet: Shortcuts) -> None:
        super().__init__(sheet)
        self._sheet = sheet

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = QKeySequenceEdit(parent)
        editor.setMaximumSequenceLength(1)
        editor.editingFinished.connect(lambda: self._done(editor))
        return editor

    def _done(self, editor: QKeySequenceEdit) -> None:
        editor.blockSignals(True)  # closing it finishes it again
        keys = editor.keySequence().toString()
        id = self._sheet.chosen
        self.closeEditor.emit(editor)
        if keys and keys != "Esc":
            self._sheet.assign(id, keys)

    def setModelData(self, editor: QWidget, model: object, index: object) -> None:  # noqa: N802
        """Nothing: the sheet is filled anew from the actions."""

    def setEditorData(self, editor: QWidget, index: object) -> None:  # noqa: N802
        """Nothing: one begins with no keys."""
