"""Files of the editor: new, open, save, import, drop, recover."""

import json
import os
import re
import subprocess
import sys
import wave
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QMenu

from poseforge.formats import write_poses
from poseforge.gui import recent, recovery
from poseforge.gui.readout import Saying
from poseforge.gui.remembered import keep, kept
from poseforge.gui.settings import settings, state_folder
from poseforge.projects import media_path, open_project, save_project
from poseforge.retarget import to_hub
from poseforge.timeline.bake import bake
from poseforge.timeline.project import Marker, PointTrack, RigTrack
from samples import make_project, make_sequence

WAIT_MS = 15_000


@pytest.fixture
def documents(window):
    return window.documents


@pytest.fixture
def told(window):
    heard = []
    window.session.told.connect(lambda severity, message: heard.append((severity, message)))
    return heard


def mark(session, frame=3):
    assert session.apply("Mark", lambda project: replace(project, markers=(Marker(frame),)))


def opened(qtbot, window, path) -> None:
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        window.documents.open_path(path)


# -- new


def test_a_new_project_is_as_was_asked(window, documents, qtbot) -> None:
    window.commands["new"].trigger()
    dialog = documents.dialog
    dialog.preset.setCurrentIndex(2)
    assert not dialog.width_box.isEnabled()
    dialog.rate.setCurrentText("30")
    dialog.seconds.setValue(4)
    dialog.still.setChecked(True)
    dialog.accept()
    project = window.session.project
    assert (project.size, project.fps, project.length, project.alive) == ((720, 1280), 30, 120, None)
    assert isinstance(project.tracks[0], RigTrack)
    assert window.session.history.saved


def test_a_new_project_can_be_empty_and_of_any_size(window, documents) -> None:
    documents.new()
    dialog = documents.dialog
    dialog.preset.setCurrentIndex(dialog.preset.count() - 1)
    dialog.width_box.setValue(640)
    dialog.height_box.setValue(480)
    dialog.empty.setChecked(True)
    dialog.rate.setCurrentText("fast")
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.rate.setCurrentText("29.97")
    dialog.accept()
    assert window.session.project.size == (640, 480)
    assert isinstance(window.session.project.tracks[0], PointTrack)


def test_a_new_project_begins_with_picture_and_speech(window, documents, qtbot, tmp_path) -> None:
    picture, speech = tmp_path / "人 one.png", tmp_path / "talk.wav"
    Image.new("RGB", (400, 200)).save(picture)
    speech.write_bytes(b"sound")
    documents.new()
    dialog = documents.dialog
    dialog.picture.setText(str(picture))
    dialog.speech.setText(str(speech))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(window.session.project.picture and window.session.project.audio))
    assert window.session.project.picture.box == (-0.5, 0, 1.5, 1)  # it covers the square
    assert window.reference.panel.isVisible()  # where its pose is found
    assert media_path(window.session.project.audio) == speech


def test_a_new_project_is_as_long_as_its_speech(window, documents, told, qtbot, tmp_path) -> None:
    speech = tmp_path / "talk.wav"
    with wave.open(str(speech), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 4 + 2 * 2000))
    documents.new()
    dialog = documents.dialog
    dialog.speech.setText(str(speech))
    qtbot.waitUntil(lambda: dialog.seconds.value() == 4.25)
    dialog.accept()
    assert window.session.project.length == 102
    qtbot.waitUntil(lambda: window.session.project.audio is not None)
    assert not any("lasts" in text for _, text in told)
    window.session.apply("Longer", lambda project: replace(project, length=200))
    documents.drop([speech])
    qtbot.waitUntil(lambda: any("The speech lasts 4.2 s" in text for _, text in told))


def test_unsaved_work_is_not_replaced_unasked(window, documents) -> None:
    mark(window.session)
    before = window.session.project
    documents.ask_unsaved = lambda: "cancel"
    documents.new()
    assert documents.dialog is None  # asked before anything is filled in
    assert window.session.project is before
    assert not window.close()
    documents.ask_unsaved = lambda: "discard"
    documents.new()
    documents.dialog.accept()
    assert window.session.project is not before


