"""Sound as a value: reading it from any sound or video file, and its outline for drawing."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile
from poseforge.sequence import immutable

MIN_RATE, MAX_RATE = 8_000, 192_000
"""Samples per second, from a telephone's to a studio's."""

MAX_SAMPLES = 2**28
"""A gigabyte once read: 93 minutes at 48,000 Hz, over 4 hours at 16,000 Hz. A few megabytes of FLAC can claim far more."""

_CONTAINERS = "aac,ac3,aiff,amr,asf,au,avi,caf,eac3,flac,flv,matroska,mov,mp3,mpeg,mpegts,ogg,w64,wav,webm"
# FFmpeg also knows playlists, which would make it open other files and addresses.

_HEARD = 1e-3
"""Of full scale, -60 dB: what stays below is what microphones and their cables do by themselves."""

_AGAIN = "Export it again, for instance as WAV."


@dataclass(frozen=True, eq=False)
class Audio:
    """One channel of sound. A value: its samples are read-only.

    Attributes:
        samples: float32 (N,), full scale is -1 to 1; files of floats may go beyond.
        rate: samples per second, 8,000 to 192,000.

    Raises InvalidValue for another shape or rate, no samples at all, or one that is not a finite number.
    """

    samples: NDArray[np.float32]
    rate: int

    def __post_init__(self) -> None:
        samples = self.samples
        if not (isinstance(samples, np.ndarray) and samples.dtype == np.float32 and immutable(samples)):
            try:
                with np.errstate(over="ignore"):  # what is too large for float32 is refused as infinite
                    samples = np.array(samples, np.float32)
            except (TypeError, ValueError) as error:
                raise InvalidValue(f"sound that is not of numbers ({error})") from None
            samples.flags.writeable = False
        if samples.ndim != 1 or not len(samples):
            raise InvalidValue(f"sound of shape {samples.shape}; expected one channel of at least one sample")
        if not np.isfinite(samples).all():
            raise InvalidValue("sound with a sample that is not a finite number")
        if not (isinstance(self.rate, int) and MIN_RATE <= self.rate <= MAX_RATE):
            raise InvalidValue(f"{self.rate!r} samples per second; expected a whole number from {MIN_RATE} to {MAX_RATE}")
        object.__setattr__(self, "samples", samples)

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self) / self.rate


def read_audio(path: str | os.PathLike[str]) -> Audio:
    """The sound of a file: WAV, FLAC, Ogg, MP3, M4A and their kind, or the first sound track of a video.

    Channels are averaged; the rate stays. Raises FormatError for a file without sound, a damaged one, or one with samples that
    are no numbers, UnsafeFile for more than `MAX_SAMPLES`, FileProblem if there is no such file.
    """
    _check_file(path)
    return _gathered(path, _blocks(path))


def read_voice(path: str | os.PathLike[str], rate: int) -> Audio:
    """The sound of a file as models of speech are given it: one channel at another rate, as FFmpeg mixes and resamples, rounded
    to 16 bits. Raises what `read_audio` raises.
    """
    _check_file(path)
    return _gathered(path, _blocks(path, format="s16", layout="mono", rate=rate))


def silent(samples: NDArray[np.float32]) -> bool:
    """Whether nothing is heard in samples (N,): none reaches a thousandth of full scale."""
    return not (np.abs(samples) >= _HEARD).any()


def iter_sound(path: str | os.PathLike[str], rate: int, layout: str) -> Generator[NDArray[np.float32]]:
    """The sound of a file piece by piece, (n, channels), with channels and rate as FFmpeg makes them: "mono", "stereo" ...

    Raises what `read_audio` raises, but does not look at the samples.
    """
    _check_file(path)
    for _, block in _blocks(path, format="flt", layout=layout, rate=rate):
        yield block


def peaks(audio: Audio, bins: int, start: float = 0.0, end: float | None = None) -> NDArray[np.float32]:
    """(bins, 2) float32: the lowest and the highest sample in each of `bins` equal parts of the seconds `start` to `end` (the
    whole sound), to draw a waveform from. Exact: no sample is left out. Parts before or after the sound are 0; a part shorter
    than a sample has the sample at its beginning. Raises InvalidValue for no bins or no time.
    """
    last = audio.duration if end is None else end
    if bins < 1 or not (np.isfinite([start, last]).all() and start < last):
        raise InvalidValue(f"{bins} bins from {start:g} s to {last:g} s; expected at least one, and an end after the start")
    places = np.linspace(start, last, bins + 1) * audio.rate + 1e-6  # without which 0.3 s at 10 Hz would begin at sample 2
    edges = np.floor(np.clip(places, -1, len(audio) + 1)).astype(np.int64)
    outline = np.zeros((bins, 2), np.float32)
    within = (edges[:-1] < len(audio)) & (np.maximum(edges[1:], edges[:-1] + 1) > 0)
    if within.any():
        first = np.maximum(edges[:-1][within], 0)
        samples = audio.samples[: max(edges[-1], first[-1] + 1)]
        outline[within] = np.stack([np.minimum.reduceat(samples, first), np.maximum.reduceat(samples, first)], axis=1)
    return outline


def _check_file(path: str | os.PathLike[str]) -> None:
    if not os.path.isfile(path):
        raise FileProblem(f"{path}: is {'a folder' if os.path.isdir(path) else 'not there'}; expected a sound or video file")
    try:
        with open(path, "rb") as file:
            if not file.read(1):
                raise FormatError(path, "is empty.", _AGAIN)
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror})") from error


_Blocks = Iterator[tuple[int, NDArray[np.float32]]]


def _gathered(path: str | os.PathLike[str], blocks: _Blocks) -> Audio:
    """The (rate, (n, channels)) blocks of a file as one sound."""
    parts: list[NDArray[np.float32]] = []
    count = 0
    for rate, block in blocks:
        if not MIN_RATE <= rate <= MAX_RATE:
            raise FormatError(path, f"has {rate:,} samples per second; expected {MIN_RATE:,} to {MAX_RATE:,}.", _AGAIN)
        with np.errstate(all="ignore"):
            part = block.mean(axis=1)
        if not np.isfinite(part).all():
            at = (count + int(np.isfinite(part).argmin())) / rate
            raise FormatError(path, f"holds a sample that is not a finite number, at {at:.3f} s.", _AGAIN)
        count += len(part)
        if count > MAX_SAMPLES:
            limit = f"{MAX_SAMPLES / rate / 60:.0f} minutes"
            raise UnsafeFile(
                path, f"is longer than {limit}, the most that is read at {rate:,} Hz.", "Cut it into shorter ones."
            )
        parts.append(part)
    if not count:
        raise FormatError(path, "holds a sound of no length.", _AGAIN)
    samples = np.concatenate(parts)
    samples.flags.writeable = False  # so that the value need not copy it
    return Audio(samples, rate)


def _blocks(path: str | os.PathLike[str], format: str = "flt", **wanted: Any) -> _Blocks:
    """The first sound track, as FFmpeg decodes it, with whatever else is `wanted` of its resampler. By name and not as an open
    file, whose errors PyAV would print.
    """
    import av

    place = "file:" + os.path.abspath(os.fsdecode(path))  # the prefix, so that no name is taken for an address
    try:
        with av.open(place, "r", options={"format_whitelist": _CONTAINERS}, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise FormatError(path, "has no sound track.", "Give a file with sound.")
            resampler = av.AudioResampler(format=format, **wanted)  # interleaved: PyAV reads past the end of over 8 planes
            full = np.float32(1 if format == "flt" else 32768)
            for frame in chain(container.decode(audio=0), [None] if wanted else []):  # None for what a filter holds back
                for part in resampler.resample(frame):
                    block = part.to_ndarray().astype(np.float32, copy=False)
                    yield part.sample_rate, block.reshape(-1, part.layout.nb_channels) / full
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        problem = f"is no sound or video file that can be read, or a damaged one ({getattr(error, 'strerror', None) or error})."
        raise FormatError(path, problem, "Give WAV, FLAC, Ogg, MP3, M4A or a video with sound.") from error
