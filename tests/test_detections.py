"""Who is who in frames of several people, and on which canvas they stand."""

import numpy as np
import pytest

from poseforge.detections import Options, by_frame, sequences, stated_size
from poseforge.errors import FormatError
from poseforge.skeleton import catalogue

COCO = catalogue["coco-17"]


def person(x: float, y: float = 300.0, seed: int = 0, size: float = 120.0) -> np.ndarray:
    places = np.random.default_rng(seed).uniform(-size, size, (17, 2)) + (x, y)
    return np.concatenate([places, np.full((17, 1), 0.9)], axis=1)


def test_people_keep_their_rows_whatever_order_the_files_have() -> None:
    frames = [[person(200 + 3 * t, seed=1), person(700 - 2 * t, seed=2)][:: 1 if t % 2 else -1] for t in range(20)]
    people = sequences(frames, COCO, "test", Options(size=(1280, 720)))
    assert len(people) == 2
    for one in people:
        assert np.linalg.norm(np.diff(one.points[:, 0] * (1280, 720), axis=0), axis=1).max() < 5


def test_who_goes_and_comes_back_is_the_same_and_a_stranger_is_not() -> None:
    gone = [[person(200, seed=1)], [], [], [person(210, seed=1)], [person(1100, seed=3), person(215, seed=1)]]
    people = sequences(gone, COCO, "test", Options())
    assert len(people) == 2
    np.testing.assert_array_equal(people[0].present.any(axis=1), [True, False, False, True, True])
    np.testing.assert_array_equal(people[1].present.any(axis=1), [False, False, False, False, True])


def test_identities_of_the_source_are_believed() -> None:
    frames = [[person(200), person(900)], [person(900), person(200)]]
    people = sequences(frames, COCO, "test", Options(size=(1280, 720)), ids=[["a", "b"], ["a", "b"]])
    assert abs(people[0].points[1, 0, 0] - people[0].points[0, 0, 0]) > 0.4


@pytest.mark.parametrize(("scale", "shift"), [(1 / 1000, 0.0), (2 / 1000, -1.0)])
def test_fractions_are_told_from_pixels_by_their_range(scale: float, shift: float) -> None:
    pixels = person(500, 500)
    scaled = pixels.copy()
    scaled[:, :2] = scaled[:, :2] * scale + shift
    (whole,) = sequences([[pixels]], COCO, "test", Options(size=(1000, 1000)))
    (small,) = sequences([[scaled]], COCO, "test", Options(size=(1000, 1000)))
    np.testing.assert_allclose(small.points, whole.points, atol=1e-12)


def test_nobody_is_one_missing_person_and_the_canvas_is_guessed() -> None:
    (nobody,) = sequences([[], []], COCO, "test", Options())
    assert len(nobody) == 2
    assert not nobody.present.any()
    (someone,) = sequences([[person(1000, 400)]], COCO, "test", Options())
    assert someone.size == (1280, 720)
    assert someone.meta["canvas_guessed"]
    missing = person(300)
    missing[4] = np.nan
    (gap,) = sequences([[missing]], COCO, "test", Options(), size=(640, 480))
    assert gap.confidence[0, 4] == 0
    assert not gap.meta["canvas_guessed"]


@pytest.mark.parametrize("ids", [[["a", "a"]] * 4, [["a", None]] * 4])
def test_identities_that_do_not_tell_people_apart_are_not_believed(ids) -> None:
    frames = [[person(200, seed=1), person(900, seed=2)][:: 1 if t % 2 else -1] for t in range(4)]
    people = sequences(frames, COCO, "test", Options(size=(1280, 720)), ids=ids)
    assert len(people) == 2
    for one in people:
        assert np.ptp(one.points[:, 0], axis=0).max() < 0.01


def test_pixels_that_are_sure_stay_pixels() -> None:
    tiny = person(1, 1, size=0.9)
    (one,) = sequences([[tiny]], COCO, "test", Options(), size=(100, 50), unit="pixels")
    np.testing.assert_allclose(one.points[0], tiny[:, :2] / (100, 50))


def test_items_go_to_their_frames_within_bounds(tmp_path) -> None:
    assert by_frame(tmp_path, 3, [2, 0, 2], "abc") == [["b"], [], ["a", "c"]]
    for count, at in ((10**9, [0]), (1, [0] * 33)):
        with pytest.raises(FormatError, match=r"at most 32|consecutive"):
            by_frame(tmp_path, count, at, at)


def test_of_more_people_than_there_is_room_for_those_seen_longest_are_kept(monkeypatch) -> None:
    monkeypatch.setattr("poseforge.detections._MOST_NUMBERS", 2 * 4 * 17 * 3)
    frames = [[person(100, seed=1), person(900, seed=2)], [person(900, seed=2), person(500, seed=3)], [person(500, seed=3)], []]
    ids = [["a", "b"], ["b", "c"], ["c"], []]
    people = sequences(frames, COCO, "test", Options(size=(1280, 720)), ids=ids)
    np.testing.assert_allclose(
        [one.points[1, 0, 0] for one in people], [person(x, seed=s)[0, 0] / 1280 for x, s in ((900, 2), (500, 3))]
    )


def test_fractions_that_are_stated_are_believed_however_far_out() -> None:
    far = np.full((17, 3), 0.5)
    far[3, :2] = (-7, 9)
    (someone,) = sequences([[far]], COCO, "test", Options(), unit="fractions")
    np.testing.assert_array_equal(someone.points[0], far[:, :2])
    assert someone.size == (768, 768)


def test_the_size_of_pictures_has_several_names() -> None:
    assert stated_size({"width": 640, "height": 480}) == (640, 480)
    assert stated_size({"width": 0.5, "image_width": 1000, "image_height": 1002}) == (1000, 1002)
    for record in (None, [], {}, {"width": 640}, {"width": True, "height": True}, {"width": -1, "height": 5}, {"width": "640"}):
        assert stated_size(record) is None
    assert stated_size({"width": 10**6, "height": 10}) is None


def test_fractions_of_a_picture_of_unknown_shape_are_told() -> None:
    small = person(500, 500) * (1 / 1000, 1 / 1000, 1)
    assert "shape" in sequences([[small]], COCO, "test", Options())[0].meta["note"]
    assert "note" not in sequences([[small]], COCO, "test", Options(size=(100, 50)))[0].meta
    assert "note" not in sequences([[person(500, 500)]], COCO, "test", Options())[0].meta
    assert "note" not in sequences([[]], COCO, "test", Options())[0].meta
