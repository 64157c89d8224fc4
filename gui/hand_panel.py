"""The hand in the inspector: sliders for fingers and wrist, and the hand shapes as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from poseforge.skeleton import FINGERS, wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import shown_on
from poseforge.timeline.edits.fingers import hand_joints
from poseforge.timeline.project import Project, RigTrack

from .bars import Bar
from .icons import icon
from .presets import SIDES
from .session import Session
from .shape_picker import ShapePicker
from .text import noop, tr
from .theme import STEP, colors, current

_FINGERS = dict(
    zip(FINGERS, (noop("Thumb"), noop("Index"), noop("Middle"), noop("Ring"), noop("Little")), strict=True)
)  # fmt: skip
_ALL = "all"
_WRIST = {"roll": noop("Roll"), "pitch": noop("Pitch"), "yaw": noop("Yaw")}
_WRIST_RANGE = {"roll": (-90.0, 95.0), "pitch": (-75.0, 85.0), "yaw": (-35.0, 28.0)}
_TURN = (-180.0, 180.0)
"""How far a hand of points turns in the picture."""

_RANGES = {"curl": (-0.2, 1.2), "spread": (-1.0, 2.0)}
"""0 is straight or side by side, 1 a fist's or an open hand's; hands go a little farther."""

_HELP = {
    "roll": noop("Turns the palm up"),
    "pitch": noop("Bends the hand toward the palm"),
    "yaw": noop("Bends the hand toward the thumb"),
}


def hand_of(side: str) -> tuple[str, ...]:
    """The joints whose selection means a hand."""
    return (*hand_joints(side), f"{side}_wrist")


class HandPanel(QWidget):
    """Sliders and shapes of the hands of which something is selected; of both if nothing is."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.bars: dict[tuple[str, str], Bar] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * STEP)
        self.elsewhere = QLabel(self)
        self.elsewhere.setWordWrap(True)
        self.elsewhere.hide()
        layout.addLayout(self._head())
        layout.addWidget(self.elsewhere)
        layout.addLayout(self._finger_rows())
        layout.addLayout(self._wrist_rows())
        self.span_box = QComboBox(self)
        self.span_box.setAccessibleName(tr("Frames that a hand shape is for"))
        self.span_box.setToolTip(tr("A hand that is missing is put on its wrist."))
        choices = QStandardItemModel(self.span_box)
        for text in (tr("At this frame"), tr("From the in to the out point"), tr("In all frames")):
            choices.appendRow(QStandardItem(text))
        self._between = choices.item(1)
        self.span_box.setModel(choices)
        layout.addWidget(self.span_box)
        self.shapes = ShapePicker(session, lambda: self.sides, self._span)
        layout.addWidget(self.shapes)
        current.changed.connect(self._dress)
        self._dress()

    @property
    def sides(self) -> list[str]:
        """The hands that are edited."""
        chosen = [side for side in SIDES if self.session.joints & {*hand_of(side)}]
        return chosen or [*SIDES]

    def _span(self) -> tuple[int, int] | None:
        """The frames that a shape is for; None for the current one."""
        project, chosen = self.session.project, self.span_box.currentIndex()
        if self.span_box.isHidden():
            return None
        return (None, project.range, (0, project.length - 1))[chosen]

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self._group = QButtonGroup(self)
        self.side_buttons: dict[str, QToolButton] = {}
        for name, text in (("left", tr("Left")), ("right", tr("Right")), ("both", tr("Both"))):
            button = QToolButton(self)
            button.setText(text)
            button.setCheckable(True)
            button.setAccessibleName(text)
            button.setToolTip(tr("Selects the hand that is edited"))
            button.clicked.connect(partial(self._choose, name))
            self._group.addButton(button)
            self.side_buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        self.mirror = self._button("mirror", tr("Give the other hand the mirror image of this one"), self._mirror)
        self.hide_button = self._button("hidden", tr("Hide the hand from this frame on, or show it again"), self._hide)
        self.rest = self._button("undo", tr("Back to the hand at rest"), self._rest)
        for button in (self.mirror, self.hide_button, self.rest):
            row.addWidget(button)
        return row

    def _button(self, shape: str, words: str, handler: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("shape", shape)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setIconSize(QSize(5 * STEP, 5 * STEP))
        button.clicked.connect(handler)
        return button

    def _dress(self) -> None:
        for button in (self.mirror, self.hide_button, self.rest):
            button.setIcon(icon(button.property("shape")))
        self._tint()

    def _tint(self) -> None:
        """Give the bars the color of the hand's side."""
        shade = colors().part(self.sides[0]) if len(self.sides) == 1 else ""
        for bar in self.bars.values():
            if bar.color != shade:
                bar.color = shade
                bar.update()

    def _finger_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP // 2)
        for column, title in ((1, tr("Curl")), (2, tr("Spread"))):
            head = QLabel(title, self)
            head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(head, 0, column)
            grid.setColumnStretch(column, 1)
        for row, (finger, name) in enumerate((*_FINGERS.items(), (_ALL, noop("All"))), 1):
            words = tr(name)
            grid.addWidget(QLabel(words, self), row, 0)
            for column, what in ((1, "curl"), (2, "spread")):
                title = tr("{finger}, curl", finger=words) if what == "curl" else tr("{finger}, spread", finger=words)
                grid.addWidget(self._bar((what, finger), title, *_RANGES[what], 0.05), row, column)
        return grid

    def _wrist_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP // 2)
        for row, (what, name) in enumerate(_WRIST.items()):
            label = QLabel(tr(name), self)
            label.setToolTip(tr(_HELP[what]))
            grid.addWidget(label, row, 0)
            grid.addWidget(self._bar((what, ""), tr(name), *_TURN, 1.0, 0, "°"), row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _bar(
        self, what: tuple[str, str], title: str, low: float, high: float, step: float, digits: int = 2, unit: str = ""
    ) -> Bar:
        bar = Bar(title, low, high, step, digits, unit, self)
        bar.setObjectName("_".join(filter(None, what)))
        bar.dragged.connect(lambda number: self._change(what, number, preview=True))
        bar.released.connect(lambda: self._commit(what))
        bar.stepped.connect(lambda number: self._change(what, number, merge=True))
        self.bars[what] = bar
        return bar

    def refresh(self) -> None:
        """Show the hand of the current frame."""
        sides = self.sides
        self.side_buttons["both" if len(sides) == 2 else sides[0]].setChecked(True)
        self.mirror.setEnabled(len(sides) == 1)
        self._tint()
        self.shapes.viewport().update()
        if not self.session.dragging:
            for bar in self.bars.values():
                bar.let_go()
        track = self._track()
        self._name_track(track)
        if track is None:
            self.span_box.hide()
            self._show(edits.HandPose(), tr("No open track holds this hand."))
            return
        rig = isinstance(self.session.project.track(track), RigTrack)
        self.span_box.setHidden(rig)
        self._between.setEnabled(self.session.project.range is not None)
        for what, limits in _WRIST_RANGE.items():
            self.bars[what, ""].set_range(*(limits if rig else _TURN))
        pose = edits.hand_pose(self.session.project, track, sides[0], self.session.frame)
        unclear = tr("Missing, or not to be told from this picture. Drag the finger on the canvas, or give the hand a shape.")
        self._show(pose, unclear, "" if rig else tr("A hand of points turns in the picture only."))

    def _name_track(self, track: str | None) -> None:
        """Say so if the hand is seen on another track than the one that is edited."""
        project = self.session.project
        seen = shown_on(project, self.session.frame, self._joints())
        self.elsewhere.setVisible(track is not None and bool(seen) and track not in seen)
        if track:
            name = project.track(track).name or track
            self.elsewhere.setText(
                tr("These are the numbers of the track “{name}”. Here the hand is seen on another track.", name=name)
            )

    def _show(self, pose: edits.HandPose, missing: str, flat: str = "") -> None:
        for what, values in (("curl", pose.curl), ("spread", pose.spread)):
            for finger in FINGERS:
                self.bars[what, finger].show_value(values.get(finger), "" if finger in values else missing)
            mean = float(np.mean([*values.values()])) if values else None
            self.bars[what, _ALL].show_value(mean, "" if values else missing)
        for what in _WRIST:
            number = getattr(pose, what)
            self.bars[what, ""].show_value(number, "" if number is not None else flat or missing)

    def _track(self) -> str | None:
        return self.session.track_for(self._joints())

    def _joints(self) -> list[str]:
        return [joint for side in self.sides for joint in hand_of(side)]

    def _change(self, what: tuple[str, str], number: float, preview: bool = False, merge: bool = False) -> None:
        """Set one number of the hands."""
        self._wanted = number
        kind, finger = what
        track = self._track()
        frame = self.session.frame
        given: dict[str, Any] = {kind: number}
        if finger and track:
            shown = getattr(edits.hand_pose(self.session.project, track, self.sides[0], frame), kind)
            given = {kind: dict.fromkeys(shown if finger == _ALL else (finger,), number)}
        pose = replace(edits.HandPose(), **given)
        self._edit(
            tr("Pose the hand"),
            lambda project, track, side: edits.pose_hand(project, track, side, frame, pose),
            merge=("hand", what, frame, tuple(self.sides)) if merge else None,
            preview=preview,
        )

    def _commit(self, what: tuple[str, str]) -> None:
        if self.session.dragging:
            self._change(what, self._wanted)
        else:
            self.refresh()

    def _edit(
        self, label: str, edit: Callable[[Project, str, str], Project], merge: object = None, preview: bool = False
    ) -> None:
        sides = self.sides

        def all_sides(project: Project, track: str) -> Project:
            for side in sides:
                project = edit(project, track, side)
            return project

        if not self.session.posed(label, all_sides, merge, preview, self._joints()) and not preview:
            self.refresh()

    def _choose(self, name: str) -> None:
        sides = SIDES if name == "both" else (name,)
        self.session.select(joints=[joint for side in sides for joint in hand_joints(side)])

    def _mirror(self) -> None:
        if len(self.sides) != 1:  # the button is shown a moment longer than there is one to mirror
            return
        (side,), frame = self.sides, self.session.frame
        self.session.posed(
            tr("Mirror the hand"),
            lambda project, track: edits.mirror_hand(project, track, side, frame),
            joints=[joint for one in SIDES for joint in hand_of(one)],
        )

    def _hide(self) -> None:
        joints = [joint for side in self.sides for joint in hand_joints(side)]
        indices = [wholebody_134.index(joint) for joint in joints]
        shown = bool(np.isnan(self.session.pose().points[0, indices, 0]).all())
        track, frame = self.session.edit_track(joints), self.session.frame
        if track:
            label = tr("Show the hand") if shown else tr("Hide the hand")
            self.session.apply(label, lambda project: edits.set_visible(project, track, joints, frame, shown))

    def _rest(self) -> None:
        frame = self.session.frame
        self._edit(tr("Hand at rest"), lambda project, track, side: edits.rest_hand(project, track, side, frame))
