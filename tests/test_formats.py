"""The registry: finding a format, and one contract for all of them."""

import json
import os
import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import author_formats
import numpy as np
import pytest
from damage import claims, damaged, giants
from exemplars import BODY_MARKS, EXEMPLARS, FRAMES, LEVELS, SIZE, place
from hypothesis import given, settings
from hypothesis import strategies as st

import poseforge
from poseforge.errors import FileProblem, InvalidValue, PoseForgeError, UnknownFormat
from poseforge.formats import Format, as_people, find, get, losses, registry
from poseforge.framing import View
from poseforge.retarget import to_skeleton
from poseforge.sequence import PoseSequence
from poseforge.skeleton import Skeleton, catalogue
from samples import make_frame, make_motion, make_sequence, save_frames

PARTS = {"body", "feet", "face", "left_hand", "right_hand", "confidence", "fps", "size", "people", "meta"}
MOST_MEMORY = 256 * 2**20
"""Bytes that reading a small file may take, whatever it claims."""

every = pytest.mark.parametrize("known", registry().values(), ids=lambda known: known.name)
"""The contract: what a format must meet to be one, with the file that `exemplars` has for it."""


def test_every_format_has_an_exemplar() -> None:
    assert set(EXEMPLARS) == set(registry())


@every
def test_every_record_is_complete(known) -> None:
    assert registry()[known.name] is known
    assert known.read or known.write
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in known.suffixes)
    assert set(known.keeps) <= PARTS
    assert known.title
    assert known.options is None or known.options() == known.options()
    assert EXEMPLARS[known.name].turns == (known.read_motion is not None)


def check_marks(person: PoseSequence, known: Format) -> None:
    """Whether a person is the one of the exemplars, as far as the format holds it."""
    exemplar = EXEMPLARS[known.name]
    assert len(person) == FRAMES
    for joint in exemplar.joints:
        there = np.array([joint != exemplar.lost or t < FRAMES - 1 for t in range(FRAMES)])
        expected = np.where(there[:, None], [place(joint, t) for t in range(FRAMES)], np.nan)
        np.testing.assert_allclose(person.joint(joint), expected, rtol=1e-6, err_msg=joint)
        level = person.confidence[:, person.skeleton.index(joint)]
        np.testing.assert_array_equal(level > 0, there, err_msg=joint)
        if "confidence" in known.keeps and joint in BODY_MARKS:
            np.testing.assert_allclose(level, LEVELS[joint] * there, rtol=1e-6, err_msg=joint)
    assert person.fps == 30 or "fps" not in known.keeps
    assert person.size == SIZE or "size" not in known.keeps


def check_turns(person: PoseSequence, lost: str) -> None:
    """Whether the person's left hand goes up in frame 1, the left index finger in frame 2, and nothing else moves, in space or
    on the canvas; and whether the person's left is at the picture's right."""
    up = (0, 1, 0) if person.points.shape[2] == 3 else (0, -1)
    for joint in ("nose", "left_shoulder", "left_elbow", "left_wrist", "left_index_4", "right_wrist", "right_index_4"):
        way = person.joint(joint) - person.joint(joint)[0]
        moves = [False, joint in ("left_wrist", "left_index_4"), joint == "left_index_4"]
        np.testing.assert_array_equal(way @ up > 0.005, moves, err_msg=joint)
        np.testing.assert_array_equal(np.abs(way).max(axis=1) > 1e-9, moves, err_msg=joint)
    assert (person.joint("left_shoulder")[:, 0] > person.joint("right_shoulder")[:, 0] + 0.1).all()
    present = person.present[0]
    np.testing.assert_array_equal(present, person.confidence[0] > 0)
    assert not lost or not present[person.skeleton.index(lost)]


@every
def test_every_named_joint_is_where_it_was_put_and_what_is_missing_is_missing(tmp_path, known) -> None:
    exemplar = EXEMPLARS[known.name]
    path = exemplar.make(tmp_path)
    (person,) = poseforge.read_poses(path, known.name, **exemplar.options)
    if exemplar.turns:
        (motion,) = poseforge.read_motion(path, known.name)
        assert motion.fps == person.fps == 30
        check_turns(motion.rig.forward(motion), exemplar.lost)
        check_turns(person, exemplar.lost)
    else:
        check_marks(person, known)


