"""EchoMimicV2 folders: exact both ways, and every way a folder can be wrong."""

import pickle
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poseforge
from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile
from poseforge.formats import get
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue
from samples import make_frame, make_sequence, same, save_frames

MODULE = sys.modules[get("echomimic").read.__module__]


def load(folder: Path) -> list[dict]:
    """The frames as EchoMimicV2 loads them."""
    return [np.load(folder / f"{i}.npy", allow_pickle=True).item() for i in range(len(list(folder.iterdir())))]


def round_trip(tmp_path: Path, frames: list[dict]) -> list[dict]:
    source = save_frames(tmp_path / "source", frames)
    poseforge.write_poses(poseforge.read_poses(source), tmp_path / "copy", "echomimic")
    return load(tmp_path / "copy")


def numbered(count: int, **changes: object) -> list[dict]:
    return [make_frame(seed=i) | {"num": i} | changes for i in range(count)]


@pytest.mark.parametrize("name", ["01", "03", "fight", "good"])
def test_official_sequences_survive(shared, tmp_path, name) -> None:
    source = shared / "data/echomimic_v2/pose" / name
    poseforge.write_poses(poseforge.read_poses(source), tmp_path / "copy", "echomimic")
    assert same(load(tmp_path / "copy"), load(source))


VARIANTS = {
    "plain": numbered(3),
    "more than 255 frames": numbered(260),
    "float32": [{**f, "hands": f["hands"].astype("f4"), "faces_score": f["faces_score"].astype("f2")} for f in numbered(2)],
    "whole numbers": [{**f, "hands_score": np.ones((2, 21), "i8")} for f in numbered(2)],
    "two people": [make_frame(2, seed=i) | {"num": i} for i in range(3)],
    "three hands pairs, one body": [
        {**make_frame(1), "hands": make_frame(3)["hands"], "hands_score": make_frame(3)["hands_score"]} for _ in range(2)
    ],
    "people come and go": [make_frame(n, seed=n) for n in (1, 3, 2, 0, 1)],
    "nobody": [make_frame(0)],
    "params as a tuple": numbered(2, draw_pose_params=(512, 512, 100, 612, 30, 542)),
    "params as an array": numbered(2, draw_pose_params=np.array([768, 768, 0, 768, 0, 768])),
    "params as NumPy numbers": numbered(2, draw_pose_params=[np.int64(v) for v in (768, 768, 0, 768, 0, 768)]),
    "params per frame": [make_frame() | {"draw_pose_params": [96 + i, 96, i, 96 + 2 * i, 5, 101]} for i in range(4)],
    "foreign keys": [make_frame() | {"note": "ü 手", "extra": np.arange(3), "depth": {"a": [1, 2.5, None]}} for _ in range(2)],
    "foreign body keys": [{**f, "bodies": {"score2": 1.5, **f["bodies"]}} for f in numbered(2)],
    "another order of keys": [dict(reversed(f.items())) for f in numbered(2)],
    "no num": [{k: v for k, v in f.items() if k != "num"} for f in numbered(2)],
    "odd num": [make_frame() | {"num": np.int32(7)}],
    "hidden joints": [make_frame() | {"hands": np.full((2, 21, 2), -1.0), "hands_score": np.zeros((2, 21))}],
    "odd subset": [{**f, "bodies": {**f["bodies"], "subset": np.full((1, 18), 5.0)}} for f in numbered(2)],
    "a foreign body key named like a part": [
        {**f, "bodies": {**f["bodies"], "faces": "mine", "hands": 1}} for f in numbered(2)
    ],
    "text with a lone surrogate": [make_frame() | {"note": "\ud800"}],
    "thirty-two people": [make_frame(32)],
    "column-major": [{**f, "hands": np.asfortranarray(f["hands"])} for f in numbered(2)],
}


