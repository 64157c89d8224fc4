"""DWPose by ONNX Runtime against its steps in their plain form, with stand-in models that are built here."""

import contextlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plain_detection import find, pose, whole
from poseforge.detect.dwpose import KIND, Options
from poseforge.errors import FileProblem, FormatError, InvalidValue, PoseForgeError
from poseforge.options import described
from poseforge.skeleton import catalogue, wholebody_134

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")

from benchmarks import standins  # noqa: E402  (needs onnx)

SIZES = [(640, 480), (480, 640), (1280, 720), (720, 1280), (8, 8), (1, 1), (4000, 3000), (901, 3)]
NECK = wholebody_134.index("neck")
COCO = catalogue["coco-wholebody-133"]


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("POSEFORGE_MODELS", str(tmp_path))
    return tmp_path / "dwpose"


@pytest.fixture(scope="module")
def markers(tmp_path_factory) -> Path:
    return standins.marker_poser(tmp_path_factory.mktemp("models") / "markers.onnx")


def model(path: Path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda blob: session.run(None, {session.get_inputs()[0].name: blob})


def picture(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def random_poser(path: Path, size: tuple[int, int] = (288, 384), split: int = 2, **more) -> Path:
    random = np.random.default_rng(3)
    peaks = np.stack([random.integers(0, side * split, 133) for side in size], axis=1)
    return standins.poser(path, peaks, random.uniform(0.02, 1.3, (133, 2)), size, split=split, **more)


def dotted(
    width: int, height: int, corner: tuple[float, float] = (100, 100), step: float = 40
) -> tuple[np.ndarray, np.ndarray]:
    """A picture with a dot for each joint, 12 in a row, and (133, 2) where they are."""
    canvas = np.full((height, width, 3), 25, dtype=np.uint8)
    number = np.arange(133)
    dots = np.array(corner) + step * np.stack([number % 12, number // 12], axis=1)
    for (x, y), color in zip(dots, standins.MARKERS.tolist(), strict=True):
        cv2.circle(canvas, (round(x), round(y)), round(step * 0.4), color, -1)
    return canvas, dots


def in_hub(dots: np.ndarray) -> np.ndarray:
    """(134, 2) of (133, 2), by the names of the joints."""
    neck = dots[[COCO.index("left_shoulder"), COCO.index("right_shoulder")]].mean(axis=0)
    return np.array([neck if name == "neck" else dots[COCO.index(name)] for name in wholebody_134.joints])


def agree(people: list[np.ndarray], expected: np.ndarray) -> None:
    """The same people, those without a score missing."""
    assert len(people) == len(expected)
    for person, wanted in zip(people, expected, strict=True):
        known = wanted[:, 2] > 0
        known[NECK] = True
        assert np.abs(person[known, :2] - wanted[known, :2]).max() <= 1e-3
        assert np.array_equal(person[known, 2], wanted[known, 2])
        assert np.isnan(person[~known, :2]).all()
        assert not person[~known, 2].any()


def largest_first(boxes: np.ndarray) -> np.ndarray:
    return boxes[np.argsort(-(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), kind="stable")]


NOBODY = [((100, 100, 300, 300), 0.29, 0), ((50, 50, 500, 600), 0.9, 16)]
ONE = [((200, 20, 420, 380), 0.8, 0), ((205, 25, 420, 380), 0.7, 0), ((210, 40, 400, 380), 0.95, 1)]
MANY = [
    ((-40, -30, 90, 200), 0.6, 0),  # over the upper left corner
    ((560, 300, 720, 700), 0.9, 0),  # over the lower right corner
    ((0, 0, 640, 640), 0.31, 0),
    ((300, 100, 360, 400), 0.5, 0),
    ((310, 110, 365, 410), 0.45, 0),  # hidden by the one before
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("found", "count"), [(NOBODY, 0), (ONE, 1), (MANY, 4)])
def test_places_and_scores_are_those_of_the_plain_steps(place, size, found, count) -> None:
    files = standins.finder(place / "yolox_l.onnx", found), random_poser(place / "dw-ll_ucoco_384.onnx")
    image = picture(*size)
    boxes = largest_first(find(image, model(files[0])))
    assert len(boxes) == count
    detector = KIND.open(Options())
    agree(detector.people([image])[0], whole(pose(image, boxes, model(files[1]), (288, 384))))


boxes_and_scores = st.lists(
    st.tuples(
        st.tuples(*(st.floats(-50, 500) for _ in range(2)), *(st.floats(4, 400) for _ in range(2))),
        st.floats(0.05, 1),
        st.integers(0, 2),
    ),
    max_size=12,
    unique_by=lambda one: one[1],
)


@settings(max_examples=25)
@given(boxes_and_scores)
def test_whatever_is_found_the_people_are_those_of_the_plain_steps(tmp_path_factory, found) -> None:
    folder = tmp_path_factory.mktemp("models")
    crowd = [((x, y, x + width, y + height), score, category) for (x, y, width, height), score, category in found]
    finder = standins.finder(folder / "dwpose" / "yolox_l.onnx", crowd)
    poser = random_poser(folder / "small.onnx", (24, 32))
    image = picture(320, 240)
    boxes = largest_first(find(image, model(finder)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSEFORGE_MODELS", str(folder))
        detector = KIND.open(Options(model=poser))
    agree(detector.people([image])[0], whole(pose(image, boxes, model(poser), (24, 32))))


@pytest.mark.parametrize(("size", "split"), [((192, 256), 2), ((288, 384), 3), ((96, 96), 1)])
def test_the_size_and_the_fineness_are_those_of_the_model(place, tmp_path, size, split) -> None:
    finder, poser = standins.finder(place / "yolox_l.onnx", ONE), random_poser(tmp_path / "other.onnx", size, split=split)
    image = picture(640, 480)
    expected = whole(pose(image, find(image, model(finder)), model(poser), size, split))
    agree(KIND.open(Options(model=poser)).people([image])[0], expected)


def test_a_joint_without_a_score_is_missing_and_a_neck_needs_both_shoulders(place) -> None:
    standins.finder(place / "yolox_l.onnx", ONE)
    scores = np.full((133, 2), 0.9)
    scores[COCO.index("nose"), 0] = -0.1
    scores[COCO.index("left_wrist")] = 0
    poser = place / "dw-ll_ucoco_384.onnx"
    for shoulder, confidence, known in ((0.9, 1, True), (0.31, 1, True), (0.29, 0, True), (0.2, 0, True), (0, 0, False)):
        scores[COCO.index("left_shoulder"), 1] = shoulder
        standins.poser(poser, np.full((133, 2), 7), scores)
        (person,) = KIND.open(Options()).people([picture(64, 48)])[0]
        assert person[NECK, 2] == confidence
        assert np.isfinite(person[NECK, 0]) == known
        for joint in ("nose", "left_wrist"):
            assert np.array_equal(person[wholebody_134.index(joint)], (np.nan, np.nan, 0), equal_nan=True)


def test_where_nobody_is_found_and_nothing_is_sure_there_is_nobody(place) -> None:
    standins.finder(place / "yolox_l.onnx", NOBODY)
    scores = np.full((133, 2), 0.3, dtype=np.float32)
    standins.poser(place / "dw-ll_ucoco_384.onnx", np.zeros((133, 2)), scores - 0.01)
    assert KIND.open(Options()).people([picture(64, 48)]) == [[]]
    standins.finder(place / "yolox_l.onnx", ONE)
    assert len(KIND.open(Options()).people([picture(64, 48)])[0]) == 1  # whom the finder is sure of stays


@pytest.mark.parametrize("size", [(640, 900), (900, 640)])
def test_dots_are_found_where_they_are_in_the_order_of_the_hub(place, markers, size) -> None:
    scale = 640 / max(size)
    standins.finder(place / "yolox_l.onnx", [((60 * scale, 60 * scale, 580 * scale, 580 * scale), 0.9, 0)])
    image, dots = dotted(*size)
    (person,) = KIND.open(Options(model=markers)).people([image])[0]
    assert np.abs(person[:, :2] - in_hub(dots)).max() < 3
    assert (person[:, 2] > 0.5).all()


def test_people_of_many_pictures_do_not_mix_in_one_run_or_one_by_one(place, markers, tmp_path) -> None:
    standins.finder(place / "yolox_l.onnx", [((0, 0, 320, 320), 0.9, 0), ((420, 420, 640, 640), 0.8, 0)])
    one_by_one = standins.marker_poser(tmp_path / "one.onnx", batch=1)
    film = [dotted(640, 640, (35 + 5 * t, 35), 22) for t in range(3)]
    together = KIND.open(Options(model=markers)).people([image for image, _ in film])
    apart = KIND.open(Options(model=one_by_one)).people([image for image, _ in film])
    for people, others, (_, dots) in zip(together, apart, film, strict=True):
        assert len(people) == len(others) == 2
        assert all(np.allclose(a, b, rtol=0, atol=1e-5, equal_nan=True) for a, b in zip(people, others, strict=True))
        assert np.abs(people[0][:, :2] - in_hub(dots)).max() < 3
        assert (people[1][:, 2] < 0.3).all()  # there are no dots in the other box


def test_people_are_followed_between_the_pictures_in_which_they_are_looked_for(place, markers) -> None:
    standins.finder(place / "yolox_l.onnx", [((20, 20, 320, 320), 0.9, 0)])
    film = [dotted(1000, 640, (60 + 60 * t, 60), 30) for t in range(5)]  # ends where the finder does not look
    away = film[-1]
    detector = KIND.open(Options(model=markers, every=10))
    for image, dots in film:
        (person,) = detector.people([image])[0]
        assert np.abs(person[:, :2] - in_hub(dots)).max() < 4
    detector.restart()
    (person,) = detector.people([away[0]])[0]
    assert (person[:, 2] < 0.3).any()  # looked for again, by a finder that does not see
    assert (KIND.open(Options(model=markers)).people([away[0]])[0][0][:, 2] < 0.3).any()
    detector.close()


def test_who_is_lost_is_looked_for_at_once(place, markers) -> None:
    standins.finder(place / "yolox_l.onnx", [((40, 40, 600, 600), 0.9, 0)])
    image, dots = dotted(640, 640)
    nothing = np.zeros_like(image)
    detector = KIND.open(Options(model=markers, every=50))
    detector.people([image, nothing, nothing])
    (person,) = detector.people([image])[0]
    assert np.abs(person[:, :2] - in_hub(dots)).max() < 3


def test_any_layout_of_memory_will_do_and_the_picture_stays_as_it_was(place, markers) -> None:
    standins.finder(place / "yolox_l.onnx", [((40, 40, 600, 600), 0.9, 0)])
    image, dots = dotted(640, 640)
    mirrored = image[:, ::-1].copy()
    mirrored.flags.writeable = False
    (person,) = KIND.open(Options(model=markers)).people([mirrored[:, ::-1]])[0]
    assert np.abs(person[:, :2] - in_hub(dots)).max() < 3
    assert np.array_equal(mirrored[:, ::-1], image)


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4)), np.zeros((4, 4, 3)), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4, 3), np.uint8), None]
)
def test_what_is_no_picture_is_refused(place, tmp_path, wrong) -> None:
    standins.finder(place / "yolox_l.onnx", ONE)
    detector = KIND.open(Options(model=random_poser(tmp_path / "small.onnx", (24, 32))))
    with pytest.raises(InvalidValue, match="picture"):
        detector.people([wrong])
    assert detector.people([]) == []


