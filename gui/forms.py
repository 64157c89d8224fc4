"""Forms made of dataclasses: a row for each field, with the widget that its type asks for.

    form = Form(options, {"fps": Field(noop("Rate"), noop("Frames per second"))})
    form.changed.connect(lambda name, value: ...)      # what a user has set
    form.value                                         # the dataclass with all that was set

Types: str, bool, int, float, Fraction, Path, Literal, (int, int), each of them or None; and fields that `options.one_of` made,
which are one of some words.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from .choosing import ask_file, ask_folder
from .text import tr
from .theme import ROW, STEP, colors

_MOST = 2_000_000_000


@dataclass(frozen=True)
class Field:
    """What people are told of a field, and what its type does not say. Words are literals marked with `noop`.

    Attributes:
        label: its name; without one that in the code.
        help: what it is for, in a sentence.
        choices: value -> its name, of a field that is one of a few.
        low, high, step: bounds of a number and what an arrow key adds.
        unit: what stands after a number: "°", "px".
        none: what stands for None.
        kind: "color" for a text #rrggbb, "folder" for the path of one.
        readonly: whether it is only shown.
    """

    label: str = ""
    help: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    low: float = -_MOST
    high: float = _MOST
    step: float = 1
    unit: str = ""
    none: str = ""
    kind: Literal["", "color", "folder"] = ""
    readonly: bool = False


class Form(QWidget):
    """A form of a dataclass.

    `names` are the fields that are shown, in that order; without it all of them. Properties can be among them if they are only
    shown. What a user sets is told as changed(name, value) and is part of `value`, until `show_value` shows another.
    """

    changed = Signal(str, object)

    def __init__(
        self, value: Any, labels: Mapping[str, Field], parent: QWidget | None = None, names: Collection[str] | None = None
    ) -> None:
        super().__init__(parent)
        self._shown = value
        self._given: dict[str, Any] = {}
        self._rows: dict[str, _Editor] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2 * STEP)
        layout.setVerticalSpacing(STEP)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._wheel = _WheelNeedsFocus(self)
        hints = get_type_hints(type(value))
        metadata = {one.name: one.metadata for one in fields(value)}
        for name in metadata if names is None else names:
            told = labels.get(name, Field())
            editor = _editor(hints.get(name), told, metadata.get(name, {}))
            self._add(layout, name, told, editor)
            editor.show_value(getattr(value, name))

    def _add(self, layout: QFormLayout, name: str, told: Field, editor: _Editor) -> None:
        words = tr(told.label) if told.label else name.replace("_", " ").strip().capitalize()
        label = QLabel(words, self)
        label.setBuddy(editor)
        label.setMinimumHeight(ROW)
        for widget in (label, editor):
            widget.setToolTip(tr(told.help) if told.help else "")
        editor.setObjectName(name)
        editor.setMinimumHeight(ROW)
        editor.name(words)
        for child in (editor, *editor.findChildren(QWidget)):
            if isinstance(child, QAbstractSpinBox | QComboBox):
                child.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                child.installEventFilter(self._wheel)
        editor.edited.connect(lambda value: self._set(name, value))
        layout.addRow(label, editor)
        self._rows[name] = editor

    @property
    def value(self) -> Any:
        """The dataclass as it was shown, with what was set since. Raises what its class raises if that does not fit."""
        return replace(self._shown, **self._given)

    def show_value(self, value: Any) -> None:
        """Show another value of the same class, and tell nobody; fields that are the same are left alone."""
        for name, editor in self._rows.items():
            new = getattr(value, name)
            if name in self._given or new is not getattr(self._shown, name):
                editor.show_value(new)
        self._shown, self._given = value, {}

    def editor(self, name: str) -> QWidget:
        """The widget of a field: what is clicked and typed into."""
        return self._rows[name]

    def _set(self, name: str, value: object) -> None:
        if value != self._given.get(name, getattr(self._shown, name)):
            self._given[name] = value
            self.changed.emit(name, value)


class _WheelNeedsFocus(QObject):
    """A wheel that scrolls a panel must not change the numbers it passes."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class _Editor(QWidget):
    """A row's widgets, side by side."""

    edited = Signal(object)

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        for widget in widgets:
            layout.addWidget(widget, 0 if isinstance(widget, QToolButton | QCheckBox) else 1)
        self.widgets = widgets
        self.setFocusProxy(widgets[0])

    def show_value(self, value: Any) -> None:
        raise NotImplementedError

    def name(self, words: str) -> None:
        for widget in self.widgets:
            widget.setAccessibleName(words)


