"""Counts a view in bites, so that no turn of the loop waits until all of its tickets are counted."""

from datetime import datetime
from uuid import UUID

from console.store.reader import Reader
from console.tickets.model import View, ViewName
from console.tickets.tables.conditions import Where, mentioned_in, narrow
from console.tickets.tables.rows import within_view

BITE = 10_000
"""So many tickets, in the order in which they were touched, are held against conditions at a time:
some 3 ms, and 20 where each is asked for values of its fields."""
_TOP = 1 << 62

Borders = dict[int, int]
"""Where bites end, by where they begin; tallies of one round share them."""


class Tally:
    """Counts the tickets of one view. `count` is how many were found so far, `most` at most.

    What an index of its own counts is one bite; so are few tickets looked up by their ids. What
    changes meanwhile may be counted as it was or as it is: whoever hears of it counts anew.
    """

    def __init__(
        self,
        reader: Reader,
        view: View,
        me: UUID,
        *,
        now: datetime,
        most: int,
        borders: Borders | None = None,
    ) -> None:
        self._reader, self._view, self._me, self._now = reader, view, me, now
        self._most = most
        self._borders: Borders = {} if borders is None else borders
        self._asked: Where | None = None
        self._upto = _TOP
        self.count = 0

    def step(self) -> bool:
        """Count a bite; whether there is more to count."""
        if self._asked is None and self._at_once():
            return False
        if self._asked is None:
            self._asked = within_view(self._reader, self._view, self._me, self._now)
        if self._asked.few:
            self._add(self._asked)
            return False
        low = self._border()
        sql = f"{self._asked.sql} AND t.updated_at >= :low AND t.updated_at < :upto"
        self._add(Where(sql, {**self._asked.params, "low": low, "upto": self._upto}))
        self._upto = low
        return low > 0 and self.count < self._most

    def _at_once(self) -> bool:
        """Count all, if that is quickly done."""
        reader, view, me, now = self._reader, self._view, self._me, self._now
        if view.name != ViewName.FILTER:
            self._add(within_view(reader, view, me, now))
            return True
        mentioned = mentioned_in(reader, view.conditions, me)
        if mentioned is not None:
            self.count = min(len(mentioned), self._most)
            return True
        indexed = narrow(reader, view.conditions, me, now)
        if indexed is not None:
            self._add(indexed)
        return indexed is not None

    def _add(self, asked: Where) -> None:
        # A limited query is answered from the index alone.
        some = f"SELECT t.id FROM tickets t WHERE {asked.sql} LIMIT {self._most - self.count}"
        row = self._reader.row(f"SELECT count(*) FROM ({some}) AS those", **asked.params)
        self.count += int(row[0]) if row else 0

    def _border(self) -> int:
        """Since when a bite's tickets were touched; 0 when all that are left are one bite."""
        if self._upto not in self._borders:
            row = self._reader.row(
                "SELECT t.updated_at FROM tickets t WHERE t.updated_at < :upto"
                " ORDER BY t.updated_at DESC LIMIT 1 OFFSET :bite",
                upto=self._upto, bite=BITE,
            )  # fmt: skip
            self._borders[self._upto] = int(row[0]) if row else 0
        return self._borders[self._upto]
