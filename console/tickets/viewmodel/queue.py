"""The queue on screen: a view's tickets in order, kept exact while they change."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from console.fields.records import FIELD
from console.kernel.edits import Change, Edit, Insert, Remove, Reset
from console.kernel.signal import Signal
from console.people.viewmodel import Directory
from console.store.reader import Reader
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.telling import Touched
from console.tickets.model import Sort, View, ViewName
from console.tickets.model.orders import ByField, Order
from console.tickets.tables import by_field, rows
from console.tickets.tables.by_field import FieldOrder, standing
from console.tickets.tables.conditions import timed
from console.tickets.tables.mentions import unseen_tickets
from console.tickets.tables.tally import Tally
from console.tickets.viewmodel.others import others_at
from console.tickets.viewmodel.row import TicketRow, row_of
from console.views.model import Field

FIRST_ROWS = 200
MOST_ROWS = 50_000
MORE_ROWS = 1_000
_REFRESHED_ROWS = 2_000
_KEPT_ROWS = 1_000
_AROUND = 40
_ASKED = 500
_COUNT_REST = 100
_MENTIONED = frozenset({"ticket", "message", "sighting"})
"""Kinds that decide where a mention of me is that I have not seen."""

Place = tuple[Any, bytes]
"""A sort key, and the raw id; in the natural order of these, once they are `_ordered`."""


class Queue:
    """The rows of one view. `edits` tells each change as it happens.

    How many rows a filter has behind those loaded is counted when there is time: `uncounted` asks
    for `count_next`, `counted` tells that it is known.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self._places: list[Place] = []
        self._at: dict[bytes, Place] = {}
        self._more = False
        self._behind = 0
        self._tally: Tally | None = None
        self._counted_at, self._count_cost = float("-inf"), 0.0
        self._rows: dict[bytes, TicketRow] = {}
        self._unseen: frozenset[UUID] | None = None
        self.view = View(name=ViewName.UNASSIGNED)
        self.sort: Order = Sort.NEWEST
        self._standing: Sort | FieldOrder = Sort.NEWEST
        self.edits: Signal[Sequence[Edit]] = Signal()
        self.uncounted: Signal[None] = Signal()
        self.counted: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._opened)
        self._mode = local.standing.mode if local.standing else ""
        local.link.connect(self._linked)
        local.outbox_changed.connect(self._outbox_changed)
        local.present.connect(self._present)
        directory.changed.connect(self._people_changed)

    def __len__(self) -> int:
        """How many the view has; of rows that are not loaded at most MOST_COUNTED count."""
        return len(self._places) + self._behind

    def show(self, view: View, sort: Order | None = None) -> None:
        """Show another view: its first rows; `load_more` brings the others."""
        self.view = view
        self.sort = sort or self.sort
        self._load(FIRST_ROWS)

    def refresh(self) -> None:
        """Read the view anew, as far as somebody may have scrolled."""
        self._load(min(max(len(self._places), FIRST_ROWS), _REFRESHED_ROWS))

    @property
    def more(self) -> bool:
        """Whether the view has rows behind those loaded."""
        return self._more

    def load_more(self, most: int = MORE_ROWS) -> None:
        """Add the next rows, at most `most`."""
        reader = self._local.reader
        if reader is None or not self._more:
            return
        last = self._places[-1] if self._places else None
        after = None if last is None else self._ordered(last)
        found = self._found(reader, most, after=after)
        rest = [self._ordered(place) for place in found]
        here = len(self._places)
        self._places += rest
        self._at |= {place[1]: place for place in rest}
        self._more = len(rest) == most and len(self._places) < MOST_ROWS
        self._behind = max(self._behind - len(rest), 0)
        self._count_behind()
        if rest:
            self.edits.emit([Insert(here, [raw for _, raw in rest])])

    @property
    def counting(self) -> bool:
        """Whether the view may have more than is counted by now."""
        return self._tally is not None

    def count_next(self) -> bool:
        """Count a bite of what is behind the rows loaded; whether more is to be counted."""
        if self._tally is None:
            return False
        begun = self._local.clock.monotonic()
        more = self._tally.step()
        self._counted_at = self._local.clock.monotonic()
        self._count_cost += self._counted_at - begun
        if not more:
            self._behind = max(self._tally.count - len(self._places), 0)
            self._tally = None
            self.counted.emit(None)
        return more

    def ids(self) -> list[UUID]:
        """The tickets shown, in order."""
        return [UUID(bytes=raw) for _, raw in self._places]

    def position(self, ticket_id: UUID, *, load: bool = True) -> int | None:
        """Where a ticket stands in the view, None when it is not in it.

        Rows are loaded as far as it takes; without `load` one that is not loaded has no place.
        """
        if load and self._more and ticket_id.bytes not in self._at and self._has(ticket_id):
            self.load_more(MOST_ROWS)
        place = self._at.get(ticket_id.bytes)
        return None if place is None else bisect_left(self._places, place)

    def between(self, one: bytes, other: bytes) -> list[bytes]:
        """The tickets from one to the other, both included; none when either is not loaded."""
        if one not in self._at or other not in self._at:
            return []
        ends = sorted(bisect_left(self._places, self._at[key]) for key in (one, other))
        return [raw for _, raw in self._places[ends[0] : ends[1] + 1]]

    def here(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of these tickets that are in the view, loaded or not."""
        asked = list(keys)
        found = {key for key in asked if key in self._at}
        reader, rest = self._local.reader, [UUID(bytes=k) for k in asked if k not in found]
        while rest and self._more and reader is not None:
            some, rest = rest[:_ASKED], rest[_ASKED:]
            found |= {raw for _, raw in self._found(reader, _ASKED, only=some)}
        return found

    def some(self, most: int, after: Place | None = None) -> list[Place]:
        """The places of the view's next tickets behind one, loaded or not, at most `most`."""
        reader = self._local.reader
        return [] if reader is None else self._found(reader, most, after=after)

    def look_at(self, keys: Iterable[bytes]) -> None:
        """These rows are in sight: who else is at them is to be known."""
        self._local.company.glance(self, [UUID(bytes=raw) for raw in keys])

    def has_draft(self, ticket_id: UUID) -> bool:
        """Whether something is typed for a ticket and not sent."""
        return ticket_id in self._local.drafts

    def row(self, key: bytes) -> TicketRow | None:
        """The row of a ticket, read with its neighbours when it is not at hand."""
        if key not in self._rows:
            place = self._at.get(key)
            if place is None:
                return None
            here = bisect_left(self._places, place)
            near = self._places[max(0, here - _AROUND) : here + _AROUND]
            self._read([raw for _, raw in near if raw not in self._rows])
        return self._rows.get(key)

    # -- reading

    def _load(self, limit: int) -> None:
        reader = self._local.reader
        found: list[Place] = []
        if reader is not None:
            self._standing = standing(reader, self.sort)
            found = self._found(reader, limit)
        self._places = [self._ordered(place) for place in found]
        self._at = {place[1]: place for place in self._places}
        self._more = len(found) == limit
        self._behind = 0
        self._count_behind()
        self._rows.clear()
        self.edits.emit([Reset([raw for _, raw in self._places])])

    def _found(self, reader: Reader, limit: int, **more: Any) -> list[Place]:
        now, me, order = self._local.clock.now(), self._local.me, self._standing
        if isinstance(order, FieldOrder):
            return by_field.places(reader, self.view, me, order, limit, now=now, **more)
        return rows.places(reader, self.view, me, order, limit, now=now, **more)

    def _count_behind(self, *, rest: bool = False) -> None:
        """Count what is behind the rows loaded. With `rest` that takes a hundredth of the time."""
        reader, clock, me = self._local.reader, self._local.clock, self._local.me
        if reader is None or not self._more:
            self._tally, self._behind = None, 0
            return
        begun = clock.monotonic()
        if rest and begun < self._counted_at + self._count_cost * _COUNT_REST:
            return
        self._count_cost = 0.0
        self._tally = Tally(reader, self.view, me, now=clock.now(), most=rows.MOST_COUNTED)
        if self.view.name == ViewName.FILTER:
            self.uncounted.emit(None)
        else:
            self.count_next()

    def _has(self, ticket_id: UUID) -> bool:
        reader = self._local.reader
        return reader is not None and bool(self._found(reader, 1, only=[ticket_id]))

    def _ordered(self, place: Place) -> Place:
        """A place whose natural order is the view's; of such a one, the place itself."""
        key, raw = place
        return (-key if self._standing == Sort.NEWEST else key, raw)

    def _read(self, keys: list[bytes]) -> None:
        reader = self._local.reader
        if reader is None:
            return
        if len(self._rows) > _KEPT_ROWS:
            self._rows.clear()
        if self._unseen is None:
            self._unseen = frozenset(unseen_tickets(reader, self._local.me))
        found = rows.tickets(reader, [UUID(bytes=raw) for raw in keys])
        parties = self._directory.parties({ticket.requester_id for ticket in found.values()})
        for ticket in found.values():
            party = parties.get(ticket.requester_id)
            self._rows[ticket.id.bytes] = row_of(
                self._local,
                self._directory,
                ticket,
                requester=party.name if party else "",
                mentions=ticket.id in self._unseen,
            )

    # -- staying exact

    def _touched(self, touched: Touched) -> None:
        if not _MENTIONED.isdisjoint(touched):
            self._unseen = None
        ids, seen = list(touched.get("ticket", ())), "sighting" in touched
        ordered = FIELD.name in touched and isinstance(self.sort, ByField)
        if len(ids) > FIRST_ROWS or (seen and self.asks_for_mentions) or ordered:
            self.refresh()
        elif ids:
            self._reposition(ids)
        if "party" in touched or seen:
            self.repaint()

    def _linked(self, standing: pipe.Standing) -> None:
        before, self._mode = self._mode, standing.mode
        if before == "loading" and standing.mode != "loading":
            self._unseen = None
            if self.asks_for_mentions:
                self.refresh()  # notes, which may mention somebody, come last

    @property
    def asks_for_mentions(self) -> bool:
        """Whether the view is about where somebody is mentioned."""
        return any(condition.field == Field.MENTIONS for condition in self.view.conditions)

    def _reposition(self, ids: Iterable[UUID]) -> None:
        reader = self._local.reader
        if reader is None:
            return
        wanted = list(ids)
        found = self._found(reader, len(wanted), only=wanted)
        now = {raw: self._ordered((key, raw)) for key, raw in found}
        edits: list[Edit] = []
        for ticket_id in wanted:
            edits += self._move(ticket_id.bytes, now.get(ticket_id.bytes))
        self._count_behind(rest=True)
        if edits:
            self.edits.emit(edits)

    def tick(self) -> None:
        """Time alone may have brought tickets into the view or out of it: tell which."""
        reader = self._local.reader
        if reader is None or not timed(self.view.conditions):
            return
        limit = max(len(self._places), FIRST_ROWS)
        now = {raw: self._ordered((key, raw)) for key, raw in self._found(reader, limit)}
        edits: list[Edit] = []
        for raw in [raw for raw in self._at if raw not in now]:
            edits += self._move(raw, None)
        for raw in [raw for raw in now if raw not in self._at]:
            edits += self._move(raw, now[raw])
        self._count_behind()
        if edits:
            self.edits.emit(edits)

    def _move(self, raw: bytes, new: Place | None) -> list[Edit]:
        self._rows.pop(raw, None)
        old = self._at.get(raw)
        if old is not None and old == new:
            return [Change(bisect_left(self._places, old))]
        edits: list[Edit] = []
        if old is not None:
            here = bisect_left(self._places, old)
            del self._places[here], self._at[raw]
            edits.append(Remove(here))
        beyond = self._more and (not self._places or (new is not None and new > self._places[-1]))
        if new is not None and not beyond:
            there = bisect_left(self._places, new)
            self._places.insert(there, new)
            self._at[raw] = new
            edits.append(Insert(there, [raw]))
        return edits

    def repaint(self) -> None:
        """Rows at hand are read anew, in their places."""
        known, self._rows = list(self._rows), {}
        places = [self._at[raw] for raw in known if raw in self._at]
        self.edits.emit([Change(bisect_left(self._places, place)) for place in places])

    def _present(self, ticket_id: UUID) -> None:
        """Somebody else came to a ticket or left it: only its row looks different, if it is seen."""
        raw = ticket_id.bytes
        row, place = self._rows.get(raw), self._at.get(raw)
        others = others_at(self._local, self._directory, ticket_id)
        if row is not None and place is not None and row.others != others:
            self._rows[raw] = replace(row, others=others)
            self.edits.emit([Change(bisect_left(self._places, place))])

    def _outbox_changed(self, _: None) -> None:
        self.repaint()

    def _people_changed(self, _: None) -> None:
        self.repaint()

    def _opened(self, _: None) -> None:
        self._unseen = None
        self.refresh()
