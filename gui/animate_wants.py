"""What shall be animated: picture, speech, frames and settings, as fields to fill in."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from poseforge.align import WHOLE, Edges
from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.media import PICTURES
from poseforge.projects import media_path
from poseforge.takes import Settings, Variant, defaults, from_record, suited
from poseforge.timeline.project import Media

from .actions import Actions
from .choosing import ask_file
from .forms import Field, Form
from .icons import icon
from .session import Session
from .settings import settings
from .text import noop, tr
from .theme import ROW, STEP, colors, current

_MOST = 2_000_000_000
_FIELDS = {
    "variant": Field(
        noop("Variant"),
        noop("Standard takes its time; accelerated needs weights of its own and a fifth of the steps"),
        choices={"standard": noop("Standard"), "accelerated": noop("Accelerated")},
    ),
    "size": Field(noop("Size"), noop("Width and height of the video in pixels, multiples of 8"), low=64, high=4096, step=64),
    "steps": Field(noop("Steps"), noop("More of them take longer and are cleaner"), low=1, high=1000),
    "guidance": Field(
        noop("Guidance"),
        noop("How closely picture, poses and speech are followed; 1 is without, in half the time"),
        low=0,
        high=100,
        step=0.5,
    ),
    "seed": Field(noop("Seed"), noop("Another number gives another take"), low=0, high=_MOST),
    "every": Field(noop("Every n-th frame"), noop("Above 1 for a preview: the frames between are left out"), low=1, high=100),
}
_WEIGHTS = "animate/weights"


@dataclass(frozen=True)
class Place:
    """Where the weights lie; None for the folder of models."""

    weights: Path | None = None


class Wants(QWidget):
    """Fields for all that decides how a take looks.

    Attributes:
        picture: another picture than the project's.
    """

    changed = Signal()

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self.picture: Path | None = None
        self._history = session.history
        self._left: dict[str, Settings] = {}  # what was set for a variant when another was chosen
        kept = settings().value(_WEIGHTS)
        self.form = Form(defaults(size=suited(session.project.size)), _FIELDS, names=tuple(_FIELDS))
        self.place = Form(
            Place(Path(str(kept)) if kept else None),
            {"weights": Field(noop("Weights"), noop("The folder of EchoMimicV2's weights, as it is published"),
                              none=noop("in the folder of models"), kind="folder")},
        )  # fmt: skip
        self.dice = self._button(tr("Another seed"), self.roll)
        seed = self.form.editor("seed").layout()
        assert seed is not None
        seed.addWidget(self.dice)
        self.picture_name, self.speech_name = (_Named(self) for _ in range(2))
        self.choose_picture = self._button(tr("Another picture, for this only"), self._choose_picture)
        self.own_picture = self._button(tr("The project's picture again"), partial(self.use_picture, None))
        self.choose_speech = self._button(tr("Load speech…"), actions["load_audio"].trigger)
        self.frames_box = QComboBox(self)
        self.frames_box.setAccessibleName(tr("Frames"))
        self.frames_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._lay_out()
        self.form.changed.connect(self._set)
        self.place.changed.connect(self._keep_place)
        self.frames_box.currentIndexChanged.connect(lambda _: self.changed.emit())
        session.project_changed.connect(self.refresh)
        current.changed.connect(self._draw)
        self._draw()
        self.refresh()

    def _button(self, text: str, clicked: Any) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRaise(True)
        button.clicked.connect(lambda: clicked())
        return button

    def _draw(self) -> None:
        for button, name in (
            (self.dice, "dice"), (self.choose_picture, "open"), (self.own_picture, "undo"), (self.choose_speech, "open"),
        ):  # fmt: skip
            button.setIcon(icon(name))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnStretch(1, 1)
        rows = (
            (tr("Picture"), self.picture_name, (self.own_picture, self.choose_picture)),
            (tr("Speech"), self.speech_name, (self.choose_speech,)),
            (tr("Frames"), self.frames_box, ()),
        )
        for row, (title, field, buttons) in enumerate(rows):
            label = QLabel(title, self)
            label.setMinimumHeight(ROW)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1, 1, 3 - len(buttons))
            for column, button in enumerate(buttons):
                grid.addWidget(button, row, 4 - len(buttons) + column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * STEP)
        whole.addLayout(grid)
        whole.addWidget(self.form)
        whole.addWidget(self.place)

    @property
    def settings(self) -> Settings:
        """What is chosen. Raises InvalidValue for what cannot be."""
        chosen = self.form.value
        assert isinstance(chosen, Settings)
        return chosen

    @property
    def frames(self) -> tuple[int, int]:
        """The first and the last frame that shall be animated."""
        first, last = self.frames_box.currentData()
        return int(first), int(last)

    @property
    def weights(self) -> Path | None:
        chosen = self.place.value
        assert isinstance(chosen, Place)
        return chosen.weights

    @property
    def box(self) -> Edges:
        """Where the picture lies on the canvas: another one than the project's covers it."""
        media = self.session.history.project.picture
        return media.box if media and not self.picture else WHOLE

    @property
    def missing(self) -> str:
        """What has to be chosen first; empty if nothing."""
        project = self.session.history.project
        if not (self.picture or project.picture):
            return tr("Choose the picture of a person.")
        return "" if project.audio else tr("Load a speech.")

    def files(self) -> Callable[[], tuple[Path, Path]]:
        """What gives picture and speech as they are chosen now, on any thread. It raises what
        `media_path` raises.
        """
        project, picture = self.session.history.project, self.picture

        def found() -> tuple[Path, Path]:
            if project.audio is None or (picture is None and project.picture is None):
                raise InvalidValue(self.missing)
            return picture or media_path(cast(Media, project.picture)), media_path(project.audio)

        return found

    def show_settings(self, chosen: Settings) -> None:
        """Show other settings, as those of an earlier take."""
        self.form.show_value(chosen)
        self.changed.emit()

    def use_picture(self, path: Path | None) -> None:
        """Take another picture than the project's, or the project's."""
        self.picture = path
        self.refresh()
        self.changed.emit()

    def choose_path(self) -> str:
        """Ask for a picture; "" for none."""
        suffixes = " ".join(f"*{suffix}" for suffix in PICTURES)
        return ask_file(self, tr("Another picture"), "pictures", f"{tr('Pictures')} ({suffixes})")

    def _choose_picture(self) -> None:
        path = self.choose_path()
        if path:
            self.use_picture(Path(path))

    def roll(self) -> None:
        """Another seed, by chance."""
        self.show_settings(replace(self.settings, seed=random.randrange(_MOST)))

    def _set(self, name: str, value: object) -> None:
        if name == "variant":
            with suppress(InvalidValue):
                self._change_variant(self.settings)
        self.changed.emit()

    def _change_variant(self, now: Settings) -> None:
        """Steps and the like are those that were set for a variant before, or its own; the rest stays."""
        other: Variant = "standard" if now.variant == "accelerated" else "accelerated"
        self._left[other] = replace(now, variant=other)
        own = self._left.get(now.variant) or defaults(now.variant)
        self.form.show_value(replace(own, size=now.size, every=now.every, seed=now.seed))

    def _keep_place(self) -> None:
        settings().setValue(_WEIGHTS, str(self.weights or ""))
        self.changed.emit()

    def refresh(self) -> None:
        """Show the files and the frames of the project as it is now."""
        if self.session.dragging:
            return
        project = self.session.history.project
        if self._history is not self.session.history:
            self._history, self.picture = self.session.history, None
            self.form.show_value(replace(self.form.value, size=suited(project.size)))
        self.picture_name.show_path(str(self.picture or "") or (project.picture.path if project.picture else ""))
        self.speech_name.show_path(project.audio.path if project.audio else "")
        self.own_picture.setVisible(self.picture is not None and project.picture is not None)
        choices = [(tr("All frames ({count})", count=project.length), (0, project.length - 1))]
        if project.range:
            first, last = project.range
            choices.append((tr("In to out point ({first} to {last})", first=first, last=last), (first, last)))
        if choices != [(self.frames_box.itemText(i), self.frames_box.itemData(i)) for i in range(self.frames_box.count())]:
            whole = self.frames_box.currentIndex() == 0 and self.frames_box.count() == len(choices)
            with QSignalBlocker(self.frames_box):
                self.frames_box.clear()
                for text, frames in choices:
                    self.frames_box.addItem(text, frames)
                self.frames_box.setCurrentIndex(0 if whole else len(choices) - 1)
        self.changed.emit()

    def state(self) -> dict[str, Any]:
        """What is chosen, as values of JSON."""
        return {"settings": self.form.value.record(), "picture": str(self.picture or "")}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Choose what was chosen. What does not fit is passed over."""
        try:
            self.form.show_value(from_record(state["settings"]))
            self.picture = Path(state["picture"]) if state["picture"] and Path(state["picture"]).is_file() else None
        except (PoseForgeError, LookupError, TypeError, ValueError, AttributeError, OSError):
            return
        self.refresh()


class _Named(QLabel):
    """The name of a file, cut where there is no room for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        current.changed.connect(self._draw)

    def show_path(self, path: str) -> None:
        self.setText(path.replace("\\", "/").rpartition("/")[2] if path else tr("none"))
        self.setToolTip(path)
        self._draw()

    def _draw(self) -> None:
        self.setStyleSheet("" if self.toolTip() else f"color: {colors().warning}")
