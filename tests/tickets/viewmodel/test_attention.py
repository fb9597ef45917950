"""What needs somebody: mine and theirs, why, and every way out, against a real server's refusals."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from console.conversations.model import Attachment
from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.conversations.viewmodel.composer import Composer
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client.outbox import Entry
from console.sync.client.scratch import Draft
from console.sync.records import Change, Rejected
from console.tickets.model import Priority, Status
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Take,
)
from console.tickets.tables import rows as ticket_rows
from console.tickets.viewmodel.attention import HELD, THEIRS_SHOWN, Attention, Matter, Way
from console.tickets.viewmodel.triage import Done
from tests.parts.acts import act, note, reply
from tests.parts.console import TEAM, Console

pytestmark = pytest.mark.anyio


class Desk:
    """Ana's desk on one case, with what she hears of it."""

    def __init__(self, console: Console) -> None:
        self.console, self.case = console, console.case("Parcel")
        console.pull()
        self.directory = Directory(console.local)
        self.composer = Composer(console.local, self.directory)
        self.attention = Attention(console.local, self.directory, self.composer)
        self.done: list[Done] = []
        self.changed: list[None] = []
        self.writing: list[UUID] = []
        self.attention.done.connect(self.done.append)
        self.attention.changed.connect(self.changed.append)
        self.attention.writing_wanted.connect(self.writing.append)

    @property
    def ticket(self) -> UUID:
        return self.case.ticket.id

    async def say(self, body: str = "mine", *, after: UUID | None = None) -> UUID:
        args = SendReply(message_id=new_id(), lane="buyer", body=body)
        return await self.console.local.do(
            CONVERSATION, self.case.conversation_id, args, lane=self.ticket,
            about="Reply to Lena", after=after,
        )  # fmt: skip

    async def triage(self, args: Any, about: str = "It") -> UUID:
        return await self.console.local.do(TICKET, self.ticket, args, lane=self.ticket, about=about)

    def ben(self, *wishes: Any) -> None:
        """Ben does these on the ticket, on the server."""
        for wish in wishes:
            self.console.office.run(self.console.actor(self.console.ben), act(self.ticket, wish))

    def answers(self, body: str = "theirs") -> None:
        """Ben answers, on the server."""
        told = reply(self.case.conversation_id, body, anyway=True)
        self.console.office.run(self.console.actor(self.console.ben), told)

    async def over(self, args: Any, *before: Any) -> Matter:
        """What Ana sees when Ben was there before her."""
        await self.triage(args)
        self.ben(*before)
        await self.console.push()
        return self.matter

    @property
    def entry(self) -> Entry:
        (entry,) = self.console.local.entries.values()
        return entry

    @property
    def matter(self) -> Matter:
        return self.attention.matter(self.entry)

    def alter(self, **changes: Any) -> Entry:
        """The entry as if the server or another time had left it so."""
        altered = replace(self.entry, **changes)
        self.console.local._hold(altered)
        self.console.local._relay({self.ticket})
        return altered

    def bodies(self) -> list[str]:
        """What the server has, in order."""
        rows = self.console.office.rows("SELECT doc FROM messages ORDER BY pos")
        return [structs.asdict(_body(row[0]))["body"] for row in rows]


def _body(doc: str) -> Any:
    from console.conversations.records import MESSAGE

    return MESSAGE.read(new_id(), doc)


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


def ways(matter: Matter) -> list[str]:
    return [text for _, text in matter.ways]


def theirs(matter: Matter) -> list[str]:
    return [f"{told.who}: {told.text}" if told.who else told.text for told in matter.theirs]


# -- a reply that a colleague's stands against


async def stale(desk: Desk, body: str = "mine") -> Matter:
    await desk.say(body)
    desk.answers()
    await desk.console.push()
    return desk.matter


async def test_a_stale_reply_stands_whole_beside_the_newer_one(desk: Desk) -> None:
    long = "A long answer. " * 400
    matter = await stale(desk, long)
    assert matter.mine.text == matter.body == long
    assert (matter.mine.who, matter.mine.at) == ("You", desk.entry.made_at)
    assert theirs(matter) == ["Ben Ode: theirs"]
    assert matter.why == "Reply to Lena was not sent: a colleague answered meanwhile."
    assert ways(matter) == ["Send anyway", "Edit", "Copy text", "Open ticket", "Discard"]


