"""A reference picture and poses made to belong together, as EchoMimicV2 takes them: both on its canvas."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from poseforge.align import CANVAS, Box, Placement, crop_box, fitted, on_canvas, placements
from poseforge.detect import Picture, opened
from poseforge.detections import chosen
from poseforge.errors import InvalidValue
from poseforge.fitting import Fit, estimate, fit
from poseforge.media import cut
from poseforge.proportions import same_shape
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence

WAYS = ("fit", "crop")
"""fit: the poses come to the person in the picture; crop: picture and poses are cut alike, as EchoMimicV2's notebook does."""


@dataclass(frozen=True, eq=False)
class Pair:
    """What belongs together.

    Attributes:
        picture: uint8 (768, 768, 3) RGB.
        pose: the pose in it, one frame on EchoMimicV2's canvas.
        poses: the sequence on EchoMimicV2's canvas.
        draw_pose_params: the placement of all its frames.
        how: how the poses were fitted; the default where they were only cut.
    """

    picture: NDArray[np.uint8]
    pose: PoseSequence
    poses: PoseSequence
    draw_pose_params: Placement
    how: Fit


def pair(picture: Picture, pose: PoseSequence, sequence: PoseSequence, way: str = "fit") -> Pair:
    """A picture (H, W, 3), the pose in it (one frame in its pixels), and a sequence, made to belong together in one of WAYS.

    "crop" cuts a square out of each by the rule of EchoMimicV2's notebook. "fit" leaves a square picture whole and cuts others
    by that rule; then the sequence is fitted to it.

    Raises InvalidValue for an unknown way, a sequence without frames, a pose that is not the picture's, and as `crop_box` and
    `estimate`.
    """
    if not len(sequence):
        raise InvalidValue("no frames to bring together with a picture")
    height, width = picture.shape[:2]
    if pose.size != (width, height):
        raise InvalidValue(f"a pose of {pose.size[0]}x{pose.size[1]} pixels in a picture of {width}x{height}")
    box, seen = framed(pose, way)
    how, poses = Fit(), on_canvas(sequence)
    if way == "crop":
        whole = poses if "draw_pose_params" in sequence.frame_meta else sequence  # cut where pixels are as fine as they were
        (cropped,) = fitted([whole], crop_box([whole]))
        poses = replace(cropped, size=CANVAS)
    else:
        how = estimate(seen, poses)
        poses = fit(poses, how)
    return Pair(cut(picture, box), seen, poses, placements(poses)[0], how)


def framed(pose: PoseSequence, way: str = "fit") -> tuple[Box, PoseSequence]:
    """What one of WAYS cuts out of a picture with a pose, and that pose on EchoMimicV2's canvas. Raises as `pair`."""
    if way not in WAYS:
        raise InvalidValue(f"way {way!r:.40}; there are {', '.join(WAYS)}")
    if not len(pose):
        raise InvalidValue("a picture's pose without a frame")
    width, height = pose.size
    box = Box(0, 0, width) if way == "fit" and width == height else crop_box([pose])
    (seen,) = fitted([pose], box)
    return box, replace(seen, size=CANVAS)


def pose_of(people: Sequence[PoseSequence], size: tuple[int, int]) -> PoseSequence:
    """The pose in a picture of (width, height) that poses of it hold: the first frame of their largest person, in its pixels.

    InvalidValue if they have no frames, or a canvas of another shape.
    """
    person = chosen(people, "largest")[0]
    if not len(person) or not same_shape(person.size, size):
        found, (width, height) = len(person), person.size
        raise InvalidValue(
            f"holds {found} frames of {width}x{height} pixels; expected the pose in the picture, of {size[0]}x{size[1]}"
        )
    return replace(to_hub(person[:1]), size=size)


def pose_in(picture: Picture, detector: str) -> PoseSequence:
    """The pose of the foremost person in a picture, one frame in its pixels, as a kind of detector sees it.

    MissingDependency if it cannot be opened here, InvalidValue if there is no such detector or nobody in the picture.
    """
    with closing(opened(detector, {})) as eyes:
        (people,) = eyes.people([picture])
    if not people:
        raise InvalidValue("nobody was found in the picture; take one that shows head, shoulders and hands")
    height, width = picture.shape[:2]
    person = people[0]
    return PoseSequence(person[None, :, :2] / (width, height), person[None, :, 2], size=(width, height))
