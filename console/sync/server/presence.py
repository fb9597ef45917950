"""Who is at which ticket now and what they do there: in memory alone, told to who may know it.

Nothing of it is ever in a table, a log line or a queue: a console is only marked to have news, and
what it is then told is how things stand at that moment. Whoever is slow costs a mark.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from msgspec import Struct

from console.kernel import codec
from console.kernel.clock import Clock
from console.kernel.errors import Refused
from console.store.engine import Database
from console.store.reader import Reader
from console.sync.frames import Ephemeral
from console.sync.presence import (
    DOINGS,
    LEFT,
    LIST,
    NOTING,
    THROTTLE_S,
    TTL_S,
    VIEWING,
    glanced,
    ticket_of,
    topic_of,
)
from console.sync.records import Scopes, sees
from console.sync.server.glances import Glances, Sight
from console.sync.server.hub import Listener
from console.sync.server.told import People, Told

TOPICS_PER_CONSOLE = 8
"""A console that comes to one more leaves the one it has said nothing on for longest."""
CONSOLES_PER_TOPIC = 32
"""Whoever comes to a ticket where so many are is not told of, and hears nothing there."""
MOST_ENTRIES = 20_000
"""Consoles at tickets, of all nodes together; what comes on top is left out."""
SAYS_PER_THROTTLE = 20
"""What one console may say within THROTTLE_S; what comes on top is not listened to."""

log = logging.getLogger(__name__)


class _Said(Struct, frozen=True):
    """What a console of one node said, as the other nodes hear it."""

    node: UUID
    console: UUID
    who: UUID
    topic: str
    what: str


@dataclass(slots=True)
class _Entry:
    """One console at one ticket; `listener` is None for those of other nodes."""

    who: UUID
    what: str
    said_at: float
    listener: Listener | None

    def over(self, now: float) -> bool:
        """Whether it was not said again in time."""
        return now - self.said_at >= TTL_S


@dataclass(slots=True)
class _Console:
    """One console of ours: where it is (longest silent first), what it said and was told when."""

    id: UUID = field(default_factory=uuid4)
    topics: dict[str, None] = field(default_factory=dict)
    news: set[str] = field(default_factory=set)
    said: dict[tuple[str, str], float] = field(default_factory=dict)
    told: Told = field(default_factory=Told)

    def may_say(self, topic: str, what: str, now: float, *, again: bool = False) -> bool:
        """Whether this is not too much; it counts as said. What was just said only `again`."""
        self.said = {key: at for key, at in self.said.items() if now - at < THROTTLE_S}
        if len(self.said) >= SAYS_PER_THROTTLE or (not again and (topic, what) in self.said):
            return False
        self.said[topic, what] = now
        return True


class Presence:
    """Who is where; lives on the loop's thread.

    A console hears of the tickets it is at, and in the rounds of `glances` of those whose rows it
    has in sight. Every word is checked against the grants and the ticket's scopes as they are in the database at
    that time: when it is said, and again when it is told. `relay` is handed what is said here, for
    the other nodes; what they say comes in by `take`.
    """

    def __init__(self, database: Database, clock: Clock, sight: Sight) -> None:
        self._database = database
        self._clock = clock
        self._sight = sight
        self._topics: dict[str, dict[UUID, _Entry]] = {}
        self._consoles: dict[Listener, _Console] = {}
        self._count = 0
        self._node = uuid4()
        self._swept_at = clock.monotonic()
        self.glances = Glances(database, clock, sight, self._people)
        self.relay: Callable[[bytes], None] = lambda said: None

    # -- what consoles say

    async def say(self, listener: Listener, frame: Ephemeral) -> None:
        """Take what a console says of itself; who it is is known, whatever the frame claims.

        What is not understood, too much, or about a ticket that it may not see is left out.
        """
        now = self._clock.monotonic()
        self._sweep(now)
        topic, what = frame.topic, frame.what
        if topic == LIST:
            self._glance(listener, what, now)
            return
        ticket = ticket_of(topic)
        if what == LEFT:
            self._leave(listener, topic)
        if ticket is None or what not in DOINGS:
            return
        console = self._consoles.setdefault(listener, _Console())
        if not console.may_say(topic, what, now):
            return
        sight, scopes = await self._look(listener.user_id, ticket)
        if sees(sight, scopes, internal=what == NOTING):
            self._enter(listener, console, topic, what)
        elif not sees(sight, scopes):
            self._leave(listener, topic)

    def _glance(self, listener: Listener, words: str, now: float) -> None:
        """A console says which rows it has in sight."""
        tickets = glanced(words)
        console = self._consoles.setdefault(listener, _Console())
        if tickets is not None and console.may_say(LIST, words, now, again=True):
            self.glances.look(listener, [topic_of(ticket) for ticket in tickets])

    async def _look(self, user_id: UUID, ticket: UUID) -> tuple[Scopes, Scopes]:
        """What a user may see, and what shows the ticket, both as of now."""

        def look(reader: Reader) -> tuple[Scopes, Scopes]:
            rows = reader.rows(
                "SELECT scope_id FROM record_scope WHERE kind = 'ticket' AND id = :id",
                id=ticket.bytes,
            )
            return self._sight(reader, user_id), frozenset(row[0] for row in rows)

        return await self._database.read(look)

    def _enter(self, listener: Listener, console: _Console, topic: str, what: str) -> None:
        new = topic not in console.topics
        if new and not self._room(topic):
            return
        if new and len(console.topics) >= TOPICS_PER_CONSOLE:
            self._leave(listener, next(iter(console.topics)))
        console.topics.pop(topic, None)
        console.topics[topic] = None
        self._put(topic, console.id, listener.user_id, what, listener)
        if new:
            _mark(listener, console, topic)
        self._relay(console, listener, topic, what)

    def _leave(self, listener: Listener, topic: str) -> None:
        console = self._consoles.get(listener)
        if console is None or topic not in console.topics:
            return
        self._drop(topic, console.id)
        self._relay(console, listener, topic, LEFT)

    def gone(self, listener: Listener) -> None:
        """The console's session is over: it is nowhere any more."""
        console = self._consoles.get(listener)
        if console is not None:
            for topic in list(console.topics):
                self._leave(listener, topic)
            del self._consoles[listener]
            self.glances.gone(listener)

    # -- the other nodes

    def _relay(self, console: _Console, listener: Listener, topic: str, what: str) -> None:
        said = _Said(self._node, console.id, listener.user_id, topic, what)
        self.relay(codec.encode(said))

    def take(self, data: bytes) -> None:
        """Hear what was said on another node. Our own words, coming back, are known already."""
        try:
            said = codec.decode(data, _Said)
        except Refused:
            log.info("presence_not_understood")
            return
        self._sweep(self._clock.monotonic())
        if said.node == self._node:
            return
        known = said.console in self._topics.get(said.topic, {})
        if said.what == LEFT and known:
            self._drop(said.topic, said.console)
        elif said.what in DOINGS and ticket_of(said.topic) and (known or self._room(said.topic)):
            self._put(said.topic, said.console, said.who, said.what, None)

    # -- what consoles are told

    def has_news(self, listener: Listener) -> bool:
        """Whether there may be something to tell this console."""
        console = self._consoles.get(listener)
        return console is not None and bool(console.news or self.glances.waits(listener))

    async def news(self, listener: Listener) -> list[Ephemeral]:
        """What to tell this console now; send it at once or drop it.

        One of the tickets it is at comes first, then what it has in sight. If it may not see the ticket any more it is told nothing, and is not there any more.
        """
        console = self._consoles[listener]
        if not console.news:
            return self.glances.take(listener)
        topic = console.news.pop()
        ticket = ticket_of(topic)
        assert ticket is not None, "it was let in"
        sight, scopes = await self._look(listener.user_id, ticket)
        now = self._clock.monotonic()
        mine = self._topics.get(topic, {}).get(console.id)
        if mine is None or mine.over(now):
            return []
        if not sees(sight, scopes):
            self._leave(listener, topic)
            return []
        internal = sees(sight, scopes, internal=True)
        return list(console.told.news(topic, self._people(topic, mine.who, internal, now), now))

    def recheck(self, listener: Listener) -> None:
        """What this console may see has changed: look again at every ticket it is at."""
        console = self._consoles.get(listener)
        for topic in console.topics if console is not None else ():
            assert console is not None
            _mark(listener, console, topic)
        self.glances.recheck(listener)

    def _people(self, topic: str, me: UUID, internal: bool, now: float) -> People:
        """Who else is at a ticket: one word for each, also of somebody at two consoles."""
        found: People = {}
        for entry in self._topics.get(topic, {}).values():
            if entry.who == me or entry.over(now):
                continue
            what = entry.what if internal or entry.what != NOTING else VIEWING
            if entry.who not in found or found[entry.who][0] == VIEWING:
                found[entry.who] = what, entry.said_at
        return found

    # -- the entries

    def _room(self, topic: str) -> bool:
        there = len(self._topics.get(topic, ()))
        return there < CONSOLES_PER_TOPIC and self._count < MOST_ENTRIES

    def _put(
        self, topic: str, console: UUID, who: UUID, what: str, listener: Listener | None
    ) -> None:
        there = self._topics.setdefault(topic, {})
        self._count += console not in there
        there[console] = _Entry(who, what, self._clock.monotonic(), listener)
        self._stir(topic, console)

    def _drop(self, topic: str, console: UUID) -> None:
        there = self._topics[topic]
        entry = there.pop(console)
        self._count -= 1
        if not there:
            del self._topics[topic]
        ours = self._consoles.get(entry.listener) if entry.listener else None
        if ours is not None:
            ours.topics.pop(topic, None)
            ours.news.discard(topic)
            ours.told.forget(topic)
        self._stir(topic, console)

    def _stir(self, topic: str, but: UUID) -> None:
        """There is something to tell those at a ticket, except for one of them."""
        for console_id, entry in self._topics.get(topic, {}).items():
            if entry.listener is not None and console_id != but:
                _mark(entry.listener, self._consoles[entry.listener], topic)
        self.glances.stir(topic)

    def _sweep(self, now: float) -> None:
        """Let go of what was not said again, now and then."""
        if now - self._swept_at < TTL_S:
            return
        self._swept_at = now
        over = [
            (topic, console)
            for topic, there in self._topics.items()
            for console, entry in there.items()
            if entry.over(now)
        ]
        for topic, console in over:
            self._drop(topic, console)


def _mark(listener: Listener, console: _Console, topic: str) -> None:
    console.news.add(topic)
    listener.wake.set()
