"""Help: the palette, the sheet of shortcuts, the tour, what is this, and reports of problems."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from .actions import Actions
from .session import Session


class Guide(QObject):
    def __init__(self, session: Session, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
