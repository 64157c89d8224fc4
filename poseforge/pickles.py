"""Pickled NumPy data, read without running anything and written for every NumPy.

EchoMimicV2 keeps each frame as a pickle, and a pickle is a program: `pickle.load` runs what it finds. `loads` here is a
reader of its own that understands only the data part of the pickle language (protocols 0 to 5): None, bool, int, float,
str, bytes, list, tuple, dict with plain keys, NumPy arrays and scalars of numbers. It has no way to look up or call
anything; names such as ``numpy.core.multiarray._reconstruct`` are recognised by their spelling alone. Memory stays within
a small multiple of the length of the input: a declared size is believed only as far as the bytes are really there.

The frames of one sequence are the same program with other numbers in it. So a pickle is run once into a `Template` that
knows where the numbers stand, and the next frame, if it is equal everywhere else, is read by looking in those places.
That makes the careful reader faster than the careless one.

`dumps` writes protocol 3 with NumPy's module names from before 2.0, which NumPy 1.x and 2.x both load.

Opcodes and their arguments: CPython's `pickletools` module.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import prod
from typing import Any, Literal

import numpy as np

_DTYPES = {
    kind + str(size): np.dtype(kind + str(size))
    for kind, sizes in {"b": (1,), "u": (1, 2, 4, 8), "i": (1, 2, 4, 8), "f": (2, 4, 8)}.items()
    for size in sizes
}
_MAX_DIMENSIONS = 32
_MAX_DEPTH = 16
_MAX_ITEMS = 100_000
_MAX_ELEMENTS = 2**40


class PickleError(ValueError):
    """The bytes are not a pickle of plain data; the message says what was met, `unsafe` that it was more than damage."""

    def __init__(self, message: str, unsafe: bool = False) -> None:
        super().__init__(message)
        self.unsafe = unsafe


class _Span:
    """Bytes of the pickle, by position; `used` once something was made of them that a template keeps."""

    __slots__ = ("content", "start", "used")

    def __init__(self, data: bytes, start: int, length: int) -> None:
        if length < 0 or start + length > len(data):
            raise PickleError(f"{length} bytes announced where {len(data) - start} are left")
        self.start = start
        self.content = data[start : start + length]
        self.used = False

    @property
    def size(self) -> int:
        return len(self.content)

    def use(self) -> bytes:
        self.used = True
        return self.content


class _Int(int):
    """An integer of the pickle that knows its position and its size in bytes; `used` as for spans."""

    start: int
    size: int
    used = False

    @classmethod
    def read(cls, data: bytes, start: int, size: int) -> _Int:
        if start + size > len(data):
            raise IndexError
        number = cls.from_bytes(data[start : start + size], "little", signed=size == 4)
        number.start, number.size = start, size
        return number


class _Numbers:
    """An array whose bytes are a span of the pickle."""

    __slots__ = ("dtype", "order", "shape", "span")

    def __init__(self, span: _Span, dtype: np.dtype[Any], shape: tuple[int, ...], order: Literal["C", "F"]):
        self.span, self.dtype, self.shape, self.order = span, dtype, shape, order

    def read(self, data: bytes) -> np.ndarray[Any, Any]:
        return np.ndarray(self.shape, self.dtype, data, self.span.start, order=self.order)


class _Dtype:
    """A number type while its description is being read. The object type ("O8") is kept only for the wrapper array."""

    __slots__ = ("dtype",)

    def __init__(self, code: object) -> None:
        name = code.use().decode("latin1") if isinstance(code, _Span) else code
        if not isinstance(name, str):
            raise PickleError(f"a NumPy type described by {type(code).__name__}")
        bare = name.lstrip("<>=|")
        self.dtype = None if bare in ("O", "O8", "O4") else _DTYPES.get(bare)
        if self.dtype is None and bare[:1] != "O":
            raise PickleError(f"NumPy type {name[:20]!r}; expected numbers")
        if name[:1] == ">" and self.dtype is not None:
            self.dtype = self.dtype.newbyteorder(">")

    def build(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) < 5 or state[2:5] != (None, None, None):
            raise PickleError("a NumPy type with fields or without a proper description; expected plain numbers")
        order = state[1].use().decode("latin1") if isinstance(state[1], _Span) else state[1]
        if order == ">" and self.dtype is not None:
            self.dtype = self.dtype.newbyteorder(">")


class _Array:
    """An array between the opcode that announces it and the one that brings its bytes."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: object = self

    def build(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise PickleError("an array without its five-part description")
        _, shape, dtype, fortran, data = state
        if not isinstance(dtype, _Dtype):
            raise PickleError("an array without a type")
        if dtype.dtype is None:  # the 0-d object array that np.save puts around a dict
            if shape != () or not isinstance(data, list) or len(data) != 1:
                raise PickleError("an array of Python objects; expected arrays of numbers")
            self.value = data[0]
        else:
            self.value = _array(data, dtype.dtype, shape, fortran)


class _Name:
    """A global that the pickle mentions: only its spelling, never the thing itself."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def _array(data: object, dtype: np.dtype[Any], shape: object, fortran: object) -> _Numbers | np.ndarray[Any, Any]:
    if not isinstance(shape, tuple) or len(shape) > _MAX_DIMENSIONS:
        raise PickleError("an array whose shape is not a tuple of lengths")
    if not all(isinstance(length, int) and not isinstance(length, bool) and length >= 0 for length in shape):
        raise PickleError("an array whose shape is not a tuple of lengths")
    content = data.content if isinstance(data, _Span) else data
    if not isinstance(content, bytes) or len(content) != prod(shape) * dtype.itemsize:
        held = len(content) if isinstance(content, bytes) else 0
        raise PickleError(f"an array of declared shape {tuple(map(int, shape))} with {held} bytes of data")
    if prod(max(length, 1) for length in shape) > _MAX_ELEMENTS:
        raise PickleError("an array of absurd shape")
    plain = tuple(map(int, shape))
    for number in (*shape, fortran):
        if isinstance(number, _Int):
            number.used = True
    order: Literal["C", "F"] = "F" if fortran else "C"
    if isinstance(data, _Span):
        return _Numbers(data, dtype, plain, order)
    return np.frombuffer(content, dtype).reshape(plain, order=order)


def _encode(text: object = None, codec: object = None) -> bytes:
    if not isinstance(text, str) or codec not in ("latin1", "latin-1"):
        raise PickleError("a call of _codecs.encode on something that is not latin-1 text")
    try:
        return text.encode("latin1")
    except UnicodeEncodeError:
        raise PickleError("text that is not latin-1 where bytes were expected") from None


def _scalar(dtype: object = None, data: object = None) -> object:
    if not isinstance(dtype, _Dtype) or dtype.dtype is None:
        raise PickleError("a NumPy scalar without a number type")
    return np.asarray(_array(data.use() if isinstance(data, _Span) else data, dtype.dtype, (), False))[()]


def _frombuffer(data: object = None, dtype: object = None, shape: object = None, order: object = None) -> object:
    if not isinstance(dtype, _Dtype) or dtype.dtype is None:
        raise PickleError("an array without a number type")
    return _array(data, dtype.dtype, shape, order == "F")


# What a REDUCE opcode may stand for. Each takes the pickle's arguments and makes plain data; wrong arguments are errors.
_MEANINGS: dict[str, Callable[..., object]] = {
    "numpy.dtype": lambda code=None, *_: _Dtype(code),
    "_codecs.encode": _encode,
    "builtins.bytes": lambda: b"",
    "__builtin__.bytes": lambda: b"",
}
for _core in ("numpy.core", "numpy._core"):
    _MEANINGS[f"{_core}.multiarray._reconstruct"] = lambda *_: _Array()
    _MEANINGS[f"{_core}.multiarray.scalar"] = _scalar
    _MEANINGS[f"{_core}.numeric._frombuffer"] = _frombuffer
_KNOWN = {name: _Name(name) for name in (*_MEANINGS, "numpy.ndarray")}


class Template:
    """A pickle of plain data, run once: its fixed bytes, and where its numbers stand.

    `wrapped` tells whether the value came inside a 0-d object array, as `np.save` stores a dict.
    """

    def __init__(self, data: bytes) -> None:
        """Run the pickle `data`. Raises PickleError for everything else than plain data, damaged input included."""
        try:
            outcome = _run(data)
        except PickleError:
            raise
        except (IndexError, struct.error):
            raise PickleError("the pickle ends too early or is damaged") from None
        except (KeyError, UnicodeError, TypeError, ValueError, OverflowError) as error:
            raise PickleError(f"damaged pickle data ({error})") from None
        self.wrapped = isinstance(outcome, _Array) and not isinstance(outcome.value, (_Numbers, np.ndarray))
        self._length = len(data)
        plan = _Plan(len(data))
        self._tree = plan.tree(outcome, 0)
        self._fixed: list[tuple[int, bytes]] = []
        at = 0
        for start, end in sorted({(hole.start, hole.start + hole.size) for hole in plan.numbers if not hole.used}):
            self._fixed.append((at, data[at:start]))
            at = end
        self._fixed.append((at, data[at:]))

    def matches(self, data: bytes) -> bool:
        """Whether `data` is the same program with, at most, other numbers in it."""
        if len(data) != self._length:
            return False
        return all(data.startswith(content, start) for start, content in self._fixed)

    def read(self, data: bytes) -> object:
        """The value that `data` describes, of which `matches` holds. Arrays are read-only."""
        return _fill(self._tree, data)


def loads(data: bytes) -> object:
    """The plain data that the pickle `data` describes; arrays are read-only.

    A 0-d object array, which is how `np.save` wraps a dict, is unwrapped. Raises PickleError for everything else than plain
    data, damaged input included.
    """
    return Template(data).read(data)


class _Plan:
    """Turns what a run left into a tree of plain constants and located `numbers`, of bounded size."""

    def __init__(self, length: int) -> None:
        self.numbers: list[_Span | _Int] = []
        self.items = 0
        self.bytes_left = 2 * length + 4096
        """Every byte of the pickle may appear once; references to the same ones again and again are a bomb."""

    def tree(self, item: object, depth: int) -> object:
        if isinstance(item, _Array):
            item = item.value
        if isinstance(item, (_Array, _Name, _Dtype)):
            raise PickleError("an array without its bytes, or a NumPy name where a value was expected")
        self._count(item, depth)
        if isinstance(item, _Numbers):
            self.numbers.append(item.span)
        elif isinstance(item, _Int):
            self.numbers.append(item)
        elif isinstance(item, _Span):
            return item.use()
        elif type(item) is dict:
            return {key: self.tree(value, depth + 1) for key, value in item.items()}
        elif type(item) is list:
            return [self.tree(value, depth + 1) for value in item]
        elif type(item) is tuple:
            return tuple([self.tree(value, depth + 1) for value in item])
        return item

    def _count(self, item: object, depth: int) -> None:
        self.items += 1
        if isinstance(item, _Numbers):
            self.bytes_left -= item.span.size
        elif isinstance(item, _Span):
            self.bytes_left -= item.size
        elif isinstance(item, (str, bytes)):
            self.bytes_left -= len(item)
        elif isinstance(item, np.ndarray):
            self.bytes_left -= item.nbytes
        if depth > _MAX_DEPTH or self.items > _MAX_ITEMS or self.bytes_left < 0:
            raise PickleError("nesting or repetition without end; expected a frame's few arrays", unsafe=True)


def _fill(node: object, data: bytes) -> object:
    """The value of a `_tree` with the numbers of `data`."""
    kind = type(node)
    if kind is _Numbers:
        return node.read(data)  # type: ignore[attr-defined]
    if kind is _Int:
        start, size = node.start, node.size  # type: ignore[attr-defined]
        return int.from_bytes(data[start : start + size], "little", signed=size == 4)
    if kind is dict:
        return {key: _fill(value, data) for key, value in node.items()}  # type: ignore[attr-defined]
    if kind is list:
        return [_fill(value, data) for value in node]  # type: ignore[attr-defined]
    if kind is tuple:
        return tuple([_fill(value, data) for value in node])  # type: ignore[attr-defined]
    return node


def _global(module: str, name: str) -> _Name:
    known = _KNOWN.get(f"{module}.{name}")
    if known is None:
        raise PickleError(
            f"the file asks for {module[:60]}.{name[:60]}, which is code, not pose data; nothing was run", unsafe=True
        )
    return known


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.index(b"\n", at)
    return data[at:end], end + 1


def _set_items(target: object, items: list[Any]) -> None:
    if type(target) is not dict or len(items) % 2:
        raise PickleError("dictionary entries outside a dictionary")
    for key, value in zip(items[::2], items[1::2], strict=True):
        if type(key) is not str:  # a nested tuple as a key would be hashed without a depth limit
            raise PickleError(f"a dictionary key of type {type(key).__name__}; expected text")
        target[key] = value


def _run(data: bytes) -> object:
    """What the opcodes of `data` leave on the stack, the common ones looked for first."""
    stack: list[Any] = []
    marks: list[int] = []
    memo: dict[int, object] = {}
    push = stack.append
    encoded = 0
    at = 0
    while True:
        op = data[at]
        at += 1
        if op == 0x71:  # BINPUT
            memo[data[at]] = stack[-1]
            at += 1
        elif op == 0x94:  # MEMOIZE
            memo[len(memo)] = stack[-1]
        elif op == 0x4B:  # BININT1
            push(_Int.read(data, at, 1))
            at += 1
        elif op == 0x68:  # BINGET
            push(memo[data[at]])
            at += 1
        elif op == 0x28:  # MARK
            marks.append(len(stack))
        elif op == 0x58:  # BINUNICODE
            end = at + 4 + int.from_bytes(data[at : at + 4], "little")
            if end > len(data):
                raise PickleError("text longer than the file")
            push(data[at + 4 : end].decode("utf-8", "surrogatepass"))
            at = end
        elif op == 0x8C:  # SHORT_BINUNICODE
            end = at + 1 + data[at]
            push(data[at + 1 : end].decode("utf-8", "surrogatepass"))
            at = end
        elif op == 0x87:  # TUPLE3
            stack[-3:] = [tuple(stack[-3:])]
        elif op == 0x52:  # REDUCE
            arguments = stack.pop()
            name = stack.pop()
            if type(name) is not _Name or type(arguments) is not tuple or name.name not in _MEANINGS:
                raise PickleError("a call of something that is not a NumPy constructor; nothing was run", unsafe=True)
            made = _MEANINGS[name.name](*arguments)
            if type(made) is bytes:
                encoded += len(made)
                if encoded > 2 * len(data):
                    raise PickleError("the same text turned into bytes again and again", unsafe=True)
            push(made)
        elif op == 0x89:  # NEWFALSE
            push(False)
        elif op == 0x74:  # TUPLE
            start = marks.pop()
            stack[start:] = [tuple(stack[start:])]
        elif op == 0x62:  # BUILD
            state = stack.pop()
            target = stack[-1]
            if type(target) is not _Array and type(target) is not _Dtype:
                raise PickleError("a state for something that is not an array; nothing was run", unsafe=True)
            target.build(state)
        elif op == 0x42:  # BINBYTES
            push(_Span(data, at + 4, int.from_bytes(data[at : at + 4], "little")))
            at += 4 + len(stack[-1].content)
        elif op == 0x4E:  # NONE
            push(None)
        elif op == 0x85:  # TUPLE1
            stack[-1] = (stack[-1],)
        elif op == 0x86:  # TUPLE2
            stack[-2:] = [tuple(stack[-2:])]
        elif op == 0x2E:  # STOP
            if len(stack) != 1:
                raise PickleError("a pickle that ends with something else than one value")
            return stack[0]
        elif op == 0x55 or op == 0x43:  # SHORT_BINSTRING, SHORT_BINBYTES
            push(_Span(data, at + 1, data[at]))
            at += 1 + data[at]
        elif op == 0x4D:  # BININT2
            push(_Int.read(data, at, 2))
            at += 2
        elif op == 0x4A:  # BININT
            push(_Int.read(data, at, 4))
            at += 4
        elif op == 0x63:  # GLOBAL
            module, at = _line(data, at)
            attribute, at = _line(data, at)
            push(_global(module.decode(), attribute.decode()))
        else:
            at = _rare(op, data, at, stack, marks, memo)


def _rare(op: int, data: bytes, at: int, stack: list[Any], marks: list[int], memo: dict[int, object]) -> int:
    """One of the less common opcodes; gives the position after it."""
    push = stack.append
    if op == 0x88:  # NEWTRUE
        push(True)
    elif op == 0x5D:  # EMPTY_LIST
        push([])
    elif op == 0x7D:  # EMPTY_DICT
        push({})
    elif op == 0x29:  # EMPTY_TUPLE
        push(())
    elif op == 0x61 or op == 0x65:  # APPEND, APPENDS
        start = len(stack) - 1 if op == 0x61 else marks.pop()
        items = stack[start:]
        del stack[start:]
        if type(stack[-1]) is not list:
            raise PickleError("list items outside a list")
        stack[-1].extend(items)
    elif op == 0x75 or op == 0x73:  # SETITEMS, SETITEM
        start = len(stack) - 2 if op == 0x73 else marks.pop()
        items = stack[start:]
        del stack[start:]
        _set_items(stack[-1], items)
    elif op == 0x47:  # BINFLOAT
        push(struct.unpack_from(">d", data, at)[0])
        at += 8
    elif op == 0x72:  # LONG_BINPUT
        memo[struct.unpack_from("<I", data, at)[0]] = stack[-1]
        at += 4
    elif op == 0x6A:  # LONG_BINGET
        push(memo[struct.unpack_from("<I", data, at)[0]])
        at += 4
    elif op == 0x8A:  # LONG1
        number = _Span(data, at + 1, data[at]).content
        if len(number) > 9:
            raise PickleError("an integer of more than 64 bits")
        push(int.from_bytes(number, "little", signed=True))
        at += 1 + len(number)
    elif op == 0x80:  # PROTO
        if data[at] > 5:
            raise PickleError(f"pickle protocol {data[at]}; 0 to 5 are known")
        at += 1
    elif op == 0x95:  # FRAME: only announces how much follows
        at += 8
    elif op == 0x93:  # STACK_GLOBAL
        attribute = stack.pop()
        module = stack.pop()
        if type(attribute) is not str or type(module) is not str:
            raise PickleError("a name that is not text")
        push(_global(module, attribute))
    elif op in (0x8D, 0x8E, 0x96):  # BINUNICODE8, BINBYTES8, BYTEARRAY8
        span = _Span(data, at + 8, struct.unpack_from("<Q", data, at)[0])
        push(span.content.decode("utf-8", "surrogatepass") if op == 0x8D else span)
        at += 8 + len(span.content)
    elif op == 0x54:  # BINSTRING
        push(_Span(data, at + 4, struct.unpack_from("<i", data, at)[0]))
        at += 4 + len(stack[-1].content)
    elif op in (0x6C, 0x64):  # LIST, DICT
        start = marks.pop()
        items = stack[start:]
        del stack[start:]
        if op == 0x6C:
            push(items)
        else:
            push({})
            _set_items(stack[-1], items)
    elif op == 0x30:  # POP
        stack.pop()
    elif op == 0x32:  # DUP
        push(stack[-1])
    elif op == 0x31:  # POP_MARK
        del stack[marks.pop() :]
    elif op in b"IFLVSpg":
        at = _text(op, data, at, stack, memo)
    else:
        raise PickleError(f"pickle opcode 0x{op:02x}, which plain pose data does not need; nothing was run", unsafe=True)
    return at


def _text(op: int, data: bytes, at: int, stack: list[Any], memo: dict[int, object]) -> int:
    """One of protocol 0's opcodes, whose argument is the rest of a line; gives the position after it."""
    raw, at = _line(data, at)
    if op == 0x56:  # UNICODE
        stack.append(raw.decode("raw-unicode-escape"))
        return at
    if op == 0x53:  # STRING
        if len(raw) < 2 or raw[:1] != raw[-1:] or raw[:1] not in (b"'", b'"'):
            raise PickleError("a text without quotes")
        stack.append(raw[1:-1].decode("unicode_escape").encode("latin1"))
        return at
    if len(raw) > 40:
        raise PickleError("a number of more than 40 digits")
    if op == 0x46:  # FLOAT
        stack.append(float(raw))
    elif op == 0x49 and raw in (b"00", b"01"):  # INT as protocol 0 spells False and True
        stack.append(raw == b"01")
    elif op in (0x49, 0x4C):  # INT, LONG
        number = int(raw.rstrip(b"L"))
        if number.bit_length() > 64:
            raise PickleError("an integer of more than 64 bits")
        stack.append(number)
    elif op == 0x70:  # PUT
        memo[int(raw)] = stack[-1]
    else:  # GET
        stack.append(memo[int(raw)])
    return at


def dumps(value: object) -> bytes:
    """`value` as a pickle (protocol 3) that `np.load(..., allow_pickle=True)` of NumPy 1.26 and 2.x reads.

    Takes what `loads` gives: None, bool, int, float, str, bytes, list, tuple, dict, arrays and scalars of numbers. Anything
    else is a TypeError.
    """
    out: list[bytes] = [b"\x80\x03"]
    _dump(value, out.append)
    out.append(b".")
    return b"".join(out)


def dumps_wrapped(value: object) -> bytes:
    """`value` inside a 0-d object array, as `np.save` stores a dict."""
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
    if code not in _DTYPES:
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
