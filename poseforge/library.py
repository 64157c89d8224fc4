"""Presets as values: hand shapes, and gestures of the built-in performer.

A gesture is a JSON file of key poses: for each joint it moves, frames with the joint's flex, abduct and twist in degrees
(`Rig.angles`) and, if it is not with the speed profile of minimum jerk, how it goes on from there.

Presets of the user's own lie in `user_folder`, one file each, called by its id; they come before built-in ones of that id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from poseforge.camera import Camera
from poseforge.errors import FormatError, InvalidValue, PoseForgeError
from poseforge.files import own_data, writing_file
from poseforge.performer import performer
from poseforge.rig import Motion, angles_about
from poseforge.rotations import of_matrices, rotation_vectors, unit
from poseforge.sequence import FPS, PoseSequence, checked_fps
from poseforge.skeleton import FINGERS, wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake, pose_at
from poseforge.timeline.curves import Curve, Interval, Key
from poseforge.timeline.project import Project, RigTrack, resting

REST = "rest"
DEMO = ("wave_right", "count_123_right", "thumbs_up_right")
FINGER_JOINTS = tuple(f"{finger}_{i}" for finger in FINGERS for i in (1, 2, 3))
TEMPOS = ("idle", "talking", "gesture")

_ALONG = 4
"""A gesture moves one arm if the other turns less than one in so many degrees."""

_LONGEST = 100_000
_LARGEST_FILE = 16_000_000
_ID = re.compile(r"(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])$)[a-z0-9][a-z0-9_-]{0,63}")
"""What is a file name on every system, whether or not it tells capitals apart."""

Vector = tuple[float, float, float]
Side = Literal["left", "right"]
Kind = Literal["hands", "gestures"]


@dataclass(frozen=True)
class Preset:
    """What people choose from.

    Attributes:
        id: its name in scripts and of its file: small letters, digits, _ and -.
        name, tags: words for people, by language ("en", "zh").
    """

    id: str
    name: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not _ID.fullmatch(self.id):
            raise InvalidValue(f"preset id {self.id!r:.80}: write small letters, digits, _ and -, 64 at most, as wave_right")
        words = [*self.name.values(), *chain.from_iterable(self.tags.values())]
        if not self.name or not all(isinstance(word, str) and word.strip() for word in words):
            raise InvalidValue(f"preset {self.id}: name and tags are words by language, with at least one name")

    @property
    def title(self) -> str:
        """The English name, or the first there is."""
        return self.name.get("en") or next(iter(self.name.values()))


@dataclass(frozen=True)
class HandShape(Preset):
    """What the fingers of one hand form, on either side.

    Attributes:
        angles: for each of `FINGER_JOINTS` its flex, abduct (toward the thumb) and twist in degrees.
        fingers, palm: where fingers and palm point when the shape is shown: x outward on either side, y up, z to the viewer.
    """

    angles: Mapping[str, Vector]
    fingers: Vector
    palm: Vector

    def __post_init__(self) -> None:
        super().__post_init__()
        if set(self.angles) != set(FINGER_JOINTS):
            raise InvalidValue(
                f"hand shape {self.id}: angles for {len(self.angles)} joints; expected {', '.join(FINGER_JOINTS)}"
            )
        for joint, angles in self.angles.items():
            _check_angles(self, joint, angles)
        ways = np.array([self.fingers, self.palm])
        if ways.shape != (2, 3) or not (np.abs(ways) <= 100).all() or np.linalg.norm(np.cross(*ways)) < 1e-3:
            raise InvalidValue(f"hand shape {self.id}: fingers and palm are two directions (x, y, z) at an angle")


@dataclass(frozen=True)
class Gesture(Preset):
    """A keyed movement. Built-in ones begin and end at rest, the performer's stance; joints without keys stay in it.

    Attributes:
        parts: what it moves, as "right arm".
        length: frames at `fps`.
        stroke: the frame at which the gesture means what it means.
        keys: joint -> (frame, flex, abduct, twist[, interpolation]) in ascending order, degrees; the interpolation is how the
            joint goes on to its next key, minimum_jerk if not given.
        tempo: like whom it moves: "idle", "talking" or "gesture".
    """

    parts: tuple[str, ...]
    length: int
    stroke: int
    keys: Mapping[str, tuple[tuple[Any, ...], ...]]
    fps: Fraction = FPS
    tempo: str = "gesture"

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_fps(self.fps)
        if not (isinstance(self.length, int) and isinstance(self.stroke, int) and 0 <= self.stroke < self.length <= _LONGEST):
            raise InvalidValue(f"gesture {self.id}: stroke {self.stroke!r:.20} outside its {self.length!r:.20} frames")
        if self.tempo not in TEMPOS or not all(isinstance(part, str) for part in self.parts):
            raise InvalidValue(f"gesture {self.id}: parts are words and tempo is one of {', '.join(TEMPOS)}")
        for joint, curve in self.curves.items():
            if joint not in performer().skeleton or not 0 <= curve.frames[0] <= curve.frames[-1] < self.length:
                raise InvalidValue(f"gesture {self.id}: joint {joint!r:.80} is unknown or has keys out of its frames")
            for key in curve.keys:
                _check_angles(self, joint, key.values)

    @cached_property
    def curves(self) -> dict[str, Curve]:
        """Joint -> its flex, abduct and twist over the frames, in degrees."""
        return {joint: Curve(tuple(_key(*key) for key in keys)) for joint, keys in self.keys.items()}

    @property
    def joints(self) -> frozenset[str] | None:
        """What it moves, as a clip says it; all if it has no keys, for then it shows how the performer stands."""
        return frozenset(self.keys) or None

    def motion(self) -> Motion:
        """The gesture as the built-in performer moves."""
        rig, frames = performer(), np.arange(self.length)
        angles = np.tile(rig.angles(rig.stance), (self.length, 1, 1))
        for joint, curve in self.curves.items():
            angles[:, rig.skeleton.index(joint)] = np.radians(curve.at(frames))
        return Motion(rig.rotations(angles), np.zeros((self.length, 3)), rig, self.fps, {"gesture": self.id})


def _key(frame: int, flex: float, abduct: float, twist: float, kind: str = "minimum_jerk") -> Key:
    if not isinstance(frame, int) or not isinstance(kind, str):
        raise InvalidValue(f"a key {frame!r:.20}, ..., {kind!r:.20}; expected a whole frame, three angles, an interpolation")
    return Key(frame, (float(flex), float(abduct), float(twist)), Interval(kind))


P = TypeVar("P", bound=Preset)


def _check_angles(preset: Preset, joint: str, angles: Sequence[float]) -> None:
    if len(angles) != 3 or not (np.abs(np.asarray(angles, dtype=np.float64)) <= 360).all():
        raise InvalidValue(f"preset {preset.id}: joint {joint!r:.80} has {angles!r:.80}; expected three angles in degrees")


def read_hand_shape(content: bytes, name: str) -> HandShape:
    """A hand shape from the bytes of its JSON file. Raises FormatError with the file's `name`."""
    return _read(HandShape, content, name)


