"""easy_ViTPose JSON. Read only.

{"keypoints": [{id: [[y, x, score] ...]} for each frame], "skeleton": {place: name}}: the row stands before the column, in
pixels, and the ids follow people through a video. 17 keypoints are COCO, 133 COCO-WholeBody, 25 COCO with neck, middle of the
hips and feet. Neither the canvas nor the frame rate is stored.

Layout: easy_ViTPose's README, and the joint names it publishes beside its drawing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge.detections import MAX_PIXEL, Options, by_frame, sequences
from poseforge.errors import FormatError
from poseforge.formats import Format, People
from poseforge.records import numbers, read_dump
from poseforge.skeleton import Skeleton, catalogue

_SKELETONS = {len(catalogue[name]): catalogue[name] for name in ("coco-17", "vitpose-25", "coco-wholebody-133")}
_HIP = {"hip": "mid_hip"}
"""The published name of a joint that is called otherwise here."""

_BEGINNING = re.compile(rb'\s*\{\s*"keypoints"\s*:\s*\[\s*\{\s*("-?[0-9]+"\s*:\s*\[\s*\[|\})')

Floats = NDArray[np.float64]


def read(path: Path, options: Any = None) -> People:
    """The people of all frames. Raises FormatError for what is no such file, for a skeleton that is neither COCO's nor
    COCO-WholeBody's, and if there is nobody at all.
    """
    record = read_dump(path)
    frames = record.get("keypoints") if isinstance(record, dict) else None
    if not isinstance(frames, list) or not all(isinstance(people, dict) for people in frames):
        raise FormatError(path, "holds no list 'keypoints' of objects, one for each frame.", code="shape")
    rows = [(t, name, points) for t, people in enumerate(frames) for name, points in people.items()]
    if not rows:
        raise FormatError(path, "has nobody in any frame.", code="empty")
    at = [t for t, _, _ in rows]
    ids = by_frame(path, len(frames), at, [name for _, name, _ in rows])
    skeleton = _skeleton(path, rows[0], record.get("skeleton"))
    values = [_person(path, points, f"person {name:.40} of frame {t}", skeleton) for t, name, points in rows]
    return sequences(by_frame(path, len(frames), at, values), skeleton, "vitpose", options or Options(), ids)


def _skeleton(path: Path, row: tuple[int, str, Any], names: Any) -> Skeleton:
    """What the first person's number of keypoints tells, and the stored names do not deny."""
    count = len(row[2]) if isinstance(row[2], list) else 1
    if count not in _SKELETONS:
        known = ", ".join(map(str, _SKELETONS))
        raise FormatError(path, f"has people of {count} keypoints; expected one of {known}.", code="shape")
    skeleton = _SKELETONS[count]
    if isinstance(names, dict):
        for place in skeleton.group("body").tolist():
            joint = skeleton.joints[place]
            name = names.get(str(place), joint)
            if name != joint and _HIP.get(str(name)) != joint:
                problem = f"calls keypoint {place} {name!r:.40}; expected {joint!r}, as in COCO."
                raise FormatError(path, problem, "Other data sets, such as those of animals, are not read.", code="shape")
    return skeleton


def _person(path: Path, points: Any, what: str, skeleton: Skeleton) -> Floats:
    """(K, 3) x, y, confidence from y, x, confidence."""
    values = numbers(path, what, points, (len(skeleton), 3), most=MAX_PIXEL, holes=True)[:, [1, 0, 2]]
    values[(values == 0).all(axis=1)] = np.nan
    return values


def sniff(path: Path) -> bool:
    """A JSON file that begins with keypoints by frame and id."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _BEGINNING.match(file.read(2**16)) is not None


FORMAT = Format(
    name="vitpose",
    title="easy_ViTPose JSON",
    suffixes=(".json",),
    skeleton=catalogue["coco-wholebody-133"],
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "people"),
    read=read,
    sniff=sniff,
    options=Options,
)
