"""How much EchoMimicV2 costs: `python -m benchmarks.animate`.

Floating-point operations (a product and its sum are two) of the full-size networks at 768 x 768 with windows of 12 frames,
counted by torch on tensors without data, so that this takes seconds and no weights. Beside them what the official code does,
counted in the same way.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

from poseforge.animate.echomimic_v2.pose_encoder import PoseEncoder
from poseforge.animate.echomimic_v2.unet import DenoisingUNet, ReferenceUNet

FRAMES, SIDE = 12, 768
OFFICIAL = {"reference": 2.08, "guided": 93.03, "alone": 42.10, "pose": 0.033}
TARGETS = {"reference": 2.08, "guided": 74.6, "alone": 42.1, "pose": 0.034}


def operations(work: Callable[[], object]) -> float:
    """10^12 floating-point operations of some work."""
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / 1e12


def counts() -> dict[str, float]:
    """Of everything that is done once a video, once a step, once a window and once a frame."""
    latent = SIDE // 8
    with torch.device("meta"), torch.inference_mode():
        reference, denoising, poses = ReferenceUNet(), DenoisingUNet(), PoseEncoder()
        bank, times = reference(torch.empty(1, 4, latent, latent)), denoising.times(999)
        banks, audio = denoising.banks(bank), torch.empty(1, FRAMES, 50, 384)
        features = torch.empty(1, FRAMES, 320, latent, latent)
        latents = torch.empty(1, FRAMES, 4, latent, latent)
        return {
            "reference": operations(lambda: reference(latents[0, :1])),
            "banks": operations(lambda: denoising.banks(bank)),
            "times": operations(lambda: denoising.times(999)),
            "guided": operations(lambda: denoising(torch.cat([latents, latents]), times, banks, audio, features)),
            "alone": operations(lambda: denoising(latents, times, banks, audio, features)),
            "pose": operations(lambda: poses(torch.empty(1, 3, SIDE, SIDE))),
        }


def main() -> None:
    labels = {
        "reference": "reference network, once a video",
        "banks": "its keys and values, once a video",
        "times": "time of a step, once a step",
        "guided": f"{FRAMES} frames with guidance",
        "alone": f"{FRAMES} frames without",
        "pose": "pose encoder, once a frame",
    }
    for name, found in counts().items():
        line = f"{labels[name]:36}{found:12.5f} TFLOP"
        if name in TARGETS:
            verdict = "" if found <= TARGETS[name] else "  MISSED"
            line += f"   official {OFFICIAL[name]:7.3f}   target at most {TARGETS[name]:6.3f}{verdict}"
        print(line)


if __name__ == "__main__":
    main()
