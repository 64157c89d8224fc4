"""The commands that make and change poses in time."""

from fractions import Fraction

import numpy as np
import pytest
import soundfile

import poseforge
from poseforge.errors import PoseForgeError
from poseforge.projects import open_project
from poseforge.timeline.bake import bake
from samples import make_sequence

SEQUENCE = make_sequence(24, low=0.4, high=0.5)


@pytest.fixture(autouse=True)
def files(tmp_path) -> None:
    """A pose, a sound and a script in the folder where commands run."""
    poseforge.write_poses(SEQUENCE, tmp_path / "pose", "echomimic")
    rate = 16000
    time = np.arange(5 * rate) / rate
    voice = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 20)) * np.clip(np.sin(2 * np.pi * 2.5 * time), 0, 1)
    soundfile.write(tmp_path / "voice.wav", 0.2 * voice * (time > 0.8), rate)
    (tmp_path / "script.yaml").write_text("audio: voice.wav\nclips:\n  - gesture: wave_right\nautogesture: natural\n")


def poses(path: str):
    (person,) = poseforge.read_poses(path)
    return person


def test_compose_writes_poses_and_projects_that_agree(run) -> None:
    assert run("compose", "script.yaml", "out")[0] == 0
    assert run("check", "--strict", "out")[0] == 0
    assert run("compose", "script.yaml", "film.poseforge")[0] == 0
    project = open_project("film.poseforge")
    assert len(project.tracks) == 3
    np.testing.assert_array_equal(poseforge.render(bake(project)), poseforge.render(poses("out")))
    np.testing.assert_array_equal(poseforge.render(poses("film.poseforge")), poseforge.render(poses("out")))
    code, _, err = run("compose", "script.yaml", "film.poseforge")
    assert code == 2
    assert "exists" in err
    assert run("compose", "script.yaml", "film.poseforge", "--overwrite")[0] == 0
    code, _, err = run("compose", "voice.wav", "x")
    assert code == 2
    assert "voice.wav" in err


def test_projects_are_poses_for_all_other_commands(run) -> None:
    run("compose", "script.yaml", "film.poseforge")
    assert "PoseForge project" in run("info", "film.poseforge")[1]
    assert run("render", "film.poseforge", "film.webp")[0] == 0
    assert run("convert", "film.poseforge", "pose2")[0] == 0
    assert run("convert", "pose", "base.poseforge")[0] == 0
    assert poses("base.poseforge") == SEQUENCE
    assert run("retime", "film.poseforge", "slow.poseforge", "--speed", 0.5)[0] == 0
    assert open_project("slow.poseforge").length == 2 * open_project("film.poseforge").length
    assert len(open_project("slow.poseforge").tracks) == 3


def test_autogesture(run) -> None:
    code, out, _ = run("autogesture", "voice.wav", "talk")
    assert code == 0
    assert "120 frames" in out
    assert run("check", "--strict", "talk")[0] == 0
    assert run("autogesture", "voice.wav", "again")[0] == 0
    assert poses("again") == poses("talk")
    run("autogesture", "voice.wav", "other", "--seed", 5)
    assert poses("other") != poses("talk")
    assert run("autogesture", "voice.wav", "talk.poseforge", "--fps", 30, "--style", "lively")[0] == 0
    assert open_project("talk.poseforge").fps == 30
    assert run("autogesture", "voice.wav", "x", "--style", "wild")[0] == 2
    soundfile.write("silence.wav", np.zeros(48000), 16000)
    code, _, err = run("autogesture", "silence.wav", "quiet")
    assert code == 0
    assert "no speech" in err


