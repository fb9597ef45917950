"""Merging on the server: several tickets as one, seen where that one is, and apart again."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec import structs

from console.conversations.model import Message
from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.clock import whole_ms
from console.kernel.errors import Bug, Denied, Refused
from console.people.model import Action, authorize
from console.people.records import TEAM
from console.people.server.scopes import queue_scopes
from console.sync.records import Scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx
from console.tickets.model import Length, Merger, Status, Ticket
from console.tickets.model.merging import MOST_MERGED, merged, mixed, unmerged
from console.tickets.records import TICKET, Merge, Unmerge
from console.tickets.server import family
from console.tickets.server.snooze import asleep_again


def merge(tx: Tx, request: Request[Merge]) -> dict[str, Any] | None:
    """Both as they are by now; all that is the other's is seen where the ticket that took it is."""
    target = _ticket(tx, request.target)
    other, into = _seen(tx, request, request.args.ticket), family.head(tx, target)
    if target.id == other.id:
        raise Refused("merge_itself", "A ticket cannot be merged into itself.")
    theirs = {"into": into.number} if into.id != target.id else None
    if family.head(tx, other).id == into.id:
        return theirs
    _check(tx, into, other, mixed_too=request.args.mixed)
    lengths = [*_lengths(tx, into), *_lengths(tx, other)]
    goes_on, gone = merged(into, other, request.actor.user_id, whole_ms(tx.at), lengths)
    tx.record(TICKET, goes_on)
    tx.record(TICKET, gone)
    family.place(tx, gone, into.team_id, _scopes(tx, into))
    return theirs


def _check(tx: Tx, into: Ticket, other: Ticket, *, mixed_too: bool) -> None:
    """Raise Refused when the two cannot be one."""
    if other.merged_into.int:
        fields = {"into": str(family.head(tx, other).number)}
        raise Refused("merged_elsewhere", "It was merged into another.", fields=fields)
    if into.status == Status.CLOSED:
        raise Refused("into_closed", "Nothing is merged into a closed ticket.")
    if mixed(into, other) and not mixed_too:
        raise Refused("other_requester", "Somebody else asked there.")
    if into.conversation_id == other.conversation_id:
        raise Refused("one_conversation", "Both are about one conversation.")
    if len(family.within(tx, into)) + len(family.within(tx, other)) > MOST_MERGED:
        raise Refused("too_many_merged", f"At most {MOST_MERGED} tickets are one.")


def unmerge(tx: Tx, request: Request[Unmerge]) -> None:
    """As if it had not been in, with what came since; seen where its own team is again."""
    into = _ticket(tx, request.target)
    other = _seen(tx, request, request.args.ticket)
    if not other.merged_into.int:
        return
    if other.merged_into != into.id or other.merger is None:
        fields = {"into": str(family.head(tx, other).number)}
        raise Refused("merged_elsewhere", "It was merged into another.", fields=fields)
    if into.merged_into.int:
        raise Refused("merged_again", "That one was merged too: take that back first.")
    alone, free = (asleep_again(tx, each) for each in _apart(tx, into, other))
    for each in (alone, free):
        tx.record(TICKET, each)
    # Their team may be gone by now: then it stays where it was seen last.
    own = other.merger.team_id
    team = own if not own.int or tx.get(TEAM, own) else into.team_id
    family.place(tx, free, team, queue_scopes(tx, team))


