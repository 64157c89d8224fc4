"""From noise to latents: DDIM without noise of its own (eta 0) on predicted velocities, as both variants of EchoMimicV2 use it.

1000 training steps with linear betas from 0.00085 to 0.012, rescaled so that the last is nothing but noise (Lin et al. 2023,
"Common Diffusion Noise Schedules and Sample Steps are Flawed", algorithm 1), and timesteps counted from the end. The official
accelerated pipeline turns each velocity into a picture and back, which is the same velocity but for rounding, and is left out.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from poseforge.errors import InvalidValue

TRAINING_STEPS = 1000
_FIRST_BETA, _LAST_BETA = 0.00085, 0.012
_NOISE_BOUND = 1.5
"""Beyond this the official pipelines cut the first noise."""

LATENT_CHANNELS = 4
PIXELS = 8
"""A latent stands for so many pixels in each direction."""


@cache
def signal() -> tuple[float, ...]:
    """How much of the variance at each training step is picture (alpha bar), in float32: almost 1 at first, 0 at last."""
    roots = (1 - torch.linspace(_FIRST_BETA, _LAST_BETA, TRAINING_STEPS)).cumprod(0).sqrt()
    first, last = roots[0].clone(), roots[-1].clone()
    roots = (roots - last) * (first / (first - last))
    alphas = roots**2
    ratios = torch.cat([alphas[:1], alphas[1:] / alphas[:-1]])  # through the betas, for the same rounding
    values: list[float] = (1 - (1 - ratios)).cumprod(0).tolist()
    return tuple(values)


def timesteps(steps: int) -> list[int]:
    """The training steps at which the networks are asked, from noise to picture. InvalidValue unless there are 1 to 1000.

    They are those of the official scheduler to the rounding of its float64. For some numbers of steps, as 61, that makes it
    take one more, from training step -1: its result would be a velocity and no picture, and is left out.
    """
    if not 1 <= steps <= TRAINING_STEPS:
        raise InvalidValue(f"{steps} steps; expected 1 to {TRAINING_STEPS}")
    return [round(time) - 1 for time in np.arange(TRAINING_STEPS, 0, -TRAINING_STEPS / steps)[:steps].tolist()]


def first_latents(frames: int, size: tuple[int, int], seed: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """The noise that a video begins with: (frames, 4, height / 8, width / 8) of `dtype` on the CPU, the same on every machine.

    `size` is (width, height) in pixels.
    """
    width, height = size
    shape = (1, LATENT_CHANNELS, frames, height // PIXELS, width // PIXELS)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)
    return noise.clamp_(-_NOISE_BOUND, _NOISE_BOUND)[0].transpose(0, 1).contiguous()


def denoised(latents: Tensor, velocity: Tensor, timestep: int, steps: int) -> Tensor:
    """The latents one of `steps` further, from those at `timestep` and the velocity that was predicted for them.

    The step goes to ``timestep - 1000 // steps``, which is not always the next of `timesteps`; below 0 all is picture.
    """
    goal = timestep - TRAINING_STEPS // steps
    now, then = signal()[timestep], signal()[goal] if goal >= 0 else 1.0
    picture = sqrt(now) * latents - sqrt(1 - now) * velocity
    noise = sqrt(now) * velocity + sqrt(1 - now) * latents
    return sqrt(then) * picture + sqrt(1 - then) * noise


_COLORS = ((0.298, 0.207, 0.208), (0.187, 0.286, 0.173), (-0.158, 0.189, 0.264), (-0.184, -0.271, -0.473))
"""Red, green and blue of each latent channel, a fit by users of Stable Diffusion 1.4 whose latents this autoencoder shares."""


def glimpse(latents: Tensor, velocity: Tensor, timestep: int) -> NDArray[np.uint8]:
    """About how a frame will look, (h, w, 3) RGB at an eighth of its size, by its latents (4, h, w) at a timestep and the
    velocity that was predicted for them: what is picture in them, without the autoencoder.
    """
    share = signal()[timestep]
    picture = (sqrt(share) * latents - sqrt(1 - share) * velocity).cpu().float()
    colors = torch.einsum("chw,cx->hwx", picture, torch.tensor(_COLORS))
    return ((colors / 2 + 0.5).clamp(0, 1) * 255).byte().numpy()
