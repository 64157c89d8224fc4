"""Networks with the weights of a folder of models, as published or converted.

    denoising_unet.pth, motion_module.pth            the standard variant; together they are one network
    denoising_unet_acc.pth, motion_module_acc.pth    the accelerated variant
    reference_unet.pth, pose_encoder.pth
    audio_processor/tiny.pt                          Whisper, of which the encoder is used
    sd-vae-ft-mse/diffusion_pytorch_model.safetensors, config.json
    sd-image-variations-diffusers/unet/config.json   sizes of the UNets; without it they are the official ones

Each file of weights may as well end in .safetensors, which goes first, or in .bin. Files are mapped, not read, so that weights
go straight to their device and dtype. What a file holds must be what its network has, name by name and shape by shape; anything
else is an error that names the file and the weight. Nothing in a file is executed.

Every function that gives a network gives it ready to predict, with channels last in memory but on a CPU, whose kernels for that
round worse (a variance as the mean of squares less the squared mean). It raises FileProblem for a file
that is missing or cannot be read, FormatError for one that does not hold the network, UnsafeFile for one that holds code.
"""

from __future__ import annotations

import json
import pickle
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike
from pathlib import Path
from statistics import mode
from typing import TYPE_CHECKING, Any, TypeVar
from zipfile import is_zipfile

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from poseforge.animate.echomimic_v2 import pose_encoder as poses
from poseforge.animate.echomimic_v2.audio import SoundEncoder
from poseforge.animate.echomimic_v2.settings import Variant
from poseforge.animate.echomimic_v2.unet import DenoisingUNet, ReferenceUNet
from poseforge.errors import FileProblem, FormatError, UnsafeFile
from poseforge.files import keep_apart, writing_folder
from poseforge.records import read_json

if TYPE_CHECKING:
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

Folder = str | PathLike[str]
Device = torch.device | str
Network = TypeVar("Network", bound=nn.Module)

DENOISING: dict[Variant, str] = {"standard": "denoising_unet.pth", "accelerated": "denoising_unet_acc.pth"}
MOTION: dict[Variant, str] = {"standard": "motion_module.pth", "accelerated": "motion_module_acc.pth"}
REFERENCE, POSE = "reference_unet.pth", "pose_encoder.pth"
SOUND = "audio_processor/tiny.pt"
VAE, VAE_CONFIG = "sd-vae-ft-mse/diffusion_pytorch_model.safetensors", "sd-vae-ft-mse/config.json"
UNET_CONFIG = "sd-image-variations-diffusers/unet/config.json"
"""The published names."""

_UNET_SIZES = {
    "block_out_channels": (320, 640, 1280, 1280),
    "layers_per_block": 2,
    "attention_head_dim": 8,
    "norm_num_groups": 32,
}
_VAE_SIZES = {"block_out_channels": (128, 256, 512, 512), "layers_per_block": 2, "norm_num_groups": 32}
_SOUND_SIZES = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4}
"""Of the published models, where no file says otherwise. `attention_head_dim` is how many heads there are."""

_MOST = 65_536
"""No size in a configuration is greater."""

_MOTION_PART = "motion_modules"
_LEGACY = {".query.": ".to_q.", ".key.": ".to_k.", ".value.": ".to_v.", ".proj_attn.": ".to_out.0."}
"""What the autoencoder's attention was called in older versions of diffusers."""

_ASKS_FOR_CODE = re.compile("unsupported (global|class)", re.IGNORECASE)
"""How torch says that it found something to call in a file of weights."""

_AGAIN = "Get this file again, from the published weights of EchoMimicV2."


