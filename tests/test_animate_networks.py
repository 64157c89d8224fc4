"""The networks of EchoMimicV2: against golden data of the official code, and against their own laws on tiny random ones."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="the networks need torch")
pytest.importorskip("safetensors", reason="weights need safetensors")

import torch.nn.functional as F  # noqa: E402, N812
from safetensors.torch import load_file  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from poseforge.animate.echomimic_v2 import blocks, weights  # noqa: E402
from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder  # noqa: E402
from poseforge.animate.echomimic_v2.unet import DenoisingUNet, ReferenceUNet, rounded  # noqa: E402
from poseforge.errors import InvalidValue  # noqa: E402

CHANNELS, AUDIO_WIDTH = (8, 8, 16, 16), 12
SIZES = {"channels": CHANNELS, "layers": 1, "heads": 2, "groups": 4}
GOLDEN_UNETS = ("unet_cfg", "unet_nocfg", "unet_nocfg_12f")


def randomized(network, seed):
    """The network with weights that let every part of it be seen in what it gives."""
    random = torch.Generator().manual_seed(seed)
    for name, weight in network.requires_grad_(False).named_parameters():
        noise = torch.randn(weight.shape, generator=random)
        if weight.ndim == 1:
            weight.copy_(0.2 * noise + (1 if "norm" in name and name.endswith("weight") else 0))
        else:
            weight.copy_(noise / weight[0].numel() ** 0.5)
    return network.eval()


def tiny_reference():
    return randomized(ReferenceUNet(**SIZES), 1)


def tiny_denoising():
    return randomized(DenoisingUNet(**SIZES, audio_width=AUDIO_WIDTH), 2)


@pytest.fixture(scope="module")
def golden(shared):
    """The folder of golden data, and its networks."""
    folder = shared / "golden" / "echomimic_v2"
    tiny = folder / "tiny_ckpt"
    return folder, weights.reference_unet(tiny), weights.denoising_unet(tiny, "standard"), weights.pose_encoder(tiny)


@pytest.fixture(scope="module")
def networks():
    return tiny_reference(), tiny_denoising()


def frames_first(tensor):
    """(b, c, f, h, w), as the golden data have it, as (b, f, c, h, w)."""
    return tensor.transpose(1, 2)


def relative(found, wanted):
    return ((found - wanted).norm() / wanted.norm()).item()


def conditions(frames, size=(8, 8), windows=1, seed=0):
    """Latents of a reference, then latents, audio tokens and pose features of windows."""
    random = torch.Generator().manual_seed(seed)

    def noise(*shape):
        return torch.randn(shape, generator=random)

    return (
        noise(1, 4, *size),
        noise(windows, frames, 4, *size),
        noise(windows, frames, 5, AUDIO_WIDTH),
        noise(windows, frames, CHANNELS[0], *size),
    )


def recipe(network, seed):
    """Weights as the golden data's README describes them, for the kinds of weights that the pose encoder has."""
    made = {}
    for name, weight in network.state_dict().items():
        digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
        random = np.random.Generator(np.random.Philox(int.from_bytes(digest[:8], "little") % 2**63))
        values = random.standard_normal(tuple(weight.shape))
        values = 0.1 * values if weight.ndim == 1 else values / np.sqrt(values[0].size)
        made[name] = torch.from_numpy(values.astype(np.float16).astype(np.float32))
    return made


# --- golden data ------------------------------------------------------------------------------------------------------------


def test_the_pose_encoder_gives_the_official_features(golden) -> None:
    folder, _, _, encoder = golden
    tensors = load_file(folder / "pose_encoder.safetensors")
    maps = frames_first(tensors["in.pose"])[0]
    torch.testing.assert_close(encoder(maps), frames_first(tensors["out"])[0], atol=1e-5, rtol=0)
    full = PoseEncoder()
    full.load_state_dict(recipe(full, "pose_encoder_full/v1"))
    wanted = frames_first(tensors["out_fullsize_recipe_weights"])[0]
    torch.testing.assert_close(full.requires_grad_(False)(maps[:2]), wanted, atol=1e-5, rtol=0)


