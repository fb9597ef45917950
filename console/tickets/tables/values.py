"""Values of custom fields as rows beside the tickets, and what conditions ask of them.

Which fields there are is data, so none has a column of its own: each value is a row of
`ticket_values`, in an index by field and value. The ticket's own column `fields` says which fields
it has a value of, as no row says which it has not.

A condition is answered in one of three ways, by how many tickets it is true of. Few are looked up
one by one. Some are gathered from the index, and the view, read in its own order, is held against
them. Where it is true of many the view's first rows are soon found by asking ticket after ticket.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from console.fields.model import MAX_WHOLE_DIGITS, Value, field_of
from console.store.reader import Columns, Reader
from console.store.reader import Value as Param
from console.sync.records import Beside
from console.tickets.model import Ticket
from console.tickets.model.days import RELATIVE, days_of
from console.views.model import Condition

TABLE, OWNER = "ticket_values", "ticket_id"
AT_LEAST, EXACTLY, CONTAINS, UNSET = ">=", "=", "~", ""
"""How a condition's value begins; UNSET is one without a value."""
FEW = 250
"""So many tickets are looked up one by one: some 15 ms where none of them is at hand."""
SOME = 10_000
"""So many are gathered before the view is read: some 3 ms."""
MOST_SETS = 200
"""So many sets of fields are looked up one by one, at some 20 µs; of more all tickets are read."""
_LIFT = 2 * 10**MAX_WHOLE_DIGITS
_NOTHING = "1 = 0"
_ANY = "1 = 1"


def value_rows(ticket: Ticket) -> Sequence[Columns]:
    """A ticket's values as rows: the field's id, and the value as it is asked for."""
    return [
        {"field_id": field_id.bytes, "value": stood(value)}
        for field_id, value in ticket.fields.items()
    ]


VALUES: Beside[Ticket] = Beside(TABLE, OWNER, value_rows)


def fields_column(values: Mapping[UUID, Value]) -> str:
    """Of which fields there is a value, as one text: `|key|key|`; empty for none."""
    keys = sorted(map(_key, values))
    return f"|{'|'.join(keys)}|" if keys else ""


