"""BVH: against a second computation straight from the text, in every dialect, and back out."""

import math
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from exemplars import BVH_JOINTS as JOINTS
from exemplars import BVH_REST as REST
from exemplars import bvh as walk
from exemplars import bvh_limb as limb
from exemplars import bvh_person as person
from exemplars import bvh_text

import poseforge
from poseforge.converters import bvh
from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile
from poseforge.formats import find
from poseforge.rig import Motion, Rig
from poseforge.skeleton import Skeleton
from samples import make_motion

FILES = ("bvh_test1", "bvh_test3_fingers", "cmu_12_01_walk", "rotation_first_root", "wave_hello")
Z_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])


def save(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def places(motion: Motion) -> dict[str, np.ndarray]:
    found, _ = motion.rig.world(motion)
    return {name: found[:, i] for i, name in enumerate(motion.rig.skeleton.joints)}


def landmark(motion: Motion, name: str) -> np.ndarray:
    found, turned = motion.rig.world(motion)
    joint, offset = motion.rig.landmarks[name]
    return found[:, joint] + turned[:, joint] @ offset


def turn(axis: str, degrees: float) -> list[list[float]]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return {
        "X": [[1, 0, 0], [0, c, -s], [0, s, c]],
        "Y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
        "Z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
    }[axis]


def by_hand(text: str, frames: list[int]) -> list[dict[str, np.ndarray]]:
    """Each joint's place in the file's own unit and axes, number by number; an End Site is its joint's name and a star."""
    head, data = re.split(r"MOTION", text)
    rows = [[float(n) for n in line.split()] for line in data.strip().splitlines()[2:]]
    result = []
    for frame in frames:
        row, stack, found, joint = list(rows[frame]), [], {}, ""
        lines = [line.split() for line in head.splitlines() if line.strip()]
        for words in lines[1:]:
            if words[0] in ("ROOT", "JOINT"):
                joint = words[1]
            elif words[0] == "End":
                joint = f"{stack[-1][0]}*"
            elif words[0] == "{":
                stack.append([joint, None, None])
            elif words[0] == "}":
                stack.pop()
            elif words[0] == "OFFSET":
                offset = np.array([float(n) for n in words[1:4]])
                above = stack[-2] if len(stack) > 1 else ["", np.zeros(3), np.eye(3)]
                stack[-1][1:] = [above[1] + above[2] @ offset, above[2]]
                found[stack[-1][0]] = stack[-1][1]
            elif words[0] == "CHANNELS":
                rotation = stack[-1][2]
                for channel in words[2:]:
                    value = row.pop(0)
                    if channel.endswith("position"):
                        stack[-1][1] = stack[-1][1] + np.eye(3)["XYZ".index(channel[0])] * value
                    else:
                        rotation = rotation @ np.array(turn(channel[0], value))
                stack[-1][2] = rotation
                found[stack[-1][0]] = stack[-1][1]
        assert not row
        result.append(found)
    return result


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_where_a_second_computation_puts_them(shared, name) -> None:
    path = shared / "data" / "bvh" / f"{name}.bvh"
    (motion,) = poseforge.read_motion(path)
    frames = [0, 1, len(motion) // 2, len(motion) - 1]
    world = np.eye(3) if motion.meta["up"] == "y" else Z_UP
    ours, ends = places(motion[frames]), 0
    own = {mapped: name for name, mapped in motion.meta["mapped"].items()}
    for t, expected in enumerate(by_hand(path.read_text(), frames)):
        expected = {joint: world @ place * motion.meta["metres_per_unit"] for joint, place in expected.items()}
        size = np.ptp(list(expected.values()), axis=0).max()
        for joint, place in expected.items():
            if not joint.endswith("*"):
                np.testing.assert_allclose(ours[motion.meta["mapped"].get(joint, joint)][t], place, atol=1e-6 * size)
        for name, (joint, _) in motion.rig.landmarks.items():
            if name.endswith(("_4", "_big_toe", "_end")):
                bone = motion.rig.skeleton.joints[joint]
                end = expected[f"{own.get(bone, bone)}*"]
                np.testing.assert_allclose(landmark(motion[frames], name)[t], end, atol=1e-6 * size)
                ends += 1
    assert ends == 4 * path.read_text().count("End Site")


@pytest.mark.parametrize(
    ("name", "frames", "fps", "unit", "names"),
    [
        ("bvh_test1", 75, Fraction(30), "inch", "mixamo"),
        ("bvh_test3_fingers", 100, Fraction(120), "inch", "mixamo"),
        ("cmu_12_01_walk", 524, Fraction(120), "cmu", "cmu"),
        ("wave_hello", 839, Fraction(120000, 1001), "unknown", "mixamo"),
    ],
)
def test_real_files_stand_before_the_viewer(shared, name, frames, fps, unit, names) -> None:
    path = shared / "data" / "bvh" / f"{name}.bvh"
    (motion,) = poseforge.read_motion(path)
    assert (len(motion), motion.fps, motion.meta["unit"], motion.meta["names"]) == (frames, fps, unit, names)
    where = places(motion)
    tall = where["head"][:, 1] - (where["left_ankle"][:, 1] + where["right_ankle"][:, 1]) / 2
    assert 1.1 < np.median(tall) < 2.0
    (seen,) = poseforge.read_poses(path, framing="full_body", size=(640, 480))
    assert seen.size == (640, 480)
    assert (seen.joint("left_shoulder") - seen.joint("right_shoulder"))[:, 0].mean() > 0.02
    assert (seen.joint("left_knee") - seen.joint("neck"))[:, 1].min() > 0
    if name == "bvh_test3_fingers":
        assert seen.present[:, seen.skeleton.group("left_hand")].all()


def test_sides_and_ways_are_the_persons_own(tmp_path) -> None:
    row = list(REST)
    row[6 + 3 * 9 : 6 + 3 * 10] = [90, 0, 0]  # the tenth joint after the root: the left upper arm, about z
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(person(), [row])))
    where = places(motion)
    assert motion.meta["unit"] == "cm"
    np.testing.assert_allclose(where["left_wrist"], [[0.20, 1.45 + 0.55, 0]], atol=1e-12)
    np.testing.assert_allclose(where["right_wrist"], [[-0.74, 1.45, 0]], atol=1e-12)
    seen = motion.rig.forward(motion)
    np.testing.assert_allclose(
        seen.joint("left_index_4"), [[0.18, 1.45 + 0.55 + 0.17, 0.0]] + np.array([[0.02, 0, 0.02]]), atol=1e-12
    )
    np.testing.assert_allclose(seen.joint("right_index_4"), [[-0.89, 1.45, 0.02]], atol=1e-12)
    np.testing.assert_allclose(seen.joint("left_big_toe"), [[0.10, 0.01, 0.15]], atol=1e-12)
    assert seen.joint("nose")[0, 2] > 0.05
    assert "nose" in motion.meta["approximated"]
    assert np.isnan(seen.joint("left_thumb_1")).all()


