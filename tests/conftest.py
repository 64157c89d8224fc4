"""Fixtures that many tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from poseforge.sequence import PoseSequence
from samples import make_sequence

settings.register_profile("poseforge", deadline=None)  # timing is for benchmarks
settings.load_profile("poseforge")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real and golden data beside the checkout; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "golden").is_dir():
        pytest.skip("needs the folder 'shared' with real and golden data beside the checkout")
    return folder


@pytest.fixture
def sequence() -> PoseSequence:
    return make_sequence()
