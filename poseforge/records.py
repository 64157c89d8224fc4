"""JSON and arrays: read with bounded memory, arrays written; what is wrong is told with the file's name."""

from __future__ import annotations

import json
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from io import BytesIO
from math import inf, nan, prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from poseforge.errors import FileProblem, FormatError, UnsafeFile

MAX_JSON_BYTES = 512 * 2**20
MAX_ARRAY_BYTES = 4 * 2**30
MAX_RATIO = 1200
"""How many times larger than its bytes in the file an array may be: zeros deflate to about a thousandth."""

_LAYOUT: Any = np.lib.format  # NumPy does not type it

_NO_ARCHIVE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)
"""What bytes that are no whole archive raise, from whichever layer notices first."""

_VIDEO_FRAME = re.compile(r"(.*)[0-9]{12}_keypoints\.json")
_MOST_OF_NOTHING = 10_000
"""Rows of an array that holds nothing, which take no bytes in a file but room for a frame each in memory."""

_JSON_LINES = re.compile(rb"\s*+[\[{][^\n]*[\]}][ \t\r]*+\n\s*+[\[{]")
"""A line that is whole, and the beginning of another value: in no JSON text do they follow each other."""

_LOOKED_AT = 50
"""Arrays of an archive whose headers tell what it is."""


def read_bytes(path: Path, most: int = MAX_JSON_BYTES) -> bytes:
    """The bytes of a file. Raises FileProblem if it cannot be read, UnsafeFile if it has more than `most`."""
    try:
        if path.stat().st_size > most:
            raise UnsafeFile(path, f"has {path.stat().st_size:,} bytes; at most {most:,} are read.")
        return path.read_bytes()
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror or error})") from error


def read_json(path: Path, most: int = MAX_JSON_BYTES) -> Any:
    """The value in a JSON file of at most `most` bytes. NaN and Infinity are refused, as JSON has none. Raises FormatError."""
    return parse_json(path, read_bytes(path, most))


def read_dump(path: Path, most: int = MAX_JSON_BYTES) -> Any:
    """The value in a JSON file as people's programs dump poses: JSON Lines are the list of their values, a text that is itself
    JSON is what it says, and NaN and the infinities, which Python writes, are NaN. Raises FormatError.
    """
    content = read_bytes(path, most)
    value = _lines(path, content) if _JSON_LINES.match(content) else parse_json(path, content, _nan)
    return parse_json(path, value.encode(errors="replace"), _nan) if isinstance(value, str) else value


def _lines(path: Path, content: bytes) -> list[Any]:
    """The values of JSON Lines."""
    values = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            values += [parse_json(path, line, _nan)] if line.strip() else []
        except FormatError:
            raise FormatError(path, f"has in line {number} what is not valid JSON.", "Remove that line.") from None
    return values


def parse_json(path: Path, content: bytes, constant: Callable[[str], float] | None = None) -> Any:
    """The value in the bytes of a JSON text that was found in a file, as `read_json`; `constant` makes a number of "NaN",
    "Infinity" and "-Infinity" where they are not refused.
    """
    import orjson

    try:
        return orjson.loads(content)
    except ValueError:  # or in UTF-16, or with integers of any length, which it does not take
        pass
    try:
        return json.loads(content, parse_constant=constant or _no_constant)
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"is not valid JSON ({error}).", "Export it again.") from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _nan(name: str) -> float:
    return nan


def numbers(
    path: Path, what: str, values: Any, *shapes: tuple[int, ...], most: float = inf, holes: bool = False
) -> NDArray[np.float64]:
    """Nested lists of finite numbers, none farther from 0 than `most`, as an array of one of some shapes, of which -1 is any
    length, or of any shape if none is given; with `holes` some may be NaN. FormatError names `what`.
    """
    wanted = " or ".join(" x ".join("any" if side < 0 else str(side) for side in shape) for shape in shapes)
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "iuf" and array.size:
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        expected = f"; expected {wanted}" if shapes else ""
        raise FormatError(path, f"{what} holds something else than numbers{expected}.", code="shape") from None
    if shapes and not any(_fits(array.shape, shape) for shape in shapes):
        found = " x ".join(map(str, array.shape)) or "one number"
        raise FormatError(path, f"{what} is {found}; expected {wanted} numbers.", code="shape")
    if not (np.isfinite(array) | (holes & np.isnan(array))).all():
        raise FormatError(path, f"{what} holds numbers that are not finite.", code="number")
    farthest = float(np.fmax.reduce(np.abs(array), axis=None, initial=0))
    if farthest > most:
        raise FormatError(path, f"{what} holds {farthest:g}; expected at most {most:g}.", code="number")
    return array


