"""The ways between two keys, and of clips into what lies below, in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu

from poseforge.timeline.curves import EASES

from .text import noop, tr

SIMPLE = {
    "hold": noop("Hold, then jump"),
    "linear": noop("Straight"),
    "smooth": noop("Smooth, without a stop"),
    "bezier": noop("By handles (Bézier)"),
    "minimum_jerk": noop("Natural, rest to rest"),
}
_WAYS = {"in": noop("Starts slowly"), "out": noop("Ends slowly"), "in_out": noop("Starts and ends slowly")}
_STRENGTHS = {
    "sine": noop("gently"), "quad": noop("a little"), "cubic": noop("clearly"), "quart": noop("strongly"),
    "quint": noop("very strongly"), "expo": noop("almost suddenly"), "circ": noop("in an arc"),
}  # fmt: skip


def kind_title(kind: str) -> str:
    """What one of `curves.KINDS` is called in the user's language."""
    if kind in SIMPLE:
        return tr(SIMPLE[kind])
    family, _, way = kind.partition("_")
    return tr("{way}: {strength}", way=tr(_WAYS[way]), strength=tr(_STRENGTHS[family]))


def ease_titles() -> dict[str, str]:
    """What the ways of a blend are called, in order."""
    return {ease: kind_title(ease) for ease in EASES}


def fill_menu(menu: QMenu, chosen: Callable[[str], object]) -> None:
    """Put all kinds of intervals into a menu: the simple ones, then a menu of strengths for each way."""
    for kind in SIMPLE:
        menu.addAction(kind_title(kind), partial(chosen, kind))
    menu.addSeparator()
    for way, title in _WAYS.items():
        below = menu.addMenu(tr(title))
        for family, strength in _STRENGTHS.items():
            below.addAction(tr(strength), partial(chosen, f"{family}_{way}"))
