"""What the networks hear: for each frame of the video 50 tokens from the encoder of Whisper (tiny), of 200 ms around it.

Sound of 16,000 Hz becomes a log-mel spectrogram (100 columns a second), this the encoder's states after the position table and
after each block (50 rows a second), and of these every frame gets the ten nearest. As in EchoMimicV2, and unlike in Whisper
itself, a sound is not filled up to 30 s with silence, but each 3000 columns of its spectrogram with zeros, and the loudest
moment that the spectrogram is measured by is that of the whole file.

The encoder is Whisper's (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision"); the mel scale is
Slaney's, linear below 1000 Hz and logarithmic above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

RATE = 16_000
_FFT, _HOP, _MELS = 400, 160, 80
_SEGMENT = 3000
"""Columns that the encoder takes at once: 30 s."""

ROWS_PER_S = 50
_BEFORE, _AFTER = 4, 5
"""Rows before the one at a frame, and after it."""

SHORTEST = 2 * _HOP
"""Samples of which the encoder makes one row."""

Watch = Callable[[Sequence[int]], Iterator[int]]


def mel_filters() -> Tensor:
    """(80, 201) float32: how much of each frequency of the transform is in each band; every band has the same area."""
    knots = np.linspace(0.0, 15 + 27 * np.log(8) / np.log(6.4), _MELS + 2)  # 0 to 8000 Hz; 15 at 1000 Hz, 27 more at 6400 Hz
    hertz = np.where(knots < 15, knots * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (knots - 15)))
    bins = np.linspace(0, RATE / 2, _FFT // 2 + 1)
    rise = (bins - hertz[:-2, None]) / np.diff(hertz)[:-1, None]
    fall = (hertz[2:, None] - bins) / np.diff(hertz)[1:, None]
    triangles = np.maximum(0, np.minimum(rise, fall)) * (2 / (hertz[2:] - hertz[:-2]))[:, None]
    return torch.from_numpy(triangles.astype(np.float32))


def log_mel(samples: NDArray[np.float32]) -> Tensor:
    """(80, N // 160) float32: the spectrogram of (N,) samples at 16,000 Hz; N is at least `SHORTEST`."""
    wave = F.pad(torch.from_numpy(np.array(samples))[None], (_FFT // 2, _FFT // 2), mode="reflect")[0]
    columns = wave.unfold(0, _FFT, _HOP)[: len(samples) // _HOP]
    hann, filters = torch.hann_window(_FFT), mel_filters()
    parts = [filters @ torch.fft.rfft(part * hann).abs().square().T for part in columns.split(_SEGMENT)]
    powers = torch.cat(parts, dim=1).clamp(min=1e-10).log10()
    return (powers.maximum(powers.max() - 8) + 4) / 4


class SoundEncoder(nn.Module):
    """The encoder of Whisper without the norm at its end. Parameters are called as in the official file."""

    def __init__(self, mels: int = _MELS, positions: int = 1500, width: int = 384, heads: int = 6, layers: int = 4) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(mels, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.positional_embedding = nn.Parameter(torch.empty(positions, width))
        self.blocks = nn.ModuleList(_Block(width, heads) for _ in range(layers))

    def forward(self, mel: Tensor) -> Tensor:
        """(mels, 2P) to (P, layers + 1, width): the states before the first block and after each."""
        states = F.gelu(self.conv2(F.gelu(self.conv1(mel[None])))).mT + self.positional_embedding
        collected = [states]
        for block in self.blocks:
            states = block(states)
            collected.append(states)
        return torch.stack(collected, dim=2)[0]


class _Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn_ln = nn.LayerNorm(width)
        self.attn = _Attention(width, heads)
        self.mlp_ln = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.attn_ln(x))
        more: Tensor = self.mlp(self.mlp_ln(x))
        return x + more


class _Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (
            part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        mixed: Tensor = self.out(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))
        return mixed


def rows_at(frames: Sequence[int], rows: int, fps: float) -> NDArray[np.int64]:
    """(n, 10): the rows of the encoder's states, of which there are so many, that are heard at each of the frames."""
    centers = np.array([int(frame * ROWS_PER_S / fps) for frame in frames])
    return np.clip(centers[:, None] + np.arange(-_BEFORE, _AFTER + 1), 0, rows - 1)


def tokens(
    encoder: SoundEncoder, samples: NDArray[np.float32], fps: float, frames: Sequence[int], watch: Watch = iter
) -> Tensor:
    """(n, 50, width) float32 on the CPU: what is heard at each of the frames, by time, then by depth.

    Only those parts of the sound are encoded that the frames need; `watch` may follow them.
    """
    mel = log_mel(samples)
    at = rows_at(frames, _rows(mel.shape[1]), fps)
    per_part = _SEGMENT // 2
    needed = range(at.min() // per_part, at.max() // per_part + 1)
    place = next(encoder.parameters()).device
    heard = []
    for part in watch(needed):
        columns = mel[:, part * _SEGMENT : (part + 1) * _SEGMENT]
        with torch.inference_mode():
            heard.append(encoder(F.pad(columns, (0, _SEGMENT - columns.shape[1])).to(place)).cpu())
    return torch.cat(heard)[torch.from_numpy(at - needed.start * per_part)].flatten(1, 2)


def _rows(columns: int) -> int:
    """Of the encoder's states for so many columns of the spectrogram: half as many, in each segment by itself."""
    return columns // _SEGMENT * (_SEGMENT // 2) + columns % _SEGMENT // 2
