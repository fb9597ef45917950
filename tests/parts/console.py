"""What a console's screens rest on: a Local over real files, with a real server's half behind it.

No engine and no network: `pull` and `push` carry what they would carry, when a test says so.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from console.catalog import catalog
from console.desktop.rooms import rooms
from console.kernel.clock import from_ms
from console.kernel.money import Money
from console.orders.model import EventName, Fulfilment, OrderEvent, OrderLine
from console.people.model import Actor, Team, User
from console.people.tables import rows as people_rows
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.mode import Mode
from console.sync.client.outbox import Outbox
from console.sync.client.replica import Replica, open_replica
from console.sync.client.standing import Boot
from console.sync.client.work import CACHE_FILE, WORK_FILE, open_work
from console.sync.records import Change, Outcome, Result
from console.sync.server.feed import Resume, first_page
from console.sync.server.live import border_at
from console.tickets.model import Ticket
from console.ui.slots import Slots
from tests.fakes.clock import ManualClock
from tests.parts.acts import AT, Case, begin_case, received, told_order
from tests.parts.office import Office

KEY = bytes(range(32))
TEAM = "Europe"
_change = msgspec.json.Decoder(Change)


class Console:
    """Ana's console. `ben` is her colleague, `cara` their supervisor; ana and ben are in TEAM."""

    def __init__(self, office: Office, clock: ManualClock, folder: Path) -> None:
        self.office, self.clock, self.folder = office, clock, folder
        self.ana = self._staff("Ana Kovac", "agent", (TEAM,))
        self.ben = self._staff("Ben Ode", "agent", (TEAM,))
        self.cara = self._staff("Cara Lind", "supervisor")
        self.shop = office.actor(self._staff("Shop", "integration"))
        self.team: Team = next(t for t in office.read(people_rows.teams) if t.name == TEAM)
        self.local: Local
        self.replica: Replica

    def _staff(self, name: str, role: str, teams: tuple[str, ...] = ()) -> User:
        email = f"{name.split(maxsplit=1)[0].lower()}@desk.test"
        known = self.office.read(lambda r: people_rows.user_by_email(r, email))
        return known or self.office.user(name, role, teams)

    # -- the desk

    async def open(self, *, fetched: bool = False) -> "Console":
        """Start: the cache is fetched whole, unless that was done."""
        self.replica = open_replica(self.folder / CACHE_FILE, KEY, catalog())
        if not fetched:
            self.fetch()
        self.local = Local(self.folder, KEY, self.ana.id, self.clock, rooms())
        assert self.local.open_cache()
        return self

    async def close(self) -> None:
        """Quit."""
        await self.local.close()
        self.replica.close()

    async def reopen(self) -> "Console":
        """Quit and start again on the same files."""
        await self.close()
        return await self.open()

    async def settled(self, *slots: Slots) -> None:
        """Wait until what was started has ended and is in the file."""
        owners = [*(each._tasks for each in slots), self.local._tasks]
        while running := [task for owner in owners for task in owner._running]:
            await asyncio.wait(running)
        await asyncio.sleep(0)  # their owners hear of it a turn later

    def confirmed(self) -> set[str]:
        """The subjects of the tickets that the cache has, without what is pending."""
        assert self.local.reader is not None
        found = self.local.reader.rows("SELECT id, doc FROM main.tickets")
        return {msgspec.json.decode(row[1])["subject"] for row in found}

    # -- the engine's part

    def actor(self, user: User | None = None) -> Actor:
        """Somebody as the server knows them; Ana unless told."""
        return self.office.actor(user or self.ana)

    def fetch(self) -> None:
        """Fetch everything anew, page by page, into the replica."""
        office, scopes = self.office, self.actor().scopes
        head, kinds = office.head(), office.catalog.names
        self.replica.greet("http://127.0.0.1:1", self.ana.id)
        border = border_at(self.clock.now())
        self.replica.welcome(office.epoch, scopes, head, border)
        guard = self.replica.guard()
        boot = Boot(
            start=head, epoch=office.epoch, granted=tuple(sorted(scopes)), border=border,
            totals=office.read(lambda r: office.feed.totals(r, scopes, kinds, border)),
        )  # fmt: skip
        self.replica.begin_boot(boot)
        at: Resume | None = first_page(head, kinds[0], border)
        while at is not None:
            page = office.read(lambda r, at=at: office.feed.page(r, scopes, kinds, at))
            boot = msgspec.structs.replace(boot, got=boot.got + len(page.rows))
            rows = [_change.decode(line) for line in page.rows]
            self.replica.absorb_page(rows, boot, page.as_of, guard)
            at = page.next
        self.replica.release(guard)
        self.replica.end_boot()

    def pull(self) -> dict[str, list[UUID]]:
        """Bring the cache up to date and tell the console, as a live link does."""
        office, scopes = self.office, self.actor().scopes
        touched: dict[str, list[UUID]] = {}
        more = True
        while more:
            cursor = self.cursor
            batch = office.read(lambda r, c=cursor: office.feed.changes(r, c, scopes))
            for kind, ids in self.replica.absorb(batch).items():
                touched.setdefault(kind, []).extend(ids)
            more = batch.more
        self.local.hear(pipe.Changed(touched, self.cursor))
        return touched

    @property
    def cursor(self) -> int:
        """Up to where the cache is current."""
        return self.replica.standing.cursor or 0

    async def push(self, *, pull: bool = True) -> list[Outcome]:
        """Let the server decide what is queued, in order, and tell the console."""
        await self.settled()
        work = open_work(self.folder / WORK_FILE, KEY)
        queued = [command for _, command in Outbox(work).queued()]
        work.close()
        actor = self.actor()
        results = tuple(Result(c.cmd_id, self.office.run(actor, c)) for c in queued)
        if results:
            self.local.hear(pipe.Answered(results))
        if pull:
            self.pull()
        await self.settled()
        return [result.outcome for result in results]

    def stand(self, mode: Mode = "live") -> None:
        """Say how the link is."""
        now = self.clock.now()
        self.local.hear(pipe.Standing(mode, 0, 0, self.cursor, now, now))

    def meet(self, user: User, ticket_id: UUID, what: str = "viewing") -> None:
        """The engine says that somebody else does this at a ticket."""
        self.local.hear(pipe.Present(ticket_id, user.id, what))

    # -- what there is to see

    def case(self, subject: str = "Parcel", **more: Any) -> Case:
        """A new ticket with one message from a buyer, in TEAM's queue, not pulled yet."""
        return begin_case(self.office, subject=subject, **{"team": TEAM, **more})

    def cases(self, *subjects: str) -> list[Ticket]:
        """New tickets, each from a buyer of its own and a minute after the one before; pulled."""
        made = []
        for subject in subjects:
            self.clock.advance(60)
            email = f"{subject.lower().replace(' ', '.')}@mail.test"
            told = self.case(subject, name=f"{subject} Buyer", email=email, at=self.clock.now())
            made.append(told.ticket)
        self.pull()
        return made

    def flood(self, count: int) -> None:
        """So many new tickets in one transaction, a second apart; not pulled."""
        execute, start = self.office.dispatch.execute, self.clock.now()
        self.clock.advance(count)
        wishes = [
            received(
                subject=f"flood {n}", email=f"flood{n}@mail.test", team_id=self.team.id,
                at=start + timedelta(seconds=n),
            )
            for n in range(count)
        ]  # fmt: skip
        self.office.together(*[lambda tx, w=w: execute(tx, self.shop, w) for w in wishes])

    def talk(self, case: Case, *bodies: str) -> None:
        """The buyer goes on and on, a second apart, in one transaction; not pulled."""
        execute, start = self.office.dispatch.execute, self.clock.now()
        self.clock.advance(len(bodies))
        wishes = [
            received(case.conversation_id, body, at=start + timedelta(seconds=n))
            for n, body in enumerate(bodies)
        ]
        self.office.together(*[lambda tx, w=w: execute(tx, self.shop, w) for w in wishes])

    def order(self, number: str = "A-100", **more: Any) -> None:
        """The shop tells of an order: two lines, a parcel, three steps; not pulled."""
        fields: dict[str, Any] = {
            "lines": (
                OrderLine("MUG", "Mug", 2, Money(1250, "EUR")),
                OrderLine("TEA", "Tea", 1, Money(900, "EUR")),
            ),
            "shipping": Money(490, "EUR"),
            "total": Money(3890, "EUR"),
            "fulfilments": (Fulfilment("DHL", "JJD000"),),
            "events": tuple(
                OrderEvent(from_ms(int(AT.timestamp() * 1000) + n * 60_000), name)
                for n, name in enumerate((EventName.PLACED, EventName.PAID, EventName.FULFILLED))
            ),
        }
        self.office.run(self.shop, told_order(number, **{**fields, **more}))


@dataclass(frozen=True)
class Begun:
    """An empty shop and Ana's profile once it is fetched: files that a console begins on copies of."""

    shop: str
    profile: Path


def begin(shop: str, profile: Path) -> Begun:
    """Found the shop in a migrated database and fetch it."""
    office = Office(shop, ManualClock())
    console = Console(office, office.clock, profile)
    console.replica = open_replica(profile / CACHE_FILE, KEY, catalog())
    console.fetch()
    console.replica.close()
    open_work(profile / WORK_FILE, KEY).close()
    office.close()
    return Begun(shop, profile)


@asynccontextmanager
async def console_at(
    begun: Begun, shop: str, clock: ManualClock, folder: Path
) -> AsyncIterator[Console]:
    """An open console over a copy of that shop, in a copy of the profile; closed at the end."""
    shutil.copytree(begun.profile, folder, dirs_exist_ok=True)
    office = Office(shop, clock, joins=True)
    try:
        console = await Console(office, clock, folder).open(fetched=True)
        try:
            yield console
        finally:
            await console.close()
    finally:
        office.close()
