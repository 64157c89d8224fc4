"""Findings: each kind is found where it is, and good sequences have none."""

import re

import numpy as np
import pytest

from poseforge import library
from poseforge.formats import get
from poseforge.quality import check_poses, runs
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake


@pytest.fixture
def good() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


def changed(sequence: PoseSequence, frames: slice, joints: str, place=None, score=None) -> PoseSequence:
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    indices = sequence.skeleton.group(joints)
    for t in range(len(sequence))[frames]:
        if place is not None:
            points[t, indices] = place(points[t, indices])
        if score is not None:
            confidence[t, indices] = score
    return sequence.with_points(points, confidence)


def codes(sequence: PoseSequence) -> list[tuple[str, int | None, int | None]]:
    return [(finding.code, finding.frame, finding.last) for finding in check_poses((sequence,))]


def test_a_good_sequence_has_no_findings(good) -> None:
    assert codes(good) == []


def test_nobody_at_all_is_an_error(good) -> None:
    nobody = good.with_points(np.full_like(good.points, np.nan))
    (finding,) = check_poses((nobody,))
    assert (finding.severity, finding.code) == ("error", "nobody")
    assert check_poses((nobody,), unread=range(len(good))) == ()


def test_lost_hands(good) -> None:
    assert codes(changed(good, slice(10, 20), "left_hand", place=lambda p: p * np.nan)) == [("hand-lost", 10, 19)]
    assert codes(changed(good, slice(10, 20), "left_hand", score=0.1)) == [("hand-lost", 10, 19)]
    assert codes(changed(good, slice(None), "right_hand", place=lambda p: p * np.nan)) == [("no-hand", None, None)]


def test_jumps(good) -> None:
    found = codes(changed(good, slice(40, 41), "left_hand", place=lambda p: p - 0.3))
    assert found == [("jump", 39, 41)]
    rest = bake(library.performance([library.gesture("rest")], alive=None))
    tall = PoseSequence(rest.points, rest.confidence, size=(720, 1280))
    step = changed(tall, slice(10, 11), "left_hand", place=lambda p: p - (0, 0.15))  # 0.27 of the width
    assert codes(step) == [("jump", 9, 11)]
    slow = PoseSequence(good.points, good.confidence, fps=6)
    assert codes(slow) == []


def test_hands_outside(good) -> None:
    found = codes(changed(good, slice(5, 80), "left_hand", place=lambda p: p + (0, 0.5)))
    assert ("hand-outside", 5, 79) in found


def test_scores(good) -> None:
    assert codes(changed(good, slice(3, 5), "left_hand", score=7.0)) == [("score", 3, 4)]
    assert codes(changed(good, slice(3, 5), "left_hand", score=-1.0))[-1] == ("score", 3, 4)
    black = codes(changed(good, slice(30, 32), "right_hand", score=0.0))
    assert ("black", 30, 31) in black


def test_swapped_hands(good) -> None:
    points = good.points.copy()
    left, right = good.skeleton.group("left_hand"), good.skeleton.group("right_hand")
    points[20:25, left], points[20:25, right] = good.points[20:25, right], good.points[20:25, left]
    found = codes(good.with_points(points))
    assert ("swap", 20, 24) in found
    assert ("jump", 19, 20) in found


def test_people_are_told_apart(good) -> None:
    lost = changed(good, slice(10, 20), "left_hand", place=lambda p: p * np.nan)
    assert [finding.person for finding in check_poses((good, lost))] == [1, None]


@pytest.mark.parametrize("name", ["01", "03", "fight", "good"])
def test_official_sequences_have_nothing_to_complain_about(shared, name) -> None:
    inspection = get("echomimic").check(shared / "data/echomimic_v2/pose" / name)
    assert inspection.findings == ()
    assert check_poses(inspection.people) == ()


def test_runs() -> None:
    assert runs(np.array([True, True, False, True])) == [(0, 1), (3, 3)]
    assert runs(np.zeros(3, bool)) == []
    assert runs(np.zeros(0, bool)) == []


def test_hands_of_several_people_are_told(good) -> None:
    bare = good.with_points(np.full_like(good.points, np.nan))
    told = [finding.message for finding in check_poses((good, good, bare)) if finding.code == "people"]
    assert told == ["the hands of 2 people are drawn, and EchoMimicV2 animates one"]
    assert "people" not in {finding.code for finding in check_poses((good, bare))}


def test_hands_that_are_mostly_cut_are_told(good) -> None:
    left = good.skeleton.group("left_hand")
    points = good.points.copy()
    middle = np.nanmedian(points[::2, left, 0], axis=1)
    points[::2, left, 0] -= (middle + 0.01)[:, None]
    told = [finding for finding in check_poses((good.with_points(points),)) if finding.code == "hand-cut"]
    assert {finding.joint for finding in told} == {"left_hand"}
    assert {frame for finding in told for frame in finding.frames} >= {*range(0, len(good), 2)}
    assert told[0].message.startswith("more than half of the left hand is outside the canvas for ")
    points[2:] = good.points[2:]
    assert "hand-cut" not in {finding.code for finding in check_poses((good.with_points(points),))}


@pytest.mark.parametrize(("scale", "found"), [(1.0, False), (0.6, False), (0.2, True)])
def test_hands_too_small_for_the_map_are_found(scale, found) -> None:
    poses = bake(library.performance([library.gesture("wave_right")], alive=None))
    small = poses.with_points(0.5 + (poses.points - 0.5) * scale)
    findings = [one for one in check_poses((small,)) if one.code == "hands-small"]
    assert bool(findings) == found
    if found:
        assert re.fullmatch(r"the hands are only \d+ pixels tall in the map", findings[0].message)
        assert "--fit" in findings[0].advice
