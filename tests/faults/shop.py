"""The server of a world: a child of the nursery, and its data between its lives."""

import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from console.kernel.clock import SystemClock
from console.people.model import User
from console.store import sqlite
from console.store.engine import Database, open_database
from console.store.reader import Reader
from console.sync.server import epoch
from tests.faults.children import Child, Died, Nursery
from tests.faults.tally import There, look
from tests.parts.process import ServerProcess
from tests.parts.until import until

T = TypeVar("T")
EPOCHS_SINCE = datetime(2025, 1, 1, tzinfo=UTC)


async def later_than(number: int) -> None:
    """Wait until no new epoch can have this number.

    Numbers are the seconds since 2025. A backup that is older than a second never meets this; a
    test that starts servers one after another does.
    """

    def is_later() -> bool:
        return (SystemClock().now() - EPOCHS_SINCE).total_seconds() > number + 1

    await until(is_later, "a later second")


class Shop:
    """The server as a child of the nursery; between its lives its data may be looked at."""

    def __init__(self, folder: Path, database_url: str, nursery: Nursery) -> None:
        self.parts = ServerProcess(folder, database_url)
        self.url, self.nursery = self.parts.url, nursery
        self.child: Child | None = None
        self._reading: Database | None = None

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session token, by the front door."""
        return self.parts.token(user, device)

    async def start(self, order: str = "") -> Child:
        """Start it, armed; it may die before it is ready."""
        self.child = await self.nursery.bear(
            "server", data=str(self.parts.data), database=self.parts.database_url,
            port=self.parts.port, arm=order,
        )  # fmt: skip
        with suppress(Died):
            self.child.pid = (await self.child.hear())["pid"]
        return self.child

    def look(self, user: UUID) -> There:
        """What it shows to a user now, and all that was done, whether it runs or not."""
        return self.read(lambda reader: look(reader, user))

    def read(self, work: Callable[[Reader], T]) -> T:
        """`work(reader)` on its database as it is now, whether it runs or not."""
        self._reading = self._reading or open_database(self.parts.database_url)
        with self._reading.reading() as reader:
            return work(reader)

    async def later_than_its_epoch(self) -> None:
        """See `later_than`."""
        await later_than(self.read(epoch.last_number))

    def copy_to(self, path: Path) -> None:
        """A copy of its database, which is a file; it must not run."""
        self._let_go()
        shutil.copy(self._file, path)

    def put_back(self, older: Path) -> None:
        """Put an older copy in the place of its database; it must not run."""
        self._let_go()
        sqlite.remove(self._file)
        shutil.copy(older, self._file)

    @property
    def _file(self) -> Path:
        return Path(self.parts.database_url.removeprefix("sqlite:///"))

    def _let_go(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.close()

    async def close(self) -> None:
        """Stop it and let go of its data."""
        if self.child is not None and self.child.alive:
            await self.child.kill(signal.SIGTERM)
        self._let_go()
