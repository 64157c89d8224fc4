"""From movement in space to the canvas: where the camera stands, and that the person faces it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from poseforge.camera import Camera
from poseforge.errors import InvalidValue
from poseforge.performer import HALF_BODY
from poseforge.rig import Motion
from poseforge.rotations import of_matrices, product, rotation_vectors
from poseforge.sequence import SIZE, PoseSequence

FRAMINGS = ("half_body", "full_body")
"""half_body: as EchoMimicV2 frames people; full_body: all of it."""

_SHOULDERS, _NECK = 0.46, (0.5, 0.45)
"""EchoMimicV2's framing: the width of the shoulders, and where the neck is, in fractions of the canvas."""

_FULL_HEIGHT = 0.9
"""The share of the canvas that a full body takes."""


def filmed(
    motions: Sequence[Motion], framing: str = "half_body", size: tuple[int, int] = SIZE, facing: bool = True
) -> tuple[PoseSequence, ...]:
    """Motions of people as a camera sees them: one camera for all frames and all people, so nothing jumps.

    `facing` turns the world about the vertical so that the first person faces the viewer on the whole. Raises InvalidValue
    for an unknown framing, or for nobody.
    """
    return film([motion.rig.forward(motion) for motion in motions], framing, size, facing)


def film(
    people: Sequence[PoseSequence], framing: str = "half_body", size: tuple[int, int] = SIZE, facing: bool = True
) -> tuple[PoseSequence, ...]:
    """The same of people in metres. One who has no shoulders, as a hand alone, fills the picture in any framing."""
    if framing not in FRAMINGS:
        raise InvalidValue(f"framing {framing!r:.40}; there are {', '.join(FRAMINGS)}")
    if not people:
        raise InvalidValue("there is nobody to film")
    turn = toward_viewer(people[0]) if facing else np.eye(3)
    people = [person.with_points(person.points @ turn.T) for person in people]
    camera = replace(_camera(people[0], framing), size=size)
    return tuple(camera.project(person) for person in people)


def centred(motion: Motion) -> Motion:
    """`motion` turned about the vertical so that the person faces the viewer on the whole, and moved so that it mostly is where
    its rig stands: in view of a camera that is made for the rig, as a project's is.
    """
    rig = motion.rig
    turn = toward_viewer(rig.forward(motion))
    rotations = np.array(motion.rotations)
    rotations[:, 0] = rotation_vectors(product(of_matrices(turn), motion.turns[:, 0]))
    places = (motion.translation + rig.offsets[0]) @ turn.T
    return replace(motion, rotations=rotations, translation=places - np.median(places, axis=0))


def toward_viewer(person: PoseSequence) -> NDArray[np.float64]:
    """(3, 3) a turn about the vertical after which the person's left is at the picture's right, on average."""
    across = person.joint("left_shoulder") - person.joint("right_shoulder")
    if np.isnan(across).all():
        return np.eye(3)
    x, _, z = np.nan_to_num(np.nanmean(across / np.linalg.norm(across, axis=1, keepdims=True), axis=0))
    length = float(np.hypot(x, z))
    if length < 0.1:
        return np.eye(3)
    c, s = x / length, z / length
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _camera(person: PoseSequence, framing: str) -> Camera:
    """A camera at the performer's distance in body heights, that sees the person in a framing."""
    if not person.known[[person.skeleton.index(f"{side}_shoulder") for side in ("left", "right")]].any():
        return _close(person)
    neck = np.nanmedian(person.joint("neck"), axis=0)
    width = float(np.nanmedian(np.linalg.norm(person.joint("left_shoulder") - person.joint("right_shoulder"), axis=1)))
    if not np.isfinite(neck).all() or not width > 0:
        raise InvalidValue("a person without shoulders cannot be framed")
    away = width / _SHOULDERS * HALF_BODY.focal  # where shoulders of this width have the width they shall have
    if framing == "half_body":
        return replace(HALF_BODY, position=(float(neck[0]), float(neck[1]), float(neck[2]) + away), center=_NECK)
    low, high = (float(edge(person.points[..., 1])) for edge in (np.nanmin, np.nanmax))
    away = (high - low) / _FULL_HEIGHT * HALF_BODY.focal
    return replace(HALF_BODY, position=(float(neck[0]), (low + high) / 2, float(neck[2]) + away), center=(0.5, 0.5))


def _close(person: PoseSequence) -> Camera:
    """A camera in the performer's distance with a lens that shows all there is."""
    places = person.points[person.present]
    extent = float(np.ptp(places[:, :2], axis=0).max()) if len(places) else 0.0
    if not extent > 0:
        raise InvalidValue("a person of whom nothing is there cannot be framed")
    (left, low, _), (right, high, near) = places.min(axis=0), places.max(axis=0)
    away = HALF_BODY.position[2]
    return replace(
        HALF_BODY,
        position=(float(left + right) / 2, float(low + high) / 2, float(near) + away),
        focal=away * _FULL_HEIGHT / extent,
        center=(0.5, 0.5),
    )
