"""Pose maps in any dialect, and pictures to look at poses with.

The package is callable: ``poseforge.render(people)`` is ``poseforge.render.render(people)``. Importing a sub-package binds its
name in the parent, so the public function of that name has to be the package itself.
"""

import sys
from types import ModuleType

from poseforge.render.maps import iter_render, render, render_tensor
from poseforge.render.sheets import contact_sheet, gallery, labelled
from poseforge.render.styles import Style, get_style, styles

__all__ = ["Style", "contact_sheet", "gallery", "get_style", "iter_render", "labelled", "render", "render_tensor", "styles"]


class _Render(ModuleType):
    __call__ = staticmethod(render)


sys.modules[__name__].__class__ = _Render
