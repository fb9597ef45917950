"""A console of a world: a child of the nursery with its engines, on files that outlive them."""

from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID

from console.catalog import catalog
from console.kernel import codec
from console.kernel.errors import ParleyError
from console.people.model import User
from console.store import sqlite
from console.store.reader import SqliteReader
from console.sync.client.work import CACHE_FILE, WORK_FILE
from tests.faults.children import Child, Died, Engines
from tests.faults.seat import KEY
from tests.faults.shop import Shop
from tests.parts.compare import Rows, held


class Console:
    """A console process and its engines, on files that outlive them."""

    def __init__(self, folder: Path, user: User, shop: Shop, clock_s: float = 0) -> None:
        self.folder, self.user, self.shop, self.clock_s = folder, user, shop, clock_s
        self.engines = Engines(folder.with_name(folder.name + "-e"))
        self.engines.clock_s = clock_s
        self.child: Child
        self.device: UUID | None = None
        self.token = ""
        self.drafts: dict[UUID, set[str]] = {}

    async def open(self) -> "Console":
        """Listen for engines, then start."""
        self.folder.mkdir(exist_ok=True)
        await self.engines.open()
        await self.start()
        return self

    async def start(self, order: str = "", *, begin: bool = True) -> Child:
        """Start the console process; with a session it goes on with it."""
        self.child = await self.shop.nursery.bear(
            "console", folder=str(self.folder), me=str(self.user.id), clock_s=self.clock_s,
            nursery=self.shop.nursery.path, control=self.engines.path, arm=order,
        )  # fmt: skip
        try:
            told = await self.child.hear()
            device, self.child.pid = UUID(told["device"]), told["pid"]
            assert self.device in (None, device), "the device was named anew"
            self.device = device
            if begin:
                before = self.engines.now
                await self.begin()
                await self.engines.another(before)
        except Died:
            pass
        return self.child

    async def believe(self, seconds: float) -> None:
        """Console, and the engines it starts from now on, are wrong about the time by so much."""
        self.clock_s = self.engines.clock_s = seconds
        await self.child.ask(clock=seconds)

    async def begin(self) -> None:
        """Start the engine on the server, signing in where there is no session yet."""
        self.token = self.token or self.shop.token(self.user, self.device)
        await self.child.ask(begin={"url": self.shop.url, "token": self.token})

    def rows(self) -> Rows:
        """What its cache holds; nothing while it is made."""
        try:
            with closing(
                sqlite.connect(self.folder / CACHE_FILE, key=KEY, mode="ro")
            ) as connection:
                return held(SqliteReader(connection), catalog())
        except (ParleyError, sqlite.DatabaseError):
            return {}

    def work(self) -> tuple[dict[UUID, str], dict[UUID, str]]:
        """Its work file: cmd_id → state, and the drafts by ticket."""
        with closing(sqlite.connect(self.folder / WORK_FILE, key=KEY, mode="ro")) as connection:
            run = connection.execute
            states = {UUID(bytes=r[0]): "journal" for r in run("SELECT cmd_id FROM journal")}
            states |= {UUID(bytes=r[0]): r[1] for r in run("SELECT cmd_id, state FROM outbox")}
            drafts = {UUID(bytes=r[0]): r[1] for r in run("SELECT lane, body FROM draft")}
            return states, drafts

    def lost_drafts(self) -> list[str]:
        """Drafts that do not say what was kept last, or might have been."""
        _, found = self.work()
        bodies = {t: codec.decode(body, dict)["body"] for t, body in found.items()}
        return [
            f"draft of {ticket}: {bodies.get(ticket)!r}, not one of {sorted(may)}"
            for ticket, may in self.drafts.items()
            if bodies.get(ticket, "") not in may
        ]

    async def quit(self) -> None:
        """Quit; the files stay."""
        if self.child.alive:
            with suppress(Died):
                await self.child.ask(quit=None)
            await self.child.ended()

    async def close(self) -> None:
        """Quit for good."""
        await self.quit()
        await self.engines.close()
