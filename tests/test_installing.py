"""What is missing, and the one command that installs it."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from poseforge import animating, doctor, installing
from poseforge.detect import dwpose, mediapipe
from poseforge.errors import MissingDependency

ROOT = Path(__file__).parent.parent


def test_whatever_is_missing_is_installed_by_the_doctors_command(monkeypatch) -> None:
    def nowhere(package: str) -> str:
        raise PackageNotFoundError(package)

    for module in ("torch", "diffusers", "onnxruntime"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(mediapipe, "version", nowhere)
    mends = {found.name: found.mend for found in doctor.diagnose()}
    assert mends["animate"].startswith(f'"{sys.executable}" -m pip install ')
    assert animating.missing() == f"Animating needs torch, diffusers: {mends['animate']}"
    with pytest.raises(MissingDependency, match=re.escape(mends["animate"])):
        animating.import_animation()
    assert dwpose.KIND.missing().endswith(mends["detect"])
    if sys.version_info < (3, 13):
        assert mediapipe.missing() == f"MediaPipe is not installed: {mends['detect']}"


def test_the_extras_are_those_of_the_package_and_of_the_page_about_installing() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert set(installing.EXTRAS) == set(project["optional-dependencies"]) - {"all", "dev"}
    assert all(f"| `{extra}` |" in page for extra in installing.EXTRAS)