def test_dialects_are_the_same_movement(tmp_path) -> None:
    rng = np.random.default_rng(3)
    rows = [[1.0, 95.0, 2.0, *rng.uniform(-80, 80, 3 * JOINTS)] for _ in range(3)]
    plain = bvh_text(person(), rows)
    (expected,) = poseforge.read_motion(save(tmp_path / "plain.bvh", plain))
    lower = re.sub("ROOT|JOINT|End Site|OFFSET|CHANNELS|HIERARCHY|MOTION|Frame Time|Frames|[XYZ](?:position|rotation)",
                   lambda word: word[0].lower(), plain)  # fmt: skip
    dialects = {
        "windows": plain.replace("\n", "\r\n"),
        "lower": lower,
        "byte order mark": "\ufeff" + plain,
        "tabs": plain.replace(" ", "\t").replace("End\tSite", "End Site").replace("Frame\tTime", "Frame Time"),
        "braces": plain.replace("\n{", " {"),
        "heads": plain.replace("Frames: 3", "FRAMES:\t3").replace("Frame Time: ", "FrameTime:"),
        "one line": plain[: plain.index("Frame Time")] + " ".join(plain[plain.index("Frame Time") :].split()),
        "blank lines": plain.replace("\n", "\n\n"),
        "end": plain.rstrip(),
        "mixamo": bvh_text(person("mixamorig:"), rows),
        "underscores": bvh_text(person("Character1_"), rows),
    }
    for name, text in dialects.items():
        (motion,) = poseforge.read_motion(save(tmp_path / "dialect.bvh", text))
        np.testing.assert_allclose(motion.rotations, expected.rotations, atol=1e-12, err_msg=name)
        assert motion.rig.skeleton.joints == expected.rig.skeleton.joints, name
        assert motion.fps == expected.fps == 24, name