def read_gesture(content: bytes, name: str) -> Gesture:
    """A gesture from the bytes of its JSON file. Raises FormatError with the file's `name`."""
    return _read(Gesture, content, name)


def _read(kind: type[P], content: bytes, name: str) -> P:
    try:
        record: Any = json.loads(content)
        missing = [field.name for field in fields(kind) if field.default is MISSING and field.name not in record]
        if not isinstance(record, dict) or missing:
            raise ValueError(f"it lacks {', '.join(missing)}" if missing else "it holds no fields")
        values = {field.name: record[field.name] for field in fields(kind) if field.name in record}
        values["tags"] = {language: tuple(words) for language, words in record["tags"].items()}
        if kind is Gesture:
            values["fps"] = Fraction(record.get("fps", FPS))
            values["parts"] = tuple(record["parts"])
            values["keys"] = {joint: tuple(map(tuple, keys)) for joint, keys in record["keys"].items()}
        else:
            values["angles"] = {joint: tuple(map(float, angles)) for joint, angles in record["angles"].items()}
            values |= {way: tuple(map(float, record[way])) for way in ("fingers", "palm")}
        return kind(**values)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        what = "gesture" if kind is Gesture else "hand shape"
        raise FormatError(name, f"is not a {what} ({str(error)[:200]}).") from None


