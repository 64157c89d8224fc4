"""`poseforge clean` and `poseforge compare`, run as people run them."""

import json
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge import library
from poseforge.sequence import PoseSequence
from poseforge.timeline.bake import bake


@pytest.fixture
def truth() -> PoseSequence:
    return bake(library.performance([library.gesture("wave_right")], alive=None))


@pytest.fixture
def folder(tmp_path, truth) -> Path:
    """The same with noise, an outlier, a lost frame and two frames of exchanged hands."""
    points = truth.points + 0.005 * np.random.default_rng(2).standard_normal(truth.points.shape)
    points[20, 100] += 0.1
    points[40] = np.nan
    left, right = truth.skeleton.group("left_hand"), truth.skeleton.group("right_hand")
    points[60:62, left], points[60:62, right] = points[60:62, right], points[60:62, left]
    poseforge.write_poses((truth.with_points(points),), tmp_path / "rough", "echomimic")
    poseforge.write_poses((truth,), tmp_path / "truth", "echomimic")
    return tmp_path / "rough"


def distance(run, other: str) -> float:
    code, out, _ = run("compare", "truth", other, "--json")
    assert code == 0
    return json.loads(out)["people"][0]["left_hand"]["mpjpe"]


def test_clean_repairs_and_shows_what_changed(run, folder) -> None:
    code, out, _ = run("clean", folder, "calm")
    assert code == 0
    rows = {line.rsplit(maxsplit=2)[0].strip(): line.split()[-2:] for line in out.splitlines() if line.count(".") >= 2}
    before, after = map(float, rows["jitter and quick strokes, % of the canvas"])
    assert after < 0.5 * before
    assert rows["missing points, %"] == ["1.0", "0.0"]
    assert "1 person cleaned and written to calm" in out
    assert distance(run, "calm") < 0.5 * distance(run, "rough")
    assert run("check", "calm", "--strict")[0] == 0


def test_clean_does_what_it_is_told(run, folder) -> None:
    assert run("clean", folder, "bare", "--smooth", "off", "--fill", 0, "--no-swap")[0] == 0
    (bare,), (rough,) = (poseforge.read_poses(name) for name in ("bare", "rough"))
    assert not bare.present[40].any()
    assert np.array_equal(bare.points[bare.present], rough.points[bare.present])
    for how in ("savgol", "gaussian", "butterworth", "one-euro"):
        assert run("clean", folder, f"as-{how}", "--smooth", how)[0] == 0
        assert distance(run, f"as-{how}") < distance(run, "rough")
    code, _, err = run("clean", folder, "x", "--smooth", "magic")
    assert (code, "no smoother is called 'magic'" in err) == (2, True)
    code, _, err = run("clean", folder, "x", "--fill", "-1")
    assert (code, "limit of -1" in err) == (2, True)
    assert not Path("x").exists()


def test_clean_writes_where_it_may(run, folder) -> None:
    code, _, err = run("clean", folder, folder / "inside")
    assert (code, "write it elsewhere" in err) == (2, True)
    code, _, err = run("clean", folder, "truth")
    assert (code, "truth" in err) == (2, True)
    assert run("clean", folder, "truth", "--overwrite")[0] == 0
    assert run("clean", "nothing", "out")[0] == 2


def test_several_people_are_cleaned_one_by_one(run, truth) -> None:
    rough = truth.with_points(truth.points + 0.005 * np.random.default_rng(1).standard_normal(truth.points.shape))
    poseforge.write_poses((truth, rough), "two", "echomimic")
    code, out, _ = run("clean", "two", "calm")
    assert code == 0
    assert "person 0" in out
    assert "person 1" in out
    first, second = poseforge.read_poses("calm")
    assert np.allclose(first.points, truth.points, equal_nan=True)
    assert len(second) == len(truth)
    code, out, _ = run("compare", "two", "calm")
    assert code == 0
    assert out.count("left hand") == 2
    assert "MPJPE, px" in out


def test_compare_names_what_does_not_fit(run, folder, truth) -> None:
    poseforge.write_poses((truth[:10],), "short", "echomimic")
    code, _, err = run("compare", folder, "short")
    assert code == 2
    assert "cuts the longer" in err
    poseforge.write_poses((truth, truth), "two", "echomimic")
    code, _, err = run("compare", folder, "two")
    assert (code, "2 people" in err) == (2, True)
    poseforge.write_poses((truth,), "same", "echomimic")
    code, out, _ = run("compare", "truth", "same", "--json")
    report = json.loads(out)
    assert (code, report["unit"], report["people"][0]["all"]["mpjpe"]) == (0, "px", 0)
