"""Skeletons: orders, sides, mirrors."""

import pytest

from poseforge.errors import InvalidValue
from poseforge.skeleton import SMPLX_PARENTS, Skeleton, catalogue, wholebody_134

SIZES = {
    "wholebody-134": 134, "openpose-18": 18, "body-25": 25, "openpose-127": 127, "openpose-130": 130,
    "openpose-137": 137, "coco-17": 17, "coco-wholebody-133": 133, "hand-21": 21, "face-68": 68, "smplx-55": 55, "halpe-26": 26,
    "halpe-136": 136, "vitpose-25": 25, "mediapipe-143": 143, "h36m-17": 17, "hands-42": 42,
}  # fmt: skip


def test_the_catalogue_is_complete() -> None:
    assert {name: len(skeleton) for name, skeleton in catalogue.items()} == SIZES


@pytest.mark.parametrize("skeleton", catalogue.values(), ids=catalogue.keys())
def test_mirroring_twice_is_nothing(skeleton: Skeleton) -> None:
    mirror = skeleton.mirror
    assert (mirror[mirror] == range(len(skeleton))).all()
    for i, name in enumerate(skeleton.joints):
        if name.startswith("left_"):
            assert skeleton.joints[mirror[i]] == name.replace("left_", "right_")


@pytest.mark.parametrize("skeleton", catalogue.values(), ids=catalogue.keys())
def test_groups_do_not_overlap(skeleton: Skeleton) -> None:
    members = [i for _, group in skeleton.groups for i in group]
    assert len(members) == len(set(members))


def test_the_hub_has_the_order_of_dwpose() -> None:
    names = {0: "nose", 1: "neck", 2: "right_shoulder", 4: "right_wrist", 7: "left_wrist", 8: "right_hip", 14: "right_eye",
             17: "left_ear", 18: "left_big_toe", 23: "right_heel", 24: "face_00", 91: "face_67", 92: "left_hand_root",
             96: "left_thumb_4", 97: "left_index_1", 112: "left_little_4", 113: "right_hand_root",
             133: "right_little_4"}  # fmt: skip
    assert {i: wholebody_134.joints[i] for i in names} == names


@pytest.mark.parametrize(
    ("skeleton", "joint", "index"),
    [("coco-17", "left_eye", 1), ("coco-17", "right_ankle", 16), ("coco-wholebody-133", "left_hand_root", 91),
     ("coco-wholebody-133", "right_hand_root", 112), ("coco-wholebody-133", "right_heel", 22), ("body-25", "mid_hip", 8),
     ("body-25", "left_ear", 18), ("body-25", "left_big_toe", 19), ("body-25", "right_heel", 24),
     ("openpose-137", "right_pupil", 93), ("halpe-26", "head_top", 17), ("halpe-26", "mid_hip", 19),
     ("halpe-26", "left_big_toe", 20), ("halpe-26", "right_big_toe", 21), ("halpe-26", "left_small_toe", 22),
     ("halpe-136", "right_heel", 25), ("halpe-136", "face_00", 26), ("halpe-136", "left_hand_root", 94),
     ("halpe-136", "right_little_4", 135), ("vitpose-25", "neck", 5), ("vitpose-25", "left_wrist", 10),
     ("vitpose-25", "mid_hip", 14), ("vitpose-25", "left_small_toe", 20), ("vitpose-25", "right_heel", 24),
     ("smplx-55", "left_wrist", 20), ("smplx-55", "left_index_1", 25), ("smplx-55", "left_little_1", 31),
     ("smplx-55", "left_ring_1", 34), ("smplx-55", "right_thumb_3", 54)],
)  # fmt: skip
def test_joints_stand_where_their_sources_say(skeleton: str, joint: str, index: int) -> None:
    assert catalogue[skeleton].index(joint) == index


def test_smplx_parents_name_the_right_joints() -> None:
    skeleton = catalogue["smplx-55"]
    parent = {joint: skeleton.joints[p] for joint, p in zip(skeleton.joints, SMPLX_PARENTS, strict=True) if p >= 0}
    assert parent["left_elbow"] == "left_shoulder"
    assert parent["right_thumb_1"] == "right_wrist"
    assert parent["right_thumb_3"] == "right_thumb_2"
    assert parent["left_little_1"] == "left_wrist"
    assert parent["jaw"] == "head"


def test_face_mirror_swaps_corners() -> None:
    mirror = catalogue["face-68"].mirror
    assert [mirror[i] for i in (0, 8, 17, 27, 31, 36, 41, 48, 60, 66)] == [16, 8, 26, 27, 35, 45, 46, 54, 64, 66]


def test_a_skeleton_without_a_joint_keeps_its_parts() -> None:
    left = wholebody_134.without("neck")
    assert [name for name in wholebody_134.joints if name not in left] == ["neck"]
    for part, _ in wholebody_134.groups:
        names = [wholebody_134.joints[i] for i in wholebody_134.group(part)]
        assert [left.joints[i] for i in left.group(part)] == [name for name in names if name != "neck"]
    ends = {frozenset((left.joints[a], left.joints[b])) for a, b in left.bones}
    whole = {frozenset((wholebody_134.joints[a], wholebody_134.joints[b])) for a, b in wholebody_134.bones}
    assert ends == {bone for bone in whole if "neck" not in bone}
    with pytest.raises(InvalidValue, match="tail"):
        left.without("tail")


def test_wrong_skeletons_are_refused() -> None:
    with pytest.raises(InvalidValue):
        Skeleton("twice", ("a", "a"))
    with pytest.raises(InvalidValue):
        Skeleton("bone", ("a", "b"), ((0, 2),))
    with pytest.raises(InvalidValue):
        wholebody_134.index("tail")
