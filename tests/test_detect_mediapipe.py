"""MediaPipe: what belongs to one person, and real pictures."""

import os
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseforge.detect.mediapipe import KIND, Chatter, Hand, Options, is_body, missing, sided
from poseforge.errors import InvalidValue
from poseforge.landmarks import POSE
from poseforge.skeleton import wholebody_134 as hub
from poseforge.sources import Source, open_source

SIZE = np.array([800.0, 600.0])


def hand(x: float, y: float, label: str = "left", palm: float = 40, score: float = 0.9) -> Hand:
    """A hand that points down, with its wrist at a place."""
    points = np.stack([np.linspace(x - palm / 2, x + palm / 2, 21), np.linspace(y, y + 2 * palm, 21)], axis=1)
    points[0], points[9] = (x, y), (x, y + palm)
    return Hand(points, label, score)


def body(left: tuple[float, float] = (550, 450), right: tuple[float, float] = (250, 450), seen: float = 1.0) -> np.ndarray:
    """Somebody who faces the camera, with the wrists at two places."""
    points = np.full((33, 3), 0.0)
    points[:] = (400, 100, 1)
    for name, place in {
        "left_shoulder": (480, 200), "right_shoulder": (320, 200), "left_hip": (450, 420), "right_hip": (350, 420),
        "left_wrist": left, "right_wrist": right,
    }.items():  # fmt: skip
        points[POSE.index(name)] = (*place, seen)
    return points


def roots(placed: dict[str, Hand]) -> dict[str, tuple[float, float]]:
    return {side: tuple(one.points[0]) for side, one in placed.items()}


@given(
    st.permutations([(555.0, 455.0), (245.0, 445.0)]), st.sampled_from(["left", "right"]), st.sampled_from(["left", "right"])
)
def test_wrists_decide_the_sides_whatever_the_labels_say(places, first, second) -> None:
    found = [hand(*places[0], first), hand(*places[1], second)]
    assert roots(sided(found, body(), {})) == {"left": (555, 455), "right": (245, 445)}


def test_two_hands_never_go_to_one_wrist() -> None:
    folded = body(left=(410, 450), right=(390, 450))
    placed = sided([hand(420, 460, "left"), hand(412, 380, "left")], folded, {})
    assert set(placed) == {"left", "right"}


def test_one_hand_that_was_found_twice_is_one() -> None:
    placed = sided([hand(555, 455, "left", score=0.7), hand(557, 456, "right", score=0.9)], body(), {})
    assert roots(placed) == {"left": (557, 456)}


def test_a_hand_far_from_a_wrist_that_is_seen_is_somebody_elses() -> None:
    assert sided([hand(60, 60)], body(), {}) == {}
    assert roots(sided([hand(60, 60)], body(seen=0.1), {})) == {"right": (60, 60)}  # the wrists are guesses


def test_a_hand_farther_than_an_arm_is_somebody_elses_though_no_wrist_is_seen() -> None:
    behind = body(left=(480, 700), right=(320, 700), seen=0.1)
    behind[:, 2] = 0.1
    assert roots(sided([hand(760, 300, "left")], behind, {})) == {"left": (760, 300)}
    assert sided([hand(900, 300, "left")], behind, {}) == {}


def test_a_patch_as_small_as_a_button_is_no_hand() -> None:
    assert sided([hand(552, 452, palm=8)], body(), {}) == {}


def test_without_a_body_hands_stay_at_their_side_and_begin_at_the_labelled_one() -> None:
    assert set(sided([hand(300, 300, "right")], None, {})) == {"right"}
    assert set(sided([hand(310, 300, "left")], None, {"right": np.array([300.0, 300.0])})) == {"right"}
    both = sided([hand(300, 300, "left"), hand(600, 300, "left", score=0.8)], None, {})
    assert roots(both)["left"] != roots(both)["right"]


