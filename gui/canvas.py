"""The canvas: the person whom one takes by the hand, with the tools above and what is shown below."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QToolBar, QToolButton, QVBoxLayout, QWidget

from poseforge.skeleton import wholebody_134

from .actions import Actions
from .figure import GROUPS, group_of
from .icons import icon
from .joint_titles import joint_titles
from .readout import Readout
from .session import Session
from .stage import TOOLS, ZOOM, Stage
from .text import noop, tr
from .theme import STEP, current

_LOCKS = {
    "body": noop("Lock the body: its joints cannot be taken hold of"),
    "hands": noop("Lock the hands: their joints cannot be taken hold of"),
    "face": noop("Lock the face: its joints cannot be taken hold of"),
}
_BELOW = frozenset(
    f"{side}_{name}" for side in ("left", "right") for name in ("knee", "ankle", "big_toe", "small_toe", "heel")
)  # fmt: skip
"""Joints that a half body does not show; nobody misses them."""

_AT_START = ("show_body", "show_hands", "show_face", "show_picture", "show_video", "tool_move")


class Canvas(QWidget):
    """Tools, stage, and a bar of what the stage shows.

    Attributes:
        stage: where the person is.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session, self.commands = session, actions
        self.setWhatsThis(
            tr("The person at this frame. Drag a joint to pose it: arms and fingers follow. Scroll to zoom, F shows it all.")
        )
        for id in _AT_START:
            actions[id].setChecked(True)
        self.stage = Stage(session, actions)
        self.tools, self.bar = self._bar(tr("Tools")), self._bar(tr("View of the canvas"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.stage, 1)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 2 * STEP, 0)
        below.addWidget(self.bar, 1)
        layout.addLayout(below)
        self._fill_tools()
        self._fill_bar()
        self.place = self._label(
            tr("The place under the mouse: fractions of the canvas, and pixels"), "x -0.000 y -0.000  0000, 0000"
        )
        below.addWidget(self.place)
        self._answer()
        session.project_changed.connect(self._count_missing)
        session.frame_changed.connect(lambda _: self._count_missing())
        self.stage.view_changed.connect(self._show_zoom)
        self.stage.pointed.connect(self._show_place)
        current.changed.connect(self._draw_icons)
        self._draw_icons()
        self._count_missing()

    def _bar(self, name: str) -> QToolBar:
        bar = QToolBar(name, self)
        bar.setIconSize(QSize(20, 20))
        bar.setAccessibleName(name)
        return bar

    def _fill_tools(self) -> None:
        group = QActionGroup(self)
        for id in TOOLS:
            group.addAction(self.commands[id])
            self.tools.addAction(self.commands[id])
        for id in ("", "hand_view", "mirror", "hide", "show", "", "key_selected"):
            self.tools.addAction(self.commands[id]) if id else self.tools.addSeparator()
        self.tools.addSeparator()
        self.locks = {name: self._lock(name) for name in GROUPS}

    def _fill_bar(self) -> None:
        bar, scene = self.bar, self.stage.scene
        bar.addAction(self.commands["fit"])
        self.zoom = self._label(tr("Zoom: screen pixels to a pixel of the canvas"), "4000 %")
        bar.addWidget(self.zoom)
        bar.addSeparator()
        bar.addAction(self.commands["show_map"])
        self.opacity = self._opacity(scene.map_opacity, tr("Opacity of the pose map"))
        bar.addSeparator()
        bar.addAction(self.commands["onion"])
        self.before = self._number(scene.before, 9, tr("Onion skin: poses before"))
        self.after = self._number(scene.after, 9, tr("Onion skin: poses after"))
        self.every = self._number(scene.every, 48, tr("Onion skin: frames from one pose to the next, or keys only"), tr("keys"))
        for id in ("trails", "guides", "show_picture", "show_video"):
            bar.addAction(self.commands[id])
        self.picture_opacity = self._opacity(scene.picture_opacity, tr("Opacity of the reference picture and video"))
        self.missing = QToolButton()
        self.missing.clicked.connect(self._select_missing)
        self._missing_shown = bar.addWidget(self.missing)
        self.missing.ensurePolished()
        self.missing.setText(tr("missing: {count}", count=len(wholebody_134)))
        # of one size, or every frame with other gaps would lay the window out anew; the theme sets the least height
        self.missing.setFixedSize(self.missing.sizeHint().width(), self.missing.minimumHeight())

    def _opacity(self, value: float, text: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(5, 100)
        slider.setValue(round(value * 100))
        slider.setFixedWidth(64)
        self._explain(slider, text)
        slider.valueChanged.connect(self._set_opacity)
        self.bar.addWidget(slider)
        return slider

    def _explain(self, widget: QWidget, text: str) -> None:
        widget.setToolTip(text)
        widget.setAccessibleName(text)

    def _label(self, text: str, longest: str) -> QLabel:
        label = Readout(longest)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._explain(label, text)
        return label

    def _number(self, value: int, most: int, text: str, special: str = "") -> QSpinBox:
        box = QSpinBox()
        box.setRange(0, most)
        box.setValue(value)
        box.setMinimumWidth(QFontMetrics(box.font()).horizontalAdvance(special or str(most)) + 5 * STEP)
        box.setSpecialValueText(special)
        self._explain(box, text)
        box.valueChanged.connect(self._set_onion)
        self.bar.addWidget(box)
        return box

    def _lock(self, name: str) -> QToolButton:
        self.tools.addAction(self.commands[f"show_{name}"])
        button = QToolButton()
        button.setCheckable(True)
        self._explain(button, tr(_LOCKS[name]))
        button.toggled.connect(partial(self._set_lock, name))
        self.tools.addWidget(button)
        return button

    def _answer(self) -> None:
        """Carry out what is asked of the canvas."""
        stage, actions = self.stage, self.commands
        actions.on("fit", stage.fit)
        actions.on("zoom_in", partial(stage.zoom, ZOOM))
        actions.on("zoom_out", partial(stage.zoom, 1 / ZOOM))
        actions.on("grab", self._grab)
        for id in ("tool_rotate", "tool_scale", "tool_move"):
            actions.on(id, partial(self._choose_tool, id))
        actions["hand_view"].toggled.connect(stage.close_up)
        for id in (
            "onion",
            "trails",
            "show_map",
            "show_picture",
            "show_picture_pose",
            "show_video",
            "guides",
            *(f"show_{name}" for name in GROUPS),
        ):
            actions[id].toggled.connect(stage.update)
            actions[id].toggled.connect(self._count_missing)

    def _grab(self) -> None:
        if not self.stage.take("move"):
            self.session.tell("hint", tr("Select joints, and point at them with the mouse."))

    def _choose_tool(self, id: str) -> None:
        """With the mouse over what is selected a tool begins at once, and only for this one time."""
        if id != "tool_move" and self.stage.take(TOOLS[id]):
            self.commands[self._tool].setChecked(True)
        else:
            self._tool = id
        self.stage.update()

    _tool = "tool_move"

    def _set_opacity(self) -> None:
        scene = self.stage.scene
        scene.map_opacity, scene.picture_opacity = self.opacity.value() / 100, self.picture_opacity.value() / 100
        self.stage.update()

    def _set_onion(self) -> None:
        scene = self.stage.scene
        scene.before, scene.after, scene.every = self.before.value(), self.after.value(), self.every.value()
        self.stage.update()

    def _set_lock(self, name: str, locked: bool) -> None:
        (self.stage.locked.add if locked else self.stage.locked.discard)(name)
        self._draw_icons()
        self.stage.update()

    def _draw_icons(self) -> None:
        for bar in (self.tools, self.bar):
            more = bar.findChild(QToolButton, "qt_toolbar_ext_button")
            assert more is not None
            more.setIcon(icon("forward"))  # the style's own is black on black, and has no room for a tool button's border
            more.setStyleSheet("padding: 0; border: 0")
        for button in self.locks.values():
            button.setIcon(icon("lock" if button.isChecked() else "unlock"))

    def _show_zoom(self) -> None:
        self.zoom.setText(f"{self.stage.view.scale:.0%}".replace("%", " %"))

    def _show_place(self, place: tuple[float, float] | None) -> None:
        if place is None:
            self.place.clear()
            return
        width, height = self.session.project.size
        x, y = place
        self.place.setText(f"x {x:.3f} y {y:.3f}  {x * width:.0f}, {y * height:.0f}")

    def _missing(self) -> list[str]:
        """The joints that are not there at this frame and would be seen; none where there is nobody."""
        if not self.session.project.tracks:
            return []
        gone = np.flatnonzero(np.isnan(self.session.pose().points[0, :, 0]))
        names = [wholebody_134.joints[i] for i in gone]
        return [name for name in names if name not in _BELOW and group_of(name) in self.stage.shown]

    def _count_missing(self) -> None:
        missing = self._missing()
        if missing == self._counted:
            return
        self._counted = missing
        self._missing_shown.setVisible(bool(missing))
        self.missing.setText(tr("missing: {count}", count=len(missing)))
        self._explain(self.missing, tr("Missing at this frame: {joints}. A click selects them.", joints=joint_titles(missing)))

    _counted: list[str] | None = None

    def _select_missing(self) -> None:
        self.session.select(joints=self._missing())
