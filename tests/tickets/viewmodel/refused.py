"""Ana's desk on one case on which Ben may be before her, and what she is shown of it then."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from msgspec import structs

from console.conversations.records import CONVERSATION, SendReply
from console.conversations.viewmodel.composer import Composer
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client.outbox import Entry
from console.tickets.records import TICKET
from console.tickets.viewmodel.attention import Attention, Matter
from console.tickets.viewmodel.triage import Done
from tests.parts.acts import act, reply
from tests.parts.console import Console


class Desk:
    """Ana's desk on one case, with what she hears of it."""

    def __init__(self, console: Console) -> None:
        self.console, self.case = console, console.case("Parcel")
        console.pull()
        self.directory = Directory(console.local)
        self.composer = Composer(console.local, self.directory)
        self.attention = Attention(console.local, self.directory, self.composer)
        self.done: list[Done] = []
        self.changed: list[None] = []
        self.writing: list[UUID] = []
        self.attention.done.connect(self.done.append)
        self.attention.changed.connect(self.changed.append)
        self.attention.writing_wanted.connect(self.writing.append)

    @property
    def ticket(self) -> UUID:
        return self.case.ticket.id

    async def say(self, body: str = "mine", *, after: UUID | None = None) -> UUID:
        args = SendReply(message_id=new_id(), lane="buyer", body=body)
        return await self.console.local.do(
            CONVERSATION, self.case.conversation_id, args, lane=self.ticket,
            about="Reply to Lena", after=after,
        )  # fmt: skip

    async def triage(self, args: Any, about: str = "It") -> UUID:
        return await self.console.local.do(TICKET, self.ticket, args, lane=self.ticket, about=about)

    def ben(self, *wishes: Any) -> None:
        """Ben does these on the ticket, on the server."""
        for wish in wishes:
            self.console.office.run(self.console.actor(self.console.ben), act(self.ticket, wish))

    def answers(self, body: str = "theirs") -> None:
        """Ben answers, on the server."""
        told = reply(self.case.conversation_id, body, anyway=True)
        self.console.office.run(self.console.actor(self.console.ben), told)

    async def over(self, args: Any, *before: Any) -> Matter:
        """What Ana sees when Ben was there before her."""
        await self.triage(args)
        self.ben(*before)
        await self.console.push()
        return self.matter

    @property
    def entry(self) -> Entry:
        (entry,) = self.console.local.entries.values()
        return entry

    @property
    def matter(self) -> Matter:
        return self.attention.matter(self.entry)

    def alter(self, **changes: Any) -> Entry:
        """The entry as if the server or another time had left it so."""
        altered = replace(self.entry, **changes)
        self.console.local._hold(altered)
        self.console.local._relay({self.ticket})
        return altered

    def bodies(self) -> list[str]:
        """What the server has, in order."""
        rows = self.console.office.rows("SELECT doc FROM messages ORDER BY pos")
        return [structs.asdict(_body(row[0]))["body"] for row in rows]


def _body(doc: str) -> Any:
    from console.conversations.records import MESSAGE

    return MESSAGE.read(new_id(), doc)


def ways(matter: Matter) -> list[str]:
    return [text for _, text in matter.ways]


def theirs(matter: Matter) -> list[str]:
    return [f"{told.who}: {told.text}" if told.who else told.text for told in matter.theirs]
