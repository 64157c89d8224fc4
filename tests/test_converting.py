"""One conversion, and many."""

import json
import shutil
from dataclasses import replace
from fractions import Fraction
from glob import escape
from pathlib import Path

import numpy as np
import pytest

import poseforge
from poseforge.converting import DONE, Conversion, convert_all, is_pattern, matching
from poseforge.errors import FileProblem, InvalidValue
from samples import make_sequence


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """Three takes in two folders, one of them damaged."""
    for i, name in enumerate(("a/one", "a/two", "b/three")):
        poseforge.write_poses(make_sequence(3, i + 1), tmp_path / "takes" / name)
    (tmp_path / "takes" / "a" / "two" / "1.npy").write_bytes(b"damaged")
    return tmp_path / "takes"


def batch(takes: Path, jobs: int = 1, **how) -> dict[str, str]:
    """What became of every source."""
    out = takes.parent / "out"
    outcomes = convert_all(matching(Conversion(takes / "*" / "*", out, **how)), out, jobs)
    return {o.conversion.source.name: "written" if o.report else "failed" if o.error else "done" for o in outcomes}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_writes_what_it_can_and_does_nothing_twice(takes: Path, jobs: int) -> None:
    assert batch(takes, jobs) == {"one": "written", "two": "failed", "three": "written"}
    out = takes.parent / "out"
    assert sorted(path.relative_to(out).as_posix() for path in out.glob("*/*")) == ["a/one", "b/three"]
    assert poseforge.read_poses(out / "a" / "one") == poseforge.read_poses(takes / "a" / "one")
    assert batch(takes, jobs) == {"one": "done", "two": "failed", "three": "done"}
    shutil.rmtree(takes / "a" / "two")
    poseforge.write_poses(make_sequence(3, 9), takes / "a" / "two")
    assert batch(takes, jobs) == {"one": "done", "two": "written", "three": "done"}


def test_what_has_changed_is_told_or_replaced(takes: Path) -> None:
    batch(takes)
    shutil.rmtree(takes / "a" / "one")
    poseforge.write_poses(make_sequence(4, 8), takes / "a" / "one")
    assert batch(takes)["one"] == "failed"  # what is there is not lost
    assert batch(takes, overwrite=True)["one"] == "written"
    assert batch(takes, overwrite=True)["one"] == "done"
    assert batch(takes, fit="stretch", overwrite=True)["one"] == "written"  # made in another way


def test_what_is_gone_is_made_again_and_a_cut_line_means_nothing(takes: Path) -> None:
    batch(takes)
    log = takes.parent / "out" / DONE
    assert len(log.read_text("utf-8").splitlines()) == 5  # two are begun and made, one is begun
    log.write_bytes(log.read_bytes()[:-20] + b"\xff")
    assert set(batch(takes).values()) == {"failed"}  # nothing is remembered, and nothing is replaced unasked
    shutil.rmtree(takes.parent / "out" / "a")
    assert batch(takes, overwrite=True) == {"one": "written", "two": "failed", "three": "written"}


def test_patterns_keep_the_tree_and_tell_names_apart(tmp_path: Path) -> None:
    for name in ("x/a.json", "x/a.npz", "x/y/b.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = matching(Conversion(tmp_path / "**" / "*.*", tmp_path / "out"))
    targets = sorted(one.target.relative_to(tmp_path / "out").as_posix() for one in found)
    assert targets == ["x/a-json", "x/a-npz", "x/y/b"]
    assert is_pattern(tmp_path / "*.json")
    assert not is_pattern(tmp_path / "x")
    (tmp_path / "[1].json").write_text("{}")
    assert not is_pattern(tmp_path / "[1].json")
    with pytest.raises(FileProblem, match="nothing fits"):
        matching(Conversion(tmp_path / "*.bvh", tmp_path / "out"))
    with pytest.raises(InvalidValue, match="0 jobs"):
        list(convert_all([], tmp_path / "out", 0))


def test_escaped_names_are_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "takes [1]").mkdir()
    (tmp_path / "takes [1]" / "a.csv").touch()
    (one,) = matching(Conversion(Path(escape(str(tmp_path / "takes [1]"))) / "*", tmp_path / "out"))
    assert one.target == tmp_path / "out" / "a"


def test_a_format_of_folders_gets_folders(takes: Path) -> None:
    assert batch(takes, to="openpose")["one"] == "written"
    assert len(list((takes.parent / "out" / "a" / "one").glob("*_keypoints.json"))) == 3


