"""Filters: cleaning what a detector saw, with the result shown while the numbers change."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from math import floor, isnan, log10
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseforge import filters, repairs
from poseforge.figures import Figures, figures
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.project import Clip, PointTrack, Project

from .background import Latest
from .docks import over_library
from .session import Session
from .text import noop, tr
from .theme import STEP, tabular


@dataclass(frozen=True)
class Filter:
    """A filter as people choose it: what it is called, what it does in a sentence, and the function."""

    title: str
    what: str
    function: Callable[..., PoseSequence]

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The numbers and choices it takes, by name."""
        found = inspect.signature(self.function).parameters
        return {name: one for name, one in found.items() if name not in ("sequence", "joints", "frames")}

    def takes(self, name: str) -> bool:
        """Whether it can be confined to "joints" or to "frames"."""
        return name in inspect.signature(self.function).parameters


FILTERS = (
    Filter(
        noop("Clean up"), noop("Exchanged hands, outliers, gaps and jitter, all in one. Begin with this."), filters.clean
    ),
    Filter(noop("Remove jitter"), noop("Takes off as much jitter as there is; quick strokes stay quick."), filters.denoise),
    Filter(noop("Remove outliers"), noop("Points far off their path become missing."), filters.reject_outliers),
    Filter(noop("Fill gaps"), noop("Short gaps are filled along a smooth curve."), filters.fill_gaps),
    Filter(
        noop("Exchange hands back"),
        noop("Left and right hands that the detector mixed up are put right."),
        filters.swap_repair,
    ),
    Filter(noop("Steady the bones"), noop("Fingers keep their length; flicker goes."), filters.steady_bones),
    Filter(noop("Smooth: close to the movement"), noop("Keeps quick strokes best (Savitzky-Golay)."), filters.savitzky_golay),
    Filter(noop("Smooth: soft"), noop("A weighted mean of the neighbours; rounds quick strokes (Gauss)."), filters.gaussian),
    Filter(
        noop("Smooth: take off quick jitter"),
        noop("What is quicker than a frequency goes; used in biomechanics (Butterworth)."),
        filters.butterworth,
    ),
    Filter(noop("Smooth: by the past only"), noop("As it is done live, so it lags a little (1 Euro)."), filters.one_euro),
    Filter(noop("Close the loop"), noop("The end leads into the beginning, so that it can be repeated."), filters.close_loop),
)  # fmt: skip
"""Every filter of `filters` that keeps the number of frames."""

LABELS = {
    "reach": noop("Looks around, seconds"),
    "sigmas": noop("Tolerance"),
    "limit": noop("Longest gap, seconds"),
    "fill": noop("Longest gap, seconds"),
    "ends": noop("Hold the first and last pose where the beginning or the end is missing"),
    "floor": noop("Detector jitter that is left alone, % of the canvas"),
    "min_cutoff": noop("Cutoff at rest, Hz"),
    "beta": noop("Cutoff gained with speed"),
    "speed_cutoff": noop("Cutoff of the speed, Hz"),
    "window": noop("Window, seconds"),
    "order": noop("Order"),
    "sigma": noop("Width, seconds"),
    "cutoff": noop("Cutoff, Hz"),
    "duration": noop("Over the last seconds"),
    "smooth": noop("Smoothing"),
    "swap": noop("Exchange hands back"),
}
SMOOTHERS = {
    "auto": noop("as much as there is jitter"), "savgol": noop("close to the movement"), "gaussian": noop("soft"),
    "butterworth": noop("take off quick jitter"), "one-euro": noop("by the past only"), "off": noop("none"),
}  # fmt: skip
FIGURES = (
    ("jitter", noop("Jitter and quick strokes, % of the canvas"), 1, 2),
    ("largest_jump", noop("Largest jump, % of the canvas"), 100, 1),
    ("bone_flicker", noop("Flicker of bones, %"), 1, 1),
    ("missing", noop("Missing of what was detected, %"), 100, 1),
    ("loop_gap", noop("Gap of the loop, % of the canvas"), 100, 1),
)
"""(figure, what it is, factor, digits)."""

_HANDS = tuple(wholebody_134.joints[i] for part in ("left_hand", "right_hand") for i in wholebody_134.group(part))
_PAUSE_MS = 150


