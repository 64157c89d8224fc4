"""What the stage shows: pictures, the map, onion skin and trails, and the person in front of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from poseforge.align import placements
from poseforge.errors import PoseForgeError
from poseforge.sequence import SIZE
from poseforge.skeleton import wholebody_134
from poseforge.timeline.project import Project

from .actions import Actions
from .backdrop import Backdrop
from .figure import LOW, paint_points, shown_mask
from .map_view import MapOf
from .marks import paint_border, paint_guides, paint_selection, paint_trail
from .neighbours import Neighbours, trail
from .session import Session
from .theme import colors, current
from .view import Floats, View

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in fractions of the canvas."""

_TRAILS = 12
"""Joints whose trails are drawn at once; more are a tangle."""

_FAINT = 0.45
"""How opaque the nearest of an onion skin's poses is."""


class Scene(QObject):
    """Paints one frame of the session's project.

    Attributes:
        map_opacity: of the pose map over the person, 0 to 1.
        picture_opacity: of the reference picture and the video behind the person, 0 to 1.
        before, after, every: how many poses an onion skin has, and how many frames lie between them; 0 for keys only.
        incomplete: whether poses were wanting when it was painted last; `gather` bakes some.
    """

    changed = Signal()

    def __init__(self, session: Session, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self.session, self.commands = session, actions
        self.map_opacity = 0.4
        self.picture_opacity = 1.0
        self.before, self.after, self.every = 2, 2, 4
        self.incomplete = False
        self._wanted: list[int] = []
        self._backdrop = Backdrop(self)
        self._backdrop.changed.connect(self.changed)
        self._backdrop.failed.connect(lambda message: session.tell("warning", message))
        session.picture_pose_changed.connect(self.changed)
        self._map = MapOf()
        self._neighbours = Neighbours()
        self._behind: tuple[tuple[Any, ...], object, QPixmap] | None = None
        current.changed.connect(self.changed)

    def _on(self, id: str) -> bool:
        return self.commands[id].isChecked()

    def paint_behind(self, painter: QPainter, view: View, shown: list[str]) -> None:
        """All that the person stands in front of."""
        painter.drawPixmap(0, 0, self._background(painter, view, shown))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._on("show_map"):
            self._paint_map(painter, view)
        if self._on("guides"):
            paint_guides(painter, view)
        self._wanted = []
        if self._on("onion"):
            self._paint_onion(painter, view, shown)
        if self._on("trails"):
            self._paint_trails(painter, view)
        known = self._neighbours
        self.incomplete = not self.session.dragging and any(known.points(self._still, one) is None for one in self._wanted)

    def paint_person(self, painter: QPainter, view: View, points: Floats, start: Floats | None, hovered: str | None) -> None:
        """The person at `points` (134, 2), and as it was at the start of a drag."""
        if start is not None:
            paint_points(painter, start, width=2.0, alpha=0.7, color=colors().secondary, joints=False, canvas=view.rect)
        edge = colors().window if self._behind and self._behind[1] else ""
        paint_points(painter, points, self.session.pose().confidence[0], canvas=view.rect, edge=edge)
        chosen = np.array([wholebody_134.index(joint) for joint in self.session.joints], dtype=np.intp)
        paint_selection(painter, points, chosen, wholebody_134.index(hovered) if hovered else None)

    def gather(self) -> bool:
        """Bake a few of the poses that were wanting. False if none is or a drag has no time for it."""
        return not self.session.dragging and self._neighbours.fetch(self._still, self._wanted)

    @property
    def _still(self) -> Project:
        """The project whose poses lie around the current one: during a drag as it was before, so that nothing is baked anew."""
        return self.session.history.project

    def _background(self, painter: QPainter, view: View, shown: list[str]) -> QPixmap:
        """Ground, pictures and the person in one, which are the same from frame to frame unless there is a film."""
        device = painter.device()
        room, ratio = QSize(device.width(), device.height()), device.devicePixelRatioF()
        pictures = self._pictures()
        pose = self.session.picture_pose if self._on("show_picture_pose") else None
        box = self.session.project.picture.box if pose and self.session.project.picture else None
        seen = (id(pose), box, tuple(shown)) if pose else ()
        images = [(id(image), place, self.picture_opacity) for image, place in pictures]
        key = (view.state, view.size, room, ratio, colors(), images, seen)
        if self._behind is None or self._behind[0] != key:
            pixmap = QPixmap(room * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(QColor(colors().window))
            behind = QPainter(pixmap)
            behind.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            behind.fillRect(view.rect, QColor(colors().panel))
            behind.setOpacity(self.picture_opacity)
            for image, (left, top, right, bottom) in pictures:
                corners = view.to_screen(np.array([[left, top], [right, bottom]])).tolist()
                behind.drawImage(QRectF(QPointF(*corners[0]), QPointF(*corners[1])), image)
            behind.setOpacity(1.0)
            self._paint_picture_pose(behind, view, shown)
            paint_border(behind, view)
            behind.end()
            self._behind = (key, (pictures, pose), pixmap)  # they stay alive, so that their identities stay theirs
        return self._behind[2]

    def _paint_picture_pose(self, painter: QPainter, view: View, shown: list[str]) -> None:
        """The person in the reference picture, if that is wanted."""
        pose = self.session.picture_pose_on_canvas if self._on("show_picture_pose") else None
        if pose:
            points = np.where(shown_mask(shown)[:, None], view.to_screen(pose.points[0]), np.nan)
            paint_points(painter, points, pose.confidence[0], width=3.0, alpha=_FAINT, color=colors().ok, joints=False)

    def _pictures(self) -> list[tuple[QImage, Box]]:
        """The pictures that are there by now, from the back, each with its box."""
        project, found = self.session.project, []
        if project.video and self._on("show_video"):
            number = self.session.frame - project.video.start
            found.append((self._backdrop.frame(project.video, number, float(number / project.fps)), project.video.box))
        if project.picture and self._on("show_picture"):
            found.append((self._backdrop.picture(project.picture), project.picture.box))
        return [(image, box) for image, box in found if image is not None]

    def _paint_map(self, painter: QPainter, view: View) -> None:
        """The model's map, laid so that what is drawn of a joint lies on it."""
        pose = self.session.pose()
        try:
            image = self._map.image(pose)
            rows, columns, top, _, left, _ = placements(pose, SIZE)[0]
        except PoseForgeError:
            return  # the map view says why
        canvas = view.rect
        across, down = canvas.width() / columns, canvas.height() / rows
        corner = canvas.topLeft() - QPointF(left * across, top * down)
        lit = self._map.lit(pose).adjusted(-1, -1, 1, 1).intersected(image.rect())
        place = QRectF(corner + QPointF(lit.x() * across, lit.y() * down), QSizeF(lit.width() * across, lit.height() * down))
        painter.save()
        painter.setOpacity(self.map_opacity)
        painter.fillRect(QRectF(corner, QSizeF(SIZE[0] * across, SIZE[1] * down)), Qt.GlobalColor.black)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)  # over what was dimmed: as if laid in one
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, across < 1)
        painter.drawImage(place, image, QRectF(lit))
        painter.restore()

    def _paint_onion(self, painter: QPainter, view: View, shown: list[str]) -> None:
        frame, project = self.session.frame, self._still
        around = self._neighbours.around(project, frame, self.before, self.after, self.every)
        mask = (shown_mask(shown) & (self.session.pose().confidence[0] >= LOW))[:, None]  # of guesses there are no ghosts
        self._wanted += around
        for color, frames in (
            (colors().warning, [one for one in around if one < frame]),
            (colors().ok, [one for one in around if one > frame]),
        ):
            for i, one in enumerate(frames, 1):
                points = self._neighbours.points(project, one)
                if points is not None:
                    places = np.where(mask, view.to_screen(points), np.nan)
                    paint_points(
                        painter, places, width=1.5, alpha=_FAINT * i / len(frames), color=color, joints=False, canvas=view.rect
                    )

    def _paint_trails(self, painter: QPainter, view: View) -> None:
        joints = sorted(self.session.joints)[:_TRAILS]
        if not joints:
            return
        project, frame = self._still, self.session.frame
        frames = trail(project, frame)
        self._wanted += sorted(frames, key=lambda one: abs(one - frame))
        known = [(one, self._neighbours.points(project, one)) for one in frames]
        places = [(one, view.to_screen(points)) for one, points in known if points is not None]
        for joint in joints:
            index = wholebody_134.index(joint)
            for later in (False, True):
                path = [points[index] for one, points in places if (one >= frame if later else one <= frame)]
                paint_trail(painter, path, colors().part(joint), later)
