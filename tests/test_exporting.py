"""Pose maps for other pipelines."""

from dataclasses import replace
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from poseforge.errors import FileProblem, InvalidValue
from poseforge.exporting import export, exports
from poseforge.render import get_style, render
from poseforge.render.styles import BodyStyle
from poseforge.sequence import PoseSequence
from samples import make_sequence


@pytest.mark.parametrize("name", exports())
def test_every_pipeline_gets_its_files(tmp_path, name: str) -> None:
    wanted, (person,) = exports()[name], (make_sequence(5, low=0.2, high=0.8),)
    made = export([person], tmp_path / "out", name, None if wanted.size is None else (96, 128))
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
    with av.open(str(export([slow], tmp_path / "x", "vace", (64, 64)))) as container:
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


def test_limbs_widen_with_their_length() -> None:
    """MusePose: twice the length is one pixel more, from 1 below 5 pixels to 8 from 320 on."""
    look = BodyStyle(8, 0.6, 4, by_length=True)
    assert [look.width_of(length) for length in (0, 4.9, 5, 9.9, 10, 20, 40, 80, 160, 319, 320, 5000)] == [
        1, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 8,
    ]  # fmt: skip
    assert get_style("wan-animate").drawn_on((720, 1280)).body.half_width == 2
    assert get_style("wan-animate").drawn_on((64, 64)).body.half_width == 1
