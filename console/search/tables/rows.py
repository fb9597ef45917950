"""Reads of the search: which messages and tickets a query finds in the cache, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from console.conversations.model import Message
from console.conversations.records import MESSAGE
from console.kernel.codec import NIL
from console.search.model.query import Query
from console.search.model.words import folded, has
from console.search.tables.conditions import STATE_KEYS, Names, condition, names_of, narrowed
from console.search.tables.match import Expanded, match_of
from console.search.tables.script import TICKET_DOC
from console.search.tables.vocabulary import beginning_with
from console.store.reader import Reader, Row, SqliteReader, Value, listed

HITS = 50
"""So many hits are shown at a time."""
SCANNED = 50_000
"""So many matches of the words are held against the operators, the newest; then it is told."""
RANKED = 2_000
"""Of so many matches, the newest, those are found that fit best: 3 to 8 ms, for words in most
documents up to 70."""
_BLOCK = 200
_TICKET_WEIGHT = 2.0
TICKETS_SCANNED = 20_000
"""So many tickets are looked at for a query of operators alone, those touched last."""
PLACES_MOST = 500
"""So many places of somebody named are looked at one by one; of more the words come first."""
EXPANDED = 64
"""A begun word that has more endings than these in the index is looked up the slower way."""
_TOP = 1 << 62
PENDING = _TOP
"""The place of what waits to be sent: before all that is in the index."""


@dataclass(frozen=True)
class Hit:
    """A place that was found: a message, or a ticket's own words (`message_id` NIL)."""

    ticket_id: UUID
    message_id: UUID = NIL
    n: int = _TOP


@dataclass(frozen=True)
class Hits:
    """The hits in their order; `capped` when older matches were not looked at any more.

    `filling`: not all that is kept here is in the index yet.
    """

    hits: tuple[Hit, ...] = ()
    capped: bool = False
    filling: bool = False
    names: Names = field(default_factory=lambda: Names({}))


def prepare(reader: SqliteReader) -> None:
    """Make what a connection needs to search: a word's letters without case."""
    connection = reader.connection
    connection.create_function("folded", 1, lambda text: folded(text or ""), deterministic=True)


def find(
    reader: Reader,
    query: Query,
    me: UUID,
    *,
    before: int = _TOP,
    skip: int = 0,
    loose: Iterable[UUID] = (),
    limit: int = HITS,
) -> Hits:
    """The next hits of a query below `before`; of operators alone, those behind the first `skip`.

    Tickets in `loose` are found whatever their state.
    """
    if query.empty:
        return Hits()
    names = names_of(reader, query, me)
    where, params = condition(query, names, me, loose=loose)
    if not query.terms:
        only = narrowed(query, names, reader, loose)
        page = {"limit": limit, "skip": skip}
        hits = _by_operators(reader, where, {**params, **page}, only)
        capped = only is None and len(hits) < limit and _is_long(reader)
        return Hits(hits, capped, filling=False, names=names)
    match, near, wide = _matching(reader, query, names)
    floor = _floor(reader, match, before, SCANNED) if query.filters and wide else 0
    rows = reader.rows(
        f"SELECT {_FOUND} FROM search_words f CROSS JOIN search_doc d ON d.n = f.rowid {_LEADS}"
        " WHERE f.search_words MATCH :match AND f.rowid < :before AND f.rowid >= :floor"
        f"{near} AND {where} ORDER BY f.rowid DESC LIMIT :limit",
        match=match, before=before, floor=floor, limit=limit, **params,
    )  # fmt: skip
    hits = tuple(map(_hit, rows))
    return Hits(hits, floor > 0 and len(hits) < limit, _filling(reader), names)


_FOUND = "d.n, d.kind, d.id, t.id"
# Not a join with `messages` that never holds: SQLite walks through all of them for each ticket.
_NO_MESSAGE = "(SELECT NULL AS id, NULL AS doc, NULL AS internal) m"
_LEADS = (
    "LEFT JOIN messages m ON m.id = d.id"
    f" JOIN tickets t ON t.id = CASE WHEN d.kind = {TICKET_DOC} THEN d.id ELSE"
    " (SELECT l.id FROM tickets l WHERE l.conversation_id = m.conversation_id"
    "  ORDER BY l.number DESC LIMIT 1) END"
)


