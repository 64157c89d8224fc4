"""AMASS and SMPL-X: which number moves which joint, what points up, all dialects, and files that are none."""

import gzip
import pickle
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge.bodies import body_model
from poseforge.errors import FormatError, InvalidValue, UnknownFormat, UnsafeFile
from poseforge.formats import find, read_motion, read_poses, write_motion
from poseforge.framing import framed
from poseforge.performer import performer
from poseforge.rig import Motion
from poseforge.rotations import matrices, quaternions
from samples import make_motion, make_sequence

INDEX = performer().skeleton.index
HALF = np.pi / 2


def amass(path: Path, joints: int = 52, frames: int = 4, standing: bool = True, **more: object) -> Path:
    """A file of AMASS's layout in which every number is another one, of a person who stands in a world with z up."""
    poses = 1e-3 * np.arange(frames * joints * 3.0).reshape(frames, joints * 3)
    if standing:
        poses[:, :3] = (HALF, 0, 0)
    arrays = {"poses": poses, "trans": np.tile([1.0, 2.0, 0.9], (frames, 1)), "betas": np.arange(16.0), "gender": "female"}
    np.savez(path, **(arrays | {"mocap_framerate": 120.0} | more))
    return path


def parameters(frames: int = 3, seed: int = 0) -> dict[str, np.ndarray]:
    """Stacked parameters of SMPL-X, all numbers different."""
    random = np.random.default_rng(seed)
    sizes = {"global_orient": 3, "body_pose": 63, "left_hand_pose": 45, "right_hand_pose": 45, "jaw_pose": 3, "leye_pose": 3,
             "reye_pose": 3, "expression": 10, "transl": 3}  # fmt: skip
    return {name: 0.2 * random.normal(size=(frames, size)) for name, size in sizes.items()} | {"betas": np.ones((1, 10))}


def saved(path: Path, content: object) -> Path:
    """As .npz, .npy or .pkl, whichever the name says."""
    if path.suffix == ".npz":
        np.savez(path, **content)
    elif path.suffix == ".npy":
        np.save(path, content, allow_pickle=True)
    else:
        path.write_bytes(pickle.dumps(content))
    return path


def turn(motion: Motion, joint: str) -> np.ndarray:
    return motion.rotations[:, INDEX(joint)]


@pytest.mark.parametrize(
    ("joints", "places"),
    [
        (52, {"left_hip": 1, "left_elbow": 18, "right_wrist": 21, "left_index_1": 22, "left_thumb_3": 36, "right_index_1": 37,
              "right_little_1": 43, "right_ring_1": 46, "right_thumb_3": 51}),
        (55, {"left_hip": 1, "right_wrist": 21, "jaw": 22, "left_eye": 23, "right_eye": 24, "left_index_1": 25,
              "left_thumb_3": 39, "right_index_1": 40, "right_thumb_3": 54}),
    ],
)  # fmt: skip
def test_amass_moves_each_joint_by_its_own_numbers(tmp_path, joints, places) -> None:
    path = amass(tmp_path / "a.npz", joints)
    (motion,) = read_motion(path)
    with np.load(path) as archive:
        angles = archive["poses"].reshape(4, joints, 3)
    for name, place in places.items():
        np.testing.assert_array_equal(turn(motion, name), angles[:, place], err_msg=name)
    if joints == 52:
        assert not motion.rotations[:, INDEX("jaw") : INDEX("right_eye") + 1].any()
    assert (motion.fps, motion.meta["gender"], motion.meta["betas"][3]) == (120, "female", 3.0)
    assert "stands in" in motion.meta["note"]


def test_both_spellings_of_the_rate_and_old_texts_are_known(tmp_path) -> None:
    poses, trans = np.zeros((2, 156)), np.zeros((2, 3))
    path = saved(tmp_path / "a.npz", {"poses": poses, "trans": trans, "mocap_frame_rate": 29.97, "gender": np.array(b"male")})
    (motion,) = read_motion(path)
    assert motion.fps == Fraction(2997, 100)
    assert motion.meta["gender"] == "male"
    saved(path, {"poses": poses, "trans": trans, "mocap_framerate": np.array([60])})
    assert read_motion(path)[0].fps == 60
    assert read_motion(path, fps=25)[0].fps == 25
    saved(path, {"poses": poses, "trans": trans})
    assert "no frame rate; 24" in read_motion(path)[0].meta["note"]
    for wrong in ("fast", 0.0, 1e9, np.zeros(3)):
        saved(path, {"poses": poses, "trans": trans, "mocap_framerate": wrong})
        with pytest.raises(FormatError, match=r"frame rate|frames per second"):
            read_motion(path)


