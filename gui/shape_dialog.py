"""A hand shape for many frames at once: what helps a hand that a detector has missed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from poseforge.timeline.project import PointTrack, part_joints

from .buttons import button_box
from .presets import SIDES, selected_sides
from .session import Session
from .shape_picker import ShapePicker
from .text import tr
from .theme import STEP


class ShapeDialog(QDialog):
    """Asks for a hand, for frames and, as the last, for a shape: a click on that gives it.

    Attributes:
        hands: the sides of the hands -> the button of each choice.
        spans: first and last frame -> the button of each choice.
        shapes: the shapes as pictures.
    """

    def __init__(self, session: Session, parent: QWidget, frames: range = range(0)) -> None:
        super().__init__(parent)
        self.session = session
        project = session.project
        self.setWindowTitle(tr("Hand shape in many frames"))
        told = QLabel(tr("A hand that is missing is put on its wrist. A click on a shape gives it."), self)
        told.setWordWrap(True)
        self.hands = {
            ("left",): QRadioButton(tr("Left hand"), self),
            ("right",): QRadioButton(tr("Right hand"), self),
            SIDES: QRadioButton(tr("Both hands"), self),
        }
        self.spans = {(0, project.length - 1): QRadioButton(tr("All frames"), self)}
        if project.range:
            self.spans.setdefault(project.range, QRadioButton(tr("From the in to the out point"), self))
        if frames:
            words = tr("Frames {first} to {last}", first=frames[0], last=frames[-1])
            self.spans.setdefault((frames[0], frames[-1]), QRadioButton(words, self))
        rows = [QHBoxLayout(), QHBoxLayout()]
        self._groups = [QButtonGroup(self), QButtonGroup(self)]
        choices = ([*self.hands.values()], [*self.spans.values()])
        for row, group, buttons in zip(rows, self._groups, choices, strict=True):
            row.setSpacing(4 * STEP)
            for button in buttons:
                group.addButton(button)
                row.addWidget(button)
                button.setHidden(len(buttons) == 1)  # then there is nothing to choose
            row.addStretch(1)
        self.hands[tuple(selected_sides(session))].setChecked(True)
        [*self.spans.values()][-1].setChecked(True)
        self.shapes = ShapePicker(session, self._sides, self._span)
        self.shapes.clicked.connect(self.accept)
        self.shapes.activated.connect(self.accept)
        self._groups[0].buttonToggled.connect(self.shapes.viewport().update)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(3 * STEP)
        layout.addWidget(told)
        for row in rows:
            layout.addLayout(row)
        layout.addWidget(self.shapes)
        layout.addWidget(self.buttons)
        self.resize(110 * STEP, self.sizeHint().height())

    def _sides(self) -> tuple[str, ...]:
        return next(sides for sides, button in self.hands.items() if button.isChecked())

    def _span(self) -> tuple[int, int]:
        return next(span for span, button in self.spans.items() if button.isChecked())


def ask_shape(session: Session, parent: QWidget, frames: range = range(0)) -> ShapeDialog | None:
    """Show the dialog, for the hands of which something is selected, and for some frames if these are given; or say why there
    is nothing to ask.
    """
    roots = [f"{side}_hand_root" for side in selected_sides(session)]
    track = session.edit_track(roots)
    if track is None:
        return None
    if not isinstance(session.project.track(track), PointTrack):
        track = _points_of(session, roots)
        session.select(track=track or session.track)
    if track is None:
        session.tell(
            "hint", tr("A performer's hands take a shape at this frame: press 1 to 9, or choose one in the Inspector.")
        )
        return None
    dialog = ShapeDialog(session, parent, frames)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _points_of(session: Session, joints: Iterable[str]) -> str | None:
    """The uppermost open track of detected points that speaks for joints."""
    wanted = {*joints}
    tracks = [one for one in reversed(session.project.tracks) if isinstance(one, PointTrack) and one.enabled and not one.locked]
    return next((one.id for one in tracks if one.base is not None and wanted <= part_joints(one.part)), None)
