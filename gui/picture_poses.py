"""The pose of the person in the reference picture: found by a job or given by a file, kept, and fitted to."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from poseforge import align, formats, pairing
from poseforge.detect import DEFAULT
from poseforge.errors import FileProblem, InvalidValue
from poseforge.files import keep_apart
from poseforge.jobs import Event
from poseforge.media import cut, read_picture, write_picture
from poseforge.projects import link_media, media_path
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Media, Project

from .actions import Actions
from .background import aside
from .choosing import ask_file, ask_target
from .docks import to_front
from .fit_dialog import FitDialog
from .job_list import JobList, JobRow
from .reference import picture_size
from .session import Session
from .settings import cache_folder
from .stage import Stage
from .text import tr
from .told import told


class PicturePoses(QObject):
    """What the actions about the person in the reference picture do.

    Attributes:
        dialog: where poses are fitted; None until it is wanted.
    """

    searched = Signal(bool, str)
    """Whether the person in the picture is being looked for, or why they were not found."""

    def __init__(self, session: Session, actions: Actions, jobs: JobList, stage: Stage, window: QWidget) -> None:
        super().__init__(window)
        self.session, self.commands = session, actions
        self.dialog: FitDialog | None = None
        self._jobs, self._stage, self._window = jobs, stage, window
        self._seen = ""
        self._finding: set[str] = set()
        self._problems: dict[str, str] = {}
        actions.on("find_pose", self.find)
        actions.on("give_pose", self.choose)
        actions.on("fit_picture", self.show_dialog)
        actions["show_picture_pose"].toggled.connect(stage.update)
        session.project_changed.connect(self._look)
        self._look()

    def show_dialog(self) -> None:
        """Show where poses are fitted to the picture."""
        if self._picture() is None:
            return
        if self.dialog is None:
            self.dialog = FitDialog(self.session, self.commands, self._stage, self._window)
            self.dialog.crop_wanted.connect(self.crop)
            self.searched.connect(self.dialog.show_search)
        self._show_search()
        self.dialog.show()
        self.dialog.activateWindow()

    def _picture(self) -> Media | None:
        picture = self.session.project.picture
        if picture is None:
            offer = (tr("Load reference picture…"), self.commands["load_picture"].trigger)
            self.session.tell("hint", tr("Load a picture first: File > Load reference picture."), offer)
        return picture

    def find(self) -> None:
        """Have a job find the pose."""
        picture = self._picture()
        if picture is None or picture.sha256 in self._finding:
            return
        self._finding.add(picture.sha256)
        self._problems.pop(picture.sha256, None)
        self._show_search()

        def then(path: Path) -> None:
            arguments = {"source": path, "target": _place(picture), "to": "npz", "clean": False, "overwrite": True}
            title = tr("Find the pose in {name}", name=path.name)
            self._jobs.submit("detect", {**arguments, "detector": DEFAULT}, None, title, partial(self._found, picture))
            if not (self.dialog and self.dialog.isVisible()):
                to_front(self._jobs)

        def failed(problem: str) -> None:
            self._searched(picture, problem)
            self.session.tell("error", problem)

        aside(self, lambda: media_path(picture), then, failed)

    def _found(self, picture: Media, jobs: JobList, row: JobRow, event: Event) -> None:
        self._searched(picture, told(event.text) if event.kind == "failed" else "")
        if event.kind == "done":
            self._read(picture)

    def _searched(self, picture: Media, problem: str) -> None:
        self._finding.discard(picture.sha256)
        self._problems[picture.sha256] = problem
        self._show_search()

    def _show_search(self) -> None:
        """Say how the search for the person in the picture goes."""
        self.searched.emit(self._seen in self._finding, self._problems.get(self._seen, ""))

    def choose_path(self) -> str:
        """Ask for a file of the pose; "" for none."""
        return ask_file(self._window, tr("The pose in the picture"), "poses")

    def choose(self) -> None:
        """Have the pose given by a file of any format."""
        picture = self._picture()
        path = self.choose_path() if picture else ""
        if picture and path:
            work = partial(_given, Path(path), picture)
            aside(self, work, partial(self._take, picture.sha256), partial(self.session.tell, "error"))

    def choose_target(self, suggested: Path) -> str:
        """Ask where the cut picture goes; "" for nowhere."""
        return ask_target(self._window, tr("Cut picture"), "exports", str(suggested), "PNG (*.png)")

    def crop(self) -> None:
        """Cut picture and poses as EchoMimicV2 does: the cut picture is written, the project shows it, as one step."""
        picture, pose = self._picture(), self.session.picture_pose
        if picture is None or pose is None:
            return
        path = self.choose_target(Path(picture.path).with_name(f"{Path(picture.path).stem}-768.png"))
        if path:
            if self.dialog:
                self.dialog.start_over()
            self.session.apply_aside(
                tr("Cut as EchoMimicV2 does"), partial(_cut, picture=picture, pose=pose, chosen=Path(path))
            )

    def _look(self) -> None:
        """Another picture has another pose."""
        picture = self.session.project.picture
        sha256 = picture.sha256 if picture else ""
        if sha256 != self._seen:
            self._seen = sha256
            self._show_search()
            self.session.set_picture_pose(None)
            if picture:
                self._read(picture)

    def _read(self, picture: Media) -> None:
        aside(self, partial(known_pose, picture), partial(self._take, picture.sha256))

    def _take(self, sha256: str, pose: PoseSequence | None) -> None:
        if pose and sha256 == self._seen:
            self._problems.pop(sha256, None)
            self._show_search()
            self.session.set_picture_pose(pose)


def known_pose(picture: Media) -> PoseSequence | None:
    """The pose in a picture, if it was found or given before. Raises PoseForgeError if what is kept is damaged."""
    place = _place(picture)
    return formats.read_poses(place)[0][:1] if place.is_file() else None


def keep_pose(picture: Media, pose: PoseSequence) -> PoseSequence:
    """Keep the pose in a picture, one frame in its pixels."""
    formats.write_poses([pose], _place(picture), "npz", overwrite=True)
    return pose


def _cut(project: Project, picture: Media, pose: PoseSequence, chosen: Path) -> Project:
    """A project on the canvas that EchoMimicV2 cuts out of it, with the picture that is cut out alike, and written as PNG."""
    source = media_path(picture)
    target = chosen if chosen.suffix.lower() == ".png" else chosen.with_name(f"{chosen.name}.png")
    keep_apart(source, target)
    box = align.crop_box([bake(project)])
    cut_out, seen = pairing.framed(pose, "crop")
    cropped = edits.crop_canvas(project, box)
    write_picture(cut(read_picture(source), cut_out), target, overwrite=target == chosen)  # it was asked
    media = link_media(target, picture.start)
    keep_pose(media, seen)
    return replace(cropped, picture=media)


def _place(picture: Media) -> Path:
    """Where the pose in a picture is kept: by what the picture is, wherever it lies. Raises InvalidValue for a false hash."""
    if not re.fullmatch("[0-9a-f]{64}", picture.sha256):
        raise InvalidValue(f"a picture whose hash is {picture.sha256!r:.80}")
    folder = cache_folder() / "poses"
    folder.mkdir(exist_ok=True)
    return folder / f"{picture.sha256}.npz"


def _given(path: Path, picture: Media) -> PoseSequence:
    people = formats.read_poses(path)
    try:
        pose = pairing.pose_of(people, picture_size(media_path(picture)))
    except InvalidValue as error:
        raise FileProblem(f"{path}: {error}") from None
    return keep_pose(picture, pose)
