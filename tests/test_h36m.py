"""Human3.6M: arrays and JSON, its cameras and filming from the front, and what is wrong with a file."""

import json
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import find
from poseforge.retarget import to_hub

STANDING = np.array([
    (0, 900, 0), (-130, 900, 0), (-140, 480, 20), (-150, 60, 0), (130, 900, 0), (140, 480, 20), (150, 60, 0),
    (0, 1130, 0), (0, 1380, 0), (0, 1480, 80), (0, 1580, 20),
    (150, 1340, 0), (200, 1080, 20), (150, 1150, 250), (-150, 1340, 0), (-230, 1080, 20), (-260, 850, 60),
], dtype=np.float64)  # fmt: skip
"""Somebody of Human3.6M's order, millimetres, y up, facing +z; the left hand is raised before the body."""

ROOM = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
"""Leads from y up to Human3.6M's room, in which z is up and the person faces -y."""

MOVING = [0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27]


def clip(frames: int = 4) -> np.ndarray:
    """(T, 17, 3) somebody who sways, y up."""
    return STANDING + 20 * np.sin(np.arange(frames))[:, None, None] * (1, 0, 0)


def save(folder: Path, joints: np.ndarray, cameras: dict | None = None) -> Path:
    """The JSON family for (T, 17, 3) joints of the room."""
    frames = {str(i): frame.tolist() for i, frame in enumerate(joints)}
    other = {str(i): (frame + 1000).tolist() for i, frame in enumerate(joints[:2])}
    path = folder / "Human36M_subject1_joint_3d.json"
    path.write_text(json.dumps({"10": {"1": other}, "2": {"1": frames, "2": other}}))
    if cameras is not None:
        (folder / "Human36M_subject1_camera.json").write_text(json.dumps(cameras))
    return path


def camera(turned: bool = False) -> dict:
    """A camera five metres before the person, or behind."""
    side = -1.0 if turned else 1.0
    rotation = np.array([[side, 0, 0], [0, 0, -1], [0, side, 0]])
    place = np.array([0, -5000 * side, 1000])
    return {"R": rotation.tolist(), "t": (-rotation @ place).tolist(), "f": [1145.0, 1144.0], "c": [512.5, 515.5]}


def test_joints_of_arrays_stand_at_their_names(tmp_path) -> None:
    random = np.random.default_rng(1)
    seventeen, many = random.random((3, 17, 2)) * 900, random.random((3, 32, 2)) * 900
    np.save(tmp_path / "a.npy", seventeen)
    np.save(tmp_path / "b.npy", many.astype(np.float32))
    names = {"mid_hip": 0, "right_hip": 1, "left_ankle": 6, "thorax": 8, "nose": 9, "left_shoulder": 11, "left_wrist": 13,
             "right_elbow": 15, "right_wrist": 16}  # fmt: skip
    assert find(tmp_path / "a.npy").name == find(tmp_path / "b.npy").name == "h36m"
    (person,) = poseforge.read_poses(tmp_path / "a.npy", size=(1000, 1002))
    (other,) = poseforge.read_poses(tmp_path / "b.npy", size=(1000, 1002))
    for joint, i in names.items():
        np.testing.assert_allclose(person.joint(joint), seventeen[:, i] / (1000, 1002))
        np.testing.assert_allclose(other.joint(joint), many[:, MOVING[i]] / (1000, 1002), rtol=1e-6)
    assert (person.fps, person.size) == (50, (1000, 1002))
    assert person.confidence.min() == 1


def test_archives_are_read_by_name_or_from_the_first(tmp_path) -> None:
    one, two = np.random.default_rng(2).random((2, 3, 17, 2))
    np.savez(tmp_path / "a.npz", fps=np.array(50), walking=two, eating=one)
    assert find(tmp_path / "a.npz").name == "h36m"
    np.testing.assert_allclose(poseforge.read_poses(tmp_path / "a.npz")[0].points, one)
    np.testing.assert_allclose(poseforge.read_poses(tmp_path / "a.npz", action="walking")[0].points, two)
    with pytest.raises(FormatError, match="there are eating, walking"):
        poseforge.read_poses(tmp_path / "a.npz", action="sitting")


def packed(path: Path, **objects: object) -> Path:
    np.savez(path, **{name: np.array(value, dtype=object) for name, value in objects.items()})
    return path


