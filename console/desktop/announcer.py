"""What comes in at the open ticket, said to whoever listens: others' messages, and how the link is."""

from collections.abc import Callable
from uuid import UUID

from console.conversations.model import Message, snippet
from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.tables.rows import messages_after
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
        here = self._conversations()
        known = {each: self._local.confirmed(CONVERSATION, each) for each in here}
        counts = {each: found.count if found else 0 for each, found in known.items()}
        self._newest = {each: self._newest.get(each, count) for each, count in counts.items()}

    def _conversations(self) -> set[UUID]:
        """The open ticket's own, and those merged into it."""
        state = self._opened.state
        if state is None:
            return set()
        return {state.ticket.conversation_id, *(each.conversation_id for each in state.joined)}

    def _touched(self, touched: Touched) -> None:
        fresh = self._fresh(set(touched.get("message", ())))
        if not fresh:
            return
        for message in fresh:
            newest = self._newest[message.conversation_id]
            self._newest[message.conversation_id] = max(newest, message.pos)
        others = [m for m in fresh if m.author_id != self._local.me and m.author != "system"]
        for message in sorted(others, key=lambda m: (m.at, m.pos))[:MOST_AT_ONCE]:
            told = tr("New message from {name}: {text}")
            self._say(told.format(name=self._author(message), text=snippet(message.body)))
        if len(others) > MOST_AT_ONCE:
            told = tr("And {count} more new messages")
            self._say(told.format(count=len(others) - MOST_AT_ONCE))

    def _fresh(self, ids: set[UUID]) -> list[Message]:
        """Those of these messages that are new at the open ticket.

        Asked by place: a fetch touches messages by the thousand, and of other tickets.
        """
        reader = self._local.reader
        if reader is None or not ids:
            return []
        behind = [
            message
            for conversation, newest in self._newest.items()
            for message in messages_after(reader, conversation, newest, len(ids))
            if message.id in ids
        ]
        found = [self._local.confirmed(MESSAGE, message.id) for message in behind]
        return [message for message in found if message is not None]

    def _author(self, message: Message) -> str:
        if message.author == "staff":
            return self._directory.colleague(message.author_id)
        party = self._directory.party(message.author_id)
        return party.name if party else tr("a customer")
