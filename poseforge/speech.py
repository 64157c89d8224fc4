"""Where a voice speaks and where its syllables beat, so that gestures can go with it.

The method is classical signal processing and knows no words or languages:

1. The sound is brought to about 8 kHz and cut into windows of 40 ms, one every 5 ms. Each gives a level, the energy from 300 to
   3,000 Hz, where vowels are strong and hum, rumble and hissing consonants are not; and a pitch with its certainty, from the
   autocorrelation divided by that of the window (Boersma 1993).
2. Speech is what rises above the noise and is near a voiced window. The noise is a low percentile of the level in a sliding
   window, akin to the minimum statistics of Martin 2001. Short pauses are bridged, and the end is drawn out a little.
3. Syllable nuclei are peaks of the level that stand out from the dips beside them (Mermelstein 1975) and are voiced (de Jong
   and Wempe 2009).
4. The beat of a nucleus is where its loudness rises fastest. Listeners place the moment at which a syllable happens, its
   P-centre (Morton, Marcus and Frankish 1976), near the onset of the vowel, which Marcus 1981 measures as the largest increment
   of energy in the middle of the spectrum.
5. A beat is as strong as its nucleus is louder, longer and higher than those around it. Loudness weighs most and pitch least,
   as in natural speech (Kochanski, Grabe, Coleman and Rosner 2005).

Steps, weights and thresholds that no source is named for are this module's own. docs/speech.md has the references and figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from poseforge.audio import Audio
from poseforge.errors import InvalidValue
from poseforge.sequence import frozen

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

BAND = 300, 3000
"""Hz, where the level is measured."""

PITCH = 75, 500
"""Hz, of voices from a low man's to a child's."""

VOICED = 0.45
"""The certainty from which a window has a pitch: Praat's default (Boersma 1993)."""

DIP = 2
"""dB by which a syllable's nucleus stands out from the dips beside it (de Jong and Wempe 2009)."""

SHORTEST_PAUSE, SHORTEST_SPEECH = 0.2, 0.1
"""Seconds. A shorter pause is the closure of a consonant, a shorter stretch of speech a click."""

FARTHEST_VOICE = 0.15
"""Seconds. Longer than that no consonants keep the voice silent within a phrase."""

CLOSEST_BEATS = 0.15
"""Seconds. No one speaks more than six or seven syllables a second for long."""

_RATE, _HOP_S, _WINDOW_S = 8000, 0.005, 0.040  # three periods of the lowest pitch (Boersma 1993)
_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Speech:
    """What a voice does over time. A value: its arrays are read-only.

    Attributes:
        duration: seconds of the sound.
        spoken: float64 (V, 2), where each stretch of speech begins and ends, in seconds, ascending.
        beats: float64 (B,), seconds, ascending, each within a stretch of speech.
        strengths: float64 (B,), 0 to 1, how much each beat stands out from those around it; 0.5 is as much as they do.

    Raises InvalidValue for other shapes, times out of order or outside the sound, strengths outside 0 to 1.
    """

    duration: float
    spoken: Floats
    beats: Floats
    strengths: Floats

    def __post_init__(self) -> None:
        spoken, beats, strengths = frozen(self.spoken), frozen(self.beats), frozen(self.strengths)
        if spoken.ndim != 2 or spoken.shape[1] != 2 or beats.ndim != 1 or beats.shape != strengths.shape:
            raise InvalidValue(
                f"speech of shapes {spoken.shape}, {beats.shape}, {strengths.shape}; expected (V, 2), (B,), (B,)"
            )
        for times in (spoken.ravel(), beats):
            if not (np.diff(times, prepend=0, append=self.duration) >= 0).all():
                raise InvalidValue("speech whose stretches or beats are out of order or outside the sound")
        if not ((strengths >= 0) & (strengths <= 1)).all():
            raise InvalidValue("a beat with a strength outside 0 to 1")
        for name, values in (("spoken", spoken), ("beats", beats), ("strengths", strengths)):
            object.__setattr__(self, name, values)

    @property
    def pauses(self) -> Floats:
        """(P, 2) seconds, ascending: what is not spoken, before, between and after."""
        edges = np.concatenate([[0.0], self.spoken.ravel(), [self.duration]]).reshape(-1, 2)
        return edges[edges[:, 0] < edges[:, 1]]

    def strongest(self, distance: float) -> Speech:
        """The same with only the strongest beats that are at least `distance` seconds apart: of two that are closer the weaker
        goes, of two that are equally strong the later. Raises InvalidValue for a negative distance.
        """
        if not distance >= 0:
            raise InvalidValue(f"beats {distance:g} seconds apart; expected 0 or more")
        kept = _apart(self.beats, self.strengths, distance)
        return replace(self, beats=self.beats[kept], strengths=self.strengths[kept])


