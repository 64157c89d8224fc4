"""Pictures for people: a contact sheet of a sequence, and one frame with every joint labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from poseforge.errors import InvalidValue
from poseforge.formats import as_people
from poseforge.quality import VISIBLE
from poseforge.render.maps import People, iter_render, render
from poseforge.render.styles import Style, get_style
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134

Picture = NDArray[np.uint8]

_LEFT, _RIGHT, _MIDDLE = (76, 141, 255), (242, 140, 58), (164, 171, 184)
_BACKGROUND, _TEXT = (27, 29, 34), (230, 232, 236)


def contact_sheet(
    people: People, style: str | Style = "echomimic", columns: int = 6, rows: int = 4, cell: int = 256, first: int = 0
) -> Picture:
    """Frames spread evenly over a sequence as one (H, W, 3) RGB picture, each with its number, counted from `first`.

    Of a sequence shorter than `columns` x `rows` frames every frame is shown. Raises InvalidValue for an empty sequence.
    """
    several = as_people(people)
    total = len(several[0])
    if not total:
        raise InvalidValue("a sequence without frames has no contact sheet")
    count = min(columns * rows, total)
    chosen = np.linspace(0, total - 1, count).round().astype(int)
    across = min(columns, count)
    sheet = Image.new("RGB", (across * cell, ceil(count / across) * cell), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(max(10, cell // 16))
    maps = iter_render([person[chosen] for person in several], style)
    for i, (frame, picture) in enumerate(zip(chosen, maps, strict=True)):
        corner = (i % across * cell, i // across * cell)
        sheet.paste(Image.fromarray(picture).resize((cell - 2, cell - 2), Image.Resampling.LANCZOS), corner)
        draw.text((corner[0] + 6, corner[1] + 4), str(first + frame), fill=_TEXT, font=font)
    return np.asarray(sheet)


def gallery(pictures: Sequence[tuple[str, PoseSequence]], columns: int = 7, cell: int = 176) -> Picture:
    """The first frame of each sequence with its title, side by side, as one (H, W, 3) RGB picture.

    Lines are as wide as on a canvas of the cell's size, so that small pictures stay readable. Raises InvalidValue for none.
    """
    if not pictures:
        raise InvalidValue("a gallery needs at least one picture")
    style = get_style("echomimic")
    if style.hands:
        style = replace(style, hands=replace(style.hands, radius=1), short_side=None)
    across = min(columns, len(pictures))
    sheet = Image.new("RGB", (across * cell, ceil(len(pictures) / across) * cell), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(max(10, cell // 14))
    for i, (title, sequence) in enumerate(pictures):
        corner = (i % across * cell, i // across * cell)
        sheet.paste(Image.fromarray(render(sequence[:1], style, (cell - 2, cell - 2))[0]), corner)
        draw.text((corner[0] + 5, corner[1] + 3), title, fill=_TEXT, font=font)
    return np.asarray(sheet)


def labelled(people: People, frame: int = 0, names: bool = False, cell: int = 640) -> Picture:
    """One frame with its joints numbered (as in `wholebody-134`) or named: body, left hand, right hand and face side by side,
    each as large as it fits. (H, W, 3) RGB. Left is blue, right is orange; joints of low confidence are hollow and without
    bones, missing ones are listed below.

    Raises InvalidValue if there is no such frame.
    """
    several = as_people(people)
    if not 0 <= frame < len(several[0]):
        raise InvalidValue(f"no frame {frame}; there are 0 to {len(several[0]) - 1}")
    hubs = [to_hub(person[frame : frame + 1]) for person in several]
    panels = [
        _panel(hubs, title, groups, names, cell)
        for title, groups in (
            ("body", ("body", "feet")),
            ("left hand (the person's own)", ("left_hand",)),
            ("right hand (the person's own)", ("right_hand",)),
            ("face", ("face",)),
        )
    ]
    sheet = Image.new("RGB", (cell * len(panels), panels[0].height), _BACKGROUND)
    for i, panel in enumerate(panels):
        sheet.paste(panel, (i * cell, 0))
    return np.asarray(sheet)


def _panel(people: list[PoseSequence], title: str, groups: Sequence[str], names: bool, cell: int) -> Image.Image:
    """One part of the body, fitted into a square with its title above and what is missing below."""
    head = cell // 16
    panel = Image.new("RGB", (cell, cell + 2 * head), _BACKGROUND)
    draw = ImageDraw.Draw(panel)
    font, small = ImageFont.load_default(head * 0.55), ImageFont.load_default(max(9, cell // 52))
    draw.text((head // 2, head // 4), title, fill=_TEXT, font=font)
    joints = np.concatenate([wholebody_134.group(group) for group in groups])
    missing = [j for j in joints if not any(person.present[0, j] for person in people)]
    places = np.concatenate([person.pixels()[0, joints] for person in people])
    if np.isnan(places).all():
        draw.text((cell // 3, cell // 2), "not in this frame", fill=_MIDDLE, font=font)
        return panel
    margin = cell * 0.12
    low, high = np.nanmin(places, axis=0), np.nanmax(places, axis=0)
    scale = (cell - 2 * margin) / max((high - low).max(), 1.0)
    offset = (cell - (high - low) * scale) / 2 + (0, head)
    chosen = set(joints.tolist())
    for person in people:
        pixels = (person.pixels()[0] - low) * scale + offset
        for a, b in wholebody_134.bones:
            if {a, b} <= chosen and (person.confidence[0, [a, b]] >= VISIBLE).all():
                draw.line([tuple(pixels[a]), tuple(pixels[b])], fill=_color(b), width=max(1, cell // 320))
        for j in joints:
            if not np.isnan(pixels[j, 0]):
                x, y = pixels[j]
                trusted = person.confidence[0, j] >= VISIBLE
                draw.ellipse(
                    [x - 3, y - 3, x + 3, y + 3], fill=_color(j) if trusted else None, outline=_TEXT if trusted else _color(j)
                )
                text = wholebody_134.joints[j].removeprefix("face_") if names else str(j)
                beside = min(x + 5, cell - draw.textlength(text, font=small) - 2)
                draw.text((beside, y - cell // 52), text, fill=_TEXT, font=small)
    if missing:
        words = ", ".join(wholebody_134.joints[j] if names else str(j) for j in missing)
        draw.text((head // 2, cell + head * 1.2), _short(f"missing: {words}", cell // 6), fill=_MIDDLE, font=small)
    return panel


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."


def _color(joint: int) -> tuple[int, int, int]:
    name = wholebody_134.joints[joint]
    return _LEFT if name.startswith("left_") else _RIGHT if name.startswith("right_") else _MIDDLE
