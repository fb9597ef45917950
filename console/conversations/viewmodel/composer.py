"""The composer: to whom, what is typed and attached so far, and whether it may go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from console.conversations import markup
from console.conversations.model import (
    MAX_ATTACHMENTS,
    Attachment,
    Conversation,
    Mention,
    checked_body,
    checked_mentions,
)
from console.conversations.records import CONVERSATION
from console.conversations.viewmodel import recipients
from console.conversations.viewmodel.asking import Asked
from console.conversations.viewmodel.fellows import Fellows
from console.conversations.viewmodel.files import FileItem, named, sent_file
from console.conversations.viewmodel.message import (
    ON_ITS_WAY,
    OTHER_DRAFT,
    Afterwards,
    ComposerState,
    Nothing,
    Recipient,
    Said,
    Sent,
    Then,
    caret_at_end,
)
from console.conversations.viewmodel.recipients import NOBODY
from console.conversations.viewmodel.watch import ContactWatch
from console.conversations.viewmodel.wording import (
    below,
    drafted,
    formats_of,
    mentioned,
    problem,
    worded,
)
from console.kernel import codec
from console.kernel.codec import NIL
from console.kernel.errors import Refused, Unavailable
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.deed import Deed
from console.sync.client.files import Pasted
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.releases import Release
from console.sync.client.scratch import Draft
from console.sync.presence import VIEWING, typing_to


class Composer:
    """Writes to one ticket's conversation. `changed` when something other than the text did.

    `fellows` tells which colleagues write to the same lane, `watch` what will be masked.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self._ticket = NIL
        self._conversation: Conversation | None = None
        self._latest: Sequence[Conversation] = ()
        self._then: Then = {}
        self._sending: set[UUID] = set()
        self.afterwards: Afterwards = Nothing()
        self.undo_s = 0
        """So many seconds a message stays here to be taken back; 0 sends at once."""
        self.rich_first = False
        """Whether a message begins with formats."""
        self._unformatted: tuple[str, str] = ("", "")  # plain text, and what it was made of
        self.state = ComposerState(NOBODY, (NOBODY,), "", 0, unusual=False)
        self.changed: Signal[None] = Signal()
        local.files.changed.connect(self._file_changed)
        local.link.connect(self._file_changed)
        self.fellows = Fellows(local, directory)
        self.watch = ContactWatch(local, directory)
        self._asked = Asked(self.watch)

    def open(
        self,
        ticket_id: UUID,
        conversation: Conversation | None,
        latest: Sequence[Conversation] = (),
    ) -> None:
        """Write to this ticket from now on; what was typed for it before is there again.

        `latest` are its own conversation and those merged into it, the one last spoken in first.
        """
        self._ticket, self._conversation = ticket_id, conversation
        self._latest = latest or ((conversation,) if conversation else ())
        kept = self._local.drafts.get(ticket_id)
        choices = recipients.choices(self._latest, self._conversation, self._directory)
        to = recipients.found(choices, kept.draft.to if kept else self._usual(choices))
        text = kept.draft.body if kept else ""
        caret = kept.draft.caret if kept else 0
        self._asked.forget()
        self._then = dict(kept.draft.then) if kept else {}
        html = kept.draft.html if kept else ""
        self.state = ComposerState(
            to, choices, text, caret, self._unusual(to, choices), files=self._files(),
            then=self.afterwards.words(self._then), html=html, rich=bool(html) or (self.rich_first and not text),
            mentions=mentioned(kept.draft) if kept else (), as_is=bool(kept and kept.draft.as_is),
        )  # fmt: skip
        self.changed.emit(None)
        self._look_beside()

    @property
    def ticket_id(self) -> UUID:
        """The ticket that is written to, NIL for none."""
        return self._ticket

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that is written in."""
        return self._conversation

    def reopen(self) -> None:
        """The draft kept for the ticket is another now: show it."""
        self.open(self._ticket, self._conversation, self._latest)

    def update(
        self, conversation: Conversation | None, latest: Sequence[Conversation] = ()
    ) -> None:
        """The conversations are now like this; the text stays."""
        self._conversation = conversation
        self._latest = latest or ((conversation,) if conversation else ())
        choices = recipients.choices(self._latest, self._conversation, self._directory)
        self._show(recipients.found(choices, self.state.to.key), choices)

    def address(self, key: str) -> None:
        """Write to this recipient instead, named by their key."""
        to = next((c for c in self.state.choices if c.key == key), self.state.to)
        self._asked.readdress()
        self._show(to, self.state.choices)
        self._keep()

    def type(
        self, text: str, caret: int, html: str = "", mentions: tuple[Mention, ...] = ()
    ) -> None:
        """This is typed now; it is kept at once, and colleagues see that somebody writes."""
        state = self.state
        if self._ticket != NIL:
            doing = typing_to(state.to.lane) if text.strip() else VIEWING
            self._local.company.attend(self._ticket, doing)
        self.state = replace(
            state, text=text, caret=caret, html=html, mentions=mentions, problem=""
        )
        self._keep()
        self._look_beside()
        if state.problem:
            self.changed.emit(None)

    def point(self, caret: int) -> None:
        """The caret is here now, in the same text."""
        if self.state.text and caret != self.state.caret:
            self.state = replace(self.state, caret=caret)
            self._keep()

    def rewrite(self, text: str, html: str = "") -> None:
        """Show this text in place of what was typed; with `html`, its formats."""
        if self.state.rich and not html:
            html = markup.from_plain(text)
        state = self.state
        named = tuple(each for each in state.mentions if each.words in text)
        self.type(text, caret_at_end(text), html if state.rich else "", named)
        self._show(self.state.to, self.state.choices)

    def format(self, *, rich: bool) -> None:
        """Write with formats, or plain text: lists and quotes are then written out.

        Formats are there again if nothing was typed in between.
        """
        state = self.state
        if rich == state.rich:
            return
        text, html = state.text, ""
        if rich:
            plain, formatted = self._unformatted
            html = formatted if formatted and plain == text else markup.from_plain(text)
        elif markup.is_formatted(state.html):
            text = markup.plain_of(markup.own(state.html))
            self._unformatted = text, state.html
        self.state = replace(state, rich=rich)
        self.rewrite(text, html)

    def _show(self, to: Recipient, choices: Sequence[Recipient], problem: str = "") -> None:
        self.state = replace(
            self.state, to=to, choices=choices, unusual=self._unusual(to, choices), problem=problem,
            files=self._files(), then=self.afterwards.words(self._then),
            as_is=self.state.as_is and to.key == self.state.to.key,
        )  # fmt: skip
        self.changed.emit(None)
        self._look_beside()

    def unmask(self, *, as_is: bool) -> None:
        """Have contact data go out as it is, or masked after all; nothing without leave."""
        self.state = replace(self.state, as_is=as_is and self.watch.notice.may_leave)
        self._keep()
        self._look_beside()

    @property
    def then(self) -> Then:
        """What is done once this message was accepted."""
        return dict(self._then)

    def follow(self, then: Then) -> None:
        """Do this once the message was accepted, in place of what was to be done."""
        self._then = dict(then)
        self._show(self.state.to, self.state.choices)
        self._keep()

    def _look_beside(self) -> None:
        state = self.state
        self.fellows.look(self._ticket, state.to.lane, typed=bool(state.text.strip()))
        there = (each for each in self._latest if each.id == state.to.conversation_id)
        self.watch.look(next(there, self._conversation), state)

    # -- files

    async def attach(self, sources: Sequence[Path | Pasted], ticket: UUID | None = None) -> None:
        """Take files into the draft (or `ticket`'s), each kept at once; what cannot be is told.

        Raises Refused or Unavailable with the first that was left out, after all others.
        """
        ticket, problems = ticket or (self._ticket if self._conversation else NIL), []
        for source in sources:
            try:
                await self._attach(ticket, source)
            except (Refused, Unavailable) as problem:
                problems.append(problem)
        if problems:
            raise problems[0]

    async def _attach(self, ticket: UUID, source: Path | Pasted) -> None:
        if ticket == NIL:
            return
        if len(self._local.files.of(ticket)) >= MAX_ATTACHMENTS:
            raise Refused("too_many_attachments", problem("too_many_attachments"))
        local, now = self._local, self._local.clock.now()
        name, kind = named(source, now)
        await local.files.attach(source, name, kind, ticket, lambda: self._draft(ticket), now)
        local.keep_draft(ticket, self._draft(ticket))
        local.say(pipe.Poke())

    async def detach(self, file: UUID) -> None:
        """Leave a file out again."""
        kept = self._local.files.kept.get(file)
        ticket = kept.held_by if kept else self._ticket
        await self._local.files.detach(file)
        self._local.keep_draft(ticket, self._draft(ticket))
        self._local.say(pipe.Poke())

    def _draft(self, ticket: UUID) -> Draft:
        """What is typed for a ticket, open or left meanwhile."""
        if ticket != self._ticket:
            kept = self._local.drafts.get(ticket)
            return kept.draft if kept else Draft(to="internal", body="")
        return drafted(self.state, self._then)

    def _files(self) -> tuple[FileItem, ...]:
        kept = self._local.files.of(self._ticket) if self._ticket != NIL else []
        return tuple(sent_file(self._local, file) for file in kept)

    def _file_changed(self, _: object) -> None:
        files = self._files()
        if files != tuple(self.state.files):
            self.state = replace(self.state, files=files)
            self.changed.emit(None)

    # -- sending

    async def send(self, *, solve: bool = False, at: datetime | None = None) -> Sent | None:
        """Queue the message and what follows it; None when something must be decided first.

        A lane that did not write last is confirmed by sending again, and so is a gap that nobody
        filled in. A second press while the first is written down sends nothing; what is typed
        meanwhile is the next message. `at` schedules it; else it can be taken back for `undo_s`.
        """
        state, conversation = self.state, self._conversation
        if conversation is None or self._ticket in self._sending:
            return None
        files = self._local.files.of(self._ticket)
        told = tuple(Attachment(f.id, f.name, f.type, f.size, f.sha256) for f in files)
        ticket, public = self._ticket, state.to.lane != "internal"
        try:
            html = formats_of(state)
            body = checked_body(markup.plain_of(html) if html else state.text, told)
            checked_mentions(state.mentions if not public else ())
            after = self.afterwards.deeds(ticket, self._then, solve=solve, public=public)
        except Refused as refusal:
            self._show(state.to, state.choices, problem(refusal.code) or refusal.message)
            return None
        if question := self._asked.question(state, body):
            self._show(state.to, state.choices, question)
            return None
        args, about = worded(state, body, told, html, self._seen(), as_is=self.watch.as_is)
        release = self._release(at)
        where = state.to.conversation_id if public else conversation.id
        message = Deed(CONVERSATION, where, args, about, tuple(f.id for f in files))
        self._sending.add(ticket)
        try:
            sent, *_ = await self._local.do_all(
                (message, *after), lane=ticket, chained=True, release=release, spent=state.text
            )
        finally:
            self._sending.discard(ticket)
        self._sent(ticket, state)
        return Sent(sent, about, release.at if release else None, at is not None)

    def _seen(self) -> int:
        """The newest change of any conversation shown here, 0 where there is but one."""
        revisions = [self._local.revision(CONVERSATION, each.id) for each in self._latest]
        return max(revisions) if len(revisions) > 1 else 0

    def _release(self, at: datetime | None) -> Release | None:
        if at is not None:
            return Release(at, "scheduled")
        if not self.undo_s:
            return None
        return Release(self._local.clock.now() + timedelta(seconds=self.undo_s), "waiting")

    async def undo_send(self, sent: UUID) -> UUID:
        """Make a message that was not released a draft again; its ticket.

        Raises Refused when it is on its way, or `other_draft`: then it is held instead of sent.
        """
        entry = self._local.entries.get(sent)
        if entry is None or not entry.unreleased:
            raise Refused("already_sent", tr(ON_ITS_WAY))
        try:
            await self.take_back(entry)
        except Refused:
            await self._local.releases.hold_back([entry, *self.following(entry)])
            raise
        return entry.lane

    def following(self, entry: Entry) -> list[Entry]:
        """What is done only once a message that is not released was accepted."""
        sent = entry.command.cmd_id
        mine = self._local.waiting(entry.lane)
        return [e for e in mine if e.command.after == sent and (e.unreleased or e.parked)]

    async def take_back(self, entry: Entry) -> None:
        """Make a parked message its ticket's draft again, below what is typed there already.

        Raises Refused `other_draft` when that is to somebody else: what was meant for colleagues
        must not end up in what a customer reads; `too_many_attachments` for both together.
        """
        ticket, args = entry.lane, codec.decode(bytes(entry.command.args), Said)
        kept = self._local.drafts.get(ticket)
        typed, files = kept.draft.body.rstrip() if kept else "", self._local.files.of(ticket)
        home = self.afterwards.home(ticket)
        to = recipients.key_there(self._local.reader, args.lane, entry.command.target, home)
        if kept is not None and (typed or files) and kept.draft.to != to:
            raise Refused("other_draft", tr(OTHER_DRAFT))
        if len(files) + len(entry.command.requires) > MAX_ATTACHMENTS:
            raise Refused("too_many_attachments", problem("too_many_attachments"))
        after = self.following(entry)
        done = [(e.command.type, bytes(e.command.args)) for e in after]
        then = {**(kept.draft.then if kept else {}), **self.afterwards.again(done)}
        draft = below(kept.draft if kept else None, args, then, to)
        # Shown before anything is waited for: what is typed from here on is typed into it.
        self._local.keep_draft(ticket, draft)
        if self._ticket == ticket:
            self.reopen()
        await self._local.reclaim(entry, draft, after)

    def _sent(self, ticket: UUID, state: ComposerState) -> None:
        """Clear what was sent, and only that."""
        if self._ticket != ticket:
            self._local.keep_draft(ticket, Draft(to=state.to.key, body=""))
        elif self.state.text.startswith(state.text):
            self._then = {}
            rest = self.state.text.removeprefix(state.text)
            html = markup.from_plain(rest) if rest and self.state.rich else ""
            self.state = replace(self.state, as_is=False)
            self.type(rest, max(self.state.caret - len(state.text), 0), html)
            self._show(self.state.to, self.state.choices)

    def _keep(self) -> None:
        if self._ticket != NIL:
            self._local.keep_draft(self._ticket, self._draft(self._ticket))

    def _usual(self, choices: Sequence[Recipient]) -> str:
        return recipients.usual(self._latest, self._conversation, choices)

    def _unusual(self, to: Recipient, choices: Sequence[Recipient]) -> bool:
        if self._conversation is None or to.lane == "internal":
            return False
        return self._usual(choices) not in (to.key, "internal")