@dataclass(frozen=True)
class Weights:
    """Weights by name, mapped from one file or, for a network that is published in parts, from several.

    `source` says which file a weight is from, or should be; there its name begins with `prefix`.
    """

    tensors: Mapping[str, Tensor]
    source: Callable[[str], Path]
    prefix: str = ""

    def check(self, network: nn.Module) -> None:
        """Raise FormatError unless these are all of a network's weights and no others, in its shapes."""
        expected = network.state_dict()
        for name, tensor in self.tensors.items():
            if name not in expected:
                raise self._error(name, "is not a weight of this network", "unexpected")
            if tensor.shape != expected[name].shape:
                found, wanted = tuple(tensor.shape), tuple(expected[name].shape)
                raise self._error(name, f"has the shape {found}; expected {wanted}", "shape")
        for name in expected:
            if name not in self.tensors:
                missing = len(expected.keys() - self.tensors.keys())
                raise self._error(name, f"is missing, and {missing - 1:,} others of {len(expected):,} weights", "missing")

    def fill(self, network: Network, device: Device, dtype: torch.dtype) -> Network:
        """A network, which may be on the meta device, with these weights on a device in a dtype. Raises FormatError."""
        self.check(network)
        placed = {name: self._placed(name, device, dtype) for name in self.tensors}
        network.load_state_dict(placed, assign=True)
        return network.eval().requires_grad_(False)

    def _placed(self, name: str, device: Device, dtype: torch.dtype) -> Tensor:
        tensor = self.tensors[name]
        last = tensor.ndim == 4 and torch.device(device).type != "cpu"
        layout = torch.channels_last if last else torch.preserve_format
        tensor = tensor.to(device, dtype, memory_format=layout)
        if not tensor.isfinite().all():
            raise self._error(name, f"holds what is no number, or too large for {dtype}", "damaged")
        return tensor

    def _error(self, name: str, problem: str, code: str) -> FormatError:
        return FormatError(self.source(name), f"{self.prefix}{name:.200} {problem}.", _AGAIN, code)


def pose_encoder(folder: Folder, device: Device = "cpu", dtype: torch.dtype = torch.float32) -> poses.PoseEncoder:
    """The network of pose maps."""
    weights, network = _pose_encoder(Path(folder))
    return weights.fill(network, device, dtype)


def reference_unet(folder: Folder, device: Device = "cpu", dtype: torch.dtype = torch.float32) -> ReferenceUNet:
    """The network of the reference picture, the same for both variants."""
    weights, network = _reference_unet(Path(folder))
    return weights.fill(network, device, dtype)


def denoising_unet(
    folder: Folder, variant: Variant, device: Device = "cpu", dtype: torch.dtype = torch.float32
) -> DenoisingUNet:
    """The network of the steps."""
    weights, network = _denoising_unet(Path(folder), variant)
    return weights.fill(network, device, dtype)


def sound_encoder(folder: Folder, device: Device = "cpu", dtype: torch.dtype = torch.float32) -> SoundEncoder:
    """Whisper's encoder without the norm at its end."""
    weights, network = _sound_encoder(Path(folder))
    return weights.fill(network, device, dtype)


def autoencoder(folder: Folder, device: Device = "cpu", dtype: torch.dtype = torch.float32) -> AutoencoderKL:
    """The network between pictures and latents."""
    weights, network = _autoencoder(Path(folder))
    return weights.fill(network, device, dtype)


def missing_files(folder: Folder, variant: Variant) -> list[str]:
    """What a variant needs and a folder does not have, by the published names. Raises what reading a damaged file raises."""
    place = Path(folder)
    denoising = _find(place, DENOISING[variant])
    whole = denoising is not None and any(_MOTION_PART in name for name in _read(denoising))
    needed = [DENOISING[variant], *([] if whole else [MOTION[variant]]), REFERENCE, POSE, SOUND, VAE]
    return [name for name in needed if _find(place, name) is None]


def convert(folder: Folder, target: Folder, dtype: torch.dtype | None = None, overwrite: bool = False) -> None:
    """Write a folder of models as one of safetensors, with all that is used and nothing else.

    Weights are checked against their networks before anything is written. They keep their dtype, or get `dtype`. The two files
    of the denoising network become one; one of its variants is enough. Raises what loading raises, and FileProblem if the
    target is taken or cannot be written.
    """
    place = Path(folder)
    keep_apart(place, target)
    variants = [variant for variant, name in DENOISING.items() if _find(place, name)] or ["standard"]
    parts: dict[str, tuple[Weights, nn.Module]] = {
        **{DENOISING[variant]: _denoising_unet(place, variant) for variant in variants},
        REFERENCE: _reference_unet(place),
        POSE: _pose_encoder(place),
        SOUND: _sound_encoder(place),
        VAE: _autoencoder(place),
    }
    for weights, network in parts.values():
        weights.check(network)
    configs = {UNET_CONFIG: _sizes(place, UNET_CONFIG, _UNET_SIZES), VAE_CONFIG: _sizes(place, VAE_CONFIG, _VAE_SIZES)}
    ours = {_safe(name).parts[0] for name in (*DENOISING.values(), *parts, *configs)}
    with writing_folder(target, overwrite, ours.__contains__) as beside:
        for name in (*parts, *configs):
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
        for name, (weights, _) in parts.items():
            tensors = {weights.prefix + key: t.to(dtype or t.dtype).contiguous() for key, t in weights.tensors.items()}
            _write(tensors, beside / _safe(name), {"dims": json.dumps(_sound_sizes(place))} if name == SOUND else {})
        for name, config in configs.items():
            (beside / name).write_text(json.dumps(config, indent=1), encoding="utf-8")


