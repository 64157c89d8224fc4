"""Edits: pure, exact, and refused by locked tracks."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.errors import InvalidValue
from poseforge.library import gesture, hand_shape
from poseforge.performer import performer
from poseforge.quality import VISIBLE, seen
from poseforge.rig import Motion, angles_about
from poseforge.skeleton import FINGERS
from poseforge.timeline import edits
from poseforge.timeline.bake import bake, pose_at
from poseforge.timeline.curves import KINDS, Curve, Interval, Key
from poseforge.timeline.edits.fingers import bends_of, chains_of, hand_joints
from poseforge.timeline.edits.poses import in_pixels, pose_values
from poseforge.timeline.history import History, added_bytes
from poseforge.timeline.project import Clip, Marker, Media, PointTrack, Project, RigTrack, of_sequence, resting
from samples import make_motion, make_project, make_sequence

RIG = performer()
CENTRE = (0.5, 0.5)


def hand_sequence(frames: int = 6):
    """A performer's poses as points: with hands that have the shape of hands."""
    moved = make_motion(frames)
    return bake(edits.add_clip(replace(resting(frames), alive=None), "performer", moved, 0, blend=0))


def points_project(frames: int = 6) -> Project:
    return of_sequence(hand_sequence(frames))


def rig_project(frames: int = 6) -> Project:
    project = edits.add_clip(replace(resting(frames), alive=None), "performer", make_motion(frames), 0, blend=0)
    return edits.add_track(project, RigTrack("keys", "Keys"))


def bones(sequence, frame: int, side: str) -> np.ndarray:
    names = [[f"{side}_hand_root", *(f"{side}_{finger}_{i}" for i in range(1, 5))] for finger in FINGERS]
    pixels = sequence.pixels()[frame]
    index = sequence.skeleton.index
    return np.array([np.linalg.norm(pixels[index(b)] - pixels[index(a)]) for chain in names for a, b in pairwise(chain)])


ONE_TRACK: dict[str, Callable[[Project, str], Project]] = {
    "remove_track": edits.remove_track,
    "set_track": lambda p, t: edits.set_track(p, t, weight=0.5),
    "add_clip": lambda p, t: edits.add_clip(p, t, source(p, t), 3),
    "append_clip": lambda p, t: edits.append_clip(p, t, source(p, t)),
    "remove_clip": lambda p, t: edits.remove_clip(p, clip(p, t)),
    "move_clip": lambda p, t: edits.move_clip(p, clip(p, t), 7),
    "trim_clip": lambda p, t: edits.trim_clip(p, clip(p, t), end=p.clip(clip(p, t))[1].end - 2),
    "split_clip": lambda p, t: edits.split_clip(p, clip(p, t), p.clip(clip(p, t))[1].start + 3),
    "stretch_clip": lambda p, t: edits.stretch_clip(p, clip(p, t), 31),
    "extend_clip": lambda p, t: edits.extend_clip(p, clip(p, t), 40, "ping_pong"),
    "replace_clip": lambda p, t: edits.replace_clip(p, clip(p, t), source(p, t)[:9]),
    "rename_clip": lambda p, t: edits.rename_clip(p, clip(p, t), "hello"),
    "reverse_clip": lambda p, t: edits.reverse_clip(p, clip(p, t)),
    "mirror_clip": lambda p, t: edits.mirror_clip(p, clip(p, t)),
    "blend_clip": lambda p, t: edits.blend_clip(p, clip(p, t), 2, 2),
    "key_pose": lambda p, t: edits.key_pose(p, t, 8),
    "insert_keys": lambda p, t: edits.insert_keys(p, t, keyed(p, t), 9),
    "keep_range": lambda p, t: edits.keep_range(p, t, keyed(p, t), 4, 30),
    "move_keys": lambda p, t: edits.move_keys(p, t, chosen(p, t), 2),
    "scale_keys": lambda p, t: edits.scale_keys(p, t, chosen(p, t), 10, 2),
    "delete_keys": lambda p, t: edits.delete_keys(p, t, chosen(p, t)),
    "set_interpolation": lambda p, t: edits.set_interpolation(p, t, chosen(p, t), "linear"),
    "set_keys": lambda p, t: edits.set_keys(p, t, "offsets", new_values(p, t)),
    "paste": lambda p, t: edits.paste(p, t, edits.copy_keys(p, t, chosen(p, t)), 20, flipped=t == "detected"),
    "mirror_pose": lambda p, t: edits.mirror_pose(p, t, 8),
    "set_visible": lambda p, t: edits.set_visible(p, t, ["left_wrist"], 5, False, 9),
    "rotate_joints": lambda p, t: edits.rotate_joints(p, t, hand_joints("right"), 8, 10),
    "shift_joints": lambda p, t: edits.shift_joints(p, t, hand_joints("right"), 8, (0.01, 0.0)),
    "move_joint": lambda p, t: edits.move_joint(p, t, "right_wrist", 8, (0.4, 0.7)),
    "pose_hand": lambda p, t: edits.pose_hand(p, t, "right", 8, edits.HandPose(curl={"index": 0.5})),
    "apply_shape": lambda p, t: edits.apply_shape(p, t, "right", 8, {"index_1": (40.0, 0.0, 0.0)}),
    "rest_hand": lambda p, t: edits.rest_hand(p, t, "right", 8),
    "mirror_hand": lambda p, t: edits.mirror_hand(p, t, "right", 8),
    "set_pose": lambda p, t: edits.set_pose(p, t, 8, {"right_wrist": (0.5, 0.5, 0.1)[: p.track(t).size]}),
}
WHOLE: dict[str, Callable[[Project], Project]] = {
    "retime": lambda p: edits.retime(p, 90),
    "set_fps": lambda p: edits.set_fps(p, 30),
    "shift": lambda p: edits.shift(p, 5),
    "crop": lambda p: edits.crop(p, 5, 40),
    "insert_time": lambda p: edits.insert_time(p, 20, 7),
    "remove_time": lambda p: edits.remove_time(p, 20, 27),
}


def clip(project: Project, track: str) -> str:
    return project.track(track).clips[0].id


def source(project: Project, track: str):
    return project.track(track).clips[0].source


def keyed(project: Project, track: str) -> list[str]:
    return list(project.track(track).offsets)


def chosen(project: Project, track: str) -> dict[str, tuple[int, ...]]:
    return {joint: curve.frames for joint, curve in project.track(track).offsets.items()}


def new_values(project: Project, track: str) -> dict[str, dict[int, tuple[float, ...]]]:
    return {
        joint: {key.frame: tuple(value + 0.1 for value in key.values) for key in curve.keys}
        for joint, curve in project.track(track).offsets.items()
    }


@pytest.mark.parametrize("track", ["detected", "gesture"])
@pytest.mark.parametrize("name", ONE_TRACK)
def test_edits_are_pure_and_stop_at_locks(name: str, track: str) -> None:
    project = make_project()
    before = bake(project)
    edited = ONE_TRACK[name](project, track)
    assert edited is not project
    assert bake(project) == before
    for one in project.tracks:
        if one.id != track:
            assert edited.track(one.id) is one
    locked = edits.set_track(project, track, locked=True)
    with pytest.raises(InvalidValue, match="locked"):
        ONE_TRACK[name](locked, track)
    assert edits.set_track(locked, track, locked=False) == project


@pytest.mark.parametrize("name", WHOLE)
def test_edits_of_time_are_pure_and_stop_at_locks(name: str) -> None:
    project = make_project()
    before = bake(project)
    bake(WHOLE[name](project))
    assert bake(project) == before
    with pytest.raises(InvalidValue, match="locked"):
        WHOLE[name](edits.set_track(project, "hand", locked=True))