def test_the_parts_of_a_stageii_file_are_its_poses(tmp_path) -> None:
    whole = amass(tmp_path / "a.npz", 55)
    with np.load(whole) as archive:
        poses = archive["poses"]
    edges = {"root_orient": (0, 3), "pose_body": (3, 66), "pose_jaw": (66, 69), "pose_eye": (69, 75), "pose_hand": (75, 165)}
    parts = {name: poses[:, low:high] for name, (low, high) in edges.items()}
    saved(tmp_path / "b.npz", parts | {"trans": np.tile([1.0, 2.0, 0.9], (4, 1)), "mocap_frame_rate": 120.0})
    assert find(tmp_path / "b.npz").name == "amass"
    assert read_motion(tmp_path / "b.npz") == read_motion(whole)


def test_shapes_without_movement_are_told(tmp_path) -> None:
    saved(tmp_path / "shape.npz", {"betas": np.zeros(16), "gender": "male"})
    for call in (read_poses, read_motion):
        with pytest.raises(FormatError, match=r"shape\.npz: holds no movement but betas, gender.*_stageii\.npz"):
            call(tmp_path / "shape.npz")


@pytest.mark.parametrize(("up", "root"), [("z", (HALF, 0, 0)), ("y", (0, 0, 0)), ("-y", (np.pi, 0, 0))])
def test_whatever_points_up_the_person_stands(tmp_path, up, root) -> None:
    path = amass(tmp_path / "a.npz", poses=np.tile([*root, *np.zeros(153)], (3, 1)), trans=np.zeros((3, 3)))
    for chosen in ("auto", up):
        (motion,) = read_motion(path, up=chosen)
        assert motion.meta["up"] == up
        np.testing.assert_allclose(turn(motion, "pelvis"), 0, atol=1e-12)
    (pose,) = read_poses(path)
    assert (pose.joint("nose")[:, 1] < pose.joint("neck")[:, 1]).all()
    assert (pose.joint("left_shoulder")[:, 0] > pose.joint("right_shoulder")[:, 0]).all()
    other = "y" if up == "z" else "z"
    assert np.abs(turn(read_motion(path, up=other)[0], "pelvis")).max() > 1


def test_ways_turn_with_the_world_and_feet_come_to_the_floor(tmp_path) -> None:
    way = np.array([[0.0, 0.0, 0.9], [1.0, 0.0, 0.9], [0.0, 1.0, 0.9], [0.0, 0.0, 1.9]])
    (motion,) = read_motion(amass(tmp_path / "a.npz", trans=way))
    wanted = [[0, 0, 0], [1, 0, 0], [0, 0, -1], [0, 1, 0]]
    np.testing.assert_allclose(motion.translation - motion.translation[0], wanted, atol=1e-12)
    pelvis = motion.rig.world(motion)[0][0, INDEX("pelvis")]
    np.testing.assert_allclose(pelvis, [0, 0.9, 0], atol=1e-9)


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001)])
def test_what_is_written_reads_back_number_for_number(tmp_path, fps) -> None:
    motion = make_motion(9)
    lying = np.array(motion.rotations)
    lying[:, 0] = (-1.5, 0.3, 0.1)
    for rotations in (motion.rotations, lying):
        given = Motion(rotations, motion.translation, motion.rig, fps)
        write_motion(given, tmp_path / "a.npz", "amass", overwrite=True)
        assert find(tmp_path / "a.npz").name == "amass"
        (back,) = read_motion(tmp_path / "a.npz")
        assert back == given
    with np.load(tmp_path / "a.npz") as archive:
        assert archive["poses"].shape == (9, 165)
        assert str(archive["surface_model_type"]) == "smplx"
        joined = [archive[name] for name in ("root_orient", "pose_body", "pose_jaw", "pose_eye", "pose_hand")]
        np.testing.assert_array_equal(np.concatenate(joined, axis=1), archive["poses"])


def test_only_movements_of_these_joints_are_written(tmp_path) -> None:
    with pytest.raises(InvalidValue, match="55 joints"):
        write_motion(make_motion(3)[:0], tmp_path / "a.npz", "amass")
    write_motion(make_motion(3), tmp_path / "a.npz", "amass")
    with pytest.raises(poseforge.PoseForgeError, match="exists"):
        write_motion(make_motion(3), tmp_path / "a.npz", "amass")
    with pytest.raises(UnknownFormat):
        poseforge.write_poses(make_sequence(), tmp_path / "b.npz", "amass")


