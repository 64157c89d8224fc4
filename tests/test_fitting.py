"""Poses fitted to a picture: what a Fit does, and that the right one is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge import library
from poseforge.errors import InvalidValue
from poseforge.figures import figures
from poseforge.fitting import Fit, Rest, estimate, fit
from poseforge.performer import HALF_BODY, performer
from poseforge.proportions import measure
from poseforge.rig import Motion, Rig
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake
from samples import make_motion, make_sequence

ANYTHING = Fit(
    (0.05, -0.1), 0.8, 6.0, 1.1, 0.9, 1.1, 0.95, 0.8,
    {"left": Rest((0.6, 0.9), (0.1, -0.2), (0.05, 0.0), 15.0), "right": Rest((0.4, 0.9), (-0.2, -0.1))},
)  # fmt: skip


@pytest.fixture(scope="module")
def person() -> PoseSequence:
    """The performer, who waves and then rests."""
    return bake(library.performance([library.gesture("wave_right")], alive=3))


def seen(rig: Rig, motion: Motion) -> PoseSequence:
    return replace(HALF_BODY, margin=None).project(rig.forward(replace(motion, rig=rig)))


def farthest(a: PoseSequence, b: PoseSequence, *groups: str) -> float:
    """The largest distance of the same points, in canvases."""
    joints = np.concatenate([a.skeleton.group(group) for group in groups or ("body", "face", "left_hand", "right_hand")])
    return float(np.nanmax(np.linalg.norm(a.points - b.points, axis=2)[:, joints]))


def similar(sequence: PoseSequence, scale: float, x: float, y: float) -> PoseSequence:
    return sequence.with_points(0.5 + scale * (sequence.points - 0.5) + (x, y))


def test_a_fit_of_nothing_changes_nothing(person) -> None:
    assert fit(person, Fit()) is person
    still = Fit(rests={"left": Rest((0.6, 0.9), (0.0, 0.0)), "right": Rest((0.1, 0.1), (0.0, 0.0))})
    np.testing.assert_allclose(fit(person, still).points, person.points, atol=1e-12)


@pytest.mark.parametrize("frame", [0, -1])
def test_a_sequence_fits_its_own_resting_frame_as_it_is(person, frame: int) -> None:
    own = person[[frame]]
    assert farthest(fit(person, estimate(own, person)), person) < 0.02


@given(st.floats(0.5, 1.6), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_the_same_person_elsewhere_and_of_another_size_is_found(scale: float, x: float, y: float) -> None:
    one = seen(performer(), make_motion(6, size=0.03))
    there = similar(one, scale, x, y)
    assert farthest(fit(one, estimate(there, one)), there) < 0.01


def test_a_body_of_other_proportions_is_found(person) -> None:
    rig = performer()
    grown = {"shoulder": 1.12, "elbow": 1.15, "wrist": 1.15}
    fingers = ("thumb", "index", "middle", "ring", "little")
    factors = [
        0.8 if name.split("_")[1:2] and name.split("_")[1] in fingers else grown.get(name.split("_")[-1], 1.0)
        for name in rig.skeleton.joints
    ]
    smaller = {
        name: (joint, tuple(0.8 * np.array(place)) if name.endswith("_4") else place)
        for name, (joint, place) in rig.landmarks.items()
    }
    other = replace(rig, offsets=rig.offsets * np.array(factors)[:, None], landmarks=smaller)
    motion = make_motion(24, size=0.1)
    one, wanted = seen(rig, motion), seen(other, motion)
    found = estimate(wanted[:1], one)
    assert found.scale * found.hands == pytest.approx(0.8, rel=0.05)
    assert found.scale * found.arms == pytest.approx(1.15, rel=0.05)
    assert farthest(fit(one, found), wanted, "left_hand", "right_hand") < 0.35 * farthest(
        one, wanted, "left_hand", "right_hand"
    )
    assert measure(fit(one, found)).shoulders == pytest.approx(measure(wanted[:1]).shoulders, rel=0.02)


def test_arms_that_point_to_the_camera_make_no_short_arms(person) -> None:
    points = np.array(person[:1].points)
    for side in ("left", "right"):
        shoulder = points[0, person.skeleton.index(f"{side}_shoulder")]
        arm = [person.skeleton.index(f"{side}_{joint}") for joint in ("elbow", "wrist")]
        points[0, arm] = shoulder + 0.25 * (points[0, arm] - shoulder)
    found = estimate(person[:1].with_points(points), person)
    assert found.scale * found.arms == pytest.approx(1, abs=0.05)


def test_shoulders_hands_and_rest_come_to_the_picture(person) -> None:
    target = fit(person[:1], Fit((0.03, 0.06), 0.7, 4.0, 1.1, 1.0, 1.1, 1.0, 1.3, {"left": Rest((0.55, 0.9), (0.2, -0.2))}))
    made = fit(person, estimate(target, person))
    for joint in ("left_shoulder", "right_shoulder", "nose", "left_hand_root", "right_hand_root", "left_elbow"):
        np.testing.assert_allclose(made.joint(joint)[0], target.joint(joint)[0], atol=0.01, err_msg=joint)
    assert measure(made).hand == pytest.approx(measure(target).hand, rel=0.05)


def test_every_frame_is_fitted_alike(person) -> None:
    whole = fit(person, ANYTHING)
    for frame in (0, 17, len(person) - 1):
        np.testing.assert_allclose(fit(person[[frame]], ANYTHING).points[0], whole.points[frame], atol=1e-12)


def test_hands_keep_their_shape(person) -> None:
    made = fit(person, ANYTHING)
    for side in ("left", "right"):
        before, after = (one.pixels()[:, one.skeleton.group(f"{side}_hand")] for one in (person, made))
        spans = [np.linalg.norm(hand[:, :, None] - hand[:, None], axis=3) for hand in (before, after)]
        np.testing.assert_allclose(spans[1], spans[0] * ANYTHING.scale * ANYTHING.hands, atol=1e-6)


def test_nothing_trembles_more_than_before(person) -> None:
    noisy = person.with_points(person.points + 0.003 * np.random.default_rng(4).standard_normal(person.points.shape))
    before, after = figures(noisy), figures(fit(noisy, ANYTHING))
    assert after.jitter < before.jitter
    assert after.bone_flicker == pytest.approx(before.bone_flicker, rel=0.02)


@given(st.integers(0, 2**32 - 1))
def test_missing_points_stay_missing_and_no_other_goes(seed: int) -> None:
    one = make_sequence(5, seed % 1000)
    points = np.array(one.points)
    points[np.random.default_rng(seed).random(points.shape[:2]) < 0.3] = np.nan
    holed = one.with_points(points)
    made = fit(holed, ANYTHING)
    np.testing.assert_array_equal(made.present, holed.present)
    np.testing.assert_array_equal(made.confidence, holed.confidence)


def test_a_shoulder_that_is_lost_for_a_frame_moves_no_hand(person) -> None:
    points = np.array(person.points)
    points[10, person.skeleton.index("left_shoulder")] = np.nan
    lost, whole = fit(person.with_points(points), ANYTHING), fit(person, ANYTHING)
    np.testing.assert_allclose(lost.joint("left_index_4"), whole.joint("left_index_4"), atol=1e-3)


@given(
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.tuples(st.floats(-0.8, 0.8), st.floats(-0.8, 0.8)),
    st.floats(0.3, 2),
    st.floats(0.5, 1.5),
)
def test_no_two_places_become_one(at, way, scale: float, arms: float) -> None:
    """The wrist's place as a function of where it was has a positive Jacobian everywhere."""
    side = np.linspace(-0.5, 1.5, 21)
    grid = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1)
    points = np.full((grid[..., 0].size, 134, 2), np.nan)
    index = make_sequence(1).skeleton.index
    points[:, index("left_wrist")] = grid.reshape(-1, 2)
    points[:, index("left_shoulder")], points[:, index("right_shoulder")] = (0.7, 0.4), (0.3, 0.4)
    one = PoseSequence(points, (~np.isnan(points[..., 0])).astype(float))
    made = fit(one, Fit(scale=scale, arms=arms, rests={"left": Rest(at, way)})).joint("left_wrist").reshape(grid.shape)
    down, across = np.diff(made, axis=0)[:, :-1], np.diff(made, axis=1)[:-1]
    assert (down[..., 0] * across[..., 1] - down[..., 1] * across[..., 0] > 0).all()


