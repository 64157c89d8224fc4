"""Jobs here and in a worker: real child processes, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty, SimpleQueue

import av
import numpy as np
import pytest

from poseforge import filters
from poseforge.errors import Cancelled, FormatError, InvalidValue, NotEnoughMemory
from poseforge.files import clear_leftovers
from poseforge.formats import read_poses
from poseforge.jobs import KINDS, LOG, Event, Job, Request, TimeLeft, attempt, clear, prepare, read_request, revised, run
from poseforge.media import read_frames
from poseforge.projects import save_project
from poseforge.timeline.bake import bake
from poseforge.worker import Worker
from samples import make_project, make_sequence

WAIT_S = 30

ODD = """
import ctypes, os, subprocess, sys, time
from pathlib import Path
from poseforge.formats import Format, read_poses

def noisy(path, options):
    print("printed by a library")
    os.write(1, b'{"kind": "done"}\\n')
    subprocess.run([sys.executable, "-c", "import sys; print('a child heard', repr(sys.stdin.read()))"])
    return read_poses(path, "npz")

def crashing(path, options):
    print("last words")
    ctypes.string_at(0)

def deaf(path, options):
    Path(path).with_name("began").touch()
    time.sleep(60)

def wrong(path, options):
    return 1 / 0

def made(name, read):
    return Format(name=name, title=name, suffixes=(), skeleton=None, keeps=(), read=read)

