"""Files: new, open, save, recover, import, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QMessageBox, QWidget

from poseforge.align import covering
from poseforge.errors import PoseForgeError
from poseforge.formats import registry
from poseforge.projects import SUFFIX, link_media, open_project, save_project
from poseforge.skeleton import wholebody_134
from poseforge.timeline.project import Media, Project, resting

from . import recent
from .actions import FILE, Actions
from .background import aside, in_words
from .batch_dialog import BatchDialog
from .choosing import ask_file, ask_folder, ask_target, last_folder, remember_folder
from .claims import Claim, Stamp, stamp
from .export_dialog import ExportDialog
from .job_list import JobList
from .new_dialog import NewDialog, duration
from .opening import PICTURES, SCRIPTS, SOUNDS, VIDEOS, Loaded, OpenDialog, folder_words, load, whole
from .recovery import Autosave, Lost, RecoveryBar, lost_work
from .reference import picture_size, tell_length
from .remembered import HasView, keep, kept
from .session import Session
from .text import tr

Dialog = TypeVar("Dialog", bound=QDialog)
Answer = Literal["save", "discard", "cancel"]
Sharing = Literal["copy", "anyway", "cancel"]
Changed = Literal["other", "overwrite", "cancel"]


class Documents(QObject):
    """What is open is a project, with or without a file.

    Attributes:
        path: the file; None as long as it has none.
        autosave: keeps what is not saved.
        dialog: the one that is shown, or was shown last.
        bar: the offer of recovered work, if there is one.
    """

    pictured = Signal(object)
    """A video or a picture was opened or dropped, in which poses may be found."""

    def __init__(self, session: Session, actions: Actions, jobs: JobList, window: QMainWindow) -> None:
        super().__init__(window)
        self.session = session
        self.path: Path | None = None
        self.autosave = Autosave(session, self)
        self.dialog: QDialog | None = None
        self.bar: RecoveryBar | None = None
        self._jobs, self._window = jobs, window
        self._fit, self._media = actions["fit_picture"], actions["media"]
        self._name = ""
        self._asked = 0
        self._claim: Claim | None = None
        self._lost: list[Lost] = []
        table: dict[str, Callable[[], object]] = {
            "new": self.new,
            "open": self.open,
            "open_folder": self.open_folder,
            "save": self.save,
            "save_as": self.save_as,
            "import": self.import_poses,
            "import_folder": self.import_folder,
            "export": self.export,
            "batch": self.batch,
        }
        for id, handler in table.items():
            actions.on(id, handler)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def title(self) -> str:
        """What the open project is called."""
        return self.path.name if self.path else self._name or tr("New project")

    def start(self, path: Path | None) -> None:
        """Open what the editor was started with, and offer what a crash left."""
        self._lost = lost_work()
        self._offer()
        if path:
            self.open_path(path)

    def fill_recent(self, menus: dict[str, QMenu]) -> None:
        """Put the menu of recent files into the menu of files."""
        file = menus[FILE]
        menu = QMenu(tr("Recent"), file)
        menu.aboutToShow.connect(partial(recent.fill, menu, self.open_path))
        file.insertMenu(next(action for action in file.actions() if action.objectName() == "save"), menu)

    def take_over(self, other: Documents) -> None:
        """Go on with another window's file, whose work this one keeps safe from now on."""
        self.path, self._name = other.path, other._name
        self._claim, other._claim = other._claim, None
        self.autosave.follow(self.path, self._name)
        self.autosave.save_now()
        self._restore_panels(other.view()["panels"])
        self.session.history_changed.emit()

    def may_close(self) -> bool:
        """Whether nothing is unsaved, or the user lets it go."""
        return self._may_go()

    def close(self) -> None:
        """The window closes: what was given up is dropped, what was not decided on stays."""
        self._keep_view()
        self.autosave.follow(None)
        self._hold(None)
        for lost in self._lost:
            lost.lock.unlock()

    # -- what is asked; tests answer for themselves

    def choose_open(self, title: str) -> Path | None:
        known = sorted({suffix for one in registry().values() if one.read for suffix in one.suffixes} | {*SCRIPTS})
        usual = tr("Projects and poses ({patterns})", patterns=" ".join(f"*{suffix}" for suffix in known))
        seen = f"{tr('Videos and pictures')} ({' '.join(f'*{suffix}' for suffix in (*VIDEOS, *PICTURES))})"
        everything = tr("All files ({patterns})", patterns="*")
        name = ask_file(self._window, title, "poses", f"{usual};;{seen};;{everything}")
        return Path(name) if name else None

    def choose_folder(self, title: str) -> Path | None:
        name = ask_folder(self._window, title, "poses")
        return Path(name) if name else None

    def choose_save(self, suggested: Path) -> Path | None:
        kinds = tr("PoseForge projects ({patterns})", patterns=f"*{SUFFIX}")
        name = ask_target(self._window, tr("Save as"), "projects", str(suggested), kinds)
        return Path(name) if name else None

    def ask_unsaved(self) -> Answer:
        """Ask what shall become of unsaved work."""
        text = tr("Save the changes to “{name}” before it is closed?", name=self.title)
        answers: dict[str, Answer] = {tr("Save"): "save", tr("Discard"): "discard"}
        return answers.get(self._choose(text, *answers), "cancel")

    def ask_shared(self, path: Path) -> Sharing:
        """Ask whether to open a file that another editor has open."""
        text = tr("{name} is open in another window of PoseForge. What is saved there and here would replace one another.",
                  name=path.name)  # fmt: skip
        answers: dict[str, Sharing] = {tr("Open a copy"): "copy", tr("Open anyway"): "anyway"}
        return answers.get(self._choose(text, *answers), "cancel")

    def ask_changed(self, path: Path) -> Changed:
        """Ask whether to save over what somebody else has saved."""
        text = tr("{name} has been changed by somebody else since it was opened here. Saving would replace that.",
                  name=path.name)  # fmt: skip
        answers: dict[str, Changed] = {tr("Save under another name"): "other", tr("Replace it"): "overwrite"}
        return answers.get(self._choose(text, *answers), "cancel")

    def ask_elsewhere(self, problem: str) -> bool:
        """Say that the work could not be saved, and ask whether it shall be saved in another place."""
        elsewhere = tr("Save somewhere else…")
        return self._choose(problem, elsewhere) == elsewhere

    def _choose(self, question: str, safe: str, bold: str = "") -> str:
        """The text of the button that is chosen, of one or two or `Cancel`."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(question)
        box.setDefaultButton(box.addButton(safe, QMessageBox.ButtonRole.AcceptRole))
        if bold:
            box.addButton(bold, QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        chosen = box.clickedButton()
        return chosen.text() if chosen else ""

    def _may_go(self) -> bool:
        """Whether what is open may be replaced."""
        self.session.cancel()
        if self.session.history.saved:
            return True
        answer = self.ask_unsaved()
        return answer == "discard" or (answer == "save" and self.save())

    # -- new and open

    def new(self) -> None:
        if not self._may_go():
            return
        dialog = self._show_dialog(NewDialog(self._window))

        def create() -> None:
            picture, speech = dialog.files()
            self.show_new(dialog.project())
            if picture:
                self._link_picture(picture)
            if speech:
                self._link_speech(speech)

        dialog.accepted.connect(create)

    def open(self) -> None:
        path = self.choose_open(tr("Open a project or poses; of a pose folder, any one file stands for all"))
        if path:
            self.open_file(path)

    def open_folder(self) -> None:
        path = self.choose_folder(tr("Open a folder of poses"))
        if path:
            self.open_path(path)

    def open_file(self, path: Path) -> None:
        """Open a file, or the folder of frames that it is one of."""
        self.open_path(whole(path), path)

    def open_path(self, path: Path, file: Path | None = None) -> None:
        """Open a project, a script or poses; what is unsaved is asked about once the file is read. In videos and pictures poses
        are found. If a folder is opened for one `file` in it, that is offered alone.
        """
        if path.suffix.lower() in (*VIDEOS, *PICTURES) and path.is_file():
            self.pictured.emit(path)
            return
        self._asked += 1
        number, known = self._asked, stamp(path)

        def opened(loaded: Loaded) -> None:
            if number != self._asked or not self._may_go():  # another was opened meanwhile, or this one stays
                return
            is_file = loaded.project is not None and path.suffix.lower() == SUFFIX
            claim = self._claimed(path, known) if is_file else None
            shared = claim is not None and claim is not self._claim and claim.shared
            sharing = self.ask_shared(path) if shared else "anyway"
            if sharing != "cancel":
                self._show(loaded.as_project(), claim if sharing == "anyway" else None, path.stem)
                self._tell_read(loaded, tr("{name} is open.", name=path.name), file, alone)

        def alone() -> None:
            self.open_path(file) if file else None

        self._read(path, opened, file, alone)

    def _claimed(self, path: Path, known: Stamp) -> Claim:
        """The claim to a file as it was read or written: the one there is, or a new one."""
        if self._claim is None or not self._claim.is_for(path):
            return Claim(path, known)
        self._claim.known = known
        return self._claim

    def _hold(self, claim: Claim | None) -> None:
        """Have another file open, or none."""
        if self._claim and self._claim is not claim:
            self._claim.release()
        self._claim = claim
        self.path = claim.path if claim else None

    def import_poses(self) -> None:
        path = self.choose_open(tr("Import poses; of a pose folder, any one file stands for all"))
        if path:
            self.import_file(path)

    def import_folder(self) -> None:
        path = self.choose_folder(tr("Import a folder of poses"))
        if path:
            self.import_path(path)

    def import_file(self, path: Path) -> None:
        """Import a file, or the folder of frames that it is one of."""
        self.import_path(whole(path), path)

    def import_path(self, path: Path, file: Path | None = None) -> None:
        """Put poses onto a track of their own, from the current frame on; of a folder, one `file` may be wanted alone."""

        def alone() -> None:
            self.import_path(file) if file else None

        def imported(loaded: Loaded) -> None:
            frame, length = self.session.frame, self.session.project.length

            def placed() -> None:
                project = self.session.project

                def instead() -> None:
                    if self.session.history.project is project:
                        self.session.undo()
                        alone()
                    else:
                        self.session.tell("hint", tr("The project has changed meanwhile: undo the import first."))

                track = project.tracks[-1]
                self.session.select(track=track.id)
                where = tr("{name} was added on its own track “{track}”, from frame {frame} on.",
                           name=path.name, track=track.name, frame=frame)  # fmt: skip
                if project.length != length:
                    where += " " + tr("The project is {count} frames long now.", count=project.length)
                self._tell_read(loaded, where, file, instead)

            self.session.apply_aside(tr("Import {name}", name=path.name), lambda now: loaded.onto(now, frame), placed)

        self._read(path, imported, file, alone, motions=True)

    def _read(
        self,
        path: Path,
        then: Callable[[Loaded], object],
        file: Path | None,
        alone: Callable[[], object],
        motions: bool = False,
    ) -> None:
        """Read a file aside, and ask what it leaves open; of a folder perhaps, whether one `file` is wanted `alone`."""
        self.session.tell("hint", tr("Reading {name}…", name=path.name))

        def ask(loaded: Loaded | None, problem: str = "") -> None:
            part = file if file != path else None
            dialog = self._show_dialog(OpenDialog(path, self._window, loaded, problem, motions, part))
            dialog.chosen.connect(then)
            dialog.alone.connect(alone)

        def read(loaded: Loaded) -> None:
            if loaded.open_questions:
                ask(loaded)
            else:
                then(loaded)

        def failed(problem: str) -> None:
            self.session.tell("error", problem)
            if _may_be_poses(path):
                ask(None, problem)

        aside(self, lambda: load(path, motions=motions), read, failed)

    def _show_dialog(self, dialog: Dialog) -> Dialog:
        """Show a dialog that blocks nothing but its window, and go on."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.open()
        return dialog

    def _tell_read(self, loaded: Loaded, said: str, file: Path | None, alone: Callable[[], object]) -> None:
        """Say what became of a file, or rather what had to be assumed of it; of a folder offer the `file` that was chosen."""
        recent.add_recent(loaded.path)
        remember_folder("poses", loaded.path.parent)
        offer = None
        if file and file != loaded.path:
            said = f"{folder_words(loaded.path, len(loaded.people[0]))} {said}"
            offer = (tr("Only {name}", name=file.name), alone)
        if loaded.notes:
            self.session.tell("warning", f"{loaded.path.name}: {' '.join(loaded.notes)}", offer)
        else:
            self.session.tell("hint", said, offer)

    def show_new(self, project: Project) -> None:
        """Go on with a project that has no file."""
        self._show(project, None)

    def offer_new(self, project: Project, name: str) -> bool:
        """Go on with a project that was just made and has no file but a name, if what is open may go. Whether it may."""
        may_go = self._may_go()
        if may_go:
            self._show(project, None, name, saved=False)
        return may_go

    def _show(self, project: Project, claim: Claim | None, name: str = "", saved: bool = True) -> None:
        """Go on with another project, whose loss would be no loss if it is `saved`."""
        self._keep_view()
        self._hold(claim)
        self.autosave.follow(self.path, name)
        self._name = name
        self.session.replace_project(project, saved)
        if self.path:
            self._restore_view(kept(self.path, "view"))

    # -- save

    def save(self) -> bool:
        """Save to the file, or to one that is asked for. Whether that was done."""
        if self._claim is None:
            return self.save_as()
        answer = self.ask_changed(self._claim.path) if self._claim.changed else "overwrite"
        return self._save_to(self._claim.path) if answer == "overwrite" else answer == "other" and self.save_as()

    def save_as(self) -> bool:
        suggested = self.path or last_folder("projects") / f"{self._name or tr('Gestures')}{SUFFIX}"
        path = self.choose_save(suggested)
        if path is None:
            return False
        return self._save_to(path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX))

    def _save_to(self, path: Path) -> bool:
        session = self.session
        session.cancel()
        project = session.history.project
        problem = ""
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        try:
            save_project(project, path)
        except (PoseForgeError, OSError, MemoryError) as error:
            problem = tr("Not saved: {problem}", problem=in_words(error))
        finally:
            QApplication.restoreOverrideCursor()
        if problem:
            session.tell("error", problem)
            return self.ask_elsewhere(problem) and self.save_as()
        self._hold(self._claimed(path, stamp(path)))
        self._keep_view()
        self.autosave.follow(path)
        session.mark_saved()
        recent.add_recent(path)
        remember_folder("projects", path.parent)
        session.tell("hint", tr("Saved as {path}", path=path))
        return True

    def view(self) -> dict[str, Any]:
        """Where one is in the project: values of JSON."""
        session = self.session
        panels = {type(panel).__name__: panel.view_state() for panel in self._panels()}
        return {"frame": session.frame, "joints": sorted(session.joints), "track": session.track, "panels": panels}

    def _keep_view(self) -> None:
        if self.path:
            keep(self.path, "view", self.view())

    def _restore_view(self, view: object) -> None:
        """Go where one was. Settings may hold anything."""
        if not isinstance(view, dict):
            return
        frame, joints, track = (view.get(name) for name in ("frame", "joints", "track"))
        session = self.session
        if isinstance(frame, int):
            session.seek(frame)
        known = [one for one in joints if isinstance(one, str) and one in wholebody_134] if isinstance(joints, list) else []
        ids = [one.id for one in session.project.tracks]
        session.select(joints=known, track=track if track in ids else None, keys={})
        self._restore_panels(view.get("panels"))

    def _restore_panels(self, panels: object) -> None:
        for panel in self._panels():
            state = panels.get(type(panel).__name__) if isinstance(panels, dict) else None
            if isinstance(state, dict):
                panel.restore_view(state)

    def _panels(self) -> list[HasView]:
        return [panel for panel in self._window.findChildren(QWidget) if isinstance(panel, HasView)]

    # -- recovery

    def _offer(self) -> None:
        """Show the next piece of recovered work, if there is one."""
        if self.bar:
            self._window.removeToolBar(self.bar)
            self.bar.deleteLater()
            self.bar = None
        if not self._lost:
            return
        self.bar = bar = RecoveryBar(self._lost[0], self._window)
        bar.opened.connect(partial(self._recover, self._lost[0]))
        bar.discarded.connect(partial(self._decided, self._lost[0], discard=True))
        self._window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)

    def _decided(self, lost: Lost, discard: bool) -> None:
        self._lost.remove(lost)
        if discard:
            lost.discard()
        self._offer()

    def _recover(self, lost: Lost) -> None:
        """Go on with recovered work: one step to undo beyond the file as it was saved."""

        known = stamp(lost.path) if lost.path else None

        def read() -> tuple[Project, Project]:
            work = lost.work()
            try:
                return work, open_project(lost.path) if lost.path else resting(work.length, work.fps)
            except (PoseForgeError, OSError):  # the file is gone, and the work is not
                return work, resting(work.length, work.fps)

        def go_on(made: tuple[Project, Project]) -> None:
            work, before = made
            if lost in self._lost and self._may_go():
                self._show(before, self._claimed(lost.path, known) if lost.path else None, lost.name)
                self.autosave.adopt(lost)
                self.session.apply(tr("Recovered work"), lambda project: work)
                self._decided(lost, discard=False)

        aside(self, read, go_on, partial(self.session.tell, "error"))

    # -- what is dropped on the window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop) and isinstance(event, QDropEvent):
            paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
            if paths:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.drop(paths)
                return True
        return super().eventFilter(watched, event)

    def drop(self, paths: Sequence[Path]) -> None:
        """Take in files: sounds and pictures become the project's, poses come onto tracks of their own, and are opened where
        nothing is yet. In a video poses are found.
        """
        for path in paths:
            suffix = path.suffix.lower()
            if suffix in SOUNDS:
                self._link_speech(path)
            elif suffix in PICTURES:
                self._link_picture(path)
            elif suffix in VIDEOS:
                self.pictured.emit(path)
            elif suffix in (SUFFIX, *SCRIPTS) or (self._untouched and path == paths[0]):
                self.open_path(path)
            else:
                self.import_path(path)

    @property
    def _untouched(self) -> bool:
        """Whether nothing is open but a new project."""
        history = self.session.history
        return self.path is None and not self._name and history.saved and not history.undo_labels

    def _link_speech(self, path: Path) -> None:
        """Make a sound the project's speech, and say how long it lasts if the project lasts longer or shorter."""

        def work() -> tuple[Media, float | None]:
            return link_media(path), duration(path)

        def linked(made: tuple[Media, float | None]) -> None:
            media, seconds = made
            self.session.apply(tr("Load speech"), lambda project: replace(project, audio=media))
            if seconds is not None:
                tell_length(self.session, seconds)

        aside(self, work, linked, partial(self.session.tell, "error"))

    def _link_picture(self, path: Path) -> None:
        """Lay a picture under the canvas, and show where it is placed and the person in it is found."""

        def work() -> tuple[Media, tuple[int, int]]:
            return link_media(path), picture_size(path)

        def linked(made: tuple[Media, tuple[int, int]]) -> None:
            def covered(project: Project) -> Project:
                return replace(project, picture=replace(made[0], box=covering(made[1], project.size)))

            self.session.apply(tr("Load reference picture"), covered)
            self._media.trigger()

        aside(self, work, linked, partial(self.session.tell, "error"))

    # -- export

    def export(self) -> None:
        dialog = ExportDialog(self.session, self._jobs, self._window, self.path, self._name)
        dialog.fit_wanted.connect(self._fit.trigger)
        self._show_dialog(dialog)

    def batch(self) -> None:
        self._show_dialog(BatchDialog(self.session, self._jobs, self._window))


def _may_be_poses(path: Path) -> bool:
    """Whether telling the format or its options might make poses of a file."""
    return path.is_dir() or any(one.read and path.suffix.lower() in one.suffixes for one in registry().values())
