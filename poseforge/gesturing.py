"""Gestures for speech: filling a project to the length of its sound, and placing gestures on stressed syllables.

What people do while they talk (Kendon, *Gesture*, 2004; McNeill, *Hand and Mind*, 1992): a hand leaves rest, makes its strokes
on stressed syllables, holds between them, and goes back to rest in a pause; a new gesture begins from the hold of the last.
The strokes fall on the beats (Loehr, *Temporal, structural, and pragmatic synchrony between intonation and gesture*, Laboratory
Phonology 3, 2012). How often and how fast is chosen so that the figures are those of EchoMimicV2's own talking people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from poseforge import library
from poseforge.errors import InvalidValue
from poseforge.rig import Motion
from poseforge.rotations import quaternions, rotation_vectors, slerp
from poseforge.sequence import PoseSequence
from poseforge.speech import Speech
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import Curve, Key
from poseforge.timeline.edits import new_id
from poseforge.timeline.edits.corrections import speaks
from poseforge.timeline.project import Clip, PointTrack, Project, RigTrack

Filling = Literal["loop", "ping_pong", "idle"]
IDLE = "breathing_both"
SIDES = ("left", "right")

SEAM_S = 0.5
"""Seconds in which one pass of a filled project becomes the next, unless its end leads to its start already."""

HELD_S = 0.25
"""So many seconds that lack at the end are not worth a seam: the last pose is held."""

CLOSED = 0.005
"""A point nearer than this to where it began, in canvas widths, has come back."""

PAUSE_S = 0.5
"""A pause longer than this lets the hands rest."""

HOLD_S, RETURN_S = (0.4, 1.3), 0.8
"""How long a hand holds after its stroke, at least and at most, and how long it takes back to rest."""

LONGEST_HOLD_S = 1.5
"""Between strokes of one phrase; if the next is later, the hand goes to rest and comes again."""

APPROACH_S, SHOWING_S = 0.42, 0.65
"""How long before its stroke a beat begins that grows out of the hold of another gesture, and one that shows something."""

SHOWN_S = 1.0
"""Seconds from a gesture that shows something to the strokes before and after it, at least."""

FROM_REST_S = 0.25
"""Seconds in which a gesture comes out of rest, for no two rests are quite the same."""

TEMPOS = (Fraction(9, 10), Fraction(1), Fraction(11, 10))
"""How fast a gesture is played, one of these by chance."""

REACHES = (0.84, 0.92, 1.0)
"""How far an arm goes of the way that its gesture shows, from the weakest beats to the strongest: nobody beats alike twice."""

SHORTEST_IDLE_S = 2.0
"""An idle is played in silence at least this long, and breaks off within half a second."""

MIRRORED = 0.35
"""How often the left hand leads: most people lead with the right."""

TAP_S, TAP_DEG = 0.5, 6.0
"""Seconds between the small beats of a hand that is held up, and how far the elbow opens for the strongest."""

NOD_S, NOD_DEG = 0.6, 4.5
"""Seconds between nods at least, and how far the head nods on the strongest syllable."""

SWAY_DEG = {
    "neck": (1.0, 1.0, 3.0),
    "spine_1": (0.4, 1.0, 1.5),
    **{f"{side}_shoulder": (0.7, 0.7, 1.5) for side in SIDES},
    **{f"{side}_wrist": (4.0, 3.0, 0.0) for side in SIDES},
    **{f"{side}_{finger}_1": (5.0, 1.5, 0.0) for side in SIDES for finger in ("thumb", "index", "middle", "ring", "little")},
}
"""How far joints flex, abduct and twist in a second or two, so that no two holds and no two rests are quite the same. The head
moves 1 to 4 % of the canvas then, as recorded."""

_SLOWING = 0.78

Vector = tuple[float, ...]
STILL: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Style:
    """How someone gestures.

    Attributes:
        pool: gesture id -> how often it is chosen, relative to the others.
        spacing: seconds between strokes, at least.
        least: how strong a beat must be to be gestured, 0 to 1.
    """

    pool: Mapping[str, float]
    spacing: float
    least: float


STYLES: dict[str, Style] = {
    "calm": Style({"hands_part_both": 3, "beat_small_right": 3, "present_right": 2, "beat_both": 1}, 1.6, 0.45),
    "natural": Style(
        {"beat_small_right": 3, "hands_part_both": 2, "beat_both": 2, "present_right": 2, "beat_large_right": 1,
         "palms_open_both": 1}, 1.1, 0.3,
    ),
    "lively": Style(
        {"beat_large_right": 3, "beat_both": 3, "present_right": 3, "palms_open_both": 2, "beat_small_right": 2}, 0.8, 0.2
    ),
}  # fmt: skip


def fill(project: Project, length: int, how: Filling = "loop") -> Project:
    """The project made `length` frames long, its own frames first: then again, to and fro, or at rest with an idle.

    What follows lies on a track of its own above the others, as clips; a pass grows out of the last within half a second, or
    follows it at once where the project ends as it began: a closed loop. If but a few frames lack, the last pose is held. A
    project that is long enough already is cut. InvalidValue for an unknown way.
    """
    if how not in ("loop", "ping_pong", "idle"):
        raise InvalidValue(f"filling {how!r}; there are loop, ping_pong and idle")
    if length <= project.length:
        inside = project.range if project.range and project.range[1] < length else None
        markers = tuple(marker for marker in project.markers if marker.frame < length)
        return replace(project, length=length, range=inside, markers=markers)
    id = new_id(project, "fill")
    seam = min(round(SEAM_S * project.fps), project.length - 1)
    clips = tuple(replace(clip, id=f"{id}-clip-{i}") for i, clip in enumerate(_passes(project, length, how, seam), 1))
    kind = RigTrack if isinstance(clips[0].source, Motion) else PointTrack
    return replace(project, length=length, tracks=(*project.tracks, kind(id, "Fill", clips=clips)))


def _passes(project: Project, length: int, how: Filling, seam: int) -> Iterator[Clip]:
    """What fills a project from its end on, or from a seam before it."""
    end, few = project.length, round(HELD_S * project.fps)
    if how == "idle" and length - end > few:
        idle, start = library.gesture(IDLE).motion(), end - seam
        rate = idle.fps / project.fps
        yield Clip("", idle, start, length - start, rate=rate, extend="ping_pong", blend_in=seam, name=IDLE)
        return
    once = replace(bake(project), meta={"filled": how})
    if how == "ping_pong":
        yield Clip("", once, end, length - end, first=Fraction(end), extend="ping_pong", name="to and fro")
        return
    if how == "loop" and _closed(once):
        seam = few = 0
    if length - end <= few:
        yield Clip("", once, end, length - end, first=Fraction(end - 1), name="held")
        return
    while end < length:
        begin = end - seam
        end = begin + project.length
        if length - end <= few:  # the last pass is cut, or holds its last pose
            end = length
        yield Clip("", once, begin, end - begin, blend_in=seam, name="again")


def _closed(poses: PoseSequence) -> bool:
    """Whether the step from the last frame to the first is as small as those before and after it."""
    points = poses.points * np.array(poses.size) / poses.size[0]
    steps = np.linalg.norm(points[[0, 1, -1]] - points[[-1, 0, -2]], axis=2) if len(points) > 1 else np.zeros((3, 1))
    gap, *beside = steps[:, ~np.isnan(steps[0])]
    if not len(gap):
        return False
    return bool(gap.max() <= max(CLOSED, float(np.nanmax(beside, initial=0.0))))


def autogesture(project: Project, speech: Speech, style: str = "natural", seed: int = 0) -> Project:
    """A track of gestures whose strokes fall on the beats of speech, above what the project holds.

    Every gesture is an ordinary clip; its source's meta tells the `gesture` and the frame of its `stroke`. Strokes lie on
    beats to the nearest frame, and two gestures in a row are never the same. In pauses longer than half a second the hands
    go to rest; in long ones an idle is played. Equal seeds give equal clips. Raises InvalidValue for an unknown style.
    """
    if style not in STYLES:
        raise InvalidValue(f"style {style!r}; there are {', '.join(STYLES)}")
    random = np.random.default_rng(seed)
    pool = {id: _phases(library.gesture(id)) for id in STYLES[style].pool}
    ready = max(phases.stroke / float(phases.fps * TEMPOS[0]) for phases in pool.values())
    strokes = list(_strokes(speech, STYLES[style], project, placed(project), ready))
    clips: list[Clip] = []
    chosen = _chosen(strokes, STYLES[style], pool, random, float(project.fps))
    for i, stroke in enumerate(chosen):
        clips.append(_clip(stroke, clips, chosen[i + 1 :], project))
    taps = _taps(clips, speech, project)
    clips += _idles(clips, project)
    id = new_id(project, "gestures")
    named = tuple(replace(clip, id=f"{id}-clip-{i}") for i, clip in enumerate(clips, 1))
    body = _body(speech, project, np.random.default_rng([seed, 1]))
    return replace(project, tracks=(*project.tracks, RigTrack(id, "Gestures", clips=named, offsets=body | taps)))


def placed(project: Project) -> list[Clip]:
    """The clips that someone has placed and that say something, of which autogesture keeps clear: no idles, and not what only
    fills.
    """
    idle = {gesture.id for gesture in library.gestures().values() if gesture.tempo == "idle"}
    clips = [clip for track in project.tracks if track.enabled for clip in track.clips]
    return [clip for clip in clips if clip.source.meta.get("gesture") not in idle and "filled" not in clip.source.meta]


def stroke_of(clip: Clip) -> int | None:
    """The project frame of a clip's stroke, if its source says where it is and the clip shows it."""
    stroke = clip.source.meta.get("stroke")
    if stroke is None or not clip.rate:
        return None
    frame = clip.start + round((stroke - clip.first) / clip.rate)
    return frame if clip.start <= frame < clip.end else None