def analyse(audio: Audio) -> Speech:
    """Where a voice speaks in a sound, and its beats, by the method above; none of either in silence or steady noise."""
    tracks = _tracks(audio)
    level = _decibels(tracks.energy)
    threshold = _threshold(level, tracks.step)
    stretches = _stretches(level > threshold, tracks)
    rises, falls, summits = _nuclei(tracks, threshold, stretches)
    strengths = _strengths(tracks, rises, falls, summits)
    spoken, beats = (np.minimum(windows * tracks.step, audio.duration) for windows in (stretches, rises))
    kept = _apart(beats, strengths, CLOSEST_BEATS)
    return Speech(audio.duration, spoken, beats[kept], strengths[kept])


class _Tracks(NamedTuple):
    """What is measured in each window; window i is centred at i * step seconds."""

    step: float
    energy: Floats
    pitch: Floats
    certainty: Floats


def _tracks(audio: Audio) -> _Tracks:
    """Energy in the band (relative), pitch in semitones and its certainty (0 to 1). In blocks, so that memory stays small."""
    from scipy import fft, signal

    scale = float(np.abs(audio.samples).max())
    shrink = audio.rate // _RATE
    samples = audio.samples / np.float32(scale) if scale > 0 else audio.samples
    if shrink > 1:
        samples = signal.resample_poly(samples, 1, shrink)
    rate = audio.rate / shrink
    hop, width = round(_HOP_S * rate), round(_WINDOW_S * rate)
    window = signal.get_window("hann", width).astype(np.float32)
    shortest, longest = int(rate / PITCH[1]), int(np.ceil(rate / PITCH[0]))
    size = fft.next_fast_len(width + longest + 1, real=True)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    in_band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
    harmonics = ((frequencies >= 0.8 * PITCH[0]) & (frequencies <= 3 * PITCH[1])).astype(np.float32)
    of_window = fft.irfft(np.abs(fft.rfft(window, size)) ** 2, size)[: longest + 2]
    lags = np.arange(shortest, longest + 1)
    cost = 0.01 * np.log2(lags * PITCH[0] / rate)  # Boersma 1993: of two octaves that fit as well, the higher

    count = len(samples) // hop + 1
    padded = np.pad(samples, (width // 2, width))
    views = np.lib.stride_tricks.sliding_window_view(padded, width)[::hop][:count]
    energy, pitch, certainty = np.zeros(count), np.zeros(count), np.zeros(count)
    for at in range(0, count, _BLOCK):
        frames = views[at : at + _BLOCK]
        power = np.abs(fft.rfft((frames - frames.mean(axis=1, keepdims=True)) * window, size)) ** 2
        part = slice(at, at + len(frames))
        energy[part] = power[:, in_band].sum(axis=1)
        likeness = fft.irfft(power * harmonics, size)[:, : longest + 2]
        likeness = likeness / np.maximum(likeness[:, :1], 1e-20) * (of_window[0] / of_window)
        best = shortest + (likeness[:, lags] - cost).argmax(axis=1)
        before, here, after = (likeness[np.arange(len(best)), best + i] for i in (-1, 0, 1))
        bend = np.minimum(before - 2 * here + after, -1e-9)
        shift = np.clip(0.5 * (before - after) / bend, -0.5, 0.5)  # the top of the parabola through three points
        pitch[part] = 12 * np.log2(rate / (best + shift))
        certainty[part] = np.clip(here, 0, 1)
    return _Tracks(hop / rate, energy, pitch, certainty)


def _decibels(energy: Floats) -> Floats:
    """Relative to the loudest window, down to -100."""
    return np.asarray(10 * np.log10(np.maximum(energy / max(energy.max(), 1e-300), 1e-10)))


def _threshold(level: Floats, step: float) -> Floats:
    """The level above which there is more than noise, window by window: 6 dB over the noise, or 25 dB below the loudest
    (Praat's default for silences) where that is more. Noise and loudest are percentiles of the 10 seconds around.
    """
    from scipy import ndimage

    sparse = np.arange(0, len(level), 10)
    size = round(10 / (10 * step))
    low, high = (ndimage.percentile_filter(level[sparse], share, size=size, mode="reflect") for share in (5, 95))
    return np.interp(np.arange(len(level)), sparse, np.maximum(low + 6, high - 25))


def _stretches(loud: NDArray[np.bool_], tracks: _Tracks) -> Indices:
    """(V, 2) the windows at which speech begins and ends: what is loud and near a voiced window, unlike most breaths."""
    from scipy import ndimage

    voice = ndimage.median_filter(tracks.certainty, 5) > VOICED
    speech = loud & ndimage.maximum_filter1d(voice, 2 * round(FARTHEST_VOICE / tracks.step) + 1)
    before, after = round(0.02 / tracks.step), round(0.05 / tracks.step)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], speech, [False]]).astype(np.int8))).reshape(-1, 2)
    apart = edges[1:, 0] - edges[:-1, 1] >= SHORTEST_PAUSE / tracks.step
    some = np.full(min(len(edges), 1), True)
    runs = np.stack([edges[np.concatenate([some, apart]), 0], edges[np.concatenate([apart, some]), 1]], axis=1)
    voiced = np.concatenate([[0], np.cumsum(voice)])
    length = runs[:, 1] - runs[:, 0]
    runs = runs[(length >= SHORTEST_SPEECH / tracks.step) & (np.diff(voiced[runs])[:, 0] >= 0.2 * length)]
    hangover = np.array([-before, after])
    return np.asarray(np.clip(runs + hangover, 0, len(loud) - 1))


