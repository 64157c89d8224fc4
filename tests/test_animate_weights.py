"""Weights from a folder of models: strictly, from every kind of file, and never by running any of them."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import stat
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="the networks need torch")
pytest.importorskip("safetensors", reason="weights need safetensors")
pytest.importorskip("diffusers", reason="the autoencoder is that of diffusers")

from damage import damaged  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from tiny_weights import CHANNELS, WIDTH, write_tiny_weights  # noqa: E402

from poseforge.animate.echomimic_v2 import weights  # noqa: E402
from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder  # noqa: E402
from poseforge.errors import FileProblem, FormatError, PoseForgeError, UnsafeFile  # noqa: E402

LOADERS = {
    "pose_encoder.pth": weights.pose_encoder,
    "reference_unet.pth": weights.reference_unet,
    "denoising_unet.pth": lambda folder, *how: weights.denoising_unet(folder, "standard", *how),
    "motion_module.pth": lambda folder, *how: weights.denoising_unet(folder, "standard", *how),
    "audio_processor/tiny.pt": weights.sound_encoder,
    "sd-vae-ft-mse/diffusion_pytorch_model.bin": weights.autoencoder,
}
NETWORKS = [load for name, load in LOADERS.items() if name != "motion_module.pth"]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The standard variant's files, as torch saved them, with the parts of Whisper that nobody uses."""
    folder = write_tiny_weights(tmp_path_factory.mktemp("weights") / "published")
    for part in ("denoising_unet_acc", "motion_module_acc"):
        (folder / f"{part}.pth").unlink()
    vae = folder / "sd-vae-ft-mse/diffusion_pytorch_model.safetensors"
    torch.save(load_file(vae), vae.with_suffix(".bin"))
    vae.unlink()
    torch.save(PoseEncoder(CHANNELS[0], (4, 4, 8, 8)).state_dict(), folder / "pose_encoder.pth")
    sound, put = content(folder / "audio_processor/tiny.pt")
    put({**sound, "encoder.ln_post.weight": torch.ones(WIDTH), "decoder.token_embedding.weight": torch.ones(5, WIDTH)})
    return folder


@pytest.fixture
def folder(published, tmp_path):
    """A copy that may be changed."""
    return shutil.copytree(published, tmp_path / "models")


def content(path):
    """The weights in a file, and how to put others there."""
    loaded = torch.load(path, weights_only=True)
    inner = loaded["model_state_dict"] if "dims" in loaded else loaded

    def put(weights):
        torch.save({**loaded, "model_state_dict": weights} if "dims" in loaded else weights, path)

    return dict(inner), put


def test_every_network_has_the_weights_of_its_file(published) -> None:
    for name, load in LOADERS.items():
        loaded, (own, _) = load(published), content(published / name)
        assert not any(weight.requires_grad for weight in loaded.parameters())
        assert not loaded.training
        found = {f"encoder.{key}" if "audio" in name else key: weight for key, weight in loaded.state_dict().items()}
        if name in {"denoising_unet.pth", "motion_module.pth"}:
            found = {key: weight for key, weight in found.items() if ("motion_modules" in key) == ("motion" in name)}
        assert found.keys() == {key for key in own if not key.startswith(("encoder.ln_post", "decoder.token"))}
        assert all(torch.equal(weight, own[key]) for key, weight in found.items())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("load", NETWORKS)
def test_weights_come_in_the_dtype_that_is_asked_for_in_the_layout_that_rounds_best(published, load, dtype) -> None:
    network = load(published, "cpu", dtype)
    for tensor in network.state_dict().values():
        assert tensor.dtype == dtype
        assert tensor.is_contiguous()


def test_the_published_sizes_are_those_of_a_folder_that_tells_none(published, tmp_path) -> None:
    for name in ("pose_encoder.pth", "reference_unet.pth"):
        shutil.copy(published / name, tmp_path / name)
    with pytest.raises(FormatError, match=r"\(320, 4, 3, 3\)"):
        weights.reference_unet(tmp_path)


def test_the_official_names_and_shapes_are_those_of_the_full_size_networks(shared, tmp_path) -> None:
    listed = json.loads((shared / "golden/echomimic_v2/fullsize_state_dicts.json").read_text())["state_dicts"]
    parts = {
        "denoising_unet.pth": "denoising_unet_without_motion",
        "motion_module.pth": "motion_module",
        "reference_unet.pth": "reference_unet",
        "pose_encoder.pth": "pose_encoder",
        "sd-vae-ft-mse/diffusion_pytorch_model.bin": "vae",
        "audio_processor/tiny.pt": "whisper_tiny",
    }
    one = torch.zeros((), dtype=torch.float16)
    for name, entry in parts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        shapes = {key: one.expand(shape) for key, shape in listed[entry].items()}  # one number each in the file
        dims = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4}
        torch.save({"dims": dims, "model_state_dict": shapes} if entry == "whisper_tiny" else shapes, path)
    for weighed, network in (
        weights._denoising_unet(tmp_path, "standard"),
        weights._reference_unet(tmp_path),
        weights._pose_encoder(tmp_path),
        weights._autoencoder(tmp_path),
        weights._sound_encoder(tmp_path),
    ):
        weighed.check(network)


