"""Gestures for speech: on the beat, never alike, resting in pauses, as fast as people are."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.audio import read_audio
from poseforge.errors import InvalidValue
from poseforge.figures import figures
from poseforge.filters import close_loop
from poseforge.gesturing import IDLE, STYLES, autogesture, fill, stroke_of
from poseforge.library import gesture
from poseforge.quality import check_poses
from poseforge.sequence import PoseSequence
from poseforge.speech import Speech, analyse
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Media, Project, RigTrack, of_sequence, resting
from samples import make_project, make_sequence


def talk(seed: int = 0, duration: float = 20.0) -> Speech:
    """Phrases of a few seconds with beats, and pauses between them."""
    random = np.random.default_rng(seed)
    spoken, beats, at = [], [], 0.3
    while at < duration - 3:
        end = at + random.uniform(1.5, 5)
        end = min(end, duration - 0.2)
        times = np.arange(at + 0.1, end - 0.1, 0.22)
        beats.extend(times + random.uniform(-0.05, 0.05, len(times)))
        spoken.append((at, end))
        at = end + random.choice([0.3, 0.9, 2.5, 8.0], p=[0.3, 0.3, 0.3, 0.1])
    return Speech(duration, np.array(spoken), np.array(beats), random.random(len(beats)))


def gestured(speech: Speech, style: str = "natural", seed: int = 0) -> Project:
    return autogesture(resting(round(speech.duration * 24)), speech, style, seed)


def strokes(project: Project) -> list:
    return [clip for clip in project.tracks[-1].clips if stroke_of(clip) is not None]


@given(st.integers(0, 200), st.sampled_from(sorted(STYLES)))
def test_strokes_lie_on_beats_and_are_never_alike_in_a_row(seed: int, style: str) -> None:
    speech = talk(seed)
    made = strokes(gestured(speech, style, seed))
    for clip in made:
        assert np.abs(speech.beats * 24 - stroke_of(clip)).min() <= 0.5
    frames = [stroke_of(clip) for clip in made]
    assert frames == sorted(frames)
    assert all(b - a >= STYLES[style].spacing * 24 - 1 for a, b in pairwise(frames))
    assert all(a.name != b.name for a, b in pairwise(made))


def test_a_seed_decides_and_the_clips_are_ordinary() -> None:
    speech = talk()
    project = gestured(speech, seed=3)
    assert project == gestured(speech, seed=3)
    assert project != gestured(speech, seed=4)
    clip = project.tracks[-1].clips[0]
    moved = edits.move_clip(project, clip.id, clip.start + 5)
    assert stroke_of(moved.clip(clip.id)[1]) == stroke_of(clip) + 5


@pytest.mark.parametrize("style", STYLES)
def test_it_moves_as_recorded_people_talk(style: str) -> None:
    """Figures of calm talking in EchoMimicV2's sequences, in canvas widths and seconds; of the hand that moves more."""
    rows = []
    for seed in range(4):
        poses = bake(gestured(talk(seed, 30), style, seed))
        hands = []
        for side in ("left", "right"):
            wrist = poses.joint(f"{side}_wrist")
            speed = np.linalg.norm(np.diff(wrist, axis=0), axis=1) * 24
            acceleration = np.linalg.norm(np.diff(wrist, 2, axis=0), axis=1) * 24**2
            hands.append((np.quantile(speed, 0.95), speed.max(), np.quantile(acceleration, 0.95), (speed < 0.05).mean()))
        rows.append(max(hands))
    fast, fastest, acceleration, rest = np.array(rows).T
    assert (fast > 0.15).all()
    assert (fast < 0.55).all()
    assert (fastest < 1.6).all()
    assert (acceleration < 14).all()
    assert (rest > 0.3).all()
    assert 0.4 < rest.mean() < 0.85


def test_hands_rest_in_pauses() -> None:
    beats = np.array([1.5, 2.3, 7.5, 8.4])
    speech = Speech(12.0, np.array([[1.2, 2.6], [7.2, 8.8]]), beats, np.full(4, 0.9))
    poses = bake(gestured(speech))
    still = bake(resting(288))
    pause = slice(round(2.6 * 24) + 36, round(7.2 * 24) - 24)
    hands = np.arange(92, 134)
    np.testing.assert_allclose(poses.points[pause][:, hands], still.points[pause][:, hands], atol=0.025)  # the body sways
    assert np.abs(poses.joint("right_wrist")[36] - still.joint("right_wrist")[36]).max() > 0.0
    assert not check_poses((poses,))


def test_the_head_moves_with_the_voice_and_never_much() -> None:
    for seed in range(3):
        head = bake(gestured(talk(seed, 30), seed=seed)).joint("nose")
        assert 0.01 < np.ptp(head, axis=0).max() < 0.05  # recorded people: 0.01 to 0.04
        assert np.linalg.norm(np.diff(head, axis=0), axis=1).max() * 24 < 0.2


def test_idles_fill_long_silence_and_nothing_else_does() -> None:
    silent = Speech(30.0, np.zeros((0, 2)), np.zeros(0), np.zeros(0))
    clips = gestured(silent).tracks[-1].clips
    assert clips
    assert {clip.name for clip in clips} == {IDLE}
    assert all(a.end <= b.start for a, b in pairwise(clips))


