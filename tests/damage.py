"""What can have happened to a file: bytes, ends, JSON values, numbers in text, arrays, entries of archives."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import numpy as np
from hypothesis import strategies as st

GIANTS = (2**31, 2**32 - 1, 12_000, 999_999_999, 10**18)
ODD = st.sampled_from([
    None, True, "", "a", "1", "\ud800", [], {}, [[]], [None], {"": 0}, 0, -1, 1.5, 1e-320, 1e308, -1e9, 10**400, float("nan"),
    float("inf"), *GIANTS,
])  # fmt: skip
VALUES = ODD | st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=3), lambda one: st.lists(one, max_size=3)
)
WORDS = ["", "nan", "inf", "-", "1e999", "9" * 400, "9,5", '"', "\0", "}", "{", "\n", "ü", *map(str, GIANTS)]
ARRAYS = [
    lambda array: np.full(array.shape, "1"),
    lambda array: np.full(array.shape, 1j),
    lambda array: np.full(array.shape, {}, dtype=object),
    lambda array: array.astype(np.float64) * np.nan,
    lambda array: array.astype(np.float64) + np.inf,
    lambda array: array.astype(np.float64) + 1e300,
    lambda array: array.astype(bool),
    lambda array: np.zeros_like(array),
    lambda array: array[:0] if array.ndim else array,
    lambda array: array[..., :1] if array.ndim else array,
    lambda array: array[None],
    lambda array: array.astype(np.float64).sum(),
    lambda array: np.concatenate([array] * 40) if array.ndim else array,
    lambda array: np.asfortranarray(array.astype(">f4")),
]
"""Whatever else may stand where an array is expected."""


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """Other contents of a file: whatever makes sense for its kind, and changes and cuts of bytes for all."""
    ways = [bytes_changed(content), st.integers(0, len(content) - 1).map(lambda end: content[:end])]
    if content.startswith(b"PK"):
        return st.one_of(*ways, archive_changed(content))
    if content.startswith(b"\x93NUMPY"):
        return st.one_of(*ways, array_changed(content))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return st.one_of(*ways)
    try:
        return st.one_of(*ways, json_changed(json.loads(text)).map(lambda value: json.dumps(value).encode()))
    except ValueError:
        return st.one_of(*ways, words_changed(text))


@st.composite
def bytes_changed(draw: st.DrawFn, content: bytes) -> bytes:
    new = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, draw(st.sampled_from([min(300, len(new)), len(new)]))))  # often in the header
        new[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3) | st.sampled_from([b"9", b'"', b"}", b"\xff"]))
    return bytes(new)


@st.composite
def json_changed(draw: st.DrawFn, value: Any) -> Any:
    """The same with another value, name or length somewhere in it."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 5)) == 0:
        if isinstance(value, list) and value and draw(st.booleans()):
            return draw(st.sampled_from([value * 40, value[1:], [value], [*value, *value[-1:]], value[::-1]]))
        if isinstance(value, str) and draw(st.booleans()):
            return re.sub(r"\d+", str(draw(st.sampled_from(GIANTS))), value)
        return draw(VALUES)
    if isinstance(value, list):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw(json_changed(value[at])), *value[at + 1 :]]
    name = draw(st.sampled_from(list(value)))
    what = draw(st.integers(0, 9))
    if what == 0:
        return {key: inner for key, inner in value.items() if key != name}
    other = draw(st.sampled_from(["", "x", *map(str, GIANTS)])) if what == 1 else name
    return {**{key: inner for key, inner in value.items() if key != name}, other: draw(json_changed(value[name]))}


@st.composite
def words_changed(draw: st.DrawFn, text: str) -> bytes:
    words = re.split(r"([\s,=;]+)", text)
    for _ in range(draw(st.integers(1, 2))):
        words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(WORDS))
    return "".join(words).encode()


@st.composite
def array_changed(draw: st.DrawFn, content: bytes) -> bytes:
    """An .npy of another array, of other bytes, or of a JSON text in which another value stands."""
    try:
        array = np.load(io.BytesIO(content))
    except ValueError:  # a pickle
        return draw(bytes_changed(content))
    if array.dtype == np.uint8:
        text = json.dumps(draw(json_changed(json.loads(array.tobytes()))))
        return npy(np.frombuffer(text.encode(), np.uint8))
    if array.dtype.kind == "f" and draw(st.booleans()):
        changed = np.array(array)
        changed.flat[draw(st.integers(0, array.size - 1))] = draw(st.sampled_from([np.nan, np.inf, -1, 1e9, 1e300]))
        return npy(changed)
    return npy(draw(st.sampled_from(ARRAYS))(array)) if array.dtype.kind in "fi" else draw(bytes_changed(content))


@st.composite
def archive_changed(draw: st.DrawFn, content: bytes) -> bytes:
    """An archive that is whole, one entry of which has gone, has another name, or is damaged itself."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(list(entries)))
    inner = entries.pop(name)
    what = draw(st.integers(0, 9))
    if what:
        entries["other.npy" if what == 1 else name] = draw(damaged(inner))
    return zipped(entries)


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def claims(content: bytes) -> list[bytes]:
    """A text in which each whole number in turn, also in a name, is a large one; none of other files."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return []
    found = re.finditer(r"(?<![\d.-])[1-9]\d*(?!\.?\d)", text)
    return [f"{text[: number.start()]}400000{text[number.end() :]}".encode() for number in found]


def giants(content: bytes) -> list[bytes]:
    """A file of arrays in which each in turn only declares to hold a thousand million rows, of something or of nothing; none of
    other files."""
    if content.startswith(b"\x93NUMPY"):
        kinds = (("<f8", "134, 3"), ("<f8", "0, 134, 3"), ("<f8", "0, 3"), ("<U0", "134"))
        headers = [f"{{'descr': '{kind}', 'fortran_order': False, 'shape': (1000000000, {rest}), }}" for kind, rest in kinds]
        return [b"\x93NUMPY\x01\x00v\x00" + header.encode().ljust(117) + b"\n" for header in headers]
    if not content.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return [zipped(entries | {name: giant}) for name, inner in entries.items() for giant in giants(inner)]