@given(st.integers(0, 9), st.integers(-3, 62))
def test_inserting_a_key_changes_nothing(seed: int, frame: int) -> None:
    project = make_project(seed)
    edited = project
    for track in project.tracks:
        joints = {*track.offsets, *getattr(track, "keys", {})}
        edited = edits.insert_keys(edited, track.id, joints, frame)
    np.testing.assert_allclose(bake(edited).points, bake(project).points, atol=1e-7)


def test_keeping_a_range_confines_edits_to_it() -> None:
    for project, track, joint in ((points_project(30), "poses", "right_wrist"), (make_project(), "gesture", "right_wrist")):
        kept = edits.keep_range(project, track, [joint], 10, 20)
        np.testing.assert_allclose(bake(kept).points, bake(project).points, atol=1e-7)
        changed = edits.rotate_joints(kept, track, hand_joints("right"), 15, 25.0) if track == "gesture" else kept
        if track == "poses":
            kept = edits.keep_range(project, track, [*hand_joints("right"), "right_wrist", "right_elbow"], 10, 20)
            changed = edits.move_joint(kept, track, joint, 15, (0.3, 0.6))
        outside = [f for f in range(project.length) if not 10 < f < 20]
        after, before = bake(changed), bake(project)
        if track == "poses":
            np.testing.assert_allclose(after.points[outside], before.points[outside], atol=1e-9)
            assert np.abs(after.joint(joint)[15] - (0.3, 0.6)).max() < 0.2
        assert np.nanmax(np.abs(after.points[15] - before.points[15])) > 1e-3


@pytest.mark.parametrize("make", [make_project, lambda: points_project(20), lambda: rig_project(20)])
def test_mirroring_twice_is_the_identity(make) -> None:
    project = make()
    before = bake(project)
    for track in project.tracks:
        twice = edits.mirror_track(edits.mirror_track(project, track.id), track.id)
        np.testing.assert_allclose(bake(twice).points, before.points, atol=1e-12)
        for one in track.clips:
            assert edits.mirror_clip(edits.mirror_clip(project, one.id), one.id) == project
            assert edits.reverse_clip(edits.reverse_clip(project, one.id), one.id) == project
        if len(project.tracks) > 2 and isinstance(track, RigTrack):
            continue  # keys of a whole performer over points show the performer
        swapped = edits.mirror_pose(edits.mirror_pose(project, track.id, 4), track.id, 4)
        np.testing.assert_allclose(bake(swapped, [4]).points, before[4:5].points, atol=1e-9)
        copied = edits.copy_pose(project, track.id, 4)
        skeleton = project.rig.skeleton if isinstance(track, RigTrack) else before.skeleton
        back = copied.flipped(skeleton).flipped(skeleton)
        for joint, values in copied.pose.items():
            np.testing.assert_allclose(back.pose[joint], values, atol=1e-12)


def test_a_mirrored_rig_track_is_the_mirror_image() -> None:
    project = rig_project(12)
    flipped = edits.mirror_track(project, "performer")
    rest_is_no_mirror_image = 0.02
    seen, expected = bake(flipped), bake(project).mirrored()
    np.testing.assert_allclose(seen.points, expected.points, atol=rest_is_no_mirror_image)


def test_stretching_by_two_and_a_half_returns_everything() -> None:
    project = make_project()
    keys = {joint: curve.frames for joint, curve in project.track("detected").offsets.items()}
    wide = edits.scale_keys(project, "detected", keys, 0, 2)
    wide_keys = {joint: curve.frames for joint, curve in wide.track("detected").offsets.items()}
    assert edits.scale_keys(wide, "detected", wide_keys, 0, Fraction(1, 2)) == project
    for id in ("one", "two", "again"):
        length = project.clip(id)[1].length
        assert edits.stretch_clip(edits.stretch_clip(project, id, 2 * length), id, length).clip(id)[1].rate == (
            project.clip(id)[1].rate
        )
    twice = edits.retime(edits.retime(project, 120), 60)
    for track, back in zip(project.tracks, twice.tracks, strict=True):
        assert back.offsets == track.offsets
        assert [(c.start, c.length, c.rate) for c in back.clips] == [(c.start, c.length, c.rate) for c in track.clips]


def test_what_is_kept_of_time_looks_as_it_did() -> None:
    project = replace(make_project(), alive=None)
    before = bake(project)
    np.testing.assert_allclose(bake(edits.crop(project, 8, 40)).points, before.points[8:41], atol=1e-9)
    longer = bake(edits.insert_time(project, 20, 7))
    np.testing.assert_allclose(longer.points[:14], before.points[:14], atol=1e-7)
    np.testing.assert_allclose(longer.points[34:], before.points[27:], atol=1e-7)
    shorter = bake(edits.remove_time(project, 20, 27))
    assert len(shorter) == 52
    np.testing.assert_allclose(shorter.points[30:], before.points[38:], atol=1e-7)
    moved = bake(edits.shift(project, 5))
    np.testing.assert_allclose(moved.points[5:], before.points[:-5], atol=1e-9)
    slower = bake(edits.set_fps(project, 48))
    assert slower.fps == 48
    assert abs(slower.duration - before.duration) < 0.03
    np.testing.assert_allclose(slower.points[0], before.points[0], atol=1e-7)


def test_clips_are_cut_and_trimmed_without_a_change() -> None:
    project = make_project()
    before = bake(project)
    cut = edits.split_clip(project, "two", 30)
    assert len(cut.track("gesture").clips) == 3
    np.testing.assert_allclose(bake(cut).points, before.points, atol=1e-9)
    trimmed = edits.trim_clip(project, "two", start=30)
    np.testing.assert_allclose(bake(trimmed).points[30:], before.points[30:], atol=1e-9)
    with pytest.raises(InvalidValue):
        edits.split_clip(project, "two", 3)
    with pytest.raises(InvalidValue):
        edits.trim_clip(project, "two", start=99)


def test_a_clip_is_replaced_by_another_source_in_its_place() -> None:
    project = edits.add_clip(rig_project(40), "keys", make_motion(30), 5, mirrored=True, blend=6, name="old", id="c")
    made = edits.replace_clip(project, "c", make_motion(8, 2), name="new", joints=["left_wrist"])
    clip = made.clip("c")[1]
    assert (clip.start, clip.length, clip.mirrored, clip.name, clip.joints) == (5, 8, True, "new", {"left_wrist"})
    assert (clip.blend_in, clip.blend_out) == (4, 4)
    assert made.length == 40
    assert edits.replace_clip(project, "c", make_motion(60), 9).clip("c")[1].start == 9
    assert edits.replace_clip(project, "c", make_motion(60)).clip("c")[1].end == 40
    fitted = edits.replace_clip(replace(project, length=60), "c", make_motion(60), 9, 40).clip("c")[1]
    assert (fitted.start, fitted.length, list(edits.played(fitted))) == (9, 40, list(range(60)))
    assert fitted.blend_in == min(project.clip("c")[1].blend_in, 20)
    with pytest.raises(InvalidValue):
        edits.replace_clip(project, "none", make_motion(8))


def test_a_neighbour_whose_hand_nothing_takes_over_any_more_blends_out() -> None:
    motion, both = make_motion(30), ["left_wrist", "right_wrist"]
    project = Project(90, tracks=(RigTrack("t"),))
    for id, start, blend in (("a", 0, 0), ("b", 20, 6), ("c", 60, 0)):
        project = edits.add_clip(project, "t", motion, start, id=id, joints=both, blend=blend)
    made = edits.replace_clip(project, "b", motion, joints=["right_wrist"])
    assert [one.blend_out for one in made.track("t").clips] == [12, 6, 0]  # the last broke off before, too
    same = edits.replace_clip(project, "b", motion, joints=both)
    assert [one.blend_out for one in same.track("t").clips] == [0, 6, 0]
    project = edits.blend_clip(project, "a", out=4)
    late = edits.replace_clip(edits.blend_clip(project, "b", out=0), "b", motion, 26, joints=both)
    assert [one.blend_out for one in late.track("t").clips] == [4, 0, 0]


