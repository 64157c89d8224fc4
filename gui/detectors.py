"""The choice of a detector, with what is missing for it and the command that helps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from poseforge import detect

from .settings import settings
from .text import tr
from .theme import STEP, colors
from .told import told

_CHOSEN = "detector"


class DetectorChoice(QWidget):
    """A box of all detectors, of which the one that was used last is chosen.

    Attributes:
        missing: why the chosen one cannot be used here; empty if it can.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.missing = ""
        self.box = QComboBox(self)
        self.box.setAccessibleName(tr("Detector"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        kinds = detect.kinds()
        for kind in sorted(kinds.values(), key=lambda kind: (kind.name != detect.DEFAULT, kind.name)):
            self.box.addItem(kind.title, kind.name)
        self.problem = QLabel(self)
        self.problem.setWordWrap(True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self.box)
        layout.addWidget(self.problem)
        self.setFocusProxy(self.box)
        known = str(settings().value(_CHOSEN, detect.DEFAULT))
        self.choose(known if known in kinds else detect.DEFAULT)
        self.box.currentIndexChanged.connect(self._look)

    @property
    def name(self) -> str:
        return str(self.box.currentData())

    def choose(self, name: str) -> None:
        self.box.setCurrentIndex(max(self.box.findData(name), 0))
        self._look()

    def keep(self) -> None:
        """Remember it as the one that was used last."""
        settings().setValue(_CHOSEN, self.name)

    def _look(self) -> None:
        self.missing = detect.get(self.name).missing() if self.box.count() else tr("No detector is installed.")
        self.problem.setText(told(self.missing))
        self.problem.setVisible(bool(self.missing))
        self.problem.setStyleSheet(f"color: {colors().warning}")
        self.changed.emit()
