"""Sleep is noticed by clocks that went differently far; going away and coming back by keys."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.desktop.idle import IDLE_S, Idle
from console.desktop.wake import JUMP_S, LOOK_MS, Wake
from tests.fakes.clock import ManualClock
from tests.fakes.timers import Timers


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