def test_what_a_clip_plays_is_cleaned_and_nothing_else() -> None:
    source = make_sequence(40)
    project = edits.add_clip(Project(90, tracks=(PointTrack("t"),)), "t", source, 30, id="c")
    project = edits.reverse_clip(edits.trim_clip(project, "c", 40, 50), "c")
    clip = project.clip("c")[1]
    assert edits.played(clip) == range(10, 20)
    assert edits.played(clip, 0, 41) == range(18, 20)
    assert not edits.played(clip, 50, 60)
    made = edits.change_clip(project, "c", lambda part: part.with_points(part.points + 0.01)).clip("c")[1].source
    np.testing.assert_array_equal(np.delete(made.points, range(10, 20), 0), np.delete(source.points, range(10, 20), 0))
    np.testing.assert_array_equal(made.points[10:20], source.points[10:20] + 0.01)
    with pytest.raises(InvalidValue, match="no points"):
        edits.change_clip(rig_project(), rig_project().tracks[0].clips[0].id, lambda part: part)


def test_a_hand_of_points_holds_a_shape_over_frames_and_nothing_else_changes() -> None:
    project, shape = points_project(40), hand_shape("fist").angles
    base = project.tracks[0].base
    lost = base.points.copy()
    lost[20, base.skeleton.group("right_hand")] = np.nan
    project = edits.change_base(project, "poses", lambda _: base.with_points(lost))
    held, before = bake(edits.hold_shape(project, "poses", "right", 15, 25, shape)).points, bake(project).points
    for frame in {*range(15, 26)} - {20}:
        np.testing.assert_allclose(held[frame], bake(edits.apply_shape(project, "poses", "right", frame, shape)).points[frame])
    same = [*range(10), *range(31, 40)]
    np.testing.assert_allclose(held[same], before[same])
    np.testing.assert_allclose(
        held[20, base.skeleton.index("right_hand_root")], before[20, base.skeleton.index("right_wrist")], atol=1e-9
    )
    left = base.skeleton.group("left_hand")
    np.testing.assert_array_equal(held[:, left], before[:, left])


def test_a_missing_hand_takes_its_wrist_from_the_frames_around() -> None:
    project, shape = points_project(90), hand_shape("fist").angles
    base = project.tracks[0].base
    lost = base.points.copy()
    arm = [*base.skeleton.group("right_hand"), *map(base.skeleton.index, ("right_wrist", "right_elbow"))]
    for frames in (slice(0, 10), slice(20, 25), slice(40, 80)):
        lost[frames, arm] = np.nan
    project = edits.change_base(project, "poses", lambda _: base.with_points(lost))
    there = edits.wrists(project, "poses", "right", 0, 89)
    assert [*np.flatnonzero(~there)] == [*range(40, 80)]  # nobody knows its way for so long
    held = bake(edits.hold_shape(project, "poses", "right", 0, 89, shape))
    np.testing.assert_array_equal(np.isnan(held.joint("right_hand_root")[:, 0]), ~there)
    np.testing.assert_allclose(held.points[:10, arm[-2]], np.tile(base.points[10, arm[-2]], (10, 1)))
    kept = bake(edits.hold_shape(project, "poses", "right", 5, 30, shape))
    assert np.isnan(kept.joint("right_wrist")[:5]).all()
    with pytest.raises(InvalidValue, match="missing"):
        edits.hold_shape(project, "poses", "right", 45, 60, shape)


def test_a_hand_that_is_only_guessed_is_missing_and_takes_the_shape() -> None:
    whole, shape = hand_sequence(30), hand_shape("fist").angles
    guessed, points = whole.confidence.copy(), whole.points.copy()
    hand, tips = whole.skeleton.group("left_hand"), [whole.skeleton.index(f"left_{name}_4") for name in ("index", "ring")]
    guessed[8, hand] = 0.01
    guessed[12, tips] = 0.01
    points[8, hand] += 0.3
    points[15, tips] = np.nan
    project = of_sequence(whole.with_points(points, guessed))
    held = bake(edits.hold_shape(project, "poses", "left", 0, 29, shape))
    assert seen(held)[:, hand].all()
    np.testing.assert_allclose(held.joint("left_hand_root")[8], whole.joint("left_wrist")[8], atol=1e-9)
    one = bake(edits.apply_shape(project, "poses", "left", 8, shape), [8])
    np.testing.assert_allclose(one.points[0], held.points[8], atol=1e-6)
    far = of_sequence(whole.with_points(whole.points, np.where(np.isin(np.arange(134), hand), 0.01, whole.confidence)))
    assert seen(bake(edits.hold_shape(far, "poses", "left", 0, 29, shape)))[:, hand].all()


def test_a_filter_that_changes_nothing_is_no_edit() -> None:
    project = points_project(20)
    assert edits.change_base(project, "poses", lambda base: base.with_points(base.points)) is project
    project = edits.add_clip(project, "poses", make_sequence(10, 3), 5, id="c")
    assert edits.change_clip(project, "c", lambda shown: shown.with_points(shown.points)) is project


def without(sequence, *groups: str):
    points = sequence.points.copy()
    for group in groups:
        points[:, sequence.skeleton.group(group)] = np.nan
    return sequence.with_points(points)


@pytest.mark.parametrize("gone", [("left_hand",), ("left_hand", "right_hand")])
def test_a_hand_that_is_missing_is_put_on_its_wrist_along_the_forearm(gone) -> None:
    whole, shape = hand_sequence(30), hand_shape("open").angles
    offset = Curve.constant([0.01, 0.02])
    project = of_sequence(without(whole, *gone))
    project = project.with_track(replace(project.track("poses"), offsets={"left_middle_1": offset}))
    one = bake(edits.apply_shape(project, "poses", "left", 7, shape))
    assert one.present[7, 92:113].all()
    assert not one.present[[6, 8], 92:113].any()
    held = bake(edits.hold_shape(project, "poses", "left", 0, 29, shape))
    assert held.present[:, 92:113].all()
    assert (held.confidence[:, 92:113] >= VISIBLE).all()
    np.testing.assert_allclose(held.joint("left_hand_root"), whole.joint("left_wrist"), atol=1e-9)
    np.testing.assert_allclose(held.points[7], one.points[7], atol=1e-6)
    pixels = held.pixels()
    wrist, elbow, knuckle = (pixels[:, held.skeleton.index(f"left_{name}")] for name in ("wrist", "elbow", "middle_1"))
    forearm, palm = wrist - elbow, knuckle - wrist
    lengths = np.linalg.norm(palm, axis=1)
    assert ((forearm * palm).sum(axis=1) / np.linalg.norm(forearm, axis=1) / lengths > 0.99).all()
    usual = np.linalg.norm(whole.pixels()[:, held.skeleton.index("left_middle_1")] - whole.pixels()[:, 92], axis=1)
    assert 0.6 * usual.max() < lengths.max() < 1.4 * usual.max()
    rest = [i for i in range(134) if not 92 <= i < 113]
    np.testing.assert_array_equal(held.points[:, rest], bake(project).points[:, rest])


def test_a_shape_that_is_held_stays_within_the_clips_it_corrects() -> None:
    clip, shape = make_sequence(20, 3), hand_shape("fist").angles
    gap = clip.points.copy()
    gap[7, clip.skeleton.index("left_index_1")] = np.nan
    project = edits.add_clip(points_project(60), "poses", clip.with_points(gap), 20, blend=0, id="c")
    project = edits.insert_keys(project, "poses", ["left_index_3"], 22)
    held = edits.hold_shape(project, "poses", "left", 15, 30, shape)
    for frame in {*range(15, 31)} - {27}:  # there the finger has no knuckle, and goes with its neighbours in time
        one = edits.apply_shape(project, "poses", "left", frame, shape)
        np.testing.assert_allclose(bake(held, [frame]).points, bake(one, [frame]).points, atol=1e-12)
    moved = bake(edits.move_clip(held, "c", 40)).points
    np.testing.assert_allclose(moved[40:60], bake(held).points[20:40], atol=1e-12)


