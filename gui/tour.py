"""The tour: one minute on a sample, in which one does what the editor is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from poseforge import library
from poseforge.timeline import edits
from poseforge.timeline.project import Project, part_joints, resting

from .actions import Actions
from .palette import keys_of
from .presets import in_language, shown_name
from .session import Session
from .text import noop, tr
from .theme import RADIUS, STEP, colors, current

_WIDTH = 320
_HANDS = part_joints("left_hand") | part_joints("right_hand") | {"left_wrist", "right_wrist"}
_APART = 12
"""Frames between the sample's gesture and the one that is added."""

_NEXT_MS = 700
"""How long a done step stays, so that one sees what one did."""


_ON_YOURS = noop(
    "What is open is not saved, so this tour uses your project. Whatever you do can be undone, and you can leave at any time."
)


@dataclass(frozen=True)
class Step:
    """One bubble.

    Attributes:
        title, text: what to do; {keys} stands for the shortcuts of `action`.
        dock: the panel it points at, by its name in the window; "" for the canvas, None for none.
        done: what the user does to go on, one of the conditions of `Tour`; "" if there is nothing to do.
        action: whose shortcuts are named.
    """

    title: str
    text: str
    dock: str | None = None
    done: str = ""
    action: str = ""


STEPS = (
    Step(
        noop("A gesture in a minute"),
        noop(
            "This is a sample: a performer with one gesture, “Present”. Let us add another. You can leave the tour at any time."
        ),
        "",
    ),
    Step(
        noop("Pick a gesture"),
        noop("Under Gestures, drag one onto the timeline; or double-click it, and it begins where the red line is."),
        "library",
        "clip",
    ),
    Step(
        noop("Go through time"),
        noop("Drag along the timeline, or press {keys}, until you see the gesture."),
        "timeline",
        "frame",
        "next_frame",
    ),
    Step(
        noop("Take a hand"),
        noop("Click a hand of the performer. A double-click takes the finger, a third click the hand."),
        "",
        "hand",
    ),
    Step(
        noop("Bend a finger"),
        noop("Drag a slider of a finger here, or a fingertip on the canvas. Whatever you do, {keys} takes it back."),
        "inspector",
        "edit",
        "undo",
    ),
    Step(
        noop("See what the model sees"),
        noop("This is the exact pose map that the model will get. It follows all that you do."),
        "map",
    ),
    Step(noop("Play it"), noop("Press {keys}, and again to stop."), "transport", "play", "play"),
    Step(
        noop("Use it"), noop("{keys} writes it for EchoMimicV2 and others. Help > Tour shows this again."), None, "", "export"
    ),
)


def sample() -> Project:
    """What the tour is taken on: the performer, presenting something."""
    gesture = library.gesture("present_right")
    project = in_language(resting())
    return edits.add_clip(project, project.tracks[0].id, gesture.motion(), 24, name=shown_name(gesture), joints=gesture.joints)


class Tour(QObject):
    """Bubbles beside the panels, one after another. It goes on when the user does the thing, or asks for the next."""

    def __init__(
        self, session: Session, actions: Actions, window: QWidget, ended: Callable[[], object], on_sample: bool
    ) -> None:
        """`on_sample` is whether what is open is the sample, and not the user's own."""
        super().__init__(window)
        self._on_sample = on_sample
        self._session, self._actions, self._window, self._ended = session, actions, window, ended
        self.number = 0
        self._start: Project = session.history.project
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_NEXT_MS)
        self._timer.timeout.connect(self.next)
        self.frame = _Frame(window)
        self.bubble = _Bubble(window, self)
        self._heard: list[tuple[Any, Any]] = [
            (session.project_changed, self._look),
            (session.selection_changed, self._look),
            (session.frame_changed, self._went),
            (actions["play"].triggered, self._played),
        ]
        for signal, slot in self._heard:
            signal.connect(slot)
        window.installEventFilter(self)
        if on_sample:  # where there is room for another gesture
            session.seek(self._start.tracks[0].clips[-1].end + _APART)
        self._show()

    @property
    def step(self) -> Step:
        return STEPS[self.number]

    @property
    def target(self) -> QWidget | None:
        """The panel that the step is about."""
        if self.step.dock is None:
            return None
        if not self.step.dock:
            return self._window.centralWidget()  # type: ignore[attr-defined, no-any-return]
        dock = self._window.findChild(QDockWidget, self.step.dock)
        return dock if isinstance(dock, QDockWidget) else None

    def next(self) -> None:
        """Go to the next step, or end after the last."""
        self._timer.stop()
        if self.number + 1 == len(STEPS):
            self.end()
        else:
            self.number += 1
            self._show()

    def back(self) -> None:
        """Go to the step before."""
        self._timer.stop()
        self.number = max(0, self.number - 1)
        self._show()

    def end(self) -> None:
        """Take everything away, once."""
        self._timer.stop()
        self._window.removeEventFilter(self)
        heard, self._heard = self._heard, []
        if not heard:
            return
        for signal, slot in heard:
            signal.disconnect(slot)
        for widget in (self.bubble, self.frame):
            widget.hide()
            widget.deleteLater()
        self.deleteLater()
        self._ended()

    def _show(self) -> None:
        self._start = self._session.history.project
        target = self.target
        if isinstance(target, QDockWidget):
            target.show()
            target.raise_()
        action = self.step.action
        if self.step.done == "clip":
            self._window.library.show_gestures()  # type: ignore[attr-defined]
        words = tr(self.step.text, keys=keys_of(self._actions[action])) if action else tr(self.step.text)
        if self.number == 0 and not self._on_sample:
            words = tr(_ON_YOURS)
        self.bubble.tell(tr(self.step.title), words, self.number)
        self._place()
        QTimer.singleShot(0, self, self._place)  # once a panel that was hidden has its size

    def _place(self) -> None:
        target = self.target
        area = self._window.rect()
        if target is not None and target.isVisible():
            area = QRect(target.mapTo(self._window, QPoint(0, 0)), target.size())
        self.frame.setGeometry(area)
        self.frame.setVisible(target is not None)
        self.bubble.adjustSize()
        self.bubble.move(_beside(area, self.bubble.rect(), self._window.rect(), self._kept_clear()))
        for widget in (self.frame, self.bubble):
            widget.raise_()
        self.bubble.show()

    def _kept_clear(self) -> list[QRect]:
        """What a bubble must not lie on: the person on the canvas, and the transport bar."""
        clear = []
        stage = self._window.canvas.stage  # type: ignore[attr-defined]
        points = stage.view.to_screen(self._session.pose().points[0])
        points = points[~np.isnan(points).any(axis=1)]
        if len(points):
            corner, end = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
            person = QRect(QPoint(*corner.tolist()), QPoint(*end.tolist())).intersected(stage.rect())
            clear.append(person.translated(stage.mapTo(self._window, QPoint(0, 0))))
        transport = self._window.findChild(QDockWidget, "transport")
        if transport is not None and transport.isVisible():
            clear.append(transport.geometry())
        return clear

    def _look(self) -> None:
        """See whether the user did what the step asks for."""
        project = self._session.history.project
        if self._session.joints & _HANDS:
            self._did("hand")
        if project is not self._start:
            self._did("edit")
            if _clips(project) > _clips(self._start):
                self._did("clip")

    def _went(self) -> None:
        self._did("frame")

    def _played(self) -> None:
        self._did("play")

    def _did(self, what: str) -> None:
        if self.step.done == what:  # again and again while one goes on with it
            self.bubble.praise()
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)


