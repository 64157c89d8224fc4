"""What can be chosen with the right mouse button on the timeline, and its tooltips."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCollator, QLocale
from PySide6.QtWidgets import QMenu, QWidget

from poseforge import library
from poseforge.timeline import edits
from poseforge.timeline.curves import KINDS
from poseforge.timeline.project import Project

from .actions import Actions
from .easing import SIMPLE, kind_title
from .presets import can_replace, favourites, replace_clip, shown_name
from .session import Edit, Session
from .text import noop, spoken, tr
from .theme import colors
from .timeline_drags import with_marker
from .timeline_hits import Hit
from .timeline_paint import way_pen
from .timeline_rows import WAYS

_MORE = {"ease": noop("Starts or ends slowly"), "mixed": noop("Several at once")}
"""What is drawn alike beside the simple ways."""


def legend() -> str:
    """How keys and the ways between them are drawn, as a tooltip."""
    dashes = {way: "▬▬" if way == "hold" else "┄┄" if way_pen(way).dashPattern() else "━━" for way in WAYS}
    names = {way: tr(_MORE[way]) if way in _MORE else kind_title(way) for way in WAYS}
    ways = "".join(
        f'<tr><td style="color:{way_pen(way).color().name()}">{dashes[way]}</td><td>&nbsp;{names[way]}</td></tr>'
        for way in WAYS
    )
    keys = (
        f"<tr><td>◆</td><td>&nbsp;{tr('A key')}</td></tr><tr><td>◇</td><td>&nbsp;{tr('Made to keep what is around')}</td></tr>"
    )
    return f'<table style="color:{colors().text}">{keys}{ways}</table>'


Name = Callable[[Hit], None]


def menu_for(hit: Hit, session: Session, actions: Actions, name: Name, parent: QWidget) -> QMenu:
    """The menu for what was clicked; `name` lets the user type its name."""
    menu = QMenu(parent)
    if hit.zone == "marker":
        menu.addAction(tr("Name…"), partial(name, hit))
        label = tr("Delete the marker")
        _add(menu, session, tr("Delete"), label, lambda project: with_marker(project, hit.index, None))
        ids: tuple[str, ...] = ()
    elif hit.clip is not None:
        _fill_for_clip(menu, session, hit, name)
        ids = ("split", "save_gesture", "delete")
    elif hit.zone in ("key", "border"):
        _fill_for_keys(menu, session)
        ids = ("copy", "paste", "paste_flipped", "delete")
    elif hit.zone in ("header", "expand", "weight", "enable", "lock"):
        _fill_for_track(menu, session, hit, name)
        ids = ("add_rig_track", "add_point_track", "remove_track")
    elif hit.zone in ("ruler", "in", "out", "finding", "sound"):
        ids = ("marker", "set_in", "set_out", "clear_range", "fit_timeline")
    else:
        ids = ("paste", "paste_flipped", "marker", "add_rig_track", "add_point_track")
    if ids and menu.actions():
        menu.addSeparator()
    menu.addActions([actions[id] for id in ids])
    return menu


def _add(menu: QMenu, session: Session, text: str, label: str, edit: Edit) -> None:
    menu.addAction(text, partial(session.apply, label, edit))


def _fill_for_clip(menu: QMenu, session: Session, hit: Hit, name: Name) -> None:
    assert hit.clip is not None
    id, length = hit.clip.id, hit.clip.length
    menu.addAction(tr("Name…"), partial(name, hit))
    if can_replace(session, id):
        _fill_with_gestures(menu.addMenu(tr("Replace by")), session, id)
    _add(menu, session, tr("Mirror"), tr("Mirror the clip"), lambda project: edits.mirror_clip(project, id))
    label = tr("Play the clip backwards")
    _add(menu, session, tr("Play backwards"), label, lambda project: edits.reverse_clip(project, id))
    beyond = menu.addMenu(tr("After its last frame"))
    label = tr("What follows the clip's last frame")
    _add(beyond, session, tr("Hold it"), label, lambda project: edits.extend_clip(project, id, length, "hold"))
    _add(beyond, session, tr("Begin again"), label, lambda project: edits.extend_clip(project, id, length, "loop"))
    _add(beyond, session, tr("Go back and forth"), label, lambda project: edits.extend_clip(project, id, length, "ping_pong"))


def _fill_with_gestures(menu: QMenu, session: Session, clip: str) -> None:
    """Favourite gestures and those of the project's other clips; all of them behind those."""
    title = QCollator(QLocale(spoken()))
    known = sorted(library.gestures().values(), key=lambda one: title.sortKey(shown_name(one)))
    used = {one.source.meta.get("gesture") for track in session.project.tracks for one in track.clips if one.id != clip}
    near = [one for one in known if one.id in {*favourites("gestures"), *used}]
    every = menu.addMenu(tr("All gestures")) if near else menu
    for target, offered in ((menu, near), (every, known)):
        for one in offered:
            target.addAction(shown_name(one), partial(replace_clip, session, clip, one))
    if near:
        menu.addSeparator()
        menu.addMenu(every)


def _fill_for_keys(menu: QMenu, session: Session) -> None:
    ways = menu.addMenu(tr("Interpolation"))
    eases = ways.addMenu(tr("Eases"))
    track, keys = session.track, session.keys
    for kind in KINDS:

        def edit(project: Project, kind: str = kind) -> Project:
            return edits.set_interpolation(project, str(track), keys, kind)

        _add(ways if kind in SIMPLE else eases, session, kind_title(kind), tr("Set the interpolation"), edit)
    ways.addMenu(eases)


def _fill_for_track(menu: QMenu, session: Session, hit: Hit, name: Name) -> None:
    assert hit.row is not None
    assert hit.row.track is not None
    id = hit.row.track.id
    place = [track.id for track in session.project.tracks].index(id)
    menu.addAction(tr("Name…"), partial(name, hit))
    label = tr("Mirror the track")
    _add(menu, session, tr("Mirror"), label, lambda project: edits.mirror_track(project, id))
    label = tr("Move the track")
    if place < len(session.project.tracks) - 1:
        _add(menu, session, tr("Move up"), label, lambda project: edits.move_track(project, id, place + 1))
    if place:
        _add(menu, session, tr("Move down"), label, lambda project: edits.move_track(project, id, place - 1))
