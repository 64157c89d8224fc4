"""From a picture, poses and a voice to a video: as the official code makes it, and whatever happens on the way."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from memory_use import MemoryUse
from PIL import Image
from recordings import write_sound
from safetensors import SafetensorError
from safetensors.torch import load_file
from tiny_weights import write_tiny_weights

from poseforge.animate.echomimic_v2 import audio, vae, weights
from poseforge.animate.echomimic_v2.denoising import Denoiser, PoseFeatures
from poseforge.animate.echomimic_v2.networks import Networks
from poseforge.animate.echomimic_v2.pipeline import Take, animate, device_of, outline, reference
from poseforge.animate.echomimic_v2.plan import Plan
from poseforge.animate.echomimic_v2.sampler import denoised, first_latents, timesteps
from poseforge.animate.echomimic_v2.settings import PREVIEW, STATE, Settings, defaults, from_record
from poseforge.animate.echomimic_v2.unet import rounded
from poseforge.audio import read_audio, read_voice
from poseforge.errors import Cancelled, FileProblem, FormatError, InvalidValue, NotEnoughMemory
from poseforge.media import about_video, read_frames
from samples import make_sequence

CPU = torch.device("cpu")
FAST, LEAST = Plan("fast", 2, True, "device", 4, True), Plan("least", 1, False, "again", 1, False)
TINY = defaults("accelerated", size=[32, 24], steps=2)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Threads would only wait for each other at work this small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return write_tiny_weights(tmp_path_factory.mktemp("weights") / "tiny")


@pytest.fixture
def take(tmp_path) -> Take:
    pixels = np.random.default_rng(0).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "person.png")
    sound = write_sound(tmp_path / "voice.wav", 1.0)
    return Take((make_sequence(14, low=0.3, high=0.7),), tmp_path / "person.png", sound)


class Watch:
    """Hears of the progress; cancels at the call of that number. `latents` are those of the last step that is kept."""

    def __init__(self, stop: int = 0) -> None:
        self.stop = stop
        self.folder = Path()
        self.done: list[int] = []
        self.texts: list[str] = []
        self.details: list[str] = []
        self.totals: list[int] = []
        self.latents = torch.empty(0)

    def __call__(self, done: int, total: int, text: str, detail: str = "") -> None:
        self.done.append(done)
        self.totals.append(total)
        self.texts.append(text)
        self.details.append(detail)
        with suppress(OSError, SafetensorError):
            self.latents = load_file(self.folder / STATE)["latents"]
        if len(self.done) == self.stop:
            raise Cancelled("cancelled")


def silent(done: int, total: int, text: str, detail: str = "") -> None:
    pass


def made(take: Take, tiny: Path, target: Path, settings: Settings = TINY, tell=silent, **more) -> list[np.ndarray]:
    """The frames of a video that is made here and now."""
    folder = target.with_suffix(".job")
    folder.mkdir(exist_ok=True)
    if isinstance(tell, Watch):
        tell.folder = folder
    animate(take, target, settings, tiny, folder, tell, CPU, **more)
    return [frame for frame, _ in read_frames(target)]


# Parity with the official code.


@pytest.fixture(scope="module")
def official(shared) -> dict[str, object]:
    folder = shared / "golden" / "echomimic_v2"
    inputs = load_file(folder / "pipeline_inputs.safetensors")
    return {
        "folder": folder,
        "networks": Networks(folder / "tiny_ckpt", replace(Settings(), precision="float32"), CPU),
        "picture": Image.fromarray(inputs["in.ref_image_u8_hwc"].numpy()),
        "maps": inputs["in.poses_u8"][0].permute(1, 2, 3, 0).numpy(),
        "samples": read_voice(folder / "audio_short_0.9s_16k.wav", audio.RATE).samples,
        "inputs": inputs,
    }


def near(one: torch.Tensor, told: torch.Tensor, atol: float, relative: float | None = None) -> None:
    torch.testing.assert_close(one, told, atol=atol, rtol=0)
    if relative is not None:
        assert (one - told).norm() <= relative * told.norm()


def five(frames: torch.Tensor) -> torch.Tensor:
    """(f, c, h, w) as the official code has it."""
    return frames.transpose(0, 1)[None]


def test_the_autoencoder_is_the_official_one(official) -> None:
    network, told = official["networks"].autoencoder, official["inputs"]
    pictures = torch.cat(list(vae.decoded(network, told["vae.in_latent(unscaled)"] * vae.SCALE, 1)))
    near(pictures, (told["vae.out_decoded"] / 2 + 0.5).clamp(0, 1), 1e-4)
    near(vae.encoded(network, told["vae.in_image"]), told["vae.out_mean"] * vae.SCALE, 1e-4)


CASES = [
    ("std_cfg", defaults(steps=4), FAST),
    ("std_cfg", defaults(steps=4, official_bank=True), LEAST),
    ("std_short_video", defaults(steps=3), LEAST),
    ("acc_nocfg", defaults("accelerated"), FAST),
]


@pytest.mark.parametrize(("name", "settings", "plan"), CASES)
def test_pipelines_are_the_official_ones_step_by_step(official, name, settings, plan) -> None:
    told = load_file(official["folder"] / f"pipeline_{name}.safetensors")
    settings = replace(settings, size=(128, 64), precision="float32")
    networks, samples, maps = official["networks"], official["samples"], official["maps"]
    frames = told["init_latents"].shape[2]
    denoising = (
        networks.denoising if name != "acc_nocfg" else weights.denoising_unet(official["folder"] / "tiny_ckpt", "standard")
    )
    with torch.inference_mode():
        picture = reference(official["picture"], settings.size, "lanczos")
        near(picture, told["ref_image_tensor"], 1e-6)
        latent = vae.encoded(networks.autoencoder, picture)
        near(latent, told["ref_latents"], 1e-4)
        latents = first_latents(frames, settings.size, settings.seed)
        assert torch.equal(five(latents), told["init_latents"])
        bank = networks.reference(latent)
        banks = denoising.banks(rounded(bank) if settings.official_bank else bank)
        pose = PoseFeatures(networks.poses, lambda wanted: maps[list(wanted)], frames, None if plan is LEAST else CPU)
        near(five(pose([0])), told["pose_features_frame0"], 1e-5)
        heard = audio.tokens(networks.sound, samples, 24, range(frames))
        prefix = "official_fp16bank." if settings.official_bank else ""
        atol, relative = (1e-3, 2e-4) if settings.official_bank else (5e-4, 5e-5)
        denoiser = Denoiser(denoising, banks, heard, pose, settings, plan)
        for step, latents, velocity in denoiser.steps(latents):  # noqa: B020
            near(five(latents), told[f"{prefix}latents_after_step"][step - 1], atol, relative)
            if not prefix:
                near(five(velocity), told["noise_pred_guided"][step - 1], 5e-4)
        assert step == settings.steps
        video = five(torch.cat(list(vae.decoded(networks.autoencoder, latents, plan.decoded))))
    whole = name == "std_cfg" and not prefix
    wanted = told["official_fp16bank.video_f32_every5th" if prefix else "video_f32"]
    near(video if whole else video[:, :, ::5], wanted, 2e-4 if prefix else 1e-4)
    if not prefix:
        written = vae.as_bytes(video[0, :, ::5].transpose(0, 1)).permute(3, 0, 1, 2)[None].int()
        different = (written - told["video_u8_trunc_every5th"].int()).abs()
        assert different.max() <= 1
        assert (different > 0).float().mean() < 1e-3


@pytest.mark.parametrize("frames", [1, 2, 5, 11, 12, 13, 21, 30])
def test_the_guided_accelerated_variant_is_the_plain_way_for_any_number_of_frames(tiny, frames) -> None:
    settings = defaults("accelerated", size=[32, 24], steps=3, guidance=3.0, precision="float32")
    networks = Networks(tiny, settings, CPU)
    random = torch.Generator().manual_seed(frames)
    with torch.inference_mode():
        banks = networks.denoising.banks(networks.reference(torch.randn(1, 4, 3, 4, generator=random)))
        heard = torch.randn(frames, 50, networks.denoising.audio_width, generator=random)
        maps = torch.randint(0, 255, (frames, 24, 32, 3), dtype=torch.uint8, generator=random).numpy()
        pose = PoseFeatures(networks.poses, lambda wanted: maps[list(wanted)], frames, CPU)
        plain = first_latents(frames, settings.size, settings.seed)
        *_, (_, latents, _) = Denoiser(networks.denoising, banks, heard, pose, settings, FAST).steps(plain)
        for step, time in enumerate(timesteps(settings.steps)):
            sums, count = [torch.zeros_like(plain), torch.zeros_like(plain)], torch.zeros(frames, 1, 1, 1)
            for start in range(0, frames, 9) if frames > 12 else [0]:
                window = [(start + 3 * step + i) % frames for i in range(min(frames, 12))]
                times = networks.denoising.times(time)
                sums[0][window] += networks.denoising(plain[window], times)
                sums[1][window] += networks.denoising(plain[window], times, banks, heard[window], pose(window))
                count[window] += 1
            free, told = (total / count for total in sums)
            plain = denoised(plain, free + 3.0 * (told - free), time, settings.steps)
    near(latents, plain, 1e-4, 1e-5)


# The whole way, with networks at random.


def test_a_video_has_every_frame_its_rate_and_its_sound(take, tiny, tmp_path) -> None:
    target, watch = tmp_path / "out.mp4", Watch()
    result = animate(take, target, TINY, tiny, tmp_path, watch, CPU, arguments={"source": "a.npz"})
    frames = [frame for frame, _ in read_frames(target)]
    assert (result.frames, len(frames), frames[0].shape) == (14, 14, (24, 32, 3))
    with av.open(str(target)) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert video.average_rate == 24
        assert sound.duration * sound.time_base == pytest.approx(14 / 24, abs=1e-4)
    record = json.loads(about_video(target))
    assert record["arguments"]["source"] == "a.npz"
    assert from_record(record["arguments"]["settings"]) == result.settings
    assert watch.done == sorted(watch.done)
    assert watch.done[-1] == watch.totals[-1]
    assert list(dict.fromkeys(watch.texts)) == ["reading", "animating", "decoding"]
    assert any("step 2 of 2, windows" in detail for detail in watch.details)
    assert not (tmp_path / STATE).exists()
    with Image.open(tmp_path / PREVIEW) as preview:
        assert preview.size == (4, 3)


def test_every_plan_makes_the_same_video_and_a_second_run_to_the_bit(take, tiny, tmp_path) -> None:
    settings = replace(TINY, guidance=2.0)
    latents = {}
    for name in ("fast", "even", "lean", "least", "again"):
        watch = Watch()
        frames = made(take, tiny, tmp_path / f"{name}.mp4", settings, watch, plan=name.replace("again", "least"))
        latents[name] = watch.latents
        near(latents[name], latents["fast"], 1e-4)
    assert torch.equal(latents["again"], latents["least"])
    other = made(take, tiny, tmp_path / "other.mp4", replace(settings, seed=1))
    assert np.abs(np.array(other, int) - np.array(frames, int)).max() > 20


def test_a_part_of_the_timeline_has_the_sound_of_that_time(take, tiny, tmp_path) -> None:
    quiet = np.concatenate([np.zeros(16_000), 0.3 * np.sin(np.arange(16_000))])
    write_sound(tmp_path / "late.wav", 2.0, samples=(quiet * 32767).astype(np.int16))
    late = replace(take, sound=tmp_path / "late.wav")
    for first, loud in ((0, False), (30, True)):
        target = tmp_path / f"{first}.mp4"
        made(replace(late, first=first), tiny, target)
        assert (np.abs(read_audio(target).samples[2000:-2000]).mean() > 0.05) == loud


def test_before_the_sound_begins_it_is_silent(take, tiny, tmp_path) -> None:
    write_sound(take.sound, 1.0)
    assert outline(replace(take, first=-10), TINY, tiny, CPU).frames == 14
    made(replace(take, first=-10), tiny, tmp_path / "late.mp4")
    heard = np.abs(read_audio(tmp_path / "late.mp4").samples)
    begin = 10 * 48_000 // 24
    assert heard[: begin - 2000].max() < 0.01 < heard[begin + 2000 : begin + 6000].mean()


def test_a_picture_is_cut_where_it_reaches_beyond_the_canvas(take, tiny, tmp_path) -> None:
    with Image.open(take.picture) as picture:
        middle = picture.crop((8, 0, 24, 24))
    middle.save(tmp_path / "middle.png")
    placed = made(replace(take, box=(-0.5, 0.0, 1.5, 1.0)), tiny, tmp_path / "placed.mp4")
    cut = made(replace(take, picture=tmp_path / "middle.png"), tiny, tmp_path / "cut.mp4")
    whole = made(take, tiny, tmp_path / "whole.mp4")
    far, near = (np.abs(np.array(one, int) - np.array(cut, int)).mean() for one in (whole, placed))
    assert near < 0.1 * far  # the encoder of the film makes much of a rounding
    small = made(replace(take, box=(0.499, 0.499, 0.5, 0.5)), tiny, tmp_path / "small.mp4")  # a stamp on a wall
    assert len(small) == 14


def test_a_preview_shows_every_third_frame_in_the_same_time(take, tiny, tmp_path) -> None:
    frames = made(take, tiny, tmp_path / "out.mp4", replace(TINY, every=3))
    assert len(frames) == 5
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].average_rate == 8


@pytest.mark.parametrize("schedule", ["ring", "line"])
@pytest.mark.parametrize("frames", [1, 12, 13, 40])
def test_any_number_of_frames(take, tiny, tmp_path, frames, schedule) -> None:
    write_sound(take.sound, 2.0)
    some = replace(take, people=(make_sequence(frames, low=0.3, high=0.7),))
    assert len(made(some, tiny, tmp_path / "out.mp4", replace(TINY, steps=1, schedule=schedule))) == frames


@pytest.mark.slow
def test_a_thousand_frames(take, tiny, tmp_path) -> None:
    write_sound(take.sound, 42.0)
    many = replace(take, people=(make_sequence(1000, low=0.3, high=0.7),))
    assert len(made(many, tiny, tmp_path / "out.mp4", replace(TINY, size=(16, 24), steps=1))) == 1000


def test_memory_grows_by_what_is_kept_of_each_frame_and_no_more(take, tiny, tmp_path) -> None:
    write_sound(take.sound, 5.0)
    made(take, tiny, tmp_path / "first.mp4", plan="least")  # lets go of what earlier tests have left
    peaks = []
    for frames in (24, 96):
        many = replace(take, people=(make_sequence(frames, low=0.3, high=0.7),))
        with MemoryUse() as use:
            made(many, tiny, tmp_path / f"{frames}.mp4", replace(TINY, steps=1), plan="least")
        peaks.append(use.peak)
    per_frame = 4 * 3 * 4 * 4  # latents
    heard = 50 * 16 * 4  # tokens
    assert peaks[1] - peaks[0] <= 72 * (8 * per_frame + 3 * heard)


# What goes wrong.


def test_a_sound_that_ends_sooner_ends_the_video_and_one_that_never_begins_is_refused(take, tiny, tmp_path) -> None:
    write_sound(take.sound, 0.3)
    told = outline(take, TINY, tiny, CPU)
    assert told.frames == 7
    assert "after 7 of 14 frames" in told.notes[0]
    assert len(made(take, tiny, tmp_path / "out.mp4")) == 7
    with pytest.raises(FormatError, match=r"voice\.wav: lasts 0\.30 s; expected at least one frame after second 0\.42"):
        outline(replace(take, first=10), TINY, tiny, CPU)
    write_sound(take.sound, 0.01)
    with pytest.raises(FormatError, match=r"lasts 0\.01 s"):
        made(take, tiny, tmp_path / "none.mp4")


def test_a_picture_of_another_shape_is_told(take, tiny) -> None:
    assert "stretched to 32x32" in outline(take, replace(TINY, size=(32, 32)), tiny, CPU).notes[-1]
    assert len(outline(take, TINY, tiny, CPU).notes) == 1  # that of the sound


def test_speech_that_goes_on_after_the_poses_is_told(take, tiny, tmp_path) -> None:
    heard: list[str] = []
    write_sound(take.sound, 1.0)
    made(take, tiny, tmp_path / "out.mp4", note=heard.append)
    assert heard[0].startswith("the poses end after 0.58 of 1.00 s of speech")
    assert outline(take, TINY, tiny, CPU).notes == tuple(heard)
    assert not outline(replace(take, part=True), TINY, tiny, CPU).notes
    later = outline(replace(take, first=6), TINY, tiny, CPU).notes
    assert "0.58 of 0.75 s" in later[0]


@pytest.mark.parametrize("content", [None, b"", b"words", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_picture_that_cannot_be_read_is_told(take, tiny, tmp_path, content) -> None:
    take.picture.unlink()
    if content is not None:
        take.picture.write_bytes(content)
    with pytest.raises((FormatError, FileProblem), match=r"person\.png"):
        made(take, tiny, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_a_target_that_is_taken_is_refused_before_any_work(take, tiny, tmp_path) -> None:
    (tmp_path / "out.mp4").write_text("mine")
    with pytest.raises(FileProblem, match="exists"):
        animate(take, tmp_path / "out.mp4", TINY, tmp_path / "nothing", tmp_path, silent, CPU)
    assert len(made(take, tiny, tmp_path / "out.mp4", overwrite=True)) == 14


def test_missing_weights_are_named_with_the_command_that_gets_them(take, tmp_path) -> None:
    with pytest.raises(FileProblem, match=r"reference_unet.*poseforge models fetch echomimic-v2-acc") as raised:
        animate(take, tmp_path / "out.mp4", TINY, tmp_path / "nothing", tmp_path, silent, CPU)
    assert "nothing" in str(raised.value)
    assert "motion_module_acc" in outline(take, TINY, tmp_path / "nothing", CPU).missing


@pytest.mark.parametrize("name", ["denoising_unet_acc.pth", "reference_unet.pth", "audio_processor/tiny.pt"])
def test_damaged_weights_are_named_and_whole_ones_mend_it(take, tmp_path, name) -> None:
    folder = write_tiny_weights(tmp_path / "weights")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(FormatError, match=Path(name).name):
        made(take, folder, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()
    (folder / name).write_bytes(content)
    assert len(made(take, folder, tmp_path / "out.mp4")) == 14


def test_a_job_can_be_cancelled_at_every_step_and_goes_on_where_it_was(take, tiny, tmp_path) -> None:
    whole = Watch()
    made(take, tiny, tmp_path / "whole.mp4", tell=whole)
    for stop in range(1, len(whole.done) + 1):
        target, rest = tmp_path / f"{stop}.mp4", Watch()
        with pytest.raises(Cancelled):
            made(take, tiny, target, tell=Watch(stop))
        assert not target.exists()
        assert not list(tmp_path.glob(".poseforge-*"))
        assert len(made(take, tiny, target, tell=rest)) == 14
        assert torch.equal(rest.latents, whole.latents)
        finished = min(max(stop - 3, 0) // 2, 2)  # steps of two windows, after the reading and the beginning
        assert rest.done[1] == 2 * finished


def test_steps_of_another_video_and_damaged_ones_are_not_gone_on_with(take, tiny, tmp_path) -> None:
    target, whole = tmp_path / "out.mp4", Watch()
    made(take, tiny, tmp_path / "whole.mp4", tell=whole)
    for settings, damage in ((replace(TINY, seed=5), b""), (TINY, b"damage")):
        with pytest.raises(Cancelled):
            made(take, tiny, target, settings, tell=Watch(5))
        state = target.with_suffix(".job") / STATE
        state.write_bytes(damage or state.read_bytes())
        rest = Watch()
        made(take, tiny, target, tell=rest)
        assert torch.equal(rest.latents, whole.latents)
        assert rest.done[1] == 0
        target.unlink()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """As on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [500, 4000])