def take_out(tx: Tx, other: Ticket) -> None:
    """Leave nothing of a ticket in those it is in, which stay one, and where they are: it is erased.

    From the outside, as what is in another is not taken apart; what stays is put together again.
    """
    chain = [other]
    while chain[-1].merged_into.int and (stored := tx.get(TICKET, chain[-1].merged_into)):
        chain.append(stored.record)
    mergers = [each.merger for each in chain]
    for n in range(len(chain) - 1, 0, -1):
        chain[n], chain[n - 1] = _apart(tx, chain[n], chain[n - 1])
    for n in range(2, len(chain)):
        into, inner, how = chain[n], chain[n - 1], mergers[n - 1]
        assert how is not None, "it was merged"
        lengths = [*_lengths(tx, into), *_lengths(tx, inner)]
        chain[n], gone = merged(into, inner, how.by, how.at, lengths)
        tx.record(TICKET, chain[n])
        tx.record(TICKET, gone)
    # Each took the team of the one it is in, which was then its own: they are all where they were.
    for each in chain[1:-1]:
        if (inside := tx.get(TICKET, each.id)) is not None:
            tx.record(TICKET, structs.replace(inside.record, team_id=chain[-1].team_id))
    tx.record(TICKET, asleep_again(tx, chain[-1]))


def _apart(tx: Tx, into: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Both apart; what came in after it remembers it no more."""
    assert other.merger is not None, "it was merged"
    rest = _after(tx, into, other)
    inside = family.within(tx, other)
    theirs = {each.id for each in inside}
    outside = [each for each in family.within(tx, into) if each.id not in theirs]
    known = _known(other.merger, *(each.merger for each in rest if each.merger))
    here, there = _said(tx, outside, known), _said(tx, inside, known)
    alone, free, remembered = unmerged(into, other, rest, here, there)
    for each in (*remembered, alone, free):
        tx.record(TICKET, each)
    return alone, free


def _after(tx: Tx, into: Ticket, other: Ticket) -> list[Ticket]:
    """What came in after it, in the order they came."""
    later = into.merged[into.merged.index(other.id) + 1 :]
    return [stored.record for each in later if (stored := tx.get(TICKET, each))]


def _known(*mergers: Merger) -> dict[UUID, int]:
    """How long conversations were; the first that knows one says."""
    return {
        length.conversation_id: length.count
        for merger in reversed(mergers)
        for length in merger.lengths
    }


def _said(tx: Tx, tickets: Iterable[Ticket], known: dict[UUID, int]) -> list[Message]:
    """What came to these tickets' conversations since they had the lengths that are `known`."""
    found: dict[UUID, Message] = {}
    for conversation_id in {ticket.conversation_id for ticket in tickets} & set(known):
        sql = "SELECT id, doc FROM messages WHERE conversation_id = :id AND pos > :pos"
        rows = tx.rows(sql, id=conversation_id.bytes, pos=known[conversation_id])
        said = [MESSAGE.read(UUID(bytes=bytes(row[0])), row[1]) for row in rows]
        said += [
            m
            for m in tx.written(MESSAGE)
            if m.conversation_id == conversation_id and m.pos > known[conversation_id]
        ]
        found |= {message.id: message for message in said}
    return sorted(found.values(), key=lambda message: (message.at, message.pos))


def _lengths(tx: Tx, ticket: Ticket) -> list[Length]:
    found = []
    for conversation_id in dict.fromkeys(t.conversation_id for t in family.within(tx, ticket)):
        stored = tx.get(CONVERSATION, conversation_id)
        if stored is not None:
            found.append(Length(conversation_id, stored.record.count))
    return found


def _seen(tx: Tx, request: Request[Any], ticket_id: UUID) -> Ticket:
    """Another ticket that the command names. Raises Denied, also when it is not there."""
    stored = tx.get(TICKET, ticket_id)
    if stored is None:
        raise Denied
    authorize(request.actor, Action.ASSIGN, stored.scopes)
    return stored.record


def _ticket(tx: Tx, ticket_id: UUID) -> Ticket:
    stored = tx.get(TICKET, ticket_id)
    if stored is None:
        raise Bug("dispatch lets no command through whose target is not there")
    return stored.record


def _scopes(tx: Tx, ticket: Ticket) -> Scopes:
    stored = tx.get(TICKET, ticket.id)
    return stored.scopes if stored else frozenset()


HANDLERS = (
    Handles(Merge, Action.ASSIGN, TICKET, merge),
    Handles(Unmerge, Action.ASSIGN, TICKET, unmerge),
)