def rotation_matrices(angles: np.ndarray) -> np.ndarray:
    return matrices(quaternions(angles.reshape(len(angles), -1, 3)))


def dialects() -> dict[str, tuple[str, object]]:
    """The same movement as several programs would store it."""
    flat = parameters()
    poses = [name for name in flat if name.endswith(("pose", "orient"))]
    joints = flat | {name: flat[name].reshape(3, -1, 3) for name in poses}
    turned = flat | {name: rotation_matrices(flat[name]) for name in poses}
    smpl = flat | {"body_pose": np.concatenate([flat["body_pose"], np.ones((3, 6))], axis=1)}
    frames = [{name: values[t if len(values) > 1 else 0][None] for name, values in joints.items()} for t in range(3)]
    bare = [{name: values[t if len(values) > 1 else 0] for name, values in turned.items()} for t in range(3)]
    renamed = {"transl": "trans", "left_hand_pose": "lhand_pose", "right_hand_pose": "rhand_pose", "expression": "expr"}
    return {
        "angles": ("a.npz", flat),
        "single precision": ("a.npz", {name: values.astype(np.float32) for name, values in flat.items()}),
        "joints": ("a.npz", joints),
        "batch of one": ("a.npz", {name: values[None] for name, values in flat.items()}),
        "matrices": ("a.npz", turned),
        "SMPL's body": ("a.npz", smpl),
        "pickle": ("a.pkl", flat),
        "dictionary in .npy": ("a.npy", flat),
        "frames": ("a.pkl", frames),
        "frames of matrices": ("a.pkl", bare),
        "other names": ("a.npz", {f"smplx_{renamed.get(name, name)}": values for name, values in flat.items()}),
    }


@pytest.mark.parametrize("dialect", dialects())
def test_every_dialect_is_the_same_movement(tmp_path, dialect) -> None:
    name, content = dialects()[dialect]
    path = saved(tmp_path / name, content)
    (motion,) = read_motion(path, "smplx" if name == "a.npy" else None, up="y", flat_hand_mean="true", fps=25)
    plain = parameters()
    names = ("global_orient", "body_pose", "jaw_pose", "leye_pose", "reye_pose", "left_hand_pose", "right_hand_pose")
    wanted = np.concatenate([plain[part].reshape(3, -1, 3) for part in names], axis=1)
    tolerance = 1e-6 if dialect == "single precision" else 1e-9
    np.testing.assert_allclose(motion.rotations, wanted, atol=tolerance)
    np.testing.assert_allclose(motion.translation, plain["transl"], atol=tolerance)
    assert motion.fps == 25
    assert motion.meta["betas"] == (1.0,) * 10


def in_frame(flat: dict[str, np.ndarray], t: int) -> dict[str, np.ndarray]:
    """The parameters of one frame as SMPLer-X writes them."""
    return {name: values[t if len(values) > 1 else 0].reshape(1 if values.shape[1] < 45 else -1, min(3, values.shape[1]))
            if name not in ("expression", "betas") else values[:1] for name, values in flat.items()}  # fmt: skip


def test_a_folder_holds_people_over_time(tmp_path) -> None:
    first, second = parameters(3, 1), parameters(3, 2)
    for t, i, flat in ((0, 0, first), (1, 0, first), (2, 0, first), (0, 1, second), (2, 1, second)):
        saved(tmp_path / f"{t + 9:05d}_{i}.npz", in_frame(flat, t))
    assert find(tmp_path).name == "smplx"
    one, two = read_motion(tmp_path, up="y", flat_hand_mean="true")
    for motion, flat, frames in ((one, first, [0, 1, 2]), (two, second, [0, 0, 2])):
        assert len(motion) == 3
        for joint, part, at in (("pelvis", "global_orient", 0), ("left_elbow", "body_pose", 51),
                                ("left_index_1", "left_hand_pose", 0), ("right_thumb_3", "right_hand_pose", 42)):  # fmt: skip
            np.testing.assert_array_equal(turn(motion, joint), flat[part][frames, at : at + 3], err_msg=joint)
        np.testing.assert_array_equal(motion.translation, flat["transl"][frames])
    seen, other = read_poses(tmp_path, up="y", size=(640, 480))
    assert seen.present.any(axis=1).tolist() == [True] * 3
    assert other.present.any(axis=1).tolist() == [True, False, True]
    assert not other.confidence[1].any()
    (alone,) = read_poses(tmp_path / "00009_0.npz", up="y")
    assert len(alone) == 1
    saved(tmp_path / "999999_1.npz", in_frame(second, 0))
    with pytest.raises(FormatError, match="claims 999,991 frames of 2 people and holds 6 poses"):
        read_motion(tmp_path)
    (tmp_path / "999999_1.npz").rename(tmp_path / "other_1.npz")
    with pytest.raises(FormatError, match="2 takes, which begin with '' and 'other_'"):
        read_motion(tmp_path)


