"""Presence across nodes: heard of through the broker, and no less guarded."""

from uuid import UUID

import pytest

from console.kernel import codec
from console.kernel.ids import new_id
from console.server.core import sight
from console.sync.frames import Ephemeral
from console.sync.presence import TTL_S
from console.sync.server.hub import Listener
from console.sync.server.presence import CONSOLES_PER_TOPIC, Presence
from tests.fakes.clock import ManualClock
from tests.parts.office import Office
from tests.sync.server.consoles import Consoles

pytestmark = pytest.mark.anyio


@pytest.fixture
def at(office: Office, clock: ManualClock) -> Consoles:
    return Consoles(office, clock)


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
    at.lose_notes("Cara")
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
