"""Project: what is authored, as one immutable value.

Tracks lie over one another, the first at the bottom. Each speaks for a part of the body and is made of three layers:

    RigTrack     keys (angles of joints)              + clips over them + offsets (angles) over both
    PointTrack   base (a dense sequence of points)    + clips over it   + offsets (of the canvas) over both

Keys and offsets are sparse curves; a clip is a Motion or a PoseSequence placed in time. So an authored pose is held by keys,
a detected one by its base, and either is corrected by offsets without being lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from operator import index as as_index
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from poseforge.camera import Camera
from poseforge.errors import InvalidValue
from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion, Rig
from poseforge.sequence import FPS, PoseSequence, checked_fps
from poseforge.skeleton import wholebody_134
from poseforge.timeline.curves import EASES, Curve

PARTS = ("all", "body", "left_hand", "right_hand", "face")

MAX_FRAMES = 1_000_000

TRANSLATION = "translation"
"""The name under which a rig track keys the root's way, in metres."""


def whole(number: object, what: str) -> int:
    """A number as Python's own int. InvalidValue if it is not whole."""
    try:
        return as_index(number)  # type: ignore[arg-type]
    except TypeError:
        raise InvalidValue(f"{what} is {number!r:.40}; expected a whole number") from None


def _ratio(number: object, what: str) -> Fraction:
    try:
        ratio: Fraction = Fraction(number)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise InvalidValue(f"{what} is {number!r:.40}; expected a number") from None
    if abs(ratio) > MAX_FRAMES or ratio.denominator > 10**18:
        raise InvalidValue(f"{what} is {float(ratio):.6g}; expected a simple number up to {MAX_FRAMES}")
    return ratio


def _text(*words: object) -> None:
    for word in words:
        if not isinstance(word, str):
            raise InvalidValue(f"a name that is {word!r:.40}; expected text")


Extend = Literal["hold", "loop", "ping_pong"]


@lru_cache(maxsize=64)
def part_joints(part: str, rig: Rig | None = None) -> frozenset[str]:
    """The joints of a part: of the hub skeleton, or of a rig. A wrist turns with the hand, and belongs to the body, too."""
    skeleton = rig.skeleton if rig else wholebody_134
    if part == "all":
        return frozenset((*skeleton.joints, TRANSLATION)) if rig else frozenset(skeleton.joints)
    groups = {name: {skeleton.joints[i] for i in members} for name, members in skeleton.groups}
    joints = groups.get(part, set())
    if part == "body":
        joints = joints | groups.get("feet", set()) | ({TRANSLATION} if rig else set())
    elif rig and part.endswith("_hand"):
        joints = joints | {part.replace("hand", "wrist")}
    return frozenset(joints)