class _Shown(_Editor):
    """What cannot be changed."""

    def __init__(self, told: Field) -> None:
        self.label = QLabel()
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told = told
        super().__init__(self.label)

    def show_value(self, value: Any) -> None:
        self.label.setText(f"{_written(value)} {self.told.unit}".strip())


class _Line(_Editor):
    """A line of text, read as what a field holds."""

    def __init__(self, told: Field, read: Callable[[str], Any] = str, optional: bool = False) -> None:
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr(told.none) if told.none else "")
        self.read, self.optional, self.shown = read, optional, ""
        self.line.editingFinished.connect(self._finish)
        super().__init__(self.line, *self._beside(told))

    def _beside(self, told: Field) -> tuple[QWidget, ...]:
        return ()

    def show_value(self, value: Any) -> None:
        self.shown = _written(value)
        self.line.setText(self.shown)
        self.line.setCursorPosition(0)

    def _finish(self) -> None:
        text = self.line.text()
        if text == self.shown:
            return
        try:
            value = None if self.optional and not text.strip() else self.read(text)
        except (ValueError, ZeroDivisionError):
            self.line.setText(self.shown)
            return
        self.shown = text
        self.edited.emit(value)


class _Path(_Line):
    def _beside(self, told: Field) -> tuple[QWidget, ...]:
        browse = QToolButton()
        browse.setText("…")
        browse.setToolTip(tr("Choose a folder…") if told.kind == "folder" else tr("Choose a file…"))
        browse.clicked.connect(self._browse)
        self.folder = told.kind == "folder"
        return (browse,)

    def ask(self) -> str:
        """The path that the user chooses; empty if none."""
        if self.folder:
            return ask_folder(self, tr("Choose a folder"), "options", self.line.text())
        return ask_file(self, tr("Choose a file"), "options", now=self.line.text())

    def _browse(self) -> None:
        path = self.ask()
        if path:
            self.line.setText(path)
            self._finish()


class _Flag(_Editor):
    def __init__(self) -> None:
        self.box = QCheckBox()
        super().__init__(self.box)
        self.box.clicked.connect(lambda checked: self.edited.emit(checked))

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class _Number(_Editor):
    """Whole numbers or others, one or several side by side."""

    def __init__(self, told: Field, whole: bool = True, count: int = 1) -> None:
        self.boxes = [_spin(told, whole) for _ in range(count)]
        super().__init__(*self.boxes)
        for box in self.boxes:
            box.valueChanged.connect(lambda _: self.edited.emit(self.numbers()))

    def numbers(self) -> Any:
        values = tuple(box.value() for box in self.boxes)
        return values[0] if len(values) == 1 else values

    def show_value(self, value: Any) -> None:
        for box, one in zip(self.boxes, value if isinstance(value, tuple) else (value,), strict=True):
            box.blockSignals(True)
            box.setValue(one)
            box.blockSignals(False)


def _spin(told: Field, whole: bool) -> QSpinBox | QDoubleSpinBox:
    box: Any = QSpinBox() if whole else QDoubleSpinBox()
    box.setRange(int(told.low) if whole else told.low, int(told.high) if whole else told.high)
    box.setSingleStep(int(told.step) if whole else told.step)
    if not whole:
        box.setDecimals(3)
    box.setSuffix(f" {told.unit}" if told.unit and told.unit != "°" else told.unit)
    box.setKeyboardTracking(False)
    box.setMinimumWidth(14 * STEP)
    made: QSpinBox | QDoubleSpinBox = box
    return made


class _OrNone(_Editor):
    """A number, or none of it."""

    def __init__(self, inner: _Number, told: Field) -> None:
        self.box, self.inner = QCheckBox(), inner
        super().__init__(self.box, inner)
        self.box.clicked.connect(self._switch)
        inner.edited.connect(self.edited.emit)

    def show_value(self, value: Any) -> None:
        self.box.setChecked(value is not None)
        self.inner.setEnabled(value is not None)
        if value is not None:
            self.inner.show_value(value)

    def _switch(self, given: bool) -> None:
        self.inner.setEnabled(given)
        self.edited.emit(self.inner.numbers() if given else None)

    def name(self, words: str) -> None:
        super().name(words)
        self.inner.name(words)


