"""Figures: each against something known, and against what was measured on EchoMimicV2's own sequences."""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseforge.errors import InvalidValue
from poseforge.figures import compare, figures
from poseforge.formats import read_poses
from poseforge.retarget import to_skeleton
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue
from samples import make_sequence

HANDS = [*range(92, 134)]


def standing(frames: int = 30, **rest) -> PoseSequence:
    one = make_sequence(1, low=0.3, high=0.7)
    return PoseSequence(np.tile(one.points, (frames, 1, 1)), np.full((frames, 134), 0.8) * one.present, **rest)


def moved(sequence: PoseSequence, frames, joints, by) -> PoseSequence:
    points = sequence.points.copy()
    points[np.ix_(np.atleast_1d(frames), np.atleast_1d(joints))] += by
    return sequence.with_points(points)


def test_a_still_sequence_has_quiet_figures() -> None:
    found = figures(standing())
    assert found.jitter == pytest.approx(0, abs=1e-9)
    assert (found.largest_jump, found.missing, found.outside, found.loop_gap) == (0, 0, 0, 0)
    assert (found.hkc, found.hkv) == (pytest.approx(0.8), pytest.approx(0, abs=1e-9))
    assert found.bone_flicker == pytest.approx(0, abs=1e-9)


def test_each_figure_measures_its_own() -> None:
    still = standing(size=(768, 1536))
    last = figures(moved(still, 29, 95, (0.03, 0.02)))
    assert last.loop_gap == last.largest_jump == pytest.approx(0.05)  # (0.03, 0.04) in canvas widths
    gone = moved(still, range(6), HANDS, np.nan)
    assert figures(gone).missing == pytest.approx(0.2)
    assert figures(gone).hkc == pytest.approx(0.8 * 0.8)
    assert figures(moved(still, range(15), HANDS, 2)).outside == pytest.approx(0.5)
    swinging = moved(still, range(15), HANDS, (0.1, 0))
    assert figures(swinging).hkv == pytest.approx(0.05 * 768 / 2)  # x swings by 0.05, y not at all
    random = np.random.default_rng(0)
    rough = still.with_points(still.points + 0.003 * random.standard_normal(still.points.shape))
    assert figures(rough).jitter > figures(still).jitter + 0.1
    assert figures(rough).bone_flicker > 1
    assert figures(rough, ["nose"]).hkc != figures(rough, ["nose"]).hkc  # no hand, no figure
    assert figures(moved(still, range(15), 0, 0.1)) == figures(still)  # the nose is no hand
    with pytest.raises(InvalidValue, match="no joint 'tail'"):
        figures(still, ["tail"])


