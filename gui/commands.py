"""What the edits and moves of the table of actions do, each a line or two on the session."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

from poseforge import library
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.project import Marker, PointTrack, Project, RigTrack

from .actions import Actions
from .presets import SIDES, give_shape, shapes_on_keys
from .session import Session
from .text import tr

NUDGE_PX = 1.0


class Commands:
    """The actions that change or look at the session and need no panel."""

    def __init__(self, session: Session, actions: Actions) -> None:
        self.session = session
        self.actions = actions
        self._copied: edits.Copied | None = None
        table: dict[str, Callable[[], object]] = {
            "undo": session.undo,
            "redo": session.redo,
            "copy": self.copy,
            "paste": self.paste,
            "paste_flipped": partial(self.paste, flipped=True),
            "delete": self.delete,
            "select_all": partial(session.select, joints=wholebody_134.joints),
            "select_none": self.select_none,
            "key_selected": self.key_selected,
            "key_pose": self.key_pose,
            "auto_key": self.set_auto_key,
            "mirror": self.mirror,
            "hide": partial(self.show, False),
            "show": partial(self.show, True),
            "previous_frame": lambda: session.seek(session.frame - 1),
            "next_frame": lambda: session.seek(session.frame + 1),
            "back_10": lambda: session.seek(session.frame - 10),
            "forward_10": lambda: session.seek(session.frame + 10),
            "previous_key": lambda: self._step(self._key_frames(), -1),
            "next_key": lambda: self._step(self._key_frames(), 1),
            "previous_marker": lambda: self._step([marker.frame for marker in session.project.markers], -1),
            "next_marker": lambda: self._step([marker.frame for marker in session.project.markers], 1),
            "go_in": lambda: session.seek(self.bounds[0]),
            "go_out": lambda: session.seek(self.bounds[1]),
            "set_in": self.set_in,
            "set_out": self.set_out,
            "clear_range": lambda: session.apply(tr("Clear in and out"), lambda project: replace(project, range=None)),
            "marker": self.set_marker,
            "split": self.split,
            "add_rig_track": partial(self.add_track, rig=True),
            "add_point_track": partial(self.add_track, rig=False),
            "remove_track": self.remove_track,
        }
        for id, handler in table.items():
            actions.on(id, handler)
        for way, by in {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}.items():
            actions.on(f"nudge_{way}", partial(self.nudge, by))
        for number in range(1, 10):
            actions.on(f"shape_{number}", partial(self.shape, number))
        actions["auto_key"].setChecked(session.auto_key)
        session.history_changed.connect(self._name_steps)
        self._name_steps()

    def _name_steps(self) -> None:
        undo, redo = self.session.undo_labels, self.session.redo_labels
        self.actions["undo"].setText(tr("Undo: {step}", step=undo[0]) if undo else tr("Undo"))
        self.actions["redo"].setText(tr("Redo: {step}", step=redo[0]) if redo else tr("Redo"))
        self.actions["undo"].setEnabled(bool(undo))
        self.actions["redo"].setEnabled(bool(redo))

    @property
    def bounds(self) -> tuple[int, int]:
        """The first and the last frame that are played."""
        return self.session.project.range or (0, self.session.project.length - 1)

    def select_none(self) -> None:
        if self.session.dragging:
            self.session.cancel()
        else:
            self.session.select(joints=(), clip="", keys={})

    def copy(self) -> None:
        session = self.session
        if session.keys and session.track:
            self._copied = edits.copy_keys(session.project, session.track, session.keys)
            return
        track = session.edit_track()
        if track:
            keyed = edits.keyed_joints(session.project, track, session.joints) if session.joints else None
            self._copied = edits.copy_pose(session.project, track, session.frame, keyed)

    def paste(self, flipped: bool = False) -> None:
        copied, session = self._copied, self.session
        track = session.track or session.edit_track()
        if copied is None:
            session.tell("hint", tr("Nothing was copied yet."))
        elif track:
            label = tr("Paste flipped") if flipped else tr("Paste")
            session.apply(label, lambda project: edits.paste(project, track, copied, session.frame, flipped))

    def delete(self) -> None:
        session = self.session
        clip, track, keys = session.clip, session.track, session.keys
        if clip:
            session.apply(tr("Delete the clip"), lambda project: edits.remove_clip(project, clip))
        elif keys and track:
            session.apply(tr("Delete keys"), lambda project: edits.delete_keys(project, track, keys))
            session.select(keys={})
        elif any(marker.frame == session.frame for marker in session.project.markers):
            kept = tuple(marker for marker in session.project.markers if marker.frame != session.frame)
            session.apply(tr("Delete the marker"), lambda project: replace(project, markers=kept))
        else:
            session.tell("hint", tr("Select keys or a clip to delete; H hides joints."))

    def key_selected(self) -> None:
        joints = self.session.joints
        if not joints:
            self.key_pose()
            return
        track = self.session.edit_track()
        if track:
            frame, keyed = self.session.frame, edits.keyed_joints(self.session.project, track, joints)
            self.session.apply(tr("Key the selected joints"), lambda project: edits.key_pose(project, track, frame, keyed))

    def key_pose(self) -> None:
        track, frame = self.session.edit_track(()), self.session.frame
        if track:
            self.session.apply(tr("Key the whole pose"), lambda project: edits.key_pose(project, track, frame))

    def set_auto_key(self) -> None:
        self.session.auto_key = self.actions["auto_key"].isChecked()

    def mirror(self) -> None:
        session, clip = self.session, self.session.clip
        if clip:
            session.apply(tr("Mirror the clip"), lambda project: edits.mirror_clip(project, clip))
            return
        chosen = {side for side in SIDES if any(joint.startswith(side) for joint in session.joints)}
        source: Literal["left", "right", "both"] = "both" if len(chosen) != 1 else "left" if "left" in chosen else "right"
        session.posed(tr("Mirror the pose"), lambda project, track: edits.mirror_pose(project, track, session.frame, source))

    def show(self, shown: bool) -> None:
        session, joints, frame = self.session, self.session.joints, self.session.frame
        if not joints:
            session.tell("hint", tr("Select joints first."))
            return
        track = session.edit_track()
        if track:
            label = tr("Show joints") if shown else tr("Hide joints")
            session.apply(label, lambda project: edits.set_visible(project, track, joints, frame, shown))

    def shape(self, number: int) -> None:
        try:
            shape = library.hand_shape(shapes_on_keys()[number - 1])
        except PoseForgeError as error:
            self.session.tell("warning", str(error))
        else:
            give_shape(self.session, shape)

    def nudge(self, by: tuple[int, int]) -> None:
        session = self.session
        if not session.joints:
            session.tell("hint", tr("Select joints first."))
            return
        width, height = session.project.size
        way = (by[0] * NUDGE_PX / width, by[1] * NUDGE_PX / height)
        frame, joints = session.frame, session.joints
        session.posed(
            tr("Nudge"),
            lambda project, track: edits.shift_joints(project, track, joints, frame, way),
            merge=("nudge", frame, joints),
        )

    def _key_frames(self) -> list[int]:
        tracks = self.session.project.tracks
        return sorted({frame for track in tracks if track.enabled for frame in edits.key_frames(track)})

    def _step(self, frames: list[int], way: int) -> None:
        """Go to the next of some frames in a direction."""
        now = self.session.frame
        beyond = bisect_right(frames, now) if way > 0 else bisect_left(frames, now) - 1
        if 0 <= beyond < len(frames):
            self.session.seek(frames[beyond])
        else:
            self.session.tell("hint", tr("There is none beyond this frame."))

    def set_in(self) -> None:
        frame, (_, last) = self.session.frame, self.bounds
        self._set_range(tr("Set the in point"), (frame, max(frame, last)))

    def set_out(self) -> None:
        frame, (first, _) = self.session.frame, self.bounds
        self._set_range(tr("Set the out point"), (min(first, frame), frame))

    def _set_range(self, label: str, wanted: tuple[int, int]) -> None:
        self.session.apply(label, lambda now: now if now.range == wanted else replace(now, range=wanted))

    def set_marker(self) -> None:
        frame = self.session.frame
        kept = tuple(marker for marker in self.session.project.markers if marker.frame != frame)
        self.session.apply(tr("Set a marker"), lambda project: replace(project, markers=(*kept, Marker(frame))))

    def split(self) -> None:
        session, frame = self.session, self.session.frame

        def edit(project: Project) -> Project:
            if not session.clip:
                raise InvalidValue(tr("Select a clip to split."))
            return edits.split_clip(project, session.clip, frame)

        session.apply(tr("Split the clip"), edit)

    def add_track(self, rig: bool) -> None:
        def edit(project: Project) -> Project:
            id = edits.new_id(project, "track")
            return edits.add_track(project, RigTrack(id, tr("Gestures")) if rig else PointTrack(id, tr("Points")))

        if self.session.apply(tr("Add a track"), edit):
            self.session.select(track=self.session.project.tracks[-1].id)

    def remove_track(self) -> None:
        track = self.session.track
        if track:
            self.session.apply(tr("Remove the track"), lambda project: edits.remove_track(project, track))


def connect(session: Session, actions: Actions) -> Commands:
    """Have the session carry out what needs no panel."""
    return Commands(session, actions)