def test_tracked_people_are_people_over_time(tmp_path) -> None:
    flat = [parameters(3, i) for i in (1, 2)]
    bodies = [np.concatenate([one["body_pose"], np.ones((3, 6))], axis=1) for one in flat]

    def person(i: int, t: int) -> dict[str, np.ndarray]:
        root, body = (rotation_matrices(values[t : t + 1])[0] for values in (flat[i]["global_orient"], bodies[i]))
        return {"global_orient": root, "body_pose": body, "betas": np.full(10, i + 1.0)}

    who = [[0, 1], [1], [1, 0]]
    frames = [
        {
            "tid": [10 + i for i in some],
            "smpl": [person(i, t) for i in some],
            "camera": [np.array([i + 0.5, t, 30]) for i in some],
        }
        for t, some in enumerate(who)
    ]
    named = {f"img/{t + 8}.jpg": frame for t, frame in reversed(list(enumerate(frames)))}
    for content in (frames, named):
        path = saved(tmp_path / "a.pkl", content)
        assert find(path).name == "smplx"
        people = read_motion(path, up="y")
        for i, (motion, at) in enumerate(zip(people, ([0, 0, 2], [0, 1, 2]), strict=True)):
            np.testing.assert_allclose(turn(motion, "pelvis"), flat[i]["global_orient"][at], atol=1e-9)
            np.testing.assert_allclose(turn(motion, "left_elbow"), flat[i]["body_pose"][at, 51:54], atol=1e-9)
            np.testing.assert_array_equal(motion.translation, [[i + 0.5, t, 0] for t in at])
            assert motion.meta["betas"] == (i + 1.0,) * 10
            assert "no fingers; resting hands" in motion.meta["note"]
            hand = motion.rig.skeleton.group("left_hand")
            np.testing.assert_array_equal(motion.rotations[1, hand], motion.rig.stance[hand])
        present = [seen.present.any(axis=1).tolist() for seen in read_poses(path, up="y")]
        assert present == [[True, False, True], [True, True, True]]
    saved(path, [{"tid": [], "smpl": []}])
    with pytest.raises(FormatError, match="nobody in any frame"):
        read_motion(path, "smplx")


def smpl_poses(joints: int = 24) -> np.ndarray:
    return 1e-3 * np.arange(3 * joints * 3.0).reshape(3, joints * 3)


def check_smpl(motion: Motion, frames: list[int]) -> None:
    for joint, place in {"pelvis": 0, "left_hip": 1, "left_elbow": 18, "right_wrist": 21}.items():
        np.testing.assert_allclose(turn(motion, joint), smpl_poses()[frames, 3 * place : 3 * place + 3], err_msg=joint)
    assert "no fingers" in motion.meta["note"]


def test_people_of_numbers_have_frames_of_their_own(tmp_path) -> None:
    way = np.arange(9.0).reshape(3, 3)
    world = {"pose": np.ones((3, 72)), "trans": np.ones((3, 3)), "pose_world": smpl_poses(), "trans_world": way}
    late = {"pose": smpl_poses()[:2], "trans": way[:2], "frame_ids": np.array([4, 6]), "betas": np.zeros((2, 10))}
    path = saved(tmp_path / "a.pkl", {0: world | {"frame_ids": np.array([3, 4, 5])}, 12: late})
    one, two = read_motion(path, up="y")
    check_smpl(one, [0, 1, 2, 2])
    check_smpl(two, [0, 0, 0, 1])
    np.testing.assert_array_equal(two.translation, way[[0, 0, 0, 1]])
    present = [seen.present.any(axis=1).tolist() for seen in read_poses(path, up="y")]
    assert present == [[True, True, True, False], [False, True, False, True]]
    for wrong, problem in {
        (4, 4): "do not rise",
        (5, 4): "do not rise",
        (-1, 2): "do not rise",
        (0, 10**6): "claims 1,000,0",
    }.items():
        saved(path, {0: late | {"frame_ids": np.array(wrong)}})
        with pytest.raises(FormatError, match=problem):
            read_motion(path)
    saved(path, {i: {"pose": smpl_poses()} for i in range(40)})
    with pytest.raises(FormatError, match="40 people"):
        read_motion(path)


