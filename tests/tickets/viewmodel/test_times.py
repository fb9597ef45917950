"""Times to snooze until, and tickets that wake on time while no server says so."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.people.viewmodel import Directory
from console.tickets.model import MOST_SNOOZED, Status, Ticket, View, ViewName
from console.tickets.records import TICKET, Wake
from console.tickets.viewmodel.bulk import Bulk
from console.tickets.viewmodel.bulk_deeds import SnoozeUntil, WakeThem
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.times import (
    LATER_TODAY,
    NEXT_WEEK,
    TOMORROW,
    Waking,
    presets,
    typed_time,
)
from console.tickets.viewmodel.triage import Done, Triage
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
ZAGREB = ZoneInfo("Europe/Zagreb")
FRIDAY = datetime(2026, 3, 27, 10, 10, 5, tzinfo=ZAGREB).astimezone(UTC)
HOUR = timedelta(hours=1)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZAGREB)


def test_the_usual_times_are_by_the_desks_clock() -> None:
    assert presets(FRIDAY, ZAGREB) == [
        (LATER_TODAY, at(3, 27, 13, 30)), (TOMORROW, at(3, 28, 9)), (NEXT_WEEK, at(3, 30, 9)),
    ]  # fmt: skip
    late = at(3, 27, 17, 1)
    assert [name for name, _ in presets(late, ZAGREB)] == [TOMORROW, NEXT_WEEK]
    assert presets(at(3, 27, 17), ZAGREB)[0] == (LATER_TODAY, at(3, 27, 20))
    sunday = at(3, 29, 0, 30)
    assert presets(sunday, ZAGREB)[2] == (NEXT_WEEK, at(3, 30, 9)), "over the change of clocks"
    assert presets(at(3, 30, 8), ZAGREB)[2] == (NEXT_WEEK, at(4, 6, 9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", FRIDAY + HOUR / 2), ("2 h", FRIDAY + 2 * HOUR), ("3d", FRIDAY + 72 * HOUR),
        ("1w", FRIDAY + 168 * HOUR), ("14:30", at(3, 27, 14, 30)), ("9:00", at(3, 28, 9)),
        ("2026-12-01", at(12, 1, 9)), ("2026-12-1 8:15", at(12, 1, 8, 15)),
        ("24.12.", at(12, 24, 9)), ("1.2. 7:30", at(2, 1, 7, 30, 2027)), ("24.12.2026", at(12, 24, 9)),
        ("", None), ("soon", None), ("25:00", None), ("2026-02-30", None), ("2020-01-01", None),
        ("9999d", None), (f"{MOST_SNOOZED.days}d", FRIDAY + MOST_SNOOZED), ("367d", None),
        ("0m", None), ("30.2.", None),
    ],
)  # fmt: skip
def test_a_time_is_typed(text: str, expected: datetime | None) -> None:
    assert typed_time(text, FRIDAY, ZAGREB) == expected


class Desk:
    """Ana's queue and triage, and what they said."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.tickets = console.cases("one", "two", "three")
        self.queue = Queue(console.local, Directory(console.local))
        self.queue.show(View(name=ViewName.UNASSIGNED))
        self.triage = Triage(console.local, Directory(console.local))
        self.waking = Waking(console.local)
        self.done: list[Done] = []
        self.refused: list[str] = []
        self.triage.done.connect(self.done.append)
        self.triage.refused.connect(self.refused.append)

    @property
    def until(self) -> datetime:
        return self.console.clock.now() + HOUR

    @property
    def subjects(self) -> list[str]:
        found = [self.queue.row(key.bytes) for key in self.queue.ids()]
        return [row.subject for row in found if row]

    def now(self, ticket: Ticket) -> Ticket:
        found = self.triage.ticket(ticket.id)
        assert found is not None
        return found


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


async def test_snoozing_shows_at_once_and_is_taken_back(desk: Desk) -> None:
    one, until = desk.tickets[0], desk.until
    await desk.triage.snooze(one.id, until)
    assert desk.subjects == ["three", "two"]
    assert desk.done[-1].text == "#1 snoozed"
    await desk.console.push()
    assert desk.subjects == ["three", "two"]
    undo = desk.done[-1].undo
    assert undo is not None
    await undo()
    assert desk.subjects == ["three", "two", "one"]
    again = desk.done[-1].undo
    assert again is not None
    await again()
    assert desk.now(one).snoozed_until == until
    await desk.console.push()
    assert desk.console.local.entries == {}


async def test_what_is_finished_is_not_snoozed_nor_for_ever(desk: Desk) -> None:
    one, two = desk.tickets[:2]
    await desk.triage.set_status(one.id, Status.SOLVED)
    await desk.triage.snooze(one.id, desk.until)
    await desk.triage.snooze(two.id, desk.until + MOST_SNOOZED)
    await desk.triage.wake(two.id)
    assert desk.refused == [
        "A solved or closed ticket cannot be snoozed.", "A ticket is snoozed for a year at most.",
    ]  # fmt: skip
    assert len(desk.console.local.entries) == 1


@pytest.mark.parametrize("sent", [True, False])
async def test_offline_a_ticket_wakes_on_time_and_the_server_says_the_same(
    desk: Desk, sent: bool
) -> None:
    console, one = desk.console, desk.tickets[0]
    until = desk.until
    await desk.triage.snooze(one.id, until)
    if sent:
        await console.push()
    console.clock.advance(3599)
    desk.waking.look()
    assert desk.subjects == ["three", "two"]
    console.clock.advance(1)
    desk.waking.look()
    assert desk.subjects == ["one", "three", "two"], "as if it was touched when it woke"
    assert (desk.now(one).snoozed_until, desk.now(one).updated_at) == (None, until)
    await console.reopen()
    fresh = Queue(console.local, Directory(console.local))
    fresh.show(View(name=ViewName.UNASSIGNED))
    Waking(console.local)
    assert len(fresh.ids()) == 3, "after a restart too"
    if sent:
        stored = console.office.get(TICKET, one.id)
        assert stored is not None
        wish = Wake(seen=until)
        await console.local.do(TICKET, one.id, wish, lane=one.id, about="Wake")
    await console.push()
    console.pull()
    assert len(fresh.ids()) == 3


async def test_many_are_snoozed_and_woken(desk: Desk) -> None:
    bulk, until = Bulk(desk.console.local), desk.until
    done: list[Done] = []
    bulk.done.connect(done.append)
    ids = [ticket.id for ticket in desk.tickets]
    await bulk.wish(SnoozeUntil(until, "10:00"), ids)
    assert (done[-1].text, desk.subjects) == ("3 tickets snoozed until 10:00", [])
    await desk.console.push()
    await bulk.wish(WakeThem(), ids)
    assert (done[-1].text, len(desk.subjects)) == ("3 tickets are awake", 3)
    undo = done[-1].undo
    assert undo is not None
    await undo()
    assert desk.subjects == []
    await desk.console.push()
    assert desk.console.local.entries == {}
    first = done[0].undo
    assert first is not None
    await first()
    assert len(desk.subjects) == 3
