"""Carries out "Record": the window for it, and what becomes of takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from poseforge.errors import PoseForgeError
from poseforge.timeline.project import Media, Project

from .actions import Actions
from .background import in_words
from .documents import Documents
from .record_dialog import RecordDialog
from .session import Session
from .settings import state_folder
from .takes import Recorded, as_project, kept_sound, onto, with_sound
from .text import tr


class Recording(QObject):
    """Attributes:
    dialog: the window; None if it was never shown or is closed.
    """

    def __init__(self, session: Session, actions: Actions, documents: Documents, window: QMainWindow) -> None:
        super().__init__(window)
        self.session, self._documents, self._window = session, documents, window
        self._check = actions["check"].trigger
        self.dialog: RecordDialog | None = None
        actions.on("record", self.show)

    def show(self) -> None:
        """Show the window, as it was or anew."""
        if self.dialog is None or not self.dialog.isVisible():
            self.close()
            self.dialog = RecordDialog(self.session.project, self.put, self._window)
            self.dialog.show()
            self.dialog.begin()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def close(self) -> None:
        """Let go of the camera; a take that is on is kept."""
        if self.dialog:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    def put(self, takes: Sequence[Recorded], new: bool, speech: bool) -> bool:
        """Put takes one after another onto a track from the current frame on, or into a new project. Whether that was done."""
        frame = 0 if new else self.session.frame
        try:
            sound = self._sound(takes[0]) if speech and takes[0].sound else None
        except (PoseForgeError, OSError) as error:
            self.session.tell("error", in_words(error))
            return False

        def heard(project: Project) -> Project:
            return with_sound(project, takes[0], sound, frame) if sound else project

        if new:
            done = self._documents.offer_new(heard(as_project(takes, self.session.project.size)), takes[0].name)
        else:
            label = tr("Record: {name}", name=takes[0].name)
            done = self.session.apply(label, lambda project: heard(onto(project, takes, frame)))
        if done:
            self.session.select(track=self.session.project.tracks[-1].id)
            self._check()
        return done

    def _sound(self, take: Recorded) -> Media:
        """A take's sound where it stays: beside the project, or among the editor's own files."""
        path = self._documents.path
        return kept_sound(take, path.parent if path else state_folder() / "sounds", path.stem if path else "sound")