def test_joints_may_have_any_channels(tmp_path) -> None:
    """None, one, two, positions only, six, in any order."""
    text = person().replace(
        "JOINT Neck\n{\nOFFSET 0 32 0\nCHANNELS 3 Zrotation Xrotation Yrotation", "JOINT Neck\n{\nOFFSET 0 32 0"
    )
    text = text.replace("JOINT LeftLeg\n{\nOFFSET 0 -42 0\nCHANNELS 3 Zrotation Xrotation Yrotation",
                        "JOINT LeftLeg\n{\nOFFSET 0 -42 0\nCHANNELS 1 Xrotation")  # fmt: skip
    rows = [[0.0, 95.0, 0.0, *([0.0] * (3 * JOINTS - 5))] for _ in range(2)]
    rows[1][9] = 90.0  # the left knee's only channel
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(text, rows)))
    np.testing.assert_allclose(places(motion)["left_ankle"][1], [0.10, 0.48, -0.42], atol=1e-12)


@pytest.mark.parametrize("way", ["instead", "added"])
def test_positions_of_other_joints_are_kept_or_told(tmp_path, way) -> None:
    six = "CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
    text = person().replace("OFFSET 0 20 0\nCHANNELS 3 Zrotation Xrotation Yrotation", f"OFFSET 0 20 0\n{six}")
    at = 6 + 3 * 6
    y = 20.0 if way == "instead" else 0.0
    still = [REST[:at] + [0.0, y, 0.0] + REST[at:]] * 3
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(text, still)))
    np.testing.assert_allclose(places(motion)["spine_1"], [[0, 1.15, 0]] * 3, atol=1e-12)
    assert not motion.meta["lost"]
    moved = [*still[:2], REST[:at] + [0.0, y + 3, 0.0] + REST[at:]]
    (motion,) = poseforge.read_motion(save(tmp_path / "b.bvh", bvh_text(text, moved)))
    np.testing.assert_allclose(places(motion)["spine_1"], [[0, 1.15, 0]] * 3, atol=1e-12)
    assert "spine_1" in motion.meta["lost"][0]
    assert "3 units" in motion.meta["lost"][0]


def test_what_carries_the_body_about_moves_its_root(tmp_path) -> None:
    inner = person().replace("ROOT", "JOINT")
    six = "CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
    text = f"ROOT Reference\n{{\nOFFSET 0 0 0\n{six}\n{inner}{limb('Camera', '0 5 5;0 1 0')}}}\n"
    rows = [[*[10.0, 0, 0, 0, 0, 90.0], *REST, 0, 0, 0], [*[20.0, 0, 0, 0, 0, 90.0], *REST, 0, 0, 0]]
    rows[1][6] = 30.0  # the hips' own x, which the reference has turned to -z
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(text, rows)))
    assert motion.rig.skeleton.joints[0] == "pelvis"
    assert {"Reference", "Camera"} <= set(motion.meta["left_out"])
    np.testing.assert_allclose(places(motion)["pelvis"], [[0.1, 0.95, 0], [0.2, 0.95, -0.3]], atol=1e-12)
    np.testing.assert_allclose(places(motion)["left_shoulder"][0], [0.1, 1.45, -0.2], atol=1e-12)


def test_two_roots_with_bodies_are_two_people_and_others_join(tmp_path) -> None:
    other = [200.0, 95.0, 0.0, *REST[3:]]
    both = save(tmp_path / "two.bvh", bvh_text(person("Ann_") + person("Bob_"), [REST + other]))
    ann, bob = poseforge.read_motion(both)
    np.testing.assert_allclose(places(bob)["left_wrist"] - places(ann)["left_wrist"], [[2, 0, 0]], atol=1e-12)
    assert len(poseforge.read_poses(both)) == 2
    stick = "ROOT Stick\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition Zposition\nEnd Site\n{\nOFFSET 0 9 0\n}\n}\n"
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(stick + person(), [[50.0, 100.0, 0.0, *REST]] * 2)))
    np.testing.assert_allclose(places(motion)["Stick"][1], [0.5, 1.0, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("0.0416667", 24), ("0.04", 25), (".0333333", 30), ("0.033333", 30), ("0.0333", 30), ("0.033", 30),
        ("0.033367", "30000/1001"),
        ("0.041708", "24000/1001"), ("0.0417", 24), ("1.66667e-02", 60), ("0.00833333", 120), ("0.008342", "120000/1001"),
        ("0.0083333", 120), ("0.016683", "60000/1001"), ("0.08", "25/2"), ("0.142857", 7), ("0.02", 50),
    ],
)  # fmt: skip
def test_frame_times_are_usual_rates(tmp_path, text, fps) -> None:
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(person(), [REST], text)))
    assert motion.fps == Fraction(fps)
    assert not motion.meta["fps_guessed"]


