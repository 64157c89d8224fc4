"""What other programs call joints."""

import json
import re

import pytest

from poseforge.errors import FileProblem, FormatError, InvalidValue
from poseforge.joint_names import _plain, get_map, name_maps, rename
from poseforge.skeleton import catalogue, wholebody_134

SMPLX = catalogue["smplx-55"].joints
LIMBS = {f"{side}_{joint}" for side in ("left", "right") for joint in "shoulder elbow wrist hip knee ankle".split()}


@pytest.mark.parametrize("id", name_maps())
def test_every_map_knows_a_body_and_both_sides(id) -> None:
    joints = name_maps()[id].joints
    known = set(joints.values())
    assert known >= LIMBS | {"pelvis", "spine_1", "neck", "head"}
    sides = {"left_": "right_", "right_": "left_"}
    for name, joint in joints.items():
        side = next((side for side in sides if joint.startswith(side)), None)
        if side:
            assert joint.replace(side, sides[side]) in known, name
            assert re.search("left|l|左" if side == "left_" else "right|r|右", name), name
        else:
            assert joint in SMPLX or joint in ("neck_base", "neck_top", "spine_base", "spine_top"), name


@pytest.mark.parametrize("id", name_maps())
def test_no_name_stands_for_two_joints(id) -> None:
    from importlib.resources import files

    record = json.loads((files("poseforge.presets") / "joint_names" / f"{id}.json").read_text("utf-8"))
    plain: dict[str, str] = {}
    for name, joint in record["joints"].items():
        assert plain.setdefault(_plain(name), joint) == joint, name


@pytest.mark.parametrize(
    ("own", "map", "names"),
    [
        ("mixamorig:Hips mixamorig:LeftArm mixamorig:RightHandPinky4", "mixamo", "pelvis left_shoulder right_little_4"),
        ("Hips LHipJoint LeftUpLeg LowerBack Neck1 LThumb", "cmu", "pelvis left_hip_base left_hip spine_1 neck left_thumb_1"),
        ("Hips LeftThigh RightFinger2Proximal LeftFinger1Metacarpal", "rokoko", "pelvis left_hip right_index_1 left_thumb_1"),
        ("hip lShldrBend rForearmBend lMid2 abdomenLower", "daz", "pelvis left_shoulder right_elbow left_middle_2 spine_1"),
        (
            "Bip01|Bip01 Pelvis|Bip01 L Thigh|Bip01 R Finger42|Bip01 Spine",
            "max",
            "Bip01|pelvis|left_hip|right_little_3|spine_1",
        ),
        ("pelvis left_hip L_Wrist right_pinky2 spine3", "smplx", "pelvis left_hip left_wrist right_little_2 spine_3"),
        ("Hips LeftCollar LeftShoulder LeftWrist Chest", "biovision", "pelvis left_collar left_shoulder left_wrist spine_1"),
        (
            "pelvis spine_01 clavicle_l upperarm_r pinky_03_l",
            "general",
            "pelvis spine_1 left_collar right_shoulder left_little_3",
        ),
        ("Hips LeftUpperArm RightIndexIntermediate Chest", "general", "pelvis left_shoulder right_index_2 spine_2"),
        ("spine thigh.L upper_arm.R f_pinky.01.L", "general", "spine_1 left_hip right_shoulder left_little_1"),
        (
            "J_Bip_C_Hips J_Bip_L_UpperArm J_Bip_R_Little3 J_Adj_L_FaceEye",
            "vroid",
            "pelvis left_shoulder right_little_3 left_eye",
        ),
        ("Root J_Bip_C_Hips J_Bip_L_LowerArm J_Bip_R_Hand", "vroid", "Root pelvis left_elbow right_wrist"),
        (
            "CC_Base_Hip CC_Base_Waist CC_Base_L_UpperarmTwist01 CC_Base_R_Mid2 CC_Base_NeckTwist01",
            "character_creator",
            "pelvis spine_1 left_shoulder_twist right_middle_2 neck",
        ),
        (
            "センター 上半身 左ひじ 右親指０ 右人差指3 左腕捩",
            "mmd",
            "pelvis spine_1 left_elbow right_thumb_1 right_index_3 left_shoulder_twist",
        ),
    ],
)
def test_names_are_known_by_their_family(own, map, names) -> None:
    mark = "|" if "|" in own else " "
    naming = rename([name.replace("|", " ") for name in own.split(mark)])
    assert (naming.map.id, naming.names) == (map, tuple(names.split(mark)))


def test_a_name_is_given_once() -> None:
    naming = rename(["Hips", "LeftArm", "LeftArm", "left arm", "x", "x", "left_elbow", "LeftForeArm"], "mixamo")
    assert naming.names == ("pelvis", "left_shoulder", "LeftArm", "left arm", "x", "x 2", "left_elbow 2", "left_elbow")
    assert dict(naming.mapped) == {"Hips": "pelvis", "LeftArm": "left_shoulder", "LeftForeArm": "left_elbow"}
    assert rename([""]).names == ("joint",)


def test_poseforges_own_names_come_back() -> None:
    assert rename(SMPLX).names == SMPLX
    tips = [name for name in wholebody_134.joints if name.endswith("_4")]
    assert rename(["pelvis", *tips], "smplx").names == ("pelvis", *tips)


def test_a_map_of_ones_own(tmp_path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"joints": {"Arm Of Left": "left_shoulder"}}))
    naming = rename(["root", "ns:arm_of_left"], str(path))
    assert (naming.map.id, naming.names) == ("mine", ("root", "left_shoulder"))
    for wrong in ("[]", "{}", '{"joints": {"a": 3}}', "{", '{"joints": []}'):
        path.write_text(wrong)
        with pytest.raises(FormatError, match=r"mine\.json"):
            get_map(str(path))
    with pytest.raises(FileProblem):
        get_map(str(tmp_path / "none.json"))
    with pytest.raises(InvalidValue, match="mixamo"):
        get_map("nobody")


@pytest.mark.parametrize("name", [{"LeftHand": "left_wrist"}, None, 3])
def test_a_map_is_named_by_text(name) -> None:
    with pytest.raises(InvalidValue, match="or give a JSON file"):
        get_map(name)


def test_a_map_of_ones_own_goes_before_the_known_names(tmp_path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"joints": {"Paw": "left_wrist", "LeftHand": "left_elbow", "Chin": "jaw"}}))
    own = ["Hips", "LeftArm", "LeftForeArm", "LeftHand", "x:Paw", "RightHand"]
    naming = rename(own, str(path))
    assert naming.names == ("pelvis", "left_shoulder", "LeftForeArm", "left_elbow", "left_wrist", "right_wrist")
    assert naming.map.id == "mine"
