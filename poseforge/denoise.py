"""Noise of a detector, told from movement by its shape: how strong it is, and the curves without it.

Movement is smooth in time and common to neighbouring joints; noise is neither. So curves are cut into short overlapping
windows, each is written as cosines, and coefficients that noise alone could explain are dropped: thresholding in local cosines
over all shifts (Donoho & Johnstone 1994 for the threshold, Coifman & Donoho 1995 for the shifts, Yaroslavsky, Egiazarian &
Astola 2001 for sliding cosine windows). It is done twice: joint by joint, which finds along which directions the joints move
together, and then along these directions (principal components), where a movement of the whole hand is one strong
coefficient instead of many weak ones.

How strong noise is, is read from the high half of the frequencies in each window. A quick movement reaches there, too, but as
few components; so the median singular value tells the noise (Gavish & Donoho 2014), and the median of all windows the usual
noise of a part.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Curves = NDArray[np.float64]

WINDOW = 2 / 3
"""Seconds of a window: 16 frames at 24 fps. Of 12, 16, 20 and 24 frames it did about as well as the best on EchoMimicV2's
sequences, and shorter ones follow a stroke better.
"""

FEWEST = 8
"""Frames of a window below which its high frequencies say nothing about noise."""

THRESHOLD = 3.0
"""Noise levels that a coefficient must exceed: 1 in 370 coefficients of pure noise does. Measured: 2.7 keeps more noise, 3.7
removes as much but bends quick hands.
"""

SHIFTS = 8
"""Positions of the windows that are averaged; 16 are no better."""

UNEVEN = (0.5, 3.0)
"""How much calmer or noisier than its part's median a joint is taken for at most."""


def denoise(curves: Curves, fps: float, floor: float = 0.0) -> Curves:
    """(T, J, D) `curves` of J joints that move together, without their noise; `curves` itself if there is no more than `floor`.

    Noise of level s is taken for one of sqrt(s^2 - floor^2): what lies below the floor is nobody's concern, and nothing
    changes abruptly above it. Fewer than 8 frames, or fewer than 12 a second, do not tell noise from movement and stay.
    """
    window = min(round(WINDOW * fps), len(curves))
    if window < FEWEST:
        return curves
    weights = _unevenness(curves)
    middle = curves.mean(axis=0)
    signals = ((curves - middle) / weights).reshape(len(curves), -1)
    excess = noise_level(signals, window) ** 2 - floor**2
    if excess <= 0:
        return curves

    def shrink(blocks: Curves) -> Curves:
        strong = np.abs(blocks) > THRESHOLD * np.sqrt(excess)
        strong[:, 0] = True  # the mean of a window is where the hand is, not how it moves
        return np.where(strong, blocks, 0)

    pilot = _in_windows(signals, shrink, window)
    energies, directions = np.linalg.eigh(pilot.T @ pilot)
    directions = directions[:, energies > 1e-9 * energies[-1]]
    smooth = _in_windows(signals @ directions, shrink, window) @ directions.T
    return np.asarray(middle + smooth.reshape(curves.shape) * weights)


def noise_level(signals: Curves, window: int) -> float:
    """The standard deviation of white noise in (T, S) `signals`, in their unit, from windows of so many frames."""
    from scipy.fft import dct

    blocks = sliding_window_view(signals, window, axis=0)[:: max(1, window // 4)]
    high = dct(blocks, axis=2, norm="ortho")[:, :, window // 2 :]
    if high.shape[1] < high.shape[2]:
        high = high.swapaxes(1, 2)
    most, few = high.shape[1:]
    variances = np.linalg.eigvalsh(high.swapaxes(1, 2) @ high) / most
    return float(np.sqrt(max(0.0, np.median(np.median(variances, axis=1))) / _median_of_noise(few / most)))


def _median_of_noise(ratio: float) -> float:
    """The median eigenvalue of the covariance of unit white noise, `ratio` = variables per observation <= 1: the median of the
    Marchenko-Pastur law (1967), by quadrature.
    """
    low, high = (1 - np.sqrt(ratio)) ** 2, (1 + np.sqrt(ratio)) ** 2
    angle = (np.arange(2000) + 0.5) * np.pi / 2000
    value = low + (high - low) * np.sin(angle / 2) ** 2
    mass = np.cumsum(np.sin(angle) ** 2 / value)  # density times the step, which both vanish at the ends
    return float(value[np.searchsorted(mass, mass[-1] / 2)])


def _unevenness(curves: Curves) -> Curves:
    """(J, 1) how noisy each joint is against the median joint: third differences, which movement hardly reaches, by their
    median, which few strokes do not raise (Hampel 1974).
    """
    rough = np.median(np.abs(np.diff(curves, 3, axis=0)), axis=0)
    levels = np.sqrt((rough**2).sum(axis=1, keepdims=True))
    usual = float(np.median(levels))
    return np.clip(levels / usual, *UNEVEN) if usual > 0 else np.ones_like(levels)


def _in_windows(signals: Curves, change: Callable[[Curves], Curves], window: int) -> Curves:
    """(T, S) `signals` with the cosine coefficients (windows, frequencies, S) of all windows changed, averaged over shifts."""
    from scipy.fft import dct, idct

    # Beyond the ends the curve goes on turned about its end point: place and velocity are steady there.
    padded = np.pad(signals, ((window, window), (0, 0)), mode="reflect", reflect_type="odd")
    bell = np.hanning(window + 2)[1:-1, None]  # the ends of a window are known worst
    total, weight = np.zeros_like(padded), np.zeros((len(padded), 1))
    for shift in range(0, window, max(1, window // SHIFTS)):
        count = (len(padded) - shift) // window
        part = slice(shift, shift + count * window)
        blocks = padded[part].reshape(count, window, -1)
        changed = idct(change(dct(blocks, axis=1, norm="ortho")), axis=1, norm="ortho")
        total[part] += (changed * bell).reshape(count * window, -1)
        weight[part] += np.tile(bell, (count, 1))
    return np.asarray(total[window:-window] / weight[window:-window])
