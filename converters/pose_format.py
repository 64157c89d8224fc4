"""Files with the suffix .pose, of the sign language tools around the package pose-format. Read only.

All numbers are little-endian; a text is its length (unsigned short) and its bytes. The header: version (float), width, height,
depth, number of components (unsigned shorts); for each component its name, its point format (``XYC``, ``XYZC``), the numbers of
points, limbs and colours, the names of the points, limbs (2 shorts each) and colours (3 shorts each). The body:

- 0.0: fps, frames (shorts); for each frame the number of people (short), for each of these an id (short) and for each component
  floats (points, length of the format), the last of them confidence.
- 0.1: fps, frames, people (shorts), floats (T, P, K, D) and confidences (T, P, K), where D is one less than the longest format.
  The number of frames is what fits, as a short may be too short for it.
- 0.2: the same, but fps is a float and frames an unsigned int.

A point with confidence 0 is missing; x and y are pixels. Components of MediaPipe Holistic and OpenPose are known by the names
of their points, others (such as MediaPipe's world landmarks, in metres) are passed over. Of a face mesh the 68 face points are
taken, as far as the file has the points that they need.

Layout: the specifications of pose-format for 0.1 and 0.2; 0.0 from its reader and a file of its tests.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PEOPLE, FileOptions, check_claim, sequences
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import Format, People
from poseforge.landmarks import FACE_68
from poseforge.records import read_bytes
from poseforge.sequence import FPS, MAX_FPS, MAX_SIDE, MIN_FPS
from poseforge.skeleton import FINGERS, Skeleton, catalogue

MAX_BYTES = 512 * 2**20
MAX_FRAMES = 200_000

_OPENPOSE_BODY = (
    "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist MidHip RHip RKnee RAnkle LHip LKnee LAnkle REye LEye REar LEar "
    "LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel"
).split()
_OPENPOSE_HAND = (
    "BASE T_STT T_BCMC T_MCP T_IP I_CMC I_MCP I_PIP I_DIP M_CMC M_MCP M_PIP M_DIP "
    "R_CMC R_MCP R_PIP R_DIP P_CMC P_MCP P_PIP P_DIP"
).split()
_MEDIAPIPE_SIDES = ("EYE_INNER EYE EYE_OUTER EAR SHOULDER ELBOW WRIST PINKY INDEX THUMB HIP KNEE ANKLE HEEL FOOT_INDEX").split()
_MEDIAPIPE_BODY = {f"{side}_{name}": f"{side}_{name}".lower() for name in _MEDIAPIPE_SIDES for side in ("LEFT", "RIGHT")}
_MEDIAPIPE_BODY |= {"NOSE": "nose", "MOUTH_LEFT": "left_mouth", "MOUTH_RIGHT": "right_mouth"}
_MEDIAPIPE_BODY |= {"LEFT_FOOT_INDEX": "left_big_toe", "RIGHT_FOOT_INDEX": "right_big_toe"}
_MEDIAPIPE_HAND = ["WRIST", *(f"THUMB_{part}" for part in ("CMC", "MCP", "IP", "TIP"))]
_MEDIAPIPE_HAND += [
    f"{finger}_{part}"
    for finger in ("INDEX_FINGER", "MIDDLE_FINGER", "RING_FINGER", "PINKY")
    for part in ("MCP", "PIP", "DIP", "TIP")
]
_HAND = ("hand_root", *(f"{finger}_{i}" for finger in FINGERS for i in range(1, 5)))
_FACE = catalogue["openpose-137"].joints[25:95]
_NUMBERED = re.compile("^F[A-Z]+_(?=[0-9])")
"""What stands before the number of a point of OpenPose's face."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Component:
    name: str
    format: str
    points: tuple[str, ...]


