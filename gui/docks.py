"""Docks: what panels may ask of the ones they are in."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QWidget


def to_front(panel: QWidget) -> None:
    """Show the dock that a panel is in, before those on the same tabs."""
    dock = panel.parentWidget()
    if isinstance(dock, QDockWidget):
        dock.show()
        dock.raise_()
