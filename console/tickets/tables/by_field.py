"""A view in the order of a custom field's values: pages by keyset, those without a value last.

Any field may be asked for in any view, and no index has both. Of a view of few tickets the values
are looked up. Of a larger one the field's values are read in their order, a bite at a time, and for
each bite it is asked which are of the view's tickets; where too few are, all of these are gathered
once, and the rest is held against them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from console.fields.tables.rows import fields
from console.store.reader import Reader, Value, listed
from console.tickets.model import Sort, View
from console.tickets.model.orders import Order
from console.tickets.tables import rows
from console.tickets.tables.values import OWNER, TABLE

FEW = 3_000
"""Of so many tickets the values are looked up one by one: some 10 ms."""
BITE = 400
"""So many values are read at a time, while the tickets of each are looked up."""
HEAP = 20_000
"""So many, once the view's tickets are gathered."""
PROBED = 2_000
"""Of so many values the tickets are looked up one by one, before all are gathered."""
_ALL = 1 << 31

Key = tuple[int, Any, int]
Place = tuple[Key, bytes]
"""Whether the value is missing, the value, then what tells equals apart; and the raw id."""


class Downwards(str):
    """A text that sorts the other way round."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)


class FieldOrder(NamedTuple):
    """An order by a field that there is; a choice's options by their own order, by `ranks`."""

    field_id: UUID
    down: bool
    ranks: tuple[str, ...] = ()


def standing(reader: Reader, order: Order) -> Sort | FieldOrder:
    """The order as it can be followed now: the newest first where its field is not in use."""
    if isinstance(order, Sort):
        return order
    found = next((f.content for f in fields(reader) if f.id == order.field_id), None)
    if found is None or not found.active:
        return Sort.NEWEST
    keys = tuple(option.key for option in found.options)
    return FieldOrder(order.field_id, order.down, () if keys == tuple(sorted(keys)) else keys)


def places(
    reader: Reader,
    view: View,
    me: UUID,
    order: FieldOrder,
    limit: int,
    *,
    after: Place | None = None,
    only: Iterable[UUID] = (),
    now: datetime | None = None,
) -> list[Place]:
    """The places of a view's tickets in this order, at most `limit`.

    `after` continues behind a place, `only` asks for these ids.
    """
    return _Page(reader, view, me, now, order).read(limit, after, [*only])


class _Page:
    def __init__(
        self, reader: Reader, view: View, me: UUID, now: datetime | None, order: FieldOrder
    ) -> None:
        self._reader, self._order = reader, order
        self._view, self._me, self._now = view, me, now
        self._size = BITE

    def _newest(self, limit: int, **more: Any) -> list[rows.Place]:
        """The view's tickets in the order that every view has an index for."""
        return rows.places(
            self._reader, self._view, self._me, Sort.NEWEST, limit, now=self._now, **more
        )

    def read(self, limit: int, after: Place | None, only: Sequence[UUID]) -> list[Place]:
        some = self._newest(len(only), only=only) if only else self._newest(FEW + 1)
        if only or len(some) <= FEW:
            every = sorted(self._looked_up(some))
            return [place for place in every if after is None or place > after][:limit]
        found: list[Place] = []
        if after is None or not after[0][0]:
            found = self._valued(limit, after)
            after = None
        return found + self._bare(limit - len(found), after)

    def _looked_up(self, some: Sequence[rows.Place]) -> Iterator[Place]:
        values = self._values([raw for _, raw in some])
        for updated_at, raw in some:
            value = values.get(raw)
            yield _bare(updated_at, raw) if value is None else self._place(value, raw)

    def _values(self, ids: Iterable[bytes]) -> dict[bytes, str]:
        names, params = listed("i", ids)
        found = self._reader.rows(
            f"SELECT v.{OWNER}, v.value FROM {TABLE} v"
            f" WHERE v.field_id = :field AND v.{OWNER} IN {names}",
            field=self._order.field_id.bytes,
            **params,
        )
        return {bytes(row[0]): row[1] for row in found}

    def _place(self, value: str, raw: bytes) -> Place:
        ranks, tie = self._order.ranks, int.from_bytes(raw)
        rank = ranks.index(value) if value in ranks else len(ranks)
        if self._order.down:
            return (0, -rank if ranks else Downwards(value), -tie), raw
        return (0, rank if ranks else value, tie), raw

    # -- those with a value

    def _valued(self, limit: int, after: Place | None) -> list[Place]:
        """The next tickets with a value."""
        found, seen = list[Place](), 0
        inside: set[bytes] | None = None
        for bite in self._bites(after):
            if seen >= PROBED and inside is None:
                inside = {raw for _, raw in self._newest(_ALL)}
                self._size = HEAP
            here = inside
            if here is None:
                ids = [UUID(bytes=raw) for _, raw in bite]
                here = {raw for _, raw in self._newest(len(ids), only=ids)}
            found += [self._place(value, raw) for value, raw in bite if raw in here]
            seen += len(bite)
            if len(found) >= limit:
                break
        return found[:limit]

    def _bites(self, after: Place | None) -> Iterator[list[tuple[str, bytes]]]:
        """The field's values in their order behind a place, a bite at a time."""
        for start, alone in self._starts(after):
            last = start
            while bite := self._bite((last, alone), self._size):
                yield bite
                last = bite[-1]

    def _starts(self, after: Place | None) -> Iterator["_Start"]:
        """Where reading begins: once, or with each option of a choice in its turn."""
        ranks = self._order.ranks
        if not ranks:
            yield (None if after is None else (str(after[0][1]), after[1])), False
            return
        turn = list(reversed(ranks)) if self._order.down else list(ranks)
        if after is not None:
            here = ranks[min(abs(after[0][1]), len(ranks) - 1)]
            yield (here, after[1]), True
            turn = turn[turn.index(here) + 1 :]
        for option in turn:
            yield (option, b"\xff" * 17 if self._order.down else b""), True

    def _bite(self, start: "_Start", size: int) -> list[tuple[str, bytes]]:
        last, alone = start
        params: dict[str, Value] = {"field": self._order.field_id.bytes, "limit": size}
        sign, way = ("<", " DESC") if self._order.down else (">", "")
        where = "v.field_id = :field"
        if last is not None:
            params |= {"key": last[0], "id": last[1]}
            where += (
                f" AND v.value = :key AND v.{OWNER} {sign} :id"
                if alone
                else f" AND (v.value, v.{OWNER}) {sign} (:key, :id)"
            )
        found = self._reader.rows(
            f"SELECT v.value, v.{OWNER} FROM {TABLE} v WHERE {where}"
            f" ORDER BY v.value{way}, v.{OWNER}{way} LIMIT :limit",
            **params,
        )
        return [(row[0], bytes(row[1])) for row in found]

    # -- those without

    def _bare(self, limit: int, after: Place | None) -> list[Place]:
        """The next tickets without a value, the newest first."""
        found = list[Place]()
        last = None if after is None else (-after[0][2], after[1])
        while limit > len(found):
            page = self._newest(PROBED, after=last)
            values = self._values([raw for _, raw in page])
            found += [_bare(at, raw) for at, raw in page if raw not in values]
            if len(page) < PROBED:
                break
            last = page[-1]
        return found[: max(limit, 0)]


_Start = tuple[tuple[str, bytes] | None, bool]
"""Behind which value and ticket to go on, and whether only within that value."""


def _bare(updated_at: int, raw: bytes) -> Place:
    return (1, "", -updated_at), raw
