"""DWPose and its kin by ONNX Runtime: YOLOX finds people, a whole-body model with SimCC outputs finds their joints.

The files are `yolox_l.onnx` and `dw-ll_ucoco_384.onnx` in the folder of models; another RTMPose-like model of the 133 joints of
COCO-WholeBody may take the latter's place. Sizes of inputs and the fineness of SimCC are read off the models. What happens
before and after them is what DWPose's own code does, to the same floating-point numbers, so that its users get its results:

- Finding: the picture, as RGB, in the upper left corner of a square of grey 114, its values as they are, 0 to 255; boxes of the
  class "person" scored above 0.3, overlapping at most 0.45.
- Posing: a box widened to 1.25 and to the shape of the model's input, cut out by an affine warp, normalised by ImageNet's mean
  and deviation; the place of a joint is the first maximum along x and along y, its score the smaller of the two maxima. Scores
  may exceed 1.
- Where nobody is found the whole picture is posed. Then, unlike there, nobody is told of whose joints none is scored above 0.3.
- The neck is the mean of the shoulders; its confidence is 1 if both are scored above 0.3, else 0.

Constants: DWPose's wholebody detector.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import installing, models
from poseforge.detect import Kind, Person, Picture
from poseforge.errors import FileProblem, FormatError, InvalidValue, MissingDependency, PoseForgeError
from poseforge.options import check, one_of
from poseforge.skeleton import catalogue, wholebody_134

_GREY = 114
_STRIDES = (8, 16, 32)
_CLASSES = 80
_SURE, _OVERLAP = 0.3, 0.45
_ROOM = 1.25
_MEAN, _DEVIATION = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])
_NORMAL = ((np.arange(256)[:, None] - _MEAN) / _DEVIATION).astype(np.float32).T.copy()
"""(3, 256) of each channel, what every value becomes."""

_AROUND = 1.25
"""How much larger than its joints a person is: no joint is on the crown of the head. As rtmlib follows people."""

_FARTHEST = 1e6
"""Boxes that reach farther are no boxes, in pixels: a model that has lost its numbers."""

_LARGEST = 4096
"""No model takes pictures with longer sides; a damaged one may say so."""

_MOST_AT_ONCE = 16
"""People in one run: more gain nothing and take memory."""

_COCO = catalogue["coco-wholebody-133"]
_NECK = wholebody_134.index("neck")
_SHOULDERS = [_COCO.index("left_shoulder"), _COCO.index("right_shoulder")]
_ORDER = np.array([_COCO.index(joint) if joint in _COCO else 0 for joint in wholebody_134.joints])

_ENGINES = {
    "cuda": ("CUDAExecutionProvider", "NVIDIA GPU (CUDA)"),
    "directml": ("DmlExecutionProvider", "GPU (DirectML)"),
    "coreml": ("CoreMLExecutionProvider", "Apple's engines (Core ML)"),
    "tensorrt": ("TensorrtExecutionProvider", "NVIDIA GPU (TensorRT)"),
    "cpu": ("CPUExecutionProvider", "CPU"),
}
"""By preference. TensorRT only if asked for: it takes minutes to build an engine of a model before the first picture."""

Floats = NDArray[np.float64]
Numbers = NDArray[np.float32]
_Region = tuple[Floats, Floats]
"""(2,) the middle and (2,) the size of what is cut out of a picture."""


@dataclass(frozen=True)
class Options:
    """What can be chosen.

    Attributes:
        model: another whole-body model with SimCC outputs; None takes DWPose's.
        every: people are looked for in every so manieth picture and followed by their joints in between.
        engine: what to compute on, if it is there; auto takes the best but TensorRT, which needs minutes to begin.
    """

    model: str | Path | None = None
    every: int = 1
    engine: str = one_of("auto", "auto", *_ENGINES)

    def __post_init__(self) -> None:
        """Raises InvalidValue for a word that is not known, or what is no number of pictures."""
        check(self)
        if type(self.every) is not int or self.every < 1:
            raise InvalidValue(f"every {self.every!r:.40}; expected a number of pictures, 1 or more")


class _Model:
    """An ONNX model of pictures of one size, tried out once.

    Attributes:
        engine: the name of what it computes on.
        height, width: of the pictures that it takes.
        at_once: how many of them it takes in one run.
        example: the shapes of what it says of one.
    """

    def __init__(self, path: Path, engine: str) -> None:
        """Raises FormatError if the file holds no model of pictures of one size."""
        self.path = path
        self._open({"auto": ["cuda", "directml", "coreml"], "tensorrt": ["tensorrt", "cuda"]}.get(engine, [engine]))
        one = np.zeros((1, 3, self.height, self.width), dtype=np.float32)
        try:
            said = self.run(one)
        except PoseForgeError as error:
            if self.engine == "cpu":
                raise FormatError(path, f"is a model that cannot be run: {error}") from None
            self._open(["cpu"])  # a driver or a library is there and does not work
            said = self.run(one)
        self.example = [out.shape for out in said]

    def _open(self, wanted: list[str]) -> None:
        self.session = _session(self.path, wanted)
        provider = self.session.get_providers()[0]
        self.engine = next((name for name, (known, _) in _ENGINES.items() if known == provider), "cpu")
        inputs: list[tuple[str, str, list[Any]]]
        try:
            inputs = [(one.name, one.type, list(one.shape)) for one in self.session.get_inputs()]
        except UnicodeDecodeError:
            raise FormatError(self.path, "is damaged: its names are no text.") from None
        self._input, type_, shape = inputs[0] if inputs else ("", "", [])
        sized = len(shape) == 4 and shape[1] == 3 and all(isinstance(side, int) and 0 < side <= _LARGEST for side in shape[2:])
        if len(inputs) != 1 or type_ != "tensor(float)" or not sized:
            found = ", ".join(f"{kind} {_words(sides)}" for _, kind, sides in inputs) or "nothing"
            raise FormatError(self.path, f"takes {found}; expected one tensor(float) (n, 3, height, width).", code="shape")
        self.height, self.width = shape[2:]
        # TensorRT builds another engine for another number of pictures.
        self.at_once = 1 if isinstance(shape[0], int) or self.engine == "tensorrt" else _MOST_AT_ONCE

    def run(self, pictures: Numbers) -> list[NDArray[Any]]:
        """What it says of (N, 3, H, W) pictures. PoseForgeError if it fails."""
        try:
            said: list[NDArray[Any]] = self.session.run(None, {self._input: pictures})
        except Exception as error:  # memory, drivers: ONNX Runtime has no family of its own for them
            raise PoseForgeError(f"{self.path}: {_ENGINES[self.engine][1]} failed: {_first_line(error)}") from None
        return said

    def unfit(self, expected: str) -> FormatError:
        found = ", ".join(map(_words, self.example))
        return FormatError(self.path, f"gives {found}; expected {expected}.", code="shape")


def _words(shape: Sequence[Any]) -> str:
    return f"({', '.join(str(side) for side in shape)})"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _session(path: Path, wanted: list[str]) -> Any:
    """A session on the first of the wanted engines that works here, else on the CPU, without a word about those that do not."""
    try:
        import onnxruntime
    except ImportError as error:  # a library of the system that it needs
        raise MissingDependency(
            f"ONNX Runtime cannot be loaded ({_first_line(error)}): {installing.command('detect')}"
        ) from None
    there = onnxruntime.get_available_providers()
    asked = [_ENGINES[name][0] for name in wanted if name != "cpu" and _ENGINES[name][0] in there]
    settings: dict[str, dict[str, Any]] = {
        # The default would measure every algorithm again for each number of people.
        "CUDAExecutionProvider": {"cudnn_conv_algo_search": "HEURISTIC"},
        "TensorrtExecutionProvider": {"trt_engine_cache_enable": True, "trt_engine_cache_path": str(path.parent / "tensorrt")},
    }
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    if "DmlExecutionProvider" in asked:
        options.enable_mem_pattern = False  # which DirectML cannot do
    providers = [(name, settings.get(name, {})) for name in (*asked, "CPUExecutionProvider")]
    onnxruntime.set_default_logger_severity(4)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            if "CUDAExecutionProvider" in asked and hasattr(onnxruntime, "preload_dlls"):
                onnxruntime.preload_dlls()  # CUDA's libraries may be in Python packages
            return onnxruntime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:  # ONNX Runtime's are RuntimeErrors of many kinds
        raise FormatError(
            path,
            f"is no model that ONNX Runtime can read ({path.stat().st_size:,} bytes): {_first_line(error)}",
            "`poseforge models verify` tells whether a fetched file is whole.",
        ) from None
    finally:
        onnxruntime.set_default_logger_severity(2)


class _Finder:
    """YOLOX: the boxes of people in a picture."""

    def __init__(self, path: Path, engine: str) -> None:
        self.model = _Model(path, engine)
        height, width = self.model.height, self.model.width
        cells = [np.meshgrid(np.arange(width // stride), np.arange(height // stride)) for stride in _STRIDES]
        self._cells = np.concatenate([np.stack([x.ravel(), y.ravel()], axis=1) for x, y in cells])
        self._strides = np.concatenate([np.full(x.size, stride) for stride, (x, _) in zip(_STRIDES, cells, strict=True)])
        expected = (1, len(self._cells), 5 + _CLASSES)
        if self.model.example != [expected]:
            raise self.model.unfit(f"{_words(expected)}, as YOLOX for {_CLASSES} classes")
        self._blob = np.full((1, 3, height, width), _GREY, dtype=np.float32)
        self._filled = (height, width)

    def boxes(self, picture: Picture) -> Floats:
        """(N, 4) left, top, right, bottom of the people in a picture, in its pixels, those scored best first."""
        scale = self._letterbox(picture)
        (said,) = self.model.run(self._blob)
        scores = said[0, :, 4] * said[0, :, 5]
        # Boxes that DWPose drops afterwards suppress none that it keeps, so they may go at once.
        kept = np.flatnonzero(scores.astype(np.float64) > _SURE)
        strides = self._strides[kept, None]
        with np.errstate(over="ignore", invalid="ignore"):
            middle = ((said[0, kept, :2] + self._cells[kept]) * strides).astype(np.float32)
            size = (np.exp(said[0, kept, 2:4]) * strides).astype(np.float32)
            found = np.concatenate([middle - size / 2, middle + size / 2], axis=1) / np.float32(scale)
            sound = (np.abs(found) < _FARTHEST).all(axis=1)
            found, scores = found[sound], scores[kept][sound]
            return np.asarray(found[_apart(found, scores)], dtype=np.float64)

    def _letterbox(self, picture: Picture) -> float:
        """Put a picture into the model's input. Gives by how much it was scaled."""
        import cv2

        model = self.model
        scale = float(min(model.height / picture.shape[0], model.width / picture.shape[1]))
        height, width = (max(1, int(side * scale)) for side in picture.shape[:2])
        if (height, width) != self._filled:
            self._blob[:] = _GREY
            self._filled = (height, width)
        small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
        for channel, values in enumerate(cv2.split(small)):
            self._blob[0, channel, :height, :width] = values
        return scale


