"""Small made sequences and frames, the same on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from poseforge.sequence import PoseSequence


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
