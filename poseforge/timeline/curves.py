"""Curves: values at a few frames, and how they go from one to the next.

Interpolation belongs to the interval after a key:

    hold                keeps the value, then jumps
    linear              straight
    smooth              through the keys without a stop, monotone between them: never beyond two neighbours (Steffen, *A simple
                        method for monotonic interpolation in one dimension*, Astron. Astrophys. 239, 1990); still at both ends
    bezier              a cubic Bezier curve with two handles per component
    minimum_jerk        from rest to rest as people move an arm (Flash & Hogan, J. Neurosci. 5, 1985)
    sine_in, ...        the usual eases: sine, quad, cubic, quart, quint, expo and circ; in, out and in_out

Before the first and after the last key a curve keeps its value.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from math import isfinite, nan
from operator import ge, itemgetter
from operator import index as as_index
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from poseforge.errors import InvalidValue

Floats = NDArray[np.float64]
Handles = tuple[float, float, float, float]
"""Of one component: where the first handle is, as a share of the interval's time, and its value less the first key's; then
the same of the second handle, with its value less the second key's. Shares within 0..1 never turn back in time."""


def minimum_jerk(share: Floats) -> Floats:
    """How far a movement has come at a share 0..1 of its time: 10 s^3 - 15 s^4 + 6 s^5."""
    return np.asarray(share**3 * (10 - 15 * share + 6 * share**2))


def _power(exponent: int) -> Callable[[Floats], Floats]:
    return lambda share: np.asarray(share**exponent)


_EASE_IN: dict[str, Callable[[Floats], Floats]] = {
    "sine": lambda share: 1 - np.cos(share * np.pi / 2),
    "quad": _power(2),
    "cubic": _power(3),
    "quart": _power(4),
    "quint": _power(5),
    "expo": lambda share: (2 ** (10 * share) - 1) / 1023,
    "circ": lambda share: 1 - np.sqrt(np.maximum(1 - share**2, 0)),
}


def _eases() -> dict[str, Callable[[Floats], Floats]]:
    eases: dict[str, Callable[[Floats], Floats]] = {"minimum_jerk": minimum_jerk}
    for name, ease in _EASE_IN.items():
        eases[f"{name}_in"] = ease
        eases[f"{name}_out"] = lambda share, ease=ease: 1 - ease(1 - share)  # type: ignore[misc]
        eases[f"{name}_in_out"] = lambda share, ease=ease: np.where(  # type: ignore[misc]
            share < 0.5, ease(2 * share) / 2, 1 - ease(2 - 2 * share) / 2
        )
    return eases


EASES = _eases()
"""Monotone functions of a share 0..1 of the time: 0 at 0, 1 at 1."""

MAX_FRAME = 10_000_000

KINDS = ("hold", "linear", "smooth", "bezier", *EASES)
_NUMBER = {kind: number for number, kind in enumerate(KINDS)}


class Interval(NamedTuple):
    """The way from one key to the next: its kind, the part of an ease that is left after a split, a Bezier's handles."""

    kind: str = "smooth"
    start: float = 0.0
    end: float = 1.0
    handles: tuple[Handles, ...] = ()


class Key(NamedTuple):
    """A value at a frame, and the interval after it."""

    frame: int
    values: tuple[float, ...]
    after: Interval = Interval()

    def still(self, following: Key) -> bool:
        """Whether nothing moves from this key to the following one."""
        return self.values == following.values and not any(b or d for _, b, _, d in self.after.handles)


def _plain_key(key: Key) -> Key:
    """A key whose numbers are Python's own: a file can hold no others. InvalidValue if they are none."""
    try:
        return Key(as_index(key.frame), tuple(map(float, key.values)), key.after)
    except (TypeError, ValueError, OverflowError):
        raise InvalidValue(f"a key at {key.frame!r:.40} with {key.values!r:.60}; expected a whole frame and numbers") from None


