"""A ticket as one row of the queue, ready to paint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from console.conversations.model import Channel
from console.fields.model import Value
from console.kernel.codec import NIL
from console.people.model import Side
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.tickets.model import Priority, Status, Ticket
from console.tickets.viewmodel.others import NOBODY, OthersState, others_at


@dataclass(frozen=True)
class Marks:
    """What is unfinished on a ticket at this desk."""

    draft: bool = False
    waiting: int = 0
    rejected: int = 0
    mentions: bool = False
    """Whether a note in it mentions me that I have not seen yet."""


@dataclass(frozen=True)
class TicketRow:
    """One row of the queue, ready to paint."""

    id: UUID
    number: int
    subject: str
    requester: str
    side: Side
    snippet: str
    updated_at: datetime
    waiting_since: datetime | None
    status: Status
    priority: Priority
    unread: int
    channel: Channel
    assignee: str
    mine: bool
    marks: Marks
    team: str
    tags: Sequence[str]
    created_at: datetime
    snoozed_until: datetime | None = None
    fields: Mapping[UUID, Value] = field(default_factory=dict)
    others: OthersState = NOBODY


def row_of(
    local: Local, directory: Directory, ticket: Ticket, *, requester: str, mentions: bool
) -> TicketRow:
    """A ticket's row as it is now; `mentions` as in `Marks`."""
    waiting = local.waiting(ticket.id)
    rejected = sum(entry.parked for entry in waiting)
    return TicketRow(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        requester=requester,
        side=ticket.side,
        snippet=ticket.snippet,
        updated_at=ticket.updated_at,
        waiting_since=ticket.waiting_since,
        status=ticket.status,
        priority=ticket.priority,
        unread=ticket.unread,
        channel=ticket.channel,
        assignee=directory.name(ticket.assignee_id),
        mine=ticket.assignee_id == local.me and ticket.assignee_id != NIL,
        marks=Marks(
            draft=ticket.id in local.drafts,
            waiting=sum(entry.state == "queued" for entry in waiting),
            rejected=rejected,
            mentions=mentions,
        ),
        team=directory.team_name(ticket.team_id),
        tags=ticket.tags,
        created_at=ticket.created_at,
        snoozed_until=ticket.snoozed_until,
        fields=ticket.fields,
        others=others_at(local, directory, ticket.id),
    )
