"""From skeleton to skeleton by name."""

import numpy as np
import pytest

from poseforge.errors import InvalidValue
from poseforge.retarget import to_hub, to_skeleton
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue, wholebody_134
from samples import make_sequence

WITH_BODY = [name for name in catalogue if name not in ("hand-21", "smplx-55")]


@pytest.mark.parametrize("name", WITH_BODY)
def test_named_joints_arrive_at_their_names(name: str) -> None:
    hub = make_sequence()
    there = to_skeleton(hub, catalogue[name])
    for joint in there.skeleton.joints:
        if joint in wholebody_134:
            np.testing.assert_array_equal(there.joint(joint), hub.joint(joint))
    back = to_hub(there)
    for joint in there.skeleton.joints:
        if joint in wholebody_134:
            np.testing.assert_array_equal(back.joint(joint), hub.joint(joint))


def test_the_neck_is_the_middle_of_two_trusted_shoulders() -> None:
    skeleton = catalogue["coco-17"]
    points = np.random.default_rng(0).random((3, 17, 2))
    confidence = np.full((3, 17), 0.9)
    confidence[1, skeleton.index("left_shoulder")] = 0.3
    points[2, skeleton.index("right_shoulder")] = np.nan
    confidence[2, skeleton.index("right_shoulder")] = 0
    hub = to_hub(PoseSequence(points, confidence, skeleton))
    neck = hub.skeleton.index("neck")
    np.testing.assert_array_equal(hub.confidence[:, neck], [1, 0, 0])
    np.testing.assert_allclose(hub.points[0, neck], points[0, [5, 6]].mean(axis=0))
    assert np.isnan(hub.points[1:, neck]).all()


def test_the_middle_of_the_hips_is_made_where_a_skeleton_has_one() -> None:
    body = to_skeleton(make_sequence(), catalogue["body-25"])
    trusted = body.confidence[:, body.skeleton.index("mid_hip")] == 1
    middle = (body.joint("left_hip") + body.joint("right_hip")) / 2
    np.testing.assert_allclose(body.joint("mid_hip")[trusted], middle[trusted])


def test_a_hand_without_a_side_goes_nowhere() -> None:
    hand = PoseSequence(np.zeros((1, 21, 2)), np.ones((1, 21)), catalogue["hand-21"])
    with pytest.raises(InvalidValue):
        to_hub(hand)