async def test_only_what_the_author_had_not_seen_and_nothing_internal(desk: Desk) -> None:
    desk.answers("seen")
    desk.console.pull()
    await desk.say()
    ben = desk.console.actor(desk.console.ben)
    for n in range(THEIRS_SHOWN + 1):
        desk.answers(f"unseen {n}")
    desk.console.office.run(ben, note(desk.case.conversation_id, "among us"))
    desk.case.hear("Hello?")
    await desk.console.push()
    unseen = [f"Ben Ode: unseen {n}" for n in range(2, THEIRS_SHOWN + 1)]
    assert theirs(desk.matter) == [*unseen, "Lena Braun: Hello?"]


async def test_it_cannot_be_sent_anyway_before_the_newer_one_can_be_read(desk: Desk) -> None:
    """The refusal overtakes the change: the guard must not be waved through unseen."""
    await desk.say()
    desk.answers()
    await desk.console.push(pull=False)
    assert theirs(desk.matter) == ["A colleague's answer is on its way here."]
    assert "Send anyway" not in ways(desk.matter)
    desk.changed.clear()
    desk.console.pull()
    assert desk.changed != []
    assert "Send anyway" in ways(desk.matter)
    assert theirs(desk.matter) == ["Ben Ode: theirs"]


async def test_a_newer_one_that_is_not_kept_here_is_said_to_be_so(desk: Desk) -> None:
    await stale(desk)
    wish = structs.replace(desk.entry.command, base_rev=1 << 61)
    assert theirs(desk.attention.matter(desk.alter(command=wish))) == [
        "A colleague's answer, which is not kept on this computer."
    ]


async def test_sending_it_anyway_sends_it_once(desk: Desk) -> None:
    await stale(desk)
    entry = desk.entry
    await desk.attention.again(entry)
    await desk.attention.again(entry)
    assert desk.entry.state == "queued"
    assert structs.asdict(_said(desk.entry))["anyway"] is True
    await desk.console.push()
    assert desk.bodies()[-2:] == ["theirs", "mine"]


def _said(entry: Entry) -> SendReply:
    from console.kernel import codec

    return codec.decode(bytes(entry.command.args), SendReply)


async def test_a_reply_refused_for_something_else_keeps_the_guard(desk: Desk) -> None:
    await desk.say()
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    assert ways(desk.matter)[0] == "Send again"
    await desk.attention.again(desk.entry)
    assert _said(desk.entry).anyway is False


# -- editing, discarding


async def test_editing_makes_a_draft_of_it(desk: Desk) -> None:
    await stale(desk, "mine 👍")
    await desk.attention.edit(desk.entry)
    kept = desk.console.local.drafts[desk.ticket].draft
    assert kept == Draft(to="buyer", body="mine 👍", caret=7)
    assert desk.console.local.entries == {}
    assert desk.writing == [desk.ticket]
    await desk.console.reopen()
    assert desk.console.local.drafts[desk.ticket].draft == kept
    assert desk.console.local.entries == {}


async def test_editing_a_note_makes_a_note_again(desk: Desk) -> None:
    args = AddNote(message_id=new_id(), body="among us")
    await desk.console.local.do(
        CONVERSATION, desk.case.conversation_id, args, lane=desk.ticket, about="Note"
    )
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    await desk.attention.edit(desk.entry)
    assert desk.console.local.drafts[desk.ticket].draft.to == "internal"


async def test_a_draft_to_somebody_else_is_not_mixed_with_it(desk: Desk) -> None:
    await stale(desk)
    draft = Draft(to="internal", body="He is lying, I think.")
    desk.console.local.keep_draft(desk.ticket, draft)
    with pytest.raises(Refused, match="send or clear it, then edit this") as refused:
        await desk.attention.edit(desk.entry)
    assert refused.value.code == "other_draft"
    assert desk.console.local.drafts[desk.ticket].draft == draft
    assert desk.entry.state == "rejected"
    assert desk.writing == []


async def test_what_has_files_is_not_edited_without_them(desk: Desk) -> None:
    file = Attachment(new_id(), "a.png", "image/png", 1, "00")
    args = SendReply(message_id=new_id(), lane="buyer", body="see", attachments=(file,))
    await desk.console.local.do(
        CONVERSATION, desk.case.conversation_id, args, lane=desk.ticket, about="Reply"
    )
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    assert ways(desk.matter) == ["Send again", "Copy text", "Open ticket", "Discard"]


