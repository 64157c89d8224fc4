"""Pose maps: the pictures a model is conditioned on, byte for byte.

Every output is made of *patches*: for each frame the rectangles that hold strokes, everything else being black. An array, a
tensor or an iterator only differ in where the patches are pasted. The EchoMimicV2 style draws on a canvas whose short side
has 800 pixels and shrinks it with bilinear interpolation; 800 to 768 is 25 to 24, and since each block of 25 pixels makes
its own block of 24, only the blocks around the hands need shrinking.

Order, colours and thresholds are EchoMimicV2's `draw_pose_select_v2` and DWPose's drawing, as measured on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import prod
from operator import index as as_index
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from poseforge import installing
from poseforge.align import shared_placements
from poseforge.errors import InvalidValue, MissingDependency
from poseforge.formats import as_people
from poseforge.render.strokes import Canvas, Color, limb, line
from poseforge.render.styles import STEPS, Style, get_style
from poseforge.retarget import to_hub
from poseforge.sequence import SIZE, PoseSequence
from poseforge.skeleton import wholebody_134

if TYPE_CHECKING:
    import torch

_CHUNK = 64
"""Frames whose pixel coordinates are worked out at once: enough for NumPy to be fast, little enough to stay in the cache."""

_BODY = wholebody_134.group("body")
_FACE = wholebody_134.group("face")
_HANDS = [wholebody_134.group("left_hand"), wholebody_134.group("right_hand")]
_LIMBS = wholebody_134.bones[:17]
_TOES = np.array([[wholebody_134.index(f"{side}_{toe}_toe") for toe in ("big", "small")] for side in ("left", "right")])
_NECK, _SHOULDERS = wholebody_134.index("neck"), [wholebody_134.index(f"{side}_shoulder") for side in ("left", "right")]
_TOE_LIMBS = [(13, 18), (10, 19)]
"""From the ankles to the toes that follow the 18 body joints."""

_HAND_BONES = [(a - 92, b - 92) for a, b in wholebody_134.bones if 92 <= a < 113]
_BODY_COLORS: list[Color] = [
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0), (0, 255, 85),
    (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255),
    (255, 0, 170), (255, 0, 85),
]  # fmt: skip
_FULL_SCORE = 2560
"""From this score * 255 on, even a bone's weakest channel (0.1) is at 255."""

_SOURCE_BLOCK, _TARGET_BLOCK = 25, 24
_MAX_SIDE = 8192

People = PoseSequence | Sequence[PoseSequence]


class Patch(NamedTuple):
    """Strokes at rows from `top` and columns from `left` of the map: (h, w, 3) RGB uint8."""

    top: int
    left: int
    pixels: Canvas


