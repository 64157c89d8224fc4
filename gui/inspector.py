"""The inspector: what is selected, in numbers that can be changed."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from .actions import Actions
from .hand_panel import HandPanel, hand_of
from .joint_panel import JointPanel
from .presets import SIDES
from .properties import Properties, clip_properties, project_properties, track_properties
from .session import Session
from .settings import settings
from .shape_dialog import ask_shape
from .text import tr
from .theme import STEP, on_screen

_LATER_MS = 40
"""How long numbers may lag behind what moves, which must not lag behind the hand."""

_READABLE_MS = 200
"""While frames change or something is dragged, numbers change no more often: faster nobody reads."""


class Inspector(QWidget):
    """The hand, the joints, the clip, the track and the project, each under a heading that folds it away. Only what is open
    and seen is kept up to date. What is selected comes into view, even if it was selected before.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self.hand = HandPanel(session)
        self.joints = JointPanel(session)
        self.clip: Properties = clip_properties(session)
        self.track: Properties = track_properties(session)
        self.project: Properties = project_properties(session)
        self.sections = {
            "hand": _Section("hand", tr("Hand"), self.hand),
            "joints": _Section("joints", tr("Joints"), self.joints),
            "clip": _Section("clip", tr("Clip"), self.clip),
            "track": _Section("track", tr("Track"), self.track),
            "project": _Section("project", tr("Project"), self.project),
        }
        self._lay_out()
        actions.on("shape_all", lambda: ask_shape(session, self.window()))
        self.setWhatsThis(
            tr("What is selected, in numbers: bend a finger, turn a wrist, pick a hand shape, change a clip or a track.")
        )
        for section in self.sections.values():
            section.header.toggled.connect(self.refresh)
        self._later = QTimer(self, singleShot=True)
        self._shown = QElapsedTimer()
        self._later.timeout.connect(self.refresh)
        session.frame_changed.connect(self._refresh_later)
        session.project_changed.connect(lambda: self._refresh_later() if session.dragging else self.refresh())
        session.selection_changed.connect(self.refresh)
        self._wanted = ""
        self._scroll = QTimer(self, singleShot=True, interval=0)  # first everything finds its place
        self._scroll.timeout.connect(self._show_wanted)
        session.picked.connect(self._want)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2 * STEP, STEP, 2 * STEP, 2 * STEP)
        column.setSpacing(STEP)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.area = area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        self.refresh()
        super().showEvent(event)

    def refresh(self) -> None:
        """Show what is selected as it is now."""
        if not on_screen(self):
            return
        self._shown.start()
        session = self.session
        hand = any(session.joints & {*hand_of(side)} for side in SIDES)
        shown = {
            "hand": hand or not (session.joints or session.clip),
            "joints": bool(session.joints),
            "clip": session.clip is not None,
            "track": session.track is not None,
            "project": True,
        }
        for name, section in self.sections.items():
            if section.isHidden() == shown[name]:
                section.setVisible(shown[name])
        if session.clip and self.sections["clip"].open:
            self.clip.show_value(session.project.clip(session.clip)[1])
        if session.track and self.sections["track"].open:
            self.track.show_value(session.project.track(session.track))
        if self.sections["project"].open:
            self.project.show_value(session.project)
        for name, panel in (("hand", self.hand), ("joints", self.joints)):
            if not self.sections[name].isHidden() and self.sections[name].open:
                panel.refresh()

    def _want(self, what: str) -> None:
        hand = what == "joints" and not self.sections["hand"].isHidden()
        self._wanted = "hand" if hand else what
        self._scroll.start()

    def _show_wanted(self) -> None:
        """Bring the section of what was picked into view, as much of it as there is room for."""
        section, bar, room = self.sections[self._wanted], self.area.verticalScrollBar(), self.area.viewport().height()
        top, bottom = section.y(), section.geometry().bottom() + 1
        bar.setValue(min(max(bar.value(), bottom - room), top))

    def _refresh_later(self, frame: int = 0) -> None:
        if not self._later.isActive():
            since = self._shown.elapsed() if self._shown.isValid() else _READABLE_MS
            self._later.start(max(_LATER_MS, _READABLE_MS - since))


class _Section(QWidget):
    """Something under a heading that folds it away, for good."""

    def __init__(self, name: str, title: str, inside: QWidget) -> None:
        super().__init__()
        self._setting = f"inspector/{name}"
        self._inside = inside
        self.header = QToolButton(self)
        self.header.setText(title)
        self.header.setAccessibleName(title)
        self.header.setCheckable(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.setObjectName("heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self.header)
        layout.addWidget(inside)
        self.header.toggled.connect(self._fold)
        is_open = str(settings().value(self._setting, "true")) == "true"
        self.header.setChecked(is_open)
        self._point(is_open)

    @property
    def open(self) -> bool:
        """Whether what is inside is seen."""
        return self.header.isChecked()

    def _fold(self, opened: bool) -> None:
        settings().setValue(self._setting, "true" if opened else "false")
        self._point(opened)

    def _point(self, opened: bool) -> None:
        self._inside.setVisible(opened)
        self.header.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
