"""Who is who: colleagues, teams and parties as the cache knows them, and what one's role may do."""

import pytest
from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.records import USER
from console.people.server import accounts
from console.people.viewmodel import Directory, short_names, together
from console.sync.client import pipe
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio


@pytest.fixture
def directory(console: Console) -> Directory:
    return Directory(console.local)


async def test_colleagues_oneself_first_then_by_name(
    console: Console, directory: Directory
) -> None:
    assert [user.name for user in directory.colleagues] == ["Ana Kovac", "Ben Ode", "Cara Lind"]
    assert directory.me == console.ana
    assert console.shop.user_id in directory.users, "known by name, but nobody to give work to"


async def test_who_left_is_no_colleague_any_more(console: Console, directory: Directory) -> None:
    said: list[None] = []
    directory.changed.connect(said.append)
    gone = structs.replace(console.ben, active=False)
    console.office.write(lambda tx: tx.record(USER, gone))
    console.pull()
    assert [user.name for user in directory.colleagues] == ["Ana Kovac", "Cara Lind"]
    assert directory.name(console.ben.id) == "Ben Ode"
    assert said == [None]


async def test_names_for_nobody_and_for_strangers(console: Console, directory: Directory) -> None:
    assert directory.name(NIL) == ""
    assert directory.name(new_id()) == "–"
    assert directory.team_name(console.team.id) == TEAM
    assert directory.team_name(NIL) == directory.team_name(new_id()) == ""


async def test_a_new_team_is_known_at_once(console: Console, directory: Directory) -> None:
    asia = console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    console.pull()
    assert directory.team_name(asia.id) == "Asia"


async def test_parties_are_read_when_asked_for(console: Console, directory: Directory) -> None:
    (ticket,) = console.cases("Parcel")
    party = directory.party(ticket.requester_id)
    assert party is not None
    assert (party.name, party.side) == ("Parcel Buyer", "buyer")
    assert directory.party(new_id()) is None
    assert directory.parties({ticket.requester_id, new_id()}) == {party.id: party}
    assert directory.parties(set()) == {}


async def test_news_of_tickets_alone_does_not_read_the_people_again(
    console: Console, directory: Directory
) -> None:
    said: list[None] = []
    directory.changed.connect(said.append)
    console.local.touched.emit({"ticket": [new_id()]})
    assert said == []


async def test_before_the_first_fetch_nobody_is_known_and_nothing_fails(
    console: Console,
) -> None:
    assert console.local.reader is not None
    console.local.reader.connection.close()
    console.local.reader = None
    directory = Directory(console.local)
    assert (directory.me, directory.colleagues) == (None, [])
    assert directory.party(console.ana.id) is None
    console.local.hear(pipe.Opened(usable=True))
    assert directory.me == console.ana


async def test_whoever_is_there_has_a_name(console: Console, directory: Directory) -> None:
    assert directory.colleague(console.ben.id) == "Ben Ode"
    assert directory.colleague(new_id()) == "Somebody"


def test_first_names_are_enough_unless_two_share_one() -> None:
    assert short_names(["Ben Ode", "Cara Lind"]) == ["Ben", "Cara"]
    assert short_names(["Ben Ode", "Ben Hur", "Cara"]) == ["Ben Ode", "Ben Hur", "Cara"]
    assert short_names([]) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ben"], "Ben"),
        (["Ben", "Cara"], "Ben and Cara"),
        (["Ben", "Cara", "Dora"], "Ben, Cara and Dora"),
        (["Ben", "Cara", "Dora", "Emil"], "Ben, Cara and 2 others"),
        (["Ben", "Cara", "Dora", "Emil", "Finn"], "Ben, Cara and 3 others"),
    ],
)
def test_several_are_named_together(names: list[str], said: str) -> None:
    assert together(names) == said
