"""Windows over the frames of a video."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.animate.echomimic_v2.windows import windows
from poseforge.errors import InvalidValue


def test_windows_on_the_ring_are_the_official_ones(shared) -> None:
    record = json.loads((shared / "golden" / "echomimic_v2" / "context_windows.json").read_text())
    assert len(record["cases"]) == 754
    for frames, size, overlap, length, starts in record["cases"]:
        assert windows(frames, size, overlap) == [[(start + i) % frames for i in range(length)] for start in starts]
    for words, steps in record["per_step_shifted_windows"].items():
        frames, size, overlap = map(int, words.split(","))
        assert [windows(frames, size, overlap, step) for step in range(len(steps))] == steps


def test_windows_of_every_second_and_fourth_frame_are_the_official_ones(shared) -> None:
    record = json.loads((shared / "golden" / "echomimic_v2" / "context_windows.json").read_text())
    assert len(record["other_strides_and_steps"]) == 36
    for case in record["other_strides_and_steps"]:
        frames, size, overlap = case["num_frames"], case["context_size"], case["context_overlap"]
        made = windows(frames, size, overlap, stride=case["context_stride"])
        if case["step"] == 0:
            assert made == case["windows"]
        # The official schedule may begin elsewhere at a step, which no pipeline asks of it: windows of a stride move together.
        moves: dict[int, int] = {}
        for window, told in zip(made, case["windows"], strict=True):
            move = moves.setdefault((window[1] - window[0]) % frames, told[0] - window[0])
            assert [(frame + move) % frames for frame in window] == told


CASES = st.integers(1, 32).flatmap(
    lambda size: st.tuples(st.integers(1, 200), st.just(size), st.integers(0, size - 1), st.integers(0, 40))
)


@given(CASES, st.sampled_from(["ring", "line"]))
def test_every_frame_is_seen_and_no_window_sees_one_twice(case, schedule) -> None:
    frames, size, *_ = case
    made = windows(*case, schedule)
    assert {frame for window in made for frame in window} == set(range(frames))
    assert all(len(set(window)) == len(window) == min(size, frames) for window in made)


@given(CASES, st.integers(1, 6))
def test_a_stride_adds_windows_and_takes_none_away(case, stride) -> None:
    plain, made = windows(*case), windows(*case, stride=stride)
    assert made[: len(plain)] == plain
    assert all(len(window) == min(case[1], case[0]) for window in made)
    assert len(made) > len(plain) or stride == 1 or case[0] <= case[1]


@given(CASES)
def test_windows_on_a_line_never_go_back(case) -> None:
    made = windows(*case, "line")
    assert all(window == list(range(window[0], window[-1] + 1)) for window in made)
    starts = [window[0] for window in made]
    assert starts == sorted(set(starts))


def test_borders_on_a_line_move_with_the_steps() -> None:
    borders = [{window[0] for window in windows(100, 12, 3, step, "line")} for step in range(3)]
    assert borders[0] & borders[1] == borders[1] & borders[2] == {0, 88}


@pytest.mark.parametrize(
    "arguments",
    [
        (0, 12, 3), (5, 12, 12), (5, 3, -1), (5, 12, 3, -1), (5, 12, 3, 0, "spiral"), (5, 12, 3, 0, "ring", 0),
        (5, 12, 3, 0, "line", 2),
    ],
)  # fmt: skip
def test_windows_that_cannot_be_are_refused(arguments) -> None:
    with pytest.raises(InvalidValue, match="windows"):
        windows(*arguments)
