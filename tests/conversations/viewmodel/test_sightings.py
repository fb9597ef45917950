"""The way to where one is mentioned, however far up it is, and that what is seen counts as seen."""

from datetime import UTC
from uuid import UUID

import pytest

from console.conversations.model import Mention
from console.conversations.tables.rows import PAGE
from console.conversations.viewmodel.timeline import Timeline
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from tests.parts.acts import Case, note
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Mentioned:
    """A long talk with two notes far up that mention Ana, and its timeline."""

    def __init__(self, console: Console) -> None:
        self.console, self.case = console, console.case(body="first")
        self.notes = [self.mention(), self.mention()]
        console.talk(self.case, *(f"more {n}" for n in range(2 * PAGE)))
        console.pull()
        local = console.local
        self.timeline = Timeline(local, Directory(local), Orders(local), UTC)
        ticket = self.case.ticket
        self.timeline.open(ticket.conversation_id, ticket.id, (), 0)

    def mention(self) -> UUID:
        """Ben mentions Ana; the message's id."""
        return mention(self.console, self.case)

    @property
    def sent(self) -> list[str]:
        """What is on its way of it."""
        entries = self.console.local.entries.values()
        return [entry.command.type for entry in entries]


def mention(console: Console, case: Case) -> UUID:
    ana, ben = console.ana, console.actor(console.ben)
    told = note(case.conversation_id, f"See @{ana.name}", mentions=(Mention(ana.id, ana.name),))
    console.office.run(ben, told)
    found = console.office.rows(
        "SELECT id FROM messages WHERE mentions <> '' ORDER BY pos DESC LIMIT 1"
    )
    return UUID(bytes=bytes(found[0][0]))


@pytest.fixture
async def talk(console: Console) -> Mentioned:
    return Mentioned(console)


async def test_the_way_leads_to_what_was_not_seen_first_and_then_to_the_last(
    talk: Mentioned,
) -> None:
    first, second = talk.notes
    timeline, sightings = talk.timeline, talk.timeline.sightings
    assert ("message", first) not in timeline.items, "it is further up than what is loaded"
    assert sightings.go(new=True)
    assert timeline.seeking.marked == first
    await sightings.see({first})
    assert sightings.go(new=True)
    assert timeline.seeking.marked == second
    await sightings.see({second})
    assert not sightings.go(new=True), "all of it has been seen"
    assert timeline.seeking.marked == second, "nobody is led anywhere"
    assert sightings.go()
    assert timeline.seeking.marked == second


async def test_only_what_mentions_one_and_was_not_seen_is_told_of(talk: Mentioned) -> None:
    first, second = talk.notes
    sightings = talk.timeline.sightings
    sightings.go()
    shown = {message.id for message in talk.timeline.messages}
    assert {first, second} < shown
    await sightings.see(shown - {second})
    await sightings.see({first})
    assert talk.sent == ["SeeMention"]
    await talk.console.push()
    await sightings.see({first})
    assert talk.sent == [], "it is known by now"
    await sightings.see(shown)
    assert talk.sent == ["SeeMention"]


async def test_where_nobody_mentions_one_there_is_no_way(console: Console) -> None:
    case = console.case()
    console.pull()
    timeline = Timeline(console.local, Directory(console.local), Orders(console.local), UTC)
    timeline.open(case.conversation_id, case.ticket.id, (), 0)
    assert not timeline.sightings.go()
    timeline.open(UUID(int=0), UUID(int=0), (), 0)
    assert not timeline.sightings.go()
