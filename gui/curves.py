"""The curve editor: how the values of the selected joints go over time."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from poseforge.timeline import edits

from .actions import Actions
from .curve_lines import Line, LineId, line_group, lines_of
from .easing import fill_menu
from .icons import icon
from .session import Session
from .text import tr
from .theme import STEP, current, on_screen

_MOST = 24
"""Lines that are shown unless more are chosen."""

_ID = Qt.ItemDataRole.UserRole


class CurveEditor(QWidget):
    """The list of curves, and their picture. It is made when it is first seen: most people never open it."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self._lines: list[Line] = []
        self._chosen: dict[LineId, bool] = {}
        self._built = False
        self._track: str | None = None
        self.setWhatsThis(tr("How the selected joints go over time. Drag keys and handles; the right button sets the easing."))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        self.refresh()
        super().showEvent(event)

    def _build(self) -> None:
        from .curve_plot import CurvePlot

        self._built = True
        self.plot = CurvePlot(self.session)
        self.plot.menu_asked.connect(self._ask)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(3 * STEP)
        self.tree.setIconSize(QSize(6 * STEP, 4 * STEP))
        self.tree.setAccessibleName(tr("Curves that are shown"))
        self.tree.itemChanged.connect(self._check)
        self.easing = QMenu(self)
        fill_menu(self.easing, self.set_easing)
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        splitter = QSplitter(self)
        splitter.addWidget(self.tree)
        splitter.addWidget(self.plot)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([44 * STEP, 200 * STEP])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(self._head())
        layout.addWidget(splitter, 1)
        self.session.project_changed.connect(self.refresh)
        self.session.selection_changed.connect(self.refresh)
        self.session.frame_changed.connect(self._follow)
        current.changed.connect(self._dress)
        self._dress()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        self.ease_button = QToolButton(self)
        self.ease_button.setText(tr("Easing"))
        self.ease_button.setToolTip(tr("How the selected keys go on to the next"))
        self.ease_button.setMenu(self.easing)
        self.ease_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.normalised = QToolButton(self)
        self.normalised.setText(tr("Normalised"))
        self.normalised.setToolTip(tr("Every curve as high as the others, to compare when they bend"))
        self.normalised.setCheckable(True)
        self.normalised.toggled.connect(self._draw)
        self.fit_button = QToolButton(self)
        self.fit_button.setToolTip(tr("Show all keys (F)"))
        self.fit_button.clicked.connect(self.plot.fit)
        for button in (self.ease_button, self.normalised, self.fit_button):
            button.setAccessibleName(button.text() or button.toolTip())
            row.addWidget(button)
        row.addWidget(self.hint, 1)
        return row

    def _dress(self) -> None:
        self.fit_button.setIcon(icon("fit"))
        self._lines, lines = [], self._lines
        self._list(lines)
        self._lines = lines

    def refresh(self) -> None:
        """Show the curves of what is selected."""
        if not on_screen(self):
            return
        if not self._built:
            self._build()
        session = self.session
        if not session.dragging:
            self._track = session.track_for(session.joints) if session.joints else session.track
        lines = lines_of(session.project, self._track, session.joints, self._lines) if self._track else []
        if [line.id for line in lines] != [line.id for line in self._lines]:
            self._list(lines)
        self._lines = lines
        self._say()
        self._draw()
        self.plot.show_frame(session.frame)

    def _follow(self, frame: int) -> None:
        if on_screen(self):
            self.plot.show_frame(frame)

    def _say(self) -> None:
        if self._lines:
            words = ""
        elif self.session.joints:
            words = tr("No keys yet: pose these joints, or press K.")
        else:
            words = tr("Select joints to see how they move.")
        self.hint.setText(words)

    def _shown(self, line: Line, place: int) -> bool:
        return self._chosen.get(line.id, place < _MOST)

    def _draw(self) -> None:
        shown = [line for place, line in enumerate(self._lines) if self._shown(line, place)]
        self.plot.show_lines(self._track or "", shown, self.normalised.isChecked())

    def _list(self, lines: list[Line]) -> None:
        """Name the lines in the list, joint by joint."""
        self.tree.blockSignals(True)
        self.tree.clear()
        self.plot.lines = lines  # their colors go by their neighbours
        places = {line.id: place for place, line in enumerate(lines)}
        for title, members in groupby(lines, line_group):
            group = QTreeWidgetItem(self.tree, [title])
            group.setFlags(group.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
            for line in members:
                item = QTreeWidgetItem(group, [line.title])
                item.setData(0, _ID, line.id)
                item.setIcon(0, self._sample(line))
                shown = self._shown(line, places[line.id])
                item.setCheckState(0, Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
            group.setExpanded(True)
        self.tree.blockSignals(False)

    def _sample(self, line: Line) -> QIcon:
        """A stroke as the line is drawn."""
        from .curve_plot import STYLES

        ratio = self.devicePixelRatioF()
        size = self.tree.iconSize()
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setPen(QPen(self.plot.color(line), 2, STYLES[line.id.component]))
        painter.drawLine(0, size.height() // 2, size.width(), size.height() // 2)
        painter.end()
        return QIcon(picture)

    def _check(self, item: QTreeWidgetItem) -> None:
        id = item.data(0, _ID)
        if id is not None:
            self._chosen[LineId(*id)] = item.checkState(0) == Qt.CheckState.Checked
            self._draw()

    def _ask(self, place: QPointF) -> None:
        """Offer the ways to go on from the key under the mouse, or from those selected."""
        key = self.plot.key_at(place)
        if key is not None:
            line, i = key
            frame = int(line.frames[i])
            if frame not in self.session.keys.get(line.id.joint, ()):
                self.session.select(track=self._track, keys={line.id.joint: frozenset({frame})})
        self.easing.popup(self.plot.viewport().mapToGlobal(place.toPoint()))

    def set_easing(self, kind: str) -> None:
        """Have the selected keys go on to the next in one of `curves.KINDS`."""
        track, keys = self._track, dict(self.session.keys)
        if not keys or track is None:
            self.session.tell("hint", tr("Select keys first."))
            return
        self.session.apply(tr("Easing"), lambda project: edits.set_interpolation(project, track, keys, kind))
