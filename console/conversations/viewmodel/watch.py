"""Contact data in the message being written: what its recipient will not get, before it goes.

It is looked for in a thread of its own, a moment after something was typed: no key press waits. What
is kept of a message is decided where it becomes one, by the same shield.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from console.conversations import markup, shielding
from console.conversations.model import Conversation, shield_before
from console.conversations.viewmodel.message import ComposerState
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks, runs
from console.kernel.tongue import pair, tr, trn
from console.masking.model.contacts import Contact
from console.masking.model.policy import Audience, content_of
from console.masking.model.shield import Shield
from console.masking.records import MASKING
from console.masking.tables import rows
from console.people.model import Action
from console.people.records import PARTY
from console.people.tables import rows as people_rows
from console.people.viewmodel import Directory, listed
from console.sync.client.local import Local
from console.sync.client.pace import Later, Timer, on_the_loop
from console.sync.client.telling import Touched

LOOK_S = 0.25
"""Contact data is looked for so long after something was typed."""
SHOWN, SHOWN_CHARS = 3, 40
"""So many are named, each by so many letters."""
_MASKED: dict[Audience, tuple[str, str]] = {
    "buyer": pair(
        "{count} contact detail will be masked for the buyer: {list}",
        "{count} contact details will be masked for the buyer: {list}",
    ),
    "seller": pair(
        "{count} contact detail will be masked for the seller: {list}",
        "{count} contact details will be masked for the seller: {list}",
    ),
}
_AS_IS: dict[Audience, tuple[str, str]] = {
    "buyer": pair(
        "{count} contact detail goes to the buyer as it is: {list}",
        "{count} contact details go to the buyer as they are: {list}",
    ),
    "seller": pair(
        "{count} contact detail goes to the seller as it is: {list}",
        "{count} contact details go to the seller as they are: {list}",
    ),
}
_KINDS = frozenset({MASKING.name, PARTY.name, "role", "user"})
_Draft = tuple[str, str, str]


@dataclass(frozen=True)
class Notice:
    """What is said below the text; `contacts` are where it stands in `text`, `words` names all.

    `may_leave` tells whether one may have it go out `as_is`.
    """

    words: str = ""
    text: str = ""
    contacts: tuple[Contact, ...] = ()
    may_leave: bool = False
    as_is: bool = False


class ContactWatch:
    """Looks through one draft at a time. `changed` when `notice` did."""

    def __init__(self, local: Local, directory: Directory, later: Later = on_the_loop) -> None:
        self._local, self._directory, self._later = local, directory, later
        self._tasks = Tasks()
        self._timer: Timer | None = None
        self._shield = Shield()
        self._conversation: Conversation | None = None
        self._for: tuple[object, ...] = ()
        self._draft: _Draft = ("", "", "")
        self._to: Audience = "buyer"
        self._seen: _Draft | None = None
        self._found: Sequence[Contact] = ()
        self._named: Sequence[str] = ()
        self._as_is = False
        self.notice = Notice()
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)

    @property
    def as_is(self) -> bool:
        """Whether the draft is to go out with all that is found in it."""
        return self.notice.as_is

    def look(self, conversation: Conversation | None, state: ComposerState) -> None:
        """This is written to somebody in this conversation: it is looked through soon."""
        to = state.to.lane
        if conversation is None or to == "internal":
            self._forget()
            return
        if (conversation.id, to, conversation.lanes) != self._for:
            self._forget()
            self._for = (conversation.id, to, conversation.lanes)
            self._conversation, self._to = conversation, to
            self._shield = self._made()
        self._draft, self._as_is = (state.to.key, state.text, state.html), state.as_is
        if self._draft == self._seen:
            self._tell()
        elif not state.text.strip() or not self._shield.kinds:
            self._show(self._draft, (), ())
        else:
            self._soon()

    def question(self) -> str:
        """What is asked before a draft goes that was not looked through yet and has contact data."""
        if self._draft == self._seen or not self._shield.kinds or not self._for:
            return ""
        self._show(self._draft, *_looked_through(self._shield, self._draft))
        if not self._named or self.as_is:
            return ""
        return tr("Contact data will be masked: see what, then send again.")

    async def close(self) -> None:
        """Look through nothing any more."""
        self._for = ()
        self._cancel()
        await self._tasks.close()

    def _soon(self) -> None:
        if self._timer is None and runs():
            self._timer = self._later(LOOK_S, self._due)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self) -> None:
        self._timer = None
        self._tasks.spawn(self._look(self._shield, self._draft), name="contact-data")

    async def _look(self, shield: Shield, draft: _Draft) -> None:
        found = await asyncio.to_thread(_looked_through, shield, draft)
        if draft == self._draft and shield is self._shield:
            self._show(draft, *found)
        elif self._for and self._draft != self._seen:
            self._soon()

    def _show(self, draft: _Draft, found: Sequence[Contact], named: Sequence[str]) -> None:
        self._seen, self._found, self._named = draft, found, named
        self._tell()

    def _tell(self) -> None:
        notice = Notice()
        if self._named:
            may_leave = self._may_leave()
            as_is = self._as_is and may_leave
            one, many = (_AS_IS if as_is else _MASKED)[self._to]
            count = len(self._named)
            shown = [_short(each) for each in self._named[:SHOWN]]
            told = listed([*shown, "…"] if count > SHOWN else shown)
            words = trn(one, many, count).format(count=count, list=told)
            text = self._seen[1] if self._seen else ""
            notice = Notice(words, text, tuple(self._found), may_leave, as_is)
        if notice != self.notice:
            self.notice = notice
            self.changed.emit(None)

    def _forget(self) -> None:
        self._cancel()
        self._for, self._conversation, self._seen = (), None, None
        self._show(("", "", ""), (), ())

    def _made(self) -> Shield:
        """The shield before the recipient, by what is here."""
        reader, conversation = self._local.reader, self._conversation
        if reader is None or conversation is None:
            return Shield()
        known = self._directory.parties({each.party_id for each in conversation.lanes})
        content = content_of(rows.policy(reader))
        return shield_before(conversation, self._to, content, known.get, self._directory.me)

    def _may_leave(self) -> bool:
        reader, me = self._local.reader, self._directory.me
        role = people_rows.role(reader, me.role) if reader and me else None
        return role is not None and Action.UNMASK in role.actions

    def _touched(self, touched: Touched) -> None:
        """The policy is another, or what is known of somebody: look again."""
        if self._for and not _KINDS.isdisjoint(touched):
            shield = self._made()
            if shield != self._shield:
                self._shield, self._seen = shield, None
                if self._draft[1].strip():
                    self._soon()
            self._tell()


def _looked_through(shield: Shield, draft: _Draft) -> tuple[list[Contact], list[str]]:
    """The contact data in a text, and all of it as it is named, with where links lead."""
    _, text, html = draft
    found = shield.find(text)
    named = [text[each.start : each.end] for each in found]
    if html and markup.is_formatted(html):
        named += [href for href in shielding.hidden(markup.own(html), shield) if href not in named]
    return found, named


def _short(told: str) -> str:
    line = " ".join(told.removeprefix("mailto:").split())
    return line if len(line) <= SHOWN_CHARS else line[: SHOWN_CHARS - 1] + "…"