@pytest.mark.parametrize("case", GOLDEN_UNETS)
def test_the_unets_give_the_official_prediction(golden, case) -> None:
    folder, reference, denoising, _ = golden
    tensors = load_file(folder / f"{case}.safetensors")
    bank = reference(tensors["in.ref_latents"])
    for name, wanted in tensors.items():
        if name.startswith("bank."):
            torch.testing.assert_close(bank[name.removeprefix("bank.")], wanted, atol=1e-4, rtol=0)
    latents, pose = frames_first(tensors["in.sample"]), frames_first(tensors["in.pose"])
    times = denoising.times(int(tensors["in.timestep"]))
    for kind, kept, atol, apart in (("fp32bank", bank, 1e-4, 2e-5), ("official_fp16bank", rounded(bank), 2e-4, 5e-5)):
        found = denoising(latents, times, denoising.banks(kept), tensors["in.audio"][-1:], pose[-1:])
        wanted = frames_first(tensors[f"out.{kind}"])
        torch.testing.assert_close(found, wanted, atol=atol, rtol=0)
        assert relative(found, wanted) < apart


def test_every_stage_in_between_is_the_official_one(golden) -> None:
    folder, reference, denoising, _ = golden
    tensors = load_file(folder / "unet_nocfg.safetensors")
    wanted = {name.removeprefix("mid."): tensor for name, tensor in tensors.items() if name.startswith("mid.")}
    found = {}

    def hook(name):
        def keep(module, given, out):
            found[f"{name}.in"], found[f"{name}.out"] = given[0].clone(), out.clone()

        return keep

    names = {name.rpartition(".")[0] for name in wanted}
    hooks = [denoising.get_submodule(name).register_forward_hook(hook(name)) for name in names]
    banks = denoising.banks(reference(tensors["in.ref_latents"]))
    latents, pose = frames_first(tensors["in.sample"])[0], frames_first(tensors["in.pose"])[0]
    denoising(latents, denoising.times(int(tensors["in.timestep"])), banks, tensors["in.audio"][0], pose)
    for handle in hooks:
        handle.remove()
    assert len(wanted) == 38
    for name, tensor in wanted.items():
        expected = frames_first(tensor)[0] if tensor.ndim == 5 else tensor
        torch.testing.assert_close(found[name], expected, atol=1e-4, rtol=0, msg=lambda text, name=name: f"{name}: {text}")


def test_the_official_names_and_shapes_are_those_of_the_full_size_networks(shared) -> None:
    listed = json.loads((shared / "golden/echomimic_v2/fullsize_state_dicts.json").read_text())["state_dicts"]
    with torch.device("meta"):
        networks = {"reference_unet": ReferenceUNet(), "denoising_unet": DenoisingUNet(), "pose_encoder": PoseEncoder()}
        for name, network in networks.items():
            official = {key: torch.empty(shape) for key, shape in listed[name].items()}
            network.load_state_dict(official, strict=True, assign=True)
            assert {key: tuple(tensor.shape) for key, tensor in network.state_dict().items()} == {
                key: tuple(shape) for key, shape in listed[name].items()
            }
    assert {*listed["denoising_unet_without_motion"], *listed["motion_module"]} == {*listed["denoising_unet"]}


# --- laws -------------------------------------------------------------------------------------------------------------------


def test_guided_halves_together_are_the_halves_apart(networks) -> None:
    reference, denoising = networks
    picture, latents, audio, pose = conditions(5, windows=2)
    banks, times = denoising.banks(reference(picture)), denoising.times(499)
    together = denoising(torch.cat([latents, latents]), times, banks, audio, pose)
    apart = torch.cat([denoising(latents, times), denoising(latents, times, banks, audio, pose)])
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=0)
    assert not torch.allclose(together[:2], together[2:], atol=1e-2)


def test_the_unconditional_half_costs_no_reference_and_no_audio() -> None:
    reference, denoising = tiny_reference().to("meta"), tiny_denoising().to("meta")
    picture, latents, audio, pose = (tensor.to("meta") for tensor in conditions(5))
    banks, times = denoising.banks(reference(picture)), denoising.times(499)

    def operations(*given):
        with FlopCounterMode(display=False) as counter:
            denoising(*given)
        return counter.get_total_flops()

    free, guided = operations(latents, times), operations(latents, times, banks, audio, pose)
    together = operations(torch.cat([latents, latents]), times, banks, audio, pose)
    assert together <= free + guided
    attended = sum(4 * 5 * bank.shape[1] ** 2 * bank.shape[2] for bank, _ in banks.values())  # to the reference, 2 products
    heard = sum(4 * 5 * bank.shape[1] * 5 * bank.shape[2] for bank, _ in banks.values())
    asked = sum(4 * 5 * bank.shape[1] * bank.shape[2] ** 2 for bank, _ in banks.values())  # in and out of audio attention
    told = sum(4 * 5 * 5 * AUDIO_WIDTH * bank.shape[2] for bank, _ in banks.values())  # keys and values of audio
    assert guided - free == attended + heard + asked + told


