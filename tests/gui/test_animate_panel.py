"""The Animate panel, with networks at random and the real worker: what it makes is noise, and all the rest is as it will be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

pytest.importorskip("torch")
pytest.importorskip("diffusers")

from recordings import write_sound
from tiny_weights import write_tiny_weights

from poseforge.gui.settings import settings
from poseforge.media import Film, about_video
from poseforge.projects import link_media
from poseforge.timeline.project import resting

WAIT_MS = 60_000
FRAMES = 8


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_weights(tmp_path_factory.mktemp("weights") / "微 tiny")


@pytest.fixture
def project(tmp_path):
    """A second of rest, with a picture that covers the canvas and reaches beyond it, and a speech that begins at frame 2."""
    pixels = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "人 person.png")
    sound = write_sound(tmp_path / "voice.wav", 1.0)
    picture = replace(link_media(tmp_path / "人 person.png"), box=(-0.2, 0.0, 1.2, 1.0))
    return replace(resting(24), picture=picture, audio=replace(link_media(sound), start=2), range=(0, FRAMES - 1))


@pytest.fixture
def window(make_window, project, tiny):
    settings().setValue("animate/weights", str(tiny))
    window = make_window(project)
    window.commands["animate"].trigger()
    assert window.animate.isVisible()
    for name, number in (("size", 64), ("steps", 2)):
        for box in window.animate.wants.form.editor(name).boxes:
            box.setValue(number)
    return window


def click(button) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def made(window, qtbot, count: int = 1) -> None:
    """Wait until so many takes are listed, and nothing is at work."""
    panel = window.animate
    qtbot.waitUntil(lambda: not window.jobs.unfinished and panel.takes.list.count() == count, timeout=WAIT_MS)
    assert [row.last.kind for row in window.jobs.rows] == ["done"] * len(window.jobs.rows), window.jobs.rows[0].detail.text()


def test_from_a_project_to_a_take_and_its_settings_again(window, qtbot) -> None:
    panel, session = window.animate, window.session
    qtbot.waitUntil(lambda: f"{FRAMES} frames on cpu" in panel.estimate.text(), timeout=WAIT_MS)
    assert not panel.doctor.isVisible()
    click(panel.wants.dice)
    seed = panel.wants.settings.seed
    assert seed != 3407
    click(panel.run_button)
    assert panel.watch.isVisible()
    made(window, qtbot)
    take = panel.takes.take
    assert take.settings.seed == seed
    assert take.settings.size == (64, 64)
    assert take.frames == (0, FRAMES - 1)
    assert "guidance" in about_video(take.video)
    assert not panel.watch.isVisible()
    assert window.result.isVisible()
    film = Film(take.video)
    for frame in (5, 2, 7):
        session.seek(frame)
        seen = film.at(frame / 24)
        qtbot.waitUntil(lambda seen=seen: shown(window) is not None and np.abs(shown(window) - seen).max() <= 1)
    film.close()
    session.seek(20)
    assert window.result.picture() is None
    click(panel.wants.dice)
    panel.wants.form.editor("steps").boxes[0].setValue(5)
    click(panel.takes.again_button)
    assert panel.wants.settings == take.settings.__class__(
        **{**vars(take.settings), "precision": panel.wants.settings.precision}
    )


def shown(window) -> np.ndarray | None:
    """(H, W, 3) of the take at this frame, if it is there."""
    image = window.result.picture()
    if image is None:
        return None
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].astype(int)
