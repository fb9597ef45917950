"""The composer: the right person, nothing typed is lost, nothing goes twice or by mistake."""

import asyncio
from uuid import UUID

import pytest

from console.conversations.model import MAX_BODY_CHARS, Conversation
from console.conversations.records import CONVERSATION
from console.conversations.tables import rows
from console.conversations.viewmodel.composer import Composer
from console.kernel.codec import NIL
from console.kernel.errors import Unavailable
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.outbox import Entry
from console.sync.records import Rejected, Result
from tests.conftest import Errors
from tests.parts.acts import Case, reply
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Writing:
    """A composer on one case's ticket."""

    def __init__(self, console: Console, case: Case) -> None:
        self.console, self.case = console, case
        self.ticket = case.ticket.id
        self.composer = Composer(console.local, Directory(console.local))
        self.said: list[None] = []
        self.composer.changed.connect(self.said.append)
        self.open()

    @property
    def conversation(self) -> Conversation | None:
        assert self.console.local.reader is not None
        return rows.conversation(self.console.local.reader, self.case.conversation_id)

    def open(self) -> None:
        self.composer.open(self.ticket, self.conversation)

    def type(self, text: str) -> None:
        self.composer.type(text, len(text))

    async def send(self) -> UUID | None:
        sent = await self.composer.send()
        return sent.cmd_id if sent else None

    def queued(self) -> list[str]:
        return [entry.about for entry in self.console.local.waiting(self.ticket)]


@pytest.fixture
async def writing(console: Console) -> Writing:
    """A case of Lena's about a seller's parcel; the seller wrote last."""
    case = console.case()
    case.hear("We sent it.", side="seller", name="Nordlicht Shop", email="shop@nord.test")
    console.pull()
    return Writing(console, case)


# -- to whom


async def test_whoever_wrote_last_is_answered(writing: Writing) -> None:
    state = writing.composer.state
    assert [(c.lane, c.name, c.channel) for c in state.choices] == [
        ("buyer", "Lena Braun", "email"),
        ("seller", "Nordlicht Shop", "email"),
        ("internal", "", "web"),
    ]
    assert (state.to.lane, state.unusual) == ("seller", False)


async def test_writing_to_somebody_else_asks_once(writing: Writing) -> None:
    writing.composer.address("buyer")
    assert writing.composer.state.unusual
    writing.type("Dear Lena")
    assert await writing.send() is None
    assert writing.composer.state.problem == "Lena Braun did not write last. Send again to confirm."
    assert writing.queued() == []
    assert await writing.send() is not None
    assert writing.queued() == ["Reply to Lena Braun"]


async def test_changing_ones_mind_asks_again(writing: Writing) -> None:
    writing.composer.address("buyer")
    writing.type("Hello")
    assert await writing.send() is None
    writing.composer.address("seller")
    writing.composer.address("buyer")
    assert await writing.send() is None
    assert writing.queued() == []


async def test_a_note_never_asks(writing: Writing) -> None:
    writing.composer.address("internal")
    assert not writing.composer.state.unusual
    writing.type("Ask the depot.")
    assert await writing.send() is not None
    assert writing.queued() == ["Note"]


async def test_a_lane_nobody_is_in_cannot_be_chosen(console: Console) -> None:
    case = console.case()
    console.pull()
    writing = Writing(console, case)
    writing.composer.address("seller")
    assert writing.composer.state.to.lane == "buyer"


async def test_without_a_conversation_only_colleagues_are_there_and_nothing_goes(
    console: Console,
) -> None:
    composer = Composer(console.local, Directory(console.local))
    composer.open(NIL, None)
    assert [choice.lane for choice in composer.state.choices] == ["internal"]
    composer.type("lost in space", 5)
    assert await composer.send() is None
    assert console.local.drafts == {}
    assert console.local.entries == {}


async def test_a_message_that_comes_in_meanwhile_keeps_text_and_lane(writing: Writing) -> None:
    writing.type("We will look")
    writing.case.hear("And now?")
    writing.console.pull()
    writing.composer.update(writing.conversation)
    state = writing.composer.state
    assert (state.to.lane, state.text, state.unusual) == ("seller", "We will look", True)


# -- what may go


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\t\n \x00"])
async def test_nothing_is_not_sent(writing: Writing, text: str) -> None:
    writing.type(text)
    assert await writing.send() is None
    assert writing.composer.state.problem == "Write something first."
    assert writing.queued() == []


async def test_the_longest_message_goes_and_one_more_character_does_not(writing: Writing) -> None:
    writing.type("x" * (MAX_BODY_CHARS + 1))
    assert await writing.send() is None
    problem = writing.composer.state.problem
    assert problem == "A message has at most 100,000 characters: shorten it."
    assert len(writing.composer.state.text) == MAX_BODY_CHARS + 1
    writing.type("x" * MAX_BODY_CHARS)
    assert await writing.send() is not None


