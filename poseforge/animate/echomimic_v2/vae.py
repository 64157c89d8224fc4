"""Between pictures and latents: the autoencoder of Stable Diffusion 1.x, as diffusers has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

SCALE = 0.18215
"""What latents are multiplied by, so that their variance is about 1."""


def encoded(vae: AutoencoderKL, picture: Tensor) -> Tensor:
    """The latent (1, 4, H / 8, W / 8), float32, of a picture (1, 3, H, W) in -1 to 1: the mean of what the encoder finds."""
    with torch.inference_mode():
        mean: Tensor = vae.encode(picture.to(vae.device, vae.dtype)).latent_dist.mean
    return mean.float() * SCALE


def decoded(vae: AutoencoderKL, latents: Tensor, together: int) -> Iterator[Tensor]:
    """Pictures (n, 3, H, W) in 0 to 1, float32, of latents (f, 4, H / 8, W / 8), `together` of them at a time."""
    for part in latents.split(together):
        with torch.inference_mode():
            pictures = vae.decode((part / SCALE).to(vae.device, vae.dtype)).sample
        yield (pictures.float() / 2 + 0.5).clamp_(0, 1)


def as_bytes(pictures: Tensor) -> Tensor:
    """(n, H, W, 3) uint8 on the CPU of pictures (n, 3, H, W) in 0 to 1, cut off as the official writer does."""
    return (pictures * 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu()