@dataclass(frozen=True)
class Curve:
    """Keys in ascending order, at least one. A value: every change is a new curve, which shares its unchanged keys.

    Raises InvalidValue for keys out of order, a number that is not finite, an unknown kind of interval, or handles that do
    not fit.
    """

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise InvalidValue("a curve without keys")
        if not all(type(key.frame) is int and set(map(type, key.values)) <= {float} for key in self.keys):
            object.__setattr__(self, "keys", tuple(map(_plain_key, self.keys)))
        if any(first.frame >= second.frame for first, second in pairwise(self.keys)):
            raise InvalidValue("a curve whose keys are not in ascending order, one to a frame")
        size = len(self.keys[0].values)
        for key in self.keys:
            kind, start, end, handles = key.after
            if abs(key.frame) > MAX_FRAME:
                raise InvalidValue(f"a key at frame {key.frame}; expected no more than {MAX_FRAME}")
            if len(key.values) != size or not all(map(isfinite, key.values)):
                raise InvalidValue(f"a key at frame {key.frame} with values {key.values}; expected {size} finite numbers")
            if kind not in _NUMBER or not 0 <= start < end <= 1:
                raise InvalidValue(f"interpolation {kind!r} from {start} to {end} at frame {key.frame}; there is {KINDS}")
            if (handles or kind == "bezier") and (len(handles) != size or not all(map(isfinite, chain(*handles)))):
                raise InvalidValue(f"a Bezier interval at frame {key.frame} with {len(handles)} pairs of handles, not {size}")

    @classmethod
    def constant(cls, values: Sequence[float], frame: int = 0) -> Curve:
        """One key."""
        return cls((Key(frame, tuple(map(float, values))),))

    @cached_property
    def frames(self) -> array[int]:
        """The frames of the keys, packed: looking one up in thousands of keys would wander through memory."""
        return array("i", [key.frame for key in self.keys])

    def at(self, frames: NDArray[np.intp] | Floats) -> Floats:
        """(T, C) the values at T frames."""
        return np.asarray(sample([self], frames)[0])

    def value(self, frame: float) -> tuple[float, ...]:
        """The C values at one frame; asked for the same again, it knows them."""
        if self._last[0] != frame:
            self.__dict__["_last"] = frame, tuple(self.at(np.array([frame]))[0].tolist())
        return self._last[1]

    @cached_property
    def _last(self) -> tuple[float, tuple[float, ...]]:
        return nan, ()

    def key(self, frame: int) -> Key | None:
        """The key at a frame, if there is one."""
        i = bisect_left(self.frames, frame)
        return self.keys[i] if i < len(self.keys) and self.keys[i].frame == frame else None

    def inserted(self, frame: int) -> Curve:
        """The same curve with one key more: nothing moves. Smooth ways that touch the cut become Bezier."""
        if self.key(frame):
            return self
        i = bisect_left(self.frames, frame)
        keys = list(self.keys)
        if 0 < i < len(keys) and keys[i - 1].still(keys[i]):
            return self.spliced(i, i, [keys[i - 1]._replace(frame=frame)])
        if i in (0, len(keys)):
            near = keys[0] if i == 0 else keys[-1]
            after = near.after if near.after.kind != "bezier" else Interval()
            key = near._replace(frame=frame, after=after)
            return self.spliced(0, 0, [key]) if i == 0 else self.spliced(i - 1, i, [near._replace(after=after), key])
        for j in range(max(i - 2, 0), min(i + 1, len(keys) - 1)):  # a smooth way depends on its neighbours' keys
            keys[j] = keys[j]._replace(after=self._as_bezier(j))
        keys[i - 1 : i] = _split(keys[i - 1], keys[i], frame, self.value(frame))
        low, high = max(i - 2, 0), i + 1
        return self.spliced(low, high, keys[low : high + 1])

    def pinned(self, frame: int) -> Curve:
        """The same curve with a key at a frame across which no edit on one side is felt on the other."""
        curve = self.inserted(frame)
        keys = list(curve.keys)
        i = bisect_left(curve.frames, frame)
        ways = range(max(i - 1, 0), min(i + 1, len(keys) - 1))
        if all(keys[j].after.kind != "smooth" for j in ways):
            return curve
        for j in ways:
            keys[j] = keys[j]._replace(after=curve._as_bezier(j))
        return curve.spliced(ways.start, ways.stop, keys[ways.start : ways.stop])

    def with_handles(self, frame: int, handles: tuple[Handles, ...]) -> Curve:
        """The curve with a Bezier way after the key at a frame."""
        i = bisect_left(self.frames, frame)
        if not self.key(frame):
            raise InvalidValue(f"there is no key at frame {frame}")
        return self.spliced(i, i + 1, [self.keys[i]._replace(after=Interval("bezier", handles=handles))])

    def with_intervals(self, frames: Collection[int], kind: str) -> Curve:
        """The curve with another kind of way after its keys at some frames. A Bezier way gets the handles of the smooth one."""
        chosen = [i for i, key in enumerate(self.keys) if key.frame in frames]
        if kind == "bezier":
            chosen = [i for i in chosen if self.keys[i].after.kind != "bezier" and i < len(self.keys) - 1]
        ways = self._beziers(chosen) if kind == "bezier" else [Interval(kind)] * len(chosen)
        keys = list(self.keys)
        for i, way in zip(chosen, ways, strict=True):
            keys[i] = keys[i]._replace(after=way)
        return self.with_keys(keys)

    def with_key(self, frame: int, values: Sequence[float]) -> Curve:
        """The curve through `values` at `frame`: a key there is changed, else one is made with the kind of its interval."""
        given = tuple(map(float, values))
        i = bisect_left(self.frames, frame)
        if i < len(self.keys) and self.keys[i].frame == frame:
            return self.spliced(i, i + 1, [self.keys[i]._replace(values=given)])
        around = self.keys[max(i - 1, 0)]
        if around.after.kind == "bezier" and 0 < i < len(self.keys):
            return self.inserted(frame).with_key(frame, given)
        kind = around.after.kind if around.after.kind != "bezier" else "smooth"
        return self.spliced(i, i, [Key(frame, given, Interval(kind))])

    def spliced(self, begin: int, end: int, keys: Sequence[Key]) -> Curve:
        """The curve with keys in place of those from place `begin` to before `end`. Only they and their neighbours are checked:
        the others are as they should be, and there may be thousands.
        """
        first, last = self.keys[max(begin - 1, 0) : begin], self.keys[end : end + 1]
        near = Curve((*first, *keys, *last)).keys
        plain = near[len(first) : len(near) - len(last)]
        frames = self.frames[:begin] + array("i", [key.frame for key in plain]) + self.frames[end:]
        return _unchecked((*self.keys[:begin], *plain, *self.keys[end:]), frames)

    def moved(self, frames: Iterable[int], change: Callable[[int], int]) -> Curve:
        """The curve with its keys at some frames at `change(frame)` instead. Where keys meet, the one that moved last stays.

        Only keys that move are checked: the others are as they should be, and there may be thousands.
        """
        there = [frame for frame in sorted(set(frames)) if self.key(frame)]
        moving = {change(frame): self.keys[bisect_left(self.frames, frame)] for frame in there}
        if not moving:
            return self
        fresh = Curve(tuple(moving[frame]._replace(frame=frame) for frame in sorted(moving))).keys
        taken = sorted(bisect_left(self.frames, frame) for frame in {*there, *filter(self.key, moving)})
        still = [self.keys[a + 1 : b] for a, b in pairwise([-1, *taken, len(self.keys)])]
        keys = tuple(sorted(chain(*still, fresh), key=itemgetter(0)))
        return _unchecked(keys, array("i", map(itemgetter(0), keys)))

    def with_keys(self, keys: Iterable[Key]) -> Curve:
        """The curve with other keys, in ascending order. Those that it has already are not checked again."""
        own, given, size = set(map(id, self.keys)), tuple(keys), len(self.keys[0].values)
        fresh = tuple(key for key in given if id(key) not in own)
        checked = Curve(fresh).keys if fresh else ()
        rest = iter(checked)
        plain = tuple(key if id(key) in own else next(rest) for key in given)
        frames = array("i", [key.frame for key in plain])
        if not plain or any(map(ge, frames, frames[1:])) or any(len(key.values) != size for key in checked[:1]):
            return Curve(plain)  # which says what is wrong
        return _unchecked(plain, frames)

    def without(self, frames: Iterable[int]) -> Curve | None:
        """The curve without its keys at some frames; None if none is left."""
        gone = set(frames)
        keys = tuple(key for key in self.keys if key.frame not in gone)
        return _unchecked(keys) if keys else None

    def retimed(self, change: Callable[[int], int]) -> Curve:
        """The curve with every key at `change(frame)`. Of keys that meet, the last stays."""
        moved = {change(frame): key for frame, key in zip(self.frames, self.keys, strict=True)}
        frames = sorted(moved)
        keys = tuple(Key(frame, *moved[frame][1:]) for frame in frames)
        return _unchecked(keys) if max(-frames[0], frames[-1]) <= MAX_FRAME else Curve(keys)

    def multiplied(self, factors: Sequence[float]) -> Curve:
        """The curve with each of its values, and of its handles', times a factor of its own."""

        def key(one: Key) -> Key:
            handles = tuple(
                (x1, y1 * factor, x2, y2 * factor) for (x1, y1, x2, y2), factor in zip(one.after.handles, factors, strict=False)
            )
            values = tuple(value * factor for value, factor in zip(one.values, factors, strict=True))
            return Key(one.frame, values, one.after._replace(handles=handles))

        return Curve(tuple(map(key, self.keys)))

    def _as_bezier(self, i: int) -> Interval:
        """The interval after key i with handles, if it is smooth."""
        return self._beziers([i])[0] if self.keys[i].after.kind == "smooth" else self.keys[i].after

    def _beziers(self, chosen: Sequence[int]) -> list[Interval]:
        """Intervals after some keys with the handles that smooth ones would have."""
        if not chosen:
            return []
        table = _Table([_interval_to(i + 1, self.keys) for i in chosen])
        out, into = (slope * table.span[:, None] / 3 for slope in table.slopes(np.arange(len(chosen))))
        first, last = np.full_like(out, 1 / 3), np.full_like(out, 2 / 3)
        handles = np.stack([first, out, last, -into], axis=-1).tolist()
        return [Interval("bezier", handles=tuple(map(tuple, one))) for one in handles]


