"""A search under test: what it shows, and what it asked."""

from collections.abc import Hashable, Sequence
from uuid import UUID

from console.kernel.edits import Edit
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.search.viewmodel.found import (
    SERVER,
    HitRow,
    MoreRow,
    ServerRow,
    TicketRow,
)
from console.search.viewmodel.search import Search
from console.sync.asking import Searched, SearchHit
from console.sync.client import pipe
from tests.parts.acts import AT, Case
from tests.parts.console import Console
from tests.parts.edits import applied
from tests.parts.until import until


class Sought:
    """A search, its keys as its edits alone tell them, and what it asked the engine."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.said: list[pipe.ToEngine] = []
        console.local.say = self.said.append
        self.search = Search(console.local, Directory(console.local))
        self.keys: list[Hashable] = []
        self.search.edits.connect(self._follow)

    def _follow(self, edits: Sequence[Edit]) -> None:
        self.keys = applied(self.keys, edits)
        assert self.keys == list(self.search.rows)

    async def type(self, text: str) -> None:
        """Type a line, with all that is here in the index, and wait for what is found here."""
        while self.console.replica.index_some():
            pass
        self.search.type(text)
        await self.here()

    async def here(self) -> None:
        await until(lambda: not self.search.busy and not self.search._under_way, "what is here")
        for key in [key for key, row in self.search.rows.items() if isinstance(row, MoreRow)]:
            self.search.unfold(key)

    async def ended(self) -> None:
        await until(lambda: not self.search._tasks.names, "the end of every search")

    @property
    def texts(self) -> list[str]:
        return [row.text for row in self.search.rows.values() if isinstance(row, HitRow)]

    @property
    def tickets(self) -> list[str]:
        return [row.subject for row in self.search.rows.values() if isinstance(row, TicketRow)]

    @property
    def asked(self) -> list[pipe.Seek]:
        return [frame for frame in self.said if isinstance(frame, pipe.Seek)]

    @property
    def server(self) -> ServerRow:
        row = self.search.rows[SERVER]
        assert isinstance(row, ServerRow)
        return row


def answer(case: Case, message: UUID, text: str = "An old kettle") -> Searched:
    """What a server found: the case that is here, and a message of a ticket that is not."""
    ticket = case.ticket
    own = SearchHit(new_id(), 7, "Old", "closed", AT, text, message, 3, "buyer", "Ida", "party")
    known = SearchHit(ticket.id, ticket.number, ticket.subject, ticket.status, AT, ticket.subject)
    return Searched((known, own))
