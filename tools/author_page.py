"""Makes presets/README.md with its pictures in docs/images/presets: what there is, and how it moves beside recorded people.

python tools/author_page.py
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from poseforge import library
from poseforge.library import Gesture, Preset
from poseforge.media import write_picture
from poseforge.render import gallery
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "presets" / "README.md"
PICTURES = ROOT / "docs" / "images" / "presets"

FIGURES = ("speed, 95 %", "speed, largest", "acceleration, 95 %", "at rest", "amplitude")
RECORDED: dict[str, tuple[tuple[float, float], ...]] = {
    "talking": ((0.19, 0.49), (0.35, 1.3), (3, 12), (0.53, 0.71), (0.02, 0.18)),
    "gesture": ((0.8, 1.5), (1.0, 2.6), (15, 32), (0.32, 0.61), (0.28, 0.67)),
}
"""Ranges of `FIGURES` over EchoMimicV2's eight sequences: four people talking calmly, four making gestures with one hand."""


def figures(poses: PoseSequence, side: str) -> tuple[float, ...]:
    """How a wrist moves: its `FIGURES`, in canvas widths and seconds; at rest is the share of time below 0.05 widths/s."""
    wrist, rate = poses.joint(f"{side}_wrist"), float(poses.fps)
    speed = np.linalg.norm(np.diff(wrist, axis=0), axis=1) * rate
    acceleration = np.linalg.norm(np.diff(wrist, 2, axis=0), axis=1) * rate**2
    away = np.linalg.norm(wrist - wrist[0], axis=1).max()
    found = np.quantile(speed, 0.95), speed.max(), np.quantile(acceleration, 0.95), (speed < 0.05).mean(), away
    return tuple(round(float(value), 2) for value in found)


def outside(gesture: Gesture, values: Sequence[float]) -> list[str]:
    """The figures that no recorded person of the gesture's tempo has."""
    ranges = RECORDED.get(gesture.tempo, ())
    return [name for name, value, (low, high) in zip(FIGURES, values, ranges, strict=False) if not low <= value <= high]


def moving_sides(gesture: Gesture) -> list[str]:
    return [side for side in ("right", "left") if f"{side} arm" in gesture.parts]


def moments(gesture: Gesture, count: int = 6) -> list[int]:
    """Frames that tell what happens: the stroke, and those that differ most from it and from each other while hands are up."""
    poses = bake(library.performance([gesture], alive=None))
    sides = moving_sides(gesture) or ["right"]
    hands = poses.points[:, np.concatenate([poses.skeleton.group(f"{side}_hand") for side in sides])].reshape(len(poses), -1)
    wrists = np.concatenate([poses.joint(f"{side}_wrist") for side in sides], axis=1)
    away = np.abs(wrists - wrists[0]).max(axis=1)
    shown = np.flatnonzero(away >= away.max() * 0.7)
    chosen = [gesture.stroke]
    while len(chosen) < min(count, len(shown)):
        apart = np.abs(hands[shown, None] - hands[chosen]).mean(axis=2).min(axis=1)
        chosen.append(int(shown[apart.argmax()]))
    return sorted(set(chosen))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]


def page() -> str:
    shapes, gestures = library.hand_shapes(), library.gestures()
    lines = [
        "# Hand shapes and gestures",
        "",
        "Made by `tools/author_page.py`. `poseforge library list` finds them by English and Chinese words, and `poseforge",
        "library show ID OUT.webp` plays one. Shapes are drawn as a right hand and fit the left one, too. The pictures are",
        "pose maps as EchoMimicV2 sees them, with wider lines.",
        "",
        "## Hand shapes",
        "",
        "![All hand shapes](../docs/images/presets/hands.png)",
        "",
        *table(
            ("id", "English", "中文", "tags", "标签"),
            (_words(shape) for shape in shapes.values()),
        ),
        "",
        "## Gestures",
        "",
        "Each begins and ends at rest. Frames at 24 a second; the stroke is the frame at which a gesture means what it means.",
        "",
        *table(
            ("id", "English", "中文", "tags", "标签", "moves", "length", "stroke", "frames"),
            (
                (*_words(g), ", ".join(g.parts) or "nothing", str(g.length), str(g.stroke),
                 f"![{id}](../docs/images/presets/{id}.png)")
                for id, g in gestures.items()
            ),
        ),
        "",
        "## How they move",
        "",
        "The wrist's figures beside the ranges of the eight recorded sequences that come with EchoMimicV2, in canvas widths",
        "and seconds. At rest is the share of time below 0.05 widths a second. A figure outside its range is **bold**.",
        "",
        *table(
            ("gesture", "hand", "tempo", *FIGURES),
            [
                *(("*recorded*", "", tempo, *(f"{a:g} to {b:g}" for a, b in ranges)) for tempo, ranges in RECORDED.items()),
                *(row for gesture in gestures.values() for row in _motion_rows(gesture)),
            ],
        ),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _words(preset: Preset) -> tuple[str, ...]:
    english, chinese = (", ".join(preset.tags[language]) for language in ("en", "zh"))
    return f"`{preset.id}`", preset.name["en"], preset.name["zh"], english, chinese


def _motion_rows(gesture: Gesture) -> Iterable[tuple[str, ...]]:
    poses = bake(library.performance([gesture]))
    for side in moving_sides(gesture):
        values = figures(poses, side)
        strange = outside(gesture, values)
        shown = (f"**{value:.2f}**" if name in strange else f"{value:.2f}" for name, value in zip(FIGURES, values, strict=True))
        yield f"`{gesture.id}`", side, gesture.tempo, *shown


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    shapes = [(id, library.held_up(shape)) for id, shape in library.hand_shapes().items()]
    write_picture(gallery(shapes), PICTURES / "hands.png", overwrite=True)
    for id, gesture in library.gestures().items():
        frames = moments(gesture)
        together = library.close_up(gesture, frames)
        strip = [(str(frame), together[i : i + 1]) for i, frame in enumerate(frames)]
        write_picture(gallery(strip, cell=144), PICTURES / f"{id}.png", overwrite=True)


if __name__ == "__main__":
    main()
