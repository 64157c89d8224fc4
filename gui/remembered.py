"""What is remembered of the projects that were open lately: where one was in them, and where they were exported to. It is the
user's, and stands in no project.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from .settings import settings

_KEPT = 50
_KEY = "projects"


@runtime_checkable
class HasView(Protocol):
    """A panel whose view of a project is kept: values of JSON. What it is given back may be anything."""

    def view_state(self) -> dict[str, Any]: ...

    def restore_view(self, state: dict[str, Any]) -> None: ...


def keep(project: Path, name: str, value: object) -> None:
    """Remember a value of JSON of the project in a file, under a name."""
    everything, own = _everything(), str(project.absolute())
    facts = {own: _facts(everything, own) | {name: value}}
    facts |= {path: kept for path, kept in everything.items() if path != own}
    settings().setValue(_KEY, json.dumps(dict([*facts.items()][:_KEPT])))


def kept(project: Path, name: str) -> Any:
    """What was kept under that name, or whatever else stands there; None if nobody knows."""
    return _facts(_everything(), str(project.absolute())).get(name)


def _facts(everything: dict[str, Any], project: str) -> dict[str, Any]:
    facts = everything.get(project)
    return facts if isinstance(facts, dict) else {}


def _everything() -> dict[str, Any]:
    """What is kept by path, the latest first."""
    try:
        everything = json.loads(str(settings().value(_KEY, "{}")))
    except (ValueError, RecursionError):
        return {}
    return everything if isinstance(everything, dict) else {}


def number(value: object, least: float, most: float) -> float | None:
    """A number of a view within its limits; None if it is no number."""
    if not isinstance(value, int | float) or value != value:
        return None
    return float(min(max(value, least), most))