@every
def test_what_is_kept_is_kept(tmp_path, known) -> None:
    if known.write:
        exemplar = EXEMPLARS[known.name]
        people = poseforge.read_poses(exemplar.make(tmp_path), known.name, **exemplar.options)
        poseforge.write_poses(people, tmp_path / "again", known.name)
        check_marks(*poseforge.read_poses(tmp_path / "again", known.name), known)
        check_people(tmp_path / "people", known)
    if known.write_motion:
        motion = replace(make_motion(5), fps=Fraction(30))
        poseforge.write_motion(motion, tmp_path / "motion", known.name)
        (back,) = poseforge.read_motion(tmp_path / "motion", known.name)
        before, after = (one.rig.forward(one) for one in (motion, back))
        for joint in (joint for part in PARTS & set(known.keeps) for joint in before.skeleton.group(part)):
            np.testing.assert_allclose(after.points[:, joint], before.points[:, joint], atol=1e-6)
        assert back.fps == 30


def check_people(path: Path, known: Format) -> None:
    """Whether people with all joints come back as far as the record says."""
    people = (make_sequence(3, 1), make_sequence(3, 2)) if "people" in known.keeps else (make_sequence(3),)
    if "size" in known.keeps:
        people = tuple(replace(person, size=(1280, 720)) for person in people)
    if "fps" in known.keeps:
        people = tuple(replace(person, fps=Fraction(30)) for person in people)
    poseforge.write_poses(people, path, known.name)
    back = poseforge.read_poses(path, known.name)
    assert len(back) == len(people)
    skeleton = known.skeleton or people[0].skeleton
    for person, again in zip((to_skeleton(person, skeleton) for person in people), back, strict=True):
        for part in PARTS & set(known.keeps) & {name for name, _ in skeleton.groups}:
            names = [skeleton.joints[i] for i in skeleton.group(part)]
            for name in names:
                np.testing.assert_allclose(again.joint(name), person.joint(name))
                if "confidence" in known.keeps:
                    at, before = again.skeleton.index(name), person.skeleton.index(name)
                    np.testing.assert_array_equal(again.confidence[:, at], person.confidence[:, before])
        assert again.fps == person.fps
        assert "size" not in known.keeps or again.size == person.size


def read_or_refused(path: Path, known: Format) -> bool:
    """Read a damaged file, or a folder with one, in all ways; whether it was refused. Anything but people of sound values or an
    error with the name of a file that is there, and any large amount of memory, fails."""
    refused = False
    for read in (poseforge.read_poses, poseforge.read_motion) if known.read_motion else (poseforge.read_poses,):
        options = EXEMPLARS[known.name].options if read is poseforge.read_poses else {}
        tracemalloc.start()
        try:
            for one in read(path, known.name, **options):
                values = one.confidence if isinstance(one, PoseSequence) else one.rotations
                assert np.isfinite(values).all()
        except PoseForgeError as error:
            refused = True
            assert any(str(file) in str(error) for file in (path, *path.parent.rglob("*"))), error
            assert len(str(error)) < 1000
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < MOST_MEMORY
    assert known.sniff is None or known.sniff(path) in (True, False)
    return refused


@pytest.mark.parametrize("name", ["alphapose", "coco-wholebody", "mmpose", "openpose", "openpose-list", "vitpose"])
@pytest.mark.parametrize("written", ["NaN", "-Infinity"])
def test_what_is_no_number_in_json_is_a_missing_joint(tmp_path, name, written) -> None:
    exemplar = EXEMPLARS[name]
    path = exemplar.make(tmp_path)
    (before,) = poseforge.read_poses(path, **exemplar.options)
    x = repr(place("right_wrist", 1)[0] * SIZE[0])
    for file in path.iterdir() if path.is_dir() else [path]:
        file.write_text(file.read_text().replace(x, written))
    (person,) = poseforge.read_poses(path, **exemplar.options)
    at = person.skeleton.index("right_wrist")
    assert (before.present ^ person.present).nonzero() == (1, at)
    assert person.confidence[1, at] == 0
    known = person.present
    np.testing.assert_allclose(person.points[known], before.points[known])


def dialects(folder: Path, known: Format) -> list[tuple[Path, Path, bytes]]:
    """Every file of the exemplars of a format: what it is read by, the file, and its bytes."""
    found = []
    for i, make in enumerate((EXEMPLARS[known.name].make, *EXEMPLARS[known.name].dialects)):
        within = folder / str(i)
        within.mkdir()
        path = make(within)
        found += [(path, file, file.read_bytes()) for file in sorted(within.rglob("*")) if file.is_file()]
    return found


