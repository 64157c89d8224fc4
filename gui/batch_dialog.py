"""Many files at once: from what, to what, where to."""

from __future__ import annotations

import os
from functools import partial
from glob import escape
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from poseforge.align import FITS
from poseforge.converting import Conversion, is_pattern, matching
from poseforge.errors import PoseForgeError
from poseforge.formats import DEFAULT, find, get, registry

from .background import aside
from .buttons import button_box
from .choosing import ask_folder
from .job_list import JobList
from .session import Session
from .text import tr
from .theme import STEP, colors


class BatchDialog(QDialog):
    """Has a job convert a folder or whatever fits a pattern. The same again goes on where it was stopped."""

    def __init__(self, session: Session, jobs: JobList, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Convert many files"))
        self.resize(156 * STEP, 0)
        self._session, self._jobs = session, jobs
        self.source, self.target = QLineEdit(self), QLineEdit(self)
        self.source.setPlaceholderText(tr("A folder, or a pattern such as {example}", example="takes/**/*.json"))
        self.format, self.fit = QComboBox(self), QComboBox(self)
        for known in sorted(registry().values(), key=lambda known: known.name != DEFAULT):
            if known.write or known.write_motion:
                self.format.addItem(tr(known.title), known.name)
        self.fit.addItem(tr("As it is"), None)
        ways = tr("Whole"), tr("Its middle, as high as the canvas"), tr("Cut as EchoMimicV2 does"), tr("Stretched")
        for fit, text in zip(FITS, ways, strict=True):
            self.fit.addItem(text, fit)
        self.jobs_box = QSpinBox(self)
        self.jobs_box.setRange(1, max(os.cpu_count() or 1, 1))
        self.overwrite = QCheckBox(tr("Replace what was changed since"), self)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {colors().error}")
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Convert"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(4 * STEP)
        form.setVerticalSpacing(2 * STEP)
        for text, field in (
            (tr("From"), self._with_folder(self.source)),
            (tr("Into the folder"), self._with_folder(self.target)),
            (tr("Format"), self.format),
            (tr("Onto EchoMimicV2's canvas"), self.fit),
            (tr("Files at a time"), self.jobs_box),
            ("", self.overwrite),
        ):
            form.addRow(text, field)
            if isinstance(field, QWidget):
                field.setAccessibleName(text or field.accessibleName())
        self.source.setAccessibleName(tr("From"))
        self.target.setAccessibleName(tr("Into the folder"))
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        for line in (self.source, self.target):
            line.textChanged.connect(self._ready)
        self._ready()

    def _with_folder(self, line: QLineEdit) -> QHBoxLayout:
        button = QPushButton(tr("Choose…"), self)
        button.clicked.connect(partial(self._browse, line))
        layout = QHBoxLayout()
        layout.setSpacing(2 * STEP)
        layout.addWidget(line, 1)
        layout.addWidget(button)
        return layout

    def choose_folder(self) -> str:
        return ask_folder(self, tr("Choose a folder"), "conversions")

    def _browse(self, line: QLineEdit) -> None:
        chosen = self.choose_folder()
        if chosen:
            line.setText(chosen)

    def _ready(self, ready: bool = True) -> None:
        both = bool(self.source.text().strip() and self.target.text().strip())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready and both)
        self.problem.hide()

    def accept(self) -> None:
        """See what there is to convert, and hand it over to the worker."""
        self._ready(False)
        source, target = Path(self.source.text().strip()).absolute(), Path(self.target.text().strip()).absolute()
        wanted = Conversion(source, target, to=self.format.currentData(), fit=self.fit.currentData(),
                            overwrite=self.overwrite.isChecked())  # fmt: skip
        aside(self, lambda: conversions(wanted), partial(self._submit, target), self._refuse)

    def _refuse(self, problem: str) -> None:
        self._ready()
        self.problem.setText(problem)
        self.problem.show()

    def _submit(self, folder: Path, several: list[Conversion]) -> None:
        records = [_record(one) for one in several]
        arguments = {"conversions": records, "folder": str(folder), "jobs": self.jobs_box.value()}
        title = tr("Convert {count} files into {folder}", count=len(several), folder=folder.name)
        self._jobs.submit("convert", arguments, None, title)
        super().accept()


def conversions(wanted: Conversion) -> list[Conversion]:
    """What a folder, a pattern or a file comes to: a folder that is poses itself is one conversion. Raises FileProblem."""
    source = wanted.source
    if is_pattern(source):
        return matching(wanted)
    if source.is_dir():
        try:
            find(source)
        except PoseForgeError:
            return matching(Conversion(**{**vars(wanted), "source": Path(escape(str(source))) / "*"}))
    find(source)
    known = get(str(wanted.to))
    suffix = "" if known.folder else known.suffixes[0]
    return [Conversion(**{**vars(wanted), "target": wanted.target / f"{source.stem}{suffix}"})]


def _record(one: Conversion) -> dict[str, Any]:
    """A conversion as a job takes it."""
    record = {"source": str(one.source), "target": str(one.target), "to": one.to, "overwrite": one.overwrite}
    return {**record, "fit": one.fit} if one.fit else record
