"""Erasing for good: children, what answers quote, and a tombstone for every record."""

import json
from collections.abc import Callable
from typing import TypeVar

import pytest

from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.clock import to_ms
from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.store.reader import Reader
from console.sync.server import compaction
from console.sync.server.erasure import erase
from console.sync.server.tx import Tx
from console.tickets.model import Priority
from console.tickets.records import TICKET, SetPriority
from tests.parts.acts import act, begin_case
from tests.parts.office import Office

T = TypeVar("T")


def tombstones(office: Office) -> set[tuple[str, bytes]]:
    return {(k, bytes(i)) for k, i in office.rows("SELECT kind, id FROM tombstone")}


def test_children_go_with_their_parent(office: Office) -> None:
    case, other = begin_case(office), begin_case(office, email="nora@mail.test")
    case.hear("second")
    ids = [bytes(row[0]) for row in office.rows("SELECT id FROM messages")]
    assert office.write(lambda tx: erase(tx, CONVERSATION, case.conversation_id)) == 3
    assert office.get(CONVERSATION, case.conversation_id) is None
    left = [bytes(row[0]) for row in office.rows("SELECT id FROM messages")]
    assert len(left) == 1
    gone = {("message", i) for i in ids if i not in left}
    assert tombstones(office) == gone | {("conversation", case.conversation_id.bytes)}
    assert office.get(CONVERSATION, other.conversation_id) is not None


def test_what_this_transaction_wrote_goes_too(office: Office) -> None:
    case = begin_case(office)
    from tests.parts.acts import received

    def hear(tx: Tx) -> None:
        office.dispatch.execute(tx, case.shop, received(case.conversation_id, "third"))

    office.together(hear, lambda tx: erase(tx, CONVERSATION, case.conversation_id))
    assert office.rows("SELECT id FROM messages") == []


def test_nothing_is_there_to_erase(office: Office) -> None:
    head = office.head()
    assert office.write(lambda tx: erase(tx, MESSAGE, new_id())) == 0
    assert (office.head(), tombstones(office)) == (head, set())


def test_any_erasing_leaves_a_tombstone_that_says_when(office: Office) -> None:
    party = Party(id=new_id(), side="buyer", name="Lena")
    office.write(lambda tx: tx.record(PARTY, party, frozenset({20})))
    office.clock.advance(60)
    office.write(lambda tx: tx.erase(PARTY, party.id))
    told = office.rows("SELECT kind, id, at FROM tombstone")
    assert told == [("party", party.id.bytes, to_ms(office.clock.now()))]
    # Made anew and erased anew: the later time stands.
    office.write(lambda tx: tx.record(PARTY, party, frozenset({20})))
    office.clock.advance(60)
    office.write(lambda tx: tx.erase(PARTY, party.id))
    assert office.rows("SELECT at FROM tombstone") == [(to_ms(office.clock.now()),)]


def test_a_job_that_fails_leaves_no_tombstone(office: Office) -> None:
    party = Party(id=new_id(), side="buyer", name="Lena")
    office.write(lambda tx: tx.record(PARTY, party, frozenset({20})))

    def fail(tx: Tx) -> None:
        tx.erase(PARTY, party.id)
        raise ValueError("mine")

    assert [type(found) for found in office.together(fail)] == [ValueError]
    assert tombstones(office) == set()


def test_answers_stay_and_quote_nothing_any_more(office: Office) -> None:
    case, other = begin_case(office), begin_case(office, email="nora@mail.test")
    ana = office.actor(office.user("Ana Kovac"))
    commands = []
    for each in (case, other):
        for priority in (Priority.HIGH, Priority.LOW):
            wish = act(each.ticket.id, SetPriority(priority=priority, seen=Priority.NORMAL))
            outcome = office.run(ana, wish)
        commands.append((wish, outcome))
    sql = "SELECT result FROM applied_command WHERE status = 'merged' ORDER BY seq"
    before = [json.loads(row[0])["theirs"] for row in office.rows(sql)]
    assert before == [{"priority": "high"}, {"priority": "high"}]
    office.write(lambda tx: erase(tx, TICKET, case.ticket.id))
    assert [json.loads(row[0])["theirs"] for row in office.rows(sql)] == [{}, {"priority": "high"}]
    again = office.run(ana, commands[0][0])
    assert getattr(again, "seq", None) == getattr(commands[0][1], "seq", 0), "known, not done anew"


class Bench:
    """An office as a job's bench."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.clock = office.clock

    async def write(self, work: Callable[[Tx], T]) -> T:
        return self._office.write(work)

    async def read(self, work: Callable[[Reader], T]) -> T:
        return self._office.read(work)


@pytest.mark.anyio
async def test_answers_whose_lines_of_the_log_are_pruned_quote_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By those lines it would be found later that they quote a record which is erased then."""
    monkeypatch.setattr(compaction, "KEEP_LOG_LINES", 0)
    case, ana = begin_case(office), office.actor(office.user("Ana Kovac"))
    for priority in (Priority.HIGH, Priority.LOW):
        wish = act(case.ticket.id, SetPriority(priority=priority, seen=Priority.NORMAL))
        outcome = office.run(ana, wish)
    office.clock.advance(compaction.KEEP_LOG.total_seconds() + 1)
    begin_case(office, email="nora@mail.test")  # what is newest stays, as the head of the log
    await compaction.prune_log(Bench(office))
    office.write(lambda tx: erase(tx, TICKET, case.ticket.id))
    assert office.rows("SELECT count(*) FROM applied_command WHERE result LIKE '%high%'") == [(0,)]
    assert getattr(office.run(ana, wish), "seq", None) == getattr(outcome, "seq", 0)
