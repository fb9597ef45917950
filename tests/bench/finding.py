"""The search in the window: from a letter typed to the first hits painted, for rare words and common."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from console.desktop.workspace import Workspace
from tests.parts.until import until

RARE = ("b77 ", "b123 ", "b401 ", "b5 ")
COMMON = ("parcel ", "refund ", "missing ", "thanks ", "bank ")
FROM_LETTER = 3
"""Before that a word is looked up as it stands, not as a beginning."""

Pressed = Callable[[QWidget, Any, list[QWidget]], Awaitable[float]]


async def searched(space: Workspace, pressed: Pressed) -> dict[str, list[float]]:
    """Type lines into the search; how long each letter took until its hits were painted, in ms."""
    reader = space._local.reader
    assert reader is not None, "the cache is open"
    while reader.rows("SELECT 1 FROM search_todo LIMIT 1"):
        await asyncio.sleep(0.1)
    space.show_search()
    page, found = space.search_page, {}
    for key, lines in (("search.rare", RARE), ("search.common", COMMON)):
        took = []
        for line in (lines[0], *lines):
            page.line.clear()
            page.line.insert(line[0])
            await until(lambda: not space.search.busy, "the first letter's hits")
            letters = [
                await pressed(page.line, letter, [page.found.viewport()]) for letter in line[1:]
            ]
            took += letters[FROM_LETTER - 2 :]
        found[key] = took[1:]
    space.back()
    return found