def _unchecked(keys: tuple[Key, ...], frames: array[int] | None = None) -> Curve:
    """A curve of keys that are known to be as they should."""
    made = object.__new__(Curve)
    made.__dict__.update(keys=keys, **({} if frames is None else {"frames": frames}))
    return made


_HOLD = Interval("hold")
_Row = tuple[Key | None, Key, Key, Key | None]


def sample(curves: Sequence[Curve], frames: NDArray[np.intp] | Floats) -> Floats:
    """(N, T, C) the values of N curves with C components at T frames, all together."""
    at = np.asarray(frames, dtype=np.float64)
    if not len(curves) or not len(at):
        return np.empty((len(curves), len(at), len(curves[0].keys[0].values) if curves else 0))
    rows: list[_Row] = []
    begins: list[int] = []
    low, high = float(at.min()), float(at.max())
    for curve in curves:
        begins.append(len(rows))
        first = bisect_right(curve.frames, low) or 1
        last = first if low == high else bisect_right(curve.frames, high) or 1
        for i in range(first, last + 1):
            rows.append(_interval_to(i, curve.keys))
    which = np.repeat(np.array(begins, dtype=np.intp)[:, None], len(at), axis=1)
    if len(rows) > len(curves):  # several intervals to a curve
        for number, (begin, end) in enumerate(pairwise([*begins, len(rows)])):
            starts = [row[1][0] for row in rows[begin:end]]
            which[number] += np.maximum(np.searchsorted(starts, at, side="right") - 1, 0)
    places = np.broadcast_to(at, which.shape).ravel()
    return _Table(rows).at(which.ravel(), places).reshape(*which.shape, -1)


