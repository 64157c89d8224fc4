"""How fast files become EchoMimicV2 poses, and how public readers compare: `python -m benchmarks.formats`.

Readers of other projects run beside PoseForge's if they are installed: pose-format (OpenPose JSON) and bvh (BVH). They give
less: what is compared is the time from the files to arrays of numbers. Files are made in a temporary folder.
"""

from __future__ import annotations

import importlib.util
import json
import tempfile
from pathlib import Path

import numpy as np

import poseforge
from benchmarks.timeline import seconds
from poseforge.converting import Conversion
from poseforge.library import DEMO, gesture, performance
from poseforge.performer import performer
from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake

AMASS_FRAMES, OPENPOSE_FRAMES, BVH_FRAMES = 10_000, 1_000, 2_000


def movement(frames: int) -> Motion:
    """The performer swaying at random."""
    random = np.random.default_rng(1)
    away = np.cumsum(random.normal(size=(frames, 55, 3)) * 0.004, axis=0)
    return Motion(performer().stance + away, np.zeros((frames, 3)), performer())


def talk(frames: int) -> PoseSequence:
    """Gestures again and again."""
    poses = bake(performance([gesture(name) for name in DEMO]))
    return poses[np.arange(frames) % len(poses)]


def amass(folder: Path) -> None:
    poseforge.write_motion(movement(AMASS_FRAMES), folder / "take.npz", "amass")
    read = seconds(lambda: poseforge.read_poses(folder / "take.npz", "amass"))
    both = Conversion(folder / "take.npz", folder / "pose", from_="amass", overwrite=True)
    print(
        f"AMASS, {AMASS_FRAMES} frames: read and filmed {read:.2f} s, to EchoMimicV2 files {seconds(both.run):.2f} s (target 6)"
    )


def openpose(folder: Path) -> None:
    poseforge.write_poses(talk(OPENPOSE_FRAMES), folder / "json", "openpose")
    ours = seconds(lambda: poseforge.read_poses(folder / "json", "openpose"))
    print(f"OpenPose JSON, {OPENPOSE_FRAMES} frames with hands and face: {ours:.2f} s (target 0.6)")
    if importlib.util.find_spec("pose_format"):
        from pose_format.utils.openpose import load_openpose

        def theirs() -> object:
            files = sorted((folder / "json").iterdir())
            frames = {i: json.loads(file.read_bytes()) for i, file in enumerate(files)}
            return load_openpose({i: {**f, "frame_id": i} for i, f in frames.items()}, 24, 768, 768)

        print(f"  pose-format {seconds(theirs):.2f} s: {seconds(theirs) / ours:.1f} times as long")
    else:
        print("  pose-format is not installed (pip install pose-format)")


def bvh(folder: Path) -> None:
    poseforge.write_motion(movement(BVH_FRAMES), folder / "take.bvh", "bvh")
    ours = seconds(lambda: poseforge.read_motion(folder / "take.bvh"))
    print(f"BVH, {BVH_FRAMES} frames of 55 joints to rotations: {ours:.2f} s")
    if importlib.util.find_spec("bvh"):
        from bvh import Bvh

        theirs = seconds(lambda: np.array(Bvh((folder / "take.bvh").read_text()).frames, dtype=np.float64), 1)
        print(f"  bvh {theirs:.2f} s for the numbers alone: {theirs / ours:.1f} times as long")
    else:
        print("  bvh is not installed (pip install bvh)")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for part in (amass, openpose, bvh):
            part(Path(folder))


if __name__ == "__main__":
    main()
