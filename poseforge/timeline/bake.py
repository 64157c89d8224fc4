"""Evaluation: the tracks of a project, at some frames, as one PoseSequence.

Tracks that lie directly over one another and are of one kind make a layer. A layer of rig tracks is composed as rotations
and then seen by the camera; the bottom one shows the whole performer. Over points it shows only the joints it moves, and the
chain of bones that begins there is attached where the points have it (an arm at their shoulder, a hand at their wrist) at
their scale. Every share is a share of "this over that", so nothing counts twice, and a point that is missing is never made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from poseforge.rig import Rig, angles_about, turns_about
from poseforge.rotations import product, quaternions, slerp
from poseforge.sequence import PoseSequence, chosen_frames, frozen
from poseforge.skeleton import FINGERS, Skeleton, wholebody_134
from poseforge.timeline.clips import clips_at, joint_mask, shown_points, shown_turns
from poseforge.timeline.curves import Curve, sample
from poseforge.timeline.life import living
from poseforge.timeline.project import TRANSLATION, Clip, PointTrack, Project, RigTrack, Track, part_joints

Floats = NDArray[np.float64]
Frames = NDArray[np.intp]

_CHUNK = 256
"""Frames evaluated together: few enough to stay in the processor's cache."""

_KEPT = 8
"""Answers for single frames that are kept."""

_MOST_KNOWN = 32
"""Tracks whose values at a frame are kept."""


Answer = TypeVar("Answer")


def _kept(evaluate: Callable[[Project, int, str | None], Answer]) -> Callable[[Project, int, str | None], Answer]:
    """Evaluation that knows its last answers: an edit, and all who show what it made, ask the same one after another."""
    answers: tuple[tuple[Project, int, str | None, Answer], ...] = ()

    def ask(project: Project, frame: int, above: str | None) -> Answer:
        nonlocal answers
        before = answers
        for i, (known, at, up_to, answer) in enumerate(before):
            if known is project and at == frame and up_to == above:
                if i:  # what is asked for again and again, as the pose at a drag's start, stays
                    answers = (before[i], *before[:i], *before[i + 1 :])
                return answer
        answer = evaluate(project, frame, above)
        answers = ((project, frame, above, answer), *answers[: _KEPT - 1])  # one assignment: threads may ask as well
        return answer

    return ask


def bake(project: Project, frames: Sequence[int] | NDArray[np.intp] | None = None) -> PoseSequence:
    """The hub points of a project at some frames, or at all of them. One frame is evaluated without the others."""
    wanted = np.asarray(range(project.length) if frames is None else chosen_frames(frames), dtype=np.intp)
    return _bake_one(project, int(wanted[0]), None) if len(wanted) == 1 else _bake(project, wanted)