def _pose_encoder(folder: Path) -> tuple[Weights, poses.PoseEncoder]:
    weights = _weights(_needed(folder, POSE))
    with torch.device("meta"):
        return weights, poses.PoseEncoder(_unet_sizes(folder)["channels"][0], _pose_channels(weights.tensors))


def _pose_channels(tensors: Mapping[str, Tensor]) -> list[int]:
    """The encoder's channels, which no configuration tells: what most weights of a level say, or else the published number."""
    said: list[list[int]] = [[] for _ in poses.CHANNELS]
    layers = ["conv_in", *(f"blocks.{number}" for number in range(2 * len(poses.CHANNELS) - 2)), "conv_out"]
    for number, (before, after) in enumerate(pairwise(layers)):
        for name, axis in ((f"{before}.weight", 0), (f"{before}.bias", 0), (f"{after}.weight", 1)):
            if name in tensors and tensors[name].ndim > axis:
                said[number // 2].append(tensors[name].shape[axis])
    return [mode([*sizes, official]) for sizes, official in zip(said, poses.CHANNELS, strict=True)]


def _reference_unet(folder: Path) -> tuple[Weights, ReferenceUNet]:
    weights = _weights(_needed(folder, REFERENCE))
    with torch.device("meta"):
        return weights, ReferenceUNet(**_unet_sizes(folder))


def _denoising_unet(folder: Path, variant: Variant) -> tuple[Weights, DenoisingUNet]:
    """Of both files: what both hold is taken from the denoising network's own, as the official code does."""
    path = _needed(folder, DENOISING[variant])
    spatial = _read(path)
    whole = any(_MOTION_PART in name for name in spatial) and _find(folder, MOTION[variant]) is None
    motion_path = path if whole else _needed(folder, MOTION[variant])
    motion = {} if whole else _read(motion_path)

    def source(name: str) -> Path:
        own = name in spatial or (name not in motion and _MOTION_PART not in name)
        return path if own else motion_path

    with torch.device("meta"):
        network = DenoisingUNet(**_unet_sizes(folder), audio_width=_sound_sizes(folder)["n_audio_state"])
    return Weights({**motion, **spatial}, source), network


def _sound_encoder(folder: Path) -> tuple[Weights, SoundEncoder]:
    path = _needed(folder, SOUND)
    tensors, _ = _sound(path)
    unused = ("decoder.", "encoder.ln_post.")
    own = {name.removeprefix("encoder."): tensor for name, tensor in tensors.items() if not name.startswith(unused)}
    mels, positions, width, heads, layers = _sound_sizes(folder).values()
    with torch.device("meta"):
        return Weights(own, lambda name: path, "encoder."), SoundEncoder(mels, positions, width, heads, layers)


def _autoencoder(folder: Path) -> tuple[Weights, AutoencoderKL]:
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

    path = _needed(folder, VAE)
    tensors = {_renamed(name): tensor for name, tensor in _read(path).items()}
    sizes = _sizes(folder, VAE_CONFIG, _VAE_SIZES)
    levels = len(sizes["block_out_channels"])
    with torch.device("meta"):
        network = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels,
            latent_channels=4,
            **sizes,
        )
    return Weights(tensors, lambda name: path), network


def _renamed(name: str) -> str:
    if ".attentions." in name:
        for old, new in _LEGACY.items():
            name = name.replace(old, new)
    return name


def _unet_sizes(folder: Path) -> dict[str, Any]:
    """Arguments that both UNets have."""
    channels, layers, heads, groups = _sizes(folder, UNET_CONFIG, _UNET_SIZES).values()
    if any(width % heads or width % groups for width in channels):
        raise FormatError(folder / UNET_CONFIG, f"{channels} channels are not divisible by {heads} heads and {groups} groups.")
    return {"channels": channels, "layers": layers, "heads": heads, "groups": groups}


def _sound_sizes(folder: Path) -> dict[str, int]:
    path = _find(folder, SOUND)
    return dict(_SOUND_SIZES) if path is None else _whole(path, _sound(path)[1], _SOUND_SIZES)


def _sizes(folder: Path, name: str, official: Mapping[str, Any]) -> dict[str, Any]:
    path = folder / name
    return _whole(path, read_json(path), official) if path.exists() else dict(official)


