"""AlphaPose: its list of rows, and the one file of its other two forms."""

import numpy as np
import pytest
from exemplars import alphapose_row as row
from exemplars import as_json as save

import poseforge
from poseforge.errors import FormatError
from poseforge.formats import find
from poseforge.skeleton import catalogue


def person(seed: int = 0, joints: int = 136, shift: float = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    x, y = random.uniform(5, 235, joints) + shift, random.uniform(5, 475, joints)
    return np.column_stack([x, y, random.uniform(0.1, 0.95, joints)])


SIZE = {"size": (640, 480)}


@pytest.mark.parametrize(
    ("skeleton", "places"),
    [("coco-17", {"left_wrist": 9, "right_ankle": 16}),
     ("halpe-26", {"head_top": 17, "neck": 18, "mid_hip": 19, "left_big_toe": 20, "right_big_toe": 21, "left_small_toe": 22,
                   "right_small_toe": 23, "left_heel": 24, "right_heel": 25}),
     ("coco-wholebody-133", {"left_small_toe": 18, "left_hand_root": 91, "right_hand_root": 112}),
     ("halpe-136", {"right_big_toe": 21, "face_00": 26, "left_hand_root": 94, "left_index_3": 101, "right_little_4": 135})],
)  # fmt: skip
def test_the_number_of_keypoints_tells_the_joints(tmp_path, skeleton, places) -> None:
    values = person(joints=len(catalogue[skeleton]))
    path = save(tmp_path / "a.json", [row(values)])
    assert find(path).name == "alphapose"
    (read,) = poseforge.read_poses(path, **SIZE)
    assert read.skeleton == catalogue[skeleton]
    for joint, i in places.items():
        np.testing.assert_allclose(read.joint(joint)[0] * (640, 480), values[i, :2])
        assert read.confidence[0, read.skeleton.index(joint)] == values[i, 2]


@pytest.mark.parametrize(("key", "inner"), [("people", "pose_keypoints_2d"), ("bodies", "joints")])
def test_the_other_forms_have_openposes_joints(tmp_path, key, inner) -> None:
    frames = [person(t, 18) for t in range(3)]
    record = {
        f"{t}.jpg": {"version": "AlphaPose v0.3", key: [{inner: frames[t].ravel().tolist()}]} for t in (2, 0)
    }  # fmt: skip
    path = save(tmp_path / "a.json", record)
    assert find(path).name == "alphapose"
    (read,) = poseforge.read_poses(path, **SIZE)
    assert read.present.any(axis=1).tolist() == [True, False, True]
    for joint, i in {"neck": 1, "right_wrist": 4, "left_wrist": 7}.items():
        np.testing.assert_allclose(read.joint(joint)[2] * (640, 480), frames[2][i, :2])


def test_a_videos_frames_without_anybody_are_missing(tmp_path) -> None:
    rows = [row(person(t), f"{t}.jpg") for t in (10, 2, 9)]
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", rows), **SIZE)
    assert read.present.any(axis=1).nonzero()[0].tolist() == [2, 9, 10]
    np.testing.assert_allclose(read.joint("nose")[9] * (640, 480), person(9)[0, :2])


def test_other_pictures_are_in_natural_order(tmp_path) -> None:
    rows = [row(person(t), f"shot{t}.png") for t in (10, 2, 9)]
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", rows), **SIZE)
    np.testing.assert_allclose(read.joint("nose")[:, 0] * 640, [person(t)[0, 0] for t in (2, 9, 10)])


def test_confidences_up_to_six_are_divided(tmp_path) -> None:
    values = person()
    values[:3, 2] = 5.4, 6.3, 0.3
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", [row(values)]))
    np.testing.assert_allclose(read.confidence[0, :3], [0.9, 1, 0.05])
    values[:3, 2] = 1.04, 0.9, 0.3
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", [row(values)]))
    np.testing.assert_allclose(read.confidence[0, :3], [1, 0.9, 0.3])


def test_the_index_tells_people_apart_unless_it_is_the_same_for_all(tmp_path) -> None:
    left, right = person(0), person(1, shift=380)
    tracked = [row(left, idx=[[4.0]]), row(right, idx=2), row(right, "1.jpg", idx=4), row(left, "1.jpg", idx=[2.0, 4.0])]
    one, _ = poseforge.read_poses(save(tmp_path / "a.json", tracked), **SIZE)
    assert one.joint("nose")[0, 0] < 0.5 < one.joint("nose")[1, 0]
    untracked = [one_row | {"idx": [[0.0], [0.0]]} for one_row in tracked]
    one, two = poseforge.read_poses(save(tmp_path / "a.json", untracked), **SIZE)
    assert one.joint("nose")[:, 0].max() < 0.5 < two.joint("nose")[:, 0].min()


def test_zeros_are_missing(tmp_path) -> None:
    values = person()
    values[9] = 0
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", [row(values)]))
    assert not read.present[0, 9]
    assert read.present.sum() == 135


WRONG = {
    "empty": [],
    "MPII": [row(person(joints=16))],
    "two skeletons": [row(person()), row(person(joints=17), "1.jpg")],
    "no keypoints": [{"image_id": "0.jpg"}],
    "no picture": [{"keypoints": [1.0] * 51}],
    "a row is text": ["image_id"],
    "numbers as text": [row(person()) | {"keypoints": ["1"] * 51}],
    "nested": [row(person()) | {"keypoints": [[1.0]] * 51}],
    "far": [row(person(joints=17) * 1e6)],
    "a late frame": [row(person(joints=17), "999999999.jpg")],
    "crowd": [row(person(joints=17))] * 33,
    "people no list": {"0.jpg": {"version": 0.1, "people": 3}},
    "body 25": {"0.jpg": {"version": 0.1, "people": [{"pose_keypoints_2d": [1.0] * 75}]}},
    "a person is text": {"0.jpg": {"version": 0.1, "bodies": ["joints"]}},
    "no pictures": {},
    "another object": {"version": 0.1, "people": []},
    "a number": 3,
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_files_are_refused_by_name(tmp_path, content) -> None:
    path = save(tmp_path / "bad.json", content)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path, "alphapose")
    assert caught.value.path == str(path)


@pytest.mark.parametrize(("joints", "at"), [(26, 10), (133, 10), (136, 10)])
def test_rows_that_coco_has_not_are_known_by_their_length(tmp_path, joints, at) -> None:
    values = [person(t, joints) for t in range(2)]
    path = save(tmp_path / "a.json", [row(values[t], t) for t in (1, 0)])
    assert find(path).name == "alphapose"
    (read,) = poseforge.read_poses(path, **SIZE)
    np.testing.assert_allclose(read.joint("right_wrist") * (640, 480), [one[at, :2] for one in values])
    assert find(save(tmp_path / "b.json", [row(person(joints=17), 0)])).name == "coco-wholebody"


@pytest.mark.parametrize(("key", "inner"), [("people", "pose_keypoints_2d"), ("bodies", "joints")])
def test_a_folder_holds_a_file_for_each_picture(tmp_path, key, inner) -> None:
    frames = {t: person(t, 18) for t in (0, 2, 10)}
    for t, values in frames.items():
        save(tmp_path / f"{t}.json", {"version": "AlphaPose v0.3", key: [{inner: values.ravel().tolist()}]})
    assert find(tmp_path).name == ("alphapose" if key == "bodies" else "openpose")
    (read,) = poseforge.read_poses(tmp_path, "alphapose", **SIZE)
    assert read.present.any(axis=1).nonzero()[0].tolist() == [0, 2, 10]
    np.testing.assert_allclose(read.joint("left_wrist")[10] * (640, 480), frames[10][7, :2])
    (tmp_path / "2.json").write_text("{}")
    with pytest.raises(FormatError, match=r"2\.jpg"):
        poseforge.read_poses(tmp_path, "alphapose")
