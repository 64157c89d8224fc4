"""Speech, picture and video that a project refers to, and gestures made for speech."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from .actions import Actions
from .player import Player
from .session import Session


class Reference(QObject):
    def __init__(self, session: Session, actions: Actions, player: Player, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
