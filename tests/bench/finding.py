"""The search in the window: from a letter to the first hits, found and painted, for words rare and common."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from console.desktop.workspace import Workspace
from tests.bench.gaps import REST_MS
from tests.parts.until import until

RARE = ("b77 ", "b123 ", "b401 ", "b5 ")
COMMON = ("parcel ", "refund ", "missing ", "thanks ", "bank ")
FROM_LETTER = 3
"""Before that a word is looked up as it stands, not as a beginning."""

Pressed = Callable[[QWidget, Any, list[QWidget]], Awaitable[float]]


async def searched(space: Workspace, pressed: Pressed) -> dict[str, list[float]]:
    """Type lines into the search; how long each letter took until its hits were painted, in ms.

    Under a name with `.found`: until the list had its first hits.
    """
    reader = space._local.reader
    assert reader is not None, "the cache is open"
    while reader.rows("SELECT 1 FROM search_todo LIMIT 1"):
        await asyncio.sleep(0.1)
    space.show_search()
    page, found = space.search_page, dict[str, list[float]]()
    told: list[float] = []
    space.search.edits.connect(lambda _: told.append(time.monotonic()))

    async def typed(letter: str) -> tuple[float, float]:
        told.clear()
        due = time.monotonic() + REST_MS / 1000
        painted = await pressed(page.line, letter, [page.found.viewport()])
        first = next((at for at in told if at >= due), due + painted / 1000)
        return painted, (first - due) * 1000

    for key, lines in (("search.rare", RARE), ("search.common", COMMON)):
        took: list[tuple[float, float]] = []
        for line in (lines[0], *lines):
            page.line.clear()
            page.line.insert(line[0])
            await until(lambda: not space.search.busy, "the first letter's hits")
            letters = [await typed(letter) for letter in line[1:]]
            took += letters[FROM_LETTER - 2 :]
        found[key] = [painted for painted, _ in took[1:]]
        found[f"{key}.found"] = [first for _, first in took[1:]]
    space.back()
    return found