@pytest.mark.parametrize("name", LOADERS)
def test_a_weight_that_is_missing_misshapen_or_unknown_is_named_with_its_file(folder, name) -> None:
    own, put = content(folder / name)
    key = sorted(key for key in own if key.endswith("weight") and not key.startswith(("decoder.token", "encoder.ln_post")))[-1]
    other = {n: w for n, w in own.items() if n != key}
    shape = (3, *own[key].shape)
    for changed, what in (
        (other, "is missing"),
        ({**own, key: torch.zeros(shape)}, f"has the shape {shape}"),
        ({**own, key.replace("weight", "wait"): own[key]}, "is not a weight of this network"),
        ({**own, key: own[key] * torch.nan}, "is no number"),
        ({**own, key: own[key] + 1e39}, "is no number"),
        ({**own, key: own[key].to(torch.int32)}, "no array of weights"),
        ({**own, key: "weights"}, "no array of weights"),
        ({**own, 7: own[key]}, "7"),
        ({}, "no weights"),
    ):
        put(changed)
        with pytest.raises(FormatError) as caught:
            LOADERS[name](folder)
        assert caught.value.path == str(folder / name)
        named = key.replace("weight", "wait") if "not a weight" in what else key
        assert what in str(caught.value)
        assert named in str(caught.value) or what in {"7", "no weights"}


def test_a_value_too_large_for_the_dtype_is_named(folder) -> None:
    own, put = content(folder / "pose_encoder.pth")
    put({**own, "conv_out.bias": own["conv_out.bias"] + 1e5})
    weights.pose_encoder(folder)
    weights.pose_encoder(folder, "cpu", torch.bfloat16)
    with pytest.raises(FormatError, match=r"conv_out\.bias.*float16"):
        weights.pose_encoder(folder, "cpu", torch.float16)


@pytest.mark.parametrize("name", LOADERS)
def test_a_file_that_is_missing_is_named(folder, name) -> None:
    assert weights.missing_files(folder, "standard") == []
    (folder / name).unlink()
    (missing,) = weights.missing_files(folder, "standard")
    assert missing == (weights.VAE if "vae" in name else name)
    with pytest.raises(FileProblem, match=missing):
        LOADERS[name](folder)


def test_what_the_accelerated_variant_needs_has_other_names(folder) -> None:
    assert weights.missing_files(folder, "accelerated") == ["denoising_unet_acc.pth", "motion_module_acc.pth"]
    for part in ("denoising_unet", "motion_module"):
        (folder / f"{part}.pth").rename(folder / f"{part}_acc.pth")
    assert weights.missing_files(folder, "accelerated") == []
    assert torch.equal(
        weights.denoising_unet(folder, "accelerated").conv_in.bias,
        content(folder / "denoising_unet_acc.pth")[0]["conv_in.bias"],
    )


def test_what_both_files_hold_is_taken_from_the_denoising_network(folder) -> None:
    own, put = content(folder / "denoising_unet.pth")
    motion, _ = content(folder / "motion_module.pth")
    key = next(iter(motion))
    put({**own, key: motion[key] + 1})
    assert torch.equal(weights.denoising_unet(folder, "standard").state_dict()[key], motion[key] + 1)


class Malice:
    def __reduce__(self):
        return os.mkdir, ("malice",)


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("name", LOADERS)
def test_code_in_a_file_is_refused_and_never_run(folder, name, legacy, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    if legacy:
        (folder / name).write_bytes(pickle.dumps(Malice(), 2))
    else:
        torch.save({"weight": Malice()}, folder / name)
    with pytest.raises(UnsafeFile, match=name):
        LOADERS[name](folder)
    assert not (folder / "malice").exists()


@pytest.mark.parametrize("share", [0, 0.5, 0.9999])
@pytest.mark.parametrize("converted", [False, True])
def test_a_file_that_was_cut_off_is_named(folder, tmp_path, share, converted) -> None:
    if converted:
        weights.convert(folder, tmp_path / "converted")
        folder = tmp_path / "converted"
    for path in folder.rglob("*"):
        if path.suffix in {".pth", ".pt", ".bin", ".safetensors"}:
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    for load in NETWORKS:
        with pytest.raises(FormatError, match="cut off"):
            load(folder)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_damage_never_ends_in_anything_but_a_message(published, tmp_path_factory, data) -> None:
    place = tmp_path_factory.getbasetemp() / "damage"
    place.mkdir(exist_ok=True)
    (place / "pose_encoder.pth").write_bytes(data.draw(damaged((published / "pose_encoder.pth").read_bytes())))
    shutil.copytree(published / "sd-image-variations-diffusers", place / "sd-image-variations-diffusers", dirs_exist_ok=True)
    try:
        weights.pose_encoder(place)
    except PoseForgeError as error:
        assert "pose_encoder.pth" in str(error)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"block_out_channels": [8, 8]', '{"block_out_channels": 8}', '{"block_out_channels": [9, 8, 8, 8]}',
             '{"layers_per_block": 0}', '{"layers_per_block": true}', '{"norm_num_groups": 1e9}', '{"block_out_channels": [8]}',
             '{"attention_head_dim": [8]}', '{"norm_num_groups": 70000}'],
)  # fmt: skip
def test_a_configuration_that_makes_no_network_is_named(folder, text) -> None:
    config = folder / "sd-image-variations-diffusers/unet/config.json"
    config.write_text(text)
    with pytest.raises(FormatError, match=r"unet/config\.json"):
        weights.reference_unet(folder)


