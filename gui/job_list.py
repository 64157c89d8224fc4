"""Slow work, done in another process."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from .actions import Actions
from .session import Session


class JobList(QWidget):
    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session

    def may_close(self) -> bool:
        """Whether no job runs, or the user lets those that do go."""
        return True

    def close_worker(self) -> None:
        """End the worker process."""
