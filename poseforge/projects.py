"""The project file: one `.poseforge` zip with readable JSON and the arrays it names by their hash.

    project.json            the project; what several clips share stands once
    arrays/<sha256>.npy     NumPy arrays, not compressed, each under the hash of its bytes

Pictures and sounds stay where they are: the file holds their path, relative to its own folder, and their hash. Saving is
atomic. A file of a newer schema is refused, an older one upgraded.
Nothing from a file is executed, and nothing is unpacked to the disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from poseforge import __version__, installing
from poseforge.camera import Camera
from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile
from poseforge.files import real_path, writing_file
from poseforge.performer import Build, Performer, of_build, performer
from poseforge.rig import Motion, Rig
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue
from poseforge.timeline.curves import Curve, Interval, Key
from poseforge.timeline.project import Clip, Marker, Media, PointTrack, Project, RigTrack, Track

SUFFIX = ".poseforge"

SCHEMA = 3
"""Counts up when the meaning of the JSON changes."""


def _with_marks(record: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 knew no markers, no video, no place of a picture and no color of a track."""
    for name in ("audio", "picture"):
        if record[name]:
            record[name]["box"] = [0, 0, 1, 1]
    tracks = [{**track, "color": ""} for track in record["tracks"]]
    return {**record, "markers": [], "video": None, "tracks": tracks}


def _with_build(record: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 knew the performer of average build only."""
    return {**record, "performer": asdict(Build())}


UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _with_marks, 2: _with_build}
"""schema -> what makes a record of the next schema of it. Chained, so that files of any age open."""

_MAX_JSON = 64 * 2**20
_MAX_ARRAYS = 4 * 2**30
_MAX_RATIO = 40
_MAX_DEPTH = 16
_ARRAY = re.compile(r"arrays/([0-9a-f]{64})\.npy")

_Record = dict[str, Any]


def save_project(project: Project, path: str | os.PathLike[str], overwrite: bool = True) -> None:
    """Write a project, whole or not at all. Raises FileProblem if the file cannot be written."""
    target = real_path(path)
    writer = _Writer(target.parent)
    record = writer.project(project)
    with writing_file(target, overwrite) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
        text = _pretty(record).encode("utf-8", "surrogatepass")  # names of files need not be text
        archive.writestr("project.json", text, zipfile.ZIP_DEFLATED)
        for name, content in writer.arrays.items():
            archive.writestr(f"arrays/{name}.npy", content)


def open_project(path: str | os.PathLike[str]) -> Project:
    """Read a project. Media that are missing do not matter until they are needed.

    Raises FileProblem if there is no such file, FormatError if it is no project, is damaged or is of a newer schema, UnsafeFile
    if it would take memory out of proportion.
    """
    source = real_path(path)
    with _reading(source) as archive:
        arrays = _Arrays(source, archive)
        record = _upgraded(_json(source, archive), source)
        try:
            return _Reader(record, arrays, source.parent).project()
        except FormatError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, MemoryError) as error:
            raise FormatError(source, f"holds a project.json that describes no project ({error!r}).") from None


def link_media(path: str | os.PathLike[str], start: int = 0) -> Media:
    """A reference to a sound or a picture as it is now. Raises FileProblem if it cannot be read."""
    place = real_path(path)
    return Media(str(place), _hash_of(place), start)


def media_path(media: Media) -> Path:
    """Where a project's sound or picture lies. Raises FileProblem if it is gone or has been changed since."""
    place = real_path(media.path)
    if not os.path.isfile(place):
        raise FileProblem(f"{place}: is not there, but the project uses it; put it back or choose it anew")
    if _hash_of(place) != media.sha256:
        raise FileProblem(f"{place}: is not the file that the project was made with; choose it anew to use it as it is")
    return place


def _hash_of(path: Path) -> str:
    if not os.path.isfile(path):
        raise FileProblem(f"{path}: is no file")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror})") from None


def _pretty(value: Any, depth: int = 0) -> str:
    """JSON with a line for each entry of a record and each record of a list, and whatever is in it on that line."""
    lead = "\n" + " " * (depth + 1)
    if isinstance(value, dict) and value and depth < 6:
        entries = (f"{json.dumps(key, ensure_ascii=False)}: {_pretty(one, depth + 1)}" for key, one in value.items())
        return "{" + lead + ("," + lead).join(entries) + lead[:-1] + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict) and depth < 4:
        return "[" + lead + ("," + lead).join(_pretty(one, depth + 1) for one in value) + lead[:-1] + "]"
    return json.dumps(value, ensure_ascii=False)


