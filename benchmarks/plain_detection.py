"""DWPose's steps before and after its models in their plain form: the yardstick for speed, and a second opinion on numbers.

A model is a function from its input to the list of its outputs.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Model = Callable[[np.ndarray], list[np.ndarray]]


def find(picture: np.ndarray, model: Model) -> np.ndarray:
    """(N, 4) boxes of people: left, top, right, bottom."""
    ratio = min(640 / picture.shape[0], 640 / picture.shape[1])
    height, width = int(picture.shape[0] * ratio), int(picture.shape[1] * ratio)
    canvas = np.ones((640, 640, 3), dtype=np.uint8) * 114
    canvas[:height, :width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    output = model(np.ascontiguousarray(canvas.transpose(2, 0, 1), dtype=np.float32)[None])[0].copy()
    grids, strides = [], []
    for stride in (8, 16, 32):
        x, y = np.meshgrid(np.arange(640 // stride), np.arange(640 // stride))
        grids.append(np.stack((x, y), axis=2).reshape(1, -1, 2))
        strides.append(np.full((1, grids[-1].shape[1], 1), stride))
    grid, every = np.concatenate(grids, axis=1), np.concatenate(strides, axis=1)
    output[..., :2] = (output[..., :2] + grid) * every
    output[..., 2:4] = np.exp(output[..., 2:4]) * every
    middles, scores = output[0, :, :4], output[0, :, 4:5] * output[0, :, 5:]
    boxes = np.ones_like(middles)
    boxes[:, :2] = middles[:, :2] - middles[:, 2:] / 2.0
    boxes[:, 2:] = middles[:, :2] + middles[:, 2:] / 2.0
    boxes /= ratio
    kept = []
    for category in range(scores.shape[1]):
        valid = scores[:, category] > 0.1
        if valid.any():
            kept += [
                (*boxes[valid][i], scores[valid, category][i], category)
                for i in suppress(boxes[valid], scores[valid, category])
            ]
    people = [box for *box, score, category in kept if score > 0.3 and category == 0]
    return np.array(people, dtype=np.float64).reshape(-1, 4)


def suppress(boxes: np.ndarray, scores: np.ndarray) -> list[int]:
    left, top, right, bottom = boxes.T
    areas = (right - left + 1) * (bottom - top + 1)
    order, keep = scores.argsort()[::-1], []
    while order.size:
        first, others = order[0], order[1:]
        keep.append(int(first))
        wide = np.maximum(0.0, np.minimum(right[first], right[others]) - np.maximum(left[first], left[others]) + 1)
        high = np.maximum(0.0, np.minimum(bottom[first], bottom[others]) - np.maximum(top[first], top[others]) + 1)
        common = wide * high
        order = others[common / (areas[first] + areas[others] - common) <= 0.45]
    return keep


def third(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return b + np.array([-(a - b)[1], (a - b)[0]], dtype=np.float32)


def pose(picture: np.ndarray, boxes: np.ndarray, model: Model, size: tuple[int, int], split: float = 2.0) -> np.ndarray:
    """(N, 133, 3) places and scores of COCO-WholeBody's joints; of the whole picture if there are no boxes."""
    width, height = size
    if len(boxes) == 0:
        boxes = np.array([[0, 0, picture.shape[1], picture.shape[0]]])
    people = []
    for box in boxes:
        centre = (box[:2] + box[2:]) * 0.5
        scale = (box[2:] - box[:2]) * 1.25
        if scale[0] > scale[1] * (width / height):
            scale = np.array([scale[0], scale[0] / (width / height)])
        else:
            scale = np.array([scale[1] * (width / height), scale[1]])
        source, target = np.zeros((3, 2), dtype=np.float32), np.zeros((3, 2), dtype=np.float32)
        source[0], source[1] = centre, centre + np.array([0.0, scale[0] * -0.5])
        target[0], target[1] = (width * 0.5, height * 0.5), (width * 0.5, height * 0.5 - width * 0.5)
        source[2], target[2] = third(source[0], source[1]), third(target[0], target[1])
        warped = cv2.warpAffine(picture, cv2.getAffineTransform(source, target), (width, height), flags=cv2.INTER_LINEAR)
        normal = (warped - np.array([123.675, 116.28, 103.53])) / np.array([58.395, 57.12, 57.375])
        x, y = model(np.array([normal.transpose(2, 0, 1)], dtype=np.float32))
        at = np.stack([np.argmax(x[0], axis=1), np.argmax(y[0], axis=1)], axis=-1).astype(np.float32)
        best_x, best_y = np.amax(x[0], axis=1), np.amax(y[0], axis=1)
        score = np.where(best_x > best_y, best_y, best_x)
        at[score <= 0] = -1
        places = at / split / np.array(size) * scale + centre - scale / 2
        people.append(np.concatenate([places, score[:, None]], axis=1))
    return np.array(people)


def whole(people: np.ndarray) -> np.ndarray:
    """(N, 134, 3) of (N, 133, 3): the neck at 17, then the body in OpenPose's order."""
    neck = np.mean(people[:, [5, 6]], axis=1)
    neck[:, 2] = np.logical_and(people[:, 5, 2] > 0.3, people[:, 6, 2] > 0.3)
    result = np.insert(people, 17, neck, axis=1)
    result[:, [1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17]] = result[
        :, [17, 6, 8, 10, 7, 9, 12, 14, 16, 13, 15, 2, 1, 4, 3]
    ]
    return result
