"""MMPose 1.x predictions as JSON. Read only.

A person is {"keypoints": [[x, y] ...], "keypoint_scores": [...], "bbox", "bbox_score"} in pixels of the picture. A picture is a
list of people. A video is a list of {"frame_id", "instances": people} from the inferencer, and the same under "instance_info",
beside the data set's "meta_info", from the demo scripts. A folder holds one file per picture; their names give the order.

How many keypoints there are tells the skeleton: 17 COCO, 26 and 136 Halpe, 133 COCO-WholeBody, 68 a face, and 21 a hand, of
which no file says whose left or right it is. 17 of three numbers are Human3.6M's in metres, as the 3D inferencer
writes them: the first person is filmed from the front.
Frames that a video leaves out are missing. Neither the canvas nor the frame rate is stored, and people may change places in the
list from frame to frame.

Layout: what MMPose's `split_instances`, its inferencers and its demo scripts write.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import detections
from poseforge.detections import MAX_PIXEL, by_frame, check_claim, sequences
from poseforge.errors import FormatError
from poseforge.formats import Format, People
from poseforge.options import one_of
from poseforge.records import in_order, numbers, read_dump
from poseforge.skeleton import catalogue

from . import h36m

_NAMES = ("coco-17", "hand-21", "halpe-26", "face-68", "coco-wholebody-133", "halpe-136")
_SKELETONS = {len(catalogue[name]): catalogue[name] for name in _NAMES}
_HAND, _HANDS = catalogue["hand-21"], catalogue["hands-42"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Options(detections.Options):
    """What the files do not say.

    Attributes:
        size, fps: as of `detections.Options`.
        hand: left or right: which hands of 21 keypoints are; None leaves that open, and they go to no body.
    """

    hand: str | None = one_of(None, "left", "right")


def read(path: Path, options: Any = None) -> People:
    """The people in a video's predictions, a picture's, or those of a folder of pictures.

    Raises FormatError for the first frame that is not sound, for a number of keypoints that tells no skeleton, and if there
    is nobody at all.
    """
    chosen: Options = options or Options()
    frames = _folder(path) if path.is_dir() else _file(path)
    if _in_depth(frames):
        return _lifted(path, frames, chosen)
    counts = sorted({person.shape[0] for people in frames for person in people})
    if not counts:
        raise FormatError(path, "has nobody in any frame; expected 'instances' with keypoints.", code="empty")
    known = ", ".join(map(str, _SKELETONS))
    if len(counts) > 1 or counts[0] not in _SKELETONS:
        found = " and ".join(map(str, counts[:2]))
        raise FormatError(path, f"has people of {found} keypoints; expected one of {known}.", code="shape")
    skeleton = _SKELETONS[counts[0]]
    if skeleton != _HAND:
        return sequences(frames, skeleton, "mmpose", chosen)
    if chosen.hand is None:
        return sequences(
            frames, skeleton, "mmpose", chosen, note="hands of one side or the other; say -o hand=left or hand=right"
        )
    bodies = [[_on_body(hand, chosen.hand) for hand in people] for people in frames]
    return sequences(bodies, _HANDS, "mmpose", chosen)


def _lifted(path: Path, frames: list[list[Floats]], chosen: Options) -> People:
    """The first person of frames in 3D, filmed: Human3.6M's 17 joints, as the 3D inferencer gives them."""
    first = [people[0] if people else np.full((17, 4), np.nan) for people in frames]
    if any(person.shape != (17, 4) for person in first):
        raise FormatError(path, "has people in 3D of other than 17 keypoints; expected Human3.6M's.", code="shape")
    return h36m.filmed(path, np.array(first)[..., :3], h36m.Options(chosen.size, chosen.fps))


def _on_body(hand: Floats, side: str) -> Floats:
    """(42, 3) somebody of whom only a hand is seen."""
    values = np.full((len(_HANDS), 3), np.nan)
    values[_HANDS.group(f"{side}_hand")] = hand
    return values


