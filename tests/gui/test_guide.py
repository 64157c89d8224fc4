"""Help: the palette, the shortcuts, the tour, the log and the report."""

import logging
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QApplication, QKeySequenceEdit, QLabel, QPushButton, QWhatsThis

from poseforge import library
from poseforge.gui import log, report
from poseforge.gui.guide import About
from poseforge.gui.palette import Palette, fitness
from poseforge.gui.report import ReportDialog, without_names
from poseforge.gui.settings import settings
from poseforge.gui.shortcuts import Shortcuts
from poseforge.gui.tour import STEPS
from poseforge.timeline import edits


@pytest.fixture
def palette(window, qtbot) -> Palette:
    window.commands["palette"].trigger()
    found = window.findChild(Palette)
    qtbot.waitUntil(found.isVisible)
    return found


def rows(tree, column: int = 0) -> list[str]:
    return [tree.topLevelItem(i).text(column) for i in range(tree.topLevelItemCount())]


def test_the_palette_finds_a_command_by_a_few_letters_and_gives_it(window, palette, qtbot) -> None:
    qtbot.keyClicks(palette.search, "nxfr")
    assert rows(palette.list)[0] == "Next frame"
    palette.search.clear()
    qtbot.keyClicks(palette.search, "frame")
    assert {"Next frame", "Previous frame"} <= set(rows(palette.list)[:2])
    place = rows(palette.list).index("Next frame")
    for _ in range(place):
        qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.session.frame == 1
    assert not palette.isVisible()


def test_the_palette_shows_what_can_be_done_and_its_keys(window, palette, qtbot) -> None:
    assert "Undo" not in rows(palette.list)
    assert "Redo" not in rows(palette.list)
    at = rows(palette.list).index("Play")
    assert palette.list.topLevelItem(at).text(2) == "Space"
    qtbot.keyClicks(palette.search, "zzzz")
    assert rows(palette.list) == []
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)


