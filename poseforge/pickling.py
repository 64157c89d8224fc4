"""Pickles of plain NumPy data, written for every NumPy: protocol 3 with NumPy's module names from before 2.0, which NumPy 1.x
and 2.x both load.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from poseforge.pickles import NUMBER_TYPES


def dumps(value: object) -> bytes:
    """`value` inside a 0-d object array, as `np.save` stores a dict, as a pickle (protocol 3) that NumPy 1.26 and 2.x read.

    Takes what `pickles.Template` reads: None, bool, int of 64 bits, float, str, bytes, list, tuple, dict, and arrays and
    scalars of numbers. Anything else is a TypeError.
    """
    out: list[bytes] = [b"\x80\x03"]
    _dump_array_head(out.append)
    out.append(b"(K\x01)" + _dtype_bytes("O8", "|") + b"\x89]")
    _dump(value, out.append)
    out.append(b"atb.")
    return b"".join(out)


def _dtype_bytes(code: str, order: str) -> bytes:
    filler = b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK" + (b"\x3f" if code == "O8" else b"\x00")
    return b"cnumpy\ndtype\n" + _text_bytes(code) + b"\x89\x88\x87R(K\x03" + _text_bytes(order) + filler + b"tb"


def _text_bytes(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(raw)) + raw


def _bytes_bytes(raw: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(raw)) + raw


def _dump_array_head(put: Callable[[bytes], None]) -> None:
    put(b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R")


def _numpy_dtype(dtype: np.dtype[Any]) -> bytes:
    code = dtype.kind + str(dtype.itemsize)
    if code not in NUMBER_TYPES:
        raise TypeError(f"cannot write the NumPy type {dtype}")
    order = "|" if dtype.itemsize == 1 else dtype.newbyteorder("=").str[0] if dtype.isnative else dtype.str[0]
    return _dtype_bytes(code, order)


def _dump(value: object, put: Callable[[bytes], None]) -> None:
    if value is None:
        put(b"N")
    elif value is True or value is False:
        put(b"\x88" if value else b"\x89")
    elif type(value) is int and value.bit_length() <= 64:
        raw = value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)
        put(b"J" + struct.pack("<i", value) if -(2**31) <= value < 2**31 else b"\x8a" + bytes([len(raw)]) + raw)
    elif type(value) is float:
        put(b"G" + struct.pack(">d", value))
    elif type(value) is str:
        put(_text_bytes(value))
    elif type(value) is bytes:
        put(_bytes_bytes(value))
    elif isinstance(value, np.ndarray):
        _dump_array_head(put)
        put(b"(K\x01")
        _dump(value.shape, put)
        put(_numpy_dtype(value.dtype) + b"\x89" + _bytes_bytes(value.tobytes()) + b"tb")
    elif isinstance(value, np.generic):
        put(b"cnumpy.core.multiarray\nscalar\n" + _numpy_dtype(value.dtype) + _bytes_bytes(value.tobytes()) + b"\x86R")
    elif type(value) in (list, tuple):
        put(b"](" if type(value) is list else b"(")
        for item in value:  # type: ignore[attr-defined]
            _dump(item, put)
        put(b"e" if type(value) is list else b"t")
    elif type(value) is dict:
        put(b"}(")
        for key, item in value.items():
            _dump(key, put)
            _dump(item, put)
        put(b"u")
    else:
        raise TypeError(f"cannot write {type(value).__name__} as plain data")
