"""The files that were open lately, in a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu

from .settings import settings
from .text import tr

_KEPT = 12
_KEY = "recent"


def recent_files() -> list[Path]:
    """The last files that were opened or saved, the latest first, whether or not they are still there."""
    known = settings().value(_KEY, [])
    names = known if isinstance(known, list) else [known]  # a list of one comes back without the list
    return [Path(name) for name in names if isinstance(name, str) and name]


def add_recent(path: Path) -> None:
    path = path.absolute()
    names = [str(one) for one in [path, *(one for one in recent_files() if one != path)]]
    settings().setValue(_KEY, names[:_KEPT])


def fill(menu: QMenu, open_path: Callable[[Path], object]) -> None:
    """Put them into a menu. Those that are gone are grey."""
    menu.clear()
    for path in recent_files():
        action = menu.addAction(path.name.replace("&", "&&"), partial(open_path, path))
        action.setToolTip(str(path))
        action.setEnabled(path.exists())
    if menu.isEmpty():
        menu.addAction(tr("None yet")).setEnabled(False)
    else:
        menu.addSeparator()
        menu.addAction(tr("Clear the list"), partial(settings().remove, _KEY))
    menu.setToolTipsVisible(True)
