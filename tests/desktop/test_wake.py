"""Sleep is told by the system or seen by clocks that went differently far; going away and coming back by keys."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusRouter, Proxy, open_dbus_router
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.desktop.idle import IDLE_S, Idle
from console.desktop.logind import Logind
from console.desktop.wake import JUMP_S, LOOK_MS, Wake
from tests.fakes.clock import ManualClock
from tests.fakes.timers import Timers
from tests.parts.bus import own_bus
from tests.parts.until import until


class Slept(ManualClock):
    """A clock that sleeps: only the wall goes on."""

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@pytest.mark.usefixtures("qapp")
def test_waking_is_noticed_and_ordinary_time_is_not() -> None:
    clock = Slept()
    wake = Wake(clock)
    woken: list[bool] = []
    wake.woken.connect(lambda: woken.append(True))
    clock.advance(LOOK_MS / 1000)
    wake.look()
    clock.sleep(JUMP_S)
    wake.look()
    assert woken == []
    clock.sleep(3600)
    wake.look()
    assert woken == [True]
    wake.look()
    assert woken == [True], "told once"
    clock.advance(600)  # where running time goes on in sleep, nothing looked for long
    wake.look()
    assert woken == [True, True]
    clock.sleep(-3600)  # somebody set the clock
    wake.look()
    assert len(woken) == 3
    wake.close()


@pytest.mark.usefixtures("qapp")
def test_who_was_told_of_a_sleep_is_not_told_again_by_the_clocks() -> None:
    clock = Slept()
    wake = Wake(clock)
    woken: list[bool] = []
    wake.woken.connect(lambda: woken.append(True))
    clock.sleep(3600)
    wake.told()
    wake.look()
    assert woken == [True]
    wake.close()


NAME, PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
only_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="logind is Linux'")


@pytest.fixture
def system_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system bus of this test alone."""
    with own_bus() as (_, address):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield


async def tell(router: DBusRouter, asleep: bool, member: str = "PrepareForSleep") -> None:
    """Say that the system goes to sleep, or that it is awake again."""
    emitter = DBusAddress(PATH, bus_name=NAME, interface=f"{NAME}.Manager")
    await router.send(new_signal(emitter, member, "b", (asleep,)))


@only_linux
@pytest.mark.anyio
@pytest.mark.usefixtures("qapp", "system_bus")
async def test_the_system_says_that_it_woke() -> None:
    logind, told = Logind(), asyncio.Event()
    logind.woken.connect(told.set)
    logind.begin()
    async with open_dbus_router(bus="SYSTEM") as fake, open_dbus_router(bus="SYSTEM") as other:
        await Proxy(message_bus, fake).RequestName(NAME)
        await until(lambda: logind._bus is not None)
        await tell(fake, True)
        await tell(fake, False, "PrepareForShutdown")
        await tell(other, False)  # nobody but logind is heard
        for each in (fake, other, logind._bus):  # until all of it has come, if it comes
            await Proxy(message_bus, each).GetId()
        assert not told.is_set()
        await tell(fake, False)
        await until(told.is_set, "to be told", news=told)
    await logind.close()


@only_linux
@pytest.mark.anyio
@pytest.mark.usefixtures("qapp")
async def test_without_a_system_bus_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    logind = Logind()
    logind.begin()
    await until(lambda: not logind._tasks.names)
    await logind.close()


def test_without_a_key_or_the_mouse_somebody_is_away(qtbot: QtBot) -> None:
    clock = ManualClock()
    timers = Timers(clock)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    idle = Idle(clock, timers)
    idle.watch(window)
    told: list[bool] = []
    idle.changed.connect(told.append)
    timers.advance(IDLE_S - 1)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_J)
    timers.advance(IDLE_S - 1)
    assert told == []
    timers.advance(1)
    assert told == [True]
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton)
    assert told == [True, False]
    timers.advance(IDLE_S)
    assert told == [True, False, True]
    idle.close()
