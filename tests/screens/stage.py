"""The stage: one window at a fixed time over a fresh copy of the shop's cache, and its picture."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Self
from uuid import UUID

from PySide6.QtCore import QAbstractAnimation, QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from console.conversations.records import MESSAGE, SendReply
from console.conversations.tables import rows as conversation_rows
from console.conversations.widgets.sights import SEEN_AFTER_MS
from console.desktop.current import READ_AFTER_MS
from console.desktop.language import speak
from console.desktop.popped import Popped
from console.desktop.preferences import THEME
from console.desktop.rooms import rooms
from console.desktop.settings import Settings
from console.desktop.window import Window
from console.desktop.workspace import Workspace
from console.kernel.ids import new_id
from console.kernel.tongue import ENGLISH
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.mode import Mode
from console.sync.client.outbox import Entry
from console.sync.records import Rejected, Result, command
from console.tickets.model import Ticket
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.fakes.clock import ManualClock
from tests.parts.desk import KEY
from tests.parts.until import until
from tests.screens.content import NOW
from tests.screens.shop import Made

SIZE = (1440, 900)
_SOON_MS = 1_000


class Scene:
    """One window of Ana's. `work()` gives it her workspace; other pages are shown as they are."""

    def __init__(
        self, made: Made, theme: Theme, size: tuple[int, int] = SIZE, language: str = ENGLISH
    ) -> None:
        _speak(language)
        self.made, self.theme = made, theme
        self.clock = ManualClock(NOW)
        self.slots = Slots()
        self.folder = Path(mkdtemp(prefix="parley-scene-"))
        self.settings = Settings(self.folder)
        THEME.keep(self.settings, theme.tokens.name)
        self.window = Window(self.settings)
        self.window.resize(*size)
        self.local: Local
        self.workspace: Workspace
        self._opened = self._worked = False

    async def page(self, page: QWidget) -> None:
        """Show a page of its own."""
        self.window.show_page(page)
        await self.appear()

    async def work(
        self, opened: str = "", *, mode: Mode = "live", alone: bool = False
    ) -> Workspace:
        """Show Ana's workspace, with a ticket open if one is named; or a ticket `alone`."""
        shutil.copytree(self.made.folder, self.folder, dirs_exist_ok=True)
        self.local = Local(self.folder, KEY, self.made.me, self.clock, rooms())
        assert self.local.open_cache(), "the shop's cache cannot be read"
        self._opened = True
        kind = Popped if alone else Workspace
        self.workspace = kind(self.local, self.settings, self.theme, self.clock, self.slots)
        if isinstance(self.workspace, Popped):
            self.workspace.alone(self.made.tickets[opened])
        self._worked = True
        self.window.show_page(self.workspace)
        await self.appear()
        self.link(mode)
        self.workspace.begin()
        if opened:
            self.workspace.show_ticket(self.made.tickets[opened])
        await self.settle()
        return self.workspace

    def link(self, mode: Mode, *, minutes: int = 0, done: int = 0, total: int = 0) -> None:
        """The engine says how the link is, and since how many minutes."""
        since = NOW - timedelta(minutes=minutes)
        before = self.local.standing
        cursor = before.cursor if before else 0
        self.local.hear(pipe.Standing(mode, done, total, cursor, since, since))

    async def answer_unseen(self, ticket: Ticket, reply: SendReply, about: str) -> UUID:
        """Queue an answer by somebody who has not seen the last one of a colleague."""
        reader = self.local.reader
        assert reader is not None
        told = conversation_rows.messages(reader, ticket.conversation_id)
        theirs = [m for m in told if m.author == "staff" and m.lane != "internal"][-1]
        base = self.local.revision(MESSAGE, theirs.id) - 1
        wish = command(ticket.conversation_id, reply, cmd_id=new_id(), base_rev=base)
        entry = Entry(wish, ticket.id, "queued", about, self.local.clock.now())
        await self.local._put([entry])
        return wish.cmd_id

    async def hold(self, ticket: Ticket, reply: SendReply, about: str) -> None:
        """The server forgot an answer that had been accepted."""
        wish = command(ticket.conversation_id, reply, cmd_id=new_id())
        now = self.clock.now()
        await self.local.restore(Entry(wish, ticket.id, "held", about, now))

    def refuse(self, cmd_id: UUID, code: str) -> None:
        """The engine says that the server refused an action."""
        self.local.hear(pipe.Answered((Result(cmd_id, Rejected(code)),)))

    async def appear(self) -> None:
        """Show the window and wait until it stands."""
        self.window.show()
        self.window.activateWindow()
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is about to change any more."""
        still = 0

        def at_rest() -> bool:
            nonlocal still
            for _ in range(2):
                QApplication.processEvents()
            # Several turns: what has just come to rest may lay out what is around it.
            still = 0 if self._soon() or self.slots._tasks.names else still + 1
            return still >= 4

        await until(at_rest, "a window at rest")

    def _soon(self) -> bool:
        """Whether a timer will fire that changes what is seen."""
        timers = [t for t in self.window.findChildren(QTimer) if t.isActive() and t.isSingleShot()]
        for timer in timers:
            if timer.interval() in (READ_AFTER_MS, SEEN_AFTER_MS):
                timer.stop()  # nobody looks at a picture long enough to have read it
        # A bar that only says "busy" moves for ever.
        moving = [
            each
            for each in self.window.findChildren(QAbstractAnimation)
            if not isinstance(each.parent(), QProgressBar)
        ]
        if any(each.state() == QAbstractAnimation.State.Running for each in moving):
            return True
        return any(timer.isActive() and timer.interval() < _SOON_MS for timer in timers)

    def over(self) -> list[QWidget]:
        """Popups and dialogs over the window."""
        tops = QApplication.topLevelWidgets()
        open_now = [top for top in tops if top.isVisible() and top is not self.window]
        return sorted(open_now, key=lambda top: top.windowType() == Qt.WindowType.Popup)

    def picture(self) -> QImage:
        """The window as it is seen, with what is open over it."""
        image = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        origin = self.window.geometry().topLeft()
        painter = QPainter(image)
        for top in self.over():
            at = top.geometry().topLeft() - origin
            painter.drawPixmap(at, top.grab())
            if top.windowType() == Qt.WindowType.Dialog:
                painter.setPen(QColor(128, 128, 128))
                painter.drawRect(top.rect().translated(at).adjusted(-1, -1, 0, 0))
        painter.end()
        return image

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Take the window away and its files with it."""
        for top in self.over():
            top.close()
        self.window.closing = lambda: ""
        self.window.close()
        await self.slots.close()
        if self._worked:
            self.workspace.cut()
            await self.workspace.end()
        if self._opened:
            await self.local.close()
        self.theme.arrange("comfortable")
        self.theme.quieten(still=False)
        _speak(ENGLISH)
        self.window.deleteLater()
        QApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete)
        shutil.rmtree(self.folder, ignore_errors=True)


def _speak(language: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    speak(app, language)


Show = Callable[[Scene], Awaitable[object]]


@dataclass(frozen=True)
class State:
    """A state worth a picture. `elides` says that its texts are too long on purpose."""

    name: str
    show: Show
    size: tuple[int, int] = SIZE
    elides: bool = False
    language: str = ENGLISH
