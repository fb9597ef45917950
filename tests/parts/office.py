"""The server without web and loop: one database, its writer, the commands of every room."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from console.catalog import catalog
from console.kernel.codec import Record
from console.kernel.ids import new_id
from console.people.model import Actor, User
from console.people.server import accounts, sessions
from console.people.tables import rows as people_rows
from console.server import rooms
from console.store.engine import open_database
from console.store.reader import Reader
from console.store.writer import Writer
from console.sync.records import Command, Kind, Outcome
from console.sync.server import epoch
from console.sync.server.feed import Feed
from console.sync.server.hub import Hub
from console.sync.server.tx import Stored, Tx
from tests.fakes.clock import ManualClock

T = TypeVar("T")


class Office:
    """Transactions and commands over a database that has just been founded.

    One that `joins` is a second node over a database that another office founded.
    """

    def __init__(self, url: str, clock: ManualClock, *, joins: bool = False) -> None:
        self.database = open_database(url)
        self.clock = clock
        self.catalog = catalog()
        self.feed = Feed(self.catalog)
        self.dispatch = rooms.dispatch()
        if joins:
            self.epoch = self.read(epoch.current)
        else:
            with self.database.writing() as connection:
                self.epoch = epoch.begin(connection, clock.now())
        self.hub = Hub(self.head())
        self.writer: Writer[Tx] = Writer(self.database, self._open, self._committed)
        self.write(accounts.found_organisation)

    def _open(self, connection: Connection) -> Tx:
        return Tx(connection, self.catalog, self.clock.now(), rooms.SUBSCRIBERS)

    def _committed(self, tx: Tx) -> None:
        self.hub.publish(tx.log)

    def close(self) -> None:
        """End the writer and close the database."""
        self.writer.close()
        self.database.close()

    def write(self, work: Callable[[Tx], T]) -> T:
        """The result of `work(tx)`, committed."""
        return self.writer.put(work).result(30)

    def together(self, *works: Callable[[Tx], Any]) -> list[Any]:
        """Run jobs in one shared transaction; each result, or the exception it raised."""
        with self.database.writing() as connection:
            tx = self._open(connection)
            results: list[Any] = []
            for work in works:
                tx.begin()
                try:
                    results.append(work(tx))
                except Exception as error:  # noqa: BLE001 - what the writer does, seen by the test
                    tx.drop()
                    results.append(error)
                else:
                    tx.keep()
            tx.finish()
        self._committed(tx)
        return results

    def read(self, work: Callable[[Reader], T]) -> T:
        """The result of `work(reader)` in a snapshot."""
        with self.database.reading() as reader:
            return work(reader)

    def rows(self, sql: str, /, **params: Any) -> list[Any]:
        """Committed rows."""
        return [tuple(row) for row in self.read(lambda reader: reader.rows(sql, **params))]

    def get(self, kind: Kind[Any], record_id: UUID) -> Stored[Any] | None:
        """A record as it is stored."""
        return self.write(lambda tx: tx.get(kind, record_id))

    def record(self, kind: Kind[Any], record_id: UUID) -> Record:
        """A record that must be there."""
        stored = self.get(kind, record_id)
        assert stored is not None, f"no {kind.name} {record_id}"
        return stored.record

    def user(self, name: str, role: str = "agent", teams: tuple[str, ...] = ()) -> User:
        """A user `<first name>@desk.test` without a password."""
        email = f"{name.split(maxsplit=1)[0].lower()}@desk.test"
        return self.write(lambda tx: accounts.add_user(tx, email, name, role, teams))

    def actor(self, user: User, device: UUID | None = None) -> Actor:
        """The actor that a user is now."""

        def look(reader: Reader) -> Actor:
            known = people_rows.user(reader, user.id)
            return sessions.actor_for(reader, known or user, device, new_id())

        return self.read(look)

    def run(self, actor: Actor, command: Command) -> Outcome:
        """Decide one command in a transaction of its own."""
        return self.write(lambda tx: self.dispatch.execute(tx, actor, command)).settled

    def head(self) -> int:
        """Where the log stands."""
        return self.read(self.feed.head)
