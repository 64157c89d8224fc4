"""Reading and rendering, against the plain official steps in the same run, on one core.

    python -m benchmarks.render [POSE_FOLDER]

Without a folder a made sequence of the built-in gestures is used. Every job runs in processes of its own, since gigabytes that
one side has freed make the next allocation of the other side faster or slower; the two sides take turns, and the best time of
each counts. Needs the extras `animate` and `dev`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

import poseforge
from poseforge import library
from poseforge.timeline.bake import bake

ROUNDS = 3
"""Processes of each job, and runs in each process."""


def stream(folder: Path, frames: int) -> None:
    """Every frame of the folder, over and over until there are `frames`."""
    (person,) = poseforge.read_poses(folder)
    for _ in poseforge.iter_render(person[np.arange(frames) % len(person)]):
        pass


def jobs(folder: Path, frames: int) -> dict[str, Callable[[], object]]:
    """What can be measured, by name."""
    from benchmarks import plain

    return {
        "read": lambda: poseforge.read_poses(folder),
        "plain read": lambda: [plain.load(folder, i) for i in range(frames)],
        "stack": lambda: poseforge.render(poseforge.read_poses(folder)),
        "plain stack": lambda: plain.stack(folder, frames),
        "tensor": lambda: poseforge.render_tensor(poseforge.read_poses(folder)),
        "plain tensor": lambda: plain.tensor(folder, frames),
        "stream": lambda: stream(folder, frames),
    }


def in_child(job: str, folder: Path, frames: int) -> tuple[float, float]:
    """The best seconds of a job in a process of its own, and that process's peak megabytes."""
    command = [sys.executable, "-m", "benchmarks.render", "--job", job, str(folder), str(frames)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = run.stdout.split()
    return float(seconds), float(megabytes)


def child(job: str, folder: Path, frames: int) -> None:
    import cv2

    cv2.setNumThreads(1)
    if "tensor" in job:
        import torch

        torch.set_num_threads(1)
    run = jobs(folder, frames)[job]
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        made = run()
        times.append(perf_counter() - start)
        del made
    print(min(times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def import_ms() -> float:
    """Milliseconds that `import poseforge` and the core take in a fresh interpreter, NumPy included."""
    modules = "poseforge, poseforge.formats, poseforge.rig"
    code = f"from time import perf_counter as t; a = t(); import {modules}; print((t() - a) * 1e3)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    return min(float(run.stdout) for run in runs)


def report(what: str, figure: str, goal: str, met: bool) -> None:
    print(f"{'ok  ' if met else 'MISS'}  {what:<46} {figure:<46} goal: {goal}", flush=True)


def main(folder: Path) -> None:
    import cv2

    frames = len(list(folder.glob("*.npy")))
    print(f"{frames} frames of {folder.name}, OpenCV {cv2.__version__}, NumPy {np.__version__}\n", flush=True)

    def pair(job: str) -> tuple[float, float]:
        turns = [(in_child(job, folder, frames)[0], in_child(f"plain {job}", folder, frames)[0]) for _ in range(ROUNDS)]
        return min(ours for ours, _ in turns), min(theirs for _, theirs in turns)

    ours, theirs = pair("read")
    figure = f"{ours / theirs:.2f} x ({ours / frames * 1e6:.0f} against {theirs / frames * 1e6:.0f} us a frame)"
    report("safe reading against np.load", figure, "at most 1.5 x", ours / theirs <= 1.5)
    for job, what, goal in (("stack", "uint8 stack", 8), ("tensor", "float32 tensor", 12)):
        ours, theirs = pair(job)
        figure = f"{theirs / ours:.1f} x faster ({ours / frames * 1e3:.2f} against {theirs / frames * 1e3:.2f} ms a frame)"
        report(f"{what}, reading included", figure, f"at least {goal} x", theirs / ours >= goal)
    seconds, short = in_child("stream", folder, frames)
    report(
        "streaming, reading included", f"{seconds / frames * 1e3:.3f} ms a frame", "at most 0.30 ms", seconds / frames <= 0.3e-3
    )
    _, long = in_child("stream", folder, 10 * frames)
    figure = f"{short:.0f} and {long:.0f} MB"
    report(f"memory of streaming {frames} and {10 * frames} frames", figure, "no growth but the poses", long < short + 30)
    taken = import_ms()
    report("importing the core", f"{taken:.0f} ms", "under 150 ms", taken < 150)
    from benchmarks import plain

    same = np.array_equal(poseforge.render(poseforge.read_poses(folder)), plain.stack(folder, frames))
    print(f"\nbytes equal to the plain steps: {same} (above OpenCV 4.12 lines that leave the canvas differ there)")


def made_folder(folder: Path) -> Path:
    gestures = [library.gesture(name) for name in (*library.DEMO, library.DEMO[0])]
    poses = bake(library.performance(gestures))[:336]
    poseforge.write_poses(poses, folder, "echomimic")
    return folder


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(made_folder(Path(scratch) / "made"))
