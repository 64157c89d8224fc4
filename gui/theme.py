"""How the editor looks: two sets of colors, the sizes that everything keeps to, Qt's palette and style sheet made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

STEP = 4
"""Pixels; all spacing is a multiple of it."""

ROW, TOOL, TRACK, WAVEFORM = 24, 28, 28, 40
"""Heights of a row of a list, a tool button, a track of the timeline and its waveform, in pixels."""

RADIUS = 4

_TOOL_INNER = TOOL - 7
"""What is left of a tool button inside of its borders, its padding and the three pixels that Qt adds."""

_DOWN, _TICK, _DOT = ((Path(__file__).parent / f"{name}.svg").as_posix() for name in ("down", "tick", "dot"))
"""What a style sheet cannot draw: the arrow of boxes to choose from, in a gray that stands out in both themes, and the signs of
what is chosen, in white on the accent.
"""


@dataclass(frozen=True)
class Theme:
    """Colors as #rrggbb. `text` and `secondary` are readable on `window`, `panel` and `raised`: contrast 4.5 at least."""

    name: str
    window: str
    panel: str
    raised: str
    line: str
    text: str
    secondary: str
    accent: str
    on_accent: str
    warning: str
    error: str
    ok: str
    left: str
    right: str
    body: str
    face: str

    def part(self, name: str) -> str:
        """The color of a part of the body or of a joint: left is blue, right is orange, everywhere."""
        for side in ("left", "right"):
            if name.startswith(side):
                return str(getattr(self, side))
        return self.face if name.startswith("face") else self.body


