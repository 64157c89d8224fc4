"""What DWPose costs besides its models: `python -m benchmarks.detect`. Needs the extras `detect` and `dev`.

The stand-in models are run once and then say again what they said, so that only what happens before and after them is measured,
ours and the plain steps in turns.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np

from benchmarks import standins
from benchmarks.plain_detection import find, pose, whole
from poseforge.detect import dwpose

TARGET_MS, TARGET_RATIO, ROUNDS = 4.0, 3.0, 60
FRAMES = {"720p": (1280, 720), "1080p": (1920, 1080), "768x768": (768, 768)}


def medians(*works: Callable[[], Any]) -> list[float]:
    """Milliseconds of each, in turns, so that what else the machine does meets all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, its in zip(works, times, strict=True):
            begin = time.perf_counter()
            work()
            its.append((time.perf_counter() - begin) * 1000)
    return [float(np.median(its)) for its in times]


def repeating(session: Any) -> Any:
    """A session that says what it said first."""
    said: list[Any] = []

    def run(names: Any, given: Any) -> Any:
        if not said:
            said.append(session.run(names, given))
        return said[0]

    return SimpleNamespace(run=run)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["POSEFORGE_MODELS"] = folder
        place = Path(folder) / "dwpose"
        # One person, the candidates around them, other things: what a real detector leaves for what comes after it.
        around = [((200 + i, 30 + i, 430 + i, 350 + i), 0.85 - 0.02 * i, 0) for i in range(12)]
        things = [((20 * i, 300, 20 * i + 60, 350), 0.2 + 0.03 * i, 10 + 5 * i) for i in range(12)]
        standins.finder(place / "yolox_l.onnx", around + things)
        random = np.random.default_rng(1)
        peaks = np.stack([random.integers(0, side * standins.SPLIT, 133) for side in (288, 384)], axis=1)
        standins.poser(place / "dw-ll_ucoco_384.onnx", peaks, random.uniform(0.2, 1.1, (133, 2)))
        detector = dwpose.KIND.open(dwpose.Options(engine="cpu"))
    finder, poser = detector._finder.model, detector._poser.model
    finder.session, poser.session = repeating(finder.session), repeating(poser.session)
    for name, (width, height) in FRAMES.items():
        frame = cv2.GaussianBlur(random.integers(0, 256, (height, width, 3), dtype=np.uint8), (0, 0), 3)

        def ours(frame: np.ndarray = frame) -> Any:
            return detector.people([frame])[0]

        def plain(frame: np.ndarray = frame) -> Any:
            return whole(pose(frame, find(frame, finder.run), poser.run, (288, 384)))

        assert len(ours()) == 1
        assert np.array_equal(ours()[0], plain()[0])
        mine, theirs = medians(ours, plain)
        targets = f"targets {TARGET_MS:g} ms, {TARGET_RATIO:g} times"
        print(
            f"{name}, one person: {mine:.2f} ms, the plain steps {theirs:.2f} ms: {theirs / mine:.1f} times as long ({targets})"
        )


if __name__ == "__main__":
    main()