class _Writer:
    """Turns values into JSON, and gathers the arrays and the sources that it refers to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.arrays: dict[str, bytes] = {}
        self._named: dict[int, tuple[object, str]] = {}
        self._sources: dict[str, _Record] = {}
        self._known: dict[int, tuple[object, str]] = {}

    def project(self, project: Project) -> _Record:
        if not _is_performer(project.rig):
            raise InvalidValue("a project with a rig other than the built-in performer cannot be saved")
        camera = {f.name: getattr(project.camera, f.name) for f in fields(Camera)}
        record: _Record = {
            "poseforge": __version__,
            "schema": SCHEMA,
            "fps": str(project.fps),
            "length": project.length,
            "camera": camera,
            "performer": asdict(project.rig.build),
            "alive": project.alive,
            "range": project.range,
            "audio": self._media(project.audio),
            "picture": self._media(project.picture),
            "video": self._media(project.video),
            "markers": [[marker.frame, marker.name] for marker in project.markers],
            "meta": _plain_mapping(project.meta),
            "tracks": [self._track(track) for track in project.tracks],
        }
        return record | {"sources": self._sources}

    def _media(self, media: Media | None) -> _Record | None:
        if media is None:
            return None
        try:
            path = os.path.relpath(media.path, self.folder)
        except ValueError:  # another drive
            path = media.path
        return {"path": Path(path).as_posix(), "sha256": media.sha256, "start": media.start, "box": list(media.box)}

    def _track(self, track: Track) -> _Record:
        record: _Record = {
            "id": track.id,
            "kind": "rig" if isinstance(track, RigTrack) else "points",
            "name": track.name,
            "part": track.part,
            "enabled": track.enabled,
            "locked": track.locked,
            "weight": track.weight,
            "color": track.color,
            "clips": [self._clip(clip) for clip in track.clips],
            "offsets": _curves(track.offsets),
            "visible": _curves(track.visible),
        }
        if isinstance(track, RigTrack):
            return record | {"keys": _curves(track.keys)}
        base = track.base if isinstance(track, PointTrack) else None
        return record | {"base": None if base is None else self._source(base)}

    def _clip(self, clip: Clip) -> _Record:
        return {
            "id": clip.id,
            "name": clip.name,
            "source": self._source(clip.source),
            "start": clip.start,
            "length": clip.length,
            "first": str(clip.first),
            "rate": str(clip.rate),
            "extend": clip.extend,
            "mirrored": clip.mirrored,
            "blend": [clip.blend_in, clip.blend_out, clip.ease],
            "cut": [clip.cut_in, clip.cut_out],
            "joints": None if clip.joints is None else sorted(clip.joints),
        }

    def _source(self, source: Motion | PoseSequence) -> str:
        """The name of a source in the table of sources."""
        if id(source) in self._known:
            return self._known[id(source)][1]
        if isinstance(source, Motion):
            if not _is_performer(source.rig):
                raise InvalidValue("a clip of a rig other than the built-in performer cannot be saved")
            record: _Record = {"rotations": self._array(source.rotations), "translation": self._array(source.translation)}
        else:
            record = {
                "points": self._array(source.points),
                "confidence": self._array(source.confidence),
                "skeleton": source.skeleton.name,
                "size": list(source.size),
                "frame_meta": self._frame_meta(source.frame_meta),
            }
        name = f"source-{len(self._sources) + 1}"
        self._sources[name] = record | {"fps": str(source.fps), "meta": _plain_mapping(source.meta)}
        self._known[id(source)] = source, name
        return name

    def _frame_meta(self, values: Mapping[str, Any]) -> _Record:
        """What a source knew frame by frame, as far as it is numbers or plain data."""
        record: _Record = {}
        for name, entry in values.items():
            if isinstance(entry, np.ndarray):
                if entry.dtype.kind in "biuf":
                    record[name] = {"array": self._array(entry)}
            elif _is_plain(entry):
                record[name] = {"values": list(entry)}
        return record

    def _array(self, array: NDArray[Any]) -> str:
        if id(array) not in self._named:
            stream = io.BytesIO()
            np.save(stream, np.ascontiguousarray(array), allow_pickle=False)
            content = stream.getvalue()
            name = hashlib.sha256(content).hexdigest()
            self.arrays[name] = content
            self._named[id(array)] = array, name
        return self._named[id(array)][1]


def _is_performer(rig: Rig) -> TypeGuard[Performer]:
    return isinstance(rig, Performer) and rig is of_build(rig.build)


def _curves(curves: Mapping[str, Curve]) -> _Record:
    return {joint: [_key(key) for key in curve.keys] for joint, curve in curves.items()}


def _key(key: Key) -> list[Any]:
    """[frame, [values], kind] and, where they are not the usual ones, the part of the ease or the handles."""
    row: list[Any] = [key.frame, list(key.values), key.after.kind]
    if key.after.handles:
        row.append([list(handles) for handles in key.after.handles])
    elif key.after[1:3] != (0.0, 1.0):
        row.append([key.after.start, key.after.end])
    return row


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether JSON gives back an equal value, but for tuples that become lists, and how deep it is."""
    if depth > _MAX_DEPTH:
        return False
    if isinstance(value, dict | Mapping):
        return all(isinstance(key, str) and _is_plain(one, depth + 1) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(one, depth + 1) for one in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 2**63
    return value is None or isinstance(value, str | bool) or (isinstance(value, float) and bool(np.isfinite(value)))


def _plain_mapping(values: Mapping[str, Any]) -> _Record:
    return {name: value for name, value in values.items() if isinstance(name, str) and _is_plain(value)}


@contextmanager
def _reading(source: Path) -> Iterator[zipfile.ZipFile]:
    """An archive whose entries are those of a project and of bounded size."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = [info.filename for info in archive.infolist()]
            strangers = [name for name in names if name != "project.json" and not _ARRAY.fullmatch(name)]
            if "project.json" not in names or strangers or len(set(names)) != len(names):
                found = f"{strangers[0]!r}" if strangers else "no project.json, or an entry twice"
                raise FormatError(source, f"is no PoseForge project: it holds {found}.")
            total = 0
            for info in archive.infolist():
                is_json = info.filename == "project.json"
                if info.compress_type not in ((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) if is_json else (zipfile.ZIP_STORED,)):
                    raise FormatError(source, f"holds {info.filename[:20]} packed in a way that no project is.")
                total += info.file_size
                dense = info.file_size > 2**20 and info.file_size > _MAX_RATIO * max(info.compress_size, 1)
                if dense or total > _MAX_ARRAYS or (is_json and info.file_size > _MAX_JSON):
                    raise UnsafeFile(source, f"would take {total / 2**20:,.0f} MB of memory and more; it was not opened.")
            yield archive
    except FormatError:
        raise
    except FileNotFoundError:
        raise FileProblem(f"{source}: is not there") from None
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise FormatError(source, f"is no PoseForge project, or a damaged one ({error!s:.200}).") from None
    except OSError as error:
        raise FileProblem(f"{source}: cannot be read ({error.strerror or error})") from None


def _json(source: Path, archive: zipfile.ZipFile) -> _Record:
    try:
        record = json.loads(archive.read("project.json"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise FormatError(source, f"holds a project.json that is no JSON ({error}).") from None
    if not isinstance(record, dict) or not isinstance(record.get("schema"), int):
        raise FormatError(source, "holds a project.json without a schema number.")
    return record


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _upgraded(record: _Record, source: Path) -> _Record:
    """A record of any older schema as one of this."""
    if record["schema"] > SCHEMA:
        raise FormatError(
            source,
            f"was made by PoseForge {record.get('poseforge', 'of a later version')} (schema {record['schema']}); this is "
            f"{__version__} (schema {SCHEMA}).",
            f"Install the newer version to open it: {installing.pip('--upgrade poseforge')}",
        )
    while record["schema"] < SCHEMA:
        if record["schema"] not in UPGRADES:
            raise FormatError(source, f"has the schema {record['schema']}, which never was.")
        try:
            record = UPGRADES[record["schema"]](record) | {"schema": record["schema"] + 1}
        except (LookupError, TypeError, AttributeError):
            raise FormatError(source, "holds a project.json that describes no project.") from None
    return record


class _Arrays:
    """The arrays of an archive, each read once and checked against its name."""

    def __init__(self, source: Path, archive: zipfile.ZipFile) -> None:
        self._source, self._archive = source, archive
        self._read: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def _load(self, name: str) -> NDArray[Any]:
        entry = f"arrays/{name}.npy"
        try:
            content = self._archive.read(entry)
        except KeyError:
            raise FormatError(self._source, f"lacks {entry[:20]}..., which its project.json names; it is damaged.") from None
        if hashlib.sha256(content).hexdigest() != name:
            raise FormatError(self._source, f"holds {entry[:20]}... with other content than it was saved with; it is damaged.")
        try:
            array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
        except (ValueError, TypeError, SyntaxError, EOFError, MemoryError) as error:
            raise FormatError(self._source, f"holds {entry[:20]}..., which is no array ({error}).") from None
        if array.dtype.kind not in "biuf" or array.nbytes > len(content) or not (array.dtype == np.float64 or array.ndim <= 2):
            raise FormatError(self._source, f"holds {entry[:20]}..., an array of {array.dtype} of shape {array.shape}.")
        array.flags.writeable = False
        return array


class _Reader:
    """The inverse of `_Writer`. Whatever does not fit raises plain errors or InvalidValue."""

    def __init__(self, record: _Record, arrays: _Arrays, folder: Path) -> None:
        self._record, self._arrays, self._folder = record, arrays, folder
        self._sources: dict[str, Motion | PoseSequence] = {}

    def project(self) -> Project:
        record = self._record
        camera = record["camera"]
        pairs = {name: tuple(camera[name]) for name in ("position", "center", "size")}
        return Project(
            record["length"],
            _ratio(record["fps"]),
            tuple(self._track(track) for track in record["tracks"]),
            of_build(Build(**record["performer"])),
            Camera(focal=camera["focal"], margin=camera["margin"], **pairs),
            alive=record["alive"],
            audio=self._media(record["audio"]),
            picture=self._media(record["picture"]),
            video=self._media(record["video"]),
            markers=tuple(Marker(frame, name) for frame, name in record["markers"]),
            range=(record["range"][0], record["range"][1]) if record["range"] else None,
            meta=_plain_mapping(record["meta"]),
        )

    def _media(self, record: _Record | None) -> Media | None:
        if record is None:
            return None
        place = os.path.normpath(self._folder.absolute() / record["path"])
        return Media(place, record["sha256"], record["start"], tuple(record["box"]))

    def _track(self, record: _Record) -> Track:
        rig = record["kind"] == "rig"
        common = {name: record[name] for name in ("id", "name", "part", "enabled", "locked", "weight", "color")}
        curves: dict[str, Any] = {name: _read_curves(record[name]) for name in ("offsets", "visible")}
        clips = tuple(self._clip(clip) for clip in record["clips"])
        if rig:
            return RigTrack(clips=clips, keys=_read_curves(record["keys"]), **curves, **common)
        base = None if record["base"] is None else self._source(record["base"])
        if base is not None and not isinstance(base, PoseSequence):
            raise InvalidValue(f"track {record['id']!r} has a motion for its base")
        return PointTrack(clips=clips, base=base, **curves, **common)

    def _clip(self, record: _Record) -> Clip:
        blend_in, blend_out, ease = record["blend"]
        cut_in, cut_out = record["cut"]
        return Clip(
            record["id"], self._source(record["source"]), record["start"], record["length"],
            _ratio(record["first"]), _ratio(record["rate"]), record["extend"], bool(record["mirrored"]), blend_in, blend_out,
            ease, None if record["joints"] is None else frozenset(record["joints"]), record["name"], cut_in, cut_out,
        )  # fmt: skip

    def _source(self, name: str) -> Motion | PoseSequence:
        if name not in self._sources:
            record = self._record["sources"][name]
            fps, meta = _ratio(record["fps"]), _plain_mapping(record["meta"])
            if "rotations" in record:
                rotations, translation = self._arrays[record["rotations"]], self._arrays[record["translation"]]
                self._sources[name] = Motion(rotations, translation, performer(), fps, meta)
            else:
                self._sources[name] = PoseSequence(
                    self._arrays[record["points"]], self._arrays[record["confidence"]], catalogue[record["skeleton"]],
                    fps, tuple(record["size"]), meta, self._frame_meta(record["frame_meta"]),
                )  # fmt: skip
        return self._sources[name]

    def _frame_meta(self, record: _Record) -> dict[str, Any]:
        return {
            name: self._arrays[entry["array"]] if "array" in entry else tuple(entry["values"]) for name, entry in record.items()
        }


def _ratio(text: str) -> Fraction:
    """A fraction as it was written. A power of ten in it could take hours to work out."""
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,18}(/[0-9]{1,18})?", text):
        raise InvalidValue(f"{text!r:.40} is no fraction")
    return Fraction(text)


def _read_curves(record: _Record) -> dict[str, Curve]:
    return {joint: Curve(tuple(_read_key(row) for row in rows)) for joint, rows in record.items()}


def _read_key(row: list[Any]) -> Key:
    frame, values, kind, *rest = row
    if not isinstance(frame, int):
        raise InvalidValue(f"a key at frame {frame!r}")
    if not rest:
        return Key(frame, tuple(map(float, values)), Interval(kind))
    if kind == "bezier":
        handles = tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in rest[0])
        return Key(frame, tuple(map(float, values)), Interval(kind, handles=handles))
    start, end = rest[0]
    return Key(frame, tuple(map(float, values)), Interval(kind, float(start), float(end)))
