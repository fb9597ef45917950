"""The list of tickets: moved through by keys, and the one being worked on is never lost."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kernel.codec import NIL
from console.sync.client import pipe
from console.sync.client.scratch import Draft
from console.tickets.model import Sort, Status, Ticket, View, ViewName
from console.tickets.records import TICKET, Assign, SetStatus
from console.tickets.viewmodel.queue import FIRST_ROWS
from console.tickets.widgets.row import WAIT_AMBER_S
from console.ui.theme import Theme
from tests.parts.acts import reply
from tests.parts.console import Console
from tests.parts.listed import Listed, listed, tickets

__all__ = ["listed", "tickets"]
pytestmark = pytest.mark.anyio
Key = Qt.Key


async def test_a_long_view_is_loaded_ahead_of_whoever_scrolls_and_what_is_current_stays(
    listed: Listed, qtbot: QtBot
) -> None:
    listed.console.flood(FIRST_ROWS + 1)
    listed.console.pull()
    assert (listed.list.model().rowCount(), listed.current) == (FIRST_ROWS + 7, "six"), (
        "the current one is behind the flood: all up to it is there at once"
    )
    listed.show(ViewName.ACTIVE)
    listed.list.choose(3)
    before = listed.current
    assert listed.list.model().rowCount() == FIRST_ROWS + 7
    listed.list.setCurrentIndex(QModelIndex())
    listed.show(ViewName.ACTIVE)
    assert listed.queue.more
    listed.list.scrollToBottom()
    qtbot.waitUntil(lambda: not listed.queue.more)
    assert listed.list.model().rowCount() == FIRST_ROWS + 7
    listed.list.choose(3)
    assert listed.current == before


async def test_a_ticket_far_behind_is_not_loaded_for_the_asking_alone(listed: Listed) -> None:
    listed.console.flood(FIRST_ROWS + 1)
    listed.console.pull()
    deep = listed.queue.ids()[FIRST_ROWS + 2]
    listed.list.let_go()
    listed.show(ViewName.UNASSIGNED)
    assert listed.queue.more
    assert not listed.list.choose_ticket(deep, load=False)
    assert (listed.queue.more, listed.current) == (True, "")
    assert listed.list.choose_ticket(deep)
    assert listed.list.currentIndex().row() == FIRST_ROWS + 2


async def test_rows_drawn_as_they_are_kept_look_as_if_they_were_painted(
    listed: Listed, tickets: list[Ticket], theme: Theme
) -> None:
    def seen() -> QImage:
        found = listed.list.grab().toImage()
        theme.arranged.emit()  # whereupon nothing is kept any more
        assert listed.list.grab().toImage() == found
        return found

    looks = [seen()]
    for change in (
        lambda: listed.takes(tickets[2]),
        lambda: listed.press(Key.Key_Down),
        listed.window.setFocus,
        lambda: listed.console.clock.advance(WAIT_AMBER_S),
        lambda: theme.use("dark"),
    ):
        listed.list.grab()
        change()
        looks.append(seen())
        assert looks[-1] != looks[-2]


async def test_no_picture_stays_of_a_ticket_that_left_the_list(
    listed: Listed, tickets: list[Ticket]
) -> None:
    listed.list.grab()
    kept = listed.list._painted.kept
    assert kept.holds(tickets[3].id.bytes)
    listed.takes(tickets[3])
    assert not kept.holds(tickets[3].id.bytes)
    assert kept.holds(tickets[2].id.bytes)


# -- moving


async def test_arrows_home_end_and_the_mouse_pick(listed: Listed) -> None:
    for key, subject in (
        (Key.Key_Down, "five"),
        (Key.Key_Down, "four"),
        (Key.Key_Up, "five"),
        (Key.Key_End, "one"),
        (Key.Key_Down, "one"),
        (Key.Key_Home, "six"),
    ):
        listed.press(key)
        assert (listed.current, listed.last()) == (subject, subject)
    listed.click(3)
    assert (listed.current, listed.last()) == ("three", "three")
    assert len(listed.picked) == 7, "each once, and none for a key that leads nowhere"


async def test_steps_stop_at_both_ends(listed: Listed) -> None:
    listed.list.step(-1)
    assert listed.current == "six"
    for _ in range(9):
        listed.list.step(1)
    assert listed.current == "one"


async def test_a_step_from_one_that_left_goes_to_what_stands_in_its_place(
    listed: Listed, tickets: list[Ticket]
) -> None:
    for by, wanted in ((1, "three"), (-1, "five")):
        listed.list.choose_ticket(tickets[3].id)
        listed.console.local.keep_draft(tickets[3].id, Draft(to="buyer", body="Dear"))
        listed.takes(tickets[3])
        assert listed.current == ""
        listed.list.step(by)
        assert listed.current == wanted
        listed.remote(tickets[3], Assign(assignee_id=NIL, seen=listed.console.ben.id))
    await listed.console.settled()


async def test_one_goes_back_to_the_place_where_one_was(
    listed: Listed, tickets: list[Ticket]
) -> None:
    listed.console.cases(*(f"more {n}" for n in range(20)))
    bar = listed.list.verticalScrollBar()
    listed.list.choose(9)
    bar.setValue(333)
    place = listed.list.place
    listed.console.cases("newer")
    bar.setValue(0)
    listed.list.go_back(place)
    assert listed.list.place == place
    listed.list.go_back("")
    listed.console.local.hear(pipe.Opened(usable=True))
    assert listed.list.place == place, "read anew it stays"
    listed.show(ViewName.PENDING)
    assert listed.list.place == ""


async def test_enter_goes_into_the_ticket(listed: Listed, qtbot: QtBot) -> None:
    with qtbot.waitSignal(listed.list.entered_ticket, timeout=1000):
        listed.press(Key.Key_Return)


async def test_an_empty_list_has_nowhere_to_go(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    listed = Listed(console, theme, qtbot)
    listed.list.choose(0)
    listed.list.step(1)
    listed.press(Key.Key_Down)
    listed.press(Key.Key_Return)
    QTest.mouseClick(listed.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert (listed.picked, listed.current) == ([], "")


async def test_choosing_a_ticket_by_its_id(listed: Listed, tickets: list[Ticket]) -> None:
    assert listed.list.choose_ticket(tickets[1].id)
    assert listed.current == "two"
    assert not listed.list.choose_ticket(NIL)
    assert listed.current == ""


# -- the current ticket while the list changes


async def test_it_stays_current_wherever_it_moves(listed: Listed, tickets: list[Ticket]) -> None:
    listed.list.choose_ticket(tickets[2].id)
    picked = len(listed.picked)
    listed.console.cases("seven")
    assert listed.current == "three"
    listed.console.clock.advance(60)
    listed.console.office.run(
        listed.console.actor(listed.console.ben), reply(tickets[0].conversation_id)
    )
    listed.console.pull()
    assert listed.current == "three"
    listed.takes(tickets[5])
    assert (listed.current, len(listed.picked)) == ("three", picked)


async def test_when_it_leaves_the_one_at_its_place_follows(
    listed: Listed, tickets: list[Ticket]
) -> None:
    listed.press(Key.Key_Down)
    listed.press(Key.Key_Down)
    assert listed.current == "four"
    listed.takes(tickets[3])
    assert (listed.current, listed.last()) == ("three", "three")
    listed.click(4)
    assert listed.current == "one"
    listed.takes(tickets[0])
    assert listed.current == "two", "the last one's place is taken by the one before"


async def test_work_goes_on_where_it_was_done(listed: Listed, tickets: list[Ticket]) -> None:
    """By keys to the fourth, an answer moves it to the top, solving takes it out."""
    console, ticket = listed.console, tickets[2]
    listed.queue.show(View(name=ViewName.ACTIVE), Sort.NEWEST)
    listed.list.choose(0)
    for _ in range(3):
        listed.press(Key.Key_Down)
    assert listed.current == "three"
    console.clock.advance(600)
    console.office.run(console.actor(), reply(ticket.conversation_id))
    console.pull()
    assert listed.current == "three"
    solve = SetStatus(status=Status.SOLVED, seen=Status.OPEN)
    await console.local.do(TICKET, ticket.id, solve, lane=ticket.id, about="Solve")
    assert listed.current == "two"


async def test_whoever_is_writing_is_not_taken_to_another_ticket(
    listed: Listed, tickets: list[Ticket]
) -> None:
    listed.list.choose_ticket(tickets[3].id)
    listed.console.local.keep_draft(tickets[3].id, Draft(to="buyer", body="Dear"))
    picked = len(listed.picked)
    listed.takes(tickets[3])
    assert (listed.current, len(listed.picked)) == ("", picked)
    listed.console.cases("seven")
    assert (listed.current, len(listed.picked)) == ("", picked)
    listed.press(Key.Key_Down)
    assert listed.current != ""
    await listed.console.settled()


async def test_a_ticket_that_is_not_in_the_view_stays_open_while_others_come(
    listed: Listed, tickets: list[Ticket]
) -> None:
    listed.list.choose_ticket(tickets[3].id)
    listed.show(ViewName.PENDING)
    assert listed.current == ""
    picked = len(listed.picked)
    listed.remote(tickets[0], SetStatus(status=Status.PENDING, seen=Status.NEW))
    assert listed.queue.ids() == [tickets[0].id]
    assert len(listed.picked) == picked, "nothing is opened by itself"


async def test_the_last_one_leaves_an_empty_list(listed: Listed, tickets: list[Ticket]) -> None:
    for ticket in reversed(tickets):
        listed.takes(ticket)
    assert (listed.current, len(listed.queue)) == ("", 0)
    listed.takes(tickets[0])
    listed.remote(tickets[0], Assign(assignee_id=NIL, seen=listed.console.ben.id))
    assert (listed.current, len(listed.queue)) == ("", 1)


async def test_a_list_read_anew_keeps_its_place(listed: Listed, tickets: list[Ticket]) -> None:
    listed.list.choose_ticket(tickets[2].id)
    picked = len(listed.picked)
    listed.console.local.hear(pipe.Opened(usable=True))
    assert (listed.current, len(listed.picked)) == ("three", picked)
