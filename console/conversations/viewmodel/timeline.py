"""The timeline of one conversation: messages by day, order events among them, older pages on top."""

from collections.abc import Hashable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal
from uuid import UUID

from console.conversations.model import Attachment, Message
from console.conversations.records import MESSAGE
from console.conversations.viewmodel.deliveries import by_message
from console.conversations.viewmodel.files import FileItem, attached_file, is_online
from console.conversations.viewmodel.items import (
    Dated,
    EventItem,
    Item,
    MoreItem,
    by_time,
    folded,
    with_lines,
)
from console.conversations.viewmodel.making import Making
from console.conversations.viewmodel.seeking import Seeking
from console.conversations.viewmodel.sightings import Sightings
from console.conversations.viewmodel.speakers import passages, speakers
from console.conversations.viewmodel.threads import Joined, Parted, Thread, Threads
from console.kernel.codec import NIL
from console.kernel.edits import Edit, Insert, Remove, Reset, difference
from console.kernel.signal import Signal
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.telling import Touched

Filter = Literal["all", "buyer", "seller", "internal", "orders"]
MAX_READ_BYTES = 20_000_001
"""Of a file that is looked at, one more than a picture may have."""
LANES: tuple[Filter, ...] = ("all", "buyer", "seller", "internal", "orders")