def as_json(preset: Preset) -> str:
    """The text of a preset's file, one line to a joint; `read_hand_shape` and `read_gesture` give the same value back."""
    record = asdict(preset)
    table = "keys" if isinstance(preset, Gesture) else "angles"
    joints = ",\n".join(f'  "{joint}": {json.dumps(values)}' for joint, values in record.pop(table).items())
    if isinstance(preset, Gesture):
        record["fps"] = str(preset.fps)
    head = "".join(f' "{name}": {json.dumps(value, ensure_ascii=False)},\n' for name, value in record.items())
    return f'{{\n{head} "{table}": {{\n{joints}\n }}\n}}\n'


def user_folder(kind: Kind) -> Path:
    """Where the user's own hand shapes or gestures lie."""
    return own_data() / "presets" / kind


def save_hand_shape(shape: HandShape, overwrite: bool = False) -> Path:
    """Write a hand shape into the user's folder. FileProblem if there is one of that id and it may not be replaced."""
    return _save(shape, "hands", overwrite)


def save_gesture(gesture: Gesture, overwrite: bool = False) -> Path:
    """Write a gesture into the user's folder. FileProblem if there is one of that id and it may not be replaced."""
    if gesture.id == REST:
        raise InvalidValue(f"gesture {REST!r} is the pose that all others share; choose another id")
    return _save(gesture, "gestures", overwrite)


def _save(preset: Preset, kind: Kind, overwrite: bool) -> Path:
    path = user_folder(kind) / f"{preset.id}.json"
    with writing_file(path, overwrite) as beside:
        beside.write_text(as_json(preset), encoding="utf-8")
    return path


@cache
def _built_in(kind: Kind) -> dict[str, Any]:
    read = read_gesture if kind == "gestures" else read_hand_shape
    folder = files("poseforge.presets") / kind
    entries = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)
    return {one.id: one for one in (read(entry.read_bytes(), entry.name) for entry in entries)}


def _read_own(path: Path, kind: Kind) -> Any:
    """A preset of the user's. Raises FormatError."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise FormatError(path, f"is larger than {_LARGEST_FILE // 1_000_000} MB, which no preset is.")
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(path, f"cannot be read ({error.strerror or error}).") from None
    preset = (read_gesture if kind == "gestures" else read_hand_shape)(content, str(path))
    if preset.id != path.stem or (kind == "gestures" and preset.id == REST):
        raise FormatError(path, f"holds the id {preset.id!r}.", f"An id is the file's name, and never {REST!r}; change one.")
    return preset


def _own(kind: Kind) -> tuple[dict[str, Any], list[PoseForgeError]]:
    """The user's presets, and what is wrong with those that cannot be read."""
    found: dict[str, Any] = {}
    problems: list[PoseForgeError] = []
    folder = user_folder(kind)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            found[path.stem] = _read_own(path, kind)
        except FormatError as error:
            problems.append(error)
    return found, problems


def _chosen(kind: Kind, id: str, what: str) -> Any:
    own = user_folder(kind) / f"{id}.json"
    if _ID.fullmatch(id) and own.is_file():
        return _read_own(own, kind)
    try:
        return _built_in(kind)[id]
    except KeyError:
        raise InvalidValue(f"no {what} {id!r:.60}; {_hint(kind, id)} (poseforge library list shows all)") from None


def _hint(kind: Kind, id: str) -> str:
    """What someone may have meant who asked for a preset that is not there."""
    all_, others = (gestures(), hand_shapes()) if kind == "gestures" else (hand_shapes(), gestures())
    swapped = "_".join({"left": "right", "right": "left"}.get(word, word) for word in id.split("_"))
    if id in others:
        return f"it is a {'hand shape' if kind == 'gestures' else 'gesture'}"
    if swapped in all_:
        return f"{swapped}, mirrored, is one"
    near = [preset.id for preset in search(all_.values(), id)][:3] or get_close_matches(id, all_, 3, 0.4)
    return f"did you mean {' or '.join(near)}?" if near else "none is like it"


def hand_shapes() -> dict[str, HandShape]:
    """All hand shapes by id, the user's before built-in ones. Damaged files are left out; `problems` names them."""
    return dict(sorted((_built_in("hands") | _own("hands")[0]).items()))


def gestures() -> dict[str, Gesture]:
    """All gestures by id, the user's before built-in ones. Damaged files are left out; `problems` names them."""
    return dict(sorted((_built_in("gestures") | _own("gestures")[0]).items()))


