"""The agent of the scripted shift: what they see at their desk, and what they do more than once."""

from pathlib import Path
from typing import NamedTuple

from console.conversations.model import LaneName
from console.conversations.viewmodel.items import Delivery, MessageItem
from console.demo.content import load
from console.demo.hands import Hands, Missed, ensure
from console.desktop.desk import Desk
from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.orders.server import order_id_of
from console.sync.client.local import Local
from console.tickets.model import Ticket, View, ViewName

FIRST = order_id_of("303-9182736-4567890")
"""The order whose ticket is worked on, as long as it waits for somebody."""
REPLY = (
    "Hello Lena,\n\nthe carrier has now confirmed that your parcel was lost in their depot. Marta"
    " sends you the same again tomorrow by express, at no cost to you, so it is there in time for"
    " Sunday.\n\nBest wishes\nAna"
)
NOTE = "Claim filed with the carrier, ref. CL-88214. Replacement leaves tomorrow, please watch it."
LATER = "PS: the new tracking number comes by e-mail as soon as the parcel is handed over."


class Words(NamedTuple):
    """What is written to a buyer, among colleagues, and to the buyer while offline."""

    reply: str
    note: str
    later: str


class Agent:
    """The agent at the desk; `ticket_id` is what they work on once they chose it."""

    def __init__(self, desk: Desk, sign_in: tuple[str, str], folder: Path) -> None:
        self.desk = desk
        self.hands = Hands(desk.window, folder)
        self.email, self.password = sign_in
        self.ticket_id = NIL

    # -- what there is to look at

    @property
    def workspace(self) -> Workspace:
        """The workspace. Raises Missed when it is not shown."""
        ensure(self.desk.workspace, "The workspace is not shown.")
        assert self.desk.workspace is not None
        return self.desk.workspace

    @property
    def local(self) -> Local:
        """The profile's files. Raises Missed when nobody is signed in."""
        ensure(self.desk.local, "Nobody is signed in.")
        assert self.desk.local is not None
        return self.desk.local

    @property
    def ticket(self) -> Ticket:
        """The ticket worked on, as the console shows it now."""
        found = self.workspace.triage.ticket(self.ticket_id)
        if found is None:
            raise Missed("The ticket is not here any more.")
        return found

    @property
    def pill(self) -> str:
        """What the status pill says."""
        return self.workspace.status.pill.accessibleName().removeprefix("Status: ")

    def mode(self) -> str:
        """How the link is."""
        return self.local.standing.mode if self.local.standing else ""

    def settled(self) -> bool:
        """Whether everything done so far is confirmed by the server."""
        return self.mode() == "live" and not self.local.entries

    def written(self, text: str) -> MessageItem | None:
        """One's own message of that text in the open conversation, the last if there are more."""
        items = reversed(list(self.workspace.opened.timeline.items.values()))
        mine = (item for item in items if isinstance(item, MessageItem) and item.mine)
        return next((item for item in mine if item.message.body == text), None)

    @property
    def words(self) -> Words:
        """What fits the ticket; a buyer of another one is asked for patience in their language."""
        if FIRST in self.ticket.order_ids:
            return Words(REPLY, NOTE, LATER)
        state, library = self.workspace.opened.state, load()
        spoken = state.requester.language if state and state.requester else ""
        patience = library.languages.get(spoken, library.languages["en"]).holding
        return Words(patience[0], library.notes.general[0], patience[-1])

    # -- what is done more than once

    async def command(self, words: str) -> None:
        """Find a command in the palette and do it."""
        await self.hands.press("Ctrl+K")
        await self.hands.type(words)
        await self.hands.press("Return")

    async def pick(self, key: str, words: str, picture: str) -> None:
        """Open a picker, narrow it down, look, choose."""
        await self.hands.press("Esc", key)
        await self.hands.type(words)
        self.hands.look(picture)
        await self.hands.press("Return")

    async def send(self, key: str, lane: LaneName, text: str, comes: Delivery) -> None:
        """Write to a lane and send it, confirming once where the composer asks."""
        await self.hands.press("Esc", key)
        composer = self.workspace.opened.composer
        ensure(
            composer.state.to.lane == lane,
            f"The composer writes to {composer.state.to.lane}, not {lane}.",
        )
        await self.hands.type(text)
        ensure(composer.state.text == text, "What was typed is not what the composer has.")
        before, unusual = self.written(text), composer.state.unusual
        await self.hands.press("Ctrl+Return")
        if unusual:
            await self.hands.until(lambda: composer.state.problem, "The question whether to send")
            await self.hands.press("Ctrl+Return")

        def there() -> bool:
            item = self.written(text)
            known = before.message.id if before else NIL
            return item is not None and item.message.id != known and item.delivery == comes

        await self.hands.until(there, f"The message, {comes},")
        ensure(not composer.state.text, "The composer still has the text that was sent.")

    def choose_view(self) -> list[Ticket]:
        """Go to the first view with buyers' tickets that are not one's own; those, in order."""
        space = self.workspace
        for name in (ViewName.UNASSIGNED, ViewName.ACTIVE):
            if space.queue.view.name != name:
                space.show_view(View(name=name))
            known = [space.triage.ticket(ticket_id) for ticket_id in space.queue.ids()]
            theirs = [t for t in known if t and t.side == "buyer" and self._not_mine(t)]
            if theirs:
                return theirs
        raise Missed("No buyer's ticket waits in this sandbox.")

    def _not_mine(self, ticket: Ticket) -> bool:
        return ticket.assignee_id != self.local.me
