"""Checks: what is wrong with the poses, one line each; a click goes there, another mends it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from poseforge import repairs
from poseforge.errors import InvalidValue
from poseforge.quality import Finding, check_poses
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import PointTrack, Project

from .actions import Actions
from .background import Latest
from .compare_dialog import CompareDialog
from .docks import to_front
from .filters_dialog import FiltersDialog, detected
from .icons import icon
from .session import Session
from .shape_dialog import ShapeDialog, ask_shape
from .text import noop, tr
from .theme import STEP, colors, current, on_screen
from .told import told

WORDS = {
    "jump": (noop("{hand} jumps between two frames"), noop("Repair draws the way across the jump anew.")),
    "jitter": (noop("{hand} jitters"), noop("Repair removes the jitter and keeps the movement.")),
    "hand-lost": (noop("{hand} is lost"), noop("Repair fills the gap from the frames before and after it.")),
    "hand-outside": (
        noop("{hand} is outside the picture"),
        noop("Move the hand into the picture, or leave it if it should not be seen."),
    ),
    "hand-cut": (
        noop("{hand} is cut by the border of the picture"),
        noop("Move the hand into the picture: more than half of it is outside in these frames."),
    ),
    "hands-small": (
        noop("The hands are only {number} pixels tall in the map"),
        noop("EchoMimicV2 cannot tell their fingers apart: bring the person closer with Pose > Fit to the picture."),
    ),
    "people": (noop("Several people are drawn"), noop("EchoMimicV2 animates one: keep one of them.")),
    "no-hand": (
        noop("{hand} is in no frame"),
        noop("EchoMimicV2 draws nothing but hands: give it a hand shape, which is put on its wrist, or add a gesture."),
    ),
    "nobody": (noop("Nobody is in any frame"), noop("Add poses: a gesture, a recording, a video or a pose file.")),
    "score": (noop("{hand}: impossible scores"), noop("Repair brings them between 0 and 1.")),
    "black": (
        noop("{hand}: points without a score"),
        noop("They are drawn black over other strokes; repair gives them a score."),
    ),
    "swap": (noop("Left and right hand are exchanged"), noop("Repair exchanges them back.")),
    "empty-end": (
        noop("Nobody is there any more at the end"),
        noop("Repair shortens the project to its poses. If the speech goes on, use Timeline > Fill to the speech instead."),
    ),
}
"""What is found in words, and what to do about it, for every finding of `quality.check_poses` and `repairs.check_jitter`."""

HANDS = {"left_hand": noop("Left hand"), "right_hand": noop("Right hand")}

_ORDER = ("swap", "jump", "hand-lost", "score", "black", "jitter", "empty-end")
"""What has to be mended before what."""

_MOMENT_MS, _IDLE_MS = 400, 3000
"""After an edit before it is checked: while the list is seen, and while it is not."""

_CHEAP = 2000
"""Frames of a project that is checked by itself while nobody looks at the list: less than a second of work."""


def found_in(project: Project) -> tuple[Finding, ...]:
    """All that is wrong with the poses of a project, in the order of the frames."""
    poses = bake(project)
    end = repairs.check_end(poses)
    found = check_poses((poses,), [frame for finding in end for frame in finding.frames]) + repairs.check_jitter(poses) + end
    return tuple(sorted(found, key=lambda finding: (finding.severity != "error", finding.frame or 0)))


def words(finding: Finding) -> str:
    """A finding in the user's language."""
    hand = tr(HANDS[finding.joint]) if finding.joint in HANDS else (finding.joint or "")
    number = "".join(re.findall(r"\d+", finding.message)[:1])
    what = tr(WORDS[finding.code][0], hand=hand, number=number) if finding.code in WORDS else told(finding.message)
    frames = finding.frames
    if not frames:
        return what
    if len(frames) == 1:
        return tr("{what} · frame {first}", what=what, first=frames[0])
    return tr("{what} · frames {first} to {last}", what=what, first=frames[0], last=frames[-1])


