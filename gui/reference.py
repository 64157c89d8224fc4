"""Speech, picture and video that a project refers to, and gestures made for speech."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QImageIOHandler, QImageReader
from PySide6.QtWidgets import QDialog, QWidget

from poseforge import align, gesturing
from poseforge.audio import read_audio
from poseforge.errors import FormatError, PoseForgeError
from poseforge.gesturing import Filling
from poseforge.media import PICTURES, read_frames
from poseforge.projects import link_media, media_path
from poseforge.speech import Speech, analyse
from poseforge.timeline.project import Media

from .actions import Actions
from .background import aside
from .choosing import ask_file
from .media_panel import TITLES, Kind, MediaPanel, set_media
from .player import Player
from .presets import in_language
from .retime_dialog import RetimeDialog
from .session import Session
from .speech_dialogs import AutogestureDialog, FillDialog, ends_together
from .text import tr

_SOUNDS = "*.wav *.mp3 *.m4a *.aac *.flac *.ogg *.opus *.aiff *.mp4 *.mov *.mkv *.webm *.avi"
_VIDEOS = "*.mp4 *.mov *.mkv *.webm *.avi *.gif"


class Reference(QObject):
    """What the actions for speech, picture, video, gestures and length do."""

    def __init__(self, session: Session, actions: Actions, player: Player, window: QWidget) -> None:
        super().__init__(window)
        self.session = session
        self.window = window
        self._actions = actions
        self.dialog: QDialog | None = None
        self.panel: MediaPanel | None = None
        self._speeches: dict[str, Speech] = {}
        self._seen: dict[Kind, Media | None] = {"audio": None, "picture": None, "video": None}
        self._problems: dict[Kind, str] = {"audio": "", "picture": "", "video": ""}
        self._picture_size: tuple[int, int] | None = None
        self._search = False, ""
        for id, handler in (
            ("load_audio", self.choose_audio), ("load_picture", self.choose_picture), ("load_video", self.choose_video),
            ("media", self.show_panel), ("fill", self.fill), ("autogesture", self.autogesture), ("retime", self.retime),
        ):  # fmt: skip
            actions.on(id, handler)
        session.project_changed.connect(self._look)

    def choose_path(self, title: str, suffixes: str) -> str:
        """Ask for a file; "" for none."""
        either = f"{title} ({suffixes});;{tr('All files')} (*)"
        purpose = {_SOUNDS: "sounds", _VIDEOS: "videos"}.get(suffixes, "pictures")
        return ask_file(self.window, title, purpose, either)

    def choose_audio(self) -> None:
        path = self.choose_path(tr("Load speech"), _SOUNDS)
        if path:
            self.load_audio(Path(path))

    def choose_picture(self) -> None:
        path = self.choose_path(tr("Load reference picture"), " ".join(f"*{suffix}" for suffix in PICTURES))
        if path:
            self.load_picture(Path(path))

    def choose_video(self) -> None:
        path = self.choose_path(tr("Load reference video"), _VIDEOS)
        if path:
            self.load_video(Path(path))

    def load_audio(self, path: Path) -> None:
        """Make a sound the project's speech, and say how to make the project as long."""

        def work() -> tuple[Media, float]:
            return link_media(path), read_audio(path).duration

        def then(made: tuple[Media, float]) -> None:
            media, seconds = made
            self._set("audio", media, tr("Load speech"))
            tell_length(self.session, seconds)

        aside(self, work, then, self._fail)

    def load_picture(self, path: Path) -> None:
        """Lay a picture under the canvas so that it covers it, and show where it can be placed."""

        def then(made: tuple[Media, tuple[int, int]]) -> None:
            media, size = made
            before = self.session.project.picture
            again = before is not None and before.sha256 == media.sha256
            box = before.box if before and again else align.covering(size, self.session.project.size)
            self._set("picture", replace(media, box=box), tr("Load reference picture"))
            if box != (before and before.box) and box[3] > 1:
                self.session.tell("hint", tr("The picture is taller than the canvas: its lower part is outside."))
            self.show_panel()

        aside(self, lambda: (link_media(path), picture_size(path)), then, self._fail)

    def load_video(self, path: Path) -> None:
        """Make a film the project's video."""

        def work() -> Media:
            next(read_frames(path))
            return link_media(path)

        aside(self, work, lambda media: self._set("video", media, tr("Load reference video")), self._fail)

    def _set(self, kind: Kind, media: Media, label: str) -> None:
        before: Media | None = getattr(self.session.project, kind)
        if before and kind != "picture":
            media = replace(media, start=before.start)
        self.session.apply(label, lambda project: set_media(project, kind, media))

    def _fail(self, problem: str) -> None:
        self.session.tell("error", problem)

    def _look(self) -> None:
        """See whether files that the project refers to are there and unchanged, when it refers to others than before."""
        for kind in TITLES:
            media: Media | None = getattr(self.session.project, kind)
            before = self._seen[kind]
            self._seen[kind] = media
            if media and (before is None or (media.path, media.sha256) != (before.path, before.sha256)):
                aside(
                    self,
                    partial(_looked_at, kind, media),
                    partial(self._found, kind, media),
                    partial(self._missed, kind, media),
                )
            elif not media:
                self._problems[kind] = ""

    def _found(self, kind: Kind, media: Media, size: tuple[int, int] | None) -> None:
        self._show_state(kind, media, "", size)

    def _missed(self, kind: Kind, media: Media, problem: str) -> None:
        if self._show_state(kind, media, problem, None):
            self.session.tell("warning", tr("{problem} File > Speech, picture and video lets you locate it.", problem=problem))

    def _show_state(self, kind: Kind, media: Media, problem: str, size: tuple[int, int] | None) -> bool:
        """Keep and show what was found out about a file. False if the project refers to another one by now."""
        now = self._seen[kind]
        if now is None or (now.path, now.sha256) != (media.path, media.sha256):
            return False
        self._problems[kind] = problem
        if kind == "picture":
            self._picture_size = size
        if self.panel:
            self.panel.report(kind, problem, self._picture_size)
        return True

    def show_panel(self) -> None:
        """Show the files, and where the picture lies."""
        if self.panel is None:
            choose: dict[Kind, Callable[[], object]] = {
                "audio": self.choose_audio,
                "picture": self.choose_picture,
                "video": self.choose_video,
            }
            self.panel = MediaPanel(self.session, self._actions, choose, self.crop, self.window)
        for kind, problem in self._problems.items():
            self.panel.report(kind, problem, self._picture_size)
        self.panel.show_search(*self._search)
        self.panel.show()
        self.panel.activateWindow()

    def show_search(self, on: bool, problem: str) -> None:
        """Say where the files are shown whether the person in the picture is being looked for, or why they were not found."""
        self._search = on, problem
        if self.panel:
            self.panel.show_search(on, problem)

    def crop(self) -> None:
        """Place the picture as EchoMimicV2 would cut it, by the pose in it."""
        size, pose = self._picture_size, self.session.picture_pose
        if size is None or self.panel is None:
            return
        if pose is None:
            self.session.tell("hint", tr("Find the pose in the picture first."))
            return
        try:
            box = align.crop_box([pose])
        except PoseForgeError as error:
            self._fail(str(error))
        else:
            self.panel.place(align.showing(box, size, self.session.project.size))

    def with_speech(self, then: Callable[[Speech], object]) -> None:
        """Call `then` with what the project's speech holds, once that is known."""
        media = self.session.project.audio
        if media is None:
            offer = (tr("Load speech…"), self.choose_audio)
            self.session.tell("hint", tr("Load a speech first: File > Load speech."), offer)
            return
        if media.sha256 in self._speeches:
            then(self._speeches[media.sha256])
            return
        self.session.tell("hint", tr("Listening to the speech…"))

        def heard(speech: Speech) -> None:
            self._speeches[media.sha256] = speech
            self.session.tell("hint", "")
            if self.session.project.audio and self.session.project.audio.sha256 == media.sha256:
                then(speech)

        aside(self, lambda: analyse(read_audio(media_path(media))), heard, self._fail)

    def fill(self) -> None:
        """Ask how the project shall be filled to the end of the speech."""

        def ask(speech: Speech) -> None:
            if ends_together(self.session.project, speech.duration):
                self.session.tell("hint", tr("The project ends with the speech already: there is nothing to fill."))
            else:
                self._open(FillDialog(self.session, speech.duration, self._filled, self.window))

        self.with_speech(ask)

    def _filled(self, how: Filling, length: int) -> None:
        self.session.apply_aside(
            tr("Fill to the speech"), lambda project: in_language(gesturing.fill(project, length, how), project)
        )

    def autogesture(self) -> None:
        """Place gestures for the speech, in a window beside the editor's."""
        self.with_speech(lambda speech: self._open(AutogestureDialog(self.session, speech, self.window)))

    def retime(self) -> None:
        """Ask for the project's length and rate."""
        self._open(RetimeDialog(self.session, self.window))

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.show()


def tell_length(session: Session, seconds: float) -> None:
    """Say how long the speech and the project last, and how the two become equal, if they are not."""
    if ends_together(session.project, seconds):
        return
    text = tr(
        "The speech lasts {speech} s, the project {now} s: Timeline > Fill to the speech makes them equal.",
        speech=f"{seconds:.1f}",
        now=f"{session.project.length / float(session.project.fps):.1f}",
    )
    session.tell("hint", text)


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) of a picture as it is shown. Raises FormatError."""
    reader = QImageReader(str(path))
    size: QSize = reader.size()
    if not size.isValid() or not reader.canRead():
        raise FormatError(path, "is no picture that can be read.", "Give PNG, JPEG, WebP or BMP.")
    turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
    return (size.height(), size.width()) if turned else (size.width(), size.height())


def _looked_at(kind: Kind, media: Media) -> tuple[int, int] | None:
    """The size of a picture, None of other files. Raises PoseForgeError if a file is gone or changed."""
    path = media_path(media)
    return picture_size(path) if kind == "picture" else None
