"""Operators as SQL conditions on a hit: the ticket `t` and, for a hit in a message, the message `m`.

Each filter is told twice, as only one of the two may be there: for hits in tickets `m.id` is NULL.
The two engines differ in few functions, which `Sql` spells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from console.conversations.tables.rows import mentioned, mentioning
from console.fields.model import CustomField
from console.kernel.clock import to_ms
from console.kernel.codec import NIL
from console.search.model.query import Filter, Key, Query
from console.search.tables.fielded import asked, named, takes
from console.store.reader import Reader, Value, listed
from console.tickets.tables.conditions import NEVER
from console.tickets.tables.values import Asked, probe, with_value

NAMES_MOST = 500
"""So many people of one name are looked for; of more than these the rest is left out."""
STATE_KEYS: tuple[Key, ...] = ("is", "tag", "team", "assignee", "order", "field")
"""Operators about a ticket that pending changes may make true or false."""
RARE = 1_000
"""A value of so many tickets is looked up; one of more is soon met among those touched last."""
MENTIONED_MOST = 30
"""So many colleagues of one name are looked for in notes."""
ME, NOBODY = "me", ("nobody", "none", "unassigned")


@dataclass(frozen=True)
class Sql:
    """How an engine spells what the other spells differently; `{}` is filled by the caller."""

    field: str
    """A text field of a JSON document: `{doc}`, `{name}`."""
    size: str
    """How long a list of a document is."""
    member: str
    """Whether a list of a document has the text `{value}`."""
    inside: str
    """Whether a column's text, without case and accents, has another in it."""


SQLITE = Sql(
    field="json_extract(plain({doc}), '$.{name}')",
    size="coalesce(json_array_length(plain({doc}), '$.{name}'), 0)",
    member="EXISTS (SELECT 1 FROM json_each(plain({doc}), '$.{name}') e WHERE e.value = {value})",
    inside="instr(folded({column}), {value}) > 0",
)
SERVER_SQLITE = Sql(
    field="json_extract({doc}, '$.{name}')",
    size="coalesce(json_array_length({doc}, '$.{name}'), 0)",
    member="EXISTS (SELECT 1 FROM json_each({doc}, '$.{name}') e WHERE e.value = {value})",
    inside="instr(lower({column}), {value}) > 0",
)
POSTGRES = Sql(
    field="(CAST({doc} AS json) ->> '{name}')",
    size="coalesce(json_array_length(CAST({doc} AS json) -> '{name}'), 0)",
    member=(
        "EXISTS (SELECT 1 FROM json_array_elements_text(coalesce(CAST({doc} AS json) -> '{name}',"
        " CAST('[]' AS json))) AS e (value) WHERE e.value = {value})"
    ),
    inside="strpos(lower({column}), {value}) > 0",
)


@dataclass(frozen=True)
class Names:
    """Whom the names of a query mean: by key and value, raw ids; `unknown` are those of nobody.

    `fields` are the custom fields that are named, by name.
    """

    ids: Mapping[tuple[Key, str], tuple[bytes, ...]]
    fields: Mapping[str, Sequence[CustomField]] = field(default_factory=dict)

    def of(self, known: Filter) -> tuple[bytes, ...]:
        """The ids that a filter's name means."""
        return self.ids.get((known.key, known.value), ())

    def misread(self, query: Query) -> list[tuple[CustomField, Filter]]:
        """What a query asks of fields that take no such value, each with one of them."""
        asked = [known for known in query.filters if known.key == "field"]
        named = [(self.fields.get(known.value, ()), known) for known in asked]
        return [
            (found[0], known)
            for found, known in named
            if found and not any(takes(each, known) for each in found)
        ]

    @property
    def unknown(self) -> list[tuple[Key, str]]:
        """The names that nobody has, each with its operator."""
        return [named for named, ids in self.ids.items() if not ids]


def names_of(reader: Reader, query: Query, me: UUID, sql: Sql = SQLITE) -> Names:
    """Look up everybody who is named in a query, and every field."""
    found: dict[tuple[Key, str], tuple[bytes, ...]] = {}
    fields: dict[str, Sequence[CustomField]] = {}
    for known in query.filters:
        if known.key == "field" and known.value not in fields:
            fields[known.value] = named(reader, known.value)
            found[known.key, known.value] = tuple(f.id.bytes for f in fields[known.value])
        if known.key in _TABLES and (known.key, known.value) not in found:
            found[known.key, known.value] = _look_up(reader, known, me, sql)
    return Names(found, fields)


