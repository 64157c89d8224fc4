"""Videos and pictures: every frame is there, nothing half-written stays."""

import io
import tempfile
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from films import make_film
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from recordings import write_sound

from poseforge.align import Box
from poseforge.audio import read_audio
from poseforge.errors import FileProblem, FormatError, InvalidValue
from poseforge.media import (
    Film,
    Soundtrack,
    about_video,
    fit_media,
    read_frames,
    read_picture,
    video_writer,
    write_frames,
    write_picture,
)


def frames(count: int, width: int = 64, height: int = 48):
    for i in range(count):
        frame = np.zeros((height, width, 3), np.uint8)
        frame[:, : 2 * i % width] = (250, 10, 10)
        yield frame


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001), Fraction(25)])
def test_mp4_has_every_frame_at_its_rate(tmp_path, fps) -> None:
    path = tmp_path / "手势.mp4"
    write_frames(frames(31), path, fps)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.average_rate == fps
        assert float(stream.duration * stream.time_base) == pytest.approx(31 / fps, abs=1e-3)
    assert len(decoded) == 31
    assert np.abs(decoded[20][5, 5].astype(int) - (250, 10, 10)).max() < 12  # channels in order, through 4:2:0
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays while it loads


@pytest.mark.parametrize(("suffix", "tick"), [(".webp", 1), (".gif", 10)])
def test_animations_last_as_long_as_the_sequence(tmp_path, suffix, tick) -> None:
    path = tmp_path / f"a{suffix}"
    write_frames(frames(24), path, Fraction(24))
    total = 0
    with Image.open(path) as picture:
        for i in range(picture.n_frames):
            picture.seek(i)
            picture.load()
            total += picture.info["duration"]
        assert picture.info["loop"] == 0
    assert total == pytest.approx(1000, abs=tick)


def test_picture_folders_hold_the_exact_bytes(tmp_path) -> None:
    write_frames(frames(3), tmp_path / "maps", Fraction(24))
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["0000.png", "0001.png", "0002.png"]
    for i, frame in enumerate(frames(3)):
        assert np.array_equal(np.asarray(Image.open(tmp_path / "maps" / f"{i:04d}.png")), frame)


