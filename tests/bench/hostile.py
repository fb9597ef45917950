"""Mail that wants to do harm, looked at one after another: how long the window stands still at worst."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desktop.workspace import Workspace
from console.tickets.model import View, ViewName
from tests.bench.gaps import Gaps
from tests.bench.talk import outside

if TYPE_CHECKING:
    from tests.parts.server import LiveServer

NOWHERE = "127.0.0.1:9"
LOOK_S = 0.1
"""For so long each thing that is done is looked at."""
_KEYS = (
    (Qt.Key.Key_J,), (Qt.Key.Key_Return,), (Qt.Key.Key_L, Qt.Key.Key_F),
    (Qt.Key.Key_L, Qt.Key.Key_P), (Qt.Key.Key_L, Qt.Key.Key_P), (Qt.Key.Key_Home,),
    (Qt.Key.Key_PageDown,), (Qt.Key.Key_Escape,),
)  # fmt: skip
"""Opened, gone into, unfolded, made plain and back, scrolled, left."""


def fill(server: "LiveServer", teams: list[UUID]) -> None:
    """All of it comes in."""
    from console.sync.records import Accepted  # a window that is measured loads no server
    from tests.parts import hostile
    from tests.parts.acts import received

    for each in hostile.messages(NOWHERE):
        (result,) = server.execute(server.operator(), received(**each, team_id=teams[0]))
        assert isinstance(result.outcome, Accepted), result


async def looked_at(space: Workspace) -> dict[str, float]:
    """By subject the longest gap between frames while each is opened, unfolded, made plain, scrolled."""
    await outside(lambda: space.show_view(View(name=ViewName.ACTIVE)))
    await outside(lambda: (space.list.choose(0), space.list.setFocus()))
    found: dict[str, float] = {}
    for _ in range(len(space.queue)):
        gaps = Gaps()
        for keys in _KEYS:
            await outside(lambda keys=keys: [_press(key) for key in keys])
            await asyncio.sleep(LOOK_S)
        state = space.opened.state
        found[state.ticket.subject if state else ""] = max(gaps.end())
    return found


def _press(key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWindow(), key)