@pytest.mark.parametrize("shape", [(3, 72), (3, 24, 3)])
@pytest.mark.parametrize("layout", ["aist", "amass", "gvhmr", "incam"])
def test_bodies_without_fingers(tmp_path, layout, shape) -> None:
    poses, way = smpl_poses().reshape(shape), np.arange(9.0).reshape(3, 3)
    flat = smpl_poses()
    inside = {"global_orient": flat[:, :3], "body_pose": flat[:, 3:66], "transl": way, "betas": np.zeros((3, 10))}
    moved = {name: np.ones_like(values) for name, values in inside.items()}
    name, content = {
        "aist": ("a.pkl", {"smpl_poses": poses, "smpl_trans": 90 * way, "smpl_scaling": np.array([90.0]), "smpl_loss": 0.1}),
        "amass": ("a.npz", {"poses": poses, "trans": way, "betas": np.zeros(10), "mocap_framerate": 60}),
        "gvhmr": ("a.pkl", {"smpl_params_incam": moved, "smpl_params_global": inside, "K_fullimg": np.eye(3)}),
        "incam": ("a.pkl", {"smpl_params_incam": inside}),
    }[layout]
    path = saved(tmp_path / name, content)
    assert find(path).name == ("amass" if layout == "amass" else "smplx")
    (motion,) = read_motion(path, up="y")
    check_smpl(motion, [0, 1, 2])
    np.testing.assert_allclose(motion.translation, way)
    assert motion.fps == (60 if layout in ("aist", "amass") else 24)


def test_what_only_other_programs_unpack_is_told(tmp_path) -> None:
    path = tmp_path / "a.pkl"
    whole = pickle.dumps({"body_pose": np.zeros((2, 63))})
    tensor = b"\x80\x02}X\x09\x00\x00\x00body_posectorch._utils\n_rebuild_tensor_v2\n"
    for content, told in {
        zlib.compress(whole): "saved by joblib.*joblib.load.*pickle.dump",
        gzip.compress(whole): "saved by joblib",
        b"\x80\x04\x95\x00cjoblib.numpy_pickle\nNumpyArrayWrapper\n": "saved by joblib",
        b"PK\x03\x04archive/data.pkl": r"file of PyTorch.*numpy\.savez",
        tensor: r"tensors of PyTorch.*nothing was run.*numpy\.savez",
    }.items():
        path.write_bytes(content)
        with pytest.raises(FormatError, match=told):
            read_motion(path)


def test_one_frame_is_a_movement(tmp_path) -> None:
    flat = {name: values[0] for name, values in parameters().items()}
    assert len(read_motion(saved(tmp_path / "a.npz", flat))[0]) == 1
    joints = {name: values.reshape(-1, 3) if "pose" in name else values for name, values in flat.items()}
    assert len(read_motion(saved(tmp_path / "a.npz", joints))[0]) == 1


def test_talkshow_has_its_own_order(tmp_path) -> None:
    rows = np.tile(1e-3 * np.arange(265.0), (5, 1))
    for shape in ((5, 265), (1, 5, 265)):
        path = saved(tmp_path / "a.npy", rows.reshape(shape))
        (motion,) = read_motion(path, "smplx", up="y", flat_hand_mean="true")
        places = {"jaw": 0, "left_eye": 3, "right_eye": 6, "pelvis": 9, "left_hip": 12, "right_wrist": 72, "left_index_1": 75,
                  "right_index_1": 120, "right_thumb_3": 162}  # fmt: skip
        for name, start in places.items():
            np.testing.assert_array_equal(turn(motion, name), rows[:, start : start + 3], err_msg=name)
        assert motion.fps == 30
    with pytest.raises(FormatError, match="265"):
        read_motion(saved(tmp_path / "a.npy", np.zeros((5, 264))), "smplx")


