"""Sources: which picture comes at which tick, which way up, and what happens when there are no more."""

import threading
import time
from fractions import Fraction
from functools import partial
from math import floor

import numpy as np
import pytest
from films import make_film
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from poseforge.errors import FileProblem, FormatError, InvalidValue
from poseforge.media import Film, upright
from poseforge.sources import Pictures, Source, _Frame, _on_ticks, open_source


def numbers(source, start=0):
    """The number of the frame at each tick, and when it was taken."""
    with open_source(source, start) as pictures:
        seen = [(round(float(picture[-4, -4].mean()) / 8), seconds) for picture, seconds in pictures]
        return [number for number, _ in seen], [seconds for _, seconds in seen], pictures.problem


def test_a_film_at_the_clocks_rate_gives_every_frame_once(tmp_path) -> None:
    path = make_film(tmp_path / "film.mp4", [40 * i for i in range(20)])
    seen, seconds, problem = numbers(Source(path, Fraction(25)))
    assert seen == list(range(20))
    assert seconds == pytest.approx([0.04 * i for i in range(20)])
    assert not problem


def test_of_a_film_whose_rate_varies_the_nearest_frame_is_taken_at_each_tick(tmp_path) -> None:
    times = [0, 33, 66, 100, 300, 310, 320, 330, 500, 533, 566, 900, 933, 966]
    seen, seconds, _ = numbers(Source(make_film(tmp_path / "film.mp4", times)))
    nearest = [min(range(len(times)), key=lambda i: abs(times[i] / 1000 - tick / 24)) for tick in range(len(seen))]
    assert seen == nearest
    assert seconds == pytest.approx([times[i] / 1000 for i in nearest])
    assert len(seen) in (24, 25)  # 0.966 s and the last frame's own time


@given(
    st.lists(st.floats(0.001, 0.5), min_size=1, max_size=30),
    st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(10), Fraction(120)]),
    st.integers(0, 40),
)
def test_every_tick_has_its_nearest_frame(steps, fps, start) -> None:
    times = np.cumsum([0, *steps])
    frames = [_Frame(float(time), lambda: None) for time in times]
    seen = [frame.seconds for frame, ticks in _on_ticks(iter(frames), fps, start, 0.04) for _ in range(ticks)]
    assert len(seen) == max(0, floor((times[-1] + 0.02) * fps + 1e-6) + 1 - start)
    for tick, seconds in enumerate(seen, start):
        assert abs(seconds - tick / fps) <= np.abs(times - float(tick / fps)).min() + 1e-5


@pytest.mark.parametrize("start", [1, 7, 13, 19])
def test_a_film_can_be_begun_anywhere(tmp_path, start) -> None:
    path = make_film(tmp_path / "film.mp4", [33 * i for i in range(25)])
    whole, begun = numbers(Source(path)), numbers(Source(path), start)
    assert begun[0] == whole[0][start:]
    assert begun[1] == pytest.approx(whole[1][start:])


@pytest.mark.parametrize(
    ("matrix", "corner", "size"),
    [
        ((1, 0, 0, 1), (0, 0), (64, 48)),
        ((0, 1, -1, 0), (0, -1), (48, 64)),  # a quarter turn clockwise: what was upper left is upper right
        ((0, -1, 1, 0), (-1, 0), (48, 64)),
        ((-1, 0, 0, -1), (-1, -1), (64, 48)),
        ((-1, 0, 0, 1), (0, -1), (64, 48)),  # mirrored
    ],
)
def test_films_come_upright_as_the_telephone_was_held(tmp_path, matrix, corner, size) -> None:
    a, b, c, d = (65536 * value for value in matrix)
    nine = [a, b, 0, c, d, 0, 0, 0, 1 << 30]
    path = make_film(tmp_path / "film.mp4", [0, 40, 80], matrix=nine)
    with open_source(Source(path)) as pictures:
        assert pictures.size == size
        picture, _ = next(iter(pictures))
    shown = Film(path)
    for seen in (picture, shown.at(0)):
        corners = {(y, x): int(seen[y, x].mean()) for y in (0, -1) for x in (0, -1)}
        assert max(corners, key=corners.get) == corner
        assert (seen.shape[1::-1], seen.flags.c_contiguous) == (size, True)
    shown.close()


def test_films_with_wide_pixels_come_as_wide_as_they_are_shown(tmp_path) -> None:
    path = make_film(tmp_path / "film.mp4", [0, 40, 80], wider=Fraction(4, 3))
    with open_source(Source(path)) as pictures:
        assert pictures.size == (85, 48)
        assert {picture.shape for picture, _ in pictures} == {(48, 85, 3)}


