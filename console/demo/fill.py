"""Fills a data folder with the sandbox: a year of commands, decided by the server's own core.

The database is made in a folder of its own and moved into place when it is whole, so a filling
that is killed leaves nothing behind that the next one could stumble over.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from console.demo.content import Library, load
from console.demo.history import YEAR, write_history
from console.demo.marker import DATABASE, Marker, is_filled, new_marker, read_marker, write_marker
from console.demo.script import SHOP, Roster, Step
from console.kernel.clock import from_ms, to_ms
from console.kernel.codec import NIL
from console.kernel.errors import Bug
from console.people.model import Actor, Party, User
from console.people.server import accounts, sessions
from console.people.server.parties import ensure_party
from console.server import lock
from console.server.config import make_private
from console.server.core import Core, open_core
from console.store.engine import open_sqlite
from console.store.reader import Reader, listed
from console.store.writer import BATCH
from console.sync.records import Accepted, Command, Merged, command
from console.sync.server.tx import Tx

SEED = 1
_WORKPLACE = "filling"
_PARTIES_AT_ONCE = 200


class Progress(Protocol):
    """Who is told how far it is."""

    def begin(self, what: str, total: int) -> None:
        """Something begins that has `total` parts."""

    def step(self, count: int) -> None:
        """So many parts more are done."""

    def end(self) -> None:
        """What was begun is done."""


class PastClock:
    """A clock that stands where the filling is in the past year."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    def go_to(self, at: datetime) -> None:
        """Move on; never back."""
        self._now = max(self._now, at)


