"""Body models: parity with the public package's figures, a plain restatement on a tiny model, and files that are none."""

import pickle
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poseforge.bodies import Body, BodyModel, body_model
from poseforge.errors import FormatError, InvalidValue, PoseForgeError, UnsafeFile
from poseforge.rig import Motion
from poseforge.rotations import of_matrices, rotation_vectors
from poseforge.skeleton import SMPLX_PARENTS

SMPLX = ("global_orient", "body_pose", "jaw_pose", "leye_pose", "reye_pose", "left_hand_pose", "right_hand_pose")
SMPLH = ("global_orient", "body_pose", "left_hand_pose", "right_hand_pose")


def golden(shared: Path, name: str) -> dict[str, np.ndarray]:
    with np.load(shared / "golden" / "priors" / "smplx" / f"{name}.npz") as archive:
        return {key.removeprefix("in_"): np.asarray(archive[key], dtype=np.float64) for key in archive}


def rebuilt(model: BodyModel, data: dict[str, np.ndarray], parts: tuple[str, ...], flat: bool, **options: bool) -> np.ndarray:
    """The points of golden inputs, whose every frame is another body."""
    frames = []
    for i in range(len(data["betas"])):
        pieces = []
        for part in parts:
            given = data[part][i : i + 1]
            if part.endswith("hand_pose"):
                side = part.split("_")[0] if part != "hand_pose" else model.skeleton.joints[0].split("_")[0]
                given = model.hand_pose(side, given, flat)
            pieces.append(given.reshape(1, -1, 3))
        body = model.shaped(data["betas"][i])
        motion = Motion(np.concatenate(pieces, axis=1), data["transl"][i : i + 1], body.rig)
        looks = data["expression"][i : i + 1] if "expression" in data else None
        frames.append(body.points(motion, looks, **options)[0])
    return np.array(frames)


@pytest.mark.parametrize(
    ("name", "flat", "contour"),
    [("full", False, True), ("flat_nocontour", True, False), ("pca6", False, True), ("300shape_100expr", False, True)],
)
def test_smplx_is_the_public_package_to_a_hundredth_of_a_millimetre(shared, name, flat, contour) -> None:
    ids = golden(shared, "smplx_v440_full")["extra_joint_ids"].astype(int)
    data = golden(shared, f"smplx_v440_{name}")
    model = body_model(shared / "golden/priors/smplx/synthetic_smplx_v440.npz", ids)
    found = rebuilt(model, data, SMPLX, flat, contour=contour)
    np.testing.assert_allclose(found, data["out_joints"], atol=1e-5)


def test_matrices_give_the_same_as_the_public_layer(shared) -> None:
    ids = golden(shared, "smplx_v440_full")["extra_joint_ids"].astype(int)
    data = golden(shared, "smplxlayer_v440_rotmats")
    turns = {part: rotation_vectors(of_matrices(data[part])).reshape(2, -1) for part in SMPLX}
    model = body_model(shared / "golden/priors/smplx/synthetic_smplx_v440.npz", ids)
    found = rebuilt(model, {**data, **turns}, SMPLX, True, contour=False)
    np.testing.assert_allclose(found, data["out_joints"], atol=1e-5)


def test_smplh_is_the_public_package(shared) -> None:
    data = golden(shared, "smplh_v440")
    published = [332, 6260, 2800, 4071, 583, 3216, 3226, 3387, 6617, 6624, 6787, 2746, 2319, 2445, 2556, 2673]
    published += [6191, 5782, 5905, 6016, 6133]
    path = shared / "golden/priors/smplx/synthetic_smplh_v440.npz"
    model = body_model(path, [vertex % 440 for vertex in published])
    np.testing.assert_allclose(rebuilt(model, data, SMPLH, False), data["out_joints"], atol=1e-5)


