"""Small films made in the tests, and a detector that reads them."""

from fractions import Fraction

import av
import numpy as np

from poseforge.detect import Kind
from poseforge.skeleton import wholebody_134 as hub

TIME_BASE = Fraction(1, 1000)


def make_film(path, times_ms, width=64, height=48, matrix=None, wider=None):
    """A film whose frames are shown at given times, each with its number in its brightness: 8 a frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "1", "preset": "ultrafast", "g": "6"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = TIME_BASE
        if wider:
            stream.codec_context.sample_aspect_ratio = wider
        if matrix:
            stream.set_display_matrix(matrix)
        for i, time in enumerate(times_ms):
            picture = np.full((height, width, 3), 8 * i % 240, np.uint8)
            picture[: height // 2, : width // 2] = 255  # the upper left corner is white
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = time, TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


class Reader:
    """Finds somebody whose every joint lies where the brightness of the lower right corner says, and nobody in white."""

    engine = "CPU"

    def __init__(self, people: int = 1, empty: frozenset[int] = frozenset()) -> None:
        self.count, self.empty, self.seen, self.restarts = people, empty, [], 0

    def people(self, pictures):
        found = []
        for picture in pictures:
            number = round(float(picture[-4, -4].mean()) / 8)
            self.seen.append(number)
            found.append([] if number in self.empty else [self.person(number, who) for who in range(self.count)])
        return found

    @staticmethod
    def person(number: int, who: int = 0) -> np.ndarray:
        points = np.zeros((len(hub), 3))
        points[:, 0] = 10 + number + 200 * who + np.arange(len(hub)) % 12 * (1 + who)
        points[:, 1] = 10 + np.arange(len(hub)) // 12 * (1 + who)
        points[:, 2] = 0.9
        return points

    def restart(self) -> None:
        self.restarts += 1

    def close(self) -> None:
        pass


def reader_kind(reader: Reader) -> Kind:
    """A kind of detectors that is this one."""
    from poseforge.detect.mediapipe import Options

    return Kind("reader", "Reader", Options, lambda options: reader, lambda: "")
