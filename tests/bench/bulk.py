"""One thing done to many tickets through the bar under the list: how long, and the gaps meanwhile."""

import asyncio
import time
from typing import Any
from uuid import UUID

from console.desktop.workspace import Workspace
from console.tickets.model import View, ViewName
from console.tickets.viewmodel.bulk_deeds import TagWith
from tests.bench.gaps import Gaps
from tests.bench.talk import outside
from tests.parts.until import until


async def many(space: Workspace, count: int) -> dict[str, Any]:
    """Tag so many tickets at once, then undo; the seconds of each, and the gaps in ms."""
    await outside(lambda: space.show_view(View(name=ViewName.ACTIVE)))
    ids = [UUID(bytes=key) for _, key in space.queue.some(count)]
    ended = asyncio.Event()
    space.many.bulk.done.connect(lambda _: ended.set())
    looking = Gaps()
    await outside(lambda: space.many.do(TagWith("bulk"), ids))
    await until(lambda: space.many.bulk.asked is not None, "the question")
    look = looking.end()
    gaps, begun = Gaps(), time.monotonic()
    await outside(lambda: space.many.takes("open"))
    await ended.wait()
    done, doing = time.monotonic() - begun, gaps.end()
    await until(space.toast.isVisible, "the way back")
    ended.clear()
    gaps, begun = Gaps(), time.monotonic()
    await outside(space.toast.undo)
    await ended.wait()
    undone = time.monotonic() - begun
    return {
        "tickets": len(ids), "look": look, "do": doing, "undo": gaps.end(),
        "seconds": done, "undo.seconds": undone,
    }  # fmt: skip
