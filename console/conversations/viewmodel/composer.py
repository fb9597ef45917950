"""The composer: to whom, what is typed and attached so far, and whether it may go."""

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from console.conversations.model import (
    MAX_ATTACHMENTS,
    MAX_BODY_CHARS,
    Attachment,
    Conversation,
    LaneName,
    checked_body,
    safe_name,
)
from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.conversations.viewmodel.files import FileItem, sent_file
from console.kernel import codec
from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused, Unavailable
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import mark, pair, tr, trn
from console.people.viewmodel import Directory, short_names, together
from console.sync.blobs import PLAIN_TYPE
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.scratch import Draft
from console.sync.presence import TYPING, VIEWING, typing_to


@dataclass(frozen=True)
class Recipient:
    """Somebody the message can go to; `name` is empty for the colleagues."""

    lane: LaneName
    name: str
    channel: str


@dataclass(frozen=True)
class ComposerState:
    """What the composer shows. `unusual` when the lane did not write last: it asks once."""

    to: Recipient
    choices: Sequence[Recipient]
    text: str
    caret: int
    unusual: bool
    problem: str = ""
    files: Sequence[FileItem] = ()


class Said(Record, frozen=True):
    """What a reply or note says, whichever of the two it is; a note names no lane."""

    body: str = ""
    lane: LaneName = "internal"
    attachments: tuple[Attachment, ...] = ()


_NOBODY = Recipient("internal", "", "web")


