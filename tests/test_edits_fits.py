"""Fitting what is on the timeline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from poseforge import library
from poseforge.errors import InvalidValue
from poseforge.fitting import Fit, Rest, fit
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake
from poseforge.timeline.curves import Curve
from poseforge.timeline.edits import add_clip, add_track, fit_clip, fit_project, fit_track, mirror_clip, set_track
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
    before, after = bake(project), bake(fit_project(project, Fit((0.1, -0.05), 0.8, arms=1.2)))
    both = before.present & after.present
    assert both.sum() > 0.5 * both.size
    np.testing.assert_allclose(after.points[both], (0.5 + 0.8 * (before.points - 0.5) + (0.1, -0.05))[both], atol=1e-12)


def test_locked_tracks_and_performers_refuse(person) -> None:
    project = set_track(of_sequence(person), "poses", locked=True)
    for edit in (lambda: fit_project(project, HOW), lambda: fit_track(project, "poses", HOW)):
        with pytest.raises(InvalidValue, match="locked"):
            edit()
    with pytest.raises(InvalidValue, match="performer"):
        fit_track(resting(), "performer", HOW)
    with pytest.raises(InvalidValue, match="no clip"):
        fit_clip(resting(), "one", HOW)