@pytest.mark.parametrize("name", ["a.mp4", "a.webp", "a.gif", "folder"])
def test_cancelling_leaves_nothing(tmp_path, name) -> None:
    def interrupted():
        yield from frames(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_frames(interrupted(), tmp_path / name, Fraction(24))
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_told(tmp_path) -> None:
    with pytest.raises(InvalidValue, match=r"\.avi"):
        write_frames(frames(1), tmp_path / "a.avi", Fraction(24))
    with pytest.raises(InvalidValue, match="even"):
        write_frames(frames(1, 63), tmp_path / "a.mp4", Fraction(24))
    with pytest.raises(InvalidValue, match="no frames"):
        write_frames(frames(0), tmp_path / "a.mp4", Fraction(24))
    write_picture(next(frames(1)), tmp_path / "a.png")
    with pytest.raises(FileProblem, match="exists"):
        write_picture(next(frames(1)), tmp_path / "a.png")
    write_picture(next(frames(1)), tmp_path / "a.png", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("box", [Box(10, -20, 60), Box(0, 0, 48), Box(-100, 0, 40), None])
def test_a_picture_is_cut_as_the_poses_are(tmp_path, box) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[30, 40] = 255
    Image.fromarray(picture).save(tmp_path / "ref.png")
    made = fit_media(tmp_path / "ref.png", box, tmp_path / "pose", (64, 48))
    assert made == tmp_path / "pose-ref.png"
    cut = np.asarray(Image.open(made))
    assert cut.shape == (768, 768, 3)
    left, top, width, height = (0, 0, 64, 48) if box is None else (box.left, box.top, box.side, box.side)
    place = np.array([(40.5 - left) / width, (30.5 - top) / height])
    if (place < 1).all():
        spot = np.argwhere(cut[..., 0] == cut[..., 0].max()).mean(axis=0)[::-1] + 0.5
        np.testing.assert_allclose(spot / 768, place, atol=0.01)
    else:
        assert not cut.any()


def test_a_video_is_cut_frame_by_frame_and_another_size_is_refused(tmp_path, monkeypatch) -> None:
    write_frames(frames(7), tmp_path / "talk.mp4", Fraction(30))
    opened: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(av, "open", lambda file, *rest, _open=av.open, **more: opened.append(file) or _open(file, *rest, **more))
        made = fit_media(tmp_path / "talk.mp4", Box(0, 0, 48), tmp_path / "pose", (64, 48))
    assert opened.count(str(tmp_path / "talk.mp4")) == 1
    assert [rate for _, rate in read_frames(made)] == [30] * 7
    with pytest.raises(InvalidValue, match="has 64x48 pixels, the poses 768x768"):
        fit_media(tmp_path / "talk.mp4", None, tmp_path / "pose", (768, 768))
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with pytest.raises(FormatError, match=r"bad\.png"):
        fit_media(tmp_path / "bad.png", None, tmp_path / "pose", (64, 48))
    with pytest.raises(FileProblem, match="no such file"):
        next(read_frames(tmp_path / "none.mp4"))


def test_single_frames_of_a_film_are_those_that_are_seen_then(tmp_path) -> None:
    shades = [np.full((32, 48, 3), 5 * i, dtype=np.uint8) for i in range(50)]
    write_frames(shades, tmp_path / "film.mp4", Fraction(25))
    film = Film(tmp_path / "film.mp4")
    for number in (0, 1, 2, 30, 29, 7, 49, 48, 0, 20):
        assert film.at(number / 25).mean() == pytest.approx(5 * number, abs=2), number
        assert film.at((number + 0.9) / 25).mean() == pytest.approx(5 * number, abs=2), number
    assert film.at(-1).mean() == pytest.approx(0, abs=2)
    assert film.at(60).mean() == pytest.approx(245, abs=2)
    film.close()
    (tmp_path / "no.mp4").write_bytes(b"no film")
    with pytest.raises(FormatError):
        Film(tmp_path / "no.mp4")
    with pytest.raises(FileProblem):
        Film(tmp_path / "none.mp4")


@pytest.mark.parametrize(
    ("fps", "count"), [(Fraction(24), 1), (Fraction(24), 50), (Fraction(30000, 1001), 21), (Fraction(25), 7)]
)
def test_a_video_with_sound_is_as_long_as_its_frames(tmp_path, fps, count) -> None:
    sound = write_sound(tmp_path / "a.wav", 1.0, 44_100, "stereo")
    path = tmp_path / "out.mp4"
    with video_writer(path, fps, Soundtrack(sound), "made so") as add:
        for frame in frames(count):
            add(frame)
    assert len(list(read_frames(path))) == count
    assert about_video(path) == "made so"
    with av.open(str(path)) as container:
        video, heard = container.streams.video[0], container.streams.audio[0]
        assert (video.average_rate, video.frames) == (fps, count)
        assert (heard.codec_context.name, heard.rate, heard.layout.name) == ("aac", 48_000, "stereo")
        assert heard.duration * heard.time_base == pytest.approx(float(count / fps), abs=1 / 48_000)
        assert video.duration * video.time_base == pytest.approx(float(count / fps), abs=1 / 48_000)
        samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(heard)])
    assert 0 <= len(samples) - round(count / fps * 48_000) < 1024  # AAC has blocks of that size
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_sound_of_a_video_begins_where_it_shall_and_ends_in_silence(tmp_path) -> None:
    sound = write_sound(tmp_path / "a.wav", 0.5, hertz=1000)
    path = tmp_path / "out.mp4"
    with video_writer(path, Fraction(24), Soundtrack(sound, Fraction(1, 4))) as add:
        for frame in frames(24):
            add(frame)
    samples = read_audio(path).samples
    loud = [np.abs(samples[at : at + 4800]).mean() > 0.05 for at in range(0, 48_000, 4800)]
    assert loud == [True] * 2 + [loud[2]] + [False] * 7


