"""Icons: the Phosphor glyphs that qtawesome ships, drawn from its font in any colour.

qtawesome itself is not imported: it costs 170 ms of a start that has 650, and all that is
needed of it are two files.
"""

import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from console.kernel.assets import asset
from console.kernel.errors import Unusable
from console.ui import mirror

POINTING = frozenset(
    {
        "arrow-bend-up-left", "arrow-left", "arrow-right", "arrow-u-up-left", "caret-left",
        "caret-right", "paper-plane-tilt", "sign-out", "truck",
    }
)  # fmt: skip
"""Icons that point along the line: they are mirrored where lines run right to left."""
_FONT = "phosphor-1.3.0.ttf"
_CHARMAP = "phosphor-charmap-1.3.0.json"


@lru_cache(maxsize=1)
def _glyphs() -> tuple[str, dict[str, str]]:
    """The font's family, and icon name → character."""
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        raise Unusable("icons_missing", "The package qtawesome is missing: install Parley again.")
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    font_id = QFontDatabase.addApplicationFont(str(folder / _FONT))
    families = QFontDatabase.applicationFontFamilies(font_id)
    told = json.loads((folder / _CHARMAP).read_text("utf-8"))
    return families[0], {name: chr(int(code, 16)) for name, code in told.items()}


def draw(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw an icon, centred in `rect` and as tall as it. Raises KeyError for an unknown name."""
    family, characters = _glyphs()
    character = characters[name]
    font = QFont(family)
    font.setPixelSize(round(rect.height()))
    painter.save()
    painter.setFont(font)
    painter.setPen(color)
    with mirror.upright(painter, rect):
        if name in POINTING:
            mirror.turn(painter, rect)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, character)
    painter.restore()


@lru_cache(maxsize=256)
def pixmap(
    name: str, color: str, size: int, scale: float = 1.0, gap: int = 0, *, turned: bool = False
) -> QPixmap:
    """An icon of `size` logical pixels, with room of `gap` after it, which is at the left if turned."""
    made = QPixmap(QSize(round((size + gap) * scale), round(size * scale)))
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        draw(painter, name, QRectF(gap if turned else 0, 0, size, size), QColor(color))
    finally:
        painter.end()  # a pixmap that goes while it is painted on takes the process along
    return made


def icon(name: str, color: QColor, size: int = 16, gap: int = 0) -> QIcon:
    """An icon for a button, `gap` further from its words than Qt puts it."""
    made = QIcon()
    for scale in (1.0, 2.0):
        made.addPixmap(pixmap(name, color.name(), size, scale, gap, turned=mirror.leftwards()))
    return made


def mark(size: int = 256) -> QPixmap:
    """Parley's own mark, in one of the sizes that it is drawn in: 16, 32, 64 or 256 pixels."""
    return QPixmap(str(asset("icons", f"parley-{size}.png")))


def window_icon() -> QIcon:
    """Parley's mark for windows and task bars."""
    made = QIcon()
    for size in (16, 32, 64, 256):
        made.addPixmap(mark(size))
    return made