def test_appended_clips_meet_in_a_seam() -> None:
    a, b = make_sequence(20, 1), make_sequence(20, 2)
    project = Project(1, tracks=(PointTrack("t"),))
    project = edits.append_clip(edits.append_clip(project, "t", a), "t", b, seam=8)
    assert project.length == 32
    baked = bake(project)
    np.testing.assert_array_equal(baked.points[:12], a.points[:12])
    np.testing.assert_array_equal(baked.points[20:], b.points[8:])
    low, high = (a[[0] * 20].with_points(np.full_like(a.points, value)) for value in (0.4, 0.6))
    calm = Project(1, tracks=(PointTrack("t"),))
    steps = np.diff(bake(edits.append_clip(edits.append_clip(calm, "t", low), "t", high, seam=8)).joint("nose")[:, 0])
    assert (steps >= 0).all()
    assert steps.max() < 0.05


@given(st.floats(0.15, 0.45), st.floats(0.45, 0.85))
def test_a_performers_wrist_goes_where_it_is_dragged(x: float, y: float) -> None:
    project = rig_project()
    frame = 3
    before = pose_at(project, frame)[0]
    moved = edits.move_joint(project, "keys", "right_wrist", frame, (x, y))
    place = bake(moved, [frame]).joint("right_wrist")[0]
    assert np.abs(place - (x, y)).max() < 0.02
    turns, translation = pose_at(moved, frame)
    angles = angles_about(RIG.axes, turns)
    arm = [RIG.skeleton.index(f"right_{name}") for name in ("shoulder", "elbow", "wrist")]
    assert (angles[arm] >= RIG.limits[arm, :, 0] - 1e-6).all()
    assert (angles[arm] <= RIG.limits[arm, :, 1] + 1e-6).all()
    others = [i for i in range(len(turns)) if i not in arm]
    np.testing.assert_allclose(turns[others], before[others], atol=1e-12)
    del translation


@pytest.mark.parametrize("joint", ["right_index_4", "left_thumb_4", "right_elbow", "nose", "left_middle_1", "neck"])
def test_a_performers_joints_follow_the_mouse(joint: str) -> None:
    project = rig_project()
    place = bake(project, [3]).joint(joint)[0]
    goal = place + (0.01, -0.01)
    moved = bake(edits.move_joint(project, "keys", joint, 3, tuple(goal)), [3]).joint(joint)[0]
    assert np.linalg.norm(moved - goal) < np.linalg.norm(place - goal)


def test_points_go_exactly_where_they_are_dragged_and_fingers_keep_their_bones() -> None:
    project = points_project()
    before = bake(project)
    for joint, way in (("right_wrist", (0.03, -0.1)), ("nose", (0.02, 0.02))):
        goal = before.joint(joint)[3] + way
        moved = bake(edits.move_joint(project, "poses", joint, 3, tuple(goal)))
        np.testing.assert_allclose(moved.joint(joint)[3], goal, atol=1e-9)
        for side in ("left", "right"):
            np.testing.assert_allclose(bones(moved, 3, side), bones(before, 3, side), atol=1e-6)
    arm = moved = bake(edits.move_joint(project, "poses", "left_wrist", 3, (0.6, 0.6))).pixels()[3]
    index = before.skeleton.index
    for a, b in (("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"), ("left_wrist", "left_index_4")):
        was = before.pixels()[3]
        np.testing.assert_allclose(
            np.linalg.norm(arm[index(b)] - arm[index(a)]), np.linalg.norm(was[index(b)] - was[index(a)]), atol=1e-6
        )
    tip = before.joint("right_index_4")[3] * 0.8 + before.joint("right_index_1")[3] * 0.2 + (0.005, 0.0)
    moved = bake(edits.move_joint(project, "poses", "right_index_4", 3, tuple(tip)))
    np.testing.assert_allclose(bones(moved, 3, "right"), bones(before, 3, "right"), atol=1e-6)
    assert np.linalg.norm(moved.joint("right_index_4")[3] - tip) < 0.004


@pytest.mark.parametrize("way", [(0.1, 0.0), (-0.1, 0.0), (0.0, 0.1), (-0.08, -0.08), (0.08, -0.03)])
@pytest.mark.parametrize("finger", ["thumb", "index", "middle", "little"])
def test_a_dragged_fingertip_leaves_a_finger_that_hands_have(finger: str, way: tuple[float, float]) -> None:
    for track, project in (("keys", rig_project()), ("poses", points_project())):
        tip = bake(project, [3]).joint(f"right_{finger}_4")[0] + way
        moved = edits.move_joint(project, track, f"right_{finger}_4", 3, tuple(tip))
        if track == "keys":
            before, after = (edits.hand_pose(one, track, "right", 3).spread[finger] for one in (project, moved))
            assert min(before, -1.0) - 1e-6 <= after <= max(before, 2.0) + 1e-6
            continue
        was, now = (
            bends_of(chains_of(in_pixels(one, pose_values(one, one.track(track), 3)), "right")[finger])
            for one in (project, moved)
        )
        assert any((sense * now[1:] >= np.minimum(sense * was[1:], -10) - 1e-6).all() for sense in (1, -1)), "a zigzag"


def test_whole_hands_move_turn_and_scale_about_their_wrist() -> None:
    project, hand = points_project(), hand_joints("left")
    before = bake(project)
    root = before.joint("left_hand_root")[3]
    turned = bake(edits.rotate_joints(project, "poses", hand, 3, 90))
    np.testing.assert_allclose(turned.joint("left_hand_root")[3], root, atol=1e-12)
    way, was = (s.joint("left_middle_1")[3] - root for s in (turned, before))
    np.testing.assert_allclose(way, (-was[1], was[0]), atol=1e-9)  # clockwise, y down
    np.testing.assert_allclose(bones(turned, 3, "left"), bones(before, 3, "left"), atol=1e-6)
    scaled = bake(edits.scale_joints(project, "poses", hand, 3, 1.5))
    np.testing.assert_allclose(bones(scaled, 3, "left"), 1.5 * bones(before, 3, "left"), atol=1e-6)
    shifted = bake(edits.shift_joints(project, "poses", hand, 3, (0.1, 0.0)))
    np.testing.assert_allclose(shifted.joint("left_little_4")[3], before.joint("left_little_4")[3] + (0.1, 0), atol=1e-9)
    rig = rig_project()
    with pytest.raises(InvalidValue, match="bones keep their length"):
        edits.scale_joints(rig, "keys", hand, 3, 1.5)
    seen = bake(edits.rotate_joints(rig, "keys", hand, 3, 15), [3])
    np.testing.assert_allclose(seen.joint("left_wrist"), bake(rig, [3]).joint("left_wrist"), atol=1e-6)


@pytest.mark.parametrize(("make", "track"), [(rig_project, "keys"), (points_project, "poses")])
def test_sliders_say_what_they_set(make, track: str) -> None:
    project = make()
    wanted = edits.HandPose(curl={"index": 0.6, "middle": 0.3, "little": 0.9}, spread={"index": 0.4}, yaw=12.0)
    changed = edits.pose_hand(project, track, "right", 2, wanted)
    got = edits.hand_pose(changed, track, "right", 2)
    for finger, curl in wanted.curl.items():
        assert got.curl[finger] == pytest.approx(curl, abs=1e-6)
    assert got.spread["index"] == pytest.approx(0.4, abs=1e-6)
    assert got.yaw == pytest.approx(12.0, abs=1e-6)
    assert got.curl["ring"] == pytest.approx(edits.hand_pose(project, track, "right", 2).curl["ring"], abs=1e-6)
    if track == "poses":
        np.testing.assert_allclose(bones(bake(changed), 2, "right"), bones(bake(project), 2, "right"), atol=1e-6)
        with pytest.raises(InvalidValue, match="yaw"):
            edits.pose_hand(project, track, "right", 2, edits.HandPose(roll=5.0))


