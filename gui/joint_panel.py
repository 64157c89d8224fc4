"""The values of selected joints in the inspector: angles of a performer, places of points."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.edits.poses import FARTHEST, pose_values
from poseforge.timeline.project import TRANSLATION, RigTrack

from .bars import Bar
from .joint_titles import joint_title
from .session import Session
from .text import noop, tr
from .theme import STEP

ANGLES = (noop("Flex"), noop("Abduct"), noop("Twist"))
WAY = (noop("Across"), noop("Up"), noop("Toward the viewer"))
_METRES = 2.0


class JointPanel(QWidget):
    """What the track that edits go to says of one of the selected joints: on a performer, of the bones that carry them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._track = ""
        self._names: tuple[str, ...] = ()
        self._asked: object = None
        self.joint = QComboBox(self)
        self.joint.setAccessibleName(tr("Joint"))
        self.joint.activated.connect(lambda _: self._choose())
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self.joint)
        self.angles = [self._angle(number) for number in range(3)]
        self.fractions, self.pixels = self._places()
        self._angle_rows = self._rows([(tr(name), (bar,)) for name, bar in zip(ANGLES, self.angles, strict=True)])
        self._place_rows = self._rows(
            [(name, pair) for name, pair in zip("xy", zip(self.fractions, self.pixels, strict=True), strict=True)]
        )
        for widget in (self._angle_rows, self._place_rows, self.note):
            layout.addWidget(widget)

    def _rows(self, rows: list[tuple[str, tuple[Bar, ...]]]) -> QWidget:
        holder = QWidget(self)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP // 2)
        for row, (name, bars) in enumerate(rows):
            grid.addWidget(QLabel(name, holder), row, 0)
            for column, bar in enumerate(bars, 1):
                grid.addWidget(bar, row, column)
                grid.setColumnStretch(column, 1)
        return holder

    def _angle(self, number: int) -> Bar:
        bar = Bar(tr(ANGLES[number]), -180, 180, 1, 1, "°", self)
        self._connect(bar, number, 1.0)
        return bar

    def _places(self) -> tuple[list[Bar], list[Bar]]:
        fractions = [Bar(tr("{axis} in fractions of the canvas", axis=axis), 0, 1, 0.001, 4, "", self) for axis in "xy"]
        pixels = [Bar(tr("{axis} in pixels", axis=axis), 0, 768, 1, 1, " px", self) for axis in "xy"]
        for axis in range(2):
            self._connect(fractions[axis], axis, 1.0)
            self._connect(pixels[axis], axis, None)
        return fractions, pixels

    def _connect(self, bar: Bar, axis: int, unit: float | None) -> None:
        """Have a bar change one of the joint's numbers; without `unit` it counts pixels."""

        def change(number: float, preview: bool = False, merge: bool = False) -> None:
            self._change(axis, number / (unit or self.session.project.size[axis]), preview, merge)

        bar.dragged.connect(lambda number: change(number, preview=True))
        bar.released.connect(lambda: self._commit())
        bar.stepped.connect(lambda number: change(number, merge=True))

    @property
    def bars(self) -> list[Bar]:
        return [*self.angles, *self.fractions, *self.pixels]

    def refresh(self) -> None:
        """Show the joint at the current frame."""
        session = self.session
        if not session.dragging:
            for bar in self.bars:
                bar.let_go()
        track = session.track_for(session.joints)
        self._ask(track)
        joint = self.joint.currentData()
        rig = track is not None and isinstance(session.project.track(track), RigTrack)
        self._angle_rows.setVisible(rig and joint is not None)
        self._place_rows.setVisible(not rig and joint is not None)
        if track is None or joint is None:
            self._note(
                tr("No open track holds these joints.") if track is None else tr("This track does not move these joints.")
            )
            return
        values = pose_values(session.project, session.project.track(track), session.frame).get(joint)
        if rig:
            self._show_angles(joint, values)
        else:
            self._show_place(joint, values)

    def _ask(self, track: str | None) -> None:
        """Name the joints that can be chosen, when others are selected."""
        asked = (track, self.session.joints)
        if asked == self._asked:
            return
        self._asked, before = asked, self.joint.currentData()
        self._track = track or ""
        self._names = edits.keyed_joints(self.session.project, track, self.session.joints) if track else ()
        self.joint.clear()
        for name in self._names:
            self.joint.addItem(joint_title(name), name)
        if before in self._names:
            self.joint.setCurrentIndex(self._names.index(before))
        self.joint.setVisible(bool(self._names))

    def _choose(self) -> None:
        self.refresh()

    def _show_angles(self, joint: str, values: tuple[float, ...] | None) -> None:
        rig = self.session.project.rig
        limits = None if joint == TRANSLATION else np.degrees(rig.limits[rig.skeleton.index(joint)])
        for number, bar in enumerate(self.angles):
            low, high = (-_METRES, _METRES) if limits is None else limits[number].tolist()
            bar.set_range(low, high)
            shown = None if values is None else values[number] if limits is None else float(np.degrees(values[number]))
            bar.show_value(shown)
        self._note("")

    def _show_place(self, joint: str, values: tuple[float, ...] | None) -> None:
        gone = tr("This point is missing at this frame.")
        for axis in range(2):
            size = self.session.project.size[axis]
            value = None if values is None else values[axis]
            self.pixels[axis].set_range(0, size)
            self.fractions[axis].show_value(value, "" if values else gone)
            self.pixels[axis].show_value(None if value is None else value * size, "" if values else gone)
        sure = float(self.session.pose().confidence[0, wholebody_134.index(joint)])
        self._note(tr("Confidence {number}", number=f"{sure:.2f}") if values else gone)

    def _note(self, words: str) -> None:
        if words != self.note.text():
            self.note.setText(words)
        self.note.setVisible(bool(words))

    def _change(self, axis: int, number: float, preview: bool, merge: bool) -> None:
        session, joint, frame = self.session, self.joint.currentData(), self.session.frame
        track = session.track_for(session.joints)
        if track is None or joint is None:
            return
        owner = session.project.track(track)
        turns = isinstance(owner, RigTrack) and joint != TRANSLATION
        self._wanted = (axis, number)
        wanted = float(np.radians(number)) if turns else min(max(number, -FARTHEST), FARTHEST)
        now = list(pose_values(session.history.project, session.history.project.track(track), frame)[joint])
        now[axis] = wanted
        made = session.posed(
            tr("Set {joint}", joint=joint_title(joint)),
            lambda project, track: edits.set_pose(project, track, frame, {joint: tuple(now)}),
            merge=("joint", joint, axis, frame) if merge else None,
            preview=preview,
        )
        if not made and not preview:
            self.refresh()

    def _commit(self) -> None:
        if self.session.dragging:
            self._change(*self._wanted, preview=False, merge=False)
        else:
            self.refresh()