def best(
    reader: Reader,
    query: Query,
    me: UUID,
    *,
    skip: int = 0,
    loose: Iterable[UUID] = (),
    limit: int = HITS,
) -> Hits:
    """The hits that fit a query best, behind the first `skip`: of its RANKED newest matches.

    A ticket's own words weigh more than a message's; of equals the newer comes first. A query of
    operators alone has no best: `find` answers it.
    """
    names = names_of(reader, query, me)
    where, params = condition(query, names, me, loose=loose)
    match, near, _ = _matching(reader, query, names)
    floor = _floor(reader, match, _TOP, RANKED)
    ranked = reader.rows(
        "SELECT f.rowid FROM search_words f CROSS JOIN search_doc d ON d.n = f.rowid"
        f" WHERE f.search_words MATCH :match AND f.rowid >= :floor{near} ORDER BY"
        f" bm25(search_words) * CASE WHEN d.kind = {TICKET_DOC} THEN {_TICKET_WEIGHT} ELSE 1 END,"
        " f.rowid DESC",
        match=match, floor=floor,
    )  # fmt: skip
    hits: list[Hit] = []
    for start in range(0, len(ranked), _BLOCK):
        places = [int(row[0]) for row in ranked[start : start + _BLOCK]]
        rows = reader.rows(
            f"SELECT {_FOUND} FROM search_doc d {_LEADS} WHERE d.n IN ({_listed(places)})"
            f" AND {where}",
            **params,
        )
        found = {row[0]: _hit(row) for row in rows}
        hits += [found[place] for place in places if place in found]
        if len(hits) >= skip + limit:
            break
    return Hits(tuple(hits[skip : skip + limit]), floor > 0, _filling(reader), names)


def _matching(reader: Reader, query: Query, names: Names) -> tuple[str, str, bool]:
    """What the index is asked for: the words, a condition on the place, and whether that is wide."""
    places = _places(reader, query, names)
    near = "" if places is None else f" AND f.rowid IN ({_listed(places)})"
    return match_of(query, _expanded(reader, query)), near, places is None


def _listed(places: Iterable[int]) -> str:
    return ",".join(map(str, places))


def _hit(row: Row) -> Hit:
    n, kind, doc_id, ticket_id = row
    return Hit(UUID(bytes=ticket_id), NIL if kind == TICKET_DOC else UUID(bytes=doc_id), n)


def _filling(reader: Reader) -> bool:
    return bool(reader.rows("SELECT 1 FROM search_todo LIMIT 1"))


def _by_operators(
    reader: Reader,
    where: str,
    params: dict[str, Value],
    only: tuple[str, dict[str, Value]] | None,
) -> tuple[Hit, ...]:
    """The hits behind `:skip`, `:limit` of them."""
    among, more = (f"WHERE id IN ({only[0]})", only[1]) if only else ("", {})
    rows = reader.rows(
        f"SELECT t.id FROM (SELECT * FROM tickets {among} ORDER BY updated_at DESC, id"
        f" LIMIT {TICKETS_SCANNED}) t CROSS JOIN {_NO_MESSAGE}"
        f" WHERE {where} ORDER BY t.updated_at DESC, t.id LIMIT :limit OFFSET :skip",
        **params, **more,
    )  # fmt: skip
    return tuple(Hit(UUID(bytes=row[0])) for row in rows)


def _is_long(reader: Reader) -> bool:
    """Whether there are more tickets than are looked at for operators alone."""
    return bool(reader.rows(f"SELECT 1 FROM tickets LIMIT 1 OFFSET {TICKETS_SCANNED}"))


