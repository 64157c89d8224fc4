"""What AMASS's movements and SMPL-X's parameters have in common: a take, and how it is put on a rig and filmed.

Angles are rotation vectors in radians, lengths metres, joints in the order of SMPL-X's 55. The built-in performer stands in
where no body model is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.bodies import HAND_NUMBERS, Body, body_model
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import People
from poseforge.framing import View, framed, toward_viewer
from poseforge.options import one_of
from poseforge.performer import performer
from poseforge.records import numbers
from poseforge.rig import Motion, Rig
from poseforge.rotations import matrices, of_matrices, product, quaternions, rotation_vectors
from poseforge.sequence import FPS, PoseSequence, checked_fps
from poseforge.skeleton import catalogue

Floats = NDArray[np.float64]

UPS = {
    "y": np.array([0.0, 0.0, 0.0, 1.0]),
    "z": np.array([-np.sqrt(0.5), 0.0, 0.0, np.sqrt(0.5)]),
    "-y": np.array([1.0, 0.0, 0.0, 0.0]),
}
"""What points up in a file's world (-y: in a camera's), and the quaternion that turns it to y."""

SKELETON = catalogue["smplx-55"]
FACE_END = 25
"""Joints up to the eyes; the rest are the hands."""

KEEPS = ("body", "feet", "face", "left_hand", "right_hand", "fps")
RATES = ("mocap_framerate", "mocap_frame_rate", "fps")
"""How files call their frame rate."""

_MOST = 1e6
"""Radians, metres and coefficients beyond this are damage."""


@dataclass(frozen=True)
class Options(View):
    """How to look at the movement, as `View`, and what the files do not say.

    Attributes:
        fps: frames per second; None takes the file's, else TalkSHOW's 30, else 24.
        up: what points up in the file: y, z, -y (a camera's coordinates), or auto, which looks how the person stands.
        body_model: an SMPL-X, SMPL-H or MANO model file for exact proportions; without one the built-in performer stands in.
        flat_hand_mean: true if zero is the flat hand, false if it is the model's mean hand; auto is true for AMASS's layout.
        hand: left or right, of MANO's parameters; auto takes the model's, or what most of the file's rows are, else right.
    """

    fps: Fraction | None = None
    up: str = one_of("auto", "auto", *UPS)
    body_model: str | Path | None = None
    flat_hand_mean: str | bool = one_of("auto", "auto", "true", "false")
    hand: str = one_of("auto", "auto", "left", "right")

    def __post_init__(self) -> None:
        """Raises InvalidValue for what there is not."""
        object.__setattr__(self, "flat_hand_mean", str(self.flat_hand_mean).lower())
        super().__post_init__()


@dataclass(frozen=True, eq=False)
class Take:
    """What a file says: turns of the root (T, 3), of body and face (T, 24, 3), and numbers of the hands (T, n) by side.

    `family` is the model's whose shape `betas` (n,) describes. `alone` are parameters of a hand without a body, whose numbers
    are under ``hand``, and `right` (T,) says which rows are of a right one, if the file does; without fingers there are none.
    `flat` and `up` are what the layout means where nobody says otherwise, and `seen` (T,) tells in which frames the person is
    there, if not in all.
    """

    path: Path
    source: str
    family: str
    root: Floats
    body: Floats
    hands: Mapping[str, Floats]
    translation: Floats
    betas: Floats
    expression: Floats | None
    fps: Fraction | None
    flat: bool
    up: str = ""
    alone: bool = False
    gender: str = ""
    right: NDArray[np.bool_] | None = None
    seen: NDArray[np.bool_] | None = None

    def only(self, rows: NDArray[np.bool_]) -> Take:
        """Some of the rows."""
        hands = {name: numbers[rows] for name, numbers in self.hands.items()}
        return replace(self, root=self.root[rows], body=self.body[rows], hands=hands, translation=self.translation[rows])

    def held(self, frames: NDArray[np.intp], seen: NDArray[np.bool_]) -> Take:
        """The same with its frame `frames[t]` at every t, of which those `seen` are the person's own."""
        hands = {side: values[frames] for side, values in self.hands.items()}
        looks = None if self.expression is None else self.expression[frames]
        way = self.translation[frames]
        return replace(
            self, root=self.root[frames], body=self.body[frames], hands=hands, translation=way, expression=looks, seen=seen
        )


@dataclass(frozen=True, eq=False)
class _Performance:
    """A take on a rig: the motion, the joint that carries it through the world, and the body with its expressions if a model
    was given. `side` is that of a hand alone.
    """

    motion: Motion
    root: int
    body: Body | None
    expression: Floats | None
    side: str
    seen: NDArray[np.bool_] | None

    def turned(self, turn: Floats) -> _Performance:
        """The same in a world turned by a quaternion."""
        rotations = np.array(self.motion.rotations)
        rotations[:, self.root] = rotation_vectors(product(turn, quaternions(rotations[:, self.root])))
        rest = self.body.joints[self.root] if self.body else np.zeros(3)  # without a model nobody knows it
        way = (self.motion.translation + rest) @ matrices(turn).T - rest
        return replace(self, motion=replace(self.motion, rotations=rotations, translation=way))

    def points(self) -> PoseSequence:
        """The hub joints in metres; of a hand alone nothing else."""
        person = self.body.hub(self.motion, self.expression) if self.body else self.motion.rig.forward(self.motion)
        if self.seen is not None:
            person = person.with_points(np.where(self.seen[:, None, None], person.points, np.nan))
        if not self.side:
            return person
        kept = [*person.skeleton.group(f"{self.side}_hand"), person.skeleton.index(f"{self.side}_wrist")]
        points = np.full_like(person.points, np.nan)
        points[:, kept] = person.points[:, kept]
        return person.with_points(points)


def reader(takes: Callable[[Path], list[Take]]) -> Callable[[Path, Any], People]:
    def read(path: Path, options: Any = None) -> People:
        """What a camera sees of the movements of one or several people. Raises FormatError."""
        chosen: Options = options or Options()
        shown = _performances(takes(path), replace(chosen, up="y") if chosen.camera else chosen)  # whose axes are the file's
        first = shown[0]
        if first.body and not first.side and chosen.facing and not chosen.camera:  # the face has another contour from each side
            turn = of_matrices(toward_viewer(first.motion.rig.forward(first.motion)))
            shown = [one.turned(turn) for one in shown]
        return framed([one.points() for one in shown], chosen)

    return read


def motion_reader(takes: Callable[[Path], list[Take]]) -> Callable[[Path, Any], tuple[Motion, ...]]:
    def read_motion(path: Path, options: Any = None) -> tuple[Motion, ...]:
        """The movements on the performer's rig or that of a body model, y up; who is not there stays still. Raises
        FormatError."""
        return tuple(one.motion for one in _performances(takes(path), options or Options()))

    return read_motion


def _performances(takes: list[Take], options: Options) -> list[_Performance]:
    """Takes of one world on the rig that the options choose."""
    options = replace(options, up=_up(takes[0], options.up))
    return [_performance(take, options) for take in takes]


def _performance(take: Take, options: Options) -> _Performance:
    """A take on the rig that the options choose, turned so that y is up."""
    model = body_model(options.body_model) if options.body_model else None
    body = model.shaped(take.betas if model.title == take.family else ()) if model else None
    rig = body.rig if body else performer()
    if not take.alone and "pelvis" not in rig.skeleton:
        raise InvalidValue(f"body_model: {options.body_model} is a hand alone, and {take.path} moves a body")
    side = _side(take, options, rig) if take.alone else ""
    others = take.right != (side == "right") if take.right is not None else np.zeros(0, dtype=np.bool_)
    if others.any():
        take = take.only(~others)
    hands, notes = _hands(take, options, body, side)
    if side and take.right is None and model is None and options.hand == "auto":
        notes.append("the file does not say which hand it moves; the right one is taken (hand=left)")
    if others.any():
        other = "left" if side == "right" else "right"
        notes.append(f"{others.sum()} of {len(others)} hands are {other} ones and left out (hand={other})")
    turns = np.zeros((len(take.root), len(SKELETON), 3))
    root = f"{side}_wrist" if side else "pelvis"
    if not side:
        turns[:, 1:FACE_END] = take.body
    turns[:, SKELETON.index(root)] = take.root
    for name, angles in hands.items():
        turns[:, SKELETON.group(f"{name}_hand")] = angles
    if model is None:
        notes.insert(0, "the built-in performer stands in for the recorded body; a model file (body_model=PATH) is exact")
    elif model.title != take.family:
        notes.append(f"the shape is one of {take.family} and means nothing to an {model.title} model; its average stands in")
    if not (options.fps or take.fps):
        notes.append(f"the file states no frame rate; {FPS} frames per second are taken (fps=NUMBER)")
    up = options.up
    meta = {"source": take.source, "up": up, "betas": tuple(take.betas.tolist()), "note": "; ".join(notes)}
    motion = Motion(
        turns[:, [SKELETON.index(joint) for joint in rig.skeleton.joints]],
        take.translation,
        rig,
        options.fps or take.fps or FPS,
        meta | ({"gender": take.gender} if take.gender else {}),
    )
    expression = take.expression if body and body.model.joint_looks.size else None
    performance = _Performance(motion, rig.skeleton.index(root), body, expression, side, take.seen)
    if up == "y":
        return performance
    performance = performance.turned(UPS[up])
    if up == "z" and not side and model is None:  # such worlds have a floor at 0, and their models the origin near the pelvis
        floor = performance.motion.translation - (0.0, rig.offsets[0, 1], 0.0)
        performance = replace(performance, motion=replace(performance.motion, translation=floor))
    return performance


def _side(take: Take, options: Options, rig: Rig) -> str:
    """Which hand MANO's parameters move, or most of them."""
    has = [side for side in ("right", "left") if f"{side}_wrist" in rig.skeleton]
    if take.right is not None:
        moved = {side: int((take.right == (side == "right")).sum()) for side in ("right", "left")}
        wanted = options.hand if options.hand != "auto" else max(has, key=lambda side: moved[side])
        if not moved[wanted]:
            raise InvalidValue(f"hand {wanted}: {take.path} moves no {wanted} hand")
        has.sort(key=lambda side: -moved[side])
    if options.hand != "auto" and options.hand not in has:
        raise InvalidValue(f"hand {options.hand}: {options.body_model} is a {has[0]} hand")
    return has[0] if options.hand == "auto" else options.hand


def _hands(take: Take, options: Options, body: Body | None, side: str) -> tuple[dict[str, Floats], list[str]]:
    """(T, 15, 3) of each hand that the take moves, and what the user should know of them."""
    flat = take.flat if options.flat_hand_mean == "auto" else options.flat_hand_mean == "true"
    hands = {side or name: values for name, values in take.hands.items()}
    if not hands:
        flat, hands = False, {name: np.zeros((len(take.root), HAND_NUMBERS)) for name in ("left", "right")}
    if body:
        return {name: body.model.hand_pose(name, values, flat) for name, values in hands.items()}, []
    few = [values.shape[1] for values in hands.values() if values.shape[1] != HAND_NUMBERS]
    if few:
        problem = f"has hands of {few[0]} principal components, which only a model file explains."
        raise FormatError(take.path, problem, "Give one with the option body_model=PATH.", code="hands")
    result = {name: values.reshape(-1, 15, 3) for name, values in hands.items()}
    if flat:
        return result, []
    rest = performer().stance
    result = {name: angles + rest[SKELETON.group(f"{name}_hand")] for name, angles in result.items()}
    if not take.hands:
        return result, ["this file has no fingers; resting hands stand in"]
    note = (
        "hands are counted from the model's mean hand, for which the performer's resting hand stands in (flat_hand_mean=false)"
    )
    return result, [note]


def _up(take: Take, chosen: str) -> str:
    """What points up: as chosen, as the layout says, or whatever the person's spine is nearest to on the whole."""
    if chosen != "auto" or take.up:
        return take.up if chosen == "auto" else chosen
    _, y, z = matrices(quaternions(take.root))[:, :, 1].mean(axis=0)
    return max((("y", y), ("z", z), ("-y", -y)), key=lambda way: float(way[1]))[0]


def sound(path: Path, what: str, values: Any, *shapes: tuple[int, ...]) -> Floats:
    """Numbers of one of some shapes, or of any, none of them absurd."""
    found = numbers(path, what, values, *shapes)
    if not (np.abs(found) <= _MOST).all():
        raise FormatError(path, f"{what} holds {found.ravel()[np.abs(found).argmax()]:g}, which is damage.", code="number")
    return found


def rows(path: Path, what: str, values: Any, count: int, width: int) -> Floats:
    """(count, width) numbers, or one row for all frames."""
    found = sound(path, what, values)
    if found.size not in (width, count * width):
        raise FormatError(path, f"{what} is of shape {found.shape}; expected {count} x {width} numbers.", code="shape")
    return np.broadcast_to(found.reshape(-1, width), (count, width))


def betas_of(path: Path, found: Mapping[str, Any]) -> Floats:
    """(n,) the shape, on average over the frames if each has its own: bones keep their lengths."""
    betas = sound(path, "betas", found.get("betas", ()))
    return betas.reshape(-1, betas.shape[-1]).mean(axis=0) if betas.size and betas.ndim else np.zeros(0)


def expression_of(path: Path, values: Any, count: int) -> Floats | None:
    if values is None:
        return None
    found = sound(path, "expression", values)
    return rows(path, "expression", found, count, found.shape[-1]) if found.size and found.ndim else None


def rate_of(path: Path, found: Mapping[str, Any]) -> Fraction | None:
    """The frame rate, 29.97 and its like as the fractions they stand for."""
    given = next((found[name] for name in RATES if name in found), None)
    if given is None:
        return None
    rate = numbers(path, "the frame rate", given, (), (1,), (1, 1))
    try:
        return checked_fps(Fraction(rate.item()).limit_denominator(1001))
    except InvalidValue as error:
        raise FormatError(path, f"states {error}.", code="number") from None


def text_of(value: Any) -> str:
    """A text that is stored as an array, as bytes in old files; empty if it is none."""
    array = np.asarray("" if value is None else value)
    if array.size != 1 or array.dtype.kind not in "US":
        return ""
    text = array.item()
    return text.decode("ascii", "replace") if isinstance(text, bytes) else str(text)
