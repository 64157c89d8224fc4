"""The words of the editor, in the user's language.

`tr("Save")` is looked up in ``translations/poseforge_LOCALE.qm``, which Qt Linguist's tools make of the .ts file beside it;
``tools/author_translations.py`` keeps the .ts file in step with the code. English is the key and what is shown without a file.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

CONTEXT = "poseforge"
LANGUAGES = {"en": "English", "zh_CN": "中文"}


class _Words(str):
    """What `tr` made, and of what, so that it can be said again when another language is spoken."""

    source: str
    values: dict[str, object]


def tr(text: str, **values: object) -> str:
    """`text` in the user's language, with {name} filled from `values`. `text` must be a literal, so that it is found. Values
    that `tr` made earlier are in the language of today, too.
    """
    shown = QCoreApplication.translate(CONTEXT, text)
    known = {name: again(value) if isinstance(value, str) else value for name, value in values.items()}
    words = _Words(shown.format(**known) if known else shown)
    words.source, words.values = text, values
    return words


def again(text: str) -> str:
    """What `tr` made, perhaps when another language was spoken, in the user's language; any other text as it is."""
    return tr(text.source, **text.values) if isinstance(text, _Words) else text


def noop(text: str) -> str:
    """`text` itself, a literal that is found as one of `tr` is, and translated later."""
    return text


def system_language() -> str:
    """The one of `LANGUAGES` that the system's locale asks for."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


_installed: list[QTranslator] = []
_spoken = ["en"]


def spoken() -> str:
    """The one of `LANGUAGES` that is shown."""
    return _spoken[0]


def use_language(language: str) -> None:
    """Show what is made from now on in one of `LANGUAGES`, with Qt's own dialogs."""
    app = QCoreApplication.instance()
    assert app is not None
    _spoken[0] = language
    while _installed:
        app.removeTranslator(_installed.pop())
    with as_file(files("poseforge.gui") / "translations" / f"poseforge_{language}.qm") as own:
        for path in (Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / f"qtbase_{language}.qm", own):
            translator = QTranslator(app)
            if path.is_file() and translator.load(str(path)):
                app.installTranslator(translator)
                _installed.append(translator)
