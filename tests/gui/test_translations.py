"""The editor's words: all of them translated, and none cut off in any language or theme."""

import os
import subprocess
import sys
from pathlib import Path

import author_translations as tool
import clipping
import pytest
from clipping import clipped
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDockWidget, QLabel

from poseforge.exporting import exports
from poseforge.formats import registry
from poseforge.gui.checks import WORDS
from poseforge.gui.filters_dialog import FILTERS
from poseforge.gui.palette import Palette
from poseforge.gui.text import LANGUAGES, tr
from poseforge.gui.theme import THEMES, use_theme
from poseforge.gui.tour import STEPS
from poseforge.quality import Finding
from poseforge.render.styles import styles
from poseforge.timeline.bake import bake
from poseforge.timeline.project import of_sequence, resting

DIALOGS = (
    "new", "detect", "record", "media", "export", "batch", "shape_all", "retime", "filters", "compare",
    "shortcuts", "report", "about",
)  # fmt: skip
"""Actions that ask something at once."""


@pytest.fixture
def look(qapp):
    yield use_theme
    use_theme("dark")


def test_every_string_can_be_found_in_the_code() -> None:
    assert tool.all_sources()[1] == []


def test_strings_are_found_and_what_cannot_be_is_reported() -> None:
    code = 'tr("one"); tr("two " "parts"); noop("three"); tr(entry.text); tr(TABLE[code][0]); tr(name)'
    assert tool.sources(code, "x.py") == ({"one", "two parts", "three"}, [])
    for bad in ('tr(f"{n} frames")', 'tr("a" + b)', 'tr("{}".format(n))', "noop(name)", "tr()"):
        found, wrong = tool.sources(bad, "x.py")
        assert not found
        assert len(wrong) == 1, bad


@pytest.mark.parametrize("code", tool.LANGUAGES)
def test_the_file_holds_exactly_the_strings_of_the_code_all_of_them_translated(code) -> None:
    known = tool.read(tool.ts(code))
    assert set(known) == tool.all_sources()[0], "run tools/author_translations.py"
    assert tool.complaints(list(known.values())) == []
    text = tool.ts(code).read_text(encoding="utf-8")
    assert text == tool.written(code, tool.updated(known, set(known)))


def test_one_thing_has_one_name() -> None:
    """What hands do that a detector draws is jitter, whoever speaks of it."""
    others = ("trembl", "noise", "shak", "颤", "噪")
    texts = [
        text for code in tool.LANGUAGES for one in tool.read(tool.ts(code)).values() for text in (one.source, one.translation)
    ]
    assert any("jitter" in text for text in texts)
    assert [text for text in texts if any(other in text for other in others)] == []


def test_every_language_but_english_has_a_file() -> None:
    assert {"en", *tool.LANGUAGES} == set(LANGUAGES)


@pytest.mark.parametrize("code", tool.LANGUAGES)
def test_what_is_loaded_is_made_of_the_file(code, tmp_path) -> None:
    if tool.lrelease() is None:
        pytest.skip("lrelease is missing")
    made = tmp_path / "made.qm"
    tool.compile(tool.ts(code), made)
    assert made.read_bytes() == tool.ts(code).with_suffix(".qm").read_bytes(), "run tools/author_translations.py"


def test_the_tool_adds_keeps_and_removes(tmp_path, monkeypatch) -> None:
    if tool.lrelease() is None:
        pytest.skip("lrelease is missing")
    (tmp_path / "a.py").write_text('tr("Save & <go>"); tr("New {name}", name=1)', encoding="utf-8")
    monkeypatch.setattr(tool, "GUI", tmp_path)
    monkeypatch.setattr(tool, "FOLDER", tmp_path / "translations")
    assert tool.main([]) == 1
    (tmp_path / "zh_CN.json").write_text('{"Save & <go>": "保存 & <走>", "New {name}": "新"}', encoding="utf-8")
    assert tool.main([str(tmp_path / "zh_CN.json")]) == 1
    assert "placeholders" in tool.complaints(list(tool.read(tool.ts("zh_CN")).values()))[0]
    (tmp_path / "a.py").write_text('tr("Save & <go>")', encoding="utf-8")
    assert tool.main([]) == 0
    assert tool.read(tool.ts("zh_CN")) == {"Save & <go>": tool.Message("Save & <go>", "保存 & <走>", False)}


def test_the_tool_runs_by_itself_and_finds_nothing_to_do() -> None:
    before = tool.ts("zh_CN").read_bytes()
    subprocess.run([sys.executable, Path(tool.__file__)], check=True)
    assert tool.ts("zh_CN").read_bytes() == before