def test_a_click_in_the_palette_gives_the_command(window, palette, qtbot) -> None:
    qtbot.keyClicks(palette.search, "trails")
    place = palette.list.visualItemRect(palette.list.topLevelItem(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.commands["trails"].isChecked()


def test_the_best_answer_begins_with_what_is_wanted() -> None:
    texts = ("Open…", "Hand close-up", "Export…", "Stop")
    assert max(texts, key=lambda text: fitness("op", text)) == "Open…"
    assert fitness("导出", "导出…") > fitness("导出", "导入并退出") > fitness("导出", "播放") == 0


@pytest.fixture
def sheet(window, qtbot) -> Shortcuts:
    window.commands["shortcuts"].trigger()
    return window.findChild(Shortcuts)


def choose(sheet: Shortcuts, name: str) -> None:
    sheet.table.setCurrentItem(next(sheet.table.topLevelItem(i) for i, text in enumerate(rows(sheet.table)) if text == name))


def press(qtbot, sheet: Shortcuts, key, modifier=Qt.KeyboardModifier.ControlModifier) -> None:
    qtbot.mouseClick(sheet.change_button, Qt.MouseButton.LeftButton)
    editor = sheet.table.findChild(QKeySequenceEdit)
    qtbot.keyClick(editor, key, modifier)
    qtbot.waitUntil(lambda: not sheet.table.findChildren(QKeySequenceEdit))


def test_keys_are_changed_in_the_sheet_and_work(window, sheet, qtbot) -> None:
    qtbot.keyClicks(sheet.search, "marker")
    choose(sheet, "Set a marker")
    press(qtbot, sheet, Qt.Key.Key_M)
    assert [key.toString() for key in window.commands["marker"].shortcuts()] == ["Ctrl+M"]
    assert "Ctrl+M" in rows(sheet.table, 2)


def test_keys_that_another_command_has_are_told_and_can_be_taken(window, sheet, qtbot) -> None:
    choose(sheet, "Set a marker")
    press(qtbot, sheet, Qt.Key.Key_Y)
    assert "Redo" in sheet.note.text()
    assert [key.toString() for key in window.commands["marker"].shortcuts()] == ["Shift+M"]
    qtbot.mouseClick(sheet.take_button, Qt.MouseButton.LeftButton)
    assert [key.toString() for key in window.commands["marker"].shortcuts()] == ["Ctrl+Y"]
    assert [key.toString() for key in window.commands["redo"].shortcuts()] == ["Ctrl+Shift+Z"]
    qtbot.mouseClick(sheet.reset_all_button, Qt.MouseButton.LeftButton)
    assert [key.toString() for key in window.commands["redo"].shortcuts()] == ["Ctrl+Shift+Z", "Ctrl+Y"]
    choose(sheet, "Redo")
    qtbot.mouseClick(sheet.clear_button, Qt.MouseButton.LeftButton)
    assert not window.commands["redo"].shortcuts()
    qtbot.mouseClick(sheet.reset_button, Qt.MouseButton.LeftButton)
    assert len(window.commands["redo"].shortcuts()) == 2


def test_what_is_this_answers_for_the_panel_under_the_cursor(window, qtbot) -> None:
    window.commands["what_is"].trigger()
    assert QWhatsThis.inWhatsThisMode()
    button = window.inspector.hand.rest
    assert button.whatsThis() == button.toolTip()
    assert window.checks.whatsThis() != window.checks.toolTip()
    window.commands["what_is"].trigger()
    assert not QWhatsThis.inWhatsThisMode()
    button.setToolTip("Another word")
    window.commands["what_is"].trigger()
    assert button.whatsThis() == "Another word"
    QWhatsThis.leaveWhatsThisMode()
    assert window.checks.whatsThis()


@pytest.fixture
def guide(window):
    window.guide.welcome()
    return window.guide


def test_the_tour_comes_once_on_a_sample_when_nothing_is_open(window, guide, make_window) -> None:
    assert guide.tour is not None
    assert window.session.frame >= window.session.project.tracks[0].clips[0].end  # what is added does not hide it
    assert window.session.project.tracks[0].clips
    assert window.session.history.saved
    guide.tour.end()
    assert guide.tour is None
    other = make_window()
    other.guide.welcome()
    assert other.guide.tour is None
    other.commands["tour"].trigger()
    assert other.guide.tour is not None


def test_the_tour_leaves_what_is_not_saved_alone(make_window) -> None:
    window = make_window()
    window.session.apply("Track", lambda project: edits.set_track(project, "performer", name="Mine"))
    mine = window.session.project
    window.commands["tour"].trigger()
    assert window.session.project is mine
    assert "your project" in window.guide.tour.bubble.text.text()
    opened = make_window()
    opened.session.replace_project(library.performance([library.gesture("rest")]))
    theirs = opened.session.project
    opened.guide.welcome()
    assert opened.guide.tour is None
    opened.commands["tour"].trigger()
    assert opened.session.project is not theirs
    assert opened.session.project.tracks[0].clips
    assert opened.documents.path is None


def test_the_tour_goes_on_when_the_user_does_the_thing(window, guide, qtbot) -> None:
    tour, session = guide.tour, window.session
    window.library.tabs.setCurrentIndex(0)
    qtbot.mouseClick(tour.bubble.next_button, Qt.MouseButton.LeftButton)
    assert tour.step.done == "clip"
    assert window.library.tabs.currentIndex() == 1
    motion = library.gesture("stop_right").motion()
    session.apply("Add", lambda project: edits.add_clip(project, "performer", motion, 150))
    qtbot.waitUntil(lambda: tour.step.done == "frame")
    session.seek(60)
    qtbot.waitUntil(lambda: tour.step.done == "hand")
    session.select(joints=["right_index_4"])
    qtbot.waitUntil(lambda: tour.step.done == "edit")
    session.apply(
        "Bend", lambda project: edits.apply_shape(project, "performer", "right", 60, library.hand_shape("fist").angles)
    )
    qtbot.waitUntil(lambda: STEPS[tour.number].dock == "map")
    qtbot.mouseClick(tour.bubble.next_button, Qt.MouseButton.LeftButton)
    window.commands["play"].trigger()
    qtbot.waitUntil(lambda: tour.number == len(STEPS) - 1)
    window.commands["play"].setChecked(False)
    qtbot.mouseClick(tour.bubble.next_button, Qt.MouseButton.LeftButton)
    assert guide.tour is None


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_bubbles_lie_in_the_window_and_hide_no_panel_they_speak_of(window, guide, qtbot, size) -> None:
    window.resize(*size)
    tour = guide.tour
    for number in range(len(STEPS)):
        assert tour.number == number
        QApplication.processEvents()
        assert window.rect().contains(tour.bubble.geometry())
        assert tour.bubble.text.height() >= tour.bubble.text.heightForWidth(tour.bubble.text.width())
        if tour.step.dock:
            assert not tour.bubble.geometry().intersects(tour.frame.geometry())
        assert not any(tour.bubble.geometry().intersects(one) for one in tour._kept_clear())
        tour.next()


def test_a_tour_that_was_left_hears_nothing_any_more(window, guide, qtbot) -> None:
    tour = guide.tour
    tour.next()
    tour.next()
    assert tour.step.done == "frame"
    qtbot.mouseClick(tour.bubble.skip_button, Qt.MouseButton.LeftButton)
    window.session.seek(80)
    qtbot.wait(1)
    window.session.seek(90)
    assert not [widget for widget in window.findChildren(type(tour.bubble)) if widget.objectName() == "bubble"]


def test_escape_leaves_the_tour(guide, qtbot) -> None:
    qtbot.keyClick(guide.tour.bubble, Qt.Key.Key_Escape)
    assert guide.tour is None


@pytest.fixture
def logged(home, qapp):
    """The log in use, and what was before it afterwards."""
    hooks = sys.excepthook, threading.excepthook
    before = qInstallMessageHandler(None)
    log.install()
    yield
    sys.excepthook, threading.excepthook = hooks
    qInstallMessageHandler(before)
    for handler in logging.getLogger("poseforge.gui").handlers[:]:
        logging.getLogger("poseforge.gui").removeHandler(handler)
        handler.close()


@pytest.fixture
def broken(window):
    """A window with a command that fails in a way nobody expected."""

    def fail() -> None:
        raise KeyError("/home/ann/secret.npy")

    window.commands.on("fit", fail)
    return window


def test_an_unexpected_exception_is_told_and_logged_and_the_window_lives(broken, logged, qtbot, capsys) -> None:
    with qtbot.waitSignal(broken.session.told) as told:
        broken.commands["fit"].trigger()
    assert told.args[0] == "error"
    assert "KeyError" in told.args[1]
    qWarning("a word of Qt")
    text = log.path().read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "a word of Qt" in text
    assert broken.isVisible()
    assert "KeyError" in capsys.readouterr().err


def test_a_report_holds_what_it_shows_and_nothing_private(broken, logged, qtbot, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "annika")
    broken.commands["fit"].trigger()
    settings().setValue("recent", ["/home/annika/wedding.poseforge"])
    settings().setValue("projects/home%2Fannika/zoom", 2)
    settings().setValue("theme", "dark")
    target = tmp_path / "报告 🙂.zip"
    monkeypatch.setattr(ReportDialog, "ask", lambda self: str(target))
    broken.commands["report"].trigger()
    dialog = broken.findChild(ReportDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=20000)
    shown = {dialog.tabs.tabText(i): dialog.tabs.widget(i).toPlainText() for i in range(dialog.tabs.count())}
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    with zipfile.ZipFile(target) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {name: text.splitlines() for name, text in files.items()} == {n: t.splitlines() for n, t in shown.items()}
    assert set(files) == {"versions.txt", "settings.txt", "log.txt"}
    everything = "\n".join(files.values())
    for private in ("annika", "secret", "wedding", str(Path.home()), str(tmp_path)):
        assert private not in everything, private
    assert "KeyError" in files["log.txt"]
    assert "PoseForge" in files["versions.txt"]
    assert "theme = dark" in files["settings.txt"]


def test_a_report_that_cannot_be_written_is_told(window, tmp_path, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(ReportDialog, "ask", lambda self: str(tmp_path / "nowhere" / "report.zip"))
    monkeypatch.setattr(report, "contents", lambda screens: {"versions.txt": "PoseForge"})
    window.commands["report"].trigger()
    dialog = window.findChild(ReportDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert "report.zip" in dialog.note.text()
    assert dialog.isVisible()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('  File "/home/ann/venv/lib/python3.11/site-packages/poseforge/gui/x.py", line 3', '  File ".../x.py", line 3'),
        ("/home/ann/my films/小明 1/0.npy: no such file", "(path): no such file"),
        ('File "C:\\Users\\Ann\\film.npy", line 1', 'File "(path)", line 1'),
        (r"C:\Users\Ann B\film.npy: is empty", "(path): is empty"),
        ("//server/share/x.npy: gone", "(path): gone"),
        (r"\\server\share\x.npy: gone", "(path): gone"),
        ("~/films/x.npy: gone", "(path): gone"),
        ("hello ann, 3 km/h", "hello (name), 3 km/h"),
        ("annual", "annual"),
    ],
)
def test_places_and_names_are_left_out(text, kept) -> None:
    assert without_names(text, ["ann"]) == kept


def test_about_names_versions_and_licences(window) -> None:
    window.commands["about"].trigger()
    dialog = window.findChild(About)
    assert "Apache" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.findChild(QPushButton).click()