def test_the_autoencoder_may_have_its_old_names(folder) -> None:
    path = folder / "sd-vae-ft-mse/diffusion_pytorch_model.bin"
    own, put = content(path)
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}

    def renamed(name):
        for new, legacy in old.items():
            name = name.replace(f".{new}.", f".{legacy}.")
        return name

    put({renamed(name): weight for name, weight in own.items()})
    assert any("proj_attn" in name for name in content(path)[0])
    for name, weight in weights.autoencoder(folder).state_dict().items():
        assert torch.equal(weight, own[name])


@pytest.mark.parametrize("dtype", [None, torch.float16])
def test_a_converted_folder_gives_the_same_networks(folder, tmp_path, dtype) -> None:
    for part in ("denoising_unet", "motion_module"):
        shutil.copy(folder / f"{part}.pth", folder / f"{part}_acc.pth")
    target = tmp_path / "converted"
    weights.convert(folder, target, dtype)
    files = [path for path in target.rglob("*") if path.is_file()]
    assert {str(path.relative_to(target)) for path in files} == {
        "denoising_unet.safetensors", "denoising_unet_acc.safetensors", "reference_unet.safetensors",
        "pose_encoder.safetensors", "audio_processor/tiny.safetensors",
        "sd-vae-ft-mse/config.json", "sd-vae-ft-mse/diffusion_pytorch_model.safetensors",
        "sd-image-variations-diffusers/unet/config.json",
    }  # fmt: skip
    assert len({stat.S_IMODE(path.stat().st_mode) for path in files}) == 1
    assert weights.missing_files(target, "standard") == weights.missing_files(target, "accelerated") == []
    for load in NETWORKS:
        wanted = load(folder, "cpu", dtype or torch.float32).state_dict()
        found = load(target, "cpu", dtype or torch.float32).state_dict()
        assert found.keys() == wanted.keys()
        assert all(torch.equal(found[name], weight) for name, weight in wanted.items())


def test_a_converted_file_is_checked_like_any_other(folder, tmp_path) -> None:
    target = tmp_path / "converted"
    weights.convert(folder, target)
    path = target / "denoising_unet.safetensors"
    own = load_file(path)
    key = next(name for name in own if "motion_modules" in name)
    save_file({name: weight for name, weight in own.items() if name != key}, path)
    with pytest.raises(FormatError, match="is missing") as caught:
        weights.denoising_unet(target, "standard")
    assert caught.value.path == str(path)
    assert key in str(caught.value)
    sound = target / "audio_processor/tiny.safetensors"
    save_file(load_file(sound), sound)
    with pytest.raises(FormatError, match="sizes"):
        weights.sound_encoder(target)


def test_nothing_is_converted_that_does_not_fit_or_over_something_else(folder, tmp_path) -> None:
    target = tmp_path / "converted"
    own, put = content(folder / "reference_unet.pth")
    put({name: weight for name, weight in own.items() if name != "conv_in.bias"})
    with pytest.raises(FormatError, match=r"conv_in\.bias"):
        weights.convert(folder, target)
    assert not target.exists()
    put(own)
    for place in (folder, folder / "inside"):
        with pytest.raises(FileProblem):
            weights.convert(folder, place)
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(FileProblem, match="converted"):
            weights.convert(folder, target, overwrite=overwrite)
    (target / "thesis.txt").unlink()
    weights.convert(folder, target)
    weights.convert(folder, target, torch.float16, overwrite=True)
    assert load_file(target / "pose_encoder.safetensors")["conv_in.bias"].dtype == torch.float16


def test_a_file_of_old_torch_is_read_too(folder) -> None:
    path = folder / "pose_encoder.pth"
    own, _ = content(path)
    torch.save(own, path, _use_new_zipfile_serialization=False)
    assert not zipfile.is_zipfile(path)
    assert torch.equal(weights.pose_encoder(folder).state_dict()["conv_in.bias"], own["conv_in.bias"])
