"""Transport."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from .actions import Actions
from .player import Player
from .session import Session


class Transport(QWidget):
    def __init__(self, session: Session, actions: Actions, player: Player) -> None:
        super().__init__()
        self.session = session