def test_hands_counted_from_a_mean_are_told_without_a_model(tmp_path) -> None:
    path = saved(tmp_path / "a.npz", parameters())
    (relaxed,) = read_motion(path, up="y")
    (flat,) = read_motion(path, up="y", flat_hand_mean=True)
    assert "mean hand" in relaxed.meta["note"]
    assert "mean hand" not in flat.meta["note"]
    difference = relaxed.rotations - flat.rotations
    hands = np.concatenate([relaxed.rig.skeleton.group(f"{side}_hand") for side in ("left", "right")])
    np.testing.assert_allclose(difference[0][hands], relaxed.rig.stance[hands])
    assert not np.delete(difference, hands, axis=1).any()
    with pytest.raises(FormatError, match=r"6 principal components.*body_model=PATH"):
        read_motion(saved(path, parameters() | {"left_hand_pose": np.zeros((3, 6))}))


def test_a_hand_alone_is_a_hand_alone(tmp_path) -> None:
    pose, root = 0.1 * np.arange(90.0).reshape(2, 45), np.tile([0.1, 0.2, 0.3], (2, 1))
    apart = saved(tmp_path / "a.npz", {"hand_pose": pose, "global_orient": root, "betas": np.zeros(10)})
    joined = saved(tmp_path / "b.npz", {"hand_pose": np.concatenate([root, pose], axis=1)})
    for path in (apart, joined):
        assert find(path).name == "smplx"
        for side in ("right", "left"):
            (motion,) = read_motion(path, hand=side, up="y", flat_hand_mean="true")
            np.testing.assert_array_equal(turn(motion, f"{side}_ring_1"), pose[:, 27:30])
            np.testing.assert_array_equal(turn(motion, f"{side}_wrist"), root)
            assert np.count_nonzero(motion.rotations.any(axis=(0, 2))) == 16
    assert "the right one is taken" in read_motion(apart)[0].meta["note"]
    (seen,) = read_poses(apart, hand="left")
    assert seen.present.sum(axis=1).tolist() == [22, 22]
    assert seen.present[:, seen.skeleton.index("left_thumb_4")].all()
    known = seen.points[seen.present]
    assert known.min() > 0
    assert known.max() < 1
    with pytest.raises(InvalidValue, match="auto, left, right"):
        read_poses(apart, hand="both")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, Path]:
    """Models of the published sizes with numbers of our own."""
    folder, random = tmp_path_factory.mktemp("models"), np.random.default_rng(3)
    paths = {}
    for kind, joints, size in (("smplx", 55, 10475), ("mano", 16, 778)):
        regressor = np.zeros((joints, size), dtype=np.float32)
        regressor[np.arange(joints), 7 * np.arange(joints)] = 1
        weights = np.zeros((size, joints), dtype=np.float32)
        weights[np.arange(size), np.arange(size) % joints] = 1
        template = random.normal(size=(size, 3))
        if kind == "smplx":
            still = Motion(np.zeros((1, 55, 3)), np.zeros((1, 3)), performer())
            template[7 * np.arange(55)] = performer().world(still)[0][0] - (0, 0.9, 0)
        else:
            template[28, 0] = template[0, 0] - 1  # the middle finger of a right hand
        made = {"v_template": template, "J_regressor": regressor, "weights": weights,
                "shapedirs": np.zeros((size, 3, 20), dtype=np.float16),
                "posedirs": np.zeros((size, 3, 9 * (joints - 1)), dtype=np.float16),
                "f": np.arange(30).reshape(10, 3)}  # fmt: skip
        for letter in "lr" if kind == "smplx" else ("",):
            made |= {f"hands_mean{letter}": random.normal(size=45), f"hands_components{letter}": random.normal(size=(45, 45))}
        for name, shape in (("lmk", (51,)), ("dynamic_lmk", (79, 17))):
            made |= {f"{name}_faces_idx": np.zeros(shape, dtype=int), f"{name}_bary_coords": np.full((*shape, 3), 1 / 3)}
        paths[kind] = folder / f"{kind}.npz"
        np.savez_compressed(paths[kind], **made)
    return paths


