"""Fills a data folder with the sandbox: a year of commands, decided by the server's own core.

The database is made in a folder of its own and moved into place when it is whole, so a filling
that is killed leaves nothing behind that the next one could stumble over.
"""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from msgspec import structs

from console.demo.content import Library, load
from console.demo.desks import Desks
from console.demo.filler import Filler, PastClock
from console.demo.history import YEAR, write_history
from console.demo.macros import write_macros
from console.demo.marker import DATABASE, Marker, is_filled, new_marker, read_marker, write_marker
from console.demo.script import Roster
from console.kernel.clock import from_ms, to_ms
from console.kernel.codec import NIL
from console.people.model import Actor, Party
from console.people.server import accounts, sessions
from console.people.server.parties import ensure_party
from console.people.tables import rows
from console.server import lock
from console.server.config import make_private
from console.server.core import Core, open_core
from console.store.engine import open_sqlite
from console.store.reader import Reader
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


def fill(
    data: Path, progress: Progress, *, seed: int = SEED, now: datetime | None = None
) -> Marker:
    """Make the folder a sandbox unless it is one; returns its marker.

    Raises Unusable when the folder cannot be used, is in use, or holds other data.
    """
    make_private(data)
    if (known := _known(data)) is not None:
        return known
    with lock.holding(data):
        if (known := _known(data)) is not None:
            return known
        library = load()
        at = from_ms(to_ms(now or datetime.now(UTC)) // 1000 * 1000)
        workplace = data / _WORKPLACE
        shutil.rmtree(workplace, ignore_errors=True)
        make_private(workplace)
        marker = new_marker(library, seed, at)
        roster = asyncio.run(_fill(workplace / DATABASE, library, marker, progress))
        marker = structs.replace(marker, teams=dict(roster.teams))
        write_marker(data, marker)
        (workplace / DATABASE).replace(data / DATABASE)
        workplace.rmdir()
        return marker


def _known(data: Path) -> Marker | None:
    return read_marker(data) if is_filled(data) else None


async def _fill(database: Path, library: Library, marker: Marker, progress: Progress) -> Roster:
    clock = PastClock(marker.filled_at - YEAR - timedelta(days=1))
    # Not flushed at every commit: what a power cut takes is made anew, and closing flushes it all.
    core = await open_core(open_sqlite(database, durable=False), clock, serving=False)
    try:
        roster = await _found(core, library, marker, progress)
        progress.begin("Inventing a year", 1)
        history = write_history(library, marker.seed, marker.filled_at, roster)
        progress.end()
        await _introduce(core, history.parties)
        actors = await _actors(core, roster)
        await write_macros(core, library.macros, roster, actors)
        filler = Filler(core, clock, actors)
        progress.begin("A year of orders and conversations", len(history.steps))
        await filler.run(history.steps, progress.step)
        progress.end()
        clock.go_to(marker.filled_at)
        await Desks(core, library, roster, actors, marker.seed, marker.filled_at).set_up()
        return roster
    finally:
        core.close()


async def _found(core: Core, library: Library, marker: Marker, progress: Progress) -> Roster:
    """Teams, colleagues and the integration, each with a password."""
    staff = library.shop.staff
    progress.begin("Colleagues and teams", len(staff))
    hashes: dict[str, str] = {}
    for member in staff:
        hashes[member.key] = await asyncio.to_thread(accounts.hashed, marker.passwords[member.key])
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
    user = rows.user(reader, user_id)
    assert user is not None, "it has just been added"
    return sessions.actor_for(reader, user, None, NIL)
