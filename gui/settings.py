"""What the editor remembers of its user, not of a project: one .ini file in the user's folder of PoseForge."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from poseforge.files import own_home


def state_folder() -> Path:
    """Where the editor keeps its settings, and what it saves by itself of projects without a file; made if there is none."""
    from platformdirs import user_state_path

    folder = own_home() or user_state_path("poseforge", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder() -> Path:
    """Where the editor keeps what it can make again; made if there is none."""
    from platformdirs import user_cache_path

    home = own_home()
    folder = home / "cache" if home else user_cache_path("poseforge", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def settings() -> QSettings:
    """The settings, read and written by name: ``settings().value("theme", "dark")``."""
    return QSettings(str(state_folder() / "editor.ini"), QSettings.Format.IniFormat)