def test_what_was_made_here_and_has_no_file_is_unsaved(window, documents, qtbot, make_window) -> None:
    assert documents.offer_new(make_project(), "Take 1")
    made = window.session.project
    assert window.isWindowModified()
    with qtbot.waitSignal(documents.autosave.saved, timeout=WAIT_MS):
        documents.autosave.save_now()
    documents.ask_unsaved = lambda: "cancel"
    assert not documents.offer_new(make_project(), "Take 2")
    assert not window.close()
    assert (window.session.project, documents.title) == (made, "Take 1")


# -- save and open


def test_a_project_is_saved_and_opened_with_where_one_was(window, documents, qtbot, tmp_path, make_window) -> None:
    path = tmp_path / "手势 one 🙂.poseforge"
    mark(window.session)
    assert window.isWindowModified()
    window.session.seek(17)
    window.session.select(joints=["nose"], track="performer")
    documents.choose_save = lambda suggested: path.with_suffix("")
    window.commands["save"].trigger()
    assert path.is_file()
    assert not window.isWindowModified()
    assert path.name in window.windowTitle()
    assert open_project(path).markers == (Marker(3),)
    other = make_window()
    other.documents.ask_shared = lambda path: "anyway"
    opened(qtbot, other, path)
    assert other.session.frame == 17
    assert other.session.joints == {"nose"}
    assert not other.isWindowModified()
    assert recent.recent_files() == [path]


def test_what_cannot_be_saved_is_told_and_stays_unsaved(window, documents, told, tmp_path) -> None:
    mark(window.session)
    (tmp_path / "file").write_text("no folder")
    documents.choose_save = lambda suggested: tmp_path / "file" / "a.poseforge"
    asked = []
    documents.ask_elsewhere = lambda problem: asked.append(problem) or False
    assert not documents.save()
    assert "file is a file, not a folder" in asked[0]
    assert told[-1][0] == "error"
    assert "a.poseforge" in told[-1][1]
    assert window.isWindowModified()
    documents.ask_unsaved = lambda: "save"
    assert not window.close()
    places = iter([tmp_path / "file" / "a.poseforge", tmp_path / "a.poseforge"])
    documents.choose_save = lambda suggested: next(places)
    documents.ask_elsewhere = lambda problem: True
    assert documents.save()
    assert documents.path == tmp_path / "a.poseforge"
    assert not window.isWindowModified()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_file(window, documents, told, tmp_path, monkeypatch) -> None:
    path = tmp_path / "a.poseforge"
    documents.choose_save = lambda suggested: path
    documents.ask_elsewhere = lambda problem: False
    assert documents.save()
    before = path.read_bytes()
    mark(window.session)

    def full(*arguments):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    assert not documents.save()
    assert "the disk is full" in told[-1][1]
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


def test_a_project_is_seen_as_it_was_left_and_its_file_knows_nothing_of_it(window, qtbot, tmp_path, make_window) -> None:
    path = tmp_path / "手势 one 🙂.poseforge"
    save_project(make_project(), path)
    before = path.read_bytes()
    opened(qtbot, window, path)
    stage, board = window.canvas.stage, window.timeline
    stage.zoom(3.0, QPointF(40, 60))
    board.zoom(4.0)
    board.view.opened = frozenset([window.session.project.tracks[0].id])
    window.session.seek(17)
    seen = stage.view.state, board.view.scale.per_frame, board.view.scale.left, board.view.opened
    window.documents.show_new(make_project())  # leaving it is enough
    board.fit()
    opened(qtbot, window, path)
    assert window.session.frame == 17
    window.close()
    other = make_window()
    opened(qtbot, other, path)
    stage, board = other.canvas.stage, other.timeline
    assert stage.view.state == pytest.approx(seen[0])
    assert not stage.view.fitted
    assert (board.view.scale.per_frame, board.view.scale.left, board.view.opened) == (pytest.approx(seen[1]), *seen[2:])
    assert other.session.frame == 17
    assert path.read_bytes() == before
    other.commands["save"].trigger()
    assert "view" not in open_project(path).meta