@dataclass(frozen=True)
class Clip:
    """A movement or a sequence placed on a track.

    Attributes:
        id: its name within the project.
        source: what is played: a Motion on a rig track, hub points on a point track.
        start, length: its first frame in the project, and how many it lasts.
        first, rate: the source frame shown first, and source frames per project frame; a negative rate plays backwards.
        extend: what is shown beyond the source: its last frame, the start again, or the way back.
        mirrored: whether left and right are exchanged.
        blend_in, blend_out: frames in which it comes out of, and goes back into, what lies below, along `ease`.
        joints: the joints of the source that it speaks for; None for all of them.
        name: for people.
        cut_in, cut_out: frames that were cut off at its ends, inside its blends; they go on as if nothing had been.
    """

    id: str
    source: Motion | PoseSequence
    start: int
    length: int
    first: Fraction = Fraction(0)
    rate: Fraction = Fraction(1)
    extend: Extend = "hold"
    mirrored: bool = False
    blend_in: int = 0
    blend_out: int = 0
    ease: str = "minimum_jerk"
    joints: frozenset[str] | None = None
    name: str = ""
    cut_in: int = 0
    cut_out: int = 0

    def __post_init__(self) -> None:
        _text(self.id, self.name)
        for field_ in ("start", "length", "blend_in", "blend_out", "cut_in", "cut_out"):
            object.__setattr__(self, field_, whole(getattr(self, field_), f"clip {self.id!r}: {field_}"))
        for field_ in ("first", "rate"):
            object.__setattr__(self, field_, _ratio(getattr(self, field_), f"clip {self.id!r}: {field_}"))
        if not 1 <= self.length <= MAX_FRAMES or abs(self.start) > MAX_FRAMES:
            raise InvalidValue(f"clip {self.id!r}: {self.length} frames from {self.start}; expected 1 to {MAX_FRAMES}")
        if not len(self.source):
            raise InvalidValue(f"clip {self.id!r}: its source has no frames")
        if self.extend not in ("hold", "loop", "ping_pong") or self.ease not in EASES:
            raise InvalidValue(f"clip {self.id!r}: no such way to extend ({self.extend!r}) or to blend ({self.ease!r})")
        if min(self.blend_in, self.blend_out, self.cut_in, self.cut_out) < 0:
            raise InvalidValue(f"clip {self.id!r}: a blend of fewer than 0 frames")
        if isinstance(self.source, PoseSequence) and (
            self.source.skeleton != wholebody_134 or self.source.points.shape[2] != 2
        ):
            raise InvalidValue(f"clip {self.id!r}: its points are not those of the hub; use retarget.to_hub and a camera")
        unknown = (self.joints or frozenset()) - set(self.skeleton_joints) - {TRANSLATION}
        if unknown:
            raise InvalidValue(f"clip {self.id!r}: its source has no joint {min(unknown)!r}")

    @property
    def skeleton_joints(self) -> tuple[str, ...]:
        source = self.source
        return source.rig.skeleton.joints if isinstance(source, Motion) else source.skeleton.joints

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.length

    def source_frames(self, frames: NDArray[np.intp]) -> NDArray[np.float64]:
        """(T,) the source frame shown at each project frame, within 0 and the source's length."""
        at = float(self.first) + (frames - self.start) * float(self.rate)
        last = len(self.source) - 1
        if self.extend == "loop":
            return np.asarray(np.mod(at, len(self.source)))
        if self.extend == "ping_pong" and last:
            at = np.mod(at, 2 * last)
            return np.asarray(np.where(at > last, 2 * last - at, at))
        return np.clip(at, 0, last)

    def share(self, frames: NDArray[np.intp]) -> NDArray[np.float64]:
        """(T,) how much it counts at each of its frames: 1 but for the blends, where it is never nothing."""
        ease = EASES[self.ease]
        into = np.minimum((frames - self.start + self.cut_in + 1) / (self.blend_in + 1), 1)
        out = np.minimum((self.end + self.cut_out - frames) / (self.blend_out + 1), 1)
        return np.asarray(ease(into) * ease(out))


