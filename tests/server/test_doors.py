"""Tools find their server: the one that runs, else the data itself, never the wrong one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from console.kernel.errors import Denied, ParleyError, Refused, SignedOut, Unavailable, Unusable
from console.server import lock
from console.server.admin_routes import Erase, NewUser
from console.server.config import ServerConfig
from console.server.doors import Door, Outside, OverHttp, Place, Within, open_door, read_figures
from console.server.figures import Figures
from console.store.engine import open_database
from console.sync.client.http import make_client
from console.tickets.server.erasure import TicketErased
from tests.parts.acts import received
from tests.parts.databases import Databases, PostgresMissing
from tests.parts.server import CONTROL, PASSWORD, LiveServer, live_server

T = TypeVar("T")
ALONE = Outside(make_client)
OPERATOR = Outside(make_client, CONTROL)
LENA = NewUser(email="lena@desk.test", name="Lena", role="agent", password=PASSWORD, teams=("A",))


def through(place: Place, outside: Outside, ask: Callable[[Door], Awaitable[T]]) -> T:
    """What `ask` gets through the door to a place."""

    async def work() -> T:
        async with open_door(place, outside) as door:
            return await ask(door)

    return asyncio.run(work())


async def told(door: Door) -> Figures:
    return await door.figures()


def figures(place: Place, outside: Outside = ALONE) -> Figures:
    return asyncio.run(read_figures(place, outside))


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of the machine's user are not ours to find."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_a_new_folder_is_made_for_those_who_write(tmp_path: Path) -> None:
    place = Place(tmp_path / "new")

    async def ask(door: Door) -> Figures:
        assert isinstance(door, Within)
        await door.add_user(LENA)
        assert list(await door.teams()) == ["A"]
        return await door.figures()

    found = through(place, ALONE, ask)
    assert (found.records["user"], found.records["team"], found.consoles) == (1, 1, 0)
    assert figures(place) == found


def test_a_ticket_is_erased_through_either_door(server: LiveServer, tmp_path: Path) -> None:
    async def ask(door: Door) -> TicketErased:
        await door.execute([received()])
        return await door.erase(Erase(number=1))

    places = (Place(server.config.data, server.url), OPERATOR), (Place(tmp_path / "new"), ALONE)
    for place, outside in places:
        assert through(place, outside, ask) == TicketErased(1, 1, 0, 1)
        with pytest.raises(Refused, match="There is no ticket 1"):
            through(place, outside, lambda door: door.erase(Erase(number=1)))
    assert len((tmp_path / "new" / "tombstones.jsonl").read_text().splitlines()) == 4


def test_looking_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="There is no Parley data in"):
        figures(Place(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_looking_waits_for_no_lock(tmp_path: Path) -> None:
    place = Place(tmp_path)
    before = through(place, ALONE, told)
    with lock.holding(tmp_path):
        assert figures(place) == before


def test_a_folder_at_work_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.server.doors.ANNOUNCE_S", 0.0)
    with (
        lock.holding(tmp_path),
        pytest.raises(Unusable, match="Another Parley command is at work"),
    ):
        through(Place(tmp_path), ALONE, told)


def test_a_killed_servers_word_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text(
        json.dumps({"url": "http://127.0.0.1:1", "pid": 1, "token": "gone"})
    )
    through(Place(tmp_path), ALONE, told)
    assert not (tmp_path / "server.json").exists()


def test_an_older_schema_is_not_upgraded_by_looking(tmp_path: Path) -> None:
    open_database(ServerConfig(tmp_path).url).close()
    with pytest.raises(Unusable, match="of an earlier Parley"):
        figures(Place(tmp_path))


def test_a_server_that_runs_is_asked(server: LiveServer) -> None:
    async def ask(door: Door) -> Figures:
        assert isinstance(door, OverHttp)
        await door.add_user(LENA)
        assert list(await door.teams()) == ["A"]
        return await door.figures()

    place = Place(server.config.data, server.url)
    found = through(place, OPERATOR, ask)
    assert found.records["user"] == 1
    assert figures(place, OPERATOR) == found


def test_the_server_of_a_folder_is_reached_with_its_own_token(tmp_path: Path) -> None:
    with live_server(tmp_path) as running, lock.holding(tmp_path):
        lock.announce(tmp_path, lock.Running(running.url, 1, CONTROL))
        assert figures(Place(tmp_path)).records["role"] == 4
        found = through(Place(tmp_path), ALONE, told)
        assert found.records["role"] == 4
        # Its address alone is enough on its own machine, if the scheme is the right one.
        assert figures(Place(tmp_path / "x", running.url)) == found
        with pytest.raises(Unusable, match="PARLEY_TOKEN"):
            figures(Place(tmp_path / "x", running.url.replace("http", "https")))


def test_the_token_of_this_machines_server_goes_nowhere_else(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask() -> tuple[str, str]:
        asked.append("somebody")
        raise Unusable("stop", "stop")

    with lock.holding(tmp_path):
        lock.announce(tmp_path, lock.Running("http://127.0.0.1:8425", 1, CONTROL))
        with pytest.raises(Unusable, match="stop"):
            figures(Place(tmp_path, "https://desk.example:8425"), Outside(make_client, None, ask))
    assert asked


def test_a_person_signs_in_and_out(server: LiveServer) -> None:
    server.add_user("Sam Lee", role="supervisor")
    place = Place(server.config.data, server.url)
    person = Outside(make_client, None, lambda: ("sam@desk.test", PASSWORD))
    assert figures(place, person).records["user"] == 1
    sessions = server.call(server.core.read(lambda r: r.rows("SELECT id FROM session")))
    assert sessions == []


def refusals(server: LiveServer) -> list[tuple[str, Outside, type[ParleyError], str]]:
    server.add_user("Ana Kovac")
    wrong = Outside(make_client, None, lambda: ("ana@desk.test", "no"))
    agent = Outside(make_client, None, lambda: ("ana@desk.test", PASSWORD))
    return [
        (server.url, wrong, Refused, "The address or the password is wrong"),
        (server.url, agent, Denied, "You may not do this at"),
        (server.url, Outside(make_client, "bad"), SignedOut, "does not know this token"),
        (server.url, ALONE, Unusable, "Set PARLEY_TOKEN"),
        ("http://127.0.0.1:9", OPERATOR, Unavailable, "No Parley server answers at"),
        ("http://desk.example", OPERATOR, Refused, "use https://"),
        ("ftp://x", OPERATOR, Refused, "is no server address"),
    ]


def test_refusals_are_sentences(server: LiveServer) -> None:
    for url, outside, kind, words in refusals(server):
        with pytest.raises(kind, match=words):
            figures(Place(server.config.data, url), outside)


def test_a_bad_user_is_refused_in_the_servers_words(server: LiveServer) -> None:
    bad = NewUser(email="lena", name="Lena", role="agent", password=PASSWORD)
    with pytest.raises(Refused, match="is no e-mail address"):
        through(Place(server.config.data, server.url), OPERATOR, lambda door: door.add_user(bad))


def test_a_postgresql_servers_folder_says_where_the_data_is(
    tmp_path: Path, databases: Databases
) -> None:
    try:
        url = databases.fresh("postgresql", migrated=True)
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    with live_server(tmp_path, url) as running, lock.holding(tmp_path):
        lock.announce(tmp_path, lock.Running(running.url, 1, CONTROL))
        assert figures(Place(tmp_path)).records["role"] == 4
    (tmp_path / "server.json").unlink()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "server.log").touch()
    for ask in (
        lambda: figures(Place(tmp_path)),
        lambda: through(Place(tmp_path), ALONE, told),
    ):
        with pytest.raises(Unusable, match="keeps its data in PostgreSQL"):
            ask()
