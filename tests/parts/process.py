"""A server in a process of its own, killed and started again on the same data and port."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from console.kernel.clock import SystemClock
from console.people.model import User
from console.people.server import accounts
from console.server.core import Core, open_core
from console.store.engine import open_database
from console.store.reader import Reader
from console.sync.server.tx import Tx
from tests.parts import web
from tests.parts.ports import free_port
from tests.parts.server import PASSWORD, PASSWORD_HASH

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
READY = "Parley server ready at "


class ServerProcess:
    """`parley serve` on a folder; users are added while it does not run."""

    def __init__(self, data: Path, database_url: str, nats: str | None = None) -> None:
        self.data = data
        self.nats = nats
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it accepts."""
        command: Sequence[str] = [
            sys.executable, "-m", "console", "serve", "--data", str(self.data),
            "--port", str(self.port), "--database", self.database_url,
            *(["--nats", self.nats] if self.nats else []),
        ]  # fmt: skip
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(READY), f"the server said {line!r}"

    def kill(self) -> None:
        """End it with kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        os.kill(process.pid, how)
        process.communicate(timeout=30)
        return process.returncode

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session token, by the front door."""
        body = {"email": user.email, "password": PASSWORD, "device": str(device)}
        answer = web.post(f"{self.url}/auth/sign-in", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def prepare(self, work: Callable[[Tx], T]) -> T:
        """`work(tx)` on the data while no server runs."""
        core = await self._open()
        try:
            return await core.write(work)
        finally:
            core.close()

    async def look(self, work: Callable[[Core, Reader], T]) -> T:
        """`work(core, reader)` on the data while no server runs."""
        core = await self._open()
        try:
            return await core.read(lambda reader: work(core, reader))
        finally:
            core.close()

    async def _open(self) -> Core:
        assert self._process is None, "stop the server first"
        return await open_core(open_database(self.database_url), SystemClock(), serving=False)

    async def add_user(self, name: str, role: str = "agent", teams: tuple[str, ...] = ()) -> User:
        """A user `<first name>@desk.test` with PASSWORD."""
        email = f"{name.split(maxsplit=1)[0].lower()}@desk.test"

        def work(tx: Tx) -> User:
            user = accounts.add_user(tx, email, name, role, teams)
            accounts.set_password(tx, user.id, PASSWORD_HASH)
            return user

        return await self.prepare(work)
