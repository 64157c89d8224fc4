"""The clock: plays the project at its rate, with its sound."""

from __future__ import annotations

from PySide6.QtCore import QObject

from .actions import Actions
from .session import Session


class Player(QObject):
    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session

    def close(self) -> None:
        """Stop, and let go of the sound device."""
