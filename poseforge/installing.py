"""What the optional extras bring, what of it is missing, and the commands that install it into the Python that runs."""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gui": ("for the editor", ("PySide6", "pyqtgraph")),
    "detect": (
        "for poses from pictures and video",
        ("onnxruntime",) + (("mediapipe",) if sys.version_info < (3, 13) else ()),
    ),
    "animate": ("for EchoMimicV2 itself, and pose tensors", ("torch", "diffusers", "transformers")),
    "smplx": ("to compare with the smplx package; SMPL-X body models are read without it", ("smplx", "torch")),
    "audio": ("for hearing sound in the editor", ("sounddevice",)),
}
"""What each extra is for, and the modules that it brings."""

AV_WITH_H264 = '--force-reinstall "av>=15"'
"""A build of PyAV that encodes H.264, as its own wheels do."""


def lacking(extra: str) -> list[str]:
    """The modules of an extra that are missing; none is imported for it: torch alone would take seconds."""
    return [module for module in EXTRAS[extra][1] if find_spec(module) is None]


def pip(requirement: str) -> str:
    """The command that installs a requirement."""
    return f'"{sys.executable}" -m pip install {requirement}'


def command(extra: str = "") -> str:
    """The command that installs PoseForge again the way it was, with an extra: from its checkout if it came from one."""
    wanted = f"[{extra}]" if extra else ""
    try:
        origin = json.loads(distribution("poseforge").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        origin = {}
    address = origin.get("url", "")
    if not address.startswith("file:"):
        return pip(f'--upgrade "poseforge{wanted}"')
    folder = Path(url2pathname(urlparse(address).path))
    editable = "-e " if origin.get("dir_info", {}).get("editable") else ""
    pins = f'-c "{folder / "constraints.txt"}" ' if (folder / "constraints.txt").is_file() else ""
    return pip(f'{pins}{editable}"{folder}{wanted}"')