def _apart(boxes: Numbers, scores: Numbers) -> list[int]:
    """The boxes, best first, that do not overlap a better one by more than is usual; sides count their last pixel."""
    areas = (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)
    rest = scores.argsort()[::-1]
    kept: list[int] = []
    while rest.size:
        best, rest = int(rest[0]), rest[1:]
        kept.append(best)
        low, high = np.maximum(boxes[best, :2], boxes[rest, :2]), np.minimum(boxes[best, 2:], boxes[rest, 2:])
        width, height = np.maximum(0.0, high - low + 1).T
        shared = width * height
        rest = rest[shared / (areas[best] + areas[rest] - shared) <= _OVERLAP]
    return kept


class _Poser:
    """A whole-body model: the joints of people whose boxes are known."""

    def __init__(self, path: Path, engine: str) -> None:
        self.model = model = _Model(path, engine)
        joints, shapes = len(_COCO), model.example
        self._fine = shapes[0][2] / model.width if len(shapes) == 2 and len(shapes[0]) == 3 else 0.0
        if not self._fine or shapes != [(1, joints, round(side * self._fine)) for side in (model.width, model.height)]:
            sides = f"(n, {joints}, {model.width} s) and (n, {joints}, {model.height} s)"
            raise model.unfit(f"{sides} with one s, as SimCC of the {joints} joints of COCO-WholeBody")
        self._blob = np.empty((0, 3, model.height, model.width), dtype=np.float32)

    def people(self, pictures: Sequence[Picture], boxes: Sequence[Floats]) -> list[list[Person]]:
        """The people in the (N, 4) boxes of each picture, in their order; where there is no box, in the whole picture."""
        shape = self.model.width / self.model.height
        cut: list[tuple[int, _Region]] = []
        for number, (picture, known) in enumerate(zip(pictures, boxes, strict=True)):
            height, width = picture.shape[:2]
            around = known if len(known) else np.array([[0.0, 0.0, width, height]])
            cut += [(number, _region(box, shape)) for box in around]
        found: list[list[Person]] = [[] for _ in pictures]
        for first in range(0, len(cut), self.model.at_once):
            group = cut[first : first + self.model.at_once]
            blob = self._room(len(group))
            for crop, (number, region) in zip(blob, group, strict=True):
                _cut_out(pictures[number], region, crop)
            for (number, _), joints in zip(group, self._joints(blob, [region for _, region in group]), strict=True):
                person = _hub(joints)
                if len(boxes[number]) or (person[:, 2] > _SURE).any():
                    found[number].append(person)
        return found

    def _room(self, count: int) -> Numbers:
        """Memory for some inputs, the same again and again: fresh pages take as long as what is done with them."""
        if count > len(self._blob):
            self._blob = np.empty((count, 3, self.model.height, self.model.width), dtype=np.float32)
        return self._blob[:count]

    def _joints(self, blob: Numbers, regions: list[_Region]) -> Floats:
        """(N, 133, 3) places in the pictures, and scores."""
        outputs = self.model.run(blob)
        at = np.stack([out.argmax(axis=2) for out in outputs], axis=-1).astype(np.float32) / np.float32(self._fine)
        scores = np.minimum(*(out.max(axis=2) for out in outputs))
        middles, sizes = (np.array(part)[:, None] for part in zip(*regions, strict=True))
        places = at / np.array([self.model.width, self.model.height]) * sizes + middles - sizes / 2
        return np.concatenate([places, scores[..., None]], axis=-1)


