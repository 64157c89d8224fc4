"""One table of everything the editor can be told to do, of which menus, shortcuts, palette and sheet of shortcuts are made.

Whoever carries an action out says so with ``actions.on("undo", session.undo)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton, QWidget

from .icons import icon
from .settings import settings
from .text import noop, tr
from .theme import current


@dataclass(frozen=True)
class Action:
    """One thing to do.

    Attributes:
        id: its name in the code and in the settings.
        menu: the menu it stands in; "" for none. "-" before the name begins a new section.
        text: what it is called, in English.
        keys: its shortcuts, divided by spaces.
        icon: one of `icons.SHAPES`.
        checkable: whether it is switched on and off.
        hint: what it does, in a sentence, where the name does not say it.
    """

    id: str
    menu: str
    text: str
    keys: str = ""
    icon: str = ""
    checkable: bool = False
    hint: str = ""


FILE, EDIT, VIEW, POSE, TIMELINE, CLEAN, ANIMATE, HELP = (
    noop("File"), noop("Edit"), noop("View"), noop("Pose"), noop("Timeline"), noop("Clean"), noop("Animate"), noop("Help"),
)  # fmt: skip

TABLE = (
    Action("new", FILE, noop("New project…"), "Ctrl+N", "add"),
    Action("open", FILE, noop("Open…"), "Ctrl+O", "open", hint=noop("A project, or poses in any format")),
    Action("open_folder", FILE, noop("Open folder…"), hint=noop("A folder of poses, with a file for each frame")),
    Action("save", "-" + FILE, noop("Save"), "Ctrl+S", "save"),
    Action("save_as", FILE, noop("Save as…"), "Ctrl+Shift+S"),
    Action("import", "-" + FILE, noop("Import poses…"), "Ctrl+I", hint=noop("Poses of any format, onto a track")),
    Action("import_folder", FILE, noop("Import folder…"), hint=noop("A folder with a file for each frame, onto a track")),
    Action("detect", FILE, noop("Poses from a video or picture…"), "Ctrl+D", "film", hint=noop("By a detector")),
    Action("record", FILE, noop("Record…"), "Ctrl+R", "record", hint=noop("Poses from a camera, live")),
    Action("load_audio", "-" + FILE, noop("Load speech…"), icon="sound"),
    Action("load_picture", FILE, noop("Load reference picture…"), icon="picture"),
    Action("load_video", FILE, noop("Load reference video…")),
    Action("find_pose", "", noop("Find the pose in the picture"), hint=noop("Of the person in the reference picture")),
    Action("give_pose", "", noop("Pose in the picture from a file…")),
    Action("media", FILE, noop("Speech, picture and video…"), hint=noop("Their files, and where the picture lies")),
    Action("export", "-" + FILE, noop("Export…"), "Ctrl+E", "export"),
    Action("batch", FILE, noop("Convert many files…")),
    Action("quit", "-" + FILE, noop("Quit"), "Ctrl+Q"),
    Action("undo", EDIT, noop("Undo"), "Ctrl+Z", "undo"),
    Action("redo", EDIT, noop("Redo"), "Ctrl+Shift+Z Ctrl+Y", "redo"),
    Action("copy", "-" + EDIT, noop("Copy"), "Ctrl+C", hint=noop("The selected keys, or else the pose of the selected joints")),
    Action("paste", EDIT, noop("Paste"), "Ctrl+V"),
    Action("paste_flipped", EDIT, noop("Paste flipped"), "Ctrl+Shift+V", hint=noop("With left and right exchanged")),
    Action("delete", EDIT, noop("Delete"), "Del", "remove", hint=noop("The selected keys, clip or marker")),
    Action("save_shape", "-" + EDIT, noop("Save as my hand shape…"), icon="hand", hint=noop("The selected hand at this frame")),
    Action("save_gesture", EDIT, noop("Save as my gesture…"), hint=noop("The selected clip, or what is from in to out point")),
    Action("select_all", "-" + EDIT, noop("Select all"), "Ctrl+A"),
    Action("select_none", EDIT, noop("Select nothing"), "Esc"),
    Action("palette", "-" + EDIT, noop("Find a command…"), "Ctrl+K", "search"),
    Action("fit", VIEW, noop("Fit the view"), "F", "fit", hint=noop("All of the canvas, as large as there is room")),
    Action("zoom_in", VIEW, noop("Zoom in"), "Ctrl++ Ctrl+="),
    Action("zoom_out", VIEW, noop("Zoom out"), "Ctrl+-"),
    Action("hand_view", VIEW, noop("Hand close-up"), "Z", "hand", True, noop("The selected hand, with its wrist held still")),
    Action("onion", "-" + VIEW, noop("Onion skin"), "B", "onion", True, noop("Frames before and after, faintly")),
    Action("trails", VIEW, noop("Motion trails"), "T", "trails", True, noop("The way of the selected joints")),
    Action("show_map", VIEW, noop("Pose map on the canvas"), "P", "map", True, noop("What the model sees, over the skeleton")),
    Action(
        "show_picture", VIEW, noop("Reference picture"), "Shift+P", "picture", True, noop("Who shall move, behind the poses")
    ),
    Action(
        "show_picture_pose", VIEW, noop("Pose in the picture"), "", "", True, noop("Lines where the person in it is")
    ),
    Action("show_video", VIEW, noop("Reference video"), "", "film", True, noop("Its frame at this moment")),
    Action("guides", VIEW, noop("Framing guides"), "Shift+G", "guides", True, noop("Where EchoMimicV2 expects the body")),
    Action("show_body", "-" + VIEW, noop("Show the body"), "", "body", True, noop("On the canvas only; the pose map stays")),
    Action("show_hands", VIEW, noop("Show the hands"), "", "hand", True, noop("On the canvas only; the pose map stays")),
    Action("show_face", VIEW, noop("Show the face"), "", "face", True, noop("On the canvas only; the pose map stays")),
    Action("theme", "-" + VIEW, noop("Light theme"), "", "", True),
    Action("tool_move", POSE, noop("Move"), "V", "select", True, noop("Arms and fingers follow, bones keep length")),
    Action("tool_rotate", POSE, noop("Rotate"), "R", "rotate", True, noop("Turn the selected joints about the wrist")),
    Action("tool_scale", POSE, noop("Scale"), "S", "scale", True, noop("Joints of a detected pose, about the wrist")),
    Action("grab", POSE, noop("Move with the mouse"), "G", hint=noop("A click or Enter ends it, Esc takes it back")),
    Action("key_selected", "-" + POSE, noop("Key the selected joints"), "K", "key", hint=noop("They stay so at this frame")),
    Action("key_pose", POSE, noop("Key the whole pose"), "Shift+K"),
    Action("auto_key", POSE, noop("Auto-key"), "", "", True, noop("Edits make keys; else edits off a key are refused")),
    Action("mirror", "-" + POSE, noop("Mirror"), "M", "mirror", hint=noop("Left for right, of the pose or the clip")),
    Action(
        "fit_picture", POSE, noop("Fit to the picture…"), icon="body", hint=noop("The poses come to the person in the picture")
    ),
    Action("shape_all", POSE, noop("Hand shape in many frames…"), icon="hand", hint=noop("Also where the hand is missing")),
    Action("nudge_left", "", noop("Nudge left"), "Alt+Left", hint=noop("By a pixel")),
    Action("nudge_right", "", noop("Nudge right"), "Alt+Right"),
    Action("nudge_up", "", noop("Nudge up"), "Alt+Up"),
    Action("nudge_down", "", noop("Nudge down"), "Alt+Down"),
    Action("hide", POSE, noop("Hide"), "H", "hidden", hint=noop("The selected joints are not drawn from this frame on")),
    Action("show", POSE, noop("Show"), "Alt+H", "eye", hint=noop("The selected joints are drawn again from this frame on")),
    *(Action(f"shape_{i}", "", noop("Hand shape {number}"), str(i)) for i in range(1, 10)),
    Action("play", TIMELINE, noop("Play"), "Space", "play", True, noop("From here to the out point, with the speech")),
    Action("previous_frame", TIMELINE, noop("Previous frame"), "Left", "back", hint=noop("The playhead goes back by one")),
    Action("next_frame", TIMELINE, noop("Next frame"), "Right", "forward", hint=noop("The playhead goes on by one")),
    Action("back_10", TIMELINE, noop("Ten frames back"), "Shift+Left"),
    Action("forward_10", TIMELINE, noop("Ten frames on"), "Shift+Right"),
    Action("previous_key", TIMELINE, noop("Previous key"), "Up"),
    Action("next_key", TIMELINE, noop("Next key"), "Down"),
    Action("go_in", TIMELINE, noop("To the in point"), "Home", "first", hint=noop("Where playing and exports begin")),
    Action("go_out", TIMELINE, noop("To the out point"), "End", "last", hint=noop("Where playing and exports end")),
    Action("previous_marker", TIMELINE, noop("Previous marker"), "Ctrl+Up"),
    Action("next_marker", TIMELINE, noop("Next marker"), "Ctrl+Down"),
    Action("previous_finding", TIMELINE, noop("Previous finding"), "Shift+F8"),
    Action("next_finding", TIMELINE, noop("Next finding"), "F8"),
    Action("set_in", "-" + TIMELINE, noop("Set the in point"), "I"),
    Action("set_out", TIMELINE, noop("Set the out point"), "O"),
    Action("clear_range", TIMELINE, noop("Clear in and out point"), "Alt+I"),
    Action("marker", TIMELINE, noop("Set a marker"), "Shift+M", "marker"),
    Action("loop", TIMELINE, noop("Loop"), "L", "loop", True, noop("Play again and again, from the in to the out point")),
    Action("split", "-" + TIMELINE, noop("Split the clip"), "Ctrl+B", hint=noop("At the current frame")),
    Action("clip_earlier", TIMELINE, noop("A frame earlier"), ",", hint=noop("The selected keys or clip")),
    Action("clip_later", TIMELINE, noop("A frame later"), ".", hint=noop("The selected keys or clip")),
    Action("previous_clip", TIMELINE, noop("Previous clip"), "["),
    Action("next_clip", TIMELINE, noop("Next clip"), "]"),
    Action("fit_timeline", TIMELINE, noop("Show the whole timeline"), "Shift+F", "fit"),
    Action("zoom_time_in", "", noop("Zoom in on the timeline"), "Alt++ Alt+="),
    Action("zoom_time_out", "", noop("Zoom out of the timeline"), "Alt+-"),
    Action("add_rig_track", TIMELINE, noop("Add a track for gestures"), icon="add"),
    Action("add_point_track", TIMELINE, noop("Add a track for points")),
    Action("remove_track", TIMELINE, noop("Remove the track"), icon="remove"),
    Action("fill", "-" + TIMELINE, noop("Fill to the speech…"), hint=noop("Repeat what is there until the speech ends")),
    Action("autogesture", TIMELINE, noop("Gestures for the speech…")),
    Action("retime", TIMELINE, noop("Length and rate…")),
    Action("check", CLEAN, noop("Check the poses"), "F7", "warning"),
    Action("filters", CLEAN, noop("Filters…"), "Ctrl+Shift+F"),
    Action("close_loop", CLEAN, noop("Close the loop"), hint=noop("The last frame leads into the first")),
    Action("compare", CLEAN, noop("Compare with a file…")),
    Action("animate", ANIMATE, noop("Animate"), "Ctrl+Return Ctrl+Enter", "film", hint=noop("Picture, speech, poses: a video")),
    Action("animate_quick", ANIMATE, noop("Quick preview"), "Ctrl+Shift+Return", hint=noop("Small, rough, every third frame")),
    Action("free_gpu", "-" + ANIMATE, noop("Free the GPU"), hint=noop("Networks kept for the next take are let go")),
    Action("tour", HELP, noop("Tour"), icon="help"),
    Action("shortcuts", HELP, noop("Shortcuts"), "F2"),
    Action("what_is", HELP, noop("What is this?"), "F1 Shift+F1"),
    Action("report", HELP, noop("Report a problem…")),
    Action("about", HELP, noop("About PoseForge")),
)  # fmt: skip


class Actions(QObject):
    """The table as Qt's actions, each of which belongs to a window, so that its shortcut works everywhere in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._handlers: dict[str, Callable[[], object]] = {}
        for entry in TABLE:
            action = QAction(window)
            action.setObjectName(entry.id)
            action.setCheckable(entry.checkable)
            action.triggered.connect(partial(self._carry_out, entry.id))
            window.addAction(action)
            self._actions[entry.id] = action
        self.name_again()
        self._draw_icons()
        current.changed.connect(self._draw_icons)

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def __iter__(self) -> Iterator[tuple[Action, QAction]]:
        """The table with Qt's actions, in order."""
        return ((entry, self._actions[entry.id]) for entry in TABLE)

    def on(self, id: str, handler: Callable[[], object]) -> None:
        """Say who carries an action out. A checkable one is asked with ``actions["loop"].isChecked()``."""
        self._handlers[id] = handler

    def _carry_out(self, id: str, checked: bool = False) -> None:
        handler = self._handlers.get(id)
        if handler:
            handler()

    def name_again(self) -> None:
        """Give all actions their names in the current language, and the user's own shortcuts."""
        own = settings()
        for entry, action in self:
            text = tr(entry.text)
            action.setText(text.format(number=entry.id[-1]) if entry.id.startswith("shape_") else text)
            keys = str(own.value(f"keys/{entry.id}", entry.keys)).split()
            action.setShortcuts([QKeySequence(key) for key in keys])
            shown = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
            hint = tr(entry.hint) if entry.hint else ""
            tip = f"{action.text().rstrip('…')}{f' ({shown})' if shown else ''}"
            action.setToolTip(f"{tip}\n{hint}" if hint else tip)
            action.setStatusTip(hint or action.text())

    def set_keys(self, id: str, keys: str) -> None:
        """Change the shortcuts of an action, for good; those of the table are the user's choice again if `keys` equals them."""
        settings().setValue(f"keys/{id}", keys)
        self.name_again()

    def _draw_icons(self) -> None:
        for entry, action in self:
            if entry.icon:
                action.setIcon(icon(entry.icon))

    def fill_menus(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Menus of the table in a menu bar, by their English names."""
        menus: dict[str, QMenu] = {}
        for entry, action in self:
            name = entry.menu.removeprefix("-")
            if not name:
                continue
            if name not in menus:
                menus[name] = bar.addMenu(tr(name))
            elif entry.menu.startswith("-"):
                menus[name].addSeparator()
            menus[name].addAction(action)
        return menus

    def button(self, id: str, parent: QWidget) -> QToolButton:
        """A tool button for an action."""
        button = QToolButton(parent)
        button.setDefaultAction(self._actions[id])
        button.setAccessibleName(self._actions[id].text())
        button.setAutoRaise(True)
        return button
