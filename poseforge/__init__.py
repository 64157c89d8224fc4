"""PoseForge: make, open, check and preview hand and body pose sequences for EchoMimicV2.

    import poseforge

    people = poseforge.read_poses("pose/01")                  # one PoseSequence per person
    poseforge.write_poses(people, "copy", format="echomimic")
    maps = poseforge.render(people)                           # the exact pose maps, uint8 (T, H, W, 3) RGB

Names are loaded when they are first used, so that importing the package stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poseforge.camera import Camera as Camera
    from poseforge.errors import PoseForgeError as PoseForgeError
    from poseforge.formats import read_motion as read_motion
    from poseforge.formats import read_poses as read_poses
    from poseforge.formats import write_motion as write_motion
    from poseforge.formats import write_poses as write_poses
    from poseforge.projects import open_project as open_project
    from poseforge.projects import save_project as save_project
    from poseforge.quality import check_poses as check_poses
    from poseforge.render import iter_render as iter_render
    from poseforge.render import render_tensor as render_tensor
    from poseforge.render.maps import render as render
    from poseforge.rig import Motion as Motion
    from poseforge.rig import Rig as Rig
    from poseforge.sequence import PoseSequence as PoseSequence
    from poseforge.skeleton import Skeleton as Skeleton
    from poseforge.timeline.bake import bake as bake
    from poseforge.timeline.project import Project as Project

__version__ = "0.1.0"

_HOMES = {
    "Camera": "poseforge.camera",
    "Motion": "poseforge.rig",
    "PoseForgeError": "poseforge.errors",
    "PoseSequence": "poseforge.sequence",
    "Project": "poseforge.timeline.project",
    "Rig": "poseforge.rig",
    "Skeleton": "poseforge.skeleton",
    "bake": "poseforge.timeline.bake",
    "check_poses": "poseforge.quality",
    "iter_render": "poseforge.render.maps",
    "open_project": "poseforge.projects",
    "read_motion": "poseforge.formats",
    "write_motion": "poseforge.formats",
    "read_poses": "poseforge.formats",
    "render_tensor": "poseforge.render.maps",
    "save_project": "poseforge.projects",
    "write_poses": "poseforge.formats",
}

__all__ = ["__version__", "render", *_HOMES]


def __getattr__(name: str) -> object:
    if name == "render":
        return import_module("poseforge.render")  # which is callable, and binds itself here
    if name not in _HOMES:
        raise AttributeError(f"module 'poseforge' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