class Timeline:
    """What the middle of the screen shows. `edits` tells each change of `items`."""

    def __init__(
        self, local: Local, directory: Directory, orders: Orders, zone: tzinfo | None = None
    ) -> None:
        self._local = local
        self._directory = directory
        self._orders = orders
        self._zone = zone
        self._conversation = NIL
        self._order_ids: Sequence[UUID] = ()
        self._lane = NIL
        self._unread = 0
        self._new: UUID | None = None
        self._joined: Sequence[Joined] = ()
        self._parted: Sequence[Parted] = ()
        self._threads = Threads(local)
        self._asked: Literal["", "asked", "away"] = ""
        self._making = Making(local, directory)
        self._opened: set[Hashable] = set()
        self._keys: list[Hashable] = []
        self.filter: Filter = "all"
        self.items: dict[Hashable, Item] = {}
        self.edits: Signal[Sequence[Edit]] = Signal()
        self.files_changed: Signal[None] = Signal()
        self.sought: Signal[UUID] = Signal()
        self._online = False
        self._waiting: Sequence[Entry] = ()
        local.files.changed.connect(self._file_changed)
        local.link.connect(self._link_changed)
        local.touched.connect(self._touched)
        local.outbox_changed.connect(self._outbox_changed)
        local.deepened.connect(self._deepened)
        directory.changed.connect(self._people_changed)
        self.seeking = Seeking(self)
        self.sightings = Sightings(local, self)

    @property
    def ticket_id(self) -> UUID:
        """The ticket whose conversation is shown, NIL for none."""
        return self._lane

    def shows(self, ticket_id: UUID) -> bool:
        """Whether a ticket's messages are shown: the open one's, or those of one merged into it."""
        return ticket_id == self._lane or self._conversation_of(ticket_id) is not None

    def _conversation_of(self, ticket_id: UUID) -> UUID | None:
        if ticket_id == self._lane:
            return self._conversation
        found = (each.conversation_id for each in self._joined if each.ticket_id == ticket_id)
        return next(found, None)

    def _held(self) -> list[UUID]:
        return list(self.conversations)

    @property
    def conversations(self) -> dict[UUID, UUID]:
        """The conversations that are shown, each with its ticket; the open one's own first."""
        if self._conversation == NIL:
            return {}
        found = {self._conversation: self._lane}
        for each in self._joined:
            found.setdefault(each.conversation_id, each.ticket_id)
        return found

    def open(
        self,
        conversation_id: UUID,
        ticket_id: UUID,
        order_ids: Sequence[UUID],
        unread: int,
        joined: Sequence[Joined] = (),
        parted: Sequence[Parted] = (),
    ) -> None:
        """Show a conversation's end, with what was merged into the ticket; NIL shows nothing.

        `parted` are the tickets that were split off it, and the one it was split off.
        """
        self._conversation, self._lane = conversation_id, ticket_id
        self._order_ids, self._unread = order_ids, unread
        self._joined, self._parted = joined, parted
        self._waiting = self._waits()
        self.filter = "all"
        self._threads.open(self._held())
        self._asked = ""
        self._opened = set()
        self._making.forget()
        self._new = self._first_unread()
        self._rebuild()
        self.edits.emit([Reset(list(self._keys))])

    def show_message(self, message_id: UUID) -> None:
        """Have the screen go to a message of this conversation, whatever lane is shown.

        Pages are loaded up to it one after another; `sought` tells that it is wanted.
        """
        if self.filter != "all":
            self.show("all")
        self.sought.emit(message_id)

    def toggle(self, key: Hashable) -> None:
        """Show what an item keeps folded: a message's quotes, a run of events; or fold it again."""
        self._opened ^= {key}
        self._tell_difference()

    def toggle_plain(self, message_id: UUID) -> None:
        """Show a message's words without markup, or with it again."""
        self.toggle(("plain", message_id))

    def show(self, chosen: Filter) -> None:
        """Show one lane, the order's events, or all."""
        self.filter = chosen
        self._rebuild()
        self.edits.emit([Reset(list(self._keys))])

    def about(
        self,
        order_ids: Sequence[UUID],
        joined: Sequence[Joined] = (),
        parted: Sequence[Parted] = (),
    ) -> None:
        """The ticket is about these orders now, with what was merged into it and split off it."""
        now, before = (order_ids, joined, parted), (self._order_ids, self._joined, self._parted)
        if [list(each) for each in now] != [list(each) for each in before]:
            self._order_ids, self._joined, self._parted = now
            self._threads.have(self._held())
            self._tell_difference()

    @property
    def messages(self) -> Sequence[Message]:
        """Those that are loaded, oldest first, of all lanes."""
        return self._threads.messages

    @property
    def more(self) -> bool:
        """Whether there are older messages to load."""
        return self._threads.more

    def older(self) -> None:
        """Put the page before on top."""
        if not self.more or not self.messages:
            return
        known = len(self.messages)
        if not self._threads.older():
            self._ask(self._threads.lacking)
            return
        if self._new is None and self._unread:
            self._new = self._first_unread()
        if self._threads.single:
            self._prepend(len(self.messages) - known)
        else:
            self._tell_difference()

    def _prepend(self, count: int) -> None:
        """Put the first `count` messages, which are new, above what is shown."""
        first, later = self.messages[count - 1].at, self.messages[count].at
        shown = self._dated(self.messages[:count])
        if self._events_shown:
            events = self._dated_events()
            if any(first <= at <= later for at, _, _ in events):
                self._tell_difference()  # a run of events may reach over the seam
                return
            shown += [entry for entry in events if entry[0] < first]
        above = with_lines(self._cut(by_time(shown)), self._zone, self._new, self._unread)
        if "more" in self.items or not above or not self.items:
            self._tell_difference()
            return
        edits: list[Edit] = []
        seam = self._keys[0]
        if seam in above:
            self._keys = self._keys[1:]
            del self.items[seam]
            edits.append(Remove(0, 1))
        self.items = above | self.items
        self._keys = [*above, *self._keys]
        self.edits.emit([*edits, Insert(0, list(above))])

    def reach(self, pos: int, ticket_id: UUID) -> None:
        """Load the messages from shortly before a place on in what `ticket_id` is about.

        As far as they are here; the rest is asked for.
        """
        conversation_id, known = self._conversation_of(ticket_id), len(self.messages)
        if conversation_id is None or not self.more:
            return
        lacking = self._threads.reach(conversation_id, pos)
        if len(self.messages) > known:
            self._tell_difference()
        if lacking is not None:
            self._ask(lacking)

    def _ask(self, thread: Thread | None) -> None:
        """Have the messages fetched that are older than those kept here."""
        standing = self._local.standing
        if thread is None or thread.first is None:
            return
        if standing is None or standing.mode not in ("live", "catchup"):
            self._asked = "away"
            self._tell_difference()
        elif self._asked != "asked":
            self._asked = "asked"
            self._local.say(pipe.Deepen(MESSAGE.name, thread.id, thread.first))
            self._tell_difference()

    def _deepened(self, told: pipe.Deepened) -> None:
        if told.parent in self._threads:
            self._asked = "" if told.done else "away"
            self._threads.look()
            lacking = self._threads.lacking
            if told.done and lacking is not None and lacking.read(lacking.first):
                self.older()
            else:
                self._tell_difference()

    def counts(self) -> dict[Filter, int]:
        """How many of the loaded messages each lane has, and the order's events."""
        found: dict[Filter, int] = {"buyer": 0, "seller": 0, "internal": 0}
        for message in self.messages:
            found[message.lane] += 1
        found["orders"] = len(self._events())
        return found

    # -- files

    def file(self, file: Attachment) -> FileItem:
        """A message's file as it is now; `files_changed` when one may look different."""
        return attached_file(self._local, file)

    def fetch(self, message: Message, file: Attachment) -> None:
        """Have a file brought here."""
        self._local.files.fetch(MESSAGE.name, message.id, file.id)

    async def save(self, file: Attachment, target: Path) -> None:
        """Write a file that is here to where somebody said. Raises Refused in words."""
        await self._local.files.save(file, target)

    async def read(self, file: Attachment) -> bytes:
        """The bytes of a file that is here, as many as are looked at. Raises Refused in words."""
        return await self._local.files.read(file, MAX_READ_BYTES)

    def _file_changed(self, _: UUID) -> None:
        self.files_changed.emit(None)

    def _link_changed(self, _: object) -> None:
        online = is_online(self._local)
        if online != self._online:
            self._online = online
            self.files_changed.emit(None)

    # -- building

    @property
    def _events_shown(self) -> bool:
        return self.filter in ("all", "orders")

    def _rebuild(self) -> set[Hashable]:
        """Build the items anew; the keys of those that look different."""
        before = self.items
        shown: list[Dated] = []
        if self.filter == "all":  # first: what was written at the same moment came after it
            told = passages(self._joined, self._parted, self._directory)
            oldest = self._oldest
            shown += [line for line in told if oldest is None or line[0] >= oldest]
        shown += self._dated(self.messages)
        if self._events_shown:
            shown += self._dated_events()
        shown = by_time(shown)
        items = with_lines(self._cut(shown), self._zone, self._new, self._unread)
        if self._asked and self.more:
            items = {"more": MoreItem(away=self._asked == "away"), **items}
        self.items, self._keys = items, list(items)
        return {
            key
            for key, item in items.items()
            if (known := before.get(key)) is not item and known != item
        }

    def _dated(self, messages: Sequence[Message]) -> list[Dated]:
        """The messages of the lane that is shown, as items."""
        if self.filter == "orders":
            return []
        people = speakers(self._local.reader, self._directory, messages)
        entries = by_message(self._local.waiting(self._lane))
        shown = self.filter
        return [
            (m.at, ("message", m.id), self._making.item(m, people, entries.get(m.id), self._opened))
            for m in messages
            if shown in ("all", m.lane)
        ]

    def _dated_events(self) -> list[Dated]:
        return [(event.event.at, key, event) for key, event in self._events()]

    def _cut(self, shown: list[Dated]) -> list[Dated]:
        """What is shown, machine events folded where words stand between them."""
        return folded(shown, self._opened) if self.filter == "all" else shown

    def _first_unread(self) -> UUID | None:
        """The message that the line stands above; it stays there while more comes in."""
        told = [m for m in self.messages if m.author == "party"]
        return told[-self._unread].id if 0 < self._unread <= len(told) else None

    def _events(self) -> list[tuple[Hashable, EventItem]]:
        oldest = self._oldest
        return [
            (("event", order.id, n), EventItem(event, order.number))
            for order in self._orders.find(self._order_ids)
            for n, event in enumerate(order.events)
            if oldest is None or event.at >= oldest
        ]

    @property
    def _oldest(self) -> datetime | None:
        """From when on everything is shown; None when that is from the beginning."""
        return self.messages[0].at if self.more and self.messages else None

    # -- staying exact

    def _touched(self, touched: Touched) -> None:
        if self._conversation == NIL:
            return
        ids = set(touched.get("message", ()))
        others = set(touched.get("order", ())) & set(self._order_ids)
        if (ids and self._threads.follow(ids)) or "party" in touched or others:
            self._tell_difference()

    def _outbox_changed(self, _: None) -> None:
        """Read anew if it is about this ticket: among many that are sent, most are not."""
        before, self._waiting = self._waiting, self._waits()
        if self._waiting != before:
            self._end_changed()

    def _waits(self) -> list[Entry]:
        shown = (self._lane, *(each.ticket_id for each in self._joined))
        return [entry for ticket_id in shown for entry in self._local.waiting(ticket_id)]

    def _people_changed(self, _: None) -> None:
        self._end_changed()

    def _end_changed(self) -> None:
        if self._conversation != NIL:
            self._threads.refresh()
            self._tell_difference()

    def _tell_difference(self) -> None:
        before = list(self._keys)
        changed = self._rebuild()
        edits = difference(before, self._keys, changed)
        if edits:
            self.edits.emit(edits)
