"""Export: what, how and where to; what will be lost and what is wrong, before it is written."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from poseforge.errors import PoseForgeError
from poseforge.files import real_path, refuse_place
from poseforge.fitness import POOR, Fitness, judge
from poseforge.formats import DEFAULT
from poseforge.jobs import Event
from poseforge.quality import Finding, check_poses
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Project

from .background import aside, in_words
from .buttons import button_box
from .checks import words
from .choosing import ask_target
from .export_tabs import FilmTab, Making, PipelineTab, PosesTab, Tab
from .job_list import JobList, JobRow
from .remembered import keep, kept
from .session import Session
from .settings import settings
from .text import tr
from .theme import STEP, colors
from .told import told

_FINDINGS = 4
"""That are shown before the rest is counted."""

_FOLDER = "export/folder"


class ExportDialog(QDialog):
    """Bakes the project aside, shows what is to know about it, and has a job write what was chosen."""

    fit_wanted = Signal()
    """The poses shall be fitted to the picture instead."""

    def __init__(self, session: Session, jobs: JobList, parent: QWidget, path: Path | None, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self.resize(160 * STEP, 150 * STEP)
        self._session, self._jobs = session, jobs
        self._project: Project = session.project
        self._unfinished = session.dragging
        self._stem = path.stem if path else name or tr("gestures")
        self._path, self._folder = path, _usual_folder(path)
        self._suggested: Path | None = None
        self._baking = 0
        self.poses: PoseSequence | None = None
        self.findings: tuple[Finding, ...] = ()
        self.fitness: Fitness | None = None
        self._pose = session.picture_pose_on_canvas
        self.range = QComboBox(self)
        self.range.setAccessibleName(tr("Frames"))
        self.range.addItem(tr("All frames ({count})", count=self._project.length), (0, self._project.length - 1))
        if self._project.range:
            first, last = self._project.range
            self.range.addItem(tr("In to out point ({first} to {last})", first=first, last=last), (first, last))
            self.range.setCurrentIndex(1)
        self.tabs = QTabWidget(self)
        self.poses_tab, self.film_tab, self.pipeline_tab = (
            kind(self._project, self) for kind in (PosesTab, FilmTab, PipelineTab)
        )  # fmt: skip
        for tab in (self.poses_tab, self.film_tab, self.pipeline_tab):
            self.tabs.addTab(tab, tab.name)
            tab.changed.connect(self._tell)
        self.target = QLineEdit(self)
        self.target.setAccessibleName(tr("Where to"))
        browse = QPushButton(tr("Choose…"), self)
        self.told, self.checked, self.problem = (QLabel(self) for _ in range(3))
        for label in (self.told, self.checked, self.problem):
            label.setWordWrap(True)
        self.told.setStyleSheet(f"color: {colors().secondary}")
        self.checked.setStyleSheet(f"color: {colors().warning}")
        self.problem.setStyleSheet(f"color: {colors().error}")
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.export_button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.misfit = QWidget(self)
        self.misfit_text = QLabel(self.misfit)
        self.misfit_text.setWordWrap(True)
        self.misfit_text.setStyleSheet(f"color: {colors().warning}")
        self.fit_button = QPushButton(tr("Fit to the picture…"), self.misfit)
        self.fit_button.setAutoDefault(False)
        self.fit_button.clicked.connect(self._fit)
        self._lay_out(browse)
        self.range.currentIndexChanged.connect(self._bake)
        self.tabs.currentChanged.connect(self._tell)
        self.target.textChanged.connect(self._tell_target)
        browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._bake()

    def _lay_out(self, browse: QPushButton) -> None:
        frames, where = QHBoxLayout(), QHBoxLayout()
        frames.addWidget(QLabel(tr("Frames"), self))
        frames.addWidget(self.range, 1)
        where.addWidget(QLabel(tr("Where to"), self))
        where.addWidget(self.target, 1)
        where.addWidget(browse)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * STEP)
        layout.addLayout(frames)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.told)
        layout.addWidget(self.checked)
        misfit = QHBoxLayout(self.misfit)
        misfit.setContentsMargins(0, 0, 0, 0)
        misfit.addWidget(self.misfit_text, 1)
        misfit.addWidget(self.fit_button)
        layout.addWidget(self.misfit)
        layout.addLayout(where)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    @property
    def tab(self) -> Tab:
        tab = self.tabs.currentWidget()
        assert isinstance(tab, Tab)
        return tab

    def choose_target(self, suggested: str) -> str:
        """Ask where to write; whether that may be replaced is asked, too."""
        return ask_target(self, tr("Export"), "exports", suggested)

    def _browse(self) -> None:
        chosen = self.choose_target(self.target.text())
        if chosen:
            self.target.setText(chosen)

    def _bake(self) -> None:
        """Work out the poses of the chosen frames, and what is wrong with them."""
        self.poses = None
        self._baking += 1
        number, project = self._baking, self._project
        first, last = self.range.currentData()

        pose = self._pose

        def work() -> tuple[PoseSequence, tuple[Finding, ...], Fitness | None]:
            poses = bake(project, range(first, last + 1))
            return poses, check_poses((poses,)), judge(pose, poses) if pose else None

        def show(made: tuple[PoseSequence, tuple[Finding, ...], Fitness | None]) -> None:
            if number == self._baking:
                self.poses, self.findings, self.fitness = made
                self._tell()

        aside(self, work, show, self.problem.setText)
        self._tell()

    def _tell(self) -> None:
        """Show what is to know of what is chosen now."""
        notes = self.tab.notes(self.poses) if self.poses is not None else [tr("Working out the poses…")]
        if self._unfinished:
            notes.insert(0, tr("What is shown now is exported, with the change that is not applied yet."))
        self.told.setText("\n".join(notes))
        self.told.setVisible(bool(notes))
        lines = [words(finding) for finding in self.findings]
        if len(lines) > _FINDINGS + 1:
            lines[_FINDINGS:] = [tr("and {count} more findings", count=len(lines) - _FINDINGS)]
        self.checked.setText("\n".join(lines))
        self.checked.setVisible(bool(lines))
        tab = self.tab
        shown_by_model = not isinstance(tab, PosesTab) or tab.format.name == DEFAULT
        poor = self.fitness if self.fitness and self.fitness.score < POOR and shown_by_model else None
        self.misfit.setVisible(poor is not None)
        if poor:
            why = told(poor.findings[0].message)
            self.misfit_text.setText(
                tr(
                    "The poses do not fit the reference picture ({score} of 100, {enough} would do): {why}.",
                    score=poor.score,
                    enough=POOR,
                    why=why,
                )
            )
        if not self.target.text() or self.target.text() == str(self._suggested):
            self._suggested = self._free_target()
            self.target.setText(str(self._suggested))
        self._tell_target()

    def _free_target(self) -> Path:
        """A name that nobody has."""
        names = (self._stem if number == 1 else f"{self._stem}-{number}" for number in count(1))
        return next(path for name in names if not (path := self._folder / f"{name}{self.tab.suffix}").exists())

    @property
    def _place(self) -> Path | None:
        """Where to write, with the suffix that belongs to it."""
        text = self.target.text().strip()
        if not text:
            return None
        path, suffix = real_path(text), self.tab.suffix
        return path if not suffix or path.suffix.lower() == suffix else path.with_name(path.name + suffix)

    def _tell_target(self) -> None:
        problem = ""
        try:
            self.tab.making()
            place = self._place
            if place:
                refuse_place(place)
            there = place is not None and place.exists() and (place.is_file() or any(place.iterdir()))
        except (PoseForgeError, OSError) as error:
            place, there, problem = None, False, in_words(error)
        self.problem.setText(problem or (tr("{path} is there already and will be replaced.", path=place) if there else ""))
        self.problem.setVisible(bool(self.problem.text()))
        anyway = tr("Export anyway") if self.findings else tr("Export")
        self.export_button.setText(tr("Replace") if there else anyway)
        self.export_button.setEnabled(place is not None and self.poses is not None)

    def _fit(self) -> None:
        self.reject()
        self.fit_wanted.emit()

    def accept(self) -> None:
        """Hand the work over to the worker."""
        place, poses = self._place, self.poses
        if place is None or poses is None or not self.export_button.isEnabled():
            return
        making, overwrite = self.tab.making(), place.exists()
        settings().setValue(_FOLDER, str(place.parent))
        if self._path:
            keep(self._path, _FOLDER, str(place.parent))
        super().accept()
        write = partial(_submit, self._jobs, making, place, overwrite)
        aside(self._jobs, lambda: making.change(poses), write, partial(self._session.tell, "error"))


def _usual_folder(project: Path | None) -> Path:
    """Where an export goes: where the project's last one went, else beside its file; without a file where the last one of any
    project went, else to the user's documents.
    """
    last = kept(project, _FOLDER) if project else settings().value(_FOLDER)
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    places = [Path(last)] if isinstance(last, str) and last else []
    places += [project.parent] if project else []
    return next((place for place in [*places, documents] if place.is_dir()), Path.home())


def _submit(jobs: JobList, making: Making, place: Path, overwrite: bool, poses: PoseSequence) -> None:
    """Have the job done, and compare what it wrote with what it was given."""
    arguments = {**making.arguments, "target": str(place), "overwrite": overwrite}
    done = partial(_compare, making, place, poses)
    jobs.submit(making.kind, arguments, poses, tr("Export {name}", name=place.name), done)


def _compare(making: Making, place: Path, poses: PoseSequence, jobs: JobList, row: JobRow, event: Event) -> None:
    """Say that an export is done, and read it again."""
    session, check = jobs.session, making.check

    def compared(told: tuple[bool, str]) -> None:
        row.add_note(told[1])
        session.tell("hint" if told[0] else "warning", tr("Exported to {path}. {result}", path=place, result=told[1]))

    if event.kind == "done":
        session.tell("hint", tr("Exported to {path}", path=place))
        if check:
            aside(row, lambda: check(place, poses), compared, row.add_note)
