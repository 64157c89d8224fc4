"""MediaPipe 0.10.21 with the models in its package: one person's pose, hands and face, on the processor, without a network.

The three are found apart: together ("Holistic") they find fewer hands. Each runs on a thread of its own over the pictures it is
given, and follows what it found from picture to picture; MediaPipe's own smoothing is off, for it looks back only and lags.

*Sides* of hands are told by the pose's wrists, for MediaPipe's labels of sides are often wrong; where those hardly tell (the
hands are folded, or a close-up has no body) by where the hands were in the picture before, and at last by the labels.

*Confidence* of body and feet is MediaPipe's visibility. Of hands and faces it only tells that they are there, not how sure
each point is: theirs is 1. The neck is the mean of the shoulders, as sure as the less certain one.

*Mistakes*: a large hand is easily taken for a body, somebody else's hand or face for this person's, a patch of background for
a hand. What does not fit together by the proportions of people is left out.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import permutations
from math import inf
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import installing
from poseforge.detect import Kind, Person, Picture
from poseforge.errors import InvalidValue, MissingDependency
from poseforge.landmarks import POSE, face_points
from poseforge.skeleton import wholebody_134

Places = NDArray[np.float64]

SIDES = ("left", "right")

_TAKEN = [(wholebody_134.index(name), place) for place, name in enumerate(POSE) if name in wholebody_134]
_INTO, _OUT_OF = (np.array(indices) for indices in zip(*_TAKEN, strict=True))
_NOSE, *_SHOULDERS = (POSE.index(name) for name in ("nose", "left_shoulder", "right_shoulder"))
_HIPS = [POSE.index(f"{side}_hip") for side in SIDES]
_WRISTS = {side: POSE.index(f"{side}_wrist") for side in SIDES}
_MIDDLE_KNUCKLE = 9
_NOSE_TIP = 30  # of the 68 points of the face

_LEAST_BODY = 1.5
"""Palms, from wrist to middle knuckle: neither the shoulders nor the trunk of a person are shorter. They are about 3.8 and 5
(shoulders 0.38 m, trunk 0.5 m, palm 0.1 m), and half of that for a hand held twice as near to the camera."""

_LEAST_HAND = 1 / 8
"""Of the shoulders' width: the smallest extent of a hand. A fist from in front is as wide as two ninths (0.085 m)."""

_REACH = 2.0
"""Extents of a hand, some 0.19 m: farther from the wrist, if that is seen, it is somebody else's."""

_ARM = 1.5 * 0.57 / 0.38, 1.5 * 0.57 / 0.5
"""Widths of the shoulders, and lengths of the trunk: how far from the shoulder a hand can be, for an arm of 0.57 m to the wrist
that is stretched towards the camera."""

_SEEN = 0.5
"""The visibility above which a wrist is where the pose says."""

_SAME = 0.35
"""Extents of a hand: two hands whose points are nearer to each other on average are one that was found twice."""

_BEFORE, _LABEL = 1 / 4, 1 / 16
"""What the picture before and the label weigh against the wrists: either counts only where what comes first hardly tells."""


@dataclass(frozen=True)
class Options:
    """How MediaPipe looks.

    Attributes:
        confidence: how sure it shall be that something is a person, a hand or a face, 0 to 1: lower in dark or blurred films.
    """

    confidence: float = 0.5

    def __post_init__(self) -> None:
        if not isinstance(self.confidence, (int, float)) or not 0 < self.confidence <= 1:
            raise InvalidValue(f"confidence {self.confidence!r:.40}; expected a number above 0, up to 1")


@dataclass(frozen=True)
class Hand:
    """A hand as it was found: (21, 2) pixels, its side as labelled ("left", "right"), and how sure that is, 0 to 1."""

    points: Places
    label: str
    score: float

    @property
    def root(self) -> Places:
        return np.asarray(self.points[0])

    @property
    def palm(self) -> float:
        return float(np.linalg.norm(self.points[_MIDDLE_KNUCKLE] - self.points[0]))

    @property
    def extent(self) -> float:
        return float(np.ptp(self.points, axis=0).max())