class _Choice(_Editor):
    """One of some values; or another that is typed."""

    def __init__(self, choices: Mapping[Any, str], other: bool = False) -> None:
        self.combo = QComboBox()
        self.values = list(choices)
        self.other = other
        self.combo.addItems(list(choices.values()))
        self.combo.setEditable(other)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(6)
        self.combo.activated.connect(self._choose)
        line = self.combo.lineEdit()
        if line:
            self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            line.editingFinished.connect(self._type)
        super().__init__(self.combo)

    def show_value(self, value: Any) -> None:
        if value in self.values:
            self.combo.setCurrentIndex(self.values.index(value))
        elif self.other:
            self.combo.setEditText(_written(value))

    def _choose(self, index: int) -> None:
        self.edited.emit(self.values[index])

    def _type(self) -> None:
        found = self.combo.findText(self.combo.currentText())
        self.edited.emit(self.values[found] if found >= 0 else self.combo.currentText())


class _Color(_Editor):
    """A color, or that which is there by itself."""

    def __init__(self) -> None:
        self.button, self.clear = QToolButton(), QToolButton()
        self.button.setToolTip(tr("Choose a color…"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clear.setText(tr("Automatic"))
        self.color = ""
        self.button.clicked.connect(self._choose)
        self.clear.clicked.connect(lambda: self._set(""))
        super().__init__(self.button, self.clear)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.addStretch(1)

    def ask(self) -> str:
        """The color that the user chooses; empty if none."""
        chosen = QColorDialog.getColor(QColor(self.color or colors().accent), self)
        return chosen.name() if chosen.isValid() else ""

    def show_value(self, value: Any) -> None:
        self.color = value
        swatch = QPixmap(4 * STEP, 4 * STEP)
        swatch.fill(QColor(value or colors().secondary))
        self.button.setIcon(QIcon(swatch))
        self.button.setText(value or tr("of its part"))
        self.clear.setVisible(bool(value))

    def _choose(self) -> None:
        color = self.ask()
        if color:
            self._set(color)

    def _set(self, color: str) -> None:
        self.show_value(color)
        self.edited.emit(color)


def _editor(hint: Any, told: Field, metadata: Mapping[str, Any]) -> _Editor:
    """The widgets for a type."""
    several = get_origin(hint) in (Union, types.UnionType)
    kinds = [kind for kind in (get_args(hint) if several else (hint,)) if kind is not type(None)]
    optional = several and type(None) in get_args(hint)
    if told.readonly:
        return _Shown(told)
    words = metadata.get("values") or next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())
    if told.choices or words:
        chosen = {value: tr(told.choices[value]) if value in told.choices else _plain(value) for value in words or told.choices}
        if optional and None not in chosen:
            chosen = {None: tr(told.none) if told.none else tr("Automatic"), **chosen}
        return _Choice(chosen, bool(metadata.get("other")))
    if told.kind == "color":
        return _Color()
    if Path in kinds:
        return _Path(told, str if str in kinds else Path, optional)
    if Fraction in kinds:
        return _Line(told, _ratio, optional)
    if str in kinds:
        return _Line(told, str, optional)
    if bool in kinds:
        return _Flag()
    pair = next((len(get_args(kind)) for kind in kinds if get_origin(kind) is tuple), 1)
    number = _Number(told, float not in kinds, pair)
    return _OrNone(number, told) if optional else number


def _ratio(text: str) -> Fraction:
    """A number as 24, 29.97 or 30000/1001. ValueError for others: Fraction itself would work for hours on 1e999999999."""
    if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,9}|/[0-9]{1,9})?", text.strip()):
        raise ValueError(text)
    return Fraction(text.strip())


def _plain(value: Any) -> str:
    return str(value).replace("_", " ")


def _written(value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, Fraction):
        exact = Fraction(f"{float(value):g}") == value
        return f"{float(value):g}" if exact else str(value)
    if isinstance(value, tuple):
        return " × ".join(map(_written, value))
    return "" if value is None else str(value)
