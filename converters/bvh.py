"""BVH: a joint tree and its rotations over time, as motion capture and 3D programs exchange them.

HIERARCHY holds ROOT, JOINT and End Site, each with its OFFSET from its parent, and what CHANNELS a joint has in a frame;
MOTION holds the frames, a number per channel. Angles are degrees, turned in the listed order, v' = R1 R2 R3 v. A root stands at
its OFFSET plus its positions; another joint's positions are its place relative to its parent or what is added to its OFFSET,
whichever is nearer to its bone. Rest rotations, unit and up axis are not stored: the rest pose is all angles zero, unit and up
axis are guessed from the body and can be given.

Layout: J. Lander, "Working with Motion Capture File Formats" (1998), and the description of the University of Wisconsin.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import FormatError, UnsafeFile
from poseforge.files import writing_file
from poseforge.formats import Format, People
from poseforge.framing import View, filmed
from poseforge.joint_trees import Body, Hints, motions
from poseforge.records import read_bytes
from poseforge.rig import Motion, Rig
from poseforge.rotations import matrices, product, quaternions
from poseforge.sequence import FPS, MAX_FPS, MIN_FPS
from poseforge.skeleton import wholebody_134

MAX_BYTES = 256 * 2**20
MAX_FRAMES = 200_000
MAX_ROTATIONS = 12_000_000
"""Joints times frames: 200,000 frames of 60 joints, whose quaternions take 400 MB."""

MAX_JOINTS = 1000
_MAX_HEADER = 2**20
_LARGEST = 1e9
"""No unit makes a body of numbers beyond this."""

_INTEGER_RATES = [Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 72, 90, 100, 120, 144, 200, 240)]
_VIDEO_RATES = [Fraction(rate * 1000, 1001) for rate in (24, 30, 60, 120, 240)]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<kind>ROOT|JOINT|END[ \t]*SITE)\b[ \t]*(?P<name>[^\r\n{]*)
    | (?P<brace>[{}])
    | OFFSET(?P<offset>(?:\s+[-+0-9.e]+){3})(?=\s|\})
    | CHANNELS\s+(?P<count>[0-9]{1,3})(?P<channels>(?:\s+[XYZ](?:position|rotation)\b)*)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MOTION = re.compile(
    rb"\bMOTION\s+(?:FRAMES?[ \t]*:?\s*([0-9]{1,18})?\s+)?FRAME\s*TIME\s*:?\s*([-+0-9.e]{1,40})(?=\s|$)", re.IGNORECASE
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options(Hints, View):
    """What a BVH file does not say, and for points instead of rotations how it is looked at: attributes of `Hints`, `View`."""

    def __post_init__(self) -> None:
        Hints.__post_init__(self)
        View.__post_init__(self)


@dataclass
class _Hierarchy:
    """What the text says of the joints, depth first."""

    names: list[str]
    parents: list[int]
    offsets: list[list[float]]
    channels: list[list[str]]
    tips: list[tuple[int, Floats]]


def read_motion(path: Path, options: Any = None) -> tuple[Motion, ...]:
    """The people in a BVH file, each with a rig of its own (`joint_trees.motions`). Raises FormatError, UnsafeFile."""
    chosen: Options = options or Options()
    content = read_bytes(path, MAX_BYTES)
    motion = _MOTION.search(content)
    if not motion:
        raise FormatError(path, "is no BVH file: no MOTION with a 'Frame Time:' found.", "Export it again.")
    if motion.start() > _MAX_HEADER:
        raise UnsafeFile(path, f"has a HIERARCHY of {motion.start():,} bytes; at most {_MAX_HEADER:,} are read.")
    tree = _hierarchy(path, content[: motion.start()].decode("utf-8-sig", errors="replace"))
    values, lost = _frames(path, content[motion.end() :], sum(map(len, tree.channels)), int(motion[1]) if motion[1] else None)
    fps, guessed = _rate(path, motion[2].decode("ascii"))
    if len(values) > MAX_FRAMES or len(values) * len(tree.names) > MAX_ROTATIONS:
        raise UnsafeFile(path, f"holds {len(values):,} frames of {len(tree.names)} joints; at most {MAX_FRAMES:,} are read.")
    body = _evaluated(tree, values)
    del content, values
    meta = {"source": "bvh", "fps_guessed": guessed, "lost": lost}
    return motions(body, chosen, fps, meta)


def read(path: Path, options: Any = None) -> People:
    """The people in a BVH file as a camera sees them (`framing.filmed`). Raises as `read_motion`."""
    chosen: Options = options or Options()
    people = read_motion(path, replace(chosen, up="y") if chosen.camera else chosen)  # whose axes are the file's
    for motion in people:
        if not motion.rig.forward(motion).known.any():
            names = ", ".join(motion.rig.skeleton.joints[:5])
            raise FormatError(path, f"has no joint whose name is known, but {names} ...", "Give a map of them (-o names=MAP).")
    return filmed(people, chosen)


def _hierarchy(path: Path, text: str) -> _Hierarchy:
    """The joints of a HIERARCHY."""
    tree, text = _Hierarchy([], [], [], [], []), text.rstrip()
    head = re.match(r"\s*HIERARCHY\b", text, re.IGNORECASE)
    if not head:
        raise FormatError(path, f"begins with {text[:30]!r}; a BVH file begins with HIERARCHY.")
    at = head.end()
    around: list[int] = []  # the joints whose braces are open, -1 for an End Site
    announced: int | None = None  # what the next brace opens
    while at < len(text):
        token = _TOKEN.match(text, at)
        here = token["kind"] or token["brace"] or ("OFFSET" if token["offset"] else "CHANNELS") if token else ""
        if not token or not _belongs(here.upper(), around, announced) or len(tree.names) >= MAX_JOINTS:
            line = text.count("\n", 0, at) + 1
            raise FormatError(path, f"line {line}: {text[at:].strip()[:40]!r} has no place there.", "Export it again.")
        at = token.end()
        if here == "{":
            assert announced is not None
            around.append(announced)
            announced = None
        elif here == "}":
            around.pop()
        elif here.upper() in ("ROOT", "JOINT"):
            announced = len(tree.names)
            tree.names.append(token["name"].strip())
            tree.parents.append(around[-1] if around else -1)
            tree.offsets.append([0.0, 0.0, 0.0])
            tree.channels.append([])
        elif here == "OFFSET":
            offset = _offset(path, token["offset"])
            if around[-1] >= 0:
                tree.offsets[around[-1]] = offset
            else:
                tree.tips.append((around[-2], np.array(offset)))
        elif here == "CHANNELS":
            channels = token["channels"].lower().split()
            if len(channels) != int(token["count"]) or len(set(channels)) < len(channels) or (channels and around[-1] < 0):
                raise FormatError(path, f"{token[0].strip()[:80]!r} is no list of that many channels.", code="shape")
            if around[-1] >= 0:
                tree.channels[around[-1]] = channels
        else:
            announced = -1
    if around or announced is not None or not tree.names:
        raise FormatError(path, f"has a HIERARCHY of {len(tree.names)} joints that does not end.", "Export it again.")
    return tree


def _belongs(token: str, around: list[int], announced: int | None) -> bool:
    """Whether a token may stand where it does."""
    if announced is not None or token == "{":
        return announced is not None and token == "{"
    if token == "ROOT":
        return not around
    return bool(around) and (around[-1] >= 0 or token in ("}", "OFFSET", "CHANNELS"))


def _offset(path: Path, text: str) -> list[float]:
    try:
        offset = [float(number) for number in text.split()]
    except ValueError:
        offset = [np.nan]
    if not np.less_equal(np.abs(offset), _LARGEST).all():
        raise FormatError(path, f"'OFFSET {text.strip()[:60]}' is no place.", code="number")
    return offset


def _frames(path: Path, block: bytes, channels: int, announced: int | None) -> tuple[Floats, list[str]]:
    """(T, C) the numbers of a MOTION, and what is wrong with their count. Only what is there counts."""
    if not channels:
        raise FormatError(path, "has no channels, so nothing moves.", code="shape")
    block = block.strip()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "string or file could not be read", DeprecationWarning)
            flat = np.fromstring(block, sep=" ") if block else np.empty(0)
    except (ValueError, DeprecationWarning):
        raise FormatError(path, "has a MOTION with something else than numbers.", "Export it again.", code="number") from None
    frames, rest = divmod(len(flat), channels)
    lost = []
    if rest and sum(1 for line in block.splitlines() if line.strip()) != frames + 1:
        raise FormatError(path, f"holds {len(flat)} numbers; expected {channels} in each frame.", code="shape")
    if not frames:
        raise FormatError(path, f"holds no frame: {len(flat)} numbers of {channels}.", code="shape")
    if announced is not None and frames != announced:
        lost.append(f"the file announces {announced} frames and holds {frames}")
    values = np.asarray(flat[: frames * channels].reshape(frames, channels))
    sound = np.abs(values) <= _LARGEST
    if not sound.all():
        raise FormatError(path, f"frame {int((~sound).any(axis=1).argmax())} holds numbers that are no places.", code="number")
    return values, lost


def _rate(path: Path, text: str) -> tuple[Fraction, bool]:
    """The frame rate of a frame time, and whether it had to be guessed: a usual one if it is written like the time."""
    try:
        seconds = float(text)
    except ValueError:
        raise FormatError(path, f"has a frame time of {text!r}; expected seconds.", code="number") from None
    if seconds == 0:
        return FPS, True
    if not 1 / MAX_FPS <= seconds <= 1 / MIN_FPS:
        raise FormatError(
            path, f"has a frame time of {text} seconds; expected {1 / MAX_FPS:g} to {1 / MIN_FPS}.", code="number"
        )
    digits, _, exponent = text.lower().partition("e")
    last = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    for rates in (_INTEGER_RATES, _VIDEO_RATES):
        nearest = min(rates, key=lambda rate: abs(float(1 / rate) - seconds))
        if -0.5001 * last <= float(1 / nearest) - seconds < last:  # rounded or cut off
            return nearest, False
    return Fraction(1 / seconds).limit_denominator(1001), False


def _evaluated(tree: _Hierarchy, values: Floats) -> Body:
    """The channels as rotations and places."""
    joints, offsets = len(tree.names), np.array(tree.offsets)
    first = np.cumsum([0, *map(len, tree.channels)])
    column = np.zeros((3, joints), dtype=np.intp)  # of the first, second and third rotation of each joint
    axis = np.zeros((3, joints, 3))
    moves = {}
    for joint, channels in enumerate(tree.channels):
        shift = np.zeros((len(values), 3))
        turn = 0
        for i, channel in enumerate(channels, first[joint]):
            which = "xyz".index(channel[0])
            if channel.endswith("rotation"):
                column[turn, joint] = i
                axis[turn, joint, which] = np.pi / 180
                turn += 1
            else:
                shift[:, which] = values[:, i]
        if turn < len(channels):
            middle = np.median(shift, axis=0)
            instead = tree.parents[joint] >= 0 and np.linalg.norm(middle - offsets[joint]) < np.linalg.norm(middle)
            moves[joint] = shift if instead else shift + offsets[joint]
    turns = quaternions(values[:, column[0], None] * axis[0])
    for i in (1, 2):
        turns = product(turns, quaternions(values[:, column[i], None] * axis[i]))
    return Body(tree.names, tree.parents, offsets, tree.tips, turns, moves)


def write_motion(motion: Motion, path: Path, overwrite: bool = False) -> None:
    """Write a movement in centimetres, a joint's channels Z, X, Y; the root has its position, too. Whole or not at all.

    Finger tips and toes become End Sites. Raises FileProblem.
    """
    rig = motion.rig
    order, lines = _laid_out(rig)
    turned = matrices(motion.turns)
    frames = len(motion)
    columns = []
    for joint in order:
        if rig.parents[joint] < 0:
            columns.append((motion.translation + rig.offsets[joint]) * 100)
        columns.append(np.degrees(np.unwrap(_zxy(turned[:, joint]), axis=0)))
    values = np.concatenate(columns, axis=1) + 0.0
    row = " ".join(["%.6f"] * values.shape[1]) + "\n"
    with writing_file(path, overwrite) as beside, open(beside, "w", encoding="utf-8", newline="\n") as file:
        file.write("HIERARCHY\n" + "\n".join(lines))
        file.write(f"\nMOTION\nFrames: {frames}\nFrame Time: {float(1 / motion.fps):.10f}\n")
        for numbers in values:
            file.write(row % tuple(numbers))


def _laid_out(rig: Rig) -> tuple[list[int], list[str]]:
    """The joints depth first, and the lines of the HIERARCHY."""
    below: dict[int, list[int]] = {}
    for joint, parent in enumerate(rig.parents):
        below.setdefault(parent, []).append(joint)
    tips = {joint: offset for name, (joint, offset) in rig.landmarks.items() if name.endswith(("_4", "_big_toe", "_end"))}
    order: list[int] = []
    lines: list[str] = []
    ahead: list[tuple[int, int]] = [(joint, 0) for joint in reversed(below[-1])]
    while ahead:
        joint, depth = ahead.pop()
        edge = "\t" * depth
        if joint < 0:
            lines.append(f"{edge}}}")
            continue
        order.append(joint)
        root = rig.parents[joint] < 0
        name = re.sub(r"[\s{}]+", " ", rig.skeleton.joints[joint]).strip()
        lines += [f"{edge}{'ROOT' if root else 'JOINT'} {name}", f"{edge}{{"]
        lines.append(f"{edge}\t{_offset_line((0.0, 0.0, 0.0) if root else rig.offsets[joint])}")
        position = "6 Xposition Yposition Zposition" if root else "3"
        lines.append(f"{edge}\tCHANNELS {position} Zrotation Xrotation Yrotation")
        if joint not in below:
            lines += [
                f"{edge}\tEnd Site",
                f"{edge}\t{{",
                f"{edge}\t\t{_offset_line(tips.get(joint, (0.0, 0.0, 0.0)))}",
                f"{edge}\t}}",
            ]
        ahead.append((-1, depth))
        ahead += [(child, depth + 1) for child in reversed(below.get(joint, []))]
    return order, lines


def _offset_line(metres: Any) -> str:
    x, y, z = (100 * float(side) + 0.0 for side in metres)
    return f"OFFSET {x:.6f} {y:.6f} {z:.6f}"


def _zxy(turned: Floats) -> Floats:
    """(T, 3) the angles z, x and y of rotations R = Rz Rx Ry (T, 3, 3). With x at a right angle, y takes what z leaves."""
    z = np.arctan2(-turned[:, 0, 1], turned[:, 1, 1])
    x = np.arctan2(turned[:, 2, 1], np.hypot(turned[:, 0, 1], turned[:, 1, 1]))
    cosine, sine = np.cos(z), np.sin(z)
    back = cosine[:, None] * turned[:, 0] + sine[:, None] * turned[:, 1]  # the first row without the turn about z
    return np.stack([z, x, np.arctan2(back[:, 2], back[:, 0])], axis=1)


def sniff(path: Path) -> bool:
    """A file that begins with HIERARCHY."""
    if not path.is_file():
        return False
    with open(path, "rb") as file:
        start = file.read(256)
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:9].upper() == b"HIERARCHY"


FORMAT = Format(
    name="bvh",
    title="BVH motion capture",
    suffixes=(".bvh",),
    skeleton=wholebody_134,
    keeps=("body", "left_hand", "right_hand", "fps"),
    read=read,
    read_motion=read_motion,
    write_motion=write_motion,
    sniff=sniff,
    options=Options,
)
