"""What corrects a clip: the offsets over it, held to it by two pins, the keys before its first frame and after its last.

They belong to the clip and go where it goes, also those of joints that it does not move itself. What is keyed over a clip
without pins belongs to the track and stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import Any, TypeVar

from poseforge.sequence import PoseSequence
from poseforge.skeleton import Skeleton
from poseforge.timeline.curves import Curve, Interval, Key
from poseforge.timeline.edits.tracks import with_curves
from poseforge.timeline.project import TRANSLATION, Clip, Track

Corrections = Mapping[str, Curve]
"""Joint -> offsets over a clip whose first frame is 0: from the pin at -1 to the one after its last frame."""

Kind = TypeVar("Kind", bound=Track)


def mirrored_joint(joint: str, skeleton: Skeleton) -> str:
    """The joint on the other side, itself on the midline."""
    return joint if joint == TRANSLATION else skeleton.joints[skeleton.mirror[skeleton.index(joint)]]


def speaks(clip: Clip, joint: str) -> bool:
    """Whether a clip moves a joint."""
    if clip.joints is None:
        return True
    skeleton = clip.source.skeleton if isinstance(clip.source, PoseSequence) else clip.source.rig.skeleton
    return (mirrored_joint(joint, skeleton) if clip.mirrored else joint) in clip.joints


def clip_of(track: Track, joint: str, frame: int) -> Clip | None:
    """The clip to which a change of a joint at a frame belongs: the uppermost that moves it, else the uppermost."""
    covering = [clip for clip in reversed(track.clips) if _covers(clip, frame)]
    return next((clip for clip in covering if speaks(clip, joint)), covering[0] if covering else None)


def confined(curve: Curve | None, clip: Clip, size: int) -> Curve:
    """A curve of offsets that keeps its values outside a clip, whatever becomes of it inside."""
    return (curve or Curve.constant([0.0] * size, clip.start - 1)).pinned(clip.start - 1).pinned(clip.end)


def taken(track: Kind, clip: Clip) -> tuple[Kind, Corrections]:
    """A track without what corrects one of its clips, and that. A drag asks for the same again and again, and is answered at
    once.
    """
    global _latest
    latest = _latest
    if latest is None or latest[0] is not track or latest[1] is not clip:
        _latest = latest = track, clip, _taken(track, clip)
    return latest[2]


_latest: tuple[Track, Clip, tuple[Any, Corrections]] | None = None


def _taken(track: Kind, clip: Clip) -> tuple[Kind, Corrections]:
    rest: dict[str, Curve | None] = {}
    found = {}
    for joint, curve in track.offsets.items():
        if _corrects(curve, joint, clip):
            place = _Place(track, joint, clip)
            if any(map(place.mine, curve.frames[slice(*_reach(curve, clip))])):
                rest[joint], found[joint] = place.taken(curve)
    return (with_curves(track, offsets=rest) if found else track), found


def given(track: Kind, clip: Clip, corrections: Corrections) -> Kind:
    """A track on which one of its clips is corrected, which was not. What corrects those over it stays; where it covers others,
    its corrections take the place of theirs.
    """
    made = {joint: _Place(track, joint, clip).given(track.offsets.get(joint), curve) for joint, curve in corrections.items()}
    return with_curves(track, offsets=made) if made else track


def trimmed(corrections: Corrections, first: int, end: int) -> dict[str, Curve]:
    """What corrects a clip, from a frame of it to before another: where both have been, nothing changes."""
    made = {}
    for joint, curve in corrections.items():
        before, after = curve.keys[0], curve.keys[-1]
        if first > 0 and curve.value(first - 1) != before.values:
            curve = curve.inserted(first)
        if end < after.frame and curve.value(end) != after.values:
            curve = curve.inserted(end - 1)
        curve = curve.inserted(first - 1).inserted(end)
        inner = [key for key in curve.keys if first <= key.frame < end]
        pin = curve.key(first - 1)
        lead = pin.after if pin and pin.values == before.values else Interval()
        keys = (Key(first - 1, before.values, lead), *inner, Key(end, after.values))
        if any(key.values != before.values for key in keys):
            made[joint] = Curve(keys).retimed(lambda frame: frame - first)
    return made


def stretched(corrections: Corrections, length: int) -> dict[str, Curve]:
    """What corrects a clip, when that lasts for another number of frames."""

    def scaled(curve: Curve) -> Curve:
        old = curve.keys[-1].frame

        def moved(frame: int) -> int:
            if 0 <= frame < old:
                return length - 1 if frame == old - 1 else min(round(frame * length / old), length - 1)
            return frame if frame < 0 else length

        return curve.retimed(moved)

    return {joint: scaled(curve) for joint, curve in corrections.items()}


def reversed_in_time(corrections: Corrections) -> dict[str, Curve]:
    """What corrects a clip, when that is played backwards."""

    def turned(curve: Curve) -> Curve:
        last = curve.keys[-1].frame - 1
        ways = [Interval(), *(_backwards(key.after) for key in curve.keys[:-1])]
        keys = [Key(last - key.frame, key.values, way) for key, way in zip(curve.keys, ways, strict=True)]
        return Curve(tuple(reversed(keys)))

    return {joint: turned(curve) for joint, curve in corrections.items()}


def _backwards(way: Interval) -> Interval:
    """The way between two keys from the second to the first."""
    kind = way.kind
    if kind.endswith(("_in", "_out")) and not kind.endswith("_in_out"):
        kind = kind.removesuffix("_in") + "_out" if kind.endswith("_in") else kind.removesuffix("_out") + "_in"
    handles = tuple((1 - c, d, 1 - a, b) for a, b, c, d in way.handles)
    return Interval(kind, 1 - way.end, 1 - way.start, handles)


def _covers(clip: Clip, frame: int) -> bool:
    return clip.start <= frame < clip.end


def _pins(clip: Clip) -> tuple[int, int]:
    return clip.start - 1, clip.end


def _corrects(curve: Curve, joint: str, clip: Clip) -> bool:
    """Whether keys of a joint's offsets correct a clip: there are pins, and something between them. Keys at all frames over and
    beyond a clip that does not move the joint are the track's.
    """
    first, last = _pins(clip)
    if curve.key(first) is None or curve.key(last) is None:
        return False
    dense = bisect_right(curve.frames, last + 1) - bisect_left(curve.frames, first - 1) == last - first + 3
    return curve.frames[bisect_right(curve.frames, first)] < last and (speaks(clip, joint) or not dense)


class _Place:
    """Where a clip lies among those others that touch it and are corrected in the same joint. A frame is the uppermost's of
    those that move the joint, else the uppermost's.
    """

    def __init__(self, track: Track, joint: str, clip: Clip) -> None:
        self.clip = clip
        curve = track.offsets.get(joint)
        touching = [
            one for one in sorted(track.clips, key=lambda one: speaks(one, joint))
            if curve and one.start <= clip.end + 1 and one.end >= clip.start - 1
            and (one.id == clip.id or _corrects(curve, joint, one))
        ]  # fmt: skip
        own = next((i for i, one in enumerate(touching) if one.id == clip.id), 0)
        self.above = touching[own + 1 :]
        below = [one for i, one in enumerate(touching[:own]) if curve and _shows(curve, one, touching[i + 1 :])]
        self.others = below + self.above

    def mine(self, frame: int) -> bool:
        return _covers(self.clip, frame) and not any(_covers(one, frame) for one in self.above)

    def theirs(self, frame: int) -> bool:
        return not self.mine(frame) and any(_covers(one, frame) for one in self.others)

    def seams(self) -> list[tuple[int, int]]:
        """Frames of the clip next to another's, which come second."""
        edges = [(self.clip.start, self.clip.start - 1), (self.clip.end - 1, self.clip.end)]
        for one in self.above:
            edges += [(one.start - 1, one.start), (one.end, one.end - 1)]
        return [(inside, outside) for inside, outside in edges if self.mine(inside) and self.theirs(outside)]

    def crossed(self) -> list[int]:
        """The pins of others that lie in the clip."""
        return [pin for one in self.others for pin in _pins(one) if self.mine(pin)]

    def _around(self, curve: Curve) -> Iterator[Key]:
        """The keys between the clip's pins that are not its own."""
        begin, end = _reach(curve, self.clip)
        near = _picked(curve.keys[begin : end + 1], lambda frame: not self.mine(frame))
        return (key for key in near if key.frame <= self.clip.end)

    def taken(self, curve: Curve) -> tuple[Curve | None, Curve]:
        """Offsets without the clip's corrections, and those."""
        pins = _pins(self.clip)
        free = [pin for pin in pins if not self.theirs(pin)]
        level = curve.value(free[0]) if free else (0.0,) * len(curve.keys[0].values)
        for frame in (frame for seam in self.seams() for frame in seam):
            curve = curve.pinned(frame)
        begin, end = _reach(curve, self.clip)
        own = [
            key if self.mine(key.frame) or key.frame in free else key._replace(values=level)
            for key in _picked(curve.keys[begin:end], lambda frame: self.mine(frame) or frame in pins)
        ]
        kept = {key.frame: key for key in self._around(curve)}
        kept |= {pin: Key(pin, level) for pin in self.crossed()}
        rest: Curve | None = _spliced(curve, self.clip, kept)
        for pin in free:
            if rest and not any(pin in _pins(one) for one in self.others):
                rest = _unpinned(rest, pin)
        return rest, Curve(tuple(own)).retimed(lambda frame: frame - self.clip.start)

    def given(self, curve: Curve | None, corrections: Curve) -> Curve:
        """Offsets with the clip's corrections."""
        clip, (first, last) = self.clip, _pins(self.clip)
        moved = corrections.retimed(lambda frame: frame + clip.start)
        before, after = moved.keys[0], moved.keys[-1]
        curve = confined(curve, clip, len(before.values))
        seams = self.seams()
        if curve.value(first) != before.values:  # what is shown in the clip does not go by what is around it
            seams.append((clip.start, first))
        if curve.value(last) != after.values:
            seams.append((clip.end - 1, last))
        for inside, outside in seams:
            moved, curve = moved.inserted(inside), curve.pinned(outside)
        made = {key.frame: key for key in self._around(curve)}
        made[first] = made[first]._replace(after=before.after)
        own = _picked(moved.keys, lambda frame: self.mine(frame) or frame == last)
        made |= {key.frame: key for key in own if key.frame != last}
        curve = _spliced(curve, clip, made)
        for pin in self.crossed():
            curve = curve.pinned(pin)
        return curve


