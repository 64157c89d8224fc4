"""Pickled NumPy data, read without running anything.

EchoMimicV2 keeps each frame as a pickle, and a pickle is a program: `pickle.load` runs what it finds. `Template` is a reader
of its own that understands only the data part of the pickle language (protocols 0 to 5): None, bool, int, float, str, bytes,
list, tuple, dict with texts for keys, into which it turns whole numbers, NumPy arrays and scalars of numbers. It has no way to
look up or call anything; names such as ``numpy.core.multiarray._reconstruct`` are recognised by their spelling alone. Memory
stays within a small multiple of the length of the input: a declared size is believed only as far as the bytes are really
there.

The frames of one sequence are the same program with other numbers in it. So a pickle is run once into a `Template` that
knows where the numbers stand, and the next frame, if it is equal everywhere else, is read by looking in those places.
That makes the careful reader about as fast as the careless one.

Opcodes and their arguments: CPython's `pickletools` module.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import prod
from typing import Any, Literal

import numpy as np

NUMBER_TYPES = {
    kind + str(size): np.dtype(kind + str(size))
    for kind, sizes in {"b": (1,), "u": (1, 2, 4, 8), "i": (1, 2, 4, 8), "f": (2, 4, 8)}.items()
    for size in sizes
}
_MAX_DIMENSIONS, _MAX_DEPTH = 32, 16
_MAX_ITEMS, _LEAST_BYTES = 100_000, 32
"""Items of a small file, and bytes of each in larger ones: the arrays of long recordings take more."""
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
        self.dtype = None if bare in ("O", "O8", "O4") else NUMBER_TYPES.get(bare)
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
        if dtype.dtype is None:  # the object array that np.save puts around a dict, or a list of them
            if not isinstance(data, list) or shape not in ((), (len(data),)) or (shape == () and len(data) != 1):
                raise PickleError("an array of Python objects; expected arrays of numbers")
            for length in shape:
                if isinstance(length, _Int):
                    length.used = True
            self.value = data if shape else data[0]
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


def _mapping(factory: object = None) -> object:
    return {}


# What a REDUCE opcode may stand for. Each takes the pickle's arguments and makes plain data; wrong arguments are errors.
_MEANINGS: dict[str, Callable[..., object]] = {
    "numpy.dtype": lambda code=None, *_: _Dtype(code),
    "_codecs.encode": _encode,
    "collections.OrderedDict": _mapping,
    "collections.defaultdict": _mapping,
    "builtins.bytes": lambda: b"",
    "__builtin__.bytes": lambda: b"",
}
for _core in ("numpy.core", "numpy._core"):
    _MEANINGS[f"{_core}.multiarray._reconstruct"] = lambda *_: _Array()
    _MEANINGS[f"{_core}.multiarray.scalar"] = _scalar
    _MEANINGS[f"{_core}.numeric._frombuffer"] = _frombuffer
_KNOWN = {
    name: _Name(name)
    for name in (*_MEANINGS, "numpy.ndarray", "builtins.dict", "builtins.list", "__builtin__.dict", "__builtin__.list")
}


class Template:
    """A pickle of plain data, run once: its fixed bytes, and where its numbers stand.

    `wrapped` tells whether the value came inside a 0-d object array, as `np.save` stores a dict.
    """

    def __init__(self, data: bytes) -> None:
        """Run the pickle `data`. Raises PickleError for everything else than plain data, damaged input included."""
        try:
            outcome = _Machine(data).run()
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


class _Plan:
    """Turns what a run left into a tree of plain constants and located `numbers`, of bounded size."""

    def __init__(self, length: int) -> None:
        self.numbers: list[_Span | _Int] = []
        self.items_left = max(_MAX_ITEMS, length // _LEAST_BYTES)
        self.bytes_left = 2 * length + 4096
        """Every byte of the pickle may appear once; references to the same ones again and again are a bomb."""

    def tree(self, item: object, depth: int) -> object:
        self._count(item, depth)
        if isinstance(item, _Array) and item.value is not item:
            return self.tree(item.value, depth + 1)
        if isinstance(item, (_Array, _Name, _Dtype)):
            raise PickleError("an array without its bytes, or a NumPy name where a value was expected")
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
        self.items_left -= 1
        if isinstance(item, _Numbers):
            self.bytes_left -= item.span.size
        elif isinstance(item, _Span):
            self.bytes_left -= item.size
        elif isinstance(item, (str, bytes)):
            self.bytes_left -= len(item)
        elif isinstance(item, np.ndarray):
            self.bytes_left -= item.nbytes
        if depth > _MAX_DEPTH or self.items_left < 0 or self.bytes_left < 0:
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


class _Machine:
    """The stack, marks and memo of a pickle while its opcodes are followed."""

    __slots__ = ("at", "data", "encoded", "marks", "memo", "stack")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}
        self.encoded = 0

    def run(self) -> object:
        """The one value that the pickle leaves."""
        while True:
            opcode = self.data[self.at]
            self.at += 1
            if opcode == _STOP:
                break
            action = _ACTIONS.get(opcode)
            if action is None:
                what = f"pickle opcode 0x{opcode:02x}, which plain pose data does not need; nothing was run"
                raise PickleError(what, unsafe=True)
            action(self)
        if len(self.stack) != 1:
            raise PickleError("a pickle that ends with something else than one value")
        return self.stack[0]

    # what stands behind an opcode

    def take(self, length: int) -> bytes:
        return self.span(length).content

    def span(self, length: int) -> _Span:
        span = _Span(self.data, self.at, length)
        self.at += length
        return span

    def length(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def integer(self, size: int) -> _Int:
        self.at += size
        return _Int.read(self.data, self.at - size, size)

    def line(self) -> bytes:
        start = self.at
        self.at = self.data.index(b"\n", start) + 1
        return self.data[start : self.at - 1]

    def text(self, length: int) -> str:
        return self.take(length).decode("utf-8", "surrogatepass")

    # the stack

    def push(self, value: object) -> None:
        self.stack.append(value)

    def top(self, count: int) -> list[Any]:
        """The last `count` items, taken off."""
        if count > len(self.stack):
            raise IndexError
        items = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return items

    def since_mark(self) -> list[Any]:
        return self.top(len(self.stack) - self.marks.pop())

    def extend(self, items: list[Any]) -> None:
        if type(self.stack[-1]) is not list:
            raise PickleError("list items outside a list")
        self.stack[-1].extend(items)

    def set_items(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict or len(items) % 2:
            raise PickleError("dictionary entries outside a dictionary")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if type(key) not in (str, int, _Int):  # a nested tuple as a key would be hashed without a depth limit
                raise PickleError(f"a dictionary key that is a {type(key).__name__.strip('_').lower()}; expected text")
            if type(key) is _Int:
                key.used = True
            target[str(key)] = value

    def new_dict(self) -> None:
        items = self.since_mark()
        self.push({})
        self.set_items(items)

    def put(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    # what would run code in another reader

    def stack_global(self) -> None:
        module, name = self.top(2)
        if type(module) is not str or type(name) is not str:
            raise PickleError("a name that is not text")
        self.push(_global(module, name))

    def reduce(self) -> None:
        name, arguments = self.top(2)
        if type(name) is not _Name or type(arguments) is not tuple or name.name not in _MEANINGS:
            raise PickleError("a call of something that is not a NumPy constructor; nothing was run", unsafe=True)
        made = _MEANINGS[name.name](*arguments)
        self.encoded += len(made) if type(made) is bytes else 0
        if self.encoded > 2 * len(self.data):
            raise PickleError("the same text turned into bytes again and again", unsafe=True)
        self.push(made)

    def build(self) -> None:
        (state,) = self.top(1)
        target = self.stack[-1]
        if type(target) is not _Array and type(target) is not _Dtype:
            raise PickleError("a state for something that is not an array; nothing was run", unsafe=True)
        target.build(state)

    def protocol(self) -> None:
        number = self.length(1)
        if number > 5:
            raise PickleError(f"pickle protocol {number}; 0 to 5 are known")


def _whole_number(digits: bytes) -> int:
    """INT and LONG: 64 bits at most, since longer ones take quadratic time."""
    number = int(digits.rstrip(b"L")) if len(digits) <= 40 else 2**65
    if number.bit_length() > 64:
        raise PickleError("an integer of more than 64 bits")
    return number


def _flag_or_number(digits: bytes) -> int:
    """INT, with which protocol 0 also spells False and True."""
    return digits == b"01" if digits in (b"00", b"01") else _whole_number(digits)


def _quoted(text: bytes) -> bytes:
    if len(text) < 2 or text[:1] != text[-1:] or text[:1] not in (b"'", b'"'):
        raise PickleError("a text without quotes")
    return text[1:-1].decode("unicode_escape").encode("latin1")


def _long(raw: bytes) -> int:
    if len(raw) > 9:
        raise PickleError("an integer of more than 64 bits")
    return int.from_bytes(raw, "little", signed=True)


_STOP = ord(".")
_ACTIONS: dict[int, Callable[[_Machine], object]] = {
    ord(opcode): action
    for opcode, action in {
        "N": lambda m: m.push(None),
        "\x88": lambda m: m.push(True),
        "\x89": lambda m: m.push(False),
        "]": lambda m: m.push([]),
        "}": lambda m: m.push({}),
        ")": lambda m: m.push(()),
        # numbers: BININT1, BININT2, BININT, LONG1, BINFLOAT, and protocol 0's INT, LONG, FLOAT
        "K": lambda m: m.push(m.integer(1)),
        "M": lambda m: m.push(m.integer(2)),
        "J": lambda m: m.push(m.integer(4)),
        "\x8a": lambda m: m.push(_long(m.take(m.length(1)))),
        "G": lambda m: m.push(struct.unpack(">d", m.take(8))[0]),
        "I": lambda m: m.push(_flag_or_number(m.line())),
        "L": lambda m: m.push(_whole_number(m.line())),
        "F": lambda m: m.push(float(m.line()[:40])),
        # bytes and text, short and long
        "U": lambda m: m.push(m.span(m.length(1))),
        "C": lambda m: m.push(m.span(m.length(1))),
        "T": lambda m: m.push(m.span(m.length(4))),
        "B": lambda m: m.push(m.span(m.length(4))),
        "\x8e": lambda m: m.push(m.span(m.length(8))),
        "\x96": lambda m: m.push(m.span(m.length(8))),
        "S": lambda m: m.push(_quoted(m.line())),
        "\x8c": lambda m: m.push(m.text(m.length(1))),
        "X": lambda m: m.push(m.text(m.length(4))),
        "\x8d": lambda m: m.push(m.text(m.length(8))),
        "V": lambda m: m.push(m.line().decode("raw-unicode-escape")),
        # containers
        "(": lambda m: m.marks.append(len(m.stack)),
        "\x85": lambda m: m.push(tuple(m.top(1))),
        "\x86": lambda m: m.push(tuple(m.top(2))),
        "\x87": lambda m: m.push(tuple(m.top(3))),
        "t": lambda m: m.push(tuple(m.since_mark())),
        "l": lambda m: m.push(m.since_mark()),
        "a": lambda m: m.extend(m.top(1)),
        "e": lambda m: m.extend(m.since_mark()),
        "d": _Machine.new_dict,
        "s": lambda m: m.set_items(m.top(2)),
        "u": lambda m: m.set_items(m.since_mark()),
        # memo and stack
        "q": lambda m: m.put(m.length(1)),
        "r": lambda m: m.put(m.length(4)),
        "p": lambda m: m.put(_whole_number(m.line())),
        "\x94": lambda m: m.put(len(m.memo)),
        "h": lambda m: m.push(m.memo[m.length(1)]),
        "j": lambda m: m.push(m.memo[m.length(4)]),
        "g": lambda m: m.push(m.memo[_whole_number(m.line())]),
        "0": lambda m: m.top(1),
        "1": lambda m: m.since_mark(),
        "2": lambda m: m.push(m.stack[-1]),
        # names, and what they stand for
        "c": lambda m: m.push(_global(m.line().decode(), m.line().decode())),
        "\x93": _Machine.stack_global,
        "R": _Machine.reduce,
        "b": _Machine.build,
        # PROTO; FRAME, which only announces how much follows
        "\x80": _Machine.protocol,
        "\x95": lambda m: m.take(8),
    }.items()
}
