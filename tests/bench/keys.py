"""The keys of the sync group: unit, budget, and what others were seen to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.figures import Figure


@dataclass(frozen=True)
class Key:
    """What is known of a key before it is measured."""

    unit: str
    budget: str = ""
    elsewhere: str = ""


_LIVE = "PouchDB 10/22, RxDB 2.5/9, Synapse 43/85"
_DOCS = "PouchDB 4,600, RxDB 21,750 in memory"
_SOCKET = "websockets 12–14, aiohttp 13.5, ws 9.9"
_FANS = "one event, no decision: Bun 16, nchan 17, aiohttp 22, ws 24, websockets 25"
KEYS = {
    "sync.bootstrap": Key("rows/s", "≥ 20,000", _DOCS),
    "sync.wire": Key("bytes/row", "≤ 200", "PouchDB 353, RxDB 573, Synapse 769"),
    "sync.wire.live": Key("bytes/change", "≤ 1,000", "PouchDB 5,205"),
    "sync.live.p50": Key("ms", "≤ 5", _LIVE),
    "sync.live.p99": Key("ms", "≤ 15", _LIVE),
    "sync.live.200.p50": Key("ms"),
    "sync.live.200.p99": Key("ms", "≤ 40"),
    "server.fanout.p50": Key("ms"),
    "server.fanout.p99": Key("ms", "≤ 24 for 1,000", _FANS),
    "sync.commands": Key("commands/s", "≥ 3,000", "limit seen: 10,906 SQLite, 1,387 PostgreSQL"),
    "sync.catchup": Key("s", "≤ 5 for 50,000"),
    "sync.drain": Key("s", "≤ 20 for 2,000"),
    "sync.memory.client": Key("KiB", "≤ 64"),
    "sync.memory.conn": Key("KiB", "≤ 14", _SOCKET),
    "sync.resync": Key("s"),
    "sync.resync.wire": Key("KB"),
    "sync.audit.server": Key("ms"),
    "sync.audit.client": Key("ms"),
    "sync.disk.row": Key("bytes/row"),
    "sync.disk": Key("GB", "≤ 1", "notmuch 7.5 × text, mu 4.1 ×"),
    "sync.nodes.p50": Key("ms"),
    "sync.nodes.p99": Key("ms"),
    "sync.nodes.lost": Key("count", "0"),
    "sync.nodes.doubled": Key("count", "0"),
    "sync.large.bootstrap": Key("rows/s", "≥ 20,000", _DOCS),
    "sync.large.live.p50": Key("ms", "≤ 5", _LIVE),
    "sync.large.live.p99": Key("ms", "≤ 15", _LIVE),
    "sync.large.resync": Key("s"),
    "sync.large.resync.wire": Key("KB"),
}


def figure(
    key: str, samples: Iterable[float], limit: float | None = None, engine: str = ""
) -> Figure:
    """A figure of a key above; `engine` is the suffix of whatever is not SQLite."""
    known = KEYS[key]
    return Figure(key + engine, known.unit, tuple(samples), limit, known.budget, known.elsewhere)
