"""What becomes of a preset of the library that is dropped on the timeline."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from poseforge import library
from poseforge.errors import PoseForgeError

from .background import aside
from .presets import place_gesture, place_sequence, place_shape, read_sequence, replace_clip
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
                place_shape(self.session, library.hand_shape(id), self._side(track), frame, track)
        except PoseForgeError as error:
            self.session.tell("warning", str(error))

    def replace(self, clip: str, id: str) -> None:
        """Put a gesture into a clip's place."""
        try:
            replace_clip(self.session, clip, library.gesture(id))
        except PoseForgeError as error:
            self.session.tell("warning", str(error))

    def _side(self, track: str | None) -> library.Side:
        """The hand that is meant: the track's, or the selected one."""
        part = next((one.part for one in self.session.project.tracks if one.id == track), "")
        chosen = {joint.partition("_")[0] for joint in self.session.joints}
        left = part == "left_hand" or (part != "right_hand" and "left" in chosen and "right" not in chosen)
        return "left" if left else "right"

    def _read(self, path: Path, frame: int, track: str | None) -> None:
        self.session.tell("hint", tr("Reading {name}…", name=path.name))
        place = partial(place_sequence, self.session, name=path.name, frame=frame, track=track)
        aside(self._owner, partial(read_sequence, path), place, partial(self.session.tell, "error"))