async def test_typing_takes_the_problem_away_on_screen_too(writing: Writing) -> None:
    assert await writing.send() is None
    writing.said.clear()
    writing.type("D")
    assert (writing.composer.state.problem, writing.said) == ("", [None])
    writing.type("De")
    assert writing.said == [None], "the text itself is the editor's, not told back"


async def test_what_went_is_cleared_and_its_draft_forgotten(writing: Writing) -> None:
    writing.type("Dear shop")
    sent = await writing.send()
    assert sent in writing.console.local.entries
    assert (writing.composer.state.text, writing.composer.state.to.lane) == ("", "seller")
    assert writing.console.local.drafts == {}
    await writing.console.push()
    stored = writing.console.office.record(CONVERSATION, writing.case.conversation_id)
    assert (stored.count, stored.last_lane) == (3, "seller")


async def test_two_presses_in_one_breath_send_once(writing: Writing) -> None:
    writing.type("Dear shop")
    sent = await asyncio.gather(writing.send(), writing.send())
    assert [one is None for one in sent] == [False, True]
    assert writing.queued() == ["Reply to Nordlicht Shop"]
    writing.type("And one more thing")
    assert await writing.send() is not None


@pytest.mark.parametrize(
    ("typed", "left"), [("Dear shop, please", ", please"), ("Quite another", "Quite another")]
)
async def test_what_is_typed_while_the_message_is_written_down_stays(
    writing: Writing, typed: str, left: str
) -> None:
    writing.type("Dear shop")
    sending = asyncio.create_task(writing.send())
    await asyncio.sleep(0)
    writing.type(typed)
    assert await sending is not None
    state = writing.composer.state
    assert (state.text, state.caret) == (left, len(left))
    await writing.console.reopen()
    assert writing.console.local.drafts[writing.ticket].draft.body == left


async def test_going_to_another_ticket_while_it_is_written_down(writing: Writing) -> None:
    other = writing.console.case("Other", email="omar@mail.test")
    writing.console.pull()
    writing.type("Dear shop")
    sending = asyncio.create_task(writing.send())
    await asyncio.sleep(0)
    writing.composer.open(other.ticket.id, None)
    writing.type("for the other one")
    assert await sending is not None
    assert writing.composer.state.text == "for the other one"
    assert set(writing.console.local.drafts) == {other.ticket.id}


# -- nothing typed is lost


async def test_each_ticket_has_its_own_draft_with_lane_and_caret(writing: Writing) -> None:
    other = Writing(writing.console, writing.console.case("Other", email="omar@mail.test"))
    writing.composer.address("internal")
    writing.composer.type("Ask Ben about it", 3)
    writing.composer.open(other.ticket, None)
    assert writing.composer.state.text == ""
    writing.type("for Omar")
    writing.open()
    state = writing.composer.state
    assert (state.to.lane, state.text, state.caret) == ("internal", "Ask Ben about it", 3)


async def test_drafts_survive_a_restart(writing: Writing) -> None:
    writing.composer.address("buyer")
    writing.composer.type("Dear Lena, 日本語 🙂", 6)
    await writing.console.reopen()
    composer = Composer(writing.console.local, Directory(writing.console.local))
    composer.open(writing.ticket, writing.conversation)
    state = composer.state
    assert (state.to.lane, state.text, state.caret) == ("buyer", "Dear Lena, 日本語 🙂", 6)
    assert state.unusual, "who it goes to is asked about even though it was typed before"


async def test_an_emptied_draft_does_not_come_back(writing: Writing) -> None:
    writing.type("never mind")
    writing.type("")
    await writing.console.reopen()
    assert writing.console.local.drafts == {}


async def test_a_reply_after_a_colleagues_is_refused_and_its_words_are_kept(
    writing: Writing,
) -> None:
    writing.type("My answer")
    sent = await writing.send()
    assert sent is not None
    console = writing.console
    console.office.run(
        console.actor(console.ben), reply(writing.case.conversation_id, "Ben was faster")
    )
    await console.push()
    (entry,) = console.local.waiting(writing.ticket)
    assert (entry.state, entry.command.cmd_id) == ("rejected", sent)
    assert b"My answer" in bytes(entry.command.args)
    await console.reopen()
    (kept,) = console.local.waiting(writing.ticket)
    assert kept == entry


# -- back from the outbox


async def parked(writing: Writing, text: str = "refused words") -> Entry:
    """A reply to the seller that the server refused."""
    writing.type(text)
    sent = await writing.send()
    assert sent is not None
    writing.console.local.hear(pipe.Answered((Result(sent, Rejected("server_error")),)))
    await writing.console.settled()
    return writing.console.local.entries[sent]


