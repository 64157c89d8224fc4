"""MMPose 1.x predictions: pictures, videos, folders."""

import json
from fractions import Fraction

import numpy as np
import pytest
from exemplars import as_json as save
from exemplars import mmpose_video as video

import poseforge
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import find
from poseforge.retarget import to_hub
from poseforge.skeleton import catalogue


def person(seed: int = 0, joints: int = 133, shift: float = 0) -> dict:
    random = np.random.default_rng(seed)
    points = np.column_stack([random.uniform(5, 235, joints) + shift, random.uniform(5, 475, joints)])
    return {"keypoints": points.tolist(), "keypoint_scores": random.uniform(0.1, 1, joints).tolist(),
            "bbox": [[0.0, 0.0, 640.0, 480.0]], "bbox_score": 0.9}  # fmt: skip


SIZE = {"size": (640, 480)}


@pytest.mark.parametrize(
    ("joints", "skeleton", "joint", "index"),
    [(17, "coco-17", "left_wrist", 9), (26, "halpe-26", "right_big_toe", 21), (133, "coco-wholebody-133", "left_index_3", 98),
     (133, "coco-wholebody-133", "right_hand_root", 112), (136, "halpe-136", "left_thumb_1", 95),
     (136, "halpe-136", "right_heel", 25), (136, "halpe-136", "right_little_4", 135), (21, "hand-21", "ring_2", 14),
     (68, "face-68", "face_30", 30)],
)  # fmt: skip
def test_the_number_of_keypoints_tells_the_joints(tmp_path, joints, skeleton, joint, index) -> None:
    one = person(joints=joints)
    path = save(tmp_path / "a.json", video([one]))
    assert find(path).name == "mmpose"
    (read,) = poseforge.read_poses(path, **SIZE)
    assert read.skeleton == catalogue[skeleton]
    np.testing.assert_allclose(read.joint(joint)[0] * (640, 480), one["keypoints"][index])
    assert read.confidence[0, index] == one["keypoint_scores"][index]


def test_a_hand_needs_a_side_to_go_to_a_body(tmp_path) -> None:
    one = person(joints=21)
    path = save(tmp_path / "a.json", video([one]))
    with pytest.raises(InvalidValue, match=r"no joint in common .*-o hand=left"):
        poseforge.write_poses(poseforge.read_poses(path), tmp_path / "out")
    for side, other in (("left", "right"), ("right", "left")):
        hub = to_hub(poseforge.read_poses(path, hand=side, **SIZE)[0])
        np.testing.assert_allclose(hub.joint(f"{side}_ring_2")[0] * (640, 480), one["keypoints"][14])
        assert not hub.present[:, hub.skeleton.group(f"{other}_hand")].any()
    with pytest.raises(InvalidValue, match="hand 'both'"):
        poseforge.read_poses(path, hand="both")


def test_a_picture_a_video_a_script_and_a_folder_hold_the_same(tmp_path) -> None:
    one, two = person(0), person(1)
    meta = {"dataset_name": "coco_wholebody", "num_keypoints": 133, "keypoint_id2name": {str(i): "nose" for i in range(133)}}
    script = {"meta_info": meta, "instance_info": video([one], [two], first=1)}
    folder = tmp_path / "predictions"
    folder.mkdir()
    save(folder / "img10.json", [two])
    save(folder / "img9.json", [one])
    places = [save(tmp_path / "v.json", video([one], [two])), save(tmp_path / "s.json", script), folder]
    for place in places:
        assert find(place).name == "mmpose"
        (read,) = poseforge.read_poses(place, **SIZE)
        np.testing.assert_allclose(read.points * (640, 480), [one["keypoints"], two["keypoints"]])
    (single,) = poseforge.read_poses(folder / "img9.json", **SIZE)
    np.testing.assert_allclose(single.points[0] * (640, 480), one["keypoints"])


def test_frames_that_are_left_out_are_missing(tmp_path) -> None:
    frames = [{"frame_id": t, "instances": people} for t, people in ((7, []), (3, [person()]), (4, []))]
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", frames))
    assert read.present.any(axis=1).tolist() == [True, False, False, False, False]
    folder = tmp_path / "f"
    folder.mkdir()
    save(folder / "1.json", [])
    save(folder / "2.json", [person()])
    assert poseforge.read_poses(folder)[0].present.any(axis=1).tolist() == [False, True]


