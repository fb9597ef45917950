"""What a console may know, read from the database: the log after its cursor, or all of it in pages."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from msgspec import Raw, structs

from console.kernel import codec
from console.kernel.errors import Refused
from console.store.reader import Reader, Row, Value, listed
from console.sync.asking import PAGE_ROWS
from console.sync.frames import Batch, Resync
from console.sync.records import Change, Epoch, Scopes, Seq, sees
from console.sync.registry import Catalog, RecordTable
from console.sync.server import epoch
from console.sync.server.seen import visible
from console.sync.server.working_set import WorkingSet
from console.sync.working import working

_IDS_PER_QUERY = 500
_LAST_ID = b"\xff" * 16
_ID_DIGITS = 32
_REV_DIGITS = 16


class Resume(codec.Strict, frozen=True):
    """Where a bootstrap stopped: in which kind, after which place, and where its log starts.

    A place is told in hex, an empty one is the kind's beginning. `border` and `since` are what it
    leaves out: 0 for nothing.
    """

    start: Seq
    kind: str
    after: str = ""
    border: codec.Whole = 0
    since: Seq = 0


@dataclass(frozen=True)
class Page:
    """Up to PAGE_ROWS rows of one kind; `next` continues, None at the end."""

    rows: list[bytes]
    as_of: Seq
    next: Resume | None


def _sides(
    moved: dict[UUID, tuple[list[Scopes], Scopes]], scopes: Scopes
) -> tuple[list[UUID], list[UUID]]:
    """Of what moved, from where and to where: what came in sight, and of what notes went out of it."""
    come, gone = [], []
    for record_id, (before, now) in moved.items():
        sides = [side for side in (False, True) if sees(scopes, now, side)]
        if any(not sees(scopes, was, side) for was in before for side in sides):
            come.append(record_id)
        if sides == [False] and any(sees(scopes, was, internal=True) for was in before):
            gone.append(record_id)
    return come, gone


class Pruned(Exception):
    """The log does not reach back so far: the console fetches what it lacks and compares."""


class Now(NamedTuple):
    """A record as it is stored now; a child's scopes are its parent's."""

    id: UUID
    rev: Seq
    scopes: Scopes
    internal: bool
    doc: bytes


class Feed:
    """Reads the log and the tables for one actor's scopes; keeps no state."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def head(self, reader: Reader) -> Seq:
        """The newest place in the log that is visible."""
        return epoch.head(reader)

    def standing(
        self, reader: Reader, cursor: Seq, hwm: Seq, held: Epoch | None
    ) -> Literal["ok"] | Resync:
        """Whether the log can bring a console up to date that holds everything up to `cursor`.

        `hwm` is the highest place it ever heard of, `held` the epoch it last spoke to.
        """
        highest = max(cursor, hwm)
        if held is not None and epoch.tag_differs(reader, held):
            highest = min(highest, epoch.first_seq(held.no))
            return Resync("fork", epoch.shared_before(reader, highest))
        if epoch.is_fork(reader, highest):
            return Resync("fork", epoch.shared_before(reader, highest))
        return Resync("horizon", cursor) if cursor < self.horizon(reader) else "ok"

    def horizon(self, reader: Reader) -> Seq:
        """The log is whole after this place; lines up to it may have been pruned."""
        row = reader.row("SELECT v FROM sync_state WHERE k = 'horizon'")
        return row[0] if row is not None else 0

    # -- the log

    def changes(self, reader: Reader, cursor: Seq, scopes: Scopes, limit: int = 1000) -> Batch:
        """What changed after `cursor` for whoever holds `scopes`: records as they are now.

        At most `limit` lines of the log, oldest first. A record that left the scopes comes as X,
        one that entered them as X and anew, with all its children. Raises Pruned when the log is
        not whole after `cursor` any more.
        """
        if cursor < self.horizon(reader):
            raise Pruned
        head = self.head(reader)
        names, params = listed("s", sorted(scopes))
        lines = reader.rows(
            "SELECT seq, kind, entity_id, scopes_before, op FROM change_log"
            f" WHERE seq IN (SELECT DISTINCT seq FROM change_scope WHERE scope_id IN {names}"
            " AND seq > :cursor AND seq <= :head ORDER BY seq LIMIT :limit) ORDER BY seq",
            cursor=cursor,
            head=head,
            limit=limit,
            **params,
        )
        more = len(lines) == limit
        to_seq = lines[-1][0] if more else head
        return Batch(cursor, to_seq, tuple(self._as_now(reader, lines, scopes)), more)

    def _as_now(self, reader: Reader, lines: list[Row], scopes: Scopes) -> Iterator[Change]:
        touched: dict[str, dict[UUID, Seq]] = {}
        before: dict[UUID, list[Scopes]] = {}
        made: set[UUID] = set()
        for seq, kind, raw_id, was, op in lines:
            if op in "GR" or kind not in self.catalog.tables:
                continue
            record_id = UUID(bytes=bytes(raw_id))
            touched.setdefault(kind, {})[record_id] = seq
            if was is not None:
                before.setdefault(record_id, []).append(frozenset(json.loads(was)))
            elif op == "U" and self.catalog[kind].kind.parent is None:
                made.add(record_id)
        for name, table in self.catalog.tables.items():
            now: dict[UUID, Scopes] = {}
            for change in self._records(reader, table, touched.get(name, {}), scopes, now):
                new = change.op == "U" and change.id in made
                yield structs.replace(change, new=True) if new else change
            if table.kind.parent is None:
                moved = {i: (before[i], now[i]) for i in now if i in before}
                come, gone = _sides(moved, scopes)
                # Whoever held it before may hold what left it while it was out of sight: X before U.
                yield from (Change(name, i, touched[name][i] - 1, "X") for i in come)
                yield from self.children(reader, name, come, scopes)
                yield from self._notes_gone(reader, name, gone)

    def _records(
        self,
        reader: Reader,
        table: RecordTable[Any],
        ids: dict[UUID, Seq],
        scopes: Scopes,
        now: dict[UUID, Scopes],
    ) -> Iterator[Change]:
        for record_id, rev, own, internal, doc in self.load(reader, table, "id", ids):
            now[record_id] = own
            if sees(scopes, own, internal):
                sc = () if table.kind.parent else tuple(sorted(own))
                yield Change(table.kind.name, record_id, rev, sc=sc, doc=Raw(doc))
            elif not internal or self._was_seen(reader, ids[record_id], scopes):
                # Also a child: it may have left with another parent than it is known under.
                yield Change(table.kind.name, record_id, ids[record_id], "X")
        for record_id, seq in ids.items():
            if record_id not in now:
                yield Change(table.kind.name, record_id, seq, "D")

    def _was_seen(self, reader: Reader, seq: Seq, scopes: Scopes) -> bool:
        """Whether an internal child could be seen where it was when this line was written."""
        rows = reader.rows("SELECT scope_id FROM change_scope WHERE seq = :seq", seq=seq)
        return sees(scopes, frozenset(row[0] for row in rows), internal=True)

    def _notes_gone(self, reader: Reader, parent: str, ids: list[UUID]) -> Iterator[Change]:
        """The internal children of records of which only the others are still seen."""
        for table in self.catalog.children[parent]:
            for child_id, rev, _, internal, _ in self.load(reader, table, table.parent, ids):
                if internal:
                    yield Change(table.kind.name, child_id, rev, "X")

    def children(
        self, reader: Reader, parent: str, ids: Iterable[UUID], scopes: Scopes
    ) -> Iterator[Change]:
        """All visible children of the given records of kind `parent`."""
        for table in self.catalog.children[parent]:
            for child_id, rev, own, internal, doc in self.load(reader, table, table.parent, ids):
                if sees(scopes, own, internal):
                    yield Change(table.kind.name, child_id, rev, doc=Raw(doc))

    def stored(self, reader: Reader, kind: str, ids: Iterable[UUID]) -> Iterator[Now]:
        """Those of the records that there are, whoever may see them."""
        return self.load(reader, self.catalog[kind], "id", ids)

    def load(
        self, reader: Reader, table: RecordTable[Any], column: str, ids: Iterable[UUID]
    ) -> Iterator[Now]:
        """The rows of which `column` is one of the ids, whoever may see them."""
        name = table.table.name
        wanted = list(ids)
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            names, params = listed("i", wanted[start : start + _IDS_PER_QUERY])
            if table.kind.parent:
                sql = (
                    f"SELECT t.id, t.rev, p.sc, t.internal, t.doc FROM {name} t"
                    f" JOIN {self.catalog[table.kind.parent].table.name} p ON p.id = t.{table.parent}"
                    f" WHERE t.{column} IN {names}"
                )
            else:
                sql = f"SELECT id, rev, sc, 0, doc FROM {name} WHERE {column} IN {names}"
            for raw_id, rev, sc, internal, doc in reader.rows(sql, **params):
                scopes = frozenset(json.loads(sc))
                yield Now(UUID(bytes=bytes(raw_id)), rev, scopes, bool(internal), doc.encode())

    # -- everything, in pages

    def working_set(
        self, reader: Reader, scopes: Scopes, border: int, since: Seq = 0
    ) -> WorkingSet | None:
        """What of a bootstrap can be found from what is worked on: all, unless it is of other rows."""
        if not border or since:
            return None
        return WorkingSet.read(reader, self.catalog, scopes, border)

    def totals(
        self,
        reader: Reader,
        scopes: Scopes,
        kinds: Iterable[str],
        border: int = 0,
        since: Seq = 0,
        among: WorkingSet | None = None,
    ) -> dict[str, int]:
        """How many rows a bootstrap of these kinds sends; of children at most so many."""
        some = among or self.working_set(reader, scopes, border, since)
        if some is not None:
            return {kind: some.total(reader, kind) for kind in kinds}
        counts = {}
        for kind in kinds:
            table = self.catalog[kind]
            where, params = self.shown(table, scopes, border, since)
            sql = f"SELECT count(*) FROM {table.table.name} t WHERE {where}"
            row = reader.row(sql, **params)
            counts[kind] = row[0] if row else 0
        return counts

    def check_place(self, at: Resume) -> None:
        """Raise Refused `bad_resume` for a place where no page of such a bootstrap ends."""
        if at.since:
            digits = _REV_DIGITS
        else:
            child = self.catalog[at.kind].kind.parent is not None
            digits = 2 * _ID_DIGITS if at.border and child else _ID_DIGITS
        ends = len(at.after) in (0, digits)
        if not ends or (at.since and int(at.after or "0", 16) > codec.MAX_WHOLE):
            raise Refused("bad_resume", "This resume token is not of this bootstrap.")

    def page(
        self,
        reader: Reader,
        scopes: Scopes,
        kinds: tuple[str, ...],
        at: Resume,
        among: WorkingSet | None = None,
    ) -> Page:
        """The page after `at`, which is of these kinds, as NDJSON lines ready to send.

        `among` is the bootstrap's working set, if one was read before.
        """
        some = among or self.working_set(reader, scopes, at.border, at.since)
        if some is not None:
            rows, after = some.page(reader, at.kind, at.after)
        elif at.since:
            rows, after = self._newer(reader, scopes, at)
        else:
            rows, after = self._all(reader, scopes, at)
        head = self.head(reader)
        lines = [_line(at.kind, *row[:4]) for row in rows]
        if after is not None:
            return Page(lines, head, structs.replace(at, after=after))
        following = kinds.index(at.kind) + 1
        if following == len(kinds):
            return Page(lines, head, None)
        return Page(lines, head, first_page(at.start, kinds[following], at.border, at.since))

    def _all(self, reader: Reader, scopes: Scopes, at: Resume) -> tuple[list[Row], str | None]:
        """Newest id first."""
        table = self.catalog[at.kind]
        where, params = self.shown(table, scopes)
        rows = reader.rows(
            f"SELECT t.id, t.rev, t.sc, t.doc FROM {table.table.name} t"
            f" WHERE t.id < :after AND {where} ORDER BY t.id DESC LIMIT {PAGE_ROWS}",
            after=bytes.fromhex(at.after) or _LAST_ID, **params,
        )  # fmt: skip
        return rows, rows[-1][0].hex() if len(rows) == PAGE_ROWS else None

    def _newer(self, reader: Reader, scopes: Scopes, at: Resume) -> tuple[list[Row], str | None]:
        """As they were written, oldest first: what is written meanwhile comes once more, at the end."""
        table = self.catalog[at.kind]
        since = int(at.after, 16) if at.after else at.since
        where, params = self.shown(table, scopes, at.border, since)
        rows = reader.rows(
            f"SELECT t.id, t.rev, t.sc, t.doc FROM {table.table.name} t"
            f" WHERE {where} ORDER BY t.rev LIMIT {PAGE_ROWS}",
            **params,
        )
        return rows, f"{rows[-1][1]:0{_REV_DIGITS}x}" if len(rows) == PAGE_ROWS else None

    def shown(
        self, table: RecordTable[Any], scopes: Scopes, border: int = 0, since: Seq = 0
    ) -> tuple[str, dict[str, Value]]:
        """The SQL condition on a record table `t` of what a console with these scopes fetches.

        With a `border` it is the working set alone. With `since` it is what was written after that
        place, and then children are not left out for being old: those held have no gaps.
        """
        where, params = visible(table, scopes)
        if border:
            condition = working(self.catalog, table, latest=not since)
            where = f"{where} AND {condition}"
            params |= {"border": border} if ":border" in condition else {}
        if since:
            where, params = f"t.rev > :since AND {where}", {**params, "since": since}
        return where, params


