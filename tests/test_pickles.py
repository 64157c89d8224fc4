"""Reading pickles without running them; writing them for every NumPy."""

import collections
import io
import os
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from poseforge import pickles, pickling
from samples import make_frame, same

numbers = st.sampled_from(["?", "i1", "u2", "<i4", "<i8", ">f4", "<f2", "<f4", "<f8", ">f8"])
shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
arrays = numbers.flatmap(
    lambda kind: hnp.arrays(kind, shapes, elements={"allow_nan": False} if np.dtype(kind).kind == "f" else None)
)
scalars = st.sampled_from([np.float32(1.5), np.int64(-3), np.uint8(7), np.float64(0.1)])
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | arrays | scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=8,
)


def loads(data: bytes) -> object:
    return pickles.Template(data).read(data)


@given(plain, st.integers(0, 5))
def test_reads_what_python_writes(value: object, protocol: int) -> None:
    assert same(loads(pickle.dumps(value, protocol)), value)


@given(plain)
def test_reads_and_python_reads_what_it_writes(value: object) -> None:
    content = pickling.dumps(value)
    assert same(loads(content), value)
    assert same(
        pickle.loads(content)[()], pickle.loads(pickle.dumps(value))
    )  # NumPy turns big-endian numbers round as it reads


def test_whole_numbers_as_keys_become_text() -> None:
    people = {0: {"pose": np.arange(3.0)}, 300: {"pose": np.arange(4.0)}, "a": 1, 2**40: 2}
    data = pickle.dumps(people)
    assert same(loads(data), {str(key): value for key, value in people.items()})
    other = pickle.dumps({1: {"pose": np.arange(3.0)}, 300: {"pose": np.arange(4.0)}, "a": 1, 2**40: 2})
    assert len(other) == len(data)
    assert not pickles.Template(data).matches(other)


@pytest.mark.parametrize("protocol", range(6))
def test_other_dictionaries_of_python_are_dictionaries(protocol: int) -> None:
    nested = collections.defaultdict(dict, {"a": collections.OrderedDict(b=1, c=np.arange(2.0))})
    assert same(loads(pickle.dumps(nested, protocol)), {"a": {"b": 1, "c": np.arange(2.0)}})


def test_a_list_that_numpy_saved_is_a_list() -> None:
    frames = [make_frame(), make_frame(2)]
    file = io.BytesIO()
    np.save(file, np.array(frames, dtype=object), allow_pickle=True)
    data = file.getvalue()[128:]
    assert same(loads(data), frames)
    shorter = data.replace(b"K\x02\x85", b"K\x03\x85", 1)
    with pytest.raises(pickles.PickleError, match="Python objects"):
        loads(shorter)


def test_unwraps_the_object_array_that_numpy_saves() -> None:
    frame = make_frame()
    wrapped = pickling.dumps(frame)
    assert same(loads(wrapped), frame)
    file = io.BytesIO()
    np.save(file, frame, allow_pickle=True)
    assert same(loads(file.getvalue()[128:]), frame)


def test_written_modules_have_the_names_every_numpy_knows() -> None:
    content = pickling.dumps(make_frame() | {"scalar": np.float32(1)})
    assert b"numpy.core.multiarray" in content
    assert b"numpy._core" not in content


@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 4, 5]))
def test_a_template_reads_like_the_machine(seed: int, protocol: int) -> None:
    first, second = (make_frame(seed=seed + i) | {"num": i} for i in (0, 1))
    template = pickles.Template(pickle.dumps(first, protocol))
    content = pickle.dumps(second, protocol)
    if template.matches(content):
        assert same(template.read(content), second)
    assert protocol == 2 or template.matches(content)  # protocol 2 spells bytes as text


def test_a_template_refuses_another_structure() -> None:
    template = pickles.Template(pickling.dumps(make_frame()))
    assert not template.matches(pickling.dumps(make_frame(2)))
    assert not template.matches(pickling.dumps(make_frame() | {"num": 300.0}))


def test_bytes_that_are_also_a_constant_are_no_hole() -> None:
    """CPython shares one-byte objects, so that an array and a scalar may be the same bytes of the pickle."""
    frames = [{"flag": np.bool_(i), "valid": np.array([bool(i)]), "raw": bytes([i]), "n": np.array([i], "u1")} for i in (0, 1)]
    contents = [pickle.dumps(frame, 3) for frame in frames]
    template = pickles.Template(contents[0])
    for content, frame in zip(contents, frames, strict=True):
        value = template.read(content) if template.matches(content) else loads(content)
        assert same(value, frame)


def test_a_lone_surrogate_is_text_like_any_other() -> None:
    for protocol in range(6):
        assert loads(pickle.dumps("\ud800", protocol)) == "\ud800"
    assert pickle.loads(pickling.dumps("\ud800")).item() == "\ud800"


class Bomb:
    """Something whose pickle runs a command when loaded."""

    def __init__(self, call: object, *arguments: object) -> None:
        self.reduced = (call, arguments)

    def __reduce__(self) -> object:
        return self.reduced


HOSTILE_CALLS = [
    (os.system, "touch {marker}"),
    (eval, "open({marker!r}, 'w')"),
    (exec, "open({marker!r}, 'w')"),
    (open, "{marker}", "w"),
    (np.save, "{marker}", 1),
    (np.fromfile, "{marker}"),
    (getattr, np, "load"),
    (np.memmap, "{marker}", "u1", "w+", 0, 10),
    (bytearray, 2**40),
]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("call", HOSTILE_CALLS, ids=lambda call: call[0].__name__)
def test_nothing_is_ever_called(tmp_path, call, protocol) -> None:
    marker = str(tmp_path / "marker")
    arguments = [a.format(marker=marker) if isinstance(a, str) else a for a in call[1:] if a is not np]
    content = pickle.dumps({"hands": Bomb(call[0], *arguments)}, protocol)
    with pytest.raises(pickles.PickleError) as caught:
        loads(content)
    assert caught.value.unsafe
    assert not os.path.exists(marker)


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return b"\x80\x03" + opening * depth + closing * depth + b"."