class MediaPipe:
    """A `poseforge.detect.Detector` of one person."""

    engine = "CPU"

    def __init__(self, options: Options) -> None:
        """Load the models. MissingDependency without MediaPipe."""
        self._chatter = Chatter()
        self._before: dict[str, Places] = {}
        self._anew = False
        with self._chatter.held():
            solutions = _solutions()
            sure = {"min_detection_confidence": options.confidence, "min_tracking_confidence": options.confidence}
            self._models = (
                solutions.pose.Pose(model_complexity=1, smooth_landmarks=False, **sure),  # the others are not in the package
                solutions.hands.Hands(max_num_hands=2, **sure),
                solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True, **sure),
            )
            self._threads = ThreadPoolExecutor(len(self._models), "mediapipe")
            self._wake()

    def people(self, pictures: Sequence[Picture]) -> list[list[Person]]:
        """One person in each picture, or none. At the first one after a restart it looks twice: a body that it does not follow
        yet, it finds so far off (a shoulder by 3 % of the height of a film) that the next picture would seem to be a jump.
        """
        again, self._anew = [*pictures[:1]] if self._anew else [], False
        with self._chatter.held():
            found = [self._threads.submit(_lane, model, [*again, *pictures]) for model in self._models]
            poses, hands, faces = (lane.result()[len(again) :] for lane in found)
        result = []
        for picture, *parts in zip(pictures, poses, hands, faces, strict=True):
            size = np.array([picture.shape[1], picture.shape[0]], dtype=np.float64)
            result.append(self._together(size, *parts))
        if any(part.multi_hand_landmarks for part in hands):
            self._chatter.over = True  # the last word comes with the first hand
        return result

    def _together(self, size: Places, pose: Any, hands: Any, face: Any) -> list[Person]:
        """The person that three answers tell of, in a picture of a (width, height)."""
        found = [
            Hand(_places(marks)[:, :2] * size, _OTHER[sort.classification[0].label], sort.classification[0].score)
            for marks, sort in zip(hands.multi_hand_landmarks or (), hands.multi_handedness or (), strict=True)
        ]
        body = _places(pose.pose_landmarks) * (*size, 1.0) if pose.pose_landmarks else None
        if body is not None and not is_body(body, found, size):
            body = None
        placed = sided(found, body, self._before)
        self._before |= {side: hand.root for side, hand in placed.items()}
        if body is None:
            return [_person(None, placed, None)] if placed else []
        mesh = face_points(_places(face.multi_face_landmarks[0])[:, :2] * size) if face.multi_face_landmarks else None
        return [_person(body, placed, mesh if mesh is not None and _is_face(mesh, body) else None)]

    def restart(self) -> None:
        self._before, self._chatter.over = {}, False
        with self._chatter.held():
            for model in self._models:
                model.reset()
            self._wake()
        self._anew = True

    def _wake(self) -> None:
        """Have loaded what waits for a picture."""
        self.people([np.zeros((64, 64, 3), dtype=np.uint8)])

    def close(self) -> None:
        self._threads.shutdown()
        for model in self._models:
            model.close()


def is_body(body: Places, hands: Sequence[Hand], size: Places) -> bool:
    """Whether (33, 3) landmarks in a picture of a (width, height) are a person's, rather than a hand that was taken for one,
    or a guess about what is not in the picture: the nose and a shoulder are in it, or both shoulders.
    """
    inside = ((body[[_NOSE, *_SHOULDERS], :2] >= 0) & (body[[_NOSE, *_SHOULDERS], :2] <= size)).all(axis=1)
    longest = max(_shoulders(body), _trunk(body))
    return bool(inside.sum() > 1) and all(longest >= _LEAST_BODY * hand.palm for hand in hands)


def sided(hands: Sequence[Hand], body: Places | None, before: Mapping[str, Places]) -> dict[str, Hand]:
    """Which of up to two hands is at which side, one at each at most: by the wrists of (33, 3) landmarks, by where they were
    `before`, and by their labels. What is no hand of this body is left out; without one all are kept.
    """
    hands = _once([hand for hand in hands if body is None or hand.extent >= _LEAST_HAND * _shoulders(body)])
    costs = {(i, side): _cost(hand, side, body, before) for i, hand in enumerate(hands) for side in SIDES}
    best = min(permutations(SIDES, len(hands)), key=lambda given: sum(costs[i, side] for i, side in enumerate(given)))
    return {side: hands[i] for i, side in enumerate(best) if body is None or not _strange(hands[i], body, side)}


def _once(hands: list[Hand]) -> list[Hand]:
    """The hands, of those that lie on each other the surer one."""
    kept: list[Hand] = []
    for hand in sorted(hands, key=lambda hand: -hand.score):
        if all(np.linalg.norm(hand.points - other.points, axis=1).mean() > _SAME * other.extent for other in kept):
            kept.append(hand)
    return kept