def test_hands_alone_are_fitted_by_their_place_and_size(person) -> None:
    points = np.array(person.points)
    points[:, :92] = np.nan
    hands = person.with_points(points)
    there = similar(hands, 0.7, 0.1, -0.1)
    assert farthest(fit(hands, estimate(there[:1], hands)), there, "left_hand", "right_hand") < 0.02


def test_other_skeletons_are_fitted_too(person) -> None:
    from poseforge.retarget import to_skeleton
    from poseforge.skeleton import catalogue

    hands = to_skeleton(person, catalogue["hands-42"])
    assert fit(hands, Fit(scale=0.5)).joint("left_index_4") == pytest.approx(0.5 + 0.5 * (hands.joint("left_index_4") - 0.5))
    coco = to_skeleton(person, catalogue["coco-17"])
    made = fit(coco, replace(ANYTHING, rests={}))
    np.testing.assert_allclose(made.joint("left_wrist"), fit(person, replace(ANYTHING, rests={})).joint("left_wrist"))


@pytest.mark.parametrize(
    "junk",
    [{"scale": 0}, {"scale": float("nan")}, {"arms": -1}, {"hands": "big"}, {"shift": (1,)}, {"shift": 3}, {"tilt": 1e9},
     {"rests": {"middle": Rest((0, 0), (0, 0))}}],
)  # fmt: skip
def test_a_fit_of_nonsense_is_refused(junk) -> None:
    with pytest.raises(InvalidValue):
        Fit(**junk)
    with pytest.raises(InvalidValue):
        Rest((0, float("inf")), (0, 0))


