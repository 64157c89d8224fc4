"""Presets of the library that are dragged onto the canvas."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData

from poseforge import library
from poseforge.timeline import edits
from poseforge.timeline.project import Project, RigTrack

from .picking import hand
from .session import Session
from .text import tr

PRESET = "application/x-poseforge-preset"
"""The kind of what is dragged; its bytes are JSON: {"kind": "hands" or "gestures", "id": ...}."""


def dropped(data: QMimeData) -> tuple[str, str] | None:
    """The kind and the id of a preset; None if something else is dragged."""
    if not data.hasFormat(PRESET):
        return None
    try:
        record = json.loads(bytes(data.data(PRESET).data()))
        kind, id = record["kind"], record["id"]
    except (ValueError, TypeError, KeyError):
        return None
    return (kind, id) if kind in ("hands", "gestures") and isinstance(id, str) else None


def apply_shape(session: Session, id: str, side: str) -> bool:
    """Give a hand a shape at the current frame, and select it. Raises InvalidValue for an unknown shape."""
    shape, frame = library.hand_shape(id), session.frame
    session.select(joints=hand(side))
    return session.posed(
        tr("Hand shape: {name}", name=shape.title),
        lambda project, track: edits.apply_shape(project, track, side, frame, shape.angles),
    )


def add_gesture(session: Session, id: str) -> bool:
    """Place a gesture at the current frame and select its clip: on the selected track if that is open and holds a whole
    performer, else on the uppermost that does, else on a new one. Raises InvalidValue for an unknown gesture.
    """
    gesture, frame, now = library.gesture(id), session.frame, session.project
    fit = [track for track in now.tracks if isinstance(track, RigTrack) and track.part == "all"]
    able = [track.id for track in fit if track.enabled and not track.locked]
    owner = session.track if session.track in able else able[-1] if able else None
    clip = edits.new_id(now, "clip")

    def edit(project: Project) -> Project:
        track = owner or edits.new_id(project, "track")
        if owner is None:
            project = edits.add_track(project, RigTrack(track, tr("Gestures")))
        return edits.add_clip(project, track, gesture.motion(), frame, name=gesture.title, joints=gesture.joints, id=clip)

    made = session.apply(tr("Add a gesture: {name}", name=gesture.title), edit)
    if made:
        session.select(clip=clip)
    return made
