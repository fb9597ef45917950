"""From a view's conditions to SQL over query columns, which one index for each order holds.

Any conditions may meet in a view, so none gets an index of its own: the rows come from the index of
the view's order, and the conditions are looked up in it. That reads at most the whole index, some
20 ms at 100,000 tickets, whatever is asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from console.fields.model import field_of
from console.kernel.clock import to_ms
from console.kernel.codec import NIL
from console.store.reader import Reader, Value
from console.tickets.model import (
    ACTIVE,
    DUE_SOON,
    DUE_SOON_S,
    ME,
    NOBODY,
    OVERDUE,
    OVERDUE_S,
    RANK,
    SOME,
    UNSEEN,
    UNTAGGED,
    Status,
)
from console.tickets.model.days import RELATIVE, days_of
from console.tickets.tables.mentions import mentioning_tickets, unseen_tickets
from console.tickets.tables.values import Values
from console.views.model import Condition, Field

MERGED = 2
"""In the column `finished`, of one that is in another: no view has it."""
NEVER = (1 << 53) - 1
"""`waits_at` of who does not wait: sorts them after those who do."""
TAG_BYTES = 2_000
"""So much of a ticket's tags can be asked for: an entry of PostgreSQL's indexes holds no more."""
IN_OUR_COURT = Condition(field=Field.STATUS, values=tuple(s for s in Status if s in ACTIVE))
"""What is to be answered or done by us: on these tickets `active` is 1."""
_INDEXED = (Field.DUE, Field.WAITING, Field.ASSIGNEE, Field.TEAM)
UNREAD = "unread > 0"
"""What is in the index of what nobody on staff has read: few of a desk's tickets."""
_UNREAD_ALONE = (Condition(field=Field.UNREAD, values=(SOME,)),)
_NOTHING = "1 = 0"
_MOMENT = timedelta(milliseconds=1)


def tags_column(tags: Iterable[str]) -> str:
    """Tags as one text with a bar before and after each, cut after a tag at TAG_BYTES."""
    text = ""
    for tag in tags:
        longer = f"{text or '|'}{tag}|"
        if len(longer.encode()) > TAG_BYTES:
            break
        text = longer
    return text


def loose(column: str) -> str:
    """The column where no index is to be entered by it: a view is read in its own order."""
    return f"coalesce({column}, {column})"


class Where(NamedTuple):
    """A condition on `t` and its parameters; `few`: it names the tickets, so that they are looked up."""

    sql: str
    params: dict[str, Value]
    few: bool = False


def where(reader: Reader, conditions: Iterable[Condition], me: UUID, now: datetime) -> Where:
    """The condition that all of them hold. A field or value that nobody knows matches nothing."""
    asked, own = _Asked(reader, me, now), list[Condition]()
    parts, custom = list[str](), list[Condition]()
    for condition in conditions:
        (own if field_of(condition.field) is None else custom).append(condition)
    few = any(each.field == Field.MENTIONS and not each.without for each in own)
    if custom:
        part, found_few = asked.custom(custom)
        parts.append(part)
        few = few or found_few
    parts += [asked.part(condition) for condition in own]
    return Where(" AND ".join(parts) or "1 = 1", asked.params, few)


def narrow(
    reader: Reader, conditions: Sequence[Condition], me: UUID, now: datetime
) -> Where | None:
    """The same for counting, where an index has all that is asked.

    What is in our court, also whose and since when, and what is unread. None where a sort's whole
    index has to be read.
    """
    if tuple(conditions) == _UNREAD_ALONE:
        return Where(f"t.{UNREAD} AND t.finished < {MERGED}", {})
    court = [each for each in conditions if each == IN_OUR_COURT]
    others = [each for each in conditions if each != IN_OUR_COURT]
    alone = all(
        each.field in _INDEXED and len(each.values) == 1 and not each.without for each in others
    )
    if len(court) != 1 or len(others) > 1 or not alone:
        return None
    asked = _Asked(reader, me, now, hold=lambda column: column)
    parts = ["t.active = 1", *(asked.part(condition) for condition in others)]
    return Where(" AND ".join(parts), asked.params)


def mentioned_in(reader: Reader, conditions: Sequence[Condition], me: UUID) -> set[UUID] | None:
    """The tickets that conditions show which ask for nothing but mentions; None for any others."""
    if len(conditions) != 1 or conditions[0].without or conditions[0].field != Field.MENTIONS:
        return None
    found = (_mentioned(reader, value, me) for value in conditions[0].values)
    return {ticket for tickets in found for ticket in tickets}


def _mentioned(reader: Reader, value: str, me: UUID) -> list[UUID]:
    """The tickets that a value of a condition on mentions names."""
    if value == UNSEEN:
        return unseen_tickets(reader, me)
    user = _named(value, me)
    return mentioning_tickets(reader, user) if user else []


def _named(value: str, me: UUID) -> UUID | None:
    """Whom or what an id or a word for one means; None for neither."""
    known = {ME: me, NOBODY: NIL}.get(value)
    try:
        return known or UUID(value)
    except ValueError:
        return None


