"""Projects and their evaluation."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.errors import InvalidValue
from poseforge.library import hand_shape, held
from poseforge.performer import HALF_BODY, performer
from poseforge.rig import Motion
from poseforge.skeleton import FINGERS
from poseforge.timeline.bake import bake, shown_on
from poseforge.timeline.curves import Curve, Interval, Key
from poseforge.timeline.project import Clip, PointTrack, Project, RigTrack, of_sequence, part_joints, resting
from samples import make_curve, make_motion, make_project, make_sequence

RIG = performer()


def close(a, b, tolerance: float = 1e-9) -> None:
    np.testing.assert_allclose(a.points, b.points, atol=tolerance)
    np.testing.assert_allclose(a.confidence, b.confidence, atol=tolerance)


@given(st.integers(0, 5), st.integers(1, 12))
def test_without_edits_the_base_comes_back(seed: int, frames: int) -> None:
    sequence = replace(make_sequence(frames, seed), meta={"a": 1}, frame_meta={"draw_pose_params": tuple(range(frames))})
    baked = bake(of_sequence(sequence))
    assert baked == sequence
    assert baked.meta == sequence.meta
    assert baked.frame_meta == sequence.frame_meta


@given(st.integers(0, 7))
def test_a_frame_alone_is_that_frame_of_all(seed: int) -> None:
    project = make_project(seed)
    whole = bake(project)
    for frame in (0, 7, 12, 21, 33, 47, 52, 59):
        close(bake(project, [frame]), whole[frame : frame + 1])
    close(bake(project, [50, 3, 3]), whole[[50, 3, 3]])


def test_a_clip_of_a_motion_is_the_motion_as_the_camera_sees_it() -> None:
    motion = make_motion(24)
    project = Project(30, tracks=(RigTrack("t", clips=(Clip("c", motion, 3, 24),)),))
    expected = HALF_BODY.project(RIG.forward(motion))
    close(bake(project)[3:27], expected)
    still = HALF_BODY.project(RIG.forward(Motion(RIG.stance[None], np.zeros((1, 3)), RIG)))
    close(bake(project, [0, 29]), still[[0, 0]])


@pytest.mark.parametrize("half", [make_motion(24), make_sequence(24, low=0.3, high=0.6)])
def test_clips_stretch_loop_reverse_and_mirror(half) -> None:
    def shown(**how) -> np.ndarray:
        kind = RigTrack if isinstance(half, Motion) else PointTrack
        clip = Clip("c", half, 0, **{"length": 24, **how})
        return bake(Project(clip.length, tracks=(kind("t", clips=(clip,)),)))

    plain = shown()
    close(shown(length=48, extend="loop")[24:], plain)
    close(shown(length=24, first=Fraction(23), rate=Fraction(-1)), plain[::-1])
    close(shown(length=47, extend="ping_pong")[23:], plain[::-1])
    close(shown(length=47, rate=Fraction(1, 2))[::2], plain)
    close(shown(length=30)[24:], plain[[23] * 6])
    if isinstance(half, Motion):
        close(shown(mirrored=True), HALF_BODY.project(RIG.forward(half.mirrored())))
    else:
        close(shown(mirrored=True), half.mirrored())


def test_between_frames_a_clip_goes_on_smoothly() -> None:
    motion = make_motion(24)
    fast = bake(Project(24, tracks=(RigTrack("t", clips=(Clip("c", motion, 0, 24),)),)))
    slow = bake(Project(93, tracks=(RigTrack("t", clips=(Clip("c", motion, 0, 93, rate=Fraction(1, 4)),)),)))
    jerk = np.nanmax(np.linalg.norm(np.diff(slow.points, 2, axis=0), axis=2)) * 16
    assert jerk < 2 * np.nanmax(np.linalg.norm(np.diff(fast.points, 2, axis=0), axis=2))


def test_a_blend_comes_out_of_what_lies_below() -> None:
    low, high = (make_sequence(12, seed) for seed in (1, 2))
    for share, at in ((0.5, 2), (1.0, 5)):
        tracks = (PointTrack("a", base=low), PointTrack("b", clips=(Clip("c", high, 0, 12, blend_in=5, ease="sine_in_out"),)))
        mixed = bake(Project(12, tracks=tracks))
        between = low.points + (high.points - low.points) * share
        np.testing.assert_allclose(mixed.points[at], between[at], atol=1e-9)
    weighted = bake(Project(12, tracks=(PointTrack("a", base=low), PointTrack("b", base=high, weight=0.25))))
    np.testing.assert_allclose(weighted.points, low.points + (high.points - low.points) * 0.25, atol=1e-12)


def test_missing_points_are_never_made_up() -> None:
    sequence = make_sequence(10)
    points = np.array(sequence.points)
    points[4, 92:113] = np.nan
    gap = sequence.with_points(points)
    slow = bake(Project(19, tracks=(PointTrack("t", clips=(Clip("c", gap, 0, 19, rate=Fraction(1, 2)),)),)))
    assert not slow.present[7:10, 92:113].any()
    assert slow.present[:7, 92:113].all()
    moved = PointTrack("t", base=gap, offsets={"left_index_1": make_curve(2, 1)})
    assert not bake(Project(10, tracks=(moved,))).present[4, 92:113].any()
    assert not slow.present[:, 18:24].any()


def test_a_part_that_a_sequence_lacks_shows_what_lies_below() -> None:
    body = make_sequence(10)
    points = np.array(body.points)
    points[:, 92:] = np.nan
    bare = body.with_points(points)
    both = bake(Project(10, tracks=(PointTrack("hands", base=body), PointTrack("body", base=bare))))
    np.testing.assert_array_equal(both.points[:, 92:], body.points[:, 92:])


def test_hidden_joints_are_missing() -> None:
    hide = {"left_index_4": Curve((Key(3, (0.0,), Interval("hold")), Key(6, (1.0,), Interval("hold"))))}
    for track in (PointTrack("t", base=make_sequence(10), visible=hide), RigTrack("t", visible=hide)):
        there = bake(Project(10, tracks=(track,))).present[:, 92 + 8]
        assert there.tolist() == [False] * 6 + [True] * 4


def test_tracks_that_are_off_do_not_count() -> None:
    project = make_project()
    off = replace(project, tracks=tuple(replace(t, enabled=i == 0) for i, t in enumerate(project.tracks)))
    zero = replace(project, tracks=tuple(replace(t, weight=float(i == 0)) for i, t in enumerate(project.tracks)))
    close(bake(off), bake(replace(project, tracks=project.tracks[:1])))
    close(bake(zero), bake(off))


@given(st.integers(0, 20))
def test_bones_keep_their_length_between_rotation_keys(seed: int) -> None:
    names = ("left_shoulder", "left_elbow", "left_wrist", "right_index_1", "spine_3")
    keys = {name: make_curve(3, seed + i, spread=1.0) for i, name in enumerate(names)}
    wide = replace(HALF_BODY, margin=None)
    project = Project(60, tracks=(RigTrack("t", keys=keys), RigTrack("u", keys=keys, weight=0.5)), camera=wide, alive=seed)
    from poseforge.timeline.bake import pose_at

    for frame in range(0, 60, 7):
        turns, translation = pose_at(project, frame)
        places, _ = RIG.placed(turns[None], translation[None])
        for joint, parent in enumerate(RIG.parents):
            if parent >= 0:
                length = np.linalg.norm(places[0, joint] - places[0, parent])
                assert abs(length - np.linalg.norm(RIG.offsets[joint])) < 1e-9


def test_a_hand_is_shown_on_the_uppermost_track_that_says_where_it_is() -> None:
    hand = [f"right_{finger}_{i}" for finger in FINGERS for i in range(1, 5)]
    detected = PointTrack("detected", base=make_sequence(40))
    gesture = RigTrack("gesture", clips=(Clip("one", make_motion(10), 20, 10),))
    over = Project(40, tracks=(detected, gesture))
    assert shown_on(over, 5, hand) == {"detected"}
    assert shown_on(over, 25, hand) == {"gesture"}
    assert shown_on(over, 25, ["nose"]) == {"gesture"}
    arm = replace(gesture, clips=(replace(gesture.clips[0], joints=frozenset({"left_shoulder"})),))
    assert shown_on(over.with_track(arm), 25, hand) == {"detected"}
    assert shown_on(over.with_track(replace(gesture, enabled=False)), 25, hand) == {"detected"}
    below = resting(40)
    performed = replace(below, tracks=(*below.tracks, gesture))
    assert shown_on(performed, 5, hand) == {"performer", "gesture"}
    assert shown_on(performed, 25, hand) == {"gesture"}
    assert shown_on(replace(over, tracks=()), 5, hand) == frozenset()


def test_an_arm_over_points_hangs_from_their_shoulder() -> None:
    sequence = make_sequence(20, low=0.4, high=0.6)
    arm = frozenset({"right_shoulder", "right_elbow", "right_wrist"})
    track = RigTrack("r", clips=(Clip("c", make_motion(20), 0, 20, joints=arm),))
    project = Project(20, tracks=(PointTrack("p", base=sequence), track))
    seen = bake(project)
    index = sequence.skeleton.index
    for joint in ("right_shoulder", "neck", "left_wrist", "left_index_4", "nose"):
        np.testing.assert_array_equal(seen.joint(joint), sequence.joint(joint))
    alone = bake(Project(20, tracks=(track,)))
    for a, b in (("right_shoulder", "right_elbow"), ("right_shoulder", "right_index_4")):
        way, own = (s.joint(b) - s.joint(a) for s in (seen, alone))
        scale = np.linalg.norm(seen.joint("right_shoulder") - seen.joint("left_shoulder"), axis=1)
        scale /= np.linalg.norm(alone.joint("right_shoulder") - alone.joint("left_shoulder"), axis=1)
        np.testing.assert_allclose(way, own * scale[:, None], atol=1e-9)
    assert (seen.points[:, index("right_wrist")] != sequence.points[:, index("right_wrist")]).any()


def test_a_hand_over_points_hangs_from_their_wrist() -> None:
    sequence = make_sequence(5)
    keys = {"left_wrist": Curve.constant([0.2, 0.1, 0.0]), "left_index_2": Curve.constant([1.0, 0.0, 0.0])}
    seen = bake(Project(5, tracks=(PointTrack("p", base=sequence), RigTrack("r", part="left_hand", keys=keys))))
    np.testing.assert_allclose(seen.joint("left_hand_root"), sequence.joint("left_hand_root"), atol=0.7)
    np.testing.assert_array_equal(seen.joint("left_wrist"), sequence.joint("left_wrist"))
    np.testing.assert_array_equal(seen.joint("right_index_1"), sequence.joint("right_index_1"))


def test_the_performer_is_alive_but_not_restless() -> None:
    for seed in range(3):
        held = bake(replace(resting(480), alive=seed))
        drift = np.hypot(*held.joint("left_hand_root").std(axis=0))
        assert 0.002 < drift < 0.005  # of the canvas, as recorded people drift
        assert np.linalg.norm(np.diff(held.joint("left_hand_root"), axis=0), axis=1).max() * 24 < 0.05
    still = bake(replace(resting(240), alive=None))
    assert np.ptp(still.joint("left_hand_root"), axis=0).max() == 0
    assert bake(resting(240)) == bake(resting(240))
    assert bake(replace(resting(240), alive=5)) != bake(resting(240))


def test_parts_cover_the_body() -> None:
    whole = part_joints("all")
    parts = [part_joints(part) for part in ("body", "left_hand", "right_hand", "face")]
    assert frozenset.union(*parts) == whole
    assert sum(map(len, parts)) == len(whole)
    assert len(part_joints("left_hand", RIG)) == 16
    assert frozenset.union(*(part_joints(p, RIG) for p in ("body", "left_hand", "right_hand", "face"))) == part_joints(
        "all", RIG
    )


def test_wrong_projects_are_refused() -> None:
    sequence, motion = make_sequence(3), make_motion(3)
    wrong = (
        lambda: Project(0),
        lambda: Project(10, tracks=(RigTrack("a"), RigTrack("a"))),
        lambda: Project(10, range=(5, 10)),
        lambda: Project(10, tracks=(RigTrack("a", keys={"tail": Curve.constant([0, 0, 0])}),)),
        lambda: RigTrack("a", keys={"neck": Curve.constant([0, 0])}),
        lambda: RigTrack("a", part="tail"),
        lambda: RigTrack("a", weight=2.0),
        lambda: RigTrack("a", clips=(Clip("c", sequence, 0, 3),)),
        lambda: PointTrack("a", clips=(Clip("c", motion, 0, 3),)),
        lambda: PointTrack("a", offsets={"tail": Curve.constant([0, 0])}),
        lambda: PointTrack("a", base=RIG.forward(motion)),
        lambda: Clip("c", sequence, 0, 0),
        lambda: Clip("c", sequence[:0], 0, 3),
        lambda: Clip("c", sequence, 0, 3, ease="bouncy"),
        lambda: Clip("c", sequence, 0, 3, blend_in=-1),
        lambda: Clip("c", sequence, 0, 3, joints=frozenset({"tail"})),
        lambda: make_project().track("no"),
        lambda: make_project().clip("no"),
    )
    for build in wrong:
        with pytest.raises(InvalidValue):
            build()


@pytest.mark.parametrize("weight", [1.0, 0.6])
@pytest.mark.parametrize("between", [False, True])
def test_keys_count_unless_a_full_track_right_above_keys_the_same(weight: float, between: bool) -> None:
    below = RigTrack("below", keys={"left_elbow": make_curve(3, 1), "right_elbow": make_curve(3, 2)})
    above = RigTrack("above", keys={"left_elbow": make_curve(3, 3)}, weight=weight)
    detected = PointTrack("points", base=make_sequence(60), part="right_hand")
    rest = (detected, above) if between else (above,)
    every = bake(Project(60, tracks=(below, *rest)))
    without = bake(Project(60, tracks=(replace(below, keys={"right_elbow": below.keys["right_elbow"]}), *rest)))
    hidden = weight == 1.0
    assert (np.nanmax(np.abs(every.joint("left_wrist") - without.joint("left_wrist"))) < 1e-12) == hidden
    close(bake(Project(60, tracks=(below, *rest)), [30]), every[30:31])


def test_a_shape_over_points_hangs_from_their_wrist() -> None:
    poses = of_sequence(bake(resting(4)))
    shifted = poses.tracks[0].base
    shifted = shifted.with_points(shifted.points * 0.5 + (0.3, 0.2))
    shape = hand_shape("fist")
    joints = frozenset(f"left_{joint}" for joint in shape.angles)
    clip = Clip("fist", held(shape, "left"), 0, 4, joints=joints)
    project = replace(of_sequence(shifted), tracks=(PointTrack("poses", base=shifted), RigTrack("over", clips=(clip,))))
    made = bake(project, [2])
    tips = made.points[0, made.skeleton.group("left_hand")]
    span = np.ptp(shifted.points[2, shifted.skeleton.group("left_hand")], axis=0).max()
    assert np.abs(tips - made.joint("left_wrist")[0]).max() < 1.5 * span
    np.testing.assert_array_equal(made.joint("left_wrist"), shifted.joint("left_wrist")[2:3])
