"""Snoozing on the server: its conflict rules, what wakes a ticket and what does not."""

from datetime import timedelta

import pytest
from msgspec import structs

from console.kernel.clock import whole_ms
from console.kernel.codec import Strict
from console.people.model import Actor
from console.store.reader import Reader
from console.sync.records import Merged, Outcome, Rejected
from console.sync.server import jobs
from console.sync.server.tx import Tx
from console.sync.server.worker import Bench
from console.tickets.model import MOST_SNOOZED, Sort, Status, View, ViewName
from console.tickets.records import TICKET, SetStatus, Snooze, Wake
from console.tickets.server.snooze import JOBS
from console.tickets.tables import rows
from tests.parts.acts import Case, act
from tests.parts.office import Office

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""PostgreSQL's own clock says when a job is due, and nobody moves that."""


class Night(Bench):
    """The office as a job's bench."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.clock = office.clock

    async def write(self, work):
        return self._office.write(work)

    async def read(self, work):
        return self._office.read(work)

    async def work_off(self) -> int:
        """Do the jobs that are due; how many they were."""
        names = tuple(kind.name for kind in JOBS)
        count = 0
        while job := self._office.write(lambda tx: jobs.take(tx, names)):
            await JOBS[0].run(self, job.args)
            self._office.write(lambda tx, job=job: jobs.done(tx, job, nightly=False))
            count += 1
        return count


def do(office: Office, who: Actor, case: Case, args: Strict, seen: int | None = None) -> Outcome:
    stored = office.get(TICKET, case.ticket.id)
    assert stored is not None
    base = stored.rev if seen is None else seen
    return office.run(who, act(case.ticket.id, args, base_rev=base))


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__.lower()


def held(office: Office, case: Case, name: ViewName) -> bool:
    def look(reader: Reader) -> bool:
        found = rows.places(reader, View(name=name), case.shop.user_id, Sort.NEWEST, 10)
        return case.ticket.id.bytes in [raw for _, raw in found]

    return office.read(look)


def until(office: Office, length: timedelta = HOUR) -> Snooze:
    return Snooze(until=whole_ms(office.clock.now()) + length)


@on_sqlite
async def test_a_snoozed_ticket_is_in_no_queue_until_its_time(
    office: Office, ana: Actor, case: Case
) -> None:
    wish = until(office)
    assert code(do(office, ana, case, wish)) == "accepted"
    assert case.ticket.snoozed_until == wish.until
    assert case.ticket.status == Status.NEW, "it is as it was"
    assert [held(office, case, name) for name in (ViewName.SNOOZED, ViewName.ACTIVE)] == [
        True,
        False,
    ]
    assert await Night(office).work_off() == 0, "it is not time yet"
    office.clock.advance(3600)
    assert await Night(office).work_off() == 1
    assert (case.ticket.snoozed_until, case.ticket.updated_at) == (None, wish.until)
    assert [held(office, case, name) for name in (ViewName.SNOOZED, ViewName.ACTIVE)] == [
        False,
        True,
    ]


@on_sqlite
async def test_an_older_snoozes_job_wakes_nobody(office: Office, ana: Actor, case: Case) -> None:
    do(office, ana, case, until(office))
    later = until(office, 2 * HOUR)
    assert isinstance(do(office, ana, case, later), Merged), "the other time is named"
    office.clock.advance(3601)
    assert await Night(office).work_off() == 1
    assert case.ticket.snoozed_until == later.until
    do(office, ana, case, Wake(seen=later.until))
    office.clock.advance(3601)
    assert await Night(office).work_off() == 1
    assert case.ticket.snoozed_until is None


def test_thanks_do_not_wake_and_wait_for_nothing(office: Office, ana: Actor, case: Case) -> None:
    do(office, ana, case, SetStatus(status=Status.PENDING, seen=Status.NEW))
    do(office, ana, case, until(office))
    before = case.ticket
    case.hear("Thank you so much!\nLena")
    assert case.ticket.snoozed_until == before.snoozed_until
    assert (case.ticket.status, case.ticket.waiting_since) == (Status.PENDING, before.waiting_since)
    assert case.ticket.unread == before.unread + 1
    case.hear("Thank you, but it is broken.")
    assert (case.ticket.snoozed_until, case.ticket.status) == (None, Status.OPEN)
    assert case.ticket.waiting_since is not None


def test_a_message_that_came_meanwhile_is_not_hidden(
    office: Office, ana: Actor, case: Case
) -> None:
    stored = office.get(TICKET, case.ticket.id)
    assert stored is not None
    case.hear("Thanks!")
    assert code(do(office, ana, case, until(office), stored.rev)) == "accepted", "mere thanks"
    do(office, ana, case, Wake(seen=case.ticket.snoozed_until))
    case.hear("It never came.")
    assert code(do(office, ana, case, until(office), stored.rev)) == "wrote_meanwhile"
    assert case.ticket.snoozed_until is None
    assert code(do(office, ana, case, until(office))) == "accepted", "seen by now"


def test_a_message_of_the_same_transaction_counts(office: Office, ana: Actor, case: Case) -> None:
    from tests.parts.acts import received

    stored = office.get(TICKET, case.ticket.id)
    assert stored is not None
    execute = office.dispatch.execute
    heard = received(case.conversation_id, "It never came.")
    wish = act(case.ticket.id, until(office), base_rev=stored.rev)

    def hear(tx: Tx) -> object:
        return execute(tx, case.shop, heard)

    def snooze(tx: Tx) -> object:
        return execute(tx, ana, wish)

    office.together(hear, snooze)
    assert case.ticket.snoozed_until is None


def test_limits_and_ends(office: Office, ana: Actor, case: Case) -> None:
    assert code(do(office, ana, case, until(office, MOST_SNOOZED + HOUR))) == "bad_snooze"
    assert code(do(office, ana, case, until(office, -HOUR))) == "accepted"
    assert case.ticket.snoozed_until is None, "it was over when it came"
    wish = until(office)
    do(office, ana, case, wish)
    assert code(do(office, ana, case, wish)) == "accepted"
    assert code(do(office, ana, case, Wake(seen=wish.until + HOUR))) == "snooze_changed"
    do(office, ana, case, SetStatus(status=Status.SOLVED, seen=Status.NEW))
    assert case.ticket.snoozed_until is None, "solving ends it"
    assert code(do(office, ana, case, until(office))) == "finished"
    assert code(do(office, ana, case, Wake(seen=wish.until))) == "accepted", "it is awake"


@on_sqlite
async def test_a_ticket_that_is_gone_is_not_woken(office: Office, ana: Actor, case: Case) -> None:
    from console.tickets.server.erasure import erase_ticket

    do(office, ana, case, until(office))
    office.write(lambda tx: erase_ticket(tx, case.ticket))
    office.clock.advance(3601)
    assert await Night(office).work_off() == 1


def test_who_waits_for_nobody_sorts_by_when_it_wakes(
    office: Office, ana: Actor, case: Case
) -> None:
    wish = until(office)
    do(office, ana, case, wish)
    asleep = case.ticket
    awake = structs.replace(asleep, snoozed_until=None)
    assert rows.ticket_columns(asleep)["waits_at"] != rows.ticket_columns(awake)["waits_at"]
    assert office.read(lambda r: rows.to_wake(r, wish.until, 10)) == [asleep.id]
    assert office.read(lambda r: rows.to_wake(r, wish.until - HOUR / 60, 10)) == []
