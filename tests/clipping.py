"""Finds text that does not fit its widget."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QLabel, QMenuBar, QTabBar, QWidget

_TITLE_BUTTONS = 48


def clipped(window: QWidget) -> list[str]:
    """The labels, buttons, tabs, menus and titles of docks that are seen in a window and do not show all of their text."""
    for _ in range(3):  # a layout follows the text, and may be followed by another
        QApplication.processEvents()
    found = []
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        for text, needed, there in _texts(widget):
            if needed > there + 1:
                found.append(f"{type(widget).__name__} {text!r}: {there} of {needed} pixels")
    return found


def _texts(widget: QWidget) -> list[tuple[str, int, int]]:
    """(text, pixels it needs, pixels there are) for what a widget shows."""
    size, hint = widget.size(), widget.sizeHint()
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return [(widget.text(), widget.heightForWidth(size.width()), size.height())]
        return [(widget.text(), hint.width(), size.width()), (widget.text(), hint.height(), size.height())]
    if isinstance(widget, QAbstractButton) and widget.text():
        return [(widget.text(), hint.width(), size.width()), (widget.text(), hint.height(), size.height())]
    if isinstance(widget, QTabBar):
        metrics = widget.fontMetrics()
        tabs = [
            (widget.tabText(i), metrics.horizontalAdvance(widget.tabText(i)), widget.tabRect(i).width())
            for i in range(widget.count())
        ]
        return [*tabs, ("all tabs", hint.width(), size.width())]
    if isinstance(widget, QMenuBar):
        return [("all menus", hint.width(), size.width())]
    if isinstance(widget, QDockWidget) and widget.titleBarWidget() is None:
        title = widget.windowTitle()
        return [(title, widget.fontMetrics().horizontalAdvance(title) + _TITLE_BUTTONS, size.width())]
    return []
