"""PoseSequence: what it promises about its numbers."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.errors import InvalidValue
from poseforge.sequence import PoseSequence
from samples import make_sequence


def test_it_is_a_value(sequence: PoseSequence) -> None:
    with pytest.raises(ValueError, match="read-only"):
        sequence.points[0, 0, 0] = 1
    source = np.full((1, 134, 2), 0.5)
    made = PoseSequence(source, np.ones((1, 134)))
    source[:] = 9
    assert (made.points == 0.5).all()
    with pytest.raises(TypeError):
        made.meta["new"] = 1  # type: ignore[index]


@given(st.integers(0, 1000), st.integers(0, 6))
def test_mirroring_twice_is_the_identity(seed: int, frames: int) -> None:
    sequence = make_sequence(frames, seed)
    twice = sequence.mirrored().mirrored()
    np.testing.assert_allclose(twice.points, sequence.points, atol=1e-15)
    assert np.array_equal(twice.confidence, sequence.confidence)


def test_mirroring_swaps_hands(sequence: PoseSequence) -> None:
    mirrored = sequence.mirrored()
    np.testing.assert_array_equal(mirrored.joint("left_index_2")[:, 0], 1 - sequence.joint("right_index_2")[:, 0])
    np.testing.assert_array_equal(mirrored.joint("left_index_2")[:, 1], sequence.joint("right_index_2")[:, 1])


def test_frames_take_their_meta_along(sequence: PoseSequence) -> None:
    noted = PoseSequence(
        sequence.points, sequence.confidence, frame_meta={"n": np.arange(4), "name": ("a", "b", "c", "d")}
    )  # fmt: skip
    part = noted[[3, 1]]
    assert part.frame_meta["n"].tolist() == [3, 1]
    assert part.frame_meta["name"] == ("d", "b")
    assert len(noted[1:3]) == 2
    assert noted[::-1].frame_meta["name"] == ("d", "c", "b", "a")


@pytest.mark.parametrize("choice", [1, [True, False, True, False], [0.5], [[1]], "01"])
def test_odd_choices_of_frames_are_refused(sequence, choice) -> None:
    with pytest.raises(InvalidValue):
        sequence[choice]


def test_per_joint_meta_is_mirrored(sequence: PoseSequence) -> None:
    marks = np.zeros((4, 134))
    marks[:, sequence.skeleton.index("left_wrist")] = 1
    mirrored = PoseSequence(sequence.points, sequence.confidence, frame_meta={"marks": marks}).mirrored()
    assert mirrored.frame_meta["marks"][0].argmax() == sequence.skeleton.index("right_wrist")


def test_joints_that_vanish_lose_their_confidence(sequence: PoseSequence) -> None:
    points = sequence.points.copy()
    points[1, 100] = np.nan
    changed = sequence.with_points(points)
    assert changed.confidence[1, 100] == 0
    assert not changed.present[1, 100]


GOOD = {"points": np.zeros((2, 134, 2)), "confidence": np.zeros((2, 134))}


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": np.zeros((2, 133, 2))},
        {"points": np.zeros((2, 134, 4))},
        {"confidence": np.zeros((3, 134))},
        {"points": np.full((2, 134, 2), np.inf)},
        {"confidence": np.full((2, 134), np.nan)},
        {"points": np.full((2, 134, 2), np.nan), "confidence": np.ones((2, 134))},
        {"points": np.stack([np.full((2, 134), np.nan), np.zeros((2, 134))], axis=-1)},
        {"size": (0, 768)},
        {"fps": Fraction(0)},
        {"fps": Fraction(10**9)},
        {"frame_meta": {"n": [1]}},
        {"frame_meta": {"n": 5}},
        {"points": "abc"},
        {"points": np.zeros((2, 134, 2), complex)},
        {"points": [[1, 2], [3]]},
        {"fps": "fast"},
        {"fps": None},
        {"fps": float("nan")},
        {"fps": Fraction(1, 10**9)},
        {"size": (768,)},
        {"size": None},
        {"size": (1.5, 2)},
        {"size": (10**400, 10**400)},
    ],
)
def test_wrong_values_are_refused(wrong: dict) -> None:
    with pytest.raises(InvalidValue):
        PoseSequence(**(GOOD | wrong))


def test_nothing_can_be_changed_behind_its_back() -> None:
    source, notes = np.full((1, 134, 2), 0.5), np.zeros(1)
    view = source[:]
    view.flags.writeable = False
    made = PoseSequence(view, np.ones((1, 134)), frame_meta={"n": notes})
    source[:], notes[:] = 9, 9
    assert (made.points == 0.5).all()
    assert made.frame_meta["n"][0] == 0
    with pytest.raises(ValueError, match="read-only"):
        made.frame_meta["n"][0] = 1
    assert made[:1].points.base is not None  # parts share their numbers
