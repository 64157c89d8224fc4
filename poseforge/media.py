"""Frames in and out: videos and pictures, frame by frame; what is written is whole or not there."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from queue import Full, Queue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poseforge import installing
from poseforge.align import CANVAS, Box
from poseforge.audio import iter_sound
from poseforge.errors import FileProblem, FormatError, InvalidValue, MissingDependency
from poseforge.files import writing_file, writing_folder

Frames = Iterable[NDArray[np.uint8]]
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
Writer = Callable[[Iterator[NDArray[np.uint8]], Path, Fraction], None]


def write_frames(frames: Frames, path: str | os.PathLike[str], fps: Fraction, overwrite: bool = False) -> None:
    """Write (H, W, 3) RGB uint8 frames: ``.mp4`` (H.264), ``.webp`` or ``.gif`` (animated); without a suffix a folder of PNG.

    Raises InvalidValue for another suffix or no frames, FileProblem if the path is taken or cannot be written. Whatever
    `frames` raises ends the writing and leaves nothing.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in WRITERS and suffix:
        raise InvalidValue(f"{target}: pictures are written to {', '.join(WRITERS)} or a folder, not {suffix}")
    frames = _some(frames)
    if not suffix:
        write_pictures(frames, target, overwrite)
    else:
        with writing_file(target, overwrite) as beside:
            WRITERS[suffix](frames, beside, fps)


@dataclass(frozen=True)
class Soundtrack:
    """The sound of a file from so many seconds on; below 0 there is silence before it."""

    path: Path
    start: Fraction = Fraction(0)


_AHEAD = 16
"""Frames that may wait for the encoder: enough for it never to wait, little enough to cost no memory."""


@contextmanager
def video_writer(
    path: str | os.PathLike[str],
    fps: Fraction,
    sound: Soundtrack | None = None,
    about: str = "",
    overwrite: bool = False,
) -> Iterator[Callable[[NDArray[np.uint8]], None]]:
    """A function that adds one frame, as of `write_frames`, to an MP4 which a thread encodes meanwhile; with its sound, cut or
    filled with silence to the length of the frames, and with words `about` it that `about_video` reads.

    The video is there when the block ends well, and nothing of it when not. Raises what `write_frames` and `read_audio` raise,
    in the function or at the end of the block.
    """
    with writing_file(path, overwrite) as beside, ThreadPoolExecutor(1, "video") as thread:
        waiting: Queue[NDArray[np.uint8] | None] = Queue(_AHEAD)
        encoding = thread.submit(_write_mp4, _until_none(waiting), beside, fps, sound, about)

        def add(frame: NDArray[np.uint8] | None) -> None:
            while not encoding.done():
                with suppress(Full):
                    return waiting.put(frame, timeout=0.1)
            encoding.result()

        try:
            yield add
        finally:
            with suppress(Exception):  # the thread's own, which the next line raises where no other is on its way
                add(None)
        encoding.result()


def _until_none(waiting: Queue[NDArray[np.uint8] | None]) -> Iterator[NDArray[np.uint8]]:
    while (frame := waiting.get()) is not None:
        yield frame


