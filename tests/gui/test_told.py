"""What the core says is shown in the user's language, whole or in parts, and nothing is lost of it."""

import json
import re

import author_core_words as tool
import pytest

from poseforge.errors import FormatError, InvalidValue, PoseForgeError
from poseforge.formats import read_poses
from poseforge.gui import told as module
from poseforge.gui.session import Session
from poseforge.gui.text import LANGUAGES, use_language
from poseforge.gui.told import told
from poseforge.timeline import edits
from samples import make_project


@pytest.fixture
def chinese(qapp):
    use_language("zh_CN")
    yield
    use_language("en")


@pytest.mark.parametrize("code", tool.LANGUAGES)
def test_every_template_of_the_core_is_translated_with_its_holes(code) -> None:
    known = tool.read(tool.table(code))
    assert set(known) == tool.templates(), "run tools/author_core_words.py"
    assert tool.complaints(known) == []
    assert tool.table(code).read_text(encoding="utf-8") == tool.written(set(known), known)


def test_every_language_but_english_has_a_table() -> None:
    assert {"en", *tool.LANGUAGES} == set(LANGUAGES)


def test_templates_are_found_where_people_are_told_something() -> None:
    code = """
AGAIN = "Save it again."
def losses():
    yield f"the rate {rate:g} is lost"
def other():
    yield "not for people at all"
raise FormatError(path, f"has {n!r} {'frames' if many else 'people'} too many.", AGAIN, code="some code")
raise self.fail(node, f"there is no joint {name}" + " anywhere")
problem = f"of {count(3)} a problem" if bad else "another problem"
notes.append("a note of it")
return InvalidValue(f"a value of {x}")
raise Nothing
"""
    import ast

    assert {tool.numbered(text) for text in tool.said(ast.parse(code))} == {
        "Save it again.", "the rate {1} is lost", "has {1} frames too many.", "has {1} people too many.",
        "there is no joint {1} anywhere", "of {1} a problem", "another problem", "a note of it", "a value of {1}",
    }  # fmt: skip


def test_holes_that_do_not_agree_are_reported() -> None:
    assert tool.complaints({"a {1} of {2}": "{2}的{1}"}) == []
    for wrong in ("", "{1}", "{1} {2} {2}", "{1} {3}"):
        assert len(tool.complaints({"a {1} of {2}": wrong})) == 1


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("there is no joint 'elbow {1}'", "没有关节 'elbow {1}'"),
        ("the left hand is missing from frame 3 to 9; fill the gap first", "从第 3 帧到第 9 帧缺少左手；请先补上空缺"),
        ("/a b/人: 1.mp4: has no sound track. Give a file with sound.", "/a b/人: 1.mp4：没有音轨。请提供有声音的文件。"),
        ("0.npy: is damaged: an array of absurd shape. Copy or export it again.",
         "0.npy：已损坏：数组形状不合理。请重新复制或导出。"),
        ("未保存：a.npz: exists; choose another name, or have it replaced",
         "未保存：a.npz：已存在；请换一个名称，或允许替换"),
        ("the file does not say which hand it moves; the right one is taken (hand=left); "
         "the file states no frame rate; 24 frames per second are taken (fps=NUMBER)",
         "文件没有说明驱动哪只手；按右手处理（hand=left）；文件没有说明帧率；按每秒 24 帧处理（fps=NUMBER）"),
        ("a.yaml: line 3: speed 'x'; expected a number from 0.01 to 100", "a.yaml：第 3 行：speed 'x'；应为 0.01 到 100 的数"),
        ("left hand", "左手"),
        ("nothing that anybody has said", "nothing that anybody has said"),
        ("", ""),
    ],
)  # fmt: skip
def test_messages_are_shown_in_chinese(chinese, message, expected) -> None:
    assert told(message) == expected
    assert told(expected) == expected


def test_in_english_a_message_is_as_it_is(qapp) -> None:
    assert told("a.mp4: has no sound track. Give a file with sound.") == "a.mp4: has no sound track. Give a file with sound."


def test_every_translation_is_reached_by_its_own_message(chinese) -> None:
    """Values that look like nothing else come out where the translation has them, whichever template is taken."""
    for template, translation in json.loads(tool.table("zh_CN").read_text(encoding="utf-8")).items():
        values = [f"⟨{i}⟩" for i in range(1, 9)]
        message, expected = (text for text in (template, translation))
        for i, value in enumerate(values, 1):
            message, expected = message.replace(f"{{{i}}}", value), expected.replace(f"{{{i}}}", value)
        assert told(message) == re.sub("`([^`]*)`", r"“\1”", expected), template


def test_long_messages_and_many_seams_take_no_time(chinese) -> None:
    for message in ("a: " * 300, "x. " * 300, "; ".join(["1 of 2 people"] * 60), "is " * 330, "{1}" * 300, "e" * 10_000):
        told(message)
    assert module._translated.cache_info().currsize <= 1000


def test_what_is_refused_is_told_in_chinese(chinese, home, tmp_path, qtbot) -> None:
    session = Session(make_project())
    with qtbot.waitSignal(session.told) as heard:
        session.apply("Move", lambda project: edits.move_joint(project, "detected", "tail", 0, (0.5, 0.5)))
    assert heard.args == ["warning", "没有关节 'tail'"]
    (tmp_path / "a.npz").write_bytes(b"nonsense")
    with pytest.raises(PoseForgeError) as error:
        read_poses(tmp_path / "a.npz", "npz")
    assert isinstance(error.value, FormatError | InvalidValue)
    assert told(str(error.value)).startswith(f"{tmp_path / 'a.npz'}：不是")