NOISY, CRASHING, DEAF, WRONG = made("noisy", noisy), made("crashing", crashing), made("deaf", deaf), made("wrong", wrong)
"""


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """Strangers' formats that do what formats should not, installed for child processes."""
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "odd.py").write_text(ODD)
    about = folder / "odd-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    lines = [f"{name} = odd:{name.upper()}" for name in ("noisy", "crashing", "deaf", "wrong")]
    (about / "entry_points.txt").write_text("\n".join(["[poseforge.formats]", *lines, ""]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield folder


@pytest.fixture(scope="module")
def worker(plugins):
    with Worker(grace_s=3) as one:
        yield one


class Listener:
    """What a job told, as it comes."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.queue: SimpleQueue[Event] = SimpleQueue()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self.queue.put(event)

    def until(self, wanted) -> Event:
        end = time.monotonic() + WAIT_S
        while True:
            try:
                event = self.queue.get(timeout=max(end - time.monotonic(), 0))
            except Empty:
                pytest.fail(f"nothing of the kind came: {self.events[-3:]}")
            if wanted(event):
                return event

    def outcome(self) -> Event:
        return self.until(lambda event: event.last)

    def begun(self) -> Event:
        return self.until(lambda event: event.done > 0 or event.last)


def submitted(worker: Worker, request: Request) -> Listener:
    listener = Listener()
    worker.submit(request, listener)
    return listener


def gone(pid: int) -> bool:
    """Whether a process ends soon."""
    for _ in range(WAIT_S * 20):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


LONG = 600
"""Frames that take seconds to render, unless somebody ends it."""


def rendering(root: Path, frames: int, target: str = "out.mp4", **arguments: object) -> Request:
    arguments = {"target": target, "size": "768x768" if frames == LONG else "128x128", **arguments}
    return prepare(root, "render", arguments, make_sequence(frames, low=0.3, high=0.7))


def test_a_worker_makes_the_same_video_as_this_process(tmp_path, worker) -> None:
    request = rendering(tmp_path, 40)
    heard: list[Event] = []
    here = run(request, heard.append)
    assert here["frames"] == 40
    first = [frame for frame, _ in read_frames(request.folder / "out.mp4")]
    (request.folder / "out.mp4").unlink()
    listener = submitted(worker, request)
    assert listener.outcome() == Event("done", result=here)
    np.testing.assert_array_equal(first, [frame for frame, _ in read_frames(request.folder / "out.mp4")])
    for events in (heard, listener.events):
        steps = [(event.done, event.total) for event in events if event.kind == "progress"]
        assert steps == sorted(steps)
        assert steps[-1] == (40, 40)
    assert [event.done for event in heard if event.text == "rendering"] == list(range(41))


def test_a_cancelled_job_leaves_nothing_and_its_worker_goes_on(tmp_path, worker) -> None:
    request = rendering(tmp_path, LONG)
    listener = submitted(worker, request)
    waiting = submitted(worker, waits := rendering(tmp_path, 2))
    assert listener.begun().done < LONG
    assert worker.unfinished == (request, waits)
    pid = worker.pid
    worker.cancel(request)
    worker.cancel(request)
    assert listener.outcome() == Event("cancelled")
    assert {entry.name for entry in request.folder.iterdir()} == {"request.json", "poses.npz", "outcome.json", LOG}
    assert waiting.outcome().kind == "done"
    assert worker.pid == pid
    assert worker.unfinished == ()


def test_a_job_that_waits_is_cancelled_at_once(tmp_path, worker) -> None:
    long = submitted(worker, first := rendering(tmp_path, LONG))
    waits = submitted(worker, second := rendering(tmp_path, 2))
    long.begun()
    worker.cancel(second)
    assert waits.events == [Event("cancelled")]
    worker.cancel(first)
    assert long.outcome().kind == "cancelled"
    again = submitted(worker, second)
    assert again.outcome().kind == "done"


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_a_killed_worker_is_told_of_and_the_next_job_gets_a_new_one(tmp_path, worker) -> None:
    request = rendering(tmp_path, LONG)
    listener = submitted(worker, request)
    next_one = submitted(worker, rendering(tmp_path, 2))
    listener.begun()
    pid = worker.pid
    os.kill(pid, signal.SIGKILL)
    event = listener.outcome()
    assert event.kind == "failed"
    assert "SIGKILL" in event.text
    assert "memory" in event.text
    assert json.loads((request.folder / "outcome.json").read_text())["kind"] == "failed"
    assert not (request.folder / "out.mp4").exists()
    assert next_one.outcome().kind == "done"
    assert worker.pid != pid
    os.kill(worker.pid, signal.SIGKILL)  # idle
    assert gone(worker.pid)
    assert submitted(worker, rendering(tmp_path, 2)).outcome().kind == "done"


def test_a_crash_leaves_its_traceback_in_the_folder(tmp_path, worker) -> None:
    request = rendering(tmp_path, 2, from_="crashing")
    event = submitted(worker, request).outcome()
    assert event.kind == "failed"
    assert str(request.folder / LOG) in event.text
    log = (request.folder / LOG).read_text()
    assert "last words" in log
    assert "odd.py" in log


def test_what_ignores_a_cancel_is_ended(tmp_path, plugins) -> None:
    with Worker(grace_s=0.3) as impatient:
        request = rendering(tmp_path, 2, from_="deaf")
        listener = submitted(impatient, request)
        while not (request.folder / "began").exists():
            time.sleep(0.02)
        impatient.cancel(request)
        assert listener.outcome().kind == "cancelled"
        assert submitted(impatient, rendering(tmp_path, 2)).outcome().kind == "done"


def test_a_worker_that_rests_ends_its_process_and_starts_another(tmp_path, worker) -> None:
    listener = submitted(worker, rendering(tmp_path, 2))
    assert listener.outcome().kind == "done"
    before = worker.pid
    long = submitted(worker, rendering(tmp_path, LONG, "long.mp4"))
    assert not worker.rest()
    worker.cancel(worker.unfinished[0])
    long.outcome()
    while not worker.rest():
        time.sleep(0.01)
    assert worker.pid is None
    assert gone(before)
    again = submitted(worker, rendering(tmp_path, 2, "again.mp4"))
    assert again.outcome().kind == "done"
    assert worker.pid not in (None, before)


def test_a_lack_of_memory_names_the_plan_to_try_and_the_job_takes_it(tmp_path, monkeypatch) -> None:
    def short(job: Job, plan: str = "fast") -> dict[str, str]:
        if plan == "fast":
            raise NotEnoughMemory("too little", "lean")
        return {"plan": plan}

    monkeypatch.setitem(KINDS, "short", short)
    request = prepare(tmp_path, "short", {})
    event = attempt(request)
    assert (event.kind, event.text, event.result) == ("failed", "too little", {"plan": "lean"})
    revised(request, plan="lean")
    assert attempt(read_request(request.folder)).result == {"plan": "lean"}


def test_closing_cancels_everything_and_ends_the_process(tmp_path) -> None:
    worker = Worker()
    running, waiting = submitted(worker, rendering(tmp_path, LONG)), submitted(worker, rendering(tmp_path, 2))
    running.begun()
    pid = worker.pid
    worker.close()
    assert running.events[-1] == waiting.events[-1] == Event("cancelled")
    assert worker.pid is None
    assert gone(pid)
    worker.close()
    with pytest.raises(InvalidValue, match="closed"):
        worker.submit(rendering(tmp_path, 2), running)
    Worker().close()


def test_nothing_is_imported_from_where_one_happens_to_be(tmp_path, monkeypatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with Worker() as worker:
        assert submitted(worker, rendering(tmp_path / "jobs", 2, target="a.gif")).outcome().kind == "done"


def test_a_listener_that_fails_harms_no_other_job(tmp_path, worker, capsys) -> None:
    def failing(event: Event) -> None:
        raise RuntimeError("of the listener")

    worker.submit(rendering(tmp_path, 2), failing)
    assert submitted(worker, rendering(tmp_path, 2)).outcome().kind == "done"
    assert "of the listener" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_a_worker_whose_parent_was_killed_ends(tmp_path) -> None:
    request = rendering(tmp_path, LONG)
    code = f"""
import pathlib, time
from poseforge.jobs import read_request
from poseforge.worker import Worker
worker = Worker()
worker.submit(read_request(pathlib.Path({str(request.folder)!r})), lambda event: event.done and print(worker.pid, flush=True))
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)
    assert not (request.folder / "out.mp4").exists()
    assert not list(request.folder.glob(".poseforge-*"))


def test_what_libraries_print_goes_to_the_log(tmp_path, worker) -> None:
    request = rendering(tmp_path, 2, from_="noisy")
    assert submitted(worker, request).outcome().result["frames"] == 2
    log = (request.folder / LOG).read_text()
    assert "printed by a library" in log
    assert '{"kind": "done"}' in log
    assert "a child heard ''" in log


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"kind": "dance", "arguments": {}}, "no job is called 'dance'"),
        ({"kind": "render", "arguments": {"source": "poses.npz"}}, "needs 'target'"),
        ({"kind": "render", "arguments": {"source": "poses.npz", "target": "a.mp4", "colour": 1}}, "has no 'colour'"),
        ({"kind": "render", "arguments": {"source": 3, "target": "a.mp4"}}, "source is 3; expected str"),
        ({"kind": "render", "arguments": {"source": "poses.npz", "target": "a.mp4", "size": "big"}}, "size 'big'"),
        ({"kind": "render", "arguments": {"source": "x.npz", "target": "a.mp4"}}, "no such file"),
        ({"kind": "render", "arguments": {"source": "poses.npz", "target": "a.mp4", "from_": "wrong"}}, "ZeroDivisionError"),
        ({"kind": "write", "arguments": {"source": "poses.npz", "target": "a", "fps": 3}}, "fps is 3; expected str"),
        ({"kind": "convert", "arguments": {"conversions": [3], "folder": "a"}}, "conversion 0 is 3"),
        ({"kind": "filter", "arguments": {"source": "poses.npz", "name": "annotations"}}, "no filter is called"),
        ({"kind": "render"}, "no request"),
        ([], "no request"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(tmp_path, worker, record, words) -> None:
    request = rendering(tmp_path, 2)
    (request.folder / "request.json").write_text(json.dumps(record))
    event = submitted(worker, request).outcome()
    assert event.kind == "failed"
    assert words in event.text
    assert ("Traceback" in (request.folder / LOG).read_text()) == ("arguments" in record)


def test_a_job_is_done_again_from_its_folder(tmp_path, plugins) -> None:
    request = rendering(tmp_path, 3, target="maps", from_="noisy")
    command = [sys.executable, "-m", "poseforge.worker", str(request.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    events = [Event(**json.loads(line)) for line in done.stdout.splitlines()]
    assert events[-1].kind == "done"
    assert "printed by a library" in done.stderr
    assert len(list((request.folder / "maps").iterdir())) == 3
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 1
    assert "exists" in json.loads(again.stdout.splitlines()[-1])["text"]
    none = subprocess.run([*command[:-1], str(tmp_path / "none")], capture_output=True, text=True)
    assert (none.returncode, none.stdout) == (2, "")
    assert "none" in none.stderr


def test_a_project_is_baked_and_written_as_told(tmp_path) -> None:
    project = make_project()
    request = prepare(tmp_path, "write", {"target": tmp_path / "pose.npz", "to": "npz", "fps": "12"}, project)
    result = run(request)
    assert (result["written"], result["frames"], result["people"]) == (str(tmp_path / "pose.npz"), 30, 1)
    (written,) = read_poses(tmp_path / "pose.npz")
    assert written == filters.resample(bake(project), 12)
    assert any("12 frames per second" in note for note in result["notes"])


def test_many_are_converted_and_one_that_fails_is_named(tmp_path) -> None:
    sources = [save_project(make_project(i), tmp_path / f"{i}.poseforge") or tmp_path / f"{i}.poseforge" for i in range(2)]
    (tmp_path / "bad.npz").write_bytes(b"no")
    records = [{"source": str(source), "target": f"out/{source.stem}"} for source in [*sources, tmp_path / "bad.npz"]]
    request = prepare(tmp_path / "jobs", "convert", {"conversions": records, "folder": "out", "jobs": 1})
    events: list[Event] = []
    outcomes = run(request, events.append)["outcomes"]
    assert [bool(outcome["error"]) for outcome in outcomes] == [False, False, True]
    assert [outcome["report"] and outcome["report"]["frames"] for outcome in outcomes] == [60, 60, None]
    assert [event.done for event in events] == [0, 1, 2, 3]
    with pytest.raises(Cancelled):
        run(request, events.append, lambda: True)


def test_many_at_a_time_are_converted_in_a_worker(tmp_path, worker) -> None:
    for i in range(2):
        save_project(make_project(i), tmp_path / f"{i}.poseforge")
    records = [{"source": str(tmp_path / f"{i}.poseforge"), "target": f"out/{i}"} for i in range(2)]
    request = prepare(tmp_path / "jobs", "convert", {"conversions": records, "folder": "out", "jobs": 2})
    outcomes = submitted(worker, request).outcome().result["outcomes"]
    assert sorted(outcome["report"]["frames"] for outcome in outcomes) == [60, 60]


def test_a_filter_gives_what_it_gives_here(tmp_path) -> None:
    person = make_sequence(30)
    settings = {"sigma": 1, "joints": ["left_wrist"]}
    request = prepare(tmp_path, "filter", {"name": "gaussian", "settings": settings}, [person, person.mirrored()])
    made = read_poses(run(request)["written"])
    assert made == tuple(filters.gaussian(one, sigma=1, joints=["left_wrist"]) for one in (person, person.mirrored()))
    bad = prepare(tmp_path, "filter", {"name": "gaussian", "settings": {"strength": 1}}, person)
    with pytest.raises(InvalidValue, match="has no 'strength'"):
        run(bad)


def test_a_pipeline_gets_its_maps(tmp_path) -> None:
    request = prepare(tmp_path, "export", {"target": "vace", "pipeline": "vace", "size": "64x64"}, make_sequence(9))
    events: list[Event] = []
    with av.open(run(request, events.append)["written"]) as container:
        frames = container.streams.video[0].frames
    told = [event for event in events if event.kind == "progress"][-1]
    assert (told.done, told.total) == (frames, frames)
    assert any("frames per second" in event.text for event in events if event.kind == "note")


def test_a_request_survives_its_file_and_folders_are_numbered(tmp_path) -> None:
    first, second = (rendering(tmp_path / "jobs", 2) for _ in range(2))
    assert [one.folder.name for one in (first, second)] == ["00001-render", "00002-render"]
    assert read_request(first.folder) == first
    assert read_poses(first.folder / "poses.npz") == (make_sequence(2, low=0.3, high=0.7),)
    for kind, arguments in (("dance", {}), ("render", {"size": {1, 2}}), ("render", {"size": float("nan")})):
        with pytest.raises(InvalidValue, match=r"no job|JSON"):
            prepare(tmp_path / "jobs", kind, arguments)
    with pytest.raises(InvalidValue, match="no people"):
        prepare(tmp_path / "jobs", "render", {}, [3])
    assert len(list((tmp_path / "jobs").iterdir())) == 2
    with pytest.raises(FormatError):
        (first.folder / "request.json").write_text("[")
        read_request(first.folder)


def test_only_finished_jobs_are_cleared(tmp_path) -> None:
    requests = [rendering(tmp_path, 2) for _ in range(4)]
    for request in requests[:3]:
        assert attempt(request).kind == "done"
    clear(tmp_path, keep=1)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["00003-render", "00004-render"]
    clear(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["00004-render"]


def test_what_a_killed_job_left_is_removed_by_the_next(tmp_path) -> None:
    request = rendering(tmp_path, 2)
    left = request.folder / ".poseforge-left"
    left.touch()
    os.utime(left, (0, 0))
    run(request)
    assert not left.exists()
    clear_leftovers(tmp_path / "nowhere")


def test_the_time_left_follows_the_speed() -> None:
    left = TimeLeft()
    assert left(Event("progress", "reading"), 0) is None
    assert left(Event("progress", "rendering", 0, 100), 5) is None
    assert left(Event("progress", "rendering", 10, 100), 6) == pytest.approx(9)
    assert left(Event("progress", "rendering", 20, 100), 7) == pytest.approx(8)
    slower = left(Event("progress", "rendering", 21, 100), 17)
    assert 20 < slower < 790
    assert left(Event("progress", "rendering", 100, 100), 18) == 0
