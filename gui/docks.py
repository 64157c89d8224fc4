"""Docks: what panels may ask of the ones they are in, and where dialogs lie over them."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDockWidget, QWidget

from .theme import STEP


def to_front(panel: QWidget) -> None:
    """Show the dock that a panel is in, before those on the same tabs."""
    dock = panel.parentWidget()
    if isinstance(dock, QDockWidget):
        dock.show()
        dock.raise_()


def over_library(dialog: QDialog, window: QWidget) -> None:
    """Put a dialog that previews over the library, which nobody needs then: canvas and map stay in sight."""
    frame = window.frameGeometry()
    dialog.move(frame.left() + 2 * STEP, frame.top() + 12 * STEP)
