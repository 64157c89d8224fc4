"""Keeps the editor's translations in step with its code, and compiles them.

python tools/author_translations.py [LANGUAGE.json ...]

Every literal of ``tr("...")`` and ``noop("...")`` in gui/ stands in each gui/translations/poseforge_LANGUAGE.ts, which is Qt
Linguist's XML: what is new comes in unfinished, what is gone goes out, and what was translated stays. To translate, write into
the .ts (by hand or with Qt Linguist) and take the type="unfinished" away, or give a file zh_CN.json of {string: translation};
run this again, and it makes the .qm that is loaded.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

GUI = Path(__file__).parent.parent / "gui"
FOLDER = GUI / "translations"
CONTEXT = "poseforge"
LANGUAGES = ("zh_CN",)


@dataclass(frozen=True)
class Message:
    """One string: its translation, empty while there is none, and whether somebody has to look at it."""

    source: str
    translation: str = ""
    unfinished: bool = True


def sources(code: str, name: str) -> tuple[set[str], list[str]]:
    """The strings of a module that are translated, and complaints about calls of `tr` whose string nobody can find."""
    found, wrong = set(), []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in ("tr", "noop"):
            continue
        text = node.args[0] if node.args else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            found.add(text.value)
        elif node.func.id == "noop" or not isinstance(text, ast.Name | ast.Attribute | ast.Subscript):
            wrong.append(f"{name}:{node.lineno}: {ast.unparse(node)} is no literal, nor a variable from a table of noop()")
    return found, wrong


def all_sources() -> tuple[set[str], list[str]]:
    """The same of all modules of the editor."""
    found: set[str] = set()
    wrong: list[str] = []
    for path in sorted(GUI.rglob("*.py")):
        more, complaints = sources(path.read_text(encoding="utf-8"), str(path.relative_to(GUI.parent)))
        if path.name != "text.py":  # it defines the two
            found |= more
            wrong += complaints
    return found, wrong


def ts(language: str) -> Path:
    return FOLDER / f"poseforge_{language}.ts"


def read(path: Path) -> dict[str, Message]:
    """The messages of a .ts file by their sources; none if there is no file."""
    if not path.is_file():
        return {}
    messages = {}
    for node in ET.parse(path).iter("message"):
        translation = node.find("translation")
        assert translation is not None
        source = node.findtext("source", "")
        messages[source] = Message(source, translation.text or "", translation.get("type") == "unfinished")
    return messages


def updated(old: dict[str, Message], found: set[str]) -> list[Message]:
    """A message for each string of the code, in order, with the translation it had."""
    return [old.get(source, Message(source)) for source in sorted(found)]


def written(language: str, messages: list[Message]) -> str:
    """A .ts file, as Qt Linguist writes it."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        "<context>",
        f"    <name>{CONTEXT}</name>",
    ]
    for message in messages:
        kind = ' type="unfinished"' if message.unfinished or not message.translation else ""
        lines += [
            "    <message>",
            f"        <source>{escape(message.source)}</source>",
            f"        <translation{kind}>{escape(message.translation)}</translation>",
            "    </message>",
        ]
    return "\n".join([*lines, "</context>", "</TS>", ""])


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return set(re.findall(r"\{(\w*)", text))


def complaints(messages: list[Message]) -> list[str]:
    """What is not ready: no translation, or other placeholders in it than in its source."""
    found = [f"not translated: {message.source!r}" for message in messages if message.unfinished or not message.translation]
    for message in messages:
        if message.translation and placeholders(message.source) != placeholders(message.translation):
            found.append(f"other placeholders: {message.source!r} and {message.translation!r}")
    return found


def lrelease() -> Path | None:
    """Qt's compiler of translations, which comes with PySide6; None where it is missing."""
    import PySide6

    suffix = ".exe" if os.name == "nt" else ""
    places = (Path(PySide6.__file__).parent / f"lrelease{suffix}", Path(sys.executable).with_name(f"pyside6-lrelease{suffix}"))
    return next((place for place in places if place.is_file()), None)


def compile(source: Path, target: Path) -> None:
    """Make the .qm of a .ts file."""
    program = lrelease()
    if program is None:
        raise SystemExit("lrelease is missing; pip install PySide6-Essentials")
    subprocess.run([program, "-silent", source, "-qm", target], check=True)


def main(files: list[str]) -> int:
    found, wrong = all_sources()
    new = {Path(file).stem: json.loads(Path(file).read_text(encoding="utf-8")) for file in files}
    for language in LANGUAGES:
        known = read(ts(language))
        known |= {source: Message(source, text, False) for source, text in new.get(language, {}).items()}
        messages = updated(known, found)
        FOLDER.mkdir(exist_ok=True)
        ts(language).write_text(written(language, messages), encoding="utf-8", newline="\n")
        compile(ts(language), ts(language).with_suffix(".qm"))
        wrong += [f"{language}: {complaint}" for complaint in complaints(messages)]
    print("\n".join(wrong) or f"{len(found)} strings in {', '.join(LANGUAGES)}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