_NONE = "SELECT id FROM tickets WHERE 1 = 0"
_TABLES: Mapping[Key, tuple[str, ...]] = {
    "from": ("parties", "users"),
    "to": ("parties",),
    "assignee": ("users",),
    "mentions": ("users",),
    "team": ("teams",),
}


def _look_up(reader: Reader, known: Filter, me: UUID, sql: Sql) -> tuple[bytes, ...]:
    if known.value == ME and known.key in ("from", "assignee", "mentions"):
        return (me.bytes,)
    if known.value in NOBODY and known.key == "assignee":
        return (NIL.bytes,)
    ids: list[bytes] = []
    for table in _TABLES[known.key]:
        columns = {"parties": ("name", "handle"), "users": ("name", "email")}.get(table, ("name",))
        inside = " OR ".join(sql.inside.format(column=name, value=":value") for name in columns)
        rows = reader.rows(
            f"SELECT id FROM {table} WHERE {inside} LIMIT {NAMES_MOST}", value=known.value
        )
        ids += [bytes(row[0]) for row in rows]
    return tuple(ids)


def narrowed(
    query: Query, names: Names, reader: Reader, loose: Iterable[UUID] = ()
) -> tuple[str, dict[str, Value]] | None:
    """The tickets that a query of operators can only find, when it asks for a rare value.

    As a SELECT of ids with its parameters; None when it asks for none that is rare. Tickets in
    `loose` are among them.
    """
    for number, known in enumerate(query.filters):
        if known.key != "field" or known.without:
            continue
        params: dict[str, Value] = {}

        def param(value: Value, params: dict[str, Value] = params, n: int = number) -> str:
            params[name := f"n{n}_{len(params)}"] = value
            return f":{name}"

        asked = asked_of(names, known, param)
        those = " UNION ALL ".join(with_value(each, param) for each in asked) or _NONE
        some = f"SELECT 1 FROM ({those}) AS those LIMIT {RARE + 1}"
        row = reader.row(f"SELECT count(*) FROM ({some}) AS found", **params)
        if row is not None and row[0] <= RARE:
            more = [f" UNION ALL SELECT {param(ticket.bytes)}" for ticket in loose]
            return those + "".join(more), params
    return None


def asked_of(names: Names, known: Filter, param: Callable[[Value], str]) -> list[Asked]:
    """What a filter asks of each field that it names and that takes such a value."""
    found = (asked(field, known, param) for field in names.fields.get(known.value, ()))
    return [each for each in found if each is not None]


def condition(
    query: Query,
    names: Names,
    me: UUID,
    *,
    keys: Iterable[Key] | None = None,
    loose: Iterable[UUID] = (),
    sql: Sql = SQLITE,
    inside: bool = True,
    seen: str = "1 = 1",
) -> tuple[str, dict[str, Value]]:
    """All filters of a query, or those of these keys, as one condition with its parameters.

    Tickets in `loose` pass whatever their state: it is looked at elsewhere. Without `inside` a
    ticket is not judged by the messages in it: not all may be seen by whoever asks. Of those that
    mention somebody, which are quickly found, it is by the ones that are `seen`: a condition on `n`.
    """
    parts: list[str] = []
    params: dict[str, Value] = {}
    free, more = listed("loose", loose)
    for number, known in enumerate(query.filters):
        if keys is not None and known.key not in keys:
            continue
        made = _Condition(known, names, me, f"f{number}_", sql, inside=inside, seen=seen)
        text = made.text()
        params |= made.params
        if known.without:
            text = f"NOT {text}"
        if known.key in STATE_KEYS and more:
            text = f"({text} OR t.id IN {free})"
            params |= more
        parts.append(text)
    return " AND ".join(parts) or "1 = 1", params