def test_what_is_placed_by_hand_is_left_alone() -> None:
    silent = Speech(20.0, np.zeros((0, 2)), np.zeros(0), np.zeros(0))
    wave = gesture("wave_right")
    placed = edits.add_clip(resting(480), "performer", wave.motion(), 5, joints=wave.keys, blend=0)
    for speech in (silent, talk(3, 20)):
        after = bake(autogesture(placed, speech, "lively", 1))
        np.testing.assert_allclose(after.points[10:90], bake(placed).points[10:90], atol=0.03)  # the body sways


def test_a_sound_that_begins_late_moves_its_strokes() -> None:
    speech = talk(1)
    project = replace(resting(600), audio=Media("voice.wav", "0" * 64, start=48))
    late = strokes(autogesture(project, speech, "natural", 0))
    for clip in late:
        assert np.abs(speech.beats * 24 + 48 - stroke_of(clip)).min() <= 0.5
    with pytest.raises(InvalidValue, match="calm, natural, lively"):
        autogesture(project, speech, "wild")


def test_gestures_lie_over_detected_poses() -> None:
    project = of_sequence(make_sequence(240, low=0.4, high=0.6))
    speech = talk(2, 10)
    over = autogesture(project, speech, "lively", 1)
    assert isinstance(over.tracks[-1], RigTrack)
    assert (bake(over).joint("right_index_4") != bake(project).joint("right_index_4")).any()
    np.testing.assert_array_equal(bake(over).joint("nose"), bake(project).joint("nose"))


@pytest.mark.parametrize("name", ["fighting", "good"])
@pytest.mark.parametrize("style", STYLES)
def test_on_recorded_speech(shared, name: str, style: str) -> None:
    speech = analyse(read_audio(shared / "data/echomimic_v2/audio" / f"{name}.wav"))
    for seed in range(3):
        project = gestured(speech, style, seed)
        made = strokes(project)
        assert len(made) >= 2
        assert all(np.abs(speech.beats * 24 - stroke_of(clip)).min() <= 1 for clip in made)
        for side in ("left", "right"):
            speed = np.linalg.norm(np.diff(bake(project).joint(f"{side}_wrist"), axis=0), axis=1) * 24
            assert speed.max() < 1.3
            assert np.quantile(speed, 0.95) < 0.49


@pytest.mark.parametrize("how", ["loop", "ping_pong", "idle"])
@given(seed=st.integers(0, 20), more=st.integers(1, 300))
def test_filling_reaches_the_length_and_keeps_what_was_there(how, seed: int, more: int) -> None:
    project = of_sequence(make_sequence(30, seed, low=0.4, high=0.6))
    filled = fill(project, 30 + more, how)
    seen = bake(filled)
    assert len(seen) == 30 + more
    seam = 0 if how == "ping_pong" else 12
    np.testing.assert_array_equal(seen.points[: 30 - seam], bake(project).points[: 30 - seam])
    assert seen.present[:, 92:].all()


def test_passes_meet_without_a_jump() -> None:
    gesture = edits.add_clip(resting(60), "performer", make_project().clip("one")[1].source, 10)
    long = fill(gesture, 400, "loop")
    step = np.nanmax(np.linalg.norm(np.diff(bake(long).points, axis=0), axis=2))
    own = np.nanmax(np.linalg.norm(np.diff(bake(gesture).points, axis=0), axis=2))
    assert step < own + 0.03
    back = bake(fill(gesture, 180, "ping_pong"))
    np.testing.assert_allclose(back.points[60:119], bake(gesture).points[58::-1], atol=1e-9)


def swinging(frames: int, turns: float = 1.0) -> PoseSequence:
    """All points swing to and fro in a tenth of the canvas, from their middle on, some times over the frames."""
    still = make_sequence(1)[[0] * frames]
    way = 0.05 * np.sin(2 * np.pi * turns * np.arange(frames) / frames)
    return still.with_points(still.points + way[:, None, None])


def test_a_closed_loop_follows_itself_and_an_open_one_grows_out_of_itself() -> None:
    swing = swinging(60)
    filled = bake(fill(of_sequence(swing), 150))
    np.testing.assert_array_equal(filled.points, swing.points[np.arange(150) % 60])
    closed = close_loop(swinging(60, 0.7))
    assert figures(closed).loop_gap < 0.005
    again = bake(fill(of_sequence(closed), 61))
    np.testing.assert_array_equal(again.points, closed.points[[*range(60), 0]])
    half = swinging(60, 0.7)
    mixed = bake(fill(of_sequence(half), 150)).points
    assert not np.array_equal(mixed[50], half.points[50])
    assert np.nanmax(np.abs(np.diff(mixed, axis=0))) < 0.02


@pytest.mark.parametrize("how", ["loop", "idle"])
def test_a_few_frames_are_held_and_more_are_not(how) -> None:
    half = swinging(60, 0.7)
    held = bake(fill(of_sequence(half), 66, how))
    np.testing.assert_array_equal(held.points, half.points[[*range(60), *[59] * 6]])
    assert not np.array_equal(bake(fill(of_sequence(half), 67, how)).points[50], half.points[50])
    passes = fill(of_sequence(half), 60 + 48 + 3, "loop").tracks[-1].clips
    assert [(clip.start, clip.length) for clip in passes] == [(48, 63)]


def test_what_is_long_enough_is_cut() -> None:
    project = replace(make_project(), range=(3, 50))
    assert fill(project, 20).length == 20
    assert fill(project, 20).range is None
    assert fill(project, 60) == project
    with pytest.raises(InvalidValue):
        fill(project, 100, "forever")
