"""Splitting at the desk: told before, shown at once without a number, numbered, taken back."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION, AddNote
from console.conversations.viewmodel.items import MergedItem, MessageItem, PartedItem
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.records import Accepted, Rejected
from console.tickets.model import Ticket
from console.tickets.model.splitting import MOST_SPLIT
from console.tickets.records import TICKET, Merge, Split
from console.tickets.tables import rows
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.splitting import Cut, Splitting
from console.tickets.viewmodel.triage import Done, Triage
from tests.parts.acts import act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Desk:
    """A ticket of four messages, the last two about something else, open."""

    def __init__(self, console: Console) -> None:
        self.console, self.local = console, console.local
        self.case = console.case("Broken cup", body="It broke.", at=console.clock.now())
        for body in ("Hello?", "Another thing: the invoice", "And its copy"):
            console.clock.advance(60)
            self.case.hear(body, at=console.clock.now())
        console.clock.advance(60)
        console.pull()
        self.splits = Splitting(console.local)
        self.opened = Opened(console.local, Directory(console.local))
        self.opened.open(self.case.ticket.id)
        self.done: list[Done] = []
        self.refused: list[str] = []
        self.splits.done.connect(self.done.append)
        self.splits.refused.connect(self.refused.append)

    def ids(self, *bodies: str) -> list[UUID]:
        return [m.id for m in self.opened.timeline.messages if m.body in bodies]

    def cut(self, *bodies: str) -> Cut | None:
        return self.taken(self.ids(*bodies))

    def taken(self, ids: Sequence[UUID]) -> Cut | None:
        return self.splits.cut(self.ticket(), self.opened.timeline.messages, ids)

    def ticket(self, ticket_id: UUID | None = None) -> Ticket:
        reader = self.local.reader
        assert reader is not None
        found = rows.ticket(reader, ticket_id or self.case.ticket.id)
        assert found is not None
        return found

    async def split(self, *bodies: str, subject: str = "Invoice") -> UUID:
        cut = self.cut(*bodies)
        assert cut is not None
        return await self.splits.carry_out(cut, subject)

    async def undo(self) -> None:
        undo = self.done[-1].undo
        assert undo is not None
        await undo()

    @property
    def said(self) -> list[str]:
        """The bodies in the timeline, and what came in or went off as `+2`, `-2`, `<1`."""
        found = []
        for item in self.opened.timeline.items.values():
            match item:
                case MessageItem():
                    found.append(item.message.body)
                case MergedItem():
                    found.append(f"+{item.joined.number}")
                case PartedItem():
                    found.append(f"{'<' if item.parted.origin else '-'}{item.parted.number}")
        return found


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


LAST = ("Another thing: the invoice", "And its copy")


async def test_it_is_told_before(desk: Desk) -> None:
    cut = desk.cut(*LAST)
    assert cut is not None
    assert cut.question == ("2 messages leave #1 and become a ticket of their own. Its subject:")
    assert desk.cut("It broke.", "Hello?", *LAST) is None
    assert desk.cut() is None
    assert desk.taken([UUID(int=n + 1) for n in range(MOST_SPLIT + 1)]) is None
    assert desk.refused == [
        "That is all this ticket has: nothing would stay.",
        "No message is chosen.",
        f"At most {MOST_SPLIT} messages become another ticket.",
    ]


async def test_a_merged_ticket_is_not_split_off_whole(desk: Desk) -> None:
    """It may go its own way again, which leaves no empty one behind."""
    other = desk.console.case("Another cup", body="And one more.", at=desk.console.clock.now())
    desk.console.pull()
    wish = Merge(ticket=other.ticket.id, mixed=True)
    await desk.local.do(TICKET, desk.case.ticket.id, wish, lane=desk.case.ticket.id, about="")
    assert "And one more." in desk.said
    assert desk.cut("And one more.") is None
    assert desk.refused == [
        "That is all of a ticket merged into this one: take the merge back instead."
    ]


async def test_shown_at_once_and_numbered_by_the_server(desk: Desk) -> None:
    made = await desk.split(*LAST)
    assert desk.done[-1].text == "2 messages split off #1"
    assert desk.said == ["It broke.", "Hello?", "-0"]
    assert desk.ticket().unread == 2
    fresh = desk.ticket(made)
    assert (fresh.number, fresh.subject, fresh.unread) == (0, "Invoice", 2)
    assert [type(each) for each in await desk.console.push()] == [Accepted]
    assert desk.ticket(made).number == 2
    assert desk.said == ["It broke.", "Hello?", "-2"]
    desk.opened.open(made)
    assert desk.said == [*LAST, "<1"]


async def test_undone_before_the_server_heard_of_it(desk: Desk) -> None:
    made = await desk.split("Hello?", subject="Broken cup")
    await desk.undo()
    assert desk.done[-1].text == "The messages are in #1 again"
    words = [each for each in desk.said if each[0] not in "+-"]
    assert words == ["It broke.", "Hello?", *LAST]
    assert [type(each) for each in await desk.console.push()] == [Accepted, Accepted]
    assert desk.ticket(made).merged_into == desk.case.ticket.id
    assert desk.ticket(made).subject == "Broken cup"
    assert [each for each in desk.said if each[0] not in "+-"] == words
    assert desk.ticket().unread == 4


async def test_a_colleague_split_it_before(desk: Desk) -> None:
    office, boss = desk.console.office, desk.console.actor(desk.console.cara)
    ids = tuple(desk.ids("Hello?"))
    made = UUID(int=7), UUID(int=8)
    office.run(
        boss,
        act(
            desk.case.ticket.id,
            Split(ticket_id=made[0], conversation_id=made[1], messages=ids),
        ),
    )
    await desk.split("Hello?", *LAST)
    (outcome,) = await desk.console.push()
    assert isinstance(outcome, Rejected)
    assert outcome.code == "messages_moved"
    assert desk.said == ["It broke.", *LAST, "-2"]


async def test_what_is_done_to_the_new_one_shows_before_anybody_numbered_it(desk: Desk) -> None:
    made = await desk.split(*LAST)
    desk.console.clock.advance(60)
    desk.opened.open(made)
    composer = desk.opened.composer
    composer.type("Here it is.", 11)
    assert await composer.send() is not None
    await Triage(desk.local, Directory(desk.local)).tag(made, ("invoice",))
    assert desk.said == [*LAST, "<1", "Here it is."]
    assert (desk.ticket(made).unread, desk.ticket(made).tags) == (0, ("invoice",))
    assert {type(each) for each in await desk.console.push()} == {Accepted}
    assert desk.said == [*LAST, "<1", "Here it is."]
    assert (desk.ticket(made).number, desk.ticket(made).tags) == (2, ("invoice",))


async def test_what_comes_later_stays_in_its_conversation(desk: Desk) -> None:
    await desk.split("Hello?")
    await desk.console.push()
    desk.console.clock.advance(60)
    desk.case.hear("One more", at=desk.console.clock.now())
    desk.console.pull()
    assert desk.said == ["It broke.", *LAST, "-2", "One more"]


async def test_a_note_that_is_split_off_before_it_was_sent_stays_in_sight(console: Console) -> None:
    one, other = console.cases("one", "two")
    local, note = console.local, new_id()
    wishes = (
        (TICKET, one.id, Merge(ticket=other.id, mixed=True), one),
        (CONVERSATION, other.conversation_id, AddNote(message_id=note, body="Mine"), other),
        (
            TICKET,
            one.id,
            Split(ticket_id=new_id(), conversation_id=new_id(), messages=(note,)),
            one,
        ),
    )
    for kind, target, args, lane in wishes:
        await local.do(kind, target, args, lane=lane.id, about="")
    for each in (other, one, other, one):
        local._relay({each.id})
        assert local.reader is not None
        assert local.reader.row("SELECT 1 FROM messages WHERE id = :id", id=note.bytes) is not None
