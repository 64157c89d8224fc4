"""How fast a body model gives its joints and marks: `python -m benchmarks.bodies [MODEL.npz]`.

Beside PoseForge runs the smplx package, if it is installed (`pip install poseforge[smplx]`): its layer frame by frame, as
scripts use it, and all frames at once. Without a model file one of the published size with random numbers is made. One thread.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from poseforge.bodies import body_model
from poseforge.performer import performer
from poseforge.rig import Motion
from poseforge.skeleton import SMPLX_PARENTS

FRAMES = 1000
ONE_BY_ONE = 50
VERTICES, FACES = 10475, 20908


def make_model(path: Path) -> None:
    """A file of SMPL-X's layout and size: vertices at random places about the performer's joints."""
    random = np.random.default_rng(0)
    rest, _ = performer().world(Motion(np.zeros((1, 55, 3)), np.zeros((1, 3)), performer()))
    own = np.arange(VERTICES) % 55
    regressor = (own == np.arange(55)[:, None]).astype(np.float32)
    weights = random.random((VERTICES, 55)).astype(np.float32) ** 8
    hands = {f"hands_{what}{side}": random.normal(size=shape) * 0.1
             for side in "lr" for what, shape in (("mean", (45,)), ("components", (45, 45)))}  # fmt: skip
    marks = {}
    for name, shape in (("lmk", (51,)), ("dynamic_lmk", (79, 17))):
        marks[f"{name}_faces_idx"] = random.integers(0, FACES, shape)
        marks[f"{name}_bary_coords"] = random.dirichlet((1, 1, 1), shape)
    np.savez(
        path,
        v_template=rest[0, own] + 0.03 * random.normal(size=(VERTICES, 3)),
        shapedirs=0.01 * random.normal(size=(VERTICES, 3, 20)),
        posedirs=0.001 * random.normal(size=(VERTICES, 3, 486)),
        J_regressor=regressor / regressor.sum(axis=1, keepdims=True),
        weights=weights / weights.sum(axis=1, keepdims=True),
        f=random.integers(0, VERTICES, (FACES, 3)).astype(np.uint32),
        kintree_table=np.array([SMPLX_PARENTS, range(55)], dtype=np.int64),
        **hands,
        **marks,
    )


def seconds(work: Callable[[], object]) -> float:
    """The best of three runs."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def package(path: Path, rotations: np.ndarray) -> tuple[Callable[[slice], np.ndarray], str] | None:
    """The smplx package as a function of frames to points; None if it is not there."""
    try:
        import smplx
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layer = smplx.SMPLX(str(path), ext="npz", num_betas=10, num_expression_coeffs=10, use_pca=False, flat_hand_mean=True,
                        use_face_contour=True, batch_size=1)  # fmt: skip
    flat = torch.from_numpy(rotations.reshape(len(rotations), -1)).float()
    edges = {"global_orient": (0, 3), "body_pose": (3, 66), "jaw_pose": (66, 69), "leye_pose": (69, 72),
             "reye_pose": (72, 75), "left_hand_pose": (75, 120), "right_hand_pose": (120, 165)}  # fmt: skip

    def points(frames: slice) -> np.ndarray:
        part = flat[frames]
        rest = {name: torch.zeros(len(part), size) for name, size in (("betas", 10), ("expression", 10), ("transl", 3))}
        with torch.no_grad():
            out = layer(**{name: part[:, low:high] for name, (low, high) in edges.items()}, **rest)
        return np.asarray(out.joints.numpy())

    return points, f"smplx with torch {torch.__version__}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "SMPLX_NEUTRAL.npz"
        if len(sys.argv) == 1:
            make_model(path)
        start = time.perf_counter()
        body = body_model(path).shaped()
        print(f"opening the model            {time.perf_counter() - start:8.2f} s")
        rotations = 0.2 * np.random.default_rng(1).normal(size=(FRAMES, 55, 3))
        motion = Motion(rotations, np.zeros((FRAMES, 3)), body.rig)
        own = seconds(lambda: body.points(motion)) / FRAMES
        print(f"PoseForge, {FRAMES} frames       {own * 1e3:8.3f} ms a frame")
        other = package(path, rotations)
        if other is None:
            return print("the smplx package is not installed; pip install poseforge[smplx] to compare with it")
        points, name = other
        apart = np.abs(points(slice(0, 20)) - body.points(motion[:20])).max()
        each = seconds(lambda: [points(slice(t, t + 1)) for t in range(ONE_BY_ONE)]) / ONE_BY_ONE
        batch = seconds(lambda: points(slice(0, ONE_BY_ONE))) / ONE_BY_ONE
        print(f"{name}, one by one {each * 1e3:8.3f} ms a frame: PoseForge is {each / own:.0f} times as fast (target 5)")
        print(f"{name}, in batches {batch * 1e3:8.3f} ms a frame: PoseForge is {batch / own:.0f} times as fast")
        print(f"points differ by at most     {apart * 1e3:8.4f} mm")


if __name__ == "__main__":
    main()
