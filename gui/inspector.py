"""Inspector."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from .actions import Actions
from .session import Session


class Inspector(QWidget):
    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