@pytest.mark.parametrize(("name", "flat"), [("full", False), ("flat", True), ("pca12", False)])
def test_mano_is_the_public_package_with_its_tips(shared, name, flat) -> None:
    data = golden(shared, f"mano_v778_{name}")
    model = body_model(shared / "golden/priors/smplx/synthetic_mano_right_v778.npz")
    found = rebuilt(model, data, ("global_orient", "hand_pose"), flat)
    tips = data["out_vertices"][:, [744, 320, 443, 554, 671]]
    np.testing.assert_allclose(found, np.concatenate([data["out_joints"], tips], axis=1), atol=1e-5)


@pytest.mark.slow
def test_the_published_vertices_are_taken_from_a_mesh_of_the_published_size(shared, tmp_path) -> None:
    maker = runpy.run_path(str(shared / "golden/priors/tools/make_synthetic_bodymodel.py"))
    np.savez(tmp_path / "large.npz", **maker["make"]("smplx", shape_dirs=20, seed=4))
    data = golden(shared, "smplx_fullsize_seed4")
    found = rebuilt(body_model(tmp_path / "large.npz"), data, SMPLX, False)
    np.testing.assert_allclose(found, data["out_joints"], atol=1e-5)


# A model of our own: 12 vertices, every number made up.

VERTICES = 12
PARENTS = {"smplx": SMPLX_PARENTS, "mano": tuple(-1 if i == 0 else 0 if i % 3 == 1 else i - 1 for i in range(16))}


def tiny(kind: str = "smplx", seed: int = 0) -> dict[str, np.ndarray]:
    """A model file's arrays."""
    random = np.random.default_rng(seed)
    joints = len(PARENTS[kind])
    weights = random.random((VERTICES, joints)) ** 8
    regressor = random.random((joints, VERTICES)) ** 4
    made = {
        "v_template": random.normal(size=(VERTICES, 3)),
        "shapedirs": 0.1 * random.normal(size=(VERTICES, 3, 20 if kind == "smplx" else 10)),
        "posedirs": 0.05 * random.normal(size=(VERTICES, 3, 9 * (joints - 1))),
        "J_regressor": regressor / regressor.sum(axis=1, keepdims=True),
        "weights": weights / weights.sum(axis=1, keepdims=True),
        "f": random.integers(0, VERTICES, (30, 3)).astype(np.uint32),
    }
    if kind == "mano":
        return made | {"hands_mean": random.normal(size=45), "hands_components": random.normal(size=(45, 45))}
    for side in "lr":
        made |= {f"hands_mean{side}": random.normal(size=45), f"hands_components{side}": random.normal(size=(45, 45))}
    for name, shape in (("lmk", (51,)), ("dynamic_lmk", (79, 17))):
        made[f"{name}_faces_idx"] = random.integers(0, 30, shape)
        made[f"{name}_bary_coords"] = random.dirichlet((1, 1, 1), shape)
    return made


