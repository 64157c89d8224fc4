"""Files: new, open, save, recover, import, export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from .actions import Actions
from .job_list import JobList
from .session import Session
from .text import tr


class Documents(QObject):
    def __init__(self, session: Session, actions: Actions, jobs: JobList, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.path: Path | None = None

    @property
    def title(self) -> str:
        """What the open project is called."""
        return self.path.name if self.path else tr("New project")

    def start(self, path: Path | None) -> None:
        """Open what the editor was started with, or offer what a crash left."""

    def fill_recent(self, menus: dict[str, QMenu]) -> None:
        """Put the menu of recent files into the menu of files."""

    def may_close(self) -> bool:
        """Whether nothing is unsaved, or the user lets it go."""
        return True
