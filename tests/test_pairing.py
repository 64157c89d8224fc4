"""A picture and poses on one canvas, and the commands that bring them there."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge import detect, library
from poseforge.align import crop_box, on_canvas, placements
from poseforge.errors import InvalidValue, MissingDependency
from poseforge.fitness import judge
from poseforge.fitting import Fit, fit
from poseforge.media import write_picture
from poseforge.pairing import pair, pose_in
from poseforge.performer import performer
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake
from samples import make_motion

RED = (255, 0, 0)


@pytest.fixture(scope="module")
def person() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


def photographed(person: PoseSequence, width: int, height: int) -> tuple[np.ndarray, PoseSequence]:
    """A picture in which a person's nose is red and their left shoulder green, and the pose in it."""
    side = min(width, height)
    pixels = person.points[:1] * side * 0.9 + ((width - side * 0.9) / 2, (height - side * 0.9) / 2)
    pose = replace(person[:1].with_points(pixels / (width, height)), size=(width, height))
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    for joint, color in (("nose", RED), ("left_shoulder", (0, 255, 0))):
        x, y = (pose.joint(joint)[0] * pose.size).astype(int)
        picture[max(y - 8, 0) : y + 8, max(x - 8, 0) : x + 8] = color
    return picture, pose


def spot(picture: np.ndarray, channel: int) -> np.ndarray:
    """The middle of what is of one color, in fractions."""
    y, x = np.nonzero(picture[..., channel] > 200)
    return np.array([x.mean(), y.mean()]) / picture.shape[1::-1]


@pytest.mark.parametrize("way", ["fit", "crop"])
@pytest.mark.parametrize("size", [(900, 900), (1200, 800), (600, 1000)])
def test_picture_pose_and_sequence_are_on_one_canvas(person, way: str, size: tuple[int, int]) -> None:
    picture, pose = photographed(person, *size)
    made = pair(picture, pose, person, way)
    assert made.picture.shape == (768, 768, 3)
    assert made.poses.size == made.pose.size == (768, 768)
    assert made.draw_pose_params == (768, 768, 0, 768, 0, 768) == placements(made.poses)[-1]
    assert len(made.poses) == len(person)
    np.testing.assert_allclose(spot(made.picture, 0), made.pose.joint("nose")[0], atol=3 / 768)
    np.testing.assert_allclose(spot(made.picture, 1), made.pose.joint("left_shoulder")[0], atol=3 / 768)
    if way == "fit":
        np.testing.assert_allclose(made.poses.joint("nose")[0], made.pose.joint("nose")[0], atol=0.01)
        np.testing.assert_allclose(made.poses.joint("left_wrist")[0], made.pose.joint("left_wrist")[0], atol=0.02)


def test_the_official_way_is_one_rule_for_both(person) -> None:
    picture, pose = photographed(person, 1200, 800)
    made = pair(picture, pose, person, "crop")
    assert made.how == Fit()
    for one, cut in ((pose, made.pose), (person, made.poses)):
        box = crop_box([one])
        np.testing.assert_allclose(cut.points * box.side + (box.left, box.top), one.points * one.size)


def test_a_placement_on_the_canvas_is_taken_into_account(person) -> None:
    half = replace(person, frame_meta={"draw_pose_params": np.tile((384, 384, 0, 384, 384, 768), (len(person), 1))})
    np.testing.assert_allclose(on_canvas(half).points, person.points / 2 + (0.5, 0))
    assert placements(on_canvas(half))[0] == (768, 768, 0, 768, 0, 768)
    wide = replace(person, size=(1536, 768))
    np.testing.assert_allclose(on_canvas(wide).points, person.points * (1, 0.5) + (0, 0.25))
    picture, pose = photographed(person, 768, 768)
    made = pair(picture, pose, half)
    np.testing.assert_allclose(made.poses.joint("nose")[0], made.pose.joint("nose")[0], atol=0.01)


def test_what_does_not_belong_together_is_refused(person) -> None:
    picture, pose = photographed(person, 900, 900)
    for arguments, words in (
        ((picture[:800], pose, person), "900x900"),
        ((picture, pose, person[:0]), "no frames"),
        ((picture, pose, person, "stretch"), "fit, crop"),
        ((picture, pose[:0], person), "without a frame"),
        ((picture, pose, performer().forward(make_motion(3)), "crop"), "Camera"),
    ):
        with pytest.raises(InvalidValue, match=words):
            pair(*arguments)


