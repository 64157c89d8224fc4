"""Curves: the laws of keys and of the ways between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.errors import InvalidValue
from poseforge.timeline.curves import EASES, KINDS, Curve, Interval, Key, minimum_jerk, sample

shares = st.floats(0, 1)
numbers = st.floats(-10, 10, allow_subnormal=False)


@st.composite
def curves(draw, kinds=KINDS, size=2):
    frames = draw(st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True).map(sorted))
    keys = []
    for frame in frames:
        kind = draw(st.sampled_from(kinds))
        handles = tuple(
            (draw(shares), draw(numbers), draw(shares), draw(numbers)) for _ in range(size if kind == "bezier" else 0)
        )
        keys.append(Key(frame, tuple(draw(numbers) for _ in range(size)), Interval(kind, handles=handles)))
    return Curve(tuple(keys))


FRAMES = np.arange(-5, 70)


@given(curves(), st.lists(st.integers(-5, 69), max_size=5))
def test_inserting_keys_changes_nothing(curve: Curve, frames: list[int]) -> None:
    longer = curve
    for frame in frames:
        longer = longer.inserted(frame)
        assert longer.key(frame)
    np.testing.assert_allclose(longer.at(FRAMES), curve.at(FRAMES), atol=1e-6)


@given(curves(), st.integers(0, 60), numbers)
def test_a_pinned_key_keeps_edits_on_one_side_from_the_other(curve: Curve, frame: int, value: float) -> None:
    pinned = curve.pinned(frame)
    np.testing.assert_allclose(pinned.at(FRAMES), curve.at(FRAMES), atol=1e-6)
    changed = pinned.with_key(frame + 3, (value, value))
    before = FRAMES[FRAMES <= frame]
    np.testing.assert_allclose(changed.at(before), curve.at(before), atol=1e-6)


@given(curves(), curves())
def test_one_frame_of_many_is_many_frames_of_one(curve: Curve, other: Curve) -> None:
    alone = np.array([sample([curve, other], [frame]) for frame in FRAMES])[:, :, 0]
    np.testing.assert_allclose(alone[:, 0], curve.at(FRAMES), atol=1e-9)
    np.testing.assert_array_equal(sample([other, curve, other], FRAMES)[1], curve.at(FRAMES))


@given(curves())
def test_curves_go_through_their_keys_and_rest_outside(curve: Curve) -> None:
    for key in curve.keys:
        np.testing.assert_array_equal(curve.value(key.frame), key.values)
    np.testing.assert_array_equal(curve.value(-100), curve.keys[0].values)
    np.testing.assert_array_equal(curve.value(100), curve.keys[-1].values)


@given(curves(kinds=[kind for kind in KINDS if kind != "bezier"]))
def test_only_bezier_ways_overshoot(curve: Curve) -> None:
    for first, second in zip(curve.keys, curve.keys[1:], strict=False):
        inside = curve.at(np.linspace(first.frame, second.frame, 30))
        low, high = np.minimum(first.values, second.values), np.maximum(first.values, second.values)
        assert (inside >= low - 1e-9).all()
        assert (inside <= high + 1e-9).all()
        if first.after.kind != "hold":
            rising = np.diff(inside, axis=0) * np.sign(np.subtract(second.values, first.values))
            assert (rising >= -1e-9).all()


def test_a_smooth_way_does_not_stop_at_its_keys() -> None:
    curve = Curve(tuple(Key(10 * i, (float(i),)) for i in range(4)))
    speed = np.diff(curve.at(np.arange(31))[:, 0])
    assert speed[10:20] == pytest.approx(0.1, abs=1e-9)
    assert speed[0] < 0.05
    assert speed[-1] < 0.05


@given(st.sampled_from(sorted(EASES)), shares, shares)
def test_eases_rise_from_nothing_to_all(name: str, a: float, b: float) -> None:
    low, high = EASES[name](np.array([min(a, b), max(a, b)]))
    assert -1e-12 <= low <= high + 1e-12 <= 1 + 2e-12
    np.testing.assert_allclose(EASES[name](np.array([0.0, 1.0])), [0, 1], atol=1e-12)


def test_minimum_jerk_starts_and_ends_still() -> None:
    share = np.linspace(0, 1, 201)
    speed = np.diff(minimum_jerk(share)) / np.diff(share)
    assert speed.max() == pytest.approx(1.875, abs=1e-3)
    assert max(speed[0], speed[-1]) < 0.01


@given(curves(), st.integers(0, 60), st.tuples(numbers, numbers))
def test_a_key_changes_the_value_there_and_keeps_the_kind(curve: Curve, frame: int, values) -> None:
    changed = curve.with_key(frame, values)
    np.testing.assert_array_equal(changed.value(frame), values)
    assert len(changed.keys) == len(curve.keys) + (curve.key(frame) is None)
    unchanged = [key for key in curve.keys if key.frame < frame - 60]
    assert all(key in changed.keys for key in unchanged)


@given(curves())
def test_keys_come_back_from_twice_the_time(curve: Curve) -> None:
    assert curve.retimed(lambda frame: frame * 2).retimed(lambda frame: frame // 2) == curve


def test_unknown_ways_and_wrong_keys_are_refused() -> None:
    key = Key(0, (0.0,))
    for keys in (
        (),
        (key, key),
        (Key(3, (0.0,)), key),
        (Key(0, (np.inf,)),),
        (key, Key(1, (0.0, 1.0))),
        (Key(0, (0.0,), Interval("bouncy")),),
        (Key(0, (0.0,), Interval("bezier")),),
        (Key(0, (0.0,), Interval("sine_in", 0.5, 0.5)),),
        (Key(0, (0.0,), Interval("bezier", handles=((0.3, np.nan, 0.6, 0.0),))),),
    ):
        with pytest.raises(InvalidValue):
            Curve(keys)


@given(st.sets(st.integers(0, 30), min_size=1), st.sets(st.integers(0, 30)), st.integers(-10, 10), st.integers(1, 3))
def test_moved_keys_take_the_place_of_those_they_meet(frames: set[int], chosen: set[int], by: int, part: int) -> None:
    curve = Curve(tuple(Key(frame, (float(frame),)) for frame in sorted(frames)))
    wanted = {frame: float(frame) for frame in frames - chosen}
    wanted |= {frame // part + by: float(frame) for frame in sorted(frames & chosen)}
    moved = curve.moved(chosen, lambda frame: frame // part + by)
    assert moved == Curve(tuple(Key(frame, (wanted[frame],)) for frame in sorted(wanted)))
    assert list(moved.frames) == sorted(wanted)


def test_keys_that_are_changed_are_checked_and_the_others_stay_the_same_objects() -> None:
    curve = Curve(tuple(Key(frame, (float(frame), 0.0)) for frame in range(0, 50, 10)))
    moved = curve.moved([20, 21], lambda frame: frame + 5)
    assert moved == Curve((*curve.keys[:2], curve.keys[2]._replace(frame=25), *curve.keys[3:]))
    assert list(moved.frames) == [0, 10, 25, 30, 40]
    assert moved.keys[4] is curve.keys[4]
    assert curve.with_key(20, (1, 2)) == Curve((*curve.keys[:2], Key(20, (1.0, 2.0)), *curve.keys[3:]))
    assert list(curve.with_key(15, (1, 2)).frames) == [0, 10, 15, 20, 30, 40]
    with pytest.raises(InvalidValue):
        curve.moved([20], lambda frame: 2**40)
    for frame, values in ((20, (1.0,)), (5, (np.inf, 0.0))):
        with pytest.raises(InvalidValue):
            curve.with_key(frame, values)