async def test_discarding_can_be_taken_back(desk: Desk) -> None:
    await stale(desk)
    entry = desk.entry
    await desk.attention.discard(entry)
    assert desk.console.local.entries == {}
    (done,) = desk.done
    assert done.text == "Discarded: Reply to Lena"
    assert done.undo is not None
    await done.undo()
    await done.undo()
    assert desk.entry == entry
    await desk.console.reopen()
    assert (desk.entry.state, desk.entry.outcome) == ("rejected", entry.outcome)


# -- what is held


async def test_what_is_held_asks_and_is_sent_under_its_own_id(desk: Desk) -> None:
    cmd_id = await desk.say()
    held = desk.alter(state="held")
    matter = desk.matter
    assert matter.why == HELD
    assert ways(matter) == ["Send", "Copy text", "Open ticket", "Discard"]
    assert theirs(matter) == ["Lena Braun: Where is my parcel?"]
    await desk.say("and more")
    assert theirs(desk.attention.matter(held)) == theirs(matter), "pending is not there"
    desk.console.local._work.execute("UPDATE outbox SET state = 'held' WHERE pos = 1")
    await desk.attention.release(held)
    await desk.attention.release(held)
    await desk.attention.discard(held)  # a press that comes too late
    waiting = desk.console.local.waiting(desk.ticket)
    assert [entry.state for entry in waiting] == ["queued", "queued"]
    assert waiting[0].command.cmd_id == cmd_id
    assert desk.done[0].text == "Reply to Lena: on its way again"
    await desk.console.push()
    assert desk.bodies() == ["Where is my parcel?", "mine", "and more"]


async def test_what_is_held_can_be_let_go(desk: Desk) -> None:
    await desk.say()
    held = desk.alter(state="held")
    desk.console.local._work.execute("UPDATE outbox SET state = 'held'")
    await desk.attention.discard(held)
    await desk.console.reopen()
    assert desk.console.local.entries == {}


# -- triage


async def test_somebody_else_has_it(desk: Desk) -> None:
    matter = await desk.over(Take(), Assign(assignee_id=desk.console.ben.id))
    assert matter.why == "It was not done: somebody else has it by now."
    assert (matter.mine.text, theirs(matter)) == ("It", ["Ben Ode has it."])
    assert ways(matter) == ["Do it anyway", "Open ticket", "Discard"]
    assert matter.body == ""
    await desk.attention.again(desk.entry)
    await desk.console.push()
    assert desk.case.ticket.assignee_id == desk.console.ana.id


async def test_who_is_not_known_is_somebody_and_oneself_is_oneself(desk: Desk) -> None:
    await desk.over(Take(), Assign(assignee_id=desk.console.ben.id))
    del desk.directory.users[desk.console.ben.id]
    assert theirs(desk.matter) == ["Somebody has it."]
    desk.ben(Assign(assignee_id=desk.console.ana.id, seen=desk.console.ben.id))
    desk.console.pull()
    assert theirs(desk.matter) == ["It is yours."]


async def test_somebody_moved_it(desk: Desk) -> None:
    from console.people.server import accounts

    other = desk.console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    cara = desk.console.actor(desk.console.cara)
    await desk.triage(MoveToTeam(team_id=desk.console.team.id, seen=new_id()))
    assert desk.case.ticket.team_id == desk.console.team.id
    desk.alter(state="rejected", outcome=Rejected("moved"))
    assert theirs(desk.matter) == [f"It is in {TEAM}."]
    desk.console.office.run(
        cara, act(desk.ticket, MoveToTeam(team_id=other.id, seen=desk.console.team.id))
    )
    desk.console.pull()
    assert theirs(desk.matter) == ["The ticket is not here any more."], "out of Ana's sight"