@given(st.sampled_from([1, -1]), st.sampled_from([1, -1]), st.booleans())
def test_turning_puts_every_pixel_where_the_matrix_says(first, second, turned) -> None:
    picture = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    matrix = [0, first, 0, second, 0, 0, 0, 0, 1] if turned else [first, 0, 0, 0, second, 0, 0, 0, 1]
    seen = upright(picture, np.array(matrix, dtype=np.int32))
    assert seen.shape == ((3, 2, 3) if turned else (2, 3, 3))
    places = [(matrix[0] * x + matrix[3] * y, matrix[1] * x + matrix[4] * y) for y in range(2) for x in range(3)]
    left, top = min(x for x, _ in places), min(y for _, y in places)
    for (x, y), pixel in zip(places, picture.reshape(6, 3), strict=True):
        assert np.array_equal(seen[y - top, x - left], pixel)


def test_photographs_come_upright_too(tmp_path) -> None:
    photo = Image.new("RGB", (40, 20))
    photo.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # held in portrait: to be turned clockwise
    photo.save(tmp_path / "photo.png", exif=exif)
    with open_source(Source(tmp_path / "photo.png")) as pictures:
        assert (pictures.size, pictures.total) == ((20, 40), 1)
        ((picture, seconds),) = list(pictures)
    assert picture[0, -1].tolist() == [255, 255, 255]
    assert seconds == 0


def test_a_region_is_cut_out_and_a_mirror_image_turned_back(tmp_path) -> None:
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[5, 10] = 255
    Image.fromarray(picture).save(tmp_path / "a.png")
    with open_source(Source(tmp_path / "a.png", region=(8, 4, 10, 6), mirrored=True)) as pictures:
        ((seen, _),) = list(pictures)
        assert pictures.size == (10, 6)
    assert seen[1, 7].tolist() == [255, 255, 255]
    with pytest.raises(InvalidValue, match="40x20 pixels, beyond which 30x30 pixels from 20,0 reach"):
        open_source(Source(tmp_path / "a.png", region=(20, 0, 30, 30)))
    with pytest.raises(InvalidValue, match="region"):
        Source(tmp_path / "a.png", region=(0, 0, 0, 5))


def test_a_folder_gives_its_pictures_in_order_and_ends_at_one_of_another_size(tmp_path) -> None:
    for i in (10, 2, 1):
        Image.new("RGB", (30, 20), (8 * i,) * 3).save(tmp_path / f"{i}.png")
    (tmp_path / "notes.txt").write_text("no picture")
    assert numbers(Source(tmp_path, Fraction(10)))[:2] == ([1, 2, 10], pytest.approx([0, 0.1, 0.2]))
    assert numbers(Source(tmp_path), 1)[0] == [2, 10]
    Image.new("RGB", (31, 20)).save(tmp_path / "11.png")
    seen, _, problem = numbers(Source(tmp_path))
    assert seen == [1, 2, 10]
    assert problem == "11.png has 31x20 pixels, those before 30x20."


def test_a_picture_of_a_folder_that_cannot_be_read_is_passed_over(tmp_path) -> None:
    for i in range(6):
        Image.new("RGB", (30, 20), (8 * i,) * 3).save(tmp_path / f"{i}.png")
    for damaged in (0, 3):
        (tmp_path / f"{damaged}.png").write_bytes(b"no picture")
    seen, _, problem = numbers(Source(tmp_path))
    assert seen == [1, 1, 2, 2, 4, 5]  # each at its own time
    assert problem == "Pictures that cannot be read were passed over: 2, the first is 0.png."
    for i in range(6):
        (tmp_path / f"{i}.png").write_bytes(b"no picture")
    with pytest.raises(FormatError, match=r"0\.png: is no picture"):
        open_source(Source(tmp_path))


@pytest.mark.parametrize("name", ["a.webp", "a.gif", "a.png", "a.avif"])
def test_pictures_that_move_give_each_at_its_time(tmp_path, name) -> None:
    first, *others = [Image.new("RGB", (32, 32), (8 * i,) * 3) for i in (1, 5, 9, 20)]
    first.save(tmp_path / name, save_all=True, append_images=others, duration=[100, 300, 200, 200], quality=95)
    seen, seconds, problem = numbers(Source(tmp_path / name, Fraction(10)))
    assert seen == [1, 5, 5, 9, 9, 9, 20][: len(seen)]
    assert len(seen) >= 6
    assert sorted(set(seconds)) == pytest.approx([0, 0.1, 0.4, 0.6][: len(set(seconds))])
    assert not problem


