"""From places in space to the canvas: where the camera stands, and that the person faces it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from poseforge.calibration import read_camera
from poseforge.camera import Camera
from poseforge.errors import FormatError, InvalidValue
from poseforge.options import check, one_of
from poseforge.performer import HALF_BODY
from poseforge.rig import Motion
from poseforge.rotations import of_matrices, product, rotation_vectors
from poseforge.sequence import SIZE, PoseSequence
from poseforge.skeleton import Skeleton

FRAMINGS = ("auto", "half_body", "full_body", "hands")
PROJECTIONS = ("perspective", "orthographic")

_SEEN, _EDGE, _FARTHEST = 0.9, 0.02, 10.0
"""auto: in this share of the frames each hand and the head shall be this far inside the picture, for which the camera goes back
at most so many times as far."""

_SHOULDERS, _NECK = 0.46, (0.5, 0.45)
"""EchoMimicV2's framing: the width of the shoulders, and where the neck is, in fractions of the canvas."""

_FULL_HEIGHT = 0.9
"""The share of the canvas that a full body, or the hands, take."""

_ROAM = 0.5
"""Metres to each side that a person goes before a camera that stands still; along with others it goes."""

_LAG_S = 1.0
"""The standard deviation, in seconds, of the weights with which a camera that goes along sees the person's way."""

_AFAR = 1e6
"""So many times as far, and with so much longer a lens, a pinhole draws parallels: a body's depth changes nothing but the sixth
digit."""


@dataclass(frozen=True)
class View:
    """How people in space are looked at. Raises InvalidValue for what there is not, and for what a measured camera excludes.

    Attributes:
        framing: half_body, as EchoMimicV2 frames people; auto, the same from so far that the hands are seen; full_body; hands.
        size: (width, height) of the canvas in pixels.
        projection: perspective, from the distance at which a portrait is filmed, or orthographic.
        facing: whether the world is turned about the vertical so that the first person faces the viewer on the whole.
        camera: a measured camera instead of all this, a JSON file or a folder of COLMAP's (`poseforge.calibration`), in metres
            and the file's own axes.
    """

    framing: str = one_of(FRAMINGS[0], *FRAMINGS)
    size: tuple[int, int] = SIZE
    projection: str = one_of(PROJECTIONS[0], *PROJECTIONS)
    facing: bool = True
    camera: str | Path | None = None

    def __post_init__(self) -> None:
        check(self)
        for name, usual in (("framing", FRAMINGS[0]), ("size", SIZE), ("projection", PROJECTIONS[0])):
            if self.camera and getattr(self, name) != usual:
                raise InvalidValue(f"{name}: a measured camera has its own; give {name} or camera, not both")


def filmed(motions: Sequence[Motion], view: View | None = None) -> tuple[PoseSequence, ...]:
    """Motions of people as a camera sees them, framed as `framed` does."""
    return framed([motion.rig.forward(motion) for motion in motions], view)


def framed(people: Sequence[PoseSequence], view: View | None = None) -> tuple[PoseSequence, ...]:
    """3D people as a camera sees them: one camera for all frames and all people, so nothing jumps.

    With somebody who walks away it goes along smoothly. Someone who has no shoulders, as a hand alone, fills the picture.
    Raises InvalidValue for nobody and for 2D points, FormatError for a file that holds no camera, or one that sees nobody.
    """
    view = view or View()
    if not people:
        raise InvalidValue("there is nobody to film")
    if any(person.points.shape[2] != 3 for person in people):
        raise InvalidValue("a camera films 3D points; these are 2D already")
    if view.camera:
        measured = read_camera(Path(view.camera))
        shown = tuple(measured.project(person) for person in people)
        if not any(((person.points >= 0) & (person.points <= 1)).all(axis=2).any() for person in shown):
            problem = "sees nobody in any frame."
            advice = "Is its R, t camera-to-world? They must lead from the world to the camera, in metres."
            raise FormatError(Path(view.camera), problem, advice, "camera")
        return shown
    turn = toward_viewer(people[0]) if view.facing else np.eye(3)
    way = _way(people[0])
    people = [person.with_points((person.points - way[:, None]) @ turn.T) for person in people]
    camera = _camera(people[0], view.framing, view.size)
    if view.projection == "orthographic":
        x, y, z = camera.position
        plane = _depth(people[0])
        camera = replace(camera, position=(x, y, plane + (z - plane) * _AFAR), focal=camera.focal * _AFAR)
    return tuple(camera.project(person) for person in people)


def _way(person: PoseSequence) -> NDArray[np.float64]:
    """(T, 3) how far a camera goes along with a person: level, smoothly, and not at all with one who stays."""
    seen = person.present.any(axis=1)
    if not seen.any():
        return np.zeros((len(person), 3))
    frames = np.arange(len(person))
    middle = np.nanmean(person.points[seen], axis=1)
    middle = np.stack([np.interp(frames, frames[seen], places) for places in middle.T], axis=1) * (1.0, 0.0, 1.0)
    middle -= (middle.min(axis=0) + middle.max(axis=0)) / 2
    if np.abs(middle).max() <= _ROAM:
        return np.zeros_like(middle)
    spread = _LAG_S * float(person.fps)
    reach = min(int(np.ceil(4 * spread)), len(person) - 1)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / spread) ** 2)
    beyond = np.pad(middle, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")  # who walks off walks on
    return np.stack([np.convolve(places, weights / weights.sum(), mode="valid") for places in beyond.T], axis=1)


def _depth(person: PoseSequence) -> float:
    """The depth at which most of a person is."""
    return float(np.nanmedian(person.points[..., 2]))


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


def upright(points: NDArray[np.float64], skeleton: Skeleton) -> NDArray[np.float64]:
    """(T, K, 3) points of a person, turned so that y is up and z toward the viewer, from whichever of y and z is up or down in
    them: on the whole, shoulders are above hips. InvalidValue if the two are never seen together.
    """
    shoulders, hips = (
        points[:, [skeleton.index(f"left_{part}"), skeleton.index(f"right_{part}")]].mean(axis=1)
        for part in ("shoulder", "hip")
    )
    trunk = shoulders - hips
    known = ~np.isnan(trunk).any(axis=1)
    if not known.any():
        raise InvalidValue("a person without shoulders or hips, of whom nobody can tell where up is")
    _, y, z = np.median(trunk[known], axis=0)
    turn = np.diag([1.0, 1.0, 1.0]) if y > 0 else np.diag([1.0, -1.0, -1.0])
    if abs(z) > abs(y):
        turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, np.sign(z)], [0.0, -np.sign(z), 0.0]])
    return np.asarray(points @ turn.T)


