"""The editor where packages are missing that some of it needs: what it says, and what it offers."""

import sys

import pytest

from poseforge import installing
from poseforge.gui.told import told


@pytest.fixture
def without_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)


def test_without_torch_the_animate_panel_has_the_command_and_dark_buttons(without_torch, make_window) -> None:
    window = make_window()
    panel = window.animate
    window.commands["animate"].trigger()
    assert panel.weights.words.text() == f"Animating needs torch: {installing.command('animate')}"
    assert not panel.weights.button.isVisible()
    for button in (panel.run_button, panel.quick_button):
        assert not button.isEnabled()


def test_its_words_are_chinese_there_and_no_window_shows_backticks(without_torch, language, make_window) -> None:
    language("zh_CN")
    window = make_window()
    assert window.animate.weights.words.text() == f"生成动画需要安装 torch：{installing.command('animate')}"
    assert told("`poseforge models verify` tells whether a fetched file is whole.") == (
        "“poseforge models verify” 会检查下载的文件是否完整。"
    )


def test_in_english_code_is_quoted_too() -> None:
    assert told("See `poseforge check`.") == "See “poseforge check”."