@pytest.mark.parametrize("name", ["a.avif", "a.gif", "a.tiff", "a.jfif", "a"])
def test_a_picture_is_one_whatever_it_is_called(tmp_path, name) -> None:
    Image.new("RGB", (32, 32), (80, 80, 80)).save(tmp_path / name, None if "." in name and "jf" not in name else "jpeg")
    assert numbers(Source(tmp_path / name)) == ([10], [0.0], "")


def test_a_film_whose_clock_begins_late_is_whole(tmp_path) -> None:
    path = make_film(tmp_path / "film.mkv", [3000 + 40 * i for i in range(25)])
    with open_source(Source(path, Fraction(25))) as pictures:
        assert (pictures.total, len(list(pictures)), pictures.problem) == (25, 25, "")


def test_a_film_that_is_cut_off_gives_what_it_has_and_says_so(tmp_path) -> None:
    path = make_film(tmp_path / "film.mkv", [40 * i for i in range(50)], 320, 240)
    whole, _, problem = numbers(Source(path))
    assert not problem
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    seen, _, problem = numbers(Source(path))
    assert seen == whole[: len(seen)]
    assert 5 < len(seen) < len(whole) - 5
    assert problem


def test_damage_within_a_film_is_passed_over(tmp_path) -> None:
    path = make_film(tmp_path / "film.mp4", [40 * i for i in range(50)], 320, 240)
    content = bytearray(path.read_bytes())
    begin = content.index(b"mdat")
    middle = begin + (len(content) - begin) // 3
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    seen, _, problem = numbers(Source(path))
    assert len(seen) == 48
    assert "damaged places were passed over" in problem


@pytest.mark.parametrize("content", [b"", b"no film", bytes(range(256)) * 40])
def test_what_is_no_film_is_an_error_that_names_it(tmp_path, content) -> None:
    (tmp_path / "x.mp4").write_bytes(content)
    with pytest.raises(FormatError, match=r"x\.mp4: is no picture or video"):
        open_source(Source(tmp_path / "x.mp4"))
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(FormatError, match=r"x\.png: is no picture"):
        open_source(Source(tmp_path / "x.png"))


def test_missing_files_folders_and_cameras_are_said_to_be_missing(tmp_path) -> None:
    with pytest.raises(FileProblem, match="no such file or folder"):
        open_source(Source(tmp_path / "x.mp4"))
    with pytest.raises(FormatError, match="holds no pictures"):
        open_source(Source(tmp_path))
    with pytest.raises(FileProblem, match="is it plugged in"):
        open_source(Source("camera:987"))
    with pytest.raises(FormatError, match="is no picture or video"):
        open_source(Source("lavfi:nosuchfilter"))


def test_an_endless_source_ends_when_told_and_its_thread_with_it() -> None:
    with open_source(Source("lavfi:testsrc2=size=64x48:rate=24")) as pictures:
        assert pictures.total == 0
        shots = iter(pictures)
        for _ in range(30):
            next(shots)
        pictures.stop()
        assert len(list(shots)) < 20  # what had been taken
    assert not any(thread.name == "poseforge-pictures" for thread in threading.enumerate())
    with open_source(Source("lavfi:testsrc2=size=64x48:rate=24")) as pictures:
        next(iter(pictures))
    assert not any(thread.name == "poseforge-pictures" for thread in threading.enumerate())


def test_a_film_never_lies_in_memory_as_a_whole() -> None:
    with open_source(Source("lavfi:testsrc2=size=64x48:rate=24:duration=60")) as pictures:
        assert pictures._queue.maxsize < 20
        assert sum(1 for _ in pictures) == 24 * 60


class _Camera:
    """Gives five pictures at once, and a sixth when it may."""

    size, total, period, problem = (4, 2), 0, 1 / 24, ""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def frames(self):
        for i in range(6):
            if i == 5:
                self.go_on.wait()
            yield _Frame(i / 24, partial(np.full, (2, 4, 3), i, np.uint8))

    def close(self) -> None:
        pass


def test_what_nobody_has_time_for_is_missed_and_the_clock_stays_right() -> None:
    camera = _Camera()
    with Pictures(Source("camera:0"), camera, 0) as pictures:
        seen = iter(pictures)
        while pictures.missed < 2:  # the third and the fourth, for two wait
            time.sleep(0.001)
        early = [next(seen), next(seen)]
        camera.go_on.set()
        shots = [*early, *seen]
    assert [int(picture[0, 0, 0]) for picture, _ in shots] == [0, 1, 4, 4, 4, 5]
    assert [round(seconds * 24) for _, seconds in shots] == [0, 1, 4, 4, 4, 5]
    assert pictures.missed == 2