def _has_shoulders(person: PoseSequence) -> bool:
    sides = [f"{side}_shoulder" for side in ("left", "right")]
    return all(side in person.skeleton and person.known[person.skeleton.index(side)] for side in sides)


def _shoulders(person: PoseSequence) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The left and the right shoulder, each (N, 3), in the frames that have both, a little apart."""
    left, right = person.joint("left_shoulder"), person.joint("right_shoulder")
    apart = np.linalg.norm(left - right, axis=1) > 0
    if not apart.any():
        raise InvalidValue("a person without shoulders cannot be framed")
    return left[apart], right[apart]


def toward_viewer(person: PoseSequence) -> NDArray[np.float64]:
    """(3, 3) a turn about the vertical after which the person's left is at the picture's right, on average; none for someone
    without shoulders.
    """
    if not _has_shoulders(person):
        return np.eye(3)
    left, right = _shoulders(person)
    across = left - right
    x, _, z = np.mean(across / np.linalg.norm(across, axis=1, keepdims=True), axis=0)
    length = float(np.hypot(x, z))
    if length < 0.1:
        return np.eye(3)
    c, s = x / length, z / length
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _camera(person: PoseSequence, framing: str, size: tuple[int, int]) -> Camera:
    """A camera at the performer's distance in body heights, that sees the person in a framing."""
    usual = replace(HALF_BODY, size=size)
    if framing == "hands":
        return _close(usual, _hands(person))
    if not _has_shoulders(person):
        return _close(usual, person)
    left, right = _shoulders(person)
    neck = np.median((left + right) / 2, axis=0)
    if "neck" in person.skeleton and person.known[person.skeleton.index("neck")]:
        neck = np.nanmedian(person.joint("neck"), axis=0)
    away = float(np.median(np.linalg.norm(left - right, axis=1))) / _SHOULDERS * HALF_BODY.focal
    if framing != "full_body":  # where shoulders of this width have the width they shall have
        x, y, z = neck.tolist()
        half = replace(usual, position=(x, y, z + away), center=_NECK)
        return half if framing == "half_body" else _seeing_hands(half, person, z)
    low, high = (float(edge(person.points[..., 1])) for edge in (np.nanmin, np.nanmax))
    away = (high - low) / _FULL_HEIGHT * HALF_BODY.focal
    return replace(usual, position=(float(neck[0]), (low + high) / 2, float(neck[2]) + away), center=(0.5, 0.5))


def _seeing_hands(camera: Camera, person: PoseSequence, z: float) -> Camera:
    """The camera, farther away from a neck at depth `z` if it would too often cut the head or a hand, of which there may be but
    the wrist.
    """
    x, y, far = camera.position
    (middle, height), over = camera.center, camera.size[1] / camera.size[0]
    right, up, near = np.moveaxis(person.points - (x, y, z), -1, 0)
    sides = right * over / (1 - _EDGE - middle), -right * over / (middle - _EDGE)
    needed = near + camera.focal * np.maximum.reduce([*sides, up / (height - _EDGE), -up / (1 - _EDGE - height)])
    away = [far - z]
    for name, group in (("nose", ""), ("left_wrist", "left_hand"), ("right_wrist", "right_hand")):
        joints = [*person.skeleton.group(group), *([person.skeleton.index(name)] if name in person.skeleton else [])]
        frames = needed[:, joints][person.present[:, joints].any(axis=1)]
        if frames.size:
            away.append(float(np.quantile(np.nanmax(frames, axis=1), _SEEN, method="higher")))
    return replace(camera, position=(x, y, z + min(max(away), away[0] * _FARTHEST)))


def _hands(person: PoseSequence) -> PoseSequence:
    """Nothing of a person but the hands. Raises InvalidValue if there are none."""
    places = [i for side in ("left", "right") for i in person.skeleton.group(f"{side}_hand")]
    points = np.full_like(person.points, np.nan)
    points[:, places] = person.points[:, places]
    if np.isnan(points).all():
        raise InvalidValue("framing 'hands': nobody's hands are there; auto frames the body")
    return person.with_points(points)


def _close(usual: Camera, person: PoseSequence) -> Camera:
    """A camera in the performer's distance with a lens that shows all there is."""
    places = person.points[person.present]
    extent = float(np.ptp(places[:, :2], axis=0).max()) if len(places) else 0.0
    if not extent > 0:
        raise InvalidValue("a person of whom nothing is there cannot be framed")
    (left, low, _), (right, high, near) = places.min(axis=0), places.max(axis=0)
    away = HALF_BODY.position[2]
    return replace(
        usual,
        position=(float(left + right) / 2, float(low + high) / 2, float(near) + away),
        focal=away * _FULL_HEIGHT / extent,
        center=(0.5, 0.5),
    )
