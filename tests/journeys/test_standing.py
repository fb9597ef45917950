"""A desk through restarts, broken fetches, lost teams, and the end of its session."""

import threading
from pathlib import Path
from typing import Any

import pytest

from console.kernel.ids import new_id
from console.people.server import accounts
from console.people.tables import rows as people_rows
from console.sync.asking import PAGE_ROWS
from console.sync.client import pipe
from console.sync.records import command
from console.tickets.records import TICKET, ChangeTags
from tests.parts import web
from tests.parts.acts import crowd, received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, Desks
from tests.parts.server import PASSWORD, LiveServer, live_server

pytestmark = pytest.mark.anyio


def modes(desk: Desk) -> list[str]:
    return [frame.mode for frame in desk.said if isinstance(frame, pipe.Standing)]


def hear(server: LiveServer, team: str = "", **more: Any) -> None:
    teams = {t.name: t.id for t in server.call(server.core.read(people_rows.teams))}
    extra = {"team_id": teams[team]} if team else {}
    server.execute(server.operator(), received(**extra, **more))


async def at_the_head(server: LiveServer, desk: Desk) -> None:
    head = server.call(server.core.read(server.core.feed.head))
    await desk.until(lambda: desk._cursor == head, "the head")


def fill(server: LiveServer, count: int) -> None:
    server.write(lambda tx: crowd(tx, count))


async def test_the_server_restarts_while_the_desk_is_away(
    database_url: str, tmp_path: Path
) -> None:
    """The log goes on in another epoch, and nothing is fetched anew."""
    with live_server(tmp_path / "server", database_url) as first:
        ana = first.add_user("Ana Kovac")
        hear(first)
        desks = Desks(first, tmp_path)
        desk = await desks.open(ana)
        await desk.live()
        await desk.offline()
        port = first.port
    ticket = TICKET.read(*_first_ticket(desk))
    tag = command(ticket.id, ChangeTags(add=("vip",)), cmd_id=new_id())
    await desk.do(tag)
    with live_server(tmp_path / "server", database_url, port=port) as second:
        hear(second, email="nora@mail.test")
        desk.server = second
        known = len(modes(desk))
        await desk.offline(False)
        await desk.until(lambda: desk.mode == "live" and len(modes(desk)) > known, "live again")
        await desk.settled()
        await desk.until(lambda: len(desk.rows("tickets")) == 2, "the new ticket")
        assert "loading" not in modes(desk)[known:]
        assert_replica_equals_server(desk)
        await desks.close()


def _first_ticket(desk: Desk) -> Any:
    from uuid import UUID

    ((raw, (_, doc)),) = desk.rows("tickets").items()
    return UUID(bytes=raw), doc


async def test_a_desk_with_nothing_new_is_live_at_once_after_a_restart(
    database_url: str, tmp_path: Path
) -> None:
    with live_server(tmp_path / "server", database_url) as first:
        ana = first.add_user("Ana Kovac")
        desks = Desks(first, tmp_path)
        desk = await desks.open(ana)
        await desk.live()
        port = first.port
    await desk.until(lambda: desk.mode == "offline", "offline")
    with live_server(tmp_path / "server", database_url, port=port) as second:
        desk.server = second
        await desk.tell(pipe.Hurry())
        await desk.live()
        head = second.call(second.core.read(second.core.feed.head))
        await desk.until(lambda: desk._cursor == head, "the head")
        await desks.close()