def advice(project: Project, finding: Finding) -> str:
    """What to do about a finding: what the repair does, or why there is none."""
    if joined := repairs.cuts(project, finding):
        names = tr(", ").join(dict.fromkeys(f"“{cut.clip.name or cut.clip.id}”" for cut in joined))
        return tr(
            "A cut at frame {frame}: {names} begins or ends there without a blend.", frame=finding.frames[-1], names=names
        )
    if finding.code in ("no-hand", "hand-lost") and wristless(project, finding):
        return tr(
            "Its wrist is missing, too, so there is nothing to put a hand on: put a gesture there, or cut these frames off."
        )
    return obstacle(project, finding) or (tr(WORDS[finding.code][1]) if finding.code in WORDS else told(finding.advice))


def mendable(project: Project, finding: Finding) -> bool:
    """Whether a finding can be mended where it comes from."""
    return bool(repairs.cuts(project, finding)) or (finding.code in repairs.CODES and not obstacle(project, finding))


def shapeable(project: Project, finding: Finding) -> bool:
    """Whether a hand shape helps: the hand is missing where no repair knows its way, on an open track of points."""
    if finding.code != "no-hand" and not (finding.code == "hand-lost" and obstacle(project, finding)):
        return False
    return _on_points(project, finding) and not wristless(project, finding)


def _on_points(project: Project, finding: Finding) -> bool:
    """Whether what a finding is about comes from detected points that may be changed."""
    origin = repairs.origin(project, finding)
    return origin is not None and origin.clip is None and isinstance(origin.track, PointTrack) and not origin.track.locked


def wristless(project: Project, finding: Finding) -> bool:
    """Whether a missing hand has no wrist on which it could be put in any of its frames."""
    origin = repairs.origin(project, finding)
    if origin is None or not _on_points(project, finding) or finding.joint not in HANDS:
        return False
    frames = finding.frames or range(project.length)
    return not edits.wrists(project, origin.track.id, finding.joint.removesuffix("_hand"), frames[0], frames[-1]).any()


def obstacle(project: Project, finding: Finding) -> str:
    """Why the repair of a finding cannot be done here; nothing if it can, or if there is none for its kind."""
    if finding.code not in repairs.CODES or finding.code == "empty-end":
        return ""
    origin = repairs.origin(project, finding)
    if origin is None:
        return tr("No enabled track shows these frames.")
    if origin.track.locked:
        return tr("The track “{name}” is locked; unlock it to repair it.", name=origin.track.name or origin.track.id)
    if origin.clip:
        return tr("The clip “{name}” shows this: move, trim or replace it.", name=origin.clip.name or origin.clip.id)
    if not isinstance(origin.track, PointTrack):
        return tr("The track “{name}” is posed with keys: change these.", name=origin.track.name or origin.track.id)
    if finding.code == "hand-lost":
        if finding.frames[0] == 0 or finding.frames[-1] == project.length - 1:
            return tr(
                "Lost at the beginning or the end, where nothing tells its way. Cut these frames off, or hold the pose: "
                "Filters, “Fill gaps”, “Hold the first and last pose”; or give the hand a shape."
            )
        if len(finding.frames) > repairs.LONGEST_GAP * project.fps:
            return tr("Lost for too long to guess its way: put a gesture there, or give the hand a shape.")
    return ""


def mended(project: Project, findings: Iterable[Finding]) -> Project:
    """A project without findings, as far as they can be mended; InvalidValue, with a word why, if none can."""
    why, before = "", project
    for finding in sorted(findings, key=lambda finding: _ORDER.index(finding.code)):
        try:
            project = repairs.mend(project, finding)
        except InvalidValue as error:
            why = str(error)
    if project is before:
        raise InvalidValue(why or tr("There is nothing to repair."))
    return project


