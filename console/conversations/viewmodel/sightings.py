"""Where one is mentioned in the open conversation: the way there, and that it has been seen."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from console.conversations.model import Message, mentions, sighting_id
from console.conversations.records import SIGHTING, SeeMention
from console.conversations.tables import rows
from console.sync.client.local import Local

if TYPE_CHECKING:
    from console.conversations.viewmodel.timeline import Timeline


class Sightings:
    """Mentions of whoever is signed in, in what a timeline shows."""

    def __init__(self, local: Local, timeline: "Timeline") -> None:
        self._local, self._timeline = local, timeline

    def go(self, *, new: bool = False) -> bool:
        """Go to the oldest mention that was not seen, or else to the last one; whether there is any.

        With `new` only to one that was not seen.
        """
        reader, tickets = self._local.reader, self._timeline.conversations
        if reader is None:
            return False
        found = rows.mentions_in(reader, tickets, self._local.me)
        fresh = self._unseen(found)
        wanted = fresh[:1] or ([] if new else found[-1:])
        for message in wanted:
            ticket_id = tickets[message.conversation_id]
            self._timeline.seeking.seek(ticket_id, message.id, message.pos)
        return bool(wanted)

    def new(self, message_ids: Collection[UUID]) -> list[UUID]:
        """Those of these messages that mention me and were not seen."""
        me = self._local.me
        found = [m for m in self._timeline.messages if m.id in message_ids and mentions(m, me)]
        return [message.id for message in self._unseen(found)]

    async def see(self, message_ids: Collection[UUID]) -> None:
        """These messages were before somebody's eyes: mentions among them are seen."""
        me = self._local.me
        for message_id in self.new(message_ids):
            key, told = sighting_id(me, message_id), SeeMention(message_id=message_id)
            await self._local.do(SIGHTING, key, told, lane=me, about="")

    def _unseen(self, found: list[Message]) -> list[Message]:
        reader = self._local.reader
        if reader is None or not found:
            return []
        seen = rows.seen_of(reader, self._local.me, (message.id for message in found))
        return [message for message in found if message.id not in seen]
