"""Scripts: what they make, and that every mistake is told with its line."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

import poseforge
from poseforge.errors import FileProblem, FormatError, PoseForgeError
from poseforge.script import read_script
from poseforge.timeline.bake import bake
from poseforge.timeline.project import PointTrack, RigTrack
from samples import make_sequence


@pytest.fixture
def folder(tmp_path):
    poseforge.write_poses(make_sequence(20, low=0.4, high=0.6), tmp_path / "take", "echomimic")
    rate = 16000
    time = np.arange(6 * rate) / rate
    syllables = np.clip(np.sin(2 * np.pi * 2.5 * time), 0, 1) * (time > 1) * (time < 4.5)
    voice = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 20))
    soundfile.write(tmp_path / "voice.wav", 0.2 * syllables * voice, rate)
    return tmp_path


def write(folder, text: str):
    path = folder / "script.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_with_everything(folder) -> None:
    project = read_script(
        write(
            folder,
            """
# 一个脚本
fps: 30
size: 512x512
audio: voice.wav
picture: voice.wav
alive: 3
clips:
  - gesture: wave_right
    at: 0.5 s
    length: 2 s
    mirror: true
    track: arms
  - gesture: thumbs_up_right
    at: after
    blend: 0.2 s
    track: arms
  - shape: ok
    hand: left
    at: 30
    length: 1 s
    track: fingers
  - poses: take
    at: 2.5 s
    speed: 0.5
    reverse: true
  - poses: take
    at: after
    length: 3 s
    loop: ping_pong