@pytest.mark.parametrize("sound", ["missing.wav", "no-sound.txt"])
def test_a_sound_that_cannot_be_read_leaves_no_video(tmp_path, sound) -> None:
    (tmp_path / "no-sound.txt").write_text("words")
    before = set(tmp_path.iterdir())
    soundtrack = Soundtrack(tmp_path / sound)
    with (
        pytest.raises((FileProblem, FormatError), match=sound),
        video_writer(tmp_path / "out.mp4", Fraction(24), soundtrack) as add,
    ):
        for frame in frames(200):
            add(frame)
    assert set(tmp_path.iterdir()) == before


def test_what_goes_wrong_between_two_frames_leaves_no_video(tmp_path) -> None:
    with pytest.raises(KeyError), video_writer(tmp_path / "out.mp4", Fraction(24)) as add:
        for frame in frames(30):
            add(frame)
        raise KeyError
    assert not list(tmp_path.iterdir())


def test_a_video_of_no_frames_is_refused_and_others_have_nothing_about_them(tmp_path) -> None:
    with pytest.raises(InvalidValue, match="no frames"), video_writer(tmp_path / "out.mp4", Fraction(24)):
        pass
    write_frames(frames(2), tmp_path / "out.mp4", Fraction(24))
    assert about_video(tmp_path / "out.mp4") == ""
    with pytest.raises(FileProblem, match="no such file"):
        about_video(tmp_path / "none.mp4")
    (tmp_path / "text.mp4").write_text("words")
    with pytest.raises(FormatError, match="no video"):
        about_video(tmp_path / "text.mp4")


def test_pictures_are_upright_opaque_and_rgb(tmp_path) -> None:
    pixels = np.zeros((20, 30, 4), np.uint8)
    pixels[:, :10] = 200, 100, 50, 255
    Image.fromarray(pixels).save(tmp_path / "alpha.png")
    seen = read_picture(tmp_path / "alpha.png")
    assert seen[0, 0].tolist() == [200, 100, 50]
    assert seen[0, 29].tolist() == [255, 255, 255]
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.ascontiguousarray(pixels[..., :3])).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert read_picture(tmp_path / "turned.jpg").shape == (30, 20, 3)
    assert next(read_frames(tmp_path / "turned.jpg"))[0].shape == (30, 20, 3)
    for mode in ("L", "LA", "P", "CMYK", "1", "I;16"):
        name = tmp_path / f"{mode.strip(';')[0]}{len(mode)}.{'tiff' if mode == 'CMYK' else 'png'}"
        Image.new(mode, (4, 4)).save(name)
        assert read_picture(name).shape == (4, 4, 3)


def test_a_film_of_a_telephone_is_cut_upright_as_it_was_detected(tmp_path) -> None:
    quarter = [0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30]
    film = make_film(tmp_path / "film.mp4", [0, 40, 80], matrix=quarter)
    made = fit_media(film, None, tmp_path / "poses", (48, 64))
    first = next(read_frames(made))[0]
    assert first[10, -10].mean() > 200 > first[10, 10].mean()  # the white corner, upper left as it lies in the file


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_grey_of_16_bits_becomes_8_and_is_not_cut_off(tmp_path, suffix) -> None:
    grey = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
    Image.fromarray(grey).save(tmp_path / f"grey.{suffix}")
    assert np.array_equal(read_picture(tmp_path / f"grey.{suffix}")[..., 1], grey // 256)


def test_a_picture_that_is_too_large_says_so(tmp_path, monkeypatch) -> None:
    Image.new("L", (2000, 2000)).save(tmp_path / "large.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_500_000)
    with pytest.raises(FormatError, match=r"large\.png: has more than 3 million pixels"):
        read_picture(tmp_path / "large.png")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_in_a_photograph_is_more_than_an_error(data) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x011A] = 6, 72.0
    content = io.BytesIO()
    Image.new("RGB", (16, 12), (90, 200, 30)).save(
        content, data.draw(st.sampled_from(["jpeg", "webp", "tiff", "png"])), exif=exif
    )
    damaged = bytearray(content.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        path.write_bytes(damaged)
        with suppress(FormatError):
            assert read_picture(path).ndim == 3
