"""Pose maps to the byte, and the pictures around them.

The digests of made poses were taken from this renderer after it had matched every digest of the official programs; they hold
with every OpenCV from 4.10 to 4.14.
"""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import poseforge
from poseforge.errors import InvalidValue
from poseforge.render import contact_sheet, labelled, styles
from poseforge.render.strokes import line
from poseforge.sequence import PoseSequence
from samples import make_frame, make_sequence, save_frames


def with_placements(sequence: PoseSequence, *params: list[int]) -> PoseSequence:
    chosen = np.array([params[i % len(params)] for i in range(len(sequence))])
    return PoseSequence(sequence.points, sequence.confidence, frame_meta={"draw_pose_params": chosen})


def scored(sequence: PoseSequence, *scores: float) -> PoseSequence:
    confidence = np.resize(np.array(scores), sequence.confidence.shape)
    return PoseSequence(sequence.points, np.where(sequence.present, confidence, 0), size=sequence.size)


FULL = (768, 768)
OUTSIDE = make_sequence(6, 11, -0.3, 1.3)
CASES = {
    "hands": (make_sequence(6), "echomimic", FULL),
    "hands partly outside": (OUTSIDE, "echomimic", FULL),
    "hands far outside": (make_sequence(6, 5, -4, 5), "echomimic", FULL),
    "scores of zero and above one": (scored(OUTSIDE, 0, 0.3, 1.22, 1, 0.7), "echomimic", FULL),
    "small patches": (with_placements(OUTSIDE, [512, 512, 100, 612, 30, 542], [96, 96, 300, 396, 600, 696]), "echomimic", FULL),
    "patches that are not square": (with_placements(OUTSIDE, [768, 432, 0, 768, 168, 600], [400, 640, 10, 410, 64, 704]),
                                    "echomimic", FULL),
    "another canvas": (make_sequence(3), "echomimic", (512, 512)),
    "a wide canvas": (PoseSequence(OUTSIDE.points, OUTSIDE.confidence, size=(1280, 720)), "echomimic", FULL),
    "two people": ((make_sequence(3, 1), make_sequence(3, 2)), "echomimic", FULL),
    "whole bodies": (make_sequence(3), "dwpose", FULL),
    "whole bodies outside": (OUTSIDE, "dwpose", FULL),
    "two whole bodies": ((make_sequence(3, 1), make_sequence(3, 2)), "dwpose", FULL),
    "full colours": (make_sequence(3), "openpose", FULL),
    "full colours, low scores": (scored(OUTSIDE, 0, 0.29, 0.31, 2), "openpose", (640, 480)),
}  # fmt: skip
DIGESTS = {
    "hands": "ae1defd52aa2e70e7bda31d01774cdf685674a50d1e14864f7706cedae056fc5",
    "hands partly outside": "07259c6436062482924a7231c44cbd30f3cd9b13a73ccd572c24c60fcdceeb3f",
    "hands far outside": "d8d779356d3c37f381005c57b69bd1895b053464e6c9d980cf376671b064898a",
    "scores of zero and above one": "90eff2e0f3ad99b9b5eb03c093048c9b754e4478d7871b20e9eedb9afee2223e",
    "small patches": "e69e625a29fb771159e8bd6984f391eb2243e3395132572ded16afb5880b739a",
    "patches that are not square": "1baa348c2777759faa043361ae973ff522c9f3aa4b077d762eb4701bc8560de7",
    "another canvas": "b7f1c70ace6834f40d529319b9c1b09cd291538f431c521d02bbcc95b32f7486",
    "a wide canvas": "1d19631da6e3dcafb0ef7b70443489829efe75a80397c8521d056616601d30ae",
    "two people": "81b54485c1bca9e0ef3682ad4052cd68f399bffda171ececc00276032cd968a5",
    "whole bodies": "57d6673953e1e938bea2b61b981a99a2235258df8051b5d64dcfb6d6fae3351b",
    "whole bodies outside": "4c3839d59ac89f97dc8908591d5c4300ee62cb4b85d926ff3f09229c5a9b7d76",
    "two whole bodies": "dfe352d11c9723cd3a858cdea26fe79fdd1a5f7d1fc907743b9640f98fd634e3",
    "full colours": "c0ae86c407cf7c56d84283bcebef311a66758804267c53fd2c5919b992d0c550",
    "full colours, low scores": "78fbd3e820ea1fdfbcbdc4477078f4be891e12830f90b76881f2ca9a9b9e30bb",
}


def digest(people, style: str, size: tuple[int, int]) -> str:
    return hashlib.sha256(poseforge.render(people, style, size).tobytes()).hexdigest()


@pytest.mark.parametrize("name", CASES)
def test_made_poses_have_their_bytes(name: str) -> None:
    assert digest(*CASES[name]) == DIGESTS[name]


