"""MediaPipe's landmarks as people save them: JSON, one file for all frames or a folder with one file per frame, and the
protobuf text that printing a result gives. Read only.

A frame of JSON is a list of landmarks, or an object whose keys name parts, in snake or camel case, with or without
``landmarks`` at the end: ``pose``, ``face``, ``left_hand``, ``right_hand`` as Holistic has them, ``hand``, ``multi_hand``,
``multi_face`` or plain ``landmarks`` as the other solutions and the Tasks have them. A part is null, a list of landmarks,
{"landmark": [..]}, or a list of such for several people; a landmark is {"x", "y", "visibility"} or [x, y, z, visibility]. The
number of landmarks tells the part: 33 are a pose, 21 a hand, 468 or 478 a face. Frames stand in a list, alone or under
``frames``, a line each as JSON Lines, or in the order of their numbers in an object: {"0": .., "frame_1": ..}. A part of zeros
is missing, and a landmark with NaN.

x and y are fractions of the picture's width and height, or pixels if its size is known; depth is left out. Confidence is the
pose's visibility, and 1 for hands and faces, which have none. 68 face points are taken from the mesh by a fixed table.

Hands under ``left_hand`` and ``right_hand`` are where they say. Others go to the nearest wrist of a pose. Without a pose their
labels tell: the Tasks label hands as they look in an unmirrored picture, the older solutions (``multi_handedness``) as in a
mirrored one. Hands without labels belong to somebody who faces the viewer.

Layout: MediaPipe's documentation of its solutions (holistic, pose, hands, face mesh) and its protocol buffers. That the Tasks'
labels are those of an unmirrored picture was measured on the hands of MediaPipe's own test data, by the side to which fingers
curl.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import detections
from poseforge.detections import MAX_PEOPLE, MAX_PIXEL, sequences, stated_size
from poseforge.errors import FormatError
from poseforge.formats import Format, People
from poseforge.landmarks import FACE_FIRST, FACE_SECOND, POSE
from poseforge.records import in_order, natural, numbers, read_bytes, read_dump
from poseforge.skeleton import catalogue

MAX_FRAMES = 100_000
"""More than an hour of film; an empty frame takes few bytes in a file but room for 143 joints in memory."""

MAX_PLACE = 100.0
"""Places farther out than this many pictures are no places."""

_PIXELS = 2.0
"""Where most landmarks are farther from 0 than this they are in pixels."""

MAX_TEXT_BYTES = 32 * 2**20

_TEXTS = (".pbtxt", ".txt")
_SUFFIXES = (".json", *_TEXTS)
_SKELETON = catalogue["mediapipe-143"]
_PARTS = {33: "pose", 21: "hand", 468: "face", 478: "face"}
_SIDES = ("left", "right")
_POSE_WRISTS = {side: POSE.index(f"{side}_wrist") for side in _SIDES}
_KEYS = {"", "pose", "face", "hand", "hands", "lefthand", "righthand", "multihand", "multiface"}
_LABELS = {"handedness": False, "handednesses": False, "classifications": False, "multihandedness": True}
"""The keys of the hands' labels, and whether they assume a mirrored picture."""

_NAMED = re.compile(
    rb'"(?:pose|face|(?:left|right|multi)?_?hand|multi_?face)_?landmarks"|"(?:pose|(?:left|right)_?hand)":\[+\{"x":|"landmarks?":\[+\{"x"'
    rb'|^\[+\{"x":[^,{}]*,"y":[^,{}]*,"z":',
    re.IGNORECASE,
)
_FRAME_NAME = re.compile(r"[A-Za-z _-]*[0-9]+(?:\.[A-Za-z]+)?")
_TEXT = re.compile(rb"\blandmark\s*\{\s*[xyz]:")
_TOKEN = re.compile(
    r'\b(?P<open>\w++)\s*+:?\s*+\{|(?P<close>\})|\b(?P<name>\w++)\s*+:\s*+(?P<value>"[^"\n]*+"|[^\s{}"]++)|#[^\n]*+'
)
_MAX_DEPTH = 16


@dataclass(frozen=True)
class Options(detections.Options):
    """What the files do not say.

    Attributes:
        mirrored: whether the pictures were mirrored, as webcams show them: labels of hands then mean the other side.
    """

    mirrored: bool = False