def test_one_conversion_chooses_fits_and_tells(tmp_path: Path) -> None:
    small, large = make_sequence(3, 1, low=0.4, high=0.5), make_sequence(3, 2, low=0.1, high=0.9)
    wide = [replace(person, size=(1280, 720)) for person in (small, large)]
    poseforge.write_poses(wide, tmp_path / "two")
    report = Conversion(tmp_path / "two", tmp_path / "one", person="largest", fit="stretch").run()
    assert (report.frames, report.people) == (3, 1)
    (made,) = poseforge.read_poses(tmp_path / "one")
    np.testing.assert_allclose(made.joint("nose"), large.joint("nose"))
    assert tuple(made.frame_meta["draw_pose_params"][0]) == (768, 768, 0, 768, 0, 768)
    bare = {"people": [{"pose_keypoints_2d": [300, 300, 0.9] * 18}]}
    (tmp_path / "a_keypoints.json").write_text(json.dumps(bare))
    notes = Conversion(tmp_path / "a_keypoints.json", tmp_path / "three").run().notes
    assert any("taken as 640x480" in note for note in notes)
    assert any("no hands" in note for note in notes)


def test_movement_keeps_its_time_at_echomimics_rate(tmp_path: Path) -> None:
    still = make_sequence(1)
    points = np.repeat(np.array(still.points), 49, axis=0)
    points[:, 0, 0] = np.linspace(0.2, 0.8, 49)
    confidence = np.repeat(np.array(still.confidence), 49, axis=0)
    confidence[:, 0] = 1
    points[:, 0, 1] = 0.5
    fast = replace(still, points=points, confidence=confidence, fps=48)
    poseforge.write_poses(fast, tmp_path / "fast.poseforge")
    report = Conversion(tmp_path / "fast.poseforge", tmp_path / "out").run()
    assert report.frames == 25
    assert any("from 48 to 24" in note for note in report.notes)
    (made,) = poseforge.read_poses(tmp_path / "out")
    np.testing.assert_allclose(made.joint("nose")[:, 0], np.linspace(0.2, 0.8, 25), atol=1e-9)
    assert Conversion(tmp_path / "fast.poseforge", tmp_path / "all", fps=Fraction(48)).run().frames == 49


def test_what_was_whole_when_a_batch_was_killed_is_done(takes: Path) -> None:
    """A line is written when a target is begun: one that is there was made of it, for it came whole."""
    batch(takes)
    log = takes.parent / "out" / DONE
    lines = log.read_text("utf-8").splitlines()
    log.write_text("\n".join(lines[:1]) + "\n", "utf-8")
    assert batch(takes)["one"] == "done"
    change(takes.parent / "out" / "a" / "one")
    assert batch(takes)["one"] == "failed"  # since then it is known what it was


def change(folder: Path) -> None:
    """Another frame in a pose folder, as somebody edits it, or a disk damages it."""
    (folder / "1.npy").write_bytes((folder / "0.npy").read_bytes())


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_target_that_was_changed_is_not_done_and_not_lost(takes: Path, jobs: int) -> None:
    batch(takes)
    made = takes.parent / "out" / "a" / "one"
    change(made)
    edited = (made / "1.npy").read_bytes()
    (again, *_) = matching(Conversion(takes / "*" / "*", takes.parent / "out"))
    (outcome,) = convert_all([again], takes.parent / "out", jobs)
    assert "was changed since" in outcome.error
    assert "--overwrite" in outcome.error
    assert batch(takes, jobs) == {"one": "failed", "two": "failed", "three": "done"}
    assert (made / "1.npy").read_bytes() == edited
    assert batch(takes, jobs, overwrite=True)["one"] == "written"
    assert poseforge.read_poses(made) == poseforge.read_poses(takes / "a" / "one")
    assert batch(takes, jobs)["one"] == "done"


def test_a_changed_source_and_changed_options_are_told_apart(takes: Path) -> None:
    batch(takes)
    out = takes.parent / "out"
    outcomes = list(convert_all(matching(Conversion(takes / "*" / "one", out, fit="stretch")), out))
    assert "was made with other options; --overwrite makes it again" in outcomes[0].error
    shutil.rmtree(takes / "a" / "one")
    poseforge.write_poses(make_sequence(4, 8), takes / "a" / "one")
    outcomes = list(convert_all(matching(Conversion(takes / "*" / "one", out)), out))
    assert "was made from another content of one; --overwrite makes it again" in outcomes[0].error


def test_whom_a_crop_follows_is_told(tmp_path: Path) -> None:
    people = [make_sequence(3, 1), make_sequence(3, 2)]
    poseforge.write_poses(people, tmp_path / "two")
    told = Conversion(tmp_path / "two", tmp_path / "out", fit="crop").run().notes
    assert any("follows person 0 of 2" in note for note in told)
    told = Conversion(tmp_path / "two", tmp_path / "one", fit="crop", person="1").run().notes
    assert not any("follows" in note for note in told)


def test_the_suffix_chooses_the_format_that_is_called_so(tmp_path: Path) -> None:
    poseforge.write_poses(make_sequence(3), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1].startswith("frame,person,joint")
