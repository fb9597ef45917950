"""Tickets on the wire: the kind, and the commands of triage with their conflict rules."""

from uuid import UUID

from console.conversations.model import Channel
from console.conversations.records import Sender
from console.fields.model import Value
from console.kernel.codec import NIL, Moment, Strict, Whole
from console.sync.records import Kind
from console.tickets.model import Priority, Status, Ticket

TICKET = Kind("ticket", Ticket)


class Assign(Strict, frozen=True):
    """Give the ticket to `assignee_id` (NIL: to nobody).

    `seen` is who had it when the author decided: somebody else by now refuses with `taken_by`.
    """

    assignee_id: UUID
    seen: UUID = NIL


class Take(Strict, frozen=True):
    """Take the ticket if nobody has it; somebody has: refused with `taken_by`."""


class MoveToTeam(Strict, frozen=True):
    """Put the ticket in a team's queue; moved elsewhere meanwhile: refused with `moved`."""

    team_id: UUID
    seen: UUID = NIL


class SetStatus(Strict, frozen=True):
    """Change the status; it is no longer `seen` and not the wished one: refused `status_changed`.

    A ticket is not finished while a custom field that must have a value has none: `fields_missing`.
    """

    status: Status
    seen: Status


class SetPriority(Strict, frozen=True):
    """Change the priority; whoever comes last wins, and is told what they replaced."""

    priority: Priority
    seen: Priority


class ChangeTags(Strict, frozen=True):
    """Add and remove tags; always merges."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class SetField(Strict, frozen=True):
    """Give a custom field a value, or with None none; whoever comes last wins for that field.

    Who is overtaken is told what they replaced; `seen` is what the author saw. A field that is
    not in use refuses with `no_field`, a value it does not take with `bad_value`.
    """

    field_id: UUID
    value: Value | None = None
    seen: Value | None = None


class Snooze(Strict, frozen=True):
    """Keep the ticket out of the queues until then.

    The other side wrote more than thanks since the author looked (`base_rev`): refused with
    `wrote_meanwhile`. Otherwise whoever comes last wins, and is told what they replaced. What comes
    when its time is over leaves the ticket awake.
    """

    until: Moment


class Wake(Strict, frozen=True):
    """Have a snoozed ticket back; snoozed until another time than `seen` by now: `snooze_changed`."""

    seen: Moment


class MarkRead(Strict, frozen=True):
    """The messages up to the `count`-th were opened by staff."""

    count: Whole


class Merge(Strict, frozen=True):
    """Take another ticket into the target: it leaves all queues, its conversation goes on here.

    The target was merged itself meanwhile: into where that went. Both are one already: nothing to
    do. Refused when the other went elsewhere meanwhile (`merged_elsewhere`), the target is closed
    (`into_closed`), others asked there and the author does not say `mixed` (`other_requester`), both
    stand over one conversation (`one_conversation`), or MOST_MERGED are in (`too_many_merged`).
    """

    ticket: UUID
    mixed: bool = False


class Unmerge(Strict, frozen=True):
    """Let a merged ticket go its own way again; both stand as if it had not been in.

    Not merged any more: nothing to do. Refused when it is in another by now (`merged_elsewhere`),
    or the target was merged too (`merged_again`): that is taken back first.
    """

    ticket: UUID


class Split(Strict, frozen=True):
    """Make these messages of the target a ticket of its own, in a conversation of its own.

    Both ids are the author's choice, so a retry is the same ticket. Refused when one of the messages
    is elsewhere by now (`messages_moved`), nothing would stay in the target or in one that was merged
    into it (`nothing_stays`), or they are none or more than MOST_SPLIT (`bad_split`). Merging the new
    one into the target takes it back.
    """

    ticket_id: UUID
    conversation_id: UUID
    messages: tuple[UUID, ...]
    subject: str = ""


class ImportTurn(Strict, frozen=True):
    """One message of an imported conversation; `at` when the source knows it."""

    author: str
    body: str
    at: Moment | None = None


class ImportConversation(Strict, frozen=True):
    """A whole conversation from elsewhere, with its ticket, customer and orders.

    The target is its conversation id, derived from the content: the same one twice is one.
    """

    external_id: str
    turns: tuple[ImportTurn, ...]
    requester: Sender
    subject: str = ""
    channel: Channel = "import"
    order_numbers: tuple[str, ...] = ()
    status: Status = Status.OPEN
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    team_id: UUID = NIL