def test_retime(run) -> None:
    assert run("retime", "pose", "a", "--speed", 2)[0] == 0
    assert len(poses("a")) == 12
    assert run("retime", "pose", "b", "--length", "2 s")[0] == 0
    assert len(poses("b")) == 48
    np.testing.assert_allclose(poses("b").points[::2], SEQUENCE.points, atol=1e-12)
    assert run("retime", "pose", "c", "--length", 30)[0] == 0
    assert len(poses("c")) == 30
    assert run("retime", "pose", "d", "--audio", "voice.wav")[0] == 0
    assert len(poses("d")) == 120
    assert run("retime", "pose", "e.poseforge", "--fps", 48)[0] == 0
    assert (poses("e.poseforge").fps, len(poses("e.poseforge"))) == (Fraction(48), 48)
    for wrong in ([], ["--speed", 2, "--length", 3], ["--length", "long"], ["--length", "0"], ["--fps", "0"], ["--speed", "0"]):
        assert run("retime", "pose", "x", *wrong)[0] == 2


def test_mirror(run) -> None:
    assert run("mirror", "pose", "flipped")[0] == 0
    np.testing.assert_allclose(poses("flipped").points, SEQUENCE.mirrored().points, atol=1e-12)
    assert run("mirror", "flipped", "back")[0] == 0
    np.testing.assert_allclose(poses("back").points, SEQUENCE.points, atol=1e-12)
    assert run("mirror", "pose", "pose/inside")[0] == 2


def test_loop(run) -> None:
    assert run("loop", "pose", "a", "--times", 3)[0] == 0
    assert len(poses("a")) == 72
    assert run("loop", "pose", "b", "--length", "4 s", "--how", "ping_pong")[0] == 0
    assert len(poses("b")) == 96
    np.testing.assert_allclose(poses("b").points[24:47], SEQUENCE.points[22::-1], atol=1e-12)
    assert run("loop", "pose", "c", "--audio", "voice.wav", "--how", "idle")[0] == 0
    assert len(poses("c")) == 120
    for wrong in ([], ["--times", 2, "--length", 3], ["--times", 2, "--how", "round"]):
        assert run("loop", "pose", "x", *wrong)[0] == 2


def test_concat(run) -> None:
    run("mirror", "pose", "flipped")
    assert run("concat", "pose", "flipped", "pose", "long", "--seam", 0.25)[0] == 0
    assert len(poses("long")) == 72 - 12
    assert run("concat", "pose", "pose", "hard", "--seam", 0)[0] == 0
    np.testing.assert_allclose(poses("hard").points, np.concatenate([SEQUENCE.points] * 2), atol=1e-12)
    assert run("concat", "pose", "out")[0] == 2
    assert run("concat", "pose", "none", "out")[0] == 2
    poseforge.write_poses((SEQUENCE, SEQUENCE), "two", "echomimic")
    code, _, err = run("concat", "pose", "two", "out")
    assert code == 2
    assert "number of people" in err


def test_nothing_that_is_read_is_written_over(run, tmp_path) -> None:
    before = (tmp_path / "voice.wav").read_bytes()
    for command in (
        ["autogesture", "voice.wav", "voice.wav", "--to", "project"],
        ["compose", "script.yaml", "script.yaml", "--to", "project"],
        ["compose", "script.yaml", "voice.wav", "--to", "project"],
        ["autogesture", "voice.wav", "talk.mp4"],
        ["concat", "pose", "pose", "pose"],
        ["mirror", "pose", "pose"],
        ["loop", "pose", "pose", "--times", "2"],
    ):
        assert run(*command, "--overwrite")[0] == 2
    assert (tmp_path / "voice.wav").read_bytes() == before
    assert poses("pose") == SEQUENCE
    run("mirror", "pose", "kept")
    (tmp_path / "kept").chmod(0o555)
    code, _, err = run("loop", "pose", "kept", "--times", 2, "--overwrite")
    (tmp_path / "kept").chmod(0o755)
    assert code == 2
    assert "write-protected" in err
    with pytest.raises(PoseForgeError, match="baked first"):
        poseforge.render(open_project_of(run))


def open_project_of(run):
    run("compose", "script.yaml", "film.poseforge")
    return open_project("film.poseforge")