def test_what_cannot_be_fitted_is_told(person) -> None:
    with pytest.raises(InvalidValue, match="1920x1080"):
        estimate(replace(person, size=(1920, 1080)), person)
    with pytest.raises(InvalidValue, match="nothing can be fitted"):
        estimate(person.with_points(np.full_like(person.points, np.nan)), person)
    with pytest.raises(InvalidValue, match="Camera"):
        estimate(person, performer().forward(make_motion(3)))


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_whatever_the_poses_the_answer_is_finite_or_a_plain_no(seed: int, gone: float) -> None:
    random = np.random.default_rng(seed)
    people = []
    for frames in (1, 5):
        points = np.round(random.normal(0.5, 0.5, (frames, 134, 2)), 1)  # many joints at the same place
        points[random.random(points.shape[:2]) < gone] = np.nan
        people.append(PoseSequence(points, np.where(np.isnan(points[..., 0]), 0, 1.0)))
    try:
        how = estimate(*people)
    except InvalidValue:
        return
    assert np.isfinite(fit(people[1], how).points[people[1].present]).all()


def test_an_arm_that_is_raised_from_where_it_was_moved_keeps_its_length(person) -> None:
    """Where the hand is raised, the elbow does not stay where it rests in the picture: a forearm would grow."""
    at = tuple(person.joint("right_hand_root")[-1])
    how = Fit(rests={"right": Rest(at, (-0.1, -0.3), (0.12, 0.1))})
    fitted = fit(person, how)

    def forearms(sequence: PoseSequence) -> np.ndarray:
        pixels = sequence.pixels()
        return np.linalg.norm(pixels[:, sequence.skeleton.index("right_wrist")]
                              - pixels[:, sequence.skeleton.index("right_elbow")], axis=1)  # fmt: skip

    raised = np.argmin(person.joint("right_wrist")[:, 1])
    way = np.linalg.norm(np.multiply((0.12, 0.1), person.size))
    assert forearms(fitted)[-1] != pytest.approx(forearms(person)[-1], rel=0.1)  # where it rests it is as in the picture
    assert (forearms(fitted) <= forearms(person) + way + 1e-6).all()
    assert forearms(fitted)[raised] < forearms(person)[raised] + 0.7 * way
