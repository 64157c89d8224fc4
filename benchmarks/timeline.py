"""How fast a large project is: `python -m benchmarks.timeline`.

The project: 10,000 frames, 134 joints, 6 tracks (a detected base with corrections, a performer fully keyed, two hand tracks,
two tracks of clips), 200 clips, 27,000 keys. Figures are medians on one core; targets stand beside them.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from poseforge.performer import performer
from poseforge.projects import open_project, save_project
from poseforge.rig import Motion
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import Curve, Interval, Key
from poseforge.timeline.edits.poses import hand_joints
from poseforge.timeline.history import History
from poseforge.timeline.project import Clip, PointTrack, Project, RigTrack, part_joints

FRAMES = 10_000
KEYS_EVERY = 24
KINDS = ("smooth", "minimum_jerk", "linear", "bezier", "smooth")


def curve(random: np.random.Generator, size: int, spread: float) -> Curve:
    """A key a second, with every kind of way."""
    keys = []
    for i, frame in enumerate(range(0, FRAMES, KEYS_EVERY)):
        kind = KINDS[i % len(KINDS)]
        handles = ((0.3, 0.01, 0.7, -0.01),) * size if kind == "bezier" else ()
        keys.append(Key(frame, tuple((random.normal(size=size) * spread).tolist()), Interval(kind, handles=handles)))
    return Curve(tuple(keys))


def make(random: np.random.Generator) -> Project:
    """The project of the figures."""
    rig = performer()
    path = np.cumsum(random.normal(size=(FRAMES, 134, 2)), axis=0) * 1e-4
    base = PoseSequence(0.2 + 0.6 * random.random((134, 2)) + path, np.ones((FRAMES, 134)))
    motions = [
        Motion(rig.stance + 0.1 * np.cumsum(random.normal(size=(96, 55, 3)), axis=0) / 10, np.zeros((96, 3)), rig)
        for _ in range(10)
    ]
    arm = frozenset(name for name in rig.skeleton.joints if name.startswith("right_"))
    moved = [
        Clip(f"m{i}", motions[i % 10], 100 * i, 96 + i % 7, rate=Fraction(96, 96 + i % 7), blend_in=6, blend_out=6,
             mirrored=i % 3 == 0, joints=arm) for i in range(100)
    ]  # fmt: skip
    seen = [Clip(f"s{i}", base[i : i + 90], 100 * i + 5, 90, blend_in=4, blend_out=4) for i in range(100)]
    tracks = (
        PointTrack("base", base=base, offsets={name: curve(random, 2, 0.01) for name in hand_joints("left")[:10]}),
        PointTrack("hands", part="left_hand", clips=tuple(seen), weight=0.8),
        RigTrack("performer", keys={name: curve(random, 3, 0.2) for name in rig.skeleton.joints}),
        RigTrack("gestures", clips=tuple(moved)),
        *(
            RigTrack(f"{side}", part=f"{side}_hand",
                     keys={name: curve(random, 3, 0.2) for name in sorted(part_joints(f"{side}_hand", rig))})
            for side in ("left", "right")
        ),
    )  # fmt: skip
    return Project(FRAMES, tracks=tracks, alive=1)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The median of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def undo_steps(project: Project) -> float:
    """Megabytes of 1,000 steps of every kind a user makes."""
    history = History(project)
    random = np.random.default_rng(5)
    for i in range(1000):
        frame = int(random.integers(FRAMES))
        now = history.project
        match i % 5:
            case 0:
                edited = edits.pose_hand(now, "left", "left", frame, edits.HandPose(curl={"index": random.random()}))
            case 1:
                edited = edits.move_joint(now, "base", "left_index_1", frame, tuple(random.random(2)))
            case 2:
                edited = edits.move_clip(now, f"m{i % 100}", frame)
            case 3:
                edited = edits.key_pose(now, "right", frame)
            case _:
                edited = edits.move_joint(now, "performer", "right_wrist", frame, tuple(0.3 + 0.3 * random.random(2)))
        history.apply(f"Step {i}", edited)
    assert len(history.undo_labels) == 1000, len(history.undo_labels)
    return history.size / 2**20


def main() -> None:
    random = np.random.default_rng(0)
    project = make(random)
    keys = sum(len(c.keys) for t in project.tracks for c in (*t.offsets.values(), *getattr(t, "keys", {}).values()))
    clips = sum(len(t.clips) for t in project.tracks)
    print(f"{project.length} frames, {len(project.tracks)} tracks, {clips} clips, {keys} keys")
    frames = random.integers(0, FRAMES, 200)
    bake(project, [0])
    one = [seconds(lambda frame=frame: bake(project, [frame]), 1) for frame in frames]
    print(f"one frame        {statistics.median(one) * 1e3:8.2f} ms   (target 2)")
    print(f"all frames       {seconds(lambda: bake(project), 3):8.2f} s    (target 2)")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.poseforge"
        print(f"saving           {seconds(lambda: save_project(project, path), 3):8.2f} s")
        print(f"opening          {seconds(lambda: open_project(path), 3):8.2f} s    (target 0.5)")
        print(f"file             {path.stat().st_size / 2**20:8.1f} MB")
    print(f"1,000 undo steps {undo_steps(project):8.1f} MB   (target 64)")


if __name__ == "__main__":
    main()
