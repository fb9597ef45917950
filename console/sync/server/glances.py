"""Consoles whose list has tickets in sight: told of who is at them, in rounds for all at once.

Hundreds of lists show the same rows, and somebody is always on their way through them: so what is
new is gathered and told every GLANCE_S, after one look into the database for everybody. What a
console has not taken by the next round is dropped.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from console.kernel.clock import Clock
from console.store.engine import Database
from console.store.reader import Reader, listed
from console.sync.frames import Ephemeral
from console.sync.presence import GLANCE_S, ticket_of
from console.sync.records import Scopes, sees
from console.sync.server.hub import Listener
from console.sync.server.told import People, Told

MOST_AT_ONCE = 500
"""So many tickets at most are told of in one round; the others in the next."""
FRESH_S = 1.0
"""What was looked up longer ago is not told any more."""

Sight = Callable[[Reader, UUID], Scopes]
"""What a user may see now if they work at a console, nothing otherwise."""
There = Callable[[str, UUID, bool, float], People]
"""Who is at a ticket besides one user, with or without who writes notes there, at a time."""


@dataclass(slots=True)
class _Look:
    """What one console has in sight. `sight` is None when it is to be looked up again."""

    topics: frozenset[str] = frozenset()
    sight: Scopes | None = None
    told: Told = field(default_factory=Told)
    frames: list[Ephemeral] = field(default_factory=list)
    made_at: float = 0.0


class Glances:
    """Who has which tickets' rows in sight; lives on the loop's thread, `work` tells them."""

    def __init__(self, database: Database, clock: Clock, sight: Sight, there: There) -> None:
        self._database = database
        self._clock = clock
        self._sight = sight
        self._there = there
        self._looks: dict[Listener, _Look] = {}
        self._lookers: dict[str, set[Listener]] = {}
        self._stirred: dict[str, None] = {}
        self._news = asyncio.Event()

    def look(self, listener: Listener, tickets: Iterable[str]) -> None:
        """A console has these topics' rows in sight from now on, and no others."""
        look = self._looks.setdefault(listener, _Look())
        topics = frozenset(tickets)
        for topic in look.topics - topics:
            look.told.forget(topic)
            self._lookers[topic].discard(listener)
            if not self._lookers[topic]:
                del self._lookers[topic]
        before, look.topics = look.topics, topics
        for topic in topics - before:
            self._lookers.setdefault(topic, set()).add(listener)
            self.stir(topic)
        if not topics:
            del self._looks[listener]

    def gone(self, listener: Listener) -> None:
        """The console's session is over."""
        if listener in self._looks:
            self.look(listener, ())

    def stir(self, topic: str) -> None:
        """Something is new at a ticket."""
        if topic in self._lookers:
            self._stirred[topic] = None
            self._news.set()

    def recheck(self, listener: Listener) -> None:
        """What this console may see has changed."""
        look = self._looks.get(listener)
        if look is not None:
            # Another one: a round that has looked up before is not about it.
            self._looks[listener] = _Look(look.topics, told=look.told)
            for topic in look.topics:
                self.stir(topic)

    def waits(self, listener: Listener) -> bool:
        """Whether there is something to tell this console."""
        look = self._looks.get(listener)
        return look is not None and bool(look.frames)

    def take(self, listener: Listener) -> list[Ephemeral]:
        """What to tell this console now; send it at once or drop it."""
        look = self._looks.get(listener)
        if look is None:
            return []
        frames, look.frames = look.frames, []
        return frames if self._clock.monotonic() - look.made_at <= FRESH_S else []

    async def work(self) -> None:
        """Tell in rounds, until cancelled."""
        while True:
            await self._news.wait()
            await self.round()
            await asyncio.sleep(GLANCE_S)

    async def round(self) -> None:
        """Have everybody told what is new at the tickets they have in sight."""
        topics = list(self._stirred)[:MOST_AT_ONCE]
        for topic in topics:
            del self._stirred[topic]
        if not self._stirred:
            self._news.clear()
        lookers = {one for topic in topics for one in self._lookers.get(topic, ())}
        looks = {one: self._looks[one] for one in lookers}
        unseen = {one.user_id for one, look in looks.items() if look.sight is None}
        scopes, sights = await self._database.read(lambda r: self._read(r, topics, unseen))
        now = self._clock.monotonic()
        for listener, look in looks.items():
            if self._looks.get(listener) is look:
                if look.sight is None:
                    look.sight = sights.get(listener.user_id)
                self._tell(listener, look, look.topics.intersection(topics), scopes, now)

    def _read(
        self, reader: Reader, topics: Collection[str], users: Collection[UUID]
    ) -> tuple[dict[str, Scopes], dict[UUID, Scopes]]:
        """What shows the tickets, and what these users may see, in one snapshot."""
        tickets = {ticket: topic for topic in topics if (ticket := ticket_of(topic))}
        ids, params = listed("t", tickets)
        found: dict[str, set[int]] = {}
        for raw, scope in reader.rows(
            f"SELECT id, scope_id FROM record_scope WHERE kind = 'ticket' AND id IN {ids}",
            **params,
        ):
            found.setdefault(tickets[UUID(bytes=bytes(raw))], set()).add(scope)
        scopes = {topic: frozenset(of) for topic, of in found.items()}
        return scopes, {user: self._sight(reader, user) for user in users}

    def _tell(
        self,
        listener: Listener,
        look: _Look,
        topics: Iterable[str],
        scopes: dict[str, Scopes],
        now: float,
    ) -> None:
        sight = look.sight or frozenset()
        look.frames, look.made_at = [], now
        for topic in topics:
            shown = scopes.get(topic, frozenset())
            internal = sees(sight, shown, internal=True)
            people = self._there(topic, listener.user_id, internal, now)
            look.frames += look.told.news(topic, people if sees(sight, shown) else {}, now)
        if look.frames:
            listener.wake.set()