def problems() -> tuple[PoseForgeError, ...]:
    """What is wrong with files in the user's folders that cannot be used."""
    return (*_own("hands")[1], *_own("gestures")[1])


def hand_shape(id: str) -> HandShape:
    """A hand shape by id. InvalidValue if there is none, FormatError if the user's file of that id is damaged."""
    shape: HandShape = _chosen("hands", id, "hand shape")
    return shape


def gesture(id: str) -> Gesture:
    """A gesture by id. InvalidValue if there is none, FormatError if the user's file of that id is damaged."""
    found: Gesture = _chosen("gestures", id, "gesture")
    return found


def search(presets: Iterable[P], text: str) -> list[P]:
    """The presets whose id, names or tags, in any language, hold every word of `text`."""
    wanted = text.casefold().split()

    def words(preset: P) -> str:
        return " ".join([preset.id, *preset.name.values(), *chain.from_iterable(preset.tags.values())]).casefold()

    return [preset for preset in presets if all(word in words(preset) for word in wanted)]


def performance(gestures: Sequence[Gesture], alive: int | None = 0, fps: Fraction = FPS) -> Project:
    """The performer making gestures one after another: a project of clips on one track. `alive` is as in `Project`.
    InvalidValue if there are none.
    """
    if not gestures:
        raise InvalidValue("at least one gesture is needed")
    project, at = resting(1, fps), 0
    for one in gestures:
        project = edits.add_clip(project, project.tracks[0].id, one.motion(), at, name=one.id, joints=one.joints, blend=0)
        at = project.tracks[0].clips[-1].end
    return replace(project, length=at, alive=alive)


def held_up(shape: HandShape, side: Side = "right") -> PoseSequence:
    """One frame of a hand alone, in the directions of its shape, on a canvas 26 cm wide."""
    rig = performer()
    mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    along, facing = unit(mirror * shape.fingers), mirror * shape.palm
    facing = unit(facing - along * (facing @ along))
    turn = np.stack([along, facing, np.cross(along, facing)], axis=1)
    at_rest = np.diag((mirror[0], -1.0, -mirror[0]))  # fingers outward, palm down: its own inverse
    angles = np.zeros((1, len(rig.skeleton), 3))
    for joint, values in shape.angles.items():
        angles[0, rig.skeleton.index(f"{side}_{joint}")] = np.radians(values)
    rotations = rig.rotations(angles)
    rotations[0, rig.skeleton.index(f"{side}_wrist")] = rotation_vectors(of_matrices(turn @ at_rest))
    hand = rig.forward(Motion(rotations, np.zeros((1, 3)), rig))
    others = np.delete(np.arange(len(hand.skeleton)), hand.skeleton.group(f"{side}_hand"))
    points = np.array(hand.points)
    points[:, others] = np.nan
    x, y, z = (np.nanmin(points, axis=(0, 1)) + np.nanmax(points, axis=(0, 1))) / 2
    distance = 0.6
    return Camera((float(x), float(y), float(z) + distance), distance / 0.26).project(hand.with_points(points))


def held(shape: HandShape, side: Side, fps: Fraction = FPS) -> Motion:
    """A second in which a hand of the performer holds a shape; the rest of it stands."""
    rig = performer()
    angles = rig.angles(rig.stance)
    for joint, values in shape.angles.items():
        angles[rig.skeleton.index(f"{side}_{joint}")] = np.radians(values)
    length = max(round(fps), 1)
    return Motion(np.tile(rig.rotations(angles), (length, 1, 1)), np.zeros((length, 3)), rig, fps, {"shape": shape.id})


def shape_of(project: Project, track: str, side: Side, frame: int, id: str, name: str) -> HandShape:
    """The hand that a performer's track shows at a frame, as a preset to be saved. InvalidValue for a track of points."""
    angles = {joint: values[0] for joint, values in _degrees(project, track, range(frame, frame + 1)).items()}
    rig = project.rig
    turns, translation = pose_at(project, frame, track)
    outward = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    hand = rig.placed(turns[None], translation[None])[1][0, rig.skeleton.index(f"{side}_wrist")]
    fingers, palm = (tuple((outward * (hand @ axis)).round(3).tolist()) for axis in ([outward[0], 0, 0], [0, -1, 0]))
    return HandShape(id, {"en": name}, {}, {joint: angles[f"{side}_{joint}"] for joint in FINGER_JOINTS}, fingers, palm)