def stood(value: Value) -> str:
    """A value as it stands in its row: numbers so that they sort as texts, texts in lower case."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.casefold()
    return f"{value + _LIFT:.4f}"


Params = Callable[[Param], str]
"""Makes a parameter of a query; what it returns stands in the SQL."""


def matches(value: str, param: Params, column: str = "v.value") -> str | None:
    """What is asked of a value, as SQL; None for what asks nothing.

    `value` is a condition's, begun by AT_LEAST, EXACTLY or CONTAINS.
    """
    if value.startswith(AT_LEAST):
        wanted = _sorted(value.removeprefix(AT_LEAST))
        return None if wanted is None else f"{column} >= {param(wanted)}"
    if value.startswith(CONTAINS):
        plain = value.removeprefix(CONTAINS).casefold()
        for sign in "!%_":
            plain = plain.replace(sign, f"!{sign}")
        return f"{column} LIKE {param(f'%{plain}%')} ESCAPE '!'"
    return f"{column} = {param(stood(value.removeprefix(EXACTLY)))}"


def between(first: str, last: str, param: Params, column: str = "v.value") -> str:
    """That a date is from one day to another, both included; an empty one is no end."""
    ends = [f"{column} {sign} {param(end)}" for sign, end in ((">=", first), ("<=", last)) if end]
    return " AND ".join(ends) or _ANY


class Asked(NamedTuple):
    """What is asked of one field: SQL on the value `v.value`, and whether none at all will do."""

    field_id: UUID
    held: str
    bare: bool = False


def probe(asked: Asked, ticket: str, param: Params) -> str:
    """What is asked, of one ticket after another; `ticket` is SQL for its id."""
    word, held = ("NOT EXISTS", f"NOT ({asked.held})") if asked.bare else ("EXISTS", asked.held)
    loose = held.replace("v.value", "coalesce(w.value, w.value)")
    of = f"w.{OWNER} = {ticket} AND w.field_id = {param(asked.field_id.bytes)}"
    return f"{word} (SELECT 1 FROM {TABLE} w WHERE {of} AND ({loose}))"


def with_value(asked: Asked, param: Params) -> str:
    """The tickets with a value such as is asked for, from the index."""
    held = f"v.field_id = {param(asked.field_id.bytes)} AND ({asked.held})"
    return f"SELECT v.{OWNER} FROM {TABLE} v WHERE {held}"


class Values:
    """Conditions on custom fields as SQL on `t`. Days are counted from `today`."""

    def __init__(self, reader: Reader, param: Params, today: date) -> None:
        self._reader, self._today = reader, today
        self._params: dict[str, Param] = {}
        self._make = param

    def where(self, conditions: Sequence[Condition]) -> tuple[str, bool]:
        """That all of them hold, and whether few tickets are then looked up by their ids.

        One that asks for what no value can be is true of nothing.
        """
        asked = [self._asked(condition) for condition in conditions]
        known = [each for each in asked if each is not None]
        return self.true_of(known) if len(known) == len(asked) else (_NOTHING, True)

    def true_of(self, asked: Sequence[Asked]) -> tuple[str, bool]:
        """The same of what is asked of fields, at least one. The view keeps its own order."""
        counts = [(self._count(self._those(each)), n) for n, each in enumerate(asked)]
        count, first = min(counts)
        if count > SOME:
            return " AND ".join(probe(each, "t.id", self.param) for each in asked), False
        others = [each for n, each in enumerate(asked) if n != first]
        those = self._those(asked[first], others)
        if others:
            count = self._count(those)
        if count <= FEW:
            return f"t.id IN ({those})", True
        return f"coalesce(t.id, t.id) IN ({those})", False

    def _asked(self, condition: Condition) -> Asked | None:
        field_id = field_of(condition.field)
        parts = [self._part(value, condition.without) for value in condition.values]
        known = [part for part in parts if part is not None]
        if field_id is None or not known or (condition.without and len(known) < len(parts)):
            return None
        glue = " AND " if condition.without else " OR "
        held = glue.join(f"({part})" for part, _ in known)
        bares = [bare for _, bare in known]
        return Asked(field_id, held, all(bares) if condition.without else any(bares))

    def _part(self, value: str, without: bool) -> tuple[str, bool] | None:
        """What one value asks of whoever has one, and whether those who have none will do."""
        if value == UNSET:
            return (_ANY, False) if without else (_NOTHING, True)
        if value.startswith(RELATIVE):
            days = days_of(value)
            found = between(*days.dates(self._today), self.param) if days else None
        else:
            found = matches(value, self.param)
        if found is None:
            return None
        if not without:
            return found, False
        # Those without a value are neither at least so much nor less.
        return f"NOT ({found})", not value.startswith((AT_LEAST, RELATIVE))

    def param(self, value: Param, /) -> str:
        """A parameter of the query, which is also one of those asked before it."""
        name = self._make(value)
        self._params[name.removeprefix(":")] = value
        return name

    def _count(self, those: str) -> int:
        """Of how many tickets it is true, one more than SOME at most."""
        used = {name: value for name, value in self._params.items() if f":{name}" in those}
        sql = f"SELECT count(*) FROM (SELECT 1 FROM ({those}) AS those LIMIT {SOME + 1}) AS found"
        row = self._reader.row(sql, **used)
        return int(row[0]) if row else 0

    def _those(self, asked: Asked, others: Sequence[Asked] = ()) -> str:
        """The tickets of which it is true, from the indexes, and what else is asked of them."""

        def also(ticket: str) -> str:
            return "".join(f" AND {probe(other, ticket, self.param)}" for other in others)

        those = with_value(asked, self.param) + also(f"v.{OWNER}")
        if not asked.bare:
            return those
        without = self._without(f"|{_key(asked.field_id)}|")
        return f"{those} UNION ALL SELECT a.id FROM tickets a WHERE {without}{also('a.id')}"

    def _without(self, key: str) -> str:
        """That a ticket `a` has no value of the field with this key."""
        sets = list(islice(self._sets(), MOST_SETS + 1))
        if len(sets) > MOST_SETS:
            return f"a.fields NOT LIKE {self.param(f'%{key}%')}"
        names = ", ".join(self.param(each) for each in sets if key not in each)
        return f"a.fields IN ({names or 'NULL'})"

    def _sets(self) -> Iterator[str]:
        """Each set of fields that any ticket has values of: few, as work comes in few kinds."""
        row = self._reader.row("SELECT fields FROM tickets ORDER BY fields LIMIT 1")
        while row is not None:
            yield str(row[0])
            after = "SELECT fields FROM tickets WHERE fields > :last ORDER BY fields LIMIT 1"
            row = self._reader.row(after, last=row[0])


def _sorted(told: str) -> str | None:
    """The border of a range as values stand in their rows; None for what is neither."""
    try:
        return stood(float(told))
    except ValueError:
        return told if len(told) == len("2026-01-01") else None


def _key(field_id: UUID) -> str:
    """What tells fields apart, briefly: the random end of their ids."""
    return field_id.hex[-8:]