def test_windows_together_are_the_windows_one_by_one(networks) -> None:
    reference, denoising = networks
    picture, latents, audio, pose = conditions(4, windows=3)
    banks, times = denoising.banks(reference(picture)), denoising.times(10)
    together = denoising(latents, times, banks, audio, pose)
    one_by_one = [denoising(*one[:1], times, banks, *one[1:]) for one in zip(latents, audio, pose, strict=True)]
    torch.testing.assert_close(together, torch.stack(one_by_one), atol=1e-5, rtol=0)


def test_what_is_done_once_is_what_the_plain_way_does_for_every_frame(networks) -> None:
    _, denoising = networks
    block = next(module for module in denoising.modules() if isinstance(module, blocks.DenoisingBlock))
    width, random = block.norm1.weight.shape[0], torch.Generator().manual_seed(3)
    tokens, bank = torch.randn(6, 20, width, generator=random), torch.randn(1, 12, width, generator=random)
    audio = torch.cat([torch.zeros(2, 5, AUDIO_WIDTH), torch.randn(4, 5, AUDIO_WIDTH, generator=random)])

    def attention(module, query, seen):
        q, k, v = (
            part(given).unflatten(-1, (module.heads, -1)).transpose(1, 2)
            for part, given in ((module.to_q, query), (module.to_k, seen), (module.to_v, seen))
        )
        shares = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1)
        return module.to_out((shares @ v).transpose(1, 2).flatten(2))

    plain = []
    for number, (one, heard) in enumerate(zip(tokens, audio, strict=True)):
        normed = block.norm1(one[None])
        seen = normed if number < 2 else torch.cat([normed, bank], dim=1)
        x = one[None] + attention(block.attn1, normed, seen)
        x = x + 3 * attention(block.attn2, block.norm2(x), heard[None])
        plain.append(x + block.ff(block.norm3(x)))
    context = blocks.Denoising({}, 6, {block.name: block.keys_and_values(bank)}, audio[2:])
    torch.testing.assert_close(block(tokens, context), torch.cat(plain), atol=1e-5, rtol=0)


def test_many_sequences_are_attended_to_in_parts(monkeypatch) -> None:
    random = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(11, size, 8, generator=random) for size in (3, 4, 4))
    whole = blocks.attend(query, key, value, 2)
    monkeypatch.setattr(blocks, "_MOST_SEQUENCES", 4)
    torch.testing.assert_close(blocks.attend(query, key, value, 2), whole)


@settings(max_examples=20)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(-1, 0), st.integers(-1, 0))
def test_upsampling_is_each_pixel_from_its_nearest_and_a_convolution(height, width, shorter, narrower) -> None:
    upsample = randomized(blocks.Upsample(4), height)
    maps = torch.randn(2, 4, height, width, generator=torch.Generator().manual_seed(width))
    size = torch.Size([2 * height + shorter, 2 * width + narrower])
    plain = upsample.conv(F.interpolate(maps, size=tuple(size), mode="nearest"))
    torch.testing.assert_close(upsample(maps, size), plain, atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [(9, 13), (8, 12), (15, 8), (16, 5)])
def test_sizes_need_not_be_divisible(networks, size) -> None:
    reference, denoising = networks
    picture, latents, audio, pose = conditions(3, size)
    found = denoising(latents, denoising.times(0), denoising.banks(reference(picture)), audio, pose)
    assert found.shape == latents.shape
    assert found.isfinite().all()


@pytest.mark.parametrize(("dtype", "apart"), [(torch.float16, 0.01), (torch.bfloat16, 0.08), (torch.float64, 1e-5)])
def test_every_dtype_goes_through_without_another_on_the_way(networks, dtype, apart) -> None:
    reference, denoising = networks
    picture, latents, audio, pose = conditions(4)
    exact = denoising(latents, denoising.times(700), denoising.banks(reference(picture)), audio, pose)
    lesser, other = tiny_reference().to(dtype), tiny_denoising().to(dtype)
    bank = lesser(picture)
    banks, times = other.banks(bank), other.times(700)
    kept = [*bank.values(), *times.values(), *(tensor for pair in banks.values() for tensor in pair)]
    assert {tensor.dtype for tensor in kept} == {dtype}
    found = other(latents, times, banks, audio, pose)
    assert found.dtype == dtype
    assert relative(found.double(), exact.double()) < apart


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_maps_keep_the_layout_of_the_weights_all_the_way(networks, layout) -> None:
    reference, _ = networks
    denoising = tiny_denoising().to(memory_format=layout)
    picture, latents, audio, pose = conditions(3)
    copies = []

    def check(module, given):
        if not given[0].is_contiguous(memory_format=layout):
            copies.append(module)

    for module in denoising.modules():
        if isinstance(module, (torch.nn.GroupNorm, blocks.Resnet, blocks.SpatialTransformer, blocks.MotionModule)):
            module.register_forward_pre_hook(check)
    denoising(latents, denoising.times(1), denoising.banks(reference(picture)), audio, pose)
    assert not copies


