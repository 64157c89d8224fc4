"""The project file: an identity, atomic, and safe against what is not one."""

import hashlib
import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poseforge import projects
from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile
from poseforge.performer import Build, of_build
from poseforge.projects import link_media, media_path, open_project, save_project
from poseforge.timeline.bake import bake
from poseforge.timeline.project import of_sequence, resting
from samples import make_project, make_sequence


@pytest.mark.parametrize("seed", range(4))
def test_saving_and_opening_is_the_identity(seed: int, tmp_path) -> None:
    project = replace(make_project(seed), meta={"title": "演示", "n": [1, 2.5, None]})
    save_project(project, tmp_path / "a.poseforge")
    again = open_project(tmp_path / "a.poseforge")
    assert again == project
    assert dict(again.meta) == dict(project.meta)
    assert bake(again) == bake(project)
    save_project(again, tmp_path / "b.poseforge")
    assert (tmp_path / "a.poseforge").read_bytes()[-64:]
    assert contents(tmp_path / "a.poseforge") == contents(tmp_path / "b.poseforge")


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rewritten(path: Path, **entries: bytes | None) -> Path:
    """A copy of a project with entries replaced, added, or removed by None."""
    target = path.with_name("changed.poseforge")
    merged = {name.replace("project_json", "project.json"): content for name, content in entries.items()}
    every = contents(path) | merged
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in every.items():
            if content is not None:
                archive.writestr(name, content)
    return target


@pytest.fixture
def saved(tmp_path) -> Path:
    path = tmp_path / "a.poseforge"
    save_project(make_project(), path)
    return path


def test_what_a_source_knew_is_kept(tmp_path) -> None:
    poses = replace(
        make_sequence(3),
        meta={"camera": "phone"},
        frame_meta={"draw_pose_params": np.arange(18).reshape(3, 6), "tags": ("a", "b", "c"), "secret": (object(),) * 3},
    )
    save_project(of_sequence(poses), tmp_path / "a.poseforge")
    base = open_project(tmp_path / "a.poseforge").tracks[0].base
    assert base == poses
    assert base.meta == {"camera": "phone"}
    assert set(base.frame_meta) == {"draw_pose_params", "tags"}
    np.testing.assert_array_equal(base.frame_meta["draw_pose_params"], poses.frame_meta["draw_pose_params"])


def test_what_is_shared_is_stored_once(saved) -> None:
    with zipfile.ZipFile(saved) as archive:
        record = json.loads(archive.read("project.json"))
        arrays = [info for info in archive.infolist() if info.filename.startswith("arrays/")]
    assert len(record["sources"]) == 3  # one base that three tracks use, two motions
    assert len(arrays) == 6
    for info in arrays:
        assert hashlib.sha256(contents(saved)[info.filename]).hexdigest() in info.filename
    lines = contents(saved)["project.json"].decode().splitlines()
    assert len(lines) > 40  # for people, too


def test_media_are_relative_to_the_file_and_checked(tmp_path) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    voice = folder / "voice.wav"
    voice.write_bytes(b"sound")
    project = replace(resting(), audio=link_media(voice, start=12))
    save_project(project, folder / "a.poseforge")
    moved = tmp_path / "elsewhere"
    os.rename(folder, moved)
    opened = open_project(moved / "a.poseforge")
    assert opened.audio.start == 12
    assert media_path(opened.audio) == moved / "voice.wav"
    (moved / "voice.wav").write_bytes(b"other")
    with pytest.raises(FileProblem, match="not the file"):
        media_path(opened.audio)
    (moved / "voice.wav").unlink()
    with pytest.raises(FileProblem, match=r"voice\.wav: is not there"):
        media_path(open_project(moved / "a.poseforge").audio)
    with pytest.raises(FileProblem):
        link_media(tmp_path / "no.wav")


def test_a_failed_save_leaves_the_file_as_it_was(saved, monkeypatch) -> None:
    before = saved.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem, match="the disk is full"):
        save_project(make_project(1), saved)
    assert saved.read_bytes() == before
    assert len(list(saved.parent.iterdir())) == 1


def changed(path: Path, change) -> Path:
    record = json.loads(contents(path)["project.json"])
    change(record)
    return rewritten(path, project_json=json.dumps(record).encode())


