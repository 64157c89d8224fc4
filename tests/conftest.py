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
