"""Roles for assistive technology that Qt leaves out: it gives the headings over a list none."""

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QHeaderView


@cache
def give_headings_a_role() -> None:
    """From now on headings are column headers to a screen reader, whatever list they stand over."""
    QAccessible.installFactory(_headings)


def _headings(_kind: str, of: QObject) -> QAccessibleInterface | None:
    if isinstance(of, QHeaderView):
        return QAccessibleWidget(of, QAccessible.Role.ColumnHeader)
    return None