class _Phases(NamedTuple):
    """A gesture from where it begins to move to where its stroke has come to rest, once for each of REACHES."""

    id: str
    motions: tuple[Motion, ...]
    stroke: int
    joints: frozenset[str] | None
    hands: frozenset[str]

    @property
    def fps(self) -> Fraction:
        return self.motions[0].fps

    @property
    def beats(self) -> bool:
        """Whether it only keeps time and shows nothing."""
        return self.id.startswith("beat")


def _phases(gesture: library.Gesture) -> _Phases:
    poses = bake(library.performance([gesture], alive=None))
    wrists = np.stack([poses.joint("left_wrist"), poses.joint("right_wrist")])
    speed = np.linalg.norm(np.diff(wrists, axis=1), axis=2).max(axis=0) * float(gesture.fps)
    onset = max(int(np.argmax(speed > 0.05)) - 2, 0)
    peak = gesture.stroke - 6 + int(np.argmax(speed[gesture.stroke - 6 : gesture.stroke + 1]))
    lands = min(peak + 2, gesture.stroke)
    settled = lands + 1 + int(np.argmin(speed[lands : lands + 4]))
    whole = gesture.motion()
    slower = settled + np.cumsum(_SLOWING ** np.arange(1, 16))  # a hand comes to rest, it does not stop
    times = np.clip(np.concatenate([np.arange(onset, settled + 1), slower]), 0, len(whole) - 1)
    low = np.minimum(times.astype(np.intp), len(whole) - 2)
    turns = slerp(whole.turns[low], whole.turns[low + 1], (times - low)[:, None])
    meta = {"gesture": gesture.id, "stroke": lands - onset}
    shown = replace(whole, rotations=rotation_vectors(turns), translation=whole.translation[low], meta=meta)
    hands = frozenset(side for side in SIDES if f"{side} arm" in gesture.parts)
    return _Phases(gesture.id, tuple(_reaching(shown, reach) for reach in REACHES), lands - onset, gesture.joints, hands)


