"""Tiny ONNX models with the signatures of DWPose's two, which say what they were told to or find coloured dots. Needs onnx."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

JOINTS = 133
MARKERS = np.array(list(itertools.product(range(0, 256, 51), repeat=3)), dtype=np.uint8)[20 : 20 + JOINTS]
"""(133, 3) the colours of the dots that `marker_poser` takes for joints; neighbours are 51 apart."""

SPLIT = 2
_MEAN, _DEVIATION = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])


def _save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    values: Mapping[str, np.ndarray],
    shape: Sequence[int | str],
    outputs: Mapping[str, Sequence[int | str]],
) -> Path:
    graph = helper.make_graph(
        nodes,
        "standin",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, sides) for name, sides in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def _scattered(
    name: str, shape: Sequence[int], at: np.ndarray, what: np.ndarray
) -> tuple[list[onnx.NodeProto], dict[str, Any]]:
    """Nodes that make an array of zeros but for some entries, which takes next to no room."""
    nodes = [
        helper.make_node("ConstantOfShape", [f"{name}_shape"], [f"{name}_zeros"]),
        helper.make_node("ScatterND", [f"{name}_zeros", f"{name}_at", f"{name}_what"], [name]),
    ]
    values = {f"{name}_shape": np.array(shape, np.int64), f"{name}_at": at.astype(np.int64), f"{name}_what": what}
    return nodes, values


def finder(path: Path, found: Sequence[tuple[Sequence[float], float, int]], side: int = 640) -> Path:
    """A YOLOX that always says the same: boxes (left, top, right, bottom) in its input of `side` pixels, each with its score
    and class. Objectness and class share the score.
    """
    rows: dict[int, np.ndarray] = {}
    for (left, top, right, bottom), score, category in found:
        stride, first = 32, (side // 8) ** 2 + (side // 16) ** 2
        middle = np.array([left + right, top + bottom]) / 2
        cell = np.clip(middle // stride, 0, side // stride - 1).astype(int)
        number = first + cell[1] * (side // stride) + cell[0]
        while number in rows:  # a cell tells of one box, another cell may tell of any place
            cell[0] = (cell[0] + 1) % (side // stride)
            number = first + cell[1] * (side // stride) + cell[0]
        row = np.zeros(85, np.float32)
        row[:2], row[2:4] = middle / stride - cell, np.log(np.array([right - left, bottom - top]) / stride)
        row[4], row[5 + category] = np.sqrt(score), np.sqrt(score)
        rows[int(number)] = row
    count = sum((side // stride) ** 2 for stride in (8, 16, 32))
    at = np.array([[0, number] for number in rows]).reshape(-1, 2)
    nodes, values = _scattered("output", (1, count, 85), at, np.array(list(rows.values()), np.float32).reshape(-1, 85))
    return _save(path, nodes, values, (1, 3, side, side), {"output": (1, count, 85)})


def poser(
    path: Path,
    peaks: np.ndarray,
    scores: np.ndarray,
    size: tuple[int, int] = (288, 384),
    batch: int | str = "n",
    split: int = SPLIT,
) -> Path:
    """A pose model that always says the same: the joints at (133, 2) `peaks`, places of maxima along x and y, with (133, 2)
    `scores`, the maxima.
    """
    nodes: list[onnx.NodeProto] = [
        helper.make_node("Shape", ["input"], ["sides"], start=0, end=1),
        helper.make_node("Concat", ["sides", "joints"], ["copies"], axis=0),
    ]
    values: dict[str, np.ndarray] = {"joints": np.array([1, 1], np.int64)}
    outputs = {}
    for axis, name in enumerate(("simcc_x", "simcc_y")):
        bins = size[axis] * split
        at = np.stack([np.zeros(len(peaks)), np.arange(len(peaks)), peaks[:, axis]], axis=1)
        more, its = _scattered(f"one_{name}", (1, len(peaks), bins), at, scores[:, axis].astype(np.float32))
        nodes += [*more, helper.make_node("Expand", [f"one_{name}", "copies"], [name])]
        values |= its
        outputs[name] = (batch, len(peaks), bins)
    return _save(path, nodes, values, (batch, 3, size[1], size[0]), outputs)


def marker_poser(path: Path, size: tuple[int, int] = (192, 256), batch: int | str = "n") -> Path:
    """A pose model that finds a dot of each of the `MARKERS`: how near a pixel is to each colour, pooled, and the maxima."""
    colors = ((MARKERS - _MEAN) / _DEVIATION).astype(np.float32)
    values = {
        "weights": (2 * colors)[:, :, None, None],
        "bias": -(colors**2).sum(axis=1),
        "sharpness": np.array(20, np.float32),
        "twice": np.array([1, 1, SPLIT], np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["input", "weights", "bias"], ["products"]),
        helper.make_node("Mul", ["input", "input"], ["squares"]),
        helper.make_node("ReduceMean", ["squares"], ["mean_square"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean_square", "three"], ["square"]),
        helper.make_node("Sub", ["products", "square"], ["nearness"]),
        helper.make_node("Mul", ["nearness", "sharpness"], ["sharp"]),
        helper.make_node("Exp", ["sharp"], ["alike"]),
        helper.make_node("AveragePool", ["alike"], ["once"], kernel_shape=[5, 5], pads=[2, 2, 2, 2]),
        helper.make_node("AveragePool", ["once"], ["pooled"], kernel_shape=[5, 5], pads=[2, 2, 2, 2]),  # no plateau
    ]
    values["three"] = np.array(3, np.float32)
    for name, axis in (("simcc_x", 2), ("simcc_y", 3)):
        nodes.append(helper.make_node("ReduceMax", ["pooled"], [f"{name}_short"], axes=[axis], keepdims=0))
        nodes.append(helper.make_node("Resize", [f"{name}_short", "", "twice"], [name], mode="nearest"))
    outputs = {name: (batch, JOINTS, side * SPLIT) for name, side in zip(("simcc_x", "simcc_y"), size, strict=True)}
    return _save(path, nodes, values, (batch, 3, size[1], size[0]), outputs)