def _places(reader: Reader, query: Query, names: Names) -> list[int] | None:
    """Where a query can only find something, when it names somebody with few messages, or an order.

    None when it names nobody, or too much: then the matches of the words are gone through.
    """
    for known in query.filters:
        ids, params = listed("id", names.of(known))
        if known.without or known.key not in ("from", "to", "order"):
            continue
        if reader.rows(f"SELECT 1 FROM users WHERE id IN {ids} LIMIT 1", **params):
            continue  # colleagues write everywhere
        if known.key == "order":
            tickets = "SELECT t.id FROM orders o JOIN tickets t ON t.order_id = o.id WHERE o.number >= :low AND o.number < :high"
            params = {"low": known.value, "high": known.value + "\U0010ffff"}
        else:
            tickets = (
                f"SELECT t.id FROM tickets t WHERE t.requester_id IN {ids} UNION SELECT t.id"
                " FROM conversations c JOIN tickets t ON t.conversation_id = c.id"
                f" WHERE c.buyer_id IN {ids} OR c.seller_id IN {ids}"
            )
        rows = reader.rows(
            f"WITH those AS ({tickets}) SELECT d.n FROM search_doc d WHERE d.id IN (SELECT id"
            " FROM those UNION ALL SELECT m.id FROM those JOIN tickets t ON t.id = those.id"
            f" JOIN messages m ON m.conversation_id = t.conversation_id) LIMIT {PLACES_MOST + 1}",
            **params,
        )
        if len(rows) <= PLACES_MOST:
            return [row[0] for row in rows]
    return None


def _floor(reader: Reader, match: str, before: int, most: int) -> int:
    """The match after which, being the last of so many, no more are looked at; 0 of fewer."""
    row = reader.row(
        "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid < :before"
        f" ORDER BY rowid DESC LIMIT 1 OFFSET {most - 1}",
        match=match,
        before=before,
    )
    return int(row[0]) if row else 0


def _expanded(reader: Reader, query: Query) -> Expanded:
    """The words of the index that begin like those only begun, where they are not too many.

    FTS5's own way reads all places of all of them first.
    """
    begun = {term.words[-1] for term in query.terms if term.begun}
    words = {each: beginning_with(reader, each, EXPANDED) for each in begun}
    return {each: found for each, found in words.items() if found is not None}


def messages(reader: Reader, ids: Iterable[UUID]) -> dict[UUID, Message]:
    """The messages of those ids that are here, by id."""
    names, params = listed("i", ids)
    rows = reader.rows(f"SELECT id, doc FROM messages WHERE id IN {names}", **params)
    return {UUID(bytes=row[0]): MESSAGE.read(UUID(bytes=row[0]), row[1]) for row in rows}


# -- what is pending, read where it is laid over the confirmed


def pending_tickets(reader: Reader) -> set[UUID]:
    """The tickets that look different here from what the server confirmed."""
    return {UUID(bytes=row[0]) for row in reader.rows("SELECT id FROM temp.tickets_pending")}


def pending_hits(reader: Reader, query: Query, names: Names, me: UUID) -> list[Hit]:
    """Messages that wait to be sent and have what is looked for, the newest first."""
    if not query.terms:
        return []
    told = [
        MESSAGE.read(UUID(bytes=row[0]), row[1])
        for row in reader.rows("SELECT id, doc FROM temp.messages_pending")
    ]
    wanted = [message.id for message in sorted(told, key=_at, reverse=True) if _has(message, query)]
    where, params = condition(query, names, me)
    ids, more = listed("pending", wanted)
    rows = reader.rows(
        "SELECT m.id, (SELECT l.id FROM tickets l WHERE l.conversation_id = m.conversation_id"
        " ORDER BY l.number DESC LIMIT 1) AS ticket FROM temp.messages_pending m"
        " JOIN tickets t ON t.conversation_id = m.conversation_id"
        f" WHERE m.id IN {ids} AND {where}",
        **params,
        **more,
    )
    here = {UUID(bytes=row[0]): UUID(bytes=row[1]) for row in rows}
    return [Hit(here[message_id], message_id) for message_id in wanted if message_id in here]


def _at(message: Message) -> tuple[object, int]:
    return message.at, message.pos


def _has(message: Message, query: Query) -> bool:
    text = " ".join((message.body, *(file.name for file in message.attachments)))
    wanted = all(has(text, term) for term in query.terms)
    return wanted and not any(has(text, term) for term in query.without)


def still_fitting(
    reader: Reader, query: Query, names: Names, me: UUID, tickets: Iterable[UUID]
) -> set[UUID]:
    """Which of these tickets, as they look here, are in the state that the query asks for."""
    where, params = condition(query, names, me, keys=STATE_KEYS)
    ids, more = listed("ticket", tickets)
    rows = reader.rows(
        f"SELECT t.id FROM tickets t CROSS JOIN {_NO_MESSAGE} WHERE t.id IN {ids} AND {where}",
        **params,
        **more,
    )
    return {UUID(bytes=row[0]) for row in rows}
