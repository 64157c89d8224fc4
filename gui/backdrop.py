"""What lies behind the person: the reference picture and the film's frame, read in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

from poseforge.errors import FormatError, PoseForgeError
from poseforge.media import Film
from poseforge.projects import media_path
from poseforge.timeline.project import Media

_KEPT = 24
"""Frames of a film that are kept."""

_LONGEST = 1600
"""Pixels of the longer side that are kept of a frame or picture: more than a canvas shows."""


class _Done(QObject):
    """Carries what a task made from its thread to the window's."""

    made = Signal(object, object)
    failed = Signal(object, str)


class Backdrop(QObject):
    """Pictures by what they are of. One that is not there yet is None, and `changed` is told when it is.

    Only one is read at a time, and of those asked for meanwhile only the last: a scrub leaves nothing to wait for.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._picture: tuple[Media, QImage] | None = None
        self._frames: dict[tuple[Media, int], QImage] = {}
        self._film: tuple[Media, Film] | None = None
        self._broken: set[Media] = set()
        self._busy: object = None
        self._waiting: tuple[object, Callable[[], QImage]] | None = None
        self._done = _Done()
        self._done.made.connect(self._keep)
        self._done.failed.connect(self._fail)

    def picture(self, media: Media) -> QImage | None:
        """The picture of a file, turned as its camera says."""
        if media in self._broken:
            return None
        if self._picture is None or self._picture[0] != media:
            self._ask(media, partial(_read_picture, media))
            return None
        return self._picture[1]

    def frame(self, media: Media, number: int, seconds: float) -> QImage | None:
        """The frame of a film that is seen at a moment of it, called by a number; until it is there, the last one that was."""
        key = (media, number)
        if media in self._broken:
            return None
        if key not in self._frames:
            self._ask(key, partial(self._read_frame, media, seconds))
            return next((image for (of, _), image in reversed(self._frames.items()) if of == media), None)
        return self._frames[key]

    def let_go(self) -> None:
        """Have no film open, unless one is just being read."""
        if self._film and self._busy is None:
            self._film[1].close()
            self._film = None

    def _ask(self, key: object, work: Callable[[], QImage]) -> None:
        if self._busy is None:
            self._busy = key
            QThreadPool.globalInstance().start(partial(_carry_out, self._done, key, work))
        elif self._busy != key:
            self._waiting = (key, work)

    def _read_frame(self, media: Media, seconds: float) -> QImage:
        """In the background, and never twice at a time."""
        if self._film is None or self._film[0] != media:
            if self._film:
                self._film[1].close()
            self._film = None
            self._film = (media, Film(media_path(media)))
        pixels = self._film[1].at(seconds)
        height, width, _ = pixels.shape
        return _smaller(QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888))

    def _keep(self, key: object, image: QImage) -> None:
        if isinstance(key, Media):
            self._picture = (key, image)
        elif isinstance(key, tuple):
            while len(self._frames) >= _KEPT:
                del self._frames[next(iter(self._frames))]
            self._frames[key] = image
        self._go_on()

    def _fail(self, key: object, message: str) -> None:
        """A file that cannot be read is told of once."""
        self._broken.add(key[0] if isinstance(key, tuple) else key)  # type: ignore[arg-type]
        self.failed.emit(message)
        self._go_on()

    def _go_on(self) -> None:
        self._busy = None
        if self._waiting:
            waiting, self._waiting = self._waiting, None
            self._ask(*waiting)
        self.changed.emit()


def _carry_out(done: _Done, key: object, work: Callable[[], QImage]) -> None:
    try:
        image = work()
    except (PoseForgeError, OSError) as error:
        done.failed.emit(key, str(error))
    else:
        done.made.emit(key, image)


def _read_picture(media: Media) -> QImage:
    path = media_path(media)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise FormatError(path, f"is no picture that can be shown ({reader.errorString()}).")
    return _smaller(image)


def _smaller(image: QImage) -> QImage:
    """A picture of its own, no larger than is shown, in the format that is painted fastest."""
    if max(image.width(), image.height()) > _LONGEST:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_LONGEST, _LONGEST, keep, smooth)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
