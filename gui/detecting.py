"""What becomes of a video or picture in which poses shall be found: a job, a choice of who, and a track or a project."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow

from poseforge import align
from poseforge.audio import read_audio
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.filters import resample
from poseforge.formats import read_poses
from poseforge.jobs import Event
from poseforge.projects import link_media
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.edits.clips import fitted
from poseforge.timeline.project import Media, Project, of_sequence

from .actions import Actions
from .background import aside
from .detect_dialog import DetectDialog, Wanted
from .docks import to_front
from .documents import Documents
from .job_list import JobList, JobRow
from .opening import PeopleDialog
from .presets import in_language
from .session import Session
from .text import tr
from .told import told


@dataclass(frozen=True)
class Found:
    """Who was found, and the files that go with them: the video or picture itself, and its sound."""

    people: tuple[PoseSequence, ...]
    behind: Media | None = None
    sound: Media | None = None


class Detecting(QObject):
    """Carries out "Poses from a video or picture".

    Attributes:
        dialog: the one that is shown, or was shown last; `choice` that of several people.
    """

    def __init__(self, session: Session, actions: Actions, jobs: JobList, documents: Documents, window: QMainWindow) -> None:
        super().__init__(window)
        self.session, self._jobs, self._documents, self._window = session, jobs, documents, window
        self._check = actions["check"].trigger
        self.dialog: DetectDialog | None = None
        self.choice: PeopleDialog | None = None
        actions.on("detect", self.ask)
        documents.pictured.connect(self.ask)

    def ask(self, path: Path | None = None) -> None:
        """Ask what shall be detected: in a file, or else in the project's reference video, if it has one."""
        video = self.session.project.video
        place = str(path) if path else video.path if video else ""
        frame = self.session.frame
        self.dialog = DetectDialog(self.session.project, frame, self.start, self._window, place)
        if video and not path:
            self.dialog.track.setChecked(True)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.open()

    def start(self, wanted: Wanted) -> None:
        """Have it done beside the window."""
        title = tr("Poses from {name}", name=wanted.path.name)
        self._jobs.submit("detect", wanted.arguments(), title=title, done=partial(_done, wanted))
        to_front(self._jobs)  # where its progress is seen

    def take(self, wanted: Wanted, row: JobRow, event: Event) -> None:
        """Take in what a job has found."""
        if event.kind != "done" or not event.result:
            return
        written, notes = Path(event.result["written"]), [told(note) for note in event.result["notes"]]

        def show(found: Found) -> None:
            if len(found.people) == 1:
                self._place(wanted, found, found.people[0], notes)
                return
            self.choice = PeopleDialog(found.people, self._window)
            self.choice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.choice.chosen.connect(lambda person: self._place(wanted, found, person, notes))
            self.choice.open()

        aside(self, partial(_found, wanted, written), show, partial(self.session.tell, "error"))

    def _place(self, wanted: Wanted, found: Found, person: PoseSequence, notes: list[str]) -> None:
        name = wanted.path.stem
        if wanted.frame is None:
            shown = replace(fitted(person, wanted.canvas), size=wanted.canvas)
            placed = self._documents.offer_new(with_media(in_language(of_sequence(shown)), wanted, found, 0), name)
        else:
            frame = _start(self.session.history.project, wanted, found)
            label = tr("Poses from {name}", name=wanted.path.name)
            placed = self.session.apply(label, lambda project: onto(project, wanted, found, person, frame))
            if placed:
                self.session.select(track=self.session.project.tracks[-1].id)
        if placed:
            self._check()
            done = tr("The poses of {name} are on the timeline", name=wanted.path.name)
            self.session.tell("warning" if notes else "hint", tr("; ").join([done, *notes]))


def _done(wanted: Wanted, jobs: JobList, row: JobRow, event: Event) -> None:
    """Whichever window the list of jobs is in by now takes it."""
    above = jobs.parent()
    while above is not None and not isinstance(above, QMainWindow):
        above = above.parent()
    detecting = above.findChild(Detecting) if above else None
    if detecting:
        detecting.take(wanted, row, event)


def _found(wanted: Wanted, written: Path) -> Found:
    """Read what a job has written, and look for the files. Raises a PoseForgeError or an OSError."""
    behind = link_media(wanted.path) if wanted.behind else None
    sound = None
    if wanted.sound:
        with suppress(PoseForgeError):  # a film without sound
            read_audio(wanted.path)
            sound = link_media(wanted.path)
    return Found(read_poses(written), behind, sound)


def _start(project: Project, wanted: Wanted, found: Found) -> int:
    """The frame at which the poses begin: of the reference video that is there, where it shows them."""
    video = project.video
    if video and found.behind and video.sha256 == found.behind.sha256:
        return video.start + round(wanted.first * project.fps)
    return wanted.frame or 0


def onto(project: Project, wanted: Wanted, found: Found, person: PoseSequence, frame: int) -> Project:
    """A project with a person on a track of its own from a frame on, and what they were found in behind them."""
    person, first = (person[-frame:], 0) if frame < 0 else (person, frame)
    if not len(person):
        raise InvalidValue(tr("All of this lies before the project's first frame."))
    person = resample(person, project.fps) if first == 0 else person
    return with_media(edits.add_source(project, person, first, wanted.path.stem), wanted, found, frame)


def with_media(project: Project, wanted: Wanted, found: Found, frame: int) -> Project:
    """A project with the video or picture of poses that begin at a frame so behind them that it lies under them."""
    start = frame - round(wanted.first * project.fps)
    if found.behind:
        box = align.as_high(wanted.size, project.size, wanted.region)
        media = replace(found.behind, box=box)
        project = replace(project, picture=media) if wanted.is_picture else replace(project, video=replace(media, start=start))
    if found.sound and project.audio is None:
        project = replace(project, audio=replace(found.sound, start=start))
    return project
