"""Breath and drift: what keeps a held pose from looking frozen."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from poseforge.rig import Rig
from poseforge.rotations import quaternions

_BREATH_HZ = 0.25
_BREATH_DEG = {"left_collar": (0.0, 0.7), "right_collar": (0.0, 0.7), "spine_3": (-0.35, 0.0), "neck": (0.3, 0.0)}
_DRIFT_DEG = {"shoulder": 0.13, "elbow": 0.18, "wrist": 0.65, "finger": 0.9, "head": 0.45}


def living(rig: Rig, seconds: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """(T, J, 4) quaternions of small turns about the joints' own flex and abduct axes, at T moments.

    Breath: 0.25 Hz at the collars and the upper spine. Drift: three slow sines per joint with phases from `seed`; about
    0.3 % of EchoMimicV2's canvas at the wrists, as in its recorded sequences. The same seed and time give the same numbers.
    """
    phases, rates, size = _waves(rig, seed)
    waves = np.sin(2 * np.pi * rates * seconds[:, None, None, None] + phases)
    angles = size * (0.5 * waves[:, :, 0] + 0.33 * waves[:, :, 1] + 0.17 * waves[:, :, 2])
    breath = np.sin(2 * np.pi * _BREATH_HZ * seconds)
    for joint, degrees in _BREATH_DEG.items():
        if joint in rig.skeleton:
            angles[:, rig.skeleton.index(joint)] += np.radians(degrees) * breath[:, None]
    return quaternions(angles[..., :1] * rig.axes[:, 0] + angles[..., 1:] * rig.axes[:, 1])


@lru_cache(maxsize=8)
def _waves(rig: Rig, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Phases and rates (J, 3 waves, 2 axes) and sizes (J, 2 axes) of the drift."""
    random = np.random.default_rng(seed)
    joints = rig.skeleton.joints
    phases = np.zeros((len(joints), 3, 2))
    rates = np.zeros((len(joints), 3, 2))
    size = np.zeros((len(joints), 2))
    for i, joint in enumerate(joints):
        bare = joint.removeprefix("left_").removeprefix("right_")
        kind = "finger" if bare.endswith(("_1", "_2")) and not bare.startswith("spine") else bare
        phases[i] = random.uniform(0, 2 * np.pi, (3, 3))[:, :2]
        rates[i] = random.uniform(0.8, 1.2, (3, 3))[:, :2] * [[0.11], [0.19], [0.31]]
        size[i, : 1 if kind == "finger" else 2] = np.radians(_DRIFT_DEG.get(kind, 0.0))
    return phases, rates, size
