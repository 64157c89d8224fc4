"""Every edit a user can make, as a pure function: a Project and what to do -> another Project.

All take the project first and never change it; what an edit does not touch is shared. A locked track refuses every edit but
its unlocking, with InvalidValue, as do arguments that do not fit.
"""

from poseforge.timeline.edits.clips import (
    add_clip,
    append_clip,
    blend_clip,
    extend_clip,
    mirror_clip,
    move_clip,
    remove_clip,
    reverse_clip,
    split_clip,
    stretch_clip,
    trim_clip,
)
from poseforge.timeline.edits.hands import HandPose, apply_shape, hand_pose, pose_hand
from poseforge.timeline.edits.keys import (
    Copied,
    copy_keys,
    copy_pose,
    delete_keys,
    insert_keys,
    keep_range,
    key_pose,
    move_keys,
    paste,
    scale_keys,
    set_handles,
    set_interpolation,
)
from poseforge.timeline.edits.poses import (
    change_base,
    mirror_pose,
    move_joint,
    rotate_joints,
    scale_joints,
    set_visible,
    shift_joints,
)
from poseforge.timeline.edits.time import crop, insert_time, remove_time, retime, set_fps, shift
from poseforge.timeline.edits.tracks import add_track, move_track, new_id, remove_track, set_track

__all__ = [
    "Copied",
    "HandPose",
    "add_clip",
    "add_track",
    "append_clip",
    "apply_shape",
    "blend_clip",
    "change_base",
    "copy_keys",
    "copy_pose",
    "crop",
    "delete_keys",
    "extend_clip",
    "hand_pose",
    "insert_keys",
    "insert_time",
    "keep_range",
    "key_pose",
    "mirror_clip",
    "mirror_pose",
    "move_clip",
    "move_joint",
    "move_keys",
    "move_track",
    "new_id",
    "paste",
    "pose_hand",
    "remove_clip",
    "remove_time",
    "remove_track",
    "retime",
    "reverse_clip",
    "rotate_joints",
    "scale_joints",
    "scale_keys",
    "set_fps",
    "set_handles",
    "set_interpolation",
    "set_track",
    "set_visible",
    "shift",
    "shift_joints",
    "split_clip",
    "stretch_clip",
    "trim_clip",
]
