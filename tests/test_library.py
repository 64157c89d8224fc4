"""Gestures: legal, framed as EchoMimicV2 frames people, and moving as people move."""

import json
from dataclasses import replace
from pathlib import Path

import author_gestures
import author_hands
import author_page
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge import library
from poseforge.errors import FileProblem, FormatError, InvalidValue
from poseforge.performer import performer
from poseforge.quality import check_poses
from poseforge.retarget import to_hub
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import minimum_jerk
from poseforge.timeline.project import of_sequence, resting

ROOT = Path(__file__).parent.parent
SHAPES, GESTURES = (sorted(path.stem for path in (ROOT / "presets" / kind).glob("*.json")) for kind in ("hands", "gestures"))
MOVING = sorted(set(GESTURES) - {"rest"})
TWO_HANDS = sorted(name for name in MOVING if name.endswith("_both"))


def poses(name: str):
    return bake(library.performance([library.gesture(name)]))


def illegal(angles, joint: str) -> bool:
    low, high = np.degrees(performer().limits[performer().skeleton.index(joint)]).T
    return bool(((np.asarray(angles) < low - 0.2) | (np.asarray(angles) > high + 0.2)).any())


@pytest.mark.parametrize("name", SHAPES)
def test_hand_shapes_are_legal_and_named(name) -> None:
    shape = library.hand_shape(name)
    assert shape.id == name
    assert shape.name.keys() == shape.tags.keys() == {"en", "zh"}
    assert not [joint for joint, angles in shape.angles.items() if illegal(angles, f"left_{joint}")]
    right, left = library.held_up(shape, "right"), library.held_up(shape, "left")
    assert right.present.sum() == left.present.sum() == 21
    drawn = right.points[:, right.skeleton.group("right_hand")]
    assert ((drawn > 0) & (drawn < 1)).all()
    np.testing.assert_allclose(drawn * (-1, 1) + (1, 0), left.points[:, left.skeleton.group("left_hand")], atol=1e-9)


def test_hand_shapes_are_as_many_as_promised_and_no_two_alike() -> None:
    assert len(SHAPES) >= 32
    drawn = {name: library.held_up(library.hand_shape(name)) for name in SHAPES}
    hands = {name: one.points[0, one.skeleton.group("right_hand")] for name, one in drawn.items()}
    for i, first in enumerate(SHAPES):
        for second in SHAPES[i + 1 :]:
            assert np.linalg.norm(hands[first] - hands[second], axis=1).max() > 0.07, (first, second)


@pytest.mark.parametrize("name", GESTURES)
def test_gestures_are_legal_and_named(name) -> None:
    gesture = library.gesture(name)
    assert gesture.id == name
    assert gesture.name.keys() == gesture.tags.keys() == {"en", "zh"}
    rig, motion = performer(), gesture.motion()
    angles = np.degrees(rig.angles(motion.rotations))
    assert not [joint for i, joint in enumerate(rig.skeleton.joints) if illegal(angles[:, i], joint)]


def test_gestures_are_as_many_as_promised() -> None:
    assert len(MOVING) >= 26
    for document in ("README.md", "CHANGELOG.md"):
        assert f"{len(SHAPES)} hand shapes and {len(GESTURES)} gestures" in (ROOT / document).read_text(encoding="utf-8")


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


@pytest.mark.parametrize("name", GESTURES)
def test_gestures_begin_and_end_at_rest(name) -> None:
    motion = library.gesture(name).motion()
    np.testing.assert_allclose(motion.rotations[[0, -1]], [performer().stance] * 2, atol=1e-9)


