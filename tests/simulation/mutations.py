"""Faults planted in our own code, each by name: a simulation that misses one is worth nothing.

Each breaks the real code in memory, at a place that is looked up by name: one that is not there
any more fails the run at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from msgspec import structs

from console.kernel.codec import NIL
from console.store import writer
from console.store.writer import Writer
from console.sync.client import holdings, pipe
from console.sync.client.fetching import Fetching
from console.sync.client.holdings import Holdings
from console.sync.client.lacks import Lacks
from console.sync.client.link import Link
from console.sync.client.local import Local
from console.sync.client.outbox import Entry, Outbox
from console.sync.client.replica import Replica
from console.sync.frames import Batch
from console.sync.server import answers, epoch, feed, hub
from console.sync.server.feed import Feed
from console.sync.server.live import LiveSession
from console.tickets.model import merging
from console.tickets.server import family, merges, splits
from tests.parts.replaced import replaced
from tests.simulation.process import here

FOREVER = (1 << 62) - 1
Fault = Callable[[], AbstractContextManager[Any]]


def _around(owner: Any, name: str, make: Callable[[Callable[..., Any]], Any]) -> Fault:
    """Replace a function by what `make` makes of it."""
    return lambda: replaced(owner, **{name: make(getattr(owner, name))})


def _all(*faults: Fault) -> Fault:
    @contextmanager
    def together() -> Iterator[None]:
        with ExitStack() as stack:
            for fault in faults:
                stack.enter_context(fault())
            yield

    return together


# -- the console's cache


def _without(op: str) -> Fault:
    """Changes of one kind are not applied."""

    def make(absorb: Callable[..., Any]) -> Any:
        def broken(self: Replica, batch: Batch) -> Any:
            kept = tuple(change for change in batch.changes if change.op != op)
            return absorb(self, structs.replace(batch, changes=kept))

        return broken

    return _around(Replica, "absorb", make)


def _cursor_first(absorb: Callable[..., Any]) -> Any:
    """The cursor is committed, then the rows: a crash between loses them."""

    def broken(self: Replica, batch: Batch) -> Any:
        touched = absorb(self, structs.replace(batch, changes=()))
        if here().burns(before=False):
            return touched
        return absorb(self, Batch(batch.to_seq, batch.to_seq, batch.changes))

    return broken


def _same_scopes(welcome: Callable[..., Any]) -> Any:
    """What a welcome says may be seen is not compared with what is held."""

    def broken(self: Replica, told: Any, _scopes: Any, *more: Any) -> Any:
        return welcome(self, told, frozenset(self.standing.scopes), *more)

    return broken


def _newest_page(end_boot: Callable[..., Any]) -> Any:
    """The log is followed from the last page on, not from the first."""

    def broken(self: Replica) -> Any:
        boot = self.standing.boot
        if boot is not None and not boot.scopes:
            late = structs.replace(boot, start=max(boot.start, boot.seen))
            self.standing = structs.replace(self.standing, boot=late)
        return end_boot(self)

    return broken


# -- the console's work


def _no_journal(settle: Callable[..., Any]) -> Any:
    """What is done is forgotten, not written into the journal."""

    def broken(self: Outbox, cursor: int) -> Any:
        lanes = settle(self, cursor)
        self._connection.execute("DELETE FROM journal")
        return lanes

    return broken


def _shown_before_kept(_put: Callable[..., Any]) -> Any:
    """Actions are shown as queued before they are in the work file."""

    async def broken(self: Local, entries: Sequence[Entry]) -> None:
        self._later(lambda: self._outbox.put_all(entries))
        for entry in entries:
            self._hold(entry)
        self._relay({entry.lane for entry in entries})
        self.say(pipe.Poke())

    return broken


def _gone_at_the_answer(answer: Callable[..., Any]) -> Any:
    """What was accepted leaves the screen at once, not when the cache has it."""

    def broken(self: Local, results: Any) -> None:
        answer(self, results)
        self._settle(FOREVER)
        self._relay({entry.lane for entry in self.entries.values()})

    return broken


def _backwards(queued: Callable[..., Any]) -> Any:
    """The outbox is sent from its end."""
    return lambda self: list(reversed(queued(self)))


async def _nothing_compared(*_: Any, **__: Any) -> None:
    """What the server has not any more stays in the cache."""


# -- the server


def _never_a_fork(standing: Callable[..., Any]) -> Any:
    """Another history is not told from this one."""

    def broken(*told: Any) -> Any:
        found = standing(*told)
        return "ok" if getattr(found, "reason", "") == "fork" else found

    return broken


async def _no_regrant(_: LiveSession, listener: Any) -> None:
    """A live session does not look again at what may be seen."""
    listener.regrant = None


def _children_stay(records: Callable[..., Any]) -> Any:
    """Who was away is not told of a child that left with another parent."""

    def broken(self: Feed, reader: Any, table: Any, *more: Any) -> Iterator[Any]:
        for change in records(self, reader, table, *more):
            if change.op != "X" or not table.kind.parent:
                yield change

    return broken


def _told_first(_drain: Callable[..., Any]) -> Any:
    """Everybody is told of a transaction a moment before it is committed."""

    def broken(self: Writer[Any]) -> None:
        batch = []
        while len(batch) < writer.BATCH and not self._jobs.empty():
            batch.append(self._jobs.get())
        if batch:
            _rehearse(self, batch)
            self._executor.submit(_write_untold, self, batch)

    return broken


def _rehearse(self: Writer[Any], batch: list[Any]) -> None:
    with self._database.writer.connect() as connection, connection.begin() as transaction:
        unit = self._open_unit(connection)
        for job in batch:
            unit.begin()
            try:
                job.work(unit)
            except Exception:  # noqa: BLE001 - the true run tells whose it is
                unit.drop()
            else:
                unit.keep()
        unit.finish()
        transaction.rollback()
    self._committed(unit)


def _write_untold(self: Writer[Any], batch: list[Any]) -> None:
    with replaced(self, _committed=lambda unit: None):
        self._write(batch)


# -- tickets as one


def _family(**changed: Any) -> Fault:
    """Merging has another notion of what goes together."""
    return lambda: replaced(merges, family=SimpleNamespace(**{**vars(family), **changed}))


def _left_behind(begun: Callable[..., Any]) -> Any:
    """What is split off gets a conversation, but its messages stay where they were."""

    def broken(homes: Any, conversation_id: Any, subject: Any, taken: Any) -> Any:
        conversation, _ = begun(homes, conversation_id, subject, taken)
        return conversation, list(taken)

    return broken


# Not here, as something else makes up for them in every run tried: numbers that order nothing (one
# batch is under way at a time) and children that do not come along (what lacks them is fetched).
MUTATIONS: Mapping[str, Fault] = {
    "no rev check": _around(holdings, "newer", lambda _: lambda rev, held: True),
    "cursor first": _around(Replica, "absorb", _cursor_first),
    "no eviction": _without("X"),
    "no deletion": _without("D"),
    "no scope diff at welcome": _around(Replica, "welcome", _same_scopes),
    "no comparison after a fork": _around(Fetching, "_compare", lambda _: _nothing_compared),
    "no guard on late fetches": _around(
        Holdings, "ours", lambda _: lambda self, connection, rows, scopes, guard: iter(rows)
    ),
    "what comes alone stays alone": _all(
        _around(Lacks, "note", lambda _: lambda self, connection, *ids: False),
        _around(Lacks, "note_back", lambda _: lambda self, connection, *ids: False),
    ),
    "no replay after a restore": _around(Outbox, "revive", lambda _: lambda self, lost, confirm: 0),
    "cursor from the last page": _around(Replica, "end_boot", _newest_page),
    "granted scopes not fetched": _around(Link, "_fetch_wanted", lambda _: lambda self: iter(())),
    "no journal": _around(Outbox, "settle", _no_journal),
    "answers not noted": _around(Outbox, "answer", lambda _: lambda self, results: None),
    "shown before kept": _around(Local, "_put", _shown_before_kept),
    "gone at the answer": _around(Local, "_answer", _gone_at_the_answer),
    "outbox from its end": _around(Outbox, "queued", _backwards),
    "no idempotency": _around(answers, "given", lambda _: lambda tx, cmd_id: None),
    "requests of a lost life done": _around(
        answers, "of_another_epoch", lambda _: lambda tx, epoch_no: False
    ),
    "no fork check": _around(Feed, "standing", _never_a_fork),
    "epoch numbers used again": _all(
        lambda: replaced(epoch, _SINCE=datetime(2100, 1, 1, tzinfo=UTC)),
        lambda: replaced(epoch, secrets=SimpleNamespace(randbits=lambda bits: 7)),
    ),
    "everybody sees everything": _all(
        lambda: replaced(feed, sees=lambda *told: True),
        lambda: replaced(hub, sees=lambda *told: True),
    ),
    "no look at new grants": _around(LiveSession, "_regrant", lambda _: _no_regrant),
    "told before it is committed": _around(Writer, "_drain", _told_first),
    "children that left stay": _around(Feed, "_records", _children_stay),
    "merged and left where it was": _family(place=lambda *told: None),
    "taken apart by half": _around(
        merging, "_freed", lambda _: lambda other, said: structs.replace(other, merged_into=NIL)
    ),
    "split off and left behind": _around(splits, "begun", _left_behind),
}


SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "no guard on late fetches": ("regrant_in_a_bustle", "bad_line"),
    "what comes alone stays alone": ("regrant_in_a_bustle", "bad_line"),
    "requests of a lost life done": ("restore_under_late_requests",),
}
"""Rules that happen all the time in runs with a fault that hardly any other run would show."""


def broken(name: str | None) -> AbstractContextManager[Any]:
    """Our code with this fault until the end; None leaves it whole."""
    return nullcontext() if name is None else MUTATIONS[name]()