autogesture: {style: lively, seed: 4}
""",
        )
    )
    assert (project.fps, project.size, project.alive, project.length) == (30, (512, 512), 3, 180)
    assert project.audio.path.endswith("voice.wav")
    arms, fingers, poses = (project.track(id) for id in ("arms", "fingers", "poses"))
    wave, thumb = arms.clips
    assert (wave.start, wave.length, wave.mirrored, wave.name) == (15, 60, True, "wave_right")
    assert (thumb.start, thumb.blend_in) == (75 - 6, 6)
    assert fingers.clips[0].joints == frozenset(
        f"left_{f}_{i}" for f in ("thumb", "index", "middle", "ring", "little") for i in (1, 2, 3)
    )
    assert (fingers.clips[0].start, fingers.clips[0].length) == (30, 30)
    slow, again = poses.clips
    assert (slow.start, slow.length) == (75, 50)
    assert slow.rate < 0
    assert (again.length, again.extend) == (90, "ping_pong")
    assert isinstance(arms, RigTrack)
    assert isinstance(poses, PointTrack)
    assert project.tracks[-1].name == "Gestures"
    assert bake(project).present[:, 92:].all()


def test_the_example_in_the_documents_works(folder, tmp_path) -> None:
    text = (Path(__file__).parent.parent / "docs" / "composing.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    (folder / "voice.wav").rename(folder / "speech.wav")

    poseforge.write_poses(make_sequence(150, low=0.4, high=0.6), folder / "pose" / "01", "echomimic")
    project = read_script(write(folder, script))
    assert (project.length, len(project.tracks)) == (144, 4)
    assert project.tracks[-1].name == "Gestures"
    alone = bake(read_script(write(folder, script.split("autogesture")[0])))
    wave = slice(30, 60)
    np.testing.assert_allclose(bake(project).joint("left_wrist")[wave], alone.joint("left_wrist")[wave], atol=0.03)


def test_the_length_is_that_of_what_is_played(folder) -> None:
    clips = "clips:\n  - gesture: thumbs_up_right\n    at: 1 s\n"
    plain = read_script(write(folder, clips))
    assert plain.length == 24 + plain.track("gestures").clips[0].length
    assert read_script(write(folder, clips + "length: 2 s\n")).length == 48
    assert read_script(write(folder, clips + "audio: voice.wav\n")).length == 144
    for how in ("loop", "ping_pong", "idle"):
        filled = read_script(write(folder, clips + f"audio: voice.wav\nfill: {how}\n"))
        assert filled.length == 144
    based = read_script(write(folder, "base: take\nfill: loop\nlength: 4 s\n"))
    assert based.length == 96
    np.testing.assert_array_equal(bake(based).points[:8], make_sequence(20, low=0.4, high=0.6).points[:8])
    assert bake(read_script(write(folder, "base: take\n"))) == make_sequence(20, low=0.4, high=0.6)


WRONG = {
    "": "empty",
    "- a": "line 1: the script is a list of",
    "clips: 3": "line 1: clips is a list",
    "clips:\n  - gesture: moonwalk": "line 2: no gesture 'moonwalk'",
    "clips:\n  - gesture: fist": "line 2: no gesture 'fist'; it is a hand shape",
    "clips:\n  - gesture: wave_left": "wave_right, mirrored, is one",
    "clips:\n  - gesture: 挥手": "did you mean wave_right",
    "clips:\n  - gesture: no": "line 2: False; expected a word; if it is one, put it in quotes",
    "clips:\n  - gesture: rest\n    at: 1:30": "line 3: time '1:30'",
    "clips:\n  - gesture: rest\n    from: 1": "line 3: from goes with poses",
    "clips:\n  - poses: take\n    from: 30": "line 2: frames 30 to 20 are no part",
    "clips:\n  - gesture: rest\n    speed: 2\n    length: 3": "line 3: speed and length",
    "clips:\n  - gesture: rest\n    when: 3": "line 3: 'when' is unknown; a clip may have at, blend",
    "clips:\n  - gesture: rest\n    poses: take": "line 2: a clip is one of",
    "clips:\n  - at: 3": "line 2: a clip is one of",
    "clips:\n  - gesture: rest\n    at: soon": "line 3: time 'soon': write seconds as 2.5 s",
    "clips:\n  - gesture: rest\n    at: 2.5": "line 3: time '2.5': write seconds",
    "clips:\n  - gesture: rest\n    at: -3": "line 3: time '-3': write",
    "clips:\n  - gesture: rest\n    mirror: maybe": "line 3: 'maybe'; expected true or false",
    "clips:\n  - gesture: rest\n    speed: 0": "line 3: 0; expected a number",
    "clips:\n  - gesture: rest\n    loop: loop": "line 3: loop needs a length",
    "clips:\n  - gesture: rest\n    length: 3 s\n    loop: round": "line 4: 'round'; expected one of loop",
    "clips:\n  - gesture: rest\n    hand: left": "line 3: hand goes with shape",
    "clips:\n  - shape: ok\n    hand: third": "line 3: 'third'; expected one of left, right",
    "clips:\n  - shape: tentacle": "line 2: no hand shape 'tentacle'",
    "clips:\n  - poses: nowhere": "line 2: .*nowhere is not there",
    "clips:\n  - poses: voice.wav": "line 2: .*voice.wav",
    "clips:\n  - gesture: rest\n    track: a\n  - poses: take\n    track: a": "line 4: track 'a' holds gestures",
    "clips:\n  - gesture: rest\n\tat: 3": "line 3: ",
    "clips:\n  - gesture: rest\n gesture: rest": "line 3: ",
    "fps: 24\nfps: 25": "line 2: 'fps' is given twice",
    "fps: fast": "line 1: fps 'fast'",
    "fps: 0": "line 1: 0 frames",
    "size: big": "line 1: size 'big'",
    "alive: -1": "line 1: -1; expected a whole number",
    "length: 0\nclips: []": "line 1: a length of nothing",
    "length: 1\nclips: []": None,
    "length: 2 s\nclips:\n  - gesture: wave_right\n    at: 3 s": "line 3: begins at frame 72, but the result has 48",
    "clips:\n  - gesture: [wave_right]": "line 2: .*expected a word",
    "clip:\n  - gesture: rest": "line 1: 'clip' is unknown",
    "clips:\n  - gesture: wave": "line 2: no gesture 'wave'; did you mean wave_right",
    "length: 99999999999 s": "line 1: time ",
    "fill: loop\nclips:\n  - gesture: rest": "line 1: fill needs a length",
    "fill: loop\nlength: 3 s": "line 1: there is nothing to repeat",
    "fill: forever\nlength: 3 s\nbase: take": "line 1: 'forever'; expected",
    "autogesture: natural": "line 1: autogesture needs an audio",
    "autogesture: wild\naudio: voice.wav": "line 1: 'wild'; expected one of calm",
    "autogesture: {tempo: 3}\naudio: voice.wav": "line 1: 'tempo' is unknown; autogesture may have seed, style",
    "audio: none.wav": "line 1: .*none.wav is not there",
    "audio: script.yaml": "script.yaml: ",
    "clips: &a\n  - *a": "line 1: anchors",
    "{[1]: 2}": "line 1: a name is expected",
    "alive: false": "there is nothing in it",
    "!!python/object:os.system x": "line 1",
    "a: 2026-99-99": "line 1: 'a' is unknown",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_mistakes_are_told_with_their_line(folder, text: str) -> None:
    if WRONG[text] is None:
        assert read_script(write(folder, text)).length == 1
        return
    with pytest.raises(FormatError, match=WRONG[text]) as error:
        read_script(write(folder, text))
    assert "script.yaml" in str(error.value)


def test_what_is_no_script_is_refused(folder) -> None:
    with pytest.raises(FileProblem):
        read_script(folder / "none.yaml")
    with pytest.raises(FileProblem):
        read_script(folder)
    path = folder / "big.yaml"
    path.write_bytes(b"#" * 2_000_000)
    with pytest.raises(FormatError, match="megabyte"):
        read_script(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="UTF-8"):
        read_script(path)


def test_noise_never_does_worse_than_an_error(folder) -> None:
    random = np.random.default_rng(1)
    good = "audio: voice.wav\nclips:\n  - gesture: wave_right\n    at: 1 s\n    length: 2 s\nfill: loop\n"
    marks = list("abc:-[]{}&*!#|>'\"%@` \n\t0s.,?")
    for _ in range(300):
        text = list(good)
        for _ in range(random.integers(1, 6)):
            text[random.integers(len(text))] = str(random.choice(marks))
        try:
            read_script(write(folder, "".join(text)))
        except PoseForgeError as error:
            assert str(error)
    for deep in ("[" * 5000, "a: " * 5000, "- " * 5000, "{a: " * 3000):
        with pytest.raises(FormatError):
            read_script(write(folder, deep))


def test_what_a_script_reads_is_never_written_over(folder) -> None:
    path = write(folder, "audio: voice.wav\nclips:\n  - poses: take")
    for target in (path, folder / "take", folder / "take" / "more", folder / "voice.wav"):
        with pytest.raises(FileProblem, match="write"):
            read_script(path, target)
    assert read_script(path, folder / "elsewhere").length


def test_a_base_keeps_its_size(folder) -> None:
    with pytest.raises(FormatError, match="line 2: "):
        read_script(write(folder, "base: take\nsize: 512x512"))


def test_gestures_lie_over_poses_and_after_follows_the_entry_before(folder) -> None:
    text = """
