"""Rows beside records: with theirs in every way it comes, changes and goes; what is so already stays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw, structs
from sqlalchemy import event

from console.catalog import catalog
from console.kernel.clock import to_ms
from console.kernel.codec import NIL, encode
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.sync.asking import Found
from console.sync.client.replica import Replica, open_replica
from console.sync.client.standing import Boot
from console.sync.frames import Batch
from console.sync.records import Change, Epoch
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from tests.parts.acts import AT
from tests.parts.office import Office

LIFE = Epoch(5, 6)
SIZE, DAY = new_id(), new_id()


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A cache at cursor 10 with a working set that ends at AT."""
    opened = open_replica(tmp_path / "cache.db", bytes(32), catalog())
    opened.greet("http://127.0.0.1:1", UUID(int=1))
    opened.begin_boot(Boot(start=10, epoch=LIFE, granted=(20, 22), border=to_ms(AT)))
    opened.end_boot()
    yield opened
    opened.close()


def ticket(rev: int, record_id: UUID, fields: dict[UUID, Any], scope: int = 20) -> Change:
    doc = {
        "number": 1, "conversation_id": NIL, "subject": "x", "created_at": AT, "updated_at": AT,
        "fields": {str(key): value for key, value in fields.items()},
    }  # fmt: skip
    return Change("ticket", record_id, rev, sc=(scope,), doc=Raw(encode(doc)))


def held(replica: Replica) -> set[tuple[UUID, UUID, str]]:
    with replica._database.reading() as reader:
        found = reader.rows("SELECT ticket_id, field_id, value FROM ticket_values")
    return {(UUID(bytes=row[0]), UUID(bytes=row[1]), row[2]) for row in found}


def test_values_come_and_change_with_their_ticket(replica: Replica) -> None:
    one, two = new_id(), new_id()
    replica.absorb(Batch(10, 12, (ticket(11, one, {SIZE: "XL"}), ticket(12, two, {DAY: True}))))
    assert held(replica) == {(one, SIZE, "xl"), (two, DAY, "yes")}
    changes = (ticket(13, one, {SIZE: "S", DAY: "2026-03-01"}), ticket(14, two, {}))
    replica.absorb(Batch(12, 14, changes))
    assert held(replica) == {(one, SIZE, "s"), (one, DAY, "2026-03-01")}
    late = ticket(12, one, {SIZE: "late"})
    replica.absorb(Batch(14, 15, (late,)))
    assert held(replica) == {(one, SIZE, "s"), (one, DAY, "2026-03-01")}, "newer wins here too"
    other = ticket(16, one, {SIZE: "M"})
    replica.mend(Found(16, LIFE, (other,)), None, force=True)
    assert held(replica) == {(one, SIZE, "m")}


@pytest.mark.parametrize("way", ["deleted", "revoked", "evicted", "compared", "another user"])
def test_values_go_with_their_ticket(replica: Replica, way: str) -> None:
    one, two = new_id(), new_id()
    old = ticket(11, one, {SIZE: "XL"})
    solved = Raw(encode({**json.loads(bytes(old.doc)), "status": "solved", "updated_at": AT}))
    stays = ticket(12, two, {SIZE: "L"}, scope=22)
    replica.absorb(Batch(10, 12, (Change("ticket", one, 11, sc=(20,), doc=solved), stays)))
    assert len(held(replica)) == 2
    match way:
        case "deleted":
            replica.absorb(Batch(12, 13, (Change("ticket", one, 13, op="D"),)))
        case "revoked":
            replica.rescope(frozenset({22}))
        case "evicted":
            replica.welcome(LIFE, frozenset({20, 22}), 12, to_ms(AT) + 1)
            replica.evict([])
        case "compared":
            gone = Change("ticket", one, 0, op="D")
            replica.mend(Found(13, LIFE, (gone,)), None, force=True)
        case _:
            replica.greet("http://127.0.0.1:1", UUID(int=2))
    assert held(replica) == (set() if way == "another user" else {(two, SIZE, "l")})


def test_what_is_so_already_is_not_written_again(office: Office) -> None:
    beside = catalog().of(TICKET).beside
    assert beside is not None
    fields = {SIZE: "XL", DAY: "2026-03-01"}
    one = Ticket(
        id=new_id(), number=1, conversation_id=NIL, subject="x", created_at=AT, updated_at=AT,
        fields=dict(fields),
    )  # fmt: skip
    office.write(lambda tx: tx.record(TICKET, one, frozenset({INTAKE_SCOPE})))
    written: list[str] = []

    def noted(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        written.append(statement.split(maxsplit=1)[0])

    with office.database.writing() as connection:
        event.listen(connection, "before_cursor_execute", noted)
        beside.write(connection, [one])
        assert written == []
        beside.write(connection, [structs.replace(one, fields={SIZE: "XL"})])
        assert written == ["DELETE"]
    assert [row[0] for row in office.rows("SELECT value FROM ticket_values")] == ["xl"]
