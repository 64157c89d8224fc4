"""Slow work, done in another process: what runs, how long it takes, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from poseforge.jobs import LOG, Event, Request, TimeLeft, clear, prepare, read_request, revised
from poseforge.worker import Worker

from .actions import Actions
from .background import aside
from .icons import icon
from .session import Session
from .settings import state_folder
from .text import again, noop, tr
from .theme import STEP, colors, current
from .told import told

if TYPE_CHECKING:
    from poseforge.jobs import Source

Done = Callable[["JobList", "JobRow", Event], object]
"""Hears how a job has ended, and from which list: another may have taken over."""

_KEPT = 30
"""Folders of finished jobs that stay for whoever wants to look at a log."""

_STEPS = {
    "reading": noop("Reading"),
    "writing": noop("Writing"),
    "rendering": noop("Rendering"),
    "converting": noop("Converting"),
    "filtering": noop("Filtering"),
    "opening": noop("Opening"),
    "detecting": noop("Detecting"),
    "animating": noop("Animating"),
    "decoding": noop("Making pictures"),
    "fetching": noop("Fetching"),
}
"""What the core says goes on, for people."""

_LONG = 20
"""Lines of a job's notes and failures that are shown."""


class JobList(QWidget):
    """The jobs of this editor, the newest first."""

    _told = Signal(object, object)
    _answered = Signal(object, object)

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self.rows: list[JobRow] = []
        self.worker, self._answerer = Worker(), Worker()
        self._closed = False
        self._told.connect(self._hear)
        self._answered.connect(self._answer)
        self._empty = QLabel(tr("Exports, conversions and slow filters run here while you go on."), self)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        inside = QWidget(self)
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(STEP, STEP, STEP, STEP)
        self._layout.setSpacing(STEP)
        self._layout.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty)
        layout.addWidget(area, 1)
        self.setAccessibleName(tr("Jobs"))
        self.setWhatsThis(
            tr("Slow work runs here beside the editor: exports, conversions, slow filters. Whatever happens to it harms "
               "nothing else.")
        )  # fmt: skip

    @property
    def unfinished(self) -> list[JobRow]:
        """The jobs that run or wait."""
        return [row for row in self.rows if not row.over]

    def submit(
        self,
        kind: str,
        arguments: Mapping[str, Any],
        source: Source | None = None,
        title: str = "",
        done: Done | None = None,
    ) -> JobRow:
        """Have a job of `poseforge.jobs` done after those that wait already. `done` is told the event with which it ends."""

        def prepared() -> Request:
            root = state_folder() / "jobs"
            clear(root, _KEPT)
            return prepare(root, kind, arguments, source)

        return self.submit_made(prepared, title or kind, done)

    def submit_made(self, prepared: Callable[[], Request], title: str, done: Done | None = None) -> JobRow:
        """The same for a job that `prepared` makes, on another thread."""
        row = self._add(title, done)
        self.session.tell("hint", tr("{title}: goes on under Jobs", title=row.title))
        aside(self, prepared, partial(self._send, row), lambda text: self._hear(row, Event("failed", text)))
        return row

    def try_again(self, row: JobRow, **changes: Any) -> None:
        """Have a job that is over done again in its folder, with other values of some arguments."""
        assert row.request is not None
        folder = row.request.folder  # where it may have been revised by now
        row.begin()
        aside(
            self, lambda: revised(read_request(folder), **changes), partial(self._send, row),
            lambda text: self._hear(row, Event("failed", text)),
        )  # fmt: skip

    def ask(self, kind: str, arguments: Mapping[str, Any], heard: Callable[[Event], object]) -> None:
        """Have a small job done that is in no list, at once: beside those that run and wait, in a process that ends with them.
        `heard` is told how it has ended.
        """

        def prepared() -> Request:
            root = state_folder() / "questions"
            clear(root)  # not as each ends: on Windows its log is still open then
            return prepare(root, kind, arguments)

        def told(event: Event) -> None:
            if event.last:
                self._answered.emit(heard, event)

        def send(request: Request) -> None:
            if not self._closed:
                worker = self._answerer if self.unfinished else self.worker
                worker.submit(request, told)

        aside(self, prepared, send, lambda text: heard(Event("failed", text)))

    def _answer(self, heard: Callable[[Event], object], event: Event) -> None:
        heard(event)
        self._rest()

    def _rest(self) -> None:
        """One process is enough as long as no job runs."""
        if not self.unfinished:
            self._answerer.rest()

    def take_over(self, other: JobList) -> None:
        """Show the finished jobs of another list, too."""
        for row in reversed(other.rows):
            if row.over:
                self._add(again(row.title), row.done).show_end(row)

    def _add(self, title: str, done: Done | None) -> JobRow:
        row = JobRow(title, self, done)
        row.cancelled.connect(partial(self._cancel, row))
        row.again.connect(partial(self._send, row))
        row.removed.connect(partial(self._remove, row))
        self.rows.insert(0, row)
        self._layout.insertWidget(0, row)
        self._empty.hide()
        return row

    def _send(self, row: JobRow, request: Request | None = None) -> None:
        """Hand a prepared job over, or one that is over once more."""
        row.request = request or row.request
        assert row.request is not None
        if self._closed or (row.unwanted and request):
            self._hear(row, Event("cancelled"))
            return
        row.begin()
        self.worker.submit(row.request, partial(self._told.emit, row))

    def _cancel(self, row: JobRow) -> None:
        if row.request:
            self.worker.cancel(row.request)

    def _remove(self, row: JobRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._empty.setVisible(not self.rows)

    def _hear(self, row: JobRow, event: Event) -> None:
        row.show_event(event)
        if event.kind == "done":
            self.session.tell("hint", tr("Done: {title}", title=row.title))
        elif event.kind == "cancelled":
            self.session.tell("hint", tr("Stopped: {title}", title=row.title))
        elif event.kind == "failed":
            self.session.tell("error", f"{row.title}: {told(event.text)}")
        if event.last:
            self._rest()
        if event.last and row.done:
            row.done(self, row, event)

    def may_close(self) -> bool:
        """Whether no job runs, or the user lets those that do go."""
        return not self.unfinished or self.ask_to_stop(len(self.unfinished))

    def ask_to_stop(self, number: int) -> bool:
        """Ask whether running jobs may be given up."""
        box = QMessageBox(self.window())
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Jobs that are not done yet: {number}", number=number))
        box.setInformativeText(tr("If you close now they are stopped, and nothing half-written is left."))
        stop = box.addButton(tr("Stop them and close"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Keep working"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is stop

    def close_worker(self) -> None:
        """End the worker's processes."""
        self._closed = True
        self.worker.close()
        self._answerer.close()


class JobRow(QFrame):
    """One job: its name, its progress, and its end.

    Attributes:
        title: what it is called.
        request: what the worker was given; None until it is prepared.
        last: the event that was heard of it last.
        over, unwanted: whether it has ended; whether it shall not begin.
    """

    changed = Signal()
    """What there is to tell of it."""
    cancelled = Signal()
    again = Signal()
    removed = Signal()

    def __init__(self, title: str, parent: QWidget, done: Done | None) -> None:
        super().__init__(parent)
        self.title, self.done = title, done
        self.request: Request | None = None
        self.last = Event("note")
        self.over = self.unwanted = False
        self._notes: list[str] = []
        self._left = TimeLeft()
        self.setObjectName("job")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(2 * STEP)
        self.bar.setAccessibleName(title)
        self.state = QLabel(self)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.detail = QLabel(self)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button = self._button("open", tr("Show what was made"), self.open_result)
        self.log_button = self._button("help", tr("Open the log"), self.open_log)
        self.again_button = self._button("loop", tr("Once more"), self.again.emit)
        self.cancel_button = self._button("cancel", tr("Stop"), self.cancel)
        self.remove_button = self._button("remove", tr("Remove from the list"), self.removed.emit)
        top = QHBoxLayout()
        top.addWidget(_Title(title, self), 1)
        for button in (self.open_button, self.log_button, self.again_button, self.cancel_button, self.remove_button):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(top)
        for part in (self.bar, self.state, self.detail):
            layout.addWidget(part)
        current.changed.connect(self._draw)
        self.begin()
        self._draw()

    def _button(self, name: str, text: str, clicked: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("icon_name", name)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRaise(True)
        button.clicked.connect(clicked)
        return button

    def _draw(self) -> None:
        for button in self.findChildren(QToolButton):
            button.setIcon(icon(str(button.property("icon_name"))))
        look = colors()
        self.setStyleSheet(f"#job {{ background: {look.raised}; border-radius: {STEP}px; }}")
        color = {"failed": look.error, "done": look.ok}.get(self.last.kind, look.secondary)
        self.state.setStyleSheet(f"color: {color}")
        self.detail.setStyleSheet(f"color: {look.text if self.last.kind == 'failed' else look.secondary}")

    def begin(self) -> None:
        """It waits for its turn, for the first time or again."""
        self.over = self.unwanted = False
        self._notes, self._left = [], TimeLeft()
        self.show_event(Event("progress", noop("Waiting")))

    def show_event(self, event: Event) -> None:
        """Show what was told of it."""
        if event.kind == "note":
            self._notes.append(event.text)
        else:
            self.last, self.over = event, event.last
            self._show_progress(event)
        notes = [told(again(note)) for note in self._notes]
        lines = [*dict.fromkeys([*notes, *self._said(event)] if event.last else notes)]  # each once
        self.detail.setText("\n".join([*lines[:_LONG], *(["…"] * (len(lines) > _LONG))]))
        self.detail.setVisible(bool(lines))
        self.open_button.setVisible(self.place is not None)
        self.log_button.setVisible(self.last.kind == "failed" and self.request is not None)
        self.again_button.setVisible(self.last.kind in ("failed", "cancelled") and self.request is not None)
        self.cancel_button.setVisible(not self.over)
        self.cancel_button.setEnabled(not self.unwanted)
        self.remove_button.setVisible(self.over)
        self._draw()
        self.changed.emit()

    def show_end(self, other: JobRow) -> None:
        """Show how another row's job has ended."""
        self.request, self._notes = other.request, [*other._notes]
        self.show_event(other.last)

    def _show_progress(self, event: Event) -> None:
        ends = {"done": tr("Done"), "failed": tr("Failed"), "cancelled": tr("Stopped")}
        self.bar.setVisible(not event.last)
        if event.last:
            self.state.setText(ends[event.kind])
            return
        self.bar.setRange(0, event.total)
        self.bar.setValue(event.done)
        seconds = self._left(event, monotonic()) if event.total else None
        what = [tr(_STEPS[event.text]) if event.text in _STEPS else told(event.text), told(event.detail)]
        if seconds is not None:
            what.append(_duration(seconds))
        self.state.setText(tr("Stopping…") if self.unwanted else " · ".join(filter(None, what)))
        self.state.setToolTip(self.state.text())

    def _said(self, event: Event) -> list[str]:
        """What there is to say at the end."""
        if event.kind == "failed":
            log = [tr("Log: {path}", path=self.request.folder / LOG)] if self.request else []
            return [told(event.text), *log]
        result = event.result or {}
        outcomes = result.get("outcomes")
        if outcomes is not None:
            failed = [told(one["error"]) for one in outcomes if one["error"]]
            made = sum(one["report"] is not None for one in outcomes)
            before = len(outcomes) - made - len(failed)
            counts = tr("{made} made, {before} made before, {failed} failed", made=made, before=before, failed=len(failed))
            return [counts, *failed]
        notes = [told(note) for note in result.get("notes", ())]
        return [*notes, *(tr("Not kept: {what}", what=told(what)) for what in result.get("lost", ()))]

    @property
    def place(self) -> Path | None:
        """What was made, once it is."""
        result = self.last.result or {}
        if "outcomes" in result and self.request:
            return self.request.folder / str(self.request.arguments["folder"])
        return Path(result["written"]) if "written" in result else None

    def add_note(self, text: str) -> None:
        """Say more about it, after its end as well."""
        self._notes.append(text)
        self.show_event(self.last)

    def cancel(self) -> None:
        """Have it stopped at its next step."""
        self.unwanted = True
        self.cancel_button.setEnabled(False)
        self.state.setText(tr("Stopping…"))
        self.changed.emit()
        self.cancelled.emit()

    def open_result(self) -> None:
        """Show the folder that was made, or in which the file lies."""
        place = self.place
        if place:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(place if place.is_dir() else place.parent)))

    def open_log(self) -> None:
        if self.request:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.request.folder / LOG)))


class _Title(QLabel):
    """A line that is cut in the middle where there is no room for it."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._title = title
        self.setToolTip(title)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideMiddle, self.width()))


def _duration(seconds: float) -> str:
    """How long something will take, in words."""
    if seconds < 90:
        return tr("{seconds} s left", seconds=max(round(seconds), 1))
    return tr("{minutes} min left", minutes=round(seconds / 60))
