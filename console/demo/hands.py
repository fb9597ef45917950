"""Hands and eyes for a console off screen: real keys and clicks, waiting with a limit, pictures."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

LIMIT_S = 20.0
_LOOK_S = 0.02

T = TypeVar("T")


class Missed(Exception):
    """Something did not come or is not so; the message is a sentence."""


class Hands:
    """Uses a window as somebody in front of it would. Pictures go to `folder`, numbered."""

    def __init__(self, window: QWidget, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self.pictures: list[Path] = []

    async def press(self, *keys: str) -> None:
        """Press keys where the focus is, each in Qt's notation (`Ctrl+K`, `G, I`)."""
        for told in keys:
            sequence = QKeySequence(told)
            await between_tasks(partial(QTest.keySequence, _focus(self._window), sequence))

    async def type(self, text: str) -> None:
        """Type a text where the focus is, whatever its script."""
        for letter in text:
            if letter == "\n":
                await self.press("Return")
            elif letter.isascii():
                await between_tasks(partial(QTest.keyClick, _focus(self._window), letter))
            else:
                await between_tasks(partial(_compose, _focus(self._window), letter))

    async def click(self, widget: QWidget) -> None:
        """Press the middle of a widget with the mouse."""
        await between_tasks(partial(QTest.mouseClick, widget, Qt.MouseButton.LeftButton))

    async def until(self, holds: Callable[[], T], what: str, limit_s: float = LIMIT_S) -> T:
        """Wait until something holds and return it. Raises Missed when it does not in time."""
        deadline = time.monotonic() + limit_s
        while not (found := holds()):
            if time.monotonic() > deadline:
                raise Missed(f"{what} did not come within {limit_s:g} s.")
            await asyncio.sleep(_LOOK_S)
        return found

    def look(self, name: str) -> Path:
        """Take a picture of the window and what has popped up over it."""
        taken = self._window.grab()
        painter = QPainter(taken)
        for popup in QApplication.topLevelWidgets():
            if popup is not self._window and popup.isVisible():
                place = popup.mapToGlobal(QPoint()) - self._window.mapToGlobal(QPoint())
                painter.drawPixmap(place, popup.grab())
        painter.end()
        file = self._folder / f"{len(self.pictures) + 1:02}-{name}.png"
        if not taken.save(str(file)):
            raise Missed(f"The picture {file} could not be written.")
        self.pictures.append(file)
        return file


async def between_tasks(deed: Callable[[], object]) -> None:
    """Do something from the loop itself, as input does, and raise here what it raises.

    Keys and clicks handle whatever waits, and a task cannot be entered while another one runs.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def act() -> None:
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            done.set_exception(error)
        else:
            done.set_result(None)

    loop.call_soon(act)
    await done


def ensure(holds: object, sentence: str) -> None:
    """Raise Missed with the sentence unless it holds."""
    if not holds:
        raise Missed(sentence)


def _focus(window: QWidget) -> QWidget:
    """What the keyboard reaches now."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return popup.focusWidget() or popup
    return QApplication.focusWidget() or window.focusWidget() or window


def _compose(widget: QWidget, letter: str) -> None:
    """A letter that has no key of its own."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(widget, event)
