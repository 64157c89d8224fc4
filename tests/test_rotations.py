"""Rotations: the laws of a group, and agreement with SciPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.transform import Rotation

from poseforge.rotations import inverse, matrices, of_matrices, product, quaternions, rotation_vectors, slerp

vectors = hnp.arrays(np.float64, (3,), elements=st.floats(-1.8, 1.8))


@given(vectors)
def test_vectors_come_back(vector: np.ndarray) -> None:
    np.testing.assert_allclose(rotation_vectors(quaternions(vector)), vector, atol=1e-12)
    np.testing.assert_allclose(rotation_vectors(-quaternions(vector)), vector, atol=1e-12)
    np.testing.assert_allclose(quaternions(vector), Rotation.from_rotvec(vector).as_quat(), atol=1e-12)


@given(vectors, vectors)
def test_products_and_matrices_agree(second: np.ndarray, first: np.ndarray) -> None:
    a, b = quaternions(second), quaternions(first)
    np.testing.assert_allclose(matrices(product(a, b)), matrices(a) @ matrices(b), atol=1e-12)
    np.testing.assert_allclose(product(a, inverse(a)), [0, 0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(matrices(of_matrices(matrices(a))), matrices(a), atol=1e-12)


def test_half_turns_have_quaternions() -> None:
    for axis in np.eye(3):
        turn = matrices(quaternions(np.pi * axis))
        np.testing.assert_allclose(matrices(of_matrices(turn)), turn, atol=1e-12)


@given(vectors, vectors, st.floats(0, 1))
def test_slerp_goes_the_shortest_way(start: np.ndarray, end: np.ndarray, share: float) -> None:
    a, b = quaternions(start), quaternions(end)
    whole = np.linalg.norm(rotation_vectors(product(inverse(a), b)))
    np.testing.assert_allclose(matrices(slerp(a, b, 0.0)), matrices(a), atol=1e-9)
    np.testing.assert_allclose(matrices(slerp(a, b, 1.0)), matrices(b), atol=1e-9)
    part = np.linalg.norm(rotation_vectors(product(inverse(a), slerp(a, b, share))))
    np.testing.assert_allclose(part, whole * share, atol=1e-9)