@pytest.mark.parametrize("frames", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_number_type_shape_and_key_survives(tmp_path, frames) -> None:
    assert same(round_trip(tmp_path, frames), frames)


def test_parts_go_to_their_joints(tmp_path) -> None:
    frame = make_frame(2)
    first, second = poseforge.read_poses(save_frames(tmp_path / "p", [frame]))
    np.testing.assert_array_equal(first.joint("right_wrist")[0], frame["bodies"]["candidate"][4])
    np.testing.assert_array_equal(second.joint("right_wrist")[0], frame["bodies"]["candidate"][18 + 4])
    np.testing.assert_array_equal(first.joint("left_index_1")[0], frame["hands"][0, 5])
    np.testing.assert_array_equal(second.joint("left_index_1")[0], frame["hands"][1, 5])
    np.testing.assert_array_equal(first.joint("right_thumb_4")[0], frame["hands"][2, 4])
    np.testing.assert_array_equal(second.joint("right_thumb_4")[0], frame["hands"][3, 4])
    np.testing.assert_array_equal(second.joint("face_08")[0], frame["faces"][1, 8])
    assert second.confidence[0, second.skeleton.index("right_thumb_4")] == frame["hands_score"][3, 4]


@pytest.mark.parametrize("protocol", range(6))
def test_every_protocol_is_read(tmp_path, protocol) -> None:
    frames = numbered(3)
    folder = tmp_path / "p"
    folder.mkdir()
    for i, frame in enumerate(frames):
        wrapper = np.empty((), object)
        wrapper[()] = frame
        header = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(117) + b"\n"
        (folder / f"{i}.npy").write_bytes(header + pickle.dumps(wrapper, protocol))
    poseforge.write_poses(poseforge.read_poses(folder), tmp_path / "copy", "echomimic")
    assert same(load(tmp_path / "copy"), frames)


def test_made_sequences_get_the_whole_canvas(tmp_path, sequence) -> None:
    poseforge.write_poses(sequence, tmp_path / "p", "echomimic")
    frames = load(tmp_path / "p")
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == [f"{i}.npy" for i in range(4)]
    assert frames[2]["draw_pose_params"] == [768, 768, 0, 768, 0, 768]
    assert [frame["num"] for frame in frames] == [0, 1, 2, 3]
    assert list(frames[0]) == ["bodies", "hands", "hands_score", "faces", "faces_score", "num", "draw_pose_params"]
    (back,) = poseforge.read_poses(tmp_path / "p")
    kept = np.r_[0:18, 24:134]
    np.testing.assert_array_equal(back.points[:, kept], sequence.points[:, kept])
    np.testing.assert_array_equal(back.confidence, sequence.confidence)


def test_missing_joints_stay_missing_and_are_hidden_from_the_renderer(tmp_path, sequence) -> None:
    points = sequence.points.copy()
    points[1, 92:113] = np.nan
    poseforge.write_poses(sequence.with_points(points), tmp_path / "p", "echomimic")
    assert (load(tmp_path / "p")[1]["hands"][0] == -1).all()
    assert (load(tmp_path / "p")[1]["hands_score"][0] == 0).all()
    (back,) = poseforge.read_poses(tmp_path / "p")
    assert not back.present[1, 92:113].any()
    assert back.present[0, 92:113].all()


def test_cutting_and_mirroring_what_was_read_can_be_written(tmp_path) -> None:
    frames = [make_frame(seed=i) | {"num": i, "draw_pose_params": [96 + i, 96, 0, 96 + i, 0, 96]} for i in range(6)]
    (person,) = poseforge.read_poses(save_frames(tmp_path / "source", frames))
    poseforge.write_poses(person[2:5], tmp_path / "cut", "echomimic")
    assert [frame["draw_pose_params"][0] for frame in load(tmp_path / "cut")] == [98, 99, 100]
    poseforge.write_poses(person.mirrored(), tmp_path / "mirrored", "echomimic")
    np.testing.assert_allclose(load(tmp_path / "mirrored")[0]["hands"][0, :, 0], 1 - frames[0]["hands"][1, :, 0])


def test_an_odd_subset_follows_its_joints(tmp_path) -> None:
    frame = make_frame(2)
    frame["bodies"]["score"][:] = 0.9
    frame["bodies"]["subset"] = np.arange(36.0).reshape(2, 18)
    frame["bodies"]["subset"][:, 4] = -1  # the right wrist, in spite of its score
    first, second = poseforge.read_poses(save_frames(tmp_path / "source", [frame]))
    poseforge.write_poses(first[[0, 0]].mirrored(), tmp_path / "mirrored", "echomimic")
    mirrored = np.arange(18.0)
    mirrored[7] = -1  # now the left one
    for written in load(tmp_path / "mirrored"):
        np.testing.assert_array_equal(written["bodies"]["subset"], [mirrored])
    poseforge.write_poses(second, tmp_path / "second", "echomimic")
    expected = np.arange(18.0)
    expected[4] = -1
    np.testing.assert_array_equal(load(tmp_path / "second")[0]["bodies"]["subset"], [expected])


@pytest.mark.parametrize("example", [np.array([96, 96, 0, 96, 0, 96], np.uint8), [np.uint8(v) for v in (96, 96, 0, 96, 0, 96)]])
def test_a_narrow_type_of_placement_never_wraps(tmp_path, example) -> None:
    (person,) = poseforge.read_poses(save_frames(tmp_path / "source", [make_frame() | {"draw_pose_params": example}]))
    placed = replace(person, frame_meta={**person.frame_meta, "draw_pose_params": np.array([[768, 768, 0, 768, 0, 768]])})
    poseforge.write_poses(placed, tmp_path / "p", "echomimic")
    assert [int(value) for value in load(tmp_path / "p")[0]["draw_pose_params"]] == [768, 768, 0, 768, 0, 768]


def test_a_wide_picture_keeps_its_proportions(tmp_path) -> None:
    wide = PoseSequence(np.full((1, 134, 2), 0.5), np.ones((1, 134)), size=(1280, 720))
    poseforge.write_poses(wide, tmp_path / "p", "echomimic")
    assert load(tmp_path / "p")[0]["draw_pose_params"] == [432, 768, 168, 600, 0, 768]


def test_an_existing_folder_is_refused_or_replaced_but_never_mixed(tmp_path, sequence) -> None:
    target = save_frames(tmp_path / "p", numbered(9))
    with pytest.raises(FileProblem, match="have it replaced"):
        poseforge.write_poses(sequence, target, "echomimic")
    assert len(list(target.iterdir())) == 9
    poseforge.write_poses(sequence, target, "echomimic", overwrite=True)
    assert len(list(target.iterdir())) == 4
    (target / "thesis.txt").write_text("years of work")
    with pytest.raises(FileProblem, match="thesis"):
        poseforge.write_poses(sequence, target, "echomimic", overwrite=True)
    assert (target / "thesis.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_what_cannot_be_held_is_refused_before_anything_is_written(tmp_path, sequence) -> None:
    far = sequence.points.copy()
    far[0, 100] = 1e6
    placed = [
        replace(sequence, frame_meta={"draw_pose_params": np.array([params] * 4)}) for params in ([0] * 6, [1, 2], [0.5] * 6)
    ]
    wild = sequence.with_points(sequence.points, np.where(sequence.present, 2e6, 0))
    deep = PoseSequence(np.zeros((1, 134, 3)), np.ones((1, 134)))
    for wrong in (sequence[:0], sequence.with_points(far), deep, wild, *placed):
        with pytest.raises(InvalidValue):
            poseforge.write_poses(wrong, tmp_path / "p", "echomimic")
    with pytest.raises(InvalidValue, match="different lengths"):
        poseforge.write_poses([sequence, sequence[:2]], tmp_path / "p", "echomimic")
    assert not list(tmp_path.iterdir())


def test_other_skeletons_go_by_name(tmp_path) -> None:
    coco = PoseSequence(np.random.default_rng(0).random((2, 133, 2)), np.ones((2, 133)), catalogue["coco-wholebody-133"])
    poseforge.write_poses(coco, tmp_path / "p", "echomimic")
    (back,) = poseforge.read_poses(tmp_path / "p")
    np.testing.assert_array_equal(back.joint("right_ring_3"), coco.joint("right_ring_3"))
    np.testing.assert_allclose(back.joint("neck"), (coco.joint("left_shoulder") + coco.joint("right_shoulder")) / 2)


def test_rows_keep_telling_people_apart(tmp_path) -> None:
    """Who is absent from a frame keeps a row before those who are there, in whatever order people are written."""
    first, second = poseforge.read_poses(save_frames(tmp_path / "source", [make_frame(2), make_frame(1)]))
    poseforge.write_poses([second, first], tmp_path / "p", "echomimic")
    again = poseforge.read_poses(tmp_path / "p")
    assert not again[0].present[1].any()
    np.testing.assert_array_equal(again[1].joint("left_index_1"), first.joint("left_index_1"))
    np.testing.assert_array_equal(again[0].joint("left_index_1"), second.joint("left_index_1"))


def test_people_who_stand_elsewhere_cannot_share_a_file(tmp_path, sequence) -> None:
    wide = PoseSequence(sequence.points, sequence.confidence, size=(1280, 720))
    for draw in (
        lambda: poseforge.write_poses([sequence, wide], tmp_path / "p", "echomimic"),
        lambda: poseforge.render([sequence, wide]),
    ):
        with pytest.raises(InvalidValue, match="placements"):
            draw()


def test_a_sequence_is_not_a_file(tmp_path, sequence) -> None:
    for format in (None, "echomimic"):
        with pytest.raises(InvalidValue, match="folder"):
            poseforge.write_poses(sequence, tmp_path / "p.npy", format)


@pytest.mark.parametrize(("frame", "code"), [(make_frame(), "number"), (make_frame(33), "shape")])
def test_a_single_file_is_checked_like_a_folder(tmp_path, frame, code) -> None:
    if code == "number":
        frame["hands"][0, 0, 0] = np.nan
    folder = save_frames(tmp_path / "p", [frame])
    for path in (folder, folder / "0.npy"):
        inspection = get("echomimic").check(path)
        assert [finding.code for finding in inspection.findings] == [code]
        assert inspection.readable


def test_a_single_frame_file_is_read(tmp_path) -> None:
    folder = save_frames(tmp_path / "p", numbered(3))
    (person,) = poseforge.read_poses(folder / "1.npy")
    np.testing.assert_array_equal(person.joint("left_hand_root")[0], make_frame(seed=1)["hands"][0, 0])


def broken(name: str, value: object, part: str = "") -> dict:
    frame = make_frame()
    (frame[part] if part else frame)[name] = value
    return frame


def without(name: str, part: str = "") -> dict:
    frame = make_frame()
    del (frame[part] if part else frame)[name]
    return frame


def with_number(value: float, name: str = "hands") -> dict:
    frame = make_frame()
    frame[name].flat[5] = value
    return frame


PLACEMENTS = {
    "outside to the right": [768, 768, 0, 768, 10, 778],
    "outside below": [700, 768, 100, 800, 0, 768],
    "negative": [768, 768, -1, 767, 0, 768],
    "does not add up": [512, 512, 0, 600, 0, 512],
    "reversed": [512, 512, 512, 0, 0, 512],
    "thin": [768, 8, 0, 768, 0, 8],
    "empty": [0, 0, 0, 0, 0, 0],
    "five": [768, 768, 0, 768, 0],
    "floats": [768.0, 768.0, 0.0, 768.0, 0.0, 768.0],
    "text": "768",
    "booleans": [True, True, False, True, False, True],
    "long text": [str(i) * 5000 for i in range(6)],
    "absurd": [2**40, 2**40, 0, 2**40, 0, 2**40],
}
WRONG = {
    **{f"placement {name}": (broken("draw_pose_params", params), "placement") for name, params in PLACEMENTS.items()},
    "no hands": (without("hands"), "shape"),
    "no subset": (without("subset", "bodies"), "shape"),
    "no placement": (without("draw_pose_params"), "shape"),
    "bodies no dict": (broken("bodies", [1]), "shape"),
    "hands a list": (broken("hands", [[0.0, 0.0]] * 42), "shape"),
    "hands of 20": (broken("hands", np.zeros((2, 20, 2))), "shape"),
    "three hands": (broken("hands", np.zeros((3, 21, 2))), "shape"),
    "scores of others": (broken("hands_score", np.zeros((4, 21))), "shape"),
    "flat hands": (broken("hands", np.zeros(84)), "shape"),
    "17 body points": (broken("candidate", np.zeros((17, 2)), "bodies"), "shape"),
    "candidate of 3": (broken("candidate", np.zeros((18, 3)), "bodies"), "shape"),
    "33 people": (make_frame(33), "shape"),
    "the least integer": (broken("hands", np.full((2, 21, 2), np.iinfo("i4").min, "i4")), "number"),
    "true or false": (broken("faces_score", np.zeros((1, 68), bool)), "shape"),
    "not a number": (with_number(np.nan), "number"),
    "infinite": (with_number(-np.inf, "faces"), "number"),
    "infinite score": (with_number(np.inf, "hands_score"), "number"),
    "absurdly far": (with_number(1e300), "number"),
}


@pytest.mark.parametrize(("frame", "code"), WRONG.values(), ids=WRONG.keys())
def test_wrong_frames_are_refused_by_name(tmp_path, frame, code) -> None:
    folder = save_frames(tmp_path / "p", [make_frame(), frame])
    with pytest.raises(FormatError) as caught:
        poseforge.read_poses(folder)
    assert caught.value.code == code
    assert caught.value.path == str(folder / "1.npy")
    assert len(str(caught.value)) < 600
    inspection = get("echomimic").check(folder)
    assert [(finding.code, finding.frame) for finding in inspection.findings] == [(code, 1)]
    assert inspection.readable
    assert len(inspection.people[0]) == 2


def test_other_files_are_refused_by_name(tmp_path) -> None:
    folder = save_frames(tmp_path / "p", numbered(1))
    frame = (folder / "0.npy").read_bytes()
    contents = {
        "an empty file": b"",
        "no npy": b"PK\x03\x04" + bytes(100),
        "half a frame": frame[: len(frame) // 2],
        "a header only": frame[:128],
        "half a header": frame[:40],
        "a damaged header": frame[:20] + b"((((" + frame[24:],
        "an odd header": frame[:10] + b"{[]: 1}".ljust(117) + b"\n" + frame[128:],
        "a bare dict": frame[:128] + pickle.dumps(make_frame(), 3),
        "a later version": frame[:6] + b"\x03" + frame[7:],
        "a number": b"",
    }
    np.save(folder / "0.npy", np.zeros((134, 2)))
    contents["a plain array"] = (folder / "0.npy").read_bytes()
    np.save(folder / "0.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    contents["several objects"] = (folder / "0.npy").read_bytes()
    np.save(folder / "0.npy", np.array("text", dtype=object), allow_pickle=True)
    contents["a text"] = (folder / "0.npy").read_bytes()
    for what, content in contents.items():
        (folder / "0.npy").write_bytes(content)
        with pytest.raises(FormatError, match=r"0\.npy"):
            poseforge.read_poses(folder)
        assert get("echomimic").check(folder).findings, what


def test_a_frame_that_wants_to_run_code_is_named(tmp_path) -> None:
    folder = save_frames(tmp_path / "p", numbered(2))
    content = (folder / "1.npy").read_bytes()[:128] + b"cos\nsystem\n(S'echo hacked'\ntR."
    (folder / "1.npy").write_bytes(content)
    with pytest.raises(UnsafeFile, match=r"1\.npy.*os\.system"):
        poseforge.read_poses(folder)
    inspection = get("echomimic").check(folder)
    assert not inspection.readable
    assert [finding.code for finding in inspection.findings] == ["unsafe"]


def test_a_giant_frame_is_refused_unread(tmp_path) -> None:
    folder = save_frames(tmp_path / "p", numbered(1))
    with open(folder / "0.npy", "r+b") as file:
        file.truncate(2**33)
    with pytest.raises(UnsafeFile, match="bytes"):
        poseforge.read_poses(folder)


def test_gaps_strays_and_emptiness(tmp_path) -> None:
    folder = save_frames(tmp_path / "p", numbered(6))
    (folder / "2.npy").unlink()
    (folder / "4.npy").unlink()
    with pytest.raises(FormatError, match=r"2\.npy is missing"):
        poseforge.read_poses(folder)
    (folder / ".DS_Store").touch()
    (folder / "07.npy").touch()
    (folder / "8.npy").mkdir()
    inspection = get("echomimic").check(folder)
    found = [(finding.code, finding.frame) for finding in inspection.findings]
    assert sorted(found, key=str) == [("gap", 2), ("gap", 4), ("stray", None), ("stray", None), ("stray", None)]
    assert not inspection.people[0].present[2].any()
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="no frames"):
        poseforge.read_poses(tmp_path / "empty", "echomimic")


def test_a_lone_far_frame_does_not_make_an_endless_sequence(tmp_path) -> None:
    folder = save_frames(tmp_path / "p", numbered(1))
    (folder / "0.npy").rename(folder / "999999999.npy")
    inspection = get("echomimic").check(folder)
    assert [finding.code for finding in inspection.findings] == ["gap"]
    assert inspection.people == ()


@pytest.mark.slow
def test_flipped_bytes_never_do_worse_than_a_clear_error(tmp_path) -> None:
    """20,000 frames with 1 to 8 random bytes changed: each is read or refused by name; what is read has sane numbers."""
    rng = np.random.default_rng(20)
    official = MODULE.__file__ and Path(__file__).parent.parent.parent / "shared/data/echomimic_v2/pose/good/5.npy"
    contents = [(save_frames(tmp_path / "p", [make_frame(n)]) / "0.npy").read_bytes() for n in (1, 2)]
    if official.exists():
        contents.append(official.read_bytes())
    target = tmp_path / "flipped.npy"
    refused = 0
    for case in range(20_000):
        content = bytearray(contents[case % len(contents)])
        structure = rng.random() < 0.5  # half of the cases hit what is not numbers
        for _ in range(rng.integers(1, 9)):
            at = rng.integers(0, 700) if structure else rng.integers(0, len(content))
            content[at] = rng.integers(0, 256)
        target.write_bytes(content)
        try:
            for person in poseforge.read_poses(target):
                assert np.nanmax(np.abs(person.points), initial=0) <= MODULE.MAX_PLACE
        except FormatError as error:
            refused += 1
            assert error.path == str(target)
    assert 2000 < refused < 20_000


@pytest.mark.slow
@given(st.binary(max_size=400))
def test_noise_behind_a_header_is_refused(tmp_path_factory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "0.npy"
    path.write_bytes(MODULE._HEADER + noise)
    with pytest.raises(FormatError):
        poseforge.read_poses(path)


def test_made_and_written_frames_pass_the_check(tmp_path) -> None:
    poseforge.write_poses(make_sequence(10, low=0.4, high=0.5), tmp_path / "p", "echomimic")
    assert get("echomimic").check(tmp_path / "p").findings == ()


def test_many_layouts_in_one_folder(tmp_path) -> None:
    frames = [make_frame(seed=i) | {"num": i, "text": "x" * i} for i in range(30)]
    frames += frames[:5]
    for i, frame in enumerate(frames):
        frames[i] = frame | {"num": i}
    assert same(round_trip(tmp_path, frames), frames)
