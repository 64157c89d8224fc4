"""Recording: takes of a live source, written down as they go, whatever happens to those who make them."""

from fractions import Fraction

import numpy as np
import pytest
from films import make_film

from poseforge import recording
from poseforge.errors import Cancelled, FormatError, InvalidValue
from poseforge.jobs import Event, Job, prepare, run
from poseforge.recording import begin, end, read, takes, watch
from poseforge.skeleton import wholebody_134
from poseforge.sources import Source, open_source

LIVE = "lavfi:testsrc2=size=64x48:rate=24"


class Pointing:
    """Finds one person, whose joints are all in the middle of the picture, but for those it says are missing."""

    engine = "none"

    def restart(self) -> None:
        pass

    def close(self) -> None:
        pass

    def people(self, pictures):
        height, width, _ = pictures[0].shape
        person = np.full((len(wholebody_134), 3), 0.9)
        person[:, :2] = width / 2, height / 2
        person[-1] = np.nan, np.nan, 0
        return [[person] for _ in pictures]


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    """No test waits for a film to go on."""
    monkeypatch.setattr(recording, "sleep", lambda seconds: None)


def watched(folder, act, place=LIVE):
    """Watch, and do something before each picture that is shown; what was shown, and the outcome."""
    seen = []

    def show(picture, known):
        seen.append(known)
        act(len(seen), folder)

    return seen, watch(Source(place, Fraction(24)), Pointing(), folder, show)


def test_takes_begin_and_end_when_somebody_says_so(tmp_path) -> None:
    def act(count, folder):
        if count in (3, 80):
            begin(folder)
        if count in (73, 90):
            end(takes(folder)[-1])
        if count == 100:
            end(folder)

    seen, problem = watched(tmp_path, act)
    assert problem == ""
    assert [known["take"] for known in seen] == [""] * 3 + ["take-001"] * 70 + [""] * 7 + ["take-002"] * 10 + [""] * 10
    assert [known["taken"] for known in seen[:5]] == [0, 0, 0, 1, 2]
    first, second = (read(take) for take in takes(tmp_path))
    assert (len(first.frames), len(second.frames)) == (70, 10)
    assert (first.size, first.fps, first.problem) == ((64, 48), 24, "")
    np.testing.assert_allclose(first.seconds, np.arange(70) / 24, atol=1e-6)
    (person,) = first.people()
    np.testing.assert_allclose(person.points[:, 0], 0.5)
    assert seen[0]["people"][0][0] == [32.0, 24.0, 0.9]
    assert seen[0]["people"][0][-1] == [0, 0, 0]
    assert all(recording.over(take) for take in takes(tmp_path))


def test_a_source_that_ends_leaves_its_take_and_says_so(tmp_path) -> None:
    begin(tmp_path)
    seen, problem = watched(tmp_path, lambda count, folder: None, f"{LIVE}:duration=2.5")
    assert problem == recording.ENDED
    take = read(takes(tmp_path)[0])
    assert (len(take.frames), take.problem) == (60, recording.ENDED)
    assert len(seen) == 60


def test_a_film_is_played_again_and_from_its_beginning_for_a_take(tmp_path) -> None:
    film = make_film(tmp_path / "film.mp4", [round(i * 1000 / 24) for i in range(20)])

    def act(count, folder):
        if count == 25:  # five pictures into its second time
            begin(folder)
        if count == 60:
            end(folder)

    seen, problem = watched(tmp_path, act, str(film))
    assert problem == ""
    assert [known["take"] for known in seen] == [""] * 25 + ["take-001"] * 20 + [""] * 15
    assert [known["seconds"] for known in seen[24:27]] == pytest.approx([4 / 24, 0, 1 / 24], abs=1e-3)
    take = read(takes(tmp_path)[0])
    assert (len(take.frames), take.problem, recording.over(takes(tmp_path)[0])) == (20, "", True)


