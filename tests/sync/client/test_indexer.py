"""The index is filled beside everything else: at once, again at each change, over a failing disk."""

import logging
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from console.kernel.tasks import Tasks
from console.store.worker import Worker
from console.sync.client import indexer as module
from console.sync.client.indexer import Indexer
from tests.parts.until import until

pytestmark = pytest.mark.anyio


class Filled:
    """Stands for a replica with so many blocks to put in; a disk that `fails` refuses one."""

    def __init__(self, blocks: int) -> None:
        self.blocks, self.done, self.fails = blocks, 0, False

    def index_some(self) -> bool:
        if self.fails:
            self.fails = False
            raise OperationalError("full", None, Exception("disk full"))
        self.done += 1
        self.blocks -= 1
        return self.blocks > 0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0)
    monkeypatch.setattr(module, "QUIET_S", 0)


@pytest.mark.usefixtures("quick")
async def test_all_is_put_in_and_again_when_something_changed() -> None:
    tasks, worker, cache = Tasks(), Worker("cache"), Filled(3)
    indexer = Indexer(tasks, worker)
    indexer.begin(cache)
    await until(lambda: cache.done == 3)
    indexer.poke()
    await until(lambda: cache.done == 4)
    await indexer.end()
    indexer.poke()
    assert tasks.names == []
    worker.close()


@pytest.mark.usefixtures("quick")
async def test_a_disk_that_refuses_is_tried_again_with_the_next_change(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    tasks, worker, cache = Tasks(), Worker("cache"), Filled(1)
    cache.fails = True
    indexer = Indexer(tasks, worker)
    indexer.begin(cache)
    await until(lambda: "not_indexed" in caplog.text)
    assert cache.done == 0
    indexer.poke()
    await until(lambda: cache.done == 1)
    await indexer.end()
    worker.close()


async def test_ending_what_never_began_is_nothing() -> None:
    worker: Any = Worker("cache")
    await Indexer(Tasks(), worker).end()
    worker.close()
