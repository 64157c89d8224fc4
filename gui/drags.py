"""One go of moving, turning or scaling joints with the mouse: shown at every step, one step to undo at its end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF

from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.project import PointTrack, Project

from .joint_titles import joint_title
from .picking import hand, hand_of
from .session import Session
from .text import noop, tr
from .view import Floats, View

Kind = Literal["move", "rotate", "scale"]

STEP_DEGREES = 15
_SEEN_PX = 6
"""Pixels of the screen by which a joint is seen to be elsewhere."""

TYPED = frozenset("0123456789.,-")
"""What an exact value is typed with."""


class PoseDrag:
    """A drag of the selected joints at the frame that is looked at.

    Attributes:
        kind: what it does.
        start: (134, 2) the pose at its start, in fractions of the canvas.
        typed: the exact value as far as it was typed; it counts instead of the mouse.
        moved: whether anything was previewed.
    """

    def __init__(self, session: Session, view: View, kind: Kind, at: QPointF, lead: str | None = None) -> None:
        """`at` is where the mouse is on the screen, `lead` the joint that was taken hold of."""
        self.session, self.view, self.kind = session, view, kind
        self.joints, self.frame = session.joints, session.frame
        self.start: Floats = session.pose().points[0]
        self.pivot = pivot(self.start, self.joints)
        self.lead = lead or self._nearest(at)
        self.typed = ""
        self.moved = False
        self._from = self._at = at
        self._aim = edits.Aim()
        self._turned = 0.0
        self._steps = False

    def _nearest(self, at: QPointF) -> str:
        """The selected joint that is nearest to the mouse."""
        names = sorted(self.joints)
        away = self.view.to_screen(self._places(names)) - (at.x(), at.y())
        return names[int(np.argmin(np.nan_to_num(np.linalg.norm(away, axis=1), nan=np.inf)))]

    def _places(self, names: list[str]) -> Floats:
        return self.start[[wholebody_134.index(name) for name in names]]

    def to(self, at: QPointF, steps: bool = False) -> None:
        """Follow the mouse; turning goes in steps if asked to."""
        centre = QPointF(*self.view.to_screen(self.pivot).tolist())
        turn = _heading(at - centre) - _heading(self._at - centre)
        self._turned += (turn + 180) % 360 - 180
        self._at, self._steps = at, steps
        if not self.typed:
            self._show()

    def type(self, key: str) -> bool:
        """Take a character of an exact value, or "\\b" to take the last one back. False if it is none."""
        if key != "\b" and key not in TYPED:
            return False
        self.typed = self.typed[:-1] if key == "\b" else self.typed + key
        self._show()
        return True

    def _show(self) -> None:
        self.moved = True
        self.session.posed(self.label, self.edit, preview=True)
        self.session.tell("hint", self.hint)

    def commit(self) -> None:
        """Make it a step of the project's history."""
        if self.moved:
            self.session.posed(self.label, self.edit)
        else:
            self.cancel()

    def cancel(self) -> None:
        self.session.cancel()
        self.session.tell("hint", "")

    @property
    def label(self) -> str:
        """The name of the step."""
        what = joint_title(self.lead) if not self.together or len(self.joints) == 1 else ""
        match self.kind:
            case "move":
                return tr("Move: {joint}", joint=what) if what else tr("Move joints")
            case "rotate":
                return tr("Rotate joints")
            case _:
                return tr("Scale joints")

    @property
    def value(self) -> str:
        """By how much, with its unit: as far as it was typed, or as the mouse says."""
        typed = f"{self.typed}_" if self.typed else ""
        if self.kind == "move":
            x, y = self.way
            return tr("{value} px", value=typed or f"{x:+.1f}, {y:+.1f}")
        return f"{typed or f'{self.degrees:+.1f}'}°" if self.kind == "rotate" else f"× {typed or f'{self.factor:.3f}'}"

    @property
    def hint(self) -> str:
        """What is happening, and what else can be done."""
        told = {
            "move": noop("Move: {value} · as far as bones and joints let it · Esc takes back")
            if self._held_back
            else noop("Move: {value} · type pixels as x, y · Enter ends, Esc takes back"),
            "rotate": noop("Rotate: {value} · type degrees · Ctrl: steps of 15° · Enter ends, Esc takes back"),
            "scale": noop("Scale: {value} · type a factor · Enter ends, Esc takes back"),
        }
        return tr(told[self.kind], value=self.value)

    @property
    def _held_back(self) -> bool:
        """Whether the joint stays behind the mouse by more than the eye forgives."""
        if self.together or not self.moved:
            return False
        index = wholebody_134.index(self.lead)
        miss = (self.session.pose().points[0, index] - self.start[index]) * self.view.size - self.way
        return float(np.linalg.norm(miss)) * self.view.scale > _SEEN_PX

    @property
    def way(self) -> tuple[float, float]:
        """By how much it moves, in pixels of the canvas."""
        if self.typed:
            numbers = [*_numbers(self.typed), 0.0, 0.0]
            return numbers[0], numbers[1]
        by = (self._at - self._from) / self.view.scale
        return by.x(), by.y()

    @property
    def degrees(self) -> float:
        """By how much it turns, clockwise."""
        if self.typed:
            return next(iter(_numbers(self.typed)), 0.0)
        return round(self._turned / STEP_DEGREES) * STEP_DEGREES if self._steps else self._turned

    @property
    def factor(self) -> float:
        """By how much it scales."""
        if self.typed:
            return next(iter(_numbers(self.typed)), 1.0)
        centre = QPointF(*self.view.to_screen(self.pivot).tolist())
        before, now = self._from - centre, self._at - centre
        return max(math.hypot(now.x(), now.y()), 1.0) / max(math.hypot(before.x(), before.y()), 1.0)

    @property
    def together(self) -> bool:
        """Whether all selected joints move as one. A performer's do where whole hands are held by their wrists."""
        if len(self.joints) == 1:
            return False
        track = self.session.track_for(self.joints)
        if track is None or isinstance(self.session.project.track(track), PointTrack):
            return True
        sides = [side for side in ("left", "right") if {f"{side}_wrist", f"{side}_hand_root"} & self.joints]
        return bool(sides) and self.joints <= frozenset().union(*(hand(side) for side in sides))

    @property
    def edit(self) -> Callable[[Project, str], Project]:
        """What it does to the project, as it stands now."""
        joints, frame = self.joints, self.frame
        if self.kind == "rotate":
            degrees = self.degrees
            return lambda project, track: edits.rotate_joints(project, track, joints, frame, degrees)
        if self.kind == "scale":
            factor = self.factor
            return lambda project, track: edits.scale_joints(project, track, joints, frame, factor)
        x, y = (by / side for by, side in zip(self.way, self.view.size, strict=True))
        if self.together:
            return lambda project, track: edits.shift_joints(project, track, joints, frame, (x, y))
        lead, aim, place = self.lead, self._aim, self.start[wholebody_134.index(self.lead)]
        goal = (float(place[0]) + x, float(place[1]) + y)
        return lambda project, track: edits.move_joint(project, track, lead, frame, goal, aim)


def pivot(points: Floats, joints: frozenset[str]) -> Floats:
    """(2,) what some joints turn about: their hand's wrist, else their middle; NaN if none of them is there."""
    side = hand_of(joints)
    root = points[wholebody_134.index(f"{side}_hand_root")] if side else np.array([np.nan, np.nan])
    if not np.isnan(root[0]):
        return np.asarray(root)
    places = points[[wholebody_134.index(joint) for joint in joints]].reshape(-1, 2)
    places = places[~np.isnan(places[:, 0])]
    return np.asarray(places.mean(axis=0)) if len(places) else np.array([np.nan, np.nan])


def _heading(way: QPointF) -> float:
    """Degrees clockwise from the right."""
    return math.degrees(math.atan2(way.y(), way.x()))


def _numbers(text: str) -> list[float]:
    """The numbers of "12.5, -3"; what is not one yet is left out."""
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(float(word))
        except ValueError:
            continue
    return found