def _interval_to(i: int, keys: tuple[Key, ...]) -> _Row:
    """The interval that ends at key i, with the keys around it. What is beyond the keys is held."""
    count = len(keys)
    if i == count:
        end = keys[-1]
        return None, Key(end.frame, end.values, _HOLD), Key(end.frame + 1, end.values), None
    return keys[i - 2] if i > 1 else None, keys[i - 1], keys[i], keys[i + 1] if i + 1 < count else None


class _Table:
    """N intervals as arrays."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        # keys by their places, not their names: there may be ten thousand rows
        begins = np.array([(row[1][0], *row[1][1]) for row in rows], dtype=np.float64)
        ways = np.array([(row[2][0], *row[2][1]) for row in rows], dtype=np.float64) - begins
        self.first, self.start = begins[:, 0], begins[:, 1:]
        self.span, self.way = ways[:, 0], ways[:, 1:]
        self.kind = np.array([_NUMBER[row[1][2][0]] for row in rows])
        self.rows = rows

    def slopes(self, chosen: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """(n, C) change per frame at the beginning and at the end of some intervals, as if they were smooth."""
        rows = [self.rows[i] for i in chosen]
        # a missing neighbour is a still one: the same value, one frame away
        near = np.array([(first[0] - before[0] if before else 1, after[0] - last[0] if after else 1)
                         for before, first, last, after in rows], dtype=np.float64)  # fmt: skip
        span, own = self.span[chosen, None], self.way[chosen] / self.span[chosen, None]
        lead = (self.start[chosen] - np.array([(row[0] or row[1])[1] for row in rows])) / near[:, :1]
        rest = np.array([(row[3] or row[2])[1] for row in rows]) - self.start[chosen] - self.way[chosen]
        return _slope(lead, own, near[:, :1], span), _slope(own, rest / near[:, 1:], span, near[:, 1:])

    def at(self, which: NDArray[np.intp], frame: Floats) -> Floats:
        """(M, C) the value of the interval `which` (M,) at a frame (M,); before it, that at its first."""
        share = np.maximum((frame - self.first[which]) / self.span[which], 0)[:, None]
        result = self.start[which]
        kinds = self.kind[which]
        for number in set(self.kind.tolist()):
            kind = KINDS[number]
            here = slice(None) if (kinds == number).all() else np.flatnonzero(kinds == number)
            if kind != "hold":
                result[here] += self._gone(kind, number, which[here], share[here])
        return result

    def _gone(self, kind: str, number: int, which: NDArray[np.intp], share: Floats) -> Floats:
        """(M, C) how far intervals of one kind have come from their start, at a share (M, 1) of their time."""
        way = self.way[which]
        if kind == "linear":
            return np.asarray(way * share)
        chosen = np.flatnonzero(self.kind == number)
        place = np.searchsorted(chosen, which)
        if kind == "smooth":
            out, into = (slopes[place] for slopes in self.slopes(chosen))
            rest = 1 - share
            return np.asarray(
                share * (self.span[which, None] * rest * (out * rest - into * share) + way * share * (3 - 2 * share))
            )
        if kind == "bezier":
            return _bezier(share, way, np.array([self.rows[i][1].after.handles for i in chosen])[place])
        begin, end = np.moveaxis(np.array([self.rows[i][1].after[1:3] for i in chosen])[place], 1, 0)[..., None]
        ease = EASES[kind]
        low, high = ease(begin), ease(end)
        rise = high - low
        return np.asarray(way * (ease(begin + (end - begin) * share) - low) / np.where(rise > 0, rise, 1))


def _slope(before: Floats, after: Floats, span_before: Floats, span_after: Floats) -> Floats:
    """The slope at a key between two straight slopes, by Steffen: none at an extreme, at most twice the flatter side."""
    mean = (before * span_after + after * span_before) / (span_before + span_after)
    least = np.minimum(np.minimum(np.abs(before), np.abs(after)), np.abs(mean) / 2)
    return np.asarray((np.sign(before) + np.sign(after)) * least)


def _bezier(share: Floats, way: Floats, handles: Floats) -> Floats:
    """(M, C) how far cubic Bezier curves have come of their way (M, C), at a share (M, 1) of their time."""
    x1, x2 = handles[..., 0], handles[..., 2]
    u = np.broadcast_to(share, x1.shape).copy()
    low, high = np.zeros_like(u), np.ones_like(u)
    for _ in range(60):  # Newton, kept within a bracket that halves when it would leave
        rest = 1 - u
        error = u * (3 * rest * (rest * x1 + u * x2) + u * u) - share
        open_ = np.abs(error) > 1e-13
        if not open_.any():
            break
        low, high = np.where(error < 0, u, low), np.where(error > 0, u, high)
        rise = 3 * (rest * rest * x1 + 2 * u * rest * (x2 - x1) + u * u * (1 - x2))
        step = u - error / np.where(rise > 1e-9, rise, 1)
        next_ = np.where((step > low) & (step < high) & (rise > 1e-9), step, (low + high) / 2)
        u = np.where(open_, next_, u)  # what is found stays, whatever else is looked for
    u = np.where(share <= 0, 0.0, u)
    rest = 1 - u
    return np.asarray(u * (3 * rest * (rest * handles[..., 1] + u * (way + handles[..., 3])) + u * u * way))


def _split(first: Key, last: Key, frame: int, values: tuple[float, ...]) -> tuple[Key, Key]:
    """The first key and a new one at a frame between it and the last, with ways that together are the old one."""
    kind, start, end, handles = first.after
    share = (frame - first.frame) / (last.frame - first.frame)
    if kind in EASES:
        middle = start + (end - start) * share
        return first._replace(after=Interval(kind, start, middle)), Key(frame, values, Interval(kind, middle, end))
    if kind != "bezier":
        return first, Key(frame, values, first.after)
    shape, start_values, end_values = np.array(handles), np.array(first.values), np.array(last.values)
    times = np.column_stack([np.zeros(len(shape)), shape[:, 0], shape[:, 2], np.ones(len(shape))])
    heights = np.column_stack([start_values, start_values + shape[:, 1], end_values + shape[:, 3], end_values])
    points = np.stack([times, heights])
    u = _parameters(share, shape)[:, None]
    inner = points[..., :-1] + (points[..., 1:] - points[..., :-1]) * u  # de Casteljau
    (a, _, d), (e, f) = np.moveaxis(inner, 2, 0), np.moveaxis(inner[..., :-1] + (inner[..., 1:] - inner[..., :-1]) * u, 2, 0)
    left = [a[0] / share, a[1] - start_values, e[0] / share, e[1] - values]
    right = [(f[0] - share) / (1 - share), f[1] - values, (d[0] - share) / (1 - share), d[1] - end_values]
    return first._replace(after=_with_handles(left)), Key(frame, values, _with_handles(right))


def _with_handles(handles: Sequence[Floats]) -> Interval:
    """A Bezier way whose handles have these four numbers, each for all components."""
    return Interval("bezier", handles=tuple(map(tuple, np.column_stack(handles).tolist())))


def _parameters(share: float, shape: Floats) -> Floats:
    """(C,) the parameters at which Bezier curves with handles (C, 4) have come to a share of their time."""
    identity = shape.copy()
    identity[:, 1], identity[:, 3] = 1 / 3, -1 / 3  # the values 0, 1/3, 2/3, 1 make the parameter itself
    return np.asarray(_bezier(np.array([[share]]), np.ones((1, len(shape))), identity[None])[0])