@dataclass(frozen=True)
class NoOptions:
    pass


class RedNose:
    """A detector that holds what is red for a nose."""

    engine = "CPU"

    def __init__(self, options: NoOptions) -> None:
        pass

    def people(self, pictures):
        return [[self.person(picture)] if (picture[..., 0] > 200).any() else [] for picture in pictures]

    def person(self, picture) -> np.ndarray:
        found = np.tile((np.nan, np.nan, 0.0), (134, 1))
        found[0] = (*spot(picture, 0) * picture.shape[1::-1], 0.9)
        return found

    def restart(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def red_nose(monkeypatch) -> None:
    kinds = {
        "red": detect.Kind("red", "Red noses", NoOptions, RedNose, lambda: ""),
        "none": detect.Kind("none", "Not here", NoOptions, RedNose, lambda: "install eyes: pip install eyes"),
    }
    monkeypatch.setattr(detect, "kinds", lambda: kinds)


def test_the_pose_in_a_picture_is_what_a_detector_sees(person, red_nose) -> None:
    picture, pose = photographed(person, 1200, 800)
    found = pose_in(picture, "red")
    assert found.size == (1200, 800)
    np.testing.assert_allclose(found.joint("nose"), pose.joint("nose"), atol=2e-3)
    assert found.present.sum() == 1
    with pytest.raises(InvalidValue, match="nobody"):
        pose_in(np.zeros_like(picture), "red")
    with pytest.raises(MissingDependency, match="pip install eyes"):
        pose_in(picture, "none")
    with pytest.raises(InvalidValue, match="red, none"):
        pose_in(picture, "blue")


@pytest.fixture
def files(tmp_path, person) -> Path:
    """A picture with its pose, and a folder of sequences, one of which is no sequence."""
    picture, pose = photographed(person, 1000, 1000)
    write_picture(picture, tmp_path / "anna.png")
    poseforge.write_poses(pose, tmp_path / "anna.npz")
    takes = tmp_path / "takes"
    poseforge.write_poses(person, takes / "wave")
    poseforge.write_poses(fit(person, Fit(hands=1.5, shift=(0.1, 0))), takes / "large.npz")
    (takes / "notes.txt").write_text("not poses")
    write_picture(picture, takes / "wave-anna.png")  # as align puts it there
    return tmp_path


def test_align_writes_poses_and_picture_that_fit(run, files) -> None:
    code, out, err = run("align", "anna.png", "takes/large.npz", "out", "--pose", "anna.npz")
    assert (code, err) == (0, "")
    assert "out-anna.png" in out
    (poses,) = poseforge.read_poses(files / "out")
    assert list(poses.frame_meta["draw_pose_params"][0]) == [768, 768, 0, 768, 0, 768]
    (pose,) = poseforge.read_poses(files / "anna.npz")
    assert judge(pose, poses).score >= 95
    assert f"{judge(pose, poses).score} now" in out
    assert run("align", "anna.png", "takes/wave", "cut.npz", "--pose", "anna.npz", "--way", "crop")[0] == 0
    code, _, err = run("align", "anna.png", "takes/wave", "out", "--pose", "anna.npz")
    assert (code, "out" in err) == (2, True)
    (files / "new-anna.png").write_bytes(b"mine")
    assert run("align", "anna.png", "takes/wave", "new", "--pose", "anna.npz")[0] == 2
    assert not (files / "new").exists()
    assert (files / "new-anna.png").read_bytes() == b"mine"


def test_what_is_left_after_an_alignment_has_advice_that_helps(run, files, person) -> None:
    points = np.array(fit(person, Fit(hands=1.7)).points)
    points[:, person.skeleton.group("left_hand")] = np.nan
    poseforge.write_poses(person.with_points(points), files / "one-hand.npz")
    _, out, _ = run("align", "anna.png", "one-hand.npz", "cut", "--pose", "anna.npz", "--way", "crop")
    text = " ".join(out.split())
    assert "larger than in the picture; use --way fit" in text
    assert "poseforge align" not in text
    assert "poseforge clean" not in text
    assert text.count("left hand") == 1


def test_a_hand_that_the_fit_moves_out_of_the_picture_is_named(run, files, person) -> None:
    points = person.points + (0.3, 0)  # who stands farther right than in the picture,
    hand = [*person.skeleton.group("right_hand"), person.skeleton.index("right_wrist")]
    points[40:50, hand] = points[0, hand] - (points[0, hand, 0].min() - 0.02, 0)  # and reaches to the left edge
    poseforge.write_poses(person.with_points(points), files / "edge.npz")
    _, out, _ = run("align", "anna.png", "edge.npz", "fitted", "--pose", "anna.npz")
    text = " ".join(out.split())
    assert "the right hand is wholly outside the picture in the frames 40-49; it was inside before this fit moved it" in text


def test_a_crop_that_makes_it_worse_says_so_in_a_line(run, files, person) -> None:
    picture, pose = photographed(person, 1000, 1000)
    cut_off = slice(0, 700)  # less room below and beside than the crop takes
    write_picture(picture[200:, cut_off], files / "near.png")
    points = (pose.points * 1000 - (0, 200)) / (700, 800)
    poseforge.write_poses(replace(pose, points=points, size=(700, 800)), files / "near.npz")
    _, out, _ = run("align", "near.png", "takes/large.npz", "near", "--pose", "near.npz", "--way", "crop")
    assert "--way crop is for poses made from the same picture" in " ".join(out.split())
    assert "warning" not in out


def test_of_several_people_the_largest_is_taken_and_told(run, files, person) -> None:
    small = person.with_points(0.5 + 0.3 * (person.points - 0.5))
    poseforge.write_poses((small, person), files / "two.npz")
    code, _, err = run("align", "anna.png", "two.npz", "one", "--pose", "anna.npz")
    assert code == 0
    assert "two.npz holds 2 people; the largest is taken" in err
    (alone,) = poseforge.read_poses(files / "one")
    np.testing.assert_allclose(alone.joint("nose")[0], poseforge.read_poses("anna.npz")[0].joint("nose")[0], atol=0.01)


def test_rank_puts_the_best_first_and_says_why(run, files) -> None:
    code, out, err = run("rank", "anna.png", "takes", "--pose", "anna.npz")
    assert code == 0
    assert err == "note: 1 other file or folder without poses\n"
    names = [line.split()[0] for line in out.splitlines()[1:] if line.strip()]
    assert names == ["wave", "large.npz"]
    assert "the hands are" in out
    poseforge.write_poses(performer().forward(make_motion(3)), files / "takes" / "space.npz")
    (files / "takes" / "torn.npz").write_bytes(b"PK")
    _, _, err = run("rank", "anna.png", "takes", "--pose", "anna.npz")
    assert "3D points" in err
    assert "left out: takes/torn.npz" in err
    _, out, _ = run("rank", "anna.png", "takes/large.npz", "takes/wave", "--pose", "anna.npz")
    assert [line.split()[0] for line in out.splitlines()[1:] if line.strip()] == names
    code, out, _ = run("rank", "anna.png", "takes", "--pose", "anna.npz", "--json")
    assert [one["poses"] for one in json.loads(out)] == names


def test_what_align_and_rank_cannot_use_is_one_line(run, files, red_nose) -> None:
    write_picture(np.zeros((8, 8, 3), np.uint8), files / "blank.png")
    for arguments, words in (
        (("rank", "anna.png", "nowhere", "--pose", "anna.npz"), "no such file or folder"),
        (("rank", "anna.png", "takes/wave/..", "--pose", "missing.npz"), "missing.npz"),
        (("rank", "missing.png", "takes", "--pose", "anna.npz"), "missing.png"),
        (("rank", "takes/notes.txt", "takes", "--pose", "anna.npz"), "notes.txt"),
        (("align", "anna.png", "takes/wave", "out", "--detector", "none"), "pip install eyes"),
        (("align", "blank.png", "takes/wave", "out", "--detector", "red"), "blank.png: nobody was found"),
        (("align", "anna.png", "takes/wave", "takes/wave", "--pose", "anna.npz", "--overwrite"), "what is read"),
    ):
        code, _, err = run(*arguments)
        assert code == 2
        assert words in err
        assert err.strip().count("\n") == 0