def test_of_a_recording_that_dies_all_but_the_last_seconds_can_be_read(tmp_path) -> None:
    def act(count, folder):
        if count == 1:
            begin(folder)
        if count == 111:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched(tmp_path, act)
    (folder,) = takes(tmp_path)
    assert read(folder).problem == recording.BROKEN_OFF
    assert len(read(folder).frames) == 110  # nobody killed it: it could write
    (folder / "2.npz").write_bytes(b"half a fi")
    (folder / "take.json").write_text((folder / "take.json").read_text().replace('"over": true', '"over": false'))
    assert len(read(folder).frames) == 96
    assert read(folder).problem == recording.BROKEN_OFF
    assert len(read(folder).people()[0]) == 96


@pytest.mark.parametrize(("asked", "problem"), [(True, ""), (False, recording.BROKEN_OFF)])
def test_a_job_that_is_cancelled_tells_whether_somebody_wanted_the_end(tmp_path, asked, problem) -> None:
    def act(count, folder):
        if count == 1:
            begin(folder)
        if count == 5:
            if asked:
                end(folder)
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        watched(tmp_path, act)
    assert read(takes(tmp_path)[0]).problem == problem


@pytest.mark.parametrize("about", [None, "{", "[]", '{"size": [1], "fps": "24"}'])
def test_what_is_no_take_is_named(tmp_path, about) -> None:
    take = begin(tmp_path)
    if about is not None:
        (take / "take.json").write_text(about)
    assert not recording.over(take)
    assert recording.began(take) is None
    with pytest.raises(FormatError, match="take-001"):
        read(take)


def test_a_job_shows_pictures_in_turn_and_not_too_often(tmp_path, monkeypatch) -> None:
    from PIL import Image

    clock = [0.0]
    monkeypatch.setattr("poseforge.jobs.monotonic", lambda: clock[0])
    told: list[Event] = []
    job = Job(tmp_path, told.append, lambda: clock[0] > 10)
    picture = np.full((1000, 2000, 3), (200, 30, 60), np.uint8)
    for _ in range(100):
        clock[0] += 0.01
        job.show(picture, {"seconds": clock[0]})
    assert 18 <= len(told) <= 20
    assert {event.kind for event in told} == {"shown"}
    files = [event.result["picture"] for event in told]
    assert len(set(files)) == 4
    assert files[0] != files[1]
    assert {entry.name for entry in tmp_path.iterdir()} == set(files)
    shown = Image.open(tmp_path / files[0])
    assert shown.size == (640, 320)
    np.testing.assert_allclose(np.asarray(shown).reshape(-1, 3).mean(axis=0), (200, 30, 60), atol=3)
    clock[0] = 11
    with pytest.raises(Cancelled):
        job.show(picture, {})


def test_the_job_records_until_it_is_told_to_stop(tmp_path, detectors) -> None:
    request = prepare(tmp_path, "record", {"source": LIVE, "detector": "pointing"})
    shown = []

    def tell(event):
        if event.kind == "shown":
            shown.append(event)
            if len(shown) == 1:
                begin(request.folder)
            if len(shown) == 3:
                end(request.folder)

    assert run(request, tell) == {"problem": ""}
    (take,) = takes(request.folder)
    assert read(take).problem == ""
    assert read(take).frames
    assert shown[-1].result["picture"].startswith("shown-")
    assert not list(request.folder.rglob("*.jpg"))  # nothing but poses is kept


def test_the_job_detects_a_part_of_a_film(tmp_path, detectors) -> None:
    place = f"{LIVE}:duration=4"
    request = prepare(
        tmp_path, "detect", {"source": place, "target": "poses.npz", "detector": "pointing", "first": 1.0, "last": 2.5}
    )
    assert run(request)["frames"] == 36


def test_a_part_of_a_source_begins_and_ends_where_it_shall() -> None:
    whole = Source(f"{LIVE}:duration=3")
    with open_source(whole) as pictures:
        every = [picture for picture, _ in pictures]
    with open_source(Source(whole.place, first=1.0, last=2.0)) as pictures:
        assert pictures.total in (0, 24)
        part = list(pictures)
    assert len(part) == 24
    np.testing.assert_array_equal([picture for picture, _ in part], every[24:48])
    assert [seconds for _, seconds in part] == pytest.approx(np.arange(24) / 24)
    with pytest.raises(InvalidValue, match="earlier"):
        Source(whole.place, first=2.0, last=2.0)
