"""A picture, poses and a voice become a video: EchoMimicV2 from end to end, in both variants.

    sound -> tokens ------------------+
    picture -> latent -> bank --------+--> denoise, step by step, window by window --> decode --> H.264 and AAC
    poses -> maps -> features --------+
    seed -> noise --------------------+

Each network is there while it is needed. The latents after each step lie in the job's folder, so that a job that died goes on
with the next step; a job that is cancelled ends within one window.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from poseforge import __version__
from poseforge.align import WHOLE, Edges
from poseforge.animate.echomimic_v2 import audio, vae
from poseforge.animate.echomimic_v2.denoising import Denoiser, PoseFeatures
from poseforge.animate.echomimic_v2.networks import Networks, missing_weights, warm
from poseforge.animate.echomimic_v2.plan import (
    Plan,
    chosen,
    free_memory,
    memory,
    next_plan,
    used_memory,
    work,
)
from poseforge.animate.echomimic_v2.sampler import first_latents, glimpse, timesteps
from poseforge.animate.echomimic_v2.settings import PREVIEW, STATE, Precision, Settings
from poseforge.animate.echomimic_v2.unet import rounded
from poseforge.animate.echomimic_v2.windows import windows
from poseforge.audio import read_voice, silent
from poseforge.errors import FormatError, InvalidValue, NotEnoughMemory
from poseforge.files import check_target, writing_file
from poseforge.media import Soundtrack, read_picture, video_writer, write_picture
from poseforge.render import iter_render
from poseforge.sequence import PoseSequence
from poseforge.skeleton import wholebody_134

if TYPE_CHECKING:
    from PIL import Image


class Tell(Protocol):
    """Hears of progress, as `Job.step`; may raise Cancelled."""

    def __call__(self, done: int, total: int, text: str, detail: str = "") -> None: ...


def _unheard(text: str) -> None:
    pass


@dataclass(frozen=True)
class Take:
    """What a video is made of.

    Attributes:
        people: their poses, only the frames that shall be animated.
        picture, sound: files.
        first: the frame of the sound's time at which the poses begin; below 0 it is silent until the sound begins.
        box: where the picture lies on the poses' canvas.
        part: whether the poses go on after these, so that nobody expects the whole speech.
    """

    people: tuple[PoseSequence, ...]
    picture: Path
    sound: Path
    first: int = 0
    box: Edges = WHOLE
    part: bool = False

    @property
    def fps(self) -> Fraction:
        return self.people[0].fps


@dataclass(frozen=True)
class Animated:
    """A video that was made: its frames, and how they were made."""

    path: Path
    frames: int
    settings: Settings
    plan: Plan


@dataclass(frozen=True)
class Outline:
    """A video that is not made yet.

    Attributes:
        settings: with the precision that it will have.
        frames, fps: of the video.
        plan: the way it will be made, which takes about `memory` bytes of the `free` ones, None where nobody can tell.
        teraflop: the arithmetic.
        missing: what is said of missing weights; empty if they are there.
        notes: what there is to know beside, a line each.
    """

    settings: Settings
    frames: int
    fps: Fraction
    plan: Plan
    memory: int
    free: int | None
    teraflop: float
    missing: str
    notes: tuple[str, ...]


def outline(take: Take, settings: Settings, weights: Path, device: torch.device, plan: str | None = None) -> Outline:
    """What `animate` would do. Reads picture and sound, loads no network. Raises InvalidValue, FormatError and FileProblem."""
    settings = settled(settings, device)
    picture = _placed(_person(take.picture), take.box)
    frames, notes = _length(take, settings, _voice(take))
    item = _dtype(settings).itemsize
    way = chosen(settings, frames, device, item, plan)
    return Outline(
        settings, frames, take.fps / settings.every, way, memory(way, settings, frames, item), free_memory(device),
        work(settings, frames), missing_weights(weights, settings),
        (*notes, *_proportions(take.picture, picture, settings)),
    )  # fmt: skip


def animate(
    take: Take,
    target: Path,
    settings: Settings,
    weights: Path,
    folder: Path,
    tell: Tell,
    device: torch.device,
    plan: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    note: Callable[[str], object] = _unheard,
) -> Animated:
    """Make a video with its sound, at the poses' frames per second.

    `weights` is a folder in the official layout, `folder` keeps what is done. What made it, `arguments` with the settings, is
    kept in the file (`media.about_video`). `note` hears before what there is to know about it, a line each. Raises
    InvalidValue, FormatError and FileProblem for what cannot be used, whatever `tell` raises, and NotEnoughMemory, which names
    the plan to try next.
    """
    check_target(target, overwrite)
    tell(0, 0, "reading")
    settings = settled(settings, device)
    picture = _placed(_person(take.picture), take.box)
    samples = _voice(take)
    frames, notes = _length(take, settings, samples)
    for text in (*notes, *_proportions(take.picture, picture, settings)):
        note(text)
    networks = warm(weights, settings, device)
    way = chosen(settings, frames, device, _dtype(settings).itemsize, plan)
    identity = _identity(take, settings, samples, networks)
    latents, done = _resumed(folder, identity)
    if latents is None:
        latents = first_latents(frames, settings.size, settings.seed, _dtype(settings))
    progress = _Progress(tell, settings, way, frames, device, done)
    let_go = (lambda *names: None) if way.resident else networks.let_go
    with _enough_memory(way, settings, frames, networks), torch.inference_mode(), _exact():
        try:
            latents = latents.to(device).float()
            if done < settings.steps:
                denoiser = _denoiser(take, picture, samples, frames, settings, networks, way, let_go)
                for step, further, velocity in denoiser.steps(latents, done, progress.window):
                    _keep(folder, identity, step, further)
                    _show(folder, latents, velocity, timesteps(settings.steps)[step - 1])
                    latents = further
                del denoiser
                let_go("denoising", "poses")
            again = {**(arguments or {}), "settings": settings.record()}
            about = {"poseforge": __version__, "kind": "animate", "arguments": again}
            rate = take.fps / settings.every
            sound = Soundtrack(take.sound, take.first / take.fps)
            with video_writer(target, rate, sound, json.dumps(about), overwrite) as add:
                for pictures in vae.decoded(networks.autoencoder, latents, way.decoded):
                    for frame in vae.as_bytes(pictures).numpy():
                        add(frame)
                    progress.decoded()
        finally:
            let_go()
    (folder / STATE).unlink(missing_ok=True)
    return Animated(target, frames, settings, way)


def reference(picture: Image.Image, size: tuple[int, int], resize: str) -> Tensor:
    """The picture as the autoencoder takes it: (1, 3, H, W) float32 in -1 to 1, stretched to `size`."""
    from PIL import Image

    way = {"bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}[resize]
    pixels = np.array(picture.resize(size, way))
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255 * 2 - 1


_LOST_S = 0.1
"""Seconds of speech after the last pose that are worth a word."""

_LARGEST = 8192
"""Pixels of a side of what is cut from a picture: twice what a video may have."""


def _person(path: Path) -> Image.Image:
    from PIL import Image

    return Image.fromarray(read_picture(path))


def _placed(picture: Image.Image, box: Edges) -> Image.Image:
    """What is seen of a picture that lies so on a canvas: cut at its edges, and black where it does not reach them."""
    if box == WHOLE:
        return picture
    left, top, right, bottom = box
    canvas = max(picture.width / (right - left), picture.height / (bottom - top))
    if canvas > _LARGEST:  # a stamp of a picture on a canvas like a wall
        picture = picture.reduce(ceil(canvas / _LARGEST))
    across, down = picture.width / (right - left), picture.height / (bottom - top)
    return picture.crop((round(-left * across), round(-top * down), round((1 - left) * across), round((1 - top) * down)))


def _voice(take: Take) -> NDArray[np.float32]:
    """What is heard from the first frame of the sound's time on, or from that of the poses if it is earlier: silence first."""
    samples = read_voice(take.sound, audio.RATE).samples
    return np.pad(samples, (round(max(-take.first, 0) / take.fps * audio.RATE), 0))


