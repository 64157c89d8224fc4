"""Small made sequences and frames, the same on every machine."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from poseforge.performer import performer
from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.timeline.curves import KINDS, Curve, Interval, Key
from poseforge.timeline.project import Clip, Marker, PointTrack, Project, RigTrack


def make_sequence(frames: int = 4, seed: int = 7, low: float = 0.05, high: float = 0.95) -> PoseSequence:
    """A person with every joint that EchoMimicV2 stores at a random place, the same on every machine."""
    random = np.random.default_rng(seed)
    points = low + (high - low) * random.random((frames, 134, 2))
    confidence = 0.2 + random.random((frames, 134))
    points[:, 18:24] = np.nan
    confidence[:, 18:24] = 0
    return PoseSequence(points, confidence)


def make_frame(people: int = 1, seed: int = 3) -> dict:
    """A frame as EchoMimicV2's notebook makes it."""
    random = np.random.default_rng(seed)
    score = random.random((people, 18)) * 1.2
    return {
        "bodies": {
            "candidate": random.random((18 * people, 2)),
            "subset": np.where(score > 0.3, np.arange(18.0) + 18 * np.arange(people)[:, None], -1.0),
            "score": score,
        },
        "hands": random.random((2 * people, 21, 2)),
        "hands_score": random.random((2 * people, 21)),
        "faces": random.random((people, 68, 2)),
        "faces_score": random.random((people, 68)),
        "num": 0,
        "draw_pose_params": [768, 768, 0, 768, 0, 768],
    }


def save_frames(folder: Path, frames: list[dict]) -> Path:
    """Frames as NumPy itself would write them."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, frame in enumerate(frames):
        np.save(folder / f"{i}.npy", frame, allow_pickle=True)
    return folder


def same(a: object, b: object) -> bool:
    """Equal to the letter: types, shapes, dtypes, order of keys, values."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, (np.ndarray, np.generic)) and isinstance(b, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and a.shape == b.shape and type(a) is type(b) and np.array_equal(a, b)
    return type(a) is type(b) and a == b


def make_motion(frames: int = 20, seed: int = 1, size: float = 0.25) -> Motion:
    """The performer moving gently about its stance, within the limits."""
    rig = performer()
    random = np.random.default_rng(seed)
    swing = random.normal(size=(3, len(rig.skeleton), 3)) * size / 3
    phase = 2 * np.pi * np.arange(frames)[:, None] * (1, 2, 3) / max(frames, 2)
    rotations = rig.stance + np.einsum("tw,wjk->tjk", np.sin(phase), swing)
    return rig.clamped(Motion(rotations, 0.01 * np.sin(phase), rig))


def make_curve(size: int, seed: int, frames: int = 60, spread: float = 0.3) -> Curve:
    """A few keys with every kind of way between them in turn."""
    random = np.random.default_rng(seed)
    at = np.sort(random.choice(frames, 5, replace=False))
    keys = []
    for i, frame in enumerate(at):
        kind = KINDS[(seed + i) % len(KINDS)]
        handles = tuple((0.4, 0.1, 0.7, -0.1) for _ in range(size)) if kind == "bezier" else ()
        keys.append(Key(int(frame), tuple((random.random(size) * spread).tolist()), Interval(kind, handles=handles)))
    return Curve(tuple(keys))


def make_project(seed: int = 0) -> Project:
    """A project of 60 frames with everything in it: both kinds of tracks, all layers, clips of every sort."""
    poses = make_sequence(40, seed)
    gaps = np.array(poses.points)
    gaps[10:14, 92:113] = np.nan
    base = poses.with_points(gaps)
    detected = PointTrack(
        "detected",
        "Detected",
        base=base,
        offsets={"left_wrist": make_curve(2, seed + 1), "right_index_4": make_curve(2, seed + 2)},
        visible={"nose": Curve((Key(0, (1.0,), Interval("hold")), Key(20, (0.0,), Interval("hold"))))},
        clips=(Clip("again", base, 45, 12, rate=Fraction(1, 2), mirrored=True, blend_in=3),),
    )
    arm = frozenset({"right_shoulder", "right_elbow", "right_wrist", "right_index_1"})
    gesture = RigTrack(
        "gesture",
        "Gesture",
        clips=(
            Clip("one", make_motion(20, seed), 5, 18, joints=arm, blend_in=4, blend_out=4),
            Clip("two", make_motion(16, seed + 3), 20, 30, extend="loop", rate=Fraction(-3, 4), mirrored=True, joints=arm),
        ),
        offsets={"right_wrist": make_curve(3, seed + 4, spread=0.1)},
        weight=0.75,
    )
    hand = RigTrack(
        "hand", "Left hand", part="left_hand", color="#4c8dff", keys={"left_index_1": make_curve(3, seed + 5, spread=0.2)}
    )
    marks = (Marker(7, "hello"), Marker(40))
    poses_over = PointTrack("over", part="right_hand", clips=(Clip("hand-clip", base, 30, 20, blend_in=5, blend_out=5),))
    return Project(60, tracks=(detected, gesture, hand, poses_over), alive=seed, range=(3, 50), markers=marks)
