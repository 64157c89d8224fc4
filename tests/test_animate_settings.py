"""What can be chosen for a video, and what it takes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from memory_use import MemoryUse

from poseforge.animate.echomimic_v2.plan import NAMES, chosen, free_memory, memory, next_plan, plans, used_memory, work
from poseforge.animate.echomimic_v2.settings import Settings, defaults, from_record
from poseforge.animate.echomimic_v2.unet import DenoisingUNet
from poseforge.errors import InvalidValue

CPU, CARD = torch.device("cpu"), torch.device("cuda")


def test_defaults_are_those_of_the_official_programs() -> None:
    standard, accelerated = defaults(), defaults("accelerated")
    assert standard == Settings()
    assert (standard.steps, standard.guidance, standard.seed) == (30, 2.5, 3407)
    assert (accelerated.steps, accelerated.guidance, accelerated.seed) == (6, 1.0, 420)
    for one in (standard, accelerated):
        assert (one.size, one.window, one.overlap, one.schedule) == ((768, 768), 12, 3, "ring")
    assert standard.guided
    assert not accelerated.guided


SETTINGS = st.builds(
    Settings,
    variant=st.sampled_from(["standard", "accelerated"]),
    size=st.tuples(st.integers(1, 128).map(lambda n: 8 * n), st.integers(1, 128).map(lambda n: 8 * n)),
    steps=st.integers(1, 50),
    guidance=st.floats(0, 20),
    seed=st.integers(0, 2**63 - 1),
    every=st.integers(1, 10),
    window=st.integers(4, 32),
    schedule=st.sampled_from(["ring", "line"]),
    precision=st.sampled_from(["float32", "float16"]),
)


@given(SETTINGS)
def test_settings_come_back_from_their_record(settings) -> None:
    assert from_record(json.loads(json.dumps(settings.record()))) == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0}, {"steps": 1001}, {"steps": 2.0}, {"steps": True}, {"seed": -1}, {"size": [100, 768]}, {"size": [768]},
        {"size": [0, 8]}, {"size": [8, 8192]}, {"size": "768x768"}, {"guidance": float("nan")}, {"guidance": -1}, {"every": 0},
        {"window": 33}, {"overlap": 12}, {"schedule": "spiral"}, {"variant": "fast"}, {"precision": "int8"}, {"other": 1},
        {"official_bank": 1}, {"guidance": "2"}, {"stride": 0}, {"stride": 2, "schedule": "line"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_name(wrong) -> None:
    with pytest.raises(InvalidValue, match=next(iter(wrong)).replace("other", "no setting")):
        from_record(wrong)


@given(SETTINGS, st.integers(1, 2000))
def test_each_plan_takes_less_than_the_one_before(settings, frames) -> None:
    for device in (CPU, CARD):
        several = plans(settings, frames, device)
        assert tuple(plan.name for plan in several) == NAMES
        sizes = [memory(plan, settings, frames, 2) for plan in several]
        assert sizes == sorted(sizes, reverse=True)
        assert all(plan.together >= 1 and plan.decoded >= 1 for plan in several)
    assert [next_plan(plan) for plan in several] == [*NAMES[1:], ""]


def test_the_leanest_plan_does_not_grow_with_the_video_but_for_its_latents() -> None:
    settings = Settings()
    least = plans(settings, 1000, CARD)[-1]
    more = memory(least, settings, 1000, 2) - memory(least, settings, 100, 2)
    assert more < 900 * 4 * 96 * 96 * 4 * 7


def test_a_plan_is_chosen_that_fits(monkeypatch) -> None:
    settings, frames = Settings(), 240
    for plan in plans(settings, frames, CPU):
        free = memory(plan, settings, frames, 4)
        monkeypatch.setattr("poseforge.animate.echomimic_v2.plan.free_memory", lambda device, free=free: free)
        assert chosen(settings, frames, CPU, 4) == plan
    monkeypatch.setattr("poseforge.animate.echomimic_v2.plan.free_memory", lambda device: 1)
    assert chosen(settings, frames, CPU, 4).name == "least"
    monkeypatch.setattr("poseforge.animate.echomimic_v2.plan.free_memory", lambda device: None)
    assert chosen(settings, frames, CPU, 4).name == "fast"
    assert chosen(settings, frames, CPU, 4, "lean").name == "lean"
    with pytest.raises(InvalidValue, match="fast, even, lean, least"):
        chosen(settings, frames, CPU, 4, "huge")


def test_memory_of_this_machine_is_told() -> None:
    used, free = used_memory(CPU), free_memory(CPU)
    assert used is None or 10e6 < used < 1e12
    assert free is None or 10e6 < free < 1e14


def test_work_is_that_of_all_windows() -> None:
    assert work(Settings(), 240) == pytest.approx(27 * 30 * 74.6 + 240 * 5.75)
    assert work(defaults("accelerated"), 120) == pytest.approx(14 * 6 * 42.1 + 120 * 5.75)


@pytest.mark.parametrize("size", [(768, 768), (512, 384)])
def test_the_estimate_covers_what_lives_in_the_largest_network_and_little_more(size) -> None:
    settings = Settings(size=size)
    plan = replace(plans(settings, 12, CPU)[1], together=1)
    latents = size[0] // 8 * size[1] // 8
    with torch.device("meta"):
        network = DenoisingUNet().half()
        noisy = torch.empty(2, 12, 4, size[1] // 8, size[0] // 8, dtype=torch.float16)
        audio = torch.empty(1, 12, 50, 384, dtype=torch.float16)
        pose = torch.empty(1, 12, 320, size[1] // 8, size[0] // 8, dtype=torch.float16)
        times = {name: torch.empty(1, part.time_emb_proj.out_features, 1, 1, dtype=torch.float16)
                 for name, part in network.named_modules() if hasattr(part, "time_emb_proj")}  # fmt: skip
        widths = {name: part.attn1.to_q.in_features for name, part in network.named_modules() if hasattr(part, "attn1")}
        bank = {name: torch.empty(1, max(latents // (width // 320) ** 2, 1), width, dtype=torch.float16)
                for name, width in widths.items()}  # fmt: skip
        with torch.inference_mode():
            banks = network.banks(bank)
            with MemoryUse() as use:
                network(noisy, times, banks, audio, pose)
    held = sum(number.numel() * 2 for number in network.state_dict().values()) + latents * 12 * (4 * 2 + 320) * 2
    counted = use.peak + held + sum(keys.numel() * 4 for keys, _ in banks.values())
    assert counted < memory(plan, settings, 12, 2) < 1.5 * counted + 600e6
