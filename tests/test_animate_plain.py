"""Whole animations against the plain way of making them, in cases that the golden data do not have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from plain_animation import SCALE, Network, latents
from recordings import write_sound
from safetensors.torch import load_file
from tiny_weights import UNET, write_tiny_weights

from poseforge.animate.echomimic_v2 import audio
from poseforge.animate.echomimic_v2.networks import Networks
from poseforge.animate.echomimic_v2.pipeline import Take, animate
from poseforge.animate.echomimic_v2.settings import STATE, defaults
from poseforge.animate.echomimic_v2.windows import windows
from poseforge.audio import read_voice
from poseforge.errors import Cancelled
from poseforge.render import iter_render
from samples import make_sequence

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_weights(tmp_path_factory.mktemp("weights") / "tiny")


CASES = [
    (defaults(size=[40, 72], steps=2), 13, "fast"),
    (defaults(size=[56, 24], steps=1, guidance=3.5, stride=2, window=4, overlap=1), 9, "lean"),
    (defaults(size=[24, 40], steps=2, guidance=1.0, window=5, overlap=3), 6, "least"),
    (defaults("accelerated", size=[72, 24], steps=2, guidance=2.5), 14, "even"),
    (defaults("accelerated", size=[8, 16], steps=4), 1, "fast"),
]


@pytest.mark.parametrize(("settings", "frames", "plan"), CASES)
def test_a_video_is_what_the_plain_way_makes(tmp_path, tiny, settings, frames, plan) -> None:
    settings = replace(settings, precision="float32")
    width, height = settings.size
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "person.png")
    sound = write_sound(tmp_path / "voice.wav", 1.0, 44_100)
    people = (make_sequence(frames, low=0.3, high=0.7),)
    made: list[torch.Tensor] = []

    def tell(done: int, total: int, text: str, detail: str = "") -> None:
        state = load_file(tmp_path / STATE)["latents"] if (tmp_path / STATE).exists() else None
        if state is not None and not (made and torch.equal(state, made[-1])):
            made.append(state)
        if text == "decoding":
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        animate(
            Take(people, tmp_path / "person.png", sound, first=5),
            tmp_path / "out.mp4",
            settings,
            tiny,
            tmp_path,
            tell,
            CPU,
            plan,
        )

    networks = Networks(tiny, settings, CPU)
    heads, groups = UNET["attention_head_dim"], UNET["norm_num_groups"]
    plain = [Network(one.state_dict(), heads, groups) for one in (networks.reference, networks.denoising, networks.poses)]
    samples = read_voice(sound, audio.RATE).samples
    maps = torch.from_numpy(np.stack(list(iter_render(people, size=settings.size)))).permute(3, 0, 1, 2)[None] / 255
    picture = torch.from_numpy(pixels).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.inference_mode():
        told = latents(
            *plain,
            networks.autoencoder.encode(picture).latent_dist.mean * SCALE,
            maps,
            audio.tokens(networks.sound, samples, 24, range(5 + frames))[5:],
            windows(frames, settings.window, settings.overlap, stride=settings.stride),
            settings.steps,
            settings.guidance,
            settings.seed,
            settings.variant == "accelerated",
        )
    assert len(made) == len(told) == settings.steps
    for found, wanted in zip(made, told, strict=True):
        torch.testing.assert_close(found.transpose(0, 1)[None], wanted, atol=2e-5, rtol=0)
    assert wanted.std() > 0.1
