"""The sampler: timesteps, noise, steps."""

from __future__ import annotations

import json
from math import sqrt

import pytest
import torch
from diffusers import DDIMScheduler
from safetensors.torch import load_file

from poseforge.animate.echomimic_v2.sampler import denoised, first_latents, glimpse, signal, timesteps
from poseforge.errors import InvalidValue


@pytest.fixture
def golden(shared):
    return shared / "golden" / "echomimic_v2"


def test_timesteps_are_the_official_ones(golden) -> None:
    told = json.loads((golden / "manifest.json").read_text())["cases"]["small"]["scheduler"]["timesteps"]
    assert {steps: timesteps(int(steps)) for steps in told} == told


def test_timesteps_are_rounded_as_the_official_scheduler_rounds_them() -> None:
    scheduler = DDIMScheduler(timestep_spacing="trailing")
    for steps in range(1, 1001):
        scheduler.set_timesteps(steps)
        told = scheduler.timesteps.tolist()
        assert timesteps(steps) == told[:steps]
        assert told[steps:] in ([], [-1])


@pytest.mark.parametrize("steps", range(1, 1001, 27))
def test_there_are_as_many_timesteps_as_steps_from_the_last_downwards(steps) -> None:
    times = timesteps(steps)
    assert len(times) == steps
    assert times[0] == 999
    assert times == sorted(set(times), reverse=True)
    assert times[-1] >= 0


@pytest.mark.parametrize("steps", [0, -1, 1001])
def test_a_number_of_steps_out_of_bounds_is_refused(steps) -> None:
    with pytest.raises(InvalidValue, match="1 to 1000"):
        timesteps(steps)


def test_the_schedule_and_its_steps_are_the_official_ones(golden) -> None:
    told = load_file(golden / "ddim.safetensors")
    torch.testing.assert_close(torch.tensor(signal()), told["alphas_cumprod"], atol=1e-7, rtol=0)
    assert signal()[999] == 0
    for steps in (4, 6, 30):
        for i, time in enumerate(timesteps(steps)):
            made = denoised(told["in.sample"], told[f"in.v_steps{steps}"][i], time, steps)
            torch.testing.assert_close(made, told[f"out.prev_sample_steps{steps}"][i], atol=2e-6, rtol=0)


def test_the_official_detour_of_the_accelerated_variant_changes_nothing(golden) -> None:
    told = load_file(golden / "acc_velocity.safetensors")
    for time in (999, 832, 666, 499, 332, 166, 33):
        torch.testing.assert_close(told[f"out.pseudo_v_t{time}"], told["in.v"], atol=1e-5, rtol=0)
        pictured = sqrt(signal()[time]) * told["in.x"] - sqrt(1 - signal()[time]) * told["in.v"]
        torch.testing.assert_close(pictured, told[f"out.x0_t{time}"], atol=1e-5, rtol=0)


@pytest.mark.parametrize(("kind", "dtype"), [("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16)])
def test_noise_is_the_official_one_to_the_bit(golden, kind, dtype) -> None:
    told = load_file(golden / "latents.safetensors")
    for seed in (3407, 420, 0):
        made = first_latents(5, (96, 64), seed, dtype).transpose(0, 1)[None]
        assert made.dtype == dtype
        assert torch.equal(made, told[f"seed{seed}_{kind}"])
    for seed in (3407, 420):
        corner = told.get(f"fullsize_24f_seed{seed}_{kind}_corner")
        if corner is not None:
            assert torch.equal(first_latents(24, (768, 768), seed, dtype).transpose(0, 1)[None, :, ::8, :4, :4], corner)


@pytest.mark.parametrize("steps", [1, 6, 30, 1000])
def test_a_step_with_the_true_velocity_mixes_the_same_picture_and_noise_anew(steps) -> None:
    picture, noise = torch.randn(2, 3, 4, 2, 2, dtype=torch.float64)
    for time in timesteps(steps)[:40]:
        share, goal = signal()[time], time - 1000 // steps
        further = signal()[goal] if goal >= 0 else 1.0
        velocity = sqrt(share) * noise - sqrt(1 - share) * picture
        made = denoised(sqrt(share) * picture + sqrt(1 - share) * noise, velocity, time, steps)
        torch.testing.assert_close(made, sqrt(further) * picture + sqrt(1 - further) * noise, atol=1e-12, rtol=0)


def test_a_glimpse_shows_the_picture_and_not_the_noise() -> None:
    picture, noise = torch.randn(2, 4, 3, 5)
    share = signal()[499]
    velocity = sqrt(share) * noise - sqrt(1 - share) * picture
    seen = glimpse(sqrt(share) * picture + sqrt(1 - share) * noise, velocity, 499)
    assert seen.shape == (3, 5, 3)
    assert abs(seen.astype(int) - glimpse(picture, noise, 0)).max() <= 16  # at time 0 almost all is picture
