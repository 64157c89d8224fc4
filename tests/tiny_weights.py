"""Networks of a few thousand numbers, at random, in the folder that the official ones lie in. What they make is noise."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from safetensors.torch import save_file

from poseforge.animate.echomimic_v2.audio import SoundEncoder
from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder
from poseforge.animate.echomimic_v2.unet import DenoisingUNet, ReferenceUNet

CHANNELS, WIDTH = (32, 32, 32, 32), 16
UNET = {"block_out_channels": list(CHANNELS), "layers_per_block": 1, "attention_head_dim": 8, "norm_num_groups": 8}
VAE = {
    "block_out_channels": [32, 32, 32, 32],
    "layers_per_block": 1,
    "norm_num_groups": 32,
    "latent_channels": 4,
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
}
SOUND = {"n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": WIDTH, "n_audio_head": 2, "n_audio_layer": 4}


def write_tiny_weights(folder: Path, seed: int = 0) -> Path:
    """Both variants, which share their denoising network here."""
    torch.manual_seed(seed)
    denoising = DenoisingUNet(CHANNELS, layers=1, groups=8, audio_width=WIDTH).state_dict()
    motion = {name: tensor for name, tensor in denoising.items() if "motion_modules" in name}
    sound = SoundEncoder(*SOUND.values())
    torch.nn.init.normal_(sound.positional_embedding)
    for part in ("audio_processor", "sd-vae-ft-mse", "sd-image-variations-diffusers/unet"):
        (folder / part).mkdir(parents=True)
    torch.save(ReferenceUNet(CHANNELS, layers=1, groups=8).state_dict(), folder / "reference_unet.pth")
    torch.save(PoseEncoder(CHANNELS[0]).state_dict(), folder / "pose_encoder.pth")
    for variant in ("", "_acc"):
        torch.save(
            {name: denoising[name] for name in denoising.keys() - motion.keys()}, folder / f"denoising_unet{variant}.pth"
        )
        torch.save(motion, folder / f"motion_module{variant}.pth")
    states = {f"encoder.{name}": tensor for name, tensor in sound.state_dict().items()}
    torch.save({"dims": SOUND, "model_state_dict": states}, folder / "audio_processor" / "tiny.pt")
    vae = AutoencoderKL(**VAE).state_dict()
    save_file(vae, folder / "sd-vae-ft-mse" / "diffusion_pytorch_model.safetensors")
    (folder / "sd-vae-ft-mse" / "config.json").write_text(json.dumps(VAE))
    (folder / "sd-image-variations-diffusers" / "unet" / "config.json").write_text(json.dumps(UNET))
    return folder