@pytest.mark.parametrize("skeleton", list(catalogue.values()), ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("frames", [0, 1, 4, 40])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_any_sequence_has_figures(skeleton, frames, dimensions) -> None:
    random = np.random.default_rng(frames)
    points = random.random((frames, len(skeleton), dimensions))
    points[random.random(points.shape[:2]) < 0.3] = np.nan
    confidence = 0.5 * ~np.isnan(points[..., 0])
    for sequence in (PoseSequence(points, confidence, skeleton), PoseSequence(points * np.nan, 0 * confidence, skeleton)):
        found = figures(sequence)
        assert all(np.isnan(value) or value >= 0 for value in astuple(found))
        assert np.isnan(found.outside) or dimensions == 2


def turned(points: np.ndarray, random: np.random.Generator, mirror: bool = False) -> np.ndarray:
    """(T, K, D) points turned, scaled and moved, and mirrored if asked for."""
    turn, _ = np.linalg.qr(random.standard_normal((points.shape[2],) * 2))
    turn[0] *= np.linalg.det(turn) * (-1 if mirror else 1)
    return random.uniform(0.5, 2) * points @ turn + random.standard_normal(points.shape[2])


@given(st.integers(0, 10**6), st.sampled_from([2, 3]))
@settings(max_examples=20)
def test_alignment_takes_off_turns_scales_and_moves_but_no_mirror(seed, dimensions) -> None:
    random = np.random.default_rng(seed)
    points = random.random((4, 134, dimensions))
    a, b, c = (
        PoseSequence(places, np.ones((4, 134)))
        for places in (points, turned(points, random), turned(points, random, mirror=True))
    )
    for part in compare(a, b).values():
        assert part.pa_mpjpe < 1e-9 < part.mpjpe
    assert compare(a, c)["all"].pa_mpjpe > 1
    rough = a.with_points(points + 0.01 * random.standard_normal(points.shape))
    assert compare(a, rough)["all"].pa_mpjpe_percent == pytest.approx(compare(rough, a)["all"].pa_mpjpe_percent, rel=0.1)


def test_distances_are_in_pixels_and_percent_of_the_canvas() -> None:
    a = standing(size=(500, 1000))
    found = compare(a, moved(a, range(30), HANDS, (0.03, 0.02)))
    assert found["left_hand"].mpjpe == pytest.approx(25)  # (15, 20) pixels
    assert found["left_hand"].mpjpe_percent == pytest.approx(5)
    assert found["left_hand"].pa_mpjpe == pytest.approx(0, abs=1e-9)
    assert found["face"].mpjpe == 0
    assert found["all"].points == 30 * 128
    assert found["all"].mpjpe == pytest.approx(25 * 42 / 128)
    assert "feet" not in found
    solid = PoseSequence(np.random.default_rng(1).random((2, 134, 3)), np.ones((2, 134)))
    assert compare(solid, moved(solid, [0, 1], range(134), (0, 0, 0.01)))["all"].mpjpe == pytest.approx(10)  # mm


def test_only_what_both_have_is_compared() -> None:
    a = standing()
    b = moved(a, range(10), range(134), np.nan)
    assert compare(a, b)["all"].points == 20 * 128
    coco = to_skeleton(a, catalogue["coco-wholebody-133"])
    assert compare(a, coco)["all"].mpjpe == 0
    two = moved(a, range(30), [i for i in range(134) if i not in (92, 93)], np.nan)
    assert np.isnan(compare(a, two)["all"].pa_mpjpe)
    same = PoseSequence(np.full((3, 134, 2), 0.5), np.ones((3, 134)))
    assert compare(standing(3), same)["all"].pa_mpjpe > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s[:-1], "30 and 29 frames; give both"),
        (lambda s: PoseSequence(s.points, s.confidence, fps=25), "24 and 25 frames per second; resample"),
        (lambda s: PoseSequence(s.points, s.confidence, size=(10, 20)), "canvases of 768x768 and 10x20"),
        (lambda s: PoseSequence(np.zeros((30, 134, 3)), s.confidence), "2D and 3D"),
        (lambda s: s.with_points(s.points * np.nan), "nothing to compare"),
    ],
)
def test_what_cannot_be_compared_is_named(change, words) -> None:
    with pytest.raises(InvalidValue, match=words):
        compare(standing(), change(standing()))


@pytest.mark.parametrize(
    ("name", "left_jitter", "right_jitter", "jump", "gap", "hkc", "hkv"),
    [
        ("01", 0.19, 0.23, 0.144, 0.02, 0.983, 60.4),
        ("03", 0.13, 0.15, 0.098, 0.03, 0.869, 21.7),
        ("fight", 0.08, 0.64, 0.150, 0.05, 0.973, 88.8),
        ("good", 0.12, 0.45, 0.075, 0.17, 0.986, 60.5),
    ],
)
def test_official_sequences(shared, name, left_jitter, right_jitter, jump, gap, hkc, hkv) -> None:
    (person,) = read_poses(shared / "data/echomimic_v2/pose" / name, "echomimic")
    found = figures(person)
    assert (found.largest_jump, found.loop_gap) == (pytest.approx(jump, abs=1e-3), pytest.approx(gap, abs=6e-3))
    assert (found.hkc, found.hkv) == (pytest.approx(hkc, abs=1e-3), pytest.approx(hkv, abs=0.1))
    assert found.missing == 0
    for side, jitter in (("left", left_jitter), ("right", right_jitter)):
        hand = [person.skeleton.joints[i] for i in person.skeleton.group(f"{side}_hand")]
        assert figures(person, hand).jitter == pytest.approx(jitter, abs=6e-3)