def _region(box: Floats, shape: float) -> _Region:
    """What is cut out for a box, its width to its height as `shape` says."""
    left, top, right, bottom = box
    width, height = (right - left) * _ROOM, (bottom - top) * _ROOM
    size = (width, width / shape) if width > height * shape else (height * shape, height)
    return np.array([(left + right) * 0.5, (top + bottom) * 0.5]), np.array(size)


def _cut_out(picture: Picture, region: _Region, crop: Numbers) -> None:
    """Fill a (3, H, W) crop with a region of a picture, normalised; black where it reaches beyond.

    The map is that of three points, in float32 as in DWPose's code: the middle, what is above it by half the width, and what is
    left of that by as much.
    """
    import cv2

    middle, (reach, _) = region
    _, height, width = crop.shape

    def corners(centre: Floats, arm: float) -> Numbers:
        points = np.empty((3, 2), dtype=np.float32)
        points[0] = centre
        points[1] = centre - np.array([0.0, arm])
        down = points[0] - points[1]
        points[2] = points[1] + np.array([-down[1], down[0]], dtype=np.float32)
        return points

    target = corners(np.array([width * 0.5, height * 0.5]), width * 0.5)
    warp = cv2.getAffineTransform(corners(middle, reach * 0.5), target)
    cut: Picture = np.asarray(cv2.warpAffine(picture, warp, (width, height), flags=cv2.INTER_LINEAR), dtype=np.uint8)
    for channel, table in enumerate(_NORMAL):
        np.take(table, cut[..., channel], out=crop[channel], mode="clip")


