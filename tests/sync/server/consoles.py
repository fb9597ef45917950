"""Consoles of one node, at a ticket that all of them see."""

from typing import Any
from uuid import UUID

from console.kernel.ids import new_id
from console.people.model import User, granted_scopes
from console.people.tables import rows as people_rows
from console.server.core import sight
from console.store.reader import Reader
from console.sync.frames import Ephemeral
from console.sync.presence import THROTTLE_S, topic_of
from console.sync.records import Scopes
from console.sync.server.hub import Listener
from console.sync.server.presence import Presence
from tests.fakes.clock import ManualClock
from tests.parts.acts import begin_case
from tests.parts.office import Office

Told = list[tuple[str, str]]


class Consoles:
    """Consoles of one node, each by its user's first name; `case` is a ticket all of them see."""

    def __init__(self, office: Office, clock: ManualClock) -> None:
        self.office, self.clock = office, clock
        self.presence = Presence(office.database, clock, self._sight)
        self.looked_up = 0
        self.case = begin_case(office, team="Europe")
        self.users: dict[str, User] = {}
        self.seats: dict[str, Listener] = {}
        for name in ("Ana", "Ben", "Cara"):
            self.add(name)

    def _sight(self, reader: Reader, user_id: UUID) -> Scopes:
        self.looked_up += 1
        return sight(reader, user_id)

    @property
    def topic(self) -> str:
        return topic_of(self.case.ticket.id)

    def add(self, name: str, role: str = "agent", teams: tuple[str, ...] = ("Europe",)) -> None:
        self.users[name] = self.office.user(name, role, teams)
        self.sit(name)

    def sit(self, name: str, at: str = "") -> None:
        """A console of somebody's, called `at` if it is not their first."""
        self.seats[at or name] = Listener(self.users[name].id, new_id(), frozenset())

    async def say(self, name: str, what: str = "viewing", topic: str = "", **more: Any) -> None:
        frame = Ephemeral(topic or self.topic, what, **more)
        await self.presence.say(self.seats[name], frame)

    async def told(self, name: str) -> Told:
        """What a console is told now: who, and what they do."""
        seat, found = self.seats[name], []
        while self.presence.has_news(seat):
            found += await self.presence.news(seat)
        names = {user.id: name for name, user in self.users.items()}
        assert {frame.topic for frame in found} <= {self.topic}
        return [(names[frame.who], frame.what) for frame in found if frame.who]

    async def settle(self) -> None:
        """Everybody has been told."""
        for name in self.seats:
            await self.told(name)

    async def together(self, *names: str) -> None:
        """These are at the ticket and know of each other."""
        for name in names:
            await self.say(name)
        await self.settle()
        self.clock.advance(THROTTLE_S)

    def entries(self) -> int:
        return sum(len(there) for there in self.presence._topics.values())

    def lose_notes(self, name: str) -> None:
        """Somebody sees their queues from here on, but not the internal side of them."""
        user = self.users[name]
        teams = self.office.read(people_rows.teams)
        public = frozenset(s for s in granted_scopes(user, teams) if s % 2 == 0)
        self.office.write(lambda tx: tx.set_grants(user.id, user.scope, public))