def test_a_newer_schema_is_refused_with_a_clear_word(saved) -> None:
    newer = changed(saved, lambda record: record.update(schema=99, poseforge="9.9"))
    with pytest.raises(FormatError, match=r"made by PoseForge 9\.9 .*Install the newer"):
        open_project(newer)


def test_older_schemas_are_upgraded_step_by_step(saved, monkeypatch) -> None:
    def rename(record: dict) -> dict:
        return {**record, "length": record.pop("frames")}

    def double(record: dict) -> dict:
        return {**record, "length": record["length"] * 2}

    old = changed(saved, lambda record: record.update(frames=record.pop("length")))
    now = projects.SCHEMA
    monkeypatch.setattr(projects, "SCHEMA", now + 2)
    monkeypatch.setattr(projects, "UPGRADES", {now: rename, now + 1: double})
    assert open_project(old).length == 2 * make_project().length
    monkeypatch.setattr(projects, "UPGRADES", {})
    with pytest.raises(FormatError, match="never was"):
        open_project(old)


def test_the_first_schema_is_read(saved) -> None:
    def back(record: dict) -> None:
        record.update(schema=1, audio={"path": "a.wav", "sha256": "0", "start": 7})
        del record["markers"], record["video"], record["performer"]
        for track in record["tracks"]:
            del track["color"]

    old = open_project(changed(saved, back))
    assert [track.id for track in old.tracks] == [track.id for track in make_project().tracks]
    assert (old.markers, old.video, old.audio.start, old.audio.box) == ((), None, 7, (0, 0, 1, 1))


def test_a_performer_keeps_its_build(tmp_path) -> None:
    build = Build(1.2, hands=0.8)
    project = replace(make_project(), rig=of_build(build))
    save_project(project, tmp_path / "one.poseforge")
    assert open_project(tmp_path / "one.poseforge").rig is project.rig
    with pytest.raises(InvalidValue, match="other than the built-in performer"):
        save_project(replace(project, rig=replace(project.rig, build=Build())), tmp_path / "two.poseforge")


