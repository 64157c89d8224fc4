"""Session: what is open, and the one door through which it changes. The only mutable state of the editor; it draws nothing.

Widgets read it, call `apply` or `preview`, and listen to its signals; they never talk to each other. What is seen by identity:
while `session.project` is the same object, nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from poseforge.align import placed
from poseforge.errors import PoseForgeError
from poseforge.quality import Finding
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake, shown_on
from poseforge.timeline.curves import Curve
from poseforge.timeline.history import History
from poseforge.timeline.project import Clip, Project, RigTrack, part_joints, resting

from .background import aside
from .draft import Draft
from .text import tr
from .told import told

Edit = Callable[[Project], Project]

Offer = tuple[str, Callable[[], object]]
"""What a button says, and what a click on it does."""

_KEPT = 64
"""Baked frames of the current project that are kept: those around an onion skin, and where one goes back and forth."""


class Session(QObject):
    """What is open.

    Attributes:
        history: the project as committed, and the way to it.
        frame: the frame that is looked at, within the project.
        joints: the selected hub joints.
        track, clip: the ids of the track that edits go to, and of the selected clip; None where there is none.
        keys: the selected keys of `track`, joint -> frames.
        auto_key: whether an edit off a key makes one; without it such an edit is refused.
        findings: what was found wrong when the poses were last checked.
        checked: the project that they were found in; None if nothing was checked yet.
        picture_pose: the pose of the person in the reference picture, one frame in its pixels; None as long as it is not known.
        draft: steps of a window that previews what it may apply; they are undone before those of the project.
    """

    project_changed = Signal()
    """What is shown is another project: committed, undone, or a preview."""
    frame_changed = Signal(int)
    selection_changed = Signal()
    """`joints`, `track`, `clip` or `keys`."""
    picked = Signal(str)
    """"joints", "clip" or "track": such was selected, even if it was before."""
    history_changed = Signal()
    """The names of the steps, or whether all is saved."""
    findings_changed = Signal()
    picture_pose_changed = Signal()
    told = Signal(str, str)
    """(severity, message): "hint", "warning" or "error", for the status bar."""
    offered = Signal(object)
    """An `Offer` that goes with what was told last."""

    def __init__(self, project: Project | None = None) -> None:
        super().__init__()
        self.history = History(project or resting())
        self.frame = 0
        self.joints: frozenset[str] = frozenset()
        self.track: str | None = None
        self.clip: str | None = None
        self.keys: dict[str, frozenset[int]] = {}
        self.auto_key = True
        self.findings: tuple[Finding, ...] = ()
        self.checked: Project | None = None
        self.picture_pose: PoseSequence | None = None
        self.draft: Draft[Any] | None = None
        self._preview: Project | None = None
        self._baked: dict[int, PoseSequence] = {}
        self._baked_of: Project | None = None
        self._seen_on: tuple[Project, int, frozenset[str], frozenset[str]] | None = None
        self._settle()

    @property
    def project(self) -> Project:
        """What is shown: the preview of a drag, or what is committed."""
        return self._preview or self.history.project

    @property
    def dragging(self) -> bool:
        """Whether a preview is shown that is not committed."""
        return self._preview is not None

    def pose(self, frame: int | None = None) -> PoseSequence:
        """One frame of the shown project, baked: a sequence of length 1."""
        project = self.project
        if project is not self._baked_of:
            self._baked.clear()
            self._baked_of = project
        at = self.frame if frame is None else frame
        if at not in self._baked:
            while len(self._baked) >= _KEPT:
                del self._baked[next(iter(self._baked))]
            self._baked[at] = bake(project, [at])
        return self._baked[at]

    def apply(self, label: str, edit: Edit, merge: object = None) -> bool:
        """Change the committed project, as one step to undo called `label`; equal `merge` keys in a row are one step.

        An edit that is refused is told and changes nothing. A preview ends either way. The status bar says what was done, and
        tells of a project that has become longer.
        """
        before, committed = self.project, self.history.project
        self._preview = None
        try:
            self.history.apply(label, edit(self.history.project), merge)
        except PoseForgeError as error:
            self.tell("warning", str(error))
            if before is not self.project:
                self._shown()
            return False
        if self.project.length > committed.length:
            self.tell("hint", tr("The project is {count} frames long now.", count=self.project.length))
        elif self.project is not committed:  # before those who look at the project find something wrong with it
            self.tell("hint", tr("Done: {title}", title=label))
        elif before is not self.project:
            self.tell("hint", "")
        if before is not self.project:
            self._shown()
        self.history_changed.emit()
        return True

    def apply_aside(self, label: str, edit: Edit, then: Callable[[], object] = lambda: None) -> None:
        """`apply` of an edit that may take long: it is made on another thread, and becomes a step. If the project has changed
        meanwhile it is made anew of what that is now, but not if something was undone, or another project is open. `then` is
        called if it has become a step.
        """
        history, project = self.history, self.history.project

        def made(result: Project) -> None:
            changed = history.project is not project
            if self.history is not history or (changed and history.redo_labels):
                self.tell("warning", tr("{step}: not done, for the project has changed meanwhile.", step=label))
            elif changed:
                self.apply_aside(label, edit, then)
            elif self.apply(label, lambda _: result):
                then()

        aside(self, lambda: edit(project), made, partial(self.tell, "warning"))

    def preview(self, edit: Edit) -> bool:
        """Show what an edit of the committed project would make, without recording it. False if it is refused."""
        try:
            self._preview = edit(self.history.project)
        except PoseForgeError as error:
            self.tell("warning", str(error))
            return False
        self._shown()
        return True

    def cancel(self) -> None:
        """End a preview: what is committed is shown again."""
        if self._preview is not None:
            self._preview = None
            self._shown()
            self.tell("hint", "")

    @property
    def undo_labels(self) -> tuple[str, ...]:
        """The steps that `undo` goes back, the next one first."""
        return (*(self.draft.undo_labels if self.draft else ()), *self.history.undo_labels)

    @property
    def redo_labels(self) -> tuple[str, ...]:
        """The steps that `redo` goes forth, the next one first."""
        return (*(self.draft.redo_labels if self.draft else ()), *self.history.redo_labels)

    def undo(self) -> None:
        labels = self.undo_labels
        if self.draft and self.draft.undo_labels:
            self.draft.undo()
            self.history_changed.emit()
        else:
            self._travel(self.history.undo)
        self.tell("hint", tr("Undone: {step}", step=labels[0]) if labels else "")

    def redo(self) -> None:
        labels = self.redo_labels
        if self.draft and self.draft.redo_labels:
            self.draft.redo()
            self.history_changed.emit()
        else:
            self._travel(self.history.redo)
        self.tell("hint", tr("Redone: {step}", step=labels[0]) if labels else "")

    def _travel(self, go: Callable[[], Project]) -> None:
        self._preview = None
        go()
        self._shown()
        self.history_changed.emit()

    def set_draft(self, draft: Draft[Any] | None) -> None:
        """Say whose steps are undone first; None for nobody's."""
        if draft is not self.draft:
            self.draft = draft
            self.history_changed.emit()

    def replace_project(self, project: Project, saved: bool = True) -> None:
        """Begin anew with another project, be it kept elsewhere or not: nothing to undo, nothing to say of the old one."""
        self.tell("hint", "")
        self._preview = None
        self.history = History(project, saved=saved)
        self.joints, self.keys, self.clip, self.track = frozenset(), {}, None, None
        self.frame = 0
        self.set_findings((), None)
        self._shown()
        self.selection_changed.emit()
        self.frame_changed.emit(self.frame)
        self.history_changed.emit()

    def retell(self, edit: Edit) -> None:
        """Change names in a project to which nothing was done yet: no step to undo, and what was found in it stays."""
        project = self.history.project
        if self.history.saved and not (self.history.undo_labels or self.history.redo_labels):
            self.history = History(edit(project))
            self.checked = self.history.project if self.checked is project else self.checked

    def take_over(self, other: Session) -> None:
        """Go on where another session is: with its history, at its frame, with its selection."""
        self.cancel()
        self.history, self.auto_key = other.history, other.auto_key
        self.joints, self.track, self.clip, self.keys = other.joints, other.track, other.clip, other.keys
        self._shown()
        self.seek(other.frame)
        self.selection_changed.emit()
        self.history_changed.emit()
        self.set_findings(other.findings, other.checked)

    def mark_saved(self) -> None:
        self.history.mark_saved()
        self.history_changed.emit()

    def seek(self, frame: int) -> None:
        """Look at a frame; one beyond the ends is the first or the last."""
        frame = max(0, min(int(frame), self.project.length - 1))
        if frame != self.frame:
            self.frame = frame
            self.frame_changed.emit(frame)

    def select(
        self,
        *,
        joints: Iterable[str] | None = None,
        track: str | None = None,
        clip: str | None = None,
        keys: dict[str, frozenset[int]] | None = None,
    ) -> None:
        """Change what is selected. Joints that are not given stay selected; a clip or keys select their track, and nothing else
        on the timeline stays selected. An empty `clip` selects no clip.
        """
        before = (self.joints, self.track, self.clip, self.keys)
        if joints is not None:
            self.joints = frozenset(joints)
        if clip:
            self.track, self.clip, self.keys = self.project.clip(clip)[0].id, clip, {}
        elif clip is not None:
            self.clip = None
        if track is not None:
            if track != self.track and not clip:
                self.clip, self.keys = None, {}
            self.track = track
        if keys is not None:
            self.keys, self.clip = keys, None if keys else self.clip
        self._settle()
        if before != (self.joints, self.track, self.clip, self.keys):
            self.selection_changed.emit()
        if clip or (joints is not None and self.joints):
            self.picked.emit("clip" if clip else "joints")
        elif track is not None and keys is None:
            self.picked.emit("track")

    def set_findings(self, findings: Iterable[Finding], checked: Project | None) -> None:
        """Say what is wrong with the poses of a project that was checked: it is marked on the timeline and counted. None if
        nothing was checked yet.
        """
        self.findings, self.checked = tuple(findings), checked
        self.findings_changed.emit()

    def set_picture_pose(self, pose: PoseSequence | None) -> None:
        """Say where the person in the reference picture is, or that nobody knows."""
        if pose is not self.picture_pose:
            self.picture_pose = pose
            self.picture_pose_changed.emit()

    @property
    def picture_pose_on_canvas(self) -> PoseSequence | None:
        """That pose where the picture lies now."""
        picture = self.project.picture
        return placed(self.picture_pose, picture.box, self.project.size) if picture and self.picture_pose else None

    def tell(self, severity: str, message: str, offer: Offer | None = None) -> None:
        """Say something in the status bar, perhaps with a button; what the core says is shown in the user's language."""
        self.told.emit(severity, told(message))
        if offer:
            self.offered.emit(offer)

    def edit_track(self, joints: Iterable[str] | None = None) -> str | None:
        """The id of the track that an edit of some hub joints goes to, of those that are open and speak for them: the selected
        one if it is seen there at this frame, or nothing is on it yet; else the uppermost where it is seen, or any. None, and a
        word why, if there is none.
        """
        track = self.track_for(self.joints if joints is None else joints)
        if track is None:
            self.tell("warning", tr("No open track holds these joints: unlock one, or add one."))
        return track

    def track_for(self, joints: Iterable[str]) -> str | None:
        """The same track, without a word."""
        wanted = frozenset(joints)
        tracks = [track for track in reversed(self.project.tracks) if track.enabled and not track.locked]
        seen = self._shown_on(wanted) if wanted and len(tracks) > 1 else frozenset[str]()
        begun = {track.id for track in tracks if track.id != self.track or not track.empty}
        for track in sorted(tracks, key=lambda track: (track.id in begun - seen, track.id != self.track)):
            mine = part_joints(track.part)
            with_wrist = mine | {track.part.replace("hand", "wrist")}
            if track.part == "all" or (wanted <= with_wrist and (wanted & mine or not wanted)):
                return track.id
        return None

    def _shown_on(self, joints: frozenset[str]) -> frozenset[str]:
        """The tracks on which joints are changed so that it is seen; a drag, which asks at each step, stays where it began."""
        wanted = (self.history.project, self.frame, joints)
        known = self._seen_on
        if known is None or known[0] is not wanted[0] or known[1:3] != wanted[1:]:
            self._seen_on = known = (*wanted, shown_on(*wanted))
        return known[3]

    def posed(
        self,
        label: str,
        edit: Callable[[Project, str], Project],
        merge: object = None,
        preview: bool = False,
        joints: Iterable[str] | None = None,
    ) -> bool:
        """Apply or preview an edit of the pose at the current frame, of the selected joints or others, on the track that holds
        them, keeping to `auto_key`.
        """
        track = self.edit_track(joints)
        if track is None:
            return False
        if not self.auto_key and not self._on_key(track):
            self.tell("warning", tr("There is no key at this frame, and auto-key is off: set a key first (K)."))
            return False
        if preview:
            return self.preview(lambda project: edit(project, track))
        before = {id(curve) for curve in self._curves(track)}
        applied = self.apply(label, lambda project: edit(project, track), merge)
        made = [curve for curve in self._curves(track) if id(curve) not in before] if applied else []
        if any(len(curve.keys) == 1 and curve.key(self.frame) for curve in made):
            self.tell("hint", tr("The first key holds at all frames. Pose it at another frame, too, and it moves in between."))
        elif clip := self._corrected(track, made):
            told = tr(
                "Changed over the whole clip “{name}”: fully at this frame, less toward its ends. "
                "Pose it at another frame, too, and it moves in between.",
                name=clip.name or clip.id,
            )
            self.tell("hint", told)
        return applied

    def _corrected(self, track: str, curves: Iterable[Curve]) -> Clip | None:
        """The clip over all of which a curve goes with a single key, that at this frame."""
        for clip in self.history.project.track(track).clips:
            if clip.start <= self.frame < clip.end and clip.length > 1:
                inside = [[frame for frame in curve.frames if clip.start <= frame < clip.end] for curve in curves]
                if [self.frame] in inside:
                    return clip
        return None

    def _on_key(self, track: str) -> bool:
        return any(curve.key(self.frame) for curve in self._curves(track))

    def _curves(self, track: str) -> list[Curve]:
        owner = self.history.project.track(track)
        return [*owner.offsets.values(), *(owner.keys.values() if isinstance(owner, RigTrack) else ())]

    def _shown(self) -> None:
        self._settle()
        self.project_changed.emit()
        if self.frame >= self.project.length:
            self.seek(self.project.length - 1)

    def _settle(self) -> None:
        """Nothing that is gone stays selected, and some track is if there is one."""
        project = self.project
        ids = [track.id for track in project.tracks]
        if self.track not in ids:
            self.track, self.keys = (ids[-1] if ids else None), {}
        if self.clip and not any(clip.id == self.clip for track in project.tracks for clip in track.clips):
            self.clip = None