def test_the_reference_is_read_up_to_its_last_store_and_no_further() -> None:
    reference = tiny_reference()
    called = []
    for name, module in reference.named_modules():
        module.register_forward_hook(lambda module, given, out, name=name: called.append(name))
    bank = reference(conditions(1)[0])
    transformers = [name for name, module in reference.named_modules() if isinstance(module, blocks.ReferenceBlock)]
    assert bank.keys() == {*transformers}
    last = [*bank][-1]
    assert last == "up_blocks.3.attentions.1.transformer_blocks.0"
    assert f"{last}.norm1" in called
    assert not [name for name in called if name.startswith((f"{last}.attn1", f"{last}.ff"))]
    banks = tiny_denoising().banks(bank)
    assert {name: pair[0].shape for name, pair in banks.items()} == {name: tokens.shape for name, tokens in bank.items()}


def test_pose_features_are_those_of_each_frame_alone() -> None:
    encoder = randomized(PoseEncoder(8, (4, 4, 8, 8)), 0)
    maps = torch.rand(5, 3, 24, 16, generator=torch.Generator().manual_seed(0))
    features = encoder(maps)
    assert features.shape == (5, 8, 3, 2)
    torch.testing.assert_close(features, torch.cat([encoder(one[None]) for one in maps]))


def test_the_time_of_a_step_is_waves_through_two_layers(networks) -> None:
    _, denoising = networks
    half = CHANNELS[0] // 2
    angles = 321 * np.exp(-np.log(10_000) * np.arange(half) / half)
    wave = torch.tensor(np.concatenate([np.cos(angles), np.sin(angles)])[None], dtype=torch.float32)
    embedded = F.silu(denoising.time_embedding.linear_2(F.silu(denoising.time_embedding.linear_1(wave))))
    times = denoising.times(321)
    assert times.keys() == {name for name, module in denoising.named_modules() if isinstance(module, blocks.Resnet)}
    for name, added in times.items():
        expected = denoising.get_submodule(name).time_emb_proj(embedded)[:, :, None, None]
        torch.testing.assert_close(added, expected, atol=1e-4, rtol=0)


def test_a_new_table_of_positions_is_that_of_the_checkpoints(golden) -> None:
    _, _, denoising, _ = golden
    name = "mid_block.motion_modules.0.temporal_transformer.transformer_blocks.0.attention_blocks.1.pos_encoder"
    official = denoising.get_submodule(name).pe
    torch.testing.assert_close(blocks._Positions(official.shape[2], official.shape[1]).pe, official, atol=1e-5, rtol=0)


def test_what_does_not_go_together_is_refused(networks) -> None:
    reference, denoising = networks
    picture, latents, audio, pose = conditions(3)
    bank = reference(picture)
    banks, times = denoising.banks(bank), denoising.times(0)
    wrong = [
        (latents[:, :, :3], banks, audio, pose),
        (latents.repeat(1, 11, 1, 1, 1), banks, audio, pose),
        (latents[:, :0], None, None, None),
        (latents[0, 0], None, None, None),
        (latents, banks, None, pose),
        (latents, None, audio, None),
        (latents, banks, audio[:, :2], pose),
        (latents, banks, audio[..., :5], pose),
        (latents, banks, audio[0, 0], pose),
        (latents, banks, audio, pose[..., :4]),
        (latents, banks, audio.repeat(2, 1, 1, 1), pose.repeat(2, 1, 1, 1, 1)),
        (latents, banks, audio[:0], pose[:0]),
    ]
    for given_latents, *rest in wrong:
        with pytest.raises(InvalidValue):
            denoising(given_latents, times, *rest)
    with pytest.raises(InvalidValue, match=r"mid_block\.attentions\.0"):
        denoising.banks({name: tokens for name, tokens in bank.items() if "mid" not in name})
    with pytest.raises(InvalidValue, match="latent"):
        reference(latents[0])
    encoder = PoseEncoder(8, (4, 4, 8, 8))
    for shape in ((3, 24, 16), (1, 4, 24, 16), (1, 3, 20, 16), (1, 3, 24, 17)):
        with pytest.raises(InvalidValue, match="pose maps"):
            encoder(torch.zeros(shape))
