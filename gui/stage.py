"""The stage: the person on the canvas, and what the mouse does to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from poseforge import library
from poseforge.errors import PoseForgeError
from poseforge.skeleton import wholebody_134
from poseforge.timeline.project import PointTrack

from . import picking
from .actions import Actions
from .drags import TYPED, Kind, PoseDrag
from .figure import GROUPS, LOW, shown_mask
from .handles import Handles
from .icons import icon
from .joint_titles import joint_title
from .marks import paint_box, paint_label
from .presets import give_shape, place_gesture, preset_of
from .remembered import number
from .scene import Scene
from .session import Session
from .text import tr
from .theme import FOCUS
from .view import LEAST, MOST, Floats, View

TOOLS: dict[str, Kind] = {"tool_move": "move", "tool_rotate": "rotate", "tool_scale": "scale"}
ZOOM = 1.25
_CLOSE_UP = 1.35
"""How much larger than a hand's reach the close-up is, so that fingers stay in it when they stretch."""


@dataclass
class _Press:
    """A button that went down and has not moved yet.

    Attributes:
        at: where.
        kind, lead: what a drag from there does, and the joint that is taken hold of.
        only: the joint that is selected alone if nothing is dragged.
    """

    at: QPointF
    kind: Kind | None = None
    lead: str | None = None
    only: str | None = None
    modifiers: Qt.KeyboardModifier = field(default=Qt.KeyboardModifier.NoModifier)