async def test_a_refused_message_is_shown_where_it_was_written(writing: Writing) -> None:
    entry = await parked(writing)
    writing.composer.address("buyer")
    await writing.composer.take_back(entry)
    state = writing.composer.state
    assert (state.to.lane, state.text, state.caret) == ("seller", "refused words", 13)
    assert writing.queued() == []


async def test_it_comes_below_what_is_typed_already(writing: Writing) -> None:
    entry = await parked(writing)
    writing.type("new words\n")
    await writing.composer.take_back(entry)
    assert writing.composer.state.text == "new words\n\nrefused words"


async def test_what_is_typed_while_it_comes_back_is_typed_into_it(writing: Writing) -> None:
    entry = await parked(writing)
    coming = asyncio.create_task(writing.composer.take_back(entry))
    await asyncio.sleep(0)
    writing.type(writing.composer.state.text + " and more")
    await coming
    await writing.console.settled()
    await writing.console.reopen()
    assert writing.console.local.drafts[writing.ticket].draft.body == "refused words and more"
    assert writing.console.local.entries == {}


async def test_another_ticket_in_the_composer_is_left_alone(writing: Writing) -> None:
    entry = await parked(writing)
    other = writing.console.case("Other", email="other@mail.test", name="Other Buyer")
    writing.console.pull()
    writing.composer.open(other.ticket.id, None)
    writing.type("elsewhere")
    await writing.composer.take_back(entry)
    assert writing.composer.state.text == "elsewhere"
    assert writing.console.local.drafts[writing.ticket].draft.body == "refused words"
    assert writing.console.local.drafts[other.ticket.id].draft.body == "elsewhere"


async def test_a_disk_that_takes_nothing_keeps_the_refused_message(
    writing: Writing, expected_errors: Errors
) -> None:
    expected_errors.expect("work_file_refused")
    expected_errors.expect("task_failed")
    entry = await parked(writing)
    writing.console.local._work.execute("PRAGMA query_only = 1")
    with pytest.raises(Unavailable, match="disk is full"):
        await writing.composer.take_back(entry)
    writing.console.local._work.execute("PRAGMA query_only = 0")
    assert writing.console.local.waiting(writing.ticket) == [entry]
    assert writing.composer.state.text == "refused words", "and it is in the composer too"


# -- others who write


async def test_colleagues_hear_that_one_writes_and_to_whom(writing: Writing) -> None:
    told: list[pipe.ToEngine] = []
    writing.console.local.company.tell = told.append
    writing.composer.address("buyer")
    writing.type("Dear")
    writing.composer.address("internal")
    writing.type("Dear all")
    writing.type("  ")
    assert told == [
        pipe.Attend(writing.ticket, "typing:buyer"), pipe.Attend(writing.ticket, "noting"),
        pipe.Attend(writing.ticket, "viewing"),
    ]  # fmt: skip


async def test_what_is_sent_is_not_written_any_more(writing: Writing) -> None:
    told: list[pipe.ToEngine] = []
    writing.console.local.company.tell = told.append
    writing.composer.address("seller")
    writing.type("Thanks")
    await writing.send()
    assert told[-1] == pipe.Attend(writing.ticket, "viewing")


async def test_who_writes_to_the_same_lane_is_told_beside_the_text(writing: Writing) -> None:
    console, composer = writing.console, writing.composer
    said: list[str] = []

    def changed(_: None) -> None:
        said.append(composer.fellows.words)

    composer.fellows.changed.connect(changed)
    composer.address("buyer")
    console.meet(console.ben, writing.ticket)
    console.meet(console.ben, writing.ticket, "typing:seller")
    assert said == [], "looking, and writing to somebody else, is no collision"
    console.meet(console.ben, writing.ticket, "typing:buyer")
    writing.type("Dear")
    writing.type("Dear Lena")
    console.meet(console.cara, writing.ticket, "typing")
    composer.address("seller")
    composer.address("internal")
    console.meet(console.ben, writing.ticket, "noting")
    console.meet(console.ben, writing.ticket, "left")
    assert said == [
        "Ben is writing to the buyer",
        "Ben is writing to the buyer too",
        "Ben and Cara are writing to the buyer too",
        "Cara is writing to the seller too",
        "",
        "Ben is writing a note too",
        "",
    ]


async def test_another_ticket_is_another_matter(writing: Writing) -> None:
    console, composer = writing.console, writing.composer
    composer.address("buyer")
    console.meet(console.ben, writing.ticket, "typing:buyer")
    composer.open(NIL, None)
    assert composer.fellows.words == ""
    console.meet(console.cara, writing.ticket, "typing:buyer")
    assert composer.fellows.words == ""
    writing.open()
    composer.address("buyer")
    assert composer.fellows.words == "Ben and Cara are writing to the buyer"