WRONG = {
    "a build of nothing": lambda r: r["performer"].update(arms=0),
    "a build in words": lambda r: r["performer"].update(arms="long"),
    "a build with tails": lambda r: r["performer"].update(tail=1.0),
    "no schema": lambda r: r.pop("schema"),
    "no tracks": lambda r: r.pop("tracks"),
    "a length in words": lambda r: r.update(length="long"),
    "a length in parts": lambda r: r.update(length=2.5),
    "no rate": lambda r: r.update(fps="0"),
    "a rate over nothing": lambda r: r.update(fps="1/0"),
    "an unknown kind": lambda r: r["tracks"][0].update(part="tail"),
    "a twin": lambda r: r["tracks"][1].update(id="detected"),
    "an unknown source": lambda r: r["tracks"][0].update(base="source-99"),
    "a motion for a base": lambda r: r["tracks"][0].update(base=r["tracks"][1]["clips"][0]["source"]),
    "an unknown array": lambda r: r["sources"]["source-1"].update(points="0" * 64),
    "a path for an array": lambda r: r["sources"]["source-1"].update(points="../../etc/passwd"),
    "an unknown skeleton": lambda r: r["sources"]["source-1"].update(skeleton="dog"),
    "an unknown joint": lambda r: r["tracks"][0]["offsets"].update(tail=[[0, [0, 0], "hold"]]),
    "a short key": lambda r: r["tracks"][0]["offsets"].update(nose=[[0]]),
    "a key in parts": lambda r: r["tracks"][0]["offsets"].update(nose=[[0.5, [0, 0], "hold"]]),
    "an unknown way": lambda r: r["tracks"][0]["offsets"].update(nose=[[0, [0, 0], "bouncy"]]),
    "a rate that takes hours": lambda r: r.update(fps="1e50000000"),
    "a long fraction": lambda r: r["tracks"][1]["clips"][0].update(first="1" * 400),
    "a camera of words": lambda r: r["camera"].update(focal="x"),
    "a camera of nothing": lambda r: r["camera"].update(size=[0, 0]),
    "a camera of too little": lambda r: r["camera"].update(position=[]),
    "no name": lambda r: r["tracks"][0].update(name=None),
    "locked by a list": lambda r: r["tracks"][0].update(locked=[]),
    "a sound that begins in parts": lambda r: r.update(audio={"path": "a.wav", "sha256": "0", "start": 1.5}),
    "a seed in words": lambda r: r.update(alive="yes"),
    "a list for a track": lambda r: r.update(tracks=[[]]),
    "nothing for a camera": lambda r: r.update(camera=None),
    "a clip without end": lambda r: r["tracks"][0]["clips"][0].update(length=10**12),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_wrong_records_are_refused_by_name(saved, change) -> None:
    with pytest.raises(FormatError, match=r"changed\.poseforge"):
        open_project(changed(saved, change))


def test_files_that_are_no_projects_are_refused(tmp_path, saved) -> None:
    wrong = tmp_path / "wrong.poseforge"
    for content in (b"", b"PK\x03\x04", b"{}", os.urandom(2000)):
        wrong.write_bytes(content)
        with pytest.raises(FormatError, match=r"wrong\.poseforge"):
            open_project(wrong)
    with pytest.raises(FileProblem, match="not there"):
        open_project(tmp_path / "none.poseforge")
    with pytest.raises(FileProblem):
        open_project(tmp_path)
    for entries in (
        {"project_json": None},
        {"project_json": b"["},
        {"project_json": b"[" * 100_000},
        {"../evil.txt": b"x"},
        {"arrays/" + "0" * 64 + ".npy": b"x", "/etc/passwd": b""},
    ):
        with pytest.raises(FormatError):
            open_project(rewritten(saved, **entries))
    assert not (tmp_path.parent / "evil.txt").exists()


def npy(kind: str) -> bytes:
    """An array of nothing, a thousand million times."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': (1000000000, 134, 2), }}".encode()
    return b"\x93NUMPY\x01\x00v\x00" + header.ljust(117) + b"\n"


def test_damaged_and_poisoned_arrays_are_refused(saved) -> None:
    name = next(name for name in contents(saved) if name.startswith("arrays/"))
    with pytest.raises(FormatError, match="damaged"):
        open_project(rewritten(saved, **{name: contents(saved)[name][:-8] + b"12345678"}))
    with pytest.raises(FormatError, match="damaged"):
        open_project(rewritten(saved, **{name: None}))
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    huge = (
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }".ljust(117)
        + b"\n"
    )
    for content in (stream.getvalue(), huge, b"\x93NUMPY\x01\x00v\x00{}", b"", npy("|S0"), npy("|V0"), npy("<U0")):
        key = hashlib.sha256(content).hexdigest()
        poisoned = rewritten(saved, **{f"arrays/{key}.npy": content})
        poisoned = changed(poisoned, lambda record, key=key: record["sources"]["source-1"].update(points=key))
        with pytest.raises(FormatError):
            open_project(poisoned)


def test_names_may_be_anything_a_file_system_gives(tmp_path) -> None:
    voice = tmp_path / os.fsdecode(b"v\xff.wav")
    try:
        voice.write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes only text for names")
    project = replace(resting(), audio=link_media(voice), meta={"deep": [[]], "far": 10**5000, "odd": "\ud800"})
    save_project(project, tmp_path / "a.poseforge")
    opened = open_project(tmp_path / "a.poseforge")
    assert opened.audio == project.audio
    assert dict(opened.meta) == {"deep": [[]], "odd": "\ud800"}


def test_odd_targets(tmp_path, saved) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileProblem, match="pipe"):
            save_project(make_project(), tmp_path / "pipe")
    with pytest.raises(FileProblem):
        save_project(make_project(), tmp_path / ("x" * 300))
    with pytest.raises(FileProblem):
        link_media("a\0b")
    link = tmp_path / "sub" / "link.poseforge"
    link.parent.mkdir()
    link.symlink_to(saved)
    save_project(make_project(1), link)
    assert link.is_symlink()
    assert open_project(saved) == make_project(1)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_refused(saved, packing) -> None:
    other = saved.with_name("other.poseforge")
    every = contents(saved)
    with zipfile.ZipFile(other, "w", packing) as archive:
        for name, content in every.items():
            archive.writestr(name, content)
    with pytest.raises(FormatError, match="packed in a way"):
        open_project(other)


def test_bombs_are_refused_before_they_take_memory(saved) -> None:
    bomb = saved.with_name("bomb.poseforge")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", b" " * 50_000_000)
    with pytest.raises(UnsafeFile, match="memory"):
        open_project(bomb)
