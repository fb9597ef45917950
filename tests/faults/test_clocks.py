"""A console whose clock is ten years off, or jumps: the same commands, order and server state."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.store.reader import Reader
from tests.faults.children import Nursery
from tests.faults.world import World
from tests.parts.databases import Databases

pytestmark = pytest.mark.anyio
TEN_YEARS = 10 * 365.25 * 86_400.0
ACTS = 18
SEED = 7
RIGHT: tuple[float, ...] = (0.0,)
WRONG: dict[str, tuple[float, ...]] = {
    "ahead": (TEN_YEARS,),
    "behind": (-TEN_YEARS,),
    "jumping": (0.0, TEN_YEARS, -TEN_YEARS, 3_600.0, -60.0),
}


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery")) as made:
        yield made


def told(reader: Reader) -> dict[str, Any]:
    """What the server holds, without what is made by chance or by its own clock."""
    tickets = [
        msgspec.json.decode(row[0])
        for row in reader.rows("SELECT doc FROM tickets ORDER BY number")
    ]
    messages = reader.rows(
        "SELECT t.number, m.pos, m.doc FROM messages m JOIN tickets t"
        " ON t.conversation_id = m.conversation_id ORDER BY t.number, m.pos"
    )
    answers = reader.rows("SELECT status, result FROM applied_command WHERE n > 0 ORDER BY n")
    return {
        "tickets": [
            {k: t.get(k) for k in ("subject", "status", "priority", "tags", "unread")}
            for t in tickets
        ],
        "messages": [(row[0], row[1], msgspec.json.decode(row[2])["body"]) for row in messages],
        "answers": [(row[0], msgspec.json.decode(row[1]).get("code")) for row in answers],
    }


async def day(folder: Path, url: str, nursery: Nursery, clocks: tuple[float, ...]) -> Any:
    """One seed's work at a console with these clocks, one after another; what the server holds."""
    folder.mkdir()
    world = World(folder, url, nursery, SEED)
    try:
        await world.open(clocks[0])
        offs = cycle(clocks)
        for n in range(ACTS):
            if len(clocks) > 1:
                await world.ana.believe(next(offs))
            await world.ana_acts()
            if n % 6 == 5:
                assert (await world.quiet()).clean
        await world.ana.quit()
        await world.ana.start()
        found = await world.quiet()
        assert found.clean, f"{found.lost + found.doubled + found.leaked}"
        return world.shop.read(told)
    finally:
        await world.close()


async def test_no_clock_of_a_console_changes_what_becomes_of_its_commands(
    tmp_path: Path, databases: Databases, nursery: Nursery
) -> None:
    def url() -> str:
        return databases.fresh("sqlite", migrated=True)

    right = await day(tmp_path / "right", url(), nursery, RIGHT)
    assert len(right["messages"]) > ACTS // 3
    for name, clocks in WRONG.items():
        assert await day(tmp_path / name, url(), nursery, clocks) == right, name
