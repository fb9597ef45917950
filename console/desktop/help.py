"""The keyboard map and the page about Parley."""

import sys

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from console import __version__
from console.desktop.commands import COMMANDS
from console.kernel.assets import asset
from console.kernel.tongue import mark, tr
from console.ui.widgets import Mark, Text

_COLUMNS = 2
_EXTRA = (
    (mark("Ticket"), mark("Send"), "Ctrl+Return"),
    (mark("Ticket"), mark("Send and solve"), "Ctrl+Shift+Return"),
    (mark("Ticket"), mark("Copy the chosen message"), "Ctrl+C"),
)


class KeysDialog(QDialog):
    """Every key, by group."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard map"))
        keyed = [(c.group, c.title, c.key) for c in COMMANDS if c.key]
        groups: dict[str, list[tuple[str, str]]] = {}
        for group, title, key in (*keyed, *_EXTRA):
            groups.setdefault(group, []).append((title, key))
        columns = QHBoxLayout(self)
        columns.setContentsMargins(28, 24, 28, 24)
        columns.setSpacing(48)
        for half in (list(groups)[::_COLUMNS], list(groups)[1::_COLUMNS]):
            column = QVBoxLayout()
            column.setSpacing(8)
            for group in half:
                column.addWidget(Text(tr(group).upper(), "section"))
                column.addLayout(_grid(groups[group]))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)


def _grid(lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    for row, (title, key) in enumerate(lines):
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(Text(tr(title)), row, 0)
        grid.addWidget(
            Text(shown.replace(", ", tr(" then ")), "key"), row, 1, Qt.AlignmentFlag.AlignRight
        )
    return grid


class AboutDialog(QDialog):
    """Version, licence and the release notes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Parley"))
        self.resize(560, 440)
        python = ".".join(map(str, sys.version_info[:3]))
        notes = QTextBrowser(openLinks=False)
        notes.setMarkdown(asset("release_notes.md").read_text("utf-8"))
        notes.setAccessibleName(tr("Release notes"))
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Mark(48))
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(Text(f"Parley {__version__}", "display"))
        told.addWidget(
            Text(
                tr("Python {python}, Qt {qt}. Apache License 2.0.").format(
                    python=python, qt=qVersion()
                ),
                "dim",
            )
        )
        head.addLayout(told, 1)
        box.addLayout(head)
        box.addWidget(notes, 1)
        box.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
