"""PoseForge's archive: everything comes back number for number, and nothing else is believed."""

import json
from fractions import Fraction

import numpy as np
import pytest

import poseforge
from poseforge.errors import FormatError
from poseforge.formats import find, get, losses
from poseforge.sequence import PoseSequence
from poseforge.skeleton import Skeleton, catalogue
from samples import make_frame, make_sequence, save_frames


@pytest.mark.parametrize("skeleton", [*catalogue.values(), Skeleton("mine", ("a", "b"), ((0, 1),), (("all", (1, 0)),))])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_every_skeleton_comes_back(tmp_path, skeleton, dimensions) -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(3, len(skeleton), dimensions))
    points[1, 1] = np.nan
    confidence = random.random((3, len(skeleton)))
    confidence[1, 1] = 0
    person = PoseSequence(points, confidence, skeleton, Fraction(30000, 1001), (1280, 720), {"source": "made", "deep": [1, {}]})
    poseforge.write_poses(person, tmp_path / "a.npz", "npz")
    assert find(tmp_path / "a.npz").name == "npz"
    (back,) = poseforge.read_poses(tmp_path / "a.npz")
    assert back == person
    assert back.meta == person.meta
    assert not list(losses((person,), get("npz")))


def test_people_and_what_was_known_of_them_come_back(tmp_path) -> None:
    one, two = make_sequence(4, 1), make_sequence(4, 2)
    per_joint = np.arange(4 * 134.0).reshape(4, 134)
    per_joint[0, 0] = np.nan
    one = PoseSequence(
        one.points,
        one.confidence,
        meta={"source": "x", "odd": object()},
        frame_meta={"seen": per_joint, "name": ("a", None, "c", "d"), "odd": (object(),) * 4},
    )
    poseforge.write_poses([one, two], tmp_path / "a.npz", "npz")
    back = poseforge.read_poses(tmp_path / "a.npz")
    assert back == (one, two)
    assert back[0].meta == {"source": "x"}
    assert set(back[0].frame_meta) == {"seen", "name"}
    np.testing.assert_array_equal(back[0].frame_meta["seen"], per_joint)
    assert back[0].frame_meta["name"] == ("a", None, "c", "d")


def test_an_echomimic_folder_goes_through(tmp_path) -> None:
    people = poseforge.read_poses(save_frames(tmp_path / "pose", [make_frame(2, seed) for seed in range(3)]))
    poseforge.write_poses(people, tmp_path / "a.npz", "npz")
    assert poseforge.read_poses(tmp_path / "a.npz") == people


def test_no_frames_is_a_sequence_too(tmp_path, sequence) -> None:
    poseforge.write_poses(sequence[:0], tmp_path / "a.npz", "npz")
    assert poseforge.read_poses(tmp_path / "a.npz") == (sequence[:0],)


def parts(path) -> tuple[dict, dict]:
    """The arrays and the record of an archive."""
    with np.load(path) as archive:
        arrays = dict(archive)
    return arrays, json.loads(arrays.pop("poseforge").tobytes())


WRONG = {
    "no skeleton": lambda arrays, person: person.pop("skeleton"),
    "a joint twice": lambda arrays, person: person["skeleton"]["joints"].__setitem__(0, "neck"),
    "a joint no text": lambda arrays, person: person["skeleton"]["joints"].__setitem__(0, 3),
    "a bone of three": lambda arrays, person: person["skeleton"]["bones"].append([1, 2, 3]),
    "a bone to nowhere": lambda arrays, person: person["skeleton"]["bones"].append([1, 200]),
    "a rate by zero": lambda arrays, person: person.update(fps=[24, 0]),
    "a text for a rate": lambda arrays, person: person.update(fps="24"),
    "no canvas": lambda arrays, person: person.update(size=[0, 5]),
    "meta no object": lambda arrays, person: person.update(meta=3),
    "frame_meta too short": lambda arrays, person: person.update(frame_meta={"a": [1]}),
    "an array that is not there": lambda arrays, person: person.update(arrays={"a": "b"}),
    "no points": lambda arrays, person: arrays.pop("points_0"),
    "points of another shape": lambda arrays, person: arrays.update(points_0=np.ones((2, 133, 2))),
    "points of text": lambda arrays, person: arrays.update(points_0=np.full((2, 134, 2), "a")),
    "an infinite point": lambda arrays, person: arrays.update(points_0=np.full((2, 134, 2), np.inf)),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_wrong_archives_are_refused_by_name(tmp_path, change) -> None:
    path = tmp_path / "wrong.npz"
    poseforge.write_poses(make_sequence(2), path, "npz")
    arrays, record = parts(path)
    change(arrays, record["people"][0])
    np.savez(path, poseforge=np.frombuffer(json.dumps(record).encode(), np.uint8), **arrays)
    with pytest.raises(FormatError, match=r"wrong\.npz"):
        poseforge.read_poses(path)


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"version": 2}', '{"version": 1}', '{"version": 1, "people": []}', "[" * 10**5]
)
def test_wrong_records_are_refused_by_name(tmp_path, text) -> None:
    path = tmp_path / "wrong.npz"
    np.savez(path, poseforge=np.frombuffer(text.encode(), np.uint8))
    with pytest.raises(FormatError, match=r"wrong\.npz"):
        poseforge.read_poses(path)
