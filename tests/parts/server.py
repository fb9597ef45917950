"""A real server on loopback, in a thread of its own, over SQLite or PostgreSQL."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from argon2 import PasswordHasher

from console.kernel.clock import Clock, SystemClock
from console.people.model import Actor, User
from console.people.server import accounts, sessions
from console.server.app import make_app
from console.server.auth import Gate
from console.server.config import ServerConfig
from console.server.core import Core, open_core
from console.server.serve import WebServer, broker_for, uvicorn_config
from console.store.engine import open_database
from console.sync.records import Command, Result
from console.sync.server.tx import Tx
from tests.parts.ports import listening

T = TypeVar("T")
CONTROL = "control-token-of-the-tests"
PASSWORD = "correct horse battery"


class LiveServer:
    """A server that accepts at `url`; `core` may be used through `call` and `write`."""

    def __init__(
        self,
        data: Path,
        database_url: str | None,
        clock: Clock,
        port: int,
        nats: str | None,
        scan: str | None,
    ) -> None:
        self.config = ServerConfig(
            data, port=port, database_url=database_url, nats_url=nats, scan_url=scan
        )
        self._clock = clock
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._stop: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop
        self.core: Core
        self.url = ""
        self._thread = threading.Thread(target=self._main, name="server")
        self._thread.start()
        self._ready.wait(30)
        if self._failed is not None:
            raise self._failed

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self._failed = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.config.check()
        self.core = await open_core(
            open_database(self.config.url), self._clock, serving=True,
            broker=broker_for(self.config), scanner=self.config.scanner,
        )  # fmt: skip
        listener = listening(self.config.port)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = uvicorn_config(self.config, make_app(self.core, CONTROL))
        server = WebServer(
            app, started=self._ready.set, stopping=lambda: None, leaving=self.core.leave
        )
        self._stop = lambda: setattr(server, "should_exit", True)
        try:
            await server.serve([listener])
        finally:
            listener.close()
            await self.core.leave()
            self.core.close()

    @property
    def port(self) -> int:
        """The port it listens on, for a successor on the same one."""
        return int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """Stop cleanly and wait until it has; one that has is left alone."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(30)
        assert not self._thread.is_alive(), "the server did not stop"

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def write(self, work: Callable[[Tx], T]) -> T:
        """The result of `work(tx)` in a transaction."""
        return self.call(self.core.write(work))

    def add_user(self, name: str, role: str = "agent", teams: tuple[str, ...] = ()) -> User:
        """A user `<first name>@desk.test` with PASSWORD."""
        email = f"{name.split(maxsplit=1)[0].lower()}@desk.test"

        def work(tx: Tx) -> User:
            user = accounts.add_user(tx, email, name, role, teams)
            accounts.set_password(tx, user.id, PASSWORD_HASH)
            return user

        return self.write(work)

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session token for a user, without the price of a password."""
        return self.write(lambda tx: sessions.open_session(tx, user.id, device)).token

    def operator(self) -> Actor:
        """The actor that this machine's tools are."""
        return self.call(Gate(self.core, CONTROL)._operator())

    def execute(self, actor: Actor, *commands: Command) -> list[Result]:
        """Decide commands as `actor`."""
        return self.call(self.core.execute(actor, commands))


PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A hash says how hard it is to verify: this one as easy as can be, where that is not the matter."""


@contextmanager
def live_server(
    data: Path,
    database_url: str | None = None,
    clock: Clock | None = None,
    port: int = 0,
    nats: str | None = None,
    scan: str | None = None,
) -> Iterator[LiveServer]:
    """A running server, stopped at the end."""
    server = LiveServer(data, database_url, clock or SystemClock(), port, nats, scan)
    try:
        yield server
    finally:
        server.stop()
