"""The search: a line typed, hits as it grows, the server's history below, the way to each place."""

import asyncio
from collections.abc import Awaitable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from console.conversations.viewmodel.files import is_online
from console.fields.model import CustomField
from console.fields.viewmodel.shelf import wrong
from console.kernel.codec import NIL
from console.kernel.edits import Edit, Reset, difference
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks
from console.kernel.tongue import mark, tr
from console.people.viewmodel import Directory
from console.search.model.query import Filter, Key, Query, parse
from console.search.tables import rows as reads
from console.search.tables.rows import HITS, RANKED, Hit, Hits
from console.search.viewmodel import found as page
from console.search.viewmodel.finder import After, Answer, Finder
from console.search.viewmodel.found import SERVER, HitRow, MoreRow, Row, ServerRow, TicketRow
from console.search.viewmodel.lines import Lines
from console.store.worker import Worker
from console.sync.asking import Search as Asked
from console.sync.asking import Searched
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.telling import Touched
from console.tickets.tables import rows as ticket_rows
from console.ui import words

FIRST = 16
"""So many hits, a screenful, are looked up and shown before the others of the first HITS."""
PAINT_S = 0.02
"""So long the first screenful has the processor for itself, to be painted."""
SERVER_AFTER_S = 0.35
"""The server is asked when somebody has typed nothing more for so long."""

FILLING = mark("The search is still being prepared on this computer: not everything is found yet.")
CAPPED = mark("Only the newest matches were looked through: add a word to find older ones.")
RANKED_ONLY = mark("The best of the newest {count} matches: add a word to find older ones.")
UNKNOWN = mark("{key}:{value} is nobody known here.")
NO_TEAM = mark("team:{value} is no team known here.")
NO_FIELD = mark("field:{value} is no custom field in use here.")
NO_VALUE = mark("{field} has no value {value}. There are {known}.")
NO_ORDER = mark("{field} is not more or less: write {example}.")


@dataclass(frozen=True)
class Target:
    """Where Enter leads: a ticket, and in it a message (NIL: none) and its place."""

    ticket_id: UUID
    message_id: UUID = NIL
    pos: int = 0