@pytest.mark.parametrize(
    ("args", "before", "said"),
    [
        (SetStatus(status=Status.PENDING, seen=Status.NEW), Status.HOLD, "It is on hold."),
        (SetStatus(status=Status.PENDING, seen=Status.NEW), Status.SOLVED, "It is solved."),
    ],
)
async def test_somebody_changed_its_status(
    desk: Desk, args: Any, before: Status, said: str
) -> None:
    matter = await desk.over(args, SetStatus(status=before, seen=Status.NEW))
    assert theirs(matter) == [said]
    assert ways(matter)[0] == "Do it anyway"
    await desk.attention.again(desk.entry)
    await desk.console.push()
    assert desk.case.ticket.status == Status.PENDING


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL), ["Its priority is normal."]),
        (ChangeTags(add=("b",)), ["Its tags: a, vip."]),
        (Assign(assignee_id=new_id()), ["Nobody has it."]),
        (MarkRead(count=1), []),
    ],
)
async def test_how_it_stands_in_what_was_to_change(desk: Desk, args: Any, said: list[str]) -> None:
    desk.ben(ChangeTags(add=("vip", "a")))
    desk.console.pull()
    await desk.triage(args)
    desk.alter(state="rejected", outcome=Rejected("server_error"))
    assert theirs(desk.matter) == said
    assert ways(desk.matter)[0] == "Try again"


async def test_no_tags_and_no_team_are_told_too(desk: Desk) -> None:
    await desk.triage(ChangeTags(add=("b",)))
    desk.alter(state="rejected", outcome=Rejected("too_many_tags"))
    assert theirs(desk.matter) == ["It has no tags."]


async def test_what_the_server_said_counts_until_the_cache_has_it(desk: Desk) -> None:
    await desk.triage(Take())
    desk.ben(Assign(assignee_id=desk.console.ben.id))
    await desk.console.push(pull=False)
    assert desk.console.local.reader is not None
    here = ticket_rows.ticket(desk.console.local.reader, desk.ticket)
    assert here is not None
    assert here.assignee_id.int == 0
    assert theirs(desk.matter) == ["Ben Ode has it."]
    desk.console.pull()
    desk.ben(Assign(assignee_id=desk.console.cara.id, seen=desk.console.ben.id))
    desk.console.pull()
    assert theirs(desk.matter) == ["Cara Lind has it."], "now the cache knows better"


async def test_another_kind_of_record_says_nothing_of_this_one(desk: Desk) -> None:
    await desk.triage(Take())
    odd = Change("order", desk.ticket, 1 << 60)
    desk.alter(state="rejected", outcome=Rejected("taken_by", current=odd))
    assert theirs(desk.matter) == ["Nobody has it."]


async def test_what_followed_a_refused_reply_says_so(desk: Desk) -> None:
    first = await desk.say()
    await desk.console.local.do(
        TICKET, desk.ticket, SetStatus(status=Status.SOLVED, seen=Status.NEW),
        lane=desk.ticket, about="Set status to solved", after=first,
    )  # fmt: skip
    desk.answers()
    await desk.console.push()
    _, second = desk.console.local.waiting(desk.ticket)
    matter = desk.attention.matter(second)
    assert matter.why == "Set status to solved was not done: the action before it was refused."
    assert ways(matter)[0] == "Try again"


# -- what is gone


async def test_who_lost_the_ticket_keeps_their_words(desk: Desk) -> None:
    from console.people.records import USER
    from console.people.server.scopes import regrant

    await desk.say("my words")
    ana = structs.replace(desk.console.ana, teams=())

    def leave(tx: Any) -> None:
        tx.record(USER, ana)
        regrant(tx, ana)

    desk.console.office.write(leave)
    await desk.console.push(pull=False)
    office = desk.console.office
    shown = desk.console.actor().scopes
    desk.console.replica.welcome(office.epoch, shown, office.head(), 0)
    matter = desk.matter
    assert matter.body == "my words"
    assert matter.why == "Reply to Lena was not sent: you have no access to it."
    assert theirs(matter) == ["The conversation is not here any more."]
    assert ways(matter) == ["Copy text", "Open ticket", "Discard"]


# -- what goes its way


async def test_what_is_under_way_can_be_looked_at(desk: Desk) -> None:
    await desk.say()
    matter = desk.matter
    assert (matter.why, theirs(matter)) == ("", [])
    assert ways(matter) == ["Copy text", "Open ticket"]
    await desk.console.push(pull=False)
    assert desk.entry.state == "accepted"
    assert [way for way, _ in desk.matter.ways] == [Way.COPY, Way.OPEN]


async def test_nothing_is_looked_at_anew_while_nothing_needs_anybody(desk: Desk) -> None:
    desk.case.hear("Hello?")
    desk.console.pull()
    assert desk.changed == []
