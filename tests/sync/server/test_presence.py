"""Presence on the server: told to who may know it now, never more than needed, nowhere kept."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect

from console.kernel import codec
from console.kernel.ids import new_id
from console.people.model import User, granted_scopes
from console.people.server import accounts
from console.people.server.scopes import regrant
from console.people.tables import rows as people_rows
from console.server.core import sight
from console.store.reader import Reader
from console.sync.frames import Ephemeral
from console.sync.presence import REPEAT_S, THROTTLE_S, TTL_S, topic_of
from console.sync.records import Accepted, Scopes
from console.sync.server import presence as module
from console.sync.server.hub import Listener
from console.sync.server.presence import (
    CONSOLES_PER_TOPIC,
    SAYS_PER_THROTTLE,
    TOPICS_PER_CONSOLE,
    Presence,
)
from console.tickets.records import MoveToTeam
from tests.fakes.clock import ManualClock
from tests.parts.acts import act, begin_case, team_named
from tests.parts.office import Office

pytestmark = pytest.mark.anyio
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


@pytest.fixture
def at(office: Office, clock: ManualClock) -> Consoles:
    return Consoles(office, clock)


# -- seeing each other


async def test_who_comes_hears_at_once_who_is_there_and_they_hear_of_who_came(
    at: Consoles,
) -> None:
    await at.say("Ana")
    assert await at.told("Ana") == []
    await at.say("Ben", "typing:buyer")
    assert await at.told("Ben") == [("Ana", "viewing")]
    assert await at.told("Ana") == [("Ben", "typing:buyer")]
    assert await at.told("Cara") == [], "who looks elsewhere hears nothing"


async def test_leaving_is_told_at_once(at: Consoles) -> None:
    await at.together("Ana", "Ben", "Cara")
    await at.say("Ben", "left")
    assert await at.told("Ana") == [("Ben", "left")]
    at.presence.gone(at.seats["Cara"])
    assert await at.told("Ana") == [("Cara", "left")]
    await at.say("Ana", "typing")
    assert await at.told("Ben") == [], "who has left hears nothing more"
    at.presence.gone(at.seats["Ana"])
    assert (at.presence._topics, at.presence._consoles.keys()) == ({}, {at.seats["Ben"]})


async def test_a_console_that_never_said_anything_goes_quietly(at: Consoles) -> None:
    at.presence.gone(at.seats["Ana"])
    at.presence.recheck(at.seats["Ana"])
    assert not at.presence.has_news(at.seats["Ana"])


async def test_what_was_not_said_again_is_over(at: Consoles, clock: ManualClock) -> None:
    await at.say("Ana", "typing")
    clock.advance(TTL_S)
    await at.say("Ben")
    assert await at.told("Ben") == []
    assert at.entries() == 1, "nothing is left of it"


async def test_what_is_said_again_goes_on_and_is_told_again(
    at: Consoles, clock: ManualClock
) -> None:
    await at.together("Ana", "Ben")
    for _ in range(4):
        clock.advance(REPEAT_S)
        await at.say("Ana")
        await at.say("Ben")
        assert await at.told("Ben") == [("Ana", "viewing")]


async def test_who_fell_silent_is_told_to_have_left_when_others_go_on(
    at: Consoles, clock: ManualClock
) -> None:
    await at.together("Ana", "Ben")
    clock.advance(TTL_S - THROTTLE_S - 1)
    await at.say("Ben")
    clock.advance(1)
    await at.say("Cara")
    assert await at.told("Ben") == [("Ana", "left"), ("Cara", "viewing")]


async def test_who_the_frame_says_it_is_counts_for_nothing(at: Consoles) -> None:
    await at.say("Ana")
    await at.say("Ben", who=at.users["Cara"].id)
    assert ("Ben", "viewing") in await at.told("Ana")


async def test_somebody_at_two_consoles_is_one_person_and_does_not_hear_themselves(
    at: Consoles,
) -> None:
    at.sit("Ben", "Ben's other")
    await at.together("Ana", "Ben", "Ben's other")
    await at.say("Ben", "typing")
    assert await at.told("Ben's other") == []
    assert await at.told("Ana") == [("Ben", "typing")]
    at.presence.gone(at.seats["Ben"])
    assert await at.told("Ana") == [("Ben", "viewing")], "they still look"


# -- who may


async def test_a_ticket_one_may_not_see_is_neither_spoken_on_nor_heard(at: Consoles) -> None:
    at.add("Dora", teams=("Asia",))
    await at.say("Ana")
    await at.say("Dora", "typing")
    assert await at.told("Dora") == await at.told("Ana") == []
    await at.say("Dora", topic=topic_of(new_id()))
    assert at.entries() == 1, "a ticket that is not there is none that one may see"


async def test_integrations_say_and_hear_nothing(at: Consoles) -> None:
    at.add("Erp", "integration")
    await at.say("Ana")
    await at.say("Erp")
    assert await at.told("Erp") == await at.told("Ana") == []


async def test_after_the_loss_of_a_queue_nothing_is_heard_or_said(at: Consoles) -> None:
    await at.together("Ana", "Ben", "Cara")
    await at.say("Ana", "typing")
    at.office.write(lambda tx: accounts.set_teams(tx, at.users["Ben"].id, ()))
    assert await at.told("Ben") == [], "although it was said before"
    assert await at.told("Cara") == [("Ben", "left"), ("Ana", "typing")]
    await at.say("Ben", "typing")
    assert await at.told("Ana") == [("Ben", "left")]
    assert at.entries() == 2


async def test_who_lost_a_queue_is_gone_once_it_is_looked_up_again(at: Consoles) -> None:
    await at.together("Ana", "Ben")
    at.office.write(lambda tx: accounts.set_teams(tx, at.users["Ben"].id, ()))
    at.presence.recheck(at.seats["Ben"])
    assert await at.told("Ben") == []
    assert await at.told("Ana") == [("Ben", "left")]


async def test_a_repetition_after_the_loss_ends_it(at: Consoles) -> None:
    await at.together("Ana", "Ben")
    at.office.write(lambda tx: accounts.set_teams(tx, at.users["Ben"].id, ()))
    await at.say("Ben")
    assert await at.told("Ana") == [("Ben", "left")]


async def test_a_ticket_that_moved_away_is_not_heard_of_any_more(at: Consoles) -> None:
    at.add("Dora", teams=("Asia",))
    await at.together("Ana", "Ben")
    asia, europe = team_named(at.office, "Asia").id, team_named(at.office, "Europe").id
    boss = at.office.actor(at.office.user("Boss", "admin"))
    move = act(at.case.ticket.id, MoveToTeam(team_id=asia, seen=europe))
    assert isinstance(at.office.run(boss, move), Accepted)
    await at.say("Dora", "typing")
    assert await at.told("Ben") == []
    assert await at.told("Ana") == []
    await at.settle()
    assert at.entries() == 1, "only who may see it where it is now"


async def test_who_was_put_out_is_present_no_more(at: Consoles) -> None:
    await at.together("Ana", "Ben")

    def put_out(tx: Any) -> None:
        from msgspec import structs

        from console.people.records import USER

        user = structs.replace(at.users["Ben"], active=False)
        tx.record(USER, user)
        regrant(tx, user)

    at.office.write(put_out)
    await at.say("Ben", "typing")
    assert await at.told("Ana") == [("Ben", "left")]
    assert await at.told("Ben") == []


async def test_a_note_is_told_only_to_who_sees_notes(at: Consoles) -> None:
    await at.together("Ana", "Ben", "Cara")
    lose_notes(at, "Cara")
    await at.say("Ana", "noting")
    assert await at.told("Ben") == [("Ana", "noting")]
    assert await at.told("Cara") == [("Ana", "viewing")], "which is true, too"
    at.clock.advance(THROTTLE_S)
    await at.say("Ana", "typing:buyer")
    assert await at.told("Cara") == [("Ana", "typing:buyer")]


async def test_who_sees_no_notes_writes_none(at: Consoles) -> None:
    await at.together("Ana", "Cara")
    lose_notes(at, "Cara")
    await at.say("Cara", "noting")
    assert await at.told("Ana") == []


def lose_notes(at: Consoles, name: str) -> None:
    """Somebody sees their queues from here on, but not the internal side of them."""
    user = at.users[name]
    teams = at.office.read(people_rows.teams)
    public = frozenset(s for s in granted_scopes(user, teams) if s % 2 == 0)
    at.office.write(lambda tx: tx.set_grants(user.id, user.scope, public))


# -- not too much


async def test_the_same_is_not_said_or_told_twice_within_the_throttle(at: Consoles) -> None:
    await at.together("Ana", "Ben")
    await at.say("Ana", "typing")
    await at.say("Ana")
    assert await at.told("Ben") == [("Ana", "viewing")], "what holds when it is told"
    for what in ("typing", "viewing") * 5:
        await at.say("Ana", what)
        assert await at.told("Ben") == []
    at.clock.advance(THROTTLE_S)
    await at.say("Ana", "typing")
    assert await at.told("Ben") == [("Ana", "typing")]


async def test_coming_and_going_is_throttled_too(at: Consoles) -> None:
    await at.together("Ben")
    heard: Told = []
    for _ in range(10):
        await at.say("Ana")
        await at.say("Ana", "left")
        heard += await at.told("Ben")
    assert heard == [], "it was over before it was told"
    assert at.entries() == 1


async def test_who_says_very_much_is_not_listened_to(at: Consoles) -> None:
    for _ in range(3 * SAYS_PER_THROTTLE):
        await at.say("Ana", topic=topic_of(new_id()))
    assert at.looked_up == SAYS_PER_THROTTLE
    await at.say("Ana")
    assert at.entries() == 0
    at.clock.advance(THROTTLE_S)
    await at.say("Ana")
    assert at.entries() == 1


async def test_a_console_is_at_so_many_tickets_and_leaves_the_oldest_for_one_more(
    at: Consoles,
) -> None:
    topics = [topic_of(i) for i in tickets(at, TOPICS_PER_CONSOLE + 1)]
    for topic in topics[:-1]:
        await at.say("Ana", topic=topic)
    at.clock.advance(THROTTLE_S)
    await at.say("Ana", topic=topics[0])
    await at.say("Ana", topic=topics[-1])
    assert list(at.presence._topics) == [topics[0], *topics[2:]]


async def test_so_many_consoles_are_heard_of_at_one_ticket(at: Consoles) -> None:
    for n in range(CONSOLES_PER_TOPIC):
        at.sit("Ben", f"desk {n}")
        await at.say(f"desk {n}")
    await at.say("Ana")
    assert await at.told("Ana") == []
    assert at.entries() == CONSOLES_PER_TOPIC
    at.presence.gone(at.seats["desk 0"])
    at.clock.advance(THROTTLE_S)
    await at.say("Ana")
    assert await at.told("Ana") == [("Ben", "viewing")]


async def test_there_is_an_end_to_it_in_all(at: Consoles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    first, second = tickets(at, 2)
    for topic in (topic_of(first), topic_of(second)):
        for name in ("Ana", "Ben"):
            await at.say(name, topic=topic)
    assert at.entries() == at.presence._count == 3
    at.presence.gone(at.seats["Ana"])
    assert at.entries() == at.presence._count == 1


def tickets(at: Consoles, count: int) -> Iterable[UUID]:
    for n in range(count):
        yield begin_case(at.office, team="Europe", email=f"{n}@mail.test").ticket.id


@pytest.mark.parametrize("topic", ["", "ticket:x", "everything", "x" * 100_000])
@pytest.mark.parametrize("what", ["viewing", "left", "dancing", "typing:internal", ""])
async def test_what_is_not_understood_is_left_out(at: Consoles, topic: str, what: str) -> None:
    await at.presence.say(at.seats["Ana"], Ephemeral(topic, what))
    if what not in ("viewing", "left"):
        await at.say("Ana", what or "x")
    assert at.entries() == 0


async def test_a_console_that_is_never_told_costs_a_mark(at: Consoles) -> None:
    """Nobody fetches Ben's news, as when his socket does not take anything."""
    await at.together("Ana", "Ben")
    for n in range(50):
        at.clock.advance(THROTTLE_S)
        await at.say("Ana", ("typing", "noting")[n % 2])
        await at.say("Ben")
        await at.told("Ana")
    ben = at.presence._consoles[at.seats["Ben"]]
    assert (ben.news, len(ben.said)) == ({at.topic}, 1)
    assert await at.told("Ben") == [("Ana", "noting")], "only how it is now"


