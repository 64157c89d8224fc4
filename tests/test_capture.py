"""Capture: from the pictures of a source to people, whole or in parts."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from films import Reader, make_film, reader_kind

from poseforge import capture, detect, jobs
from poseforge.capture import BRIDGED, Detection, Kept, Take, take
from poseforge.errors import Cancelled, FileProblem, FormatError, InvalidValue, MissingDependency
from poseforge.formats import read_poses
from poseforge.skeleton import wholebody_134 as hub
from poseforge.sources import Source, open_source

FPS = Fraction(25)
HANDS = np.concatenate([hub.group("left_hand"), hub.group("right_hand")])


@pytest.fixture
def film(tmp_path):
    return make_film(tmp_path / "film.mp4", [40 * i for i in range(30)], 320, 240)


@pytest.fixture
def reader(monkeypatch):
    one = Reader()
    monkeypatch.setattr(detect, "kinds", lambda: {"reader": reader_kind(one)})
    return one


def taken(path, reader, **how) -> Take:
    with open_source(Source(path, FPS)) as pictures:
        return take(pictures, reader, **how)


def test_every_picture_is_looked_at_once_in_order(film) -> None:
    reader, told = Reader(), []
    done = taken(film, reader, tell=lambda *progress: told.append(progress))
    assert reader.seen == list(range(30))
    assert reader.restarts == 1
    (person,) = done.people(clean=False)
    assert person.size == (320, 240)
    assert person.fps == FPS
    assert np.allclose(person.pixels()[:, 0, 0], 10 + np.arange(30))
    assert np.all(person.confidence == 0.9)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (30, 30)


def test_a_picture_that_stays_is_looked_at_once(tmp_path) -> None:
    path = make_film(tmp_path / "slow.mp4", [200 * i for i in range(6)])
    reader = Reader()
    done = taken(path, reader)
    assert reader.seen == list(range(6))
    raw, clean = (done.people(clean=how)[0].pixels()[:, 0, 0] for how in (False, True))
    assert len(np.unique(raw)) == 6  # steps
    assert np.allclose(np.diff(clean[:26]), 0.2, atol=0.02)  # but the movement is smooth


def test_several_people_are_kept_apart_and_chosen(film) -> None:
    done = taken(film, Reader(people=2))
    assert [person.pixels()[0, 0, 0] for person in done.people("all", clean=False)] == [10, 210]
    assert done.people("largest", clean=False)[0].pixels()[0, 0, 0] == 210
    assert done.people("0", clean=False)[0].pixels()[0, 0, 0] == 10
    with pytest.raises(InvalidValue, match="person '7' of 2"):
        done.people("7")


def test_what_is_lost_for_a_moment_is_filled_in_marked_and_told(film) -> None:
    done = taken(film, Reader(empty=frozenset({10, 11, 12})))
    (raw,), (person,) = done.people(clean=False), done.people()
    assert not raw.present[10:13].any()
    assert person.present.all()
    marked = np.zeros_like(person.present)
    marked[10:13] = True
    assert np.array_equal(person.frame_meta[BRIDGED], marked)
    assert np.abs(person.pixels()[10:13] - [Reader.person(i)[:, :2] for i in (10, 11, 12)]).max() < 0.5
    assert (person.confidence[10:13] < 0.9).all()
    assert "the left hand is filled in for 3 frames in which it was not seen" in list(done.notes((person,)))


def test_nobody_for_seconds_stays_a_gap_and_is_told(tmp_path) -> None:
    path = make_film(tmp_path / "film.mp4", [100 * i for i in range(28)])
    done = taken(path, Reader(empty=frozenset(range(8, 20))))
    people = done.people()
    assert not people[0].present[25:45].any()
    assert people[0].present[:18].all()
    (note,) = (note for note in done.notes(people) if note.startswith("nobody"))
    begin, end = (float(word) for word in note.split() if word[0].isdigit())
    assert (begin, end) == pytest.approx((0.76, 1.96), abs=0.1)


def test_nobody_at_all_is_an_error_that_says_so(film) -> None:
    with pytest.raises(InvalidValue, match=r"nobody was seen.*looked at: 30"):
        taken(film, Reader(empty=frozenset(range(30)))).people()


class Ghost(Reader):
    """Sees a body without hands or a face."""

    @staticmethod
    def person(number: int, who: int = 0) -> np.ndarray:
        points = Reader.person(number, who)
        points[18:] = (np.nan, np.nan, 0)
        return points


def test_a_body_that_flashes_up_is_nobody_but_one_that_stays_is_somebody(film) -> None:
    with pytest.raises(InvalidValue, match=r"nobody was seen.*looked at: 30"):
        taken(film, Ghost(empty=frozenset(range(3, 30)))).people()
    (person,) = taken(film, Ghost(empty=frozenset(range(20, 30)))).people()
    assert person.present.any()


def test_nothing_is_kept_of_nobody(film, reader, tmp_path) -> None:
    reader.empty = frozenset(range(30))
    with pytest.raises(InvalidValue, match="so nothing is kept"):
        Detection(Source(film, FPS), tmp_path / "out", detector="reader").run()
    assert list(tmp_path.iterdir()) == [film]


def test_enough_is_enough() -> None:
    with open_source(Source("lavfi:testsrc2=size=64x48:rate=24")) as pictures:
        done = take(pictures, Reader(), enough=lambda count: count >= 20)
    assert 20 <= len(done.frames) < 60
    assert len(done.first(20).frames) == len(done.first(20).seconds) == 20


class Interrupted(BaseException):
    """As Ctrl-C."""


class Following(Reader):
    """Finds what moves on from what it saw before, as trackers do."""

    def people(self, pictures):
        found = []
        for picture in pictures:
            (people,) = super().people([picture])
            self.so_far = 0.7 * self.so_far + people[0][0, 0]
            people[0][:, 1] = self.so_far
            found.append(people)
        return found

    def restart(self) -> None:
        super().restart()
        self.so_far = 0.0


@pytest.mark.parametrize("after", [8, 16, 24])
def test_what_was_interrupted_goes_on_and_becomes_the_very_same(film, tmp_path, monkeypatch, after) -> None:
    monkeypatch.setattr(capture, "_CHUNK", 16)
    unbroken = Following()
    whole = taken(film, unbroken, kept=Kept(tmp_path / "whole"))
    assert unbroken.seen == [*range(16), *range(15, 30)]  # one is seen again, so that the detector follows on
    assert unbroken.restarts == 2

    def interrupt(done: int, total: int) -> None:
        if done == after:
            raise Interrupted

    with pytest.raises(Interrupted):
        taken(film, Following(), tell=interrupt, kept=Kept(tmp_path / "kept"))
    kept, reader = Kept(tmp_path / "kept"), Following()
    assert len(kept.frames) == (16 if after >= 16 else 0)
    with open_source(Source(film, FPS), kept.start) as pictures:
        done = take(pictures, reader, kept=kept)
    assert reader.seen == (list(range(15, 30)) if kept.frames else unbroken.seen)
    assert done.seconds == whole.seconds
    assert np.array_equal(np.array(done.frames), np.array(whole.frames))


def test_the_chunks_of_two_detections_of_one_film_are_apart(film, tmp_path) -> None:
    one, other, same = (Detection(Source(film, FPS), tmp_path / name) for name in ("a", "b", "a"))
    assert one.kept == same.kept
    assert len({one.kept, other.kept, replace(one, to="npz").kept}) == 3


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut off", None])
def test_a_damaged_chunk_is_done_again(film, tmp_path, damage) -> None:
    kept = Kept(tmp_path / "kept")
    for i in range(3):
        kept.add([[Reader.person(i)], []], [i / 10, i / 10 + 0.05])
    assert [len(frame) for frame in Kept(kept.folder).frames] == [1, 0] * 3
    second = kept.folder / "1.npz"
    if damage is None:
        np.savez(second, people=np.zeros((3, 134, 3)), counts=np.array([1, 0]), seconds=np.zeros(2))
    else:
        second.write_bytes(damage)
    assert len(Kept(kept.folder).frames) == 2


def test_a_detection_is_written_whole_and_its_chunks_go(film, tmp_path, reader) -> None:
    one = Detection(Source(film, FPS), tmp_path / "out.npz", detector="reader")
    report = one.run()
    assert (report.frames, report.people) == (30, 1)
    assert len(read_poses(tmp_path / "out.npz")[0]) == 30
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "out.npz"]
    with pytest.raises(FileProblem, match="exists"):
        one.run()
    assert len(reader.seen) == 30  # the work was not done in vain
    with pytest.raises(FileProblem, match="is what is read"):
        Detection(Source(film, FPS), film, to="npz", detector="reader").run()


def test_a_film_that_breaks_off_leaves_what_it_gave(film, tmp_path, reader) -> None:
    long = make_film(tmp_path / "long.mkv", [40 * i for i in range(29)], 320, 240)
    long.write_bytes(long.read_bytes()[: int(long.stat().st_size * 0.6)])
    report = Detection(Source(long, FPS), tmp_path / "out.npz", detector="reader").run()
    assert 0 < report.frames < 29
    assert any("What could be read is kept." in note for note in report.notes)


def test_a_job_does_the_same_and_can_be_cancelled_and_continued(film, tmp_path, reader, monkeypatch) -> None:
    monkeypatch.setattr(capture, "_CHUNK", 16)
    arguments = {"source": str(film), "target": str(tmp_path / "out"), "detector": "reader", "fps": "25", "fit": "stretch"}
    request = jobs.prepare(tmp_path / "jobs", "detect", arguments)
    events = []
    with pytest.raises(Cancelled):
        jobs.run(request, events.append, cancelled=lambda: bool(events) and events[-1].done >= 16)
    assert reader.seen == [*range(16), *range(15, 24)]
    assert not (tmp_path / "out").exists()
    result = jobs.run(request, events.append)
    assert (result["frames"], result["people"]) == (30, 1)
    assert read_poses(tmp_path / "out")[0].size == (768, 768)
    assert reader.seen == [*range(16), *range(15, 24), *range(15, 30)]
    assert not list(tmp_path.glob(".poseforge-*"))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"detector": "nonsense"}, InvalidValue, "no detector 'nonsense'"),
        ({"options": {"speed": 1}}, InvalidValue, "has no option 'speed'"),
        ({"region": [0, 0, 9000, 10]}, InvalidValue, "pixels, beyond which"),
        ({"region": [0, 0]}, InvalidValue, "expected left, top, width and height"),
        ({"source": "nothing.mp4"}, FileProblem, "no such file"),
        ({"fps": "often"}, InvalidValue, "fps"),
        ({"fit": "nicely"}, InvalidValue, "fit 'nicely'"),
    ],
)
def test_wrong_arguments_are_said_to_be_wrong(film, tmp_path, reader, change, error, words) -> None:
    arguments = {"source": str(film), "target": str(tmp_path / "out"), "detector": "reader"} | change
    with pytest.raises(error, match=words):
        jobs.run(jobs.prepare(tmp_path / "jobs", "detect", arguments))
    assert not (tmp_path / "out").exists()


def test_a_detector_that_cannot_be_opened_says_what_to_do(film, tmp_path, monkeypatch) -> None:
    kind = detect.Kind("absent", "Absent", SimpleNamespace, lambda options: Reader(), lambda: "install it: pip install it")
    monkeypatch.setattr(detect, "kinds", lambda: {"absent": kind})
    with pytest.raises(MissingDependency, match="pip install it"):
        Detection(Source(film), tmp_path / "out", detector="absent").run()


def test_detect_and_record_on_the_command_line(run, film, reader, tmp_path) -> None:
    code, out, err = run("detect", film, "out", "--detector", "reader", "--fps", "25", "-o", "confidence=0.4")
    assert (code, out.strip()) == (0, "30 frames of 1 person written to " + str(tmp_path / "out"))
    assert run("detect", film, "out", "--detector", "reader")[0] == 2
    code, out, err = run("record", "take.npz", "--source", film, "--seconds", "0.4", "--countdown", "0", "--detector", "reader")
    assert code == 0, err
    assert len(read_poses(tmp_path / "take.npz")[0]) == 10
    assert run("detect", film, "x", "--region", "1,2")[0] == 2
    assert run("detect", film, "x", "-o", "confidence")[0] == 2


def test_many_sources_go_into_a_folder_and_one_that_fails_stops_no_other(run, film, reader, tmp_path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    again = tmp_path / "Film.mkv"  # one name where capitals are not told apart
    again.write_bytes(film.read_bytes())
    code, _, err = run("detect", film, tmp_path / "broken.mp4", again, "all", "--detector", "reader", "--to", "npz")
    assert code == 1
    assert "broken.mp4: is no picture or video" in err
    assert sorted(path.name for path in (tmp_path / "all").glob("*.npz")) == ["Film-mkv.npz", "film-mp4.npz"]
    code, _, err = run("detect", film, again, "all", "--detector", "reader", "--to", "npz")
    assert code == 0
    assert err.count("exists and is left alone") == 2
    code, _, err = run("detect", film, tmp_path / "other" / "FILM.mp4", "both", "--detector", "reader", "--to", "npz")
    assert code == 2
    assert "several sources have this name" in err


class OneHand(Reader):
    """Sees no left hand, and the right one in the first ten pictures."""

    @staticmethod
    def person(number: int, who: int = 0) -> np.ndarray:
        points = Reader.person(number, who)
        points[hub.group("left_hand")] = (np.nan, np.nan, 0)
        if number >= 10:
            points[hub.group("right_hand")] = (np.nan, np.nan, 0)
        return points


def test_what_everybody_means_is_told(film, tmp_path, reader) -> None:
    wanted = Detection(Source(film, FPS), tmp_path / "out", detector="reader", person="all")
    assert "one person was found" in " ".join(wanted.run().notes)
    reader.count = 2
    assert "EchoMimicV2 animates one" in " ".join(replace(wanted, overwrite=True).run().notes)
    assert "EchoMimicV2" not in " ".join(replace(wanted, target=tmp_path / "out.npz").run().notes)


def test_in_how_many_frames_the_hands_are_is_told_if_these_are_few(film) -> None:
    done = taken(film, OneHand())
    assert "of 30 frames, the left hand is in 0, the right one in 10" in list(done.notes(done.people(clean=False)))
    done = taken(film, Reader())
    assert list(done.notes(done.people(clean=False))) == []


def test_what_was_done_before_ctrl_c_is_counted_and_told(run, film, reader, tmp_path, monkeypatch) -> None:
    look = reader.people

    def interrupted(pictures):
        if len(reader.seen) >= 40:
            raise KeyboardInterrupt
        return look(pictures)

    monkeypatch.setattr(reader, "people", interrupted)
    again = tmp_path / "again.mp4"
    again.write_bytes(film.read_bytes())
    how = ("--detector", "reader", "--fps", "25", "--to", "npz")
    code, out, err = run("detect", film, again, "all", *how)
    assert code == 130
    assert "30 frames of 1 person written" in out
    assert "stopped after 1 of 2" in err
    reader.seen[:] = range(40)
    assert "stopped after 1 of 2" in run("detect", film, again, "all", *how)[2]


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(run, film, reader, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(capture, "_CHUNK", 16)
    look = reader.people

    def interrupted(pictures):
        if len(reader.seen) >= 16:
            raise KeyboardInterrupt
        return look(pictures)

    monkeypatch.setattr(reader, "people", interrupted)
    code, _, err = run("detect", film, "out.npz", "--detector", "reader", "--fps", "25")
    assert code == 130
    assert "the same command goes on from there" in err
    monkeypatch.setattr(reader, "people", look)
    reader.seen.clear()
    code, _, err = run("detect", film, "out.npz", "--detector", "reader", "--fps", "25")
    assert (code, err.splitlines()[0]) == (0, "note: goes on at 0.6 s, where it was interrupted")
    assert reader.seen == list(range(15, 30))


@pytest.mark.parametrize(("name", "frames"), [("signer", 47), ("hand_closeup", 194)])
def test_real_films_give_hands_that_neither_flip_nor_flicker(shared, tmp_path, name, frames) -> None:
    pytest.importorskip("mediapipe")
    from poseforge.detect.mediapipe import KIND, Options

    detector = KIND.open(Options())
    with open_source(Source(shared / f"data/video/{name}.mp4")) as pictures:
        done = take(pictures, detector)
    detector.close()
    (person,) = done.people()
    assert len(person) == frames
    left, right = (person.present[:, person.skeleton.group(f"{side}_hand")].all(axis=1) for side in ("left", "right"))
    assert not left.any()  # both show the right hand alone
    assert len(np.flatnonzero(np.diff(right.astype(int)))) <= 2  # it comes once, and goes once
    assert right.sum() > (18 if name == "signer" else 190)
    if name == "hand_closeup":  # a hand that MediaPipe takes for a body now and then
        assert not person.present[:, person.skeleton.group("body")].any()


def test_a_broken_detector_is_heard_and_loses_no_chunk(film, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(capture, "_CHUNK", 8)

    class Failing(Reader):
        def people(self, pictures):
            if len(self.seen) >= 8:
                raise FormatError("model.onnx", "is damaged.")
            return super().people(pictures)

    with pytest.raises(FormatError, match=r"model\.onnx"):
        taken(film, Failing(), kept=Kept(tmp_path / "kept"))
    assert len(Kept(tmp_path / "kept").frames) == 8


def test_what_was_recorded_stays_if_the_detector_fails(run, film, reader, tmp_path, monkeypatch) -> None:
    look = reader.people

    def failing(pictures):
        if len(reader.seen) >= 16:
            raise FormatError("model.onnx", "is damaged.")
        return look(pictures)

    monkeypatch.setattr(reader, "people", failing)
    how = ("--source", film, "--fps", "25", "--countdown", "0", "--detector", "reader")
    code, _, err = run("record", "take.npz", *how)
    assert code != 0
    assert "is damaged" in err
    assert len(read_poses(tmp_path / "take.npz")[0]) == 16
    assert not list(tmp_path.glob(".poseforge-*"))


def test_what_was_recorded_stays_if_it_cannot_be_written(run, film, reader, tmp_path, monkeypatch) -> None:
    def full(*_):
        raise FileProblem("take.npz: cannot be written (the disk is full)")

    how = ("--source", film, "--fps", "25", "--seconds", "0.8", "--countdown", "0", "--detector", "reader")
    with monkeypatch.context() as patch:
        patch.setattr(capture, "write_poses", full)
        code, _, err = run("record", "take.npz", *how)
    assert code != 0
    assert "what was recorded is kept" in err
    (folder,) = tmp_path.glob(".poseforge-*.take")
    assert run("record", "take.npz", "--source", folder, "--detector", "reader")[0] == 0
    assert len(read_poses(tmp_path / "take.npz")[0]) >= 20
    assert not folder.exists()


def test_what_cannot_be_recorded_is_told_before_the_countdown(run, reader, tmp_path) -> None:
    code, _, err = run("record", "take.npz", "--source", tmp_path / "nothing.mp4", "--countdown", "60", "--detector", "reader")
    assert code != 0
    assert "no such file" in err
    assert "60 ..." not in err


@pytest.mark.slow
def test_several_sources_at_a_time_in_processes_of_their_own(run, shared, tmp_path) -> None:
    pytest.importorskip("mediapipe")
    pictures = [shared / f"data/echomimic_v2/reference/{name}.png" for name in ("0014", "man_0001")]
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    code, out, err = run("detect", *pictures, tmp_path / "broken.mp4", "all", "--jobs", "2")
    assert code == 1
    assert out.count("1 frame of 1 person written") == 2
    assert "broken.mp4: is no picture or video" in err
    for name in ("0014", "man_0001"):
        (person,) = read_poses(tmp_path / "all" / name)
        assert person.present[:, HANDS].all()