class Checks(QWidget):
    """The list of findings. It checks by itself a moment after an edit while it is seen, and a project that is not long some
    seconds after one while nothing is going on.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self._background, self._mending = Latest(self), Latest(self)
        self._playing = actions["play"]
        self.shapes: ShapeDialog | None = None
        self._history = session.history
        self._step: tuple[Project, Project] | None = None
        self._filters: FiltersDialog | None = None
        self._compare: CompareDialog | None = None
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.timeout.connect(self._check_if_idle)
        self._build()
        self.setWhatsThis(
            tr(
                "What is wrong with the poses: jumps, lost or exchanged hands, hands outside the picture. "
                "Click a line to go there, then repair it with one click."
            )
        )
        for id, handler in {
            "check": self.show_and_check, "filters": self.show_filters, "close_loop": self.close_loop,
            "compare": self.show_compare,
        }.items():  # fmt: skip
            actions.on(id, handler)
        session.project_changed.connect(self.refresh)
        session.findings_changed.connect(self._fill)
        session.frame_changed.connect(self._follow)
        current.changed.connect(self._fill)
        self._fill()
        self.refresh()

    def _build(self) -> None:
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Findings"))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        self.list.currentRowChanged.connect(self._advise)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.repair_button = QPushButton(tr("Repair"))
        self.repair_button.clicked.connect(self.repair)
        self.repair_all_button = QPushButton(tr("Repair all"))
        self.repair_all_button.clicked.connect(self.repair_all)
        self.before_button = QPushButton(tr("Before"))
        self.before_button.setCheckable(True)
        self.before_button.setToolTip(tr("Show the poses as they were before the repair, until it is clicked again"))
        self.before_button.toggled.connect(self._show_before)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        for button in (self.repair_button, self.repair_all_button, self.before_button):
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        column.setSpacing(2 * STEP)
        column.addWidget(self.summary)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        column.addLayout(row)

    @property
    def finding(self) -> Finding | None:
        """The finding of the current line."""
        row = self.list.currentRow()
        return self.session.findings[row] if 0 <= row < len(self.session.findings) else None

    def show_and_check(self) -> None:
        """Bring the list to the front, and check."""
        to_front(self)
        self.check()

    def check(self) -> None:
        """Check the committed project, beside the window."""
        project = self.session.history.project
        self._moment.stop()
        self.summary.setText(tr("Checking…"))
        self._background.run(lambda: found_in(project), lambda found: self.session.set_findings(found, project))

    def _check_if_idle(self) -> None:
        """Check unless it was, or something is going on: then a little later."""
        if self.session.history.project is self.session.checked:
            return
        if self._playing.isChecked() or self.session.dragging or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._moment.start()
        else:
            self.check()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """See whether the project is another than the one that was checked."""
        history = self.session.history
        if history is not self._history:
            self._history, self._step = history, None
            self._background.drop()
        if not self.session.dragging:
            self._unpress()
        seen = on_screen(self)
        if history.project is not self.session.checked and (seen or history.project.length <= _CHEAP):
            self._moment.start(_MOMENT_MS if seen else _IDLE_MS)
        else:
            self._moment.stop()  # that was for another project
        self._advise()

    def _fill(self) -> None:
        """Show the findings, on the line that was current before as far as there is one."""
        row = self.list.currentRow()
        with QSignalBlocker(self.list):
            self.list.clear()
            for finding in self.session.findings:
                color = colors().error if finding.severity == "error" else colors().warning
                item = QListWidgetItem(icon(finding.severity, color), words(finding))
                item.setData(
                    Qt.ItemDataRole.AccessibleTextRole,
                    tr("Error: {what}", what=words(finding))
                    if finding.severity == "error"
                    else tr("Warning: {what}", what=words(finding)),
                )
                self.list.addItem(item)
            self.list.setCurrentRow(min(row, self.list.count() - 1))
        count = len(self.session.findings)
        if self.session.checked is None:
            self.summary.setText(tr("Not checked yet."))
        elif count:
            self.summary.setText(tr("Findings: {count}", count=count))
        else:
            self.summary.setText(tr("Nothing is wrong with these poses."))
        self._advise()

    def _advise(self) -> None:
        finding, project = self.finding, self.session.history.project
        able = any(mendable(project, one) for one in self.session.findings)
        shape = finding is not None and shapeable(project, finding)
        joined = finding is not None and repairs.cuts(project, finding)
        if not self.session.findings:
            why = tr("There is nothing to repair.")
        elif able:
            why = tr("Choose a line to repair it alone.")
        elif any(shapeable(project, one) for one in self.session.findings):
            why = tr("Choose a line to give its hand a shape.")
        else:
            why = tr("Nothing here is mended by a click: choose a line to see why.")
        note = advice(project, finding) if finding else why
        self.note.setText(note if self.session.findings else "")
        self.note.setVisible(bool(self.session.findings))
        self.repair_button.setText(tr("Hand shape…") if shape else tr("Blend the clips") if joined else tr("Repair"))
        self.repair_button.setEnabled(shape or (finding is not None and mendable(project, finding)))
        self.repair_button.setToolTip(note)
        self.repair_all_button.setEnabled(able)
        self.repair_all_button.setToolTip(tr("Mends all that can be mended, as one step") if able else why)
        self.before_button.setEnabled(self._step is not None and self._step[1] is project)

    def _go(self) -> None:
        """Go to where the current finding is, and select what it is about."""
        finding = self.finding
        if finding is None:
            return
        origin = repairs.origin(self.session.project, finding)
        self.session.select(joints=repairs.joints_of(finding), track=origin.track.id if origin else None)
        if finding.frames:
            self.session.seek(finding.frames[0])

    def _follow(self, frame: int) -> None:
        """Make the finding that begins at a frame the current one."""
        finding = self.finding
        if finding and finding.frames and finding.frames[0] == frame:
            return
        for row, one in enumerate(self.session.findings):
            if one.frames and one.frames[0] == frame:
                self.list.setCurrentRow(row)
                return

    def repair(self) -> None:
        """Mend the current finding, as one step to undo, or offer hand shapes where only these help."""
        finding, session = self.finding, self.session
        if finding and shapeable(session.history.project, finding):
            self._go()
            alike = [one for one in session.findings if (one.code, one.frames) == (finding.code, finding.frames)]
            session.select(joints=[joint for one in alike for joint in repairs.joints_of(one)])
            self.shapes = ask_shape(session, self.window(), finding.frames)
        elif finding:
            self._mend(tr("Repair: {what}", what=words(finding)), (finding,))

    def repair_all(self) -> None:
        """Mend all that can be mended, as one step to undo."""
        project = self.session.history.project
        self._mend(tr("Repair all"), tuple(one for one in self.session.findings if mendable(project, one)))

    def _mend(self, label: str, findings: tuple[Finding, ...]) -> None:
        project = self.session.history.project

        def done(result: Project) -> None:
            if self.session.history.project is not project:
                self.session.tell("hint", tr("The project changed meanwhile; repair again."))
            elif self.session.apply(label, lambda _: result):
                self._step = (project, result)
                self.check()
                self._advise()

        self._mending.run(lambda: mended(project, findings), done, lambda why: self.session.tell("warning", why))

    def _show_before(self, pressed: bool) -> None:
        """Show the project before the repair, or as it is."""
        if pressed and self._step:
            before = self._step[0]
            self.session.preview(lambda _: before)
        else:
            self.session.cancel()

    def _unpress(self) -> None:
        with QSignalBlocker(self.before_button):
            self.before_button.setChecked(False)

    def show_filters(self) -> None:
        """Open the dialog of filters."""
        if self._filters is None:
            self._filters = FiltersDialog(self.session, self.window())
        self._filters.show()
        self._filters.activateWindow()

    def show_compare(self) -> None:
        """Open the dialog that compares with a file."""
        if self._compare is None:
            self._compare = CompareDialog(self.session, self.window())
        self._compare.show()
        self._compare.activateWindow()

    def close_loop(self) -> None:
        """Lead the end of the poses into their beginning."""
        from poseforge import filters

        found = detected(self.session)
        if found is None:
            self.session.tell("warning", tr("Gestures return to rest by themselves; only detected poses have a loop to close."))
            return
        new: list[Finding] = []
        committed, title = self.session.history.project, tr("Close the loop")

        def close(sequence: PoseSequence) -> PoseSequence:
            closed = filters.close_loop(sequence)
            before = {(one.code, one.joint) for one in check_poses((sequence,))}
            new[:] = [one for one in check_poses((closed,)) if (one.code, one.joint) not in before]
            return closed

        def tell() -> None:
            if new:
                what = tr("; ").join(map(words, new))
                text = tr("The loop is closed: its end is led to where its first frame is, and so: {what}.", what=what)
                self.session.tell("warning", text)
            elif self.session.history.project is committed:
                self.session.tell("hint", tr("{title}: nothing was changed.", title=title))

        self.session.apply_aside(title, lambda project: found.changed(project, close), tell)
