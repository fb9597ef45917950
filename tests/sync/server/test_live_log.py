"""A live session that reads the log itself: what was pruned, and grants the hub has not heard of."""

import asyncio
from typing import Any

import pytest

from console.store.reader import Reader
from console.sync.frames import BYE_RESTART, Batch, Resync, ScopeFrame
from console.sync.records import Scopes
from console.sync.server.hub import Hub
from console.sync.server.live import Ended
from tests.sync.server.test_live import ELSEWHERE, QUEUE, Console, console, core, ended

__all__ = ["console", "core"]
pytestmark = pytest.mark.anyio


def forget(console: Console) -> None:
    """The ring reaches nowhere back: the session reads the log."""
    console.core.hub._from = console.core.hub.tail + 1


async def test_what_was_pruned_while_it_was_behind_is_not_skipped(console: Console) -> None:
    """Invariant 24: it comes back and is told to fetch what it missed."""
    start = await console.core.read(console.core.feed.head)
    head = await console.write(3)
    forget(console)

    def prune(tx: Any) -> None:
        change = f"UPDATE sync_state SET v = {head} WHERE k = 'horizon'"
        tx.connection.exec_driver_sql(change)

    class Pruned(type(console.core.feed)):
        """Pruned between the welcome and the first read."""

        def standing(self, *asked: Any) -> str:
            return "ok"

    console.core.feed = Pruned(console.core.catalog)
    await console.core.write(prune)
    task = await console.hello(start)
    end = await ended(task)
    assert isinstance(end, Ended)
    assert console.socket.of(Resync) == [Resync("horizon", start)]
    assert not console.socket.of(Batch)


async def test_what_was_read_is_not_sent_to_who_lost_it_meanwhile(console: Console) -> None:
    """Another node took the scope away; the hub here has not heard of it yet: invariant 9."""
    console.scopes = QUEUE | ELSEWHERE
    start = await console.core.read(console.core.feed.head)
    await console.write(2, QUEUE)
    await console.write(2, ELSEWHERE)
    forget(console)
    real = console._granted
    looks = 0

    def granted(reader: Reader) -> Scopes:
        nonlocal looks
        looks += 1
        if looks > 1:
            console.scopes = ELSEWHERE
        return real(reader)

    console._granted = granted
    await console.hello(start)
    async with asyncio.timeout(20):
        await console.socket.until(Batch)
    (lost,) = console.socket.of(ScopeFrame)
    assert lost.remove == tuple(QUEUE)
    (batch,) = console.socket.of(Batch)
    assert {change.sc for change in batch.changes} == {tuple(ELSEWHERE)}


async def test_a_server_that_stops_ends_every_session(console: Console) -> None:
    task = await console.hello()
    hub: Hub = console.core.hub
    hub.leave()
    end = await ended(task)
    assert isinstance(end, Ended)
    assert end.bye is not None
    assert end.bye.code == BYE_RESTART