@pytest.mark.parametrize("name", ["01", "03", "fight", "good"])
def test_official_hand_maps(shared, name: str) -> None:
    people = poseforge.read_poses(shared / "data/echomimic_v2/pose" / name)
    golden = json.loads((shared / "golden/render/render_sequences.json").read_text())[name]["hands_rgb_sha256"]
    assert [hashlib.sha256(frame).hexdigest() for frame in poseforge.iter_render(people)] == golden


@pytest.mark.parametrize("name", ["01", "03", "fight", "good"])
def test_official_whole_body_maps(shared, name: str) -> None:
    (person,) = poseforge.read_poses(shared / "data/echomimic_v2/pose" / name)
    golden = json.loads((shared / "golden/render/render_sequences.json").read_text())[name]["body_hands_face_canvas_sha256"]
    assert [hashlib.sha256(frame).hexdigest() for frame in poseforge.iter_render(person[::10], "dwpose")] == golden


def test_official_edge_cases(shared) -> None:
    with np.load(shared / "golden/render/render_edge_cases.npz") as golden:
        points = np.full((120, 134, 2), np.nan)
        points[:, 92:113], points[:, 113:] = golden["hands"][:, 0], golden["hands"][:, 1]
        confidence = np.zeros((120, 134))
        confidence[:, 92:113], confidence[:, 113:] = golden["hands_score"][:, 0], golden["hands_score"][:, 1]
        poses = PoseSequence(points, confidence, frame_meta={"draw_pose_params": golden["draw_pose_params"]})
        assert [hashlib.sha256(frame).hexdigest() for frame in poseforge.iter_render(poses)] == golden["sha256"].tolist()


@given(
    st.integers(0, 10**6), st.floats(0.1, 3), st.sampled_from(list(styles())), st.sampled_from([FULL, (320, 240), (96, 200)])
)
def test_all_outputs_are_the_same_maps(seed: int, spread: float, style: str, size: tuple[int, int]) -> None:
    poses = make_sequence(2, seed, 0.5 - spread, 0.5 + spread)
    maps = poseforge.render(poses, style, size)
    assert np.array_equal(maps, np.stack(list(poseforge.iter_render(poses, style, size))))
    pytest.importorskip("torch", reason="tensors need torch")
    tensor = poseforge.render_tensor(poses, style=style, size=size)
    assert tensor.shape == (1, 3, 2, size[1], size[0])
    assert np.array_equal(tensor[0].permute(1, 2, 3, 0).numpy(), maps.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float64"])
def test_tensors_of_other_types_are_the_bytes_over_255(name) -> None:
    torch = pytest.importorskip("torch", reason="tensors need torch")
    dtype = getattr(torch, name)
    poses = make_sequence(2)
    expected = torch.from_numpy(poseforge.render(poses)).permute(3, 0, 1, 2)[None].to(dtype) / 255
    tensor = poseforge.render_tensor(poses, dtype=dtype, device="cpu")
    assert tensor.dtype == dtype
    assert torch.equal(tensor, expected)


@given(st.integers(0, 10**6))
def test_writing_and_reading_draws_the_same(tmp_path_factory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("drawn") / "p"
    poses = make_sequence(2, seed, -0.2, 1.2)
    poseforge.write_poses(poses, folder, "echomimic")
    assert np.array_equal(poseforge.render(poses), poseforge.render(poseforge.read_poses(folder)))


def test_a_part_of_a_sequence_draws_the_same_part() -> None:
    poses = make_sequence(150, 4, -0.2, 1.2)
    maps = poseforge.render(poses, size=(96, 96))
    for part in (slice(60, 70), slice(140, None), slice(0, 150, 37)):
        assert np.array_equal(poseforge.render(poses[part], size=(96, 96)), maps[part])


def test_missing_hands_are_not_drawn_and_zero_scores_are_black() -> None:
    poses = make_sequence(1)
    gone = poses.points.copy()
    gone[:, 92:] = np.nan
    assert not poseforge.render(poses.with_points(gone)).any()
    assert not poseforge.render(poses.with_points(poses.points, np.zeros((1, 134)))).any()
    assert poseforge.render(poses).any()


def test_the_subset_of_a_file_decides_which_joints_are_drawn(tmp_path) -> None:
    frame = make_frame()
    frame["bodies"]["score"][:] = 0.9
    frame["bodies"]["subset"][:] = np.arange(18)
    everything = poseforge.render(poseforge.read_poses(save_frames(tmp_path / "a", [frame])), "dwpose")
    frame["bodies"]["subset"][0, 4] = -1
    without_wrist = poseforge.render(poseforge.read_poses(save_frames(tmp_path / "b", [frame])), "dwpose")
    assert not np.array_equal(everything, without_wrist)


def test_colour_order() -> None:
    """A joint disc is red where channels are exchanged (EchoMimicV2) and blue where not (ControlNet)."""
    points = np.full((1, 134, 2), np.nan)
    points[0, 92] = 0.5
    confidence = np.zeros((1, 134))
    confidence[0, 92] = 1
    poses = PoseSequence(points, confidence)
    assert poseforge.render(poses, "echomimic")[0, 384, 384].tolist() == [255, 0, 0]
    assert poseforge.render(poses, "openpose")[0, 384, 384].tolist() == [0, 0, 255]


@given(st.lists(st.integers(-(2**20), 2**20), min_size=4, max_size=4))
def test_lines_of_any_length_are_drawn_without_overflow(ends: list[int]) -> None:
    canvas = np.zeros((60, 80, 3), np.uint8)
    line(canvas, ends[:2], ends[2:], (255, 255, 255), 2)
    assert canvas.shape == (60, 80, 3)
    crossing = np.zeros((60, 80, 3), np.uint8)
    line(crossing, [-(2**20), 30], [2**20, 30], (255, 255, 255), 2)
    assert crossing[30].all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"style": "crayon"}, "no style"),
        ({"size": (0, 5)}, "0x5"),
        ({"size": (-1, 5)}, "-1x5"),
        ({"size": (10**6, 10**6)}, "1000000x1000000"),
        ({"size": (768,)}, "map size"),
        ({"size": "768x768"}, "map size"),
    ],
)
def test_wrong_arguments_are_refused(sequence, arguments, message) -> None:
    for draw in (poseforge.render, lambda *a, **k: list(poseforge.iter_render(*a, **k))):
        with pytest.raises(InvalidValue, match=message):
            draw(sequence, **arguments)


