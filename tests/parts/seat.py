"""Somebody at the real window: presses keys, clicks buttons, waits for what they see."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from qasync import QEventLoop

from console.demo.hands import between_tasks
from console.desktop.app import DesktopOptions
from console.desktop.desk import Desk, open_desk
from console.desktop.signin import PassphrasePage, SignInAgain, SignInPage
from console.desktop.workspace import Workspace
from tests.parts.until import until

W = TypeVar("W", bound=QWidget)
PASSPHRASE = "a passphrase of the tests"


def press(keys: str) -> None:
    """Press keys in Qt's notation where the keyboard is now: `J`, `G, I`, `Ctrl+Return`, `?`."""
    sequence = QKeySequence(keys)
    for place in range(sequence.count()):
        combination: QKeyCombination = sequence[place]
        window = QApplication.focusWindow()
        assert window is not None, "no window has the keyboard"
        QTest.keyClick(window, combination.key(), combination.keyboardModifiers())


def type_text(text: str) -> None:
    """Type letters where the keyboard is now."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keyboard"
    QTest.keyClicks(widget, text)


def click(text: str) -> None:
    """Click the one button on screen that is called so."""
    found = [b for b in _on_screen(QAbstractButton) if b.text() == text]
    assert len(found) == 1, f"{len(found)} buttons are called {text!r}"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def said() -> list[str]:
    """Every label on screen."""
    return [label.text() for label in _on_screen(QLabel) if label.text()]


def _on_screen(kind: type[W]) -> list[W]:
    tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
    found = [w for top in tops for w in top.findChildren(kind) if w.window() is top]
    return [widget for widget in found if widget.isVisible()]


class Seat:
    """A desk with somebody at it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def workspace(self) -> Workspace:
        """The workspace that is shown."""
        assert self.desk.workspace is not None, "no workspace is open"
        return self.desk.workspace

    async def press(self, keys: str) -> None:
        """Press keys, as `press` does."""
        await self.do(lambda: press(keys))

    async def type(self, text: str) -> None:
        """Type letters where the keyboard is now."""
        await self.do(lambda: type_text(text))

    async def click(self, text: str) -> None:
        """Click the one button on screen that is called so."""
        await self.do(lambda: click(text))

    async def do(self, deed: Callable[[], object]) -> None:
        """Do something between tasks, as input does."""
        await between_tasks(deed)

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Wait until something holds, with the loop running."""
        await until(holds, what, seen=said)

    async def sign_in(self, server: str, email: str, password: str) -> None:
        """Fill the sign-in page in and send it."""
        await self.until(lambda: isinstance(self.desk.window.page, SignInPage), "the sign-in page")
        page = self.desk.window.page
        lines = page.findChildren(QLineEdit)
        for line, text in zip(lines, (server, email, password), strict=True):
            line.setFocus()
            line.selectAll()
            await self.type(text)
        await self.until(lambda: self.desk.bridge and self.desk.bridge._process, "the engine")
        await self.press("Return")

    async def give_passphrase(self, passphrase: str) -> None:
        """Type a passphrase on its page; empty declines."""
        await self.until(lambda: isinstance(self.desk.window.page, PassphrasePage), "its page")
        if not passphrase:
            await self.click("Keep it for this session only")
            return
        await self.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the caret")
        await self.type(passphrase)
        await self.press("Return")

    async def sign_in_again(self, password: str) -> None:
        """Give the password that is asked for over the workspace."""
        found = [d for d in QApplication.topLevelWidgets() if isinstance(d, SignInAgain)]
        assert len(found) == 1, "nobody asks"
        (line,) = found[0].findChildren(QLineEdit)
        line.setFocus()
        line.selectAll()
        await self.type(password)
        await self.press("Return")

    async def at_work(self, mode: str = "live") -> Workspace:
        """Wait for the workspace and for the link to be so."""
        await self.until(lambda: self.desk.workspace is not None, "the workspace")
        await self.until(lambda: self.mode == mode, f"the link to be {mode}")
        return self.workspace

    async def settled(self) -> None:
        """Wait until everything done here has arrived."""
        local = self.desk.local
        await self.until(lambda: local is not None and not local.entries, "an empty outbox")

    @property
    def mode(self) -> str:
        """How the link is."""
        local = self.desk.local
        return local.standing.mode if local is not None and local.standing is not None else ""


def sit_down(options: DesktopOptions, work: Callable[[Seat], Awaitable[None]]) -> None:
    """Open the desk of a profile, let `work` be done at it, close it as a user does."""
    problems: list[BaseException] = []
    _sit(options, work, problems)
    if problems:
        raise problems[0]


def _sit(
    options: DesktopOptions, work: Callable[[Seat], Awaitable[None]], problems: list[BaseException]
) -> None:
    with open_desk(options) as desk:

        async def at_it() -> None:
            try:
                await work(Seat(desk))
            except BaseException as problem:  # noqa: BLE001 - raised again outside the loop
                problems.append(problem)
            finally:
                desk.end()  # a question is not waited for
                desk.window.closing = lambda: ""
                desk.window.close()

        async def both() -> None:
            await asyncio.gather(desk.live(), at_it())

        loop = QEventLoop(desk.app)
        asyncio.set_event_loop(loop)
        with loop:
            loop.run_until_complete(both())
        asyncio.set_event_loop(None)
        desk.window.deleteLater()
        QApplication.sendPostedEvents(desk.window, QEvent.Type.DeferredDelete)