def _reaching(motion: Motion, reach: float) -> Motion:
    """The motion with arms that go only a share of the way from where they rest."""
    rig = motion.rig
    arms = [rig.skeleton.index(f"{side}_{joint}") for side in SIDES for joint in ("shoulder", "elbow")]
    rotations = motion.rotations.copy()
    rotations[:, arms] = rotation_vectors(slerp(quaternions(rig.stance[arms]), motion.turns[:, arms], reach))
    return replace(motion, rotations=rotations)


class _Stroke(NamedTuple):
    """A stroke that may be made: at which frame, in which phrase, where that ends, how strong its beat is."""

    frame: int
    phrase: int
    end: int
    strength: float


class _Chosen(NamedTuple):
    """A stroke and what makes it."""

    stroke: _Stroke
    gesture: _Phases
    motion: Motion
    tempo: Fraction
    hold: int
    mirrored: bool

    @property
    def hands(self) -> frozenset[str]:
        return self.gesture.hands if not self.mirrored else frozenset(SIDES) - self.gesture.hands or self.gesture.hands


def _beats(speech: Speech, project: Project) -> list[tuple[int, float]]:
    """The beats of speech as project frames, with their strengths."""
    lead = 0 if project.audio is None else project.audio.start
    frames = lead + np.round(speech.beats * float(project.fps)).astype(np.intp)
    return list(zip(frames.tolist(), speech.strengths.tolist(), strict=True))


