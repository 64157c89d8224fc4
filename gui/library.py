"""The library: hand shapes, gestures, sequences and the user's own, to be found, looked at and added."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import cmp_to_key, partial
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QCollator, QFile, QLocale, QModelIndex, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from poseforge import formats, library
from poseforge.errors import PoseForgeError, UnknownFormat
from poseforge.fitness import Ranked

from .actions import Actions
from .background import aside
from .choosing import ask_folder
from .icons import icon
from .preset_grid import Entry, Grid
from .presets import (
    can_replace,
    favourites,
    give_shape,
    place_gesture,
    place_sequence,
    read_sequence,
    replace_clip,
    set_favourite,
    shapes_on_keys,
    shown_name,
)
from .ranking import Ranking
from .recent import recent_files
from .save_preset import SaveGesture, SaveHandShape
from .session import Session
from .settings import settings
from .text import noop, spoken, tr
from .theme import STEP, TOOL, colors, current
from .thumbnails import Film, Thumbnails, gesture_film, sequence_film, shape_film
from .told import told

TABS = {"hands": noop("Hands"), "gestures": noop("Gestures"), "sequences": noop("Sequences"), "mine": noop("Mine")}

_MOST_TAGS, _MOST_FOLDERS, _MOST_SEQUENCES = 24, 10, 1000


class Library(QWidget):
    """The panel. Nothing is read before it is shown, and no thumbnail is made before it is seen.

    Attributes:
        tabs, search, only_favourites, tag_button, folders, grid: what it is made of.
        tag: the tag that is chosen; "" for none.
    """

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self.session = session
        self.tag = ""
        self._sequences: dict[str, list[Entry]] = {}
        self._read = False
        self.setWhatsThis(
            tr("Hand shapes, gestures and sequences. A double click adds one at the current frame; or drag it to the timeline.")
        )
        self._make(actions)
        self._lay_out()
        self._connect()
        current.changed.connect(self._draw_icons)
        self._draw_icons()

    def _make(self, actions: Actions) -> None:
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setStyleSheet(f"QTabBar::tab {{ padding: {STEP}px {STEP}px; }}")
        for title in TABS.values():
            self.tabs.addTab(tr(title))
        self.tabs.setAccessibleName(tr("Kind"))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search"))
        self._glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.only_favourites = self._button(tr("Only favourites"))
        self.only_favourites.setCheckable(True)
        self.tag_button = self._button(tr("Tags"))
        self.tag_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tag_button.setMenu(QMenu(self))
        self.save_button = QToolButton(self)
        self.save_button.setText(tr("Save selection as preset…"))
        self.save_button.setToolTip(
            tr("A hand shape is made of the selected hand, a gesture of the selected clip or of what is from in to out point.")
        )
        self.save_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.save_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.setMenu(self._save_menu(actions))
        self.folders = QComboBox(self)
        self.folders.setAccessibleName(tr("Folder"))
        self.folders.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.folder_button = self._button(tr("Choose a folder of sequences…"))
        self.thumbnails = Thumbnails(self)
        self.grid = Grid(self.thumbnails)
        self.ranking = Ranking(self)
        self.by_fit = self._button(tr("Which fits the reference picture best?"))
        self.by_fit.setCheckable(True)
        self.by_fit.setToolTip(
            tr("Which fits the reference picture best? Gives each sequence a score of 100, the best first. "
               "Needs a reference picture whose pose is known.")
        )  # fmt: skip
        self.empty = QLabel(self.grid)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(4 * STEP)
        kind = str(settings().value("library/tab", "gestures"))
        self.tabs.setCurrentIndex([*TABS].index(kind if kind in TABS else "gestures"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP, STEP, STEP, 0)
        column.setSpacing(STEP)
        column.addWidget(self.tabs)
        for widgets in (
            (self.search, self.only_favourites, self.tag_button),
            (self.folders, self.by_fit, self.folder_button),
        ):
            row = QHBoxLayout()
            row.setSpacing(0)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in (self.search, self.folders) else 0)
            column.addLayout(row)
        column.addWidget(self.save_button)
        column.addWidget(self.grid, 1)
        place = QVBoxLayout(self.grid)
        place.addWidget(self.empty)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._turn)
        self.search.textChanged.connect(self.fill)
        self.search.returnPressed.connect(self._to_grid)
        self.only_favourites.toggled.connect(self.fill)
        self.by_fit.toggled.connect(self._choose_order)
        self.ranking.changed.connect(self._show_ranks)
        for signal in (self.session.picture_pose_changed, self.session.history_changed):
            signal.connect(self._rank)
        self.folders.activated.connect(lambda: self.open_folder(Path(self.folders.currentData())))
        self.folder_button.clicked.connect(self._choose_folder)
        self.grid.chosen.connect(self.add)
        self.grid.starred.connect(self.star)
        self.grid.customContextMenuRequested.connect(self._pop_up)

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setFixedSize(TOOL, TOOL)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _save_menu(self, actions: Actions) -> QMenu:
        menu = QMenu(self)
        for id, dialog in (("save_shape", SaveHandShape), ("save_gesture", SaveGesture)):
            actions.on(id, partial(self._save, dialog))
            menu.addAction(actions[id])
        return menu

    def _draw_icons(self) -> None:
        self._glass.setIcon(icon("search", colors().secondary))
        for button, name in (
            (self.only_favourites, "star"), (self.tag_button, "tag"), (self.save_button, "add"), (self.folder_button, "open"),
            (self.by_fit, "body"),
        ):  # fmt: skip
            button.setIcon(icon(name))
        self.empty.setStyleSheet(f"color: {colors().secondary}")

    @property
    def kind(self) -> str:
        """The one of TABS that is open."""
        return [*TABS][self.tabs.currentIndex()]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if not self._read:
            self._read = True
            self._turn()

    def _turn(self) -> None:
        """Show the tab that has been chosen."""
        settings().setValue("library/tab", self.kind)
        self.tag = ""
        for widget in (self.folders, self.by_fit, self.folder_button):
            widget.setVisible(self.kind == "sequences")
        self.save_button.setVisible(self.kind != "sequences")
        if self.kind == "sequences":
            self._list_folders()
            if self.folders.count() and self.folders.currentData() not in self._sequences:
                self.open_folder(Path(self.folders.currentData()))
        self.fill()

    def _entries(self) -> list[Entry]:
        """Everything on the open tab."""
        if self.kind == "sequences":
            return self._sequences.get(self.folders.currentData() or "", [])
        shapes = [self._preset("hands", shape) for shape in library.hand_shapes().values()] if self.kind != "gestures" else []
        moves = [self._preset("gestures", one) for one in library.gestures().values()] if self.kind != "hands" else []
        both = [*shapes, *moves]
        if self.kind != "mine":
            return both
        damaged = [
            Entry("damaged", str(path), path.stem, path=path, problem=told(str(problem)))
            for problem in library.problems()
            if (path := Path(getattr(problem, "path", "")))
        ]
        return [*(entry for entry in both if entry.path), *damaged]

    def _preset(self, kind: library.Kind, preset: library.HandShape | library.Gesture) -> Entry:
        own = library.user_folder(kind) / f"{preset.id}.json"
        tags = preset.tags.get(spoken().partition("_")[0], preset.tags.get("en", ()))
        make = partial(shape_film, preset) if isinstance(preset, library.HandShape) else partial(gesture_film, preset)
        return Entry(kind, preset.id, shown_name(preset), make, tuple(tags), preset, own if own.is_file() else None)

    def fill(self) -> None:
        """Show what fits the search, the tag and the choice of favourites: these first, and all by title."""
        everything = self._entries()
        text = self.search.text()
        found = {preset.id for preset in library.search([e.preset for e in everything if e.preset], text)}
        stars = self._marks()
        shown = [
            entry
            for entry in everything
            if (entry.preset.id in found if entry.preset else text.casefold() in entry.name.casefold())
            and (not self.tag or self.tag in entry.tags)
            and (not self.only_favourites.isChecked() or entry.key in stars)
        ]
        title = QCollator(QLocale(spoken()))
        title.setNumericMode(True)
        title.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        shown.sort(key=cmp_to_key(lambda one, other: title.compare(one.name, other.name)))
        ranks = self._ranks()
        shown.sort(key=lambda entry: (bool(entry.problem), entry.key not in stars))
        if ranks:
            shown.sort(key=lambda entry: -ranks[entry.key].now.score if entry.key in ranks else 1)
        self.grid.entries.rank(ranks)
        self.grid.entries.show(shown)
        self._fill_tags(everything)
        self.empty.setText("" if shown else self._why_empty(bool(everything)))
        self.empty.setVisible(not shown)

    def _ranks(self) -> dict[tuple[str, str], Ranked]:
        """What is known of how the sequences fit the reference picture, if that is wanted."""
        wanted = self.by_fit.isChecked() and self.kind == "sequences"
        return {("sequences", path): ranked for path, ranked in self.ranking.known.items()} if wanted else {}

    def _choose_order(self, by_fit: bool) -> None:
        if by_fit and self.session.picture_pose is None:
            self.session.tell("hint", tr("Load a reference picture and find the pose in it first."))
        self._rank()
        self.fill()

    def _rank(self) -> None:
        """Have the sequences that are shown ranked, if that is wanted."""
        if self.kind == "sequences" and self._read and self.by_fit.isChecked():
            paths = [entry.id for entry in self._entries() if not entry.problem]
            self.ranking.ask(self.session.picture_pose_on_canvas, paths)

    def _show_ranks(self) -> None:
        """Show the scores as they come; the order changes when all are there."""
        if self.ranking.busy:
            self.grid.entries.rank(self._ranks())
        else:
            self.fill()

    def _marks(self) -> frozenset[tuple[str, str]]:
        stars = frozenset((kind, id) for kind in ("hands", "gestures", "sequences") for id in favourites(kind))
        self.grid.entries.mark(stars, {("hands", id): digit for digit, id in enumerate(shapes_on_keys(), 1)})
        return stars

    def _why_empty(self, something: bool) -> str:
        if something:
            return tr("Nothing is called that.") if self.search.text() else tr("No favourites here yet: click a star.")
        if self.kind == "mine":
            return tr("Your own hand shapes and gestures come here: select a hand or a clip, and save it as a preset.")
        return tr("Choose a folder of pose sequences.") if not self.folders.count() else tr("No pose sequences in this folder.")

    def _fill_tags(self, entries: Iterable[Entry]) -> None:
        count = Counter(tag for entry in entries for tag in entry.tags)
        menu = self.tag_button.menu()
        menu.clear()
        for tag in ["", *sorted(tag for tag, uses in count.most_common(_MOST_TAGS) if uses > 1)]:
            action = menu.addAction(tag or tr("All tags"), partial(self.choose_tag, tag))
            action.setCheckable(True)
            action.setChecked(tag == self.tag)
        self.tag_button.setEnabled(len(menu.actions()) > 1)

    def choose_tag(self, tag: str) -> None:
        """Show only what has a tag."""
        self.tag = tag
        self.fill()

    def _to_grid(self) -> None:
        if self.grid.entries.entries:
            self.grid.setFocus()
            self.grid.setCurrentIndex(self.grid.entries.index(0))

    def star(self, entry: Entry) -> None:
        """Make an entry a favourite, or one no more."""
        set_favourite(entry.kind, entry.id, entry.id not in favourites(entry.kind))
        if self.only_favourites.isChecked():
            self.fill()
        else:
            self._marks()

    def add(self, entry: Entry, mirrored: bool = False, sides: tuple[str, ...] = ()) -> None:
        """Add an entry at the current frame: a clip, or the shape of a hand."""
        problem = self.grid.entries.problem(entry)
        if problem:
            self.session.tell("warning", problem)
        elif isinstance(entry.preset, library.HandShape):
            give_shape(self.session, entry.preset, sides)
        elif isinstance(entry.preset, library.Gesture):
            place_gesture(self.session, entry.preset, mirrored)
        else:
            aside(
                self,
                partial(read_sequence, Path(entry.id)),
                lambda sequence: place_sequence(self.session, sequence, entry.name, mirrored),
                partial(self.session.tell, "warning"),
            )

    def menu(self, entry: Entry) -> QMenu:
        """What can be done with an entry."""
        menu = QMenu(self)
        if not self.grid.entries.problem(entry):
            if entry.kind == "hands":
                for title, sides in (
                    (tr("Give to the left hand"), ("left",)),
                    (tr("Give to the right hand"), ("right",)),
                    (tr("Give to both hands"), ("left", "right")),
                ):
                    menu.addAction(title, partial(self.add, entry, sides=sides))
            else:
                menu.addAction(tr("Add at frame {frame}", frame=self.session.frame), partial(self.add, entry))
                menu.addAction(tr("Add mirrored"), partial(self.add, entry, mirrored=True))
                clip = self.session.clip
                if isinstance(entry.preset, library.Gesture) and clip and can_replace(self.session, clip):
                    name = self.session.project.clip(clip)[1].name
                    menu.addAction(tr("In place of {name}", name=name), partial(replace_clip, self.session, clip, entry.preset))
            menu.addSeparator()
            chosen = entry.id in favourites(entry.kind)
            menu.addAction(tr("No favourite any more") if chosen else tr("Add to favourites"), partial(self.star, entry))
        if entry.path:
            menu.addAction(tr("Show the file"), partial(self._show_file, entry.path))
            if entry.kind != "sequences":
                menu.addAction(tr("Delete"), partial(self.delete, entry))
        return menu

    def _pop_up(self, place: QPoint) -> None:
        index = self.grid.indexAt(place)
        if index.isValid():
            menu = self.menu(self.grid.entry(index))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.grid.viewport().mapToGlobal(place))

    def _show_file(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def delete(self, entry: Entry) -> None:
        """Put an own preset into the system's bin, from where it can be taken back."""
        if entry.path and QFile.moveToTrash(str(entry.path)):
            set_favourite(entry.kind, entry.id, False)
            self.session.tell("hint", tr("{name} is in the bin.", name=entry.name))
        else:
            self.session.tell("warning", tr("{name} could not be put into the bin.", name=entry.name))
        self.thumbnails.forget(entry.key)
        self.fill()

    def _save(self, kind: type[SaveHandShape] | type[SaveGesture]) -> None:
        try:
            dialog = kind(self.session, self)
        except PoseForgeError as error:
            self.session.tell("warning", str(error))
            return
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(self.show_own)
        dialog.open()

    def show_gestures(self) -> None:
        """Turn to the gestures."""
        self.tabs.setCurrentIndex([*TABS].index("gestures"))

    def show_own(self, kind: str, id: str) -> None:
        """Show a preset that has just been saved."""
        self.thumbnails.forget((kind, id))
        self.search.clear()
        self.only_favourites.setChecked(False)
        self.tabs.setCurrentIndex([*TABS].index("mine"))
        self.fill()
        rows = [row for row, entry in enumerate(self.grid.entries.entries) if entry.key == (kind, id)]
        self.grid.setCurrentIndex(self.grid.entries.index(rows[0]) if rows else QModelIndex())
        if rows:
            name = self.grid.entries.entries[rows[0]].name
            self.session.tell("hint", tr("{name} was saved; it is in the library under Mine.", name=name))

    def choose_path(self) -> str:
        """Ask for a folder."""
        return ask_folder(self, tr("Choose a folder of sequences"), "poses")

    def _choose_folder(self) -> None:
        chosen = self.choose_path()
        if chosen:
            self.open_folder(Path(chosen))

    def _known_folders(self) -> list[str]:
        """The folders that were chosen, and after them those in which pose folders lie that were open lately."""
        try:
            chosen = [str(folder) for folder in json.loads(str(settings().value("library/folders", "[]")))]
        except (ValueError, TypeError):
            chosen = []
        lately = [str(path.parent) for path in recent_files() if path.is_dir()]
        return [*dict.fromkeys([*chosen, *lately])][:_MOST_FOLDERS]

    def _list_folders(self) -> None:
        self.folders.clear()
        for folder in self._known_folders():
            self.folders.addItem(Path(folder).name or folder, folder)
            self.folders.setItemData(self.folders.count() - 1, folder, Qt.ItemDataRole.ToolTipRole)

    def open_folder(self, folder: Path) -> None:
        """Show the sequences in a folder; it is remembered."""
        known = [str(folder), *(one for one in self._known_folders() if one != str(folder))]
        settings().setValue("library/folders", json.dumps(known[:_MOST_FOLDERS]))
        self._list_folders()

        def found(entries: list[Entry]) -> None:
            for entry in entries:
                self.thumbnails.forget(entry.key)
            self._sequences[str(folder)] = entries
            if self.kind == "sequences":
                self.fill()
                self._rank()

        aside(self, partial(_sequences_in, folder), found, partial(self.session.tell, "warning"))


def _sequences_in(folder: Path) -> list[Entry]:
    """The sequences in a folder, or the one that it is. Raises OSError."""
    here = _format_problem(folder) is not None
    places = [folder] if here else sorted(islice(folder.iterdir(), _MOST_SEQUENCES))
    entries = []
    for place in places:
        problem = _format_problem(place)
        if problem is not None:
            make = partial(_read_film, place)
            entries.append(Entry("sequences", str(place), place.name, make, path=place, problem=problem))
    return entries


def _read_film(path: Path) -> Film:
    return sequence_film(read_sequence(path))


def _format_problem(place: Path) -> str | None:
    """Why a path that looks like poses cannot be read, "" if it seems that it can; None if it does not look like poses."""
    try:
        formats.find(place)
    except UnknownFormat:
        return None
    except (PoseForgeError, OSError) as error:
        return told(str(error))
    return ""
