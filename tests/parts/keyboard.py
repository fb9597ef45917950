"""Somebody with a keyboard and eyes, and nothing else: keys into the window that has them, words read off it."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from tests.parts.seat import Seat

MOST_TABS = 60
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole


class Keyboard:
    """Works at a seat by keys alone. What it sees is what is on the screen, in words."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    # -- keys

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each in Qt's notation."""
        for told in keys:
            if QApplication.focusWindow() is None:
                await self._come_back()
            await self._seat.press(told)

    async def _come_back(self) -> None:
        """Be at the window again: off screen nobody gives it the keyboard after a dialog."""
        self._seat.desk.window.activateWindow()
        await self.until(QApplication.focusWindow, "the window to have the keyboard")

    async def type(self, text: str) -> None:
        """Type letters where the keyboard is now."""
        await self._seat.type(text)

    async def command(self, words: str) -> None:
        """Find something in the palette and do it."""
        await self.press("Ctrl+K")
        await self.type(words)
        await self.press("Return")

    async def pick(self, key: str, words: str) -> None:
        """Press a key that asks, narrow down what is offered, choose the first."""
        await self.press(key)
        await self.type(words)
        await self.press("Return")

    async def tab_to(self, name: str) -> None:
        """Tab until the keyboard is at something whose name begins so."""
        for _ in range(MOST_TABS):
            if here().startswith(name):
                return
            await self.press("Tab")
        raise AssertionError(f"Tab does not come to {name!r}; on screen: {list(screen())}")

    # -- eyes

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds."""
        await self._seat.until(holds, what)

    async def see(self, *words: str) -> None:
        """Wait until all of these stand somewhere on the screen."""
        for text in words:
            await self.until(lambda text=text: sees(text), f"{text!r} on screen")


def here() -> str:
    """What the thing is called that has the keyboard; nothing for nothing."""
    widget = QApplication.focusWidget()
    return (widget.accessibleName() or _words(widget)) if widget is not None else ""


def current() -> str:
    """The row of the list that has the keyboard, as it is read out; nothing where there is none."""
    widget = QApplication.focusWidget()
    index = widget.currentIndex() if isinstance(widget, QAbstractItemView) else None
    return str(index.data(_SPOKEN)) if index is not None and index.isValid() else ""


def sees(text: str) -> bool:
    """Whether this stands somewhere on the screen."""
    return any(text in words for words in screen())


def shown(text: str) -> str:
    """The first words on the screen that have this in them, whole; nothing for none."""
    return next((words for words in screen() if text in words), "")


def screen() -> Iterator[str]:
    """Everything that is on the screen in words: labels, buttons, fields, the rows of lists."""
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            for widget in (top, *top.findChildren(QWidget)):
                if widget.isVisible() and widget.window() is top:
                    yield from _said(widget)


def _said(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QAbstractItemView):
        yield from _rows(widget)
    else:
        yield from filter(None, (_words(widget), widget.accessibleName()))


def _words(widget: QWidget) -> str:
    match widget:
        case QLabel() | QAbstractButton() | QLineEdit():
            return widget.text()
        case QPlainTextEdit() | QTextEdit():
            return widget.toPlainText()
    return ""


def _rows(view: QAbstractItemView) -> Iterator[str]:
    """The rows that are in sight."""
    model, port = view.model(), view.viewport().rect()
    for row in range(model.rowCount() if model is not None else 0):
        assert model is not None
        index = model.index(row, 0)
        if view.visualRect(index).intersects(port):
            yield str(index.data(_SPOKEN) or index.data())