DARK = Theme(
    "dark", "#1B1D22", "#24272E", "#2E323B", "#3A3F4A", "#E6E8EC", "#A4ABB8", "#4C8DFF", "#10131A",
    "#E5A13A", "#F58A84", "#45BC87", "#4C8DFF", "#F28C3A", "#C4CAD6", "#B18CFF",
)  # fmt: skip
LIGHT = Theme(
    "light", "#F5F6F8", "#FFFFFF", "#ECEEF2", "#D5D9E0", "#1C2026", "#5A6270", "#1F6FEB", "#FFFFFF",
    "#8A5A00", "#C4302B", "#15734A", "#1F6FEB", "#B4540A", "#5A6270", "#7A4FD0",
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


class _Current(QObject):
    changed = Signal()
    theme = DARK


current = _Current()
"""The theme in use, and a signal for those who draw with its colors themselves."""


def colors() -> Theme:
    return current.theme


def use_theme(name: str) -> None:
    """Give the application the look of one of `THEMES`."""
    current.theme = THEMES[name]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    app.setPalette(_palette(current.theme))
    app.setStyleSheet(_sheet(current.theme))
    current.changed.emit()


def on_screen(widget: QWidget) -> bool:
    """Whether anything of a widget can be seen. To Qt a dock that lies behind others is visible, and only somewhere else."""
    window = widget.window()
    return widget.isVisible() and window.rect().intersects(QRect(widget.mapTo(window, QPoint()), widget.size()))


def tabular(size: int = 0) -> QFont:
    """The font for time codes and numbers that change: every digit as wide as the other."""
    font = QFont(QApplication.font())
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setFeature(QFont.Tag("tnum"), 1)
    if size:
        font.setPointSize(size)
    return font


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1. Source: WCAG 2.2."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """The contrast of two colors, 1 to 21. Source: WCAG 2.2."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def laid_over(color: str, ground: str, alpha: float) -> str:
    """The color that is seen where one lies over another."""
    pairs = [(int(color[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(over * alpha + under * (1 - alpha)):02X}" for over, under in pairs)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for roles, color in (
        ((role.Window, role.Mid), theme.window),
        ((role.Base, role.AlternateBase), theme.panel),
        ((role.Button, role.ToolTipBase, role.Light, role.Midlight), theme.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), theme.text),
        ((role.PlaceholderText,), theme.secondary),
        ((role.Highlight, role.Link, role.LinkVisited), theme.accent),
        ((role.HighlightedText, role.BrightText), theme.on_accent),
        ((role.Dark, role.Shadow), theme.line),
    ):
        for one in roles:
            palette.setColor(one, QColor(color))
    for one in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(theme.secondary)
        faded.setAlpha(150)
        palette.setColor(QPalette.ColorGroup.Disabled, one, faded)
    return palette


def _sheet(theme: Theme) -> str:
    return f"""
    QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line}; padding: {STEP}px; }}
    QMainWindow::separator {{ background: {theme.window}; width: {STEP}px; height: {STEP}px; }}
    QDockWidget {{ font-weight: 600; }}
    QDockWidget::title {{ background: {theme.window}; padding: {STEP}px {2 * STEP}px; }}
    QDockWidget > QWidget, QTabWidget::pane {{ background: {theme.panel}; border: 0; }}
    QMenuBar, QStatusBar {{ background: {theme.window}; }}
    QMenu {{ background: {theme.raised}; border: 1px solid {theme.line}; }}
    QMenu::item {{ padding: {STEP}px {5 * STEP}px; }}
    QMenu::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QMenu::item:disabled {{ color: {theme.secondary}; }}
    QMenu::icon:checked {{ border: 1px solid {theme.accent}; border-radius: {RADIUS // 2}px; }}
    QMenu::indicator:non-exclusive:checked {{ image: url("{_TICK}"); background: {theme.accent}; }}
    QMenu::separator {{ height: 1px; background: {theme.line}; margin: {STEP}px 0; }}
    QToolButton {{ min-height: {_TOOL_INNER}px; padding: 1px {STEP}px; border: 1px solid transparent;
        border-radius: {RADIUS}px; }}
    QToolButton:hover {{ background: {theme.raised}; }}
    QToolButton:checked {{ background: {theme.raised}; border-color: {theme.accent}; }}
    QToolButton:focus, QPushButton:focus {{ border-color: {theme.accent}; }}
    QToolButton#heading {{ font-weight: 600; text-align: left; }}
    QToolButton#heading:checked {{ background: transparent; border-color: transparent; }}
    QPushButton {{ min-height: {TOOL - 2}px; padding: 0 {3 * STEP}px; background: {theme.raised};
        border: 1px solid {theme.line}; border-radius: {RADIUS}px; }}
    QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QPushButton:hover {{ border-color: {theme.secondary}; }}
    QPushButton:checked {{ border-color: {theme.accent}; }}
    QPushButton:default:enabled {{ background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent}; }}
    QPushButton:disabled {{ color: {theme.secondary}; background: transparent; border-color: {theme.raised}; }}
    QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit {{ min-height: {ROW - 2}px; background: {theme.raised};
        border: 1px solid {theme.line}; border-radius: {RADIUS}px;
        padding: 0 {STEP}px; selection-background-color: {theme.accent}; }}
    QAbstractSpinBox {{ max-height: {ROW - 2}px; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ min-height: 0; border: 0; padding: 0; background: transparent; }}
    QLineEdit QToolButton {{ min-height: 0; padding: 0; border: 0; }}
    QToolBar {{ spacing: {STEP}px; }}
    QComboBox::drop-down {{ border: 0; width: {5 * STEP}px; }}
    QComboBox::down-arrow {{ image: url("{_DOWN}"); width: {3 * STEP}px; height: {3 * STEP}px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: 0; subcontrol-origin: content; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: center left; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: center right; }}
    QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {theme.accent}; }}
    QListView, QTreeView, QTableView {{ background: {theme.panel}; border: 0; outline: 0; }}
    QListView::item, QTreeView::item {{ min-height: {ROW}px; }}
    QListView::item {{ border-radius: {RADIUS}px; }}
    QListView::item:selected, QTreeView::item:selected {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabBar::tab {{ padding: {STEP}px {3 * STEP}px; color: {theme.secondary}; border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}
    QScrollBar:vertical {{ width: {3 * STEP}px; background: transparent; }}
    QScrollBar:horizontal {{ height: {3 * STEP}px; background: transparent; }}
    QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
    QScrollBar::handle {{ background: {theme.line}; border-radius: {RADIUS}px; min-height: 24px; min-width: 24px;
        margin: 2px; }}
    QScrollBar::handle:hover {{ background: {theme.secondary}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QProgressBar {{ background: {theme.raised}; border: 0; border-radius: {RADIUS}px; text-align: center; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: {RADIUS}px; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: {3 * STEP}px; height: {3 * STEP}px; background: {theme.panel};
        border: 1px solid {theme.secondary}; border-radius: {RADIUS // 2}px; }}
    QRadioButton::indicator {{ border-radius: {3 * STEP // 2 + 1}px; }}
    QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {theme.accent}; border-color: {theme.text}; }}
    QCheckBox::indicator:checked {{ image: url("{_TICK}"); }}
    QRadioButton::indicator:checked {{ image: url("{_DOT}"); }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {theme.raised};
        border-color: {theme.line}; }}
    QHeaderView::section {{ background: {theme.panel}; color: {theme.secondary}; border: 0; padding: {STEP}px; }}
    """


def pen_color(color: str, alpha: float = 1.0) -> QColor:
    """A color of the theme, more or less opaque."""
    made = QColor(color)
    made.setAlphaF(alpha)
    return made


FOCUS = Qt.FocusPolicy.StrongFocus
"""How whatever can be worked with keys takes the focus: by Tab and by a click."""