def test_a_hand_that_was_taken_for_a_body_is_none() -> None:
    assert is_body(body(), [hand(550, 450)], SIZE)
    assert not is_body(body(), [hand(550, 450, palm=200)], SIZE)
    away = body()
    away[:, 1] -= 300
    assert not is_body(away, [], SIZE)  # neither nose nor shoulders are in the picture


@pytest.mark.parametrize("confidence", [0, 1.5, "much", float("nan")])
def test_options_are_checked(confidence) -> None:
    with pytest.raises(InvalidValue, match="confidence"):
        Options(confidence)


@pytest.fixture(scope="module")
def detector():
    pytest.importorskip("mediapipe")
    if missing():
        pytest.skip(missing())
    opened = KIND.open(Options())
    yield opened
    opened.close()


def picture_of(path) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGB"))


@pytest.mark.parametrize("name", ["0014", "0035", "0077", "man_0001"])
def test_both_hands_are_found_on_the_right_sides_in_real_pictures(detector, shared, name) -> None:
    picture = picture_of(shared / f"data/echomimic_v2/reference/{name}.png")
    detector.restart()
    (person,) = detector.people([picture])[0]
    assert person.shape == (134, 3)
    unseen = [joint for joint, x in zip(hub.joints, person[:, 0], strict=True) if np.isnan(x)]
    assert unseen == ["left_small_toe", "right_small_toe"]  # MediaPipe has none
    place = {joint: person[hub.index(joint), :2] for joint in hub.joints}
    width = np.linalg.norm(place["left_shoulder"] - place["right_shoulder"])
    for side, other in (("left", "right"), ("right", "left")):
        assert np.linalg.norm(place[f"{side}_hand_root"] - place[f"{side}_wrist"]) < 0.3 * width
        assert np.linalg.norm(place[f"{side}_hand_root"] - place[f"{other}_wrist"]) > width
    assert place["left_wrist"][0] > place["right_wrist"][0]  # they face us
    assert np.linalg.norm(place["face_30"] - place["nose"]) < 0.15 * width
    assert np.allclose(place["neck"], (place["left_shoulder"] + place["right_shoulder"]) / 2)


def test_the_first_picture_of_a_film_is_no_jump_before_those_that_follow(detector, shared) -> None:
    with open_source(Source(str(shared / "data/video/signer.mp4"))) as pictures:
        film = [picture for picture, _ in islice(pictures, 6)]
    detector.restart()
    shoulder = [detector.people([picture])[0][0][hub.index("right_shoulder"), :2] for picture in film]
    assert np.linalg.norm(shoulder[0] - np.median(shoulder[1:], axis=0)) < 0.01 * film[0].shape[0]


def test_a_mirrored_picture_gives_the_mirrored_pose(detector, shared) -> None:
    picture = picture_of(shared / "data/echomimic_v2/reference/0035.png")
    found = []
    for seen in (picture, picture[:, ::-1]):
        detector.restart()
        found.append(detector.people([seen])[0][0])
    mirrored = found[1][hub.mirror] * (-1, 1, 1) + (picture.shape[1], 0, 0)
    hands = np.concatenate([hub.group("left_hand"), hub.group("right_hand")])
    assert np.linalg.norm((mirrored - found[0])[hands, :2], axis=1).max() < 0.04 * picture.shape[1]


def test_nobody_is_found_where_nobody_is(detector) -> None:
    detector.restart()
    assert detector.people([np.zeros((60, 80, 3), np.uint8), np.full((60, 80, 3), 200, np.uint8)]) == [[], []]


def test_it_is_quiet_but_loses_nobodys_words(capfd) -> None:
    pytest.importorskip("mediapipe")
    opened = KIND.open(Options())
    opened.restart()
    opened.close()
    assert capfd.readouterr().err == ""
    with Chatter().held():
        os.write(2, b"W0000 00:00:1 x.cc:1] chatter\nsomebody else\n")
    assert capfd.readouterr().err == "somebody else\n"
