"""The keyboard map and the page about Parley."""

import sys

from PySide6.QtCore import Qt, Signal, qVersion
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
from console.desktop.keymap import KeyMap
from console.desktop.keys_sheet import balanced, groups
from console.kernel.assets import asset
from console.kernel.tongue import tr
from console.ui.widgets import Mark, Text

_COLUMNS, _MANY, _LONG = 2, 3, 44


class KeysDialog(QDialog):
    """Every key, by group. `change_wanted` asks for the page on which they are changed."""

    change_wanted = Signal()

    def __init__(self, parent: QWidget | None, keymap: KeyMap) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard map"))
        found = groups(keymap)
        count = sum(len(lines) for lines in found.values())
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 20)
        box.setSpacing(12)
        columns = QHBoxLayout()
        columns.setSpacing(48)
        box.addLayout(columns)
        box.addLayout(self._buttons())
        for half in balanced(found, _MANY if count > _LONG else _COLUMNS):
            column = QVBoxLayout()
            column.setSpacing(8)
            for group in half:
                column.addWidget(Text(group.upper(), "section"))
                column.addLayout(_grid(found[group]))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column)

    def _buttons(self) -> QHBoxLayout:
        change, close = QPushButton(tr("Change keys…")), QPushButton(tr("Close"))
        close.setDefault(True)
        change.clicked.connect(self.accept)
        change.clicked.connect(self.change_wanted)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(change)
        row.addStretch(1)
        row.addWidget(close)
        return row


def _grid(lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    for row, (title, key) in enumerate(lines):
        grid.addWidget(Text(title), row, 0)
        grid.addWidget(Text(key, "key"), row, 1, Qt.AlignmentFlag.AlignTrailing)
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
        box.addWidget(close, 0, Qt.AlignmentFlag.AlignTrailing)