# -- several nodes


class Nodes:
    """Two nodes over one database, a broker between them."""

    def __init__(self, at: Consoles) -> None:
        self.here, self.there = at, Presence(at.office.database, at.clock, sight)
        self.sent: list[bytes] = []
        at.presence.relay = self.pass_on
        self.there.relay = self.pass_on

    def pass_on(self, said: bytes) -> None:
        self.sent.append(said)
        for node in (self.here.presence, self.there):
            node.take(said)  # brokers bring one's own words back


async def test_nodes_hear_of_each_others_consoles(at: Consoles) -> None:
    nodes = Nodes(at)
    far = Listener(at.users["Ben"].id, new_id(), frozenset())
    await at.say("Ana")
    await nodes.there.say(far, Ephemeral(at.topic, "typing"))
    assert await nodes.there.news(far) == [Ephemeral(at.topic, "viewing", at.users["Ana"].id)]
    assert await at.told("Ana") == [("Ben", "typing")]
    nodes.there.gone(far)
    assert await at.told("Ana") == [("Ben", "left")]
    at.presence.gone(at.seats["Ana"])
    assert at.presence._topics == nodes.there._topics == {}


async def test_what_another_node_says_is_told_only_to_who_may_know_it(at: Consoles) -> None:
    nodes = Nodes(at)
    await at.together("Ana", "Cara")
    lose_notes(at, "Cara")
    far = Listener(at.users["Ben"].id, new_id(), frozenset())
    await nodes.there.say(far, Ephemeral(at.topic, "noting"))
    assert await at.told("Ana") == [("Ben", "noting")]
    assert await at.told("Cara") == [("Ben", "viewing")]


