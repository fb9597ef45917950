"""The overlay: whoever reads a table reads the confirmed rows with everything pending laid over."""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.conversations.tables import rows as conversation_rows
from console.desktop.rooms import rooms
from console.kernel.codec import NIL, Strict, decode
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.store.reader import SqliteReader
from console.sync.client.outbox import Entry
from console.sync.client.overlay import PENDING_REV, Overlay
from console.sync.records import Accepted, Rejected, command
from console.tickets.model import (
    Priority,
    Sort,
    Status,
    Ticket,
    View,
    ViewName,
    assigned,
    with_status,
    with_tags,
)
from console.tickets.records import TICKET, Assign, ChangeTags, SetPriority, SetStatus
from console.tickets.tables import rows
from tests.parts.acts import AT, act, begin_case, reply
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


def entry(target: UUID, args: Strict, lane: UUID | None = None, **more: Any) -> Entry:
    wish = command(target, args, cmd_id=new_id())
    return Entry(wish, lane or target, more.pop("state", "queued"), "", AT, **more)


class Laid:
    """An overlay of our own over the console's cache."""

    def __init__(self, console: Console) -> None:
        assert console.local.open_cache()
        assert console.local._overlay is not None
        assert console.local.reader is not None
        self.overlay: Overlay = console.local._overlay
        self.reader: SqliteReader = console.local.reader

    def refresh(self, lane: UUID, *entries: Entry) -> dict[str, list[UUID]]:
        return self.overlay.refresh(lane, entries)

    def ticket(self, ticket_id: UUID) -> Ticket | None:
        return rows.ticket(self.reader, ticket_id)

    def pending(self, table: str = "tickets") -> int:
        row = self.reader.row(f"SELECT count(*) FROM temp.{table}_pending")
        return int(row[0]) if row else -1


# -- one lane


async def test_the_pending_row_stands_for_the_confirmed_one_in_every_read(console: Console) -> None:
    one, two = console.cases("one", "two")
    laid = Laid(console)
    take = entry(one.id, Assign(assignee_id=console.ana.id))
    assert laid.refresh(one.id, take) == {"ticket": [one.id]}
    found = laid.ticket(one.id)
    assert found is not None
    assert (found.assignee_id, found.status) == (console.ana.id, Status.OPEN)
    assert laid.ticket(two.id) == two
    reader, me = laid.reader, console.ana.id
    assert rows.count(reader, View(name=ViewName.MINE), me) == 1
    assert rows.count(reader, View(name=ViewName.UNASSIGNED), me) == 1
    assert rows.count(reader, View(name=ViewName.ACTIVE), me) == 2
    assert rows.by_number(reader, one.number) == found
    assert rows.revision(reader, one.id) == PENDING_REV
    assert laid.overlay.confirmed(TICKET, one.id) == one
    assert 0 < laid.overlay.revision(TICKET, one.id) < PENDING_REV