def test_a_full_disk_is_told_and_loses_nothing(take, tiny, tmp_path, size) -> None:
    """Of the two files that are written, latents have about 3 kB and the video 10."""
    target, whole, rest = tmp_path / "out.mp4", Watch(), Watch()
    made(take, tiny, tmp_path / "whole.mp4", tell=whole)
    assert (tmp_path / "whole.mp4").stat().st_size > 5000
    with files_no_larger_than(size), pytest.raises(FileProblem, match="cannot be written"):
        made(take, tiny, target)
    assert not target.exists()
    assert not [*tmp_path.rglob(".poseforge-*")]
    assert len(made(take, tiny, target, tell=rest)) == 14
    assert torch.equal(rest.latents, whole.latents)
    assert (rest.done[1] > 0) == (size == 4000)


def test_a_lack_of_memory_names_the_next_plan_and_keeps_the_steps(take, tiny, tmp_path) -> None:
    def short(done: int, total: int, text: str, detail: str = "") -> None:
        if "step 2" in detail:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB")

    with pytest.raises(NotEnoughMemory, match=r"plan fast, which takes about [0-9.]+ GB; try the plan even"):
        made(take, tiny, tmp_path / "out.mp4", tell=short, plan="fast")
    rest = Watch()
    made(take, tiny, tmp_path / "out.mp4", tell=rest, plan="even")
    assert rest.done[1] > 0
    with pytest.raises(NotEnoughMemory, match="smaller size"):
        made(take, tiny, tmp_path / "least.mp4", tell=short, plan="least")
    with pytest.raises(RuntimeError, match="other"):
        made(take, tiny, tmp_path / "least.mp4", tell=lambda *step: (_ for _ in ()).throw(RuntimeError("other")))


