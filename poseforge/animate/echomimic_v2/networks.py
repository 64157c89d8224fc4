"""The networks of a folder of models while they are needed: loaded when first asked for, let go when they are done."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch

from poseforge.animate.echomimic_v2 import weights
from poseforge.animate.echomimic_v2.audio import SoundEncoder
from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder
from poseforge.animate.echomimic_v2.settings import MODELS, Settings
from poseforge.animate.echomimic_v2.unet import DenoisingUNet, ReferenceUNet
from poseforge.errors import FileProblem

if TYPE_CHECKING:
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL


class Networks:
    """The networks of one variant, on one device, in one precision; the encoder of sound is in float32 whatever that is.

    Raises FileProblem if files are missing, and when a network is asked for what `weights` raises.
    """

    def __init__(self, folder: Path, settings: Settings, device: torch.device) -> None:
        missing = missing_weights(folder, settings)
        if missing:
            raise FileProblem(missing)
        self.device = device
        self.stamp = _stamp(folder)
        self._folder, self._variant = folder, settings.variant
        self._dtype: torch.dtype = getattr(torch, settings.precision)
        self._there: dict[str, Any] = {}

    @property
    def sound(self) -> SoundEncoder:
        return cast(SoundEncoder, self._get("sound", lambda: weights.sound_encoder(self._folder, self.device)))

    @property
    def autoencoder(self) -> AutoencoderKL:
        return cast("AutoencoderKL", self._get("autoencoder", lambda: weights.autoencoder(*self._how)))

    @property
    def reference(self) -> ReferenceUNet:
        return cast(ReferenceUNet, self._get("reference", lambda: weights.reference_unet(*self._how)))

    @property
    def poses(self) -> PoseEncoder:
        return cast(PoseEncoder, self._get("poses", lambda: weights.pose_encoder(*self._how)))

    @property
    def denoising(self) -> DenoisingUNet:
        folder, device, dtype = self._how
        return cast(DenoisingUNet, self._get("denoising", lambda: weights.denoising_unet(folder, self._variant, device, dtype)))

    @property
    def _how(self) -> tuple[Path, torch.device, torch.dtype]:
        return self._folder, self.device, self._dtype

    def _get(self, name: str, load: Callable[[], Any]) -> Any:
        if name not in self._there:
            self._there[name] = load()
        return self._there[name]

    def let_go(self, *names: str) -> None:
        """Free the memory of some networks, or of all if none is named."""
        for name in names or tuple(self._there):
            self._there.pop(name, None)
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        elif self.device.type == "mps":
            torch.mps.empty_cache()


_warm: dict[tuple[Any, ...], Networks] = {}
"""What the last job of this process has used, for the next."""


def warm(folder: Path, settings: Settings, device: torch.device) -> Networks:
    """The networks that the last job has left, if they are the same, or new ones; those it has left are let go then."""
    key = (folder, settings.variant, settings.precision, device, _stamp(folder))
    if key not in _warm:
        for networks in _warm.values():
            networks.let_go()
        _warm.clear()
        _warm[key] = Networks(folder, settings, device)
    return _warm[key]


def missing_weights(folder: Path, settings: Settings) -> str:
    """What is said where a variant's files are not in a folder; empty if they are."""
    missing = weights.missing_files(folder, settings.variant)
    if not missing:
        return ""
    command = f"poseforge models fetch {MODELS[settings.variant]}"
    return f"{folder}: has no {', '.join(missing)}; `{command}` fetches what is missing, or choose another folder of weights"


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Which files there are: names, sizes, times."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return tuple((str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