def _cost(hand: Hand, side: str, body: Places | None, before: Mapping[str, Places]) -> float:
    """How little a hand looks like that of a side."""

    def apart(place: Places | None, most: float) -> float:
        return most if place is None else min(most, float(np.linalg.norm(hand.root - place[:2])) / max(hand.extent, 1e-6))

    at_wrist = 0.0 if body is None else apart(body[_WRISTS[side]], inf)
    return at_wrist + _BEFORE * apart(before.get(side), 1) + _LABEL * (hand.label != side)


def _strange(hand: Hand, body: Places, side: str) -> bool:
    """Whether a hand is too far from the wrist, or if that is not seen from the shoulder."""
    wrist, shoulder = body[_WRISTS[side]], body[_SHOULDERS[SIDES.index(side)]]
    if wrist[2] > _SEEN:
        return bool(np.linalg.norm(hand.root - wrist[:2]) > _REACH * hand.extent)
    farthest = max(_ARM[0] * _shoulders(body), _ARM[1] * _trunk(body))
    return bool(np.linalg.norm(hand.root - shoulder[:2]) > farthest)


def _trunk(body: Places) -> float:
    return float(np.linalg.norm(body[_SHOULDERS, :2].mean(axis=0) - body[_HIPS, :2].mean(axis=0)))


def _shoulders(body: Places) -> float:
    return float(np.linalg.norm(body[_SHOULDERS[0], :2] - body[_SHOULDERS[1], :2]))


def _is_face(points: Places, body: Places) -> bool:
    """Whether 68 points are of the face of a body: their noses are at one place, by the face's size."""
    return bool(np.linalg.norm(points[_NOSE_TIP] - body[_NOSE, :2]) < np.ptp(points, axis=0).max())


def _person(body: Places | None, hands: Mapping[str, Hand], face: Places | None) -> Person:
    """The hub's joints."""
    person = np.full((len(wholebody_134), 3), np.nan)
    person[:, 2] = 0
    if body is not None:
        person[_INTO] = body[_OUT_OF]
        neck = body[_SHOULDERS].mean(axis=0)
        person[wholebody_134.index("neck")] = (*neck[:2], body[_SHOULDERS, 2].min())
    for part, points in [("face", face), *((f"{side}_hand", hand.points) for side, hand in hands.items())]:
        if points is not None:
            person[wholebody_134.group(part)] = np.column_stack([points, np.ones(len(points))])
    return person


_OTHER = {"Left": "right", "Right": "left"}
"""Labels of sides suppose a mirrored picture."""


def _places(marks: Any) -> Places:
    """(N, 3) x, y in fractions of the picture, and visibility."""
    return np.array([(mark.x, mark.y, mark.visibility) for mark in marks.landmark], dtype=np.float64)


def _lane(model: Any, pictures: Sequence[Picture]) -> list[Any]:
    """What one model finds in some pictures, one after the other."""
    return [model.process(np.ascontiguousarray(picture)) for picture in pictures]


_CHATTER = re.compile(rb"[IW]\d{4} |INFO: Created TensorFlow Lite|WARNING: All log messages before")
_HELD = RLock()


class Chatter:
    """What MediaPipe's inner parts tell the standard error while they load, which nothing can turn off.

    Attributes:
        over: whether they are done with it.
    """

    over = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep it off the standard error. What others write there meanwhile comes afterwards."""
        if self.over or not _HELD.acquire(blocking=False):
            yield
            return
        with tempfile.TemporaryFile() as kept:
            before = os.dup(2)
            os.dup2(kept.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(before, 2)
                os.close(before)
                _HELD.release()
                kept.seek(0)
                for line in kept:
                    if not _CHATTER.match(line):
                        os.write(2, line)


VERSION = "0.10.21"
"""The last one whose package holds the models."""


def missing() -> str:
    """Why this detector cannot be opened here; empty if it can."""
    if sys.version_info >= (3, 13):
        return f"MediaPipe {VERSION} exists for Python 3.11 and 3.12, and this is {sys.version_info[0]}.{sys.version_info[1]}"
    try:
        found = version("mediapipe")
    except PackageNotFoundError:
        return f"MediaPipe is not installed: {installing.command('detect')}"
    return "" if found == VERSION else f"MediaPipe {found} comes without models: {installing.command('detect')}"


def _solutions() -> Any:
    problem = missing()
    if problem:
        raise MissingDependency(problem)
    try:
        from mediapipe.python import solutions
    except (ImportError, OSError) as error:
        raise MissingDependency(f"MediaPipe cannot be loaded ({error}): {installing.command('detect')}") from None
    return solutions


KIND = Kind(name="mediapipe", title="MediaPipe", options=Options, open=MediaPipe, missing=missing)
