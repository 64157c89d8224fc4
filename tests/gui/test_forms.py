"""Forms made of dataclasses: every type has a widget, and what is typed comes back as the value."""

from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox, QToolButton

from poseforge import formats
from poseforge.gui.forms import Field, Form
from poseforge.options import one_of


@dataclass(frozen=True)
class Sample:
    name: str = "wave"
    count: int = 3
    share: float = 0.5
    rate: Fraction = Fraction(24)
    on: bool = True
    way: Literal["hold", "loop"] = "hold"
    seed: int | None = None
    size: tuple[int, int] | None = (768, 512)
    file: str | Path | None = None
    hand: str | None = one_of(None, "left", "right")
    unit: str | float = one_of("m", "m", "cm", other="METRES")
    color: str = ""


LABELS = {
    "name": Field("Name", "What it is called"),
    "count": Field("Count", low=0, high=10),
    "way": Field("Way", choices={"hold": "Hold", "loop": "Loop"}),
    "color": Field("Color", kind="color"),
}


@pytest.fixture
def form(qtbot) -> Form:
    made = Form(Sample(), LABELS)
    qtbot.addWidget(made)
    made.show()
    return made


def child(form: Form, name: str, kind: type):
    return form.editor(name).findChild(kind)


def typed(qtbot, line: QLineEdit, text: str) -> None:
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_what_is_typed_is_told_with_its_type(form, qtbot) -> None:
    told = []
    form.changed.connect(lambda name, value: told.append((name, value)))
    typed(qtbot, child(form, "name", QLineEdit), "clap")
    typed(qtbot, child(form, "rate", QLineEdit), "30000/1001")
    typed(qtbot, child(form, "count", QLineEdit), "7")
    typed(qtbot, child(form, "file", QLineEdit), "a b.npy")
    qtbot.mouseClick(child(form, "on", QCheckBox), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert told == [("name", "clap"), ("rate", Fraction(30000, 1001)), ("count", 7), ("file", "a b.npy"), ("on", False)]
    assert form.value == Sample("clap", 7, rate=Fraction(30000, 1001), on=False, file="a b.npy")


def test_what_cannot_be_read_is_not_told(form, qtbot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        line = child(form, "rate", QLineEdit)
        typed(qtbot, line, "fast")
        assert line.text() == "24"
        typed(qtbot, line, "1/0")
        typed(qtbot, child(form, "count", QLineEdit), "3")


def test_choices_are_named_and_none_is_one_of_them(form, qtbot) -> None:
    way = child(form, "way", QComboBox)
    assert [way.itemText(i) for i in range(way.count())] == ["Hold", "Loop"]
    way.setFocus()
    qtbot.keyClick(way, Qt.Key.Key_Down)
    assert form.value.way == "loop"
    hand = child(form, "hand", QComboBox)
    assert [hand.itemText(i) for i in range(hand.count())] == ["Automatic", "left", "right"]
    qtbot.keyClick(hand, Qt.Key.Key_Down)
    assert form.value.hand == "left"
    typed(qtbot, child(form, "unit", QComboBox).lineEdit(), "0.0254")
    assert form.value.unit == "0.0254"


def test_a_number_can_be_none(form, qtbot) -> None:
    box, number = child(form, "seed", QCheckBox), child(form, "seed", QSpinBox)
    assert not number.isEnabled()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert form.value.seed == 0
    typed(qtbot, number.lineEdit(), "12")
    assert form.value.seed == 12
    qtbot.mouseClick(child(form, "size", QCheckBox), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert form.value.size is None


def test_a_color_is_chosen_and_taken_back(form, qtbot, monkeypatch) -> None:
    editor = form.editor("color")
    monkeypatch.setattr(editor, "ask", lambda: "#123456")
    choose, clear = editor.findChildren(QToolButton)
    qtbot.mouseClick(choose, Qt.MouseButton.LeftButton)
    assert form.value.color == "#123456"
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert form.value.color == ""


def test_showing_a_value_tells_nobody(form, qtbot) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.show_value(Sample("new", 9, 0.25, Fraction(1, 3), False, "loop", 4, None, "x", "right", "cm", "#ffffff"))
    assert child(form, "name", QLineEdit).text() == "new"
    assert child(form, "rate", QLineEdit).text() == "1/3"
    assert child(form, "seed", QSpinBox).value() == 4
    assert child(form, "hand", QComboBox).currentText() == "right"


def test_a_wheel_that_passes_changes_nothing(form, qtbot) -> None:
    box = child(form, "count", QSpinBox)
    form.editor("name").setFocus()
    middle = QPointF(box.rect().center())
    wheel = QWheelEvent(
        middle, box.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert form.value.count == 3


def test_only_some_fields_and_some_only_shown(qtbot) -> None:
    form = Form(Sample(), {"size": Field("Canvas", unit="px", readonly=True)}, names=("size", "name"))
    qtbot.addWidget(form)
    assert form.editor("size").findChild(QLabel).text() == "768 × 512 px"
    with pytest.raises(KeyError):
        form.editor("count")


@pytest.mark.parametrize("name", [name for name, format in formats.registry().items() if format.options])
def test_the_options_of_every_format_make_a_form(qtbot, name) -> None:
    options = formats.get(name).options()
    form = Form(options, {})
    qtbot.addWidget(form)
    assert form.value == options
    for one in fields(options):
        assert form.editor(one.name).focusProxy().accessibleName()