class _Reader:
    """Numbers and texts from bytes, one after the other. struct.error at the end."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self.content, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def text(self) -> str:
        (length,) = self.unpack("H")
        (found,) = self.unpack(f"{length}s")
        return str(found, "utf-8")

    def floats(self, *shape: int) -> Floats:
        count = int(np.prod(shape))
        if count * 4 > len(self.content) - self.at:
            raise struct.error(f"{count:,} numbers, but {len(self.content) - self.at:,} bytes are left")
        found = np.frombuffer(self.content, "<f4", count, self.at)
        self.at += 4 * count
        with np.errstate(invalid="ignore"):  # some of the bytes that are no number say so when they are converted
            return found.reshape(shape).astype(np.float64)


def read(path: Path, options: Any = None) -> People:
    """The people in a file, followed from frame to frame. Raises FormatError."""
    chosen: FileOptions = options or FileOptions()
    reader = _Reader(read_bytes(path, MAX_BYTES))
    try:
        version, width, height, _, count = reader.unpack("f4H")
        components = [_component(reader) for _ in range(count)]
        fps, frames = _body(path, reader, round(version, 3), components)
    except (struct.error, UnicodeDecodeError) as error:
        raise FormatError(path, f"ends early or is damaged ({error!s:.100}).", "Copy or export it again.") from None
    skeleton, places = _skeleton(path, components)
    known = [_known(path, people[:, places]).mean(axis=2) for people in frames]
    known = [list(people[~np.isnan(people).all(axis=(1, 2))]) for people in known]
    stated = (width, height) if width and height else None
    rate = Fraction(fps).limit_denominator(1001) if MIN_FPS <= fps <= MAX_FPS else FPS
    return sequences(known, skeleton, "pose", chosen.at(rate), None, stated)


def _component(reader: _Reader) -> _Component:
    name, layout = reader.text(), reader.text()
    points, limbs, colours = reader.unpack("3H")
    names = tuple(reader.text() for _ in range(points))
    reader.unpack(f"{2 * limbs + 3 * colours}H")
    return _Component(name, layout, names)


def _body(path: Path, reader: _Reader, version: float, components: list[_Component]) -> tuple[float, list[Floats]]:
    """Frames per second, and (P, K, 3) x, y and confidence of each frame."""
    if version not in (0.0, 0.1, 0.2):
        raise FormatError(path, f"is of version {version:g}; expected 0.0, 0.1 or 0.2.", code="version")
    if not components or not all(re.fullmatch("XY[A-Z]*C", component.format) for component in components):
        raise FormatError(path, "has no components of points with x, y and confidence.", code="shape")
    if version == 0:
        fps, count = reader.unpack("2H")
        return fps, [_frame_0(path, reader, components) for _ in range(count)]
    points = sum(len(component.points) for component in components)
    dimensions = max(len(component.format) for component in components) - 1
    fps, count, people = reader.unpack("3H" if version == 0.1 else "fIH")
    room = 4 * people * points * (dimensions + 1)
    if version == 0.1 and room:
        count = (len(reader.content) - reader.at) // room
    if count > MAX_FRAMES or people > MAX_PEOPLE:
        raise FormatError(path, f"has {count:,} frames of {people:,} people, too many to be read.", code="shape")
    check_claim(path, count, count * people * points)
    places = reader.floats(count, people, points, dimensions)[..., :2]
    return fps, list(np.concatenate([places, reader.floats(count, people, points, 1)], axis=-1))


def _frame_0(path: Path, reader: _Reader, components: list[_Component]) -> Floats:
    """(P, K, 3) a frame of version 0.0."""
    (people,) = reader.unpack("H")
    if people > MAX_PEOPLE:
        raise FormatError(path, f"has {people:,} people in a frame; at most {MAX_PEOPLE} are read.", code="shape")
    rows = []
    for _ in range(people):
        reader.unpack("h")
        parts = [reader.floats(len(component.points), len(component.format)) for component in components]
        rows.append(np.concatenate([part[:, [0, 1, -1]] for part in parts]))
    return np.array(rows).reshape(people, -1, 3) if rows else np.zeros((0, sum(len(c.points) for c in components), 3))


def _known(path: Path, people: Floats) -> Floats:
    """`people` with NaN where points are missing."""
    missing = (people[..., 2] == 0) | np.isnan(people).any(axis=-1)
    people = np.where(missing[..., None], np.nan, people)
    if (np.abs(people) >= MAX_SIDE).any():
        raise FormatError(path, f"has a point of {np.nanmax(np.abs(people)):g}; expected pixels.", code="number")
    return people


def _skeleton(path: Path, components: list[_Component]) -> tuple[Skeleton, NDArray[np.intp]]:
    """The joints that are known, and (K, 2) the places among all points of the two whose middle each is."""
    joints: dict[str, tuple[int, int]] = {}
    groups: dict[str, list[int]] = {}
    start = 0
    for component in components:
        part, found = _joints(component)
        for name, (first, second) in found.items():
            if name not in joints:
                groups.setdefault(part, []).append(len(joints))
                joints[name] = (start + first, start + second)
        start += len(component.points)
    if not joints:
        there = ", ".join(component.name for component in components)
        raise FormatError(path, f"has components {there:.80}; expected those of MediaPipe or OpenPose.", code="shape")
    try:
        skeleton = Skeleton("pose-format", tuple(joints), (), tuple((part, tuple(group)) for part, group in groups.items()))
    except InvalidValue as error:
        raise FormatError(path, f"has points that make no skeleton ({error}).", code="shape") from None
    return skeleton, np.array(list(joints.values()))


def _joints(component: _Component) -> tuple[str, dict[str, tuple[int, int]]]:
    """The part of the body that a component is, and for each joint the places of the two points whose middle it is."""
    part, names = _names(component.name)
    place = {_NUMBERED.sub("", point): i for i, point in reversed(list(enumerate(component.points)))}
    return part, {
        joint: (place[points[0]], place[points[-1]]) for joint, points in names.items() if place.keys() >= set(points)
    }


def _names(component: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The part of the body that a component is, and the joints with the one or two points that each is the middle of."""
    if component == "pose_keypoints_2d":
        return "body", _each(catalogue["body-25"].joints, _OPENPOSE_BODY)
    if component == "POSE_LANDMARKS":
        return "body", _each(_MEDIAPIPE_BODY.values(), _MEDIAPIPE_BODY)
    for side in ("left", "right"):
        joints = [f"{side}_{joint}" for joint in _HAND]
        if component == f"hand_{side}_keypoints_2d":
            return f"{side}_hand", _each(joints, _OPENPOSE_HAND)
        if component == f"{side.upper()}_HAND_LANDMARKS":
            return f"{side}_hand", _each(joints, _MEDIAPIPE_HAND)
    if component == "FACE_LANDMARKS":
        return "face", {f"face_{i:02d}": tuple(map(str, places)) for i, places in enumerate(FACE_68)}
    if component == "face_keypoints_2d":
        return "face", _each(_FACE, map(str, range(len(_FACE))))
    return "", {}


def _each(joints: Iterable[str], points: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Joints that each are one point."""
    return {joint: (point,) for joint, point in zip(joints, points, strict=True)}


def sniff(path: Path) -> bool:
    """A known version, and components whose first has a name in letters."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(64)
    if len(start) < 32:
        return False
    known = start[:4] in {struct.pack("<f", version) for version in (0, 0.1, 0.2)}
    count, length = struct.unpack_from("<2H", start, 10)
    return known and count > 0 and re.match(rb"[\w ]{3,}", start[14 : 14 + length]) is not None


FORMAT = Format(
    name="pose",
    title="pose-format file (.pose)",
    suffixes=(".pose",),
    skeleton=None,
    keeps=(),
    read=read,
    sniff=sniff,
    options=FileOptions,
)