@every
def test_damaged_files_are_read_or_refused_by_name(tmp_path, known) -> None:
    files = dialects(tmp_path, known)

    @settings(max_examples=40 + 40 * len(files))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        path, file, content = data.draw(st.sampled_from(files))
        file.write_bytes(data.draw(damaged(content)))
        try:
            read_or_refused(path, known)
        finally:
            file.write_bytes(content)

    check()


@every
def test_what_claims_much_takes_no_memory(tmp_path, known) -> None:
    for path, file, content in dialects(tmp_path, known):
        for much in giants(content) + claims(content):
            file.write_bytes(much)
            read_or_refused(path, known)
        file.write_bytes(content)


@every
def test_bad_bytes_are_one_clear_error(tmp_path, known) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / f"bad{known.suffixes[0]}"
    for content in (b"", b"\x00" * 100, rng.bytes(300), b"{}", b"[]", b"\x93NUMPY", b"PK\x03\x04", b"[" * 100_000):
        path.write_bytes(content)
        assert read_or_refused(path, known)
    with pytest.raises(PoseForgeError):
        poseforge.read_poses(tmp_path, known.name)


def test_formats_are_found_by_suffix_and_by_looking(tmp_path) -> None:
    folder = save_frames(tmp_path / "pose", [make_frame()])
    assert find(folder).name == "echomimic"
    assert find(folder / "0.npy").name == "echomimic"
    openpose = tmp_path / "op"
    openpose.mkdir()
    (openpose / "a_keypoints.json").write_text('{"people": [{"pose_keypoints_2d": []}]}')
    assert find(openpose).name == "openpose"
    odd = tmp_path / "odd.txt"
    odd.write_bytes((folder / "0.npy").read_bytes())
    assert find(odd).name == "echomimic"


def test_what_fits_no_format_or_two_is_told(tmp_path) -> None:
    with pytest.raises(FileProblem, match="no such file"):
        find(tmp_path / "nothing")
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(UnknownFormat, match="none of the known formats"):
        find(tmp_path / "a.txt")
    with pytest.raises(UnknownFormat, match="no format 'bogus'"):
        find(tmp_path, "bogus")
    both = save_frames(tmp_path / "both", [make_frame()])
    (both / "a_keypoints.json").write_text(json.dumps({"people": []}))
    with pytest.raises(UnknownFormat, match="echomimic, openpose"):
        find(both)
    assert find(both, "openpose").name == "openpose"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path) -> None:
    os.mkfifo(tmp_path / "a.npy")
    for format in (None, "echomimic", "openpose"):
        with pytest.raises(FileProblem, match="neither a file nor a folder"):
            poseforge.read_poses(tmp_path / "a.npy", format)
    with pytest.raises(FileProblem):
        poseforge.read_poses("x" * 5000)


def test_writing_needs_a_writer(tmp_path, sequence, monkeypatch) -> None:
    monkeypatch.setitem(registry(), "readable", replace(get("openpose"), write=None))
    with pytest.raises(UnknownFormat, match="read but not written"):
        poseforge.write_poses(sequence, tmp_path / "x", "readable")
    with pytest.raises(UnknownFormat, match="which format"):
        poseforge.write_poses(sequence, tmp_path / "x.odd")
    with pytest.raises(UnknownFormat, match="holds rotations"):
        poseforge.write_poses(sequence, tmp_path / "x.bvh")
    poseforge.write_poses(sequence, tmp_path / "x")
    assert find(tmp_path / "x").name == "echomimic"
    for name, format, better in (("x.csv", "npz", r"x\.npz"), ("x.json", "echomimic", "x$"), ("x.POSE", "csv", r"x\.csv")):
        with pytest.raises(UnknownFormat, match=f"not {format}; write to .*{better}"):
            poseforge.write_poses(sequence, tmp_path / name, format)
    poseforge.write_poses(sequence, tmp_path / "take.2", "echomimic")


def test_people_must_go_together(sequence) -> None:
    assert as_people(sequence) == (sequence,)
    with pytest.raises(InvalidValue):
        as_people([])
    for wrong in ([sequence, sequence[:1]], None, [None], ["a"]):
        with pytest.raises(InvalidValue):
            as_people(wrong)


def test_losses_are_told_beforehand() -> None:
    skeleton = catalogue["openpose-137"]
    person = PoseSequence(np.full((1, 137, 2), 0.5), np.ones((1, 137)), skeleton, fps=30)
    told = list(losses((person,), get("echomimic")))
    assert told[0] == "feet"
    assert told[1].startswith("the frame rate 30")
    assert "mid_hip" in told[2]
    assert "left_pupil" in told[2]
    assert not list(losses((make_sequence(),), get("echomimic")))
    seen = np.array(person.points)
    seen[:, skeleton.index("left_pupil")] = np.nan
    told = list(losses((person.with_points(seen),), get("echomimic")))
    assert "mid_hip" in told[2]
    assert "right_pupil" in told[2]
    assert "left_pupil" not in told[2]


