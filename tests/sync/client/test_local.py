"""The console's half of the spine: what is done is on the disk first, and any cache will do."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from console.catalog import catalog
from console.desktop.rooms import rooms
from console.kernel import codec
from console.kernel.codec import encode
from console.kernel.errors import Refused, Unavailable
from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.deed import Deed
from console.sync.client.local import Local
from console.sync.client.outbox import Outbox
from console.sync.client.replica import open_replica
from console.sync.client.scratch import Draft
from console.sync.client.standing import Boot, Standing
from console.sync.client.work import CACHE_FILE, WORK_FILE, open_work
from console.sync.records import Accepted, Epoch, Expected, Rejected, Result, Retry, command
from console.tickets.model import Priority, Sort, Ticket, View, ViewName
from console.tickets.records import TICKET, ChangeTags, SetPriority, Take
from console.tickets.tables import rows as ticket_rows
from tests.conftest import Errors
from tests.parts.console import KEY, Console

pytestmark = pytest.mark.anyio
URGENT = SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL)
HIGH = SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL)


def shown(console: Console, ticket: Ticket) -> Ticket | None:
    assert console.local.reader is not None
    return ticket_rows.ticket(console.local.reader, ticket.id)


async def do(console: Console, ticket: Ticket, args: Any = URGENT, about: str = "") -> UUID:
    return await console.local.do(TICKET, ticket.id, args, lane=ticket.id, about=about)


def in_file(folder: Path) -> list[tuple[UUID, str]]:
    """Commands and their states as another process finds them."""
    work = open_work(folder / WORK_FILE, KEY)
    found: list[tuple[UUID, str]] = [(e.command.cmd_id, e.state) for e in Outbox(work).entries()]
    work.close()
    return found


# -- acting


async def test_an_action_is_on_the_disk_before_it_is_shown(console: Console) -> None:
    (ticket,) = console.cases("one")
    seen: list[list[tuple[UUID, str]]] = []
    console.local.touched.connect(lambda _: seen.append(in_file(console.folder)))
    console.local.say = lambda frame: seen.append(in_file(console.folder))
    cmd_id = await do(console, ticket)
    assert seen == [[(cmd_id, "queued")]] * 2, "when shown, and when the engine is told"


async def test_what_is_sent_leaves_its_draft_in_the_same_moment(console: Console) -> None:
    (ticket,) = console.cases("one")
    left: list[set[UUID]] = []
    for typed, words in (("Dear Lena", "Dear Lena"), ("Dear Lena, please", "Dear Lena")):
        console.local.keep_draft(ticket.id, Draft(to="buyer", body=typed))
        await console.settled()
        deed = Deed(TICKET, ticket.id, ChangeTags(add=("vip",)), "Tags")
        await console.local.do_all([deed], lane=ticket.id, spent=words)
        after = Local(console.folder, KEY, console.ana.id, console.clock, rooms())
        left.append(set(after.drafts))
        await after.close()
    assert left == [set(), {ticket.id}], "what was typed since stays"


async def test_what_a_page_remembers_is_there_until_it_is_empty(console: Console) -> None:
    console.local.remember("line", "parc")
    await console.reopen()
    assert console.local.remembered == {"line": "parc"}
    console.local.remember("line", "")
    console.local.remember("line", "")
    await console.reopen()
    assert console.local.remembered == {}


async def test_a_crash_after_an_action_loses_nothing(console: Console) -> None:
    (ticket,) = console.cases("one")
    cmd_id = await do(console, ticket, about="Set priority")
    after = Local(console.folder, KEY, console.ana.id, console.clock, rooms())
    assert after.open_cache()
    assert after.entries == console.local.entries
    assert [(e.command.cmd_id, e.about) for e in after.waiting(ticket.id)] == [
        (cmd_id, "Set priority")
    ]
    assert after.reader is not None
    found = ticket_rows.ticket(after.reader, ticket.id)
    assert found is not None
    assert found.priority == Priority.URGENT
    await after.close()


async def test_a_command_names_the_change_its_author_saw(console: Console) -> None:
    (ticket,) = console.cases("one")
    first = await do(console, ticket)
    base = console.local.entries[first].command.base_rev
    stored = console.office.get(TICKET, ticket.id)
    assert stored is not None
    assert base == stored.rev > 0
    second = await do(console, ticket, Take())
    assert console.local.entries[second].command.base_rev == base, "confirmed, not pending"
    assert console.local.revision(TICKET, new_id()) == 0


async def test_the_device_is_the_same_for_good(console: Console) -> None:
    device = console.local.device
    assert Local.device_of(console.folder, KEY) == device
    await console.reopen()
    assert console.local.device == device


async def test_another_key_opens_nothing(console: Console) -> None:
    with pytest.raises(Refused, match="does not open with this key"):
        Local(console.folder, bytes(32), console.ana.id, console.clock, rooms())


async def test_quitting_writes_down_what_is_still_on_its_way(console: Console) -> None:
    (ticket,) = console.cases("one")
    for n in range(50):
        console.local.keep_draft(ticket.id, Draft(to="buyer", body=f"Dear {n}"))
    await console.reopen()
    assert console.local.drafts[ticket.id].draft.body == "Dear 49"


async def test_a_closed_one_reads_nothing_and_fails_nothing(console: Console) -> None:
    (ticket,) = console.cases("one")
    await console.local.close()
    assert (console.local.reader, console.local.usable) == (None, False)
    assert console.local.revision(TICKET, ticket.id) == 0
    await console.open()


# -- answers


async def test_answers_in_either_order_settle_once(console: Console) -> None:
    one, two = console.cases("one", "two")
    for ticket in (one, two):
        await do(console, ticket)
    first, second = console.local.entries.values()
    changed: list[None] = []
    console.local.outbox_changed.connect(changed.append)
    outcomes = [console.office.run(console.actor(), e.command) for e in (first, second)]
    console.local.hear(pipe.Answered((Result(first.command.cmd_id, outcomes[0]),)))
    assert console.local.waiting(one.id)[0].state == "accepted"
    console.pull()
    assert console.local.waiting(one.id) == []
    console.local.hear(pipe.Answered((Result(second.command.cmd_id, outcomes[1]),)))
    assert (console.local.entries, bool(changed)) == ({}, True)
    await console.settled()
    assert in_file(console.folder) == []


@pytest.mark.parametrize("outcome", [Retry(1.0), Expected(1)])
async def test_what_is_not_decided_stays_queued(
    console: Console, outcome: Retry | Expected
) -> None:
    (ticket,) = console.cases("one")
    cmd_id = await do(console, ticket)
    console.local.hear(pipe.Answered((Result(cmd_id, outcome),)))
    await console.settled()
    assert in_file(console.folder) == [(cmd_id, "queued")]
    assert console.local.entries[cmd_id].state == "queued"


async def test_answers_to_strangers_are_let_be(console: Console) -> None:
    console.local.hear(pipe.Answered((Result(new_id(), Accepted(5)),)))
    await console.settled()
    assert console.local.entries == {}


async def test_a_refusal_stays_through_restarts_until_somebody_decides(console: Console) -> None:
    (ticket,) = console.cases("one")
    cmd_id = await do(console, ticket)
    refusal = Rejected("odd", {"priority": "no"})
    console.local.hear(pipe.Answered((Result(cmd_id, refusal),)))
    found = shown(console, ticket)
    assert found is not None
    assert found.priority == Priority.NORMAL, "theirs is shown, mine is kept"
    await console.reopen()
    (entry,) = console.local.waiting(ticket.id)
    assert (entry.state, entry.outcome) == ("rejected", refusal)
    await console.local.discard(entry)
    await console.local.discard(entry)
    assert in_file(console.folder) == []


async def test_a_second_try_that_cannot_be_written_keeps_the_first(
    console: Console, expected_errors: Errors
) -> None:
    expected_errors.expect("work_file_refused")
    (ticket,) = console.cases("one")
    cmd_id = await do(console, ticket)
    console.local.hear(pipe.Answered((Result(cmd_id, Rejected("odd")),)))
    await console.settled()
    (entry,) = console.local.waiting(ticket.id)
    console.local._work.execute("PRAGMA query_only = 1")  # a disk that takes nothing any more
    with pytest.raises(Unavailable, match="disk is full or cannot be written"):
        await console.local.retry(entry)
    console.local._work.execute("PRAGMA query_only = 0")
    assert console.local.waiting(ticket.id) == [entry]
    await console.local.retry(entry)
    assert [waiting.state for waiting in console.local.waiting(ticket.id)] == ["queued"]
    assert len(in_file(console.folder)) == 1


async def test_a_command_of_a_newer_console_is_kept_and_shown_as_waiting(console: Console) -> None:
    (ticket,) = console.cases("one")
    cmd_id = await do(console, ticket)
    work = open_work(console.folder / WORK_FILE, KEY)
    work.execute("UPDATE outbox SET command = replace(command, 'SetPriority', 'Teleport')")
    work.close()
    await console.reopen()
    (entry,) = console.local.waiting(ticket.id)
    assert (entry.command.cmd_id, entry.command.type) == (cmd_id, "Teleport")
    assert shown(console, ticket) == ticket
    await console.local.retry(entry)
    assert console.local.waiting(ticket.id) == [entry]


# -- the link


async def test_how_the_link_is_is_told(console: Console) -> None:
    heard: list[pipe.Standing] = []
    console.local.link.connect(heard.append)
    console.stand("offline")
    assert [frame.mode for frame in heard] == ["offline"]
    assert console.local.standing == heard[0]


async def test_standing_alone_settles_what_the_cache_has(console: Console) -> None:
    (ticket,) = console.cases("one")
    await do(console, ticket)
    await console.push(pull=False)
    assert len(console.local.waiting(ticket.id)) == 1
    console.replica.absorb(
        console.office.read(
            lambda r: console.office.feed.changes(r, console.cursor, console.actor().scopes)
        )
    )
    console.stand()
    assert console.local.waiting(ticket.id) == []


# -- any cache will do


async def test_without_a_cache_there_is_nothing_to_show_and_work_goes_on(
    console: Console, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    local = Local(folder, KEY, console.ana.id, console.clock, rooms())
    assert not local.open_cache()
    assert not local.usable
    lane = new_id()
    await local.do(TICKET, new_id(), Take(), lane=lane, about="Take")
    assert len(local.waiting(lane)) == 1
    local.hear(pipe.Changed({"ticket": [new_id()]}, 5))
    await local.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    """Half of it is gone, and so is the log that would mend it."""
    connection = sqlite.connect(path, key=KEY)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = path.read_bytes()
    sqlite.remove(path)
    path.write_bytes(whole[: len(whole) // 2])


def of_another_shape(path: Path) -> None:
    sqlite.remove(path)
    connection = sqlite.connect(path, key=KEY)
    connection.execute("CREATE TABLE tickets (id BLOB)")
    connection.close()


def of_an_older_release(path: Path) -> None:
    connection = sqlite.connect(path, key=KEY)
    row = connection.execute("SELECT v FROM cache_state WHERE k = 'standing'").fetchone()
    older = structs.replace(codec.decode(row[0], Standing), shape=1)
    sql = "UPDATE cache_state SET v = ? WHERE k = 'standing'"
    connection.execute(sql, (codec.encode(older),))
    connection.close()


@pytest.mark.parametrize(
    "spoil", [garbage, emptied, cut, of_another_shape, of_an_older_release, sqlite.remove]
)
async def test_a_cache_that_is_no_good_is_as_good_as_none_until_the_engine_made_another(
    console: Console, spoil: Any
) -> None:
    (ticket,) = console.cases("one")
    await do(console, ticket)
    path = console.folder / CACHE_FILE
    console.replica.close()
    spoil(path)
    console.local.hear(pipe.Opened(usable=False))
    assert (console.local.reader, console.local.usable) == (None, False)
    await do(console, ticket, ChangeTags(add=("vip",)))
    await console.settled()
    sqlite.remove(path)
    console.replica = open_replica(path, KEY, catalog())
    console.fetch()
    opened: list[None] = []
    console.local.opened.connect(opened.append)
    console.local.hear(pipe.Opened(usable=True))
    assert (opened, console.local.usable) == ([None], True)
    found = shown(console, ticket)
    assert found is not None
    assert (found.priority, found.tags) == (Priority.URGENT, ("vip",)), "all that waits is laid"


async def test_it_can_be_used_once_the_first_screen_is_there(console: Console) -> None:
    console.flood(3)
    console.fetch()
    first = {"ticket": 3, "user": 4, "role": 4, "team": 1, "party": 3}

    def stood(standing: Standing) -> bool:
        told = encode(standing).decode()
        with console.replica._database.writing() as connection:
            connection.exec_driver_sql("UPDATE cache_state SET v = ?", (told,))
        return console.local.usable

    boot = Boot(start=1, epoch=Epoch(1, 1))
    later = {**first, "message": 9_000}
    for got, totals, usable in (
        (0, {}, False),
        (14, later, False),
        (15, later, True),
        (9_000, later, True),
    ):
        assert stood(Standing(boot=structs.replace(boot, got=got, totals=totals))) == usable
    assert not stood(Standing())
    assert stood(Standing(cursor=0))
    again = structs.replace(boot, totals=later, compare=True)
    assert stood(Standing(cursor=7, boot=again)), "an old cache is shown while a new one comes"


@pytest.mark.parametrize("told", ["", "[]", "not json", '{"cursor": "x"}'])
async def test_a_standing_nobody_understands_is_none(console: Console, told: str) -> None:
    with console.replica._database.writing() as connection:
        connection.exec_driver_sql("UPDATE cache_state SET v = ?", (told,))
    assert not console.local.usable


# -- a great deal


async def test_two_thousand_waiting_actions_are_shown_found_and_let_go(console: Console) -> None:
    console.flood(200)
    console.pull()
    assert console.local.reader is not None
    view = View(name=ViewName.ACTIVE)
    places = ticket_rows.places(console.local.reader, view, console.ana.id, Sort.NEWEST, 500)
    tickets = [UUID(bytes=raw) for _, raw in places]
    wishes = [ChangeTags(add=(f"tag{n}",)) if n % 2 else HIGH for n in range(10)]
    work = open_work(console.folder / WORK_FILE, KEY)
    work.execute("BEGIN")
    for args in wishes:
        for ticket_id in tickets:
            wish = command(ticket_id, args, cmd_id=new_id())
            Outbox(work).put(wish, ticket_id, "", console.clock.now())
    work.execute("COMMIT")
    work.close()
    await console.reopen()
    assert len(console.local.entries) == 2_000
    reader = console.local.reader
    assert reader is not None
    found = ticket_rows.tickets(reader, tickets)
    assert {t.priority for t in found.values()} == {Priority.HIGH}
    assert {t.tags for t in found.values()} == {("tag1", "tag3", "tag5", "tag7", "tag9")}
    assert ticket_rows.places(reader, view, console.ana.id, Sort.NEWEST, 500) == places
    assert all(len(console.local.waiting(ticket_id)) == 10 for ticket_id in tickets)
    assert reader.row("SELECT count(*) FROM temp.tickets_pending") == (200,)
    console.local.hear(pipe.Answered(tuple(Result(i, Accepted(1)) for i in console.local.entries)))
    console.stand()
    await console.settled()
    assert (console.local.entries, in_file(console.folder)) == ({}, [])
    assert reader.row("SELECT count(*) FROM temp.tickets_pending") == (0,)
