"""Fitting to the reference picture: how well the poses fit, what is wrong, and the numbers that mend it, beside the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from poseforge.fitness import Fitness, judge
from poseforge.fitting import LARGEST, SMALLEST, Fit, Rest, estimate, fit, rest_frames, with_rest
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import PointTrack, Project, RigTrack

from .actions import Actions
from .background import aside
from .bars import Bar
from .buttons import button_box
from .docks import over_library
from .draft import Draft
from .fit_grips import Change, FitGrips
from .ranking import score_color
from .session import Session
from .stage import Stage
from .text import noop, tr
from .theme import STEP, colors, current
from .told import told

_RATIOS = {
    "scale": noop("Size of the person"),
    "shoulders": noop("Width of the shoulders"),
    "neck": noop("Length of the neck"),
    "head": noop("Size of the head"),
    "arms": noop("Length of the arms"),
    "hands": noop("Size of the hands"),
}
_SHIFT, _TILT = noop("The person is moved"), noop("Tilt of the shoulders")
_RESTS = {"left": noop("The left hand rests"), "right": noop("The right hand rests")}
_AXES = (("→", noop("to the right; to the left below zero")), ("↓", noop("down; up below zero")))
_ADVICE = {"head-room", "hand-hidden", "hand-missing", "hand-turned"}
"""Findings that no fit mends: what to do is said with them."""

_LONG = 1000
"""Frames that take longer to be fitted than a drag may wait."""

_FINDINGS = 5
"""That are shown before the rest is counted."""


@dataclass(frozen=True)
class Part:
    """What a Fit is applied to: the whole project, or a track or a clip of points by its id."""

    track: str | None = None
    clip: str | None = None

    def fitted(self, project: Project, how: Fit) -> Project:
        if how == Fit():
            return project
        if self.clip:
            return edits.fit_clip(project, self.clip, how)
        return edits.fit_track(project, self.track, how) if self.track else edits.fit_project(project, how)

    def sample(self, project: Project) -> PoseSequence:
        return edits.fit_sample(project, self.track, self.clip)


@dataclass(frozen=True)
class _Sample:
    """The frames of a part of a project by which it is fitted, and their poses."""

    project: Project
    part: Part
    frames: NDArray[np.intp]
    poses: PoseSequence


class FitDialog(QDialog):
    """A window beside the editor's, which stays usable. What is chosen is a preview until it is applied.

    Attributes:
        draft: the Fit that is chosen now, and the steps to it.
        part: what it is applied to.
        before, after: how the poses fit without and with it; None while that is worked out.
        bars: its numbers by name.
        grips: those on the canvas.
    """

    crop_wanted = Signal()

    def __init__(self, session: Session, actions: Actions, stage: Stage, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.draft = Draft(Fit(), self._chosen)
        self.before: Fitness | None = None
        self.after: Fitness | None = None
        self.bars: dict[str, Bar] = {}
        self.grips = FitGrips(session, stage, self._rest_frame)
        self._show_pose = actions["show_picture_pose"]
        self._pose_shown = False
        self._at_press = Fit()
        self._window = parent
        self._history = session.history
        self._seen: tuple[object, ...] = ()
        self._made: Project | None = None
        self._made_of: tuple[Project, Part, Fit] | None = None
        self._sample: _Sample | None = None
        self._rest_frames: dict[str, tuple[_Sample, Rest | None, NDArray[np.intp]]] = {}
        self._drag = object()
        self._placed = False
        self._busy = self._stale = False
        self.setWindowTitle(tr("Fit to the picture"))
        self.setWhatsThis(
            tr("Brings the poses to the person in the reference picture: shoulders on shoulders, hands where the hands are. "
               "The green lines are the person in the picture.")
        )  # fmt: skip
        self._lay_out(actions)
        self.grips.begun.connect(self._hold)
        self.grips.moved.connect(self._pulled)
        for signal in (session.project_changed, session.picture_pose_changed):
            signal.connect(self._look)
        session.selection_changed.connect(self._offer)
        for key, travel in ((QKeySequence.StandardKey.Undo, session.undo), (QKeySequence.StandardKey.Redo, session.redo)):
            QShortcut(QKeySequence(key), self).activated.connect(travel)
        current.changed.connect(self._describe)

    # -- what it looks like

    def _lay_out(self, actions: Actions) -> None:
        self.unknown = QWidget(self)
        self.search, self.searching = QLabel(self), QProgressBar(self)
        self.search.setWordWrap(True)
        self.search.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.searching.setRange(0, 0)  # nobody knows how long
        self.searching.setTextVisible(False)
        self.searching.setFixedHeight(2 * STEP)
        row = QHBoxLayout()
        self.find_button, self.give_button = (QPushButton(text, self) for text in (tr("Find the pose"), tr("From a file…")))
        for button, id in ((self.find_button, "find_pose"), (self.give_button, "give_pose")):
            button.setAutoDefault(False)
            button.clicked.connect(actions[id].trigger)
            row.addWidget(button)
        about = QVBoxLayout(self.unknown)
        about.setContentsMargins(0, 0, 0, 0)
        about.setSpacing(2 * STEP)
        about.addWidget(self.search)
        about.addWidget(self.searching)
        about.addLayout(row)
        self.score, self.findings = QLabel(self), QLabel(self)
        for label in (self.score, self.findings):
            label.setWordWrap(True)
        self.findings.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.findings.setMinimumHeight(_FINDINGS * self.fontMetrics().lineSpacing())
        self.findings.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        self.known = QWidget(self)
        column = QVBoxLayout(self.known)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        for part in (self.score, self.findings):
            column.addWidget(part)
        column.addLayout(self._choices())
        column.addLayout(self._numbers())
        column.addWidget(self.compare)
        layout = QVBoxLayout(self)
        layout.setSpacing(3 * STEP)
        for block in (self.unknown, self.known, self.crop_button, self._buttons()):
            layout.addWidget(block)
        self.setMinimumWidth(100 * STEP)

    def _choices(self) -> QFormLayout:
        self.parts = QComboBox(self)
        self.parts.setAccessibleName(tr("Applies to"))
        self.parts.currentIndexChanged.connect(self.start_over)
        self.auto = QPushButton(tr("Fit automatically"), self)
        self.auto.setToolTip(tr("Measures the person in the picture and the poses, and sets all the numbers below."))
        self.reset = QPushButton(tr("Reset"), self)
        self.reset.setToolTip(tr("Poses as they were"))
        self.compare = QCheckBox(tr("Compare with before"), self)
        self.compare.setToolTip(tr("Shows the poses as they were while it is ticked"))
        self.crop_button = QPushButton(tr("Cut picture and pose as EchoMimicV2 does…"), self)
        self.crop_button.setToolTip(
            tr("The official way: a square is cut out of the picture, another out of the poses, so that both are of 768 x 768 "
               "pixels. Nothing else is changed.")
        )  # fmt: skip
        self.auto.clicked.connect(self.fit_automatically)
        self.reset.clicked.connect(lambda: self.choose(Fit(), tr("Reset")))
        self.compare.toggled.connect(self._compare)
        self.crop_button.clicked.connect(self.crop_wanted)
        buttons = QHBoxLayout()
        for button in (self.auto, self.reset):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.crop_button.setAutoDefault(False)
        form = QFormLayout()
        form.setSpacing(2 * STEP)
        form.addRow(tr("Applies to"), self.parts)
        form.addRow("", buttons)
        return form

    def _numbers(self) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(STEP)
        form.setHorizontalSpacing(2 * STEP)
        form.addRow(tr(_SHIFT), self._pair("shift", tr(_SHIFT), self._shift))
        for name, title in _RATIOS.items():
            form.addRow(tr(title), self._bar(name, tr(title), (-60, 150), " %", partial(self._ratio, name)))
        form.addRow(tr(_TILT), self._bar("tilt", tr(_TILT), (-30, 30), "°", lambda degrees: self._set(_TILT, tilt=degrees)))
        for side, title in _RESTS.items():
            form.addRow(tr(title), self._pair(side, tr(title), partial(self._rest, side)))
        return form

    def _pair(self, name: str, title: str, change: Callable[[int, float], object]) -> QHBoxLayout:
        """A bar for each axis of the canvas."""
        row = QHBoxLayout()
        row.setSpacing(STEP)
        for axis, (mark, way) in enumerate(_AXES):
            bar = self._bar(f"{name} {axis}", f"{title}: {tr(way)}", (-50, 50), " %", partial(change, axis))
            bar.mark = mark
            row.addWidget(bar)
        return row

    def _bar(self, name: str, title: str, bounds: tuple[float, float], unit: str, change: Callable[[float], object]) -> Bar:
        bar = Bar(title, *bounds, 1.0, 1, unit, self)
        bar.dragged.connect(change)
        bar.stepped.connect(change)
        bar.released.connect(self._hold)
        self.bars[name] = bar
        return bar

    def _buttons(self) -> QDialogButtonBox:
        box = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.apply_button = box.button(QDialogButtonBox.StandardButton.Ok)
        self.apply_button.setText(tr("Apply"))
        box.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Close"))
        box.accepted.connect(self.apply)
        box.rejected.connect(self.reject)
        return box

    def show_search(self, on: bool, problem: str) -> None:
        """Say whether the person in the picture is being looked for, or why they were not found."""
        if on:
            words = tr("Looking for the person in the picture… This takes a few seconds.")
        else:
            words = problem or tr("Where is the person in the picture? Poses are fitted to that.")
        self.search.setText(words)
        self.search.setStyleSheet(f"color: {colors().warning}" if problem and not on else "")
        self.searching.setVisible(on)
        self.find_button.setEnabled(not on)

    # -- what is chosen

    @property
    def how(self) -> Fit:
        """The Fit as it is chosen now."""
        return self.draft.value

    @property
    def part(self) -> Part:
        part = self.parts.currentData()
        return part if isinstance(part, Part) else Part()

    def _offer(self) -> None:
        """Name what can be fitted: all, and what is selected if it holds points."""
        session = self.session
        wanted: list[tuple[str, Part]] = [(tr("The whole project"), Part())]
        track = next((one for one in session.history.project.tracks if one.id == session.track), None)
        if isinstance(track, PointTrack) and not track.locked:
            wanted.append((tr("The selected track: {name}", name=track.name or track.id), Part(track=track.id)))
            clip = next((one for one in track.clips if one.id == session.clip), None)
            if clip:
                wanted.append((tr("The selected clip: {name}", name=clip.name or clip.id), Part(clip=clip.id)))
        if [(self.parts.itemText(i), self.parts.itemData(i)) for i in range(self.parts.count())] == wanted:
            return
        before = self.part
        with QSignalBlocker(self.parts):
            self.parts.clear()
            for title, part in wanted:
                self.parts.addItem(title, part)
            self.parts.setCurrentIndex(max(next((i for i, (_, part) in enumerate(wanted) if part == before), 0), 0))
        if self.part != before:
            self.start_over()

    def start_over(self) -> None:
        """Something else is fitted: what was chosen and not applied does not belong to it."""
        self.before = self.after = None
        self.draft.begin(Fit())
        self._chosen(Fit())
        self._gather()

    def choose(self, how: Fit, label: str, merge: object = None) -> None:
        """Show what a Fit makes of the poses, as a step that can be undone while the window is open."""
        before = self.draft.undo_labels
        self.draft.apply(label, how, merge)
        if self.draft.undo_labels != before:
            self.session.history_changed.emit()

    def _chosen(self, how: Fit) -> None:
        self._foreshadow()
        if self.compare.isChecked():
            with QSignalBlocker(self.compare):
                self.compare.setChecked(False)
        self._show_numbers()
        self._work()

    def _foreshadow(self) -> None:
        """Show what a drag does at once where it takes a while to be made: of a long film, say."""
        project = self.session.history.project
        takes_long = project.length > _LONG and any(isinstance(track, PointTrack) for track in project.tracks)
        shown = self.isVisible() and takes_long and self.how != Fit()
        self.grips.foreshadow(fit(bake(project, [self.session.frame]), self.how) if shown else None)

    def _set(self, title: str, **numbers: float) -> None:
        self.choose(replace(self.how, **numbers), tr(title), (self._drag, title))  # type: ignore[arg-type]

    def _shift(self, axis: int, percent: float) -> None:
        self.choose(replace(self.how, shift=_with(self.how.shift, axis, percent)), tr(_SHIFT), (self._drag, _SHIFT))

    def _ratio(self, name: str, percent: float) -> None:
        self._set(_RATIOS[name], **{name: min(max(1 + percent / 100, SMALLEST), LARGEST)})

    def _rest(self, side: str, axis: int, percent: float) -> None:
        self._sample = self._sample or _sample(self.session.history.project, self.part)
        self._let_rest(self.how, self._sample.poses, side, _with(_way(self.how, side), axis, percent))

    def _let_rest(self, how: Fit, poses: PoseSequence, side: str, wrist: tuple[float, float]) -> None:
        title = _RESTS[side]
        self.choose(with_rest(how, poses, side, wrist), tr(title), (self._drag, title))

    def _hold(self) -> None:
        """A drag begins, or has ended: what follows is another step."""
        self._at_press, self._drag = self.how, object()

    def _pulled(self, change: Change) -> None:
        """A grip is somewhere else than it was when the drag began."""
        if change.number in _RESTS:
            if self._sample is not None:
                x, y = np.add(_way(self._at_press, change.number), change.shift).tolist()
                here = self._sample.poses[int(np.searchsorted(self._sample.frames, self.session.frame)) :][:1]
                self._let_rest(self._at_press, here, change.number, (x, y))  # what is under the mouse stays there
        else:
            title = _RATIOS.get(change.number, _SHIFT)
            self.choose(change.of(self._at_press), tr(title), (self._drag, title))

    def _gather(self) -> None:
        """Look aside at what is fitted."""
        project, part = self.session.history.project, self.part

        def then(sample: _Sample) -> None:
            if self.session.history.project is project and self.part == part:
                self._sample = sample
                self.grips.place()

        self._sample = None
        aside(self, partial(_sample, project, part), then)

    def _rest_frame(self, side: str) -> int | None:
        """The frame nearest to the one that is shown in which a hand rests; None if there is none, or it cannot be moved."""
        sample, rest = self._sample, self.how.rests.get(side)
        if sample is None or self._performs:
            return None
        known = self._rest_frames.get(side)
        if known is None or known[0] is not sample or (known[1] and known[1].at) != (rest and rest.at):
            known = sample, rest, sample.frames[rest_frames(self.how, sample.poses, side)]
            self._rest_frames[side] = known
        frames = known[2]
        return int(frames[np.abs(frames - self.session.frame).argmin()]) if len(frames) else None

    @property
    def _performs(self) -> bool:
        """Whether nobody is there but the performer, who keeps its rest."""
        return all(isinstance(track, RigTrack) for track in self.session.history.project.tracks)

    def _show_numbers(self) -> None:
        how = self.how
        values = {"tilt": how.tilt} | {name: 100 * (getattr(how, name) - 1) for name in _RATIOS}
        for axis in (0, 1):
            values[f"shift {axis}"] = 100 * how.shift[axis]
            for side in _RESTS:
                values[f"{side} {axis}"] = 100 * _way(how, side)[axis]
        performs = self._performs
        reason = tr("The performer keeps its rest and its level shoulders: pose its arms instead.") if performs else ""
        for name, bar in self.bars.items():
            kept = performs and name.partition(" ")[0] in ("tilt", *_RESTS)
            bar.show_value(None if kept else values[name], reason if kept else "")
        self.reset.setEnabled(how != Fit())
        self.compare.setEnabled(how != Fit())

    # -- what comes of it

    def fit_automatically(self) -> None:
        """Measure picture and poses, and choose what brings these to that."""
        project, part, pose = self.session.history.project, self.part, self.session.picture_pose_on_canvas
        if pose is None:
            return

        def then(how: Fit) -> None:
            if self.session.history.project is project and self.part == part:
                self.choose(how, tr("Fit automatically"))

        aside(self, lambda: estimate(pose, part.sample(project)), then, partial(self.session.tell, "warning"))

    def _look(self) -> None:
        """The project, the picture or its pose is another."""
        if not self.isVisible():
            return
        session = self.session
        if session.history is not self._history:  # another project was opened
            self._history, self._made = session.history, None
            self.draft.begin(Fit())
        project, pose, picture = session.history.project, session.picture_pose, session.project.picture
        seen = (project, pose, picture)
        if len(self._seen) != 3 or any(one is not other for one, other in zip(seen, self._seen, strict=True)):
            self._seen = seen
            self.before = self.after = None
            self._show_numbers()
            self._offer()
            self._gather()
            self._work()
        elif session.project is project and self._made is not None and not self.compare.isChecked():
            self._preview()  # somebody's drag was given up

    def _work(self) -> None:
        """Fit the project aside and show it, and then, unless something else is wanted meanwhile, judge it."""
        self._describe()
        if self._busy:
            self._stale = True
            return
        base, part, how = self.session.history.project, self.part, self.how
        self._busy = True
        if self._made is not None and how == Fit():
            self._made = None
            self.session.cancel()

        def made(project: Project) -> None:
            if project is not base and self.session.history.project is base and self.how != Fit() and self.isVisible():
                self._made, self._made_of = project, (base, part, how)
                self._preview()
            if self.how == how:
                self.grips.foreshadow(None)
            if self._stale or not self.isVisible():
                self._end()
            else:
                pose, before = self.session.picture_pose_on_canvas, self.before
                aside(self, partial(_judged, pose, part, base, project, before), judged, failed)

        def judged(found: tuple[Fitness, Fitness] | None) -> None:
            if not self._stale and found:
                self.before, self.after = found
            self._end()

        def failed(problem: str) -> None:
            self.grips.foreshadow(None)
            self.session.tell("warning", problem)
            self._end()

        aside(self, partial(part.fitted, base, how), made, failed)

    def _end(self) -> None:
        self._busy = False
        if self._stale:
            self._stale = False
            self._work()
        else:
            self._describe()

    def _preview(self) -> None:
        """Show what was made, unless somebody drags something."""
        made = self._made
        if made is not None and not self.compare.isChecked():
            self.session.preview(lambda _: made)

    def _compare(self, before: bool) -> None:
        self.session.cancel() if before else self._preview()

    def _describe(self) -> None:
        """Say how well the poses fit, and what is wrong."""
        known = self.session.picture_pose is not None
        if known != self.known.isVisibleTo(self) or known == self.unknown.isVisibleTo(self):
            for block in (self.known, self.crop_button):
                block.setVisible(known)
            self.unknown.setVisible(not known)
            QTimer.singleShot(0, self.adjustSize)
        self.grips.show(known and self.isVisible())
        self.apply_button.setEnabled(known and self.how != Fit())
        if self.before is None or self.after is None:
            self.score.setText(tr("Measuring…"))
            return
        shown = self.after
        text = tr("Fits the picture: {score} of 100", score=shown.score)
        if self.how != Fit():
            text = tr("Fits the picture: {score} of 100 · before {before}", score=shown.score, before=self.before.score)
        self.score.setText(text)
        self.score.setStyleSheet(f"font-weight: bold; color: {score_color(shown.score)}")
        lines = [sentence(finding.code, finding.message, finding.advice) for finding in shown.findings]
        if len(lines) > _FINDINGS + 1:
            lines[_FINDINGS:] = [tr("and {count} more findings", count=len(lines) - _FINDINGS)]
        self.findings.setText("\n".join(f"· {line}" for line in lines) or tr("Nothing is wrong."))

    def apply(self) -> None:
        """Make it a step."""
        if self.how == Fit():
            return
        part, how, made, label = self.part, self.how, self._made, tr("Fit to the picture")
        wanted = (self.session.history.project, part, how)
        self._made = None
        self.draft.begin(Fit())
        self.session.cancel()  # else what is committed would be what is shown already, and nobody would hear of it
        if made is not None and self._made_of and self._made_of[0] is wanted[0] and self._made_of[1:] == wanted[1:]:
            self.session.apply(label, lambda _: made)
        else:
            self.session.apply_aside(label, lambda project: part.fitted(project, how))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            over_library(self, self._window)
        self.session.set_draft(self.draft)
        self._pose_shown = self._show_pose.isChecked()
        self._show_pose.setChecked(True)
        self._offer()
        self._look()
        self._describe()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._show_pose.setChecked(self._pose_shown)
        self.grips.foreshadow(None)
        self.grips.show(False)
        self.draft.begin(Fit())
        self.session.set_draft(None)
        self._seen = ()
        if self._made is not None:
            self._made = None
            self.session.cancel()


def _sample(project: Project, part: Part) -> _Sample:
    return _Sample(project, part, edits.fit_frames(project, part.clip), part.sample(project))


def _way(how: Fit, side: str) -> tuple[float, float]:
    """How far a Fit moves the place where a hand rests."""
    return how.rests[side].wrist if side in how.rests else (0.0, 0.0)


def _with(place: tuple[float, float], axis: int, percent: float) -> tuple[float, float]:
    """A place with another number on one axis."""
    x, y = place
    return (percent / 100, y) if axis == 0 else (x, percent / 100)


def _judged(
    pose: PoseSequence | None, part: Part, base: Project, made: Project, before: Fitness | None
) -> tuple[Fitness, Fitness] | None:
    """How the poses fit before and after; None without a picture's pose."""
    if pose is None:
        return None
    before = before or judge(pose, part.sample(base))
    return before, before if made is base else judge(pose, part.sample(made))


def sentence(code: str, message: str, advice: str) -> str:
    """A finding of `fitness.judge` in the user's language."""
    return told(f"{message}; {advice}" if code in _ADVICE else message)
