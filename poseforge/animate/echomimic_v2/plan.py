"""How a video fits into memory: what each way of making it takes, and the fastest that fits. All ways give the same video.

Figures were counted with the full-size networks on meta tensors, where every tensor that lives is known (768x768 and 512x512,
windows of 12 and 24 frames); what attention kernels and convolutions need for themselves is in `_SPARE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import torch

from poseforge.animate.echomimic_v2.sampler import LATENT_CHANNELS, PIXELS
from poseforge.animate.echomimic_v2.settings import Settings
from poseforge.animate.echomimic_v2.windows import windows
from poseforge.errors import InvalidValue

_REFERENCE, _DENOISING, _AUTOENCODER, _POSE, _SOUND = 815_521_280, 1_304_353_924, 83_653_863, 1_086_480, 8_208_384
"""Numbers in each network, tables of positions included."""

_WINDOW, _POSES, _READ, _DECODED, _ENCODED = 9_600, 3_300, 12_900, 49_200, 41_200
"""Values that live at once for each latent (of 8 x 8 pixels) of a frame: in the denoising network, the pose encoder, the
reference network with its bank, the autoencoder's decoder and its encoder.
"""

_FEATURES = 320
"""Values of the pose features of each latent of a frame."""

_BANKS = 5_650
"""Values that the reference network's keys and values take for each latent: widths by tokens, over 16 blocks."""

_SPARE = 1.15
_CONTEXT = 600e6
"""Bytes that an accelerator's runtime takes."""

_BUSY = 24 * 96 * 96
"""Latents at once from which on an accelerator has enough to do: a guided window at 768x768."""

_TFLOP = {True: 74.6, False: 42.1}
"""Per window of 12 frames at 768x768, guided or not; per frame decoded 5.75."""


@dataclass(frozen=True)
class Plan:
    """One way of making a video.

    Attributes:
        name: to ask for it.
        together: windows of a step that go through the denoising network at once.
        halves: whether the two halves of a guided prediction do, too.
        features: where the pose features of all frames are kept: with the networks, on the host, or nowhere, and made again.
        decoded: frames that become pictures at once.
        resident: whether the networks stay when they have done their part.
    """

    name: str
    together: int
    halves: bool
    features: Literal["device", "host", "again"]
    decoded: int
    resident: bool


NAMES = ("fast", "even", "lean", "least")
"""The plans, each with less memory than the one before."""


def plans(settings: Settings, frames: int, device: torch.device) -> tuple[Plan, ...]:
    """All plans for a video of so many frames, the fastest first."""
    latents = _latents(settings)
    at_once = min(settings.window, frames) * latents * (1 + settings.guided)
    several = 1 if device.type == "cpu" else max(_BUSY // at_once, 1)
    several = min(several, len(windows(frames, settings.window, settings.overlap, 0, settings.schedule, settings.stride)))
    decoded = max(min(4 * 96 * 96 // latents, 16, frames), 1)
    return (
        Plan("fast", several, True, "device", decoded, True),
        Plan("even", several, True, "device", max(decoded // 2, 1), False),
        Plan("lean", 1, False, "device" if device.type == "cpu" else "host", 1, False),
        Plan("least", 1, False, "again", 1, False),
    )


def memory(plan: Plan, settings: Settings, frames: int, item: int) -> int:
    """Bytes that a plan takes on the device at most, with numbers of `item` bytes: of networks of the official size."""
    latents, window = _latents(settings), min(settings.window, frames)
    stored = _FEATURES * latents * frames if plan.features == "device" else 0
    held = (_BANKS * latents + stored) * item + 6 * LATENT_CHANNELS * latents * frames * 4
    at_once = window * latents * plan.together * (1 + (settings.guided and plan.halves))
    phases = {
        "reference": _REFERENCE * item + _READ * latents * item,
        "encode": _AUTOENCODER * item + _ENCODED * latents * item,
        "denoise": (_DENOISING + _POSE) * item + max(_WINDOW * at_once, _POSES * latents * window) * item + held,
        "decode": _AUTOENCODER * item + _DECODED * latents * plan.decoded * item + held,
    }
    if plan.resident:
        networks = (_REFERENCE + _DENOISING + _AUTOENCODER + _POSE) * item + _SOUND * 4
        own = {"reference": _REFERENCE, "encode": _AUTOENCODER, "denoise": _DENOISING + _POSE, "decode": _AUTOENCODER}
        phases = {name: size - own[name] * item + networks for name, size in phases.items()}
    return int(max(phases.values()) * _SPARE + _CONTEXT)


def chosen(settings: Settings, frames: int, device: torch.device, item: int, name: str | None = None) -> Plan:
    """The plan of that name, else the fastest that fits what is free; if none does, the leanest. InvalidValue for no plan."""
    several = plans(settings, frames, device)
    if name is not None:
        if name not in NAMES:
            raise InvalidValue(f"no plan {name!r:.40}; there are {', '.join(NAMES)}")
        return several[NAMES.index(name)]
    free = free_memory(device)
    return next((one for one in several if free is None or memory(one, settings, frames, item) <= free), several[-1])


def next_plan(plan: Plan) -> str:
    """The name of the plan with less memory; empty after the leanest."""
    return dict(pairwise(NAMES)).get(plan.name, "")


def work(settings: Settings, frames: int) -> float:
    """TFLOP of a video: all windows of all steps, and the decoding; more where attention meets more than 768x768 pixels."""
    share = _latents(settings) / 96**2
    several = len(windows(frames, settings.window, settings.overlap, 0, settings.schedule, settings.stride))
    window = _TFLOP[settings.guided] * min(settings.window, frames) / 12
    return share * (several * settings.steps * window + 5.75 * frames)


def free_memory(device: torch.device) -> int | None:
    """Bytes that this process may take there, what it keeps for later included; None where nobody can tell."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device)
    if device.type == "mps":
        return torch.mps.recommended_max_memory()
    for line in _lines(Path("/proc/meminfo")):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def used_memory(device: torch.device) -> int | None:
    """Bytes that this process has there; None where nobody can tell."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.driver_allocated_memory()
    for line in _lines(Path("/proc/self/status")):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError:
        return []


def _latents(settings: Settings) -> int:
    width, height = settings.size
    return (width // PIXELS) * (height // PIXELS)
