"""Fixtures that many tests share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from poseforge import cli
from poseforge.sequence import PoseSequence
from samples import make_sequence

# No deadline, since timing is for benchmarks; in CI the same examples every time, at a desk new ones.
settings.register_profile("poseforge", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("poseforge")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real and golden data beside the checkout; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "golden").is_dir():
        pytest.skip("needs the folder 'shared' with real and golden data beside the checkout")
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch) -> Path:
    """A user's data folder with nothing in it: tests neither see nor touch the presets and models of whoever runs them."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("POSEFORGE_HOME", str(folder))
    monkeypatch.delenv("POSEFORGE_MODELS", raising=False)
    return folder


@pytest.fixture
def sequence() -> PoseSequence:
    return make_sequence()


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command in this process, in `tmp_path`; gives the exit code, the output and the errors."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["poseforge", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit:
            cli.main()
        captured = capsys.readouterr()
        return exit.value.code or 0, captured.out, captured.err

    return call


STAND_IN = '''
"""A detector of one person who stands in the middle and waves a hand, whatever it is shown."""

from dataclasses import dataclass

import numpy as np

from poseforge.detect import Kind
from poseforge.library import gesture, performance
from poseforge.timeline.bake import bake


@dataclass(frozen=True)
class Options:
    pass


class Pointing:
    engine = "none"

    def __init__(self, options):
        made = bake(performance([gesture("wave_right")], alive=None))
        self.rows, self.at = np.dstack([made.points, made.confidence]), 0

    def restart(self):
        self.at = 0

    def close(self):
        pass

    def people(self, pictures):
        return [self.one(picture) for picture in pictures]

    def one(self, picture):
        person = self.rows[self.at % len(self.rows)].copy()
        self.at += 1
        height, width = picture.shape[:2]
        person[:, :2] = person[:, :2] * height + [(width - height) / 2, 0]
        person[np.isnan(person).any(axis=1)] = np.nan, np.nan, 0
        second = person.copy()
        second[:, 0] += width * 0.6
        return [person, second][: self.number]

    number = 1


class Several(Pointing):
    number = 2


POINTING = Kind("pointing", "Stand-in", Options, Pointing, lambda: "")
SEVERAL = Kind("several", "Stand-in for several", Options, Several, lambda: "")
LACKING = Kind("lacking", "Not there", Options, Pointing, lambda: "it is not installed: pip install lacking")
'''


@pytest.fixture
def detectors(tmp_path_factory, monkeypatch):
    """Detectors that take no time, announced as a package's are, here and to child processes: one person, several, none."""
    from poseforge.detect import kinds

    folder = tmp_path_factory.mktemp("detectors")
    (folder / "stand_in.py").write_text(STAND_IN, encoding="utf-8")
    about = folder / "stand_in-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-in\nVersion: 1.0\n")
    lines = [f"{name} = stand_in:{name.upper()}" for name in ("pointing", "several", "lacking")]
    (about / "entry_points.txt").write_text("\n".join(["[poseforge.detectors]", *lines, ""]))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.syspath_prepend(folder)
    kinds.cache_clear()
    yield folder
    kinds.cache_clear()