def test_people_who_change_places_in_the_list_stay_themselves(tmp_path) -> None:
    pairs = [[person(0, shift=t), person(1, shift=380 - t)][:: -1 if t % 2 else 1] for t in range(6)]
    one, two = poseforge.read_poses(save(tmp_path / "a.json", video(*pairs)), **SIZE)
    assert one.joint("nose")[:, 0].max() < 0.5 < two.joint("nose")[:, 0].min()


def test_zeros_are_missing(tmp_path) -> None:
    one = person()
    one["keypoints"][9], one["keypoint_scores"][9] = [0, 0], 0
    (read,) = poseforge.read_poses(save(tmp_path / "a.json", [one]))
    assert not read.present[0, 9]
    assert read.present.sum() == 132


WRONG = {
    "h36m": {"meta_info": {"dataset_name": "h36m", "keypoint_id2name": {str(i): "root" for i in range(17)}},
             "instance_info": video([person(joints=17)])},
    "14 keypoints": [person(joints=14)],
    "two skeletons": [person(joints=17), person(joints=133)],
    "nobody": video([], []),
    "3D": [person() | {"keypoints": [[1.0, 2.0, 3.0]] * 133}],
    "no scores": [{"keypoints": [[1.0, 2.0]] * 17}],
    "fewer scores": [person() | {"keypoint_scores": [1.0]}],
    "text": [person() | {"keypoint_scores": ["1"] * 133}],
    "far": [person() | {"keypoints": [[1e9, 1.0]] * 133}],
    "no frame numbers": [{"instances": [person()]}],
    "a frame twice": video([person()]) * 2,
    "a number of text": [{"frame_id": "0", "instances": [person()]}],
    "far apart": video([person()]) + video([person()], first=10**9),
    "very far apart": video([person()]) + video([person()], first=10**4000),
    "crowd": video([person(joints=17)] * 33),
    "instances no list": [{"frame_id": 0, "instances": {"a": 1}}],
    "a person is text": [{"frame_id": 0, "instances": ["a"]}],
    "instance_info is missing": {"meta_info": {}},
    "text alone": "a",
    "a list of lists": [[1, 2]],
}  # fmt: skip


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_files_are_refused_by_name(tmp_path, content) -> None:
    path = save(tmp_path / "bad.json", content)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path, "mmpose")
    assert caught.value.path == str(path)


def test_the_wrong_file_of_a_folder_is_named(tmp_path) -> None:
    save(tmp_path / "1.json", [person()])
    bad = save(tmp_path / "2.json", [{"keypoints": 3}])
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(tmp_path, "mmpose")
    assert caught.value.path == str(bad)


@pytest.mark.parametrize("named", [False, True])
def test_people_in_3d_are_filmed(tmp_path, named) -> None:
    joints = np.random.default_rng(4).random((3, 17, 3))
    joints[:, [11, 14], 2] += 2  # the shoulders above the hips
    frames = [
        {"frame_id": t, "instances": [{"keypoints": places.tolist(), "keypoint_scores": [0.5] * 17}]}
        for t, places in enumerate(joints)
    ]
    meta = {"num_keypoints": 17, "keypoint_id2name": {str(i): "root" if not i else f"j{i}" for i in range(17)}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"meta_info": meta, "instance_info": frames} if named else frames))
    np.save(tmp_path / "a.npy", joints)
    (person,) = poseforge.read_poses(path, fps=Fraction(50))
    (expected,) = poseforge.read_poses(tmp_path / "a.npy", "h36m")
    assert person == expected
    frames[1]["instances"] = []
    path.write_text(json.dumps(frames))
    (person,) = poseforge.read_poses(path)
    assert person.present.any(axis=1).tolist() == [True, False, True]
    frames[2]["instances"][0] |= {"keypoints": [[0, 0, 0]] * 16, "keypoint_scores": [1.0] * 16}
    path.write_text(json.dumps(frames))
    with pytest.raises(FormatError, match="17 keypoints"):
        poseforge.read_poses(path)
