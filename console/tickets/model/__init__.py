"""A ticket, its status machine, and what each action and each message does to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs

from console.conversations.model import Channel, Message, snippet
from console.fields.model import Value
from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused
from console.kernel.tongue import mark
from console.people.model import Side
from console.views.model import Condition

MAX_TAGS = 30
MAX_TAG_CHARS = 40
MAX_SUBJECT_CHARS = 200
NO_SUBJECT = "(no subject)"
MOST_SNOOZED = timedelta(days=366)


class Status(StrEnum):
    """Where the work stands; whose turn it is follows from it."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent; an axis of its own beside the status."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


RANK: Mapping[Priority, int] = {p: n for n, p in enumerate(Priority)}
ACTIVE = frozenset({Status.NEW, Status.OPEN})
"""In our court: these fill the queues."""
FINISHED = frozenset({Status.SOLVED, Status.CLOSED})

# A closed ticket stays closed: a later message begins a new one.
_NEXT: Mapping[Status, frozenset[Status]] = {
    status: frozenset(Status) - {Status.NEW, status} for status in Status
} | {Status.CLOSED: frozenset()}


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What merging changes of a ticket, as it was before."""

    status: Status
    priority: Priority
    assignee_id: UUID = NIL
    tags: tuple[str, ...] = ()
    order_ids: tuple[UUID, ...] = ()
    updated_at: datetime
    waiting_since: datetime | None = None
    solved_at: datetime | None = None
    unread: int = 0
    snippet: str = ""
    snoozed_until: datetime | None = None
    fields: dict[UUID, Value] = {}


class Length(Struct, frozen=True):
    """How many messages a conversation had."""

    conversation_id: UUID
    count: int


class Merger(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What takes a merge back: how both tickets stood, and how long their conversations were.

    `was` is the merged ticket, which was in `team_id`'s queue; `before` the one that took it in.
    """

    by: UUID
    at: datetime
    team_id: UUID = NIL
    was: Standing
    before: Standing
    lengths: tuple[Length, ...] = ()


class Split(Struct, frozen=True):
    """A ticket was begun with messages of another: by whom, when, of which."""

    by: UUID
    at: datetime
    ticket_id: UUID


class Ticket(Record, frozen=True, kw_only=True):
    """One piece of work. `waiting_since` is when the other side began to wait for us.

    `requester_id` is the party who asked, `order_ids` the orders it is about, the main one first;
    `unread` counts messages from outside that nobody on staff has opened. While `snoozed_until` is set
    the ticket is in no queue, whatever its status. One with `merged_into` is in none either: what
    comes to it is the other's; that one names it among its `merged`, in the order they came.
    `split` says of which ticket it is a part, which names it among its `parts`.
    `fields` are the values of custom fields by id.
    """

    number: int
    conversation_id: UUID
    subject: str
    status: Status = Status.NEW
    priority: Priority = Priority.NORMAL
    team_id: UUID = NIL
    assignee_id: UUID = NIL
    tags: tuple[str, ...] = ()
    requester_id: UUID = NIL
    side: Side = "buyer"
    channel: Channel = "web"
    order_ids: tuple[UUID, ...] = ()
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None = None
    solved_at: datetime | None = None
    unread: int = 0
    snippet: str = ""
    snoozed_until: datetime | None = None
    merged_into: UUID = NIL
    merger: Merger | None = None
    merged: tuple[UUID, ...] = ()
    split: Split | None = None
    parts: tuple[UUID, ...] = ()
    fields: dict[UUID, Value] = {}


def with_value(ticket: Ticket, field_id: UUID, value: Value | None) -> Ticket:
    """The ticket with another value of a custom field; None takes it away."""
    others = {key: kept for key, kept in ticket.fields.items() if key != field_id}
    fields = others if value is None else {**others, field_id: value}
    return structs.replace(ticket, fields=fields)


def next_statuses(status: Status) -> list[Status]:
    """The statuses a person may set from this one, in the order of `Status`."""
    return [other for other in Status if other in _NEXT[status]]


def with_status(ticket: Ticket, status: Status, at: datetime) -> Ticket:
    """The ticket in `status`. Raises Refused `bad_transition` when it cannot go there."""
    if status == ticket.status:
        return ticket
    if status not in _NEXT[ticket.status]:
        raise Refused(
            "bad_transition",
            f"A {ticket.status} ticket cannot become {status}.",
            fields={"status": ticket.status},
        )
    finished = status in FINISHED
    return structs.replace(
        ticket,
        status=status,
        solved_at=(ticket.solved_at or at) if finished else None,
        waiting_since=None if finished else ticket.waiting_since,
        unread=0 if finished else ticket.unread,
        snoozed_until=None if finished else ticket.snoozed_until,
    )


def snoozed(ticket: Ticket, until: datetime, at: datetime) -> Ticket:
    """The ticket out of the queues until then; awake when that is over `at` the time it is done.

    Raises Refused `finished`, or `bad_snooze` for longer than MOST_SNOOZED.
    """
    if ticket.status in FINISHED:
        raise Refused("finished", mark("A solved or closed ticket cannot be snoozed."))
    if until - at > MOST_SNOOZED:
        text = mark("A ticket is snoozed for a year at most.")
        raise Refused("bad_snooze", text, fields={"until": "too far"})
    return structs.replace(ticket, snoozed_until=until if until > at else None)


def woken(ticket: Ticket, on_time: bool = False) -> Ticket:
    """The ticket back in the queues; on time, it stands there as if touched then."""
    until = ticket.snoozed_until
    touched = max(ticket.updated_at, until) if on_time and until else ticket.updated_at
    return structs.replace(ticket, snoozed_until=None, updated_at=touched)


