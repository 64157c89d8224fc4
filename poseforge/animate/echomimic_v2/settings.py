"""What can be chosen for a video by EchoMimicV2, and what each of its two variants chooses. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from typing import Any, Literal, get_args

from poseforge.errors import InvalidValue

Variant = Literal["standard", "accelerated"]
Precision = Literal["auto", "float32", "float16", "bfloat16"]

MODELS: Mapping[str, str] = {"standard": "echomimic-v2", "accelerated": "echomimic-v2-acc"}
"""What the models of a variant are called by `poseforge.models`."""

STATE, PREVIEW = "latents.safetensors", "preview.png"
"""What lies in a job's folder meanwhile: the last finished step, and how its middle frame will about look."""

_QUICK_SIDE, _QUICK_STEPS, _QUICK_EVERY = 512, 6, 3

_MULTIPLE = 8
"""Sides are whole numbers of latents."""

_MAX_SIDE = 4096
_MAX_STEPS = 1000
_LONGEST_WINDOW = 32
"""The motion modules know no more positions."""

_MOST_STRIDES = 16
"""With which a window spans more frames than any video has."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides how a video looks, beside its picture, poses and sound. The defaults are the standard variant's;
    `defaults` gives those of either.

    Attributes:
        size: (width, height) in pixels, multiples of 8.
        steps: of the sampler, 1 to 1000.
        guidance: how far each prediction goes beyond what no picture, sound or pose would give; 1 or less saves that half.
        seed: of the noise at the beginning.
        every: of the poses each such frame is animated, the others are left out: above 1 a preview.
        window, overlap: frames that are predicted together, and how many of them the next window has, too.
        stride: with 2 there are also windows of every second frame, with 3 of every fourth, too, and so on; only on a ring.
        schedule: "ring", where the last window goes on with the first frames, or "line", where it does not.
        resize: how the picture is brought to the size: "bicubic" or "lanczos".
        precision: of the networks; "auto" is float16 on a graphics card and float32 elsewhere.
        official_bank: round what the reference network has seen to float16, as the official code does whatever the precision.
            It changes results, and is for comparisons with them.

    Raises InvalidValue for anything else.
    """

    variant: Variant = "standard"
    size: tuple[int, int] = (768, 768)
    steps: int = 30
    guidance: float = 2.5
    seed: int = 3407
    every: int = 1
    window: int = 12
    overlap: int = 3
    stride: int = 1
    schedule: Literal["ring", "line"] = "ring"
    resize: Literal["bicubic", "lanczos"] = "bicubic"
    precision: Precision = "auto"
    official_bank: bool = False

    def __post_init__(self) -> None:
        width, height = self.size
        for name, least, most in (
            ("steps", 1, _MAX_STEPS), ("seed", 0, 2**63 - 1), ("every", 1, 10_000), ("window", 1, _LONGEST_WINDOW),
            ("overlap", 0, self.window - 1), ("stride", 1, _MOST_STRIDES if self.schedule == "ring" else 1),
        ):  # fmt: skip
            if not least <= getattr(self, name) <= most:
                raise InvalidValue(f"{name} {getattr(self, name)}: expected {least} to {most}")
        if not all(_MULTIPLE <= side <= _MAX_SIDE and side % _MULTIPLE == 0 for side in self.size):
            raise InvalidValue(f"size {width}x{height}: expected multiples of {_MULTIPLE} up to {_MAX_SIDE}")
        if not (isfinite(self.guidance) and 0 <= self.guidance <= 100):
            raise InvalidValue(f"guidance {self.guidance:g}: expected 0 to 100")

    @property
    def guided(self) -> bool:
        """Whether each step needs the unconditional half."""
        return self.guidance > 1

    def record(self) -> dict[str, Any]:
        """As JSON holds it, from which `from_record` makes it again."""
        return asdict(self) | {"size": list(self.size)}


_ACCELERATED = {"steps": 6, "guidance": 1.0, "seed": 420, "resize": "lanczos"}
"""Where the accelerated variant differs, as the official programs have it."""


def defaults(variant: str = "standard", **changes: Any) -> Settings:
    """The settings of a variant with some changes. InvalidValue for what there is not."""
    return from_record({"variant": variant} | (_ACCELERATED if variant == "accelerated" else {}) | changes)


def quick(settings: Settings) -> Settings:
    """Settings for a rough look at what others would come to: few steps, a small picture, every third frame."""
    share = min(_QUICK_SIDE / max(settings.size), 1)
    size = tuple(max(round(side * share / _MULTIPLE), 1) * _MULTIPLE for side in settings.size)
    width, height = size if share < 1 else settings.size
    return replace(
        settings, size=(width, height), steps=min(settings.steps, _QUICK_STEPS), every=max(settings.every, _QUICK_EVERY)
    )


def suited(canvas: tuple[int, int]) -> tuple[int, int]:
    """The size of a video with the proportions of a canvas, and about as many pixels as the networks were trained for."""
    share = (768 * 768 / (canvas[0] * canvas[1])) ** 0.5
    width, height = (min(max(round(side * share / _MULTIPLE), 1) * _MULTIPLE, _MAX_SIDE) for side in canvas)
    return width, height


def from_record(record: Mapping[str, Any]) -> Settings:
    """Settings from values of JSON; what is left out is as in the standard variant. InvalidValue for what there is not."""
    known = {field.name: field for field in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in record.items():
        if name not in known:
            raise InvalidValue(f"animation has no setting {name!r:.40}; it has {', '.join(known)}")
        values[name] = _checked(name, value, known[name].default)
    return Settings(**values)


_WORDS: dict[str, tuple[str, ...]] = {
    "variant": get_args(Variant),
    "precision": get_args(Precision),
    "schedule": ("ring", "line"),
    "resize": ("bicubic", "lanczos"),
}


def _checked(name: str, value: Any, usual: Any) -> Any:
    """A value of the kind of the usual one. InvalidValue if it is not."""
    if name in _WORDS:
        if value in _WORDS[name]:
            return value
        raise InvalidValue(f"{name} {value!r:.40}: expected {' or '.join(_WORDS[name])}")
    if name == "size":
        if isinstance(value, (list, tuple)) and len(value) == 2 and all(type(side) is int for side in value):
            return tuple(value)
        raise InvalidValue(f"size {value!r:.40}: expected width and height in pixels")
    if type(value) is type(usual) or (isinstance(usual, float) and type(value) is int):
        return value
    raise InvalidValue(f"{name} {value!r:.40}: expected a {type(usual).__name__}")
