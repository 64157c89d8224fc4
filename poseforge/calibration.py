"""Measured cameras from files: COLMAP's text models, or matrices in JSON.

- COLMAP: a folder with ``cameras.txt`` (CAMERA_ID MODEL WIDTH HEIGHT PARAMS) and ``images.txt``, in which every picture has a
  line IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME; the lines of points, which hold numbers alone, are not read. In the order
  of their names the pictures are the frames; one picture alone is a camera that stands still. Of its models those without
  distortion are read: SIMPLE_PINHOLE (f, cx, cy) and PINHOLE (fx, fy, cx, cy).
- JSON: {"K": 3 x 3, "R": 3 x 3, "t": 3, "size": [width, height]}; with N times 3 x 3 and N times 3 in R and t, a frame each.

Both lead from the world to the axes x right, y down, z forward, with pixels from the picture's top left corner.

Source: COLMAP's documentation, "Output Format".
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from poseforge.camera import MeasuredCamera
from poseforge.detections import sound_size
from poseforge.errors import FormatError
from poseforge.records import natural, numbers, read_bytes, read_json
from poseforge.rotations import matrices

MAX_BYTES = 256 * 2**20
_MOST = 1e9
_NUMBER = re.compile(r"[-+0-9.eE]+")
_MODELS = {"SIMPLE_PINHOLE": (0, 0, 1, 2), "PINHOLE": (0, 1, 2, 3)}
"""Which parameters are focal lengths and centre in x and y."""

Floats = NDArray[np.float64]


def read_camera(path: Path) -> MeasuredCamera:
    """The camera of a COLMAP folder or a JSON file. Raises FormatError, FileProblem."""
    if path.is_dir():
        return _colmap(path)
    record = read_json(path, MAX_BYTES)
    gone = [name for name in ("K", "R", "t", "size") if not isinstance(record, dict) or name not in record]
    if gone:
        problem = f"has no {', '.join(gone)}; expected a camera's K, R, t and size, or a folder of COLMAP's text files."
        raise FormatError(path, problem, code="missing")
    lens = numbers(path, "K", record["K"], (3, 3), most=_MOST)
    turns = numbers(path, "R", record["R"], (3, 3), (-1, 3, 3), most=_MOST)
    ways = numbers(path, "t", record["t"], turns.shape[:-1], most=_MOST)
    size = numbers(path, "size", record["size"], (2,))
    return _camera(path, turns, ways, lens[[0, 1], [0, 1]], lens[:2, 2], (size[0], size[1]))


def _colmap(folder: Path) -> MeasuredCamera:
    cameras = {fields[0]: fields for fields in _lines(folder / "cameras.txt") if len(fields) >= 7}
    pictures = [fields for fields in _lines(folder / "images.txt") if len(fields) >= 10 and not _NUMBER.fullmatch(fields[9])]
    if not cameras or not pictures:
        raise FormatError(folder, "has no camera in cameras.txt, or no picture in images.txt.", code="missing")
    pictures.sort(key=lambda fields: natural(" ".join(fields[9:])))
    views = {fields[8] for fields in pictures}
    if len(views) > 1 or not views <= cameras.keys():
        problem = f"has pictures of camera {', '.join(sorted(views))}; expected one that is in cameras.txt."
        raise FormatError(folder / "images.txt", problem, code="camera")
    _, model, *fields = cameras[pictures[0][8]]
    file = folder / "cameras.txt"
    if model not in _MODELS:
        problem = f"has a camera of model {model!r:.40}; read are {', '.join(_MODELS)}."
        raise FormatError(file, problem, "Undistort the pictures (colmap image_undistorter).", "camera")
    width, height, *lens = _floats(file, [fields])[0]
    if len(lens) <= max(_MODELS[model]):
        raise FormatError(file, f"has a {model} with {len(lens)} parameters.", code="shape")
    fx, fy, cx, cy = (lens[i] for i in _MODELS[model])
    poses = _floats(folder / "images.txt", [fields[1:8] for fields in pictures])
    turns = matrices(poses[:, [1, 2, 3, 0]] / np.linalg.norm(poses[:, :4], axis=1, keepdims=True).clip(1e-12))
    if len(poses) == 1:
        turns, poses = turns[0], poses[0]
    return _camera(folder, turns, poses[..., 4:], np.array([fx, fy]), np.array([cx, cy]), (width, height))


def _lines(path: Path) -> list[list[str]]:
    """The fields of each line that is no comment."""
    text = read_bytes(path, MAX_BYTES).decode("utf-8", "replace")
    return [line.split() for line in text.splitlines() if not line.startswith("#")]


def _floats(path: Path, rows: list[list[str]]) -> Floats:
    try:
        return numbers(path, "a camera", np.array(rows, dtype=np.float64), most=_MOST)
    except ValueError:
        raise FormatError(path, "has something else than numbers in a camera's line.", code="shape") from None


def _camera(
    path: Path, turns: Floats, ways: Floats, focal: Floats, center: Floats, size: tuple[float, float]
) -> MeasuredCamera:
    """A camera that can be one: a picture with a size, a lens with a length, rotations that turn and do nothing else."""
    width, height = map(int, size)
    if not sound_size(width, height) or not (focal > 0).all():
        raise FormatError(path, f"has pictures of {width} x {height} pixels, focal lengths {focal.tolist()}.", code="number")
    if not np.allclose(turns @ np.swapaxes(turns, -1, -2), np.eye(3), atol=1e-3) or (np.linalg.det(turns) < 0).any():
        raise FormatError(path, "has an R that is no rotation.", code="number")
    return MeasuredCamera(turns, ways, focal, center, (width, height))