def _bake(project: Project, wanted: Frames) -> PoseSequence:
    points = np.full((len(wanted), len(wholebody_134), 2), np.nan)
    confidence = np.zeros(points.shape[:2])
    for begin in range(0, len(wanted), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        points[part], confidence[part] = _evaluate(project, wanted[part])
    known = _template(project)
    if known is None:
        return PoseSequence(points, confidence, fps=project.fps, size=project.size)
    meta = known.frame_meta_at(np.clip(wanted, 0, len(known) - 1))
    return replace(known, points=points, confidence=confidence, frame_meta=meta)


@_kept
def _bake_one(project: Project, frame: int, above: str | None) -> PoseSequence:
    return _bake(project, np.array([frame]))


def _template(project: Project) -> PoseSequence | None:
    """The base whose `meta` the result carries: that of the bottom track."""
    tracks = [track for track in project.tracks if track.enabled]
    base = tracks[0].base if tracks and isinstance(tracks[0], PointTrack) else None
    return base if base is not None and len(base) else None


def _evaluate(project: Project, frames: Frames) -> tuple[Floats, Floats]:
    """Points (T, 134, 2) and confidence (T, 134)."""
    picture = _Picture(len(frames))
    pose: _Pose | None = None
    bottom = True
    tracks = [track for track in project.tracks if _counts(track)]
    layers = _sampled(project, tracks, frames)
    for is_rig, group in groupby(tracks, key=lambda track: isinstance(track, RigTrack)):
        if is_rig:
            pose = _Pose(project, frames, pose, solid=bottom)
            hidden = np.zeros(picture.confidence.shape, dtype=bool)
            for track in group:
                assert isinstance(track, RigTrack)
                pose.add(track, layers)
                if track.weight >= 0.5:
                    _hide(hidden, layers[track.id, "visible"])
            pose.draw(picture)
            picture.hide(hidden)
        else:
            for track in group:
                assert isinstance(track, PointTrack)
                top = _point_track(track, frames, layers)
                picture.lay(top.points, top.confidence, top.covered * track.weight)
        bottom = False
    return picture.points, picture.confidence


def pose_at(project: Project, frame: int, above: str | None = None) -> tuple[Floats, Floats]:
    """The performer's rotations as quaternions (J, 4) and its root's way (3,) at a frame, of the tracks up to and with one."""
    return _pose_at(project, frame, above)


@_kept
def _pose_at(project: Project, frame: int, above: str | None) -> tuple[Floats, Floats]:
    frames = np.array([frame])
    pose = _Pose(project, frames, None, solid=True)
    last = next((i for i, track in enumerate(project.tracks) if track.id == above), len(project.tracks))
    tracks = [track for track in project.tracks[: last + 1] if isinstance(track, RigTrack) and _counts(track)]
    layers = _sampled(project, tracks, frames)
    for track in tracks:
        pose.add(track, layers)
    return frozen(pose.turns[0]), frozen(pose.translation[0])


@_kept
def joints_at(project: Project, frame: int, above: str | None) -> Floats:
    """(134, 3) the performer's hub joints in metres, in that pose and with its life."""
    turns, translation = pose_at(project, frame, above)
    return frozen(project.rig.hub_points(product(turns, life_at(project, frame))[None], translation[None])[0])


def shown_joints(project: Project, frame: int, track: str) -> frozenset[str]:
    """The performer's joints that are seen where a rig track lies: all at the bottom; over points those that are moved there,
    and what hangs on them.
    """
    tracks = [one for one in project.tracks if _counts(one) or one.id == track]
    for _, group in groupby(tracks, key=lambda one: isinstance(one, RigTrack)):
        layer = [one for one in group if isinstance(one, RigTrack)]
        if all(one.id != track for one in layer):
            continue
        if layer[0] is tracks[0]:
            break
        frames = np.array([frame])
        pose, layers = _Pose(project, frames, None, solid=False), _sampled(project, layer, frames)
        for one in layer:
            pose.add(one, layers)
        (share,) = project.rig.inherited(pose.share)
        return frozenset(joint for joint, seen in zip(project.rig.skeleton.joints, share > 0, strict=True) if seen)
    return part_joints("all", project.rig)


def shown_on(project: Project, frame: int, joints: Iterable[str]) -> frozenset[str]:
    """The tracks on which some hub joints are changed so that it is seen at a frame: the uppermost that says alone where most
    of them are, and where that is the performer's, those above it in its layer. None if no track says it.
    """
    wanted = [wholebody_134.index(joint) for joint in joints]
    tracks = [track for track in project.tracks if _counts(track)]
    layers = [(is_rig, [*group]) for is_rig, group in groupby(tracks, key=lambda track: isinstance(track, RigTrack))]
    for is_rig, layer in reversed(layers):
        if is_rig:
            turned = np.array([_spoken(project.rig, track, frame) for track in layer if isinstance(track, RigTrack)])
            moved = _hub_share(project.rig, project.rig.inherited(turned.astype(np.float64)))[:, wanted] > 0
            if layer[0] is not tracks[0] and moved.any(axis=0).mean() < 0.5:
                continue
            alone = np.array([_spoken(project.rig, track, frame, 1.0) for track in layer if isinstance(track, RigTrack)])
            own = np.flatnonzero((_hub_share(project.rig, alone.astype(np.float64))[:, wanted] > 0).any(axis=1))
            return frozenset(track.id for track in layer[own[-1] if len(own) else 0 :])
        for track in reversed(layer):
            at = np.array([frame])
            bare = replace(track, weight=1.0, offsets={}, visible={})
            assert isinstance(bare, PointTrack)
            if (_point_track(bare, at, _sampled(project, [bare], at)).covered[0, wanted] > 0).mean() >= 0.5:
                return frozenset([track.id])
    return frozenset()


def _spoken(rig: Rig, track: RigTrack, frame: int, least: float = 0.0) -> NDArray[np.bool_]:
    """(J,) the performer's joints that a track turns at a frame, at least by a share."""
    names, mine = rig.skeleton.joints, part_joints(track.part, rig)
    turned = joint_mask(names, frozenset(track.keys)).copy()
    for clip, _, at in clips_at(track, np.array([frame])):
        speaks = joint_mask(names, clip.joints) & bool(clip.share(at)[0] >= least)
        turned |= speaks[rig.skeleton.mirror] if clip.mirrored else speaks
    return turned & joint_mask(names, mine) & (track.weight >= least)


def life_at(project: Project, frame: int) -> Floats:
    """(J, 4) the turns that life adds to the performer's at a frame, as quaternions."""
    if project.alive is None:
        return np.broadcast_to([0.0, 0.0, 0.0, 1.0], (len(project.rig.parents), 4))
    return _life_at(project.rig, frame / float(project.fps), project.alive)


@lru_cache(maxsize=_KEPT)
def _life_at(rig: Rig, seconds: float, seed: int) -> Floats:
    return frozen(living(rig, np.array([seconds]), seed)[0])


def points_at(project: Project, track: PointTrack, frames: Frames) -> Floats:
    """The points (T, 134, 2) that a point track alone holds at some frames, hidden or not."""
    bare = replace(track, visible={})
    return _point_track(bare, frames, _sampled(project, [bare], frames)).points


def _counts(track: Track) -> bool:
    return track.enabled and track.weight > 0


class _Values(NamedTuple):
    """What the curves of one layer of a track say: the joints that have some (N,), the values (N, T, C), and of keyed angles
    the quaternions (N, T, 4). Joints are numbered as in the skeleton of the track, of the hub where hidden; -1 moves the root.
    """

    joints: Frames
    values: Floats
    turns: Floats


_Layers = dict[tuple[str, str], _Values]
"""(track, layer) -> its values."""


class _Known(NamedTuple):
    """What the curves of a track say at one frame, below what other tracks key in full, and what is keyed in full above what is
    below it. The objects it depends on are kept, so that whoever has the same ones has the same values.
    """

    track: Track
    rig: Rig
    frame: int
    covered: frozenset[str]
    layers: _Layers
    covering: frozenset[str]


_known: tuple[_Known, ...] = ()
"""The latest first: an edit changes one track of several, and a drag asks at one frame."""


def _sampled(project: Project, tracks: Sequence[Track], frames: Frames) -> _Layers:
    """The values of all curves of some tracks, those of one size together: a single frame has no time for each alone."""
    global _known
    rig, frame = project.rig, int(frames[0]) if len(frames) == 1 else -1
    layers: _Layers = {}
    wanted: dict[int, list[_Asked]] = {2: [], 3: [], 1: []}
    new: list[tuple[Track, frozenset[str], frozenset[str]]] = []
    covered: frozenset[str] = frozenset()  # what rig tracks above key in full: nobody sees the keys below
    for track in reversed(tracks):
        for known in _known if frame >= 0 else ():
            if known.track is track and known.frame == frame and known.rig is rig and known.covered == covered:
                layers |= known.layers
                covered = known.covering
                break
        else:
            asked, covering = _asked(track, rig, covered)
            for one in asked:
                wanted[track.size if one.layer != "visible" else 1].append(one)
            new.append((track, covered, covering))
            covered = covering
    for size, groups in wanted.items():
        layers |= _values(rig, size, groups, frames)
    if frame >= 0 and new:
        found = [
            _Known(track, rig, frame, above, {name: layers[name] for name in layers if name[0] == track.id}, covering)
            for track, above, covering in new
        ]
        _known = (*found, *_known[: _MOST_KNOWN - len(found)])  # one assignment: threads may ask as well
    return layers


class _Asked(NamedTuple):
    """The curves of one layer of a track that count."""

    track: str
    layer: str
    names: list[str]
    curves: list[Curve]


def _asked(track: Track, rig: Rig, covered: frozenset[str]) -> tuple[list[_Asked], frozenset[str]]:
    """The curves of a track that count below some joints that are keyed in full, and what is keyed in full with it."""
    seen = part_joints(track.part)
    mine = part_joints(track.part, rig) if isinstance(track, RigTrack) else seen
    found, covering = [], frozenset[str]()  # points between rig tracks are seen through what is above them
    for layer in ("keys", "offsets", "visible"):
        curves: Mapping[str, Curve] = getattr(track, layer, {})
        names = [name for name in curves if name in (seen if layer == "visible" else mine)]
        if layer == "keys" and isinstance(track, RigTrack):
            names = [name for name in names if name not in covered]
            covering = covered.union(names if track.weight == 1 else ())
        found.append(_Asked(track.id, layer, names, [curves[name] for name in names]))
    return found, covering


def _values(rig: Rig, size: int, groups: list[_Asked], frames: Frames) -> _Layers:
    """The values of curves with `size` numbers to a key."""
    number = _numbers(rig.skeleton if size == 3 else wholebody_134)
    joints = np.array([number[name] for group in groups for name in group.names], dtype=np.intp)
    values = sample([curve for group in groups for curve in group.curves], frames)
    turns = turns_about(rig.axes[joints][:, None], values) if size == 3 and len(joints) else values
    layers: _Layers = {}
    at = 0
    for group in groups:
        part = slice(at, at + len(group.curves))
        layers[group.track, group.layer] = _Values(joints[part], values[part], turns[part])
        at += len(group.curves)
    return layers


@lru_cache(maxsize=64)
def _numbers(skeleton: Skeleton) -> dict[str, int]:
    return {TRANSLATION: -1} | {name: i for i, name in enumerate(skeleton.joints)}


def _hide(hidden: NDArray[np.bool_], visible: _Values) -> None:
    """Mark (T, 134) where joints are hidden."""
    if len(visible.joints):
        hidden[:, visible.joints] |= visible.values[..., 0].T < 0.5


class _Picture:
    """Points that come together layer by layer: `covered` (T, K) says how much anything has spoken for a joint so far."""

    def __init__(self, frames: int) -> None:
        self.points = np.full((frames, len(wholebody_134), 2), np.nan)
        self.confidence = np.zeros(self.points.shape[:2])
        self.covered = np.zeros(self.points.shape[:2])

    def lay(self, points: Floats, confidence: Floats, share: Floats, rows: Frames | slice = slice(None)) -> None:
        """Lay points over what is there, with a share (T, K). Between a point and a missing one, the greater share decides."""
        covered, whole = self.covered[rows], share == 1
        if not covered.any() and (whole | (share == 0)).all():  # the first layer, as most often
            self.points[rows] = np.where(whole[..., None], points, np.nan)
            self.confidence[rows] = np.where(whole, confidence, 0)
            self.covered[rows] = share
            return
        total = covered + (1 - covered) * share
        part = share / np.where(total > 0, total, 1)
        below, known = self.points[rows], self.confidence[rows]
        absent, gone = np.isnan(below[..., 0]), np.isnan(points[..., 0])
        part = np.where(absent | gone, (part >= 0.5).astype(np.float64), part)
        one, none = part == 1, part == 0
        with np.errstate(invalid="ignore"):
            mixed = below + (points - below) * part[..., None]
        mixed = np.where(one[..., None], points, np.where(none[..., None], below, mixed))
        level = known + (confidence - known) * part
        self.points[rows] = mixed
        self.confidence[rows] = np.where(one, confidence, np.where(none, known, level))
        self.covered[rows] = total

    def hide(self, hidden: NDArray[np.bool_]) -> None:
        self.points[hidden] = np.nan
        self.confidence[hidden] = 0


def _point_track(track: PointTrack, frames: Frames, layers: _Layers) -> _Picture:
    """A point track by itself."""
    top = _Picture(len(frames))
    mask = joint_mask(wholebody_134.joints, part_joints(track.part))
    if track.base is not None and len(track.base):
        rows = np.flatnonzero((frames >= 0) & (frames < len(track.base)))
        base = track.base
        spoken = np.broadcast_to(mask & base.known, (len(rows), len(mask))).astype(np.float64)
        top.lay(base.points[frames[rows]], base.confidence[frames[rows]], spoken, rows)
    for clip, rows, at in clips_at(track, frames):
        points, confidence, speaks = shown_points(clip, at)
        share = clip.share(at)[:, None] * (mask & speaks)
        top.lay(points, confidence, share, rows)
    joints, offsets, _ = layers[track.id, "offsets"]
    if len(joints):
        top.points[:, joints] += offsets.swapaxes(0, 1)
    hidden = np.zeros(top.confidence.shape, dtype=bool)
    _hide(hidden, layers[track.id, "visible"])
    top.hide(hidden)
    return top


class _Pose:
    """The performer's pose as rig tracks come together: `share` (T, J) says how much they have spoken for a joint."""

    def __init__(self, project: Project, frames: Frames, below: _Pose | None, solid: bool) -> None:
        self.project, self.frames, self.solid = project, frames, solid
        rig = project.rig
        self.turns: Floats = np.array(below.turns) if below else np.tile(quaternions(rig.stance), (len(frames), 1, 1))
        self.translation: Floats = np.array(below.translation) if below else np.zeros((len(frames), 3))
        self.share = np.full(self.turns.shape[:2], 1.0 if solid else 0.0)

    def add(self, track: RigTrack, layers: _Layers) -> None:
        """Lay one track over the pose."""
        rig = self.project.rig
        mine = part_joints(track.part, rig)
        before = (self.turns.copy(), self.translation.copy(), self.share.copy()) if track.weight < 1 else None
        self._set(layers[track.id, "keys"])
        for clip, rows, at in clips_at(track, self.frames):
            self._lay_clip(clip, rows, at, mine)
        self._offset(layers[track.id, "offsets"])
        if before:
            self._weigh(before, track.weight)

    def _set(self, keys: _Values) -> None:
        """Take what is keyed."""
        if not len(keys.joints):
            return
        turning = keys.joints >= 0
        joints = keys.joints[turning]
        self.turns[:, joints] = keys.turns[turning].swapaxes(0, 1)
        self.share[:, joints] = 1
        if not turning.all():
            self.translation = keys.values[~turning][0]

    def _lay_clip(self, clip: Clip, rows: Frames, frames: Frames, mine: frozenset[str]) -> None:
        skeleton = self.project.rig.skeleton
        speaks = joint_mask(skeleton.joints, clip.joints)
        joints = np.flatnonzero((speaks[skeleton.mirror] if clip.mirrored else speaks) & joint_mask(skeleton.joints, mine))
        turns, translation = shown_turns(clip, frames, joints)
        share, grid = clip.share(frames), (rows[:, None], joints)
        old = self.share[grid]
        total = old + (1 - old) * share[:, None]
        part = share[:, None] / total
        whole = bool((part == 1).all())
        self.turns[grid] = turns if whole else slerp(self.turns[grid], turns, part)
        self.share[grid] = total
        if (clip.joints is None or TRANSLATION in clip.joints) and TRANSLATION in mine:
            self.translation[rows] += (translation - self.translation[rows]) * share[:, None]

    def _offset(self, offsets: _Values) -> None:
        """Add offsets to the angles that some joints show, and to the root's way."""
        if not len(offsets.joints):
            return
        turning = offsets.joints >= 0
        joints = offsets.joints[turning]
        axes, added = self.project.rig.axes[joints], offsets.values[turning].swapaxes(0, 1)
        now, (low, high) = angles_about(axes, self.turns[:, joints]), np.moveaxis(self.project.rig.limits[joints], -1, 0)
        moved = np.clip(now + added, np.minimum(low, now), np.maximum(high, now))  # no farther beyond a limit than it was
        self.turns[:, joints] = turns_about(axes, moved)
        if not turning.all():
            self.translation = self.translation + offsets.values[~turning][0]

    def _weigh(self, before: tuple[Floats, Floats, Floats], weight: float) -> None:
        """Take back all but `weight` of what a track did."""
        turns, translation, share = before
        total = share + (self.share - share) * weight
        over = weight / (share + (1 - share) * weight)
        self.turns = slerp(turns, self.turns, over)
        self.translation = translation + (self.translation - translation) * weight
        self.share = total

    def draw(self, picture: _Picture) -> None:
        """Lay the performer, as the camera sees it, over a picture."""
        project = self.project
        rig, turns = project.rig, self.turns
        if project.alive is not None and len(self.frames) == 1:
            turns = product(turns, life_at(project, int(self.frames[0])))
        elif project.alive is not None:
            turns = product(turns, living(rig, self.frames / float(project.fps), project.alive))
        seen = project.camera.canvas(rig.hub_points(turns, self.translation))
        if self.solid:
            share = np.ones(seen.shape[:2])
        else:
            share, anchors = _moved(rig, self.share)
            seen = _attached(seen, picture.points, anchors, project.size)
        picture.lay(seen, np.where(np.isnan(seen[..., 0]), 0.0, 1.0), share)


_CHAINS: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    **{
        f"{side}_arm": (
            (tuple(f"{side}_{finger}_{i}" for finger in FINGERS for i in (1, 2, 3)), f"{side}_wrist"),
            *(((f"{side}_{joint}",), f"{side}_{joint}") for joint in ("wrist", "elbow", "shoulder")),
        )
        for side in ("left", "right")
    },
    "head": ((("head",), "neck"), (("neck",), "neck")),
}
"""What moves the points of a chain, and where the chain is attached then, from the outside in."""


