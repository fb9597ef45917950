"""The figures of a server: how many records of each kind, where the log stands, who is connected."""

from typing import Any

from litestar import Request, get
from msgspec import Struct

from console.people.model import Action
from console.server.core import Core
from console.store.reader import Reader
from console.sync.registry import Catalog
from console.sync.server import epoch
from console.sync.server.feed import Feed


class Figures(Struct, frozen=True):
    """`records` counts by kind; `epoch` is [number, tag]; `consoles` are live sockets now."""

    records: dict[str, int]
    head: int
    epoch: tuple[int, int]
    consoles: int


def figures(reader: Reader, catalog: Catalog, consoles: int) -> Figures:
    """What `parley status` tells, in one snapshot."""
    counts = {}
    for name, table in catalog.tables.items():
        row = reader.row(f"SELECT count(*) FROM {table.table.name}")
        counts[name] = int(row[0]) if row else 0
    now = epoch.current(reader)
    return Figures(counts, Feed(catalog).head(reader), (now.no, now.tag), consoles)


@get("/status", opt={"action": Action.FIGURES})
async def status(request: Request[Any, Any, Any]) -> Figures:
    """The figures of this server."""
    core: Core = request.app.state.core
    consoles = len(core.hub.listeners)
    return await core.read(lambda reader: figures(reader, core.catalog, consoles))


ROUTES = (status,)