def test_a_thing_has_one_word_in_chinese() -> None:
    for path in (tool.ts("zh_CN"), tool.FOLDER / "core_zh_CN.json"):
        text = path.read_text(encoding="utf-8")
        assert "姿势" not in text, "a pose is 姿态"
        assert "工程" not in text, "a project is 项目"


def test_a_chinese_window_speaks_chinese(language, make_window) -> None:
    language("zh_CN")
    window = make_window()
    menus = [action.text() for action in window.menuBar().actions()]
    assert menus == ["文件", "编辑", "视图", "姿态", "时间线", "清理", "动画", "帮助"]
    assert window.commands["play"].text() == "播放"
    assert window.commands["shape_3"].text() == "手形 3"
    assert [dock.windowTitle() for dock in window.findChildren(QDockWidget)][:2] == ["库", "姿态图"]


def test_dialogs_of_qt_speak_the_language_too(language) -> None:
    language("zh_CN")
    assert QCoreApplication.translate("QFileDialog", "Look in:") != "Look in:"
    language("en")
    assert QCoreApplication.translate("QFileDialog", "Look in:") == "Look in:"


def test_tables_are_translated(language) -> None:
    language("zh_CN")
    texts = [text for words in WORDS.values() for text in words]
    texts += [text for one in FILTERS for text in (one.title, one.what)]
    texts += [text for step in STEPS for text in (step.title, step.text)]
    for text in texts:
        assert tr(text) != text, text


def test_the_palette_answers_in_both_languages(language, make_window, qtbot) -> None:
    language("zh_CN")
    window = make_window()
    window.commands["palette"].trigger()
    palette = window.findChild(Palette)
    for words in ("下一帧", "next frame"):
        palette.search.setText(words)
        assert palette.list.topLevelItem(0).text(0) == "下一帧"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_no_text_of_the_window_is_cut_off(language, look, make_window, code, theme, size) -> None:
    language(code)
    look(theme)
    window = make_window()
    window.resize(*size)
    window.session.set_findings(
        (Finding("warning", "hand-lost", "lost", "fill", 3, 9, joint="left_hand"), Finding("warning", "swap", "", "", 3, 9)),
        window.session.project,
    )
    window.checks.list.setCurrentRow(0)
    for dock in window.findChildren(QDockWidget):
        dock.raise_()
        assert clipped(window) == [], dock.objectName()


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_a_dialog_is_cut_off(language, make_window, code, monkeypatch, qtbot) -> None:
    language(code)
    window = make_window(of_sequence(bake(resting(30))))
    window.session.select(track="poses", joints=["left_hand_root"])
    from poseforge.gui.compare_dialog import CompareDialog

    def seen() -> list[QDialog]:
        return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]

    monkeypatch.setattr(CompareDialog, "ask", lambda self: "")
    for id in DIALOGS:
        window.commands[id].trigger()
        qtbot.waitUntil(lambda: len(seen()) == 1)
        (dialog,) = seen()
        assert clipped(dialog) == [], id
        dialog.close()


def test_text_that_is_cut_off_is_found(window) -> None:
    label = QLabel("a long text that does not fit", window)
    label.setGeometry(0, 0, 40, 20)
    label.show()
    assert len(clipped(window)) == 1


def test_what_the_core_calls_things_is_translated() -> None:
    found = tool.all_sources()[0]
    assert {one.title for one in (*registry().values(), *styles().values())} <= found
    assert {one.note for one in exports().values()} <= found


_SCALED = """
from clipping import clipped
from PySide6.QtWidgets import QDockWidget
from poseforge.gui.app import make_app
from poseforge.gui.text import LANGUAGES, use_language
app = make_app()
from poseforge.gui.window import Window
for code in LANGUAGES:
    use_language(code)
    window = Window()
    window.resize(1280, 720)
    window.show()
    for dock in window.findChildren(QDockWidget):
        dock.raise_()
        print(*clipped(window), sep="\\n", end="")
    window.close()
"""


@pytest.mark.parametrize("scale", ["1.25", "1.5", "2"])
def test_no_text_is_cut_off_on_a_screen_of_more_pixels(home, scale) -> None:
    surroundings = {**os.environ, "QT_SCALE_FACTOR": scale, "PYTHONPATH": str(Path(clipping.__file__).parent)}
    done = subprocess.run([sys.executable, "-c", _SCALED], env=surroundings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_what_the_editor_adds_has_names_in_the_users_language(language, make_window) -> None:
    language("zh_CN")
    window = make_window()
    track = window.session.project.tracks[0]
    assert track.name == "人物"
    window.timeline.drops.drop("gestures", "wave_right", 24, track.id)
    clips = window.session.project.tracks[0].clips
    assert [clip.name for clip in clips] == ["挥手"]
    assert window.session.history.undo_labels[0] == "添加挥手"
    assert window.commands["undo"].text() == "撤销：添加挥手"