def _hub(joints: Floats) -> Person:
    """A (134, 3) person of (133, 3) joints of COCO-WholeBody; what has no score above 0 is missing."""
    person: Person = joints[_ORDER]
    both = joints[_SHOULDERS]
    person[_NECK] = *both[:, :2].mean(axis=0), (both[:, 2] > _SURE).all()
    known = np.isfinite(joints).all(axis=1) & (joints[:, 2] > 0)
    gone = ~known[_ORDER]
    gone[_NECK] = not known[_SHOULDERS].all()
    person[gone] = np.nan, np.nan, 0.0
    return person


class DWPose:
    """The detector. See `poseforge.detect.Detector`."""

    def __init__(self, finder: Path, poser: Path, options: Options) -> None:
        self._finder, self._poser = _Finder(finder, options.engine), _Poser(poser, options.engine)
        self._every, self._seen = options.every, 0
        self._boxes = np.zeros((0, 4))
        used = self._poser.model.engine
        self.engine = _ENGINES[used][1]
        if options.engine not in ("auto", used):
            self.engine += f"; {_ENGINES[options.engine][1]} cannot be used here"

    def people(self, pictures: Sequence[Picture]) -> list[list[Person]]:
        """The people in each picture, the largest first. PoseForgeError where the engine fails, InvalidValue for no picture."""
        sound = [_checked(picture) for picture in pictures]
        if self._every == 1:
            return self._poser.people(sound, [_by_size(self._finder.boxes(picture)) for picture in sound])
        return [self._followed(picture) for picture in sound]

    def _followed(self, picture: Picture) -> list[Person]:
        """The people in one picture, looked for only if it is time or nobody was there before."""
        if self._seen % self._every == 0 or not len(self._boxes):
            self._boxes = _by_size(self._finder.boxes(picture))
        people = self._poser.people([picture], [self._boxes])[0]
        self._seen += 1
        around = [box for box in map(_around, people) if box is not None]
        self._boxes = _by_size(np.array(around).reshape(-1, 4))
        return people

    def restart(self) -> None:
        self._seen, self._boxes = 0, np.zeros((0, 4))

    def close(self) -> None:
        self._finder.model.session = self._poser.model.session = None