def _clips(project: Project) -> int:
    return sum(len(track.clips) for track in project.tracks)


def _beside(target: QRect, bubble: QRect, window: QRect, clear: Sequence[QRect]) -> QPoint:
    """Where a bubble lies within the window: beside a panel, or on it where there is no room; and where it covers least of what
    is to be seen.
    """
    gap = 3 * STEP
    room = window.adjusted(gap, gap, -gap, -gap)
    middle = target.center() - bubble.center()
    across, down = (
        (middle.x(), target.left(), target.right() - bubble.width(), room.left(), room.right() - bubble.width()),
        (middle.y(), target.top(), target.bottom() - bubble.height(), room.top(), room.bottom() - bubble.height()),
    )
    places = [
        *(QPoint(x, y) for y in down for x in (target.right() + gap, target.left() - gap - bubble.width())),
        *(QPoint(x, y) for x in across for y in (target.top() - gap - bubble.height(), target.bottom() + gap)),
        *(QPoint(x, y) for x in across for y in down),
    ]

    def laid(place: QPoint) -> QRect:
        x = min(max(place.x(), room.left()), room.right() - bubble.width())
        y = min(max(place.y(), room.top()), room.bottom() - bubble.height())
        return QRect(QPoint(x, y), bubble.size())

    def covered(place: QPoint) -> tuple[int, int]:
        return _overlap(laid(place), target), sum(_overlap(laid(place), one) for one in clear)

    return laid(min(places, key=covered)).topLeft()


def _overlap(one: QRect, other: QRect) -> int:
    """How many pixels two rectangles share."""
    both = one.intersected(other)
    return both.width() * both.height() if both.isValid() else 0


class _Frame(QWidget):
    """A line around the panel that is spoken of."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors().accent), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
        painter.end()


class _Bubble(QFrame):
    """What to do, and the ways on, back and out."""

    def __init__(self, window: QWidget, tour: Tour) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)  # a window drags its docks by what reaches it
        self._tour = tour
        self.setObjectName("bubble")
        self.setFixedWidth(_WIDTH)
        self.title, self.text, self.count = QLabel(), QLabel(), QLabel()
        self.text.setWordWrap(True)
        self.skip_button = QPushButton(tr("Skip the tour"))
        self.back_button, self.next_button = QPushButton(tr("Back")), QPushButton(tr("Next"))
        self.skip_button.clicked.connect(tour.end)
        self.back_button.clicked.connect(tour.back)
        self.next_button.clicked.connect(tour.next)
        buttons = QHBoxLayout()
        buttons.addWidget(self.skip_button)
        buttons.addStretch()
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 3 * STEP, 4 * STEP, 3 * STEP)
        column.setSpacing(2 * STEP)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addLayout(buttons)
        current.changed.connect(self._paint)
        self._paint()

    def _paint(self) -> None:
        theme = colors()
        self.setStyleSheet(
            f"#bubble {{ background: {theme.raised}; border: 1px solid {theme.accent}; border-radius: {2 * RADIUS}px; }}"
            f"#bubble QPushButton {{ background: {theme.panel}; }}"
        )
        self.title.setStyleSheet("font-weight: 600")
        self.count.setStyleSheet(f"color: {theme.secondary}")

    def tell(self, title: str, words: str, number: int) -> None:
        """Say what a step is about."""
        self.title.setText(title)
        self.text.setText(words)
        self.count.setText(tr("{number} of {count}", number=number + 1, count=len(STEPS)))
        self.back_button.setVisible(number > 0)
        last = number + 1 == len(STEPS)
        self.next_button.setText(tr("Done") if last else tr("Next"))
        self.skip_button.setVisible(not last)
        self.text.setMinimumHeight(self.text.heightForWidth(_WIDTH - 8 * STEP))
        if number == 0:
            self.next_button.setFocus()

    def praise(self) -> None:
        """Show that the step is done."""
        self.count.setText("✓")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()  # not the window's
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self._tour.end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tour.next()
        else:
            super().keyPressEvent(event)
