"""What needs somebody: refused and held actions, theirs beside mine, and the ways out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from console.conversations.model import Message
from console.conversations.records import CONVERSATION, MESSAGE, AddNote, SendReply
from console.conversations.tables import rows as conversation_rows
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.message import Said
from console.kernel import codec
from console.kernel.codec import NIL, Record
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr, trn
from console.people.viewmodel import Directory, listed
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.records import Kind
from console.tickets.model import Ticket
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Snooze,
    Take,
    Wake,
)
from console.tickets.viewmodel import kin
from console.tickets.viewmodel.heaps import Heap, whys
from console.tickets.viewmodel.reasons import reason
from console.tickets.viewmodel.triage import PRIORITY_INSIDE, STATUS_INSIDE, Done, Undo
from console.ui import words

R = TypeVar("R", bound=Record)
THEIRS_SHOWN = 5
"""Messages that came in meanwhile, shown beside one's own: the newest so many."""
LISTED = 20
"""Of what was done in one go and refused so many tickets are listed."""
_LANE_WORDS = {"buyer": mark("buyer"), "seller": mark("seller"), "internal": mark("internal")}
TAKEN_BACK = mark(
    "You took this back while something else is begun on the ticket: it was not sent."
)
HELD = mark(
    "The server was restored from a backup; this reply may already have reached the customer."
)


class Way(StrEnum):
    """A way out."""

    AGAIN = "again"
    NOW = "now"
    LATER = "later"
    RELEASE = "release"
    EDIT = "edit"
    COPY = "copy"
    OPEN = "open"
    DISCARD = "discard"


@dataclass(frozen=True)
class Told:
    """Something somebody wrote, or how a thing stands; then nobody and at no time."""

    text: str
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Matter:
    """An action that is not settled. `why` is a sentence, empty while it goes its way.

    `mine` is what was wanted, `theirs` what is there now; `ways` are offered in this order, each
    with the words on its button; `body` is the text that can be copied.
    """

    entry: Entry
    why: str
    mine: Told
    theirs: Sequence[Told]
    ways: Sequence[tuple[Way, str]]
    body: str = ""
    heap: Heap = ()


