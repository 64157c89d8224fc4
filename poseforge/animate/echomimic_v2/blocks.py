"""The parts of the two UNets. Attributes are named as in the published checkpoints, so that these load without renaming.

Windows and their frames lie on one axis, n: maps are (n, C, h, w) and keep the layout of the weights. Where that has channels
last, tokens (n, h * w, C) are a view of them. Only the motion modules look across frames. Architecture: EchoMimicV2 (Meng et
al., 2024) on Stable Diffusion 1.x (Rombach et al., 2022) with the motion modules of AnimateDiff (Guo et al., 2023).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Times = Mapping[str, Tensor]
"""What a step's time adds to the channels in each resnet, (1, C, 1, 1) by its name."""

Bank = Mapping[str, Tensor]
"""What the reference network has seen at each transformer block, normed tokens (1, L, C) by its name."""

Banks = Mapping[str, tuple[Tensor, Tensor]]
"""The keys and values of a bank, each (1, L, C), by the name of the denoising network's block."""

AUDIO_SCALE = 3.0
"""By which the official code multiplies what audio attention adds."""

_MOST_SEQUENCES = 65_535
"""The largest grid of CUDA along the axis where attention kernels put sequences."""


@dataclass(frozen=True)
class Reading:
    """A pass of the reference network: the time, and the bank that it fills."""

    times: Times
    bank: dict[str, Tensor]


@dataclass(frozen=True)
class Denoising:
    """A pass of the denoising network over windows of `frames` frames.

    `audio` (k, tokens, channels) belongs to the last k frames of the batch; those also see `banks`, all before them nothing.
    """

    times: Times
    frames: int
    banks: Banks
    audio: Tensor | None