def nobody(frames: int, fps: Fraction) -> PoseSequence:
    """Poses of which nothing is known but how many there are, for `outline`."""
    return PoseSequence(np.full((frames, len(wholebody_134), 2), np.nan), np.zeros((frames, len(wholebody_134))), fps=fps)


def device_of(name: str | None = None) -> torch.device:
    """The device of that name, as cuda:1, or the best there is. InvalidValue if it is not there."""
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if name.partition(":")[0] not in ("cuda", "mps", "cpu"):
        raise InvalidValue(f"device {name!r:.40}; expected cuda, mps or cpu")
    try:
        return torch.empty(1, device=name).device
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InvalidValue(f"device {name!r:.40} cannot be used: {str(error).splitlines()[0]:.200}") from None


def settled(settings: Settings, device: torch.device) -> Settings:
    """With the precision that is best there, if none was chosen."""
    best: Precision = "float32" if device.type == "cpu" else "float16"
    return replace(settings, precision=best) if settings.precision == "auto" else settings


def _dtype(settings: Settings) -> torch.dtype:
    dtype: torch.dtype = getattr(torch, settings.precision)
    return dtype


def _length(take: Take, settings: Settings, voice: NDArray[np.float32]) -> tuple[int, list[str]]:
    """For how many frames there are poses and sound, and notes. FormatError if the sound ends before the first."""
    poses, samples = len(take.people[0]), len(voice)
    heard = int(Fraction(samples, audio.RATE) * take.fps) - max(take.first, 0)
    if heard < 1 or samples < audio.SHORTEST:
        seconds, start = samples / audio.RATE, float(take.first / take.fps)
        problem = f"lasts {seconds:.2f} s; expected at least one frame after second {start:.2f}, where the poses begin."
        raise FormatError(take.sound, problem, "Give a longer one, or other frames.")
    notes = [f"the sound ends after {heard} of {poses} frames, and so does the video"] if heard < poses else []
    shown, speech = float(poses / take.fps), samples / audio.RATE - max(float(take.first / take.fps), 0)
    if not take.part and speech - shown >= _LOST_S:
        notes.append(
            f"the poses end after {shown:.2f} of {speech:.2f} s of speech, and so does the video; "
            "make them longer: `poseforge loop`, in the editor Fill to the speech"
        )
    begin, end = (int(frame / take.fps * audio.RATE) for frame in (max(take.first, 0), max(take.first, 0) + poses))
    if silent(voice[begin:end]):
        notes.append("the sound is silent while the poses last, so the mouth will hardly move")
    return len(range(0, min(poses, heard), settings.every)), notes


