"""What a clip, a track and the project are, in the inspector: forms made of the core's dataclasses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from poseforge.errors import InvalidValue
from poseforge.timeline import edits
from poseforge.timeline.project import MAX_FRAMES, PARTS, Clip, Project, Track

from .easing import ease_titles
from .forms import Field, Form
from .session import Edit, Session
from .text import noop, tr

_CLIP = {
    "name": Field(noop("Name")),
    "start": Field(noop("First frame"), low=-MAX_FRAMES, high=MAX_FRAMES),
    "length": Field(noop("Length"), noop("Frames; what the clip plays at a frame stays"), low=1, high=MAX_FRAMES),
    "rate": Field(noop("Speed"), noop("Frames of its source to a frame; below 0 it plays backwards")),
    "extend": Field(
        noop("Beyond its end"),
        noop("What is shown when the clip lasts longer than its source"),
        choices={"hold": noop("Holds still"), "loop": noop("Begins again"), "ping_pong": noop("Goes back and forth")},
    ),
    "mirrored": Field(noop("Mirrored"), noop("With left and right exchanged")),
    "blend_in": Field(noop("Blend in"), noop("Frames in which it comes out of what lies below"), low=0, high=MAX_FRAMES),
    "blend_out": Field(noop("Blend out"), noop("Frames in which it goes back into what lies below"), low=0, high=MAX_FRAMES),
}
_PARTS = dict(
    zip(PARTS, (noop("Everything"), noop("Body"), noop("Left hand"), noop("Right hand"), noop("Face")), strict=True)
)  # fmt: skip
_TRACK = {
    "name": Field(noop("Name")),
    "part": Field(noop("Is for"), noop("The joints that it may move"), choices=_PARTS),
    "weight": Field(noop("Weight"), noop("How much of it covers what lies below: 0 nothing, 1 all"), low=0, high=1, step=0.05),
    "enabled": Field(noop("Shown"), noop("Whether it counts")),
    "locked": Field(noop("Locked"), noop("Whether it is kept from being changed")),
    "color": Field(noop("Color"), kind="color"),
}
_PROJECT = {
    "length": Field(noop("Length"), noop("Frames; what lies beyond is kept unseen"), low=1, high=MAX_FRAMES),
    "fps": Field(noop("Frames per second"), noop("Changed under Timeline, Length and rate"), readonly=True),
    "size": Field(noop("Canvas"), unit="px", readonly=True),
    "alive": Field(
        noop("Breath and drift"), noop("A number for each way of breathing and drifting; off holds perfectly still"), low=0
    ),
    "range": Field(
        noop("In and out"), noop("The first and the last frame that are played and exported"), low=0, high=MAX_FRAMES
    ),
}


class Properties(QWidget):
    """A form of something in the project, kept in step with it; what is refused is shown as it was."""

    def __init__(self, session: Session, labels: dict[str, Field], edit: Callable[[Any, str, Any], tuple[str, Edit]]) -> None:
        super().__init__()
        self.session, self.labels, self.edit = session, labels, edit
        self.form: Form | None = None
        self._shown: Any = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def show_value(self, value: Any) -> None:
        """Show a clip, a track or the project."""
        if value is self._shown:
            return
        self._shown = value
        if self.form is None:
            self.form = Form(value, self.labels, self, names=tuple(self.labels))
            self.form.changed.connect(self._set)
            self._layout.addWidget(self.form)
        else:
            self.form.show_value(value)

    def _set(self, name: str, value: Any) -> None:
        shown = self._shown
        label, edit = self.edit(shown, name, value)
        self.session.apply(label, edit, merge=("property", getattr(shown, "id", ""), name))
        if self.form and self._shown is shown:  # refused, or nothing to change
            self.form.show_value(shown)


def clip_properties(session: Session) -> Properties:
    """The form of a clip."""
    ease = Field(noop("Blends"), noop("How it comes and goes"), choices=ease_titles())
    return Properties(session, {**_CLIP, "ease": ease}, _edit_clip)


def track_properties(session: Session) -> Properties:
    """The form of a track."""
    return Properties(session, _TRACK, _edit_track)


def project_properties(session: Session) -> Properties:
    """The form of the project."""
    return Properties(session, _PROJECT, _edit_project)


def _edit_clip(clip: Clip, name: str, value: Any) -> tuple[str, Edit]:
    id = clip.id
    table: dict[str, tuple[str, Edit]] = {
        "name": (tr("Rename the clip"), lambda project: edits.rename_clip(project, id, value)),
        "start": (tr("Move the clip"), lambda project: edits.move_clip(project, id, value)),
        "length": (tr("Trim the clip"), lambda project: edits.trim_clip(project, id, end=clip.start + value)),
        "rate": (tr("Change the clip's speed"), lambda project: _at_speed(project, clip, value)),
        "extend": (tr("Extend the clip"), lambda project: edits.extend_clip(project, id, clip.length, value)),
        "mirrored": (tr("Mirror the clip"), lambda project: edits.mirror_clip(project, id)),
        "blend_in": (tr("Blend the clip"), lambda project: edits.blend_clip(project, id, into=value)),
        "blend_out": (tr("Blend the clip"), lambda project: edits.blend_clip(project, id, out=value)),
        "ease": (tr("Blend the clip"), lambda project: edits.blend_clip(project, id, ease=value)),
    }
    return table[name]


def _at_speed(project: Project, clip: Clip, rate: Fraction) -> Project:
    """A clip's same part at another speed, backwards if that is below 0."""
    if not rate:
        raise InvalidValue(tr("A clip at speed 0 would never move: hold its end instead."))
    if (rate < 0) != (clip.rate < 0):
        project = edits.reverse_clip(project, clip.id)
    return edits.stretch_clip(project, clip.id, max(round(clip.length * abs(clip.rate / rate)), 1))


def _edit_track(track: Track, name: str, value: Any) -> tuple[str, Edit]:
    labels = {
        "name": tr("Rename the track"),
        "part": tr("What the track is for"),
        "weight": tr("Weight of the track"),
        "enabled": tr("Show the track") if value else tr("Do not show the track"),
        "locked": tr("Lock the track") if value else tr("Unlock the track"),
        "color": tr("Color of the track"),
    }
    return labels[name], lambda project: edits.set_track(project, track.id, **{name: value})


def _edit_project(shown: Project, name: str, value: Any) -> tuple[str, Edit]:
    if name == "length":
        return tr("Length of the project"), lambda project: edits.set_length(project, value)
    if name == "range" and value and not shown.range:
        value = (0, shown.length - 1)  # switched on: all of it, to begin with
    label = tr("Breath and drift") if name == "alive" else tr("In and out point")
    return label, lambda project: replace(project, **{name: value})