def about_video(path: Path) -> str:
    """The words that `video_writer` has left in a video; empty if there are none. FormatError if it is no video."""
    import av

    try:
        with av.open(str(path)) as container:
            return str(container.metadata.get("comment", ""))
    except (av.FFmpegError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise FileProblem(f"{path}: no such file") from None
        raise FormatError(path, f"is no video that can be read ({error}).") from None


def write_picture(picture: NDArray[np.uint8], path: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write one (H, W, 3) RGB picture as PNG."""
    from PIL import Image

    with writing_file(path, overwrite) as beside:
        Image.fromarray(picture).save(beside, format="png")


def write_view(picture: NDArray[np.uint8], path: Path, side: int) -> None:
    """Write one (H, W, 3) RGB picture as a JPEG for the screen, smaller if its longer side has more pixels than `side`. Whoever
    reads meanwhile sees the whole file that was there, or this one.
    """
    import cv2

    factor = side / max(picture.shape[:2])
    if factor < 1:
        picture = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    _, content = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(content.tobytes())
    os.replace(beside, path)


def write_pictures(frames: Frames, path: Path, overwrite: bool = False, name: str = "{:04d}.png") -> None:
    """Write frames into a new folder, each by its number into a `name`: PNG, or JPEG of quality 95 whose thin lines keep
    their colours, since nothing is subsampled.
    """
    import cv2

    before, after = re.split(r"\{[^}]*\}", name)
    suffix = Path(name).suffix
    fine = [cv2.IMWRITE_JPEG_QUALITY, 95, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    settings = fine if suffix == ".jpg" else []
    numbered = re.compile(re.escape(before) + "[0-9]+" + re.escape(after))
    with writing_folder(path, overwrite, ours=lambda entry: numbered.fullmatch(entry) is not None) as folder:
        for i, frame in enumerate(frames):
            _, content = cv2.imencode(suffix, frame[..., ::-1], settings)
            (folder / name.format(i)).write_bytes(content.tobytes())


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture (H, W, 3) RGB, as `picture_frames` gives its first."""
    return next(picture_frames(path))[0]


def is_picture(path: Path) -> bool:
    """Whether it begins as files of pictures do, moving or still, whatever it is called."""
    from PIL.Image import DecompressionBombError

    try:
        with _opened(path):
            return True
    except DecompressionBombError:
        return True
    except Exception:  # the guess of a parser that was given something else
        return False


def _opened(path: Path) -> Any:
    from PIL import Image

    Image.init()  # else it knows some of its formats only
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # telephones take such photographs
    return Image.open(path, formats=_KINDS)


_KINDS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
"""Pillow's names for them; it keeps the times and the transparency of those that move, which FFmpeg does not."""


def picture_frames(path: Path) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """The pictures of a file, one unless it moves, (H, W, 3) RGB, each with the seconds that it lasts: upright as its EXIF data
    says, what is transparent white, 16 bits made 8.

    FileProblem if there is no such file, FormatError if it holds no picture.
    """
    from PIL import Image

    try:
        with _opened(path) as image:
            for number in range(1 if image.format in _ALTERNATIVES else getattr(image, "n_frames", 1)):
                image.seek(number)
                picture = _rgb(image)
                yield picture, (image.info.get("duration") or _LASTS_MS) / 1000
    except FileNotFoundError:
        raise FileProblem(f"{path}: no such file") from None
    except Image.DecompressionBombError:
        problem = f"has more than {2 * (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000} million pixels."
        raise FormatError(path, problem, "Make it smaller.") from None
    except Exception as error:  # whatever its parsers meet in a damaged file
        raise FormatError(path, f"is no picture that can be read ({error}).", "Give PNG, JPEG or WebP.") from None


_ALTERNATIVES = ("MPO", "TIFF")
"""Whose further pictures are views and pages, not moments."""

_LASTS_MS = 100
"""A picture of a moving one that states no time, as browsers show it."""


def _rgb(image: Any) -> NDArray[np.uint8]:
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # which Pillow would cut off at 255
        image = Image.fromarray((np.asarray(image).clip(0, 65535) // 256).astype(np.uint8))
    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return np.array(image.convert("RGB"), dtype=np.uint8)


def read_frames(path: Path) -> Iterator[tuple[NDArray[np.uint8], Fraction]]:
    """The frames of a video, or a picture as one, (H, W, 3) RGB uint8, upright, one at a time, each with the frames per second
    of all. FormatError if it holds none.
    """
    import av

    if is_picture(path):
        yield read_picture(path), Fraction(24)
        return
    try:
        with av.open(str(path)) as container:
            empty = True
            rate = Fraction(container.streams.video[0].average_rate or 24)
            for frame in container.decode(video=0):
                empty = False
                picture = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
                yield np.ascontiguousarray(turned(picture, frame)), rate
    except (av.FFmpegError, IndexError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise FileProblem(f"{path}: no such file") from None
        raise FormatError(path, f"is no picture or video that can be read ({error}).") from None
    if empty:
        raise FormatError(path, "holds no picture.")


_FOLLOWS = 1.0
"""Seconds ahead to which a film is decoded on rather than searched."""


class Film:
    """A video of which single frames are read, in any order; those that follow one another without searching."""

    def __init__(self, path: Path) -> None:
        """Open it. FileProblem if there is no such file, FormatError if it holds no film."""
        import av

        self.path = path
        try:
            self._container = av.open(str(path))
            self._stream = self._container.streams.video[0]
        except FileNotFoundError:
            raise FileProblem(f"{path}: no such file") from None
        except (av.FFmpegError, IndexError, ValueError, OSError) as error:
            raise FormatError(path, f"is no video that can be read ({error}).") from None
        self._tick = float(self._stream.time_base or Fraction(1, 90_000))
        self._begin = (self._stream.start_time or 0) * self._tick
        self._coming: Iterator[Any] = iter(())
        self._shown: Any = None
        self._next: Any = None

    def at(self, seconds: float) -> NDArray[np.uint8]:
        """(H, W, 3) RGB, upright: what is seen so many seconds after the beginning; before and after the film its first and
        last frame.

        FormatError if it cannot be decoded.
        """
        import av

        moment = self._begin + max(seconds, 0.0) + self._tick / 2
        try:
            if self._shown is None or not self._shown.time <= moment < self._shown.time + _FOLLOWS:
                self._container.seek(int(moment / self._tick), stream=self._stream)
                self._coming = self._container.decode(self._stream)
                self._shown, self._next = next(self._coming, None), next(self._coming, None)
            while self._next is not None and self._next.time <= moment:
                self._shown, self._next = self._next, next(self._coming, None)
            if self._shown is None:
                raise ValueError("no frames")
            return np.ascontiguousarray(turned(self._shown.to_ndarray(format="rgb24"), self._shown), dtype=np.uint8)
        except (av.FFmpegError, TypeError, ValueError, OSError) as error:
            raise FormatError(self.path, f"cannot be decoded at {seconds:.2f} s ({error}).") from None

    def close(self) -> None:
        self._container.close()


def turned(picture: NDArray[np.uint8], frame: Any) -> NDArray[np.uint8]:
    """The picture (H, W, 3) of a decoded frame as its camera was held."""
    try:
        matrix = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV names none of what is beside a frame if there is something it does not know
        matrix = None
    return picture if matrix is None else upright(picture, np.frombuffer(bytes(matrix), dtype=np.int32))


def upright(picture: NDArray[np.uint8], matrix: NDArray[np.int32]) -> NDArray[np.uint8]:
    """A picture turned and mirrored as a display matrix says: FFmpeg's nine numbers a b u c d v x y w, after which a pixel at
    (x, y) is shown at (ax + cy, bx + dy). Only quarter turns are done.
    """
    a, b, _, c, d = matrix[:5].tolist()
    if abs(a) + abs(d) < abs(b) + abs(c):
        picture, a, d = picture.swapaxes(0, 1), c, b
    return picture[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1]


def fit_media(path: Path, box: Box | None, target: Path, size: tuple[int, int], overwrite: bool = False) -> Path:
    """The square of a picture or video that a box cuts out, black beyond its edges, or all of it stretched if there is none, on
    EchoMimicV2's canvas: a PNG, or an MP4 without sound, beside `target` and named after it. Returns its path.

    Raises InvalidValue if the picture has not the `size` that the poses refer to.
    """
    frames = read_frames(path)
    first, rate = next(frames)
    if first.shape[1::-1] != size:
        found, wanted = f"{first.shape[1]}x{first.shape[0]}", f"{size[0]}x{size[1]}"
        raise InvalidValue(f"{path}: has {found} pixels, the poses {wanted}; give what they were made of")
    fitted = (cut(frame, box) for frame in chain([first], (frame for frame, _ in frames)))
    if path.suffix.lower() in PICTURES:
        made = target.with_name(f"{target.stem}-{path.stem}.png")
        write_picture(next(fitted), made, overwrite)
        return made
    made = target.with_name(f"{target.stem}-{path.stem}.mp4")
    write_frames(fitted, made, rate, overwrite)
    return made


def cut(frame: NDArray[np.uint8], box: Box | None) -> NDArray[np.uint8]:
    """The square of a picture (H, W, 3) that a box cuts out, black beyond its edges, or all of it stretched if there is none:
    on EchoMimicV2's canvas.
    """
    import cv2

    if box is not None:
        square = np.zeros((box.side, box.side, 3), dtype=np.uint8)
        top, left = max(box.top, 0), max(box.left, 0)
        seen = frame[top : max(box.top + box.side, 0), left : max(box.left + box.side, 0)]
        down, across = top - box.top, left - box.left
        square[down : down + seen.shape[0], across : across + seen.shape[1]] = seen
        frame = square
    way = cv2.INTER_AREA if min(frame.shape[:2]) > min(CANVAS) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(frame, CANVAS, interpolation=way), dtype=np.uint8)


def _some(frames: Frames) -> Iterator[NDArray[np.uint8]]:
    """The frames, of which there is at least one."""
    rest = iter(frames)
    try:
        return chain([next(rest)], rest)
    except StopIteration:
        raise InvalidValue("no frames to write") from None


_SOUND_RATE, _SOUND_LAYOUT = 48_000, "stereo"
"""What every player plays; at the usual frame rates a frame lasts a whole number of such samples."""


_MP4 = {"movflags": "+faststart", "movie_timescale": str(_SOUND_RATE)}
"""Playable before all of it is there; lengths exact to the sample, not the millisecond."""


def _write_mp4(
    frames: Iterator[NDArray[np.uint8]], path: Path, fps: Fraction, sound: Soundtrack | None = None, about: str = ""
) -> None:
    import av

    first = next(frames, None)
    if first is None:
        raise InvalidValue("no frames to write")
    height, width = first.shape[:2]
    if width % 2 or height % 2:
        raise InvalidValue(f"H.264 needs an even width and height; these frames have {width}x{height} pixels")
    with av.open(str(path), "w", format="mp4", options=_MP4) as container:
        container.metadata["comment"] = about
        rate = fps.limit_denominator(1_000_000)  # FFmpeg's fractions have 32 bits
        try:
            stream = container.add_stream("libx264", rate=rate, options={"crf": "16", "preset": "medium"})
        except (ValueError, av.FFmpegError):
            raise MissingDependency(
                f"this build of PyAV has no H.264 encoder: {installing.pip(installing.AV_WITH_H264)}"
            ) from None
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        heard = _SoundWriter(container, sound) if sound else None
        for number, frame in enumerate(chain([first], frames), 1):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            if heard:
                heard.write_until(number / rate)
        container.mux(stream.encode())
        if heard:
            heard.end()


class _SoundWriter:
    """Writes the sound of a file into a container beside the frames, as far as they go."""

    def __init__(self, container: Any, sound: Soundtrack) -> None:
        self._container = container
        self._stream = container.add_stream("aac", rate=_SOUND_RATE, layout=_SOUND_LAYOUT)
        self._blocks = iter_sound(sound.path, _SOUND_RATE, _SOUND_LAYOUT)
        skipped = round(sound.start * _SOUND_RATE)
        self._rest = np.zeros((max(-skipped, 0), 2), np.float32)
        self._written = 0
        for at in range(0, skipped, _SOUND_RATE):
            self._next(min(_SOUND_RATE, skipped - at))

    def _next(self, count: int) -> NDArray[np.float32]:
        """So many samples, (count, 2); after the end of the sound silence."""
        while len(self._rest) < count:
            silence = np.zeros((count - len(self._rest), 2), np.float32)
            self._rest = np.concatenate([self._rest, next(self._blocks, silence)])
        samples, self._rest = self._rest[:count], self._rest[count:]
        return samples

    def write_until(self, seconds: Fraction) -> None:
        import av

        count = round(seconds * _SOUND_RATE) - self._written
        samples = np.ascontiguousarray(self._next(count)).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout=_SOUND_LAYOUT)
        frame.rate, frame.pts, frame.time_base = _SOUND_RATE, self._written, Fraction(1, _SOUND_RATE)
        self._container.mux(self._stream.encode(frame))
        self._written += count

    def end(self) -> None:
        self._container.mux(self._stream.encode())


def _write_animation(kind: str, tick_ms: int) -> Writer:
    def write(frames: Iterator[NDArray[np.uint8]], path: Path, fps: Fraction) -> None:
        from PIL import Image

        pictures = (Image.fromarray(frame) for frame in frames)
        head = next(pictures)
        options = {"lossless": True, "method": 2} if kind == "webp" else {"disposal": 1, "optimize": False}
        with open(path, "wb") as file:  # Pillow does not close a path it opened if a frame fails
            head.save(
                file, format=kind, save_all=True, append_images=pictures, duration=_Durations(fps, tick_ms), loop=0, **options
            )

    return write


class _Durations(list[int]):
    """Milliseconds of frame after frame in whole ticks, without end, so that their sum never drifts from the frame rate."""

    def __init__(self, fps: Fraction, tick_ms: int) -> None:
        super().__init__()
        self.fps, self.tick_ms = fps, tick_ms

    def _at(self, frame: int) -> int:
        return round(frame * 1000 / self.fps / self.tick_ms) * self.tick_ms

    def __getitem__(self, frame: int) -> int:  # type: ignore[override]
        return self._at(frame + 1) - self._at(frame)


WRITERS: dict[str, Writer] = {
    ".mp4": _write_mp4,
    ".webp": _write_animation("webp", 1),
    ".gif": _write_animation("gif", 10),
}
"""The writer of each video suffix."""
