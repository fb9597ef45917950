"""The timeline of one conversation: messages by day, order events among them, older pages on top."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Literal
from uuid import UUID

from console.conversations.model import Attachment, LaneName, Message
from console.conversations.records import MESSAGE
from console.conversations.tables import rows
from console.conversations.viewmodel.deliveries import by_message, delivery_of
from console.conversations.viewmodel.files import FileItem, attached_file, is_online
from console.conversations.viewmodel.items import (
    Dated,
    EventItem,
    Item,
    MessageItem,
    MoreItem,
    by_time,
    folded,
    with_lines,
)
from console.conversations.viewmodel.seeking import Seeking
from console.kernel.codec import NIL
from console.kernel.edits import Edit, Insert, Remove, Reset, difference
from console.kernel.signal import Signal
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.telling import Touched

_BEFORE = 20
"""So many messages are shown before one that is gone to."""

Filter = Literal["all", "buyer", "seller", "internal", "orders"]
_EVERY = 1 << 20
MAX_READ_BYTES = 20_000_001
"""Of a file that is looked at, one more than a picture may have."""
LANES: tuple[Filter, ...] = ("all", "buyer", "seller", "internal", "orders")


@dataclass(frozen=True)
class _People:
    """Whom the lanes lead to, and the names of buyers and sellers."""

    lanes: dict[LaneName, UUID]
    names: dict[UUID, str]


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
        self._messages: list[Message] = []
        self._more = False
        self._asked: Literal["", "asked", "away"] = ""
        self._made: dict[UUID, MessageItem] = {}
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

    @property
    def ticket_id(self) -> UUID:
        """The ticket whose conversation is shown, NIL for none."""
        return self._lane

    def open(
        self, conversation_id: UUID, ticket_id: UUID, order_ids: Sequence[UUID], unread: int
    ) -> None:
        """Show a conversation's end; NIL shows nothing."""
        self._conversation, self._lane = conversation_id, ticket_id
        self._order_ids, self._unread = order_ids, unread
        self._waiting = self._local.waiting(ticket_id)
        self.filter = "all"
        self._messages = self._read(None)
        self._more = self._starts_later()
        self._asked = ""
        self._opened, self._made = set(), {}
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

    def about(self, order_ids: Sequence[UUID]) -> None:
        """The conversation is about these orders now."""
        if list(order_ids) != list(self._order_ids):
            self._order_ids = order_ids
            self._tell_difference()

    @property
    def messages(self) -> Sequence[Message]:
        """Those that are loaded, oldest first, of all lanes."""
        return self._messages

    @property
    def more(self) -> bool:
        """Whether there are older messages to load."""
        return self._more

    def older(self) -> None:
        """Put the page before on top."""
        if not self._more or not self._messages:
            return
        page = self._read(self._messages[0].pos)
        if not page:
            self._ask()
            return
        known = len(self._messages)
        self._messages = page + self._messages
        self._more = self._starts_later()
        if self._new is None and self._unread:
            self._new = self._first_unread()
        self._prepend(len(self._messages) - known)

    def _prepend(self, count: int) -> None:
        """Put the first `count` messages, which are new, above what is shown."""
        first, later = self._messages[count - 1].at, self._messages[count].at
        people = self._people(self._messages[:count])
        shown = self._dated(self._messages[:count], people)
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

    def reach(self, pos: int) -> None:
        """Load the messages from shortly before a place on, as far as they are here; ask for the rest."""
        first = self._messages[0].pos if self._messages else 0
        reader = self._local.reader
        if reader is None or pos >= first or not self._more:
            return
        wanted = first - pos + _BEFORE
        page = rows.messages(reader, self._conversation, first, wanted)
        self._messages = page + self._messages
        self._more = self._starts_later()
        if page:
            self._tell_difference()
        if self._messages[0].pos > pos and self._more:
            self._ask()

    def _ask(self) -> None:
        """Have the messages fetched that are older than those kept here."""
        standing = self._local.standing
        if standing is None or standing.mode not in ("live", "catchup"):
            self._asked = "away"
            self._tell_difference()
        elif self._asked != "asked":
            self._asked = "asked"
            before = self._messages[0].pos
            self._local.say(pipe.Deepen(MESSAGE.name, self._conversation, before))
            self._tell_difference()

    def _deepened(self, told: pipe.Deepened) -> None:
        if told.parent == self._conversation:
            self._asked = "" if told.done else "away"
            self._more = self._starts_later()
            if told.done and self._read(self._messages[0].pos if self._messages else None):
                self.older()
            else:
                self._tell_difference()

    def counts(self) -> dict[Filter, int]:
        """How many of the loaded messages each lane has, and the order's events."""
        found: dict[Filter, int] = {"buyer": 0, "seller": 0, "internal": 0}
        for message in self._messages:
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

    def _read(self, before: int | None) -> list[Message]:
        reader = self._local.reader
        if reader is None or self._conversation == NIL:
            return []
        return rows.messages(reader, self._conversation, before)

    @property
    def _events_shown(self) -> bool:
        return self.filter in ("all", "orders")

    def _rebuild(self) -> set[Hashable]:
        """Build the items anew; the keys of those that look different."""
        before = self.items
        shown = self._dated(self._messages, self._people(self._messages))
        if self._events_shown:
            shown = by_time(shown + self._dated_events())
        items = with_lines(self._cut(shown), self._zone, self._new, self._unread)
        if self._asked and self._more:
            items = {"more": MoreItem(away=self._asked == "away"), **items}
        self.items, self._keys = items, list(items)
        return {
            key
            for key, item in items.items()
            if (known := before.get(key)) is not item and known != item
        }

    def _dated(self, messages: Sequence[Message], people: "_People") -> list[Dated]:
        """The messages of the lane that is shown, as items."""
        if self.filter == "orders":
            return []
        entries = by_message(self._local.waiting(self._lane))
        shown = self.filter
        return [
            (m.at, ("message", m.id), self._message(m, people, entries.get(m.id)))
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
        told = [m for m in self._messages if m.author == "party"]
        return told[-self._unread].id if 0 < self._unread <= len(told) else None

    def _events(self) -> list[tuple[Hashable, EventItem]]:
        oldest = self._messages[0].at if self._more and self._messages else None
        return [
            (("event", order.id, n), EventItem(event, order.number))
            for order in self._orders.find(self._order_ids)
            for n, event in enumerate(order.events)
            if oldest is None or event.at >= oldest
        ]

    def _message(self, message: Message, people: "_People", entry: Entry | None) -> MessageItem:
        """A message as an item: the very same one for as long as it looks the same."""
        mine = message.author == "staff" and message.author_id == self._local.me
        author, to = "", ""
        if message.author == "staff":
            author = self._directory.name(message.author_id)
            to = people.names.get(people.lanes.get(message.lane, NIL), "")
        elif message.author == "party":
            author = people.names.get(message.author_id, "")
        unfolded = ("message", message.id) in self._opened if self._opened else False
        plain = ("plain", message.id) in self._opened if self._opened else False
        delivery = delivery_of(message, entry)
        known = self._made.get(message.id)
        if known is not None and _same(known.message, message) and (
            known.author, known.to, known.delivery, known.unfolded, known.plain
        ) == (author, to, delivery, unfolded, plain):  # fmt: skip
            return known
        made = MessageItem(message, author, to, mine, delivery, unfolded, plain)
        self._made[message.id] = made
        return made

    def _people(self, messages: Sequence[Message]) -> "_People":
        """Who takes part in these messages, read at once for all of them."""
        reader = self._local.reader
        known = rows.conversation(reader, self._conversation) if reader and messages else None
        lanes = {lane.name: lane.party_id for lane in known.lanes} if known else {}
        wanted = {m.author_id for m in messages if m.author == "party"} | set(lanes.values())
        found = self._directory.parties(wanted - {NIL})
        return _People(lanes, {party_id: party.name for party_id, party in found.items()})

    # -- staying exact

    def _touched(self, touched: Touched) -> None:
        if self._conversation == NIL:
            return
        ids = set(touched.get("message", ()))
        changed = [n for n, m in enumerate(self._messages) if m.id in ids] if ids else []
        if changed or (ids and self._grew()):
            self._reload(changed[0] if changed else len(self._messages))
        elif "party" in touched or set(touched.get("order", ())) & set(self._order_ids):
            self._tell_difference()

    def _grew(self) -> bool:
        if len(self._messages) < rows.PAGE and self._starts_later():
            return True  # a first fetch brings the newest first: the others may have come
        reader = self._local.reader
        last = self._messages[-1].pos if self._messages else 0
        return reader is not None and bool(rows.messages_after(reader, self._conversation, last, 1))

    def _reload(self, changed: int) -> None:
        """Read anew from the `changed`-th message loaded, and what came behind."""
        reader = self._local.reader
        if reader is None:
            return
        first = self._messages[0].pos if self._messages else None
        if first is None or len(self._messages) < rows.PAGE:
            self._messages = self._read(None)
            changed = 0
        if first is not None and (not self._messages or self._messages[0].pos >= first):
            kept = self._messages[:changed]
            after = kept[-1].pos if kept else first - 1
            news = rows.messages_after(reader, self._conversation, after, _EVERY)
            self._messages = kept + news
        self._more = self._starts_later()
        self._tell_difference()

    def _starts_later(self) -> bool:
        """Whether the conversation has messages before those loaded: positions leave no gaps.

        Those who do not see notes cannot tell until they asked: then the cache knows its floor.
        """
        if not self._messages or self._messages[0].pos == 1:
            return False
        floor = self._local.floor(self._conversation)
        return floor is None or floor > 1 or bool(self._read(self._messages[0].pos))

    def _outbox_changed(self, _: None) -> None:
        """Read anew if it is about this ticket: among many that are sent, most are not."""
        before, self._waiting = self._waiting, self._local.waiting(self._lane)
        if self._waiting != before:
            self._end_changed()

    def _people_changed(self, _: None) -> None:
        self._end_changed()

    def _end_changed(self) -> None:
        if self._conversation != NIL:
            self._reload(max(0, len(self._messages) - rows.PAGE))  # what is pending is at the end

    def _tell_difference(self) -> None:
        before = list(self._keys)
        changed = self._rebuild()
        edits = difference(before, self._keys, changed)
        if edits:
            self.edits.emit(edits)


def _same(one: Message, other: Message) -> bool:
    return one is other or one == other
