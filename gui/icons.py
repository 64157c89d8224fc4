"""One family of icons: strokes on a grid of 20, drawn in the color of the text they stand by."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from .theme import colors

SIZES = (16, 20, 32, 40)

_HAND = "M7 17v-3l-3-4 1.5-1 2 2V4.5h1.5V9h1V3h1.5v6h1V4h1.5v6h1V6.5h1.5V13l-1.5 4z"
SHAPES = {
    "select": "M5 3l10 8-5 .5 2.5 4.5-2 1-2.5-4.5L5 16z",
    "hand": _HAND,
    "limb": "M4 16a1.5 1.5 0 1 0 .1 0M9 9.5a1.5 1.5 0 1 0 .1 0M16 4.5a1.5 1.5 0 1 0 .1 0M5 15l3-4M10.4 9.6l4.4-4",
    "rotate": "M15.5 7A6.5 6.5 0 1 0 16.5 11M16 3v4.5h-4.5",
    "scale": "M4 9V4h5M16 11v5h-5M4 4l12 12",
    "film": "M3 4h14v12H3zM6.5 4v12M13.5 4v12M3 8h3.5M3 12h3.5M13.5 8H17M13.5 12H17",
    "play": "M6 4l10 6-10 6z",
    "pause": "M7 4v12M13 4v12",
    "first": "M5 4v12M15 4l-8 6 8 6z",
    "last": "M15 4v12M5 4l8 6-8 6z",
    "back": "M13 4l-7 6 7 6",
    "forward": "M7 4l7 6-7 6",
    "loop": "M5 12V9a3 3 0 0 1 3-3h7l-2.5-2.5M15 8v3a3 3 0 0 1-3 3H5l2.5 2.5",
    "key": "M10 4l6 6-6 6-6-6z",
    "undo": "M7 4L3.5 7.5 7 11M4 7.5h8a4.5 4.5 0 0 1 0 9H9",
    "redo": "M13 4l3.5 3.5L13 11M16 7.5H8a4.5 4.5 0 0 0 0 9h3",
    "mirror": "M10 3v14M7.5 6L3 14h4.5zM12.5 6L17 14h-4.5z",
    "eye": "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 .1 0",
    "hidden": "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM4 16L16 4",
    "lock": "M5 9h10v7H5zM7 9V6.5a3 3 0 0 1 6 0V9",
    "unlock": "M5 9h10v7H5zM7 9V6.5a3 3 0 0 1 5.8-1",
    "fit": "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
    "add": "M10 4v12M4 10h12",
    "remove": "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6",
    "search": "M8.5 4a4.5 4.5 0 1 0 .1 0M12 12l4.5 4.5",
    "star": "M10 3l2.1 4.6 5 .5-3.8 3.4 1.1 5L10 14l-4.4 2.5 1.1-5L3 8.1l5-.5z",
    "starred": "M10 3l2.1 4.6 5 .5-3.8 3.4 1.1 5L10 14l-4.4 2.5 1.1-5L3 8.1l5-.5z",
    "tag": "M3 4h6l8 8-5 5-9-9zM6.5 6.5a.7.7 0 1 0 .1 0",
    "sound": "M4 8v4h2.5L10 15V5L6.5 8zM12.5 7.5a3.5 3.5 0 0 1 0 5M14.5 5.5a6.4 6.4 0 0 1 0 9",
    "muted": "M4 8v4h2.5L10 15V5L6.5 8zM13 8l4 4M17 8l-4 4",
    "picture": "M3 4.5h14v11H3zM3 13l4-4 4 4 2.5-2.5L17 14M12.5 7.5a1 1 0 1 0 .1 0",
    "export": "M10 12V3M6.5 6.5L10 3l3.5 3.5M4 12v4h12v-4",
    "open": "M3 5h5l1.5 2H17v9H3z",
    "save": "M4 4h10l2 2v10H4zM7 4v4h6V4M7 16v-4h6v4",
    "warning": "M10 3.5L17.5 16h-15zM10 8.5v3.5M10 14v.2",
    "error": "M10 3a7 7 0 1 0 .1 0M7.5 7.5l5 5M12.5 7.5l-5 5",
    "ok": "M4 10.5l4 4 8-9",
    "onion": "M7 5a3.5 3.5 0 1 0 .1 0M12 7a3.5 3.5 0 1 0 .1 0",
    "trails": "M3 15c3-8 5 2 7-4s4-6 7-7",
    "map": "M3 4h14v12H3zM7 14l2-4 2 2 2-5",
    "guides": "M3 4h14v12H3zM10 4v12M3 9h14",
    "marker": "M6 17V3h8l-2 3 2 3H6",
    "cancel": "M5 5l10 10M15 5L5 15",
    "help": "M10 3a7 7 0 1 0 .1 0M8 8.2a2 2 0 1 1 2.8 2c-.6.3-.8.8-.8 1.5M10 14v.2",
    "chart": "M3 16h14M4 13c3 0 3-8 6-8s3 6 6 6",
    "body": "M10 3a2 2 0 1 0 .1 0M5 9.5l5-1.5 5 1.5M10 8v5M10 13l-3 4M10 13l3 4",
    "face": "M10 3.5a6.5 6.5 0 1 0 .1 0M7.5 8.5v.6M12.5 8.5v.6M7 12.5c1.5 2 4.5 2 6 0",
    "record": "M10 4a6 6 0 1 0 .1 0",
    "opened": "M5 8l5 5 5-5",
    "closed": "M8 5l5 5-5 5",
    "dice": "M4 4h12v12H4zM7 7v.2M13 7v.2M10 10v.2M7 13v.2M13 13v.2",
    "menu": "M4 6h12M4 10h12M4 14h12",
}
_FILLED = {"play", "first", "last", "key", "select", "starred", "record"}


def icon(name: str, color: str = "") -> QIcon:
    """An icon of `SHAPES`, in a color or that of the text. Disabled ones are faint."""
    made = QIcon()
    stroke = color or colors().text
    modes = (
        (QIcon.Mode.Normal, stroke, 1.0),
        (QIcon.Mode.Selected, colors().on_accent, 1.0),
        (QIcon.Mode.Disabled, stroke, 0.35),
    )
    for mode, shown, alpha in modes:
        for size in SIZES:
            made.addPixmap(_drawn(name, shown, size, alpha), mode)
    return made


def _drawn(name: str, color: str, size: int, alpha: float) -> QPixmap:
    fill = color if name in _FILLED else "none"
    source = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path d="{SHAPES[name]}" fill="{fill}" stroke="{color}" '
        f'stroke-opacity="{alpha}" fill-opacity="{alpha}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>'
        "</svg>"
    )
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
