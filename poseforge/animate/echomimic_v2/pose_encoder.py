"""The network that makes features of pose maps, which are added where the denoising network begins."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn

from poseforge.errors import InvalidValue

CHANNELS = (16, 32, 96, 256)
"""Of each level, in the official network."""


class PoseEncoder(nn.Module):
    """Eight convolutions, each frame by itself; three of them halve the size."""

    def __init__(self, out: int = 320, channels: Sequence[int] = CHANNELS) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(3, channels[0], 3, padding=1)
        self.blocks = nn.ModuleList()
        for width, wider in pairwise(channels):
            self.blocks.append(nn.Conv2d(width, width, 3, padding=1))
            self.blocks.append(nn.Conv2d(width, wider, 3, stride=2, padding=1))
        self.conv_out = nn.Conv2d(channels[-1], out, 3, padding=1)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (f, 3, H, W), RGB from 0 to 1, to features (f, out, H / 8, W / 8); any number of frames, each by itself.

        Raises InvalidValue for other shapes; H and W are multiples of 8.
        """
        if maps.ndim != 4 or maps.shape[1] != 3 or maps.shape[2] % 8 or maps.shape[3] % 8:
            raise InvalidValue(f"pose maps have the shape {tuple(maps.shape)}; expected (frames, 3, H, W) in multiples of 8")
        weight = self.conv_in.weight
        maps = maps.to(weight.device, weight.dtype)
        for conv in (self.conv_in, *self.blocks):
            maps = F.silu(conv(maps))
        return self.conv_out(maps)
