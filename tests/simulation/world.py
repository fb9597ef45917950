"""One run's world: a server, two or three desks, their networks, and everything drawn from one seed."""

import asyncio
import random
from collections.abc import Callable, Iterable
from pathlib import Path as File
from uuid import UUID

from console.people.model import User
from console.people.server import accounts, sessions
from console.people.tables import rows as people_rows
from console.server.core import Core
from console.sync.records import Command, Result
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from tests.parts.acts import received
from tests.simulation import checks
from tests.simulation.desk import SimDesk
from tests.simulation.dice import dice
from tests.simulation.loop import VirtualClock, VirtualLoop
from tests.simulation.path import Path
from tests.simulation.process import owned
from tests.simulation.server import SimServer
from tests.simulation.watch import Watch

TEAMS = ("Europe", "Asia", "Returns")
AGENTS = {"ana": ("Europe",), "ben": ("Europe", "Asia"), "cem": ("Returns", "Asia")}
ROUND_S = 45.0
"""Longer than silence lasts (20 s): within it every desk hears where the log stands."""
ROUNDS = 14
AT_REST = 2
"""Rounds in a row in which nothing is under way any more."""


class World:
    """Everything there is; made by `opened`."""

    def __init__(self, seed: int, loop: VirtualLoop, clock: VirtualClock, folder: File) -> None:
        self.loop = loop
        self.clock = clock
        self.dice = dice(f"rules {seed}")
        self.apart = dice(f"merging {seed}")
        self.watch = Watch(loop, clock)
        self._seed = seed
        self._folder = folder
        self._wires = dice(f"wires {seed}")
        self.server = SimServer(loop, clock, self._sub(), folder, self.watch)
        self.watch.server = self.server
        self.desks: list[SimDesk] = []
        self.users: dict[str, User] = {}
        self.teams: dict[str, UUID] = {}
        self.boss: User
        self.shop: User
        loop.set_task_factory(owned)
        loop.set_exception_handler(self._unhandled)

    def _sub(self) -> random.Random:
        return dice(self._wires.random())

    def _unhandled(self, _: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if not isinstance(error, asyncio.CancelledError):
            self.watch.problem("error", f"{context.get('message')}: {error!r}")

    async def open(self) -> "World":
        """Start the server, found the shop, seat the agents."""
        await self.server.start()
        names = self.dice.sample(sorted(AGENTS), self.dice.choice((2, 2, 3)))
        await self.server.do(lambda core: core.write(self._found))
        for name in sorted(names):
            await self._seat(name)
        for _ in range(self.dice.randrange(2, 6)):
            await self.hear_from_outside()
        for desk in self.desks:
            desk.start()
        return self

    def _found(self, tx: accounts.Tx) -> None:
        for name in TEAMS:
            self.teams[name] = accounts.ensure_team(tx, name).id
        self.boss = accounts.add_user(tx, "boss@desk.test", "Boss", "supervisor", ())
        self.shop = accounts.add_user(tx, "shop@desk.test", "Shop", "integration", ())
        for name, teams in AGENTS.items():
            made = accounts.add_user(tx, f"{name}@desk.test", name.title(), "agent", teams)
            self.users[name] = made

    async def _seat(self, name: str) -> None:
        user = self.users[name]
        path = Path(self.loop, name, user.id, self._sub(), lambda: self.server, self.watch.note)
        desk = SimDesk(
            self.loop, self.clock, self._sub(), self._folder / name, user, path, self.watch
        )
        opened = await self.server.do(
            lambda core: core.write(lambda tx: sessions.open_session(tx, user.id, desk.device))
        )
        assert opened is not None, "the server runs"
        desk.token = opened.token
        self.desks.append(desk)
        self.watch.regranted([user.id])

    def close(self) -> None:
        """Close the files that killed processes left open."""
        for desk in self.desks:
            desk.bury()
        self.server.bury()

    # -- the server's other users

    async def act_as(self, user: User, *commands: Command) -> list[Result]:
        """Somebody else's commands, decided by the server; none when it is down."""

        async def work(core: Core) -> list[Result]:
            actor = await core.read(
                lambda reader: sessions.actor_for(
                    reader, people_rows.user(reader, user.id) or user, None, UUID(int=0)
                )
            )
            return await core.execute(actor, commands)

        return await self.server.do(work) or []

    async def hear_from_outside(self, conversation_id: UUID | None = None) -> None:
        """A buyer writes, in a new conversation or an old one."""
        team = self.dice.choice((None, *TEAMS))
        number = self.dice.randrange(1 << 30)
        wish = received(
            conversation_id, f"buyer {number}", subject=f"Parcel {number}",
            email=f"buyer{self.dice.randrange(4)}@mail.test", at=self.clock.now(),
            **({"team_id": self.teams[team]} if team else {}),
        )  # fmt: skip
        await self.act_as(self.shop, wish)

    def tickets(self) -> list[Ticket]:
        """All tickets as the server has them now, oldest first."""
        if not self.server.up:
            return []
        rows = self.server.oracle.rows("SELECT id, doc FROM tickets ORDER BY id")
        return [TICKET.read(UUID(bytes=bytes(row[0])), row[1]) for row in rows]

    async def regrant(self, name: str, teams: Iterable[str]) -> None:
        """Put an agent into exactly these teams."""
        user = self.users[name]
        self.watch.note(f"{name} is put into {sorted(teams)}")
        await self.server.do(
            lambda core: core.write(lambda tx: accounts.set_teams(tx, user.id, teams))
        )
        self.look_up_grants()

    def look_up_grants(self) -> None:
        """Have the watch note who may see what, when the server runs."""
        if self.server.up:
            self.watch.regranted(desk.user.id for desk in self.desks)

    # -- the server's lives

    async def start_server(self) -> None:
        """Start it, unless it runs."""
        if not self.server.up:
            await self.server.start()
            self.look_up_grants()

    async def restore(self) -> None:
        """Put the backup back and start on it."""
        lost_from = self.server.backup_head
        self.server.put_back()
        await self.server.start()
        self.watch.ledger.restored(lost_from, self.server.oracle.head)
        self.watch.note("server restored")
        self.look_up_grants()

    # -- rest

    async def rest(self) -> bool:
        """Mend everything, wait until nothing is under way, and check all; whether it came to rest."""
        await self.start_server()
        for desk in self.desks:
            desk.path.heal()
            if not desk.open:
                desk.start()
            desk.go_offline(False)
        calm = 0
        for _ in range(ROUNDS):
            await asyncio.sleep(ROUND_S)
            calm = calm + 1 if all(map(at_rest, self.desks)) else 0
            if calm == AT_REST:
                break
        else:
            told = [f"{d.name} is {d.mode}, {waiting(d)} waiting" for d in self.desks]
            self.watch.problem("stuck", "; ".join(told))
            return False
        self.watch.note("all is quiet")
        self.check(checks.quiet)
        return True

    def check(self, look: Callable[..., Iterable[checks.Problem]]) -> None:
        """Look, and note what is wrong."""
        for problem in look(self.watch, self.desks):
            self.watch.problem(*problem)


def waiting(desk: SimDesk) -> int:
    """How much of what was done at a desk is still under way."""
    entries = desk.local.entries.values() if desk.local else ()
    return sum(not entry.parked for entry in entries)


def at_rest(desk: SimDesk) -> bool:
    """Whether a desk is current and nothing of its own is under way."""
    return desk.mode == "live" and not waiting(desk)