async def test_who_was_on_a_node_that_died_is_gone_after_a_while(at: Consoles) -> None:
    nodes = Nodes(at)
    far = Listener(at.users["Ben"].id, new_id(), frozenset())
    await nodes.there.say(far, Ephemeral(at.topic, "typing"))
    at.clock.advance(TTL_S)
    await at.say("Ana")
    assert await at.told("Ana") == []
    assert at.entries() == 1


async def test_what_the_broker_brings_is_bounded_and_need_not_make_sense(at: Consoles) -> None:
    said = {"node": str(new_id()), "who": str(new_id()), "topic": at.topic, "what": "viewing"}
    for n in range(CONSOLES_PER_TOPIC + 5):
        at.presence.take(codec.encode({**said, "console": str(UUID(int=n))}))
    assert at.entries() == CONSOLES_PER_TOPIC
    for data in (b"", b"{", b"\xff", codec.encode(said)):
        at.presence.take(data)
    for news in ({"what": "dancing"}, {"what": "left"}, {"topic": "x", "what": "viewing"}):
        at.presence.take(codec.encode({**said, "console": str(new_id()), **news}))
    assert at.entries() == CONSOLES_PER_TOPIC


# -- nowhere kept


async def test_nothing_of_it_is_in_the_database_or_the_log(
    at: Consoles, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    topic = at.topic
    before = contents(at.office)
    await at.together("Ana", "Ben")
    await at.say("Ana", "typing", topic)
    await at.say("Ben", "noting", topic)
    await at.settle()
    at.presence.gone(at.seats["Ana"])
    assert contents(at.office) == before
    assert [r for r in caplog.records if r.name.startswith("console")] == []


def contents(office: Office) -> dict[str, list[str]]:
    """Every row of every table."""
    with office.database.writing() as connection:
        names = inspect(connection).get_table_names()
    return {name: sorted(map(repr, office.rows(f"SELECT * FROM {name}"))) for name in names}