def test_a_slider_says_nothing_of_a_finger_that_no_number_describes() -> None:
    project = points_project()
    base = project.track("poses").base
    points = base.points.copy()
    place, heading = base.joint("right_index_1")[2], 0.0
    for i, turn in ((2, 0.0), (3, 175.0), (4, 175.0)):  # to and fro, as a detector's mistake is
        heading += np.radians(turn)
        place = place + 0.03 * np.array([np.cos(heading), np.sin(heading)])
        points[2, base.skeleton.index(f"right_index_{i}")] = place
    wrong = edits.change_base(project, "poses", lambda base: base.with_points(points))
    pose = edits.hand_pose(wrong, "poses", "right", 2)
    assert "index" not in {**pose.curl, **pose.spread}
    assert {"middle", "ring"} <= set(pose.curl)
    mended = edits.hand_pose(edits.pose_hand(wrong, "poses", "right", 2, edits.HandPose({"index": 0.5})), "poses", "right", 2)
    assert mended.curl["index"] == pytest.approx(0.5, abs=1e-6)


FIST = {f"{finger}_{i}": (a, 0.0, 0.0) for finger in FINGERS[1:] for i, a in ((1, 85.0), (2, 100.0), (3, 60.0))}


def test_a_shape_closes_the_hand_of_a_performer_and_of_points() -> None:
    for project, track in ((rig_project(), "keys"), (points_project(), "poses")):
        before, after = (bake(p, [2]) for p in (project, edits.apply_shape(project, track, "left", 2, FIST)))
        for finger in FINGERS[1:]:
            reach, was = (np.linalg.norm(s.joint(f"left_{finger}_4") - s.joint(f"left_{finger}_1")) for s in (after, before))
            assert reach < was
        np.testing.assert_allclose(after.joint("left_middle_1"), before.joint("left_middle_1"), atol=1e-9)
    up = edits.apply_shape(rig_project(), "keys", "right", 2, FIST, directions=((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    seen = bake(up, [2])
    assert (seen.joint("right_middle_1") - seen.joint("right_hand_root"))[0, 1] < -0.03


def test_the_two_shapes_agree_where_the_palm_is_the_same() -> None:
    """Applied to the projected points of a performer, a shape looks as it does on the performer."""
    rig = edits.apply_shape(rig_project(), "keys", "left", 2, FIST)
    points = edits.apply_shape(points_project(), "poses", "left", 2, FIST)
    np.testing.assert_allclose(
        bake(points, [2]).points[0, 92:113], bake(rig, [2]).points[0, 92:113], atol=0.02
    )  # the palm is flat: its tilt can be told from the picture only roughly


def test_poses_are_copied_pasted_and_flipped() -> None:
    project = rig_project(12)
    copied = edits.copy_pose(project, "performer", 3)
    pasted = edits.paste(project, "keys", copied, 8)
    np.testing.assert_allclose(bake(pasted, [8]).points, bake(project, [3]).points, atol=1e-6)
    flipped = edits.paste(project, "keys", copied, 8, flipped=True)
    np.testing.assert_allclose(bake(flipped, [8]).points, bake(project, [3]).mirrored().points, atol=1e-6)
    points = points_project()
    for flip in (False, True):
        pasted = edits.paste(points, "poses", edits.copy_pose(points, "poses", 1), 4, flipped=flip)
        wanted = bake(points, [1]).mirrored() if flip else bake(points, [1])
        np.testing.assert_allclose(bake(pasted, [4]).points, wanted.points, atol=1e-9)
    with pytest.raises(InvalidValue):
        edits.paste(points, "poses", copied, 0)


def test_keys_move_and_are_found() -> None:
    project = make_project()
    keys = chosen(project, "gesture")
    moved = edits.move_keys(project, "gesture", keys, 3)
    assert edits.key_frames(moved.track("gesture")) == [f + 3 for f in edits.key_frames(project.track("gesture"))]
    assert edits.move_keys(moved, "gesture", chosen(moved, "gesture"), -3) == project
    assert not edits.delete_keys(project, "gesture", keys).track("gesture").offsets
    for kind in KINDS:
        changed = edits.set_interpolation(project, "gesture", keys, kind)
        assert bake(changed).present.any()
    smooth = edits.set_interpolation(project, "gesture", keys, "smooth")
    bezier = edits.set_interpolation(smooth, "gesture", keys, "bezier")
    np.testing.assert_allclose(bake(bezier).points, bake(smooth).points, atol=1e-9)
    joint, frames = next(iter(keys.items()))
    pulled = edits.set_handles(bezier, "gesture", joint, frames[0], ((2.0, 0.3, -1.0, 0.1),) * 3)
    handles = pulled.track("gesture").offsets[joint].keys[0].after.handles
    assert handles[0] == (1.0, 0.3, 0.0, 0.1)


def test_a_pose_is_keyed_where_it_is() -> None:
    for project, track in ((rig_project(), "keys"), (points_project(), "poses")):
        seen = bake(edits.key_pose(project, track, 4))
        np.testing.assert_allclose(seen.points[4], bake(project).points[4], atol=1e-6)


def test_hiding_has_a_beginning_and_an_end() -> None:
    project = edits.set_visible(points_project(), "poses", hand_joints("left"), 2, False, 3)
    there = bake(project).present[:, 92:113].all(axis=1)
    assert there.tolist() == [True, True, False, False, True, True]
    shown = edits.set_visible(project, "poses", hand_joints("left"), 3, True)
    assert bake(shown).present[:, 92].tolist() == [True, True, False, True, True, True]


def test_what_cannot_be_done_is_said() -> None:
    points = points_project()
    lost = points.with_track(replace(points.track("poses"), base=points.track("poses").base.with_points(
        np.where(np.arange(134)[:, None] >= 92, np.nan, points.track("poses").base.points))))  # fmt: skip
    with pytest.raises(InvalidValue, match="missing at frame 2"):
        edits.move_joint(lost, "poses", "left_index_4", 2, CENTRE)
    gone = edits.change_base(lost, "poses", lambda base: without(base, "body"))
    with pytest.raises(InvalidValue, match="palm is missing"):
        edits.apply_shape(gone, "poses", "left", 2, FIST)
    with pytest.raises(InvalidValue, match="hand is missing"):
        edits.hold_shape(gone, "poses", "left", 2, 3, FIST)
    hand = edits.set_track(rig_project(), "keys", part="right_hand")
    with pytest.raises(InvalidValue, match="right hand"):
        edits.move_joint(hand, "keys", "right_wrist", 2, CENTRE)
    with pytest.raises(InvalidValue, match="no sequence"):
        edits.change_base(make_project().with_track(PointTrack("over")), "over", lambda base: base)
    with pytest.raises(InvalidValue):
        edits.crop(points, 4, 99)
    with pytest.raises(InvalidValue):
        edits.remove_time(points, 0, 5)
    with pytest.raises(InvalidValue):
        edits.scale_keys(make_project(), "gesture", {}, 0, -1)


def test_cleaning_is_an_edit() -> None:
    project = points_project()
    mirrored = edits.change_base(project, "poses", lambda base: base.mirrored())
    assert bake(mirrored) == bake(project).mirrored()


def test_undo_gives_back_the_very_same_project() -> None:
    history = History(make_project())
    states = [history.project]
    for i in range(20):
        name = sorted(ONE_TRACK)[i]
        edited = ONE_TRACK[name](states[0], "detected")
        history.apply(name, edited)
        states.append(edited)
    for state in reversed(states[:-1]):
        assert history.undo() is state
    assert history.undo() is states[0]
    assert history.redo_labels[0] == sorted(ONE_TRACK)[0]
    for state in states[1:]:
        assert history.redo() is state
    history.undo()
    history.apply("Else", states[3])
    assert history.redo_labels == ()
    assert history.undo_labels[0] == "Else"


def test_what_keys_need_is_counted_and_shared_keys_are_free() -> None:
    base = points_project(200)
    track = base.track("poses")
    full = Curve(tuple(Key(frame, (0.1, 0.2), Interval("bezier", handles=((0.3, 0, 0.6, 0),) * 2)) for frame in range(100)))
    keyed = base.with_track(replace(track, offsets={"nose": full}))
    whole = added_bytes(keyed, base)
    assert 30_000 < whole < 120_000
    one = edits.set_keys(keyed, "poses", "offsets", {"nose": {50: (0.3, 0.3)}})
    assert added_bytes(one, keyed) < whole / 10
    assert added_bytes(keyed, one) < whole / 10
    moved = edits.move_keys(keyed, "poses", {"nose": range(100)}, 1)
    assert added_bytes(moved, keyed) < whole  # their ways are the same


def test_nudges_merge_until_saved() -> None:
    start = points_project()
    history = History(start)
    for i in range(5):
        history.apply("Nudge", edits.shift_joints(history.project, "poses", ["nose"], 2, (0.01, 0)), merge=("nudge", "nose", 2))
        if i == 2:
            history.mark_saved()
            assert history.saved
    assert history.undo_labels == ("Nudge", "Nudge")
    assert not history.saved
    history.undo()
    assert history.saved
    assert history.undo() is start
    history.apply("Same", start)
    assert history.undo_labels == ()


def test_the_oldest_steps_are_forgotten_first() -> None:
    base = points_project(200)
    history = History(base, limit=3_000_000)
    for i in range(12):
        history.apply(f"Step {i}", edits.change_base(history.project, "poses", lambda b: b.with_points(b.points + 0.001)))
    assert history.size <= 3_000_000
    assert 1 <= len(history.undo_labels) < 12
    assert history.undo_labels[0] == "Step 11"
    small = edits.move_joint(base, "poses", "nose", 3, CENTRE)
    assert added_bytes(small, base) < 10_000
    assert added_bytes(base, base) == 0


def test_a_motion_of_another_rate_keeps_its_seconds() -> None:
    slow = replace(make_motion(12), fps=Fraction(12))
    project = edits.add_clip(resting(60), "performer", slow, 0, blend=0)
    assert project.track("performer").clips[0].length == 24
    wide = replace(make_sequence(3), size=(1536, 768))
    clip = edits.add_clip(Project(3, tracks=(PointTrack("t"),)), "t", wide, 0).track("t").clips[0]
    np.testing.assert_allclose(clip.source.points[..., 0], 0.5 + 2 * (wide.points[..., 0] - 0.5))
    assert isinstance(make_motion(3), Motion)
    assert isinstance(Curve.constant([1.0]), Curve)


def test_numbers_become_plain_ones_or_are_refused() -> None:
    project = points_project()
    moved = edits.move_joint(project, "poses", "nose", np.int64(3), (np.float32(0.5), 0.5))
    key = moved.track("poses").offsets["nose"].keys[0]
    assert type(key.frame) is int
    assert {type(value) for value in key.values} == {float}
    for wrong in (
        lambda: edits.move_joint(project, "poses", "nose", 3.5, CENTRE),
        lambda: edits.move_joint(project, "poses", "nose", 3, (np.nan, 0.5)),
        lambda: edits.move_joint(project, "poses", "nose", 3, (0.5,)),
        lambda: edits.move_joint(project, "poses", "tail", 3, CENTRE),
        lambda: edits.shift_joints(project, "poses", "nose", 3, (0.1, 0)),
        lambda: edits.insert_keys(project, "poses", ["tail"], 3),
        lambda: edits.key_pose(project, "poses", 3, ["tail"]),
        lambda: edits.pose_hand(project, "poses", "up", 3, edits.HandPose()),
        lambda: edits.hand_pose(project, "poses", "up", 3),
        lambda: edits.pose_hand(project, "poses", "left", 3, edits.HandPose(curl={"pinky": 1})),
        lambda: edits.mirror_pose(project, "poses", 3, "up"),
        lambda: edits.apply_shape(project, "poses", "left", 3, {"index_1": (1.0, 2.0)}),
        lambda: edits.apply_shape(rig_project(), "keys", "left", 3, FIST, ((0, 1, 0), (0, 1, 0))),
        lambda: edits.set_visible(project, "poses", ["nose"], 5, False, 3),
        lambda: edits.keep_range(project, "poses", ["nose"], 5, 5),
        lambda: edits.retime(project, 0),
        lambda: edits.retime(project, 10**9),
        lambda: edits.shift(project, 10**9),
        lambda: edits.insert_time(project, 2, 10**9),
        lambda: edits.append_clip(make_project(), "gesture", make_motion(), seam=-1),
        lambda: edits.set_handles(project, "poses", "nose", 3, ()),
        lambda: edits.set_track(project, "poses", weight="x"),
        lambda: bake(project, [1.7]),
        lambda: edits.move_track(edits.set_track(project, "poses", locked=True), "poses", 0),
    ):
        with pytest.raises(InvalidValue):
            wrong()


def test_turning_joints_of_a_performer_turns_what_is_named_once() -> None:
    project = rig_project()
    before = pose_at(project, 3)[0]

    def turned(*joints: str) -> set[str]:
        after = pose_at(edits.rotate_joints(project, "keys", joints, 3, 8), 3)[0]
        return {RIG.skeleton.joints[i] for i in np.flatnonzero(np.abs(after - before).max(axis=1) > 1e-9)}

    assert turned("left_index_4") == {"left_index_3"}
    assert turned("nose", "left_ear", "right_ear") == {"head"}
    assert turned("left_shoulder", "left_elbow") == {"left_shoulder"}
    with_wrist, without = (
        edits.rotate_joints(project, "keys", j, 3, 8) for j in ([*hand_joints("left"), "left_wrist"], hand_joints("left"))
    )
    assert with_wrist == without


def test_a_kept_range_confines_edits_of_a_performer() -> None:
    project = replace(resting(30), alive=None)
    arm = ["right_shoulder", "right_elbow", "right_wrist"]
    kept = edits.keep_range(project, "performer", arm, 10, 20)
    changed = edits.move_joint(kept, "performer", "right_wrist", 15, (0.4, 0.6))
    after, before = bake(changed), bake(project)
    np.testing.assert_allclose(after.points[[0, 10, 20, 29]], before.points[[0, 10, 20, 29]], atol=1e-9)
    np.testing.assert_allclose(after.joint("right_wrist")[15], (0.4, 0.6), atol=1e-3)


def test_the_first_correction_of_a_clip_stays_in_it() -> None:
    base = points_project(30)
    arm = frozenset({"right_shoulder", "right_elbow", "right_wrist"})
    project = edits.add_track(base, RigTrack("g"))
    project = edits.add_clip(project, "g", make_motion(10), 10, joints=arm, blend=2)
    changed = edits.rotate_joints(project, "g", ["right_wrist"], 14, 10)
    after, before = bake(changed), bake(project)
    outside = [f for f in range(30) if not 10 <= f < 20]
    np.testing.assert_array_equal(after.points[outside], before.points[outside])
    assert np.nanmax(np.abs(after.points[14] - before.points[14])) > 1e-3


def test_corrections_stay_within_the_limits_at_all_frames() -> None:
    for seed in range(3):
        project = edits.add_clip(replace(resting(20), alive=None), "performer", make_motion(20, seed, 0.6), 0, blend=0)
        wide = edits.pose_hand(project, "performer", "right", 5, edits.HandPose(curl={"index": 0.9}, roll=60.0))
        for frame in range(20):
            angles = angles_about(RIG.axes, pose_at(wide, frame)[0])
            assert (angles >= RIG.limits[..., 0] - 1e-6).all()
            assert (angles <= RIG.limits[..., 1] + 1e-6).all()


def test_dragging_reaches_its_goal_over_points_at_half_weight_and_alive() -> None:
    arm = frozenset({"right_shoulder", "right_elbow", "right_wrist"})
    smaller = points_project(12)
    base = smaller.track("poses").base
    smaller = of_sequence(base.with_points(0.5 + (base.points - 0.5) * 0.8))
    over = edits.add_clip(edits.add_track(smaller, RigTrack("keys")), "keys", make_motion(12), 0, joints=arm, blend=0)
    for project in (over, edits.set_track(rig_project(), "keys", weight=0.5), replace(rig_project(), alive=3)):
        goal = bake(project, [3]).joint("right_wrist")[0] + (0.03, -0.05)
        moved = edits.move_joint(project, "keys", "right_wrist", 3, tuple(goal))
        np.testing.assert_allclose(bake(moved, [3]).joint("right_wrist")[0], goal, atol=3e-3)


def test_a_drag_that_learns_goes_where_one_that_does_not_goes() -> None:
    faint = edits.set_track(rig_project(), "keys", weight=0.5)
    for project, joint, wide in ((faint, "right_wrist", 0.08), (rig_project(), "left_index_4", 0.03), (faint, "neck", 0.02)):
        start, aim = bake(project, [3]).joint(joint)[0], edits.Aim()
        for turn in np.linspace(0, 4 * np.pi, 40):
            place = tuple(start + wide * np.array([np.sin(turn), 1 - np.cos(turn)]))
            learnt, alone = (
                bake(edits.move_joint(project, "keys", joint, 3, place, aim=one), [3]).joint(joint)[0] for one in (aim, None)
            )
            missed, may = np.linalg.norm(learnt - place), np.linalg.norm(alone - place)
            assert missed <= max(1e-3, may + 1e-9)


def test_keying_a_pose_beyond_the_limits_changes_nothing() -> None:
    elbow = RIG.skeleton.index("left_elbow")
    angles = np.tile(RIG.angles(RIG.stance), (6, 1, 1))
    angles[:, elbow, 0] = -0.5
    motion = Motion(RIG.rotations(angles), np.zeros((6, 3)), RIG)
    project = edits.add_clip(replace(resting(6), alive=None), "performer", motion, 0, blend=0)
    keyed = edits.key_pose(project, "performer", 3)
    np.testing.assert_allclose(bake(keyed).points, bake(project).points, atol=1e-9)


def test_part_of_a_shape_moves_that_finger_alone_and_sliders_are_idle_at_what_they_show() -> None:
    points = points_project()
    index = {f"index_{i}": (40.0, 0.0, 0.0) for i in (1, 2, 3)}
    changed = bake(edits.apply_shape(points, "poses", "right", 2, index))
    np.testing.assert_array_equal(changed.joint("right_middle_4"), bake(points).joint("right_middle_4"))
    assert (changed.joint("right_index_4")[2] != bake(points).joint("right_index_4")[2]).any()
    for project, track in ((rig_project(), "keys"), (points, "poses")):
        shown = edits.hand_pose(project, track, "right", 2)
        again = edits.pose_hand(project, track, "right", 2, edits.HandPose(curl=shown.curl, spread=shown.spread))
        np.testing.assert_allclose(bake(again, [2]).points, bake(project, [2]).points, atol=1e-6)


def test_a_shape_is_no_larger_than_the_hand_it_is_put_on(shared) -> None:
    from poseforge import read_poses
    from poseforge.library import hand_shape

    for name in ("01", "fight", "good"):
        (person,) = read_poses(shared / "data/echomimic_v2/pose" / name)
        project = of_sequence(person)
        reach = np.linalg.norm(person.joint("left_middle_4") - person.joint("left_middle_1"), axis=1)
        for frame in range(0, len(person), 20):
            seen = bake(edits.apply_shape(project, "poses", "left", frame, hand_shape("open").angles), [frame])
            finger = np.linalg.norm(seen.joint("left_middle_4") - seen.joint("left_middle_1"))
            assert finger < 1.25 * np.nanmax(reach)


def test_ripples_can_be_repeated_and_take_marks_along() -> None:
    project = Project(
        60, tracks=(RigTrack("t", clips=(Clip("c", make_motion(40), 0, 40, blend_in=20, blend_out=10),)),), range=(30, 50)
    )
    project = replace(project, audio=Media("voice.wav", "0" * 64, start=5))
    twice = edits.insert_time(edits.insert_time(project, 20, 3), 10, 3)
    assert len(twice.track("t").clips) == 3
    assert (twice.range, twice.audio.start) == ((36, 56), 5)
    np.testing.assert_allclose(bake(twice).points[26:], bake(project).points[20:], atol=1e-9)  # inside the blends, too
    np.testing.assert_allclose(bake(edits.split_clip(project, "c", 10)).points, bake(project).points, atol=1e-9)
    assert edits.shift(project, 7).audio.start == 12
    single = Project(60, tracks=(RigTrack("t", keys={"neck": Curve.constant([0.1, 0, 0], 30)}),))
    assert edits.insert_time(single, 10, 5).track("t").keys["neck"].keys[0].frame == 35
    tight = Project(100, tracks=(RigTrack("t", clips=tuple(Clip(f"c{i}", make_motion(5), 5 * i, 5) for i in range(20))),))
    clips = edits.set_fps(tight, 30).track("t").clips
    assert all(a.end == b.start for a, b in pairwise(clips))
    assert edits.retime(replace(project, range=(59, 59)), 30).range == (29, 29)


def test_looping_a_trimmed_clip_repeats_the_part_that_it_plays() -> None:
    sequence = make_sequence(20)
    project = Project(30, tracks=(PointTrack("t", clips=(Clip("c", sequence, 0, 20),)),))
    trimmed = edits.trim_clip(project, "c", start=5, end=9)
    looped = bake(edits.extend_clip(trimmed, "c", 12))
    np.testing.assert_array_equal(looped.points[5:17], sequence.points[[5, 6, 7, 8] * 3])


def test_hiding_survives_a_ripple() -> None:
    hidden = edits.set_visible(points_project(60), "poses", ["nose"], 5, False)
    longer = edits.insert_time(hidden, 40, 2)
    shown = bake(edits.set_visible(longer, "poses", ["nose"], 59, True)).present[:, 0]
    assert np.flatnonzero(shown).tolist() == [0, 1, 2, 3, 4, 59, 60, 61]


def test_markers_and_films_move_with_time() -> None:
    project = replace(make_project(), video=Media("film.mp4", "0" * 64, start=5))

    def marks(made: Project) -> list[int]:
        return [marker.frame for marker in made.markers]

    assert (marks(project), marks(edits.shift(project, 20))) == ([7, 40], [27])
    assert edits.shift(project, 20).video.start == 25
    assert (marks(edits.crop(project, 5, 30)), marks(edits.insert_time(project, 10, 6))) == ([2], [7, 46])
    assert marks(edits.remove_time(project, 5, 8)) == [36]
    assert (marks(edits.retime(project, 30)), marks(edits.set_fps(project, 48))) == ([4, 20], [14, 80])
    assert edits.set_fps(project, 48).video.start == 10


@pytest.mark.parametrize("wrong", [{"markers": (Marker(60),)}, {"markers": (Marker(-1),)}])
def test_markers_lie_within_the_project(wrong) -> None:
    with pytest.raises(InvalidValue, match="marker"):
        replace(make_project(), **wrong)


def test_colors_and_boxes_are_what_they_say() -> None:
    project = make_project()
    assert edits.set_track(project, "gesture", color="#F28C3A").track("gesture").color == "#F28C3A"
    with pytest.raises(InvalidValue, match="#rrggbb"):
        edits.set_track(project, "gesture", color="red")
    for box in ((0, 0, 0, 1), (0, 0, 1), (0, 0, 1e9, 1)):
        with pytest.raises(InvalidValue, match="left, top, right and bottom"):
            Media("a.png", "0" * 64, box=box)


def test_what_is_keyed_for_joints_is_what_moves_them() -> None:
    project = make_project()
    assert edits.keyed_joints(project, "detected", ["left_wrist", "nose"]) == ("nose", "left_wrist")
    arm = ("left_shoulder", "left_elbow", "left_wrist")
    assert edits.keyed_joints(project, "gesture", ["left_wrist"]) == arm
    assert edits.keyed_joints(project, "gesture", ["left_hand_root"]) == arm
    assert edits.keyed_joints(project, "gesture", ["left_index_4", "left_index_3"]) == tuple(
        f"left_index_{i}" for i in (1, 2, 3)
    )
    assert edits.keyed_joints(project, "hand", ["nose", "left_index_1"]) == ("left_wrist",)


def test_keys_take_values_within_the_limits_and_keep_their_way() -> None:
    project = make_project()
    before = project.track("hand").keys["left_index_1"]
    frame = before.frames[1]
    changed = edits.set_keys(project, "hand", "keys", {"left_index_1": {frame: (0.5, 9.0, 0.0)}}).track("hand")
    key = changed.keys["left_index_1"].key(frame)
    greatest = RIG.limits[RIG.skeleton.index("left_index_1"), 1, 1]
    assert key.values == pytest.approx((0.5, greatest, 0.0))
    assert key.after == before.key(frame).after
    assert [one for one in changed.keys["left_index_1"].keys if one.frame != frame] == [
        one for one in before.keys if one.frame != frame
    ]
    for joint, at in (("left_index_1", before.frames[0] + 1), ("left_wrist", frame)):
        with pytest.raises(InvalidValue, match="no key"):
            edits.set_keys(project, "hand", "keys", {joint: {at: (0.0, 0.0, 0.0)}})


@pytest.mark.parametrize("source", ["left", "right"])
def test_a_hand_is_the_mirror_image_of_the_other(source) -> None:
    other = "right" if source == "left" else "left"
    rig = edits.mirror_hand(
        edits.pose_hand(rig_project(), "keys", source, 2, edits.HandPose({"index": 0.9}, roll=20.0)), "keys", source, 2
    )
    one, two = (edits.hand_pose(rig, "keys", side, 2) for side in (source, other))
    assert two.curl == pytest.approx(one.curl)
    assert (two.roll, two.pitch, two.yaw) == pytest.approx((one.roll, one.pitch, one.yaw))
    points = edits.mirror_hand(points_project(), "poses", source, 2)
    seen = bake(points, [2])
    from_, onto = (seen.pixels()[0][seen.skeleton.group(f"{side}_hand")] for side in (source, other))
    np.testing.assert_allclose(onto - onto[0], (from_ - from_[0]) * (-1, 1), atol=1e-6)
    np.testing.assert_allclose(onto[0], bake(points_project(), [2]).pixels()[0][seen.skeleton.group(f"{other}_hand")][0])


def test_a_hand_goes_back_to_rest() -> None:
    fist = edits.pose_hand(rig_project(), "keys", "left", 2, edits.HandPose(dict.fromkeys(FINGERS, 1.0), pitch=40.0))
    rested = edits.hand_pose(edits.rest_hand(fist, "keys", "left", 2), "keys", "left", 2)
    stance = edits.hand_pose(replace(resting(3), alive=None), "performer", "left", 0)
    assert rested.curl == pytest.approx(stance.curl)
    assert rested.pitch == pytest.approx(stance.pitch)
    standing = of_sequence(bake(replace(resting(3), alive=None)))
    closed = edits.pose_hand(standing, "poses", "left", 2, edits.HandPose(dict.fromkeys(FINGERS, 1.0)))
    opened = bake(edits.rest_hand(closed, "poses", "left", 2), [2]).pixels()
    assert np.nanmax(np.abs(bake(closed, [2]).pixels() - bake(standing, [2]).pixels())) > 20
    assert np.nanmax(np.abs(opened - bake(standing, [2]).pixels())) < 12  # palms are seen without perspective


def test_a_shorter_project_keeps_what_lies_beyond_its_end() -> None:
    project = make_project()
    short = edits.set_length(project, 10)
    assert (short.length, short.range, short.markers) == (10, None, (Marker(7, "hello"),))
    np.testing.assert_array_equal(bake(edits.set_length(short, 60)).points, bake(project).points)
    with pytest.raises(InvalidValue):
        edits.set_length(project, 0)


def test_a_clip_is_placed_where_it_is_seen() -> None:
    wave = gesture("wave_right")
    project = edits.place_clip(resting(40), wave.motion(), 30, joints=wave.joints)
    assert [len(track.clips) for track in project.tracks] == [1]
    assert project.length == 30 + wave.length
    filled = edits.add_track(project, PointTrack("over", clips=(Clip("c", make_sequence(20), 0, 20),)))
    assert edits.place_clip(filled, wave.motion(), 25, joints=wave.joints).tracks[0].clips[1:]
    covered = edits.place_clip(filled, wave.motion(), 10, filled.tracks[0].id, title="Gestures", joints=wave.joints)
    assert covered.tracks[-1].name == "Gestures"
    assert covered.tracks[:2] == filled.tracks
    locked = edits.set_track(project, project.tracks[0].id, locked=True)
    assert len(edits.place_clip(locked, wave.motion(), 0, joints=wave.joints).tracks) == 2
    hand = edits.set_track(project, project.tracks[0].id, part="left_hand")
    assert len(edits.place_clip(hand, wave.motion(), 0, joints=wave.joints).tracks) == 2
    points = edits.place_clip(project, make_sequence(5), 3)
    assert isinstance(points.tracks[-1], PointTrack)
    below = edits.add_track(points, RigTrack("free"))
    assert edits.place_clip(below, wave.motion(), 0, "free", joints=wave.joints).track("free").clips


def test_added_poses_are_a_base_where_they_can_be_cleaned() -> None:
    project = of_sequence(make_sequence(10))
    larger = replace(make_sequence(30, 2), size=(1536, 1536))
    made = edits.add_source(project, larger, 0, "more")
    assert made.length == 30
    np.testing.assert_array_equal(made.tracks[-1].base.points, make_sequence(30, 2).points)
    clip = edits.add_source(project, make_sequence(30, 2), 4, "more").tracks[-1].clips[0]
    assert (clip.start, clip.length) == (4, 30)
    moved = edits.add_source(project, make_motion(20), 0, "turn")
    assert isinstance(moved.tracks[-1], RigTrack)
    assert moved.length == 20


def test_an_empty_track_takes_added_poses_and_the_project_ends_with_them() -> None:
    waiting = replace(of_sequence(make_sequence(10)), length=240, tracks=(PointTrack("empty", "Poses"),))
    made = edits.add_source(waiting, make_sequence(30), 0, "more")
    assert [(track.id, track.name) for track in made.tracks] == [("empty", "more")]
    assert made.length == 30
    assert edits.add_source(waiting, make_sequence(30), 4, "more").length == 34
    assert edits.add_source(waiting, make_motion(20), 0, "turn").tracks[0].id == "empty"
    with_sound = replace(waiting, audio=Media("a.wav", "0" * 64))
    assert edits.add_source(with_sound, make_sequence(30), 0, "more").length == 240
    used = edits.set_track(waiting, "empty", part="left_hand")
    assert len(edits.add_source(used, make_sequence(30), 0, "more").tracks) == 2
