"""Gestures: legal, framed as EchoMimicV2 frames people, and moving as people move."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from poseforge import library
from poseforge.errors import FormatError, InvalidValue
from poseforge.performer import performer
from poseforge.quality import check_poses
from poseforge.retarget import to_hub
from poseforge.timeline.curves import minimum_jerk

ROOT = Path(__file__).parent.parent
MOVING = library.DEMO


def poses(name: str):
    return library.as_poses(library.alive(library.gesture(name).motion()))


@pytest.mark.parametrize("name", sorted(library.gestures()))
def test_gestures_are_legal_at_every_frame(name) -> None:
    rig = performer()
    motion = library.gesture(name).motion()
    angles = np.degrees(rig.angles(motion.rotations))
    low, high = np.degrees(rig.limits[..., 0]), np.degrees(rig.limits[..., 1])
    outside = np.argwhere((angles < low - 0.2) | (angles > high + 0.2))
    assert not len(outside), [(rig.skeleton.joints[joint], frame) for frame, joint, _ in outside[:5]]


def test_the_resting_performer_is_framed_as_echomimic_frames_people() -> None:
    rest = poses("rest")
    neck, nose = rest.joint("neck")[0], rest.joint("nose")[0]
    assert neck[0] == pytest.approx(0.5, abs=0.01)
    assert 0.41 <= neck[1] <= 0.50
    assert nose[0] == pytest.approx(0.5, abs=0.01)
    assert rest.joint("right_shoulder")[0, 0] == pytest.approx(0.27, abs=0.02)
    assert rest.joint("left_shoulder")[0, 0] == pytest.approx(0.73, abs=0.02)
    face = rest.points[0, rest.skeleton.group("face")]
    assert 0.12 <= face[:, 1].min()
    assert face[:, 1].max() <= 0.35
    for side, low, high in (("left", 0.64, 0.70), ("right", 0.28, 0.34)):
        wrist, elbow = rest.joint(f"{side}_wrist")[0], rest.joint(f"{side}_elbow")[0]
        assert low <= wrist[0] <= high
        assert 0.85 <= wrist[1] <= 0.93
        assert 0.59 <= elbow[1] <= 0.83
    palm = np.linalg.norm(rest.joint("left_middle_1") - rest.joint("left_hand_root"), axis=1)
    assert ((palm >= 0.065) & (palm <= 0.12)).all()
    upper = [name for name in rest.skeleton.joints if not name.endswith(("knee", "ankle", "toe", "heel"))]
    for name in rest.skeleton.joints:
        assert rest.present[:, rest.skeleton.index(name)].all() == (name in upper), name


@pytest.mark.parametrize("name", MOVING)
def test_gestures_begin_and_end_at_rest(name) -> None:
    rest = library.gesture("rest").motion().rotations[0]
    motion = library.gesture(name).motion()
    np.testing.assert_allclose(motion.rotations[[0, -1]], [rest, rest], atol=1e-9)


@pytest.mark.parametrize("name", MOVING)
def test_tempo_is_that_of_recorded_people(name) -> None:
    """Figures of one-hand gestures in EchoMimicV2's sequences, in canvas widths and seconds, as measured from them."""
    moved = poses(name)
    wrist = moved.joint("right_wrist")
    speed = np.linalg.norm(np.diff(wrist, axis=0), axis=1) * 24
    acceleration = np.linalg.norm(np.diff(wrist, 2, axis=0), axis=1) * 24**2
    assert 0.8 <= np.quantile(speed, 0.95) <= 1.5
    assert 1.0 <= speed.max() <= 2.6
    assert np.quantile(acceleration, 0.95) <= 32
    assert 0.32 <= (speed < 0.05).mean() <= 0.65
    assert 0.28 <= np.linalg.norm(wrist - wrist[0], axis=1).max() <= 0.67
    idle = np.linalg.norm(np.diff(moved.joint("left_wrist"), axis=0), axis=1) * 24
    assert 0 < idle.max() < 0.05


