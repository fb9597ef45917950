"""What is told of: new work, answers, mentions, refusals; never one's own, never in a flood."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from console.conversations.model import Mention
from console.conversations.records import CONVERSATION, SendReply
from console.desktop import news as told_of
from console.desktop import preferences as p
from console.desktop.news import (
    APART_S,
    COUNT_S,
    GATHER_S,
    MOST_LOOKED_AT,
    News,
    Notice,
    quiet,
    within,
)
from console.desktop.settings import Settings
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.records import Rejected, Result
from console.tickets.model import Status, Ticket
from console.tickets.records import TICKET, Assign, SetStatus, Take
from tests.fakes.timers import Timers
from tests.parts.acts import act, note, received, reply
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Watched:
    """News of a console, its settings, and what it told."""

    def __init__(self, console: Console, folder: Path) -> None:
        self.console = console
        self.settings = Settings(folder)
        self.timers = Timers(console.clock)
        console.stand()
        self.news = News(console.local, Directory(console.local), self.settings, self.timers)
        self.told: list[Notice] = []
        self.news.told.connect(self.told.append)
        self.counts: list[int] = []
        self.news.counted.connect(self.counts.append)

    def wait(self, seconds: float = GATHER_S) -> list[Notice]:
        """What was told once time has passed, and forgotten here."""
        self.timers.advance(seconds)
        found, self.told[:] = list(self.told), []
        return found

    def give(self, *tickets: Ticket) -> None:
        """Ben gives tickets to Ana."""
        office, ben = self.console.office, self.console.actor(self.console.ben)
        for ticket in tickets:
            outcome = office.run(ben, act(ticket.id, Assign(assignee_id=self.console.ana.id)))
            assert type(outcome).__name__ == "Accepted", outcome
        self.console.pull()

    def write(self, ticket: Ticket, body: str = "Any news?") -> None:
        """The buyer writes again."""
        self.console.clock.advance(1)
        told = received(ticket.conversation_id, body, at=self.console.clock.now())
        self.console.office.run(self.console.shop, told)
        self.console.pull()


@pytest.fixture
def watched(console: Console, tmp_path: Path) -> Watched:
    return Watched(console, tmp_path / "settings")


async def test_a_ticket_that_is_given_to_me(watched: Watched) -> None:
    (ticket,) = watched.console.cases("Parcel")
    watched.give(ticket)
    assert watched.wait() == [Notice("A ticket for you", f"#{ticket.number} Parcel", ticket.id)]
    assert watched.news.count == 1
    watched.give(ticket)
    assert watched.wait(60) == []


async def test_what_i_took_myself_is_no_news(watched: Watched) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    await console.local.do(TICKET, ticket.id, Take(), lane=ticket.id, about="Take")
    await console.push()
    assert watched.wait(60) == []
    assert watched.counts[-1] == 1


async def test_an_answer_on_a_ticket_of_mine_and_none_on_anothers(watched: Watched) -> None:
    mine, other = watched.console.cases("Parcel", "Invoice")
    watched.give(mine)
    watched.wait(60)
    watched.write(mine, "Where is it?\nI wait.")
    watched.write(other)
    (told,) = watched.wait()
    assert told.head == "Lena Braun answered"
    assert told.text == f"#{mine.number} Parcel\nWhere is it? I wait."


async def test_many_changes_are_counted_once_and_soon(watched: Watched) -> None:
    tickets = watched.console.cases("Parcel", "Invoice", "Return")
    watched.wait(60)
    watched.counts.clear()
    for ticket in tickets:
        watched.give(ticket)
    assert watched.counts == []
    watched.wait(COUNT_S)
    assert watched.counts == [3]
    watched.give(*watched.console.cases("Refund"))
    watched.news.close()
    watched.wait(60)
    assert watched.counts == [3], "nothing is counted for a window that is gone"


async def test_not_a_word_of_the_message_when_that_is_set(watched: Watched) -> None:
    (mine,) = watched.console.cases("Parcel")
    watched.give(mine)
    watched.wait(60)
    p.SHOW_TEXT.keep(watched.settings, False)
    watched.write(mine, "My card is 4242")
    assert watched.wait() == [Notice("Lena Braun answered", f"#{mine.number}", mine.id)]


@pytest.mark.parametrize(
    ("body", "means_me"),
    [
        ("@Ana can you?", True),
        ("@ana kovac: yours", True),
        ("ask (@Ana)", True),
        ("@Anastasia knows", False),
        ("mail me at x@ana.test", False),
        ("Ana said so", False),
    ],
)
async def test_a_note_that_mentions_me(watched: Watched, body: str, means_me: bool) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    console.office.run(console.actor(console.ben), note(ticket.conversation_id, body))
    _date_forward(watched)
    console.pull()
    heads = [notice.head for notice in watched.wait()]
    assert heads == (["Ben Ode mentions you"] if means_me else [])


async def test_a_picked_mention_means_whoever_was_picked_whatever_they_are_called(
    watched: Watched,
) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    ben, me, cara = console.actor(console.ben), console.ana.id, console.cara.id
    for body, named in (
        ("@Anne K look", (Mention(me, "Anne K"),)),
        ("@Ana Kovac and @Cara Lind", (Mention(cara, "Cara Lind"),)),
    ):
        console.office.run(ben, note(ticket.conversation_id, body, mentions=named))
    _date_forward(watched)
    console.pull()
    assert [notice.text for notice in watched.wait()] == [f"#{ticket.number} Parcel\n@Anne K look"]


def _date_forward(watched: Watched) -> None:
    """What the office writes is dated by its own clock."""
    watched.news._since = datetime(2000, 1, 1, tzinfo=UTC)


async def test_my_own_note_is_no_news(watched: Watched) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    _date_forward(watched)
    console.office.run(console.actor(), note(ticket.conversation_id, "@Ana do not forget"))
    console.pull()
    assert watched.wait() == []


async def test_what_was_refused_and_what_waits_for_my_word(watched: Watched) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    args = SetStatus(status=Status.SOLVED, seen=Status.NEW)
    wish = await console.local.do(TICKET, ticket.id, args, lane=ticket.id, about="Solve")
    console.local.hear(pipe.Answered((Result(wish, Rejected("denied")),)))
    (told,) = watched.wait()
    assert (told.head, told.ticket) == ("Refused: Solve", ticket.id)
    assert watched.news.count == 1
    entry = console.local.entries[wish]
    await console.local.discard(entry)
    assert watched.news.count == 0


async def test_many_things_are_one_notification_and_the_next_keeps_its_distance(
    watched: Watched,
) -> None:
    tickets = watched.console.cases("One", "Two", "Three", "Four")
    watched.give(*tickets)
    (told,) = watched.wait()
    assert told.head == "4 things want you"
    assert told.text == ", ".join(f"#{t.number}" for t in tickets[:3]) + "…"
    assert told.ticket == NIL
    watched.write(tickets[0])
    assert watched.wait(APART_S / 2) == []
    watched.write(tickets[0], "And again")
    (told,) = watched.wait(APART_S)
    assert told.head == "Lena Braun answered, and 1 more"


async def test_a_first_load_and_a_flood_tell_nothing(watched: Watched) -> None:
    console = watched.console
    console.stand("loading")
    (ticket,) = console.cases("Parcel")
    watched.give(ticket)
    console.stand("live")
    assert watched.wait(60) == []
    many = {"ticket": [new_id() for _ in range(MOST_LOOKED_AT + 1)]}
    console.local.hear(pipe.Changed(many, console.cursor))
    assert watched.wait(60) == []


async def test_what_is_before_ones_eyes_is_no_news(watched: Watched) -> None:
    (ticket,) = watched.console.cases("Parcel")
    watched.news.seen = lambda ticket_id: ticket_id == ticket.id
    watched.give(ticket)
    watched.write(ticket)
    assert watched.wait(60) == []


async def test_old_messages_that_are_fetched_are_no_news(watched: Watched) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    watched.give(ticket)
    watched.wait(60)
    console.office.run(console.shop, received(ticket.conversation_id, "Long ago"))
    console.pull()
    assert watched.wait(60) == []


@pytest.mark.parametrize("switch", [p.NOTIFY, p.ASSIGNED])
async def test_each_event_can_be_left_out(watched: Watched, switch: p.Toggle) -> None:
    (ticket,) = watched.console.cases("Parcel")
    switch.keep(watched.settings, False)
    watched.give(ticket)
    assert watched.wait(60) == []


async def test_nobody_is_disturbed_who_does_not_want_it(watched: Watched) -> None:
    (ticket,) = watched.console.cases("Parcel")
    until = watched.console.clock.now().replace(hour=23)
    watched.settings.keep_choice(told_of.QUIET_UNTIL, until.isoformat())
    watched.give(ticket)
    assert watched.wait(60) == []
    assert watched.news.count == 1, "the badge counts all the same"


@pytest.mark.parametrize(
    ("at", "begin", "end", "inside"),
    [
        (time(12), time(9), time(17), True),
        (time(17), time(9), time(17), False),
        (time(23), time(20), time(7), True),
        (time(6, 59), time(20), time(7), True),
        (time(7), time(20), time(7), False),
        (time(3), time(5), time(5), True),
    ],
)
def test_hours_may_go_over_midnight(at: time, begin: time, end: time, inside: bool) -> None:
    assert within(at, begin, end) is inside


def test_the_hours_that_are_set_are_those_of_this_computer(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    here = now.astimezone().time()
    p.QUIET.keep(settings, True)
    p.QUIET_FROM.keep(settings, here)
    p.QUIET_TO.keep(settings, here.replace(minute=here.minute + 1))
    assert quiet(settings, now)
    p.QUIET.keep(settings, False)
    assert not quiet(settings, now)


async def test_a_reply_of_mine_is_no_news_to_me(watched: Watched) -> None:
    console = watched.console
    (ticket,) = console.cases("Parcel")
    watched.give(ticket)
    watched.wait(60)
    _date_forward(watched)
    console.office.run(console.actor(), reply(ticket.conversation_id))
    console.pull()
    args = SendReply(message_id=new_id(), lane="buyer", body="Mine")
    about = "Reply"
    await console.local.do(CONVERSATION, ticket.conversation_id, args, lane=ticket.id, about=about)
    await console.push()
    assert watched.wait(60) == []