@dataclass(frozen=True)
class Track:
    """What two kinds of tracks share.

    Attributes:
        id: its name within the project.
        name: for people.
        part: which joints it may speak for, one of PARTS.
        clips: in order of their start; where two overlap, the later lies over the earlier.
        offsets: joint -> what is added over time.
        visible: hub joint -> 1 where it is shown, 0 where it is hidden; keys that hold.
        enabled, locked, weight: whether it counts, whether it may be changed, and how much of it covers what lies below.
        color: #rrggbb, in which people want to see it; empty for that of its part.
    """

    id: str
    name: str = ""
    part: str = "all"
    clips: tuple[Clip, ...] = ()
    offsets: Mapping[str, Curve] = field(default_factory=dict)
    visible: Mapping[str, Curve] = field(default_factory=dict)
    enabled: bool = True
    locked: bool = False
    weight: float = 1.0
    color: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is on it yet."""
        return not (self.clips or self.offsets or getattr(self, "keys", None) or getattr(self, "base", None) is not None)

    def __post_init__(self) -> None:
        _text(self.id, self.name, self.color)
        if self.color and not re.fullmatch(r"#[0-9a-fA-F]{6}", self.color):
            raise InvalidValue(f"track {self.id!r}: a color {self.color!r:.40}; expected #rrggbb")
        if self.part not in PARTS:
            raise InvalidValue(f"track {self.id!r}: part {self.part!r}; there are {', '.join(PARTS)}")
        if not (isinstance(self.weight, int | float | np.number) and 0 <= self.weight <= 1):
            raise InvalidValue(f"track {self.id!r}: a weight of {self.weight!r:.40}; expected 0 to 1")
        if not (isinstance(self.enabled, bool) and isinstance(self.locked, bool)):
            raise InvalidValue(f"track {self.id!r}: enabled and locked are true or false")
        object.__setattr__(self, "weight", float(self.weight))
        object.__setattr__(self, "clips", tuple(sorted(self.clips, key=lambda clip: clip.start)))
        self._check("offsets", self.size)
        self._check("visible", 1)
        for joint in self.visible:
            wholebody_134.index(joint)

    size = 0
    """Numbers in one of its keys or offsets."""

    def _check(self, name: str, size: int) -> None:
        curves = getattr(self, name)
        for joint, curve in curves.items():
            if len(curve.keys[0].values) != size:
                raise InvalidValue(f"track {self.id!r}: {name} of {joint!r} with other than {size} numbers to a key")
        object.__setattr__(self, name, MappingProxyType(dict(curves)))

    def clip_at(self, frame: int) -> Clip | None:
        """The uppermost clip that covers a frame."""
        return next((clip for clip in reversed(self.clips) if clip.start <= frame < clip.end), None)


@dataclass(frozen=True)
class RigTrack(Track):
    """A track of rotations: `keys` and `offsets` are rig joint -> curve of flex, abduct and twist in radians."""

    keys: Mapping[str, Curve] = field(default_factory=dict)

    size = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check("keys", 3)
        for clip in self.clips:
            if not isinstance(clip.source, Motion):
                raise InvalidValue(f"track {self.id!r} holds rotations; clip {clip.id!r} has points")


@dataclass(frozen=True)
class PointTrack(Track):
    """A track of points: a dense `base` that begins at frame 0, and `offsets`: hub joint -> fractions of the canvas."""

    base: PoseSequence | None = None

    size = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.base and (self.base.skeleton != wholebody_134 or self.base.points.shape[2] != 2):
            raise InvalidValue(f"track {self.id!r}: its points are not those of the hub; use retarget.to_hub and a camera")
        for clip in self.clips:
            if not isinstance(clip.source, PoseSequence):
                raise InvalidValue(f"track {self.id!r} holds points; clip {clip.id!r} has rotations")
        for joint in self.offsets:
            wholebody_134.index(joint)


@dataclass(frozen=True)
class Media:
    """A file that the project refers to: where it lies, relative to the project's own, and the SHA-256 of its bytes.

    `start` is the frame at which a sound or a video begins; `box` where a picture lies on the canvas: left, top, right and
    bottom in fractions of it.
    """

    path: str
    sha256: str
    start: int = 0
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        _text(self.path, self.sha256)
        object.__setattr__(self, "start", whole(self.start, "the start of a sound"))
        box = tuple(map(float, self.box))
        if len(box) != 4 or not all(abs(edge) <= 100 for edge in box) or not (box[0] < box[2] and box[1] < box[3]):
            raise InvalidValue(f"a picture at {box}; expected left, top, right and bottom in fractions of the canvas")
        object.__setattr__(self, "box", box)


@dataclass(frozen=True)
class Marker:
    """A frame with a name."""

    frame: int
    name: str = ""

    def __post_init__(self) -> None:
        _text(self.name)
        object.__setattr__(self, "frame", whole(self.frame, "a marker's frame"))


@dataclass(frozen=True, repr=False)
class Project:
    """Everything that is authored. A value: every edit makes a new one, which shares what did not change.

    Attributes:
        length: frames.
        fps: frames per second, the one clock of all tracks.
        tracks: from the bottom up.
        rig, camera: the performer that rig tracks move, and how it is framed; the camera's size is the canvas.
        alive: the seed of the performer's breath and drift; None holds it perfectly still.
        audio, picture, video: the speech, the reference picture, and the film that poses were taken from.
        range: the in and the out point, both inside; None for the whole.
        markers: in order of their frames.
        meta: what else the project's file held; carried, never interpreted.
    """

    length: int
    fps: Fraction = FPS
    tracks: tuple[Track, ...] = ()
    rig: Rig = field(default_factory=performer)
    camera: Camera = HALF_BODY
    alive: int | None = None
    audio: Media | None = None
    picture: Media | None = None
    video: Media | None = None
    range: tuple[int, int] | None = None
    markers: tuple[Marker, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", whole(self.length, "the length of a project"))
        if not 1 <= self.length <= MAX_FRAMES:
            raise InvalidValue(f"a project of {self.length} frames; expected 1 to {MAX_FRAMES}")
        if self.alive is not None and not 0 <= whole(self.alive, "a seed") < 2**63:
            raise InvalidValue(f"a seed of {self.alive!r:.40}; expected a whole number, or none")
        if self.range:
            object.__setattr__(self, "range", tuple(whole(frame, "the in or out point") for frame in self.range))
        ids = [track.id for track in self.tracks] + [clip.id for track in self.tracks for clip in track.clips]
        if len(set(ids)) != len(ids):
            raise InvalidValue(f"two tracks or clips are both called {max(ids, key=ids.count)!r}")
        if self.range and not 0 <= self.range[0] <= self.range[1] < self.length:
            raise InvalidValue(f"in and out point {self.range} of {self.length} frames")
        object.__setattr__(self, "markers", tuple(sorted(self.markers, key=lambda marker: marker.frame)))
        for marker in self.markers:
            if not 0 <= marker.frame < self.length:
                raise InvalidValue(f"a marker at frame {marker.frame} of {self.length}")
        for track in self.tracks:
            if isinstance(track, RigTrack):
                self._check_rig(track)
            base = track.base if isinstance(track, PointTrack) else None
            if base is not None and (base.size, base.fps) != (self.size, checked_fps(self.fps)):
                raise InvalidValue(
                    f"track {track.id!r}: a base of {base.size[0]}x{base.size[1]} at {float(base.fps):g} fps in a project "
                    f"of {self.size[0]}x{self.size[1]} at {float(self.fps):g}; place it as a clip"
                )
        object.__setattr__(self, "fps", checked_fps(self.fps))
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))

    def __repr__(self) -> str:
        clips = sum(len(track.clips) for track in self.tracks)
        return f"<Project: {self.length} frames at {float(self.fps):g} fps, {len(self.tracks)} tracks, {clips} clips>"

    def _check_rig(self, track: RigTrack) -> None:
        skeleton = self.rig.skeleton
        for joint in (track.keys.keys() | track.offsets.keys()) - {*skeleton.joints, TRANSLATION}:
            skeleton.index(joint)  # which says what is wrong
        for clip in track.clips:
            own = clip.source.rig.skeleton if isinstance(clip.source, Motion) else skeleton
            if own is not skeleton and own != skeleton:
                raise InvalidValue(f"clip {clip.id!r} moves a rig with other joints ({own.name})")

    def track(self, id: str) -> Track:
        """A track by its id. InvalidValue if there is none."""
        for track in self.tracks:
            if track.id == id:
                return track
        raise InvalidValue(f"no track {id!r}; there are {', '.join(track.id for track in self.tracks) or 'none'}")

    def clip(self, id: str) -> tuple[Track, Clip]:
        """A clip by its id, and its track. InvalidValue if there is none."""
        for track in self.tracks:
            for clip in track.clips:
                if clip.id == id:
                    return track, clip
        raise InvalidValue(f"no clip {id!r}")

    def with_track(self, track: Track) -> Project:
        """The project with the track of the same id replaced."""
        self.track(track.id)
        return replace(self, tracks=tuple(track if one.id == track.id else one for one in self.tracks))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the canvas in pixels."""
        return self.camera.size


def resting(length: int = 240, fps: Fraction | int = FPS) -> Project:
    """A new project: the performer at rest, alive, on one track for gestures."""
    return Project(length, checked_fps(fps), (RigTrack("performer", "Performer"),), alive=0)


def of_sequence(sequence: PoseSequence) -> Project:
    """A project whose base is a hub sequence. It bakes to the very same numbers."""
    camera = replace(HALF_BODY, size=sequence.size)
    return Project(max(len(sequence), 1), sequence.fps, (PointTrack("poses", "Poses", base=sequence),), camera=camera)
