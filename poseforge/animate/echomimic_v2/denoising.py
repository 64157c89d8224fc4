"""From noise to latents, step by step and window by window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from poseforge.animate.echomimic_v2.blocks import Banks
from poseforge.animate.echomimic_v2.plan import Plan
from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder
from poseforge.animate.echomimic_v2.sampler import denoised, timesteps
from poseforge.animate.echomimic_v2.settings import Settings
from poseforge.animate.echomimic_v2.unet import DenoisingUNet
from poseforge.animate.echomimic_v2.windows import windows

Maps = Callable[[Sequence[int]], NDArray[np.uint8]]
"""The pose maps of some frames: (n, H, W, 3) RGB."""

Window = Callable[[int], None]
"""Told the number of the step after each batch of windows; may raise Cancelled."""


@dataclass(frozen=True)
class Denoiser:
    """The denoising network, and what guides it in one video.

    Attributes:
        banks: the keys and values of the reference picture.
        audio: (frames, tokens, channels).
        pose: gives the features (n, C, h, w) of some frames.
    """

    network: DenoisingUNet
    banks: Banks
    audio: Tensor
    pose: Callable[[Sequence[int]], Tensor]
    settings: Settings
    plan: Plan

    def steps(self, latents: Tensor, done: int = 0, window: Window = lambda step: None) -> Iterator[tuple[int, Tensor, Tensor]]:
        """Latents (frames, 4, h, w) in float32 after each further step, if so many are done, with the number of steps done
        then and the velocity that led there.
        """
        times = timesteps(self.settings.steps)
        for step in range(done, len(times)):
            velocity = self._velocity(latents, step, times[step], window)
            latents = denoised(latents, velocity, times[step], len(times))
            yield step + 1, latents, velocity

    def _velocity(self, latents: Tensor, step: int, time: int, window: Window) -> Tensor:
        """The mean of what the windows of a step predict for each frame, each half by itself, then guided."""
        settings, times = self.settings, self.network.times(time)
        sums = latents.new_zeros(1 + settings.guided, *latents.shape)
        counts = latents.new_zeros(len(latents), 1, 1, 1)
        parts = iter(windows(len(latents), settings.window, settings.overlap, step, settings.schedule, settings.stride))
        while batch := list(islice(parts, self.plan.together)):
            noisy, audio = latents[torch.tensor(batch)], self.audio[torch.tensor(batch)]
            told = self.banks, audio, torch.stack([self.pose(frames) for frames in batch])
            if settings.guided and self.plan.halves:
                halves = list(self.network(torch.cat([noisy, noisy]), times, *told).chunk(2))
            else:
                halves = [self.network(noisy, times)] if settings.guided else []
                halves.append(self.network(noisy, times, *told))
            for number, frames in enumerate(batch):  # one by one: what lies in several is added up, always in this order
                for total, half in zip(sums, halves, strict=True):
                    total[frames] += half[number].float()
                counts[frames] += 1
            window(step)
        means = sums / counts
        return means[0] + settings.guidance * (means[1] - means[0]) if settings.guided else means[0]


class PoseFeatures:
    """The features of pose maps, which are drawn and encoded when they are first wanted, and kept on a device or nowhere."""

    def __init__(self, encoder: PoseEncoder, maps: Maps, frames: int, keep: torch.device | None) -> None:
        self._encoder, self._maps, self._frames, self._keep = encoder, maps, frames, keep
        self._kept = torch.empty(0)
        self._there: set[int] = set()

    def __call__(self, frames: Sequence[int]) -> Tensor:
        """(n, C, h, w) of some frames."""
        if self._keep is None:
            return self._encoded(frames)
        missing = [frame for frame in frames if frame not in self._there]
        if missing:
            features = self._encoded(missing).to(self._keep)
            if not self._there:
                self._kept = features.new_empty(self._frames, *features.shape[1:])
            self._kept[missing] = features
            self._there.update(missing)
        return self._kept[list(frames)]

    def _encoded(self, frames: Sequence[int]) -> Tensor:
        place = next(self._encoder.parameters()).device
        maps = torch.from_numpy(self._maps(frames)).to(place).permute(0, 3, 1, 2)
        features: Tensor = self._encoder(maps.float() / 255)
        return features