def first_page(start: Seq, kind: str, border: int = 0, since: Seq = 0) -> Resume:
    """The beginning of a kind in a bootstrap whose log starts at `start`."""
    return Resume(start=start, kind=kind, border=border, since=since)


def token_of(resume: Resume) -> str:
    """A resume point as the opaque text that a console sends back."""
    return base64.urlsafe_b64encode(codec.encode(resume)).decode()


def resume_of(token: str, kinds: Iterable[str]) -> Resume:
    """The resume point in a token of a bootstrap of `kinds`. Raises Refused `bad_resume`."""
    try:
        resume = codec.decode(base64.urlsafe_b64decode(token), Resume)
        bytes.fromhex(resume.after)
    except (ValueError, Refused) as error:
        raise Refused("bad_resume", "This resume token is not understood.") from error
    if resume.kind not in kinds:
        raise Refused("bad_resume", "This resume token is not of this bootstrap.")
    return resume


def _line(kind: str, raw_id: bytes, rev: Seq, sc: str, doc: str) -> bytes:
    scopes = f',"sc":{sc}' if sc != "[]" else ""
    line = f'{{"k":"{kind}","id":"{UUID(bytes=bytes(raw_id))}","rev":{rev}{scopes},"doc":{doc}}}'
    return line.encode()
