"""A console that loses sight of a ticket, or of its server: nothing of others stays, its own does."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.conversations.records import CONVERSATION, SendReply
from console.desktop.rooms import rooms
from console.kernel.ids import new_id
from console.people.server import accounts
from console.sync.client import pipe
from console.sync.client.lease import LEASE
from console.sync.client.local import NO_MORE, Local
from console.sync.client.scratch import Draft
from console.sync.client.work import WORK_FILE, open_work
from console.sync.frames import Lost
from console.sync.records import Accepted, Rejected, Result
from console.tickets.model import Ticket
from console.tickets.records import TICKET, Take
from tests.parts.console import KEY, Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio


async def reply(console: Console, ticket: Ticket, body: str) -> Any:
    args = SendReply(message_id=new_id(), lane="buyer", body=body)
    about = f"Reply to {ticket.subject}"
    return await console.local.do(
        CONVERSATION, ticket.conversation_id, args, lane=ticket.id, about=about
    )


def in_work_file(folder: Path) -> str:
    """Every text of the work file."""
    work = open_work(folder / WORK_FILE, KEY)
    tables = [row[0] for row in work.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    found = [repr(row) for name in tables for row in work.execute(f"SELECT * FROM {name}")]
    work.close()
    return "\n".join(found)


async def test_who_leaves_a_team_keeps_their_own_words_and_nothing_else(console: Console) -> None:
    secret, other = console.cases("Secret subject", "Another one")
    done = await console.local.do(TICKET, secret.id, Take(), lane=secret.id, about="Take Secret")
    await console.push()
    assert done not in console.local.entries, "it is in the journal"
    sent = await reply(console, secret, "my own words")
    console.local.keep_draft(secret.id, Draft("buyer", "half a thought"))
    console.local.keep_draft(other.id, Draft("buyer", "other thought"))
    console.office.write(lambda tx: accounts.set_teams(tx, console.ana.id, []))
    touched = console.replica.rescope(console.actor().scopes)
    console.local.hear(pipe.Changed(touched, console.cursor))
    await console.settled()
    entry = console.local.entries[sent]
    assert (entry.state, entry.outcome) == ("rejected", Rejected("access_revoked"))
    assert (entry.about, b"my own words" in bytes(entry.command.args)) == (NO_MORE, True)
    assert {kept.draft.body for kept in console.local.drafts.values()} == {
        "half a thought", "other thought",
    }  # fmt: skip
    kept = in_work_file(console.folder)
    assert "my own words" in kept
    assert "Secret" not in kept
    assert await console.push() == [], "nothing of it is sent any more"


async def test_what_is_just_being_written_down_when_sight_is_lost_is_parted_from_too(
    console: Console,
) -> None:
    (ticket,) = console.cases("Secret subject")
    writing = asyncio.create_task(reply(console, ticket, "my own words"))
    await until(lambda: console.local._landing, "what is on its way to the disk")
    console.office.write(lambda tx: accounts.set_teams(tx, console.ana.id, []))
    touched = console.replica.rescope(console.actor().scopes)
    console.local.hear(pipe.Changed(touched, console.cursor))
    entry = console.local.entries[await writing]
    await console.settled()
    assert (entry.outcome, entry.about) == (Rejected("access_revoked"), NO_MORE)
    assert await console.push() == []
    assert "Secret" not in in_work_file(console.folder)


async def test_a_server_that_answers_before_the_disk_is_heard(console: Console) -> None:
    (ticket,) = console.cases("one")
    writing = asyncio.create_task(reply(console, ticket, "my own words"))
    await until(lambda: console.local._landing, "what is on its way to the disk")
    (sent,) = console.local._landing
    console.local.hear(pipe.Answered((Result(sent, Rejected("stale")),)))
    assert await writing == sent
    await console.settled()
    assert console.local.entries[sent].outcome == Rejected("stale")


async def test_sight_is_lost_while_a_discarded_reply_is_taken_back(console: Console) -> None:
    (ticket,) = console.cases("Secret subject")
    sent = await reply(console, ticket, "my own words")
    refused = Result(sent, Rejected("stale"))
    console.local.hear(pipe.Answered((refused,)))
    was = console.local.entries[sent]
    await console.local.discard(was)
    restoring = asyncio.create_task(console.local.restore(was))
    await until(lambda: console.local._landing, "what is on its way to the disk")
    console.office.write(lambda tx: accounts.set_teams(tx, console.ana.id, []))
    touched = console.replica.rescope(console.actor().scopes)
    console.local.hear(pipe.Changed(touched, console.cursor))
    await restoring
    await console.settled()
    assert console.local.entries[sent].about == NO_MORE
    assert "Secret" not in in_work_file(console.folder)


async def test_a_ticket_that_comes_back_and_goes_again_is_parted_from_twice(
    console: Console,
) -> None:
    (ticket,) = console.cases("one")
    for _ in range(2):
        sent = await reply(console, ticket, "words")
        console.office.write(lambda tx: accounts.set_teams(tx, console.ana.id, []))
        touched = console.replica.rescope(console.actor().scopes)
        console.local.hear(pipe.Changed(touched, console.cursor))
        await console.settled()
        assert console.local.entries[sent].state == "rejected"
        console.office.write(lambda tx: accounts.set_teams(tx, console.ana.id, ["Europe"]))
        console.fetch()
        console.local.hear(pipe.Changed({"ticket": [ticket.id]}, console.cursor))


async def test_a_cache_whose_lease_ran_out_is_shut_until_the_server_is_met(
    console: Console,
) -> None:
    (ticket,) = console.cases("one")
    console.replica.meet(console.clock.now())
    console.local.keep_draft(ticket.id, Draft("buyer", "half a thought"))
    opened: list[bool] = []
    console.local.opened.connect(lambda _: opened.append(console.local.locked))
    console.clock.advance(LEASE.total_seconds() + 1)
    now = console.clock.now()
    told = pipe.Standing("offline", 0, 0, console.cursor, now, now, locked=True)
    console.local.hear(told)
    assert console.local.reader is None
    assert not console.local.usable
    assert console.local.drafts
    again = Local(console.folder, KEY, console.ana.id, console.clock, rooms())
    assert not again.open_cache(), "quitting and starting again does not open it"
    assert again.locked
    await again.close()
    console.replica.meet(now)
    console.local.hear(pipe.Standing("live", 0, 0, console.cursor, now, now))
    assert console.local.reader is not None
    assert console.local.usable
    assert opened == [True, False]


async def test_a_clock_set_back_does_not_open_it(console: Console) -> None:
    console.replica.meet(console.clock.now())
    console.clock.advance(LEASE.total_seconds() + 1)
    console.replica.spend(console.clock.now())
    console.clock.advance(-timedelta(days=300).total_seconds())
    assert not console.local.open_cache()
    assert console.local.locked


async def test_what_a_restored_server_lost_is_queued_again_and_replies_are_held(
    console: Console,
) -> None:
    (ticket,) = console.cases("one")
    said: list[Any] = []
    taken = await console.local.do(TICKET, ticket.id, Take(), lane=ticket.id, about="Take")
    sent = await reply(console, ticket, "my own words")
    await console.push(pull=False)
    for cmd_id in (taken, sent):
        assert isinstance(console.local.entries[cmd_id].outcome, Accepted)
    later = await reply(console, ticket, "more words")
    console.local.say = said.append
    console.local.hear(pipe.Restored((Lost(0, 1 << 62),)))
    await console.settled()
    states = {cmd_id: entry.state for cmd_id, entry in console.local.entries.items()}
    assert states == {taken: "queued", sent: "held", later: "queued"}
    assert list(states) == [taken, sent, later], "in the order in which they were done"
    assert said == [pipe.Poke()]
    console.local.hear(pipe.Answered((Result(taken, Rejected("x")),)))
    assert console.local.entries[taken].state == "rejected"


async def test_work_on_a_ticket_that_is_not_here_has_it_fetched(console: Console) -> None:
    (ticket,) = console.cases("one")
    elsewhere = new_id()
    for lane in (ticket.id, elsewhere):
        console.local.keep_draft(lane, Draft("buyer", "half a thought"))
    said: list[Any] = []
    console.local.say = said.append
    console.stand("live")
    console.stand("live")
    assert said == [pipe.Open("ticket", elsewhere)], "once, and not for what is here"
