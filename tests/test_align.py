"""Where a pose stands on the model's canvas."""

from dataclasses import replace

import numpy as np
import pytest

from poseforge.align import FILMED, FITS, Box, as_high, covering, crop_box, fit_box, fitted, placed, placements, showing
from poseforge.detections import chosen
from poseforge.errors import InvalidValue
from poseforge.timeline.edits import clips
from samples import make_sequence


def person(size: tuple[int, int] = (1920, 1080)):
    """Someone whose face begins at y 200 px, whose arms reach down to 800 px, and whose neck is at x 700 px."""
    one = make_sequence(3, low=0.45, high=0.55)
    points = np.full(one.points.shape, 0.0) + np.array([700, 500]) / size
    points[:, 24, 1] = 200 / size[1]
    points[1, 4, 1] = 800 / size[1]
    return replace(one, points=points, confidence=np.ones(points.shape[:2]), size=size)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1500, 1500)])
def test_the_crop_is_square_in_pixels_whatever_the_picture(size: tuple[int, int]) -> None:
    one = person(size)
    box = crop_box([one])
    assert box.side == round(600 * 1.175)
    assert box.top == round(200 - 600 * 0.1625)
    assert box.left == round(700 - box.side / 2)
    (cut,) = fitted([one], box)
    assert cut.size == (box.side, box.side)
    np.testing.assert_allclose(cut.joint("neck")[:, 0], 0.5, atol=1e-3)
    np.testing.assert_allclose(cut.points * box.side + (box.left, box.top), one.points * size)
    assert placements(cut)[0] == (768, 768, 0, 768, 0, 768)


def test_letterbox_keeps_proportions_and_stretch_does_not() -> None:
    one = person()
    box = fit_box([one], "letterbox")
    assert box == (0, -420, 1920)
    (boxed,) = fitted([one], box)
    np.testing.assert_allclose(boxed.points * 1920 - (0, 420), one.points * one.size)
    assert fit_box([one], "stretch") is None
    (stretched,) = fitted([replace(one, frame_meta={"draw_pose_params": ((8, 8, 0, 8, 0, 8),) * 3})], None)
    np.testing.assert_array_equal(stretched.points, one.points)
    assert placements(stretched)[0] == placements(boxed)[0] == (768, 768, 0, 768, 0, 768)


def test_what_was_filmed_is_as_high_as_the_canvas() -> None:
    one = person()
    (shown,) = fitted([one], fit_box([one], FILMED))
    assert shown.size == (1080, 1080)
    by_edges = placed(one, as_high(one.size))  # as the editor lays a picture behind its pose
    np.testing.assert_allclose(shown.points, by_edges.points)
    np.testing.assert_allclose(shown.points, clips.fitted(one, (768, 768)).points)
    upright = replace(one, size=(1080, 1920))
    assert fit_box([upright], FILMED) == fit_box([upright], "letterbox")


def test_what_cannot_be_cropped_is_told() -> None:
    faceless = np.array(person().points)
    faceless[:, 24:92] = np.nan
    level = np.where(np.isnan(faceless[..., 0]), 0.0, 1.0)
    with pytest.raises(InvalidValue, match="without a face"):
        crop_box([replace(person(), points=faceless, confidence=level)])
    with pytest.raises(InvalidValue, match="letterbox, height, crop, stretch"):
        fit_box([person()], "zoom")
    assert FITS[0] == "letterbox"


def test_one_of_several_people_is_chosen() -> None:
    small, large = make_sequence(3, low=0.45, high=0.55), make_sequence(3, 2, low=0.0, high=0.4)
    people = (small, large)
    assert chosen(people, "all") == people
    assert chosen(people, "1") == (large,)
    assert chosen(people, "largest") == (large,)
    assert chosen(people, "centre") == (small,)
    nobody = small.with_points(np.full_like(small.points, np.nan))
    assert chosen((nobody, large), "centre") == (large,)
    for who in ("2", "-1", "left"):
        with pytest.raises(InvalidValue, match="of 2; expected"):
            chosen(people, who)


def test_pictures_are_placed_with_their_proportions() -> None:
    assert covering((400, 200), (768, 768)) == pytest.approx((-0.5, 0, 1.5, 1))
    assert covering((200, 400), (768, 768)) == pytest.approx((0, 0, 1, 2))  # heads stay in it
    assert as_high((200, 400), (768, 768)) == pytest.approx((0.25, 0, 0.75, 1))
    assert as_high((400, 400), (800, 400)) == pytest.approx((0.25, 0, 0.75, 1))


def test_a_square_of_a_picture_fills_the_canvas() -> None:
    left, top, right, bottom = showing(Box(100, 50, 200), (400, 300), (768, 768))
    assert (left, top, right, bottom) == pytest.approx((-0.5, -0.25, 1.5, 1.25))
    left, top, right, bottom = showing(Box(0, 0, 300), (300, 300), (768, 384))
    assert (left, top, right, bottom) == pytest.approx((0.25, 0, 0.75, 1))
