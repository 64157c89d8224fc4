"""What is looked at before an animation costs hours: whether the weights are there, and whether the poses fit the picture.

Each is a line that keeps its place, whatever it says: what one types or clicks below does not move away.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from poseforge import animating, models
from poseforge.align import placed
from poseforge.fitness import Fitness, judge
from poseforge.sequence import PoseSequence
from poseforge.takes import MODELS
from poseforge.timeline import edits
from poseforge.timeline.project import Project

from .actions import Actions
from .background import Latest
from .fit_dialog import sentence
from .ranking import score_color
from .session import Session
from .text import noop, tr
from .theme import STEP, colors, current, on_screen
from .told import told

_SOURCES = {
    models.HUB: noop("From huggingface.co"),
    models.MIRROR: noop("From hf-mirror.com, a copy of it for where huggingface.co is blocked"),
}

_MOMENT_MS = 400
_TWO_LINES = "Wg字\nWg字"
"""As high as any language has them."""


class _Line(QWidget):
    """A sentence in a place of its own, and a button beside it."""

    def __init__(self, button: str) -> None:
        super().__init__()
        self.words = _label(self)
        self.button = QPushButton(button, self)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(STEP)
        self.column.addLayout(row)
        current.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Say it anew."""
        raise NotImplementedError

    def say(self, words: str, color: str, details: str = "") -> None:
        """Show a sentence, with more of it for whoever points at it."""
        self.words.setText(words)
        self.words.setToolTip(details)
        self.words.setStyleSheet(f"color: {color}")


def _label(parent: QWidget) -> QLabel:
    """Text with room for two lines."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setMinimumHeight(label.fontMetrics().boundingRect(QRect(), 0, _TWO_LINES).height())
    return label


class WeightsLine(_Line):
    """Whether the packages and the weights that animate are there, and a button that has the weights fetched.

    Attributes:
        lacking: what is said of packages that are not there; empty if they are.
        missing: the same of packages or weights; None as long as it is not known.
    """

    fetch = Signal(str)
    """From where the weights shall be fetched."""

    def __init__(self) -> None:
        super().__init__(tr("Fetch them…"))
        self.lacking = animating.missing()
        self.missing: str | None = self.lacking or None
        self._of: tuple[str, Path | None] = ("standard", None)
        self._looking = True
        menu = QMenu(self.button)
        for source, name in _SOURCES.items():
            menu.addAction(tr(name), partial(self.fetch.emit, source))
        self.button.setMenu(menu)
        self.button.setToolTip(tr("Downloads the published weights into the folder of models; what was interrupted goes on"))
        self.refresh()

    def look(self, variant: str, folder: Path | None) -> None:
        """Speak of the weights of a variant in the user's own folder, or in that of models, from now on."""
        if (variant, folder) != self._of or self.lacking:
            self._of, self._looking, self.lacking = (variant, folder), True, animating.missing()
            self.missing = self.lacking or None
            if (
                not self.lacking
                and not folder
                and not any(file.place.parent.is_dir() for file in models.get(MODELS[variant]).files)
            ):
                self.missing = tr("There is nothing of them in {folder}.", folder=models.folder())  # known before any is read
            self.refresh()

    def hear(self, of: tuple[str, Path | None], missing: str | None) -> None:
        """What is missing of the weights of a variant in a folder; None if that could not be found out."""
        if of == self._of:
            self._looking, self.missing = False, missing
            self.refresh()

    def refresh(self) -> None:
        variant, own = self._of
        self.button.setVisible(bool(self.missing) and not (own or self.lacking))
        if self.lacking:
            self.say(told(self.lacking), colors().warning)
        elif self.missing is None:
            words = tr("Looking for the weights…") if self._looking else tr("Not known whether the weights are there.")
            self.say(words, colors().secondary)
        elif not self.missing:
            self.say(tr("The weights are there."), colors().secondary)
        elif own:
            self.say(tr("This folder lacks weights."), colors().warning, told(self.missing))
        else:
            size = sum(file.expected for file in models.missing(MODELS[variant]))
            self.say(tr("The weights are missing ({size} GB).", size=f"{size / 1e9:.1f}"), colors().warning, told(self.missing))


class FitLine(_Line):
    """How well the poses fit the person in the reference picture, the worst that is wrong, and a button that mends it.

    Attributes:
        fitness: of the frames that shall be animated; None as long as it is not known.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__(tr("Fit…"))
        self.session = session
        self.fitness: Fitness | None = None
        self._wanted: tuple[Project, PoseSequence, tuple[int, int]] | None = None
        self._problem, self._other = "", False
        self.worst = _label(self)
        self.worst.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.worst)
        self._judging = Latest(self)
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setInterval(_MOMENT_MS)
        self._moment.timeout.connect(self._begin)
        self.button.setToolTip(actions["fit_picture"].toolTip())
        self.button.setAccessibleName(actions["fit_picture"].text())
        self.button.clicked.connect(actions["fit_picture"].trigger)
        self.refresh()

    def look(self, frames: tuple[int, int], other: bool = False) -> None:
        """Judge some frames of the project as it is now, if they are others than before and somebody can see it. With another
        picture than the project's nobody can tell.
        """
        self._other = other
        project, pose = self.session.history.project, self.session.picture_pose
        wanted = (project, pose, frames) if project.picture and pose and not other else None
        same = self._wanted and wanted and all(one is other for one, other in zip(self._wanted[:2], wanted[:2], strict=True))
        if not (same and self._wanted and self._wanted[2] == frames):
            self._wanted, self.fitness, self._problem = wanted, None, ""
            self._judging.drop()
        if self._wanted and not (self.fitness or self._problem or self._judging.busy) and on_screen(self):
            self._moment.start()
        self.refresh()

    def _begin(self) -> None:
        if self._wanted:
            self._judging.run(partial(_judged, *self._wanted), self._hear, self._fail)

    def _hear(self, fitness: Fitness) -> None:
        self.fitness = fitness
        self.refresh()

    def _fail(self, problem: str) -> None:
        self._problem = problem
        self.refresh()

    def refresh(self) -> None:
        look = colors()
        self.worst.setVisible(self._wanted is not None)
        self.worst.setText("")
        self.button.setVisible(not self._other)
        if self._other:
            self.say(tr("Not known how the poses fit another picture than the project's."), look.warning)
        elif self._problem:
            self.say(self._problem, look.warning, self._problem)
        elif self._wanted is None:
            self.say(tr("Whether the poses fit the picture: its pose is not known yet."), look.secondary)
        elif self.fitness is None:
            self.say(tr("Measuring…"), look.secondary)
        else:
            findings = self.fitness.findings
            score = tr("Fits the picture: {score} of 100", score=self.fitness.score)
            all_of_it = "\n".join(f"· {sentence(one.code, one.message, one.advice)}" for one in findings)
            self.say(score, score_color(self.fitness.score), all_of_it)
            self.worst.setText(told(findings[0].message) if findings else tr("Nothing is wrong."))
            self.worst.setToolTip(all_of_it)


def _judged(project: Project, pose: PoseSequence, frames: tuple[int, int]) -> Fitness:
    assert project.picture
    return judge(placed(pose, project.picture.box, project.size), edits.fit_sample(project, within=frames))
