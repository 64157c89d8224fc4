"""A folder of EchoMimicV2's models as published, but tiny and of random weights; and the networks without a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from poseforge.animate.echomimic_v2.audio import SoundEncoder
from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder
from poseforge.animate.echomimic_v2.unet import DenoisingUNet, ReferenceUNet

CHANNELS, POSE_CHANNELS, AUDIO_WIDTH = (8, 8, 16, 16), (4, 4, 8, 8), 12
SIZES: dict[str, Any] = {"channels": CHANNELS, "layers": 1, "heads": 2, "groups": 4}
DIMS = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": AUDIO_WIDTH, "n_audio_head": 2, "n_audio_layer": 4}
VAE = {"block_out_channels": [8, 8, 8, 8], "layers_per_block": 1, "norm_num_groups": 4}


def randomized(network: Any, seed: int) -> Any:
    """The network with weights that let every part of it be seen in what it gives."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            noise = torch.randn(weight.shape, generator=random)
            if weight.ndim == 1:
                weight.copy_(0.2 * noise + (1 if "norm" in name and name.endswith("weight") else 0))
            else:
                weight.copy_(noise / weight[0].numel() ** 0.5)
    return network.requires_grad_(False).eval()


def reference_unet() -> ReferenceUNet:
    return randomized(ReferenceUNet(**SIZES), 1)


def denoising_unet() -> DenoisingUNet:
    return randomized(DenoisingUNet(**SIZES, audio_width=AUDIO_WIDTH), 2)


def autoencoder() -> nn.Module:
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

    levels = len(VAE["block_out_channels"])
    blocks = {"down_block_types": ("DownEncoderBlock2D",) * levels, "up_block_types": ("UpDecoderBlock2D",) * levels}
    return randomized(AutoencoderKL(latent_channels=4, **blocks, **VAE), 5)


def make_models(folder: Path) -> Path:
    """The folder, with the standard variant's files."""
    for place in ("audio_processor", "sd-vae-ft-mse", "sd-image-variations-diffusers/unet"):
        (folder / place).mkdir(parents=True)
    weights = denoising_unet().state_dict()
    torch.save({name: weight for name, weight in weights.items() if "motion_modules" in name}, folder / "motion_module.pth")
    torch.save(
        {name: weight for name, weight in weights.items() if "motion_modules" not in name}, folder / "denoising_unet.pth"
    )
    torch.save(reference_unet().state_dict(), folder / "reference_unet.pth")
    torch.save(randomized(PoseEncoder(CHANNELS[0], POSE_CHANNELS), 3).state_dict(), folder / "pose_encoder.pth")
    torch.save({"dims": DIMS, "model_state_dict": sound()}, folder / "audio_processor/tiny.pt")
    torch.save(autoencoder().state_dict(), folder / "sd-vae-ft-mse/diffusion_pytorch_model.bin")
    unet = {"block_out_channels": CHANNELS, "layers_per_block": 1, "attention_head_dim": 2, "norm_num_groups": 4}
    (folder / "sd-image-variations-diffusers/unet/config.json").write_text(json.dumps(unet))
    (folder / "sd-vae-ft-mse/config.json").write_text(json.dumps(VAE))
    return folder


def sound() -> dict[str, Tensor]:
    """Whisper's weights as in its file, with something of the parts that nobody uses."""
    encoder = randomized(SoundEncoder(*DIMS.values()), 4).state_dict()
    unused = {"encoder.ln_post.weight": torch.ones(AUDIO_WIDTH), "decoder.token_embedding.weight": torch.ones(5, AUDIO_WIDTH)}
    return {**{f"encoder.{name}": weight for name, weight in encoder.items()}, **unused}
