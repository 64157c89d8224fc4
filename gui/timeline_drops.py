"""What becomes of a preset of the library that is dropped on the timeline."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from poseforge import library
from poseforge.errors import PoseForgeError
from poseforge.timeline.project import PointTrack, Track

from .background import aside
from .presets import (
    frames_of,
    hold_shape,
    overlapped,
    place_gesture,
    place_sequence,
    place_shape,
    read_sequence,
    replace_clip,
    shown_name,
)
from .session import Session
from .text import tr


class Drops:
    """Places presets on tracks. Poses are read aside, since there may be thousands of files of them."""

    def __init__(self, session: Session, owner: QObject) -> None:
        self.session = session
        self._owner = owner

    def drop(self, kind: str, id: str, frame: int, track: str | None) -> None:
        """Place a preset at a frame, on a track if it can take it."""
        try:
            if kind == "sequences":
                self._read(Path(id), frame, track)
            elif kind == "gestures":
                place_gesture(self.session, library.gesture(id), frame=frame, track=track)
            else:
                self._shape(library.hand_shape(id), frame, track)
        except PoseForgeError as error:
            self.session.tell("warning", str(error))

    def overlapped(self, kind: str, id: str, frame: int, track: Track) -> str:
        """The names of the clips over or under which a preset would come to lie; of poses, which are not read yet, those at the
        frame.
        """
        project, length = self.session.project, 1
        if (kind == "sequences") != isinstance(track, PointTrack):
            return ""  # it comes on another track, or into the poses themselves
        if kind == "hands":
            length = max(round(project.fps), 1)
        elif kind == "gestures" and id in library.gestures():
            length = frames_of(library.gesture(id), project)
        return overlapped(track, frame, frame + length)

    def replace(self, clip: str, id: str) -> None:
        """Put a gesture into a clip's place."""
        try:
            replace_clip(self.session, clip, library.gesture(id))
        except PoseForgeError as error:
            self.session.tell("warning", str(error))

    def _shape(self, shape: library.HandShape, frame: int, track: str | None) -> None:
        """A hand holds the shape: on a performer in a clip, on points for a second, or from the in to the out point if it was
        let go between them.
        """
        project = self.session.project
        owner = next((one for one in project.tracks if one.id == track), None)
        side = self._side(owner.part if owner else "")
        if not isinstance(owner, PointTrack) or owner.locked:
            place_shape(self.session, shape, side, frame, track)
            return
        first, last = project.range or (-1, -1)
        if not first <= frame <= last:
            first, last = frame, min(frame + max(round(project.fps), 1), project.length) - 1
        text = tr("{name}: frames {first} to {last}. An in and an out point around the place say which.",
                  name=shown_name(shape), first=first, last=last)  # fmt: skip
        hold_shape(self.session, shape, [side], first, last, owner.id, text)

    def _side(self, part: str) -> library.Side:
        """The hand that is meant: the track's, or the selected one."""
        chosen = {joint.partition("_")[0] for joint in self.session.joints}
        left = part == "left_hand" or (part != "right_hand" and "left" in chosen and "right" not in chosen)
        return "left" if left else "right"

    def _read(self, path: Path, frame: int, track: str | None) -> None:
        self.session.tell("hint", tr("Reading {name}…", name=path.name))
        place = partial(place_sequence, self.session, name=path.name, frame=frame, track=track)
        aside(self._owner, partial(read_sequence, path), place, partial(self.session.tell, "error"))