@dataclass
class _Frame:
    """What one picture holds: poses (33, 3), faces (68, 3), hands (21, 3) of a stated side and others, all x, y, confidence,
    and the labels of the others, "left", "right" or something else.
    """

    poses: list[NDArray[np.float64]] = field(default_factory=list)
    faces: list[NDArray[np.float64]] = field(default_factory=list)
    sided: dict[str, list[NDArray[np.float64]]] = field(default_factory=lambda: {side: [] for side in _SIDES})
    hands: list[NDArray[np.float64]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def parts(self) -> list[NDArray[np.float64]]:
        return [*self.poses, *self.faces, *self.hands, *self.sided["left"], *self.sided["right"]]


def read(path: Path, options: Any = None) -> People:
    """The people in MediaPipe's frames. Raises FormatError for the first frame that is not sound."""
    chosen: Options = options or Options()
    frames: list[_Frame] = []
    size = None
    for file in _files(path):
        found, canvas = (_read_text(file), None) if file.suffix.lower() in _TEXTS else _read_json(file)
        frames += found
        size = size or canvas
        if len(frames) > MAX_FRAMES:
            raise FormatError(path, f"holds more than {MAX_FRAMES:,} frames.", "Read it in parts.", code="unsafe")
    _scale(path, frames, chosen.size or size)
    people = [_people(frame, chosen.mirrored) for frame in frames]
    alone = max(map(len, people)) <= 1
    return sequences(
        people, _SKELETON, "mediapipe", chosen, [[0] * len(some) for some in people] if alone else None, size, unit="fractions"
    )


def _scale(path: Path, frames: list[_Frame], size: tuple[int, int] | None) -> None:
    """Bring pixels to fractions of the picture. FormatError for what is neither, or of a picture of unknown size."""
    parts = [part for frame in frames for part in frame.parts()]
    places = np.concatenate([part[:, :2].ravel() for part in parts]) if parts else np.zeros(0)
    apart = np.abs(places[np.isfinite(places) & (places != 0)])
    if size and apart.size and np.median(apart) > _PIXELS:
        for part in parts:
            part[:, :2] /= size
    elif (apart > MAX_PLACE).any():
        problem = f"holds {apart.max():g}; expected fractions of the picture."
        raise FormatError(path, problem, "If those are pixels, say how large it is: size=WIDTHxHEIGHT.", code="number")


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = [entry for entry in path.iterdir() if entry.suffix.lower() in _SUFFIXES and entry.is_file()]
    if not files:
        raise FormatError(path, f"holds no {', '.join(_SUFFIXES)} files.")
    return in_order(path, files)


def _read_json(path: Path) -> tuple[list[_Frame], tuple[int, int] | None]:
    """The frames in a file, and the size of the pictures if it is stated."""
    record = read_dump(path)
    listed = _numbered(record) if isinstance(record, dict) else [record] if _is_mark(record) else record
    if not isinstance(listed, list) or not listed:
        raise FormatError(path, "is no frame of MediaPipe's, nor a list of frames.", code="shape")
    if len(listed) > MAX_FRAMES:
        raise FormatError(path, f"holds {len(listed):,} frames; at most {MAX_FRAMES:,} are read.", code="unsafe")
    frames = [_frame(path, f"frame {i}", frame) for i, frame in enumerate(listed)]
    return frames, stated_size(record) or stated_size(listed[0])


def _numbered(record: dict[str, Any]) -> Any:
    """The frames in an object: those under ``frames`` or under numbered names, or itself."""
    inside = record.get("frames", record)
    if not isinstance(inside, dict):
        return inside
    names = [name for name in inside if _FRAME_NAME.fullmatch(name)]
    return [inside[name] for name in sorted(names, key=natural)] or [inside]


def _is_mark(record: Any) -> bool:
    """Whether a list is one of landmarks rather than of frames."""
    first = record[0] if isinstance(record, list) and record else None
    if isinstance(first, dict):
        return "x" in first
    return isinstance(first, list) and bool(first) and not isinstance(first[0], dict | list)


def _frame(path: Path, what: str, record: Any) -> _Frame:
    frame = _Frame()
    if record is None:
        return frame
    if isinstance(record, list):
        record = {"landmarks": record}
    if not isinstance(record, dict):
        raise FormatError(path, f"{what} is a {type(record).__name__}; expected an object.", code="shape")
    known = False
    for key, value in record.items():
        name = key.replace("_", "").lower()
        if name in _LABELS:
            frame.labels += [_seen(label, _LABELS[name]) for label in _labels(value)]
        elif (part := name.removesuffix("landmarks")) in _KEYS:
            known = True
            for points in _lists(path, f"{what}, '{key}'", value):
                _add(path, f"{what}, '{key}'", frame, part.removesuffix("hand"), points)
    if not known:
        raise FormatError(path, f"{what} has no landmarks; expected 'pose_landmarks' or the like.", code="shape")
    labels = [*frame.labels, *[""] * len(frame.hands)]
    there = [(hand, label) for hand, label in zip(frame.hands, labels, strict=False) if hand[:, :2].any()]
    frame.hands, frame.labels = [hand for hand, _ in there], [label for _, label in there]
    return frame


def _lists(path: Path, what: str, value: Any) -> list[list[Any]]:
    """The lists of landmarks, one per person, that a part is or holds."""
    if isinstance(value, dict):
        value = value.get("landmark", value.get("landmarks"))
    if value is None:
        return []
    if not isinstance(value, list):
        raise FormatError(path, f"{what} is a {type(value).__name__}; expected a list of landmarks.", code="shape")
    several = [one.get("landmark") if isinstance(one, dict) and "landmark" in one else one for one in value]
    if several and all(isinstance(one, list) and (not one or isinstance(one[0], (dict, list))) for one in several):
        if len(several) > MAX_PEOPLE:
            raise FormatError(path, f"{what} holds {len(several)} people; at most {MAX_PEOPLE} are read.", code="unsafe")
        return [one for one in several if one]
    return [value] if value else []


def _add(path: Path, what: str, frame: _Frame, side: str, landmarks: list[Any]) -> None:
    part = _PARTS.get(len(landmarks))
    if part is None:
        raise FormatError(path, f"{what} has {len(landmarks)} landmarks; expected 33, 21, 468 or 478.", code="shape")
    used = landmarks
    if part == "face":
        used = [landmarks[i] for i in chain(FACE_FIRST, FACE_SECOND)]
    points = _points(path, what, used)
    if part == "face":
        points = (points[:68] + points[68:]) / 2
    if part != "pose":
        points[:, 2] = 1
    if part == "hand" and side not in _SIDES:
        frame.hands.append(points)
    elif points[:, :2].any():
        {"pose": frame.poses, "face": frame.faces, "hand": frame.sided.get(side, [])}[part].append(points)


def _points(path: Path, what: str, landmarks: list[Any]) -> NDArray[np.float64]:
    """(N, 3) x, y, visibility of landmarks, each an object or a list."""
    if isinstance(landmarks[0], dict):
        try:
            rows = [(mark["x"], mark["y"], mark.get("visibility")) for mark in landmarks]
        except (KeyError, TypeError, AttributeError):
            raise FormatError(path, f"{what} has a landmark without 'x' and 'y'.", code="shape") from None
        points = numbers(path, what, [(x, y, 1.0 if v is None else v) for x, y, v in rows], (-1, 3), most=MAX_PIXEL, holes=True)
    else:
        listed = numbers(path, what, landmarks, (-1, 2), (-1, 3), (-1, 4), most=MAX_PIXEL, holes=True)
        visible = listed[:, 3:] if listed.shape[1] == 4 else np.ones((len(listed), 1))
        points = np.concatenate([listed[:, :2], visible], axis=1)
    return points


def _labels(value: Any) -> Iterator[str]:
    """One label per hand, from strings, categories, or lists and ``classification`` lists of categories."""
    for hand in value if isinstance(value, list) else []:
        while isinstance(hand, (list, dict)) and hand:
            if isinstance(hand, list):
                hand = hand[0]
            else:
                names = (
                    "category_name",
                    "categoryName",
                    "label",
                    "display_name",
                    "displayName",
                    "classification",
                    "categories",
                )
                hand = next((hand[name] for name in names if hand.get(name)), "")
        yield hand.lower() if isinstance(hand, str) else ""


def _seen(label: str, mirrored: bool) -> str:
    """The side that a hand has in the picture."""
    return {"left": "right", "right": "left"}.get(label, "") if mirrored else label


def _read_text(path: Path) -> list[_Frame]:
    """The frames in protobuf text: one message, or the landmarks of one person frame after frame."""
    record = _message(path, read_bytes(path, MAX_TEXT_BYTES).decode(errors="replace"))
    marks = record.get("landmark")
    if not isinstance(marks, list):
        return [_frame(path, "the message", record)]
    count = next((size for size in _PARTS if len(marks) % size == 0), len(marks))
    return [
        _frame(path, f"frame {i}", {"landmarks": marks[start : start + count]})
        for i, start in enumerate(range(0, min(len(marks), count * (MAX_FRAMES + 1)), count))
    ]


def _message(path: Path, text: str) -> dict[str, Any]:
    """A message as nested objects, in which every inner message stands in a list."""
    inside: list[dict[str, Any]] = [{}]
    for token in _TOKEN.finditer(text):
        if token["open"]:
            inner: dict[str, Any] = {}
            inside[-1].setdefault(token["open"], [])
            if not isinstance(inside[-1][token["open"]], list) or len(inside) > _MAX_DEPTH:
                raise FormatError(path, f"has a '{token['open']}' in a place where MediaPipe has none.", code="shape")
            inside[-1][token["open"]].append(inner)
            inside.append(inner)
        elif token["close"]:
            inside.pop()
            if not inside:
                raise FormatError(path, "closes more braces than it opens.", "Save it again.")
        elif token["name"]:
            inside[-1][token["name"]] = _value(token["value"])
    if len(inside) > 1:
        raise FormatError(path, "ends within a message; a brace is missing.", "Save it again.")
    return inside[0]


def _value(written: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return written.strip('"')


def _people(frame: _Frame, mirrored: bool) -> list[NDArray[np.float64]]:
    """(K, 3) x, y, confidence of each person in a frame."""
    wrists = [(i, side) for i in range(len(frame.poses)) for side in _SIDES]
    hands: dict[tuple[int, str], NDArray[np.float64]] = {}
    if wrists:
        places = [frame.poses[i][_POSE_WRISTS[side]] for i, side in wrists]
        hands |= {wrists[j]: frame.hands[i] for i, j in _nearest([hand[0] for hand in frame.hands], places)}
        for side in _SIDES:
            places = [pose[_POSE_WRISTS[side]] for pose in frame.poses]
            hands |= {(j, side): frame.sided[side][i] for i, j in _nearest([hand[0] for hand in frame.sided[side]], places)}
        faces = {j: frame.faces[i] for i, j in _nearest([f[30] for f in frame.faces], [pose[0] for pose in frame.poses])}
    else:
        sided = {side: frame.sided[side] + some for side, some in _labelled(frame, mirrored).items()}
        hands |= {(i, side): hand for side in _SIDES for i, hand in enumerate(sided[side])}
        faces = dict(enumerate(frame.faces))
    people = np.full((max([len(frame.poses), *(i + 1 for i in faces), *(i + 1 for i, _ in hands)]), len(_SKELETON), 3), np.nan)
    for i, pose in enumerate(frame.poses):
        people[i, : len(pose)] = pose
    for i, face in faces.items():
        people[i, _SKELETON.group("face")] = face
    for (i, side), hand in hands.items():
        people[i, _SKELETON.group(f"{side}_hand")] = hand
    return list(people)


def _nearest(places: list[NDArray[np.float64]], targets: list[NDArray[np.float64]]) -> list[tuple[int, int]]:
    """Which place belongs to which target, the closest two first; each has one at most."""
    pairs: list[tuple[int, int]] = []
    if places and targets:
        apart = np.linalg.norm(np.array(places)[:, None, :2] - np.array(targets)[None, :, :2], axis=-1)
        for flat in apart.argsort(axis=None):
            i, j = divmod(int(flat), len(targets))
            if not any(i == a or j == b for a, b in pairs):
                pairs.append((i, j))
    return pairs


def _labelled(frame: _Frame, mirrored: bool) -> dict[str, list[NDArray[np.float64]]]:
    """The hands whose side is not stated by side: as labelled, or where those of somebody who faces the viewer are."""
    labels = frame.labels
    if len(labels) == 2 and labels[0] == labels[1]:
        first = frame.hands[0][0, 0] > frame.hands[1][0, 0]
        labels = ["left", "right"] if first else ["right", "left"]
    found: dict[str, list[NDArray[np.float64]]] = {side: [] for side in _SIDES}
    for hand, label in zip(frame.hands, labels, strict=True):
        left = label == "left" if label in _SIDES else hand[0, 0] > 0.5
        found["left" if left != mirrored else "right"].append(hand)
    return found


def sniff(path: Path) -> bool:
    """JSON with one of MediaPipe's names of parts, protobuf text with landmarks, or a folder that begins with such files."""
    if path.is_dir():
        files = (entry for entry in path.iterdir() if entry.suffix.lower() in _SUFFIXES and entry.is_file())
        return any(sniff(file) for file in islice(files, 3))
    with open(path, "rb") as file:
        start = file.read(2**16)
    return bool(_TEXT.search(start) or _NAMED.search(start.translate(None, b" \t\r\n")))


FORMAT = Format(
    name="mediapipe",
    title="MediaPipe landmarks",
    suffixes=(".json", ".pbtxt"),
    skeleton=_SKELETON,
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "people"),
    read=read,
    sniff=sniff,
    options=Options,
)
