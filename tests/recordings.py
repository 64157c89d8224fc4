"""Sounds that tests are made with."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np


def write_sound(
    path: Path,
    seconds: float,
    rate: int = 16_000,
    layout: str = "mono",
    hertz: float = 440.0,
    samples: np.ndarray | None = None,
) -> Path:
    """A tone, or these samples, in all channels, in 16 bits."""
    if samples is None:
        samples = np.rint(8000 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.int16)
    samples = np.repeat(samples, len(av.AudioLayout(layout).channels))[None]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
