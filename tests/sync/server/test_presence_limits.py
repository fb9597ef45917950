"""Presence is bounded: what one console may say, how many are told of, what makes no sense."""

from collections.abc import Iterable
from uuid import UUID

import pytest

from console.kernel.ids import new_id
from console.sync.frames import Ephemeral
from console.sync.presence import THROTTLE_S, topic_of
from console.sync.server import presence as module
from console.sync.server.presence import CONSOLES_PER_TOPIC, SAYS_PER_THROTTLE, TOPICS_PER_CONSOLE
from tests.fakes.clock import ManualClock
from tests.parts.acts import begin_case
from tests.parts.office import Office
from tests.sync.server.consoles import Consoles, Told

pytestmark = pytest.mark.anyio


@pytest.fixture
def at(office: Office, clock: ManualClock) -> Consoles:
    return Consoles(office, clock)


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
