"""Plug-ins: what packages announce in a group of entry points, ours like anybody's."""

from __future__ import annotations

import warnings
from importlib.metadata import entry_points
from typing import Any


def announced(group: str, what: str) -> dict[str, Any]:
    """Everything announced in a group by its name, in the order of the names. What cannot be loaded is named in a warning, as
    `what` it is, and left out.
    """
    found: dict[str, Any] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        try:
            found[entry.name] = entry.load()
        except Exception as error:  # a stranger's module may fail in any way
            warnings.warn(f"{what} {entry.name} ({entry.value}) cannot be loaded: {error}", stacklevel=3)
    return found
