"""OpenPose JSON: its body models, hands and face, scales and dialects, writing, and what is wrong with a file."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from exemplars import OPENPOSE_BODY, SIZE, indices, openpose_frame, place
from exemplars import person as exemplar

import poseforge
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import find, get, notes
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence
from samples import make_sequence


def triples(count: int, seed: int, scale: tuple[float, float] = (600, 400)) -> list[float]:
    random = np.random.default_rng(seed)
    points = np.concatenate([10 + random.random((count, 2)) * scale, random.random((count, 1))], axis=1)
    return points.ravel().tolist()


def frame(body: int = 25, seed: int = 0, **changes: object) -> dict:
    person = {
        "person_id": [-1],
        "pose_keypoints_2d": triples(body, seed),
        "face_keypoints_2d": triples(70, seed + 1),
        "hand_left_keypoints_2d": triples(21, seed + 2),
        "hand_right_keypoints_2d": triples(21, seed + 3),
    }
    return {"version": 1.3, "people": [person | changes]}


def save(folder: Path, frames: list[dict]) -> Path:
    folder.mkdir(exist_ok=True)
    for i, record in enumerate(frames):
        (folder / f"clip_{i:012d}_keypoints.json").write_text(json.dumps(record))
    return folder


NAMED = [
    (25, {"nose": 0, "left_ear": 18, "mid_hip": 8, "right_heel": 24}),
    (18, {"nose": 0, "left_ear": 17}),
    (15, {"head_top": 0, "right_ankle": 10, "left_ankle": 13, "chest": 14}),
]


@pytest.mark.parametrize(("body", "joints"), NAMED)
def test_joints_stand_at_their_names(tmp_path, body, joints) -> None:
    record = frame(body)
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]), size=(640, 480))
    flat = {name: np.reshape(record["people"][0][name], (-1, 3)) for name in record["people"][0] if name != "person_id"}
    for joint, i in (joints | {"right_wrist": 4, "left_wrist": 7}).items():
        np.testing.assert_allclose(person.joint(joint)[0], flat["pose_keypoints_2d"][i, :2] / (640, 480))
    np.testing.assert_allclose(person.joint("left_middle_2")[0], flat["hand_left_keypoints_2d"][10, :2] / (640, 480))
    np.testing.assert_allclose(person.joint("right_hand_root")[0], flat["hand_right_keypoints_2d"][0, :2] / (640, 480))
    np.testing.assert_allclose(person.joint("face_67")[0], flat["face_keypoints_2d"][67, :2] / (640, 480))
    assert person.confidence[0, 0] == flat["pose_keypoints_2d"][0, 2]


def test_what_is_mixed_into_a_folder_is_told(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame(), frame()])
    assert not any("left out" in note for note in notes(poseforge.read_poses(folder)))
    for name in ("b.json", "a.json"):
        (folder / name).write_text(json.dumps([{"keypoints": [[1, 2]], "keypoint_scores": [1]}]))
    assert any("left out of p: a.json, b.json" in note for note in notes(poseforge.read_poses(folder, "openpose")))
    for i in range(2):
        (folder / f"clip2_{i:012d}_keypoints.json").write_text(json.dumps(frame()))
    with pytest.raises(FormatError, match=r"2 takes, which begin with clip2_0+_keypoints\.json and clip_0+_key.*of its own"):
        poseforge.read_poses(folder, "openpose")


def test_missing_points_are_missing(tmp_path) -> None:
    record = frame(hand_left_keypoints_2d=[], face_keypoints_2d=None)
    record["people"][0]["pose_keypoints_2d"][12:15] = [0, 0, 0]
    del record["people"][0]["hand_right_keypoints_2d"]
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]))
    assert not person.present[0, person.skeleton.index("right_wrist")]
    assert person.present[0, person.skeleton.index("nose")]
    for part in ("left_hand", "right_hand", "face"):
        assert not person.present[:, person.skeleton.group(part)].any()


def test_people_and_frames_may_come_and_go(tmp_path) -> None:
    two = {"people": frame(seed=1)["people"] + frame(seed=5)["people"]}
    people = poseforge.read_poses(save(tmp_path / "p", [frame(), two, {"people": []}]))
    assert [len(person) for person in people] == [3, 3]
    assert people[1].present.any(axis=1).tolist() == [False, True, False]


def test_frames_are_in_the_order_of_their_numbers(tmp_path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "v\u00b2_keypoints.json").write_text(json.dumps(frame(seed=1)))
    for number in (10, 9, 100):
        (folder / f"v{number}_keypoints.json").write_text(json.dumps(frame(seed=number)))
    (person,) = poseforge.read_poses(folder, size=(640, 480))
    expected = [frame(seed=number)["people"][0]["pose_keypoints_2d"][0] / 640 for number in (9, 10, 100, 1)]
    np.testing.assert_allclose(person.joint("nose")[:, 0], expected)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0)])
def test_scaled_keypoints_are_told_by_their_range(tmp_path, low, high) -> None:
    record = frame(18)
    places = {}
    for name, numbers in record["people"][0].items():
        if name != "person_id":
            array = np.reshape(numbers, (-1, 3))
            places[name] = array[:, :2] / (640, 480)
            array[:, :2] = low + (high - low) * places[name]
            record["people"][0][name] = array.ravel().tolist()
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]))
    np.testing.assert_allclose(person.joint("left_elbow")[0], places["pose_keypoints_2d"][6])


def test_a_few_points_outside_do_not_change_the_scale(tmp_path) -> None:
    record = frame(18)
    for name, numbers in record["people"][0].items():
        if name != "person_id":
            array = np.reshape(numbers, (-1, 3))
            array[:, :2] /= (640, 480)
            record["people"][0][name] = array.ravel().tolist()
    expected = record["people"][0]["pose_keypoints_2d"][18]
    record["people"][0]["pose_keypoints_2d"][0:2] = [-0.01, 1.02]
    (person,) = poseforge.read_poses(save(tmp_path / "p", [record]))
    assert person.joint("left_elbow")[0, 0] == expected
    assert person.joint("nose")[0].tolist() == [-0.01, 1.02]


def test_the_canvas_is_given_stored_or_guessed(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame()])
    assert poseforge.read_poses(folder)[0].size == (640, 480)
    assert poseforge.read_poses(folder)[0].meta["canvas_guessed"]
    given_size = poseforge.read_poses(folder, size=(1920, 1080), fps=Fraction(30))[0]
    assert (given_size.size, given_size.fps, given_size.meta["canvas_guessed"]) == ((1920, 1080), 30, False)
    stored = save(tmp_path / "q", [frame() | {"canvas_width": 900, "canvas_height": 700}])
    assert poseforge.read_poses(stored)[0].size == (900, 700)


def test_a_single_file_is_one_frame(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame(), frame()])
    (person,) = poseforge.read_poses(next(folder.iterdir()))
    assert len(person) == 1


WRONG = {
    "no JSON": "{",
    "no object": "[1, 2]",
    "no people": '{"version": 1}',
    "people no list": '{"people": 3}',
    "a person no object": '{"people": [3]}',
    "not a number": json.dumps(frame()).replace('"pose_keypoints_2d": [', '"pose_keypoints_2d": [NaN, ', 1),
    "text for numbers": json.dumps(frame(hand_left_keypoints_2d=["a"] * 63)),
    "a nested list": json.dumps(frame(hand_left_keypoints_2d=[[1, 2, 3]] * 21)),
    "an object": json.dumps(frame(hand_left_keypoints_2d={"a": 1})),
    "20 hand points": json.dumps(frame(hand_left_keypoints_2d=[1.0] * 60)),
    "16 body points": json.dumps(frame(pose_keypoints_2d=[1.0] * 48)),
    "a far point": json.dumps(frame(hand_left_keypoints_2d=[1e300] * 63)),
    "a crowd": json.dumps({"people": frame()["people"] * 33}),
    "animals": json.dumps({"version": "ap10k", "animals": [], "canvas_width": 5, "canvas_height": 5}),
    "an empty list": "[]",
    "a list in a list in a list": json.dumps([[[frame()]]]),
    "17 drawn points": json.dumps({"width": 512, "height": 512, "keypoints": [[1, 2]] * 17}),
    "drawn points of 3 numbers": json.dumps({"width": 512, "height": 512, "keypoints": [[1, 2, 3]] * 18}),
    "a drawn hand of 20": json.dumps({"left_hand": [[1, 2, 1]] * 20}),
    "an infinite number": json.dumps(frame(hand_left_keypoints_2d=[1.5] * 63)).replace("1.5", "1e999", 1),
    "numbers as text": json.dumps(frame(hand_left_keypoints_2d=["1"] * 63)),
    "true for a number": json.dumps(frame(hand_left_keypoints_2d=[True] * 63)),
    "a number of 400 digits": json.dumps(frame(hand_left_keypoints_2d=[10**400] + [1.0] * 62)),
    "deep nesting": "[" * 100_000,
    "half a character": b'{"people": [{"\xff\xfe"',
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_files_are_refused_by_name(tmp_path, content) -> None:
    folder = save(tmp_path / "p", [frame()])
    bad = folder / "clip_000000000001_keypoints.json"
    bad.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(folder)
    assert caught.value.path == str(bad)


def test_a_giant_file_is_refused_unread(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame()])
    with open(next(folder.iterdir()), "r+b") as file:
        file.truncate(2**33)
    with pytest.raises(FormatError, match="at most"):
        poseforge.read_poses(folder)


def test_mixed_models_and_wrong_options_are_refused(tmp_path) -> None:
    folder = save(tmp_path / "p", [frame(25), frame(18)])
    with pytest.raises(FormatError, match="one model"):
        poseforge.read_poses(folder)
    with pytest.raises(InvalidValue, match="no option 'colour'"):
        poseforge.read_poses(folder, colour="red")


def test_version_1_0_and_a_face_without_pupils(tmp_path) -> None:
    now = frame(18, face_keypoints_2d=triples(68, 9))["people"][0]
    before = {name.removesuffix("_2d"): numbers for name, numbers in now.items()}
    (old,) = poseforge.read_poses(save(tmp_path / "old", [{"version": 1.0, "people": [before]}]))
    (new,) = poseforge.read_poses(save(tmp_path / "new", [{"version": 1.3, "people": [now]}]))
    assert old == new
    np.testing.assert_allclose(new.joint("face_67")[0] * (640, 480), np.reshape(now["face_keypoints_2d"], (-1, 3))[67, :2])
    assert np.isnan(new.joint("left_pupil")).all()


def test_people_keep_their_identity(tmp_path) -> None:
    """By what the file says, else by where they are."""
    one, two = frame(seed=1)["people"][0], frame(seed=1)["people"][0]
    two["pose_keypoints_2d"] = [v + 900 * (i % 3 == 0) for i, v in enumerate(one["pose_keypoints_2d"])]
    exchanged = [{"people": [one, two]}, {"people": [two, one]}]
    followed = poseforge.read_poses(save(tmp_path / "followed", exchanged), size=(2000, 1000))
    assert np.ptp(followed[0].joint("nose")[:, 0]) == 0
    told = [{"people": [person | {"person_id": [i + 4]} for i, person in enumerate(f["people"])]} for f in exchanged]
    named = poseforge.read_poses(save(tmp_path / "named", told), size=(2000, 1000))
    assert np.ptp(named[0].joint("nose")[:, 0]) == pytest.approx(900 / 2000)


def test_a_list_of_frames_is_one_sequence(tmp_path) -> None:
    """As ComfyUI writes it: canvas, parts null, animals beside."""
    canvas = {"canvas_width": 900, "canvas_height": 700, "animals": []}
    frames = [frame(18, seed, face_keypoints_2d=None) | canvas for seed in (1, 2)]
    path = tmp_path / "poses.json"
    path.write_text(json.dumps(frames))
    (person,) = poseforge.read_poses(path)
    assert (len(person), person.size) == (2, (900, 700))
    np.testing.assert_allclose(person.joint("nose")[1, 0] * 900, frames[1]["people"][0]["pose_keypoints_2d"][0])
    folder = tmp_path / "frames"
    folder.mkdir()
    (folder / "pose_0001.json").write_text(json.dumps(frames[0]))
    assert len(poseforge.read_poses(folder)[0]) == 1


def test_the_older_editors_people(tmp_path) -> None:
    points = np.random.default_rng(2).integers(5, 500, (36, 2)).tolist()
    for shape in ((36, 2), (2, 18, 2)):
        path = tmp_path / "pose.json"
        path.write_text(json.dumps({"width": 512, "height": 640, "keypoints": np.reshape(points, shape).tolist()}))
        people = poseforge.read_poses(path)
        assert [person.size for person in people] == [(512, 640)] * 2
        np.testing.assert_allclose(people[1].joint("left_wrist")[0] * (512, 640), points[18 + 7])
        assert people[0].confidence[0, 0] == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"images": [], "people": 1}',
        '{"face": [[0.1, 0.2, 0.3]]}',
        '{"info": "people _keypoints"}',
        '[{"keypoints": [[1, 2]]}]',
        "\x00",
    ],
)
def test_other_peoples_json_is_not_claimed(tmp_path, text) -> None:
    (tmp_path / "a.json").write_text(text)
    assert not get("openpose").sniff(tmp_path / "a.json")


def make_people() -> list[PoseSequence]:
    """Two people, the first with a left hand missing in the last frame and the second there in the last only."""
    one, two = make_sequence(3, 1), make_sequence(3, 2)
    gone = np.array(one.points)
    gone[2, 92:113] = np.nan
    away = np.array(two.points)
    away[:2] = np.nan
    return [replace(person, size=(1280, 720)) for person in (one.with_points(gone), two.with_points(away))]


def test_frames_are_written_as_openpose_does(tmp_path) -> None:
    people = make_people()
    poseforge.write_poses(people, tmp_path / "clip", "openpose")
    assert [path.name for path in sorted((tmp_path / "clip").iterdir())] == [f"clip_{i:012d}_keypoints.json" for i in range(3)]
    records = [json.loads(path.read_text()) for path in sorted((tmp_path / "clip").iterdir())]
    assert [len(record["people"]) for record in records] == [1, 1, 2]
    assert (records[0]["canvas_width"], records[0]["canvas_height"]) == (1280, 720)
    person = records[2]["people"][0]
    assert [len(person[name]) for name in ("pose_keypoints_2d", "face_keypoints_2d", "hand_left_keypoints_2d")] == [75, 210, 0]
    left_wrist = [*(people[0].joint("left_wrist")[2] * (1280, 720)), people[0].confidence[2, 7]]
    np.testing.assert_allclose(person["pose_keypoints_2d"][21:24], left_wrist)
    assert person["pose_keypoints_2d"][57:60] == [0, 0, 0]  # the left big toe
    back = poseforge.read_poses(tmp_path / "clip")
    assert [again.present.any(axis=1).tolist() for again in back] == [[True] * 3, [False, False, True]]
    assert not back[0].present[2, back[0].skeleton.group("left_hand")].any()
    poseforge.write_poses(people, tmp_path / "clip", "openpose", overwrite=True)


def test_one_file_is_written_as_comfyui_does(tmp_path) -> None:
    people = make_people()
    poseforge.write_poses(people, tmp_path / "poses.json", "openpose-list")
    frames = json.loads((tmp_path / "poses.json").read_text())
    row = np.reshape(frames[2]["people"][1]["pose_keypoints_2d"], (18, 3))
    np.testing.assert_allclose(row[:, :2], people[1].points[2, :18] * (1280, 720))
    assert set(row[:, 2]) == {1}
    face = np.reshape(frames[2]["people"][1]["face_keypoints_2d"], (70, 3))
    assert face[67:, 2].tolist() == [1, 0, 0]
    back = poseforge.read_poses(tmp_path / "poses.json")
    np.testing.assert_allclose(to_hub(back[0]).points, people[0].points)


def test_what_cannot_be_written_is_told(tmp_path) -> None:
    person = make_sequence(2)
    deep = PoseSequence(np.ones((1, 134, 3)), np.ones((1, 134)))
    for wrong in (deep, person[:0]):
        for name in ("openpose", "openpose-list"):
            with pytest.raises(InvalidValue, match="out"):
                poseforge.write_poses(wrong, tmp_path / "out", name)
            assert not (tmp_path / "out").exists()
    with pytest.raises(InvalidValue, match="without it"):
        poseforge.write_poses(person, tmp_path / "out.json", "openpose")


def test_the_real_sample_reaches_echomimic(shared, tmp_path) -> None:
    people = poseforge.read_poses(shared / "data/openpose/openmmd_sample")
    assert len(people[0]) == 60
    assert people[0].size == (1920, 1080)
    np.testing.assert_allclose(people[0].joint("nose")[0], [951.37 / 1920, 341.375 / 1080])
    poseforge.write_poses(people, tmp_path / "p", "echomimic")
    (back,) = poseforge.read_poses(tmp_path / "p")
    np.testing.assert_allclose(back.joint("left_wrist"), people[0].joint("left_wrist"))
    assert back.frame_meta["draw_pose_params"][0].tolist() == [432, 768, 168, 600, 0, 768]


def test_an_editors_file_is_read(shared) -> None:
    (person,) = poseforge.read_poses(shared / "data/openpose/editor/pose_hand_fixed.json")
    assert person.size == (768, 512)
    np.testing.assert_allclose(person.joint("nose")[0], [367 / 768, 172 / 512])


def test_an_editors_hands_to_choose_from_are_read(shared) -> None:
    path = shared / "data/openpose/editor/output_pose.json"
    assert get("openpose").sniff(path)
    (person,) = poseforge.read_poses(path, "openpose")
    np.testing.assert_allclose(person.pixels()[0, person.skeleton.index("left_hand_root")], [72, 138.675], atol=1e-3)
    np.testing.assert_allclose(person.pixels()[0, person.skeleton.index("right_little_4")], [0, 34.0303], atol=1e-3)
    assert person.present.sum() == 42


WRAPPED = {
    "a list for each frame": lambda frames: [[one] for one in frames],
    "a list of lists": lambda frames: [frames],
    "a text": json.dumps,
    "a line for each frame": None,
}


@pytest.mark.parametrize("way", WRAPPED)
def test_lists_of_frames_are_found_however_they_are_wrapped(tmp_path, way) -> None:
    made = [openpose_frame(values, 18) for values in exemplar(18 + 70 + 42, indices(OPENPOSE_BODY, 88, 109))]
    frames = [{name: one[name] for name in ("people", "canvas_width", "canvas_height")} for one in made]
    wrap = WRAPPED[way]
    (tmp_path / "a.json").write_text(json.dumps(wrap(frames)) if wrap else "\n".join(map(json.dumps, frames)))
    assert find(tmp_path / "a.json").name == "openpose"
    (person,) = poseforge.read_poses(tmp_path / "a.json")
    assert person.size == SIZE
    for joint in ("left_wrist", "right_wrist", "left_index_4"):
        np.testing.assert_allclose(person.joint(joint)[:2], [place(joint, t) for t in range(2)])


def test_frames_with_animals_alone_hold_nobody(tmp_path) -> None:
    record = [{"people": [], "animals": [[[1, 2, 1.0]] * 17], "canvas_width": 640, "canvas_height": 480}]
    (tmp_path / "a.json").write_text(json.dumps(record))
    (person,) = poseforge.read_poses(tmp_path / "a.json")
    assert not person.present.any()
    assert "only animals" in person.meta["note"]
