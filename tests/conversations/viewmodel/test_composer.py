"""The composer: the right person, nothing typed is lost, nothing goes twice or by mistake."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from console.conversations.model import MAX_BODY_CHARS, Conversation
from console.conversations.records import CONVERSATION, SendReply
from console.conversations.tables import rows
from console.conversations.viewmodel import composer as composer_module
from console.conversations.viewmodel.composer import Composer
from console.kernel import codec
from console.kernel.codec import NIL
from console.kernel.errors import Refused, Unavailable
from console.people.viewmodel import Directory
from console.sync.blobs import PART_BYTES
from console.sync.client import files, pipe
from console.sync.records import Rejected, Result
from tests.conftest import Errors
from tests.parts.acts import Case, reply
from tests.parts.blobs import noise
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
        return await self.composer.send()

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
    assert (stored.count, stored.last_lane) == (3, "seller")  # type: ignore[attr-defined]


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


# -- files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "desktop"
    made.mkdir()
    return made


def made(folder: Path, name: str, size: int = 900) -> Path:
    path = folder / name
    path.write_bytes(noise(size, len(name)))
    return path


def names(writing: Writing) -> list[str]:
    return [file.name for file in writing.composer.state.files]


async def test_files_go_with_the_message_and_only_with_it(writing: Writing, folder: Path) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "a.png"), made(folder, "b.pdf", PART_BYTES + 5)])
    assert names(writing) == ["a.png", "b.pdf"]
    writing.type("See these.")
    sent = await writing.send()
    assert (names(writing), writing.composer.state.text) == ([], "")
    (entry,) = console.local.waiting(writing.ticket)
    args = codec.decode(bytes(entry.command.args), SendReply)
    assert [(f.name, f.type, f.size) for f in args.attachments] == [
        ("a.png", "image/png", 900),
        ("b.pdf", "application/pdf", PART_BYTES + 5),
    ]
    assert entry.command.requires == tuple(file.id for file in args.attachments)
    assert {f.held_by for f in console.local.files.kept.values()} == {sent}
    assert console.local.drafts == {}


async def test_a_file_alone_is_a_message(writing: Writing, folder: Path) -> None:
    await writing.composer.attach([made(folder, "a.png")])
    assert await writing.send() is not None


async def test_drafts_keep_their_files_through_a_restart(writing: Writing, folder: Path) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "kept.png"), made(folder, "left-out.png")])
    await writing.composer.detach(writing.composer.state.files[1].id)
    (folder / "kept.png").unlink()
    await console.settled()
    await console.reopen()
    again = Writing(console, writing.case)
    assert names(again) == ["kept.png"]
    assert list(console.local.drafts) == [writing.ticket]
    assert await again.send() is not None
    assert len(console.local.files.kept) == 1


async def test_a_draft_of_files_alone_is_a_draft_until_they_are_left_out(
    writing: Writing, folder: Path
) -> None:
    await writing.composer.attach([made(folder, "a.png")])
    writing.type("x")
    writing.type("")
    assert list(writing.console.local.drafts) == [writing.ticket]
    await writing.composer.detach(writing.composer.state.files[0].id)
    assert writing.console.local.drafts == {}
    assert writing.console.local.files.kept == {}


async def test_files_stay_with_their_ticket(
    writing: Writing, console: Console, folder: Path
) -> None:
    other = console.case("Another", email="other@mail.test")
    console.pull()
    await writing.composer.attach([made(folder, "a.png")])
    elsewhere = Writing(console, other)
    assert names(elsewhere) == []
    writing.open()
    assert names(writing) == ["a.png"]


async def test_what_cannot_be_attached_is_told_and_the_rest_is(
    writing: Writing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BLOB_BYTES", 1000)
    wanted = [
        made(folder, "large.png", 1001), made(folder, "good.png", 1000), folder / "missing.png",
        made(folder, "empty.png", 0), folder,
    ]  # fmt: skip
    with pytest.raises(Refused) as first:
        await writing.composer.attach(wanted)
    assert first.value.code == "file_too_large"
    assert names(writing) == ["good.png"]
    codes = []
    for path in wanted[2:]:
        with pytest.raises(Refused) as refused:
            await writing.composer.attach([path])
        codes.append(refused.value.code)
        assert path.name in refused.value.message
    assert codes == ["file_unreadable", "empty_file", "file_unreadable"]


async def test_so_many_files_and_no_more(
    writing: Writing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composer_module, "MAX_ATTACHMENTS", 2)
    wanted = [made(folder, f"{n}.png") for n in range(3)]
    with pytest.raises(Refused) as refused:
        await writing.composer.attach(wanted)
    assert refused.value.code == "too_many_attachments"
    assert names(writing) == ["0.png", "1.png"]


async def test_a_full_disk_says_so_and_nothing_half_is_kept(
    writing: Writing, folder: Path, expected_errors: Errors
) -> None:
    expected_errors.expect("work_file_refused")
    local = writing.console.local
    (pages,) = local._work.execute("PRAGMA page_count").fetchone()
    local._work.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable):
        await writing.composer.attach([made(folder, "a.png", 500_000)])
    assert local.files.kept == {}
    assert local._work.execute("SELECT count(*) FROM blob_part").fetchone() == (0,)
    local._work.execute("PRAGMA max_page_count = 100000")
    await writing.composer.attach([made(folder, "a.png", 500_000)])
    assert names(writing) == ["a.png"]


async def test_what_is_typed_while_a_file_is_read_is_kept_with_it(
    writing: Writing, folder: Path
) -> None:
    attaching = asyncio.ensure_future(writing.composer.attach([made(folder, "a.png", 2_000_000)]))
    await asyncio.sleep(0)
    writing.type("typed meanwhile")
    await attaching
    await writing.console.settled()
    await writing.console.reopen()
    kept = writing.console.local.drafts[writing.ticket].draft
    assert kept.body == "typed meanwhile"


async def test_a_refused_message_keeps_its_files_for_another_try(
    writing: Writing, folder: Path
) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "a.png")])
    sent = await writing.send()
    assert sent is not None
    console.local.hear(pipe.Answered((Result(sent, Rejected("newer_reply")),)))
    (entry,) = console.local.waiting(writing.ticket)
    await console.local.retry(entry)
    (again,) = console.local.waiting(writing.ticket)
    assert again.command.requires == entry.command.requires
    assert {f.held_by for f in console.local.files.kept.values()} == {again.command.cmd_id}
    console.local.hear(pipe.Answered((Result(again.command.cmd_id, Rejected("denied")),)))
    (refused,) = console.local.waiting(writing.ticket)
    await console.local.discard(refused)
    assert console.local.files.kept == {}
    assert console.local._work.execute("SELECT count(*) FROM blob").fetchone() == (0,)


async def test_a_file_says_how_far_up_it_is(writing: Writing, folder: Path) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "a.png")])

    def state() -> tuple[str, int, str]:
        (file,) = writing.composer.state.files
        return file.state, file.done, file.problem

    (file,) = writing.composer.state.files
    assert state() == ("waiting", 0, "")
    console.stand("live")
    assert state() == ("moving", 0, "")
    console.local.hear(pipe.Transfer(file.id, "up", 300, 900))
    assert state() == ("moving", 300, "")
    console.local.hear(pipe.Transfer(file.id, "up", 900, 900))
    assert state() == ("here", 900, "")
    console.local.hear(pipe.Transfer(file.id, "up", 0, 0, "denied"))
    assert state() == ("failed", 0, "denied")
