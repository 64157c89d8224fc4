"""Pose maps in any dialect, and pictures to look at poses with."""

from poseforge.render.maps import iter_render, render, render_tensor
from poseforge.render.sheets import contact_sheet, labelled
from poseforge.render.styles import Style, get_style, styles

__all__ = ["Style", "contact_sheet", "get_style", "iter_render", "labelled", "render", "render_tensor", "styles"]