@pytest.mark.parametrize("name", MOVING)
def test_tempo_is_that_of_recorded_people(name) -> None:
    """Figures of EchoMimicV2's sequences, in canvas widths and seconds, as measured from them."""
    gesture, moved = library.gesture(name), poses(name)
    sides = author_page.moving_sides(gesture)
    assert sides
    for side in sides:
        assert author_page.outside(gesture, author_page.figures(moved, side)) == []
    for side in {"left", "right"} - set(sides):
        assert 0 < author_page.figures(moved, side)[1] < 0.05
    steps = np.linalg.norm(np.diff(moved.points, axis=0), axis=2)
    assert np.nanmax(steps) < 0.185  # the largest step of a point in the recorded sequences


@pytest.mark.parametrize("name", MOVING)
def test_hands_stay_where_hands_go(name) -> None:
    gesture, moved = library.gesture(name), poses(name)
    for side in author_page.moving_sides(gesture):
        hand = moved.points[gesture.stroke, moved.skeleton.group(f"{side}_hand")]
        if gesture.tempo != "idle":
            assert ((hand >= 0) & (hand <= 1)).all(axis=1).mean() >= 0.8
        outward = (moved.joint(f"{side}_wrist")[:, 0] - 0.5) * (1 if side == "left" else -1)
        assert outward.min() > 0.0  # a wrist stays on its own side of the body
        palm = np.linalg.norm(moved.joint(f"{side}_middle_1") - moved.joint(f"{side}_hand_root"), axis=1)
        assert palm.max() < 0.13


@pytest.mark.parametrize("name", TWO_HANDS)
def test_two_hands_do_not_pass_through_each_other(name) -> None:
    motion = library.gesture(name).motion()
    right, left = (performer().forward(motion).points[:, wholebody_134.group(f"{side}_hand")] for side in ("right", "left"))
    crossed = right[..., 0].max(axis=1) - left[..., 0].min(axis=1) > 0.03
    nearest = np.linalg.norm(right[:, :, None] - left[:, None], axis=3).min(axis=(1, 2))
    assert (nearest[crossed] > 0.012).all()  # a hand that lies on the other: half a finger's thickness each


@pytest.mark.parametrize("name", TWO_HANDS)
def test_two_hands_are_no_mirrors_and_one_leads(name) -> None:
    moved = bake(library.performance([library.gesture(name)], alive=None))
    ways = {side: moved.joint(f"{side}_wrist") - moved.joint(f"{side}_wrist")[0] for side in ("left", "right")}
    ways["left"] = ways["left"] * (-1, 1)
    assert np.abs(ways["left"] - ways["right"]).max() > 0.002
    begun = [
        int(np.flatnonzero(np.linalg.norm(way, axis=1) > 0.15 * np.linalg.norm(way, axis=1).max())[0]) for way in ways.values()
    ]
    assert 1 <= abs(begun[0] - begun[1]) <= 3 or np.abs(ways["left"] - ways["right"]).max() > 0.01


def test_holds_are_alive_and_the_same_for_a_seed() -> None:
    still = [library.gesture("rest")] * 5
    moved = bake(library.performance(still))
    drift = np.ptp(moved.joint("left_hand_root"), axis=0)
    assert 0.001 < drift.max() < 0.015
    shoulder = np.ptp(moved.joint("left_shoulder")[:, 1])
    assert 0.0005 < shoulder < 0.006
    assert bake(library.performance(still)) == moved
    assert bake(library.performance(still, alive=1)) != moved


def test_a_performance_is_its_parts_one_after_another() -> None:
    parts = [library.gesture(name) for name in library.DEMO]
    poses = bake(library.performance(parts, alive=None))
    assert len(poses) == sum(part.length for part in parts)
    assert poses[: parts[0].length] == bake(library.performance(parts[:1], alive=None))
    steps = np.linalg.norm(np.diff(poses.points, axis=0), axis=2)
    assert np.nanmax(steps) < 0.185  # the largest step in EchoMimicV2's own sequences: no seam shows
    with pytest.raises(InvalidValue):
        library.performance([])


def test_a_performance_has_nothing_to_complain_about() -> None:
    made = bake(library.performance([library.gesture(name) for name in MOVING]))
    assert check_poses((to_hub(made),)) == ()