def assigned(ticket: Ticket, assignee_id: UUID) -> Ticket:
    """The ticket in somebody's hands (NIL: nobody's); a new one is open from then on."""
    opened = ticket.status == Status.NEW and assignee_id != NIL
    status = Status.OPEN if opened else ticket.status
    return structs.replace(ticket, assignee_id=assignee_id, status=status)


def with_tags(ticket: Ticket, add: tuple[str, ...], remove: tuple[str, ...]) -> Ticket:
    """The ticket with tags added and taken away, in alphabetical order.

    Raises Refused `bad_tag` or `too_many_tags` (MAX_TAGS of at most MAX_TAG_CHARS characters).
    """
    added = {clean_tag(tag) for tag in add}
    tags = tuple(sorted(set(ticket.tags) - {clean_tag(tag) for tag in remove} | added))
    if len(tags) > MAX_TAGS:
        raise Refused("too_many_tags", f"A ticket has at most {MAX_TAGS} tags.")
    return structs.replace(ticket, tags=tags)


def clean_tag(tag: str) -> str:
    """A tag as it is kept: lower case, words joined by hyphens. Raises Refused `bad_tag`."""
    clean = "-".join(tag.lower().split())
    if not clean or len(clean) > MAX_TAG_CHARS or not clean.isprintable():
        text = f"A tag has 1 to {MAX_TAG_CHARS} visible characters."
        raise Refused("bad_tag", text, fields={"tags": "not usable"})
    return clean


Effect = Literal["in", "out", "note"]


def effect(message: Message) -> Effect:
    """What a message is to its ticket: word from outside, our answer, or talk among staff."""
    if message.lane == "internal":
        return "note"
    return "in" if message.author == "party" else "out"


def with_message(ticket: Ticket, message: Message, *, thanks: bool = False) -> Ticket:
    """The ticket after one more message.

    Word from outside waits for us, opens the ticket again and wakes it; our answer ends the waiting
    and leaves a new ticket open; a note only marks the ticket as touched. Mere `thanks` do not wake
    a snoozed ticket and wait for nothing.
    """
    touched = structs.replace(ticket, updated_at=max(ticket.updated_at, message.at))
    kind = effect(message)
    if kind == "note":
        return touched
    touched = structs.replace(touched, snippet=snippet(message.body))
    if kind == "out":
        opened = Status.OPEN if ticket.status == Status.NEW else ticket.status
        return structs.replace(touched, waiting_since=None, unread=0, status=opened)
    if thanks and ticket.snoozed_until is not None:
        return structs.replace(touched, unread=ticket.unread + 1)
    return structs.replace(
        touched,
        snoozed_until=None,
        waiting_since=ticket.waiting_since or message.at,
        unread=ticket.unread + 1,
        status=ticket.status if ticket.status in ACTIVE else Status.OPEN,
        solved_at=None,
    )


def clean_subject(subject: str) -> str:
    """A subject on one line, never empty, at most MAX_SUBJECT_CHARS."""
    return " ".join(subject.split())[:MAX_SUBJECT_CHARS] or NO_SUBJECT


class Sort(StrEnum):
    """How a view is ordered; each is an index.

    `priority` has the most urgent first, among equals whoever waits longest, finished ones last.
    """

    NEWEST = "newest"
    WAITING = "waiting"
    PRIORITY = "priority"
    OLDEST = "oldest"


class ViewName(StrEnum):
    """The views everybody has; a team's queue is TEAM with its id, FILTER goes by conditions."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    ACTIVE = "active"
    PENDING = "pending"
    HOLD = "hold"
    SNOOZED = "snoozed"
    SOLVED = "solved"
    TEAM = "team"
    FILTER = "filter"


class View(Record, frozen=True, kw_only=True):
    """A way to look at the queue: which tickets, for whom.

    FILTER shows those for which all `conditions` hold; its `owner` is the saved view it comes
    from, NIL for one that nobody saved.
    """

    name: ViewName
    owner: UUID = NIL
    conditions: tuple[Condition, ...] = ()


# How long somebody may wait before an answer is due soon, then overdue, until SLA policies say so.
DUE_SOON_S, OVERDUE_S = 3600, 4 * 3600
ME, NOBODY, UNTAGGED, DUE_SOON, OVERDUE, SOME = "me", "nobody", "", "soon", "overdue", "some"
UNSEEN = "unseen"
"""Values of conditions beside ids, tags and seconds: assignee and team, tag, due, unread, mentions."""


class Deeds(Struct, frozen=True, omit_defaults=True):
    """What is done to a ticket; what is None or empty stays as it is.

    `fields` gives custom fields values. `assignee_id` NIL takes the ticket from whoever has it; `to_me` gives it to whoever acts.
    """

    status: Status | None = None
    priority: Priority | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    assignee_id: UUID | None = None
    to_me: bool = False
    fields: dict[UUID, Value] = {}


NOTHING = Deeds()


def together(first: Deeds, then: Deeds) -> Deeds:
    """Both, where `then` has the last word."""
    add = {*first.add_tags, *then.add_tags} - set(then.remove_tags)
    remove = {*first.remove_tags, *then.remove_tags} - set(then.add_tags)
    given = then.to_me or then.assignee_id is not None
    holder = then if given else first
    return Deeds(
        status=then.status or first.status,
        priority=then.priority or first.priority,
        add_tags=tuple(sorted(add)),
        remove_tags=tuple(sorted(remove)),
        assignee_id=holder.assignee_id,
        to_me=holder.to_me,
        fields={**first.fields, **then.fields},
    )