class Detected(NamedTuple):
    """Poses in a project that can be filtered: the base of a track, or what a clip plays."""

    track: PointTrack
    clip: Clip | None = None

    @property
    def name(self) -> str:
        return (self.clip.name if self.clip else "") or self.track.name or self.track.id

    @property
    def sequence(self) -> PoseSequence:
        if self.clip is None:
            assert self.track.base is not None
            return self.track.base
        assert isinstance(self.clip.source, PoseSequence)
        shown = edits.played(self.clip)
        return self.clip.source[shown.start : shown.stop]

    def frames(self, first: int, last: int) -> range:
        """Its frames that are shown between two of the project."""
        if self.clip is None:
            return range(min(first, len(self.sequence)), min(last + 1, len(self.sequence)))
        shown, lead = edits.played(self.clip, first, last), edits.played(self.clip).start
        return range(max(shown.start - lead, 0), max(shown.stop - lead, 0))

    def joints(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """What joints that are seen are called in it."""
        if self.clip is None or not self.clip.mirrored:
            return names
        mirror, index = wholebody_134.mirror, wholebody_134.index
        return tuple(wholebody_134.joints[mirror[index(name)]] for name in names)

    def changed(self, project: Project, change: Callable[[PoseSequence], PoseSequence]) -> Project:
        """A project in which it is changed."""
        return (
            edits.change_clip(project, self.clip.id, change) if self.clip else edits.change_base(project, self.track.id, change)
        )


def detected(session: Session) -> Detected | None:
    """What is filtered: the selected clip if it has points, else what is on the selected track, else on the uppermost that has
    any: its base, or else the clip at the current frame or the first one. Only open tracks count.
    """
    tracks = [track for track in session.history.project.tracks[::-1] if isinstance(track, PointTrack) and not track.locked]
    chosen = [Detected(track, clip) for track in tracks for clip in track.clips if clip.id == session.clip]
    if chosen:
        return chosen[0]
    for track in sorted(tracks, key=lambda track: track.id != session.track):
        if track.base is not None:
            return Detected(track)
        if track.clips:
            return Detected(track, track.clip_at(session.frame) or track.clips[0])
    return None


class FiltersDialog(QDialog):
    """A filter, its numbers, and what it makes of the selection. The result is a preview until it is applied; then nothing is
    previewed until something is changed.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle(tr("Filters"))
        self.fields: dict[str, QWidget] = {}
        self._background = Latest(self)
        self._source: Detected | None = None
        self._result: PoseSequence | None = None
        self._project: Project | None = None
        self._applied = False
        self._window, self._placed = parent, False
        self._wanted = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._compute)
        self._build()
        session.project_changed.connect(self._project_changed)
        session.selection_changed.connect(self._offer)
        self.list.setCurrentRow(0)

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Filters"))
        self.list.addItems([tr(one.title) for one in FILTERS])
        self.list.setFixedWidth(self.list.sizeHintForColumn(0) + 6 * STEP)
        self.list.currentRowChanged.connect(self._choose)
        self.what, self.track_note, self.told = QLabel(), QLabel(), QLabel()
        for label in (self.what, self.track_note, self.told):
            label.setWordWrap(True)
        self.joints, self.frames = QComboBox(), QComboBox()
        for box in (self.joints, self.frames):
            box.currentIndexChanged.connect(self._changed)
        self.joints.activated.connect(self._want_joints)
        self.form = QFormLayout()
        self.form.setSpacing(2 * STEP)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.addRow(tr("Joints"), self.joints)
        self.form.addRow(tr("Frames"), self.frames)
        self.joints.setAccessibleName(tr("Joints"))
        self.frames.setAccessibleName(tr("Frames"))
        self._table()
        self.before_button = QPushButton(tr("Before"))
        self.before_button.setCheckable(True)
        self.before_button.setToolTip(tr("Show the poses without the filter, until it is clicked again"))
        self.before_button.toggled.connect(self._show)
        self.apply_button = QPushButton(tr("Apply"))
        self.apply_button.setDefault(True)
        self.apply_button.clicked.connect(self.apply)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.before_button)
        buttons.addStretch()
        buttons.addWidget(close)
        buttons.addWidget(self.apply_button)
        right = QVBoxLayout()
        right.setSpacing(3 * STEP)
        right.addWidget(self.what)
        right.addLayout(self.form)
        right.addLayout(self.grid)
        right.addStretch()
        right.addWidget(self.track_note)
        right.addWidget(self.told)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        row.setSpacing(4 * STEP)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.resize(720, 520)

    def _table(self) -> None:
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(4 * STEP)
        self.grid.setVerticalSpacing(STEP)
        self.grid.setColumnStretch(0, 1)
        for column, text in ((1, tr("before")), (2, tr("after"))):
            self.grid.addWidget(QLabel(text), 0, column, Qt.AlignmentFlag.AlignRight)
        self.cells: dict[str, tuple[QLabel, QLabel]] = {}
        for row, (name, text, _, _) in enumerate(FIGURES, 1):
            self.grid.addWidget(QLabel(tr(text)), row, 0)
            self.cells[name] = (QLabel("–"), QLabel("–"))
            for column, label in enumerate(self.cells[name], 1):
                label.setFont(tabular())
                self.grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight)

    @property
    def filter(self) -> Filter:
        return FILTERS[max(0, self.list.currentRow())]

    def _choose(self) -> None:
        """Make the fields of the chosen filter, of its function's signature."""
        self._applied = False
        while self.form.rowCount() > 2:
            self.form.removeRow(2)
        self.what.setText(tr(self.filter.what))
        self.fields = {}
        for name, parameter in self.filter.parameters.items():
            field = _field(name, parameter, self._changed)
            field.setAccessibleName(tr(LABELS[name]))
            self.fields[name] = field
            if isinstance(field, QCheckBox):
                field.setText(tr(LABELS[name]))
                self.form.addRow(field)
            else:
                self.form.addRow(tr(LABELS[name]), field)
        self._offer()

    def _want_joints(self) -> None:
        """What the user chose stays chosen, as long as it is offered."""
        self._wanted = _kind(self.joints.currentData())

    def _offer(self) -> None:
        """Offer what the filter can be confined to, and compute it anew unless it was just applied to the same."""
        before = self.joints.currentData(), self.frames.currentData()
        choices: list[tuple[str, Any]] = [(tr("Both hands"), _HANDS), (tr("All joints"), None)]
        if self.session.joints:
            names = tuple(joint for joint in wholebody_134.joints if joint in self.session.joints)
            choices.insert(0, (tr("The selected joints ({count})", count=len(names)), names))
        if not self.filter.takes("joints"):
            choices = [(tr("All joints"), None)]
        frames: list[tuple[str, Any]] = [(tr("All frames"), None)]
        span = self.session.history.project.range
        if span and self.filter.takes("frames"):
            frames.insert(0, (tr("From in to out point ({first} to {last})", first=span[0], last=span[1]), span))
        for box, offered in ((self.joints, choices), (self.frames, frames)):
            with QSignalBlocker(box):
                box.clear()
                for text, data in offered:
                    box.addItem(text, data)
                kept = [at for at, (_, data) in enumerate(offered) if box is self.joints and _kind(data) == self._wanted]
                box.setCurrentIndex(kept[0] if kept else 0)
            box.setEnabled(len(offered) > 1)
        if not self._applied or before != (self.joints.currentData(), self.frames.currentData()):
            self._changed()

    def values(self) -> dict[str, Any]:
        """What the fields say."""
        return {name: _value(name, field) for name, field in self.fields.items()}

    def _changed(self) -> None:
        """What is shown is no longer what was asked for."""
        self._applied = False
        self._background.drop()
        self.apply_button.setEnabled(False)
        if self.isVisible():
            self._pause.start()

    def _work(self, found: Detected) -> tuple[Callable[[PoseSequence], PoseSequence], tuple[str, ...] | None]:
        """The chosen filter with its numbers, and the joints whose figures are shown."""
        function, how = self.filter.function, self.values()
        joints, span = self.joints.currentData(), self.frames.currentData()
        joints = joints and found.joints(joints)
        if self.filter.takes("joints") and joints is not None:
            how["joints"] = joints
        if span is not None:
            how["frames"] = found.frames(*span)
        return (lambda sequence: function(sequence, **how)), joints

    def _compute(self) -> None:
        """Have the result computed from the committed project, beside the window."""
        source, project = detected(self.session), self.session.history.project
        self._result, self._project = None, project
        self.before_button.setEnabled(False)
        if source is None:
            self._background.drop()
            self.told.setText("")
            self.track_note.setText(
                tr(
                    "Filters clean poses that were detected or imported; this project has none on an open track. "
                    "What is made of gestures and keys is clean already."
                )
            )
            return
        self.track_note.setText(tr("On “{name}”", name=source.name))
        self.told.setText(tr("Computing…"))
        base, (change, joints), denoises = source.sequence, self._work(source), self.filter.function is filters.denoise
        span = self.frames.currentData()
        rows = source.frames(*span) if span else slice(None)

        def work() -> tuple[PoseSequence, str, Figures, Figures]:
            result = change(base)
            chosen = np.array([wholebody_134.index(one) for one in joints or wholebody_134.joints])
            if result == base:
                told = tr("There is nothing here for this filter: it changes nothing.")
            elif denoises and not repairs.jittered(base[rows], result[rows], chosen):
                told = tr("There is little jitter here: what remains is quick movement, which this filter keeps.")
            else:
                told = ""
            return result, told, figures(base, joints), figures(result, joints)

        def computed(found: tuple[PoseSequence, str, Figures, Figures]) -> None:
            if self.session.history.project is project:
                self._source = source
                self._computed(*found)

        self._background.run(work, computed, self.told.setText)

    def _computed(self, result: PoseSequence, told: str, before: Figures, after: Figures) -> None:
        self._result = result
        self.told.setText(told)
        for name, _, factor, digits in FIGURES:
            for label, found in zip(self.cells[name], (before, after), strict=True):
                value = factor * getattr(found, name)
                label.setText("–" if isnan(value) else f"{value:.{digits}f}")
        self.apply_button.setEnabled(True)
        self.before_button.setEnabled(True)
        self._show()

    def _edit(self, project: Project) -> Project:
        assert self._source is not None
        assert self._result is not None
        result = self._result
        return self._source.changed(project, lambda _: result)

    def _show(self) -> None:
        """Show the result, or what was before."""
        if self.before_button.isChecked() or self._result is None:
            self.session.cancel()
        else:
            self.session.preview(self._edit)

    def _project_changed(self) -> None:
        if not self.isVisible():
            return
        if self.session.history.project is not self._project:
            self._project = self.session.history.project
            self.told.setText("")
            self._offer()
        elif self._result is not None and not self.session.dragging:
            with QSignalBlocker(self.before_button):
                self.before_button.setChecked(True)

    def apply(self) -> None:
        """Keep the result, as one step to undo."""
        if self._result is None:
            return
        before, title = self.session.history.project, tr("Filter: {name}", name=tr(self.filter.title))
        made = self._edit(before)
        self._result, self._applied = None, True
        self.before_button.setChecked(False)
        self.session.apply(title, lambda _: made)
        self.before_button.setEnabled(False)
        self.apply_button.setEnabled(False)
        if made is before:
            self.session.tell("hint", tr("{title}: nothing was changed.", title=title))
        self.told.setText(tr("Nothing was changed.") if made is before else tr("Applied. Change something to go on."))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            over_library(self, self._window)
        self._offer()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._pause.stop()
        self._background.drop()
        self._applied = False
        if self._result is not None:
            self._result = None
            self.session.cancel()


def _kind(joints: tuple[str, ...] | None) -> str:
    return "all" if joints is None else "hands" if joints == _HANDS else "selected"


_ZERO = frozenset({"limit", "floor", "fill", "beta"})
"""The numbers that may be nothing."""

_PERCENT = frozenset({"floor"})
"""The numbers that are shown in percent, as the figures are."""


def _field(name: str, parameter: inspect.Parameter, changed: Callable[[], object]) -> QWidget:
    """What a parameter is set with, for its kind."""
    default = parameter.default
    if parameter.annotation == "bool":
        check = QCheckBox()
        check.setChecked(default)
        check.toggled.connect(changed)
        return check
    if parameter.annotation == "str":
        box = QComboBox()
        for id, text in SMOOTHERS.items():
            box.addItem(tr(text), id)
        box.setCurrentIndex(box.findData(default))
        box.currentIndexChanged.connect(changed)
        return box
    if parameter.annotation == "int":
        whole = QSpinBox()
        whole.setRange(0, 10)
        whole.setValue(default)
        whole.valueChanged.connect(changed)
        return whole
    number = QDoubleSpinBox()
    if name in _PERCENT:
        default *= 100
        number.setSuffix(" %")
    step = 10.0 ** floor(log10(default) - 0.5)
    number.setDecimals(max(1, round(-log10(step)) + 1))
    number.setSingleStep(step)
    number.setRange(0 if name in _ZERO else step, max(100.0 * default, 10.0))
    number.setValue(default)
    number.valueChanged.connect(changed)
    return number


def _value(name: str, field: QWidget) -> object:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentData()
    assert isinstance(field, QSpinBox | QDoubleSpinBox)
    return field.value() / 100 if name in _PERCENT else field.value()