@pytest.mark.parametrize(
    "view",
    [
        5,
        {"frame": "x", "joints": [1, []], "track": [], "panels": [1]},
        {
            "frame": 10**9,
            "panels": {"Stage": {"zoom": [float("nan"), 1, 1]}, "Timeline": {"zoom": [-5, 10**400], "opened": [[]]}},
        },
        {
            "panels": {
                "Stage": {"zoom": [10**9, -(10**9), True]},
                "Timeline": {"zoom": [0, 1e300], "scroll": 1e300, "opened": 3},
            }
        },
    ],
)
def test_any_view_in_the_settings_can_be_restored(window, qtbot, tmp_path, view) -> None:
    path = tmp_path / "a.poseforge"
    save_project(make_project(), path)
    settings().setValue("projects", json.dumps({str(path): {"view": view}}))
    opened(qtbot, window, path)
    assert window.session.project.length == 60
    assert not window.grab().isNull()


def test_fifty_projects_are_remembered_and_broken_settings_are_begun_anew(window, tmp_path) -> None:
    first = tmp_path / "0.poseforge"
    for broken in ("{", "[1]", "[" * 100_000, json.dumps({str(first): 3})):
        settings().setValue("projects", broken)
        assert kept(first, "view") is None
    for i in range(60):
        keep(tmp_path / f"{i}.poseforge", "view", {"frame": i})
    keep(tmp_path / "59.poseforge", "export/folder", "here")
    assert kept(tmp_path / "59.poseforge", "view") == {"frame": 59}
    assert kept(tmp_path / "10.poseforge", "view") == {"frame": 10}
    assert kept(tmp_path / "9.poseforge", "view") is None


@pytest.mark.parametrize("content", [b"", b"PK nonsense", b"{}"])
@pytest.mark.parametrize("suffix", [".poseforge", ".yaml", ".txt"])
def test_bad_files_are_told_by_name(window, documents, told, qtbot, tmp_path, content, suffix) -> None:
    path = tmp_path / f"坏 file{suffix}"
    path.write_bytes(content)
    before = window.session.project
    documents.open_path(path)
    qtbot.waitUntil(lambda: any(severity == "error" for severity, _ in told), timeout=WAIT_MS)
    assert path.name in told[-1][1]
    assert window.session.project is before


def test_recent_files_are_in_the_menu_and_missing_ones_grey(window, documents, qtbot, tmp_path) -> None:
    for name in ("one", "two"):
        save_project(make_project(), tmp_path / f"{name}.poseforge")
        recent.add_recent(tmp_path / f"{name}.poseforge")
    (tmp_path / "one.poseforge").unlink()
    menu = next(menu for menu in window.findChildren(QMenu) if menu.title() == "Recent")
    menu.aboutToShow.emit()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()[:2]] == [
        ("two.poseforge", True),
        ("one.poseforge", False),
    ]
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        menu.actions()[0].trigger()
    assert documents.path == tmp_path / "two.poseforge"


