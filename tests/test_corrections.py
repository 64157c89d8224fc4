"""What corrects a clip goes where the clip goes, and nothing of it is left behind."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import KINDS, Curve, Key
from poseforge.timeline.project import TRANSLATION, Clip, PointTrack, Project, RigTrack, of_sequence, resting
from samples import make_motion, make_sequence

JOINTS = {RigTrack: ("right_index_1", "left_wrist", "head"), PointTrack: ("right_index_1", "left_wrist", "nose")}
Spans = Sequence[tuple[int, int]]
Bends = Sequence[tuple[int, int, int, float]]
"""Clip, joint, frame in the clip, and how much it is bent."""

bends = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 19), st.floats(0.01, 0.2)), min_size=1, max_size=8
)
points = pytest.mark.parametrize("points", [False, True], ids=["performer", "points"])
narrow = pytest.mark.parametrize("joints", [None, frozenset({"neck"})], ids=["whole", "neck"])


def clips_project(spans: Spans, points: bool = False, joints: frozenset[str] | None = None) -> Project:
    """A track "t" with clips "0", "1" ... of both kinds, of some joints, and an empty one "u" above it."""
    make = make_sequence if points else make_motion
    clips = tuple(
        Clip(str(i), make(20, i), start, length, blend_in=3, joints=joints) for i, (start, length) in enumerate(spans)
    )
    below = {"base": make_sequence(240)} if points and joints else {}
    kind = PointTrack if points else RigTrack
    return replace(resting(240), tracks=(kind("t", clips=clips, **below), kind("u")), alive=None)


def bent(project: Project, bends: Bends) -> Project:
    """Corrections as a drag on the canvas makes them; those of frames that another clip covers are left out."""
    for clip, joint, at, by in bends:
        track, one = project.clip(str(clip))
        frame = one.start + at % one.length
        name = JOINTS[type(track)][joint]
        if track.clip_at(frame).id == one.id:
            now = edits.copy_pose(project, "t", frame, [name]).pose[name]
            project = edits.set_pose(project, "t", frame, {name: tuple(value - by for value in now)})
    return project


def added(project: Project, frames: Sequence[int], track: str = "t") -> np.ndarray:
    """(3, T, C) what the offsets of the joints add at some frames."""
    owner = project.track(track)
    still = Curve.constant([0.0] * owner.size)
    return np.array([owner.offsets.get(joint, still).at(np.array(frames)) for joint in JOINTS[type(owner)]])


@points
@narrow
@given(bends=bends, to=st.sampled_from([-40, 22, 90, 160]))
def test_a_moved_clip_takes_its_corrections_along_and_back(
    points: bool, joints: frozenset[str] | None, bends: Bends, to: int
) -> None:
    plain = clips_project([(0, 20), (60, 20)], points, joints)
    project = bent(plain, bends)
    moved = edits.move_clip(project, "0", to)
    np.testing.assert_allclose(added(moved, range(to, to + 20)), added(project, range(20)), atol=1e-12)
    rest = [frame for frame in range(-60, 240) if not to <= frame < to + 20]
    np.testing.assert_allclose(added(moved, rest), added(edits.remove_clip(project, "0"), rest), atol=1e-12)
    assert edits.move_clip(moved, "0", 0) == project
    assert edits.remove_clip(edits.remove_clip(project, "0"), "1") == edits.remove_clip(edits.remove_clip(plain, "1"), "0")


@points
@narrow
@given(bends=bends)
def test_other_edits_of_a_clip_keep_what_corrects_it(points: bool, joints: frozenset[str] | None, bends: Bends) -> None:
    project = bent(clips_project([(10, 20), (60, 20)], points, joints), bends)
    before, over = added(project, range(240)), edits.move_clip(project, "0", 30, "u")
    np.testing.assert_allclose(added(over, range(30, 50), "u"), before[:, 10:30], atol=1e-12)
    assert edits.move_clip(over, "0", 10, "t") == project
    np.testing.assert_allclose(added(edits.split_clip(project, "0", 17), range(240)), before, atol=1e-9)
    assert edits.trim_clip(edits.trim_clip(project, "0", 5, 40), "0", 10, 30) == project
    assert edits.extend_clip(edits.extend_clip(project, "0", 33), "0", 20).track("t").offsets == project.track("t").offsets
    trimmed = edits.trim_clip(project, "0", 13, 25)
    np.testing.assert_allclose(added(trimmed, range(13, 25)), before[:, 13:25], atol=1e-9)
    assert not added(trimmed, [*range(13), *range(25, 59)]).any()
    slow = edits.stretch_clip(project, "0", 40)
    for joint, curve in project.track("t").offsets.items():
        for key in curve.keys:
            if 10 <= key.frame < 29:
                assert slow.track("t").offsets[joint].value(2 * key.frame - 10) == key.values
    assert edits.stretch_clip(slow, "0", 20).track("t").offsets == project.track("t").offsets
    np.testing.assert_allclose(added(edits.reverse_clip(project, "0"), range(10, 30)), before[:, 10:30][:, ::-1], atol=1e-9)
    assert edits.mirror_clip(edits.mirror_clip(project, "0"), "0") == project
    alone = edits.remove_clip(project, "1")
    clip, track = edits.mirror_clip(alone, "0").track("t"), edits.mirror_track(alone, "t").track("t")
    assert (clip.clips, clip.offsets) == (track.clips, track.offsets)


@points
@narrow
@given(
    bends=bends, spans=st.tuples(st.integers(4, 30), st.integers(0, 45), st.integers(4, 30)), by=st.integers(-60, 60),
    edit=st.sampled_from(["move", "remove", "stretch", "trim", "split", "mirror"]),
)  # fmt: skip
@example(bends=[(0, 0, 0, 0.1), (1, 0, 0, 0.1)], spans=(4, 21, 4), by=0, edit="split")  # where the other begins
def test_clips_that_touch_or_overlap_keep_their_own(
    points: bool, joints: frozenset[str] | None, bends: Bends, spans: tuple[int, int, int], by: int, edit: str
) -> None:
    length, start, other = spans
    project = bent(clips_project([(start, other), (20, length)], points, joints), bends)
    one = project.clip("1")[1]
    at = 20 + 1 + abs(by) % (length - 1)
    made = {
        "move": lambda: edits.move_clip(project, "1", 20 + by),
        "remove": lambda: edits.remove_clip(project, "1"),
        "stretch": lambda: edits.stretch_clip(project, "1", max(length + by, 1)),
        "trim": lambda: edits.trim_clip(project, "1", at),
        "split": lambda: edits.split_clip(project, "1", at),
        "mirror": lambda: edits.mirror_clip(project, "1"),
    }[edit]()
    now = [clip for clip in made.track("t").clips if clip.id != "0"]
    zero = project.clip("0")[1]
    frames = np.arange(-50, 140)
    old, new = added(project, frames), added(made, frames)
    touched = np.any([(clip.start <= frames) & (frames < clip.end) for clip in (one, *now)], axis=0)
    covered = (zero.start <= frames) & (frames < zero.end)
    np.testing.assert_allclose(new[:, ~touched & covered], old[:, ~touched & covered], atol=1e-9)
    assert not new[:, ~touched & ~covered].any()
    if edit == "split":  # of two that overlap the later is seen: that may be the part after the cut now
        same = [zero_is_seen(made, frame) == zero_is_seen(project, frame) for frame in frames.tolist()]
        assert all(same) or zero.start < at < zero.end
        np.testing.assert_allclose(new[:, same], old[:, same], atol=1e-9)


def zero_is_seen(project: Project, frame: int) -> bool:
    clip = project.track("t").clip_at(frame)
    return clip is not None and clip.id == "0"


def test_what_belongs_to_the_track_stays_where_it_is() -> None:
    sway = Curve(tuple(Key(frame, (frame / 1000, 0.0, 0.0)) for frame in range(0, 200, 10)))
    project = clips_project([(33, 20)])
    track = replace(project.track("t"), offsets={"spine_1": sway, TRANSLATION: sway}, keys={"head": sway})
    project = project.with_track(track)
    there = edits.move_clip(project, "0", 90).track("t")
    assert isinstance(there, RigTrack)
    assert there.offsets["spine_1"] is sway
    assert there.keys["head"] is sway
    corrected = edits.set_pose(project, "t", 40, {"spine_1": (0.2, 0.0, 0.0)})
    moved = edits.move_clip(corrected, "0", 90).track("t").offsets
    assert moved[TRANSLATION] is sway
    outside = np.array([*range(33), *range(53, 90), *range(110, 200)])
    np.testing.assert_allclose(moved["spine_1"].at(outside), sway.at(outside), atol=1e-9)
    np.testing.assert_allclose(moved["spine_1"].value(97), corrected.track("t").offsets["spine_1"].value(40))


LEFT_ARM = frozenset({"left_shoulder", "left_elbow", "left_wrist"})


def test_a_change_over_a_clip_goes_with_it_for_every_joint() -> None:
    plain = edits.add_clip(replace(resting(240), alive=None), "performer", make_motion(20), 24, joints=LEFT_ARM)
    (clip,) = plain.track("performer").clips
    project = edits.move_joint(plain, "performer", "right_thumb_4", 40, (0.4, 0.5))
    track = project.track("performer")
    assert not track.keys
    assert {"right_thumb_1", "right_thumb_2", "right_thumb_3"} == {*track.offsets}
    outside = [*range(24), *range(44, 240)]
    np.testing.assert_array_equal(bake(project, outside).points, bake(plain, outside).points)
    moved = edits.move_clip(project, clip.id, 100)
    np.testing.assert_allclose(
        bake(moved, [116]).joint("right_thumb_4"), bake(project, [40]).joint("right_thumb_4"), atol=1e-12
    )
    assert not edits.remove_clip(project, clip.id).track("performer").offsets
    assert all(joint.startswith("left") for joint in edits.mirror_clip(project, clip.id).track("performer").offsets)
    trimmed = edits.trim_clip(project, clip.id, end=30).track("performer").offsets
    assert {curve.frames[-1] for curve in trimmed.values()} == {30}


def test_what_has_keys_of_its_own_or_is_not_seen_is_keyed() -> None:
    project = edits.set_pose(replace(resting(60), alive=None), "performer", 0, {"head": (0.1, 0.0, 0.0)})
    project = edits.add_clip(project, "performer", make_motion(20), 24, joints=LEFT_ARM)
    track = edits.set_pose(project, "performer", 30, {"head": (0.2, 0.0, 0.0)}).track("performer")
    assert ([*track.keys["head"].frames], {*track.offsets}) == ([0, 30], set())
    over = edits.add_clip(
        edits.add_track(of_sequence(make_sequence(60)), RigTrack("g")), "g", make_motion(20), 24, joints=LEFT_ARM
    )
    bend = {"left_thumb_1": (0.4, 0.0, 0.0), "right_thumb_1": (0.4, 0.0, 0.0)}
    made = edits.set_pose(over, "g", 30, bend).track("g")
    assert ({*made.offsets}, {*made.keys}) == ({"left_thumb_1"}, {"right_thumb_1"})
    np.testing.assert_array_equal(
        bake(edits.set_pose(over, "g", 30, {"left_thumb_1": (0.4, 0.0, 0.0)}), [10, 50]).points, bake(over, [10, 50]).points
    )


def test_of_two_clips_at_the_same_frames_the_one_that_moves_a_joint_owns_it() -> None:
    project = clips_project([(10, 20), (10, 20)])
    clips = tuple(replace(one, joints=LEFT_ARM) if one.id == "1" else one for one in project.track("t").clips)
    project = project.with_track(replace(project.track("t"), clips=clips))
    bend = edits.set_pose(project, "t", 15, {"right_index_1": (0.9, 0.1, 0.0)})
    assert edits.move_clip(bend, "1", 60).track("t").offsets == bend.track("t").offsets
    assert not edits.remove_clip(bend, "0").track("t").offsets
    there = edits.move_clip(bend, "0", 60)
    assert [*there.track("t").offsets["right_index_1"].frames] == [59, 65, 80]
    assert edits.move_clip(there, "0", 10).track("t").offsets == bend.track("t").offsets


def test_keys_at_all_frames_stay_where_a_clip_does_not_move_the_joint() -> None:
    dense = Curve(tuple(Key(frame, (frame / 1000, 0.0)) for frame in range(60)))
    project = clips_project([(20, 20)], points=True, joints=frozenset({"neck"}))
    project = project.with_track(replace(project.track("t"), offsets={"left_index_1": dense}))
    assert edits.move_clip(project, "0", 5).track("t").offsets["left_index_1"] is dense


def test_a_correction_under_a_clip_that_is_not_corrected_there_stays() -> None:
    base = make_sequence(60)
    project = Project(60, tracks=(PointTrack("t", base=base),))
    lower = edits.set_pose(project, "t", 30, {"nose": (0.4, 0.4)})
    project = edits.add_clip(lower, "t", make_sequence(20, 2), 20, id="c")
    assert edits.remove_clip(project, "c").track("t").offsets == lower.track("t").offsets
    corrected = edits.set_pose(project, "t", 35, {"nose": (0.6, 0.6)})
    left = edits.remove_clip(corrected, "c")
    np.testing.assert_allclose(
        left.track("t").offsets["nose"].at(np.arange(60)), lower.track("t").offsets["nose"].at(np.arange(60))
    )


def test_a_mirrored_clip_is_corrected_on_the_other_side() -> None:
    project = edits.set_pose(clips_project([(10, 20)]), "t", 15, {"right_index_1": (0.9, 0.1, 0.0), "head": (0.1, 0.2, 0.0)})
    track, other = project.track("t"), edits.mirror_clip(project, "0").track("t")
    assert set(other.offsets) == {"left_index_1", "head"}
    assert other.offsets["left_index_1"] == track.offsets["right_index_1"]
    np.testing.assert_allclose(other.offsets["head"].value(15), np.multiply(track.offsets["head"].value(15), (1, -1, -1)))


def test_corrections_of_another_part_are_left_behind_with_the_old_track() -> None:
    project = edits.set_pose(clips_project([(10, 20)]), "t", 15, {"right_index_1": (0.9, 0.1, 0.0), "head": (0.1, 0.2, 0.0)})
    moved = edits.move_clip(edits.set_track(project, "u", part="right_hand"), "0", 40, "u")
    assert set(moved.track("u").offsets) == {"right_index_1"}
    assert not moved.track("t").offsets


def test_another_gesture_in_a_clips_place_is_not_corrected() -> None:
    plain = clips_project([(10, 20)])
    project = edits.set_pose(plain, "t", 15, {"right_index_1": (0.9, 0.1, 0.0)})
    assert not edits.replace_clip(project, "0", make_motion(30)).track("t").offsets


def test_a_trimmed_or_split_off_part_takes_its_share() -> None:
    project = clips_project([(10, 20)])
    for frame in (13, 25):
        project = edits.set_pose(project, "t", frame, {"right_index_1": (0.9, 0.1, 0.0)})
    curve = project.track("t").offsets["right_index_1"]
    apart = edits.move_clip(edits.split_clip(project, "0", 18, "tail"), "tail", 100).track("t").offsets["right_index_1"]
    np.testing.assert_allclose(apart.at(np.arange(100, 112)), curve.at(np.arange(18, 30)), atol=1e-12)
    np.testing.assert_allclose(apart.at(np.arange(10, 18)), curve.at(np.arange(10, 18)), atol=1e-12)
    assert not apart.at(np.arange(18, 100)).any()
    short = edits.trim_clip(project, "0", 27).track("t").offsets["right_index_1"]
    assert short.frames[0] == 26
    assert short.frames[-1] == 30


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hold"])
def test_every_way_between_keys_goes_backwards_and_back(kind: str) -> None:
    project = clips_project([(10, 20)])
    for frame, bend in ((13, 0.9), (20, 0.2), (28, 0.6)):
        project = edits.set_pose(project, "t", frame, {"right_index_1": (bend, 0.1, 0.0)})
    project = edits.set_interpolation(project, "t", {"right_index_1": (13, 20)}, kind)
    turned = edits.reverse_clip(project, "0")
    forth, back = (one.track("t").offsets["right_index_1"].at(np.arange(10, 30)) for one in (project, turned))
    np.testing.assert_allclose(back, forth[::-1], atol=1e-9)
    again = edits.reverse_clip(turned, "0").track("t").offsets["right_index_1"]
    np.testing.assert_allclose(again.at(np.arange(10, 30)), forth, atol=1e-12)


def test_the_upper_of_two_clips_that_moves_a_joint_is_the_corrected_one() -> None:
    project = clips_project([(10, 20), (20, 20)])
    clips = tuple(replace(one, joints=frozenset({"head"})) if one.id == "1" else one for one in project.track("t").clips)
    project = project.with_track(replace(project.track("t"), clips=clips))
    project = edits.set_pose(project, "t", 25, {"right_index_1": (0.9, 0.1, 0.0)})
    assert tuple(project.track("t").offsets["right_index_1"].frames) == (9, 25, 30)
    assert edits.remove_clip(project, "1").track("t").offsets == project.track("t").offsets
    assert not edits.remove_clip(project, "0").track("t").offsets


@points
@given(bends=bends)
def test_edits_of_time_keep_corrections_with_their_clips(points: bool, bends: Bends) -> None:
    project = bent(clips_project([(10, 20), (60, 20)], points), bends)
    before = added(project, range(240))
    wide = edits.insert_time(project, 18, 50)
    np.testing.assert_allclose(added(wide, [*range(18), *range(68, 240)]), before[:, :190], atol=1e-9)
    assert not added(wide, range(18, 68)).any()
    narrow = added(edits.remove_time(project, 15, 24), range(200))
    np.testing.assert_allclose(narrow, np.delete(before, range(15, 25), axis=1)[:, :200], atol=1e-9)
    slow = edits.retime(project, 480)
    assert not added(slow, [*range(20), *range(60, 120), *range(160, 300)]).any()
    assert not edits.remove_clip(edits.remove_clip(slow, "0"), "1").track("t").offsets
    assert edits.retime(slow, 240).track("t").offsets == project.track("t").offsets
    assert edits.shift(edits.shift(project, 7), -7) == project
    assert edits.crop(project, 0, 50).track("t").offsets == edits.remove_clip(project, "1").track("t").offsets