class _Condition:
    """One filter as SQL; `params` are named with its prefix."""

    def __init__(
        self,
        known: Filter,
        names: Names,
        me: UUID,
        prefix: str,
        sql: Sql,
        *,
        inside: bool,
        seen: str,
    ) -> None:
        self._known, self._names, self._ids = known, names, names.of(known)
        self._me, self._prefix, self._sql = me, prefix, sql
        self._inside, self._seen = inside, seen
        self.params: dict[str, Value] = {}

    def text(self) -> str:
        """The condition; it is never NULL."""
        make: Mapping[Key, Callable[[], str]] = {
            "from": self._from, "to": self._to, "order": self._order, "is": self._is,
            "tag": self._tag, "team": lambda: f"t.team_id IN {self._listed()}",
            "assignee": lambda: f"t.assignee_id IN {self._listed()}", "before": self._dated,
            "after": self._dated, "has": self._has, "mentions": self._mentions,
            "field": self._fielded,
        }  # fmt: skip
        return f"({make[self._known.key]()})"

    def _either(self, ticket: str, message: str) -> str:
        return f"CASE WHEN m.id IS NULL THEN {ticket} ELSE {message} END"

    def _param(self, value: Value, name: str = "v") -> str:
        self.params[self._prefix + name] = value
        return f":{self._prefix}{name}"

    def _listed(self) -> str:
        names, params = listed(self._prefix + "i", self._ids)
        self.params |= params
        return names

    def _field(self, name: str) -> str:
        return self._sql.field.format(doc="m.doc", name=name)

    def _from(self) -> str:
        texts, params = listed(self._prefix + "t", [str(UUID(bytes=i)) for i in self._ids])
        ids = self._listed()
        self.params |= params
        return self._either(f"t.requester_id IN {ids}", f"{self._field('author_id')} IN {texts}")

    def _to(self) -> str:
        ids = self._listed()
        on_lane = "EXISTS (SELECT 1 FROM conversations c WHERE c.id = t.conversation_id AND ({}))"
        either = f"c.buyer_id IN {ids} OR c.seller_id IN {ids}"
        lane = self._field("lane")
        same = f"({lane} = 'buyer' AND c.buyer_id IN {ids}) OR ({lane} = 'seller' AND c.seller_id IN {ids})"
        sent = f"{self._field('author')} = 'staff' AND {on_lane.format(same)}"
        return self._either(on_lane.format(either), f"({sent})")

    def _order(self) -> str:
        value = self._known.value
        low, high = self._param(value, "low"), self._param(value + "\U0010ffff", "high")
        return f"t.order_id IN (SELECT o.id FROM orders o WHERE o.number >= {low} AND o.number < {high})"

    def _is(self) -> str:
        state = self._known.value
        match state:
            case "open":
                return "t.active = 1"
            case "solved":
                return "t.finished = 1"
            case "unread":
                return "t.unread > 0"
            case "mine":
                return f"t.assignee_id = {self._param(self._me.bytes)}"
            case "unassigned":
                return f"t.assignee_id = {self._param(NIL.bytes)}"
            case "waiting":
                return f"t.active = 1 AND t.waits_at < {NEVER}"
            case "note":
                return self._either(self._any("n.internal = 1"), "m.internal = 1")
            case _:
                return f"t.status = {self._param(state)}"

    def _tag(self) -> str:
        value = self._param(self._known.value)
        return self._sql.member.format(doc="t.doc", name="tags", value=value)

    def _dated(self) -> str:
        at = self._known.at
        assert at is not None, "the parser gave it a time"
        sign = "<" if self._known.key == "before" else ">="
        when = self._param(to_ms(at), "ms")
        told = self._param(_utc(at), "iso")
        return self._either(f"t.updated_at {sign} {when}", f"{self._field('at')} {sign} {told}")

    def _mentions(self) -> str:
        users = [UUID(bytes=raw) for raw in self._ids[:MENTIONED_MOST]]
        told = [self._param(mentioned(user), f"u{n}") for n, user in enumerate(users)]
        if not told:
            return "1 = 0"
        notes = " UNION ALL ".join(f"{mentioning(name)} AND {self._seen}" for name in told)
        here = " OR ".join(f"m.mentions LIKE {name}" for name in told)
        return self._either(f"t.conversation_id IN ({notes})", f"({here})")

    def _fielded(self) -> str:
        asked = asked_of(self._names, self._known, self._numbered)
        return " OR ".join(probe(each, "t.id", self._numbered) for each in asked) or "1 = 0"

    def _numbered(self, value: Value) -> str:
        return self._param(value, f"p{len(self.params)}")

    def _has(self) -> str:
        files = self._sql.size.format(doc="{row}.doc", name="attachments") + " > 0"
        return self._either(self._any(files.format(row="n")), files.format(row="m"))

    def _any(self, condition: str) -> str:
        """That a message `n` of the ticket fulfils a condition."""
        if not self._inside:
            return "1 = 0"
        return (
            "EXISTS (SELECT 1 FROM messages n WHERE n.conversation_id = t.conversation_id"
            f" AND {condition})"
        )


def _utc(at: datetime) -> str:
    """A moment as documents write it, but for what stands behind the seconds: sorts before that."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
