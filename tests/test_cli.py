"""The command line, run as people run it: exit codes, one-line errors, what is printed and written."""

import json
import re
import subprocess
import sys
from itertools import count, pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import poseforge
from poseforge.cli.terminal import Bars
from samples import make_frame, make_sequence, save_frames


@pytest.fixture
def folder(tmp_path) -> Path:
    poseforge.write_poses(make_sequence(5, low=0.4, high=0.5), tmp_path / "pose", "echomimic")
    return tmp_path / "pose"


def test_info(run, folder) -> None:
    code, out, _ = run("info", folder)
    assert code == 0
    assert "EchoMimicV2 pose folder" in out
    assert "5 frames, 0.21 s at" in out
    assert "1 person" in out
    assert re.search(r"of the canvas jitter [-\d.]+ %, largest jump [\d.]+ %, loop gap [\d.]+ %;", " ".join(out.split()))
    code, out, _ = run("info", folder, "--json")
    facts = json.loads(out)
    assert (code, facts["format"], facts["frames"], facts["fps"], facts["size"]) == (0, "echomimic", 5, 24.0, [768, 768])
    assert set(facts["people"][0]["parts"]) == {"body", "face", "left_hand", "right_hand"}


def test_without_a_terminal_progress_is_a_line_now_and_then_ever_farther_apart(capsys) -> None:
    seconds = count()
    with Bars(lambda: next(seconds)) as bars, bars.bar("a film") as tell:
        for done in range(100):
            tell(done, 100, "detecting" if done > 50 else "", f"picture {done}")
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "a film: 9 %, picture 9, 1:31 left"
    assert told[-1] == "detecting: 81 %, picture 81, 0:19 left"
    places = [int(line.split(": ")[1].split()[0]) for line in told]
    apart = [after - before for before, after in pairwise(places)]
    assert len(apart) > 1
    assert apart == sorted(apart)


def test_info_counts_the_frames_that_show_a_part(run, tmp_path) -> None:
    frames = [make_frame(seed=1) | {"num": i, "hands_score": np.full((2, 21), 0.9 if i > 1 else 0.05)} for i in range(5)]
    person = json.loads(run("info", save_frames(tmp_path / "p", frames), "--json")[1])["people"][0]
    assert person["parts"]["left_hand"]["frames"] == 3
    assert person["figures"]["missing"] == 0.4


def test_check_tells_good_from_bad_by_its_exit_code(run, folder) -> None:
    assert run("check", folder)[0] == 0
    (folder / "notes.txt").write_text("x")
    code, out, _ = run("check", folder)
    assert code == 1
    assert "notes.txt" in out
    code, out, _ = run("check", folder, "--json")
    report = json.loads(out)
    assert (code, report["errors"], report["findings"][0]["code"]) == (1, 1, "stray")
    (folder / "notes.txt").unlink()
    (folder / "2.npy").write_bytes(b"junk")
    code, out, _ = run("check", folder)
    assert code == 2
    assert "2.npy" in out
    assert run("check", folder.parent / "nothing")[0] == 2


def test_check_is_short_about_many_frames(run, tmp_path) -> None:
    frames = [make_frame(seed=1) | {"num": i} for i in range(40)]
    for frame in frames[10:30]:
        frame["hands"] = np.full((2, 21, 2), np.nan)
    folder = save_frames(tmp_path / "p", frames)
    code, out, _ = run("check", folder)
    assert code == 1
    assert "frames 10 to 29: 10.npy 'hands' holds nan" in out
    assert "19 more like it" in out
    assert len(out.splitlines()) == 2
    assert len(json.loads(run("check", folder, "--json")[1])["findings"]) == 20


def test_nothing_is_written_into_the_folder_that_is_read(run, folder) -> None:
    for arguments in (
        ("render", folder, folder / "a.mp4"),
        ("convert", folder, folder / "deeper" / "copy", "--to", "echomimic"),
    ):
        code, _, err = run(*arguments)
        assert code == 2
        assert "write it elsewhere" in err
    assert run("check", folder)[0] == 0