def test_the_page_of_formats_is_what_its_author_makes() -> None:
    page = Path(__file__).parent.parent / "docs" / "formats.md"
    assert author_formats.page() == page.read_text(encoding="utf-8"), "run python tools/author_formats.py"


def test_a_movement_of_another_rig_is_carried_over(tmp_path, shared) -> None:
    source = shared / "data" / "bvh" / "wave_hello.bvh"
    (motion,) = poseforge.read_motion(source)
    poseforge.write_motion(motion, tmp_path / "wave.npz", "amass")
    (carried,) = poseforge.read_motion(tmp_path / "wave.npz", "amass")
    assert len(carried) == len(motion)
    ways = []
    for one in (motion, carried):
        seen = one.rig.forward(one)
        arm = seen.joint("right_wrist") - seen.joint("right_elbow")
        ways.append(arm / np.linalg.norm(arm, axis=1, keepdims=True))
    assert np.degrees(np.arccos(np.clip((ways[0] * ways[1]).sum(axis=1), -1, 1))).max() < 0.1


@pytest.mark.parametrize("name", ["coco-wholebody", "csv", "npz"])
def test_losses_are_recorded_where_the_file_has_room(tmp_path, name) -> None:
    person = replace(make_sequence(2), meta={"lost": ("the sound",)}, fps=Fraction(30))
    extra = Skeleton("137", (*person.skeleton.joints, "tail"), ())
    points, levels = np.full((2, 1, 2), 0.5), np.ones((2, 1))
    joined = np.concatenate([person.points, points], axis=1), np.concatenate([person.confidence, levels], axis=1)
    poseforge.write_poses(replace(person, points=joined[0], confidence=joined[1], skeleton=extra), tmp_path / "a", name)
    (archive,) = poseforge.read_poses(tmp_path / "a", name) if name == "npz" else (None,)
    told = str(archive.meta["lost"]) if archive else (tmp_path / "a").read_text()
    assert "the sound" in told
    assert ("tail" in told) == (name != "npz")


def test_what_a_movement_loses_is_recorded(tmp_path) -> None:
    motion = make_motion(3)
    names = tuple(f"tail_{i}" if i == 54 else name for i, name in enumerate(motion.rig.skeleton.joints))
    foreign = replace(motion.rig, skeleton=Skeleton("foreign", names, motion.rig.skeleton.bones))
    poseforge.write_motion(replace(motion, rig=foreign), tmp_path / "a.npz", "amass")
    assert "tail_54" in str(np.load(tmp_path / "a.npz")["lost"])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "a.json",
            b'[{"pose": [], "left_hand": []}]',
            "a list of 1, the first of which is an object with keys pose, left_hand",
        ),
        ("a.json", b"{}", "an empty object"),
        ("a.json", b"[" * 900 + b"]" * 900, "a list of 1, the first of which is a list"),
        ("a.json", b"[", "not valid JSON"),
        ("a.xyz", b"abc", r"a \.xyz file"),
        ("a", b"abc", "a file without a suffix"),
    ],
)
def test_what_was_seen_is_told_of_what_is_not_known(tmp_path, name, content, told) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnknownFormat, match=told):
        find(tmp_path / name)


@pytest.mark.parametrize(
    "name", [name for name, known in registry().items() if known.options and issubclass(known.options, View)]
)
def test_a_measured_camera_excludes_a_framing_of_ones_own(name) -> None:
    get(name).options(camera="camera.json", facing=False)
    with pytest.raises(InvalidValue, match="not both"):
        get(name).options(camera="camera.json", framing="hands")


def test_what_was_seen_is_told_of_arrays_and_folders(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", pose=np.zeros((4, 7)), more=1.0)
    with pytest.raises(UnknownFormat, match="arrays of 4 x 7, one number"):
        find(tmp_path / "a.npz")
    with pytest.raises(
        UnknownFormat, match=r"a folder with 1 of \.npz.*poseforge formats|poseforge formats.*a folder with 1 of"
    ):
        find(tmp_path)


def test_a_film_among_poses_says_how_poses_are_found_in_it(tmp_path) -> None:
    (tmp_path / "talk.mp4").write_bytes(b"a film")
    with pytest.raises(UnknownFormat, match=r"poseforge detect .*talk\.mp4"):
        find(tmp_path / "talk.mp4")
