"""A server is its installation, wherever it is reached: it may move, and no other takes its place."""

from pathlib import Path

import pytest
from msgspec import structs

from console.people.model import User
from console.people.records import USER
from console.people.server.accounts import regrant
from console.people.server.scopes import org_scopes
from console.sync.client import pipe
from console.sync.server.tx import Tx
from tests.journeys.test_standing import hear
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk
from tests.parts.server import LiveServer, live_server

pytestmark = pytest.mark.anyio


async def at_head(desk: Desk, server: LiveServer) -> None:
    """The desk has everything, and nothing else."""
    await desk.live()
    head = server.call(server.core.read(server.core.feed.head))
    await desk.until(lambda: desk._cursor == head, "the head")
    assert_replica_equals_server(desk)


async def test_a_server_at_another_address_is_followed_where_one_was(tmp_path: Path) -> None:
    with live_server(tmp_path / "server") as first:
        ana = first.add_user("Ana Kovac")
        hear(first)
        desk = await Desk(folder(tmp_path), first, ana).open()
        await at_head(desk, first)
        before = first.url
    await desk.close()
    desk.said.clear()
    with live_server(tmp_path / "server") as second:
        assert second.url != before
        desk.server = second
        hear(second, email="late@mail.test")
        await desk.open()
        assert pipe.Opened(usable=True) in desk.said, "what is here can be read at once"
        await at_head(desk, second)
        modes = [frame.mode for frame in desk.said if isinstance(frame, pipe.Standing)]
        assert "loading" not in modes, "nothing was fetched anew"
        assert len(desk.rows("tickets")) == 2
        await desk.close()


async def test_another_installation_at_the_same_address_finds_nothing_of_the_first(
    tmp_path: Path,
) -> None:
    """Even where somebody has the same id in both, as in two sandboxes of one seed."""
    with live_server(tmp_path / "server") as first:
        ana = first.add_user("Ana Kovac")
        hear(first)
        hear(first, email="more@mail.test")
        desk = await Desk(folder(tmp_path), first, ana).open()
        await at_head(desk, first)
        old = set(desk.rows("tickets"))
        port = first.port
    await desk.close()
    desk.said.clear()
    with live_server(tmp_path / "another", port=port) as second:
        twin = as_the_same(second, ana)
        hear(second, email="new@mail.test")
        desk.server, desk.user = second, twin
        await desk.open()
        await desk.until(lambda: pipe.Opened(usable=False) in desk.said, "emptied")
        await at_head(desk, second)
        assert len(desk.rows("tickets")) == 1
        assert old.isdisjoint(desk.rows("tickets"))
        await desk.reopen()
        assert pipe.Opened(usable=True) in desk.said, "from then on it is the other's"
        await at_head(desk, second)
        await desk.close()


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "desk"
    made.mkdir()
    return made


def as_the_same(server: LiveServer, user: User) -> User:
    """Somebody in this installation with the id that a user of another has."""
    twin = structs.replace(server.add_user(user.name), id=user.id)

    def join(tx: Tx) -> None:
        tx.record(USER, twin, org_scopes())
        regrant(tx, twin)

    server.write(join)
    return twin
