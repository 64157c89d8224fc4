"""The row of buttons under a dialog, in the editor's own words: Qt's translations are not shipped with it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox, QWidget

from .text import noop, tr

_Button = QDialogButtonBox.StandardButton
_WORDS = {
    _Button.Ok: noop("OK"),
    _Button.Cancel: noop("Cancel"),
    _Button.Open: noop("Open"),
    _Button.Save: noop("Save"),
    _Button.Close: noop("Close"),
}


def button_box(parent: QWidget, *which: QDialogButtonBox.StandardButton) -> QDialogButtonBox:
    """A row of standard buttons."""
    box = QDialogButtonBox(parent)
    for one in which:
        box.addButton(one).setText(tr(_WORDS[one]))
    return box
