"""Older messages than those kept here: fetched when somebody scrolls to them, told when they cannot be."""

from typing import Any

import pytest

from console.conversations.viewmodel.items import MessageItem, MoreItem
from console.conversations.viewmodel.timeline import Timeline
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from console.sync.asking import Found, Older
from console.sync.client import pipe
from console.sync.records import Epoch
from console.sync.server.lookup import Lookup
from tests.parts.acts import Case
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
LENGTH = 130


@pytest.fixture
async def case(console: Console) -> Case:
    """A conversation of which the first 30 messages are on the server alone."""
    made = console.case()
    console.talk(made, *[f"m{n}" for n in range(2, LENGTH + 1)])
    console.fetch()
    return made


@pytest.fixture
def timeline(console: Console, case: Case) -> Timeline:
    directory = Directory(console.local)
    opened = Timeline(console.local, directory, Orders(console.local))
    opened.open(case.conversation_id, case.ticket.id, (), 0)
    return opened


def shown(timeline: Timeline) -> list[int]:
    items = timeline.items.values()
    return [item.message.pos for item in items if isinstance(item, MessageItem)]


def more(timeline: Timeline) -> list[MoreItem]:
    return [item for item in timeline.items.values() if isinstance(item, MoreItem)]


def deliver(console: Console, asked: pipe.Deepen) -> None:
    """What the engine does when it is asked."""
    wanted = Older(kind=asked.kind, parent=asked.parent, before=asked.before)
    scopes, life = console.actor().scopes, console.replica.standing.epoch
    lookup = Lookup(console.office.feed)
    found: Found = console.office.read(lambda reader: lookup.older(reader, wanted, scopes))
    assert isinstance(life, Epoch)
    touched = console.replica.deepen(asked.parent, found, console.replica.guard())
    console.local.hear(pipe.Changed(touched, console.cursor))
    console.local.hear(pipe.Deepened(asked.parent, True))


async def test_they_are_asked_for_once_and_shown_when_they_are_here(
    console: Console, timeline: Timeline
) -> None:
    console.stand("live")
    said: list[Any] = []
    console.local.say = said.append
    assert shown(timeline) == list(range(31, LENGTH + 1))
    assert timeline.more
    timeline.older()
    timeline.older()
    (asked,) = said
    assert (asked.kind, asked.before) == ("message", 31)
    assert more(timeline) == [MoreItem(away=False)]
    deliver(console, asked)
    assert shown(timeline) == list(range(1, LENGTH + 1))
    assert (more(timeline), timeline.more) == ([], False)


async def test_away_from_the_server_it_is_said_where_they_are(
    console: Console, timeline: Timeline
) -> None:
    console.stand("offline")
    said: list[Any] = []
    console.local.say = said.append
    timeline.older()
    assert said == []
    assert more(timeline) == [MoreItem(away=True)]
    console.stand("live")
    timeline.older()
    console.local.hear(pipe.Deepened(said[0].parent, False))
    assert more(timeline) == [MoreItem(away=True)], "the server did not answer"
    timeline.older()
    deliver(console, said[1])
    assert shown(timeline)[0] == 1
