"""The way to one message of a conversation: it is loaded if it must be, and marked once it is there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from console.kernel.edits import Edit
from console.kernel.signal import Signal

if TYPE_CHECKING:
    from console.conversations.viewmodel.timeline import Timeline


class _Wanted(NamedTuple):
    ticket_id: UUID
    message_id: UUID
    pos: int


class Seeking:
    """Goes to a message of the ticket that is open or about to be; `changed` when another is marked."""

    def __init__(self, timeline: "Timeline") -> None:
        self._timeline = timeline
        self._wanted: _Wanted | None = None
        self._reaching = False
        self._ticket: UUID | None = None
        self.marked: UUID | None = None
        self.changed: Signal[None] = Signal()
        timeline.edits.connect(self._moved)

    def seek(self, ticket_id: UUID, message_id: UUID, pos: int) -> None:
        """Go to the message at a place of a ticket's conversation, as soon as both are here."""
        self._wanted = _Wanted(ticket_id, message_id, pos)
        self._mark(None)
        if self._timeline.shows(ticket_id) and self._timeline.filter != "all":
            self._timeline.show("all")
        else:
            self._moved(())

    def _moved(self, _: Sequence[Edit]) -> None:
        timeline, wanted = self._timeline, self._wanted
        if timeline.ticket_id != self._ticket:
            self._ticket = timeline.ticket_id
            self._mark(None)
        if wanted is None or self._reaching or not timeline.shows(wanted.ticket_id):
            return
        if ("message", wanted.message_id) not in timeline.items:
            self._reaching = True
            timeline.reach(wanted.pos, wanted.ticket_id)
            self._reaching = False
        if ("message", wanted.message_id) in timeline.items:
            self._wanted = None
            self._mark(wanted.message_id)

    def _mark(self, message_id: UUID | None) -> None:
        if message_id != self.marked:
            self.marked = message_id
            self.changed.emit(None)