def test_holds_are_alive_and_the_same_for_a_seed() -> None:
    still = library.compose([library.gesture("rest")] * 5)
    moved = library.as_poses(library.alive(still))
    drift = np.ptp(moved.joint("left_hand_root"), axis=0)
    assert 0.001 < drift.max() < 0.012
    shoulder = np.ptp(moved.joint("left_shoulder")[:, 1])
    assert 0.0005 < shoulder < 0.006
    assert library.as_poses(library.alive(still)) == moved
    assert library.as_poses(library.alive(still, seed=1)) != moved


def test_a_composition_is_its_parts_one_after_another() -> None:
    parts = [library.gesture(name) for name in MOVING]
    motion = library.compose(parts)
    assert len(motion) == sum(part.length for part in parts)
    np.testing.assert_array_equal(motion.rotations[: parts[0].length], parts[0].motion().rotations)
    steps = np.linalg.norm(np.diff(library.as_poses(motion).points, axis=0), axis=2)
    assert np.nanmax(steps) < 0.18  # the largest step in EchoMimicV2's own sequences: no seam shows
    with pytest.raises(InvalidValue):
        library.compose([])


def test_a_composition_has_nothing_to_complain_about() -> None:
    made = library.as_poses(library.alive(library.compose([library.gesture(name) for name in MOVING])))
    assert check_poses((to_hub(made),)) == ()


def test_minimum_jerk_starts_and_ends_still() -> None:
    share = np.linspace(0, 1, 201)
    way = minimum_jerk(share)
    assert (way[0], way[-1]) == (0, 1)
    speed = np.diff(way) / np.diff(share)
    assert speed.max() == pytest.approx(1.875, abs=1e-3)
    assert speed[0] < 0.01


def test_the_files_are_what_their_author_makes(tmp_path, monkeypatch) -> None:
    spec = importlib.util.spec_from_file_location("author_gestures", ROOT / "tools" / "author_gestures.py")
    author = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, author)
    spec.loader.exec_module(author)
    author.OUT = tmp_path
    author.main()
    made = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()}
    kept = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "presets" / "gestures").iterdir()}
    assert made.keys() == kept.keys()
    for name, record in made.items():
        assert {k: v for k, v in record.items() if k != "keys"} == {k: v for k, v in kept[name].items() if k != "keys"}
        for joint, keys in record["keys"].items():
            np.testing.assert_allclose(keys, kept[name]["keys"][joint], atol=0.11)


WRONG = {
    "no JSON": b"{",
    "no object": b"[]",
    "no keys": b'{"id": "x"}',
    "an unknown joint": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 2, "stroke": 0, '
    b'"keys": {"tail": [[0,0,0,0]]}}',
    "keys out of order": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 9, "stroke": 0, '
    b'"keys": {"neck": [[3,0,0,0],[1,0,0,0]]}}',
    "a short key": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 9, "stroke": 0, "keys": {"neck": [[3,0]]}}',
    "an infinite rate": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 2, "stroke": 0, "keys": {}, '
    b'"fps": Infinity}',
    "a rate over nothing": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 2, "stroke": 0, "keys": {}, '
    b'"fps": "1/0"}',
    "a length in parts": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 2.5, "stroke": 0, "keys": {}}',
    "an angle that is no number": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 9, "stroke": 0, '
    b'"keys": {"neck": [[3,NaN,0,0]]}}',
    "a key before the start": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 9, "stroke": 0, '
    b'"keys": {"neck": [[-3,0,0,0]]}}',
    "deep nesting": b"[" * 100_000,
    "a late stroke": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 2, "stroke": 2, "keys": {}}',
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_gesture_files_are_refused(content) -> None:
    with pytest.raises(FormatError, match=r"mine\.json"):
        library.read_gesture(content, "mine.json")


def test_unknown_gestures_are_refused() -> None:
    with pytest.raises(InvalidValue, match="no gesture 'moonwalk'"):
        library.gesture("moonwalk")
