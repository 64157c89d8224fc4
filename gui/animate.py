"""Animate: the person in a picture speaks and moves as the project does. What is wanted, what it takes, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from poseforge import takes
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.jobs import Event, Request
from poseforge.takes import Settings, Take
from poseforge.timeline.project import Project

from .actions import Actions
from .animate_checks import FitLine, WeightsLine
from .animate_wants import Wants
from .animate_watch import Watch
from .background import aside
from .docks import to_front
from .job_list import JobList, JobRow
from .session import Session
from .takes_list import TakesList, root
from .text import tr
from .theme import STEP, colors, current, on_screen
from .told import told

_MOMENT_MS = 400
_LONG = 200
"""TFLOP from which on a processor alone needs hours."""


class Animate(QWidget):
    """The panel. The work is done by jobs; their videos are the takes of the project.

    Attributes:
        weights, fit: what is looked at before.
        wants, watch, takes: the fields; what is at work; what was made.
    """

    begun = Signal()
    """A take is at work."""
    chosen = Signal(object)
    """The take that shall be looked at, or None."""

    def __init__(self, session: Session, actions: Actions, jobs: JobList, place: Callable[[], Path | None]) -> None:
        super().__init__()
        self.session, self.jobs = session, jobs
        self._actions = actions
        self._place, self._known, self._history = place, place(), session.history
        self._asked: dict[str, Any] | None = None
        self._answered: tuple[dict[str, Any], Event] | None = None
        self._beside = False  # whether that answer was given while jobs took memory
        self._listed: str | None = None
        self._making: list[tuple[JobRow, Project, tuple[Any, ...]]] = []  # what each job makes, to begin none twice
        self._warm: int | None = None  # the process that keeps networks
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setInterval(_MOMENT_MS)
        self._moment.timeout.connect(self._ask)
        self.wants = Wants(session, actions)
        self.watch = Watch(jobs)
        self.takes = TakesList(session)
        self.weights, self.fit = WeightsLine(), FitLine(session, actions)
        self.estimate, self.notes = (QLabel(self) for _ in range(2))
        self.run_button, self.quick_button, self.free_button = (QPushButton(self) for _ in range(3))
        self._build(actions)
        self.setWhatsThis(
            tr("EchoMimicV2 makes the person in the picture speak and move as the poses do. It needs a picture, a speech and "
               "the weights; each result is a take, which is kept with its settings.")
        )  # fmt: skip
        actions.on("animate", self.show_or_run)
        actions.on("animate_quick", partial(self.run, quick=True))
        actions.on("free_gpu", self.free)
        self.weights.fetch.connect(self.fetch)
        for signal in (self.wants.changed, session.picture_pose_changed):
            signal.connect(self.refresh)
        self.watch.ended.connect(self._end)
        self.takes.chosen.connect(self.chosen)
        self.takes.reused.connect(self._reuse)
        self.takes.resumed.connect(self._resume)
        session.history_changed.connect(self._follow)
        current.changed.connect(self.refresh)
        aside(self, partial(takes.clear, root()), lambda _: None)
        self.refresh()

    def _build(self, actions: Actions) -> None:
        for label in (self.estimate, self.notes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for button, id, clicked in (
            (self.run_button, "animate", self.run),
            (self.quick_button, "animate_quick", partial(self.run, quick=True)),
            (self.free_button, "free_gpu", self.free),
        ):
            button.setText(actions[id].text())
            button.clicked.connect(lambda _=False, clicked=clicked: clicked())
        self.free_button.setToolTip(actions["free_gpu"].toolTip())
        self.run_button.setDefault(True)
        self.estimate.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # nothing moves when it is known
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        column.setSpacing(2 * STEP)
        for part in (self.weights, self.fit, self.wants, self.estimate, self.free_button):
            column.addWidget(part)
        column.addStretch(1)
        column.setAlignment(self.free_button, Qt.AlignmentFlag.AlignLeft)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(inside.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
        self.tabs = QTabWidget(self)
        self.tabs.addTab(area, tr("New take"))
        self.tabs.addTab(self.takes, tr("Takes"))
        self.takes.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 0)
        below = QVBoxLayout()  # what is always in view
        below.setContentsMargins(2 * STEP, 0, 2 * STEP, 2 * STEP)
        below.setSpacing(2 * STEP)
        run = QHBoxLayout()
        for button in (self.run_button, self.quick_button):
            run.addWidget(button, 1)
        below.addWidget(self.watch)
        below.addWidget(self.notes)
        below.addLayout(run)
        self.tabs.currentChanged.connect(lambda _: self._show_takes())  # another editor may have made some
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * STEP)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(below)

    # -- what it would take

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._look_again()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._look_again()

    def _look_again(self) -> None:
        """What was missing may have come meanwhile."""
        if self.weights.missing or (self._answered and not self._answered[1].result):
            self._answered = None
        self.refresh()

    def refresh(self) -> None:
        """Show what is known of what is wanted now, and ask about the rest once it stays so for a moment."""
        try:
            wanted, problem = self._question(), ""
        except InvalidValue as error:
            wanted, problem = None, told(str(error))
        if wanted is not None:
            self.weights.look(self.wants.settings.variant, self.wants.weights)
        answer = self._answered[1] if self._answered and self._answered[0] == wanted else None
        refused = told(answer.text) if answer and not answer.result else ""
        weights = self.weights.words.text() if self.weights.missing else ""
        hindrance = problem or self.wants.missing or weights or refused
        self._enable(hindrance)
        above = bool(weights) and hindrance == weights
        here = tr("Not ready yet: the first line above says what is missing.") if above else hindrance
        self._show_answer((answer.result if answer else None) or {}, here)
        self.fit.setVisible(self.session.history.project.picture is not None or self.wants.picture is not None)
        self.fit.look(self.wants.frames, other=self.wants.picture is not None)
        if wanted is not None and on_screen(self):
            if self._listed != self._project:
                self._show_takes()
            if not (self._answered and self._answered[0] == wanted) or (self._beside and not self.jobs.unfinished):
                self._moment.start()

    def _enable(self, hindrance: str) -> None:
        """Buttons that can be used now are lit; the others say why they are not."""
        for button, id in ((self.run_button, "animate"), (self.quick_button, "animate_quick")):
            button.setEnabled(not hindrance)
            button.setToolTip(hindrance or self._actions[id].toolTip())
        keeps = self._warm is not None and self._warm == self.jobs.worker.pid
        for lit in (self.free_button, self._actions["free_gpu"]):
            lit.setEnabled(keeps)

    def _question(self) -> dict[str, Any]:
        """What is asked about what is wanted. Raises InvalidValue if that cannot be."""
        project, (first, last) = self.session.history.project, self.wants.frames
        question = {
            "settings": self.wants.settings.record(), "frames": last - first + 1, "fps": str(project.fps),
            "weights": str(self.wants.weights) if self.wants.weights else None,
        }  # fmt: skip
        if not self.wants.missing and project.audio:
            picture = self.wants.picture or (project.picture and project.picture.path)
            question |= {
                "image": str(picture), "audio": project.audio.path, "first": first - project.audio.start,
                "box": list(self.wants.box), "part": last < project.length - 1,
            }  # fmt: skip
        return question

    def _ask(self) -> None:
        """Have the worker look: it is the one who sees the device and its memory."""
        if self._asked is None and on_screen(self) and not self.weights.lacking:
            try:
                self._asked = asked = self._question()
            except InvalidValue:
                return
            of, beside = (self.wants.settings.variant, self.wants.weights), bool(self.jobs.unfinished)
            self.jobs.ask("outline", asked, partial(self._hear, asked, of, beside))
            self.refresh()

    def _hear(self, asked: dict[str, Any], of: tuple[str, Path | None], beside: bool, event: Event) -> None:
        self._asked, self._answered, self._beside = None, (asked, event), beside
        self.weights.hear(of, event.result["missing"] if event.result else None)
        self.refresh()

    def _show_answer(self, result: dict[str, Any], hindrance: str) -> None:
        """The lines that tell of memory, and of what hinders or is to be known before."""
        lines = [hindrance, *map(told, result.get("notes", ()))]
        if not hindrance and result.get("teraflop", 0) > _LONG and result["device"] == "cpu":
            lines.append(tr("There is no graphics card that can be used: this takes many hours. Try the quick preview first."))
        memory = _of_memory(result, self._beside) if "memory" in result else ""
        if self._asked is not None:
            memory = tr("Looking at weights and memory…")
        for label, text, color in (
            (self.estimate, memory, colors().secondary),
            (self.notes, "\n".join(filter(None, lines)), colors().warning),
        ):
            label.setText(text)
            label.setVisible(bool(text) or label is self.estimate)
            label.setStyleSheet(f"color: {color}")

    def fetch(self, source: str) -> None:
        """Have the weights fetched that are missing."""
        name = takes.MODELS[self.wants.settings.variant]
        self.jobs.submit("fetch", {"names": [name], "source": source}, title=tr("Fetch {name}", name=name), done=self._fetched)

    def _fetched(self, jobs: JobList, row: JobRow, event: Event) -> None:
        self._answered = None
        self.refresh()

    # -- making

    def show_or_run(self) -> None:
        """Come to the front; make a take if it is there already."""
        if on_screen(self):
            self.run()
            return
        to_front(self)

    def run(self, quick: bool = False) -> None:
        """Have a take made of what is wanted, or a rough one."""
        try:
            chosen = self.wants.settings
        except InvalidValue as error:
            self.session.tell("warning", str(error))
            return
        missing = self.wants.missing or told(self.weights.missing or "")
        if missing:
            self.session.tell("warning", missing)
            self._answered = None
            self.refresh()
            return
        self._submit(takes.quick(chosen) if quick else chosen, quick)

    def _end(self, row: JobRow) -> None:
        self._warm = self.jobs.worker.pid
        self._show_takes(row.request.folder if row.request and row.last.kind == "done" else None)
        self.refresh()

    def _submit(self, chosen: Settings, quick: bool) -> None:
        project, frames, weights, box = (
            self.session.history.project, self.wants.frames, self.wants.weights, self.wants.box,
        )  # fmt: skip
        place, start = self._project, project.audio.start if project.audio else 0
        files = self.wants.files()

        def prepared() -> Request:
            picture, sound = files()
            return takes.request(root(), project, place, picture, (sound, start), chosen, frames, box, weights)

        asked = (chosen, frames, weights, self.wants.picture)
        self._making = [one for one in self._making if not one[0].over]
        if any(of is project and same == asked for _, of, same in self._making):
            self.session.tell("hint", tr("This very take is at work already, or waits for its turn."))
            return
        row = self.jobs.submit_made(prepared, _title(frames, chosen, quick))
        self._making.append((row, project, asked))
        self.watch.follow(row)
        self.begun.emit()

    def _resume(self, take: Take) -> None:
        self.watch.follow(self.jobs.submit_made(lambda: take.request, _title(take.frames, take.settings)))
        self._show_takes()

    def _reuse(self, take: Take) -> None:
        self.wants.show_settings(take.settings)
        self.tabs.setCurrentIndex(0)
        self.session.tell("hint", tr("These are the settings of that take."))

    def free(self) -> None:
        """End the worker, and with it whatever it keeps on the graphics card."""
        if self.jobs.worker.rest():
            self.session.tell("hint", tr("The GPU is free; the next take loads its networks anew."))
        else:
            self.session.tell("warning", tr("A job is at work; stop it first."))
        self.refresh()

    # -- what was made

    @property
    def _project(self) -> str:
        place = self._place()
        return str(place.absolute()) if place else ""

    def _follow(self) -> None:
        """Another project may be open, or this one may have got a file, which its takes follow."""
        place, history = self._place(), self.session.history
        if place != self._known or history is not self._history:
            saved = history is self._history and self._known is None
            self._known, self._history = place, history
            if saved:
                self._adopt()
            self._show_takes()

    def _adopt(self) -> None:
        """The takes from before the project had a file, also those at work, belong to it."""
        made = [take.request for take in self.takes.all]
        making = [row.request for row in self.watch.rows if row.request]
        try:
            for request in (*made, *making):
                if not request.arguments["project"]:
                    takes.keep(request, self._project)
        except PoseForgeError as error:
            self.session.tell("error", told(str(error)))

    def _show_takes(self, wanted: Path | None = None) -> None:
        busy = {row.request.folder for row in self.jobs.unfinished if row.request}
        self._listed = self._project
        self.takes.show_project(self._project, busy, wanted)

    def view_state(self) -> dict[str, Any]:
        return self.wants.state()

    def restore_view(self, state: dict[str, Any]) -> None:
        self.wants.restore(state)


def _title(frames: tuple[int, int], settings: Settings, quick: bool = False) -> str:
    """What the job of a take is called."""
    known = {"first": frames[0], "last": frames[1], "seed": settings.seed}
    if quick:
        return tr("Preview of frames {first} to {last}, seed {seed}", **known)
    return tr("Animate frames {first} to {last}, seed {seed}", **known)


def _of_memory(result: dict[str, Any], beside: bool) -> str:
    """Whether it fits, in words; `beside` other jobs nobody can tell."""
    known = {
        "frames": result["frames"], "device": result["device"], "plan": result["plan"],
        "memory": f"{result['memory'] / 1e9:.1f}",
    }  # fmt: skip
    if result["free"] is None or beside:
        return tr("{frames} frames on {device}: about {memory} GB with the plan {plan}", **known)
    known["free"] = f"{result['free'] / 1e9:.1f}"
    if result["memory"] <= result["free"]:
        return tr("{frames} frames on {device}: fits, about {memory} of {free} GB with the plan {plan}", **known)
    return tr(
        "{frames} frames on {device}: may not fit, {memory} GB with the leanest plan, {plan}, and {free} are free", **known
    )