def test_scripts_are_opened(window, documents, qtbot, tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("clips:\n  - gesture: wave_right\n    at: 1 s\n")
    opened(qtbot, window, tmp_path / "a.yaml")
    assert any(track.clips for track in window.session.project.tracks)
    assert documents.path is None
    assert documents.title == "a"


def test_file_dialogs_begin_where_such_a_file_was_found_last(window, documents, monkeypatch, tmp_path) -> None:
    begun = []

    def choose(dialog: QFileDialog) -> bool:
        begun.append(dialog.directory().absolutePath())
        dialog.setDirectory(str(tmp_path / "files 文"))
        dialog.selectFile("a.npz")
        return True

    (tmp_path / "files 文").mkdir()
    (tmp_path / "files 文" / "a.npz").touch()
    monkeypatch.setattr(QDialog, "exec", choose)
    assert documents.choose_open("Open") == tmp_path / "files 文" / "a.npz"
    documents.choose_open("Open")
    window.reference.choose_path("Picture", "*.png")
    assert begun[1] == (tmp_path / "files 文").as_posix()
    assert begun[2] == begun[0]


def test_file_dialogs_of_qt_have_no_english_words_in_chinese(window, documents, language, monkeypatch, tmp_path) -> None:
    said, names = [], []

    def look(dialog: QFileDialog) -> bool:
        said.extend(label.text() for label in dialog.findChildren(QLabel))
        names.extend(field.text() for field in dialog.findChildren(QLineEdit, "fileNameEdit"))
        return False

    monkeypatch.setattr(QDialog, "exec", look)
    language("zh_CN")
    assert documents.choose_open("打开") is None
    assert documents.choose_folder("打开") is None
    assert documents.choose_save(tmp_path / "a.poseforge") is None
    assert said
    assert not [words for words in said if re.search("[a-zA-Z]{2}", words)]
    assert "a.poseforge" in names


# -- poses


def test_poses_become_a_project_with_the_very_numbers(window, qtbot, tmp_path) -> None:
    poses = make_sequence(20)
    write_poses(poses, tmp_path / "a.npz", "npz")
    opened(qtbot, window, tmp_path / "a.npz")
    np.testing.assert_array_equal(bake(window.session.project).points, to_hub(poses).points)


def frames_of_openpose(folder: Path, count: int) -> Path:
    """One of a folder of OpenPose files that say their size and rate."""
    folder.mkdir()
    write_poses(make_sequence(count), folder, "openpose")
    return sorted(folder.glob("*.json"))[1]


def test_a_file_of_a_folder_opens_the_folder_and_offers_the_file_alone(window, documents, qtbot, tmp_path) -> None:
    file = frames_of_openpose(tmp_path / "walk", 5)
    for path in file.parent.glob("*.json"):  # as OpenPose itself writes them
        path.write_text(json.dumps({"version": 1.3, "people": json.loads(path.read_text())["people"]}))
    documents.open_file(file)
    qtbot.waitUntil(lambda: documents.dialog is not None, timeout=WAIT_MS)
    words = [label.text() for label in documents.dialog.findChildren(QLabel)]
    assert "All files of the folder walk are opened together: 5 frames." in words
    first = documents.dialog
    qtbot.mouseClick(first.only_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: documents.dialog is not first, timeout=WAIT_MS)
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        documents.dialog.accept()
    assert window.session.project.length == 1


def test_an_imported_folder_can_become_the_file_alone(window, documents, qtbot, tmp_path) -> None:
    file = frames_of_openpose(tmp_path / "walk", 5)
    offers = []
    window.session.offered.connect(offers.append)
    documents.import_file(file)
    qtbot.waitUntil(lambda: len(offers) == 1, timeout=WAIT_MS)
    assert len(window.session.project.tracks[-1].base) == 5
    button = window.findChild(Saying).button
    assert button.text() == f"Only {file.name}"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(getattr(window.session.project.tracks[-1], "base", ())) == 1, timeout=WAIT_MS)
    assert len(window.session.project.tracks) == 2
    assert button.isHidden()


def test_poses_fill_the_empty_track_of_a_new_project(window, documents, qtbot, tmp_path) -> None:
    window.commands["new"].trigger()
    documents.dialog.empty.setChecked(True)
    documents.dialog.accept()
    write_poses(make_sequence(20), tmp_path / "a.npz", "npz")
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        documents.import_path(tmp_path / "a.npz")
    assert [track.name for track in window.session.project.tracks] == ["a"]
    assert window.session.project.length == 20
    window.session.undo()
    assert (window.session.project.length, window.session.project.tracks[0].base) == (240, None)


def test_one_of_several_people_is_chosen(window, documents, qtbot, tmp_path) -> None:
    people = [make_sequence(8, seed) for seed in (1, 2)]
    write_poses(people, tmp_path / "two.npz", "npz")
    documents.open_path(tmp_path / "two.npz")
    qtbot.waitUntil(lambda: documents.dialog is not None, timeout=WAIT_MS)
    dialog = documents.dialog
    assert dialog.people.count() == 2
    dialog.people.setCurrentRow(1)
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Open), Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(bake(window.session.project).points, people[1].points)


def test_what_a_file_does_not_say_is_asked(window, documents, qtbot, tmp_path) -> None:
    people = [{"pose_keypoints_2d": [100.0, 50.0, 0.9] * 18}]
    for frame in range(3):
        (tmp_path / f"a_{frame:012d}_keypoints.json").write_text(json.dumps({"version": 1.3, "people": people}))
    documents.open_path(tmp_path)
    qtbot.waitUntil(lambda: documents.dialog is not None, timeout=WAIT_MS)
    dialog = documents.dialog
    assert "640x480" in dialog.message.text()
    assert dialog.options.field("size").placeholderText() == "640x480, guessed"
    qtbot.keyClicks(dialog.options.field("size"), "1000x500")
    open_button = dialog.buttons.button(dialog.buttons.StandardButton.Open)
    assert not open_button.isEnabled()
    qtbot.waitUntil(open_button.isEnabled, timeout=WAIT_MS)
    qtbot.mouseClick(open_button, Qt.MouseButton.LeftButton)
    assert window.session.project.size == (1000, 500)
    assert window.session.pose(0).joint("nose")[0] == pytest.approx((0.1, 0.1))


