"""What becomes of a preset of the library that is dropped on the timeline."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, QThreadPool, Signal

from poseforge import library
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.formats import read_poses
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.project import PointTrack, Project, RigTrack, Track

from .presets import shown_name
from .session import Edit, Session
from .text import tr


class Drops(QObject):
    """Places presets on tracks. Poses are read on another thread, since there may be thousands of files of them."""

    _read = Signal(object, int, object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self._pool = QThreadPool(self)
        self._read.connect(self._place_poses)

    def drop(self, kind: str, id: str, frame: int, track: str | None) -> None:
        """Place a preset at a frame, on a track if it can take it."""
        if kind == "sequences":
            self.session.tell("hint", tr("Reading {name}…", name=Path(id).name))
            self._pool.start(partial(self._read_poses, id, frame, track))
            return
        try:
            name, edit = self._gesture(id, frame, track) if kind == "gestures" else self._hand(id, frame, track)
        except PoseForgeError as error:
            self.session.tell("warning", str(error))
            return
        self._apply(tr("Place {name}", name=name), edit)

    def _gesture(self, id: str, frame: int, track: str | None) -> tuple[str, Edit]:
        gesture = library.gesture(id)

        def placed(project: Project) -> Project:
            project, target = _with_track(project, track, RigTrack)
            return edits.add_clip(project, target.id, gesture.motion(), frame, name=shown_name(gesture), joints=gesture.joints)

        return shown_name(gesture), placed

    def _hand(self, id: str, frame: int, track: str | None) -> tuple[str, Edit]:
        """On a performer a clip in which the hand holds the shape, on points a key."""
        shape = library.hand_shape(id)
        side = self._side(track)

        def placed(project: Project) -> Project:
            wanted = next((one for one in project.tracks if one.id == track), None)
            if isinstance(wanted, PointTrack) and not wanted.locked:
                return edits.apply_shape(project, wanted.id, side, frame, shape.angles)
            project, target = _with_track(project, track, RigTrack)
            joints = [f"{side}_{joint}" for joint in shape.angles]
            motion = library.held(shape, side, project.fps)
            return edits.add_clip(project, target.id, motion, frame, name=shown_name(shape), joints=joints)

        return shown_name(shape), placed

    def _side(self, track: str | None) -> Literal["left", "right"]:
        """The hand that is meant: the track's, or the selected one."""
        part = next((one.part for one in self.session.project.tracks if one.id == track), "")
        chosen = {joint.partition("_")[0] for joint in self.session.joints}
        left = part == "left_hand" or (part != "right_hand" and "left" in chosen and "right" not in chosen)
        return "left" if left else "right"

    def _read_poses(self, path: str, frame: int, track: str | None) -> None:
        try:
            people = read_poses(path)
            result: PoseSequence | str = to_hub(people[0]) if people else tr("There is nobody in {path}.", path=path)
        except (PoseForgeError, OSError) as error:
            result = str(error)
        with suppress(RuntimeError):  # the window was closed meanwhile
            self._read.emit(result, frame, track)

    def _place_poses(self, poses: PoseSequence | str, frame: int, track: str | None) -> None:
        if isinstance(poses, str):
            self.session.tell("error", poses)
            return

        def placed(project: Project) -> Project:
            if poses.points.shape[2] != 2:
                raise InvalidValue(tr("These poses are in space: import them, to say how they are seen."))
            project, target = _with_track(project, track, PointTrack)
            return edits.add_clip(project, target.id, poses, frame, blend=0)

        self._apply(tr("Place poses"), placed)

    def _apply(self, label: str, edit: Edit) -> None:
        before = {clip.id for track in self.session.project.tracks for clip in track.clips}
        if self.session.apply(label, edit):
            fresh = [clip.id for track in self.session.project.tracks for clip in track.clips if clip.id not in before]
            if fresh:
                self.session.select(clip=fresh[0])


def _with_track(project: Project, id: str | None, kind: type[Track]) -> tuple[Project, Track]:
    """The track that a clip goes to: the wanted one if it is open and of that kind, else the uppermost that is, else a new
    one.
    """
    fit = [track for track in project.tracks if isinstance(track, kind) and not track.locked]
    wanted = [track for track in fit if track.id == id] or [track for track in fit if track.part == "all"]
    if wanted:
        return project, wanted[-1]
    name = tr("Gestures") if kind is RigTrack else tr("Points")
    made = kind(edits.new_id(project, "track"), name)
    return edits.add_track(project, made), made
