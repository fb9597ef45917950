"""The conversations of one ticket as one: its own, and those of the tickets that were merged into it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from uuid import UUID

from console.conversations.model import Message
from console.conversations.tables import rows
from console.sync.client.local import Local

BEFORE = 20
"""So many messages are shown before one that is gone to."""
_EVERY = 1 << 20


@dataclass(frozen=True)
class Joined:
    """A ticket that was merged into the open one: its conversation, its words, by whom and when."""

    ticket_id: UUID
    conversation_id: UUID
    number: int
    subject: str
    by: UUID
    at: datetime


@dataclass(frozen=True)
class Parted:
    """A ticket that was split off the open one, or with `origin` the one it was split off itself."""

    ticket_id: UUID
    number: int
    subject: str
    by: UUID
    at: datetime
    origin: bool


class Thread:
    """One conversation's messages that are loaded, oldest first; `more` when there are older ones."""

    def __init__(self, local: Local, conversation_id: UUID) -> None:
        self._local = local
        self.id = conversation_id
        self.messages = self.read(None)
        self.more = self._starts_later()

    def read(self, before: int | None) -> list[Message]:
        """A page of messages before a position, or the last."""
        reader = self._local.reader
        return rows.messages(reader, self.id, before) if reader else []

    @property
    def first(self) -> int | None:
        """The position of the first message loaded."""
        return self.messages[0].pos if self.messages else None

    def older(self) -> int:
        """Load the page before, as far as it is here; how many that were."""
        page = self.read(self.first) if self.more and self.messages else []
        if page:
            self.messages = page + self.messages
            self.look()
        return len(page)

    def reach(self, pos: int) -> bool:
        """Load from shortly before a position on, as far as it is here; whether some must be fetched."""
        reader, first = self._local.reader, self.first or 0
        if reader is None or pos >= first or not self.more:
            return False
        page = rows.messages(reader, self.id, first, first - pos + BEFORE)
        self.messages = page + self.messages
        self.look()
        return self.messages[0].pos > pos and self.more

    def grew(self) -> bool:
        """Whether there are messages behind those loaded, or, where few are, before them."""
        if len(self.messages) < rows.PAGE and self._starts_later():
            return True  # a first fetch brings the newest first: the others may have come
        reader = self._local.reader
        last = self.messages[-1].pos if self.messages else 0
        return reader is not None and bool(rows.messages_after(reader, self.id, last, 1))

    def follow(self, ids: Collection[UUID]) -> bool:
        """Read anew what changed of these messages, and what came; whether that was anything."""
        changed = [n for n, message in enumerate(self.messages) if message.id in ids]
        if not changed and not self.grew():
            return False
        self.reload(changed[0] if changed else len(self.messages))
        return True

    def reload(self, changed: int) -> None:
        """Read anew from the `changed`-th message loaded, and what came behind."""
        reader = self._local.reader
        if reader is None:
            return
        first = self.first
        if first is None or len(self.messages) < rows.PAGE:
            self.messages = self.read(None)
            changed = 0
        if first is not None and (not self.messages or self.messages[0].pos >= first):
            kept = self.messages[:changed]
            after = kept[-1].pos if kept else first - 1
            self.messages = kept + rows.messages_after(reader, self.id, after, _EVERY)
        self.look()

    def look(self) -> None:
        """Look whether there are older ones by now."""
        self.more = self._starts_later()

    def _starts_later(self) -> bool:
        """Whether the conversation has messages before those loaded: positions leave no gaps.

        Those who do not see notes cannot tell until they asked: then the cache knows its floor.
        """
        if not self.messages or self.messages[0].pos == 1:
            return False
        floor = self._local.floor(self.id)
        return floor is None or floor > 1 or bool(self.read(self.messages[0].pos))


class Threads:
    """Several conversations in the order of their time, without a hole: see `messages`."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self._threads: dict[UUID, Thread] = {}
        self.messages: list[Message] = []

    def open(self, conversation_ids: Iterable[UUID]) -> None:
        """Load the end of each; the first is the ticket's own."""
        self._threads = {each: Thread(self._local, each) for each in conversation_ids}
        self._weave()

    def have(self, conversation_ids: Sequence[UUID]) -> bool:
        """Have exactly these, those that are loaded as they are; whether others were had."""
        if list(self._threads) == list(conversation_ids):
            return False
        known = self._threads
        self._threads = {
            each: known.get(each) or Thread(self._local, each) for each in conversation_ids
        }
        self._weave()
        return True

    @property
    def single(self) -> bool:
        """Whether there is one conversation alone, in the order of its positions."""
        return len(self._threads) == 1

    @property
    def more(self) -> bool:
        """Whether there are older messages to load."""
        return any(thread.more for thread in self._threads.values())

    @property
    def lacking(self) -> Thread | None:
        """The conversation whose older messages come next: the one that begins last."""
        begun = [t for t in self._threads.values() if t.more and t.messages]
        return max(begun, key=lambda thread: thread.messages[0].at, default=None)

    def __contains__(self, conversation_id: UUID) -> bool:
        return conversation_id in self._threads

    def older(self) -> int:
        """Load the page before; how many messages that were, none when they must be fetched."""
        thread = self.lacking
        count = thread.older() if thread else 0
        if count:
            self._weave()
        return count

    def look(self) -> None:
        """Look whether there are older ones by now."""
        for thread in self._threads.values():
            thread.look()

    def reach(self, conversation_id: UUID, pos: int) -> Thread | None:
        """Load a conversation from shortly before a position on; the one of which some must be fetched."""
        wanted = self._threads.get(conversation_id)
        if wanted is None:
            return None
        lacking = wanted if wanted.reach(pos) else None
        # The others too, that no hole is where it stands.
        while lacking is None and wanted.messages and (last := self.lacking) is not None:
            if last is wanted or last.messages[0].at <= wanted.messages[0].at:
                break
            lacking = None if last.older() else last
        self._weave()
        return lacking

    def follow(self, ids: Collection[UUID]) -> bool:
        """Read anew what changed of these messages, and what came; whether that was anything."""
        news = [thread.follow(ids) for thread in self._threads.values()]
        if any(news):
            self._weave()
        return any(news)

    def refresh(self) -> None:
        """Read the end of each anew: what is pending stands there."""
        for thread in self._threads.values():
            thread.reload(max(0, len(thread.messages) - rows.PAGE))
        self._weave()

    def _weave(self) -> None:
        """All that is loaded by its time, from where nothing is missing between."""
        threads = list(self._threads.values())
        if len(threads) == 1:
            self.messages = threads[0].messages
            return
        lacking = self.lacking
        start = lacking.messages[0].at if lacking else None
        whole = [
            [m for m in thread.messages if thread is lacking or start is None or m.at >= start]
            for thread in threads
        ]
        self.messages = list(merge(*whole, key=lambda message: message.at))
