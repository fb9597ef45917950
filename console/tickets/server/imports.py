"""Imports on the server: one command brings a whole conversation, or nothing of it."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import structs

from console.conversations.model import (
    AuthorKind,
    Conversation,
    Lane,
    LaneName,
    Message,
    checked_body,
)
from console.conversations.model import with_message as conversation_with
from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.server import party_told
from console.kernel.clock import to_ms, whole_ms
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import derived_id, new_id
from console.orders.model import Order
from console.orders.server import ensure_order
from console.people.model import Action, Party
from console.people.server.parties import ensure_party
from console.people.server.scopes import queue_scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx
from console.tickets.model import FINISHED, Ticket, clean_subject, with_message
from console.tickets.records import TICKET, ImportConversation
from console.tickets.server import links

MAX_TURNS = 10_000
MAX_ORDERS = 20
_STEP = timedelta(minutes=1)


def import_conversation(tx: Tx, request: Request[ImportConversation]) -> None:
    """Customer, orders, conversation, messages and ticket, all or none."""
    args = request.args
    if tx.get(CONVERSATION, request.target) is not None:
        raise Refused("already_there", "This conversation is here already.")
    if not 0 < len(args.turns) <= MAX_TURNS or len(args.order_numbers) > MAX_ORDERS:
        text = f"A conversation has 1 to {MAX_TURNS:,} messages and at most {MAX_ORDERS} orders."
        raise Refused("bad_size", text)
    scopes = queue_scopes(tx, args.team_id)
    told = party_told(args.requester, derived_id("import-party", str(request.target)))
    party = ensure_party(tx, told, scopes)
    orders = [ensure_order(tx, number, party.id, scopes) for number in args.order_numbers]
    messages = _messages(args, request.target, party.id, tx.at)
    conversation = _conversation(args, request.target, party, messages)
    ticket = _ticket(tx, args, conversation, party, orders, messages)
    tx.add(CONVERSATION, conversation, scopes)
    for message in messages:
        tx.add(MESSAGE, message)
    tx.record(CONVERSATION, conversation)  # behind them in the log, as add_message does
    tx.add(TICKET, ticket, scopes)
    links.link(tx, ticket)


def _messages(
    args: ImportConversation, conversation_id: UUID, party_id: UUID, now: datetime
) -> list[Message]:
    """The turns as messages; those without a time are a minute apart and end now."""
    found = []
    for pos, turn in enumerate(args.turns, start=1):
        lane, author, author_id = _author(args, turn.author, party_id)
        at = whole_ms(turn.at or now - _STEP * (len(args.turns) - pos))
        found.append(
            Message(
                id=new_id(max(to_ms(at), 0)),
                conversation_id=conversation_id,
                pos=pos,
                lane=lane,
                author=author,
                author_id=author_id,
                body=checked_body(turn.body),
                at=at,
                channel=args.channel,
            )
        )
    return found


def _author(
    args: ImportConversation, author: str, party_id: UUID
) -> tuple[LaneName, AuthorKind, UUID]:
    side = args.requester.side
    known: dict[str, tuple[LaneName, AuthorKind, UUID]] = {
        "agent": (side, "staff", NIL),
        "note": ("internal", "staff", NIL),
        "buyer": ("buyer", "party", party_id if side == "buyer" else NIL),
        "seller": ("seller", "party", party_id if side == "seller" else NIL),
    }
    if author not in known:
        raise Refused("bad_author", f"A message is by {', '.join(known)}, not by {author!r}.")
    return known[author]


def _conversation(
    args: ImportConversation, conversation_id: UUID, party: Party, messages: list[Message]
) -> Conversation:
    conversation = Conversation(
        id=conversation_id,
        subject=clean_subject(args.subject),
        created_at=messages[0].at,
        last_at=messages[0].at,
        lanes=(Lane(party.side, party.id, args.channel),),
    )
    for message in messages:
        conversation = conversation_with(conversation, message)
    return conversation


def _ticket(
    tx: Tx,
    args: ImportConversation,
    conversation: Conversation,
    party: Party,
    orders: list[Order],
    messages: list[Message],
) -> Ticket:
    ticket = Ticket(
        id=new_id(),
        number=tx.next_number("ticket"),
        conversation_id=conversation.id,
        subject=conversation.subject,
        requester_id=party.id,
        side=party.side,
        channel=args.channel,
        team_id=args.team_id,
        order_ids=tuple(order.id for order in orders),
        created_at=conversation.created_at,
        updated_at=conversation.created_at,
    )
    for message in messages:
        ticket = with_message(ticket, message)
    finished = args.status in FINISHED
    return structs.replace(
        ticket,
        status=args.status,
        priority=args.priority,
        tags=tuple(sorted(set(args.tags))),
        unread=0,
        solved_at=ticket.updated_at if finished else None,
        waiting_since=None if finished else ticket.waiting_since,
    )


HANDLERS = (Handles(ImportConversation, Action.IMPORT, None, import_conversation),)