class Search:
    """What the search page shows. `edits` tells each change of `rows`, `changed` of all else."""

    def __init__(self, local: Local, directory: Directory, worker: Worker | None = None) -> None:
        self._local = local
        self._directory = directory
        self._finder = Finder(local, worker)
        self._tasks = Tasks()
        self._number = 0  # of the line as it is now; answers to older ones are dropped
        self._under_way = 0
        self._hits: tuple[Hit, ...] = ()
        self._places: dict[UUID, page.Place] = {}
        self._told = Hits()
        self._searched: Searched | None = None
        self._more = False
        # Hits of the index so far, with those that pending changes take away, and the last's place.
        self._seen, self._last = 0, reads.PENDING
        self._open: set[Hashable] = set()
        self._keys: list[Hashable] = []
        self.lines = Lines(local)
        self.text = ""
        self.query = Query()
        self.busy = False
        self.stands: page.Stands = "asking"
        self.rows: dict[Hashable, Row] = {}
        self._watched, self._stale = True, False
        self.edits: Signal[Sequence[Edit]] = Signal()
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.sought.connect(self._sought)
        local.opened.connect(self._opened)
        local.closing.connect(self._closing)
        self._best = self.lines.best
        self.lines.changed.connect(self._ordered)
        local.link.connect(self._linked)

    def _closing(self, _: None) -> None:
        self.close()

    def close(self) -> None:
        """End what is under way, and the thread, for good."""
        self._local.closing.disconnect(self._closing)
        self._number += 1
        self.query = Query()
        self._finder.close()

    # -- typing

    def type(self, text: str) -> None:
        """The line is this now: search for it."""
        if text != self.text:
            self.text = text
            self._again()

    def _again(self) -> None:
        self._number += 1
        self.query = parse(self.text, self._local.clock.now().astimezone())
        self._searched = None
        self._open.clear()
        self.busy = not self.query.empty
        if self.query.empty:
            self._hits, self._places, self._told, self._more = (), {}, Hits(), False
            self._rebuild(anew=True)
        else:
            limit = FIRST if self.query.terms and not self._best else HITS
            found = self._found(None, limit)
            self._tasks.spawn(self._search(self._number, found, limit), name="search")
        self.changed.emit(None)

    def _found(self, after: After | None, limit: int) -> Awaitable[Answer | None]:
        self._under_way += 1
        return self._finder.find(
            self.query, after, best=self._best, loose=self._loose(), limit=limit
        )

    async def _search(self, number: int, found: Awaitable[Answer | None], limit: int) -> None:
        try:
            answer = await found
            if number == self._number:
                self._show(answer, limit)
                if limit < HITS:
                    await asyncio.sleep(PAINT_S)
        finally:
            self._under_way -= 1
        if number == self._number:
            if limit < HITS:
                self.older()
            await self._ask_server(number)

    def _loose(self) -> set[UUID]:
        reader = self._local.reader
        return reads.pending_tickets(reader) if reader is not None else set()

    def _show(self, answer: Answer | None, limit: int) -> None:
        self.busy = False
        self._told = answer.hits if answer else Hits()
        self._places = dict(answer.places) if answer else {}
        found = self._told.hits
        self._seen, self._last = len(found), min((hit.n for hit in found), default=reads.PENDING)
        self._more = len(found) == limit
        waiting = self._waiting()
        self._hits = (*waiting, *self._fitting(found))
        self.stands = "asking" if is_online(self._local) else "away"
        self._rebuild(anew=True)
        self.changed.emit(None)

    def _waiting(self) -> list[Hit]:
        """The hits among messages that wait to be sent."""
        reader = self._local.reader
        if reader is None:
            return []
        hits = reads.pending_hits(reader, self.query, self._told.names, self._local.me)
        told = reads.messages(reader, [hit.message_id for hit in hits])
        self._places |= {i: page.place_in(m, self.query.terms) for i, m in told.items()}
        return hits

    def _fitting(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Those whose ticket, with what is pending, is in the state that was asked for."""
        reader, loose = self._local.reader, self._loose()
        changed = {hit.ticket_id for hit in hits} & loose
        if reader is None or not changed:
            return tuple(hits)
        names, me = self._told.names, self._local.me
        fit = reads.still_fitting(reader, self.query, names, me, changed)
        return tuple(hit for hit in hits if hit.ticket_id not in changed - fit)

    @property
    def more(self) -> bool:
        """Whether older hits can be asked for."""
        return self._more

    def older(self) -> None:
        """Find the hits before those shown."""
        if self._more and not self._under_way:
            shown = After(self._seen, self._last)
            limit = HITS - self._seen % HITS
            older = self._older(self._number, self._found(shown, limit), limit)
            self._tasks.spawn(older, name="search-older")

    async def _older(self, number: int, found: Awaitable[Answer | None], limit: int) -> None:
        try:
            answer = await found
        finally:
            self._under_way -= 1
        if number == self._number and answer is not None:
            self._places |= answer.places
            self._told = replace(self._told, capped=answer.hits.capped)
            self._more = len(answer.hits.hits) == limit
            self._seen += len(answer.hits.hits)
            self._last = min((hit.n for hit in answer.hits.hits), default=self._last)
            self._hits += self._fitting(answer.hits.hits)
            self._rebuild()
            self.changed.emit(None)

    # -- the server's history

    async def _ask_server(self, number: int) -> None:
        online = is_online(self._local)
        stands: page.Stands = "asking" if online else "away"
        if stands != self.stands:
            self._stand(stands)
        if not online:
            return
        await asyncio.sleep(SERVER_AFTER_S)
        if number == self._number:
            now = self._local.clock.now().astimezone()
            self._local.say(pipe.Seek(number, Asked(text=self.text, now=now)))

    def _sought(self, told: pipe.Sought) -> None:
        if told.number != self._number:
            return
        self._searched = told.found
        if told.found is None:
            self._stand("away" if told.problem == "unavailable" else "refused")
        else:
            self._stand("found")

    def _stand(self, stands: page.Stands) -> None:
        self.stands = stands
        self._rebuild()
        self.changed.emit(None)

    def _linked(self, _: object) -> None:
        if self.stands == "away" and is_online(self._local) and not self.query.empty:
            self._tasks.spawn(self._ask_server(self._number), name="search-server")

    # -- building

    @property
    def notes(self) -> list[str]:
        """What to say about the line and its answer, in sentences."""
        told = [tr(p.sentence).format(**p.values) for p in self.query.problems]
        names = self._told.names
        told += [_unknown(key, value) for key, value in names.unknown]
        told += [_misread(field, known) for field, known in names.misread(self.query)]
        if self._told.filling:
            told.append(tr(FILLING))
        if self._told.capped:
            ranked = self._best and self.query.terms
            capped = tr(RANKED_ONLY) if ranked else tr(CAPPED)
            told.append(capped.format(count=words.count(RANKED)))
        return told

    @property
    def count(self) -> int:
        """How many places are shown: messages, and tickets found by their own words alone."""
        rows = self.rows.values()
        hits = [row.ticket_id for row in rows if isinstance(row, HitRow)]
        folded = sum(row.count for row in rows if isinstance(row, MoreRow) and not row.is_open)
        alone = {row.id for row in rows if isinstance(row, TicketRow)} - set(hits)
        return len(hits) + folded + len(alone)

    def unfold(self, key: Hashable) -> bool:
        """Show the places that a row stands for, or fold them again; False for any other row."""
        if not isinstance(self.rows.get(key), MoreRow):
            return False
        self._open ^= {key}
        self._rebuild()
        return True

    def _ordered(self, _: None) -> None:
        if self.lines.best != self._best:
            self._best = self.lines.best
            if not self.query.empty:
                self._again()

    def target(self, key: Hashable) -> Target | None:
        """Where a row leads; the line counts as used. None for a row that leads nowhere."""
        match self.rows.get(key):
            case TicketRow() as row:
                target = Target(row.id)
            case HitRow() as row:
                target = Target(row.ticket_id, row.message_id, row.pos)
            case _:
                return None
        self.lines.used(self.text)
        return target

    def _rebuild(self, *, anew: bool = False) -> None:
        before = self.rows
        self.rows = self._built()
        keys = list(self.rows)
        if anew:
            edits: Sequence[Edit] = [Reset(keys)]
        else:
            changed = {key for key, row in self.rows.items() if before.get(key) != row}
            edits = difference(self._keys, keys, changed)
        self._keys = keys
        if edits:
            self.edits.emit(edits)

    def _built(self) -> dict[Hashable, Row]:
        reader = self._local.reader
        if reader is None or self.query.empty:
            return {}
        tickets = ticket_rows.tickets(reader, {hit.ticket_id for hit in self._hits})
        parties = {ticket.requester_id for ticket in tickets.values()}
        told = [place.message for place in self._places.values()]
        parties |= {message.author_id for message in told if message.author == "party"}
        names = {i: party.name for i, party in self._directory.parties(parties - {NIL}).items()}
        names |= {i: user.name for i, user in self._directory.users.items()}
        pending = {hit.message_id for hit in self._hits if hit.n == reads.PENDING}
        into = ticket_rows.merged_into(reader, tickets.values())
        rows = page.here(self._hits, tickets, self._places, names, self.query.terms, pending, into)
        shown = page.folded(rows, self._open)
        if self.busy:
            return shown
        beside = page.there(self._searched, rows, self.query.terms) if self._searched else {}
        stands = "nothing" if self.stands == "found" and not beside else self.stands
        capped = bool(self._searched and self._searched.capped)
        return {**shown, SERVER: ServerRow(stands, capped), **page.folded(beside, self._open)}

    # -- staying exact

    def _touched(self, touched: Touched) -> None:
        shown = {row.id for row in self.rows.values() if isinstance(row, TicketRow)}
        if shown & set(touched.get("ticket", ())):
            self._stale = not self._watched
            if self._watched:
                self._rebuild()

    def watch(self, watched: bool) -> None:
        """Somebody looks at what was found, or not: then it need not be exact."""
        self._watched = watched
        if watched and self._stale:
            self._stale = False
            self._rebuild()

    def _opened(self, _: None) -> None:
        self._finder.shut()
        if not self.query.empty:
            self._again()


def _unknown(key: Key, value: str) -> str:
    sentences: Mapping[Key, str] = {"team": NO_TEAM, "field": NO_FIELD}
    return tr(sentences.get(key, UNKNOWN)).format(key=key, value=value)


def _misread(field: CustomField, known: Filter) -> str:
    """What a field takes, of which something else was asked."""
    content, wanted = field.content, known.wanted
    if content.type in ("number", "date") or wanted is None:
        return wrong(content)
    if wanted.sign != "=":
        example = f'field:"{content.name.lower()}"={wanted.value}'
        return tr(NO_ORDER).format(field=content.name, example=example)
    options = [option.name for option in content.options if not option.gone]
    names = ", ".join(options if content.type == "choice" else ("yes", "no"))
    return tr(NO_VALUE).format(field=content.name, value=wanted.value, known=names)