def _folder(path: Path) -> list[list[Floats]]:
    files = in_order(path, (file for file in path.glob("*.json") if file.is_file()))
    if not files:
        raise FormatError(path, "holds no .json files.")
    pictures = [_people(file, read_dump(file), "the picture") for file in files]
    return by_frame(path, len(files), *_flat(range(len(files)), pictures))


def _file(path: Path) -> list[list[Floats]]:
    record = read_dump(path)
    meta = record.get("meta_info") if isinstance(record, dict) else None
    frames = _frames(path, record.get("instance_info") if isinstance(record, dict) else record)
    if not _in_depth(frames):
        _check_names(path, meta)
    return frames


def _in_depth(frames: list[list[Floats]]) -> bool:
    return any(person.shape[1] > 3 for people in frames for person in people)


def _frames(path: Path, record: Any) -> list[list[Floats]]:
    """The people of a list of frames, or of a picture."""
    if not isinstance(record, list) or not record:
        raise FormatError(path, "is no prediction of MMPose; expected a list of people or of frames.", code="shape")
    if not all(isinstance(entry, dict) and "instances" in entry for entry in record):
        return by_frame(path, 1, *_flat([0], [_people(path, record, "the picture")]))
    ids = [entry.get("frame_id") for entry in record]
    if not all(type(number) is int for number in ids) or len(set(ids)) < len(ids):
        raise FormatError(path, "has frames without a 'frame_id' of their own.", code="shape")
    first = min(ids)
    check_claim(path, max(ids) - first + 1, len(ids))
    people = [_people(path, entry["instances"], f"frame {entry['frame_id']}") for entry in record]
    return by_frame(path, max(ids) - first + 1, *_flat([number - first for number in ids], people))


def _flat(at: Any, frames: list[list[Floats]]) -> tuple[list[int], list[Floats]]:
    """The people of all frames in one list, and before it the frame of each."""
    return [t for t, people in zip(at, frames, strict=True) for _ in people], [one for people in frames for one in people]


def _check_names(path: Path, meta: Any) -> None:
    """Refuse the data sets whose keypoints are others, though as many: they do not begin with the nose."""
    names = meta.get("keypoint_id2name") if isinstance(meta, dict) else None
    first = names.get("0") if isinstance(names, dict) and len(names) in (17, 26, 133, 136) else None
    if first is not None and first != "nose":
        dataset = f"{meta.get('dataset_name')}"[:40]
        problem = (
            f"has the keypoints of {dataset}, of which the first is {first!r:.40}; expected COCO's, beginning with 'nose'."
        )
        raise FormatError(path, problem, code="shape")


def _people(path: Path, people: Any, where: str) -> list[Floats]:
    """(K, 3) each person of a frame."""
    if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
        raise FormatError(path, f"has in {where} what is no list of people.", code="shape")
    found = []
    for person in people:
        points = numbers(path, f"'keypoints' of {where}", person.get("keypoints"), (-1, 2), (-1, 3), most=MAX_PIXEL, holes=True)
        levels = person.get("keypoint_scores")
        scores = numbers(path, f"'keypoint_scores' of {where}", levels, (len(points),), most=MAX_PIXEL, holes=True)
        values = np.column_stack([points, scores])
        values[(values == 0).all(axis=1)] = np.nan
        found.append(values)
    return found


def sniff(path: Path) -> bool:
    """Predictions in a file, or in one of a few files of a folder: with nobody in a picture there is nothing to tell by."""
    if path.is_dir():
        return any(file.is_file() and sniff(file) for file in islice(path.glob("*.json"), 20))
    with path.open("rb") as file:
        start = file.read(2**16)
    frames = b'"frame_id"' in start and b'"instances"' in start
    return b'"keypoint_scores"' in start or frames or (b'"meta_info"' in start and b'"num_keypoints"' in start)


FORMAT = Format(
    name="mmpose",
    title="MMPose JSON",
    suffixes=(".json",),
    skeleton=catalogue["coco-wholebody-133"],
    keeps=("body", "feet", "face", "left_hand", "right_hand", "confidence", "people"),
    read=read,
    sniff=sniff,
    options=Options,
)