@pytest.mark.parametrize("style", styles())
def test_absurd_scores_are_cut_like_channels(style) -> None:
    wild = scored(make_sequence(2), 1e300, -1e300, 0.5, 1e9)
    assert poseforge.render(wild, style).shape == (2, 768, 768, 3)


def test_unweighted_styles_go_by_their_threshold_alone() -> None:
    poses = scored(make_sequence(1), 0.1)
    assert not poseforge.render(poses, "openpose").any()
    stored = PoseSequence(poses.points, poses.confidence, frame_meta={"subset": np.zeros((1, 134))})
    assert not poseforge.render(stored, "openpose").any()
    assert poseforge.render(scored(make_sequence(1), 0.3), "openpose").any()


def test_small_placements_fit_every_map() -> None:
    poses = with_placements(make_sequence(2), [8, 128, 0, 8, 0, 128])
    for size in ((8192, 16), (16, 16), (3, 3), (1000, 777)):
        assert poseforge.render(poses, size=size).shape == (2, size[1], size[0], 3)


def test_wrong_placements_and_dimensions_are_refused(sequence) -> None:
    with pytest.raises(InvalidValue, match="outside"):
        poseforge.render(with_placements(sequence, [768, 768, 10, 778, 0, 768]))
    with pytest.raises(InvalidValue, match="3D"):
        poseforge.render(PoseSequence(np.zeros((1, 134, 3)), np.ones((1, 134))))
    with pytest.raises(InvalidValue, match="no people"):
        poseforge.render([])


def test_a_canvas_too_thin_to_draw_is_refused() -> None:
    """Its short side would be scaled to 800 pixels, and the long one to gigabytes."""
    thin = PoseSequence(np.full((1, 134, 2), 0.5), np.ones((1, 134)), size=(100_000, 1))
    with pytest.raises(InvalidValue, match="100000x1"):
        poseforge.render(thin)


def test_an_empty_sequence_has_no_maps(sequence) -> None:
    assert poseforge.render(sequence[:0]).shape == (0, 768, 768, 3)


def test_contact_sheet(sequence) -> None:
    assert contact_sheet(sequence, columns=3, rows=2, cell=64).shape == (128, 192, 3)
    assert contact_sheet(make_sequence(100), columns=3, rows=2, cell=64).shape == (128, 192, 3)
    with pytest.raises(InvalidValue):
        contact_sheet(sequence[:0])


def test_labelled(sequence) -> None:
    numbers, names = labelled(sequence, 1, cell=200), labelled(sequence, 1, names=True, cell=200)
    assert numbers.shape == names.shape == (224, 800, 3)
    assert not np.array_equal(numbers, names)
    empty = sequence.with_points(np.full_like(sequence.points, np.nan))
    assert labelled(empty, 0, cell=200).any()
    with pytest.raises(InvalidValue, match="no frame 4"):
        labelled(sequence, 4)