def fill(data: Path, progress: Progress, *, seed: int = SEED, now: datetime | None = None) -> Marker:
    """Make the folder a sandbox unless it is one; returns its marker.

    Raises Unusable when the folder cannot be used, is in use, or holds other data.
    """
    make_private(data)
    with lock.holding(data):
        if is_filled(data):
            marker = read_marker(data)
            assert marker is not None, "it has just been there"
            return marker
        library = load()
        at = from_ms(to_ms(now or datetime.now(UTC)) // 1000 * 1000)
        marker = new_marker(library, seed, at)
        write_marker(data, marker)
        workplace = data / _WORKPLACE
        shutil.rmtree(workplace, ignore_errors=True)
        make_private(workplace)
        asyncio.run(_fill(workplace / DATABASE, library, marker, progress))
        (workplace / DATABASE).replace(data / DATABASE)
        workplace.rmdir()
        return marker


async def _fill(database: Path, library: Library, marker: Marker, progress: Progress) -> None:
    clock = PastClock(marker.filled_at - YEAR - timedelta(days=1))
    # Not flushed at every commit: what a power cut takes is made anew, and closing flushes it all.
    core = await open_core(open_sqlite(database, durable=False), clock, serving=False)
    try:
        roster = await _found(core, library, marker, progress)
        progress.begin("Inventing a year", 1)
        history = write_history(library, marker.seed, marker.filled_at, roster)
        progress.end()
        await _introduce(core, history.parties)
        filler = Filler(core, clock, await _actors(core, roster))
        progress.begin("A year of orders and conversations", len(history.steps))
        await filler.run(history.steps, progress.step)
        progress.end()
    finally:
        core.close()


async def _found(core: Core, library: Library, marker: Marker, progress: Progress) -> Roster:
    """Teams, colleagues and the integration, each with a password."""
    staff = library.shop.staff
    progress.begin("Colleagues and teams", len(staff))
    hashes: dict[str, str] = {}
    for member in staff:
        hashes[member.key] = await asyncio.to_thread(
            accounts.hashed, marker.passwords[member.key]
        )
        progress.step(1)

    def work(tx: Tx) -> Roster:
        teams = {name: accounts.ensure_team(tx, name).id for name in library.shop.teams}
        users: dict[str, UUID] = {}
        for member in staff:
            user = accounts.add_user(tx, member.email, member.name, member.role, member.teams)
            accounts.set_password(tx, user.id, hashes[member.key])
            users[member.key] = user.id
        return Roster(users, teams)

    roster = await core.write(work)
    progress.end()
    return roster


async def _introduce(core: Core, parties: Sequence[Party]) -> None:
    """Tell the server who buys and sells; nobody sees them until they have a ticket.

    There is no command for this: parties otherwise come with their first message.
    """
    for start in range(0, len(parties), _PARTIES_AT_ONCE):
        some = parties[start : start + _PARTIES_AT_ONCE]

        def work(tx: Tx, some: Sequence[Party] = some) -> None:
            for party in some:
                ensure_party(tx, party, frozenset())

        await core.write(work)


async def _actors(core: Core, roster: Roster) -> dict[str, Actor]:
    def look(reader: Reader) -> dict[str, Actor]:
        return {key: _actor(reader, user_id) for key, user_id in roster.users.items()}

    return await core.read(look)


def _actor(reader: Reader, user_id: UUID) -> Actor:
    from console.people.tables import rows

    user: User | None = rows.user(reader, user_id)
    assert user is not None, "it has just been added"
    return sessions.actor_for(reader, user, None, NIL)


class Filler:
    """Runs steps as commands, the server's clock standing where each step is."""

    def __init__(self, core: Core, clock: PastClock, actors: dict[str, Actor]) -> None:
        self._core = core
        self._clock = clock
        self._actors = actors
        self._tickets: dict[UUID, UUID] = {}
        self._begun: set[UUID] = set()
        self._waiting: list[Step] = []

    async def run(self, steps: Sequence[Step], done: Callable[[int], None]) -> None:
        """Every step, oldest first; `done` hears how many more are. Raises Bug at a refusal."""
        for group in _groups(steps):
            if group[0].by == SHOP:
                self._waiting += group
                if len(self._waiting) >= BATCH:
                    await self._flush()
            else:
                await self._colleague(group)
            done(len(group))
        await self._flush()

    async def _colleague(self, group: Sequence[Step]) -> None:
        """One colleague's doing at one moment, after everything that came before it."""
        tickets = {step.target for step in group if step.on == "ticket"}
        if not tickets <= self._tickets.keys():
            await self._flush()
            await self._learn()
        before, self._waiting = self._waiting, []
        self._clock.go_to(group[-1].at)
        await asyncio.gather(self._execute(before), self._execute(group))

    async def _flush(self) -> None:
        """Decide what waits."""
        steps, self._waiting = self._waiting, []
        if steps:
            self._clock.go_to(steps[-1].at)
            await self._execute(steps)

    async def _learn(self) -> None:
        """Learn which tickets the conversations have that began since the last time."""
        begun, self._begun = self._begun, set()

        def look(reader: Reader) -> dict[UUID, UUID]:
            names, params = listed("c", begun)
            sql = f"SELECT conversation_id, id FROM tickets WHERE conversation_id IN {names}"
            found = reader.rows(sql, **params)
            return {UUID(bytes=bytes(row[0])): UUID(bytes=bytes(row[1])) for row in found}

        self._tickets |= await self._core.read(look)

    async def _execute(self, steps: Sequence[Step]) -> None:
        """Decide steps of one actor."""
        if not steps:
            return
        began = {step.target for step in steps if step.on == "conversation"}
        self._begun |= began - self._tickets.keys()
        asked = [self._command(step) for step in steps]
        results = await self._core.execute(self._actors[steps[0].by], asked)
        for told, result in zip(asked, results, strict=True):
            if not isinstance(result.outcome, Accepted | Merged):
                raise Bug(f"the sandbox's {told.type} {told.cmd_id} was not done: {result.outcome}")

    def _command(self, step: Step) -> Command:
        target = self._tickets[step.target] if step.on == "ticket" else step.target
        return command(target, step.args, cmd_id=step.cmd_id)


def _groups(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Neighbours that one colleague does at one moment; the shop's, one by one."""
    start = 0
    for n, step in enumerate(steps):
        first = steps[start]
        if n > start and (step.by != first.by or step.at != first.at or step.by == SHOP):
            yield steps[start:n]
            start = n
    if steps:
        yield steps[start:]