def _fits(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return len(found) == len(wanted) and all(b in (-1, a) for a, b in zip(found, wanted, strict=True))


def read_arrays(path: Path, names: Container[str] | None = None) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz archive by name, or those of some names, without any that would need a pickle. Raises FormatError,
    UnsafeFile, FileProblem.
    """
    try:
        with zipfile.ZipFile(path) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of headers from Python 2, which are read all the same
            wanted = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
            if names is not None:
                wanted = [entry for entry in wanted if entry.filename.removesuffix(".npy") in names]
            found = {entry.filename.removesuffix(".npy"): _array(path, archive, entry) for entry in wanted}
            return {name: array for name, array in found.items() if array is not None}
    except _NO_ARCHIVE as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, f"is not a NumPy archive ({str(error)[:200]}).") from None
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror or error})") from error


def read_objects(path: Path, name: str) -> bytes:
    """The pickle of the Python objects under a name in an .npz archive, unread. Raises FormatError, UnsafeFile, FileProblem."""
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo(f"{name}.npy")
            if entry.file_size > min(MAX_JSON_BYTES, MAX_RATIO * max(entry.compress_size, 1) + 4096):
                raise UnsafeFile(path, f"holds {name} of {entry.file_size:,} bytes in {entry.compress_size:,}.")
            with archive.open(entry) as file:
                _header(file)
                return file.read()
    except (*_NO_ARCHIVE, KeyError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(path, f"holds no {name} that can be read ({str(error)[:200]}).") from None
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror or error})") from error


def array_names(path: Path) -> frozenset[str]:
    """The names of the arrays in an .npz archive; none if the file is something else. For `sniff`, so it never raises."""
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy"))
    except (*_NO_ARCHIVE, OSError):
        return frozenset()


def read_array(path: Path) -> NDArray[Any]:
    """The array in an .npy file, if it needs no pickle. Raises FormatError, UnsafeFile, FileProblem."""
    found = read_npy(path)
    if isinstance(found, bytes):
        raise FormatError(path, "holds Python objects; expected an array of numbers.", "Save the array by itself.")
    return found


def declared_shapes(path: Path) -> list[tuple[int, ...]]:
    """The shapes of the arrays of numbers that an .npy or .npz file declares, unread; none if it is something else."""
    try:
        with open(path, "rb") as file:
            if file.read(2) != b"PK":
                file.seek(0)
                return _declared(file)
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
            return [shape for entry in entries[:_LOOKED_AT] for shape in _declared(archive.open(entry))]
    except Exception:  # whatever is wrong with the bytes, they are no arrays
        return []


def _declared(file: Any) -> list[tuple[int, ...]]:
    shape, _, dtype = _header(file)
    return [shape] if dtype.kind in "iuf" else []


def _array(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any] | None:
    """One array, or None if it holds objects."""
    with archive.open(entry) as file:
        shape, _, dtype = _header(file)
    size = prod(shape) * dtype.itemsize
    if size > MAX_ARRAY_BYTES or size > MAX_RATIO * max(entry.compress_size, 1) + 4096:
        raise UnsafeFile(path, f"declares {entry.filename} of {size:,} bytes in {entry.compress_size:,}.")
    if dtype.hasobject:
        return None
    with archive.open(entry) as file:
        return np.asarray(_LAYOUT.read_array(file, allow_pickle=False))


def read_npy(path: Path) -> NDArray[Any] | bytes:
    """The array in an .npy file, a view of the bytes read, or the pickle that is in it instead. Raises FormatError."""
    content = read_bytes(path)
    file = BytesIO(content)
    try:
        shape, fortran, dtype = _header(file)
        if dtype.hasobject:
            return content[file.tell() :]
        return np.ndarray(shape, dtype, content, file.tell(), order="F" if fortran else "C")
    except (EOFError, ValueError, TypeError, OverflowError) as error:
        raise FormatError(path, f"is no whole .npy file ({str(error)[:200]}).", "Export it again.") from None


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """The shape of an array, whether its columns come first, and its type. ValueError if that cannot be read."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of headers as Python 2 wrote them
            read = _LAYOUT.read_array_header_1_0 if _LAYOUT.read_magic(file) == (1, 0) else _LAYOUT.read_array_header_2_0
            shape, fortran, dtype = read(file)
    except Exception as error:  # NumPy lets Python's own parser say what is wrong
        raise ValueError(f"a header that cannot be read: {error}") from None
    if prod(shape) * dtype.itemsize == 0 and max(shape, default=0) > _MOST_OF_NOTHING:
        raise ValueError(f"{max(shape):,} rows of nothing")
    return shape, fortran, dtype


def seen(path: Path) -> str:
    """In words what is in a file or folder that is nothing known. FileProblem if it cannot be read."""
    if path.is_dir():
        kinds = Counter(entry.suffix.lower() or "no suffix" for entry in path.iterdir() if entry.is_file())
        return f"a folder with {', '.join(f'{count} of {kind}' for kind, count in kinds.most_common(3)) or 'no files'}"
    shapes = declared_shapes(path)
    if shapes:
        return f"NumPy arrays of {', '.join(' x '.join(map(str, shape)) or 'one number' for shape in shapes[:5])}"
    if path.suffix.lower() == ".json":
        try:
            return f"JSON: {_described(read_json(path))}"
        except (FormatError, UnsafeFile) as error:
            return error.problem
    return f"a {path.suffix.lower()} file" if path.suffix else "a file without a suffix"


def _described(value: Any) -> str:
    if isinstance(value, list) and value:
        return f"a list of {len(value)}, the first of which is {_kind(value[0])}"
    return _kind(value)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return f"an object with keys {', '.join(f'{key:.40}' for key in list(value)[:8])}" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "a text" if isinstance(value, str) else "a number" if isinstance(value, int | float) else "nothing"


def ordered(path: Path, what: str, among: Any) -> list[str]:
    """The names in an object of JSON, numbers by their value. FormatError if it is none, or empty."""
    if not isinstance(among, dict) or not among:
        raise FormatError(path, f"holds no {what} by name.", code="shape")
    return sorted(among, key=lambda name: (len(name), name) if name.isdecimal() else (0, name))


def chosen(path: Path, what: str, among: Any, name: str | None) -> str:
    """`name`, or the first of the names in an object of JSON. FormatError if it is not among them."""
    names = ordered(path, what, among)
    if name is not None and str(name) not in among:
        raise FormatError(path, f"has no {what} {name!r}; there are {', '.join(names[:20])}.", code="missing")
    return names[0] if name is None else str(name)


def write_arrays(path: Path, arrays: Mapping[str, ArrayLike], compressed: bool = False) -> None:
    """Write arrays into an .npz, as `numpy.savez`, which however leaves the archive open, and talks of it later, where writing
    fails.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                _LAYOUT.write_array(file, np.asanyarray(values), allow_pickle=False)


def in_order(folder: Path, frames: Iterable[Path]) -> list[Path]:
    """The files of a folder that hold a frame each, by name, numbers in them by value: 2 before 10. FormatError if they are of
    several takes: names that differ in more than numbers, or in what OpenPose writes before its twelve digits.
    """
    files = sorted(frames, key=lambda path: natural(path.name))
    takes: dict[str, list[str]] = {}
    for file in files:
        numbered = _VIDEO_FRAME.fullmatch(file.name)
        takes.setdefault(numbered[1] if numbered else re.sub("[0-9]+", "", file.name), []).append(file.name)
    several = [names[0] for names in takes.values() if len(names) > 1]
    if len(several) > 1:
        problem = f"holds frames of {len(several)} takes, which begin with {' and '.join(several[:3])}."
        raise FormatError(folder, problem, "Put each into a folder of its own.", code="shape")
    return files


def natural(name: str) -> list[Any]:
    """A key that sorts names with the numbers in them by value, however long they are: 2 before 10."""
    parts = re.split(r"([0-9]+)", name)
    return [(len(part.lstrip("0")), part.lstrip("0")) if i % 2 else part for i, part in enumerate(parts)]
