"""Who speaks and who is spoken to in a timeline, and by whom tickets were merged and split."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from console.conversations.model import LaneName, Message
from console.conversations.tables import rows
from console.conversations.viewmodel.items import Dated, MergedItem, PartedItem
from console.conversations.viewmodel.threads import Joined, Parted
from console.kernel.codec import NIL
from console.people.viewmodel import Directory
from console.store.reader import Reader


@dataclass(frozen=True)
class Speakers:
    """Whom each conversation's lanes lead to, and the names of buyers and sellers."""

    lanes: dict[tuple[UUID, LaneName], UUID]
    names: dict[UUID, str]

    def spoken_to(self, message: Message) -> str:
        """The name of whoever a message of ours is to; empty for colleagues."""
        lane = message.conversation_id, message.lane
        return self.names.get(self.lanes.get(lane, NIL), "")


def speakers(reader: Reader | None, directory: Directory, messages: Sequence[Message]) -> Speakers:
    """Who takes part in these messages, read at once for all of them."""
    held = {message.conversation_id for message in messages}
    found = [rows.conversation(reader, each) for each in held] if reader else []
    lanes = {(c.id, lane.name): lane.party_id for c in found if c is not None for lane in c.lanes}
    wanted = {m.author_id for m in messages if m.author == "party"} | set(lanes.values())
    known = directory.parties(wanted - {NIL})
    return Speakers(lanes, {party_id: party.name for party_id, party in known.items()})


def passages(
    joined: Sequence[Joined], parted: Sequence[Parted], directory: Directory
) -> list[Dated]:
    """A line for each ticket that was merged into this one or split off it, where that was."""
    found: list[Dated] = [
        (each.at, ("merged", each.ticket_id), MergedItem(each, directory.name(each.by)))
        for each in joined
    ]
    found += [
        (each.at, ("parted", each.ticket_id), PartedItem(each, directory.name(each.by)))
        for each in parted
    ]
    return found
