"""The options of a format's reader, as fields to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from poseforge.options import Described, described
from poseforge.units import parse_option

from .text import noop, tr

_NAMES = {
    "size": noop("Size of the pictures"),
    "fps": noop("Frames per second"),
    "framing": noop("Framing"),
    "projection": noop("Projection"),
    "facing": noop("Turn to the viewer"),
    "camera": noop("Camera"),
    "up": noop("Upward axis"),
    "hand": noop("Hand"),
    "unit": noop("Unit of length"),
    "rest": noop("Pose at rest"),
    "rows": noop("A row is"),
    "mirrored": noop("Mirrored"),
    "names": noop("Names of the joints"),
    "body_model": noop("Body model"),
    "flat_hand_mean": noop("Flat hands at rest"),
    "action": noop("Action"),
    "subaction": noop("Part of the action"),
    "capture": noop("Capture"),
}
_HINTS = {
    "WIDTHxHEIGHT": noop("width x height in pixels, as 1280x720"),
    "NUMBER": noop("a number, as 24 or 29.97"),
    "PATH": noop("a file"),
    "NAME": noop("a name"),
}


class OptionsForm(QWidget):
    """A field for each option, below the `format` that has them; what is left as it was is left to the reader."""

    changed = Signal()

    def __init__(self, format: QComboBox, parent: QWidget) -> None:
        super().__init__(parent)
        self._fields: dict[str, QComboBox | QLineEdit] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.addRow(format.accessibleName(), format)

    def show_options(self, options: type | None) -> None:
        """Ask for the options of another reader."""
        while self._form.rowCount() > 1:
            self._form.removeRow(1)
        self._fields = {}
        for one in described(options):
            self._fields[one.name] = field = self._field(one)
            field.setAccessibleName(tr(_NAMES[one.name]) if one.name in _NAMES else one.name)
            self._form.addRow(field.accessibleName(), field)

    def show_guessed(self, guessed: Mapping[str, str]) -> None:
        """Say of some options what they were taken for, since the file does not tell."""
        for name, value in guessed.items():
            field = self._fields.get(name)
            if isinstance(field, QLineEdit):
                field.setPlaceholderText(tr("{value}, guessed", value=value))

    def field(self, name: str) -> QComboBox | QLineEdit:
        return self._fields[name]

    def _field(self, one: Described) -> QComboBox | QLineEdit:
        words = [word for word in one.values.split(", ") if word.islower()]
        if len(words) > 1:
            choice = QComboBox(self)
            choice.addItem(tr("As usual ({default})", default=one.default) if one.default else tr("As the file tells"), "")
            for word in words:
                choice.addItem(word, word)
            choice.currentIndexChanged.connect(self.changed)
            return choice
        line = QLineEdit(self)
        line.setPlaceholderText(one.default or tr("As the file tells"))
        line.setToolTip(tr(_HINTS[one.values]) if one.values in _HINTS else one.values)
        line.textChanged.connect(self.changed)
        return line

    def values(self) -> dict[str, Any]:
        """What was filled in, by the options' names. Raises InvalidValue for what cannot be read."""
        given: dict[str, Any] = {}
        for name, field in self._fields.items():
            text = str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
            if text:
                given[name] = parse_option(name, text)
        return given
