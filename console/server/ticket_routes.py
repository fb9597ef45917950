"""The queue and the ticket over REST, for integrations and pages: the same reads as the console's."""

import json
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from console.conversations.model import Message
from console.conversations.tables import rows as conversation_rows
from console.kernel.codec import MAX_WHOLE, NIL
from console.kernel.errors import Denied, Refused
from console.orders.model import Order
from console.orders.tables import rows as order_rows
from console.people.model import Action, Actor, Party
from console.people.server.sessions import granted_in
from console.people.tables import rows as people_rows
from console.server.core import Core
from console.store.reader import Reader
from console.sync.records import Scopes, sees
from console.sync.server.seen import visible
from console.tickets.model import Sort, Ticket, View, ViewName
from console.tickets.records import TICKET
from console.tickets.tables import rows

MAX_PAGE = 200


class TicketRow(Struct, frozen=True):
    """A ticket in a queue, with who asked."""

    id: UUID
    ticket: Ticket
    requester: str


class Queue(Struct, frozen=True):
    """Tickets of a view in its order; `after` continues, None at the end."""

    tickets: list[TicketRow]
    after: str | None


class Opened(Struct, frozen=True):
    """A ticket with its conversation's last messages, oldest first, its requester and orders."""

    ticket: Ticket
    messages: list[Message]
    requester: Party | None
    orders: list[Order]


@get("/api/v1/tickets", opt={"action": Action.READ})
async def queue(
    request: Request[Any, Any, Any],
    view: FromQuery[ViewName] = ViewName.ACTIVE,
    team: FromQuery[UUID] = NIL,
    sort: FromQuery[Sort] = Sort.NEWEST,
    after: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 50,
) -> Queue:
    """A page of a view."""
    core: Core = request.app.state.core
    actor: Actor = request.state.actor
    asked = View(name=view, owner=team)
    place = _place(after) if after else None

    def look(reader: Reader) -> Queue:
        within = visible(core.catalog.of(TICKET), granted_in(reader, actor))
        found = rows.places(reader, asked, actor.user_id, sort, limit, after=place, within=within)
        ids = [UUID(bytes=raw) for _, raw in found]
        known = rows.tickets(reader, ids)
        parties = people_rows.parties(reader, {t.requester_id for t in known.values()})
        listed = [
            TicketRow(i, known[i], parties[known[i].requester_id].name)
            for i in ids
            if i in known and known[i].requester_id in parties
        ]
        end = len(found) < limit
        return Queue(listed, None if end else f"{found[-1][0]}.{found[-1][1].hex()}")

    return await core.read(look)


def _place(after: str) -> rows.Place:
    key, _, raw = after.partition(".")
    try:
        place = int(key), bytes.fromhex(raw)
    except ValueError as error:
        raise _bad_after() from error
    if abs(place[0]) > MAX_WHOLE:
        raise _bad_after()
    return place


def _bad_after() -> Refused:
    return Refused("bad_after", "`after` is a value from an earlier page.")


@get("/api/v1/tickets/{ticket_id:uuid}", opt={"action": Action.READ})
async def ticket(request: Request[Any, Any, Any], ticket_id: FromPath[UUID]) -> Opened:
    """A ticket with its last messages. Denied, as everywhere, also means: not there."""
    core: Core = request.app.state.core
    actor: Actor = request.state.actor

    def look(reader: Reader) -> Opened:
        scopes = granted_in(reader, actor)
        within = visible(core.catalog.of(TICKET), scopes)
        sql = f"SELECT t.id FROM tickets t WHERE t.id = :ticket AND {within[0]}"
        if reader.row(sql, ticket=ticket_id.bytes, **within[1]) is None:
            raise Denied
        found = rows.tickets(reader, [ticket_id])[ticket_id]
        messages = conversation_rows.messages(reader, found.conversation_id)
        internal = _sees_notes(reader, found.conversation_id, scopes)
        orders = [order_rows.order(reader, order_id) for order_id in found.order_ids]
        party = people_rows.parties(reader, [found.requester_id]).get(found.requester_id)
        return Opened(
            found,
            [message for message in messages if internal or message.lane != "internal"],
            party,
            [order for order in orders if order is not None],
        )

    return await core.read(look)


def _sees_notes(reader: Reader, conversation_id: UUID, scopes: Scopes) -> bool:
    row = reader.row("SELECT sc FROM conversations WHERE id = :id", id=conversation_id.bytes)
    return row is not None and sees(scopes, frozenset(json.loads(row[0])), internal=True)


ROUTES = (queue, ticket)