def test_a_still_without_a_frame_time(tmp_path) -> None:
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(person(), [REST], "0")))
    assert (motion.fps, motion.meta["fps_guessed"]) == (24, True)


def test_only_the_rows_that_are_there_count(tmp_path) -> None:
    for announced, rows in ((5, 3), (2, 3), (10**17, 3)):
        text = bvh_text(person(), [REST] * rows).replace("Frames: 3", f"Frames: {announced}")
        (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", text))
        assert len(motion) == 3
        assert f"announces {announced} frames" in motion.meta["lost"][0]
    cut = bvh_text(person(), [REST] * 3).rstrip()[:-20]
    (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", cut))
    assert len(motion) == 2


@pytest.mark.parametrize(("scale", "unit"), [(1.0, "cm"), (0.01, "m"), (10.0, "mm"), (1 / 2.54, "inch")])
def test_units_are_told_by_the_body(tmp_path, scale, unit) -> None:
    text = re.sub(r"OFFSET ([^\n]+)", lambda m: "OFFSET " + " ".join(repr(float(n) * scale) for n in m[1].split()), person())
    row = [value * scale for value in REST]
    path = save(tmp_path / "a.bvh", bvh_text(text, [row]))
    (motion,) = poseforge.read_motion(path)
    assert motion.meta["unit"] == unit
    np.testing.assert_allclose(places(motion)["left_shoulder"], [[0.2, 1.45, 0]], rtol=1e-5, atol=1e-9)
    (halved,) = poseforge.read_motion(path, unit=str(motion.meta["metres_per_unit"] / 2))
    np.testing.assert_allclose(places(halved)["left_shoulder"], [[0.1, 0.725, 0]], rtol=1e-5, atol=1e-9)


def test_up_is_where_the_body_stands(tmp_path) -> None:
    def z_up(match: re.Match[str]) -> str:
        x, y, z = match[1].split()
        return f"OFFSET {x} {-float(z):g} {y}"

    upright = [0.0, 0.0, 95.0, *REST[3:]]
    whole = save(tmp_path / "z.bvh", bvh_text(re.sub(r"OFFSET ([^\n]+)", z_up, person()), [upright]))
    laid = [0.0, 0.0, 95.0, 0.0, 90.0, 0.0, *REST[6:]]  # y up at rest, set upright in a world with z up by the root
    root_only = save(tmp_path / "root.bvh", bvh_text(person(), [laid]))
    for path in (whole, root_only):
        (motion,) = poseforge.read_motion(path)
        assert motion.meta["up"] == "z"
        np.testing.assert_allclose(places(motion)["left_shoulder"], [[0.2, 1.45, 0]], atol=1e-12)
        np.testing.assert_allclose(motion.rotations, 0, atol=1e-12)
        assert motion.rig.forward(motion).joint("nose")[0, 2] > 0.05
    (lying,) = poseforge.read_motion(whole, up="y")
    np.testing.assert_allclose(places(lying)["left_shoulder"], [[0.2, 0, 1.45]], atol=1e-12)


def test_a_rest_pose_that_looks_aside_is_turned_to_the_viewer(tmp_path) -> None:
    def aside(match: re.Match[str]) -> str:
        x, y, z = match[1].split()
        return f"OFFSET {z} {y} {-float(x):g}"

    path = save(tmp_path / "a.bvh", bvh_text(re.sub(r"OFFSET ([^\n]+)", aside, person()), [REST]))
    (motion,) = poseforge.read_motion(path)
    index = motion.rig.skeleton.index
    np.testing.assert_allclose(motion.rig.offsets[index("left_elbow")], [0.3, 0, 0], atol=1e-12)
    np.testing.assert_allclose(places(motion)["left_shoulder"], [[0, 1.45, -0.2]], atol=1e-12)


def test_the_first_frame_may_be_the_rest_pose(tmp_path) -> None:
    rng = np.random.default_rng(5)
    first = [0.0, 95.0, 0.0, 0.0, 0.0, 0.0, *rng.uniform(-30, 30, 3 * JOINTS - 3)]
    rows = [first, [1.0, 95.0, 2.0, *rng.uniform(-60, 60, 3 * JOINTS)]]
    path = save(tmp_path / "a.bvh", bvh_text(person(), rows))
    (plain,), (based,) = poseforge.read_motion(path), poseforge.read_motion(path, rest="first_frame", unit="cm")
    for name, place in places(plain).items():
        np.testing.assert_allclose(places(based)[name], place, atol=1e-9)
    np.testing.assert_allclose(based.rotations[0], 0, atol=1e-9)
    for name in ("left_index_4", "right_big_toe"):
        np.testing.assert_allclose(based.rig.forward(based).joint(name), plain.rig.forward(plain).joint(name), atol=1e-9)


@pytest.mark.parametrize("source", ["performer", "file", "gimbal", "small"])
def test_what_is_written_reads_back_in_the_same_places(tmp_path, source) -> None:
    motion = make_motion(7)
    if source == "file":
        rng = np.random.default_rng(9)
        rows = [[1.0, 95.0, 2.0, *rng.uniform(-180, 180, 3 * JOINTS)] for _ in range(4)]
        (motion,) = poseforge.read_motion(save(tmp_path / "a.bvh", bvh_text(person(), rows)), up="y")
    elif source == "gimbal":
        rotations = np.array(motion.rotations)
        rotations[:, 0] = [np.pi / 2, 0, 0]
        rotations[:, 16] = np.array([np.pi / 2, 0, 0]) + 1e-9 * np.arange(7)[:, None]
        motion = Motion(rotations, motion.translation, motion.rig, Fraction(30000, 1001))
    elif source == "small":
        offsets, axes = np.array([[0, 1.0, 0], [0, 1.7, 0]]), np.tile(np.eye(3), (2, 1, 1))
        rig = Rig(Skeleton("two", ("a  {b}", "c")), (-1, 0), offsets, axes, np.zeros((2, 3, 2)), {}, np.zeros((2, 3)))
        motion = Motion(np.ones((1, 2, 3)), np.zeros((1, 3)), rig)
    poseforge.write_motion(motion, tmp_path / "out.bvh", "bvh")
    (back,) = poseforge.read_motion(tmp_path / "out.bvh", unit="cm", up="y")
    before, after = places(motion), places(back)
    size = np.ptp(list(before.values()), axis=(0, 1)).max()
    for name, place in before.items():
        np.testing.assert_allclose(after["a b" if name == "a  {b}" else name], place, atol=1e-6 * size)
    assert back.fps == motion.fps
    for name in {"left_index_4", "right_thumb_4", "left_big_toe", "left_hand_root", "head_end"} & set(motion.rig.landmarks):
        np.testing.assert_allclose(landmark(back, name), landmark(motion, name), atol=1e-6 * size)


def test_writing_keeps_what_is_there(tmp_path) -> None:
    path = save(tmp_path / "a.bvh", "mine")
    with pytest.raises(FileProblem, match="exists"):
        poseforge.write_motion(make_motion(2), path, "bvh")
    assert path.read_text() == "mine"
    poseforge.write_motion(make_motion(2), path, "bvh", overwrite=True)
    assert len(poseforge.read_motion(path)[0]) == 2


GOOD = bvh_text(person(), [REST, REST])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no MOTION"),
        (GOOD.replace("HIERARCHY", "HIER"), "begins with"),
        (GOOD.replace("MOTION", "MOTIONLESS"), "no MOTION"),
        (GOOD.replace("}\nMOTION", "MOTION"), "does not end"),
        (GOOD.replace("}\nMOTION", "}\n}\nMOTION"), "no place"),
        (GOOD.replace("JOINT Spine\n{", "JOINT Spine\n"), "no place"),
        (GOOD.replace("OFFSET 0 20 0", "OFFSET 0 20"), "no place"),
        (GOOD.replace("OFFSET 0 20 0", "OFFSET 0 1e99 0"), "OFFSET 0 1e99 0"),
        (GOOD.replace("OFFSET 0 20 0", "OFFSET 0 1.2.3 0"), "OFFSET 0 1.2.3 0"),
        (GOOD.replace("CHANNELS 6", "CHANNELS 5", 1), "CHANNELS 5"),
        (GOOD.replace("Xposition Yposition", "Xposition Xposition", 1), "CHANNELS 6"),
        (GOOD.replace("95", "ninety"), "else than numbers"),
        (GOOD.replace("95", "9,5"), "else than numbers"),
        (GOOD.replace("95", "nan"), "frame 0"),
        (GOOD.replace("95", "1e300"), "frame 0"),
        (GOOD.replace("0 95 0", "0 95 0 7"), "expected 69 in each frame"),
        (GOOD[: GOOD.index("0.0416667") + 10], "no frame"),
        (GOOD.replace("0.0416667", "-1"), "frame time"),
        (GOOD.replace("0.0416667", "1.2.3"), "frame time"),
        ("HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\n}\nMOTION\nFrames: 1\nFrame Time: 1\n", "no channels"),
        ("HIERARCHY\n" + "ROOT a\n{\n" + "JOINT a\n{\n" * 5000 + "MOTION\nFrames: 1\nFrame Time: 1\n", "no place"),
        (bvh_text(limb("x", "1 2 3;4 5 6").replace("JOINT", "ROOT"), [[1, 2, 3]]), "no joint whose name is known"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(tmp_path, text, told) -> None:
    path = save(tmp_path / "bad.bvh", text)
    with pytest.raises(FormatError, match=r"bad\.bvh") as caught:
        poseforge.read_poses(path, "bvh")
    assert told in str(caught.value)


def test_a_stranger_is_still_a_movement(tmp_path) -> None:
    (motion,) = poseforge.read_motion(
        save(tmp_path / "a.bvh", bvh_text(limb("x", "0 0 0;0 5 0").replace("JOINT", "ROOT"), [[90, 0, 0]]))
    )
    assert motion.rig.skeleton.joints == ("x",)
    assert not motion.rig.forward(motion).present.any()


def test_too_much_is_refused(tmp_path) -> None:
    text = bvh_text(limb("x", "0 1 0;0 5 0", "CHANNELS 1 Xrotation").replace("JOINT", "ROOT"), [])
    with pytest.raises(UnsafeFile, match="at most"):
        poseforge.read_motion(save(tmp_path / "a.bvh", text + "1 " * (bvh.MAX_FRAMES + 1)))


@pytest.mark.parametrize(
    "options",
    [{"unit": "mile"}, {"unit": "nan"}, {"up": "x"}, {"rest": "t"}, {"names": "nobody"}, {"framing": "close"}, {"fps": 3}],
)
def test_wrong_options_are_told(tmp_path, options) -> None:
    with pytest.raises(InvalidValue):
        poseforge.read_poses(save(tmp_path / "a.bvh", GOOD), **options)


def test_a_bvh_file_is_known_by_its_beginning(tmp_path) -> None:
    assert find(save(tmp_path / "a.txt", "\ufeff \r\n hierarchy\r\n")).name == "bvh"
    assert not bvh.sniff(save(tmp_path / "b.txt", "the HIERARCHY"))
    assert not bvh.sniff(tmp_path)


def test_names_that_are_not_known_are_told_where_they_matter(tmp_path) -> None:
    text = bvh_text(person(), [list(REST)])
    (known,) = poseforge.read_motion(save(tmp_path / "a.bvh", text))
    for joint, part in (
        (known.rig.skeleton.joints.index("left_wrist"), "arms"),
        (known.rig.skeleton.joints.index("head"), "head"),
    ):
        own = next(name for name, target in known.meta["mapped"].items() if target == known.rig.skeleton.joints[joint])
        path = save(tmp_path / "b.bvh", re.sub(rf"JOINT {re.escape(own)}\b", "JOINT Strange", text))
        (motion,) = poseforge.read_motion(path)
        assert re.search(rf"not known \(.*Strange.*\), and {part}", motion.meta["note"])
        (tmp_path / "mine.json").write_text(f'{{"joints": {{"Strange": "{known.rig.skeleton.joints[joint]}"}}}}')
        (again,) = poseforge.read_motion(path, names=str(tmp_path / "mine.json"))
        assert again.rig.skeleton == known.rig.skeleton
        assert part not in again.meta.get("note", "")


@pytest.mark.parametrize("line", ["Frames:\n", "Frames: \n", "Frames\n", ""])
def test_frames_that_nobody_counted_are_counted(tmp_path, line) -> None:
    path = walk(tmp_path)
    (before,) = poseforge.read_motion(path)
    path.write_text(path.read_text().replace("Frames: 3\n", line))
    (motion,) = poseforge.read_motion(path)
    np.testing.assert_array_equal(motion.rotations, before.rotations)
    np.testing.assert_array_equal(motion.translation, before.translation)
    assert motion.fps == before.fps
    assert not motion.meta["lost"]