def test_minimum_jerk_starts_and_ends_still() -> None:
    share = np.linspace(0, 1, 201)
    way = minimum_jerk(share)
    assert (way[0], way[-1]) == (0, 1)
    speed = np.diff(way) / np.diff(share)
    assert speed.max() == pytest.approx(1.875, abs=1e-3)
    assert speed[0] < 0.01


@pytest.mark.parametrize(
    ("author", "kind", "joints"), [(author_hands, "hands", "angles"), (author_gestures, "gestures", "keys")]
)
def test_the_files_are_what_their_author_makes(author, kind, joints, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(author, "OUT", tmp_path)
    author.main()
    made = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()}
    kept = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "presets" / kind).iterdir()}
    assert made.keys() == kept.keys()
    for name, record in made.items():
        mine, theirs = record.pop(joints), kept[name].pop(joints)
        assert record == kept[name]
        assert mine.keys() == theirs.keys()
        for joint, numbers in mine.items():
            if kind == "gestures":
                assert [key[4:] for key in numbers] == [key[4:] for key in theirs[joint]]
                numbers, theirs[joint] = ([key[:4] for key in keys] for keys in (numbers, theirs[joint]))
            np.testing.assert_allclose(numbers, theirs[joint], atol=0.11)


def test_the_page_is_what_its_author_makes() -> None:
    text = (ROOT / "presets" / "README.md").read_text(encoding="utf-8")
    assert text == author_page.page(), "run python tools/author_page.py"
    for name in ["hands", *GESTURES]:
        assert f"images/presets/{name}.png)" in text
        assert (ROOT / "docs" / "images" / "presets" / f"{name}.png").is_file()
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "images" / "presets").iterdir()) < 2_000_000


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
    "a key with a sixth entry": b'{"id": "x", "name": {"en": "x"}, "tags": {}, "parts": [], "length": 9, "stroke": 0, '
    b'"keys": {"neck": [[3,0,0,0,"hold",1]]}}',
    "a key between frames": b'{"id": "x", "name": {"en": "x"}, "tags": {}, "parts": [], "length": 9, "stroke": 0, '
    b'"keys": {"neck": [[3.5,0,0,0]]}}',
    "an unknown interpolation": b'{"id": "x", "name": {"en": "x"}, "tags": {}, "parts": [], "length": 9, "stroke": 0, '
    b'"keys": {"neck": [[3,0,0,0,"wobbly"]]}}',
    "deep nesting": b"[" * 100_000,
    "a late stroke": b'{"id": "x", "name": {}, "tags": {}, "parts": [], "length": 2, "stroke": 2, "keys": {}}',
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_gesture_files_are_refused(content) -> None:
    with pytest.raises(FormatError, match=r"mine\.json"):
        library.read_gesture(content, "mine.json")


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just([]), st.just({}),
    st.sampled_from(["../../etc", "a/b", "con", "rest", 10**400, [[0, 0, 0, 0, "bezier"]], [[0, 0, 0, 0, "hold", 1]]]),
)  # fmt: skip


@given(st.data())
def test_damaged_presets_are_refused_in_one_way(data) -> None:
    """Whatever stands in the place of a value, a file is read or is a FormatError."""
    preset, read = data.draw(st.sampled_from([(library.gesture("ok_right"), library.read_gesture),
                                              (library.hand_shape("ok"), library.read_hand_shape)]))  # fmt: skip
    record = json.loads(library.as_json(preset))
    inside = record
    for _ in range(data.draw(st.integers(0, 3))):
        places = sorted(inside) if isinstance(inside, dict) else range(len(inside))
        deeper = inside[data.draw(st.sampled_from(places))] if places else None
        if not isinstance(deeper, (dict, list)) or not deeper:
            break
        inside = deeper
    inside[data.draw(st.sampled_from(sorted(inside) if isinstance(inside, dict) else range(len(inside))))] = data.draw(VALUES)
    content = json.dumps(record).encode()
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    try:
        got = read(content, "mine.json")
    except FormatError as error:
        assert str(error).startswith("mine.json: is not a ")
        assert "\n" not in str(error)
    else:
        assert read(library.as_json(got).encode(), "again.json") == got
        if isinstance(got, library.Gesture) and got.length < 1000:
            assert len(got.motion()) == got.length
        if isinstance(got, library.HandShape):
            library.held_up(got)