def test_a_model_makes_the_movement_exact(tmp_path, models) -> None:
    path = amass(tmp_path / "a.npz", 55)
    (motion,) = read_motion(path, body_model=models["smplx"])
    with np.load(path) as archive:
        poses, way = archive["poses"].reshape(4, 55, 3), archive["trans"]
    body = body_model(models["smplx"]).shaped()
    there = body.hub(Motion(poses, way, body.rig)).points  # as the file has it, z up
    here = motion.rig.forward(motion)
    for name in ("left_wrist", "right_knee", "left_index_3"):
        x, y, z = np.moveaxis(there[:, here.skeleton.index(name)], -1, 0)
        np.testing.assert_allclose(here.joint(name), np.stack([x, z, -y], axis=-1), atol=1e-9)
    assert "performer" not in motion.meta["note"]
    (seen,) = read_poses(path, body_model=models["smplx"])
    (wanted,) = framed([here])
    for name in ("left_wrist", "right_shoulder", "left_index_3"):
        np.testing.assert_allclose(seen.joint(name), wanted.joint(name), atol=1e-6)


def test_a_model_explains_hands(tmp_path, models) -> None:
    with np.load(models["smplx"]) as archive:
        mean, components = archive["hands_meanl"], archive["hands_componentsl"]
    few = parameters() | {"left_hand_pose": np.tile([1.0, -2.0], (3, 1))}
    path = saved(tmp_path / "a.npz", few)
    (motion,) = read_motion(path, body_model=str(models["smplx"]), up="y")
    hand = motion.rotations[0, 25:40].ravel()
    np.testing.assert_allclose(hand, components[0] - 2 * components[1] + mean, atol=1e-9)
    (flat,) = read_motion(path, body_model=models["smplx"], up="y", flat_hand_mean="true")
    np.testing.assert_allclose(flat.rotations[0, 25:40].ravel(), hand - mean, atol=1e-9)


def test_a_hand_model_is_for_hands(tmp_path, models) -> None:
    path = saved(tmp_path / "a.npz", {"hand_pose": np.zeros((2, 6)), "global_orient": np.zeros((2, 3))})
    (motion,) = read_motion(path, body_model=models["mano"])
    assert motion.rig.skeleton.joints[0] == "right_wrist"
    assert read_poses(path, body_model=models["mano"])[0].present.sum() == 44
    with pytest.raises(InvalidValue, match="is a right hand"):
        read_motion(path, body_model=models["mano"], hand="left")
    with pytest.raises(InvalidValue, match="a hand alone"):
        read_motion(amass(tmp_path / "b.npz"), body_model=models["mano"])
    (other,) = read_motion(amass(tmp_path / "b.npz"), body_model=models["smplx"])
    assert "one of SMPL-H and means nothing to an SMPL-X model" in other.meta["note"]


def test_formats_of_one_suffix_are_told_by_their_names(tmp_path) -> None:
    assert find(amass(tmp_path / "a.npz")).name == "amass"
    assert find(saved(tmp_path / "b.npz", parameters())).name == "smplx"
    assert find(saved(tmp_path / "c.pkl", parameters())).name == "smplx"
    with pytest.raises(UnknownFormat):
        find(saved(tmp_path / "d.npz", {"points": np.zeros(3)}))
    assert find(saved(tmp_path / "odd.dat.npz", parameters())).name == "smplx"


def test_what_is_wrong_is_told(tmp_path) -> None:
    flat = parameters()
    wrong = {
        "body_pose is of shape": flat | {"body_pose": np.zeros((3, 64))},
        "global_orient is of shape": flat | {"global_orient": np.zeros((2, 3))},
        "transl is of shape": flat | {"transl": np.zeros((3, 2))},
        "left_hand_pose is of shape": flat | {"left_hand_pose": np.zeros((3, 46))},
        "no rotations": flat | {"global_orient": np.full((3, 1, 3, 3), 0.5)},
        "not finite": flat | {"jaw_pose": np.full((3, 3), np.nan)},
        "which is damage": flat | {"body_pose": np.full((3, 63), 1e300)},
        "expected one of body_pose": {"global_orient": np.zeros((3, 3))},
    }
    for text, content in wrong.items():
        for name in ("a.npz", "a.pkl"):
            with pytest.raises(FormatError, match=rf"{name}: .*{text}"):
                read_motion(saved(tmp_path / name, content), "smplx")
    with pytest.raises(FormatError, match="something else than numbers"):
        read_motion(saved(tmp_path / "a.npz", flat | {"body_pose": np.full((3, 63), "1")}))
    frames = [{"body_pose": np.zeros(63)}, {"body_pose": None}]
    uneven = [{"body_pose": np.zeros(63)}, {"body_pose": np.zeros((1, 63))}]
    with pytest.raises(FormatError, match="differs in shape"):
        read_motion(saved(tmp_path / "a.pkl", uneven), "smplx")
    for text, content in {"frame 1 lacks 'body_pose'": frames, "something else than frames": [1], "holds a str": "a"}.items():
        with pytest.raises(FormatError, match=text):
            read_motion(saved(tmp_path / "a.pkl", content), "smplx")
    for name, options in {"up": "x", "flat_hand_mean": "maybe"}.items():
        with pytest.raises(InvalidValue, match=name):
            read_motion(saved(tmp_path / "a.npz", flat), **{name: options})
    for shape in ((0, 156), (4, 75)):
        with pytest.raises(FormatError, match=r"no frames|poses is"):
            read_motion(amass(tmp_path / "b.npz", poses=np.zeros(shape)), "amass")


