"""What must hold of files and database: some of it always, the rest once everything is quiet."""

from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

import msgspec

from console.store.reader import listed
from tests.parts.compare import Rows, held, shown
from tests.simulation import one
from tests.simulation.desk import SimDesk
from tests.simulation.ledger import Deed
from tests.simulation.server import SimServer
from tests.simulation.watch import Problem, Watch

ACCEPTED_WORK_SURVIVES_A_RESTORE = True
"""What a desk was told is done must be there, also when the server was put back to before it.
Replies held for somebody's word count as kept."""
PARKED = ("rejected", "held")
DONE = ("accepted", "settled")


def always(watch: Watch, desks: list[SimDesk]) -> Iterator[Problem]:
    """What holds at any moment."""
    for desk in desks:
        yield from nothing_lost(watch, desk)
        yield from one.on_a_screen(desk)
    server = watch.server
    if server is not None and server.up:
        yield from nothing_twice(server)
        yield from one.on_the_server(server.oracle)


def quiet(watch: Watch, desks: list[SimDesk]) -> Iterator[Problem]:
    """What holds when everything has come to rest; the server runs."""
    server = watch.server
    assert server is not None
    yield from always(watch, desks)
    for desk in desks:
        yield from nothing_under_way(watch, desk)
        if told := difference(watch, server, desk, set(watch.granted(desk.user.id))):
            yield Problem("differs", f"{desk.name}: {told}")
        yield from nothing_outside(watch, desk)
        yield from what_was_told_holds(watch, server, desk)
        yield from in_order(watch, server, desk)


def expected(watch: Watch, server: SimServer, scopes: set[int]) -> tuple[Rows, Rows]:
    """What a quiet cache may hold for whoever sees `scopes`, and what of it must be there.

    What others bring along must be there when one that its user sees does.
    """
    there, needed = shown(server.oracle, watch.catalog, frozenset(scopes), watch.border)
    for table in watch.catalog.kept:
        name, brought = table.table.name, set[bytes]()
        for by, condition in watch.catalog.bringers(table.kind.name):
            names, params = listed("o", needed[by.table.name])
            sql = (
                f"SELECT t.id FROM {by.table.name} a JOIN {name} t ON {condition}"
                f" WHERE a.id IN {names}"
            )
            brought |= {bytes(row[0]) for row in server.oracle.rows(sql, **params)}
        if watch.catalog.bringers(table.kind.name):
            needed[name] = {key: row for key, row in needed[name].items() if key in brought}
    return there, needed


def difference(watch: Watch, server: SimServer, desk: SimDesk, scopes: set[int]) -> str:
    """How a quiet desk's cache differs from what its user should have; empty when it does not."""
    reader = desk.files.cache()
    if reader is None:
        return "there is no cache"
    here = held(reader, watch.catalog)
    there, needed = expected(watch, server, scopes)
    for name, theirs in there.items():
        mine = here[name]
        for what, keys in (
            ("lacks", needed[name].keys() - mine.keys()),
            ("keeps", mine.keys() - theirs.keys()),
            ("has other", {key for key in mine.keys() & theirs.keys() if mine[key] != theirs[key]}),
        ):
            if keys:
                return f"{what} {len(keys)} {name}, such as {UUID(bytes=min(keys))}"
    return ""


def nothing_lost(watch: Watch, desk: SimDesk) -> Iterator[Problem]:
    """Every command is in the work file until somebody drops it."""
    kept = desk.files.kept()
    for deed in watch.ledger.of(desk.name):
        if not deed.dropped and deed.cmd_id not in kept:
            yield Problem("lost", f"{deed} is nowhere in the work file")


def nothing_under_way(watch: Watch, desk: SimDesk) -> Iterator[Problem]:
    """At rest nothing waits in the work file but what somebody must look at."""
    for cmd_id, (state, _, _) in desk.files.outbox().items():
        if state != "settled" and state not in PARKED:
            deed = watch.ledger.deeds.get(cmd_id, cmd_id)
            yield Problem("stuck", f"{deed} is still {state} in the work file")


