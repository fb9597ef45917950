"""Headings over a list are column headers to a screen reader, and say what they are."""

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.tickets.model import Sort
from console.tickets.widgets.signs import order_sign
from console.tickets.widgets.table import TableHeader


def test_headings_have_a_role_and_name_the_columns_and_the_order(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    header = TableHeader(window)
    header.resize(600, 32)
    window.show()
    header.show_columns(("number", "subject", "status"), {})
    header.show_sort(order_sign(Sort.OLDEST, ()))
    spoken = QAccessible.queryAccessibleInterface(header)
    assert spoken.role() == QAccessible.Role.ColumnHeader
    assert (
        spoken.text(QAccessible.Text.Name) == "Columns: No., Subject, Status. Order: Oldest first."
    )
    header.resize(280, 32)
    assert header.accessibleName() == "Columns: Subject. Order: Oldest first.", "what is there"


def test_other_controls_keep_their_roles(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    TableHeader(window)
    button = QPushButton("Go", window)
    assert QAccessible.queryAccessibleInterface(button).role() == QAccessible.Role.Button
