"""What works here, what is missing, and the exact command that mends it."""

from __future__ import annotations

import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from poseforge import installing

_OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")
_SYSTEM_LIBRARIES = "apt-get install libglib2.0-0 libgl1 libegl1"


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at.

    Attributes:
        name: what.
        state: "ok", "optional" (not there, and nothing else needs it) or "broken".
        seen: what was found.
        mend: the command that changes it; may be empty.
    """

    name: str
    state: Literal["ok", "optional", "broken"]
    seen: str
    mend: str = ""


def diagnose() -> Iterator[Diagnosis]:
    """Everything worth knowing about this installation, the necessary first."""
    yield _python()
    for package, module in (("numpy", "numpy"), ("scipy", "scipy"), ("pillow", "PIL"), ("opencv", "cv2"), ("av", "av")):
        yield _needed(package, module)
    yield _one_opencv()
    yield _h264()
    yield _formats()
    yield _writable()
    for extra in installing.EXTRAS:
        yield _optional(extra)
    yield from _detectors()
    yield from _models()
    yield _gpu()


def _python() -> Diagnosis:
    seen = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    good = (3, 11) <= sys.version_info < (3, 14)
    return Diagnosis("python", "ok" if good else "broken", seen, "" if good else "install Python 3.11, 3.12 or 3.13")


def _needed(package: str, module: str) -> Diagnosis:
    """A package that nothing works without: imported for real, since its system libraries may be missing."""
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        missing_library = "cannot open shared object" in str(error)
        return Diagnosis(package, "broken", str(error), _SYSTEM_LIBRARIES if missing_library else installing.command())
    return Diagnosis(package, "ok", str(getattr(loaded, "__version__", "installed")))


def _one_opencv() -> Diagnosis:
    """Two packages that bring `cv2` share one folder, and removing either breaks the other."""
    found = [name for name in _OPENCV if _version(name)]
    if len(found) < 2:
        return Diagnosis("one OpenCV", "ok", ", ".join(found) or "none installed as a package")
    keep = "opencv-contrib-python"
    mend = f'"{sys.executable}" -m pip uninstall -y {" ".join(found)} && ' + installing.pip(f'"{keep}>=4.10,<5"')
    return Diagnosis("one OpenCV", "broken", f"{len(found)} packages share cv2: {', '.join(found)}", mend)


def _h264() -> Diagnosis:
    try:
        import av

        av.Codec("libx264", "w")
    except (ImportError, ValueError) as error:
        return Diagnosis("H.264 video", "broken", f"no encoder ({error})", installing.pip(installing.AV_WITH_H264))
    return Diagnosis("H.264 video", "ok", "libx264")


def _formats() -> Diagnosis:
    from poseforge.formats import registry

    names = ", ".join(registry())
    return Diagnosis("formats", "ok" if names else "broken", names or "none found", "" if names else installing.command())


def _writable() -> Diagnosis:
    try:
        with tempfile.TemporaryDirectory(dir=os.curdir):
            return Diagnosis("current folder", "ok", "can be written")
    except OSError as error:
        return Diagnosis("current folder", "broken", f"cannot be written ({error.strerror})", "work in a folder of your own")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _optional(extra: str) -> Diagnosis:
    purpose, missing = installing.EXTRAS[extra][0], installing.lacking(extra)
    if missing:
        return Diagnosis(extra, "optional", f"{purpose}: no {', '.join(missing)}", installing.command(extra))
    return Diagnosis(extra, "ok", purpose)


def _detectors() -> Iterator[Diagnosis]:
    """What finds people, and why not; no model is loaded for it."""
    from poseforge.detect import kinds

    for kind in kinds().values():
        reason = kind.missing()
        yield Diagnosis(f"detector {kind.name}", "optional" if reason else "ok", reason or kind.title)


def _models() -> Iterator[Diagnosis]:
    """What is there of the models that do not come with PoseForge, by the size of their files."""
    from poseforge import models

    for model in models.CATALOGUE.values():
        states = [models.state(file).word for file in model.files]
        lacking = len(states) - states.count("there")
        seen = f"{lacking} of {len(states)} files missing or incomplete, {model.purpose}" if lacking else model.purpose
        command = f"poseforge models fetch {model.name}" if lacking else ""
        yield Diagnosis(f"model {model.name}", "optional" if lacking else "ok", f"{seen}; in {models.folder()}", command)


def _gpu() -> Diagnosis:
    """Whether torch was built for a graphics card and the system has a driver for one."""
    build = _version("torch")
    driver = os.path.exists("/dev/nvidiactl") or os.path.exists(r"C:\Windows\System32\nvcuda.dll")
    if not build:
        return Diagnosis("graphics card", "optional", "torch is not installed", installing.command("animate"))
    if not driver:
        return Diagnosis("graphics card", "optional", "no NVIDIA driver found; animating would take hours without one")
    return Diagnosis("graphics card", "ok", f"NVIDIA driver found, torch {build}")
