"""Repairs: what is found is gone afterwards, and everything else is as it was."""

from dataclasses import replace

import numpy as np
import pytest

from poseforge import library, repairs
from poseforge.errors import InvalidValue
from poseforge.quality import Finding, check_poses
from poseforge.sequence import PoseSequence
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import of_sequence
from samples import make_motion


@pytest.fixture
def good() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


def changed(sequence: PoseSequence, frames: slice, joints: str, move=0.0, score=None) -> PoseSequence:
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    indices = sequence.skeleton.group(joints)
    points[frames, indices] += move
    if score is not None:
        confidence[frames, indices] = score
    return sequence.with_points(points, confidence)


def swapped(sequence: PoseSequence, frames: slice) -> PoseSequence:
    points = sequence.points.copy()
    left, right = (sequence.skeleton.group(f"{side}_hand") for side in ("left", "right"))
    points[frames, left], points[frames, right] = sequence.points[frames, right], sequence.points[frames, left]
    return sequence.with_points(points)


def found_in(sequence: PoseSequence) -> tuple[Finding, ...]:
    return check_poses((sequence,)) + repairs.check_jitter(sequence) + repairs.check_end(sequence)


BAD = {
    "jump": lambda good: changed(good, slice(40, 41), "left_hand", -0.3),
    "hand-lost": lambda good: changed(good, slice(10, 20), "left_hand", np.nan, 0),
    "score": lambda good: changed(good, slice(3, 5), "left_hand", score=7.0),
    "black": lambda good: changed(good, slice(30, 40), "left_hand", score=0.0),
    "swap": lambda good: swapped(good, slice(20, 30)),
    "jitter": lambda good: changed(
        good, slice(None), "left_hand", np.random.default_rng(0).normal(0, 0.003, (len(good), 21, 2))
    ),
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_found_is_gone_afterwards(good, code) -> None:
    project = of_sequence(BAD[code](good))
    finding = next(finding for finding in found_in(bake(project)) if finding.code == code)
    mended = bake(repairs.mend(project, finding))
    assert code not in {found.code for found in found_in(mended)}
    others = [i for i, name in enumerate(good.skeleton.joints) if name not in repairs.joints_of(finding)]
    if code != "swap":
        np.testing.assert_array_equal(mended.points[:, others], bake(project).points[:, others])
    if code not in ("jitter", "score", "black"):
        assert np.nanmax(np.abs(mended.points - good.points)) < 0.05


def test_every_repair_has_a_bad_example() -> None:
    assert {*BAD, "empty-end"} == repairs.CODES


def test_a_project_ends_with_its_last_pose(good) -> None:
    project = edits.set_length(of_sequence(good), len(good) + 30)
    (finding,) = repairs.check_end(bake(project))
    assert (finding.frame, finding.last) == (len(good), len(good) + 29)
    mended = repairs.mend(project, finding)
    assert mended.length == len(good)
    assert repairs.check_end(bake(mended)) == ()
    assert repairs.check_end(good.with_points(np.full_like(good.points, np.nan))) == ()


def test_a_hand_that_jumps_for_good_is_led_there(good) -> None:
    project = of_sequence(changed(good, slice(50, None), "left_hand", -0.25))
    (finding,) = [finding for finding in found_in(bake(project)) if finding.code == "jump"]
    mended = repairs.mend(project, finding)
    assert not [found for found in found_in(bake(mended)) if found.code == "jump"]


def test_lost_too_long_or_at_an_end_is_refused_with_a_word_why(good) -> None:
    for frames, word in ((slice(0, 5), "beginning"), (slice(100, None), "end"), (slice(20, 60), "too long")):
        project = of_sequence(changed(good, frames, "left_hand", np.nan, 0))
        finding = next(found for found in found_in(bake(project)) if found.code == "hand-lost")
        with pytest.raises(InvalidValue, match=word):
            repairs.mend(project, finding)


def test_what_a_clip_or_a_performer_shows_is_mended_there(good) -> None:
    project = of_sequence(good)
    finding = Finding("warning", "jump", "it jumps", "smooth it", 20, 21, joint="right_hand")
    assert repairs.origin(project, finding).track.id == "poses"
    over = edits.add_clip(project, "poses", good, 15, id="over")
    assert repairs.origin(over, finding).clip.id == "over"
    with pytest.raises(InvalidValue, match="clip"):
        repairs.mend(over, finding)
    made = library.performance([library.gesture("rest")])
    assert repairs.origin(made, finding).track is made.tracks[0]
    hidden = edits.set_track(project, "poses", enabled=False)
    assert repairs.origin(hidden, finding) is None
    body = edits.add_clip(made, made.tracks[0].id, make_motion(4), 0)
    assert repairs.origin(body, replace(finding, frame=1)).clip is not None


def test_a_jump_where_clips_meet_is_blended(good) -> None:
    project = of_sequence(changed(good, slice(None), "left_hand", -0.3))
    project = edits.add_clip(
        project,
        "poses",
        good,
        40,
        id="c",
        blend=0,
        joints=repairs.joints_of(Finding("warning", "jump", "", "", joint="left_hand")),
    )
    (finding,) = [one for one in found_in(bake(project)) if one.code == "jump"]
    assert [(cut.clip.id, cut.ends) for cut in repairs.cuts(project, finding)] == [("c", False)]
    mended = repairs.mend(project, finding)
    assert mended.clip("c")[1].blend_in == edits.RETURN
    assert not [one for one in found_in(bake(mended)) if one.code == "jump"]
    locked = edits.set_track(project, "poses", locked=True)
    assert not repairs.cuts(locked, finding)


def test_what_has_no_repair_says_what_to_do(good) -> None:
    outside = Finding("warning", "hand-outside", "the hand is outside", "move it in", 3, 9, joint="left_hand")
    with pytest.raises(InvalidValue, match="move it in"):
        repairs.mend(of_sequence(good), outside)