def test_convolutions_on_a_card_are_quick_and_round_nothing_away(take, tiny, tmp_path) -> None:
    seen = set()

    def tell(done: int, total: int, text: str, detail: str = "") -> None:
        if detail:
            seen.add((torch.backends.cudnn.enabled, torch.backends.cudnn.allow_tf32))

    made(take, tiny, tmp_path / "out.mp4", tell=tell)
    assert seen == {(True, False)}


@pytest.mark.parametrize("name", ["meta", "toaster", "cuda:99"])
def test_devices_that_are_not_there_are_refused(name) -> None:
    with pytest.raises(InvalidValue, match=name):
        device_of(name)
    assert device_of("cpu") == CPU


def test_half_precision_makes_about_the_same_video(take, tiny, tmp_path) -> None:
    exact = made(take, tiny, tmp_path / "exact.mp4")
    for precision in ("bfloat16", "float16"):
        rough = made(take, tiny, tmp_path / f"{precision}.mp4", replace(TINY, precision=precision))
        assert 0 < np.abs(np.array(rough, int) - np.array(exact, int)).mean() < 8


def test_poses_at_another_rate_make_a_video_at_that_rate(take, tiny, tmp_path) -> None:
    slow = replace(take, people=(replace(take.people[0], fps=Fraction(25)),))
    made(slow, tiny, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].average_rate == 25
