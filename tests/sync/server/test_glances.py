"""Glances: a list hears of who is at its rows, in rounds, while it may, and never more than that."""

import pytest

from console.kernel.ids import new_id
from console.sync.frames import Ephemeral
from console.sync.presence import (
    GLANCE_S,
    LIST,
    MOST_GLANCED,
    REPEAT_S,
    THROTTLE_S,
    TTL_S,
    glance,
    topic_of,
)
from console.sync.server import glances as module
from console.sync.server.glances import FRESH_S
from tests.fakes.clock import ManualClock
from tests.parts.acts import begin_case
from tests.parts.office import Office
from tests.sync.server.consoles import Consoles, Told

pytestmark = pytest.mark.anyio


class Lists(Consoles):
    """Consoles of which some have the ticket's row in sight."""

    async def look(self, name: str, *more: str) -> None:
        words = glance([self.case.ticket.id]) if not more else " ".join(more)
        await self.presence.say(self.seats[name], Ephemeral(LIST, words))

    async def heard(self, name: str) -> Told:
        """What a list is told after a round."""
        await self.presence.glances.round()
        return await self.told(name)


@pytest.fixture
def at(office: Office, clock: ManualClock) -> Lists:
    return Lists(office, clock)


async def test_a_list_hears_who_is_at_its_rows_comes_writes_and_goes(at: Lists) -> None:
    await at.say("Ben")
    await at.look("Ana")
    assert await at.heard("Ana") == [("Ben", "viewing")]
    at.clock.advance(THROTTLE_S)
    await at.say("Ben", "typing:buyer")
    assert await at.heard("Ana") == [("Ben", "typing:buyer")]
    await at.say("Ben", "left")
    assert await at.heard("Ana") == [("Ben", "left")]
    assert await at.told("Ben") == [], "who only looks at a list is nowhere"


async def test_what_lasts_is_told_again_before_it_would_be_over(at: Lists) -> None:
    await at.look("Ana")
    for _ in range(4):
        await at.say("Ben")
        assert await at.heard("Ana") == [("Ben", "viewing")]
        at.clock.advance(REPEAT_S)
    assert REPEAT_S + GLANCE_S < TTL_S


async def test_one_look_into_the_database_serves_every_list(at: Lists) -> None:
    names = [f"desk {n}" for n in range(20)]
    for name in names:
        at.sit("Ana", name)
        await at.look(name)
    await at.say("Ben")
    asked = at.looked_up
    await at.presence.glances.round()
    assert at.looked_up - asked == 1, "Ana is looked up once, not for each of her desks"
    assert [await at.told(name) for name in names] == [[("Ben", "viewing")]] * 20


async def test_rows_out_of_sight_are_not_told_of_and_cost_nothing(at: Lists) -> None:
    await at.look("Ana")
    await at.look("Ana", new_id().hex)
    await at.say("Ben")
    assert await at.heard("Ana") == []
    await at.look("Ana", "")
    assert (at.presence.glances._looks, at.presence.glances._lookers) == ({}, {})
    await at.look("Ana")
    at.presence.gone(at.seats["Ana"])
    assert (at.presence.glances._looks, at.presence.glances._lookers) == ({}, {})


async def test_who_may_not_see_a_ticket_hears_nothing_of_it(at: Lists) -> None:
    at.add("Dora", teams=("Asia",))
    await at.look("Dora")
    await at.say("Ben")
    assert await at.heard("Dora") == []
    at.lose_notes("Ana")
    await at.look("Ana")
    await at.say("Ben", "noting")
    assert await at.heard("Ana") == [("Ben", "viewing")], "that it is a note is not for her"


async def test_a_right_that_is_lost_is_lost_at_once(at: Lists) -> None:
    await at.look("Ana")
    await at.say("Ben")
    await at.presence.glances.round()
    ana = at.users["Ana"]
    at.office.write(lambda tx: tx.set_grants(ana.id, ana.scope, frozenset()))
    at.presence.recheck(at.seats["Ana"])
    assert await at.told("Ana") == [], "what was about to be told is not"
    at.clock.advance(THROTTLE_S)
    await at.say("Ben", "typing")
    assert await at.heard("Ana") == [("Ben", "left")]


async def test_what_is_not_taken_is_dropped(at: Lists) -> None:
    await at.look("Ana")
    await at.say("Ben")
    await at.presence.glances.round()
    at.clock.advance(2 * FRESH_S)
    assert await at.told("Ana") == []
    at.clock.advance(THROTTLE_S)
    await at.say("Ben")
    assert await at.heard("Ana") == [("Ben", "viewing")]


async def test_a_round_is_about_so_many_tickets(
    at: Lists, monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 1)
    other = begin_case(office, team="Europe", email="other@mail.test").ticket.id
    await at.look("Ana", at.case.ticket.id.hex, other.hex)
    await at.say("Ben")
    await at.say("Ben", topic=topic_of(other))
    ana, told = at.seats["Ana"], []
    for _ in range(2):
        await at.presence.glances.round()
        told.append(len(await at.presence.news(ana)))
    assert told == [1, 1]


@pytest.mark.parametrize("words", ["x", "1234", " ".join(["0" * 32, "g" * 32]), "x" * 100_000])
async def test_what_is_not_understood_changes_nothing(at: Lists, words: str) -> None:
    await at.look("Ana")
    await at.look("Ana", words)
    await at.say("Ben")
    assert await at.heard("Ana") == [("Ben", "viewing")]


async def test_so_many_rows_and_no_more(at: Lists) -> None:
    await at.look("Ana", *(new_id().hex for _ in range(MOST_GLANCED + 1)))
    assert at.presence.glances._looks == {}
    await at.look("Ana", *(new_id().hex for _ in range(MOST_GLANCED)))
    assert len(at.presence.glances._lookers) == MOST_GLANCED