def _nuclei(tracks: _Tracks, threshold: Floats, stretches: Indices) -> tuple[Indices, Indices, Indices]:
    """The windows at which each syllable nucleus rises fastest, falls fastest, and is loudest."""
    from scipy import ndimage, signal

    blur = 0.01 / tracks.step
    level = np.maximum(_decibels(ndimage.gaussian_filter1d(tracks.energy, blur)), threshold)
    slope = ndimage.gaussian_filter1d(tracks.energy**0.3, blur, order=1)  # loudness goes with energy^0.3 (Stevens 1957)
    summits = signal.find_peaks(np.pad(level, 1, constant_values=-np.inf), prominence=DIP)[0] - 1
    surest = ndimage.maximum_filter1d(tracks.certainty, 2 * round(0.02 / tracks.step) + 1)
    stretch = np.full(len(level), -1)
    for i, (begin, end) in enumerate(stretches):
        stretch[begin : end + 1] = i
    summits = summits[(stretch[summits] >= 0) & (level > threshold)[summits] & (surest[summits] > VOICED)]
    rises, falls = summits.copy(), summits.copy()
    reach = round(0.3 / tracks.step)
    for i, (summit, (begin, end)) in enumerate(zip(summits, stretches[stretch[summits]], strict=True)):
        left = max(begin, summit - reach, summits[i - 1] if i else 0)
        right = min(end, summit + reach, summits[i + 1] if i + 1 < len(summits) else end)
        left += level[left : summit + 1].argmin()
        right = summit + level[summit : right + 1].argmin()
        rises[i] = left + slope[left : summit + 1].argmax()
        falls[i] = summit + slope[summit : right + 1].argmin()
    return rises, falls, summits


def _strengths(tracks: _Tracks, rises: Indices, falls: Indices, summits: Indices) -> Floats:
    """How much each nucleus stands out, 0 to 1: a weighted sum of its louder (in 3 dB), longer (in half octaves) and higher (in
    2 semitones), through the logistic function.
    """
    from scipy import ndimage

    if not len(summits):
        return np.zeros(0)

    def above(values: Floats, unit: float) -> Floats:
        """Against the running median of 11 nuclei, about a phrase, so that distance from the microphone does not count."""
        return np.asarray(np.clip((values - ndimage.median_filter(values, 11, mode="reflect")) / unit, -3, 3))

    loudness = above(_decibels(tracks.energy)[summits], 3)
    length = above(np.log2(np.maximum(falls - rises, 1)), 0.5)
    height = above(ndimage.median_filter(tracks.pitch, round(0.08 / tracks.step) | 1)[summits], 2)
    return np.asarray(1 / (1 + np.exp(-(0.5 * loudness + 0.3 * length + 0.2 * height))))


def _apart(beats: Floats, strengths: Floats, distance: float) -> NDArray[np.bool_]:
    """Which beats stay if none may be closer to a stronger one than `distance` seconds."""
    kept = np.full(len(beats), True)
    for i in np.argsort(-strengths, kind="stable"):
        if kept[i]:
            kept[np.searchsorted(beats, beats[i] - distance, "right") : np.searchsorted(beats, beats[i] + distance)] = False
            kept[i] = True
    return kept