def test_a_damaged_file_of_poses_is_explained_in_the_dialog(window, documents, qtbot, tmp_path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 nonsense")
    documents.open_path(tmp_path / "bad.npz")
    qtbot.waitUntil(lambda: documents.dialog is not None, timeout=WAIT_MS)
    assert "bad.npz" in documents.dialog.message.text()
    assert not documents.dialog.buttons.button(documents.dialog.buttons.StandardButton.Open).isEnabled()
    documents.dialog.reject()


def test_import_is_one_step_on_a_track_of_its_own(window, documents, qtbot, tmp_path) -> None:
    write_poses(make_sequence(20), tmp_path / "nod.npz", "npz")
    before = window.session.project
    window.session.seek(230)
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        documents.import_path(tmp_path / "nod.npz")
    project = window.session.project
    assert project.length == 250
    assert project.tracks[-1].clips[0].start == 230
    assert window.session.track == project.tracks[-1].id
    window.session.undo()
    assert window.session.project is before


def test_folders_of_poses_are_opened_and_imported_as_folders(window, documents, told, qtbot, tmp_path) -> None:
    write_poses(make_sequence(20), tmp_path / "good 手", "echomimic")
    titles = []
    documents.choose_folder = lambda title: titles.append(title) or tmp_path / "good 手"
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        window.commands["open_folder"].trigger()
    assert documents.title == "good 手"
    assert told[-1] == ("hint", "good 手 is open.")
    window.session.seek(12)
    window.commands["import_folder"].trigger()
    qtbot.waitUntil(lambda: len(window.session.project.tracks) == 2, timeout=WAIT_MS)
    assert window.session.project.tracks[-1].clips[0].start == 12
    assert told[-1] == (
        "hint",
        "good 手 was added on its own track “good 手”, from frame 12 on. The project is 32 frames long now.",
    )
    assert len({*titles}) == 2
    documents.choose_folder = lambda title: None
    window.commands["open_folder"].trigger()


def test_several_imports_at_once_are_a_step_and_a_track_each(window, documents, qtbot, tmp_path) -> None:
    names = ["a", "b", "c"]
    for name in names:
        write_poses(make_sequence(20), tmp_path / f"{name}.npz", "npz")
    tracks = window.session.project.tracks
    for name in names:
        documents.import_path(tmp_path / f"{name}.npz")
    qtbot.waitUntil(lambda: len(window.session.project.tracks) == len(tracks) + 3, timeout=WAIT_MS)
    assert {track.name for track in window.session.project.tracks[len(tracks) :]} == set(names)
    assert len(window.session.history.undo_labels) == 3


def test_rotations_are_imported_as_a_movement(window, documents, qtbot, shared) -> None:
    path = next((shared / "data").rglob("*.bvh"))
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        documents.import_path(path)
    assert isinstance(window.session.project.tracks[-1], RigTrack)


# -- drop


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(QPoint(400, 300), *how), QDropEvent(QPointF(400, 300), *how)):
        QApplication.sendEvent(window, event)
        assert event.isAccepted()


def test_dropped_poses_are_opened_and_onto_work_imported(window, documents, qtbot, tmp_path) -> None:
    write_poses(make_sequence(20), tmp_path / "a.npz", "npz")
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        drop(window, tmp_path / "a.npz")
    assert window.session.project.length == 20
    with qtbot.waitSignal(window.session.project_changed, timeout=WAIT_MS):
        drop(window, tmp_path / "a.npz")
    assert len(window.session.project.tracks) == 2


def test_dropped_sounds_and_pictures_become_the_projects(window, qtbot, tmp_path) -> None:
    (tmp_path / "声.wav").write_bytes(b"RIFF")
    Image.new("RGB", (40, 20)).save(tmp_path / "face.png")
    drop(window, tmp_path / "声.wav", tmp_path / "face.png")
    qtbot.waitUntil(lambda: bool(window.session.project.picture and window.session.project.audio), timeout=WAIT_MS)
    assert window.session.project.audio.path == str(tmp_path / "声.wav")
    assert {*window.session.history.undo_labels} == {"Load reference picture", "Load speech"}


