"""Takes: the folder of a job that made a video, and what is listed of it."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from poseforge.jobs import Event, Request, conclude
from poseforge.media import write_frames
from poseforge.takes import VIDEO, Settings, clear, defaults, keep, quick, remove, request, suited, takes, thumbnail
from poseforge.timeline.project import resting

WHOLE = (0.0, 0.0, 1.0, 1.0)


def asked(root: Path, settings: Settings, place: str = "a.poseforge") -> Request:
    picture, sound = root / "me.png", (root / "voice.wav", -3)
    return request(root, resting(24), place, picture, sound, settings, (4, 20), WHOLE)


def make(root: Path, settings: Settings = Settings(size=(64, 32)), place: str = "a.poseforge") -> Request:  # noqa: B008
    """A take as its job leaves it."""
    made = asked(root, settings, place)
    count = len(range(0, 17, settings.every))
    frames = [np.full((32, 64, 3), 255 * i // count, np.uint8) for i in range(count)]
    write_frames(frames, made.folder / VIDEO, Fraction(24) / settings.every)
    result = {"written": "x", "frames": count, "fps": "24", "settings": settings.record(), "plan": "fast"}
    conclude(made, Event("done", result=result))
    return made


def test_takes_of_a_project_come_the_latest_first_with_what_made_them(tmp_path) -> None:
    settings = [defaults(size=[64, 32], seed=seed) for seed in (1, 2)]
    for one in settings:
        make(tmp_path, one)
    make(tmp_path, place="b.poseforge")
    found = takes(tmp_path, "a.poseforge")
    assert [take.settings for take in found] == settings[::-1]
    assert found[0].frames == (4, 20)
    assert [found[0].second(frame) for frame in (3, 4, 16, 20, 21)] == [None, 0.0, 0.5, pytest.approx(2 / 3), None]
    assert found[0].request.arguments["start"] == -3
    keep(found[0].request, "b.poseforge")
    assert len(takes(tmp_path, "b.poseforge")) == 2


def test_a_preview_shows_the_same_frames_of_the_project(tmp_path) -> None:
    make(tmp_path, Settings(size=(64, 32), every=3))
    (take,) = takes(tmp_path, "a.poseforge")
    assert take.frames == (4, 20)
    assert take.second(7) == pytest.approx(1 / 8)


def test_a_thumbnail_is_small_and_of_the_middle(tmp_path) -> None:
    make(tmp_path)
    (take,) = takes(tmp_path, "a.poseforge")
    with Image.open(thumbnail(take)) as picture:
        assert picture.size == (64, 32)
        assert abs(np.asarray(picture).mean() - 127) < 12


def test_what_was_interrupted_is_listed_if_a_step_is_kept_and_what_came_to_nothing_goes(tmp_path) -> None:
    begun, failed = asked(tmp_path, Settings()), asked(tmp_path, Settings())
    assert takes(tmp_path, "a.poseforge") == []
    (begun.folder / "latents.safetensors").write_bytes(b"steps")
    for one in (begun, failed):
        conclude(one, Event("failed", "killed"))
    clear(tmp_path)
    assert not failed.folder.exists()
    (take,) = takes(tmp_path, "a.poseforge")
    assert (take.folder, take.result) == (begun.folder, {})
    remove(take)
    assert not begun.folder.exists()


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"result": 1}', '{"result": {"settings": {"steps": "x"}}}'])
def test_damaged_takes_are_passed_over(tmp_path, record) -> None:
    (make(tmp_path).folder / "outcome.json").write_text(record)
    broken = make(tmp_path)
    (broken.folder / "request.json").write_text(record or json.dumps({"kind": "animate", "arguments": {}}))
    good = make(tmp_path)
    assert [take.folder for take in takes(tmp_path, "a.poseforge")] == [good.folder]


def test_a_quick_look_takes_less_and_keeps_the_proportions() -> None:
    rough = quick(Settings(size=(768, 1024)))
    assert rough == replace(Settings(), size=(384, 512), steps=6, every=3)
    small = replace(Settings(), size=(64, 72), steps=2, every=5)
    assert quick(small) == small


@pytest.mark.parametrize(
    ("canvas", "size"),
    [((768, 768), (768, 768)), ((1920, 1080), (1024, 576)), ((1, 1000), (24, 4096)), ((720, 1280), (576, 1024))],
)
def test_a_video_has_the_proportions_of_its_canvas(canvas, size) -> None:
    assert suited(canvas) == size
    assert Settings(size=suited(canvas)).size == size
