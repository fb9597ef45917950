"""The link's decisions, without a socket: events go in, actions come out, time is an argument.

It decides when to connect, what to fetch, which commands to send next and what to tell the
console. `session` carries the actions out, one after another, and reports back as events.
"""

import random
from collections.abc import Iterable, Iterator
from typing import Literal
from uuid import UUID

from console.kernel.clock import to_ms
from console.sync.client.actions import (
    Absorb,
    Action,
    Audit,
    Connect,
    Empty,
    Fetch,
    Greeted,
    Hang,
    Missing,
    Post,
    Report,
    Rescope,
    Say,
    Status,
    Stop,
    Supply,
    Tell,
    Wake,
)
from console.sync.client.backoff import Backoff
from console.sync.client.freight import Carry, Download, Freight, Upload
from console.sync.client.lanes import Lanes
from console.sync.client.mode import Mode
from console.sync.client.standing import Boot, Standing
from console.sync.frames import (
    BYE_SIGNED_OUT,
    BYE_VERSION,
    Batch,
    Bye,
    Lost,
    Ping,
    ResultFrame,
    Resync,
    ScopeFrame,
    ServerFrame,
    Welcome,
)
from console.sync.records import Command, Rejected, Result, Seq

BEHIND_S = 5.0
AUDIT_EVERY_MS = 7 * 24 * 3600 * 1000
AUDIT_AFTER_S = 300.0
"""The cache is compared with the server every week, some minutes after a session began."""


