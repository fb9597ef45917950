"""What assistive technology finds in a window: names, roles, rows that speak, ways for the keyboard."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from tests.screens import looks

CONTROLS = (
    QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QAbstractItemView, QAbstractSpinBox,
    QKeySequenceEdit,
)  # fmt: skip
_NO_ROLES = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Whitespace)
MOST_TABS, MOST_PARTS = 150, 8


def controls(top: QWidget) -> list[QWidget]:
    """What somebody can act on in a window."""
    return [
        widget
        for widget in looks.shown(top)
        if isinstance(widget, CONTROLS)
        and not widget.objectName().startswith("qt_")
        and not _is_part(widget)
    ]


def _is_part(widget: QWidget) -> bool:
    """Whether it is the inside of another control, which stands for it."""
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractSpinBox | QKeySequenceEdit | QLineEdit)


def interface(widget: QWidget) -> QAccessibleInterface:
    """What a screen reader is handed."""
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None, f"{widget!r} is hidden from assistive technology"
    return found


def silent(top: QWidget) -> Iterator[str]:
    """Controls without a name or a role."""
    for widget in controls(top):
        if not looks.name(widget).strip():
            yield f"no name: {widget!r} in {widget.parentWidget()!r}"
        if interface(widget).role() in _NO_ROLES:
            yield f"no role: {widget!r}"


def mute_rows(top: QWidget) -> Iterator[str]:
    """Rows of lists that say nothing, or nothing but what the one before said."""
    for widget in controls(top):
        model = widget.model() if isinstance(widget, QAbstractItemView) else None
        for row in range(min(model.rowCount(QModelIndex()), 20) if model else 0):
            assert model is not None
            index = model.index(row, 0)
            told = model.data(index, Qt.ItemDataRole.AccessibleTextRole)
            if not (isinstance(told, str) and told.strip()):
                yield f"row {row} of {looks.name(widget)!r} says {told!r}"


def walk(start: QWidget) -> list[QWidget]:
    """What has the keyboard after each Tab, until it is back at one that had it."""
    found = [start]
    while len(found) < MOST_TABS:
        here = there = QApplication.focusWidget()
        for _ in range(MOST_PARTS):  # a date goes through day, month and year first
            assert here is not None, f"the keyboard is nowhere after {found[-1]!r}"
            QTest.keyClick(here, Qt.Key.Key_Tab)
            there = QApplication.focusWidget()
            if there is not here or not isinstance(here, QAbstractSpinBox):
                break
        assert there is not None, f"the keyboard is nowhere after {here!r}"
        if there in found:
            break
        found.append(there)
    return found


def unreached(top: QWidget, found: list[QWidget]) -> Iterator[str]:
    """Controls that can be used and that Tab never came to; one of several that arrows go through is enough."""
    for widget in controls(top):
        policy = widget.focusPolicy()
        usable = widget.isEnabled() and bool(policy & Qt.FocusPolicy.TabFocus)
        if isinstance(widget, QAbstractButton):
            group = widget.group()
            beside = group.buttons() if group is not None and group.exclusive() else []
            if any(button in found for button in beside):
                continue
            if policy == Qt.FocusPolicy.NoFocus:
                yield f"never by keyboard: {looks.name(widget)!r}"
        if usable and not any(widget is one or widget.isAncestorOf(one) for one in found):
            proxied = widget.focusProxy()
            if proxied is None or proxied not in found:
                yield f"not reached: {looks.name(widget)!r} ({widget!r})"


def faint(top: QWidget) -> Iterator[str]:
    """Controls that look the same with the keyboard and without it."""
    for widget in controls(top):
        if not widget.isEnabled() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        other = next((w for w in controls(top) if w is not widget and w.isEnabled()), None)
        if other is None:
            continue
        other.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        without = top.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if QApplication.focusWidget() is widget and top.grab().toImage() == without:
            yield f"no focus to be seen: {looks.name(widget)!r}"