def _proportions(path: Path, picture: Image.Image, settings: Settings) -> list[str]:
    (across, down), (width, height) = picture.size, settings.size
    if abs(across * height / (down * width) - 1) <= 0.02:
        return []
    return [f"{path}: has {across}x{down} pixels and is stretched to {width}x{height}; cut it to that shape first"]


def _denoiser(
    take: Take,
    picture: Image.Image,
    samples: NDArray[np.float32],
    frames: int,
    settings: Settings,
    networks: Networks,
    plan: Plan,
    let_go: Callable[..., None],
) -> Denoiser:
    """The denoising network with all that guides it; the others are let go."""
    at = [max(take.first, 0) + frame * settings.every for frame in range(frames)]
    heard = audio.tokens(networks.sound, samples, float(take.fps), at)
    let_go("sound")
    latent = vae.encoded(networks.autoencoder, reference(picture, settings.size, settings.resize))
    let_go("autoencoder")
    bank = networks.reference(latent)
    let_go("reference")
    banks = networks.denoising.banks(rounded(bank) if settings.official_bank else bank)
    people = [person[:: settings.every] for person in take.people]

    def maps(wanted: Sequence[int]) -> NDArray[np.uint8]:
        return np.stack(list(iter_render([person[list(wanted)] for person in people], size=settings.size)))

    keep = {"device": networks.device, "host": torch.device("cpu"), "again": None}[plan.features]
    pose = PoseFeatures(networks.poses, maps, frames, keep)
    return Denoiser(networks.denoising, banks, heard.to(_dtype(settings)), pose, settings, plan)


