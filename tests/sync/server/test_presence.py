"""Presence on the server: told to who may know it now, never more than needed, nowhere kept."""

from typing import Any

import pytest
from sqlalchemy import inspect

from console.kernel.ids import new_id
from console.people.server import accounts
from console.people.server.scopes import regrant
from console.sync.presence import REPEAT_S, THROTTLE_S, TTL_S, topic_of
from console.sync.records import Accepted
from console.tickets.records import MoveToTeam
from tests.fakes.clock import ManualClock
from tests.parts.acts import act, team_named
from tests.parts.office import Office
from tests.sync.server.consoles import Consoles

pytestmark = pytest.mark.anyio


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
    at.lose_notes("Cara")
    await at.say("Ana", "noting")
    assert await at.told("Ben") == [("Ana", "noting")]
    assert await at.told("Cara") == [("Ana", "viewing")], "which is true, too"
    at.clock.advance(THROTTLE_S)
    await at.say("Ana", "typing:buyer")
    assert await at.told("Cara") == [("Ana", "typing:buyer")]


async def test_who_sees_no_notes_writes_none(at: Consoles) -> None:
    await at.together("Ana", "Cara")
    at.lose_notes("Cara")
    await at.say("Cara", "noting")
    assert await at.told("Ana") == []


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