class Link:
    """One console's conversation with its server; see the module."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.Random()  # noqa: S311 - spreads reconnects, guards nothing
        self._standing = Standing()
        self._phase: Literal["idle", "fetching", "connecting", "live", "stopped"] = "idle"
        self._queue = Lanes()
        self._epoch = 0  # that of the last welcome: the commands' numbers belong to it
        self._missing: tuple[Lost, ...] = ()  # nothing is sent before what they held is queued
        self._files = Freight()
        self._backoff = Backoff(self._rng)
        self._retry_at = 0.0
        self._goal: Seq = 0
        self._from: Seq = 0
        self._behind_since: float | None = None
        self._fetching_beside = False
        self._audit_at: float | None = None
        self.status = Status()

    # -- events

    def start(self, standing: Standing) -> Iterator[Action]:
        """The engine has opened the replica, which stands like this."""
        self._standing = standing
        yield from self._set_out()

    def moved(self, standing: Standing) -> None:
        """The replica now stands like this: called after every action that changed it."""
        self._standing = standing

    def queued(
        self, entries: Iterable[tuple[UUID, Command]], now: float, marks: Iterable[Seq] = ()
    ) -> Iterator[Action]:
        """The outbox holds these commands, in order; what was accepted stands at these `marks`."""
        self._queue.replace(entries)
        held = tuple(marks)
        self._missing = tuple(
            lost for lost in self._missing if any(lost.after < mark <= lost.upto for mark in held)
        )
        self._files.needed(command for _, command in self._queue.waiting.values())
        yield from self._send(now)

    def carried(self, blobs: Iterable[UUID], now: float) -> Iterator[Action]:
        """The work file holds these files to send, in order; told before `queued`."""
        self._files.kept(blobs)
        yield from self._send(now)

    def wanted(self, wish: Download, now: float) -> Iterator[Action]:
        """Somebody wants to see a file."""
        self._files.asked(wish)
        yield from self._send(now)

    def arrived(self, action: Carry, now: float) -> Iterator[Action]:
        """A file is through."""
        self._files.arrived(action)
        yield from self._send(now)

    def broke_off(
        self, action: Carry, now: float, retry_after: float | None = None
    ) -> Iterator[Action]:
        """A file is not through yet: it goes on after a while."""
        wait = retry_after or self._backoff.next_s()
        self._files.broke_off(action, now + wait)
        yield Wake(now + wait)

    def file_refused(self, action: Carry, code: str, now: float) -> Iterator[Action]:
        """A file will never go: what requires it is rejected here, as the server would."""
        self._files.refused(action)
        queue = self._queue
        stuck = [c.cmd_id for _, c in queue.waiting.values() if action.blob in c.requires]
        if isinstance(action, Upload) and stuck:
            for cmd_id in stuck:
                queue.waiting.pop(cmd_id)
            queue.answered.update(stuck)
            yield Report(tuple(Result(cmd_id, Rejected(code)) for cmd_id in stuck))
        yield from self._send(now)

    def closed(self, now: float, retry_after: float | None = None) -> Iterator[Action]:
        """The socket is gone, or could not be opened."""
        if self._phase in ("connecting", "live"):
            yield from self._go_offline(now, retry_after)

    def page(self, boot: Boot) -> Iterator[Action]:
        """A page of a bootstrap is in the cache."""
        if self._phase == "fetching":
            yield self._tell("loading", boot.got, sum(boot.totals.values()))

    def fetched(self, now: float) -> Iterator[Action]:
        """A bootstrap is complete."""
        if self._phase == "fetching":
            self._phase = "connecting"
            yield self._tell("connecting")
            yield Connect()
        else:
            self._fetching_beside = False
            yield from self._fetch_wanted()

    def fetch_failed(self, now: float, *, restart: bool = False) -> Iterator[Action]:
        """A bootstrap broke off; `restart` when its resume token is no good any more."""
        self._fetching_beside = False
        if self._phase != "fetching":
            yield from self._hang_up(now)
        elif restart:
            boot = self._standing.boot
            yield Fetch(
                None, since=boot.since if boot else 0, compare=True,
                force=boot is not None and boot.force,
            )  # fmt: skip
        else:
            yield from self._go_offline(now)

    def lacks(self) -> Iterator[Action]:
        """Somebody asked for a record that is not here."""
        yield from self._fetch_wanted()

    def audited(self, now: float) -> Iterator[Action]:
        """The cache was compared with the server as a whole."""
        self._fetching_beside, self._audit_at = False, None
        yield from self._fetch_wanted()

    def posted(self, results: Iterable[Result], now: float) -> Iterator[Action]:
        """The server answered the commands in flight."""
        final, later = self._queue.answer(results, now)
        yield from (Wake(at) for at in later)
        if final:
            yield Report(final)
        yield from self._send(now)

    def post_failed(self, now: float, retry_after: float | None = None) -> Iterator[Action]:
        """The commands in flight got no answer: they go again, with the same ids."""
        self._queue.in_flight = ()
        wait = retry_after or self._backoff.next_s()
        self._queue.not_before = now + wait
        yield Wake(now + wait)

    def post_refused(self, code: str, now: float) -> Iterator[Action]:
        """The server would not look at the commands in flight: find out which one is at fault."""
        queue, sent = self._queue, self._queue.in_flight
        queue.in_flight = ()
        if len(sent) > 1:
            queue.alone = True
            yield from self._send(now)
        else:
            queue.alone = False
            yield from self.posted([Result(cmd_id, Rejected(code)) for cmd_id in sent], now)

    def signed_out(self) -> Iterator[Action]:
        """The server does not know our token."""
        yield from self._stop("signed_out")

    def tick(self, now: float) -> Iterator[Action]:
        """Time has passed."""
        if self._phase == "idle" and now >= self._retry_at:
            yield from self._set_out()
        elif self._phase == "live":
            if self._behind_since is not None and now - self._behind_since >= BEHIND_S:
                yield from self._hang_up(now)
            else:
                yield from self._send(now)
                yield from self._audit(now)

    def hurry(self, now: float) -> Iterator[Action]:
        """Somebody wants it now: the network came back, or a person asked."""
        self._retry_at = now
        self._queue.not_before = now
        yield from self.tick(now)

    def frame(self, frame: ServerFrame, now: float) -> Iterator[Action]:
        """A frame came in."""
        match frame:
            case Welcome():
                yield from self._welcomed(frame, now)
            case Batch():
                yield from self._batch(frame, now)
            case ScopeFrame(_, add, remove):
                held = (frozenset(self._standing.scopes) | set(add)) - set(remove)
                yield Rescope(held)
                yield from self._fetch_wanted()
            case ResultFrame(result):
                self._queue.said = None
                yield from self.posted([result], now)
            case Ping(head) if isinstance(head, int) and head > (self._standing.cursor or 0):
                self._behind_since = self._behind_since or now
                yield Wake(now + BEHIND_S)
            case Ping():
                yield Tell(self.status)
            case Resync(reason, since):
                self._phase = "fetching"
                yield Hang()
                yield self._tell("loading")
                yield Fetch(None, since=since, compare=True, force=reason == "fork")
            case Bye():
                yield from self._bye(frame, now)

    # -- decisions

    def _set_out(self) -> Iterator[Action]:
        boot = self._standing.boot
        if self._standing.cursor is None or (boot is not None and not boot.scopes):
            self._phase = "fetching"
            yield self._tell(
                "loading", boot.got if boot else 0, sum(boot.totals.values()) if boot else 0
            )
            yield Fetch(boot)
        else:
            self._phase = "connecting"
            yield self._tell("connecting")
            yield Connect()

    def _welcomed(self, frame: Welcome, now: float) -> Iterator[Action]:
        if self._standing.is_of_another(frame.installation):
            yield Hang()
            yield Empty(self._standing.met(frame.installation))
            yield from self._set_out()
            return
        self._backoff.met()
        self._phase, self._behind_since = "live", None
        self._queue.next_n, self._epoch = frame.last_n + 1, frame.epoch.no
        self._queue.in_flight, self._queue.not_before = (), now
        self._files.again()
        self._from, self._goal = self._standing.cursor or 0, frame.head
        self._missing = frame.lost
        if frame.lost:
            self._queue.answered.clear()  # what was answered there is to be sent again
            yield Missing(frame.lost)
        shown = frozenset(frame.scopes)
        if frame.mode == "resync":
            # Nothing of the new history is noted before its rows are in; what is hidden goes now.
            yield Rescope(shown & frozenset(self._standing.scopes))
            return
        yield Greeted(frame.epoch, shown, frame.head, frame.border, frame.installation)
        if frame.mode == "catchup":
            yield self._tell("catchup", 0, self._distance())
        else:
            yield self._tell("live")
        yield from self._plan_audit(frame, now)
        yield from self._fetch_wanted()
        yield from self._send(now)

    def _plan_audit(self, frame: Welcome, now: float) -> Iterator[Action]:
        due = self._standing.audited + AUDIT_EVERY_MS - to_ms(frame.server_time)
        # Spread out, so that a thousand consoles of one rollout do not ask at once.
        wait = max(0.0, due / 1000) + self._rng.uniform(AUDIT_AFTER_S, 2 * AUDIT_AFTER_S)
        self._audit_at = now + wait
        yield Wake(self._audit_at)

    def _audit(self, now: float) -> Iterator[Action]:
        due = self._audit_at is not None and now >= self._audit_at
        if due and not self._fetching_beside and self._phase == "live":
            self._fetching_beside = True
            yield Audit()

    def _batch(self, batch: Batch, now: float) -> Iterator[Action]:
        if batch.from_seq != self._standing.cursor:
            yield from self._hang_up(now)
            return
        self._behind_since = None
        yield Absorb(batch)
        yield from self._fetch_wanted()
        if self.status.mode == "live":
            return
        if batch.to_seq >= self._goal:
            yield self._tell("live")
        else:
            yield self._tell("catchup", batch.to_seq - self._from, self._distance())

    def _distance(self) -> int:
        # Numbers of different epochs are far apart and say nothing about the work between them.
        far = self._goal - self._from
        return far if self._goal >> 32 == self._from >> 32 else 0

    def _fetch_wanted(self) -> Iterator[Action]:
        if self._fetching_beside or self._phase != "live":
            return
        boot = self._standing.boot
        if boot is not None and boot.scopes:
            self._fetching_beside = True
            yield Fetch(boot, boot.scopes)
        elif self._standing.wanted:
            self._fetching_beside = True
            yield Fetch(None, self._standing.wanted)
        elif self._standing.lacks:
            self._fetching_beside = True
            yield Supply()

    def _send(self, now: float) -> Iterator[Action]:
        queue = self._queue
        if self._phase != "live":
            return
        yield from self._files.due(now)
        if queue.in_flight or self._missing or now < queue.not_before:
            return
        batch = queue.next_batch(now, self._files)
        if queue.may_say(batch):
            queue.said = batch[0].cmd_id
            yield Say(batch[0])
        elif batch:
            yield Post(batch, self._epoch)

    def _bye(self, bye: Bye, now: float) -> Iterator[Action]:
        yield Hang()
        if bye.code == BYE_SIGNED_OUT:
            yield from self._stop("signed_out")
        elif bye.code == BYE_VERSION:
            yield from self._stop("outdated")
        else:
            yield from self._go_offline(now, bye.retry_after_s)

    def _hang_up(self, now: float) -> Iterator[Action]:
        yield Hang()
        yield from self._go_offline(now)

    def _go_offline(self, now: float, retry_after: float | None = None) -> Iterator[Action]:
        self._phase = "idle"
        self._behind_since = None
        self._fetching_beside = False
        wait = self._backoff.next_s()
        self._retry_at = now + max(wait, retry_after or 0.0)
        yield self._tell("offline")
        yield Wake(self._retry_at)

    def _stop(self, reason: Literal["signed_out", "outdated"]) -> Iterator[Action]:
        self._phase = "stopped"
        yield self._tell(reason)
        yield Stop(reason)

    def _tell(self, mode: Mode, done: int = 0, total: int = 0) -> Tell:
        self.status = Status(mode, done, total)
        return Tell(self.status)