def _checked(picture: Any) -> Picture:
    if not (isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3):
        raise InvalidValue("a picture to find people in is (H, W, 3) RGB of uint8")
    if not picture.size:
        raise InvalidValue(f"a picture of {picture.shape[1]}x{picture.shape[0]} pixels; there is nothing to find in it")
    return np.ascontiguousarray(picture)


def _by_size(boxes: Floats) -> Floats:
    """The boxes, the largest first."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    ordered: Floats = boxes[np.argsort(-areas, kind="stable")]
    return ordered


def _around(person: Person) -> Floats | None:
    """(4,) the box in which somebody is looked for in the next picture; None for who is lost."""
    sure = person[person[:, 2] > _SURE, :2]
    if not len(sure):
        return None
    low, high = sure.min(axis=0), sure.max(axis=0)
    more = (high - low) * (_AROUND - 1) / 2
    return np.asarray(np.concatenate([low - more, high + more]))


_FINDER, _POSER = "yolox_l.onnx", "dw-ll_ucoco_384.onnx"


def _open(options: Options) -> DWPose:
    if find_spec("onnxruntime") is None:
        raise MissingDependency(_missing())
    finder = models.find("dwpose", _FINDER)
    poser = Path(options.model) if options.model is not None else models.find("dwpose", _POSER)
    if not poser.is_file():
        raise FileProblem(f"{poser}: no such file; give the path of an ONNX model")
    return DWPose(finder, poser, options)


def _missing() -> str:
    if find_spec("onnxruntime") is None:
        return f"DWPose needs ONNX Runtime: {installing.command('detect')}"
    files = models.missing("dwpose")
    if files:
        names = " and ".join(file.place.name for file in files)
        return f"no {names} in {files[0].place.parent}; `poseforge models fetch dwpose` fetches what is missing"
    return ""


KIND = Kind("dwpose", "DWPose (ONNX Runtime)", Options, _open, _missing)