def waves(positions: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """Sine and cosine, each (positions, width / 2), at the frequencies of Vaswani et al. (2017): 10000^(-2i / width)."""
    half = width // 2
    angles = positions[:, None].float() * torch.exp(-math.log(10_000) * torch.arange(half, device=positions.device) / half)
    return angles.sin(), angles.cos()


def tokens_of(maps: Tensor) -> Tensor:
    """(n, C, h, w) as (n, h * w, C): a view where maps are channels-last."""
    return maps.permute(0, 2, 3, 1).flatten(1, 2)


def maps_of(tokens: Tensor, height: int) -> Tensor:
    """(n, h * w, C) as (n, C, h, w): a view, with channels last in memory."""
    return tokens.unflatten(1, (height, -1)).permute(0, 3, 1, 2)


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
    """Attention of `heads` heads: query (n, l, C), key and value (n, m, C); gives (n, l, C)."""
    if len(query) > _MOST_SEQUENCES:
        parts = (tensor.split(_MOST_SEQUENCES) for tensor in (query, key, value))
        return torch.cat([attend(q, k, v, heads) for q, k, v in zip(*parts, strict=True)])
    q, k, v = (tensor.unflatten(-1, (heads, -1)).transpose(1, 2) for tensor in (query, key, value))
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


class Attention(nn.Module):
    """Projections to queries, keys and values, and out of them; keys and values may come from something `seen` in its width."""

    def __init__(self, width: int, heads: int, seen: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(seen or width, width, bias=False)
        self.to_v = nn.Linear(seen or width, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width))

    def forward(self, tokens: Tensor, seen: Tensor | None = None) -> Tensor:
        """Tokens (n, l, C), what they attend to (n, m, C'), by default themselves; gives (n, l, C)."""
        seen = tokens if seen is None else seen
        return self.to_out(attend(self.to_q(tokens), self.to_k(seen), self.to_v(seen), self.heads))

    def nothing(self) -> Tensor:
        """What attending to nothing but zeros gives, (C,): their values are zeros, and the bias is left."""
        return self.to_out(torch.zeros_like(self.to_q.weight[0]))


class _Gated(nn.Module):
    """A linear layer times the exact GELU of another (GEGLU; Shazeer, 2020)."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, 2 * inner)

    def forward(self, tokens: Tensor) -> Tensor:
        value, gate = self.proj(tokens).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    """Four times as wide inside, gated."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.Sequential(_Gated(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width))

    def forward(self, tokens: Tensor) -> Tensor:
        """(n, l, C) to (n, l, C)."""
        return self.net(tokens)


class Resnet(nn.Module):
    """Two convolutions beside a shortcut, and the time of the step between them."""

    name: str

    def __init__(self, inputs: int, width: int, time_width: int, groups: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inputs, eps=1e-5)
        self.conv1 = nn.Conv2d(inputs, width, 3, padding=1)
        self.time_emb_proj = nn.Linear(time_width, width)
        self.norm2 = nn.GroupNorm(groups, width, eps=1e-5)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(inputs, width, 1) if inputs != width else nn.Identity()

    def time(self, embedding: Tensor) -> Tensor:
        """What a time (1, T), embedded and through its SiLU, adds to the channels here, (1, C, 1, 1)."""
        return self.time_emb_proj(embedding)[:, :, None, None]

    def forward(self, maps: Tensor, times: Times) -> Tensor:
        """(n, C', h, w) to (n, C, h, w)."""
        inner = self.conv1(F.silu(self.norm1(maps))) + times[self.name]
        inner = self.conv2(F.silu(self.norm2(inner)))
        return inner + self.conv_shortcut(maps)


class ReferenceBlock(nn.Module):
    """A transformer block that keeps what it attends to."""

    name: str

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = Attention(width, heads)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def keep(self, tokens: Tensor, reading: Reading) -> Tensor:
        """The normed tokens (1, L, C), which are now in the bank."""
        reading.bank[self.name] = normed = self.norm1(tokens)
        return normed

    def forward(self, tokens: Tensor, reading: Reading) -> Tensor:
        """(1, L, C) to (1, L, C)."""
        tokens = tokens + self.attn1(self.keep(tokens, reading))
        return tokens + self.ff(self.norm3(tokens))


class DenoisingBlock(nn.Module):
    """A transformer block whose frames attend to themselves and the reference, then each to its audio."""

    name: str

    def __init__(self, width: int, heads: int, audio_width: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn1 = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.attn2 = Attention(width, heads, audio_width)
        self.norm3 = nn.LayerNorm(width)
        self.ff = FeedForward(width)

    def keys_and_values(self, bank: Tensor) -> tuple[Tensor, Tensor]:
        """Of normed reference tokens (1, L, C): each (1, L, C)."""
        return self.attn1.to_k(bank), self.attn1.to_v(bank)

    def forward(self, tokens: Tensor, denoising: Denoising) -> Tensor:
        """(n, L, C) to (n, L, C)."""
        audio = denoising.audio
        free = len(tokens) if audio is None else len(tokens) - len(audio)
        tokens = tokens + self._look(self.norm1(tokens), free, denoising.banks)
        heard = (AUDIO_SCALE * self.attn2.nothing()).expand_as(tokens[:free])
        if audio is not None:
            told = AUDIO_SCALE * self.attn2(self.norm2(tokens[free:]), audio)
            heard = torch.cat([heard, told]) if free else told
        tokens = tokens + heard
        return tokens + self.ff(self.norm3(tokens))

    def _look(self, normed: Tensor, free: int, banks: Banks) -> Tensor:
        """Attention of each frame to itself and, but for the first `free` ones, to the reference."""
        attn = self.attn1
        query, key, value = attn.to_q(normed), attn.to_k(normed), attn.to_v(normed)
        seen = [attend(query[:free], key[:free], value[:free], attn.heads)] if free else []
        if frames := len(normed) - free:
            keys, values = (bank.expand(frames, -1, -1) for bank in banks[self.name])
            key, value = torch.cat([key[free:], keys], dim=1), torch.cat([value[free:], values], dim=1)
            seen.append(attend(query[free:], key, value, attn.heads))
        return attn.to_out(torch.cat(seen) if len(seen) > 1 else seen[0])


class _Pointwise(nn.Conv2d):
    """A 1 x 1 convolution of tokens."""

    def __init__(self, width: int) -> None:
        super().__init__(width, width, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        return F.linear(tokens, self.weight.flatten(1), self.bias)


class SpatialTransformer(nn.Module):
    """A transformer block over the pixels of each frame."""

    def __init__(self, block: DenoisingBlock | ReferenceBlock, width: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.proj_in = _Pointwise(width)
        self.transformer_blocks = nn.ModuleList([block])
        self.proj_out = _Pointwise(width)

    def forward(self, maps: Tensor, context: Denoising | Reading) -> Tensor:
        """(n, C, h, w) to (n, C, h, w)."""
        tokens = self.proj_out(self.transformer_blocks[0](self._enter(maps), context))
        return maps + maps_of(tokens, maps.shape[2])

    def _enter(self, maps: Tensor) -> Tensor:
        return self.proj_in(tokens_of(self.norm(maps)))


class LastReading(SpatialTransformer):
    """The last transformer of the reference network: what comes after its store, nobody sees."""

    def forward(self, maps: Tensor, context: Denoising | Reading) -> Tensor:
        """Fills the bank; gives the maps as they came."""
        cast(ReferenceBlock, self.transformer_blocks[0]).keep(self._enter(maps), cast(Reading, context))
        return maps


class _Positions(nn.Module):
    """The position of a frame in its window, sine and cosine alternating; a checkpoint's own table replaces it."""

    pe: Tensor

    def __init__(self, width: int, frames: int) -> None:
        super().__init__()
        self.register_buffer("pe", torch.stack(waves(torch.arange(frames), width), dim=-1).flatten(1)[None])


class _FrameAttention(Attention):
    """Attention of a pixel to itself in the other frames; positions are added to what it looks for and at, and to no more."""

    def __init__(self, width: int, heads: int, frames: int) -> None:
        super().__init__(width, heads)
        self.pos_encoder = _Positions(width, frames)

    def forward(self, tokens: Tensor, seen: Tensor | None = None) -> Tensor:
        return super().forward(tokens + self.pos_encoder.pe[:, : tokens.shape[1]], seen)


class _FrameBlock(nn.Module):
    def __init__(self, width: int, heads: int, frames: int) -> None:
        super().__init__()
        self.attention_blocks = nn.ModuleList(_FrameAttention(width, heads, frames) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.ff = FeedForward(width)
        self.ff_norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        for attention, norm in zip(self.attention_blocks, self.norms, strict=True):
            tokens = tokens + attention(norm(tokens))
        return tokens + self.ff(self.ff_norm(tokens))


class _FrameTransformer(nn.Module):
    def __init__(self, width: int, heads: int, groups: int, frames: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.proj_in = nn.Linear(width, width)
        self.transformer_blocks = nn.ModuleList([_FrameBlock(width, heads, frames)])
        self.proj_out = nn.Linear(width, width)

    def forward(self, maps: Tensor, frames: int) -> Tensor:
        tokens = tokens_of(self.norm(maps)).unflatten(0, (-1, frames)).transpose(1, 2)
        windows, pixels = tokens.shape[:2]
        tokens = self.proj_out(self.transformer_blocks[0](self.proj_in(tokens.flatten(0, 1))))
        tokens = tokens.unflatten(0, (windows, pixels)).transpose(1, 2).flatten(0, 1)
        return maps + maps_of(tokens, maps.shape[2])


class MotionModule(nn.Module):
    """A transformer over the frames of a window, pixel by pixel; `frames` is how long a window may be."""

    def __init__(self, width: int, heads: int, groups: int, frames: int) -> None:
        super().__init__()
        self.temporal_transformer = _FrameTransformer(width, heads, groups, frames)

    def forward(self, maps: Tensor, denoising: Denoising) -> Tensor:
        """(windows * frames, C, h, w) to the same."""
        return self.temporal_transformer(maps, denoising.frames)


class Downsample(nn.Module):
    """Half the size."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2, padding=1)

    def forward(self, maps: Tensor) -> Tensor:
        """(n, C, h, w) to (n, C, ceil(h / 2), ceil(w / 2))."""
        return self.conv(maps)


class Upsample(nn.Module):
    """The size of what it will meet next, which was halved and perhaps odd: each pixel from its nearest, then a convolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, maps: Tensor, size: torch.Size) -> Tensor:
        """(n, C, h, w) to (n, C, *size)."""
        height, width = maps.shape[-2:]
        if tuple(size) != (2 * height, 2 * width):
            return self.conv(F.interpolate(maps, size=tuple(size), mode="nearest"))
        # Pixels of equal parity see 2 x 2 of the small map with the same sums of weights: 4 products instead of 9.
        last = maps.is_contiguous(memory_format=torch.channels_last)
        layout = torch.channels_last if last else torch.contiguous_format
        out = torch.empty(*maps.shape[:2], *size, dtype=maps.dtype, device=maps.device, memory_format=layout)
        for y, rows in enumerate(_pairs(self.conv.weight, 2)):
            for x, kernel in enumerate(_pairs(rows, 3)):
                grown = F.conv2d(maps, kernel, self.conv.bias, padding=1)
                out[:, :, y::2, x::2] = grown[:, :, y : y + height, x : x + width]
        return out


def _pairs(weight: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Three weights along an axis as two, for the even and for the odd pixels of a map doubled along it."""
    before, here, after = weight.unbind(axis)
    return torch.stack([before, here + after], axis), torch.stack([before + here, after], axis)