# -- two editors and one file


def test_a_file_that_another_editor_has_open_is_asked_about(editor, make_window, qtbot, tmp_path) -> None:
    path = tmp_path / "手势.poseforge"
    save_project(make_project(), path)
    child = editor(path)
    window = make_window()
    documents, asked = window.documents, []
    empty = window.session.project
    answers = iter(("cancel", "copy", "anyway"))
    documents.ask_shared = lambda path: asked.append(path) or next(answers)
    documents.open_path(path)
    qtbot.waitUntil(lambda: asked == [path], timeout=WAIT_MS)
    assert window.session.project is empty
    opened(qtbot, window, path)
    assert (documents.path, documents.title, window.session.project) == (None, "手势", make_project())
    opened(qtbot, window, path)
    assert documents.path == path
    opened(qtbot, window, path)
    assert len(asked) == 3  # it is open here now
    documents.show_new(empty)
    child.kill()
    child.wait()
    link = tmp_path / "link.poseforge"
    link.symlink_to(path)
    opened(qtbot, window, link)  # whoever is dead has nothing open
    opened(qtbot, window, path)
    assert len(asked) == 3
    other = make_window()
    other.documents.ask_shared = lambda path: asked.append(path) or "copy"
    opened(qtbot, other, link)
    assert asked[3:] == [link]
    documents.show_new(empty)
    opened(qtbot, other, path)
    assert asked[4:] == []


def test_what_somebody_else_has_saved_is_not_replaced_unasked(window, documents, qtbot, tmp_path) -> None:
    path, asked = tmp_path / "a.poseforge", []
    save_project(make_project(1), path)
    opened(qtbot, window, path)
    mark(window.session)
    save_project(make_project(2), path)
    documents.choose_save = lambda suggested: tmp_path / "b.poseforge"
    documents.ask_changed = lambda path: asked.append(path) or "cancel"
    assert not documents.save()
    assert asked == [path]
    assert open_project(path) == make_project(2)
    assert not window.session.history.saved
    documents.ask_changed = lambda path: "other"
    assert documents.save()
    assert documents.path == tmp_path / "b.poseforge"
    assert open_project(path) == make_project(2)
    mark(window.session, 4)
    documents.ask_changed = lambda path: asked.append(path) or "cancel"
    assert documents.save()  # nobody has touched that one
    (tmp_path / "b.poseforge").unlink()
    mark(window.session, 5)
    assert documents.save()  # nothing is replaced
    save_project(make_project(2), tmp_path / "b.poseforge")
    mark(window.session, 6)
    documents.ask_changed = lambda path: "overwrite"
    assert documents.save()
    assert open_project(tmp_path / "b.poseforge").markers == (Marker(6),)
    assert asked == [path]


def test_the_questions_are_answered_by_their_buttons(documents, tmp_path) -> None:
    def press(text: str) -> None:
        box = QApplication.activeModalWidget()
        assert "a.poseforge" in box.text()
        next(button for button in box.buttons() if button.text() == text).click()

    for ask, texts in (
        (documents.ask_shared, {"Open a copy": "copy", "Open anyway": "anyway", "Cancel": "cancel"}),
        (documents.ask_changed, {"Save under another name": "other", "Replace it": "overwrite", "Cancel": "cancel"}),
    ):
        for text, answer in texts.items():
            QTimer.singleShot(0, partial(press, text))
            assert ask(tmp_path / "a.poseforge") == answer
    for text, answer in {"Save somewhere else…": True, "Cancel": False}.items():
        QTimer.singleShot(0, partial(press, text))
        assert documents.ask_elsewhere("Not saved: a.poseforge") is answer


# -- recovery

CHILD = """
import sys
import wave
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from poseforge.gui.app import make_app
from poseforge.gui.window import Window
from poseforge.timeline.project import Marker

path = Path(sys.argv[1]) if sys.argv[1] else None
app = make_app()
window = Window()
window.show()
window.documents.start(path)
window.documents.autosave.saved.connect(lambda: print("saved", flush=True))

def edit():
    if path is None or window.documents.title.startswith(path.stem):
        window.session.apply("Mark", lambda project: replace(project, markers=(Marker(int(sys.argv[2])),)))
        window.documents.autosave.save_now()
    else:
        QTimer.singleShot(20, edit)

edit()
app.exec()
"""