def test_a_folder_above_is_answered_with_a_hint(run, folder) -> None:
    code, _, err = run("info", folder.parent)
    assert code == 2
    assert f"did you mean {folder}?" in err


def test_check_strict_counts_warnings(run, tmp_path) -> None:
    frames = [make_frame(seed=1) | {"num": i} for i in range(3)]
    frames[1]["hands_score"] = np.zeros((2, 21))
    folder = save_frames(tmp_path / "w", frames)
    code, out, _ = run("check", folder)
    assert code == 0
    assert "warning" in out
    assert run("check", folder, "--strict")[0] == 1


def test_check_of_another_format(run, tmp_path) -> None:
    (tmp_path / "a_keypoints.json").write_text('{"people": [{"pose_keypoints_2d": [' + "1,2,1," * 24 + "3,4,1]}]}")
    code, out, _ = run("check", tmp_path)
    assert code == 0
    assert "in no frame" in out
    assert "converted to echomimic" in out


def test_convert(run, folder, tmp_path) -> None:
    assert run("convert", folder, "copy", "--to", "echomimic")[0] == 0
    assert poseforge.read_poses("copy") == poseforge.read_poses(folder)
    code, _, err = run("convert", folder, "copy", "--to", "echomimic")
    assert code == 2
    assert err.rstrip().endswith("have it replaced with --overwrite")
    assert err.count("\n") == 1
    assert run("convert", folder, "copy", "--to", "echomimic", "--overwrite")[0] == 0


def test_a_place_that_cannot_be_written_is_told_before_the_work(run, tmp_path) -> None:
    (tmp_path / "good.wav").write_text("")
    code, _, problem = run("convert", tmp_path / "none.npz", tmp_path / "good.wav" / "poses.npz")
    assert code
    assert "good.wav is a file, not a folder" in problem


def test_convert_tells_what_is_lost(run, tmp_path) -> None:
    (tmp_path / "op").mkdir()
    (tmp_path / "op" / "a_keypoints.json").write_text('{"people": [{"pose_keypoints_2d": [' + "10,20,1," * 24 + "30,40,1]}]}")
    code, _, err = run("convert", "op", "out", "--to", "echomimic", "-o", "size=64x48", "-o", "fps=30")
    assert code == 0
    assert "feet" in err
    assert "from 30 to 24 frames per second" in err
    assert "no hands" in err
    assert "-o size" not in err
    _, _, err = run("convert", "op", "out3", "--to", "echomimic", "-o", "fps=30", "--fps", "30")
    assert "frame rate 30" in err
    _, _, err = run("convert", "op", "out2", "--to", "echomimic")
    assert "640x480 pixels at 24 fps" in err
    assert poseforge.read_poses("out")[0].frame_meta["draw_pose_params"][0].tolist() == [576, 768, 96, 672, 0, 768]


