"""What the networks hear."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from recordings import write_sound
from safetensors.torch import load_file

from poseforge.animate.echomimic_v2 import weights
from poseforge.animate.echomimic_v2.audio import RATE, SoundEncoder, log_mel, mel_filters, rows_at, tokens
from poseforge.audio import iter_sound, read_voice
from poseforge.errors import FormatError


@pytest.fixture
def golden(shared) -> Path:
    return shared / "golden" / "echomimic_v2"


@pytest.fixture(scope="module")
def encoder() -> SoundEncoder:
    torch.manual_seed(0)
    made = SoundEncoder(width=16, heads=2, layers=2)
    torch.nn.init.normal_(made.positional_embedding)
    return made.eval()


def close(made, told, atol=1e-4) -> None:
    torch.testing.assert_close(made, told, atol=atol, rtol=0)


def test_the_sound_of_the_official_fixture_is_heard_as_officially(golden) -> None:
    told = load_file(golden / "audio_short.safetensors")
    samples = read_voice(golden / "audio_short_0.9s_16k.wav", RATE).samples
    assert (samples * 32768 == told["in.wav_i16"].numpy()).all()
    close(mel_filters(), told["mel_filters_80x201"], 1e-7)
    mel = log_mel(samples)
    close(mel, told["out.log_mel"])
    network = weights.sound_encoder(golden / "tiny_ckpt")
    with torch.inference_mode():
        states = network(torch.nn.functional.pad(mel, (0, 3000 - mel.shape[1]))).transpose(0, 1)
    close(states[:, :60], told["out.encoder_hidden_states_first60"])
    close(states[:, -10:], told["out.encoder_hidden_states_last10"])
    for fps in (24, 25, 30):
        chunks = told[f"out.chunks_fps{fps}"]
        close(tokens(network, samples, fps, range(len(chunks))), chunks)


def test_frames_hear_the_official_rows(golden) -> None:
    for name, told in load_file(golden / "audio_chunk_windows.safetensors").items():
        rows, fps = name.removeprefix("T").split("_fps")
        assert rows_at(range(len(told)), int(rows), float(fps)).tolist() == told.tolist(), name


def test_ffmpeg_mixes_and_resamples(golden) -> None:
    told = load_file(golden / "audio_resample.safetensors")["out.load_audio_f32"]
    close(torch.from_numpy(np.array(read_voice(golden / "audio_stereo_22k05_0.5s.wav", RATE).samples)), told, 1e-3)


@pytest.mark.parametrize("fps", [24.0, 30000 / 1001])
def test_a_part_of_a_long_sound_is_heard_as_in_the_whole(encoder, fps) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 65 * RATE).astype(np.float32)
    whole = tokens(encoder, samples, fps, range(int(64 * fps)))
    parts = []
    for frames in (range(int(29 * fps), int(31 * fps)), range(int(62 * fps), int(63 * fps)), range(0, 1500, 500)):
        part = tokens(encoder, samples, fps, frames, lambda needed: iter(parts.append(needed) or needed))
        close(part, whole[list(frames)], 1e-6)
    assert parts == [range(2), range(2, 3), range(2)]


@pytest.mark.parametrize(("rate", "layout"), [(8_000, "mono"), (44_100, "stereo"), (96_000, "5.1"), (48_000, "7.1")])
def test_every_usual_kind_of_sound_is_heard_alike(tmp_path, encoder, rate, layout) -> None:
    path = write_sound(tmp_path / "a.wav", 1.0, rate, layout)
    samples = read_voice(path, RATE).samples
    assert abs(len(samples) - RATE) <= 1
    loudest = np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples)
    assert loudest == pytest.approx(440, abs=2)
    assert tokens(encoder, samples, 24, range(24)).isfinite().all()
    stereo = np.concatenate(list(iter_sound(path, 48_000, "stereo")))
    assert abs(len(stereo) - 48_000) <= 1
    assert stereo.shape[1] == 2


def test_silence_is_heard(encoder) -> None:
    assert tokens(encoder, np.zeros(RATE, np.float32), 24, range(24)).isfinite().all()
    assert log_mel(np.zeros(RATE, np.float32)).unique().tolist() == [-1.5]


def test_a_sound_of_no_length_is_refused(tmp_path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
    with pytest.raises(FormatError, match="no length"):
        read_voice(tmp_path / "a.wav", RATE)


def test_a_video_without_sound_is_refused(tmp_path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width = stream.height = 16
        for packet in stream.encode(av.VideoFrame(16, 16, "yuv420p")):
            container.mux(packet)
        container.mux(stream.encode())
    with pytest.raises(FormatError, match="no sound track"):
        read_voice(tmp_path / "a.mp4", RATE)