def _shows(curve: Curve, clip: Clip, above: Sequence[Clip]) -> bool:
    """Whether a clip has keys that no clip above it covers."""
    keyed = (frame for frame in curve.frames[slice(*_reach(curve, clip))] if _covers(clip, frame))
    return any(not any(_covers(one, frame) for one in above) for frame in keyed)


def _reach(curve: Curve, clip: Clip) -> tuple[int, int]:
    """The place of a clip's first pin among the keys, and that after its last one."""
    first, last = _pins(clip)
    return bisect_left(curve.frames, first), bisect_right(curve.frames, last)


def _spliced(curve: Curve, clip: Clip, keys: Mapping[int, Key]) -> Curve:
    """A curve with other keys from one pin of a clip to the other."""
    return curve.spliced(*_reach(curve, clip), [keys[frame] for frame in sorted(keys)])


def _picked(keys: Sequence[Key], wanted: Callable[[int], bool]) -> Iterator[Key]:
    """Some of the keys of a curve. The ways to those left out lead to other keys now and are plain ones."""
    for key, following in zip_longest(keys, keys[1:]):
        if wanted(key.frame):
            leads = following and wanted(following.frame)
            yield key if leads or key.after == Interval() else key._replace(after=Interval())


def _unpinned(curve: Curve, frame: int) -> Curve | None:
    """A curve without a key that does nothing, if it is such a one; None if nothing is left."""
    place = bisect_left(curve.frames, frame)
    around = curve.keys[max(place - 1, 0) : place + 2]
    alone = len(around) == 1 and any(around[0].values)
    if alone or not all(key.still(following) for key, following in pairwise(around)):
        return curve
    if len(around) == 1:
        return None
    if place == len(curve.keys) - 1:
        return curve.spliced(place - 1, place + 1, [curve.keys[place - 1]._replace(after=Interval())])
    return curve.spliced(place, place + 1, [])