def _whole(path: Path, found: Any, official: Mapping[str, Any]) -> dict[str, Any]:
    """The sizes that `official` names, from what a file says: whole numbers, and lists of them. Raises FormatError."""
    if not isinstance(found, dict):
        raise FormatError(path, "holds no sizes by name.", _AGAIN)
    sizes = {name: found.get(name, size) for name, size in official.items()}
    for name, size in sizes.items():
        numbers = size if isinstance(size, (list, tuple)) else [size]
        several = isinstance(official[name], tuple)
        fits = isinstance(size, (list, tuple)) == several and (2 <= len(numbers) <= 8 or not several)
        if not fits or any(type(number) is not int or not 0 < number <= _MOST for number in numbers):
            raise FormatError(path, f"{name} is {size!r:.100}; expected something like {official[name]}.", _AGAIN)
    return sizes


def _write(tensors: dict[str, Tensor], path: Path, notes: dict[str, str]) -> None:
    path.touch()
    rights = path.stat().st_mode
    try:
        save_file(tensors, path, notes)
    except SafetensorError as error:
        raise FileProblem(f"{path}: cannot be written ({error})") from None
    path.chmod(rights)  # safetensors leaves files to their owner alone


def _safe(name: str) -> Path:
    return Path(name).with_suffix(".safetensors")


def _find(folder: Path, name: str) -> Path | None:
    """Where a published file is: as safetensors, under its own name, or as its kind is called elsewhere."""
    suffixes = (".safetensors", Path(name).suffix, ".pth", ".pt", ".bin")
    paths = ((folder / name).with_suffix(suffix) for suffix in suffixes)
    return next((path for path in paths if path.exists()), None)


def _needed(folder: Path, name: str) -> Path:
    path = _find(folder, name)
    if path is None:
        raise FileProblem(f"{folder / name}: is missing; get the published weights of EchoMimicV2, or give another folder")
    return path


def _weights(path: Path) -> Weights:
    return Weights(_read(path), lambda name: path)


def _read(path: Path) -> dict[str, Tensor]:
    """The weights in a file, mapped. Raises FileProblem, FormatError, UnsafeFile."""
    if path.suffix == ".safetensors":
        return _safetensors(path)[0]
    return _checked(path, _unpickled(path))


def _sound(path: Path) -> tuple[dict[str, Tensor], Any]:
    """The weights of Whisper and its sizes."""
    if path.suffix == ".safetensors":
        tensors, notes = _safetensors(path)
        try:
            return tensors, json.loads(notes["dims"])
        except (KeyError, ValueError):
            raise FormatError(path, "does not tell the sizes of the network.", _AGAIN) from None
    content = _unpickled(path)
    if not isinstance(content, dict) or not {"dims", "model_state_dict"} <= content.keys():
        raise FormatError(path, "is no checkpoint of Whisper: expected 'dims' and 'model_state_dict'.", _AGAIN)
    return _checked(path, content["model_state_dict"]), content["dims"]


def _safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no mapping
            return _checked(path, tensors), file.metadata() or {}
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror or error})") from error
    except SafetensorError as error:
        raise FormatError(path, f"is cut off or no safetensors file ({error}).", _AGAIN) from None


def _unpickled(path: Path) -> Any:
    """What torch saved, read as data alone."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read ({error.strerror or error})") from error
    try:
        with warnings.catch_warnings(action="ignore"):
            return torch.load(path, map_location="cpu", weights_only=True, mmap=is_zipfile(path))
    except Exception as error:  # whatever a file makes torch stumble over, which for a cut one is even an OSError
        if isinstance(error, pickle.UnpicklingError) and _ASKS_FOR_CODE.search(str(error)):
            raise UnsafeFile(path, "holds more than weights: it asks to run code.", _AGAIN) from None
        raise FormatError(path, "is cut off or no checkpoint of torch.", _AGAIN) from None


def _checked(path: Path, content: Any) -> dict[str, Tensor]:
    if not isinstance(content, dict) or not content:
        raise FormatError(path, "holds no weights by name.", _AGAIN)
    for name, tensor in content.items():
        if not isinstance(name, str):
            raise FormatError(path, f"holds the name {name!r:.100}, which is no text.", _AGAIN)
        if not isinstance(tensor, Tensor) or tensor.layout != torch.strided or not tensor.is_floating_point():
            raise FormatError(path, f"{name:.200} is no array of weights.", _AGAIN)
    return content
