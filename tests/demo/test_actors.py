"""People outside act on a real server, through its public API alone."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.conversations.records import ReceiveMessage
from console.demo.actors import Actors
from console.demo.content import Library
from console.demo.street import Pace
from console.kernel import codec
from console.kernel.codec import NIL
from console.people.model import Actor
from console.people.server import sessions
from console.store.reader import Reader
from console.sync.records import Accepted, Command, Merged, Result
from console.tickets.model import Status
from tests.demo.conftest import NOW, Sandbox, Shelf
from tests.fakes.clock import ManualClock
from tests.parts.acts import reply
from tests.parts.server import LiveServer, live_server

AT_ONCE = Pace(every_s=(0, 0), answer_s=(0, 0), most_active=200)
Seen = queue.SimpleQueue[tuple[Command, Result]]
DEADLINE_S = 30


@contextmanager
def acting(
    library: Library, sandbox: Sandbox, url: str, pace: Pace, **more: Any
) -> Iterator[tuple[Actors, Seen]]:
    """People who act on a server, and what was decided of it."""
    seen: Seen = queue.SimpleQueue()
    actors = Actors(
        library, sandbox.marker, url, pace=pace, clock=ManualClock(NOW),
        seen=lambda command, result: seen.put((command, result)), **more,
    )  # fmt: skip
    actors.start()
    try:
        yield actors, seen
    finally:
        actors.stop()
        assert not actors.alive


def there(server: LiveServer, table: str, record_id: bytes) -> bool:
    def look(reader: Reader) -> bool:
        return reader.row(f"SELECT 1 FROM {table} WHERE id = :i", i=record_id) is not None

    return server.call(server.core.read(look))


def test_they_write_buy_and_move_parcels(library: Library, sandbox: Sandbox, copy: Path) -> None:
    with live_server(copy, clock=ManualClock(NOW)) as server:
        with acting(library, sandbox, server.url, AT_ONCE) as (_, seen):
            done = [seen.get(timeout=DEADLINE_S) for _ in range(60)]
        kinds = {command.type for command, _ in done}
        assert kinds == {"ReceiveMessage", "RecordOrder", "RecordOrderEvent"}
        refused = [r.outcome for _, r in done if not isinstance(r.outcome, Accepted | Merged)]
        assert refused == []
        tables = {"ReceiveMessage": "conversations"}
        for command, _ in done:
            assert there(server, tables.get(command.type, "orders"), command.target.bytes)


def test_who_is_answered_writes_back(
    library: Library, sandbox: Sandbox, copy: Path, shelf: Shelf
) -> None:
    priya = next(user for user in shelf.users.values() if user.role == "supervisor")
    quiet = [t for t in shelf.tickets.values() if t.status == Status.PENDING and t.side == "buyer"]
    asked = {ticket.conversation_id for ticket in quiet}
    with live_server(copy, clock=ManualClock(NOW)) as server:

        def look(reader: Reader) -> Actor:
            return sessions.actor_for(reader, priya, None, NIL)

        actor = server.call(server.core.read(look))
        with acting(library, sandbox, server.url, AT_ONCE) as (_, seen):
            seen.get(timeout=DEADLINE_S)  # they have arrived and listen
            results = server.execute(actor, *(reply(target, anyway=True) for target in asked))
            assert {type(result.outcome) for result in results} == {Accepted}
            while True:
                command, result = seen.get(timeout=DEADLINE_S)
                if command.type == "ReceiveMessage" and command.target in asked:
                    break
        assert isinstance(result.outcome, Accepted)


def test_a_server_that_is_away_is_waited_for_and_left_at_once(
    library: Library, sandbox: Sandbox
) -> None:
    with acting(library, sandbox, "http://127.0.0.1:9", AT_ONCE) as (actors, seen):
        assert actors.alive
        assert seen.empty()


def test_they_can_be_stopped_while_they_leave_the_console_in_peace(
    library: Library, sandbox: Sandbox
) -> None:
    with acting(library, sandbox, "http://127.0.0.1:9", AT_ONCE, quiet_s=600) as (actors, _):
        assert actors.alive


def test_stopping_before_they_began_is_harmless(library: Library, sandbox: Sandbox) -> None:
    Actors(library, sandbox.marker, "http://127.0.0.1:9").stop()


def test_files_are_there_before_the_messages_that_carry_them(
    library: Library, sandbox: Sandbox, copy: Path
) -> None:
    with live_server(copy, clock=ManualClock(NOW)) as server:
        with acting(library, sandbox, server.url, AT_ONCE) as (_, seen):
            while True:
                command, result = seen.get(timeout=DEADLINE_S)
                assert isinstance(result.outcome, Accepted | Merged)
                if command.type != "ReceiveMessage":
                    continue
                files = codec.decode(bytes(command.args), ReceiveMessage).attachments
                if files:
                    break
        for file in files:
            assert there(server, "blob", file.id.bytes)
