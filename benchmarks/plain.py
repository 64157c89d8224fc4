"""The official steps in their plain form: the yardstick for speed, and with OpenCV below 4.13 a second opinion on bytes.

Frame by frame: load with NumPy, colours with matplotlib, draw the hands with the short side at 800 pixels, resize, exchange
channels, paste, through a PIL picture, stack. Needs matplotlib.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import matplotlib.colors
import numpy as np
from PIL import Image

BONES = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (0, 9), (9, 10), (10, 11), (11, 12), (0, 13),
         (13, 14), (14, 15), (15, 16), (0, 17), (17, 18), (18, 19), (19, 20)]  # fmt: skip


def draw_hands(canvas: np.ndarray, hands: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Bones, then joints, hand after hand."""
    height, width = canvas.shape[:2]
    for points, weights in zip(hands, scores, strict=True):
        for number, (a, b) in enumerate(BONES):
            x1, y1, x2, y2 = (int(v) for v in (points[a][0] * width, points[a][1] * height,
                                               points[b][0] * width, points[b][1] * height))  # fmt: skip
            score = int(weights[a] * weights[b] * 255)
            if min(x1, y1, x2, y2) > 0:
                color = matplotlib.colors.hsv_to_rgb([number / 20, 1.0, 1.0]) * score
                cv2.line(canvas, (x1, y1), (x2, y2), tuple(color), thickness=2)
        for point, weight in zip(points, weights, strict=True):
            x, y = int(point[0] * width), int(point[1] * height)
            if x > 0 and y > 0:
                cv2.circle(canvas, (x, y), 4, (0, 0, int(weight * 255)), thickness=-1)
    return canvas


def pose_map(frame: dict[str, Any]) -> np.ndarray:
    """(768, 768, 3) RGB uint8 of one frame's dict."""
    rows, columns, top, bottom, left, right = frame["draw_pose_params"]
    scale = 800 / min(rows, columns)
    canvas = np.zeros((int(rows * scale), int(columns * scale), 3), dtype=np.uint8)
    drawn = cv2.resize(draw_hands(canvas, frame["hands"], frame["hands_score"]), (columns, rows))
    whole = np.zeros((768, 768, 3), dtype=np.uint8)
    whole[top:bottom, left:right] = cv2.cvtColor(drawn, cv2.COLOR_BGR2RGB)
    return np.array(Image.fromarray(whole).convert("RGB"))


def load(folder: Path, number: int) -> dict[str, Any]:
    return np.load(folder / f"{number}.npy", allow_pickle=True).item()  # the very risk PoseForge's reader avoids


def stack(folder: Path, frames: int) -> np.ndarray:
    """(T, 768, 768, 3) uint8."""
    return np.stack([pose_map(load(folder, i)) for i in range(frames)])


def tensor(folder: Path, frames: int) -> Any:
    """(1, 3, T, 768, 768) float32 in 0..1."""
    import torch

    planes = [torch.tensor(pose_map(load(folder, i)), dtype=torch.float32).permute(2, 0, 1) / 255.0 for i in range(frames)]
    return torch.stack(planes, dim=1).unsqueeze(0)
