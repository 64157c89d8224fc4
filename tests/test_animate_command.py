"""The command animate and its job: here, in a worker, and without weights."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from recordings import write_sound
from tiny_weights import write_tiny_weights

from poseforge.animate.echomimic_v2.settings import STATE
from poseforge.cli.animating import UNFINISHED, made_with
from poseforge.errors import Cancelled, FormatError, InvalidValue
from poseforge.formats import write_poses
from poseforge.jobs import Event, prepare
from poseforge.jobs import run as run_job
from poseforge.media import read_frames, write_frames
from poseforge.projects import save_project
from poseforge.worker import Worker
from samples import make_project, make_sequence


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_weights(tmp_path_factory.mktemp("weights") / "tiny")


@pytest.fixture
def inputs(tmp_path) -> Path:
    write_poses(make_sequence(14, low=0.3, high=0.7), tmp_path / "poses.npz", "npz")
    Image.fromarray(np.full((32, 32, 3), 90, np.uint8)).save(tmp_path / "person.png")
    write_sound(tmp_path / "voice.wav", 3.0)
    return tmp_path


WITH = ["--image", "person.png", "--audio", "voice.wav"]
SMALL = ["--variant", "accelerated", "--size", "32x32", "--steps", "1", "--precision", "float32", "--device", "cpu"]


def test_the_command_makes_a_video_from_poses_and_from_a_project(inputs, tiny, run) -> None:
    code, out, err = run("animate", "poses.npz", *WITH, "-o", "out.mp4", "--weights", tiny, *SMALL, "--frames", "2:7")
    assert (code, err.count("\n")) == (0, 1)
    assert "how well the poses fit the picture is not known" in err  # nobody is in it
    assert out == "6 frames, written to out.mp4\n"
    assert len(list(read_frames(inputs / "out.mp4"))) == 6
    assert not (inputs / f"out.mp4{UNFINISHED}").exists()
    save_project(make_project(), inputs / "talk.poseforge")
    code, out, err = run("animate", "talk.poseforge", *WITH, "-o", "talk.mp4", "--weights", tiny, *SMALL, "--frames", ":3")
    assert (code, out) == (0, "4 frames, written to talk.mp4\n")


def test_a_dry_run_says_what_it_takes_and_makes_nothing(inputs, tiny, run) -> None:
    before = set(inputs.iterdir())
    code, out, err = run("animate", "poses.npz", *WITH, "-o", "out.mp4", "--weights", tiny, "--dry-run", "--device", "cpu")
    assert code == 0
    assert "the poses end after 0.58 of 3.00 s of speech" in err
    for words in (
        "14 frames at 24 fps, 0.58 s, 768x768",
        "standard: 30 steps, guidance 2.5, seed 3407, float32",
        "TFLOP on cpu",
        "(a fast graphics card) or ",
        "fit         how well the poses fit the picture is not known: ",
        "plan",
    ):
        assert words in out
    assert set(inputs.iterdir()) == before
    (inputs / "out.mp4").touch()
    part = ["--dry-run", "--device", "cpu", "--frames", ":7", "--size", "64x32"]
    code, _, err = run("animate", "poses.npz", *WITH, "-o", "out.mp4", "--weights", tiny, *part)
    assert (code, "the poses end" in err) == (0, False)
    assert "out.mp4: exists; --overwrite replaces it" in " ".join(err.split())
    assert "stretched" in err


def test_without_weights_it_is_said_what_is_missing_and_how_to_get_it(inputs, run, home) -> None:
    for more in ([], ["--dry-run"]):
        code, _, err = run("animate", "poses.npz", *WITH, "-o", "out.mp4", *more)
        assert code == (1 if more else 2)
        for words in ("denoising_unet.pth", "reference_unet.pth", str(home), "poseforge models fetch echomimic-v2`"):
            assert words in err
    assert not list(inputs.glob("out*"))


def test_the_settings_of_a_video_are_used_again(inputs, tiny, run) -> None:
    first = [*WITH, "--weights", tiny, "--device", "cpu"]
    assert run("animate", "poses.npz", *first, "-o", "one.mp4", *SMALL, "--seed", "7", "--schedule", "line")[0] == 0
    assert run("animate", "poses.npz", *first, "-o", "two.mp4", "--like", "one.mp4", "--every", "2")[0] == 0
    assert made_with(inputs / "two.mp4") == (None, made_with(inputs / "one.mp4")[1] | {"every": 2})
    _, out, _ = run("animate", "poses.npz", *first, "-o", "no.mp4", "--like", "one.mp4", "--variant", "standard", "--dry-run")
    assert "standard: 30 steps, guidance 2.5, seed 7" in out
    write_frames([np.zeros((16, 16, 3), np.uint8)], inputs / "other.mp4", make_sequence(1).fps)
    with pytest.raises(FormatError, match=r"other\.mp4: does not say how it was made"):
        made_with(inputs / "other.mp4")


def test_the_frames_of_a_video_are_used_again(inputs, tiny, run) -> None:
    first = [*WITH, "--weights", tiny, "--device", "cpu"]
    part = ["--frames", "2:9", "--every", "2"]
    assert run("animate", "poses.npz", *first, "-o", "part.mp4", *SMALL, *part)[0] == 0
    _, out, _ = run("animate", "poses.npz", *first, "--like", "part.mp4", "--dry-run")
    assert "4 frames at 12 fps" in out
    _, out, _ = run("animate", "poses.npz", *first, "--like", "part.mp4", "--frames", "0:9", "--dry-run")
    assert "5 frames at 12 fps" in out
    assert "-o OUT.mp4" in run("animate", "poses.npz", *first)[2]


def test_what_makes_a_video_useless_is_told_before_the_work(inputs, tiny, run) -> None:
    write_sound(inputs / "silent.wav", 1.0, samples=np.zeros(16_000, np.int16))
    told = ["--image", "person.png", "--audio", "silent.wav", "--weights", tiny, *SMALL, "--frames", ":3"]
    for more in (["-o", "out.mp4"], ["--dry-run"]):
        code, out, err = run("animate", "poses.npz", *told, *more)
        assert code == 0
        assert "note: the sound is silent" in err
        assert "how well the poses fit the picture is not known" in out + err


def test_what_a_video_says_of_itself_makes_it_again(inputs, tiny, run) -> None:
    assert run("animate", "poses.npz", *WITH, "-o", "one.mp4", "--weights", tiny, *SMALL, "--frames", "3:9")[0] == 0
    with av.open(str(inputs / "one.mp4")) as container:
        record = json.loads(container.metadata["comment"])
    request = prepare(inputs / "jobs", record["kind"], record["arguments"] | {"target": "again.mp4", "weights": str(tiny)})
    made = run_job(request)
    assert made["frames"] == 7
    assert made["settings"] == made_with(inputs / "one.mp4")[1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--size", "100x100"], "multiples of 8"), (["--variant", "best"], "accelerated"), (["--steps", "0"], "1 to 1000"),
        (["--frames", "2:99"], "there are 0 to 13"), (["--device", "toaster"], "mps or cpu"), (["--plan", "huge"], "lean"),
        (["-o", "out.gif"], "mp4"), (["--image", "nobody.png"], "nobody.png"), (["--audio", "none.wav"], "none.wav"),
        (["-o", "poses.mp4/"], "folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_a_line(inputs, tiny, run, wrong, words) -> None:
    (inputs / "poses.mp4").mkdir()
    code, _, err = run("animate", "poses.npz", *WITH, "-o", "out.mp4", "--weights", tiny, *SMALL, *wrong)
    assert code == 2
    assert words in " ".join(err.split())
    assert not list(inputs.glob("out*"))


def arguments(inputs: Path, tiny: Path, **more: object) -> dict[str, object]:
    small = {"variant": "accelerated", "size": [32, 32], "steps": 2, "precision": "float32"}
    paths = {"source": inputs / "poses.npz", "image": inputs / "person.png", "audio": inputs / "voice.wav", "weights": tiny}
    return {**paths, "target": "out.mp4", "settings": small, "device": "cpu", **more}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"settings": {"steps": "2"}}, "steps"), ({"first": 9, "last": 3}, "frames 9 to 3"), ({"last": 14}, "0 to 13")],
)
def test_a_job_with_wrong_arguments_is_refused(inputs, tiny, wrong, words) -> None:
    with pytest.raises(InvalidValue, match=words):
        run_job(prepare(inputs / "jobs", "animate", arguments(inputs, tiny, **wrong)))


def test_a_job_that_is_cancelled_keeps_its_steps_and_the_editor_can_follow_it(inputs, tiny) -> None:
    request, events = prepare(inputs / "jobs", "animate", arguments(inputs, tiny)), []
    with pytest.raises(Cancelled):
        run_job(request, events.append, lambda: any("step 2" in event.detail for event in events))
    assert (request.folder / STATE).exists()
    assert (request.folder / "preview.png").exists()
    assert not (request.folder / "out.mp4").exists()
    again: list[Event] = []
    assert run_job(request, again.append)["frames"] == 14
    assert next(event for event in again if event.total).done == 2  # the windows of the first step


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
@pytest.mark.parametrize("phase", ["reading", "animating", "decoding"])
def test_a_killed_worker_harms_nobody_and_the_job_goes_on(inputs, tiny, phase) -> None:
    request = prepare(inputs / "jobs", "animate", arguments(inputs, tiny))
    with Worker() as worker:
        for killed in (True, False):
            events: list[Event] = []

            def hear(event: Event, killed: bool = killed, events: list[Event] = events) -> None:
                events.append(event)
                if (
                    killed
                    and event.text == phase
                    and (phase == "reading" or "step 2" in event.detail or "frame" in event.detail)
                ):
                    os.kill(worker.pid, signal.SIGKILL)

            worker.submit(request, hear)
            wait_for(lambda events=events: events and events[-1].last)
            assert events[-1].kind == ("failed" if killed else "done"), events[-1].text
    begun = next(event for event in events if event.total)
    assert (begun.done > 0) == (phase != "reading")
    assert len(list(read_frames(request.folder / "out.mp4"))) == 14


def wait_for(condition) -> None:
    import time

    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)
