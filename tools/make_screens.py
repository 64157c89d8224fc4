"""Makes the README's pictures of the editor, in both themes and languages: python tools/make_screens.py

They show a made voice, so that nobody's recording is needed, on Qt's platform without a screen.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"
OUT = Path(__file__).parent.parent / "docs" / "images"
SIZE = (1440, 900)
SHOTS = (("dark", "en"), ("light", "zh_CN"), ("light", "en"), ("dark", "zh_CN"))


def voice(path: Path, seconds: float = 10.0, rate: int = 16_000) -> None:
    """Syllables of a buzz, a word at a time, with pauses."""
    import soundfile

    random = np.random.default_rng(3)
    times = np.arange(int(seconds * rate)) / rate
    loud = np.zeros_like(times)
    at = 0.3
    while at < seconds - 1:
        for _ in range(random.integers(2, 6)):
            loud += random.uniform(0.3, 1.0) * np.exp(-(((times - at) / 0.06) ** 2))
            at += random.uniform(0.16, 0.26)
        at += random.uniform(0.2, 0.7)
    buzz = sum(np.sin(2 * np.pi * 120 * n * times) / n for n in range(1, 12))
    soundfile.write(path, 0.2 * loud * buzz, rate)


def shoot(theme: str, language: str, folder: Path) -> None:
    """One picture of the window with gestures, a voice and a selected finger."""
    from PySide6.QtWidgets import QApplication

    from poseforge import library
    from poseforge.gui.app import make_app
    from poseforge.gui.presets import in_language
    from poseforge.gui.settings import settings
    from poseforge.gui.window import Window
    from poseforge.projects import link_media

    settings().setValue("theme", theme)
    settings().setValue("language", language)
    make_app()
    project = in_language(library.performance([library.gesture(name) for name in library.DEMO]))
    window = Window(replace(project, audio=link_media(folder / "voice.wav")))
    window.resize(*SIZE)
    window.show()
    window.session.seek(40)
    window.session.select(joints=[f"right_index_{i}" for i in (1, 2, 3, 4)])
    until = time.monotonic() + 3  # waveform and thumbnails come from other threads
    while time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.01)
    suffix = "" if language == "en" else "-zh"
    window.grab().save(str(OUT / f"editor-{theme}{suffix}.png"))
    window.session.mark_saved()
    window.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["POSEFORGE_HOME"] = folder
        voice(Path(folder) / "voice.wav")
        for theme, language in SHOTS:
            shoot(theme, language, Path(folder))


if __name__ == "__main__":
    main()
