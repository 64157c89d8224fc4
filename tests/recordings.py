"""Sounds that tests are made with."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np


def write_sound(path: Path, seconds: float, rate: int = 16_000, layout: str = "mono", hertz: float = 440.0) -> Path:
    """A tone in all channels, in 16 bits."""
    times = np.arange(round(seconds * rate)) / rate
    channels = len(av.AudioLayout(layout).channels)
    samples = np.repeat(np.rint(8000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16), channels)[None]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
