"""The keyboard map on paper: one sheet as PDF, with the keys as they are now."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from console.desktop.commands import COMMANDS
from console.desktop.keymap import FIXED, KeyMap, shown
from console.kernel.errors import Unavailable
from console.kernel.tongue import mark, tr
from console.ui.theme import font

FIXED_GROUP = mark("Ticket")
_MARGIN_MM = 16.0
_DPI = 96
_POINTS = 8
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
    page = QTextDocument()
    paper = font()
    paper.setPointSize(_POINTS)
    page.setDefaultFont(paper)
    page.setHtml(_html(groups(keymap)))
    try:
        file.open("ab").close()  # the writer itself does not say why it could not
    except OSError as error:
        reason = error.strerror or str(error)
        told = tr("{name} cannot be written: {reason}. Choose another place.")
        raise Unavailable(told.format(name=file.name, reason=reason)) from error
    page.print_(writer)


def balanced(found: dict[str, list[tuple[str, str]]], columns: int) -> list[list[str]]:
    """The groups in so many columns, about as tall as one another."""
    sides: list[list[str]] = [[] for _ in range(columns)]
    tall = [0] * columns
    for group, lines in found.items():
        side = tall.index(min(tall))
        tall[side] += len(lines) + _HEAD_LINES
        sides[side].append(group)
    return sides


def _html(found: dict[str, list[tuple[str, str]]]) -> str:
    sides = [
        "".join(f"<h3>{escape(group)}</h3>{_table(found[group])}" for group in side)
        for side in balanced(found, 2)
    ]
    columns = "".join(f"<td width='50%'>{side}</td>" for side in sides)
    title = escape(tr("Parley: keyboard map"))
    return f"<h2>{title}</h2><table width='100%' cellspacing='12'><tr>{columns}</tr></table>"


def _table(lines: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td width='62%'>{escape(title)}</td><td><b>{escape(key)}</b></td></tr>"
        for title, key in lines
    )
    return f"<table width='100%' cellpadding='1'>{rows}</table>"
