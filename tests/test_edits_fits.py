"""Fitting what is on the timeline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from poseforge import library
from poseforge.align import Box
from poseforge.errors import InvalidValue
from poseforge.fitting import Fit, Rest, fit
from poseforge.performer import HALF_BODY, Build, of_build, performer
from poseforge.proportions import measure
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import Curve
from poseforge.timeline.edits import (
    add_clip,
    add_track,
    crop_canvas,
    fit_clip,
    fit_frames,
    fit_project,
    fit_sample,
    fit_track,
    mirror_clip,
    move_clip,
    set_track,
)
from poseforge.timeline.edits.fits import ENOUGH
from poseforge.timeline.project import PointTrack, of_sequence, resting
from samples import make_curve

HOW = Fit((0.05, -0.1), 0.8, 5.0, 1.1, 0.9, 1.1, 0.9, 0.8, {"left": Rest((0.6, 0.9), (0.1, -0.2), (0.05, 0), 10)})


@pytest.fixture
def person() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


def test_a_fitted_project_shows_the_fitted_poses(person) -> None:
    project = of_sequence(person)
    for made in (fit_project(project, HOW), fit_track(project, "poses", HOW)):
        np.testing.assert_allclose(bake(made).points, fit(person, HOW).points, atol=1e-12)
    assert bake(project) == person


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_clip_is_fitted_as_it_is_seen(person, mirrored: bool) -> None:
    project = add_track(replace(resting(60), alive=None), PointTrack("clips"))
    project = add_clip(project, "clips", person, 0, blend=0, id="one")
    project = mirror_clip(project, "one") if mirrored else project
    np.testing.assert_allclose(bake(fit_clip(project, "one", HOW)).points, fit(bake(project), HOW).points, atol=1e-9)


def test_offsets_grow_with_the_scale(person) -> None:
    track = PointTrack("poses", base=person, offsets={"left_wrist": Curve.constant((0.1, 0.0)), "nose": make_curve(2, 3)})
    project = of_sequence(person).with_track(track)
    made = fit_project(project, Fit((0.1, 0.0), 0.5))
    np.testing.assert_allclose(bake(made).points, 0.5 + 0.5 * (bake(project).points - 0.5) + (0.1, 0), atol=1e-9)


def test_the_performer_is_moved_and_scaled_by_the_camera() -> None:
    project = replace(resting(10), alive=None)
    before, after = bake(project), bake(fit_project(project, Fit((0.1, -0.05), 0.8)))
    both = before.present & after.present
    assert both.sum() > 0.5 * both.size
    np.testing.assert_allclose(after.points[both], (0.5 + 0.8 * (before.points - 0.5) + (0.1, -0.05))[both], atol=1e-12)


def test_the_performer_gets_the_proportions_of_a_fit_and_gestures_play_with_them() -> None:
    how = Fit(shoulders=1.2, neck=1.1, head=0.8, arms=0.9, hands=1.3)
    project = library.performance([library.gesture("wave_right")], alive=None)
    made = fit_project(project, how)
    before, after = measure(bake(project)), measure(bake(made))
    ratios = after.shoulders / before.shoulders, after.neck_length / before.neck_length, after.hand / before.hand
    np.testing.assert_allclose(ratios, (1.2, 1.1, 1.3), rtol=0.03)
    np.testing.assert_allclose(after.head / before.head, 0.8, rtol=0.02)
    np.testing.assert_allclose(after.arm / before.arm, 0.9, rtol=0.05)
    assert made.tracks == project.tracks
    assert made.rig is of_build(Build(1.2, 1.1, 0.8, 0.9, 1.3))
    assert fit_project(made, Fit(hands=0.5)).rig.build.hands == pytest.approx(0.65)
    assert fit_project(project, Fit()).rig is performer()


def test_a_project_on_the_canvas_that_echomimic_cuts_out(person) -> None:
    curves = {"left_wrist": Curve.constant((0.1, 0.2)), "nose": make_curve(2, 3)}
    wide = replace(person, size=(1280, 720))
    track = PointTrack("poses", base=wide, offsets=curves)
    project = of_sequence(wide).with_track(track)
    project = add_clip(add_track(project, PointTrack("more")), "more", person, 3, blend=0, id="one")
    box = Box(300, -20, 600)
    for one in (
        project,
        mirror_clip(project, "one"),
        replace(resting(9), camera=replace(HALF_BODY, size=(640, 480)), alive=None),
    ):
        made = crop_canvas(one, box)
        before, after = bake(one), bake(made)
        both = before.present & after.present
        assert made.size == (768, 768)
        assert both.sum() > 0.3 * both.size
        wanted = (before.points * one.size - (box.left, box.top)) / box.side
        np.testing.assert_allclose(after.points[both], wanted[both], atol=1e-9)


def test_what_a_fit_is_judged_by(person) -> None:
    project = of_sequence(person)
    project = add_clip(add_track(project, PointTrack("more")), "more", person[:5], 10, blend=0, id="one")
    assert fit_sample(project) == bake(project)
    assert fit_sample(project, track="poses") == person
    np.testing.assert_array_equal(fit_sample(project, clip="one").points, person.points[:5])
    assert len(fit_sample(replace(resting(10_000)))) == ENOUGH
    with pytest.raises(InvalidValue, match="outside"):
        fit_sample(move_clip(project, "one", 5000), clip="one")


def test_locked_tracks_and_performers_refuse(person) -> None:
    project = set_track(of_sequence(person), "poses", locked=True)
    for edit in (lambda: fit_project(project, HOW), lambda: fit_track(project, "poses", HOW)):
        with pytest.raises(InvalidValue, match="locked"):
            edit()
    with pytest.raises(InvalidValue, match="performer"):
        fit_track(resting(), "performer", HOW)
    with pytest.raises(InvalidValue, match="no clip"):
        fit_clip(resting(), "one", HOW)


def test_the_frames_of_a_sample_are_told(person) -> None:
    project = add_track(of_sequence(person), PointTrack("more"))
    project = add_clip(project, "more", person[:20], 30, blend=0, id="one")
    assert fit_frames(project).tolist() == list(range(project.length))
    frames = fit_frames(project, "one")
    assert frames.tolist() == list(range(30, 50))
    assert len(fit_sample(project, clip="one")) == len(frames)