def nothing_twice(server: SimServer) -> Iterator[Problem]:
    """No body is there twice, and no command wrote in two transactions."""
    twice = "SELECT count(*) AS n, min(cmd_id) FROM"
    for body, count in server.oracle.rows(
        "SELECT json_extract(doc, '$.body') AS body, count(*) FROM messages GROUP BY body"
        " HAVING count(*) > 1"
    ):
        yield Problem("doubled", f"{body!r} is there {count} times")
    for _count, raw in server.oracle.rows(
        f"{twice} change_log WHERE cmd_id IS NOT NULL GROUP BY cmd_id"
        " HAVING count(DISTINCT txn_last) > 1"
    ):
        yield Problem("doubled", f"command {UUID(bytes=bytes(raw))} was carried out twice")


def nothing_outside(watch: Watch, desk: SimDesk) -> Iterator[Problem]:
    """A quiet cache holds nothing that its user may not see."""
    reader = desk.files.cache()
    if reader is not None:
        rows = watch.outside(reader, watch.granted(desk.user.id))
        if rows:
            yield Problem("leaked", f"{desk.name} keeps {rows[:3]}")


def what_was_told_holds(watch: Watch, server: SimServer, desk: SimDesk) -> Iterator[Problem]:
    """What was accepted is there, unless its conversation is gone; what was rejected is not."""
    outbox = desk.files.outbox()
    kept = [deed for deed in watch.ledger.of(desk.name) if not deed.dropped]
    done = [d for d in kept if d.cmd_id in outbox and outbox[d.cmd_id][0] in DONE]
    yield from one.as_told(watch.ledger, done, server.oracle)
    for deed in watch.ledger.of(desk.name):
        if deed.message_id is None or deed.cmd_id not in outbox or deed.dropped:
            continue
        state, seq, outcome = outbox[deed.cmd_id]
        there = _is_there(server, "messages", deed.message_id)
        if state in DONE and not there:
            gone = not _is_there(server, "conversations", deed.target)
            gone |= one.erased(server.oracle, deed.message_id)  # split off, and that was erased
            excused = watch.ledger.is_lost(seq) and not ACCEPTED_WORK_SURVIVES_A_RESTORE
            if not gone and not excused:
                yield Problem("lost", f"{deed} was accepted at {seq} and is not on the server")
        # Whoever loses sight of a ticket is told nothing more of what they did there.
        known = "access_revoked" not in (outcome or "")
        if state == "rejected" and there and known and not deed.again:
            yield Problem("doubled", f"{deed} was rejected and is on the server")


def _is_there(server: SimServer, table: str, record_id: UUID) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE id = :id"
    return server.oracle.row(sql, id=record_id.bytes) is not None


def in_order(watch: Watch, server: SimServer, desk: SimDesk) -> Iterator[Problem]:
    """What one desk wrote into one conversation is there in the order it was written.

    What was tried again counts as written then. What was held has no place among what went on
    without it.
    """
    for (conversation_id, _), deeds in _by_conversation(watch, desk).items():
        rows = server.oracle.rows(
            "SELECT id, doc FROM messages WHERE conversation_id = :id", id=conversation_id.bytes
        )
        at = {UUID(bytes=bytes(row[0])): msgspec.json.decode(row[1])["pos"] for row in rows}
        found = [(at[deed.message_id], deed) for deed in deeds if deed.message_id in at]
        for (pos, deed), (following, later) in pairwise(found):
            if pos > following:
                yield Problem("order", f"{deed} came after {later}")


def _by_conversation(watch: Watch, desk: SimDesk) -> dict[tuple[UUID, UUID], list[Deed]]:
    """Of one ticket each: what is written to one conversation from two has no order."""
    found: dict[tuple[UUID, UUID], list[Deed]] = {}
    outbox = desk.files.outbox()
    for deed in watch.ledger.of(desk.name):
        done = deed.cmd_id in outbox and outbox[deed.cmd_id][0] in DONE
        tried_twice = deed.again or deed.retried
        if deed.message_id and not deed.released and (done or not tried_twice):
            found.setdefault((deed.target, deed.lane), []).append(deed)
    return found
