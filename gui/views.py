"""Where one was in the projects that were open lately: how far zoomed, what unfolded. It is the user's, not the project's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from .settings import settings

_KEPT = 50
_KEY = "views"


@runtime_checkable
class HasView(Protocol):
    """A panel whose view of a project is kept: values of JSON. What it is given back may be anything."""

    def view_state(self) -> dict[str, Any]: ...

    def restore_view(self, state: dict[str, Any]) -> None: ...


def keep_view(project: Path, view: dict[str, Any]) -> None:
    """Remember where one is in the project of a file."""
    own = str(project.absolute())
    views = {own: view} | {path: kept for path, kept in _views().items() if path != own}
    settings().setValue(_KEY, json.dumps(dict([*views.items()][:_KEPT])))


def kept_view(project: Path) -> dict[str, Any]:
    """Where one was in it; empty if nobody knows."""
    view = _views().get(str(project.absolute()))
    return view if isinstance(view, dict) else {}


def _views() -> dict[str, Any]:
    """What is kept by path, the latest first."""
    try:
        views = json.loads(str(settings().value(_KEY, "{}")))
    except (ValueError, RecursionError):
        return {}
    return views if isinstance(views, dict) else {}


def number(value: object, least: float, most: float) -> float | None:
    """A number of a view within its limits; None if it is no number."""
    if not isinstance(value, int | float) or value != value:
        return None
    return float(min(max(value, least), most))