def test_nothing_in_a_pickle_is_run(tmp_path) -> None:
    path = tmp_path / "a.pkl"
    path.write_bytes(b"cos\nsystem\n(S'echo body_pose > " + str(tmp_path / "ran").encode() + b"'\ntR.")
    with pytest.raises(UnsafeFile, match=r"nothing was run.*numpy\.savez"):
        read_motion(path, "smplx")
    assert not (tmp_path / "ran").exists()


def test_estimators_say_which_hands_they_found(tmp_path) -> None:
    """HaMeR's matrices are those of a right hand, WiLoR-mini's angles the hand's own."""
    turns = np.tile((0.1, 0.4, 0.7), (4, 16, 1))
    mirrored = saved(tmp_path / "a.npz", {"hand_pose": matrices(quaternions(turns[:, 1:])),
                     "global_orient": matrices(quaternions(turns[:, :1])), "is_right": np.zeros(4)})  # fmt: skip
    own = saved(tmp_path / "b.npz", {"hand_pose": (turns * (1, -1, -1))[:, 1:], "global_orient": turns[:, 0] * (1, -1, -1),
                                     "handedness": np.array(["Left"] * 4)})  # fmt: skip
    (one,), (two,) = read_motion(mirrored), read_motion(own)
    assert np.abs(one.rotations[:, one.rig.skeleton.index("left_wrist")]).max() > 0.1
    np.testing.assert_allclose(one.rotations, two.rotations, atol=1e-9)
    (person,) = read_poses(mirrored)
    assert person.present[:, person.skeleton.group("left_hand")].all()
    assert not person.present[:, person.skeleton.group("right_hand")].any()
    assert "does not say" not in person.meta["note"]


def test_left_and_right_hands_in_one_file_are_told_apart(tmp_path) -> None:
    pose = np.linspace(0, 1, 5)[:, None] * np.ones(45)
    both = {"hand_pose": pose, "is_right": np.array([1, 0, 1, 0, 1])}
    (most,), (others,) = read_motion(saved(tmp_path / "a.npz", both)), read_motion(tmp_path / "a.npz", hand="left")
    assert (len(most), len(others)) == (3, 2)
    assert "2 of 5 hands are left ones" in most.meta["note"]
    with pytest.raises(InvalidValue, match="no left hand"):
        read_motion(saved(tmp_path / "b.npz", both | {"is_right": np.ones(1)}), hand="left")
    for wrong in (np.ones(3), np.full(5, 7), np.array(["both"])):
        with pytest.raises(FormatError, match="left from right"):
            read_motion(saved(tmp_path / "c.npz", both | {"is_right": wrong}))
    rows = [{"hand_pose": row, "is_right": right} for row, right in zip(pose, "10101", strict=True)]
    rows = [row | {"is_right": row["is_right"] == "1"} for row in rows]
    (tmp_path / "d.pkl").write_bytes(pickle.dumps(rows))
    np.testing.assert_allclose(read_motion(tmp_path / "d.pkl")[0].rotations, most.rotations)


def test_a_body_model_is_given_on_the_command_line(tmp_path, models, run) -> None:
    poses = np.zeros((2, 156))
    np.savez(tmp_path / "a.npz", poses=poses, trans=np.zeros((2, 3)), betas=np.zeros(16), mocap_framerate=24.0)
    code, _, err = run("convert", tmp_path / "a.npz", tmp_path / "exact.csv", "--body-model", models["smplx"])
    assert code == 0
    assert "stands in for the recorded body" not in err
    run("convert", tmp_path / "a.npz", tmp_path / "own.csv")
    assert (tmp_path / "exact.csv").read_text() != (tmp_path / "own.csv").read_text()