def test_videopose3ds_archives_hold_subjects(tmp_path) -> None:
    random = np.random.default_rng(3)
    shots = [random.random((3, 17, 2)) * 900 for _ in range(8)]
    inside = {"S1": {"Walking 1": shots[:4]}, "S11": {"Eating": shots[4:]}}
    path = packed(tmp_path / "a.npz", positions_2d=inside, metadata={"num_joints": 17, "keypoints_symmetry": [[4, 5], [1, 2]]})
    assert find(path).name == "h36m"
    (person,) = poseforge.read_poses(path)
    assert person.size == (1000, 1002)
    np.testing.assert_allclose(person.joint("left_wrist") * person.size, shots[0][:, 13])
    (other,) = poseforge.read_poses(path, subject="S11", action="Eating", camera="2")
    assert other.size == (1000, 1000)
    np.testing.assert_allclose(other.joint("right_wrist") * other.size, shots[5][:, 16])
    deep = random.random((4, 32, 3))
    wide = packed(tmp_path / "b.npz", positions_3d={"S1": {"Walking 1": deep}})
    np.save(tmp_path / "b.npy", deep)
    assert poseforge.read_poses(wide) == poseforge.read_poses(tmp_path / "b.npy")
    for options, problem in (({"subject": "S9"}, "there are S1, S11"), ({"camera": "5"}, "there are 1, 2, 3, 4")):
        with pytest.raises(FormatError, match=problem):
            poseforge.read_poses(path, **options)
    for content, problem in (
        ({"positions_3d": {"S1": 1}}, "no action"),
        ({"positions_3d": {"S1": {"a": "b"}}}, "something else than numbers"),
        ({"positions_2d": inside, "metadata": {"keypoints_symmetry": [[1, 3], [2, 4]]}}, "COCO's joints"),
        ({"positions_3d": {"S1": print}}, "nothing was run"),
    ):
        with pytest.raises(FormatError, match=problem):
            poseforge.read_poses(packed(tmp_path / "c.npz", **content))


def test_missing_stays_missing(tmp_path) -> None:
    joints = np.random.default_rng(1).random((3, 17, 2)) * 900
    joints[1, 13, 0] = np.nan
    np.save(tmp_path / "a.npy", joints)
    (person,) = poseforge.read_poses(tmp_path / "a.npy")
    assert np.argwhere(~person.present).tolist() == [[1, 13]]
    assert person.confidence[1, 13] == 0


TURN = np.array([[np.cos(2), 0, np.sin(2)], [0, 1, 0], [-np.sin(2), 0, np.cos(2)]])


@pytest.mark.parametrize("axes", [np.eye(3), np.diag([1, -1, -1]), ROOM, np.diag([1, -1, -1]) @ ROOM, ROOM @ TURN])
@pytest.mark.parametrize("scale", [1.0, 0.001, 1e-4])
def test_3d_is_filmed_from_the_front_in_any_unit_whatever_is_up(tmp_path, axes, scale) -> None:
    np.save(tmp_path / "a.npy", clip() @ axes.T * scale)
    (person,) = poseforge.read_poses(tmp_path / "a.npy")
    hub = to_hub(person)
    np.testing.assert_allclose(np.median(hub.joint("neck"), axis=0), (0.5, 0.45), atol=0.02)
    assert (hub.joint("left_shoulder")[:, 0] > hub.joint("right_shoulder")[:, 0] + 0.2).all()
    assert (hub.joint("nose")[:, 1] < 0.45).all()
    assert hub.joint("left_wrist")[0, 1] > hub.joint("left_shoulder")[0, 1]
    assert person.size == (768, 768)
    (whole,) = poseforge.read_poses(tmp_path / "a.npy", framing="full_body", size=(720, 1280))
    assert whole.present.all()
    assert 0 < whole.points[..., 1].min() < whole.points[..., 1].max() < 1
    assert whole.size == (720, 1280)


def seen(joints: np.ndarray, which: dict) -> np.ndarray:
    """The pixels of places of the room, one by one."""
    result = np.zeros((*joints.shape[:2], 2))
    for t, k in np.ndindex(*joints.shape[:2]):
        x, y, z = np.array(which["R"]) @ joints[t, k] + which["t"]
        result[t, k] = which["f"][0] * x / z + which["c"][0], which["f"][1] * y / z + which["c"][1]
    return result


def test_a_camera_of_the_data_set_sees_what_it_saw(tmp_path) -> None:
    joints = clip() @ ROOM.T
    path = save(tmp_path, joints, {"1": camera(), "2": camera(turned=True)})
    assert find(path).name == "h36m"
    (person,) = poseforge.read_poses(path)
    np.testing.assert_allclose(person.pixels(), seen(joints, camera()), rtol=1e-9)
    assert person.size == (1000, 1002)
    assert (person.joint("left_wrist")[:, 0] > person.joint("right_wrist")[:, 0]).all()
    (behind,) = poseforge.read_poses(path, camera="2")
    np.testing.assert_allclose(behind.pixels(), seen(joints, camera(turned=True)), rtol=1e-9)
    assert behind.size == (1000, 1000)
    assert (behind.joint("left_wrist")[:, 0] < behind.joint("right_wrist")[:, 0]).all()


def test_actions_and_takes_are_chosen(tmp_path) -> None:
    path = save(tmp_path, clip(12) @ ROOM.T)
    assert [len(poseforge.read_poses(path, **chosen)[0]) for chosen in ({}, {"subaction": "2"}, {"action": 10})] == [12, 2, 2]
    with pytest.raises(FormatError, match="no action '3'; there are 2, 10"):
        poseforge.read_poses(path, action="3")
    with pytest.raises(FormatError, match=r"Human36M_subject1_camera\.json"):
        poseforge.read_poses(path, camera="1")
    with pytest.raises(InvalidValue, match="half_body, full_body"):
        poseforge.read_poses(path, framing="close")


