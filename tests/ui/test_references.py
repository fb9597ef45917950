"""Void calls into Qt must not wear `None` down: PySide6 6.12.0 did under Python before 3.12.

That Python counts references to `None`; a call that drops one more than it took ends the process
after some five thousand calls, at a place that has nothing to do with it. Here the count is seen
to fall long before.
"""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 1_000
SLACK = 100
mortal = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="`None` cannot die from Python 3.12 on"
)


class Painted(QWidget):
    """A widget whose Qt override returns nothing."""

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt names it
        """Paint nothing."""


class Speaker(QObject):
    """Something with a signal."""

    said = Signal(int)


def drift(call: Callable[[], object], value: object) -> int:
    """By how much `value` is referred to more (or less) after so many calls."""
    call()
    before = sys.getrefcount(value)
    for _ in range(CALLS):
        call()
    return sys.getrefcount(value) - before


@mortal
@pytest.mark.parametrize("value", [None, True], ids=["None", "True"])
@pytest.mark.parametrize("kind", ["setter", "paint", "emit", "connect", "timer"])
def test_calls_into_qt_leave_the_singletons_alone(qtbot: QtBot, kind: str, value: object) -> None:
    widget, speaker, timer = Painted(), Speaker(), QTimer()
    qtbot.addWidget(widget)
    widget.resize(20, 20)
    heard: list[int] = []
    speaker.said.connect(heard.append)

    def reconnect() -> None:
        speaker.said.connect(widget.setFocus)
        speaker.said.disconnect(widget.setFocus)

    calls: dict[str, Callable[[], object]] = {
        "setter": lambda: widget.setObjectName("x"),
        "paint": widget.repaint,
        "emit": lambda: speaker.said.emit(1),
        "connect": reconnect,
        "timer": lambda: timer.setInterval(5),
    }
    if kind == "paint":
        widget.show()
    assert abs(drift(calls[kind], value)) < SLACK
