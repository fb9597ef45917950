"""A queue over a real cache, and its keys as its edits alone tell them."""

from collections.abc import Hashable, Sequence
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.edits import Edit
from console.people.viewmodel import Directory
from console.tickets.model import Ticket, View, ViewName
from console.tickets.model.orders import Order
from console.tickets.records import TICKET, Assign, SetPriority, SetStatus
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.row import TicketRow
from tests.parts.acts import act
from tests.parts.console import Console
from tests.parts.edits import applied


class Watched:
    """A queue, its keys as its edits alone tell them, and the edits themselves."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.queue = Queue(console.local, Directory(console.local))
        self.keys: list[Hashable] = []
        self.edits: list[Edit] = []
        self.queue.edits.connect(self.follow)

    def follow(self, edits: Sequence[Edit]) -> None:
        self.keys = applied(self.keys, edits)
        self.edits += edits
        assert self.keys == [ticket_id.bytes for ticket_id in self.queue.ids()]

    def show(self, name: ViewName, sort: Order | None = None, owner: UUID = NIL) -> list[str]:
        self.queue.show(View(name=name, owner=owner), sort)
        return self.subjects

    def load(self) -> None:
        """What the list asks for turn by turn."""
        while self.queue.more:
            self.queue.load_more()

    def row(self, ticket: Ticket) -> TicketRow:
        row = self.queue.row(ticket.id.bytes)
        assert row is not None
        return row

    @property
    def subjects(self) -> list[str]:
        found = (self.queue.row(ticket_id.bytes) for ticket_id in self.queue.ids())
        return [row.subject for row in found if row is not None]

    def kinds(self) -> list[type[Edit]]:
        """The edits since the last look."""
        found = [type(edit) for edit in self.edits]
        self.edits.clear()
        return found

    async def do(self, ticket: Ticket, *args: Assign | SetStatus | SetPriority) -> None:
        for each in args:
            await self.console.local.do(TICKET, ticket.id, each, lane=ticket.id, about="")

    def remote(self, ticket: Ticket, *args: Assign | SetStatus | SetPriority) -> None:
        """Ben does it, and the news arrives."""
        ben = self.console.actor(self.console.ben)
        for each in args:
            self.console.office.run(ben, act(ticket.id, each))
        self.console.pull()
