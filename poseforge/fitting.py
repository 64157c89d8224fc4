"""Poses fitted to a reference picture: a `Fit` is a few plain numbers, `estimate` finds them, `fit` applies them.

EchoMimicV2 draws the hands where the poses have them, so they must belong to the body in the picture: shoulders on its
shoulders, limbs as long as its limbs, hands as large as its hands and resting where its hands are.

A frame is fitted by itself and alike in all frames: every bone is scaled from its joint, and the wrists' resting places are
moved by ways that fade with the distance from them. So what moved smoothly moves smoothly, a hand is turned and scaled as a
whole, and no two places become one. Bones are scaled as they are seen: a limb that points to the camera stays as foreshortened
as it was, as if the performer's bone had been scaled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue
from poseforge.proportions import (
    HAND_JOINTS,
    SIDES,
    Proportions,
    all_paths,
    at_place,
    hand_path,
    measure,
    median,
    metres,
    neck_path,
    on_canvas_of,
    resting,
    seen_paths,
)
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134

Floats = NDArray[np.float64]

SMALLEST, LARGEST = 0.05, 20.0
"""What a ratio may be."""

FARTHEST = 360.0
"""Canvases or degrees: what is farther is a mistake."""

FADE = 0.25
"""Canvas heights from its resting place at which a wrist is moved by 60 % of the way (a bell curve's deviation)."""

_GENTLE = 1.5
"""The least deviation in units of the way: the bell's steepest slope is then 0.4, so no movement turns round."""

_PLAIN = (0.75, 1.33)
"""How far the proportions of two people's shoulders, heads and arms may differ. Beyond that something is foreshortened or
mistaken: adults' segments vary by less than a fifth of their share of the height."""

_HANDS_DIFFER = (0.4, 2.5)
"""The same for hands, which perspective makes larger when they are held out."""

_STEEPEST = 30.0
"""Degrees between two shoulder lines: more is a person who lies or is seen from behind."""

_SEEN = 0.9
"""Arms that look shorter than this share of what the shoulders make expect point to the camera, and tell nothing."""


def _pair(values: object, what: str) -> tuple[float, float]:
    try:
        x, y = (_number(value, what) for value in values)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        if isinstance(error, InvalidValue):
            raise
        raise InvalidValue(f"{what} is {values!r:.60}; expected two numbers") from None
    return x, y


def _number(value: object, what: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = np.nan
    if not abs(number) <= FARTHEST:
        raise InvalidValue(f"{what} is {value!r:.60}; expected a number up to {FARTHEST:g}")
    return number


@dataclass(frozen=True)
class Rest:
    """How the place where a wrist rests is moved, in fractions of the canvas.

    Attributes:
        at: (x, y) where the wrist rests in the poses that are fitted.
        wrist, elbow: (x, y) the ways that wrist and elbow are moved there; less the farther the wrist is from its rest.
        turn: degrees clockwise that the hand is turned there.
    """

    at: tuple[float, float]
    wrist: tuple[float, float]
    elbow: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0

    def __post_init__(self) -> None:
        for name in ("at", "wrist", "elbow"):
            object.__setattr__(self, name, _pair(getattr(self, name), f"the {name} of a rest"))
        object.__setattr__(self, "turn", _number(self.turn, "the turn of a hand"))


_STILL = Rest((0.0, 0.0), (0.0, 0.0))


@dataclass(frozen=True)
class Fit:
    """How poses are changed so that they belong to a picture. The default changes nothing.

    Attributes:
        shift: (x, y) how far the whole person is moved, in fractions of the canvas.
        scale: of the whole person about the middle of the canvas, before it is moved.
        tilt: degrees clockwise that the shoulder line is turned about the neck; the arms are carried along.
        shoulders: width of the shoulder line; this ratio and those below are times the scale.
        neck: distance of the nose from the neck.
        head: size of the head about the nose.
        arms: length of upper arms and forearms.
        hands: size of the hands about their roots.
        rests: side ("left", "right") -> how the place where its wrist rests is moved.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    tilt: float = 0.0
    shoulders: float = 1.0
    neck: float = 1.0
    head: float = 1.0
    arms: float = 1.0
    hands: float = 1.0
    rests: Mapping[str, Rest] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises InvalidValue for what is no number, or a ratio out of bounds."""
        object.__setattr__(self, "shift", _pair(self.shift, "a shift"))
        object.__setattr__(self, "tilt", _number(self.tilt, "a tilt"))
        for name in ("scale", "shoulders", "neck", "head", "arms", "hands"):
            ratio = _number(getattr(self, name), f"{name}")
            if not SMALLEST <= ratio <= LARGEST:
                raise InvalidValue(f"{name} of {ratio:g}; expected a ratio from {SMALLEST:g} to {LARGEST:g}")
            object.__setattr__(self, name, ratio)
        if set(self.rests) - set(SIDES):
            raise InvalidValue(f"rests of {', '.join(map(str, self.rests))}; expected left and right")
        object.__setattr__(self, "rests", MappingProxyType(dict(self.rests)))


def scaled_about(how: Fit, place: tuple[float, float], ratio: float) -> Fit:
    """A Fit with its scale times a ratio, that leaves what it brings to a place of the canvas (x, y) where it is."""
    scale = float(np.clip(how.scale * ratio, SMALLEST, LARGEST))
    x, y = (at - 0.5 - (at - 0.5 - way) * scale / how.scale for at, way in zip(place, how.shift, strict=True))
    return replace(how, scale=scale, shift=(x, y))


_FACE = tuple(wholebody_134.joints[i] for i in wholebody_134.group("face"))
_HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear", *_FACE)


def fit(sequence: PoseSequence, how: Fit) -> PoseSequence:
    """A 2D sequence changed as a Fit says, on the same canvas. Missing points stay missing; where a frame lacks what others are
    measured from, a shoulder say, it is taken from the frames around it. Joints that the hub lacks move with the whole person.

    InvalidValue for 3D points.
    """
    return sequence if how == Fit() else sequence.with_points(_Fitting(sequence, how).points())


class _Fitting:
    """One application of a Fit. Places are pixels: (T, 2) of one joint, (T, K, 2) of many."""

    def __init__(self, sequence: PoseSequence, how: Fit) -> None:
        self.how, self.skeleton, self.pixels = how, sequence.skeleton, sequence.pixels()
        self.size = np.array(sequence.size, dtype=np.float64)
        paths = all_paths(sequence)
        self.neck, self.nose = _filled(neck_path(paths)), _filled(paths["nose"])
        self.shoulders = {side: _filled(paths[f"{side}_shoulder"]) for side in SIDES}
        self.hands = {side: _filled(hand_path(paths, side)) for side in SIDES}

    def points(self) -> Floats:
        """(T, K, 2) the fitted points in fractions of the canvas."""
        result = self._whole(self.pixels)
        if self.neck is not None:
            self._fit_head(result, self.neck)
        for side in SIDES:
            self._fit_arm(result, side)
        return result / self.size

    def _whole(self, places: Floats) -> Floats:
        """Places that are moved with the whole person."""
        middle = self.size / 2
        return np.asarray(middle + self.how.scale * (places - middle) + np.multiply(self.how.shift, self.size))

    def _fit_head(self, result: Floats, neck: Floats) -> None:
        nose = neck if self.nose is None else self.nose
        centre = self._whole(neck) + self.how.scale * self.how.neck * (nose - neck)
        head = self._joints(*_HEAD)
        result[:, head] = centre[:, None] + self.how.scale * self.how.head * (self.pixels[:, head] - nose[:, None])

    def _fit_arm(self, result: Floats, side: str) -> None:
        """The arm hangs from the shoulder, and the hand from its root. The way of the wrist's resting place is added."""
        rest, begin = self.how.rests.get(side), self.hands[side]
        share = np.zeros((len(result), 1, 1))
        if rest is not None and begin is not None:
            share = self._share(rest, begin)
        rest = rest or _STILL
        for joint, way in (("shoulder", (0.0, 0.0)), ("elbow", rest.elbow), ("wrist", rest.wrist)):
            index = self._joints(f"{side}_{joint}")
            result[:, index] = self._hung(self.pixels[:, index], side) + share * np.multiply(way, self.size)
        # squared: an arm that is raised far from its rest is as long as it was
        self._bend(result, side, share[:, 0] ** 2 * np.linalg.norm(np.multiply(rest.elbow, self.size)))
        if begin is not None:
            hand = self._joints(*HAND_JOINTS[side])
            turned = turned_by(self.pixels[:, hand] - begin[:, None], share * rest.turn)
            root = self._hung(begin[:, None], side) + share * np.multiply(rest.wrist, self.size)
            result[:, hand] = root + self.how.scale * self.how.hands * turned

    def _bend(self, result: Floats, side: str, longer: Floats) -> None:
        """Bring the elbow to where neither half of the arm is longer than it was, scaled as arms are, by more than `longer`
        (T, 1) pixels.
        """
        arm = self._joints(*(f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")))
        rows = np.flatnonzero(~np.isnan(result[:, arm, 0]).any(axis=1))
        if len(arm) < 3 or not len(rows):
            return
        halves = np.linalg.norm(np.diff(self.pixels[rows][:, arm], axis=1), axis=2)
        upper, fore = (self.how.scale * self.how.arms * half[:, None] + longer[rows] for half in halves.T)
        shoulder, elbow, wrist = (result[rows, joint] for joint in arm)
        result[rows, arm[1]] = _within_both(elbow, (shoulder, upper), (wrist, fore))

    def _hung(self, places: Floats, side: str) -> Floats:
        """Places (T, K, 2) of an arm, scaled from where its shoulder has come to."""
        shoulder = self.shoulders[side]
        if shoulder is None:
            return self._whole(places)
        at = self._whole(shoulder)
        if self.neck is not None:
            line = turned_by((shoulder - self.neck)[:, None], self.how.tilt)[:, 0]
            at = self._whole(self.neck) + self.how.scale * self.how.shoulders * line
        return np.asarray(at[:, None] + self.how.scale * self.how.arms * (places - shoulder[:, None]))

    def _share(self, rest: Rest, wrist: Floats) -> Floats:
        """(T, 1, 1) how much of a rest's ways counts."""
        way = float(np.linalg.norm(np.multiply(rest.wrist, self.size)))
        deviation = max(FADE * self.size[1], _GENTLE * way / min(self.how.scale * self.how.arms, 1.0))
        distance = np.linalg.norm(wrist - np.multiply(rest.at, self.size), axis=1)
        return np.asarray(np.exp(-0.5 * (distance / deviation) ** 2)[:, None, None])

    def _joints(self, *names: str) -> NDArray[np.intp]:
        return np.array([self.skeleton.index(name) for name in names if name in self.skeleton], dtype=np.intp)


Disc = tuple[Floats, Floats]
"""Centres (T, 2) and radii (T, 1)."""


def _within_both(places: Floats, one: Disc, other: Disc) -> Floats:
    """The points (T, 2) of two discs that are nearest to some places; where the discs do not meet, one between them. What moves
    smoothly does so still, for the nearest point of a convex set goes no faster than the place.
    """
    (a, r), (b, q) = one, other
    way = b - a
    apart = np.linalg.norm(way, axis=1, keepdims=True)
    along = way / np.maximum(apart, 1e-9)
    foot = np.clip((apart**2 + r * r - q * q) / np.maximum(2 * apart, 1e-9), -r, r)
    height = np.sqrt(np.maximum(r * r - foot**2, 0.0))
    across = along[:, ::-1] * (-1.0, 1.0)
    side = np.where(((places - a) * across).sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    corner = a + along * foot + across * side * height
    corner = np.where(apart > r + q, a + way * (r / np.maximum(r + q, 1e-9)), corner)
    best = corner
    for centre, radius, (far, limit) in ((a, r, other), (b, q, one)):
        near = _within(places, centre, radius)
        inside = np.linalg.norm(near - far, axis=1, keepdims=True) <= limit * (1 + 1e-9)
        best = np.where(inside, near, best)
    return np.asarray(best)


def _within(places: Floats, centre: Floats, radius: Floats) -> Floats:
    """The points (T, 2) of a disc that are nearest to some places, which stay the very same inside of it."""
    way = places - centre
    length = np.linalg.norm(way, axis=1, keepdims=True)
    return np.where(length <= radius * (1 + 1e-9), places, centre + way * radius / np.maximum(length, 1e-9))


def turned_by(vectors: Floats, degrees: Floats | float) -> Floats:
    """Vectors (T, K, 2) of the picture, turned clockwise by an angle, or by one for each frame (T, 1, 1)."""
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    x, y = vectors[..., :1], vectors[..., 1:]
    return np.concatenate([cosine * x - sine * y, sine * x + cosine * y], axis=-1)


def _filled(path: Floats) -> Floats | None:
    """A path (T, 2) whose gaps are bridged by straight lines, and held at its ends; None if nothing of it is known."""
    known = np.flatnonzero(~np.isnan(path[:, 0]))
    if not len(known):
        return None
    if len(known) == len(path):
        return path
    frames = np.arange(len(path))
    return np.stack([np.interp(frames, known, path[known, axis]) for axis in (0, 1)], axis=1)


def estimate(picture: PoseSequence, sequence: PoseSequence) -> Fit:
    """How a sequence must be changed so that it belongs to the person in a picture.

    Args:
        picture: the pose in the picture; its median frame counts if there are several.
        sequence: what shall be fitted, on a canvas of the same shape.

    The whole is scaled by what shoulders, neck and head agree on, or by the hands where there is nothing else.

    Raises InvalidValue for canvases of different shapes, or if the two have nothing in common to be fitted by.
    """
    target = on_canvas_of(picture, sequence)
    ours, theirs = measure(sequence), measure(target)
    shoulders = theirs.shoulders / ours.shoulders
    neck = theirs.neck_length / ours.neck_length
    head = float(median(theirs.head / ours.head))
    hands = theirs.hand / ours.hand
    agreed = [np.log(ratio) for ratio in (shoulders, neck, head) if np.isfinite(ratio)]
    scale = float(np.exp(np.mean(agreed))) if agreed else hands
    if not np.isfinite(scale):
        raise InvalidValue("the picture and the poses share neither shoulders, nor a head, nor a hand; nothing can be fitted")
    tilt = theirs.tilt - ours.tilt
    made = Fit(
        scale=float(np.clip(scale, SMALLEST, LARGEST)),
        tilt=tilt if abs(tilt) <= _STEEPEST else 0.0,
        shoulders=_ratio(shoulders / scale),
        neck=_ratio(neck / scale),
        head=_ratio(head / scale),
        arms=_ratio(_arms(ours, theirs) / scale),
        hands=_ratio(hands / scale, _HANDS_DIFFER),
    )
    return _rested(_stood(made, sequence, target), sequence, target)


def with_rest(how: Fit, sequence: PoseSequence, side: str, wrist: tuple[float, float]) -> Fit:
    """A Fit of a sequence that moves the place where the wrist of a side rests by a way, in fractions of the canvas; the elbow
    goes half of what that differs from before. As it is if that hand is never seen.
    """
    before = how.rests.get(side)
    if before is None:
        at = _at_rest(hand_path(seen_paths(sequence), side), sequence.size) / sequence.size
        if np.isnan(at).any():
            return how
        before = Rest(_pair(at, "a rest"), (0.0, 0.0))
    (x, y), (across, down) = before.elbow, np.subtract(wrist, before.wrist)
    rest = replace(before, wrist=wrist, elbow=(x + across / 2, y + down / 2))
    return replace(how, rests={**how.rests, side: rest})


def rest_frames(how: Fit, sequence: PoseSequence, side: str) -> NDArray[np.intp]:
    """The frames of a sequence in which the hand of a side is where a Fit has it rest, or else where it does by itself. Empty
    if it is never seen.
    """
    path, rest = hand_path(seen_paths(sequence), side), how.rests.get(side)
    return at_place(path, np.multiply(rest.at, sequence.size), sequence.size) if rest else resting(path, sequence.size)


def _stood(made: Fit, sequence: PoseSequence, target: PoseSequence) -> Fit:
    """A fit with the shift that brings neck to neck, or without necks the resting hands to the picture's hands."""
    size = np.array(sequence.size, dtype=np.float64)
    moved, there = seen_paths(fit(sequence, made)), seen_paths(target)
    ways = [median(neck_path(there)) - median(neck_path(moved))]
    if np.isnan(ways[0]).any():
        ways = [median(hand_path(there, side)) - _at_rest(hand_path(moved, side), sequence.size) for side in SIDES]
    known = [way for way in ways if np.isfinite(way).all()]
    if not known:
        raise InvalidValue(
            "the picture and the poses share neither shoulders nor a hand of the same side; nothing can be fitted"
        )
    x, y = (np.mean(known, axis=0) / size).tolist()
    return replace(made, shift=(x, y))


def _at_rest(path: Floats, size: tuple[int, int]) -> Floats:
    """(2,) where a hand with the path (T, 2) rests."""
    return median(path[resting(path, size)])


def _rested(made: Fit, sequence: PoseSequence, target: PoseSequence) -> Fit:
    """A fit that also brings the wrists' resting places to the picture's hands, the elbows to its elbows."""
    size = np.array(sequence.size, dtype=np.float64)
    before, moved, there = seen_paths(sequence), seen_paths(fit(sequence, made)), seen_paths(target)
    rests = {}
    for side in SIDES:
        goal, path = median(hand_path(there, side)), hand_path(moved, side)
        frames = resting(hand_path(before, side), sequence.size)
        if np.isnan(goal).any() or not len(frames):
            continue
        way = goal - median(path[frames])
        bent = median(there[f"{side}_elbow"]) - median(moved[f"{side}_elbow"][frames])
        elbow = np.where(np.isnan(bent), way / 2, bent)
        fore = median(path[frames] - moved[f"{side}_elbow"][frames]), median(hand_path(there, side) - there[f"{side}_elbow"])
        length = metres(f"{side}_elbow", f"{side}_wrist") * measure(target).arm
        at = median(hand_path(before, side)[frames])
        places = [_pair(place / size, "a rest") for place in (at, way, elbow)]
        rests[side] = Rest(places[0], places[1], places[2], _turn_between(*fore, length))
    return replace(made, rests=rests)


def _turn_between(before: Floats, after: Floats, length: float) -> float:
    """Degrees clockwise from one forearm to the other, less where one of them points to the camera and has no direction; 0 for
    what would turn the hand over.
    """
    degrees = float(np.degrees(np.arctan2(after[1], after[0]) - np.arctan2(before[1], before[0])))
    degrees = (degrees + 180) % 360 - 180
    flat = [min(float(np.linalg.norm(bone)) / length, 1.0) for bone in (before, after)]
    turn = degrees * flat[0] * flat[1]
    return turn if np.isfinite(turn) and abs(degrees) < 90 else 0.0


def _arms(ours: Proportions, theirs: Proportions) -> float:
    """The ratio of the arms; that of the shoulders where the picture's arms point to the camera."""
    build = theirs.build / ours.build
    if theirs.arm < _SEEN * theirs.build or np.isnan(theirs.arm):
        return build
    return theirs.arm / ours.arm


def _ratio(value: float, bounds: tuple[float, float] = _PLAIN) -> float:
    """A ratio within what people differ by; 1 if it is unknown."""
    return float(np.clip(value, *bounds)) if np.isfinite(value) else 1.0
