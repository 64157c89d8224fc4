"""Keeps the translations of what the core says in step with its code.

python tools/author_core_words.py [LANGUAGE.json ...]

What the core raises, and what it notes about files, is English with values in it. Every such message is found as a template,
its values as holes, "there is no joint {1}", and stands in gui/translations/core_LANGUAGE.json with its translation, which has
the same holes in any order. What is new comes in empty, what is gone goes out. To translate, write into that file, or give a
file zh_CN.json of {template: translation}. `poseforge.gui.told` finds a message's template again and fills in the values.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "gui" / "translations"
LANGUAGES = ("zh_CN",)

_ERRORS = frozenset(("FormatError", "InvalidValue", "FileProblem", "Taken", "UnknownFormat", "UnsafeFile", "MissingDependency"))
"""What is returned to be raised."""

_VARIABLES = frozenset(("problem", "advice", "message", "notes"))
_TELLERS = frozenset((
    "losses", "notes", "_notes", "in_words", "_in_words", "_of_death", "_aside", "missing", "_missing", "missing_weights",
    "_proportions", "_crowd_notes",
))  # fmt: skip
"""Functions whose strings are told, and lists to which such are added."""

_LETTERS = 4
"""A template with fewer letters of its own fits too much: what it tells stands in its values."""

UNSEEN = frozenset(("poseforge/__init__.py", "poseforge/pickling.py"))
"""What these raise, no user of the editor sees."""


def texts(node: ast.expr | None, constants: dict[str, ast.expr]) -> list[str]:
    """The templates that an expression of a string may be, with {} for values; none if it is something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name) and node.id in constants:
        return texts(constants[node.id], {})
    if isinstance(node, ast.List):
        return [text for one in node.elts for text in texts(one, constants)]
    if isinstance(node, ast.IfExp):
        return [*texts(node.body, constants), *texts(node.orelse, constants)]
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in texts(value, constants)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return ["".join(parts) for parts in product(texts(node.left, constants), texts(node.right, constants))]
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_part(value, constants) for value in node.values))]
    return []


def _part(node: ast.expr, constants: dict[str, ast.expr]) -> list[str]:
    """Of a part of an f-string: a value that is one of some literals is these."""
    if isinstance(node, ast.FormattedValue):
        either = isinstance(node.value, ast.IfExp | ast.Name) and node.conversion < 0
        known = texts(node.value, constants) if either else []
        whole = isinstance(node.value, ast.IfExp) and not (known and _literal(node.value.body) and _literal(node.value.orelse))
        return ["{}"] if whole or not known else known
    return texts(node, constants)


def _called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.JoinedStr)


def said(tree: ast.Module) -> Iterator[str]:
    """The templates of what a module says to people."""
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
    for node in ast.walk(tree):
        found: list[ast.expr] = []
        made = node.exc if isinstance(node, ast.Raise) else node.value if isinstance(node, ast.Return) else None
        if isinstance(made, ast.Call) and (isinstance(node, ast.Raise) or ast.unparse(made.func) in _ERRORS):
            found = [*made.args, *(word.value for word in made.keywords if word.arg == "advice")]
        elif isinstance(node, ast.Assign) and _called(node.targets[0]) in _VARIABLES:
            found = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name in _TELLERS:
            found = [one.value for one in ast.walk(node) if isinstance(one, ast.Yield | ast.Return) and one.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("Event", "Outcome"):
            found = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "error")]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            listed = node.func.value.id in _TELLERS and node.func.attr in ("append", "insert")
            found = node.args if listed else node.args[1:] if node.func.attr == "_step" else []
        for one in found:
            yield from texts(one, constants)


def numbered(text: str) -> str:
    """A template with its holes numbered from 1."""
    parts = text.split("{}")
    return parts[0] + "".join(f"{{{i}}}{part}" for i, part in enumerate(parts[1:], 1))


def templates() -> set[str]:
    """All that the core says."""
    found: set[str] = set()
    for path in sorted([*(ROOT / "poseforge").rglob("*.py"), *(ROOT / "converters").rglob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if "/cli/" not in name and name not in UNSEEN:
            found.update(said(ast.parse(path.read_text(encoding="utf-8"))))
    words = {text for text in found if " " in text and sum(map(str.isalpha, text)) >= _LETTERS}
    return {numbered(text) for text in words}


def table(language: str) -> Path:
    return FOLDER / f"core_{language}.json"


def read(path: Path) -> dict[str, str]:
    """A table of translations; empty if there is none."""
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return known


def written(found: set[str], known: dict[str, str]) -> str:
    """A table of what was found, in order, with the translations that are known."""
    return json.dumps({text: known.get(text, "") for text in sorted(found)}, ensure_ascii=False, indent=0) + "\n"


def complaints(known: dict[str, str]) -> list[str]:
    """What is not ready: no translation, or other holes in it."""
    wrong = [f"not translated: {text!r}" for text, translation in known.items() if not translation]
    for text, translation in known.items():
        if translation and sorted(re.findall(r"\{\d+\}", text)) != sorted(re.findall(r"\{\d+\}", translation)):
            wrong.append(f"other holes: {text!r} and {translation!r}")
    return wrong


def main(files: list[str]) -> int:
    found, wrong = templates(), []
    new = {Path(file).stem: read(Path(file)) for file in files}
    for language in LANGUAGES:
        known = read(table(language)) | new.get(language, {})
        table(language).write_text(written(found, known), encoding="utf-8", newline="\n")
        wrong += [f"{language}: {complaint}" for complaint in complaints(read(table(language)))]
    print("\n".join(wrong) or f"{len(found)} templates in {', '.join(LANGUAGES)}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