class Stage(QWidget):
    """Shows the frame that is looked at, selects, and drags.

    Attributes:
        view: where the canvas lies.
        scene: what is shown beside the person.
        locked: those of GROUPS whose joints cannot be taken hold of.
        drag: what is being done to the pose; None if nothing is.
    """

    pointed = Signal(object)
    """The place under the mouse as two fractions of the canvas, None outside."""
    view_changed = Signal()

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session, self.commands = session, actions
        self.view = View(session.project.size)
        self.scene = Scene(session, actions, self)
        self.locked: set[str] = set()
        self.drag: PoseDrag | None = None
        self.hovered: str | None = None
        self.mouse: QPointF | None = None
        self._held: Kind | None = None
        self._compare = False
        self._modal = False
        self._pan: QPointF | None = None
        self._press: _Press | None = None
        self._box: QRectF | None = None
        self._anchor: tuple[str, QPointF, tuple[float, QPointF, bool]] | None = None
        self._doubled = QElapsedTimer()
        self._doubled_at = QPointF()
        self._screen: tuple[object, object, Floats] | None = None
        self._seen = session.frame
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._gather)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(FOCUS)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(tr("Canvas"))
        session.project_changed.connect(self._follow)
        session.frame_changed.connect(lambda _: self._follow())
        session.selection_changed.connect(self.update)
        session.history_changed.connect(self._let_go)
        self.scene.changed.connect(self.update)

    # Where things are

    @property
    def shown(self) -> list[str]:
        """Those of GROUPS that are shown."""
        return [name for name in GROUPS if self.commands[f"show_{name}"].isChecked()]

    @property
    def tool(self) -> Kind:
        """What a drag of a joint does."""
        return next((kind for id, kind in TOOLS.items() if self.commands[id].isChecked()), "move")

    def points(self) -> Floats:
        """(134, 2) the joints that are shown, in pixels of the stage; NaN where one is not."""
        pose, shown = self.session.pose(), self.shown
        key = (pose, (self.view.state, tuple(shown)))
        if self._screen is None or self._screen[0] is not key[0] or self._screen[1] != key[1]:
            points = np.where(shown_mask(shown)[:, None], self.view.to_screen(pose.points[0]), np.nan)
            self._screen = (*key, points)
        return self._screen[2]

    def _open_points(self) -> Floats:
        """The joints that can be taken hold of."""
        open_ = shown_mask([name for name in GROUPS if name not in self.locked])
        return np.where(open_[:, None], self.points(), np.nan)

    def handles(self) -> Handles | None:
        """The ring and the corner of what is selected; none while something is dragged, nor about a single joint that moves."""
        joints = self.session.joints
        if not joints or self.drag or (len(joints) == 1 and self.tool == "move"):
            return None
        track = self.session.track_for(joints)
        scales = track is not None and isinstance(self.session.project.track(track), PointTrack)
        return Handles.around(self.points(), joints, scales)

    @property
    def room(self) -> QSizeF:
        return QSizeF(self.size())

    # The view

    def fit(self) -> None:
        """Show the whole canvas."""
        self.commands["hand_view"].setChecked(False)
        self.view.fit(self.room)
        self._moved()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the stage, by default its middle."""
        self.view.zoom(factor, at or QPointF(self.width() / 2, self.height() / 2))
        self._moved()

    def view_state(self) -> dict[str, Any]:
        """What is seen of the canvas: values of JSON. A close-up does not count."""
        now = (self.view.scale, self.view.origin, self.view.fitted)
        scale, origin, fitted = self._anchor[2] if self._anchor else now
        x, y = self.view.size[0] * scale, self.view.size[1] * scale
        middle = [(self.width() / 2 - origin.x()) / x, (self.height() / 2 - origin.y()) / y]
        return {"zoom": None if fitted else [scale, *middle]}

    def restore_view(self, state: dict[str, Any]) -> None:
        """See it so again."""
        self.fit()
        zoom = state.get("zoom")
        if isinstance(zoom, list) and len(zoom) == 3:
            scale, x, y = number(zoom[0], LEAST, MOST), number(zoom[1], -1, 2), number(zoom[2], -1, 2)
            if scale is not None and x is not None and y is not None:
                middle = QPointF(self.width() / 2, self.height() / 2)
                self.view.zoom(scale / self.view.scale, middle)
                self.view.hold(np.array([x, y]), middle)
                self._moved()

    def _moved(self) -> None:
        """The view is another; a close-up holds the wrist where it is now."""
        if self._anchor:
            joint, _, before = self._anchor
            x, y = self.view.to_screen(self._place(joint)).tolist()
            if x == x:
                self._anchor = (joint, QPointF(x, y), before)
        self.view_changed.emit()
        if self.mouse and not self.drag:
            self._hover(self.mouse)
        self.update()

    def _place(self, joint: str) -> Floats:
        return np.asarray(self.session.pose().points[0, wholebody_134.index(joint)])

    def close_up(self, on: bool) -> None:
        """Show the selected hand large, its wrist held still; or what was shown before."""
        if not on:
            if self._anchor:
                self.view.scale, self.view.origin, self.view.fitted = self._anchor[2]
                self._anchor = None
                if self.view.fitted:
                    self.view.fit(self.room)
                self._moved()
            return
        side = "left" if any(joint.startswith("left") for joint in self.session.joints) else "right"
        wrist = f"{side}_hand_root"
        pose = self.session.pose()
        hand = pose.points[0, wholebody_134.group(f"{side}_hand")] * pose.size
        middle = hand[0]
        if np.isnan(hand).all() or np.isnan(middle[0]):
            self.session.tell("warning", tr("This hand is missing at this frame."))
            self.commands["hand_view"].setChecked(False)
            return
        reach = max(float(np.nanmax(np.linalg.norm(hand - middle, axis=1))) * _CLOSE_UP / 2, 8.0)
        low, high = np.nanmin(hand, axis=0), np.nanmax(hand, axis=0)
        left, top = ((low + high) / 2 - reach) / pose.size
        right, bottom = ((low + high) / 2 + reach) / pose.size
        before = (self.view.scale, QPointF(self.view.origin), self.view.fitted)
        self.view.show((left, top, right, bottom), self.room)
        self._anchor = (wrist, QPointF(), before)
        self._moved()

    def _follow(self) -> None:
        """Another frame or project is shown."""
        if self.view.size != self.session.project.size:
            self.view.size = self.session.project.size
            self.view.fit(self.room)
            self.view_changed.emit()
        if self._anchor:
            place = self._place(self._anchor[0])
            if not np.isnan(place[0]):
                self.view.hold(place, self._anchor[1])
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        if self.view.fitted:
            self.view.fit(self.room)
        else:
            grown = event.size() - event.oldSize() if event.oldSize().isValid() else QSize(0, 0)
            self.view.pan(QPointF(grown.width() / 2, grown.height() / 2))
        self._moved()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(640, 560)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        points, handles = self.points(), self.handles()
        self._seen = self.session.frame
        self.scene.paint_behind(painter, self.view, self.shown)
        if handles:
            handles.paint(painter, self._held)
        start = self.view.to_screen(self.drag.start) if self.drag and self._compare else None
        self.scene.paint_person(painter, self.view, points, start, self.hovered)
        if self._box is not None:
            paint_box(painter, self._box)
        elif self.mouse and self.drag and self.drag.moved:
            paint_label(painter, self.drag.value, self.mouse, QRectF(self.rect()))
        elif self.mouse and self.hovered:
            paint_label(painter, self._named(self.hovered), self.mouse, QRectF(self.rect()))
        if self.scene.incomplete:
            self._later.start(0)

    def _gather(self) -> None:
        if self.scene.gather():
            self.update()

    # Selecting

    def _choose(self, joints: frozenset[str], modifiers: Qt.KeyboardModifier) -> None:
        """Select joints: alone, with Shift as well, with Ctrl the other way round than they were."""
        now = self.session.joints
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            joints = now | joints
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            joints = now ^ joints
        self.session.select(joints=joints)

    def _hover(self, at: QPointF) -> None:
        """Tell what is under the mouse, and what a drag of it will do."""
        handles = self.handles()
        joint = picking.nearest(self._open_points(), at)
        held = handles.hit(at) if handles and not joint else None
        if (joint, held) != (self.hovered, self._held):
            self.hovered, self._held = joint, held
            self.setCursor(self._cursor())
            if joint or held:
                self.session.tell("hint", self._will_do(joint, held))
        self.update()

    def _named(self, joint: str) -> str:
        """A joint's name, and that nobody knows whether it is there."""
        confidence = float(self.session.pose().confidence[0, wholebody_134.index(joint)])
        if confidence >= LOW:
            return joint_title(joint)
        return tr(
            "{joint} · only guessed by the detector ({confidence})", joint=joint_title(joint), confidence=f"{confidence:.2f}"
        )

    def _cursor(self) -> QCursor:
        kind = self._held or (self.tool if self.hovered else None)
        if kind is None:
            return QCursor(Qt.CursorShape.CrossCursor)
        if kind == "move":
            return QCursor(Qt.CursorShape.SizeAllCursor)
        return QCursor(icon("rotate").pixmap(20)) if kind == "rotate" else QCursor(Qt.CursorShape.SizeFDiagCursor)

    def _will_do(self, joint: str | None, held: Kind | None) -> str:
        """What a drag will do, for the status bar."""
        kind = held or self.tool
        if kind == "rotate":
            return tr("Drag: turns the selected joints. Ctrl: in steps of 15°")
        if kind == "scale":
            return tr("Drag: scales the selected joints about the wrist or their middle")
        assert joint is not None
        name, bare = joint_title(joint), joint.partition("_")[2]
        if joint in self.session.joints and len(self.session.joints) > 1:
            return tr("{joint} · drag: moves what is selected", joint=name)
        if bare in ("wrist", "hand_root"):
            return tr("{joint} · drag: the arm follows the hand. Triple-click: the whole hand", joint=name)
        if joint.startswith(("left", "right")) and bare[-1:].isdigit():
            knuckle = bare.endswith("_1")
            told = tr("{joint} · drag: turns the hand. Double-click: the finger") if knuckle else ""
            return (told or tr("{joint} · drag: bends the finger. Double-click: the finger")).format(joint=name)
        return tr("{joint} · drag: moves it. Double-click: its limb. Alt: compare with the start", joint=name)

    # The mouse

    def _pause(self) -> None:
        """Let nothing move that is taken hold of: what plays stops at the frame that was painted last."""
        if self.commands["play"].isChecked():
            self.commands["play"].trigger()
            self.session.seek(self._seen)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at, modifiers = event.position(), event.modifiers()
        left = event.button() == Qt.MouseButton.LeftButton
        self.mouse = at
        if self.drag:
            if left:
                self._end()
            elif event.button() == Qt.MouseButton.RightButton:
                self._give_up()
            return
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if left and not control:
            self._pause()
        joint = picking.nearest(self._open_points(), at)
        if event.button() == Qt.MouseButton.MiddleButton or (left and control and not joint):
            self._pan = at
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self._tripled(at):
            self._choose(picking.whole(joint), modifiers) if joint else None
            self._press = _Press(at, self.tool, joint)
        elif left:
            self._begin(at, joint, modifiers)

    def _tripled(self, at: QPointF) -> bool:
        """Whether a click comes right after a double-click."""
        soon = self._doubled.isValid() and self._doubled.elapsed() < QApplication.doubleClickInterval()
        self._doubled.invalidate()
        return soon and (at - self._doubled_at).manhattanLength() < picking.REACH

    def _begin(self, at: QPointF, joint: str | None, modifiers: Qt.KeyboardModifier) -> None:
        handles = self.handles()
        if joint:
            plain = not modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
            only = joint if plain and joint in self.session.joints else None
            if not only:
                self._choose(frozenset([joint]), modifiers)
            self._press = _Press(at, self.tool if joint in self.session.joints else None, joint, only)
        else:
            self._press = _Press(at, handles.hit(at) if handles else None, modifiers=modifiers)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        joint = picking.nearest(self._open_points(), event.position())
        if event.button() != Qt.MouseButton.LeftButton or not joint or self.drag:
            return
        self._choose(picking.chain(joint), event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._press = _Press(event.position(), self.tool, joint)
        self._doubled_at = event.position()
        self._doubled.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = event.position()
        self.mouse = at
        self._compare = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self.pointed.emit(self.view.to_canvas(at))
        press = self._press
        if self._pan is not None:
            self.view.pan(at - self._pan)
            self._pan = at
            self._moved()
        elif self.drag:
            self.drag.to(at, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            self.update()
        elif self._box is not None and press:
            self._box = QRectF(press.at, at).normalized()
            self.update()
        elif press and (at - press.at).manhattanLength() >= QApplication.startDragDistance() / 2:
            if press.kind and self.session.joints:
                self.drag = PoseDrag(self.session, self.view, press.kind, press.at, press.lead)
                self.drag.to(at)
            elif not press.lead:
                self._box = QRectF(press.at, at).normalized()
            self.update()
        elif not press:
            self._hover(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        press, box = self._press, self._box
        if self._pan is not None:
            self._pan = None
            self.setCursor(self._cursor())
        elif self.drag and not self._modal:
            self._end()
        elif box is not None and press:
            self._choose(picking.inside(self._open_points(), box), press.modifiers)
        elif press and press.only:
            self.session.select(joints=[press.only])
        elif press and not press.lead and not press.kind and press.modifiers == Qt.KeyboardModifier.NoModifier:
            self.session.select(joints=())
        self._press = self._box = None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self.mouse = self.hovered = self._held = None
        self.pointed.emit(None)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if not self.drag and event.angleDelta().y():
            self.zoom(ZOOM ** (event.angleDelta().y() / 120), event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if self.drag:
            return
        menu = QMenu(self)
        for id in (
            "key_selected",
            "mirror",
            "hide",
            "show",
            "shape_all",
            "",
            "select_all",
            "select_none",
            "",
            "hand_view",
            "fit",
        ):
            menu.addAction(self.commands[id]) if id else menu.addSeparator()
        menu.popup(event.globalPos())

    # Dragging

    def take(self, kind: Kind) -> bool:
        """Begin a drag without a button, from where the mouse is. False if it is elsewhere or nothing is selected."""
        if self.mouse is None or not self.session.joints or self.drag:
            return False
        self._pause()
        self.drag = PoseDrag(self.session, self.view, kind, self.mouse)
        self._modal = True
        self.setFocus()
        self.session.tell("hint", self.drag.hint)
        self.update()
        return True

    def _end(self) -> None:
        """Commit what was dragged."""
        drag, self.drag = self.drag, None
        self._settle()
        if drag:
            drag.commit()

    def _give_up(self) -> None:
        """Take back what was dragged."""
        drag, self.drag = self.drag, None
        self._settle()
        if drag:
            drag.cancel()

    def _let_go(self) -> None:
        """Another edit or an undo came in between, and with it the preview went."""
        if self.drag:
            self.drag = None
            self._settle()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        if self._modal:  # its keys would go elsewhere
            self._give_up()
        super().focusOutEvent(event)

    def _settle(self) -> None:
        self._modal = self._compare = False
        self._press = self._box = None
        self.update()

    # Keys: those of a drag come before the window's shortcuts

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        ends = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace)
        held = self.drag is not None or self._box is not None
        return held and (event.key() in ends or (bool(event.text()) and event.text() in TYPED))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if self._box is not None and key == Qt.Key.Key_Escape:
            self._settle()
        elif not self.drag:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self._give_up()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end()
        elif key == Qt.Key.Key_Alt:
            self._compare = True
        elif key == Qt.Key.Key_Backspace:
            self.drag.type("\b")
        else:
            self.drag.type(event.text())
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Alt:
            self._compare = False
            self.update()
        super().keyReleaseEvent(event)

    # Presets of the library

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        preset = preset_of(event.mimeData())
        if preset and preset[0] != "sequences":
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        preset = preset_of(event.mimeData())
        if preset is None:
            return
        event.acceptProposedAction()
        kind, id = preset
        try:
            if kind == "gestures":
                place_gesture(self.session, library.gesture(id))
            else:
                side = self._side_at(event.position())
                self.session.select(joints=picking.hand(side))
                give_shape(self.session, library.hand_shape(id), (side,))
        except PoseForgeError as error:
            self.session.tell("warning", str(error))

    def _side_at(self, at: QPointF) -> str:
        """The side of the hand that is nearest to a point of the stage."""
        points = self.view.to_screen(self.session.pose().points[0])
        away = {
            side: np.linalg.norm(points[wholebody_134.group(f"{side}_hand")] - (at.x(), at.y()), axis=1)
            for side in ("left", "right")
        }
        return min(away, key=lambda side: float(np.min(np.nan_to_num(away[side], nan=np.inf))))
