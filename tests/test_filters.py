"""Filters: what each promises, as laws over made sequences, and the clean-up measured on EchoMimicV2's own sequences."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from poseforge import filters, library
from poseforge.denoise import denoise, noise_level
from poseforge.errors import InvalidValue
from poseforge.figures import figures
from poseforge.formats import get, read_poses
from poseforge.quality import VISIBLE, check_poses, seen
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue, wholebody_134
from poseforge.timeline.bake import bake
from samples import make_sequence

SMOOTHERS = list(filters.SMOOTHERS.values())
IN_PLACE = [*SMOOTHERS, filters.reject_outliers, filters.fill_gaps, filters.steady_bones, filters.clean]
EVERY = [*IN_PLACE, filters.swap_repair, filters.close_loop, lambda sequence: filters.resample(sequence, 25)]


def moving(frames: int = 60, seed: int = 0, dimensions: int = 2, skeleton=wholebody_134, **rest) -> PoseSequence:
    """A person whose parts sway smoothly, each part as one and each joint a little on its own."""
    random = np.random.default_rng(seed)
    time = np.arange(frames)[:, None, None] / 24
    shape = (1, len(skeleton), dimensions)
    points = 0.2 + 0.6 * random.random(shape)
    for _, members in skeleton.groups:
        joints = list(members)
        points[:, joints] = 0.2 + 0.6 * random.random((1, 1, dimensions)) + 0.1 * random.random((1, len(joints), dimensions))
    sway = np.zeros((frames, *shape[1:]))
    for _, members in skeleton.groups:
        joints = list(members)
        rate, phase = random.uniform(0.3, 1.2, 2), random.uniform(0, 6, 2)
        sway[:, joints] += 0.08 * np.sin(2 * np.pi * rate[0] * time + phase[0])
        sway[:, joints] += 0.02 * random.random((1, len(joints), 1)) * np.sin(2 * np.pi * rate[1] * time + phase[1])
    places = points + sway
    for side in ("left", "right"):  # hands hang on their arms
        if f"{side}_wrist" in skeleton and f"{side}_hand_root" in skeleton:
            wrist, root = (places[:, [skeleton.index(f"{side}_{name}")]].copy() for name in ("wrist", "hand_root"))
            places[:, skeleton.group(f"{side}_hand")] += wrist - root
            places[:, skeleton.index(f"{side}_elbow")] = places[:, skeleton.index(f"{side}_shoulder")] + 0.05
    return PoseSequence(places, np.full((frames, len(skeleton)), 0.9), skeleton, **rest)


def noisy(sequence: PoseSequence, seed: int, size: float = 0.005) -> PoseSequence:
    return sequence.with_points(sequence.points + size * np.random.default_rng(seed).standard_normal(sequence.points.shape))


def holed(sequence: PoseSequence, seed: int, share: float = 0.2) -> PoseSequence:
    """With runs of missing points in many joints, and some joints missing throughout."""
    random = np.random.default_rng(seed)
    points = sequence.points.copy()
    frames, joints = points.shape[:2]
    for _ in range(round(share * joints * 2)):
        start, joint = random.integers(max(frames, 1)), random.integers(joints)
        points[start : start + random.integers(1, 9), joint] = np.nan
    points[:, random.random(joints) < 0.05] = np.nan
    return sequence.with_points(points)


def wild(seed: int) -> PoseSequence:
    """Any sequence that the value allows: lengths, rates, canvases and skeletons of all kinds, holes, constants, extremes."""
    random = np.random.default_rng(seed)
    skeleton = catalogue[random.choice(list(catalogue))]
    frames, dimensions = int(random.choice([0, 1, 2, 3, 7, 8, 9, 30])), int(random.choice([2, 3]))
    points = random.choice([0.0, 1e-3, 1.0, 1e6]) * random.standard_normal((frames, len(skeleton), dimensions)) + 0.5
    points[random.random(points.shape[:2]) < random.choice([0, 0.1, 0.9, 1])] = np.nan
    confidence = np.where(np.isnan(points[..., 0]), 0, random.choice([-1, 0, 0.2, 0.9, 7]))
    fps = Fraction(str(random.choice(["0.01", "5", "24", "29.97", "1000"])))
    size = (int(random.choice([1, 768, 100_000])), int(random.choice([1, 512, 100_000])))
    meta = {"draw_pose_params": np.tile([768, 768, 0, 768, 0, 768], (frames, 1)), "names": [str(i) for i in range(frames)]}
    return PoseSequence(points, confidence, skeleton, fps, size, frame_meta=meta | {"own": confidence + 1})


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return a.tobytes() == b.tobytes()


def error(sequence: PoseSequence, truth: PoseSequence) -> float:
    """Root mean square distance of coordinates, in % of the canvas."""
    return 100 * float(np.sqrt(np.nanmean((sequence.points - truth.points) ** 2)))


@pytest.mark.parametrize("apply", EVERY)
@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_any_sequence_goes_through_and_no_point_is_invented(apply, seed) -> None:
    before = wild(seed)
    after = apply(before)
    assert isinstance(after, PoseSequence)
    assert len(after.frame_meta["names"]) == len(after)
    if apply in SMOOTHERS or apply in (filters.steady_bones, filters.close_loop):
        assert np.array_equal(after.present, before.present)
        assert same_bits(after.confidence, before.confidence)
    if apply is filters.reject_outliers:
        assert not (after.present & ~before.present).any()
        assert same_bits(after.points[after.present], before.points[after.present])
    if apply is filters.fill_gaps:
        assert same_bits(after.points[before.present], before.points[before.present])


@pytest.mark.parametrize("apply", IN_PLACE)
def test_other_joints_and_frames_stay_to_the_last_bit(apply) -> None:
    before = holed(noisy(moving(seed=3), 1, 0.01), 5)
    names = [name for name in before.skeleton.joints if name.startswith("left_") and name != "left_middle_1"]
    part = apply(before, joints=names, frames=range(20, 40))
    other = [i for i, name in enumerate(before.skeleton.joints) if name not in names]
    for a, b in ((part.points, before.points), (part.confidence, before.confidence)):
        assert same_bits(a[:, other], b[:, other])
        assert same_bits(a[:20], b[:20])
        assert same_bits(a[40:], b[40:])
    if apply is not filters.clean:
        whole = apply(before, joints=names)
        assert same_bits(part.points[20:40], whole.points[20:40])
        assert apply(before, joints=names, frames=slice(20, 40)) == apply(before, joints=names, frames=[*range(20, 40)]) == part


@pytest.mark.parametrize("apply", EVERY)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10)
def test_a_filter_and_a_mirror_can_change_places(apply, seed) -> None:
    before = holed(noisy(moving(frames=40, seed=seed, size=(720, 1280)), seed, 0.01), seed)
    one, other = apply(before.mirrored()), apply(before).mirrored()
    assert np.allclose(one.points, other.points, atol=1e-9, equal_nan=True)
    assert np.allclose(one.confidence, other.confidence)


@pytest.mark.parametrize("apply", [*SMOOTHERS, filters.reject_outliers, filters.fill_gaps, filters.swap_repair, filters.clean])
def test_what_stands_still_or_is_whole_stays(apply) -> None:
    still = PoseSequence(np.tile(moving(1).points, (30, 1, 1)), np.full((30, 134), 0.9))
    assert np.allclose(apply(still).points, still.points, atol=1e-9)
    assert np.allclose(apply(still[:1]).points, still[:1].points, atol=1e-9)
    assert len(apply(still[:0])) == 0


@pytest.mark.parametrize("apply", SMOOTHERS)
def test_runs_are_filtered_by_themselves(apply) -> None:
    before = noisy(moving(60), 2, 0.01)
    points = before.points.copy()
    points[25:28] = np.nan
    after = apply(before.with_points(points))
    for part in (slice(0, 25), slice(28, 60)):
        assert np.allclose(after.points[part], apply(before[part]).points, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("apply", SMOOTHERS)
@pytest.mark.parametrize("fps", [24, 60])
def test_smoothers_calm_noise(apply, fps) -> None:
    time = np.arange(4 * fps)[:, None, None] / fps
    path = 0.5 + 0.1 * np.sin(2 * np.pi * 0.3 * time) * np.ones((1, 134, 2))
    truth = PoseSequence(path, np.ones(path.shape[:2]), fps=fps)
    rough = noisy(truth, 4)
    after = apply(rough)
    assert np.abs(np.diff(after.points, 2, axis=0)).mean() < 0.7 * np.abs(np.diff(rough.points, 2, axis=0)).mean()
    if apply is not filters.one_euro:  # which lags
        assert error(after, truth) < 0.9 * error(rough, truth)


def test_smoothers_work_in_seconds() -> None:
    """The same movement at twice the rate is smoothed alike at the same times."""
    slow, fast = (
        PoseSequence(
            0.5 + 0.2 * np.sin(5 * np.arange(n)[:, None, None] / fps) * np.ones((1, 134, 2)), np.ones((n, 134)), fps=fps
        )
        for n, fps in ((60, 30), (240, 120))
    )
    for apply in (filters.gaussian, filters.butterworth):
        assert np.allclose(apply(slow).points[10:50], apply(fast).points[40:200:4], atol=5e-4)


def test_savitzky_golay_keeps_parabolas_and_a_low_pass_keeps_slow_movement() -> None:
    time = np.arange(40)[:, None, None] / 40
    curved = PoseSequence(np.broadcast_to(time**2 - 0.3 * time, (40, 134, 2)), np.ones((40, 134)))
    assert np.allclose(filters.savitzky_golay(curved).points, curved.points)
    assert filters.savitzky_golay(curved, window=0.05) == curved
    assert filters.butterworth(curved, cutoff=12) == curved
    assert error(filters.butterworth(curved), curved) < 0.1


def test_one_euro_looks_back_only() -> None:
    before = noisy(moving(), 1)
    assert filters.one_euro(before[:30]) == filters.one_euro(before)[:30]


def test_outliers_are_found_where_they_are() -> None:
    truth = noisy(moving(), 1, 0.002)
    points = truth.points.copy()
    away = [(10, 95), (30, 120), (31, 5), (45, 100)]
    for t, joint in away:
        points[t, joint] += 0.12
    points[50, 113:] -= 0.2
    away += [(50, joint) for joint in range(113, 134)]
    after = filters.reject_outliers(truth.with_points(points))
    assert sorted(map(tuple, np.argwhere(~after.present).tolist())) == sorted(away)
    assert (after.confidence[~after.present] == 0).all()
    kept = filters.reject_outliers(truth.with_points(points), joints=["left_wrist"])
    assert kept.present.all()


def test_gaps_are_filled_smoothly_and_recognisably() -> None:
    truth = moving()
    confidence = truth.confidence.copy()
    confidence[24] = 0.5
    points = truth.points.copy()
    points[20:24, 95] = np.nan
    points[40:52, 96] = np.nan
    points[:3, 97] = points[-2:, 97] = np.nan
    before = truth.with_points(points, confidence)
    after = filters.fill_gaps(before)
    assert np.allclose(after.points[20:24, 95], truth.points[20:24, 95], atol=3e-3)
    assert np.allclose(after.confidence[20:24, 95], filters.FILLED * 0.5)
    assert np.isnan(after.points[40:52, 96]).all()
    assert np.isnan(after.points[:3, 97]).all()
    assert np.isnan(after.points[-2:, 97]).all()
    assert not np.isnan(filters.fill_gaps(before, limit=0.5).points[40:52, 96]).any()
    assert filters.fill_gaps(before, limit=0) == before


def test_what_is_only_guessed_is_filled_and_held_as_what_is_missing() -> None:
    truth = moving()
    points, confidence = truth.points.copy(), truth.confidence.copy()
    points[20:24, 95], confidence[20:24, 95] = 0.9, 0.01
    points[:6, 96], confidence[:6, 96] = 0.9, 0.2
    confidence[6, 96] = VISIBLE
    after = filters.fill_gaps(truth.with_points(points, confidence), ends=True)
    assert np.allclose(after.points[20:24, 95], truth.points[20:24, 95], atol=3e-3)
    assert np.abs(after.points[:6, 96] - truth.points[6, 96]).max() < 0.3
    assert seen(after).all()
    assert figures(after).missing == 0 < figures(truth.with_points(points, confidence)).missing


def test_ends_are_held_and_a_held_hand_goes_with_its_arm() -> None:
    truth = moving()
    skeleton = truth.skeleton
    left, wrist, nose = skeleton.group("left_hand"), skeleton.index("left_wrist"), skeleton.index("nose")
    points = truth.points.copy()
    points[:12, left] = points[-10:, left] = np.nan
    points[:5, nose] = np.nan
    before = truth.with_points(points)
    assert np.isnan(filters.fill_gaps(before).points[:12, left]).all()
    after = filters.fill_gaps(before, limit=0, ends=True)
    assert after.present[:, [*left, nose]].all()
    np.testing.assert_array_equal(after.points[:5, nose], np.repeat(truth.points[5:6, nose], 5, axis=0))
    on_wrist = after.points[:, left] - after.points[:, [wrist]]
    np.testing.assert_allclose(on_wrist[:12], np.repeat(on_wrist[12:13], 12, axis=0), atol=1e-12)
    np.testing.assert_allclose(on_wrist[-10:], np.repeat(on_wrist[-11:-10], 10, axis=0), atol=1e-12)
    np.testing.assert_array_equal(after.confidence[0, left], filters.FILLED * truth.confidence[12, left])
    part = filters.fill_gaps(before, ends=True, frames=range(3, 20))
    assert not part.present[:3, left].any()
    assert part.present[3:20, left].all()


def exchanged(sequence: PoseSequence, frames, parts: tuple[str, ...] = ("hand",)) -> PoseSequence:
    """`sequence` with left and right hands (and arms) exchanged in some frames, confidence included."""
    skeleton = sequence.skeleton
    joints = [*skeleton.group("left_hand"), *skeleton.group("right_hand")] if "hand" in parts else []
    joints += [skeleton.index(f"{side}_{part}") for side in ("left", "right") for part in parts if part != "hand"]
    points, confidence = sequence.points.copy(), sequence.confidence.copy()
    for values in (points, confidence):
        values[np.ix_(frames, joints)] = values[np.ix_(frames, skeleton.mirror[joints])]
    return sequence.with_points(points, confidence)


@pytest.fixture
def waving() -> PoseSequence:
    poses = bake(library.performance([library.gesture("wave_right")], alive=None))
    return poses.with_points(poses.points, np.linspace(0.5, 1, poses.confidence.size).reshape(poses.confidence.shape))


WRONG_FRAMES = ([20], [0], [5, 6, 7, 30], [*range(20, 65)], [*range(80)])
WRONG_PARTS = (("hand",), ("hand", "wrist", "elbow"), ("wrist", "elbow"), ("wrist",))


@pytest.mark.parametrize(
    ("frames", "parts"),
    # wrists alone against hands, for most of the time: nothing tells which of the two are wrong
    [(f, p) for f in WRONG_FRAMES for p in WRONG_PARTS if p != ("wrist",) or len(f) < 49],
)
def test_exchanged_hands_are_put_right(waving, frames, parts) -> None:
    assert filters.swap_repair(waving) == waving
    wrong = exchanged(waving, frames, parts)
    assert filters.swap_repair(wrong) == waving
    assert filters.swap_repair(wrong, frames=[]) == wrong
    if "hand" in parts:
        assert "swap" not in {finding.code for finding in check_poses((filters.clean(wrong),))}


def test_exchanged_hands_without_a_body_and_with_gaps(waving) -> None:
    body = waving.skeleton.group("body")
    points = waving.points.copy()
    points[:, body] = np.nan
    alone = waving.with_points(points)
    assert filters.swap_repair(exchanged(alone, [12, 13, 50])) == alone
    points[30:33] = np.nan
    points[60:65, waving.skeleton.group("left_hand")] = np.nan
    gappy = waving.with_points(points)
    assert filters.swap_repair(exchanged(gappy, [12, 34, 35])) == gappy


def test_what_is_kept_per_joint_moves_with_exchanged_hands(waving) -> None:
    own = np.tile(np.arange(134.0), (len(waving), 1))
    own[20] = own[20][waving.skeleton.mirror]
    wrong = exchanged(waving, [20])
    wrong = PoseSequence(wrong.points, wrong.confidence, frame_meta={"own": own})
    hands = [*waving.skeleton.group("left_hand"), *waving.skeleton.group("right_hand")]
    assert np.array_equal(filters.swap_repair(wrong).frame_meta["own"][20, hands], hands)


def lengths(sequence: PoseSequence) -> np.ndarray:
    bones = np.array([bone for bone in sequence.skeleton.bones if min(bone) >= 92])
    places = sequence.pixels() if sequence.points.shape[2] == 2 else sequence.points
    return np.linalg.norm(places[:, bones[:, 0]] - places[:, bones[:, 1]], axis=2)


def test_bones_lose_their_flicker_but_not_their_foreshortening(waving) -> None:
    rough = noisy(waving, 3)
    after = filters.steady_bones(rough)
    assert figures(after).bone_flicker < 0.3 * figures(rough).bone_flicker
    roots = [92, 113]
    assert same_bits(after.points[:, roots], rough.points[:, roots])
    assert error(filters.steady_bones(waving), waving) < 0.1
    change = np.abs(lengths(filters.steady_bones(waving)) - lengths(waving)).mean()
    assert change < 0.1 * np.ptp(lengths(waving), axis=0).mean()
    solid = noisy(moving(dimensions=3), 3)
    assert np.ptp(lengths(filters.steady_bones(solid)), axis=0).max() < 1e-9


@given(st.sampled_from([5, 12, 23.976, 24, 25, 30, 60, 120]), st.integers(0, 1000))
@settings(max_examples=20)
def test_resampling_keeps_places_times_and_gaps(fps, seed) -> None:
    before = holed(moving(40, seed), seed)
    after = filters.resample(before, fps)
    assert after.fps == Fraction(fps)
    last = (len(after) - 1) / after.fps
    assert last <= (len(before) - 1) / before.fps < last + 1 / after.fps
    for i in range(len(after)):
        at = i * before.fps / after.fps
        if at.denominator == 1:
            assert np.allclose(after.points[i], before.points[int(at)], equal_nan=True)
        else:
            both = before.present[int(at)] & before.present[int(at) + 1]
            assert np.array_equal(after.present[i], both)
    assert filters.resample(before, 24) == before


def test_resampling_there_and_back_and_what_a_frame_carries() -> None:
    before = moving(61)
    assert error(filters.resample(filters.resample(before, 60), 24), before) < 0.01
    before = before[:60]
    marked = PoseSequence(before.points, before.confidence, frame_meta={"names": [str(i) for i in range(60)]})
    assert filters.resample(marked, 12).frame_meta["names"] == tuple(str(2 * i) for i in range(30))
    assert filters.resample(marked, 48).frame_meta["names"][:4] == ("0", "1", "1", "2")
    with pytest.raises(InvalidValue, match="frames per second"):
        filters.resample(before, 0)
    with pytest.raises(InvalidValue, match="frames per second"):
        filters.resample(before, 10**400)


def test_a_loop_is_closed_without_a_jump() -> None:
    before = moving(60)
    after = filters.close_loop(before)
    assert same_bits(after.points[:-12], before.points[:-12])
    steps = np.linalg.norm(np.diff(before.points, axis=0), axis=2)
    assert np.linalg.norm(after.points[0] - after.points[-1], axis=1).max() < steps.max()
    assert np.linalg.norm(np.diff(after.points, axis=0), axis=2).max() < 4 * steps.max()
    assert filters.close_loop(before[:1]) == before[:1]
    one = filters.close_loop(before, joints=["nose"])
    assert same_bits(one.points[:, 1:], before.points[:, 1:])


@given(st.integers(0, 10**6), st.sampled_from([0.003, 0.005, 0.01]), st.sampled_from([2, 3]))
@settings(max_examples=20)
@example(0, 0.02, 2)
def test_clean_halves_noise_and_leaves_clean_movement(seed, size, dimensions) -> None:
    truth = moving(120, seed, dimensions)
    assert error(filters.clean(truth), truth) < 0.01
    rough = noisy(truth, seed, size)
    assert error(filters.clean(rough), truth) < 0.5 * error(rough, truth)


def test_clean_repairs_everything_at_once(waving) -> None:
    random = np.random.default_rng(8)
    points = noisy(waving, 8).points.copy()
    points[[15, 16, 40, 70]] = np.nan
    for t, joint in zip(random.integers(5, 75, 20), random.integers(92, 134, 20), strict=True):
        points[t, joint] += 0.1
    spoiled = exchanged(waving.with_points(points), [30, 31, 50])
    after = filters.clean(spoiled)
    assert error(after, waving) < 0.3 * error(spoiled, waving)
    hands = slice(92, 134)
    assert after.present[:, hands].all()
    filled = ~waving.with_points(points).present & waving.present
    assert (after.confidence[filled] < waving.confidence[filled]).all()
    assert (after.confidence[filled] > 0).all()
    untouched = filters.clean(spoiled, smooth="off", fill=0, swap=False)
    assert untouched == filters.reject_outliers(spoiled)


@pytest.mark.parametrize("name", ["01", "03", "fight", "good"])
def test_clean_on_official_sequences(shared, name) -> None:
    (truth,) = read_poses(shared / "data/echomimic_v2/pose" / name, get("echomimic").name)
    moved = 100 * np.linalg.norm(filters.clean(truth).points - truth.points, axis=2)
    assert np.sqrt(np.nanmean(moved**2)) < 0.05
    assert np.nanquantile(moved, 0.95) < 0.1
    assert (filters.clean(truth).confidence == truth.confidence).all()
    for seed in range(4):
        rough = noisy(truth, seed)
        assert error(filters.clean(rough), truth) < 0.5 * error(rough, truth)
        random = np.random.default_rng(seed)
        points = rough.points.copy()
        off = random.random(points.shape[:2]) < 0.005
        points[off] += random.choice([-0.1, 0.1], (off.sum(), 2))
        for start in random.integers(5, len(truth) - 8, 3):
            points[start : start + random.integers(1, 4)] = np.nan
        spoiled = rough.with_points(points)
        assert error(filters.clean(spoiled), truth) < 0.5 * error(spoiled, truth)


@given(st.integers(0, 10**6), st.sampled_from([12, 42, 136]), st.floats(1e-4, 10))
@settings(max_examples=20)
def test_the_level_of_noise_is_found(seed, signals, size) -> None:
    random = np.random.default_rng(seed)
    movement = 100 * size * np.sin(np.arange(120)[:, None] / 9 + random.random()) * random.random(signals)
    assert noise_level(movement + size * random.standard_normal((120, signals)), 16) == pytest.approx(size, rel=0.3)


def test_denoise_scales_with_its_curves_and_knows_its_floor() -> None:
    curves = noisy(moving(), 1).points[:, 92:113]
    calm = denoise(curves, 24)
    assert np.allclose(denoise(1000 * curves, 24), 1000 * calm)
    assert denoise(curves, 24, floor=0.01) is curves
    assert denoise(curves[:7], 24) is not None
    assert np.array_equal(denoise(curves, 6), curves)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: filters.gaussian(s, sigma=0), "sigma of 0"),
        (lambda s: filters.gaussian(s, sigma=float("nan")), "sigma of nan"),
        (lambda s: filters.butterworth(s, cutoff=-1), "cutoff of -1"),
        (lambda s: filters.savitzky_golay(s, order=99), "order of 99"),
        (lambda s: filters.one_euro(s, beta=-1), "beta of -1"),
        (lambda s: filters.fill_gaps(s, limit=float("inf")), "limit of inf"),
        (lambda s: filters.denoise(s, floor=-1), "floor of -1"),
        (lambda s: filters.reject_outliers(s, sigmas=0), "sigmas of 0"),
        (lambda s: filters.reject_outliers(s, joints=["tail"]), "no joint 'tail'"),
        (lambda s: filters.one_euro(s, frames=[99]), "frames that are not there"),
        (lambda s: filters.clean(s, smooth="magic"), "no smoother is called 'magic'"),
        (lambda s: filters.close_loop(s, duration=0), "duration of 0"),
    ],
)
def test_impossible_settings_are_named(call, words) -> None:
    with pytest.raises(InvalidValue, match=words):
        call(moving(5))


@given(st.integers(0, 2**32 - 1), st.floats(-0.45, 0.45))
def test_retiming_puts_an_even_movement_on_the_clock(seed, most) -> None:
    random = np.random.default_rng(seed)
    ticks = np.arange(20) / 24
    seconds = np.sort(ticks + most * random.random(20) / 24)
    places = np.stack([0.1 + 0.5 * seconds, 0.9 - 0.3 * seconds], axis=1)[:, None]
    moved = PoseSequence(np.repeat(places, 134, axis=1), np.ones((20, 134)))
    there = filters.retime(moved, seconds)
    inside = (seconds[0] <= ticks) & (ticks <= seconds[-1])
    assert np.allclose(there.points[inside, 0, 0], 0.1 + 0.5 * ticks[inside])
    assert np.array_equal(there.present, moved.present)
    assert np.allclose(filters.retime(moved, ticks).points, moved.points)


def test_retiming_wants_moments_that_go_on() -> None:
    for seconds in ([0, 2, 1], [0, 1], [0, np.nan, 1]):
        with pytest.raises(InvalidValue, match="moments"):
            filters.retime(make_sequence(3), np.array(seconds, dtype=float))


def test_from_its_wrist_a_hand_does_not_see_the_arm_swing() -> None:
    still = make_sequence(1)
    points = np.repeat(still.points, 30, axis=0)
    swing = 0.2 * np.sin(np.arange(30) / 5)[:, None, None]
    joints = np.append(still.skeleton.group("left_hand"), still.skeleton.index("left_wrist"))
    points[:, joints] += swing
    sequence = PoseSequence(points, np.where(np.isnan(points[..., 0]), 0, 1))
    seen = []
    same = filters.from_wrists(sequence, lambda within: seen.append(within) or within)
    hand = still.skeleton.group("left_hand")
    assert np.allclose(same.points, sequence.points, equal_nan=True)
    assert np.ptp(sequence.points[:, hand], axis=0).max() > 0.3
    assert np.ptp(seen[0].points[:, hand], axis=0).max() < 1e-9