def test_framing_goes_before_the_cameras(tmp_path) -> None:
    path = save(tmp_path, clip() @ ROOM.T, {"1": camera(turned=True)})
    (person,) = poseforge.read_poses(path, framing="half_body")
    assert (person.joint("left_shoulder")[:, 0] > person.joint("right_shoulder")[:, 0]).all()


def annotated(joints: np.ndarray, kind: str) -> dict:
    """``*_data.json`` of two cameras."""
    images, notes = [], []
    for which in (1, 2):
        view = camera(turned=which == 2)
        pixels, before = seen(joints, view), joints @ np.array(view["R"]).T + view["t"]
        for t in reversed(range(len(joints))):
            name = 100 * which + t
            images.append({"id": name, "width": 1000, "height": 1002, "action_idx": 2, "subaction_idx": 1, "cam_idx": which,
                           "frame_idx": 5 * t, "cam_param": {"f": view["f"], "c": view["c"]}})  # fmt: skip
            values = {"keypoints_img": pixels[t].tolist(), "keypoints_cam": before[t].tolist()}
            notes.append({"id": name, "image_id": name, kind: values[kind]})
    return {"images": images, "annotations": notes}


@pytest.mark.parametrize("kind", ["keypoints_img", "keypoints_cam"])
@pytest.mark.parametrize("lens", ["in the image", "beside"])
def test_annotations_are_read(tmp_path, kind, lens) -> None:
    joints = clip(12) @ ROOM.T
    path = tmp_path / "Human36M_subject1_data.json"
    record = annotated(joints, kind)
    if lens == "beside":
        for image in record["images"]:
            del image["cam_param"]
        (tmp_path / "Human36M_subject1_camera.json").write_text(json.dumps({"1": camera(), "2": camera(turned=True)}))
    path.write_text(json.dumps(record))
    assert find(path).name == "h36m"
    (person,) = poseforge.read_poses(path, camera="2")
    np.testing.assert_allclose(person.pixels(), seen(joints, camera(turned=True)), rtol=1e-9)
    assert len(poseforge.read_poses(path)[0]) == 12


GOOD = {"1": {"1": {"0": STANDING.tolist()}}}
DEEP = json.dumps(GOOD)
WRONG = {
    "no JSON": "{",
    "a list": "[1]",
    "no take": '{"1": {}}',
    "no frames": '{"1": {"1": [1]}}',
    "a frame no list": '{"1": {"1": {"0": 3}}}',
    "16 joints": json.dumps({"1": {"1": {"0": STANDING[:16].tolist()}}}),
    "uneven": json.dumps({"1": {"1": {"0": STANDING.tolist(), "1": STANDING[:3].tolist()}}}),
    "2D": json.dumps({"1": {"1": {"0": STANDING[:, :2].tolist()}}}),
    "text": DEEP.replace("900.0", '"900"'),
    "far": DEEP.replace("900.0", "1e30"),
    "not finite": DEEP.replace("900.0", "1e999"),
    "a point": json.dumps({"1": {"1": {"0": [[1, 2, 3]] * 17}}}),
    "no annotations": '{"images": [], "annotations": []}',
    "annotations no list": '{"images": 3, "annotations": {}}',
    "nameless entries": '{"images": [{"width": 5}], "annotations": [{"keypoints_img": []}]}',
    "odd entries": '{"images": [3, {"id": [1]}], "annotations": [3, {"image_id": [1]}, {}]}',
    "deep nesting": "[" * 100_000,
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_wrong_json_is_refused_by_name(tmp_path, content) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(bad, "h36m")
    assert caught.value.path == str(bad)


@pytest.mark.parametrize(
    "changes", [{"R": None}, {"R": [[1, 2], [3, 4]]}, {"t": ["a", 1, 2]}, {"f": [1e300, 1]}, {"c": [1]}, {"R": "no"}]
)
def test_wrong_cameras_are_refused_by_name(tmp_path, changes) -> None:
    path = save(tmp_path, clip() @ ROOM.T, {"1": camera() | changes})
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(path)
    assert caught.value.path.endswith("Human36M_subject1_camera.json")


@pytest.mark.parametrize(
    "array",
    [np.zeros((0, 17, 3)), np.zeros((3, 17, 3)), np.full((3, 17, 3), np.nan), np.full((3, 17, 2), np.inf), np.zeros((3, 16, 2)),
     np.full((2, 17, 2), 1e300), np.array(["a"]), np.zeros((2, 17, 2), dtype=complex), np.float64(3)],
)  # fmt: skip
def test_wrong_arrays_are_refused_by_name(tmp_path, array) -> None:
    np.save(tmp_path / "bad.npy", array)
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(tmp_path / "bad.npy", "h36m")
    assert caught.value.path == str(tmp_path / "bad.npy")
