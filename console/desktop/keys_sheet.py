"""The keyboard map on paper: one sheet as PDF, with the keys as they are now."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from console.desktop.commands import COMMANDS
from console.desktop.keymap import FIXED, KeyMap, shown
from console.kernel.errors import Unavailable
from console.kernel.tongue import mark, tr
from console.ui.theme import font

FIXED_GROUP = mark("Ticket")
_MARGIN_MM = 16.0
_DPI = 96
_POINTS = (8.0, 7.5, 7.0, 6.5)
"""As large as fits on one page; where even the last does not, the sheet has more."""
_TITLE, _KEY = "<td width='56%'>", "<td width='44%'>"
_SIDES = ("<div align=left>", "<div align=right>")
_HEAD_LINES = 2  # a heading and the room above it


def groups(keymap: KeyMap) -> dict[str, list[tuple[str, str]]]:
    """Titles and keys by group, in the order of the commands; those without a key are left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for command in COMMANDS:
        if keymap.key(command):
            line = (tr(command.title), keymap.shown(command))
            found.setdefault(tr(command.group), []).append(line)
    fixed = [(tr(taken.title), shown(taken.key)) for taken in FIXED]
    found.setdefault(tr(FIXED_GROUP), []).extend(fixed)
    return found


def write_sheet(keymap: KeyMap, file: Path) -> None:
    """Write the sheet. Raises Unavailable when the file cannot be written."""
    writer = QPdfWriter(str(file))
    writer.setResolution(_DPI)
    writer.setTitle(tr("Parley: keyboard map"))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    try:
        file.open("ab").close()  # the writer itself does not say why it could not
    except OSError as error:
        reason = error.strerror or str(error)
        told = tr("{name} cannot be written: {reason}. Choose another place.")
        raise Unavailable(told.format(name=file.name, reason=reason)) from error
    _laid_out(groups(keymap), QSizeF(writer.width(), writer.height())).print_(writer)


def _laid_out(found: dict[str, list[tuple[str, str]]], size: QSizeF) -> QTextDocument:
    """The sheet on pages of this size, which has no margins of its own beside the paper's."""
    page = QTextDocument()
    page.setDocumentMargin(0)
    turned = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    for points in _POINTS:
        paper = font()
        paper.setPointSizeF(points)
        page.setDefaultFont(paper)
        page.setHtml(_html(found, turned=turned))
        page.setPageSize(size)
        if page.pageCount() == 1:
            break
    return page


def balanced(found: dict[str, list[tuple[str, str]]], columns: int) -> list[list[str]]:
    """The groups in so many columns, about as tall as one another."""
    sides: list[list[str]] = [[] for _ in range(columns)]
    tall = [0] * columns
    for group, lines in found.items():
        side = tall.index(min(tall))
        tall[side] += len(lines) + _HEAD_LINES
        sides[side].append(group)
    return sides


def _html(found: dict[str, list[tuple[str, str]]], *, turned: bool) -> str:
    """The sheet; `turned` for those who read from right to left, as Qt does not turn tables."""
    align = "right" if turned else "left"
    sides = [
        "".join(
            f"<h3 align='{align}'>{escape(group)}</h3>{_table(found[group], turned=turned)}"
            for group in side
        )
        for side in balanced(found, 2)
    ]
    columns = "".join(_turned([f"<td width='50%'>{side}</td>" for side in sides], turned=turned))
    title = f"<h2 align='{align}'>{escape(tr('Parley: keyboard map'))}</h2>"
    return f"{title}<table width='100%' cellspacing='8'><tr>{columns}</tr></table>"


def _table(lines: Iterable[tuple[str, str]], *, turned: bool) -> str:
    rows = ""
    for title, key in lines:
        # A key is one word, however it is broken elsewhere, and reads as it is pressed.
        told = f"<span style='white-space:nowrap'><b>{escape(key)}</b></span>"
        cells = [
            f"{_TITLE}{_SIDES[turned]}{escape(title)}</div></td>",
            f"{_KEY}{_SIDES[turned]}{told}</div></td>",
        ]
        rows += f"<tr>{''.join(_turned(cells, turned=turned))}</tr>"
    return f"<table width='100%' cellpadding='1'>{rows}</table>"


def _turned(cells: list[str], *, turned: bool) -> list[str]:
    return cells[::-1] if turned else cells