def test_presets_are_read_back_as_they_were_written() -> None:
    for shape in library.hand_shapes().values():
        assert library.read_hand_shape(library.as_json(shape).encode(), "") == shape
    for gesture in library.gestures().values():
        assert library.read_gesture(library.as_json(gesture).encode(), "") == gesture


def test_a_joint_goes_on_as_its_key_says() -> None:
    keys = {"neck": ((0, 0, 0, 0, "linear"), (4, 8, 0, 0, "hold"), (8, 0, 0, 0))}
    gesture = replace(library.gesture("ok_right"), id="nod", length=9, stroke=0, keys=keys)
    angles = np.degrees(performer().angles(gesture.motion().rotations))[:, performer().skeleton.index("neck"), 0]
    np.testing.assert_allclose(angles, [0, 2, 4, 6, 8, 8, 8, 8, 0], atol=1e-9)
    with pytest.raises(InvalidValue, match="wobbly"):
        replace(gesture, keys={"neck": ((0, 0, 0, 0, "wobbly"), (4, 8, 0, 0))})


@pytest.mark.parametrize("id", ["", "..", "a/b", "../x", "A", "con", "nul", "é", "a b", "x" * 65, "-x", ".x", "x.json", "x\n"])
def test_ids_are_safe_file_names(id, home) -> None:
    with pytest.raises(InvalidValue, match="preset id"):
        replace(library.hand_shape("ok"), id=id)
    with pytest.raises(InvalidValue, match="no hand shape"):
        library.hand_shape(id)
    assert not list(home.iterdir())


def test_presets_of_ones_own_come_first(home) -> None:
    mine = replace(library.hand_shape("fist"), id="ok", name={"zh": "我的"})
    path = library.save_hand_shape(mine)
    assert path == home / "presets" / "hands" / "ok.json"
    assert library.hand_shape("ok") == library.hand_shapes()["ok"] == mine
    assert mine.title == "我的"
    assert library.hand_shapes().keys() == set(SHAPES)
    with pytest.raises(FileProblem, match=r"ok\.json: exists"):
        library.save_hand_shape(mine)
    library.save_hand_shape(replace(mine, name={"en": "Mine"}), overwrite=True)
    assert library.hand_shape("ok").title == "Mine"
    gesture = replace(library.gesture("ok_right"), id="my_ok")
    library.save_gesture(gesture)
    assert library.gesture("my_ok") == gesture
    assert library.gestures().keys() == {*GESTURES, "my_ok"}
    with pytest.raises(InvalidValue, match="rest"):
        library.save_gesture(replace(gesture, id="rest"))
    assert library.problems() == ()
    assert sorted(path.name for path in home.rglob("*.json")) == ["my_ok.json", "ok.json"]


def test_a_damaged_file_of_ones_own_does_not_hide_the_others(home) -> None:
    fine = library.gesture("ok_right")
    library.save_gesture(replace(fine, id="good"))
    folder = library.user_folder("gestures")
    (folder / "ok_right.json").write_bytes(b"{")
    (folder / "other.json").write_text(library.as_json(fine), encoding="utf-8")
    (folder / "rest.json").write_text(library.as_json(library.gesture("rest")), encoding="utf-8")
    (folder / "folder.json").mkdir()
    found = library.gestures()
    assert {"good", "ok_right", "wave_right"} <= found.keys()
    assert "other" not in found
    assert [Path(problem.path).name for problem in library.problems()] == [
        "folder.json",
        "ok_right.json",
        "other.json",
        "rest.json",
    ]
    for id in ("ok_right", "other", "rest"):
        with pytest.raises(FormatError, match=rf"{id}\.json"):
            library.gesture(id)