def test_render_to_everything(run, folder, tmp_path) -> None:
    for target in ("手 势.mp4", "a.webp", "a.gif", "maps", "sheet[1].png"):
        code, out, err = run("render", folder, target, *(() if target.endswith("png") else ("--size", "96x96")))
        assert (code, err) == (0, ""), target
        assert target in out
        assert (tmp_path / target).exists()
    with av.open(str(tmp_path / "手 势.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 5
    assert len(list((tmp_path / "maps").iterdir())) == 5
    assert run("render", folder, "part", "--frames", "1:3", "--style", "dwpose")[0] == 0
    assert len(list((tmp_path / "part").iterdir())) == 3
    exact = np.asarray(Image.open(tmp_path / "part" / "0000.png"))
    assert np.array_equal(exact, poseforge.render(poseforge.read_poses(folder), "dwpose")[1])
    assert run("render", folder, "label.png", "--label", "2", "--names")[0] == 0


def test_demo_makes_a_checked_sequence(run, tmp_path) -> None:
    code, out, _ = run("demo", "made")
    assert code == 0
    for path in ("made/pose", "made/pose.mp4", "made/sheet.png"):
        assert str(Path(path)) in out
        assert (tmp_path / path).exists()
    assert run("check", "made/pose", "--strict")[0] == 0
    code, _, err = run("demo", "made")
    assert code == 2
    assert "exists" in err
    assert run("demo")[0] == 0
    assert run("demo")[0] == 0
    assert (tmp_path / "poseforge-demo-2" / "pose.mp4").exists()


def test_formats_and_doctor(run) -> None:
    code, out, _ = run("formats", "--json")
    table = {row["name"]: row for row in json.loads(out)}
    assert code == 0
    assert table["echomimic"]["writes"]
    assert table["openpose"]["writes"]
    assert list(table["openpose"]["options"]) == ["size", "fps"]
    assert table["bvh"]["options"]["up"] == {"values": "auto, y, z", "default": "auto"}
    assert "-o unit=auto, m, cm, mm, inch, METRES (default auto)" in run("formats")[1]
    assert run("formats")[0] == 0
    code, out, _ = run("doctor", "--json")
    rows = {row["name"]: row["state"] for row in json.loads(out)}
    assert rows["opencv"] == rows["H.264 video"] == rows["one OpenCV"] == "ok"
    assert run("doctor")[0] == (1 if "broken" in rows.values() else 0)
    assert run("--version")[1].strip() == poseforge.__version__


BAD = {
    "a missing path": ("info", "nothing"),
    "an unknown format": ("info", "pose", "--from", "bogus"),
    "an unknown target format": ("convert", "pose", "x", "--to", "bogus"),
    "no target format": ("convert", "pose", "x.bvh"),
    "an unknown style": ("render", "pose", "x.mp4", "--style", "crayon"),
    "an unknown suffix": ("render", "pose", "x.avi"),
    "an odd size": ("render", "pose", "x.mp4", "--size", "95x95"),
    "a wrong size": ("render", "pose", "x.mp4", "--size", "big"),
    "a size of zero": ("render", "pose", "x.mp4", "--size", "0x768"),
    "an absurd size": ("render", "pose", "x.mp4", "--size", "99999999999x4"),
    "wrong frames": ("render", "pose", "x.mp4", "--frames", "3:99"),
    "frames that are no numbers": ("render", "pose", "x.mp4", "--frames", "a:b"),
    "a frame that is not there": ("render", "pose", "x.png", "--label", "99"),
    "frames in the wrong order": ("render", "pose", "x.mp4", "--frames", "3:1"),
    "names without a label": ("render", "pose", "x.png", "--names"),
    "a label and a style": ("render", "pose", "x.png", "--label", "1", "--style", "dwpose"),
    "a size for a sheet": ("render", "pose", "x.png", "--size", "96x96"),
    "an option that check ignores": ("check", "pose", "-o", "nonsense=1"),
    "a frame's folder": ("render", "pose/0.npy", "pose/x.mp4"),
    "a label and frames": ("render", "pose", "x.png", "--label", "1", "--frames", "0:2"),
    "a folder with a dot": ("render", "pose", "maps.v2"),
    "a label for a video": ("render", "pose", "x.mp4", "--label", "0"),
    "an option without a value": ("info", "pose", "-o", "size"),
    "an option of others": ("info", "pose", "-o", "fps=24"),
    "a wrong rate": ("info", "pose", "-o", "fps=fast"),
    "an endless rate": ("info", "pose", "-o", "fps=1e999999999"),
    "a rate of nothing": ("info", "pose", "-o", "fps=0"),
    "a rate over nothing": ("info", "pose", "-o", "fps=1/0"),
    "a size of many digits": ("render", "pose", "x.mp4", "--size", "1" * 5000 + "x5"),
    "an unknown command": ("dance",),
    "no arguments for a command": ("convert",),
    "a file below a file": ("render", "pose", "pose/0.npy/x.mp4"),
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_said_without_a_traceback(run, folder, tmp_path, arguments) -> None:
    before = sorted(tmp_path.rglob("*"))
    code, _, err = run(*arguments)
    assert code == 2
    assert "Traceback" not in err
    assert err.strip()
    assert sorted(tmp_path.rglob("*")) == before


def test_it_runs_as_a_module_and_through_a_pipe(folder) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "poseforge", "info", "pose", "--json"], capture_output=True, text=True, cwd=folder.parent
    )
    assert run.returncode == 0
    assert json.loads(run.stdout)["frames"] == 5
    assert not run.stderr
    run = subprocess.run([sys.executable, "-m", "poseforge", "info", "nothing"], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "error: nothing: no such file or folder\n"


@pytest.mark.parametrize("name", ["01", "03", "fight", "good"])
def test_official_sequences_go_all_the_way(run, shared, name) -> None:
    source = shared / "data/echomimic_v2/pose" / name
    assert run("info", source)[0] == 0
    assert run("check", source)[0] == 0
    assert run("convert", source, "copy", "--to", "echomimic")[0] == 0
    assert run("render", "copy", "a.mp4", "--frames", "0:20")[0] == 0


def test_the_openpose_sample_goes_all_the_way(run, shared) -> None:
    source = shared / "data/openpose/openmmd_sample"
    assert run("info", source)[0] == 0
    assert run("check", source)[0] == 0
    assert run("convert", source, "copy", "--to", "echomimic")[0] == 0
    assert run("check", "copy")[0] == 0
    assert run("render", source, "a.mp4", "--style", "openpose", "--frames", "0:5")[0] == 0


def test_library_list(run, home) -> None:
    code, printed, errors = run("library", "list")
    assert (code, errors) == (0, "")
    assert "wave_right" in printed
    assert "挥手" in printed
    _, printed, _ = run("library", "list", "--hands", "电话", "--json")
    assert [preset["id"] for preset in json.loads(printed)] == ["call_me"]
    _, printed, _ = run("library", "list", "--gestures", "hello", "--json")
    (wave,) = json.loads(printed)
    assert wave["stroke"] < wave["frames"]
    assert wave["file"] is None
    _, printed, _ = run("library", "list", "xylophone")
    assert "nothing" in printed
    (home / "presets" / "hands").mkdir(parents=True)
    (home / "presets" / "hands" / "mine.json").write_bytes(b"[")
    code, printed, errors = run("library", "list", "--hands", "--json")
    assert code == 0
    assert len(json.loads(printed)) >= 32
    assert "mine.json" in errors


def test_library_show(run, home) -> None:
    code, printed, _ = run("library", "show", "ok_right")
    assert code == 0
    assert "stroke" in printed
    for id, target in (("ok", "hand.png"), ("ok_right", "gesture.png"), ("beat_small_right", "gesture.webp")):
        code, printed, _ = run("library", "show", id, target)
        assert code == 0
        with Image.open(target) as picture:
            assert np.asarray(picture).max() > 0
    code, _, errors = run("library", "show", "ok", "hand.mp4")
    assert code == 2
    assert ".png" in errors
    code, _, errors = run("library", "show", "moonwalk")
    assert code == 2
    assert "moonwalk" in errors
    assert run("library", "show", "ok", "--gestures")[0] == 2
    assert run("library", "show", "ok_right", "--hands")[0] == 2
    (home / "presets" / "hands").mkdir(parents=True)
    (home / "presets" / "hands" / "ok.json").write_bytes(b"[")
    code, _, errors = run("library", "show", "ok")
    assert code == 2
    assert "ok.json" in errors


def test_library_sheet(run) -> None:
    code, printed, _ = run("library", "sheet", "sheet.png", "--search", "heart")
    assert code == 0
    assert "drawn to sheet.png" in printed
    with Image.open("sheet.png") as picture:
        assert picture.height < picture.width
    assert run("library", "sheet", "sheet.png")[0] == 2
    assert run("library", "sheet", "sheet.webp")[0] == 2
    code, _, errors = run("library", "sheet", "other.png", "--search", "xylophone")
    assert code == 2
    assert "library list" in errors


def test_many_files_are_converted_with_a_summary(run, tmp_path) -> None:
    for i in range(3):
        poseforge.write_poses(make_sequence(2, i), tmp_path / "takes" / f"t{i}")
    (tmp_path / "takes" / "t1" / "0.npy").write_bytes(b"damaged")
    code, printed, errors = run("convert", "takes/*", "out")
    assert code == 1
    assert "2 converted, 0 done before, 1 failed" in printed
    assert errors.count("failed") == 1
    assert "0.npy" in errors
    assert "Traceback" not in errors
    _, printed, _ = run("convert", "takes/*", "out", "--jobs", "2")
    assert "0 converted, 2 done before, 1 failed" in printed
    code, _, errors = run("convert", "takes/t0", "takes/t1", "takes/t2", "out")
    assert code == 2
    assert "4 paths" in errors
    assert '"takes/*.json"' in errors
    assert run("convert", "takes/t0", "more", "--nonsense")[0] == 2
    code, _, errors = run("convert", "takes/*.bvh", "out")
    assert code == 2
    assert "nothing fits" in errors


def test_what_a_label_cannot_go_with_is_said(run, tmp_path) -> None:
    poseforge.write_poses(make_sequence(2), tmp_path / "pose")
    assert "leave --style out" in run("render", "pose", "x.png", "--label", "1", "--style", "dwpose")[2]
    assert "goes with --label" in run("render", "pose", "x.png", "--names")[2]
    assert "into a .png" in run("render", "pose", "x.mp4", "--label", "1")[2]


def test_maps_for_another_pipeline_are_written(run, tmp_path) -> None:
    poseforge.write_poses(make_sequence(4), tmp_path / "pose")
    Image.new("RGB", (64, 64)).save(tmp_path / "me.png")
    code, _, errors = run("export", "pose", "wan", "--for", "wan-animate", "--size", "128x128", "--image", "me.png")
    assert code == 0
    assert run("export", "pose", "part", "--for", "controlnet", "--frames", "1:2")[0] == 0
    assert len(list((tmp_path / "part").iterdir())) == 2
    assert "1 frame at 24 fps, 768x768 pixels" in run("export", "pose", "one", "--for", "controlnet", "--frames", "2")[1]
    assert "src_face.mp4" in errors
    assert "proportions" in errors
    assert (tmp_path / "wan" / "src_ref.png").is_file()
    assert (tmp_path / "wan" / "src_pose.mp4").is_file()
    code, _, errors = run("export", "pose", "two", "--for", "wan-animate", "--person", "7")
    assert code == 2
    assert "person '7'" in errors
    code, printed, _ = run("export", "--list")
    assert code == 0
    assert "musepose: MusePose; img_PICTURE_video_OUT.mp4; pixels: 768x768; fps: its own" in printed
    assert "wan-animate: Wan2.2-Animate; src_pose.mp4; pixels: area of 1280x720; fps: 30; frames: any" in printed
    code, _, errors = run("export", "pose", "other", "--for", "sora")
    assert code == 2
    assert "musepose" in errors


def test_the_editor_needs_something_that_is_there(run, tmp_path) -> None:
    pytest.importorskip("PySide6.QtWidgets", reason="needs Qt", exc_type=ImportError)
    code, _, err = run("edit", tmp_path / "none.poseforge")
    assert code == 2
    assert "no such file" in err


def test_without_a_screen_the_commands_are_told(run, monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    code, out, _ = run()
    assert code == 0
    assert "convert" in out
    assert "edit" in out
