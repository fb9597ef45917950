"""What must never be seen while a simulation runs, on the wires and on the screens; and the trace."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

import msgspec

from console.catalog import catalog
from console.kernel.clock import to_ms
from console.kernel.errors import Refused
from console.store.reader import Reader, listed
from console.sync import wire
from console.sync.asking import BootEnd, BootLine, BootPage, BootStart
from console.sync.client import pipe
from console.sync.frames import Batch, Ping, ServerFrame, Welcome
from console.sync.records import Change, Outcome, Scopes, sees
from console.sync.server.live import border_at
from tests.simulation.ledger import Deed, Ledger
from tests.simulation.loop import BEGINS_AT, VirtualClock, VirtualLoop
from tests.simulation.wires import short

if TYPE_CHECKING:
    from tests.simulation.desk import SimDesk
    from tests.simulation.path import Path
    from tests.simulation.server import SimServer

Kind = Literal[
    "lost", "doubled", "leaked", "differs", "apart", "backwards", "order", "flicker", "early",
    "stuck", "error",
]  # fmt: skip
"""What can be wrong: a command lost, an effect twice, something shown to who may not see it, a
cache unlike the server, tickets that are one and do not stand so, a row older than before, a
ticket's actions out of order, something done that goes from the screen and comes back, something told before it was committed, no rest."""
GRACE_S = 1.0
"""How long after a grant is withdrawn something may still be on its way out."""
GREETED_S = 0.5
"""How long after a welcome the cache may still hold what the welcome does not show."""
SHOWN_AGAIN_S = 5.0
"""How long after a change of grants a conversation may be there without its messages."""


class Problem(NamedTuple):
    """Something that must not be."""

    kind: Kind
    text: str