def gesture_of(project: Project, track: str, first: int, last: int, id: str, name: str, stroke: int | None = None) -> Gesture:
    """What a performer's track shows from one frame to another, as a preset to be saved: keys where the movement bends, within
    a tenth of a degree. The stroke is where the hands are farthest from rest, unless given. InvalidValue for a track of points.
    """
    if not 0 <= first <= last:
        raise InvalidValue(f"frames {first} to {last}; expected the last after the first")
    stance = np.degrees(performer().angles(performer().stance))
    keys, far = {}, {"left": 0.0, "right": 0.0}
    for joint, values in _degrees(project, track, range(first, last + 1)).items():
        path = np.array(values)
        turned = float(np.abs(path - stance[performer().skeleton.index(joint)]).max())
        if turned > 0.1:
            for side in far:
                far[side] = max(far[side], turned) if joint.startswith(side) else far[side]
            keys[joint] = tuple((int(i), *path[i].tolist(), "linear") for i in _bends(path))
    parts = tuple(f"{side} arm" for side in far if far[side] > max(far.values()) / _ALONG)
    made = Gesture(id, {"en": name}, {}, parts, last - first + 1, 0, keys, project.fps)
    if stroke is None:
        away = reach(made, range(made.length))
        up = np.flatnonzero(away >= 0.9 * away.max())
        return replace(made, stroke=int(up[len(up) // 2]))
    return replace(made, stroke=stroke - first)


def _degrees(project: Project, track: str, frames: range) -> dict[str, list[Vector]]:
    """Rig joint -> its flex, abduct and twist at some frames, rounded, as a track shows them."""
    if not isinstance(project.track(track), RigTrack):
        raise InvalidValue(f"track {track!r} holds points; presets are made of a performer's movement")
    rig = project.rig
    turns = np.array([pose_at(project, frame, track)[0] for frame in frames])
    angles = np.degrees(angles_about(rig.axes, turns)).round(2) + 0.0
    return {joint: [tuple(row) for row in angles[:, i].tolist()] for i, joint in enumerate(rig.skeleton.joints)}


def _bends(path: NDArray[np.float64], tolerance: float = 0.1) -> list[int]:
    """The frames of a path (T, 3) between which straight lines stay that near (Douglas & Peucker 1973)."""
    kept, open_ = {0, len(path) - 1}, [(0, len(path) - 1)]
    while open_:
        low, high = open_.pop()
        share = np.linspace(0, 1, high - low + 1)[:, None]
        away = np.abs(path[low : high + 1] - (path[low] + (path[high] - path[low]) * share)).max(axis=1)
        worst = low + int(away.argmax())
        if away.max() > tolerance:
            kept.add(worst)
            open_ += [(low, worst), (worst, high)]
    return sorted(kept)


def close_up(gesture: Gesture, frames: Sequence[int]) -> PoseSequence:
    """Some frames of a gesture, cut to the square in which the hands are that it moves."""
    poses = bake(performance([gesture]), frames)
    hands = poses.points[:, _moved(gesture)]
    low, high = np.nanmin(hands, axis=(0, 1)), np.nanmax(hands, axis=(0, 1))
    size = max(float((high - low).max()) * 1.1, 0.3)
    return poses.with_points((poses.points - (low + high - size) / 2) / size)


def reach(gesture: Gesture, frames: Sequence[int]) -> NDArray[np.float64]:
    """How far the hands that a gesture moves are from where they rest, at some frames, in fractions of the picture."""
    hands, moved = bake(performance([gesture], alive=None), frames).points, _moved(gesture)
    at_rest = bake(replace(resting(1), alive=None)).points
    return np.asarray(np.linalg.norm(hands[:, moved] - at_rest[:, moved], axis=2).mean(axis=1))


def _moved(gesture: Gesture) -> NDArray[np.intp]:
    """The joints of the hands that a gesture moves, or of both if it moves none."""
    sides = [side for side in ("left", "right") if f"{side} arm" in gesture.parts] or ["left", "right"]
    return np.concatenate([wholebody_134.group(f"{side}_hand") for side in sides])