async def test_the_first_fetch_is_broken_off_and_goes_on_where_it_was(
    server: LiveServer, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = server.add_user("Ana Kovac")
    fill(server, 4 * PAGE_ROWS)
    stopped, go = threading.Event(), threading.Event()
    real, pages = server.core.feed.page, 0

    def page(*args: Any, **more: Any) -> Any:
        nonlocal pages
        found = real(*args, **more)
        pages += len(found.rows) == PAGE_ROWS
        if pages == 3:
            stopped.set()
            go.wait(20)
        return found

    monkeypatch.setattr(server.core.feed, "page", page)
    desk = await desks.open(ana)
    await desk.until(lambda: loading(desk) >= 2 * PAGE_ROWS, "two pages")
    assert stopped.wait(20)
    assert desk.rows("tickets")
    closing = desk.reopen()
    go.set()
    monkeypatch.undo()
    await closing
    await desk.live()
    first = next(f for f in desk.said if isinstance(f, pipe.Standing))
    assert (first.mode, first.done >= 2 * PAGE_ROWS) == ("loading", True)
    assert len(desk.rows("tickets")) == 4 * PAGE_ROWS
    assert_replica_equals_server(desk)
    await desks.close()


def loading(desk: Desk) -> int:
    return max((f.done for f in desk.said if isinstance(f, pipe.Standing)), default=0)


async def test_working_offline_stops_a_fetch_too(
    server: LiveServer, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = server.add_user("Ana Kovac")
    fill(server, 3 * PAGE_ROWS)
    go = threading.Event()
    real = server.core.feed.page

    def page(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        if len(found.rows) == PAGE_ROWS:
            go.wait(20)
        return found

    monkeypatch.setattr(server.core.feed, "page", page)
    desk = await desks.open(ana)
    await desk.until(lambda: desk.mode == "loading", "loading")
    await desk.tell(pipe.GoOffline(True))
    go.set()
    await desk.until(lambda: desk.mode == "offline", "offline")
    assert len(desk.rows("tickets")) < 3 * PAGE_ROWS
    await desk.offline(False)
    await desk.live()
    assert_replica_equals_server(desk)
    await desks.close()


async def test_a_lost_team_takes_its_rows_along_and_a_new_one_brings_its_own(
    server: LiveServer, desks: Desks
) -> None:
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    server.add_user("Ben Ode", teams=("Asia",))
    for n, team in enumerate(("Europe", "Asia", "")):
        hear(server, team, email=f"{n}@mail.test", order_number=f"A-{n}")
    desk = await desks.open(ana)
    await desk.live()
    assert len(desk.rows("tickets")) == 2
    assert_replica_equals_server(desk)
    before = desk.rows("tickets").keys()

    server.write(lambda tx: accounts.set_teams(tx, ana.id, ["Asia"]))
    await desk.until(lambda: len(desk.rows("tickets").keys() - before) == 1, "Asia's ticket")
    await desk.until(lambda: len(desk.rows("messages")) == 2, "Asia's message")
    await at_the_head(server, desk)
    assert_replica_equals_server(desk)

    server.write(lambda tx: accounts.set_teams(tx, ana.id, []))
    await desk.until(lambda: len(desk.rows("tickets")) == 1, "the intake alone")
    await at_the_head(server, desk)
    assert_replica_equals_server(desk)
    await desks.close()


async def test_a_team_lost_while_away_is_gone_on_return(server: LiveServer, desks: Desks) -> None:
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    hear(server, "Europe")
    desk = await desks.open(ana)
    await desk.live()
    await desk.offline()
    server.write(lambda tx: accounts.set_teams(tx, ana.id, []))
    hear(server, "Europe", email="nora@mail.test")
    assert len(desk.rows("tickets")) == 1
    await desk.offline(False)
    await desk.live()
    await desk.until(lambda: desk.rows("tickets") == {}, "nothing left")
    assert_replica_equals_server(desk)
    assert all(desk.rows(name) == {} for name in ("conversations", "messages", "parties"))
    await desks.close()


async def test_signing_in_through_the_engine(server: LiveServer, desks: Desks) -> None:
    ana = server.add_user("Ana Kovac")
    desk = await desks.open(ana)
    for password, kind in ((PASSWORD, pipe.SignedIn), ("wrong password", pipe.SignInFailed)):
        await desk.tell(pipe.SignIn(server.url, ana.email, password, desk.device))
        await desk.until(lambda k=kind: any(isinstance(f, k) for f in desk.said), kind.__name__)
    failed = next(f for f in desk.said if isinstance(f, pipe.SignInFailed))
    assert failed.code == "wrong_password"
    await desk.tell(pipe.SignIn("http://127.0.0.1:1", ana.email, PASSWORD, desk.device))
    await desk.until(
        lambda: any(getattr(f, "code", "") == "unreachable" for f in desk.said), "unreachable"
    )
    await desks.close()


async def test_signing_out_ends_the_session_on_both_sides(server: LiveServer, desks: Desks) -> None:
    ana = server.add_user("Ana Kovac")
    desk = await desks.open(ana)
    await desk.live()
    await desk.tell(pipe.SignOut())
    await desk.until(lambda: any(isinstance(f, pipe.SignedOut) for f in desk.said), "signed out")
    headers = {"authorization": f"Bearer {desk.token}"}
    url = f"{server.url}/sync/v1/changes?after=0"
    assert web.get(url, headers=headers).status_code == 401
    hear(server)
    assert desk.rows("tickets") == {}
    await desks.close()


async def test_after_signing_out_offline_nothing_is_fetched_any_more(
    server: LiveServer, desks: Desks
) -> None:
    ana = server.add_user("Ana Kovac")
    desk = await desks.open(ana)
    await desk.live()
    await desk.offline()
    await desk.tell(pipe.SignOut())
    await desk.until(lambda: any(isinstance(f, pipe.SignedOut) for f in desk.said), "signed out")
    known = len(modes(desk))
    await desk.tell(pipe.GoOffline(False))
    await desk.tell(pipe.Hurry())
    await desk.tell(desk.begin)
    await desk.until(lambda: desk.mode == "signed_out", "the token is no good any more")
    assert "live" not in modes(desk)[known:]
    await desks.close()


async def test_a_session_ended_by_the_server_stops_the_desk(
    server: LiveServer, desks: Desks
) -> None:
    ana = server.add_user("Ana Kovac")
    desk = await desks.open(ana)
    await desk.live()
    headers = {"authorization": f"Bearer {desk.token}"}
    web.post(f"{server.url}/auth/sign-out", headers=headers)
    await desk.until(lambda: desk.mode == "signed_out", "signed out")
    assert modes(desk)[-1] == "signed_out"
    await desks.close()


async def test_another_user_of_the_same_desk_finds_nothing_of_the_first(
    server: LiveServer, desks: Desks
) -> None:
    ana, ben = server.add_user("Ana Kovac", teams=("Europe",)), server.add_user("Ben Ode")
    hear(server, "Europe")
    desk = await desks.open(ana)
    await desk.live()
    assert len(desk.rows("tickets")) == 1
    token = server.token(ben)
    who = pipe.Begin(server.url, token, ben.id, new_id(), str(desk.folder), desk.begin.key)
    await desk.tell(who)
    await desk.until(lambda: desk.rows("tickets") == {}, "an empty cache")
    assert desk.rows("messages") == {}
    await desks.close()