clips:
  - gesture: thumbs_up_right
  - poses: take
    at: after
  - gesture: side_left
    at: after
"""
    project = read_script(write(folder, text))
    assert [type(track) for track in project.tracks] == [RigTrack, PointTrack, RigTrack]
    first, last = project.track("gestures").clips
    (take,) = project.track("poses").clips
    assert take.start == first.end
    assert last.start == take.end


def test_one_hand_after_the_other_goes_down_smoothly(folder) -> None:
    text = "clips:\n  - gesture: wave_right\n    length: 2 s\n    loop: hold\n  - gesture: side_left\n    at: after\n"
    steps = np.linalg.norm(np.diff(bake(read_script(write(folder, text))).joint("right_wrist"), axis=0), axis=1)
    assert steps.max() < 0.15


def test_part_of_a_file_is_played(folder) -> None:
    whole = read_script(write(folder, "clips:\n  - poses: take"))
    part = read_script(write(folder, "clips:\n  - poses: take\n    from: 5\n    to: 15\n    blend: 0"))
    assert part.length == 10
    np.testing.assert_array_equal(bake(part).joint("left_wrist")[3], bake(whole).joint("left_wrist")[8])


def test_placed_poses_are_left_alone_by_gestures(folder) -> None:
    text = "audio: voice.wav\nclips:\n  - poses: take\n    at: 2 s\n    length: 1 s\n    blend: 0\n"
    alone = bake(read_script(write(folder, text)))
    spoken = bake(read_script(write(folder, text + "autogesture: lively\n")))
    hands = np.arange(92, 134)
    np.testing.assert_array_equal(spoken.points[48:72, hands], alone.points[48:72, hands])


def test_speech_with_gestures_can_be_filled_up(folder) -> None:
    text = "audio: voice.wav\nlength: 10 s\nfill: loop\nautogesture: lively\n"
    project = read_script(write(folder, text))
    poses = bake(project)
    assert len(poses) == 240
    moving = np.linalg.norm(np.diff(poses.joint("right_wrist"), axis=0), axis=1) > 0.003
    moving |= np.linalg.norm(np.diff(poses.joint("left_wrist"), axis=0), axis=1) > 0.003
    assert moving[:144].any()
    assert moving[144:].any()  # again
