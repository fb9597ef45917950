"""Several nodes write one PostgreSQL: nothing is done twice, and a reader of the log misses nothing."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import structs

from console.kernel.ids import new_id
from console.orders.records import ORDER
from console.orders.server import ensure_order
from console.people.model import Party
from console.people.records import PARTY, TEAM
from console.people.server import accounts, sessions
from console.people.server.parties import ensure_party
from console.sync.records import Accepted, Outcome
from tests.fakes.clock import ManualClock
from tests.parts.acts import received, reply
from tests.parts.nodes import at_once, nodes
from tests.parts.office import Office

__all__ = ["nodes"]
ROOT = Path(__file__).resolve().parents[3]
QUEUE = frozenset({20})
KILLS = 3
LINES_EACH = 200


def count(office: Office, table: str) -> int:
    return int(office.rows(f"SELECT count(*) FROM {table}")[0][0])


def test_a_command_sent_to_two_nodes_is_done_once(nodes: tuple[Office, Office]) -> None:
    """A console whose node hangs asks the other one: invariant 5."""
    user = nodes[0].user("Ana Kovac", "admin", teams=("Europe",))
    device = new_id()
    nodes[0].write(lambda tx: sessions.open_session(tx, user.id, device))
    actor = nodes[0].actor(user, device)
    for n in range(1, 21):
        numbered = structs.replace(received(email=f"{n}@mail.test"), n=n)

        def send(node: Office, wish: Any = numbered) -> Outcome:
            return node.run(actor, wish)

        first, second = at_once(lambda: send(nodes[0]), lambda: send(nodes[1]))
        assert isinstance(first, Accepted)
        assert first == second
    assert [count(nodes[0], table) for table in ("messages", "tickets", "conversations")] == [
        20
    ] * 3
    (last_n,) = nodes[0].rows("SELECT last_n FROM device WHERE id = :id", id=device.bytes)
    assert last_n == (20,)


def test_messages_of_one_conversation_at_two_nodes_stand_in_a_row(
    nodes: tuple[Office, Office],
) -> None:
    actors = [
        node.actor(node.user(f"{name} Ode", "admin"))
        for node, name in zip(nodes, "AB", strict=True)
    ]
    talk = new_id()
    at_once(
        *[lambda n=n: nodes[n].run(actors[n], received(talk, email="l@mail.test")) for n in (0, 1)]
    )
    for _ in range(10):
        at_once(*[lambda n=n: nodes[n].run(actors[n], reply(talk, anyway=True)) for n in (0, 1)])
    places = nodes[0].rows("SELECT pos FROM messages ORDER BY pos")
    assert [row[0] for row in places] == list(range(1, 23))
    assert (count(nodes[0], "tickets"), count(nodes[0], "parties")) == (1, 1)


def test_whatever_is_found_or_made_is_made_once(nodes: tuple[Office, Office]) -> None:
    works: list[Callable[..., object]] = [
        lambda tx, n: accounts.ensure_team(tx, f"Team {n}"),
        lambda tx, n: ensure_party(
            tx, Party(id=new_id(), side="buyer", name="x", email=f"{n}@m.test"), QUEUE
        ),
        lambda tx, n: ensure_order(tx, f"A-{n}", new_id(), QUEUE),
    ]
    for n in range(10):
        for work in works:
            jobs = [partial(node.write, partial(work, n=n)) for node in nodes]
            at_once(*jobs)
    for kind in (TEAM, PARTY, ORDER):
        assert count(nodes[0], nodes[0].catalog.of(kind).table.name) == 10, kind.name


def test_scopes_are_handed_out_once(nodes: tuple[Office, Office]) -> None:
    """Two users with one private side would read each other's."""
    users = [
        user
        for n in range(10)
        for user in at_once(
            lambda n=n: nodes[0].user(f"a{n} Kovac", teams=(f"Team {n}",)),
            lambda n=n: nodes[1].user(f"b{n} Ode", teams=(f"Team {n}",)),
        )
    ]
    assert len({user.scope for user in users}) == 20
    assert count(nodes[0], "scope") == 2 + 20 + 10
    assert len({team for user in users for team in user.teams}) == 10


def test_a_reader_misses_nothing_of_writers_that_are_killed(postgres_url: str) -> None:
    """Invariant 1: two processes of four writers, aborts, and kill -9 in the middle of it."""
    office = Office(postgres_url, ManualClock())
    running = [_writers(postgres_url, seed) for seed in (0, 1)]
    seen: list[int] = []
    cursor = start = office.head()
    try:
        for kill in range(KILLS):
            goal = len(seen) + LINES_EACH
            while len(seen) < goal:
                sql = "SELECT seq FROM change_log WHERE seq > :c ORDER BY seq"
                seen += [row[0] for row in office.rows(sql, c=cursor)]
                cursor = seen[-1] if seen else cursor
            running[kill % 2].kill()
            running[kill % 2].communicate()
            running[kill % 2] = _writers(postgres_url, kill + 2)
    finally:
        for process in running:
            process.kill()
            process.communicate()
    # A killed process's last transaction may still be ending: whoever writes now comes after it.
    office.write(lambda tx: tx.record(PARTY, Party(id=new_id(), side="buyer", name="last"), QUEUE))
    sql = "SELECT seq FROM change_log WHERE seq > :c ORDER BY seq"
    seen += [row[0] for row in office.rows(sql, c=cursor)]
    assert seen == [row[0] for row in office.rows(sql, c=start)]
    assert len(seen) > KILLS * LINES_EACH
    revisions = office.rows("SELECT p.id FROM parties p JOIN change_log c ON c.seq = p.rev")
    assert len(revisions) == count(office, "parties"), "each row is where the log says"
    office.close()


def _writers(url: str, seed: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.parts.writers", url, str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process
