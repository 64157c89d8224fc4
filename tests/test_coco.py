"""COCO and COCO-WholeBody: annotations, results, both ways."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from exemplars import COCO_PARTS as PARTS
from exemplars import as_json as save
from exemplars import coco_annotations as annotations
from exemplars import coco_row as row
from hypothesis import given, settings
from hypothesis import strategies as st

import poseforge
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import find, notes
from poseforge.retarget import to_skeleton
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue
from samples import make_sequence

WHOLE = catalogue["coco-wholebody-133"]


def person(seed: int = 0, joints: int = 133) -> np.ndarray:
    """(K, 3) places that are all different in 640 x 480 pixels, with v 0.1 .. 0.9."""
    random = np.random.default_rng(seed)
    return np.column_stack([random.uniform(5, 635, joints), random.uniform(5, 475, joints), random.uniform(0.1, 0.9, joints)])


def test_joints_of_annotations_stand_where_their_names_say(tmp_path) -> None:
    values = person()
    path = save(tmp_path / "a.json", annotations([row(values)]))
    assert find(path).name == "coco-wholebody"
    (read,) = poseforge.read_poses(path)
    assert (read.skeleton, read.size, read.meta["canvas_guessed"]) == (WHOLE, (640, 480), False)
    places = {"nose": 0, "left_wrist": 9, "right_wrist": 10, "left_big_toe": 17, "right_heel": 22, "face_08": 31,
              "left_hand_root": 91, "left_index_3": 98, "right_thumb_4": 116, "right_little_4": 132}  # fmt: skip
    for joint, i in places.items():
        np.testing.assert_allclose(read.joint(joint)[0], values[i, :2] / (640, 480))
        assert read.confidence[0, WHOLE.index(joint)] == values[i, 2]


def test_the_body_alone_is_coco_17(tmp_path) -> None:
    values = person(joints=17)
    for record in (annotations([row(values)]), [row(values, score=0.7)]):
        (read,) = poseforge.read_poses(save(tmp_path / "a.json", record), size=(640, 480))
        assert read.skeleton == catalogue["coco-17"]
        np.testing.assert_allclose(read.joint("right_ankle")[0], values[16, :2] / (640, 480))


def test_marks_are_certain_and_what_is_not_marked_or_not_valid_is_missing(tmp_path) -> None:
    values = person()
    values[9:11, 2] = 0, 2
    values[100, 2] = 1
    record = annotations([row(values, righthand_valid=False, face_valid=True)])
    record["annotations"][0]["foot_kpts"] = []
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", record))
    assert np.isnan(read.joint("left_wrist")).all()
    assert read.confidence[0, [9, 10, 100]].tolist() == [0, 1, 1]
    assert not read.present[:, read.skeleton.group("right_hand")].any()
    assert not read.present[:, read.skeleton.group("feet")].any()
    assert read.present[:, read.skeleton.group("left_hand")].all()


def test_hands_without_a_body_are_read(tmp_path) -> None:
    hands = row(person())
    hands = {key: [] if key in ("keypoints", "face_kpts", "foot_kpts") else value for key, value in hands.items()}
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", annotations([hands])))
    assert read.present.sum() == 42


def test_results_hold_confidences_and_zeros_are_missing(tmp_path) -> None:
    values = person()
    values[9] = 0
    values[10, 2] = 0
    values[11, 2] = 1.7
    path = save(tmp_path / "r.json", [row(values, 20), row(person(1), 3)])
    assert find(path).name == "coco-wholebody"
    read = poseforge.read_poses(path, size=(640, 480))[0]
    np.testing.assert_allclose(read.joint("nose")[:, 0] * 640, [person(1)[0, 0], values[0, 0]])
    assert read.present[1, 9:12].tolist() == [False, True, True]
    assert read.confidence[1, 9:12].tolist() == [0, 0, 1.7]
    assert poseforge.read_poses(path)[0].meta["canvas_guessed"]


def test_pictures_are_frames_in_the_order_of_their_names(tmp_path) -> None:
    record = annotations([row(person(t), t) for t in (0, 1, 10)], 11)
    record["images"].reverse()
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", record))
    assert read.present.any(axis=1).nonzero()[0].tolist() == [0, 1, 10]
    np.testing.assert_allclose(read.joint("nose")[10], person(10)[0, :2] / (640, 480))


def test_tracks_tell_people_apart(tmp_path) -> None:
    rows = [row(person(0), 0, track_id=7), row(person(1), 0, track_id=3), row(person(0), 1, track_id=3)]
    one, two = poseforge.read_poses(save(tmp_path / "a.json", annotations(rows, 2)))
    assert one.present.any(axis=1).tolist() == [True, False]
    np.testing.assert_allclose(two.joint("nose")[1], person(0)[0, :2] / (640, 480))


def test_what_is_written_is_read_back(tmp_path) -> None:
    hub = make_sequence(5)
    points = np.array(hub.points)
    points[2, 92:113] = np.nan
    points[:, 120] = np.nan
    people = [replace(hub.with_points(points), fps=Fraction(30000, 1001), size=(1280, 720)) for _ in range(2)]
    people[1] = people[1].with_points(np.where(np.arange(5)[:, None, None] < 3, np.nan, 0.001 * people[1].points))
    poseforge.write_poses(people, tmp_path / "out.json", "coco-wholebody")
    back = poseforge.read_poses(tmp_path / "out.json")
    for before, after in zip(people, back, strict=True):
        expected = to_skeleton(before, WHOLE)
        np.testing.assert_allclose(after.points, expected.points)
        np.testing.assert_array_equal(after.confidence, expected.confidence)
        assert (after.fps, after.size) == (Fraction(30000, 1001), (1280, 720))


def test_the_written_file_is_what_coco_tools_expect(tmp_path) -> None:
    poseforge.write_poses(make_sequence(2), tmp_path / "o.json", "coco-wholebody")
    record = json.loads((tmp_path / "o.json").read_text())
    first = record["annotations"][0]
    assert {key: len(first[key]) for key in PARTS} == {
        "keypoints": 51, "foot_kpts": 18, "face_kpts": 204, "lefthand_kpts": 63, "righthand_kpts": 63,
    }  # fmt: skip
    assert (first["foot_valid"], first["lefthand_valid"], first["num_keypoints"]) == (False, True, 17)
    x, y, width, _ = first["lefthand_box"]
    places = np.reshape(first["lefthand_kpts"], (21, 3))
    assert (places[:, 0].max(), places[:, 1].min()) == (pytest.approx(x + width), y)
    assert first["area"] == pytest.approx(first["bbox"][2] * first["bbox"][3])
    assert record["categories"][0]["keypoints"][9] == "left_wrist"


@settings(max_examples=15)
@given(st.data())
def test_any_sequence_survives(tmp_path_factory, data) -> None:
    frames = data.draw(st.integers(1, 3))
    places = data.draw(st.lists(st.floats(-20, 20) | st.just(np.nan), min_size=frames * 4, max_size=frames * 4))
    points = np.full((frames, 133, 2), np.nan)
    points[:, [0, 9, 17, 130]] = np.repeat(np.reshape(places, (frames, 4, 1)), 2, axis=2) + (0.25, 0.5)
    level = np.where(np.isnan(points[..., 0]), 0.0, data.draw(st.floats(0, 3)))
    before = PoseSequence(points, level, WHOLE, size=(data.draw(st.integers(1, 4000)), 300))
    path = tmp_path_factory.mktemp("any") / "a.json"
    poseforge.write_poses(before, path, "coco-wholebody")
    (after,) = poseforge.read_poses(path)
    np.testing.assert_allclose(after.points, before.points, atol=1e-12)
    np.testing.assert_array_equal(after.confidence, before.confidence)


def test_what_cannot_be_written_is_refused(tmp_path) -> None:
    whole = to_skeleton(make_sequence(2), WHOLE)
    far = whole.with_points(whole.points * 1e6)
    deep = PoseSequence(np.zeros((1, 133, 3)), np.ones((1, 133)), WHOLE)
    other = replace(whole, size=(100, 100))
    for wrong in (whole[:0], far, deep, [whole, other], [whole] * 33):
        with pytest.raises(InvalidValue):
            poseforge.write_poses(wrong, tmp_path / "o.json", "coco-wholebody")
    assert not list(tmp_path.iterdir())


GOOD = annotations([row(person())], 2, fps=25)


def changed(**changes: object) -> dict:
    return annotations([row(person(), **changes)], 2)


WRONG = {
    "no images": {"annotations": [row(person())]},
    "an image is a number": GOOD | {"images": [3]},
    "one id twice": GOOD | {"images": GOOD["images"][:1] * 2},
    "a giant picture": GOOD | {"images": [GOOD["images"][0] | {"width": 10**9}]},
    "a picture of text": GOOD | {"images": [GOOD["images"][0] | {"width": "640"}]},
    "a picture of lists": GOOD | {"images": [GOOD["images"][0] | {"height": [1]}]},
    "two sizes": GOOD | {"images": [GOOD["images"][0], GOOD["images"][1] | {"width": 333}]},
    "an unknown picture": GOOD | {"annotations": [row(person(), 5)]},
    "a list for an id": GOOD | {"annotations": [row(person(), [5])]},
    "nobody": GOOD | {"annotations": []},
    "boxes alone": GOOD | {"annotations": [{"image_id": 0, "bbox": [1, 2, 3, 4]}]},
    "annotations no list": GOOD | {"annotations": {"a": 1}},
    "a row is text": GOOD | {"annotations": ["keypoints"]},
    "text": changed(keypoints=["1"] * 51),
    "null": changed(face_kpts=[None] * 204),
    "nested": changed(keypoints=[[1.0, 2.0, 2.0]] * 17),
    "short": changed(lefthand_kpts=[1.0] * 60),
    "far": changed(keypoints=[1e7] * 51),
    "huge": changed(keypoints=[10**400] * 51),
    "no number": json.dumps(GOOD).replace('"keypoints": [', '"keypoints": [NaN, ', 1),
    "rate of zero": GOOD | {"info": {"fps": 0}},
    "rate of text": GOOD | {"info": {"fps": "1e999999999"}},
    "rate by nothing": GOOD | {"info": {"fps": "24/0"}},
    "rate of a list": GOOD | {"info": {"fps": [1]}},
    "33 people": [row(person(), 1)] * 33,
    "deep": "[" * 100_000,
    "a number": 3,
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_files_are_refused_by_name(tmp_path, content) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path, "coco-wholebody")
    assert caught.value.path == str(path)


def test_pictures_of_several_sizes_take_one_that_is_given(tmp_path) -> None:
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", WRONG["two sizes"]), size=(800, 600))
    assert read.size == (800, 600)


def test_rates_are_stored_or_given(tmp_path) -> None:
    path = save(tmp_path / "a.json", GOOD)
    assert poseforge.read_poses(path)[0].fps == 25
    assert poseforge.read_poses(path, fps=Fraction(12))[0].fps == 12


def test_alphaposes_lists_are_told_apart(tmp_path) -> None:
    path = save(tmp_path / "a.json", [{"image_id": 1, "keypoints": [1.0] * 408}])
    with pytest.raises(FormatError, match="Halpe-136: read it as alphapose"):
        poseforge.read_poses(path, "coco-wholebody")


def test_real_poses_survive(shared, tmp_path) -> None:
    (real,) = poseforge.read_poses(shared / "data/echomimic_v2/pose/fight")
    poseforge.write_poses(real, tmp_path / "o.json", "coco-wholebody")
    (back,) = poseforge.read_poses(tmp_path / "o.json")
    expected = to_skeleton(real, WHOLE)
    np.testing.assert_allclose(back.points, expected.points, atol=1e-12)
    np.testing.assert_array_equal(back.confidence, expected.confidence)


def test_crowds_and_others_without_a_joint_are_nobody(tmp_path) -> None:
    crowd = row(np.zeros((133, 3)), iscrowd=1)
    people = poseforge.read_poses(save(tmp_path / "a.json", annotations([crowd, row(person()), row(person(), 1), crowd], 2)))
    assert len(people) == 1
    assert people[0].present.any(axis=1).all()
    (tracked,) = poseforge.read_poses(save(tmp_path / "a.json", annotations([row(np.zeros((133, 3)), track_id=1)])))
    assert not tracked.present.any()
    with pytest.raises(FormatError, match="no joint"):
        poseforge.read_poses(save(tmp_path / "a.json", annotations([crowd])))


def test_pictures_that_may_be_of_no_video_are_told(tmp_path) -> None:
    record = annotations([row(person(t), t) for t in range(3)], 3)
    assert list(notes(poseforge.read_poses(save(tmp_path / "a.json", record)))) == []
    for image, name in zip(record["images"], ("000139.jpg", "000285.jpg", "000632.jpg"), strict=True):
        image["file_name"] = name
    assert "3 pictures are taken for the frames" in " ".join(notes(poseforge.read_poses(save(tmp_path / "a.json", record))))
    poseforge.write_poses(make_sequence(3), tmp_path / "b.json", "coco-wholebody")
    assert list(notes(poseforge.read_poses(tmp_path / "b.json"))) == []