def render(people: People, style: str | Style = "echomimic", size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """The pose maps of all frames: (T, H, W, 3) RGB uint8.

    `people` is one sequence or several of the same length; `style` a style or its name; `size` (width, height) in pixels.
    Where the sequence carries `draw_pose_params` they place it; otherwise it fills the map as far as its proportions allow.
    Raises InvalidValue for 3D points, an unknown style, or a placement that leaves the canvas.
    """
    several = as_people(people)
    size = _map_size(size)
    maps = np.zeros((len(several[0]), size[1], size[0], 3), dtype=np.uint8)
    for frame, patches in zip(maps, _patches(several, style, size), strict=True):
        _paste(patches, frame)
    return maps


def iter_render(people: People, style: str | Style = "echomimic", size: tuple[int, int] = SIZE) -> Iterator[NDArray[np.uint8]]:
    """The same maps as `render`, one (H, W, 3) array at a time; memory does not grow with the number of frames."""
    size = _map_size(size)
    for patches in _patches(as_people(people), style, size):
        frame = np.zeros((size[1], size[0], 3), dtype=np.uint8)
        _paste(patches, frame)
        yield frame


def render_tensor(
    people: People,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
    style: str | Style = "echomimic",
    size: tuple[int, int] = SIZE,
) -> torch.Tensor:
    """The pose maps as EchoMimicV2's pose encoder takes them: a (1, 3, T, H, W) tensor, RGB in 0..1 (byte / 255).

    `dtype` is float32 if None. Raises MissingDependency without torch, otherwise what `render` raises.
    """
    try:
        import torch
    except ImportError:
        raise MissingDependency(f"tensors need torch: {installing.command('animate')}") from None
    several = as_people(people)
    size = _map_size(size)
    kind = dtype or torch.float32
    shape = (1, 3, len(several[0]), size[1], size[0])
    # Black costs nothing: NumPy's zeros are pages that the system has cleared already, torch.zeros would write each of them.
    tensor = torch.from_numpy(np.zeros(prod(shape) * kind.itemsize, dtype=np.uint8)).view(kind).view(shape)
    for t, patches in enumerate(_patches(several, style, size)):
        for top, left, pixels in patches:
            planes = torch.from_numpy(pixels).permute(2, 0, 1).to(kind).div_(255)
            tensor[0, :, t, top : top + pixels.shape[0], left : left + pixels.shape[1]] = planes
    return tensor.to(device)


def _map_size(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) as two ints. InvalidValue if a map cannot have that size."""
    try:
        width, height = (as_index(side) for side in size)
    except (TypeError, ValueError):
        raise InvalidValue(f"a map size of {size!r}; expected (width, height) in pixels") from None
    if not (1 <= width <= _MAX_SIDE and 1 <= height <= _MAX_SIDE):
        raise InvalidValue(f"a map of {width}x{height} pixels; expected 1 to {_MAX_SIDE} a side")
    return width, height


def _paste(patches: list[Patch], frame: Canvas) -> None:
    for top, left, pixels in patches:
        frame[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels


def _patches(people: tuple[PoseSequence, ...], style: str | Style, size: tuple[int, int]) -> Iterator[list[Patch]]:
    """For each frame the patches of its map."""
    look = get_style(style)
    if any(person.points.shape[2] != 2 for person in people):
        raise InvalidValue("pose maps need 2D points; project the 3D ones with a Camera first")
    hubs = [to_hub(person) for person in people]
    drawer: _Drawer | None = None
    for start in range(0, len(people[0]), _CHUNK):
        chunk = [hub[start : start + _CHUNK] for hub in hubs]
        places = shared_placements(chunk, size)
        shapes = [(rows, columns) for rows, columns, *_ in places]
        for first, last in _equal_runs(shapes):
            if drawer is None or drawer.shape != shapes[first]:
                drawer = _Drawer(look, shapes[first])
            drawn = drawer.draw([hub[first:last] for hub in chunk])
            for (_, _, top, _, left, _), patches in zip(places[first:last], drawn, strict=True):
                yield [Patch(top + patch.top, left + patch.left, patch.pixels) for patch in patches]


def _equal_runs(values: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches of equal entries, as (first, last + 1)."""
    first = 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[first]:
            yield first, i
            first = i


@cache
def _bone_colors(swap: bool) -> list[list[Color]]:
    """For each of the 20 bones of a hand its colour at each score * 255: hue i / 20, brightness by score."""
    scores = np.arange(_FULL_SCORE + 1)[:, None]
    tables = []
    for bone in range(20):
        hue = bone / 20 * 6.0
        sector, rest = int(hue), hue - int(hue)
        rgb = [(1, rest, 0), (1 - rest, 1, 0), (0, 1, rest), (0, 1 - rest, 1), (rest, 0, 1), (1, 0, 1 - rest)][sector]
        channels = np.minimum(np.rint(np.array(rgb[::-1] if swap else rgb) * scores), 255).astype(int)
        tables.append([(r, g, b) for r, g, b in channels.tolist()])
    return tables


class _Drawer:
    """Draws the frames of people in one style, for patches of one (rows, columns) shape."""

    def __init__(self, style: Style, shape: tuple[int, int]) -> None:
        self.shape = shape
        rows, columns = shape
        scale = style.enlarged(shape)
        self.canvas: Canvas = np.zeros((int(rows * scale), int(columns * scale), 3), dtype=np.uint8)
        self.style = style.drawn_on((self.canvas.shape[0], self.canvas.shape[1]))
        self.by_blocks = (
            self.canvas.shape[0] * _TARGET_BLOCK == rows * _SOURCE_BLOCK
            and self.canvas.shape[1] * _TARGET_BLOCK == columns * _SOURCE_BLOCK
        )

    def draw(self, people: list[PoseSequence]) -> Iterator[list[Patch]]:
        """For each frame its patches, relative to the placement."""
        hands = _Hands(people, self.style, self.canvas) if self.style.hands else None
        whole = (0, 0, self.canvas.shape[1], self.canvas.shape[0])
        by_hand = (
            hands and not self.style.body and not self.style.face and (self.by_blocks or self.canvas.shape[:2] == self.shape)
        )
        for t in range(len(people[0])):
            if self.style.body:
                self._body(people, t)
            if hands:
                hands.draw(t)
            if self.style.face:
                self._face(people, t)
            boxes = [box for box in hands.boxes[t] if box is not None] if hands and by_hand else [whole]
            yield [self._cut(box) for box in boxes]
            for left, top, right, bottom in boxes:
                self.canvas[top:bottom, left:right] = 0

    def _cut(self, box: tuple[int, int, int, int]) -> Patch:
        """The strokes in a box (left, top, right, bottom) of the canvas, at the size of the patch."""
        rows, columns = self.shape
        if self.canvas.shape[:2] == self.shape:
            left, top, right, bottom = box
            return Patch(top, left, self.canvas[top:bottom, left:right].copy())
        if not self.by_blocks:
            return Patch(0, 0, cv2.resize(self.canvas, (columns, rows)).astype(np.uint8, copy=False))
        left, top = box[0] // _SOURCE_BLOCK, box[1] // _SOURCE_BLOCK
        right, bottom = -(-box[2] // _SOURCE_BLOCK), -(-box[3] // _SOURCE_BLOCK)
        source = self.canvas[top * _SOURCE_BLOCK : bottom * _SOURCE_BLOCK, left * _SOURCE_BLOCK : right * _SOURCE_BLOCK]
        shrunk = cv2.resize(source, ((right - left) * _TARGET_BLOCK, (bottom - top) * _TARGET_BLOCK))
        # The outer blocks are mostly black: what is pasted is only what the box covers, so that fewer pages are touched.
        x0, y0 = (edge * _TARGET_BLOCK // _SOURCE_BLOCK for edge in box[:2])
        x1, y1 = (-(-edge * _TARGET_BLOCK // _SOURCE_BLOCK) for edge in box[2:])
        x, y = left * _TARGET_BLOCK, top * _TARGET_BLOCK
        return Patch(y0, x0, shrunk[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.uint8, copy=False))

    def _color(self, color: Color, weight: float) -> Color:
        r, g, b = (_byte(channel * weight) for channel in color) if self.style.weighted else color
        return (b, g, r) if self.style.swap else (r, g, b)

    def _body(self, people: list[PoseSequence], t: int) -> None:
        look = self.style.body
        assert look is not None
        scale = np.array(self.canvas.shape[1::-1], dtype=np.float64)
        bodies = [(person.points[t, _BODY] * scale, _scores(person.confidence[t, _BODY])) for person in people]
        limbs, colors = [*_LIMBS], [*_BODY_COLORS]
        if look.feet:
            bodies = [_with_toes(person, t, body, scale, look.averaged) for person, body in zip(people, bodies, strict=True)]
            limbs, colors = [*_LIMBS, *_TOE_LIMBS], [*_BODY_COLORS, *look.feet]
        for number, (a, b) in enumerate(limbs):
            for places, scores in bodies:
                if scores[a] >= self.style.threshold and scores[b] >= self.style.threshold and _drawable(places[[a, b]]):
                    color = self._color(colors[number], scores[a] * scores[b])
                    width = look.width_of(float(np.linalg.norm(places[a] - places[b])))
                    limb(self.canvas, places[a].tolist(), places[b].tolist(), color, width)
        cv2.LUT(self.canvas, (np.arange(256) * look.dim).astype(np.uint8), dst=self.canvas)
        shown = [_shown(person, t, self.style, scores) for person, (_, scores) in zip(people, bodies, strict=True)]
        for joint in range(len(bodies[0][0])):
            for (places, scores), visible in zip(bodies, shown, strict=True):
                if visible[joint] and _drawable(places[joint]):
                    center = (int(places[joint, 0]), int(places[joint, 1]))
                    cv2.circle(self.canvas, center, look.radius, self._color(colors[joint], scores[joint]), -1)

    def _face(self, people: list[PoseSequence], t: int) -> None:
        assert self.style.face is not None
        for person in people:
            pixels, scores = _pixels(person.points[t, _FACE], self.canvas), _scores(person.confidence[t, _FACE]).tolist()
            for center, score in zip(pixels.tolist(), scores, strict=True):
                if center[0] > 0 and center[1] > 0 and (self.style.weighted or score >= self.style.threshold):
                    grey = _byte(score * 255) if self.style.weighted else 255
                    cv2.circle(self.canvas, center, self.style.face.radius, (grey, grey, grey), -1)


def _with_toes(
    person: PoseSequence,
    t: int,
    body: tuple[NDArray[np.float64], NDArray[np.float64]],
    scale: NDArray[np.float64],
    averaged: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A body with two more joints: left and right toes, each the middle of a big and a small toe, and a neck, as the style has
    them (`BodyStyle.averaged`).
    """
    places, scores = person.points[t, _TOES] * scale, _scores(person.confidence[t, _TOES])
    sure = scores.mean(axis=1) if averaged else scores.min(axis=1)
    joints, levels = np.concatenate([body[0], places.mean(axis=1)]), np.concatenate([body[1], sure])
    if averaged:
        joints[_NECK], levels[_NECK] = joints[_SHOULDERS].mean(axis=0), levels[_SHOULDERS].mean()
    return joints, levels


def _scores(confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores that can be multiplied: whatever is beyond these bounds is cut to black or full brightness anyway."""
    return np.clip(confidence, -1e6, 1e6)


def _byte(value: float) -> int:
    """A channel as OpenCV would cut it, whatever the score was."""
    return int(max(0.0, min(value, 255.0)))


def _drawable(places: NDArray[np.float64]) -> bool:
    """Whether places in pixels exist and fit OpenCV's integers."""
    return bool((np.abs(places) < 2**20).all())


def _shown(person: PoseSequence, t: int, style: Style, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which body joints have a disc: those whose scores reach the threshold; weighted as DWPose has them, by its `subset` where
    the sequence carries one, or else by scores above the threshold.
    """
    if not style.weighted:
        return np.asarray(scores >= style.threshold)
    shown = scores > style.threshold
    if "subset" in person.frame_meta:
        subset = np.asarray(person.frame_meta["subset"])[t, _BODY]
        shown[: len(_BODY)] = np.where(np.isnan(subset), shown[: len(_BODY)], subset != -1)
    return np.asarray(shown)


def _pixels(points: NDArray[np.float64], canvas: Canvas) -> NDArray[np.int64]:
    """Fractions as pixels, truncated toward zero; missing points outside the canvas, and none farther than fits."""
    scale = np.array(canvas.shape[1::-1], dtype=np.float64)
    return np.clip(np.nan_to_num(points * scale, nan=-1.0), -(2**20), 2**20).astype(np.int64)


class _Hands:
    """The hands of several people over some frames, in drawing order: all left ones, then all right ones."""

    def __init__(self, people: list[PoseSequence], style: Style, canvas: Canvas) -> None:
        assert style.hands is not None
        self.look = style.hands
        self.canvas = canvas
        self.colors = _bone_colors(style.swap)
        self.red = style.swap
        points = np.stack([person.points[:, hand] for hand in _HANDS for person in people], axis=1)
        scores = _scores(np.stack([person.confidence[:, hand] for hand in _HANDS for person in people], axis=1))
        if not style.weighted:
            points = np.where((scores >= style.threshold)[..., None], points, np.nan)
            scores = np.ones_like(scores)
        pixels = _pixels(points, canvas)
        drawn = (pixels > 0).all(axis=-1)  # what touches the left or upper border is not drawn at all
        start, end = np.array(_HAND_BONES).T
        weights = np.trunc(scores[..., start] * scores[..., end] * 255)
        self.weights = np.clip(weights, 0, _FULL_SCORE).astype(np.int64).tolist()
        inside = drawn & (pixels < canvas.shape[1::-1]).all(axis=-1)
        both = drawn[..., start] & drawn[..., end]
        self.reaches = (
            both.astype(np.int8) + (inside[..., start] & inside[..., end])
        ).tolist()  # 0 hidden, 1 crossing, 2 inside
        self.blues = np.clip(np.trunc(scores * 255), 0, 255).astype(np.int64).tolist()
        self.drawn = drawn.tolist()
        self.pixels = pixels.tolist()
        self.boxes = self._boxes(pixels, drawn)
        self.widths: list[list[list[int]]] | None = None
        if self.look.by_length:
            lengths = np.linalg.norm(pixels[..., start, :] - pixels[..., end, :], axis=-1)
            self.widths = np.minimum(1 + np.searchsorted(STEPS, lengths, side="right"), self.look.width).tolist()

    def _boxes(self, pixels: NDArray[np.int64], drawn: NDArray[np.bool_]) -> list[list[tuple[int, int, int, int] | None]]:
        """For each frame and hand the part of the canvas that its strokes can touch, None where there are none."""
        height, width = self.canvas.shape[:2]
        reach = max(self.look.radius, self.look.width) + 2
        far = 2**21
        low = np.where(drawn[..., None], pixels, far).min(axis=2) - reach
        high = np.where(drawn[..., None], pixels, -far).max(axis=2) + reach + 1
        low = np.maximum(low, 0)
        high = np.minimum(high, (width, height))
        inside = (low < high).all(axis=-1).tolist()
        corners = np.concatenate([low, high], axis=-1).tolist()
        return [
            [tuple(box) if seen else None for box, seen in zip(boxes, flags, strict=True)]
            for boxes, flags in zip(corners, inside, strict=True)
        ]

    def draw(self, t: int) -> None:
        """Frame t onto the canvas."""
        canvas, width, radius, red, colors = self.canvas, self.look.width, self.look.radius, self.red, self.colors
        for hand, box in enumerate(self.boxes[t]):
            if box is None:
                continue
            pixels = self.pixels[t][hand]
            weights = self.weights[t][hand]
            widths = self.widths[t][hand] if self.widths else None
            for bone, reach in enumerate(self.reaches[t][hand]):
                if reach:
                    a, b = _HAND_BONES[bone]
                    stroke = cv2.line if reach == 2 else line  # inside the canvas every OpenCV draws the same
                    stroke(canvas, pixels[a], pixels[b], colors[bone][weights[bone]], widths[bone] if widths else width)
            for center, visible, blue in zip(pixels, self.drawn[t][hand], self.blues[t][hand], strict=True):
                if visible:
                    cv2.circle(canvas, center, radius, (blue, 0, 0) if red else (0, 0, blue), -1)
