"""Finds in the whole history what an asker may see: messages, tickets, people's and orders' tickets."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from console.conversations.model import Message
from console.conversations.records import MESSAGE
from console.conversations.tables.schema import MESSAGES
from console.kernel.codec import NIL
from console.people.tables import rows as people_rows
from console.search.model.query import Query, parse
from console.search.model.words import Term, excerpt
from console.search.tables.conditions import (
    POSTGRES,
    SERVER_SQLITE,
    Names,
    Sql,
    condition,
    names_of,
    narrowed,
)
from console.search.tables.match import match_of, tsquery_of
from console.search.tables.rows import SCANNED, TICKETS_SCANNED
from console.store.reader import Reader, Row, Value, listed
from console.sync.asking import Search, Searched, SearchHit
from console.sync.records import Scopes
from console.sync.server.seen import visible
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.tables import rows as ticket_rows
from console.tickets.tables.schema import TICKETS

MOST = 50
"""So many hits are answered: the newest of those found."""
EXCERPT_CHARS = 240

# Which ticket a found record leads to: the newest over its conversation; of its party or order the
# newest that the asker sees, as those may be with several teams.
_LEADS = """
    JOIN tickets t ON t.id = CASE s.kind WHEN 'ticket' THEN s.id
      WHEN 'message' THEN (SELECT l.id FROM tickets l WHERE l.conversation_id = m.conversation_id
        ORDER BY l.number DESC LIMIT 1)
      WHEN 'party' THEN (SELECT l.id FROM tickets l WHERE l.requester_id = s.id AND {seen}
        ORDER BY l.updated_at DESC, l.id LIMIT 1)
      ELSE (SELECT l.id FROM tickets l WHERE l.order_id = s.id AND {seen}
        ORDER BY l.number DESC LIMIT 1) END
"""
_FOUND = "t.id, t.doc, m.id, m.doc"


def search(reader: Reader, asked: Search, me: UUID, scopes: Scopes, *, postgres: bool) -> Searched:
    """The newest hits of a search line, at most MOST, in these scopes."""
    query = parse(asked.text, asked.now)
    if query.empty:
        return Searched()
    sql = POSTGRES if postgres else SERVER_SQLITE
    names = names_of(reader, query, me, sql)
    where, params = _allowed(query, names, me, scopes, sql)
    if not query.terms:
        rows = _by_operators(reader, where, params, narrowed(query, names, reader))
    elif postgres:
        rows = _in_postgres(reader, query, _leads(scopes), where, params)
    else:
        rows = _in_sqlite(reader, query, _leads(scopes), where, params)
    hits = tuple(_hits(reader, rows[:MOST], query.terms))
    return Searched(hits, capped=len(rows) > MOST)


def _allowed(
    query: Query, names: Names, me: UUID, scopes: Scopes, sql: Sql
) -> tuple[str, dict[str, Value]]:
    """The query's operators, on what the asker may see: both the ticket and the message."""
    ticket, ticket_params = visible(TICKETS, scopes)
    message, message_params = visible(MESSAGES, scopes, "m")
    note, note_params = visible(MESSAGES, scopes, "n")
    where, params = condition(query, names, me, sql=sql, inside=False, seen=note)
    seen = f"{ticket} AND (m.id IS NULL OR {message})"
    return f"{where} AND {seen}", {**params, **ticket_params, **message_params, **note_params}


def _leads(scopes: Scopes) -> str:
    """From what was found to a ticket; its parameters are among those of `_allowed`."""
    seen, _ = visible(TICKETS, scopes, "l")
    return _LEADS.format(seen=seen)


def _in_sqlite(
    reader: Reader, query: Query, leads: str, where: str, params: dict[str, Value]
) -> list[Row]:
    match = match_of(query)
    floor = reader.row(
        "SELECT rowid FROM search_words WHERE search_words MATCH :match"
        f" ORDER BY rowid DESC LIMIT 1 OFFSET {SCANNED - 1}",
        match=match,
    )
    return reader.rows(
        f"SELECT {_FOUND} FROM search_words f CROSS JOIN search_text s ON s.rowid = f.rowid"
        f" LEFT JOIN messages m ON s.kind = 'message' AND m.id = s.id {leads}"
        f" WHERE f.search_words MATCH :match AND f.rowid >= :floor AND {where}"
        f" ORDER BY f.rowid DESC LIMIT {MOST + 1}",
        match=match, floor=floor[0] if floor else 0, **params,
    )  # fmt: skip


def _in_postgres(
    reader: Reader, query: Query, leads: str, where: str, params: dict[str, Value]
) -> list[Row]:
    return reader.rows(
        f"SELECT {_FOUND} FROM search_text s"
        f" LEFT JOIN messages m ON s.kind = 'message' AND m.id = s.id {leads}"
        " WHERE to_tsvector('simple', s.words) @@ to_tsquery('simple', :match)"
        f" AND {where} ORDER BY s.at DESC, s.id DESC LIMIT {MOST + 1}",
        match=tsquery_of(query), **params,
    )  # fmt: skip


def _by_operators(
    reader: Reader, where: str, params: dict[str, Value], only: tuple[str, dict[str, Value]] | None
) -> list[Row]:
    among, more = (f"WHERE id IN ({only[0]})", only[1]) if only else ("", {})
    return reader.rows(
        f"SELECT {_FOUND} FROM (SELECT * FROM tickets {among} ORDER BY updated_at DESC, id"
        f" LIMIT {TICKETS_SCANNED}) t LEFT JOIN messages m ON m.id = NULL"
        f" WHERE {where} ORDER BY t.updated_at DESC, t.id LIMIT {MOST + 1}",
        **params,
        **more,
    )


def _hits(reader: Reader, rows: Iterable[Row], terms: tuple[Term, ...]) -> list[SearchHit]:
    found = [_read(row) for row in rows]
    writers = {m.author_id for _, m in found if m is not None} - {NIL}
    people = {i: party.name for i, party in people_rows.parties(reader, writers).items()}
    names, params = listed("u", writers)
    for raw_id, name in reader.rows(f"SELECT id, name FROM users WHERE id IN {names}", **params):
        people[UUID(bytes=bytes(raw_id))] = name
    into = ticket_rows.merged_into(reader, {ticket.id: ticket for ticket, _ in found}.values())
    return [_hit(t, message, people, terms, into.get(t.id, 0)) for t, message in found]


def _read(row: Row) -> tuple[Ticket, Message | None]:
    ticket_id, ticket, message_id, message = row
    read: Any = MESSAGE.read(UUID(bytes=bytes(message_id)), message) if message_id else None
    return TICKET.read(UUID(bytes=bytes(ticket_id)), ticket), read


def _hit(
    ticket: Ticket,
    message: Message | None,
    people: dict[UUID, str],
    terms: tuple[Term, ...],
    into: int,
) -> SearchHit:
    own = SearchHit(
        ticket.id, ticket.number, ticket.subject, ticket.status, ticket.updated_at, ticket.subject,
        into=into,
    )  # fmt: skip
    if message is None:
        return own
    files = " ".join(file.name for file in message.attachments)
    return SearchHit(
        ticket.id, ticket.number, ticket.subject, ticket.status, message.at,
        excerpt(f"{message.body} {files}".strip(), terms, EXCERPT_CHARS), message.id, message.pos,
        message.lane, people.get(message.author_id, ""), message.author,
        into,
    )  # fmt: skip
