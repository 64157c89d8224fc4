"""Reading and rendering, against the plain official steps in the same run, on one core.

    python -m benchmarks.render [POSE_FOLDER]

Without a folder a made sequence of the built-in gestures is used. Every figure is the best of several runs, and the runs of
the two sides alternate, so that a busy machine touches both.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

import poseforge
from poseforge import library

ROUNDS = 5


def best(*jobs: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The best time of each job in seconds, the jobs taking turns."""
    times = [[] for _ in jobs]
    for _ in range(rounds):
        for job, taken in zip(jobs, times, strict=True):
            start = perf_counter()
            job()
            taken.append(perf_counter() - start)
    return [min(taken) for taken in times]


def made_folder(folder: Path) -> Path:
    gestures = [library.gesture(name) for name in ("wave_right", "count_123_right", "thumbs_up_right", "wave_right")]
    poses = library.as_poses(library.alive(library.compose(gestures)))[:336]
    poseforge.write_poses(poses, folder, "echomimic")
    return folder


def report(what: str, figure: str, goal: str, met: bool) -> None:
    print(f"{'ok  ' if met else 'MISS'}  {what:<46} {figure:<42} goal: {goal}")


def memory(folder: Path, frames: int) -> float:
    """Peak megabytes of a process that streams that many frames."""
    code = (
        "import resource, sys, numpy as np, poseforge\n"
        "(person,) = poseforge.read_poses(sys.argv[1])\n"
        "person = person[np.arange(int(sys.argv[2])) % len(person)]\n"
        "total = sum(int(frame[0, 0, 0]) for frame in poseforge.iter_render(person))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(folder), str(frames)], capture_output=True, text=True, check=True)
    return float(run.stdout)


def import_ms() -> float:
    """Milliseconds that `import poseforge` and its public names of the core add to an interpreter that has NumPy."""
    modules = "poseforge, poseforge.formats, poseforge.rig"
    code = f"from time import perf_counter as t; a = t(); import {modules}; print((t() - a) * 1e3)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    return min(float(run.stdout) for run in runs)


def main(folder: Path) -> None:
    from benchmarks import plain

    cv2.setNumThreads(1)
    frames = len(list(folder.glob("*.npy")))
    people = poseforge.read_poses(folder)
    print(f"{frames} frames of {folder.name}, OpenCV {cv2.__version__}, NumPy {np.__version__}\n")

    # first of all, since a child process inherits its parent's peak
    short, long = memory(folder, 100), memory(folder, 3000)
    report("memory of the iterator, 100 and 3,000 frames", f"{short:.0f} and {long:.0f} MB", "no growth", long < short + 20)

    def plain_load() -> list[object]:
        return [plain.load(folder, i) for i in range(frames)]

    ours, theirs = best(lambda: poseforge.read_poses(folder), plain_load, rounds=15)
    figure = f"{ours / theirs:.2f} x ({ours / frames * 1e6:.0f} against {theirs / frames * 1e6:.0f} us a frame)"
    report("safe reading against np.load", figure, "at most 1.5 x", ours / theirs <= 1.5)

    ours, theirs = best(lambda: poseforge.render(poseforge.read_poses(folder)), lambda: plain.stack(folder, frames))
    figure = f"{theirs / ours:.1f} x faster ({ours / frames * 1e3:.2f} against {theirs / frames * 1e3:.2f} ms)"
    report("uint8 stack, reading included", figure, "at least 8 x", theirs / ours >= 8)

    ours, theirs = best(
        lambda: poseforge.render_tensor(poseforge.read_poses(folder)), lambda: plain.tensor(folder, frames), rounds=3
    )  # fmt: skip
    figure = f"{theirs / ours:.1f} x faster ({ours / frames * 1e3:.2f} against {theirs / frames * 1e3:.2f} ms)"
    report("float32 tensor, reading included", figure, "at least 12 x", theirs / ours >= 12)

    def stream() -> None:
        for _ in poseforge.iter_render(people):
            pass

    (ours,) = best(stream)
    report("streaming", f"{ours / frames * 1e3:.3f} ms a frame", "at most 0.30 ms", ours / frames <= 0.3e-3)

    taken = import_ms()
    report("importing the core", f"{taken:.0f} ms", "under 150 ms", taken < 150)
    same = np.array_equal(poseforge.render(people), plain.stack(folder, frames))
    print(f"\nbytes equal to the plain steps: {same} (above OpenCV 4.12 lines that leave the canvas differ there)")
    print(
        f"peak memory of this run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(made_folder(Path(scratch) / "made"))