def timed(conditions: Iterable[Condition]) -> bool:
    """Whether time alone can bring tickets in or take them out."""
    by_time = (Field.AGE, Field.UPDATED, Field.WAITING, Field.DUE)
    return any(
        condition.field in by_time or any(value.startswith(RELATIVE) for value in condition.values)
        for condition in conditions
        if condition.field in by_time or field_of(condition.field) is not None
    )


class _Asked:
    """The parts of one query and the parameters they gather."""

    def __init__(
        self, reader: Reader, me: UUID, now: datetime, hold: Callable[[str], str] = loose
    ) -> None:
        self._reader, self._me, self._now, self._hold = reader, me, now, hold
        self.params: dict[str, Value] = {}
        today = now.astimezone().date()  # where whoever looks is
        self._values = Values(reader, self._param, today)
        self._parts: Mapping[str, Callable[[str], str]] = {
            Field.STATUS: lambda value: self._is("status", value),
            Field.PRIORITY: self._priority,
            Field.TEAM: lambda value: self._id("team_id", value),
            Field.ASSIGNEE: lambda value: self._id("assignee_id", value),
            Field.TAG: self._tag,
            Field.SIDE: lambda value: self._is("side", value),
            Field.CHANNEL: lambda value: self._is("channel", value),
            Field.AGE: lambda value: self._when("created_at", value),
            Field.UPDATED: self._updated,
            Field.WAITING: lambda value: self._when("waits_at", value),
            Field.UNREAD: lambda value: f"{loose('t.unread')} > 0" if value == SOME else _NOTHING,
            Field.DUE: self._due,
            Field.MENTIONS: self._mentions,
        }

    def custom(self, conditions: Sequence[Condition]) -> tuple[str, bool]:
        """Conditions on custom fields as SQL, and whether few tickets are looked up."""
        return self._values.where(conditions)

    def part(self, condition: Condition) -> str:
        """One condition on what all tickets have as SQL."""
        asked = self._parts.get(condition.field)
        if asked is None:
            return _NOTHING
        any_of = " OR ".join(asked(value) for value in condition.values) or _NOTHING
        return f"NOT ({any_of})" if condition.without else f"({any_of})"

    def _param(self, value: Value) -> str:
        name = f"asked{len(self.params)}"
        self.params[name] = value
        return f":{name}"

    def _is(self, column: str, value: str) -> str:
        return f"{loose(f't.{column}')} = {self._param(value)}"

    def _priority(self, value: str) -> str:
        ranks = {priority.value: rank for priority, rank in RANK.items()}
        return f"{loose('t.rank')} = {self._param(ranks[value])}" if value in ranks else _NOTHING

    def _id(self, column: str, value: str) -> str:
        wanted = _named(value, self._me)
        held = self._hold(f"t.{column}")
        return f"{held} = {self._param(wanted.bytes)}" if wanted else _NOTHING

    def _mentions(self, value: str) -> str:
        found = _mentioned(self._reader, value, self._me)
        return self._among(found) if found else _NOTHING

    def _among(self, ids: list[UUID]) -> str:
        """Only these, each looked up by its id."""
        return f"t.id IN ({', '.join(self._param(each.bytes) for each in ids)})"

    def _tag(self, value: str) -> str:
        if value == UNTAGGED:
            return f"{loose('t.tags')} = ''"
        plain = value.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        return f"t.tags LIKE {self._param(f'%|{plain}|%')} ESCAPE '!'"

    def _when(self, column: str, value: str, of: str = "t") -> str:
        """The column's time is on these days until now, or at least so many seconds ago."""
        if value.startswith(RELATIVE):
            return self._within(f"{of}.{column}", value)
        return self._before(f"{of}.{column}", value)

    def _updated(self, value: str) -> str:
        """By the index of the newest: in that of another order nothing says when it was touched."""
        found = self._when("updated_at", value, "u")
        return f"{loose('t.id')} IN (SELECT u.id FROM tickets u WHERE {found})"

    def _read(self, column: str) -> str:
        """A column of `t` as this query reads it; another table's, by that one's own index."""
        return self._hold(column) if column.startswith("t.") else column

    def _within(self, column: str, value: str) -> str:
        days = days_of(value)
        if days is None:
            return _NOTHING
        begin, end = days.moments(self._now.astimezone().date())
        last = self._now if end is None else min(end - _MOMENT, self._now)
        parts = [f"{self._read(column)} <= {self._param(to_ms(last))}"]
        if begin is not None:
            parts.append(f"{self._read(column)} >= {self._param(to_ms(begin))}")
        return " AND ".join(parts)

    def _before(self, column: str, seconds: str) -> str:
        """The column's time is at least so many seconds ago."""
        if not (seconds.isascii() and seconds.isdigit()) or len(seconds) > 10:
            return _NOTHING
        return self._ago(column, int(seconds))

    def _ago(self, column: str, seconds: int) -> str:
        border = to_ms(self._now) - seconds * 1000
        return f"{self._read(column)} <= {self._param(border)}"

    def _due(self, value: str) -> str:
        seconds = {DUE_SOON: DUE_SOON_S, OVERDUE: OVERDUE_S}.get(value)
        return _NOTHING if seconds is None else self._ago("t.waits_at", seconds)
