"""Parties and orders are seen where their tickets are, however many tickets those are."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from console.people.model import Actor
from console.people.records import PARTY
from console.people.server import accounts
from console.sync.records import Command
from console.sync.server.tx import Tx
from console.tickets.model import Status
from console.tickets.records import TICKET, MoveToTeam, SetStatus
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import Case, act, begin_case, note, received, reply
from tests.parts.office import Office
from tests.parts.plans import Explained, explained_tx

MANY = 12


def team(office: Office, name: str) -> Any:
    return office.write(lambda tx: accounts.ensure_team(tx, name))


def seen_in(office: Office, party: UUID) -> frozenset[int]:
    stored = office.get(PARTY, party)
    assert stored is not None
    return stored.scopes


def move(case: Case, to: UUID) -> Command:
    return act(case.ticket.id, MoveToTeam(team_id=to, seen=case.ticket.team_id))


@pytest.fixture
def boss(office: Office) -> Actor:
    """A supervisor."""
    return office.actor(office.user("Cara Lind", "supervisor", ("Europe", "Asia")))


def test_a_party_is_seen_where_any_of_its_tickets_is(office: Office, boss: Actor) -> None:
    europe, asia = team(office, "Europe"), team(office, "Asia")
    one, other = (begin_case(office, team="Europe", email="lena@mail.test") for _ in range(2))
    lena = one.ticket.requester_id
    assert other.ticket.requester_id == lena
    assert seen_in(office, lena) == {europe.scope}
    office.run(boss, move(one, asia.id))
    assert seen_in(office, lena) == {europe.scope, asia.scope}
    office.run(boss, move(other, asia.id))
    assert seen_in(office, lena) == {asia.scope}


def test_moves_and_an_erasure_in_one_transaction_see_one_another(
    office: Office, boss: Actor
) -> None:
    europe, asia = team(office, "Europe"), team(office, "Asia")
    cases = [begin_case(office, team="Europe", email="lena@mail.test") for _ in range(3)]
    lena, execute = cases[0].ticket.requester_id, office.dispatch.execute
    some = [move(case, asia.id) for case in cases[:2]]
    office.together(
        *[lambda tx, w=w: execute(tx, boss, w) for w in some],
        lambda tx: erase_ticket(tx, tx.get(TICKET, cases[2].ticket.id).record),
    )
    assert seen_in(office, lena) == {asia.scope} != {europe.scope}
    gone = office.write(lambda tx: erase_ticket(tx, tx.get(TICKET, cases[0].ticket.id).record))
    assert gone.parties == 0
    gone = office.write(lambda tx: erase_ticket(tx, tx.get(TICKET, cases[1].ticket.id).record))
    assert gone.parties == 1


def whole_queue(step: str) -> bool:
    """Whether SQLite goes through all that a scope shows, or all of a kind."""
    return step.endswith(("(kind=?)", "(kind=? AND scope_id=?)"))


def told_of(office: Office, work: Callable[[Tx], Any]) -> tuple[Explained, set[UUID]]:
    """How what a transaction asked was answered, and which tickets it read whole."""
    told: list[tuple[Explained, set[UUID]]] = []

    def job(tx: Tx) -> None:
        explained = explained_tx(office, tx)
        work(tx)
        told.append((explained, {i for (kind, i) in tx._read if kind == TICKET.name}))

    (result,) = office.together(job)
    assert result is None, result
    return told[0]


def test_a_command_on_one_of_many_tickets_reads_that_one_and_walks_through_no_table(
    office: Office, boss: Actor
) -> None:
    asia = team(office, "Asia")
    cases = [
        begin_case(office, team="Europe", email="lena@mail.test", order_number=f"A-{n % 2}")
        for n in range(MANY)
    ]
    case, execute = cases[3], office.dispatch.execute
    for actor, wish in (
        (boss, reply(case.conversation_id)),
        (boss, note(case.conversation_id)),
        (case.shop, received(case.conversation_id, email="lena@mail.test")),
        (boss, act(case.ticket.id, SetStatus(status=Status.PENDING, seen=Status.OPEN))),
        (boss, move(case, asia.id)),
    ):
        told, read = told_of(office, lambda tx, a=actor, w=wish: execute(tx, a, w))
        assert told.walks == []
        assert not [step for step in told.steps if whole_queue(step)]
        assert read <= {case.ticket.id}


def test_erasing_one_of_many_reads_that_one_and_walks_through_no_table(office: Office) -> None:
    cases = [
        begin_case(office, team="Europe", email="lena@mail.test", order_number=f"A-{n}")
        for n in range(MANY)
    ]
    gone = cases[3].ticket
    told, read = told_of(office, lambda tx: erase_ticket(tx, gone))
    assert told.walks == []
    assert not [step for step in told.steps if whole_queue(step)]
    assert read == {gone.id}
