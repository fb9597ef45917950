"""`GET /metrics`: the server's figures in Prometheus' text format.

No label holds anything of anybody: command types and outcomes come from fixed sets, a console is
told by the first letters of a random session id, and only those furthest behind are told apart.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from heapq import nlargest
from itertools import accumulate
from typing import Any, NamedTuple

from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from console.kernel.errors import ParleyError
from console.people.model import Action
from console.server.core import Core
from console.server.health import READ_DEADLINE_S
from console.store.reader import Reader
from console.store.timing import STEPS_S, Times
from console.sync.server import epoch
from console.sync.server.hub import Listener

NAMED_CONSOLES = 1_000
NAME_CHARS = 8
"""Consoles told apart by name, at most, and how much of their session's id names them."""


class Stored(NamedTuple):
    """A figure that is read from the database: its name, its sentence, and the reading."""

    name: str
    told: str
    read: Callable[[Core, Reader], float]


def _jobs(reader: Reader, which: str) -> int:
    row = reader.row(f"SELECT count(*) FROM job WHERE {which}")
    return int(row[0]) if row else 0


# A place in the log has more digits than Prometheus' floats: epoch and count stand apart.
STORED = (
    Stored(
        "parley_jobs_waiting",
        "Jobs to be done, those not due yet included.",
        lambda _, reader: _jobs(reader, "dead_at IS NULL"),
    ),
    Stored(
        "parley_jobs_dead",
        "Jobs that failed for good; their errors are kept.",
        lambda _, reader: _jobs(reader, "dead_at IS NOT NULL"),
    ),
    Stored(
        "parley_log_head_epoch",
        "Epoch of the newest place in the log.",
        lambda core, reader: epoch.epoch_of(core.feed.head(reader)),
    ),
    Stored(
        "parley_log_head_count",
        "Count of the newest place in the log, within its epoch.",
        lambda core, reader: epoch.count_of(core.feed.head(reader)),
    ),
    Stored(
        "parley_log_horizon_epoch",
        "Epoch of the oldest place a console can go on from; 0 while nothing was pruned.",
        lambda core, reader: epoch.epoch_of(core.feed.horizon(reader)),
    ),
    Stored(
        "parley_log_horizon_count",
        "Count of the oldest place a console can go on from, within its epoch.",
        lambda core, reader: epoch.count_of(core.feed.horizon(reader)),
    ),
)


async def exposition(core: Core) -> bytes:
    """All figures as text. The database's are left out when it does not answer in time."""
    try:
        async with asyncio.timeout(READ_DEADLINE_S):
            stored = await core.read(lambda reader: [s.read(core, reader) for s in STORED])
    except (TimeoutError, SQLAlchemyError, ParleyError):
        stored = []
    registry = CollectorRegistry()  # not the library's own, which every core of a process shares
    registry.register(_Figures([*_counted(core), *_consoles(core), *_database(core, stored)]))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Figures(Collector):
    """Figures already taken."""

    def __init__(self, taken: list[Metric]) -> None:
        self._taken = taken

    def collect(self) -> Iterable[Metric]:
        return self._taken


def _counted(core: Core) -> Iterator[Metric]:
    counts = core.counts
    commands = CounterMetricFamily(
        "parley_commands", "Commands answered.", labels=("type", "outcome")
    )
    for labels, count in sorted(counts.commands.items()):
        commands.add_metric(labels, count)
    yield commands
    yield _histogram("parley_command_seconds", "From asking to the durable answer.", counts.decided)
    yield GaugeMetricFamily(
        "parley_bootstraps", "Fetches of everything under way.", counts.bootstraps
    )
    yield GaugeMetricFamily(
        "parley_writer_waiting", "Jobs that wait for the writer.", core.writer.waiting
    )
    yield _histogram(
        "parley_writer_wait_seconds", "How long jobs waited for the writer.", core.writer.waits
    )


def _consoles(core: Core) -> Iterator[Metric]:
    listeners = list(core.hub.listeners)
    progress = {listener: listener.progress() for listener in listeners}
    yield GaugeMetricFamily("parley_consoles", "Live consoles.", len(listeners))
    for name, told, value in (
        (
            "parley_consoles_behind",
            "Live consoles that do not have everything yet.",
            sum(each.behind > 0 for each in progress.values()),
        ),
        (
            "parley_console_lag_changes_max",
            "Changes that the console furthest behind does not have yet.",
            max((each.behind for each in progress.values()), default=0),
        ),
        (
            "parley_console_silent_seconds_max",
            "Longest time for which a console has owed an acknowledgement.",
            max((each.silent_s for each in progress.values()), default=0.0),
        ),
        (
            "parley_unacknowledged_bytes",
            "Bytes sent to consoles and not acknowledged.",
            sum(each.unacked_bytes for each in progress.values()),
        ),
    ):
        yield GaugeMetricFamily(name, told, value)
    lag = GaugeMetricFamily(
        "parley_console_lag_changes",
        f"Changes a console does not have yet; the {NAMED_CONSOLES} furthest behind.",
        labels=("console",),
    )
    for each in nlargest(NAMED_CONSOLES, listeners, key=lambda each: progress[each].behind):
        lag.add_metric((_name(each),), progress[each].behind)
    yield lag


def _name(listener: Listener) -> str:
    return listener.session.hex[:NAME_CHARS]


def _database(core: Core, stored: list[float]) -> Iterator[Metric]:
    yield GaugeMetricFamily("parley_database_up", "1 when the database answers.", bool(stored))
    for figure, value in zip(STORED, stored, strict=False):  # none when it does not answer
        yield GaugeMetricFamily(figure.name, figure.told, value)
    yield _histogram("parley_database_read_seconds", "Reads.", core.database.reads)
    yield _histogram(
        "parley_database_write_seconds",
        "Transactions of the writer, with their commit.",
        core.writer.transactions,
    )


def _histogram(name: str, told: str, times: Times) -> HistogramMetricFamily:
    counts, total_s = times.read()
    steps = [*(str(step) for step in STEPS_S), "+Inf"]
    return HistogramMetricFamily(
        name, told, buckets=list(zip(steps, accumulate(counts), strict=True)), sum_value=total_s
    )


@get("/metrics", opt={"action": Action.METRICS}, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The figures, for Prometheus."""
    return Response(await exposition(request.app.state.core), media_type=CONTENT_TYPE_PLAIN_0_0_4)


ROUTES = (metrics,)