class Composer:
    """Writes to one ticket's conversation. `changed` when something other than the text did.

    `beside` tells in words which colleagues write to the same lane now; `beside_changed` when it
    did.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self._ticket = NIL
        self._conversation: Conversation | None = None
        self._asked_for: LaneName | None = None
        self._sending: set[UUID] = set()
        self.state = ComposerState(_NOBODY, (_NOBODY,), "", 0, unusual=False)
        self.changed: Signal[None] = Signal()
        local.files.changed.connect(self._file_changed)
        local.link.connect(self._file_changed)
        self.beside = ""
        self.beside_changed: Signal[None] = Signal()
        local.present.connect(self._present)

    def open(self, ticket_id: UUID, conversation: Conversation | None) -> None:
        """Write to this ticket from now on; what was typed for it before is there again."""
        self._ticket, self._conversation = ticket_id, conversation
        kept = self._local.drafts.get(ticket_id)
        choices = self._choices()
        usual = conversation.last_lane if conversation else "internal"
        lane = kept.draft.to if kept else usual
        to = next((choice for choice in choices if choice.lane == lane), choices[0])
        text = kept.draft.body if kept else ""
        caret = kept.draft.caret if kept else 0
        self._asked_for = None
        self.state = ComposerState(
            to, choices, text, caret, self._unusual(to.lane), files=self._files()
        )
        self.changed.emit(None)
        self._look_beside()

    def update(self, conversation: Conversation | None) -> None:
        """The conversation is now like this; the text stays."""
        self._conversation = conversation
        choices = self._choices()
        to = next((c for c in choices if c.lane == self.state.to.lane), choices[0])
        self._show(to, choices)

    def address(self, lane: LaneName) -> None:
        """Write to this lane instead."""
        to = next((c for c in self.state.choices if c.lane == lane), self.state.to)
        self._asked_for = None
        self._show(to, self.state.choices)
        self._keep()

    def type(self, text: str, caret: int) -> None:
        """This is typed now; it is kept at once, and colleagues see that somebody writes."""
        state = self.state
        if self._ticket != NIL:
            doing = typing_to(state.to.lane) if text.strip() else VIEWING
            self._local.company.attend(self._ticket, doing)
        self.state = replace(state, text=text, caret=caret, problem="")
        self._keep()
        self._look_beside()
        if state.problem:
            self.changed.emit(None)

    def _show(self, to: Recipient, choices: Sequence[Recipient], problem: str = "") -> None:
        self.state = replace(
            self.state, to=to, choices=choices, unusual=self._unusual(to.lane), problem=problem,
            files=self._files(),
        )  # fmt: skip
        self.changed.emit(None)
        self._look_beside()

    def _present(self, ticket_id: UUID) -> None:
        if ticket_id == self._ticket:
            self._look_beside()

    def _look_beside(self) -> None:
        lane = self.state.to.lane
        same = {typing_to(lane)} if lane == "internal" else {typing_to(lane), TYPING}
        there = self._local.company.of(self._ticket)
        names = [self._directory.colleague(who) for who, what in there.items() if what in same]
        words = ""
        if names:
            one, many = _BESIDE[lane, bool(self.state.text.strip())]
            words = trn(one, many, len(names)).format(names=together(short_names(names)))
        if words != self.beside:
            self.beside = words
            self.beside_changed.emit(None)

    # -- files

    async def attach(self, sources: Sequence[Path]) -> None:
        """Take files into the draft, each kept at once. What cannot be is left out and told.

        Raises Refused or Unavailable with the first that was left out, after all others.
        """
        ticket, problems = self._ticket, []
        for source in sources:
            try:
                await self._attach(ticket, source)
            except (Refused, Unavailable) as problem:
                problems.append(problem)
        if problems:
            raise problems[0]

    async def _attach(self, ticket: UUID, source: Path) -> None:
        if ticket == NIL or self._conversation is None:
            return
        if len(self._local.files.of(ticket)) >= MAX_ATTACHMENTS:
            raise Refused("too_many_attachments", _problem("too_many_attachments"))
        kind = mimetypes.guess_type(source.name)[0] or PLAIN_TYPE
        local, name = self._local, safe_name(source.name)
        now = local.clock.now()
        await local.files.attach(source, name, kind, ticket, lambda: self._draft(ticket), now)
        local.keep_draft(ticket, self._draft(ticket))
        local.say(pipe.Poke())

    async def detach(self, file: UUID) -> None:
        """Leave a file out again."""
        ticket = self._ticket
        await self._local.files.detach(file)
        self._local.keep_draft(ticket, self._draft(ticket))
        self._local.say(pipe.Poke())

    def _draft(self, ticket: UUID) -> Draft:
        """What is typed for a ticket, open or left meanwhile."""
        if ticket != self._ticket:
            kept = self._local.drafts.get(ticket)
            return kept.draft if kept else Draft(to="internal", body="")
        state = self.state
        return Draft(to=state.to.lane, body=state.text, caret=state.caret)

    def _files(self) -> tuple[FileItem, ...]:
        kept = self._local.files.of(self._ticket) if self._ticket != NIL else []
        return tuple(sent_file(self._local, file) for file in kept)

    def _file_changed(self, _: object) -> None:
        files = self._files()
        if files != tuple(self.state.files):
            self.state = replace(self.state, files=files)
            self.changed.emit(None)

    # -- sending

    async def send(self) -> UUID | None:
        """Queue the message; its command id, or None when something must be decided first.

        A lane that did not write last is confirmed by sending again. A second press while the
        first is written down sends nothing; what is typed meanwhile is the next message.
        """
        state, conversation = self.state, self._conversation
        if conversation is None or self._ticket in self._sending:
            return None
        files = self._local.files.of(self._ticket)
        told = tuple(Attachment(f.id, f.name, f.type, f.size, f.sha256) for f in files)
        try:
            body = checked_body(state.text, told)
        except Refused as refusal:
            self._show(state.to, state.choices, _problem(refusal.code))
            return None
        if state.unusual and self._asked_for != state.to.lane:
            self._asked_for = state.to.lane
            self._show(state.to, state.choices, tr(_UNUSUAL).format(name=state.to.name))
            return None
        args: SendReply | AddNote = AddNote(message_id=new_id(), body=body, attachments=told)
        about = tr("Note")
        if state.to.lane != "internal":
            args = SendReply(message_id=new_id(), lane=state.to.lane, body=body, attachments=told)
            about = tr("Reply to {name}").format(name=state.to.name)
        ticket = self._ticket
        self._sending.add(ticket)
        try:
            sent = await self._local.do(
                CONVERSATION, conversation.id, args, lane=ticket, about=about,
                requires=tuple(file.id for file in files),
            )  # fmt: skip
        finally:
            self._sending.discard(ticket)
        self._sent(ticket, state)
        return sent

    async def take_back(self, entry: Entry) -> None:
        """Make a parked message its ticket's draft again, below what is typed there already.

        Raises Refused `other_draft` when that is to somebody else: what was meant for colleagues
        must not end up in what a customer reads; `too_many_attachments` for both together.
        """
        ticket, args = entry.lane, codec.decode(bytes(entry.command.args), Said)
        kept = self._local.drafts.get(ticket)
        typed, files = kept.draft.body.rstrip() if kept else "", self._local.files.of(ticket)
        if kept is not None and (typed or files) and kept.draft.to != args.lane:
            raise Refused("other_draft", tr(_OTHER_DRAFT))
        if len(files) + len(entry.command.requires) > MAX_ATTACHMENTS:
            raise Refused("too_many_attachments", _problem("too_many_attachments"))
        body = "\n\n".join(filter(None, (typed, args.body)))
        draft = Draft(to=args.lane, body=body, caret=_caret_at_end(body))
        # Shown before anything is waited for: what is typed from here on is typed into it.
        self._local.keep_draft(ticket, draft)
        if self._ticket == ticket:
            self.open(ticket, self._conversation)
        await self._local.reclaim(entry, draft)

    def _sent(self, ticket: UUID, state: ComposerState) -> None:
        """Clear what was sent, and only that."""
        if self._ticket != ticket:
            self._local.keep_draft(ticket, Draft(to=state.to.lane, body=""))
        elif self.state.text.startswith(state.text):
            rest = self.state.text.removeprefix(state.text)
            self.type(rest, max(self.state.caret - len(state.text), 0))
            self._show(self.state.to, self.state.choices)

    def _keep(self) -> None:
        if self._ticket != NIL:
            self._local.keep_draft(self._ticket, self._draft(self._ticket))

    def _unusual(self, lane: LaneName) -> bool:
        conversation = self._conversation
        if conversation is None or lane == "internal":
            return False
        return conversation.last_lane not in (lane, "internal")

    def _choices(self) -> list[Recipient]:
        found = []
        for lane in self._conversation.lanes if self._conversation else ():
            party = self._directory.party(lane.party_id)
            name = party.name if party else lane.name
            found.append(Recipient(lane.name, name, lane.channel))
        found.sort(key=lambda choice: choice.lane)
        return [*found, _NOBODY]


def _caret_at_end(body: str) -> int:
    return len(body.encode("utf-16-le")) // 2  # the caret is Qt's, which counts UTF-16 units


def _problem(code: str) -> str:
    limits = {"files": MAX_ATTACHMENTS, "characters": f"{MAX_BODY_CHARS:,}"}
    return tr(_PROBLEMS[code]).format(**limits)


_BESIDE: Mapping[tuple[LaneName, bool], tuple[str, str]] = {
    ("buyer", False): pair("{names} is writing to the buyer", "{names} are writing to the buyer"),
    ("buyer", True): pair(
        "{names} is writing to the buyer too", "{names} are writing to the buyer too"
    ),
    ("seller", False): pair(
        "{names} is writing to the seller", "{names} are writing to the seller"
    ),
    ("seller", True): pair(
        "{names} is writing to the seller too", "{names} are writing to the seller too"
    ),
    ("internal", False): pair("{names} is writing a note", "{names} are writing a note"),
    ("internal", True): pair("{names} is writing a note too", "{names} are writing a note too"),
}
_OTHER_DRAFT = mark(
    "Something else is begun on this ticket, to somebody else: send or clear it, then edit this."
)
_PROBLEMS = {
    "empty_message": mark("Write something first."),
    "too_many_attachments": mark("A message has at most {files} files: send two messages."),
    "message_too_long": mark("A message has at most {characters} characters: shorten it."),
}
_UNUSUAL = mark("{name} did not write last. Send again to confirm.")
