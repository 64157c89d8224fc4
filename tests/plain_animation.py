"""EchoMimicV2 the plain way, to compare with: nothing is shared, left out or kept.

In every window of every step the unguided half sees the reference before it forgets it, keys and values are made anew, silence
is listened to, and layouts are (batch, channels, frames, height, width), as in the official program.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from diffusers import DDIMScheduler
from torch import Tensor

SCALE = 0.18215


class Network:
    """What the weights of either UNet or of the pose encoder compute."""

    def __init__(self, weights: Mapping[str, Tensor], heads: int, groups: int) -> None:
        self.weights, self.heads, self.groups = weights, heads, groups

    def _linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias"))

    def _norm(self, name: str, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def conv(self, name: str, x: Tensor, stride: int = 1) -> Tensor:
        weight = self.weights[f"{name}.weight"]
        frames = [F.conv2d(one, weight, self.weights[f"{name}.bias"], stride, weight.shape[-1] // 2) for one in x.unbind(2)]
        return torch.stack(frames, 2)

    def _group_norm(self, name: str, x: Tensor, eps: float) -> Tensor:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return torch.stack([F.group_norm(one, self.groups, weight, bias, eps) for one in x.unbind(2)], 2)

    def _attention(self, name: str, x: Tensor, seen: Tensor) -> Tensor:
        q, k, v = (
            self._linear(f"{name}.to_{part}", given).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part, given in (("q", x), ("k", seen), ("v", seen))
        )
        shares = (q @ k.mT / math.sqrt(q.shape[-1])).softmax(-1)
        return self._linear(f"{name}.to_out.0", (shares @ v).transpose(1, 2).flatten(2))

    def _feed(self, name: str, x: Tensor) -> Tensor:
        value, gate = self._linear(f"{name}.net.0.proj", x).chunk(2, -1)
        return self._linear(f"{name}.net.2", value * F.gelu(gate))

    def _resnet(self, name: str, x: Tensor, time: Tensor) -> Tensor:
        inner = self.conv(f"{name}.conv1", F.silu(self._group_norm(f"{name}.norm1", x, 1e-5)))
        inner = inner + self._linear(f"{name}.time_emb_proj", F.silu(time))[:, :, None, None, None]
        inner = self.conv(f"{name}.conv2", F.silu(self._group_norm(f"{name}.norm2", inner, 1e-5)))
        return inner + (self.conv(f"{name}.conv_shortcut", x) if f"{name}.conv_shortcut.weight" in self.weights else x)

    def _look(self, name: str, x: Tensor, bank: dict[str, Tensor], audio: Tensor | None) -> Tensor:
        """A transformer over pixels: it fills the bank if there is no audio, else reads it."""
        maps = self.conv(f"{name}.proj_in", self._group_norm(f"{name}.norm", x, 1e-6))
        tokens, name = maps.permute(0, 2, 3, 4, 1).flatten(0, 1).flatten(1, 2), f"{name}.transformer_blocks.0"
        normed = self._norm(f"{name}.norm1", tokens)
        if audio is None:
            bank[name] = normed
            tokens = tokens + self._attention(f"{name}.attn1", normed, normed)
        else:
            both = torch.cat([normed, bank[name].repeat(len(normed), 1, 1)], 1)
            seen, alone = (self._attention(f"{name}.attn1", normed, context) for context in (both, normed))
            silent = (audio == 0).flatten(1).all(1)[:, None, None]  # the unguided half
            tokens = tokens + torch.where(silent, alone, seen)
            tokens = tokens + 3.0 * self._attention(f"{name}.attn2", self._norm(f"{name}.norm2", tokens), audio)
        tokens = tokens + self._feed(f"{name}.ff", self._norm(f"{name}.norm3", tokens))
        tokens = tokens.unflatten(1, maps.shape[3:]).unflatten(0, (len(x), -1)).permute(0, 4, 1, 2, 3)
        return x + self.conv(f"{name.removesuffix('.transformer_blocks.0')}.proj_out", tokens)

    def _move(self, name: str, x: Tensor) -> Tensor:
        """A transformer over frames."""
        name = f"{name}.temporal_transformer"
        pixels = self._group_norm(f"{name}.norm", x, 1e-6).permute(0, 3, 4, 2, 1)
        tokens, block = self._linear(f"{name}.proj_in", pixels).flatten(0, 2), f"{name}.transformer_blocks.0"
        for number in range(2):
            part = f"{block}.attention_blocks.{number}"
            placed = self._norm(f"{block}.norms.{number}", tokens) + self.weights[f"{part}.pos_encoder.pe"][:, : x.shape[2]]
            tokens = tokens + self._attention(part, placed, placed)
        tokens = tokens + self._feed(f"{block}.ff", self._norm(f"{block}.ff_norm", tokens))
        return x + self._linear(f"{name}.proj_out", tokens).view(pixels.shape).permute(0, 4, 3, 1, 2)

    def unet(
        self, x: Tensor, step: int, bank: dict[str, Tensor], audio: Tensor | None = None, pose: float | Tensor = 0.0
    ) -> Tensor:
        """Latents (b, 4, f, h, w) at a step; audio is (b * f, tokens, channels)."""
        half = self.weights["conv_in.weight"].shape[0] // 2
        angles = step * torch.exp(-math.log(10_000) * torch.arange(half) / half)
        time = self._linear("time_embedding.linear_1", torch.cat([angles.cos(), angles.sin()])[None])
        time = self._linear("time_embedding.linear_2", F.silu(time))

        def layers(block: str, x: Tensor) -> Tensor:
            for number in range(
                sum(name.startswith(f"{block}.resnets.") and name.endswith("conv1.bias") for name in self.weights)
            ):
                if block.startswith("up"):
                    x = torch.cat([x, skips.pop()], 1)
                x = self._resnet(f"{block}.resnets.{number}", x, time)
                if f"{block}.attentions.{number}.norm.bias" in self.weights:
                    x = self._look(f"{block}.attentions.{number}", x, bank, audio)
                if f"{block}.motion_modules.{number}.temporal_transformer.norm.bias" in self.weights:
                    x = self._move(f"{block}.motion_modules.{number}", x)
                if block.startswith("down"):
                    skips.append(x)
            return x

        x = self.conv("conv_in", x) + pose
        skips = [x]
        for level in range(4):
            x = layers(f"down_blocks.{level}", x)
            if level < 3:
                x = self.conv(f"down_blocks.{level}.downsamplers.0.conv", x, 2)
                skips.append(x)
        x = layers("mid_block", x)
        for level in range(4):
            x = layers(f"up_blocks.{level}", x)
            if level < 3:
                grown = [F.interpolate(one, tuple(skips[-1].shape[3:])) for one in x.unbind(2)]
                x = self.conv(f"up_blocks.{level}.upsamplers.0.conv", torch.stack(grown, 2))
        if audio is None:
            return x
        return self.conv("conv_out", F.silu(self._group_norm("conv_norm_out", x, 1e-5)))

    def features(self, maps: Tensor) -> Tensor:
        """Of pose maps (1, 3, f, H, W)."""
        x = F.silu(self.conv("conv_in", maps))
        for number in range(6):
            x = F.silu(self.conv(f"blocks.{number}", x, 1 + number % 2))
        return self.conv("conv_out", x)


def latents(
    reference: Network,
    denoising: Network,
    poses: Network,
    picture: Tensor,
    maps: Tensor,
    audio: Tensor,
    windows: Sequence[Sequence[int]],
    steps: int,
    guidance: float,
    seed: int,
    accelerated: bool,
) -> list[Tensor]:
    """After each step (1, 4, f, h, w), of a picture's latent (1, 4, h, w), maps (1, 3, f, H, W) from 0 to 1, and audio
    (f, tokens, channels) in the windows of the first step. `accelerated` takes each velocity to a picture and back.
    """
    frames = len(audio)
    bank: dict[str, Tensor] = {}
    reference.unet(picture[:, :, None], 0, bank)
    halves = 2 if guidance > 1 else 1
    pose, audio = (
        torch.cat([torch.zeros_like(given)] * (halves - 1) + [given]) for given in (poses.features(maps), audio[None])
    )
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="linear", clip_sample=False, steps_offset=1,
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing",
    )  # fmt: skip
    scheduler.set_timesteps(steps)
    shape = (1, 4, frames, *picture.shape[2:])
    x, made = torch.randn(shape, generator=torch.manual_seed(seed)).clamp(-1.5, 1.5), []
    for number, time in enumerate(scheduler.timesteps.tolist()):
        total, count = torch.zeros(halves, *shape[1:]), torch.zeros(frames, 1, 1)
        for window in windows:
            at = [(frame + 3 * number) % frames for frame in window]
            noisy = x[:, :, at].repeat(halves, 1, 1, 1, 1)
            velocity = denoising.unet(noisy, time, bank, audio[:, at].flatten(0, 1), pose[:, :, at])
            if accelerated:
                share = scheduler.alphas_cumprod[time]
                clean = share.sqrt() * noisy - (1 - share).sqrt() * velocity
                velocity = (share.sqrt() * noisy - clean) / (1 - share).sqrt()
            total[:, :, at] = total[:, :, at] + velocity
            count[at] = count[at] + 1
        mean = total / count
        guided = mean[:1] + guidance * (mean[1:] - mean[:1]) if halves == 2 else mean
        x = scheduler.step(guided, time, x, eta=0.0).prev_sample
        made.append(x)
    return made