def test_without_a_folder_of_its_own_the_system_says_where(monkeypatch) -> None:
    monkeypatch.delenv("POSEFORGE_HOME")
    assert library.user_folder("hands").parts[-3:] == ("poseforge", "presets", "hands")


def test_search_is_by_words_of_either_language() -> None:
    def found(text: str) -> list[str]:
        return [shape.id for shape in library.search(library.hand_shapes().values(), text)]

    assert found("SHAKA") == found("打电话") == ["call_me"]
    assert found("数字 七") == ["qi"]
    assert found("number chinese seven") == ["qi"]
    assert found("") == SHAPES
    assert found("xylophone") == []


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(InvalidValue, match="no gesture 'moonwalk'"):
        library.gesture("moonwalk")
    with pytest.raises(InvalidValue, match="no hand shape 'paw'"):
        library.hand_shape("paw")


def test_what_a_track_shows_becomes_a_preset(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("POSEFORGE_HOME", str(tmp_path))
    project = library.performance([library.gesture("thumbs_up_right")], alive=None)
    fist = library.hand_shape("fist")
    posed = edits.apply_shape(project, "performer", "left", 40, fist.angles, (fist.fingers, fist.palm))
    shape = library.shape_of(posed, "performer", "left", 40, "my_fist", "My fist")
    library.save_hand_shape(shape)
    kept = library.hand_shape("my_fist")
    for joint, angles in fist.angles.items():
        np.testing.assert_allclose(kept.angles[joint], angles, atol=0.02)
    assert np.dot(kept.palm, fist.palm) > 0.9 * np.linalg.norm(kept.palm) * np.linalg.norm(fist.palm)

    made = library.gesture_of(project, "performer", 5, 70, "my_thumb", "My thumb", stroke=30)
    library.save_gesture(made)
    again = library.gesture("my_thumb")
    assert (again.length, again.stroke, again.parts) == (66, 25, ("right arm",))
    assert len(again.keys["right_index_1"]) < 40  # keys where it bends, not everywhere
    was, now = bake(project, range(5, 71)), bake(library.performance([again], alive=None))
    np.testing.assert_allclose(now.points, was.points, atol=2e-3)
    points = of_sequence(was)
    for refused in (
        lambda: library.shape_of(points, "poses", "left", 3, "x", "X"),
        lambda: library.gesture_of(points, "poses", 0, 3, "x", "X"),
        lambda: library.gesture_of(project, "performer", 9, 3, "x", "X"),
        lambda: library.gesture_of(project, "performer", 0, 3, "../x", "X"),
        lambda: library.performance([]),
    ):
        with pytest.raises(InvalidValue):
            refused()


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_preset_of_a_track_knows_which_arm_moves_and_when_it_is_up(mirrored) -> None:
    project = edits.add_clip(resting(120), "performer", library.gesture("wave_right").motion(), 10, name="wave", id="wave")
    project = edits.mirror_clip(project, "wave") if mirrored else project
    made = library.gesture_of(project, "performer", 0, 119, "my_wave", "My wave")
    assert made.parts == (("left arm",) if mirrored else ("right arm",))
    away = library.reach(made, range(120))
    assert away[made.stroke] > 0.9 * away.max()
    assert away[[0, 119]].max() < 0.05 * away.max()


def test_a_held_shape_is_a_second_long() -> None:
    motion = library.held(library.hand_shape("ok"), "left", 30)
    assert len(motion) == 30
    angles = np.degrees(performer().angles(motion.rotations[0]))[performer().skeleton.index("left_index_2")]
    np.testing.assert_allclose(angles, library.hand_shape("ok").angles["index_2"], atol=1e-6)
