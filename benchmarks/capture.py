"""How fast films become poses: `python -m benchmarks.capture [FILM]`.

FILM, or the shared film of a signer beside the checkout, is brought to 1280x720 and 10 seconds. Measured are MediaPipe alone on
pictures that are decoded already, and the whole way from the file to cleaned poses. Targets, on two cores: 15 frames a second
or more, and the whole way in less than 1.15 times the detector alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from poseforge.capture import take
from poseforge.detect.mediapipe import KIND, Options, missing
from poseforge.media import write_frames
from poseforge.sources import Source, open_source

FILM = Path(__file__).parent.parent.parent / "shared" / "data" / "video" / "signer.mp4"
SIZE = (1280, 720)
SECONDS = 10
BATCH = 8
ROUNDS = 6


def make_film(source: Path, target: Path) -> None:
    """The film as high as it fits, there and back until it is long enough, so that it never jumps."""
    import cv2

    with open_source(Source(str(source))) as pictures:
        frames = [picture for picture, _ in islice(pictures, 24 * SECONDS)]
    height, width = frames[0].shape[:2]
    scale = min(SIZE[0] / width, SIZE[1] / height)
    inner = round(width * scale), round(height * scale)
    left, top = (SIZE[0] - inner[0]) // 2, (SIZE[1] - inner[1]) // 2
    order = [*range(len(frames)), *range(len(frames) - 2, 0, -1)] if len(frames) > 2 else [0]

    def wide(frame: np.ndarray) -> np.ndarray:
        canvas = np.zeros((SIZE[1], SIZE[0], 3), dtype=np.uint8)
        canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(frame, inner)
        return canvas

    write_frames((wide(frames[order[i % len(order)]]) for i in range(24 * SECONDS)), target, Fraction(24))


def main() -> None:
    film = Path(sys.argv[1]) if len(sys.argv) > 1 else FILM
    if missing() or not film.exists():
        print(missing() or f"{film}: not there; give a film")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        make_film(film, path)
        with open_source(Source(str(path))) as pictures:
            decoded = [picture for picture, _ in pictures]
        detector = KIND.open(Options())
        bare, whole = [], []
        for _ in range(ROUNDS):
            detector.restart()
            start = time.perf_counter()
            for i in range(0, len(decoded), BATCH):
                detector.people(decoded[i : i + BATCH])
            bare.append(time.perf_counter() - start)
            start = time.perf_counter()
            with open_source(Source(str(path))) as pictures:
                take(pictures, detector).people()
            whole.append(time.perf_counter() - start)
        detector.close()
    count, alone, all_of_it = len(decoded), min(bare), min(whole)
    print(f"MediaPipe alone, {SIZE[0]}x{SIZE[1]}        {count / alone:6.1f} frames/s")
    print(f"from the film to cleaned poses {count / all_of_it:6.1f} frames/s   (target 15 or more)")
    print(f"wall time against the detector {all_of_it / alone:6.2f}            (target below 1.15)")


if __name__ == "__main__":
    main()