_OBJECT = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
_STATE = (
    b"(K\x01)cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R(K\x03X\x01\x00\x00\x00|NNN"
    b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89]"
)

BAD = {
    "empty": b"",
    "no stop": b"\x80\x03K\x01",
    "two values": b"K\x01K\x02.",
    "deep tuple": b"\x80\x03)" + b"\x85" * 200_000 + b".",
    "deep tuple as a key": b"\x80\x03})" + b"\x85" * 200_000 + b"K\x01s.",
    "deep list": nested(b"(", b"l", 100_000),
    "list in itself": b"\x80\x03]q\x00h\x00a.",
    "million entries": b"\x80\x03](" + b"N" * 1_000_000 + b"e.",
    "laughs": b"\x80\x03]q\x00(" + b"NNNNNNNNNN" + b"e" + b"".join(
        b"](" + b"h" + bytes([i]) + (b"h" + bytes([i])) * 9 + b"eq" + bytes([i + 1]) for i in range(9)) + b".",
    "one array many times": b"\x80\x03](" + pickle.dumps(np.zeros(6000, "u1"), 3)[2:-1] + b"r\x01\x10\x00\x00"
    + b"j\x01\x10\x00\x00" * 500 + b"e.",
    "one text many times": b"\x80\x03](X\x00\x10\x00\x00" + b"a" * 4096 + b"q\x00" + b"h\x00" * 1000 + b"e.",
    "one text encoded many times": b"\x80\x03c_codecs\nencode\nq\x000X\x00\x10\x00\x00" + b"a" * 4096
    + b"q\x010X\x06\x00\x00\x00latin1q\x020](" + b"h\x00h\x01h\x02\x86R0" * 500 + b"e.",
    "nothing of absurd shape": b"\x80\x03cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01"
    b"K\x00\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x10\x86cnumpy\ndtype\nX\x02\x00\x00\x00f8\x89\x88\x87R(K\x03X\x01\x00\x00\x00<NNNJ"
    b"\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89B\x00\x00\x00\x00tb.",
    "a number of 40 digits": b"I" + b"9" * 40 + b"\n.",
    "an array in itself": b"\x80\x03" + _OBJECT + b"q\x00" + _STATE + b"h\x00atb.",
    "arrays in each other": b"\x80\x03" + _OBJECT + b"q\x00" + _OBJECT + b"q\x01"
    + _STATE + b"h\x00atb0" + _STATE + b"h\x01atb.",
    "far memo": b"\x80\x03Nr\xff\xff\xff\x7f0j\xff\xff\xff\x7e.",
    "long text memo": b"Np99999999999999999999999999999999999999999\n.",
    "absurd bytes": b"\x80\x03B\xff\xff\xff\x7f.",
    "absurd bytearray": b"\x80\x05\x96" + struct.pack("<Q", 2**62) + b".",
    "absurd text": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b".",
    "absurd frame": b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"}",
    "huge number": b"\x8b\xff\xff\xff\x7f1.",
    "many digits": b"I" + b"9" * 5000 + b"\n.",
    "absurd shape": b"\x80\x03cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01"
    b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86cnumpy\ndtype\nX\x02\x00\x00\x00f8\x89\x88\x87R(K\x03X\x01\x00\x00\x00<NNNJ\xff\xff\xff\xff"
    b"J\xff\xff\xff\xffK\x00tb\x89B\x00\x00\x00\x00tb.",
    "state for a name": b"\x80\x03cnumpy\nndarray\n}b.",
    "state for a dict": b"\x80\x03}}b.",
    "a name as a value": b"\x80\x03cnumpy\nndarray\n.",
    "extension": b"\x80\x02\x82\x01.",
    "persistent": b"Pid\n.",
    "new object": b"\x80\x02cnumpy\nndarray\n)\x81.",
    "set": b"\x80\x04\x8f.",
    "protocol 9": b"\x80\x09N.",
    "key that is no text": b"\x80\x03}NK\x02s.",
    "setitem on a list": b"\x80\x03]K\x00K\x01s.",
    "append to a dict": b"\x80\x03}K\x00a.",
    "mark missing": b"\x80\x03t.",
}  # fmt: skip


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_pickles_are_refused(content: bytes) -> None:
    with pytest.raises(pickles.PickleError):
        loads(content)


def test_arrays_of_strangers_are_refused() -> None:
    for value in (np.array([[{"a": 1}, None]], dtype=object), np.zeros(2, dtype=[("x", "f8")]), np.array(["text"]),
                  np.array(["2020-01-01"], dtype="M8[D]"), np.zeros(2, dtype=complex)):  # fmt: skip
        with pytest.raises(pickles.PickleError):
            loads(pickle.dumps(value, 3))


def test_strangers_are_not_written() -> None:
    for value in (object(), np.array([None]), np.zeros(1, complex), {1, 2}):
        with pytest.raises(TypeError):
            pickling.dumps(value)


@pytest.mark.slow
def test_long_recordings_have_room_in_proportion_to_their_bytes() -> None:
    arrays = [np.full(12, i) for i in range(60_000)]
    assert same(loads(pickle.dumps(arrays, 4)), arrays)
    with pytest.raises(pickles.PickleError, match="repetition without end"):
        loads(pickle.dumps([arrays[0]] * 120_000, 4))
