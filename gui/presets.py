"""What the library offers, and what becomes of it in the project: presets, the user's favourites, how they are dragged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from math import ceil, floor
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData

from poseforge import formats, library
from poseforge.errors import FormatError, PoseForgeError
from poseforge.gesturing import stroke_of
from poseforge.quality import runs, seen
from poseforge.retarget import to_hub
from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Clip, Project, RigTrack, Track

from .session import Session
from .settings import settings
from .text import noop, spoken, tr

MIME = "application/x-poseforge-preset"
"""What is dragged from the library: JSON, {"kind": one of KINDS, "id": a preset's id or the path of a sequence}."""

KINDS = ("hands", "gestures", "sequences")
SIDES = ("left", "right")
_GIVEN = {
    "Performer": noop("Performer"), "Poses": noop("Poses"), "Gestures": noop("Gestures"), "Fill": noop("Fill"),
    "again": noop("Again"), "to and fro": noop("To and fro"), "held": noop("Held"),
}  # fmt: skip
_PACE = 1.5
"""How many times as quick or as slow as it is a gesture may become to fit into another's place."""

_SPANS = 6
"""Stretches of frames that are named one by one."""

SHAPES = ("relaxed", "open", "fist", "point", "thumb_up", "ok", "v", "flat", "stop")
"""The hand shapes on the keys 1 to 9, until the user's favourites take their places."""


def mime_data(kind: str, id: str) -> QMimeData:
    """A preset as it is dragged."""
    data = QMimeData()
    data.setData(MIME, json.dumps({"kind": kind, "id": id}).encode())
    return data


def preset_of(data: QMimeData) -> tuple[str, str] | None:
    """The kind, and the id or path, of a preset that is being dragged; None if something else is."""
    if not data.hasFormat(MIME):
        return None
    try:
        record = json.loads(bytes(data.data(MIME).data()))
        kind, id = record["kind"], record["id"]
    except (ValueError, LookupError, TypeError):
        return None
    return (kind, id) if kind in KINDS and isinstance(id, str) else None


def shown_name(preset: library.Preset) -> str:
    """What a preset is called in the user's language."""
    return preset.name.get(spoken().partition("_")[0]) or preset.title


def in_language(project: Project, before: Project | None = None) -> Project:
    """A project that was just made, with the names that the core gave to tracks and clips in the user's language. What was
    there `before` keeps its name.
    """
    gestures = library.gestures()
    known = {id for track in before.tracks for id in (track.id, *(clip.id for clip in track.clips))} if before else set()

    def words(id: str, name: str) -> str:
        if id in known:
            return name
        return tr(_GIVEN[name]) if name in _GIVEN else shown_name(gestures[name]) if name in gestures else name

    tracks = []
    for track in project.tracks:
        clips = tuple(replace(clip, name=words(clip.id, clip.name)) for clip in track.clips)
        tracks.append(replace(track, name=words(track.id, track.name), clips=clips))
    return replace(project, tracks=tuple(tracks))


def favourites(kind: str = "hands") -> list[str]:
    """The ids of the user's favourites of a kind, in the order in which they were chosen."""
    try:
        ids = json.loads(str(settings().value(f"favourites/{kind}", "[]")))
    except ValueError:
        ids = []
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []


def set_favourite(kind: str, id: str, chosen: bool) -> None:
    """Make something a favourite, or one no more."""
    ids = [one for one in favourites(kind) if one != id]
    settings().setValue(f"favourites/{kind}", json.dumps([*ids, id] if chosen else ids))


def shapes_on_keys() -> list[str]:
    """The ids of the hand shapes on the keys 1 to 9."""
    chosen = favourites()
    return [*chosen, *(id for id in SHAPES if id not in chosen)][:9]


def stroke_frame(clip: Clip) -> float | None:
    """The frame at which a gesture's clip first means what it means; None if it is not shown, or no gesture."""
    known = stroke_of(clip)
    if known is not None:
        return known
    gesture = clip.source.meta.get("gesture") if isinstance(clip.source, Motion) else None
    stroke = _stroke(gesture) if isinstance(gesture, str) else None
    if stroke is None or not clip.rate:
        return None
    frame = clip.start + (stroke - clip.first) / clip.rate
    return float(frame) if clip.start <= frame < clip.end else None


@lru_cache(maxsize=256)
def _stroke(gesture: str) -> int | None:
    try:
        return library.gesture(gesture).stroke
    except PoseForgeError:
        return None


def selected_sides(session: Session) -> list[str]:
    """The sides of which some joint is selected; both if there is none."""
    chosen = [side for side in SIDES if any(joint.startswith(side) for joint in session.joints)]
    return chosen or [*SIDES]


def hold_shape(
    session: Session,
    shape: library.HandShape,
    sides: Sequence[str],
    first: int,
    last: int,
    track: str | None = None,
    done: str = "",
) -> None:
    """Form hands of points from one frame to another, on a track if one is given, and say what was `done`, or in which frames
    there is no wrist to put one on.
    """
    track = track or session.edit_track([f"{side}_hand_root" for side in sides])
    without = np.zeros(0, dtype=bool)

    def edit(project: Project) -> Project:
        nonlocal without
        for side in sides:
            project = edits.hold_shape(project, str(track), side, first, last, shape.angles)
        shown = seen(bake(project, range(first, last + 1)))
        without = ~np.all([shown[:, wholebody_134.group(f"{side}_hand")].any(axis=1) for side in sides], axis=0)
        return project

    def tell() -> None:
        if without.any():
            spans = [f"{first + a}" if a == b else f"{first + a}–{first + b}" for a, b in runs(without)]
            text = tr(
                "{missing} of {count} frames could not take the shape, for they have no wrist to put the hand on: {frames}. "
                "Put a gesture there, or cut them off.",
                missing=int(without.sum()), count=last + 1 - first,
                frames=tr(", ").join(spans if len(spans) <= _SPANS else [*spans[:_SPANS], "…"]),
            )  # fmt: skip
            session.tell("warning", text)
        elif done:
            session.tell("hint", done)

    if track:
        session.apply_aside(tr("Hand shape: {name}", name=shown_name(shape)), edit, tell)


def give_shape(session: Session, shape: library.HandShape, sides: Sequence[str] = ()) -> bool:
    """Form hands, or the selected ones if none are given, at the current frame."""
    frame, chosen = session.frame, sides or selected_sides(session)
    pose = session.pose()
    lost = any(not seen(pose)[0, wholebody_134.index(f"{side}_hand_root")] for side in chosen)

    def edit(project: Project, track: str) -> Project:
        for side in chosen:
            project = edits.apply_shape(project, track, side, frame, shape.angles)
        return project

    given = session.posed(tr("Hand shape: {name}", name=shown_name(shape)), edit)
    if given and lost:
        everywhere = partial(hold_shape, session, shape, chosen, 0, session.project.length - 1)
        told = tr("The hand was missing and is on its wrist now, at this frame.")
        session.tell("hint", told, (tr("In all frames"), everywhere))
    return given


def place_gesture(
    session: Session, gesture: library.Gesture, mirrored: bool = False, frame: int | None = None, track: str | None = None
) -> bool:
    """Add a gesture as a clip, by default at the current frame of the selected track, and select it."""
    return _place(session, gesture.motion(), shown_name(gesture), gesture.joints, mirrored, frame, track)


def place_sequence(
    session: Session,
    sequence: PoseSequence,
    name: str,
    mirrored: bool = False,
    frame: int | None = None,
    track: str | None = None,
) -> bool:
    """Add poses as a clip, by default at the current frame of the selected track, and select it."""
    return _place(session, sequence, name, None, mirrored, frame, track)


def place_shape(session: Session, shape: library.HandShape, side: library.Side, frame: int, track: str | None = None) -> bool:
    """Add a clip in which a hand of the performer holds a shape for a second, and select it."""
    joints = frozenset(f"{side}_{joint}" for joint in shape.angles)
    motion = library.held(shape, side, session.project.fps)
    return _place(session, motion, shown_name(shape), joints, False, frame, track)


def _place(
    session: Session,
    source: Motion | PoseSequence,
    name: str,
    joints: frozenset[str] | None,
    mirrored: bool,
    frame: int | None,
    track: str | None,
) -> bool:
    title = tr("Gestures") if isinstance(source, Motion) else tr("Poses")
    start = session.frame if frame is None else frame
    place = partial(edits.place_clip, source=source, start=start, track=track or session.track, title=title)
    length = session.history.project.length
    before = {clip.id for track in session.history.project.tracks for clip in track.clips}
    added = session.apply(
        tr("Add {name}", name=name), lambda project: place(project, name=name, joints=joints, mirrored=mirrored)
    )
    if added:
        owner, clip = next((one, clip) for one in session.project.tracks for clip in one.clips if clip.id not in before)
        session.select(clip=clip.id)
        others = overlapped(owner, clip.start, clip.end, clip.id)
        if others:
            session.tell(
                "hint", tr("{name} begins at frame {frame} and overlaps {others}.", name=name, frame=start, others=others)
            )
        elif session.project.length == length:
            session.tell("hint", tr("{name} begins at frame {frame}.", name=name, frame=start))
    return added


def overlapped(track: Track, start: int, end: int, but: str = "") -> str:
    """The names of the clips of a track, without one, that are there between two frames, the second not with them."""
    names = [clip.name or clip.id for clip in track.clips if clip.id != but and clip.start < end and clip.end > start]
    return tr(", ").join(dict.fromkeys(names))


def frames_of(gesture: library.Gesture, project: Project) -> int:
    """How long a gesture lasts in a project at its own speed."""
    return max(round(gesture.length * project.fps / gesture.fps), 1)


def can_replace(session: Session, clip: str | None) -> bool:
    """Whether a gesture can be put into a clip's place: that is on a performer's open track."""
    owner = next((track for track in session.project.tracks if any(one.id == clip for one in track.clips)), None)
    return isinstance(owner, RigTrack) and not owner.locked


def replace_clip(session: Session, clip: str, gesture: library.Gesture) -> bool:
    """Put a gesture into a clip's place: as long as the clip was, and done when the project ends, as far as that does not make
    it more than half again as quick or slow, so that it means what it means at the frame where the clip did.
    """
    project = session.history.project
    owner, old = project.clip(clip)
    name, before = shown_name(gesture), old.name or old.id
    own = frames_of(gesture, project)
    quickest, slowest = ceil(own / _PACE), floor(own * _PACE)
    stroke = stroke_frame(old)
    length = min(max(old.length, quickest), slowest)
    meant = gesture.stroke / gesture.length if stroke is not None else 0.0
    at = old.start if stroke is None else stroke
    if old.end <= project.length:
        length = max(min(length, floor((project.length - at) / (1 - meant))), quickest)
    start = round(at - meant * length)
    motion = gesture.motion()
    replaced = session.apply(
        tr("Replace {old} by {name}", old=before, name=name),
        lambda project: edits.replace_clip(project, clip, motion, start, length, name=name, joints=gesture.joints),
    )
    if replaced:
        session.select(clip=clip)
        made = session.project.clip(clip)[1]
        where = {"name": name, "old": before, "first": made.start, "last": made.end - 1}
        others = overlapped(owner, made.start, made.end, clip)
        if made.length > old.length:
            text = tr("{name} cannot be as short as {old} was: it lasts from frame {first} to {last}.", **where)
        else:
            text = tr("{name} in place of {old}: frames {first} to {last}.", **where)
        session.tell("hint", f"{text} {tr('It overlaps {others}.', others=others)}" if others else text)
    return replaced


def read_sequence(path: Path) -> PoseSequence:
    """The first person in a file or folder of poses, as a point track holds it. Raises PoseForgeError."""
    person = to_hub(formats.read_poses(path)[0])
    if not len(person) or person.points.shape[2] != 2:
        problem = "holds no frames." if not len(person) else "holds poses in space."
        raise FormatError(path, problem, "Convert it to EchoMimicV2's format first.")
    return person