class Attention:
    """Looks at unsettled actions and does what is chosen.

    `changed` when any may look different; `done` says what was done and takes it back;
    `ticket_wanted` asks for a ticket, `writing_wanted` for its composer, `later_wanted` for another
    time to send something at.
    """

    def __init__(self, local: Local, directory: Directory, composer: Composer) -> None:
        self._local = local
        self._directory = directory
        self._composer = composer
        self.changed: Signal[None] = Signal()
        self.done: Signal[Done] = Signal()
        self.ticket_wanted: Signal[UUID] = Signal()
        self.writing_wanted: Signal[UUID] = Signal()
        self.later_wanted: Signal[Entry] = Signal()
        for source in (local.outbox_changed, local.opened, directory.changed):
            source.connect(self._again)
        local.touched.connect(self._touched)

    def _again(self, _: object) -> None:
        self.changed.emit(None)

    def _touched(self, _: object) -> None:
        if any(entry.parked for entry in self._local.entries.values()):
            self.changed.emit(None)

    # -- looking

    def matter(self, entry: Entry) -> Matter:
        """All that is to be said of an action now."""
        said = _said(entry)
        body = said.body if said else ""
        mine = Told(body or entry.about, tr("You") if body else "", entry.made_at)
        if entry.unreleased:
            return self._unreleased(entry, said, mine)
        if not entry.parked:
            return Matter(entry, "", mine, (), self._common(entry, body), body)
        theirs = self._theirs(entry)
        if entry.state == "held":
            back = entry.due_at is not None
            edit = self._edit_way(entry, said) if back else ()
            ways = (
                (Way.RELEASE, tr("Send")), *edit, *self._common(entry, body),
                (Way.DISCARD, tr("Discard")),
            )  # fmt: skip
            return Matter(entry, tr(TAKEN_BACK if back else HELD), mine, theirs, ways, body)
        told = tr("{action} was not sent: {why}.") if said else tr("{action} was not done: {why}.")
        why = told.format(action=entry.about, why=reason(entry).words)
        common = self._common(entry, body)
        ways = (*self._again_way(entry), *self._edit_way(entry, said), *common)
        return Matter(entry, why, mine, theirs, (*ways, (Way.DISCARD, tr("Discard"))), body)

    def _unreleased(self, entry: Entry, said: Said | None, mine: Told) -> Matter:
        """Something that can still be taken back, or is to be sent later."""
        body = said.body if said else ""
        why = ""
        ways: Sequence[tuple[Way, str]] = ()
        if entry.command.after is None:
            ways = (
                (Way.NOW, tr("Send now")), (Way.LATER, tr("Another time…")),
                *self._edit_way(entry, said), *self._common(entry, body),
                (Way.DISCARD, tr("Do not send")),
            )  # fmt: skip
            if entry.state == "scheduled" and entry.due_at is not None:
                told = tr("{what} goes out {when}, while Parley is open on this computer.")
                why = told.format(what=entry.about, when=words.stamp(entry.due_at))
        return Matter(entry, why, mine, (), ways or self._common(entry, body), body)

    def _common(self, entry: Entry, body: str) -> Sequence[tuple[Way, str]]:
        copy = ((Way.COPY, tr("Copy text")),) if body else ()
        # What is about no ticket is in one's own lane.
        opens = ((Way.OPEN, tr("Open ticket")),) if not self._local.apart(entry) else ()
        return (*copy, *opens)

    def heap(self, heap: Heap) -> Matter:
        """All that is to be said of what was done in one go."""
        first = heap[0]
        if len(heap) == 1:
            return self.matter(first)
        said = trn("{what}, {count} ticket", "{what}, {count} tickets", len(heap))
        mine = Told(said.format(what=first.about, count=words.count(len(heap))), "", first.made_at)
        show = (Way.OPEN, tr("Open the first ticket"))
        discard = (Way.DISCARD, tr("Discard all"))
        if first.state == "held":
            ways = ((Way.RELEASE, tr("Send all")), show, discard)
            return Matter(first, tr(HELD), mine, (), ways, heap=heap)
        if not first.parked:
            return Matter(first, "", mine, (), (show,), heap=heap)
        again = any(reason(entry).again for entry in heap)
        ways = (*(((Way.AGAIN, tr("Try all again")),) if again else ()), show, discard)
        return Matter(first, whys(heap), mine, self._of_heap(heap), ways, heap=heap)

    def _of_heap(self, heap: Heap) -> Sequence[Told]:
        """How the first few tickets of a heap stand."""
        told = []
        for entry in heap[:LISTED]:
            ticket = self._now(TICKET, entry)
            if ticket is not None:
                stands = self._stands(entry.command.type, ticket)
                told.append(Told(stands, f"#{ticket.number} {ticket.subject}"))
        if (more := len(heap) - LISTED) > 0:
            told.append(Told(trn("and {count} more", "and {count} more", more).format(count=more)))
        return told

    def _again_way(self, entry: Entry) -> Sequence[tuple[Way, str]]:
        if not reason(entry).again or self._awaited(entry):
            return ()
        code = entry.refusal.code if entry.refusal else ""
        if code in ("newer_reply", "taken_by", "moved", "status_changed"):
            word = tr("Send anyway") if code == "newer_reply" else tr("Do it anyway")
        else:
            word = tr("Send again") if _said(entry) else tr("Try again")
        return ((Way.AGAIN, word),)

    def _edit_way(self, entry: Entry, said: Said | None) -> Sequence[tuple[Way, str]]:
        # What is gone from here has no composer; files that were pruned cannot go another way.
        here = self._local.confirmed(TICKET, entry.lane) is not None
        kept = self._local.files.kept
        whole = said is not None and all(file.id in kept for file in said.attachments)
        return ((Way.EDIT, tr("Edit")),) if whole and here else ()

    # -- what is there now

    def _theirs(self, entry: Entry) -> Sequence[Told]:
        if _said(entry) is not None:
            return self._written(entry)
        if self._local.apart(entry):
            return ()
        ticket = self._now(TICKET, entry)
        if ticket is None:
            return (Told(tr("The ticket is not here any more.")),)
        told = self._stands(entry.command.type, ticket)
        return (Told(told),) if told else ()

    def _stands(self, kind: str, ticket: Ticket) -> str:
        """How the ticket stands in what the action would have changed."""
        if kind in (Assign.__name__, Take.__name__):
            return self._holder(ticket)
        if kind == MoveToTeam.__name__:
            team = self._directory.team_name(ticket.team_id) or tr("no team")
            return tr("It is in {team}.").format(team=team)
        if kind == SetStatus.__name__:
            return tr("It is {status}.").format(status=tr(STATUS_INSIDE[ticket.status]))
        if kind == SetPriority.__name__:
            priority = tr(PRIORITY_INSIDE[ticket.priority])
            return tr("Its priority is {priority}.").format(priority=priority)
        if kind in (Snooze.__name__, Wake.__name__):
            return tr("It is snoozed.") if ticket.snoozed_until else tr("It is not snoozed.")
        if kind == ChangeTags.__name__:
            if not ticket.tags:
                return tr("It has no tags.")
            return tr("Its tags: {tags}.").format(tags=listed(ticket.tags))
        return ""

    def _holder(self, ticket: Ticket) -> str:
        if ticket.assignee_id == self._local.me:
            return tr("It is yours.")
        if ticket.assignee_id == NIL:
            return tr("Nobody has it.")
        known = self._directory.users.get(ticket.assignee_id)
        return tr("{name} has it.").format(name=known.name if known else tr("Somebody"))

    def _written(self, entry: Entry) -> Sequence[Told]:
        """What came in since it was written; for what is held, the last that is there."""
        if self._now(CONVERSATION, entry) is None:
            return (Told(tr("The conversation is not here any more.")),)
        if self._awaited(entry):
            return (Told(tr("A colleague's answer is on its way here.")),)
        if entry.state == "held":
            return self._last(entry)
        since = self._since(entry)
        stale = entry.refusal is not None and entry.refusal.code == "newer_reply"
        told = [self._quoted(message) for message in since[-THEIRS_SHOWN:]]
        if stale and all(message.author != "staff" for message in since):
            told.append(Told(tr("A colleague's answer, which is not kept on this computer.")))
        return told

    def _last(self, entry: Entry) -> Sequence[Told]:
        reader = self._local.reader
        found = conversation_rows.messages(reader, entry.command.target) if reader else []
        for message in reversed(found):
            if message.lane != "internal" and self._local.revision(MESSAGE, message.id):
                return (self._quoted(message),)
        return ()

    def _since(self, entry: Entry) -> list[Message]:
        reader = self._local.reader
        if reader is None:
            return []
        target, most = entry.command.target, conversation_rows.PAGE
        found = conversation_rows.public_since(reader, target, entry.command.base_rev, most)
        if entry.command.type == SendReply.__name__:
            seen = codec.decode(bytes(entry.command.args), SendReply).seen
            others = kin.conversations(reader, entry.lane) - {target} if seen else ()
            beside = [
                message
                for other in others
                for message in conversation_rows.public_since(reader, other, seen, most)
            ]
            if beside:
                found = sorted([*found, *beside], key=lambda message: message.at)
        return [message for message in found if message.author_id != self._local.me]

    def _quoted(self, message: Message) -> Told:
        if message.author == "party":
            party = self._directory.party(message.author_id)
            return Told(
                message.body, party.name if party else tr(_LANE_WORDS[message.lane]), message.at
            )
        name = self._directory.name(message.author_id)
        return Told(message.body, name if name.strip("–") else tr("A colleague"), message.at)

    def _awaited(self, entry: Entry) -> bool:
        """Whether the server refused a reply over an answer that is not here to be read yet."""
        refusal = entry.refusal
        if refusal is None or refusal.code != "newer_reply" or refusal.current is None:
            return False
        here = self._local.revision(CONVERSATION, entry.command.target)
        return 0 < here < refusal.current.rev

    def _now(self, kind: Kind[R], entry: Entry) -> R | None:
        """The newer of what the cache has and what the server said when it refused."""
        target, told = entry.command.target, entry.refusal and entry.refusal.current
        newer = told and told.k == kind.name and told.rev > self._local.revision(kind, target)
        if told and newer:
            return kind.read(target, bytes(told.doc))
        return self._local.confirmed(kind, target)

    # -- doing

    async def again(self, *heap: Entry) -> None:
        """Try it once more on the latest state; a reply goes although a colleague answered."""
        at = self._local.clock.now()
        for entry in heap:
            await self._local.retry(entry, at)
        self._tell(tr("{what}: on its way again"), heap)

    async def release(self, *heap: Entry) -> None:
        """Send what was held, and what goes with it."""
        for entry in self._with_following(heap):
            await self._local.release(entry)
        self._tell(tr("{what}: on its way again"), heap)

    async def edit(self, entry: Entry) -> None:
        """Make it a draft on its ticket again. Raises Refused `other_draft`."""
        await self._composer.take_back(entry)
        self.writing_wanted.emit(entry.lane)

    async def send_now(self, entry: Entry) -> None:
        """Release what waits for its time, and what goes with it."""
        await self._local.releases.free(self._with_following([entry]))
        self._tell(tr("{what}: on its way"), [entry])

    async def discard(self, *heap: Entry) -> None:
        """Forget it, and what goes with it; until the toast is gone it can be had back."""
        gone = self._with_following(heap)

        async def undo() -> None:
            for entry in gone:
                await self._local.restore(entry)

        for entry in gone:
            await self._local.discard(entry)
        self._tell(tr("Discarded: {what}"), heap, undo)

    def _with_following(self, heap: Heap) -> Heap:
        """These, each with what goes with it right behind."""
        found: dict[UUID, Entry] = {}
        for entry in heap:
            for each in (entry, *self._composer.following(entry)):
                found.setdefault(each.command.cmd_id, each)
        return list(found.values())

    def _tell(self, text: str, heap: Heap, undo: Undo | None = None) -> None:
        what = heap[0].about
        if len(heap) > 1:
            said = trn("{what}, {count} ticket", "{what}, {count} tickets", len(heap))
            what = said.format(what=what, count=words.count(len(heap)))
        self.done.emit(Done(text.format(what=what), undo))


def _said(entry: Entry) -> Said | None:
    """The text of a reply or note, None for other actions."""
    if entry.command.type not in (SendReply.__name__, AddNote.__name__):
        return None
    return codec.decode(bytes(entry.command.args), Said)
