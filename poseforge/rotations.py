"""Rotations as arrays: unit quaternions (..., 4), scalar last, and their conversions.

Plain NumPy on whole arrays, so that a project's frames can be evaluated by the ten thousand. Formulas: the standard ones, as
in Diebel, *Representing Attitude* (2006); quaternion of a matrix by Markley, J. Guid. Control Dyn. 31 (2008).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def dot(first: Floats, second: Floats) -> Floats:
    """(...) the products of vectors (..., n)."""
    result = first[..., 0] * second[..., 0]
    for i in range(1, first.shape[-1]):
        result = result + first[..., i] * second[..., i]
    return np.asarray(result)


def cross(first: Floats, second: Floats) -> Floats:
    """(..., 3) the cross products of vectors; for few of them many times faster than NumPy's."""
    result = np.empty(np.broadcast_shapes(first.shape, second.shape))
    a, b, c = first[..., 0], first[..., 1], first[..., 2]
    x, y, z = second[..., 0], second[..., 1], second[..., 2]
    result[..., 0], result[..., 1], result[..., 2] = b * z - c * y, c * x - a * z, a * y - b * x
    return result


def quaternions(vectors: ArrayLike) -> Floats:
    """(..., 4) of rotation vectors (..., 3) in radians."""
    given = np.asarray(vectors, dtype=np.float64)
    result = np.empty((*given.shape[:-1], 4))
    angle = np.sqrt(dot(given, given))
    half = angle / 2
    result[..., :3] = given * np.where(angle > 1e-9, np.sin(half) / np.maximum(angle, 1e-9), 0.5)[..., None]
    result[..., 3] = np.cos(half)
    return result


def rotation_vectors(turns: Floats) -> Floats:
    """(..., 3) radians of quaternions, no longer than pi."""
    sine = np.sqrt(dot(turns[..., :3], turns[..., :3]))
    cosine = turns[..., 3]
    angle = 2 * angle_of(sine, np.abs(cosine))
    scale = np.where(sine > 1e-9, angle / np.where(sine > 1e-9, sine, 1), 2.0)
    return np.asarray(turns[..., :3] * np.where(cosine < 0, -scale, scale)[..., None])


def product(second: Floats, first: Floats) -> Floats:
    """The turn `first` followed by the turn `second`, each (..., 4); broadcast."""
    a, b = second, first
    result = np.empty((*np.broadcast_shapes(a.shape[:-1], b.shape[:-1]), 4))
    ax, ay, az, aw = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bx, by, bz, bw = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    result[..., 0] = aw * bx + ax * bw + ay * bz - az * by
    result[..., 1] = aw * by - ax * bz + ay * bw + az * bx
    result[..., 2] = aw * bz + ax * by - ay * bx + az * bw
    result[..., 3] = aw * bw - ax * bx - ay * by - az * bz
    return result


def angle_of(sine: Floats, cosine: Floats) -> Floats:
    """The angle (...) of a sine and a cosine.

    For some strided arrays arctan2 takes another path, depending on where they lie in memory, and rounds otherwise there; but
    equal projects shall give equal numbers.
    """
    return np.asarray(np.arctan2(np.array(sine, order="C"), np.array(cosine, order="C")))


def inverse(turns: Floats) -> Floats:
    return np.asarray(turns * (-1.0, -1.0, -1.0, 1.0))


def slerp(start: Floats, end: Floats, share: ArrayLike) -> Floats:
    """The shortest way from `start` to `end` (..., 4) at `share` (...), at constant speed (Shoemake, SIGGRAPH 1985)."""
    part = np.asarray(share, dtype=np.float64)[..., None]
    end = np.where(dot(start, end)[..., None] < 0, -end, end)
    apart, along = start - end, start + end
    half = angle_of(*(np.sqrt(dot(way, way)) for way in (apart, along)))[..., None]
    angle = 2 * half  # between the two unit vectors; arccos of their product would lose the small ones
    sine = np.sin(angle)
    near = sine < 1e-9
    safe = np.where(near, 1, sine)
    mixed = np.where(near, 1 - part, np.sin((1 - part) * angle) / safe) * start
    mixed = mixed + np.where(near, part, np.sin(part * angle) / safe) * end
    return unit(mixed)


def unit(vectors: Floats) -> Floats:
    """Vectors (..., n) of length 1."""
    return np.asarray(vectors / np.sqrt(dot(vectors, vectors))[..., None])


def matrices(turns: Floats) -> Floats:
    """(..., 3, 3) of quaternions."""
    x, y, z, w = turns[..., 0], turns[..., 1], turns[..., 2], turns[..., 3]
    result = np.empty((*turns.shape[:-1], 3, 3))
    xx, yy, zz = 2 * x * x, 2 * y * y, 2 * z * z
    xy, xz, yz, wx, wy, wz = 2 * x * y, 2 * x * z, 2 * y * z, 2 * w * x, 2 * w * y, 2 * w * z
    result[..., 0, 0], result[..., 0, 1], result[..., 0, 2] = 1 - yy - zz, xy - wz, xz + wy
    result[..., 1, 0], result[..., 1, 1], result[..., 1, 2] = xy + wz, 1 - xx - zz, yz - wx
    result[..., 2, 0], result[..., 2, 1], result[..., 2, 2] = xz - wy, yz + wx, 1 - xx - yy
    return result


def of_matrices(given: Floats) -> Floats:
    """Quaternions (..., 4) of rotation matrices (..., 3, 3)."""
    m = given
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    rows = np.empty((*m.shape[:-2], 4, 4))  # four multiples of the answer; the longest is the most exact
    for i, (j, k) in enumerate(((1, 2), (2, 0), (0, 1))):
        rows[..., i, i] = 1 + 2 * m[..., i, i] - trace
        rows[..., i, j] = m[..., j, i] + m[..., i, j]
        rows[..., i, k] = m[..., k, i] + m[..., i, k]
        rows[..., i, 3] = m[..., k, j] - m[..., j, k]
        rows[..., 3, i] = rows[..., i, 3]
    rows[..., 3, 3] = 1 + trace
    best = np.argmax(dot(rows, rows), axis=-1)
    return unit(np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :])
