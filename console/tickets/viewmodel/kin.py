"""The tickets that go with the open one: merged into it, split off it, and their conversations."""

from collections.abc import Sequence
from uuid import UUID

from console.conversations.model import Conversation
from console.conversations.tables import rows as conversation_rows
from console.conversations.viewmodel.threads import Joined, Parted
from console.store.reader import Reader
from console.tickets.model import Ticket
from console.tickets.tables import rows


def joined(reader: Reader, ticket: Ticket) -> list[Joined]:
    """What was merged into a ticket, as far as it is here, in the order it came."""
    return [
        Joined(
            each.id, each.conversation_id, each.number, each.subject,
            each.merger.by, each.merger.at,
        )
        for each in rows.inside(reader, ticket)
        if each.merger is not None
    ]  # fmt: skip


def parted(reader: Reader, ticket: Ticket) -> list[Parted]:
    """What was split off a ticket, and what it was split off itself, as far as that is here."""
    origin = ticket.split.ticket_id if ticket.split else None
    ids = [*ticket.parts, *([origin] if origin else [])]
    there = rows.tickets(reader, ids) if ids else {}
    found = [
        Parted(each.id, each.number, each.subject, each.split.by, each.split.at, origin=False)
        for part in ticket.parts
        if (each := there.get(part)) is not None and each.split is not None
    ]
    if ticket.split is not None and origin in there:
        of, split = there[origin], ticket.split
        found.append(Parted(of.id, of.number, of.subject, split.by, split.at, origin=True))
    return found


def conversations(reader: Reader, ticket_id: UUID) -> set[UUID]:
    """The conversations that are shown as one with a ticket's, its own among them."""
    ticket = rows.ticket(reader, ticket_id)
    if ticket is None:
        return set()
    head = rows.head(reader, ticket)
    return {each.conversation_id for each in (head, *rows.inside(reader, head))}


def named(reader: Reader, ticket: Ticket) -> set[UUID]:
    """Everything that is merged into a ticket, here or not."""
    return {each for t in (ticket, *rows.inside(reader, ticket)) for each in t.merged}


def latest(reader: Reader, own: Conversation, joined: Sequence[Joined]) -> list[Conversation]:
    """A ticket's own conversation and those merged into it, the one last spoken in first."""
    if not joined:
        return [own]
    others = [conversation_rows.conversation(reader, each.conversation_id) for each in joined]
    here = [own, *(each for each in others if each is not None)]
    spoken = {
        each.id: conversation_rows.last_spoken(reader, each.id) or each.created_at for each in here
    }
    return sorted(here, key=lambda each: spoken[each.id], reverse=True)