def test_boxes_and_scores_out_of_all_bounds_are_nobody_and_missing(place) -> None:
    absurd = [((-1e9, 0, 1e9, 10), 0.95, 0), ((0, 0, 1e30, 1e30), 0.9, 0)]
    finder = standins.finder(place / "yolox_l.onnx", [*ONE, *absurd])
    scores = np.full((133, 2), 0.9)
    scores[0], scores[1, 0] = np.inf, np.nan
    poser = standins.poser(place / "dw-ll_ucoco_384.onnx", np.full((133, 2), 5), scores)
    image = picture(64, 48)
    (person,) = KIND.open(Options()).people([image])[0]
    standins.finder(finder, ONE)
    expected = whole(pose(image, find(image, model(finder)), model(poser), (288, 384)))[0]
    lost = [wholebody_134.index(COCO.joints[number]) for number in (0, 1)]
    assert np.array_equal(person[lost], [(np.nan, np.nan, 0)] * 2, equal_nan=True)
    assert np.array_equal(np.delete(person, lost, axis=0), np.delete(expected, lost, axis=0))


def test_missing_files_are_told_with_the_place_and_the_command(place) -> None:
    assert str(place) in KIND.missing()
    assert "poseforge models fetch dwpose" in KIND.missing()
    with pytest.raises(FileProblem, match=r"yolox_l\.onnx.*poseforge models fetch dwpose"):
        KIND.open(Options())
    standins.finder(place / "yolox_l.onnx", ONE)
    assert "yolox" not in KIND.missing()
    with pytest.raises(FileProblem, match="no such file"):
        KIND.open(Options(model=place / "nothing.onnx"))
    random_poser(place / "dw-ll_ucoco_384.onnx")
    assert KIND.missing() == ""


