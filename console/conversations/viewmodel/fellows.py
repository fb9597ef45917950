"""Who else writes to the same lane of a ticket now, in words."""

from uuid import UUID

from console.conversations.model import LaneName
from console.conversations.viewmodel.message import BESIDE
from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.kernel.tongue import trn
from console.people.viewmodel import Directory, short_names, together
from console.sync.client.local import Local
from console.sync.presence import TYPING, typing_to


class Fellows:
    """Colleagues who write where one is about to. `changed` when `words` did."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self._ticket = NIL
        self._lane: LaneName = "internal"
        self._typed = False
        self.words = ""
        self.changed: Signal[None] = Signal()
        local.present.connect(self._present)

    def look(self, ticket: UUID, lane: LaneName, *, typed: bool) -> None:
        """One writes to this lane of a ticket from now on, and has `typed` something or not."""
        self._ticket, self._lane, self._typed = ticket, lane, typed
        same = {typing_to(lane)} if lane == "internal" else {typing_to(lane), TYPING}
        there = self._local.company.of(ticket)
        names = [self._directory.colleague(who) for who, what in there.items() if what in same]
        words = ""
        if names:
            one, many = BESIDE[lane, typed]
            words = trn(one, many, len(names)).format(names=together(short_names(names)))
        if words != self.words:
            self.words = words
            self.changed.emit(None)

    def _present(self, ticket_id: UUID) -> None:
        if ticket_id == self._ticket:
            self.look(ticket_id, self._lane, typed=self._typed)
