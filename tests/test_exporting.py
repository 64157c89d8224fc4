"""Pose maps for other pipelines."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from poseforge.errors import FileProblem, FormatError, InvalidValue
from poseforge.exporting import export, exports
from poseforge.media import read_frames
from poseforge.render import get_style, render
from poseforge.render.styles import BodyStyle, HandStyle
from poseforge.retarget import to_skeleton
from poseforge.sequence import PoseSequence
from poseforge.skeleton import catalogue, wholebody_134
from samples import make_sequence


@pytest.mark.parametrize("name", exports())
def test_every_pipeline_gets_its_files(tmp_path, name: str) -> None:
    wanted, (person,) = exports()[name], (make_sequence(5, low=0.2, high=0.8),)
    made = export([person], tmp_path / "out", name, None if wanted.size is None else (96, 128)).path
    assert get_style(wanted.style)
    if wanted.layout == "video":
        with av.open(str(made)) as container:
            stream = container.streams.video[0]
            assert (stream.width, stream.height) == (96, 128)
            assert stream.average_rate == (wanted.fps or person.fps)
    else:
        pictures = sorted(made.iterdir())
        assert len(pictures) == (len(person) - 1) * (wanted.fps or person.fps) // person.fps + 1
        assert pictures[0].name == wanted.file.rpartition("/")[2].format(0)
        assert cv2.imread(str(pictures[0])).any()
    with pytest.raises(FileProblem, match=r"exists|not empty|replace"):
        export([person], tmp_path / "out", name, (96, 128))
    export([person], tmp_path / "out", name, (96, 128), overwrite=True)


def test_an_unknown_pipeline_names_the_others(tmp_path) -> None:
    with pytest.raises(InvalidValue, match="wan-animate"):
        export([make_sequence(2)], tmp_path / "x", "sora")


def test_the_rate_is_the_pipelines(tmp_path) -> None:
    slow = replace(make_sequence(9), fps=Fraction(8))
    with av.open(str(export([slow], tmp_path / "x", "vace", (64, 64)).path)) as container:
        assert container.streams.video[0].frames == 17


def test_styles_differ_as_their_pipelines_do() -> None:
    points = np.random.default_rng(4).uniform(0.3, 0.7, (1, 134, 2))
    person = PoseSequence(points, np.ones((1, 134)))
    maps = {
        style: render(person, style, (256, 256))[0] for style in ("openpose", "musepose", "unianimate", "wan-animate", "vace")
    }
    for i, (name, one) in enumerate(maps.items()):
        assert one.any(), name
        for other in list(maps)[i + 1 :]:
            assert (one != maps[other]).any(), (name, other)
    bare = np.array(person.points)
    bare[:, 18:24] = np.nan
    level = np.where(np.isnan(bare[..., 0]), 0.0, person.confidence)
    toeless = replace(person, points=bare, confidence=level)
    assert (render(toeless, "unianimate", (256, 256)) != maps["unianimate"]).any()
    np.testing.assert_array_equal(render(toeless, "openpose", (256, 256))[0], maps["openpose"])


RED, BLUE = (255, 0, 0), (0, 0, 255)
LOOKS = {
    "controlnet": (RED, BLUE, True, False),
    "mimicmotion": (BLUE, RED, True, False),
    "moore-animateanyone": (RED, BLUE, True, False),
    "musepose": (BLUE, RED, False, False),
    "stableanimator": (RED, BLUE, True, False),
    "steadydancer": (BLUE, RED, False, False),
    "unianimate": (BLUE, RED, False, True),
    "vace": (BLUE, None, True, False),
    "wan-animate": (RED, BLUE, False, True),
    "wan-s2v": (BLUE, RED, False, False),
}
"""Of each pipeline the colours of the limb from neck to right shoulder (dimmed) and of a hand's joint, and if there are a face
and toes: what its own programs draw, as they hand it to their model.
"""


def posed(**places: tuple[float, float]) -> PoseSequence:
    """Two frames of somebody who stands still, on a canvas of 1024x1024 pixels; joints that are not named are missing."""
    joints = {
        "neck": (0.5, 0.2), "right_shoulder": (0.2, 0.2), "left_shoulder": (0.8, 0.2), "face_08": (0.5, 0.05),
        "right_hand_root": (0.2, 0.6), "right_thumb_1": (0.4, 0.6),
        "left_ankle": (0.5, 0.8), "left_big_toe": (0.7, 0.85), "left_small_toe": (0.9, 0.75),
    } | places  # fmt: skip
    points, confidence = np.full((2, 134, 2), np.nan), np.zeros((2, 134))
    for name, place in joints.items():
        points[:, wholebody_134.index(name)], confidence[:, wholebody_134.index(name)] = place, 1.0
    return PoseSequence(points, confidence, size=(1024, 1024))


def first_frame(made: Path) -> np.ndarray:
    return next(read_frames(made if made.is_file() else min(made.iterdir())))[0].astype(int)


def at(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    return picture[int(y * picture.shape[0]), int(x * picture.shape[1])]


@pytest.mark.parametrize("name", exports())
def test_what_is_written_looks_as_its_pipeline_draws(tmp_path, name: str) -> None:
    limb, hand, face, toes = LOOKS[name]
    picture = first_frame(export([posed()], tmp_path / "x", name, (1024, 1024)).path)
    np.testing.assert_allclose(at(picture, 0.35, 0.2), np.array(limb) * 0.6, atol=40)
    np.testing.assert_allclose(at(picture, 0.2, 0.6), hand or (0, 0, 0), atol=80)
    np.testing.assert_allclose(at(picture, 0.5, 0.05), 255 if face else 0, atol=60)
    assert (at(picture, 0.8, 0.8).max() > 80) == toes  # between the big and the small toe
    assert at(picture, 0.9, 0.75).max() < 40


def height_at(picture: np.ndarray, x: float, y: float) -> int:
    """Rows of a stroke around a place."""
    rows = slice(int((y - 0.05) * picture.shape[0]), int((y + 0.05) * picture.shape[0]))
    return int((picture[rows, int(x * picture.shape[1])].max(axis=-1) > 60).sum())


@pytest.mark.parametrize(
    ("name", "limb", "bone"),
    [
        ("openpose", 9, 3),  # half width 4; a line of 2 pixels is 3 high
        ("unianimate", 9, 3),
        ("musepose", 15, 9),  # 307 and 205 pixels long: half width 7, a line of 7 pixels, which is 9 high
        ("wan-animate", 9, 3),  # half width int(1024 / 200) - 1 = 4, lines of half of that
    ],
)
def test_strokes_are_as_wide_as_their_pipelines_draw_them(name: str, limb: int, bone: int) -> None:
    picture = render(posed(), name, (1024, 1024))[0]
    assert height_at(picture, 0.35, 0.2) == limb
    assert height_at(picture, 0.3, 0.6) == bone


def test_wan_animate_puts_the_neck_between_the_shoulders() -> None:
    odd = posed(neck=(0.5, 0.3))
    picture = render(odd, "wan-animate", (720, 720))[0].astype(int)
    assert at(picture, 0.35, 0.2).any()
    assert not at(picture, 0.35, 0.25).any()
    assert not at(render(odd, "unianimate", (720, 720))[0], 0.35, 0.2).any()
    level = np.array(odd.confidence)
    level[:, wholebody_134.index("left_small_toe")] = 0.2
    doubtful = replace(odd, confidence=level)
    assert at(render(doubtful, "wan-animate", (720, 720))[0], 0.8, 0.8).any()  # 0.6 on average
    assert not at(render(doubtful, "unianimate", (720, 720))[0], 0.8, 0.8).any()
    level[:, wholebody_134.index("left_big_toe")] = 0.7  # 0.45 on average
    assert not at(render(replace(odd, confidence=level), "wan-animate", (720, 720))[0], 0.8, 0.8).any()


def test_large_canvases_are_shrunk() -> None:
    """MusePose draws 1024 pixels wide, SteadyDancer at twice the size, VACE with a short side of 1024."""
    sizes = {"musepose": (2.0, 2.0), "steadydancer": (2.0, 2.0), "vace": (2.0, 1024 / 480), "openpose": (1.0, 1.0)}
    for name, (square, wide) in sizes.items():
        assert get_style(name).enlarged((512, 512)) == square
        assert get_style(name).enlarged((480, 832)) == (1024 / 832 if name == "musepose" else wide)


def test_steadydancer_gets_poses_that_do_not_fit(tmp_path) -> None:
    still = replace(posed(), fps=Fraction(16))
    made = export([still], tmp_path / "x", "steadydancer").path
    negative = [cv2.imread(str(path)).astype(int) for path in sorted((made.parent / "negative").iterdir())]
    positive = [cv2.imread(str(path)).astype(int) for path in sorted(made.iterdir())]
    assert sorted(path.name for path in (made.parent / "negative").iterdir()) == ["0000.jpg", "0001.jpg"]
    np.testing.assert_array_equal(*positive)
    assert (negative[0] != negative[1]).any()
    for frame in negative:
        np.testing.assert_allclose(at(frame, 0.5, 0.2), at(positive[0], 0.5, 0.2), atol=60)  # the neck stays
    reach = [np.flatnonzero((frame[int(0.2 * len(frame))] > 60).any(axis=-1)) for frame in (positive[0], *negative)]
    widths = [int(places[-1] - places[0]) for places in reach]
    neckless = to_skeleton(still, catalogue["coco-wholebody-133"])
    assert export([neckless], tmp_path / "y", "steadydancer").path.is_dir()
    assert len(set(widths)) == 3
    assert all(0.42 * widths[0] - 10 < width < 1.82 * widths[0] + 10 for width in widths)


@pytest.mark.parametrize(
    ("name", "canvas", "size"),
    [
        ("wan-animate", (1280, 720), (1280, 720)),
        ("wan-animate", (1080, 1920), (720, 1280)),
        ("wan-animate", (768, 768), (960, 960)),
        ("steadydancer", (768, 768), (768, 768)),
        ("steadydancer", (576, 1024), (576, 1024)),
        ("unianimate", (768, 768), (512, 768)),
        ("controlnet", (641, 480), (642, 480)),
        ("wan-animate", (100_000, 1), (303_568, 16)),
    ],
)
def test_maps_have_the_pipelines_size_and_area(name: str, canvas: tuple[int, int], size: tuple[int, int]) -> None:
    assert exports()[name].map_size(canvas) == size


@pytest.mark.parametrize(
    ("name", "place"),
    [("wan-animate", "src_ref.png"), ("steadydancer", "ref_image.png"), ("stableanimator", "reference.png")],
)
def test_the_reference_picture_is_put_in_its_place(tmp_path, name: str, place: str) -> None:
    picture = np.random.default_rng(2).integers(0, 255, (60, 90, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "me.bmp"), picture)
    made = export([make_sequence(2)], tmp_path / "x", name, image=tmp_path / "me.bmp")
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "x" / place)), picture)
    frame = first_frame(made.path)
    follows = exports()[name].multiple is not None
    assert abs(frame.shape[1] / frame.shape[0] / 1.5 - 1) < 0.05 if follows else frame.shape == (512, 512, 3)
    assert any("90x60" in note for note in made.notes) != follows
    assert not any(place in note for note in made.notes)
    assert any(place in note for note in export([make_sequence(2)], tmp_path / "y", name, (64, 64)).notes)


def test_pictures_are_told_and_refused(tmp_path) -> None:
    cv2.imwrite(str(tmp_path / "me.png"), np.zeros((64, 64, 3), np.uint8))
    made = export([make_sequence(2)], tmp_path / "dance", "musepose", (64, 64), image=tmp_path / "me.png").path
    assert made.name == "img_me_video_dance.mp4"
    with pytest.raises(InvalidValue, match="no reference picture"):
        export([make_sequence(2)], tmp_path / "x", "controlnet", image=tmp_path / "me.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(FormatError, match=r"bad\.png"):
        export([make_sequence(2)], tmp_path / "x", "wan-animate", image=tmp_path / "bad.png")
    assert not (tmp_path / "x").exists()


def test_one_of_several_people_is_drawn(tmp_path) -> None:
    small = posed(neck=(0.5, 0.5), right_shoulder=(0.45, 0.5), left_shoulder=(0.55, 0.5))
    small = small.with_points(np.where(np.arange(134)[:, None] > 17, np.nan, small.points))
    people = [small, posed()]
    one = export(people, tmp_path / "one", "moore-animateanyone", (512, 512))
    assert any("2 people" in note for note in one.notes)
    assert at(first_frame(one.path), 0.35, 0.2).any()
    assert not at(first_frame(one.path), 0.47, 0.5).any()
    first = export(people, tmp_path / "first", "moore-animateanyone", (512, 512), person="0")
    assert not any("people" in note for note in first.notes)
    assert at(first_frame(first.path), 0.47, 0.5).any()
    both = first_frame(export(people, tmp_path / "both", "controlnet", (512, 512)).path)
    assert at(both, 0.35, 0.2).any()
    assert at(both, 0.47, 0.5).any()
    with pytest.raises(InvalidValue, match="person '2' of 2"):
        export(people, tmp_path / "x", "vace", person="2")


def test_long_ones_and_other_rates_are_told(tmp_path) -> None:
    long = replace(make_sequence(1), fps=Fraction(16))[np.zeros(82, dtype=int)]
    assert any("82 frames" in note for note in export([long], tmp_path / "a", "vace", (64, 64)).notes)
    made = export([replace(long[:81], fps=Fraction(24))], tmp_path / "b", "vace", (64, 64))
    assert any("from 24 to 16" in note for note in made.notes)
    assert not any("81" in note for note in made.notes)


def test_limbs_widen_with_their_length() -> None:
    """MusePose: twice the length is one pixel more, from 1 below 5 pixels to 8 from 320 on."""
    look = BodyStyle(8, 0.6, 4, by_length=True)
    assert [look.width_of(length) for length in (0, 4.9, 5, 9.9, 10, 20, 40, 80, 160, 319, 320, 5000)] == [
        1, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 8,
    ]  # fmt: skip
    assert HandStyle(8, 3, by_length=True) == get_style("musepose").hands
    assert get_style("wan-animate").drawn_on((720, 1280)).body.half_width == 2
    assert HandStyle(8, 3, by_length=True) == get_style("musepose").hands
    assert get_style("wan-animate").drawn_on((64, 64)).body.half_width == 1


def test_what_was_made_is_told_and_a_video_is_no_folder(tmp_path) -> None:
    made = export([make_sequence(5)], tmp_path / "out", "wan-s2v", (96, 128))
    assert (made.frames, made.fps, made.size) == (3, 16, (96, 128))
    with pytest.raises(InvalidValue, match="becomes a folder"):
        export([make_sequence(5)], tmp_path / "out.mp4", "vace")