def test_damaged_models_are_told_in_one_line(place) -> None:
    poser = random_poser(place / "dw-ll_ucoco_384.onnx")
    whole_file = standins.finder(place / "yolox_l.onnx", ONE).read_bytes()
    cuts = [*range(0, len(whole_file), len(whole_file) // 12), len(whole_file) - 1]
    for content in (b"<html>not found</html>", *(whole_file[:cut] for cut in cuts)):
        (place / "yolox_l.onnx").write_bytes(content)
        with pytest.raises(FormatError, match=r"yolox_l\.onnx") as error:
            KIND.open(Options())
        assert "\n" not in str(error.value)
    (place / "yolox_l.onnx").write_bytes(whole_file)
    poser.write_bytes(poser.read_bytes()[:1000])
    with pytest.raises(FormatError, match=r"dw-ll_ucoco_384\.onnx.*1,000 bytes"):
        KIND.open(Options())


@pytest.mark.slow
def test_flipped_bytes_never_escape_as_anything_but_ours(place) -> None:
    finder = standins.finder(place / "yolox_l.onnx", ONE)
    random_poser(place / "dw-ll_ucoco_384.onnx", (24, 32))
    sound, random = finder.read_bytes(), np.random.default_rng(4)
    for _ in range(150):
        damaged = bytearray(sound)
        for at in random.integers(0, len(sound), random.integers(1, 4)):
            damaged[at] = random.integers(256)
        finder.write_bytes(damaged)
        with contextlib.suppress(PoseForgeError):
            KIND.open(Options(engine="cpu")).people([picture(64, 48)])


def test_other_models_are_told_by_their_shapes(place, tmp_path) -> None:
    finder, poser = standins.finder(place / "yolox_l.onnx", ONE), random_poser(place / "dw-ll_ucoco_384.onnx")
    with pytest.raises(FormatError, match=r"gives \(1, 8400, 85\); expected \(n, 133, 640 s\)"):
        KIND.open(Options(model=finder))
    body = standins.poser(tmp_path / "body.onnx", np.zeros((17, 2)), np.ones((17, 2)))
    with pytest.raises(FormatError, match=r"\(1, 17, 576\), \(1, 17, 768\); expected \(n, 133, 288 s\)"):
        KIND.open(Options(model=body))
    finder.write_bytes(poser.read_bytes())
    with pytest.raises(FormatError, match=r"yolox_l\.onnx: gives \(1, 133, 576\), .*; expected \(1, 2268, 85\)"):
        KIND.open(Options())
    flat = standins._save(finder, [], {}, (1, 3), {"input": (1, 3)})
    with pytest.raises(FormatError, match=r"takes tensor\(float\) \(1, 3\); expected"):
        KIND.open(Options())
    assert flat == finder


def test_an_engine_that_is_not_there_is_told_and_the_cpu_used(place, capfd) -> None:
    finder, poser = standins.finder(place / "yolox_l.onnx", ONE), random_poser(place / "dw-ll_ucoco_384.onnx")
    image = picture(640, 480)
    expected = whole(pose(image, find(image, model(finder)), model(poser), (288, 384)))
    capfd.readouterr()
    for engine in ("auto", "cuda", "directml", "coreml", "tensorrt", "cpu"):
        detector = KIND.open(Options(engine=engine))
        agree(detector.people([image])[0], expected)
        words = {"cpu": "CPU", "directml": "DirectML", "coreml": "Core ML", "tensorrt": "TensorRT", "cuda": "CUDA"}
        assert words.get(engine, "") in detector.engine
        assert detector.engine == "CPU" or engine != "cpu"
    assert capfd.readouterr() == ("", "")


def test_a_failing_engine_is_one_line(place, tmp_path) -> None:
    standins.finder(place / "yolox_l.onnx", ONE)
    detector = KIND.open(Options(model=random_poser(tmp_path / "small.onnx", (24, 32))))
    detector.close()
    with pytest.raises(PoseForgeError, match="failed") as error:
        detector.people([picture(64, 48)])
    assert "\n" not in str(error.value)


def test_options_are_checked_and_described() -> None:
    for wrong in ({"every": 0}, {"every": 1.5}, {"every": True}, {"engine": "steam"}):
        with pytest.raises(InvalidValue, match=next(iter(wrong))):
            Options(**wrong)
    assert [one.name for one in described(Options)] == ["model", "every", "engine"]
