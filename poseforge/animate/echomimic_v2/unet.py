"""The two UNets: the reference network reads a picture once, the denoising network does every step of every window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from poseforge.animate.echomimic_v2.blocks import (
    Bank,
    Banks,
    Denoising,
    DenoisingBlock,
    Downsample,
    LastReading,
    MotionModule,
    Reading,
    ReferenceBlock,
    Resnet,
    SpatialTransformer,
    Times,
    Upsample,
    waves,
)
from poseforge.errors import InvalidValue

LATENT_CHANNELS = 4
CHANNELS = (320, 640, 1280, 1280)
"""Of each level, in the official networks."""


class _TimeEmbedding(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(width, 4 * width)
        self.linear_2 = nn.Linear(4 * width, 4 * width)

    def forward(self, wave: Tensor) -> Tensor:
        return self.linear_2(F.silu(self.linear_1(wave)))


class _Level(nn.Module):
    """Layers, each a resnet and, as far as there are any, a transformer and a motion module."""

    def __init__(
        self, resnets: Sequence[nn.Module], attentions: Sequence[nn.Module], motion_modules: Sequence[nn.Module]
    ) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(resnets)
        self.attentions = nn.ModuleList(attentions)
        self.motion_modules = nn.ModuleList(motion_modules)

    def layer(self, number: int, maps: Tensor, context: Denoising | Reading) -> Tensor:
        maps = self.resnets[number](maps, context.times)
        if number < len(self.attentions):
            maps = self.attentions[number](maps, context)
        if number < len(self.motion_modules):
            maps = self.motion_modules[number](maps, context)
        return maps


class _Down(_Level):
    downsamplers: nn.ModuleList

    def forward(self, maps: Tensor, skips: list[Tensor], context: Denoising | Reading) -> Tensor:
        for number in range(len(self.resnets)):
            maps = self.layer(number, maps, context)
            skips.append(maps)
        for downsample in self.downsamplers:
            maps = downsample(maps)
            skips.append(maps)
        return maps


class _Middle(_Level):
    def forward(self, maps: Tensor, context: Denoising | Reading) -> Tensor:
        for number in range(len(self.resnets)):
            maps = self.layer(number, maps, context)
        return maps


class _Up(_Level):
    upsamplers: nn.ModuleList

    def forward(self, maps: Tensor, skips: list[Tensor], context: Denoising | Reading) -> Tensor:
        for number in range(len(self.resnets)):
            maps = self.layer(number, torch.cat([maps, skips.pop()], dim=1), context)
        for upsample in self.upsamplers:
            maps = upsample(maps, skips[-1].shape[-2:])
        return maps


class _UNet(nn.Module):
    """What both networks share: the way down, through the middle and up again. All levels but the deepest have transformers."""

    def __init__(
        self,
        channels: Sequence[int],
        layers: int,
        groups: int,
        transformer: Callable[[int], nn.Module],
        motion: Callable[[int], list[nn.Module]],
    ) -> None:
        super().__init__()

        def level(kind: type[_Level], inputs: Sequence[int], width: int, transformers: int, motions: int) -> _Level:
            return kind(
                [Resnet(given, width, 4 * channels[0], groups) for given in inputs],
                [transformer(width) for _ in range(transformers)],
                [module for _ in range(motions) for module in motion(width)],
            )

        self.conv_in = nn.Conv2d(LATENT_CHANNELS, channels[0], 3, padding=1)
        self.time_embedding = _TimeEmbedding(channels[0])
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        deepest, width, skips = len(channels) - 1, channels[0], [channels[0]]
        for depth, wider in enumerate(channels):
            down = level(_Down, [width, *[wider] * (layers - 1)], wider, layers * (depth < deepest), layers)
            down.downsamplers = nn.ModuleList([Downsample(wider)] if depth < deepest else [])
            self.down_blocks.append(down)
            skips += [wider] * (layers + (depth < deepest))
            width = wider
        self.mid_block = level(_Middle, [width, width], width, 1, 1)
        for depth in reversed(range(deepest + 1)):
            inputs = [skips.pop() + given for given in (width, *[channels[depth]] * layers)]
            width = channels[depth]
            up = level(_Up, inputs, width, (layers + 1) * (depth < deepest), layers + 1)
            up.upsamplers = nn.ModuleList([Upsample(width)] if depth else [])
            self.up_blocks.append(up)

    def _name_parts(self) -> None:
        for name, module in self.named_modules():
            if isinstance(module, (Resnet, ReferenceBlock, DenoisingBlock)):
                module.name = name

    def times(self, step: int) -> Times:
        """All that depends on the time of a step, 0 to 999, alone: once a step is enough, whatever the windows."""
        weight = self.conv_in.weight
        sine, cosine = waves(torch.tensor([step]), len(weight))
        embedded = F.silu(self.time_embedding(torch.cat([cosine, sine], dim=1).to(weight.device, weight.dtype)))
        return {module.name: module.time(embedded) for module in self.modules() if isinstance(module, Resnet)}

    def _walk(self, maps: Tensor, context: Denoising | Reading) -> Tensor:
        skips = [maps]
        for down in self.down_blocks:
            maps = down(maps, skips, context)
        maps = self.mid_block(maps, context)
        for up in self.up_blocks:
            maps = up(maps, skips, context)
        return maps

    def _latents(self, latents: Tensor) -> Tensor:
        """(n, 4, h, w), brought to the weights."""
        weight = self.conv_in.weight
        return self.conv_in(latents.to(weight.device, weight.dtype))


class ReferenceUNet(_UNet):
    """Reads the latent of the reference picture. It has no head: what it is for is its bank."""

    def __init__(self, channels: Sequence[int] = CHANNELS, layers: int = 2, heads: int = 8, groups: int = 32) -> None:
        def transformer(width: int) -> SpatialTransformer:
            return SpatialTransformer(ReferenceBlock(width, heads), width, groups)

        super().__init__(channels, layers, groups, transformer, lambda width: [])
        last = cast(_Level, self.up_blocks[-1])
        last.attentions[-1] = LastReading(ReferenceBlock(channels[0], heads), channels[0], groups)
        self._name_parts()

    def forward(self, latent: Tensor) -> Bank:
        """The bank of a latent (1, 4, h, w): normed tokens (1, L, C) by block. Raises InvalidValue for other shapes."""
        if latent.ndim != 4 or latent.shape[:2] != (1, LATENT_CHANNELS):
            raise InvalidValue(f"the reference's latent has the shape {tuple(latent.shape)}; expected (1, 4, h, w)")
        reading = Reading(self.times(0), {})
        self._walk(self._latents(latent), reading)
        return reading.bank


def rounded(bank: Bank) -> Bank:
    """A bank as the official code keeps it whatever the dtype of the networks: rounded to float16. For comparisons only."""
    return {name: tokens.half().to(tokens.dtype) for name, tokens in bank.items()}


class DenoisingUNet(_UNet):
    """Predicts a window's velocity from its noisy latents, guided by the reference, the audio and the poses, or by nothing."""

    def __init__(
        self,
        channels: Sequence[int] = CHANNELS,
        layers: int = 2,
        heads: int = 8,
        groups: int = 32,
        audio_width: int = 384,
        positions: int = 32,
    ) -> None:
        """`positions` is the length of the table of positions, and so of the longest window."""

        def transformer(width: int) -> SpatialTransformer:
            return SpatialTransformer(DenoisingBlock(width, heads, audio_width), width, groups)

        super().__init__(channels, layers, groups, transformer, lambda width: [MotionModule(width, heads, groups, positions)])
        self.audio_width, self.positions = audio_width, positions
        self.conv_norm_out = nn.GroupNorm(groups, channels[0], eps=1e-5)
        self.conv_out = nn.Conv2d(channels[0], LATENT_CHANNELS, 3, padding=1)
        self._name_parts()

    def banks(self, bank: Bank) -> Banks:
        """A bank's keys and values, once for a video. Raises InvalidValue if a block's tokens are missing."""
        blocks = {module.name: module for module in self.modules() if isinstance(module, DenoisingBlock)}
        if missing := blocks.keys() - bank.keys():
            raise InvalidValue(f"the bank has nothing for {min(missing)}; it comes from another kind of reference network")
        return {name: block.keys_and_values(bank[name]) for name, block in blocks.items()}

    def forward(
        self,
        latents: Tensor,
        times: Times,
        banks: Banks | None = None,
        audio: Tensor | None = None,
        pose: Tensor | None = None,
    ) -> Tensor:
        """The velocity of latents (f, 4, h, w), in their shape.

        `banks`, `audio` (f, tokens, channels) and `pose` (f, C, h, w) come together; without them it is the unconditional
        prediction. A batch of windows (w, f, 4, h, w) may have these for its last k windows, (k, f, ...), and the others are
        unconditional: so both halves of a guided prediction can be computed in one pass. Raises InvalidValue for shapes that
        do not go together and windows longer than the table of positions.
        """
        windows = latents if latents.ndim == 5 else latents[None]
        if windows.ndim != 5 or windows.shape[2] != LATENT_CHANNELS or not 0 < windows.shape[1] <= self.positions:
            raise InvalidValue(
                f"latents have the shape {tuple(latents.shape)}; expected (frames, 4, h, w) or (windows, frames, 4, h, w), "
                f"with at most {self.positions} frames"
            )
        maps = self._latents(windows.flatten(0, 1))
        if banks is not None and audio is not None and pose is not None:
            audio, pose = self._conditions(windows, audio, pose)
            maps[-len(pose) :] += pose
        elif any(given is not None for given in (banks, audio, pose)):
            raise InvalidValue("a reference, audio and poses go together: give all of them or none")
        maps = self._walk(maps, Denoising(times, windows.shape[1], banks or {}, audio))
        velocity: Tensor = self.conv_out(F.silu(self.conv_norm_out(maps)))
        return velocity.view(latents.shape)

    def _conditions(self, windows: Tensor, audio: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
        """Audio (n, tokens, channels) and pose features (n, C, h, w) of the frames that have them, brought to the weights."""
        weight = self.conv_in.weight
        audio = audio if audio.ndim == 4 else audio[None]
        pose = pose if pose.ndim == 5 else pose[None]
        frames, (height, width) = windows.shape[1], windows.shape[-2:]
        told = (len(pose), frames, len(weight), height, width)
        if pose.shape != told or audio.shape != (len(pose), frames, audio.shape[2], self.audio_width):
            raise InvalidValue(
                f"for latents {tuple(windows.shape)}, pose features have the shape {tuple(pose.shape)} and audio "
                f"{tuple(audio.shape)}; expected {told} and ({len(pose)}, {frames}, tokens, {self.audio_width})"
            )
        if not 0 < len(pose) <= len(windows):
            raise InvalidValue(f"there are poses and audio for {len(pose)} windows, but latents of {len(windows)}")
        return audio.flatten(0, 1).to(weight), pose.flatten(0, 1).to(weight)
