"""Desktop notifications with actions: by the session bus where there is one, else by the tray."""

import asyncio
import logging
import sys
from html import escape
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from console.desktop.news import Notice
from console.kernel.codec import NIL
from console.kernel.tasks import Tasks
from console.kernel.tongue import tr

MOST_SHOWN = 64
"""Notifications whose buttons are still listened to."""
SHOWN_MS = 8_000
ANSWER_S = 5.0
_PATH, _NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"

log = logging.getLogger(__name__)


class Notifier(QObject):
    """Shows notices. `opened` and `read` tell which ticket's button was pressed."""

    opened = Signal(object)
    read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tray: QSystemTrayIcon | None = None
        self._tasks = Tasks()
        self._bus: Any = None
        self._tickets: dict[int, UUID] = {}
        self._last = NIL

    def begin(self, tray: QSystemTrayIcon | None) -> None:
        """Look for a way to notify; needs the running loop."""
        self.tray = tray
        if tray is not None:
            tray.messageClicked.connect(self._message_clicked)
        if sys.platform.startswith("linux"):
            self._tasks.spawn(self._listen(), name="notifications")

    async def close(self) -> None:
        """Show and hear nothing any more."""
        await self._tasks.close()

    def show(self, notice: Notice, *, sound: bool) -> None:
        """Show a notice, the best way there is."""
        if self._bus is not None:
            self._tasks.spawn(self._send(notice, sound=sound), name="notify")
        else:
            self._by_tray(notice, sound=sound)

    def _by_tray(self, notice: Notice, *, sound: bool) -> None:
        if self.tray is not None:
            self._last = notice.ticket
            kind = QSystemTrayIcon.MessageIcon.NoIcon
            self.tray.showMessage(notice.head, notice.text, kind, SHOWN_MS)
            if sound:
                QApplication.beep()

    def _message_clicked(self) -> None:
        self.opened.emit(self._last)

    # -- the session bus

    async def _listen(self) -> None:
        """Hear which buttons are pressed, for as long as the bus is there."""
        from jeepney import MatchRule
        from jeepney.bus_messages import message_bus
        from jeepney.io.asyncio import Proxy, open_dbus_router

        rule = MatchRule(type="signal", interface=_NAME, path=_PATH)
        try:
            async with open_dbus_router(bus="SESSION") as router:
                heard: asyncio.Queue[Any] = asyncio.Queue(MOST_SHOWN)
                with router.filter(rule, queue=heard):
                    await Proxy(message_bus, router).AddMatch(rule)
                    self._bus = router
                    while True:
                        self._hear(await heard.get())
        except (OSError, EOFError, KeyError, ValueError, RuntimeError) as problem:
            log.info("no_session_bus", extra={"cause": type(problem).__name__})
        finally:
            self._bus = None

    def _hear(self, message: Any) -> None:
        from jeepney import HeaderFields

        member = message.header.fields.get(HeaderFields.member)
        body = message.body
        if member != "ActionInvoked" or len(body) != 2:
            return
        ticket = self._tickets.get(body[0])
        if ticket is None:
            return
        if body[1] == "read":
            self.read.emit(ticket)
        else:
            self.opened.emit(ticket)

    async def _send(self, notice: Notice, *, sound: bool) -> None:
        from jeepney import DBusAddress, new_method_call
        from jeepney.io.common import RouterClosed

        actions = ["default", tr("Open"), "open", tr("Open")]
        if notice.ticket != NIL:
            actions += ["read", tr("Mark as read")]
        hints: dict[str, tuple[str, Any]] = {
            "desktop-entry": ("s", "parley"),
            "suppress-sound": ("b", not sound),
        }
        if sound:
            hints["sound-name"] = ("s", "message-new-instant")
        # The body may be read as markup, and what others wrote must not be.
        body = ("Parley", 0, "parley", notice.head, escape(notice.text, quote=False), actions, hints, -1)  # fmt: skip
        address = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        call = new_method_call(address, "Notify", "susssasa{sv}i", body)
        bus = self._bus
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await bus.send_and_get_reply(call)
        except (TimeoutError, OSError, RouterClosed) as problem:
            log.info("not_notified", extra={"cause": type(problem).__name__})
            self._bus = None
            self._by_tray(notice, sound=sound)
            return
        number = answer.body[0] if answer.body else None
        if isinstance(number, int):
            self._remember(number, notice.ticket)
        else:
            self._by_tray(notice, sound=sound)  # nobody shows notifications on this bus

    def _remember(self, number: int, ticket: UUID) -> None:
        self._tickets[number] = ticket
        while len(self._tickets) > MOST_SHOWN:
            del self._tickets[next(iter(self._tickets))]
