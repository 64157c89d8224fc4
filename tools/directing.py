"""Directing: from moments to gestures. What happens when, for one hand or two, in the phases in which people gesture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from acting import REST, Angles, Moment, Pose, arm_keys, body_keys, finger_keys, mix, stance

from poseforge.library import Gesture
from poseforge.performer import performer


def gesture(
    id: str,
    words: str,
    right: Sequence[Moment] = (),
    left: Sequence[Moment] = (),
    body: Sequence[tuple[int, Angles]] = (),
    tempo: str = "gesture",
) -> Gesture:
    """A gesture whose stroke is the fourth moment of its leading hand.

    `words` are "English name | Chinese name | English tags | Chinese tags", the tags between commas.
    """
    english, chinese, *tags = ([word.strip() for word in part.split(",")] for part in words.split("|"))
    name = {"en": ", ".join(english), "zh": ", ".join(chinese)}
    keys, parts = body_keys(body), ["head"] if body else []
    for side, moments in (("left", left), ("right", right)):
        if moments:
            keys |= arm_keys(side, moments) | finger_keys(side, moments)
            parts.insert(0, f"{side} arm")
    moving = {joint for joint, entries in keys.items() if any(entry[1:4] != stance(joint) for entry in entries)}
    ordered = {joint: tuple(keys[joint]) for joint in performer().skeleton.joints if joint in moving}
    leading = right or left
    length, stroke = (leading[-1][0] + 1, leading[3][0]) if leading else (24, 0)
    return Gesture(id, name, {"en": tuple(tags[0]), "zh": tuple(tags[1])}, tuple(parts), length, stroke, ordered, tempo=tempo)


def told(
    prepared: Pose,
    stroke: Pose,
    *,
    side: str = "right",
    start: int = 4,
    prepare: int = 8,
    strike: int = 4,
    settle: float = 0.25,
    hold: int = 15,
    retract: int = 15,
    rest: int = 8,
) -> list[Moment]:
    """Rest, preparation, stroke, recoil by a share `settle` of the stroke's way, hold, retraction, rest; each in frames."""
    at = [0, start, start + prepare, start + prepare + strike]
    at += [at[-1] + 3, at[-1] + 3 + hold]
    at += [at[-1] + retract, at[-1] + retract + rest]
    held = replace(mix(stroke, prepared, settle), shape=stroke.shape)
    poses = [REST[side], REST[side], prepared, stroke, held, held, replace(REST[side], arc=prepared.arc), REST[side]]
    return list(zip(at, poses, strict=True))


def raised(side: str, *moments: Moment, down: int, rest: int) -> list[Moment]:
    """Moments of one hand between a start at rest and a return to rest in `down` frames, and `rest` frames of it."""
    last = moments[-1][0] + down
    return [(0, REST[side]), (4, REST[side]), *moments, (last, REST[side]), (last + rest, REST[side])]


def other_hand(moments: Sequence[Moment], side: str, less: float, lag: int = 1) -> list[Moment]:
    """What the other hand does: the same some frames later, and by a share `less` less far from where it rests."""
    made: list[Moment] = []
    for frame, pose in moments:
        if pose.wrist in (REST["left"].wrist, REST["right"].wrist):
            made.append((frame, replace(REST[side], arc=pose.arc)))
        else:
            x, y = (float(a + (b - a) * (1 - less)) for a, b in zip(REST[side].wrist, pose.wrist, strict=True))
            made.append((frame, replace(pose, wrist=(x, y))))
    return late(made, lag)


def late(moments: Sequence[Moment], lag: int = 1) -> list[Moment]:
    """The same some frames later, but from the first frame to the last."""
    last = len(moments) - 1
    return [(frame + lag if 0 < i < last else frame, pose) for i, (frame, pose) in enumerate(moments)]