class _Progress:
    """Counts batches of windows, then batches of decoded frames."""

    def __init__(self, tell: Tell, settings: Settings, plan: Plan, frames: int, device: torch.device, done: int) -> None:
        several = len(windows(frames, settings.window, settings.overlap, 0, settings.schedule, settings.stride))
        self._tell, self._steps, self._frames, self._device, self._plan = tell, settings.steps, frames, device, plan
        self._batches = -(-several // plan.together)
        self._done, self._shown = done * self._batches, 0
        self._total = settings.steps * self._batches + -(-frames // plan.decoded)
        tell(self._done, self._total, "animating")

    def window(self, step: int) -> None:
        self._done += 1
        batch = (self._done - 1) % self._batches + 1
        self._step("animating", f"step {step + 1} of {self._steps}, windows {batch} of {self._batches}")

    def decoded(self) -> None:
        self._done += 1
        self._shown = min(self._shown + self._plan.decoded, self._frames)
        self._step("decoding", f"frame {self._shown} of {self._frames}")

    def _step(self, text: str, detail: str) -> None:
        used = used_memory(self._device)
        self._tell(self._done, self._total, text, detail + (f", {used / 1e9:.1f} GB" if used else ""))


def _identity(take: Take, settings: Settings, samples: NDArray[np.float32], networks: Networks) -> str:
    """What a video is made of, as a digest: with another one, steps that were made are of no use."""
    digest = hashlib.sha256(json.dumps([settings.record(), take.first, take.box, str(take.fps), networks.stamp]).encode())
    digest.update(take.picture.read_bytes())
    digest.update(samples.tobytes())
    for person in take.people:
        digest.update(person.points.tobytes() + person.confidence.tobytes())
    return digest.hexdigest()


def _keep(folder: Path, identity: str, step: int, latents: Tensor) -> None:
    """What a step has come to, for whoever goes on with it."""
    with writing_file(folder / STATE, overwrite=True) as beside:
        beside.write_bytes(save({"latents": latents.cpu().contiguous()}, {"video": identity, "steps": str(step)}))


def _show(folder: Path, latents: Tensor, velocity: Tensor, timestep: int) -> None:
    """What a step was about to come to, for whoever looks at it."""
    middle = len(latents) // 2
    write_picture(glimpse(latents[middle], velocity[middle], timestep), folder / PREVIEW, overwrite=True)


def _resumed(folder: Path, identity: str) -> tuple[Tensor | None, int]:
    """The latents of a job that ended too soon, if it was of the same video, and the steps that were done."""
    try:
        with safe_open(folder / STATE, "pt") as file:
            about = file.metadata() or {}
            if about.get("video") == identity:
                # a copy: the file lies in memory behind it, and on Windows could not be replaced by the next step's
                return file.get_tensor("latents").clone(), int(about["steps"])
    except (OSError, SafetensorError, KeyError, ValueError):
        pass
    return None, 0


@contextmanager
def _enough_memory(plan: Plan, settings: Settings, frames: int, networks: Networks) -> Iterator[None]:
    """Words for a lack of memory, and all that can be freed for the next try."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        words = str(error).lower()
        if not isinstance(error, (MemoryError, torch.OutOfMemoryError)) and not any(
            sign in words for sign in ("out of memory", "not enough memory", "can't allocate memory")
        ):
            raise
        networks.let_go()
        gigabytes = memory(plan, settings, frames, _dtype(settings).itemsize) / 1e9
        further = next_plan(plan)
        advice = f"try the plan {further}" if further else "try a smaller size, a shorter window, or another device"
        raise NotEnoughMemory(
            f"not enough memory on {networks.device} for the plan {plan.name}, which takes about {gigabytes:.1f} GB; {advice}: "
            "steps that are done are kept",
            further,
        ) from None


def _exact() -> Any:
    """Without the rounding of float32 to 19 bits that convolutions otherwise allow themselves on a graphics card."""
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
