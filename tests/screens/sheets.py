"""Contact sheets: a dozen pictures on one page, each under its name."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from console.ui.theme import SMALL, font

COLUMNS, ROWS = 3, 4
_WIDTH, _HEIGHT, _GAP, _NAME = 620, 388, 16, 22


def contact_sheets(files: Sequence[Path], stem: Path) -> list[Path]:
    """Write `<stem>-1.png` and so on with the pictures in order; the files written."""
    each = COLUMNS * ROWS
    written = []
    for number, start in enumerate(range(0, len(files), each), start=1):
        file = stem.with_name(f"{stem.name}-{number}.png")
        _sheet(files[start : start + each]).save(str(file))
        written.append(file)
    return written


def _sheet(files: Sequence[Path]) -> QImage:
    rows = -(-len(files) // COLUMNS)
    tall = _NAME + _HEIGHT + _GAP
    width = COLUMNS * (_WIDTH + _GAP) + _GAP
    sheet = QImage(width, rows * tall + _GAP, QImage.Format.Format_RGB32)
    sheet.fill(QColor(120, 124, 132))
    painter = QPainter(sheet)
    painter.setFont(font(SMALL, strong=True))
    painter.setPen(QColor(255, 255, 255))
    for n, file in enumerate(files):
        x, y = _GAP + n % COLUMNS * (_WIDTH + _GAP), _GAP + n // COLUMNS * tall
        painter.drawText(QRect(x, y, _WIDTH, _NAME - 4), Qt.AlignmentFlag.AlignLeft, file.stem)
        small = QImage(str(file)).scaled(
            _WIDTH, _HEIGHT, Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        painter.drawImage(x, y + _NAME, small)
    painter.end()
    return sheet
