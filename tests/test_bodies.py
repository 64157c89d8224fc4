"""Body models: parity with the public package's figures, a plain restatement on a tiny model, and files that are none."""

import pickle
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
