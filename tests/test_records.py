"""Reading with bounds."""

import contextlib
import io
import json
import zipfile

import numpy as np
import pytest

from poseforge.errors import FileProblem, FormatError, PoseForgeError, UnsafeFile
from poseforge.records import (
    array_names,
    chosen,
    declared_shapes,
    in_order,
    natural,
    numbers,
    ordered,
    read_array,
    read_arrays,
    read_dump,
    read_json,
)  # fmt: skip


def test_json_is_read_and_its_faults_are_named(tmp_path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": [1, 2.5]}')
    assert read_json(path) == {"a": [1, 2.5]}
    for bad in ("", "{", '{"a": NaN}', "[" * 100_000, "\x00"):
        path.write_text(bad)
        with pytest.raises(FormatError, match=r"a\.json: is not valid JSON"):
            read_json(path)
    path.write_text(json.dumps([0] * 100))
    with pytest.raises(UnsafeFile, match="at most 50"):
        read_json(path, 50)
    with pytest.raises(FileProblem, match="cannot be read"):
        read_json(tmp_path / "none.json")


def test_what_programs_dump_is_read(tmp_path) -> None:
    path = tmp_path / "a.json"
    for text, value in {
        '[1, {"a": 2}]': [1, {"a": 2}],
        '{"a": [\n1\n,\n[2]]}': {"a": [1, [2]]},
        '{"a": 1}\n{"a": 2}': [{"a": 1}, {"a": 2}],
        "\n[1]\r\n\n[2]  \n": [[1], [2]],
        '{"a": 1}\n': {"a": 1},
        json.dumps(json.dumps([1, 2])): [1, 2],
    }.items():
        path.write_text(text)
        assert read_dump(path) == value
    path.write_text("[1, NaN, Infinity, -Infinity]")
    np.testing.assert_array_equal(read_dump(path), [1, np.nan, np.nan, np.nan])
    for bad, problem in {
        '{"a": 1}\n{"a"': "line 2",
        "[1]\n[" + "9" * 5000 + "]": "line 2",
        '"a"': "not valid",
        "": "not valid",
    }.items():
        path.write_text(bad)
        with pytest.raises(FormatError, match=rf"a\.json: .*{problem}"):
            read_dump(path)
    path.write_text("[1, 2, 3]")
    with pytest.raises(UnsafeFile, match="at most 5"):
        read_dump(path, 5)


def test_numbers_have_a_shape_and_are_finite(tmp_path) -> None:
    path = tmp_path / "a"
    np.testing.assert_array_equal(numbers(path, "x", [[1, 2], [3, 4]], (-1, 2)), [[1, 2], [3, 4]])
    for bad in ([1, 2], [[1, "2"]], [[1, None]], [[1, 2], [3]], {}, "ab", [[True, False]], [[1, 10**400]], [[1, float("inf")]]):
        with pytest.raises(FormatError, match=r"a: x "):
            numbers(path, "x", bad, (-1, 2))
    np.testing.assert_array_equal(numbers(path, "x", [[np.nan, 5]], (-1, 2), most=5, holes=True), [[np.nan, 5]])
    for bad in ([[np.inf, np.nan]], [[np.nan, 6]], [[None, 1]]):
        with pytest.raises(FormatError, match="a: x "):
            numbers(path, "x", bad, (-1, 2), most=5, holes=True)
    assert numbers(path, "x", [[-5, 5]], (-1, 2), most=5).tolist() == [[-5, 5]]
    with pytest.raises(FormatError, match="holds 6; expected at most 5"):
        numbers(path, "x", [[-6, 5]], (-1, 2), most=5)


def test_arrays_without_objects_are_read(tmp_path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, poses=np.arange(6.0).reshape(2, 3), gender=np.array("neutral"), odd=np.array([{}], dtype=object))
    found = read_arrays(path)
    assert set(found) == {"poses", "gender"}
    assert str(found["gender"]) == "neutral"
    np.testing.assert_array_equal(found["poses"], [[0, 1, 2], [3, 4, 5]])
    assert set(read_arrays(path, {"gender", "absent"})) == {"gender"}
    assert array_names(path) == {"poses", "gender", "odd"}


def test_damaged_archives_are_one_kind_of_error(tmp_path) -> None:
    random = np.random.default_rng(0)
    path = tmp_path / "a.npz"
    for save in (np.savez, np.savez_compressed):
        save(path, poses=np.arange(60.0), gender=np.array("neutral"))
        whole = path.read_bytes()
        for _ in range(300):
            content = bytearray(whole)
            for place in random.integers(0, len(whole), 3):
                content[place] = random.integers(256)
            path.write_bytes(content)
            assert isinstance(array_names(path), frozenset)
            with contextlib.suppress(PoseForgeError):
                read_arrays(path)


def test_archives_that_lie_are_refused(tmp_path) -> None:
    path = tmp_path / "a.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**9,)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("poses.npy", header.getvalue())
    with pytest.raises(UnsafeFile, match="declares"):
        read_arrays(path)
    whole = io.BytesIO()
    np.savez(whole, a=np.arange(100.0))
    for cut in (0, 10, 200, len(whole.getvalue()) - 30):
        path.write_bytes(whole.getvalue()[:cut])
        with pytest.raises(FormatError):
            read_arrays(path)


def test_numbers_in_names_count_by_value(tmp_path) -> None:
    names = ["a10", "a2", "b1", "a1"]
    assert [path.name for path in in_order(tmp_path, (tmp_path / name for name in names))] == ["a1", "a2", "a10", "b1"]
    long = "9" * 5000
    assert sorted([long, "10", "09", "x", "1" + long], key=natural) == ["09", "10", long, "1" + long, "x"]


def test_frames_of_several_takes_are_refused(tmp_path) -> None:
    def check(*names: str) -> None:
        in_order(tmp_path, [tmp_path / name for name in names])

    check("00-01-960.json", "00-02-000.json", "note.json")
    video = "clip_{:012d}_keypoints.json"
    check(video.format(0), video.format(1), "other" + video.format(1))
    for one, two in ((video, "x" + video), ("clip1_{:012d}_keypoints.json", "clip2_{:012d}_keypoints.json"), ("a{}", "b{}")):
        with pytest.raises(FormatError, match=f"2 takes, .*{one.format(0)} and {two.format(0)}"):
            check(*(name.format(i) for name in (one, two) for i in range(2)))


def test_one_array_is_read_if_it_holds_numbers_and_all_of_them(tmp_path) -> None:
    path = tmp_path / "a.npy"
    for array in (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)), np.float32(3)):
        np.save(path, array)
        np.testing.assert_array_equal(read_array(path), array)
        assert declared_shapes(path) == [array.shape]
    whole = path.read_bytes()
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(FormatError, match="Python objects"):
        read_array(path)
    assert declared_shapes(path) == []
    for shape in ((10**12,), (-1, 3)):
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": shape})
        path.write_bytes(header.getvalue() + bytes(100))
        with pytest.raises(FormatError, match="no whole"):
            read_array(path)
    for bad in (b"", whole[:-1], whole[:20], b"\x93NUMPY\x01\x00\x05\x00{'a':", b"PK\x03\x04"):
        path.write_bytes(bad)
        with pytest.raises(FormatError, match=r"a\.npy"):
            read_array(path)
        assert len(declared_shapes(path)) == (bad == whole[:-1])


def test_archives_declare_their_arrays(tmp_path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, poses=np.zeros((5, 17, 3)), name=np.array("a"), odd=np.array([{}], dtype=object), fps=np.array(3))
    assert sorted(declared_shapes(path)) == [(), (5, 17, 3)]
    path.write_bytes(path.read_bytes()[:-10])
    assert declared_shapes(path) == []


def test_names_are_chosen_or_the_first_by_number(tmp_path) -> None:
    path = tmp_path / "a"
    assert ordered(path, "thing", {"10": 0, "b": 0, "2": 0, "a": 0}) == ["a", "b", "2", "10"]
    assert chosen(path, "thing", {"10": 0, "2": 0}, None) == "2"
    assert chosen(path, "thing", {"10": 0, "2": 0}, "10") == "10"
    for bad in (None, [], {}, 3, "ab"):
        with pytest.raises(FormatError, match="holds no thing by name"):
            ordered(path, "thing", bad)
    with pytest.raises(FormatError, match="no thing '3'; there are 2, 10"):
        chosen(path, "thing", {"10": 0, "2": 0}, "3")
