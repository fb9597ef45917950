"""What comes in at the open ticket, said to whoever listens: others' messages, and how the link is."""

from collections.abc import Callable
from uuid import UUID

from console.conversations.model import Message, snippet
from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.tongue import mark, tr
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.telling import Touched
from console.tickets.viewmodel.opened import Opened

MOST_AT_ONCE = 3
"""So many new messages are read out; more are counted."""
_TOLD = {
    "live": mark("Online"),
    "offline": mark("Offline"),
    "signed_out": mark("Signed out"),
    "stuck": mark("The disk is full"),
}


class Announcer:
    """Hears of what is new at the open ticket. `say` is handed each sentence."""

    def __init__(
        self, local: Local, directory: Directory, opened: Opened, say: Callable[[str], None]
    ) -> None:
        self._local, self._directory, self._opened, self._say = local, directory, opened, say
        self._newest: dict[UUID, int] = {}
        self._mode = local.standing.mode if local.standing else ""
        local.touched.connect(self._touched)
        local.link.connect(self._linked)
        opened.changed.connect(self._opened_changed)

    def _linked(self, standing: pipe.Standing) -> None:
        before, self._mode = self._mode, standing.mode
        if before and before != standing.mode and standing.mode in _TOLD:
            self._say(tr(_TOLD[standing.mode]))

    def _opened_changed(self, _: None) -> None:
        """Another ticket: what it has by now is read, not announced."""
        here = self._conversation()
        if here is not None and here not in self._newest:
            known = self._local.confirmed(CONVERSATION, here)
            self._newest = {here: known.count if known else 0}

    def _conversation(self) -> UUID | None:
        state = self._opened.state
        return state.ticket.conversation_id if state else None

    def _touched(self, touched: Touched) -> None:
        here = self._conversation()
        if here is None or here not in self._newest:
            return
        found = [self._local.confirmed(MESSAGE, key) for key in touched.get("message", ())]
        fresh = [
            message
            for message in found
            if message is not None
            and message.conversation_id == here
            and message.pos > self._newest[here]
        ]
        if not fresh:
            return
        self._newest[here] = max(message.pos for message in fresh)
        others = [m for m in fresh if m.author_id != self._local.me and m.author != "system"]
        for message in sorted(others, key=lambda m: m.pos)[:MOST_AT_ONCE]:
            told = tr("New message from {name}: {text}")
            self._say(told.format(name=self._author(message), text=snippet(message.body)))
        if len(others) > MOST_AT_ONCE:
            told = tr("And {count} more new messages")
            self._say(told.format(count=len(others) - MOST_AT_ONCE))

    def _author(self, message: Message) -> str:
        if message.author == "staff":
            return self._directory.colleague(message.author_id)
        party = self._directory.party(message.author_id)
        return party.name if party else tr("a customer")
