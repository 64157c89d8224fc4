"""From one skeleton to another, by the names of the joints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from poseforge.errors import InvalidValue
from poseforge.sequence import PoseSequence, per_joint
from poseforge.skeleton import Skeleton, wholebody_134

NECK_THRESHOLD = 0.3
"""DWPose: a neck is the mean of two shoulders that both score above this, and then has confidence 1."""


def to_skeleton(sequence: PoseSequence, skeleton: Skeleton) -> PoseSequence:
    """`sequence` with the joints of `skeleton`: those of the same name, a middle joint where its two sides are known, the
    rest missing. Raises InvalidValue if the two have no joint in common.
    """
    if sequence.skeleton == skeleton:
        return sequence
    source = sequence.skeleton
    shared = [name for name in skeleton.joints if name in source]
    if not shared:
        why = f" ({note})" if (note := sequence.meta.get("note")) else ""
        raise InvalidValue(f"skeletons {source.name} and {skeleton.name} have no joint in common{why}")
    into = [skeleton.index(name) for name in shared]
    out_of = [source.index(name) for name in shared]
    frames, _, dimensions = sequence.points.shape
    points = np.full((frames, len(skeleton), dimensions), np.nan)
    confidence = np.zeros((frames, len(skeleton)))
    points[:, into] = sequence.points[:, out_of]
    confidence[:, into] = sequence.confidence[:, out_of]
    for middle, side in (("neck", "shoulder"), ("mid_hip", "hip")):
        if middle in skeleton and middle not in source and f"left_{side}" in source:
            pair = [source.index(f"left_{side}"), source.index(f"right_{side}")]
            known = (sequence.confidence[:, pair] > NECK_THRESHOLD).all(axis=1)
            place = skeleton.index(middle)
            points[known, place] = sequence.points[known][:, pair].mean(axis=1)
            confidence[known, place] = 1
    return replace(
        sequence,
        points=points,
        confidence=confidence,
        skeleton=skeleton,
        frame_meta={name: values for name, values in sequence.frame_meta.items() if not per_joint(values, sequence)},
    )


def to_hub(sequence: PoseSequence) -> PoseSequence:
    """`sequence` with the joints of the hub, `wholebody-134`."""
    return to_skeleton(sequence, wholebody_134)
