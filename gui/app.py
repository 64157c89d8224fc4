"""The editor as a program: ``poseforge edit [PROJECT or POSES]``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from poseforge import __version__

from . import log
from .settings import settings
from .text import LANGUAGES, system_language, use_language
from .theme import THEMES, use_theme

_CHINESE = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
"""Fonts of Simplified Chinese, which the system would else choose by itself: at times of another weight, or Japanese ones."""


def main(path: Path | None = None) -> int:
    """Show the editor, with a project or poses open, until its window is closed; gives the exit code."""
    app = make_app()
    log.install()
    from .window import Window

    window = Window()
    window.show()
    window.documents.start(path)
    if path is None:
        window.guide.welcome()
    return app.exec()


def make_app() -> QApplication:
    """The application in the user's language and theme."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):  # OpenCV's wheels point them at its own, older Qt
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    QCoreApplication.setApplicationName("PoseForge")
    QCoreApplication.setApplicationVersion(__version__)
    app.setFont(_with_chinese(app.font()))
    own = settings()
    language, theme = str(own.value("language", "")), str(own.value("theme", "dark"))
    use_language(language if language in LANGUAGES else system_language())
    use_theme(theme if theme in THEMES else "dark")
    return app


def _with_chinese(font: QFont) -> QFont:
    """The system's font, with Chinese characters out of one that has them as they are written in China."""
    there = set(QFontDatabase.families())
    made = QFont(font)
    made.setFamilies([QFontInfo(font).family(), *[name for name in _CHINESE if name in there][:1]])
    return made
