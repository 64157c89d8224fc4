"""Whole or not at all."""

import gc
import os
import subprocess
import sys

import numpy as np
import pytest

from poseforge.errors import FileProblem
from poseforge.files import clear_leftovers, keep_apart, refuse_place, writing_file, writing_folder
from poseforge.records import write_arrays


def test_a_file_appears_when_it_is_whole(tmp_path) -> None:
    target = tmp_path / "deep" / "手 a[1].txt"
    with writing_file(target) as beside:
        beside.write_text("new")
        assert not target.exists()
        assert beside.parent == target.parent
    assert target.read_text() == "new"
    assert len(list(target.parent.iterdir())) == 1
    assert os.access(target, os.R_OK)


def test_who_reads_what_is_replaced_is_waited_for_but_not_for_ever(tmp_path, monkeypatch) -> None:
    """As on Windows, where nothing takes the place of an open file."""
    path, replace, refused = tmp_path / "poses.npy", os.replace, []
    path.write_text("before")

    def refuse(beside, target, times):
        if len(refused) < times:
            refused.append(beside)
            raise PermissionError(13, "Permission denied")
        replace(beside, target)

    monkeypatch.setattr("poseforge.files.os.replace", lambda *paths: refuse(*paths, times=3))
    with writing_file(path, overwrite=True) as beside:
        beside.write_text("after")
    assert (path.read_text(), len(refused)) == ("after", 3)
    monkeypatch.setattr("poseforge.files.os.replace", lambda *paths: refuse(*paths, times=10_000))
    with pytest.raises(FileProblem, match="another program uses it"), writing_file(path, overwrite=True) as beside:
        beside.write_text("never")
    assert [entry.name for entry in tmp_path.iterdir()] == ["poses.npy"]


def test_long_names_and_links(tmp_path) -> None:
    long = tmp_path / ("手" * 84)
    with writing_file(long) as beside:
        beside.write_text("new")
    assert long.read_text() == "new"
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    with writing_folder(tmp_path / "link") as beside:
        (beside / "1").write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "1").read_text() == "new"


def test_a_broken_write_leaves_the_old_file(tmp_path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), writing_file(target, overwrite=True) as beside:
        beside.write_text("half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(FileProblem, match="exists"), writing_file(target):
        pass
    with pytest.raises(FileProblem, match="folder"), writing_file(tmp_path):
        pass


def test_a_broken_folder_write_leaves_the_old_folder(tmp_path) -> None:
    target = tmp_path / "a"
    target.mkdir()
    (target / "1").write_text("old")
    with pytest.raises(KeyboardInterrupt), writing_folder(target, overwrite=True, ours=str.isdigit) as beside:
        (beside / "1").write_text("half")
        raise KeyboardInterrupt
    assert (target / "1").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_empty_folder_is_used_and_a_file_is_not(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    with writing_folder(tmp_path / "empty") as beside:
        (beside / "1").write_text("new")
    assert (tmp_path / "empty" / "1").read_text() == "new"
    with pytest.raises(FileProblem, match="is a file"), writing_folder(tmp_path / "empty" / "1"):
        pass


def test_what_the_system_refuses_names_the_path(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileProblem, match=r"cannot be written \(the disk is full\)"), writing_folder(tmp_path / "a"):
        raise OSError(28, "No space left on device")
    with pytest.raises(FileProblem, match=r"cannot be written \(odd\)"), writing_file(tmp_path / "a"):
        raise OSError(9999, "odd")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def small_disk():
    """No file may become larger than 20,000 bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("compressed", [False, True])
def test_arrays_for_which_there_is_no_room_are_one_error_and_nothing_else(tmp_path, small_disk, compressed) -> None:
    noise = np.random.default_rng(0).random(10_000)
    with pytest.raises(FileProblem, match=r"a\.npz: cannot be written"), writing_file(tmp_path / "a.npz") as beside:
        write_arrays(beside, {"noise": noise}, compressed)
    gc.collect()  # what was left open would speak now, and be an error here
    assert not list(tmp_path.iterdir())


def test_arrays_come_back_as_numpy_reads_them(tmp_path) -> None:
    write_arrays(tmp_path / "a.npz", {"times": [1.5, 2], "name": np.array("x")}, compressed=True)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        assert {name: file[name].tolist() for name in file} == {"times": [1.5, 2], "name": "x"}


def test_a_place_where_nothing_can_be_written_is_refused_before_the_work(tmp_path) -> None:
    (tmp_path / "good.wav").write_text("")
    for below in ("a.npz", "b/c/a.npz"):
        for refused in (writing_file, writing_folder):
            with pytest.raises(FileProblem, match=r"good\.wav is a file, not a folder"), refused(tmp_path / "good.wav" / below):
                pytest.fail("the work has begun")
        with pytest.raises(FileProblem, match=r"good\.wav is a file, not a folder"):
            keep_apart(tmp_path / "take.npz", tmp_path / "good.wav" / below)
    refuse_place(tmp_path / "new" / "newer" / "a.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["good.wav"]


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be protected so")
def test_a_folder_that_may_not_be_written_is_named(tmp_path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o555)
    with pytest.raises(FileProblem, match=r"nothing may be written into the folder .*mine"):
        refuse_place(folder / "new" / "a.npz")


def test_what_a_killed_writer_left_is_cleared_when_it_is_stale(tmp_path) -> None:
    fresh, stale, file = tmp_path / ".poseforge-abc", tmp_path / ".poseforge-def", tmp_path / ".poseforge-ghi"
    mine = [tmp_path / "pose", tmp_path / ".poseforge-done.jsonl"]
    for folder in (fresh, stale, mine[0]):
        folder.mkdir()
        (folder / "0.npy").write_bytes(b"x")
    for one in (file, mine[1]):
        one.write_bytes(b"x")
    for old in (stale, file, *mine):
        os.utime(old, (0, 0))
    clear_leftovers(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([fresh, *mine])
    clear_leftovers(tmp_path / "none")


@pytest.mark.skipif(os.name == "nt", reason="what is open cannot be removed there")
def test_what_a_slow_writer_has_stays(tmp_path) -> None:
    with writing_file(tmp_path / "film.mp4") as slow, subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
        dead = slow.with_name(slow.name.replace(str(os.getpid()), str(ended.pid)))
        for one in (slow, dead):
            one.write_bytes(b"x")
            os.utime(one, (0, 0))
        clear_leftovers(tmp_path)
        assert (slow.exists(), dead.exists()) == (True, False)
    assert (tmp_path / "film.mp4").read_bytes() == b"x"


def test_only_a_frame_keeps_its_folder_to_itself(tmp_path) -> None:
    for name in ("dwpose.npy", "7.npy", "take.npz"):
        (tmp_path / name).touch()
    keep_apart(tmp_path / "dwpose.npy", tmp_path / "out.csv")
    keep_apart(tmp_path / "take.npz", tmp_path / "out")
    for source in (tmp_path / "7.npy", tmp_path):
        with pytest.raises(FileProblem, match="write it elsewhere"):
            keep_apart(source, tmp_path / "out.csv")
    with pytest.raises(FileProblem, match="is what is read"):
        keep_apart(tmp_path / "dwpose.npy", tmp_path / "dwpose.npy")
