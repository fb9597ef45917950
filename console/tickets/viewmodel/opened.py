"""The ticket that is open: header, customer, orders, other tickets, what waits or was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from msgspec import structs

from console.conversations.model import Conversation, Message
from console.conversations.tables import rows as conversation_rows
from console.conversations.viewmodel import recipients
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.items import MessageItem
from console.conversations.viewmodel.threads import Joined, Parted
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.viewmodel.wording import drafted
from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.orders.viewmodel import OrderCard, Orders
from console.people.model import Party
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.telling import Touched
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.tables import rows
from console.tickets.viewmodel import kin
from console.tickets.viewmodel.changes import Changed, Noted, changes, notes
from console.tickets.viewmodel.deeds import Afterwards
from console.tickets.viewmodel.others import Others

OTHERS_SHOWN = 6


@dataclass(frozen=True)
class OpenState:
    """Everything around the conversation."""

    ticket: Ticket
    requester: Party | None
    assignee: str
    team: str
    orders: Sequence[OrderCard]
    others: Sequence[Ticket]
    open_cases: int
    waiting: Sequence[Entry]
    joined: Sequence[Joined] = ()
    """What was merged into it, in the order it came."""
    parted: Sequence[Parted] = ()
    """What was split off it, and what it was split off."""


class Opened:
    """The open ticket. `changed` when anything of `state` did; None shows the empty page.

    Whoever opens a merged ticket is led to the one it is in; `led` tells which was asked for.
    """

    def __init__(self, local: Local, directory: Directory, zone: tzinfo | None = None) -> None:
        self._local = local
        self._directory = directory
        self._orders = Orders(local)
        self._id = NIL
        self._whole = True
        self.timeline = Timeline(local, directory, self._orders, zone)
        self.composer = Composer(local, directory)
        self.composer.afterwards = self.afterwards = Afterwards(local, directory)
        self.others = Others(local, directory)
        self.state: OpenState | None = None
        self.changed: Signal[None] = Signal()
        self.led: Signal[Ticket] = Signal()
        self._fetched: set[UUID] = set()
        local.touched.connect(self._touched)
        local.outbox_changed.connect(self._again)
        local.opened.connect(self._again)
        directory.changed.connect(self._again)

    @property
    def ticket_id(self) -> UUID:
        """The open ticket's id, NIL for none."""
        return self._id

    def open(self, ticket_id: UUID) -> None:
        """Show a ticket, which is kept here from then on; NIL shows none."""
        asked, ticket_id = self._led(ticket_id)
        if ticket_id not in (NIL, self._id):
            self._local.say(pipe.Open(TICKET.name, ticket_id))
            self._fetched = set()
        self._id = ticket_id
        self.state = self._read()
        self._fetch()
        ticket = self.state.ticket if self.state else None
        conversation = self._conversation()
        self._whole = conversation is not None or self.state is None
        self._local.company.attend(ticket_id if self.state else None)
        self.others.show(ticket_id if self.state else NIL)
        self.composer.open(ticket_id, conversation, self._latest(conversation))
        self.timeline.open(
            conversation.id if conversation else NIL,
            ticket_id,
            ticket.order_ids if ticket else (),
            ticket.unread if ticket else 0,
            self.state.joined if self.state else (),
            self.state.parted if self.state else (),
        )
        self.changed.emit(None)
        if asked is not None:
            self.led.emit(asked)

    def _led(self, ticket_id: UUID) -> tuple[Ticket | None, UUID]:
        """A merged ticket that was asked for, and the one to show."""
        reader = self._local.reader
        asked = rows.ticket(reader, ticket_id) if reader and ticket_id != NIL else None
        if reader is None or asked is None or asked.merged_into == NIL:
            return None, ticket_id
        into = rows.head(reader, asked)
        self._carry(asked, into)
        return asked, into.merged_into if into.merged_into != NIL else into.id

    def _carry(self, merged: Ticket, into: Ticket) -> None:
        """What was begun on a merged ticket is gone on with where it went, to whom it was meant.

        Where something is begun there already it stays, for when the merge is taken back.
        """
        kept = self._local.drafts.get(merged.id)
        if kept is None or into.id in self._local.drafts or ":" in kept.draft.to:
            return
        own, home = merged.conversation_id, into.conversation_id
        to = recipients.key_there(self._local.reader, kept.draft.to, own, home)
        self._local.move_draft(merged.id, into.id, structs.replace(kept.draft, to=to))

    def _latest(self, own: Conversation | None) -> list[Conversation]:
        """Its own conversation and those merged into it, the one last spoken in first."""
        state, reader = self.state, self._local.reader
        if state is None or reader is None or own is None:
            return [own] if own else []
        return kin.latest(reader, own, state.joined)

    def _fetch(self) -> None:
        """Have everything here that is merged into the open ticket, as far as it is known of."""
        state, reader = self.state, self._local.reader
        named = kin.named(reader, state.ticket) if state and reader else set()
        for each in named - self._fetched:
            self._local.say(pipe.Open(TICKET.name, each))
        self._fetched |= named

    def changes(self) -> list[Changed]:
        """What has happened since the last answer, newest first."""
        if self.state is None:
            return []
        orders = [card.order for card in self.state.orders]
        return changes(self.timeline.messages, orders, self._author)

    def notes(self) -> list[Noted]:
        """The last notes, newest first."""
        return notes(self.timeline.messages, self._author) if self.state else []

    def _author(self, message: Message) -> str:
        item = self.timeline.items.get(("message", message.id))
        if isinstance(item, MessageItem):
            return item.author
        if message.author == "staff":
            return self._directory.name(message.author_id)
        party = self._directory.party(message.author_id)
        return party.name if party else ""

    def resume(self) -> None:
        """Be at this ticket again after another window was; the draft may be another by now."""
        self._local.company.attend(self._id if self.state else None)
        mine = drafted(self.composer.state, self.composer.then)
        kept = self._local.drafts.get(self._id)
        same = (
            structs.replace(mine, caret=kept.draft.caret) == kept.draft if kept else not mine.body
        )
        if self.state is not None and not same:
            self.composer.reopen()

    def _conversation(self) -> Conversation | None:
        reader = self._local.reader
        if self.state is None or reader is None:
            return None
        return conversation_rows.conversation(reader, self.state.ticket.conversation_id)

    def _read(self) -> OpenState | None:
        reader = self._local.reader
        ticket = rows.ticket(reader, self._id) if reader and self._id != NIL else None
        if ticket is None or reader is None:
            return None
        theirs = rows.of_requester(reader, ticket.requester_id, OTHERS_SHOWN + 1)
        others = [other for other in theirs if other.id != ticket.id][:OTHERS_SHOWN]
        return OpenState(
            ticket=ticket,
            requester=self._directory.party(ticket.requester_id),
            assignee=self._directory.name(ticket.assignee_id),
            team=self._directory.team_name(ticket.team_id),
            orders=self._orders.cards(ticket.order_ids),
            others=others,
            open_cases=rows.open_of_requester(reader, ticket.requester_id),
            waiting=self._local.waiting(ticket.id),
            joined=kin.joined(reader, ticket),
            parted=kin.parted(reader, ticket),
        )

    def _touched(self, touched: Touched) -> None:
        # Any ticket may be another of the same customer's, or the open one come back.
        if self._id != NIL and ("ticket" in touched or self._mine(touched)):
            self._again(None)

    def _mine(self, touched: Touched) -> bool:
        if self.state is None:
            return False
        ticket = self.state.ticket
        mine = {
            "conversation": {
                ticket.conversation_id,
                *(j.conversation_id for j in self.state.joined),
            },
            "order": set(ticket.order_ids),
            "party": {ticket.requester_id},
        }
        return any(mine[kind] & set(ids) for kind, ids in touched.items() if kind in mine)

    def _again(self, _: None) -> None:
        if self._id == NIL:
            return
        before, self.state = self.state, self._read()
        if self.state is not None and self.state.ticket.merged_into != NIL:
            self.open(self._id)  # where it went
            return
        conversation = self._conversation()
        came = conversation is not None and not self._whole
        if came or (before is None) != (self.state is None):
            # The ticket came, went or came back; or its conversation, which a first load brings
            # after it.
            self.open(self._id)
        elif self.state is not None and self.state != before:
            self._fetch()
            self.timeline.about(self.state.ticket.order_ids, self.state.joined, self.state.parted)
            self.composer.update(conversation, self._latest(conversation))
            self.changed.emit(None)
