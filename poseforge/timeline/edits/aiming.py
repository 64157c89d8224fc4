"""Where a joint must be aimed at for it to be seen at a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CLOSE = 5e-4
"""Fractions of the canvas, less than half a pixel."""


class Aim:
    """What the steps of one drag of a joint teach: where its track must have it for it to be seen at a place.

    The way from places to goals is followed by Broyden's rule (Math. Comp. 19, 1965).
    """

    def __init__(self) -> None:
        self._place: Floats | None = None
        self._goal = np.zeros(2)
        self._slope = np.eye(2)

    def goal(self, place: Floats) -> Floats | None:
        """(2,) the goal that is likely to lead to a place; None before anything was learnt."""
        return None if self._place is None else self._goal + self._slope @ (place - self._place)

    def learn(self, place: Floats, goal: Floats) -> None:
        """A goal (2,) led to a place (2,)."""
        if self._place is not None and (step := place - self._place) @ step > CLOSE**2:
            self._slope += np.outer(goal - self._goal - self._slope @ step, step) / (step @ step)
        self._place, self._goal = place, goal

    def forget(self) -> None:
        """What was learnt led astray, as where bones or limits hold a joint back."""
        self._place, self._slope = None, np.eye(2)
