"""What joints are called in front of people."""

from __future__ import annotations

from collections.abc import Iterable

from .text import noop, tr

_NAMES = {
    "nose": noop("nose"), "neck": noop("neck"), "shoulder": noop("shoulder"), "elbow": noop("elbow"), "wrist": noop("wrist"),
    "hip": noop("hip"), "knee": noop("knee"), "ankle": noop("ankle"), "eye": noop("eye"), "ear": noop("ear"),
    "big_toe": noop("big toe"), "small_toe": noop("small toe"), "heel": noop("heel"), "hand_root": noop("hand root"),
    "thumb": noop("thumb"), "index": noop("index finger"), "middle": noop("middle finger"), "ring": noop("ring finger"),
    "little": noop("little finger"), "face": noop("face"),
    "pelvis": noop("pelvis"), "spine": noop("spine"), "collar": noop("collarbone"), "head": noop("head"), "jaw": noop("jaw"),
    "foot": noop("foot"), "translation": noop("whole body"),
}  # fmt: skip
_BY_SIDE = {"left": noop("left {part}"), "right": noop("right {part}")}


def joint_title(joint: str) -> str:
    """The name of a joint of the hub or of the performer in the user's language."""
    side, _, bare = joint.partition("_")
    if side not in _BY_SIDE:
        side, bare = "", joint
    part, _, number = bare.rpartition("_")
    if number.isdigit() and part in _NAMES:
        named = tr("{part} {number}", part=tr(_NAMES[part]), number=int(number))
    else:
        named = tr(_NAMES[bare])
    return tr(_BY_SIDE[side]).format(part=named) if side else named


def joint_titles(joints: Iterable[str], most: int = 20) -> str:
    """Some joints in a row, and how many more there are."""
    names = [joint_title(joint) for joint in joints]
    shown = tr(", ").join(names[:most])
    return shown if len(names) <= most else tr("{names} and {count} more", names=shown, count=len(names) - most)
