"""Sound from files and its outline: the right samples, and a word for every file that has none."""

import io
import os
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

import poseforge.audio
from poseforge.audio import Audio, peaks, read_audio
from poseforge.errors import FileProblem, FormatError, InvalidValue, UnsafeFile

RATE = 16_000


def sweep(seconds: float = 1.0, rate: int = RATE) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return 0.5 * np.sin(2 * np.pi * (200 + 300 * time) * time)


def save_container(path: Path, codec: str | None, video: bool = False, rate: int = 44_100) -> Path:
    """A file as FFmpeg would write it: the sweep left, silence right; with a codec a sound track, and maybe a picture."""
    with av.open(str(path), "w") as container:
        sound = container.add_stream(codec, rate=rate, layout="stereo") if codec else None
        if video:
            picture = container.add_stream("libx264", rate=24)
            picture.width = picture.height = 32
            picture.pix_fmt = "yuv420p"
            for _ in range(24):
                frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
                container.mux(picture.encode(frame))
            container.mux(picture.encode())
        if sound:
            left = sweep(rate=rate)
            both = np.stack([left, 0 * left]).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(both, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = rate, 0
            container.mux(sound.encode(frame))
            container.mux(sound.encode())
    return path


@pytest.mark.parametrize(
    ("name", "subtype", "tolerance"),
    [
        ("a.wav", "PCM_U8", 1e-2),
        ("a.wav", "PCM_16", 1e-4),
        ("a.wav", "PCM_24", 1e-6),
        ("a.wav", "DOUBLE", 1e-7),
        ("手势.flac", "PCM_16", 1e-4),
        ("a.ogg", "VORBIS", 5e-2),
        ("a.mp3", "MPEG_LAYER_III", 5e-2),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_sound_files_give_the_mean_of_their_channels(tmp_path, name, subtype, tolerance, channels) -> None:
    wave = sweep()
    soundfile.write(tmp_path / name, np.stack([wave, 0 * wave][:channels], axis=1), RATE, subtype)
    audio = read_audio(tmp_path / name)
    assert audio.rate == RATE
    assert audio.duration == pytest.approx(1, abs=0.1)
    assert np.abs(audio.samples[1000:15000] - wave[1000:15000] / channels).max() < tolerance


def test_any_number_of_channels(tmp_path) -> None:
    waves = np.stack([sweep()] * 12 + [0 * sweep()] * 12, axis=1)
    soundfile.write(tmp_path / "a.wav", waves, RATE)
    assert np.abs(read_audio(tmp_path / "a.wav").samples - sweep() / 2).max() < 1e-4


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_rates_stay(tmp_path, rate) -> None:
    soundfile.write(tmp_path / "a.wav", sweep(0.1, rate), rate)
    assert (read_audio(tmp_path / "a.wav").rate, len(read_audio(tmp_path / "a.wav"))) == (rate, rate // 10)


@pytest.mark.parametrize(("name", "video"), [("a.m4a", False), ("a.mp4", True), ("a.mov", True), ("a.mkv", True)])
def test_the_sound_of_m4a_and_video_is_in_time(tmp_path, name, video) -> None:
    audio = read_audio(save_container(tmp_path / name, "aac", video))
    wave = sweep(rate=44_100)
    assert audio.duration == pytest.approx(1, abs=0.05)
    assert np.abs(audio.samples[2000:40000] - wave[2000:40000] / 2).max() < 2e-2


def test_a_value_cannot_change_and_is_checked() -> None:
    samples = sweep()
    audio = Audio(samples, RATE)
    samples[:] = 7
    assert audio.samples.dtype == np.float32
    assert audio.samples.max() <= 0.5
    with pytest.raises(ValueError, match="read-only"):
        audio.samples[0] = 1
    assert Audio(audio.samples, RATE).samples is audio.samples
    for wrong in ([], [[0.0]], [np.nan], [1e300], ["a"]):
        with pytest.raises(InvalidValue):
            Audio(wrong, RATE)
    for rate in (7999, 192_001, 16_000.0):
        with pytest.raises(InvalidValue):
            Audio(sweep(), rate)


def test_what_has_no_sound_is_told(tmp_path) -> None:
    def problem(name: str, content: bytes = b"") -> str:
        path = tmp_path / name
        if content or not path.exists():
            path.write_bytes(content)
        with pytest.raises(FormatError) as caught:
            read_audio(path)
        assert str(path) in str(caught.value)
        return str(caught.value)

    assert "is empty" in problem("empty.wav")
    assert "no sound or video file" in problem("text.wav", b"not a sound " * 50)
    assert "no sound or video file" in problem("headless.raw", sweep().tobytes())
    save_container(tmp_path / "silent.mp4", None, video=True)
    assert "no sound track" in problem("silent.mp4")
    soundfile.write(tmp_path / "none.wav", np.zeros(0), RATE)
    assert "no length" in problem("none.wav")
    soundfile.write(tmp_path / "slow.wav", sweep(), 4000)
    assert "4,000 samples per second" in problem("slow.wav")
    for value in (np.nan, np.inf):
        soundfile.write(tmp_path / "nan.wav", np.where(np.arange(RATE) == 12_000, value, sweep()), RATE, "FLOAT")
        assert "0.750 s" in problem("nan.wav")


def test_playlists_open_nothing(tmp_path) -> None:
    soundfile.write(tmp_path / "a.wav", sweep(), RATE)
    (tmp_path / "a.m3u8").write_text("#EXTM3U\n#EXTINF:1,\na.wav\n#EXT-X-ENDLIST\n")
    (tmp_path / "a.ffconcat").write_text("ffconcat version 1.0\nfile 'a.wav'\n")
    for name in ("a.m3u8", "a.ffconcat"):
        with pytest.raises(FormatError, match="no sound or video file"):
            read_audio(tmp_path / name)


def test_paths_that_lead_nowhere_are_told(tmp_path) -> None:
    for path in (tmp_path, tmp_path / "missing.wav", "with\0zero"):
        with pytest.raises(FileProblem):
            read_audio(path)


def test_endless_sound_is_refused(tmp_path, monkeypatch) -> None:
    soundfile.write(tmp_path / "a.flac", np.zeros(RATE), RATE)
    monkeypatch.setattr(poseforge.audio, "MAX_SAMPLES", RATE - 1)
    with pytest.raises(UnsafeFile, match="longer"):
        read_audio(tmp_path / "a.flac")


def encoded(kind: str) -> bytes:
    content = io.BytesIO()
    soundfile.write(content, sweep(0.1), RATE, format=kind)
    return content.getvalue()


SOUNDS = [encoded(kind) for kind in ("WAV", "FLAC", "OGG", "MP3", "AIFF", "CAF")]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("sounds")
    return SOUNDS + [save_container(folder / name, "aac", True).read_bytes() for name in ("a.mp4", "a.mkv")]


@pytest.mark.slow
def test_no_bytes_break_the_reader(tmp_path, sounds) -> None:
    random = np.random.default_rng(int.from_bytes(os.urandom(4), "big") if not os.environ.get("CI") else 0)
    path = tmp_path / "a.bin"
    read = 0
    for trial in range(600):
        content = bytearray(sounds[trial % len(sounds)])
        for _ in range(random.integers(1, 12)):
            at = int(random.integers(len(content) if random.random() < 0.5 else min(len(content), 120)))
            content[at] = random.integers(256)
        if random.random() < 0.3:
            del content[random.integers(len(content)) :]
        path.write_bytes(content)
        try:
            read += len(read_audio(path)) > 0
        except (FormatError, FileProblem) as error:
            assert str(path) in str(error), content
    assert read > 50


def outline(samples: np.ndarray, edges: list[int]) -> np.ndarray:
    parts = [samples[a : max(b, a + 1)] for a, b in pairwise(edges)]
    return np.array([[part.min(), part.max()] for part in parts], np.float32)


@given(st.integers(1, 300), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_peaks_leave_no_sample_out(count, bins, seed) -> None:
    samples = np.random.default_rng(seed).normal(size=count).astype(np.float32)
    found = peaks(Audio(samples, 8000), bins)
    assert found.shape == (bins, 2)
    assert found.dtype == np.float32
    assert np.array_equal(found, outline(samples, [i * count // bins for i in range(bins + 1)]))


def test_peaks_of_a_range_and_beyond_the_sound() -> None:
    audio = Audio(np.arange(1, 8001) / 8000, 8000)
    assert np.array_equal(peaks(audio, 3, 0.1, 0.4), outline(audio.samples, [800, 1600, 2400, 3200]))
    assert np.array_equal(peaks(audio, 4, -0.5, 1.5)[[0, 3]], np.zeros((2, 2)))
    assert np.array_equal(peaks(audio, 4, -0.5, 1.5)[1:3], outline(audio.samples, [0, 4000, 8000]))
    assert np.array_equal(peaks(audio, 5, 0.5, 0.5 + 1e-5), np.repeat(audio.samples[[4000]], 10).reshape(5, 2))
    assert not peaks(audio, 2, 5, 1e300).any()
    for wrong in ((0, 0, 1), (5, 1, 1), (5, 2, 1), (5, np.nan, 1)):
        with pytest.raises(InvalidValue):
            peaks(audio, *wrong)
