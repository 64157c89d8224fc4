"""How well the sequences of a folder fit the reference picture, worked out one after another beside the window."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseforge.align import on_canvas
from poseforge.fitness import GOOD, POOR, Ranked, rank
from poseforge.sequence import PoseSequence

from .background import aside
from .presets import read_sequence
from .theme import colors


class Ranking(QObject):
    """Sequences by their paths, as `fitness.rank` sees them, for one pose at a time.

    Attributes:
        known: what has been ranked by now; one that cannot be is missing.
        busy: whether more are to come.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.known: dict[str, Ranked] = {}
        self._pose: PoseSequence | None = None
        self._wanted: list[str] = []
        self._tried: set[str] = set()
        self.busy = False

    def ask(self, pose: PoseSequence | None, paths: Iterable[str]) -> None:
        """Rank sequences by how they fit the pose in the picture, on the canvas; by nothing where there is none."""
        if not _same(pose, self._pose):
            self._pose, self.known, self._tried = pose, {}, set()
            self.changed.emit()
        self._wanted = [path for path in paths if path not in self._tried] if pose else []
        self._next()

    def _next(self) -> None:
        if self.busy or not self._wanted or self._pose is None:
            return
        self.busy = True
        path, pose = self._wanted.pop(0), self._pose
        self._tried.add(path)

        def then(ranked: Ranked | None) -> None:
            self.busy = False
            if ranked and pose is self._pose:
                self.known[path] = ranked
            self._next()  # first, so that whoever hears of it knows whether more are to come
            self.changed.emit()

        aside(self, partial(_ranked, pose, path), then, lambda _: then(None))


def score_color(score: int) -> str:
    """The color of how well poses fit a picture, 0 to 100."""
    look = colors()
    return look.error if score < POOR else look.warning if score < GOOD else look.ok


def _ranked(pose: PoseSequence, path: str) -> Ranked:
    return rank(on_canvas(pose), {path: on_canvas(read_sequence(Path(path)))})[0]


def _same(one: PoseSequence | None, other: PoseSequence | None) -> bool:
    return one is other or (one is not None and other is not None and one.size == other.size and one == other)
