"""Rows of the search page: tickets, each with the places found in it, and what stands between."""

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from console.conversations.model import Message
from console.kernel.codec import NIL
from console.search.model.words import Term, excerpt, spans
from console.search.tables.rows import Hit
from console.sync.asking import Searched, SearchHit
from console.tickets.model import Ticket

EXCERPT_CHARS = 180
Span = tuple[int, int]
Stands = Literal["asking", "found", "nothing", "away", "refused"]


@dataclass(frozen=True)
class TicketRow:
    """A ticket with hits; `there` when it comes from the server's history.

    `into` is the number of the ticket that it was merged into, 0 for one that was not.
    """

    id: UUID
    number: int
    subject: str
    status: str
    requester: str
    marks: tuple[Span, ...] = ()
    there: bool = False
    into: int = 0


@dataclass(frozen=True)
class HitRow:
    """A place found in a message: its text around it, and what of that is marked."""

    ticket_id: UUID
    message_id: UUID
    pos: int
    author: str
    lane: str
    at: datetime
    text: str
    marks: tuple[Span, ...]
    pending: bool = False
    there: bool = False


@dataclass(frozen=True)
class MoreRow:
    """The other places of a ticket in one row, which opens; `count` of them."""

    ticket_id: UUID
    count: int
    is_open: bool = False
    there: bool = False


@dataclass(frozen=True)
class Place:
    """A message that was found: its text around the first place, and what of that is marked."""

    message: Message
    text: str
    marks: tuple[Span, ...]


def place_in(message: Message, terms: Sequence[Term]) -> Place:
    """Where a message has what was looked for. For fifty of them no frame has the time."""
    files = " ".join(file.name for file in message.attachments)
    text = excerpt(f"{message.body} {files}" if files else message.body, terms, EXCERPT_CHARS)
    return Place(message, text, tuple(spans(text, terms)))


@dataclass(frozen=True)
class ServerRow:
    """The line above what the server found, or why it was not asked."""

    stands: Stands
    capped: bool = False


Row = TicketRow | HitRow | MoreRow | ServerRow
SERVER = "server"
SHOWN = 3
"""So many places of a ticket are shown; of more only the first, and a row for the others."""


def here(
    hits: Sequence[Hit],
    tickets: Mapping[UUID, Ticket],
    places: Mapping[UUID, Place],
    names: Mapping[UUID, str],
    terms: Sequence[Term],
    pending: Iterable[UUID],
    into: Mapping[UUID, int],
) -> dict[Hashable, Row]:
    """The hits of the cache by ticket, in the order of each ticket's first.

    `into` tells for those that were merged into which number.
    """
    waiting, found = set(pending), dict[UUID, list[HitRow]]()
    for hit in hits:
        if hit.ticket_id not in tickets:
            continue
        mine = found.setdefault(hit.ticket_id, [])
        place = places.get(hit.message_id)
        if place is not None:
            message = place.message
            mine.append(
                HitRow(
                    hit.ticket_id, message.id, message.pos, names.get(message.author_id, ""),
                    message.lane, message.at, place.text, place.marks,
                    message.id in waiting,
                )
            )  # fmt: skip
    rows: dict[Hashable, Row] = {}
    for ticket_id, hit_rows in found.items():
        ticket = tickets[ticket_id]
        rows["ticket", ticket_id] = TicketRow(
            ticket.id, ticket.number, ticket.subject, ticket.status,
            names.get(ticket.requester_id, ""), tuple(spans(ticket.subject, terms)),
            into=into.get(ticket.id, 0),
        )  # fmt: skip
        rows |= {("hit", row.message_id): row for row in hit_rows}
    return rows


def folded(rows: Mapping[Hashable, Row], opened: Container[Hashable]) -> dict[Hashable, Row]:
    """The same, but of a ticket with more than SHOWN places the first and a row for the others.

    Where that row's key is among `opened` they stand behind it.
    """
    shown: dict[Hashable, Row] = {}
    places = Counter(row.ticket_id for row in rows.values() if isinstance(row, HitRow))
    for key, row in rows.items():
        if not isinstance(row, HitRow) or places[row.ticket_id] <= SHOWN:
            shown[key] = row
            continue
        more = ("more", row.there, row.ticket_id)
        is_open = more in opened
        if more not in shown:
            shown[key] = row
            count = places[row.ticket_id] - 1
            shown[more] = MoreRow(row.ticket_id, count, is_open, row.there)
        elif is_open:
            shown[key] = row
    return shown


def there(found: Searched, known: Iterable[Hashable], terms: Sequence[Term]) -> dict[Hashable, Row]:
    """What the server found beside that: tickets and messages that are not among `known`."""
    shown = set(known)
    rows: dict[Hashable, Row] = {}
    for hit in found.hits:
        place = ("hit", hit.message) if hit.message != NIL else ("ticket", hit.ticket)
        if place in shown:
            continue
        rows.setdefault(("there", hit.ticket), _ticket(hit, terms))
    for hit in found.hits:
        if hit.message != NIL and ("hit", hit.message) not in shown:
            rows["found-there", hit.message] = HitRow(
                hit.ticket, hit.message, hit.pos, hit.author, hit.lane, hit.at, hit.excerpt,
                tuple(spans(hit.excerpt, terms)), there=True,
            )  # fmt: skip
    return _by_ticket(rows)


def _ticket(hit: SearchHit, terms: Sequence[Term]) -> TicketRow:
    marks = tuple(spans(hit.subject, terms))
    return TicketRow(
        hit.ticket, hit.number, hit.subject, hit.status, "", marks, there=True, into=hit.into
    )


def _by_ticket(rows: dict[Hashable, Row]) -> dict[Hashable, Row]:
    """The same, each ticket with its places behind it."""
    ordered: dict[Hashable, Row] = {}
    for key, row in rows.items():
        if isinstance(row, TicketRow):
            ordered[key] = row
            ordered |= {
                k: r for k, r in rows.items() if isinstance(r, HitRow) and r.ticket_id == row.id
            }
    return ordered
