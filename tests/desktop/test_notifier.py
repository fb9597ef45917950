"""Notifications over a real session bus, with buttons that come back; plain text whatever it says."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from jeepney import DBusAddress, HeaderFields, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusRouter, Proxy, open_dbus_connection, open_dbus_router
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from console.desktop.news import Notice
from console.desktop.notifier import MOST_SHOWN, Notifier
from console.desktop.tray import Tray, badged
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.ui.theme import Theme
from tests.parts.bus import own_bus
from tests.parts.until import until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the session bus is Linux'"),
]
NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[str]"]:
    """A session bus of this test alone."""
    with own_bus() as (process, address):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield process


class Desktop:
    """Whoever shows notifications on this bus: keeps what it is told, presses buttons."""

    def __init__(self) -> None:
        self.shown: list[tuple[Any, ...]] = []
        self.came = asyncio.Event()
        self._connection: Any = None

    async def begin(self) -> None:
        """Take the name of the notification service."""
        self._connection = await open_dbus_connection(bus="SESSION")
        async with DBusRouter(self._connection) as router:
            await Proxy(message_bus, router).RequestName(NAME)
        self._task = asyncio.ensure_future(self._serve())

    async def _serve(self) -> None:
        while True:
            message = await self._connection.receive()
            if message.header.fields.get(HeaderFields.member) == "Notify":
                self.shown.append(message.body)
                number = len(self.shown)
                await self._connection.send(new_method_return(message, "u", (number,)))
                self.came.set()

    async def wait(self, count: int) -> None:
        """Until so many are shown."""
        await until(lambda: len(self.shown) >= count, "notifications", news=self.came)

    async def press(self, number: int, key: str) -> None:
        """Press a button of the so-many-th notification."""
        emitter = DBusAddress(PATH, bus_name=NAME, interface=NAME)
        await self._connection.send(new_signal(emitter, "ActionInvoked", "us", (number, key)))

    async def end(self) -> None:
        """Be gone."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._connection.close()


@pytest.mark.usefixtures("bus")
async def test_a_notice_is_shown_and_its_buttons_come_back() -> None:
    desktop, notifier, ticket = Desktop(), Notifier(), new_id()
    opened: list[UUID] = []
    read: list[UUID] = []
    notifier.opened.connect(opened.append)
    notifier.read.connect(read.append)
    await desktop.begin()
    notifier.begin(None)
    await until(lambda: notifier._bus is not None)
    notifier.show(Notice("Lena answered", "#7 <b>Bold & <img src=x>", ticket), sound=False)
    await desktop.wait(1)
    name, replaces, _, head, body, actions, hints, _ = desktop.shown[0]
    assert (name, replaces, head) == ("Parley", 0, "Lena answered")
    assert body == "#7 &lt;b&gt;Bold &amp; &lt;img src=x&gt;", "others' words are no markup"
    assert actions[::2] == ["default", "open", "read"]
    assert hints["suppress-sound"] == ("b", True)
    await until(lambda: notifier._tickets)
    await desktop.press(1, "read")
    await desktop.press(1, "open")
    await desktop.press(99, "open")  # somebody else's
    await until(lambda: opened and read)
    assert (opened, read) == ([ticket], [ticket])
    notifier.show(Notice("3 things want you", "#1, #2", NIL), sound=True)
    await desktop.wait(2)
    assert desktop.shown[1][5][::2] == ["default", "open"]
    assert desktop.shown[1][6]["sound-name"] == ("s", "message-new-instant")
    await notifier.close()
    await desktop.end()


async def test_only_the_last_ones_buttons_are_listened_to() -> None:
    notifier = Notifier()
    for number in range(MOST_SHOWN + 5):
        notifier._remember(number, new_id())
    assert len(notifier._tickets) == MOST_SHOWN
    await notifier.close()


async def test_without_a_bus_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    notifier = Notifier()
    notifier.begin(None)
    await until(lambda: not notifier._tasks.names)
    notifier.show(Notice("Lena answered", "#7"), sound=False)
    await notifier.close()


@pytest.mark.usefixtures("bus")
async def test_without_a_service_nothing_is_wrong() -> None:
    notifier = Notifier()
    notifier.begin(None)
    await until(lambda: notifier._bus is not None)
    notifier.show(Notice("Lena answered", "#7"), sound=False)
    await until(lambda: notifier._tasks.names == ["notifications"])
    await notifier.close()
    async with open_dbus_router(bus="SESSION") as router:
        assert await Proxy(message_bus, router).ListNames()


class Balloons(QSystemTrayIcon):
    """A tray that keeps what it is told, as none can be looked at here."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def showMessage(self, head: str, text: str, *_: object) -> None:  # noqa: N802 - Qt's name
        self.told.append((head, text))


async def test_where_the_bus_goes_away_the_tray_tells(bus: "subprocess.Popen[str]") -> None:
    notifier, tray, ticket = Notifier(), Balloons(), new_id()
    opened: list[UUID] = []
    notifier.opened.connect(opened.append)
    notifier.begin(tray)
    await until(lambda: notifier._bus is not None)
    notifier.show(Notice("Nobody serves", "#1"), sound=False)
    await until(lambda: len(tray.told) == 1)
    bus.terminate()
    bus.wait()
    # Its end is noticed with the next notice at the latest.
    notifier.show(Notice("Lena answered", "#7", ticket), sound=False)
    await until(lambda: len(tray.told) == 2)
    assert tray.told == [("Nobody serves", "#1"), ("Lena answered", "#7")]
    tray.messageClicked.emit()
    assert opened == [ticket]
    await notifier.close()


async def test_the_tray_counts_and_its_menu_does(theme: Theme, qapp: QApplication) -> None:
    tray = Tray(theme)
    done: list[str] = []
    tray.wanted.connect(lambda: done.append("up"))
    tray.window_wanted.connect(lambda: done.append("window"))
    tray.quiet_wanted.connect(lambda: done.append("quiet"))
    tray.quit_wanted.connect(lambda: done.append("quit"))
    for action in tray.menu.actions():
        action.trigger()
    assert done == ["up", "window", "quiet", "quit"]
    tray.count(7)
    assert tray.icon.toolTip() == "Parley: 7 waiting for you"
    plain, some, many = (
        badged(n, theme).pixmap(64, 64).toImage().convertToFormat(QImage.Format.Format_RGB32)
        for n in (0, 7, 1000)
    )
    assert plain != some != many
    tray.count(0)
    assert tray.icon.toolTip() == "Parley"
    tray.close()
