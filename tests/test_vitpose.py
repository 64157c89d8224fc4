"""easy_ViTPose: the row before the column, people by id."""

import json

import numpy as np
import pytest

import poseforge
from poseforge.errors import FormatError
from poseforge.formats import find
from poseforge.skeleton import catalogue

NAMES_25 = (
    "nose left_eye right_eye left_ear right_ear neck left_shoulder right_shoulder left_elbow right_elbow left_wrist "
    "right_wrist left_hip right_hip hip left_knee right_knee left_ankle right_ankle left_big_toe left_small_toe left_heel "
    "right_big_toe right_small_toe right_heel"
).split()


def person(seed: int = 0, joints: int = 25) -> np.ndarray:
    """(K, 3) y, x, score within 640 x 480 pixels."""
    random = np.random.default_rng(seed)
    return np.column_stack([random.uniform(5, 475, joints), random.uniform(5, 635, joints), random.uniform(0.1, 1, joints)])


def file(path, frames: list[dict], names: list[str] | None = None):
    record = {"keypoints": [{name: values.tolist() for name, values in people.items()} for people in frames]}
    if names is not None:
        record["skeleton"] = {str(i): name for i, name in enumerate(names)}
    path.write_text(json.dumps(record))
    return path


SIZE = {"size": (640, 480)}


@pytest.mark.parametrize(
    ("joints", "skeleton", "places"),
    [(17, "coco-17", {"left_wrist": 9, "right_ankle": 16}),
     (25, "vitpose-25", {"neck": 5, "left_wrist": 10, "right_wrist": 11, "mid_hip": 14, "left_heel": 21, "right_big_toe": 22}),
     (133, "coco-wholebody-133", {"right_wrist": 10, "left_hand_root": 91, "right_little_4": 132})],
)  # fmt: skip
def test_rows_and_columns_arrive_as_x_and_y(tmp_path, joints, skeleton, places) -> None:
    values = person(joints=joints)
    path = file(tmp_path / "a.json", [{}, {"0": values}], NAMES_25 if joints == 25 else None)
    assert find(path).name == "vitpose"
    (read,) = poseforge.read_poses(path, **SIZE)
    assert read.skeleton == catalogue[skeleton]
    assert read.present.any(axis=1).tolist() == [False, True]
    for joint, i in places.items():
        np.testing.assert_allclose(read.joint(joint)[1] * (640, 480), values[i, [1, 0]])
        assert read.confidence[1, i] == values[i, 2]


def test_the_published_names_are_the_skeletons() -> None:
    assert [name.replace("mid_", "") for name in catalogue["vitpose-25"].joints] == NAMES_25


def test_ids_follow_people(tmp_path) -> None:
    frames = [{"3": person(0), "5": person(1)}, {"5": person(0), "3": person(1)}, {"5": person(2)}]
    path = file(tmp_path / "a.json", frames)
    assert find(path).name == "vitpose"
    one, two = poseforge.read_poses(path, **SIZE)
    np.testing.assert_allclose(one.joint("nose")[1] * (640, 480), person(1)[0, [1, 0]])
    assert one.present.any(axis=1).tolist() == [True, True, False]
    np.testing.assert_allclose(two.joint("nose")[2] * (640, 480), person(2)[0, [1, 0]])


def test_zeros_are_missing(tmp_path) -> None:
    values = person()
    values[10] = 0
    (read,) = poseforge.read_poses(file(tmp_path / "a.json", [{"0": values}]))
    assert read.present.sum() == 24
    assert not read.present[0, 10]


def test_animals_are_refused(tmp_path) -> None:
    path = file(tmp_path / "a.json", [{"0": person(joints=17)}], ["L_Eye", "R_Eye", *["Nose"] * 15])
    with pytest.raises(FormatError, match="calls keypoint 0 'L_Eye'; expected 'nose'"):
        poseforge.read_poses(path)


POINTS = [[1.0, 2.0, 0.5]] * 17
WRONG = {
    "no frames": {"keypoints": []},
    "nobody": {"keypoints": [{}, {}]},
    "no keypoints": {"skeleton": {}},
    "frames of lists": {"keypoints": [[1, 2]]},
    "16 keypoints": {"keypoints": [{"0": POINTS[:16]}]},
    "two skeletons": {"keypoints": [{"0": POINTS}, {"0": POINTS[:5]}]},
    "pairs": {"keypoints": [{"0": [[1.0, 2.0]] * 17}]},
    "text": {"keypoints": [{"0": [["1", "2", "3"]] * 17}]},
    "far": {"keypoints": [{"0": [[1e9, 2.0, 1.0]] * 17}]},
    "null": {"keypoints": [{"0": None}]},
    "crowd": {"keypoints": [{str(i): POINTS for i in range(33)}]},
    "a list": [POINTS],
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_files_are_refused_by_name(tmp_path, content) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(content))
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path, "vitpose")
    assert caught.value.path == str(path)