def _strokes(speech: Speech, style: Style, project: Project, kept: list[Clip], ready: float) -> Iterator[_Stroke]:
    """Where strokes may be: on strong beats, far enough apart, where there is room to get ready."""
    fps = float(project.fps)
    lead = 0 if project.audio is None else project.audio.start
    phrases: list[list[float]] = []
    for begin, end in speech.spoken:
        if phrases and begin - phrases[-1][1] <= PAUSE_S:
            phrases[-1][1] = end
        else:
            phrases.append([begin, end])
    times = speech.beats + lead / fps
    may = (times >= ready) & (times < project.length / fps) & (speech.strengths >= style.least)
    for clip in kept:  # what is placed by hand stays as it is
        may &= (times < clip.start / fps - HOLD_S[1] - RETURN_S) | (times > clip.end / fps + ready)
    heard = replace(speech, beats=speech.beats[may], strengths=speech.strengths[may]).strongest(style.spacing)
    for beat, (frame, strength) in zip(heard.beats, _beats(heard, project), strict=True):
        phrase = next(i for i, (_, end) in enumerate(phrases) if beat <= end)
        yield _Stroke(min(frame, project.length - 1), phrase, lead + round(phrases[phrase][1] * fps), strength)


def _chosen(
    strokes: list[_Stroke], style: Style, pool: Mapping[str, _Phases], random: np.random.Generator, fps: float
) -> list[_Chosen]:
    """The strokes with their gestures: larger ones on stronger beats, never the same twice in a row."""
    result: list[_Chosen] = []
    led = False
    for i, stroke in enumerate(strokes):
        near = [abs(other.frame - stroke.frame) for other in strokes[max(i - 1, 0) : i + 2] if other is not stroke]
        last = result[-1] if result else None
        rested = last is None or stroke.frame - last.stroke.frame >= LONGEST_HOLD_S * fps
        if rested:  # one hand leads until both rest
            led = bool(random.random() < MIRRORED)
        alone = last is not None and not rested and len(last.hands) == 1
        others = [id for id in style.pool if not last or id != last.gesture.id]
        ids = [
            id
            for id in others
            if not (alone and len(pool[id].hands) == 2)  # a resting hand would have to snap up to join
            and (pool[id].beats or min(near, default=999) >= SHOWN_S * fps)  # an open hand wants to be seen
        ] or others
        weights = np.array([style.pool[id] * (2.0 if ("small" in id) == (stroke.strength < 0.65) else 1.0) for id in ids])
        gesture = pool[ids[int(random.choice(len(ids), p=weights / weights.sum()))]]
        strong = (len(REACHES) - 1) * stroke.strength + random.uniform(-0.8, 0.8)
        motion = gesture.motions[int(np.clip(round(strong), 0, len(REACHES) - 1))]
        tempo, hold = TEMPOS[int(random.integers(len(TEMPOS)))], round(random.uniform(*HOLD_S) * fps)
        result.append(_Chosen(stroke, gesture, motion, tempo, hold, led))
    return result


def _clip(chosen: _Chosen, before: list[Clip], after: list[_Chosen], project: Project) -> Clip:
    """The clip of a stroke: from rest or from wherever the last one has left the hand, until the next one or back to rest."""
    fps, (stroke, gesture, motion, tempo, hold, mirrored) = float(project.fps), chosen
    rate = gesture.fps / project.fps * tempo
    start = stroke.frame - round(gesture.stroke / rate)
    below = [clip for clip in before if any(speaks(clip, f"{hand}_wrist") for hand in chosen.hands)]
    moving = bool(below) and below[-1].end > start
    if moving:  # it takes over where the last hold ends
        approach = APPROACH_S if gesture.beats else SHOWING_S
        start = min(max(start, below[-1].end - below[-1].blend_out), stroke.frame - round(approach * fps))
    blend_in = round(0.75 * (stroke.frame - start)) if moving else round(FROM_REST_S * fps)
    later = next((one for one in after if chosen.hands <= one.hands), None)
    if later and later.stroke.phrase == stroke.phrase and later.stroke.frame - stroke.frame <= LONGEST_HOLD_S * fps:
        end, blend_out = later.stroke.frame, 0  # the next one lies over it by then
    else:
        blend_out = round(RETURN_S * fps)
        least = stroke.frame + round(HOLD_S[0] * fps)
        end = max(least, min(stroke.frame + hold, stroke.end)) + blend_out  # not on into a pause
    first = gesture.stroke - (stroke.frame - start) * rate
    return Clip("", motion, start, max(end - start, 1), first, rate, "hold", mirrored, blend_in, blend_out,
                joints=gesture.joints, name=gesture.id)  # fmt: skip


