"""Splitting on the server: messages move to a conversation of their own, under a ticket of its own."""

from uuid import UUID

from console.conversations.model import Message
from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.clock import whole_ms
from console.kernel.errors import Refused
from console.people.model import Action
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx
from console.tickets.model import Ticket, clean_subject
from console.tickets.model.splitting import MOST_SPLIT, begun, blank, heard, in_order, left, part
from console.tickets.records import TICKET, Split
from console.tickets.server import family, links
from console.tickets.server.triage import ticket_of


def split(tx: Tx, request: Request[Split]) -> None:
    """The messages as they are by now; both tickets stand as if each had had its own from the start."""
    ticket, args = ticket_of(tx, request.target), request.args
    there = tx.get(TICKET, args.ticket_id), tx.get(CONVERSATION, args.conversation_id)
    if any(there):
        raise Refused("already_there", "There is a ticket with this id already.")
    taken, stay = _apart(tx, ticket, args.messages)
    stored = tx.get(TICKET, ticket.id)
    scopes = stored.scopes if stored else frozenset()
    touched = dict.fromkeys(message.conversation_id for message in taken)
    homes = [found.record for each in touched if (found := tx.get(CONVERSATION, each))]
    subject = clean_subject(args.subject or ticket.subject)
    conversation, moved = begun(homes, args.conversation_id, subject, taken)
    new = blank(
        args.ticket_id, tx.next_number("ticket"), request.actor.user_id, whole_ms(tx.at), ticket
    )
    fresh = part(ticket, conversation, moved, new)
    tx.record(CONVERSATION, conversation, scopes)  # first: its messages are seen where it is
    for message in moved:
        tx.record(MESSAGE, message)
    for home in homes:
        tx.record(CONVERSATION, heard(home, [m for m in stay if m.conversation_id == home.id]))
    tx.record(CONVERSATION, conversation)  # behind them: who saw its rev has seen the messages
    tx.record(TICKET, fresh, scopes)
    tx.record(TICKET, left(ticket, fresh, stay))
    links.link(tx, fresh)
    # Whoever wrote something of it is seen where it is, also when the others part from it again.
    written = {m.author_id for m in moved if m.author == "party"}
    for party_id in sorted({*written, *(lane.party_id for lane in conversation.lanes)}):
        links.link_party(tx, fresh, party_id)
    links.show_linked(tx, fresh)


def _apart(tx: Tx, ticket: Ticket, wanted: tuple[UUID, ...]) -> tuple[list[Message], list[Message]]:
    """The wanted messages of a ticket, and all others, each by their time. Raises Refused."""
    ids = set(wanted)
    if not 0 < len(ids) <= MOST_SPLIT:
        raise Refused("bad_split", f"1 to {MOST_SPLIT} messages become another ticket.")
    held = dict.fromkeys(each.conversation_id for each in family.within(tx, ticket))
    found = {
        stored.record.id: stored.record
        for each in held
        for stored in tx.find(MESSAGE, "conversation_id", each)
    }
    if ids - set(found):
        raise Refused("messages_moved", "The messages are not all in this ticket any more.")
    stay = in_order(message for message in found.values() if message.id not in ids)
    taken = in_order(found[each] for each in ids)
    if {message.conversation_id for message in taken} - {m.conversation_id for m in stay}:
        # Nor are those merged into it left without a word: they may go their own way again.
        raise Refused("nothing_stays", "That is all the ticket has.")
    return taken, stay


HANDLERS = (Handles(Split, Action.ASSIGN, TICKET, split),)
