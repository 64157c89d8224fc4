"""Whether poses fit a picture, in a score and in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import poseforge
from poseforge import library
from poseforge.errors import InvalidValue
from poseforge.fitness import GOOD, POOR, judge, rank
from poseforge.fitting import Fit, Rest, estimate, fit
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake


@pytest.fixture(scope="module")
def person() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


def codes(picture: PoseSequence, sequence: PoseSequence) -> dict[str, str]:
    return {finding.code: finding.message for finding in judge(picture, sequence).findings}


def test_a_sequence_fits_its_own_picture(person) -> None:
    found = judge(person[:1], person)
    assert found.score >= 97
    assert not found.findings


@pytest.mark.parametrize(
    ("how", "code", "message"),
    [
        (Fit(hands=1.4), "hand-size", "the hands are 40 % larger than in the picture"),
        (Fit(hands=0.6), "hand-size", "the hands are 40 % smaller than in the picture"),
        (Fit(shoulders=1.2), "shoulder-width", "the shoulders are 20 % wider than in the picture"),
        (Fit(head=0.8), "head-size", "the head is 20 % smaller than in the picture"),
        (Fit((0.1, 0)), "shoulder-place", "the shoulders are farther right (10 % of the canvas) than in the picture"),
        (Fit((0, -0.12)), "head-place", "the head is higher (12 % of the canvas) than in the picture"),
    ],
)
def test_what_is_wrong_is_said_with_figures(person, how: Fit, code: str, message: str) -> None:
    assert codes(person[:1], fit(person[:5], how))[code] == message


def test_a_hand_that_rests_elsewhere_is_named(person) -> None:
    at = tuple(person.joint("left_hand_root")[0])
    moved = fit(person, Fit(rests={"left": Rest(at, (0.2, -0.15))}))
    found = judge(person[:1], moved)
    assert found.findings[0].joint == "left_hand"
    assert found.findings[0].message.startswith("the left hand begins higher (15 % of the canvas) and farther right (20 %)")


def test_frames_in_which_a_hand_is_outside_or_missing_are_told(person) -> None:
    points = np.array(person.points)
    hand = person.skeleton.group("left_hand")
    points[5:37, hand] += (1, 0)
    points[90, hand] += (1, 0)
    found = codes(person[:1], person.with_points(points))
    assert found["hand-outside"] == "the left hand is wholly outside the picture in the frames 5-36, 90"
    points[5:37, hand[:8]] = points[90, hand[:8]] = 0.5
    found = codes(person[:1], person.with_points(points))
    assert found["hand-outside"] == "the left hand leaves the picture in 31 % of the frames"
    points[5:37, hand] = np.nan
    points[5:37, person.skeleton.index("left_wrist")] = np.nan
    found = codes(person[:1], person.with_points(points))
    assert found["hand-lost"] == "the left hand is missing in 30 % of the frames"


def test_what_the_picture_does_not_show_is_told(person) -> None:
    points = np.array(person[:1].points)
    points[:, person.skeleton.group("right_hand")] = np.nan
    assert "the right hand cannot be seen in the picture" in codes(person[:1].with_points(points), person)["hand-hidden"]
    cut = person[:1].with_points(person.points[:1] - (0, 0.2))
    assert "upper edge" in codes(cut, person)["head-room"]


def test_the_worse_the_lower_the_score(person) -> None:
    scores = [judge(person[:1], fit(person, Fit(scale=scale))).score for scale in (1.0, 1.1, 1.25, 1.5, 2.0)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 50 < 95 < scores[0]
    assert judge(person[:1], person[:0]).score < 40
    nobody = person.with_points(np.full_like(person.points, np.nan))
    assert judge(nobody[:1], nobody).score == 0
    with pytest.raises(InvalidValue, match="1920x1080"):
        judge(replace(person, size=(1920, 1080)), person)


def test_the_best_of_many_comes_first(person) -> None:
    nothing = person.with_points(np.full_like(person.points, np.nan))
    many = {"large": fit(person, Fit(scale=1.3)), "same": person, "empty": nothing, "aside": fit(person, Fit((0.05, 0.0)))}
    found = rank(person[:1], many)
    assert [one.name for one in found] == ["same", "aside", "large", "empty"]
    assert [one.fitted.score >= 95 for one in found] == [True, True, True, False]


def test_official_poses_fit_official_people_and_better_once_fitted(shared) -> None:
    poses = {folder.name: poseforge.read_poses(folder)[0] for folder in (shared / "data/echomimic_v2/pose").iterdir()}
    for picture in poses.values():
        for one in rank(picture[:1], poses):
            assert 50 <= one.now.score <= 100, one.name
            assert one.fitted.score >= max(80, one.now.score - 10), one.name


def test_a_first_frame_that_is_elsewhere_costs_much_however_long_the_hand_stays_in_place_later(person) -> None:
    still = person[[0] * 40]
    points = np.array(still.points)
    joints = [*still.skeleton.group("right_hand"), still.skeleton.index("right_wrist")]
    points[:4, joints] += (0, -0.25)
    found = judge(person[:1], still.with_points(points))
    assert found.score <= 88
    assert found.findings[0].message == "the right hand begins higher (25 % of the canvas) than in the picture"
    late = still.points.copy()
    late[-4:, joints] += (0, -0.25)
    found = judge(person[:1], still.with_points(late))
    assert found.score < 99
    assert [one.code for one in found.findings] == ["hand-end"]


def test_a_hand_that_begins_out_of_sight_is_judged_by_where_it_rests(person) -> None:
    still = person[[0] * 40]
    points = np.array(still.points)
    points[:4, still.skeleton.group("left_hand")] += (0, 1)
    assert "hand-place" not in codes(person[:1], still.with_points(points))


def test_frames_without_a_hand_on_the_canvas_are_worst(person) -> None:
    still = person[[0] * 10]
    away = np.array(still.points)
    hands = [*still.skeleton.group("left_hand"), *still.skeleton.group("right_hand")]
    away[2:, hands] += (0, 1)
    found = judge(person[:1], still.with_points(away))
    assert found.findings[0].code == "nothing-drawn"
    assert found.findings[0].message.startswith("in 80 % of the frames the model sees nothing")
    assert found.score < POOR
    away[:, still.skeleton.group("left_hand")] = still.points[:, still.skeleton.group("left_hand")]
    assert "nothing-drawn" not in codes(person[:1], still.with_points(away))


def test_hands_that_point_another_way_cost_points(person) -> None:
    at = tuple(person.joint("left_hand_root")[0])
    turned = fit(person, Fit(rests={"left": Rest(at, (0, 0), turn=120.0)}))
    found = judge(person[:1], turned)
    assert [one.code for one in found.findings] == ["hand-turned"]
    turns = [fit(person, Fit(rests={"left": Rest(at, (0, 0), turn=float(turn))})) for turn in (0, 30, 60, 90, 120, 180)]
    scores = [judge(person[:1], one).score for one in turns]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < GOOD <= scores[1], scores


def test_a_hand_that_leaves_the_picture_for_some_frames_costs_more_the_longer(person) -> None:
    def away(frames: int) -> int:
        points = np.array(person.points)
        points[10 : 10 + frames, person.skeleton.group("right_hand")] -= (1, 0)
        return judge(person[:1], person.with_points(points)).score

    scores = [away(frames) for frames in (0, 1, 4, 12, 50, 90)]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] < 85 < scores[0]
    assert scores[3] < GOOD


@pytest.mark.parametrize(("ratio", "word"), [(1.6, "longer"), (0.4, "shorter")])
def test_an_arm_that_nobody_has_costs_points(person, ratio: float, word: str) -> None:
    points = np.array(person.points)
    shoulder = points[:30, person.skeleton.index("left_shoulder")][:, None]
    arm = [person.skeleton.index(f"left_{joint}") for joint in ("elbow", "wrist")]
    points[:30, arm] = shoulder + ratio * (points[:30, arm] - shoulder)
    found = judge(person[:1], person.with_points(points))
    assert found.score < 99
    told = {one.code: one.message for one in found.findings}["arm-length"]
    assert word in told
    assert f"in {100 * 30 / len(person):.0f} % of the frames" in told


def test_a_hand_that_is_never_there_is_told_once_with_what_helps(person) -> None:
    points = np.array(person.points)
    points[:, person.skeleton.group("left_hand")] = np.nan
    findings = [one for one in judge(person[:1], person.with_points(points)).findings if one.joint == "left_hand"]
    assert [one.code for one in findings] == ["hand-missing"]
    assert "hand shape" in findings[0].advice


def test_a_hand_that_neither_has_is_no_fault(person) -> None:
    points = np.array(person.points)
    points[:, person.skeleton.group("left_hand")] = np.nan
    one_hand = person.with_points(points)
    found = judge(one_hand[:1], one_hand)
    assert found.score >= 97
    assert not found.findings


def test_the_first_frame_of_an_official_sequence_comes_to_the_picture(shared) -> None:
    poses = {name: poseforge.read_poses(shared / "data/echomimic_v2/pose" / name)[0] for name in ("03", "good")}
    picture = poses["03"][:1]
    made = fit(poses["good"], estimate(picture, poses["good"]))
    for side in ("left", "right"):  # the right one stays longest with its thumb raised
        way = made.joint(f"{side}_hand_root")[0] - picture.joint(f"{side}_hand_root")[0]
        assert np.linalg.norm(way) < 0.05