def saved(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    np.savez(path, **arrays)
    return path


def rotation(vector: np.ndarray) -> np.ndarray:
    """Rodrigues' formula."""
    angle = float(np.linalg.norm(vector))
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def plain(arrays, parents, betas, looks, pose, way) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One frame's joints and vertices and the turns of its joints in the world, one by one."""
    shape = np.zeros(arrays["shapedirs"].shape[2])
    shape[: len(betas)] = betas
    shape[10 : 10 + len(looks)] = looks
    vertices = arrays["v_template"] + arrays["shapedirs"] @ shape
    joints = arrays["J_regressor"] @ vertices
    turns = [rotation(vector) for vector in pose]
    feature = np.concatenate([(turn - np.eye(3)).ravel() for turn in turns[1:]])
    vertices = vertices + arrays["posedirs"] @ feature
    world = []
    for j, parent in enumerate(parents):
        own = np.eye(4)
        own[:3, :3] = turns[j]
        own[:3, 3] = joints[j] if parent < 0 else joints[j] - joints[parent]
        world.append(own if parent < 0 else world[parent] @ own)
    skinned = np.zeros_like(vertices)
    for v in range(len(vertices)):
        for j, place in enumerate(world):
            skinned[v] += arrays["weights"][v, j] * (place[:3, :3] @ (vertices[v] - joints[j]) + place[:3, 3])
    return np.array([place[:3, 3] for place in world]) + way, skinned + way, np.array([place[:3, :3] for place in world])


def moved(body: Body, frames: int = 5, seed: int = 1) -> Motion:
    random = np.random.default_rng(seed)
    return Motion(0.4 * random.normal(size=(frames, len(body.joints), 3)), random.normal(size=(frames, 3)), body.rig)


MARKS = [0, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_tiny_model_is_its_plain_restatement(tmp_path) -> None:
    arrays = tiny()
    body = body_model(saved(tmp_path / "a.npz", arrays), MARKS).shaped([0.5, -1.0, 2.0])
    motion, looks = moved(body, 5), np.random.default_rng(2).normal(size=(5, 4))
    found = body.points(motion, looks)
    assert found.shape == (5, len(body.model.names), 3)
    for t in range(5):
        joints, vertices, turned = plain(
            arrays, SMPLX_PARENTS, [0.5, -1.0, 2.0], looks[t], motion.rotations[t], motion.translation[t]
        )
        neck = turned[12]
        aside = round(float(np.degrees(np.arcsin(np.clip(neck[2, 0], -1, 1)))))
        row = min(aside, 39) if aside >= 0 else 39 + min(-aside, 39)
        wanted = [*joints, *vertices[MARKS]]
        for index, shares in ((arrays["lmk_faces_idx"], arrays["lmk_bary_coords"]),
                              (arrays["dynamic_lmk_faces_idx"][row], arrays["dynamic_lmk_bary_coords"][row])):  # fmt: skip
            wanted += [share @ vertices[arrays["f"][face]] for face, share in zip(index, shares, strict=True)]
        np.testing.assert_allclose(found[t], wanted, atol=1e-12)


def test_long_motions_are_the_same_as_their_frames(tmp_path) -> None:
    body = body_model(saved(tmp_path / "a.npz", tiny()), MARKS).shaped()
    motion = moved(body, 1500)
    whole = body.points(motion)
    for t in (0, 1023, 1024, 1499):
        np.testing.assert_allclose(body.points(motion[t : t + 1])[0], whole[t], atol=1e-12)
    assert body.points(motion[:0]).shape == (0, 144, 3)


def test_the_hub_gets_each_point_by_name(tmp_path) -> None:
    body = body_model(saved(tmp_path / "a.npz", tiny()), MARKS).shaped()
    motion = moved(body)
    points, pose = body.points(motion), body.hub(motion)
    # 0-54 joints, 55 nose, 56 right eye, 60-62 left foot, 66-70 left tips, 71-75 right tips, 76- brows, 127- contour
    places = {
        "left_wrist": 20, "right_wrist": 21, "left_hand_root": 20, "right_hand_root": 21, "left_knee": 4, "right_ankle": 8,
        "left_index_1": 25, "left_little_1": 31, "left_ring_1": 34, "left_thumb_1": 37, "right_ring_3": 51, "right_thumb_3": 54,
        "nose": 55, "right_eye": 56, "left_eye": 57, "right_ear": 58, "left_ear": 59, "left_big_toe": 60, "right_heel": 65,
        "left_thumb_4": 66, "left_ring_4": 69, "left_little_4": 70, "right_thumb_4": 71, "right_little_4": 75,
        "face_17": 76, "face_67": 126, "face_00": 127, "face_16": 143,
    }  # fmt: skip
    for name, place in places.items():
        np.testing.assert_array_equal(pose.joint(name), points[:, place], err_msg=name)
    np.testing.assert_allclose(pose.joint("neck"), (points[:, 16] + points[:, 17]) / 2)
    assert pose.present.all()


def test_in_the_rest_pose_the_rig_alone_has_every_point(tmp_path) -> None:
    body = body_model(saved(tmp_path / "a.npz", tiny()), MARKS).shaped([1.0])
    still = Motion(np.zeros((1, 55, 3)), np.zeros((1, 3)), body.rig)
    np.testing.assert_allclose(body.rig.forward(still).points, body.hub(still).points, atol=1e-12)


def test_a_hand_alone_knows_its_side(tmp_path) -> None:
    arrays = tiny("mano")
    for side, sign in (("left", 1), ("right", -1)):
        fingers = np.array(arrays["J_regressor"] @ arrays["v_template"])
        mirrored = arrays["v_template"] * (sign * np.sign(fingers[4, 0] - fingers[0, 0]), 1, 1)
        body = body_model(saved(tmp_path / f"{side}.npz", arrays | {"v_template": mirrored}), [1, 2, 3, 4, 5]).shaped()
        pose = body.hub(moved(body))
        assert pose.present[:, pose.skeleton.group(f"{side}_hand")].all()
        assert pose.present.sum(axis=1).tolist() == [22] * 5
        assert body.points(moved(body)).shape == (5, 21, 3)


def test_hands_are_counted_from_the_mean_and_in_components(tmp_path) -> None:
    arrays = tiny()
    model = body_model(saved(tmp_path / "a.npz", arrays), MARKS)
    few, all45 = np.array([[1.0, -2.0]]), np.arange(45.0)[None]
    mean = arrays["hands_meanl"]
    np.testing.assert_allclose(model.hand_pose("left", all45, True).ravel(), all45[0])
    np.testing.assert_allclose(model.hand_pose("left", all45, False).ravel(), all45[0] + mean)
    wanted = arrays["hands_componentsr"][0] - 2 * arrays["hands_componentsr"][1]
    np.testing.assert_allclose(model.hand_pose("right", few, True).ravel(), wanted)
    del arrays["hands_meanl"]
    without = body_model(saved(tmp_path / "b.npz", arrays), MARKS)
    with pytest.raises(FormatError, match="no mean pose and components of the left hand"):
        without.hand_pose("left", few, True)


def test_plain_pickles_are_read_and_those_with_code_are_not(tmp_path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(tiny(), protocol=4))
    body = body_model(tmp_path / "a.pkl", MARKS).shaped()
    same = body_model(saved(tmp_path / "a.npz", tiny()), MARKS).shaped()
    np.testing.assert_array_equal(body.hub(moved(body)).points, same.hub(moved(same)).points)
    (tmp_path / "b.pkl").write_bytes(b"\x80\x02cchumpy.ch\nCh\n)\x81.")
    with pytest.raises(UnsafeFile, match=r"chumpy.*nothing was run.*\.npz of the official download"):
        body_model(tmp_path / "b.pkl")


def test_other_files_are_told_from_models(tmp_path) -> None:
    arrays = tiny()
    wrong = {
        "has no array 'v_template'": {"poses": np.zeros((3, 156))},
        "is SMPL, which has no fingers": arrays | {"J_regressor": np.zeros((24, VERTICES))},
        "has no array 'weights'": {name: values for name, values in arrays.items() if name != "weights"},
        "posedirs": arrays | {"posedirs": np.zeros((VERTICES, 3, 9))},
        "lmk_faces_idx": arrays | {"lmk_faces_idx": np.full(51, 30)},
        "absurdly great": arrays | {"shapedirs": np.full((VERTICES, 3, 20), 1e300)},
        "not finite": arrays | {"v_template": np.full((VERTICES, 3), np.nan)},
    }
    for text, content in wrong.items():
        with pytest.raises(FormatError, match=text):
            body_model(saved(tmp_path / "a.npz", content), MARKS)
    with pytest.raises(FormatError, match="SMPL-X of 12 vertices; the published one has 10475"):
        body_model(saved(tmp_path / "a.npz", arrays))
    with pytest.raises(InvalidValue, match="21 numbers from 0 to 11"):
        body_model(tmp_path / "a.npz", [12] * 21)
    with pytest.raises(InvalidValue, match="another rig"):
        body_model(tmp_path / "a.npz", MARKS).shaped().points(moved(body_model(tmp_path / "a.npz", MARKS).shaped()))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_is_one_kind_of_error(tmp_path, data) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **tiny("mano"))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))]))
    try:
        body_model(path, [1, 2, 3, 4, 5])
    except PoseForgeError as error:
        assert "a.npz" in str(error)
