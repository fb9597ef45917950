"""Previews of triage: any actions in any order look here as the server then makes them."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.catalog import catalog
from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.sync.records import Accepted
from console.tickets.model import Priority, Status, Ticket, next_statuses
from console.tickets.records import TICKET, Assign, ChangeTags, SetPriority, SetStatus, Take
from console.tickets.tables import rows
from tests.parts.compare import held
from tests.parts.console import Console

pytestmark = pytest.mark.anyio

tags = st.lists(st.sampled_from(("vip", "late", "x")), max_size=2, unique=True).map(tuple)
wishes = st.one_of(
    st.sampled_from(("take", "mine", "nobody", "reply", "note")),
    st.sampled_from(Status),
    st.sampled_from(Priority),
    st.tuples(tags, tags),
)


def shown(console: Console, ticket: Ticket) -> Ticket:
    assert console.local.reader is not None
    found = rows.ticket(console.local.reader, ticket.id)
    assert found is not None
    return found


def asked(console: Console, ticket: Ticket, wish: object) -> Strict | None:
    """The command that a screen makes of a wish, None when it would offer none."""
    me = console.ana.id
    match wish:
        case "take":
            return Take() if ticket.assignee_id in (NIL, me) else None
        case "mine" | "nobody":
            return Assign(assignee_id=me if wish == "mine" else NIL, seen=ticket.assignee_id)
        case "reply":
            return SendReply(message_id=new_id(), lane="buyer", body="On its way")
        case "note":
            return AddNote(message_id=new_id(), body="Ask")
        case Status():
            legal = wish in next_statuses(ticket.status)
            return SetStatus(status=wish, seen=ticket.status) if legal else None
        case Priority():
            return SetPriority(priority=wish, seen=ticket.priority)
        case (tuple(add), tuple(remove)):
            return ChangeTags(add=add, remove=remove)
    return None


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=st.lists(wishes, min_size=1, max_size=8))
async def test_what_is_shown_before_the_answer_is_shown_after_it(
    console: Console, story: Sequence[object]
) -> None:
    case = console.case(email=f"{new_id()}@mail.test")
    console.pull()
    ticket = case.ticket
    for wish in story:
        args = asked(console, shown(console, ticket), wish)
        if args is None:
            continue
        kind, target = TICKET, ticket.id
        if isinstance(args, SendReply | AddNote):
            kind, target = CONVERSATION, ticket.conversation_id
        await console.local.do(kind, target, args, lane=ticket.id, about="")
    before = shown(console, ticket)
    outcomes = await console.push()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert shown(console, ticket) == before == case.ticket
    assert console.local.entries == {}
    assert console.local.reader is not None
    there = held(console.local.reader, catalog())
    console.local.open_cache()
    assert held(console.local.reader, catalog()) == there
