"""A shop's data on one engine: filled and changed from inside, then served by a process."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import UUID

from msgspec import structs
from sqlalchemy import text

from console.kernel.ids import new_id
from console.people.model import User
from console.people.server import sessions
from console.store.engine import open_database
from console.store.reader import Reader
from console.sync.server.tx import Tx
from console.tickets.records import TICKET
from tests.bench.console import Seat
from tests.bench.process import Served, served
from tests.parts.ports import free_port
from tests.parts.server import LiveServer, live_server

TOUCHED_AT_ONCE = 1_000
CUT_AT_ONCE = 100_000


class Shop:
    """One server's data; `url` names the database, None for SQLite in the folder."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.url = url
        # Always the same: a console whose server has another address begins anew.
        self.port = free_port()

    @contextmanager
    def inside(self) -> Iterator[LiveServer]:
        """The server in a thread of ours, for what no console could do so fast."""
        with live_server(self.folder, self.url, port=self.port) as server:
            yield server

    def served(self) -> AbstractContextManager[Served]:
        """The server as a process of its own."""
        return served(self.folder, self.url, self.port)

    @property
    def database_url(self) -> str:
        """The database, also of SQLite."""
        return self.url or f"sqlite:///{self.folder / 'parley.db'}"

    def effects(self, commands: Iterable[UUID]) -> tuple[int, int]:
        """How many of these commands the server did not do, and how many more than once."""
        database = open_database(self.database_url)
        try:
            with database.reading() as reader:
                return _effects(reader, set(commands))
        finally:
            database.close()


def _effects(reader: Reader, asked: set[UUID]) -> tuple[int, int]:
    done = reader.rows("SELECT cmd_id FROM applied_command WHERE status IN ('accepted', 'merged')")
    often = reader.rows(
        "SELECT cmd_id FROM change_log WHERE cmd_id IS NOT NULL"
        " GROUP BY cmd_id HAVING count(DISTINCT txn_last) > 1"
    )
    missing = asked - {UUID(bytes=bytes(row[0])) for row in done}
    return len(missing), len(asked & {UUID(bytes=bytes(row[0])) for row in often})


def seats(server: LiveServer, user: User, count: int) -> list[Seat]:
    """So many sessions of a user, each on a device of its own."""

    def work(tx: Tx) -> list[Seat]:
        devices = [new_id() for _ in range(count)]
        return [Seat(user, sessions.open_session(tx, user.id, d).token, d) for d in devices]

    return server.write(work)


def tickets(server: LiveServer) -> list[UUID]:
    """Every ticket's id."""
    rows = server.call(server.core.read(lambda r: r.rows("SELECT id FROM tickets ORDER BY id")))
    return [UUID(bytes=bytes(row[0])) for row in rows]


def touch(server: LiveServer, targets: Sequence[UUID], changes: int) -> None:
    """Change tickets in turn, so often in all: a day of work in a second or two."""
    for start in range(0, changes, TOUCHED_AT_ONCE):
        some = [
            targets[n % len(targets)] for n in range(start, min(start + TOUCHED_AT_ONCE, changes))
        ]

        def work(tx: Tx, some: list[UUID] = some, tag: str = f"away-{start}") -> None:
            for target in some:
                stored = tx.get(TICKET, target)
                assert stored is not None, "a ticket that is there"
                tx.record(TICKET, structs.replace(stored.record, tags=(tag,)))

        server.write(work)


def cut(server: LiveServer) -> None:
    """Prune the log but for its last line, as the nightly job does after weeks."""
    rows = server.call(
        server.core.read(lambda r: r.rows("SELECT seq FROM change_log ORDER BY seq"))
    )
    places = [row[0] for row in rows[:-1]]
    for end in [*range(CUT_AT_ONCE, len(places), CUT_AT_ONCE), len(places)]:

        def work(tx: Tx, seq: int = places[end - 1]) -> None:
            for statement in (
                "UPDATE sync_state SET v = :seq WHERE k = 'horizon'",
                "DELETE FROM change_scope WHERE seq <= :seq",
                "DELETE FROM change_log WHERE seq <= :seq",
            ):
                tx.connection.execute(text(statement), {"seq": seq})

        server.write(work)
