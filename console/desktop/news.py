"""What somebody is told of while they look elsewhere: new work, answers, mentions, refusals.

Never of what they did themselves, never of what is before their eyes, never one by one in a flood.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal
from uuid import UUID

from console.conversations.model import Message, snippet
from console.conversations.records import MESSAGE
from console.desktop import preferences
from console.desktop.settings import Settings
from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.kernel.tongue import tr, trn
from console.people.viewmodel import Directory
from console.store.reader import Reader
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.pace import Later, Timer, on_the_loop
from console.sync.client.telling import Touched
from console.tickets.model import ACTIVE, Sort, Ticket, View, ViewName
from console.tickets.tables import rows
from console.tickets.tables.mentions import unseen_tickets
from console.tickets.viewmodel.heaps import needing
from console.tickets.viewmodel.reasons import reason

What = Literal["assigned", "replied", "mentioned", "refused", "undone"]
GATHER_S, APART_S = 2.0, 15.0
"""What happens within the first is told in one; so long at least is between two notifications."""
COUNT_S = 0.2
"""What changes within it is counted once."""
MOST_LOOKED_AT = 200
"""Records of one change that are looked at: a first load brings all of them, and tells nothing."""
MOST_MINE, MOST_TOLD, NAMED = 5_000, 1_000, 3
QUIET_UNTIL = "quiet.until"
_SWITCHES = {
    "assigned": preferences.ASSIGNED,
    "replied": preferences.REPLIED,
    "mentioned": preferences.MENTIONED,
    "refused": preferences.REFUSED,
    "undone": preferences.UNDONE,
}


@dataclass(frozen=True)
class Event:
    """Something that happened: on which ticket, who did it, and what they say."""

    what: What
    ticket: Ticket | None
    who: str = ""
    says: str = ""


@dataclass(frozen=True)
class Notice:
    """What is shown: plain text. `ticket` is NIL where it is about several."""

    head: str
    text: str
    ticket: UUID = NIL


class News:
    """Watches the cache and the outbox. `told` carries each notice, `counted` what waits for me.

    `seen` says whether somebody looks at a ticket right now.
    """

    def __init__(
        self, local: Local, directory: Directory, settings: Settings, later: Later = on_the_loop
    ) -> None:
        self._local, self._directory, self._settings = local, directory, settings
        self._later = later
        self.seen: Callable[[UUID], bool] = lambda ticket: False
        self.told: Signal[Notice] = Signal()
        self.counted: Signal[int] = Signal()
        self.count = 0
        self._since = local.clock.now()
        self._mine: set[UUID] = set()
        self._known: dict[UUID, None] = {}
        self._parked = {cmd_id for cmd_id, entry in local.entries.items() if entry.parked}
        self._events: list[Event] = []
        self._timer: Timer | None = None
        self._counting: Timer | None = None
        self._resting_until = 0.0
        local.touched.connect(self._touched)
        local.outbox_changed.connect(self._outbox_changed)
        local.opened.connect(self._begin)
        local.link.connect(self._linked)
        self._mode = local.standing.mode if local.standing else ""
        self._begin(None)

    def close(self) -> None:
        """Tell nothing any more."""
        for timer in (self._timer, self._counting):
            if timer is not None:
                timer.cancel()
        self._timer = self._counting = None

    # -- watching

    def _begin(self, _: None) -> None:
        """Take things as they are: nothing of it is news."""
        reader, me = self._local.reader, self._local.me
        if reader is not None:
            mine = View(name=ViewName.MINE)
            found = rows.places(reader, mine, me, Sort.NEWEST, MOST_MINE)
            self._mine = {UUID(bytes=raw) for _, raw in found}
        self._count()

    def _linked(self, standing: pipe.Standing) -> None:
        before, self._mode = self._mode, standing.mode
        if before == "loading" and standing.mode != "loading":
            self._begin(None)

    def _touched(self, touched: Touched) -> None:
        if self._local.reader is None or self._mode == "loading":
            return
        tickets, messages = set(touched.get("ticket", ())), set(touched.get("message", ()))
        if max(len(tickets), len(messages)) > MOST_LOOKED_AT:
            self._begin(None)
            return
        if tickets:
            self._look_at(tickets)
        found = [self._local.confirmed(MESSAGE, message_id) for message_id in messages]
        for message in sorted(filter(None, found), key=lambda message: message.at):
            self._hear(message)
        if tickets or messages or "sighting" in touched:
            self._counting = self._counting or self._later(COUNT_S, self._count)

    def _look_at(self, ids: Iterable[UUID]) -> None:
        reader, me = self._local.reader, self._local.me
        assert reader is not None, "it was asked before"
        found = rows.tickets(reader, ids)
        for ticket_id in ids:
            ticket = found.get(ticket_id)
            if ticket is None or ticket.assignee_id != me or ticket.status not in ACTIVE:
                self._mine.discard(ticket_id)
            elif ticket_id not in self._mine:
                self._mine.add(ticket_id)
                if not self._local.waiting(ticket_id):  # else it was taken here
                    self._note(Event("assigned", ticket, self._customer(ticket)))

    def _hear(self, message: Message) -> None:
        reader, me = self._local.reader, self._local.me
        old = message.at < self._since or message.id in self._known
        if reader is None or old or message.author_id == me or message.author == "system":
            return
        self._known[message.id] = None
        if len(self._known) > MOST_TOLD:
            del self._known[next(iter(self._known))]
        over = rows.by_conversation(reader, message.conversation_id)
        if over is None:
            return
        ticket = rows.head(reader, over)
        says = snippet(message.body)
        if message.author == "staff" and message.lane == "internal":
            if self._mentions_me(message):
                who = self._directory.colleague(message.author_id)
                self._note(Event("mentioned", ticket, who, says))
        elif ticket.assignee_id == me:
            self._note(Event("replied", ticket, self._author(message), says))

    def _mentions_me(self, message: Message) -> bool:
        """By who was picked; by the name where nobody was, as older consoles write it."""
        if message.mentions:
            return any(each.user_id == self._local.me for each in message.mentions)
        me = self._directory.me
        if me is None or not me.name.strip():
            return False
        first = re.escape(me.name.split(maxsplit=1)[0])
        whole = re.escape(me.name)
        return (
            re.search(rf"(?<!\w)@(?:{whole}|{first})(?!\w)", message.body, re.IGNORECASE)
            is not None
        )

    def _author(self, message: Message) -> str:
        if message.author == "staff":
            return self._directory.colleague(message.author_id)
        party = self._directory.party(message.author_id)
        return party.name if party else tr("A customer")

    def _customer(self, ticket: Ticket) -> str:
        party = self._directory.party(ticket.requester_id)
        return party.name if party else ""

    def _outbox_changed(self, _: None) -> None:
        parked = {i: e for i, e in self._local.entries.items() if e.parked}
        for cmd_id, entry in parked.items():
            if cmd_id not in self._parked:
                self._note(self._unsettled(entry))
        self._parked = set(parked)
        self._count()

    def _unsettled(self, entry: Entry) -> Event:
        reader = self._local.reader
        ticket = rows.ticket(reader, entry.lane) if reader else None
        if entry.state == "held":
            return Event("undone", ticket, entry.about)
        return Event("refused", ticket, entry.about, reason(entry).words)

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        reader, me = self._local.reader, self._local.me
        waiting = rows.waiting_for(reader, me) + self._mentions_alone(reader) if reader else 0
        count = waiting + needing(self._local.entries.values())
        if count != self.count:
            self.count = count
            self.counted.emit(count)

    def _mentions_alone(self, reader: Reader) -> int:
        """In how many tickets I am mentioned unseen that do not wait for my answer anyway."""
        me, found = self._local.me, rows.tickets(reader, unseen_tickets(reader, self._local.me))
        return sum(
            not (t.assignee_id == me and t.status in ACTIVE and t.waiting_since)
            for t in found.values()
        )

    # -- telling

    def _note(self, event: Event) -> None:
        if not self._wanted(event):
            return
        self._events.append(event)
        if self._timer is None:
            now = self._local.clock.monotonic()
            wait = max(GATHER_S, self._resting_until - now)
            self._timer = self._later(wait, self._due)

    def _wanted(self, event: Event) -> bool:
        settings = self._settings
        here = event.ticket is not None and self.seen(event.ticket.id)
        asked = preferences.NOTIFY.of(settings) and _SWITCHES[event.what].of(settings)
        return asked and not here and not quiet(settings, self._local.clock.now())

    def _due(self) -> None:
        self._timer = None
        events, self._events = self._events, []
        self._resting_until = self._local.clock.monotonic() + APART_S
        told = [event for event in events if event.ticket is None or not self.seen(event.ticket.id)]
        if told:
            self.told.emit(notice(told, whole=preferences.SHOW_TEXT.of(self._settings)))


def quiet(settings: Settings, now: datetime) -> bool:
    """Whether nothing is to be told now: for a while, or at these hours of the day."""
    try:
        if now < datetime.fromisoformat(settings.choice(QUIET_UNTIL, "")):
            return True
    except ValueError:
        pass  # nothing was said
    begin, end = preferences.QUIET_FROM.of(settings), preferences.QUIET_TO.of(settings)
    return preferences.QUIET.of(settings) and within(now.astimezone().time(), begin, end)


def within(at: time, begin: time, end: time) -> bool:
    """Whether a time is in these hours, which may go over midnight; the same twice: all day."""
    if begin < end:
        return begin <= at < end
    return at >= begin or at < end


def notice(events: list[Event], *, whole: bool) -> Notice:
    """What is shown of events, at least one; without `whole` not a word of what somebody wrote."""
    tickets = {event.ticket.id: event.ticket for event in events if event.ticket is not None}
    if len(events) == 1 or len(tickets) == 1:
        return _one(events[-1], len(events), whole=whole)
    numbers = [f"#{number}" for number in sorted(t.number for t in tickets.values())][:NAMED]
    told = trn("{count} thing wants you", "{count} things want you", len(events))
    more = "…" if len(tickets) > NAMED else ""
    return Notice(told.format(count=len(events)), ", ".join(numbers) + more)


_HEADS = {
    "assigned": lambda e: tr("A ticket for you"),
    "replied": lambda e: tr("{name} answered").format(name=e.who),
    "mentioned": lambda e: tr("{name} mentions you").format(name=e.who),
    "refused": lambda e: tr("Refused: {what}").format(what=e.who),
    "undone": lambda e: tr("Waits for your word: {what}").format(what=e.who),
}


def _one(event: Event, count: int, *, whole: bool) -> Notice:
    ticket = event.ticket
    about = f"#{ticket.number}" if ticket else ""
    if ticket and whole:
        about = f"#{ticket.number} {ticket.subject}"
    wrote = event.what in ("replied", "mentioned")
    says = event.says if whole or not wrote else ""
    head = _HEADS[event.what](event)
    if count > 1:
        head = tr("{head}, and {count} more").format(head=head, count=count - 1)
    return Notice(head, "\n".join(filter(None, (about, says))), ticket.id if ticket else NIL)