@pytest.fixture
def editor(tmp_path):
    """Start an editor in a process of its own, with an edit that was saved by itself."""
    made = []

    def start(path="", frame=7):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(path), str(frame)], stdout=subprocess.PIPE, text=True)
        made.append(child)
        assert child.stdout.readline() == "saved\n"
        return child

    yield start
    for child in made:
        child.kill()
        child.wait()
        child.stdout.close()


def test_work_without_a_file_survives_a_kill(editor, make_window, qtbot) -> None:
    child = editor()
    first = make_window()
    first.documents.start(None)
    assert first.documents.bar is None  # the other editor lives
    child.kill()
    child.wait()
    window = make_window()
    window.documents.start(None)
    bar = window.documents.bar
    assert bar is not None
    other = make_window()
    other.documents.start(None)
    assert other.documents.bar is None  # it is offered once
    with qtbot.waitSignal(window.session.history_changed, timeout=WAIT_MS):
        qtbot.mouseClick(bar.open_button, Qt.MouseButton.LeftButton)
    assert window.session.project.markers == (Marker(7),)
    assert window.isWindowModified()
    assert window.documents.bar is None
    assert len([*(state_folder() / "unsaved").iterdir()]) == 1  # kept until this work is saved
    window.session.undo()
    assert window.session.project.markers == ()


def test_work_on_a_file_survives_a_kill(editor, make_window, qtbot, tmp_path) -> None:
    path = tmp_path / "手势.poseforge"
    save_project(make_project(), path)
    before = path.read_bytes()
    child = editor(path)
    child.kill()
    child.wait()
    assert path.read_bytes() == before
    window = make_window()
    window.documents.start(None)
    with qtbot.waitSignal(window.session.history_changed, timeout=WAIT_MS):
        qtbot.mouseClick(window.documents.bar.open_button, Qt.MouseButton.LeftButton)
    assert window.documents.path == path
    assert window.session.project.markers == (Marker(7),)
    assert window.documents.save()
    assert open_project(path).markers == (Marker(7),)
    assert [*(state_folder() / "unsaved").iterdir()] == []


def test_recovered_work_keeps_its_name(editor, make_window, qtbot, tmp_path) -> None:
    write_poses(make_sequence(20), tmp_path / "good 手.npz", "npz")
    child = editor(tmp_path / "good 手.npz")
    child.kill()
    child.wait()
    window = make_window()
    window.documents.start(None)
    assert any("good 手" in label.text() for label in window.documents.bar.findChildren(QLabel))
    with qtbot.waitSignal(window.session.history_changed, timeout=WAIT_MS):
        qtbot.mouseClick(window.documents.bar.open_button, Qt.MouseButton.LeftButton)
    assert window.documents.title == "good 手"
    assert window.session.project.markers == (Marker(7),)


def test_recovered_work_can_be_discarded(editor, make_window, qtbot) -> None:
    for frame in (1, 2):
        child = editor(frame=frame)
        child.kill()
        child.wait()
    window = make_window()
    window.documents.start(None)
    for _ in range(2):
        qtbot.mouseClick(window.documents.bar.discard_button, Qt.MouseButton.LeftButton)
    assert window.documents.bar is None
    assert recovery.lost_work() == []


def test_what_was_saved_or_given_up_is_not_recovered(window, documents, qtbot, tmp_path) -> None:
    mark(window.session)
    with qtbot.waitSignal(documents.autosave.saved, timeout=WAIT_MS):
        documents.autosave.save_now()
    assert [*(state_folder() / "unsaved").iterdir()]
    documents.choose_save = lambda suggested: tmp_path / "a.poseforge"
    assert documents.save()
    assert [*(state_folder() / "unsaved").iterdir()] == []
    mark(window.session, 5)
    documents.autosave.save_now()
    documents.ask_unsaved = lambda: "discard"
    window.close()
    assert [*(state_folder() / "unsaved").iterdir()] == []


def test_a_state_folder_that_cannot_be_written_is_told(window, documents, told, monkeypatch) -> None:
    (state_folder() / "unsaved").write_text("no folder")
    mark(window.session)
    documents.autosave.save_now()
    assert told[-1][0] == "warning"