def _idles(clips: list[Clip], project: Project) -> list[Clip]:
    """An idle in every stretch that is long enough for one and in which nothing else is."""
    idle = library.gesture(IDLE)
    motion, rate = idle.motion(), idle.fps / project.fps
    blend = round(project.fps / 2)
    tracks = [track for track in project.tracks if track.enabled]
    taken = [(clip.start, clip.end) for clip in [*clips, *(clip for track in tracks for clip in track.clips)]]
    taken += [(0, len(track.base)) for track in tracks if isinstance(track, PointTrack) and track.base is not None]
    result, free = [], 0
    for begin, end in [*sorted(taken), (project.length, project.length)]:
        while begin - free >= SHORTEST_IDLE_S * project.fps:
            length = min(round(idle.length / rate), begin - free)
            result.append(Clip("", motion, free, length, rate=rate, blend_in=blend, blend_out=blend,
                               joints=idle.joints, name=IDLE))  # fmt: skip
            free += length
        free = max(free, end)
    return result


def _taps(clips: list[Clip], speech: Speech, project: Project) -> dict[str, Curve]:
    """Small beats of a hand that is held up, on stressed syllables that no stroke is for: offsets of its elbow."""
    fps = float(project.fps)
    beats = [(frame, strength) for frame, strength in _beats(speech.strongest(TAP_S), project) if strength >= 0.25]
    keys: dict[str, dict[int, Vector]] = {}
    for clip in clips:
        stroke = stroke_of(clip)
        free = min((other.start for other in clips if other.start > clip.start), default=project.length)
        last = min(clip.end - clip.blend_out - 0.2 * fps, free)
        elbows = [joint for joint in ("left_elbow", "right_elbow") if speaks(clip, joint)]
        for frame, strength in beats:
            if stroke is not None and stroke + 0.4 * fps < frame < last:
                for lag, joint in enumerate(elbows):  # two hands are never quite alike
                    tap = -TAP_DEG * strength * (1 - 0.15 * lag)
                    keys.setdefault(joint, {0: STILL})
                    keys[joint] |= _moved(frame + lag, (tap, 0.0, 0.0), fps)
    return {joint: _curve(degrees) for joint, degrees in keys.items()}


def _moved(frame: int, degrees: Vector, fps: float) -> dict[int, Vector]:
    """Keys of a small movement to and fro."""
    return {frame - round(0.2 * fps): STILL, frame: degrees, frame + round(0.27 * fps): STILL}


def _body(speech: Speech, project: Project, random: np.random.Generator) -> dict[str, Curve]:
    """What the body does while someone talks, as offsets: nods on stressed syllables, and slow sway."""
    fps = float(project.fps)
    nods = {0: STILL}
    for frame, strength in _beats(speech.strongest(NOD_S), project):
        if strength >= 0.4 and frame - max(nods) > 0.4 * fps and frame < project.length:
            nods |= _moved(frame, (NOD_DEG * strength, 0.0, 0.0), fps)
    curves = {"head": _curve(nods)}
    for joint, most in SWAY_DEG.items():
        steps = np.cumsum(random.uniform(0.9, 2.2, int(project.length / fps) + 2) * fps)
        ways = random.uniform(-1, 1, (len(steps), 3)) * most
        curves[joint] = _curve({0: STILL} | {int(at): tuple(way) for at, way in zip(steps, ways.tolist(), strict=True)})
    return curves


def _curve(degrees: Mapping[int, tuple[float, ...]]) -> Curve:
    return Curve(tuple(Key(frame, tuple(np.radians(degrees[frame]).tolist())) for frame in sorted(degrees)))