class Watch:
    """Sees every frame, answer and screen of a run; keeps the trace and what was wrong."""

    def __init__(self, loop: VirtualLoop, clock: VirtualClock) -> None:
        self.ledger = Ledger()
        self.problems: list[Problem] = []
        self.trace: list[str] = []
        self.server: SimServer | None = None
        self.catalog = catalog()
        self._loop = loop
        self._clock = clock
        self._grants: dict[UUID, list[tuple[float, Scopes]]] = {}
        self._revs: dict[str, dict[tuple[str, UUID], int]] = {}
        self._pruned: dict[bytes, int] = {}  # when what the log told of last changed, in ms

    def note(self, text: str) -> None:
        """One line of the trace."""
        self.trace.append(f"{self._loop.time() - BEGINS_AT:10.4f} {text}")

    def problem(self, kind: Kind, text: str) -> None:
        """Something is wrong."""
        self.note(f"!!! {kind}: {text}")
        self.problems.append(Problem(kind, text))

    @property
    def border(self) -> int:
        """Where a console's working set ends now, in ms."""
        return border_at(self._clock.now())

    @property
    def digest(self) -> str:
        """A fingerprint of all that happened."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    # -- who may see what

    def regranted(self, user_ids: Iterable[UUID]) -> None:
        """Look up anew what these users may see."""
        for user_id in user_ids:
            known = self._grants.setdefault(user_id, [])
            now = self.granted(user_id)
            if not known or known[-1][1] != now:
                known.append((self._loop.time(), now))

    def granted(self, user_id: UUID) -> Scopes:
        """What a user may see now, as it is committed."""
        assert self.server is not None
        sql = "SELECT scope_id FROM scope_grant WHERE user_id = :u"
        return frozenset(row[0] for row in self.server.oracle.rows(sql, u=user_id.bytes))

    def _allowed(self, user_id: UUID) -> Scopes:
        """All that a user might see at some moment just before now."""
        since, found = self._loop.time() - GRACE_S, self.granted(user_id)
        known = self._grants.get(user_id, [])
        for n, (_, scopes) in enumerate(known):
            until = known[n + 1][0] if n + 1 < len(known) else since + GRACE_S
            if until >= since:
                found |= scopes
        return found

    def _granted_lately(self, user_id: UUID) -> bool:
        known = self._grants.get(user_id, [])
        return bool(known) and known[-1][0] > self._loop.time() - SHOWN_AGAIN_S

    # -- on the wires

    def frame_sent(self, path: "Path", frame: ServerFrame) -> None:
        """A frame leaves the server for a desk."""
        match frame:
            case Batch(_, to_seq, changes):
                self._not_early(path, to_seq)
                for change in changes:
                    self._may_see(path, change)
            case Welcome() if frame.mode != "resync":
                self._not_early(path, frame.head)
            case Ping(head) if isinstance(head, int):
                self._not_early(path, head)

    def answer_sent(self, path: "Path", url: str) -> Callable[[bytes], None]:
        """What to call with each part of an answer that leaves the server for a desk."""
        if url != "/sync/v1/bootstrap":
            return lambda _: None
        lines = wire.Lines()

        def listen(data: bytes) -> None:
            try:
                for line in lines.feed(data):
                    self._line_sent(path, line)
            except Refused:
                return  # not a bootstrap but a refusal

        return listen

    def _line_sent(self, path: "Path", line: BootLine | Change) -> None:
        match line:
            case Change():
                self._may_see(path, line)
            case BootStart(start):
                self._not_early(path, start)
            case BootPage(_, as_of) | BootEnd(as_of):
                self._not_early(path, as_of)

    def _not_early(self, path: "Path", seq: int) -> None:
        assert self.server is not None
        head = self.server.oracle.head
        if seq > head:
            self.problem("early", f"{path.name} is told of {seq}, committed is {head}")

    def _may_see(self, path: "Path", change: Change) -> None:
        table = self.catalog.get(change.k)
        if change.op != "U" or table is None:
            return
        allowed, internal, scopes = self._allowed(path.user_id), False, frozenset(change.sc)
        if table.kind.parent is not None and table.kind.parent_id is not None:
            record = table.kind.read(change.id, bytes(change.doc))
            internal = table.kind.internal(record)
            found = self._parent_scopes(table.kind.parent, table.kind.parent_id(record))
            if found is None:
                return
            scopes = found
        if not sees(allowed, scopes, internal):
            self.problem("leaked", f"{path.name} is sent {change.k} {change.id} of {set(scopes)}")

    def _parent_scopes(self, parent: str, record_id: UUID) -> Scopes | None:
        """Where a parent is; None when it is gone or was just moved: the child left before."""
        assert self.server is not None
        oracle, table = self.server.oracle, self.catalog[parent].table.name
        row = oracle.row(f"SELECT sc FROM {table} WHERE id = :id", id=record_id.bytes)
        sql = "SELECT max(at) FROM change_log WHERE entity_id = :id"
        last = oracle.rows(sql, id=record_id.bytes)[0][0] or self._pruned.get(record_id.bytes, 0)
        just_now = to_ms(self._clock.now()) - GRACE_S * 1000
        if row is None or last >= just_now:
            return None
        return frozenset(msgspec.json.decode(row[0]))

    def pruning(self) -> None:
        """The log is about to forget when records last moved."""
        assert self.server is not None
        sql = "SELECT entity_id, max(at) FROM change_log GROUP BY entity_id"
        self._pruned |= {bytes(raw): at for raw, at in self.server.oracle.rows(sql)}

    def greeted(self, desk: "SimDesk", scopes: Scopes) -> None:
        """Some time ago a desk was welcomed with `scopes`: it holds nothing else."""
        reader = desk.files.cache()
        if reader is None or self.server is None or not self.server.up:
            return
        rows = self.outside(reader, scopes | self._allowed(desk.user.id))
        if rows:
            self.problem("leaked", f"{desk.name} keeps {rows[:3]} although it may not see it")

    def outside(self, reader: Reader, scopes: Scopes) -> list[str]:
        """The rows of a cache that `scopes` do not show."""
        found = []
        for name, table in self.catalog.tables.items():
            if table.kind.parent is None:
                rows = reader.rows(f"SELECT id, sc FROM {table.table.name}")
                hidden = [row[0] for row in rows if not _shown(scopes, row[1])]
            else:
                parent = self.catalog[table.kind.parent].table.name
                rows = reader.rows(
                    f"SELECT t.id, p.sc, t.internal FROM {table.table.name} t"
                    f" LEFT JOIN {parent} p ON p.id = t.{table.parent}"
                )
                hidden = [
                    row[0] for row in rows if row[1] and not _shown(scopes, row[1], bool(row[2]))
                ]
            found += [f"{name} {UUID(bytes=bytes(raw))}" for raw in hidden]
        return found

    # -- on the screens

    def heard(self, desk: "SimDesk", frame: pipe.FromEngine) -> None:
        """A console has taken a frame of its engine."""
        if isinstance(frame, pipe.Answered):
            told = [f"{str(r.cmd_id)[-4:]} {_told(r.outcome)}" for r in frame.results]
            self.note(f"{desk.name} is answered {'; '.join(told)}")
            for result in frame.results:
                deed, seq = self.ledger.deeds.get(result.cmd_id), getattr(result.outcome, "seq", 0)
                if deed is not None and seq:
                    deed.seq = seq
        if isinstance(frame, pipe.Changed):
            self._no_row_went_back(desk, frame)
        self._nothing_flickers(desk)

    def _no_row_went_back(self, desk: "SimDesk", frame: pipe.Changed) -> None:
        reader = desk.local.reader if desk.local else None
        if reader is None:
            return
        known = self._revs.setdefault(desk.name, {})
        for kind, ids in frame.kinds.items():
            names, params = listed("i", ids)
            sql = f"SELECT id, rev FROM main.{self.catalog[kind].table.name} WHERE id IN {names}"
            for raw, rev in reader.rows(sql, **params):
                key = kind, UUID(bytes=bytes(raw))
                before = known.get(key, 0)
                if rev < before and not self.ledger.is_lost(before):
                    text = f"{desk.name} had {kind} {key[1]} at {before} and now at {rev}"
                    self.problem("backwards", text)
                known[key] = rev

    def _nothing_flickers(self, desk: "SimDesk") -> None:
        local = desk.local
        deeds = [d for d in self.ledger.of(desk.name) if d.message_id and not d.dropped]
        if local is None or local.reader is None or not deeds:
            return
        if self._granted_lately(desk.user.id):
            for deed in deeds:
                deed.seen = False
            return
        there = _found(local.reader, "main.conversations", [d.home or d.target for d in deeds])
        shown = _homes(local.reader, [d.message_id for d in deeds if d.message_id])
        for deed in deeds:
            entry = local.entries.get(deed.cmd_id)
            if (deed.home or deed.target) not in there or (entry is not None and entry.parked):
                deed.seen = False
            elif deed.message_id in shown:
                deed.seen, deed.home = True, shown[deed.message_id]
            elif deed.seen and not self._excused(deed, pending=entry is not None):
                deed.seen = False
                self.problem("flicker", f"{deed} was on the screen and is not any more")

    def _excused(self, deed: Deed, *, pending: bool) -> bool:
        """Whether the server has lost or deleted what was shown, or cannot be asked."""
        if pending or deed.message_id is None or self.server is None:
            return False
        if self.ledger.is_lost(deed.seq) or not self.server.up:
            return True
        sql, raw = "SELECT conversation_id FROM messages WHERE id = :id", deed.message_id.bytes
        row = self.server.oracle.row(sql, id=raw)
        # Split off meanwhile, it goes where its new conversation goes.
        return row is None or UUID(bytes=bytes(row[0])) != (deed.home or deed.target)


def _told(outcome: Outcome) -> str:
    name = type(outcome).__name__.lower()
    return f"{name} {getattr(outcome, 'code', '') or short(getattr(outcome, 'seq', ''))}"


def _shown(scopes: Scopes, sc: str, internal: bool = False) -> bool:
    return sees(scopes, frozenset(msgspec.json.decode(sc)), internal)


def _found(reader: Reader, table: str, ids: list[UUID]) -> set[UUID]:
    names, params = listed("i", ids)
    rows = reader.rows(f"SELECT id FROM {table} WHERE id IN {names}", **params)
    return {UUID(bytes=bytes(row[0])) for row in rows}


def _homes(reader: Reader, ids: list[UUID]) -> dict[UUID, UUID]:
    """The conversations in which messages are shown."""
    names, params = listed("i", ids)
    rows = reader.rows(f"SELECT id, conversation_id FROM messages WHERE id IN {names}", **params)
    return {UUID(bytes=bytes(row[0])): UUID(bytes=bytes(row[1])) for row in rows}
