"""The line above the work: what it says of each state of the link, and that it is in nobody's way."""

import asyncio
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from console.desktop.announcer import MOST_AT_ONCE, Announcer
from console.desktop.banner import banner
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.mode import Mode
from console.tickets.viewmodel.opened import Opened
from console.ui.announce import announce
from console.ui.theme import Theme
from tests.parts.acts import received
from tests.parts.console import Console
from tests.parts.seat import press, type_text
from tests.screens.shop import Made
from tests.screens.stage import Scene
from tests.screens.states import LENA

AT = datetime(2026, 3, 2, 14, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "waiting", "wished", "begins", "way"),
    [
        ("live", 3, False, "", ""),
        ("catchup", 3, False, "", ""),
        ("connecting", 0, False, "", ""),
        ("offline", 0, False, "No connection since", "Try now"),
        ("offline", 1, True, "You work offline since", "Go online"),
        ("signed_out", 0, False, "Your session has ended", "Sign in"),
        ("stuck", 0, False, "This computer's disk is full", "Try now"),
        ("outdated", 0, False, "This Parley is too old", ""),
    ],
)
def test_each_state_has_its_words_and_its_way(
    mode: Mode, waiting: int, wished: bool, begins: str, way: str
) -> None:
    state = banner(pipe.Standing(mode, 0, 0, 0, AT, AT), waiting, wished=wished)
    assert state.text.startswith(begins)
    assert bool(state.text) is bool(begins)
    assert state.way == way


def test_it_counts_what_waits() -> None:
    standing = pipe.Standing("offline", 0, 0, 0, AT, AT)
    assert "1 action waits and goes out by itself." in banner(standing, 1, wished=False).text
    assert "7 actions wait and go out" in banner(standing, 7, wished=False).text
    assert banner(None, 7, wished=False).text == ""


@pytest.mark.usefixtures("theme")
def test_work_goes_on_under_it(made: Made, theme: Theme) -> None:
    async def work() -> None:
        async with Scene(made, theme) as scene:
            workspace = await scene.work(LENA)
            press("R")
            type_text("One")
            scene.link("offline", minutes=5)
            type_text(" two")
            assert workspace.page.composer.editor.toPlainText() == "One two", "the focus stayed"
            assert workspace.banner.isVisible()
            heard: list[bool] = []
            workspace.hurry_wanted.connect(lambda: heard.append(True))
            QTest.mouseClick(workspace.banner.way, Qt.MouseButton.LeftButton)
            assert heard == [True]
            scene.link("live")
            assert not workspace.banner.isVisible()
            workspace.program.toggle_offline()
            scene.link("offline")
            QTest.mouseClick(workspace.banner.way, Qt.MouseButton.LeftButton)
            assert not workspace.program.offline

    asyncio.run(work())


@pytest.mark.anyio
async def test_new_messages_at_the_open_ticket_are_said_and_no_others(console: Console) -> None:
    mine, other = console.cases("Parcel", "Invoice")
    directory = Directory(console.local)
    opened = Opened(console.local, directory)
    said: list[str] = []
    listening = Announcer(console.local, directory, opened, said.append)
    opened.open(mine.id)
    assert said == []
    for ticket, body in ((mine, "Any\nnews?"), (other, "And mine?")):
        console.office.run(console.shop, received(ticket.conversation_id, body))
    console.pull()
    assert said == ["New message from Lena Braun: Any news?"]
    said.clear()
    for n in range(MOST_AT_ONCE + 2):
        console.office.run(console.shop, received(mine.conversation_id, f"{n}"))
    console.pull()
    assert len(said) == MOST_AT_ONCE + 1
    assert said[-1] == "And 2 more new messages"
    said.clear()
    for mode in ("live", "offline", "offline", "live"):
        console.stand(mode)
    assert said == ["Offline", "Online"]
    assert listening is not None


def test_a_screen_reader_is_told_politely(theme: Theme) -> None:
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    before = QAccessible.isActive()
    QAccessible.setActive(True)
    announce(widget, "New message")
    QAccessible.setActive(before)
    announce(widget, "")
    widget.deleteLater()
    assert theme.tokens