def _moved(rig: Rig, share: Floats) -> tuple[Floats, dict[str, NDArray[np.intp]]]:
    """How much of each hub joint (T, 134) rig tracks move, and for each chain the hub joint (T,) it hangs from, or -1."""
    inherited = rig.inherited(share)
    result = _hub_share(rig, inherited)
    anchors = {}
    for chain, links in _CHAINS.items():
        anchor = np.full(len(share), -1)
        for names, root in links:
            anchor[(share[:, [rig.skeleton.index(name) for name in names]] > 0).any(axis=1)] = wholebody_134.index(root)
        trunk = rig.parents[rig.skeleton.index(links[-1][0][0])]
        anchor[inherited[:, trunk] > 0] = -1  # the body moves as a whole: the performer stands where it stands
        anchors[chain] = anchor
    return result, anchors


def _hub_share(rig: Rig, share: Floats) -> Floats:
    """(T, 134) how much of each hub joint goes with the performer's joints (T, J)."""
    result = np.zeros((len(share), len(wholebody_134)))
    result[:, rig.riders[0]] = np.where(rig.movers >= 0, share[:, rig.movers], 0.0)
    return result


def _chain_points(chain: str) -> NDArray[np.intp]:
    side = chain.removesuffix("_arm")
    wanted: tuple[str, ...] = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
    if chain != "head":
        wanted = (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")
    group = wholebody_134.group("face" if chain == "head" else f"{side}_hand")
    return np.concatenate([[wholebody_134.index(name) for name in wanted], group])


_CHAIN_POINTS = {chain: _chain_points(chain) for chain in _CHAINS}
_SHOULDERS = [wholebody_134.index("left_shoulder"), wholebody_134.index("right_shoulder")]


def _attached(seen: Floats, below: Floats, anchors: dict[str, NDArray[np.intp]], size: tuple[int, int]) -> Floats:
    """The performer's points (T, 134, 2) with every chain moved to where the points below have its root, at their scale."""
    result = seen.copy()
    widths = [np.linalg.norm((p[:, _SHOULDERS[0]] - p[:, _SHOULDERS[1]]) * size, axis=1) for p in (below, seen)]
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = widths[0] / widths[1]
    scale = np.where(np.isfinite(scale), scale, 1.0)
    every = np.arange(len(seen))
    for chain, anchor in anchors.items():
        root = below[every, anchor]
        rows = np.flatnonzero((anchor >= 0) & ~np.isnan(root[:, 0]))
        if len(rows):
            joints = _CHAIN_POINTS[chain]
            away = seen[(rows[:, None], joints)] - seen[rows, anchor[rows]][:, None]
            result[(rows[:, None], joints)] = root[rows][:, None] + away * scale[rows, None, None]
    return result
