"""A desk with two tickets of one buyer and one of another, as the tests of merging use it."""

from console.conversations.viewmodel.items import MergedItem, MessageItem
from console.people.viewmodel import Directory
from console.tickets.model import Ticket, View, ViewName
from console.tickets.tables import rows
from console.tickets.viewmodel.merging import Merging, Plan
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.triage import Done
from tests.parts.acts import Case
from tests.parts.console import Console


class Desk:
    """Two tickets of one buyer, one of another, and all that merging said."""

    def __init__(self, console: Console) -> None:
        self.console, self.local = console, console.local
        at = console.clock
        self.first = console.case("Broken cup", body="It broke.", at=at.now())
        at.advance(60)
        self.second = console.case("Where is the cup?", body="Hello?", at=at.now())
        at.advance(60)
        self.sam = console.case("Bill", name="Sam Roe", email="sam@mail.test", at=at.now())
        console.pull()
        self.directory = Directory(console.local)
        self.merging = Merging(console.local, self.directory)
        self.opened = Opened(console.local, self.directory)
        self.done: list[Done] = []
        self.refused: list[str] = []
        self.merging.done.connect(self.done.append)
        self.merging.refused.connect(self.refused.append)

    def now(self, case: Case) -> Ticket:
        reader = self.local.reader
        assert reader is not None
        found = rows.by_number(reader, case.ticket.number)
        assert found is not None
        return found

    def plan(self, into: Case, *others: Case) -> Plan:
        plan = self.merging.plan(into.ticket.id, [case.ticket.id for case in others])
        assert plan is not None
        return plan

    async def merge(self, into: Case, *others: Case) -> None:
        await self.merging.carry_out(self.plan(into, *others))

    async def undo(self) -> None:
        undo = self.done[-1].undo
        assert undo is not None
        await undo()

    def active(self) -> set[int]:
        reader = self.local.reader
        assert reader is not None
        view = View(name=ViewName.ACTIVE)
        found = rows.places(reader, view, self.local.me, rows.Sort.NEWEST, 50)
        ids = [self.local.reader and raw for _, raw in found]
        known = {case.ticket.id.bytes: case.ticket.number for case in self.cases}
        return {known[raw] for raw in ids if raw in known}

    @property
    def cases(self) -> list[Case]:
        return [self.first, self.second, self.sam]

    @property
    def said(self) -> list[str]:
        """The bodies in the timeline, and `+2` where another ticket came in."""
        found = []
        for item in self.opened.timeline.items.values():
            if isinstance(item, MessageItem):
                found.append(item.message.body)
            elif isinstance(item, MergedItem):
                found.append(f"+{item.joined.number}")
        return found