async def test_laying_a_lane_anew_takes_the_old_laying_away(console: Console) -> None:
    (one,) = console.cases("one")
    laid = Laid(console)
    urgent = entry(one.id, SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
    tag = entry(one.id, ChangeTags(add=("vip",)))
    laid.refresh(one.id, urgent, tag)
    assert laid.refresh(one.id, tag) == {"ticket": [one.id]}
    found = laid.ticket(one.id)
    assert found is not None
    assert (found.priority, found.tags) == (Priority.NORMAL, ("vip",))
    assert laid.refresh(one.id) == {"ticket": [one.id]}, "it looks different once more"
    assert (laid.ticket(one.id), laid.pending()) == (one, 0)
    assert laid.refresh(one.id) == {}


async def test_what_was_refused_is_not_laid_and_accepted_still_is(console: Console) -> None:
    (one,) = console.cases("one")
    laid = Laid(console)
    tags = [
        entry(one.id, ChangeTags(add=("a",)), state="accepted", outcome=Accepted(9), seq=9),
        entry(one.id, ChangeTags(add=("b",)), state="rejected", outcome=Rejected("odd")),
        entry(one.id, ChangeTags(add=("c",))),
    ]
    laid.refresh(one.id, *tags)
    found = laid.ticket(one.id)
    assert found is not None
    assert found.tags == ("a", "c")


async def test_a_wish_that_cannot_be_any_more_stops_no_other(console: Console) -> None:
    (one,) = console.cases("one")
    laid = Laid(console)
    wishes = [
        entry(one.id, SetStatus(status=Status.CLOSED, seen=Status.NEW)),
        entry(one.id, SetStatus(status=Status.OPEN, seen=Status.CLOSED)),
        entry(one.id, ChangeTags(add=("",))),
        entry(one.id, ChangeTags(add=("vip",))),
    ]
    laid.refresh(one.id, *wishes)
    found = laid.ticket(one.id)
    assert found is not None
    assert (found.status, found.tags) == (Status.CLOSED, ("vip",))


async def test_a_record_that_is_not_here_is_laid_once_it_comes(console: Console) -> None:
    case = begin_case(console.office, team="Europe")
    laid, ticket = Laid(console), case.ticket
    wish = entry(ticket.id, ChangeTags(add=("vip",)))
    assert laid.refresh(ticket.id, wish) == {}
    assert laid.ticket(ticket.id) is None
    assert laid.overlay.lanes_of({"ticket": [ticket.id]}) == {ticket.id}, "it waits for it"
    console.pull()
    laid.refresh(ticket.id, wish)
    found = laid.ticket(ticket.id)
    assert found is not None
    assert found.tags == ("vip",)


async def test_a_reply_rests_on_all_that_it_changes(console: Console) -> None:
    case = console.case()
    console.pull()
    laid, lane = Laid(console), case.ticket.id
    say = SendReply(message_id=new_id(), lane="buyer", body="On its way")
    changed = laid.refresh(lane, entry(case.conversation_id, say, lane))
    assert changed == {
        "conversation": [case.conversation_id],
        "message": [say.message_id],
        "ticket": [lane],
    }
    for kind, ids in changed.items():
        assert laid.overlay.lanes_of({kind: ids}) == {lane}
    assert laid.overlay.lanes_of({"ticket": [new_id()], "party": [lane]}) == set()
    laid.refresh(lane)
    assert laid.overlay.lanes_of(changed) == set()


async def test_what_is_laid_stays_in_memory_alone(console: Console) -> None:
    case = console.case()
    console.pull()
    laid, lane = Laid(console), case.ticket.id
    say = AddNote(message_id=new_id(), body="a very private sentence " * 200)
    laid.refresh(lane, entry(case.conversation_id, say, lane))
    assert laid.pending("messages") == 1
    assert laid.reader.row("SELECT count(*) FROM main.messages") == (1,)
    files = b"".join(path.read_bytes() for path in console.folder.iterdir())
    assert b"private sentence" not in files


# -- several lanes


async def test_two_lanes_over_one_conversation_do_not_take_each_others_rows(
    console: Console,
) -> None:
    """A closed ticket and the one after it share a conversation, and both have something pending."""
    case = console.case()
    first = case.ticket
    console.office.run(
        console.actor(), act(first.id, SetStatus(status=Status.CLOSED, seen=Status.NEW))
    )
    case.hear("Again!")
    console.pull()
    second = case.ticket
    assert first.id != second.id
    laid = Laid(console)
    wishes = {
        lane: entry(case.conversation_id, AddNote(message_id=new_id(), body=body), lane)
        for lane, body in ((first.id, "one"), (second.id, "two"))
    }
    for lane, wish in wishes.items():
        laid.refresh(lane, wish)
    for gone, stays in ((first.id, second.id), (second.id, first.id)):
        laid.refresh(gone)
        conversation = conversation_rows.conversation(laid.reader, case.conversation_id)
        assert conversation is not None
        assert conversation.count == 3, "the other's is still laid"
        assert laid.overlay.lanes_of({"conversation": [case.conversation_id]}) == {stays}
        laid.refresh(gone, wishes[gone])
    for lane in wishes:
        laid.refresh(lane)
    assert laid.pending("conversations") == laid.pending("messages") == laid.pending() == 0


async def test_a_second_try_has_the_latest_state_in_its_arguments(console: Console) -> None:
    (one,) = console.cases("one")
    laid = Laid(console)
    refused = entry(one.id, Assign(assignee_id=console.ana.id), state="rejected")
    ben = Assign(assignee_id=console.ben.id)
    console.office.run(console.actor(console.ben), act(one.id, ben))
    console.pull()
    assert laid.overlay.renewed(refused) == Assign(assignee_id=console.ana.id, seen=console.ben.id)
    unknown = replace(refused, command=command(one.id, Strict(), cmd_id=new_id()))
    assert laid.overlay.renewed(unknown) is None


# -- any story

TICKETS = 3
tags = st.lists(st.sampled_from(("vip", "late", "x")), max_size=2, unique=True).map(tuple)
wishes = st.one_of(
    st.sampled_from(Status).map(lambda s: SetStatus(status=s, seen=Status.NEW)),
    st.sampled_from(Priority).map(lambda p: SetPriority(priority=p, seen=Priority.NORMAL)),
    st.builds(ChangeTags, add=tags, remove=tags),
    st.sampled_from((UUID(int=7), NIL)).map(lambda u: Assign(assignee_id=u)),
)
steps = st.one_of(
    st.tuples(st.just("wish"), st.integers(0, TICKETS - 1), wishes),
    st.tuples(st.just("theirs"), st.integers(0, TICKETS - 1), wishes),
    st.tuples(st.just("answer"), st.integers(0, TICKETS - 1), st.none()),
)


def previewed(ticket: Ticket, pending: Entry) -> Ticket:
    """The ticket with one action laid over it, said in the model's words."""
    told = {kind.__name__: kind for kind in (SetStatus, SetPriority, ChangeTags, Assign)}
    args = decode(bytes(pending.command.args), told[pending.command.type])
    try:
        match args:
            case SetStatus():
                return with_status(ticket, args.status, pending.made_at)
            case SetPriority():
                return structs.replace(ticket, priority=args.priority)
            case ChangeTags():
                return with_tags(ticket, args.add, args.remove)
            case Assign():
                return assigned(ticket, args.assignee_id)
    except Refused:
        pass
    return ticket


def agree(console: Console, ids: Iterable[UUID]) -> None:
    """What is read is what is confirmed with what waits laid over it, in every read."""
    reader, overlay = console.local.reader, console.local._overlay
    assert reader is not None
    assert overlay is not None
    expected = {}
    for ticket_id in ids:
        confirmed = overlay.confirmed(TICKET, ticket_id)
        assert confirmed is not None
        waiting = [e for e in console.local.waiting(ticket_id) if e.state != "rejected"]
        expected[ticket_id] = reduce(previewed, waiting, confirmed)
    assert rows.tickets(reader, ids) == expected
    active = {t.id for t in expected.values() if t.status in (Status.NEW, Status.OPEN)}
    for sort in Sort:
        places = rows.places(reader, View(name=ViewName.ACTIVE), console.ana.id, sort, 10_000)
        assert {UUID(bytes=raw) for _, raw in places} & set(ids) == active
        assert places == sorted(
            places, key=lambda p: (-p[0] if sort == Sort.NEWEST else p[0], p[1])
        )


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=st.lists(steps, min_size=1, max_size=10))
async def test_any_story_reads_as_confirmed_plus_pending_in_order(
    console: Console, story: list[tuple[str, int, Any]]
) -> None:
    names = [str(new_id()) for _ in range(TICKETS)]
    ids = [ticket.id for ticket in console.cases(*names)]
    for what, which, args in story:
        if what == "wish":
            await console.local.do(TICKET, ids[which], args, lane=ids[which], about="")
        elif what == "theirs":
            console.office.run(console.actor(console.ben), act(ids[which], args))
            console.pull()
        else:
            await console.push()
        agree(console, ids)
    await console.reopen()
    agree(console, ids)
    for refused in list(console.local.entries.values()):
        await console.local.discard(refused)


async def test_every_kind_laid_over_has_its_table_and_view(console: Console) -> None:
    laid = Laid(console)
    for overlaid in rooms().overlaid:
        kind = laid.reader.row(
            "SELECT type FROM temp.sqlite_schema WHERE name = :name", name=overlaid.table
        )
        assert kind == (("view",) if overlaid.laid else None), overlaid.table
    case = console.case()
    console.office.run(console.actor(console.ben), reply(case.conversation_id))
    console.pull()
    assert laid.overlay.confirmed(CONVERSATION, case.conversation_id) is not None
